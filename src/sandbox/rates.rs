//! How many calls AWS takes in a second (`quotas_errors.md` 1), for whoever asks that it be kept.
//!
//! Nobody is held to it unasked: on a clock that stands still, all calls are made in one second. Each quota is a
//! bucket that holds as many calls as the quota says, and fills again within a second.

use super::wire::{self, Call, Request, Service};
use std::collections::BTreeMap;

/// Cognito's categories: how many calls in a second, whether each operation on one pool is held to [`ON_ONE_POOL`]
/// besides, and the operations. What is not listed is held to the latter alone, as the reference takes it.
const CATEGORIES: &[(f64, bool, &[&str])] = &[
    (15.0, false, &["DescribeUserPool", "ListUserPools"]),
    (15.0, false, &["CreateUserPool", "UpdateUserPool", "DeleteUserPool"]),
    (
        20.0,
        true,
        &[
            "DescribeUserPoolDomain",
            "DescribeRiskConfiguration",
            "DescribeManagedLoginBranding",
            "DescribeManagedLoginBrandingByClient",
            "GetUserPoolMfaConfig",
            "GetUICustomization",
            "DescribeIdentityProvider",
            "GetIdentityProviderByIdentifier",
            "ListIdentityProviders",
            "ListTagsForResource",
            "DescribeResourceServer",
            "ListResourceServers",
            "GetGroup",
            "ListGroups",
            "GetCSVHeader",
            "DescribeUserImportJob",
            "ListUserImportJobs",
        ],
    ),
    (
        15.0,
        true,
        &[
            "AddCustomAttributes",
            "CreateUserPoolDomain",
            "UpdateUserPoolDomain",
            "DeleteUserPoolDomain",
            "CreateManagedLoginBranding",
            "UpdateManagedLoginBranding",
            "DeleteManagedLoginBranding",
            "SetUserPoolMfaConfig",
            "SetUICustomization",
            "CreateIdentityProvider",
            "UpdateIdentityProvider",
            "DeleteIdentityProvider",
            "SetRiskConfiguration",
            "TagResource",
            "UntagResource",
            "CreateResourceServer",
            "UpdateResourceServer",
            "DeleteResourceServer",
            "CreateGroup",
            "UpdateGroup",
            "DeleteGroup",
            "CreateUserImportJob",
            "StartUserImportJob",
            "StopUserImportJob",
        ],
    ),
    (15.0, true, &["DescribeUserPoolClient", "ListUserPoolClients"]),
    (15.0, true, &["CreateUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient"]),
    (50.0, false, &["AdminCreateUser"]),
    (120.0, false, &["AdminGetUser"]),
    (
        25.0,
        false,
        &[
            "AdminDeleteUser",
            "AdminUpdateUserAttributes",
            "AdminDeleteUserAttributes",
            "AdminEnableUser",
            "AdminDisableUser",
            "AdminAddUserToGroup",
            "AdminRemoveUserFromGroup",
        ],
    ),
    (30.0, false, &["ListUsers", "ListUsersInGroup"]),
    (30.0, false, &["AdminSetUserPassword"]),
    (50.0, false, &["AdminListGroupsForUser"]),
];

/// One operation on one pool.
const ON_ONE_POOL: f64 = 5.0;
/// One user's reads, and one user's writes.
const ON_ONE_USER: f64 = 10.0;
/// Identity pools' tags, each operation; of other calls nothing is published.
const IDENTITY_TAGS: f64 = 5.0;
const IDENTITY_TAG_LISTS: f64 = 10.0;
/// Route 53, all calls of the account.
const ROUTE53: f64 = 5.0;
/// ACM, each operation in a Region (`domain_certificate_dns.md` 5.3); what is not listed goes with the tags.
const ACM: &[(&str, f64)] = &[("DescribeCertificate", 10.0), ("DeleteCertificate", 10.0), ("ListCertificates", 1.0)];
const ACM_OTHERS: f64 = 5.0;

/// What is left of each quota.
#[derive(Debug, Default)]
pub(super) struct Rates(BTreeMap<String, (i64, f64)>);

impl Rates {
    /// Whether one more call is within every quota that it counts for; if so, it counts.
    pub(super) fn take(&mut self, now: i64, call: &Call, request: &Request) -> bool {
        let quotas = quotas(call, request);
        let left: Vec<f64> = quotas.iter().map(|(name, quota)| self.left(now, name, *quota)).collect();
        if left.iter().any(|left| *left < 1.0) {
            return false;
        }
        for ((name, _), left) in quotas.into_iter().zip(left) {
            self.0.insert(name, (now, left - 1.0));
        }
        true
    }

    fn left(&self, now: i64, name: &str, quota: f64) -> f64 {
        let Some((at, left)) = self.0.get(name) else { return quota };
        #[expect(clippy::cast_precision_loss, reason = "what lies between two calls is no more than years")]
        let passed = (now - at).max(0) as f64 / 1_000.0;
        (left + passed * quota).min(quota)
    }
}

/// What is done with one user, of the calls that name one: `read POOL ann`.
fn of_one_user(operation: &str, request: &Request) -> Option<String> {
    let input: serde_json::Value = serde_json::from_slice(request.body()).ok()?;
    let (pool, user) = (input["UserPoolId"].as_str()?, input["Username"].as_str()?);
    let reads = ["AdminGetUser", "AdminListGroupsForUser"].contains(&operation);
    Some(format!("{} {pool} {user}", if reads { "read" } else { "write" }))
}

/// The quotas that a call counts for, each with its name.
fn quotas(call: &Call, request: &Request) -> Vec<(String, f64)> {
    let Call { service, operation, region } = call;
    match service {
        Service::Cognito => {
            let found = CATEGORIES.iter().enumerate().find(|(_, (.., names))| names.contains(&operation.as_str()));
            let mut quotas = Vec::new();
            if let Some((number, (quota, ..))) = found {
                quotas.push((format!("{region} {number}"), *quota));
            }
            if found.is_none_or(|(_, (_, on_one_pool, _))| *on_one_pool) {
                quotas.push((format!("{region} {operation} {}", wire::resource(call, request)), ON_ONE_POOL));
            }
            quotas.extend(of_one_user(operation, request).map(|user| (format!("{region} {user}"), ON_ONE_USER)));
            quotas
        }
        Service::Acm => {
            let quota = ACM.iter().find(|(name, _)| name == operation).map_or(ACM_OTHERS, |(_, quota)| *quota);
            vec![(format!("{region} {operation}"), quota)]
        }
        // (quotas_errors.md 1)
        Service::Identity => {
            let quota = match operation.as_str() {
                "TagResource" | "UntagResource" => IDENTITY_TAGS,
                "ListTagsForResource" => IDENTITY_TAG_LISTS,
                // Nobody says how many.
                _ => return Vec::new(),
            };
            vec![(format!("{region} identity {operation}"), quota)]
        }
        Service::Route53 => vec![("route53".to_owned(), ROUTE53)],
        _ => Vec::new(),
    }
}
