//! The README's table of rules, and what it says of other tools' checks.

use stack::lint::RULES;

use crate::world::repository;

const BEGIN: &str = "| rule | severity | why | mends itself | covers |\n|---|---|---|---|---|\n";

/// Prowler's checks of Cognito, of version 5.46.0.
const PROWLER: [&str; 17] = [
    "cognito_identity_pool_guest_access_disabled",
    "cognito_user_pool_account_recovery_sms_not_preferred",
    "cognito_user_pool_advanced_security_enabled",
    "cognito_user_pool_blocks_compromised_credentials_sign_in_attempts",
    "cognito_user_pool_blocks_potential_malicious_sign_in_attempts",
    "cognito_user_pool_client_prevent_user_existence_errors",
    "cognito_user_pool_client_token_revocation_enabled",
    "cognito_user_pool_deletion_protection_enabled",
    "cognito_user_pool_mfa_enabled",
    "cognito_user_pool_password_policy_lowercase",
    "cognito_user_pool_password_policy_minimum_length_14",
    "cognito_user_pool_password_policy_number",
    "cognito_user_pool_password_policy_symbol",
    "cognito_user_pool_password_policy_uppercase",
    "cognito_user_pool_self_registration_disabled",
    "cognito_user_pool_temporary_password_expiration",
    "cognito_user_pool_waf_acl_attached",
];
/// checkov's, of version 3.3.30.
const CHECKOV: [&str; 1] = ["CKV_AWS_366"];

fn readme() -> String {
    std::fs::read_to_string(repository().join("README.md")).unwrap().replace("\r\n", "\n")
}

/// The table as the rules say it.
fn table() -> String {
    let rows = RULES.iter().map(|rule| {
        let severity = if rule.in_production { "production" } else { "anywhere" };
        let covers: Vec<String> = rule.covers.iter().map(|check| covered(check)).collect();
        format!(
            "| `{}` | {}, {severity} | {}. {} | {} | {} |\n",
            rule.id,
            rule.severity.as_str(),
            rule.title,
            rule.why,
            if rule.fixes { "yes" } else { "" },
            covers.join(", "),
        )
    });
    rows.collect()
}

/// ``Prowler `mfa_enabled` ``: what all of its checks of pools begin with is left out.
fn covered(check: &str) -> String {
    let (name, rest) = check.split_once(' ').map_or((check, String::new()), |(name, rest)| (name, format!(" {rest}")));
    format!("`{}`{rest}", name.trim_start_matches("cognito_user_pool_"))
}

#[test]
fn the_table_of_rules_is_that_of_the_program() {
    let (mut text, table) = (readme(), table());
    let start = text.find(BEGIN).expect("the table of rules") + BEGIN.len();
    let end = start + text[start..].find("\n\n").unwrap() + 1;
    if std::env::var_os("STACK_BLESS").is_some() {
        text.replace_range(start..end, &table);
        std::fs::write(repository().join("README.md"), text).unwrap();
    } else {
        assert!(text[start..end] == table, "the table is not that of the program: STACK_BLESS=1 cargo test readme");
    }
}

#[test]
fn every_check_of_the_other_tools_is_covered_or_said_not_to_be() {
    let text = readme();
    let section = text.split("\n## Hardening\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rest = &section[section.find(BEGIN).unwrap()..];
    let rest = &rest[rest.find("\n\n").unwrap()..];
    let covered: Vec<&str> =
        RULES.iter().flat_map(|rule| rule.covers).map(|check| check.split(' ').next().unwrap()).collect();
    for check in PROWLER.iter().chain(&CHECKOV) {
        let is_excused = rest.contains(&format!("`{check}`"));
        assert!(covered.contains(check) != is_excused, "{check}: a rule covers it, or the README says why none does");
    }
    assert!(covered.iter().all(|check| PROWLER.contains(check)), "{covered:?}");
}
