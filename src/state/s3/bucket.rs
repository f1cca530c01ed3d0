//! The bucket of states, made as it should be, and never made weaker than it is.

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration, PublicAccessBlockConfiguration,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    VersioningConfiguration,
};
use serde_json::{Value, json};

use super::object::{If, Object};
use super::state_error;
use crate::aws::error::refused;
use crate::aws::s3::Client;
use crate::error::{Error, Result};

/// A bucket that keeps states.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// What reaches it.
    pub client: Client,
    /// Its name.
    pub name: String,
    /// Its Region.
    pub region: String,
    /// The KMS key that its objects are to be encrypted with; None for S3's own.
    pub kms_key_id: Option<String>,
    /// Whether it is a store of others', which may not keep S3's promises.
    pub is_foreign: bool,
    /// Whether it is reached without TLS: a policy against that would shut this very program out.
    pub is_plain: bool,
}

/// What was found of a setting, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `versioning`
    pub what: &'static str,
    /// `is on`
    pub now: String,
    /// Whether it was changed just now.
    pub is_new: bool,
}

impl Finding {
    fn was(what: &'static str, now: impl Into<String>) -> Self {
        Self { what, now: now.into(), is_new: false }
    }

    fn made(what: &'static str, now: impl Into<String>) -> Self {
        Self { what, now: now.into(), is_new: true }
    }
}

/// Our statement in the bucket's policy.
const SID: &str = "StackRefusesPlainHttp";

impl Bucket {
    /// Makes the bucket unless it is there: private, versioned, encrypted, and over TLS only. What an existing one lacks of
    /// that is added; what it has is left as it is.
    ///
    /// # Errors
    /// When the bucket is somebody else's, is in another Region, or a setting can be neither read nor made.
    pub async fn init(&self) -> Result<Vec<Finding>> {
        let mut findings = vec![self.itself().await?];
        findings.push(self.or_foreign("public access", self.private().await)?);
        findings.push(self.or_foreign("versions", self.versioned().await)?);
        findings.push(self.or_foreign("encryption", self.encrypted().await)?);
        findings.push(if self.is_plain {
            Finding::was("plain HTTP", "is how this store is reached, and is not refused")
        } else {
            self.or_foreign("plain HTTP", self.over_tls().await)?
        });
        if self.is_foreign {
            findings.push(self.conditional().await?);
        }
        Ok(findings)
    }

    /// A store of others' need not have all of S3's settings.
    fn or_foreign(&self, what: &'static str, finding: Result<Finding>) -> Result<Finding> {
        match finding {
            Err(error) if self.is_foreign && is_unknown(&error) => {
                Ok(Finding::was(what, "is no setting of this store: see to it there"))
            }
            Err(error) => Err(state_error(format!("cannot set up {what} of the bucket {}", self.name), error)),
            found => found,
        }
    }

    async fn itself(&self) -> Result<Finding> {
        let asked = self.client.head_bucket().bucket(&self.name).send().await;
        let status = asked.as_ref().err().and_then(SdkError::raw_response).map(|raw| raw.status().as_u16());
        let trouble = |error| state_error(format!("cannot reach the bucket {}", self.name), error);
        match (asked, status) {
            (Ok(_), _) => return Ok(Finding::was("bucket", "is there")),
            (Err(_), Some(404)) => {}
            // A HEAD is answered without words: whether it is about the Region is asked by a call that is told more.
            (Err(_), Some(301 | 400)) => {
                return Err(self.why_not().await.map_or_else(|| self.elsewhere(), trouble));
            }
            (Err(_), Some(403)) => {
                return Err(Error::state(format!("the bucket {} is another account's, or hidden from you", self.name))
                    .hinted("names of buckets are unique in the whole world: choose another in `state.s3.bucket`")
                    .hinted("if it is yours, allow `s3:ListBucket` on it"));
            }
            (Err(error), _) => return Err(trouble(refused("HeadBucket")(error))),
        }
        let mut create = self.client.create_bucket().bucket(&self.name);
        if self.region != "us-east-1" {
            let place = BucketLocationConstraint::from(self.region.as_str());
            create = create
                .create_bucket_configuration(CreateBucketConfiguration::builder().location_constraint(place).build());
        }
        match create.send().await.map_err(refused("CreateBucket")) {
            Ok(_) => Ok(Finding::made("bucket", format!("was made in {}", self.region))),
            Err(error) if error.code() == Some("BucketAlreadyOwnedByYou") => Ok(Finding::was("bucket", "is there")),
            Err(error) => Err(trouble(error)),
        }
    }

    fn elsewhere(&self) -> Error {
        Error::state(format!("the bucket {} is not in {}", self.name, self.region))
            .hinted("write its own Region into `state.s3.region`")
    }

    /// What else than its Region keeps the bucket from being reached, if anything does.
    async fn why_not(&self) -> Option<Error> {
        let asked = self.client.get_bucket_versioning().bucket(&self.name).send().await;
        let error = asked.map_err(refused("GetBucketVersioning")).err()?;
        let is_region = matches!(
            error.code(),
            None | Some("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException")
        );
        (!is_region).then_some(error)
    }

    async fn private(&self) -> Result<Finding> {
        let what = "public access";
        let asked = self.client.get_public_access_block().bucket(&self.name).send().await;
        let there = match asked.map_err(refused("GetPublicAccessBlock")) {
            Ok(found) => found.public_access_block_configuration,
            Err(error) if error.code() == Some("NoSuchPublicAccessBlockConfiguration") => None,
            Err(error) => return Err(error),
        };
        let is_blocked = there.is_some_and(|there| {
            [
                there.block_public_acls,
                there.ignore_public_acls,
                there.block_public_policy,
                there.restrict_public_buckets,
            ]
            .iter()
            .all(|one| *one == Some(true))
        });
        if is_blocked {
            return Ok(Finding::was(what, "is blocked"));
        }
        let all = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(true)
            .restrict_public_buckets(true)
            .build();
        let put = self.client.put_public_access_block().bucket(&self.name).public_access_block_configuration(all);
        put.send().await.map_err(refused("PutPublicAccessBlock"))?;
        Ok(Finding::made(what, "is blocked now"))
    }

    async fn versioned(&self) -> Result<Finding> {
        let asked = self.client.get_bucket_versioning().bucket(&self.name).send().await;
        match asked.map_err(refused("GetBucketVersioning")) {
            Ok(found) if found.status == Some(BucketVersioningStatus::Enabled) => {
                return Ok(Finding::was("versions", "are kept"));
            }
            // Some stores answer what no client reads as long as nothing is set; to set it is never wrong.
            Err(error) if !self.is_foreign || error.code().is_some() => return Err(error),
            _ => {}
        }
        let on = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        let put = self.client.put_bucket_versioning().bucket(&self.name).versioning_configuration(on);
        put.send().await.map_err(refused("PutBucketVersioning"))?;
        Ok(Finding::made("versions", "are kept from now on"))
    }

    async fn encrypted(&self) -> Result<Finding> {
        let what = "encryption";
        let asked = self.client.get_bucket_encryption().bucket(&self.name).send().await;
        let there = match asked.map_err(refused("GetBucketEncryption")) {
            Ok(found) => found.server_side_encryption_configuration,
            Err(error) if error.code() == Some("ServerSideEncryptionConfigurationNotFoundError") => None,
            Err(error) => return Err(error),
        };
        let there = there
            .and_then(|there| there.rules.into_iter().find_map(|rule| rule.apply_server_side_encryption_by_default));
        let is_kms = |there: &ServerSideEncryptionByDefault| there.sse_algorithm != ServerSideEncryption::Aes256;
        // A key of KMS is never changed for another, which its owner has had a reason for.
        match (&there, &self.kms_key_id) {
            (Some(there), _) if is_kms(there) => {
                let key = there.kms_master_key_id().unwrap_or("AWS's own");
                return Ok(Finding::was(what, format!("is that of KMS, with the key {key}")));
            }
            (Some(_), None) => return Ok(Finding::was(what, "is that of S3 (AES-256)")),
            _ => {}
        }
        let (algorithm, now) = match &self.kms_key_id {
            Some(key) => (ServerSideEncryption::AwsKms, format!("is that of KMS now, with the key {key}")),
            None => (ServerSideEncryption::Aes256, "is that of S3 now (AES-256)".to_owned()),
        };
        let rule = ServerSideEncryptionByDefault::builder().sse_algorithm(algorithm);
        let rule = rule.set_kms_master_key_id(self.kms_key_id.clone()).build();
        let rule = rule.map_err(|error| Error::bug("the encryption cannot be asked for").caused_by(error))?;
        let mut whole = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(rule);
        if self.kms_key_id.is_some() {
            // One request to KMS for many objects, and not one for each.
            whole = whole.bucket_key_enabled(true);
        }
        let configuration = ServerSideEncryptionConfiguration::builder().rules(whole.build()).build();
        let configuration =
            configuration.map_err(|error| Error::bug("the encryption cannot be asked for").caused_by(error))?;
        let put = self.client.put_bucket_encryption().bucket(&self.name);
        let put = put.server_side_encryption_configuration(configuration).send().await;
        put.map_err(refused("PutBucketEncryption"))?;
        Ok(Finding::made(what, now))
    }

    async fn over_tls(&self) -> Result<Finding> {
        let what = "plain HTTP";
        let asked = self.client.get_bucket_policy().bucket(&self.name).send().await;
        let there = match asked.map_err(refused("GetBucketPolicy")) {
            Ok(found) => found.policy,
            Err(error) if error.code() == Some("NoSuchBucketPolicy") => None,
            Err(error) => return Err(error),
        };
        let there = there.as_deref().map(serde_json::from_str::<Value>).transpose();
        let mut policy = there
            .map_err(|error| Error::aws_state("GetBucketPolicy: the policy is not JSON").caused_by(error))?
            .unwrap_or_else(|| json!({ "Version": "2012-10-17", "Statement": [] }));
        // A policy of one statement need not be a list.
        if policy["Statement"].is_object() {
            policy["Statement"] = json!([policy["Statement"].take()]);
        }
        let statements = policy["Statement"].as_array_mut();
        let statements = statements.ok_or_else(|| Error::aws_state("GetBucketPolicy: the policy has no statements"))?;
        if statements.iter().any(refuses_plain_http) {
            return Ok(Finding::was(what, "is refused by the bucket's policy"));
        }
        let partition = match self.region.as_str() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        let arn = format!("arn:{partition}:s3:::{}", self.name);
        statements.push(json!({
            "Sid": SID,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, format!("{arn}/*")],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }));
        let put = self.client.put_bucket_policy().bucket(&self.name).policy(policy.to_string());
        put.send().await.map_err(refused("PutBucketPolicy"))?;
        Ok(Finding::made(what, "is refused by the bucket's policy now"))
    }

    /// That the store refuses what S3 refuses: on that alone it rests that two runs do not overwrite each other.
    async fn conditional(&self) -> Result<Finding> {
        let probe = Object {
            client: self.client.clone(),
            bucket: self.name.clone(),
            key: ".stack-probe".to_owned(),
            kms_key_id: None,
        };
        let trouble = |error| state_error(format!("cannot try conditional writes to the bucket {}", self.name), error);
        // What an earlier try has left is as good.
        let _ = probe.put(b"1", If::Absent, &[]).await.map_err(trouble)?;
        let second = probe.put(b"2", If::Absent, &[]).await.map_err(trouble)?;
        let stale = probe.put(b"3", If::Is("\"00000000000000000000000000000000\""), &[]).await.map_err(trouble)?;
        if let Some(there) = probe.get(None).await.map_err(trouble)? {
            let _ = probe.delete(&there.etag).await;
        }
        if second.is_some() || stale.is_some() {
            return Err(Error::state(
                "this store overwrites objects although it is told not to (If-None-Match, If-Match)",
            )
            .hinted("two runs could overwrite each other's state there: choose a store that keeps S3's conditions"));
        }
        Ok(Finding::was("conditional writes", "are kept: a run cannot overwrite what another wrote"))
    }
}

/// Whether a store says that it does not know of such a thing.
fn is_unknown(error: &Error) -> bool {
    matches!(error.code(), Some("NotImplemented" | "MethodNotAllowed" | "XNotImplemented"))
}

/// Whether a statement refuses everything of everybody who comes without TLS.
fn refuses_plain_http(statement: &Value) -> bool {
    let is_all = |value: &Value| value == "*" || value == "s3:*" || value == &json!(["*"]) || value == &json!(["s3:*"]);
    let is_everybody = statement["Principal"] == "*" || statement["Principal"]["AWS"] == "*";
    let condition = &statement["Condition"]["Bool"]["aws:SecureTransport"];
    statement["Effect"] == "Deny"
        && is_everybody
        && is_all(&statement["Action"])
        && statement["Condition"].as_object().is_some_and(|all| all.len() == 1)
        && (condition == "false" || condition == false)
}
