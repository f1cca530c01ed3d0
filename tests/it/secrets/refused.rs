//! What cannot be read, or must not be written: where it stands, why, and what to do.

use serde_json::json;

use super::{REGION, SECRET, parameter, secret, shop, world};
use crate::world::World;

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_a_remedy() {
    let world = World::empty();
    let clients = [
        ("env: NOBODY_SETS_THIS", ""),
        ("env: EMPTY", ""),
        ("file: none.txt", ""),
        ("file: empty.txt", ""),
        ("ssm: /shop/none", ""),
        ("secretsmanager: none", ""),
        ("secretsmanager: 'shop#client_secrte'", ""),
        ("secretsmanager: 'plain#key'", ""),
        ("secretsmanager: unset", ""),
    ];
    let lines =
        clients.iter().enumerate().map(|(at, (place, _))| format!("  c{at}:\n    client_secret: {{ {place} }}\n"));
    let clients = lines.collect::<Vec<_>>().concat();
    world.write("stacks/shop.yaml", format!("region: {REGION}\nuser_pool: {{ name: shop }}\napp_clients:\n{clients}"));
    world.write("empty.txt", "\n");
    world.behind(async |aws| {
        parameter(&aws, "/shop/other", SECRET).await;
        secret(&aws, "shop", &json!({ "client_id": "x", "client_secret": SECRET }).to_string()).await;
        secret(&aws, "plain", SECRET).await;
        let unset = json!({ "Name": "unset" });
        let made = aws.raw.json(super::SECRETS_MANAGER, REGION, ("secretsmanager", "CreateSecret"), &unset).await;
        made.unwrap();
    });
    let said = world.run_with("plan shop --sandbox", &[("EMPTY", "")]).failed();
    said.check("secrets_unread");
    assert!(!said.err.contains(SECRET), "{said}");
    // Nothing of that is asked for offline.
    world.run("validate shop").ok();
}

#[test]
fn who_may_not_read_is_told_what_iam_must_allow() {
    for (place, operation, action) in [
        ("{ ssm: /shop/web }", "GetParameter", "ssm:GetParameter on arn:aws:ssm:ap-southeast-2:*:parameter/shop/web"),
        (
            "{ secretsmanager: shop }",
            "GetSecretValue",
            "secretsmanager:GetSecretValue on arn:aws:secretsmanager:ap-southeast-2:*:secret:shop-??????",
        ),
    ] {
        let world = world(place);
        let faults = format!("{operation}=denied");
        let said = world.run_with("plan shop --sandbox", &[("STACK_SANDBOX_FAULTS", &faults)]).failed();
        let text = said.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(action) && text.contains("stacks/shop.yaml:5:"), "{said}");
    }
}

#[test]
fn whatever_goes_wrong_on_the_way_nothing_is_changed_and_the_next_run_goes_on() {
    for (place, operation) in [("{ ssm: /shop/web }", "GetParameter"), ("{ secretsmanager: shop }", "GetSecretValue")] {
        let world = world(place);
        world.behind(async |aws| {
            parameter(&aws, "/shop/web", SECRET).await;
            secret(&aws, "shop", SECRET).await;
        });
        for fault in ["throttle:*", "error:*", "expired", "drop-before:*", "drop-after:*", "truncate:*"] {
            let faults = format!("{operation}={fault}");
            let said =
                world.run_with("up shop --sandbox --auto-approve", &[("STACK_SANDBOX_FAULTS", &faults)]).failed();
            assert!(said.err.contains("stacks/shop.yaml:5:") && said.err.contains("hint:"), "{fault}: {said}");
            assert!(!said.err.contains(SECRET), "{fault}: {said}");
            assert!(!world.path("state/sandbox/shop.json").exists(), "{fault}: something was begun");
        }
        // What passes is tried again.
        let faults = format!("{operation}=throttle:2");
        world.run_with("up shop --sandbox --auto-approve", &[("STACK_SANDBOX_FAULTS", &faults)]).ok();
    }
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let literal = "hunter2_hunter2_hunter2";
    for (place, name) in [
        (literal.to_owned(), "secret_in_the_file"),
        (format!("[{literal}]"), "secret_in_a_list"),
        (format!("{{ value: {literal} }}"), "secret_under_another_key"),
        (format!("{{ env: SHOP, file: {literal} }}"), "secret_in_two_places"),
        ("{ env: $SHOP }".to_owned(), "secret_with_a_dollar"),
        (format!("{{ env: {literal}! }}"), "secret_as_a_name"),
        (format!("{literal}\n    generate_secrte: true"), "secret_above_a_slip"),
        (format!("'{literal}"), "secret_in_no_yaml"),
        ("{}".to_owned(), "secret_nowhere"),
    ] {
        let world = world(&place);
        let said = world.run("validate shop").failed();
        said.check(name);
        let is_shown = said.out.contains(literal) || said.err.contains(literal);
        // A path may be shown.
        assert!(!is_shown || name.contains("two"), "{said}");
    }
    // A number is no less a secret.
    let world = World::empty();
    world.write("stacks/shop.yaml", shop("20261121"));
    let said = world.run("validate shop").failed();
    assert!(!said.err.contains("20261121"), "{said}");
    // Whatever else is wrong in its line.
    for client in
        ["{ client_secret: LITERAL, generate_secrte: true }", "{ client_secrte: LITERAL }", "{ client_secret: LITERAL"]
    {
        let client = client.replace("LITERAL", literal);
        world.write(
            "stacks/shop.yaml",
            shop("{ env: A }").replace("web:\n    client_secret: { env: A }", &format!("web: {client}")),
        );
        for command in
            ["validate shop", "validate shop --json", "lint shop", "plan shop --sandbox", "plan shop --sandbox --json"]
        {
            let said = world.run(command).failed();
            assert!(!said.out.contains(literal) && !said.err.contains(literal), "{client}: {said}");
            assert!(format!("{}{}", said.out, said.err).contains("shop.yaml"), "{client}: {said}");
        }
    }
}
