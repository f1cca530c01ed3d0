//! Ctrl-C and SIGTERM at random moments: the call in flight ends, the state is saved, and the message says how to go on.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::rig::{Rig, Scene, Time};
use super::scenarios::{SCENARIOS, Scenario};
use crate::real_cuts::same;
use crate::setup::figures::tell;
use crate::setup::known;
use crate::setup::watched::{Moment, Saves, Verdict, Watched};

/// Numbers that follow from a seed (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A signal at a moment of a run, counted from 1.
#[derive(Debug, Clone, Copy)]
struct Sent {
    signal: &'static str,
    at: usize,
    /// It is sent again at the next moment, as the impatient do.
    twice: bool,
    time: Time,
}

/// How runs ended that got a signal.
#[derive(Debug, Default)]
struct Ends {
    stopped: AtomicU64,
    /// Nothing had been changed: the signal ended the program as it ends any other.
    before: AtomicU64,
    /// All was done.
    after: AtomicU64,
}

/// Runs the scenario's last command; how many moments it had.
fn run(rig: &mut Rig, sent: Option<Sent>) -> (Watched, usize) {
    let moments = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&moments);
    let time = sent.map_or(Time::Stands, |sent| sent.time);
    let ended = rig.watched(time, Saves::SEEN, move |moment| {
        if matches!(moment, Moment::Says(_)) {
            return Verdict::Go;
        }
        let now = count.fetch_add(1, Ordering::SeqCst) + 1;
        match sent {
            Some(Sent { signal, at, twice, .. }) if now == at || (twice && now == at + 1) => Verdict::Signal(signal),
            _ => Verdict::Go,
        }
    });
    (ended, moments.load(Ordering::SeqCst))
}

fn stop(scene: &Scene, sent: Sent, end: &Value, ends: &Ends) {
    let what = format!("{}: {sent:?}", scene.scenario.name);
    let mut rig = scene.rig();
    let (world, serial) = (rig.world(), rig.serial());
    let (ended, _) = run(&mut rig, Some(sent));
    let ran = ended.ran.sane();
    match (ran.code, ended.signal) {
        (Some(130), None) => {
            let verb = scene.scenario.words.split(' ').next().unwrap();
            let said = format!("The state is saved, and the lock released; `stack {verb} prod` goes on from here.\n");
            assert!(
                ran.err.contains("Stopping: the call in flight ends first, then the state is saved."),
                "{what}: {}",
                ran.err
            );
            assert!(ran.err.ends_with(&said), "{what}: {}", ran.err);
            assert!(!ran.err.contains("Error:"), "{what}: stopping is no failure: {}", ran.err);
            let names: Vec<String> = rig.files().into_iter().map(|(name, _)| name).collect();
            assert!(!names.iter().any(|name| name.starts_with('.') || name == "prod.lock.json"), "{what}: {names:?}");
            known::agree(&rig.world(), &rig.state());
            &ends.stopped
        }
        (None, Some(_)) => {
            // Of the first intent nothing has come.
            assert!(rig.serial() <= serial + 1, "{what}: {}", ran.err);
            same(&still(world), &still(rig.world()), &what);
            &ends.before
        }
        (Some(0), None) => &ends.after,
        _ => panic!("{what}: {:?} {:?}\n{}\n{}", ran.code, ended.signal, ran.out, ran.err),
    }
    .fetch_add(1, Ordering::SeqCst);
    same(end, &rig.finish(), &what);
}

/// The world without what passes by itself: a certificate is let go of some time after its domain.
fn still(mut world: Value) -> Value {
    world["cognito"]["held"] = Value::Null;
    world
}

/// Stops each scenario at so many random moments, with either signal; every so many times while time passes.
fn stop_all(scenarios: &'static [Scenario], times: usize, passes: u64, seed: u64) -> Ends {
    println!("seed {seed}");
    let random = Mutex::new(Random(seed | 1));
    let ends = Ends::default();
    for scenario in scenarios {
        let scene = Scene::set(scenario);
        let mut rig = scene.rig();
        let (ended, moments) = run(&mut rig, None);
        ended.ran.ok();
        let end = rig.settled();
        let mut random = random.lock().unwrap();
        let sent: Vec<Sent> = (0..times)
            .flat_map(|_| ["-INT", "-TERM"])
            .map(|signal| Sent {
                signal,
                at: usize::try_from(random.below(moments as u64)).unwrap() + 1,
                twice: random.below(3) == 0,
                time: if random.below(passes) == 0 { Time::Passes } else { Time::Stands },
            })
            .collect();
        super::side_by_side(&sent, |sent| stop(&scene, *sent, &end, &ends));
    }
    ends
}

#[test]
fn a_run_that_is_stopped_at_any_moment_is_finished_by_the_next() {
    let ends = stop_all(&SCENARIOS[..2], 3, 12, 20_261_121);
    assert!(ends.stopped.load(Ordering::SeqCst) >= 5, "{ends:?}");
}

/// A step that asks nothing of AWS is over, and saved, before anything else is looked at.
#[test]
fn a_run_that_is_stopped_as_soon_as_it_has_saved_a_step_says_how_to_go_on() {
    let destroy = SCENARIOS.iter().find(|scenario| scenario.name == "destroy").unwrap();
    let scene = Scene::set(destroy);
    let tries: Vec<usize> = (0..12).map(|number| 2 + number % 2).collect();
    super::side_by_side(&tries, |at| {
        let at = *at;
        let mut rig = scene.rig();
        let mut saves = 0;
        let ended = rig.watched(Time::Stands, Saves::SEEN, move |moment| {
            saves += usize::from(matches!(moment, Moment::Placed));
            if matches!(moment, Moment::Placed) && saves == at { Verdict::Signal("-TERM") } else { Verdict::Go }
        });
        let ran = ended.ran.sane();
        assert_eq!((ran.code, ended.signal), (Some(130), None), "save {at}: {}", ran.err);
        assert!(ran.err.ends_with("`stack destroy prod` goes on from here.\n"), "{}", ran.err);
    });
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_signals() {
    let seed = std::env::var("STACK_TEST_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = seed.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        u64::try_from(now.as_millis()).unwrap()
    });
    let Ends { stopped, before, after } = stop_all(&SCENARIOS, 15, 6, seed);
    let figures = [
        ("runs stopped with exit code 130", stopped),
        ("runs ended before the first change", before),
        ("runs that had done all", after),
    ];
    let mut figures: Vec<_> = figures.into_iter().map(|(what, count)| (what, count.into_inner())).collect();
    figures.push(("the seed of these moments", seed));
    tell("signals", &figures);
}
