//! What is kept on this machine, keys within secrets, and the names that IAM has.

use super::*;

fn unread(found: Result<String, Unread>) -> (String, String) {
    let Unread { message, hint } = found.unwrap_err();
    (message, hint)
}

#[test]
fn a_file_holds_its_value_less_one_line_end() {
    let dir = tempfile::tempdir().unwrap();
    let held = |bytes: &[u8]| {
        std::fs::write(dir.path().join("a"), bytes).unwrap();
        local(dir.path(), &Place::File("a".to_owned())).unwrap()
    };
    for (bytes, text) in [("x", "x"), ("x\n", "x"), ("x\r\n", "x"), ("x\n\n", "x\n"), (" x \n", " x ")] {
        assert_eq!(held(bytes.as_bytes()).as_deref(), Ok(text));
    }
    for (bytes, said) in [(&b""[..], "is empty"), (b"\n", "is empty"), (b"\xff", "no text")] {
        assert!(unread(held(bytes)).0.contains(said));
    }
    let at = |path: &str| unread(local(dir.path(), &Place::File(path.to_owned())).unwrap());
    assert!(at("b").0.contains("there is no file b"));
    std::fs::create_dir(dir.path().join("c")).unwrap();
    assert!(at("c").0.contains("is a directory"));
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let (message, hint) = unread(variable("STACK_TEST_NOBODY_SETS_THIS"));
    assert_eq!(message, "the environment variable STACK_TEST_NOBODY_SETS_THIS is not set");
    assert_eq!(hint, "set STACK_TEST_NOBODY_SETS_THIS where stack runs");
}

#[test]
fn a_key_is_found_within_a_secret_and_its_value_is_in_no_error() {
    let whole = r#"{"client_id":"abc","client_secret":"hunter2","port":5432,"deep":{"a":1},"none":null}"#;
    assert_eq!(within("shop", whole, "client_secret").as_deref(), Ok("hunter2"));
    assert_eq!(within("shop", whole, "port").as_deref(), Ok("5432"));
    for (whole, key, said, remedy) in [
        (whole, "client_secrte", "has no key `client_secrte`", "did you mean `client_secret`?"),
        (whole, "zzz", "has no key `zzz`", "`client_id`"),
        (whole, "deep", "holds no text", "store a string"),
        (whole, "none", "holds no text", "store a string"),
        ("hunter2", "a", "is no JSON object", "leave `#a` out"),
        ("[\"hunter2\"]", "a", "is no JSON object", "leave `#a` out"),
        ("{}", "a", "has no key `a`", "none at all"),
    ] {
        let (message, hint) = unread(within("shop", whole, key));
        assert!(message.contains(said) && hint.contains(remedy), "{message} {hint}");
        assert!(!format!("{message}{hint}").contains("hunter2"));
    }
}

#[test]
fn iam_names_what_is_read() {
    assert_eq!(parameter_arn("/shop/a", "eu-west-1"), "arn:aws:ssm:eu-west-1:*:parameter/shop/a");
    assert_eq!(parameter_arn("a:3", "cn-north-1"), "arn:aws-cn:ssm:cn-north-1:*:parameter/a");
    let arn = "arn:aws:ssm:us-east-1:111122223333:parameter/a";
    assert_eq!((parameter_arn(arn, "eu-west-1").as_str(), region_of(arn)), (arn, Some("us-east-1")));
    assert_eq!(secret_arn("shop/a", "eu-west-1"), "arn:aws:secretsmanager:eu-west-1:*:secret:shop/a-??????");
    assert_eq!(region_of("shop/a"), None);
}
