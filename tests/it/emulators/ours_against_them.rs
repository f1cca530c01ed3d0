//! The program against each emulator, with a stack of what that one supports, from the first plan until nothing is left.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stack::kinds::KINDS;

use super::setup::{CERTIFICATES, Emulator, Neighbours, REGION, house};
use crate::preflight::names::Server;
use crate::setup::{House, Ran};

/// What somebody changes in a stack file: the text that stands there once, and what takes its place.
type Edit = (&'static str, &'static str);

/// What is changed in both; what one alone carries, its test adds.
const EDITS: &[Edit] = &[
    ("minimum_length: 10", "minimum_length: 12"),
    ("Your code is", "The code is"),
    ("    seats:", "    places: { type: String, mutable: true }\n    seats:"),
    ("access_token_validity: 60m", "access_token_validity: 30m"),
    ("openid, email, profile", "openid, email"),
    ("192.0.2.7", "192.0.2.8"),
    ("function:pre-sign-up", "function:before-sign-up"),
    ("  staff: {", "  guests: {}\n  staff: {"),
    ("groups: [admins, staff]", "groups: [staff]"),
    ("name: Ann }", "name: Anna }"),
    ("username: id }", "username: id, name: name }"),
    ("example.com, example.org", "example.com, example.net"),
    ("corp.invalid/metadata", "corp.invalid/meta"),
    ("GET /orders: { scopes: [openid] }", "GET /orders: { scopes: [openid, email] }"),
    ("      POST /orders: {}\n", ""),
];

/// The lines of a plan with these.
const EDITED: &[&str] = &[
    "~ password_policy.minimum_length 10 → 12",
    "~ verification_message_template.email_message \"Your code is {####}.\" → \"The code is {####}.\"",
    "+ attributes.places.type String",
    "~ access_token_validity 1h → 30m",
    "- profile",
    "- 192.0.2.7",
    "+ 192.0.2.8",
    "+ lambda_permission.before-sign-up",
    "+ group.guests",
    "~ attributes.name Ann → Anna",
    "- groups.admins group.admins",
    "+ attribute_mapping.name name",
    "- example.org",
    "+ example.net",
    "~ saml.metadata_url https://corp.invalid/metadata → https://corp.invalid/meta",
    "~ routes.GET /orders.scopes",
];

/// One record of `moto.yaml`.
const MAIL: &str = "  mail: { name: mail.example.com, type: TXT, ttl: 300, values: [\"v=spf1 -all\"] }\n";

/// One stack in one emulator.
struct Life {
    emulator: Emulator,
    dns: Server,
    house: House,
    stack: &'static str,
    /// Its comment: what it does not have, and why.
    head: String,
    neighbours: Neighbours,
    zone: String,
}

impl Life {
    fn new(emulator: Emulator, stack: &'static str, file: &str) -> Self {
        let ((zone, dns), neighbours) = (emulator.zone(), emulator.neighbours());
        let (head, _) = file.split_once("\nregion: ").unwrap();
        let house = house(&[(stack, &neighbours.named_in(file))]);
        Self { emulator, dns, house, stack, head: head.to_owned(), neighbours, zone }
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

    /// The part of an id that comes after the pool, or after the API.
    fn below(&self, address: &str) -> String {
        self.id(address).split_once('/').unwrap().1.to_owned()
    }

    fn client(&self, name: &str) -> String {
        self.below(&format!("app_client.{name}"))
    }

    /// Every kind is in the stack, or its file says by name that it is not.
    #[track_caller]
    fn has_every_kind_or_says_why_not(&self) {
        let state = self.house.json(&format!("state/{}.json", self.stack));
        let addresses = state["resources"].as_object().unwrap().keys();
        let has: BTreeSet<&str> = addresses.map(|address| address.split('.').next().unwrap()).collect();
        let all: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name()).collect();
        let names: BTreeSet<&str> = self.head.split('`').skip(1).step_by(2).collect();
        assert_eq!(names, &all - &has, "the kinds in the head of {}.yaml are those that it has not", self.stack);
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
        let (domain, authorizer) = (self.id(domain.unwrap()), self.below("api_authorizer.orders"));
        let web_acl = self.id("web_acl_association");
        self.run("destroy STACK --auto-approve --allow-loss user_pool --allow-loss user --allow-loss identity_pool")
            .ok();
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
        self.leaves_the_neighbours_alone(&authorizer, &web_acl);
        self.run("plan STACK --detailed-exitcode").says("to create, 0 to update, 0 to delete");
        self.emulator.is_on_loopback_alone();
    }

    /// Nothing of the stack is left with the API, the functions and the web ACL, which are there as they were before.
    #[track_caller]
    fn leaves_the_neighbours_alone(&self, authorizer: &str, web_acl: &str) {
        let asked = |words: &[&str]| self.emulator.aws_or_not(REGION, words);
        let api = self.neighbours.called("AN_API");
        let said = asked(&["apigatewayv2", "get-authorizer", "--api-id", api, "--authorizer-id", authorizer]);
        assert!(said.as_ref().is_err_and(|said| said.contains("NotFoundException")), "{said:?}");
        let routes = asked(&["apigatewayv2", "get-routes", "--api-id", api]).unwrap()["Items"].clone();
        let open: Vec<&str> =
            routes.as_array().unwrap().iter().map(|route| text(&route["AuthorizationType"])).collect();
        assert_eq!(open, ["NONE", "NONE"]);
        for function in FUNCTIONS {
            match asked(&["lambda", "get-policy", "--function-name", function]) {
                Ok(policy) => assert!(text(&policy["Policy"]).contains("\"Statement\": []"), "{policy}"),
                Err(said) => assert!(said.contains("ResourceNotFoundException"), "{said}"),
            }
        }
        match asked(&["wafv2", "get-web-acl-for-resource", "--resource-arn", web_acl]) {
            Ok(shown) => assert!(shown["WebACL"].is_null(), "{shown}"),
            Err(said) => assert!(said.contains("WAFNonexistentItemException"), "{said}"),
        }
        let identities = asked(&["cognito-identity", "list-identity-pools", "--max-results", "60"]).unwrap();
        assert_eq!(identities["IdentityPools"], json!([]));
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

/// The last is not the stack's before its change.
const FUNCTIONS: [&str; 3] = ["pre-sign-up", "pre-token", "before-sign-up"];

/// The functions that the stack names, made as somebody would; a plan is refused until they are there, and where it is
/// not the stack that lets Cognito invoke them, it says that nobody does.
fn functions(life: &Life) {
    // A service is loaded when it is first asked, which can take longer than a check has patience for.
    assert_eq!(life.emulator.aws(REGION, &["lambda", "list-functions"])["Functions"], json!([]));
    drop(life.run("plan STACK"));
    let refused = life.run("plan STACK").failed();
    for name in &FUNCTIONS[..2] {
        assert!(refused.err.contains(&format!("there is no function {name} in {REGION}")), "{}", refused.err);
    }
    let archive = life.emulator.file("program.zip", PROGRAM);
    let archive = format!("fileb://{}", archive.display());
    let trust = r#"{"Version": "2012-10-17", "Statement": []}"#;
    life.emulator.aws(REGION, &["iam", "create-role", "--role-name", "r", "--assume-role-policy-document", trust]);
    let role = "arn:aws:iam::123456789012:role/r";
    for name in FUNCTIONS {
        let of = ["--function-name", name, "--runtime", "python3.12", "--role", role, "--handler", "a.b"];
        let made = [&["lambda", "create-function"], of.as_slice(), &["--zip-file", &archive]].concat();
        life.emulator.aws(REGION, &made);
    }
    let path = life.house.path("stacks/unmanaged.yaml");
    let unmanaged = "extends: STACK.yaml\nlambda_permissions: { manage: false }\n".replace("STACK", life.stack);
    std::fs::write(&path, unmanaged).unwrap();
    let warned = life.run("plan unmanaged");
    for name in &FUNCTIONS[..2] {
        assert!(warned.err.contains(&format!("{name} does not let Cognito invoke it yet")), "{}", warned.err);
    }
    std::fs::remove_file(path).unwrap();
}

/// What somebody might do to people, providers and neighbours, the same in both; and what a plan says of it.
fn strays(life: &Life, pool: &str) -> Vec<&'static str> {
    let does = |words: &[&str]| life.cognito(&[words, &["--user-pool-id", pool]].concat());
    let (ann, robot) = (life.below("user.ann"), life.below("user.robot"));
    does(&["admin-update-user-attributes", "--username", &ann, "--user-attributes", "Name=name,Value=Hacked"]);
    does(&["admin-remove-user-from-group", "--username", &ann, "--group-name", "all/staff"]);
    does(&["admin-delete-user", "--username", &robot]);
    does(&["delete-group", "--group-name", "guests"]);
    let mapping = ["--attribute-mapping", "email=mail,username=sub"];
    does(&[["update-identity-provider", "--provider-name", "Okta"].as_slice(), &mapping].concat());
    does(&["delete-identity-provider", "--provider-name", "Corp"]);
    let (api, authorizer) = (life.neighbours.called("AN_API"), life.below("api_authorizer.orders"));
    let named = ["--api-id", api, "--authorizer-id", &authorizer, "--name", "hacked"];
    life.emulator.aws(REGION, &[["apigatewayv2", "update-authorizer"].as_slice(), &named].concat());
    let permission = life.id("lambda_permission.pre-token");
    let of = ["--function-name", "pre-token", "--statement-id", permission.rsplit_once('/').unwrap().1];
    life.emulator.aws(REGION, &[["lambda", "remove-permission"].as_slice(), &of].concat());
    let association = life.id("web_acl_association");
    life.emulator.aws(REGION, &["wafv2", "disassociate-web-acl", "--resource-arn", &association]);
    vec![
        "~ attributes.name Hacked → Anna",
        "+ groups.staff group.staff",
        "+ user.robot (again: it was deleted outside this stack)",
        "+ group.guests (again: it was deleted outside this stack)",
        "~ attribute_mapping.email mail → email",
        "+ identity_provider.Corp (again: it was deleted outside this stack)",
        "~ name hacked → orders",
        "+ lambda_permission.pre-token (again: it was deleted outside this stack)",
        "+ web_acl_association (again: it was deleted outside this stack)",
    ]
}

/// The first plan, the first apply and a change. `unknown` is what the plan cannot find out there, `is_new` a line of the
/// first plan; `edits` are changes that this emulator alone carries, and `edited` lines of the plan with them.
fn grows(life: &Life, unknown: &str, is_new: &str, edits: &[(&str, &str)], edited: &[&str]) {
    let path = life.house.path("stacks/elsewhere.yaml");
    let elsewhere = "extends: STACK.yaml\naccount: \"999988887777\"\n".replace("STACK", life.stack);
    std::fs::write(&path, elsewhere).unwrap();
    life.run("apply elsewhere --auto-approve").failed().says("999988887777");
    std::fs::remove_file(path).unwrap();

    // Once more for the services that are loaded only now.
    life.run("plan STACK").ok();
    let first = life.run("plan STACK");
    // How long it takes there on a busy machine is not what is compared.
    let told: Vec<&str> = first.err.lines().filter(|line| !line.starts_with("waiting for AWS to answer ")).collect();
    assert_eq!(told, [format!("Not known: {unknown} (`stack preflight {}` says why)", life.stack)]);
    life.plans(&[is_new]);
    assert_eq!(
        life.cognito(&["list-user-pools", "--max-results", "60"])["UserPools"],
        json!([]),
        "a plan makes nothing"
    );
    life.applies();
    life.has_every_kind_or_says_why_not();

    life.edit(EDITS);
    life.edit(edits);
    life.plans(&[EDITED, edited].concat());
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
    functions(&life);
    // Neither CloudFront nor SES is switched on, and nobody answers for the providers. Whoever calls is root, who is
    // allowed everything.
    let unknown = "domain_taken, email, identity_providers";
    let web_acls = (life.neighbours.called("A_WEB_ACL"), life.neighbours.called("ANOTHER_WEB_ACL"));
    let edits = [
        web_acls,
        ("Read orders", "Look at orders"),
        ("match_type: Contains", "match_type: Equals"),
        ("role/in\"", "role/inside\""),
    ];
    let edited = [
        "~ scopes.read \"Read orders\" → \"Look at orders\"",
        "+ arn:aws:iam::000000000000:role/inside",
        "Plan: 2 to create, 11 to update, 1 to delete.",
    ];
    grows(&life, unknown, "Plan: 27 to create, 0 to update, 0 to delete.", &edits, &edited);
    let (pool, client) = (life.id("user_pool"), life.client("web"));

    let both = strays(&life, &pool);
    let server = json!({ "UserPoolId": pool, "Identifier": "orders", "Name": "Hacked", "Scopes": [
        { "ScopeName": "read", "ScopeDescription": "Read" },
    ] });
    life.cognito(&["update-resource-server", "--cli-input-json", &server.to_string()]);
    let server = json!({ "UserPoolId": pool, "Identifier": "https://billing.example.com/invoices" });
    life.cognito(&["delete-resource-server", "--cli-input-json", &server.to_string()]);
    let roles = ["--roles", "authenticated=arn:aws:iam::000000000000:role/out"];
    let of = ["cognito-identity", "set-identity-pool-roles", "--identity-pool-id", &life.id("identity_pool")];
    life.emulator.aws(REGION, &[of.as_slice(), &roles].concat());
    life.leads_elsewhere(&pool, &client);
    life.cognito(&["set-user-pool-mfa-config", "--user-pool-id", &pool, "--mfa-configuration", "OFF"]);
    life.cognito(&["delete-user-pool-client", "--user-pool-id", &pool, "--client-id", &life.client("server")]);
    life.cognito(&["set-ui-customization", "--user-pool-id", &pool, "--css", ".label-customizable { color: red; }"]);
    let arn = format!("arn:aws:cognito-idp:{REGION}:000000000000:userpool/{pool}");
    life.cognito(&["untag-resource", "--resource-arn", &arn, "--tag-keys", "app"]);
    let record = |name: &str, kind: &str, ttl: u32, value: &str| json!({ "Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{ "Value": value }] });
    life.change_record("UPSERT", &record("app.example.com", "A", 60, "192.0.2.99"));
    life.change_record("DELETE", &record("mail.example.com", "TXT", 300, "\"v=spf1 -all\""));

    let own = [
        "changed outside this stack, undone by this plan",
        "+ resource_server.billing (again: it was deleted outside this stack)",
        "~ name Hacked → orders",
        "~ scopes.read Read → \"Look at orders\"",
        "+ scopes.write \"Write orders\"",
        "- arn:aws:iam::000000000000:role/out",
        "+ role_mappings.accounts.google.com.type Token",
        "~ mfa.mode OFF → OPTIONAL",
        "~ mfa.software_token false → true",
        "+ tags.app shop",
        "- https://elsewhere.example.com/",
        "~ default_redirect_uri https://elsewhere.example.com/ → https://app.example.com/callback",
        "- 192.0.2.99",
        "~ target.values.ttl 60 → 300",
        "Plan: 8 to create, 9 to update, 0 to delete.",
    ];
    life.plans(&[&both[..], &own].concat());
    life.applies();
    life.ends();
}

pub fn lives_in_moto() {
    let life = Life::new(Emulator::moto(0), "moto", include_str!("stacks/moto.yaml"));
    functions(&life);
    // It has no simulator of IAM's, and nothing to say of SES's account; the identity is another account's, and nobody
    // answers for the providers.
    let unknown = "permissions, email, identity_providers";
    let edits = [("precedence: 0, description: May do everything", "precedence: 2, description: May do much")];
    let edited = [
        "~ precedence 0 → 2",
        "~ description \"May do everything\" → \"May do much\"",
        "Plan: 2 to create, 9 to update, 1 to delete.",
    ];
    grows(&life, unknown, "Plan: 18 to create, 0 to update, 0 to delete.", &edits, &edited);
    let (pool, client) = (life.id("user_pool"), life.client("web"));

    let both = strays(&life, &pool);
    life.cognito(&["update-group", "--user-pool-id", &pool, "--group-name", "admins", "--precedence", "9"]);
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

    let own = [
        "~ precedence 9 → 2",
        "+ app_client.server (again: it was deleted outside this stack)",
        "changed outside this stack, undone by this plan",
        "~ password_policy.minimum_length 20 → 12",
        "~ password_policy.require_symbols false → true",
        "- https://elsewhere.example.com/",
        "- 192.0.2.99",
        "Plan: 6 to create, 7 to update, 0 to delete.",
    ];
    life.plans(&[&both[..], &own].concat());
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
