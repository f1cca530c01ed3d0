//! A world in which a run can be cut: an AWS of its own and a directory with a stack, and copies of both.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::scenarios::{STACK, Scenario};
use crate::real_cuts::nameless;
use crate::setup::watched::{Moment, Saves, Verdict, Watched, watch};
use crate::setup::{House, Ran, Served, known, run};

/// 2026-11-21T10:00:00Z
const START: i64 = 1_795_255_200_000;
const MINUTE: i64 = 60_000;
/// How far each call moves AWS's clock on, which is held otherwise: so waits are seen, and none takes time.
const CALL: i64 = 200;

/// What moves AWS's clock on, as the sandbox is told.
fn each_call() -> String {
    format!("*=slow:{CALL}")
}

/// Route 53 takes longer to spread a record than somebody waits for it.
const NEVER_SPREAD: &str = "GetChange=answer:INSYNC=>PENDING";

/// The time of the program, and of its AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// It stands, and no sleep takes any; each call moves AWS's on.
    Stands,
    /// It passes as it does, and who sleeps is asleep.
    Passes,
}

/// Where AWS's own world is.
const WORLD: &str = "state/sandbox/.world.json";

/// Where the state is.
pub const STATE: &str = "state/prod.json";

/// A scenario up to where its last run begins; copies begin there again.
pub struct Scene {
    pub scenario: &'static Scenario,
    house: House,
    aws: House,
    now: i64,
}

/// What a scenario's last run is to go through.
pub struct Rig {
    pub scenario: &'static Scenario,
    pub served: Served,
    pub house: House,
    /// How many commands have been run.
    minutes: i64,
}

impl Scene {
    /// Goes through all of the scenario but its last run.
    pub fn set(scenario: &'static Scenario) -> Self {
        let mut now = START;
        let (mut house, mut aws) = (House::new(&[]), House::new(&[]));
        for before in scenario.before {
            let served = Served::of(aws.copied(), Some(now), &[&each_call()]);
            let mut rig = Rig { scenario, served, house, minutes: 0 };
            let calls = Arc::new(Mutex::new(0));
            let (stopped, count) = (before.stop, Arc::clone(&calls));
            rig.write(before.stack);
            let command = rig.client(before.words);
            let ended = watch(&rig.served, command, Saves::Unseen, move |moment| match moment {
                Moment::Asks(number, _) => {
                    *count.lock().unwrap() = *number;
                    Verdict::Go
                }
                Moment::Says(line) if stopped.is_some_and(|stop| line.contains(stop)) => Verdict::Kill,
                _ => Verdict::Go,
            });
            let is_stopped = ended.signal.is_some();
            assert_eq!(is_stopped, stopped.is_some(), "{}: {}\n{}", scenario.name, ended.ran.out, ended.ran.err);
            if !is_stopped {
                ended.ran.ok();
            }
            now += CALL * i64::try_from(*calls.lock().unwrap()).unwrap();
            let Rig { served, house: left, .. } = rig;
            (house, aws) = (left, served.house.copied());
            if let Some(behind) = before.behind {
                let mut world = aws.json(WORLD);
                behind(&mut world);
                std::fs::write(aws.path(WORLD), world.to_string()).unwrap();
            }
        }
        (scenario.stack)(&house);
        Self { scenario, house, aws, now }
    }

    pub fn rig(&self) -> Rig {
        let served = Served::of(self.aws.copied(), Some(self.now), &[&each_call()]);
        Rig { scenario: self.scenario, served, house: self.house.copied(), minutes: 0 }
    }
}

impl Rig {
    fn write(&self, stack: fn(&House)) {
        stack(&self.house);
    }

    /// The program, a minute after the last time, on a clock that is held.
    pub fn client(&mut self, words: &str) -> Command {
        self.minutes += 1;
        let mut command = self.served.client(&self.house, &self.with_ids(words));
        command.env("STACK_TEST_CLOCK", (START + self.minutes * MINUTE).to_string());
        command
    }

    /// The words with the ids of the one pool and its one client.
    fn with_ids(&self, words: &str) -> String {
        if !words.contains('{') {
            return words.to_owned();
        }
        let world = self.world();
        let first = |map: &Value| map.as_object().unwrap().iter().next().map(|(id, held)| (id.clone(), held.clone()));
        let (_, pools) = first(&world["cognito"]["pools"]).unwrap();
        let (pool, held) = first(&pools).unwrap();
        let (client, _) = first(&held["clients"]).unwrap();
        words.replace("{pool}", &pool).replace("{client}", &client)
    }

    pub fn run(&mut self, words: &str) -> Ran {
        let mut command = self.client(words);
        run(&mut command).sane()
    }

    /// Runs the scenario's last command, with everything in the hands of `judge`.
    pub fn watched(
        &mut self,
        time: Time,
        saves: Saves,
        judge: impl FnMut(&Moment<'_>) -> Verdict + Send + 'static,
    ) -> Watched {
        let mut command = self.client(self.scenario.words);
        if time == Time::Stands {
            return watch(&self.served, command, saves, judge);
        }
        command.env_remove("STACK_TEST_CLOCK");
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    self.tick();
                    thread::sleep(Duration::from_millis(CALL.unsigned_abs()));
                }
            });
            let ended = watch(&self.served, command, saves, judge);
            is_over.store(true, Ordering::SeqCst);
            ended
        })
    }

    /// From here on Route 53 spreads no record, or spreads them as it does.
    pub fn spreads(&self, does: bool) {
        let slow = each_call();
        let faults = if does { vec![slow.as_str()] } else { vec![slow.as_str(), NEVER_SPREAD] };
        let body = json!(faults).to_string();
        for (method, body) in [("DELETE", ""), ("POST", body.as_str())] {
            let host = self.served.url.strip_prefix("http://").unwrap();
            let length = body.len();
            let mut aws = TcpStream::connect(host).unwrap();
            write!(
                aws,
                "{method} /_sandbox/faults HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n\
                 {body}"
            )
            .unwrap();
            let mut answer = String::new();
            aws.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        }
    }

    /// Moves AWS's clock on by one call, which says too little about itself to be answered.
    pub fn tick(&self) {
        let mut aws = TcpStream::connect(self.served.url.strip_prefix("http://").unwrap()).unwrap();
        aws.write_all(b"GET /2013-04-01/hostedzone HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        aws.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    }

    pub fn state(&self) -> Value {
        self.house.json(STATE)
    }

    /// How often the state has been saved; 0 when it never was.
    pub fn serial(&self) -> u64 {
        if self.house.path(STATE).exists() { self.state()["serial"].as_u64().unwrap() } else { 0 }
    }

    pub fn world(&self) -> Value {
        self.served.house.json(WORLD)
    }

    /// The files in the directory of states, sorted.
    pub fn files(&self) -> Vec<(String, u64)> {
        let entries = std::fs::read_dir(self.house.path("state")).into_iter().flatten().map(Result::unwrap);
        let mut files: Vec<_> =
            entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len())).collect();
        files.sort();
        files
    }

    /// Runs the scenario's last command to its end, and sees that all is as it should be then: AWS holds nothing twice
    /// and nothing that the state does not know, nothing is left to do, no lock and no half written file is left.
    /// What it gives is the end itself.
    #[track_caller]
    pub fn finish(&mut self) -> Value {
        let ran = self.run(self.scenario.words);
        match self.scenario.is_over {
            Some(over) if ran.code == Some(1) => assert!(ran.err.contains(over), "{}", ran.err),
            _ => {
                let ran = ran.ok();
                // What a run did before it was cut is no other's doing.
                let is_told = self.scenario.words.contains("--revert-undeclared");
                assert!(is_told || !ran.out.contains("outside this stack"), "{}", ran.out);
            }
        }
        self.settled()
    }

    /// The same of a run that has come to its end.
    #[track_caller]
    pub fn settled(&mut self) -> Value {
        known::check(&self.world(), &self.state());
        let end = self.end();
        let names: Vec<String> = self.files().into_iter().map(|(name, _)| name).collect();
        // The locked file stays for the next run to lock; nobody holds it, or that run would be refused.
        assert_eq!(names, ["json", "latest.json", "lock"].map(|end| format!("{STACK}.{end}")));
        let again = self.run(self.scenario.again).ok();
        let is_told = again.out.contains("No changes") && !again.out.contains("outside this stack");
        assert!(is_told, "{}\n{}", again.out, again.err);
        assert_eq!(self.end(), end, "what is left to do is nothing");
        end
    }

    /// What AWS holds and the state remembers, with names in the place of ids.
    pub fn end(&self) -> Value {
        self.end_with(self.state())
    }

    /// The same with this state.
    pub fn end_with(&self, mut state: Value) -> Value {
        let mut held = self.world();
        // Where the state itself is kept, it is not what is made.
        held["s3"] = Value::Null;
        // Nor are the sessions of roles.
        held["sts"] = Value::Null;
        for (address, record) in state["resources"].as_object_mut().unwrap() {
            if address.starts_with("ui_customization") {
                // Both tell the time, and one the port.
                for output in ["css_version", "image_url"] {
                    if !record["outputs"][output].is_null() {
                        record["outputs"][output] = "somewhen".into();
                    }
                }
            }
        }
        held["remembered"] = json!({
            "stack": state["stack"], "account": state["account"], "region": state["region"],
            "resources": state["resources"], "pending": state["pending"],
        });
        // Salted by the state's lineage, which each draws anew; that the secret is the same, the next plan shows.
        forget_fingerprints(&mut held);
        nameless(held)
    }
}

fn forget_fingerprints(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "fingerprint" => "<fingerprint>".clone_into(text),
                    value => forget_fingerprints(value),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(forget_fingerprints),
        _ => {}
    }
}
