//! The scenes in which calls fail: between them, the program makes every call that it knows.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

use crate::real_cuts::nameless;
use crate::setup::{House, Ran, copy, run};

/// What is done to a stack, and where it stands before.
pub struct Scene {
    pub name: &'static str,
    /// The stack: `dev` and `prod` are the repository's own.
    pub stack: &'static str,
    /// What came before: the stack file, the command, the faults that it met.
    before: Vec<(String, &'static str, &'static str)>,
    /// What else came before.
    edit: fn(&House),
    /// The stack file; empty for the repository's own.
    file: String,
    /// The command.
    pub words: &'static str,
    /// How AWS answers otherwise than it would, in all that is done.
    pub otherwise: &'static str,
    /// The service whose calls those are that Cognito has by the same names; empty for Cognito.
    shared: &'static str,
}

/// The operations that two services have.
const SHARED: [&str; 2] = ["TagResource", "UntagResource"];

/// A scene that is set, and how it goes when nothing fails.
pub struct Set {
    pub scene: Scene,
    begin: TempDir,
    /// What AWS holds at the end, with names for ids.
    pub end: Value,
    /// The addresses that the state holds at the end.
    pub addresses: BTreeSet<String>,
    /// Every call, in its order.
    pub calls: Vec<Call>,
    /// What `stack preflight` finds when nothing fails, before the command.
    pub looked: Value,
}

/// A call that the program made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The operation.
    pub name: String,
    /// The check that made it, if one did.
    pub check: Option<String>,
}

/// When all scenes begin: late enough that nothing in them has expired, and not in the future of this machine's clock,
/// which a served sandbox goes by.
static BASE: LazyLock<i64> = LazyLock::new(|| {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    i64::try_from(now).unwrap() - 4 * 24 * HOUR
});
const HOUR: i64 = 3_600_000;
/// The hour of the first try; what came before was in the hours before.
const TRY: i64 = 24;

pub const UP: &str = "up shop --auto-approve";
const DESTROY: &str = "destroy shop --auto-approve --allow-loss user_pool";
const DESTROY_SERVICES: &str = "destroy shop --auto-approve --allow-loss user_pool --allow-loss identity_pool";
const REPLACE: &str = "up shop --auto-approve --allow-loss user_pool";

/// A pool, clients, a domain of one's own with its certificate and records, classic pages.
const WHOLE: &str = "
region: ap-southeast-2
tags: { app: shop, team: web }
user_pool:
  name: shop
  deletion_protection: INACTIVE
  mfa: { mode: OPTIONAL, software_token: true }
  attributes: { tenant: { type: String } }
app_clients:
  web:
    callback_urls: [https://a.example.com/]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid]
  server: { generate_secret: true }
domain:
  name: auth.dev.example.com
  parent_record: placeholder
  certificate: { domain_name: '*.dev.example.com', subject_alternative_names: [dev.example.com] }
  managed_login_version: 1
ui_customization: { css: ui/login.css, image_file: ui/logo.png }
records:
  www: { name: www.dev.example.com, type: CNAME, values: [a.example.com] }
";

fn with(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    })
}

/// Pool and clients alone.
pub fn small() -> String {
    WHOLE[..WHOLE.find("domain:\n").unwrap()].to_owned()
}

/// Managed login, with a style for each client, in the place of the classic pages.
fn managed() -> String {
    let pages = "ui_customization: { css: ui/login.css, image_file: ui/logo.png }\n";
    with(WHOLE, &[(pages, ""), ("managed_login_version: 1", "managed_login_version: 2")])
}

pub fn scenes() -> Vec<Scene> {
    let scene = |name, before: &[(&str, &'static str, &'static str)], file: &str, words| {
        let before = before.iter().map(|(file, words, faults)| ((*file).to_owned(), *words, *faults)).collect();
        Scene { name, stack: "shop", before, edit: |_| {}, file: file.to_owned(), words, otherwise: "", shared: "" }
    };
    let own = |stack, words| Scene { stack, ..scene(stack, &[], "", words) };
    let changed = with(
        WHOLE,
        &[
            ("mode: OPTIONAL", "mode: ON"),
            ("  attributes: {", "  account_recovery_setting: [verified_email]\n  attributes: {"),
            ("{ app: shop, team: web }", "{ app: market, stage: dev }"),
            ("tenant: { type: String }", "tenant: { type: String }, role: { type: String }"),
            ("https://a.example.com/]", "https://b.example.com/]"),
            ("css: ui/login.css", "css: ui/other.css"),
            ("[a.example.com]", "[b.example.com]"),
        ],
    );
    let managed = managed();
    let swapped = with(
        &managed,
        &[
            ("'*.dev.example.com', subject_alternative_names: [dev.example.com]", "auth.dev.example.com"),
            ("  server: { generate_secret: true }\n", "  app: { generate_secret: false }\n"),
        ],
    );
    let renewed = with(&small(), &[("  name: shop\n", "  name: shop\n  username_attributes: [email]\n")]);
    vec![
        own("dev", "up dev --auto-approve"),
        own("prod", "up prod --auto-approve"),
        scene("first", &[], WHOLE, UP),
        scene("change", &[(WHOLE, UP, "")], &changed, UP),
        scene("pages", &[(WHOLE, UP, "")], &managed, UP),
        scene("swap", &[(&managed, UP, "")], &swapped, UP),
        scene("replace", &[(&small(), UP, "")], &renewed, REPLACE),
        scene("destroy", &[(WHOLE, UP, "")], WHOLE, DESTROY),
        scene("another secret of one's own", &[(&owned("stacks/old.secret"), UP, "")], &owned("stacks/new.secret"), UP),
        // What an earlier run has made without hearing of it is looked for.
        scene("lost pool", &[(&small(), UP, "CreateUserPool=drop-after;ListUserPools+2=denied")], &small(), UP),
        scene(
            "lost parts",
            &[(
                &managed,
                UP,
                "CreateUserPoolClient=drop-after:*;ListUserPoolClients=denied;RequestCertificate=drop-after:*;\
                 ListCertificates=denied",
            )],
            &managed,
            UP,
        ),
        Scene { edit: design, ..scene("style", &[(&managed, UP, "")], &managed, UP) },
        // One changes, one goes, one comes, and a client names another.
        scene(
            "providers",
            &[(&providers("Facebook: { facebook", "openid"), UP, "")],
            &providers("LoginWithAmazon: { login_with_amazon", "openid, email"),
            UP,
        ),
        scene("outside", &[], OUTSIDE, UP),
        scene("people", &[], PEOPLE, UP),
        scene("people change", &[(PEOPLE, UP, "")], PEOPLE_LATER, "up shop --auto-approve --allow-loss user"),
        scene("guards", &[], GUARDED, UP),
        scene("other guards", &[(GUARDED, UP, "")], GUARDED_LATER, UP),
        scene("guards gone", &[(GUARDED_LATER, UP, "")], GUARDED_LATER, DESTROY),
        scene("lost terms", &[(GUARDED, UP, "CreateTerms=drop-after:*;ListTerms=denied")], GUARDED, UP),
        scene("services", &[], SERVICES, UP),
        Scene { shared: "cognito-identity", ..scene("services later", &[(SERVICES, UP, "")], SERVICES_LATER, UP) },
        scene("services gone", &[(SERVICES, UP, "")], SERVICES, DESTROY_SERVICES),
        scene("trigger", &[(TRIGGER, UP, "")], &with(TRIGGER, &[("sign-up", "greet")]), UP),
        // Somebody in a role, whose policies are asked for by the role's name; and a client more.
        Scene {
            otherwise: "GetCallerIdentity=answer:user/sandbox=>assumed-role/deploy/ann",
            ..scene("in a role", &[(&small(), UP, "")], &with(&small(), &[("  server:", "  app: {}\n  server:")]), UP)
        },
    ]
}

/// Threat protection, a replica, logs and terms.
const GUARDED: &str = "
region: ap-southeast-2
user_pool:
  name: shop
  deletion_protection: INACTIVE
  user_pool_tier: PLUS
  user_pool_add_ons: { advanced_security_mode: AUDIT }
  key_configuration: { key_type: CUSTOMER_MANAGED_KEY, kms_key_arn: 'arn:aws:kms:ap-southeast-2:000000000000:key/mrk-0000000000004444555566667777888f' }
replica: { region: eu-west-1, status: INACTIVE, tags: { app: shop } }
app_clients: { web: {} }
risk_configuration:
  compromised_credentials_risk_configuration: { actions: { event_action: BLOCK } }
  app_clients: { web: { risk_exception_configuration: { blocked_ip_range_list: [192.0.2.0/24] } } }
log_delivery: { user_notification: 'arn:aws:logs:ap-southeast-2:000000000000:log-group:shop' }
terms: { web: { terms_of_use: { default: 'https://example.com/terms' }, privacy_policy: { default: 'https://example.com/privacy' } } }
";

/// The same with something changed in all of them.
const GUARDED_LATER: &str = "
region: ap-southeast-2
user_pool:
  name: shop
  deletion_protection: INACTIVE
  user_pool_tier: PLUS
  user_pool_add_ons: { advanced_security_mode: AUDIT }
  key_configuration: { key_type: CUSTOMER_MANAGED_KEY, kms_key_arn: 'arn:aws:kms:ap-southeast-2:000000000000:key/mrk-0000000000004444555566667777888f' }
replica: { region: eu-west-1, status: ACTIVE, tags: { team: shop } }
app_clients: { web: {} }
risk_configuration:
  compromised_credentials_risk_configuration: { actions: { event_action: NO_ACTION } }
log_delivery: { user_auth_events: 'arn:aws:s3:::shop-logs' }
terms: { web: { terms_of_use: { default: 'https://example.com/new' } } }
";

/// A client whose secret is in a file.
fn owned(file: &str) -> String {
    format!(
        "region: ap-southeast-2\nuser_pool: {{ name: shop, deletion_protection: INACTIVE }}\napp_clients:\n  \
         web: {{ client_secret: {{ file: {file} }} }}\n"
    )
}

/// Google, and another, which a client names. Any file does for a secret.
fn providers(other: &str, scopes: &str) -> String {
    let name = other.split(':').next().unwrap();
    let client = "client_id: a, client_secret: { file: stacks/dev.yaml }";
    format!(
        "region: ap-southeast-2\nuser_pool: {{ name: shop, deletion_protection: INACTIVE }}\nidentity_providers:\n  \
         Google: {{ google: {{ {client}, authorize_scopes: [{scopes}] }} }}\n  \
         {other}: {{ {client}, authorize_scopes: [email] }} }}\napp_clients:\n  \
         web: {{ supported_identity_providers: [COGNITO, {name}] }}\n"
    )
}

/// A pool that names things of other services: functions, keys, and a mail identity.
const OUTSIDE: &str = "
region: ap-southeast-2
user_pool:
  name: shop
  deletion_protection: INACTIVE
  email_configuration:
    email_sending_account: DEVELOPER
    source_arn: arn:aws:ses:ap-southeast-2:000000000000:identity/example.com
    from_email_address: no-reply@example.com
  lambda_config: { pre_sign_up: 'arn:aws:lambda:ap-southeast-2:000000000000:function:sign-up' }
  key_configuration:
    key_type: CUSTOMER_MANAGED_KEY
    kms_key_arn: arn:aws:kms:ap-southeast-2:000000000000:key/one
";

/// Resource servers, groups and users.
const PEOPLE: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE }
app_clients:
  jobs: { generate_secret: true, allowed_oauth_flows: [client_credentials], allowed_oauth_scopes: [orders/read] }
resource_servers:
  orders: { scopes: { read: Read orders } }
  old: { scopes: { read: Read what was } }
groups:
  admins: { precedence: 0 }
  old: {}
users:
  ann: { attributes: { email: ann@example.com, name: Ann }, groups: [admins], enabled: false }
  bob: { enabled: true }
  old: {}
";

/// The same, with everything changed, or gone.
const PEOPLE_LATER: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE }
app_clients:
  jobs: { generate_secret: true, allowed_oauth_flows: [client_credentials], allowed_oauth_scopes: [orders/write] }
resource_servers:
  orders: { scopes: { write: Write orders } }
groups:
  admins: { precedence: 1, description: May do everything }
  staff: {}
users:
  ann: { attributes: { email: ann@example.org }, groups: [staff], enabled: true }
  bob: { enabled: false }
";

/// A function that is a trigger, and Cognito's permission to invoke it.
const TRIGGER: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE, lambda_config: { pre_sign_up: sign-up } }
";

/// An identity pool, an authorizer of an API, and a web ACL.
const SERVICES: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE }
app_clients: { web: {}, app: {} }
identity_pool:
  app_clients: { web: {} }
  roles: { authenticated: 'arn:aws:iam::000000000000:role/in' }
  tags: { part: people, stage: test }
api_authorizers: { orders: { api_id: a1b2c3d4e5, app_clients: [web], routes: { GET /orders: {} } } }
web_acl_arn: arn:aws:wafv2:ap-southeast-2:000000000000:regional/webacl/shop/1
";

/// The same with something changed in each, and another authorizer.
const SERVICES_LATER: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE }
app_clients: { web: {}, app: {} }
identity_pool:
  roles: { authenticated: 'arn:aws:iam::000000000000:role/in2' }
  principal_tags: { user_pool: { use_defaults: true } }
  tags: { part: everybody }
api_authorizers:
  orders: { api_id: a1b2c3d4e5, routes: { POST /orders: {} } }
  more: { api_id: a1b2c3d4e5 }
";

/// Somebody has designed a style in the console that this stack had once declared to be AWS's own: the one case in which
/// a style is changed. Stack files no longer have a word for it; states may.
fn design(house: &House) {
    let (state, world) = ("state/sandbox/shop.json", "state/sandbox/.world.json");
    let mut text = house.json(state);
    text["resources"]["managed_login_branding.web"]["last_applied"]["use_cognito_provided_values"] = true.into();
    std::fs::write(house.path(state), text.to_string()).unwrap();
    let mut text = house.json(world);
    let pools = text["cognito"]["pools"]["ap-southeast-2"].as_object_mut().unwrap();
    for style in pools.values_mut().flat_map(|pool| pool["brandings"].as_object_mut().unwrap().values_mut()) {
        style["provided"] = false.into();
    }
    std::fs::write(house.path(world), text.to_string()).unwrap();
}

impl Scene {
    /// Sets the scene, and sees how it goes when nothing fails.
    pub fn set(self) -> Set {
        let begin = House::new(&[]);
        std::fs::write(begin.path("stacks/ui/other.css"), ".banner-customizable { background-color: #fff; }\n")
            .unwrap();
        std::fs::write(begin.path("stacks/old.secret"), "abcdefghijklmnopqrstuvwxyz012345").unwrap();
        std::fs::write(begin.path("stacks/new.secret"), "zyxwvutsrqponmlkjihgfedcba543210").unwrap();
        for (hour, (file, words, faults)) in (0..).zip(&self.before) {
            std::fs::write(begin.path("stacks/shop.yaml"), file).unwrap();
            let ran = run(&mut at(&begin, hour, words, faults)).sane();
            assert_eq!(ran.code == Some(0), faults.is_empty(), "{}: {}\n{}", self.name, ran.out, ran.err);
        }
        (self.edit)(&begin);
        if !self.file.is_empty() {
            std::fs::write(begin.path("stacks/shop.yaml"), &self.file).unwrap();
        }
        let begin = begin.root;
        let (end, looked) = (Value::Null, Value::Null);
        let mut set = Set { scene: self, begin, end, addresses: BTreeSet::new(), calls: Vec::new(), looked };
        set.looked = set.look(&set.house(), "");
        let house = set.house();
        let (ran, mut calls) = set.tried(&house, "");
        let ran = ran.ok();
        assert!(!calls.is_empty(), "{}", ran.err);
        for call in &mut calls {
            call.name = set.scene.told_apart(std::mem::take(&mut call.name));
        }
        set.end = nameless(house.json("state/sandbox/.world.json"));
        set.addresses = addresses(&house.json(&set.state()));
        set.calls = calls;
        set
    }
}

impl Scene {
    /// The name of an operation that is called here, as it is told apart from another service's.
    pub fn told_apart(&self, operation: String) -> String {
        let is_theirs = !self.shared.is_empty() && SHARED.contains(&operation.as_str());
        if is_theirs { format!("{}.{operation}", self.shared) } else { operation }
    }
}

impl Set {
    /// A directory in which the scene is about to begin.
    pub fn house(&self) -> House {
        let house = House::new(&[]);
        copy(self.begin.path(), house.root.path());
        house
    }

    /// Where the state is kept, in a sandbox of the program's own process.
    pub fn state(&self) -> String {
        format!("state/sandbox/{}.json", self.scene.stack)
    }

    /// The scene's command with these faults: how it ended, and the calls that it made.
    pub fn tried(&self, house: &House, faults: &str) -> (Ran, Vec<Call>) {
        let mut command = at(house, TRY, self.scene.words, &self.with(faults));
        heard(run(command.env("STACK_LOG", "stack::aws=info")).sane())
    }

    fn with(&self, faults: &str) -> String {
        let both = [self.scene.otherwise, faults];
        both.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(";")
    }

    /// What `stack preflight` finds where the scene's command is about to begin, with these faults.
    pub fn look(&self, house: &House, faults: &str) -> Value {
        let words = format!("preflight {} --json", self.scene.stack);
        let ran = run(&mut at(house, TRY, &words, &self.with(faults))).sane();
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", ran.out, ran.err))
    }

    /// Whether the work itself calls this, and not its checks alone. The hosted zones are asked for once in a run: checks
    /// come first, and apply could not do without.
    pub fn needs(&self, operation: &str) -> bool {
        let mut calls = self.calls.iter().filter(|call| call.name == operation);
        calls.any(|call| call.check.is_none() || operation == "ListHostedZones")
    }

    /// Whether the scene itself changes what this answers, so that no other fault can be told from that.
    pub fn alters(&self, operation: &str) -> bool {
        self.scene.otherwise.split_once('=').is_some_and(|(altered, _)| altered == operation)
    }

    /// How many calls of an operation checks make before the work itself makes its first; none where it makes none.
    pub fn before(&self, operation: &str) -> usize {
        let calls = self.calls.iter().filter(|call| call.name == operation);
        let before = calls.take_while(|call| call.check.is_some()).count();
        if operation == "ListHostedZones" || !self.needs(operation) { 0 } else { before }
    }

    /// The checks that call this.
    pub fn checks(&self, operation: &str) -> BTreeSet<&str> {
        let calls = self.calls.iter().filter(|call| call.name == operation);
        calls.filter_map(|call| call.check.as_deref()).collect()
    }

    /// The scene's command an hour later, when nothing fails any more.
    pub fn again(&self, house: &House) -> Ran {
        run(&mut at(house, TRY + 1, self.scene.words, self.scene.otherwise)).sane()
    }

    /// Whether anything is left to do: the plan, two hours later.
    pub fn plan(&self, house: &House) -> Ran {
        run(&mut at(house, TRY + 2, &format!("plan {} --detailed-exitcode", self.scene.stack), "")).sane()
    }

    pub fn is_destroy(&self) -> bool {
        [DESTROY, DESTROY_SERVICES].contains(&self.scene.words)
    }
}

fn at(house: &House, hour: i64, words: &str, faults: &str) -> Command {
    let mut command = house.sandboxed(words, faults);
    command.env("STACK_TEST_CLOCK", (*BASE + hour * HOUR).to_string());
    command
}

/// What the run said without the log of its calls, and the calls.
pub fn heard(ran: Ran) -> (Ran, Vec<Call>) {
    let (log, said): (Vec<&str>, Vec<&str>) = ran.err.lines().partition(|line| line.contains(" stack::aws: "));
    let call = |line: &&str| {
        let (by, call) = line.split_once(" stack::aws: ")?;
        let check = by.split_once("check{name=\"").map(|(_, name)| name.split('"').next().unwrap().to_owned());
        Some(Call { name: called(call)?, check })
    };
    let calls = log.iter().filter_map(call).collect();
    let err = said.join("\n");
    (Ran { err, ..ran }, calls)
}

/// The operation in a line of the log: `CreateUserPool 200 in 0 ms`, `GET /2013-04-01/change/C1 failed in 0 ms`.
fn called(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let name = match words[..] {
        ["POST", path, ..] if path.ends_with("/rrset") || path.ends_with("/rrset/") => "ChangeResourceRecordSets",
        ["GET", path, ..] if path.ends_with("/rrset") => "ListResourceRecordSets",
        ["GET", path, ..] if path.contains("/change/") => "GetChange",
        ["GET", "/2013-04-01/hostedzone", ..] => "ListHostedZones",
        ["GET", path, ..] if path.starts_with("/2013-04-01/hostedzone/") => "GetHostedZone",
        ["GET", host, ..] if !host.starts_with('/') => "GetImage",
        ["GET" | "POST" | "PUT" | "DELETE", ..] => panic!("which operation is this? {line}"),
        [name, ..] => name,
        [] => return None,
    };
    Some(name.to_owned())
}

pub fn addresses(state: &Value) -> BTreeSet<String> {
    state["resources"].as_object().into_iter().flatten().map(|(address, _)| address.clone()).collect()
}
