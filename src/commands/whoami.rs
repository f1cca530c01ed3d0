//! `stack whoami`: as whom, and where, AWS would be called.

use serde_json::json;

use super::session::House;
use crate::aws::CERTIFICATES;
use crate::clock;
use crate::error::Result;
use crate::state::State;
use crate::ui::{Exit, Ui, table};

/// Shows the account, the identity, the Region and where the credentials come from; for a stack, as its file says, and
/// whether the account is its own.
///
/// # Errors
/// When there are no credentials, a role cannot be taken on, or the account is not the stack's.
pub async fn whoami(house: &House, ui: &Ui, stack: Option<&str>, as_json: bool) -> Result<Exit> {
    let session = match stack {
        Some(stack) => Some(house.open_as_it_is(stack).await?),
        None => None,
    };
    let has_region = session.is_some() || house.region_of(None).await.is_some();
    let bare;
    let aws = if let Some(session) = &session {
        &*session.aws
    } else {
        // STS answers in every Region, so that none has to be named.
        bare = house.reach(if has_region { None } else { Some(CERTIFICATES) }).await?;
        &bare
    };
    let caller = aws.caller().await?;
    let (from, ends) = if house.is_sandbox { ("the sandbox", None) } else { aws.credentials().await? };
    let mut said = json!({
        "account": caller.account, "arn": caller.arn, "region": has_region.then_some(&aws.region), "credentials": from,
        "expires": ends.map(clock::text),
    });
    let has_zone_role = session.as_ref().is_some_and(|session| session.loaded.file.hosted_zone_role.is_some());
    if has_zone_role && !house.is_sandbox {
        said["hosted_zone_arn"] = json!(aws.zone_caller().await?.arn);
    }
    if as_json {
        ui.json(&said);
    } else {
        ui.out(&table::identity(&said));
    }
    if let Some(session) = &session {
        let state: State = session.state().await?;
        session.guard_account(&state, false).await?;
    }
    Ok(Exit::Done)
}
