//! The program against a sandbox that another process serves: the same code as against AWS, over HTTP and DNS.

use crate::setup::known;
use crate::setup::{House, KEY_ID, SECRET_KEY, SESSION_TOKEN, Served, run, run_until};

/// Applies dev to its end, sees that nothing is left to do, and that world and state agree.
#[track_caller]
fn converges(served: &Served, house: &House, stack: &str) {
    served.run(house, &format!("up {stack} --auto-approve")).ok();
    served.run(house, &format!("plan {stack} --detailed-exitcode")).ok().says("No changes");
    known::check(&served.house.json("state/sandbox/.world.json"), &house.json(&format!("state/{stack}.json")));
}

#[test]
fn a_stack_is_applied_changed_and_destroyed_over_http() {
    let (served, house) = (Served::new(&[]), House::new(&[]));
    converges(&served, &house, "dev");
    // Without --sandbox, this is the state of live objects.
    assert!(house.path("state/dev.json").exists() && !house.path("state/sandbox").exists());

    let file = house.path("stacks/dev.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let changed = text.replace("access_token_validity: 60m", "access_token_validity: 30m");
    assert_ne!(text, changed);
    std::fs::write(&file, changed).unwrap();
    std::fs::write(house.path("stacks/ui/login.css"), ".logo-customizable { max-width: 50%; }\n").unwrap();
    let plan = served.run(&house, "plan dev --detailed-exitcode");
    assert_eq!(plan.code, Some(2), "{}\n{}", plan.out, plan.err);
    assert!(plan.out.contains("0 to create, 2 to update, 0 to delete"), "{}", plan.out);
    converges(&served, &house, "dev");

    served.run(&house, "destroy dev --auto-approve --allow-loss user_pool").ok();
    known::check(&served.house.json("state/sandbox/.world.json"), &house.json("state/dev.json"));
    assert_eq!(house.json("state/dev.json")["resources"], serde_json::json!({}));
}

#[test]
fn lost_answers_are_found_again_over_http() {
    let faults = [
        "CreateUserPool=drop-after",
        "CreateUserPoolClient=truncate",
        "RequestCertificate=drop-after",
        "ChangeResourceRecordSets=drop-after",
        "CreateUserPoolDomain=drop-after",
        "SetUICustomization=truncate",
        "DescribeUserPool=drop-before",
        "ListHostedZones=error:2",
        "GetCallerIdentity=throttle:2",
        "DescribeUserPoolClient=slow:300",
    ];
    let (served, house) = (Served::new(&faults), House::new(&[]));
    converges(&served, &house, "dev");
}

#[test]
fn a_run_that_is_killed_is_finished_by_the_next() {
    let (served, house) = (Served::new(&[]), House::new(&[]));
    // Each of these is a moment at which what was made is known, or has a name that AWS allows once: what the next run
    // finds out at one look.
    for moment in ["✓ certificate.domain", "+ domain.custom", "✓ domain.custom", "+ ui_customization"] {
        let mut up = served.client(&house, "up dev --auto-approve");
        let killed = run_until(&mut up, |line| line.contains(moment)).sane();
        assert_eq!(killed.code, None, "{moment}: {}", killed.err);
    }
    converges(&served, &house, "dev");
}

/// One request as a browser or an application makes it: the head of the answer, and its body.
fn ask(served: &Served, method: &str, path: &str, headers: &str, body: &str) -> (String, String) {
    use std::io::{Read as _, Write as _};
    let host = served.url.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n");
    stream.write_all(format!("{head}{headers}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase().replace("\r\n", "\n"), body.to_owned())
}

#[test]
fn somebody_signs_in_on_the_pages_of_a_stack() {
    const STACK: &str = "
region: ap-southeast-2
user_pool: { name: pages, deletion_protection: INACTIVE }
app_clients:
  web: { callback_urls: ['https://app.example.com/cb'], allowed_oauth_flows: [code], allowed_oauth_scopes: [openid], supported_identity_providers: [COGNITO] }
domain: { prefix: shop-pages }
";
    let (served, house) = (Served::new(&[]), House::new(&[("pages", STACK)]));
    served.run(&house, "up pages --auto-approve").ok();
    let told = |output: &str| served.run(&house, &format!("output pages {output} --raw")).ok().out.trim().to_owned();
    let (pool, client) = (told("user_pool_id"), told("client_id.web"));
    let scope = "Credential=AKID/20261121/ap-southeast-2/cognito-idp/aws4_request, SignedHeaders=host, Signature=0";
    let target = "X-Amz-Target: AWSCognitoIdentityProviderService.AdminCreateUser";
    let user = format!(r#"{{"UserPoolId":"{pool}","Username":"ann"}}"#);
    let made = ask(&served, "POST", "/", &format!("{target}\r\nAuthorization: AWS4-HMAC-SHA256 {scope}\r\n"), &user);
    assert!(made.0.starts_with("http/1.1 200"), "{made:?}");

    let pages = "/_sandbox/pages/shop-pages.auth.ap-southeast-2.amazoncognito.com";
    let query = format!("client_id={client}&response_type=code&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb");
    let location = |head: &str| head.lines().find_map(|line| line.strip_prefix("location: ").map(str::to_owned));
    let begun = ask(&served, "GET", &format!("{pages}/oauth2/authorize?{query}"), "", "");
    let login = location(&begun.0).unwrap_or_else(|| panic!("{begun:?}"));
    assert!(login.starts_with(&format!("{pages}/login?client_id={client}")), "{login}");
    let shown = ask(&served, "GET", &login, "", "");
    assert!(shown.0.starts_with("http/1.1 200") && shown.1.contains("COGNITO"), "{shown:?}");
    let entered = ask(&served, "POST", &login, "", "username=ann");
    let back = location(&entered.0).unwrap_or_else(|| panic!("{entered:?}"));
    let code = back.strip_prefix("https://app.example.com/cb?code=").unwrap_or_else(|| panic!("{back}"));
    let form = format!("grant_type=authorization_code&code={code}&{}", query.replace("response_type=code&", ""));
    let tokens = ask(&served, "POST", &format!("{pages}/oauth2/token"), "", &form);
    assert!(tokens.0.starts_with("http/1.1 200") && tokens.1.contains("\"id_token\":"), "{tokens:?}");
    // The code was good once.
    let again = ask(&served, "POST", &format!("{pages}/oauth2/token"), "", &form);
    assert!(again.0.starts_with("http/1.1 400") && again.1.contains("invalid_grant"), "{again:?}");
    // A slash more is another address.
    let other = ask(&served, "GET", &format!("{pages}/oauth2/authorize?{query}%2F"), "", "");
    assert!(other.0.starts_with("http/1.1 400") && other.1.contains("redirect_mismatch"), "{other:?}");
}

const SECRETIVE: &str = "
region: ap-southeast-2
user_pool: { name: secretive, deletion_protection: INACTIVE }
app_clients:
  server:
    generate_secret: true
    allowed_oauth_flows: [code]
    callback_urls: [https://app.example.com/callback]
    allowed_oauth_scopes: [openid]
";

#[test]
fn no_secret_reaches_a_log_or_the_state() {
    let (served, house) = (Served::new(&[]), House::new(&[("secretive", SECRETIVE)]));
    let mut said = String::new();
    for words in [
        "-vvv up secretive --auto-approve",
        "-v plan secretive",
        "-vv plan secretive --json",
        "-v show secretive",
        "-vvv output secretive",
    ] {
        let mut command = served.client(&house, words);
        let ran = run(command.env("AWS_SESSION_TOKEN", SESSION_TOKEN)).ok();
        said.push_str(&ran.out);
        said.push_str(&ran.err);
    }
    assert!(said.contains("CreateUserPoolClient 200"), "the log shows the calls:\n{said}");
    let world = served.house.json("state/sandbox/.world.json");
    let mut secrets = Vec::new();
    collect(&world["cognito"]["pools"], "secret", &mut secrets);
    assert_eq!(secrets.len(), 1, "{world:#}");
    let state = std::fs::read_to_string(house.path("state/secretive.json")).unwrap();
    for secret in [SECRET_KEY, SESSION_TOKEN, &secrets[0]] {
        assert!(!said.contains(secret), "{secret} is in what was said:\n{}", around(&said, secret));
        assert!(!state.contains(secret), "{secret} is in the state");
    }
    // Asked for, it is shown.
    let shown = served.run(&house, "output secretive --secrets --json").ok();
    assert!(shown.out.contains(&secrets[0]), "{}", shown.out);
    assert!(!state.contains(KEY_ID));
}

fn collect(value: &serde_json::Value, key: &str, found: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        match value.as_str() {
            Some(text) if name == key => found.push(text.to_owned()),
            _ => collect(value, key, found),
        }
    }
}

fn around(text: &str, what: &str) -> String {
    text.lines().filter(|line| line.contains(what)).collect::<Vec<_>>().join("\n")
}

#[test]
fn without_credentials_the_program_says_so_at_once() {
    let house = House::new(&[]);
    for words in ["plan dev", "up dev --auto-approve", "destroy dev --auto-approve"] {
        let mut command = house.program();
        // Nothing listens there: this machine is not in EC2.
        command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9").args(words.split(' '));
        command.args(["--dns-server", "127.0.0.1:9"]);
        let ran = run(&mut command);
        if words == "destroy dev --auto-approve" && ran.code == Some(0) {
            continue;
        }
        let ran = ran.failed().says("no AWS credentials were found").says("Hint: log in").says("--sandbox");
        assert!(!ran.err.contains("may have taken effect"), "{}", ran.err);
    }
}

#[test]
fn an_aws_that_is_not_there_is_said_soon() {
    let house = House::new(&[]);
    for (url, said) in [
        ("http://127.0.0.1:9", "AWS_ENDPOINT_URL is http://127.0.0.1:9"),
        ("http://aws.invalid", "AWS_ENDPOINT_URL is http://aws.invalid"),
    ] {
        let mut command = house.program();
        command.env("AWS_ENDPOINT_URL", url).env("AWS_ACCESS_KEY_ID", KEY_ID).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
        let start = std::time::Instant::now();
        let ran = run(command.args(["up", "dev", "--auto-approve"])).failed();
        let ran = ran.says("AWS could not be reached").says(said);
        assert!(!ran.err.contains("may have taken effect"), "{}", ran.err);
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
