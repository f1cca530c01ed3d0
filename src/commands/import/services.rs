//! What other services have of a pool: the web ACL before it, the identity pool that gives its people credentials, and the
//! authorizers of HTTP APIs that take its tokens.
//!
//! None of it is needed to adopt the pool: what cannot be looked for is told, and stays as it is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::gather::Gathering;
use crate::address::Address;
use crate::engine::adopt;
use crate::error::{Error, Result};
use crate::kind::{Kind, Observed};
use crate::kinds::api_authorizer::{self, ApiAuthorizer};
use crate::kinds::identity_pool::{self, IdentityPool};
use crate::kinds::user_pool::UserPool;
use crate::kinds::web_acl_association::WebAclAssociation;
use crate::stack::adopt as draft;

/// Why what is also others' cannot be adopted.
const OTHERS: &str = "it takes tokens of clients that the stack does not have; it stays";

impl Gathering<'_> {
    /// What stands before the pool, and what takes its tokens. The clients are read already.
    pub(super) async fn services(&mut self) -> Result<()> {
        for (what, looked) in [
            ("web ACLs before the pool", self.web_acl().await),
            ("identity pools", self.identity_pool().await),
            ("authorizers of HTTP APIs", self.authorizers().await),
        ] {
            match looked {
                Err(error) if error.aws_failure().is_some() => self.unknown(what, &error),
                Err(error) => return Err(error),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// One of the pool's own outputs.
    fn of_pool(&self, output: &str) -> Option<String> {
        let (_, seen) = self.gathered.objects.get(&Address::one(UserPool::NAME))?;
        seen.outputs[output].as_str().map(str::to_owned)
    }

    async fn web_acl(&mut self) -> Result<()> {
        let Some(arn) = self.of_pool("arn") else { return Ok(()) };
        let address = Address::one(WebAclAssociation::NAME);
        if let Some(seen) = self.unclaimed(&address, &arn).await? {
            self.gathered.file.web_acl_arn = seen.spec["web_acl_arn"].as_str().map(str::to_owned);
            self.gathered.objects.insert(address, (arn, seen));
        }
        Ok(())
    }

    async fn identity_pool(&mut self) -> Result<()> {
        let found = identity_pool::of_user_pool(&self.run.ctx(None), self.pool).await?;
        let [(id, claimed)] = found.as_slice() else {
            for (id, _) in &found {
                let why = "the user pool is in several, and a stack has one: declare the one that is meant, and import it \
                           with --address; they stay";
                self.leave_out(format!("the identity pool {id}"), why);
            }
            return Ok(());
        };
        if let Some(other) = claimed.as_deref().filter(|other| *other != self.stack) {
            let why = format!("its tag stack:name says that it belongs to the stack {other}; it stays");
            self.leave_out(format!("the identity pool {id}"), why);
            return Ok(());
        }
        let address = Address::one(IdentityPool::NAME);
        let Some(seen) = self.unclaimed(&address, id).await? else { return Ok(()) };
        let name = self.gathered.file.user_pool.name.clone();
        match draft::identity_pool(&name, &seen.spec, self.run.kinds.facts(&address))? {
            Some(settings) => {
                self.gathered.file.identity_pool = Some(settings);
                self.gathered.objects.insert(address, (id.clone(), seen));
            }
            None => self.leave_out(format!("the identity pool {id}"), OTHERS),
        }
        Ok(())
    }

    async fn authorizers(&mut self) -> Result<()> {
        let Some(issuer) = self.of_pool("issuer") else { return Ok(()) };
        let found = api_authorizer::adopt::of_issuer(&self.run.ctx(None), &issuer).await?;
        let mut times: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (id, name) in &found {
            let api = id.split('/').next().unwrap_or_default();
            *times.entry((api, name)).or_default() += 1;
        }
        let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
        for (key, (id, name)) in draft::keys(&names).into_iter().zip(&found) {
            let api = id.split('/').next().unwrap_or_default();
            if times.get(&(api, name.as_str())).is_some_and(|times| *times > 1) {
                let why = format!("the API has several called `{name}`, which nothing tells apart; they stay");
                self.leave_out(format!("the authorizer {id}"), why);
                continue;
            }
            let address = Address::named(ApiAuthorizer::NAME, &key);
            let Some(seen) = self.unclaimed(&address, id).await? else { continue };
            match draft::authorizer(&key, &seen.spec, self.run.kinds.facts(&address))? {
                Some(settings) => {
                    self.gathered.file.api_authorizers.insert(key, settings);
                    self.gathered.objects.insert(address, (id.clone(), seen));
                }
                None => self.leave_out(format!("the authorizer {id}"), OTHERS),
            }
        }
        Ok(())
    }

    /// What there is of this id; nobody else's.
    pub(super) async fn unclaimed(&self, address: &Address, id: &str) -> Result<Option<Observed<Value, Value>>> {
        let seen = adopt::read(self.run, address, id).await?;
        if seen.is_some() {
            self.claims.check(address, id)?;
        }
        Ok::<_, Error>(seen)
    }
}
