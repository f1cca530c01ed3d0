//! What one run works with: the state and its store, AWS, the person's wish to stop, and who watches.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;

use super::kinds::Kinds;
use super::moved::Relabelled;
use super::plan::Step;
use crate::address::Address;
use crate::aws::Aws;
use crate::error::{Error, Result};
use crate::kind::{Blobs, Cancel, Ctx, Known, Secrets};
use crate::state::store::Store;
use crate::state::{Deposed, Intent, Record, State};

/// Sees what happens, to tell the person.
pub trait Watch {
    /// A step has begun.
    fn started(&self, step: &Step, id: Option<&str>);
    /// What a step is waiting for.
    fn says(&self, step: &Step, what: &str);
    /// A step is done.
    fn done(&self, step: &Step, id: Option<&str>);
    /// A step has failed.
    fn failed(&self, step: &Step, error: &Error);
    /// Records that a person is to make, or a step will not end.
    fn asks(&self, _: &Step, records: &[String]) {
        for record in records {
            self.note(record);
        }
    }
    /// An object is about to be read, for a plan.
    fn reads(&self, _: &Address, _: &str) {}
    /// It has been.
    fn has_read(&self, _: &Address, _: &str) {}
    /// Something that belongs to no step.
    fn note(&self, text: &str);
}

/// What one run works with.
pub struct Run<'a> {
    /// The kinds.
    pub kinds: &'a Kinds,
    /// AWS.
    pub aws: Rc<Aws>,
    /// The files that specs name.
    pub blobs: Blobs,
    /// The secrets that specs stand for.
    pub secrets: Secrets,
    /// The person's wish to stop.
    pub cancel: Cancel,
    /// What is remembered.
    pub state: RefCell<State>,
    /// The objects as they are known at this moment.
    pub known: Rc<RefCell<Known>>,
    /// Where the state is kept; None for a run that only reads.
    pub store: Option<&'a dyn Store>,
    /// What the stack file has changed in the state before anything else; not saved yet.
    pub relabelled: Relabelled,
    /// Who watches.
    pub watch: Rc<dyn Watch>,
    /// One save at a time, so that their order is total.
    saving: tokio::sync::Mutex<()>,
    /// How many saves have been asked for, and how many of them what is written covers.
    asked: Cell<u64>,
    covered: Cell<u64>,
}

impl<'a> Run<'a> {
    /// A run over this state.
    pub fn new(
        kinds: &'a Kinds,
        aws: Rc<Aws>,
        blobs: Blobs,
        cancel: Cancel,
        state: State,
        store: Option<&'a dyn Store>,
        watch: Rc<dyn Watch>,
    ) -> Self {
        let known = Known {
            objects: state
                .resources
                .iter()
                .map(|(address, record)| (address.clone(), (record.id.clone(), record.outputs.clone())))
                .collect(),
            deposed: state
                .resources
                .iter()
                .flat_map(|(address, record)| record.deposed.iter().map(|old| (address.clone(), old.id.clone())))
                .collect(),
            ..Known::default()
        };
        Self {
            kinds,
            aws,
            blobs,
            secrets: Secrets::default(),
            cancel,
            state: RefCell::new(state),
            known: Rc::new(RefCell::new(known)),
            store,
            relabelled: Relabelled::default(),
            watch,
            saving: tokio::sync::Mutex::new(()),
            asked: Cell::new(0),
            covered: Cell::new(0),
        }
    }

    /// What a kind is given to work with; what it says belongs to `step`.
    pub fn ctx(&self, step: Option<&Step>) -> Ctx {
        let (watch, step) = (Rc::clone(&self.watch), step.cloned());
        Ctx {
            aws: Rc::clone(&self.aws),
            stack: self.state.borrow().stack.as_str().into(),
            known: Rc::clone(&self.known),
            blobs: Rc::clone(&self.blobs),
            secrets: self.secrets.clone(),
            cancel: self.cancel.clone(),
            wave: None,
            say: Rc::new(move |what| match &step {
                Some(step) => watch.says(step, what),
                None => watch.note(&format!("waiting {what}")),
            }),
        }
    }

    /// Writes the state down, and tries again a few times before it gives up and writes it beside.
    ///
    /// What was changed while another save was under way is written by the next, once for all who wait.
    ///
    /// # Errors
    /// When it could not be written where it belongs; the hint says where it is instead.
    pub async fn save(&self) -> Result<()> {
        let Some(store) = self.store else { return Ok(()) };
        let asked = self.asked.get() + 1;
        self.asked.set(asked);
        let _turn = self.saving.lock().await;
        if self.covered.get() >= asked {
            return Ok(());
        }
        let covers = self.asked.get();
        self.state.borrow_mut().serial += 1;
        let state = self.state.borrow().clone();
        let mut tries = 0;
        loop {
            match store.save(&state).await {
                Ok(()) => {
                    self.covered.set(covers);
                    return Ok(());
                }
                Err(error) if tries >= SAVE_TRIES => {
                    return Err(match store.rescue(&state) {
                        Ok(place) => error.hinted(format!(
                            "the state was written to {place} instead; the next run takes it up from there"
                        )),
                        Err(_) => error.hinted(
                            "the state could not be written anywhere; free some space and run this again at once",
                        ),
                    });
                }
                Err(_) => {
                    tries += 1;
                    self.aws.clock.sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }

    /// Whether this run may still change anything: not once it has lost its lock.
    ///
    /// # Errors
    /// When it has; the error says to whom.
    pub async fn may_write(&self) -> Result<()> {
        match self.store {
            Some(store) => store.holds().await,
            None => Ok(()),
        }
    }

    /// Records an object that a creating call has made.
    pub fn adopt(&self, address: &Address, id: &str, intent: Intent) {
        let mut state = self.state.borrow_mut();
        state.pending.remove(address);
        {
            let mut known = self.known.borrow_mut();
            known.objects.insert(address.clone(), (id.to_owned(), Value::Null));
            for old in &intent.deposed {
                let old = (address.clone(), old.id.clone());
                if !known.deposed.contains(&old) {
                    known.deposed.push(old);
                }
            }
        }
        let record = Record {
            id: id.to_owned(),
            last_applied: intent.desired,
            observed: Value::Null,
            changing: false,
            reverting: None,
            deleting: false,
            outputs: Value::Null,
            needs: intent.needs,
            deposed: intent.deposed,
        };
        state.resources.insert(address.clone(), record.into());
    }

    /// Notes what AWS has decided of an object, for those that need it.
    pub fn learn(&self, address: &Address, id: &str, outputs: &Value) {
        self.known.borrow_mut().objects.insert(address.clone(), (id.to_owned(), outputs.clone()));
    }

    /// What is remembered now.
    #[must_use]
    pub fn remembered(&self) -> State {
        self.state.borrow().clone()
    }

    /// Drops an object from what is remembered and known.
    pub fn forget(&self, address: &Address) {
        self.state.borrow_mut().resources.remove(address);
        let mut known = self.known.borrow_mut();
        known.objects.remove(address);
        known.deposed.retain(|(of, _)| of != address);
    }

    /// Drops one replaced object.
    pub fn forget_deposed(&self, address: &Address, id: &str) {
        if let Some(record) = self.state.borrow_mut().resources.get_mut(address) {
            record.deposed.retain(|old| old.id != id);
        }
        self.known.borrow_mut().deposed.retain(|(of, old)| of != address || old != id);
    }

    /// What will still await deletion once a new object stands at `address`.
    pub fn deposed_by_new(&self, address: &Address, old_stays: bool) -> Vec<Deposed> {
        let state = self.state.borrow();
        let Some(record) = state.resources.get(address) else { return Vec::new() };
        let mut deposed = record.deposed.clone();
        if old_stays {
            let (id, observed, outputs) = (record.id.clone(), record.observed.clone(), record.outputs.clone());
            self.known.borrow_mut().deposed.push((address.clone(), id.clone()));
            deposed.push(Deposed { id, observed, outputs });
        }
        deposed
    }
}

/// How often a failed save is tried again.
const SAVE_TRIES: u32 = 3;

/// A new token: 32 hexadecimal digits that no other call has had.
///
/// # Errors
/// When the machine has no randomness to give.
pub fn new_token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::bug("no random numbers can be had").caused_by(error.to_string()))?;
    Ok(bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
}
