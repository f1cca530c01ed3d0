//! Domains: refusals, waits, and what uses a certificate.
use super::super::{CERTIFICATE_LINGERS, DOMAIN_CREATES, DOMAIN_LINGERS, DOMAIN_UPDATES, certificate_users, handle};
use super::{Aws, CERTIFICATE, COVERS, INVALID, MISSING, OTHER_CERTIFICATE, RESOLVES, TIER};
use serde_json::{Value, json};

const NO_PARENT: &str = "Custom domain is not a valid subdomain: Was not able to resolve the root domain, please ensure an A record exists for the root domain.";
const NO_CERTIFICATE: &str = "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.";

fn custom(pool: &str, name: &str) -> Value {
    json!({ "UserPoolId": pool, "Domain": name, "ManagedLoginVersion": 1, "CustomDomainConfig": { "CertificateArn": CERTIFICATE } })
}

fn prefix(pool: &str, name: &str) -> Value {
    json!({ "UserPoolId": pool, "Domain": name })
}

impl Aws {
    fn domain(&mut self, name: &str) -> Value {
        self.call("DescribeUserPoolDomain", json!({ "Domain": name }))["DomainDescription"].take()
    }

    fn status(&mut self, name: &str) -> Value {
        self.domain(name)["Status"].take()
    }
}

#[test]
fn a_custom_domain_from_beginning_to_end() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    assert_eq!(aws.domain("auth.example.com"), json!({}));
    let answer = aws.call("CreateUserPoolDomain", custom(&pool, "auth.example.com"));
    let distribution = answer["CloudFrontDomain"].as_str().unwrap().to_owned();
    assert!(distribution.starts_with('d') && distribution.ends_with(".cloudfront.net"));
    assert_eq!(
        aws.domain("auth.example.com"),
        json!({
            "UserPoolId": pool,
            "AWSAccountId": "000000000000",
            "Domain": "auth.example.com",
            "S3Bucket": "aws-cognito-prod-eu-west-1-assets",
            "CloudFrontDistribution": distribution,
            "Version": "1700000001000",
            "Status": "CREATING",
            "CustomDomainConfig": { "CertificateArn": CERTIFICATE },
            "ManagedLoginVersion": 1,
        })
    );
    assert_eq!(aws.describe(&pool)["CustomDomain"], "auth.example.com");
    aws.wait(DOMAIN_CREATES - 1);
    assert_eq!(aws.status("auth.example.com"), "CREATING");
    aws.wait(1);
    assert_eq!(aws.status("auth.example.com"), "ACTIVE");
    let other = json!({ "CertificateArn": OTHER_CERTIFICATE });
    let update = json!({ "UserPoolId": pool, "Domain": "auth.example.com", "ManagedLoginVersion": 2, "CustomDomainConfig": other });
    aws.call("UpdateUserPoolDomain", update);
    let shown = aws.domain("auth.example.com");
    assert_eq!((&shown["Status"], &shown["ManagedLoginVersion"]), (&json!("UPDATING"), &json!(2)));
    assert_eq!(certificate_users(&aws.world, CERTIFICATE).len(), 1);
    assert_eq!(certificate_users(&aws.world, OTHER_CERTIFICATE), certificate_users(&aws.world, CERTIFICATE));
    aws.wait(DOMAIN_UPDATES);
    assert_eq!(aws.status("auth.example.com"), "ACTIVE");
    aws.wait(CERTIFICATE_LINGERS);
    assert!(certificate_users(&aws.world, CERTIFICATE).is_empty());
    aws.call("DeleteUserPoolDomain", prefix(&pool, "auth.example.com"));
    assert_eq!(aws.status("auth.example.com"), "DELETING");
    aws.wait(DOMAIN_LINGERS);
    assert_eq!(aws.domain("auth.example.com"), json!({}));
    assert!(aws.describe(&pool).get("CustomDomain").is_none());
    // Gone, and the certificate still in use for a while.
    assert_eq!(certificate_users(&aws.world, OTHER_CERTIFICATE).len(), 1);
    aws.wait(CERTIFICATE_LINGERS);
    assert!(certificate_users(&aws.world, OTHER_CERTIFICATE).is_empty());
}

#[test]
fn a_prefix_domain() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    assert_eq!(aws.call("CreateUserPoolDomain", prefix(&pool, "shop-dev")), json!({ "ManagedLoginVersion": 1 }));
    let shown = aws.domain("shop-dev");
    assert_eq!(shown["CustomDomainConfig"], json!({}));
    assert!(shown["CloudFrontDistribution"].is_string());
    assert_eq!(aws.describe(&pool)["Domain"], "shop-dev");
    // In another Region the prefix is free, and unknown.
    let there =
        handle(&mut aws.world, "us-east-1", "DescribeUserPoolDomain", &json!({ "Domain": "shop-dev" })).unwrap();
    assert_eq!(there, json!({ "DomainDescription": {} }));
    // One of each kind.
    aws.call("CreateUserPoolDomain", custom(&pool, "auth.example.com"));
    aws.refused("CreateUserPoolDomain", prefix(&pool, "other"), INVALID, "User pool already has a domain configured.");
    aws.refused(
        "CreateUserPoolDomain",
        custom(&pool, "b.example.com"),
        INVALID,
        "User pool already has a domain configured.",
    );
}

#[test]
fn names_that_are_refused() {
    let character = "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$";
    let long = "a".repeat(64);
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    for name in ["Shop", "shop_dev", "-shop", "shop-", "auth.example.com", &long] {
        aws.refused("CreateUserPoolDomain", prefix(&pool, name), INVALID, character);
    }
    for (name, word) in [("my-aws-shop", "aws"), ("amazon", "amazon"), ("cognito-shop", "cognito")] {
        let text = format!("Domain cannot contain reserved word: {word}");
        aws.refused("CreateUserPoolDomain", prefix(&pool, name), INVALID, &text);
    }
    for name in ["example.com", "Auth.example.com", "auth..example.com", "auth", "-a.example.com"] {
        aws.refused("CreateUserPoolDomain", custom(&pool, name), INVALID, NO_PARENT);
    }
    aws.call("CreateUserPoolDomain", prefix(&pool, "my-awsome-shop"));
}

#[test]
fn the_parent_and_the_certificate_are_looked_at() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    RESOLVES.set(Some(|name| name == "b.example.com"));
    aws.refused("CreateUserPoolDomain", custom(&pool, "auth.example.com"), INVALID, NO_PARENT);
    COVERS.set(Some(|arn, name| arn == CERTIFICATE && name == "a.b.example.com"));
    aws.refused("CreateUserPoolDomain", custom(&pool, "auth.example.com"), INVALID, NO_CERTIFICATE);
    aws.call("CreateUserPoolDomain", custom(&pool, "a.b.example.com"));
    // Only creation looks at the parent; the certificate is looked at again.
    RESOLVES.set(Some(|_| false));
    aws.call("UpdateUserPoolDomain", custom(&pool, "a.b.example.com"));
    COVERS.set(Some(|_, _| false));
    aws.refused("UpdateUserPoolDomain", custom(&pool, "a.b.example.com"), INVALID, NO_CERTIFICATE);
}

#[test]
fn without_a_certificate_in_acm_there_is_no_domain() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    COVERS.set(None);
    RESOLVES.set(None);
    aws.refused("CreateUserPoolDomain", custom(&pool, "auth.example.com"), INVALID, NO_CERTIFICATE);
    COVERS.set(Some(|_, _| true));
    aws.refused("CreateUserPoolDomain", custom(&pool, "auth.example.com"), INVALID, NO_PARENT);
}

#[test]
fn names_that_are_taken() {
    let mut aws = Aws::new();
    let (one, two) = (aws.pool(json!({})), aws.pool(json!({})));
    aws.prefix(&one, "shop");
    aws.call("CreateUserPoolDomain", custom(&one, "auth.example.com"));
    aws.refused("CreateUserPoolDomain", prefix(&two, "shop"), INVALID, "Domain already exists.");
    let text = "Domain already associated with another user pool.";
    aws.refused("CreateUserPoolDomain", custom(&two, "auth.example.com"), INVALID, text);
    aws.call("DeleteUserPoolDomain", prefix(&one, "shop"));
    aws.call("DeleteUserPoolDomain", prefix(&one, "auth.example.com"));
    aws.refused("CreateUserPoolDomain", prefix(&one, "shop"), INVALID, "Domain already exists.");
    let text = "One or more of the CNAMEs you provided are already associated with a different resource.";
    aws.refused("CreateUserPoolDomain", custom(&one, "auth.example.com"), INVALID, text);
    aws.refused("DeleteUserPoolDomain", prefix(&one, "shop"), INVALID, "No such domain or user pool exists.");
    aws.wait(DOMAIN_LINGERS);
    aws.call("CreateUserPoolDomain", custom(&two, "auth.example.com"));
    aws.call("CreateUserPoolDomain", prefix(&two, "shop"));
}

#[test]
fn kinds_are_not_converted() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    aws.prefix(&pool, "shop");
    aws.call("CreateUserPoolDomain", custom(&pool, "auth.example.com"));
    let text = "Cannot convert custom domain to prefix domain.";
    aws.refused("UpdateUserPoolDomain", prefix(&pool, "auth.example.com"), INVALID, text);
    let text = "User pool should have a custom domain associated, failed to update the certificate.";
    aws.refused("UpdateUserPoolDomain", custom(&pool, "shop"), INVALID, text);
    let text = "No such domain or user pool exists.";
    aws.refused("UpdateUserPoolDomain", prefix(&pool, "nothing"), INVALID, text);
    aws.refused("DeleteUserPoolDomain", prefix(&pool, "nothing"), INVALID, text);
    let text = "User pool eu-west-1_nothing does not exist.";
    for operation in ["CreateUserPoolDomain", "UpdateUserPoolDomain", "DeleteUserPoolDomain"] {
        aws.refused(operation, prefix("eu-west-1_nothing", "shop"), MISSING, text);
    }
}

#[test]
fn managed_login_asks_for_a_tier_and_a_protocol() {
    let mut aws = Aws::new();
    let lite = aws.pool(json!({ "UserPoolTier": "LITE" }));
    let two = |pool: &str| json!({ "UserPoolId": pool, "Domain": "shop", "ManagedLoginVersion": 2 });
    let text = "The following feature is not available for the LITE pricing tier configured: Managed Login Version 2";
    aws.refused("CreateUserPoolDomain", two(&lite), TIER, text);
    aws.call("CreateUserPoolDomain", prefix(&lite, "shop"));
    aws.refused("UpdateUserPoolDomain", two(&lite), TIER, text);
    aws.call("UpdateUserPool", json!({ "UserPoolId": lite, "UserPoolTier": "ESSENTIALS" }));
    aws.call("UpdateUserPoolDomain", two(&lite));
    let text =
        "The following features need to be disabled for the LITE pricing tier configured: Managed Login Version 2";
    aws.refused("UpdateUserPool", json!({ "UserPoolId": lite, "UserPoolTier": "LITE" }), TIER, text);
    let text = "Invalid ManagedLoginVersion: 3. Valid versions are 1 and 2.";
    aws.refused(
        "UpdateUserPoolDomain",
        json!({ "UserPoolId": lite, "Domain": "shop", "ManagedLoginVersion": 3 }),
        INVALID,
        text,
    );
    let mut old = custom(&lite, "auth.example.com");
    old["ManagedLoginVersion"] = 2.into();
    old["CustomDomainConfig"]["SecurityPolicy"] = "TLS_V1".into();
    let text = "Managed Login Version 2 requires a SecurityPolicy of at least TLS_V1_2_2021.";
    aws.refused("CreateUserPoolDomain", old, INVALID, text);
}

#[test]
fn routing_is_for_custom_domains() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    let routing = json!({ "Failover": { "SecondaryRegion": "us-west-2", "PrimaryRoute53HealthCheckId": "a" } });
    let mut input = prefix(&pool, "shop");
    input["Routing"] = routing.clone();
    aws.refused("CreateUserPoolDomain", input, INVALID, "Routing is only supported for custom domains.");
    let mut input = custom(&pool, "auth.example.com");
    input["Routing"] = routing.clone();
    input["CustomDomainConfig"]["SecurityPolicy"] = "TLS_V1_3_2025".into();
    aws.call("CreateUserPoolDomain", input);
    let shown = aws.domain("auth.example.com");
    assert_eq!(shown["Routing"], routing);
    assert_eq!(shown["CustomDomainConfig"]["SecurityPolicy"], "TLS_V1_3_2025");
}

#[test]
fn four_custom_domains_and_no_more() {
    let mut aws = Aws::new();
    for number in 0..4 {
        let pool = aws.pool(json!({}));
        aws.call("CreateUserPoolDomain", custom(&pool, &format!("a{number}.example.com")));
    }
    let pool = aws.pool(json!({}));
    let text = "The quota of 4 custom domains has been reached.";
    aws.refused("CreateUserPoolDomain", custom(&pool, "e.example.com"), "LimitExceededException", text);
}
