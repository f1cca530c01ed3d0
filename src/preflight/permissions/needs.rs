//! Which IAM actions a plan needs, each on which resource (quotas_errors.md 6 to 8).
//!
//! Only calls that apply is sure to make are listed: one more would refuse a plan that could be carried out.

use std::collections::BTreeMap;

use super::super::{Input, is_made, spec};
use crate::address::Address;
use crate::engine::plan::{Action, Planned};
use crate::kind::Kind as _;
use crate::kinds::app_client::{AppClient, SECRET_CALLS};
use crate::kinds::certificate::Certificate;
use crate::kinds::dns_record::DnsRecord;
use crate::kinds::domain::Domain;
use crate::kinds::group::Group;
use crate::kinds::hosted_zone::{Zone, choose};
use crate::kinds::identity_pool::IdentityPool;
use crate::kinds::lambda_permission::LambdaPermission;
use crate::kinds::log_delivery::LogDelivery;
use crate::kinds::managed_login_branding::ManagedLoginBranding;
use crate::kinds::replica::Replica;
use crate::kinds::resource_server::ResourceServer;
use crate::kinds::risk_configuration::RiskConfiguration;
use crate::kinds::terms::Terms;
use crate::kinds::ui_customization::UiCustomization;
use crate::kinds::user::User;
use crate::kinds::user_pool::UserPool;

/// An action that apply needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    /// `cognito-idp:CreateUserPool`
    pub(super) action: &'static str,
    /// An ARN, or `*`.
    pub(super) resource: String,
    /// The part of the stack file that asks for it.
    pub(super) at: String,
    /// Whether `resource` is what apply will name, and no star stands for what is not there yet.
    pub(super) is_exact: bool,
}

/// Whether records are made, whose zones have to be known.
pub(super) fn makes_records(input: Input<'_>) -> bool {
    let mut all = input.plan.resources.iter().filter(|(address, _)| address.kind == DnsRecord::NAME);
    all.any(|(_, planned)| doings(input, planned) == Doing::Making && planned.id.is_none())
}

/// All of them, each once.
pub(super) fn needs(input: Input<'_>, account: &str, zones: &[Zone]) -> Vec<Need> {
    let partition = match input.aws.region.as_str() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let pools = input.plan.resources.iter().find(|(address, _)| address.kind == UserPool::NAME);
    let pool = pools.and_then(|(_, planned)| planned.id.clone().filter(|_| !is_made(planned)));
    let pool = pool.as_deref().unwrap_or("*");
    let pool = format!("arn:{partition}:cognito-idp:{}:{account}:userpool/{pool}", input.aws.region);
    let mut found: BTreeMap<(&'static str, String), (String, bool)> = BTreeMap::new();
    for (address, planned) in &input.plan.resources {
        let mut add = |action: &'static str, resource: &str| {
            let is_exact = resource == "*" || !resource.ends_with("/*");
            found.entry((action, resource.to_owned())).or_insert_with(|| (planned.at.clone(), is_exact));
        };
        let doing = doings(input, planned);
        if doing == Doing::Nothing {
            continue;
        }
        for (action, on) in of_kind(address, planned, doing) {
            match on {
                On::Any => add(action, "*"),
                On::Pool => add(action, &pool),
                On::Certificate => {
                    let any = format!("arn:{partition}:acm:us-east-1:{account}:certificate/*");
                    add(action, planned.id.as_deref().filter(|_| !is_made(planned)).unwrap_or(&any));
                }
                On::Role(arn) | On::Function(arn) => add(action, &arn),
                On::Zone => add(action, &zone(planned, partition, zones)),
            }
        }
    }
    let need = |((action, resource), (at, is_exact))| Need { action, resource, at, is_exact };
    found.into_iter().map(need).collect()
}

/// What is done to an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Nothing,
    Making,
    Changing,
    Deleting,
}

fn doings(input: Input<'_>, planned: &Planned) -> Doing {
    match planned.action {
        Action::Create | Action::Replace => Doing::Making,
        Action::Update => Doing::Changing,
        Action::Delete => Doing::Deleting,
        // What is declared and there may have to be changed one day.
        Action::Keep if input.is_whole => Doing::Changing,
        Action::Keep => Doing::Nothing,
    }
}

/// Whether a client gets another secret of one's own.
fn changes_secret(planned: &Planned) -> bool {
    planned.changes.iter().any(|change| change.path == "client_secret")
}

/// What an action is needed on.
enum On {
    Any,
    Pool,
    Certificate,
    Zone,
    Role(String),
    Function(String),
}

fn of_kind(address: &Address, planned: &Planned, doing: Doing) -> Vec<(&'static str, On)> {
    let one = |making, changing, deleting, on| match doing {
        Doing::Making => vec![(making, on)],
        Doing::Changing => vec![(changing, on)],
        Doing::Deleting => vec![(deleting, on)],
        Doing::Nothing => Vec::new(),
    };
    match address.kind.as_str() {
        UserPool::NAME => {
            let on = if doing == Doing::Making { On::Any } else { On::Pool };
            let mut all =
                one("cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool", "cognito-idp:DeleteUserPool", on);
            if doing != Doing::Deleting {
                all.push(("cognito-idp:DescribeUserPool", On::Pool));
                all.extend(role(planned).map(|role| ("iam:PassRole", On::Role(role))));
            }
            all
        }
        Domain::NAME => {
            let mut all = one(
                "cognito-idp:CreateUserPoolDomain",
                "cognito-idp:UpdateUserPoolDomain",
                "cognito-idp:DeleteUserPoolDomain",
                On::Pool,
            );
            all.push(("cognito-idp:DescribeUserPoolDomain", On::Any));
            // A domain of one's own is a distribution behind the scenes (quotas_errors.md 8).
            if doing != Doing::Deleting && spec::<Domain>(planned).is_some_and(|domain| domain.custom.is_some()) {
                all.push(("cloudfront:UpdateDistribution", On::Any));
            }
            all
        }
        Certificate::NAME => match doing {
            Doing::Making => {
                vec![("acm:RequestCertificate", On::Any), ("acm:DescribeCertificate", On::Certificate)]
            }
            Doing::Deleting => vec![("acm:DeleteCertificate", On::Certificate)],
            Doing::Changing | Doing::Nothing => vec![("acm:DescribeCertificate", On::Certificate)],
        },
        // The zone of a record that is there is known by its id.
        DnsRecord::NAME if doing == Doing::Making => {
            vec![("route53:ListHostedZones", On::Any), ("route53:ChangeResourceRecordSets", On::Zone)]
        }
        DnsRecord::NAME => vec![("route53:ChangeResourceRecordSets", On::Zone)],
        UiCustomization::NAME => vec![("cognito-idp:SetUICustomization", On::Pool)],
        // The images follow the making.
        ManagedLoginBranding::NAME if doing == Doing::Making && has_images(planned) => vec![
            ("cognito-idp:CreateManagedLoginBranding", On::Pool),
            ("cognito-idp:UpdateManagedLoginBranding", On::Pool),
        ],
        RiskConfiguration::NAME => vec![("cognito-idp:SetRiskConfiguration", On::Pool)],
        LogDelivery::NAME => vec![
            ("cognito-idp:SetLogDeliveryConfiguration", On::Pool),
            ("logs:CreateLogDelivery", On::Any),
            ("logs:PutResourcePolicy", On::Any),
        ],
        Group::NAME => {
            let mut all =
                one("cognito-idp:CreateGroup", "cognito-idp:UpdateGroup", "cognito-idp:DeleteGroup", On::Pool);
            let role = spec::<Group>(planned).and_then(|group| group.settings.role_arn);
            if doing != Doing::Deleting {
                all.extend(role.map(|role| ("iam:PassRole", On::Role(role))));
            }
            all
        }
        // Which of the calls that change one are made follows from what differs.
        User::NAME if doing == Doing::Changing => vec![("cognito-idp:ListUsers", On::Pool)],
        User::NAME => {
            one("cognito-idp:AdminCreateUser", "cognito-idp:ListUsers", "cognito-idp:AdminDeleteUser", On::Pool)
        }
        LambdaPermission::NAME => {
            let function = planned.id.as_deref().and_then(|id| Some(id.rsplit_once('/')?.0.to_owned()));
            let function = function.or_else(|| Some(spec::<LambdaPermission>(planned)?.function));
            match function {
                Some(function) if doing == Doing::Making => vec![("lambda:AddPermission", On::Function(function))],
                Some(function) if doing == Doing::Deleting => vec![("lambda:RemovePermission", On::Function(function))],
                _ => Vec::new(),
            }
        }
        IdentityPool::NAME => match doing {
            Doing::Making => vec![("cognito-identity:CreateIdentityPool", On::Any)],
            _ => Vec::new(),
        },
        // The secret is changed by calls of its own, and where nothing else changes, by these alone.
        AppClient::NAME if doing == Doing::Changing && changes_secret(planned) => {
            let update = planned.changes.len() > 1;
            let calls = SECRET_CALLS.into_iter().chain(update.then_some("cognito-idp:UpdateUserPoolClient"));
            calls.map(|action| (action, On::Pool)).collect()
        }
        // What only waits calls nothing of its own.
        kind => match PLAIN.iter().find(|(plain, _)| *plain == kind) {
            Some((_, [making, changing, deleting])) => one(making, changing, deleting, On::Pool),
            None => Vec::new(),
        },
    }
}

/// What is made, changed and deleted with one call each, on the pool. Which of a replica's calls change it follows from what
/// differs.
const PLAIN: &[(&str, [&str; 3])] = &[
    (
        AppClient::NAME,
        ["cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient", "cognito-idp:DeleteUserPoolClient"],
    ),
    (
        ResourceServer::NAME,
        ["cognito-idp:CreateResourceServer", "cognito-idp:UpdateResourceServer", "cognito-idp:DeleteResourceServer"],
    ),
    (
        ManagedLoginBranding::NAME,
        [
            "cognito-idp:CreateManagedLoginBranding",
            "cognito-idp:UpdateManagedLoginBranding",
            "cognito-idp:DeleteManagedLoginBranding",
        ],
    ),
    (
        Replica::NAME,
        ["cognito-idp:CreateUserPoolReplica", "cognito-idp:ListUserPoolReplicas", "cognito-idp:DeleteUserPoolReplica"],
    ),
    (Terms::NAME, ["cognito-idp:CreateTerms", "cognito-idp:UpdateTerms", "cognito-idp:DeleteTerms"]),
];

fn has_images(planned: &Planned) -> bool {
    spec::<ManagedLoginBranding>(planned).is_some_and(|style| !style.assets.is_empty())
}

/// The role with which Cognito sends SMS messages.
fn role(planned: &Planned) -> Option<String> {
    let sms = spec::<UserPool>(planned)?.sms_configuration?;
    sms.sns_caller_arn.or(sms.eums_sms.map(|sender| sender.caller_arn))
}

/// The zone of a record: where it is, or where it is to go.
fn zone(planned: &Planned, partition: &str, zones: &[Zone]) -> String {
    let arn = |id: &str| format!("arn:{partition}:route53:::hostedzone/{id}");
    if let Some((id, _)) = planned.id.as_deref().and_then(|id| id.split_once('/')) {
        return arn(id);
    }
    let Some(record) = spec::<DnsRecord>(planned) else { return arn("*") };
    let chosen = record.name_in_zone().and_then(|name| choose(zones, record.wanted_zone(), name).ok());
    arn(chosen.map_or("*", |zone| &zone.id))
}
