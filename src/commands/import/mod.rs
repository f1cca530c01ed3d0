//! `stack import`: a pool that something else has made, or single objects, into a stack.
//!
//! Nothing in AWS is changed. What is written is held against AWS first, as the next plan will do it, and then put in
//! place: the stack file's files, the stack file, the state.

mod claims;
mod complete;
mod gather;
mod guards;
mod people;
mod providers;
pub(super) mod put;
mod services;
mod single;
mod whole;

use std::rc::Rc;

use super::session::House;
use crate::cli::Import;
use crate::error::{ErrorKind, Result};
use crate::ui::{Exit, Ui};

/// Imports a whole pool, or single objects.
///
/// # Errors
/// When there is no such object, when it is somebody else's, when something would be overwritten.
pub async fn import(house: &House, ui: &Rc<Ui>, asked: &Import) -> Result<Exit> {
    let Import { stack, user_pool, address, json } = asked;
    let done = match user_pool {
        Some(pool) => whole::whole(house, ui, &stack.stack, pool, *json).await,
        None => single::single(house, ui, &stack.stack, address, *json).await,
    };
    done.map_err(|error| if error.kind() == ErrorKind::Aws { error.hinted("nothing was written") } else { error })
}
