//! The authorizers that a pool has already, for whoever adopts it; nothing here is needed to apply a stack.

use super::{all, is_gone};
use crate::error::Result;
use crate::kind::Ctx;

/// The authorizers of the Region's HTTP APIs that take the tokens of `issuer`: the id of each, and its name.
///
/// # Errors
/// When they cannot be listed.
pub async fn of_issuer(ctx: &Ctx, issuer: &str) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for api in all(ctx, "GetApis", "").await? {
        let (Some(api), "HTTP") = (api["apiId"].as_str(), api["protocolType"].as_str().unwrap_or_default()) else {
            continue;
        };
        let held = match all(ctx, "GetAuthorizers", &format!("{api}/authorizers")).await {
            // It has gone meanwhile.
            Err(error) if is_gone(&error) => continue,
            held => held?,
        };
        for one in held.iter().filter(|one| one["jwtConfiguration"]["issuer"] == issuer) {
            if let (Some(id), Some(name)) = (one["authorizerId"].as_str(), one["name"].as_str()) {
                found.push((format!("{api}/{id}"), name.to_owned()));
            }
        }
    }
    Ok(found)
}
