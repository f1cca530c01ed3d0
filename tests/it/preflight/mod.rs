//! Preflight's checks by the real program over loopback: a served sandbox answers for AWS, a name server of the test's
//! own for public DNS.

mod cases;
pub(crate) mod names;
mod plans;
pub mod providers;
mod sandbox;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use serde_json::{Value, json};

use crate::setup::{House, Ran, Served, run};
use names::{Names, Server};

/// What a stack of these tests begins with.
const BASE: &str = "
region: ap-southeast-2
user_pool: { name: looked-at, deletion_protection: INACTIVE }
domain: { name: auth.example.com, hosted_zone: example.com }
";

/// A sandbox that is served, with the faults that a test asks for from one moment to the next.
struct Scene {
    served: Served,
}

/// What `stack preflight --json` found.
struct Looked {
    ran: Ran,
    found: Value,
}

impl Scene {
    fn new() -> Self {
        Self { served: Served::new(&[]) }
    }

    /// The same, with functions that let this account's pools invoke them, whoever sees to that.
    fn permitting() -> Self {
        let scene = Self::new();
        for function in ["sign-up", "sign-up:live", "send"] {
            let (name, alias) = function.split_once(':').unwrap_or((function, ""));
            let query = if alias.is_empty() { String::new() } else { format!("?Qualifier={alias}") };
            let body = json!({
                "StatementId": "cognito", "Action": "lambda:InvokeFunction", "Principal": "cognito-idp.amazonaws.com",
                "SourceAccount": "000000000000",
            });
            let signature =
                "Authorization: AWS4-HMAC-SHA256 Credential=A/20261121/ap-southeast-2/lambda/aws4_request\r\n";
            let path = format!("/2015-03-31/functions/{name}/policy{query}");
            scene.send("POST", &path, signature, &body, "HTTP/1.1 201");
        }
        scene
    }

    /// What the sandbox's own path answers.
    fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        self.send(method, &format!("/_sandbox/{path}"), "", body, "HTTP/1.1 200")
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &Value, begins: &str) -> Value {
        let address = self.served.url.strip_prefix("http://").unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}");
        write!(stream, "{head}Content-Length: {length}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(begins), "{answer}");
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// From now on these faults and no others.
    fn faults(&self, faults: &[&str]) {
        self.control("DELETE", "faults", &Value::Null);
        self.control("POST", "faults", &json!(faults));
    }

    /// How often AWS was called so far, by service and operation.
    fn calls(&self) -> std::collections::BTreeMap<String, u64> {
        let calls = self.control("GET", "calls", &Value::Null);
        let name =
            |call: &Value| format!("{}.{}", call["service"].as_str().unwrap(), call["operation"].as_str().unwrap());
        calls.as_array().unwrap().iter().map(|call| (name(call), call["count"].as_u64().unwrap())).collect()
    }

    /// The program in `house`, against this AWS and against these names.
    fn run(&self, house: &House, names: &Server, words: &str) -> Ran {
        run(&mut self.client(house, names, words)).sane()
    }

    /// The same, with a log of its calls.
    fn logged(&self, house: &House, names: &Server, words: &str) -> Ran {
        run(self.client(house, names, words).env("STACK_LOG", "stack::aws=info")).sane()
    }

    fn client(&self, house: &House, names: &Server, words: &str) -> Command {
        let mut command = house.program();
        command.env("AWS_ENDPOINT_URL", &self.served.url).env("AWS_REGION", "ap-southeast-2");
        command.env("AWS_ACCESS_KEY_ID", crate::setup::KEY_ID);
        command.env("AWS_SECRET_ACCESS_KEY", crate::setup::SECRET_KEY);
        command.args(["--dns-server", &names.address]).args(words.split_whitespace());
        command
    }

    fn look(&self, house: &House, names: &Server, stack: &str) -> Looked {
        let ran = self.run(house, names, &format!("preflight {stack} --json"));
        let found = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
        Looked { ran, found }
    }
}

impl Looked {
    /// The findings of one check.
    fn of(&self, check: &str) -> Vec<Value> {
        let checks = self.found["checks"].as_array().unwrap();
        let found = checks.iter().find(|found| found["name"] == check);
        found.map(|found| found["findings"].as_array().unwrap().clone()).unwrap_or_default()
    }
}

#[test]
fn without_anybody_who_answers_all_is_not_known_and_nothing_fails() {
    let house = House::new(&[("looked", &format!("{BASE}{}", cases::OUTSIDE))]);
    // A port at which nothing listens, for both.
    let free = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = house.program();
    command.env("AWS_ENDPOINT_URL", format!("http://{free}")).env("AWS_REGION", "ap-southeast-2");
    command.env("AWS_ACCESS_KEY_ID", crate::setup::KEY_ID);
    command.env("AWS_SECRET_ACCESS_KEY", crate::setup::SECRET_KEY);
    command.args(["--dns-server", &free.to_string(), "preflight", "looked", "--json"]);
    let ran = run(&mut command).sane().ok();
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let counts = &found["counts"];
    assert_eq!((&counts["fail"], &counts["warn"]), (&json!(0), &json!(0)), "{found:#}");
    let with = |outcome: &str| -> Vec<&Value> {
        let checks = found["checks"].as_array().unwrap().iter();
        let has = |check: &&Value| check["findings"].as_array().unwrap().iter().any(|one| one["outcome"] == outcome);
        checks.filter(has).map(|check| &check["name"]).collect()
    };
    // What the file alone says.
    assert_eq!(with("pass"), ["reserved_words"]);
    // Without the zones, nothing can be said of what lies in them.
    let unknown = ["credentials", "permissions", "quotas", "domain_taken", "parent_record", "hosted_zone", "caa"];
    assert_eq!(with("unknown"), [unknown.as_slice(), &["callback_hosts"]].concat());
}

#[test]
fn nothing_is_read_with_another_accounts_credentials() {
    let scene = Scene::new();
    let house = House::new(&[("looked", &format!("account: \"999999999999\"\n{BASE}"))]);
    let looked = scene.look(&house, &Server::new(Names::good()), "looked");
    assert_eq!(looked.ran.code, Some(1));
    let checks = looked.found["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 1, "{checks:#?}");
    assert!(checks[0]["findings"][0]["message"].as_str().unwrap().contains("belongs to 999999999999"));
    assert_eq!(scene.calls(), [("sts.GetCallerIdentity".to_owned(), 1)].into());
}

#[test]
fn nobody_without_credentials_is_told_to_log_in() {
    let scene = Scene::new();
    let house = House::new(&[("looked", BASE)]);
    let mut command = house.program();
    command.env("AWS_ENDPOINT_URL", &scene.served.url).env("AWS_EC2_METADATA_DISABLED", "true");
    command.args(["--dns-server", &scene.served.dns, "preflight", "looked"]);
    let ran = run(&mut command).sane();
    assert_eq!(ran.code, Some(1));
    let ran = ran.says("✗ fail").says("no AWS credentials were found").says("aws sso login");
    // The name server of the sandbox answers although AWS was not asked.
    ran.says("example.com has an A record (192.0.2.10)").says("? not known");
}
