//! Region, account, tags, state.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Check, names};
use crate::error::Problem;
use crate::near::did_you_mean;
use crate::stack::{S3Settings, StateSettings, at};

/// AWS gives a resource 50 tags (`domain_certificate_dns.md` 5.2), of which two say whose it is.
const MAX_TAGS: usize = 48;

/// Why an object cannot have these tags beside the stack's, when it is for their number; where the stack's alone are too
/// many, that is said once.
pub(super) fn too_many_tags(
    shared: &BTreeMap<String, String>,
    own: Option<&BTreeMap<String, String>>,
) -> Option<String> {
    let more = own.into_iter().flatten().filter(|(key, _)| !shared.contains_key(*key)).count();
    (shared.len() <= MAX_TAGS && shared.len() + more > MAX_TAGS).then(|| counted(shared.len() + more))
}

fn counted(tags: usize) -> String {
    format!("{tags} tags are too many: AWS takes 50, and two say which stack made the object")
}

impl Check<'_> {
    pub(super) fn top(&mut self) {
        if let Some(region) = &self.file.region {
            self.region("region", region);
        }
        // The account's digits are in the schema.
        self.tags();
        self.state();
        self.web_acl();
    }

    pub(super) fn region(&mut self, at: &str, region: &str) {
        if let Some(problem) = unknown_region(region) {
            self.problems.push(Problem { at: at.to_owned(), ..problem });
        } else if !names::REGIONS.contains(&region) {
            let problem = Problem::new(at, format!("the Region `{region}` is not one that this version knows"));
            self.warnings.push(match near_region(region) {
                Some(word) => problem.hint(format!("new ones are taken as they are; was `{word}` meant?")),
                None => problem.hint("new ones are taken as they are; one that does not exist has no address"),
            });
        }
    }

    fn tags(&mut self) {
        let file = self.file;
        for (key, value) in &file.tags {
            let at = at::key("tags", key);
            if let Some(why) = bad_tag(key, value) {
                self.say(at, why);
            }
        }
        // The pool's own tags are checked with the pool; here counts what both make together.
        let of_pool = file.user_pool.tags.iter().flatten().filter(|(key, _)| !file.tags.contains_key(*key));
        let count = file.tags.len() + of_pool.count();
        if !file.tags.is_empty() && count > MAX_TAGS {
            self.say("tags", counted(count));
        }
    }

    /// WAF wants a web ACL of the pool's Region, which is none of CloudFront's.
    fn web_acl(&mut self) {
        let (at, file) = ("web_acl_arn", self.file);
        let Some(arn) = &file.web_acl_arn else { return };
        // Its form is in the schema.
        let mut parts = arn.split(':').skip(3);
        let (Some(region), Some(account)) = (parts.next(), parts.next()) else { return };
        if let Some(ours) = file.region.as_deref().filter(|ours| *ours != region) {
            self.advise(
                at,
                format!("the web ACL is in {region}, and the user pool in {ours}"),
                "name one of the same Region",
            );
        }
        if let Some(ours) = file.account.as_deref().filter(|ours| *ours != account) {
            self.advise(
                at,
                format!("the web ACL is in account {account}, and this stack in {ours}"),
                "name one of the same account",
            );
        }
    }

    fn state(&mut self) {
        let Some(StateSettings { s3: Some(settings) }) = &self.file.state else { return };
        // The role is checked with the others.
        let S3Settings { bucket, key, region, kms_key_id, profile, assume_role: _, endpoint, path_style: _ } = settings;
        if let Some(why) = bad_bucket(bucket) {
            self.advise(
                "state.s3.bucket",
                format!("`{bucket}` cannot be a bucket: {why}"),
                "buckets are named as `shop-stacks` is",
            );
        }
        if let Some(key) = key
            && (key.is_empty() || key.len() > 1024 || key.starts_with('/') || key.ends_with('/'))
        {
            let message = "a key has 1 to 1,024 bytes, and no `/` at an end";
            self.advise("state.s3.key", message, "for example `auth/dev.json`");
        }
        if let Some(region) = region {
            self.region("state.s3.region", region);
        }
        if kms_key_id.as_deref() == Some("") {
            self.advise("state.s3.kms_key_id", "is empty", "a key's id, its ARN, or `alias/…`");
        }
        if profile.as_deref() == Some("") {
            self.advise("state.s3.profile", "is empty", "a profile of ~/.aws/config");
        }
        if let Some(endpoint) = endpoint
            && !is_address(endpoint)
        {
            let message = format!("`{endpoint}` is no address of a store");
            self.advise("state.s3.endpoint", message, "one looks like `https://s3.example.com`");
        }
    }
}

/// What is wrong with a Region that is not named as AWS names them; wherever it was named.
pub fn unknown_region(region: &str) -> Option<Problem> {
    let problem = Problem::new("", format!("no Region is named `{region}`"));
    if names::is_region(region) {
        return None;
    }
    Some(match near_region(region) {
        Some(word) => problem.hint(format!("did you mean `{word}`?")),
        None => problem.hint("Regions are named as `eu-west-1` is"),
    })
}

fn near_region(region: &str) -> Option<&'static str> {
    did_you_mean(region, names::REGIONS.iter().copied())
}

/// Why AWS refuses a tag, or we do.
pub(super) fn bad_tag(key: &str, value: &str) -> Option<String> {
    let is_good = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
    let (keys, values) = (key.chars().count(), value.chars().count());
    if keys == 0 || keys > 128 {
        return Some(format!("a tag's key has 1 to 128 characters, this one has {keys}"));
    }
    if values > 256 {
        return Some(format!("a tag's value has at most 256 characters, this one has {values}"));
    }
    if key.to_lowercase().starts_with("aws:") {
        return Some("tags that begin with `aws:` are AWS's own".to_owned());
    }
    if key.starts_with("stack:") {
        return Some("tags that begin with `stack:` say which stack made the object".to_owned());
    }
    let bad = key.chars().chain(value.chars()).find(|c| !is_good(*c))?;
    Some(format!(
        "a tag cannot have {}; letters, digits, spaces and _ . : / = + - @ are taken",
        Value::from(bad.to_string())
    ))
}

/// Whether this is where a store can be: `https://s3.example.com:9000`.
fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        let host = host.strip_suffix('/').unwrap_or(host);
        !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]/".contains(c))
    })
}

/// Why S3 has no bucket of this name.
fn bad_bucket(name: &str) -> Option<&'static str> {
    let is_edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !(3..=63).contains(&name.len()) {
        return Some("it has 3 to 63 characters");
    }
    if !name.chars().all(|c| is_edge(c) || c == '.' || c == '-') {
        return Some("it has lower-case letters, digits, `.` and `-` only");
    }
    if !name.starts_with(is_edge) || !name.ends_with(is_edge) {
        return Some("it begins and ends with a letter or a digit");
    }
    if name.contains("..") || name.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some("two dots in a row, and IP addresses, are refused");
    }
    None
}
