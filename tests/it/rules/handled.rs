//! Refusals of AWS's that pass, met by the real program.

use serde_json::{Value, json};

use crate::world::World;

/// What the pool of `full_mfa` needs is refused at first, and asked for again.
#[test]
fn factors_of_a_new_pool_are_set_once_it_takes_them() {
    let world = World::with(&crate::world::repository().join("tests/it/samples/valid"));
    world.up("full_mfa");
    let calls = world.run_with("plan full_mfa --sandbox --detailed-exitcode", &[]);
    assert_eq!(calls.code, Some(0), "{calls}");
    let (pool, mode) = world.behind(async |aws| {
        let pools = aws.cognito.list_user_pools().max_results(60).send().await.unwrap();
        let id = pools.user_pools()[0].id().unwrap().to_owned();
        let pool = aws.cognito.describe_user_pool().user_pool_id(&id).send().await.unwrap().user_pool.unwrap();
        let mfa = aws.cognito.get_user_pool_mfa_config().user_pool_id(&id).send().await.unwrap();
        (pool, mfa.mfa_configuration.unwrap())
    });
    assert_ne!(mode.as_str(), "OFF", "the sample has factors");
    // The clock moves only while the program waits: the first try was refused, and a later one was not.
    let (begun, changed) = (pool.creation_date.unwrap(), pool.last_modified_date.unwrap());
    assert!(changed.as_secs_f64() - begun.as_secs_f64() >= 1.0, "{begun} to {changed}");
}

/// With the quotas of calls in a second kept, nothing is refused for good, and all is there in the end.
#[test]
fn thirty_clients_are_made_no_faster_than_aws_takes_them() {
    let world = World::empty();
    let clients: Vec<String> = (1..=30).map(|number| format!("  c{number}: {{}}")).collect();
    let stack = format!("region: eu-west-1\nuser_pool: {{ name: many }}\napp_clients:\n{}\n", clients.join("\n"));
    world.write("stacks/many.yaml", stack);
    let kept = [("STACK_SANDBOX_RATES", "1")];
    world.run_with("up many --sandbox --auto-approve", &kept).ok();
    let again = world.run_with("plan many --sandbox --detailed-exitcode", &kept);
    assert_eq!(again.code, Some(0), "{again}");
}

const SMS: &str = "arn:aws:iam::000000000000:role/made";

/// What somebody else sets up in the account at this moment.
fn set_up(world: &World, calls: &[(&str, Value)]) {
    let sandbox = world.sandbox();
    for (operation, input) in calls {
        let answered = super::calls::call(&sandbox, "eu-west-1", operation, input);
        assert!(answered.refusal.is_none(), "{operation}: {answered:?}");
    }
}

fn lets(service: &str, action: &str) -> Value {
    let statement = json!({
        "Effect": "Allow", "Principal": { "Service": service }, "Action": action, "Resource": "*",
    });
    json!({ "Statement": [statement] })
}

/// The role of SMS messages and the pool that names it are made by one pipeline, in one breath.
#[test]
fn a_role_that_was_just_made_is_waited_for() {
    let world = World::empty();
    let sms = format!("sms_configuration: {{ sns_caller_arn: '{SMS}', external_id: shop }}");
    world.write("stacks/texts.yaml", format!("region: eu-west-1\nuser_pool: {{ name: texts, {sms} }}\n"));
    let trust = lets("cognito-idp.amazonaws.com", "sts:AssumeRole");
    let made = json!({ "RoleName": "made", "AssumeRolePolicyDocument": trust });
    set_up(&world, &[("CreateRole", made)]);
    // It may not send yet, however long one waits; and then it may.
    let no = world.run("up texts --sandbox --auto-approve");
    assert_eq!(no.code, Some(1), "{no}");
    assert!(no.err.contains("InvalidSmsRoleAccessPolicyException") && no.err.contains("sns:Publish"), "{no}");
    let sends = lets("", "sns:Publish");
    set_up(&world, &[("PutRolePolicy", json!({ "RoleName": "made", "PolicyName": "send", "PolicyDocument": sends }))]);
    world.up("texts");
    assert_eq!(world.run("plan texts --sandbox --detailed-exitcode").code, Some(0));
}

/// AWS's no to an identity without a sending policy names what is missing; with one, the pool is made.
#[test]
fn an_identity_that_does_not_let_cognito_send_is_named() {
    let world = World::empty();
    let mail = "email_configuration: { source_arn: 'arn:aws:ses:eu-west-1:000000000000:identity/example.com' }";
    world.write("stacks/mails.yaml", format!("region: eu-west-1\nuser_pool: {{ name: mails, {mail} }}\n"));
    let no = world.run("up mails --sandbox --auto-approve");
    assert_eq!(no.code, Some(1), "{no}");
    let told = no.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("not allowed to use your email identity"), "{no}");
    assert!(told.contains("with a sending authorization policy"), "{no}");
    let mut policy = lets("email.cognito-idp.amazonaws.com", "");
    policy["Statement"][0]["Action"] = json!(["ses:SendEmail", "ses:SendRawEmail"]);
    let input = json!({ "EmailIdentity": "example.com", "PolicyName": "cognito", "Policy": policy });
    set_up(&world, &[("CreateEmailIdentityPolicy", input)]);
    world.up("mails");
}

/// A key whose policy leaves Cognito out is AWS's to refuse, and the refusal reaches the person with the key's name.
#[test]
fn a_key_that_does_not_let_cognito_is_named() {
    let world = World::empty();
    let key = "arn:aws:kms:eu-west-1:000000000000:key/11112222-3333-4444-5555-666677778888";
    let lambda = "arn:aws:lambda:eu-west-1:000000000000:function:send";
    world.write(
        "stacks/sender.yaml",
        format!(
            "region: eu-west-1\nuser_pool:\n  name: sender\n  lambda_config:\n    kms_key_id: {key}\n    \
             custom_email_sender: {{ lambda_version: V1_0, lambda_arn: '{lambda}' }}\n"
        ),
    );
    let policy = |service| json!({ "KeyId": key, "Policy": lets(service, "kms:CreateGrant") });
    set_up(&world, &[("PutKeyPolicy", policy("lambda.amazonaws.com"))]);
    let no = world.run("up sender --sandbox --auto-approve");
    assert_eq!(no.code, Some(1), "{no}");
    assert!(no.err.contains(key) && no.err.contains("kms:CreateGrant"), "{no}");
    set_up(&world, &[("PutKeyPolicy", policy("cognito-idp.amazonaws.com"))]);
    world.up("sender");
}

/// Nothing that a plan could mend, and yet nobody gets a code any more: each plan says so.
#[test]
fn a_pool_that_can_no_longer_send_is_told_of() {
    let world = World::empty();
    let sms = format!("sms_configuration: {{ sns_caller_arn: '{SMS}', external_id: shop }}");
    let mail = "email_configuration: { source_arn: 'arn:aws:ses:eu-west-1:000000000000:identity/example.com' }";
    let pool = format!("region: eu-west-1\nuser_pool:\n  name: sends\n  {sms}\n  {mail}\n");
    world.write("stacks/sends.yaml", pool);
    let mut sends = lets("email.cognito-idp.amazonaws.com", "");
    sends["Statement"][0]["Action"] = json!(["ses:SendEmail", "ses:SendRawEmail"]);
    let policy = |policy: &Value| json!({ "EmailIdentity": "example.com", "PolicyName": "cognito", "Policy": policy });
    set_up(&world, &[("CreateEmailIdentityPolicy", policy(&sends))]);
    world.up("sends");
    let well = world.run("plan sends --sandbox --detailed-exitcode");
    assert_eq!(well.code, Some(0), "{well}");
    assert!(!well.err.contains("cannot send"), "{well}");

    let trust = lets("lambda.amazonaws.com", "sts:AssumeRole");
    set_up(
        &world,
        &[
            ("CreateRole", json!({ "RoleName": "made", "AssumeRolePolicyDocument": trust })),
            ("CreateEmailIdentityPolicy", policy(&lets("lambda.amazonaws.com", "ses:SendEmail"))),
        ],
    );
    let told = world.run("plan sends --sandbox --detailed-exitcode");
    assert_eq!(told.code, Some(0), "{told}");
    for what in [
        "cannot send SMS messages now (InvalidSmsRoleAccessPolicyException)",
        "cannot send e-mail now (InvalidEmailRoleAccessPolicyException)",
    ] {
        assert_eq!(told.err.matches(what).count(), 1, "{told}");
    }
}

#[test]
fn a_change_of_tier_that_aws_does_not_allow_is_told_with_a_way_out() {
    let world = World::empty();
    let pool = |tier: &str| format!("region: eu-west-1\nuser_pool: {{ name: tiers, user_pool_tier: {tier} }}\n");
    world.write("stacks/tiers.yaml", pool("ESSENTIALS"));
    world.up("tiers");
    world.write("stacks/tiers.yaml", pool("LITE"));
    let refuses = "UpdateUserPool=refuse:TierChangeNotAllowedException:not now";
    let no = world.run_with("up tiers --sandbox --auto-approve", &[("STACK_SANDBOX_FAULTS", refuses)]);
    assert_eq!(no.code, Some(1), "{no}");
    assert!(no.err.contains("take out what only the higher plan has"), "{no}");
    // Nothing was lost by it: the plan is the same, and goes through when AWS lets it.
    assert_eq!(world.run("plan tiers --sandbox --detailed-exitcode").code, Some(2));
    world.up("tiers");
    assert_eq!(world.run("plan tiers --sandbox --detailed-exitcode").code, Some(0));
}
