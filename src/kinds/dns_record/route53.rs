//! The calls to Route 53.

use std::time::Duration;

use aws_sdk_route53::error::SdkError;
use aws_sdk_route53::operation::change_resource_record_sets::ChangeResourceRecordSetsError;
use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, ChangeStatus, ResourceRecord, ResourceRecordSet, RrType,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::text::{received, sent};
use super::{Content, Place, RecordRouting, Standing};
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
}

/// What stands at a place; None when there is no such record or no such zone.
pub(super) async fn lookup(aws: &Aws, place: &Place) -> Result<Option<Standing>> {
    let set = lookup_set(aws, place).await?;
    set.map(|set| standing(place, &set)).transpose()
}

/// The same, just as Route 53 has it.
pub(super) async fn lookup_set(aws: &Aws, place: &Place) -> Result<Option<ResourceRecordSet>> {
    let call = aws
        .route53
        .list_resource_record_sets()
        .hosted_zone_id(&place.zone)
        .start_record_name(&place.name)
        .start_record_type(RrType::from(place.kind.as_str()))
        .set_start_record_identifier(place.set.clone())
        .max_items(1);
    let page = match call.send().await.map_err(refused("ListResourceRecordSets")) {
        Ok(page) => page,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error),
    };
    // domain_certificate_dns.md 7.2: the listing starts at a position, which another record may hold.
    // One that a routing policy chooses is another than the one record of a name and type that has none.
    let is_it = |set: &ResourceRecordSet| {
        canonical(set.name()) == place.name
            && set.r#type().as_str() == place.kind.as_str()
            && set.set_identifier() == place.set.as_deref()
    };
    Ok(page.resource_record_sets.into_iter().next().filter(is_it))
}

/// What stands at `place` or keeps Route 53 from making a record there: one of the same type, or a CNAME beside another
/// (domain_certificate_dns.md 7.3); where a policy chooses among several, only one of the same identifier, of another
/// policy, or of the same place. By ids and as a person knows them.
pub(super) async fn in_the_way(
    aws: &Aws,
    place: &Place,
    routing: Option<&RecordRouting>,
) -> Result<Vec<(String, String)>> {
    let (wanted, cname) = (place.kind.as_str(), RrType::Cname.as_str());
    let is_beside = |set: &ResourceRecordSet| {
        let theirs = RecordRouting::read(set).ok().flatten();
        let is_other = set.set_identifier() != place.set.as_deref();
        is_other && routing.zip(theirs).is_some_and(|(own, theirs)| own.goes_beside(&theirs))
    };
    let is_in_the_way = |set: &&ResourceRecordSet| {
        let kind = set.r#type().as_str();
        if kind == wanted { !is_beside(set) } else { kind == cname || wanted == cname }
    };
    let sets = of_name(aws, place).await?;
    let found = sets.iter().filter(is_in_the_way).map(|set| {
        let kind = set.r#type().as_str();
        let id = format!("{}/{}/{kind}", place.zone, place.name);
        let id = set.set_identifier().iter().fold(id, |id, set| format!("{id}/{set}"));
        let says: Vec<&str> = match set.alias_target() {
            Some(alias) => vec!["an alias of", alias.dns_name()],
            None => set.resource_records().iter().map(ResourceRecord::value).collect(),
        };
        let set = set.set_identifier().map(|set| format!(" `{set}`")).unwrap_or_default();
        (id, format!("{} {kind}{set} ({})", place.name, says.join(" ")))
    });
    Ok(found.collect())
}

/// Every record set of the name of `place`.
async fn of_name(aws: &Aws, place: &Place) -> Result<Vec<ResourceRecordSet>> {
    let (mut found, mut from) = (Vec::new(), None::<(Option<RrType>, Option<String>)>);
    loop {
        let call = aws.route53.list_resource_record_sets().hosted_zone_id(&place.zone).start_record_name(&place.name);
        let (kind, set) = from.take().unwrap_or_default();
        let call = call.set_start_record_type(kind).set_start_record_identifier(set).max_items(ONE_NAME);
        let page = call.send().await.map_err(refused("ListResourceRecordSets"))?;
        let goes_on = page.is_truncated && page.next_record_name().is_some_and(|name| canonical(name) == place.name);
        let (kind, set) = (page.next_record_type, page.next_record_identifier);
        found.extend(page.resource_record_sets.into_iter().filter(|set| canonical(set.name()) == place.name));
        if !goes_on {
            return Ok(found);
        }
        from = Some((kind, set));
    }
}

/// As many record sets as one name has without routing policies, and more.
const ONE_NAME: i32 = 20;

pub(super) fn standing(place: &Place, set: &ResourceRecordSet) -> Result<Standing> {
    if set.traffic_policy_instance_id().is_some() {
        let found = format!("the record {place} is one of a traffic policy, which stack does not manage");
        return Err(
            Error::aws_state(found).hinted("take the policy away in Route 53, or take the record out of the stack")
        );
    }
    Ok(Standing {
        routing: RecordRouting::read(set)?,
        health_check_id: set.health_check_id().map(ToOwned::to_owned),
        content: content(place, set),
    })
}

fn content(place: &Place, set: &ResourceRecordSet) -> Content {
    if let Some(alias) = set.alias_target() {
        return Content::Alias {
            dns_name: canonical(alias.dns_name()),
            zone_id: alias.hosted_zone_id().to_owned(),
            evaluate_target_health: alias.evaluate_target_health(),
        };
    }
    let values = set.resource_records().iter().map(|record| received(place.kind, record.value())).collect();
    Content::Values { ttl: set.ttl().and_then(|ttl| u32::try_from(ttl).ok()).unwrap_or_default(), values }
}

/// Changes a record, and returns the change's id. Waits while another change of the zone is under way.
pub(super) async fn change(ctx: &Ctx, place: &Place, action: Action, standing: &Standing) -> Result<String> {
    let action = match action {
        Action::Create => ChangeAction::Create,
        Action::Upsert => ChangeAction::Upsert,
    };
    send(ctx, place, action, set(place, standing)?).await
}

/// Deletes a record as it stands: Route 53 takes no other words for it.
pub(super) async fn delete(ctx: &Ctx, place: &Place, set: ResourceRecordSet) -> Result<()> {
    send(ctx, place, ChangeAction::Delete, set).await.map(drop)
}

async fn send(ctx: &Ctx, place: &Place, action: ChangeAction, set: ResourceRecordSet) -> Result<String> {
    let incomplete = |error| Error::bug(format!("the change of {place} is incomplete")).caused_by(error);
    let change = Change::builder().action(action).resource_record_set(set).build().map_err(incomplete)?;
    let batch = ChangeBatch::builder().changes(change).build().map_err(incomplete)?;
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

fn set(place: &Place, standing: &Standing) -> Result<ResourceRecordSet> {
    let incomplete = |error| Error::bug(format!("the change of {place} is incomplete")).caused_by(error);
    let Standing { routing, health_check_id, content } = standing;
    let set = ResourceRecordSet::builder().name(&place.name).r#type(RrType::from(place.kind.as_str()));
    let mut set = set.set_health_check_id(health_check_id.clone());
    if let Some(routing) = routing {
        set = routing.sent(set)?;
    }
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
    set.build().map_err(incomplete)
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
