//! Objects, their versions, and the conditions on writing them.
//!
//! Of `docs.aws.amazon.com/AmazonS3/latest/userguide`: *conditional-writes*, *conditional-deletes*, *versioning-workflows*,
//! *DeleteMarker*.

use super::super::wire::{self, Query, Reply, Request};
use super::super::{Refusal, ids};
use super::{BASE64, Bucket, Object, Older, bodies, empty, no};
use base64::Engine as _;

/// The version of what was written while the bucket kept none.
const NULL: &str = "null";

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

/// The headers that are given back as they were sent.
fn is_kept(name: &str) -> bool {
    name.starts_with("x-amz-meta-")
        || name.starts_with("x-amz-checksum-") && name != "x-amz-checksum-algorithm"
        || name.starts_with(ENCRYPTION)
        || matches!(name, "content-type" | "cache-control" | "content-disposition")
}

const ENCRYPTION: &str = "x-amz-server-side-encryption";
const KMS_KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";

impl Bucket {
    fn is_versioned(&self) -> bool {
        self.versioning.as_deref() == Some("Enabled")
    }

    /// Puts what a key holds among its other versions, where the bucket keeps it.
    fn set_aside(&mut self, key: &str) {
        let is_suspended = self.versioning.as_deref() == Some("Suspended");
        let older = self.older.entry(key.to_owned()).or_default();
        if is_suspended {
            // What is written now takes the place of the one version without an id.
            older.retain(|older| older.version != NULL);
        }
        if let Some(object) = self.objects.remove(key) {
            let version = object.version.clone().unwrap_or_else(|| NULL.to_owned());
            if self.versioning.is_some() && !(is_suspended && version == NULL) {
                older.insert(0, Older { version, written: object.written, object: Some(object) });
            }
        }
        if older.is_empty() {
            self.older.remove(key);
        }
    }

    /// Takes one version away for good.
    fn remove_version(&mut self, key: &str, version: &str) {
        let is_current =
            self.objects.get(key).is_some_and(|object| object.version.as_deref().unwrap_or(NULL) == version);
        let older = self.older.entry(key.to_owned()).or_default();
        if is_current {
            self.objects.remove(key);
        } else {
            older.retain(|older| older.version != version);
        }
        // What is the newest now is what the key holds, unless it deletes it.
        if !self.objects.contains_key(key) && older.first().is_some_and(|first| first.object.is_some()) {
            self.objects.extend(older.remove(0).object.map(|object| (key.to_owned(), object)));
        }
        if older.is_empty() {
            self.older.remove(key);
        }
    }

    fn version_of(&self, number: u64) -> Option<String> {
        match self.versioning.as_deref() {
            Some("Enabled") => Some(format!("version{number:08}")),
            Some(_) => Some(NULL.to_owned()),
            None => None,
        }
    }
}

pub(super) fn put(bucket: &mut Bucket, key: &str, request: &Request, now: i64, number: u64) -> Result<Reply, Refusal> {
    if key.len() > 1024 {
        return Err(no(400, "KeyTooLongError", "Your key is too long"));
    }
    check_write(bucket.objects.get(key), request)?;
    let (body, mut headers) = bodies::read(request)?;
    for (name, value) in request.headers() {
        if let (true, Ok(value)) = (is_kept(name.as_str()), value.to_str()) {
            headers.insert(name.as_str().to_owned(), value.to_owned());
        }
    }
    let size: usize =
        headers.iter().filter_map(|(name, value)| Some(name.strip_prefix("x-amz-meta-")?.len() + value.len())).sum();
    if size > 2048 {
        return Err(no(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size"));
    }
    bodies::check(&body, &headers)?;
    match headers.get(ENCRYPTION).map(String::as_str) {
        Some("AES256") if headers.contains_key(KMS_KEY) => {
            let message = "Server Side Encryption with AWS KMS managed key requires HTTP header \
                           x-amz-server-side-encryption : aws:kms";
            return Err(no(400, "InvalidArgument", message));
        }
        Some("AES256" | "aws:kms" | "aws:kms:dsse") => {}
        Some(_) => {
            return Err(no(
                400,
                "InvalidEncryptionAlgorithmError",
                "The encryption request you specified is not valid.",
            ));
        }
        None => {
            let (algorithm, kms) = bucket.settings.encryption();
            headers.insert(ENCRYPTION.to_owned(), algorithm);
            headers.extend(kms.map(|key| (KMS_KEY.to_owned(), key)));
        }
    }
    let etag = format!("\"{}\"", &ids::hex(&BASE64.encode(&body))[..32]);
    bucket.set_aside(key);
    let version = bucket.version_of(number);
    let mut reply = wire::with_header(empty(200), "ETag", &etag);
    for (name, value) in headers.iter().filter(|(name, _)| name.starts_with("x-amz-")) {
        if !name.starts_with("x-amz-meta-") {
            reply = wire::with_header(reply, name, value);
        }
    }
    if let Some(version) = version.as_deref().filter(|_| bucket.is_versioned()) {
        reply = wire::with_header(reply, "x-amz-version-id", version);
    }
    let object = Object { body: BASE64.encode(&body), etag, written: now, version, headers };
    bucket.objects.insert(key.to_owned(), object);
    Ok(reply)
}

/// What a key holds, or has held in a version.
fn found<'a>(bucket: &'a Bucket, key: &str, version: Option<&str>) -> Result<&'a Object, Refusal> {
    let Some(version) = version else { return bucket.objects.get(key).ok_or_else(no_such_key) };
    let is_so = |object: &&Object| object.version.as_deref().unwrap_or(NULL) == version;
    if let Some(object) = bucket.objects.get(key).filter(is_so) {
        return Ok(object);
    }
    match bucket.older.get(key).into_iter().flatten().find(|older| older.version == version) {
        Some(Older { object: Some(object), .. }) => Ok(object),
        Some(_) => Err(no(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")),
        None if version == NULL || is_version(version) => {
            Err(no(404, "NoSuchVersion", "The specified version does not exist."))
        }
        None => Err(no(400, "InvalidArgument", "Invalid version id specified")),
    }
}

/// Whether a text looks like an id that is given out here.
fn is_version(text: &str) -> bool {
    text.strip_prefix("version").is_some_and(|rest| rest.len() >= 8 && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) fn get(bucket: &Bucket, key: &str, request: &Request, with_body: bool) -> Result<Reply, Refusal> {
    let query = Query::of(request);
    let object = found(bucket, key, query.get("versionId"))?;
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
    if let Some(version) = object.version.as_deref().or(bucket.versioning.as_ref().map(|_| NULL)) {
        reply = wire::with_header(reply, "x-amz-version-id", version);
    }
    Ok(reply)
}

pub(super) fn http_time(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

pub(super) fn delete(
    bucket: &mut Bucket,
    key: &str,
    request: &Request,
    now: i64,
    number: u64,
) -> Result<Reply, Refusal> {
    if let Some(version) = Query::of(request).get("versionId") {
        bucket.remove_version(key, version);
        return Ok(wire::with_header(empty(204), "x-amz-version-id", version));
    }
    // Unlike a write's, a delete's If-Match on nothing is no error: there is nothing to protect.
    if bucket.objects.contains_key(key) {
        check_write(bucket.objects.get(key), request)?;
    }
    bucket.set_aside(key);
    let Some(version) = bucket.version_of(number) else { return Ok(empty(204)) };
    let mark = Older { version: version.clone(), written: now, object: None };
    bucket.older.entry(key.to_owned()).or_default().insert(0, mark);
    let reply = wire::with_header(empty(204), "x-amz-delete-marker", "true");
    Ok(wire::with_header(reply, "x-amz-version-id", &version))
}
