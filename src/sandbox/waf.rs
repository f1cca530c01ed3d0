//! WAF, as far as a user pool needs it: which web ACL stands before it.
//!
//! Nobody can make a web ACL here, so whatever is named in this account and Region exists. That is a choice of ours and
//! nothing of AWS's.

use super::members::{self, Member, Rule, text};
use super::{ACCOUNT, Refusal, World, cognito};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What WAF holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Waf {
    /// The web ACL of each resource, by ARNs.
    #[serde(default)]
    associations: BTreeMap<String, String>,
}

const ARN: Rule = Rule::Text(20, 2048, |c| !c.is_whitespace());
static ASSOCIATE: [Member; 2] = [("WebACLArn", true, ARN), ("ResourceArn", true, ARN)];
static RESOURCE: [Member; 1] = [("ResourceArn", true, ARN)];

/// What `AssociateWebACL` takes.
pub const ASSOCIATE_WEB_ACL: &[&str] = &["WebACLArn", "ResourceArn"];

/// Answers one call made to `region`.
///
/// # Errors
/// What WAF refuses.
pub fn handle(world: &mut World, region: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let code = "WAFInvalidParameterException";
    match operation {
        "AssociateWebACL" => {
            members::check(&ASSOCIATE, input, code)?;
            let (acl, resource) = (text(input, "WebACLArn"), text(input, "ResourceArn"));
            name_of(region, acl)?;
            is_there(world, region, resource)?;
            world.waf.associations.insert(resource.to_owned(), acl.to_owned());
            Ok(json!({}))
        }
        "DisassociateWebACL" => {
            members::check(&RESOURCE, input, code)?;
            let resource = text(input, "ResourceArn");
            is_there(world, region, resource)?;
            world.waf.associations.remove(resource);
            Ok(json!({}))
        }
        "GetWebACLForResource" => {
            members::check(&RESOURCE, input, code)?;
            let resource = text(input, "ResourceArn");
            is_there(world, region, resource)?;
            let Some(acl) = world.waf.associations.get(resource) else { return Ok(json!({})) };
            let (name, id) = name_of(region, acl)?;
            let metrics =
                json!({ "SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": name });
            Ok(json!({ "WebACL": {
                "Name": name, "Id": id, "ARN": acl, "DefaultAction": { "Allow": {} }, "VisibilityConfig": metrics,
            } }))
        }
        other => Err(Refusal::new("UnknownOperationException", format!("the sandbox does not play {other}"))),
    }
}

/// Name and id of a web ACL of this account and Region: one of CloudFront's cannot stand before a user pool.
fn name_of<'a>(region: &str, acl: &'a str) -> Result<(&'a str, &'a str), Refusal> {
    let start = format!("arn:aws:wafv2:{region}:{ACCOUNT}:regional/webacl/");
    let found = acl.strip_prefix(&start).and_then(|rest| rest.split_once('/'));
    found.filter(|(name, id)| !name.is_empty() && !id.is_empty()).ok_or_else(|| {
        let message = format!(
            "Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by \
             colons or slashes., field: WEB_ACL_ARN, parameter: {acl}"
        );
        Refusal::new("WAFInvalidParameterException", message)
    })
}

fn is_there(world: &mut World, region: &str, resource: &str) -> Result<(), Refusal> {
    let missing = || {
        let message = "AWS WAF couldn’t perform the operation because your resource doesn’t exist.";
        Refusal::new("WAFNonexistentItemException", message)
    };
    let asked = json!({ "ResourceArn": resource });
    cognito::handle(world, region, "ListTagsForResource", &asked).map(drop).map_err(|_| missing())
}

/// A pool that is gone is associated with nothing.
pub(super) fn forget(world: &mut World, resource: &str) {
    world.waf.associations.remove(resource);
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACL: &str = "arn:aws:wafv2:eu-west-1:000000000000:regional/webacl/shop/1";

    #[test]
    fn a_pool_has_one_web_acl_of_its_region_or_none() {
        let mut world = World::default();
        let made = cognito::handle(&mut world, "eu-west-1", "CreateUserPool", &json!({ "PoolName": "a" })).unwrap();
        let pool = made["UserPool"]["Arn"].clone();
        let mut ask = |operation: &str, input: Value| {
            handle(&mut world, "eu-west-1", operation, &input).map_err(|refusal| refusal.code)
        };
        let resource = json!({ "ResourceArn": pool });
        assert_eq!(ask("GetWebACLForResource", resource.clone()), Ok(json!({})));
        for acl in [
            "arn:aws:wafv2:us-east-1:000000000000:global/webacl/shop/1",
            "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/shop/1",
        ] {
            let refused = ask("AssociateWebACL", json!({ "WebACLArn": acl, "ResourceArn": pool }));
            assert_eq!(refused, Err("WAFInvalidParameterException".to_owned()), "{acl}");
        }
        ask("AssociateWebACL", json!({ "WebACLArn": ACL, "ResourceArn": pool })).unwrap();
        assert_eq!(ask("GetWebACLForResource", resource.clone()).unwrap()["WebACL"]["ARN"], ACL);
        ask("DisassociateWebACL", resource.clone()).unwrap();
        assert_eq!(ask("GetWebACLForResource", resource), Ok(json!({})));
        let other = json!({ "ResourceArn": "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_x" });
        assert_eq!(ask("GetWebACLForResource", other), Err("WAFNonexistentItemException".to_owned()));
        assert_eq!(ASSOCIATE.each_ref().map(|(name, ..)| *name), ASSOCIATE_WEB_ACL);
    }
}
