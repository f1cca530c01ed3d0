//! What single values look like, as far as a pattern can say it and no more: a pattern must never refuse what the
//! program takes.

use serde_json::{Value, json};

use super::publish::Defs;
use super::times::{session, validity};
use super::walk::also;
use crate::kinds::terms::LANGUAGES;
use crate::stack::check::names::region_pattern;

/// A pattern, and what it asks for.
pub(super) type Wanted = (String, &'static str);

fn wanted(pattern: &str, words: &'static str) -> Wanted {
    (pattern.to_owned(), words)
}

fn say((pattern, words): Wanted) -> Value {
    json!({ "pattern": pattern, "patternErrorMessage": words })
}

/// Adds what the values of these fields must look like.
pub(super) fn add(defs: &mut Defs) {
    for (def, field, patterns) in values() {
        also(&mut defs[def]["properties"][field], patterns.into_iter().map(say));
    }
    for (def, field, patterns) in items() {
        also(&mut defs[def]["properties"][field]["items"], patterns.into_iter().map(say));
    }
    for def in ["StackFile", "UserPool", "IdentityPoolSettings", "ReplicaSettings"] {
        let tags = &mut defs[def]["properties"]["tags"];
        tags["additionalProperties"]["maxLength"] = json!(256);
        tags["propertyNames"] = json!({ "minLength": 1, "maxLength": 128 });
        also(
            &mut tags["propertyNames"],
            [
                say(wanted("^(?![aA][wW][sS]:)", "tags that begin with `aws:` are AWS's own")),
                say(wanted("^(?!stack:)", "tags that begin with `stack:` say which stack made the object")),
            ],
        );
    }
    // What is on everything must do for every service.
    for def in ["StackFile", "IdentityPoolSettings", "ReplicaSettings"] {
        let tags = &mut defs[def]["properties"]["tags"];
        also(&mut tags["propertyNames"], [say(tag_text())]);
        also(&mut tags["additionalProperties"], [say(tag_text())]);
    }
    languages(defs);
    let names = &mut defs["StackFile"]["properties"]["records"]["propertyNames"];
    also(
        names,
        [say(wanted(
            "^(?!domain_a$|domain_aaaa$|domain_parent$|certificate_)",
            "this name is kept for the records of `domain`: call the record something else",
        ))],
    );
    also(
        &mut defs["SignInPolicy"]["properties"]["allowed_first_auth_factors"],
        [json!({
            "contains": { "const": "PASSWORD" },
            "errorMessage": "AWS wants PASSWORD among the first factors: add PASSWORD",
        })],
    );
}

/// The languages of managed login (`ui.md` 4).
fn languages(defs: &mut Defs) {
    let all = LANGUAGES.join("|");
    for key in ["terms_of_use", "privacy_policy"] {
        let languages = wanted(
            &format!("^({all})$"),
            "managed login has no such language: `default`, `english`, `french` and so on are taken",
        );
        let links = &mut defs["TermsSettings"]["properties"][key];
        links["minProperties"] = json!(1);
        links["propertyNames"] = say(languages);
        let address = wanted(r"^https?://\S+$", "not the address of a page: one looks like https://example.com/terms");
        also(&mut links["additionalProperties"], [say(address)]);
    }
}

fn tag_text() -> Wanted {
    wanted(r"^[\p{L}\p{M}\p{N}\s_.:/=+@-]*$", "letters, digits, spaces and `_ . : / = + - @` are taken")
}

type Fields = Vec<(&'static str, &'static str, Vec<Wanted>)>;

fn values() -> Fields {
    let region = || vec![(region_pattern(), "no Region is named so: Regions are named as `eu-west-1` is")];
    let path = || vec![wanted(r"^[^\n{]*$", "a style sheet is named, not written here: write the path of a file")];
    let lambda = || {
        vec![wanted(
            r"^(arn:[^:]+:lambda:[^:]*:[0-9]+:function:.|[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?$)",
            "not a Lambda function: write its name, or its ARN, arn:aws:lambda:<region>:<account>:function:<name>",
        )]
    };
    let mut all: Fields = vec![
        (
            "StackFile",
            "extends",
            vec![wanted("^[^/]", "an absolute path holds on one machine only: write it relative to this file")],
        ),
        ("StackFile", "region", region()),
        ("S3Settings", "region", region()),
        ("Failover", "secondary_region", region()),
        ("ReplicaSettings", "region", region()),
        (
            "S3Settings",
            "bucket",
            vec![wanted(
                r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
                "a bucket has 3 to 63 lower-case letters, digits, `.` and `-`, as `shop-stacks` has",
            )],
        ),
        ("S3Settings", "key", vec![wanted("^[^/](.*[^/])?$", "a key has 1 to 1,024 bytes, and no `/` at an end")]),
        ("UiSettings", "css", path()),
        ("ClientUi", "css", path()),
        (
            "BrandingSettings",
            "settings",
            vec![wanted(r"^[^\n{]*$", "the settings are named, not written here: write the path of a JSON file")],
        ),
        (
            "EmailConfiguration",
            "source_arn",
            vec![wanted(
                r"^arn:[^:]+:ses:[^:]*:[0-9]+:identity/.",
                "not the ARN of an SES identity: one looks like arn:aws:ses:<region>:<account>:identity/<domain or address>",
            )],
        ),
        (
            "KeyConfiguration",
            "kms_key_arn",
            vec![wanted(
                r"^arn:[^:]+:kms:[^:]*:[0-9]+:.",
                "not the ARN of a KMS key: one looks like arn:aws:kms:<region>:<account>:key/<id>",
            )],
        ),
    ];
    all.push((
        "GroupSettings",
        "role_arn",
        vec![wanted(
            r"^arn:[^:]+:iam::[0-9]{12}:role/.",
            "not the ARN of a role: one looks like arn:aws:iam::<account>:role/<name>",
        )],
    ));
    let triggers = [
        "pre_sign_up",
        "post_confirmation",
        "pre_authentication",
        "post_authentication",
        "custom_message",
        "define_auth_challenge",
        "create_auth_challenge",
        "verify_auth_challenge_response",
        "user_migration",
    ];
    all.extend(triggers.into_iter().map(|trigger| ("LambdaConfig", trigger, lambda())));
    let versioned = ["PreTokenGeneration", "CustomSmsSender", "CustomEmailSender", "InboundFederation"];
    all.extend(versioned.into_iter().map(|def| (def, "lambda_arn", lambda())));
    all.extend(of_guards());
    all.extend(of_clients());
    all.extend(of_providers());
    all.extend(of_domains());
    // No number of whole days is 12 hours or less.
    let session = [(900, 43_200), (15, 720), (1, 12), (1, 0)];
    all.push(("AssumeRole", "duration", vec![validity(session, "out of range: a session lasts `15m` to `12h`")]));
    all
}

fn of_providers() -> Fields {
    vec![
        (
            "Saml",
            "metadata_file",
            vec![wanted(r"^[^\n<]*$", "metadata is named, not written here: write the path of a file")],
        ),
        ("Saml", "metadata_url", https()),
        ("Oidc", "oidc_issuer", https()),
        ("Oidc", "authorize_url", https()),
        ("Oidc", "token_url", https()),
        ("Oidc", "attributes_url", https()),
        ("Oidc", "jwks_uri", https()),
    ]
}

fn of_clients() -> Fields {
    vec![
        ("ClientSettings", "default_redirect_uri", urls()),
        (
            "ClientSettings",
            "access_token_validity",
            vec![validity(
                [(300, 86_400), (5, 1_440), (1, 24), (1, 1)],
                "out of range: an access token is good for `5m` to `24h`",
            )],
        ),
        (
            "ClientSettings",
            "id_token_validity",
            vec![validity(
                [(300, 86_400), (5, 1_440), (1, 24), (1, 1)],
                "out of range: an id token is good for `5m` to `24h`",
            )],
        ),
        (
            "ClientSettings",
            "refresh_token_validity",
            vec![validity(
                [(3_600, 315_360_000), (60, 5_256_000), (1, 87_600), (1, 3_650)],
                "out of range: a refresh token is good for `60m` to `3650d`",
            )],
        ),
        ("ClientSettings", "auth_session_validity", vec![session()]),
    ]
}

fn of_guards() -> Fields {
    vec![
        (
            "NotifyConfiguration",
            "source_arn",
            vec![wanted(
                r"^arn:[^:]+:ses:[^:]*:[^:]*:identity/",
                "not the ARN of an SES identity: one looks like arn:aws:ses:<region>:<account>:identity/<domain or address>",
            )],
        ),
        (
            "LogDeliverySettings",
            "user_notification",
            vec![wanted(
                "^arn:[^:]*:logs:[^:]*:[^:]*:log-group:.",
                "not the ARN of a log group: one looks like arn:aws:logs:<region>:<account>:log-group:<name>",
            )],
        ),
        (
            "LogDeliverySettings",
            "user_auth_events",
            vec![wanted(
                "^arn:[^:]*:(s3:::[^/]|logs:[^:]*:[^:]*:log-group:.|firehose:[^:]*:[^:]*:deliverystream/.)",
                "not the ARN of a log group, a bucket or a Firehose stream: one looks like arn:aws:s3:::<bucket>",
            )],
        ),
    ]
}

fn of_domains() -> Fields {
    vec![
        ("DomainSettings", "prefix", prefix()),
        ("DomainSettings", "name", domain()),
        ("DomainSettings", "parent_record_address", vec![ipv4("no IPv4 address: for example `192.0.2.1`")]),
        (
            "CertificateSettings",
            "arn",
            vec![
                wanted(
                    r"^arn:aws[^:]*:acm:[^:]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$",
                    "no certificate's ARN: it looks like `arn:aws:acm:us-east-1:111122223333:certificate/…`",
                ),
                wanted(
                    "^(?!arn:aws[^:]*:acm:(?!us-east-1:)[^:]+:)",
                    "a custom domain takes a certificate in us-east-1 only",
                ),
            ],
        ),
        (
            "RecordSettings",
            "name",
            vec![wanted(r"^[^/:\s]+\.[^/:\s]+$", "a record's name is whole: `www.example.com`")],
        ),
    ]
}

fn items() -> Fields {
    vec![
        ("ClientSettings", "callback_urls", urls()),
        ("ClientSettings", "logout_urls", urls()),
        (
            "ProviderSettings",
            "idp_identifiers",
            vec![wanted(r"^[\w\s+=.@-]+$", "use letters, digits, spaces and `_+=.@-`")],
        ),
        (
            "ClientSettings",
            "allowed_oauth_scopes",
            vec![wanted(
                r"^(aws\.cognito\.signin\.user\.admin|email|openid|phone|profile|.+/[^/]+)$",
                "use aws.cognito.signin.user.admin, email, openid, phone, profile, or a resource server's `<its identifier>/<scope>`",
            )],
        ),
        ("RiskExceptions", "blocked_ip_range_list", ranges()),
        ("RiskExceptions", "skipped_ip_range_list", ranges()),
    ]
}

fn ranges() -> Vec<Wanted> {
    vec![wanted(
        "^[0-9a-fA-F:.]+/[0-9]{1,3}$",
        "not a range of addresses: one looks like 192.0.2.0/24 or 2001:db8::/32",
    )]
}

fn urls() -> Vec<Wanted> {
    vec![
        wanted(r"^\S*$", "a URL holds no space: take it out, or write it as %20"),
        wanted("^[^#]*$", "AWS takes no fragment: leave out `#` and what follows"),
        wanted(r"^[A-Za-z][A-Za-z0-9+.-]*:.", "not a whole URL: begin with https:// or your app's own scheme"),
        wanted(
            r"^(?![hH][tT][tT][pP]://(?!([^/?]*@)?(localhost|127\.0\.0\.1|\[::1\])([:/?#]|$)))",
            "AWS takes no plain http here: use https://; http is for localhost, 127.0.0.1 and [::1] alone",
        ),
        wanted(
            r"^(?![A-Za-z][A-Za-z0-9+.-]*://[^/?]*\*)",
            "this would match nothing, for AWS compares URLs to the letter: list each URL",
        ),
    ]
}

fn https() -> Vec<Wanted> {
    vec![wanted("^https://[^/]", "no address that begins with https://: write it whole, https://idp.example.com")]
}

fn prefix() -> Vec<Wanted> {
    vec![
        wanted(r"^[^.]*$", "a prefix has no dots: a domain of your own is `name: …`"),
        // Dots are spoken of above, and reserved words below.
        wanted(
            "^[a-z0-9.]([a-z0-9.-]{0,61}[a-z0-9.])?$",
            "1 to 63 lower-case letters, digits and `-`, with no `-` at an end",
        ),
        wanted(
            "^(?!(.*-)?(aws|amazon|cognito)(-.*)?$)",
            "AWS keeps the words `aws`, `amazon` and `cognito` for itself; they may stand as part of longer words",
        ),
    ]
}

fn domain() -> Vec<Wanted> {
    vec![
        wanted("^(?!.*://)", "an address of a page, not a DNS name: for example `auth.example.com`"),
        wanted(r"^(.*://.*|.*\..+)$", "a DNS name has a dot; a word alone is a `prefix`"),
        wanted(
            r"^(?![^./]+\.[^./]+\.?$)",
            "this stands directly below a top-level domain, which AWS refuses: take a name below it, `auth.…`",
        ),
        wanted(
            r"^(?!.*\.[aA][mM][aA][zZ][oO][nN][cC][oO][gG][nN][iI][tT][oO]\.[cC][oO][mM]\.?$)",
            "one of AWS's own domains: write `prefix: …`",
        ),
        wanted(r"^(.*://.*|[A-Za-z0-9.-]*)$", "a DNS name has letters, digits, `-` and dots"),
    ]
}

/// An IPv4 address, in words of the place.
pub(super) fn ipv4(words: &'static str) -> (String, &'static str) {
    let byte = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    (format!(r"^({byte}\.){{3}}{byte}$"), words)
}
