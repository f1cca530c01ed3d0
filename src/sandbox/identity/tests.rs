//! Identity pools.

use super::super::World;
use super::handle;
use serde_json::{Value, json};

const REGION: &str = "eu-west-1";

fn done(world: &mut World, operation: &str, input: &Value) -> Value {
    handle(world, REGION, operation, input).unwrap_or_else(|refusal| panic!("{operation}: {}", refusal.message))
}

fn refused(world: &mut World, operation: &str, input: &Value) -> String {
    handle(world, REGION, operation, input).expect_err(operation).code
}

#[test]
fn a_pool_is_its_regions_alone_and_goes_with_all_that_hangs_on_it() {
    let mut world = World::default();
    let made = done(
        &mut world,
        "CreateIdentityPool",
        &json!({ "IdentityPoolName": "a", "AllowUnauthenticatedIdentities": false }),
    );
    let id = json!({ "IdentityPoolId": made["IdentityPoolId"] });
    assert!(handle(&mut world, "us-east-1", "DescribeIdentityPool", &id).is_err());
    done(&mut world, "DeleteIdentityPool", &id);
    for operation in ["DescribeIdentityPool", "GetIdentityPoolRoles", "DeleteIdentityPool"] {
        assert_eq!(refused(&mut world, operation, &id), "ResourceNotFoundException");
    }
    assert_eq!(refused(&mut world, "GetId", &id), "UnknownOperationException");
}

#[test]
fn lists_come_in_pages() {
    let mut world = World::default();
    for name in ["a", "b", "c"] {
        done(
            &mut world,
            "CreateIdentityPool",
            &json!({ "IdentityPoolName": name, "AllowUnauthenticatedIdentities": false }),
        );
    }
    let first = done(&mut world, "ListIdentityPools", &json!({ "MaxResults": 60 }));
    let next = done(&mut world, "ListIdentityPools", &json!({ "MaxResults": 60, "NextToken": first["NextToken"] }));
    let count = |page: &Value| page["IdentityPools"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&next), &next["NextToken"]), (2, 1, &Value::Null));
}
