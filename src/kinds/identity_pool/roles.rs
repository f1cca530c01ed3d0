//! Which role somebody takes on, and the tags that their session carries.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The roles that people take on unless a mapping says otherwise. Each trusts `cognito-identity.amazonaws.com` for this
/// identity pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// The ARN of the role of those who have signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 20, max = 2048))]
    pub authenticated: Option<String>,
    /// The ARN of the role of those who have not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 20, max = 2048))]
    pub unauthenticated: Option<String>,
}

/// How the role is chosen for people of one provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleMapping {
    /// By the token's own claims, or by rules.
    pub r#type: MappingType,
    /// What happens where no rule fits, or the token names no role or several.
    pub ambiguous_role_resolution: AmbiguousRole,
    /// The rules, for the type Rules: the first that fits decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 25))]
    pub rules: Option<Vec<MappingRule>>,
}

/// How a role is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MappingType {
    /// The token's claims `cognito:preferred_role` and `cognito:roles`, which come from groups.
    Token,
    /// `rules`.
    Rules,
}

/// What happens where the role is not clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AmbiguousRole {
    /// The role of all who have signed in.
    AuthenticatedRole,
    /// No credentials.
    Deny,
}

/// A role for those whose token has a claim like this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingRule {
    /// The claim: `custom:department`.
    #[schemars(length(min = 1, max = 64), example = &"custom:department")]
    pub claim: String,
    /// How it is compared.
    pub match_type: MatchType,
    /// What it is compared with.
    #[schemars(length(min = 1, max = 128))]
    pub value: String,
    /// The ARN of the role.
    #[schemars(length(min = 20, max = 2048))]
    pub role_arn: String,
}

/// How a claim is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MatchType {
    /// The claim is the value.
    Equals,
    /// The value stands somewhere in the claim.
    Contains,
    /// The claim begins with the value.
    StartsWith,
    /// The claim is not the value.
    NotEqual,
}

/// The tags of the sessions of one provider's people.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrincipalTags {
    /// Whether they are AWS's own: `username` is the claim `sub`, and `client` is `aud`. Left out, they are `tags`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_defaults: Option<bool>,
    /// Tags of one's own, each with the claim that it is taken from: `department: custom:department`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 50))]
    pub tags: Option<BTreeMap<String, String>>,
}

impl RoleMapping {
    /// As AWS takes it.
    pub(super) fn input(&self) -> Value {
        let Self { r#type, ambiguous_role_resolution, rules } = self;
        let mut input = json!({ "Type": r#type, "AmbiguousRoleResolution": ambiguous_role_resolution });
        if let Some(rules) = rules {
            let rules = rules.iter().map(|rule| {
                let MappingRule { claim, match_type, value, role_arn } = rule;
                json!({ "Claim": claim, "MatchType": match_type, "Value": value, "RoleARN": role_arn })
            });
            input["RulesConfiguration"] = json!({ "Rules": rules.collect::<Vec<_>>() });
        }
        input
    }

    /// As AWS shows it; none where it is of a sort that this program does not know.
    pub(super) fn read(said: &Value) -> Option<Self> {
        let rules = said["RulesConfiguration"]["Rules"].as_array().map(|rules| {
            rules
                .iter()
                .map(|rule| {
                    let text = |name: &str| rule[name].as_str().map(str::to_owned);
                    Some(MappingRule {
                        claim: text("Claim")?,
                        match_type: serde_json::from_value(rule["MatchType"].clone()).ok()?,
                        value: text("Value")?,
                        role_arn: text("RoleARN")?,
                    })
                })
                .collect::<Option<Vec<_>>>()
        });
        Some(Self {
            r#type: serde_json::from_value(said["Type"].clone()).ok()?,
            // Optional in AWS's model, and then to be taken as refusing (other_resources.md 8).
            ambiguous_role_resolution: serde_json::from_value(said["AmbiguousRoleResolution"].clone())
                .unwrap_or(AmbiguousRole::Deny),
            rules: match rules {
                Some(rules) => Some(rules?),
                None => None,
            },
        })
    }
}

impl PrincipalTags {
    /// As AWS takes them.
    pub(super) fn input(&self) -> Value {
        let Self { use_defaults, tags } = self;
        match use_defaults {
            Some(true) => json!({ "UseDefaults": true }),
            _ => json!({ "UseDefaults": false, "PrincipalTags": tags.clone().unwrap_or_default() }),
        }
    }

    /// What AWS takes for none at all.
    pub(super) fn none() -> Value {
        json!({ "UseDefaults": false, "PrincipalTags": {} })
    }

    /// As AWS shows them; an empty set is none.
    pub(super) fn read(said: &Value) -> Option<Self> {
        if said["UseDefaults"] == true {
            return Some(Self { use_defaults: Some(true), tags: None });
        }
        let tags = said["PrincipalTags"].as_object()?;
        let tags = tags.iter().map(|(tag, claim)| (tag.clone(), claim.as_str().unwrap_or_default().to_owned()));
        let tags: BTreeMap<String, String> = tags.collect();
        (!tags.is_empty()).then_some(Self { use_defaults: None, tags: Some(tags) })
    }

    /// The one of the two that holds; an empty set is none.
    pub(super) fn pruned(self) -> Option<Self> {
        match (self.use_defaults, &self.tags) {
            (Some(true), _) => Some(Self { tags: None, ..self }),
            (_, Some(tags)) if !tags.is_empty() => Some(Self { use_defaults: None, ..self }),
            _ => None,
        }
    }
}

pub(super) fn example(role: &str) -> RoleMapping {
    RoleMapping {
        r#type: MappingType::Rules,
        ambiguous_role_resolution: AmbiguousRole::AuthenticatedRole,
        rules: Some(vec![
            MappingRule {
                claim: "custom:role".to_owned(),
                match_type: MatchType::Equals,
                value: "admin".to_owned(),
                role_arn: role.to_owned(),
            },
            MappingRule {
                claim: "email".to_owned(),
                match_type: MatchType::Contains,
                value: "@example.com".to_owned(),
                role_arn: role.to_owned(),
            },
        ]),
    }
}

pub(super) fn example_changed(role: &str) -> RoleMapping {
    let first = MappingRule {
        claim: "custom:team".to_owned(),
        match_type: MatchType::StartsWith,
        value: "a".to_owned(),
        role_arn: role.to_owned(),
    };
    RoleMapping { r#type: MappingType::Rules, ambiguous_role_resolution: AmbiguousRole::Deny, rules: Some(vec![first]) }
}

pub(super) fn example_token() -> RoleMapping {
    RoleMapping { r#type: MappingType::Token, ambiguous_role_resolution: AmbiguousRole::Deny, rules: None }
}

pub(super) fn example_tags() -> PrincipalTags {
    let tags = BTreeMap::from([("department".to_owned(), "custom:department".to_owned())]);
    PrincipalTags { use_defaults: None, tags: Some(tags) }
}

pub(super) fn example_tags_changed() -> PrincipalTags {
    let tags = BTreeMap::from([("department".to_owned(), "custom:team".to_owned())]);
    PrincipalTags { use_defaults: None, tags: Some(tags) }
}
