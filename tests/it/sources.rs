//! Where credentials come from: each way that AWS's SDKs know, with a real server or program at its other end.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;

use serde_json::{Value, json};

use crate::setup::{House, Served, run};

const STACK: &str = "region: eu-west-1\nuser_pool: { name: shop }\n";
/// The file in which AWS's own tool keeps the token of the session `corp`: the SHA-1 of its name.
const TOKEN: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
const SSO: &str = "[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
[profile people]
sso_session = corp
sso_account_id = 000000000000
sso_role_name = developer
";

/// Answers each path with its text, for as long as the test runs; gives the address.
fn vending(answers: &[(&str, String)]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answers: BTreeMap<String, String> =
        answers.iter().map(|(path, text)| ((*path).to_owned(), text.clone())).collect();
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), &answers);
        }
    });
    url
}

fn answer(mut stream: TcpStream, answers: &BTreeMap<String, String>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let asked = lines.next().unwrap_or_default();
    let path = asked.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
    // What is asked has no body; the rest are headers.
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let found = answers.get(&path);
    let (status, body) = found.map_or(("404 Not Found", ""), |body| ("200 OK", body.as_str()));
    // How long a token of the instance's metadata is good for; nobody else minds.
    let head = format!("HTTP/1.1 {status}\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\nConnection: close");
    let _ = write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
}

/// Credentials as containers and instances are given them.
fn vended() -> Value {
    json!({
        "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z", "AccessKeyId": "ASIAVENDED0000000000",
        "SecretAccessKey": "secret-that-is-vended", "Token": "token", "Expiration": "2099-01-01T00:00:00Z",
    })
}

struct Scene {
    served: Served,
    house: House,
}

impl Scene {
    fn new(config: &str) -> Self {
        let house = House::new(&[("shop", STACK)]);
        fs::create_dir_all(house.path(".aws/sso/cache")).unwrap();
        fs::write(house.path(".aws/config"), config).unwrap();
        Self { served: Served::new(&[]), house }
    }

    /// The program, with no credentials but those that `env` leads to.
    fn program(&self, words: &str, env: &[(&str, &str)]) -> Command {
        let mut command = self.house.program();
        command.env("AWS_ENDPOINT_URL", &self.served.url).env("AWS_EC2_METADATA_DISABLED", "true");
        command.envs(env.iter().copied()).args(["--dns-server", &self.served.dns]).args(words.split_whitespace());
        command
    }

    /// Whose credentials they are and where from; and a whole life of a stack with them, which leaves no secret behind.
    fn works(&self, env: &[(&str, &str)]) -> (String, String) {
        let said = run(&mut self.program("whoami --json", env)).sane().ok();
        let said: Value = serde_json::from_str(&said.out).unwrap();
        run(&mut self.program("up shop --auto-approve", env)).sane().ok();
        run(&mut self.program("plan shop --detailed-exitcode", env)).sane().ok().says("No changes");
        let state = fs::read_to_string(self.house.path("state/shop.json")).unwrap();
        assert!(!state.contains("secret-that-is-vended") && !state.contains("ASIA"), "{state}");
        let text = |key: &str| said[key].as_str().unwrap().to_owned();
        (text("credentials"), text("arn"))
    }
}

#[test]
fn a_process_gives_credentials() {
    let process = r#"[profile tool]
credential_process = printf '{"Version":1,"AccessKeyId":"ASIATOOL000000000000","SecretAccessKey":"secret-that-is-vended"}'
"#;
    let scene = Scene::new(process);
    let (from, _) = scene.works(&[("AWS_PROFILE", "tool")]);
    assert_eq!(from, "a credential process");

    let broken = "[profile tool]\ncredential_process = false\n";
    fs::write(scene.house.path(".aws/config"), broken).unwrap();
    let said = run(&mut scene.program("plan shop", &[("AWS_PROFILE", "tool")])).sane().failed();
    assert!(said.err.contains("credentials") && said.err.contains("Hint: "), "{}", said.err);
}

#[test]
fn a_container_gives_credentials() {
    let scene = Scene::new("");
    let url = vending(&[("/task", vended().to_string())]);
    let (from, _) = scene.works(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{url}/task"))]);
    assert_eq!(from, "the container");
}

#[test]
fn an_instance_gives_credentials() {
    let scene = Scene::new("");
    let url = vending(&[
        ("/latest/api/token", "token".to_owned()),
        ("/latest/meta-data/iam/security-credentials/", "deploy".to_owned()),
        ("/latest/meta-data/iam/security-credentials/deploy", vended().to_string()),
    ]);
    let env = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str()), ("AWS_EC2_METADATA_DISABLED", "false")];
    let (from, _) = scene.works(&env);
    assert_eq!(from, "the machine's instance profile");
}

#[test]
fn a_ci_signs_in_with_its_token() {
    let scene = Scene::new("");
    fs::write(scene.house.path("token"), "header.claims.signature").unwrap();
    let token = scene.house.path("token");
    let mut env = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap()),
        ("AWS_ROLE_ARN", "arn:aws:iam::000000000000:role/stack-apply"),
        ("AWS_ROLE_SESSION_NAME", "build-7"),
        ("AWS_REGION", "eu-west-1"),
    ];
    let (from, arn) = scene.works(&env);
    assert_eq!(from, "a web identity token (OIDC)");
    assert_eq!(arn, "arn:aws:sts::000000000000:assumed-role/stack-apply/build-7");

    env[1].1 = "arn:aws:iam::000000000000:user/not-a-role";
    let said = run(&mut scene.program("plan shop", &env)).sane().failed();
    assert!(said.err.contains("Member must be the ARN of a role") && said.err.contains("Hint: "), "{}", said.err);
    env[0].1 = "/nowhere/token";
    let said = run(&mut scene.program("plan shop", &env)).sane().failed();
    assert!(said.err.contains("Hint: ") && !said.err.contains("signature"), "{}", said.err);
}

#[test]
fn somebody_who_has_logged_in_with_sso_is_known_and_who_has_not_is_told_how() {
    let scene = Scene::new(SSO);
    let portal = json!({ "roleCredentials": {
        "accessKeyId": "ASIAPORTAL0000000000", "secretAccessKey": "secret-that-is-vended", "sessionToken": "token",
        "expiration": 4_070_908_800_000_i64,
    } });
    let url = vending(&[("/federation/credentials", portal.to_string())]);
    let env = [("AWS_PROFILE", "people"), ("AWS_ENDPOINT_URL_SSO", url.as_str())];
    let said = run(&mut scene.program("plan shop", &env)).sane().failed();
    assert!(said.err.contains("aws sso login"), "{}", said.err);

    let token = |expires: &str| {
        json!({ "accessToken": "a-token", "expiresAt": expires, "region": "eu-west-1",
            "startUrl": "https://corp.awsapps.com/start" })
    };
    fs::write(scene.house.path(TOKEN), token("2099-01-01T00:00:00Z").to_string()).unwrap();
    let (from, _) = scene.works(&env);
    assert_eq!(from, "IAM Identity Center (SSO)");

    fs::write(scene.house.path(TOKEN), token("2020-01-01T00:00:00Z").to_string()).unwrap();
    let said = run(&mut scene.program("plan shop", &env)).sane().failed();
    assert!(said.err.contains("aws sso login"), "{}", said.err);
}
