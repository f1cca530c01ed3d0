//! Two runs of one stack at once: one of them is refused, and told who is at work.

use std::sync::{Arc, Mutex};
use std::thread;

use super::rig::{Rig, Scene, Time};
use super::scenarios::{SCENARIOS, Scenario};
use crate::real_cuts::same;
use crate::setup::figures::tell;
use crate::setup::run as to_its_end;
use crate::setup::watched::{Moment, Saves, Verdict};

/// While a run is held at every `step`th of its requests, a second one is begun and refused; how many.
fn refused(scenario: &'static Scenario, step: usize) -> u64 {
    let scene = Scene::set(scenario);
    let mut whole = scene.rig();
    whole.run(scenario.words).ok();
    let end = whole.settled();

    let mut rig = scene.rig();
    let seconds: Arc<Mutex<Vec<_>>> = Arc::default();
    let ran = Arc::clone(&seconds);
    let mut second = rig.client(scenario.words);
    let lock = rig.house.path("state/prod.lock.json");
    let ended = rig.watched(Time::Stands, Saves::Unseen, move |moment| {
        if let Moment::Asks(number, _) = moment
            && number % step == 0
        {
            let holder: serde_json::Value = serde_json::from_slice(&std::fs::read(&lock).unwrap()).unwrap();
            ran.lock().unwrap().push((to_its_end(&mut second), holder["pid"].clone()));
        }
        Verdict::Go
    });
    ended.ran.ok();
    same(&end, &rig.settled(), scenario.name);
    let seconds = std::mem::take(&mut *seconds.lock().unwrap());
    let verb = scenario.words.split(' ').next().unwrap();
    let count = seconds.len() as u64;
    for (second, pid) in seconds {
        let second = second.failed();
        // The first has recorded it already, and only lets go of the lock.
        if scenario.is_over.is_some_and(|over| second.err.contains(over)) {
            continue;
        }
        let second = second.says(&format!("Error: `stack {verb} prod` by ")).says(&format!("(process {pid})"));
        assert!(second.err.contains("is at work on the stack prod"), "{}", second.err);
    }
    count
}

/// Two runs begin at the same moment. Whichever comes second is refused, or finds that all is done.
fn race(scenario: &'static Scenario) -> u64 {
    let scene = Scene::set(scenario);
    let mut whole = scene.rig();
    whole.run(scenario.words).ok();
    let end = whole.settled();
    let mut rig: Rig = scene.rig();
    let commands = [rig.client(scenario.words), rig.client(scenario.words)];
    let ran = commands.map(|mut command| thread::spawn(move || to_its_end(&mut command).sane()));
    let ran = ran.map(|thread| thread.join().unwrap());
    let won = ran.iter().filter(|ran| ran.code == Some(0)).count();
    assert!(won > 0, "{ran:?}");
    for lost in ran.into_iter().filter(|ran| ran.code != Some(0)) {
        let lost = lost.failed();
        if !scenario.is_over.is_some_and(|over| lost.err.contains(over)) {
            lost.says("is at work on the stack prod");
        }
    }
    same(&end, &rig.settled(), scenario.name);
    1
}

#[test]
fn a_second_run_is_refused_and_told_who_is_at_work() {
    assert!(refused(&SCENARIOS[0], 9) >= 4);
    race(&SCENARIOS[0]);
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_two_runs() {
    let refused = SCENARIOS.iter().map(|scenario| refused(scenario, 2)).sum();
    let races = SCENARIOS.iter().flat_map(|scenario| [scenario; 5]).map(race).sum();
    tell("two_runs", &[("second runs begun in the middle of the first, each refused", refused), ("races", races)]);
}
