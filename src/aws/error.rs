//! An SDK error into an [`Error`]: operation, code, request id, and whether the call may have taken effect.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::error::{AwsFailure, Error, Outcome};

/// What turns an SDK error of `operation` into an [`Error`]: `….send().await.map_err(refused("CreateUserPool"))?`.
pub fn refused<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    move |error| from_sdk(operation, &error)
}

fn from_sdk<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let request_id = error
        .raw_response()
        .and_then(|raw| ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| raw.headers().get(name)))
        .map(str::to_owned);
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    let (code, message, outcome) = match error {
        SdkError::ServiceError(service) => {
            let said = service.err();
            // A 5xx may come after the work was done.
            let outcome = if status.is_some_and(|status| status >= 500) { Outcome::Unknown } else { Outcome::Refused };
            (said.code().map(str::to_owned), said.message().unwrap_or_default().to_owned(), outcome)
        }
        SdkError::ConstructionFailure(_) => (None, innermost(error), Outcome::Refused),
        SdkError::DispatchFailure(failure) => {
            let what = if failure.is_timeout() {
                "the connection timed out"
            } else if failure.is_io() {
                "AWS could not be reached, or the connection broke"
            } else {
                "the request could not be sent"
            };
            // Credentials that could not be had fail here too, before anything is sent.
            let outcome = if failure.is_user() { Outcome::Refused } else { Outcome::Unknown };
            (None, format!("{what}: {}", innermost(error)), outcome)
        }
        SdkError::TimeoutError(_) => (None, "AWS did not answer in time".to_owned(), Outcome::Unknown),
        SdkError::ResponseError(_) => {
            let status = status.map(|status| format!(" (HTTP {status})")).unwrap_or_default();
            (None, format!("the answer could not be read{status}: {}", innermost(error)), Outcome::Unknown)
        }
        _ => (None, innermost(error), Outcome::Unknown),
    };
    let failure = AwsFailure { operation: operation.to_owned(), code, message, request_id };
    hinted(Error::aws(failure, outcome))
}

/// The text of the error at the bottom of the chain, which is what a person can act on.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// The error with what to do about it, for the refusals that a person can do something about.
fn hinted(error: Error) -> Error {
    error
}
