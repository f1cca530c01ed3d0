//! What only AWS can know and refuses: the real program meets each such refusal, says what AWS said, what was done and what
//! to do, leaves nothing half done, and goes on once it is mended.

use serde_json::{Value, json};
use stack::sandbox::{Sandbox, World as Held, cognito, identity};

use super::calls::call;
use crate::world::World;

const REGION: &str = "eu-west-1";

/// One refusal, and the stack that meets it.
struct Met<'a> {
    /// What the stack is first, where that goes well and what is refused comes later.
    before: Option<&'a str>,
    stack: &'a str,
    /// What others have done by then.
    others: fn(&World),
    /// What could not be done: `create group.two`.
    step: &'a str,
    /// What AWS says.
    says: &'a str,
    /// What to do about it.
    hint: &'a str,
    /// What was done all the same: `2 created, 0 updated`.
    done: &'a str,
    /// What is left to do: `1 to create, 0 to update`.
    left: &'a str,
    /// What somebody then does about it, in AWS or in the file.
    mend: fn(&World),
}

fn told(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn meets(met: &Met<'_>) {
    let Met { before, stack, others, step, says, hint, done, left, mend } = met;
    let world = World::empty();
    let with_region = |stack: &str| format!("region: {REGION}\n{stack}");
    if let Some(before) = before {
        world.write("stacks/shop.yaml", with_region(before));
        world.up("shop");
    }
    others(&world);
    world.write("stacks/shop.yaml", with_region(stack));
    let left = format!("Plan: {left}, 0 to delete.");
    let counts = [*done, "0 created, 0 updated"];
    // The second time, nothing that was done is done again.
    for done in counts {
        let no = world.run("up shop --sandbox --auto-approve");
        assert_eq!(no.code, Some(1), "{no}");
        let said = told(&no.err);
        for part in [
            format!("Error: cannot {step}"),
            (*says).to_owned(),
            format!("Not all done: {done}, 0 deleted, 1 failed"),
            format!("Hint: {hint}"),
            "Hint: what was done is recorded; `stack up shop --sandbox` goes on from here".to_owned(),
        ] {
            assert!(said.contains(&part), "`{part}` is not in:\n{no}");
        }
        let plan = world.run("plan shop --sandbox --detailed-exitcode");
        assert_eq!(plan.code, Some(2), "{plan}");
        assert!(plan.out.contains(&left), "`{left}` is not in:\n{plan}");
    }
    mend(&world);
    world.up("shop");
    let after = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(after.code, Some(0), "{after}");
}

/// What others do, in memory: a thousand calls are not saved one by one.
fn elsewhere(world: &World, act: impl FnOnce(&Sandbox)) {
    let there = world.sandbox();
    let here = Sandbox::in_memory(there.clock().clone());
    let text = there.world(|held| serde_json::to_string(held).unwrap()).unwrap();
    here.world(|held| *held = serde_json::from_str(&text).unwrap()).unwrap();
    act(&here);
    let text = here.world(|held| serde_json::to_string(held).unwrap()).unwrap();
    there.world(|held| *held = serde_json::from_str(&text).unwrap()).unwrap();
}

/// No quota that is tried out is greater.
const MOST: usize = 20_000;

/// Makes one call after the other until AWS refuses one; how many it has taken.
fn until_refused(sandbox: &Sandbox, operation: &str, input: impl Fn(usize) -> Value) -> usize {
    (0..=MOST).find(|number| call(sandbox, REGION, operation, &input(*number)).refusal.is_some()).unwrap()
}

#[track_caller]
fn does(world: &World, operation: &str, input: &Value) {
    let answered = call(&world.sandbox(), REGION, operation, input);
    assert!(answered.refusal.is_none(), "{operation}: {answered:?}");
}

/// The pool that the stack has made.
fn pool(world: &World) -> String {
    let state: Value = serde_json::from_str(&world.read("state/sandbox/shop.json")).unwrap();
    state["resources"]["user_pool"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_pool_with_its_last_group_is_told_of() {
    meets(&Met {
        before: Some("user_pool: { name: shop }\ngroups: { one: {} }\n"),
        stack: "user_pool: { name: shop }\ngroups: { one: {}, two: {} }\n",
        others: |world| {
            let id = pool(world);
            elsewhere(world, |sandbox| {
                let make = |held: &mut Held| {
                    let one = |number: usize| json!({ "UserPoolId": id, "GroupName": format!("other{number}") });
                    (0..=MOST)
                        .find(|number| cognito::handle(held, REGION, "CreateGroup", &one(*number)).is_err())
                        .unwrap()
                };
                assert_eq!(sandbox.world(make).unwrap(), 9_999);
            });
        },
        step: "create group.two",
        says: "CreateGroup: LimitExceededException: The quota of 10000 groups per user pool has been reached.",
        hint: "this account is at its quota of groups in a user pool (10,000 unless raised): delete what nobody uses",
        done: "0 created, 0 updated",
        left: "1 to create, 0 to update",
        mend: |world| does(world, "DeleteGroup", &json!({ "UserPoolId": pool(world), "GroupName": "other7" })),
    });
}

#[test]
fn a_pool_with_its_last_provider_is_told_of() {
    let provider = "identity_providers: { Corp: { oidc: { client_id: a, authorize_scopes: [openid], oidc_issuer: \
                    'https://idp.example.com' } } }\n";
    meets(&Met {
        before: Some("user_pool: { name: shop }\n"),
        stack: &format!("user_pool: {{ name: shop }}\ngroups: {{ one: {{}} }}\n{provider}"),
        others: |world| {
            let id = pool(world);
            elsewhere(world, |sandbox| {
                let details = json!({
                    "client_id": "a", "authorize_scopes": "openid", "oidc_issuer": "https://idp.example.com",
                    "attributes_request_method": "GET",
                });
                let one = |number: usize| {
                    json!({
                        "UserPoolId": id, "ProviderName": format!("other{number}"), "ProviderType": "OIDC",
                        "ProviderDetails": details,
                    })
                };
                assert_eq!(until_refused(sandbox, "CreateIdentityProvider", one), 300);
            });
        },
        step: "create identity_provider.Corp",
        says: "CreateIdentityProvider: LimitExceededException: The quota of 300 identity providers per user pool has been \
               reached.",
        hint: "this account is at its quota of identity providers in a user pool (300 unless raised)",
        done: "1 created, 0 updated",
        left: "1 to create, 0 to update",
        mend: |world| {
            does(world, "DeleteIdentityProvider", &json!({ "UserPoolId": pool(world), "ProviderName": "other7" }));
        },
    });
}

/// What brings it about is not documented, so that AWS's answer is given by a fault; what follows is the program's.
#[test]
fn a_provider_that_aws_does_not_support_now_is_told_of() {
    let world = World::empty();
    let stack = |client: &str| {
        format!(
            "region: {REGION}\nuser_pool: {{ name: shop }}\nidentity_providers: {{ Corp: {{ oidc: {{ client_id: {client}, \
             authorize_scopes: [openid], oidc_issuer: 'https://idp.example.com' }} }} }}\n"
        )
    };
    world.write("stacks/shop.yaml", stack("a"));
    world.up("shop");
    world.write("stacks/shop.yaml", stack("b"));
    let refuses = "UpdateIdentityProvider=refuse:UnsupportedIdentityProviderException:Not supported.";
    let no = world.run_with("up shop --sandbox --auto-approve", &[("STACK_SANDBOX_FAULTS", refuses)]);
    assert_eq!(no.code, Some(1), "{no}");
    let said = told(&no.err);
    for part in [
        "Error: cannot update identity_provider.Corp",
        "UpdateIdentityProvider: UnsupportedIdentityProviderException: Not supported.",
        "Not all done: 0 created, 0 updated, 0 deleted, 1 failed",
        "Hint: AWS takes no such change of the provider's type",
        "Hint: what was done is recorded; `stack up shop --sandbox` goes on from here",
    ] {
        assert!(said.contains(part), "`{part}` is not in:\n{no}");
    }
    let plan = world.run("plan shop --sandbox --detailed-exitcode");
    assert!(plan.code == Some(2) && plan.out.contains("Plan: 0 to create, 1 to update, 0 to delete."), "{plan}");
    // Another change at the same moment is waited for.
    let busy = "UpdateIdentityProvider=refuse:1:ConcurrentModificationException:Not now.";
    let done = world.run_with("up shop --sandbox --auto-approve", &[("STACK_SANDBOX_FAULTS", busy)]);
    assert!(
        done.code == Some(0) && told(&done.err).contains("waiting for Cognito to have time for a change to the pool"),
        "{done}"
    );
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn the_last_e_mail_of_a_day_is_told_of_and_the_account_made_on_the_next() {
    meets(&Met {
        before: Some("user_pool: { name: shop }\n"),
        stack: "user_pool: { name: shop }\n\
                users: { ann: { attributes: { email: ann@example.com }, invite: [EMAIL] } }\n",
        others: |world| {
            let id = pool(world);
            elsewhere(world, |sandbox| {
                let one = |number: usize| {
                    let address = format!("other{number}@example.com");
                    json!({
                        "UserPoolId": id, "Username": format!("other{number}"), "DesiredDeliveryMediums": ["EMAIL"],
                        "UserAttributes": [{ "Name": "email", "Value": address }],
                    })
                };
                assert_eq!(until_refused(sandbox, "AdminCreateUser", one), 50);
            });
        },
        step: "create user.ann",
        says: "AdminCreateUser: CodeDeliveryFailureException: Exceeded daily email limit",
        hint: "Cognito itself sends 50 e-mails in a day for the whole account",
        done: "0 created, 0 updated",
        left: "1 to create, 0 to update",
        // Each command begins an hour after the one before.
        mend: |world| (0..24).for_each(|_| world.run("validate shop").ok()),
    });
}

/// A statement of somebody else's.
fn statement(number: usize) -> Value {
    json!({
        "FunctionName": "gate", "StatementId": format!("other{number}"), "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com", "SourceArn": "a".repeat(2_048),
    })
}

#[test]
fn a_function_with_a_full_policy_is_told_of() {
    meets(&Met {
        before: None,
        stack: "user_pool:\n  name: shop\n  lambda_config: { pre_sign_up: 'arn:aws:lambda:eu-west-1:000000000000:function:gate' }\n",
        others: |world| {
            elsewhere(world, |sandbox| {
                until_refused(sandbox, "AddPermission", statement);
                // What is left is less than any statement takes.
                let small = |number: usize| {
                    let mut small = statement(number);
                    small["StatementId"] = json!(format!("small{number}"));
                    small["SourceArn"] = json!("a");
                    small
                };
                until_refused(sandbox, "AddPermission", small);
            });
        },
        step: "create lambda_permission.gate",
        says: "AddPermission: PolicyLengthExceededException: ",
        hint: "the policy of arn:aws:lambda:eu-west-1:000000000000:function:gate is full (20 KB): take",
        done: "1 created, 0 updated",
        left: "1 to create, 0 to update",
        mend: |world| {
            does(world, "RemovePermission", &json!({ "FunctionName": "gate", "StatementId": "other3" }));
        },
    });
}

/// This one is asked for before anything is made.
#[test]
fn an_api_of_another_sort_is_told_of() {
    let world = World::empty();
    let api =
        "user_pool: { name: shop }\napp_clients: { web: {} }\napi_authorizers: { shop: { api_id: w1b2c3d4e5 } }\n";
    world.write("stacks/shop.yaml", format!("region: {REGION}\n{api}"));
    let no = world.run("up shop --sandbox --auto-approve");
    let said = told(&no.err);
    assert_eq!(no.code, Some(1), "{no}");
    for part in ["the API w1b2c3d4e5 is a WEBSOCKET API", "Hint: nothing was changed", "stacks/shop.yaml:4"] {
        assert!(said.contains(part), "`{part}` is not in:\n{no}");
    }
    world.edit("stacks/shop.yaml", "w1b2c3d4e5", "a1b2c3d4e5");
    world.up("shop");
    let after = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(after.code, Some(0), "{after}");
}

#[test]
fn an_account_with_its_last_identity_pool_is_told_of() {
    meets(&Met {
        before: None,
        stack: "user_pool: { name: shop }\napp_clients: { web: {} }\nidentity_pool: {}\n",
        others: |world| {
            elsewhere(world, |sandbox| {
                let make = |held: &mut Held| {
                    let one = |number: usize| json!({ "IdentityPoolName": format!("other{number}"), "AllowUnauthenticatedIdentities": false });
                    let is_refused =
                        |number: &usize| identity::handle(held, REGION, "CreateIdentityPool", &one(*number)).is_err();
                    (0..=MOST).find(is_refused).unwrap()
                };
                assert_eq!(sandbox.world(make).unwrap(), 1_000);
            });
        },
        step: "create identity_pool",
        says: "CreateIdentityPool: LimitExceededException: ",
        hint: "this account is at its quota of identity pools in a Region (1,000 unless raised)",
        done: "2 created, 0 updated",
        left: "1 to create, 0 to update",
        mend: |world| {
            let listed = call(&world.sandbox(), REGION, "ListIdentityPools", &json!({ "MaxResults": 1 }));
            let id = listed.at("/IdentityPools/0/IdentityPoolId");
            does(world, "DeleteIdentityPool", &json!({ "IdentityPoolId": id }));
        },
    });
}

/// A change of records of the zone that every sandbox has.
fn records(action: &str, names: impl Iterator<Item = String>) -> Value {
    let one = |name: String| {
        let record = json!({ "Name": name, "Type": "A", "TTL": 60, "ResourceRecords": ["192.0.2.1"] });
        json!({ "Action": action, "ResourceRecordSet": record })
    };
    json!({ "Id": "Z0EXAMPLE00000000001", "ChangeBatch": { "Changes": names.map(one).collect::<Vec<_>>() } })
}

#[test]
fn a_full_zone_is_told_of_and_the_record_made_once_there_is_room() {
    meets(&Met {
        before: None,
        stack: "user_pool: { name: shop }\n\
                records: { app: { name: app.example.com, type: A, ttl: 300, values: [192.0.2.7] } }\n",
        others: |world| {
            elsewhere(world, |sandbox| {
                let many = |batch: usize| (0..990).map(move |number| format!("other{batch}x{number}.example.com"));
                for batch in 0..10 {
                    let made = call(sandbox, REGION, "ChangeResourceRecordSets", &records("CREATE", many(batch)));
                    assert!(made.refusal.is_none(), "{made:?}");
                }
                let one = |number: usize| records("CREATE", std::iter::once(format!("last{number}.example.com")));
                let taken = until_refused(sandbox, "ChangeResourceRecordSets", one);
                assert!((1..100).contains(&taken), "{taken}");
            });
        },
        step: "create dns_record.app",
        says: "ChangeResourceRecordSets: InvalidChangeBatch: ",
        hint: "this account is at its quota of records in a hosted zone (10,000 unless raised): delete what nobody uses",
        done: "1 created, 0 updated",
        left: "1 to create, 0 to update",
        mend: |world| {
            let gone = records("DELETE", std::iter::once("last0.example.com".to_owned()));
            does(world, "ChangeResourceRecordSets", &gone);
        },
    });
}

/// With AWS's quotas of calls kept, what is refused is asked for again, and all is there in the end.
fn is_made_in_time(file: &str) {
    let world = World::empty();
    world.write("stacks/many.yaml", format!("region: {REGION}\nuser_pool: {{ name: many }}\n{file}"));
    let kept = [("STACK_SANDBOX_RATES", "1")];
    world.run_with("up many --sandbox --auto-approve", &kept).ok();
    let again = world.run_with("plan many --sandbox --detailed-exitcode", &kept);
    assert_eq!(again.code, Some(0), "{again}");
}

#[test]
fn seed_users_are_made_no_faster_than_aws_takes_them() {
    let users: Vec<String> = (1..=60).map(|number| format!("  u{number}: {{}}\n")).collect();
    is_made_in_time(&format!("users:\n{}", users.concat()));
}

#[test]
fn a_user_of_many_groups_is_made_no_faster_than_aws_takes_it() {
    let names: Vec<String> = (1..=24).map(|number| format!("g{number}")).collect();
    let groups: Vec<String> = names.iter().map(|name| format!("  {name}: {{}}\n")).collect();
    is_made_in_time(&format!("groups:\n{}users:\n  ann: {{ groups: [{}] }}\n", groups.concat(), names.join(", ")));
}
