//! Lists in pages, of which the first is kept short so that whoever lists must turn it.
use super::{Refusal, invalid};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeMap;

/// The most that the first page holds, whatever the caller asks for. AWS promises no number either.
const LONGEST: usize = 2;
/// The most that each page after it holds: as many as AWS gives, or an account of many pools would take far longer to list.
const LONGEST_LATER: usize = 60;

/// One page of what a map holds, and the token of the next, if there is one.
pub(super) struct Page<'a, T> {
    /// What is on it.
    pub(super) items: Vec<(&'a String, &'a T)>,
    /// Where to go on.
    pub(super) next: Option<String>,
}

/// The page that `token` stands for; the first one without.
pub(super) fn page<'a, T>(
    all: &'a BTreeMap<String, T>,
    most: Option<i64>,
    token: Option<&str>,
) -> Result<Page<'a, T>, Refusal> {
    page_of(all.iter(), most, token)
}

/// The same of some of them, in their order by key.
pub(super) fn page_of<'a, T>(
    all: impl Iterator<Item = (&'a String, &'a T)>,
    most: Option<i64>,
    token: Option<&str>,
) -> Result<Page<'a, T>, Refusal> {
    let after = token.map(key).transpose()?;
    let longest = if after.is_some() { LONGEST_LATER } else { LONGEST };
    let most =
        most.and_then(|most| usize::try_from(most).ok()).filter(|most| *most > 0).unwrap_or(longest).min(longest);
    let mut rest = all.filter(|(key, _)| after.as_ref().is_none_or(|after| *key > after));
    let items: Vec<_> = rest.by_ref().take(most).collect();
    let more = rest.next().is_some();
    let next = items.last().filter(|_| more).map(|(key, _)| URL_SAFE_NO_PAD.encode(format!("after {key}")));
    Ok(Page { items, next })
}

fn key(token: &str) -> Result<String, Refusal> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.strip_prefix("after ").map(ToOwned::to_owned))
        .ok_or_else(|| invalid("Invalid pagination token given."))
}
