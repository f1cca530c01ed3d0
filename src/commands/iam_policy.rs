//! `stack iam-policy`: the least that IAM must allow for one stack.
//!
//! Made of the stack file and the state alone: no credentials are needed to say which ones are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::session::House;
use crate::address::Address;
use crate::cli::Purposes;
use crate::engine::Kinds;
use crate::error::Result;
use crate::kind::Kind as _;
use crate::kind::{Grant, Loss, On, Use};
use crate::kinds::KINDS;
use crate::kinds::user_pool::UserPool;
use crate::stack::{compose, load};
use crate::state::State;
use crate::ui::{Exit, Ui};

/// Prints the policy.
///
/// # Errors
/// When the stack file is wrong, or the state cannot be read.
pub async fn iam_policy(house: &House, ui: &Ui, stack: &str, purposes: Purposes) -> Result<Exit> {
    let loaded = load::load(&house.root, stack)?;
    let composed = compose(&loaded)?;
    let state = house.store(&loaded.name).await?.load().await?;
    let kinds = Kinds::new(KINDS);
    let mut needs =
        Needs::of(&loaded.name, loaded.file.region.as_deref(), loaded.file.account.as_deref(), state.as_ref());
    let declared = composed.desired.resources.iter().map(|(address, desired)| (address, &desired.spec));
    let recorded = state.iter().flat_map(|state| &state.resources);
    let recorded =
        recorded.map(|(address, record)| (address, &record.last_applied)).filter(|(_, spec)| !spec.is_null());
    for (address, spec) in declared.chain(recorded) {
        let is_made = state.as_ref().is_some_and(|state| state.resources.contains_key(address));
        for grant in kinds.of(address).grants(spec)? {
            let is_lost = matches!(kinds.of(address).loses(), Loss::WhenGone(_));
            if is_wanted(grant.used, purposes, is_made, is_lost) {
                needs.add(address, spec, grant);
            }
        }
    }
    ui.json(&needs.policy());
    Ok(Exit::Done)
}

/// Whether a call of this use is made for these purposes.
///
/// What cannot be made again, a pool with its users, is deleted by `destroy` alone and made only while there is none: who
/// has this policy cannot lose it.
fn is_wanted(used: Use, Purposes { plan, apply, destroy }: Purposes, is_made: bool, is_lost: bool) -> bool {
    let applies = apply || !(plan || destroy);
    match used {
        Use::Reading => true,
        Use::Looking => !(is_made && is_lost),
        Use::Making => applies && !(is_made && is_lost),
        Use::Changing => applies,
        Use::Deleting => destroy || (applies && !is_lost),
    }
}

/// What IAM asks of the object beside its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Condition {
    /// None.
    None,
    /// It has this stack's tag.
    Tagged,
    /// It is given this stack's tag.
    Tagging,
    /// The role is handed to Cognito.
    PassedToCognito,
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
        let pools = |id: &str| format!("arn:{partition}:cognito-idp:{region}:{account}:userpool/{id}");
        let certificates = || format!("arn:{partition}:acm:us-east-1:{account}:certificate/*");
        let on = match grant.on {
            On::Any => (any(), Condition::None),
            On::Pool => match pool {
                Some(pool) => (pools(&pool.id), Condition::None),
                None => (pools("*"), Condition::Tagged),
            },
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
