//! The domain of the sign-in pages: a prefix of AWS's, or a name of one's own.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::types::{
    CustomDomainConfigType, DomainDescriptionType, DomainStatusType, FailoverType, RoutingType, SecurityPolicyType,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::busy::when_free;
use super::certificate_validation::CertificateValidation;
use super::dns_record::DnsRecord;
use super::names::parent;
use super::replica::Replica;
use super::user_pool::UserPool;
use crate::aws::error::refused;
use crate::aws::{self, Aws};
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Loss, Observed, On, OnChange, Ref, Use, Wait, Waiting, grants};

mod refusals;

/// A user pool's domain. Its id is the domain's name, or the prefix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// The pool whose sign-in pages these are.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// `auth.example.com`, or the prefix: `shop-dev`.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub domain: String,
    /// 1: the classic hosted pages; 2: managed login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = 1))]
    pub managed_login_version: Option<u8>,
    /// What a domain of one's own needs; left out for a prefix. A prefix never becomes a domain of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<CustomDomain>,
    /// Where requests go when the Region fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
}

/// What a domain of one's own needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomDomain {
    /// The certificate. Always declared.
    pub certificate: DomainCertificate,
    /// The oldest TLS that is spoken. What AWS chooses when this is left out is documented nowhere; taking it away
    /// asks for what AWS recommends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "TLS_V1_2_2021"))]
    pub security_policy: Option<SecurityPolicy>,
    /// The stack's own A record of the parent domain, where it has one: it must be there first.
    /// AWS knows nothing of this: it is here for the order of steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-order-only" = true))]
    pub parent_record: Option<Ref<DnsRecord>>,
    /// The stack's own replica that takes over: requests are routed to it once it is there, and until it goes.
    ///
    /// AWS knows nothing of this: it is here for the order of steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-order-only" = true))]
    pub replica: Option<Ref<Replica>>,
}

/// Which certificate a domain shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DomainCertificate {
    /// The one that this stack makes, once issued.
    Issued(Ref<CertificateValidation>),
    /// An issued one made elsewhere, in us-east-1.
    Arn(String),
}

/// The oldest TLS that is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SecurityPolicy {
    /// TLS 1.0 and later.
    #[serde(rename = "TLS_V1")]
    TlsV1,
    /// TLS 1.2 and later.
    #[serde(rename = "TLS_V1_2_2021")]
    TlsV1_2_2021,
    /// TLS 1.3.
    #[serde(rename = "TLS_V1_3_2025")]
    TlsV1_3_2025,
}

/// Where requests go when the Region fails. For domains of one's own only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// The Region that takes over.
    pub failover: Failover,
}

/// The Region that takes over, and what says that it must.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failover {
    /// The Region that holds the pool's replica: `eu-central-1`.
    pub secondary_region: String,
    /// The id of the Route 53 health check of the first Region; when it fails, requests go to the second.
    pub primary_route53_health_check_id: String,
}

/// What AWS decided of a domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainOutputs {
    /// The pool's id: deletion asks for it.
    pub user_pool_id: String,
    /// The host that an alias points to: `d111111abcdef8.cloudfront.net`.
    pub cloudfront: Option<String>,
    /// The host of the sign-in pages: `auth.example.com`, `shop-dev.auth.eu-west-1.amazoncognito.com`.
    pub host: String,
}

impl Kind for Domain {
    const NAME: &'static str = "domain";
    const TAKES_OVER: bool = true;
    const FOUND_BY: FoundBy = FoundBy::Key;
    const LOSES: Loss = Loss::WhenReplaced("sign-in at the old address, until the new one is active");
    type Outputs = DomainOutputs;

    /// A tier without managed login is refused while a domain shows it (`user_pool.md` 5).
    fn lets_go(before: &Self, after: Option<&Self>) -> bool {
        before.version() > after.map_or(1, Self::version)
    }

    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let found = ctx.read_once("DescribeUserPoolDomain", id, describe(&ctx.aws, id)).await?;
        let Some(found) = found else { return Ok(None) };
        // A domain that is being deleted is of no use any more; nor is one that another pool has taken since.
        if found.is_going() || is_anothers(last, &found) {
            return Ok(None);
        }
        let is_custom = found.custom.is_some();
        let outputs = DomainOutputs {
            user_pool_id: found.user_pool.clone(),
            host: if is_custom { id.to_owned() } else { prefix_host(id, &ctx.aws.region) },
            cloudfront: found.cloudfront.clone(),
        };
        let waiting = waiting(id, &found);
        let spec = Self {
            user_pool: ctx.named(&found.user_pool, |pool, _| pool == found.user_pool),
            domain: id.to_owned(),
            managed_login_version: Some(found.managed_login_version),
            custom: found.custom.as_ref().map(|custom| CustomDomain {
                certificate: certificate(ctx, custom.certificate_arn()),
                security_policy: custom.security_policy().and_then(|policy| SecurityPolicy::read(policy.as_str())),
                parent_record: parent_record(ctx, id),
                replica: found.failover.as_ref().and_then(|failover| replica(ctx, &found.user_pool, failover)),
            }),
            routing: found.failover.map(|failover| Routing {
                failover: Failover {
                    secondary_region: failover.secondary_region,
                    primary_route53_health_check_id: failover.primary_route53_health_check_id,
                },
            }),
        };
        Ok(Some(Observed { waiting, ..Observed::ready(spec, outputs) }))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(pool) = ctx.id(&self.user_pool) else { return Ok(None) };
        let found = describe(&ctx.aws, &self.domain).await?;
        Ok(found.filter(|found| found.user_pool == pool && !found.is_going()).map(|_| self.domain.clone()))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let pool = ctx.id(&self.user_pool)?;
        match describe(&ctx.aws, &self.domain).await? {
            Some(found) if found.is_going() => gone(ctx, &self.domain).await?,
            Some(found) if found.user_pool == pool => return Ok(self.domain.clone()),
            Some(found) => return Err(refusals::anothers(&self.domain, &found)),
            None => {}
        }
        let (version, custom, routing) = (self.version(), self.config(ctx)?, self.routing()?);
        refusals::outlast(ctx, self, async || {
            let call = ctx
                .aws
                .cognito
                .create_user_pool_domain()
                .domain(&self.domain)
                .user_pool_id(&pool)
                // domain_certificate_dns.md 2: what AWS takes when this is omitted is not in its model.
                .managed_login_version(version)
                .set_custom_domain_config(custom.clone())
                .set_routing(routing.clone());
            let answer = call.customize().config_override(aws::once()).send().await;
            match answer.map(drop).map_err(refused("CreateUserPoolDomain")) {
                // What an earlier run has asked for, and heard nothing of, came about while this one was made to wait.
                Err(error) if refusals::is_there(&error) && self.find(ctx, "").await?.is_some() => Ok(()),
                answered => answered,
            }
        })
        .await?;
        Ok(self.domain.clone())
    }

    async fn update(&self, ctx: &Ctx, id: &str, _: &Self) -> Result<()> {
        let pool = ctx.id(&self.user_pool)?;
        let (version, custom, mut routing) = (self.version(), self.config(ctx)?, self.routing()?);
        // What a reference stands for may have changed since the domain was read, though the reference has not.
        if let Some(found) = describe(&ctx.aws, id).await? {
            let is_routed = found.failover.is_some();
            if found.is_so(version, custom.as_ref(), routing.as_ref()) {
                return Ok(());
            }
            if is_routed && routing.is_none() {
                // Whether AWS keeps a routing that is not sent is documented nowhere: an empty one is sent.
                routing = Some(RoutingType::builder().build());
            }
        }
        refusals::outlast(ctx, self, async || {
            // domain_certificate_dns.md 2: without its certificate, a custom domain cannot be changed at all.
            let call = ctx
                .aws
                .cognito
                .update_user_pool_domain()
                .domain(id)
                .user_pool_id(&pool)
                .managed_login_version(version)
                .set_custom_domain_config(custom.clone())
                .set_routing(routing.clone());
            call.send().await.map(drop).map_err(refused("UpdateUserPoolDomain"))
        })
        .await
    }

    fn grants(&self) -> Vec<Grant> {
        let all = [
            (Use::Making, "cognito-idp:CreateUserPoolDomain"),
            (Use::Changing, "cognito-idp:UpdateUserPoolDomain"),
            (Use::Deleting, "cognito-idp:DeleteUserPoolDomain"),
        ];
        let mut found = grants(Use::Reading, &On::Any, &["cognito-idp:DescribeUserPoolDomain"]);
        for (used, action) in all {
            found.extend(grants(used, &On::Pool, &[action]));
            // A domain of one's own is a distribution behind the scenes (`quotas_errors.md` 8).
            if self.custom.is_some() {
                found.extend(grants(used, &On::Any, &["cloudfront:UpdateDistribution"]));
            }
        }
        found
    }

    async fn delete(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<()> {
        let Some(found) = describe(&ctx.aws, id).await? else { return Ok(()) };
        if is_anothers(last, &found) {
            return Ok(());
        }
        if !found.is_going() {
            let deleted = when_free(ctx, async || {
                let call = ctx.aws.cognito.delete_user_pool_domain().domain(id).user_pool_id(&found.user_pool);
                call.send().await.map(drop).map_err(refused("DeleteUserPoolDomain"))
            });
            if let Err(error) = deleted.await {
                // Somebody else may have been faster; AWS has more than one text for that. Where nobody can look, what was
                // refused is what is told, and not that one cannot look.
                let is_going = describe(&ctx.aws, id).await.map(|found| found.is_none_or(|found| found.is_going()));
                if !is_going.unwrap_or(false) {
                    return Err(refusals::hinted(error, id));
                }
            }
        }
        gone(ctx, id).await
    }
}

impl Domain {
    fn version(&self) -> i32 {
        self.managed_login_version.map_or(1, i32::from)
    }

    fn config(&self, ctx: &Ctx) -> Result<Option<CustomDomainConfigType>> {
        let Some(CustomDomain { certificate, security_policy, parent_record: _, replica: _ }) = &self.custom else {
            return Ok(None);
        };
        let arn = match certificate {
            DomainCertificate::Issued(validation) => ctx.id(validation)?,
            DomainCertificate::Arn(arn) => arn.clone(),
        };
        let config = CustomDomainConfigType::builder()
            .certificate_arn(arn)
            .set_security_policy(security_policy.map(|policy| SecurityPolicyType::from(policy.as_str())));
        config.build().map(Some).map_err(incomplete)
    }

    fn routing(&self) -> Result<Option<RoutingType>> {
        let Some(Routing { failover: Failover { secondary_region, primary_route53_health_check_id } }) = &self.routing
        else {
            return Ok(None);
        };
        let failover = FailoverType::builder()
            .secondary_region(secondary_region)
            .primary_route53_health_check_id(primary_route53_health_check_id);
        Ok(Some(RoutingType::builder().failover(failover.build().map_err(incomplete)?).build()))
    }
}

fn incomplete(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::bug("the request for a domain is incomplete").caused_by(error)
}

/// A domain as AWS describes it.
#[derive(Debug, Clone)]
pub(super) struct Described {
    pub(super) user_pool: String,
    account: Option<String>,
    pub(super) status: DomainStatusType,
    cloudfront: Option<String>,
    managed_login_version: u8,
    custom: Option<CustomDomainConfigType>,
    failover: Option<FailoverType>,
}

impl Described {
    /// Whether it is being deleted.
    pub(super) fn is_going(&self) -> bool {
        self.status == DomainStatusType::Deleting
    }

    /// Whether an update with these would change nothing. A TLS policy that is not asked for is AWS's choice.
    fn is_so(&self, version: i32, custom: Option<&CustomDomainConfigType>, routing: Option<&RoutingType>) -> bool {
        let is_shown = |wanted: &CustomDomainConfigType| {
            self.custom.as_ref().is_some_and(|shown| {
                shown.certificate_arn == wanted.certificate_arn
                    && (wanted.security_policy.is_none() || shown.security_policy == wanted.security_policy)
            })
        };
        i32::from(self.managed_login_version) == version
            && custom.is_none_or(is_shown)
            && routing.and_then(RoutingType::failover) == self.failover.as_ref()
    }
}

/// The domain of this name, whoever's it is.
///
/// An unknown name is answered with an empty description, not with an error (domain_certificate_dns.md 2).
pub(super) async fn describe(aws: &Aws, name: &str) -> Result<Option<Described>> {
    let answer = aws.cognito.describe_user_pool_domain().domain(name).send().await;
    let description = match answer.map_err(refused("DescribeUserPoolDomain")) {
        Ok(answer) => answer.domain_description,
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error),
    };
    Ok(description.and_then(described))
}

fn described(description: DomainDescriptionType) -> Option<Described> {
    Some(Described {
        user_pool: description.user_pool_id.filter(|pool| !pool.is_empty())?,
        account: description.aws_account_id,
        status: description.status.unwrap_or(DomainStatusType::Active),
        cloudfront: description.cloud_front_distribution.filter(|host| !host.is_empty()),
        managed_login_version: description.managed_login_version.and_then(|v| u8::try_from(v).ok()).unwrap_or(1),
        // A prefix domain's reads back as `{}` (domain_certificate_dns.md 1).
        custom: description.custom_domain_config.filter(|custom| !custom.certificate_arn.is_empty()),
        failover: description.routing.and_then(|routing| routing.failover),
    })
}

/// Whether another pool has taken the name since.
fn is_anothers(last: Option<&Last<Domain>>, found: &Described) -> bool {
    last.and_then(|last| last.outputs.as_ref()).is_some_and(|last| last.user_pool_id != found.user_pool)
}

fn prefix_host(prefix: &str, region: &str) -> String {
    format!("{prefix}.auth.{region}.amazoncognito.com")
}

fn certificate(ctx: &Ctx, arn: &str) -> DomainCertificate {
    let known = ctx.named::<CertificateValidation>(arn, |id, _| id == arn);
    if known == Ref::outside(arn) { DomainCertificate::Arn(arn.to_owned()) } else { DomainCertificate::Issued(known) }
}

/// The stack's own A record of the domain's parent.
fn parent_record(ctx: &Ctx, domain: &str) -> Option<Ref<DnsRecord>> {
    let suffix = format!("/{}/A", parent(domain)?);
    let known = ctx.known.borrow();
    let mut records = known.objects.iter().filter(|(address, _)| address.kind == DnsRecord::NAME);
    records.find(|(_, (id, _))| id.ends_with(&suffix)).map(|(address, _)| Ref::at(address))
}

/// The stack's own replica in the Region that takes over.
fn replica(ctx: &Ctx, pool: &str, failover: &FailoverType) -> Option<Ref<Replica>> {
    let id = format!("{pool}/{}", failover.secondary_region);
    let known = ctx.known.borrow();
    let mut replicas = known.objects.iter().filter(|(address, _)| address.kind == Replica::NAME);
    replicas.find(|(_, (known, _))| *known == id).map(|(address, _)| Ref::at(address))
}

fn waiting(name: &str, found: &Described) -> Option<Waiting> {
    let wait = |what: &str| Waiting {
        what: what.to_owned(),
        by_hand: Vec::new(),
        every: Duration::from_secs(10),
        // domain_certificate_dns.md 1: a certificate takes up to an hour to spread.
        at_most: Duration::from_hours(1),
    };
    match &found.status {
        DomainStatusType::Failed => Some(failed(name)),
        DomainStatusType::Updating => Some(wait("for Cognito to update the domain")),
        _ if found.custom.is_some() && found.cloudfront.is_none() => {
            Some(wait("for CloudFront to give the domain an address"))
        }
        _ => None,
    }
}

/// A wait that ends at once: a domain that failed does not come up by itself.
pub(super) fn failed(name: &str) -> Waiting {
    Waiting {
        what: format!(
            "for a domain that does not come up (AWS says that {name} is FAILED; take `domain` out of the stack file, \
             apply, put it back, and apply again)"
        ),
        every: Duration::from_secs(1),
        by_hand: Vec::new(),
        at_most: Duration::ZERO,
    }
}

/// Whether a domain goes, or is gone: waits for one that is being deleted.
pub(super) async fn goes(ctx: &Ctx, name: &str) -> Result<bool> {
    match describe(&ctx.aws, name).await? {
        Some(found) if found.is_going() => gone(ctx, name).await.map(|()| true),
        found => Ok(found.is_none()),
    }
}

/// Waits until the name is free again.
async fn gone(ctx: &Ctx, name: &str) -> Result<()> {
    let wait =
        Wait { what: "for the domain to be gone", every: Duration::from_secs(10), at_most: Duration::from_hours(1) };
    ctx.until(&wait, async || Ok(describe(&ctx.aws, name).await?.is_none().then_some(()))).await
}

impl SecurityPolicy {
    fn as_str(self) -> &'static str {
        match self {
            Self::TlsV1 => "TLS_V1",
            Self::TlsV1_2_2021 => "TLS_V1_2_2021",
            Self::TlsV1_3_2025 => "TLS_V1_3_2025",
        }
    }

    fn read(text: &str) -> Option<Self> {
        [Self::TlsV1, Self::TlsV1_2_2021, Self::TlsV1_3_2025].into_iter().find(|policy| policy.as_str() == text)
    }
}

/// A domain of one's own with everything declared, whose parent the stack has no record of.
#[must_use]
pub fn example() -> Domain {
    Domain {
        user_pool: Ref::one(),
        domain: "auth.example.com".to_owned(),
        managed_login_version: Some(1),
        custom: Some(CustomDomain {
            certificate: DomainCertificate::Issued(Ref::named("domain")),
            security_policy: Some(SecurityPolicy::TlsV1_2_2021),
            parent_record: None,
            replica: None,
        }),
        routing: None,
    }
}

/// [`example`], with what Cognito changes in place changed.
#[must_use]
pub fn example_changed() -> Domain {
    let mut changed = example();
    changed.managed_login_version = Some(2);
    if let Some(custom) = &mut changed.custom {
        custom.security_policy = Some(SecurityPolicy::TlsV1_3_2025);
    }
    changed
}

#[cfg(test)]
mod tests;
