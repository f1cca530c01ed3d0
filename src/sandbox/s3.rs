//! S3, as the sandbox plays it: buckets, objects, and conditional writes.

mod bodies;
#[cfg(test)]
mod tests;

use super::wire::{self, Query, Reply, Request};
use super::xml::{self, Element};
use super::{ACCOUNT, Refusal, World};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
/// The longest page of a list; a short one makes every client page.
const PAGE: usize = 2;

/// What S3 holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct S3 {
    /// By name, which is unique over all Regions.
    #[serde(default)]
    buckets: BTreeMap<String, Bucket>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Bucket {
    region: String,
    /// `Enabled` or `Suspended`, once it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    versioning: Option<String>,
    objects: BTreeMap<String, Object>,
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

/// The operation that a request means.
pub(super) fn operation(request: &Request) -> &'static str {
    let (bucket, key) = place(request);
    let query = Query::of(request);
    match (request.method().as_str(), bucket.is_empty(), key.is_empty()) {
        ("PUT", false, true) if query.has("versioning") => "PutBucketVersioning",
        ("GET", false, true) if query.has("versioning") => "GetBucketVersioning",
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

/// Answers one call made to `region`.
pub(super) fn handle(world: &mut World, region: &str, operation: &str, request: &Request) -> Result<Reply, Refusal> {
    let (name, key) = place(request);
    if operation == "CreateBucket" {
        return create_bucket(world, region, &name, request);
    }
    if operation == "Unknown" {
        return Err(no(501, "NotImplemented", "A header you provided implies functionality that is not implemented"));
    }
    let now = world.now;
    let number = if operation == "PutObject" { world.next_id() } else { 0 };
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
        "DeleteBucket" if bucket.objects.is_empty() => {
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
        "ListObjectsV2" => list(bucket, &name, &Query::of(request)),
        "PutObject" => put(bucket, &key, request, now, number),
        "GetObject" => get(bucket, &key, request, true),
        "HeadObject" => get(bucket, &key, request, false),
        _ => delete(bucket, &key, request),
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
    let bucket = Bucket { region: region.to_owned(), versioning: None, objects: BTreeMap::new() };
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

fn given<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

fn same_tag(given: &str, etag: &str) -> bool {
    given == "*" || given.trim_matches('"') == etag.trim_matches('"')
}

/// The conditions on a write or a delete.
fn check_write(object: Option<&Object>, request: &Request) -> Result<(), Refusal> {
    let failed = |condition: &str| {
        no(
            412,
            "PreconditionFailed",
            format!("At least one of the pre-conditions you specified did not hold ({condition})"),
        )
    };
    if let Some(none) = given(request, "if-none-match") {
        if none != "*" {
            return Err(no(
                501,
                "NotImplemented",
                "A header you provided implies functionality that is not implemented",
            ));
        }
        if object.is_some() {
            return Err(failed("If-None-Match"));
        }
    }
    match (given(request, "if-match"), object) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(no_such_key()),
        (Some(tag), Some(object)) if same_tag(tag, &object.etag) => Ok(()),
        (Some(_), Some(_)) => Err(failed("If-Match")),
    }
}

fn no_such_key() -> Refusal {
    no(404, "NoSuchKey", "The specified key does not exist.")
}

fn put(bucket: &mut Bucket, key: &str, request: &Request, now: i64, number: u64) -> Result<Reply, Refusal> {
    check_write(bucket.objects.get(key), request)?;
    let (body, mut headers) = bodies::read(request)?;
    let kept = |name: &str| {
        name.starts_with("x-amz-meta-")
            || name.starts_with("x-amz-checksum-") && name != "x-amz-checksum-algorithm"
            || matches!(name, "content-type" | "cache-control" | "content-disposition" | "x-amz-server-side-encryption")
    };
    for (name, value) in request.headers() {
        if let (true, Ok(value)) = (kept(name.as_str()), value.to_str()) {
            headers.insert(name.as_str().to_owned(), value.to_owned());
        }
    }
    bodies::check(&body, &headers)?;
    let etag = format!("\"{}\"", &super::ids::hex(&BASE64.encode(&body))[..32]);
    let version = (bucket.versioning.as_deref() == Some("Enabled")).then(|| format!("version{number:08}"));
    let mut reply = wire::with_header(empty(200), "ETag", &etag);
    for (name, value) in headers.iter().filter(|(name, _)| name.starts_with("x-amz-")) {
        if !name.starts_with("x-amz-meta-") {
            reply = wire::with_header(reply, name, value);
        }
    }
    if let Some(version) = &version {
        reply = wire::with_header(reply, "x-amz-version-id", version);
    }
    let object = Object { body: BASE64.encode(&body), etag, written: now, version, headers };
    bucket.objects.insert(key.to_owned(), object);
    Ok(reply)
}

fn get(bucket: &Bucket, key: &str, request: &Request, with_body: bool) -> Result<Reply, Refusal> {
    let object = bucket.objects.get(key).ok_or_else(no_such_key)?;
    if given(request, "range").is_some() {
        return Err(no(501, "NotImplemented", "the sandbox gives whole objects only"));
    }
    if given(request, "if-match").is_some_and(|tag| !same_tag(tag, &object.etag)) {
        return Err(no(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"));
    }
    if given(request, "if-none-match").is_some_and(|tag| same_tag(tag, &object.etag)) {
        return Err(no(304, "NotModified", "Not Modified"));
    }
    let body = BASE64.decode(&object.body).map_err(|error| no(500, "InternalError", error.to_string()))?;
    let length = body.len().to_string();
    let mut reply = wire::reply(200, "binary/octet-stream", if with_body { body } else { Vec::new() });
    reply = wire::with_header(reply, "ETag", &object.etag);
    reply = wire::with_header(reply, "Last-Modified", &http_time(object.written));
    reply = wire::with_header(reply, "Content-Length", &length);
    let wants_checksum = given(request, "x-amz-checksum-mode").is_some_and(|mode| mode.eq_ignore_ascii_case("enabled"));
    for (name, value) in &object.headers {
        if wants_checksum || !name.starts_with("x-amz-checksum-") {
            reply = wire::with_header(reply, name, value);
        }
    }
    if let Some(version) = &object.version {
        reply = wire::with_header(reply, "x-amz-version-id", version);
    }
    Ok(reply)
}

fn http_time(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn delete(bucket: &mut Bucket, key: &str, request: &Request) -> Result<Reply, Refusal> {
    // Unlike a write's, a delete's If-Match on nothing is no error: there is nothing to protect.
    if bucket.objects.contains_key(key) {
        check_write(bucket.objects.get(key), request)?;
    }
    bucket.objects.remove(key);
    Ok(empty(204))
}

fn list(bucket: &Bucket, name: &str, query: &Query) -> Result<Reply, Refusal> {
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
