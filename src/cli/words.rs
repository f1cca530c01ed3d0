//! The words of the command line that are more than text.

use std::net::{IpAddr, SocketAddr};

use super::complete;
use crate::address::{Address, is_name};

/// A fault that the sandbox is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The operation: `CreateUserPool`.
    pub operation: String,
    /// What happens.
    pub kind: FaultKind,
    /// To how many calls; None for every one.
    pub times: Option<u32>,
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It is refused with AWS's throttling error.
    Throttle,
    /// Its answer comes late.
    Slow,
    /// It is done, and the connection dropped before the answer.
    Drop,
}

/// A stack's name, also when it is given as its file, as a shell completes it.
pub(super) fn stack_name(text: &str) -> Result<String, String> {
    let name = text.strip_prefix("stacks/").unwrap_or(text);
    let name = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name);
    if is_name(name) {
        return Ok(name.to_owned());
    }
    Err("a stack's name is that of its file in stacks/ without .yaml: letters, digits, `_` and `-`".to_owned())
}

/// A resource's address.
pub(super) fn address(text: &str) -> Result<Address, String> {
    text.parse().map_err(|error: crate::address::NotAnAddress| error.to_string())
}

/// The word for a kind.
pub(super) fn kind(text: &str) -> Result<String, String> {
    if complete::KINDS.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(format!("a kind is one of {}", complete::KINDS.join(", ")))
}

/// A DNS server's address; the port may be left out.
pub(super) fn dns_server(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.trim_matches(['[', ']']).parse::<IpAddr>().map(|address| SocketAddr::new(address, 53)))
        .map_err(|_| {
            "a DNS server is an IP address, and a port if it is not 53: 1.1.1.1, 127.0.0.1:5353, [::1]:53".to_owned()
        })
}

/// `CreateUserPool=drop:1`.
pub(super) fn fault(text: &str) -> Result<Fault, String> {
    let wrong =
        || "a fault looks like CreateUserPool=throttle, =slow or =drop, with :N for the first N calls".to_owned();
    let (operation, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (kind, times) = match rest.split_once(':') {
        Some((kind, times)) => (kind, Some(times.parse().map_err(|_| wrong())?)),
        None => (rest, None),
    };
    let kind = match kind {
        "throttle" => FaultKind::Throttle,
        "slow" => FaultKind::Slow,
        "drop" => FaultKind::Drop,
        _ => return Err(wrong()),
    };
    if operation.is_empty() || !operation.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(wrong());
    }
    Ok(Fault { operation: operation.to_owned(), kind, times })
}
