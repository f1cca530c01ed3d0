//! S3, as the sandbox plays it: buckets and their settings, objects and their versions, and conditional writes.

mod bodies;
mod lists;
mod objects;
mod settings;
#[cfg(test)]
mod tests;

use super::wire::{self, Query, Reply, Request};
use super::xml::{self, Element};
use super::{Refusal, World};
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use settings::Settings;
use std::collections::BTreeMap;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
/// What S3 holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct S3 {
    /// By name, which is unique over all Regions.
    #[serde(default)]
    buckets: BTreeMap<String, Bucket>,
}

impl S3 {
    /// AWS lets its delivery of logs write to this bucket, if it is one of those here.
    pub(super) fn delivers_to(&mut self, bucket: &str) {
        if let Some(held) = self.buckets.get_mut(bucket) {
            held.settings.delivers_to(bucket);
        }
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Bucket {
    region: String,
    /// `Enabled` or `Suspended`, once it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    versioning: Option<String>,
    /// Every key's object, where the newest of its versions is none that deletes it.
    objects: BTreeMap<String, Object>,
    /// Every key's other versions, the newest first. The first deletes the key where it has no object.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    older: BTreeMap<String, Vec<Older>>,
    #[serde(default)]
    settings: Settings,
}

/// A version that is not what its key holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Older {
    version: String,
    written: i64,
    /// None for one that deletes.
    object: Option<Object>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Object {
    /// In base64.
    body: String,
    etag: String,
    written: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// What is given back as it was sent: content type, metadata, checksums; names in lower case.
    headers: BTreeMap<String, String>,
}

/// The bucket and the key that a request names, in its host or in its path.
pub(super) fn place(request: &Request) -> (String, String) {
    let host = wire::host(request);
    let path = wire::decode(request.uri().path().trim_start_matches('/'));
    let in_host = host.find(".s3.").map(|end| &host[..end]).or_else(|| host.strip_suffix(".localhost"));
    if let Some(bucket) = in_host {
        return (bucket.to_owned(), path);
    }
    let (bucket, key) = path.split_once('/').unwrap_or((&path, ""));
    (bucket.to_owned(), key.to_owned())
}

/// Whether the object that a request names is there.
pub(super) fn is_there(world: &World, request: &Request) -> bool {
    let (bucket, key) = place(request);
    world.s3.buckets.get(&bucket).is_some_and(|bucket| bucket.objects.contains_key(&key))
}

/// The operation that a request means.
pub(super) fn operation(request: &Request) -> &'static str {
    let (bucket, key) = place(request);
    let query = Query::of(request);
    if let (false, true, Some(operation)) = (bucket.is_empty(), key.is_empty(), settings::operation(request, &query)) {
        return operation;
    }
    match (request.method().as_str(), bucket.is_empty(), key.is_empty()) {
        ("PUT", false, true) if query.has("versioning") => "PutBucketVersioning",
        ("GET", false, true) if query.has("versioning") => "GetBucketVersioning",
        ("GET", false, true) if query.has("versions") => "ListObjectVersions",
        ("GET", false, true) if query.get("list-type") == Some("2") => "ListObjectsV2",
        ("PUT", false, true) => "CreateBucket",
        ("HEAD", false, true) => "HeadBucket",
        ("DELETE", false, true) => "DeleteBucket",
        ("PUT", false, false) => "PutObject",
        ("GET", false, false) => "GetObject",
        ("HEAD", false, false) => "HeadObject",
        ("DELETE", false, false) => "DeleteObject",
        _ => "Unknown",
    }
}

fn no(status: u16, code: &str, message: impl Into<String>) -> Refusal {
    Refusal { status, ..Refusal::new(code, message) }
}

/// A refusal as S3 gives it: a bare `Error`, and no body at all where the answer must have none.
pub(super) fn refuse(request: &Request, refusal: &Refusal, id: &str) -> Reply {
    let has_no_body = request.method() == http::Method::HEAD || refusal.status == 304;
    if has_no_body {
        return wire::reply(refusal.status, "application/xml", "");
    }
    let (bucket, key) = place(request);
    let error = Element::new("Error")
        .leaf("Code", &refusal.code)
        .leaf("Message", &refusal.message)
        .leaf_if("BucketName", (!bucket.is_empty()).then_some(bucket))
        .leaf_if("Key", (!key.is_empty()).then_some(key))
        .leaf("RequestId", id)
        .leaf("HostId", id);
    wire::reply(refusal.status, "application/xml", error.document())
}

/// Answers one call made to `region`. Every answer tells the time, by which the ages of objects count.
pub(super) fn handle(world: &mut World, region: &str, operation: &str, request: &Request) -> Result<Reply, Refusal> {
    let now = world.now;
    answer(world, region, operation, request).map(|reply| dated(reply, now))
}

/// The same answer with the time at which it was given.
pub(super) fn dated(reply: Reply, now: i64) -> Reply {
    wire::with_header(reply, "Date", &objects::http_time(now))
}

fn answer(world: &mut World, region: &str, operation: &str, request: &Request) -> Result<Reply, Refusal> {
    let (name, key) = place(request);
    if operation == "CreateBucket" {
        return create_bucket(world, region, &name, request);
    }
    if operation == "Unknown" {
        return Err(no(501, "NotImplemented", "A header you provided implies functionality that is not implemented"));
    }
    let now = world.now;
    let number = if matches!(operation, "PutObject" | "DeleteObject") { world.next_id() } else { 0 };
    let missing = || no(404, "NoSuchBucket", "The specified bucket does not exist");
    let bucket = world.s3.buckets.get_mut(&name).ok_or_else(missing)?;
    if bucket.region != region {
        let message = format!(
            "The authorization header is malformed; the region '{region}' is wrong; expecting '{}'",
            bucket.region
        );
        return Err(no(400, "AuthorizationHeaderMalformed", message));
    }
    match operation {
        "HeadBucket" => Ok(wire::with_header(empty(200), "x-amz-bucket-region", &bucket.region)),
        "DeleteBucket" if bucket.objects.is_empty() && bucket.older.is_empty() => {
            world.s3.buckets.remove(&name);
            Ok(empty(204))
        }
        "DeleteBucket" => Err(no(409, "BucketNotEmpty", "The bucket you tried to delete is not empty")),
        "GetBucketVersioning" => {
            let configuration = Element::new("VersioningConfiguration").within(NAMESPACE);
            Ok(wire::reply(
                200,
                "application/xml",
                configuration.leaf_if("Status", bucket.versioning.as_ref()).document(),
            ))
        }
        "PutBucketVersioning" => put_versioning(bucket, request),
        "ListObjectsV2" => lists::objects(bucket, &name, &Query::of(request)),
        "ListObjectVersions" => lists::versions(bucket, &name, &Query::of(request)),
        "PutObject" => objects::put(bucket, &key, request, now, number),
        "GetObject" => objects::get(bucket, &key, request, true),
        "HeadObject" => objects::get(bucket, &key, request, false),
        "DeleteObject" => objects::delete(bucket, &key, request, now, number),
        operation => settings::handle(bucket, &name, operation, request),
    }
}

fn empty(status: u16) -> Reply {
    let mut reply = wire::reply(status, "application/xml", "");
    reply.headers_mut().remove(http::header::CONTENT_TYPE);
    reply
}

fn create_bucket(world: &mut World, region: &str, name: &str, request: &Request) -> Result<Reply, Refusal> {
    let is_character = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let ends_well = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let bytes = name.as_bytes();
    let is_good = (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| is_character(*byte))
        && ends_well(bytes.first())
        && ends_well(bytes.last())
        && !name.contains("..");
    if !is_good {
        return Err(no(400, "InvalidBucketName", "The specified bucket is not valid."));
    }
    let asked = if request.body().is_empty() {
        None
    } else {
        let configuration = xml::parse(request.body()).map_err(|error| no(400, "MalformedXML", error))?;
        configuration.text_of("LocationConstraint").map(ToOwned::to_owned)
    };
    // us-east-1 is the one Region that is not named.
    let fits = match asked.as_deref() {
        None => region == "us-east-1",
        Some(constraint) => constraint == region && region != "us-east-1",
    };
    if !fits {
        let given = asked.as_deref().unwrap_or("unspecified");
        let message = format!(
            "The {given} location constraint is incompatible for the region specific endpoint this request was sent to."
        );
        return Err(no(400, "IllegalLocationConstraintException", message));
    }
    if world.s3.buckets.contains_key(name) {
        let message = "Your previous request to create the named bucket succeeded and you already own it.";
        return Err(no(409, "BucketAlreadyOwnedByYou", message));
    }
    let bucket = Bucket { region: region.to_owned(), versioning: None, ..Bucket::default() };
    world.s3.buckets.insert(name.to_owned(), bucket);
    Ok(wire::with_header(empty(200), "Location", &format!("/{name}")))
}

fn put_versioning(bucket: &mut Bucket, request: &Request) -> Result<Reply, Refusal> {
    let configuration = xml::parse(request.body()).map_err(|error| no(400, "MalformedXML", error))?;
    match configuration.text_of("Status") {
        Some(status @ ("Enabled" | "Suspended")) => {
            bucket.versioning = Some(status.to_owned());
            Ok(empty(200))
        }
        _ => Err(no(400, "MalformedXML", "The XML you provided was not well-formed")),
    }
}
