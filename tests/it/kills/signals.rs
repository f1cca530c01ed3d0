//! Ctrl-C and SIGTERM at random moments: the call in flight ends, the state is saved, and the message says how to go on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::rig::{Rig, Scene, Time};
use super::scenarios::{SCENARIOS, Scenario};
use crate::real_cuts::same;
use crate::setup::figures::tell;
use crate::setup::pty::{CTRL_C, talk};
use crate::setup::watched::{Moment, Saves, Verdict, Watched, watch};
use crate::setup::{House, Ran, Served, known};

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
    /// Something had been changed, and the rest was left to the next run; in each scenario.
    stopped: Mutex<BTreeMap<&'static str, u64>>,
    /// Nothing had been changed, and the program said so.
    before: AtomicU64,
    /// All was done.
    after: AtomicU64,
}

impl Ends {
    /// How many runs were stopped in the middle of their changes.
    fn stopped(&self) -> u64 {
        self.stopped.lock().unwrap().values().sum()
    }
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
        (Some(130), None) if !ran.err.contains("Stopping: ") => {
            // Of the first intent nothing has come.
            assert!(rig.serial() <= serial + 1, "{what}: {}", ran.err);
            same(&still(world), &still(rig.world()), &what);
            unchanged(&rig, &ran);
            ends.before.fetch_add(1, Ordering::SeqCst);
        }
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
            nothing_is_left(&rig);
            known::agree(&rig.world(), &rig.state());
            *ends.stopped.lock().unwrap().entry(scene.scenario.name).or_default() += 1;
        }
        (Some(0), None) => {
            ends.after.fetch_add(1, Ordering::SeqCst);
        }
        _ => panic!("{what}: {:?} {:?}\n{}\n{}", ran.code, ended.signal, ran.out, ran.err),
    }
    same(end, &rig.finish(), &what);
}

/// That a run which was ended before its first change has said so, and has left nothing behind.
#[track_caller]
fn unchanged(rig: &Rig, ran: &Ran) {
    let last = ran.err.lines().last().unwrap_or_default();
    assert!(last.starts_with("Stopped; nothing was changed"), "{}", ran.err);
    assert!(!ran.err.contains("Error:"), "stopping is no failure: {}", ran.err);
    nothing_is_left(rig);
}

/// No half-written file, and no lock.
#[track_caller]
fn nothing_is_left(rig: &Rig) {
    let names: Vec<String> = rig.files().into_iter().map(|(name, _)| name).collect();
    assert!(!names.iter().any(|name| name.starts_with('.') || name == "prod.lock.json"), "{names:?}");
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
    assert!(ends.stopped() >= 5, "{ends:?}");
}

/// Before the first request is answered, and during the reads: of a run that is to change something, and of a plan.
#[test]
fn a_run_that_is_stopped_before_its_first_change_says_that_there_was_none() {
    let scene = Scene::set(&SCENARIOS[1]);
    let words = ["up prod --auto-approve", "destroy prod --auto-approve", "plan prod", "drift prod", "preflight prod"];
    let tries: Vec<(&str, usize, &str)> = words
        .into_iter()
        .flat_map(|words| [1, 3].into_iter().flat_map(move |at| ["-INT", "-TERM"].map(|signal| (words, at, signal))))
        .collect();
    super::side_by_side(&tries, |(words, at, signal)| {
        let (mut rig, at, signal) = (scene.rig(), *at, *signal);
        let world = rig.world();
        let command = rig.client(words);
        let ended = watch(&rig.served, command, Saves::SEEN, move |moment| match moment {
            Moment::Asks(number, _) if *number == at => Verdict::Signal(signal),
            _ => Verdict::Go,
        });
        let ran = ended.ran.sane();
        assert_eq!((ran.code, ended.signal), (Some(130), None), "{words} {at} {signal}: {}{}", ran.out, ran.err);
        unchanged(&rig, &ran);
        same(&still(world), &still(rig.world()), words);
    });
}

/// A program that reads a plan as JSON is told in JSON.
#[test]
fn a_plan_in_json_that_is_stopped_says_so_in_json() {
    let mut rig = Scene::set(&SCENARIOS[0]).rig();
    let command = rig.client("plan prod --json");
    let ended = watch(&rig.served, command, Saves::SEEN, |moment| match moment {
        Moment::Asks(1, _) => Verdict::Signal("-INT"),
        _ => Verdict::Go,
    });
    assert_eq!((ended.ran.code, ended.signal), (Some(130), None), "{}", ended.ran.err);
    let said: Value = serde_json::from_str(&ended.ran.out).unwrap();
    assert_eq!(said["error"]["kind"], "stopped");
    assert_eq!(said["error"]["message"], "stopped; nothing was changed");
}

/// At a terminal, where a yes is asked for, and where the code of an MFA device is.
#[test]
fn ctrl_c_at_a_question_ends_the_run_which_says_that_nothing_was_changed() {
    let house = House::new(&[]);
    let at_prompt = talk(&house.sandboxed("up dev", ""), 100, &[("Only `yes` goes on", CTRL_C)]);
    assert_eq!((at_prompt.code, at_prompt.signal), (Some(130), None), "{}", at_prompt.shown);
    let told = "\nStopped; nothing was changed, and the lock is released. `stack up dev --sandbox` begins again.\n";
    assert!(at_prompt.shown.ends_with(told), "{}", at_prompt.shown);
    assert!(!house.path("state/sandbox/dev.lock.json").exists());
    house.run_sandboxed("up dev --auto-approve", "").ok();

    let role = "region: eu-west-1\nuser_pool: { name: shop }\nassume_role: { role_arn: 'arn:aws:iam::111122223333:role/deploy', \
                mfa_serial: 'arn:aws:iam::111122223333:mfa/ann' }\n";
    let (served, house) = (Served::new(&[]), House::new(&[("shop", role)]));
    let at_code = talk(&served.client(&house, "up shop"), 100, &[("Code of ", CTRL_C)]);
    assert_eq!((at_code.code, at_code.signal), (Some(130), None), "{}", at_code.shown);
    assert!(at_code.shown.ends_with("Stopped; nothing was changed.\n"), "{}", at_code.shown);
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

/// How often each scenario gets each signal.
const TIMES: usize = 15;

#[test]
#[ignore = "long: .proof/run"]
fn whole_signals() {
    let seed = std::env::var("STACK_TEST_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = seed.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        u64::try_from(now.as_millis()).unwrap()
    });
    let ends = stop_all(&SCENARIOS, TIMES, 6, seed);
    let (before, after) = (ends.before.load(Ordering::SeqCst), ends.after.load(Ordering::SeqCst));
    let figures = [
        ("runs stopped in the middle of their changes", ends.stopped()),
        ("runs stopped before their first change", before),
        ("runs that had done all", after),
        ("the seed of these moments", seed),
    ];
    tell("signals", &figures);
    // Whatever the moments are, a good part of them lies among the changes, of which most runs consist.
    let sent = 2 * TIMES as u64 * SCENARIOS.len() as u64;
    assert_eq!(ends.stopped() + before + after, sent, "{ends:?}");
    assert!(ends.stopped() >= sent / 4 && before > 0, "{ends:?}");
    let stopped = ends.stopped.into_inner().unwrap();
    // What an import or a new name asks for is one save, and has no middle.
    let has_middle =
        |scenario: &&Scenario| scenario.changes_aws() && !scenario.name.ends_with("is renamed in the file");
    for scenario in SCENARIOS.iter().filter(has_middle) {
        assert!(stopped.contains_key(scenario.name), "no run was stopped in the middle: {}", scenario.name);
    }
}
