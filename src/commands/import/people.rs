//! The resource servers and the groups of a pool, read and drafted. Users are people's, and are adopted one by one.

use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;

use super::gather::{AT_ONCE, Gathering};
use crate::address::Address;
use crate::engine::adopt;
use crate::error::{Error, Result};
use crate::kind::{Kind as _, Observed};
use crate::kinds::group::Group;
use crate::kinds::resource_server::ResourceServer;
use crate::kinds::user_pool::others;
use crate::stack::adopt as draft;

/// What was read: its key, its address, its id, and itself.
type Read = (String, Address, String, Observed<Value, Value>);

impl Gathering<'_> {
    pub(super) async fn servers(&mut self) -> Result<()> {
        let listed = match others::servers(&self.run.aws, self.pool).await {
            Ok(listed) => listed,
            Err(error) => {
                self.unknown("resource servers", &error);
                return Ok(());
            }
        };
        for (key, address, id, seen) in self.every(ResourceServer::NAME, &listed).await? {
            let settings = draft::server(&key, &seen.spec, self.run.kinds.facts(&address))?;
            self.gathered.file.resource_servers.insert(key, settings);
            self.gathered.objects.insert(address, (id, seen));
        }
        Ok(())
    }

    pub(super) async fn groups(&mut self) -> Result<()> {
        let listed = match others::groups(&self.run.aws, self.pool).await {
            Ok(listed) => listed,
            Err(error) => {
                self.unknown("groups", &error);
                return Ok(());
            }
        };
        for (key, address, id, seen) in self.every(Group::NAME, &listed).await? {
            let settings = draft::group(&key, &seen.spec, self.run.kinds.facts(&address))?;
            self.gathered.file.groups.insert(key, settings);
            self.gathered.objects.insert(address, (id, seen));
        }
        Ok(())
    }

    /// Reads these objects side by side, each under a key made of its name; one that has gone meanwhile is left out.
    async fn every(&self, kind: &str, listed: &[(String, String)]) -> Result<Vec<Read>> {
        let names: Vec<&str> = listed.iter().map(|(_, name)| name.as_str()).collect();
        let (run, claims) = (self.run, self.claims);
        let mut reads = stream::iter(draft::keys(&names).into_iter().zip(listed))
            .map(|(key, (id, _))| async move {
                let address = Address::named(kind, &key);
                claims.check(&address, id)?;
                let seen = adopt::read(run, &address, id).await?;
                Ok::<_, Error>(seen.map(|seen| (key, address, id.clone(), seen)))
            })
            .buffer_unordered(AT_ONCE);
        let mut all = Vec::new();
        while let Some(read) = reads.next().await {
            all.extend(read?);
        }
        Ok(all)
    }
}
