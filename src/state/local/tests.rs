//! The local store, against real files.

use super::*;

fn store(dir: &Path) -> LocalStore {
    LocalStore::new(dir, "dev", Clock::held(0))
}

fn state(serial: u64) -> State {
    State { serial, ..State::new("dev", "lineage".to_owned()) }
}

#[test]
fn a_state_survives_being_written_and_only_its_owner_can_read_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir.path().join("deep/state"));
    assert!(store.load_now().unwrap().is_none());
    store.save_now(&state(1)).unwrap();
    assert_eq!(store.load_now().unwrap().unwrap(), state(1));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(store.path(".json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let names: Vec<_> = fs::read_dir(&store.dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "no temporary file is left: {names:?}");
}

#[test]
fn an_older_or_other_state_is_never_written_over_a_newer_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    store.save_now(&state(7)).unwrap();
    for serial in [6, 7] {
        let mine = State { account: Some("1".to_owned()), ..state(serial) };
        let error = store.save_now(&mine).unwrap_err();
        assert!(error.message().contains("at serial 7 already"), "{error}");
    }
    let other = State { serial: 9, ..State::new("dev", "another".to_owned()) };
    assert!(store.save_now(&other).unwrap_err().message().contains("replaced by another state"));
    assert_eq!(store.load_now().unwrap().unwrap().serial, 7);
}

#[test]
fn what_somebody_writes_between_two_saves_of_one_run_is_not_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    for serial in 1..=3 {
        store.save_now(&state(serial)).unwrap();
        assert!(store.is_after_last_save(&state(serial + 1)), "it is not read again");
    }
    let path = store.path(".json");
    // Of the same size, in the same place, and saved by a program that puts a file in its place.
    let newer = fs::read_to_string(&path).unwrap().replace("\"serial\": 3", "\"serial\": 9");
    std::thread::sleep(std::time::Duration::from_millis(20));
    fs::write(&path, &newer).unwrap();
    assert!(store.save_now(&state(4)).unwrap_err().message().contains("at serial 9 already"));
    fs::remove_file(&path).unwrap();
    store.save_now(&state(4)).unwrap();
    let beside = store.path(".other");
    fs::write(&beside, &newer).unwrap();
    fs::rename(&beside, &path).unwrap();
    assert!(store.save_now(&state(5)).unwrap_err().message().contains("at serial 9 already"));
}

#[test]
fn an_older_state_in_the_place_of_the_last_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    store.save_now(&state(7)).unwrap();
    let old = fs::read(store.path(".json")).unwrap();
    store.save_now(&state(8)).unwrap();
    let new = fs::read(store.path(".json")).unwrap();
    fs::write(store.path(".json"), &old).unwrap();
    let error = store.load_now().unwrap_err();
    assert!(error.message().contains("at serial 7, and serial 8 was saved here"), "{error}");
    fs::write(store.path(".json"), new).unwrap();
    assert_eq!(store.load_now().unwrap().unwrap().serial, 8);
    // What was rescued and is gone again was newer, too.
    store.rescue(&state(9)).unwrap();
    fs::remove_file(store.path(".rescue.json")).unwrap();
    assert!(store.load_now().is_err());
    // Whoever means it removes the note.
    fs::remove_file(store.path(LATEST)).unwrap();
    assert_eq!(store.load_now().unwrap().unwrap().serial, 8);
}

#[test]
fn a_save_whose_first_try_got_into_place_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    store.save_now(&state(3)).unwrap();
    store.save_now(&state(3)).unwrap();
    let another = State { account: Some("1".to_owned()), ..state(3) };
    assert!(store.save_now(&another).unwrap_err().message().contains("at serial 3 already"));
}

#[test]
fn a_rescued_state_is_taken_up_and_then_cleared_away() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    store.save_now(&state(3)).unwrap();
    store.rescue(&state(4)).unwrap();
    assert_eq!(store.load_now().unwrap().unwrap().serial, 4);
    store.save_now(&state(5)).unwrap();
    assert!(!store.path(".rescue.json").exists());
    // One that is older than what was saved after it says nothing any more.
    store.rescue(&state(4)).unwrap();
    assert_eq!(store.load_now().unwrap().unwrap().serial, 5);
}

#[test]
fn whoever_locks_puts_a_rescued_state_in_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    store.save_now(&state(4)).unwrap();
    store.rescue(&state(5)).unwrap();
    drop(store.lock_now("apply dev").unwrap());
    assert!(!store.path(".rescue.json").exists());
    assert_eq!(store.load_now().unwrap().unwrap().serial, 5);
    // One that is older is of no use; one of another stack is not touched.
    store.rescue(&state(3)).unwrap();
    drop(store.lock_now("apply dev").unwrap());
    assert!(!store.path(".rescue.json").exists());
    store.rescue(&State { serial: 9, ..State::new("dev", "another".to_owned()) }).unwrap();
    drop(store.lock_now("apply dev").unwrap());
    assert!(store.path(".rescue.json").exists());
}

#[test]
fn what_was_left_half_written_is_cleared_away_by_whoever_locks_next() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    store.save_now(&state(1)).unwrap();
    let kept = [".dev2.json.abc", "dev.json", "dev.latest.json", "dev.lock", "dev.lock.json"];
    for name in [".dev.json.abc", ".dev.rescue.json.abc", ".dev2.json.abc"] {
        fs::write(dir.path().join(name), "{").unwrap();
    }
    let _held = store.lock_now("apply dev").unwrap();
    let names = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.collect::<std::collections::BTreeSet<_>>(), kept.map(str::to_owned).into());
}

#[test]
fn a_held_lock_names_its_holder_and_ends_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let held = store.lock_now("apply dev").unwrap();
    let Err(error) = store.lock_now("plan dev") else { panic!("two runs hold one lock") };
    assert_eq!(error.kind(), crate::error::ErrorKind::Locked);
    assert!(error.message().contains("`apply dev` by "), "{error}");
    assert!(error.message().contains("since 1970-01-01T00:00:00Z"), "{error}");
    drop(held);
    store.lock_now("plan dev").unwrap();
}

#[test]
fn what_is_no_state_is_refused_with_the_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    for (text, said) in [
        ("", "not JSON"),
        ("{\"version\": 1, \"stack\": \"dev\", \"lin", "not JSON"),
        ("{}", "not a state of this program"),
        ("{\"version\": 99}", "format 99"),
        ("{\"version\": 1}", "cannot be read"),
        (&serde_json::to_string(&State::new("prod", "l".to_owned())).unwrap(), "the stack prod, not of dev"),
    ] {
        fs::write(store.path(".json"), text).unwrap();
        let error = store.load_now().unwrap_err();
        let whole = format!("{error:?}");
        assert!(whole.contains(said), "{text}: {whole}");
        assert!(!error.hints().is_empty(), "{text}");
    }
}
