//! What IAM must allow where AWS keeps the secrets: enough, and for these alone.

use serde_json::{Value, json};
use stack::aws::raw::{SECRETS_MANAGER, SSM};

use super::{REGION, SECRET};
use crate::world::World;

const STACK: &str = "region: ap-southeast-2\nuser_pool: { name: shop, deletion_protection: INACTIVE }\napp_clients:\n  web:\n    \
                     client_secret: { ssm: /shop/web }\n  api:\n    client_secret: { secretsmanager: 'shop/api#key' }\n";

/// Both are encrypted with a key of the account's own.
fn house() -> World {
    let world = World::empty();
    world.write("stacks/shop.yaml", STACK);
    world.behind(async |aws| {
        let key = "11111111-1111-1111-1111-111111111111";
        for name in ["/shop/web", "/shop/other"] {
            let put = json!({ "Name": name, "Value": SECRET, "Type": "SecureString", "KeyId": key });
            aws.raw.json(SSM, REGION, ("AmazonSSM", "PutParameter"), &put).await.unwrap();
        }
        for name in ["shop/api", "shop/other"] {
            let value = json!({ "key": SECRET }).to_string();
            let made = json!({ "Name": name, "SecretString": value, "KmsKeyId": key });
            aws.raw.json(SECRETS_MANAGER, REGION, ("secretsmanager", "CreateSecret"), &made).await.unwrap();
        }
    });
    world
}

fn policy(world: &World, purpose: &str) -> Value {
    serde_json::from_str(&world.run(&format!("iam-policy shop --sandbox {purpose}")).out).unwrap()
}

/// A plan by somebody who may do what this policy allows.
fn planned(world: &World, policy: &Value) -> (Option<i32>, String) {
    world.write("policy.json", policy.to_string());
    let path = world.path("policy.json");
    let ran = world.run_with("plan shop --sandbox", &[("STACK_SANDBOX_POLICY", path.to_str().unwrap())]);
    (ran.code, ran.err.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn the_policy_lets_these_secrets_be_read_and_asks_for_nothing_more() {
    let world = house();
    let reads = policy(&world, "--plan");
    assert_eq!(planned(&world, &reads).0, Some(0), "{:#}", planned(&world, &reads).1);
    let statements = reads["Statement"].as_array().unwrap();
    let concerned = |at: &usize| {
        let action = statements[*at]["Action"][0].as_str().unwrap();
        ["ssm:", "secretsmanager:", "kms:"].iter().any(|service| action.starts_with(service))
    };
    let concerned: Vec<usize> = (0..statements.len()).filter(concerned).collect();
    assert_eq!(concerned.len(), 4, "{reads:#}");
    for at in concerned {
        let mut less = reads.clone();
        let gone = less["Statement"].as_array_mut().unwrap().remove(at);
        let (code, said) = planned(&world, &less);
        let action = gone["Action"][0].as_str().unwrap();
        assert!(code == Some(1) && said.contains(&format!("IAM must allow {action} on")), "{action}: {said}");
        assert!(said.contains("stacks/shop.yaml:"), "{said}");
    }
    // What stands beside them is nobody's business here.
    world.write("stacks/shop.yaml", STACK.replace("/shop/web", "/shop/other").replace("shop/api#", "shop/other#"));
    let (code, said) = planned(&world, &reads);
    let denied = said.matches("IAM must allow").count();
    assert_eq!((code, denied), (Some(1), 2), "{said}");
}

#[test]
fn who_only_destroys_reads_no_secret() {
    let world = house();
    let text = policy(&world, "--destroy").to_string();
    assert!(!text.contains("ssm:") && !text.contains("secretsmanager:") && !text.contains("kms:"), "{text}");
    for purpose in ["", "--apply", "--plan"] {
        assert!(policy(&world, purpose).to_string().contains("ssm:GetParameter"), "{purpose}");
    }
}
