//! Jobs that import users (`other_resources.md` 10): as much of them as it takes to have one running.
//!
//! No file is taken and nobody is imported: what a job does to its pool is that it keeps it from being changed.
use super::doc::{self, Doc};
use super::state::{Import, Pool, within};
use super::{Refusal, ids, invalid, page};
use crate::sandbox::{ACCOUNT, World, account};
use serde_json::{Value, json};

/// How long a job is `Pending` after its start, in milliseconds.
const PENDS: i64 = 1_000;
/// How long a job runs after its start, in milliseconds. On AWS: by the number of users.
pub(super) const RUNS: i64 = 60_000;
/// How long a job is `Stopping`, in milliseconds.
const STOPS: i64 = 2_000;
/// How long the address for the file is good, in seconds (`other_resources.md` 10: 15 min).
const PRE_SIGNED: u32 = 900;
/// When a job that nobody starts expires, in milliseconds (`other_resources.md` 10, Status: 24 to 48 hours).
const EXPIRES: i64 = 24 * 3_600_000;

/// The columns before a pool's own attributes, and those after (`other_resources.md` 10, "Default header order").
const COLUMNS: (&[&str], &[&str]) = (
    &[
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "email",
        "email_verified",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "phone_number",
        "phone_number_verified",
        "address",
        "updated_at",
    ],
    &["cognito:mfa_enabled", "cognito:username"],
);

/// `CreateUserImportJob`.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool_id = doc::required(input, "UserPoolId");
    let role = doc::required(input, "CloudWatchLogsRoleArn");
    let pool = world.cognito.pool(region, pool_id)?;
    within(pool.imports.len(), 1_000, "user import jobs per user pool")?;
    // As for a group's role (other_resources.md 2).
    if role.split(':').nth(4) != Some(ACCOUNT) {
        return Err(invalid("Cross-account pass role is not allowed."));
    }
    account::writes_import_log(world, role, &format!("arn:aws:cognito-idp:{region}:{ACCOUNT}:userpool/{pool_id}"))?;
    let id = format!("import-{}", ids::uuid(world));
    let import = Import {
        name: doc::required(input, "JobName").to_owned(),
        role: role.to_owned(),
        hashing: doc::text(input, "PasswordHashingAlgorithm").map(ToOwned::to_owned),
        url: format!(
            "https://aws-cognito-idp-user-import-{region}.s3.{region}.amazonaws.com/{ACCOUNT}/{pool_id}/{id}\
             ?X-Amz-Expires={PRE_SIGNED}&X-Amz-SignedHeaders=host"
        ),
        created: world.now,
        started: None,
        stopped: None,
    };
    let shown = shown(pool_id, &id, &import, world.now);
    world.cognito.pool_mut(region, pool_id)?.imports.insert(id, import);
    Ok(json!({ "UserImportJob": shown }))
}

/// `StartUserImportJob`.
pub(super) fn start(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, id) = (doc::required(input, "UserPoolId"), doc::required(input, "JobId"));
    let now = world.now;
    let pool = world.cognito.pool(region, pool_id)?;
    let status = status(found(pool, id)?, now);
    if status != "Created" {
        return Err(unmet(format!("The job cannot be started: its status is {status}.")));
    }
    // other_resources.md 10, Rows: "the pool must have AutoVerifiedAttributes or the job will not start".
    if doc::texts(&pool.settings, "AutoVerifiedAttributes").is_empty() {
        return Err(unmet("The user pool must have at least one auto-verified attribute.".to_owned()));
    }
    // other_resources.md 10, Limits: "one active job per account".
    if world.cognito.pools.values().flat_map(|pools| pools.values()).any(|pool| is_running(pool, now)) {
        return Err(unmet("Another user import job is running in this account.".to_owned()));
    }
    let import = held(world, region, pool_id, id)?;
    import.started = Some(now);
    Ok(json!({ "UserImportJob": shown(pool_id, id, import, now) }))
}

/// `StopUserImportJob`.
pub(super) fn stop(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, id) = (doc::required(input, "UserPoolId"), doc::required(input, "JobId"));
    let now = world.now;
    let status = status(found(world.cognito.pool(region, pool_id)?, id)?, now);
    if !["Pending", "InProgress"].contains(&status) {
        return Err(unmet(format!("The job cannot be stopped: its status is {status}.")));
    }
    let import = held(world, region, pool_id, id)?;
    import.stopped = Some(now);
    Ok(json!({ "UserImportJob": shown(pool_id, id, import, now) }))
}

/// `DescribeUserImportJob`.
pub(super) fn describe(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, id) = (doc::required(input, "UserPoolId"), doc::required(input, "JobId"));
    let import = found(world.cognito.pool(region, pool_id)?, id)?;
    Ok(json!({ "UserImportJob": shown(pool_id, id, import, world.now) }))
}

/// `ListUserImportJobs`.
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool_id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, pool_id)?;
    let page = page::page(&pool.imports, doc::number(input, "MaxResults"), doc::text(input, "PaginationToken"))?;
    let items: Vec<Value> = page.items.into_iter().map(|(id, import)| shown(pool_id, id, import, world.now)).collect();
    let mut answer = json!({ "UserImportJobs": items });
    if let Some(next) = page.next {
        answer["PaginationToken"] = next.into();
    }
    Ok(answer)
}

/// `GetCSVHeader`: all of the pool's attributes, and two columns more (`other_resources.md` 10, Header).
pub(super) fn header(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool_id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, pool_id)?;
    let own = pool.schema.iter().filter_map(|attribute| attribute["Name"].as_str()).filter(|name| name.contains(':'));
    let columns: Vec<&str> = COLUMNS.0.iter().copied().chain(own).chain(COLUMNS.1.iter().copied()).collect();
    Ok(json!({ "UserPoolId": pool_id, "CSVHeader": columns }))
}

/// Refuses to change a pool that users are being imported into (`user_pool.md` 1, 9).
pub(super) fn none_running(pool: &Pool, now: i64) -> Result<(), Refusal> {
    if is_running(pool, now) {
        // The text is not known.
        return Err(Refusal::new("UserImportInProgressException", "A user import job is in progress."));
    }
    Ok(())
}

fn is_running(pool: &Pool, now: i64) -> bool {
    pool.imports.values().any(|import| ["Pending", "InProgress", "Stopping"].contains(&status(import, now)))
}

fn status(import: &Import, now: i64) -> &'static str {
    match (import.started, import.stopped) {
        (_, Some(stopped)) if now - stopped < STOPS => "Stopping",
        (_, Some(_)) => "Stopped",
        (Some(started), None) if now - started < PENDS => "Pending",
        (Some(started), None) if now - started < RUNS => "InProgress",
        (Some(_), None) => "Succeeded",
        (None, None) if now - import.created < EXPIRES => "Created",
        (None, None) => "Expired",
    }
}

fn unmet(message: String) -> Refusal {
    Refusal::new("PreconditionNotMetException", message)
}

/// The text is not known.
fn no_job(id: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", format!("User import job {id} does not exist."))
}

fn found<'a>(pool: &'a Pool, id: &str) -> Result<&'a Import, Refusal> {
    pool.imports.get(id).ok_or_else(|| no_job(id))
}

fn held<'a>(world: &'a mut World, region: &str, pool: &str, id: &str) -> Result<&'a mut Import, Refusal> {
    world.cognito.pool_mut(region, pool)?.imports.get_mut(id).ok_or_else(|| no_job(id))
}

fn shown(pool: &str, id: &str, import: &Import, now: i64) -> Value {
    let status = status(import, now);
    let ended = import.stopped.map(|at| at + STOPS).or(import.started.map(|at| at + RUNS)).filter(|at| *at <= now);
    let mut shown = json!({
        "JobName": import.name,
        "JobId": id,
        "UserPoolId": pool,
        "PreSignedUrl": import.url,
        "CreationDate": doc::time(import.created),
        "Status": status,
        "CloudWatchLogsRoleArn": import.role,
        "ImportedUsers": 0,
        "SkippedUsers": 0,
        "FailedUsers": 0,
    });
    if let Some(started) = import.started {
        shown["StartDate"] = doc::time(started);
    }
    if let Some(ended) = ended {
        shown["CompletionDate"] = doc::time(ended);
    }
    if let Some(hashing) = &import.hashing {
        shown["PasswordHashingAlgorithm"] = hashing.as_str().into();
    }
    shown
}
