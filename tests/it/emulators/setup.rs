//! ministack and moto, two emulators of AWS that others wrote, each on a free port of loopback until its value is dropped.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::preflight::names::{Names, Server};
use crate::setup::aws_cli;
use crate::setup::venv::{Venv, venv};
use crate::setup::{House, KEY_ID, Ran, SECRET_KEY, run};

/// Every package with its version and its hashes.
const REQUIREMENTS: &str = include_str!("requirements.txt");
/// The longest that an emulator may take until it listens.
const START_AT_MOST: Duration = Duration::from_mins(2);

pub const REGION: &str = "ap-southeast-2";
/// Where Cognito wants certificates.
pub const CERTIFICATES: &str = "us-east-1";

/// Both emulators and boto3, installed unless an earlier run has done so.
#[track_caller]
pub fn packages() -> Venv {
    venv("emulators", REQUIREMENTS, &["--require-hashes", "--only-binary", ":all:"], "the tests with AWS's emulators")
}

/// Where a file beside this one is.
pub fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/emulators").join(name)
}

/// An emulator that runs; it ends with this value, or with the test's process.
pub struct Emulator {
    child: Child,
    /// What AWS_ENDPOINT_URL takes.
    pub url: String,
    /// All that it may write to.
    home: tempfile::TempDir,
}

/// What the emulators' stacks are made of.
const OF_STACKS: &str = "cognito-idp,cognito-identity,acm,route53,sts,lambda,iam,apigateway,wafv2,kms";
/// Every service of ministack's that the program can call.
const ALL: &str =
    "cognito-idp,cognito-identity,acm,route53,sts,lambda,apigateway,wafv2,s3,ssm,secretsmanager,iam,kms,ses,cloudfront";

impl Emulator {
    pub fn ministack() -> Self {
        Self::ministack_with(OF_STACKS)
    }

    /// With all that the program can call, of what ministack has.
    pub fn whole_ministack() -> Self {
        Self::ministack_with(ALL)
    }

    fn ministack_with(services: &str) -> Self {
        let quiet = [
            ("BIND_HOST", "127.0.0.1"),
            ("GATEWAY_PORT", "0"),
            ("SERVICES", services),
            // These two would listen as well, the second on every interface.
            ("SFTP_ENABLED", "0"),
            ("IOT_MTLS_ENABLED", "0"),
        ];
        Self::start(&["ministack"], &quiet)
    }

    /// Certificates are ISSUED `seconds` after they were asked for, which has nothing to do with DNS here.
    pub fn moto(seconds: u32) -> Self {
        let wait = seconds.to_string();
        Self::start(&["moto.server", "-H", "127.0.0.1", "-p", "0"], &[("MOTO_ACM_VALIDATION_WAIT", &wait)])
    }

    fn start(words: &[&str], environment: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(packages().python);
        command.arg(beside("emulator.py")).args(words).current_dir(home.path());
        command.env_clear().env("HOME", home.path()).env("TMPDIR", home.path()).env("PYTHONUNBUFFERED", "1");
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root).env("TEMP", home.path()).env("TMP", home.path());
        }
        command.envs(environment.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        // From here on it ends with this value, whatever becomes of the start.
        let mut emulator = Self { child, url: String::new(), home };
        let (sender, lines) = mpsc::channel();
        // Read to its end, or the emulator would wait for a reader one day.
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut said = String::new();
        loop {
            let line = lines.recv_timeout(START_AT_MOST).unwrap_or_else(|error| panic!("{words:?}: {error}:\n{said}"));
            if let Some((_, url)) = line.split_once("Running on ") {
                url.split_whitespace().next().unwrap().clone_into(&mut emulator.url);
                assert!(emulator.url.starts_with("http://127.0.0.1:"), "{url}");
                return emulator;
            }
            said.push_str(&line);
            said.push('\n');
        }
    }

    /// Makes the zone example.com there: its id, and a name server that knows of it, since no emulator answers DNS.
    pub fn zone(&self) -> (String, Server) {
        let words =
            ["route53", "create-hosted-zone", "--name", "example.com", "--caller-reference", "before the stack"];
        let made = self.aws(REGION, &words);
        let id = made["HostedZone"]["Id"].as_str().unwrap().trim_start_matches("/hostedzone/").to_owned();
        let servers = made["DelegationSet"]["NameServers"].as_array().unwrap();
        let good = Names::good().without("example.com", "NS");
        let names = servers.iter().fold(good, |names, server| {
            names.with("example.com", "NS", server.as_str().unwrap().trim_end_matches('.'))
        });
        (id, Server::new(names))
    }

    /// Makes what stacks name and others have: what each is called in a file, and what it is called here. The API has
    /// two routes, `GET /orders` and `POST /orders`.
    pub fn neighbours(&self) -> Neighbours {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let shown = "SampledRequestsEnabled=false,CloudWatchMetricsEnabled=false,MetricName=login";
        let web_acl = |name: &str| {
            let made = ["wafv2", "create-web-acl", "--name", name, "--scope", "REGIONAL"];
            let with = ["--default-action", "Allow={}", "--visibility-config", shown];
            text(&self.aws(REGION, &[made.as_slice(), &with].concat())["Summary"]["ARN"])
        };
        let made = ["apigatewayv2", "create-api", "--name", "shop", "--protocol-type", "HTTP"];
        let api = text(&self.aws(REGION, &made)["ApiId"]);
        for route in ["GET /orders", "POST /orders"] {
            self.aws(REGION, &["apigatewayv2", "create-route", "--api-id", &api, "--route-key", route]);
        }
        let key = text(&self.aws(REGION, &["kms", "create-key", "--multi-region"])["KeyMetadata"]["Arn"]);
        let (one, other) = (web_acl("login"), web_acl("other"));
        Neighbours(vec![("AN_API", api), ("A_WEB_ACL", one), ("ANOTHER_WEB_ACL", other), ("A_KEY", key)])
    }

    /// A file of its own.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Sees that it is reached from this machine alone, as far as Linux shows it.
    #[track_caller]
    pub fn is_on_loopback_alone(&self) {
        let proc = PathBuf::from("/proc").join(self.child.id().to_string());
        let open = match std::fs::read_dir(proc.join("fd")) {
            Ok(open) => open,
            Err(error) if cfg!(target_os = "linux") => panic!("{}: {error}", proc.display()),
            Err(_) => return,
        };
        let open: Vec<String> = open
            .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
            .filter_map(|to| to.to_str()?.strip_prefix("socket:[")?.strip_suffix(']').map(str::to_owned))
            .collect();
        let tables = ["net/tcp", "net/tcp6", "net/udp", "net/udp6"];
        let tables = tables.map(|table| std::fs::read_to_string(proc.join(table)).unwrap_or_default());
        let mut listening = Vec::new();
        for line in tables.iter().flat_map(|table| table.lines().skip(1)) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // 0A is a TCP socket that listens, 07 a UDP socket.
            if matches!(fields[3], "0A" | "07") && open.iter().any(|inode| inode == fields[9]) {
                listening.push(fields[1]);
            }
        }
        // 127.0.0.1 in hexadecimal, its bytes from last to first.
        let port: u16 = self.url.rsplit(':').next().unwrap().parse().unwrap();
        assert_eq!(listening, [format!("0100007F:{port:04X}")], "{}", self.url);
    }

    /// Runs the program against this emulator, as it would against AWS. Parents of domains are looked up at `dns`.
    #[must_use]
    pub fn run(&self, house: &House, dns: &str, words: &str) -> Ran {
        run(&mut self.client(house, dns, words)).sane()
    }

    /// The same, on a clock that is held: for runs that wait for what never comes.
    #[must_use]
    pub fn run_held(&self, house: &House, dns: &str, words: &str) -> Ran {
        run(self.client(house, dns, words).env("STACK_TEST_CLOCK", "1795255200000")).sane()
    }

    fn client(&self, house: &House, dns: &str, words: &str) -> Command {
        let mut command = house.program();
        command.env("AWS_ENDPOINT_URL", &self.url).env("AWS_REGION", REGION);
        command.env("AWS_ACCESS_KEY_ID", KEY_ID).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
        command.args(["--dns-server", dns]).args(words.split_whitespace());
        command
    }

    /// Calls AWS's own command line tool against this emulator.
    #[track_caller]
    pub fn aws(&self, region: &str, words: &[&str]) -> Value {
        aws_cli::call_at(&self.url, self.home.path(), region, words)
    }

    /// The same, where it may be refused: then what the tool says of it.
    #[track_caller]
    pub fn aws_or_not(&self, region: &str, words: &[&str]) -> Result<Value, String> {
        aws_cli::try_at(&self.url, self.home.path(), region, words)
    }
}

/// What an emulator has besides stacks: each by its word in files.
pub struct Neighbours(Vec<(&'static str, String)>);

impl Neighbours {
    #[track_caller]
    pub fn called(&self, word: &str) -> &str {
        &self.0.iter().find(|(other, _)| *other == word).unwrap_or_else(|| panic!("nothing is called {word}")).1
    }

    /// A text with what there is in the place of the words.
    pub fn named_in(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (word, is)| text.replace(word, is))
    }
}

/// A directory with these stacks, and with the secret that they name, `stacks/secret.txt`.
pub fn house(stacks: &[(&str, &str)]) -> House {
    let house = House::new(stacks);
    std::fs::write(house.path("stacks/secret.txt"), "aSecretOfOurOwnThatIsLongEnough0").unwrap();
    house
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
