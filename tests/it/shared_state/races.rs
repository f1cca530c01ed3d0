//! Many runs of one stack at once: each makes a client of its own and no other, so that an update that is lost would leave
//! a client in AWS that the state does not know of. In the midst of it, whoever holds the lock is killed.

#![expect(clippy::print_stdout, reason = "what a race has come to is to be seen")]

use std::collections::BTreeSet;
use std::io::Read as _;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::rig::{Cloud, KEY, Keeper, holder, object};
use crate::setup::House;
use crate::setup::figures::tell;
use crate::setup::known;

/// What a race has come to.
#[derive(Debug, Default, Clone, Copy)]
struct Came {
    runs: u64,
    killed: u64,
    lost: u64,
    saves: u64,
}

/// How long a lock lives here, in seconds: on a machine with many runs, each waits for its time.
const LIVES: u64 = 10;

/// The longest that all runs together may take.
const AT_MOST: Duration = Duration::from_mins(8);

struct Runner {
    words: String,
    machine: House,
    child: Child,
    is_killed: bool,
}

/// So many runs begin at once, and `kills` of them are killed while they hold the lock.
fn race(keeper: Keeper, runs: usize, kills: usize) -> Came {
    // Long enough that a run can be met at its work.
    let cloud = Cloud::new(keeper, &["CreateUserPoolClient=slow:150"]);
    let names: Vec<String> = (0..runs).map(|number| format!("c{number:02}")).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut runners: Vec<Runner> = names
        .iter()
        .map(|name| {
            let machine = cloud.machine(&all);
            let words = format!("up shop --auto-approve --lock-timeout 10m --target app_client.{name}");
            let mut command = cloud.client(&machine, &words);
            command.env("STACK_TEST_LOCK", LIVES.to_string());
            let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            Runner { words, machine, child, is_killed: false }
        })
        .collect();
    let looker = cloud.machine(&all);
    let since = Instant::now();
    let mut killed = 0;
    while killed < kills && since.elapsed() < AT_MOST {
        killed += usize::from(kill_the_holder(&cloud, &looker, &mut runners));
    }
    assert_eq!(killed, kills, "a holder was met and killed");
    let mut lost = 0;
    for runner in runners.iter_mut().filter(|runner| !runner.is_killed) {
        let status = runner.child.wait().unwrap();
        let mut err = String::new();
        runner.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        if !status.success() {
            // One that got no time of this machine for as long as a lock lives has rightly lost it, and stopped.
            assert!(err.contains("has lost its lock"), "{}: {status}\n{err}", runner.words);
            (runner.is_killed, lost) = (true, lost + 1);
        }
    }
    // What was cut short is run again, once.
    for runner in runners.iter().filter(|runner| runner.is_killed) {
        cloud.run(&runner.machine, &runner.words).ok();
    }

    let state = cloud.state(&looker);
    let recorded: BTreeSet<&str> = state["resources"]
        .as_object()
        .unwrap()
        .keys()
        .filter_map(|address| address.strip_prefix("app_client."))
        .collect();
    assert_eq!(recorded, all.iter().copied().collect(), "no update is lost");
    known::check(&cloud.world(), &state);
    cloud.run(&looker, "plan shop --detailed-exitcode").ok().says("No changes");

    // One at a time: each save follows the one before, and who has begun to save goes on until another takes its turn.
    let history = cloud.history(&looker);
    let serials: Vec<u64> = history.iter().map(|one| one["serial"].as_u64().unwrap()).collect();
    assert_eq!(serials, (1..=serials.len() as u64).collect::<Vec<_>>(), "every save is there, and none twice");
    assert!(history.iter().all(|one| one["lineage"] == state["lineage"]));
    let mut turns: Vec<&str> = history.iter().map(|one| one["by"].as_str().unwrap()).collect();
    turns.dedup();
    let writers: BTreeSet<&&str> = turns.iter().collect();
    assert_eq!(turns.len(), writers.len(), "nobody wrote in another's turn: {turns:#?}");
    let came = Came { runs: runs as u64, killed: kills as u64, lost, saves: serials.len() as u64 };
    println!("{keeper:?}: {came:?} in {:?}", since.elapsed());
    came
}

/// Kills whoever holds the lock, if somebody does that can be killed in time.
fn kill_the_holder(cloud: &Cloud, looker: &House, runners: &mut [Runner]) -> bool {
    sleep(Duration::from_millis(300));
    let world = cloud.world();
    let told = object(&world, &format!("{KEY}.lock")).and_then(|lock| u32::try_from(lock["pid"].as_u64()?).ok());
    let Some(pid) = told.or_else(|| holder(&cloud.run(looker, "unlock shop"))) else { return false };
    let Some(runner) = runners.iter_mut().find(|runner| runner.child.id() == pid && !runner.is_killed) else {
        return false;
    };
    runner.child.kill().unwrap();
    let status = runner.child.wait().unwrap();
    // One that had just ended by itself has released its lock.
    runner.is_killed = !status.success();
    runner.is_killed
}

#[test]
fn of_runs_that_begin_at_once_each_has_its_turn_and_none_loses_an_update() {
    race(Keeper::Sandbox, 6, 1);
}

#[test]
fn the_same_with_the_state_in_motos_s3() {
    race(Keeper::Moto, 4, 1);
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_races() {
    let races = [race(Keeper::Sandbox, 20, 3), race(Keeper::Moto, 20, 3)];
    let sum = |of: fn(&Came) -> u64| races.iter().map(of).sum();
    tell(
        "races",
        &[
            ("runs of one stack, 20 at once, with the state in the sandbox's S3 and in moto's", sum(|came| came.runs)),
            ("of them killed while they held the lock, which another took over", sum(|came| came.killed)),
            ("of them that lost their lock otherwise, and stopped", sum(|came| came.lost)),
            ("saves, each over the one before it and none lost", sum(|came| came.saves)),
        ],
    );
}
