//! Records of one name and type among which Route 53 chooses: in the lives of stacks, beside records of somebody else's, and
//! imported.

use serde_json::{Value, json};

use crate::setup::aws_cli;
use crate::setup::{House, Served};
use crate::world::World;

const POOL: &str = "region: ap-southeast-2\nuser_pool: { name: shop, deletion_protection: INACTIVE }\nrecords:\n";
const WHOLE: &str = "  www: { name: www.example.com, type: A, ttl: 60, values: [192.0.2.1, 192.0.2.2] }\n";

fn routed(key: &str, last: u8, routing: &str) -> String {
    format!(
        "  {key}: {{ name: www.example.com, type: A, ttl: 60, values: [192.0.2.{last}], routing: {{ set_identifier: {key}, \
         {routing} }} }}\n"
    )
}

fn shop(world: &World, records: &[&str]) {
    world.write("stacks/shop.yaml", [&[POOL], records].concat().concat());
}

/// What the sandbox holds of the name: identifier and policy of each, in Route 53's order.
fn held(world: &World) -> Vec<(Value, Value)> {
    let text: Value = serde_json::from_str(&world.read("state/sandbox/.world.json")).unwrap();
    let zones = text["route53"]["zones"].as_object().unwrap();
    let records = zones.values().next().unwrap()["records"].as_array().unwrap();
    let own = records.iter().filter(|record| record["name"] == "www.example.com.");
    own.map(|record| (record["routing"]["set"].clone(), record["routing"]["policy"].clone())).collect()
}

/// One step after the other: nothing but their order keeps them apart.
fn up(world: &World) {
    world.run("up shop --sandbox --auto-approve --parallelism 1").ok();
    let again = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(again.code, Some(0), "{again}");
}

#[test]
fn what_only_one_can_have_changes_places() {
    let world = World::empty();
    let pair = |one: &str, other: &str| [routed("one", 1, one), routed("other", 2, other)];
    for (one, other) in [
        ("region: us-east-1", "region: eu-west-1"),
        ("geo_location: { continent_code: EU }", "geo_location: { country_code: DE }"),
        ("failover: SECONDARY", "failover: PRIMARY"),
    ] {
        for [one, other] in [pair(one, other), pair(other, one)] {
            shop(&world, &[&one, &other]);
            up(&world);
        }
    }
}

#[test]
fn a_record_becomes_several_and_one_policy_another() {
    let world = World::empty();
    shop(&world, &[WHOLE]);
    up(&world);
    let (one, two) = (routed("www", 1, "weight: 90"), routed("other", 2, "weight: 10"));
    shop(&world, &[&one, &two]);
    up(&world);
    assert_eq!(held(&world), [(json!("other"), json!({ "weight": 10 })), (json!("www"), json!({ "weight": 90 }))]);
    // A weight is changed where it stands.
    shop(&world, &[&routed("www", 1, "weight: 0"), &two]);
    let plan = world.run("plan shop --sandbox");
    assert!(plan.out.contains("~ dns_record.www") && !plan.out.contains("forces"), "{plan}");
    up(&world);
    // Both go before either comes: Route 53 takes one policy of a name and type.
    shop(&world, &[&routed("www", 1, "region: eu-west-1"), &routed("other", 2, "region: us-east-1")]);
    up(&world);
    assert_eq!(held(&world).len(), 2);
    shop(&world, &[&routed("other", 2, "region: us-east-1")]);
    up(&world);
    assert_eq!(held(&world), [(json!("other"), json!({ "region": "us-east-1" }))]);
    shop(&world, &[WHOLE]);
    up(&world);
    assert_eq!(held(&world), [(Value::Null, Value::Null)]);
    let again = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(again.code, Some(0), "{again}");
}

fn change(served: &Served, zone: &str, action: &str, set: &Value) {
    let batch = json!({ "Changes": [{ "Action": action, "ResourceRecordSet": set }] }).to_string();
    let words = ["route53", "change-resource-record-sets", "--hosted-zone-id", zone, "--change-batch", &batch];
    aws_cli::call(served, "us-east-1", &words);
}

#[test]
fn what_somebody_else_has_made_or_changed_is_seen() {
    let stack = [POOL, &routed("blue", 1, "weight: 90")].concat();
    let (served, house) = (Served::new(&[]), House::new(&[("shop", &stack)]));
    let zones = aws_cli::call(&served, "us-east-1", &["route53", "list-hosted-zones"]);
    let zone = zones["HostedZones"][0]["Id"].as_str().unwrap().trim_start_matches("/hostedzone/").to_owned();
    let theirs = |identifier: &str, weight: u8| {
        json!({
            "Name": "www.example.com", "Type": "A", "TTL": 60, "SetIdentifier": identifier, "Weight": weight,
            "ResourceRecords": [{ "Value": "192.0.2.1" }],
        })
    };
    // One without a policy leaves no room for one with.
    let plain =
        json!({ "Name": "www.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{ "Value": "192.0.2.9" }] });
    change(&served, &zone, "CREATE", &plain);
    let refused = served.run(&house, "plan shop").failed();
    assert!(refused.err.contains("www.example.com A (192.0.2.9) already exists"), "{}", refused.err);
    change(&served, &zone, "DELETE", &plain);
    // One of the same policy stands beside it, and stays.
    change(&served, &zone, "CREATE", &theirs("green", 10));
    served.run(&house, "up shop --auto-approve").ok();
    change(&served, &zone, "UPSERT", &theirs("blue", 5));
    let drift = served.run(&house, "plan shop").ok();
    assert!(drift.out.contains("routing.weight") && drift.out.contains("5 → 90"), "{}", drift.out);
    served.run(&house, "up shop --auto-approve").ok();
    served.run(&house, "plan shop --detailed-exitcode").ok().says("No changes");

    // Known to a state again by its id, which ends in the identifier.
    served.run(&house, "state rm shop dns_record.blue --auto-approve").ok();
    let address = format!("dns_record.blue={zone}/www.example.com/A/blue");
    served.run(&house, &format!("import shop --address {address}")).ok();
    served.run(&house, "plan shop --detailed-exitcode").ok().says("No changes");
    served.run(&house, "destroy shop --auto-approve --allow-loss user_pool").ok();
    let listed = ["route53", "list-resource-record-sets", "--hosted-zone-id", &zone];
    let left = aws_cli::call(&served, "us-east-1", &listed).to_string();
    assert!(left.contains("green") && !left.contains("blue"), "{left}");
}

#[test]
fn a_place_that_somebody_elses_record_has_is_not_free() {
    let stack = [POOL, &routed("blue", 1, "region: eu-west-1")].concat();
    let (served, house) = (Served::new(&[]), House::new(&[("shop", &stack)]));
    let zones = aws_cli::call(&served, "us-east-1", &["route53", "list-hosted-zones"]);
    let zone = zones["HostedZones"][0]["Id"].as_str().unwrap().trim_start_matches("/hostedzone/").to_owned();
    let theirs = |region: &str| {
        json!({
            "Name": "www.example.com", "Type": "A", "TTL": 60, "SetIdentifier": "green", "Region": region,
            "ResourceRecords": [{ "Value": "192.0.2.9" }],
        })
    };
    change(&served, &zone, "CREATE", &theirs("eu-west-1"));
    let refused = served.run(&house, "plan shop").failed();
    assert!(refused.err.contains("www.example.com A `green` (192.0.2.9) already exists"), "{}", refused.err);
    change(&served, &zone, "UPSERT", &theirs("us-east-1"));
    served.run(&house, "up shop --auto-approve").ok();
}

#[test]
fn another_policy_leaves_nothing_of_the_one_before() {
    let near = "geo_proximity_location: { aws_region: eu-central-1, bias: 5 }";
    let stack = [POOL, &routed("blue", 1, near)].concat();
    let (served, house) = (Served::new(&[]), House::new(&[("shop", &stack)]));
    served.run(&house, "up shop --auto-approve").ok();
    let by_weight = [POOL, &routed("blue", 1, "weight: 10")].concat();
    std::fs::write(house.path("stacks/shop.yaml"), by_weight).unwrap();
    let plan = served.run(&house, "plan shop").ok();
    assert!(plan.out.contains("geo_proximity_location") && !plan.out.contains("5 → 0"), "{}", plan.out);
    served.run(&house, "up shop --auto-approve").ok();
    served.run(&house, "plan shop --detailed-exitcode").ok().says("No changes");

    // Somebody has the record chosen otherwise.
    let zones = aws_cli::call(&served, "us-east-1", &["route53", "list-hosted-zones"]);
    let zone = zones["HostedZones"][0]["Id"].as_str().unwrap().trim_start_matches("/hostedzone/").to_owned();
    for (field, value) in [
        ("MultiValueAnswer", json!(true)),
        ("Region", json!("eu-west-1")),
        ("GeoProximityLocation", json!({ "AWSRegion": "eu-west-1", "Bias": 7 })),
    ] {
        let set = json!({
            "Name": "www.example.com", "Type": "A", "TTL": 60, "SetIdentifier": "blue", field: value,
            "ResourceRecords": [{ "Value": "192.0.2.1" }],
        });
        change(&served, &zone, "UPSERT", &set);
        served.run(&house, "up shop --auto-approve").ok();
        served.run(&house, "plan shop --detailed-exitcode").ok().says("No changes");
    }
}
