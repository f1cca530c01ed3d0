//! As whom, and where, the program speaks to AWS: what is said on the command line, in the environment and in AWS's own
//! files, in that order.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

use crate::setup::{House, KEY_ID, SECRET_KEY, Served, run};

const ANYWHERE: &str = "user_pool: { name: anywhere }\ndomain: { prefix: shop-anywhere }\n";
const CONFIG: &str = "[profile work]\nregion = eu-west-3\n";
const CREDENTIALS: &str =
    "[work]\naws_access_key_id = AKIAWORKEXAMPLE00000\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/workEXAMPLEKEY\n";

/// Runs `plan` with these words and variables, and gives key id and Region of the first request that it signs.
fn signed(stack: &str, words: &str, env: &[(&str, &str)]) -> (String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, scopes) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            for line in lines.take_while(|line| !line.is_empty()) {
                if let Some((_, scope)) = line.split_once("Credential=") {
                    let _ = sender.send(scope.split(',').next().unwrap().to_owned());
                }
            }
            // Any refusal that is not tried again ends the run.
            let body = r#"{"__type":"NotAuthorizedException","message":"no"}"#;
            let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.1\r\nConnection: close";
            let _ = write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        }
    });
    let house = House::new(&[("anywhere", ANYWHERE)]);
    std::fs::create_dir(house.path(".aws")).unwrap();
    std::fs::write(house.path(".aws/config"), CONFIG).unwrap();
    std::fs::write(house.path(".aws/credentials"), CREDENTIALS).unwrap();
    let mut command = house.program();
    command.env("AWS_ENDPOINT_URL", url).envs(env.iter().copied());
    command.args(["up", stack, "--auto-approve"]).args(words.split_whitespace());
    let ran = run(&mut command).failed();
    let scope = scopes.try_recv().unwrap_or_else(|_| panic!("nothing was signed:\n{}", ran.err));
    let [key, _, region, ..] = scope.split('/').collect::<Vec<_>>()[..] else { panic!("{scope}") };
    (key.to_owned(), region.to_owned())
}

const IN_ENV: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", KEY_ID), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)];

#[test]
fn a_profile_that_is_named_wins_over_keys_in_the_environment() {
    let work = ("AKIAWORKEXAMPLE00000".to_owned(), "eu-west-3".to_owned());
    assert_eq!(signed("anywhere", "--profile work", &IN_ENV), work);
    assert_eq!(signed("anywhere", "", &[("AWS_PROFILE", "work")]), work);
    // Only said in the environment, the profile is no more explicit than the keys are: they win, as for AWS's own tool.
    let [id, secret] = IN_ENV;
    assert_eq!(signed("anywhere", "", &[("AWS_PROFILE", "work"), id, secret]).0, KEY_ID);
}

#[test]
fn a_region_is_taken_from_the_file_then_the_option_then_the_environment() {
    let region = |stack: &str, words: &str, env: &[(&str, &str)]| signed(stack, words, &[&IN_ENV, env].concat()).1;
    let env = [("AWS_REGION", "us-west-2")];
    assert_eq!(region("anywhere", "--region eu-central-1", &env), "eu-central-1");
    assert_eq!(region("anywhere", "", &env), "us-west-2");
    assert_eq!(region("anywhere", "--profile work", &env), "us-west-2");
    assert_eq!(region("dev", "", &env), "ap-southeast-2");
}

#[test]
fn a_region_that_contradicts_the_file_is_refused() {
    let house = House::new(&[]);
    let ran = house.run_sandboxed("plan dev --region eu-central-1", "").failed();
    ran.says("--region eu-central-1, and this stack is in ap-southeast-2").says("leave --region out");
}

/// Every write to `/dev/full` fails as one to a full disk does.
#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_is_cut_short_is_a_failure() {
    let house = House::new(&[]);
    house.run_sandboxed("up dev --auto-approve", "").ok();
    for words in ["output dev --json", "show dev", "plan dev --json", "schema", "completions bash"] {
        let mut command = house.sandboxed(words, "");
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).stderr(std::process::Stdio::piped()).spawn().unwrap().wait_with_output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{words}: {said}");
        assert!(said.contains("could not be written whole") && said.contains("do not use it"), "{words}: {said}");
    }
}

/// A stack whose account and hosted zone each have a role.
const ROLES: &str = "\
region: eu-west-1
account: '111122223333'
assume_role:
  role_arn: arn:aws:iam::111122223333:role/ci/deploy
  external_id: shop-ci
  session_name: ci-42
  duration: 15m
hosted_zone_role: { role_arn: 'arn:aws:iam::444455556666:role/dns' }
user_pool: { name: roles, deletion_protection: INACTIVE }
domain: { name: auth.example.com }
";

#[test]
fn the_roles_of_a_stack_are_taken_on() {
    let served = Served::new(&[]);
    let house = House::new(&[("roles", ROLES), ("anywhere", ANYWHERE)]);
    let said: serde_json::Value = serde_json::from_str(&served.run(&house, "whoami roles --json").ok().out).unwrap();
    assert_eq!(said["account"], "111122223333");
    assert_eq!(said["arn"], "arn:aws:sts::111122223333:assumed-role/deploy/ci-42");
    assert_eq!(said["hosted_zone_arn"], "arn:aws:sts::444455556666:assumed-role/dns/stack");
    assert_eq!(said["credentials"], "a role that the stack file names");
    assert!(said["expires"].is_string());

    let said: serde_json::Value =
        serde_json::from_str(&served.run(&house, "whoami --json --region eu-west-1").ok().out).unwrap();
    assert_eq!(said["account"], "000000000000");
    assert_eq!(said["credentials"], "the environment");
    assert!(said["hosted_zone_arn"].is_null() && said["expires"].is_null());

    // The whole life of a stack in its roles; what is not in its account is refused before anything is made.
    served.run(&house, "up roles --auto-approve").ok();
    served.run(&house, "plan roles").ok().says("No changes");
    let other = ROLES.replace("account: '111122223333'", "account: '777788889999'");
    std::fs::write(house.path("stacks/other.yaml"), other).unwrap();
    served.run(&house, "whoami other").failed().says("777788889999");
    served.run(&house, "up other --auto-approve").failed().says("777788889999");
    served.run(&house, "destroy roles --auto-approve --allow-loss user_pool").ok();
}

#[test]
fn who_one_is_needs_no_region() {
    let house = House::new(&[]);
    let said: serde_json::Value = serde_json::from_str(&house.run_sandboxed("whoami --json", "").ok().out).unwrap();
    assert_eq!((&said["account"], &said["credentials"]), (&"000000000000".into(), &"the sandbox".into()));
    assert!(said["region"].is_null(), "{said}");
}

#[test]
fn a_role_that_cannot_be_taken_on_is_said_before_anything_else() {
    let served = Served::new(&["AssumeRole=denied"]);
    let house = House::new(&[("roles", ROLES)]);
    let ran = served.run(&house, "up roles --auto-approve").failed();
    for text in ["the role arn:aws:iam::111122223333:role/ci/deploy could not be taken on", "sts:AssumeRole"] {
        assert!(format!("{}{}", ran.out, ran.err).contains(text), "{text}\n{}", ran.err);
    }
}

#[test]
fn a_role_that_asks_for_a_code_is_given_one_or_says_what_it_needs() {
    let served = Served::new(&[]);
    let mfa = ROLES.replace("  duration: 15m\n", "  mfa_serial: arn:aws:iam::111122223333:mfa/ann\n");
    let house = House::new(&[("roles", &mfa)]);
    served.run(&house, "whoami roles").failed().says("mfa/ann").says("STACK_MFA_CODE");
    let mut command = served.client(&house, "whoami roles");
    run(command.env("STACK_MFA_CODE", "123456")).ok().says("assumed-role/deploy/ci-42");
    let mut command = served.client(&house, "whoami roles");
    run(command.env("STACK_MFA_CODE", "wrong")).failed().says("MultiFactorAuthentication failed");
}

#[test]
fn whatever_sts_does_a_role_is_taken_on_or_the_failure_is_told() {
    let faults = [
        ("throttle:5", true),
        ("error:2", true),
        ("drop-before:1", true),
        ("drop-after:1", true),
        ("truncate:1", true),
        ("throttle:*", false),
        ("denied", false),
        ("expired", false),
    ];
    std::thread::scope(|scope| {
        for (fault, passes) in faults {
            scope.spawn(move || {
                let served = Served::new(&[&format!("AssumeRole={fault}")]);
                let house = House::new(&[("roles", ROLES)]);
                let ran = served.run(&house, "whoami roles");
                if passes {
                    ran.ok().says("assumed-role/deploy/ci-42");
                } else {
                    ran.failed().says("could not be taken on").says("AssumeRole");
                }
            });
        }
    });
}

/// A stack whose state has a role of its own, in another account.
fn of_state(policy_of: &str) -> String {
    format!(
        "region: eu-west-1\naccount: '111122223333'\nassume_role: {{ role_arn: 'arn:aws:iam::111122223333:role/deploy' }}\n\
         state:\n  s3:\n    bucket: shop-stacks\n    {policy_of}\n\
         user_pool: {{ name: shop, deletion_protection: INACTIVE }}\n"
    )
}

#[test]
fn a_state_has_a_role_of_its_own() {
    let served = Served::new(&[]);
    let role =
        "assume_role: { role_arn: 'arn:aws:iam::444455556666:role/states', external_id: shop, session_name: ci }";
    let house = House::new(&[("shop", &of_state(role))]);
    served.run(&house, "state init shop").ok();
    served.run(&house, "up shop --auto-approve").ok();
    let world = served.house.json("state/sandbox/.world.json");
    let body = &world["s3"]["buckets"]["shop-stacks"]["objects"]["shop.json"];
    assert!(body["body"].is_string(), "{body}");
    // Each role has begun a session under its own name.
    let sessions = world["sts"]["sessions"].to_string();
    assert!(sessions.contains("arn:aws:sts::444455556666:assumed-role/states/ci"), "{sessions}");
    assert!(sessions.contains("arn:aws:sts::111122223333:assumed-role/deploy/stack"), "{sessions}");
    // Once for `init`, and for `up` once each: a code of an MFA device is good for one use.
    assert_eq!(world["sts"]["sessions"].as_object().unwrap().len(), 3, "{sessions}");
    served.run(&house, "plan shop --detailed-exitcode").ok();

    // What STS refuses is told as what it is, and nothing is begun.
    let refusing = Served::new(&["AssumeRole=denied:*"]);
    let ran = refusing.run(&house, "up shop --auto-approve").failed();
    ran.says("the role arn:aws:iam::444455556666:role/states could not be taken on").says("cannot reach the state");
    let long = of_state("assume_role: { role_arn: 'arn:aws:iam::444455556666:role/states', duration: 13h }");
    let house = House::new(&[("shop", &long)]);
    served.run(&house, "validate shop").failed().says("state.s3.assume_role").says("from 15 minutes to 12 hours");
}

#[test]
fn a_role_of_the_state_that_asks_for_a_code_is_given_one_or_says_what_it_needs() {
    let served = Served::new(&[]);
    let mfa = "assume_role: { role_arn: 'arn:aws:iam::444455556666:role/states', mfa_serial: 'arn:aws:iam::111122223333:mfa/ann' }";
    let house = House::new(&[("shop", &of_state(mfa))]);
    let with = |code: &str, words: &str| run(served.client(&house, words).env("STACK_MFA_CODE", code));
    served.run(&house, "state init shop").failed().says("mfa/ann").says("STACK_MFA_CODE");
    with("wrong", "state init shop").failed().says("MultiFactorAuthentication failed");
    with("123456", "state init shop").ok();
    with("123456", "up shop --auto-approve").ok();
    with("123456", "plan shop --detailed-exitcode").ok();
}

#[test]
fn a_role_of_the_state_is_told_what_iam_must_allow() {
    let role = "assume_role: { role_arn: 'arn:aws:iam::444455556666:role/states' }";
    let served = Served::new(&[]);
    let house = House::new(&[("shop", &of_state(role))]);
    served.run(&house, "state init shop").ok();
    let policy = |house: &House, words: &str| {
        let ran = served.run(house, &format!("iam-policy shop {words}")).ok();
        serde_json::from_str::<serde_json::Value>(&ran.out).unwrap()
    };
    let actions = |policy: &serde_json::Value| {
        let statements = policy["Statement"].as_array().unwrap().iter();
        let each = statements.map(|one| (one["Resource"].as_str().unwrap().to_owned(), one["Action"].clone()));
        each.collect::<std::collections::BTreeMap<_, _>>()
    };
    let own = serde_json::json!(["s3:ListBucket"]);
    // What the role itself may is told without asking anybody.
    let alone = run(house.program().args(["iam-policy", "shop", "--state"])).ok();
    assert_eq!(alone.out, served.run(&house, "iam-policy shop --state").ok().out);
    let of_role = actions(&policy(&house, "--state"));
    assert_eq!(of_role["arn:aws:s3:::shop-stacks"], own);
    assert_eq!(of_role["arn:aws:s3:::shop-stacks/shop.json"], serde_json::json!(["s3:GetObject", "s3:PutObject"]));
    let lock = serde_json::json!(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]);
    assert_eq!(of_role["arn:aws:s3:::shop-stacks/shop.json.lock"], lock);
    assert_eq!(of_role.len(), 3, "{of_role:#?}");
    assert!(!policy(&house, "").to_string().contains("s3:"), "the stack's own role does not read the state");

    // Where nobody takes on a role, one identity does both.
    let alone = of_state("region: eu-west-1")
        .replace("assume_role: { role_arn: 'arn:aws:iam::111122223333:role/deploy' }", "tags: {}");
    let house = House::new(&[("shop", &alone)]);
    assert_eq!(actions(&policy(&house, ""))["arn:aws:s3:::shop-stacks"], own);
    assert!(!policy(&house, "--plan").to_string().contains("s3:PutObject"));
}
