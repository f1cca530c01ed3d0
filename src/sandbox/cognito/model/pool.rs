//! Inputs about pools, their factors, attributes and tags (`user_pool.md` 2, 4, 5).
use super::super::validate::{Member, Shape};
use super::{
    ANY, ARN, FLAG, POOL_ID, REGION, STRING, list, matching, number, one_of, optional, patterns, required, sized,
};

/// Only a pool's id.
pub(in crate::sandbox::cognito) static POOL_ONLY: Shape = Shape::Structure(&[required("UserPoolId", &POOL_ID)]);

pub(in crate::sandbox::cognito) static CREATE_USER_POOL: Shape = Shape::Structure(&[
    required("PoolName", &POOL_NAME),
    optional("Policies", &POLICIES),
    optional("DeletionProtection", &DELETION_PROTECTION),
    optional("LambdaConfig", &LAMBDA_CONFIG),
    optional("AutoVerifiedAttributes", &VERIFIED_ATTRIBUTES),
    optional("AliasAttributes", &ALIAS_ATTRIBUTES),
    optional("UsernameAttributes", &USERNAME_ATTRIBUTES),
    optional("SmsVerificationMessage", &SMS_MESSAGE),
    optional("EmailVerificationMessage", &EMAIL_MESSAGE),
    optional("EmailVerificationSubject", &SUBJECT),
    optional("VerificationMessageTemplate", &VERIFICATION_TEMPLATE),
    optional("SmsAuthenticationMessage", &SMS_MESSAGE),
    optional("MfaConfiguration", &MFA),
    optional("UserAttributeUpdateSettings", &UPDATE_SETTINGS),
    optional("DeviceConfiguration", &DEVICES),
    optional("EmailConfiguration", &EMAIL),
    optional("SmsConfiguration", &SMS),
    optional("UserPoolTags", &TAGS),
    optional("AdminCreateUserConfig", &ADMIN_CREATE_USER),
    optional("Schema", &SCHEMA),
    optional("UserPoolAddOns", &ADD_ONS),
    optional("UsernameConfiguration", &USERNAMES),
    optional("AccountRecoverySetting", &RECOVERY),
    optional("UserPoolTier", &TIER),
    optional("KeyConfiguration", &KEY),
    optional("IssuerConfiguration", &ISSUER),
    optional("AcrConfiguration", &ACR),
]);

/// What is set for good (`AliasAttributes`, `UsernameAttributes`, `UsernameConfiguration`, `Schema`) is not
/// here, and so is refused (`user_pool.md` 2, column U; 8, "Immutable").
pub(in crate::sandbox::cognito) static UPDATE_USER_POOL: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    optional("Policies", &POLICIES),
    optional("DeletionProtection", &DELETION_PROTECTION),
    optional("LambdaConfig", &LAMBDA_CONFIG),
    optional("AutoVerifiedAttributes", &VERIFIED_ATTRIBUTES),
    optional("SmsVerificationMessage", &SMS_MESSAGE),
    optional("EmailVerificationMessage", &EMAIL_MESSAGE),
    optional("EmailVerificationSubject", &SUBJECT),
    optional("VerificationMessageTemplate", &VERIFICATION_TEMPLATE),
    optional("SmsAuthenticationMessage", &SMS_MESSAGE),
    optional("UserAttributeUpdateSettings", &UPDATE_SETTINGS),
    optional("MfaConfiguration", &MFA),
    optional("DeviceConfiguration", &DEVICES),
    optional("EmailConfiguration", &EMAIL),
    optional("SmsConfiguration", &SMS),
    optional("UserPoolTags", &TAGS),
    optional("AdminCreateUserConfig", &ADMIN_CREATE_USER),
    optional("UserPoolAddOns", &ADD_ONS),
    optional("AccountRecoverySetting", &RECOVERY),
    optional("PoolName", &POOL_NAME),
    optional("UserPoolTier", &TIER),
    optional("KeyConfiguration", &KEY),
    optional("IssuerConfiguration", &ISSUER),
    optional("AcrConfiguration", &ACR),
]);

pub(in crate::sandbox::cognito) static LIST_USER_POOLS: Shape =
    Shape::Structure(&[optional("NextToken", &super::TOKEN), required("MaxResults", &PAGE)]);

pub(in crate::sandbox::cognito) static ADD_CUSTOM_ATTRIBUTES: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("CustomAttributes", &CUSTOM_ATTRIBUTES)]);

pub(in crate::sandbox::cognito) static SET_USER_POOL_MFA_CONFIG: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    optional("SmsMfaConfiguration", &SMS_MFA),
    optional("SoftwareTokenMfaConfiguration", &SOFTWARE_TOKEN_MFA),
    optional("EmailMfaConfiguration", &EMAIL_MFA),
    optional("MfaConfiguration", &MFA),
    optional("WebAuthnConfiguration", &WEB_AUTHN),
]);

pub(in crate::sandbox::cognito) static TAG_RESOURCE: Shape =
    Shape::Structure(&[required("ResourceArn", &ARN), required("Tags", &TAGS)]);

pub(in crate::sandbox::cognito) static UNTAG_RESOURCE: Shape =
    Shape::Structure(&[required("ResourceArn", &ARN), required("TagKeys", &TAG_KEYS)]);

pub(in crate::sandbox::cognito) static LIST_TAGS_FOR_RESOURCE: Shape =
    Shape::Structure(&[required("ResourceArn", &ARN)]);

/// `PoolQueryLimitType`.
pub(super) static PAGE: Shape = number(1, 60);
static POOL_NAME: Shape = matching(1, 128, &patterns::NAME);

pub(in crate::sandbox::cognito) static POLICIES: Shape =
    Shape::Structure(&[optional("PasswordPolicy", &PASSWORD_POLICY), optional("SignInPolicy", &SIGN_IN_POLICY)]);
pub(in crate::sandbox::cognito) static PASSWORD_POLICY: Shape = Shape::Structure(&[
    optional("MinimumLength", &MINIMUM_LENGTH),
    optional("RequireUppercase", &FLAG),
    optional("RequireLowercase", &FLAG),
    optional("RequireNumbers", &FLAG),
    optional("RequireSymbols", &FLAG),
    optional("PasswordHistorySize", &PASSWORD_HISTORY),
    optional("TemporaryPasswordValidityDays", &DAYS),
]);
static MINIMUM_LENGTH: Shape = number(6, 99);
static PASSWORD_HISTORY: Shape = number(0, 24);
static DAYS: Shape = number(0, 365);
pub(in crate::sandbox::cognito) static SIGN_IN_POLICY: Shape =
    Shape::Structure(&[optional("AllowedFirstAuthFactors", &FACTORS)]);
/// The current model takes five, of which `SOFTWARE_TOKEN` is refused; `user_pool.md` 2 still says four.
static FACTORS: Shape = list(&FACTOR, 1, 5);
static FACTOR: Shape = one_of(&["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN"]);

static DELETION_PROTECTION: Shape = one_of(&["ACTIVE", "INACTIVE"]);

pub(in crate::sandbox::cognito) static LAMBDA_CONFIG: Shape = Shape::Structure(&[
    optional("PreSignUp", &ARN),
    optional("CustomMessage", &ARN),
    optional("PostConfirmation", &ARN),
    optional("PreAuthentication", &ARN),
    optional("PostAuthentication", &ARN),
    optional("DefineAuthChallenge", &ARN),
    optional("CreateAuthChallenge", &ARN),
    optional("VerifyAuthChallengeResponse", &ARN),
    optional("PreTokenGeneration", &ARN),
    optional("UserMigration", &ARN),
    optional("PreTokenGenerationConfig", &PRE_TOKEN),
    optional("CustomSMSSender", &VERSIONED),
    optional("CustomEmailSender", &VERSIONED),
    optional("KMSKeyID", &ARN),
    optional("InboundFederation", &VERSIONED),
]);
pub(in crate::sandbox::cognito) static PRE_TOKEN: Shape =
    Shape::Structure(&[required("LambdaVersion", &PRE_TOKEN_VERSION), required("LambdaArn", &ARN)]);
static PRE_TOKEN_VERSION: Shape = one_of(&["V1_0", "V2_0", "V3_0"]);
pub(in crate::sandbox::cognito) static VERSIONED: Shape =
    Shape::Structure(&[required("LambdaVersion", &FIRST_VERSION), required("LambdaArn", &ARN)]);
static FIRST_VERSION: Shape = one_of(&["V1_0"]);

static VERIFIED_ATTRIBUTES: Shape = list(&VERIFIED_ATTRIBUTE, 0, ANY);
static VERIFIED_ATTRIBUTE: Shape = one_of(&["phone_number", "email"]);
static ALIAS_ATTRIBUTES: Shape = list(&ALIAS_ATTRIBUTE, 0, ANY);
static ALIAS_ATTRIBUTE: Shape = one_of(&["phone_number", "email", "preferred_username"]);
static USERNAME_ATTRIBUTES: Shape = list(&VERIFIED_ATTRIBUTE, 0, ANY);

static SMS_MESSAGE: Shape = matching(6, 140, &patterns::WITH_CODE);
static EMAIL_MESSAGE: Shape = matching(6, 20_000, &patterns::EMAIL_WITH_CODE);
static SUBJECT: Shape = matching(1, 140, &patterns::SUBJECT);
pub(in crate::sandbox::cognito) static VERIFICATION_TEMPLATE: Shape = Shape::Structure(&[
    optional("SmsMessage", &SMS_MESSAGE),
    optional("EmailMessage", &EMAIL_MESSAGE),
    optional("EmailSubject", &SUBJECT),
    optional("EmailMessageByLink", &EMAIL_MESSAGE_BY_LINK),
    optional("EmailSubjectByLink", &SUBJECT),
    optional("DefaultEmailOption", &EMAIL_OPTION),
]);
static EMAIL_MESSAGE_BY_LINK: Shape = matching(6, 20_000, &patterns::EMAIL_WITH_LINK);
static EMAIL_OPTION: Shape = one_of(&["CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"]);

static MFA: Shape = one_of(&["OFF", "ON", "OPTIONAL"]);
pub(in crate::sandbox::cognito) static UPDATE_SETTINGS: Shape =
    Shape::Structure(&[optional("AttributesRequireVerificationBeforeUpdate", &VERIFIED_ATTRIBUTES)]);
pub(in crate::sandbox::cognito) static DEVICES: Shape = Shape::Structure(&[
    optional("ChallengeRequiredOnNewDevice", &FLAG),
    optional("DeviceOnlyRememberedOnUserPrompt", &FLAG),
]);

pub(in crate::sandbox::cognito) static EMAIL: Shape = Shape::Structure(&[
    optional("SourceArn", &ARN),
    optional("ReplyToEmailAddress", &EMAIL_ADDRESS),
    optional("EmailSendingAccount", &SENDING_ACCOUNT),
    optional("From", &STRING),
    optional("ConfigurationSet", &CONFIGURATION_SET),
]);
static EMAIL_ADDRESS: Shape = matching(0, ANY, &patterns::EMAIL_ADDRESS);
static SENDING_ACCOUNT: Shape = one_of(&["COGNITO_DEFAULT", "DEVELOPER"]);
static CONFIGURATION_SET: Shape = matching(1, 64, &patterns::CONFIGURATION_SET);

/// Since End User Messaging came beside SNS, the model takes an empty `SnsCallerArn`, or none.
pub(in crate::sandbox::cognito) static SMS: Shape = Shape::Structure(&[
    optional("SnsCallerArn", &OPTIONAL_ARN),
    optional("ExternalId", &STRING),
    optional("SnsRegion", &REGION),
    optional("EumsSms", &EUMS),
]);
static OPTIONAL_ARN: Shape = matching(0, 2048, &patterns::OPTIONAL_ARN);
pub(in crate::sandbox::cognito) static EUMS: Shape = Shape::Structure(&[
    required("CallerArn", &ARN),
    optional("ExternalId", &STRING),
    optional("OriginationIdentity", &STRING),
    optional("ConfigurationSetName", &STRING),
    optional("InEntityId", &STRING),
    optional("InTemplateId", &STRING),
    optional("Region", &REGION),
]);

pub(super) static TAGS: Shape = Shape::Map { key: sized(1, 128), value: &TAG_VALUE };
static TAG_VALUE: Shape = Shape::Text(sized(0, 256));
static TAG_KEYS: Shape = list(&TAG_KEY, 0, ANY);
static TAG_KEY: Shape = Shape::Text(sized(1, 128));

pub(in crate::sandbox::cognito) static ADMIN_CREATE_USER: Shape = Shape::Structure(&[
    optional("AllowAdminCreateUserOnly", &FLAG),
    optional("UnusedAccountValidityDays", &DAYS),
    optional("InviteMessageTemplate", &INVITATION),
]);
pub(in crate::sandbox::cognito) static INVITATION: Shape = Shape::Structure(&[
    optional("SMSMessage", &SMS_INVITATION),
    optional("EmailMessage", &EMAIL_INVITATION),
    optional("EmailSubject", &SUBJECT),
]);
static SMS_INVITATION: Shape = Shape::Text(sized(6, 140));
static EMAIL_INVITATION: Shape = matching(6, 20_000, &patterns::EMAIL_TEXT);

static SCHEMA: Shape = list(&ATTRIBUTE, 1, 50);
static CUSTOM_ATTRIBUTES: Shape = list(&ATTRIBUTE, 1, 25);
pub(in crate::sandbox::cognito) static ATTRIBUTE: Shape = Shape::Structure(&[
    optional("Name", &ATTRIBUTE_NAME),
    optional("AttributeDataType", &DATA_TYPE),
    optional("DeveloperOnlyAttribute", &FLAG),
    optional("Mutable", &FLAG),
    optional("Required", &FLAG),
    optional("NumberAttributeConstraints", &NUMBER_CONSTRAINTS),
    optional("StringAttributeConstraints", &STRING_CONSTRAINTS),
]);
static ATTRIBUTE_NAME: Shape = matching(1, 20, &patterns::VISIBLE);
static DATA_TYPE: Shape = one_of(&["String", "Number", "DateTime", "Boolean"]);
pub(in crate::sandbox::cognito) static NUMBER_CONSTRAINTS: Shape =
    Shape::Structure(&[optional("MinValue", &STRING), optional("MaxValue", &STRING)]);
pub(in crate::sandbox::cognito) static STRING_CONSTRAINTS: Shape =
    Shape::Structure(&[optional("MinLength", &STRING), optional("MaxLength", &STRING)]);

pub(in crate::sandbox::cognito) static ADD_ONS: Shape = Shape::Structure(&[
    required("AdvancedSecurityMode", &SECURITY),
    optional("AdvancedSecurityAdditionalFlows", &FLOWS),
]);
static SECURITY: Shape = one_of(&["OFF", "AUDIT", "ENFORCED"]);
pub(in crate::sandbox::cognito) static FLOWS: Shape = Shape::Structure(&[optional("CustomAuthMode", &CUSTOM_AUTH)]);
static CUSTOM_AUTH: Shape = one_of(&["AUDIT", "ENFORCED"]);

pub(in crate::sandbox::cognito) static USERNAMES: Shape = Shape::Structure(&[required("CaseSensitive", &FLAG)]);
pub(in crate::sandbox::cognito) static RECOVERY: Shape =
    Shape::Structure(&[optional("RecoveryMechanisms", &MECHANISMS)]);
static MECHANISMS: Shape = list(&MECHANISM, 1, 2);
pub(in crate::sandbox::cognito) static MECHANISM: Shape =
    Shape::Structure(&[required("Priority", &PRIORITY), required("Name", &RECOVERY_NAME)]);
static PRIORITY: Shape = number(1, 2);
static RECOVERY_NAME: Shape = one_of(&["verified_email", "verified_phone_number", "admin_only"]);

static TIER: Shape = one_of(&["LITE", "ESSENTIALS", "PLUS"]);
pub(in crate::sandbox::cognito) static KEY: Shape =
    Shape::Structure(&[optional("KeyType", &KEY_TYPE), optional("KmsKeyArn", &ARN)]);
static KEY_TYPE: Shape = one_of(&["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KEY"]);
pub(in crate::sandbox::cognito) static ISSUER: Shape = Shape::Structure(&[optional("Type", &ISSUER_TYPE)]);
static ISSUER_TYPE: Shape = one_of(&["ORIGINAL", "UPDATED"]);
/// A map in the model; its keys are the four levels of the SDK's documentation.
static ACR: Shape = Shape::Map { key: sized(1, 128), value: &ACR_LEVEL };
pub(in crate::sandbox::cognito) static ACR_LEVEL: Shape = Shape::Structure(ACR_MEMBERS);
const ACR_MEMBERS: &[Member] = &[required("AcrValue", &STRING)];

pub(in crate::sandbox::cognito) static SMS_MFA: Shape =
    Shape::Structure(&[optional("SmsAuthenticationMessage", &SMS_MESSAGE), optional("SmsConfiguration", &SMS)]);
pub(in crate::sandbox::cognito) static SOFTWARE_TOKEN_MFA: Shape = Shape::Structure(&[optional("Enabled", &FLAG)]);
pub(in crate::sandbox::cognito) static EMAIL_MFA: Shape =
    Shape::Structure(&[optional("Message", &EMAIL_MESSAGE), optional("Subject", &EMAIL_SUBJECT)]);
/// No length in the model; 140 by quota (`user_pool.md` 4, `quotas_errors.md` 2).
static EMAIL_SUBJECT: Shape = matching(1, 140, &patterns::SUBJECT);
pub(in crate::sandbox::cognito) static WEB_AUTHN: Shape = Shape::Structure(&[
    optional("RelyingPartyId", &RELYING_PARTY),
    optional("UserVerification", &USER_VERIFICATION),
    optional("FactorConfiguration", &FACTOR_CONFIGURATION),
]);
static RELYING_PARTY: Shape = Shape::Text(sized(1, 127));
static USER_VERIFICATION: Shape = one_of(&["required", "preferred"]);
static FACTOR_CONFIGURATION: Shape = one_of(&["SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"]);
