//! Faults of the connection itself, between two processes: a connection that really breaks, an answer that really ends in
//! the middle, and the client's own time limit, on a clock that nobody holds.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::scenes::{Set, heard};
use super::tries::{Ended, Ends, Fault, converged, ended_well, met, nothing_is_forgotten, read};
use crate::setup::{House, Served, copy, run};

/// What can happen to a connection.
pub const FAULTS: &[Fault] = &[
    Fault { name: "HTTP: dropped before", kind: "drop-before", ends: Ends::Repeated },
    Fault { name: "HTTP: dropped after", kind: "drop-after", ends: Ends::Repeated },
    Fault { name: "HTTP: cut in the middle", kind: "truncate", ends: Ends::Repeated },
    SLOW,
];

/// Longer than the 30 seconds that the program waits for an answer. The call takes effect all the same, after that.
pub const SLOW: Fault = Fault { name: "HTTP: slower than the limit", kind: "slow:32000:1", ends: Ends::Repeated };

/// Never in time, however often it is asked. Takes minutes: every try waits for as long as the limit is.
pub const NEVER: Fault =
    Fault { name: "HTTP: never in time", kind: "slow:31000:*", ends: Ends::Said("AWS did not answer in time") };

/// Tries one fault of one operation in one scene, over HTTP.
pub fn tried(set: &Set, operation: &str, fault: Fault) -> Ended {
    let begin = set.house();
    let (world, house) = (House::new(&[]), House::new(&[]));
    copy(begin.root.path(), world.root.path());
    copy(&begin.path("stacks"), &house.path("stacks"));
    let own = format!("state/{}.json", set.scene.stack);
    if begin.path(&set.state()).exists() {
        std::fs::create_dir_all(house.path("state")).unwrap();
        std::fs::copy(begin.path(&set.state()), house.path(&own)).unwrap();
    }
    if set.scene.stack == "prod" {
        // Not the sandbox's account, which nothing tells the program here.
        let file = house.path("stacks/prod.yaml");
        let text = std::fs::read_to_string(&file).unwrap().replace("account: \"111122223333\"\n", "");
        std::fs::write(file, text).unwrap();
    }
    let faults = [met(set, operation, fault), set.scene.otherwise.to_owned()];
    let faults: Vec<&str> = faults.iter().map(String::as_str).filter(|fault| !fault.is_empty()).collect();
    let served = Served::over(world, &faults);
    let (ran, _) = heard(run(&mut served.client(&house, set.scene.words)).sane());
    let left = ask(&served, "GET");
    let is_met = !left.contains(&format!("\"{operation}\""));
    assert!(is_met || fault.kind.ends_with('*'), "{operation} was never called: {left}\n{}", ran.err);
    ask(&served, "DELETE");
    ended_well(&ran, operation, fault);
    let held = || served.house.json("state/sandbox/.world.json");
    let ended = if ran.code == Some(0) { Ended::Done } else { Ended::Finished };
    if ended == Ended::Finished {
        nothing_is_forgotten(&held(), &read(&house, &own));
        let again = served.run(&house, set.scene.words);
        assert_eq!(again.code, Some(0), "first:\n{}\nrerun:\n{}\n{}", ran.err, again.out, again.err);
    }
    if !set.is_destroy() {
        let plan = served.run(&house, &format!("plan {} --detailed-exitcode", set.scene.stack));
        assert_eq!(plan.code, Some(0), "first:\n{}\nplan:\n{}\n{}", ran.err, plan.out, plan.err);
    }
    converged(set, &held(), &house.json(&own));
    ended
}

/// What the sandbox says of the faults that are still to come.
pub fn ask(served: &Served, method: &str) -> String {
    let host = served.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "{method} /_sandbox/faults HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.rsplit_once("\r\n\r\n").unwrap().1.trim().to_owned()
}
