//! The calls to Route 53.

use std::time::Duration;

use aws_sdk_route53::error::SdkError;
use aws_sdk_route53::operation::change_resource_record_sets::ChangeResourceRecordSetsError;
use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, ChangeStatus, ResourceRecord, ResourceRecordSet, RrType,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::text::{received, sent};
use super::{Content, Place};
use crate::aws::Aws;
use crate::aws::error::refused;
use crate::error::{AwsFailure, Error, Result};
use crate::kind::{Ctx, Wait};
use crate::kinds::busy::outlast;
use crate::kinds::hosted_zone::bare;
use crate::kinds::names::canonical;

/// What to do with a record.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    /// Make it; refused where it is there.
    Create,
    /// Make it so, whatever is there.
    Upsert,
    /// Delete it; refused where it is not just so.
    Delete,
}

/// What stands at a place; None when there is no such record or no such zone.
pub(super) async fn lookup(aws: &Aws, place: &Place) -> Result<Option<Content>> {
    let call = aws
        .route53
        .list_resource_record_sets()
        .hosted_zone_id(&place.zone)
        .start_record_name(&place.name)
        .start_record_type(RrType::from(place.kind.as_str()))
        .max_items(1);
    let page = match call.send().await.map_err(refused("ListResourceRecordSets")) {
        Ok(page) => page,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error),
    };
    // domain_certificate_dns.md 7.2: the listing starts at a position, which another record may hold.
    let is_it =
        |set: &ResourceRecordSet| canonical(set.name()) == place.name && set.r#type().as_str() == place.kind.as_str();
    match page.resource_record_sets.into_iter().next().filter(is_it) {
        Some(set) => content(place, &set).map(Some),
        None => Ok(None),
    }
}

/// What stands at `place` or keeps Route 53 from making a record there: one of the same type, or a CNAME beside another
/// (domain_certificate_dns.md 7.3). By ids and as a person knows them.
pub(super) async fn in_the_way(aws: &Aws, place: &Place) -> Result<Vec<(String, String)>> {
    // One name has fewer types than a page has room for.
    let call = aws.route53.list_resource_record_sets().hosted_zone_id(&place.zone).start_record_name(&place.name);
    let page = call.max_items(ONE_NAME).send().await.map_err(refused("ListResourceRecordSets"))?;
    let (wanted, cname) = (place.kind.as_str(), RrType::Cname.as_str());
    let is_in_the_way = |set: &&ResourceRecordSet| {
        let kind = set.r#type().as_str();
        canonical(set.name()) == place.name && (kind == wanted || kind == cname || wanted == cname)
    };
    let found = page.resource_record_sets.iter().filter(is_in_the_way).map(|set| {
        let kind = set.r#type().as_str();
        let id = format!("{}/{}/{kind}", place.zone, place.name);
        let says: Vec<&str> = match set.alias_target() {
            Some(alias) => vec!["an alias of", alias.dns_name()],
            None => set.resource_records().iter().map(ResourceRecord::value).collect(),
        };
        (id, format!("{} {kind} ({})", place.name, says.join(" ")))
    });
    Ok(found.collect())
}

/// As many record sets as one name can have without routing policies, and more.
const ONE_NAME: i32 = 20;

fn content(place: &Place, set: &ResourceRecordSet) -> Result<Content> {
    if set.set_identifier().is_some() || set.traffic_policy_instance_id().is_some() {
        return Err(Error::aws_state(format!("the record {place} has a routing policy, which stack does not manage"))
            .hinted("remove the policy in Route 53, or take the record out of the stack"));
    }
    if let Some(alias) = set.alias_target() {
        return Ok(Content::Alias {
            dns_name: canonical(alias.dns_name()),
            zone_id: alias.hosted_zone_id().to_owned(),
            evaluate_target_health: alias.evaluate_target_health(),
        });
    }
    let values = set.resource_records().iter().map(|record| received(place.kind, record.value())).collect();
    Ok(Content::Values { ttl: set.ttl().and_then(|ttl| u32::try_from(ttl).ok()).unwrap_or_default(), values })
}

/// Changes a record, and returns the change's id. Waits while another change of the zone is under way.
pub(super) async fn change(ctx: &Ctx, place: &Place, action: Action, content: &Content) -> Result<String> {
    let batch = batch(place, action, content)?;
    let passes = |error: &Error| error.code() == Some("PriorRequestNotComplete") || error.is_throttled();
    outlast(ctx, &FREE, passes, async || {
        let call = ctx.aws.route53.change_resource_record_sets().hosted_zone_id(&place.zone);
        let answer = call.change_batch(batch.clone()).send().await.map_err(spelled_out)?;
        Ok(Some(answer.change_info.map(|info| info.id).unwrap_or_default()))
    })
    .await
}

/// The refusal with what is wrong with the change: Route 53 may say it in a list of messages, and may leave out the
/// envelope that the SDK looks for, so that neither code nor text comes through (domain_certificate_dns.md 7.3).
fn spelled_out(error: SdkError<ChangeResourceRecordSetsError, HttpResponse>) -> Error {
    let messages = match error.as_service_error() {
        Some(ChangeResourceRecordSetsError::InvalidChangeBatch(batch)) => batch.messages().to_vec(),
        _ => error.raw_response().and_then(|raw| raw.body().bytes()).map(bare_messages).unwrap_or_default(),
    };
    let error = refused("ChangeResourceRecordSets")(error);
    let messages = messages.join("; ");
    match error.aws_failure() {
        Some(failure) if !messages.is_empty() && !failure.message.contains(&messages) => {
            // Without the envelope there is no text of AWS's beside them.
            let said = if failure.code.is_some() { failure.message.as_str() } else { "" };
            let message = [said, &messages].join(" ").trim_start().to_owned();
            let code = failure.code.clone().or_else(|| Some("InvalidChangeBatch".to_owned()));
            Error::aws(AwsFailure { code, message, ..failure.clone() }, error.outcome())
        }
        _ => error,
    }
}

/// The messages of a bare `<InvalidChangeBatch>`.
fn bare_messages(body: &[u8]) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(body) else { return Vec::new() };
    if !text.contains("<InvalidChangeBatch") {
        return Vec::new();
    }
    let parts = text.split("<Message>").skip(1).filter_map(|part| part.split("</Message>").next());
    parts.map(|part| quick_xml::escape::unescape(part).unwrap_or(part.into()).into_owned()).collect()
}

fn batch(place: &Place, action: Action, content: &Content) -> Result<ChangeBatch> {
    let incomplete = |error| Error::bug(format!("the change of {place} is incomplete")).caused_by(error);
    let mut set = ResourceRecordSet::builder().name(&place.name).r#type(RrType::from(place.kind.as_str()));
    match content {
        Content::Values { ttl, values } => {
            set = set.ttl(i64::from(*ttl));
            for value in values {
                let record = ResourceRecord::builder().value(sent(place.kind, value)).build().map_err(incomplete)?;
                set = set.resource_records(record);
            }
        }
        Content::Alias { dns_name, zone_id, evaluate_target_health } => {
            let alias = AliasTarget::builder().dns_name(dns_name).hosted_zone_id(zone_id);
            set = set.alias_target(alias.evaluate_target_health(*evaluate_target_health).build().map_err(incomplete)?);
        }
    }
    let action = match action {
        Action::Create => ChangeAction::Create,
        Action::Upsert => ChangeAction::Upsert,
        Action::Delete => ChangeAction::Delete,
    };
    let set = set.build().map_err(incomplete)?;
    let change = Change::builder().action(action).resource_record_set(set).build().map_err(incomplete)?;
    ChangeBatch::builder().changes(change).build().map_err(incomplete)
}

/// Waits until every name server of Route 53 has the change.
pub(super) async fn in_sync(ctx: &Ctx, change: &str) -> Result<()> {
    let change = bare(change);
    outlast(ctx, &IN_SYNC, Error::is_throttled, async || {
        let answer = ctx.aws.route53.get_change().id(change).send().await;
        match answer.map_err(refused("GetChange")) {
            Ok(answer) => {
                let is_done = answer.change_info.is_none_or(|info| info.status == ChangeStatus::Insync);
                Ok(is_done.then_some(()))
            }
            // domain_certificate_dns.md 7.3: change ids expire, long after the change.
            Err(error) if error.is_not_found() => Ok(Some(())),
            Err(error) => Err(error),
        }
    })
    .await
}

const FREE: Wait<'static> = Wait {
    what: "for Route 53 to have time for a change to the hosted zone",
    every: Duration::from_secs(5),
    at_most: Duration::from_mins(3),
};

/// domain_certificate_dns.md 7.2: usually under a minute.
const IN_SYNC: Wait<'static> =
    Wait { what: "for Route 53 to spread the record", every: Duration::from_secs(5), at_most: Duration::from_mins(15) };
