//! What the SDK writes and AWS should not see.
//!
//! The SDK holds some optional members as plain values and always writes them: UnusedAccountValidityDays as 0,
//! SnsCallerArn as an empty text. AWS refuses the first beside TemporaryPasswordValidityDays (`user_pool.md` 7),
//! and the second beside EumsSms; so they are taken out of the request before it is signed.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

/// Takes what was never set out of a request.
pub(super) fn tidy(request: &mut HttpRequest) {
    let Some(body) = request.body().bytes().and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok()) else {
        return;
    };
    let text = tidied(body).to_string();
    request.headers_mut().insert("content-length", text.len().to_string());
    *request.body_mut() = SdkBody::from(text);
}

fn tidied(mut body: Value) -> Value {
    if let Some(config) = body.get_mut("AdminCreateUserConfig").and_then(Value::as_object_mut)
        && config.get("UnusedAccountValidityDays").and_then(Value::as_i64) == Some(0)
    {
        config.remove("UnusedAccountValidityDays");
    }
    for place in ["/SmsConfiguration", "/SmsMfaConfiguration/SmsConfiguration"] {
        if let Some(config) = body.pointer_mut(place).and_then(Value::as_object_mut)
            && config.get("SnsCallerArn").and_then(Value::as_str) == Some("")
        {
            config.remove("SnsCallerArn");
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_never_set_is_not_sent() {
        let request = json!({
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 0 },
            "SmsConfiguration": { "SnsCallerArn": "", "EumsSms": { "CallerArn": "x" } },
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn" } },
        });
        assert_eq!(
            tidied(request),
            json!({
                "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": false },
                "SmsConfiguration": { "EumsSms": { "CallerArn": "x" } },
                "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn" } },
            })
        );
    }

    #[test]
    fn a_request_keeps_its_length_true() {
        let mut request = HttpRequest::new(SdkBody::from(
            r#"{"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true,"UnusedAccountValidityDays":0}}"#,
        ));
        tidy(&mut request);
        let body = request.body().bytes().unwrap();
        assert_eq!(body, br#"{"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true}}"#);
        assert_eq!(request.headers().get("content-length"), Some(body.len().to_string().as_str()));
    }
}
