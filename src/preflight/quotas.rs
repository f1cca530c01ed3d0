//! What is about to be made still fits into the account's quotas (quotas_errors.md 2).
//!
//! What is there is counted; what is allowed is asked of Service Quotas, and is AWS's default where it does not say.

use futures_util::FutureExt as _;
use futures_util::future::join3;
use serde_json::{Value, json};

use super::{Check, Finding, Input, Outcome, When, unsaid};
use crate::aws::error::refused;
use crate::aws::raw::QUOTAS;
use crate::engine::plan::Action;
use crate::error::Result;
use crate::kind::Kind;
use crate::kinds::app_client::AppClient;
use crate::kinds::domain::Domain;
use crate::kinds::user_pool::UserPool;

pub(super) const CHECK: Check = Check {
    name: "quotas",
    title: "quotas of user pools, app clients and custom domains",
    why: "at a quota AWS refuses to make more, and some quotas are never raised",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

/// From this share of a quota on, it is worth a word.
const NEAR: f64 = 0.9;
/// Of how many pools the domains are counted, each with a call: by `stack preflight`, and in a plan, where somebody waits.
const MANY_POOLS: usize = 30;
const FEW_POOLS: usize = 10;

/// A quota as it stands.
struct Quota {
    at: &'static str,
    /// `user pools in eu-west-1`
    of: String,
    /// How many there will be.
    used: usize,
    most: usize,
    /// Whether `most` is what AWS gives everybody, for want of a better answer.
    is_default: bool,
    way_out: &'static str,
}

const RAISE: &str = "Service Quotas in the AWS console raises it; or delete what nobody uses";
const FIXED: &str = "AWS does not raise this one: delete what nobody uses, or use another Region or account";

async fn look(input: Input<'_>) -> Vec<Finding> {
    let is_any = |count: usize| count > 0 || input.is_whole;
    let has_pool = input.made::<UserPool>().next().is_some();
    let (clients, fewer_clients) = (new::<AppClient>(input), going::<AppClient>(input));
    let pool_id = input.pool_id().filter(|_| is_any(clients));
    let has_domain = input.made::<Domain>().any(|(_, _, domain)| domain.custom.is_some());
    if !has_pool && pool_id.is_none() && !has_domain {
        return Vec::new();
    }
    let limits = async { input.ask("ListServiceQuotas", limits(input)).await.unwrap_or_default() };
    let pools = async {
        if !has_pool && !has_domain {
            return Ok(Vec::new());
        }
        input.ask("ListUserPools", pools(input)).await
    };
    let here = async {
        match pool_id {
            Some(id) => Some((id, input.ask("ListUserPoolClients", count_clients(input, id)).await)),
            None => None,
        }
    };
    let (limits, pools, here) = join3(limits, pools, here).await;
    let region = &input.aws.region;
    let mut findings = Vec::new();
    if has_pool {
        findings.push(said("user_pool", "user pools", &pools, |pools| {
            let (most, is_default) =
                most(&limits, &["user pool", "per"], &["per user pool", "user pools per identity"], 1000);
            let used = (pools.len() + new::<UserPool>(input)).saturating_sub(going::<UserPool>(input));
            Quota { at: "user_pool", of: format!("user pools in {region}"), used, most, is_default, way_out: RAISE }
        }));
    }
    if let Some((id, counted)) = here {
        findings.push(said("app_clients", "app clients", &counted, |count| {
            let (most, is_default) = most(&limits, &["app", "per user pool"], &[], 1000);
            let used = (count + clients).saturating_sub(fewer_clients);
            Quota { at: "app_clients", of: format!("app clients in {id}"), used, most, is_default, way_out: RAISE }
        }));
    }
    if has_domain {
        // Where the pools cannot be listed, that is said of them already, unless they are none of the plan's.
        let is_said = has_pool && pools.is_err();
        findings.extend((!is_said).then_some(domains(input, &limits, &pools).await));
    }
    findings
}

/// How many of a kind there will be more by what the plan makes.
fn new<K: Kind>(input: Input<'_>) -> usize {
    input.wanted::<K>().filter(|(_, planned, _)| planned.action == Action::Create).count()
}

/// How many fewer by what it takes away. What is replaced counts neither way: all these go before their like is made.
fn going<K: Kind>(input: Input<'_>) -> usize {
    let all = input.plan.resources.iter().filter(|(address, _)| address.kind == K::NAME);
    all.filter(|(_, planned)| planned.action == Action::Delete && !planned.is_gone && planned.id.is_some()).count()
}

async fn domains(input: Input<'_>, limits: &[(String, f64)], pools: &Result<Vec<String>>) -> Finding {
    const AT: &str = "domain.name";
    let what = "custom domains";
    let pools = match pools {
        Ok(pools) => pools,
        Err(error) => return Finding::untold(AT, &format!("{what} cannot be counted"), error),
    };
    let all = input.wanted::<Domain>().filter(|(_, planned, _)| planned.action == Action::Create);
    let new = all.filter(|(_, _, domain)| domain.custom.is_some()).count();
    let (most, is_default) = most(limits, &["custom domain"], &[], 4);
    let quota = |used: usize| {
        let of = format!("{what} in {}", input.aws.region);
        Quota { at: AT, of, used, most, is_default, way_out: FIXED }
    };
    // A pool has one at most: of a few pools nobody needs to be asked.
    let at_most = quota(pools.len() + new).finding();
    if at_most.outcome == Outcome::Pass {
        return Finding::pass(AT, format!("at most {}", at_most.problem.message));
    }
    if pools.len() > if input.is_whole { MANY_POOLS } else { FEW_POOLS } {
        let message = format!("{what} are not counted: {} pools would have to be read", pools.len());
        return Finding::unknown(AT, message);
    }
    let counted = input.ask("DescribeUserPool", count_domains(input, pools)).await;
    said(AT, what, &counted, |count| quota(count + new))
}

fn said<T>(at: &str, what: &str, counted: &Result<T>, quota: impl Fn(&T) -> Quota) -> Finding {
    match counted {
        Ok(counted) => quota(counted).finding(),
        Err(error) => Finding::untold(at, &format!("{what} cannot be counted"), error),
    }
}

impl Quota {
    fn finding(self) -> Finding {
        let Self { at, of, used, most, is_default, way_out } = self;
        let unless = if is_default { " (AWS's default, where it was not raised)" } else { "" };
        let message = format!("{used} of {most} {of}{unless}");
        #[expect(clippy::cast_precision_loss, reason = "quotas are far below 2^52")]
        let is_near = used as f64 >= most as f64 * NEAR;
        match used {
            _ if used > most && is_default => Finding::warn(at, format!("too many: {message}"), way_out),
            _ if used > most => Finding::fail(at, format!("too many: {message}"), way_out),
            _ if is_near => Finding::warn(at, message, way_out),
            _ => Finding::pass(at, message),
        }
    }
}

/// The account's quotas of Cognito: what each is called, in lower case, and its value.
async fn limits(input: Input<'_>) -> Result<Vec<(String, f64)>> {
    let mut found = Vec::new();
    let mut asked = json!({ "ServiceCode": "cognito-idp", "MaxResults": 100 });
    loop {
        let call = ("ServiceQuotasV20190624", "ListServiceQuotas");
        let said = input.aws.raw.json(QUOTAS, &input.aws.region, call, &asked).await?;
        let quotas = said["Quotas"].as_array().into_iter().flatten();
        found.extend(
            quotas.filter_map(|quota| Some((quota["QuotaName"].as_str()?.to_lowercase(), quota["Value"].as_f64()?))),
        );
        match &said["NextToken"] {
            Value::String(next) => asked["NextToken"] = next.clone().into(),
            _ => return Ok(found),
        }
    }
}

/// The value of the quota whose name holds all of `words`, each at the beginning of a word, and none of `not`; else the
/// default, and that it is that. What Service Quotas calls a quota has changed before, so that its words are looked for,
/// and not its whole name; rates are other quotas with much the same words.
fn most(limits: &[(String, f64)], words: &[&str], not: &[&str], default: usize) -> (usize, bool) {
    let is_it = |name: &str| {
        let name = format!(" {name}");
        let holds = |word: &&str| name.contains(&format!(" {word}"));
        words.iter().all(holds) && !not.iter().chain(&RATES).any(holds)
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "quotas are small whole numbers")]
    let found = limits.iter().find(|(name, _)| is_it(name)).map(|(_, value)| *value as usize);
    found.map_or((default, true), |value| (value, false))
}

/// What the names of rates hold.
const RATES: [&str; 4] = ["rate", "request", "second", "rps"];

async fn pools(input: Input<'_>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut next = None;
    loop {
        let ask = input.aws.cognito.list_user_pools().max_results(60).set_next_token(next);
        let page = ask.send().await.map_err(refused("ListUserPools"))?;
        let listed = page.user_pools.ok_or_else(|| unsaid("ListUserPools", "the answer holds no list"))?;
        found.extend(listed.into_iter().filter_map(|pool| pool.id));
        next = page.next_token;
        if next.is_none() {
            return Ok(found);
        }
    }
}

async fn count_clients(input: Input<'_>, pool: &str) -> Result<usize> {
    let mut count = 0;
    let mut next = None;
    loop {
        let ask = input.aws.cognito.list_user_pool_clients().user_pool_id(pool).max_results(60).set_next_token(next);
        let page = ask.send().await.map_err(refused("ListUserPoolClients"))?;
        let listed = page.user_pool_clients.ok_or_else(|| unsaid("ListUserPoolClients", "the answer holds no list"))?;
        count += listed.len();
        next = page.next_token;
        if next.is_none() {
            return Ok(count);
        }
    }
}

async fn count_domains(input: Input<'_>, pools: &[String]) -> Result<usize> {
    let asked = pools.iter().map(|pool| async move {
        let ask = input.aws.cognito.describe_user_pool().user_pool_id(pool);
        let said = ask.send().await.map_err(refused("DescribeUserPool"));
        match said {
            Ok(said) => {
                let pool = said.user_pool.ok_or_else(|| unsaid("DescribeUserPool", "the answer describes no pool"))?;
                Ok(pool.custom_domain.is_some_and(|name| !name.is_empty()))
            }
            // It went while it was being counted.
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    });
    let found = futures_util::future::join_all(asked).await.into_iter().collect::<Result<Vec<bool>>>()?;
    Ok(found.into_iter().filter(|has| *has).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_that_is_near_or_passed_is_told() {
        let finding = |used, most, is_default| {
            let quota = Quota { at: "user_pool", of: "pools".to_owned(), used, most, is_default, way_out: RAISE };
            quota.finding().outcome
        };
        assert_eq!(finding(8, 10, false), Outcome::Pass);
        assert_eq!(finding(9, 10, false), Outcome::Warn);
        assert_eq!(finding(10, 10, false), Outcome::Warn);
        assert_eq!(finding(11, 10, false), Outcome::Fail);
        // Perhaps it was raised, and nobody may look.
        assert_eq!(finding(11, 10, true), Outcome::Warn);
    }

    #[test]
    fn quotas_are_known_by_their_words() {
        let limits = [("apps per user pool".to_owned(), 2000.0), ("maximum user pools per region".to_owned(), 1500.0)];
        assert_eq!(most(&limits, &["user pool", "per"], &["per user pool"], 1000), (1500, false));
        assert_eq!(most(&limits, &["app", "per user pool"], &[], 1000), (2000, false));
        assert_eq!(most(&limits, &["custom domain"], &[], 4), (4, true));
        let others = ["user pool read requests per second", "attribute mappings per user pool", "users per user pool"];
        let others = others.map(|name| (name.to_owned(), 20.0));
        assert_eq!(most(&others, &["user pool", "per"], &["per user pool"], 1000), (1000, true));
        assert_eq!(most(&others, &["app", "per user pool"], &[], 1000), (1000, true));
    }
}
