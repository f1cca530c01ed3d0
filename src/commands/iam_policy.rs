//! `stack iam-policy`: the least that IAM must allow for one stack.
//!
//! Made of the stack file and the state alone: no credentials are needed to say which ones are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::session::House;
use crate::address::Address;
use crate::aws::outside::{parameter_arn, secret_arn};
use crate::cli::Purposes;
use crate::engine::{Kinds, secrets};
use crate::error::Result;
use crate::kind::Kind as _;
use crate::kind::{Grant, Loss, On, Use};
use crate::kinds::user_pool::UserPool;
use crate::kinds::{KINDS, facts};
use crate::secret::{Place, split_key};
use crate::stack::reference::Reference;
use crate::stack::{S3Settings, compose, load};
use crate::state::State;
use crate::state::s3::LOCK;
use crate::ui::{Exit, Ui};

/// Prints the policy.
///
/// # Errors
/// When the stack file is wrong, or the state cannot be read.
pub async fn iam_policy(house: &House, ui: &Ui, stack: &str, purposes: Purposes) -> Result<Exit> {
    let loaded = load::load(&house.root, stack)?;
    let bucket = loaded.file.state.as_ref().and_then(|state| state.s3.as_ref());
    if purposes.state {
        let (settings, region) = house.s3_settings(stack, "--state")?;
        let mut needs = Needs::of(stack, region.as_deref(), None, None);
        needs.keep_state(&settings, stack, true);
        ui.json(&needs.policy());
        return Ok(Exit::Done);
    }
    let composed = compose(&loaded)?;
    let state = house.store(&loaded.name).await?.load().await?;
    let kinds = Kinds::written(KINDS, facts::written);
    let mut needs =
        Needs::of(&loaded.name, loaded.file.region.as_deref(), loaded.file.account.as_deref(), state.as_ref());
    let declared = composed.desired.resources.iter().map(|(address, desired)| (address, &desired.spec, true));
    let recorded = state.iter().flat_map(|state| &state.resources);
    // What was imported and never applied is as it was read.
    let recorded = recorded.map(|(address, record)| match &record.last_applied {
        Value::Null => (address, &record.observed, false),
        asked => (address, asked, true),
    });
    let recorded = recorded.filter(|(_, spec, _)| !spec.is_null());
    for (address, spec, is_asked_for) in declared.chain(recorded) {
        let is_made = state.as_ref().is_some_and(|state| state.resources.contains_key(address));
        let grants = match kinds.of(address).grants(spec) {
            // What an older version has read of it, and this one cannot, says nothing.
            Err(_) if !is_asked_for => continue,
            grants => grants?,
        };
        for grant in grants {
            let is_lost = matches!(kinds.of(address).loses(), Loss::WhenGone(_));
            if is_wanted(grant.used, purposes, is_made, is_lost) {
                needs.add(address, spec, grant);
            }
        }
    }
    // A role of the stack's is not the one that reads its state.
    let is_own = |bucket: &&S3Settings| bucket.profile.is_none() && bucket.assume_role.is_none();
    if let Some(bucket) = bucket.filter(is_own).filter(|_| loaded.file.assume_role.is_none() && !house.is_sandbox) {
        needs.keep_state(bucket, &loaded.name, purposes.applies() || purposes.destroy);
    }
    if purposes.plan || purposes.applies() {
        for place in secrets::places(&kinds, &composed.desired) {
            needs.read(&place);
        }
        for one in &loaded.references {
            if let Reference::Kept(place) = &one.reference {
                needs.read(place);
            }
        }
    }
    for one in loaded.references.iter().filter(|one| !one.is_known) {
        ui.warn(&format!(
            "{} is {}, and is not read here: what IAM must allow for it is not in the policy",
            one.at, one.reference
        ));
    }
    ui.json(&needs.policy());
    Ok(Exit::Done)
}

/// Whether a call of this use is made for these purposes.
///
/// What cannot be made again, a pool with its users, is deleted by `destroy` alone and made only while there is none: who
/// has this policy cannot lose it.
fn is_wanted(used: Use, purposes: Purposes, is_made: bool, is_lost: bool) -> bool {
    let (applies, destroy) = (purposes.applies(), purposes.destroy);
    match used {
        Use::Reading => true,
        Use::Looking => !(is_made && is_lost),
        Use::Making => applies && !(is_made && is_lost),
        Use::Changing => applies,
        Use::Deleting => destroy || (applies && !is_lost),
    }
}

/// What IAM asks of the object beside its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Condition {
    /// None.
    None,
    /// It has this stack's tag.
    Tagged,
    /// It is given this stack's tag.
    Tagging,
    /// The role is handed to Cognito.
    PassedToCognito,
    /// This service asks, for what has an ARN like this; the name is KMS's for that in what it decrypts.
    Decrypting(&'static str, &'static str, String),
    /// The role is handed to Cognito's identity pools.
    PassedToIdentity,
}

struct Needs<'a> {
    stack: &'a str,
    partition: &'static str,
    region: &'a str,
    account: &'a str,
    state: Option<&'a State>,
    /// The actions, by what they are allowed on.
    actions: BTreeMap<(String, Condition), BTreeSet<&'static str>>,
}

impl<'a> Needs<'a> {
    fn of(stack: &'a str, region: Option<&'a str>, account: Option<&'a str>, state: Option<&'a State>) -> Self {
        let state = state.filter(|state| !state.is_empty());
        let region = region.or_else(|| state?.region.as_deref()).unwrap_or("*");
        let partition = match region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        let account = account.or_else(|| state?.account.as_deref()).unwrap_or("*");
        Self { stack, partition, region, account, state, actions: BTreeMap::new() }
    }

    fn add(&mut self, address: &Address, spec: &Value, grant: Grant) {
        let Self { partition, region, account, .. } = *self;
        let any = || "*".to_owned();
        let pool = self.state.and_then(|state| state.resources.get(&Address::one(UserPool::NAME)));
        let replicas = |region: &str, id: &str| format!("arn:{partition}:cognito-idp:{region}:{account}:userpool/{id}");
        let pools = |id: &str| replicas(region, id);
        let certificates = || format!("arn:{partition}:acm:us-east-1:{account}:certificate/*");
        let on = match grant.on {
            On::Any => (any(), Condition::None),
            On::Pool => match pool {
                Some(pool) => (pools(&pool.id), Condition::None),
                None => (pools("*"), Condition::Tagged),
            },
            On::Replica(there) => match pool {
                Some(pool) => (replicas(&there, &pool.id), Condition::None),
                None => (replicas(&there, "*"), Condition::Tagged),
            },
            On::NewReplica(there) => (replicas(&there, "*"), Condition::Tagging),
            On::EveryPool => (pools("*"), Condition::None),
            On::NewPool => (pools("*"), Condition::Tagging),
            On::EveryCertificate => (certificates(), Condition::None),
            On::OwnCertificate => (certificates(), Condition::Tagged),
            On::Zone => {
                let recorded = self.state.and_then(|state| state.resources.get(address));
                let known = recorded.and_then(|record| record.id.split_once('/')).map(|(zone, _)| zone);
                let zone = known.or_else(|| spec.get("hosted_zone_id")?.as_str()).unwrap_or("*");
                (format!("arn:{partition}:route53:::hostedzone/{zone}"), Condition::None)
            }
            On::Change => (format!("arn:{partition}:route53:::change/*"), Condition::None),
            On::Arn(arn) => {
                let id = self.state.and_then(|state| state.resources.get(address)).map_or("*", |record| &record.id);
                let parts = [("<partition>", partition), ("<region>", region), ("<account>", account), ("<id>", id)];
                (parts.iter().fold(arn, |arn, (part, is)| arn.replace(part, is)), Condition::None)
            }
            On::Role(arn) => (arn, Condition::PassedToCognito),
            On::IdentityRole(arn) => (arn, Condition::PassedToIdentity),
            On::LogRole => (
                format!(
                    "arn:{partition}:iam::{account}:role/aws-service-role/delivery.logs.amazonaws.com/\
                     AWSServiceRoleForLogDelivery*"
                ),
                Condition::None,
            ),
            On::MailRole => (
                format!(
                    "arn:{partition}:iam::{account}:role/aws-service-role/email.cognito-idp.amazonaws.com/\
                     AWSServiceRoleForAmazonCognitoIdpEmailService*"
                ),
                Condition::None,
            ),
            On::AnalyticsRole => (
                format!(
                    "arn:{partition}:iam::{account}:role/aws-service-role/cognito-idp.amazonaws.com/\
                     AWSServiceRoleForAmazonCognitoIdp"
                ),
                Condition::None,
            ),
            On::Key(arn) => (arn, Condition::None),
        };
        self.actions.entry(on).or_default().insert(grant.action);
    }

    /// That a value which AWS keeps may be read, and decrypted where it is encrypted with a key of the account's own: that
    /// of AWS asks for nothing (KMS's developer guide, "How Parameter Store uses KMS", "How Secrets Manager uses KMS").
    fn read(&mut self, place: &Place) {
        let Self { partition, region, account, .. } = *self;
        let own = |arn: String| arn.replacen(":*:", &format!(":{account}:"), 1);
        let (action, arn, service, context) = match place {
            Place::Env(_) | Place::File(_) => return,
            Place::Ssm(name) => ("ssm:GetParameter", own(parameter_arn(name, region)), "ssm", "PARAMETER_ARN"),
            Place::Secretsmanager(text) => (
                "secretsmanager:GetSecretValue",
                own(secret_arn(split_key(text).0, region)),
                "secretsmanager",
                "SecretARN",
            ),
        };
        self.actions.entry((arn.clone(), Condition::None)).or_default().insert(action);
        let keys = format!("arn:{partition}:kms:{region}:{account}:key/*");
        self.actions.entry((keys, Condition::Decrypting(service, context, arn))).or_default().insert("kms:Decrypt");
    }

    /// That the state may be read, and written with its lock. What `stack state init` and `history` ask for besides is for
    /// whoever sets the bucket up.
    fn keep_state(&mut self, settings: &S3Settings, stack: &str, writes: bool) {
        let Self { partition, account, .. } = *self;
        let S3Settings { bucket, kms_key_id, region, .. } = settings;
        let (bucket, key) = (format!("arn:{partition}:s3:::{bucket}"), settings.object_key(stack));
        let mut allow = |on: String, actions: &[&'static str]| {
            self.actions.entry((on, Condition::None)).or_default().extend(actions.iter().copied());
        };
        // Without it, S3 says of an object that is not there that it may not be read.
        allow(bucket.clone(), &["s3:ListBucket"]);
        allow(format!("{bucket}/{key}"), if writes { &["s3:GetObject", "s3:PutObject"] } else { &["s3:GetObject"] });
        if writes {
            allow(format!("{bucket}/{key}{LOCK}"), &["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]);
        }
        if let Some(kms) = kms_key_id {
            let region = region.as_deref().unwrap_or(self.region);
            let kms = if kms.starts_with("arn:") {
                kms.clone()
            } else {
                format!("arn:{partition}:kms:{region}:{account}:key/{kms}")
            };
            let mut allow = |on: String, actions: &[&'static str]| {
                self.actions.entry((on, Condition::None)).or_default().extend(actions.iter().copied());
            };
            allow(kms, if writes { &["kms:Decrypt", "kms:GenerateDataKey"] } else { &["kms:Decrypt"] });
        }
    }

    /// The policy. What is allowed everywhere is not said again of a part.
    fn policy(mut self) -> Value {
        let plain = |resource: &str| (resource.to_owned(), Condition::None);
        let everywhere = self.actions.get(&plain("*")).cloned().unwrap_or_default();
        let whole: BTreeMap<String, BTreeSet<&str>> = self
            .actions
            .iter()
            .filter(|((_, on), _)| *on == Condition::None)
            .map(|((to, _), all)| (to.clone(), all.clone()))
            .collect();
        for ((resource, condition), actions) in &mut self.actions {
            if resource != "*" {
                actions.retain(|action| !everywhere.contains(action));
            }
            if *condition != Condition::None {
                actions.retain(|action| !whole.get(resource).is_some_and(|all| all.contains(action)));
            }
        }
        let statements = self.actions.iter().filter(|(_, actions)| !actions.is_empty());
        let statements: Vec<Value> = statements
            .map(|((resource, condition), actions)| {
                let mut statement = json!({ "Effect": "Allow", "Action": actions, "Resource": resource });
                match condition {
                    Condition::None => {}
                    Condition::Tagged => {
                        statement["Condition"] =
                            json!({ "StringEquals": { "aws:ResourceTag/stack:name": self.stack } });
                    }
                    Condition::Tagging => {
                        statement["Condition"] = json!({ "StringEquals": { "aws:RequestTag/stack:name": self.stack } });
                    }
                    Condition::Decrypting(service, context, arn) => {
                        let end = if self.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
                        statement["Condition"] = json!({ "StringLike": {
                            "kms:ViaService": format!("{service}.{}.{end}", self.region),
                            format!("kms:EncryptionContext:{context}"): arn,
                        } });
                    }
                    Condition::PassedToCognito | Condition::PassedToIdentity => {
                        let service = if *condition == Condition::PassedToCognito { "idp" } else { "identity" };
                        let service = format!("cognito-{service}.amazonaws.com");
                        statement["Condition"] = json!({ "StringEquals": { "iam:PassedToService": service } });
                    }
                }
                statement
            })
            .collect();
        json!({ "Version": "2012-10-17", "Statement": statements })
    }
}
