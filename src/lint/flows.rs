//! How people sign in, and what a failed sign-in tells.

use super::look::{Found, Look, has};
use super::{Rule, Severity};
use crate::kinds::app_client::{AuthFlow, OAuthFlow, PreventUserExistenceErrors};

pub(super) const IMPLICIT: Rule = Rule {
    id: "implicit-flow",
    severity: Severity::Error,
    in_production: false,
    title: "The implicit flow is allowed",
    why: "It puts tokens into addresses, and so into histories, logs and whatever else sees the page.",
    source: "RFC 9700 (OAuth 2.0 security), 2.1.2; Cognito Developer Guide, \"OAuth 2.0 grants\"",
    remedy: "`allowed_oauth_flows: [code]`, and PKCE in the application",
    fixes: false,
    covers: &[],
    find: implicit,
};

pub(super) const PASSWORD: Rule = Rule {
    id: "password-auth-flow",
    severity: Severity::Warning,
    in_production: false,
    title: "The application may send passwords as they are",
    why: "Everything between the person and AWS that can read the request then reads the password; SRP proves it without.",
    source: "Cognito Developer Guide, \"Authentication flows\"",
    remedy: "ALLOW_USER_SRP_AUTH; to bring users over, a client of its own for as long as that takes",
    fixes: false,
    covers: &[],
    find: password,
};

pub(super) const EXISTENCE: Rule = Rule {
    id: "user-existence-shown",
    severity: Severity::Warning,
    in_production: false,
    title: "Answers tell whether a user exists",
    why: "Whoever tries a list of addresses learns which of them have an account, before guessing a single password. \
          AWS's API does this unless it is told not to.",
    source: "Cognito Developer Guide, \"Managing user existence error responses\"",
    remedy: "`prevent_user_existence_errors: ENABLED`",
    fixes: true,
    covers: &["cognito_user_pool_client_prevent_user_existence_errors"],
    find: existence,
};

fn implicit(look: &Look<'_>, found: &mut Found) {
    for (at, client) in look.clients() {
        if has(client, OAuthFlow::Implicit) {
            found.say(format!("{at}.allowed_oauth_flows"), "the `implicit` flow puts tokens into addresses");
        }
    }
}

fn password(look: &Look<'_>, found: &mut Found) {
    for (at, client) in look.clients() {
        let plain = [AuthFlow::AllowUserPasswordAuth, AuthFlow::UserPasswordAuth];
        for flow in client.explicit_auth_flows.iter().flatten().filter(|flow| plain.contains(flow)) {
            let message = format!("`{}` sends the password itself", flow.as_str());
            found.say(format!("{at}.explicit_auth_flows"), message);
        }
    }
}

fn existence(look: &Look<'_>, found: &mut Found) {
    for (at, client) in look.clients_of_people() {
        if client.prevent_user_existence_errors != Some(PreventUserExistenceErrors::Enabled) {
            let at = format!("{at}.prevent_user_existence_errors");
            found.say_fixable(at, "a failed sign-in tells whether there is such a user", "ENABLED");
        }
    }
}
