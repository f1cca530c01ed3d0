//! Credentials, accounts, Regions, zones and servers that are missing, wrong, or not AWS.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use stack::aws::dns::Dns;
use stack::aws::route53::types::{HostedZoneConfig, Vpc, VpcRegion};
use stack::aws::{Aws, Reach};
use stack::clock::Clock;
use stack::sandbox::Sandbox;

use super::row::{Row, row};
use crate::setup::{House, KEY_ID, SECRET_KEY, Served};

/// A served sandbox, with these faults, behind a row: what the row's run asks of it may only read.
struct Cloud {
    served: Mutex<Served>,
}

impl Cloud {
    fn new(faults: &[&str]) -> Arc<Self> {
        Arc::new(Self { served: Mutex::new(Served::new(faults)) })
    }

    /// The program is pointed here as it would be at AWS.
    fn reach(self: &Arc<Self>, row: Row) -> Row {
        let cloud = Arc::clone(self);
        let row = row.alter(move |command| {
            let Served { url, dns, .. } = &*cloud.served.lock().unwrap();
            command
                .env("AWS_ENDPOINT_URL", url)
                .env("AWS_ACCESS_KEY_ID", KEY_ID)
                .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
            command.args(["--dns-server", dns]);
        });
        let cloud = Arc::clone(self);
        row.after(move || cloud.only_read())
    }

    fn only_read(&self) {
        let url = self.served.lock().unwrap().url.clone();
        let host = url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "GET /_sandbox/calls HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let calls: Value = serde_json::from_str(body).unwrap();
        for call in calls.as_array().unwrap() {
            let operation = call["operation"].as_str().unwrap();
            assert!(
                ["Get", "List", "Describe", "Simulate"].iter().any(|verb| operation.starts_with(verb)),
                "{operation} was called"
            );
        }
    }

    /// Does something with its Route 53 beforehand.
    fn prepare(&self, act: impl AsyncFnOnce(Aws)) {
        let sandbox = Sandbox::open(&self.served.lock().unwrap().house.path("state/sandbox"), Clock::system()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let played = Some(sandbox.http_client());
            let clock = sandbox.clock().clone();
            let region = "ap-southeast-2".to_owned();
            act(Aws::reach(Reach { region, profile: None, played, clock, dns: Dns::public() }).await).await;
        });
    }
}

pub(super) fn rows() -> Vec<Row> {
    [credentials(), accounts(), regions(), zones(), servers()].into_iter().flatten().collect()
}

fn live(name: &'static str) -> Row {
    // This machine is not in EC2, and no name server is asked.
    row(name).live().alter(|command| {
        command.env("AWS_EC2_METADATA_DISABLED", "true");
    })
}

/// A row whose run meets a served sandbox with these faults.
fn faulty(name: &'static str, faults: &[&str]) -> Row {
    Cloud::new(faults).reach(live(name))
}

fn closed_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn keyed(command: &mut Command) {
    command.env("AWS_ACCESS_KEY_ID", KEY_ID).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
}

fn credentials() -> Vec<Row> {
    let config = |name, text: &'static str, profile: &'static str| {
        live(name).file(".aws/config", text).alter(move |command| {
            command.args(["--profile", profile]);
        })
    };
    vec![
        live("no credentials").says("no AWS credentials were found").says("--sandbox"),
        live("no credentials and no home")
            .alter(|command| {
                command.env_remove("HOME");
            })
            .says("no AWS credentials"),
        live("half of the credentials")
            .alter(|command| {
                command.env("AWS_ACCESS_KEY_ID", KEY_ID);
            })
            .says("credentials"),
        live("a profile that is not there")
            .alter(|command| {
                command.args(["--profile", "shop"]);
            })
            .says("--profile is `shop`, and your AWS configuration has no profile of that name")
            .says("it has none at all"),
        config("a profile that is misspelt", "[profile shop]\nregion = eu-west-1\n", "shpo")
            .says("did you mean `shop`?")
            .says("there are: shop"),
        config("a profile without credentials", "[profile shop]\nregion = eu-west-1\n", "shop").says("credentials"),
        config("a profile that is no profile", "[profile shop\n", "shop").says("credentials"),
        config(
            "profiles that name each other",
            "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/a\nsource_profile = b\n\
             [profile b]\nrole_arn = arn:aws:iam::111122223333:role/b\nsource_profile = a\n",
            "a",
        )
        .says("credentials"),
        config("a credential process that fails", "[profile shop]\ncredential_process = /bin/false\n", "shop")
            .says("credentials"),
        config(
            "a session of SSO that was never begun",
            "[profile shop]\nsso_session = shop\nsso_account_id = 111122223333\n\
             sso_role_name = admin\n[sso-session shop]\nsso_region = eu-west-1\n\
             sso_start_url = https://shop.awsapps.com/start\n",
            "shop",
        )
        .says("credentials"),
        faulty("expired credentials", &["*=expired"]).says("expired").says("log in again"),
        faulty(
            "credentials that AWS does not know",
            &["*=refuse:*:UnrecognizedClientException:The security token is invalid."],
        )
        .says("AWS does not know these credentials"),
        faulty("the wrong secret key", &["*=refuse:*:InvalidSignatureException:The request signature does not match."])
            .says("set both again"),
        faulty(
            "a clock that is wrong",
            &["*=refuse:*:InvalidSignatureException:Signature expired: 20260101T000000Z is now earlier"],
        )
        .says("clock"),
        faulty("credentials that may not do it", &["*=denied"]).says("allow `"),
    ]
}

fn accounts() -> Vec<Row> {
    let region = "region: ap-southeast-2\n";
    vec![
        faulty("another account than the file's", &[])
            .edit("stacks/base.yaml", region, "region: ap-southeast-2\naccount: \"999988887777\"\n")
            .says("the stack file says 999988887777")
            .says("--profile"),
        faulty("another account than the state's", &[])
            .with(|house| remembers(house, "999988887777"))
            .says("the state was made in 999988887777")
            .says("--profile"),
    ]
}

/// A state that says that it was made in an account.
fn remembers(house: &House, account: &str) {
    let state = serde_json::json!({
        "version": 1, "stack": "dev", "lineage": "l", "serial": 3, "written_by": "stack 0.1.0", "account": account,
        "region": "ap-southeast-2",
        "resources": { "user_pool": {
            "id": "ap-southeast-2_abcdefghi", "last_applied": null, "observed": null, "outputs": null
        } }
    });
    std::fs::create_dir_all(house.path("state")).unwrap();
    std::fs::write(house.path("state/dev.json"), state.to_string()).unwrap();
}

fn regions() -> Vec<Row> {
    let says = |name, region: &'static str| {
        live(name)
            .with(move |house| {
                let text = std::fs::read_to_string(house.path("stacks/base.yaml")).unwrap();
                std::fs::write(house.path("stacks/base.yaml"), text.replace("ap-southeast-2", region)).unwrap();
            })
            .alter(keyed)
    };
    vec![
        says("a Region that does not exist", "eu-wset-1").says("stacks/base.yaml:").says("did you mean `eu-west-1`?"),
        says("a Region with a number too high", "us-east-9")
            .alter(|command| {
                command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", closed_port()));
            })
            .says("stacks/base.yaml:")
            .says("the Region `us-east-9` is not one that this version knows")
            .says("was `us-east-1` meant?"),
        says("an availability zone for a Region", "eu-west-1a").says("stacks/base.yaml:"),
        live("a Region that does not exist, on the command line")
            .edit("stacks/base.yaml", "region: ap-southeast-2\n", "")
            .alter(keyed)
            .run("up dev --auto-approve --region eu-wset-1")
            .says("did you mean `eu-west-1`?"),
        live("no Region")
            .edit("stacks/base.yaml", "region: ap-southeast-2\n", "")
            .alter(keyed)
            .says("no Region is named"),
        live("another Region than the file's")
            .alter(keyed)
            .run("up dev --auto-approve --region eu-west-1")
            .says("this stack is in ap-southeast-2"),
    ]
}

fn zones() -> Vec<Row> {
    let domain = |row: Row| {
        row.edit(
            "stacks/dev.yaml",
            "  name: auth.example.com\n  hosted_zone: example.com\n",
            "  name: auth.shop.test\n",
        )
    };
    let with = |name, act: fn(&Cloud)| {
        let cloud = Cloud::new(&[]);
        act(&cloud);
        domain(cloud.reach(live(name)))
    };
    vec![
        with("no hosted zone", |_| ()).says("stacks/dev.yaml:").says("no public hosted zone that shop.test belongs to"),
        with("two hosted zones", |cloud| {
            cloud.prepare(async |aws| {
                for reference in ["one", "two"] {
                    aws.route53
                        .create_hosted_zone()
                        .name("shop.test")
                        .caller_reference(reference)
                        .send()
                        .await
                        .unwrap();
                }
            });
        })
        .says("stacks/dev.yaml:")
        .says("2 public hosted zones named shop.test")
        .says("give its id as `hosted_zone`"),
        with("a private hosted zone alone", |cloud| {
            cloud.prepare(async |aws| {
                let vpc = Vpc::builder().vpc_id("vpc-0123456789abcdef0").vpc_region(VpcRegion::EuWest1).build();
                let config = HostedZoneConfig::builder().private_zone(true).build();
                let zone = aws.route53.create_hosted_zone().name("shop.test").caller_reference("private");
                zone.vpc(vpc).hosted_zone_config(config).send().await.unwrap();
            });
        })
        .says("stacks/dev.yaml:")
        .says("no public hosted zone"),
        faulty("a hosted zone of another name", &[])
            .edit("stacks/dev.yaml", "hosted_zone: example.com", "hosted_zone: Z0123456789ABC")
            .says("stacks/dev.yaml:")
            .says("Z0123456789ABC"),
    ]
}

/// Answers everything with this, in AWS's place.
fn answering(row: Row, answer: &'static [u8]) -> Row {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 16_384]);
            let _ = stream.write_all(answer);
        }
    });
    row.alter(keyed).alter(move |command| {
        command.env("AWS_ENDPOINT_URL", &url);
    })
}

fn servers() -> Vec<Row> {
    let at = |name, url: String| {
        live(name).alter(keyed).alter(move |command| {
            command.env("AWS_ENDPOINT_URL", &url);
        })
    };
    vec![
        at("nobody there: connection refused", format!("http://127.0.0.1:{}", closed_port()))
            .says("AWS_ENDPOINT_URL is http"),
        at("a server without an address", "http://aws.invalid".to_owned())
            .says("AWS_ENDPOINT_URL is http://aws.invalid"),
        at("an address that is none", "127.0.0.1:4566".to_owned()).says("AWS_ENDPOINT_URL"),
        at("an address with spaces", "http://not an address".to_owned()).says("AWS_ENDPOINT_URL"),
        at("TLS with a server that has none", format!("https://127.0.0.1:{}", plain_server())).says("AWS_ENDPOINT_URL"),
        answering(
            live("a web page in AWS's place"),
            b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<html>hi</html>",
        ),
        answering(
            live("a proxy that asks for a password"),
            b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ),
        answering(live("a server that speaks no HTTP"), b"220 mail.example.com ESMTP\r\n"),
    ]
}

/// A server that hangs up on whoever greets it with TLS.
fn plain_server() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    port
}
