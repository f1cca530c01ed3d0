//! One object in a bucket, read and written under conditions, with checksums.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumMode, ServerSideEncryption};
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use crate::aws::error::refused;
use crate::aws::s3::Client;
use crate::error::{Error, Outcome, Result};

/// What a state of the largest size makes is a fraction of this.
const MAX_BYTES: i64 = 64 * 1024 * 1024;

/// An object, whether it is there or not.
#[derive(Debug, Clone)]
pub struct Object {
    /// What reaches the bucket.
    pub client: Client,
    /// The bucket.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// The KMS key that it is encrypted with; None for the bucket's own encryption.
    pub kms_key_id: Option<String>,
}

/// An object as it was read.
#[derive(Debug, Clone)]
pub(super) struct Got {
    pub(super) text: Vec<u8>,
    pub(super) etag: String,
    /// How long ago it was written, by the clock of the store alone; None where the store does not tell the time.
    pub(super) age: Option<Duration>,
    /// What was noted beside it when it was written.
    pub(super) notes: HashMap<String, String>,
}

/// What must be so for a write to be done.
#[derive(Debug, Clone, Copy)]
pub(super) enum If<'a> {
    /// Nothing is there.
    Absent,
    /// What is there has this ETag.
    Is(&'a str),
}

impl Object {
    /// `s3://shop-stacks/auth/dev.json`
    pub(super) fn place(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    /// The object beside this one, whose key goes on like that.
    pub(super) fn beside(&self, suffix: &str) -> Self {
        Self { key: format!("{}{suffix}", self.key), ..self.clone() }
    }

    /// The object as it is, or as it was in a version; None when it is not there.
    pub(super) async fn get(&self, version: Option<&str>) -> Result<Option<Got>> {
        let date = Date::default();
        let asked = self.client.get_object().bucket(&self.bucket).key(&self.key).checksum_mode(ChecksumMode::Enabled);
        let asked = asked.set_version_id(version.map(ToOwned::to_owned)).customize().interceptor(date.clone());
        let answer = match asked.send().await.map_err(refused("GetObject")) {
            Ok(answer) => answer,
            Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(error),
        };
        if answer.content_length().is_some_and(|length| length > MAX_BYTES) {
            return Err(Error::state(format!("{} is larger than {MAX_BYTES} bytes, which no state is", self.place())));
        }
        let written = answer.last_modified().map(aws_smithy_types::DateTime::secs);
        let age = date.seconds().zip(written).and_then(|(now, written)| u64::try_from(now - written).ok());
        let etag = answer.e_tag().unwrap_or_default().to_owned();
        let checksum = answer.checksum_sha256().map(ToOwned::to_owned);
        let notes = answer.metadata().cloned().unwrap_or_default();
        let text = answer.body.collect().await.map_err(|error| {
            Error::aws_state(format!("{} could not be read to its end", self.place())).caused_by(error)
        })?;
        let text = text.into_bytes().to_vec();
        // A store need not keep checksums; one that does must not give out anything else than was written.
        if checksum.is_some_and(|checksum| checksum != sum(&text)) {
            return Err(Error::state(format!("{} is not what was written there: its SHA-256 differs", self.place()))
                .hinted("read it again; if it stays so, roll back to the version before with `stack state rollback`"));
        }
        Ok(Some(Got { text, etag, age: age.map(Duration::from_secs), notes }))
    }

    /// Writes the object under a condition; its new ETag, or None where the condition does not hold.
    ///
    /// A try whose answer is lost may have been done, and the next then finds that the condition does not hold any more:
    /// so what is there is looked at before that is believed. Two writers must not write the same text.
    pub(super) async fn put(&self, text: &[u8], condition: If<'_>, notes: &[(&str, String)]) -> Result<Option<String>> {
        let mut conflicts = 0;
        let error = loop {
            match self.put_once(text, condition, notes).await {
                Ok(etag) => return Ok(Some(etag)),
                // Two came at the same moment, and neither is done: both are to try again.
                Err(error) if error.code() == Some("ConditionalRequestConflict") && conflicts < CONFLICTS => {
                    conflicts += 1;
                    tokio::time::sleep(Duration::from_millis(50) * conflicts).await;
                }
                Err(error) => break error,
            }
        };
        let is_refused =
            matches!(error.code(), Some("PreconditionFailed" | "ConditionalRequestConflict" | "NoSuchKey"));
        if !is_refused && error.outcome() == Outcome::Refused {
            return Err(error);
        }
        match self.get(None).await {
            Ok(Some(there)) if there.text == text => Ok(Some(there.etag)),
            Ok(_) if is_refused => Ok(None),
            _ => Err(error),
        }
    }

    async fn put_once(&self, text: &[u8], condition: If<'_>, notes: &[(&str, String)]) -> Result<String> {
        let mut put = self.client.put_object().bucket(&self.bucket).key(&self.key);
        put = match condition {
            If::Absent => put.if_none_match("*"),
            If::Is(etag) => put.if_match(etag),
        };
        if let Some(key) = &self.kms_key_id {
            put = put.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(key);
        }
        for (name, value) in notes {
            // Headers carry ASCII only.
            put = put.metadata(*name, value.replace(|c: char| !c.is_ascii_graphic() && c != ' ', "?"));
        }
        let put = put.content_type("application/json").checksum_sha256(sum(text));
        let put = put.body(ByteStream::from(text.to_vec())).send().await.map_err(refused("PutObject"))?;
        let missing = || Error::aws_state(format!("PutObject: no ETag came back for {}", self.place()));
        put.e_tag.ok_or_else(missing)
    }

    /// Deletes the object if it has this ETag; whether it is gone. One that is gone already is.
    pub(super) async fn delete(&self, etag: &str) -> Result<bool> {
        let delete = self.client.delete_object().bucket(&self.bucket).key(&self.key).if_match(etag);
        match delete.send().await.map_err(refused("DeleteObject")) {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(true),
            Err(error) if matches!(error.code(), Some("PreconditionFailed" | "ConditionalRequestConflict")) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

/// How often a write is tried again that met another.
const CONFLICTS: u32 = 10;

/// The checksum of a text, as S3's header has it.
fn sum(text: &[u8]) -> String {
    BASE64.encode(Sha256::digest(text))
}

/// Notes the time of an answer as the store tells it: machines disagree about the time, and a lock must not end sooner
/// for one of them.
#[derive(Debug, Clone, Default)]
struct Date(Arc<Mutex<Option<i64>>>);

impl Date {
    fn seconds(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[dyn_dispatch_hint]
impl Intercept for Date {
    fn name(&self) -> &'static str {
        "Date"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        use aws_smithy_types::DateTime;
        use aws_smithy_types::date_time::Format;
        let date = context.response().headers().get("date");
        let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date.map(|date| date.secs());
        Ok(())
    }
}
