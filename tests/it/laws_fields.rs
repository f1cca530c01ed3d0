//! Each field by itself: changed there and back, taken out of the file and put back.
//!
//! The fields are found by walking the examples, so that a new field is under these laws at once. AWS does not take
//! every field changed alone: [`GROUND`] and [`FIRST`] say what is changed, or taken away, before. What the checks of
//! the stack file refuse all the same is listed in a snapshot; all else must work.

use serde_json::{Map, Value};
use stack::engine::facts::Facts;
use stack::engine::plan::{Action, Plan};
use stack::engine::{Kinds, diff};
use stack::kind::OnChange;
use stack::kinds::KINDS;

use crate::laws_cases::{Case, cases};
use crate::laws_world::{Laws, World};

type Table = &'static [(&'static str, &'static str, &'static [&'static str])];

/// What must be as in the changed example before a field can be changed alone: kind, field, the others.
const GROUND: Table = &[
    ("user_pool", "mfa.mode", &["sign_in_policy", "web_authn_configuration.factor_configuration"]),
    (
        "user_pool",
        "lambda_config.kms_key_id",
        &["lambda_config.custom_sms_sender", "lambda_config.custom_email_sender"],
    ),
    ("user_pool", "email_configuration.source_arn", &["email_configuration.from_email_address"]),
    (
        "user_pool",
        "verification_message_template.default_email_option",
        &["verification_message_template.email_message", "verification_message_template.email_subject"],
    ),
    ("user_pool", "verification_message_template.email_message_by_link", LINK),
    ("user_pool", "verification_message_template.email_subject_by_link", LINK),
    (
        "user_pool",
        "user_attribute_update_settings.attributes_require_verification_before_update",
        &["auto_verified_attributes"],
    ),
];

/// What is changed as one: its parts say nothing without one another.
const TOGETHER: [&str; 2] = ["key_configuration", "analytics_configuration"];

const LINK: &[&str] = &[
    "verification_message_template.email_message",
    "verification_message_template.email_subject",
    "verification_message_template.default_email_option",
];

/// What must be taken away before a field can be: kind, field, the others.
const FIRST: Table = &[
    ("user_pool", "user_pool_tier", &["user_pool_add_ons"]),
    ("user_pool", "auto_verified_attributes", &["user_attribute_update_settings"]),
    (
        "user_pool",
        "lambda_config.kms_key_id",
        &["lambda_config.custom_sms_sender", "lambda_config.custom_email_sender"],
    ),
    ("user_pool", "email_configuration", &["mfa.email"]),
    (
        "user_pool",
        "email_configuration.email_sending_account",
        &["mfa.email", "email_configuration.from_email_address", "email_configuration.source_arn"],
    ),
    ("user_pool", "sms_configuration", &["mfa", "auto_verified_attributes", "user_attribute_update_settings"]),
    (
        "user_pool",
        "verification_message_template.default_email_option",
        &["verification_message_template.email_message_by_link", "verification_message_template.email_subject_by_link"],
    ),
    (
        "app_client",
        "callback_urls",
        &["default_redirect_uri", "allowed_oauth_flows_user_pool_client", "allowed_oauth_flows"],
    ),
    ("app_client", "allowed_oauth_flows", &["allowed_oauth_flows_user_pool_client"]),
    ("app_client", "allowed_oauth_scopes", &["allowed_oauth_flows_user_pool_client"]),
    ("app_client", "explicit_auth_flows", &["refresh_token_rotation"]),
    ("managed_login_branding", "use_cognito_provided_values", &["settings", "assets"]),
    ("identity_pool", "app_clients", &["principal_tags"]),
];

/// What composing a stack file always says, so that it is never taken out: kind, field.
pub const ALWAYS: &[(&str, &str)] =
    &[("app_client", "name"), ("domain", "custom"), ("identity_provider", "name"), ("resource_server", "name")];

fn told_of(table: Table, case: &Case, path: &str) -> &'static [&'static str] {
    let fits = |(kind, field, _): &&(&str, &str, &[&str])| *kind == case.address.kind && *field == path;
    table.iter().find(fits).map_or(&[], |(.., others)| others)
}

/// `spec` with `value` at `path`; None takes the field away, and an object that it leaves empty stays.
pub fn put(spec: &Value, path: &str, value: Option<Value>) -> Value {
    let mut spec = spec.clone();
    let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut place = &mut spec;
    for key in above.split('.').filter(|key| !key.is_empty()) {
        let Some(fields) = place.as_object_mut() else { return spec };
        if value.is_none() && !fields.contains_key(key) {
            return spec;
        }
        place = fields.entry(key).or_insert_with(|| Value::Object(Map::new()));
    }
    let Some(fields) = place.as_object_mut() else { return spec };
    match value {
        Some(value) => drop(fields.insert(name.to_owned(), value)),
        None => drop(fields.shift_remove(name)),
    }
    spec
}

fn facts_at<'a>(facts: Facts<'a>, path: &str) -> Facts<'a> {
    path.split('.').fold(facts, Facts::key)
}

/// Every field of a spec that is there, objects before what is in them.
fn fields(spec: &Value, facts: Facts<'_>, above: &str, found: &mut Vec<String>) {
    for (name, value) in spec.as_object().into_iter().flatten() {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let below = facts.key(name);
        found.push(path.clone());
        if !below.is_whole() {
            fields(value, below, &path, found);
        }
    }
}

fn changed_paths(plan: &Plan, case: &Case) -> Vec<String> {
    plan.resources[&case.address].changes.iter().map(|change| change.path.clone()).collect()
}

fn is_below(path: &str, above: &str) -> bool {
    path == above || path.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

/// From where to where a field goes, as what, and what is to be there in the end.
struct Way {
    what: String,
    path: String,
    from: Value,
    to: Value,
    /// Whether the field goes out of the file; it must then end as the default says.
    is_out: bool,
    default: Option<Value>,
}

impl Way {
    /// The same field, with as much above it as makes both specs fit their type.
    fn changed(case: &Case, path: &str) -> Option<Self> {
        let path = TOGETHER.into_iter().find(|whole| is_below(path, whole)).unwrap_or(path);
        let take = |spec: &Value, path: &str| put(spec, path, diff::at(&case.changed, path).cloned());
        let from = told_of(GROUND, case, path).iter().fold(case.example.clone(), |spec, other| take(&spec, other));
        let to = take(&from, path);
        match ((case.typed)(&from), (case.typed)(&to)) {
            (Ok(from), Ok(to)) if from != to => {
                let what = format!("{}{}.{path}", case.address, case.word);
                Some(Self { what, path: path.to_owned(), from, to, is_out: false, default: None })
            }
            (Ok(_), Ok(_)) => None,
            _ => Self::changed(case, path.rsplit_once('.')?.0),
        }
    }

    /// A field out of the file; None where there must be one, or where it makes no difference.
    fn out(case: &Case, path: &str, here: Facts<'_>) -> Option<Self> {
        let from = told_of(FIRST, case, path).iter().fold(case.example.clone(), |spec, other| put(&spec, other, None));
        let from = (case.typed)(&put(&from, path, diff::at(&case.example, path).cloned())).ok()?;
        let to = (case.typed)(&put(&from, path, None)).ok().filter(|to| *to != from)?;
        let default = diff::at(&to, path).cloned().or_else(|| here.aws_default());
        let what = format!("{}{}.{path}", case.address, case.word);
        Some(Self { what, path: path.to_owned(), from, to, is_out: true, default })
    }

    fn refused(&self, case: &Case) -> Option<String> {
        let problems = [&self.from, &self.to].into_iter().flat_map(|spec| (case.check)(spec));
        let said: Vec<String> = problems.map(|problem| format!("{}: {}", problem.at, problem.message)).collect();
        (!said.is_empty()).then(|| format!("{}\n    {}", self.what, said.join("\n    ")))
    }

    async fn go(&self, world: &World, case: &Case) {
        world.bring(&case.with(&self.from), &format!("{}, before", self.what)).await;
        let there = world.holds();
        self.step(world, case, &self.to, true).await;
        let is_ours_alone = facts_at(world.kinds.facts(&case.address), &self.path).is_order_only();
        if self.is_out && !is_ours_alone {
            is_at(&self.what, diff::at(&world.observed(&case.address), &self.path), self.default.as_ref());
        }
        // That nothing is left to do there was held before.
        self.step(world, case, &self.from, false).await;
        world.is_back_at(&there, &self.what);
    }

    /// Goes to a spec in place, touching nothing but the field; the first time, holds that nothing is left to do.
    async fn step(&self, world: &World, case: &Case, to: &Value, is_first: bool) {
        let (what, before) = (&self.what, world.observed(&case.address));
        let plan =
            if is_first { world.settle(&case.with(to), what).await } else { world.go_back(&case.with(to), what).await };
        let own = |path: &str| is_below(path, &self.path);
        let paths = changed_paths(&plan, case);
        assert!(paths.iter().all(|path| own(path)), "{what}: the plan changes {paths:?}");
        let facts = world.kinds.facts(&case.address);
        let moved = diff::changes(Some(&before), Some(&world.observed(&case.address)), facts);
        assert!(moved.iter().all(|change| own(&change.path)), "{what}: {moved:#?}");
        if facts_at(facts, &self.path).is_order_only() {
            assert!(plan.is_empty(), "{what}: {:?}", plan.steps);
            return;
        }
        // What is taken away can be AWS's default already.
        if !self.is_out || !paths.is_empty() {
            let changes = &plan.resources[&case.address].changes;
            assert_eq!(plan.resources[&case.address].action, Action::Update, "{what}");
            assert_eq!(plan.steps.len(), 1, "{what}: {:?}", plan.steps);
            assert!(changes.iter().all(|change| change.on_change == OnChange::InPlace), "{what}: {changes:#?}");
        }
    }
}

/// Walks all ways, each in the world that the last one left unless that was broken.
async fn walk(case: &Case, ways: Vec<Way>, laws: &mut Laws, refused: &mut Vec<String>) {
    let mut world = World::new().await;
    for way in ways {
        if let Some(why) = way.refused(case) {
            refused.push(why);
        } else if !laws.hold(way.go(&world, case)).await {
            world = World::new().await;
        }
    }
}

fn is_pool(case: &Case) -> bool {
    case.address.kind == "user_pool"
}

async fn there_and_back(cases: impl Iterator<Item = Case>, at_least: usize) -> String {
    let (mut laws, mut refused, kinds) = (Laws::default(), Vec::new(), Kinds::new(KINDS));
    for case in cases {
        let facts = kinds.facts(&case.address);
        let mut ways: Vec<Way> = Vec::new();
        for change in diff::changes(Some(&case.example), Some(&case.changed), facts) {
            let is_added = facts_at(facts, &change.path).on_change == OnChange::AddOnly;
            let way = Way::changed(&case, &change.path).filter(|_| change.on_change == OnChange::InPlace && !is_added);
            ways.extend(way.filter(|way| !ways.iter().any(|other| other.path == way.path)));
        }
        walk(&case, ways, &mut laws, &mut refused).await;
    }
    laws.end(at_least);
    refused.join("\n")
}

async fn out_and_back(cases: impl Iterator<Item = Case>, at_least: usize) -> String {
    let (mut laws, mut refused, kinds) = (Laws::default(), Vec::new(), Kinds::new(KINDS));
    for case in cases {
        let facts = kinds.facts(&case.address);
        let mut paths = Vec::new();
        fields(&case.example, facts, "", &mut paths);
        let is_always = |path: &String| ALWAYS.contains(&(case.address.kind.as_str(), path.as_str()));
        let in_place = |path: &&String| facts_at(facts, path).on_change == OnChange::InPlace && !is_always(path);
        let ways = paths.iter().filter(in_place).filter_map(|path| Way::out(&case, path, facts_at(facts, path)));
        walk(&case, ways.collect(), &mut laws, &mut refused).await;
    }
    laws.end(at_least);
    refused.join("\n")
}

#[tokio::test(flavor = "current_thread")]
async fn each_field_of_a_pool_changes_in_place_there_and_back() {
    insta::assert_snapshot!(there_and_back(cases().into_iter().filter(is_pool), 70).await);
}

#[tokio::test(flavor = "current_thread")]
async fn each_field_of_the_others_changes_in_place_there_and_back() {
    insta::assert_snapshot!(there_and_back(cases().into_iter().filter(|case| !is_pool(case)), 20).await);
}

#[tokio::test(flavor = "current_thread")]
async fn each_field_of_a_pool_that_is_taken_out_goes_back_to_awss_default() {
    insta::assert_snapshot!(out_and_back(cases().into_iter().filter(is_pool), 80).await);
}

#[tokio::test(flavor = "current_thread")]
async fn each_field_of_the_others_that_is_taken_out_goes_back_to_awss_default() {
    insta::assert_snapshot!(out_and_back(cases().into_iter().filter(|case| !is_pool(case)), 25).await);
}

/// Holds that a value is AWS's default; fields of an object that have no default must be absent.
fn is_at(what: &str, value: Option<&Value>, default: Option<&Value>) {
    match (value, default) {
        (Some(Value::Object(fields)), Some(Value::Object(defaults))) => {
            for name in fields.keys().chain(defaults.keys()) {
                is_at(&format!("{what}.{name}"), fields.get(name), defaults.get(name));
            }
        }
        (value, default) => assert_eq!(value, default, "{what}"),
    }
}
