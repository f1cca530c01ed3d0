//! Routing policies, through the SDK's client. Each refusal is one that the SDK's documentation of `ResourceRecordSet`, or of
//! one of its parts, gives; what is taken beside it shows that nothing else is refused.

use aws_sdk_route53::Client;
use aws_sdk_route53::types::{
    CidrRoutingConfig, Coordinates, GeoLocation, GeoProximityLocation, ResourceRecordSet, ResourceRecordSetFailover,
    ResourceRecordSetRegion, RrType,
};

use super::FIRST_ZONE;
use super::tests::{alias, change, client, set};
use crate::sandbox::tests::{pass, sandbox};
use crate::sandbox::timing;

const NAME: &str = "www.example.com";

fn one(value: &str) -> ResourceRecordSet {
    set(NAME, "A", &[value])
}

/// The same, changed.
fn with(mut set: ResourceRecordSet, change: impl FnOnce(&mut ResourceRecordSet)) -> ResourceRecordSet {
    change(&mut set);
    set
}

fn named(set: ResourceRecordSet, identifier: &str) -> ResourceRecordSet {
    with(set, |set| set.set_identifier = Some(identifier.to_owned()))
}

fn weighted(identifier: &str, value: &str, weight: i64) -> ResourceRecordSet {
    with(named(one(value), identifier), |set| set.weight = Some(weight))
}

fn of_region(identifier: &str, value: &str, region: &str) -> ResourceRecordSet {
    with(named(one(value), identifier), |set| set.region = Some(ResourceRecordSetRegion::from(region)))
}

fn located(identifier: &str, location: [Option<&str>; 3]) -> ResourceRecordSet {
    let [continent, country, subdivision] = location.map(|code| code.map(ToOwned::to_owned));
    let location = GeoLocation::builder().set_continent_code(continent).set_country_code(country);
    let location = location.set_subdivision_code(subdivision).build();
    with(named(one("192.0.2.9"), identifier), |set| set.geo_location = Some(location))
}

fn near(identifier: &str, location: GeoProximityLocation) -> ResourceRecordSet {
    with(named(one("192.0.2.8"), identifier), |set| set.geo_proximity_location = Some(location))
}

fn at(latitude: &str, longitude: &str) -> Coordinates {
    Coordinates::builder().latitude(latitude).longitude(longitude).build().unwrap()
}

#[track_caller]
fn refused(answer: &Result<String, String>, with: &str) {
    let error = answer.as_ref().expect_err(with);
    assert!(error.contains(with), "{error}");
}

/// Makes a record set in a zone of its own world.
async fn alone(set: ResourceRecordSet) -> Result<String, String> {
    change(&client(&sandbox()), vec![("CREATE", set)]).await
}

/// Makes two, one after the other.
async fn both(first: ResourceRecordSet, second: ResourceRecordSet) -> Result<String, String> {
    let client = client(&sandbox());
    change(&client, vec![("CREATE", first)]).await.unwrap();
    change(&client, vec![("CREATE", second)]).await
}

#[tokio::test]
async fn a_policy_and_an_identifier_go_together() {
    assert!(alone(weighted("a", "192.0.2.1", 0)).await.is_ok());
    refused(&alone(named(one("192.0.2.1"), "a")).await, "Expected exactly one of [Weight");
    let mut two = weighted("a", "192.0.2.1", 1);
    two.failover = Some(ResourceRecordSetFailover::Primary);
    refused(&alone(two).await, "more than one");
    let mut without = weighted("a", "192.0.2.1", 1);
    without.set_identifier = None;
    refused(&alone(without).await, "Missing field 'SetIdentifier'");
    refused(&alone(weighted(&"a".repeat(129), "192.0.2.1", 1)).await, "1 to 128 characters");
    refused(&alone(weighted("a", "192.0.2.1", 256)).await, "from 0 to 255");
}

#[tokio::test]
async fn a_multivalue_answer_is_no_alias_and_some_types_have_no_policy() {
    let answers = |set| with(named(set, "a"), |set| set.multi_value_answer = Some(true));
    assert!(alone(answers(one("192.0.2.1"))).await.is_ok());
    let to = alias(NAME, "A", "Z2FDTNDATAQYW2", "d1.cloudfront.net", false);
    refused(&alone(answers(to)).await, "cannot be an alias");
    refused(&alone(answers(set(NAME, "CNAME", &["a.example.com"]))).await, "no CNAME record set");
    let by_weight = |kind, value| with(named(set(NAME, kind, &[value]), "a"), |set| set.weight = Some(1));
    refused(&alone(by_weight("NS", "ns1.example.org")).await, "no NS record set");
    assert!(alone(by_weight("CNAME", "a.example.com")).await.is_ok());
}

#[tokio::test]
async fn a_location_is_a_continent_or_a_country() {
    for right in [[Some("EU"), None, None], [None, Some("*"), None], [None, Some("US"), Some("CA")]] {
        assert!(alone(located("a", right)).await.is_ok(), "{right:?}");
    }
    for wrong in [
        [None, None, None],
        [Some("XX"), None, None],
        [Some("EU"), Some("DE"), None],
        [None, Some("DE"), Some("BY")],
        [None, None, Some("CA")],
    ] {
        refused(&alone(located("a", wrong)).await, "a GeoLocation is a continent");
    }
    let place = || GeoProximityLocation::builder();
    for right in [
        place().aws_region("eu-central-1").bias(-99),
        place().local_zone_group("us-east-1-bue-1"),
        place().coordinates(at("52.52", "-180")),
    ] {
        assert!(alone(near("a", right.build())).await.is_ok());
    }
    for (wrong, why) in [
        (place(), "exactly one of [AWSRegion"),
        (place().aws_region("eu-central-1").coordinates(at("1", "1")), "exactly one of [AWSRegion"),
        (place().aws_region("eu-central-1").bias(100), "from -99 to 99"),
        (place().coordinates(at("90.1", "1")), "no Latitude"),
        (place().coordinates(at("1", "1.234")), "no Longitude"),
    ] {
        refused(&alone(near("a", wrong.build())).await, why);
    }
}

#[tokio::test]
async fn sets_of_one_name_and_type_have_one_policy_and_differ_in_it() {
    assert!(both(weighted("a", "192.0.2.1", 1), weighted("b", "192.0.2.2", 1)).await.is_ok());
    refused(
        &both(weighted("a", "192.0.2.1", 1), weighted("a", "192.0.2.2", 1)).await,
        "set-identifier='a'] but it already exists",
    );
    refused(&both(one("192.0.2.1"), weighted("b", "192.0.2.2", 1)).await, "a non weight rrset exists");
    refused(&both(weighted("a", "192.0.2.1", 1), one("192.0.2.2")).await, "a weight rrset exists");
    refused(
        &both(weighted("a", "192.0.2.1", 1), of_region("b", "192.0.2.2", "eu-west-1")).await,
        "a non region rrset exists",
    );
    refused(
        &both(of_region("a", "192.0.2.1", "eu-west-1"), of_region("b", "192.0.2.2", "eu-west-1")).await,
        "the same region",
    );
    refused(
        &both(located("a", [Some("EU"), None, None]), located("b", [Some("EU"), None, None])).await,
        "the same geolocation",
    );
}

async fn listed(client: &Client, from: Option<&str>) -> Vec<ResourceRecordSet> {
    let call = client.list_resource_record_sets().hosted_zone_id(FIRST_ZONE).start_record_name(NAME);
    let call = call.start_record_type(RrType::A).set_start_record_identifier(from.map(ToOwned::to_owned));
    call.send().await.unwrap().resource_record_sets
}

#[tokio::test]
async fn a_set_is_listed_changed_and_deleted_by_its_identifier() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let cidr = |identifier: &str, location: &str| {
        let config = CidrRoutingConfig::builder().collection_id("c").location_name(location).build().unwrap();
        with(named(one("192.0.2.7"), identifier), |set| {
            set.cidr_routing_config = Some(config);
            set.health_check_id = Some("check".to_owned());
        })
    };
    let sets: Vec<_> = ["d", "b", "a", "c"].into_iter().map(|name| cidr(name, name)).collect();
    change(&client, sets.iter().map(|set| ("CREATE", set.clone())).collect()).await.unwrap();
    let identifiers = |sets: Vec<ResourceRecordSet>| -> Vec<String> {
        sets.into_iter().filter_map(|set| set.set_identifier).collect()
    };
    assert_eq!(identifiers(listed(&client, None).await), ["a", "b", "c"]);
    assert_eq!(identifiers(listed(&client, Some("c")).await), ["c", "d"]);
    assert_eq!(listed(&client, Some("d")).await[0].cidr_routing_config, sets[0].cidr_routing_config);
    assert_eq!(listed(&client, Some("d")).await[0].health_check_id(), Some("check"));
    let changed = cidr("d", "*");
    change(&client, vec![("UPSERT", changed.clone())]).await.unwrap();
    refused(&change(&client, vec![("DELETE", sets[0].clone())]).await, "do not match the current values");
    change(&client, vec![("DELETE", changed)]).await.unwrap();
    assert!(listed(&client, Some("d")).await.is_empty());
}

#[tokio::test]
async fn dns_answers_with_what_is_chosen() {
    for (sets, said) in [
        (vec![weighted("a", "192.0.2.1", 0), weighted("b", "192.0.2.2", 5)], vec!["192.0.2.2"]),
        (
            ["192.0.2.1", "192.0.2.2"]
                .map(|value| with(named(one(value), value), |set| set.multi_value_answer = Some(true)))
                .to_vec(),
            vec!["192.0.2.1", "192.0.2.2"],
        ),
        (
            [("a", ResourceRecordSetFailover::Secondary), ("b", ResourceRecordSetFailover::Primary)]
                .map(|(name, role)| {
                    let value = if name == "a" { "192.0.2.1" } else { "192.0.2.2" };
                    with(named(one(value), name), |set| set.failover = Some(role))
                })
                .to_vec(),
            vec!["192.0.2.2"],
        ),
    ] {
        let sandbox = sandbox();
        change(&client(&sandbox), sets.into_iter().map(|set| ("CREATE", set)).collect()).await.unwrap();
        pass(&sandbox, timing::ROUTE53_SYNC).await;
        let found: Vec<String> = sandbox.a_records(NAME).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(found, said);
    }
}
