//! The program against each emulator, with a stack of what that one supports, from the first plan until nothing is left.

use serde_json::{Value, json};

use super::setup::{CERTIFICATES, Emulator, REGION};
use crate::preflight::names::Server;
use crate::setup::{House, Ran};

/// What somebody changes in a stack file: the text that stands there once, and what takes its place.
type Edit = (&'static str, &'static str);

const EDITS: &[Edit] = &[
    ("minimum_length: 10", "minimum_length: 12"),
    ("Your code is", "The code is"),
    ("    seats:", "    places: { type: String, mutable: true }\n    seats:"),
    ("access_token_validity: 60m", "access_token_validity: 30m"),
    ("[openid, email, profile]", "[openid, email]"),
    ("192.0.2.7", "192.0.2.8"),
];

/// One record of `moto.yaml`.
const MAIL: &str = "  mail: { name: mail.example.com, type: TXT, ttl: 300, values: [\"v=spf1 -all\"] }\n";

/// One stack in one emulator.
struct Life {
    emulator: Emulator,
    dns: Server,
    house: House,
    stack: &'static str,
    zone: String,
}

impl Life {
    fn new(emulator: Emulator, stack: &'static str, file: &str) -> Self {
        let (zone, dns) = emulator.zone();
        Self { emulator, dns, house: House::new(&[(stack, file)]), stack, zone }
    }

    fn run(&self, verb: &str) -> Ran {
        self.emulator.run(&self.house, &self.dns.address, &verb.replace("STACK", self.stack))
    }

    /// A plan with something to do, which is these lines among others.
    #[track_caller]
    fn plans(&self, lines: &[&str]) {
        let plan = self.run("plan STACK --detailed-exitcode");
        assert_eq!(plan.code, Some(2), "{}\n{}", plan.out, plan.err);
        for line in lines {
            let squeezed = squeezed(&plan.out);
            assert!(squeezed.contains(&format!("\n{line}\n")), "`{line}` is not in:\n{squeezed}");
        }
    }

    /// An apply, and a plan after it in which nothing is left.
    #[track_caller]
    fn applies(&self) {
        self.run("apply STACK --auto-approve").ok();
        let again = self.run("plan STACK --detailed-exitcode");
        assert_eq!(again.code, Some(0), "{}\n{}", again.out, again.err);
        assert!(again.out.starts_with("No changes: ") && !again.out.contains("outside this stack"), "{}", again.out);
    }

    fn edit(&self, edits: &[(&str, &str)]) {
        let path = self.house.path(&format!("stacks/{}.yaml", self.stack));
        let mut text = std::fs::read_to_string(&path).unwrap();
        for (from, to) in edits {
            assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {}", path.display());
            text = text.replace(from, to);
        }
        std::fs::write(path, text).unwrap();
    }

    fn id(&self, address: &str) -> String {
        text(&self.house.json(&format!("state/{}.json", self.stack))["resources"][address]["id"]).to_owned()
    }

    fn client(&self, name: &str) -> String {
        self.id(&format!("app_client.{name}")).split_once('/').unwrap().1.to_owned()
    }

    fn cognito(&self, words: &[&str]) -> Value {
        self.emulator.aws(REGION, &[&["cognito-idp"], words].concat())
    }

    /// What somebody might do to a client in a hurry.
    fn leads_elsewhere(&self, pool: &str, client: &str) {
        let elsewhere = "https://elsewhere.example.com/";
        let given = json!({
            "UserPoolId": pool, "ClientId": client, "CallbackURLs": [elsewhere], "DefaultRedirectURI": elsewhere,
        });
        self.cognito(&["update-user-pool-client", "--cli-input-json", &given.to_string()]);
    }

    fn records(&self) -> Vec<Value> {
        let sets = self.emulator.aws(REGION, &["route53", "list-resource-record-sets", "--hosted-zone-id", &self.zone]);
        sets["ResourceRecordSets"].as_array().unwrap().clone()
    }

    fn change_record(&self, action: &str, set: &Value) {
        let batch = json!({ "Changes": [{ "Action": action, "ResourceRecordSet": set }] }).to_string();
        let words =
            ["route53", "change-resource-record-sets", "--hosted-zone-id", &self.zone, "--change-batch", &batch];
        self.emulator.aws(REGION, &words);
    }

    /// Takes everything away, and sees that AWS's own tool finds nothing of it.
    #[track_caller]
    fn ends(&self) {
        let domain = ["domain.custom", "domain.prefix"]
            .into_iter()
            .find(|address| !self.house.json(&format!("state/{}.json", self.stack))["resources"][address].is_null());
        let domain = self.id(domain.unwrap());
        self.run("destroy STACK --auto-approve --allow-loss user_pool").ok();
        assert_eq!(self.house.json(&format!("state/{}.json", self.stack))["resources"], json!({}));
        assert_eq!(self.cognito(&["list-user-pools", "--max-results", "60"])["UserPools"], json!([]));
        assert_eq!(self.cognito(&["describe-user-pool-domain", "--domain", &domain])["DomainDescription"], json!({}));
        for region in [REGION, CERTIFICATES] {
            let listed = self.emulator.aws(region, &["acm", "list-certificates"]);
            assert_eq!(listed["CertificateSummaryList"], json!([]), "in {region}");
        }
        let mut left: Vec<String> = self.records().iter().map(|set| text(&set["Type"]).to_owned()).collect();
        left.sort();
        assert_eq!(left, ["NS", "SOA"], "what the zone came with");
        self.run("plan STACK --detailed-exitcode").says("to create, 0 to update, 0 to delete");
        self.emulator.is_on_loopback_alone();
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text"))
}

/// Lines without their indentation, each run of spaces as one.
fn squeezed(text: &str) -> String {
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

/// A program of one line, as Lambda takes it: an archive with one empty file, `a.py`.
const PROGRAM: &[u8] = b"PK\x03\x04\x0a\x00\x00\x00\x00\x00\x00\x00\x21\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
\x04\x00\x00\x00a.pyPK\x01\x02\x0a\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x21\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00a.pyPK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00\
\x32\x00\x00\x00\x22\x00\x00\x00\x00\x00";

/// The functions that the stack names, made as somebody would; a plan is refused until they are there, and says so until
/// Cognito may invoke them.
fn functions(life: &Life) {
    let names = ["pre-sign-up", "pre-token"];
    let refused = life.run("plan STACK").failed();
    for name in names {
        assert!(refused.err.contains(&format!("there is no function {name} in {REGION}")), "{}", refused.err);
    }
    let archive = life.emulator.file("program.zip", PROGRAM);
    let archive = format!("fileb://{}", archive.display());
    let trust = r#"{"Version": "2012-10-17", "Statement": []}"#;
    life.emulator.aws(REGION, &["iam", "create-role", "--role-name", "r", "--assume-role-policy-document", trust]);
    let role = "arn:aws:iam::123456789012:role/r";
    for name in names {
        let of = ["--function-name", name, "--runtime", "python3.12", "--role", role, "--handler", "a.b"];
        let made = [&["lambda", "create-function"], of.as_slice(), &["--zip-file", &archive]].concat();
        life.emulator.aws(REGION, &made);
    }
    for name in names {
        let warned = life.run("plan STACK");
        assert!(warned.err.contains(&format!("{name} does not let Cognito invoke it yet")), "{}", warned.err);
        let pools = format!("arn:aws:cognito-idp:{REGION}:123456789012:userpool/*");
        let given = ["--function-name", name, "--statement-id", "cognito", "--action", "lambda:InvokeFunction"];
        let to = ["--principal", "cognito-idp.amazonaws.com", "--source-arn", &pools];
        life.emulator.aws(REGION, &[&["lambda", "add-permission"], given.as_slice(), &to].concat());
    }
}

/// The first plan, the first apply and a change: the same in both. `unknown` is what the plan cannot find out there.
fn grows(life: &Life, unknown: &str, is_new: &[&str]) {
    let path = life.house.path("stacks/elsewhere.yaml");
    let elsewhere = "extends: STACK.yaml\naccount: \"999988887777\"\n".replace("STACK", life.stack);
    std::fs::write(&path, elsewhere).unwrap();
    life.run("apply elsewhere --auto-approve").failed().says("999988887777");
    std::fs::remove_file(path).unwrap();

    // Each service is loaded there when it is first asked, which can take longer than a check has patience for.
    life.run("plan STACK").ok();
    let first = life.run("plan STACK");
    // How long it takes there on a busy machine is not what is compared.
    let told: Vec<&str> = first.err.lines().filter(|line| !line.starts_with("waiting for AWS to answer ")).collect();
    assert_eq!(told, [format!("Not known: {unknown} (`stack preflight {}` says why)", life.stack)]);
    life.plans(is_new);
    assert_eq!(
        life.cognito(&["list-user-pools", "--max-results", "60"])["UserPools"],
        json!([]),
        "a plan makes nothing"
    );
    life.applies();

    life.edit(EDITS);
    life.plans(&[
        "~ password_policy.minimum_length 10 → 12",
        "~ verification_message_template.email_message \"Your code is {####}.\" → \"The code is {####}.\"",
        "+ attributes.places.type String",
        "~ access_token_validity 1h → 30m",
        "- profile",
        "- 192.0.2.7",
        "+ 192.0.2.8",
        "Plan: 0 to create, 3 to update, 0 to delete.",
    ]);
    life.applies();
    let pool = life.id("user_pool");
    let shown = life.cognito(&["describe-user-pool", "--user-pool-id", &pool])["UserPool"].clone();
    assert_eq!(shown["Policies"]["PasswordPolicy"]["MinimumLength"], 12);
    let client = life.client("web");
    let shown = life.cognito(&["describe-user-pool-client", "--user-pool-id", &pool, "--client-id", &client]);
    assert_eq!(shown["UserPoolClient"]["AccessTokenValidity"], 30);
}

pub fn lives_in_ministack() {
    let life = Life::new(Emulator::ministack(), "ministack", include_str!("stacks/ministack.yaml"));
    // No service but those of the stack's own objects is switched on; the identity is another account's. Whoever calls is
    // root, who is allowed everything.
    grows(&life, "domain_taken, email, functions", &["Plan: 13 to create, 0 to update, 0 to delete."]);
    let (pool, client) = (life.id("user_pool"), life.client("web"));

    life.leads_elsewhere(&pool, &client);
    life.cognito(&["set-user-pool-mfa-config", "--user-pool-id", &pool, "--mfa-configuration", "OFF"]);
    life.cognito(&["delete-user-pool-client", "--user-pool-id", &pool, "--client-id", &life.client("server")]);
    life.cognito(&["set-ui-customization", "--user-pool-id", &pool, "--css", ".label-customizable { color: red; }"]);
    let arn = format!("arn:aws:cognito-idp:{REGION}:000000000000:userpool/{pool}");
    life.cognito(&["untag-resource", "--resource-arn", &arn, "--tag-keys", "app"]);
    let record = |name: &str, kind: &str, ttl: u32, value: &str| json!({ "Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{ "Value": value }] });
    life.change_record("UPSERT", &record("app.example.com", "A", 60, "192.0.2.99"));
    life.change_record("DELETE", &record("mail.example.com", "TXT", 300, "\"v=spf1 -all\""));

    life.plans(&[
        "changed outside this stack, undone by this plan",
        "~ mfa.mode OFF → OPTIONAL",
        "~ mfa.software_token false → true",
        "+ tags.app shop",
        "- https://elsewhere.example.com/",
        "~ default_redirect_uri https://elsewhere.example.com/ → https://app.example.com/callback",
        "- 192.0.2.99",
        "~ target.values.ttl 60 → 300",
        "Plan: 2 to create, 4 to update, 0 to delete.",
    ]);
    life.applies();
    life.ends();
}

pub fn lives_in_moto() {
    let life = Life::new(Emulator::moto(0), "moto", include_str!("stacks/moto.yaml"));
    functions(&life);
    // It has no simulator of IAM's, and nothing to say of SES's account; the identity is another account's.
    grows(&life, "permissions, email", &["Plan: 7 to create, 0 to update, 0 to delete."]);
    let (pool, client) = (life.id("user_pool"), life.client("web"));

    life.leads_elsewhere(&pool, &client);
    // What this leaves out is reset, as AWS would. The tags go with it, for moto could not be told of them again.
    let shown = life.cognito(&["describe-user-pool", "--user-pool-id", &pool])["UserPool"].clone();
    let policy = json!({ "PasswordPolicy": { "MinimumLength": 20, "RequireSymbols": false } });
    let given = json!({ "UserPoolId": pool, "Policies": policy, "UserPoolTags": shown["UserPoolTags"] });
    life.cognito(&["update-user-pool", "--cli-input-json", &given.to_string()]);
    life.cognito(&["set-user-pool-mfa-config", "--user-pool-id", &pool, "--mfa-configuration", "OFF"]);
    life.cognito(&["delete-user-pool-client", "--user-pool-id", &pool, "--client-id", &life.client("server")]);
    let set =
        json!({ "Name": "app.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{ "Value": "192.0.2.99" }] });
    life.change_record("UPSERT", &set);

    life.plans(&[
        "+ app_client.server (again: it was deleted outside this stack)",
        "changed outside this stack, undone by this plan",
        "~ password_policy.minimum_length 20 → 12",
        "~ password_policy.require_symbols false → true",
        "- https://elsewhere.example.com/",
        "- 192.0.2.99",
        "Plan: 1 to create, 3 to update, 0 to delete.",
    ]);
    life.applies();
    // A record that is taken away, and then made again as it was.
    life.edit(&[(MAIL, "")]);
    life.plans(&["Plan: 0 to create, 0 to update, 1 to delete."]);
    life.applies();
    life.edit(&[("\nrecords:\n", &format!("\nrecords:\n{MAIL}"))]);
    life.plans(&["Plan: 1 to create, 0 to update, 0 to delete."]);
    life.applies();
    life.ends();
}

#[test]
fn a_stack_lives_and_dies_in_ministack() {
    lives_in_ministack();
}

#[test]
fn a_stack_lives_and_dies_in_moto() {
    lives_in_moto();
}
