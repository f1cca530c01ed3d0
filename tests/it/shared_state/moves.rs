//! A state from one place to another, and back in time.

use serde_json::Value;

use super::rig::{Cloud, Keeper, lonely};

const UP: &str = "up shop --auto-approve";

/// A stack's life with its state in S3, in every command that is about that.
fn lives(keeper: Keeper) {
    let cloud = Cloud::new(keeper, &[]);
    let machine = lonely(&["web"]);
    cloud.run(&machine, UP).ok();
    let local = machine.json("state/shop.json");

    // To S3: until it is moved, nothing is made a second time.
    cloud.share(&machine, &["web"]);
    cloud.run(&machine, "state init shop").ok().says("the state is still in ").says("stack state migrate shop");
    cloud.run(&machine, UP).failed().says("the state of shop is in ").says("`stack state migrate shop` moves it there");
    cloud.run(&machine, "state migrate shop").ok().says("the state of shop is in s3://shop-stacks/auth/shop.json now");
    assert!(!machine.path("state/shop.json").exists());
    assert_eq!(machine.json("state/shop.migrated.json"), local, "what was moved is left as it was");
    let moved = cloud.state(&machine);
    assert_eq!((&moved["lineage"], &moved["resources"]), (&local["lineage"], &local["resources"]));
    assert_eq!(moved["serial"].as_u64().unwrap(), local["serial"].as_u64().unwrap() + 1);
    cloud.run(&machine, "plan shop --detailed-exitcode").ok().says("No changes");
    cloud.run(&machine, "state migrate shop").failed().says("there is no state of shop in ");

    // Somebody else goes on from there.
    let other = cloud.machine(&["web", "app"]);
    cloud.run(&other, UP).ok();
    cloud.run(&machine, "state list shop").ok().says("app_client.app");

    // One with another lineage takes no place.
    let stranger = lonely(&["web"]);
    let mut strange = local.clone();
    strange["lineage"] = "another".into();
    std::fs::create_dir_all(stranger.path("state")).unwrap();
    std::fs::write(stranger.path("state/shop.json"), strange.to_string()).unwrap();
    cloud.share(&stranger, &["web"]);
    cloud.run(&stranger, "state migrate shop").failed().says("holds another state already, with another lineage");
    assert!(stranger.path("state/shop.json").exists());

    versions(&cloud, &other);
    pulled_and_pushed(&cloud, &other);

    // And back into a file.
    let from = format!("s3://shop-stacks/auth/shop.json?region=ap-southeast-2&endpoint={}", cloud.store());
    let shared = cloud.state(&other);
    std::fs::write(other.path("stacks/shop.yaml"), super::rig::stack(&["web", "app"])).unwrap();
    cloud.run(&other, UP).failed().says("was last saved in s3://shop-stacks/auth/shop.json, and not here");
    cloud.run(&other, &format!("state migrate shop --from {from}")).ok().says("state/shop.json now");
    assert_eq!(other.json("state/shop.json")["resources"], shared["resources"]);
    cloud.run(&other, "plan shop --detailed-exitcode").ok().says("No changes");
    let gone = cloud.run(&machine, UP).failed().says("s3://shop-stacks/auth/shop.json is not there any more");
    gone.says("`stack state history shop` and `rollback` bring it back");

    // And on to another key.
    let text = cloud.setting().replace("auth/shop.json", "auth/other.json") + &super::rig::stack(&["web", "app"]);
    std::fs::write(other.path("stacks/shop.yaml"), text).unwrap();
    cloud.run(&other, "state migrate shop").ok();
    std::fs::write(other.path("stacks/shop.yaml"), cloud.setting() + &super::rig::stack(&["web", "app"])).unwrap();
    let from = from.replace("auth/shop.json", "auth/other.json");
    cloud.run(&other, &format!("state migrate shop --from {from}")).ok();
    cloud.run(&other, "plan shop --detailed-exitcode").ok().says("No changes");
    crate::setup::known::check(&cloud.world(), &cloud.state(&other));
}

fn versions(cloud: &Cloud, machine: &crate::setup::House) {
    let versions = cloud.history(machine);
    let serials: Vec<u64> = versions.iter().map(|one| one["serial"].as_u64().unwrap()).collect();
    assert!(serials.len() > 2 && serials.windows(2).all(|two| two[1] == two[0] + 1), "{serials:?}");
    let told = cloud.run(machine, "state history shop --limit 2").ok().out;
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(told.contains("`stack up shop` by ann on desk"), "{told}");

    // As it was moved: without the other client.
    let now = cloud.state(machine);
    let first = versions[0]["version"].as_str().unwrap();
    let refused = cloud.run(machine, &format!("state rollback shop {first}")).failed();
    refused.says("AWS is not changed by it, and these objects are forgotten: app_client.app.");
    cloud.run(machine, "state rollback shop nonsense --auto-approve").failed().says("has no version nonsense");
    let rolled = cloud.run(machine, &format!("state rollback shop {first} --auto-approve")).ok();
    rolled.says("AWS is as it was: the state alone has changed");
    let back = cloud.state(machine);
    assert_eq!(back["serial"].as_u64().unwrap(), now["serial"].as_u64().unwrap() + 1);
    assert!(back["resources"]["app_client.app"].is_null());
    // And forward again.
    let newest = versions.last().unwrap()["version"].as_str().unwrap();
    cloud.run(machine, &format!("state rollback shop {newest} --auto-approve")).ok();
    assert_eq!(cloud.state(machine)["resources"], now["resources"]);
}

fn pulled_and_pushed(cloud: &Cloud, machine: &crate::setup::House) {
    let pulled = cloud.state(machine);
    let push = |state: &Value, force: &str| {
        std::fs::write(machine.path("pushed.json"), state.to_string()).unwrap();
        let file = machine.path("pushed.json");
        cloud.run(machine, &format!("state push shop {} {force}", file.display()))
    };
    // The very same is nothing new, and does no harm.
    let mut old = pulled.clone();
    old["serial"] = 1.into();
    push(&old, "").failed().says("and this state at 1").says("`--force` puts it there all the same");
    let mut strange = pulled.clone();
    strange["lineage"] = "another".into();
    strange["serial"] = 1000.into();
    push(&strange, "").failed().says("has another lineage");
    assert_eq!(cloud.state(machine), pulled);
    let mut newer = pulled.clone();
    newer["serial"] = (pulled["serial"].as_u64().unwrap() + 1).into();
    push(&newer, "").ok();
    assert_eq!(cloud.state(machine)["serial"], newer["serial"]);
    push(&old, "--force").ok();
    let forced = cloud.state(machine);
    assert_eq!(forced["serial"].as_u64().unwrap(), newer["serial"].as_u64().unwrap() + 1, "serials go up");
    assert_eq!(forced["resources"], pulled["resources"]);
}

#[test]
fn a_state_moves_to_the_sandboxs_s3_and_back() {
    lives(Keeper::Sandbox);
}

#[test]
fn a_state_moves_to_motos_s3_and_back() {
    lives(Keeper::Moto);
}

#[test]
fn without_s3_there_is_no_bucket_and_no_history() {
    let cloud = Cloud::new(Keeper::Sandbox, &[]);
    let machine = lonely(&["web"]);
    for words in ["state init shop", "state history shop", "state rollback shop v --auto-approve"] {
        cloud.run(&machine, words).failed().says("is about states in S3, and that of shop is in a local file");
    }
    cloud.run(&machine, "state migrate shop").failed().says("is where the stack file says that the state is");
}
