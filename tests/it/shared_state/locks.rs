//! One run at a time: a second is refused, waits, takes over from the dead; and one that has lost its lock stops.

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::rig::{Cloud, KEY, Keeper, LIVES, holder, lonely, object};
use crate::setup::{House, Ran};

/// A run that is at work for as long as AWS takes to make a pool.
fn at_work(cloud: &Cloud, machine: &House) -> Child {
    let mut command = cloud.client(machine, "up shop --auto-approve");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let since = Instant::now();
    // The intent is saved, and the call is on its way.
    while object(&cloud.world(), KEY).is_none_or(|state| state["pending"]["user_pool"].is_null()) {
        assert!(since.elapsed() < Duration::from_mins(1), "nothing was ever begun");
        sleep(Duration::from_millis(20));
    }
    child
}

fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }.sane()
}

fn lock(cloud: &Cloud) -> Option<serde_json::Value> {
    object(&cloud.world(), &format!("{KEY}.lock"))
}

#[test]
fn a_second_run_is_refused_or_waits_however_long_the_first_takes() {
    // Longer than a lock lives that is not written anew.
    let slow = format!("CreateUserPool=slow:{}", (LIVES + 4) * 1000);
    let cloud = Cloud::new(Keeper::Sandbox, &[&slow]);
    let (first, second) = (cloud.machine(&["web"]), cloud.machine(&["web"]));
    let child = at_work(&cloud, &first);
    let pid = child.id();
    let refused = cloud.run(&second, "apply shop --auto-approve").failed();
    let refused = refused.says("Error: `stack up shop` by ann on desk (process ").says("is at work on the stack shop");
    assert_eq!(holder(&refused), Some(pid), "{}", refused.err);
    cloud.run(&second, "unlock shop").failed().says("is at work on the stack shop").says("`--force`");
    // Whoever only looks takes no lock.
    cloud.run(&second, "state list shop").ok();
    let waited = cloud.run(&second, "apply shop --auto-approve --lock-timeout 2m").ok();
    let waited = waited.says(&format!("Waiting for the lock: `stack up shop` by ann on desk (process {pid})"));
    assert!(waited.says("No changes").out.contains("client_id.web"));
    ended(child).ok();
    assert_eq!(lock(&cloud), None);
    crate::setup::known::check(&cloud.world(), &cloud.state(&first));
}

#[test]
fn a_run_that_is_killed_is_finished_by_whoever_takes_its_lock_over() {
    let cloud = Cloud::new(Keeper::Sandbox, &["CreateUserPool=slow:3000"]);
    let (first, second) = (cloud.machine(&["web"]), cloud.machine(&["web"]));
    let mut child = at_work(&cloud, &first);
    child.kill().unwrap();
    child.wait().unwrap();
    let begun = Instant::now();
    cloud.run(&second, "up shop --auto-approve").failed().says("is at work on the stack shop");
    cloud.run(&second, "up shop --auto-approve --lock-timeout 1m").ok();
    assert!(begun.elapsed() >= Duration::from_secs(LIVES - 1), "it was taken from a run that could be alive");
    // The pool that the first had begun is recorded, and no other was made.
    crate::setup::known::check(&cloud.world(), &cloud.state(&second));
    cloud.run(&first, "plan shop --detailed-exitcode").ok().says("No changes");
    assert_eq!(lock(&cloud), None);
}

#[test]
fn a_run_whose_lock_was_taken_away_writes_nothing_more() {
    let slow = format!("CreateUserPool=slow:{}", LIVES * 1000);
    let cloud = Cloud::new(Keeper::Sandbox, &[&slow]);
    let (first, second) = (cloud.machine(&["web"]), cloud.machine(&["web"]));
    let child = at_work(&cloud, &first);
    cloud.run(&second, "unlock shop --force").ok().says("the lock of `stack up shop` by ann on desk");
    cloud.run(&second, "unlock shop").ok().says("Nobody holds the lock of shop.");
    let lost = ended(child).failed().says("this run has lost its lock on shop: somebody has taken it away");
    // What it made is not in the state, and not forgotten either.
    lost.says("state/shop.rescue.json instead");
    let state = object(&cloud.world(), KEY).unwrap();
    assert_eq!((state["serial"].as_u64(), state["resources"].as_object().unwrap().len()), (Some(1), 0));
    assert!(first.json("state/shop.rescue.json")["resources"]["user_pool"]["id"].is_string());
    let clients = cloud.world()["cognito"].to_string().matches("ClientName").count();
    assert_eq!(clients, 0, "no client was made any more");
    // Another takes its turn, finds the pool by its token, and goes on; the first then has nothing of its own to tell.
    cloud.run(&second, "up shop --auto-approve").ok();
    crate::setup::known::check(&cloud.world(), &cloud.state(&second));
    cloud.run(&first, "plan shop --detailed-exitcode").ok().says("No changes");
}

#[cfg(unix)]
#[test]
fn stopped_before_anything_is_changed_the_lock_is_given_back() {
    let cloud = Cloud::new(Keeper::Sandbox, &["ListHostedZones=slow:1", "GetCallerIdentity=slow:5000"]);
    let machine = cloud.machine(&["web"]);
    for signal in ["-INT", "-TERM"] {
        let mut command = cloud.client(&machine, "up shop --auto-approve");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let since = Instant::now();
        while lock(&cloud).is_none() {
            assert!(since.elapsed() < Duration::from_mins(1), "the lock was never taken");
            sleep(Duration::from_millis(20));
        }
        kill(&child, signal);
        let ran = ended(child);
        assert_eq!(ran.code, Some(130), "{}", ran.err);
        ran.says("Stopped; nothing was changed, and the lock is released. `stack up shop` begins again.");
        assert_eq!(lock(&cloud), None);
    }
}

/// Signals `child`, once it has said `text` on stderr; gives what it said, and the time until it ended.
#[cfg(unix)]
fn stopped_once(mut child: Child, text: &str, signal: &str) -> (Ran, Duration) {
    use std::io::{BufRead as _, BufReader, Read as _};
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains(text) {
        assert!(lines.read_line(&mut said).unwrap() > 0, "it has ended: {said}");
    }
    kill(&child, signal);
    let since = Instant::now();
    lines.read_to_string(&mut said).unwrap();
    let ran = ended(child);
    (Ran { err: said, ..ran }, since.elapsed())
}

#[cfg(unix)]
fn kill(child: &Child, signal: &str) {
    assert!(std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn whoever_waits_for_a_lock_can_stop_waiting() {
    let cloud = Cloud::new(Keeper::Sandbox, &["CreateUserPool=slow:6000"]);
    let shared = cloud.machine(&["web"]);
    let first = at_work(&cloud, &shared);
    let lock_of_first = lock(&cloud);
    for signal in ["-INT", "-TERM"] {
        let mut second = cloud.client(&shared, "apply shop --auto-approve --lock-timeout 5m");
        let second = second.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (ran, took) = stopped_once(second, "Waiting for the lock", signal);
        assert_eq!(ran.code, Some(130), "{}", ran.err);
        assert!(ran.err.ends_with("\nStopped; nothing was changed.\n"), "{}", ran.err);
        assert!(took < Duration::from_secs(4), "{took:?}");
    }
    // The lock is the other's, and stays so.
    assert_eq!(lock(&cloud).map(|lock| lock["id"].clone()), lock_of_first.map(|lock| lock["id"].clone()));
    ended(first).ok();
    assert_eq!(lock(&cloud), None);
}

#[cfg(unix)]
#[test]
fn a_second_signal_does_not_wait_for_the_lock_to_be_given_back() {
    let slow = ["GetCallerIdentity=slow:1500", "DeleteObject=slow:25000"];
    let cloud = Cloud::new(Keeper::Sandbox, &slow);
    let machine = cloud.machine(&["web"]);
    let mut command = cloud.client(&machine, "up shop --auto-approve");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let since = Instant::now();
    while lock(&cloud).is_none() {
        assert!(since.elapsed() < Duration::from_mins(1), "the lock was never taken");
        sleep(Duration::from_millis(20));
    }
    kill(&child, "-INT");
    sleep(Duration::from_secs(2));
    assert!(child.try_wait().unwrap().is_none(), "the lock is still being given back");
    let since = Instant::now();
    kill(&child, "-INT");
    let ran = ended(child);
    assert_eq!(ran.code, Some(130), "{}", ran.err);
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    ran.says("Stopped; nothing was changed. Should a lock be left in S3, it ends by itself in a minute.");
}

#[test]
fn a_local_lock_is_waited_for_too() {
    let cloud = Cloud::new(Keeper::Sandbox, &["CreateUserPool=slow:3000"]);
    let machine = lonely(&["web"]);
    let mut command = cloud.client(&machine, "up shop --auto-approve");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let since = Instant::now();
    while !machine.path("state/shop.lock.json").exists() {
        assert!(since.elapsed() < Duration::from_mins(1));
        sleep(Duration::from_millis(20));
    }
    cloud.run(&machine, "unlock shop --force").failed().says("ends with that process");
    cloud.run(&machine, "up shop --auto-approve --lock-timeout 1s").failed().says("it was waited for for 1s");
    cloud.run(&machine, "up shop --auto-approve --lock-timeout 1m").ok().says("Waiting for the lock: `stack up shop`");
    ended(child).ok();
    cloud.run(&machine, "unlock shop").ok().says("Nobody holds the lock of shop.");
}
