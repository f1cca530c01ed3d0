//! The domain's name is nobody else's yet: no other pool's, no other CloudFront distribution's.

use std::collections::BTreeSet;

use futures_util::FutureExt as _;
use futures_util::future::join3;

use super::{Check, Finding, Input, When, at, is_made, unsaid};
use crate::aws::cognito::types::DomainStatusType;
use crate::aws::error::refused;
use crate::aws::raw::{CLOUDFRONT, elements, escaped};
use crate::engine::plan::Planned;
use crate::error::Result;
use crate::kind::Kind as _;
use crate::kinds::domain::Domain;
use crate::kinds::names::{canonical, covers};
use crate::kinds::user_pool::UserPool;

pub(super) const CHECK: Check = Check {
    name: "domain_taken",
    title: "whether the domain's name is free",
    why: "a name belongs to one pool and to one CloudFront distribution, of whatever account",
    source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

async fn look(input: Input<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, planned, domain) in input.made::<Domain>() {
        let name = canonical(&domain.domain);
        let is_custom = domain.custom.is_some();
        let at = at(planned, if is_custom { "name" } else { "prefix" });
        // What the state knows is this stack's own, and so is what this plan takes away.
        let is_own = planned.id.as_deref() == Some(name.as_str()) || goes(input, &name);
        findings.push(if is_own {
            Finding::pass(at, format!("{name} is this stack's own"))
        } else {
            of_name(input, planned, at, &name, is_custom).await
        });
    }
    findings
}

fn goes(input: Input<'_>, name: &str) -> bool {
    let domains = input.plan.resources.iter().filter(|(address, _)| address.kind == Domain::NAME);
    domains.into_iter().any(|(_, planned)| planned.id.as_deref() == Some(name))
}

async fn of_name(input: Input<'_>, planned: &Planned, at: String, name: &str, is_custom: bool) -> Finding {
    let ask = input.aws.cognito.describe_user_pool_domain().domain(name).send();
    let ask = input.ask("DescribeUserPoolDomain", ask.map(|said| said.map_err(refused("DescribeUserPoolDomain"))));
    // What only matters for a domain of one's own that is about to be made is asked for no other.
    let is_looked_for = is_custom && is_made(planned);
    let distributions = async {
        if !is_looked_for {
            return Ok(Vec::new());
        }
        input.ask("ListDistributions", distributions(input)).await
    };
    let cname = async {
        if !is_looked_for {
            return Ok(None);
        }
        input.ask("public DNS", input.aws.dns.cname(name)).await
    };
    let (said, distributions, cname) = join3(ask, distributions, cname).await;
    let said = said.and_then(|said| {
        said.domain_description.ok_or_else(|| unsaid("DescribeUserPoolDomain", "the answer describes nothing"))
    });
    let said = match said {
        Ok(told) => told.user_pool_id.map(|pool| (pool, told.status)),
        Err(error) => return Finding::untold(at, &format!("nobody knows whether {name} is taken"), &error),
    };
    let own: BTreeSet<&str> = pools(input).collect();
    // An unknown name is described by nothing at all (domain_certificate_dns.md 2); one that goes is waited for.
    if let Some((pool, status)) = said
        && !own.contains(pool.as_str())
        && status != Some(DomainStatusType::Deleting)
    {
        let hint = "take the domain off that pool (delete-user-pool-domain), or choose another name";
        return Finding::fail(at, format!("{name} belongs to another user pool: {pool}"), hint);
    }
    if !is_looked_for {
        return Finding::pass(at, format!("no other user pool has {name}"));
    }
    if let Ok(all) = &distributions
        && let Some((id, alias)) = all.iter().find(|(_, alias)| alias == name || covers(alias, name))
    {
        // Of an exact name CloudFront allows one distribution; a wildcard may stand beside it in the same account.
        if alias == name {
            let hint = "take it off that distribution's alternate domain names, then run this again";
            return Finding::fail(at, format!("the CloudFront distribution {id} of this account has {name}"), hint);
        }
        let hint = format!("if AWS refuses the name, take {alias} off that distribution: it is kept for this account");
        return Finding::warn(at, format!("the CloudFront distribution {id} of this account has {alias}"), hint);
    }
    match cname {
        Ok(Some(target)) if target.ends_with(".cloudfront.net") => Finding::warn(
            at,
            format!("{name} points to {target} already: if that distribution has the name, AWS refuses it here"),
            "take the name off that distribution, or choose another one",
        ),
        Ok(_) => match distributions {
            Ok(_) => Finding::pass(at, format!("no other user pool has {name}, and no distribution of this account")),
            Err(error) => {
                let what = format!("no other user pool has {name}; whether a CloudFront distribution has");
                Finding::untold(at, &what, &error)
            }
        },
        Err(error) => Finding::untold(at, &format!("nobody knows whom {name} points to"), &error),
    }
}

/// Every pool of this stack's, those that go too.
fn pools(input: Input<'_>) -> impl Iterator<Item = &str> {
    let pools = input.plan.resources.iter().filter(|(address, _)| address.kind == UserPool::NAME);
    pools.filter_map(|(_, planned)| planned.id.as_deref())
}

/// The names that the account's distributions answer to, each with the distribution.
async fn distributions(input: Input<'_>) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut marker = String::new();
    loop {
        let path = format!("/2020-05-31/distribution?MaxItems=100{marker}");
        let said = input.aws.raw.get_text(CLOUDFRONT, &input.aws.region, "ListDistributions", &path).await?;
        for summary in elements(&said, "DistributionSummary") {
            let id = summary.iter().find(|(path, _)| path == "Id").map(|(_, id)| id.clone()).unwrap_or_default();
            let names = summary.into_iter().filter(|(path, _)| path == "Aliases/Items/CNAME");
            found.extend(names.map(|(_, name)| (id.clone(), canonical(&name))));
        }
        let list = elements(&said, "DistributionList").into_iter().next();
        let list = list.ok_or_else(|| unsaid("ListDistributions", "the answer holds no list"))?;
        let next = list.into_iter().find(|(path, _)| path == "NextMarker");
        match next {
            Some((_, next)) => marker = format!("&Marker={}", escaped(&next)),
            None => return Ok(found),
        }
    }
}
