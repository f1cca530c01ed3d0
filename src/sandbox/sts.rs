//! STS, as the sandbox plays it: it says who is calling, and nothing else.

use super::wire::{self, Reply};
use super::xml::Element;
use super::{ACCOUNT, Refusal};

/// The namespace of every answer.
pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Answers one call.
pub(super) fn handle(operation: &str, id: &str) -> Result<Reply, Refusal> {
    if operation != "GetCallerIdentity" {
        let message = format!("Could not find operation {operation} for version 2011-06-15");
        return Err(Refusal::new("InvalidAction", message));
    }
    let result = Element::new("GetCallerIdentityResult")
        .leaf("Arn", format!("arn:aws:iam::{ACCOUNT}:user/sandbox"))
        .leaf("UserId", "AIDASANDBOXSANDBOXSAN")
        .leaf("Account", ACCOUNT);
    let response = Element::new("GetCallerIdentityResponse")
        .within(NAMESPACE)
        .with(result)
        .with(Element::new("ResponseMetadata").leaf("RequestId", id));
    Ok(wire::xml_reply(200, &response))
}
