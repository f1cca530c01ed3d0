//! One sandbox: a world, a clock, the faults that were asked for, and the calls that were made.

use super::busy::Busy;
use super::fault::{self, Fault, FaultKind};
use super::policy::Policy;
use super::rates::Rates;
use super::store::Store;
use super::wire::{self, Call, Reply, Request, Service};
use super::{
    Refusal, World, account, acm, cognito, connector, control, dns, gateway, identity, ids, lambda, outside, route53,
    s3, secrets_manager, ssm, sts, waf,
};
use crate::clock::Clock;
use crate::error::{Error, Result};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// AWS in this process. Clones are the same sandbox.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    faults: Mutex<Vec<Fault>>,
    /// The quotas of calls in a second, where they are to be kept.
    rates: Mutex<Option<Rates>>,
    /// What the caller is allowed, where not everything is.
    policy: Mutex<Option<Policy>>,
    calls: Mutex<BTreeMap<(String, String), u64>>,
    requests: AtomicU64,
    /// What is being changed now, and takes no second change meanwhile.
    busy: Busy,
}

/// What comes back from a call.
#[derive(Debug, Clone)]
pub enum Answer {
    /// An answer.
    Reply(Reply),
    /// The first half of an answer, and then nothing: the connection broke.
    Cut(Reply),
    /// Nothing: the connection broke.
    Dropped,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sandbox {
    fn new(store: Store, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            faults: Mutex::default(),
            rates: Mutex::default(),
            policy: Mutex::default(),
            calls: Mutex::default(),
            requests: AtomicU64::new(0),
            busy: Busy::default(),
        }))
    }

    /// The sandbox whose world is kept in `dir`, made if there is none. Several processes may have it open.
    ///
    /// It has the faults that the environment variable `STACK_SANDBOX_FAULTS` asks for: `OP=KIND[:N];…`; it takes no more
    /// calls in a second than AWS does where `STACK_SANDBOX_RATES` is set; and it allows what the IAM policy in the file
    /// `STACK_SANDBOX_POLICY` allows, and nothing else.
    ///
    /// # Errors
    ///
    /// When the directory cannot be used, or holds a world that cannot be read, or the variable cannot.
    pub fn open(dir: &Path, clock: Clock) -> Result<Self> {
        let faults = match std::env::var("STACK_SANDBOX_FAULTS") {
            Ok(text) => Fault::parse_all(&text).map_err(|error| error.during("STACK_SANDBOX_FAULTS cannot be read"))?,
            Err(_) => Vec::new(),
        };
        let sandbox = Self::new(Store::open(dir)?, clock);
        for fault in faults {
            sandbox.fault(fault);
        }
        if std::env::var_os("STACK_SANDBOX_RATES").is_some() {
            sandbox.keep_rates();
        }
        if let Some(path) = std::env::var_os("STACK_SANDBOX_POLICY") {
            let unreadable = |error: Error| error.during("STACK_SANDBOX_POLICY cannot be read");
            let text = std::fs::read_to_string(&path)
                .map_err(|error| unreadable(Error::usage(path.to_string_lossy().into_owned()).caused_by(error)))?;
            sandbox.allow_only(Policy::parse(&text).map_err(unreadable)?);
        }
        Ok(sandbox)
    }

    /// A sandbox that nobody else sees and that leaves nothing behind.
    #[must_use]
    pub fn in_memory(clock: Clock) -> Self {
        Self::new(Store::in_memory(), clock)
    }

    /// Empties the sandbox in `dir`, even if its world cannot be read.
    ///
    /// # Errors
    ///
    /// When the directory cannot be written to.
    pub fn reset_at(dir: &Path) -> Result<()> {
        Store::at(dir)?.reset()
    }

    /// Empties the sandbox, and forgets its faults and calls.
    ///
    /// # Errors
    ///
    /// When the world cannot be saved.
    pub fn reset(&self) -> Result<()> {
        self.clear_faults();
        held(&self.0.calls).clear();
        self.0.store.reset()
    }

    /// What an SDK client takes as its connection to AWS; no packet leaves this process.
    #[must_use]
    pub fn http_client(&self) -> SharedHttpClient {
        connector::http_client(self.clone())
    }

    /// From now on, something goes wrong.
    pub fn fault(&self, fault: Fault) {
        if let FaultKind::Lag(time) = fault.kind {
            self.0.store.remember(ms(time));
        }
        held(&self.0.faults).push(fault);
    }

    /// From now on, nothing goes wrong.
    pub fn clear_faults(&self) {
        held(&self.0.faults).clear();
    }

    /// From now on, no more calls are taken in a second than AWS takes.
    pub fn keep_rates(&self) {
        held(&self.0.rates).get_or_insert_default();
    }

    /// From now on, only what this policy allows is done.
    pub fn allow_only(&self, policy: Policy) {
        *held(&self.0.policy) = Some(policy);
    }

    /// The faults that are still to come.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        held(&self.0.faults).clone()
    }

    /// How often each operation was called, by service and operation: `("acm", "ListCertificates")`. Calls
    /// that met a fault count too.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<(String, String), u64> {
        held(&self.0.calls).clone()
    }

    /// How often one operation was called, of whatever service.
    #[must_use]
    pub fn count(&self, operation: &str) -> u64 {
        held(&self.0.calls).iter().filter(|((_, name), _)| name == operation).map(|(_, count)| count).sum()
    }

    /// The clock that the sandbox goes by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The IPv4 addresses that `name` has in the sandbox's public DNS.
    ///
    /// # Errors
    ///
    /// When the world cannot be read.
    pub fn a_records(&self, name: &str) -> Result<Vec<Ipv4Addr>> {
        self.world(|world| dns::a_records(world, name))
    }

    /// The values of the records of one type that `name` has in the sandbox's public DNS, CNAMEs followed.
    ///
    /// # Errors
    ///
    /// When the world cannot be read.
    pub fn records(&self, name: &str, kind: &str) -> Result<Vec<String>> {
        self.world(|world| dns::values(world, name, kind))
    }

    /// Does something with the world itself, as it stands now; for setting a scene, and for looking at it.
    ///
    /// # Errors
    ///
    /// When the world cannot be read or saved.
    pub fn world<T>(&self, act: impl FnOnce(&mut World) -> T) -> Result<T> {
        let done = self.0.store.with(self.0.clock.now_ms(), |world| Ok(act(world)))?;
        done.map_err(|refusal| Error::bug(refusal.message))
    }

    /// Answers one request as AWS would, faults left aside.
    #[must_use]
    pub fn handle(&self, request: &Request) -> Reply {
        if let Some(reply) = control::handle(self, request) {
            return reply;
        }
        let call = wire::call(request);
        self.note(&call);
        self.act(&call, request)
    }

    /// Answers one request, faults included.
    pub async fn answer(&self, request: &Request) -> Answer {
        if let Some(reply) = control::handle(self, request) {
            return Answer::Reply(reply);
        }
        let call = wire::call(request);
        self.note(&call);
        let _under_way = match self.0.busy.begin(&call, request) {
            Ok(under_way) => under_way,
            Err(refusal) => return Answer::Reply(self.refuse(&call, request, &refusal)),
        };
        let (wait, fault) = fault::meet(&mut held(&self.0.faults), &call);
        if !wait.is_zero() {
            self.0.clock.sleep(wait).await;
        }
        let fault = fault.or_else(|| self.is_too_fast(&call, request).then_some(FaultKind::Throttle));
        let refusal = fault.as_ref().and_then(|fault| fault.refusal(&call, request));
        match fault {
            Some(FaultKind::DropBefore) => Answer::Dropped,
            Some(FaultKind::DropAfter) => {
                self.act(&call, request);
                Answer::Dropped
            }
            Some(FaultKind::Answer(text)) => Answer::Reply(outside::overlaid(self.act(&call, request), &text)),
            Some(FaultKind::Truncate) => Answer::Cut(self.act(&call, request)),
            Some(FaultKind::Lag(time)) => Answer::Reply(self.act_behind(&call, request, time)),
            _ => Answer::Reply(match refusal {
                Some(refusal) => self.refuse(&call, request, &refusal),
                None => self.act(&call, request),
            }),
        }
    }

    fn is_too_fast(&self, call: &Call, request: &Request) -> bool {
        let now = self.0.clock.now_ms();
        held(&self.0.rates).as_mut().is_some_and(|rates| !rates.take(now, call, request))
    }

    fn note(&self, call: &Call) {
        let name = (call.service.name().to_owned(), call.operation.clone());
        *held(&self.0.calls).entry(name).or_default() += 1;
    }

    /// The id of the next answer; counted, so that a run can be repeated.
    fn request_id(&self) -> String {
        ids::uuid(&format!("request {}", self.0.requests.fetch_add(1, Ordering::SeqCst) + 1))
    }

    fn act(&self, call: &Call, request: &Request) -> Reply {
        let done = wire::check_signed(call, request).and_then(|()| self.check_allowed(call, request)).and_then(|()| {
            let id = self.request_id();
            let now = self.0.clock.now_ms();
            let answered = if reads(call) {
                self.0.store.look(now, |world| dispatch(world, call, request, &id))
            } else {
                self.0.store.with(now, |world| dispatch(world, call, request, &id))
            };
            let reply = answered.unwrap_or_else(|error| {
                let message = format!("{error}: {:?}", error.hints());
                Err(Refusal { status: 500, ..Refusal::new("InternalFailure", message) })
            })?;
            Ok(wire::with_request_id(reply, call.service, &id))
        });
        done.unwrap_or_else(|refusal| self.refuse(call, request, &refusal))
    }

    /// Refuses what the policy does not allow.
    fn check_allowed(&self, call: &Call, request: &Request) -> Result<(), Refusal> {
        let Some(policy) = held(&self.0.policy).clone() else { return Ok(()) };
        let asked = self.0.store.look(self.0.clock.now_ms(), |world| Ok(policy.refuses(world, call, request)));
        let unreadable = |error: Error| Refusal { status: 500, ..Refusal::new("InternalFailure", error.to_string()) };
        match asked.map_err(unreadable)?? {
            Some(demand) => Err(fault::denied(call, &demand.action, &demand.resource)),
            None => Ok(()),
        }
    }

    /// Answers a call at a place that does not yet know what was done within this time.
    fn act_behind(&self, call: &Call, request: &Request, time: Duration) -> Reply {
        let id = self.request_id();
        let now = self.0.clock.now_ms();
        let answer = self.0.store.earlier(now, ms(time), |world| dispatch(world, call, request, &id));
        let is_unknown = |code: &str| code.contains("NotFound") || code.starts_with("NoSuch");
        match answer {
            Ok(Err(refusal)) if reads(call) || is_unknown(&refusal.code) => self.refuse(call, request, &refusal),
            Ok(Ok(reply)) if reads(call) => wire::with_request_id(reply, call.service, &id),
            _ => self.act(call, request),
        }
    }

    fn refuse(&self, call: &Call, request: &Request, refusal: &Refusal) -> Reply {
        let id = self.request_id();
        let reply = wire::with_request_id(wire::refuse(call, request, refusal, &id), call.service, &id);
        if call.service == Service::S3 { s3::dated(reply, self.0.clock.now_ms()) } else { reply }
    }
}

/// Whether a call only reads.
fn reads(call: &Call) -> bool {
    ["Describe", "List", "Get"].iter().any(|verb| call.operation.starts_with(verb))
}

fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 2)
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sandbox")
    }
}

fn dispatch(world: &mut World, call: &Call, request: &Request, id: &str) -> Result<Reply, Refusal> {
    match call.service {
        Service::Cognito => {
            let answer = cognito::handle(world, &call.region, &call.operation, &json(request)?)?;
            Ok(wire::json_reply(&within_reach(answer, request)))
        }
        Service::Acm => {
            acm::handle(world, &call.region, &call.operation, &json(request)?).map(|v| wire::json_reply(&v))
        }
        Service::Ssm => {
            ssm::handle(world, &call.region, &call.operation, &json(request)?).map(|v| wire::json_reply(&v))
        }
        Service::SecretsManager => {
            secrets_manager::handle(world, &call.region, &call.operation, &json(request)?).map(|v| wire::json_reply(&v))
        }
        Service::Route53 => route53::handle(world, &call.operation, request),
        Service::Sts => sts::handle(world, &call.operation, request, id),
        Service::Outside(service) => account::handle(world, service, &call.region, &call.operation, request, id)
            .unwrap_or_else(|| outside::handle(service, &call.region, &call.operation, request, id)),
        Service::Waf => {
            waf::handle(world, &call.region, &call.operation, &json(request)?).map(|v| wire::json_reply(&v))
        }
        Service::Identity => {
            let answer = identity::handle(world, &call.region, &call.operation, &json(request)?)?;
            Ok(wire::json_reply(&answer))
        }
        Service::Gateway => gateway::handle(world, &call.region, &call.operation, request),
        Service::Lambda => lambda::handle(world, &call.region, &call.operation, request),
        Service::S3 => s3::handle(world, &call.region, &call.operation, request),
        Service::Image => image(world, request),
        Service::Web => Ok(cognito::page_of(world, request).unwrap_or_else(|| web(&call.operation, request))),
        Service::Unknown => cognito::page_of(world, request).ok_or_else(|| Refusal {
            status: 404,
            ..Refusal::new(
                "UnknownOperationException",
                format!("the sandbox plays no such service: {}", call.operation),
            )
        }),
    }
}

fn json(request: &Request) -> Result<Value, Refusal> {
    if request.body().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_slice(request.body())
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| Refusal::new("SerializationException", "the body is not a JSON object"))
}

/// The answer with a picture's address that its client can reach: one that came over loopback asks there again.
fn within_reach(mut answer: Value, request: &Request) -> Value {
    let url = answer.pointer_mut("/UICustomization/ImageUrl");
    if let (Some(here), Some(url)) = (wire::loopback(request), url) {
        let path = url.as_str().and_then(|url| url.strip_prefix("https://"));
        if let Some(path) = path {
            *url = format!("http://{here}/_sandbox/image/{path}").into();
        }
    }
    answer
}

/// What an identity provider would answer at this address.
fn web(operation: &str, request: &Request) -> Reply {
    let host = wire::host(request);
    if operation == "GetDiscovery" {
        let path = request.uri().path().trim_end_matches("/.well-known/openid-configuration");
        return wire::json_reply(&serde_json::json!({ "issuer": format!("https://{host}{path}") }));
    }
    let metadata = format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://{host}\"><IDPSSODescriptor \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"/></EntityDescriptor>"
    );
    wire::reply(200, "application/samlmetadata+xml", metadata.into_bytes())
}

/// A picture that a user pool domain's distribution would give out.
fn image(world: &World, request: &Request) -> Result<Reply, Refusal> {
    let path = request.uri().path();
    let url = match path.strip_prefix("/_sandbox/image/") {
        // `serve` has no host of CloudFront's, so the path names it: /_sandbox/image/d1.cloudfront.net/a.png
        Some(rest) => format!("https://{rest}"),
        None => format!("https://{}{path}", wire::host(request)),
    };
    let picture: Option<Vec<u8>> = picture(world, &url);
    let picture = picture.ok_or_else(|| Refusal { status: 403, ..Refusal::new("AccessDenied", "Access Denied") })?;
    let kind = match picture.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, ..] => "image/jpeg",
        [b'G', b'I', b'F', ..] => "image/gif",
        _ => "application/octet-stream",
    };
    Ok(wire::reply(200, kind, picture))
}

/// The picture at `url`, if some user pool domain has one there.
fn picture(world: &World, url: &str) -> Option<Vec<u8>> {
    super::cognito::image(world, url)
}
