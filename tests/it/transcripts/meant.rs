//! "Did you mean": what is misspelt on the command line and in the file is told with the word that was meant.

use crate::world::{World, check};

#[test]
fn on_the_command_line() {
    let world = World::new();
    world.up("dev");
    let told: Vec<String> = [
        "plan dve --sandbox",
        "paln dev --sandbox",
        "plan dev --sandbox --target app_client.wbe",
        "plan dev --sandbox --target app_clients.web",
        "plan dev --sandbox --target user_pol",
        "apply dev --sandbox --allow-loss user_poll",
        "output dev --sandbox client_id.wbe",
        "output dev --sandbox user_pool_di",
        "output dev --sandbox clientid.web",
        "state show dev --sandbox app_client.wbe",
        "state rm dev --sandbox domain.custm --auto-approve",
        "state mv dev --sandbox app_clinet.web app_client.spa",
        "lint prdo",
        "validate dve",
    ]
    .into_iter()
    .map(|line| {
        let told = world.run(line).failed();
        assert!(told.err.contains("did you mean") || told.err.contains("similar"), "{told}");
        told.to_string()
    })
    .collect();
    check("meant_on_the_command_line", &told.join("\n"));
    // What is near nothing is told what there is, and no guess is made.
    let told = world.run("output dev --sandbox flavour").failed();
    assert!(!told.err.contains("did you mean") && told.err.contains("Hint: there are: "), "{told}");
    let told = world.run("plan dev --sandbox --target app_client.xyz").failed();
    assert!(!told.err.contains("did you mean") && told.err.contains("it holds: "), "{told}");
}

#[test]
fn in_the_file() {
    let world = World::new();
    world.edit("stacks/dev.yaml", "deletion_protection: INACTIVE", "deletion_protection: INACTVE");
    world.edit("stacks/dev.yaml", "    logout_urls:", "    logout_url:");
    world.edit("stacks/dev.yaml", "    write_attributes: [email]", "    write_attributes: [emial]");
    let text = world.read("stacks/dev.yaml");
    world.write(
        "stacks/dev.yaml",
        format!("{text}\nui_customization:\n  app_clients:\n    wbe: {{ css: ui/login.css }}\n"),
    );
    let told = world.run("validate dev").failed();
    for word in ["`INACTIVE`", "`logout_urls`", "did you mean email", "`web`"] {
        assert!(told.err.contains(word), "{word}: {told}");
    }
    told.check("meant_in_the_file");
}
