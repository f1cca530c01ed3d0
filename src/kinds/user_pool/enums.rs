//! The enumerations of a user pool, each with AWS's own strings.
//!
//! AWS may answer with a value that is newer than this program. Such a value is kept as `Other`, so that an
//! update sends it back unharmed; a person cannot write one.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::aws::cognito::types as aws;

/// What stands before a value that this program does not know, wherever one is shown or remembered.
const UNKNOWN: &str = "(unknown to this program) ";

/// Declares an enumeration: its strings, its schema, and both ways between it and the SDK's.
macro_rules! aws_enums {
    ($($(#[doc = $about:literal])+ $name:ident is $sdk:ident $(, by default $default:ident)? {
        $($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)+
    })+) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)+
            /// One that AWS has added since this program was made.
            Other(String),
        }

        impl $name {
            /// Every value that this program knows, as AWS spells it.
            pub const ALL: &'static [&'static str] = &[$($text),+];

            /// As AWS spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }

            fn known(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?

        impl From<&aws::$sdk> for $name {
            fn from(value: &aws::$sdk) -> Self {
                Self::known(value.as_str()).unwrap_or_else(|| Self::Other(value.as_str().to_owned()))
            }
        }

        impl From<&$name> for aws::$sdk {
            fn from(value: &$name) -> Self {
                Self::from(value.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    Self::Other(text) => serializer.collect_str(&format_args!("{UNKNOWN}{text}")),
                    known => serializer.serialize_str(known.as_str()),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                if let Some(text) = text.strip_prefix(UNKNOWN) {
                    return Ok(Self::Other(text.to_owned()));
                }
                Self::known(&text).ok_or_else(|| D::Error::unknown_variant(&text, Self::ALL))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "description": one_text(&[$($about),+]),
                    "oneOf": [$({
                        "type": "string", "const": $text, "description": one_text(&[$($doc),+]),
                    }),+],
                })
            }
        }
    )+};
}

/// The lines of a doc comment as one text.
fn one_text(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

aws_enums! {
    /// The pool's feature plan.
    UserPoolTier is UserPoolTierType {
        /// The old features, the lowest price.
        Lite = "LITE",
        /// Adds managed login, passwordless sign-in, e-mail MFA and access-token customization.
        Essentials = "ESSENTIALS",
        /// Adds threat protection.
        Plus = "PLUS",
    }

    /// Whether AWS refuses to delete the pool.
    DeletionProtection is DeletionProtectionType {
        /// AWS refuses.
        Active = "ACTIVE",
        /// AWS deletes when asked.
        Inactive = "INACTIVE",
    }

    /// An attribute that can be signed in with instead of a username.
    UsernameAttribute is UsernameAttributeType {
        /// The e-mail address.
        Email = "email",
        /// The phone number.
        PhoneNumber = "phone_number",
    }

    /// An attribute that can be signed in with beside a username.
    AliasAttribute is AliasAttributeType {
        /// The e-mail address, once verified.
        Email = "email",
        /// The phone number, once verified.
        PhoneNumber = "phone_number",
        /// A second username, which the user may change.
        PreferredUsername = "preferred_username",
    }

    /// An attribute that Cognito can verify with a code.
    VerifiedAttribute is VerifiedAttributeType {
        /// The e-mail address.
        Email = "email",
        /// The phone number.
        PhoneNumber = "phone_number",
    }

    /// What a sign-in can begin with.
    AuthFactor is AuthFactorType {
        /// A password.
        Password = "PASSWORD",
        /// A code sent by e-mail.
        EmailOtp = "EMAIL_OTP",
        /// A code sent by SMS.
        SmsOtp = "SMS_OTP",
        /// A passkey.
        WebAuthn = "WEB_AUTHN",
    }

    /// Whether a second factor is asked for.
    MfaMode is UserPoolMfaType {
        /// No second factor.
        Off = "OFF",
        /// Of every user.
        On = "ON",
        /// Of the users who have set one up.
        Optional = "OPTIONAL",
    }

    /// Whether a passkey must verify who holds it.
    UserVerification is UserVerificationType, by default Preferred {
        /// Only authenticators that verify their user.
        Required = "required",
        /// Others too.
        Preferred = "preferred",
    }

    /// Whether a passkey counts as a second factor as well.
    WebAuthnFactor is WebAuthnFactorConfigurationType, by default SingleFactor {
        /// It is one factor.
        SingleFactor = "SINGLE_FACTOR",
        /// With user verification it satisfies MFA.
        MultiFactorWithUserVerification = "MULTI_FACTOR_WITH_USER_VERIFICATION",
    }

    /// A way back in for those who have forgotten their password.
    RecoveryMechanism is RecoveryOptionNameType {
        /// A code to the verified e-mail address.
        VerifiedEmail = "verified_email",
        /// A code to the verified phone number.
        VerifiedPhoneNumber = "verified_phone_number",
        /// Only an administrator can help.
        AdminOnly = "admin_only",
    }

    /// The type of an attribute's values.
    AttributeType is AttributeDataType {
        /// Text.
        String = "String",
        /// A whole number.
        Number = "Number",
        /// A date and time.
        DateTime = "DateTime",
        /// True or false.
        Boolean = "Boolean",
    }

    /// The version of the event that a pre-token-generation trigger receives.
    PreTokenGenerationVersion is PreTokenGenerationLambdaVersionType, by default V1 {
        /// Customizes the ID token.
        V1 = "V1_0",
        /// Customizes the access token too; needs the ESSENTIALS plan.
        V2 = "V2_0",
        /// Serves machine-to-machine grants too; needs the ESSENTIALS plan.
        V3 = "V3_0",
    }

    /// The version of the event that a custom e-mail sender receives.
    EmailSenderVersion is CustomEmailSenderLambdaVersionType, by default V1 {
        /// The only one.
        V1 = "V1_0",
    }

    /// The version of the event that a custom SMS sender receives.
    SmsSenderVersion is CustomSmsSenderLambdaVersionType, by default V1 {
        /// The only one.
        V1 = "V1_0",
    }

    /// The version of the event that an inbound-federation trigger receives.
    InboundFederationVersion is InboundFederationLambdaVersionType, by default V1 {
        /// The only one.
        V1 = "V1_0",
    }

    /// Who sends the pool's e-mail.
    EmailSendingAccount is EmailSendingAccountType {
        /// Cognito, at most 50 a day for the whole account.
        CognitoDefault = "COGNITO_DEFAULT",
        /// Your own SES identity, named by `source_arn`.
        Developer = "DEVELOPER",
    }

    /// What a verification e-mail asks the user to do.
    DefaultEmailOption is DefaultEmailOptionType {
        /// Type a code.
        ConfirmWithCode = "CONFIRM_WITH_CODE",
        /// Follow a link; works only with a domain.
        ConfirmWithLink = "CONFIRM_WITH_LINK",
    }

    /// What threat protection does.
    AdvancedSecurityMode is AdvancedSecurityModeType {
        /// Nothing.
        Off = "OFF",
        /// Watches and reports.
        Audit = "AUDIT",
        /// Acts.
        Enforced = "ENFORCED",
    }

    /// What threat protection does in custom authentication.
    CustomAuthMode is AdvancedSecurityEnabledModeType {
        /// Watches and reports.
        Audit = "AUDIT",
        /// Acts.
        Enforced = "ENFORCED",
    }

    /// When threat protection looks at passwords.
    RiskEvent is EventFilterType {
        /// When somebody signs in.
        SignIn = "SIGN_IN",
        /// When somebody changes a password.
        PasswordChange = "PASSWORD_CHANGE",
        /// When somebody signs up.
        SignUp = "SIGN_UP",
    }

    /// What is done about a password that has leaked.
    CompromisedAction is CompromisedCredentialsEventActionType {
        /// It is refused.
        Block = "BLOCK",
        /// It is taken, and written down.
        NoAction = "NO_ACTION",
    }

    /// What becomes of a sign-in that looks like somebody else's.
    TakeoverResponse is AccountTakeoverEventActionType {
        /// It is refused.
        Block = "BLOCK",
        /// A second factor is asked for, where the person has one; else it goes through.
        MfaIfConfigured = "MFA_IF_CONFIGURED",
        /// A second factor is asked for; who has none is refused.
        MfaRequired = "MFA_REQUIRED",
        /// It goes through, and is written down.
        NoAction = "NO_ACTION",
    }

    /// Whose key encrypts what the pool stores.
    KeyType is EncryptionKeyType {
        /// AWS's.
        AwsOwnedKey = "AWS_OWNED_KEY",
        /// Yours, named by `kms_key_arn`.
        CustomerManagedKey = "CUSTOMER_MANAGED_KEY",
    }

    /// The form of the issuer in the pool's tokens.
    IssuerType is IssuerType {
        /// `https://cognito-idp.<region>.amazonaws.com/<pool id>`.
        Original = "ORIGINAL",
        /// `https://issuer-cognito-idp.<region>.amazonaws.com/<pool id>`, served from several Regions.
        Updated = "UPDATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_newer_than_this_program_survives_both_ways() {
        let ours = UserPoolTier::from(&aws::UserPoolTierType::from("PLATINUM"));
        let written = serde_json::to_value(&ours).unwrap();
        let back: UserPoolTier = serde_json::from_value(written).unwrap();
        assert_eq!(back, ours);
        assert_eq!(aws::UserPoolTierType::from(&back).as_str(), "PLATINUM");
    }

    #[test]
    fn a_person_cannot_write_an_unknown_value() {
        let error = serde_json::from_str::<MfaMode>("\"SOMETIMES\"").unwrap_err().to_string();
        assert!(error.contains("SOMETIMES") && error.contains("OPTIONAL"), "{error}");
    }

    #[test]
    fn every_string_is_one_that_the_sdk_knows() {
        for text in AuthFactor::ALL {
            assert!(aws::AuthFactorType::try_parse(text).is_ok(), "{text}");
        }
        for text in AttributeType::ALL {
            assert!(aws::AttributeDataType::try_parse(text).is_ok(), "{text}");
        }
        for text in WebAuthnFactor::ALL {
            assert!(aws::WebAuthnFactorConfigurationType::try_parse(text).is_ok(), "{text}");
        }
    }
}
