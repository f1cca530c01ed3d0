//! Faults that a test, or a person at the command line, can ask for.

use super::policy::s3_action;
use super::wire::{Call, Request, Service};
use super::{ACCOUNT, Refusal, wire};
use crate::error::{Error, Result};
use std::time::Duration;

/// What is to go wrong, for which calls, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// `CreateUserPool`, `acm.DescribeCertificate`, `acm.*`, or `*` for every call.
    pub operation: String,
    /// How many of these calls go well first.
    pub after: u32,
    /// What goes wrong.
    pub kind: FaultKind,
    /// How many calls it goes wrong for; `None` is all of them.
    pub times: Option<u32>,
}

/// What can go wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The service asks to be called less often.
    Throttle,
    /// The service fails with HTTP status 500, having done nothing.
    Error,
    /// The answer takes this long.
    Slow(Duration),
    /// The connection breaks before anything is done.
    DropBefore,
    /// The call takes effect, and then the connection breaks.
    DropAfter,
    /// The call takes effect, and half of the answer arrives.
    Truncate,
    /// IAM does not allow the call.
    AccessDenied,
    /// The credentials have expired.
    ExpiredToken,
    /// What was done within this time is not yet known everywhere: a call that reads shows the world as it was so long
    /// ago, and any other is refused when it names what was not there then.
    ///
    /// Earlier worlds are remembered from the moment at which such a fault is asked for, in this process alone.
    Lag(Duration),
    /// The service answers, but otherwise: a JSON object is laid over its answer, `FROM=>TO` replaces text of it.
    Answer(String),
    /// The service refuses with this code and text.
    Refuse {
        /// `LimitExceededException`
        code: String,
        /// AWS's text.
        message: String,
    },
}

impl Fault {
    /// A fault for the next call of `operation`.
    pub fn once(operation: impl Into<String>, kind: FaultKind) -> Self {
        Self { operation: operation.into(), after: 0, kind, times: Some(1) }
    }

    /// A fault for every call of `operation`.
    pub fn always(operation: impl Into<String>, kind: FaultKind) -> Self {
        Self { operation: operation.into(), after: 0, kind, times: None }
    }

    /// Reads `OPERATION[+K]=KIND[:N]`, where KIND is `throttle`, `error`, `slow:MILLISECONDS`, `drop-before`,
    /// `drop-after`, `truncate`, `denied`, `expired`, `lag:MILLISECONDS`, `answer:TEXT` or `refuse:CODE:TEXT`.
    ///
    /// N is how many calls; `*` is all. Without it, `slow`, `denied`, `expired` and `lag` last, the others happen
    /// once; `answer` lasts, and takes no N. With `refuse`, N comes before the code: `refuse:2:CODE:TEXT`. K calls go
    /// well first: `*+20=expired`.
    ///
    /// # Errors
    ///
    /// When `text` says nothing of this form.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::usage(format!("`{text}` is not a fault")).hinted(
                "write OPERATION[+K]=KIND[:N]; KIND is throttle, error, slow:MS, drop-before, drop-after, truncate, \
                 denied, expired, lag:MS, answer:TEXT or refuse:CODE:TEXT",
            )
        };
        let (operation, rest) = text.split_once('=').ok_or_else(wrong)?;
        let (operation, after) = match operation.split_once('+') {
            Some((operation, after)) => (operation, after.parse().map_err(|_| wrong())?),
            None => (operation, 0),
        };
        let (word, rest) = rest.split_once(':').map_or((rest, None), |(word, rest)| (word, Some(rest)));
        let times = |text: Option<&str>, otherwise: Option<u32>| match text {
            None => Ok(otherwise),
            Some("*") => Ok(None),
            Some(number) => number.parse().map(Some).map_err(|_| wrong()),
        };
        let simple = |kind: FaultKind, otherwise: Option<u32>| Ok((kind, times(rest, otherwise)?));
        let (kind, times) = match word {
            "throttle" => simple(FaultKind::Throttle, Some(1)),
            "error" => simple(FaultKind::Error, Some(1)),
            "drop-before" => simple(FaultKind::DropBefore, Some(1)),
            "drop-after" => simple(FaultKind::DropAfter, Some(1)),
            "truncate" => simple(FaultKind::Truncate, Some(1)),
            "denied" => simple(FaultKind::AccessDenied, None),
            "expired" => simple(FaultKind::ExpiredToken, None),
            "slow" | "lag" => {
                let rest = rest.ok_or_else(wrong)?;
                let (ms, number) = rest.split_once(':').map_or((rest, None), |(ms, number)| (ms, Some(number)));
                let time = Duration::from_millis(ms.parse().map_err(|_| wrong())?);
                let kind = if word == "lag" { FaultKind::Lag(time) } else { FaultKind::Slow(time) };
                Ok((kind, times(number, None)?))
            }
            "answer" => Ok((FaultKind::Answer(rest.ok_or_else(wrong)?.to_owned()), None)),
            "refuse" => {
                let rest = rest.ok_or_else(wrong)?;
                let (first, after) = rest.split_once(':').unwrap_or((rest, ""));
                let counts = first == "*" || first.bytes().all(|byte| byte.is_ascii_digit());
                let number = if counts { times(Some(first), None)? } else { Some(1) };
                let (code, message) =
                    if counts { after.split_once(':').unwrap_or((after, "")) } else { (first, after) };
                Ok((FaultKind::Refuse { code: code.into(), message: message.into() }, number))
            }
            _ => Err(wrong()),
        }?;
        if operation.is_empty() {
            return Err(wrong());
        }
        Ok(Self { operation: operation.into(), after, kind, times })
    }

    /// Reads faults that semicolons part, as `STACK_SANDBOX_FAULTS` has them.
    ///
    /// # Errors
    ///
    /// When one of them is not of the form that [`Fault::parse`] reads.
    pub fn parse_all(text: &str) -> Result<Vec<Self>> {
        text.split(';').map(str::trim).filter(|fault| !fault.is_empty()).map(Self::parse).collect()
    }

    fn concerns(&self, call: &Call) -> bool {
        match self.operation.split_once('.') {
            None => self.operation == "*" || self.operation == call.operation,
            Some((service, operation)) => {
                service == call.service.name() && (operation == "*" || operation == call.operation)
            }
        }
    }
}

/// The faults that `call` meets: how long it takes, and what goes wrong with it. Each that is met is used up once.
pub(super) fn meet(faults: &mut Vec<Fault>, call: &Call) -> (Duration, Option<FaultKind>) {
    let mut wait = Duration::ZERO;
    let mut met = None;
    for fault in faults.iter_mut().filter(|fault| fault.concerns(call) && fault.times != Some(0)) {
        if fault.after > 0 {
            fault.after -= 1;
            continue;
        }
        match &fault.kind {
            FaultKind::Slow(time) => wait += *time,
            _ if met.is_some() => continue,
            kind => met = Some(kind.clone()),
        }
        fault.times = fault.times.map(|times| times - 1);
    }
    faults.retain(|fault| fault.times != Some(0));
    (wait, met)
}

impl FaultKind {
    /// The refusal that this fault is, if it is one: each service has its own words for the same thing.
    pub(super) fn refusal(&self, call: &Call, request: &Request) -> Option<Refusal> {
        let with = |status, code: &str, message: &str| Some(Refusal { status, ..Refusal::new(code, message) });
        match self {
            Self::Throttle => match call.service {
                Service::Cognito | Service::Identity => with(400, "TooManyRequestsException", "Rate exceeded"),
                Service::Gateway | Service::Lambda => with(429, "TooManyRequestsException", "Rate exceeded"),
                Service::S3 => with(503, "SlowDown", "Please reduce your request rate."),
                Service::Route53 | Service::Sts => with(400, "Throttling", "Rate exceeded"),
                Service::Outside(service) if !service.speaks_json() => with(400, "Throttling", "Rate exceeded"),
                _ => with(400, "ThrottlingException", "Rate exceeded"),
            },
            Self::Error => match call.service {
                // app_client.md 4, "names differ from the rest of the API".
                Service::Cognito if call.operation.contains("ClientSecret") => {
                    with(500, "InternalServerException", "Something went wrong")
                }
                Service::Cognito => with(500, "InternalErrorException", "Something went wrong"),
                Service::S3 => with(500, "InternalError", "We encountered an internal error. Please try again."),
                _ => with(500, "InternalFailure", "We encountered an internal error. Please try again."),
            },
            Self::AccessDenied => {
                let operation = match call.service {
                    Service::S3 => s3_action(&call.operation),
                    _ => &call.operation,
                };
                let action = format!("{}:{operation}", call.service.name());
                Some(denied(call, &action, &wire::resource(call, request)))
            }
            Self::ExpiredToken => match call.service {
                Service::Cognito | Service::Acm | Service::Ssm | Service::SecretsManager => {
                    with(400, "ExpiredTokenException", "The security token included in the request is expired")
                }
                Service::S3 => with(400, "ExpiredToken", "The provided token has expired."),
                _ => with(403, "ExpiredToken", "The security token included in the request is expired"),
            },
            Self::Refuse { code, message } => with(usual_status(code), code, message),
            Self::Slow(_) | Self::DropBefore | Self::DropAfter | Self::Truncate | Self::Lag(_) | Self::Answer(_) => {
                None
            }
        }
    }
}

/// IAM's no, in the words of the service that was called.
pub(super) fn denied(call: &Call, action: &str, resource: &str) -> Refusal {
    let message = format!(
        "User: arn:aws:iam::{ACCOUNT}:user/sandbox is not authorized to perform: {action} on resource: {resource} because \
         no identity-based policy allows the {action} action"
    );
    let (status, code) = match call.service {
        Service::Cognito | Service::Acm | Service::Identity | Service::Waf | Service::Ssm | Service::SecretsManager => {
            (400, "AccessDeniedException")
        }
        Service::Lambda | Service::Gateway => (403, "AccessDeniedException"),
        Service::Outside(service) if service.speaks_json() => (403, "AccessDeniedException"),
        _ => (403, "AccessDenied"),
    };
    Refusal { status, ..Refusal::new(code, message) }
}

/// The HTTP status that a code comes with.
fn usual_status(code: &str) -> u16 {
    match code {
        "PreconditionFailed" => 412,
        "ConditionalRequestConflict" | "OperationAborted" | "HostedZoneAlreadyExists" => 409,
        "NoSuchKey" | "NoSuchBucket" | "NoSuchHostedZone" | "NoSuchChange" => 404,
        "ServiceUnavailable" => 503,
        _ if code.starts_with("Internal") => 500,
        _ => 400,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_from_text() {
        for (text, kind, times) in [
            ("A=throttle", FaultKind::Throttle, Some(1)),
            ("A=throttle:3", FaultKind::Throttle, Some(3)),
            ("A=error:*", FaultKind::Error, None),
            ("A=slow:200", FaultKind::Slow(Duration::from_millis(200)), None),
            ("A=slow:200:2", FaultKind::Slow(Duration::from_millis(200)), Some(2)),
            ("A=lag:5000", FaultKind::Lag(Duration::from_secs(5)), None),
            ("A=lag:5000:3", FaultKind::Lag(Duration::from_secs(5)), Some(3)),
            ("A=denied", FaultKind::AccessDenied, None),
            ("A=answer:{\"a\":1}", FaultKind::Answer("{\"a\":1}".into()), None),
            ("A=refuse:X:a:b", FaultKind::Refuse { code: "X".into(), message: "a:b".into() }, Some(1)),
            ("A=refuse:2:X:a", FaultKind::Refuse { code: "X".into(), message: "a".into() }, Some(2)),
        ] {
            let fault = Fault { operation: "A".into(), after: 0, kind, times };
            assert_eq!(Fault::parse(text).unwrap(), fault, "{text}");
            let later = text.replacen('A', "A+7", 1);
            assert_eq!(Fault::parse(&later).unwrap(), Fault { after: 7, ..fault }, "{later}");
        }
        for bad in [
            "",
            "A",
            "A=",
            "A=nope",
            "=throttle",
            "A=throttle:x",
            "A=slow",
            "A=slow:x",
            "A=lag",
            "A=answer",
            "A+=error",
            "+1=error",
        ] {
            assert!(Fault::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Fault::parse_all("A=throttle; B=error ;").unwrap().len(), 2);
    }

    #[test]
    fn faults_are_used_up() {
        let call = |operation: &str| Call { service: Service::Acm, operation: operation.into(), region: String::new() };
        let mut faults = Fault::parse_all("acm.A=throttle:2;*=slow:10;cognito-idp.*=error").unwrap();
        assert_eq!(meet(&mut faults, &call("A")), (Duration::from_millis(10), Some(FaultKind::Throttle)));
        assert_eq!(meet(&mut faults, &call("B")), (Duration::from_millis(10), None));
        assert_eq!(meet(&mut faults, &call("A")).1, Some(FaultKind::Throttle));
        assert_eq!(meet(&mut faults, &call("A")).1, None);
        assert_eq!(faults.len(), 2);
    }

    #[test]
    fn a_fault_can_wait_for_its_time() {
        let call = |operation: &str| Call { service: Service::Acm, operation: operation.into(), region: String::new() };
        let mut faults = Fault::parse_all("*+2=expired;A+1=error:1").unwrap();
        let kinds: Vec<_> = ["B", "A", "A", "A"].iter().map(|name| meet(&mut faults, &call(name)).1).collect();
        assert_eq!(kinds, [None, None, Some(FaultKind::ExpiredToken), Some(FaultKind::ExpiredToken)]);
    }
}
