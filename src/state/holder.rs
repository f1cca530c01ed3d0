//! Who holds a lock, for the message of whoever is refused.

use std::fmt;
use std::fs;

use serde::{Deserialize, Serialize};

/// A run that holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holder {
    pub(super) command: String,
    pub(super) user: String,
    pub(super) host: String,
    pub(super) pid: u32,
    pub(super) since: String,
}

impl Holder {
    /// This very process.
    pub(super) fn this(command: &str, since: String) -> Self {
        let name = |key: &str| std::env::var(key).ok().filter(|name| !name.is_empty());
        Self {
            command: command.to_owned(),
            user: name("USER").or_else(|| name("USERNAME")).unwrap_or_else(|| "somebody".to_owned()),
            host: name("HOSTNAME")
                .or_else(|| name("COMPUTERNAME"))
                .or_else(host_file)
                .unwrap_or_else(|| "this machine".to_owned()),
            pid: std::process::id(),
            since,
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command, user, host, pid, since } = self;
        write!(f, "`{command}` by {user} on {host} (process {pid}) since {since}")
    }
}

fn host_file() -> Option<String> {
    fs::read_to_string("/etc/hostname").ok().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}
