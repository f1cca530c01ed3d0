//! The store in S3, against the sandbox's S3, by the SDK's client.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::aws::s3::{Client, Reach};
use crate::error::ErrorKind;
use crate::sandbox::{Fault, FaultKind, Sandbox};
use crate::state::Record;

const REGION: &str = "eu-west-1";

/// A sandbox with a bucket, and a directory for each machine that works on the stack.
struct World {
    sandbox: Sandbox,
    dirs: Vec<tempfile::TempDir>,
}

impl World {
    async fn new() -> Self {
        let world = Self {
            sandbox: Sandbox::in_memory(Clock::held(1_795_255_200_000)),
            dirs: (0..3).map(|_| tempfile::tempdir().unwrap()).collect(),
        };
        world.bucket(None).await.init().await.unwrap();
        world
    }

    async fn client(&self) -> Client {
        let reach = Reach {
            region: REGION.to_owned(),
            profile: None,
            role: None,
            endpoint: None,
            path_style: false,
            played: Some(self.sandbox.http_client()),
            clock: self.sandbox.clock().clone(),
        };
        reach.client().await.unwrap()
    }

    async fn bucket(&self, kms_key_id: Option<&str>) -> Bucket {
        Bucket {
            client: self.client().await,
            name: "shop-stacks".to_owned(),
            region: REGION.to_owned(),
            kms_key_id: kms_key_id.map(str::to_owned),
            is_foreign: false,
            is_plain: false,
        }
    }

    fn dir(&self, machine: usize) -> &Path {
        self.dirs[machine].path()
    }

    /// A run on one of the machines.
    async fn store(&self, machine: usize) -> S3Store {
        let object = Object {
            client: self.client().await,
            bucket: "shop-stacks".to_owned(),
            key: "auth/dev.json".to_owned(),
            kms_key_id: None,
        };
        let clock = self.sandbox.clock().clone();
        let local = LocalStore::new(self.dir(machine), "dev", clock.clone());
        S3Store::new(object, "dev", local, clock, Pace { lives: Duration::from_secs(1) })
    }

    /// What is kept, as somebody sees it who has seen nothing before.
    async fn kept(&self) -> State {
        self.store(2).await.look().await.unwrap().unwrap()
    }

    async fn pass(&self, seconds: u64) {
        self.sandbox.clock().sleep(Duration::from_secs(seconds)).await;
    }
}

fn state(serial: u64) -> State {
    State { serial, ..State::new("dev", "lineage".to_owned()) }
}

fn record(id: &str) -> Record {
    let null = serde_json::Value::Null;
    Record {
        id: id.to_owned(),
        last_applied: null.clone(),
        observed: null.clone(),
        changing: false,
        reverting: None,
        deleting: false,
        outputs: null,
        needs: Vec::new(),
        deposed: Vec::new(),
    }
}

fn with_pool(serial: u64, id: &str) -> State {
    let mut state = state(serial);
    state.resources.insert("user_pool".parse().unwrap(), record(id).into());
    state
}

#[tokio::test]
async fn a_state_is_read_as_it_was_written_and_each_write_is_a_version() {
    let world = World::new().await;
    let store = world.store(0).await;
    assert!(store.load().await.unwrap().is_none());
    store.save(&state(1)).await.unwrap();
    store.save(&with_pool(2, "p1")).await.unwrap();
    assert_eq!(world.store(1).await.load().await.unwrap(), Some(with_pool(2, "p1")));
    let versions = store.history(10).await.unwrap();
    let serials: Vec<_> = versions.iter().map(|one| one.state.as_ref().unwrap().serial).collect();
    assert_eq!((serials, versions[0].is_latest), (vec![2, 1], true));
    assert_eq!(store.at_version(&versions[1].id).await.unwrap(), state(1));
    let error = store.at_version("version99999999").await.unwrap_err();
    assert!(error.message().contains("has no version"), "{error:?}");
    assert!(store.at_version("nonsense").await.unwrap_err().message().contains("has no version"));
}

#[tokio::test]
async fn of_two_runs_that_read_the_same_state_the_second_to_write_is_refused() {
    let world = World::new().await;
    let (one, other) = (world.store(0).await, world.store(1).await);
    // Both begin with nothing, and both with the first state.
    for serial in [1, 2] {
        one.load().await.unwrap();
        other.load().await.unwrap();
        one.save(&with_pool(serial, "of one")).await.unwrap();
        let error = other.save(&with_pool(serial, "of another")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::State);
        assert!(error.message().contains(&format!("is at serial {serial} already")), "{error:?}");
        // Nor a second time, nor with a higher serial: what was read is not there any more.
        assert!(other.save(&with_pool(serial + 7, "of another")).await.is_err());
        assert_eq!(world.kept().await, with_pool(serial, "of one"));
    }
    let lineage = State { lineage: "another".to_owned(), ..state(9) };
    assert!(one.save(&lineage).await.unwrap_err().message().contains("replaced by another state"));
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_known_for_ones_own() {
    let world = World::new().await;
    let store = world.store(0).await;
    for (serial, kind) in
        [(1, FaultKind::DropAfter), (2, FaultKind::Truncate), (3, FaultKind::Error), (4, FaultKind::DropBefore)]
    {
        world.sandbox.fault(Fault::once("PutObject", kind));
        store.save(&with_pool(serial, "p1")).await.unwrap();
        assert_eq!(world.kept().await.serial, serial);
    }
    // The same of the lock: it is taken, though the answer said nothing.
    world.sandbox.fault(Fault::once("PutObject", FaultKind::DropAfter));
    let guard = store.lock("stack up dev").await.unwrap();
    assert!(world.store(1).await.lock("stack up dev").await.is_err());
    world.sandbox.fault(Fault::once("DeleteObject", FaultKind::DropAfter));
    guard.release().await.unwrap();
    world.store(1).await.lock("stack up dev").await.unwrap().release().await.unwrap();
}

#[tokio::test]
async fn what_is_not_what_was_written_is_not_taken_for_a_state() {
    let world = World::new().await;
    let store = world.store(0).await;
    store.save(&with_pool(1, "p1")).await.unwrap();
    world.sandbox.fault(Fault::always("GetObject", FaultKind::Answer("\"p1\"=>\"p2\"".to_owned())));
    let error = world.store(1).await.load().await.unwrap_err();
    assert!(error.message().contains("cannot read the state in s3://shop-stacks/auth/dev.json"), "{error:?}");
    world.sandbox.clear_faults();
    assert_eq!(world.store(1).await.load().await.unwrap(), Some(with_pool(1, "p1")));
}

#[tokio::test]
async fn a_living_lock_is_never_taken_and_names_its_holder() {
    let world = World::new().await;
    let (one, other) = (world.store(0).await, world.store(1).await);
    let guard = one.lock("stack up dev").await.unwrap();
    assert!(guard.outlives());
    for _ in 0..4 {
        let Err(error) = other.lock("stack apply dev").await else { panic!("two runs hold one lock") };
        assert_eq!(error.kind(), ErrorKind::Locked);
        let me = std::process::id();
        assert!(error.message().starts_with("`stack up dev` by "), "{error:?}");
        assert!(
            error.message().contains(&format!("(process {me}) since 2026-11-21T10:00:00Z is at work")),
            "{error:?}"
        );
        // A heart that beats: the store's clock says less than a lock lives, however long the run does.
        tokio::time::sleep(Duration::from_millis(400)).await;
        world.pass(1).await;
    }
    guard.release().await.unwrap();
    other.lock("stack apply dev").await.unwrap().release().await.unwrap();
    assert_eq!(other.unlock(true).await.unwrap(), None);
}

#[tokio::test]
async fn the_lock_of_the_dead_is_taken_over_and_they_write_nothing_more() {
    let world = World::new().await;
    let (dead, heir) = (world.store(0).await, world.store(1).await);
    dead.save(&with_pool(1, "p1")).await.unwrap();
    // Its heart stops: so it is with a process that is stopped, or whose network is gone.
    drop(dead.lock("stack up dev").await.unwrap());
    assert!(heir.lock("stack apply dev").await.is_err(), "it may live yet");
    world.pass(4).await;
    let guard = heir.lock("stack apply dev").await.unwrap();
    heir.load().await.unwrap();
    heir.save(&with_pool(2, "p2")).await.unwrap();
    // It wakes up.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let error = dead.holds().await.unwrap_err();
    assert!(error.message().contains("lost its lock on dev: `stack apply dev` by "), "{error:?}");
    let error = dead.save(&with_pool(2, "p3")).await.unwrap_err();
    assert!(error.message().contains("has lost its lock"), "{error:?}");
    assert_eq!(world.kept().await, with_pool(2, "p2"));
    assert!(heir.holds().await.is_ok());
    guard.release().await.unwrap();
}

#[tokio::test]
async fn a_run_that_was_asleep_still_holds_a_lock_that_nobody_has_taken() {
    let world = World::new().await;
    let store = world.store(0).await;
    drop(store.lock("stack up dev").await.unwrap());
    world.pass(600).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    store.holds().await.unwrap();
    store.save(&state(1)).await.unwrap();
    assert!(world.store(1).await.lock("stack up dev").await.is_err(), "it has given a sign of life");
}

#[tokio::test]
async fn only_the_lock_of_the_dead_is_taken_away_unless_by_force() {
    let world = World::new().await;
    let (one, other) = (world.store(0).await, world.store(1).await);
    let guard = one.lock("stack up dev").await.unwrap();
    let error = other.unlock(false).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(error.hints().iter().any(|hint| hint.contains("--force")), "{error:?}");
    assert!(other.unlock(true).await.unwrap().unwrap().starts_with("`stack up dev` by "));
    tokio::time::sleep(Duration::from_millis(600)).await;
    let error = one.save(&state(1)).await.unwrap_err();
    assert!(error.message().contains("somebody has taken it away"), "{error:?}");
    // What is not its own any more is not given back.
    let new = other.lock("stack up dev").await.unwrap();
    guard.release().await.unwrap();
    assert!(one.lock("stack up dev").await.is_err());
    drop(new);
    world.pass(4).await;
    assert!(one.unlock(false).await.unwrap().is_some(), "it is dead by now");
}

#[tokio::test]
async fn what_could_not_be_saved_is_taken_up_by_the_next_run_on_that_machine() {
    let world = World::new().await;
    let store = world.store(0).await;
    store.load().await.unwrap();
    store.save(&with_pool(1, "p1")).await.unwrap();
    world.sandbox.fault(Fault::always("PutObject", FaultKind::AccessDenied));
    let error = store.save(&with_pool(2, "p2")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    assert!(error.hints().iter().any(|hint| hint.contains("s3:PutObject")), "{error:?}");
    let place = store.rescue(&with_pool(2, "p2")).unwrap();
    world.sandbox.clear_faults();
    assert!(Path::new(&place).exists());
    let next = world.store(0).await;
    assert_eq!(next.load().await.unwrap(), Some(with_pool(2, "p2")));
    next.lock("stack up dev").await.unwrap().release().await.unwrap();
    assert_eq!(world.kept().await, with_pool(2, "p2"));
    assert!(!Path::new(&place).exists());
}

#[tokio::test]
async fn what_only_a_run_that_lost_its_lock_knows_is_not_forgotten() {
    let world = World::new().await;
    let (one, other) = (world.store(0).await, world.store(1).await);
    one.save(&with_pool(1, "p1")).await.unwrap();
    other.load().await.unwrap();
    other.save(&with_pool(2, "p1")).await.unwrap();
    let mut mine = with_pool(2, "p1");
    mine.resources.insert("app_client.web".parse().unwrap(), record("p1/c1").into());
    assert!(one.save(&mine).await.is_err());
    let place = one.rescue(&mine).unwrap();
    let error = world.store(0).await.load().await.unwrap_err();
    assert!(error.message().ends_with("does not: app_client.web (p1/c1)"), "{error:?}");
    // What the other has recorded too is in no danger.
    let mut both = with_pool(3, "p1");
    both.resources.clone_from(&mine.resources);
    other.save(&both).await.unwrap();
    assert_eq!(world.store(0).await.load().await.unwrap(), Some(both));
    let _ = std::fs::remove_file(place);
}

#[tokio::test]
async fn an_older_state_and_one_that_is_elsewhere_are_refused() {
    let world = World::new().await;
    let store = world.store(0).await;
    let local = LocalStore::new(world.dir(0), "dev", Clock::held(0));
    local.save(&with_pool(1, "p1")).await.unwrap();
    let error = store.load().await.unwrap_err();
    assert!(error.hints()[0].contains("stack state migrate dev"), "{error:?}");
    let store = world.store(0).await.arriving();
    assert_eq!(store.load().await.unwrap(), None);
    store.save(&with_pool(2, "p1")).await.unwrap();
    local.retire().await.unwrap();
    let error = local.load().await.unwrap_err();
    assert!(error.message().contains("was last saved in s3://shop-stacks/auth/dev.json"), "{error:?}");
    // Somebody puts an older one back.
    world.store(1).await.replace(&with_pool(1, "p1")).await.unwrap();
    let error = world.store(0).await.load().await.unwrap_err();
    assert!(error.message().contains("is at serial 1, and serial 2 was saved here"), "{error:?}");
}

#[tokio::test]
async fn a_bucket_is_made_whole_and_never_weaker() {
    let world = World::new().await;
    let client = world.client().await;
    let again = world.bucket(None).await.init().await.unwrap();
    assert!(again.iter().all(|finding| !finding.is_new), "{again:?}");

    // Weaker than it should be, with a statement of its owner's.
    client.delete_public_access_block().bucket("shop-stacks").send().await.unwrap();
    let own = r#"{"Version":"2012-10-17","Statement":{"Sid":"Own","Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"arn:aws:s3:::shop-stacks"}}"#;
    client.put_bucket_policy().bucket("shop-stacks").policy(own).send().await.unwrap();
    let mended = world.bucket(Some("alias/states")).await.init().await.unwrap();
    let new: Vec<_> = mended.iter().filter(|finding| finding.is_new).map(|finding| finding.what).collect();
    assert_eq!(new, ["public access", "encryption", "plain HTTP"]);
    let policy = client.get_bucket_policy().bucket("shop-stacks").send().await.unwrap().policy.unwrap();
    let policy: serde_json::Value = serde_json::from_str(&policy).unwrap();
    assert_eq!(policy["Statement"][0]["Sid"], "Own");
    assert_eq!(policy["Statement"][1]["Condition"]["Bool"]["aws:SecureTransport"], "false");

    // Stronger than it must be: that stays.
    let kept = world.bucket(None).await.init().await.unwrap();
    assert!(kept.iter().all(|finding| !finding.is_new), "{kept:?}");
    assert!(kept.iter().any(|finding| finding.now.contains("alias/states")), "{kept:?}");

    let far = Bucket { region: "us-east-1".to_owned(), ..world.bucket(None).await };
    let far = Bucket {
        client: Reach {
            region: "us-east-1".to_owned(),
            profile: None,
            role: None,
            endpoint: None,
            path_style: false,
            played: Some(world.sandbox.http_client()),
            clock: world.sandbox.clock().clone(),
        }
        .client()
        .await
        .unwrap(),
        ..far
    };
    assert!(far.init().await.unwrap_err().message().contains("is not in us-east-1"));
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_told_with_the_way_to_make_it() {
    let world = World::new().await;
    let mut store = world.store(0).await;
    store.object.bucket = "elsewhere".to_owned();
    let error = store.load().await.unwrap_err();
    assert!(error.hints().iter().any(|hint| hint.contains("stack state init")), "{error:?}");
}
