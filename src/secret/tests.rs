//! Places, fingerprints, and that nothing gives a secret away.

use serde_json::json;

use super::*;

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

#[test]
fn a_fingerprint_knows_its_secret_again_and_no_other() {
    let salt = Salt::of_field("lineage", "app_client.web", "client_secret");
    let one = Fingerprint::of(&secret("hunter2"), salt);
    assert_eq!(one.salt(), Some(salt));
    assert_eq!(one, Fingerprint::of(&secret("hunter2"), salt));
    assert_ne!(one, Fingerprint::of(&secret("hunter3"), salt));
    for (lineage, address, path) in [
        ("other", "app_client.web", "client_secret"),
        ("lineage", "app_client.api", "client_secret"),
        ("lineage", "app_client.web", "other"),
        ("lineage", "app_client.webclient", "_secret"),
    ] {
        assert_ne!(one, Fingerprint::of(&secret("hunter2"), Salt::of_field(lineage, address, path)));
    }
}

/// The numbers are those of a second implementation: Python's `hashlib.pbkdf2_hmac`.
#[test]
fn a_fingerprint_is_what_its_first_character_says() {
    let fingerprint = Fingerprint::of(&secret("hunter2"), Salt::of_field("lineage", "app_client.web", "client_secret"));
    assert_eq!(fingerprint.0, "1:ff95c81c54d8f797840cb9c43b478d9d:7eecf8aaedf5862cfe7d9e50e51f056b");
}

#[test]
fn what_is_no_fingerprint_has_no_salt() {
    let hex = "0123456789abcdef0123456789abcdef";
    assert!(Fingerprint(format!("1:{hex}:{hex}")).salt().is_some());
    for text in [
        String::new(),
        format!("2:{hex}:{hex}"),
        format!("1:{hex}"),
        format!("1:{hex}:{hex}:"),
        format!("1:{}g:{hex}", &hex[1..]),
        format!("1:{hex}:{}", &hex[1..]),
    ] {
        assert_eq!(Fingerprint(text.clone()).salt(), None, "{text}");
    }
}

#[test]
fn a_place_is_written_and_read_in_each_way() {
    for (value, place) in [
        (json!({ "env": "NAME" }), Place::Env("NAME".to_owned())),
        (json!({ "file": "a/b" }), Place::File("a/b".to_owned())),
        (json!({ "ssm": "/a" }), Place::Ssm("/a".to_owned())),
        (json!({ "secretsmanager": "a#b" }), Place::Secretsmanager("a#b".to_owned())),
    ] {
        let read: SecretRef = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(read.place, place);
        assert_eq!(serde_json::to_value(&read).unwrap(), value);
    }
}

#[test]
fn a_literal_secret_is_refused_and_not_repeated() {
    for value in [
        json!("hunter2"),
        json!(20_202_020),
        json!(["hunter2"]),
        json!({ "hunter2": "hunter2" }),
        json!({ "env": ["hunter2"] }),
        json!({ "env": "A", "file": "hunter2" }),
        json!({}),
    ] {
        let error = serde_json::from_value::<SecretRef>(value).unwrap_err().to_string();
        assert!(error.contains("{ env: NAME }") && !error.contains("hunter2") && !error.contains("2020"), "{error}");
    }
}

#[test]
fn the_same_secret_is_the_same_wherever_it_is_kept() {
    let salt = Salt::of_field("", "", "");
    let known =
        |place: SecretRef, text: &str| SecretRef { fingerprint: Some(Fingerprint::of(&secret(text), salt)), ..place };
    let (env, file) = (SecretRef::env("A"), SecretRef::file("a"));
    assert_eq!(known(env.clone(), "x"), known(file.clone(), "x"));
    assert_ne!(known(env.clone(), "x"), known(env.clone(), "y"));
    // What was not read can only be told by where it is.
    assert_eq!(env, known(env.clone(), "x"));
    assert_ne!(env, known(file, "x"));
    let (one, other) = (json!({ "env": "A" }), json!({ "env": "B" }));
    assert!(is_same(&one, &one) && !is_same(&one, &other) && !is_same(&json!("A"), &json!("A")));
}

#[test]
fn nothing_that_is_shown_has_a_fingerprint() {
    let known = SecretRef {
        fingerprint: Some(Fingerprint::of(&secret("x"), Salt::of_field("", "", ""))),
        ..SecretRef::env("A")
    };
    let spec = json!({ "name": "a", "all": [{ "client_secret": known }], "fingerprint": "of something else" });
    let shown =
        json!({ "name": "a", "all": [{ "client_secret": { "env": "A" } }], "fingerprint": "of something else" });
    assert_eq!(veiled(&spec), shown);
    assert_eq!(format!("{:?} {:?}", SecretRef::env("A"), secret("x")), "SecretRef({ env: A }) Secret");
}
