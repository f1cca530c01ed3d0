//! The services that only checks ask, seen by AWS's own command line tool: a sandbox and a client by one hand could share
//! one mistake.

use serde_json::Value;

use super::names::Server;
use super::{BASE, Scene};
use crate::setup::House;
use crate::setup::aws_cli::call;

#[test]
fn awss_own_tool_understands_what_the_sandbox_says_of_things_outside() {
    let scene = Scene::new();
    let aws = |line: &str| -> Value {
        let words: Vec<&str> = line.split_whitespace().collect();
        call(&scene.served, "eu-west-1", &words)
    };
    let function = "arn:aws:lambda:eu-west-1:111122223333:function:f";
    assert_eq!(aws(&format!("lambda get-function --function-name {function}"))["Configuration"]["State"], "Active");
    aws(&format!(
        "lambda add-permission --function-name {function} --qualifier live --statement-id one --action \
         lambda:InvokeFunction --principal cognito-idp.amazonaws.com --source-account 111122223333"
    ));
    let policy = aws(&format!("lambda get-policy --function-name {function} --qualifier live"));
    assert!(policy["Policy"].as_str().unwrap().contains("cognito-idp.amazonaws.com"), "{policy}");
    let key = aws("kms describe-key --key-id arn:aws:kms:eu-west-1:111122223333:key/k");
    assert_eq!(key["KeyMetadata"]["KeyState"], "Enabled");
    let identity = aws("sesv2 get-email-identity --email-identity ann@example.com");
    assert_eq!(identity["VerifiedForSendingStatus"], true);
    assert_eq!(aws("sesv2 get-account")["ProductionAccessEnabled"], true);
    // Nine actions are more than one page.
    let actions = (0..9).map(|number| format!("cognito-idp:A{number}")).collect::<Vec<_>>().join(" ");
    let decided = aws(&format!(
        "iam simulate-principal-policy --policy-source-arn arn:aws:iam::000000000000:user/a --action-names {actions}"
    ));
    let decided = decided["EvaluationResults"].as_array().unwrap();
    assert_eq!(decided.len(), 9);
    assert!(decided.iter().all(|one| one["EvalDecision"] == "allowed"), "{decided:#?}");
    assert_eq!(aws("iam get-role --role-name r")["Role"]["Arn"], "arn:aws:iam::000000000000:role/r");
    let quotas = aws("service-quotas list-service-quotas --service-code cognito-idp");
    assert_eq!(quotas["Quotas"].as_array().unwrap().len(), 5);
    assert_eq!(aws("cloudfront list-distributions --no-paginate")["DistributionList"]["Quantity"], 0);
}

const ISSUERS: &str = "
region: ap-southeast-2
user_pool: { name: issuers, deletion_protection: INACTIVE }
records:
  issuers: { name: example.com, type: CAA, values: ['0 issue \"ca.test\"', '0 iodef \"mailto:a@example.com\"'] }
";

#[test]
fn the_sandboxs_own_name_server_knows_issuers_and_delegations() {
    let scene = Scene::new();
    let names = Server::at(&scene.served.dns);
    let child = BASE.replace("auth.example.com, hosted_zone: example.com", "auth.child.example.com");
    let house = House::new(&[("looked", BASE), ("issuers", ISSUERS), ("child", &child)]);
    let first = |stack: &str, check: &str| {
        let found = scene.look(&house, &names, stack).of(check);
        let text = |field: &str| found[0][field].as_str().unwrap().to_owned();
        (text("outcome"), text("message"))
    };
    assert_eq!(first("looked", "caa").0, "pass");
    assert_eq!(first("looked", "delegation").0, "pass");
    scene.run(&house, &names, "up issuers --auto-approve").ok();
    let (outcome, message) = first("looked", "caa");
    assert_eq!(outcome, "fail", "{message}");
    assert!(message.contains("issue \"ca.test\""), "{message}");
    // A zone that nobody has delegated.
    let made = "route53 create-hosted-zone --name child.example.com --caller-reference 1";
    call(&scene.served, "us-east-1", &made.split(' ').collect::<Vec<_>>());
    let (outcome, message) = first("child", "delegation");
    assert_eq!((outcome.as_str(), message.contains("knows of no zone child.example.com")), ("fail", true), "{message}");
}
