//! The words of the command line that are more than text.

use std::net::{IpAddr, SocketAddr};

use super::Shown;
use crate::address::{Address, is_name};
use crate::kinds::KINDS;
use crate::sandbox::Fault;

/// A stack's name, also when it is given as its file, as a shell completes it.
pub(super) fn stack_name(text: &str) -> Result<String, String> {
    let name = text.strip_prefix("stacks/").unwrap_or(text);
    let name = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name);
    if is_name(name) {
        return Ok(name.to_owned());
    }
    Err("a stack's name is that of its file in stacks/ without .yaml: letters, digits, `_` and `-`".to_owned())
}

/// A stack's name, or else the file of a plan.
#[expect(clippy::unnecessary_wraps, reason = "what a parser of clap's is")]
pub(super) fn shown(text: &str) -> Result<Shown, String> {
    Ok(stack_name(text).map_or_else(|_| Shown::Plan(text.into()), Shown::Stack))
}

/// A resource's address.
pub(super) fn address(text: &str) -> Result<Address, String> {
    text.parse().map_err(|error: crate::address::NotAnAddress| error.to_string())
}

/// The word for a kind.
pub(super) fn kind(text: &str) -> Result<String, String> {
    if KINDS.iter().any(|kind| kind.name() == text) {
        return Ok(text.to_owned());
    }
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name()).collect();
    Err(format!("a kind is one of {}", names.join(", ")))
}

/// A DNS server's address; the port may be left out.
pub(super) fn dns_server(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.trim_matches(['[', ']']).parse::<IpAddr>().map(|address| SocketAddr::new(address, 53)))
        .map_err(|_| {
            "a DNS server is an IP address, and a port if it is not 53: 1.1.1.1, 127.0.0.1:5353, [::1]:53".to_owned()
        })
}

/// `CreateUserPool=drop-after:1`.
pub(super) fn fault(text: &str) -> Result<Fault, String> {
    Fault::parse(text).map_err(|error| format!("{error}; {}", error.hints().join("; ")))
}
