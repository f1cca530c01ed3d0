//! What to do about AWS's refusals, where the refusal itself does not say (`quotas_errors.md` 3).
//!
//! What only one kind of object can meet is explained by that kind.

use super::error::is_read;
use crate::error::AwsFailure;

/// What to do about a refusal that AWS has given a name.
pub(super) fn of(failure: &AwsFailure) -> Option<String> {
    let AwsFailure { operation, code, message, request_id: _ } = failure;
    let is_domain = operation.ends_with("UserPoolDomain");
    let says = |text: &str| message.contains(text);
    match code.as_deref()? {
        "RequestTimeTooSkewed" => Some(CLOCK.to_owned()),
        _ if says("Signature expired") || says("Signature not yet current") => Some(CLOCK.to_owned()),
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Some(
            "the credentials have expired: log in again (`aws sso login`, or however they were had), then run this \
             again; what was done is recorded"
                .to_owned(),
        ),
        "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" => Some(
            "AWS does not know these credentials: they were deleted, or belong to another part of AWS (China, \
             GovCloud), or the Region must first be enabled for the account"
                .to_owned(),
        ),
        "InvalidSignatureException" | "SignatureDoesNotMatch" => {
            Some("the secret access key does not belong to the access key id: set both again".to_owned())
        }
        "MissingAuthenticationToken" | "MissingAuthenticationTokenException" | "IncompleteSignatureException" => Some(
            "something on the way, perhaps a proxy, has taken the signature off the request: reach AWS without it"
                .to_owned(),
        ),
        "OptInRequired" | "SubscriptionRequiredException" => {
            Some("this account may not use the service yet: open it once in the AWS console".to_owned())
        }
        "TooManyRequestsException" | "ThrottlingException" | "Throttling" | "RequestLimitExceeded" | "SlowDown" => Some(
            "other calls of this account use up its rate: run this again in a minute, or with a lower --parallelism"
                .to_owned(),
        ),
        "LimitExceededException" if !is_domain => Some(quota(operation)),
        // Route 53 has no code of its own for it here.
        "InvalidChangeBatch" if says("Number of records limit") => Some(quota(operation)),
        "FeatureUnavailableInTierException" if !is_domain => {
            Some("raise `user_pool_tier`, or take the feature out".to_owned())
        }
        "CodeDeliveryFailureException" if says("daily email limit") => Some(
            "Cognito itself sends 50 e-mails in a day for the whole account: send by SES (`email_configuration`), leave \
             `invite` out, or go on after 09:00 UTC"
                .to_owned(),
        ),
        "UserImportInProgressException" => Some("a user import is running; apply again when it is done".to_owned()),
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => denied(operation, message),
        // Cognito has this code for more than IAM's no.
        "NotAuthorizedException" if says("not authorized to perform") => denied(operation, message),
        _ => None,
    }
}

/// What to do about a refusal of which nobody knows more than its name.
pub(super) fn general(failure: &AwsFailure) -> Option<String> {
    let AwsFailure { operation, code, .. } = failure;
    let code = code.as_deref()?;
    let hint = match code {
        "InvalidParameterException"
        | "InvalidInput"
        | "ValidationException"
        | "InvalidArnException"
        | "InvalidArgsException"
            if is_read(operation) =>
        {
            "AWS does not take what it is asked by: `stack show` has the id that is recorded, and `-v` logs the call"
        }
        "InvalidParameterException"
        | "InvalidInput"
        | "InvalidChangeBatch"
        | "ValidationException"
        | "InvalidArgsException"
        | "InvalidArnException"
        | "InvalidDomainValidationOptionsException" => {
            "AWS says above what it does not take: change that in the stack file, and run this again"
        }
        "ResourceNotFoundException" | "NoSuchHostedZone" | "NoSuchChange" | "NoSuchHealthCheck" => {
            "what AWS names above is not there: somebody may have deleted it, or it is another account's or Region's; \
             plan again to see what is left"
        }
        "UnsupportedIdentityProviderException" => {
            "AWS takes no such change of the provider's type: its page for the operation says which details it has"
        }
        "NotAuthorizedException" => {
            "AWS refuses this to these credentials although IAM may allow it: see that pool, roles and functions are of \
             this account and Region, and what its words above ask for"
        }
        "ConcurrentModificationException" | "PriorRequestNotComplete" | "RequestInProgressException" => {
            "somebody else is changing the same object at this moment: run this again when they are done"
        }
        "ResourceInUseException" => {
            "something still uses it. A certificate is free up to 20 minutes after its domain was deleted: run this again \
             then"
        }
        "ConflictException" | "ResourceConflictException" | "InvalidStateException" => {
            "it is in use, or is being changed: see to what AWS names above, then run this again"
        }
        "InvalidSmsRoleTrustRelationshipException" => {
            "let cognito-idp.amazonaws.com assume the role of `sms_configuration`, with its external id"
        }
        "InvalidSmsRoleAccessPolicyException" => {
            "let the role of `sms_configuration` send: sns:Publish on *, or sms-voice:SendTextMessage"
        }
        "InvalidEmailRoleAccessPolicyException" => {
            "let cognito-idp.amazonaws.com send from the SES identity of `email_configuration`, with a sending \
             authorization policy"
        }
        "UserPoolTaggingException" | "InvalidTagException" | "TagPolicyException" | "TooManyTagsException" => {
            "change `tags`: AWS takes 50 on an object, and this account's tag policies may ask for certain ones"
        }
        "TierChangeNotAllowedException" => "take out what only the higher plan has, and apply that first",
        "FeatureUnavailableInTierException" => "raise `user_pool_tier`, or take the feature out",
        "UserPoolAddOnNotEnabledException" => "switch threat protection on in `user_pool_add_ons`, on the plan PLUS",
        "ScopeDoesNotExistException" => {
            "a scope in `allowed_oauth_scopes` is none of OpenID's and of no resource server of this pool: make the \
             server first, or take the scope out"
        }
        "InvalidOAuthFlowException" => {
            "`client_credentials` stands alone in `allowed_oauth_flows`, and asks for a client secret and for scopes of a \
             resource server"
        }
        "ManagedLoginBrandingExistsException" => {
            "somebody has given this client a style already: delete it in the Cognito console, then run this again"
        }
        "TermsExistsException" => {
            "somebody has given this client such a document already: delete it in the Cognito console, then run this again"
        }
        "AliasExistsException" => {
            "another account of this pool signs in by the same address: change that one first, or give this one another; two \
             that exchange theirs do so in two steps, each applied"
        }
        "UserNotFoundException" => {
            "the account is not there any more: somebody may have deleted it; plan again to see what is left"
        }
        "InvalidPasswordException" | "UnsupportedUserStateException" | "PreconditionNotMetException" => {
            "AWS says above what about the account, or about the pool's settings, it does not take: change that in the \
             stack file, or see to the account in the Cognito console, then run this again"
        }
        "InvalidLambdaResponseException" | "UnexpectedLambdaException" | "UserLambdaValidationException" => {
            "one of the pool's Lambda triggers was asked and failed, or said no: its log in CloudWatch says why"
        }
        "CodeDeliveryFailureException" => {
            "Cognito could not send an e-mail: see that the SES identity that the stack file names is verified, and may be \
             sent from"
        }
        "LimitExceededException" => return Some(quota(operation)),
        _ => {
            return Some(format!(
                "AWS's reference says under {operation} what {code} means; `-v` logs each call, for AWS's support"
            ));
        }
    };
    Some(hint.to_owned())
}

const CLOCK: &str = "this machine's clock is wrong by more than 5 minutes: set it, then run this again";

/// What to do when no connection could be made; `cause` is what the machine says about it.
pub(super) fn of_unreached(cause: &str, endpoint: Option<&str>) -> String {
    match endpoint {
        Some(url) => format!("AWS_ENDPOINT_URL is {url}: see that something listens there, or unset it"),
        None if is_unknown_name(cause) => {
            "see that this machine is online, and that the Region is spelt right: one that does not exist has no address"
                .to_owned()
        }
        None if cause.contains("certificate") => {
            "whoever answers is not AWS, perhaps a proxy: if it may be trusted, name its certificates in SSL_CERT_FILE"
                .to_owned()
        }
        None => "see that this machine is online, and that no firewall or proxy stands before AWS".to_owned(),
    }
}

/// What to do about an answer that is not AWS's, or none.
pub(super) fn of_nonsense(endpoint: Option<&str>) -> String {
    match endpoint {
        Some(url) => format!("AWS_ENDPOINT_URL is {url}: see that what answers there is AWS, or plays it"),
        None => "see that no proxy or firewall stands between this machine and AWS, then run this again".to_owned(),
    }
}

/// Whether a host name could not be resolved; the words differ from system to system.
fn is_unknown_name(cause: &str) -> bool {
    ["failed to lookup address", "dns error", "nodename nor servname", "No such host"]
        .iter()
        .any(|text| cause.contains(text))
}

/// What to do when no answer came, or only that AWS has failed.
pub(super) const PASSES: &str = "the network or AWS failed, as a rule for a moment: run this again; if it goes on, see that this machine is online, \
     and what https://health.aws.amazon.com says";

/// What to do when there are no credentials, or they could not be had.
pub(super) const CREDENTIALS: &str = "log in (`aws sso login`, or `aws configure` once), and name the profile with --profile or AWS_PROFILE; \
     --sandbox needs no account at all";

/// The quota that a creating call has used up (`quotas_errors.md` 2).
fn quota(operation: &str) -> String {
    let (of, most, is_adjustable) = match operation {
        "CreateUserPool" => ("user pools in a Region", "1,000", true),
        "CreateUserPoolClient" => ("app clients in a user pool", "1,000", true),
        "CreateIdentityProvider" => ("identity providers in a user pool", "300", true),
        "CreateUserPoolReplica" => ("replicas of a user pool", "1", false),
        "CreateManagedLoginBranding" => ("managed login styles in a user pool", "20", false),
        "CreateTerms" => ("terms documents in a user pool", "40", false),
        "AddUserPoolClientSecret" => ("secrets of an app client", "2", false),
        "AddCustomAttributes" => ("custom attributes in a user pool", "50", false),
        "ChangeResourceRecordSets" => ("records in a hosted zone", "10,000", true),
        "CreateGroup" => ("groups in a user pool", "10,000", false),
        "CreateIdentityPool" => ("identity pools in a Region", "1,000", true),
        "RequestCertificate" => ("certificates in a Region (2,500), or of names in a certificate", "10", true),
        _ => return "a quota of this account is used up: Service Quotas in the AWS console shows which".to_owned(),
    };
    let way_out =
        if is_adjustable { "Service Quotas in the AWS console raises it" } else { "AWS does not raise this one" };
    format!("this account is at its quota of {of} ({most} unless raised): delete what nobody uses; {way_out}")
}

/// Which permission is missing, and for whom. AWS's text: `User: ARN is not authorized to perform: ACTION on
/// resource: ARN because …` (`quotas_errors.md` 3).
fn denied(operation: &str, message: &str) -> Option<String> {
    let after = |text: &str| {
        let (_, rest) = message.split_once(text)?;
        let word = rest.split_whitespace().next()?;
        Some(word.trim_end_matches([',', '.', ';']).to_owned())
    };
    let action = after("not authorized to perform: ")
        .or_else(|| Some(format!("{}:{}", service(operation)?, named_by_iam(operation))));
    let action = action?;
    // The domain kind has more to say about this one.
    if action == "cloudfront:UpdateDistribution" {
        return None;
    }
    let on = after("on resource: ").unwrap_or_else(|| "*".to_owned());
    let who = after("User: ").map(|who| format!(" for {who}")).unwrap_or_default();
    Some(if message.contains("explicit deny") {
        format!("a policy forbids `{action}` on `{on}`{who} outright: allowing it elsewhere does not help")
    } else if action == "iam:PassRole" {
        format!("allow `iam:PassRole` on `{on}`{who}, for the service cognito-idp.amazonaws.com")
    } else {
        format!("allow `{action}` on `{on}`{who} in IAM, then run this again")
    })
}

/// What IAM calls an operation of S3's that it does not call by its name.
fn named_by_iam(operation: &str) -> &str {
    match operation {
        "HeadBucket" => "ListBucket",
        "HeadObject" => "GetObject",
        "ListObjectVersions" => "ListBucketVersions",
        "GetBucketEncryption" => "GetEncryptionConfiguration",
        "PutBucketEncryption" => "PutEncryptionConfiguration",
        "GetPublicAccessBlock" => "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock" => "PutBucketPublicAccessBlock",
        other => other,
    }
}

/// What IAM calls the service of an operation that this program calls.
fn service(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "GetCallerIdentity" => "sts",
        _ if operation.ends_with("Object") || operation.contains("Bucket") || operation.contains("PublicAccess") => {
            "s3"
        }
        "ListObjectVersions" => "s3",
        "GetFunction" | "GetPolicy" => "lambda",
        "GetEmailIdentity" | "GetAccount" => "ses",
        "DescribeKey" => "kms",
        "GetRole" | "SimulatePrincipalPolicy" => "iam",
        "ListServiceQuotas" => "servicequotas",
        "ListDistributions" => "cloudfront",
        "GetChange" | "GetHostedZone" | "ListHostedZones" | "ListResourceRecordSets" | "ChangeResourceRecordSets" => {
            "route53"
        }
        _ if operation.contains("Certificate") => "acm",
        _ if operation.contains("UserPool") || operation.contains("Login") || operation.contains("UICustomization") => {
            "cognito-idp"
        }
        _ if operation.contains("Risk") || operation.contains("LogDelivery") || operation.contains("Terms") => {
            "cognito-idp"
        }
        "AddCustomAttributes" | "TagResource" | "UntagResource" | "ListTagsForResource" => "cognito-idp",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(operation: &str, code: &str, message: &str) -> String {
        let failure = AwsFailure {
            operation: operation.to_owned(),
            code: Some(code.to_owned()),
            message: message.to_owned(),
            request_id: None,
        };
        of(&failure).unwrap_or_default()
    }

    #[track_caller]
    fn check(operation: &str, code: &str, message: &str, said: &str) {
        let hint = hint(operation, code, message);
        assert!(hint.contains(said), "{operation} {code}: `{hint}` does not say `{said}`");
    }

    const POOL: &str = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a";

    #[test]
    fn a_missing_permission_is_named_with_its_resource_and_its_owner() {
        let text = format!(
            "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: cognito-idp:UpdateUserPool on \
             resource: {POOL} because no identity-based policy allows the cognito-idp:UpdateUserPool action"
        );
        assert_eq!(
            hint("UpdateUserPool", "AccessDeniedException", &text),
            format!(
                "allow `cognito-idp:UpdateUserPool` on `{POOL}` for arn:aws:iam::111122223333:user/ann in IAM, then run \
                 this again"
            )
        );
        check("UpdateUserPool", "NotAuthorizedException", &text, "allow `cognito-idp:UpdateUserPool`");
    }

    #[test]
    fn a_denial_without_words_is_put_into_words() {
        check("RequestCertificate", "AccessDeniedException", "", "allow `acm:RequestCertificate` on `*`");
        check("ListHostedZones", "AccessDenied", "Access Denied", "allow `route53:ListHostedZones`");
        check("SetUICustomization", "AccessDeniedException", "", "allow `cognito-idp:SetUICustomization`");
        assert_eq!(hint("Unheard", "AccessDenied", ""), "");
    }

    #[test]
    fn an_explicit_deny_and_a_role_to_pass_are_told_apart() {
        let text = "User: u is not authorized to perform: acm:RequestCertificate on resource: * with an explicit deny \
                    in a service control policy";
        check("RequestCertificate", "AccessDeniedException", text, "a policy forbids `acm:RequestCertificate`");
        let text = "User: u is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/sms because";
        check("CreateUserPool", "AccessDeniedException", text, "for the service cognito-idp.amazonaws.com");
        assert_eq!(hint("SetUserPoolMfaConfig", "NotAuthorizedException", "Access to Identity is forbidden"), "");
    }

    #[test]
    fn credentials_that_aws_does_not_take_are_explained() {
        for code in ["ExpiredToken", "ExpiredTokenException", "RequestExpired"] {
            check("CreateUserPool", code, "", "log in again");
        }
        for code in ["UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"] {
            check("GetCallerIdentity", code, "The security token included in the request is invalid.", "does not know");
        }
        for code in ["SignatureDoesNotMatch", "InvalidSignatureException"] {
            check("GetCallerIdentity", code, "The request signature we calculated does not match", "secret access key");
            check("GetCallerIdentity", code, "Signature expired: 20260101T000000Z is now earlier than", "clock");
            check("GetCallerIdentity", code, "Signature not yet current: 20270101T000000Z is still later", "clock");
        }
        check("PutObject", "RequestTimeTooSkewed", "", "clock");
        check("ListHostedZones", "MissingAuthenticationToken", "", "proxy");
        check("ListHostedZones", "OptInRequired", "", "console");
    }

    #[test]
    fn rates_and_quotas_are_told_apart() {
        for code in
            ["TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded", "SlowDown"]
        {
            check("CreateUserPool", code, "Rate exceeded", "--parallelism");
        }
        check("CreateUserPool", "LimitExceededException", "", "user pools in a Region (1,000 unless raised)");
        check("CreateUserPoolClient", "LimitExceededException", "", "app clients in a user pool");
        check("CreateManagedLoginBranding", "LimitExceededException", "", "AWS does not raise this one");
        check("AddCustomAttributes", "LimitExceededException", "", "custom attributes in a user pool (50");
        check("RequestCertificate", "LimitExceededException", "", "certificates in a Region");
        check("CreateHostedZone", "LimitExceededException", "", "Service Quotas");
        let full = "[Number of records limit of 10000 exceeded.]";
        check("ChangeResourceRecordSets", "InvalidChangeBatch", full, "records in a hosted zone (10,000");
        assert_eq!(hint("ChangeResourceRecordSets", "InvalidChangeBatch", "[a record]"), "");
    }

    #[test]
    fn what_the_pool_cannot_do_now_is_explained() {
        check("UpdateUserPoolClient", "FeatureUnavailableInTierException", "", "`user_pool_tier`");
        check("UpdateUserPool", "UserImportInProgressException", "", "a user import is running");
    }

    #[test]
    fn the_domain_speaks_for_itself() {
        assert_eq!(hint("CreateUserPoolDomain", "LimitExceededException", ""), "");
        assert_eq!(hint("CreateUserPoolDomain", "FeatureUnavailableInTierException", ""), "");
        let text = "User: u is not authorized to perform: cloudfront:UpdateDistribution on resource: *";
        assert_eq!(hint("CreateUserPoolDomain", "AccessDeniedException", text), "");
    }

    #[test]
    fn what_needs_no_hint_has_none() {
        for code in ["ResourceNotFoundException", "InvalidParameterException", "InternalErrorException"] {
            assert_eq!(hint("DescribeUserPool", code, "no"), "");
        }
    }

    #[test]
    fn an_unreachable_aws_is_explained_by_what_the_machine_says() {
        let refused = "Connection refused (os error 111)";
        assert!(of_unreached(refused, Some("http://127.0.0.1:1")).contains("AWS_ENDPOINT_URL is http://127.0.0.1:1"));
        assert!(of_unreached(refused, None).contains("firewall"));
        let name = "failed to lookup address information: Name or service not known";
        assert!(of_unreached(name, None).contains("the Region is spelt right"));
        assert!(of_unreached("invalid peer certificate: UnknownIssuer", None).contains("SSL_CERT_FILE"));
    }
}
