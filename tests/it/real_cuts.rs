//! The real kinds, cut off at every moment and run again: the end in AWS is that of a run that nobody disturbed.
//!
//! A run that is cut off leaves two things behind: what AWS holds, and the state as it was last saved. Both change
//! only when the state is saved and when a call takes effect. So one undisturbed run is enough to see every moment at
//! which it can be cut: after each of these, both are written down, and later each pair is taken up by a new run.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use serde_json::Value;
use stack::clock::Clock;
use stack::engine::Kinds;
use stack::engine::apply::apply;
use stack::engine::decide::{self, Options};
use stack::engine::drift::{self, Drift};
use stack::engine::plan::{Desired, Plan};
use stack::engine::run::Run;
use stack::engine::{observe, recover};
use stack::error::{Error, Problem};
use stack::kind::Cancel;
use stack::kinds::{KINDS, ui_customization};
use stack::preflight;
use stack::sandbox::{Fault, FaultKind, Sandbox};
use stack::state::State;

use crate::laws_world::{Kept, Laws, REGION, Silent, reach, timeless, told};

/// What is left of a run that is cut off at one moment.
#[derive(Clone)]
struct Moment {
    held: String,
    state: Option<State>,
    now: i64,
    after: String,
}

/// The moments of a run, as its connector and its store see them.
#[derive(Clone)]
struct Recorder(Arc<Mutex<Recorded>>);

struct Recorded {
    /// Whether anybody wants to know the moments.
    is_on: bool,
    sandbox: Sandbox,
    state: Option<State>,
    moments: Vec<Moment>,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recorder")
    }
}

impl Recorder {
    fn note(&self, after: String, saved: Option<&State>) {
        let mut recorded = self.0.lock().unwrap();
        if !recorded.is_on {
            return;
        }
        if let Some(state) = saved {
            recorded.state = Some(state.clone());
        }
        let held = recorded.sandbox.world(|world| serde_json::to_string(world).unwrap()).unwrap();
        let (state, now) = (recorded.state.clone(), recorded.sandbox.clock().now_ms());
        recorded.moments.push(Moment { held, state, now, after });
    }
}

/// Carries requests to the sandbox, and notes each that may have changed something.
#[derive(Debug, Clone)]
struct Noting {
    inner: SharedHttpClient,
    recorder: Recorder,
}

#[derive(Debug, Clone)]
struct NotingConnector {
    inner: SharedHttpConnector,
    recorder: Recorder,
}

impl HttpClient for Noting {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(NotingConnector { inner, recorder: self.recorder.clone() })
    }
}

impl HttpConnector for NotingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (inner, recorder) = (self.inner.clone(), self.recorder.clone());
        let called = request.headers().get("x-amz-target").map(|target| target.rsplit('.').next().unwrap().to_owned());
        let called = called.unwrap_or_else(|| format!("{} {}", request.method(), request.uri()));
        HttpConnectorFuture::new(async move {
            let answer = inner.call(request).await;
            if !["Describe", "List", "Get", "GET"].iter().any(|reads| called.starts_with(reads)) {
                recorder.note(called, None);
            }
            answer
        })
    }
}

/// A stack as composing its file gives it.
struct Stack {
    desired: Desired,
    blobs: Rc<BTreeMap<String, Vec<u8>>>,
}

impl Stack {
    fn of(yaml: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let file = |path: &str, content: &[u8]| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        };
        file("stacks/test.yaml", yaml.as_bytes());
        file("stacks/a.css", b".banner-customizable { background-color: #1a2b3c; }\n");
        file("stacks/b.css", b".banner-customizable { background-color: #ffffff; }\n");
        file("stacks/logo.png", &ui_customization::example_image());
        let composed = Self::loaded(root.path());
        Self { desired: composed.desired, blobs: Rc::new(composed.blobs) }
    }

    fn loaded(root: &Path) -> stack::stack::compose::Composed {
        let loaded = stack::stack::load::load(root, "test");
        let loaded = loaded.unwrap_or_else(|error| panic!("{}: {:#?}", told(&error), error.all_problems()));
        stack::stack::compose::compose(&loaded).unwrap()
    }
}

/// A sandbox and a state from which a run begins.
struct Begin {
    sandbox: Sandbox,
    state: Option<State>,
    is_recorded: bool,
}

impl Begin {
    fn fresh() -> Self {
        Self { sandbox: Sandbox::in_memory(Clock::held(1_790_000_000_000)), state: None, is_recorded: true }
    }

    fn from(moment: &Moment) -> Self {
        let sandbox = Sandbox::in_memory(Clock::held(moment.now));
        sandbox.world(|world| *world = serde_json::from_str(&moment.held).unwrap()).unwrap();
        Self { sandbox, state: moment.state.clone(), is_recorded: false }
    }
}

/// How a run ended.
struct Ended {
    sandbox: Sandbox,
    plan: Plan,
    /// What `stack drift` would have said before.
    drift: Drift,
    moments: Vec<Moment>,
    held: Value,
    state: State,
}

async fn run(begin: Begin, stack: &Stack, options: &Options) -> Result<Ended, String> {
    run_keeping(begin, stack, options, Rc::default()).await
}

/// The same, and `kept` holds the state that was last saved, also when the run fails.
async fn run_keeping(
    from: Begin,
    stack: &Stack,
    options: &Options,
    kept: Rc<RefCell<Option<State>>>,
) -> Result<Ended, String> {
    let Begin { sandbox, state, is_recorded } = from;
    let begun = Recorded { is_on: is_recorded, sandbox: sandbox.clone(), state: state.clone(), moments: Vec::new() };
    let recorder = Recorder(Arc::new(Mutex::new(begun)));
    let http = SharedHttpClient::new(Noting { inner: sandbox.http_client(), recorder: recorder.clone() });
    let aws = reach(&sandbox, http, REGION).await;
    let kinds = Kinds::new(KINDS);
    let saves = recorder.clone();
    let store = Kept { state: kept, saved: Box::new(move |state| saves.note("a save".to_owned(), Some(state))) };
    let state = state.unwrap_or_else(|| State::new("test", "lineage".to_owned()));
    let run = Run::new(
        &kinds,
        Rc::clone(&aws),
        Rc::clone(&stack.blobs),
        Cancel::default(),
        state,
        Some(&store),
        Rc::new(Silent),
    );
    let failed = |what: &str, error: &Error| format!("{what}: {}", told(error));
    recover::recover(&run).await.map_err(|error| failed("recover", &error))?;
    let actual = observe::observe(&run).await.map_err(|error| failed("observe", &error))?;
    let drift = drift::drift(&kinds, &run.state.borrow(), &actual, &stack.desired.ignored);
    let planned = decide::plan(&kinds, &stack.desired, &run.state.borrow(), &actual, options);
    let refused = |problems: Vec<Problem>| format!("refused: {problems:#?}");
    let plan = planned.map_err(refused)?;
    let objections = preflight::run(preflight::Input::of_plan(&plan, &aws)).await;
    let problems = objections.map_err(|error| failed("check", &error))?.problems;
    if !problems.is_empty() {
        return Err(refused(problems));
    }
    let report = apply(&run, &plan, 4).await.map_err(|error| failed("apply", &error))?;
    if let Some((step, error)) = report.failed.first() {
        return Err(failed(&format!("{step:?}"), error));
    }
    let held = sandbox.world(|world| serde_json::to_value(world).unwrap()).unwrap();
    let moments = recorder.0.lock().unwrap().moments.clone();
    let state = run.state.borrow().clone();
    Ok(Ended { sandbox, plan, drift, moments, held: nameless(held), state })
}

/// What the sandbox holds, with names in the place of ids: so that two worlds can be compared that were made in another
/// order, or one of them by more than one run.
pub(crate) fn nameless(mut held: Value) -> Value {
    // When a secret was made, a run that was cut short tells later than another.
    for pool in held["cognito"]["pools"][REGION].as_object_mut().into_iter().flat_map(|pools| pools.values_mut()) {
        for client in pool["clients"].as_object_mut().into_iter().flat_map(|clients| clients.values_mut()) {
            client.as_object_mut().unwrap().remove("secret_made");
        }
    }
    for zone in held["route53"]["zones"].as_object_mut().unwrap().values_mut() {
        let records = zone["records"].as_array().unwrap().iter();
        let named = records.map(|one| (format!("{} {}", one["name"], one["kind"]), one["data"].clone()));
        zone["records"] = named.collect::<serde_json::Map<_, _>>().into();
    }
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let none = serde_json::Map::new();
    let object = |value: &Value| value.as_object().unwrap_or(&none).clone();
    for (id, pool) in object(&held["cognito"]["pools"][REGION]) {
        names.insert(id, format!("<pool {}>", pool["name"]));
        names.insert(pool["tags"]["stack:token"].as_str().unwrap_or("no token").to_owned(), "<token>".to_owned());
        for replica in object(&pool["replicas"]).values() {
            let token = replica["tags"]["stack:token"].as_str().unwrap_or("no token of the replica");
            names.insert(token.to_owned(), "<token of the replica>".to_owned());
        }
        for (id, client) in object(&pool["clients"]) {
            names.insert(client["secret"].as_str().unwrap_or("no secret").to_owned(), "<secret>".to_owned());
            names.insert(id, format!("<client {}>", client["settings"]["ClientName"]));
        }
        for (name, user) in object(&pool["users"]) {
            // Where people sign in by an address, the account is called by this too.
            let sub = user["attributes"][0]["Value"].as_str().unwrap().to_owned();
            let address = user["attributes"].as_array().unwrap().iter().find(|one| one["Name"] == "email");
            let by = address.filter(|_| name == sub).map_or(name.into(), |one| one["Value"].clone());
            names.insert(sub, format!("<sub of {by}>"));
        }
        for (id, branding) in object(&pool["brandings"]) {
            let client = &pool["clients"][branding["client"].as_str().unwrap()]["settings"]["ClientName"];
            names.insert(id, format!("<style of {client}>"));
        }
        for (id, terms) in object(&pool["terms"]) {
            let client = &pool["clients"][terms["client"].as_str().unwrap()]["settings"]["ClientName"];
            names.insert(id, format!("<{} of {client}>", terms["name"].as_str().unwrap()));
        }
    }
    for (id, pool) in object(&held["identity"]["pools"][REGION]) {
        names.insert(id, format!("<identity pool {}>", pool["settings"]["IdentityPoolName"]));
        names.insert(pool["tags"]["stack:token"].as_str().unwrap_or("no token").to_owned(), "<token>".to_owned());
    }
    let mut short: Vec<(String, String)> = Vec::new();
    for (_, api) in object(&held["gateway"]["apis"]) {
        let told = |(id, one): (String, Value)| (id, format!("<authorizer {}>", one["name"].as_str().unwrap()));
        short.extend(object(&api["authorizers"]).into_iter().map(told));
    }
    // A function's policy has another revision after each change, however many there were.
    if let Some(policies) = held["lambda"]["policies"].as_object_mut() {
        policies.values_mut().for_each(|policy| policy["revision"] = Value::Null);
    }
    // One whose deletion AWS has taken is gone for all that anybody can do, and goes by itself.
    for pool in held["cognito"]["pools"].as_object_mut().into_iter().flat_map(|pools| pools.values_mut()) {
        for pool in pool.as_object_mut().into_iter().flat_map(|pools| pools.values_mut()) {
            if let Some(replicas) = pool["replicas"].as_object_mut() {
                replicas.retain(|_, replica| replica["gone"].is_null());
            }
        }
    }
    if let Some(domains) = held["cognito"]["domains"].as_object_mut() {
        domains.retain(|_, domain| domain["gone"].is_null());
    }
    for (name, domain) in object(&held["cognito"]["domains"]) {
        names.insert(domain["distribution"].as_str().unwrap().to_owned(), format!("<distribution of {name}>"));
    }
    for certificate in held["acm"]["certificates"].as_array().into_iter().flatten() {
        names.insert(
            certificate["arn"].as_str().unwrap().to_owned(),
            format!("<certificate {}>", certificate["names"][0]),
        );
        names
            .insert(certificate["tags"]["stack:token"].as_str().unwrap_or("no token").to_owned(), "<token>".to_owned());
    }
    let mut text = timeless(held).to_string();
    let mut names: Vec<_> = names.into_iter().collect();
    // The longest first: one may be part of another.
    names.sort_by_key(|(id, _)| std::cmp::Reverse(id.len()));
    for (id, name) in names {
        text = text.replace(&id, &name.replace('"', "'"));
    }
    // These are told only where they stand alone, or behind their API.
    for (id, name) in short {
        text = text.replace(&format!("/{id}\""), &format!("/{name}\""));
        text = text.replace(&format!("\"{id}\""), &Value::from(name).to_string());
    }
    // Sorted anew, since the ids were keys.
    timeless(serde_json::from_str(&text).unwrap())
}

/// Cuts the way between two stacks at every moment of it, and runs it again from there.
async fn cut_everywhere(from: Option<&str>, to: Option<&str>, allow_loss: &[&str], at_least: usize) {
    let allow_loss = allow_loss.iter().map(|kind| (*kind).to_owned()).collect();
    let options = Options { destroy: to.is_none(), allow_loss, ..Options::default() };
    let mut begin: Option<Moment> = None;
    if let Some(from) = from {
        let ended = run(Begin::fresh(), &Stack::of(from), &Options::default()).await.unwrap();
        begin = ended.moments.last().cloned();
    }
    let stack = Stack::of(to.or(from).unwrap());
    let first = begin.as_ref().map_or_else(Begin::fresh, Begin::from);
    let first = Begin { is_recorded: true, ..first };
    let whole = run(first, &stack, &options).await.unwrap();
    assert!(!whole.plan.is_empty());
    let mut laws = Laws::default();
    for (index, moment) in whole.moments.iter().enumerate() {
        let what = format!("cut after {} ({} of {})", moment.after, index + 1, whole.moments.len());
        laws.hold(async {
            let again = run(Begin::from(moment), &stack, &options).await;
            let again = again.unwrap_or_else(|why| panic!("{what}: {why}"));
            same(&whole.held, &again.held, &what);
            assert!(again.state.pending.is_empty(), "{what}");
            let addresses = |state: &State| state.resources.keys().cloned().collect::<Vec<_>>();
            assert_eq!(addresses(&again.state), addresses(&whole.state), "{what}");
            for (address, record) in &again.state.resources {
                let (other, asked) = (&whole.state.resources[address], &stack.desired.resources[address]);
                assert!(record.deposed.is_empty(), "{what}: {address} has left something behind");
                assert_eq!(record.last_applied, asked.spec, "{what}: {address}");
                assert_eq!(record.needs, other.needs, "{what}: {address}");
                assert!(!record.observed.is_null() && !record.outputs.is_null(), "{what}: {address} was never settled");
            }
            let end = Begin { sandbox: again.sandbox, state: Some(again.state), is_recorded: false };
            let third = run(end, &stack, &options).await.unwrap();
            assert!(third.plan.is_empty(), "{what}: the second plan has {:?}", third.plan.steps);
            // What this stack did itself, and was cut off after, is not told as somebody else's doing.
            assert!(again.drift.is_empty() && third.drift.is_empty(), "{what}: {:?}, {:?}", again.drift, third.drift);
            for (address, planned) in again.plan.resources.iter().chain(&third.plan.resources) {
                assert!(planned.undeclared.is_empty(), "{what}: {address}: {:?}", planned.undeclared);
                assert!(planned.drift.is_empty(), "{what}: {address}: {:?}", planned.drift);
                assert_eq!(planned.is_gone, planned.deleted_by_us, "{what}: {address} was deleted by nobody else");
            }
        })
        .await;
    }
    laws.end(at_least);
}

/// That two worlds are one, whoever made them.
#[track_caller]
pub(crate) fn same(one: &Value, other: &Value, what: &str) {
    let nothing = serde_json::json!({});
    let facts = stack::engine::facts::Facts::of(&nothing);
    let left = stack::engine::diff::changes(Some(one), Some(other), facts);
    let left: Vec<_> = left.iter().map(|one| format!("{}: {:?} -> {:?}", one.path, one.before, one.after)).collect();
    assert!(left.is_empty(), "{what}: {left:#?}");
}

const WHOLE: &str = "
region: ap-southeast-2
tags: { app: shop }
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
    read_attributes: [email, tenant]
  server: { generate_secret: true }
domain:
  name: auth.dev.example.com
  parent_record: placeholder
  certificate: { domain_name: '*.dev.example.com', subject_alternative_names: [dev.example.com] }
  managed_login_version: 1
ui_customization:
  css: a.css
  image_file: logo.png
  app_clients: { web: { css: a.css } }
records:
  www: { name: www.dev.example.com, type: CNAME, values: [a.example.com] }
";

fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(WHOLE.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    })
}

#[tokio::test(flavor = "current_thread")]
async fn a_first_apply_cut_anywhere_is_finished_by_the_next() {
    cut_everywhere(None, Some(WHOLE), &[], 50).await;
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
replica: { region: eu-west-1, status: ACTIVE, tags: { app: shop } }
app_clients: { web: {}, app: {} }
risk_configuration:
  compromised_credentials_risk_configuration: { actions: { event_action: BLOCK } }
  app_clients: { web: { risk_exception_configuration: { blocked_ip_range_list: [192.0.2.0/24] } } }
log_delivery: { user_notification: 'arn:aws:logs:ap-southeast-2:000000000000:log-group:shop' }
terms:
  web: { terms_of_use: { default: 'https://example.com/terms' }, privacy_policy: { default: 'https://example.com/privacy' } }
";

#[tokio::test(flavor = "current_thread")]
async fn threat_protection_replicas_logs_and_terms_that_are_cut_anywhere_are_there_once_and_go_whole() {
    cut_everywhere(None, Some(GUARDED), &[], 10).await;
    let later = GUARDED
        .replace("event_action: BLOCK", "event_action: NO_ACTION")
        .replace("eu-west-1, status: ACTIVE, tags: { app: shop }", "us-west-2, tags: { team: web }")
        .replace("  app_clients: { web: { risk", "  app_clients: { app: { risk")
        .replace("user_notification: 'arn", "user_auth_events: 'arn:aws:s3:::logs', user_notification: 'arn")
        .replace("  web: { terms_of_use", "  app: { terms_of_use");
    cut_everywhere(Some(GUARDED), Some(&later), &["replica"], 10).await;
    let waiting = GUARDED.replace("status: ACTIVE, tags: { app", "status: INACTIVE, tags: { team");
    cut_everywhere(Some(GUARDED), Some(&waiting), &[], 4).await;
    cut_everywhere(Some(GUARDED), None, &["user_pool"], 10).await;
}

/// The stack with managed login: a style for each client, and no classic pages.
fn managed() -> String {
    let pages = &WHOLE[WHOLE.find("ui_customization:").unwrap()..WHOLE.find("records:").unwrap()];
    with(&[(pages, ""), ("managed_login_version: 1", "managed_login_version: 2")])
}

#[tokio::test(flavor = "current_thread")]
async fn classic_pages_that_become_managed_login_and_are_cut_anywhere_do_so_once() {
    cut_everywhere(Some(WHOLE), Some(&managed()), &[], 15).await;
}

#[tokio::test(flavor = "current_thread")]
async fn an_update_cut_anywhere_is_finished_by_the_next() {
    let changed = with(&[
        ("mode: OPTIONAL", "mode: ON"),
        ("tags: { app: shop }", "tags: { app: market, stage: dev }"),
        ("tenant: { type: String }", "tenant: { type: String }, role: { type: String }"),
        ("[email, tenant]", "[email, role, tenant]"),
        ("https://a.example.com/]", "https://b.example.com/]"),
        ("css: a.css", "css: b.css"),
        ("  image_file: logo.png\n", ""),
        ("a.example.com]", "b.example.com]"),
    ]);
    cut_everywhere(Some(WHOLE), Some(&changed), &[], 20).await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_certificate_swapped_under_a_domain_and_cut_anywhere_is_swapped_by_the_next() {
    let swapped =
        with(&[("'*.dev.example.com', subject_alternative_names: [dev.example.com]", "auth.dev.example.com")]);
    cut_everywhere(Some(WHOLE), Some(&swapped), &[], 15).await;
}

#[tokio::test(flavor = "current_thread")]
async fn clients_that_come_and_go_and_are_cut_anywhere_are_there_once() {
    let other = managed().replace("  server: { generate_secret: true }\n", "  app: { generate_secret: false }\n");
    cut_everywhere(Some(&managed()), Some(&other), &[], 8).await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_prefix_that_becomes_a_domain_and_is_cut_anywhere_ends_as_the_domain() {
    let own = &WHOLE[WHOLE.find("  name: auth.dev").unwrap()..WHOLE.find("  managed_login_version").unwrap()];
    let prefix = with(&[(own, "  prefix: shop-dev\n")]);
    cut_everywhere(Some(&prefix), Some(WHOLE), &[], 30).await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_pool_that_is_replaced_and_cut_anywhere_is_there_once() {
    let renamed = with(&[("  name: shop\n", "  name: shop\n  username_attributes: [email]\n")]);
    let small = |text: &str| text[..text.find("domain:\n").unwrap()].to_owned();
    cut_everywhere(Some(&small(WHOLE)), Some(&small(&renamed)), &["user_pool"], 10).await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_destroy_cut_anywhere_is_finished_by_the_next() {
    cut_everywhere(Some(WHOLE), None, &["user_pool"], 20).await;
}

/// A call that takes effect and whose answer is lost: the same run finds out, or the next one does.
#[tokio::test(flavor = "current_thread")]
async fn an_answer_that_is_lost_makes_nothing_twice() {
    let (stack, options) = (Stack::of(WHOLE), Options::default());
    let whole = run(Begin::fresh(), &stack, &options).await.unwrap();
    let calls: BTreeSet<&str> = whole.moments.iter().map(|moment| moment.after.as_str()).collect();
    let calls = calls.into_iter().map(|call| if call.starts_with("POST ") { "ChangeResourceRecordSets" } else { call });
    let mut laws = Laws::default();
    for call in calls.filter(|call| *call != "a save") {
        laws.hold(async {
            let begin = Begin::fresh();
            begin.sandbox.fault(Fault::once(call, FaultKind::DropAfter));
            let (sandbox, state) = (begin.sandbox.clone(), Rc::new(RefCell::new(None)));
            let ended = run_keeping(begin, &stack, &options, Rc::clone(&state)).await;
            let saved = state.borrow().clone();
            let ended = if let Ok(ended) = ended {
                ended
            } else {
                run(Begin { sandbox: sandbox.clone(), state: saved, is_recorded: false }, &stack, &options)
                    .await
                    .unwrap()
            };
            assert!(sandbox.faults().is_empty(), "{call} was never called");
            same(&whole.held, &ended.held, call);
            assert!(ended.state.pending.is_empty(), "{call}");
        })
        .await;
    }
    laws.end(6);
}
