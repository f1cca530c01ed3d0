//! Waiting for a domain to be active, as a resource of its own: its alias records need not wait for it.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::types::DomainStatusType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::domain::{Domain, describe, failed};
use crate::error::Result;
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, Use, Waiting, grants};

/// A domain that answers. Makes nothing in AWS; its id is the domain's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainActivation {
    /// The domain that is to be active.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub domain: Ref<Domain>,
}

/// What is known of an active domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainActivationOutputs {
    /// The domain's name, or the prefix.
    pub domain: String,
}

impl Kind for DomainActivation {
    const NAME: &'static str = "domain_activation";
    const TAKES_OVER: bool = true;
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = DomainActivationOutputs;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let found = ctx.read_once("DescribeUserPoolDomain", id, describe(&ctx.aws, id)).await?;
        let Some(found) = found.filter(|found| !found.is_going()) else { return Ok(None) };
        let waiting = match found.status {
            DomainStatusType::Creating => Some(Waiting {
                what: "for CloudFront to serve the domain".to_owned(),
                every: Duration::from_secs(10),
                // domain_certificate_dns.md 1: minutes, and up to an hour.
                by_hand: Vec::new(),
                at_most: Duration::from_hours(1),
            }),
            DomainStatusType::Failed => Some(failed(id)),
            _ => None,
        };
        let spec = Self { domain: ctx.named(id, |domain, _| domain == id) };
        let outputs = DomainActivationOutputs { domain: id.to_owned() };
        Ok(Some(Observed { waiting, ..Observed::ready(spec, outputs) }))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        Ok(ctx.id(&self.domain).ok())
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        ctx.id(&self.domain)
    }

    async fn update(&self, _: &Ctx, _: &str, _: &Self) -> Result<()> {
        Ok(())
    }

    fn grants(&self) -> Vec<Grant> {
        grants(Use::Reading, &On::Any, &["cognito-idp:DescribeUserPoolDomain"])
    }

    async fn delete(_: &Ctx, _: &str, _: Option<&Last<Self>>) -> Result<()> {
        Ok(())
    }
}

/// A wait for the stack's own domain.
#[must_use]
pub fn example() -> DomainActivation {
    DomainActivation { domain: Ref::named("custom") }
}

/// [`example`], of the other domain: another object.
#[must_use]
pub fn example_changed() -> DomainActivation {
    DomainActivation { domain: Ref::named("prefix") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::script::Stage;

    #[tokio::test(flavor = "current_thread")]
    async fn it_waits_while_the_domain_is_being_made() {
        for (status, waits) in [("CREATING", true), ("ACTIVE", false), ("UPDATING", false)] {
            let outputs = json!({ "user_pool_id": "p", "cloudfront": null, "host": "auth.example.com" });
            let stage = Stage::new(move |_| {
                let description = json!({ "UserPoolId": "p", "Domain": "auth.example.com", "Status": status });
                (200, json!({ "DomainDescription": description }).to_string())
            })
            .knowing("domain.custom", "auth.example.com", outputs);
            let read = DomainActivation::read(&stage.ctx, "auth.example.com", None).await.unwrap().unwrap();
            assert_eq!(read.spec, example());
            assert_eq!(read.waiting.is_some(), waits, "{status}");
        }
    }
}
