//! What the rules say, and where.

use crate::stack::load::tests::{PNG, after_pool, load_files};

#[test]
fn region_account_tags_and_state() {
    insta::assert_snapshot!(after_pool(concat!(
        "region: eu-wst-1\n",
        "tags: { aws:x: a, stack:name: b, 'a!': c }\n",
        "state: { s3: { bucket: My_Bucket, key: /a, region: europe } }\n",
    )), @r#"
    stacks/dev.yaml has 7 problems
    stacks/dev.yaml:2:9 [region] no Region is named `eu-wst-1` (did you mean `eu-west-1`?)
    stacks/dev.yaml:3:16 [tags["aws:x"]] tags that begin with `aws:` are AWS's own
    stacks/dev.yaml:3:31 [tags["stack:name"]] tags that begin with `stack:` say which stack made the object
    stacks/dev.yaml:3:40 [tags["a!"]] a tag cannot have "!"; letters, digits, spaces and _ . : / = + - @ are taken
    stacks/dev.yaml:4:24 [state.s3.bucket] `My_Bucket` cannot be a bucket: it has lower-case letters, digits, `.` and `-` only (buckets are named as `shop-stacks` is)
    stacks/dev.yaml:4:40 [state.s3.key] a key has 1 to 1,024 bytes, and no `/` at an end (for example `auth/dev.json`)
    stacks/dev.yaml:4:52 [state.s3.region] no Region is named `europe` (Regions are named as `eu-west-1` is)
    "#);
    let many = (0..49).map(|tag| format!("t{tag}: x")).collect::<Vec<_>>().join(", ");
    insta::assert_snapshot!(after_pool(&format!("tags: {{ {many} }}\n")), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:1 [tags] 49 tags are too many: AWS takes 50, and two say which stack made the object
    ");
    let (some, others) = (many.clone(), many.replace('t', "u"));
    let [half, other] = [some, others].map(|tags| tags.split(", ").take(25).collect::<Vec<_>>().join(", "));
    for (of, tags, is_good) in [
        ("replica: { region: eu-central-1, tags", &other, false),
        ("identity_pool: { tags", &other, false),
        // The same key counts once.
        ("replica: { region: eu-central-1, tags", &half, true),
        ("identity_pool: { tags", &half, true),
    ] {
        let said = after_pool(&format!("region: eu-west-1\ntags: {{ {half} }}\n{of}: {{ {tags} }} }}\n"));
        let told = format!("[{}.tags] 50 tags are too many", of.split(':').next().unwrap());
        assert_eq!(said.contains(&told), !is_good, "{told}: {said}");
    }
    for (endpoint, is_good) in [
        ("https://s3.example.com", true),
        ("http://127.0.0.1:9000/", true),
        ("s3.example.com", false),
        ("ftp://s3.example.com", false),
        ("https://", false),
        ("https://a b", false),
    ] {
        let said = after_pool(&format!("state: {{ s3: {{ bucket: shop-stacks, endpoint: '{endpoint}' }} }}\n"));
        let is_told = said.contains("[state.s3.endpoint]") && said.contains("is no address of a store");
        assert_eq!((said == "loaded dev", is_told), (is_good, !is_good), "{said}");
    }
    assert_eq!(after_pool("region: eu-central-3\nstate: { s3: { bucket: shop-stacks } }\n"), "loaded dev");
}

#[test]
fn domains() {
    let domain = |text: &str| after_pool(&format!("domain: {{ {text} }}\n"));
    insta::assert_snapshot!(domain(""), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:1 [domain] neither `name` nor `prefix` is set (`name: auth.example.com` is a domain of your own, `prefix: shop-dev` one of AWS's)
    ");
    insta::assert_snapshot!(domain("prefix: a.b"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:19 [domain.prefix] a prefix has no dots (a domain of your own is `name: a.b`)
    ");
    insta::assert_snapshot!(domain("prefix: Shop"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:19 [domain.prefix] `Shop` cannot be a prefix (1 to 63 lower-case letters, digits and `-`, with no `-` at an end)
    ");
    insta::assert_snapshot!(domain("prefix: my-aws-shop"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:19 [domain.prefix] AWS keeps the word `aws` for itself (it may stand as part of a longer word)
    ");
    insta::assert_snapshot!(domain("prefix: shop, dns: manual, certificate: {}"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:2:30 [domain.dns] `dns` is for a domain of your own, and there is only a prefix (delete the line, or add `name`)
    stacks/dev.yaml:2:38 [domain.certificate] `certificate` is for a domain of your own, and there is only a prefix (delete the line, or add `name`)
    ");
    insta::assert_snapshot!(domain("name: localhost"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:17 [domain.name] `localhost` is a single label; a DNS name has a dot (a word alone is a `prefix`)
    ");
    insta::assert_snapshot!(domain("name: example.com"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:17 [domain.name] `example.com` stands directly below a top-level domain, which AWS refuses (take a name below it: `auth.example.com`)
    ");
    insta::assert_snapshot!(domain("name: shop.auth.eu-west-1.amazoncognito.com"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:17 [domain.name] this is one of AWS's own domains (write `prefix: shop`)
    ");
    insta::assert_snapshot!(domain("name: auth.example.com, hosted_zone: example.org"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:48 [domain.hosted_zone] `auth.example.com` does not lie in the zone `example.org` (a zone holds the names that end in its own)
    ");
    insta::assert_snapshot!(domain("name: auth.example.com, hosted_zone: example.com, dns: manual"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:48 [domain.hosted_zone] `dns: manual` makes no records in Route 53 (take one of the two away)
    ");
    insta::assert_snapshot!(domain("name: auth.example.com, parent_record_address: '::1'"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:2:58 [domain.parent_record_address] `::1` is no IPv4 address (for example `192.0.2.1`)
    stacks/dev.yaml:2:58 [domain.parent_record_address] no placeholder record is made (write `parent_record: placeholder` as well)
    ");
    insta::assert_snapshot!(domain("name: auth.example.com, managed_login_version: 2, security_policy: TLS_V1"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:78 [domain.security_policy] managed login does not speak TLS 1.0 (take `TLS_V1_2_2021`)
    ");
    insta::assert_snapshot!(domain("name: auth.example.com, managed_login_version: 3"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:58 [domain.managed_login_version] 3 is out of range: from 1 to 2
    ");
    for good in [
        "prefix: awsome-shop",
        "name: Auth.Example.com., prefix: shop",
        "name: auth.example.com, hosted_zone: Z1D633PJN98FT9",
    ] {
        assert_eq!(domain(good), "loaded dev", "{good}");
    }
}

#[test]
fn certificates() {
    let certificate = |text: &str| {
        after_pool(&format!(
            "account: '111122223333'\ndomain:\n  name: auth.dev.example.com\n  certificate: {{ {text} }}\n"
        ))
    };
    insta::assert_snapshot!(certificate("domain_name: '*.example.com'"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:5:31 [domain.certificate.domain_name] the certificate for *.example.com does not cover `auth.dev.example.com` (`*.dev.example.com` covers it, and so does `auth.dev.example.com`; a wildcard stands for one label)
    ");
    insta::assert_snapshot!(certificate("domain_name: 'a.*.example.com'"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:5:31 [domain.certificate.domain_name] `a.*.example.com` has a `*` where none can be: it stands alone, as the first label
    ");
    insta::assert_snapshot!(certificate("subject_alternative_names: ['*.dev.example.com', a_b.example.com]"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:5:46 [domain.certificate.subject_alternative_names[0]] `*.dev.example.com` is in the certificate already
    stacks/dev.yaml:5:67 [domain.certificate.subject_alternative_names[1]] `a_b.example.com` has a `_`, which no DNS name can have here
    ");
    insta::assert_snapshot!(certificate("arn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1'"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:5:23 [domain.certificate.arn] the certificate is in eu-west-1, and a custom domain takes one in us-east-1 only (ask for one in us-east-1, or take `arn` away to have one made there)
    ");
    insta::assert_snapshot!(certificate("arn: 'arn:aws:acm:us-east-1:999922223333:certificate/1', key_algorithm: RSA_2048"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:5:3 [domain.certificate] `arn` names a certificate that exists; the other keys describe one to make (take `arn` away to have one made, or leave `arn` alone)
    stacks/dev.yaml:5:23 [domain.certificate.arn] the certificate is in account 999922223333, and this stack in 111122223333
    ");
    insta::assert_snapshot!(certificate("arn: certificate"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:5:23 [domain.certificate.arn] this is no certificate's ARN (it looks like `arn:aws:acm:us-east-1:111122223333:certificate/…`)
    ");
    let long = "a".repeat(60);
    insta::assert_snapshot!(after_pool(&format!("domain: {{ name: auth.{long}.example.com }}\n")), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:17 [domain.name] `*.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com` has 74 characters, and a certificate's first name at most 64 (give a shorter name that the domain lies below as `certificate.domain_name`, and this one as a further name)
    ");
    for good in [
        "",
        "domain_name: example.com, subject_alternative_names: ['*.dev.example.com']",
        "arn: 'arn:aws:acm:us-east-1:111122223333:certificate/a-1'",
    ] {
        assert_eq!(certificate(good), "loaded dev", "{good}");
    }
}

#[test]
fn styles_of_managed_login() {
    let check = |file: &str, settings: &str, expect: &[&str]| {
        let text = format!(
            "user_pool: {{ name: a }}\napp_clients: {{ web: {{}} }}\ndomain: {{ prefix: shop, managed_login_version: 2 }}\n\
             managed_login_branding: {{ web: {{ {file} }} }}\n"
        );
        let large = [PNG, &vec![0; 1_000_000]].concat();
        let said = load_files(&[
            ("dev.yaml", text.as_bytes()),
            ("ui/a.json", settings.as_bytes()),
            ("ui/a.svg", b"<svg/>"),
            ("ui/a.ico", b"\0\0\x01\0\x01\0"),
            ("ui/large.png", &large),
        ]);
        for expect in expect {
            assert!(said.contains(expect), "{said}");
        }
        assert_eq!(said.lines().count(), expect.len().max(1), "{said}");
    };
    let image =
        |more: &str| format!("settings: ui/a.json, assets: [{{ category: FORM_LOGO, color_mode: DARK, {more} }}]");
    let good = r#"{ "categories": { "global": { "colorSchemeMode": "DARK" } }, "components": { "form": { "x": [], "lightMode": { "borderColor": "C6C6CDFF" } } } }"#;
    check(&image("file: ui/a.svg, resource_id: Example Login_1-2"), good, &["loaded dev"]);
    check("", good, &["has a problem", "[managed_login_branding.web] nothing is set"]);
    check("use_cognito_provided_values: false", good, &["has a problem", "a style that is not AWS's own has settings"]);
    check(
        &image("file: ui/a.ico"),
        good,
        &["has a problem", "stacks/ui/a.ico is ICO, which AWS takes for FAVICON_ICO alone"],
    );
    check(&image("file: ui/a.json"), good, &["has a problem", "stacks/ui/a.json is no image that AWS takes"]);
    check(&image("file: ui/large.png"), good, &["has a problem", "has 1000012 bytes; AWS takes at most 1000000"]);
    check(
        &image("file: ui/a.svg, resource_id: a!"),
        good,
        &["has a problem", "assets[0].resource_id] `a!`: 1 to 40 letters, digits, spaces"],
    );
    let settings = "settings: ui/a.json";
    check("settings: '{}'", good, &["has a problem", "the settings are named, not written here"]);
    check(
        settings,
        "[]",
        &[
            "has a problem",
            "stacks/ui/a.json:1:1 [managed_login_branding.web.settings] the settings are no JSON object",
        ],
    );
    check(settings, "{ \"a\": 1,\n  }", &["has a problem", "stacks/ui/a.json:2:3 "]);
    check(settings, "{ \"components\": {} }", &["has a problem", "the settings say nothing"]);
    let of = |text: &str| format!("{{\n\"components\": {{ {text} }} }}");
    for (text, said) in [
        (
            r##""form": { "borderColor": "#abc" }"##,
            "2:42 [managed_login_branding.web.settings] `#abc` is no colour of AWS's (write `aabbccff`",
        ),
        (r#""form": { "color": "red" }"#, "`red` is no colour of AWS's (write red, green"),
        (r#""form": { "color": 7 }"#, "`color` is a colour, and 7 is none"),
        (r#""form": { "borderRadius": "8" }"#, "`borderRadius` is a number"),
        (r#""form": { "logo": { "enabled": "yes" } }"#, "`enabled` is true or false"),
        (r#""form": { "logo": null }"#, "null says nothing"),
        (r#""colorSchemeMode": "DARKK""#, "(did you mean `DARK`?)"),
    ] {
        check(settings, &of(text), &["has a problem", said]);
    }
    check(settings, r#"{ "component": { "a": 1 } }"#, &["has a problem", "did you mean `components`?"]);
    check(settings, r#"{ "Settings": { "a": 1 } }"#, &["has a problem", "take what stands below `Settings`"]);
    check(settings, r#"{ "components": { "a": 1, "a": 2 } }"#, &["has a problem", "stacks/ui/a.json:1:27 "]);
}

#[test]
fn the_look_of_the_pages() {
    insta::assert_snapshot!(after_pool("ui_customization: { css: ui/a.css }\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:1 [ui_customization] AWS takes the look of the sign-in pages only where there is a domain (add `domain: { prefix: … }` or `domain: { name: … }`)
    ");
    insta::assert_snapshot!(after_pool("domain: { prefix: shop }\nui_customization: {}\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:1 [ui_customization] nothing is set (name a `css` file, an `image_file`, or looks of `app_clients`)
    ");
    insta::assert_snapshot!(after_pool("domain: { prefix: shop, managed_login_version: 2 }\nui_customization: { css: ui/a.css }\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:1 [ui_customization] this is the look of the classic pages, and version 2 shows managed login instead (take `ui_customization` away, or write `managed_login_version: 1`)
    ");
    insta::assert_snapshot!(after_pool("domain: { prefix: shop }\napp_clients: { web: {} }\nui_customization: { app_clients: { wbe: { css: ui/a.css }, web: {} } }\n"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:4:36 [ui_customization.app_clients.wbe] there is no app client `wbe` (did you mean `web`?)
    stacks/dev.yaml:4:60 [ui_customization.app_clients.web] nothing is set (name a `css` file or an `image_file`)
    ");
    let css = format!("/* {} */\n.label-customizable {{ color: red }}\n", "x".repeat(20_000));
    let png = [PNG, &vec![0; 95_000]].concat();
    insta::assert_snapshot!(load_files(&[
        ("dev.yaml", b"user_pool: { name: a }\ndomain: { prefix: shop }\nui_customization: { css: ui/a.css, image_file: ui/a.png }\n"),
        ("ui/a.css", css.as_bytes()),
        ("ui/a.png", &png),
    ]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:48 [ui_customization.image_file] style sheet and logo make a request of 147030 bytes; AWS takes at most 138240 (a logo grows by a third on its way)
    ");
}

#[test]
fn records() {
    let record = |text: &str| after_pool(&format!("records:\n  r: {{ name: r.example.com, {text} }}\n"));
    insta::assert_snapshot!(record("type: A, values: ['2001:db8::1', '192.0.2.1', '192.0.2.1']"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:3:47 [records.r.values[0]] `2001:db8::1` is no IPv4 address (`type: AAAA` takes it)
    stacks/dev.yaml:3:75 [records.r.values[2]] `192.0.2.1` stands here twice
    ");
    insta::assert_snapshot!(record("type: AAAA, values: [192.0.2.1]"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:50 [records.r.values[0]] `192.0.2.1` is no IPv6 address (`type: A` takes it)
    ");
    insta::assert_snapshot!(record("type: CNAME, values: [a.example.com, r.example.com, nodots]"), @"
    stacks/dev.yaml has 3 problems
    stacks/dev.yaml:3:42 [records.r.values] a CNAME has one value, and here are 3
    stacks/dev.yaml:3:66 [records.r.values[1]] a CNAME cannot name itself
    stacks/dev.yaml:3:81 [records.r.values[2]] `nodots` is a single label; a DNS name has a dot (the value is another DNS name)
    ");
    insta::assert_snapshot!(record("type: MX, values: [mail.example.com, x mail.example.com, 10 mail]"), @"
    stacks/dev.yaml has 3 problems
    stacks/dev.yaml:3:48 [records.r.values[0]] `mail.example.com` is no MX value (a priority and a mail server: `10 mail.example.com`)
    stacks/dev.yaml:3:66 [records.r.values[1]] `x` is no priority: a number from 0 to 65535 (a priority and a mail server: `10 mail.example.com`)
    stacks/dev.yaml:3:86 [records.r.values[2]] `mail` is a single label; a DNS name has a dot (a priority and a mail server: `10 mail.example.com`)
    ");
    insta::assert_snapshot!(record("type: CAA, values: ['0 issue amazon.com', '300 issue \"a\"', 'x']"), @r#"
    stacks/dev.yaml has 3 problems
    stacks/dev.yaml:3:49 [records.r.values[0]] `0 issue amazon.com` is no CAA value (flags, a tag and a quoted value: `0 issue "amazon.com"`)
    stacks/dev.yaml:3:71 [records.r.values[1]] `300` is no flag: a number from 0 to 255 (flags, a tag and a quoted value: `0 issue "amazon.com"`)
    stacks/dev.yaml:3:88 [records.r.values[2]] `x` is no CAA value (flags, a tag and a quoted value: `0 issue "amazon.com"`)
    "#);
    insta::assert_snapshot!(record("type: TXT, values: ['\"quoted\"', 'a\" \"b']"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:3:49 [records.r.values[0]] the text has quotes of its own (write the text alone: quotes and splitting are seen to)
    stacks/dev.yaml:3:61 [records.r.values[1]] the text is split already (write the text whole: it is split as DNS asks)
    ");
    insta::assert_snapshot!(record("type: A"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:3 [records.r] neither `values` nor `alias` is set (for example `values: [192.0.2.1]`)
    ");
    insta::assert_snapshot!(record("type: A, values: [192.0.2.1], alias: { dns_name: a.example.com, zone_id: Z1 }"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:59 [records.r.alias] `values` and `alias` exclude each other (an alias has no values of its own)
    ");
    insta::assert_snapshot!(record("type: A, ttl: 5, alias: { dns_name: d1.cloudfront.net, zone_id: Z1 }"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:3:43 [records.r.ttl] an alias has no time to live of its own (delete the line)
    stacks/dev.yaml:3:93 [records.r.alias.zone_id] CloudFront's zone is Z2FDTNDATAQYW2, not Z1
    ");
    insta::assert_snapshot!(record("type: A, values: [192.0.2.1], hosted_zone: example.org"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:72 [records.r.hosted_zone] `r.example.com` does not lie in the zone `example.org` (a zone holds the names that end in its own)
    ");
    insta::assert_snapshot!(record("type: CNAME, values: [a.example.com], hosted_zone: r.example.com"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:35 [records.r.type] `r.example.com` is a zone's own name, where no CNAME can be (an A record with an `alias` can stand there)
    ");
    for good in [
        "type: MX, values: ['10 mail.example.com', '0 .']",
        "type: CAA, values: ['0 issue \"amazon.com\"']",
        "type: NS, values: [ns1.example.org.]",
    ] {
        assert_eq!(record(good), "loaded dev", "{good}");
    }
}

#[test]
fn records_that_get_in_each_others_way() {
    insta::assert_snapshot!(after_pool(concat!(
        "domain: { name: auth.example.com, parent_record: placeholder }\n",
        "records:\n",
        "  a: { name: Auth.example.com, type: A, values: [192.0.2.1] }\n",
        "  b: { name: auth.example.com, type: CNAME, values: [x.example.org] }\n",
        "  c: { name: example.com, type: A, values: [192.0.2.1] }\n",
        "  d: { name: d.example.com, type: TXT, values: [x] }\n",
        "  e: { name: d.example.com, type: TXT, values: [y] }\n",
        "  domain_a: { name: f.example.com, type: TXT, values: [y] }\n",
    )), @"
    stacks/dev.yaml has 5 problems
    stacks/dev.yaml:4:3 [records.a] `domain` makes the A record of `auth.example.com` already (take this one away, or give it another name)
    stacks/dev.yaml:5:3 [records.b] `domain` makes another record of `auth.example.com`, beside which no CNAME can be
    stacks/dev.yaml:6:3 [records.c] `domain.parent_record` makes the A record of `example.com` already (take this one away, or give it another name)
    stacks/dev.yaml:8:3 [records.e] `records.d` makes the TXT record of `d.example.com` already (one record holds all values of a name and type, or each has a `routing` that says when it answers)
    stacks/dev.yaml:9:3 [records.domain_a] the name `domain_a` is kept for the records of `domain` (call the record something else)
    ");
}
