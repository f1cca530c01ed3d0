//! What AWS would refuse of a pool's Lambda triggers (`user_pool.md` 7).

use super::super::triggers::LambdaConfig;
use super::Check;
use super::text::Arn;

impl Check<'_> {
    pub(super) fn triggers(&mut self) {
        let Some(config) = &self.pool.lambda_config else { return };
        for (trigger, arn) in functions(config) {
            let path = format!("lambda_config.{trigger}");
            if !self.arn(&path, Some(arn), "lambda", "function:", "a Lambda function") {
                continue;
            }
            let there = Arn::of(arn).map(|arn| arn.region);
            if let Some((there, region)) = there.zip(self.region).filter(|(there, region)| there != region) {
                self.problem(
                    &path,
                    format!("a pool in {region} cannot call a function in {there}"),
                    format!("use a function in {region}; another account will do"),
                );
            }
        }
        self.arn("lambda_config.kms_key_id", config.kms_key_id.as_deref(), "kms", "", "a KMS key");
        let senders = config.custom_sms_sender.is_some() || config.custom_email_sender.is_some();
        if senders && config.kms_key_id.is_none() {
            self.problem(
                "lambda_config",
                "a custom sender receives its codes encrypted, and there is no key",
                "name a KMS key: `kms_key_id`",
            );
        }
    }
}

/// Each trigger that is set: its path, and its function.
fn functions(config: &LambdaConfig) -> Vec<(&'static str, &str)> {
    let LambdaConfig {
        pre_sign_up,
        post_confirmation,
        pre_authentication,
        post_authentication,
        custom_message,
        define_auth_challenge,
        create_auth_challenge,
        verify_auth_challenge_response,
        user_migration,
        pre_token_generation,
        custom_sms_sender,
        custom_email_sender,
        inbound_federation,
        kms_key_id: _,
    } = config;
    [
        ("pre_sign_up", pre_sign_up.as_ref()),
        ("post_confirmation", post_confirmation.as_ref()),
        ("pre_authentication", pre_authentication.as_ref()),
        ("post_authentication", post_authentication.as_ref()),
        ("custom_message", custom_message.as_ref()),
        ("define_auth_challenge", define_auth_challenge.as_ref()),
        ("create_auth_challenge", create_auth_challenge.as_ref()),
        ("verify_auth_challenge_response", verify_auth_challenge_response.as_ref()),
        ("user_migration", user_migration.as_ref()),
        ("pre_token_generation.lambda_arn", pre_token_generation.as_ref().map(|trigger| &trigger.lambda_arn)),
        ("custom_sms_sender.lambda_arn", custom_sms_sender.as_ref().map(|sender| &sender.lambda_arn)),
        ("custom_email_sender.lambda_arn", custom_email_sender.as_ref().map(|sender| &sender.lambda_arn)),
        ("inbound_federation.lambda_arn", inbound_federation.as_ref().map(|trigger| &trigger.lambda_arn)),
    ]
    .into_iter()
    .filter_map(|(path, arn)| Some((path, arn?.as_str())))
    .collect()
}
