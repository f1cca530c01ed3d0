//! Grants and scopes (`app_client.md` 3).

use super::super::OAuthFlow;
use super::Sheet;
use crate::near::did_you_mean;

/// Cognito's own scopes, which are about a user (`app_client.md` 3).
pub const USER_SCOPES: [&str; 5] = ["aws.cognito.signin.user.admin", "email", "openid", "phone", "profile"];

impl Sheet<'_> {
    pub(super) fn oauth(&mut self) {
        let client = self.client;
        let has = |grant| client.allowed_oauth_flows.as_ref().is_some_and(|grants| grants.contains(&grant));
        let for_users = has(OAuthFlow::Code) || has(OAuthFlow::Implicit);
        let for_itself = has(OAuthFlow::ClientCredentials);
        self.complete();
        if for_users && client.callback_urls.as_ref().is_none_or(std::collections::BTreeSet::is_empty) {
            self.refuse(
                "allowed_oauth_flows",
                "users need somewhere to be sent to; AWS answers \"CallbackUrls can not be empty when code flow or \
                 implicit flow is selected\"",
                "add callback_urls",
            );
        }
        if for_itself && for_users {
            self.refuse(
                "allowed_oauth_flows",
                "AWS answers \"client_credentials flow can not be selected along with code flow or implicit flow.\"",
                "make two clients: one for users, one for the application itself",
            );
        }
        if for_itself && !client.has_secret() {
            self.refuse(
                "allowed_oauth_flows",
                "AWS answers \"client_credentials flow can not be selected if client does not have a client secret.\"",
                "set generate_secret: true, which makes a new client of one that exists",
            );
        }
        self.scopes(for_itself && !for_users);
    }

    /// Grants and scopes are needed together.
    fn complete(&mut self) {
        if self.client.allowed_oauth_flows_user_pool_client != Some(true) {
            return;
        }
        let grants = self.client.allowed_oauth_flows.as_ref().is_some_and(|grants| !grants.is_empty());
        let scopes = self.client.allowed_oauth_scopes.as_ref().is_some_and(|scopes| !scopes.is_empty());
        let (at, missing) = match (grants, scopes) {
            (true, true) => return,
            (true, false) => ("allowed_oauth_flows", "allowed_oauth_scopes"),
            (false, true) => ("allowed_oauth_scopes", "allowed_oauth_flows"),
            (false, false) => ("allowed_oauth_flows_user_pool_client", "allowed_oauth_flows and allowed_oauth_scopes"),
        };
        let hint = if self.written.allowed_oauth_flows_user_pool_client == Some(true) {
            format!("add {missing}, or leave allowed_oauth_flows_user_pool_client out")
        } else {
            format!("add {missing}")
        };
        self.refuse(
            at,
            "AWS answers \"AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to \
             use OAuth flows.\"",
            hint,
        );
    }

    fn scopes(&mut self, for_itself_alone: bool) {
        const FIELD: &str = "allowed_oauth_scopes";
        let Some(scopes) = self.client.allowed_oauth_scopes.as_ref() else { return };
        if scopes.len() > 50 {
            self.refuse(FIELD, format!("{} scopes are more than AWS allows: 50", scopes.len()), "leave some out");
        }
        for scope in scopes {
            let fits = |c: char| matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e');
            if !(1..=256).contains(&scope.chars().count()) || !scope.chars().all(fits) {
                self.refuse(
                    FIELD,
                    format!("`{scope}` cannot be a scope"),
                    "use 1–256 ASCII characters, without spaces, `\"` and `\\`",
                );
            } else if USER_SCOPES.contains(&scope.as_str()) {
                if for_itself_alone {
                    self.refuse(
                        FIELD,
                        format!("{scope} is about a user, and with client_credentials there is none"),
                        "use scopes of a resource server: `<its identifier>/<scope>`",
                    );
                }
            } else if scope.rsplit_once('/').is_none_or(|(server, name)| server.is_empty() || name.is_empty()) {
                self.refuse(
                    FIELD,
                    format!("AWS answers \"Invalid scope requested: {scope}\""),
                    format!("use {}, or a resource server's `<its identifier>/<scope>`", USER_SCOPES.join(", ")),
                );
            } else if let Some((server, name)) = scope.rsplit_once('/')
                && let Some(scopes) = self.pool.servers.get(server).filter(|scopes| !scopes.contains(name))
            {
                let hint = match did_you_mean(name, scopes.iter().map(String::as_str)) {
                    Some(word) => format!("did you mean `{server}/{word}`?"),
                    None => "declare it among the server's `scopes`".to_owned(),
                };
                self.refuse(
                    FIELD,
                    format!("the resource server {server} has no scope `{name}`; AWS answers \"Invalid scope requested: {scope}\""),
                    hint,
                );
            }
        }
        let about_users = ["email", "phone", "profile"].into_iter().find(|scope| scopes.contains(*scope));
        if let Some(scope) = about_users.filter(|_| !scopes.contains("openid")) {
            self.refuse(FIELD, format!("AWS grants {scope} only together with openid"), "add openid");
        }
    }
}
