//! `--json` of apply, up and destroy: each line a document, named as Terraform names its events; nothing else on stdout.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{Transcript, World, check};

const SHOP: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE }
app_clients:
  web: { explicit_auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }
";

/// What Terraform 1.11's events are called, less those about what this program does not have (provisioners, tests).
const NAMES: [&str; 13] = [
    "version",
    "log",
    "diagnostic",
    "refresh_start",
    "refresh_complete",
    "resource_drift",
    "planned_change",
    "change_summary",
    "apply_start",
    "apply_progress",
    "apply_complete",
    "apply_errored",
    "outputs",
];

fn shop() -> World {
    let world = World::empty();
    world.write("stacks/shop.yaml", SHOP);
    world
}

/// The events of a run, of which each is what every event is; nothing was said beside them.
#[track_caller]
fn events(ran: &Transcript) -> Vec<Value> {
    assert_eq!(ran.err, "", "{ran}");
    let events: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    for event in &events {
        let text = |key: &str| event[key].as_str().unwrap_or_else(|| panic!("{key} of {event}"));
        assert!(NAMES.contains(&text("type")), "{event}");
        assert!(["info", "warn", "error"].contains(&text("@level")), "{event}");
        assert_eq!(text("@module"), "stack.ui");
        assert!(
            text("@timestamp").parse::<jiff::Timestamp>().is_ok() && !text("@message").contains('\u{1b}'),
            "{event}"
        );
        // Every event about a resource names it as Terraform does.
        for part in [&event["hook"], &event["change"]].into_iter().filter(|part| part.is_object()) {
            let resource = &part["resource"];
            assert_eq!(resource["addr"], resource["resource"], "{event}");
            assert!(resource["resource_type"].is_string() && resource["resource_name"].is_string(), "{event}");
            assert!(part["action"].is_string() || text("type").starts_with("refresh_"), "{event}");
        }
    }
    assert_eq!((&events[0]["type"], &events[0]["ui"]), (&json!("version"), &json!("1.2")));
    events
}

/// `type address action`, in the order of the events.
fn told(events: &[Value]) -> Vec<String> {
    let word = |value: &Value| value.as_str().map(|text| format!(" {text}")).unwrap_or_default();
    let line = |event: &Value| {
        let part = if event["hook"].is_object() { &event["hook"] } else { &event["change"] };
        let kind = event["type"].as_str().unwrap();
        format!("{kind}{}{}", word(&part["resource"]["addr"]), word(&part["action"]))
    };
    events.iter().map(line).collect()
}

fn one<'a>(events: &'a [Value], kind: &str) -> &'a Value {
    let found: Vec<&Value> = events.iter().filter(|event| event["type"] == kind).collect();
    assert_eq!(found.len(), 1, "{kind}: {found:?}");
    found[0]
}

#[test]
fn a_stack_from_nothing_to_nothing() {
    let world = shop();
    let up = world.run("up shop --sandbox --auto-approve --json");
    check("events_up", &up.to_string().replace(env!("CARGO_PKG_VERSION"), "[version]"));
    let said = events(&up);
    let summaries: Vec<&Value> = said.iter().filter(|event| event["type"] == "change_summary").collect();
    let counts = |operation: &str| json!({ "add": 2, "change": 0, "import": 0, "remove": 0, "operation": operation });
    assert_eq!(
        summaries.iter().map(|event| event["changes"].clone()).collect::<Vec<_>>(),
        [counts("plan"), counts("apply")]
    );
    let pool = world.recorded("shop", "user_pool", "/id");
    assert_eq!(
        one(&said, "outputs")["outputs"]["user_pool_id"],
        json!({ "sensitive": false, "type": "string", "value": pool })
    );

    world.edit("stacks/shop.yaml", "name: shop,", "name: shop, auto_verified_attributes: [email],");
    let apply = world.run("apply shop --sandbox --auto-approve --json");
    check("events_apply", &told(&events(&apply)).join("\n"));
    assert_eq!(
        told(&events(&world.run("apply shop --sandbox --json"))).last().unwrap(),
        "outputs",
        "nothing is asked for nothing"
    );
    let destroy = world.run("destroy shop --sandbox --auto-approve --allow-loss user_pool --json");
    check("events_destroy", &told(&events(&destroy)).join("\n"));
    assert_eq!(destroy.code, Some(0));
}

#[test]
fn a_saved_plan() {
    let world = shop();
    world.run("plan shop --sandbox --out shop.plan").ok();
    let ran = world.run("apply --sandbox --plan shop.plan --json");
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(told(&events(&ran)).contains(&"apply_complete app_client.web create".to_owned()), "{ran}");
    let again = world.run("apply --sandbox --plan shop.plan --json");
    assert_eq!(again.code, Some(1));
    let said = events(&again);
    let summaries: Vec<&Value> = said.iter().filter_map(|event| event["diagnostic"].get("summary")).collect();
    assert!(summaries[0].as_str().unwrap().contains("somebody has applied since"), "{again}");
}

#[test]
fn what_is_wrong_with_the_file_has_its_place() {
    let world = shop();
    world.edit("stacks/shop.yaml", "name: shop,", "nmae: shop,");
    let ran = world.run("apply shop --sandbox --auto-approve --json");
    assert_eq!(ran.code, Some(1));
    let said = events(&ran);
    assert!(said[1..].iter().all(|event| event["type"] == "diagnostic" && event["diagnostic"]["severity"] == "error"));
    let range = &said[1]["diagnostic"]["range"];
    let text = world.read("stacks/shop.yaml");
    let byte = |end: &str| usize::try_from(range[end]["byte"].as_u64().unwrap()).unwrap();
    assert_eq!(range["filename"], "stacks/shop.yaml");
    assert_eq!(&text[byte("start")..byte("end")], "nmae");
    assert_eq!((&range["start"]["line"], &range["start"]["column"]), (&json!(3), &json!(14)));
    assert_eq!((&range["end"]["line"], &range["end"]["column"]), (&json!(3), &json!(18)));
    check("events_wrong_file", &ran.to_string().replace(env!("CARGO_PKG_VERSION"), "[version]"));
}

#[test]
fn nobody_is_asked() {
    let world = shop();
    let ran = world.run("apply shop --sandbox --json");
    assert_eq!(ran.code, Some(1));
    let said = events(&ran);
    let last = said.last().unwrap();
    assert!(last["diagnostic"]["detail"].as_str().unwrap().contains("--auto-approve"), "{ran}");
    assert!(!world.path("state/sandbox/shop.json").exists());
}

#[test]
fn what_fails_is_told_with_its_address() {
    let world = shop();
    let faults = [("STACK_SANDBOX_FAULTS", "CreateUserPoolClient=denied:*")];
    let ran = world.run_with("up shop --sandbox --auto-approve --json", &faults);
    assert_eq!(ran.code, Some(1));
    let said = events(&ran);
    assert_eq!(one(&said, "apply_errored")["hook"]["resource"]["addr"], "app_client.web");
    let told: Vec<&Value> = said.iter().filter(|event| event["type"] == "diagnostic").collect();
    let [asked, failed] = told[..] else { panic!("{told:#?}") };
    // The line that asked for it, and what AWS said.
    assert_eq!(asked["diagnostic"]["range"]["filename"], "stacks/shop.yaml");
    assert_eq!(asked["diagnostic"]["range"]["start"]["line"], 5);
    assert_eq!(asked["diagnostic"]["address"], "app_client.web");
    assert_eq!(failed["diagnostic"]["address"], "app_client.web");
    assert_eq!(
        (&failed["error"]["kind"], &failed["error"]["aws"]["operation"]),
        (&json!("aws"), &json!("CreateUserPoolClient"))
    );
    let ended = said.iter().rfind(|event| event["type"] == "change_summary").unwrap();
    assert_eq!(ended["changes"]["add"], 1, "{ran}");
}

#[test]
fn waits_and_drift_are_told() {
    let world = World::new();
    let up = world.run("up dev --sandbox --auto-approve --json");
    assert_eq!(up.code, Some(0), "{up}");
    let said = events(&up);
    let waits: BTreeSet<&str> = said.iter().filter_map(|event| event["hook"]["waiting"].as_str()).collect();
    assert!(waits.contains("for ACM to issue the certificate"), "{waits:?}");
    let pool = world.recorded("dev", "user_pool", "/id");
    let client = world.recorded("dev", "app_client.web", "/outputs/client_id");
    world.behind(async |aws| {
        aws.cognito.delete_user_pool_client().user_pool_id(&pool).client_id(client).send().await.unwrap();
    });
    let said = events(&world.run("apply dev --sandbox --auto-approve --json"));
    let (drift, refreshed) = (one(&said, "resource_drift"), told(&said));
    assert_eq!(
        (&drift["change"]["action"], &drift["change"]["resource"]["addr"]),
        (&json!("delete"), &json!("app_client.web"))
    );
    assert!(refreshed.contains(&"refresh_complete user_pool".to_owned()), "{refreshed:?}");
}

#[test]
fn the_readme_names_every_event() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let listed: BTreeSet<&str> = readme
        .lines()
        .skip_while(|line| *line != "### Events")
        .skip(1)
        .take_while(|line| !line.starts_with('#'))
        .filter_map(|line| line.strip_prefix("| `"))
        .flat_map(|line| line.split('|').next().unwrap_or_default().split('`'))
        .filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !word.is_empty())
        .collect();
    assert_eq!(listed, BTreeSet::from(NAMES));
}
