//! A pool and what belongs to it, read from AWS and drafted as a stack file.
//!
//! What can be told by an id is read here. What composing the draft adds (records, waits, styles) is looked for by
//! [`super::complete`], which also mends the draft where AWS holds less.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};

use super::super::branding;
use super::claims::{Claims, check_tag};
use super::put::Files;
use crate::address::Address;
use crate::aws::download::{Download, download};
use crate::engine::adopt;
use crate::engine::run::Run;
use crate::error::{Error, Result};
use crate::kind::{Kind, Observed};
use crate::kinds::app_client::{AppClient, AppClientOutputs};
use crate::kinds::certificate::{Certificate, why_not_ours};
use crate::kinds::dns_record::DnsRecord;
use crate::kinds::domain::Domain;
use crate::kinds::hosted_zone::{self, Zone};
use crate::kinds::identity_pool::IdentityPool;
use crate::kinds::managed_login_branding;
use crate::kinds::names::{is_within, parent};
use crate::kinds::replica::Replica;
use crate::kinds::ui_customization::{UiCustomization, UiCustomizationOutputs};
use crate::kinds::user_pool::UserPool;
use crate::kinds::user_pool::contents::{Contents, contents};
use crate::kinds::user_pool::others::{Other, others};
use crate::stack::{
    CertificateSettings, ClientUi, Dns, DomainSettings, ParentRecord, StackFile, UiSettings, adopt as draft, path_key,
};
use crate::ui::Ui;

/// How many reads are under way at once; the rate limiter spaces them.
pub(super) const AT_ONCE: usize = 32;

/// Objects as they were read, each with its id.
pub(super) type Objects = BTreeMap<Address, (String, Observed<Value, Value>)>;

/// What a pool came to.
pub(super) struct Gathered {
    /// The stack file, as far as it is drafted.
    pub(super) file: StackFile,
    /// The files that it names.
    pub(super) files: Files,
    /// What was read.
    pub(super) objects: Objects,
    /// What stands above a key, by its path.
    pub(super) comments: BTreeMap<String, String>,
    /// What is there, and no part of the stack: what, and why.
    pub(super) not_adopted: Vec<(String, String)>,
}

/// Reads the pool of this id, in `account`, and drafts a stack file of it.
///
/// # Errors
/// When there is no such pool, when it is another stack's, when AWS cannot be asked.
pub(super) async fn gather(run: &Run<'_>, ui: &Ui, claims: &Claims, id: &str, account: &str) -> Result<Gathered> {
    let stack = run.state.borrow().stack.clone();
    ui.status("Reading", &format!("the user pool {id}"));
    let found = contents(&run.ctx(None), id).await;
    let Some(found) = found.map_err(|error| error.during(format!("cannot read the user pool {id}")))? else {
        return Err(Error::usage(format!("there is no user pool {id} in {}, account {account}", run.aws.region))
            .hinted("`aws cognito-idp list-user-pools --max-results 60` lists those of a Region; --profile chooses the account"));
    };
    let untag = format!(
        "aws cognito-idp untag-resource --region {} --resource-arn {} --tag-keys stack:name stack:token",
        run.aws.region, found.arn
    );
    check_tag(&format!("the user pool {id}"), found.claimed_by.as_deref(), &stack, &untag)?;
    let mut gathering = Gathering {
        run,
        claims,
        account,
        stack: &stack,
        pool: id,
        gathered: Gathered {
            file: draft::file(UserPool::default())?,
            files: Files::new(),
            objects: Objects::new(),
            comments: BTreeMap::new(),
            not_adopted: Vec::new(),
        },
    };
    gathering.user_pool().await?;
    if !found.clients.is_empty() {
        ui.status("Reading", &counted(found.clients.len(), "app client", "app clients"));
    }
    gathering.providers().await?;
    let keys = gathering.clients(&found).await?;
    gathering.servers().await?;
    gathering.groups().await?;
    gathering.replica().await?;
    gathering.domains(&found).await?;
    gathering.looks(&keys).await?;
    gathering.styles(&keys).await?;
    gathering.guards(&keys).await?;
    gathering.services().await?;
    gathering.tags();
    ui.status("Looking", "for what a stack file cannot hold");
    gathering.others(&found).await;
    Ok(gathering.gathered)
}

/// A pool that is being read.
pub(super) struct Gathering<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) claims: &'a Claims,
    account: &'a str,
    pub(super) stack: &'a str,
    pub(super) pool: &'a str,
    pub(super) gathered: Gathered,
}

impl Gathering<'_> {
    /// Reads what must be there.
    async fn read(&mut self, address: Address, id: &str) -> Result<&Observed<Value, Value>> {
        self.claims.check(&address, id)?;
        let seen = adopt::read(self.run, &address, id).await?.ok_or_else(|| {
            Error::aws_state(format!("{address} ({id}) has gone while it was read")).hinted("run the command again")
        })?;
        let entry = self.gathered.objects.entry(address).insert_entry((id.to_owned(), seen));
        Ok(&entry.into_mut().1)
    }

    pub(super) fn leave_out(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.gathered.not_adopted.push((what.into(), why.into()));
    }

    /// Names what may be there and could not be looked for.
    pub(super) fn unknown(&mut self, several: &str, error: &Error) {
        self.leave_out(format!("{several}, if there are any"), why(error));
    }

    async fn user_pool(&mut self) -> Result<()> {
        let address = Address::one(UserPool::NAME);
        let facts = self.run.kinds.facts(&address);
        let seen = self.read(address.clone(), self.pool).await?.clone();
        let file = &mut self.gathered.file;
        file.region = Some(self.run.aws.region.clone());
        file.account = Some(self.account.to_owned());
        file.user_pool = draft::user_pool(&seen.spec, facts)?;
        if let Some(users) = seen.holds {
            self.leave_out(users, "people are nobody's to declare; they stay in the pool. One that the stack is to have is declared under `users` and \
                 imported with --address");
        }
        Ok(())
    }

    /// Every client, side by side; gives their keys.
    async fn clients(&mut self, found: &Contents) -> Result<Vec<String>> {
        let names: Vec<&str> = found.clients.iter().map(|(name, _)| name.as_str()).collect();
        let keys = draft::keys(&names);
        let (run, pool, claims) = (self.run, self.pool, self.claims);
        let mut reads = stream::iter(keys.iter().zip(&found.clients))
            .map(|(key, (_, client))| async move {
                let (address, id) = (Address::named(AppClient::NAME, key), format!("{pool}/{client}"));
                claims.check(&address, &id)?;
                let seen = adopt::read(run, &address, &id).await?;
                Ok::<_, Error>((key, client, address, id, seen))
            })
            .buffer_unordered(AT_ONCE);
        while let Some(read) = reads.next().await {
            let (key, client, address, id, seen) = read?;
            // One that has gone meanwhile is none to adopt.
            let Some(seen) = seen else { continue };
            let settings = draft::client(key, &seen.spec, run.kinds.facts(&address))?;
            let secret = if has_secret(&seen) {
                format!(" AWS keeps its secret: `stack output {} --secrets` shows it.", self.stack)
            } else {
                String::new()
            };
            self.gathered.comments.insert(path_key("app_clients", key), format!("Client id {client}.{secret}"));
            self.gathered.file.app_clients.insert(key.clone(), settings);
            self.gathered.objects.insert(address, (id, seen));
        }
        drop(reads);
        Ok(keys)
    }

    async fn domains(&mut self, found: &Contents) -> Result<()> {
        let mut domain = DomainSettings { prefix: found.prefix.clone(), ..DomainSettings::default() };
        let mut versions = Vec::new();
        if let Some(prefix) = &found.prefix {
            let seen = self.read(Address::named(Domain::NAME, "prefix"), prefix).await?;
            versions.push(seen.spec["managed_login_version"].clone());
        }
        if let Some(host) = &found.custom {
            let spec = self.read(Address::named(Domain::NAME, "custom"), host).await?.spec.clone();
            versions.push(spec["managed_login_version"].clone());
            self.custom(host, &spec, &mut domain).await?;
        }
        match versions.as_slice() {
            [] => return Ok(()),
            [one, other] if one != other => self.leave_out(
                "that one domain shows the classic pages and the other managed login",
                "a stack file has one `managed_login_version` for both; it is left undeclared, and stays as it is",
            ),
            [version, ..] => {
                domain.managed_login_version = version.as_u64().and_then(|v| u8::try_from(v).ok()).filter(|v| *v != 1);
            }
        }
        self.gathered.file.domain = Some(domain);
        Ok(())
    }

    /// A domain of one's own: its certificate, and who keeps its records.
    async fn custom(&mut self, host: &str, spec: &Value, domain: &mut DomainSettings) -> Result<()> {
        domain.name = Some(host.to_owned());
        domain.security_policy = serde_json::from_value(spec["custom"]["security_policy"].clone()).ok();
        domain.routing = serde_json::from_value(spec["routing"].clone()).ok();
        let zones = hosted_zone::public(&self.run.aws).await?;
        if let Some(zone) = self.zone_of(host, &zones).await? {
            let is_only = zones.iter().filter(|other| other.name == zone.name).count() == 1;
            let label = if is_only { &zone.name } else { &zone.id };
            domain.hosted_zone = Some(label.clone());
            self.records(host, zone, domain, &zones).await?;
        } else {
            domain.dns = Some(Dns::Manual);
            self.leave_out(
                format!("the records of {host}"),
                "no hosted zone of this account has an A record of that name that is an alias of the domain; with `dns: \
                 manual` they are yours to keep",
            );
        }
        let Some(arn) = spec["custom"]["certificate"]["arn"].as_str().map(str::to_owned) else { return Ok(()) };
        let theirs = arn.split(':').nth(4).unwrap_or_default();
        if theirs != self.account {
            return Err(Error::aws_state(format!(
                "the certificate of {host} is in account {theirs}, and the user pool in {}: {arn}",
                self.account
            ))
            .hinted("a stack is in one account: give the domain a certificate of this one in us-east-1, then import"));
        }
        let mut why = why_not_ours(&self.run.aws, &arn, self.stack).await?;
        if let Some((stack, _)) = self.claims.of(Certificate::NAME, &arn).filter(|_| why.is_none()) {
            why = Some(format!("it is in the state of the stack {stack}"));
        }
        if let Some(why) = why {
            domain.certificate = Some(CertificateSettings { arn: Some(arn.clone()), ..CertificateSettings::default() });
            self.leave_out(format!("the certificate {arn}"), why);
            return Ok(());
        }
        let seen = self.read(Address::named(Certificate::NAME, "domain"), &arn).await?;
        let certificate: Certificate = serde_json::from_value(seen.spec.clone())
            .map_err(|error| Error::bug("a certificate does not fit its own type").caused_by(error))?;
        domain.certificate = draft::certificate(host, domain.hosted_zone.as_deref(), &certificate);
        Ok(())
    }

    /// The zone that has an A record of this name, the closest first; what the record says is looked at later.
    async fn zone_of<'z>(&self, host: &str, zones: &'z [Zone]) -> Result<Option<&'z Zone>> {
        let mut holding: Vec<&Zone> = zones.iter().filter(|zone| is_within(host, &zone.name)).collect();
        holding.sort_by_key(|zone| std::cmp::Reverse(zone.name.len()));
        for zone in holding {
            if self.record(zone, host, "A").await?.is_some() {
                return Ok(Some(zone));
            }
        }
        Ok(None)
    }

    /// What the record of this place says; null where it is of a kind that no stack makes.
    async fn record(&self, zone: &Zone, name: &str, kind: &str) -> Result<Option<Value>> {
        let (address, id) = (Address::named(DnsRecord::NAME, "domain_a"), format!("{}/{name}/{kind}", zone.id));
        match self.run.kinds.of(&address).read(&self.run.ctx(None), &id, None).await {
            Ok(seen) => Ok(seen.map(|seen| seen.spec["target"].clone())),
            Err(error) if error.aws_failure().is_none() => Ok(Some(Value::Null)),
            Err(error) => Err(error),
        }
    }

    /// What stands beside the domain's A record, and what its parent's A record is.
    async fn records(&mut self, host: &str, zone: &Zone, domain: &mut DomainSettings, zones: &[Zone]) -> Result<()> {
        let alias = json!({ "domain_alias": { "domain": "domain.custom" } });
        if self.record(zone, host, "AAAA").await?.is_some_and(|says| says != alias) {
            self.leave_out(
                format!("the record {host} AAAA"),
                "it is no alias of the domain; with `ipv6: false` the stack has none, and this one stays as it is",
            );
        }
        let Some(parent) = parent(host) else { return Ok(()) };
        let wanted = match domain.hosted_zone.as_deref() {
            Some(_) if is_within(parent, &zone.name) => hosted_zone::Wanted::WithId(&zone.id),
            _ => hosted_zone::Wanted::Closest,
        };
        let Ok(zone) = hosted_zone::choose(zones, wanted, parent) else { return Ok(()) };
        // Any other address is somebody's, and answers.
        let placeholder = json!({ "values": { "ttl": 300, "values": ["192.0.2.1"] } });
        if self.record(zone, parent, "A").await? == Some(placeholder) {
            domain.parent_record = Some(ParentRecord::Placeholder);
        }
        Ok(())
    }

    /// The looks of the classic pages, for all clients and for single ones.
    async fn looks(&mut self, keys: &[String]) -> Result<()> {
        if self.gathered.file.domain.is_none() {
            return Ok(());
        }
        let mut look = UiSettings::default();
        for client in std::iter::once(None).chain(keys.iter().map(Some)) {
            let (address, scope) = match client {
                None => (Address::one(UiCustomization::NAME), format!("{}/ALL", self.pool)),
                Some(key) => {
                    let Some((id, _)) = self.gathered.objects.get(&Address::named(AppClient::NAME, key)) else {
                        continue;
                    };
                    (Address::named(UiCustomization::NAME, key), id.clone())
                }
            };
            let Some(seen) = adopt::read(self.run, &address, &scope).await? else { continue };
            let stem = client.map_or_else(|| self.stack.to_owned(), |key| format!("{}.{key}", self.stack));
            let css = seen.spec["css"].as_str().map(|css| {
                self.gathered.files.push((format!("stacks/ui/{stem}.css"), css.as_bytes().to_vec()));
                format!("ui/{stem}.css")
            });
            let logo = match self.logo(&seen).await? {
                Some(bytes) => {
                    let name = format!("ui/{stem}.{}", if bytes.starts_with(b"\xff\xd8") { "jpg" } else { "png" });
                    self.gathered.files.push((format!("stacks/{name}"), bytes));
                    Some(name)
                }
                None => None,
            };
            match client {
                None => (look.css, look.image_file) = (css, logo),
                Some(key) => {
                    look.app_clients.insert(key.clone(), ClientUi { css, image_file: logo });
                }
            }
            self.gathered.objects.insert(address, (scope, seen));
        }
        if look != UiSettings::default() {
            self.gathered.file.ui_customization = Some(look);
        }
        Ok(())
    }

    /// The styles of managed login that somebody has designed.
    async fn styles(&mut self, keys: &[String]) -> Result<()> {
        if self.gathered.file.domain.as_ref().and_then(|domain| domain.managed_login_version) != Some(2) {
            return Ok(());
        }
        for key in keys {
            let Some((id, _)) = self.gathered.objects.get(&Address::named(AppClient::NAME, key)) else { continue };
            let Some(found) = managed_login_branding::design(&self.run.aws, id).await? else { continue };
            for left in &found.unknown {
                self.leave_out(
                    format!("the image {left} of the managed login style of {key}"),
                    "it is of a kind that this program does not know; it stays as it is",
                );
            }
            let (settings, files) = branding::written(&found, &format!("{}.{key}", self.stack));
            self.gathered.files.extend(files);
            self.gathered.file.managed_login_branding.insert(key.clone(), settings);
        }
        Ok(())
    }

    /// The logo that a look has, as AWS serves it.
    async fn logo(&self, seen: &Observed<Value, Value>) -> Result<Option<Vec<u8>>> {
        let outputs: Option<UiCustomizationOutputs> = serde_json::from_value(seen.outputs.clone()).ok();
        let Some(url) = outputs.and_then(|outputs| outputs.image_url).filter(|url| !url.is_empty()) else {
            return Ok(None);
        };
        match download(&self.run.aws, &url).await? {
            Download::File(bytes) => Ok(Some(bytes)),
            Download::Refused(status) => {
                Err(Error::aws_state(format!("AWS does not serve the logo {url} (HTTP {status})"))
                    .hinted("one that was set a moment ago is served within a minute: run the command again"))
            }
        }
    }

    fn tags(&mut self) {
        let of = |address: Address| -> Option<BTreeMap<String, String>> {
            let (_, seen) = self.gathered.objects.get(&address)?;
            let mut tags: BTreeMap<String, String> = serde_json::from_value(seen.spec["tags"].clone()).ok()?;
            // AWS's services set these, and nobody else can.
            tags.retain(|key, _| !key.starts_with("aws:"));
            Some(tags)
        };
        let pool = of(Address::one(UserPool::NAME)).unwrap_or_default();
        let identity_pool = of(Address::one(IdentityPool::NAME));
        let replica = of(Address::one(Replica::NAME));
        let certificate = of(Address::named(Certificate::NAME, "domain"));
        let draft::Tags { both, own, of_identity_pool, of_replica, lacking } =
            draft::tags(&pool, certificate, identity_pool.as_ref(), replica.as_ref());
        if let Some(settings) = &mut self.gathered.file.replica {
            settings.tags = (!of_replica.is_empty()).then_some(of_replica);
        }
        if let Some(settings) = &mut self.gathered.file.identity_pool {
            settings.tags = (!of_identity_pool.is_empty()).then_some(of_identity_pool);
        }
        self.gathered.file.tags = both;
        self.gathered.file.user_pool.tags = (!own.is_empty()).then_some(own);
        if !lacking.is_empty() {
            let names: Vec<String> = lacking.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
            self.leave_out(
                format!("tags of the certificate: {}", names.join(", ")),
                "not all that can carry tags here has them, and a stack's tags are on all; they stay",
            );
        }
    }

    async fn others(&mut self, found: &Contents) {
        let with_secret: Vec<&str> = found
            .clients
            .iter()
            .map(|(_, client)| client.as_str())
            .filter(|client| {
                let id = format!("{}/{client}", self.pool);
                self.gathered.objects.values().any(|(of, seen)| *of == id && has_secret(seen))
            })
            .collect();
        for Other { what: (one, several), found } in others(&self.run.aws, self.pool, &with_secret).await {
            match found {
                Ok(names) => {
                    let what = format!("{}: {}", counted(names.len(), one, several), names.join(", "));
                    self.leave_out(
                        what,
                        match names.len() {
                            1 => "a stack file cannot hold it yet; it stays",
                            _ => "a stack file cannot hold them yet; they stay",
                        },
                    );
                }
                Err(error) => self.unknown(several, &error),
            }
        }
    }
}

/// Why something is not known. What is written into a file says no more than it must: no request's id, nobody's name.
pub(super) fn why(error: &Error) -> String {
    let said = error.aws_failure().map(|said| (said.operation.as_str(), said.code.as_deref()));
    match said {
        Some((operation, Some(code))) => format!("not known: {operation} answered {code}"),
        _ => format!("not known: {}", error.message()),
    }
}

fn has_secret(seen: &Observed<Value, Value>) -> bool {
    serde_json::from_value(seen.outputs.clone()).is_ok_and(|outputs: AppClientOutputs| outputs.has_secret)
}

pub(super) fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// The Region that a pool's id begins with.
///
/// # Errors
/// When it is no id of a pool.
pub(super) fn region_of(id: &str) -> Result<&str> {
    let is_rest = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    let region = id.split_once('_').filter(|(_, rest)| is_rest(rest)).map(|(region, _)| region);
    region.filter(|region| crate::stack::unknown_region(region).is_none()).ok_or_else(|| {
        Error::usage(format!("`{id}` is not the id of a user pool"))
            .hinted("one begins with its Region: `eu-west-1_AbCdEfGhI`; `aws cognito-idp list-user-pools --max-results 60` lists them")
    })
}
