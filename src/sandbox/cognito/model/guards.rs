//! Inputs about threat protection, logs, terms and client secrets (`other_resources.md` 4 and 5, `ui.md` 4,
//! `app_client.md` 4).
use super::super::validate::Shape;
use super::{
    ANY, ARN, CLIENT_ID, FLAG, POOL_ID, STRING, list, matching, number, one_of, optional, patterns, required, secret,
    sized,
};

pub(in crate::sandbox::cognito) static SET_RISK: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    optional("ClientId", &CLIENT_ID),
    optional("CompromisedCredentialsRiskConfiguration", &COMPROMISED),
    optional("AccountTakeoverRiskConfiguration", &TAKEOVER),
    optional("RiskExceptionConfiguration", &EXCEPTIONS),
]);
pub(in crate::sandbox::cognito) static COMPROMISED: Shape =
    Shape::Structure(&[optional("EventFilter", &EVENTS), required("Actions", &COMPROMISED_ACTIONS)]);
static EVENTS: Shape = list(&EVENT, 0, ANY);
static EVENT: Shape = one_of(&["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]);
pub(in crate::sandbox::cognito) static COMPROMISED_ACTIONS: Shape =
    Shape::Structure(&[required("EventAction", &COMPROMISED_ACTION)]);
static COMPROMISED_ACTION: Shape = one_of(&["BLOCK", "NO_ACTION"]);
pub(in crate::sandbox::cognito) static TAKEOVER: Shape =
    Shape::Structure(&[optional("NotifyConfiguration", &NOTIFY), required("Actions", &TAKEOVER_ACTIONS)]);
pub(in crate::sandbox::cognito) static TAKEOVER_ACTIONS: Shape = Shape::Structure(&[
    optional("LowAction", &TAKEOVER_ACTION),
    optional("MediumAction", &TAKEOVER_ACTION),
    optional("HighAction", &TAKEOVER_ACTION),
]);
pub(in crate::sandbox::cognito) static TAKEOVER_ACTION: Shape =
    Shape::Structure(&[required("Notify", &FLAG), required("EventAction", &TAKEOVER_EVENT)]);
static TAKEOVER_EVENT: Shape = one_of(&["BLOCK", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "NO_ACTION"]);
pub(in crate::sandbox::cognito) static NOTIFY: Shape = Shape::Structure(&[
    optional("From", &STRING),
    optional("ReplyTo", &STRING),
    required("SourceArn", &ARN),
    optional("BlockEmail", &NOTICE),
    optional("NoActionEmail", &NOTICE),
    optional("MfaEmail", &NOTICE),
]);
pub(in crate::sandbox::cognito) static NOTICE: Shape =
    Shape::Structure(&[required("Subject", &SUBJECT), optional("HtmlBody", &BODY), optional("TextBody", &BODY)]);
static SUBJECT: Shape = matching(1, 140, &patterns::SUBJECT);
static BODY: Shape = matching(6, 20_000, &patterns::EMAIL_TEXT);
pub(in crate::sandbox::cognito) static EXCEPTIONS: Shape =
    Shape::Structure(&[optional("BlockedIPRangeList", &RANGES), optional("SkippedIPRangeList", &RANGES)]);
static RANGES: Shape = list(&STRING, 0, 200);
pub(in crate::sandbox::cognito) static DESCRIBE_RISK: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), optional("ClientId", &CLIENT_ID)]);

pub(in crate::sandbox::cognito) static SET_LOGS: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("LogConfigurations", &LOGS)]);
static LOGS: Shape = list(&LOG, 0, 2);
pub(in crate::sandbox::cognito) static LOG: Shape = Shape::Structure(&[
    required("LogLevel", &LEVEL),
    required("EventSource", &SOURCE),
    optional("CloudWatchLogsConfiguration", &CLOUD_WATCH),
    optional("S3Configuration", &S3),
    optional("FirehoseConfiguration", &FIREHOSE),
]);
static LEVEL: Shape = one_of(&["ERROR", "INFO"]);
static SOURCE: Shape = one_of(&["userNotification", "userAuthEvents"]);
pub(in crate::sandbox::cognito) static CLOUD_WATCH: Shape = Shape::Structure(&[optional("LogGroupArn", &ARN)]);
pub(in crate::sandbox::cognito) static S3: Shape = Shape::Structure(&[optional("BucketArn", &BUCKET_ARN)]);
static BUCKET_ARN: Shape = matching(3, 1024, &patterns::BUCKET_ARN);
pub(in crate::sandbox::cognito) static FIREHOSE: Shape = Shape::Structure(&[optional("StreamArn", &ARN)]);

pub(in crate::sandbox::cognito) static CREATE_TERMS: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ClientId", &CLIENT_ID),
    required("TermsName", &TERMS_NAME),
    required("TermsSource", &TERMS_SOURCE),
    required("Enforcement", &ENFORCEMENT),
    optional("Links", &LINKS),
]);
pub(in crate::sandbox::cognito) static UPDATE_TERMS: Shape = Shape::Structure(&[
    required("TermsId", &TERMS_ID),
    required("UserPoolId", &POOL_ID),
    optional("TermsName", &TERMS_NAME),
    optional("TermsSource", &TERMS_SOURCE),
    optional("Enforcement", &ENFORCEMENT),
    optional("Links", &LINKS),
]);
pub(in crate::sandbox::cognito) static POOL_AND_TERMS: Shape =
    Shape::Structure(&[required("TermsId", &TERMS_ID), required("UserPoolId", &POOL_ID)]);
pub(in crate::sandbox::cognito) static LIST_TERMS: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    optional("MaxResults", &TERMS_PAGE),
    optional("NextToken", &super::TOKEN),
]);
static TERMS_PAGE: Shape = number(1, 60);
static TERMS_ID: Shape = matching(0, ANY, &patterns::UUID);
static TERMS_NAME: Shape = one_of(&["terms-of-use", "privacy-policy"]);
static TERMS_SOURCE: Shape = one_of(&["LINK"]);
static ENFORCEMENT: Shape = one_of(&["NONE"]);
/// How many links there are, and their languages, is held in `terms.rs`: a map has no length here.
static LINKS: Shape = Shape::Map { key: sized(1, ANY), value: &LINK };
static LINK: Shape = matching(1, 1024, &patterns::VISIBLE);

pub(in crate::sandbox::cognito) static ADD_SECRET: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ClientId", &CLIENT_ID),
    optional("ClientSecret", &CLIENT_SECRET),
]);
static CLIENT_SECRET: Shape = secret(24, 64, &patterns::CLIENT_ID);
pub(in crate::sandbox::cognito) static LIST_SECRETS: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ClientId", &CLIENT_ID),
    optional("NextToken", &super::TOKEN),
]);
pub(in crate::sandbox::cognito) static DELETE_SECRET: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ClientId", &CLIENT_ID),
    required("ClientSecretId", &SECRET_ID),
]);
static SECRET_ID: Shape = Shape::Text(sized(1, ANY));
