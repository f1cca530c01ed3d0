//! What a stack file tells `stack lint`.
//!
//! Each rule is a key of its own: so a rule that there is not is an unknown key, with the one that was meant beside it,
//! and editors list them all. The rules themselves are in `lint`, above this layer; a law there holds the two together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `stack lint` is told about a stack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LintSettings {
    /// Whether this is a production stack, of which some rules ask more. Left out, it is one if its name is `prod`,
    /// `production` or `live`, or begins with one of these words, as `prod-eu` does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub production: Option<bool>,
    /// The rules that are not to speak here, each with the reason why not: `mfa-optional: decided in …`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
}

/// Declares the key of each rule.
macro_rules! silence {
    ($($(#[doc = $doc:literal])+ $field:ident is $id:literal,)+) => {
        /// The rules of `stack lint` that are not to speak, each with the reason why not.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Silence {$(
            $(#[doc = $doc])+
            #[serde(rename = $id, default, skip_serializing_if = "Option::is_none")]
            #[schemars(
                regex(pattern = r"\S"),
                extend("patternErrorMessage" = "a reason is asked for, as text")
            )]
            pub $field: Option<String>,
        )+}

        impl Silence {
            /// The rules that can be named.
            pub const IDS: &'static [&'static str] = &[$($id),+];

            /// Every rule that is named, with the reason.
            pub fn reasons(&self) -> impl Iterator<Item = (&'static str, &str)> {
                [$(($id, self.$field.as_deref())),+].into_iter().filter_map(|(id, reason)| Some((id, reason?)))
            }
        }
    };
}

silence! {
    /// Production asks nobody for a second factor.
    mfa_off is "mfa-off",
    /// Production asks for a second factor only of those who have set one up.
    mfa_optional is "mfa-optional",
    /// Text messages are the only second factor.
    mfa_sms_only is "mfa-sms-only",
    /// Passwords may be short.
    password_length is "password-length",
    /// Short passwords may do without a kind of character.
    password_kinds is "password-kinds",
    /// An invitation's password is good for more than a week.
    temporary_password_long is "temporary-password-long",
    /// The implicit flow is allowed.
    implicit_flow is "implicit-flow",
    /// The application may send passwords as they are.
    password_auth_flow is "password-auth-flow",
    /// Answers tell whether a user exists.
    user_existence_shown is "user-existence-shown",
    /// Access or ID tokens are good for more than an hour.
    access_token_long is "access-token-long",
    /// Refresh tokens are good for more than 90 days.
    refresh_token_long is "refresh-token-long",
    /// A public client's refresh tokens are not rotated.
    refresh_not_rotated is "refresh-not-rotated",
    /// Refresh tokens cannot be revoked.
    token_revocation_off is "token-revocation-off",
    /// A callback goes over plain http to another machine. `validate` refuses it too, and cannot be silenced.
    http_callback is "http-callback",
    /// A callback of production goes to whatever listens on the user's own machine.
    localhost_callback is "localhost-callback",
    /// A callback holds a `*`, or a host below which every name is answered.
    wildcard_callback is "wildcard-callback",
    /// A callback's host is one that somebody else may be given next.
    unowned_callback_host is "unowned-callback-host",
    /// A callback's host is one of those kept for examples.
    placeholder_callback_host is "placeholder-callback-host",
    /// Anybody can sign up, and no address is verified.
    sign_up_unverified is "sign-up-unverified",
    /// Anybody can sign up in production.
    self_sign_up is "self-sign-up",
    /// Forgotten passwords are reset by text message first.
    recovery_by_sms is "recovery-by-sms",
    /// Production can be deleted with all its users.
    deletion_protection_off is "deletion-protection-off",
    /// Threat protection is paid for, and off.
    threat_protection_off is "threat-protection-off",
    /// Threat protection of production watches, and does nothing.
    threat_protection_audit is "threat-protection-audit",
    /// Nothing of what production does is logged.
    no_log_export is "no-log-export",
    /// E-mail of production goes out through Cognito's own sender.
    default_email_sender is "default-email-sender",
    /// The look of the classic pages is set, and managed login is shown. `validate` refuses it too, and cannot be
    /// silenced.
    classic_css_on_managed_login is "classic-css-on-managed-login",
    /// A client that cannot keep a secret has one.
    secret_on_public_client is "secret-on-public-client",
    /// A browser's or an app's tokens may change the user's account.
    admin_scope_on_web_client is "admin-scope-on-web-client",
    /// A SAML provider's certificates end within 30 days, or have ended.
    saml_certificate_ends is "saml-certificate-ends",
    /// An attribute that an identity provider may fill in cannot be changed.
    immutable_idp_attribute is "immutable-idp-attribute",
    /// `Ann` and `ann` are two users.
    username_case_sensitive is "username-case-sensitive",
}
