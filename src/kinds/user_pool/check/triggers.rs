//! What AWS would refuse of a pool's Lambda triggers (`user_pool.md` 7).

use super::Check;
use super::text::Arn;

impl Check<'_> {
    pub(super) fn triggers(&mut self) {
        let Some(config) = &self.pool.lambda_config else { return };
        for (trigger, arn) in config.functions() {
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
