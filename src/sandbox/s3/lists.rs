//! What a bucket holds, in pages.

use super::super::ACCOUNT;
use super::super::Refusal;
use super::super::wire::{self, Query, Reply};
use super::super::xml::Element;
use super::{BASE64, Bucket, NAMESPACE, Object, no};
use base64::Engine as _;

/// The longest page of a list; a short one makes every client page.
const PAGE: usize = 2;

pub(super) fn objects(bucket: &Bucket, name: &str, query: &Query) -> Result<Reply, Refusal> {
    let prefix = query.get("prefix").unwrap_or_default();
    let delimiter = query.get("delimiter").filter(|delimiter| !delimiter.is_empty());
    let asked = query.get("max-keys").map_or(Some(1_000), |text| text.parse::<usize>().ok());
    let asked =
        asked.ok_or_else(|| no(400, "InvalidArgument", "Provided max-keys not an integer or within integer range"))?;
    let after = query.get("continuation-token").or_else(|| query.get("start-after"));
    // What is listed: objects, and in their stead the prefixes that they share up to the delimiter.
    let mut found: Vec<(&str, Option<&Object>)> = Vec::new();
    for (key, object) in &bucket.objects {
        let Some(rest) = key.strip_prefix(prefix) else { continue };
        let shared = delimiter.and_then(|delimiter| rest.find(delimiter).map(|at| at + delimiter.len()));
        let (key, object) = match shared {
            Some(length) => (&key[..prefix.len() + length], None),
            None => (key.as_str(), Some(object)),
        };
        if after.is_none_or(|after| key > after) && found.last().is_none_or(|(last, _)| *last != key) {
            found.push((key, object));
        }
    }
    let take = asked.min(PAGE);
    let is_truncated = take > 0 && found.len() > take;
    let last = is_truncated.then(|| found[take - 1].0);
    found.truncate(take);
    let shown = found.iter().map(|(key, object)| match object {
        Some(object) => entry(key, object),
        None => Element::new("CommonPrefixes").leaf("Prefix", key),
    });
    let result = Element::new("ListBucketResult")
        .within(NAMESPACE)
        .leaf("Name", name)
        .leaf("Prefix", prefix)
        .leaf_if("Delimiter", delimiter)
        .leaf("KeyCount", found.len())
        .leaf("MaxKeys", asked)
        .leaf("IsTruncated", is_truncated)
        .leaf_if("ContinuationToken", query.get("continuation-token"))
        .leaf_if("NextContinuationToken", last)
        .with_all(shown);
    Ok(wire::reply(200, "application/xml", result.document()))
}

fn entry(key: &str, object: &Object) -> Element {
    let size = BASE64.decode(&object.body).map_or(0, |body| body.len());
    Element::new("Contents")
        .leaf("Key", key)
        .leaf("LastModified", crate::clock::text(object.written))
        .leaf("ETag", &object.etag)
        .leaf("Size", size)
        .leaf("StorageClass", "STANDARD")
        .with(Element::new("Owner").leaf("ID", ACCOUNT))
}

/// Every version of every key: by key, the newest first.
pub(super) fn versions(bucket: &Bucket, name: &str, query: &Query) -> Result<Reply, Refusal> {
    let prefix = query.get("prefix").unwrap_or_default();
    if query.get("version-id-marker").is_some() && query.get("key-marker").is_none() {
        return Err(no(400, "InvalidArgument", "A version-id marker cannot be specified without a key marker."));
    }
    // Key, version, when, and the object unless it deletes; whether it is the newest.
    let mut all: Vec<(&str, &str, i64, Option<&Object>, bool)> = Vec::new();
    let keys: std::collections::BTreeSet<&String> = bucket.objects.keys().chain(bucket.older.keys()).collect();
    for key in keys.into_iter().filter(|key| key.starts_with(prefix)) {
        let current = bucket.objects.get(key);
        if let Some(object) = current {
            let version = object.version.as_deref().unwrap_or("null");
            all.push((key, version, object.written, Some(object), true));
        }
        for (index, older) in bucket.older.get(key).into_iter().flatten().enumerate() {
            let is_latest = index == 0 && current.is_none();
            all.push((key, &older.version, older.written, older.object.as_ref(), is_latest));
        }
    }
    let after = query.get("key-marker").map(|key| (key, query.get("version-id-marker")));
    let begin = after.map_or(0, |(key, version)| {
        let same = all.iter().position(|(other, id, ..)| *other == key && Some(*id) == version).map(|at| at + 1);
        same.unwrap_or_else(|| all.iter().position(|(other, ..)| *other > key).unwrap_or(all.len()))
    });
    let page = &all[begin..all.len().min(begin + PAGE)];
    let is_truncated = begin + page.len() < all.len();
    let last = page.last().filter(|_| is_truncated);
    let shown = page.iter().map(|(key, version, written, object, is_latest)| {
        let element = Element::new(if object.is_some() { "Version" } else { "DeleteMarker" });
        let element = element.leaf("Key", key).leaf("VersionId", version).leaf("IsLatest", is_latest);
        let element = element.leaf("LastModified", crate::clock::text(*written));
        let Some(object) = object else { return element.with(Element::new("Owner").leaf("ID", ACCOUNT)) };
        let size = BASE64.decode(&object.body).map_or(0, |body| body.len());
        let element = element.leaf("ETag", &object.etag).leaf("Size", size).leaf("StorageClass", "STANDARD");
        element.with(Element::new("Owner").leaf("ID", ACCOUNT))
    });
    let result = Element::new("ListVersionsResult")
        .within(NAMESPACE)
        .leaf("Name", name)
        .leaf("Prefix", prefix)
        .leaf("KeyMarker", query.get("key-marker").unwrap_or_default())
        .leaf("VersionIdMarker", query.get("version-id-marker").unwrap_or_default())
        .leaf_if("NextKeyMarker", last.map(|(key, ..)| key))
        .leaf_if("NextVersionIdMarker", last.map(|(_, version, ..)| version))
        .leaf("MaxKeys", 1000)
        .leaf("IsTruncated", is_truncated)
        .with_all(shown);
    Ok(wire::reply(200, "application/xml", result.document()))
}
