//! A state that somebody has put back, older than what was last saved: what it does not know would be made twice.

use std::sync::{Arc, Mutex};

use super::rig::{STATE, Scene, Time};
use super::scenarios::{SCENARIOS, Scenario};
use crate::setup::figures::tell;
use crate::setup::watched::{Moment, Saves, Verdict};

/// Puts back the state from before a run, which a backup of it holds, and those that it has saved, of all these every
/// `step`th; and sees each refused. How many.
fn put_back(scenario: &'static Scenario, step: usize) -> u64 {
    let scene = Scene::set(scenario);
    let mut rig = scene.rig();
    let (path, states) = (rig.house.path(STATE), Arc::new(Mutex::new(Vec::new())));
    states.lock().unwrap().extend(std::fs::read(&path).ok());
    let (file, kept) = (path.clone(), Arc::clone(&states));
    let ended = rig.watched(Time::Stands, Saves::SEEN, move |moment| {
        if matches!(moment, Moment::Placed) {
            kept.lock().unwrap().push(std::fs::read(&file).unwrap());
        }
        Verdict::Go
    });
    ended.ran.ok();
    let end = rig.settled();
    let mut states = std::mem::take(&mut *states.lock().unwrap());
    let last = states.pop().unwrap();
    let mut count = 0;
    for (index, state) in states.iter().enumerate().step_by(step) {
        std::fs::write(&path, state).unwrap();
        let world = rig.world();
        for words in [scenario.words, scenario.again] {
            let ran = rig.run(words).failed().says("state/prod.json is older than what was last saved");
            assert!(ran.err.contains("Hint: "), "{}", ran.err);
        }
        assert_eq!(rig.world(), world, "{}: with its state {index}", scenario.name);
        assert_eq!(std::fs::read(&path).unwrap(), *state, "a refused state is left as it is");
        count += 1;
    }
    std::fs::write(&path, last).unwrap();
    assert_eq!(rig.settled(), end);
    count
}

#[test]
fn an_older_state_is_refused() {
    assert!(put_back(&SCENARIOS[0], 7) >= 4);
}

/// What was put aside before a run is no more the newest than what was saved in its midst.
#[test]
fn the_state_of_a_backup_is_refused() {
    let scenario = SCENARIOS.iter().find(|scenario| scenario.name.starts_with("a secret of one's own")).unwrap();
    assert!(!scenario.before.is_empty());
    // The first alone, which is the one from before it.
    assert_eq!(put_back(scenario, usize::MAX), 1);
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_older_states() {
    let refused = SCENARIOS.iter().map(|scenario| put_back(scenario, 1)).sum();
    tell("older_states", &[("older states put back, each refused", refused)]);
}
