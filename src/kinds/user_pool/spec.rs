//! What a person writes of a user pool, in the names that Terraform's provider gives the same settings.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::attributes::{CustomAttribute, StandardAttributes, custom_as_written};
use super::enums::{
    AliasAttribute, AuthFactor, DeletionProtection, IssuerType, KeyType, RecoveryMechanism, UserPoolTier,
    UsernameAttribute, VerifiedAttribute,
};
use super::messages::{
    AdminCreateUserConfig, EmailConfiguration, Mfa, SmsConfiguration, VerificationMessageTemplate,
    WebAuthnConfiguration,
};
use super::triggers::LambdaConfig;
use crate::kind::OnChange;

/// A directory of users.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPool {
    /// The pool's name: 1 to 128 letters, digits, spaces and `_+=,.@-`. AWS does not ask that it be unique.
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^[\w\s+=,.@-]+$"))]
    pub name: String,
    /// The feature plan. Default: ESSENTIALS. Going down refuses while a feature of the higher plan is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "ESSENTIALS"))]
    pub user_pool_tier: Option<UserPoolTier>,
    /// Whether AWS refuses to delete the pool. AWS's default is INACTIVE; a stack's is ACTIVE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "INACTIVE"))]
    pub deletion_protection: Option<DeletionProtection>,
    /// Attributes that users sign in with; Cognito then makes up the usernames. Not together with `alias_attributes`.
    /// Default: none. Cannot be changed on a pool that exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-aws-default" = []))]
    pub username_attributes: Option<BTreeSet<UsernameAttribute>>,
    /// Attributes that users can sign in with beside their username. Not together with `username_attributes`.
    /// Default: none. Cannot be changed on a pool that exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-aws-default" = []))]
    pub alias_attributes: Option<BTreeSet<AliasAttribute>>,
    /// How usernames are compared. Cannot be changed on a pool that exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub username_configuration: Option<UsernameConfiguration>,
    /// Attributes that Cognito verifies with a code at sign-up. `phone_number` needs `sms_configuration`. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = []))]
    pub auto_verified_attributes: Option<BTreeSet<VerifiedAttribute>>,
    /// What a password must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_policy: Option<PasswordPolicy>,
    /// What a sign-in can begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in_policy: Option<SignInPolicy>,
    /// The second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa: Option<Mfa>,
    /// Passkeys. Default: none of this is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_authn_configuration: Option<WebAuthnConfiguration>,
    /// The ways back in for those who forgot their password, the preferred first: at most two, or `admin_only` alone.
    /// Default: none, and then Cognito prefers SMS over e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2), extend("x-aws-default" = [], "uniqueItems" = true))]
    pub account_recovery_setting: Option<Vec<RecoveryMechanism>>,
    /// The pool's own attributes, at most 50, by name (1 to 20 characters; `custom:` may stand before it and counts
    /// for nothing). Can be added, and never changed or removed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "custom_as_written")]
    #[schemars(extend(
        "x-on-change" = OnChange::AddOnly,
        "x-aws-default" = {},
        "maxProperties" = 50,
        "propertyNames" = { "pattern": r"^(custom:)?[^\s:]{1,20}$" },
    ))]
    pub attributes: Option<BTreeMap<String, CustomAttribute>>,
    /// What AWS's standard attributes must be like. Cannot be changed on a pool that exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub standard_attributes: Option<StandardAttributes>,
    /// The Lambda functions that Cognito calls. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub lambda_config: Option<LambdaConfig>,
    /// How e-mail is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_configuration: Option<EmailConfiguration>,
    /// How SMS messages are sent. Default: not at all. AWS may keep it when it is taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms_configuration: Option<SmsConfiguration>,
    /// The messages that verify an e-mail address or phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_message_template: Option<VerificationMessageTemplate>,
    /// The SMS that carries a sign-in code: 6 to 140 characters, with `{####}` where the code goes. Default: AWS's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 6, max = 140), regex(pattern = r"\{####\}"))]
    pub sms_authentication_message: Option<String>,
    /// Who can make users, and how those that an administrator makes are invited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_create_user_config: Option<AdminCreateUserConfig>,
    /// Remembers users' devices. Declaring it, with whatever in it, turns it on. Default: off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_configuration: Option<DeviceConfiguration>,
    /// What happens when a user changes an e-mail address or phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_attribute_update_settings: Option<UserAttributeUpdateSettings>,
    /// Threat protection. Needs the PLUS plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_pool_add_ons: Option<UserPoolAddOns>,
    /// The key that encrypts what the pool stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_configuration: Option<KeyConfiguration>,
    /// The issuer that tokens name. A change reaches every application that checks them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_configuration: Option<IssuerConfiguration>,
    /// What the pool calls the four levels of authentication in a token's `acr` claim. Needs the ESSENTIALS plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr_configuration: Option<AcrConfiguration>,
    /// Tags of the pool: keys of 1 to 128 characters, values of up to 256. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub tags: Option<BTreeMap<String, String>>,
}

/// How usernames are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsernameConfiguration {
    /// Whether `Ann` and `ann` are two users. Default: true, as AWS's API has it; false is what most pools want.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub case_sensitive: Option<bool>,
}

/// What a password must be like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordPolicy {
    /// The least number of characters, 6 to 99. Default: 8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 6, max = 99), extend("x-aws-default" = 8))]
    pub minimum_length: Option<i32>,
    /// Whether it needs an upper-case letter. Default: true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub require_uppercase: Option<bool>,
    /// Whether it needs a lower-case letter. Default: true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub require_lowercase: Option<bool>,
    /// Whether it needs a digit. Default: true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub require_numbers: Option<bool>,
    /// Whether it needs a symbol. Default: true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub require_symbols: Option<bool>,
    /// How many earlier passwords cannot be used again, 0 to 24. Default: 0. More needs the ESSENTIALS plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 24), extend("x-aws-default" = 0))]
    pub password_history_size: Option<i32>,
    /// How many days a temporary password is good for, 1 to 365. Default: 7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 365), extend("x-aws-default" = 7))]
    pub temporary_password_validity_days: Option<i32>,
}

/// What a sign-in can begin with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInPolicy {
    /// The first factors, PASSWORD among them. Default: PASSWORD alone. Any other needs the ESSENTIALS plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 4), extend("x-aws-default" = ["PASSWORD"]))]
    pub allowed_first_auth_factors: Option<BTreeSet<AuthFactor>>,
}

/// How devices are remembered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceConfiguration {
    /// Whether a remembered device stands in for the second factor. Default: false.
    #[serde(default)]
    pub challenge_required_on_new_device: bool,
    /// Whether a device is remembered only when its user says so. Default: false.
    #[serde(default)]
    pub device_only_remembered_on_user_prompt: bool,
}

/// What happens when a user changes an e-mail address or phone number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserAttributeUpdateSettings {
    /// Attributes that keep their old value until the new one is verified; each among `auto_verified_attributes`.
    /// Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = []))]
    pub attributes_require_verification_before_update: Option<BTreeSet<VerifiedAttribute>>,
}

/// Threat protection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPoolAddOns {
    /// What it does in standard authentication. Default: OFF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "OFF"))]
    pub advanced_security_mode: Option<super::enums::AdvancedSecurityMode>,
    /// What it does elsewhere. Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advanced_security_additional_flows: Option<AdvancedSecurityAdditionalFlows>,
}

/// Threat protection beyond standard authentication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdvancedSecurityAdditionalFlows {
    /// What it does in custom authentication.
    pub custom_auth_mode: super::enums::CustomAuthMode,
}

/// The key that encrypts what the pool stores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyConfiguration {
    /// Whose key it is. Default: AWS_OWNED_KEY.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "AWS_OWNED_KEY"))]
    pub key_type: Option<KeyType>,
    /// The ARN of your KMS key, with CUSTOMER_MANAGED_KEY. A pool that is to be replicated needs a multi-Region key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 20, max = 2048))]
    pub kms_key_arn: Option<String>,
}

/// The issuer that tokens name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfiguration {
    /// Its form. Default: ORIGINAL.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "ORIGINAL"))]
    pub issuer_type: Option<IssuerType>,
}

/// What the four levels of authentication are called: 1 to 64 characters of a URL or URN, no two alike.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcrConfiguration {
    /// The first level. Default: `urn:cognito:loa:1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64), extend("x-aws-default" = "urn:cognito:loa:1"))]
    pub level1: Option<String>,
    /// The second level. Default: `urn:cognito:loa:2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64), extend("x-aws-default" = "urn:cognito:loa:2"))]
    pub level2: Option<String>,
    /// The third level. Default: `urn:cognito:loa:3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64), extend("x-aws-default" = "urn:cognito:loa:3"))]
    pub level3: Option<String>,
    /// The fourth level. Default: `urn:cognito:loa:4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64), extend("x-aws-default" = "urn:cognito:loa:4"))]
    pub level4: Option<String>,
}

impl AcrConfiguration {
    /// Each level: what AWS calls it, its default name, and its name here.
    #[must_use]
    pub fn levels(&self) -> [(&'static str, &'static str, Option<&str>); 4] {
        let Self { level1, level2, level3, level4 } = self;
        [
            ("Level1", "urn:cognito:loa:1", level1.as_deref()),
            ("Level2", "urn:cognito:loa:2", level2.as_deref()),
            ("Level3", "urn:cognito:loa:3", level3.as_deref()),
            ("Level4", "urn:cognito:loa:4", level4.as_deref()),
        ]
    }
}
