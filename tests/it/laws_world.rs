//! A sandbox of one's own, and runs of the library against it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};
use stack::address::Address;
use stack::aws::dns::Dns;
use stack::aws::{Aws, Reach};
use stack::clock::Clock;
use stack::engine::apply::apply;
use stack::engine::decide::{self, Options};
use stack::engine::diff;
use stack::engine::facts::Facts;
use stack::engine::plan::{Desired, Plan, Step};
use stack::engine::run::{Run, Watch};
use stack::engine::{Kinds, observe, recover, secrets};
use stack::error::{Error, Problem, Result};
use stack::kind::Cancel;
use stack::kinds::{KINDS, ui_customization};
use stack::sandbox::Sandbox;
use stack::state::State;
use stack::state::store::{Guard, Store};

/// The Region of every case: that of the full user pools.
pub const REGION: &str = "ap-southeast-2";

/// The states that were saved, and when.
pub struct Kept {
    pub state: Rc<RefCell<Option<State>>>,
    /// Told after each save.
    pub saved: Box<dyn Fn(&State)>,
}

struct NoGuard;
impl Guard for NoGuard {}

impl Store for Kept {
    fn load(&self) -> LocalBoxFuture<'_, Result<Option<State>>> {
        async { Ok(self.state.borrow().clone()) }.boxed_local()
    }

    fn save<'a>(&'a self, state: &'a State) -> LocalBoxFuture<'a, Result<()>> {
        async move {
            *self.state.borrow_mut() = Some(state.clone());
            (self.saved)(state);
            Ok(())
        }
        .boxed_local()
    }

    fn rescue(&self, _: &State) -> Result<String> {
        Err(Error::state("no rescue"))
    }

    fn lock(&self, _: &str) -> LocalBoxFuture<'_, Result<Box<dyn Guard>>> {
        async { Ok(Box::new(NoGuard) as Box<dyn Guard>) }.boxed_local()
    }

    fn retire(&self) -> LocalBoxFuture<'_, Result<String>> {
        async {
            *self.state.borrow_mut() = None;
            Ok("nothing".to_owned())
        }
        .boxed_local()
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}

/// Watches, and says nothing.
pub struct Silent;

impl Watch for Silent {
    fn started(&self, _: &Step, _: Option<&str>) {}
    fn says(&self, _: &Step, _: &str) {}
    fn done(&self, _: &Step, _: Option<&str>) {}
    fn failed(&self, _: &Step, _: &Error) {}
    fn note(&self, _: &str) {}
}

/// One sandbox, and the state of one stack.
pub struct World {
    pub sandbox: Sandbox,
    pub aws: Rc<Aws>,
    pub kinds: Kinds,
    pub store: Kept,
    pub options: Options,
    pub blobs: Rc<BTreeMap<String, Vec<u8>>>,
    /// What the world was last settled on.
    settled: RefCell<Option<Desired>>,
}

/// AWS as a sandbox plays it, through the given connector.
pub async fn reach(
    sandbox: &Sandbox,
    http: aws_smithy_runtime_api::client::http::SharedHttpClient,
    region: &str,
) -> Rc<Aws> {
    let names = sandbox.clone();
    let dns = Dns::Answers(Rc::new(move |name, kind| names.records(name, kind).unwrap()));
    let (region, clock) = (region.to_owned(), sandbox.clock().clone());
    Rc::new(Aws::reach(Reach { region, profile: None, played: Some(http), clock, dns }).await)
}

impl World {
    pub async fn new() -> Self {
        let sandbox = Sandbox::in_memory(Clock::held(1_790_000_000_000));
        let aws = reach(&sandbox, sandbox.http_client(), REGION).await;
        let image = ui_customization::example_image();
        let blobs = BTreeMap::from([(ui_customization::FileDigest::of(&image).sha256, image)]);
        Self {
            sandbox,
            aws,
            kinds: Kinds::new(KINDS),
            store: Kept { state: Rc::default(), saved: Box::new(|_| {}) },
            options: Options::default(),
            blobs: Rc::new(blobs),
            settled: RefCell::default(),
        }
    }

    pub fn state(&self) -> State {
        self.store.state.borrow().clone().unwrap_or_else(|| State::new("test", "lineage".to_owned()))
    }

    /// A run over what was last saved.
    pub fn run(&self, may_write: bool) -> Run<'_> {
        let store = may_write.then_some(&self.store as &dyn Store);
        let (aws, blobs) = (Rc::clone(&self.aws), Rc::clone(&self.blobs));
        Run::new(&self.kinds, aws, blobs, Cancel::default(), self.state(), store, Rc::new(Silent))
    }

    /// The same, when the run has read the secrets of it.
    pub async fn with_secrets(&self, run: &Run<'_>, desired: &Desired) -> Desired {
        let mut desired = desired.clone();
        let unread = secrets::resolve(run, &mut desired, Path::new("")).await.unwrap();
        assert!(unread.is_empty(), "{unread:#?}");
        desired
    }

    async fn planned(&self, run: &Run<'_>, desired: &Desired) -> Result<Plan, Vec<Problem>> {
        let desired = self.with_secrets(run, desired).await;
        recover::recover(run).await.unwrap();
        let actual = observe::observe(run).await.unwrap();
        let state = run.state.borrow();
        decide::plan(&self.kinds, &desired, &state, &actual, &self.options)
    }

    pub async fn plan(&self, desired: &Desired) -> Result<Plan, Vec<Problem>> {
        self.planned(&self.run(false), desired).await
    }

    /// Plans and applies; every step must be done. `what` is for the message.
    pub async fn apply(&self, desired: &Desired, what: &str) -> Result<Plan, Vec<Problem>> {
        let run = self.run(true);
        let plan = self.planned(&run, desired).await?;
        let report = apply(&run, &plan, 4).await.unwrap();
        if let Some((step, error)) = report.failed.first() {
            panic!("{what}: {step:?}: {}", told(error));
        }
        Ok(plan)
    }

    /// Applies what must be applicable, and holds that a second plan is empty.
    pub async fn settle(&self, desired: &Desired, what: &str) -> Plan {
        self.settled.take();
        let plan = self.apply(desired, what).await.unwrap_or_else(|problems| panic!("{what}: {problems:#?}"));
        let again = self.plan(desired).await.unwrap();
        let changes: Vec<_> = again.resources.values().flat_map(|one| &one.changes).collect();
        assert!(again.is_empty(), "{what}: the second plan has {:?}: {changes:#?}", again.steps);
        *self.settled.borrow_mut() = Some(desired.clone());
        plan
    }

    /// As [`World::settle`], where it is known that nothing is left to do.
    pub async fn go_back(&self, desired: &Desired, what: &str) -> Plan {
        self.settled.take();
        let plan = self.apply(desired, what).await.unwrap_or_else(|problems| panic!("{what}: {problems:#?}"));
        *self.settled.borrow_mut() = Some(desired.clone());
        plan
    }

    /// As [`World::settle`], where the world does not stand there already.
    pub async fn bring(&self, desired: &Desired, what: &str) {
        if self.settled.borrow().as_ref() != Some(desired) {
            self.settle(desired, what).await;
        }
    }

    /// As though somebody else had set all but what `asked` says.
    pub fn forget_what_was_asked(&self, address: &str, asked: &Value) {
        let mut state = self.store.state.borrow_mut();
        let record = state.as_mut().unwrap().resources.get_mut(&address.parse().unwrap()).unwrap();
        record.last_applied = asked.clone();
    }

    /// The object at an address, as it was when last settled.
    pub fn observed(&self, address: &Address) -> Value {
        self.state().resources[address].observed.clone()
    }

    pub fn id(&self, address: &Address) -> String {
        self.state().resources[address].id.clone()
    }

    /// All that the sandbox holds, without times and without what only grows.
    pub fn holds(&self) -> Value {
        timeless(self.sandbox.world(|world| serde_json::to_value(world).unwrap()).unwrap())
    }

    /// Holds that the sandbox has come back to what it held.
    pub fn is_back_at(&self, before: &Value, what: &str) {
        comes_back(before, &self.holds(), what);
    }

    /// Changes what the sandbox holds behind everybody's back.
    pub fn meddle(&self, act: impl FnOnce(&mut Value)) {
        self.sandbox
            .world(|world| {
                let mut held = serde_json::to_value(&*world).unwrap();
                act(&mut held);
                *world = serde_json::from_value(held).unwrap();
            })
            .unwrap();
    }

    /// The one pool as the sandbox holds it.
    pub fn pool(&self) -> Value {
        let held = self.holds();
        held["cognito"]["pools"][REGION].as_object().unwrap().values().next().unwrap().clone()
    }

    /// The one client of the one pool as the sandbox holds it.
    pub fn client(&self) -> Value {
        self.pool()["clients"].as_object().unwrap().values().next().unwrap().clone()
    }
}

/// Tries each law, so that one test tells of all that do not hold.
#[derive(Default)]
pub struct Laws {
    broken: Vec<String>,
    count: usize,
}

impl Laws {
    pub fn hold<'a>(&'a mut self, law: impl Future<Output = ()> + 'a) -> LocalBoxFuture<'a, bool> {
        let law = std::panic::AssertUnwindSafe(law).catch_unwind().boxed_local();
        self.count += 1;
        async move { self.tell(law.await) }.boxed_local()
    }

    fn tell(&mut self, ended: std::thread::Result<()>) -> bool {
        let Err(said) = ended else { return true };
        let said =
            said.downcast_ref::<String>().cloned().or_else(|| said.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        self.broken.push(said.unwrap_or_default());
        false
    }

    /// All of them held, and there were at least so many.
    pub fn end(self, at_least: usize) {
        assert!(
            self.broken.is_empty(),
            "{} of {} do not hold:\n{}",
            self.broken.len(),
            self.count,
            self.broken.join("\n")
        );
        assert!(self.count >= at_least, "only {} were looked at", self.count);
    }
}

/// An error with everything that it stands on.
pub fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

/// Holds that what a sandbox holds, both [`timeless`], is what it held before.
pub fn comes_back(before: &Value, after: &Value, what: &str) {
    let nothing = json!({});
    let left = diff::changes(Some(before), Some(after), Facts::of(&nothing));
    // AWS counts what it has mailed, and keeps whom it has let write logs: nobody takes that back.
    let is_for_good = |path: &str| path == "cognito.mailed" || path == "account.log_groups";
    let left = left.iter().filter(|one| !is_for_good(&one.path));
    let left: Vec<_> = left.map(|one| format!("{}: {:?} -> {:?}", one.path, one.before, one.after)).collect();
    assert!(left.is_empty(), "{what} leaves something behind: {left:#?}");
}

/// Times, and what the sandbox counts.
const TRANSIENT: [&str; 15] = [
    "created",
    "modified",
    "ids",
    "tokens",
    "changes",
    "held",
    "written",
    "ready",
    "updating",
    "in_sync_at",
    "before",
    "requested",
    "outcome",
    "at",
    "version",
];

/// The same without what passes or only grows, keys sorted.
pub fn timeless(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            // To say AWS's default and to say nothing is the same; and so is to hold nothing.
            let unsaid = [
                ("KeyConfiguration", json!({ "KeyType": "AWS_OWNED_KEY" })),
                ("IssuerConfiguration", json!({ "Type": "ORIGINAL" })),
            ];
            let is_unsaid = |name: &str, value: &Value| {
                *value == json!({}) || *value == json!([]) || unsaid.contains(&(name, value.clone()))
            };
            let kept = fields.into_iter().filter(|(key, _)| !TRANSIENT.contains(&key.as_str()));
            let kept = kept.map(|(key, value)| (key, timeless(value)));
            let kept: BTreeMap<String, Value> = kept.filter(|(key, value)| !is_unsaid(key, value)).collect();
            Value::Object(kept.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(timeless).collect()),
        other => other,
    }
}
