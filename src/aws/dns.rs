//! Public DNS, as the checks ask it.

use std::cell::OnceCell;
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

/// Answers every name's A records.
pub type Answers = Rc<dyn Fn(&str) -> Vec<Ipv4Addr>>;

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
                let found = answers(name);
                Ok(if found.is_empty() { Lookup::Nothing { for_seconds: None } } else { Lookup::Found(found) })
            }
            Self::Resolver(resolver) => resolver.a_records(name).await,
        }
    }
}

impl Resolver {
    async fn a_records(&self, name: &str) -> Result<Lookup> {
        let failed = |error: NetError| {
            let error = Error::aws_state(format!("DNS did not say whether {name} has an A record")).caused_by(error);
            error.hinted("name a DNS server that answers with `--dns-server ADDRESS:PORT`")
        };
        if self.made.get().is_none() {
            let made = self.make().map_err(failed)?;
            let _ = self.made.set(made);
        }
        let Some(resolver) = self.made.get() else { return Err(Error::bug("a resolver was made and is not there")) };
        // The final dot keeps this machine's search domains out of it.
        match resolver.lookup(format!("{name}."), RecordType::A).await {
            Ok(answer) => {
                let found: Vec<Ipv4Addr> = answer
                    .answers()
                    .iter()
                    .filter_map(|record| match &record.data {
                        RData::A(address) => Some(address.0),
                        _ => None,
                    })
                    .collect();
                Ok(if found.is_empty() { Lookup::Nothing { for_seconds: None } } else { Lookup::Found(found) })
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) if says_no(&none) => {
                Ok(Lookup::Nothing { for_seconds: negative_seconds(&none) })
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
