//! Terms of use and privacy policies: links of one client, which managed login shows (`ui.md` 4).

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cognitoidentityprovider::types::{TermsEnforcementType, TermsSourceType, TermsType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app_client::AppClient;
use super::busy::when_free;
use super::user_pool::UserPool;
use crate::aws;
use crate::aws::error::refused;
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, Use, grants};

/// What stands before a language in AWS's links.
const COGNITO: &str = "cognito:";

/// The languages of managed login, and `default` for all others (`ui.md` 4).
pub const LANGUAGES: [&str; 13] = [
    "default",
    "dutch",
    "english",
    "french",
    "spanish",
    "german",
    "bahasa-indonesia",
    "italian",
    "japanese",
    "korean",
    "portuguese-brazil",
    "chinese-simplified",
    "chinese-traditional",
];

/// One document of a client's. Its id is `<pool id>/<terms id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The pool.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The client whose people agree to it.
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    pub app_client: Ref<AppClient>,
    /// Which document it is.
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    pub document: Document,
    /// Where it is, by language: `default`, `french`.
    pub links: BTreeMap<String, String>,
}

/// Which document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Document {
    /// The terms of use.
    TermsOfUse,
    /// The privacy policy.
    PrivacyPolicy,
}

impl Document {
    /// Both.
    pub const ALL: [Self; 2] = [Self::TermsOfUse, Self::PrivacyPolicy];

    /// As AWS calls it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TermsOfUse => "terms-of-use",
            Self::PrivacyPolicy => "privacy-policy",
        }
    }
}

/// What AWS decided of terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TermsOutputs {
    /// The client's id.
    pub client_id: String,
}

impl Kind for Terms {
    const NAME: &'static str = "terms";
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = TermsOutputs;

    /// They go while the pool's tier still has managed login, which shows them.
    fn lets_go(_: &Self, after: Option<&Self>) -> bool {
        after.is_none()
    }

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (pool, terms) = parts(id)?;
        let Some(terms) = described(ctx, pool, terms).await? else { return Ok(None) };
        let document = Document::ALL.into_iter().find(|document| document.as_str() == terms.terms_name);
        let document = document.ok_or_else(|| {
            Error::aws_state(format!(
                "the terms {id} are called `{}`, which this program does not know",
                terms.terms_name
            ))
            .hinted("a newer version of this program may")
        })?;
        let client = format!("{pool}/{}", terms.client_id);
        let links = terms.links.into_iter().map(|(key, link)| {
            let language = key.strip_prefix(COGNITO).map(ToOwned::to_owned).unwrap_or(key);
            (language, link)
        });
        let spec = Self {
            user_pool: ctx.named(pool, |known, _| known == pool),
            app_client: ctx.named(&client, |known, _| known == client),
            document,
            links: links.collect(),
        };
        Ok(Some(Observed::ready(spec, TermsOutputs { client_id: terms.client_id })))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(client) = ctx.id(&self.app_client) else { return Ok(None) };
        let (pool, client) = parts(&client)?;
        there(ctx, pool, client, self.document).await
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let client = ctx.id(&self.app_client)?;
        let (pool, client) = parts(&client)?;
        let created = when_free(ctx, async || {
            let call = ctx.aws.cognito.create_terms().user_pool_id(pool).client_id(client);
            let call = call.terms_name(self.document.as_str()).set_links(Some(self.wire()));
            let call = call.terms_source(TermsSourceType::Link).enforcement(TermsEnforcementType::None);
            call.customize().config_override(aws::once()).send().await.map_err(refused("CreateTerms"))
        });
        match created.await {
            Ok(answer) => {
                let terms = answer.terms.ok_or_else(|| Error::bug("CreateTerms answered without terms"))?;
                Ok(format!("{pool}/{}", terms.terms_id))
            }
            // A client has one of each name: the one that is there is the one that was meant (ui.md 4).
            Err(error) if error.code() == Some("TermsExistsException") => {
                Ok(there(ctx, pool, client, self.document).await?.ok_or(error)?)
            }
            Err(error) => Err(error),
        }
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        if self.links == before.links {
            return Ok(());
        }
        let (pool, terms) = parts(id)?;
        when_free(ctx, async || {
            let call = ctx.aws.cognito.update_terms().user_pool_id(pool).terms_id(terms);
            let call = call.terms_name(self.document.as_str()).set_links(Some(self.wire()));
            let call = call.terms_source(TermsSourceType::Link).enforcement(TermsEnforcementType::None);
            call.send().await.map(drop).map_err(refused("UpdateTerms"))
        })
        .await
    }

    fn grants(&self) -> Vec<Grant> {
        [
            grants(Use::Reading, &On::Pool, &["cognito-idp:DescribeTerms"]),
            grants(Use::Looking, &On::Pool, &["cognito-idp:ListTerms", "cognito-idp:DescribeTerms"]),
            grants(Use::Making, &On::Pool, &["cognito-idp:CreateTerms", "cognito-idp:ListTerms"]),
            grants(Use::Changing, &On::Pool, &["cognito-idp:UpdateTerms"]),
            grants(Use::Deleting, &On::Pool, &["cognito-idp:DeleteTerms"]),
        ]
        .concat()
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let (pool, terms) = parts(id)?;
        let deleted = when_free(ctx, async || {
            let answer = ctx.aws.cognito.delete_terms().user_pool_id(pool).terms_id(terms).send().await;
            answer.map(drop).map_err(refused("DeleteTerms"))
        });
        match deleted.await {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }
}

impl Terms {
    /// What these are called in a stack: the client's name, and the document's.
    #[must_use]
    pub fn name(client: &str, document: Document) -> String {
        format!("{client}-{}", document.as_str())
    }

    /// The links as AWS takes them.
    fn wire(&self) -> HashMap<String, String> {
        self.links.iter().map(|(language, link)| (format!("{COGNITO}{language}"), link.clone())).collect()
    }
}

/// Pool and rest of an id.
fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once('/').ok_or_else(|| {
        Error::usage(format!("`{id}` is not the id of terms")).hinted("one looks like eu-west-1_abc/<terms id>")
    })
}

async fn described(ctx: &Ctx, pool: &str, terms: &str) -> Result<Option<TermsType>> {
    let answer = ctx.aws.cognito.describe_terms().user_pool_id(pool).terms_id(terms).send().await;
    match answer.map_err(refused("DescribeTerms")) {
        Ok(answer) => Ok(answer.terms),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The id of a client's document: a list does not say whose each is.
async fn there(ctx: &Ctx, pool: &str, client: &str, document: Document) -> Result<Option<String>> {
    for (name, id) in listed(ctx, pool).await? {
        if name != document.as_str() {
            continue;
        }
        if described(ctx, pool, &id).await?.is_some_and(|terms| terms.client_id == client) {
            return Ok(Some(format!("{pool}/{id}")));
        }
    }
    Ok(None)
}

/// The name and the id of all terms of a pool.
///
/// # Errors
/// When AWS cannot be asked.
pub async fn listed(ctx: &Ctx, pool: &str) -> Result<Vec<(String, String)>> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let call = ctx.aws.cognito.list_terms().user_pool_id(pool).max_results(60).set_next_token(next);
        let page = match call.send().await.map_err(refused("ListTerms")) {
            Ok(page) => page,
            Err(error) if error.is_not_found() => return Ok(all),
            Err(error) => return Err(error),
        };
        all.extend(page.terms().iter().map(|terms| (terms.terms_name.clone(), terms.terms_id.clone())));
        next = page.next_token;
        if next.is_none() {
            return Ok(all);
        }
    }
}

/// The terms of use of a client, in two languages.
#[must_use]
pub fn example() -> Terms {
    let link = |language: &str, link: &str| (language.to_owned(), link.to_owned());
    Terms {
        user_pool: Ref::one(),
        app_client: Ref::named("web"),
        document: Document::TermsOfUse,
        links: BTreeMap::from([
            link("default", "https://example.com/terms"),
            link("portuguese-brazil", "https://example.com/pt/terms"),
        ]),
    }
}

/// [`example`], elsewhere.
#[must_use]
pub fn example_changed() -> Terms {
    let link = |language: &str, link: &str| (language.to_owned(), link.to_owned());
    let links = BTreeMap::from([
        link("default", "https://www.example.com/terms"),
        link("portuguese-brazil", "https://www.example.com/pt/terms"),
    ]);
    Terms { links, ..example() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::kinds::script::{Stage, no};

    fn terms(id: &str, client: &str, name: &str) -> Value {
        json!({
            "TermsId": id, "UserPoolId": "p_1", "ClientId": client, "TermsName": name, "TermsSource": "LINK",
            "Enforcement": "NONE", "Links": { "cognito:default": "https://example.com", "cognito:latin": "https://x" },
            "CreationDate": 1, "LastModifiedDate": 1,
        })
    }

    fn stage() -> Stage {
        Stage::new(|call| match call.operation.as_str() {
            "CreateTerms" => no("TermsExistsException", "exists"),
            "ListTerms" => {
                let page = |id: &str, client: &str, name: &str, next: Value| {
                    (200, json!({ "Terms": [terms(id, client, name)], "NextToken": next }).to_string())
                };
                match call.input["NextToken"].as_str() {
                    None => page("t1", "c_admin", "terms-of-use", json!("2")),
                    Some("2") => page("t2", "c_web", "privacy-policy", json!("3")),
                    _ => page("t3", "c_web", "terms-of-use", Value::Null),
                }
            }
            "DescribeTerms" => match call.input["TermsId"].as_str() {
                Some("t1") => (200, json!({ "Terms": terms("t1", "c_admin", "terms-of-use") }).to_string()),
                Some("t3") => (200, json!({ "Terms": terms("t3", "c_web", "terms-of-use") }).to_string()),
                _ => no("ResourceNotFoundException", "none"),
            },
            "UpdateTerms" => (200, "{}".to_owned()),
            "DeleteTerms" => no("ResourceNotFoundException", "gone"),
            other => panic!("{other}"),
        })
        .knowing("user_pool", "p_1", Value::Null)
        .knowing("app_client.web", "p_1/c_web", Value::Null)
        .knowing("app_client.api", "p_1/c_api", Value::Null)
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_clients_own_document_is_found_among_those_of_others() {
        let stage = stage();
        assert_eq!(example().create(&stage.ctx, "t").await.unwrap(), "p_1/t3");
        assert_eq!(stage.calls()[0].input["Links"]["cognito:portuguese-brazil"], "https://example.com/pt/terms");
        let other = Terms { app_client: Ref::named("api"), ..example() };
        assert_eq!(other.find(&stage.ctx, "t").await.unwrap(), None);
        assert_eq!(Terms::read(&stage.ctx, "p_1/t2", None).await.unwrap().map(|read| read.spec), None);
        Terms::delete(&stage.ctx, "p_1/t3", None).await.unwrap();
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_language_that_is_not_known_is_sent_back() {
        let stage = stage();
        let read = Terms::read(&stage.ctx, "p_1/t3", None).await.unwrap().unwrap();
        assert_eq!(read.spec.links["latin"], "https://x");
        let mut wanted = read.spec.clone();
        wanted.update(&stage.ctx, "p_1/t3", &read.spec).await.unwrap();
        assert!(!stage.operations().contains(&"UpdateTerms".to_owned()), "nothing has changed");
        wanted.links.insert("default".to_owned(), "https://new".to_owned());
        wanted.update(&stage.ctx, "p_1/t3", &read.spec).await.unwrap();
        assert_eq!(stage.calls().last().unwrap().input["Links"]["cognito:latin"], "https://x");
    }
}
