//! The sandbox's user pools, call by call.

mod clients;
mod domains;
mod guards;
mod ledger;
mod lists;
mod mfa;
mod model;
mod pages;
mod pools;
mod schemas;

use super::domain::tests::{COVERS, RESOLVES};
use super::handle;
use crate::sandbox::World;
use serde_json::{Value, json};

const REGION: &str = "eu-west-1";
const CERTIFICATE: &str = "arn:aws:acm:us-east-1:000000000000:certificate/one";
const OTHER_CERTIFICATE: &str = "arn:aws:acm:us-east-1:000000000000:certificate/other";
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:000000000000:function:one";
const OTHER_FUNCTION: &str = "arn:aws:lambda:eu-west-1:000000000000:function:other";
const IDENTITY: &str = "arn:aws:ses:eu-west-1:000000000000:identity/example.com";
const INVALID: &str = "InvalidParameterException";
const MISSING: &str = "ResourceNotFoundException";
const TIER: &str = "FeatureUnavailableInTierException";

/// A world, and what a test does to it.
struct Aws {
    world: World,
}

impl Aws {
    /// An empty world at a fixed time, where every certificate covers every name and every name resolves.
    fn new() -> Self {
        COVERS.set(Some(|_, _| true));
        RESOLVES.set(Some(|_| true));
        Self { world: World { now: 1_700_000_000_000, ..World::default() } }
    }

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a test writes its inputs where it uses them")]
    fn call(&mut self, operation: &str, input: Value) -> Value {
        super::settle(&mut self.world);
        handle(&mut self.world, REGION, operation, &input)
            .unwrap_or_else(|refusal| panic!("{operation} {input}: {} {}", refusal.code, refusal.message))
    }

    /// Makes a call that must be refused with this code and text, and must change nothing.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a test writes its inputs where it uses them")]
    fn refused(&mut self, operation: &str, input: Value, code: &str, message: &str) {
        super::settle(&mut self.world);
        let before = serde_json::to_value(&self.world).unwrap();
        match handle(&mut self.world, REGION, operation, &input) {
            Ok(answer) => panic!("{operation} {input} was not refused: {answer}"),
            Err(refusal) => {
                assert_eq!((refusal.code.as_str(), refusal.message.as_str()), (code, message), "{operation} {input}");
            }
        }
        let after = serde_json::to_value(&self.world).unwrap();
        assert_eq!(before, after, "a refused {operation} changed something");
    }

    fn wait(&mut self, milliseconds: i64) {
        self.world.now += milliseconds;
    }

    /// A pool made with these members besides its name.
    #[track_caller]
    fn pool(&mut self, members: Value) -> String {
        let answer = self.call("CreateUserPool", with(json!({ "PoolName": "pool" }), members));
        self.wait(super::POOL_SETTLES);
        answer["UserPool"]["Id"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn client(&mut self, pool: &str, members: Value) -> String {
        let answer =
            self.call("CreateUserPoolClient", with(json!({ "UserPoolId": pool, "ClientName": "client" }), members));
        answer["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn describe(&mut self, pool: &str) -> Value {
        self.call("DescribeUserPool", json!({ "UserPoolId": pool }))["UserPool"].take()
    }

    #[track_caller]
    fn prefix(&mut self, pool: &str, name: &str) {
        self.call("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": name, "ManagedLoginVersion": 1 }));
    }
}

/// One document with the members of another.
fn with(mut one: Value, other: Value) -> Value {
    if let (Value::Object(one), Value::Object(other)) = (&mut one, other) {
        one.extend(other);
    }
    one
}

/// SMS through SNS, as the sandbox's account may.
fn sms() -> Value {
    json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms", "ExternalId": "shop", "SnsRegion": REGION })
}

/// E-mail through SES.
fn email() -> Value {
    json!({ "EmailSendingAccount": "DEVELOPER", "SourceArn": IDENTITY, "From": "Shop <no-reply@example.com>" })
}

#[test]
fn operations_that_are_not_there() {
    Aws::new().refused("GetSigningCertificate", json!({}), "UnknownOperationException", "GetSigningCertificate");
}

#[test]
fn what_a_world_holds_survives_its_file() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({ "UserPoolTags": { "app": "shop" } }));
    aws.client(&pool, json!({ "GenerateSecret": true }));
    aws.prefix(&pool, "shop");
    let file = serde_json::to_string(&aws.world).unwrap();
    let shown = aws.describe(&pool);
    let now = aws.world.now;
    aws.world = serde_json::from_str(&file).unwrap();
    aws.world.now = now;
    assert_eq!(aws.describe(&pool), shown);
}
