//! What is cut: the changes that a stack goes through in its life, each from a world of its own.

use serde_json::{Value, json};

use crate::setup::{House, copy};
use crate::world::repository;

/// A run that ends, and one that is cut.
pub struct Scenario {
    pub name: &'static str,
    /// What has happened before.
    pub before: &'static [Before],
    /// Writes the stack file of the run that is cut.
    pub stack: fn(&House),
    /// The command that is cut, and run again.
    pub words: &'static str,
    /// A command that finds nothing to do afterwards.
    pub again: &'static str,
    /// What the command says, and fails, when an earlier run has done all of it; only where that is so.
    pub is_over: Option<&'static str>,
}

/// A command that was run before.
pub struct Before {
    pub stack: fn(&House),
    pub words: &'static str,
    /// It was killed when it said this.
    pub stop: Option<&'static str>,
    /// What somebody else then changed in AWS.
    pub behind: Option<fn(&mut Value)>,
}

/// Every scenario is one of this stack.
pub const STACK: &str = "prod";

const UP: &str = "up prod --auto-approve";
const PLAN: &str = "plan prod --detailed-exitcode";
const DESTROY: &str = "destroy prod --auto-approve --allow-loss user_pool";

const DESTROY_EVERYTHING: &str = "destroy prod --auto-approve --allow-loss user_pool --allow-loss user \
                                  --allow-loss identity_pool";

const fn applied(stack: fn(&House)) -> Before {
    Before { stack, words: UP, stop: None, behind: None }
}

impl Scenario {
    /// Whether the last command changes anything there: what does not is done when it is saved, and not before.
    pub fn changes_aws(&self) -> bool {
        !self.words.starts_with("import ")
    }
}

const fn up(name: &'static str, before: &'static [Before], stack: fn(&House)) -> Scenario {
    Scenario { name, before, stack, words: UP, again: PLAN, is_over: None }
}

const fn destroy(name: &'static str, before: &'static [Before], stack: fn(&House)) -> Scenario {
    Scenario { name, before, stack, words: DESTROY, again: DESTROY, is_over: None }
}

const fn destroy_all(name: &'static str, before: &'static [Before], stack: fn(&House)) -> Scenario {
    Scenario { words: DESTROY_EVERYTHING, again: DESTROY_EVERYTHING, ..destroy(name, before, stack) }
}

pub static SCENARIOS: [Scenario; 12] = [
    up("first apply of prod.yaml", &[], prod),
    up("an update of pool, MFA, client, CSS and tags", &[applied(prod)], changed),
    up("a certificate swapped under a live domain", &[applied(prod)], swapped),
    up("a client, an attribute and a client's own look are added", &[applied(prod)], more),
    up("a client and a client's own look are taken away", &[applied(more)], less),
    up("a prefix becomes a domain", &[applied(prefixed)], prod),
    destroy("destroy", &[applied(unprotected)], unprotected),
    destroy(
        "destroy while a swapped certificate is still in use",
        &[
            applied(unprotected),
            Before {
                stack: unprotected_and_swapped,
                words: UP,
                stop: Some("for CloudFront to release the certificate"),
                behind: None,
            },
        ],
        unprotected_and_swapped,
    ),
    up("a client is renamed in the file", &[applied(more)], moved),
    up("a secret of one's own takes another's place", &[applied(owned)], owned_anew),
    Scenario {
        name: "what nobody declared is taken back",
        before: &[Before { stack: prod, words: UP, stop: None, behind: Some(remembers_devices) }],
        stack: prod,
        words: "apply prod --auto-approve --revert-undeclared",
        again: PLAN,
        is_over: None,
    },
    Scenario {
        name: "a client is imported",
        before: &[
            applied(prod),
            Before { stack: prod, words: "state rm prod app_client.web --auto-approve", stop: None, behind: None },
        ],
        stack: prod,
        words: "import prod --address app_client.web={pool}/{client}",
        again: PLAN,
        is_over: Some("is recorded already"),
    },
];

/// Stacks that use everything, made, changed and taken away; see `everything.rs`.
pub static EVERYTHING: [Scenario; 8] = [
    up("a first apply of everything", &[], everything),
    up("each kind of everything is changed", &[applied(everything)], everything_changed),
    destroy_all("everything is destroyed", &[applied(everything)], everything),
    up("a first apply of what excludes it", &[], everything_else),
    up("each kind of what excludes it is changed", &[applied(everything_else)], everything_else_changed),
    destroy_all("what excludes it is destroyed", &[applied(everything_else)], everything_else),
    up("a first apply of records in a zone of somebody else's", &[], everything_zone),
    destroy_all("records in a zone of somebody else's are destroyed", &[applied(everything_zone)], everything_zone),
];

/// The first apply, with the state in S3.
pub static IN_S3: Scenario = up("first apply of prod.yaml with the state in S3", &[MADE], prod_in_s3);

/// The bucket has been made.
const MADE: Before = Before { stack: prod_in_s3, words: "state init prod", stop: None, behind: None };

/// `stacks/prod.yaml` with these changes, each of something that stands there once.
fn written(house: &House, changes: &[(&str, &str)]) {
    let original = concat!(env!("CARGO_MANIFEST_DIR"), "/stacks/prod.yaml");
    let mut text = std::fs::read_to_string(original).unwrap();
    // AWS as `sandbox serve` plays it is that of another account.
    let account = ("account: \"111122223333\"", "account: \"000000000000\"");
    for (from, to) in [account].iter().chain(changes) {
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in prod.yaml");
        text = text.replace(from, to);
    }
    std::fs::write(house.path("stacks/prod.yaml"), text).unwrap();
}

fn prod(house: &House) {
    written(house, &[]);
}

/// A sample with these changes, of which each stands there.
fn sample(house: &House, name: &str, changes: &[(&str, &str)]) {
    let samples = repository().join("tests/it/samples/valid");
    copy(&samples, &house.path("stacks"));
    let mut text = std::fs::read_to_string(samples.join(name)).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "`{from}` stands in {name}");
        text = text.replace(from, to);
    }
    std::fs::write(house.path("stacks/prod.yaml"), text).unwrap();
}

fn everything(house: &House) {
    sample(house, "everything.yaml", &[]);
}

/// Something of each kind is changed, and of some kinds one goes.
fn everything_changed(house: &House) {
    const OTHER_FUNCTION: (&str, &str) = (
        "post_authentication: arn:aws:lambda:ap-southeast-2:000000000000:function:sample",
        "post_authentication: arn:aws:lambda:ap-southeast-2:000000000000:function:other",
    );
    let changes = [
        ("tags: { app: sample }", "tags: { app: sample, cost: login }"),
        ("password_history_size: 5", "password_history_size: 6"),
        ("subject: Your code, message:", "subject: A code, message:"),
        OTHER_FUNCTION,
        ("access_token_validity: 15m", "access_token_validity: 20m"),
        ("retry_grace_period_seconds: 10", "retry_grace_period_seconds: 20"),
        // The client lets go of a provider that goes.
        ("[COGNITO, Google, Staff]", "[COGNITO, Google]"),
        ("write: Write orders", "write: Change orders"),
        ("May do everything", "May do all"),
        ("name: Ann }", "name: Anna }"),
        ("enabled: true\n    invite", "enabled: false\n    invite"),
        ("security_policy: TLS_V1_2_2021", "security_policy: TLS_V1_3_2025"),
        ("authorize_scopes: [public_profile, email]", "authorize_scopes: [public_profile]"),
        ("idp_signout: true", "idp_signout: false"),
        ("idp_identifiers: [example.com, example.org]", "idp_identifiers: [example.com]"),
        (
            "  Staff:\n    saml: { metadata_file: idp/staff.xml }\n    attribute_mapping: \
             { email: \"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress\" }\n",
            "",
        ),
        ("192.0.2.0/24", "203.0.113.0/24"),
        ("log-group:/aws/vendedlogs/sample", "log-group:/aws/vendedlogs/other"),
        ("name: sample orders", "name: orders"),
        ("GET /orders: { scopes: [openid] }", "GET /orders: { scopes: [openid, email] }"),
        ("allow_classic_flow: false", "allow_classic_flow: true"),
        ("role/in\"", "role/inside\""),
        ("value: \"@example.com\"", "value: \"@example.org\""),
        ("{ team: \"custom:tenant\" }", "{ tenant: \"custom:tenant\" }"),
        ("webacl/login/12345678", "webacl/other/12345678"),
        ("values: [hello]", "values: [hello, there]"),
    ];
    sample(house, "everything.yaml", &changes);
    std::fs::write(house.path("stacks/ui/all.css"), ".banner-customizable { background-color: #1a2b3c; }\n").unwrap();
}

/// Without what lies around a stack, whose state is that of the others here: the bucket, the roles and the secrets that AWS
/// keeps.
fn everything_else(house: &House) {
    everything_else_with(house, &[]);
}

fn everything_else_changed(house: &House) {
    let changes = [
        ("origination_identity: SAMPLE", "origination_identity: OTHER"),
        ("email_subject_by_link: Your link", "email_subject_by_link: A link"),
        ("status: ACTIVE", "status: INACTIVE"),
        ("tags: { tier: second }", "tags: { tier: third }"),
        ("allowed_oauth_scopes: [openid]", "allowed_oauth_scopes: [openid, email]"),
        ("  mobile: {}\n", "  mobile: {}\n  tablet: {}\n"),
        ("unstyled_clients: [machine, nightly, weekly]", "unstyled_clients: [machine, mobile, nightly, weekly]"),
        ("https://example.com/fr/terms", "https://example.com/fr/conditions"),
        ("color_mode: LIGHT", "color_mode: DARK"),
        ("  mobile: { use_cognito_provided_values: true }\n", ""),
    ];
    everything_else_with(house, &changes);
}

fn everything_else_with(house: &House, changes: &[(&str, &str)]) {
    let certificate = "  certificate: { arn: \"arn:aws:acm:us-east-1:000000000000:certificate/\
                       12345678-1234-1234-1234-123456789012\" }\n";
    let secret = "client_secret: { file: stacks/ui/secret.txt }";
    let around = [
        ("extends: bases/everything.yaml\n", "region: ap-southeast-2\n"),
        (certificate, ""),
        ("client_secret: { env: SAMPLE_SECRET }", secret),
        ("client_secret: { ssm: /sample/nightly }", secret),
        ("client_secret: { secretsmanager: sample/weekly }", secret),
    ];
    sample(house, "everything_else.yaml", &[&around, changes].concat());
}

/// Without the code of an MFA device: each run would need another.
fn everything_zone(house: &House) {
    sample(house, "everything_zone.yaml", &[(", mfa_serial: \"arn:aws:iam::000000000000:mfa/ann\"", "")]);
}

fn prod_in_s3(house: &House) {
    written(
        house,
        &[("\nuser_pool:\n", "\nstate: { s3: { bucket: shop-stacks, key: auth/prod.json } }\nuser_pool:\n")],
    );
}

fn changed(house: &House) {
    written(
        house,
        &[
            ("minimum_length: 12", "minimum_length: 14"),
            ("mode: OPTIONAL", "mode: 'ON'"),
            ("access_token_validity: 15m", "access_token_validity: 10m"),
            ("logout_urls: [https://app.example.com/]", "logout_urls: [https://app.example.com/bye]"),
            ("  environment: prod\n", "  environment: live\n  team: identity\n"),
        ],
    );
    std::fs::write(house.path("stacks/ui/login.css"), ".logo-customizable { max-width: 50%; }\n").unwrap();
}

const CERTIFICATE: (&str, &str) = ("domain_name: login.example.com", "domain_name: '*.example.com'");

fn swapped(house: &House) {
    written(house, &[CERTIFICATE]);
}

fn more(house: &House) {
    written(
        house,
        &[
            (
                "    role: { type: String, mutable: true, min_length: 1, max_length: 32 }\n",
                "    role: { type: String, mutable: true, min_length: 1, max_length: 32 }\n    \
                 plan: { type: String, mutable: true, min_length: 1, max_length: 8 }\n",
            ),
            (
                "domain:\n",
                "  phone:\n    callback_urls: [https://m.example.com/callback]\n    allowed_oauth_flows: [code]\n    \
                 allowed_oauth_scopes: [openid]\n    generate_secret: true\nui_customization:\n  app_clients: \
                 { web: { css: ui/web.css } }\ndomain:\n",
            ),
        ],
    );
    std::fs::write(house.path("stacks/ui/web.css"), ".banner-customizable { background-color: #1a2b3c; }\n").unwrap();
}

/// What [`more`] has added is taken away again, but for the attribute: AWS takes none away, and the plan refuses it.
fn less(house: &House) {
    written(
        house,
        &[(
            "    role: { type: String, mutable: true, min_length: 1, max_length: 32 }\n",
            "    role: { type: String, mutable: true, min_length: 1, max_length: 32 }\n    \
             plan: { type: String, mutable: true, min_length: 1, max_length: 8 }\n",
        )],
    );
}

/// The client `phone` of [`more`] is called `mobile` from now on; its own name in AWS is said, and stays.
fn moved(house: &House) {
    more(house);
    let path = house.path("stacks/prod.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (from, to) = ("  phone:\n", "  mobile:\n    name: phone\n");
    assert_eq!(text.matches(from).count(), 1);
    let moves = "moved: [{ from: app_client.phone, to: app_client.mobile }]\n";
    std::fs::write(path, text.replace(from, to) + moves).unwrap();
}

/// A client with a secret of one's own.
fn owned(house: &House) {
    own(house, "abcdefghijklmnopqrstuvwxyz012345");
}

/// Another one stands in the file.
fn owned_anew(house: &House) {
    own(house, "zyxwvutsrqponmlkjihgfedcba543210");
}

fn own(house: &House, secret: &str) {
    written(house, &[("domain:\n", "  server: { client_secret: { file: stacks/server.secret } }\ndomain:\n")]);
    std::fs::write(house.path("stacks/server.secret"), secret).unwrap();
}

/// Somebody has devices remembered, of which the file says nothing.
fn remembers_devices(world: &mut Value) {
    let pools = world["cognito"]["pools"].as_object_mut().unwrap().values_mut();
    for pool in pools.flat_map(|pools| pools.as_object_mut().unwrap().values_mut()) {
        pool["settings"]["DeviceConfiguration"] =
            json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false });
    }
}

fn prefixed(house: &House) {
    written(
        house,
        &[
            ("  name: login.example.com\n  hosted_zone: example.com\n", "  prefix: shop-prod\n"),
            (
                "  # For this name alone, instead of the wildcard *.example.com that is made when nothing is said.\n  \
                 certificate: { domain_name: login.example.com }\n",
                "",
            ),
        ],
    );
}

const UNPROTECTED: (&str, &str) = ("deletion_protection: ACTIVE", "deletion_protection: INACTIVE");

fn unprotected(house: &House) {
    written(house, &[UNPROTECTED]);
}

fn unprotected_and_swapped(house: &House) {
    written(house, &[UNPROTECTED, CERTIFICATE]);
}
