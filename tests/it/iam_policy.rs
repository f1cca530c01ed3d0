//! What `stack iam-policy` prints is enough, and not an action of it is too much: the sandbox keeps IAM here.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::setup::House;

/// All that a stack of classic pages can hold.
const CLASSIC: &str = "\
region: eu-west-1
tags: { app: shop }
user_pool:
  name: shop
  deletion_protection: INACTIVE
  auto_verified_attributes: [email]
  mfa: { mode: OPTIONAL, software_token: true }
  email_configuration:
    email_sending_account: DEVELOPER
    source_arn: arn:aws:ses:eu-west-1:000000000000:identity/example.com
  sms_configuration: { sns_caller_arn: 'arn:aws:iam::000000000000:role/sms', external_id: shop }
  lambda_config:
    custom_sms_sender: { lambda_version: V1_0, lambda_arn: 'arn:aws:lambda:eu-west-1:000000000000:function:sms' }
    kms_key_id: arn:aws:kms:eu-west-1:000000000000:key/11112222-3333-4444-5555-666677778888
app_clients:
  web: { allowed_oauth_flows: [code], allowed_oauth_scopes: [openid], callback_urls: ['https://shop.example.com/cb'], supported_identity_providers: [COGNITO] }
  counted: { analytics_configuration: { application_arn: 'arn:aws:mobiletargeting:eu-west-1:000000000000:apps/0a1b2c3d' } }
  named: { analytics_configuration: { application_id: 0a1b2c3d, external_id: shop, role_arn: 'arn:aws:iam::000000000000:role/pinpoint' } }
  old: {}
domain: { name: auth.example.com, hosted_zone: example.com }
ui_customization: { css: shop.css, app_clients: { web: { css: shop.css } } }
records:
  note: { name: note.example.com, type: TXT, values: [one] }
";

/// The same with something changed in every object.
const CLASSIC_LATER: &str = "\
region: eu-west-1
tags: { team: login }
user_pool:
  name: shop
  deletion_protection: INACTIVE
  auto_verified_attributes: [email]
  mfa: { mode: OPTIONAL, software_token: true, sms: true }
  password_policy: { minimum_length: 14 }
  attributes: { role: { type: String, mutable: true } }
  email_configuration:
    email_sending_account: DEVELOPER
    source_arn: arn:aws:ses:eu-west-1:000000000000:identity/example.com
  sms_configuration: { sns_caller_arn: 'arn:aws:iam::000000000000:role/sms', external_id: shop }
  lambda_config:
    custom_sms_sender: { lambda_version: V1_0, lambda_arn: 'arn:aws:lambda:eu-west-1:000000000000:function:sms' }
    kms_key_id: arn:aws:kms:eu-west-1:000000000000:key/11112222-3333-4444-5555-666677778888
app_clients:
  web: { allowed_oauth_flows: [code], allowed_oauth_scopes: [openid, email], callback_urls: ['https://shop.example.com/cb'], supported_identity_providers: [COGNITO] }
domain: { name: auth.example.com, hosted_zone: example.com, security_policy: TLS_V1_3_2025 }
ui_customization: { css: shop.css }
records:
  note: { name: note.example.com, type: TXT, values: [two] }
";

/// Managed login.
const MANAGED: &str = "\
region: eu-west-1
user_pool: { name: managed, deletion_protection: INACTIVE }
app_clients:
  web: { allowed_oauth_flows: [code], allowed_oauth_scopes: [openid], callback_urls: ['https://shop.example.com/cb'], supported_identity_providers: [COGNITO] }
identity_providers: { Corp: { saml: { metadata_url: https://idp.example.com/m } } }
domain: { prefix: shop-managed, managed_login_version: 2 }
";

const MANAGED_LATER: &str = "\
region: eu-west-1
user_pool: { name: managed, deletion_protection: INACTIVE }
identity_providers: { Corp: { saml: { metadata_url: https://idp.example.com/m, idp_init: true } } }
domain: { prefix: shop-managed, managed_login_version: 2 }
";

/// Resource servers, groups, users.
const PEOPLE: &str = "\
region: eu-west-1
user_pool: { name: people, deletion_protection: INACTIVE }
app_clients:
  jobs: { generate_secret: true, allowed_oauth_flows: [client_credentials], allowed_oauth_scopes: [orders/read] }
resource_servers:
  orders: { scopes: { read: Read orders } }
  old: {}
groups:
  admins: { role_arn: 'arn:aws:iam::000000000000:role/admins' }
  staff: {}
  old: {}
users:
  ann: { attributes: { email: ann@example.com, name: Ann }, groups: [admins], enabled: false }
";

const PEOPLE_LATER: &str = "\
region: eu-west-1
user_pool: { name: people, deletion_protection: INACTIVE }
app_clients:
  jobs: { generate_secret: true, allowed_oauth_flows: [client_credentials], allowed_oauth_scopes: [orders/write] }
resource_servers:
  orders: { scopes: { write: Write orders } }
groups:
  admins: { role_arn: 'arn:aws:iam::000000000000:role/admins', precedence: 0 }
  staff: {}
users:
  ann: { attributes: { email: ann@example.org }, groups: [staff], enabled: true }
";

/// Threat protection, a replica, logs and terms.
const GUARDED: &str = "\
region: eu-west-1
user_pool: { name: guarded, deletion_protection: INACTIVE, user_pool_tier: PLUS, user_pool_add_ons: { advanced_security_mode: AUDIT }, key_configuration: { key_type: CUSTOMER_MANAGED_KEY, kms_key_arn: 'arn:aws:kms:eu-west-1:000000000000:key/mrk-0000000000004444555566667777888f' } }
replica: { region: eu-central-1, tags: { app: shop } }
app_clients: { web: {} }
risk_configuration: { compromised_credentials_risk_configuration: { actions: { event_action: BLOCK } } }
log_delivery: { user_auth_events: 'arn:aws:s3:::shop-logs' }
terms: { web: { terms_of_use: { default: 'https://example.com/terms' }, privacy_policy: { default: 'https://example.com/privacy' } } }
";

const GUARDED_LATER: &str = "\
region: eu-west-1
user_pool: { name: guarded, deletion_protection: INACTIVE, user_pool_tier: PLUS, user_pool_add_ons: { advanced_security_mode: AUDIT }, key_configuration: { key_type: CUSTOMER_MANAGED_KEY, kms_key_arn: 'arn:aws:kms:eu-west-1:000000000000:key/mrk-0000000000004444555566667777888f' } }
replica: { region: eu-central-1, status: ACTIVE, tags: { team: login } }
app_clients: { web: {} }
risk_configuration: { compromised_credentials_risk_configuration: { actions: { event_action: NO_ACTION } } }
log_delivery: { user_auth_events: 'arn:aws:s3:::shop-logs', user_notification: 'arn:aws:logs:eu-west-1:000000000000:log-group:shop' }
terms: { web: { terms_of_use: { default: 'https://example.com/new' } } }
";

/// Functions that are triggers, and an identity pool.
const SERVICES: &str = "\
region: eu-west-1
tags: { app: shop }
user_pool: { name: services, deletion_protection: INACTIVE, lambda_config: { pre_sign_up: gate } }
app_clients: { web: {} }
identity_pool:
  roles: { authenticated: 'arn:aws:iam::000000000000:role/in' }
  principal_tags: { user_pool: { use_defaults: true } }
api_authorizers: { orders: { api_id: a1b2c3d4e5, routes: { GET /orders: {} } } }
web_acl_arn: arn:aws:wafv2:eu-west-1:000000000000:regional/webacl/shop/1
";

const SERVICES_LATER: &str = "\
region: eu-west-1
tags: { team: login }
user_pool: { name: services, deletion_protection: INACTIVE }
app_clients: { web: {} }
identity_pool: { allow_classic_flow: true }
api_authorizers: { orders: { api_id: a1b2c3d4e5, name: new } }
";

const CSS: &str = ".submitButton-customizable { color: #ffffff; }\n";

/// One run in the life of a stack: what its file then says, what is typed, and what goes wrong.
struct Stage<'a> {
    file: &'a str,
    words: &'static str,
    faults: &'static str,
}

/// The lives of a stack, each from before there is anything: one to its end; and one whose creating calls are not heard of,
/// so that what they made has to be looked for.
fn lives(file: &'static str, later: &'static str) -> [Vec<Stage<'static>>; 2] {
    let lost = "CreateUserPool=drop-after:1;CreateUserPoolClient=drop-after:1;CreateUserPoolDomain=drop-after:1;\
                CreateManagedLoginBranding=drop-after:1;CreateTerms=drop-after:1;CreateIdentityPool=drop-after:1;\
                CreateAuthorizer=drop-after:1;AddPermission=drop-after:1;CreateUserPoolReplica=drop-after:1";
    let up = |file, faults| Stage { file, words: "up shop --auto-approve", faults };
    [
        vec![
            up(file, ""),
            Stage { file, words: "plan shop", faults: "" },
            up(later, ""),
            Stage {
                file: later,
                words: "destroy shop --auto-approve --allow-loss user_pool --allow-loss user --allow-loss identity_pool",
                faults: "",
            },
        ],
        vec![up(file, lost), up(file, "")],
    ]
}

fn house(file: &str) -> House {
    let house = House::new(&[("shop", file)]);
    std::fs::write(house.path("stacks/shop.css"), CSS).unwrap();
    house
}

fn set(house: &House, file: &str) {
    std::fs::write(house.path("stacks/shop.yaml"), file).unwrap();
}

fn policy(house: &House, purposes: &str) -> Value {
    let ran = house.run_sandboxed(&format!("iam-policy shop {purposes}"), "").ok();
    serde_json::from_str(&ran.out).unwrap()
}

/// The exit code of a run that may do what `policy` allows, and all that it said.
fn lived(house: &House, stage: &Stage<'_>, policy: &Value) -> (Option<i32>, String) {
    let path = house.path("policy.json");
    std::fs::write(&path, policy.to_string()).unwrap();
    set(house, stage.file);
    let mut command = house.sandboxed(stage.words, stage.faults);
    let ran = crate::setup::run(command.env("STACK_SANDBOX_POLICY", path)).sane();
    (ran.code, format!("{}{}", ran.out, ran.err))
}

/// Every action of a policy: the statement that it is in, and itself.
fn actions(policy: &Value) -> Vec<(usize, String)> {
    let statements = policy["Statement"].as_array().unwrap().iter().enumerate();
    let each = |(at, statement): (usize, &Value)| -> Vec<(usize, String)> {
        let actions = statement["Action"].as_array().unwrap();
        actions.iter().map(|action| (at, action.as_str().unwrap().to_owned())).collect()
    };
    statements.flat_map(each).collect()
}

fn without(policy: &Value, (at, action): &(usize, String)) -> Value {
    let mut less = policy.clone();
    let statement = &mut less["Statement"][at];
    statement["Action"].as_array_mut().unwrap().retain(|other| other != action);
    less
}

/// The policy suffices for the whole of each life; and whichever of these actions is taken out of it, some run fails and
/// names it.
fn is_enough_and_not_too_much(file: &'static str, later: &'static str, actions: &[(usize, String)]) {
    let policy = policy(&house(file), "--apply --destroy");
    for life in lives(file, later) {
        let house = house(file);
        for stage in life {
            let (code, said) = lived(&house, &stage, &policy);
            assert!(code == Some(0) || !stage.faults.is_empty(), "{}: {code:?}\n{said}", stage.words);
        }
    }
    for action in actions {
        let less = without(&policy, action);
        let fails = lives(file, later).iter().any(|life| {
            let house = house(file);
            life.iter().any(|stage| {
                let (code, said) = lived(&house, stage, &less);
                code == Some(1) && said.contains(&action.1)
            })
        });
        assert!(fails, "nothing fails for want of {} in statement {}:\n{policy:#}", action.1, action.0);
    }
}

#[test]
fn a_classic_stack_needs_every_action_of_its_policy_and_no_other() {
    let all = actions(&policy(&house(CLASSIC), "--apply --destroy"));
    is_enough_and_not_too_much(CLASSIC, CLASSIC_LATER, &all);
}

#[test]
fn a_stack_of_managed_login_needs_every_action_of_its_policy_and_no_other() {
    let classic = actions(&policy(&house(CLASSIC), "--apply --destroy"));
    let is_shown = |action: &str| classic.iter().any(|(_, other)| other == action);
    let mut all = actions(&policy(&house(MANAGED), "--apply --destroy"));
    all.retain(|(_, action)| !is_shown(action));
    assert_eq!(all.len(), 8, "{all:?}");
    is_enough_and_not_too_much(MANAGED, MANAGED_LATER, &all);
}

#[test]
fn a_stack_with_people_needs_every_action_of_its_policy_and_no_other() {
    let classic = actions(&policy(&house(CLASSIC), "--apply --destroy"));
    let is_shown = |action: &str| classic.iter().any(|(_, other)| other == action && action != "iam:PassRole");
    let mut all = actions(&policy(&house(PEOPLE), "--apply --destroy"));
    all.retain(|(_, action)| !is_shown(action));
    assert_eq!(all.len(), 19, "{all:?}");
    is_enough_and_not_too_much(PEOPLE, PEOPLE_LATER, &all);
}

#[test]
fn threat_protection_logs_and_terms_need_every_action_of_their_policy_and_no_other() {
    let classic = actions(&policy(&house(CLASSIC), "--apply --destroy"));
    let is_shown = |action: &str| classic.iter().any(|(_, other)| other == action);
    let mut all = actions(&policy(&house(GUARDED), "--apply --destroy"));
    all.retain(|(_, action)| !is_shown(action));
    assert_eq!(all.len(), 24, "{all:?}");
    is_enough_and_not_too_much(GUARDED, GUARDED_LATER, &all);
}

#[test]
fn a_replica_that_was_imported_and_moves_is_looked_at_where_it_was() {
    let house = house(GUARDED);
    house.run_sandboxed("up shop --auto-approve", "").ok();
    // As an import leaves it: nothing was ever applied.
    let path = house.path("state/sandbox/shop.json");
    let mut state: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    state["resources"]["replica"]["last_applied"] = Value::Null;
    std::fs::write(&path, state.to_string()).unwrap();
    let moved = GUARDED.replace("eu-central-1", "eu-north-1");
    assert_ne!(moved, GUARDED);
    set(&house, &moved);
    let up = Stage { file: &moved, words: "up shop --auto-approve --allow-loss replica", faults: "" };
    let (code, said) = lived(&house, &up, &policy(&house, "--apply"));
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_stack_with_an_identity_pool_needs_every_action_of_its_policy_and_no_other() {
    let classic = actions(&policy(&house(CLASSIC), "--apply --destroy"));
    let is_shown = |action: &str| action != "iam:PassRole" && classic.iter().any(|(_, other)| other == action);
    let mut all = actions(&policy(&house(SERVICES), "--apply --destroy"));
    all.retain(|(_, action)| !is_shown(action));
    assert!(all.len() > 20, "{all:?}");
    is_enough_and_not_too_much(SERVICES, SERVICES_LATER, &all);
}

#[test]
fn once_there_is_a_pool_the_policy_names_it_and_cannot_lose_it() {
    let house = house(CLASSIC);
    house.run_sandboxed("up shop --auto-approve", "").ok();
    let pool = house.json("state/sandbox/shop.json")["resources"]["user_pool"]["id"].as_str().unwrap().to_owned();
    let applies = policy(&house, "");
    assert_eq!(applies, policy(&house, "--apply"));
    let named: BTreeSet<String> = actions(&applies).into_iter().map(|(_, action)| action).collect();
    for action in ["cognito-idp:CreateUserPool", "cognito-idp:DeleteUserPool"] {
        assert!(!named.contains(action), "{action}");
    }
    let text = applies.to_string();
    assert!(text.contains(&format!("userpool/{pool}\"")) && !text.contains("userpool/*"), "{text}");
    assert!(text.contains("hostedzone/Z0EXAMPLE00000000001\"") && !text.contains("hostedzone/*"), "{text}");

    // It does for every change, and a destroy under it leaves the pool.
    let change = Stage { file: CLASSIC_LATER, words: "up shop --auto-approve", faults: "" };
    let (code, said) = lived(&house, &change, &applies);
    assert_eq!(code, Some(0), "{said}");
    let destroy = Stage {
        file: CLASSIC_LATER,
        words: "destroy shop --auto-approve --allow-loss user_pool --allow-loss identity_pool",
        faults: "",
    };
    let (code, said) = lived(&house, &destroy, &applies);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("`cognito-idp:DeleteUserPool`"), "{said}");

    let destroys = policy(&house, "--destroy");
    let (code, said) = lived(&house, &destroy, &destroys);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn who_only_looks_may_only_read() {
    let house = house(CLASSIC);
    house.run_sandboxed("up shop --auto-approve", "").ok();
    let reads = policy(&house, "--plan");
    for (_, action) in actions(&reads) {
        let verb = action.split(':').nth(1).unwrap();
        assert!(["Describe", "List", "Get"].iter().any(|reads| verb.starts_with(reads)), "{action}");
    }
    let plan = Stage { file: CLASSIC_LATER, words: "plan shop --detailed-exitcode", faults: "" };
    let (code, said) = lived(&house, &plan, &reads);
    assert_eq!(code, Some(2), "{said}");
    let up = Stage { words: "up shop --auto-approve", ..plan };
    assert_eq!(lived(&house, &up, &reads).0, Some(1));
}

#[test]
fn the_policy_of_a_stack_that_was_never_applied_needs_no_aws() {
    let house = House::new(&[]);
    for stack in ["dev", "prod"] {
        let ran = crate::setup::run(house.program().args(["iam-policy", stack])).ok();
        let policy: Value = serde_json::from_str(&ran.out).unwrap();
        // What a managed policy may have, white space aside.
        let size = policy.to_string().len();
        assert!(size < 6_144, "{stack}: {size}");
    }
}

/// A state in S3 needs, beside the policy of its stack, what the README says under "Permissions", and no action less.
#[test]
fn a_state_in_s3_needs_its_permissions() {
    let readme = std::fs::read_to_string(crate::world::repository().join("README.md")).unwrap();
    let (_, after) = readme.split_once("**Permissions** for the state and its lock").unwrap();
    let json_of = |text: &str| text.split("```json").nth(1).unwrap().split("```").next().unwrap().to_owned();
    let of_state: Value = serde_json::from_str(&json_of(after).replace("prod", "shop")).unwrap();
    let stack = "region: eu-west-1\nstate: { s3: { bucket: shop-stacks, key: auth/shop.json } }\n\
                 user_pool: { name: shop, deletion_protection: INACTIVE }\n";
    let policy = policy(&house(&stack.replace("state:", "#")), "--apply --destroy");
    let lived = |of_state: &[Value]| {
        let house = House::new(&[("shop", stack)]);
        let making = json!({ "Effect": "Allow", "Resource": "arn:aws:s3:::shop-stacks", "Action": [
            "s3:CreateBucket", "s3:GetBucket*", "s3:PutBucket*", "s3:GetEncryptionConfiguration",
            "s3:PutEncryptionConfiguration",
        ] });
        let trying = json!({ "Effect": "Allow", "Resource": "arn:aws:s3:::shop-stacks/.stack-probe", "Action": [
            "s3:GetObject", "s3:PutObject", "s3:DeleteObject",
        ] });
        let mut whole = policy.clone();
        whole["Statement"].as_array_mut().unwrap().extend(of_state.iter().cloned().chain([making, trying]));
        let path = house.path("policy.json");
        std::fs::write(&path, whole.to_string()).unwrap();
        let variable = ("STACK_SANDBOX_POLICY", path.to_str().unwrap().to_owned());
        let served = crate::setup::Served::with(House::new(&[]), &[variable], &[]);
        let lines = [
            "state init shop",
            "up shop --auto-approve",
            "plan shop",
            "destroy shop --auto-approve --allow-loss user_pool",
        ];
        let ran = lines.map(|line| served.run(&house, line));
        let codes = ran.iter().map(|ran| ran.code).collect::<Vec<_>>();
        (codes, ran.iter().flat_map(|ran| [ran.out.as_str(), &ran.err]).collect::<String>())
    };
    let statements = of_state["Statement"].as_array().unwrap();
    let (codes, said) = lived(statements);
    assert_eq!(codes, [Some(0); 4], "{said}");
    let of_statement = |statement: &Value| match &statement["Action"] {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    let mut actions = 0;
    for (at, statement) in statements.iter().enumerate() {
        for action in of_statement(statement) {
            let mut less = statements.clone();
            less[at]["Action"] = of_statement(statement).into_iter().filter(|other| *other != action).collect();
            let (codes, said) = lived(&less);
            // A lock that may not be deleted stays, and is in the way of the next change until it is a minute old.
            let is_in_the_way = action == "s3:DeleteObject" && codes[3] == Some(1);
            assert!(is_in_the_way || said.contains(action.as_str().unwrap()), "{action}: {codes:?}\n{said}");
            actions += 1;
        }
    }
    assert_eq!(actions, 4);
}

#[test]
fn a_policy_that_the_sandbox_cannot_keep_is_refused() {
    let house = house(CLASSIC);
    let stage = Stage { file: CLASSIC, words: "plan shop", faults: "" };
    let statement = json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" });
    let (code, said) = lived(&house, &stage, &json!({ "Statement": [statement] }));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("STACK_SANDBOX_POLICY") && said.contains("`NotAction`"), "{said}");
}
