//! Resource servers and groups are adopted with their pool; users are people's, and are adopted one by one.

use super::leftovers::said;
use super::made::{from_stack, imported, pool, rebuilds, user, written};
use crate::world::repository;

const STACK: &str = "
region: ap-southeast-2
user_pool: { name: shop }
app_clients:
  jobs: { generate_secret: true, allowed_oauth_flows: [client_credentials], allowed_oauth_scopes: [https://api.example.com/orders/read] }
resource_servers:
  orders: { identifier: https://api.example.com/orders, name: The orders, scopes: { read: Read orders, write: Write orders } }
  plain: {}
groups:
  admins: { precedence: 0, description: May do everything, role_arn: 'arn:aws:iam::000000000000:role/admins' }
  team: { name: all/the/staff }
";

#[test]
fn servers_and_groups_come_with_their_pool_and_users_when_they_are_asked_for() {
    let world = from_stack("shop", STACK, &repository().join("tests/it/samples/valid"));
    user(&world, "ann");
    user(&world, "bob");
    let ran = imported(&world, "shop", "");
    crate::world::check("import_with_people_file", &written(&world, "shop"));
    assert!(said(&ran).contains("not adopted: 2 user accounts: people are nobody's to declare"), "{ran}");
    let state = world.read("state/sandbox/shop.json");
    assert!(!state.contains("\"user.ann\"") && state.contains("\"group.admins\""), "{state}");
    // One of them is asked for.
    let file = written(&world, "shop");
    world.write("stacks/shop.yaml", format!("{file}\nusers: {{ ann: {{ groups: [admins] }} }}\n"));
    world.run(&format!("import shop --address user.ann={}/ann --sandbox", pool(&world))).ok();
    world.up("shop");
    let again = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(again.code, Some(0), "{again}");
}

#[test]
fn what_was_adopted_is_rebuilt_as_it_was() {
    let world = from_stack("shop", STACK, &repository().join("tests/it/samples/valid"));
    imported(&world, "shop", "").ok();
    rebuilds(&world, "shop");
}

#[test]
fn what_cannot_be_listed_is_not_known() {
    let world = from_stack("shop", STACK, &repository().join("tests/it/samples/valid"));
    let ran = imported(&world, "shop", "ListGroups=denied;ListResourceServers=denied");
    for what in ["groups, if there are any: not known: ListGroups", "resource servers, if there are any: not known"] {
        assert!(said(&ran).contains(&format!("not adopted: {what}")), "{ran}");
    }
}
