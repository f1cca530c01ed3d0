//! Every rule, firing and silent.

use super::*;

#[test]
fn every_rule_has_a_sample_that_fires_and_one_that_is_silent() {
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    let samples: Vec<&str> = SAMPLES.iter().map(|sample| sample.rule).collect();
    assert_eq!(rules, samples);
    for sample in SAMPLES {
        assert_ne!(sample.fires, sample.silent, "{}", sample.rule);
        assert!(sample.in_production || !rule_of(sample).in_production, "{}", sample.rule);
    }
}

#[test]
fn what_the_samples_extend_is_without_fault() {
    let world = World::empty();
    world.write("stacks/clean.yaml", CLEAN).write("stacks/clean_prod.yaml", CLEAN_PROD);
    let told = told(&world);
    assert_eq!(told["findings"], serde_json::json!([]), "{told:#}");
    assert_eq!((&told["stacks"][0]["production"], &told["stacks"][1]["production"]), (&false.into(), &true.into()));
}

#[test]
fn every_rule_fires_and_nothing_else_does_and_points_to_the_very_value() {
    let world = house(|sample| text_of(sample, sample.fires));
    let told = told(&world);
    for sample in SAMPLES {
        let found = found(&told, sample.rule);
        let [one] = found.as_slice() else { panic!("{}: {found:#?}", sample.rule) };
        assert_eq!(one["rule"], sample.rule, "{one:#}");
        assert_eq!(one["severity"], rule_of(sample).severity.as_str(), "{one:#}");
        assert_eq!(one["place"]["file"], file_of(sample), "{one:#}");
        let span = [0, 1].map(|end| usize::try_from(one["place"]["span"][end].as_u64().unwrap()).unwrap());
        assert_eq!(&world.read(&file_of(sample))[span[0]..span[1]], sample.points_at, "{one:#}");
        assert!(one["hint"].is_string() && one["why"].is_string(), "{one:#}");
    }
}

#[test]
fn every_rule_is_silent_next_to_that() {
    let world = house(|sample| text_of(sample, sample.silent));
    let told = told(&world);
    for sample in SAMPLES {
        assert!(found(&told, sample.rule).is_empty(), "{}: {:#?}", sample.rule, found(&told, sample.rule));
    }
    world.run("validate").ok();
}

#[test]
fn what_is_asked_of_production_is_asked_of_nothing_else() {
    let in_dev = |sample: &Sample| {
        let told = "lint: { production: false, silence: null }\n";
        let own = sample.fires.replace("lint: { silence: null }\n", "");
        text_of(sample, &format!("{told}{own}"))
    };
    let world = house(in_dev);
    let told = told(&world);
    let (production, anywhere): (Vec<&Sample>, Vec<&Sample>) =
        SAMPLES.iter().partition(|sample| rule_of(sample).in_production);
    assert!(production.len() >= 8, "there are rules for production");
    for sample in production {
        assert!(found(&told, sample.rule).is_empty(), "{}: {:#?}", sample.rule, found(&told, sample.rule));
    }
    for sample in anywhere {
        assert_eq!(rules_in(&told, sample.rule), [sample.rule]);
    }
}

/// More of what a rule finds and does not, where one sample is not enough: the rule, whether in production, the stack's
/// own part, and how often the rule speaks.
const MORE: &[(&str, bool, &str, usize)] = &[
    ("mfa-off", true, "user_pool: { mfa: null }", 1),
    ("mfa-off", true, "user_pool: { mfa: { mode: OPTIONAL } }", 0),
    ("password-length", true, "user_pool: { password_policy: { minimum_length: 11 } }", 1),
    ("password-length", true, "user_pool: { password_policy: null }", 1),
    ("password-length", false, "user_pool: { password_policy: {} }", 0),
    (
        "password-kinds",
        false,
        "user_pool: { password_policy: { require_lowercase: false, require_uppercase: false, require_symbols: false } }",
        3,
    ),
    ("access-token-long", false, "app_clients: { web: { access_token_validity: 2h, id_token_validity: 24h } }", 2),
    ("user-existence-shown", false, "app_clients: { web: { prevent_user_existence_errors: null } }", 1),
    (
        "refresh-not-rotated",
        false,
        "app_clients: { web: { refresh_token_rotation: null, explicit_auth_flows: null } }",
        1,
    ),
    (
        "password-auth-flow",
        false,
        "app_clients: { web: { refresh_token_rotation: null, explicit_auth_flows: [USER_PASSWORD_AUTH] } }",
        1,
    ),
    (
        "wildcard-callback",
        false,
        "app_clients: { web: { callback_urls: ['https://10.0.0.1.nip.io/', 'https://SHOP.lvh.me/'] } }",
        2,
    ),
    (
        "unowned-callback-host",
        false,
        "app_clients: { web: { callback_urls: ['https://192.0.2.7/', 'https://[2001:db8::1]:8443/', 'https://a.b.github.io/'] } }",
        3,
    ),
    (
        "unowned-callback-host",
        false,
        "app_clients: { web: { callback_urls: ['http://127.0.0.1/', 'http://[::1]/', 'http://localhost/'] } }",
        0,
    ),
    (
        "placeholder-callback-host",
        false,
        "app_clients: { web: { callback_urls: ['https://example.org/', 'https://shop.test/', 'https://a.invalid/'] } }",
        3,
    ),
    (
        "localhost-callback",
        true,
        "app_clients: { web: { callback_urls: ['https://localhost/', 'http://[::1]:1/'] } }",
        2,
    ),
    ("sign-up-unverified", false, "user_pool: { auto_verified_attributes: null }", 1),
    ("recovery-by-sms", false, "user_pool: { account_recovery_setting: null }", 1),
    ("recovery-by-sms", false, "user_pool: { account_recovery_setting: [admin_only] }", 0),
    ("deletion-protection-off", true, "user_pool: { deletion_protection: null }", 0),
    ("threat-protection-off", false, "user_pool: { user_pool_tier: PLUS }", 1),
    ("threat-protection-off", false, "user_pool: { user_pool_tier: ESSENTIALS }", 0),
    (
        "secret-on-public-client",
        false,
        "app_clients: { web: { generate_secret: true, allowed_oauth_flows: [code, implicit] } }",
        1,
    ),
    (
        "secret-on-public-client",
        false,
        "app_clients: { app: { client_secret: { env: SECRET }, callback_urls: ['shop://x'], allowed_oauth_flows: [code], allowed_oauth_scopes: [openid] } }",
        1,
    ),
    (
        "immutable-idp-attribute",
        false,
        "user_pool: { standard_attributes: { given_name: { mutable: false } } }\napp_clients: { web: { supported_identity_providers: [Google] } }",
        1,
    ),
    (
        "immutable-idp-attribute",
        false,
        "user_pool: { standard_attributes: { given_name: { mutable: false } } }\napp_clients: { web: { supported_identity_providers: [COGNITO] } }",
        0,
    ),
    (
        "immutable-idp-attribute",
        false,
        "user_pool: { attributes: { tenant: { type: String, mutable: false } } }\napp_clients: { web: { supported_identity_providers: [Google] } }",
        0,
    ),
    ("username-case-sensitive", false, "user_pool: { username_configuration: null }", 1),
];

#[test]
fn rules_know_the_cases_beside_their_samples() {
    let world = World::empty();
    world.write("stacks/clean.yaml", CLEAN).write("stacks/clean_prod.yaml", CLEAN_PROD);
    for (index, (_, in_production, own, _)) in MORE.iter().enumerate() {
        let base = if *in_production { "clean_prod.yaml" } else { "clean.yaml" };
        world.write(&format!("stacks/case{index}.yaml"), format!("extends: {base}\n{own}\n"));
    }
    let told = told(&world);
    for (index, (rule, _, own, count)) in MORE.iter().enumerate() {
        let rules = rules_in(&told, &format!("case{index}"));
        let times = rules.iter().filter(|one| one == rule).count();
        assert_eq!(times, *count, "{rule} of {own}: {rules:?}");
        assert!(!rules.contains(&"stack/invalid".to_owned()), "{own} is valid");
    }
}
