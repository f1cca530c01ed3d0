//! What goes from one object of a stack to another of its kind, where AWS lets one have it at a time: it is given up before it
//! is taken, whatever the two are called and however many steps run at once. What nobody may be without is taken first.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stack::address::Address;
use stack::engine::Kinds;
use stack::engine::handed::passed_on;
use stack::engine::plan::Planned;
use stack::kinds::KINDS;

use crate::setup::{House, Served};
use crate::world::World;

const POOL: &str = "region: eu-west-1\nuser_pool: { name: shop, deletion_protection: INACTIVE }\n";
/// How steps may run: beside one another, and one after the other.
const WAYS: [&str; 2] = ["", "--parallelism 1"];

fn write(world: &World, text: &str) {
    let text = if text.contains("user_pool:") { text.to_owned() } else { [POOL, text].concat() };
    world.write("stacks/shop.yaml", text);
}

/// Applies each text in turn, with what the second is allowed; after each, nothing is left to do.
fn up(texts: &[&str], allowed: &str) {
    for way in WAYS {
        let world = World::empty();
        for text in texts {
            write(&world, text);
            world.run(&format!("up shop --sandbox --auto-approve {way} {allowed}")).ok();
            let again = world.run("plan shop --sandbox --detailed-exitcode");
            assert_eq!(again.code, Some(0), "{again}");
        }
    }
}

/// What is said of the second text by a plan that refuses it; the words without the folds of the page.
fn refused(first: &str, second: &str) -> String {
    let world = World::empty();
    write(&world, first);
    world.up("shop");
    write(&world, second);
    let ran = world.run("plan shop --sandbox");
    assert_eq!(ran.code, Some(1), "{ran}");
    ran.err.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn authorizers(routes: &[(&str, &[&str])]) -> String {
    let one = |(name, routes): &(&str, &[&str])| {
        let routes: Vec<String> = routes.iter().map(|route| format!("{route}: {{}}")).collect();
        format!("  {name}: {{ api_id: a1b2c3d4e5, routes: {{ {} }} }}\n", routes.join(", "))
    };
    let all: Vec<String> = routes.iter().map(one).collect();
    format!("app_clients: {{ web: {{}} }}\napi_authorizers:\n{}", all.concat())
}

const GET: &str = "GET /orders";
const POST: &str = "POST /orders";

#[test]
fn a_route_that_changes_hands_is_never_open() {
    for (from, to) in [("a", "b"), ("b", "a")] {
        let both = authorizers(&[(from, &[GET, POST])]);
        let shared = authorizers(&[(from, &[POST]), (to, &[GET])]);
        up(&[&both, &shared, &authorizers(&[(to, &[GET, POST])]), &both], "");
        up(&[&shared, &authorizers(&[(from, &[GET]), (to, &[POST])])], "");

        let world = World::empty();
        write(&world, &both);
        world.up("shop");
        write(&world, &shared);
        let plan = world.run("plan shop --sandbox");
        assert!(!plan.out.contains("open to everyone"), "{plan}");
        // The one takes it, and only then the other has nothing left to give up.
        let done = world.run("up shop --sandbox --auto-approve -v");
        assert_eq!((done.code, done.err.matches("UpdateRoute").count()), (Some(0), 1), "{done}");
        // What nobody takes over is open, and so is for a moment what two exchange.
        write(&world, &authorizers(&[(from, &[]), (to, &[GET])]));
        let plan = world.run("plan shop --sandbox");
        assert!(plan.out.contains("POST /orders will be open to everyone"), "{plan}");
        write(&world, &authorizers(&[(from, &[GET]), (to, &[POST])]));
        let plan = world.run("plan shop --sandbox");
        assert!(plan.out.contains("GET /orders will be open to everyone"), "{plan}");
    }
}

fn servers(of: &[(&str, &str)]) -> String {
    let one = |(key, identifier): &(&str, &str)| {
        format!("  {key}: {{ identifier: 'https://{identifier}', name: X, scopes: {{ read: Read }} }}\n")
    };
    format!("resource_servers:\n{}", of.iter().map(one).collect::<String>())
}

#[test]
fn an_identifier_of_a_resource_server_is_free_before_another_takes_it() {
    for (key, other) in [("b", "c"), ("c", "b")] {
        up(&[&servers(&[(key, "one")]), &servers(&[(key, "two"), (other, "one")])], "");
        up(&[&servers(&[(key, "one"), (other, "two")]), &servers(&[(other, "one")])], "");
    }
    // Neither is free before the other is.
    let said = refused(&servers(&[("a", "one"), ("b", "two")]), &servers(&[("a", "two"), ("b", "one")]));
    assert!(said.contains("takes `https://") && said.contains("do it in two steps"), "{said}");
    assert!(said.contains("stacks/shop.yaml:"), "{said}");
}

#[test]
fn one_that_is_cut_before_the_old_identifier_is_free_goes_on() {
    let stack = |of: &[(&str, &str)]| [POOL, &servers(of)].concat();
    let (served, house) =
        (Served::new(&["DeleteResourceServer=denied:1"]), House::new(&[("shop", &stack(&[("b", "one")]))]));
    served.run(&house, "up shop --auto-approve").ok();
    std::fs::write(house.path("stacks/shop.yaml"), stack(&[("b", "two"), ("c", "one")])).unwrap();
    served.run(&house, "up shop --auto-approve").failed();
    served.run(&house, "up shop --auto-approve").ok();
    served.run(&house, "plan shop --detailed-exitcode").ok().says("No changes");
}

fn providers(of: &[(&str, &[&str])]) -> String {
    let one = |(name, identifiers): &(&str, &[&str])| {
        format!(
            "  {name}: {{ oidc: {{ client_id: a, client_secret: {{ env: GOOGLE_CLIENT_SECRET }}, authorize_scopes: [openid], \
             oidc_issuer: 'https://login.example.com' }}, idp_identifiers: {identifiers:?} }}\n"
        )
    };
    format!("identity_providers:\n{}", of.iter().map(one).collect::<String>())
}

#[test]
fn an_identifier_of_a_provider_is_given_up_before_another_takes_it() {
    let lost = "--allow-loss identity_provider";
    for (one, other) in [("AAA", "BBB"), ("BBB", "AAA")] {
        let first = providers(&[(one, &["x.example.com", "y.example.com"]), (other, &["z.example.com"])]);
        up(&[&first, &providers(&[(one, &["y.example.com"]), (other, &["x.example.com", "z.example.com"])])], "");
        up(&[&first, &providers(&[(other, &["x.example.com"])])], lost);
        up(&[&providers(&[(one, &["x.example.com"])]), &providers(&[(other, &["x.example.com"])])], lost);
    }
    let [x, y]: [&[&str]; 2] = [&["x.example.com"], &["y.example.com"]];
    let said = refused(&providers(&[("AAA", x), ("BBB", y)]), &providers(&[("AAA", y), ("BBB", x)]));
    assert!(said.contains("takes `") && said.contains("do it in two steps"), "{said}");
}

#[test]
fn an_address_is_given_up_before_another_person_takes_it() {
    let people = |of: &[(&str, &str)]| {
        let pool = "region: eu-west-1\nuser_pool: { name: shop, deletion_protection: INACTIVE, alias_attributes: [email], \
                    auto_verified_attributes: [email] }\nusers:\n";
        let one = |(name, email): &(&str, &str)| {
            format!("  {name}: {{ attributes: {{ email: {email}@example.com, email_verified: 'true' }} }}\n")
        };
        [pool.to_owned(), of.iter().map(one).collect::<String>()].concat()
    };
    for (one, other) in [("ann", "bob"), ("bob", "ann")] {
        up(&[&people(&[(one, "x"), (other, "y")]), &people(&[(one, "y"), (other, "new")])], "");
    }
}

#[test]
fn what_somebody_else_has_made_is_not_taken_over() {
    let group = "groups: { staff: { description: Staff } }\n";
    for (text, other, address) in [
        (servers(&[("a", "one")]), servers(&[("a", "one")]).replace("read: Read", "write: Write"), "resource_server.a"),
        (group.to_owned(), group.replace("Staff", "Others"), "group.staff"),
    ] {
        let world = World::empty();
        write(&world, &text);
        world.up("shop");
        world.run(&format!("state rm shop {address} --sandbox --auto-approve")).ok();
        let before = held(&world);
        write(&world, &other);
        for words in ["plan", "up --auto-approve"] {
            let ran = world.run(&format!("{words} shop --sandbox"));
            assert_eq!(ran.code, Some(1), "{ran}");
            let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.contains(&format!("{address} is in AWS already")) && said.contains("stack import"), "{said}");
        }
        assert_eq!(held(&world), before);
        // The whole goes all the same: what is in the pool goes with it.
        world.run("destroy shop --sandbox --auto-approve --allow-loss user_pool").ok();
        assert_eq!(held(&world), json!({}));
    }
}

/// The pools, as the sandbox holds them.
fn held(world: &World) -> Value {
    let held: Value = world.sandbox().world(|held| serde_json::to_value(held).unwrap()).unwrap();
    held["cognito"]["pools"].as_object().unwrap().get("eu-west-1").cloned().unwrap_or_else(|| json!({}))
}

#[test]
fn a_permission_is_not_taken_from_a_function_that_still_needs_it() {
    let stack = "region: ap-southeast-2\nuser_pool: { name: shop, deletion_protection: INACTIVE, lambda_config: { pre_sign_up: greet } }\n";
    let said = refused(stack, &format!("{stack}lambda_permissions: {{ manage: false }}\n"));
    assert!(said.contains("the function greet does not let Cognito invoke it"), "{said}");
}

#[test]
fn an_api_or_route_that_is_not_there_is_told_before_any_route_is_opened() {
    let all = authorizers(&[("a", &[GET, POST])]);
    let there = all.as_str();
    for (text, says) in [
        (there.replace("a1b2c3d4e5", "z9"), "there is no API z9 in eu-west-1"),
        (there.replace("a1b2c3d4e5", "w1b2c3d4e5"), "the API w1b2c3d4e5 is a WEBSOCKET API"),
        (there.replace(GET, "GET /order"), "the API a1b2c3d4e5 has no route `GET /order`"),
    ] {
        let world = World::empty();
        write(&world, there);
        world.up("shop");
        write(&world, &text);
        let ran = world.run("up shop --sandbox --auto-approve");
        let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(ran.code, Some(1), "{ran}");
        assert!(said.contains(says) && said.contains("nothing was changed"), "{ran}");
        write(&world, there);
        world.run("plan shop --sandbox --detailed-exitcode").ok();
    }
}

fn planned(api: &str, now: &[&str], then: &[&str]) -> Planned {
    let spec = |routes: &[&str]| {
        let routes: BTreeMap<&str, Value> = routes.iter().map(|route| (*route, json!({}))).collect();
        json!({ "api_id": api, "name": "a", "user_pool": "user_pool", "app_clients": [], "routes": routes })
    };
    let one = json!({
        "action": "update", "id": "a/b", "changes": [], "drift": [], "undeclared": [], "desired": spec(then),
        "actual": spec(now), "target": spec(then), "needs": [], "loses": null, "is_gone": false, "at": "a",
    });
    serde_json::from_value(one).unwrap()
}

#[test]
fn a_route_goes_to_another_authorizer_of_the_same_api_alone() {
    let kinds = Kinds::new(KINDS);
    let passed = |one: Planned, other: Planned| {
        let address = |name: &str| format!("api_authorizer.{name}").parse::<Address>().unwrap();
        let planned = BTreeMap::from([(address("one"), one), (address("other"), other)]);
        let mut found = passed_on(&kinds, &planned);
        found.remove(&address("one")).unwrap_or_default().into_iter().map(|(_, route)| route).collect::<Vec<_>>()
    };
    let gives = || planned("x", &["GET /", "PUT /"], &["PUT /"]);
    assert_eq!(passed(gives(), planned("x", &[], &["GET /"])), ["GET /"]);
    assert!(passed(gives(), planned("y", &[], &["GET /"])).is_empty(), "that is another API's");
    assert!(passed(gives(), planned("x", &["GET /"], &["GET /"])).is_empty(), "it was never this one's");
    assert!(passed(gives(), planned("x", &["PUT /"], &["GET /"])).len() == 1, "nothing comes back");
    let exchanges = planned("x", &["GET /"], &["POST /"]);
    assert!(passed(exchanges, planned("x", &["POST /"], &["GET /"])).is_empty(), "one is open for a moment");
}

/// Applies the one text and then the other, which has other names for the same objects: AWS is asked to change nothing.
#[track_caller]
fn renamed(first: &str, second: &str, says: &[&str]) {
    let world = World::empty();
    world.write("stacks/ui/a.css", ".banner-customizable { background: #fff; }\n");
    write(&world, first);
    world.up("shop");
    let before = held(&world);
    write(&world, second);
    let done = world.run("up shop --sandbox --auto-approve");
    assert_eq!(done.code, Some(0), "{done}");
    for says in says {
        assert!(done.out.contains(says), "{says}: {done}");
    }
    assert_eq!(held(&world), before);
    let again = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(again.code, Some(0), "{again}");
    world.run("destroy shop --sandbox --auto-approve --allow-loss user_pool --allow-loss user").ok();
    assert_eq!(held(&world), json!({}));
}

#[test]
fn what_has_another_name_in_the_file_alone_stays_in_aws() {
    let people = |group: &str, person: &str| {
        format!(
            "groups: {{ {group}: {{ name: staff }} }}\nusers: {{ {person}: {{ username: ann, groups: [{group}] }} }}\n"
        )
    };
    renamed(&people("one", "ann"), &people("other", "ann"), &["group.other  was group.one"]);
    renamed(&people("other", "ann"), &people("one", "ann"), &["group.one  was group.other"]);
    renamed(&people("one", "ann"), &people("one", "anne"), &["user.anne  was user.ann"]);
    renamed(&servers(&[("a", "one")]), &servers(&[("b", "one")]), &["resource_server.b  was resource_server.a"]);
    let provider =
        |key: &str| providers(&[("AAA", &["x.example.com"])]).replace("AAA: {", &format!("{key}: {{ name: AAA,"));
    renamed(&provider("one"), &provider("other"), &["identity_provider.other  was identity_provider.one"]);
    // Of one name, and of two types.
    let records = |key: &str| {
        format!(
            "records:\n  {key}: {{ name: a.example.com, type: TXT, values: [hi] }}\n  {key}4: {{ name: a.example.com, type: A, \
             values: [192.0.2.1] }}\n"
        )
    };
    let says = ["dns_record.other  was dns_record.one", "dns_record.other4  was dns_record.one4"];
    renamed(&records("one"), &records("other"), &says);
}

#[test]
fn what_a_client_has_moves_with_it() {
    let stack = |client: &str, version: &str, more: &str| {
        let pool = POOL.replace(
            "user_pool: {",
            "user_pool: { user_pool_tier: PLUS, user_pool_add_ons: { advanced_security_mode: AUDIT },",
        );
        format!(
            "{pool}app_clients: {{ {client}: {{ name: web }} }}\ndomain: {{ prefix: shop-in, managed_login_version: {version} }}\n\
             risk_configuration: {{ app_clients: {{ {client}: {{ compromised_credentials_risk_configuration: \
             {{ actions: {{ event_action: BLOCK }} }} }} }} }}\n{more}"
        )
    };
    let looks = |client: &str| {
        stack(client, "1", &format!("ui_customization: {{ app_clients: {{ {client}: {{ css: ui/a.css }} }} }}\n"))
    };
    let styles = |client: &str| {
        let terms = "privacy_policy: { default: 'https://example.com/privacy' }, terms_of_use: { default: 'https://example.com/terms' }";
        stack(
            client,
            "2",
            &format!(
                "managed_login_branding: {{ {client}: {{ use_cognito_provided_values: true }} }}\nterms: {{ {client}: {{ {terms} }} }}\n"
            ),
        )
    };
    for (from, to) in [("one", "other"), ("other", "one")] {
        let moved = format!("moved: [{{ from: app_client.{from}, to: app_client.{to} }}]\n");
        let says = |kind: &str| format!("{kind}.{to}  was {kind}.{from}");
        for (what, kinds) in [
            (&looks as &dyn Fn(&str) -> String, &["app_client", "ui_customization", "risk_configuration"][..]),
            (&styles, &["app_client", "managed_login_branding", "risk_configuration"]),
        ] {
            let says: Vec<String> = kinds.iter().map(|kind| says(kind)).collect();
            let says: Vec<&str> = says.iter().map(String::as_str).collect();
            renamed(&what(from), &[what(to), moved.clone()].concat(), &says);
        }
    }
}

#[test]
fn what_would_be_made_anew_is_no_rename() {
    let record = |key: &str, what: &str| format!("records: {{ {key}: {{ name: a.example.com, {what} }} }}\n");
    let world = World::empty();
    write(&world, &record("one", "type: TXT, values: [hi]"));
    world.up("shop");
    write(&world, &record("other", "type: CNAME, values: [b.example.com]"));
    let plan = world.run("plan shop --sandbox");
    assert!(plan.out.contains("1 to create, 0 to update, 1 to delete"), "{plan}");
    world.up("shop");
    world.run("plan shop --sandbox --detailed-exitcode").ok();
}
