//! Kinds made up for the engine's tests, and a cloud in memory that can be cut off at any moment.
//!
//! They have what the real ones have and is hard: ids that the cloud gives, objects without a natural key, fields
//! that only an update can set, fields that are reset when they are left out, an immutable field on something that
//! must not be lost, a certificate that is replaced under a living domain.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stack::address::Address;
use stack::aws::dns::Dns;
use stack::aws::{Aws, Reach};
use stack::clock::Clock;
use stack::engine::decide::Options;
use stack::engine::plan::{Desired, DesiredResource, Plan, Step};
use stack::engine::run::{Run, Watch};
use stack::engine::{Kinds, apply, decide, observe, recover};
use stack::error::{AwsFailure, Error, Outcome, Problem, Result};
use stack::kind::{
    AnyKind, Blobs, Cancel, Ctx, FoundBy, Kind, Last, Loss, Observed, OnChange, Ref, ReplaceOrder, kind,
};
use stack::state::store::{Guard, Store};
use stack::state::{Kept, Record, State};

/// What the cloud holds: by id, the kind, the token it was made under, and the object.
#[derive(Default, Clone)]
pub struct Cloud {
    pub objects: BTreeMap<String, (String, String, Value)>,
    pub made: u32,
    pub calls: Vec<String>,
    /// How many moments have passed, and at which one the power goes.
    moments: usize,
    cut_at: Option<usize>,
    is_dead: bool,
}

thread_local! {
    static CLOUD: RefCell<Cloud> = RefCell::default();
}

pub fn cloud<T>(look: impl FnOnce(&mut Cloud) -> T) -> T {
    CLOUD.with_borrow_mut(look)
}

/// One moment at which a run can be cut off.
async fn moment() {
    let is_over = cloud(|cloud| {
        cloud.moments += 1;
        cloud.is_dead |= cloud.cut_at == Some(cloud.moments);
        cloud.is_dead
    });
    if is_over {
        std::future::pending::<()>().await;
    }
}

fn refused(operation: &str, code: &str, message: &str) -> Error {
    let failure = AwsFailure {
        operation: operation.to_owned(),
        code: Some(code.to_owned()),
        message: message.to_owned(),
        request_id: None,
    };
    Error::aws(failure, Outcome::Refused)
}

fn get(id: &str) -> Option<Value> {
    cloud(|cloud| cloud.objects.get(id).map(|(_, _, value)| value.clone()))
}

async fn make(kind: &str, token: &str, value: Value) -> String {
    moment().await;
    let id = cloud(|cloud| {
        cloud.made += 1;
        cloud.calls.push(format!("create {kind}"));
        let id = format!("{kind}-{}", cloud.made);
        cloud.objects.insert(id.clone(), (kind.to_owned(), token.to_owned(), value));
        id
    });
    moment().await;
    id
}

async fn put(kind: &str, id: &str, value: Value) {
    moment().await;
    cloud(|cloud| {
        cloud.calls.push(format!("update {kind}"));
        if let Some(object) = cloud.objects.get_mut(id) {
            object.2 = value;
        }
    });
    moment().await;
}

async fn remove(kind: &str, id: &str) -> Result<()> {
    moment().await;
    let used = cloud(|cloud| {
        let names_it = |value: &Value| value.as_object().is_some_and(|fields| fields.values().any(|field| field == id));
        let by = cloud.objects.iter().find(|(_, (_, _, value))| names_it(value)).map(|(by, _)| by.clone());
        if by.is_none() && cloud.objects.remove(id).is_some() {
            cloud.calls.push(format!("delete {kind}"));
        }
        by
    });
    moment().await;
    match used {
        Some(by) => Err(refused("Delete", "InUse", &format!("{id} is in use by {by}"))),
        None => Ok(()),
    }
}

fn found(kind: &str, token: &str) -> Option<String> {
    cloud(|cloud| {
        let mut fits = cloud.objects.iter().filter(|(_, (of, under, _))| of == kind && under == token);
        fits.next().map(|(id, _)| id.clone())
    })
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pool {
    pub name: String,
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub sign_in: String,
    /// Reset to 8 whenever it is not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = 8))]
    pub length: Option<u32>,
    /// Set by an update alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "OFF"))]
    pub mfa: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub tags: Option<BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::AddOnly))]
    pub attributes: Option<BTreeMap<String, String>>,
}

impl Kind for Pool {
    const NAME: &'static str = "pool";
    const LOSES: Loss = Loss::WhenGone("every user");
    type Outputs = Value;

    async fn read(_: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Value>>> {
        let Some(value) = get(id) else { return Ok(None) };
        let mut spec: Self = serde_json::from_value(value.clone()).unwrap();
        spec.length.get_or_insert(8);
        spec.mfa.get_or_insert_with(|| "OFF".to_owned());
        spec.tags.get_or_insert_default();
        spec.attributes.get_or_insert_default();
        let mut seen = Observed::ready(spec, json!({ "arn": format!("arn:{id}") }));
        seen.holds = Some("3 users".to_owned());
        Ok(Some(seen))
    }

    async fn find(&self, _: &Ctx, token: &str) -> Result<Option<String>> {
        Ok(found(Self::NAME, token))
    }

    async fn create(&self, _: &Ctx, token: &str) -> Result<String> {
        let mut made = self.clone();
        made.mfa = None;
        Ok(make(Self::NAME, token, serde_json::to_value(made).unwrap()).await)
    }

    async fn update(&self, _: &Ctx, id: &str, before: &Self) -> Result<()> {
        let without_mfa = |pool: &Self| Self { mfa: None, ..pool.clone() };
        if without_mfa(self) != without_mfa(before) {
            let kept = Self { mfa: before.mfa.clone(), ..self.clone() };
            put(Self::NAME, id, serde_json::to_value(kept).unwrap()).await;
        }
        if self.mfa != before.mfa {
            put(Self::NAME, id, serde_json::to_value(self).unwrap()).await;
        }
        Ok(())
    }

    async fn delete(_: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        remove(Self::NAME, id).await
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Client {
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub pool: Ref<Pool>,
    pub url: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cert {
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Domain {
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub pool: Ref<Pool>,
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    pub host: String,
    pub cert: Ref<Cert>,
}

impl Kind for Client {
    const NAME: &'static str = "client";
    type Outputs = Value;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Value>>> {
        let Some(value) = get(id) else { return Ok(None) };
        let pool = value["pool"].as_str().unwrap();
        let pool = ctx.named::<Pool>(pool, |id, _| id == pool);
        Ok(Some(Observed::ready(Self { pool, url: value["url"].as_str().unwrap().to_owned() }, json!({}))))
    }

    async fn find(&self, _: &Ctx, token: &str) -> Result<Option<String>> {
        Ok(found(Self::NAME, token))
    }

    async fn create(&self, ctx: &Ctx, token: &str) -> Result<String> {
        Ok(make(Self::NAME, token, json!({ "pool": ctx.id(&self.pool)?, "url": self.url })).await)
    }

    async fn update(&self, ctx: &Ctx, id: &str, _: &Self) -> Result<()> {
        put(Self::NAME, id, json!({ "pool": ctx.id(&self.pool)?, "url": self.url })).await;
        Ok(())
    }

    async fn delete(_: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        remove(Self::NAME, id).await
    }
}

impl Kind for Cert {
    const NAME: &'static str = "cert";
    const REPLACE: ReplaceOrder = ReplaceOrder::CreateFirst;
    type Outputs = Value;

    async fn read(_: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Value>>> {
        let Some(value) = get(id) else { return Ok(None) };
        Ok(Some(Observed::ready(serde_json::from_value(value).unwrap(), json!({ "arn": id }))))
    }

    async fn find(&self, _: &Ctx, token: &str) -> Result<Option<String>> {
        Ok(found(Self::NAME, token))
    }

    async fn create(&self, _: &Ctx, token: &str) -> Result<String> {
        Ok(make(Self::NAME, token, serde_json::to_value(self).unwrap()).await)
    }

    async fn update(&self, _: &Ctx, _: &str, _: &Self) -> Result<()> {
        Ok(())
    }

    async fn delete(_: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        remove(Self::NAME, id).await
    }
}

impl Kind for Domain {
    const NAME: &'static str = "domain";
    const TAKES_OVER: bool = true;
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = Value;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Value>>> {
        let Some(value) = get(id) else { return Ok(None) };
        let (pool, cert) = (value["pool"].as_str().unwrap(), value["cert"].as_str().unwrap());
        let spec = Self {
            pool: ctx.named::<Pool>(pool, |id, _| id == pool),
            host: value["host"].as_str().unwrap().to_owned(),
            cert: ctx.named::<Cert>(cert, |_, outputs| outputs["arn"] == cert),
        };
        Ok(Some(Observed::ready(spec, json!({}))))
    }

    async fn find(&self, _: &Ctx, _: &str) -> Result<Option<String>> {
        let fits = |(_, (_, _, value)): &(&String, &(String, String, Value))| value["host"] == self.host.as_str();
        Ok(cloud(|cloud| cloud.objects.iter().find(fits).map(|(id, _)| id.clone())))
    }

    async fn create(&self, ctx: &Ctx, token: &str) -> Result<String> {
        if self.find(ctx, token).await?.is_some() {
            return Err(refused("CreateDomain", "InvalidParameterException", "Domain already exists."));
        }
        let value = json!({ "pool": ctx.id(&self.pool)?, "host": self.host, "cert": ctx.id(&self.cert)? });
        Ok(make(Self::NAME, token, value).await)
    }

    async fn update(&self, ctx: &Ctx, id: &str, _: &Self) -> Result<()> {
        put(Self::NAME, id, json!({ "pool": ctx.id(&self.pool)?, "host": self.host, "cert": ctx.id(&self.cert)? }))
            .await;
        Ok(())
    }

    async fn delete(_: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        remove(Self::NAME, id).await
    }
}

pub const KINDS: &[&dyn AnyKind] = &[kind::<Pool>(), kind::<Client>(), kind::<Cert>(), kind::<Domain>()];

/// A stack, with everything that a run of it needs; the cloud is the thread's.
pub struct World {
    pub stored: Rc<RefCell<Option<State>>>,
    pub kinds: Kinds,
    pub options: Options,
}

struct MemoryStore(Rc<RefCell<Option<State>>>);

struct NoGuard;
impl Guard for NoGuard {}

impl Store for MemoryStore {
    fn load(&self) -> LocalBoxFuture<'_, Result<Option<State>>> {
        async { Ok(self.0.borrow().clone()) }.boxed_local()
    }

    fn save<'a>(&'a self, state: &'a State) -> LocalBoxFuture<'a, Result<()>> {
        async move {
            moment().await;
            *self.0.borrow_mut() = Some(state.clone());
            moment().await;
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
            *self.0.borrow_mut() = None;
            Ok("nothing".to_owned())
        }
        .boxed_local()
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}

struct Silent;

impl Watch for Silent {
    fn started(&self, _: &Step, _: Option<&str>) {}
    fn says(&self, _: &Step, _: &str) {}
    fn done(&self, _: &Step, _: Option<&str>) {}
    fn failed(&self, _: &Step, _: &Error) {}
    fn note(&self, _: &str) {}
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// With this plan carried out; the problems of the steps that failed.
    Applied(Plan, Vec<String>),
    /// Refused at plan time.
    Refused(Vec<Problem>),
    /// The power went.
    Cut,
}

impl World {
    pub fn new() -> Self {
        cloud(|cloud| *cloud = Cloud::default());
        Self { stored: Rc::default(), kinds: Kinds::new(KINDS), options: Options::default() }
    }

    /// Plans and applies, cut off at the given moment.
    pub fn apply_cut_at(&self, desired: &Desired, cut_at: Option<usize>) -> Ended {
        cloud(|cloud| {
            cloud.moments = 0;
            cloud.cut_at = cut_at;
            cloud.is_dead = false;
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut run = Box::pin(self.run(desired));
            // A run that the power has left never ends; it is dropped with everything it holds in memory.
            std::future::poll_fn(|cx| match run.as_mut().poll(cx) {
                std::task::Poll::Ready(ended) => std::task::Poll::Ready(ended),
                std::task::Poll::Pending if cloud(|cloud| cloud.is_dead) => std::task::Poll::Ready(Ended::Cut),
                std::task::Poll::Pending => std::task::Poll::Pending,
            })
            .await
        })
    }

    pub fn apply(&self, desired: &Desired) -> Ended {
        self.apply_cut_at(desired, None)
    }

    /// How many moments the last run had.
    pub fn moments() -> usize {
        cloud(|cloud| cloud.moments)
    }

    async fn run(&self, desired: &Desired) -> Ended {
        let store = MemoryStore(Rc::clone(&self.stored));
        let loaded = self.stored.borrow().clone();
        let state = loaded.unwrap_or_else(|| State::new("test", "lineage".to_owned()));
        let clock = Clock::held(0);
        let nowhere = aws_smithy_http_client::Builder::new().build_http();
        let reach = Reach {
            region: "eu-west-1".to_owned(),
            profile: None,
            played: Some(nowhere),
            clock,
            dns: Dns::Answers(Rc::new(|_, _| Vec::new())),
        };
        let aws = Rc::new(Aws::reach(reach).await);
        let run = Run::new(&self.kinds, aws, Blobs::default(), Cancel::default(), state, Some(&store), Rc::new(Silent));
        recover::recover(&run).await.unwrap();
        let actual = observe::observe(&run).await.unwrap();
        let planned = decide::plan(&self.kinds, desired, &run.state.borrow(), &actual, &self.options);
        let plan = match planned {
            Ok(plan) => plan,
            Err(problems) => return Ended::Refused(problems),
        };
        let report = apply::apply(&run, &plan, 4).await.unwrap();
        let failed = report.failed.iter().map(|(step, error)| format!("{}: {error:?}", step.address())).collect();
        Ended::Applied(plan, failed)
    }

    /// The plan that a run would make now.
    pub fn plan(&self, desired: &Desired) -> Plan {
        let (cloud_before, stored_before) = (cloud(|cloud| cloud.clone()), self.stored.borrow().clone());
        let ended = self.apply(desired);
        cloud(|cloud| *cloud = cloud_before);
        *self.stored.borrow_mut() = stored_before;
        match ended {
            Ended::Applied(plan, _) => plan,
            other => panic!("{other:?}"),
        }
    }

    /// Every id that the cloud holds and the state does not know.
    pub fn orphans(&self) -> BTreeSet<String> {
        let stored = self.stored.borrow();
        let known = |record: &Kept<Record>| {
            std::iter::once(record.id.clone())
                .chain(record.deposed.iter().map(|old| old.id.clone()))
                .collect::<Vec<_>>()
        };
        let known: BTreeSet<String> =
            stored.iter().flat_map(|state| state.resources.values().flat_map(known)).collect();
        cloud(|cloud| cloud.objects.keys().filter(|id| !known.contains(*id)).cloned().collect())
    }

    /// What the cloud holds, ids aside: each object with the ids in it replaced by what they stand for.
    pub fn end() -> BTreeSet<String> {
        cloud(|cloud| {
            let kinds: BTreeMap<&String, &String> = cloud.objects.iter().map(|(id, (kind, ..))| (id, kind)).collect();
            let objects = cloud.objects.values().map(|(kind, _, value)| {
                let mut text = format!("{kind} {value}");
                for (id, kind) in &kinds {
                    text = text.replace(&format!("\"{id}\""), &format!("<{kind}>"));
                }
                text
            });
            objects.collect()
        })
    }
}

/// A desired stack from `(address, spec)` pairs.
pub fn desired(resources: &[(&str, Value)]) -> Desired {
    let resource = |(address, spec): &(&str, Value)| {
        let one = DesiredResource { spec: spec.clone(), at: (*address).to_owned(), after: Vec::new() };
        (address.parse::<Address>().unwrap(), one)
    };
    Desired { resources: resources.iter().map(resource).collect(), ..Desired::default() }
}
