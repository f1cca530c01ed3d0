//! Public DNS, as the checks ask it.

use std::net::Ipv4Addr;
use std::rc::Rc;

use crate::error::Result;

/// Answers every name's A records.
pub type Answers = Rc<dyn Fn(&str) -> Vec<Ipv4Addr>>;

/// Where names are looked up.
#[derive(Clone)]
pub enum Dns {
    /// The public resolvers, or the server that `--dns-server` names.
    Resolver(Rc<hickory_resolver::TokioResolver>),
    /// A function that knows all answers: the sandbox's zones.
    Answers(Answers),
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
            Self::Resolver(_) => Err(crate::error::Error::bug("not yet")),
        }
    }
}
