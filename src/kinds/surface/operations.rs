//! Every operation of Cognito's user pools: this program calls it, or somebody has said why not.

use std::collections::BTreeSet;

use super::sdk;

/// What is not called, by the reason.
const NOT_CALLED: [(&str, &[&str]); 7] = [
    (
        "what a person does with an account of their own, by an application that they have signed in to",
        &[
            "associate_software_token",
            "change_password",
            "complete_web_authn_registration",
            "confirm_device",
            "confirm_forgot_password",
            "confirm_sign_up",
            "delete_user",
            "delete_user_attributes",
            "delete_web_authn_credential",
            "forget_device",
            "forgot_password",
            "get_device",
            "get_tokens_from_refresh_token",
            "get_user",
            "get_user_attribute_verification_code",
            "get_user_auth_factors",
            "global_sign_out",
            "initiate_auth",
            "list_devices",
            "list_web_authn_credentials",
            "resend_confirmation_code",
            "respond_to_auth_challenge",
            "revoke_token",
            "set_user_mfa_preference",
            "set_user_settings",
            "sign_up",
            "start_web_authn_registration",
            "update_auth_event_feedback",
            "update_device_status",
            "update_user_attributes",
            "verify_software_token",
            "verify_user_attribute",
        ],
    ),
    (
        "the same done for a person, by an application or its support: nothing that a file could ask for again and again",
        &[
            "admin_confirm_sign_up",
            "admin_delete_software_token",
            "admin_disable_provider_for_user",
            "admin_forget_device",
            "admin_get_device",
            "admin_get_user",
            "admin_get_user_auth_factors",
            "admin_initiate_auth",
            "admin_link_provider_for_user",
            "admin_list_devices",
            "admin_list_user_auth_events",
            "admin_reset_user_password",
            "admin_respond_to_auth_challenge",
            "admin_set_user_mfa_preference",
            "admin_set_user_password",
            "admin_set_user_settings",
            "admin_update_auth_event_feedback",
            "admin_update_device_status",
            "admin_user_global_sign_out",
        ],
    ),
    (
        "a job that runs once, from a file of people: what it leaves are users, not a setting",
        &[
            "create_user_import_job",
            "describe_user_import_job",
            "get_csv_header",
            "list_user_import_jobs",
            "start_user_import_job",
            "stop_user_import_job",
        ],
    ),
    (
        "the rate of calls that a whole account has bought: no stack's own, and two of them would fight over it",
        &["get_provisioned_limit", "update_provisioned_limit"],
    ),
    (
        "what another call that is made tells too",
        &["describe_terms_by_client", "get_identity_provider_by_identifier", "list_users_in_group"],
    ),
    ("a token that an application asks for in its own name", &["get_client_token"]),
    ("what an identity provider's administrator asks for, and only reads", &["get_signing_certificate"]),
];

#[test]
fn every_operation_of_cognito_is_called_or_has_a_reason() {
    let all = sdk::operations();
    assert!(all.len() > 100, "the source was not understood: {all:?}");
    let called: BTreeSet<String> = all.iter().filter(|name| sdk::is_called(name)).cloned().collect();
    let mut decided = BTreeSet::new();
    for name in NOT_CALLED.iter().flat_map(|(_, names)| *names) {
        assert!(decided.insert((*name).to_owned()), "{name} stands there twice");
    }
    let undecided: Vec<_> = all.difference(&called).filter(|name| !decided.contains(*name)).collect();
    assert!(undecided.is_empty(), "decide on these: {undecided:?}");
    let wrong: Vec<_> = decided.iter().filter(|name| !all.contains(*name) || called.contains(*name)).collect();
    assert!(wrong.is_empty(), "called after all, or unknown to AWS: {wrong:?}");
}
