//! The web ACL of AWS WAF that stands before the pool's sign-in pages and its API.
//!
//! WAF is called without a client of the SDK: three operations of more than fifty are needed.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::busy::outlast;
use super::user_pool::UserPool;
use crate::aws::raw::WAF;
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, Twin, Use, Wait, grants};

/// Which web ACL stands before the pool. Its id is the pool's ARN: a pool has one, or none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebAclAssociation {
    /// The pool.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The ARN of the web ACL, of the pool's Region.
    pub web_acl_arn: String,
}

/// What AWS decided of an association.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebAclAssociationOutputs {
    /// The web ACL's name.
    pub name: String,
}

/// What is new is not known to WAF at once.
const KNOWN: Wait<'static> = Wait {
    what: "for WAF to know the pool and the web ACL",
    every: Duration::from_secs(5),
    at_most: Duration::from_mins(2),
};

/// Calls WAF in the stack's Region.
async fn call(ctx: &Ctx, operation: &'static str, input: Value) -> Result<Value> {
    ctx.aws.raw.patient().json(WAF, &ctx.aws.region, ("AWSWAF_20190729", operation), &input).await
}

/// The web ACL of a resource: its ARN and its name.
async fn of_resource(ctx: &Ctx, arn: &str) -> Result<Option<(String, String)>> {
    let said = match call(ctx, "GetWebACLForResource", json!({ "ResourceArn": arn })).await {
        Err(error) if is_gone(&error) => return Ok(None),
        said => said?,
    };
    let text = |name: &str| said["WebACL"][name].as_str().map(str::to_owned);
    Ok(text("ARN").zip(text("Name")))
}

fn is_gone(error: &Error) -> bool {
    error.is_not_found() || error.code() == Some("WAFNonexistentItemException")
}

impl Kind for WebAclAssociation {
    const NAME: &'static str = "web_acl_association";
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = WebAclAssociationOutputs;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        if !id.starts_with("arn:") {
            return Err(Error::usage(format!("`{id}` is not the id of a web ACL association"))
                .hinted("one is the ARN of the user pool: arn:aws:cognito-idp:<region>:<account>:userpool/<id>"));
        }
        let Some((web_acl_arn, name)) = of_resource(ctx, id).await? else { return Ok(None) };
        let user_pool = ctx.named::<UserPool>(id, |_, outputs| outputs.arn == id);
        Ok(Some(Observed::ready(Self { user_pool, web_acl_arn }, WebAclAssociationOutputs { name })))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(pool) = ctx.outputs(&self.user_pool) else { return Ok(None) };
        Ok(of_resource(ctx, &pool.arn).await?.map(|_| pool.arn))
    }

    async fn twin(&self, ctx: &Ctx) -> Result<Option<Twin>> {
        let Ok(pool) = ctx.outputs(&self.user_pool) else { return Ok(None) };
        // The same one once more changes nothing; another one would be taken away from the pool.
        let other = of_resource(ctx, &pool.arn).await?.filter(|(acl, _)| *acl != self.web_acl_arn);
        let otherwise = "another web ACL stands before the pool: name that one, or take it away in WAF first";
        Ok(other.map(|_| Twin { id: pool.arn, otherwise }))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let pool = ctx.outputs(&self.user_pool)?;
        self.associate(ctx, &pool.arn).await?;
        Ok(pool.arn)
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        if self == before { Ok(()) } else { self.associate(ctx, id).await }
    }

    async fn delete(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<()> {
        // A pool has one: another than was asked for is somebody else's, put in its place since. The one before that is this
        // stack's too, where a change was begun and not done.
        let is_own = |acl: &str, name: &str| {
            last.is_none_or(|last| {
                last.spec.web_acl_arn == acl || last.outputs.as_ref().is_some_and(|is| is.name == name)
            })
        };
        if let Some((acl, name)) = of_resource(ctx, id).await?
            && !is_own(&acl, &name)
        {
            (ctx.say)(&format!("the web ACL {acl} stands before the pool instead, and stays: it is not this stack's"));
            return Ok(());
        }
        match call(ctx, "DisassociateWebACL", json!({ "ResourceArn": id })).await {
            Err(error) if is_gone(&error) => Ok(()),
            done => done.map(drop),
        }
    }

    fn grants(&self) -> Vec<Grant> {
        let acl = On::Arn(self.web_acl_arn.clone());
        // Cognito is asked too, for the pool and for the web ACL (quotas_errors.md 8).
        [
            grants(Use::Reading, &On::Pool, &["cognito-idp:GetWebACLForResource", "wafv2:GetWebACLForResource"]),
            grants(Use::Changing, &On::Pool, &["cognito-idp:AssociateWebACL", "wafv2:AssociateWebACL"]),
            grants(Use::Changing, &acl, &["cognito-idp:AssociateWebACL", "wafv2:AssociateWebACL"]),
            grants(Use::Deleting, &On::Pool, &["cognito-idp:DisassociateWebACL", "wafv2:DisassociateWebACL"]),
        ]
        .concat()
    }
}

impl WebAclAssociation {
    async fn associate(&self, ctx: &Ctx, pool: &str) -> Result<()> {
        let input = json!({ "WebACLArn": self.web_acl_arn, "ResourceArn": pool });
        // AWS: "WAF couldn't retrieve a resource that you specified for this operation. Retry your request": one that is new
        // (API reference of AssociateWebACL, Errors).
        let passes = |error: &Error| error.code() == Some("WAFUnavailableEntityException");
        let done =
            outlast(ctx, &KNOWN, passes, async || call(ctx, "AssociateWebACL", input.clone()).await.map(|_| Some(())));
        done.await.map_err(|error| match error.code() {
            Some("WAFNonexistentItemException") => {
                let acl = &self.web_acl_arn;
                error.explained(format!("there is no web ACL {acl}: make it first, or correct `web_acl_arn`"))
            }
            _ => error,
        })
    }
}

/// A pool behind a web ACL.
#[must_use]
pub fn example() -> WebAclAssociation {
    WebAclAssociation {
        user_pool: Ref::one(),
        web_acl_arn: "arn:aws:wafv2:ap-southeast-2:000000000000:regional/webacl/shop/1".to_owned(),
    }
}

/// [`example`], behind another.
#[must_use]
pub fn example_changed() -> WebAclAssociation {
    WebAclAssociation {
        web_acl_arn: "arn:aws:wafv2:ap-southeast-2:000000000000:regional/webacl/strict/2".to_owned(),
        ..example()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::script::{Stage, no};

    const POOL: &str = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a";

    fn stage(acl: Option<&str>) -> Stage {
        let said = acl.map_or_else(|| json!({}), |acl| json!({ "WebACL": { "ARN": acl, "Name": "n" } })).to_string();
        let outputs = json!({
            "id": "eu-west-1_a", "arn": POOL, "region": "eu-west-1", "endpoint": "", "issuer": "", "jwks_uri": "",
        });
        Stage::new(move |call| match call.operation.as_str() {
            "GetWebACLForResource" => (200, said.clone()),
            _ => (200, "{}".to_owned()),
        })
        .knowing("user_pool", "eu-west-1_a", outputs)
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_pool_that_another_web_acl_protects_is_not_taken_from_it() {
        let (none, same) = (stage(None), stage(Some(&example().web_acl_arn)));
        assert_eq!(example().twin(&none.ctx).await.unwrap(), None);
        assert_eq!(example().twin(&same.ctx).await.unwrap(), None);
        let other = stage(Some(&example_changed().web_acl_arn));
        assert!(example().twin(&other.ctx).await.unwrap().is_some());
        assert_eq!(example().create(&none.ctx, "t").await.unwrap(), POOL);
        let call = none.calls().pop().unwrap();
        assert_eq!(call.input, json!({ "WebACLArn": example().web_acl_arn, "ResourceArn": POOL }));
        assert!(WebAclAssociation::read(&none.ctx, POOL, None).await.unwrap().is_none());
        let read = WebAclAssociation::read(&same.ctx, POOL, None).await.unwrap().unwrap();
        assert_eq!(read.spec, example());
    }

    #[tokio::test(flavor = "current_thread")]
    async fn what_waf_does_not_know_yet_is_waited_for() {
        let mut refusals = 2;
        let stage = Stage::new(move |call| {
            if call.operation == "AssociateWebACL" && refusals > 0 {
                refusals -= 1;
                return no("WAFUnavailableEntityException", "Retry your request.");
            }
            (200, "{}".to_owned())
        });
        let outputs = json!({
            "id": "eu-west-1_a", "arn": POOL, "region": "eu-west-1", "endpoint": "", "issuer": "", "jwks_uri": "",
        });
        let stage = stage.knowing("user_pool", "eu-west-1_a", outputs);
        assert_eq!(example().create(&stage.ctx, "t").await.unwrap(), POOL);
        assert_eq!(stage.operations().iter().filter(|one| *one == "AssociateWebACL").count(), 3);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn with_its_pool_it_is_gone() {
        let stage = Stage::new(|_| no("WAFNonexistentItemException", "no"));
        WebAclAssociation::delete(&stage.ctx, POOL, None).await.unwrap();
        assert!(WebAclAssociation::read(&stage.ctx, POOL, None).await.unwrap().is_none());
        assert!(WebAclAssociation::read(&stage.ctx, "eu-west-1_a", None).await.is_err());
    }
}
