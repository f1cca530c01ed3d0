//! The secrets of a run, which are kept in memory alone: each is read once, and handed to whoever sends it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Ctx;
use crate::error::{Error, Result};
use crate::secret::{Fingerprint, Salt, Secret, SecretRef};

/// The secrets of a run, by their fingerprints. Clones share them.
#[derive(Clone, Default)]
pub struct Secrets(Rc<RefCell<BTreeMap<Fingerprint, Secret>>>);

impl Secrets {
    /// The reference with the fingerprint of what was found there, which is kept for as long as the run lasts. The salt
    /// is that of a fingerprint that the reference has already, or `salt`.
    ///
    /// # Errors
    /// When the machine has no thread to give for it.
    pub async fn keep(&self, place: SecretRef, text: &str, salt: Salt) -> Result<SecretRef> {
        let salt = place.fingerprint.as_ref().and_then(Fingerprint::salt).unwrap_or(salt);
        let secret = Secret::new(text.to_owned());
        let known = |(fingerprint, one): (&Fingerprint, &Secret)| {
            (*one == secret && fingerprint.salt() == Some(salt)).then(|| fingerprint.clone())
        };
        let known = self.0.borrow().iter().find_map(known);
        let fingerprint = if let Some(known) = known {
            known
        } else {
            // It takes its time, in which the others go on.
            let of = secret.clone();
            let made = tokio::task::spawn_blocking(move || Fingerprint::of(&of, salt)).await;
            made.map_err(|error| Error::bug("a fingerprint cannot be made").caused_by(error))?
        };
        self.0.borrow_mut().insert(fingerprint.clone(), secret);
        Ok(SecretRef { fingerprint: Some(fingerprint), ..place })
    }

    fn of(&self, place: &SecretRef) -> Option<Secret> {
        self.0.borrow().get(place.fingerprint.as_ref()?).cloned()
    }
}

impl Ctx {
    /// The text of a secret, to be sent: `ctx.secret(&self.client_secret)?`.
    ///
    /// # Errors
    /// When it was not read before: the plan was made of a spec that `engine::secrets` has not seen.
    pub fn secret(&self, place: &SecretRef) -> Result<String> {
        let found = self.secrets.of(place).map(|secret| secret.reveal().to_owned());
        found.ok_or_else(|| Error::bug(format!("the secret of {} was not read before it was asked for", place.place)))
    }

    /// A secret that AWS shows, as the spec that is read says it: the place that it was last taken from, or one that the
    /// kind makes up where nothing is remembered, with the fingerprint of what is there now.
    ///
    /// # Errors
    /// When the machine has no randomness or no thread to give.
    pub async fn seen_secret(&self, place: SecretRef, text: &str) -> Result<SecretRef> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt)
            .map_err(|error| Error::bug("no random numbers can be had").caused_by(error.to_string()))?;
        self.secrets.keep(place, text, Salt::new(salt)).await
    }
}
