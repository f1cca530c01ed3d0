//! `stack lint --fix`: text that is mended, with its comments and its layout.

use super::*;

/// Mended where nothing is said, as `comments_and_layout_stay` shows; the sample says the wrong thing, which is a person's.
const NOT_IN_ITS_SAMPLE: &str = "recovery-by-sms";

#[test]
fn what_a_rule_mends_is_found_no_more_and_the_rest_is_left_as_it_is() {
    let world = house(|sample| text_of(sample, sample.fires));
    let before = told(&world);
    let fixed = world.run("lint --fix --json");
    let fixed: Value = serde_json::from_str(&fixed.out).unwrap_or_else(|error| panic!("{error}: {fixed}"));
    let after = told(&world);
    for sample in SAMPLES {
        let (rule, file) = (rule_of(sample), world.read(&file_of(sample)));
        let is_fixed = rule.fixes && rule.id != NOT_IN_ITS_SAMPLE;
        assert_eq!(found(&before, sample.rule)[0]["fixable"], is_fixed, "{}", rule.id);
        let mended: Vec<&Value> =
            fixed["fixed"].as_array().unwrap().iter().filter(|one| one["stack"] == sample.rule).collect();
        if is_fixed {
            assert!(found(&after, sample.rule).is_empty(), "{}: {file}", rule.id);
            assert_eq!((mended.len(), &mended[0]["rule"]), (1, &rule.id.into()));
            assert_ne!(file, text_of(sample, sample.fires));
        } else {
            assert_eq!(file, text_of(sample, sample.fires), "{}", rule.id);
            assert_eq!((rules_in(&after, sample.rule), mended.len()), (vec![rule.id.to_owned()], 0));
        }
    }
    assert_eq!(world.read("stacks/clean.yaml"), CLEAN);
    assert_eq!(world.read("stacks/clean_prod.yaml"), CLEAN_PROD);
}

/// What a file is, and what it is mended into.
#[track_caller]
fn mends(before: &str, after: &str) {
    let world = World::empty();
    world.write("stacks/dev.yaml", before);
    let ran = world.run("lint dev --fix");
    assert_eq!(world.read("stacks/dev.yaml"), after, "{ran}");
    let again = world.run("lint dev --fix");
    assert_eq!(again.out, "", "there is nothing more to mend: {again}");
    assert_eq!(world.read("stacks/dev.yaml"), after);
}

#[test]
fn comments_and_layout_stay() {
    mends(
        "# Über uns.\nuser_pool:\n  name: shop   # a name\n\n  auto_verified_attributes: [email]\n\n\
         app_clients: # who signs people in\n    # The shop.\n    web: # é\n      # Its name.\n      name: web\n\n\
         \u{20}     enable_token_revocation:   false  # for now\n      id_token_validity: \"24h\" # a day\n# The end.",
        "# Über uns.\nuser_pool:\n  account_recovery_setting: [verified_email]\n  name: shop   # a name\n\n  auto_verified_attributes: [email]\n\n\
         app_clients: # who signs people in\n    # The shop.\n    web: # é\n      prevent_user_existence_errors: ENABLED\n      # Its name.\n      name: web\n\n\
         \u{20}     enable_token_revocation:   true  # for now\n      id_token_validity: 1h # a day\n# The end.",
    );
}

#[test]
fn line_ends_stay() {
    mends(
        "user_pool:\r\n  name: shop\r\n  account_recovery_setting: [verified_email]\r\napp_clients:\r\n  web:\r\n    name: web\r\n",
        "user_pool:\r\n  name: shop\r\n  account_recovery_setting: [verified_email]\r\napp_clients:\r\n  web:\r\n    prevent_user_existence_errors: ENABLED\r\n    name: web\r\n",
    );
}

#[test]
fn mappings_in_braces_stay_so() {
    let clients = |web: &str, app: &str, third: &str| {
        format!(
            "user_pool: {{ name: shop, account_recovery_setting: [verified_email] }}\n\
             app_clients: {{ web: {web}, app: {app}, third: {third} }}\n"
        )
    };
    mends(
        &clients("{}", "{ name: b }", "{name: c}"),
        &clients(
            "{ prevent_user_existence_errors: ENABLED }",
            "{ prevent_user_existence_errors: ENABLED, name: b }",
            "{prevent_user_existence_errors: ENABLED, name: c}",
        ),
    );
}

#[test]
fn a_mapping_that_is_not_there_is_made() {
    let stack = |policy: &str| {
        let pool = format!("user_pool:\n{policy}  name: shop\n  account_recovery_setting: [verified_email]\n");
        format!("{pool}lint: {{ production: true }}\n")
    };
    mends(&stack(""), &stack("  password_policy: { minimum_length: 12 }\n"));
}

#[test]
fn what_a_base_says_is_mended_in_the_base_and_what_it_does_not_in_the_stack() {
    let world = World::empty();
    world.write("stacks/base.yaml", CLEAN.replace("ENABLED }\n", "ENABLED }\n    enable_token_revocation: false\n"));
    world.edit("stacks/base.yaml", "    prevent_user_existence_errors: ENABLED\n", "");
    world.write("stacks/dev.yaml", "extends: base.yaml\napp_clients:\n  web:\n    name: shop\n");
    world.run("lint dev --fix").check("lint_fix_through_extends");
    assert!(world.read("stacks/base.yaml").contains("enable_token_revocation: true"));
    let dev = "extends: base.yaml\napp_clients:\n  web:\n    prevent_user_existence_errors: ENABLED\n    name: shop\n";
    assert_eq!(world.read("stacks/dev.yaml"), dev);
}

#[test]
fn a_stack_that_extends_the_file_stays_right() {
    let world = World::empty();
    let sms = "  sms_configuration: { sns_caller_arn: 'arn:aws:iam::111122223333:role/sms', external_id: shop }\n";
    let base = CLEAN.replace("  name: shop\n", &format!("  name: shop\n  mfa: {{ mode: ON, sms: true }}\n{sms}"));
    world.write("stacks/base.yaml", &base);
    // With MFA off, no factor may be declared.
    world.write("stacks/off.yaml", "extends: base.yaml\nuser_pool: { mfa: { mode: OFF, sms: null } }\n");
    world.write("stacks/on.yaml", "extends: base.yaml\n");
    world.run("validate").ok();
    world.run("lint on --fix").check("lint_fix_that_would_break_another");
    let told: Value = serde_json::from_str(&world.run("lint on --fix --json").out).unwrap();
    assert_eq!((&told["fixed"], told["not_fixed"].as_array().unwrap().len()), (&serde_json::json!([]), 1));
    assert_eq!(world.read("stacks/base.yaml"), base);
}

/// Clients that differ in these settings.
fn clients(settings: &[&str]) -> String {
    let pool = "user_pool: { name: shop, account_recovery_setting: [verified_email] }\napp_clients:\n";
    let clients = settings.iter().enumerate().map(|(index, settings)| {
        format!("  app{index}: {{ prevent_user_existence_errors: ENABLED, {settings} }} # {index}\n")
    });
    [pool.to_owned()].into_iter().chain(clients).collect()
}

#[test]
fn what_stands_behind_an_alias_is_for_a_person() {
    let world = World::empty();
    let text = clients(&["refresh_token_validity: &long 24h, access_token_validity: *long"]);
    world.write("stacks/dev.yaml", &text);
    let ran = world.run("lint dev --fix");
    assert!(ran.err.contains("access-token-long at app_clients.app0.access_token_validity is not mended"), "{ran}");
    assert_eq!((world.read("stacks/dev.yaml"), ran.out.as_str()), (text, ""));
    // Mending what has the anchor mends its aliases.
    mends(
        &clients(&["enable_token_revocation: &no false", "enable_token_revocation: *no"]),
        &clients(&["enable_token_revocation: &no true", "enable_token_revocation: *no"]),
    );
}

#[test]
fn what_is_taken_away_by_null_is_for_a_person() {
    let world = World::empty();
    world.write("stacks/base.yaml", CLEAN);
    let text = "extends: base.yaml\napp_clients: { web: { prevent_user_existence_errors: null } }\n";
    world.write("stacks/dev.yaml", text);
    let ran = world.run("lint dev --fix");
    assert!(ran.err.contains("prevent_user_existence_errors is not mended"), "{ran}");
    assert_eq!((world.read("stacks/dev.yaml"), ran.code), (text.to_owned(), Some(0)));
}

#[test]
fn a_file_that_is_wrong_elsewhere_is_mended_too() {
    let world = World::empty();
    world.write(
        "stacks/dev.yaml",
        CLEAN.replace("ENABLED }\n", "ENABLED }\n    nmae: x\n    enable_token_revocation: false\n"),
    );
    let _ = world.run("lint dev --fix").failed();
    let text = world.read("stacks/dev.yaml");
    assert!(text.contains("enable_token_revocation: true") && text.contains("nmae: x"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_files_mode_stays_and_a_link_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let world = World::empty();
    world.write("shared/dev.yaml", CLEAN.replace("existence_errors: ENABLED", "existence_errors: LEGACY"));
    std::fs::set_permissions(world.path("shared/dev.yaml"), std::fs::Permissions::from_mode(0o640)).unwrap();
    std::fs::create_dir(world.path("stacks")).unwrap();
    symlink("../shared/dev.yaml", world.path("stacks/dev.yaml")).unwrap();
    world.run("lint dev --fix").ok();
    assert_eq!(world.read("shared/dev.yaml"), CLEAN);
    assert!(world.path("stacks/dev.yaml").is_symlink());
    assert_eq!(std::fs::metadata(world.path("shared/dev.yaml")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(std::fs::read_dir(world.path("shared")).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn the_diff_is_one_that_git_takes() {
    let world = World::empty();
    let before = CLEAN.replace("existence_errors: ENABLED", "existence_errors: LEGACY");
    world.write("stacks/dev.yaml", &before);
    let diff = world.run("lint dev --fix").out;
    assert_eq!(world.read("stacks/dev.yaml"), CLEAN);
    world.write("stacks/dev.yaml", &before).write("fix.diff", diff);
    let git =
        std::process::Command::new("git").args(["apply", "fix.diff"]).current_dir(world.path("")).output().unwrap();
    assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    assert_eq!(world.read("stacks/dev.yaml"), CLEAN);
}
