//! Public DNS, as the checks ask it.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{RData, RecordType};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError, NoRecords};

use crate::error::{Error, Result};

/// Answers with the records of a name and of a type, each value as a zone file has it: `("example.com", "CAA")`.
pub type Answers = Rc<dyn Fn(&str, &str) -> Vec<String>>;

/// Where names are looked up.
#[derive(Clone)]
pub enum Dns {
    /// This machine's resolvers, or the server that `--dns-server` names.
    Resolver(Rc<Resolver>),
    /// A function that knows all answers: the sandbox's zones.
    Answers(Answers),
}

/// A resolver that is made when it is first asked: most commands ask none.
#[derive(Default)]
pub struct Resolver {
    server: Option<SocketAddr>,
    made: OnceCell<TokioResolver>,
}

/// What a name resolves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// These addresses.
    Found(Vec<Ipv4Addr>),
    /// Nothing; resolvers may go on saying so for this many seconds.
    Nothing { for_seconds: Option<u32> },
}

/// One CAA record: who may issue certificates for a name (RFC 8659, 4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caa {
    /// Whether an issuer that does not know the tag must not issue.
    pub is_critical: bool,
    /// `issue`, `issuewild`, `iodef`; lower case.
    pub tag: String,
    /// `amazon.com`, parameters and all.
    pub value: String,
}

impl Caa {
    /// Reads a record as a zone file has it: `0 issue "amazon.com"`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.trim().splitn(3, char::is_whitespace);
        let flags: u8 = words.next()?.parse().ok()?;
        let tag = words.next()?.to_ascii_lowercase();
        let value = words.next()?.trim().trim_matches('"').to_owned();
        Some(Self { is_critical: flags & 0x80 != 0, tag, value })
    }
}

/// What a question came to.
struct Found {
    data: Vec<RData>,
    /// How long resolvers may go on saying that there is nothing.
    for_seconds: Option<u32>,
}

impl Dns {
    /// This machine's resolvers, which know public DNS.
    #[must_use]
    pub fn public() -> Self {
        Self::Resolver(Rc::default())
    }

    /// One server, and no other.
    #[must_use]
    pub fn server(address: SocketAddr) -> Self {
        Self::Resolver(Rc::new(Resolver { server: Some(address), made: OnceCell::new() }))
    }

    /// The A records of `name` (no trailing dot), `CNAME`s followed.
    ///
    /// # Errors
    /// When no server answers.
    pub async fn a_records(&self, name: &str) -> Result<Lookup> {
        match self {
            Self::Answers(answers) => {
                let found: Vec<Ipv4Addr> = answers(name, "A").iter().filter_map(|value| value.parse().ok()).collect();
                Ok(if found.is_empty() { Lookup::Nothing { for_seconds: None } } else { Lookup::Found(found) })
            }
            Self::Resolver(resolver) => resolver.a_records(name).await,
        }
    }

    /// Whether `name` has an address, of either kind.
    ///
    /// # Errors
    /// When no server answers.
    pub async fn resolves(&self, name: &str) -> Result<bool> {
        if matches!(self.a_records(name).await?, Lookup::Found(_)) {
            return Ok(true);
        }
        match self {
            Self::Answers(answers) => Ok(!answers(name, "AAAA").is_empty()),
            Self::Resolver(resolver) => {
                let found = resolver.ask(name, RecordType::AAAA).await?;
                Ok(found.data.iter().any(|data| matches!(data, RData::AAAA(_))))
            }
        }
    }

    /// The name servers that public DNS gives for the zone `name`, lower case and without the final dot; none where it
    /// knows of no such zone.
    ///
    /// # Errors
    /// When no server answers.
    pub async fn name_servers(&self, name: &str) -> Result<BTreeSet<String>> {
        let names = match self {
            Self::Answers(answers) => answers(name, "NS"),
            Self::Resolver(resolver) => {
                let found = resolver.ask(name, RecordType::NS).await?;
                let server = |data: &RData| match data {
                    RData::NS(server) => Some(server.0.to_ascii()),
                    _ => None,
                };
                found.data.iter().filter_map(server).collect()
            }
        };
        Ok(names.iter().map(|name| plain_name(name)).collect())
    }

    /// The CAA records at `name` itself.
    ///
    /// # Errors
    /// When no server answers.
    pub async fn caa(&self, name: &str) -> Result<Vec<Caa>> {
        match self {
            Self::Answers(answers) => Ok(answers(name, "CAA").iter().filter_map(|text| Caa::read(text)).collect()),
            Self::Resolver(resolver) => {
                let found = resolver.ask(name, RecordType::CAA).await?;
                let record = |data: &RData| match data {
                    RData::CAA(caa) => Some(Caa {
                        is_critical: caa.issuer_critical,
                        tag: caa.tag.to_ascii_lowercase(),
                        value: String::from_utf8_lossy(&caa.value).into_owned(),
                    }),
                    _ => None,
                };
                Ok(found.data.iter().filter_map(record).collect())
            }
        }
    }

    /// What `name` is another name for, if it is.
    ///
    /// # Errors
    /// When no server answers.
    pub async fn cname(&self, name: &str) -> Result<Option<String>> {
        let found = match self {
            Self::Answers(answers) => answers(name, "CNAME").into_iter().next(),
            Self::Resolver(resolver) => {
                let found = resolver.ask(name, RecordType::CNAME).await?;
                found.data.iter().find_map(|data| match data {
                    RData::CNAME(target) => Some(target.0.to_ascii()),
                    _ => None,
                })
            }
        };
        Ok(found.map(|target| plain_name(&target)))
    }
}

fn plain_name(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

impl Resolver {
    async fn a_records(&self, name: &str) -> Result<Lookup> {
        let Found { data, for_seconds } = self.ask(name, RecordType::A).await?;
        let address = |data: &RData| match data {
            RData::A(address) => Some(address.0),
            _ => None,
        };
        let found: Vec<Ipv4Addr> = data.iter().filter_map(address).collect();
        Ok(if found.is_empty() { Lookup::Nothing { for_seconds } } else { Lookup::Found(found) })
    }

    /// Everything that the answer holds, also what lies on the way to it; nothing where there is no such record.
    async fn ask(&self, name: &str, kind: RecordType) -> Result<Found> {
        let failed = |error: NetError| {
            let article = if matches!(kind, RecordType::CAA | RecordType::CNAME) { "a" } else { "an" };
            let message = format!("DNS did not say whether {name} has {article} {kind} record");
            let error = Error::aws_state(message).caused_by(error);
            error.hinted("name a DNS server that answers with `--dns-server ADDRESS:PORT`")
        };
        if self.made.get().is_none() {
            let made = self.make().map_err(failed)?;
            let _ = self.made.set(made);
        }
        let Some(resolver) = self.made.get() else { return Err(Error::bug("a resolver was made and is not there")) };
        // The final dot keeps this machine's search domains out of it.
        match resolver.lookup(format!("{name}."), kind).await {
            Ok(answer) => {
                let data = answer.answers().iter().map(|record| record.data.clone()).collect();
                Ok(Found { data, for_seconds: None })
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) if says_no(&none) => {
                Ok(Found { data: Vec::new(), for_seconds: negative_seconds(&none) })
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn make(&self) -> Result<TokioResolver, NetError> {
        let mut builder = match self.server {
            Some(address) => {
                let mut server = NameServerConfig::udp_and_tcp(address.ip());
                for connection in &mut server.connections {
                    connection.port = address.port();
                }
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
            None => TokioResolver::builder_tokio()?,
        };
        plain(builder.options_mut());
        builder.build()
    }
}

/// What is asked is public DNS as it is now: no hosts file, no cache, and an answer within seconds.
fn plain(options: &mut ResolverOpts) {
    options.use_hosts_file = ResolveHosts::Never;
    options.cache_size = 0;
    options.timeout = Duration::from_secs(3);
    options.attempts = 2;
}

/// Whether the server said that there is no such record, rather than that it cannot tell.
fn says_no(none: &NoRecords) -> bool {
    matches!(none.response_code, ResponseCode::NXDomain | ResponseCode::NoError)
}

/// How long resolvers may keep a "no": the lesser of the SOA's minimum and its own time to live (RFC 2308, 5).
fn negative_seconds(none: &NoRecords) -> Option<u32> {
    none.soa.as_ref().map(|soa| soa.data.minimum.min(soa.ttl)).or(none.negative_ttl)
}

#[cfg(test)]
mod tests;
