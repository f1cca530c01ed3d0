//! What a program needs of a stack, and what nobody is to see.

use crate::world::World;

#[test]
fn outputs_in_every_form() {
    let world = World::new();
    world.up("dev");
    world.run("output dev --sandbox").check("output");
    world.run("output dev user_pool_id --sandbox").check("output_one");
    world.run("output dev user_pool_id --raw --sandbox").check("output_raw");
    world.run("output dev client_id --sandbox").check("output_map");
    world.run("output dev client_id.web --json --sandbox").check("output_one_json");
    world.run("output dev --json --sandbox").check("output_json");
    world.run("output dev --env --sandbox").check("output_env");
    world.run("output dev client_id.web --env --sandbox").check("output_one_env");
    world.run("output dev user_poolid --sandbox").failed().check("output_unknown");
    world.run("output dev user_poolid --json --sandbox").failed().check("output_unknown_json");
    world.run("output dev --secrets --sandbox").check("output_without_secrets");
}

#[test]
fn a_secret_is_shown_when_asked_for_and_kept_nowhere() {
    let world = World::new();
    world.edit(
        "stacks/dev.yaml",
        "    name: example-dev-client\n",
        "    name: example-dev-client\n    generate_secret: true\n",
    );
    let mut said = world.run("up dev --sandbox --auto-approve -vvv").to_string();
    let shown = world.run("output dev --secrets --sandbox");
    let secret = world.run("output dev client_secret.web --secrets --raw --sandbox").out;
    assert_eq!(secret.len(), 51, "{secret}");
    assert!(shown.out.contains(&format!("client_secret.web         {secret}\n")), "{shown}");
    for line in [
        "output dev --sandbox",
        "output dev --json --sandbox",
        "show dev --sandbox",
        "show dev --json --sandbox",
        "state show dev app_client.web --sandbox",
        "plan dev --sandbox -vvv",
        "plan dev --json --sandbox",
        "destroy dev --sandbox --auto-approve --allow-loss user_pool --target app_client.web -vvv",
    ] {
        said.push_str(&world.run(line).to_string());
    }
    assert!(said.contains("app_client.web"));
    assert!(!said.contains(&secret), "a secret was said");
    for entry in std::fs::read_dir(world.path("state/sandbox")).unwrap() {
        let path = entry.unwrap().path();
        // The sandbox's own world is AWS, which knows the secret.
        if path.file_name().unwrap() != ".world.json" {
            assert!(!std::fs::read_to_string(&path).unwrap().contains(&secret), "{} holds a secret", path.display());
        }
    }
}
