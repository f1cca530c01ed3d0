//! What a kind is given to work with: AWS, what the stack's other objects are called there, and waiting.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Notify, OnceCell};

use super::{Kind, Ref, Secrets};
use crate::address::Address;
use crate::aws::Aws;
use crate::error::{Error, Result};

/// The objects of the stack that exist, as they are known at this moment.
#[derive(Debug, Default)]
pub struct Known {
    /// Each resource's id and outputs.
    pub objects: BTreeMap<Address, (String, Value)>,
    /// The ids of objects that have been replaced and still await deletion.
    pub deposed: Vec<(Address, String)>,
    /// Changes that AWS has taken and not yet spread, by the object's id: Route 53's change ids.
    pub under_way: BTreeMap<String, String>,
    /// What was last asked of objects in this run, by kind and id: what AWS does not show again is known from it.
    pub sent: BTreeMap<(&'static str, String), Value>,
}

/// What has been read in one wave of reads: several objects of a stack may be seen in one answer, which is asked for once.
#[derive(Clone, Default)]
pub struct Wave(Rc<RefCell<Answers>>);

/// What each operation answered for each id: a cell of whatever type it answers with.
type Answers = BTreeMap<(&'static str, String), Rc<dyn Any>>;

impl Wave {
    /// What `ask` answers, or has answered in this wave when the same operation was called for the same `id`.
    ///
    /// # Errors
    /// When `ask` fails; the next to ask tries again.
    async fn once<T: Clone + 'static>(
        &self,
        operation: &'static str,
        id: &str,
        ask: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let cell = {
            let mut seen = self.0.borrow_mut();
            let cell = seen.entry((operation, id.to_owned())).or_insert_with(|| Rc::new(OnceCell::<T>::new()));
            Rc::clone(cell).downcast::<OnceCell<T>>()
        };
        match cell {
            Ok(cell) => cell.get_or_try_init(|| ask).await.cloned(),
            Err(_) => Err(Error::bug(format!("{operation} was read as two things"))),
        }
    }
}

/// The contents of files that specs name by their SHA-256 (lower-case hex).
pub type Blobs = Rc<BTreeMap<String, Vec<u8>>>;

/// What a kind is given to work with, for one resource.
#[derive(Clone)]
pub struct Ctx {
    /// AWS.
    pub aws: Rc<Aws>,
    /// The stack's name: `dev`.
    pub stack: Rc<str>,
    /// The stack's other objects.
    pub known: Rc<RefCell<Known>>,
    /// The files that specs name.
    pub blobs: Blobs,
    /// The secrets that specs stand for; see [`Ctx::secret`].
    pub secrets: Secrets,
    /// The person's wish to stop.
    pub cancel: Cancel,
    /// The wave of reads that this is part of, where one answer does for several objects; None where each look counts.
    pub wave: Option<Wave>,
    /// Tells the person what this step is waiting for.
    pub say: Rc<dyn Fn(&str)>,
}

impl Ctx {
    /// The id of another resource.
    ///
    /// # Errors
    /// When there is no such object yet: the order of steps is wrong.
    pub fn id<K: Kind>(&self, reference: &Ref<K>) -> Result<String> {
        Ok(self.object(&reference.address)?.0)
    }

    /// What AWS decided of another resource.
    ///
    /// # Errors
    /// When there is no such object yet: the order of steps is wrong.
    pub fn outputs<K: Kind>(&self, reference: &Ref<K>) -> Result<K::Outputs> {
        let (_, outputs) = self.object(&reference.address)?;
        serde_json::from_value(outputs).map_err(|error| {
            Error::bug(format!("the outputs of {} cannot be read", reference.address)).caused_by(error)
        })
    }

    /// What a call that reads answers; in a wave of reads it is called once for each `id`.
    ///
    /// # Errors
    /// When `ask` fails.
    pub async fn read_once<T: Clone + 'static>(
        &self,
        operation: &'static str,
        id: &str,
        ask: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match &self.wave {
            Some(wave) => wave.once(operation, id, ask).await,
            None => ask.await,
        }
    }

    fn object(&self, address: &str) -> Result<(String, Value)> {
        let parsed = address.parse::<Address>().map_err(|error| Error::aws_state(error.to_string()))?;
        let known = self.known.borrow();
        known
            .objects
            .get(&parsed)
            .cloned()
            .ok_or_else(|| Error::bug(format!("{address} was asked for before it was made")))
    }

    /// The resource of this stack whose id is `outside` or that `is_it` holds for (given id and outputs); else
    /// `outside` itself, named as what it is. An object that was never read has no outputs, and only an id.
    pub fn named<K: Kind>(&self, outside: &str, is_it: impl Fn(&str, &K::Outputs) -> bool) -> Ref<K> {
        let known = self.known.borrow();
        known
            .objects
            .iter()
            .filter(|(address, _)| address.kind == K::NAME)
            .find(|(_, (id, outputs))| {
                let by_outputs = || serde_json::from_value(outputs.clone()).is_ok_and(|outputs| is_it(id, &outputs));
                id == outside || by_outputs()
            })
            .map_or_else(|| Ref::outside(outside), |(address, _)| Ref::at(address))
    }

    /// Whether this id of a `K` belongs to the stack, replaced ones included.
    #[must_use]
    pub fn is_ours<K: Kind>(&self, id: &str) -> bool {
        let known = self.known.borrow();
        known.objects.iter().any(|(address, (object, _))| address.kind == K::NAME && object == id)
            || known.deposed.iter().any(|(address, object)| address.kind == K::NAME && object == id)
    }

    /// Notes what is asked of an object, before AWS is sent it.
    pub fn has_sent<K: Kind>(&self, id: &str, spec: &K) {
        if let Ok(spec) = serde_json::to_value(spec) {
            self.known.borrow_mut().sent.insert((K::NAME, id.to_owned()), spec);
        }
    }

    /// What was last asked of this object in this run, if anything was.
    #[must_use]
    pub fn sent<K: Kind>(&self, id: &str) -> Option<K> {
        let sent = self.known.borrow().sent.get(&(K::NAME, id.to_owned())).cloned()?;
        serde_json::from_value(sent).ok()
    }

    /// The content of a file that a spec names.
    ///
    /// # Errors
    /// When the file was not loaded with the stack.
    pub fn blob(&self, sha256: &str) -> Result<&[u8]> {
        self.blobs
            .get(sha256)
            .map(Vec::as_slice)
            .ok_or_else(|| Error::bug(format!("no file of this stack has the digest {sha256}")))
    }

    /// Asks `look` until it answers, with a growing pause, and tells the person what it waits for.
    ///
    /// # Errors
    /// What `look` fails with; a wait longer than `wait.at_most`; the person's wish to stop.
    pub async fn until<T>(&self, wait: &Wait<'_>, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
        let start = self.aws.clock.now_ms();
        let mut pause = wait.every.min(FIRST_PAUSE);
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            (self.say)(wait.what);
            let waited = Duration::from_millis(u64::try_from(self.aws.clock.now_ms() - start).unwrap_or(0));
            if waited >= wait.at_most {
                return Err(Error::aws_state(format!("gave up waiting {} after {}s", wait.what, waited.as_secs()))
                    .hinted("nothing is lost: the next apply goes on waiting from here"));
            }
            self.cancel.sleep(&self.aws.clock, pause).await?;
            pause = (pause * 2).min(wait.every);
        }
    }
}

/// The first pause of a wait: what is nearly ready is seen soon.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// How to wait for something.
#[derive(Debug, Clone, Copy)]
pub struct Wait<'a> {
    /// `for CloudFront to release the certificate`.
    pub what: &'a str,
    /// The longest pause between two looks.
    pub every: Duration,
    /// When to give up.
    pub at_most: Duration,
}

/// The person's wish to stop; clones share it.
#[derive(Clone, Default)]
pub struct Cancel(Rc<(Cell<bool>, Notify)>);

impl Cancel {
    /// Asks everything that waits to stop, and nothing new to begin.
    pub fn cancel(&self) {
        self.0.0.set(true);
        self.0.1.notify_waiters();
    }

    /// Whether the person has asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.0.get()
    }

    /// Returns once the person has asked.
    pub async fn asked(&self) {
        let asked = self.0.1.notified();
        if !self.is_asked() {
            asked.await;
        }
    }

    /// Sleeps on `clock`.
    ///
    /// # Errors
    /// At once, when the person asks to stop.
    pub async fn sleep(&self, clock: &crate::clock::Clock, time: Duration) -> Result<()> {
        let asked = self.0.1.notified();
        if self.is_asked() {
            return Err(Error::stopped());
        }
        tokio::select! {
            () = asked => Err(Error::stopped()),
            () = clock.sleep(time) => Ok(()),
        }
    }
}
