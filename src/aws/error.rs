//! An SDK error into an [`Error`]: operation, code, request id, and whether the call may have taken effect.

use std::error::Error as StdError;
use std::io;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::hints;
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
    if let Some(cause) = chain(error).find_map(|cause| cause.downcast_ref::<CredentialsError>()) {
        return without_credentials(operation, cause);
    }
    let request_id = error
        .raw_response()
        .and_then(|raw| ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| raw.headers().get(name)))
        .map(str::to_owned);
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    let unreached = is_unreached(error);
    let (code, message, outcome) = match error {
        SdkError::ServiceError(service) => {
            let said = service.err();
            // A 5xx may come after the work was done.
            let outcome = if status.is_some_and(|status| status >= 500) { Outcome::Unknown } else { Outcome::Refused };
            let message = match (said.message(), said.code(), status) {
                (Some(message), ..) => message.to_owned(),
                (None, None, Some(status)) => format!("HTTP {status}"),
                _ => String::new(),
            };
            (said.code().map(str::to_owned), message, outcome)
        }
        SdkError::ConstructionFailure(_) => (None, innermost(error), Outcome::Refused),
        SdkError::DispatchFailure(_) if unreached => {
            (None, format!("AWS could not be reached: {}", innermost(error)), Outcome::Refused)
        }
        SdkError::DispatchFailure(failure) => {
            let what = if failure.is_timeout() {
                "AWS did not answer in time"
            } else if failure.is_io() || failure.is_other() {
                "the connection broke"
            } else {
                "the request could not be sent"
            };
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
    // No answer, half of one, or a 5xx: whatever it was, it passes.
    let passes = outcome == Outcome::Unknown;
    let outcome = if is_read(operation) { Outcome::Refused } else { outcome };
    let failure = AwsFailure { operation: operation.to_owned(), code, message, request_id };
    let endpoint = std::env::var("AWS_ENDPOINT_URL").ok();
    // AWS names each of its errors; what has no name is not AWS's.
    // What answers a HEAD has no body, and so no name.
    let is_nonsense = failure.code.is_none() && error.raw_response().is_some() && !operation.starts_with("Head");
    let hint = if unreached {
        Some(hints::of_unreached(&failure.message, endpoint.as_deref()))
    } else {
        hints::of(&failure)
            .or_else(|| (is_nonsense || passes && endpoint.is_some()).then(|| hints::of_nonsense(endpoint.as_deref())))
            .or_else(|| passes.then(|| hints::PASSES.to_owned()))
    };
    let general = hints::general(&failure);
    let error = Error::aws(failure, outcome);
    // AWS throttles before it does anything, with whatever status.
    let error = if error.is_throttled() { error.with_outcome(Outcome::Refused) } else { error };
    match hint {
        Some(hint) => error.hinted(hint),
        None => general.into_iter().fold(error, Error::generally),
    }
}

/// Whether an operation changes nothing, so that an answer that never came leaves no doubt.
pub(crate) fn is_read(operation: &str) -> bool {
    ["Describe", "List", "Get", "Head", "Simulate"].iter().any(|verb| operation.starts_with(verb))
}

fn without_credentials(operation: &str, cause: &CredentialsError) -> Error {
    let why = innermost(cause);
    let message = match cause {
        CredentialsError::CredentialsNotLoaded(_) => "no AWS credentials were found".to_owned(),
        // The last place that is looked at, when all before it had none (the metadata service of a machine in EC2).
        _ if why.contains("IMDS") => "no AWS credentials were found".to_owned(),
        CredentialsError::ProviderTimedOut(_) => "the AWS credentials could not be had in time".to_owned(),
        CredentialsError::InvalidConfiguration(_) => format!("the AWS credentials are set up wrongly: {why}"),
        _ => format!("the AWS credentials could not be had: {why}"),
    };
    // Nothing can be sent unsigned.
    let failure = AwsFailure { operation: operation.to_owned(), code: None, message, request_id: None };
    Error::aws(failure, Outcome::Refused).hinted(hints::CREDENTIALS)
}

/// Whether no connection was made, so that nothing can have been sent.
pub(super) fn is_unreached(error: &(dyn StdError + 'static)) -> bool {
    chain(error).any(|cause| {
        let is_refused = cause.downcast_ref::<io::Error>().is_some_and(|error| {
            use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable};
            matches!(error.kind(), ConnectionRefused | HostUnreachable | NetworkUnreachable | AddrNotAvailable)
        });
        is_refused || {
            // What the HTTP client and its time limit say of everything before the first byte.
            let text = cause.to_string();
            text.contains("client error (Connect)") || text.contains("HTTP connect timeout")
        }
    })
}

/// An error, and what caused it, and so on.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| <dyn StdError>::source(*error))
}

/// The text of the error at the bottom of the chain, which is what a person can act on.
pub(super) fn innermost(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError as Refusal;
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    use super::*;

    fn io(kind: io::ErrorKind) -> ConnectorError {
        ConnectorError::io(io::Error::new(kind, "broken").into())
    }

    fn dispatch(error: ConnectorError) -> SdkError<Refusal, HttpResponse> {
        SdkError::dispatch_failure(error)
    }

    fn service(status: u16, code: &str) -> SdkError<Refusal, HttpResponse> {
        let said = Refusal::generic(ErrorMetadata::builder().code(code).message("no").build());
        let raw = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
        SdkError::service_error(said, raw)
    }

    #[test]
    fn what_was_never_sent_has_not_taken_effect() {
        for kind in [io::ErrorKind::ConnectionRefused, io::ErrorKind::NetworkUnreachable] {
            let error = from_sdk("CreateUserPool", &dispatch(io(kind)));
            assert_eq!(error.outcome(), Outcome::Refused, "{error}");
            assert!(error.message().contains("AWS could not be reached"), "{error}");
            assert_eq!(error.hints().len(), 1);
        }
        let late = ConnectorError::timeout("HTTP connect timeout occurred after 5s".into());
        assert_eq!(from_sdk("CreateUserPool", &dispatch(late)).outcome(), Outcome::Refused);
    }

    #[test]
    fn what_may_have_been_sent_may_have_taken_effect_unless_it_only_reads() {
        for kind in [io::ErrorKind::ConnectionReset, io::ErrorKind::UnexpectedEof, io::ErrorKind::BrokenPipe] {
            let create = from_sdk("CreateUserPool", &dispatch(io(kind)));
            assert_eq!(create.outcome(), Outcome::Unknown, "{create}");
            assert!(create.message().contains("the connection broke"), "{create}");
            assert!(create.hints()[0].contains("run this again"), "{create:?}");
            assert_eq!(from_sdk("DescribeUserPool", &dispatch(io(kind))).outcome(), Outcome::Refused);
        }
        let late = ConnectorError::timeout("HTTP read timeout occurred after 30s".into());
        assert_eq!(from_sdk("CreateUserPool", &dispatch(late)).outcome(), Outcome::Unknown);
        let late = SdkError::timeout_error("30s");
        assert_eq!(from_sdk::<Refusal>("CreateUserPool", &late).outcome(), Outcome::Unknown);
    }

    #[test]
    fn a_5xx_leaves_doubt_and_a_throttle_never_does() {
        assert_eq!(from_sdk("CreateUserPool", &service(500, "InternalErrorException")).outcome(), Outcome::Unknown);
        assert_eq!(from_sdk("CreateUserPool", &service(400, "LimitExceededException")).outcome(), Outcome::Refused);
        assert_eq!(from_sdk("CreateUserPool", &service(503, "ThrottlingException")).outcome(), Outcome::Refused);
    }

    #[test]
    fn a_refusal_comes_with_what_to_do() {
        let error = from_sdk("CreateUserPool", &service(400, "ExpiredTokenException"));
        assert_eq!(error.message(), "CreateUserPool: ExpiredTokenException: no");
        assert!(error.hints()[0].contains("log in again"), "{error:?}");
    }

    #[test]
    fn credentials_that_cannot_be_had_are_a_persons_matter() {
        for (cause, said) in [
            (CredentialsError::not_loaded("no credentials found in chain"), "no AWS credentials were found"),
            (CredentialsError::provider_error("request forbidden: IMDS is disabled"), "no AWS credentials were found"),
            (CredentialsError::provider_error("the SSO session has expired"), "the SSO session has expired"),
            (CredentialsError::invalid_configuration("profile loops"), "set up wrongly: profile loops"),
            (CredentialsError::provider_timed_out(Duration::from_secs(5)), "could not be had in time"),
        ] {
            let error = from_sdk("GetCallerIdentity", &dispatch(ConnectorError::other(cause.into(), None)));
            assert!(error.message().contains(said), "{error}");
            assert_eq!(error.outcome(), Outcome::Refused);
            assert!(error.hints()[0].contains("--sandbox"), "{error:?}");
        }
    }
}
