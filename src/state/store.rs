//! Where a state is kept: what any such place can do.

use futures_util::future::LocalBoxFuture;

use super::State;
use crate::error::Result;

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

    /// Writes the state beside, when it cannot be saved; gives the place's name.
    ///
    /// # Errors
    /// When that cannot be written either.
    fn rescue(&self, state: &State) -> Result<String>;

    /// Takes the lock; it is held until the guard is dropped.
    ///
    /// # Errors
    /// When somebody else holds it; the error says who.
    fn lock(&self, command: &str) -> LocalBoxFuture<'_, Result<Box<dyn Guard>>>;

    /// What a person would call the place: `state/dev.json`.
    fn place(&self) -> String;
}

/// A lock that is held.
pub trait Guard {}
