//! Operations that no run in a sandbox of the program's own process makes, or no apply: those of a state in S3 and its
//! bucket, of a role that is taken on, of what is kept in AWS's other stores, of `stack secret` and of `stack import`. They
//! meet the same faults as all others, over HTTP.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use stack::aws::raw::{SECRETS_MANAGER, SSM};
use stack::aws::s3::Reach;
use stack::clock::Clock;
use stack::sandbox::Sandbox;
use stack::state::s3::Bucket;

use super::expiry;
use super::served::{self, ask};
use super::tries::{self, Ended, Ends, Fault};
use super::{FAILS, FAULTS, LATE, SLOWER};
use crate::real_cuts::{nameless, same};
use crate::setup::{House, Ran, Served, known, run};
use crate::world::World;

/// A command over HTTP, and what came before.
pub struct Scene {
    pub name: &'static str,
    before: &'static [&'static str],
    /// What else came before, in AWS and in the directory.
    edit: fn(&House, &House),
    words: &'static str,
    /// The operations that this scene is for, in the order in which it first calls them.
    pub own: &'static [&'static str],
    /// All that it calls, in their order, where the log does not tell it.
    log: &'static [&'static str],
    /// One of these tells how far a run came that failed; none where it only reads.
    tells: &'static [&'static str],
    /// Finishes what a run that failed has left.
    again: fn(&Ground),
    /// What there is at the end.
    seen: fn(&Ground) -> Value,
}

/// A scene that is set.
pub struct Set {
    pub scene: &'static Scene,
    world: House,
    house: House,
    end: Value,
    /// Each call by its operation, in the order of the undisturbed run.
    calls: Vec<String>,
}

/// AWS, and a directory with the stack.
struct Ground {
    served: Served,
    house: House,
}

const STACK: &str = "
region: ap-southeast-2
assume_role: { role_arn: 'arn:aws:iam::000000000000:role/deploy' }
state: { s3: { bucket: shop-stacks, key: auth/shop.json } }
tags: { app: { ssm: /shop/app } }
user_pool: { name: shop, deletion_protection: INACTIVE }
app_clients:
  web: { generate_secret: true }
  own: { client_secret: { secretsmanager: shop/own } }
resource_servers: { orders: { scopes: { read: Read orders } } }
groups: { admins: {} }
";

const UP: &str = "up shop --auto-approve --lock-timeout 1m";
const INIT: &str = "state init shop";
/// How long a lock lives here that is not written anew, in seconds.
const LIVES: u64 = 8;
const POOL: &str = "{pool}";

/// The calls for a bucket that is not there, in their order: a new one has no public access and is encrypted.
const BUCKETS: &[&str] = &[
    "HeadBucket",
    "CreateBucket",
    "GetPublicAccessBlock",
    "GetBucketVersioning",
    "PutBucketVersioning",
    "GetBucketEncryption",
];

const OF_A_BUCKET: Scene = Scene {
    name: "",
    before: &[],
    edit: |_, _| {},
    words: INIT,
    own: &[],
    log: &[],
    tells: &["`stack state init shop` goes on from here"],
    again: |ground| {
        ground.run(INIT).ok();
    },
    seen: |ground| {
        let mut bucket = ground.world()["s3"]["buckets"]["shop-stacks"].clone();
        for tried_out in ["objects", "older"] {
            bucket[tried_out] = Value::Null;
        }
        bucket
    },
};

static SCENES: [Scene; 7] = [
    Scene { name: "a bucket", own: BUCKETS, log: BUCKETS, ..OF_A_BUCKET },
    Scene {
        name: "a bucket that can be made public",
        before: &[INIT],
        edit: |world, house| {
            let path = world.path("state/sandbox/.world.json");
            let mut held = world.json("state/sandbox/.world.json");
            held["s3"]["buckets"]["shop-stacks"]["settings"]["blocks"] = Value::Null;
            std::fs::write(path, held.to_string()).unwrap();
            let key = "key: auth/shop.json, kms_key_id: 'arn:aws:kms:ap-southeast-2:000000000000:key/one' }";
            let text = STACK.replace("key: auth/shop.json }", key);
            assert_ne!(text, STACK);
            std::fs::write(house.path("stacks/shop.yaml"), text).unwrap();
        },
        own: &["PutPublicAccessBlock", "PutBucketEncryption"],
        log: &[
            "HeadBucket",
            "GetPublicAccessBlock",
            "PutPublicAccessBlock",
            "GetBucketVersioning",
            "GetBucketEncryption",
            "PutBucketEncryption",
        ],
        ..OF_A_BUCKET
    },
    Scene {
        name: "a first apply",
        before: &[INIT],
        edit: |_, _| {},
        words: UP,
        own: &["AssumeRole", "GetParameter", "GetSecretValue", "PutObject", "GetObject", "DeleteObject"],
        log: &[],
        tells: &["goes on from here"],
        again: |ground| {
            ground.run(UP).ok();
        },
        seen: applied,
    },
    Scene {
        name: "the versions of a state",
        before: &[INIT, UP],
        edit: |_, _| {},
        words: "state history shop",
        own: &["ListObjectVersions"],
        log: &[],
        tells: &[],
        again: |ground| {
            ground.run("state history shop").ok();
        },
        seen: applied,
    },
    Scene {
        name: "another secret",
        before: &[INIT, UP],
        edit: |_, _| {},
        words: "secret rotate shop web",
        own: &["ListUserPoolClientSecrets", "AddUserPoolClientSecret"],
        log: &[],
        tells: &["stays good", "deletes it", "deletes the older", "deletes the newer", "goes on from here"],
        again: |ground| {
            // One that nobody has is taken back first.
            if secrets(ground) == json!(2) {
                ground.run("secret retire shop web --newer --auto-approve").ok();
            }
            ground.run("secret rotate shop web").ok();
        },
        seen: secrets,
    },
    Scene {
        name: "the older secret goes",
        before: &[INIT, UP, "secret rotate shop web"],
        edit: |_, _| {},
        words: "secret retire shop web --auto-approve",
        own: &["DeleteUserPoolClientSecret"],
        log: &[],
        tells: &["`stack secret list shop web` shows what there is"],
        again: |ground| {
            ground.run("secret retire shop web --auto-approve").ok();
        },
        seen: secrets,
    },
    Scene {
        name: "a pool is adopted",
        before: &[INIT, UP],
        // Nobody's any more.
        edit: |world, _| {
            let mut held = world.json("state/sandbox/.world.json");
            for pool in held["cognito"]["pools"]["ap-southeast-2"].as_object_mut().unwrap().values_mut() {
                pool["tags"].as_object_mut().unwrap().retain(|key, _| !key.starts_with("stack:"));
            }
            std::fs::write(world.path("state/sandbox/.world.json"), held.to_string()).unwrap();
        },
        words: "import other --user-pool {pool}",
        own: &["ListIdentityProviders", "ListResourceServers", "ListGroups", "GetApis"],
        log: &[],
        tells: &[],
        again: |ground| {
            ground.run("import other --user-pool {pool}").ok();
        },
        seen: adopted,
    },
];

/// What AWS and the state hold, but for the time; nobody holds the lock.
fn applied(ground: &Ground) -> Value {
    let mut world = ground.world();
    let objects = &world["s3"]["buckets"]["shop-stacks"]["objects"];
    if !objects["auth/shop.json.lock"].is_null() {
        // It could not be given back, and is taken over.
        ground.run(UP).ok();
        world = ground.world();
    }
    let objects = &world["s3"]["buckets"]["shop-stacks"]["objects"];
    assert!(objects["auth/shop.json.lock"].is_null(), "the lock is left");
    let state = BASE64.decode(objects["auth/shop.json"]["body"].as_str().unwrap()).unwrap();
    let state: Value = serde_json::from_slice(&state).unwrap();
    known::check(&world, &state);
    let addresses: Vec<&String> = state["resources"].as_object().unwrap().keys().collect();
    let addresses = json!(addresses);
    ground.run("plan shop --detailed-exitcode").ok();
    for service in ["s3", "sts"] {
        world[service] = Value::Null;
    }
    let mut seen = nameless(world);
    seen["remembered"] = addresses;
    seen
}

/// How many secrets the client has.
fn secrets(ground: &Ground) -> Value {
    let told = ground.run("secret list shop web --json").ok();
    let told: Value = serde_json::from_str(&told.out).unwrap();
    told["web"].as_array().unwrap().len().into()
}

/// The stack file that was written of what was adopted, but for what a look-up that failed may have left out; the program says
/// so then.
fn adopted(ground: &Ground) -> Value {
    ground.run("plan other --detailed-exitcode").ok();
    let file = std::fs::read_to_string(ground.house.path("stacks/other.yaml")).unwrap();
    let lines = file.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut is_looked_for = false;
    let rest = lines.filter(|line| {
        if line.starts_with(|first: char| first.is_ascii_lowercase()) {
            is_looked_for = ["identity_providers:", "resource_servers:", "groups:"].contains(line);
        }
        !is_looked_for
    });
    rest.collect::<Vec<_>>().into()
}

impl Ground {
    fn world(&self) -> Value {
        self.served.house.json("state/sandbox/.world.json")
    }

    fn run(&self, words: &str) -> Ran {
        self.heard(words).0
    }

    /// How it ended, and the calls that it made.
    fn heard(&self, words: &str) -> (Ran, Vec<String>) {
        let mut words = words.to_owned();
        if words.contains(POOL) {
            let pools = self.world()["cognito"]["pools"]["ap-southeast-2"].clone();
            words = words.replace(POOL, pools.as_object().unwrap().keys().next().unwrap());
        }
        let mut command = self.served.client(&self.house, &words);
        command.env("STACK_TEST_LOCK", LIVES.to_string()).env("STACK_LOG", "stack::aws=info");
        let ran = run(&mut command).sane();
        let (log, said): (Vec<&str>, Vec<&str>) = ran.err.lines().partition(|line| line.contains(" stack::aws: "));
        let calls = log.iter().map(|line| operation(line.split_once(" stack::aws: ").unwrap().1)).collect();
        let err = said.join("\n");
        (Ran { err, ..ran }, calls)
    }
}

const OF_BUCKET: &str = "of the bucket";

/// The operation in a line of the log, as far as that says it: `S3 PUT shop-stacks.127.0.0.1/auth/shop.json 200 in 3 ms`.
fn operation(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    match words[..] {
        ["S3", "PUT", path, ..] if path.contains("/auth/") => "PutObject",
        ["S3", "GET", path, ..] if path.contains("/auth/") => "GetObject",
        ["S3", "DELETE", path, ..] if path.contains("/auth/") => "DeleteObject",
        ["S3", ..] => OF_BUCKET,
        [name, ..] => name,
        [] => "",
    }
    .to_owned()
}

/// What is there before all: a parameter, and a secret.
fn world() -> House {
    let world = World::empty();
    world.behind(async |aws| {
        let put = json!({ "Name": "/shop/app", "Value": "shop", "Type": "String" });
        aws.raw.json(SSM, "ap-southeast-2", ("AmazonSSM", "PutParameter"), &put).await.unwrap();
        let put = json!({ "Name": "shop/own", "SecretString": "a_secret_of_ones_own_that_is_long", "ClientRequestToken": "0123456789abcdef0123456789abcdef" });
        aws.raw.json(SECRETS_MANAGER, "ap-southeast-2", ("secretsmanager", "CreateSecret"), &put).await.unwrap();
    });
    let house = House::new(&[]);
    crate::setup::copy(&world.path("state"), &house.path("state"));
    house
}

pub static SETS: LazyLock<Vec<Set>> = LazyLock::new(|| SCENES.iter().map(set).collect());

fn set(scene: &'static Scene) -> Set {
    let ground = Ground { served: Served::over(world(), &[]), house: House::new(&[("shop", STACK)]) };
    for words in scene.before {
        ground.run(words).ok();
    }
    let (world, house) = (ground.served.house.copied(), ground.house.copied());
    drop(ground);
    (scene.edit)(&world, &house);
    // Each of its own is called, or the fault that only takes a moment would be left.
    let faults: Vec<String> = scene.own.iter().map(|own| format!("{own}=slow:0:1")).collect();
    let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
    let ground = Ground { served: Served::over(world.copied(), &faults), house: house.copied() };
    let (ran, mut calls) = ground.heard(scene.words);
    ran.ok();
    let left = ask(&ground.served, "GET");
    for own in scene.own {
        assert!(!left.contains(&format!("\"{own}\"")), "{own} is not called in {}: {left}", scene.name);
    }
    if scene.log.is_empty() {
        for call in calls.iter_mut().filter(|call| call.as_str() == OF_BUCKET) {
            "ListObjectVersions".clone_into(call);
        }
    } else {
        // A store that is not at AWS's address is tried out at the end.
        assert!(calls.len() >= scene.log.len(), "{calls:?}");
        calls = scene.log.iter().map(|own| (*own).to_owned()).collect();
    }
    let end = (scene.seen)(&ground);
    Set { scene, world, house, end, calls }
}

/// Every operation that scenes here are for.
pub fn operations() -> BTreeSet<&'static str> {
    SCENES.iter().flat_map(|scene| scene.own).copied().collect()
}

/// Those for the policy that refuses plain HTTP: of them, a store that is reached over plain HTTP is asked nothing.
pub const POLICY: [&str; 2] = ["GetBucketPolicy", "PutBucketPolicy"];

/// Why an operation does not meet a fault, if it does not.
pub fn spared(operation: &str, fault: &str) -> Option<&'static str> {
    let is_late = fault == LATE.name;
    let is_http = served::FAULTS.iter().any(|one| one.name == fault);
    match operation {
        "GetBucketPolicy" | "PutBucketPolicy" if is_http => {
            Some("a policy is asked of a bucket that is reached over TLS, which the served sandbox does not speak")
        }
        _ if served::FAULTS.iter().any(|one| one.name == fault && one.name != served::SLOW.name) => {
            Some("all of its faults come over HTTP already")
        }
        "PutObject" | "GetObject" | "DeleteObject" | "ListObjectVersions" if is_late => {
            Some("S3 is strongly consistent: what was written is read from then on, by everybody")
        }
        "HeadBucket" if fault == "expired" => Some(
            "it is answered without words, so that another call is made to learn them; see the expiry from then on",
        ),
        "AssumeRole" if is_late => Some("it reads nothing that the program has made"),
        _ => None,
    }
}

/// What `stack import` looks for beside the pool: what it cannot find out is told, and no failure.
pub const LOOKED_FOR: [&str; 4] = ["ListIdentityProviders", "ListResourceServers", "ListGroups", "GetApis"];

/// How a run must end, where that is not what the fault says.
fn ends(operation: &str, fault: Fault) -> Ends {
    match (operation, tries::ends(operation, fault)) {
        // The lock ends by itself, and what can be looked at is adopted: neither is a reason to fail.
        ("DeleteObject", _) => Ends::Done,
        (operation, _) if LOOKED_FOR.contains(&operation) => Ends::Done,
        // Whatever cannot be read of it, versions are switched on: no other store answers this as AWS does.
        ("GetBucketVersioning", _) if fault.kind.starts_with("drop-before") => Ends::Either,
        ("HeadBucket", _) if fault.kind == "denied" => Ends::Said("Hint: if it is yours, allow `s3:ListBucket` on it"),
        // Said of a value, at its place.
        ("GetParameter" | "GetSecretValue", Ends::Said(_)) => Ends::Said("hint: "),
        // Whoever names another place than AWS is told to look there first; what answers HEAD has no words of its own.
        ("HeadBucket", Ends::Said(SLOWER)) | (_, Ends::Said(FAILS)) => Ends::Said("Hint: AWS_ENDPOINT_URL is http://"),
        (_, ends) => ends,
    }
}

/// The lock and three saves go well.
const IN_THE_MIDDLE: &str = "PutObject+4";

/// Every fault that an operation here meets, in the scenes that are for it.
pub fn faults() -> Vec<(&'static str, Fault, &'static Set)> {
    let mut all = Vec::new();
    for set in SETS.iter() {
        for own in set.scene.own {
            let faults = FAULTS.iter().chain([&served::SLOW]).filter(|fault| spared(own, fault.name).is_none());
            all.extend(faults.map(|fault| (*own, *fault, set)));
            if *own == "PutObject" {
                // A save in the middle of the apply, too.
                let faults = FAULTS.iter().filter(|fault| spared(own, fault.name).is_none());
                all.extend(faults.map(|fault| (IN_THE_MIDDLE, *fault, set)));
            }
        }
    }
    all
}

/// Where the credentials expire: before the first call of each operation, and before the last.
pub fn expiries() -> Vec<(&'static str, usize, &'static Set)> {
    let mut all = Vec::new();
    for set in SETS.iter() {
        for own in set.scene.own {
            let first = set.calls.iter().position(|call| call == own);
            let last = set.calls.iter().rposition(|call| call == own);
            let places: BTreeSet<usize> = first.into_iter().chain(last).collect();
            all.extend(places.into_iter().map(|after| (*own, after, set)));
        }
    }
    all
}

/// Tries one fault of one operation.
pub fn tried(set: &Set, operation: &str, fault: Fault) -> Ended {
    let (ground, ran) = met(set, &format!("{operation}={}", fault.kind));
    let operation = operation.split('+').next().unwrap();
    let ends = ends(operation, fault);
    let left = ask(&ground.served, "GET");
    let lasts = fault.kind.ends_with('*') || ["denied", "expired", LATE.kind].contains(&fault.kind);
    assert!(lasts || !left.contains(&format!("\"{operation}\"")), "{operation} was never called: {left}\n{}", ran.err);
    let is_unknown = lasts && fault.kind != LATE.kind && LOOKED_FOR.contains(&operation);
    assert!(!is_unknown || ran.err.contains(&format!("not known: {operation}")), "{}", ran.err);
    if fault.kind == "denied" && ran.code == Some(1) {
        let action = action(operation);
        let is_named = [format!("allow `{action}` on "), format!("allow {action} on ")];
        assert!(is_named.iter().any(|text| ran.err.contains(text)), "`{action}` is not named:\n{}", ran.err);
    }
    finished(set, &ground, &ran, (operation, ends))
}

/// Lets the credentials expire where an operation is about to be called, after so many calls.
pub fn expired(set: &Set, operation: &str, after: usize) -> Ended {
    let (ground, ran) = met(set, &format!("*+{after}=expired"));
    // Calls that are made side by side do not always come in the same order.
    let named = ran.err.lines().find_map(|line| line.split_once(": Expired")?.0.rsplit(' ').next());
    let ends = match (named, ran.code) {
        // Only the lock could not be given back, or something could not be looked for.
        (_, Some(0)) => Ends::Done,
        (Some("GetParameter" | "GetSecretValue"), _) => Ends::Said("log in"),
        _ => expiry::FAULT.ends,
    };
    assert!(ends != Ends::Done || operation == "DeleteObject" || LOOKED_FOR.contains(&operation), "{}", ran.err);
    finished(set, &ground, &ran, (named.unwrap_or(operation), ends))
}

fn met(set: &Set, fault: &str) -> (Ground, Ran) {
    let ground = Ground { served: Served::over(set.world.copied(), &[fault]), house: set.house.copied() };
    let ran = ground.run(set.scene.words);
    (ground, ran)
}

/// Sees that the run has ended as it may, and that the next one ends where an undisturbed one does.
fn finished(set: &Set, ground: &Ground, ran: &Ran, (operation, ends): (&str, Ends)) -> Ended {
    let said = format!("{}\n{}", ran.out, ran.err);
    match (ends, ran.code) {
        (Ends::Done, Some(0)) | (Ends::Either, Some(0 | 1)) => {}
        (Ends::Said(text), Some(1)) => assert!(ran.err.contains(text), "`{text}` is not in:\n{said}"),
        (ends, code) => panic!("{ends:?} was to be, and the end is {code:?}:\n{said}"),
    }
    ask(&ground.served, "DELETE");
    let ended = if ran.code == Some(0) { Ended::Done } else { Ended::Finished };
    if ended == Ended::Finished {
        assert!(ran.err.contains("Error: "), "{said}");
        // IAM calls it otherwise, and so does the message.
        let is_head = operation == "HeadBucket" && ran.err.contains("the bucket shop-stacks is another account's");
        assert!(is_head || ran.err.contains(operation), "{operation} is not named:\n{said}");
        assert!(ran.err.contains("Hint: ") || ran.err.contains("hint: "), "nothing is said of what to do:\n{said}");
        let tells = set.scene.tells;
        let is_told = tells.is_empty() || tells.iter().any(|text| ran.err.contains(text));
        assert!(is_told || ran.err.contains("nothing was changed"), "what was done is not said:\n{said}");
        (set.scene.again)(ground);
    }
    same(&set.end, &(set.scene.seen)(ground), set.scene.name);
    ended
}

/// Tries one fault of an operation for a bucket's policy, with the library, in a sandbox of this process.
pub fn policy(operation: &str, fault: Fault) -> Ended {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let made = async |faults: &[String]| {
            let sandbox = Sandbox::in_memory(Clock::held(1_795_255_200_000));
            for fault in faults {
                sandbox.fault(stack::sandbox::Fault::parse(fault).unwrap());
            }
            let reach = Reach {
                region: "eu-west-1".to_owned(),
                profile: None,
                role: None,
                endpoint: None,
                path_style: false,
                played: Some(sandbox.http_client()),
                clock: sandbox.clock().clone(),
            };
            let (client, name) = (reach.client().await.unwrap(), "shop-stacks".to_owned());
            let region = "eu-west-1".to_owned();
            (sandbox, Bucket { client, name, region, kms_key_id: None, is_foreign: false, is_plain: false })
        };
        let (_, undisturbed) = made(&[]).await;
        undisturbed.init().await.unwrap();
        let end = undisturbed.init().await.unwrap();
        let met = if fault.name == expiry::FAULT.name {
            let before = BUCKETS.len() + POLICY.iter().position(|one| *one == operation).unwrap();
            format!("*+{before}=expired:1")
        } else {
            format!("{operation}={}", fault.kind)
        };
        let (sandbox, bucket) = made(std::slice::from_ref(&met)).await;
        let ended = match (bucket.init().await, tries::ends(operation, fault)) {
            (Ok(_), Ends::Done | Ends::Either) => Ended::Done,
            (Err(error), Ends::Said(_) | Ends::Either) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                assert!(cause.contains(&format!("{operation}: ")), "{met}: {error:?}");
                assert!(!error.hints().is_empty(), "{met}: {error:?}");
                let action = format!("allow `s3:{operation}` on `");
                let is_named = error.hints().iter().any(|hint| hint.contains(&action));
                assert!(is_named || fault.kind != "denied", "{met}: {error:?}");
                Ended::Finished
            }
            (ended, ends) => panic!("{met}: {ends:?} was to be, and the end is {ended:?}"),
        };
        sandbox.clear_faults();
        bucket.init().await.unwrap();
        assert_eq!(bucket.init().await.unwrap(), end, "{met}");
        ended
    })
}

/// What IAM calls the right to do it.
fn action(operation: &str) -> String {
    match operation {
        "HeadBucket" => "s3:ListBucket".to_owned(),
        "GetPublicAccessBlock" => "s3:GetBucketPublicAccessBlock".to_owned(),
        "PutPublicAccessBlock" => "s3:PutBucketPublicAccessBlock".to_owned(),
        "GetBucketEncryption" => "s3:GetEncryptionConfiguration".to_owned(),
        "PutBucketEncryption" => "s3:PutEncryptionConfiguration".to_owned(),
        "ListObjectVersions" => "s3:ListBucketVersions".to_owned(),
        "AssumeRole" => "sts:AssumeRole".to_owned(),
        "GetParameter" => "ssm:GetParameter".to_owned(),
        "GetSecretValue" => "secretsmanager:GetSecretValue".to_owned(),
        "GetApis" => "apigateway:GET".to_owned(),
        _ if operation.contains("Bucket") || operation.contains("Object") => format!("s3:{operation}"),
        _ => format!("cognito-idp:{operation}"),
    }
}
