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

const OLD: &str = "abcdefghijklmnopqrstuvwxyz012345";
const NEW: &str = "zyxwvutsrqponmlkjihgfedcba543210";

fn owned_stack() -> String {
    STACK.replace("generate_secret: true", "client_secret: { file: web.secret }")
}

/// A house whose client has a secret of one's own, and another one stands in the file by now.
fn owned() -> House {
    let house = House::new(&[("shop", &owned_stack())]);
    std::fs::write(house.path("web.secret"), OLD).unwrap();
    house.run_sandboxed("up shop --auto-approve", "").ok();
    assert_eq!(held(&house), [OLD]);
    std::fs::write(house.path("web.secret"), NEW).unwrap();
    house
}

fn client_id(house: &House) -> String {
    house.run_sandboxed("output shop client_id.web --raw", "").ok().out
}

#[test]
fn another_secret_of_ones_own_takes_the_old_ones_place_in_the_same_client() {
    let house = owned();
    let id = client_id(&house);
    let plan = house.run_sandboxed("plan shop", "").ok();
    let said = plan.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in
        ["To update in place", "warning: whatever signs in with the old client secret is refused", "1 to update"]
    {
        assert!(said.contains(words), "{words}: {}", plan.out);
    }
    let up = house.run_sandboxed("up shop --auto-approve -vvv", "").ok();
    assert_eq!(held(&house), [NEW]);
    assert_eq!(client_id(&house), id);
    plans_nothing(&house.run_sandboxed("plan shop --detailed-exitcode", "").sane());
    for secret in [OLD, NEW] {
        assert!(!up.out.contains(secret) && !up.err.contains(secret), "a secret was said");
        assert!(!written(&house).replace(NEW, "").contains(OLD), "a secret was written down");
    }
    assert_eq!(written(&house).matches(NEW).count(), 1, "it stands in its file alone");
    // A client that has none is given none: that is another client.
    std::fs::write(
        house.path("stacks/shop.yaml"),
        owned_stack().replace("open: {}", "open: { client_secret: { file: web.secret } }"),
    )
    .unwrap();
    let refused = house.run_sandboxed("plan shop", "").failed();
    assert!(refused.err.contains("--allow-loss app_client"), "{}", refused.err);
}

#[test]
fn an_exchange_that_fails_anywhere_leaves_a_good_secret_and_is_finished_by_the_next_run() {
    let calls = [
        "ListUserPoolClientSecrets",
        "DescribeUserPoolClient+1",
        "AddUserPoolClientSecret",
        "DeleteUserPoolClientSecret",
    ];
    for call in calls {
        for fault in ["drop-after", "drop-before", "truncate", "error", "denied", "drop-after:*", "error:*", "denied:*"]
        {
            let (faults, house) = (format!("{call}={fault}"), owned());
            let id = client_id(&house);
            let ran = house.run_sandboxed("up shop --auto-approve", &faults).sane();
            let left = held(&house);
            assert!(!left.is_empty() && left.iter().all(|one| one == OLD || one == NEW), "{faults}: {left:?}");
            assert!(ran.code != Some(0) || left == [NEW], "{faults}: {left:?}\n{}", ran.err);
            house.run_sandboxed("up shop --auto-approve", "").ok();
            assert_eq!(held(&house), [NEW], "{faults}");
            assert_eq!(client_id(&house), id, "{faults}");
            plans_nothing(&house.run_sandboxed("plan shop --detailed-exitcode", "").sane());
        }
    }
}

#[test]
fn an_exchange_that_is_killed_anywhere_leaves_a_good_secret_and_is_finished_by_the_next_run() {
    let slow = [
        "ListUserPoolClientSecrets=slow:300:*",
        "AddUserPoolClientSecret=slow:300:*",
        "DeleteUserPoolClientSecret=slow:300:*",
    ];
    let (served, house) = (Served::new(&slow), House::new(&[("shop", &owned_stack())]));
    let world = || good(&served.house.json("state/sandbox/.world.json"));
    let write = |secret: &str| std::fs::write(house.path("web.secret"), secret).unwrap();
    write(OLD);
    served.run(&house, "up shop --auto-approve").ok();
    let begun = Instant::now();
    served.run(&house, "plan shop").ok();
    let start = u64::try_from(begun.elapsed().as_millis()).unwrap();
    let (mut was, mut halves) = (OLD.to_owned(), 0);
    for step in 0..7 {
        let next = format!("{NEW}{step}");
        write(&next);
        killed_after(&served, &house, "up shop --auto-approve", Duration::from_millis(start + step * 170));
        std::thread::sleep(Duration::from_millis(700));
        let half = world();
        assert!(half.iter().all(|one| *one == was || *one == next) && !half.is_empty(), "step {step}: {half:?}");
        halves += usize::from(half.len() == 2);
        served.run(&house, "up shop --auto-approve").ok();
        assert_eq!(world(), [next.as_str()], "step {step}");
        was = next;
    }
    assert!(halves > 0, "no kill hit the middle");
    plans_nothing(&run(&mut served.client(&house, "plan shop --detailed-exitcode")).sane());
}

#[test]
fn who_may_not_exchange_a_secret_is_told_by_the_plan_and_what_to_allow() {
    let house = owned();
    let actions = ["AddUserPoolClientSecret", "ListUserPoolClientSecrets", "DeleteUserPoolClientSecret"];
    let policy = house.run_sandboxed("iam-policy shop --apply", "").ok().out;
    for action in actions {
        assert!(policy.contains(&format!("cognito-idp:{action}")), "{action}: {policy}");
        let ran = house.run_sandboxed("up shop --auto-approve", &format!("{action}=denied:*")).failed();
        assert!(ran.err.contains(&format!("cognito-idp:{action}")), "{action}: {}", ran.err);
    }
    // A client without one of one's own needs none of them.
    let policy = made().run_sandboxed("iam-policy shop --apply", "").ok().out;
    assert!(!policy.contains("ClientSecret\""), "{policy}");
}

#[test]
fn a_secret_of_ones_own_is_rotated_from_where_the_stack_file_says() {
    let house = owned();
    let added = house.run_sandboxed("secret rotate shop web -vvv", "").ok();
    assert_eq!(held(&house), [OLD, NEW], "both are good");
    assert_eq!(added.out, "", "the value is nobody's to be told");
    assert!(added.err.contains("`stack apply shop --sandbox` deletes the older one"), "{}", added.err);
    let again = house.run_sandboxed("secret rotate shop web", "").failed();
    assert!(again.err.contains("web has two secrets already"), "{}", again.err);
    house.run_sandboxed("apply shop --auto-approve", "").ok();
    assert_eq!(held(&house), [NEW]);
    plans_nothing(&house.run_sandboxed("plan shop --detailed-exitcode", "").sane());
    assert!(!added.err.contains(NEW) && !added.err.contains(OLD), "a secret was said");
    // Retired by hand, nothing is left to exchange.
    std::fs::write(house.path("web.secret"), OLD).unwrap();
    let added = house.run_sandboxed("secret rotate shop web --json", "").ok();
    let added: Value = serde_json::from_str(&added.out).unwrap();
    assert_eq!(
        added,
        serde_json::json!({ "client": "web", "from": "{ file: web.secret }", "next": "stack apply shop --sandbox" })
    );
    house.run_sandboxed("secret retire shop web --auto-approve", "").ok();
    house.run_sandboxed("apply shop --auto-approve", "").ok();
    assert_eq!(held(&house), [OLD]);
    for (file, words, said) in [
        (OLD, "secret rotate shop web", "web has the secret already that is in"),
        ("short", "secret rotate shop web", "is not one that AWS takes"),
        (NEW, "secret rotate shop web --file other.secret", "leave --file out"),
    ] {
        std::fs::write(house.path("web.secret"), file).unwrap();
        let ran = house.run_sandboxed(words, "").failed();
        assert!(ran.err.contains(said) && ran.err.contains("nothing was changed"), "{words}: {}", ran.err);
        assert_eq!(held(&house), [OLD]);
    }
    std::fs::remove_file(house.path("web.secret")).unwrap();
    let ran = house.run_sandboxed("secret rotate shop web", "").failed();
    assert!(ran.err.contains("web.secret") && ran.err.contains("nothing was changed"), "{}", ran.err);
}

#[test]
fn outputs_say_that_there_are_two_secrets() {
    let house = made();
    let output = |words: &str, faults: &str| house.run_sandboxed(words, faults).ok();
    let one = output("output shop --secrets --json", "");
    assert!(!one.err.contains("two secrets"), "{}", one.err);
    house.run_sandboxed("secret rotate shop web", "").ok();
    let list: Value = serde_json::from_str(&house.run_sandboxed("secret list shop web --json", "").ok().out).unwrap();
    for words in [
        "output shop --secrets",
        "output shop --secrets --json",
        "output shop --secrets --env",
        "output shop client_secret --secrets --json",
        "output shop client_secret.web --secrets --raw",
    ] {
        let told = output(words, "");
        let err = told.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            err.contains("web has two secrets, both good, and AWS shows the value of one of them"),
            "{words}: {err}"
        );
        assert!(err.contains("`stack secret retire shop web --sandbox` deletes the older"), "{words}: {err}");
        for secret in list["web"].as_array().unwrap() {
            assert!(err.contains(secret["client_secret_id"].as_str().unwrap()), "{words}: {err}");
        }
        assert!(told.out.contains(&held(&house)[0]) && !told.out.contains("two secrets"), "{words}: {}", told.out);
        if words.ends_with("--json") {
            serde_json::from_str::<Value>(&told.out).unwrap();
        }
    }
    // Who asks for something else is told nothing of it; who may not look is told that.
    assert_eq!(output("output shop user_pool_id --secrets", "").err, "");
    let denied = output("output shop client_secret.web --secrets --raw", "ListUserPoolClientSecrets=denied:*");
    assert!(denied.err.contains("whether web has a second secret is not known"), "{}", denied.err);
}
