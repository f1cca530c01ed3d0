//! Texts of a stack file that stand elsewhere: in variables, files, parameters, and among the outputs of other stacks.

mod refused;
mod served;

use serde_json::{Value, json};
use stack::aws::Aws;
use stack::aws::raw::SSM;

use crate::world::World;

const REGION: &str = "ap-southeast-2";
const FUNCTION: &str = "arn:aws:lambda:ap-southeast-2:000000000000:function:sign-up";

const NETWORK: &str = "\
region: ap-southeast-2
user_pool: { name: network, deletion_protection: INACTIVE }
app_clients: { web: {} }
";

const SHOP: &str = "\
region: ap-southeast-2
tags: { network: { stack: network, output: user_pool_id } }
user_pool:
  name: { env: POOL }
  deletion_protection: INACTIVE
  lambda_config: { pre_sign_up: { ssm: /shop/function } }
app_clients:
  web:
    callback_urls: [{ file: callback.txt }, https://shop.example.com/too]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid]
    supported_identity_providers: [COGNITO]
records:
  note: { name: note.example.com, type: TXT, values: [{ stack: network, output: client_id.web }] }
";

/// Puts a parameter into the sandbox's Parameter Store.
async fn parameter(aws: &Aws, name: &str, value: &str) {
    let put = json!({ "Name": name, "Value": value, "Type": "String", "Overwrite": true });
    aws.raw.json(SSM, REGION, ("AmazonSSM", "PutParameter"), &put).await.unwrap();
}

/// A house in which everything that SHOP names is there.
fn house() -> World {
    let world = World::empty();
    world.write("stacks/network.yaml", NETWORK).write("stacks/shop.yaml", SHOP);
    world.write("callback.txt", "https://shop.example.com/callback\n");
    world.behind(async |aws| parameter(&aws, "/shop/function", FUNCTION).await);
    world.up("network");
    world
}

fn observed(world: &World, address: &str) -> Value {
    let state: Value = serde_json::from_str(&world.read("state/sandbox/shop.json")).unwrap();
    state["resources"][address]["observed"].clone()
}

#[test]
fn each_form_serves_and_what_changes_there_is_planned() {
    let world = house();
    let env = [("POOL", "shop")];
    world.run_with("up shop --sandbox --auto-approve", &env).ok();
    let pool = observed(&world, "user_pool");
    assert_eq!(pool["name"], "shop");
    assert_eq!(pool["lambda_config"]["pre_sign_up"], FUNCTION);
    assert_eq!(pool["tags"]["network"], world.recorded("network", "user_pool", "/id"));
    let client = observed(&world, "app_client.web");
    let callbacks = json!(["https://shop.example.com/callback", "https://shop.example.com/too"]);
    assert_eq!(client["callback_urls"], callbacks);
    let id = world.recorded("network", "app_client.web", "/outputs/client_id");
    assert_eq!(observed(&world, "dns_record.note")["target"]["values"]["values"], json!([id]));
    let again = world.run_with("plan shop --sandbox --detailed-exitcode", &env);
    assert_eq!(again.code, Some(0), "{again}");

    world.write("callback.txt", "https://shop.example.com/elsewhere");
    world.behind(async |aws| parameter(&aws, "/shop/function", &FUNCTION.replace("sign-up", "other")).await);
    let changed = world.run_with("plan shop --sandbox --detailed-exitcode", &[("POOL", "store")]);
    assert_eq!(changed.code, Some(2), "{changed}");
    changed.check("references_changed");
}

#[test]
fn validate_reads_what_is_here_and_leaves_the_rest_to_plan() {
    let world = house();
    world.run("validate shop").check("references_validated");
    world.run_with("validate shop", &[("POOL", "shop")]).ok();
    // What is here is held against the schema as what stands in the file is.
    world.write("callback.txt", "shop.example.com\n");
    world.run_with("validate shop", &[("POOL", "what?")]).failed().check("references_wrong_values");
    // What is not known is wrong in nobody's way: a client needs a callback for the flow that it has.
    world.write("callback.txt", "");
    world.run("validate shop").ok();
}

#[test]
fn a_kept_plan_is_carried_out_with_the_same_values_or_not_at_all() {
    let world = house();
    let (env, other) = ([("POOL", "shop")], [("POOL", "other")]);
    world.run_with("plan shop --sandbox --out shop.plan", &env).ok();
    let refused = world.run_with("apply --plan shop.plan --sandbox", &other).failed();
    assert!(refused.err.contains("does not hold any more"), "{refused}");
    world.run_with("apply --plan shop.plan --sandbox", &env).ok();
}

#[test]
fn each_parameter_is_asked_for_once_and_none_where_none_is_named() {
    let asked = |stack: &str| {
        let world = World::empty();
        world.write("stacks/shop.yaml", stack);
        world.behind(async |aws| parameter(&aws, "/shop/url", "https://shop.example.com/").await);
        let ran = world.run("-v plan shop --sandbox");
        assert_eq!(ran.code, Some(0), "{ran}");
        ran.err.matches("GetParameter").count()
    };
    let stack = |clients: usize| {
        let url = "{ ssm: /shop/url }";
        let client = |at: usize| format!("  c{at}: {{ callback_urls: [{url}], logout_urls: [{url}] }}\n");
        let clients: String = (0..clients).map(client).collect();
        format!("region: {REGION}\nuser_pool: {{ name: shop }}\napp_clients:\n  none: {{}}\n{clients}")
    };
    assert_eq!(asked(&stack(0)), 0);
    let one = asked(&stack(1));
    assert!(one > 0);
    assert_eq!(asked(&stack(3)), one);
}

#[test]
fn what_a_file_that_extends_says_instead_is_all_that_is_read() {
    let world = World::empty();
    let base = "region: ap-southeast-2\nuser_pool: { name: { env: NOBODY_SETS_THIS } }\ntags: { a: { ssm: /none } }\n";
    world.write("stacks/base.yaml", base);
    world.write("stacks/dev.yaml", "extends: base.yaml\nuser_pool: { name: shop }\ntags: { a: { file: a.txt } }\n");
    world.write("a.txt", "yes");
    let plan = world.run("plan dev --sandbox");
    assert!(plan.code == Some(0) && plan.out.contains("a: \"yes\"") || plan.out.contains("yes"), "{plan}");
    // The other way round: a reference in the place of a text.
    world.write("stacks/late.yaml", "extends: dev.yaml\nuser_pool: { name: { file: a.txt } }\ntags: null\n");
    world.run("plan late --sandbox").ok();
}

#[test]
fn what_is_taken_away_needs_no_value() {
    let world = house();
    world.run_with("up shop --sandbox --auto-approve", &[("POOL", "shop")]).ok();
    world.run("destroy network --sandbox --auto-approve --allow-loss user_pool").ok();
    std::fs::remove_file(world.path("callback.txt")).unwrap();
    world.run("drift shop --sandbox").ok();
    world.run("destroy shop --sandbox --auto-approve --allow-loss user_pool").ok();
}

#[test]
fn iam_must_allow_these_parameters_to_be_read() {
    let world = house();
    let ran = world.run_with("iam-policy shop --sandbox --plan", &[("POOL", "shop")]);
    let policy: Value = serde_json::from_str(&ran.out).unwrap();
    let text = policy.to_string();
    assert!(text.contains("arn:aws:ssm:ap-southeast-2:*:parameter/shop/function"), "{policy:#}");
    assert!(ran.err.contains("user_pool.lambda_config.pre_sign_up"), "{ran}");
    world.write("policy.json", &ran.out);
    let path = world.path("policy.json");
    let env = [("POOL", "shop"), ("STACK_SANDBOX_POLICY", path.to_str().unwrap())];
    world.run_with("plan shop --sandbox", &env).ok();
}

#[test]
fn who_one_is_needs_no_value() {
    let world = World::empty();
    world.write("stacks/shop.yaml", "region: ap-southeast-2\nuser_pool: { name: { ssm: /none } }\n");
    world.run("whoami shop --sandbox").ok();
}
