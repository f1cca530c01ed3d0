//! An identity pool: AWS credentials for the people of the user pool, and the roles that they take on
//! (`other_resources.md` 8).
//!
//! One object with what hangs on it: roles, role mappings and principal tags have no life of their own. Cognito Identity is
//! called without a client of the SDK, whose crate holds some twenty operations and cost a build of its own.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::app_client::AppClient;
use crate::error::{Error, Outcome, Result};
use crate::kind::{Ctx, Grant, Kind, Last, Loss, Observed, On, OnChange, Ref, Twin, Use, grants};

mod calls;
mod convert;
pub mod roles;
#[cfg(test)]
mod tests;

use calls::{call, described, tagged};
use convert::{is_configured, principal_tags_of, provider_name, role_input, settings, spec};
use roles::{PrincipalTags, RoleMapping, Roles};

/// What stands before the tags that the stack itself puts on what it makes.
const OURS: &str = "stack:";

/// An identity pool. Its id is AWS's: `eu-west-1:12345678-…`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityPool {
    /// The pool's name; not unique.
    pub name: String,
    /// Whether those who have not signed in get credentials too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = false))]
    pub allow_unauthenticated_identities: Option<bool>,
    /// Whether the classic flow is allowed beside the enhanced one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = false))]
    pub allow_classic_flow: Option<bool>,
    /// The clients whose people get credentials, in the order of their addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = []))]
    pub app_clients: Option<Vec<IdentityClient>>,
    /// The ids of applications at Google, Facebook, Apple, Amazon: whose people get credentials without the user pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub supported_login_providers: Option<BTreeMap<String, String>>,
    /// The name of one's own sign-in, for `GetOpenIdTokenForDeveloperIdentity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub developer_provider_name: Option<String>,
    /// OpenID Connect providers of IAM, by their ARNs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = []))]
    pub open_id_connect_provider_arns: Option<BTreeSet<String>>,
    /// SAML providers of IAM, by their ARNs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = []))]
    pub saml_provider_arns: Option<BTreeSet<String>>,
    /// The roles that people take on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub roles: Option<Roles>,
    /// How roles are chosen for people of other providers, by the providers' names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub role_mappings: Option<BTreeMap<String, RoleMapping>>,
    /// The tags of people's sessions, by provider; `user_pool` is the stack's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub principal_tags: Option<BTreeMap<String, PrincipalTags>>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub tags: Option<BTreeMap<String, String>>,
}

/// A client whose people get credentials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityClient {
    /// The client.
    pub app_client: Ref<AppClient>,
    /// Whether the user pool is asked whether somebody is still there and enabled.
    pub server_side_token_check: bool,
    /// How the role is chosen for people of this client; left out, all have the authenticated role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_mapping: Option<RoleMapping>,
}

/// What AWS decided of an identity pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IdentityPoolOutputs {
    /// Its id: `eu-west-1:12345678-…`.
    pub id: String,
}

impl Kind for IdentityPool {
    const NAME: &'static str = "identity_pool";
    const LOSES: Loss =
        Loss::WhenGone("every identity in the pool, by whose ids applications keep what is people's own");
    type Outputs = IdentityPoolOutputs;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let Some(shown) = described(ctx, id).await? else { return Ok(None) };
        let Some(roles) = calls::found(call(ctx, "GetIdentityPoolRoles", &json!({ "IdentityPoolId": id })).await)?
        else {
            return Ok(None);
        };
        let mut tags = BTreeMap::new();
        for (key, provider) in principal_tags_of(ctx, &shown) {
            let input = json!({ "IdentityPoolId": id, "IdentityProviderName": provider });
            // A provider that has none is not found.
            if let Some(said) = calls::found(call(ctx, "GetPrincipalTagAttributeMap", &input).await)? {
                tags.extend(PrincipalTags::read(&said).map(|tags| (key, tags)));
            }
        }
        let spec = spec(ctx, &shown, &roles, tags)?;
        Ok(Some(Observed::ready(spec, IdentityPoolOutputs { id: id.to_owned() })))
    }

    async fn find(&self, ctx: &Ctx, token: &str) -> Result<Option<String>> {
        tagged(ctx, &self.name, |_, theirs| theirs == Some(token)).await
    }

    async fn twin(&self, ctx: &Ctx) -> Result<Option<Twin>> {
        let found = tagged(ctx, &self.name, |id, _| !ctx.is_ours::<Self>(id)).await?;
        let otherwise =
            "if the identity pool is another project's, take its tag `stack:name` away, or give this one another name";
        Ok(found.map(|id| Twin { id, otherwise }))
    }

    async fn create(&self, ctx: &Ctx, token: &str) -> Result<String> {
        let mut tags: BTreeMap<String, String> = self.tags.clone().unwrap_or_default();
        tags.insert(format!("{OURS}name"), ctx.stack.to_string());
        tags.insert(format!("{OURS}token"), token.to_owned());
        let mut input = settings(ctx, self)?;
        input["IdentityPoolTags"] = json!(tags);
        let made = calls::patiently(ctx, async || calls::once(ctx, "CreateIdentityPool", &input).await).await?;
        let id = made["IdentityPoolId"].as_str().map(str::to_owned);
        id.ok_or_else(|| Error::aws_state("CreateIdentityPool answered without an id").with_outcome(Outcome::Unknown))
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        let Some(shown) = described(ctx, id).await? else {
            return Err(Error::aws_state(format!("the identity pool {id} is gone")));
        };
        let send = async |operation: &'static str, mut input: Value| {
            input["IdentityPoolId"] = id.into();
            calls::patiently(ctx, async || call(ctx, operation, &input).await).await.map(drop)
        };
        let (wanted, is) = (settings(ctx, self)?, settings(ctx, before)?);
        let (wanted_roles, is_roles) = (role_input(ctx, self)?, role_input(ctx, before)?);
        // A mapping is of a provider that is configured: it goes before its provider, and comes after it.
        let stays = |mappings: &Value| -> Map<String, Value> {
            let all = mappings["RoleMappings"].as_object().into_iter().flatten();
            all.filter(|(name, _)| wanted_roles["RoleMappings"].get(*name).is_some())
                .map(|(name, mapping)| (name.clone(), mapping.clone()))
                .collect()
        };
        let kept = stays(&is_roles);
        if Some(kept.len()) != is_roles["RoleMappings"].as_object().map(Map::len) && wanted != is {
            let mut fewer = is_roles.clone();
            fewer["RoleMappings"] = Value::Object(kept);
            send("SetIdentityPoolRoles", fewer).await?;
        }
        let (tags, were) = (self.principal_tags.clone().unwrap_or_default(), before.principal_tags.clone());
        let were = were.unwrap_or_default();
        // So do its tags. There is no call that takes them away: an empty set is none.
        for name in were.keys().filter(|name| !tags.contains_key(*name)) {
            let mut input = PrincipalTags::none();
            input["IdentityProviderName"] = provider_name(ctx, name)?.into();
            send("SetPrincipalTagAttributeMap", input).await?;
        }
        if wanted != is {
            let mut input = wanted;
            // The update takes the whole: whether it would lose the tags nobody says (other_resources.md 8).
            input["IdentityPoolTags"] = shown["IdentityPoolTags"].clone();
            send("UpdateIdentityPool", input).await?;
        }
        if wanted_roles != is_roles {
            send("SetIdentityPoolRoles", wanted_roles).await?;
        }
        for (name, tags) in tags.iter().filter(|(name, tags)| were.get(*name) != Some(tags)) {
            let mut input = tags.input();
            input["IdentityProviderName"] = provider_name(ctx, name)?.into();
            send("SetPrincipalTagAttributeMap", input).await?;
        }
        calls::retag(ctx, id, self.tags.as_ref(), before.tags.as_ref()).await
    }

    fn pruned(mut self) -> Self {
        let tags = self.principal_tags.take();
        // With a provider go its tags: those of a pool that is made anew are not to be set again.
        let stays = |key: &String| is_configured(&self, key);
        let tags = tags.map(|tags| tags.into_iter().filter(|(key, _)| stays(key)));
        self.principal_tags = tags.map(|tags| tags.filter_map(|(key, tags)| Some((key, tags.pruned()?))).collect());
        self
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let input = json!({ "IdentityPoolId": id });
        let gone = calls::patiently(ctx, async || call(ctx, "DeleteIdentityPool", &input).await).await;
        calls::found(gone).map(drop)
    }

    fn grants(&self) -> Vec<Grant> {
        let own = On::Arn("arn:<partition>:cognito-identity:<region>:<account>:identitypool/<id>".to_owned());
        let every = On::Arn("arn:<partition>:cognito-identity:<region>:<account>:identitypool/*".to_owned());
        let mut all = [
            grants(
                Use::Reading,
                &own,
                &[
                    "cognito-identity:DescribeIdentityPool",
                    "cognito-identity:GetIdentityPoolRoles",
                    "cognito-identity:GetPrincipalTagAttributeMap",
                ],
            ),
            grants(Use::Looking, &On::Any, &["cognito-identity:ListIdentityPools"]),
            grants(Use::Looking, &every, &["cognito-identity:DescribeIdentityPool"]),
            grants(Use::Making, &On::Any, &["cognito-identity:CreateIdentityPool"]),
            grants(
                Use::Changing,
                &own,
                &[
                    "cognito-identity:UpdateIdentityPool",
                    "cognito-identity:TagResource",
                    "cognito-identity:UntagResource",
                ],
            ),
            // These two IAM cannot narrow (quotas_errors.md 7).
            grants(
                Use::Changing,
                &On::Any,
                &["cognito-identity:SetIdentityPoolRoles", "cognito-identity:SetPrincipalTagAttributeMap"],
            ),
            grants(Use::Deleting, &own, &["cognito-identity:DeleteIdentityPool"]),
        ]
        .concat();
        let mappings = self.app_clients.iter().flatten().filter_map(|client| client.role_mapping.as_ref());
        let mappings = mappings.chain(self.role_mappings.iter().flat_map(BTreeMap::values));
        let handed = mappings.flat_map(|mapping| mapping.rules.iter().flatten().map(|rule| &rule.role_arn));
        let own = self.roles.iter().flat_map(|roles| roles.authenticated.iter().chain(&roles.unauthenticated));
        for role in own.chain(handed).collect::<BTreeSet<_>>() {
            all.extend(grants(Use::Changing, &On::IdentityRole(role.clone()), &["iam:PassRole"]));
        }
        all
    }
}

/// The identity pools of the Region that take this user pool's tokens: the id of each, and the stack whose tag it carries.
///
/// # Errors
/// When they cannot be listed or read.
pub async fn of_user_pool(ctx: &Ctx, pool: &str) -> Result<Vec<(String, Option<String>)>> {
    calls::of_provider(ctx, &convert::provider_of(pool)).await
}

/// An identity pool with all that it can hold.
#[must_use]
pub fn example() -> IdentityPool {
    let arn = |name: &str| format!("arn:aws:iam::000000000000:role/{name}");
    IdentityPool {
        name: "shop".to_owned(),
        allow_unauthenticated_identities: Some(true),
        allow_classic_flow: Some(true),
        app_clients: Some(vec![IdentityClient {
            app_client: Ref::named("web"),
            server_side_token_check: true,
            role_mapping: Some(roles::example(&arn("admin"))),
        }]),
        supported_login_providers: Some(BTreeMap::from([("accounts.google.com".to_owned(), "g1".to_owned())])),
        developer_provider_name: Some("login.shop".to_owned()),
        open_id_connect_provider_arns: Some(BTreeSet::from([
            "arn:aws:iam::000000000000:oidc-provider/id.example.com".to_owned()
        ])),
        saml_provider_arns: Some(BTreeSet::from(["arn:aws:iam::000000000000:saml-provider/okta".to_owned()])),
        roles: Some(Roles { authenticated: Some(arn("in")), unauthenticated: Some(arn("out")) }),
        role_mappings: Some(BTreeMap::from([("accounts.google.com".to_owned(), roles::example_token())])),
        principal_tags: Some(BTreeMap::from([("user_pool".to_owned(), roles::example_tags())])),
        tags: Some(BTreeMap::from([("app".to_owned(), "shop".to_owned())])),
    }
}

/// [`example`], with everything changed that can be.
#[must_use]
pub fn example_changed() -> IdentityPool {
    let arn = |name: &str| format!("arn:aws:iam::000000000000:role/{name}");
    IdentityPool {
        name: "market".to_owned(),
        allow_unauthenticated_identities: Some(false),
        allow_classic_flow: Some(false),
        app_clients: Some(vec![IdentityClient {
            app_client: Ref::named("admin"),
            server_side_token_check: false,
            role_mapping: Some(roles::example_changed(&arn("root"))),
        }]),
        supported_login_providers: Some(BTreeMap::from([("accounts.google.com".to_owned(), "g2".to_owned())])),
        developer_provider_name: Some("login.market".to_owned()),
        open_id_connect_provider_arns: Some(BTreeSet::from([
            "arn:aws:iam::000000000000:oidc-provider/id2.example.com".to_owned(),
        ])),
        saml_provider_arns: Some(BTreeSet::from(["arn:aws:iam::000000000000:saml-provider/entra".to_owned()])),
        roles: Some(Roles { authenticated: Some(arn("in2")), unauthenticated: Some(arn("out2")) }),
        role_mappings: Some(BTreeMap::from([("accounts.google.com".to_owned(), roles::example_changed(&arn("x")))])),
        principal_tags: Some(BTreeMap::from([("user_pool".to_owned(), roles::example_tags_changed())])),
        tags: Some(BTreeMap::from([("app".to_owned(), "market".to_owned())])),
    }
}
