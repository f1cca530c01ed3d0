//! SIGKILL at each request that has to do with a state in S3: before it is sent, after it is done, and once its answer is
//! there. The next run takes the lock over, once it may, and ends where an undisturbed one would have.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use super::rig::{Rig, Scene, Time};
use super::scenarios::IN_S3;
use super::side_by_side;
use crate::real_cuts::same;
use crate::setup::figures::tell;
use crate::setup::known;
use crate::setup::watched::{Moment, Saves, Verdict};

/// Where a run is cut: by the number of the request that names the bucket, and how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Asked(usize),
    Done(usize),
    /// Before anything else is asked.
    Told(usize),
}

/// Runs the last command, cut there; whether it was killed, and how many requests named the bucket.
fn run(rig: &mut Rig, cut: Option<Cut>) -> (bool, usize) {
    // How many there were, the request that is the one of the cut, and whether its answer has been given.
    let seen = Arc::new(Mutex::new((0_usize, None, false)));
    let judged = Arc::clone(&seen);
    let ended = rig.watched(Time::Stands, Saves::Unseen, move |moment| {
        let mut seen = judged.lock().unwrap();
        let (count, at, is_told) = &mut *seen;
        let is_cut = match moment {
            Moment::Asks(number, operation) => {
                let is_of_state = operation.contains("/shop-stacks/");
                *count += usize::from(is_of_state);
                if is_of_state && matches!(cut, Some(Cut::Done(cut) | Cut::Told(cut)) if cut == *count) {
                    *at = Some(*number);
                }
                *is_told || is_of_state && cut == Some(Cut::Asked(*count))
            }
            Moment::Done(number) => matches!(cut, Some(Cut::Done(_))) && *at == Some(*number),
            Moment::Told(number) => {
                *is_told |= matches!(cut, Some(Cut::Told(_))) && *at == Some(*number);
                false
            }
            _ => false,
        };
        if is_cut { Verdict::Kill } else { Verdict::Go }
    });
    let count = seen.lock().unwrap().0;
    if ended.signal.is_none() {
        ended.ran.ok();
        return (false, count);
    }
    ended.ran.sane();
    (true, count)
}

/// An object in the bucket.
fn object(rig: &Rig, key: &str) -> Option<Value> {
    let world = rig.world();
    let body = world["s3"]["buckets"]["shop-stacks"]["objects"][key]["body"].as_str()?;
    Some(serde_json::from_slice(&BASE64.decode(body).unwrap()).unwrap())
}

/// What AWS holds and the state remembers, once nothing is left to do.
#[track_caller]
fn settled(rig: &mut Rig) -> Value {
    let state = object(rig, "auth/prod.json").unwrap();
    known::check(&rig.world(), &state);
    assert_eq!(object(rig, "auth/prod.json.lock"), None, "no lock is left");
    let again = rig.run(rig.scenario.again).ok();
    assert!(again.out.contains("No changes") && !again.out.contains("outside this stack"), "{}", again.out);
    rig.end_with(state)
}

/// How many calls it takes until a minute and two seconds have passed in AWS, at which a lock may be taken over.
const CALLS_OF_A_MINUTE: usize = 320;

/// How often a place is tried that a run did not come to.
const TRIES: usize = 8;
/// How many undisturbed runs are looked at.
const UNDISTURBED: usize = 3;

fn cut_and_rerun(scene: &Scene, cut: Cut, end: &Value) {
    // A run that has written more saves together than others may be over before it comes there. After the very last answer
    // there is nothing left to be cut.
    let come_to_it = || {
        let mut rig = scene.rig();
        let (is_killed, _) = run(&mut rig, Some(cut));
        (is_killed || matches!(cut, Cut::Told(_))).then_some(rig)
    };
    let rig = (0..TRIES).find_map(|_| come_to_it());
    let mut rig = rig.unwrap_or_else(|| panic!("in {TRIES} runs, none came to {cut:?}"));
    if object(&rig, "auth/prod.json.lock").is_some() {
        rig.run(rig.scenario.words).failed().says("is at work on the stack prod");
        for _ in 0..CALLS_OF_A_MINUTE {
            rig.tick();
        }
    }
    let ran = rig.run(rig.scenario.words).ok();
    assert!(!ran.out.contains("Changed outside this stack"), "{}", ran.out);
    same(end, &settled(&mut rig), "left: an uncut run; right: cut, and run again");
}

/// Cuts at one of each `step` places; how many cuts.
fn cut_all(step: usize) -> u64 {
    let scene = Scene::set(&IN_S3);
    let mut rig = scene.rig();
    let mut requests = run(&mut rig, None).1;
    let end = settled(&mut rig);
    // Runs differ a little in how many saves are written together: of a few, the one with the fewest requests counts.
    for _ in 1..UNDISTURBED {
        requests = requests.min(run(&mut scene.rig(), None).1);
    }
    assert!(requests > 20, "{requests}");
    let cuts = (1..=requests).flat_map(|number| [Cut::Asked(number), Cut::Done(number), Cut::Told(number)]);
    let cuts: Vec<Cut> = cuts.step_by(step).collect();
    side_by_side(&cuts, |cut| cut_and_rerun(&scene, *cut, &end));
    cuts.len() as u64
}

#[test]
fn a_run_that_is_killed_at_a_request_to_its_states_bucket_is_finished_by_the_next() {
    assert!(cut_all(11) >= 5);
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_s3_cuts() {
    tell(
        "s3_cuts",
        &[("runs killed at a request to the bucket of their state, each finished by the next", cut_all(1))],
    );
}
