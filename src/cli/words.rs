//! The words of the command line that are more than text.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::Shown;
use crate::address::{Address, is_name};
use crate::kinds::KINDS;
use crate::near::did_you_mean;
use crate::sandbox::Fault;
use crate::stack::S3Settings;

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
    let meant = did_you_mean(text, names.iter().copied()).map(|word| format!("did you mean `{word}`? "));
    Err(format!("{}a kind is one of {}", meant.unwrap_or_default(), names.join(", ")))
}

/// A DNS server's address; the port may be left out.
pub(super) fn dns_server(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.trim_matches(['[', ']']).parse::<IpAddr>().map(|address| SocketAddr::new(address, 53)))
        .map_err(|_| {
            "a DNS server is an IP address, and a port if it is not 53: 1.1.1.1, 127.0.0.1:5353, [::1]:53".to_owned()
        })
}

/// A time to wait: `90s`, `5m`, `1h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a duration is a number with s, m or h: 30s, 5m, 1h".to_owned();
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        _ => return Err(wrong()),
    };
    let count: u32 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    Ok(Duration::from_secs(u64::from(count) * unit))
}

/// Where a state is.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// In a file under state/.
    Local,
    /// In S3.
    S3(Box<S3Settings>),
}

/// `local`, or `s3://shop-stacks/auth/dev.json?region=eu-west-1`.
pub(super) fn place(text: &str) -> Result<Place, String> {
    let wrong = || format!("`{text}` is no place of a state: write `local`, or s3://BUCKET/KEY");
    if text == "local" {
        return Ok(Place::Local);
    }
    let rest = text.strip_prefix("s3://").ok_or_else(wrong)?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (bucket, key) =
        path.split_once('/').filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty()).ok_or_else(wrong)?;
    let mut settings = S3Settings {
        bucket: bucket.to_owned(),
        key: Some(key.to_owned()),
        region: None,
        kms_key_id: None,
        profile: None,
        assume_role: None,
        endpoint: None,
        path_style: None,
    };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=').ok_or_else(wrong)? {
            ("region", value) => settings.region = Some(value.to_owned()),
            ("profile", value) => settings.profile = Some(value.to_owned()),
            ("endpoint", value) => settings.endpoint = Some(value.to_owned()),
            ("path_style", value) => settings.path_style = Some(value.parse().map_err(|_| wrong())?),
            (name, _) => return Err(format!("`{name}` is none of region, profile, endpoint and path_style")),
        }
    }
    Ok(Place::S3(Box::new(settings)))
}

/// `CreateUserPool=drop-after:1`.
pub(super) fn fault(text: &str) -> Result<Fault, String> {
    Fault::parse(text).map_err(|error| format!("{error}; {}", error.hints().join("; ")))
}
