//! Roles of IAM that are taken on before AWS is called.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Check;
use crate::aws::role::Role;
use crate::kinds::duration::{Unit, Validity};

/// A role to take on, with the credentials that are found as for every AWS tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssumeRole {
    /// The role's ARN.
    #[schemars(
        length(min = 20, max = 2048),
        regex(pattern = r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+$"),
        extend("patternErrorMessage" = "a role's ARN looks like `arn:aws:iam::111122223333:role/deploy`"),
        example = &"arn:aws:iam::111122223333:role/deploy"
    )]
    pub role_arn: String,
    /// The external id that the role's trust policy asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 1224), regex(pattern = r"^[\w+=,.@:/-]*$"), extend("patternErrorMessage" = "an external id has letters, digits and `_+=,.@:/-`"))]
    pub external_id: Option<String>,
    /// What CloudTrail calls the session. Left out, `stack`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 64), regex(pattern = r"^[\w+=,.@-]*$"), extend("patternErrorMessage" = "a session's name has letters, digits and `_+=,.@-`"), example = &"ci-deploy")]
    pub session_name: Option<String>,
    /// How long the session lasts, from 15 minutes to 12 hours and no longer than the role allows; it is renewed when it
    /// ends. Left out, an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"1h")]
    pub duration: Option<Validity>,
    /// The serial number or ARN of your MFA device, for a role that asks for one. The code is asked for on the terminal, or
    /// taken from `STACK_MFA_CODE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(min = 9, max = 256),
        regex(pattern = r"^[\w+=/:,.@-]*$"),
        extend("patternErrorMessage" = "an MFA device is named by its serial number or its ARN"),
        example = &"arn:aws:iam::111122223333:mfa/ann"
    )]
    pub mfa_serial: Option<String>,
}

impl AssumeRole {
    /// As it is asked of STS.
    pub fn role(&self) -> Role {
        let Self { role_arn, external_id, session_name, duration, mfa_serial } = self;
        Role {
            arn: role_arn.clone(),
            external_id: external_id.clone(),
            session_name: session_name.clone().unwrap_or_else(|| "stack".to_owned()),
            seconds: duration.map_or(3600, |duration| duration.seconds().cast_signed()),
            mfa_serial: mfa_serial.clone(),
        }
    }
}

impl Check<'_> {
    /// STS: `DurationSeconds` of `AssumeRole` is 900 to 43,200.
    pub(super) fn roles(&mut self) {
        let hours = 12 * Unit::Hours.seconds();
        let of_state = self.file.state.as_ref().and_then(|state| state.s3.as_ref()?.assume_role.as_ref());
        let roles = [
            ("assume_role", self.file.assume_role.as_ref()),
            ("hosted_zone_role", self.file.hosted_zone_role.as_ref()),
            ("state.s3.assume_role", of_state),
        ];
        for (at, role) in roles {
            let wrong = role.and_then(|role| role.duration).map(Validity::seconds);
            if wrong.is_some_and(|seconds| !(900..=hours).contains(&seconds)) {
                self.problems.push(
                    crate::error::Problem::new(format!("{at}.duration"), "a session lasts from 15 minutes to 12 hours")
                        .hint("write `1h`, or leave it out: a session is renewed when it ends"),
                );
            }
        }
    }
}
