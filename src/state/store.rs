//! Where a state is kept: what any such place can do.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use super::State;
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};

/// A place that keeps the state of one stack.
pub trait Store {
    /// The state, or None when there has never been one.
    ///
    /// # Errors
    /// When it cannot be read, or not be trusted.
    fn load(&self) -> LocalBoxFuture<'_, Result<Option<State>>>;

    /// Writes the state, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written, or another run has written meanwhile.
    fn save<'a>(&'a self, state: &'a State) -> LocalBoxFuture<'a, Result<()>>;

    /// Writes the state over whatever is there now, also over an older or another one.
    ///
    /// # Errors
    /// When it cannot be written.
    fn replace<'a>(&'a self, state: &'a State) -> LocalBoxFuture<'a, Result<()>> {
        self.save(state)
    }

    /// Writes the state beside, when it cannot be saved; gives the place's name.
    ///
    /// # Errors
    /// When that cannot be written either.
    fn rescue(&self, state: &State) -> Result<String>;

    /// Takes the lock, which is held until the guard is released; tried once.
    ///
    /// # Errors
    /// When somebody else holds it; the error says who.
    fn lock(&self, command: &str) -> LocalBoxFuture<'_, Result<Box<dyn Guard>>>;

    /// Whether whoever has locked may still write. To be asked before each call that changes AWS.
    ///
    /// # Errors
    /// When the lock is lost; the error says to whom.
    fn holds(&self) -> LocalBoxFuture<'_, Result<()>> {
        async { Ok(()) }.boxed_local()
    }

    /// Takes away the lock of a run that is dead, or, by force, of one that may not be; None when nobody holds it, else
    /// who did.
    ///
    /// # Errors
    /// When somebody holds it and force was not asked for.
    fn unlock(&self, _force: bool) -> LocalBoxFuture<'_, Result<Option<String>>> {
        async { Ok(None) }.boxed_local()
    }

    /// Takes the state away from here, once it is kept elsewhere; says where it can still be found.
    ///
    /// # Errors
    /// When it cannot be taken away, or has changed since it was loaded.
    fn retire(&self) -> LocalBoxFuture<'_, Result<String>>;

    /// What a person would call the place: `state/dev.json`.
    fn place(&self) -> String;
}

/// A lock that is held.
pub trait Guard {
    /// Gives the lock back.
    ///
    /// # Errors
    /// When it cannot be given back now; it then ends by itself.
    fn release(self: Box<Self>) -> LocalBoxFuture<'static, Result<()>> {
        drop(self);
        async { Ok(()) }.boxed_local()
    }

    /// Whether the lock would outlive this process, were it not released.
    fn outlives(&self) -> bool {
        false
    }
}

/// How long is waited for a lock, on which clock, and who is told.
pub struct Patience<'a> {
    /// Not at all when it is zero.
    pub at_most: Duration,
    /// The time.
    pub clock: &'a Clock,
    /// Told once who holds the lock.
    pub say: &'a dyn Fn(&str),
    /// Sleeps; fails as soon as nobody wants the lock any more.
    pub sleep: &'a dyn Fn(Duration) -> LocalBoxFuture<'a, Result<()>>,
}

/// How long is slept, on average, before a lock is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// Takes the lock, waiting for it if it must.
///
/// # Errors
/// When somebody else still holds it at the end, or nobody wants it any more.
pub async fn lock(store: &dyn Store, command: &str, patience: &Patience<'_>) -> Result<Box<dyn Guard>> {
    let Patience { at_most, clock, say, sleep } = patience;
    let begun = clock.now_ms();
    let mut is_told = false;
    loop {
        let error = match store.lock(command).await {
            Err(error) if error.kind() == ErrorKind::Locked => error,
            taken => return taken,
        };
        let waited = Duration::from_millis(u64::try_from(clock.now_ms() - begun).unwrap_or_default());
        if waited >= *at_most {
            return Err(if at_most.is_zero() {
                error.hinted("`--lock-timeout 5m` waits for it")
            } else {
                error.hinted(format!("it was waited for for {}s", waited.as_secs()))
            });
        }
        if !is_told {
            say(&format!("Waiting for the lock: {error}."));
            is_told = true;
        }
        // Many who wait must not all come at the same moment.
        sleep(PAUSE / 2 + PAUSE.mul_f64(chance()).min(at_most.saturating_sub(waited))).await?;
    }
}

/// A number from 0 up to 1.
fn chance() -> f64 {
    let mut byte = [128];
    // Without randomness all come together, and wait for one another.
    let _ = getrandom::fill(&mut byte);
    f64::from(byte[0]) / 256.0
}

/// The refusal of a lock that somebody holds.
pub(super) fn held(who: &str, stack: &str) -> Error {
    Error::locked(format!("{who} is at work on the stack {stack}"))
}
