//! Groups: people who share what they may do (`other_resources.md` 2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::busy::when_free;
use super::user_pool::UserPool;
use crate::aws;
use crate::aws::cognito::types::GroupType;
use crate::aws::error::refused;
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Loss, Observed, On, OnChange, Ref, Twin, Use, grants};

/// People who share what they may do. Its id is `<pool id>/<name>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The pool whose users are in it.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// What a person writes.
    #[serde(flatten)]
    pub settings: GroupSettings,
}

/// What a person writes of a group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupSettings {
    /// The group's name, as tokens carry it: 1–128 characters without spaces. Default: what the group is called here.
    /// Another name is another group, and nobody is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^\S+$"), extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    #[schemars(example = &"admins")]
    pub name: Option<String>,
    /// What the group is for: at most 2,048 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048), extend("x-on-change" = OnChange::InPlace))]
    pub description: Option<String>,
    /// Which group's role counts for somebody who is in several: that of the lowest number, from 0. Left out, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 2_147_483_647), extend("x-on-change" = OnChange::InPlace))]
    pub precedence: Option<u32>,
    /// The ARN of the IAM role that its members may take on through an identity pool; of the pool's own account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 20, max = 2048), extend("x-on-change" = OnChange::InPlace))]
    #[schemars(example = &"arn:aws:iam::111122223333:role/admins")]
    pub role_arn: Option<String>,
}

/// What AWS decided of a group: nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupOutputs {}

impl Kind for Group {
    const NAME: &'static str = "group";
    const LOSES: Loss = Loss::WhenReplaced("who is in the group: nobody is in the new one");
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = GroupOutputs;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (pool, name) = parts(id)?;
        let Some(found) = get(ctx, pool, name).await? else { return Ok(None) };
        let settings = GroupSettings {
            name: Some(name.to_owned()),
            description: found.description.filter(|text| !text.is_empty()),
            // 0 is a precedence like any other (other_resources.md 2).
            precedence: found.precedence.and_then(|precedence| u32::try_from(precedence).ok()),
            role_arn: found.role_arn.filter(|arn| !arn.is_empty()),
        };
        let spec = Self { user_pool: ctx.named(pool, |known, _| known == pool), settings };
        Ok(Some(Observed::ready(spec, GroupOutputs {})))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(pool) = ctx.id(&self.user_pool) else { return Ok(None) };
        let name = self.name()?;
        Ok(get(ctx, &pool, name).await?.map(|_| format!("{pool}/{name}")))
    }

    async fn twin(&self, ctx: &Ctx) -> Result<Option<Twin>> {
        let id = self.find(ctx, "").await?.filter(|id| !ctx.is_ours::<Self>(id));
        let otherwise = "or adopt the group with `stack import`; if it is another's, give this one another name";
        Ok(id.map(|id| Twin { id, otherwise }))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let (pool, name) = (ctx.id(&self.user_pool)?, self.name()?);
        let GroupSettings { name: _, description, precedence, role_arn } = &self.settings;
        let precedence = number(*precedence)?;
        let made = when_free(ctx, async || {
            let call = ctx.aws.cognito.create_group().user_pool_id(&pool).group_name(name);
            let call = call.set_description(description.clone()).set_precedence(precedence);
            let answer = call.set_role_arn(role_arn.clone()).customize().config_override(aws::once()).send().await;
            answer.map(drop).map_err(refused("CreateGroup"))
        });
        let id = format!("{pool}/{name}");
        // The plan has looked: somebody has made it since.
        made.await.map_err(|error| match error.code() {
            Some("GroupExistsException") => error.hinted(format!(
                "the pool has a group {name} that this stack does not know: `stack import {} --address group.NAME={id}` takes \
                 it up",
                ctx.stack
            )),
            _ => error,
        })?;
        Ok(id)
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        if self.settings == before.settings {
            return Ok(());
        }
        let (pool, name) = parts(id)?;
        let GroupSettings { name: _, description, precedence, role_arn } = &self.settings;
        let precedence = number(*precedence)?;
        let answer = when_free(ctx, async || {
            // What AWS makes of what is not sent is not documented (other_resources.md 2): all that there is is sent, and
            // a text that goes is sent empty.
            let call = ctx.aws.cognito.update_group().user_pool_id(pool).group_name(name);
            let call = call.description(description.as_deref().unwrap_or_default()).set_precedence(precedence);
            call.set_role_arn(role_arn.clone()).send().await.map_err(refused("UpdateGroup"))
        });
        let shown = answer.await?.group;
        let stays = |what: &str, how: &str| {
            Err(Error::aws_state(format!("AWS has kept the {what} of the group {name}, which was to be taken away"))
                .hinted(how.to_owned()))
        };
        match shown {
            Some(shown) if role_arn.is_none() && shown.role_arn.as_deref().is_some_and(|arn| !arn.is_empty()) => stays(
                "role",
                "declare a role that allows nothing instead; or make the group anew, which nobody is in then: \
                 `stack apply STACK --replace group.NAME --allow-loss group`",
            ),
            Some(shown) if precedence.is_none() && shown.precedence.is_some() => {
                stays("precedence", "declare a number that is higher than those of other groups instead")
            }
            _ => Ok(()),
        }
    }

    fn grants(&self) -> Vec<Grant> {
        let role = self.settings.role_arn.as_ref().map(|role| On::Role(role.clone()));
        let passing =
            |used| role.iter().flat_map(move |role| grants(used, role, &["iam:PassRole"])).collect::<Vec<_>>();
        [
            grants(Use::Reading, &On::Pool, &["cognito-idp:GetGroup"]),
            grants(Use::Making, &On::Pool, &["cognito-idp:CreateGroup"]),
            passing(Use::Making),
            grants(Use::Changing, &On::Pool, &["cognito-idp:UpdateGroup"]),
            passing(Use::Changing),
            grants(Use::Deleting, &On::Pool, &["cognito-idp:DeleteGroup"]),
        ]
        .concat()
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let (pool, name) = parts(id)?;
        let deleted = when_free(ctx, async || {
            let call = ctx.aws.cognito.delete_group().user_pool_id(pool).group_name(name);
            call.send().await.map(drop).map_err(refused("DeleteGroup"))
        });
        match deleted.await {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }
}

impl Group {
    fn name(&self) -> Result<&str> {
        self.settings.name.as_deref().ok_or_else(|| Error::bug("a group was composed without a name"))
    }
}

fn number(precedence: Option<u32>) -> Result<Option<i32>> {
    let fits = precedence.map(i32::try_from).transpose();
    fits.map_err(|_| Error::stack("a group's precedence is at most 2147483647").hinted("give it a smaller number"))
}

async fn get(ctx: &Ctx, pool: &str, name: &str) -> Result<Option<GroupType>> {
    let call = ctx.aws.cognito.get_group().user_pool_id(pool).group_name(name);
    match call.send().await.map_err(refused("GetGroup")) {
        Ok(answer) => Ok(answer.group),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Pool and name, which may hold slashes of its own.
pub(super) fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once('/').filter(|(_, name)| !name.is_empty()).ok_or_else(|| {
        Error::usage(format!("`{id}` is not the id of a group")).hinted("one looks like eu-west-1_abc/<group name>")
    })
}

/// A group with every field set; its precedence is the lowest number.
#[must_use]
pub fn example() -> Group {
    let settings = GroupSettings {
        name: Some("admins".to_owned()),
        description: Some("May do everything".to_owned()),
        precedence: Some(0),
        role_arn: Some("arn:aws:iam::000000000000:role/shop-admins".to_owned()),
    };
    Group { user_pool: Ref::one(), settings }
}

/// [`example`] with something else in each field that is changed in place.
#[must_use]
pub fn example_changed() -> Group {
    let mut changed = example();
    changed.settings.description = Some("May do much".to_owned());
    changed.settings.precedence = Some(10);
    changed.settings.role_arn = Some("arn:aws:iam::000000000000:role/shop-staff".to_owned());
    changed
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::kinds::script::{Stage, no};

    /// AWS as the other reading has it: what is not sent is kept.
    fn stage() -> Stage {
        let mut group = json!({ "GroupName": "admins", "Precedence": 0, "RoleArn": "arn:aws:iam::1:role/a" });
        Stage::new(move |call| match call.operation.as_str() {
            "CreateGroup" => no("GroupExistsException", "exists"),
            "DeleteGroup" => no("ResourceNotFoundException", "gone"),
            "GetGroup" | "UpdateGroup" => {
                for (member, value) in call.input.as_object().unwrap() {
                    group[member] = value.clone();
                }
                (200, json!({ "Group": group }).to_string())
            }
            other => panic!("{other}"),
        })
        .knowing("user_pool", "p_1", Value::Null)
    }

    #[tokio::test(flavor = "current_thread")]
    async fn one_that_is_there_is_not_taken_up_unasked_and_its_precedence_of_zero_is_one() {
        let stage = stage();
        let error = example().create(&stage.ctx, "t").await.unwrap_err();
        assert!(error.hints().iter().any(|hint| hint.contains("group.NAME=p_1/admins")), "{:?}", error.hints());
        assert_eq!(stage.calls()[0].input["Precedence"], 0);
        let read = Group::read(&stage.ctx, "p_1/admins", None).await.unwrap().unwrap();
        assert_eq!(read.spec.settings.precedence, Some(0));
        Group::delete(&stage.ctx, "p_1/admins", None).await.unwrap();
        assert!(parts("p_1").is_err() && parts("p_1/").is_err());
    }

    #[tokio::test(flavor = "current_thread")]
    async fn what_aws_keeps_although_it_was_to_go_is_said() {
        let less = |change: fn(&mut GroupSettings)| {
            let mut group = example();
            change(&mut group.settings);
            group
        };
        for (group, what) in [
            (less(|group| group.role_arn = None), "the role of the group admins"),
            (less(|group| group.precedence = None), "the precedence of the group admins"),
        ] {
            let stage = stage();
            let error = group.update(&stage.ctx, "p_1/admins", &example()).await.unwrap_err();
            assert!(error.message().contains(what) && !error.hints().is_empty(), "{error}");
        }
        let stage = stage();
        less(|group| group.description = None).update(&stage.ctx, "p_1/admins", &example()).await.unwrap();
        assert_eq!(stage.calls()[0].input["Description"], "", "a text that goes is sent empty");
        assert_eq!(stage.calls()[0].input["Precedence"], 0, "what stays is sent");
    }
}
