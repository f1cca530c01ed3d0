//! AWS's own command line tool, which nobody here wrote, sees what `apply` has made.

use crate::setup::aws_cli::call;
use crate::setup::{House, Served};
use serde_json::json;

#[test]
fn awss_own_tool_sees_what_was_applied() {
    let (served, house) = (Served::new(&[]), House::new(&[]));
    served.run(&house, "up dev --auto-approve").ok();
    let state = house.json("state/dev.json");
    let record = |address: &str| state["resources"][address].clone();
    let id = |address: &str| record(address)["id"].as_str().unwrap_or_else(|| panic!("no {address}")).to_owned();
    let pool = id("user_pool");
    let client = id("app_client.web");
    let client = client.split_once('/').unwrap().1;
    let region = "ap-southeast-2";
    let cognito = |words: &[&str]| {
        let words: Vec<&str> = [&["cognito-idp"], words].concat();
        call(&served, region, &words)
    };

    let who = call(&served, region, &["sts", "get-caller-identity"]);
    assert_eq!(who["Account"], state["account"]);

    let listed = cognito(&["list-user-pools", "--max-results", "60"]);
    assert_eq!(listed["UserPools"].as_array().unwrap().len(), 1);
    let shown = cognito(&["describe-user-pool", "--user-pool-id", &pool]);
    let spec = record("user_pool")["observed"].clone();
    assert_eq!(shown["UserPool"]["Name"], spec["name"]);
    assert_eq!(shown["UserPool"]["UsernameAttributes"], json!(["email"]));
    assert_eq!(
        shown["UserPool"]["Policies"]["PasswordPolicy"]["MinimumLength"],
        spec["password_policy"]["minimum_length"]
    );
    let schema = shown["UserPool"]["SchemaAttributes"].as_array().unwrap();
    let custom = schema.iter().find(|attribute| attribute["Name"] == "custom:app_user_id").unwrap();
    assert_eq!(custom["StringAttributeConstraints"]["MinLength"], "36");
    assert_eq!(shown["UserPool"]["UserPoolTags"]["stack:name"], "dev");
    assert_eq!(shown["UserPool"]["CustomDomain"], id("domain.custom"));

    let mfa = cognito(&["get-user-pool-mfa-config", "--user-pool-id", &pool]);
    assert_eq!(mfa["MfaConfiguration"], "OFF");

    let clients = cognito(&["list-user-pool-clients", "--user-pool-id", &pool]);
    assert_eq!(clients["UserPoolClients"].as_array().unwrap().len(), 1);
    let shown = cognito(&["describe-user-pool-client", "--user-pool-id", &pool, "--client-id", client]);
    let shown = &shown["UserPoolClient"];
    assert_eq!(shown["AllowedOAuthFlows"], json!(["code"]));
    assert_eq!(shown["AllowedOAuthFlowsUserPoolClient"], json!(true));
    assert_eq!(shown["AccessTokenValidity"], 1);
    assert_eq!(shown["TokenValidityUnits"]["AccessToken"], "hours");
    let spec = record("app_client.web")["observed"].clone();
    assert_eq!(shown["DefaultRedirectURI"], spec["default_redirect_uri"]);
    assert_eq!(sorted(&shown["CallbackURLs"]), sorted(&spec["callback_urls"]));

    let shown = cognito(&["describe-user-pool-domain", "--domain", &id("domain.custom")]);
    let domain = &shown["DomainDescription"];
    assert_eq!((&domain["Status"], &domain["UserPoolId"]), (&json!("ACTIVE"), &json!(pool)));
    let arn = id("certificate.domain");
    assert_eq!(domain["CustomDomainConfig"]["CertificateArn"], json!(arn));

    let shown = call(&served, "us-east-1", &["acm", "describe-certificate", "--certificate-arn", &arn]);
    let certificate = &shown["Certificate"];
    assert_eq!((&certificate["Status"], &certificate["DomainName"]), (&json!("ISSUED"), &json!("*.example.com")));
    let proof = &certificate["DomainValidationOptions"][0]["ResourceRecord"];

    let zone = id("dns_record.domain_a");
    let (zone, _) = zone.split_once('/').unwrap();
    let sets = call(&served, region, &["route53", "list-resource-record-sets", "--hosted-zone-id", zone]);
    let sets = sets["ResourceRecordSets"].as_array().unwrap();
    let set = |name: &str, kind: &str| {
        let found = sets.iter().find(|set| set["Name"] == format!("{name}.") && set["Type"] == kind);
        found.unwrap_or_else(|| panic!("no {name} {kind} in {sets:#?}"))
    };
    for kind in ["A", "AAAA"] {
        let alias = &set(&id("domain.custom"), kind)["AliasTarget"];
        assert_eq!(alias["HostedZoneId"], "Z2FDTNDATAQYW2");
        assert_eq!(alias["DNSName"], format!("{}.", domain["CloudFrontDistribution"].as_str().unwrap()));
    }
    let validation = set(proof["Name"].as_str().unwrap().trim_end_matches('.'), "CNAME");
    let value = validation["ResourceRecords"][0]["Value"].as_str().unwrap();
    assert_eq!(value.trim_end_matches('.'), proof["Value"].as_str().unwrap().trim_end_matches('.'));

    let shown = cognito(&["get-ui-customization", "--user-pool-id", &pool, "--client-id", "ALL"]);
    let look = &shown["UICustomization"];
    assert_eq!(look["CSS"].as_str().unwrap(), std::fs::read_to_string(house.path("stacks/ui/login.css")).unwrap());
    // Where it can be fetched from: a CloudFront of the sandbox's own would be out of reach.
    assert!(look["ImageUrl"].as_str().unwrap().starts_with(&served.url), "{look}");
}

fn sorted(list: &serde_json::Value) -> Vec<String> {
    let mut texts: Vec<String> = list.as_array().unwrap().iter().map(ToString::to_string).collect();
    texts.sort();
    texts
}
