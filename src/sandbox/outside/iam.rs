//! IAM: whoever calls may do everything; roles that are asked for exist.

use super::{ACCOUNT, Refusal};
use crate::sandbox::wire::{self, Query, Reply, Request};
use crate::sandbox::xml::Element;

/// The namespace of every answer.
pub(super) const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";
/// How many actions there are on a page; short, so that clients have to turn it.
const PAGE: usize = 4;

/// Answers one call.
pub(super) fn handle(operation: &str, request: &Request, id: &str) -> Result<Reply, Refusal> {
    let form = wire::form(request.body());
    let result = match operation {
        "GetRole" => role(&form)?,
        "SimulatePrincipalPolicy" => simulate(&form)?,
        _ => {
            let message = format!("Could not find operation {operation} for version 2010-05-08");
            return Err(Refusal::new("InvalidAction", message));
        }
    };
    let response = Element::new(format!("{operation}Response"))
        .within(NAMESPACE)
        .with(result)
        .with(Element::new("ResponseMetadata").leaf("RequestId", id));
    Ok(wire::xml_reply(200, &response))
}

fn role(form: &Query) -> Result<Element, Refusal> {
    let name = form.get("RoleName").filter(|name| (1..=64).contains(&name.len()));
    let name = name.ok_or_else(|| Refusal::new("ValidationError", "RoleName must have 1 to 64 characters"))?;
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/{name}");
    let role = Element::new("Role").leaf("Path", "/").leaf("RoleName", name).leaf("Arn", arn);
    Ok(Element::new("GetRoleResult").with(role))
}

/// One result for each action (API reference: `EvaluationResult`).
fn simulate(form: &Query) -> Result<Element, Refusal> {
    let source = form.get("PolicySourceArn").unwrap_or_default();
    let is_principal = ["user", "role", "group"].iter().any(|kind| source.contains(&format!(":{kind}/")));
    if !source.starts_with("arn:") || !is_principal {
        let message = format!("Invalid Entity Arn: {source} does not clearly define entity type and name.");
        return Err(Refusal::new("InvalidInput", message));
    }
    let list = |name: &str| -> Vec<String> {
        (1..).map_while(|number| form.get(&format!("{name}.member.{number}")).map(str::to_owned)).collect()
    };
    let actions = list("ActionNames");
    if actions.is_empty() {
        return Err(Refusal::new("ValidationError", "ActionNames must not be empty"));
    }
    if let Some(odd) = actions.iter().find(|action| !action.contains(':') || !(3..=128).contains(&action.len())) {
        return Err(Refusal::new("InvalidInput", format!("Invalid Action: {odd}")));
    }
    let from = match form.get("Marker").map(str::parse::<usize>) {
        None => 0,
        Some(Ok(from)) if from < actions.len() => from,
        Some(_) => return Err(Refusal::new("InvalidInput", "Invalid Marker.")),
    };
    let resource = list("ResourceArns").into_iter().next().unwrap_or_else(|| "*".to_owned());
    let results = actions[from..].iter().take(PAGE).map(|action| {
        Element::new("member")
            .leaf("EvalActionName", action)
            .leaf("EvalDecision", "allowed")
            .leaf("EvalResourceName", &resource)
            .with(Element::new("MissingContextValues"))
    });
    let is_more = from + PAGE < actions.len();
    Ok(Element::new("SimulatePrincipalPolicyResult")
        .leaf("IsTruncated", is_more)
        .leaf_if("Marker", is_more.then_some(from + PAGE))
        .with(Element::new("EvaluationResults").with_all(results)))
}
