//! IAM lets whoever applies make the calls that the plan asks for, as far as IAM's own simulator can tell.
//!
//! It looks at the caller's policies, at permission boundaries and at the organisation's policies. A decision that hangs
//! on a condition which only the real call can answer (a tag, a record's name) is not known.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt as _;
use futures_util::future::{join, join_all};

use super::{Check, Finding, Input, Outcome, When, listed, part, unsaid};
use crate::aws::Caller;
use crate::aws::raw::{IAM, elements};
use crate::error::Result;
use crate::kinds::hosted_zone::public;

mod needs;
use needs::{Need, makes_records, needs};

pub(super) const CHECK: Check = Check {
    name: "permissions",
    title: "the IAM actions that apply needs",
    why: "an apply that may make half of its calls stops half-way",
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

/// What IAM decides of an action.
enum Decision {
    Allowed,
    /// Whether a policy forbids it outright.
    Denied {
        is_explicit: bool,
    },
    /// It hangs on these condition keys.
    Depends(Vec<String>),
}

async fn look(input: Input<'_>) -> Vec<Finding> {
    let at = "account";
    let unknown =
        |error: &crate::error::Error| vec![Finding::untold(at, "nobody knows which IAM actions are allowed", error)];
    // The zones of records are part of what is asked; nobody has to wait for them first.
    let zones = async { input.ask("ListHostedZones", public(input.aws)).await.unwrap_or_default() };
    let zones = async { if makes_records(input) { zones.await } else { Vec::new() } };
    let (caller, zones) = join(input.caller(), zones).await;
    let caller = match caller {
        Ok(caller) => caller,
        Err(error) => return unknown(&error),
    };
    let needs = needs(input, &caller.account, &zones);
    if needs.is_empty() {
        return Vec::new();
    }
    if part(&caller.arn, 5) == "root" {
        return vec![Finding::pass(at, "the account's root user is allowed everything")];
    }
    let principal = match principal(input, caller).await {
        Ok(Some(principal)) => principal,
        Ok(None) => return vec![Finding::unknown(at, format!("IAM simulates no policies for {}", caller.arn))],
        Err(error) => return unknown(&error),
    };
    let mut by_resource: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for need in &needs {
        by_resource.entry(&need.resource).or_default().insert(need.action);
    }
    let asked = by_resource.into_iter().map(|(resource, actions)| simulate(input, &principal, resource, actions));
    let answers: Result<Vec<_>> = join_all(asked).await.into_iter().collect();
    let decided: BTreeMap<(String, String), Decision> = match answers {
        Ok(answers) => answers.into_iter().flatten().collect(),
        Err(error) => return unknown(&error),
    };
    told(&needs, &decided, caller)
}

fn told(needs: &[Need], decided: &BTreeMap<(String, String), Decision>, caller: &Caller) -> Vec<Finding> {
    let (mut findings, mut allowed) = (Vec::new(), 0_usize);
    let mut depends: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for Need { action, resource, at, is_exact } in needs {
        match decided.get(&(resource.clone(), (*action).to_owned())) {
            Some(Decision::Allowed) => allowed += 1,
            Some(Decision::Denied { is_explicit }) => {
                let hint = if *is_explicit {
                    "a policy forbids it outright, perhaps the organisation's: allowing it elsewhere does not help"
                        .into()
                } else {
                    format!("allow `{action}` on `{resource}` for {} in IAM, then run this again", caller.arn)
                };
                let message = format!("IAM does not allow `{action}` on `{resource}`");
                // Where a star stands for what has no name yet, IAM may still allow the very one that will be made.
                let is_sure = *is_exact || *is_explicit;
                findings.push(if is_sure {
                    Finding::fail(at, message, hint)
                } else {
                    Finding::warn(at, message, hint)
                });
            }
            Some(Decision::Depends(keys)) => depends.entry(listed(keys)).or_default().push(action),
            None => depends.entry("what IAM does not say".to_owned()).or_default().push(action),
        }
    }
    for (keys, actions) in depends {
        findings.push(Finding::unknown("account", format!("{} hangs on {keys}", listed(actions))));
    }
    if allowed > 0 && !findings.iter().any(|finding| matches!(finding.outcome, Outcome::Fail | Outcome::Warn)) {
        findings.insert(0, Finding::pass("account", format!("{allowed} actions are allowed for {}", caller.arn)));
    }
    findings
}

/// Whose policies are to be simulated: the caller, or the role that it has taken on.
async fn principal(input: Input<'_>, caller: &Caller) -> Result<Option<String>> {
    let whole = part(&caller.arn, 5);
    if let Some(assumed) = whole.strip_prefix("assumed-role/") {
        // The path of a role is not in the caller's ARN, and SSO's roles have one.
        let role = assumed.split('/').next().unwrap_or_default();
        let fields = [("RoleName".to_owned(), role.to_owned())];
        let asked = input.aws.raw.query(IAM, &input.aws.region, (VERSION, "GetRole"), &fields);
        let said = input.ask("GetRole", asked).await?;
        let role = elements(&said, "Role").into_iter().next().unwrap_or_default();
        let arn = role.into_iter().find(|(path, _)| path == "Arn").map(|(_, arn)| arn);
        return arn.map(Some).ok_or_else(|| unsaid("GetRole", "the answer does not say what the role is called"));
    }
    Ok(whole.starts_with("user/").then(|| caller.arn.clone()))
}

/// The version of IAM's API.
const VERSION: &str = "2010-05-08";

/// What IAM decides of these actions on one resource. One resource a call: of several IAM gives the sternest decision
/// alone.
async fn simulate(
    input: Input<'_>,
    principal: &str,
    resource: &str,
    actions: BTreeSet<&str>,
) -> Result<Vec<((String, String), Decision)>> {
    let mut fields = vec![("PolicySourceArn".to_owned(), principal.to_owned())];
    for (index, action) in actions.iter().enumerate() {
        fields.push((format!("ActionNames.member.{}", index + 1), (*action).to_owned()));
    }
    fields.push(("ResourceArns.member.1".to_owned(), resource.to_owned()));
    let mut found = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let mut asked = fields.clone();
        asked.extend(marker.map(|marker| ("Marker".to_owned(), marker)));
        let call = (VERSION, "SimulatePrincipalPolicy");
        let said =
            input.ask("SimulatePrincipalPolicy", input.aws.raw.query(IAM, &input.aws.region, call, &asked)).await?;
        for result in elements(&said, "member") {
            let text = |wanted: &str| result.iter().find(|(path, _)| path == wanted).map_or("", |(_, text)| text);
            let is_missing = |path: &str| path == "MissingContextValues/member";
            let missing: Vec<String> =
                result.iter().filter(|(path, _)| is_missing(path)).map(|(_, key)| key.clone()).collect();
            let decision = match text("EvalDecision") {
                "allowed" => Decision::Allowed,
                "explicitDeny" if missing.is_empty() => Decision::Denied { is_explicit: true },
                "implicitDeny" if missing.is_empty() => Decision::Denied { is_explicit: false },
                "explicitDeny" | "implicitDeny" => Decision::Depends(missing),
                _ => continue,
            };
            found.push(((resource.to_owned(), text("EvalActionName").to_owned()), decision));
        }
        let whole = elements(&said, "SimulatePrincipalPolicyResult").into_iter().next().unwrap_or_default();
        marker = whole.into_iter().find(|(path, _)| path == "Marker").map(|(_, marker)| marker);
        if found.is_empty() {
            return Err(unsaid("SimulatePrincipalPolicy", "the answer decides nothing"));
        }
        if marker.is_none() {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_sure_to_be_denied_fails() {
        let caller = Caller { account: "1".to_owned(), arn: "arn:aws:iam::1:user/ann".to_owned() };
        let outcome = |resource: &str, is_exact: bool, decision: Option<Decision>| {
            let (resource, at) = (resource.to_owned(), "user_pool".to_owned());
            let need = Need { action: "cognito-idp:UpdateUserPool", resource, at, is_exact };
            let key = (need.resource.clone(), need.action.to_owned());
            let decided = decision.into_iter().map(|decision| (key.clone(), decision)).collect();
            let findings = told(&[need], &decided, &caller);
            assert_eq!(findings.len(), 1, "{findings:?}");
            findings[0].outcome
        };
        let (denied, forbidden) = (Decision::Denied { is_explicit: false }, Decision::Denied { is_explicit: true });
        assert_eq!(outcome("arn:…:userpool/eu-west-1_a", true, Some(denied)), Outcome::Fail);
        // A policy may name the pools of one name, and this one has no id yet.
        let denied = Decision::Denied { is_explicit: false };
        assert_eq!(outcome("arn:…:userpool/*", false, Some(denied)), Outcome::Warn);
        assert_eq!(outcome("arn:…:userpool/*", false, Some(forbidden)), Outcome::Fail);
        assert_eq!(outcome("*", true, Some(Decision::Allowed)), Outcome::Pass);
        let depends = Decision::Depends(vec!["aws:RequestTag/app".to_owned()]);
        assert_eq!(outcome("*", true, Some(depends)), Outcome::Unknown);
        assert_eq!(outcome("*", true, None), Outcome::Unknown, "what IAM does not speak of is not allowed for that");
    }
}
