//! Threat protection, logs and terms: what AWS refuses, and what would do nothing (`other_resources.md` 4 and 5, `ui.md` 4).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::Check;
use crate::error::Problem;
use crate::kinds::log_delivery::{plain, service};
use crate::kinds::risk_configuration::{
    AccountTakeover, NotifyConfiguration, NotifyEmail, RiskExceptions, TakeoverAction, TakeoverActions,
};
use crate::kinds::terms::{Document, LANGUAGES, Terms};
use crate::kinds::user_pool::enums::{AdvancedSecurityMode, UserPoolTier};
use crate::near::did_you_mean;
use crate::stack::{ClientRisk, LogDeliverySettings, RiskSettings, TermsSettings, at};

/// Where SES is, for Cognito of any Region (`user_pool.md` 2).
const SES_REGIONS: [&str; 3] = ["us-east-1", "us-west-2", "eu-west-1"];
/// AWS takes so many ranges in a list (`other_resources.md` 4).
const MOST_RANGES: usize = 200;

impl Check<'_> {
    pub(super) fn guards(&mut self) {
        self.risks();
        self.logs();
        self.terms();
    }

    /// AWS answers UserPoolAddOnNotEnabledException where the plan is not PLUS, or threat protection is off.
    fn risks(&mut self) {
        let file = self.file;
        let Some(settings) = &file.risk_configuration else { return };
        let base = "risk_configuration";
        let RiskSettings {
            compromised_credentials_risk_configuration: _,
            account_takeover_risk_configuration: takeover,
            risk_exception_configuration: exceptions,
            app_clients,
        } = settings;
        if *settings == RiskSettings::default() && !self.is_broken(base) {
            let hint = "say what is done about leaked passwords, taken accounts or single addresses, or take it away";
            self.advise(base, "nothing is set", hint);
            return;
        }
        self.needs_protection(base);
        self.takeover(base, takeover.as_ref());
        self.exceptions(base, exceptions.as_ref());
        for (client, own) in app_clients {
            let place = at::key(&format!("{base}.app_clients"), client);
            self.is_a_client(&place, client);
            let ClientRisk {
                compromised_credentials_risk_configuration: _,
                account_takeover_risk_configuration: takeover,
                risk_exception_configuration: exceptions,
            } = own;
            if *own == ClientRisk::default() && !self.is_broken(&place) {
                self.advise(&*place, "nothing is set", "say what is done for this client, or take it away");
            }
            self.takeover(&place, takeover.as_ref());
            self.exceptions(&place, exceptions.as_ref());
        }
    }

    fn needs_protection(&mut self, base: &str) {
        let pool = &self.file.user_pool;
        if self.is_broken("user_pool.user_pool_tier") || self.is_broken("user_pool.user_pool_add_ons") {
            return;
        }
        let tier = pool.user_pool_tier.as_ref().unwrap_or(&UserPoolTier::Essentials);
        let mode = pool.user_pool_add_ons.as_ref().and_then(|add_ons| add_ons.advanced_security_mode.as_ref());
        if !has_plus(tier) {
            let hint = "set `user_pool_tier: PLUS` and `user_pool_add_ons: { advanced_security_mode: AUDIT }`, or take this out";
            self.advise(base, format!("threat protection is not in the {tier} plan"), hint);
        } else if mode.is_none_or(|mode| *mode == AdvancedSecurityMode::Off) {
            let hint = "set `user_pool_add_ons: { advanced_security_mode: AUDIT }` or ENFORCED in `user_pool`";
            self.advise(base, "AWS takes this only while threat protection is on", hint);
        }
    }

    fn takeover(&mut self, base: &str, takeover: Option<&AccountTakeover>) {
        let Some(AccountTakeover { actions, notify_configuration }) = takeover else { return };
        let base = format!("{base}.account_takeover_risk_configuration");
        let TakeoverActions { low_action, medium_action, high_action } = actions;
        if *actions == TakeoverActions::default() && !self.is_broken(&base) {
            let hint = "say what is done: `high_action: { event_action: BLOCK, notify: false }`";
            self.advise(format!("{base}.actions"), "no level of risk has an action", hint);
        }
        let levels = [("low_action", low_action), ("medium_action", medium_action), ("high_action", high_action)];
        let telling = levels
            .iter()
            .find(|(_, action)| action.as_ref().is_some_and(|TakeoverAction { event_action: _, notify }| *notify));
        if let (Some((level, _)), None) = (telling, notify_configuration)
            && !self.is_broken(&format!("{base}.notify_configuration"))
        {
            let hint = "say from where: `notify_configuration: { source_arn: … }`, or `notify: false`";
            self.advise(
                format!("{base}.actions.{level}.notify"),
                "nothing says what people are told, and by whom",
                hint,
            );
        }
        if let Some(notify) = notify_configuration {
            self.notify(&format!("{base}.notify_configuration"), notify);
        }
    }

    fn notify(&mut self, base: &str, notify: &NotifyConfiguration) {
        let NotifyConfiguration { source_arn, from: _, reply_to: _, block_email, mfa_email, no_action_email } = notify;
        let place = format!("{base}.source_arn");
        let parts: Vec<&str> = source_arn.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", _, "ses", region, _, identity] if identity.starts_with("identity/") => {
                let own = self.file.region.as_deref();
                if !SES_REGIONS.contains(region) && own.is_some_and(|own| own != *region) {
                    let message = format!("AWS sends this from no identity in {region}");
                    self.advise(place, message, "one in us-east-1, us-west-2, eu-west-1 or the pool's Region will do");
                }
            }
            _ => {
                let hint = "one looks like arn:aws:ses:<region>:<account>:identity/<domain or address>";
                self.advise(place, format!("`{source_arn}` is not the ARN of an SES identity"), hint);
            }
        }
        let emails = [("block_email", block_email), ("mfa_email", mfa_email), ("no_action_email", no_action_email)];
        for (name, email) in emails {
            let Some(NotifyEmail { subject: _, html_body, text_body }) = email else { continue };
            let place = format!("{base}.{name}");
            if html_body.is_none() && text_body.is_none() && !self.is_broken(&place) {
                self.advise(place, "an e-mail needs a text", "write `text_body`, `html_body`, or both");
            }
        }
    }

    fn exceptions(&mut self, base: &str, exceptions: Option<&RiskExceptions>) {
        let Some(RiskExceptions { blocked_ip_range_list, skipped_ip_range_list }) = exceptions else { return };
        let base = format!("{base}.risk_exception_configuration");
        let lists =
            [("blocked_ip_range_list", blocked_ip_range_list), ("skipped_ip_range_list", skipped_ip_range_list)];
        let empty = |list: &Option<BTreeSet<String>>| list.as_ref().is_none_or(BTreeSet::is_empty);
        if lists.iter().all(|(_, list)| empty(list)) && !self.is_broken(&base) {
            self.advise(&*base, "no range of addresses is named", "name one, as 192.0.2.0/24, or take this out");
        }
        for (name, list) in lists {
            let place = format!("{base}.{name}");
            let count = list.as_ref().map_or(0, BTreeSet::len);
            if count > MOST_RANGES {
                self.advise(&*place, format!("{count} ranges are too many"), "AWS takes 200 in each list");
            }
            for range in list.iter().flatten().filter(|range| !is_range(range)) {
                let hint = if range.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4()) {
                    format!("a single address is written `{range}/32`")
                } else {
                    "one looks like 192.0.2.0/24 or 2001:db8::/32".to_owned()
                };
                self.advise(&*place, format!("`{range}` is not a range of addresses"), hint);
            }
        }
    }

    fn logs(&mut self) {
        let file = self.file;
        let Some(LogDeliverySettings { user_notification, user_auth_events }) = &file.log_delivery else { return };
        let base = "log_delivery";
        if user_notification.is_none() && user_auth_events.is_none() && !self.is_broken(base) {
            let hint = "say where messages that could not be sent are logged (`user_notification`), or take it away";
            self.advise(base, "nothing is set", hint);
        }
        if let Some(arn) = user_notification {
            self.log(&format!("{base}.user_notification"), arn, &["logs"]);
        }
        let Some(arn) = user_auth_events else { return };
        let place = format!("{base}.user_auth_events");
        self.log(&place, arn, &["logs", "s3", "firehose"]);
        let tier = file.user_pool.user_pool_tier.as_ref().unwrap_or(&UserPoolTier::Essentials);
        if !has_plus(tier) && !self.is_broken("user_pool.user_pool_tier") {
            // AWS answers "The following feature is not available for the X pricing tier configured: Log Streaming".
            let message = format!("logging what people do is not in the {tier} plan");
            self.advise(place, message, "set `user_pool_tier: PLUS`, or take this out");
        }
    }

    /// The ARN of something that takes logs.
    fn log(&mut self, place: &str, arn: &str, services: &[&str]) {
        let parts: Vec<&str> = plain(arn).splitn(6, ':').collect();
        let (region, account) = (parts.get(3).copied().unwrap_or_default(), parts.get(4).copied().unwrap_or_default());
        let good = match (service(arn), parts.get(5)) {
            (Some("logs"), Some(rest)) => rest.strip_prefix("log-group:").is_some_and(|name| !name.is_empty()),
            (Some("s3"), Some(name)) => {
                region.is_empty() && account.is_empty() && !name.is_empty() && !name.contains('/')
            }
            (Some("firehose"), Some(rest)) => rest.strip_prefix("deliverystream/").is_some_and(|name| !name.is_empty()),
            _ => false,
        };
        let of = service(arn).filter(|service| services.contains(service));
        if !good || of.is_none() {
            let (wanted, hint) = if services.len() == 1 {
                (
                    "a log group",
                    "one looks like arn:aws:logs:<region>:<account>:log-group:<name>; AWS takes nothing else here",
                )
            } else {
                (
                    "a log group, a bucket or a Firehose stream",
                    "one looks like arn:aws:s3:::<bucket>, arn:aws:logs:<region>:<account>:log-group:<name> or \
                     arn:aws:firehose:<region>:<account>:deliverystream/<name>",
                )
            };
            self.advise(place, format!("`{arn}` is not the ARN of {wanted}"), hint);
            return;
        }
        if of != Some("logs") {
            return;
        }
        // "same account and Region as the pool".
        let (own_region, own_account) = (self.file.region.as_deref(), self.file.account.as_deref());
        if let Some(own) = own_region.filter(|own| *own != region) {
            let message = format!("the log group is in {region}, and the pool in {own}");
            self.advise(place, message, format!("name a log group in {own}"));
        }
        if let Some(own) = own_account.filter(|own| *own != account) {
            let message = format!("the log group is in account {account}, and this stack in {own}");
            self.advise(place, message, format!("name a log group of account {own}"));
        }
    }

    fn terms(&mut self) {
        let file = self.file;
        if !file.terms.is_empty()
            && file.domain.as_ref().and_then(|domain| domain.managed_login_version) != Some(2)
            && !self.is_broken("domain")
        {
            let hint = "set `domain: { managed_login_version: 2 }` where people are to see them";
            self.warnings.push(Problem::new("terms", "managed login alone shows these").hint(hint));
        }
        for (client, settings) in &file.terms {
            let place = at::key("terms", client);
            self.is_a_client(&place, client);
            let TermsSettings { terms_of_use, privacy_policy } = settings;
            let longest = Document::ALL.map(|document| Terms::name(client, document).len()).into_iter().max();
            if longest > Some(crate::address::MOST_LETTERS) {
                let message = "the client's name is too long to name documents after it";
                self.advise(&*place, message, "a client with terms has a name of at most 49 characters here");
            }
            match (terms_of_use, privacy_policy) {
                _ if self.is_broken(&place) => {}
                (None, None) => self.advise(&*place, "nothing is set", "name `terms_of_use` and `privacy_policy`"),
                (Some(_), Some(_)) => {}
                _ => {
                    let warned = Problem::new(&*place, "people are shown the documents only once there are both");
                    self.warnings.push(warned.hint("name `terms_of_use` and `privacy_policy`"));
                }
            }
            for (key, links) in [("terms_of_use", terms_of_use), ("privacy_policy", privacy_policy)] {
                if let Some(links) = links {
                    self.links(&at::key(&place, key), links);
                }
            }
        }
    }

    fn links(&mut self, place: &str, links: &BTreeMap<String, String>) {
        if links.is_empty() && !self.is_broken(place) {
            self.advise(place, "no link is named", "name one for everybody: `default: https://…`");
        }
        for (language, link) in links {
            let at = at::key(place, language);
            if !LANGUAGES.contains(&language.as_str()) {
                let message = format!("managed login has no language `{language}`");
                match did_you_mean(language, LANGUAGES) {
                    Some(word) => self.advise(&*at, message, format!("did you mean `{word}`?")),
                    None => self.advise(&*at, message, format!("those that there are: {}", LANGUAGES.join(", "))),
                }
            }
            let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
            if rest.is_none_or(|rest| rest.is_empty() || link.contains(char::is_whitespace)) {
                self.advise(
                    at,
                    format!("`{link}` is not the address of a page"),
                    "one looks like https://example.com/terms",
                );
            }
        }
        if !links.is_empty() && !links.contains_key("default") && !self.is_broken(place) {
            let hint = "add one for all others: `default: https://…`";
            self.warnings.push(Problem::new(place, "people of other languages are shown no link").hint(hint));
        }
    }

    /// There is an app client of this name.
    fn is_a_client(&mut self, place: &str, client: &str) {
        let clients = &self.file.app_clients;
        if clients.contains_key(client) || self.is_broken(&at::key("app_clients", client)) {
            return;
        }
        let message = format!("there is no app client `{client}`");
        match did_you_mean(client, clients.keys().map(String::as_str)) {
            Some(word) => self.advise(place, message, format!("did you mean `{word}`?")),
            None => self.advise(place, message, "the names are those under `app_clients`"),
        }
    }
}

/// Whether the plan has threat protection; one that this program does not know may have anything.
fn has_plus(tier: &UserPoolTier) -> bool {
    matches!(tier, UserPoolTier::Plus | UserPoolTier::Other(_))
}

/// Whether a text is an address and the length of its prefix: `192.0.2.0/24`.
fn is_range(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.bytes().all(|digit| digit.is_ascii_digit()) && length.parse::<u8>().is_ok_and(|length| length <= most)
}
