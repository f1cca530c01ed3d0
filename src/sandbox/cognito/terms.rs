//! Terms of use and privacy policies: links, of one client each (`ui.md` 4).
use super::doc::{self, Doc};
use super::state::{Pool, Terms, within};
use super::{Refusal, ids, invalid, page};
use crate::sandbox::World;
use serde_json::{Value, json};

/// The languages that a link can be for, each behind `cognito:`.
const LANGUAGES: [&str; 13] = [
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

/// `CreateTerms`: one of each name for a client.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, client) = (doc::required(input, "UserPoolId"), doc::required(input, "ClientId"));
    let pool = world.cognito.pool(region, pool_id)?;
    pool.client(client)?;
    let name = doc::required(input, "TermsName");
    links(input)?;
    unique(pool, client, name, None)?;
    // quotas_errors.md 2: 40 in a pool.
    within(pool.terms.len(), 40, "terms documents per user pool")?;
    let id = ids::uuid(world);
    let terms = Terms {
        client: client.to_owned(),
        name: name.to_owned(),
        created: world.now,
        modified: world.now,
        links: doc::child(input, "Links").cloned().unwrap_or_default(),
    };
    let shown = shown(pool_id, &id, &terms);
    world.cognito.pool_mut(region, pool_id)?.terms.insert(id, terms);
    Ok(json!({ "Terms": shown }))
}

/// `DescribeTerms`.
pub(super) fn describe(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, id) = (doc::required(input, "UserPoolId"), doc::required(input, "TermsId"));
    let terms = world.cognito.pool(region, pool_id)?.terms.get(id).ok_or_else(|| no_terms(id))?;
    Ok(json!({ "Terms": shown(pool_id, id, terms) }))
}

/// `UpdateTerms`: what it is sent is taken whole. What becomes of the rest is not said: here it is kept.
pub(super) fn update(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, id) = (doc::required(input, "UserPoolId"), doc::required(input, "TermsId"));
    let pool = world.cognito.pool(region, pool_id)?;
    let terms = pool.terms.get(id).ok_or_else(|| no_terms(id))?;
    links(input)?;
    let name = doc::text(input, "TermsName").unwrap_or(&terms.name).to_owned();
    unique(pool, &terms.client, &name, Some(id))?;
    let now = world.now;
    let terms = world.cognito.pool_mut(region, pool_id)?.terms.get_mut(id).ok_or_else(|| no_terms(id))?;
    terms.name = name;
    if let Some(links) = doc::child(input, "Links") {
        terms.links.clone_from(links);
    }
    terms.modified = now;
    Ok(json!({ "Terms": shown(pool_id, id, terms) }))
}

/// `DeleteTerms`.
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "TermsId");
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    pool.terms.remove(id).ok_or_else(|| no_terms(id))?;
    Ok(json!({}))
}

/// `ListTerms`: whose they are is told by `DescribeTerms` alone.
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let all = &world.cognito.pool(region, doc::required(input, "UserPoolId"))?.terms;
    let page = page::page(all, doc::number(input, "MaxResults"), doc::text(input, "NextToken"))?;
    let items: Vec<Value> = page
        .items
        .into_iter()
        .map(|(id, terms)| {
            json!({
                "TermsId": id,
                "TermsName": terms.name,
                "Enforcement": "NONE",
                "CreationDate": doc::time(terms.created),
                "LastModifiedDate": doc::time(terms.modified),
            })
        })
        .collect();
    let mut answer = json!({ "Terms": items });
    if let Some(next) = page.next {
        answer["NextToken"] = next.into();
    }
    Ok(answer)
}

/// The text is not known.
fn no_terms(id: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", format!("Terms {id} do not exist."))
}

/// "`TermsExistsException` on duplicates". The text is not known.
fn unique(pool: &Pool, client: &str, name: &str, but: Option<&str>) -> Result<(), Refusal> {
    let taken =
        |(id, terms): (&String, &Terms)| terms.client == client && terms.name == name && but != Some(id.as_str());
    if pool.terms.iter().any(taken) {
        return Err(Refusal::new("TermsExistsException", format!("Terms {name} already exist for client {client}.")));
    }
    Ok(())
}

/// "Links map 1–13, keys `cognito:` + …, values URL". The texts are not known.
fn links(input: &Doc) -> Result<(), Refusal> {
    let Some(links) = doc::child(input, "Links") else { return Ok(()) };
    let is_known = |key: &String| key.strip_prefix("cognito:").is_some_and(|language| LANGUAGES.contains(&language));
    if links.is_empty() || !links.keys().all(is_known) {
        return Err(invalid("Links must have between 1 and 13 entries, each of a language of managed login."));
    }
    let is_address = |link: &Value| {
        let rest =
            link.as_str().and_then(|link| link.strip_prefix("https://").or_else(|| link.strip_prefix("http://")));
        rest.is_some_and(|rest| !rest.is_empty())
    };
    if links.values().all(is_address) { Ok(()) } else { Err(invalid("Links must be valid URLs.")) }
}

fn shown(pool: &str, id: &str, terms: &Terms) -> Value {
    json!({
        "TermsId": id,
        "UserPoolId": pool,
        "ClientId": terms.client,
        "TermsName": terms.name,
        "TermsSource": "LINK",
        "Enforcement": "NONE",
        "Links": terms.links,
        "CreationDate": doc::time(terms.created),
        "LastModifiedDate": doc::time(terms.modified),
    })
}
