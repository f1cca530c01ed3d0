//! The pool's copy in another Region into a resource.

use super::Composing;
use crate::address::Address;
use crate::error::Result;
use crate::kind::{Kind, Ref};
use crate::kinds::replica::Replica;
use crate::stack::ReplicaSettings;

impl Composing<'_> {
    pub(super) fn replica(&mut self) -> Result<()> {
        let Some(ReplicaSettings { region, status, tags }) = self.file.replica.clone() else { return Ok(()) };
        let mut own = tags.unwrap_or_default();
        for (key, value) in &self.file.tags {
            own.entry(key.clone()).or_insert_with(|| value.clone());
        }
        let tags = (!own.is_empty()).then_some(own);
        let spec = Replica { user_pool: Ref::one(), region, status, tags };
        self.add(Address::one(Replica::NAME), "replica", &spec)
    }
}
