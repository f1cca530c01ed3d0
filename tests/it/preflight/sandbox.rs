//! The services that only checks ask, seen by AWS's own command line tool: a sandbox and a client by one hand could share
//! one mistake.

use serde_json::Value;

use super::Scene;
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
