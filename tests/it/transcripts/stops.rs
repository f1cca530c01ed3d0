//! Ctrl-C while something is waited for, and two runs at once.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Output, Stdio};

use crate::world::World;

/// A run that has come to where it waits for ACM: its process, and what it has said on stderr so far.
fn waiting(world: &World) -> (Child, BufReader<std::process::ChildStderr>, String) {
    let mut command = world.command("up dev --sandbox --auto-approve".split(' '));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("waiting for ACM to issue") {
        assert!(lines.read_line(&mut said).unwrap() > 0, "it has ended: {said}");
    }
    (child, lines, said)
}

fn ended(
    world: &World,
    (mut child, mut lines, mut said): (Child, BufReader<std::process::ChildStderr>, String),
) -> crate::world::Transcript {
    lines.read_to_string(&mut said).unwrap();
    let mut out = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut out).unwrap();
    let output = Output { status: child.wait().unwrap(), stdout: out, stderr: said.into_bytes() };
    world.ended("stack up dev --sandbox --auto-approve".to_owned(), &output)
}

fn stopped_by(signal: &str) {
    let world = World::new().in_real_time();
    let run = waiting(&world);
    let sent = Command::new("kill").args([signal, &run.0.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let run = ended(&world, run);
    assert_eq!(run.code, Some(130), "{run}");
    assert!(run.err.contains("Stopping: the call in flight ends first, then the state is saved."), "{run}");
    assert!(run.err.contains("\nStopped: "), "{run}");
    assert!(
        run.err.ends_with("The state is saved, and the lock released; `stack up dev --sandbox` goes on from here.\n"),
        "{run}"
    );
    assert!(!run.err.contains("Error:"), "stopping is no failure: {run}");
    assert!(!world.path("state/sandbox/dev.lock.json").exists());
    world.run("up dev --sandbox --auto-approve").ok();
    let again = world.run("plan dev --sandbox --detailed-exitcode");
    assert_eq!(again.code, Some(0), "{again}");
    assert_eq!(
        world.behind(async |aws| {
            let pools = aws.cognito.list_user_pools().max_results(60).send().await.unwrap();
            pools.user_pools().len()
        }),
        1
    );
}

#[test]
fn ctrl_c_ends_a_wait_and_the_next_run_goes_on() {
    stopped_by("-INT");
}

#[test]
fn so_does_a_termination() {
    stopped_by("-TERM");
}

#[test]
fn of_two_runs_at_once_the_second_is_refused() {
    let world = World::new().in_real_time();
    let run = waiting(&world);
    let second = world.run("apply dev --sandbox --auto-approve").failed();
    assert!(second.err.starts_with("Error: `stack up dev --sandbox` by ann on desk (process "), "{second}");
    assert!(second.err.contains(&format!("(process {})", run.0.id())), "{second}");
    // What only looks needs no lock.
    assert_eq!(world.run("plan dev --sandbox --detailed-exitcode").code, Some(2));
    world.run("show dev --sandbox").ok();
    let run = ended(&world, run);
    assert_eq!(run.code, Some(0), "{run}");
}
