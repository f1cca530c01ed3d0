//! Plans for tests.

use serde_json::{Value, json};

use crate::address::Address;
use crate::engine::plan::{Action, After, Change, Plan, Planned, Step};
use crate::kind::OnChange;

pub(in crate::ui) fn change(path: &str, before: Option<Value>, after: After) -> Change {
    Change { path: path.to_owned(), before, after, on_change: OnChange::InPlace }
}

pub(in crate::ui) fn to(path: &str, before: Value, after: Value) -> Change {
    change(path, Some(before), After::Known(after))
}

pub(in crate::ui) fn set(path: &str, after: Value) -> Change {
    change(path, None, After::Known(after))
}

pub(in crate::ui) fn replacing(change: Change) -> Change {
    Change { on_change: OnChange::Replace, ..change }
}

pub(in crate::ui) fn planned(action: Action, id: Option<&str>, changes: Vec<Change>) -> Planned {
    Planned {
        action,
        id: id.map(str::to_owned),
        changes,
        drift: Vec::new(),
        undeclared: Vec::new(),
        desired: None,
        actual: None,
        target: None,
        needs: Vec::new(),
        needed: Vec::new(),
        loses: None,
        warns: Vec::new(),
        is_gone: false,
        deleted_by_us: false,
        revert: None,
        ignored: None,
        is_asked_anew: false,
        at: String::new(),
    }
}

pub(in crate::ui) fn a(address: &str) -> Address {
    address.parse().unwrap()
}

pub(in crate::ui) fn made_plan(resources: Vec<(&str, Planned)>, steps: Vec<Step>) -> Plan {
    Plan {
        stack: "dev".to_owned(),
        lineage: "l".to_owned(),
        serial: 3,
        destroy: false,
        relabelled: crate::engine::moved::Relabelled::default(),
        resources: resources.into_iter().map(|(address, planned)| (a(address), planned)).collect(),
        steps,
    }
}

pub(in crate::ui) const CSS: &str = ".banner-customizable {\n  background-color: #ffffff;\n  padding: 25px;\n}\n\n.submitButton-customizable {\n  font-size: 14px;\n  font-weight: bold;\n  margin: 20px 0px 10px 0px;\n  height: 40px;\n}\n";

pub(in crate::ui) fn create_plan() -> Plan {
    let pool = planned(
        Action::Create,
        None,
        vec![
            set("name", json!("goldstack-dev")),
            set("deletion_protection", json!("ACTIVE")),
            set("username_attributes", json!(["email"])),
            set("password_policy.minimum_length", json!(12)),
            set("password_policy.require_lowercase", json!(true)),
            set("password_policy.require_numbers", json!(true)),
            set("password_policy.require_symbols", json!(false)),
            set("password_policy.require_uppercase", json!(true)),
            set("mfa.mode", json!("OPTIONAL")),
            set("mfa.software_token", json!(true)),
            set("attributes.tenant_id", json!({"type": "String", "mutable": false, "min_length": 1, "max_length": 64})),
            set(
                "email_verification_message",
                json!(
                    "Welcome to the shop. Your code is {####}; it holds for ten minutes, and nobody from the shop will ever ask you for it."
                ),
            ),
            set("tags", json!({"app": "shop", "app.kubernetes.io/name": "Größe 日本"})),
        ],
    );
    let mut client = planned(
        Action::Create,
        None,
        vec![
            change("user_pool", None, After::Unknown),
            set("client_name", json!("web")),
            set("callback_urls", json!(["https://dev.example.com/callback", "http://localhost:3000/callback"])),
            set("allowed_oauth_scopes", json!(["openid", "email", "profile"])),
            set("access_token_validity", json!("1h")),
        ],
    );
    client.target = Some(json!({"user_pool": "user_pool", "client_name": "web"}));
    let look = planned(Action::Create, None, vec![change("user_pool", None, After::Unknown), set("css", json!(CSS))]);
    let mut again = planned(Action::Create, Some("ap-southeast-2_x/lost"), vec![set("client_name", json!("api"))]);
    again.is_gone = true;
    let steps = ["user_pool", "app_client.web", "app_client.api", "ui_customization"];
    made_plan(
        vec![("app_client.web", client), ("user_pool", pool), ("ui_customization", look), ("app_client.api", again)],
        steps.iter().map(|step| Step::Create(a(step))).collect(),
    )
}

/// A pool with changes of every sort, and drift.
fn changed_pool() -> Planned {
    let drift = to("deletion_protection", json!("INACTIVE"), json!("ACTIVE"));
    let mut pool = planned(
        Action::Update,
        Some("ap-southeast-2_AbCdEfGhI"),
        vec![
            to("password_policy.minimum_length", json!(8), json!(12)),
            to("auto_verified_attributes", json!(["phone_number"]), json!(["email"])),
            change(
                "lambda_triggers.pre_sign_up",
                Some(json!("arn:aws:lambda:ap-southeast-2:111122223333:function:pre")),
                After::Unset,
            ),
            set("attributes.role", json!({"type": "String", "mutable": true, "min_length": 0, "max_length": 2048})),
            to(
                "email_verification_message",
                json!("Your code is {####}."),
                json!("Welcome to the shop: your code is {####}. It holds for ten minutes."),
            ),
            to("email_verification_subject", json!("Your code"), json!("Ihr Code für den Größenrechner 日本")),
            drift.clone(),
        ],
    );
    pool.drift = vec![drift];
    pool.undeclared = vec![to("mfa.mode", json!("OPTIONAL"), json!("OFF"))];
    pool.actual = Some(json!({"deletion_protection": "INACTIVE", "mfa": {"mode": "OFF"}}));
    pool.target = Some(json!({"deletion_protection": "ACTIVE", "mfa": {"mode": "OFF"}}));
    pool
}

pub(in crate::ui) fn update_plan() -> Plan {
    let mut api = planned(
        Action::Replace,
        Some("ap-southeast-2_AbCdEfGhI/1h57kf5cpq17m0eml12"),
        vec![
            to("access_token_validity", json!("1h"), json!("30m")),
            replacing(to("generate_secret", json!(false), json!(true))),
        ],
    );
    api.loses = Some("the client's id and every session that was begun with it".to_owned());
    let arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012";
    let certificate = planned(
        Action::Replace,
        Some(arn),
        vec![replacing(to("domain_name", json!("*.dev.example.com"), json!("*.example.com")))],
    );
    let domain = planned(
        Action::Update,
        Some("auth.dev.example.com"),
        vec![change("certificate", Some(json!("certificate.domain")), After::Unknown)],
    );
    let look = planned(
        Action::Update,
        Some("ap-southeast-2_AbCdEfGhI/ALL"),
        vec![to(
            "css",
            json!(CSS),
            json!(
                CSS.replace("#ffffff", "#f4f4f4").replace("  height: 40px;\n", "  height: 44px;\n  color: #111111;\n")
            ),
        )],
    );
    let mut lost = planned(Action::Delete, Some("ap-southeast-2_AbCdEfGhI/lost"), Vec::new());
    lost.is_gone = true;
    made_plan(
        vec![
            ("user_pool", changed_pool()),
            ("app_client.api", api),
            ("app_client.lost", lost),
            ("app_client.old", planned(Action::Delete, Some("ap-southeast-2_AbCdEfGhI/2aaa"), Vec::new())),
            ("certificate.domain", certificate),
            ("domain.custom", domain),
            ("ui_customization", look),
            ("dns_record.domain_a", planned(Action::Keep, Some("Z1/auth.dev.example.com/A"), Vec::new())),
        ],
        vec![
            Step::Update(a("user_pool")),
            Step::Create(a("certificate.domain")),
            Step::Update(a("domain.custom")),
            Step::Delete(a("app_client.old")),
            Step::Delete(a("app_client.api")),
            Step::Create(a("app_client.api")),
            Step::Update(a("ui_customization")),
            Step::DeleteDeposed(a("certificate.domain"), arn.to_owned()),
            Step::DeleteDeposed(a("certificate.domain"), "arn:aws:acm:us-east-1:111122223333:certificate/0".to_owned()),
        ],
    )
}

pub(in crate::ui) fn destroy_plan() -> Plan {
    let mut pool = planned(Action::Delete, Some("ap-southeast-2_AbCdEfGhI"), Vec::new());
    pool.loses = Some("every user account in the pool (3 user accounts now)".to_owned());
    let mut plan = made_plan(
        vec![
            ("user_pool", pool),
            ("app_client.web", planned(Action::Delete, Some("ap-southeast-2_AbCdEfGhI/1h57"), Vec::new())),
            ("domain.prefix", planned(Action::Delete, Some("shop-dev"), Vec::new())),
        ],
        ["app_client.web", "domain.prefix", "user_pool"].iter().map(|step| Step::Delete(a(step))).collect(),
    );
    plan.destroy = true;
    plan
}
