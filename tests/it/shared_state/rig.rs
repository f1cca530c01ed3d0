//! An AWS, a store for states, and the machines that work on one stack.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use crate::emulators::Emulator;
use crate::setup::{House, Ran, Served, run};

pub const STACK: &str = "shop";
const BUCKET: &str = "shop-stacks";
/// The state's key in the bucket.
pub const KEY: &str = "auth/shop.json";

/// How long a lock lives here that is not written anew, in seconds.
pub const LIVES: u64 = 4;

/// Who keeps the states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    Sandbox,
    Moto,
}

/// An AWS and a store for states.
pub struct Cloud {
    pub served: Served,
    moto: Option<Emulator>,
}

impl Cloud {
    /// Both, with the bucket made.
    pub fn new(keeper: Keeper, faults: &[&str]) -> Self {
        let served = Served::new(faults);
        let moto = (keeper == Keeper::Moto).then(|| Emulator::moto(0));
        let cloud = Self { served, moto };
        let machine = cloud.machine(&["web"]);
        cloud.run(&machine, "state init shop").ok().says("bucket was made in ap-southeast-2");
        cloud
    }

    /// Where the states are.
    pub fn store(&self) -> &str {
        self.moto.as_ref().map_or(&self.served.url, |moto| &moto.url)
    }

    /// What stands under `state` in the stack file.
    pub fn setting(&self) -> String {
        format!("state: {{ s3: {{ bucket: {BUCKET}, key: {KEY}, endpoint: \"{}\" }} }}\n", self.store())
    }

    /// A machine with the stack, with these clients.
    pub fn machine(&self, clients: &[&str]) -> House {
        House::new(&[(STACK, &(self.setting() + &stack(clients)))])
    }

    /// The stack file says from now on that the state is in S3.
    pub fn share(&self, house: &House, clients: &[&str]) {
        std::fs::write(house.path("stacks/shop.yaml"), self.setting() + &stack(clients)).unwrap();
    }

    pub fn client(&self, machine: &House, words: &str) -> Command {
        let mut command = self.served.client(machine, words);
        command.env("STACK_TEST_LOCK", LIVES.to_string()).env("USER", "ann").env("HOSTNAME", "desk");
        command
    }

    #[must_use]
    pub fn run(&self, machine: &House, words: &str) -> Ran {
        run(&mut self.client(machine, words)).sane()
    }

    /// The state, as the program gives it out.
    pub fn state(&self, machine: &House) -> Value {
        serde_json::from_str(&self.run(machine, "state pull shop").ok().out).unwrap()
    }

    /// The versions of the state, the oldest first.
    pub fn history(&self, machine: &House) -> Vec<Value> {
        let told = self.run(machine, "state history shop --limit 1000 --json").ok().out;
        let mut versions: Vec<Value> = serde_json::from_str(&told).unwrap();
        versions.reverse();
        versions
    }

    /// What the AWS of the served sandbox holds.
    pub fn world(&self) -> Value {
        self.served.house.json("state/sandbox/.world.json")
    }
}

/// A machine with the stack, whose state is a local file.
pub fn lonely(clients: &[&str]) -> House {
    House::new(&[(STACK, &stack(clients))])
}

pub fn stack(clients: &[&str]) -> String {
    let mut text =
        "region: ap-southeast-2\nuser_pool: { name: shop, deletion_protection: INACTIVE }\napp_clients:\n".to_owned();
    for name in clients {
        text.extend(["  ", name, ": { explicit_auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }\n"]);
    }
    text
}

/// An object of the served sandbox's S3, by its key.
pub fn object(world: &Value, key: &str) -> Option<Value> {
    let body = world["s3"]["buckets"][BUCKET]["objects"][key]["body"].as_str()?;
    Some(serde_json::from_slice(&BASE64.decode(body).unwrap()).unwrap())
}

/// The process that is at work, as a refusal names it.
pub fn holder(refused: &Ran) -> Option<u32> {
    let (_, rest) = refused.err.split_once("(process ")?;
    rest.split_once(')')?.0.parse().ok()
}
