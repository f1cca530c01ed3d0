//! Roles that are taken on: credentials from STS, renewed when they end.

use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use futures_util::future::BoxFuture;
use tokio::sync::Mutex;

use super::error::refused;
use crate::error::{Error, Result};

/// A role, as STS is asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// `arn:aws:iam::111122223333:role/deploy`
    pub arn: String,
    /// What its trust policy asks for.
    pub external_id: Option<String>,
    /// What CloudTrail calls the session.
    pub session_name: String,
    /// How long a session lasts.
    pub seconds: i32,
    /// The MFA device whose code it asks for.
    pub mfa_serial: Option<String>,
}

/// Asks for the code that the MFA device of this serial number shows.
pub type AskCode = fn(String) -> BoxFuture<'static, Result<String>>;

/// The same settings, with the credentials of the role. It is taken on at once, so that a refusal is told by itself and not
/// as that of the first call.
///
/// # Errors
/// When STS refuses, or the role asks for an MFA code and nobody is there to give it.
pub(super) async fn taken_on(config: &SdkConfig, role: Role, ask: AskCode) -> Result<SdkConfig> {
    let assumed = Assumed { sts: aws_sdk_sts::Client::new(config), role, ask, session: Mutex::new(None) };
    // Nothing is begun in a role that there is not.
    assumed.current().await.map_err(|error| error.hinted("nothing was changed"))?;
    Ok(config.to_builder().credentials_provider(SharedCredentialsProvider::new(assumed)).build())
}

#[derive(Debug)]
struct Assumed {
    sts: aws_sdk_sts::Client,
    role: Role,
    ask: AskCode,
    /// The session that there is. Held while one is begun: every client asks for itself, and a code is good for one use.
    session: Mutex<Option<Credentials>>,
}

/// How long before its end a session is left for a new one.
const SPARE: Duration = Duration::from_mins(2);

impl Assumed {
    async fn current(&self) -> Result<Credentials> {
        let mut session = self.session.lock().await;
        let lasts = |session: &Credentials| session.expiry().is_none_or(|ends| ends > SystemTime::now() + SPARE);
        if let Some(current) = session.as_ref().filter(|session| lasts(session)) {
            return Ok(current.clone());
        }
        let new = self.begin().await?;
        *session = Some(new.clone());
        Ok(new)
    }

    async fn begin(&self) -> Result<Credentials> {
        let Role { arn, external_id, session_name, seconds, mfa_serial } = &self.role;
        let code = match mfa_serial {
            Some(serial) => Some((self.ask)(serial.clone()).await?),
            None => None,
        };
        let asked = self.sts.assume_role().role_arn(arn).role_session_name(session_name).duration_seconds(*seconds);
        let asked =
            asked.set_external_id(external_id.clone()).set_serial_number(mfa_serial.clone()).set_token_code(code);
        let answer = asked.send().await.map_err(refused("AssumeRole"));
        let answer = answer.map_err(|error| error.during(format!("the role {arn} could not be taken on")))?;
        let given = answer.credentials.ok_or_else(|| Error::aws_state("AssumeRole answered without credentials"))?;
        let ends = SystemTime::try_from(given.expiration).ok();
        Ok(Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            ends,
            "AssumeRole",
        ))
    }
}

impl ProvideCredentials for Assumed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.current().await.map_err(|error| CredentialsError::provider_error(error.to_string()))
        })
    }
}
