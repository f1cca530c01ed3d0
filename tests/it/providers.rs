//! Identity providers in the lives of stacks: made before the clients that name them, and gone after them.

use serde_json::Value;

use crate::preflight::providers::metadata_until;
use crate::world::{BEGINNING, World};

const POOL: &str = "region: ap-southeast-2\nuser_pool: { name: shop, deletion_protection: INACTIVE }\n";
const SAML: &str = "identity_providers:\n  Corp: { saml: { metadata_url: https://idp.example.com/m } }\n";
const OIDC: &str = "identity_providers:
  Corp: { oidc: { client_id: a, authorize_scopes: [openid], oidc_issuer: https://idp.example.com } }
";
const GOOGLE: &str = "identity_providers:
  Google:
    google: { client_id: a, client_secret: { env: GOOGLE_CLIENT_SECRET }, authorize_scopes: [openid] }
";

fn client(names: &str) -> String {
    format!("app_clients:\n  web: {{ supported_identity_providers: [{names}] }}\n")
}

fn shop(world: &World, parts: &[&str]) {
    world.write("stacks/shop.yaml", parts.concat());
}

#[test]
fn a_client_lets_go_of_a_provider_before_it_goes() {
    let world = World::empty();
    shop(&world, &[POOL, SAML, &client("COGNITO, Corp")]);
    world.up("shop");
    // Both ways at once: one comes and one goes.
    shop(&world, &[POOL, GOOGLE, &client("COGNITO, Google")]);
    world.up("shop");
    shop(&world, &[POOL, &client("COGNITO")]);
    world.up("shop");
    let held = world.read("state/sandbox/.world.json");
    assert!(!held.contains("\"Google\"") && !held.contains("\"Corp\""), "{held}");
}

#[test]
fn another_type_is_another_provider_and_asks_for_a_word() {
    let world = World::empty();
    shop(&world, &[POOL, SAML]);
    world.up("shop");
    shop(&world, &[POOL, OIDC]);
    let ran = world.run("up shop --sandbox --auto-approve").failed();
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("--allow-loss identity_provider"), "{ran}");
    world.run("up shop --sandbox --auto-approve --allow-loss identity_provider").ok();
    let again = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(again.code, Some(0), "{again}");
}

#[test]
fn a_secret_that_has_changed_is_sent_and_written_nowhere() {
    let world = World::empty();
    shop(&world, &[POOL, GOOGLE]);
    let with = |secret: &'static str| [("GOOGLE_CLIENT_SECRET", secret)];
    world.run_with("up shop --sandbox --auto-approve", &with("the-first-one")).ok();
    let plan = world.run_with("plan shop --sandbox --detailed-exitcode", &with("the-first-one"));
    assert_eq!(plan.code, Some(0), "{plan}");
    let plan = world.run_with("plan shop --sandbox --detailed-exitcode", &with("the-second-one"));
    assert_eq!(plan.code, Some(2), "{plan}");
    assert!(plan.out.contains("google.client_secret") || plan.out.contains("client_secret"), "{plan}");
    let ran = world.run_with("up shop --sandbox --auto-approve -v", &with("the-second-one"));
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(world.read("state/sandbox/.world.json").contains("the-second-one"), "AWS has it");
    let state = world.read("state/sandbox/shop.json");
    for text in [&plan.out, &plan.err, &ran.out, &ran.err, &state] {
        assert!(!text.contains("the-first-one") && !text.contains("the-second-one"), "{text}");
    }
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_said_again_by_programs() {
    let world = World::empty();
    shop(&world, &[POOL, &GOOGLE.replace("{ env: GOOGLE_CLIENT_SECRET }", "of-my-own-hand")]);
    let ran = world.run("validate shop --json");
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.out.contains("{ env: NAME }") && !ran.out.contains("of-my-own-hand"), "{ran}");
    // There is a line and a column, and no bytes to be cut out of the file.
    let said: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let place = said.pointer("/problems/0/place").or_else(|| said.pointer("/error/problems/0/place")).unwrap_or(&said);
    assert!(place["line"] == 5 && place["column"] == 44 && place.get("span").is_none(), "{ran}");
}

/// When the certificate of [`by_file`] ends, in milliseconds since 1970: two months after worlds begin.
const END: i64 = BEGINNING + 60 * DAY;
const DAY: i64 = 24 * 3_600_000;

/// A stack whose SAML provider's metadata are in a file.
fn by_file(world: &World) {
    shop(world, &[POOL, "identity_providers: { Corp: { saml: { metadata_file: idp/corp.xml } } }\n"]);
    let end = jiff::Timestamp::from_millisecond(END).unwrap();
    world.write("stacks/idp/corp.xml", metadata_until("IDPSSODescriptor", end));
}

#[test]
fn a_certificate_that_ends_is_told_by_everything_that_reads_the_file() {
    let world = World::empty();
    by_file(&world);
    world.up("shop");
    let commands = [
        "validate shop",
        "lint shop",
        "plan shop --sandbox --detailed-exitcode",
        "apply shop --sandbox --auto-approve",
        "drift shop --sandbox",
        "plan shop --sandbox --refresh-only",
    ];
    for (time, said) in [
        (END - 31 * DAY, None),
        (END - 29 * DAY, Some("the certificates of https://idp.example.com end on 2026-11-20")),
        (END + DAY, Some("the certificates of https://idp.example.com have ended, the last on 2026-11-20")),
    ] {
        let time = time.to_string();
        let run = |command: &str| world.run_with(command, &[("STACK_TEST_CLOCK", &time)]);
        for command in commands {
            let ran = run(command);
            let err = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
            // Of this pool the rules have more to say.
            assert!(ran.code == Some(0) || command.starts_with("lint "), "{ran}");
            let all = "the certificates of";
            assert_eq!(err.matches(all).count(), usize::from(said.is_some()), "{command}: {ran}");
            assert!(
                said.is_none_or(|said| err.contains(said) && err.contains("stacks/shop.yaml:3:")),
                "{command}: {ran}"
            );
        }
        let plan: Value = serde_json::from_str(&run("plan shop --sandbox --json").out).unwrap();
        let check =
            plan["checks"].as_array().unwrap().iter().find(|one| one["address"]["name"] == "identity_providers");
        let told = check.map(|one| one["instances"][0]["problems"][0]["message"].as_str().unwrap());
        assert_eq!(told, said, "{plan}");
        let lint: Value = serde_json::from_str(&run("lint shop --json").out).unwrap();
        let rules: Vec<&str> =
            lint["findings"].as_array().unwrap().iter().filter_map(|one| one["rule"].as_str()).collect();
        assert_eq!(rules.contains(&"saml-certificate-ends"), said.is_some(), "{rules:?}");
        serde_json::from_str::<Value>(&run("drift shop --sandbox --json").out).unwrap();
    }
    // What has ended keeps nobody from changing something else, and from taking it away.
    let late = (END + DAY).to_string();
    world.edit("stacks/shop.yaml", "INACTIVE }", "INACTIVE, mfa: { mode: OPTIONAL, software_token: true } }");
    world.run_with("up shop --sandbox --auto-approve", &[("STACK_TEST_CLOCK", &late)]).ok();
    let destroyed = "destroy shop --sandbox --auto-approve --allow-loss user_pool";
    let destroyed = world.run_with(destroyed, &[("STACK_TEST_CLOCK", &late)]);
    assert!(destroyed.code == Some(0) && !destroyed.err.contains("the certificates of"), "{destroyed}");
}

#[test]
fn the_certificate_to_encrypt_for_is_an_output() {
    let world = World::empty();
    shop(&world, &[POOL, SAML]);
    world.up("shop");
    let certificate = world.run("output shop saml_encryption_certificate.Corp --raw --sandbox");
    assert_eq!(certificate.out, "MIICertificateOfTheSandbox");
}

#[test]
fn a_detail_that_somebody_else_has_set_is_seen_and_stays() {
    let world = World::empty();
    shop(&world, &[POOL, SAML]);
    world.up("shop");
    let mut held: Value = serde_json::from_str(&world.read("state/sandbox/.world.json")).unwrap();
    let pools = held["cognito"]["pools"]["ap-southeast-2"].as_object_mut().unwrap();
    for pool in pools.values_mut() {
        pool["providers"]["Corp"]["details"]["NameIdFormat"] = "persistent".into();
    }
    world.write("state/sandbox/.world.json", held.to_string());
    world.run("plan shop --sandbox").check("unknown_detail_plan");
    world.run("drift shop --sandbox").check("unknown_detail_drift");
    // It can be put back by nobody here, and is kept when the provider changes.
    world.run("apply shop --sandbox --auto-approve --revert-undeclared").ok();
    world.edit(
        "stacks/shop.yaml",
        "metadata_url: https://idp.example.com/m",
        "metadata_url: https://idp.example.com/n",
    );
    world.run("up shop --sandbox --auto-approve").ok();
    let held = world.read("state/sandbox/.world.json");
    assert!(held.contains("\"NameIdFormat\"") && held.contains("https://idp.example.com/n"), "{held}");
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
    let pool = world.recorded("shop", "user_pool", "/id");
    world.run("state rm shop identity_provider.Corp --sandbox --auto-approve").ok();
    let one = world.run(&format!("import shop --sandbox --address identity_provider.Corp={pool}/Corp"));
    // As if no stack had made the pool.
    let mut held: Value = serde_json::from_str(&world.read("state/sandbox/.world.json")).unwrap();
    held["cognito"]["pools"]["ap-southeast-2"][&pool]["tags"] = serde_json::json!({});
    world.write("state/sandbox/.world.json", held.to_string());
    std::fs::remove_file(world.path("state/sandbox/shop.json")).unwrap();
    let whole = world.run(&format!("import found --sandbox --user-pool {pool}"));
    for ran in [one, whole] {
        let said = format!("{} {}", ran.out, ran.err).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("1 detail of the identity provider Corp: NameIdFormat"), "{ran}");
    }
}
