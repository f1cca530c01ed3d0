//! A client of S3, or of a store that speaks as S3 does, for states.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::role::{AskCode, Role, taken_on};
use super::{http, network, played_config, real_config};
use crate::clock::Clock;
use crate::error::Result;

pub use aws_sdk_s3::Client;

/// How a bucket is reached. Its Region, its credentials and even its maker may be others than the stack's.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The bucket's Region.
    pub region: String,
    /// The profile of the shared configuration files; None for what the environment says.
    pub profile: Option<String>,
    /// A role to take on first, and how an MFA code is asked for.
    pub role: Option<(Role, AskCode)>,
    /// Where the store is, when it is not AWS's: `https://s3.example.com`.
    pub endpoint: Option<String>,
    /// Whether the bucket's name stands in the path, and not in the host's name.
    pub path_style: bool,
    /// AWS played in this process, instead of the network.
    pub played: Option<SharedHttpClient>,
    /// The time.
    pub clock: Clock,
}

impl Reach {
    /// Makes the client. No call is made, but to take the role on.
    ///
    /// # Errors
    /// When STS refuses the role, or it asks for an MFA code and nobody is there to give it.
    pub async fn client(self) -> Result<Client> {
        let Self { region, profile, role, endpoint, path_style, played, clock } = self;
        let carried = played.clone().unwrap_or_else(|| network(endpoint.as_deref()));
        let http = http::limited(carried, clock.clone(), Arc::default());
        let config: SdkConfig = if played.is_some() {
            played_config(&region, &http, &clock)
        } else {
            real_config(&region, profile, &http).await
        };
        let config = match role {
            Some((role, ask)) => {
                taken_on(&config, role, ask).await.map_err(|error| error.during("cannot reach the state"))?
            }
            None => config,
        };
        let mut settings = aws_sdk_s3::config::Builder::from(&config).force_path_style(path_style);
        if let Some(endpoint) = endpoint {
            settings = settings.endpoint_url(endpoint);
        }
        Ok(Client::from_conf(settings.build()))
    }
}
