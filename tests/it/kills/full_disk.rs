//! A disk that is full at each save: nothing is forgotten, the message says what to do, and the next run goes on.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::rig::{Scene, Time};
use super::scenarios::{SCENARIOS, Scenario};
use crate::real_cuts::same;
use crate::setup::figures::tell;
use crate::setup::watched::{Moment, Saves, Verdict, Watched};

/// Of Linux's errno.h.
const EIO: i32 = 5;
const ENOSPC: i32 = 28;

/// What still fits on a full disk: less than any state, however little is left in it.
const PART: u64 = 64;

/// What goes wrong with a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// From here on nothing can be written: the kernel takes a part of the file and no more.
    Full,
    /// The state cannot be written from here on; another file can.
    Elsewhere,
    /// The first try fails, the second does not.
    Once,
    /// The file is in its place, and the directory cannot be synced at first.
    Unsynced,
}

const TROUBLES: [Trouble; 4] = [Trouble::Full, Trouble::Elsewhere, Trouble::Once, Trouble::Unsynced];

/// How far the saves of a run have come.
#[derive(Default)]
struct Saved {
    sizes: Vec<u64>,
    placed: usize,
    has_failed: bool,
}

impl Saved {
    /// Goes by the trouble with save `at`, counted from 1.
    fn judge(&mut self, trouble: Option<(Trouble, usize)>, moment: &Moment<'_>) -> Verdict {
        match moment {
            Moment::Written(size, name) => {
                let number = self.placed + 1;
                self.sizes.push(*size);
                match trouble {
                    Some((Trouble::Elsewhere, at)) if number >= at && !name.contains("rescue") => Verdict::Fail(ENOSPC),
                    Some((Trouble::Once, at)) if number == at && !self.has_failed => {
                        self.has_failed = true;
                        Verdict::Fail(ENOSPC)
                    }
                    _ => Verdict::Go,
                }
            }
            Moment::Placed => {
                self.placed += 1;
                match trouble {
                    Some((Trouble::Full, at)) if self.placed + 1 == at => Verdict::Limit(PART.cast_signed()),
                    Some((Trouble::Unsynced, at)) if self.placed == at && !self.has_failed => {
                        self.has_failed = true;
                        Verdict::Fail(EIO)
                    }
                    _ => Verdict::Go,
                }
            }
            _ => Verdict::Go,
        }
    }
}

/// Runs the scenario's last command with a trouble; how it ended, and the sizes of what it saved.
fn run(rig: &mut super::rig::Rig, trouble: Option<(Trouble, usize)>) -> (Watched, Vec<u64>) {
    let saved = Arc::new(Mutex::new(Saved::default()));
    let judged = Arc::clone(&saved);
    let begins_full = trouble == Some((Trouble::Full, 1));
    let seen = Saves::Full(if begins_full { PART.cast_signed() } else { -1 });
    let ended = rig.watched(Time::Stands, seen, move |moment| judged.lock().unwrap().judge(trouble, moment));
    let sizes = std::mem::take(&mut saved.lock().unwrap().sizes);
    (ended, sizes)
}

fn meet(scene: &Scene, trouble: Trouble, at: usize, end: &Value) {
    let what = format!("{}: {trouble:?} at save {at}", scene.scenario.name);
    let mut rig = scene.rig();
    let begun = rig.serial();
    let before = begun + at as u64 - 1;
    let (ended, _) = run(&mut rig, Some((trouble, at)));
    let ran = ended.ran.sane();
    if !scene.scenario.changes_aws() {
        // What is not saved has not been done, and that is told; once it has been put in its place, it may have been.
        let _ = ran.failed().says("cannot write ").says("check the free space and who may write there");
        assert!(rig.serial() == before || trouble == Trouble::Unsynced, "{what}: {}", rig.serial());
        same(end, &rig.finish(), &what);
        return;
    }
    match trouble {
        Trouble::Once | Trouble::Unsynced => {
            same(
                end,
                &{
                    ran.ok();
                    rig.settled()
                },
                &what,
            );
            return;
        }
        Trouble::Full => {
            let ran =
                ran.failed().says("cannot write ").says("the state could not be written anywhere; free some space");
            assert_eq!(rig.serial(), before, "{what}: {}", ran.err);
        }
        Trouble::Elsewhere => {
            let ran =
                ran.failed().says("cannot write ").says("state/prod.rescue.json instead; the next run takes it up");
            assert_eq!(rig.serial(), before, "{what}: {}", ran.err);
            let rescued = rig.house.json("state/prod.rescue.json");
            assert!(rescued["serial"].as_u64().unwrap() > before, "{what}");
            // What was done is known already, without asking AWS for it again.
            crate::setup::known::agree(&rig.world(), &rescued);
        }
    }
    let names: Vec<String> = rig.files().into_iter().map(|(name, _)| name).collect();
    assert!(!names.iter().any(|name| name.starts_with('.') || name == "prod.lock.json"), "{what}: {names:?}");
    same(end, &rig.finish(), &what);
}

/// Every `step`th save of a scenario meets each trouble; how many.
fn meet_all(scenario: &'static Scenario, step: usize) -> u64 {
    let scene = Scene::set(scenario);
    let mut rig = scene.rig();
    let begun = rig.serial();
    let (ended, sizes) = run(&mut rig, None);
    ended.ran.ok();
    assert_eq!(rig.serial() - begun, sizes.len() as u64, "every save was seen");
    assert!(sizes.iter().all(|size| *size > PART), "a state of these would fit on a full disk: {sizes:?}");
    let end = rig.settled();
    let places: Vec<_> = (1..=sizes.len()).step_by(step).flat_map(|at| TROUBLES.map(|trouble| (trouble, at))).collect();
    super::side_by_side(&places, |(trouble, at)| meet(&scene, *trouble, *at, &end));
    places.len() as u64
}

#[test]
fn a_disk_that_is_full_at_a_save_loses_nothing() {
    assert!(meet_all(&SCENARIOS[0], 8) >= 16);
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_full_disk() {
    let met = SCENARIOS.iter().map(|scenario| meet_all(scenario, 1)).sum::<u64>();
    tell("full_disk", &[("saves that met a full disk or one that fails", met)]);
}
