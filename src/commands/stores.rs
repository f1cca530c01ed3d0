//! Where the state of a stack is kept, as its stack file says; and work under its lock.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt as _;

use super::session::{House, unbegun};
use super::signals::Ears;
use crate::aws::role::AskCode;
use crate::aws::s3::Reach;
use crate::error::{Error, Result};
use crate::kind::Cancel;
use crate::stack::S3Settings;
use crate::stack::load::{self, Texts};
use crate::state::local::LocalStore;
use crate::state::s3::{Bucket, Object, Pace, S3Store};
use crate::state::store::{self, Patience, Store};
use crate::ui::{Ui, ask_mfa_code};

impl House {
    /// The store of a stack's state, for commands that need neither its file nor AWS. What else is wrong with the stack
    /// file does not matter here.
    ///
    /// # Errors
    /// When the file cannot be read so far that it is known where the state is.
    pub async fn store(&self, stack: &str) -> Result<Rc<dyn Store>> {
        let (settings, region) = self.settings(stack)?;
        self.store_of(stack, settings.as_ref(), region.as_deref()).await
    }

    /// The store that these settings name, of a stack in this Region.
    ///
    /// # Errors
    /// When no Region is named anywhere.
    pub async fn store_of(
        &self,
        stack: &str,
        settings: Option<&S3Settings>,
        region: Option<&str>,
    ) -> Result<Rc<dyn Store>> {
        Ok(match settings.filter(|_| !self.is_sandbox) {
            Some(settings) => Rc::new(self.s3_store(stack, settings, region).await?),
            None => Rc::new(self.local_store(stack)),
        })
    }

    /// The local store of a stack.
    pub fn local_store(&self, stack: &str) -> LocalStore {
        LocalStore::new(&self.state_dir(), stack, self.clock.clone())
    }

    /// The store in S3 that these settings name.
    ///
    /// # Errors
    /// When no Region is named anywhere.
    pub async fn s3_store(&self, stack: &str, settings: &S3Settings, region: Option<&str>) -> Result<S3Store> {
        let Bucket { client, name: bucket, kms_key_id, .. } = self.bucket(settings, region).await?;
        let object = Object { client, bucket, key: settings.object_key(stack), kms_key_id };
        Ok(S3Store::new(object, stack, self.local_store(stack), self.clock.clone(), Pace::from_env()))
    }

    /// The bucket that these settings name.
    ///
    /// # Errors
    /// When no Region is named anywhere.
    pub async fn bucket(&self, settings: &S3Settings, region: Option<&str>) -> Result<Bucket> {
        let S3Settings { bucket, key: _, region: own, kms_key_id, profile, assume_role, endpoint, path_style } =
            settings;
        let region = match own {
            Some(region) => region.clone(),
            None => self.region_or(region).await?,
        };
        let reach = Reach {
            region: region.clone(),
            profile: profile.clone().or_else(|| self.profile.clone()),
            role: assume_role.as_ref().map(|role| (role.role(), ask_mfa_code as AskCode)),
            endpoint: endpoint.clone(),
            path_style: path_style.unwrap_or(endpoint.is_some()),
            played: None,
            clock: self.clock.clone(),
        };
        let of_env = || ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].iter().find_map(|name| std::env::var(name).ok());
        let elsewhere = endpoint.clone().or_else(of_env);
        Ok(Bucket {
            client: reach.client().await?,
            name: bucket.clone(),
            region,
            kms_key_id: kms_key_id.clone(),
            is_foreign: elsewhere.is_some(),
            is_plain: elsewhere.is_some_and(|url| url.starts_with("http://")),
        })
    }

    /// What the stack file says of S3, and the stack's Region; nothing where there is no stack file any more.
    ///
    /// # Errors
    /// When the file cannot be read so far that it is known where the state is.
    pub fn settings(&self, stack: &str) -> Result<(Option<S3Settings>, Option<String>)> {
        let nothing = (None, None);
        if self.is_sandbox {
            return Ok(nothing);
        }
        let Ok(read) = load::read(&self.root, stack, &Texts::default()) else { return Ok(nothing) };
        if let Some(loaded) = &read.loaded {
            let settings = loaded.file.state.as_ref().and_then(|state| state.s3.clone());
            return Ok((settings, loaded.file.region.clone()));
        }
        if read.mentions("s3") { read.whole().map(|_| nothing) } else { Ok(nothing) }
    }

    /// The settings of a stack whose state is in S3.
    ///
    /// # Errors
    /// When it is not.
    pub fn s3_settings(&self, stack: &str, what: &str) -> Result<(S3Settings, Option<String>)> {
        if self.is_sandbox {
            return Err(Error::usage(format!("{what} is about states in S3, and the sandbox keeps its own in files"))
                .hinted("leave --sandbox out"));
        }
        let (settings, region) = self.settings(stack)?;
        let none = || {
            Error::usage(format!("{what} is about states in S3, and that of {stack} is in a local file")).hinted(
                format!(
                    "write `state: {{ s3: {{ bucket: …, key: auth/{stack}.json }} }}` into stacks/{stack}.yaml first"
                ),
            )
        };
        Ok((settings.ok_or_else(none)?, region))
    }
}

/// How somebody works under a lock.
pub struct Locking<'a> {
    /// What holds the lock, as the person would write it.
    pub command: &'a str,
    /// How long to wait for it.
    pub wait: Duration,
    /// Whether something has been begun that may not be cut short. Until then, a signal ends the work where it is.
    pub has_begun: &'a Cell<bool>,
}

/// Does `work` under the lock of `store`, and gives the lock back however that ends.
///
/// A signal ends the work where it is, until something has begun that may not be cut short. Whoever sends a second one does
/// not wait for anything any more: neither for the lock to be given back, nor for what is being saved.
///
/// # Errors
/// When somebody else holds the lock; and those of the work.
pub async fn locked<T>(
    house: &House,
    ui: &Ui,
    store: &dyn Store,
    how: &Locking<'_>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let heeding = house.heed.begin();
    let (mut ears, stop, mut is_asked) = (Ears::new(), Cancel::default(), false);
    let working = under_lock(house, ui, store, how, &stop, work);
    tokio::pin!(working);
    loop {
        tokio::select! {
            biased;
            ended = &mut working => return ended,
            () = ears.heard() => match (heeding.is_innermost(), is_asked, how.has_begun.get()) {
                (false, ..) => {}
                (true, true, false) => return Err(Error::stopped_where(
                    "nothing was changed. Should a lock be left in S3, it ends by itself in a minute",
                )),
                (true, true, true) => return Err(Error::stopped_where(
                    "what was being saved may be saved or not. Should a lock be left in S3, it ends by itself in a minute",
                )),
                // What is being saved is saved first.
                (true, false, true) => is_asked = true,
                (true, false, false) => {
                    is_asked = true;
                    stop.cancel();
                }
            }
        }
    }
}

/// The same, until `stop` is asked for.
async fn under_lock<T>(
    house: &House,
    ui: &Ui,
    store: &dyn Store,
    how: &Locking<'_>,
    stop: &Cancel,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let sleep = |time| async move { stop.sleep(&house.clock, time).await }.boxed_local();
    let patience = Patience { at_most: how.wait, clock: &house.clock, say: &|text| ui.say(text), sleep: &sleep };
    let guard = match store::lock(store, how.command, &patience).await {
        Err(error) if error.is_stopped() => return Err(Error::stopped_where("nothing was changed")),
        taken => taken.map_err(unbegun)?,
    };
    let ended = tokio::select! {
        biased;
        // Also what was asked for while the lock was being taken, which could not be cut short.
        () = stop.asked() => None,
        ended = work => Some(ended),
    };
    let released = guard.release().await;
    if let Err(error) = &released {
        ui.warn(&format!("the lock could not be given back, and ends by itself in a minute: {error}"));
    }
    ended.unwrap_or_else(|| {
        let lock = if released.is_ok() { ", and the lock is released" } else { "" };
        Err(Error::stopped_where(&format!("nothing was changed{lock}. `{}` begins again", how.command)))
    })
}
