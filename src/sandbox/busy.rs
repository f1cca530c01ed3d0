//! What AWS does for one call at a time: while one is under way, the next of its kind is refused (`quotas_errors.md` 3).

use super::Refusal;
use super::wire::{self, Call, Request, Service};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// What is being changed by calls that are under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Busy(Arc<Mutex<BTreeSet<String>>>);

/// That a call is under way, until this is dropped.
#[derive(Debug)]
pub(super) struct UnderWay {
    of: Busy,
    what: String,
}

impl Busy {
    /// Begins a call.
    ///
    /// # Errors
    /// With what AWS says where another one has to end first.
    pub(super) fn begin(&self, call: &Call, request: &Request) -> Result<Option<UnderWay>, Refusal> {
        let Some((what, refusal)) = alone(call, request) else { return Ok(None) };
        let is_free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(what.clone());
        if is_free { Ok(Some(UnderWay { of: self.clone(), what })) } else { Err(refusal) }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.of.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.what);
    }
}

/// What a call must change alone, and what AWS answers where it does not.
fn alone(call: &Call, request: &Request) -> Option<(String, Refusal)> {
    let of = |resource: &str, kind: &str| format!("{kind} of {resource}");
    let concurrent = |message: String| Refusal::new("ConcurrentModificationException", message);
    match call.service {
        Service::Cognito => {
            // Per pool. The text is known of clients alone (app_client.md 5).
            let kind = match call.operation.as_str() {
                "UpdateUserPool" | "SetUserPoolMfaConfig" => "user pool",
                "UpdateUserPoolClient" | "DeleteUserPoolClient" => "user pool client",
                "UpdateIdentityProvider" | "DeleteIdentityProvider" => "identity provider",
                "CreateUserPoolDomain" | "UpdateUserPoolDomain" | "DeleteUserPoolDomain" => "user pool domain",
                "CreateTerms" | "UpdateTerms" | "DeleteTerms" => "terms",
                "CreateManagedLoginBranding" | "UpdateManagedLoginBranding" | "DeleteManagedLoginBranding" => {
                    "managed login branding"
                }
                _ => return None,
            };
            let message = format!("Only one request to update {kind} can be processed at a time.");
            Some((of(&wire::resource(call, request), kind), concurrent(message)))
        }
        // (other_resources.md 8)
        Service::Identity if call.operation == "UpdateIdentityPool" => {
            let message = "Only one request to update resource type Identity Pool can be processed at a time";
            Some((of(&wire::resource(call, request), "the whole"), concurrent(message.to_owned())))
        }
        // (domain_certificate_dns.md 7.3)
        Service::Route53 if call.operation == "ChangeResourceRecordSets" => {
            let message = "The request was rejected because Route 53 was still processing a prior request.";
            let refusal = Refusal::new("PriorRequestNotComplete", message);
            Some((of(&wire::resource(call, request), "records"), refusal))
        }
        // (other_resources.md 7)
        Service::Gateway if !call.operation.starts_with("Get") => {
            let message = "Unable to complete operation due to concurrent modification";
            let refusal = Refusal { status: 409, ..Refusal::new("ConflictException", message) };
            let api = request.uri().path().split('/').nth(3)?;
            Some((of(api, "authorizers and routes"), refusal))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(service: Service, operation: &str, uri: &str, body: &'static str) -> (Call, Request) {
        let call = Call { service, operation: operation.to_owned(), region: "eu-west-1".to_owned() };
        let method = if service == Service::Gateway { "PATCH" } else { "POST" };
        (call, http::Request::builder().method(method).uri(uri).body(body.into()).unwrap())
    }

    fn cognito(operation: &str, body: &'static str) -> (Call, Request) {
        call(Service::Cognito, operation, "https://cognito-idp.eu-west-1.amazonaws.com/", body)
    }

    #[test]
    fn one_change_of_a_kind_at_a_time_in_each_pool() {
        let busy = Busy::default();
        let (update, request) = cognito("UpdateUserPoolClient", r#"{"UserPoolId":"a","ClientId":"1"}"#);
        let first = busy.begin(&update, &request).unwrap();
        assert!(first.is_some());
        let refusal = busy.begin(&update, &request).unwrap_err();
        assert_eq!(refusal.code, "ConcurrentModificationException");
        for (operation, body) in [
            ("UpdateUserPoolClient", r#"{"UserPoolId":"b","ClientId":"1"}"#),
            ("UpdateTerms", r#"{"UserPoolId":"a"}"#),
            ("DescribeUserPoolClient", r#"{"UserPoolId":"a","ClientId":"1"}"#),
        ] {
            let (other, request) = cognito(operation, body);
            busy.begin(&other, &request).unwrap();
        }
        drop(first);
        busy.begin(&update, &request).unwrap();
    }

    #[test]
    fn each_service_has_its_own_words() {
        for (service, operation, uri, body, code, status) in [
            (
                Service::Route53,
                "ChangeResourceRecordSets",
                "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1/rrset",
                "",
                "PriorRequestNotComplete",
                400,
            ),
            (
                Service::Gateway,
                "UpdateRoute",
                "https://apigateway.eu-west-1.amazonaws.com/v2/apis/a1/routes/r1",
                "",
                "ConflictException",
                409,
            ),
            (
                Service::Identity,
                "UpdateIdentityPool",
                "https://cognito-identity.eu-west-1.amazonaws.com/",
                r#"{"IdentityPoolId":"eu-west-1:1"}"#,
                "ConcurrentModificationException",
                400,
            ),
        ] {
            let busy = Busy::default();
            let (call, request) = call(service, operation, uri, body);
            let _first = busy.begin(&call, &request).unwrap().unwrap();
            let refusal = busy.begin(&call, &request).unwrap_err();
            assert_eq!((refusal.code.as_str(), refusal.status), (code, status));
        }
    }
}
