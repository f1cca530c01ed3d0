//! References of every sort, and who asks for them, against a sandbox that is served as AWS is.

use super::{FUNCTION, NETWORK, SHOP};
use crate::setup::aws_cli::call;
use crate::setup::{House, Ran, Served, run};

const REGION: &str = "ap-southeast-2";

fn put(served: &Served, value: &str) {
    let words = ["ssm", "put-parameter", "--name", "/shop/function", "--type", "String", "--overwrite", "--value"];
    call(served, REGION, &[&words[..], &[value]].concat());
}

fn with(served: &Served, house: &House, words: &str, pool: &str) -> Ran {
    run(served.client(house, words).env("POOL", pool)).sane()
}

#[test]
fn each_form_is_read_as_it_is_from_aws() {
    let served = Served::new(&[]);
    let house = House::new(&[("network", NETWORK), ("shop", SHOP)]);
    let line = |field: &str| 1 + SHOP.lines().position(|line| line.contains(field)).unwrap();

    // Nothing is there yet: each that lacks is told with its line, its column, and what to do.
    let lacking = served.run(&house, "plan shop").failed();
    for (field, message, remedy) in [
        ("{ env: POOL }", "the environment variable POOL is not set", "set POOL where stack runs"),
        ("{ file: callback.txt }", "there is no file callback.txt", "relative to the directory"),
        ("{ ssm: /shop/function }", "there is no parameter /shop/function", "aws ssm put-parameter"),
        ("output: user_pool_id", "the stack network has no outputs: nothing of it has been made", "stack up network"),
        ("output: client_id.web", "the stack network has no outputs: nothing of it has been made", "stack up network"),
    ] {
        let column = 1 + SHOP.lines().nth(line(field) - 1).unwrap().find(field).unwrap();
        let at = if field.starts_with('{') {
            format!("stacks/shop.yaml:{}:{column}", line(field))
        } else {
            format!("stacks/shop.yaml:{}:", line(field))
        };
        let folded = lacking.err.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [at.as_str(), message, remedy] {
            assert!(folded.contains(text), "{field}: `{text}` is not in:\n{}", lacking.err);
        }
    }
    assert!(!house.path("state/shop.json").exists(), "something was begun");

    std::fs::write(house.path("callback.txt"), "https://shop.example.com/callback\n").unwrap();
    put(&served, FUNCTION);
    served.run(&house, "up network --auto-approve").ok();
    with(&served, &house, "up shop --auto-approve", "shop").ok();
    let network = house.json("state/network.json");
    let shop = house.json("state/shop.json");
    let observed = |address: &str, pointer: &str| shop["resources"][address]["observed"].pointer(pointer).cloned();
    assert_eq!(observed("user_pool", "/name").unwrap(), "shop");
    assert_eq!(observed("user_pool", "/tags/network").unwrap(), network["resources"]["user_pool"]["id"]);
    assert_eq!(observed("user_pool", "/lambda_config/pre_sign_up").unwrap(), FUNCTION);
    assert_eq!(observed("app_client.web", "/callback_urls/0").unwrap(), "https://shop.example.com/callback");
    let plan = |pool: &str| with(&served, &house, "plan shop --detailed-exitcode", pool);
    assert_eq!(plan("shop").code, Some(0), "{}", plan("shop").out);

    // Whatever changes there is planned, one by one.
    let other = FUNCTION.replace("sign-up", "other");
    put(&served, &other);
    assert!(plan("shop").out.contains(&other), "{}", plan("shop").out);
    put(&served, FUNCTION);
    std::fs::write(house.path("callback.txt"), "https://shop.example.com/elsewhere\n").unwrap();
    let changed = plan("shop");
    assert!(changed.code == Some(2) && changed.out.contains("https://shop.example.com/elsewhere"), "{}", changed.out);
    std::fs::write(house.path("callback.txt"), "https://shop.example.com/callback\n").unwrap();
    let changed = plan("store");
    assert!(changed.code == Some(2) && changed.out.contains("store"), "{}", changed.out);
    assert_eq!(plan("shop").code, Some(0));

    // An output that the other stack does not have, and two stacks that wait for one another.
    let shop = SHOP.replace("client_id.web", "client_id.wbe");
    std::fs::write(house.path("stacks/shop.yaml"), &shop).unwrap();
    let unknown = plan("shop").failed();
    unknown.says("the stack network has no output `client_id.wbe`").says("did you mean `client_id.web`?");
    std::fs::write(house.path("stacks/shop.yaml"), SHOP).unwrap();
    let network = format!("{NETWORK}tags: {{ shop: {{ stack: shop, output: user_pool_id }} }}\n");
    std::fs::write(house.path("stacks/network.yaml"), network).unwrap();
    plan("shop").failed().says("shop → network → shop").says("stacks/shop.yaml:2:");
}
