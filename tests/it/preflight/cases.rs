//! Every check, passing, objecting, and unable to tell.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stack::preflight::{CHECKS, When};

use super::names::{Names, Server};
use super::providers::metadata;
use super::{BASE, Scene};
use crate::setup::{House, Ran};

/// What a pool names of services in which a stack makes nothing.
pub const OUTSIDE: &str = "
app_clients:
  web:
    callback_urls: [https://app.example.com/callback, http://localhost:3000/]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid]
    supported_identity_providers: [COGNITO]
";

/// A pool with triggers, a key and an SES identity, all of this account.
const POOL: &str = "
region: ap-southeast-2
user_pool:
  name: looked-at
  deletion_protection: INACTIVE
  email_configuration:
    email_sending_account: DEVELOPER
    source_arn: arn:aws:ses:ap-southeast-2:000000000000:identity/example.com
    from_email_address: no-reply@example.com
  lambda_config:
    pre_sign_up: arn:aws:lambda:ap-southeast-2:000000000000:function:sign-up:live
    post_confirmation: arn:aws:lambda:ap-southeast-2:000000000000:function:sign-up:live
    custom_email_sender: { lambda_arn: \"arn:aws:lambda:ap-southeast-2:000000000000:function:send\" }
    kms_key_id: arn:aws:kms:ap-southeast-2:000000000000:key/one
lambda_permissions: { manage: false }
";

/// Which words of an outcome the program writes.
const PASS: &str = "pass";
const WARN: &str = "warn";
const FAIL: &str = "fail";
const UNKNOWN: &str = "unknown";

struct Case {
    check: &'static str,
    outcome: &'static str,
    /// What the finding says.
    says: &'static str,
    stack: String,
    faults: Vec<String>,
    names: Names,
    /// Files that lie beside the stack.
    files: Vec<(&'static str, String)>,
}

fn case(check: &'static str, outcome: &'static str, says: &'static str) -> Case {
    Case { check, outcome, says, stack: BASE.to_owned(), faults: Vec::new(), names: Names::good(), files: Vec::new() }
}

impl Case {
    fn of(self, stack: &str) -> Self {
        Self { stack: stack.to_owned(), ..self }
    }

    fn fault(mut self, fault: &str) -> Self {
        self.faults.push(fault.to_owned());
        self
    }

    fn file(mut self, name: &'static str, text: String) -> Self {
        self.files.push((name, text));
        self
    }

    fn names(self, names: Names) -> Self {
        Self { names, ..self }
    }

    fn see(&self, scene: &Scene) -> Result<(), String> {
        let house = House::new(&[("looked", &self.stack)]);
        for (name, text) in &self.files {
            std::fs::write(house.path("stacks").join(name), text).unwrap();
        }
        let (faults, names) = (self.faults.iter().map(String::as_str).collect::<Vec<_>>(), self.names.clone());
        let names = Server::new(names);
        scene.faults(&faults);
        let looked = scene.look(&house, &names, "looked");
        let found = looked.of(self.check);
        let text = |one: &Value, field: &str| one[field].as_str().unwrap_or_default().to_owned();
        let hit = found.iter().find(|one| one["outcome"] == self.outcome && text(one, "message").contains(self.says));
        let told = || format!("{} {} `{}`: {found:#?}", self.check, self.outcome, self.says);
        let hit = hit.ok_or_else(told)?;
        // What is wrong comes with what to do, and what the file says with its place.
        if [WARN, FAIL].contains(&self.outcome) && text(hit, "hint").is_empty() {
            return Err(format!("without a hint: {}", told()));
        }
        if !text(hit, "at").is_empty() && hit["place"]["line"].as_u64().is_none() {
            return Err(format!("without a place: {}", told()));
        }
        let fails = looked.found["counts"]["fail"] != 0;
        if looked.ran.code != Some(i32::from(fails)) || fails != (self.outcome == FAIL) {
            return Err(format!("exit {:?}, {}: {:#}", looked.ran.code, told(), looked.found));
        }
        self.see_in_a_plan(&scene.run(&house, &names, "plan looked"))
    }

    /// What fails refuses a plan, what is doubtful stands with it, what is not known has one line, and what is well none.
    fn see_in_a_plan(&self, ran: &Ran) -> Result<(), String> {
        let is_planned = CHECKS.iter().any(|check| check.name == self.check && check.when == When::Planned);
        // A page is as wide as it is.
        let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
        let unknown = said.split_once("Not known: ").map_or("", |(_, rest)| rest);
        let is_unknown = unknown.contains(self.check);
        // What apply could not do without is no matter of the checks alone.
        // So is whether the pool is there already, which the same call tells.
        let is_needed = self.check == "hosted_zone" || self.faults.iter().any(|fault| fault == "ListUserPools=denied");
        let fails = self.outcome == FAIL || (is_needed && self.outcome == UNKNOWN);
        let is_right = match self.outcome {
            _ if !is_planned => !is_unknown && !said.contains(self.says),
            _ if fails => ran.code == Some(1) && ran.out.is_empty() && said.contains("nothing was changed"),
            WARN => said.contains(self.says) && said.contains(&format!("({})", self.check)) && !is_unknown,
            UNKNOWN => is_unknown,
            _ => !said.contains(self.says) && !is_unknown,
        };
        let is_said = self.outcome != FAIL || !is_planned || said.contains(self.says);
        let code = i32::from(fails && (is_planned || ran.code == Some(1)));
        if is_right && is_said && ran.code == Some(code) && ran.err.matches("Not known: ").count() <= 1 {
            return Ok(());
        }
        let Self { check, outcome, says, .. } = self;
        Err(format!("in a plan: {check} {outcome} `{says}`: {:?}\n{}\n{}", ran.code, ran.out, ran.err))
    }
}

/// Those for which the account holds another stack.
fn cases(certificate: &str) -> Vec<Case> {
    let with = format!("hosted_zone: example.com, certificate: {{ arn: {certificate} }}");
    let named = BASE.replace("hosted_zone: example.com", &with);
    let clients = format!("{BASE}{OUTSIDE}");
    let mut all = Vec::new();
    all.extend(account());
    all.extend(domain(&clients));
    all.extend([
        case("certificate", PASS, "issued, and covers auth.example.com").of(&named),
        case("certificate", FAIL, "is EXPIRED")
            .of(&named)
            .fault(r#"DescribeCertificate=answer:{"Certificate":{"Status":"EXPIRED"}}"#),
        case("certificate", FAIL, "does not cover").of(&named).fault(
            r#"DescribeCertificate=answer:{"Certificate":{"DomainName":"a.test","SubjectAlternativeNames":["a.test"]}}"#,
        ),
        case("certificate", FAIL, "no such certificate").of(&named.replace(
            certificate,
            "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-4000-8000-000000000000",
        )),
        case("certificate", UNKNOWN, "may not look").of(&named).fault("DescribeCertificate=denied"),
    ]);
    all
}

/// The others.
/// A SAML provider whose metadata is a file, and one whose metadata nobody can reach here.
const SAML: &str = "
region: ap-southeast-2
user_pool: { name: looked-at, deletion_protection: INACTIVE }
identity_providers: { Corp: { saml: { metadata_file: idp.xml } } }
";

fn of_providers() -> Vec<Case> {
    let one = |outcome, says, days| {
        let case = case("identity_providers", outcome, says).of(SAML);
        case.file("idp.xml", metadata("IDPSSODescriptor", days))
    };
    let away = SAML.replace("metadata_file: idp.xml", "metadata_url: https://idp.example.com/metadata");
    vec![
        one(PASS, "has the metadata of https://idp.example.com", 400),
        one(WARN, "the certificates of https://idp.example.com end on ", 10),
        one(FAIL, "have ended", -10),
        case("identity_providers", FAIL, "the new pool will have no provider Gogle")
            .of(&format!("{BASE}app_clients: {{ web: {{ supported_identity_providers: [COGNITO, Gogle] }} }}\n")),
        case("identity_providers", FAIL, "is no metadata of a SAML provider")
            .of(SAML)
            .file("idp.xml", metadata("SPSSODescriptor", 400)),
        case("identity_providers", UNKNOWN, "nobody knows whether https://idp.example.com/metadata answers").of(&away),
    ]
}

fn cases_apart() -> Vec<Case> {
    let mut all = dns(&format!("{BASE}{OUTSIDE}"));
    all.extend(outside(POOL));
    all
}

fn account() -> Vec<Case> {
    let deny = |decision: &str| {
        let action = "<EvalActionName>cognito-idp:CreateUserPool</EvalActionName><EvalDecision>";
        format!("SimulatePrincipalPolicy=answer:{action}allowed=>{action}{decision}")
    };
    let quota = |name: &str, value: f64| {
        format!(r#"ListServiceQuotas=answer:{{"Quotas":[{{"QuotaName":"{name}","Value":{value}}}],"NextToken":null}}"#)
    };
    vec![
        case("credentials", PASS, "account 000000000000"),
        case("credentials", FAIL, "ExpiredToken").fault("GetCallerIdentity=expired"),
        case("credentials", FAIL, "belongs to 999999999999").of(&format!("account: \"999999999999\"\n{BASE}")),
        case("credentials", UNKNOWN, "nobody knows whose").fault("GetCallerIdentity=refuse:*:Odd:no"),
        case("permissions", PASS, "actions are allowed"),
        case("permissions", FAIL, "does not allow `cognito-idp:CreateUserPool` on `*`").fault(&deny("implicitDeny")),
        case("permissions", FAIL, "does not allow `cognito-idp:CreateUserPool` on `*`").fault(&deny("explicitDeny")),
        case("permissions", UNKNOWN, "hangs on aws:RequestTag/app").fault(
            "SimulatePrincipalPolicy=answer:>allowed</EvalDecision>=>>implicitDeny</EvalDecision><MissingContextValues>\
             <member>aws:RequestTag/app</member></MissingContextValues>",
        ),
        case("permissions", UNKNOWN, "may not look").fault("SimulatePrincipalPolicy=denied"),
        case("quotas", PASS, "of 1000 user pools in ap-southeast-2"),
        case("quotas", WARN, "2 of 2 user pools").fault(&quota("User pools per Region", 2.0)),
        case("quotas", FAIL, "too many: 2 of 1 user pools").fault(&quota("User pools per Region", 1.0)),
        case("quotas", FAIL, "too many: 2 of 1 custom domains").fault(&quota("Custom domains", 1.0)),
        case("quotas", PASS, "AWS's default, where it was not raised").fault("ListServiceQuotas=denied"),
        case("quotas", UNKNOWN, "user pools cannot be counted: may not look").fault("ListUserPools=denied"),
    ]
}

fn domain(clients: &str) -> Vec<Case> {
    let prefix = BASE.replace("name: auth.example.com, hosted_zone: example.com", "prefix: looked-at-awsome");
    let taken = BASE.replace("auth.example.com", "login.example.com");
    let distribution = |alias: &str| {
        let list = format!(
            "<Items><DistributionSummary><Id>E1</Id><Aliases><Items><CNAME>{alias}</CNAME></Items></Aliases>\
             </DistributionSummary></Items></DistributionList>"
        );
        format!("ListDistributions=answer:</DistributionList>=>{list}")
    };
    let good = Names::good;
    // A domain whose parent has an A record that a policy chooses.
    let below = |policy: &str| {
        let stack = BASE.replace("auth.example.com", "auth.new.example.com");
        format!(
            "{stack}records:\n  parent: {{ name: new.example.com, type: A, values: [192.0.2.1], hosted_zone: example.com, \
             routing: {{ set_identifier: one, {policy} }} }}\n"
        )
    };
    vec![
        case("reserved_words", PASS, "is no domain of AWS's"),
        case("reserved_words", PASS, "looked-at-awsome holds none").of(&prefix),
        case("domain_taken", PASS, "no other user pool has auth.example.com, and no distribution"),
        case("domain_taken", PASS, "no other user pool has looked-at-awsome").of(&prefix),
        case("domain_taken", FAIL, "login.example.com belongs to another user pool").of(&taken),
        case("domain_taken", FAIL, "distribution E1 of this account has auth.example.com")
            .fault(&distribution("auth.example.com")),
        case("domain_taken", WARN, "distribution E1 of this account has *.example.com")
            .fault(&distribution("*.example.com")),
        case("domain_taken", WARN, "points to d1.cloudfront.net already").names(good().with(
            "auth.example.com",
            "CNAME",
            "d1.cloudfront.net",
        )),
        case("domain_taken", UNKNOWN, "may not look").fault("DescribeUserPoolDomain=denied"),
        case("domain_taken", UNKNOWN, "whether a CloudFront distribution has").fault("ListDistributions=denied"),
        case("parent_record", PASS, "example.com has an A record (192.0.2.10)"),
        case("parent_record", FAIL, "only when example.com has an A record").names(good().without("example.com", "A")),
        case("parent_record", PASS, "new.example.com has its A record from this stack").of(&below("weight: 1")),
        case("parent_record", PASS, "new.example.com has its A record from this stack").of(&below("failover: PRIMARY")),
        case("parent_record", FAIL, "only when new.example.com has an A record").of(&below("failover: SECONDARY")),
        case("parent_record", FAIL, "only when new.example.com has an A record")
            .of(&below("geo_location: { country_code: DE }")),
        case("parent_record", UNKNOWN, "DNS did not say").names(good().with("example.com", "A", "servfail")),
        case("callback_hosts", PASS, "app.example.com resolves").of(clients),
        case("callback_hosts", WARN, "app.example.com does not resolve")
            .of(clients)
            .names(good().without("app.example.com", "A")),
        case("callback_hosts", UNKNOWN, "nobody knows whether app.example.com resolves")
            .of(clients)
            .names(good().with("app.example.com", "A", "servfail")),
    ]
}

fn dns(clients: &str) -> Vec<Case> {
    let good = Names::good;
    let nobody = || good().without("example.com", "NS");
    let elsewhere = BASE.replace("auth.example.com, hosted_zone: example.com", "auth.example.net");
    let records = "region: ap-southeast-2\nuser_pool: { name: looked-at }\nrecords:\n  ";
    let apex = format!("{records}apex: {{ name: example.com, type: A, values: [192.0.2.1] }}\n");
    let mail = format!("{records}mail: {{ name: mail.example.com, type: A, values: [192.0.2.1] }}\n");
    let with_caa = format!(
        "{BASE}records:\n  caa: {{ name: example.com, type: CAA, values: ['0 issue \"amazon.com\"'], hosted_zone: example.com }}\n"
    );
    let only = |value: &str| good().with("example.com", "CAA", value);
    vec![
        case("hosted_zone", PASS, "zone example.com (Z"),
        case("hosted_zone", FAIL, "no public hosted zone that example.net belongs to")
            .of(&elsewhere)
            .names(good().with("example.net", "A", "192.0.2.1")),
        case("hosted_zone", UNKNOWN, "may not look").fault("ListHostedZones=denied"),
        case("delegation", PASS, "public DNS asks ns-1.awsdns-01.com").of(clients),
        case("delegation", FAIL, "public DNS knows of no zone example.com").names(nobody()),
        case("delegation", FAIL, "public DNS asks ns1.other.test about example.com, and not zone Z")
            .names(nobody().with("example.com", "NS", "ns1.other.test")),
        case("delegation", WARN, "asks others too about example.com").names(good().with(
            "example.com",
            "NS",
            "ns1.other.test",
        )),
        case("delegation", WARN, "public DNS knows of no zone example.com").of(&mail).names(nobody()),
        case("delegation", UNKNOWN, "may not look").fault("GetHostedZone=denied"),
        case("delegation", UNKNOWN, "DNS did not say").names(good().with("example.com", "NS", "servfail")),
        case("record_taken", PASS, "auth.example.com A is free"),
        case("record_taken", FAIL, "already exists and is not this stack's").of(&apex),
        case("record_taken", UNKNOWN, "may not look").fault("ListResourceRecordSets=denied"),
        case("caa", PASS, "no CAA records"),
        case("caa", PASS, "of example.com let Amazon issue").names(only("0 issue \"amazontrust.com\"")),
        case("caa", PASS, "of example.com let Amazon issue").of(&with_caa).names(only("0 issue \"ca.test\"")),
        case("caa", FAIL, "(issue \"ca.test\") forbid Amazon").names(only("0 issue \"ca.test\"")),
        case("caa", FAIL, "(issuewild \";\") forbid Amazon").names(only("0 issue \"amazon.com\"").with(
            "example.com",
            "CAA",
            "0 issuewild \";\"",
        )),
        case("caa", FAIL, "of com (issue \"ca.test\") forbid Amazon").names(good().with(
            "com",
            "CAA",
            "0 issue \"ca.test\"",
        )),
        case("caa", FAIL, "which is marked as critical").names(only("128 odd \"x\"")),
        case("caa", UNKNOWN, "DNS did not say").names(good().with("example.com", "CAA", "servfail")),
    ]
}

fn outside(pool: &str) -> Vec<Case> {
    let state = |field: &str, value: &str| format!(r#"DescribeKey=answer:{{"KeyMetadata":{{"{field}":"{value}"}}}}"#);
    let api = |id: &str, routes: &str| {
        format!(
            "region: ap-southeast-2\nuser_pool: {{ name: looked-at }}\napp_clients: {{ web: {{}} }}\n\
             api_authorizers: {{ orders: {{ api_id: {id}, routes: {{ {routes} }} }} }}\n"
        )
    };
    let foreign = pool.replace("ses:ap-southeast-2:000000000000", "ses:ap-southeast-2:999999999999");
    [
        case("email", PASS, "example.com is verified in ap-southeast-2"),
        case("email", PASS, "lets this account write to anybody"),
        case("email", FAIL, "its verification is PENDING")
            .fault(r#"GetEmailIdentity=answer:{"VerifiedForSendingStatus":false,"VerificationStatus":"PENDING"}"#),
        case("email", FAIL, "has no identity example.com").fault("GetEmailIdentity=refuse:*:NotFoundException:no"),
        case("email", FAIL, "has stopped this account's sending")
            .fault(r#"GetAccount=answer:{"SendingEnabled":false}"#),
        case("email", WARN, "in SES's sandbox").fault(r#"GetAccount=answer:{"ProductionAccessEnabled":false}"#),
        case("email", UNKNOWN, "may not look: GetEmailIdentity").fault("GetEmailIdentity=denied"),
        case("email", UNKNOWN, "may not look: GetAccount").fault("GetAccount=denied"),
        case("email", UNKNOWN, "belongs to account 999999999999")
            .of(&foreign)
            .fault("GetEmailIdentity=refuse:*:NotFoundException:no"),
        case("functions", PASS, "sign-up:live is there, and Cognito may invoke it"),
        case("functions", PASS, "sign-up:live is there, and this stack lets Cognito invoke it")
            .of(&pool.replace("lambda_permissions: { manage: false }\n", ""))
            .fault("GetPolicy=refuse:*:ResourceNotFoundException:no"),
        case("functions", FAIL, "there is no function send in ap-southeast-2")
            .fault("GetFunction=refuse:*:ResourceNotFoundException:Function not found"),
        case("functions", FAIL, "cannot run (Failed: no subnet)")
            .fault(r#"GetFunction=answer:{"Configuration":{"State":"Failed","StateReason":"no subnet"}}"#),
        case("functions", WARN, "does not let Cognito invoke it yet")
            .fault("GetPolicy=refuse:*:ResourceNotFoundException:The resource you requested does not exist."),
        case("functions", WARN, "does not let Cognito invoke it yet")
            .fault("GetPolicy=answer:cognito-idp.amazonaws.com=>apigateway.amazonaws.com"),
        case("functions", UNKNOWN, "may not look: GetFunction").fault("GetFunction=denied"),
        case("functions", UNKNOWN, "may not look: GetPolicy").fault("GetPolicy=denied"),
        case("keys", PASS, "the key is enabled, and encrypts"),
        case("keys", FAIL, "the key is disabled").fault(&state("KeyState", "Disabled")),
        case("keys", FAIL, "about to be deleted").fault(&state("KeyState", "PendingDeletion")),
        case("keys", FAIL, "the key is Unavailable").fault(&state("KeyState", "Unavailable")),
        case("keys", FAIL, "needs a symmetric one").fault(&state("KeySpec", "RSA_2048")),
        case("keys", FAIL, "there is no key").fault("DescribeKey=refuse:*:NotFoundException:no"),
        case("keys", UNKNOWN, "may not look").fault("DescribeKey=denied"),
        case("api_routes", PASS, "the HTTP API a1b2c3d4e5 is there").of(&api("a1b2c3d4e5", "")),
        case("api_routes", PASS, "a1b2c3d4e5 has $default, POST /orders")
            .of(&api("a1b2c3d4e5", "$default: {}, POST /orders: {}")),
        case("api_routes", FAIL, "there is no API z9z9z9 in ap-southeast-2").of(&api("z9z9z9", "GET /orders: {}")),
        case("api_routes", FAIL, "the API w1b2c3d4e5 is a WEBSOCKET API").of(&api("w1b2c3d4e5", "")),
        case("api_routes", FAIL, "the API a1b2c3d4e5 has no route `GET /order`")
            .of(&api("a1b2c3d4e5", "GET /order: {}, POST /orders: {}")),
        case("api_routes", UNKNOWN, "may not look: GetApi").of(&api("a1b2c3d4e5", "")).fault("GetApi=denied"),
        case("api_routes", UNKNOWN, "may not look: GetRoutes")
            .of(&api("a1b2c3d4e5", "GET /orders: {}"))
            .fault("GetRoutes=denied"),
        case("api_routes", UNKNOWN, "the answer does not say what sort of API it is")
            .of(&api("a1b2c3d4e5", ""))
            .fault(r#"GetApi=answer:{"protocolType":null}"#),
    ]
    .into_iter()
    .map(|case| if case.stack == BASE { case.of(pool) } else { case })
    .collect()
}

/// Another stack of the account, with a domain and a certificate that is issued.
const OTHER: &str = "
region: ap-southeast-2
user_pool: { name: other, deletion_protection: INACTIVE }
domain: { name: login.example.com }
";

#[test]
fn every_check_passes_objects_and_cannot_tell() {
    let scene = Scene::permitting();
    let other = House::new(&[("other", OTHER)]);
    scene.served.run(&other, "up other --auto-approve").ok();
    let state = other.json("state/other.json");
    let certificate = state["resources"]["certificate.domain"]["id"].as_str().unwrap();
    // Two scenes at once; the first holds the other stack.
    let (here, apart) = (cases(certificate), [cases_apart(), of_providers()].into_iter().flatten().collect::<Vec<_>>());
    let wrong_in = |scene: &Scene, cases: &[Case]| -> Vec<String> {
        cases.iter().filter_map(|case| case.see(scene).err()).collect()
    };
    let (first, second) = std::thread::scope(|scope| {
        let cases = &here;
        let first = scope.spawn(move || wrong_in(&scene, cases));
        let second = wrong_in(&Scene::permitting(), &apart);
        (first.join().unwrap(), second)
    });
    let wrong = [first, second].concat();
    let cases = [here, apart].into_iter().flatten().collect::<Vec<_>>();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));

    // The law over the list: each check is shown passing, objecting and not knowing.
    let mut shown: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for case in &cases {
        shown.entry(case.check).or_default().insert(case.outcome);
    }
    for check in CHECKS {
        let shown = shown.remove(check.name).unwrap_or_default();
        // The file's own check refuses such a file before, as the test below shows; and it asks nobody.
        let is_of_file = check.name == "reserved_words";
        assert!(shown.contains(PASS), "{} is not shown passing", check.name);
        assert!(is_of_file || shown.contains(FAIL) || shown.contains(WARN), "{} is not shown objecting", check.name);
        assert!(is_of_file || shown.contains(UNKNOWN), "{} is not shown unable to tell", check.name);
    }
    assert_eq!(shown, BTreeMap::new(), "cases of checks that are not in the list");
}

#[test]
fn reserved_words_are_refused_where_they_stand() {
    let scene = Scene::permitting();
    let stack = BASE.replace("name: auth.example.com, hosted_zone: example.com", "prefix: my-aws");
    let house = House::new(&[("looked", &stack)]);
    let ran = scene.run(&house, &Server::new(Names::good()), "preflight looked");
    ran.failed().says("AWS keeps the word `aws` for itself").says("stacks/looked.yaml");
}

#[test]
fn the_list_of_checks_is_in_order() {
    let mut names = BTreeSet::new();
    for check in CHECKS {
        assert!(names.insert(check.name), "{} stands there twice", check.name);
        assert!(check.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", check.name);
        for text in [check.title, check.why] {
            assert!(text.len() > 10 && !text.ends_with('.'), "{}: `{text}`", check.name);
        }
        assert!(check.source.starts_with("https://docs.aws.amazon.com/"), "{}: {}", check.name, check.source);
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/preflight");
    for name in names {
        assert!(folder.join(format!("{name}.rs")).exists(), "{name} has no file of its own");
    }
}
