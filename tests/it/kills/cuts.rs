//! SIGKILL before each request, after AWS has done it, and once its answer is there; in the middle of each save, and
//! before it is in its place; and in each wait. Then the same command again.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::rig::{Rig, Scene, Time};
use super::scenarios::{EVERYTHING, SCENARIOS, Scenario};
use super::side_by_side;
use crate::real_cuts::same;
use crate::setup::figures::tell;
use crate::setup::watched::{Moment, Saves, Verdict, Watched, watch};

const SIGKILL: i32 = 9;
/// What the kernel sends to whoever writes beyond the limit of a file's size; nothing here catches it.
const SIGXFSZ: i32 = 25;

/// Where a run is cut. Requests and saves are counted from 1.
#[derive(Debug, Clone, PartialEq)]
enum Cut {
    /// Nowhere: this is the run that all others are held against.
    Nowhere,
    /// The program has asked; AWS never hears of it.
    Asked(usize),
    /// AWS has done it; the answer never comes.
    Done(usize),
    /// The answer is there. The program is killed before it has saved anything, and before it asks anything else.
    Told(usize),
    /// A part of the state is written, and no more. The state was of this size in the undisturbed run.
    Half(usize, u64),
    /// The state is written, and not in its place.
    Unplaced(usize),
    /// While this is waited for.
    Waiting(String),
}

impl Cut {
    fn kind(&self) -> &'static str {
        match self {
            Self::Nowhere => "nowhere",
            Self::Asked(_) => KINDS[0],
            Self::Done(_) => KINDS[1],
            Self::Told(_) => KINDS[2],
            Self::Half(..) => KINDS[3],
            Self::Unplaced(_) => KINDS[4],
            Self::Waiting(_) => KINDS[5],
        }
    }
}

/// Every kind of cut.
const KINDS: [&str; 6] = [
    "killed before a request was sent",
    "killed after AWS had done it, before the answer",
    "killed after the answer, before the state was saved",
    "killed in the middle of a state's write",
    "killed with a state written and not in its place",
    "killed while waiting",
];

/// What a run has been seen to do.
#[derive(Debug, Default)]
struct Seen {
    requests: Vec<String>,
    /// The sizes of the states that were saved.
    saves: Vec<u64>,
    /// What was waited for, each once.
    waits: Vec<String>,
    /// The size that no file may grow beyond.
    limit: u64,
    /// The answer after which the program is to die has been passed on.
    is_told: bool,
}

/// What a line says is waited for, and by what: `domain.custom for CloudFront to serve the domain`.
fn wait(line: &str) -> Option<String> {
    let (address, rest) = line.trim_start().strip_prefix("… ")?.split_once(' ')?;
    let (_, what) = rest.split_once(": waiting ")?;
    Some(format!("{address} {what}"))
}

impl Seen {
    /// No more than a part of a state of about this size can be written from here on.
    fn limit(&mut self, size: u64) -> Verdict {
        self.limit = size / 3;
        Verdict::Limit(i64::try_from(self.limit).unwrap())
    }

    fn judge(&mut self, cut: &Cut, moment: &Moment<'_>) -> Verdict {
        let is_cut = match moment {
            Moment::Asks(number, operation) => {
                self.requests.push((*operation).to_owned());
                self.is_told || *cut == Cut::Asked(*number)
            }
            Moment::Done(number) => *cut == Cut::Done(*number),
            Moment::Told(number) => {
                self.is_told |= *cut == Cut::Told(*number);
                false
            }
            Moment::Written(size, _) => {
                self.saves.push(*size);
                self.is_told || *cut == Cut::Unplaced(self.saves.len())
            }
            Moment::Placed => match cut {
                // The save before is done: the next one is cut in the middle.
                Cut::Half(save, size) if *save == self.saves.len() + 1 => {
                    return self.limit((*size).min(*self.saves.last().unwrap()));
                }
                _ => false,
            },
            Moment::Says(line) => {
                let wait = wait(line);
                let is_cut = wait.as_ref().is_some_and(|wait| *cut == Cut::Waiting(wait.clone()));
                self.waits.extend(wait.filter(|wait| !self.waits.contains(wait)));
                is_cut
            }
        };
        if is_cut { Verdict::Kill } else { Verdict::Go }
    }
}

/// Runs the scenario's last command, cut there; its saves are looked at where that is needed, or asked for.
fn run(rig: &mut Rig, cut: &Cut, time: Time, is_watched: bool) -> (Watched, Seen) {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let saves = match cut {
        Cut::Half(1, size) => {
            seen.lock().unwrap().limit(*size);
            Saves::Limited(i64::try_from(size / 3).unwrap())
        }
        Cut::Asked(_) | Cut::Done(_) | Cut::Waiting(_) if !is_watched => Saves::Unseen,
        _ => Saves::SEEN,
    };
    let (judged, at) = (Arc::clone(&seen), cut.clone());
    let ended = rig.watched(time, saves, move |moment| judged.lock().unwrap().judge(&at, moment));
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    (ended, seen)
}

/// What an undisturbed run of a scenario did.
#[derive(Debug, Default, Clone)]
struct Undisturbed {
    requests: usize,
    saves: usize,
    waits: usize,
    /// The waits that not every undisturbed run had.
    rare: BTreeSet<String>,
}

impl Undisturbed {
    /// How many places there are to cut it at: three at each request, two at each save, one in each wait.
    fn places(&self) -> usize {
        3 * self.requests + 2 * self.saves + self.waits
    }
}

/// What is waited for as the program tells other programs, each by its address: fields of events, and no line of text. With
/// the addresses of what is made only in order to be waited for.
fn told_waits(scene: &Scene) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut rig = scene.rig();
    let command = rig.client(&format!("{} --json", scene.scenario.words));
    let ended = watch(&rig.served, command, Saves::Unseen, |_| Verdict::Go);
    let (mut waits, mut made) = (BTreeSet::new(), BTreeSet::new());
    for line in ended.ran.ok().out.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let hook = &event["hook"];
        let Some(address) = hook["resource"]["addr"].as_str() else { continue };
        let what = hook["waiting"].as_str().filter(|what| what.starts_with("for ") || what.starts_with("until "));
        waits.extend(what.map(|what| format!("{address} {what}")));
        let is_wait = WAITS.contains(&address.split('.').next().unwrap());
        if is_wait && event["type"] == "apply_start" && hook["action"] == "create" {
            made.insert(address.to_owned());
        }
    }
    (waits, made)
}

/// The kinds that are nothing in AWS but a wait.
const WAITS: [&str; 2] = ["certificate_validation", "domain_activation"];

/// That what is waited for is seen by the lines of a run as by the events of another.
///
/// Which waits take a moment differs from run to run, for time passes with each call and calls are side by side. So runs of
/// both sorts are looked at until they have one in common, and none says otherwise than it is told.
fn waits_are_seen(scene: &Scene, runs: &[&Seen]) {
    let mut said: BTreeSet<String> = runs.iter().flat_map(|seen| seen.waits.iter().cloned()).collect();
    // An import has no events, and waits for nothing.
    if !scene.scenario.changes_aws() {
        assert!(said.is_empty(), "{said:?}");
        return;
    }
    let name = scene.scenario.name;
    let mut told = BTreeSet::new();
    for _ in 0..TRIES {
        let (waits, made) = told_waits(scene);
        assert!(made.is_empty() || !waits.is_empty(), "{name}: {made:?} wait, and no event says so");
        told.extend(waits);
        if said.is_empty() && told.is_empty() || !said.is_disjoint(&told) {
            return;
        }
        let (ended, seen) = run(&mut scene.rig(), &Cut::Nowhere, Time::Stands, true);
        ended.ran.ok();
        said.extend(seen.waits);
    }
    panic!("{name}: said: {said:?}; told: {told:?}");
}

/// The end of an undisturbed run, what it did, and all the places where it could have been cut.
///
/// How often something is looked at while it is waited for differs a little from run to run; of a few runs, the one with
/// the fewest requests counts, so that others come as far. Of what was waited for, all counts where every place is cut; in a
/// sample, what all of the runs waited for.
fn uncut(scene: &Scene, is_whole: bool) -> (Value, Undisturbed, Vec<Cut>) {
    let mut runs: Vec<(Seen, Value)> = Vec::new();
    for _ in 0..UNDISTURBED {
        let mut rig = scene.rig();
        let begun = rig.serial();
        let (ended, seen) = run(&mut rig, &Cut::Nowhere, Time::Stands, true);
        ended.ran.ok();
        assert_eq!(rig.serial() - begun, seen.saves.len() as u64, "every save was seen");
        let end = rig.settled();
        if let Some((_, other)) = runs.first() {
            same(other, &end, "two undisturbed runs");
        }
        runs.push((seen, end));
    }
    waits_are_seen(scene, &runs.iter().map(|(seen, _)| seen).collect::<Vec<_>>());
    let in_all = |wait: &String| runs.iter().all(|(seen, _)| seen.waits.contains(wait));
    let any: BTreeSet<&String> = runs.iter().flat_map(|(seen, _)| &seen.waits).collect();
    let waits: Vec<String> = any.into_iter().filter(|wait| is_whole || in_all(wait)).cloned().collect();
    let rare = waits.iter().filter(|wait| !in_all(wait)).cloned().collect();
    let (seen, end) = runs.into_iter().min_by_key(|(seen, _)| seen.requests.len()).unwrap();
    let requests = 1..=seen.requests.len();
    let cuts: Vec<Cut> = requests
        .flat_map(|number| [Cut::Asked(number), Cut::Done(number), Cut::Told(number)])
        .chain((1..).zip(&seen.saves).flat_map(|(number, size)| [Cut::Half(number, *size), Cut::Unplaced(number)]))
        .chain(waits.iter().cloned().map(Cut::Waiting))
        .collect();
    let did = Undisturbed { requests: seen.requests.len(), saves: seen.saves.len(), waits: waits.len(), rare };
    assert_eq!(cuts.len(), did.places());
    let Undisturbed { requests, saves, waits, .. } = &did;
    println!("{}: {requests} requests, {saves} saves, {waits} waits: {} cuts", scene.scenario.name, cuts.len());
    (end, did, cuts)
}

/// How many undisturbed runs are looked at.
const UNDISTURBED: usize = 3;

/// That the run was cut where it should be; runs differ a little in what comes first, and one may be over before.
fn is_cut(rig: &Rig, cut: &Cut, ended: &Watched, seen: &Seen, begun: u64) -> bool {
    let half_written = || {
        let files = rig.files().into_iter();
        files.filter(|(name, _)| name.starts_with('.')).map(|(_, size)| size).collect::<Vec<_>>()
    };
    match cut {
        Cut::Half(save, _) => {
            ended.signal == Some(SIGXFSZ) && rig.serial() == begun + *save as u64 - 1 && half_written() == [seen.limit]
        }
        Cut::Unplaced(save) => {
            ended.signal == Some(SIGKILL)
                && rig.serial() == begun + *save as u64 - 1
                && half_written() == [seen.saves[*save - 1]]
        }
        _ => ended.signal == Some(SIGKILL),
    }
}

/// How often a cut is tried whose place the run did not come to.
const TRIES: usize = 8;
/// The same of a wait, which may take a moment in some runs alone.
const WAIT_TRIES: usize = 40;

/// How a wait for a record ends.
const SPREAD: &str = " for Route 53 to spread the record";
/// How often such a wait may be over before anybody is asleep; then Route 53 takes its time.
const SPREAD_TRIES: usize = 4;

/// Whether the run came to the place, and was cut there. It must come, but for a wait that not every undisturbed run had:
/// what takes the moment away from it is beyond a run's control.
fn cut_and_rerun(scene: &Scene, cut: &Cut, end: &Value, did: &Undisturbed) -> bool {
    let tries = if matches!(cut, Cut::Waiting(_)) { WAIT_TRIES } else { TRIES };
    for number in 0..tries {
        let mut rig = scene.rig();
        let begun = rig.serial();
        // What waits is to be asleep when it is killed. Some waits come only to those for whom the time stands, as in the run
        // that was counted; and how soon Route 53 has spread a record is not left to chance for ever.
        let is_wait = matches!(cut, Cut::Waiting(_));
        let time = if is_wait && number / 2 % 2 == 0 { Time::Passes } else { Time::Stands };
        let is_spread = matches!(cut, Cut::Waiting(wait) if wait.ends_with(SPREAD)) && number >= SPREAD_TRIES;
        if is_spread {
            rig.spreads(false);
        }
        // Saves that are looked at take their time, as in the run that was counted: what waits meanwhile asks more often.
        let (ended, seen) = run(&mut rig, cut, time, number % 2 == 1);
        if is_spread {
            rig.spreads(true);
        }
        if !is_cut(&rig, cut, &ended, &seen, begun) {
            println!("{}: {cut:?}: not cut; again", scene.scenario.name);
            continue;
        }
        ended.ran.sane();
        same(end, &rig.finish(), "left: an uncut run; right: cut, and run again");
        return true;
    }
    let is_rare = matches!(cut, Cut::Waiting(wait) if did.rare.contains(wait));
    assert!(is_rare, "in {tries} runs, none came to this place: {cut:?}");
    println!("{}: {cut:?}: one undisturbed run waited for it, and none of {tries} after it", scene.scenario.name);
    false
}

/// One of each `step` cuts. Where that leaves out a kind of cut that no scenario before had, one of it is in the place of
/// another of whose kind there is one already.
fn sample(cuts: &[Cut], step: usize, had: &BTreeMap<&'static str, u64>) -> Vec<Cut> {
    let mut sample: Vec<Cut> = cuts.iter().step_by(step).cloned().collect();
    for kind in KINDS.into_iter().filter(|kind| !had.contains_key(kind)) {
        let of_kind: Vec<&Cut> = cuts.iter().filter(|cut| cut.kind() == kind).collect();
        if of_kind.is_empty() || sample.iter().any(|cut| cut.kind() == kind) {
            continue;
        }
        let is_more = |cut: &Cut| {
            had.contains_key(cut.kind()) || sample.iter().filter(|other| other.kind() == cut.kind()).count() > 1
        };
        if let Some(place) = sample.iter().rposition(is_more) {
            sample[place] = of_kind[of_kind.len() / 2].clone();
        }
    }
    sample
}

/// Cuts scenarios at every place, or at one of each `step` places; what was cut, in all, of each kind, in each scenario,
/// and what the undisturbed runs did.
fn cut_all(scenarios: impl Iterator<Item = &'static Scenario>, step: usize) -> Vec<(&'static str, u64)> {
    let (mut kinds, mut each, mut failures) = (BTreeMap::<&'static str, u64>::new(), Vec::new(), Vec::new());
    let (mut all, mut never) = (Undisturbed::default(), 0);
    for scenario in scenarios {
        let scene = Scene::set(scenario);
        let (end, did, cuts) = uncut(&scene, step == 1);
        all.requests += did.requests;
        all.saves += did.saves;
        all.waits += did.waits;
        let (made, missed) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let cuts = sample(&cuts, step, &kinds);
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let one = |cut: &Cut| {
                let came = cut_and_rerun(&scene, cut, &end, &did);
                if came { &made } else { &missed }.fetch_add(1, Ordering::SeqCst);
            };
            // What a run waits for depends on how fast it is: those are cut as the undisturbed ones ran, one after the other.
            let (waits, others): (Vec<Cut>, Vec<Cut>) =
                cuts.iter().cloned().partition(|cut| matches!(cut, Cut::Waiting(_)));
            side_by_side(&others, one);
            for wait in &waits {
                side_by_side(std::slice::from_ref(wait), one);
            }
            let tried = made.load(Ordering::SeqCst) + missed.load(Ordering::SeqCst);
            assert_eq!(tried, did.places().div_ceil(step), "{}", scenario.name);
        }));
        if let Err(why) = ended {
            let why = why.downcast_ref::<String>().map_or("", String::as_str);
            failures.push(format!("{}: {why}", scenario.name));
        }
        for cut in &cuts {
            *kinds.entry(cut.kind()).or_insert(0) += 1;
        }
        // Only waits are missed.
        let missed = missed.into_inner() as u64;
        kinds.entry(KINDS[5]).and_modify(|count| *count -= missed);
        never += missed;
        each.push((scenario.name, cuts.len() as u64 - missed));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    println!("{each:?}");
    assert_eq!(kinds.keys().copied().collect::<BTreeSet<_>>(), BTreeSet::from(KINDS), "each kind of cut was made");
    let cuts = kinds.values().sum();
    let undisturbed = [
        ("requests of the undisturbed runs", all.requests as u64),
        ("saves of the undisturbed runs", all.saves as u64),
        ("waits of the undisturbed runs", all.waits as u64),
        ("of these, waits that none of forty later runs came to", never),
    ];
    let first = [("runs killed, each finished by the next", cuts)];
    first.into_iter().chain(kinds).chain(each).chain(undisturbed).collect()
}

#[test]
fn a_run_that_is_killed_anywhere_is_finished_by_the_next() {
    let figures = cut_all(SCENARIOS.iter(), 37);
    assert!(figures[0].1 >= 24, "{figures:?}");
}

#[test]
fn a_stack_that_uses_everything_and_is_killed_is_finished_by_the_next() {
    let figures = cut_all(EVERYTHING.iter(), 131);
    assert!(figures[0].1 >= 10, "{figures:?}");
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_cuts() {
    tell("cuts", &cut_all(SCENARIOS.iter(), 1));
}

/// `STACK_TEST_STEP` takes one of each so many places; `STACK_TEST_SCENARIO` the scenarios whose name holds that.
#[test]
#[ignore = "long: .proof/run"]
fn whole_everything() {
    let step = std::env::var("STACK_TEST_STEP").map_or(1, |step| step.parse().unwrap());
    let named = std::env::var("STACK_TEST_SCENARIO").unwrap_or_default();
    let figures = cut_all(EVERYTHING.iter().filter(|scenario| scenario.name.contains(&named)), step);
    // The figures are those of the whole.
    if step == 1 && named.is_empty() {
        tell("everything", &figures);
    }
}
