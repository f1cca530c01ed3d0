//! `stack secret`: whatever becomes of a rotation, the client has a good secret, and nobody's is written down.

use std::time::{Duration, Instant};

use serde_json::Value;

#[cfg(unix)]
use crate::setup::pty::talk;
use crate::setup::{House, Ran, Served, run};

const STACK: &str = "
region: ap-southeast-2
user_pool: { name: rotated, deletion_protection: INACTIVE }
app_clients:
  web: { generate_secret: true }
  open: {}
";

fn made() -> House {
    let house = House::new(&[("shop", STACK)]);
    house.run_sandboxed("up shop --auto-approve", "").ok();
    house
}

/// The values of the client's secrets as AWS holds them, the oldest first.
fn good(world: &Value) -> Vec<String> {
    let pools = world["cognito"]["pools"]["ap-southeast-2"].as_object().unwrap();
    let clients = pools.values().flat_map(|pool| pool["clients"].as_object().unwrap().values());
    let web = clients.into_iter().find(|client| client["settings"]["ClientName"] == "web").unwrap();
    let values = [&web["secret"], &web["second"]["value"]];
    values.iter().filter_map(|value| value.as_str()).map(str::to_owned).collect()
}

fn held(house: &House) -> Vec<String> {
    good(&house.json("state/sandbox/.world.json"))
}

/// Every file of a house but the sandbox's own world, which is AWS.
fn written(house: &House) -> String {
    let mut text = String::new();
    let mut open = vec![house.path("")];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().unwrap() != ".world.json" {
                text.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
            }
        }
    }
    text
}

fn plans_nothing(ran: &Ran) {
    assert_eq!(
        (ran.code, ran.out.trim()),
        (Some(0), "No changes: AWS holds what stacks/shop.yaml asks for."),
        "{}",
        ran.err
    );
}

#[test]
fn a_secret_is_rotated_and_the_older_one_retired() {
    let house = made();
    let [old] = held(&house).try_into().unwrap();
    let list = house.run_sandboxed("secret list shop", "").ok();
    assert!(list.out.contains("open  has no secret\n") && list.out.contains("web   "), "{}", list.out);
    let rotated = house.run_sandboxed("secret rotate shop web -vvv", "").ok();
    let new = rotated.out.trim_end().to_owned();
    assert_eq!(held(&house), [old.clone(), new.clone()]);
    assert!(rotated.err.contains("`stack secret retire shop web --sandbox` deletes the older one"), "{}", rotated.err);

    // Half-way, nothing is to do, and both are good.
    let plan = house.run_sandboxed("plan shop --detailed-exitcode", "").sane();
    plans_nothing(&plan);
    let list = house.run_sandboxed("secret list shop web", "").ok();
    assert!(list.out.contains("the older of two") && list.out.contains("the newer of two"), "{}", list.out);
    assert!(list.err.contains("web is half-way through a rotation"), "{}", list.err);

    let retired = house.run_sandboxed("secret retire shop web --auto-approve -vvv", "").ok();
    assert_eq!(held(&house), std::slice::from_ref(&new));
    let again = house.run_sandboxed("secret retire shop web --auto-approve", "").ok();
    assert!(again.err.contains("there is none to delete"), "{}", again.err);
    assert_eq!(held(&house), std::slice::from_ref(&new));
    let plan = house.run_sandboxed("plan shop --detailed-exitcode -vvv", "").sane();
    plans_nothing(&Ran { err: String::new(), ..plan });

    let said = [&rotated.err, &retired.err, &retired.out, &list.out, &list.err].map(String::as_str).concat();
    for secret in [old, new] {
        assert!(!said.contains(&secret), "a secret was said");
        assert!(!written(&house).contains(&secret), "a secret was written down");
    }
}

#[test]
fn a_secret_goes_into_a_file_that_only_its_owner_reads() {
    let house = made();
    let rotated = house.run_sandboxed("secret rotate shop web --file web.secret --json", "").ok();
    let said: Value = serde_json::from_str(&rotated.out).unwrap();
    assert_eq!(said["file"], "web.secret");
    assert!(said.get("client_secret").is_none(), "{said}");
    let value = std::fs::read_to_string(house.path("web.secret")).unwrap();
    assert_eq!(held(&house)[1], value);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(house.path("web.secret")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    house.run_sandboxed("secret retire shop web --newer --auto-approve --json", "").ok();
    // A file that is there is nobody's to write over, and nothing is changed.
    let refused = house.run_sandboxed("secret rotate shop web --file web.secret", "").failed();
    assert!(refused.err.contains("web.secret is there already"), "{}", refused.err);
    let refused = house.run_sandboxed("secret rotate shop web --file nowhere/web.secret", "").failed();
    assert!(refused.err.contains("nowhere/web.secret cannot be written"), "{}", refused.err);
    assert_eq!(held(&house).len(), 1);
    assert_eq!(std::fs::read_to_string(house.path("web.secret")).unwrap(), value);
    // What AWS refuses leaves no file behind.
    house.run_sandboxed("secret rotate shop web --file other.secret", "AddUserPoolClientSecret=denied").failed();
    assert!(!house.path("other.secret").exists());
}

#[test]
fn as_json_there_is_one_object_with_the_secret() {
    let house = made();
    let rotated = house.run_sandboxed("secret rotate shop web --json", "").ok();
    let said: Value = serde_json::from_str(&rotated.out).unwrap();
    assert_eq!(said["client_secret"], held(&house)[1].as_str());
    assert_eq!(said["next"], "stack secret retire shop web --sandbox");
    let list: Value = serde_json::from_str(&house.run_sandboxed("secret list shop --json", "").ok().out).unwrap();
    assert_eq!(list["web"].as_array().unwrap().len(), 2);
    assert_eq!(list["web"][1]["client_secret_id"], said["client_secret_id"]);
    assert_eq!(list["open"], serde_json::json!([]));
    let retired: Value =
        serde_json::from_str(&house.run_sandboxed("secret retire shop web --auto-approve --json", "").ok().out)
            .unwrap();
    assert_eq!(retired["left"], said["client_secret_id"]);
    let taken = house.run_sandboxed("secret rotate shop opne --json", "").sane();
    assert_eq!(taken.code, Some(1));
    assert!(serde_json::from_str::<Value>(&taken.out).unwrap()["error"].is_object(), "{}", taken.out);
}

#[test]
fn where_both_places_are_taken_nothing_is_changed() {
    let house = made();
    house.run_sandboxed("secret rotate shop web", "").ok();
    let before = held(&house);
    let refused = house.run_sandboxed("secret rotate shop web --file web.secret", "").failed();
    for words in [
        "web has two secrets already",
        "`stack secret retire shop web --sandbox` deletes the older",
        "`stack secret retire shop web --newer --sandbox` deletes that",
        "nothing was changed",
    ] {
        assert!(refused.err.contains(words), "{words}: {}", refused.err);
    }
    assert_eq!(held(&house), before);
    assert!(!house.path("web.secret").exists());
    // Taken back, it can be begun again.
    house.run_sandboxed("secret retire shop web --newer --auto-approve", "").ok();
    assert_eq!(held(&house), before[..1]);
    house.run_sandboxed("secret rotate shop web", "").ok();
}

#[test]
fn what_cannot_be_rotated_says_why() {
    let house = made();
    for (words, said) in [
        ("secret rotate shop open", "open has no secret"),
        ("secret retire shop open --auto-approve", "open has no secret"),
        ("secret rotate shop wbe", "did you mean `web`?"),
        ("secret list shop nobody", "there are: open, web"),
        ("secret rotate dev web", "dev has never been applied"),
        ("secret retire nothing web", "nothing"),
        // Nobody is there to ask.
    ] {
        let ran = house.run_sandboxed(words, "").failed();
        assert!(ran.err.contains(said), "{words}: {}", ran.err);
    }
    house.run_sandboxed("secret rotate shop web", "").ok();
    let ran = house.run_sandboxed("secret retire shop web", "").failed();
    assert!(ran.err.contains("nobody is there to ask"), "{}", ran.err);
    assert_eq!(held(&house).len(), 2);
    // As an address, a client is the same.
    house.run_sandboxed("secret retire shop app_client.web --auto-approve", "").ok();
}

#[test]
fn an_answer_that_is_lost_leaves_no_secret_that_nobody_has() {
    let add = "AddUserPoolClientSecret";
    for (faults, is_survived) in [
        (format!("{add}=drop-after"), true),
        (format!("{add}=drop-before"), true),
        (format!("{add}=truncate"), true),
        (format!("{add}=error"), true),
        (format!("{add}=drop-after:*"), false),
        (format!("{add}=error:*"), false),
        (format!("{add}=throttle:*"), false),
        (format!("{add}=denied"), false),
        ("ListUserPoolClientSecrets=error:*".to_owned(), false),
        ("ListUserPoolClientSecrets=throttle:2".to_owned(), true),
    ] {
        let house = made();
        let before = held(&house);
        let ran = house.run_sandboxed("secret rotate shop web", &faults).sane();
        let after = held(&house);
        assert_eq!(after[..1], before[..], "{faults}: the one that there was is good");
        if is_survived {
            assert_eq!(ran.code, Some(0), "{faults}: {}", ran.err);
            assert_eq!(after[1..], [ran.out.trim_end().to_owned()], "{faults}");
        } else {
            assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{faults}: {}", ran.err);
            assert_eq!(after.len(), 1, "{faults}: nobody has the second one\n{}", ran.err);
            assert!(ran.err.contains("Hint: "), "{faults}: {}", ran.err);
        }
    }
    // And of the call that deletes the older one.
    for faults in ["drop-after", "truncate", "drop-before", "error"] {
        let house = made();
        let new = house.run_sandboxed("secret rotate shop web", "").ok().out;
        let ran = house
            .run_sandboxed("secret retire shop web --auto-approve", &format!("DeleteUserPoolClientSecret={faults}"));
        assert_eq!(ran.code, Some(0), "{faults}: {}", ran.err);
        assert_eq!(held(&house), [new.trim_end()], "{faults}");
    }
}

#[test]
fn what_cannot_be_handed_over_is_deleted_again() {
    let house = made();
    let before = held(&house);
    let mut command = house.sandboxed("secret rotate shop web", "");
    let Ok(full) = std::fs::File::options().write(true).open("/dev/full") else { return };
    let output = command.stdout(full).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the new secret was deleted again: web is as it was"), "{said}");
    assert_eq!(held(&house), before);
}

#[test]
fn a_denied_call_names_the_permission() {
    let house = made();
    house.run_sandboxed("secret rotate shop web", "").ok();
    for (words, operation) in [
        ("secret list shop", "ListUserPoolClientSecrets"),
        ("secret retire shop web --auto-approve", "DeleteUserPoolClientSecret"),
    ] {
        let ran = house.run_sandboxed(words, &format!("{operation}=denied:*")).failed();
        assert!(ran.err.contains(&format!("allow `cognito-idp:{operation}`")), "{}", ran.err);
    }
    house.run_sandboxed("secret retire shop web --auto-approve", "").ok();
    let ran = house.run_sandboxed("secret rotate shop web", "AddUserPoolClientSecret=denied:*").failed();
    assert!(ran.err.contains("allow `cognito-idp:AddUserPoolClientSecret`"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn at_a_terminal_the_older_one_goes_when_that_is_said() {
    for (answer, left) in [("yes\n", 1), ("no\n", 2), ("\n", 2)] {
        let house = made();
        let mut command = house.sandboxed("secret rotate shop web", "");
        command.env("TERM", "xterm");
        let talk = talk(&command, 100, &[("so that the older one can go?", answer)]);
        assert_eq!(talk.code, Some(0), "{}", talk.shown);
        let held = held(&house);
        assert_eq!(held.len(), left, "{}", talk.shown);
        assert!(talk.shown.contains(&held[left - 1]), "{}", talk.shown);
    }
}

/// Runs a command over HTTP, and kills it after so long.
fn killed_after(served: &Served, house: &House, words: &str, time: Duration) {
    let mut child = served.client(house, words).stdout(std::process::Stdio::null()).spawn().unwrap();
    std::thread::sleep(time);
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn a_rotation_killed_anywhere_leaves_a_good_secret() {
    // Each of the calls takes a while, so that the kills hit every part: before, in, and after each.
    let slow = [
        "ListUserPoolClientSecrets=slow:300:*",
        "AddUserPoolClientSecret=slow:300:*",
        "DeleteUserPoolClientSecret=slow:300:*",
    ];
    let (served, house) = (Served::new(&slow), House::new(&[("shop", STACK)]));
    served.run(&house, "up shop --auto-approve").ok();
    let world = || good(&served.house.json("state/sandbox/.world.json"));
    let begun = Instant::now();
    served.run(&house, "secret list shop web").ok();
    let start = u64::try_from(begun.elapsed().as_millis()).unwrap().saturating_sub(300);
    for step in 0..6 {
        let old = world();
        assert_eq!(old.len(), 1);
        killed_after(&served, &house, "secret rotate shop web", Duration::from_millis(start + step * 140));
        // A call that was under way takes effect all the same.
        std::thread::sleep(Duration::from_millis(700));
        let half = world();
        assert_eq!(half[..1], old[..], "step {step}: the one that there was is good");
        // Whatever was reached, the same commands end it.
        let again = served.run(&house, "secret rotate shop web");
        let value = if again.code == Some(0) {
            again.out
        } else {
            assert!(again.err.contains("web has two secrets already"), "{}", again.err);
            served.run(&house, "secret retire shop web --newer --auto-approve").ok();
            served.run(&house, "secret rotate shop web").ok().out
        };
        assert_eq!(world(), [old[0].as_str(), value.trim_end()], "step {step}");
        killed_after(
            &served,
            &house,
            "secret retire shop web --auto-approve",
            Duration::from_millis(start + step * 140),
        );
        std::thread::sleep(Duration::from_millis(700));
        assert!(world().contains(&value.trim_end().to_owned()), "step {step}: the new one is good");
        served.run(&house, "secret retire shop web --auto-approve").ok();
        assert_eq!(world(), [value.trim_end()], "step {step}");
    }
    plans_nothing(&run(&mut served.client(&house, "plan shop --detailed-exitcode")).sane());
}

#[test]
fn a_secret_of_ones_own_is_not_rotated_behind_the_stack_files_back() {
    let house = House::new(&[("shop", &STACK.replace("generate_secret: true", "client_secret: { file: web.secret }"))]);
    std::fs::write(house.path("web.secret"), "abcdefghijklmnopqrstuvwxyz012345").unwrap();
    house.run_sandboxed("up shop --auto-approve", "").ok();
    let before = held(&house);
    let ran = house.run_sandboxed("secret rotate shop web", "");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for words in ["one of your own, in", "web.secret", "--allow-loss app_client", "nothing was changed"] {
        assert!(ran.err.contains(words), "{words}: {ran:?}");
    }
    assert_eq!(held(&house), before);
}
