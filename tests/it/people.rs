//! Resource servers with the clients that name their scopes, groups, and seed users, from one apply to the next.

use serde_json::{Value, json};

use crate::world::{Transcript, World};

const SHOP: &str = "
region: ap-southeast-2
user_pool:
  name: shop
  deletion_protection: INACTIVE
  username_attributes: [email]
app_clients:
  jobs:
    generate_secret: true
    allowed_oauth_flows: [client_credentials]
    allowed_oauth_scopes: [orders/read, orders/write]
resource_servers:
  orders: { scopes: { read: Read orders, write: Write orders } }
groups:
  admins: { precedence: 0 }
  staff: {}
users:
  ann:
    username: ann@example.com
    attributes: { name: Ann }
    groups: [admins]
";

fn shop() -> World {
    let world = World::empty();
    world.write("stacks/shop.yaml", SHOP);
    world.up("shop");
    world
}

/// The pool as the sandbox holds it.
fn pool(world: &World) -> Value {
    let held: Value = world.sandbox().world(|held| serde_json::to_value(held).unwrap()).unwrap();
    held["cognito"]["pools"]["ap-southeast-2"].as_object().unwrap().values().next().unwrap().clone()
}

/// Where a line that names this begins among the lines of what was done.
fn when(ran: &Transcript, step: &str) -> usize {
    let said = format!("{}{}", ran.out, ran.err);
    said.rfind(step).unwrap_or_else(|| panic!("nothing is said of {step}: {said}"))
}

/// What was said, without the folds of the page.
fn said(ran: &Transcript) -> String {
    ran.err.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn nothing_is_left(world: &World) {
    let ran = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[test]
fn a_scope_comes_before_the_client_that_names_it_and_goes_after_it() {
    let world = shop();
    let apply = "apply shop --sandbox --auto-approve";
    // One comes.
    world.edit("stacks/shop.yaml", "[orders/read, orders/write]", "[orders/read, orders/write, orders/delete]");
    world.edit("stacks/shop.yaml", "write: Write orders }", "write: Write orders, delete: Delete orders }");
    let ran = world.run(apply);
    assert!(when(&ran, "resource_server.orders") < when(&ran, "app_client.jobs"), "{ran}");
    nothing_is_left(&world);
    // One goes: AWS would leave the client with its name, and refuse its next update.
    world.edit("stacks/shop.yaml", "[orders/read, orders/write, orders/delete]", "[orders/read, orders/write]");
    world.edit("stacks/shop.yaml", ", delete: Delete orders }", " }");
    let ran = world.run(apply);
    assert!(when(&ran, "app_client.jobs") < when(&ran, "resource_server.orders"), "{ran}");
    nothing_is_left(&world);
    // A whole server goes, once the client has moved to another; so does one whose identifier changes.
    world.edit("stacks/shop.yaml", "[orders/read, orders/write]", "[shop/read]");
    world.edit("stacks/shop.yaml", "  orders: { scopes", "  shop: { scopes");
    world.run(apply).ok();
    nothing_is_left(&world);
    world.edit("stacks/shop.yaml", "[shop/read]", "[https://api.example.com/read]");
    world.edit("stacks/shop.yaml", "  shop: { scopes", "  shop: { identifier: 'https://api.example.com', scopes");
    world.run(apply).ok();
    nothing_is_left(&world);
    let servers: Vec<String> = pool(&world)["servers"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(servers, ["https://api.example.com"]);
}

#[test]
fn a_scope_that_nobody_declares_is_a_word_and_one_that_is_missing_is_refused() {
    let world = World::empty();
    world.write("stacks/shop.yaml", SHOP);
    world.edit("stacks/shop.yaml", "[orders/read, orders/write]", "[orders/read, anothers/write]");
    let ran = world.run("validate shop");
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(said(&ran).contains("no resource server of this file has the identifier `anothers`"), "{ran}");
    world.edit("stacks/shop.yaml", "anothers/write", "orders/wrte");
    let ran = world.run("validate shop").failed();
    assert!(said(&ran).contains("did you mean `orders/write`?"), "{ran}");
}

#[test]
fn a_seed_user_is_written_to_by_nobody_and_has_no_password() {
    let world = shop();
    let user = pool(&world)["users"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!((&user["messages"], &user["passwords"]), (&json!([]), &json!([])));
    assert_eq!(user["groups"], json!(["admins"]));
    let state = world.read("state/sandbox/shop.json");
    assert!(!state.to_lowercase().contains("password\":"), "{state}");
    // One that is to be told is.
    world.edit(
        "stacks/shop.yaml",
        "    groups: [admins]\n",
        "    groups: [admins]\n  bob: { username: bob@example.com, invite: [EMAIL] }\n",
    );
    world.up("shop");
    let users = pool(&world)["users"].clone();
    let told: Vec<&Value> = users.as_object().unwrap().values().map(|user| &user["messages"]).collect();
    assert!(told.contains(&&json!(["EMAIL"])) && told.contains(&&json!([])), "{told:?}");
    nothing_is_left(&world);
}

#[test]
fn what_people_change_of_themselves_stays_and_what_is_declared_is_put_back() {
    let world = shop();
    let (pool_id, sub) =
        (world.recorded("shop", "user_pool", "/id"), world.recorded("shop", "user.ann", "/outputs/sub"));
    world.behind(async |aws| {
        let attribute = |name: &str, value: &str| {
            let pair = stack::aws::cognito::types::AttributeType::builder().name(name).value(value);
            pair.build().unwrap()
        };
        let update = aws.cognito.admin_update_user_attributes().user_pool_id(&pool_id).username(&sub);
        let update = update.user_attributes(attribute("email", "new@example.com"));
        update.user_attributes(attribute("name", "Hacked")).send().await.unwrap();
        let add = aws.cognito.admin_add_user_to_group().user_pool_id(&pool_id).username(&sub).group_name("staff");
        add.send().await.unwrap();
    });
    world.run("plan shop --sandbox").check("people_drift");
    world.up("shop");
    let user = pool(&world)["users"].as_object().unwrap().values().next().unwrap().clone();
    let held = |name: &str| {
        let all = user["attributes"].as_array().unwrap();
        all.iter().find(|one| one["Name"] == name).map(|one| one["Value"].clone())
    };
    assert_eq!((held("name"), held("email")), (Some(json!("Ann")), Some(json!("new@example.com"))));
    assert_eq!(user["groups"], json!(["admins", "staff"]));
    assert_eq!(world.recorded("shop", "user.ann", "/outputs/sub"), sub, "it is the same account");
}

#[test]
fn no_account_goes_without_the_word_for_it() {
    let world = shop();
    let there = |world: &World| pool(world)["users"].as_object().unwrap().len();
    let at = SHOP.find("users:").unwrap();
    world.write("stacks/shop.yaml", &SHOP[..at]);
    world.run("apply shop --sandbox --auto-approve").failed().check("people_loss");
    assert_eq!(there(&world), 1);
    // Another name is another account.
    world.write("stacks/shop.yaml", SHOP.replace("username: ann@", "username: anna@"));
    let ran = world.run("apply shop --sandbox --auto-approve").failed();
    assert!(said(&ran).contains("--allow-loss user"), "{ran}");
    world.write("stacks/shop.yaml", SHOP);
    let ran = world.run("destroy shop --sandbox --auto-approve --allow-loss user_pool").failed();
    assert!(said(&ran).contains("--allow-loss user"), "{ran}");
    assert_eq!(there(&world), 1);
    // Left to itself, it is forgotten and stays.
    world.write("stacks/shop.yaml", format!("{}forget: [user.ann]\n", &SHOP[..at]));
    world.up("shop");
    assert_eq!(there(&world), 1);
    world.run("destroy shop --sandbox --auto-approve --allow-loss user_pool").ok();
}

/// Without the word for it AWS refuses the account; with it, the other person signs in by that address no more.
#[test]
fn an_address_moves_over_from_whoever_has_it_only_by_the_word_for_it() {
    let world = World::empty();
    let at = SHOP.find("users:").unwrap();
    let by_name = SHOP[..at].replace("username_attributes", "alias_attributes");
    world.write("stacks/shop.yaml", &by_name);
    world.up("shop");
    let pool_id = world.recorded("shop", "user_pool", "/id");
    world.behind(async |aws| {
        let attribute = |name: &str, value: &str| {
            stack::aws::cognito::types::AttributeType::builder().name(name).value(value).build().unwrap()
        };
        let made = aws.cognito.admin_create_user().user_pool_id(&pool_id).username("old");
        let made = made.user_attributes(attribute("email", "ann@example.com"));
        made.user_attributes(attribute("email_verified", "true")).send().await.unwrap();
    });
    let ann = "users:\n  ann: { attributes: { email: ann@example.com } }\n";
    world.write("stacks/shop.yaml", format!("{by_name}{ann}"));
    let ran = world.run("apply shop --sandbox --auto-approve").failed();
    assert!(said(&ran).contains("UsernameExistsException"), "{ran}");
    let taken_over =
        "email: ann@example.com }, force_alias_creation: true, validation_data: { invited_by: operations }";
    world.edit("stacks/shop.yaml", "email: ann@example.com }", taken_over);
    world.up("shop");
    let users = pool(&world)["users"].clone();
    let verified = |name: &str| {
        let attributes = users[name]["attributes"].as_array().unwrap();
        attributes.iter().find(|one| one["Name"] == "email_verified").unwrap()["Value"].clone()
    };
    assert_eq!((verified("old"), verified("ann")), (json!("false"), json!("true")));
    nothing_is_left(&world);
    // It has done its work: neither another word nor none is a change.
    world.edit("stacks/shop.yaml", ", force_alias_creation: true, validation_data: { invited_by: operations }", "");
    nothing_is_left(&world);
}

#[test]
fn somebody_elses_account_is_not_taken_until_it_is_imported() {
    let world = World::empty();
    let at = SHOP.find("users:").unwrap();
    world.write("stacks/shop.yaml", &SHOP[..at]);
    world.up("shop");
    let pool_id = world.recorded("shop", "user_pool", "/id");
    let theirs = world.behind(async |aws| {
        let made = aws.cognito.admin_create_user().user_pool_id(&pool_id).username("ann@example.com").send().await;
        let name = made.unwrap().user.unwrap().username.unwrap();
        let own = aws.cognito.admin_set_user_password().user_pool_id(&pool_id).username(&name).permanent(true);
        own.password("Their-own-1").send().await.unwrap();
        name
    });
    world.write("stacks/shop.yaml", SHOP);
    let ran = world.run("apply shop --sandbox --auto-approve").failed();
    let import = format!("user.NAME={pool_id}/{theirs}");
    assert!(said(&ran).contains("may be somebody's"), "{ran}");
    assert!(said(&ran).contains(&format!("stack import shop --address {import}")), "{ran}");
    assert_eq!(pool(&world)["users"][&theirs]["groups"], json!([]), "nobody else gets the groups");
    world.run(&format!("import shop --address user.ann={pool_id}/{theirs} --sandbox")).ok();
    world.up("shop");
    assert_eq!(pool(&world)["users"][&theirs]["groups"], json!(["admins"]));
    assert_eq!(pool(&world)["users"][&theirs]["confirmed"], true);
    nothing_is_left(&world);
}
