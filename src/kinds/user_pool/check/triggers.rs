//! What AWS would refuse of a pool's Lambda triggers (`user_pool.md` 7).

use super::Check;
use super::text::{Arn, each_is, is_arn_of};

impl Check<'_> {
    pub(super) fn triggers(&mut self) {
        let Some(config) = &self.pool.lambda_config else { return };
        for (trigger, arn) in config.functions() {
            let path = format!("lambda_config.{trigger}");
            if is_function_name(arn) {
                continue;
            }
            if !is_arn_of(arn, "lambda", "function:") {
                self.problem(
                    &path,
                    format!("`{arn}` is neither the name nor the ARN of a Lambda function"),
                    "names look like pre-sign-up or pre-sign-up:live; ARNs like \
                     arn:aws:lambda:<region>:<account>:function:<name>",
                );
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

/// Whether a text is the name of a function, perhaps with an alias or a version. `$LATEST` carries no permission, and is what
/// the bare name means (other_resources.md 6).
fn is_function_name(text: &str) -> bool {
    let is_word =
        |text: &str, most| text.len() <= most && each_is(text, |c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let (name, qualifier) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
    is_word(name, 64) && qualifier.is_none_or(|qualifier| is_word(qualifier, 128))
}
