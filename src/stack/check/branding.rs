//! The styles of the managed login pages.

use std::collections::BTreeSet;

use super::Check;
use crate::error::Problem;
use crate::near::did_you_mean;
use crate::stack::{AssetSettings, BrandingSettings, at, settings};

/// AWS keeps at most 40 images of a style (`ui.md` 3.1).
const MAX_ASSETS: usize = 40;
/// The styles of one pool, for good (`quotas_errors.md` 2).
const STYLES: usize = 20;

impl Check<'_> {
    pub(super) fn branding(&mut self) {
        let file = self.file;
        let base = "managed_login_branding";
        let domain = file.domain.as_ref();
        let version = domain.and_then(|domain| domain.managed_login_version);
        if !file.managed_login_branding.is_empty() && version != Some(2) && !self.is_broken("domain") {
            // `ui.md` 1, 3.1: the classic pages know no styles, and without a domain there are no pages.
            let hint = "write `managed_login_version: 2` under `domain`, or take `managed_login_branding` away";
            self.advise(base, "these are styles of managed login, and only its version 2 shows them", hint);
        }
        let is_styled = |client: &&String| domain.is_none_or(|domain| !domain.unstyled_clients.contains(*client));
        let styled = file.app_clients.keys().filter(is_styled).count();
        if version == Some(2) && styled > STYLES {
            let message = format!("{styled} clients have a style, and AWS allows {STYLES} in a user pool");
            let hint = "name the clients that open no pages under `domain.unstyled_clients`, or make a second pool";
            self.advise("app_clients", message, hint);
        }
        for (client, style) in &file.managed_login_branding {
            let at = at::key(base, client);
            if !file.app_clients.contains_key(client) && !self.is_broken(&at::key("app_clients", client)) {
                let message = format!("there is no app client `{client}`");
                match did_you_mean(client, file.app_clients.keys().map(String::as_str)) {
                    Some(word) => self.advise(&at, message, format!("did you mean `{word}`?")),
                    None => self.advise(&at, message, "the names are those under `app_clients`"),
                }
            } else if domain.is_some_and(|domain| domain.unstyled_clients.contains(client)) {
                let hint = "take it out of one of the two";
                self.advise(&at, format!("`domain.unstyled_clients` says that {client} has no style"), hint);
            }
            self.style(&at, style);
        }
    }

    fn style(&mut self, base: &str, style: &BrandingSettings) {
        let BrandingSettings { use_cognito_provided_values, settings, assets } = style;
        let own = at::key(base, "use_cognito_provided_values");
        // `ui.md` 3.1: "Exactly one of".
        let lacks_settings = settings.is_none() && !self.is_broken(&at::key(base, "settings"));
        if *use_cognito_provided_values == Some(true) {
            if settings.is_some() || !assets.is_empty() {
                let hint = "delete the line, or the settings and images";
                self.advise(&own, "AWS's own style has neither settings nor images", hint);
            }
        } else if lacks_settings && use_cognito_provided_values.is_some() {
            let hint = "name a `settings` file; what is left undeclared stays as it is in the console";
            self.advise(&own, "a style that is not AWS's own has settings", hint);
        } else if lacks_settings && assets.is_empty() {
            let hint = "name a `settings` file, or write `use_cognito_provided_values: true`";
            self.advise(base, "nothing is set", hint);
        } else if lacks_settings {
            let hint = "name a `settings` file: it says where the images show (`components.form.logo.enabled`)";
            self.advise(at::key(base, "assets"), "AWS takes images with settings", hint);
        }
        if assets.len() > MAX_ASSETS {
            let message = format!("{} images; AWS takes at most {MAX_ASSETS}", assets.len());
            self.advise(at::key(base, "assets"), message, "leave some out");
        }
        let mut seen = BTreeSet::new();
        for (index, AssetSettings { category, color_mode, file: _, resource_id: _ }) in assets.iter().enumerate() {
            if !seen.insert((category, color_mode)) {
                // `ui.md` 3.1, "Assets are keyed by".
                let message = format!("a second image for {} {}", category.word(), color_mode.word());
                let hint = "AWS keeps one for each category and colour mode: leave one out";
                self.advise(format!("{base}.assets[{index}]"), message, hint);
            }
        }
        let at = at::key(base, "settings");
        let files = self.files;
        for settings::Finding { problem, is_harmless } in
            files.settings.get(&at).map_or_else(Vec::new, settings::findings)
        {
            let problem = Problem { at: at.clone(), ..problem };
            if is_harmless { &mut self.warnings } else { &mut self.problems }.push(problem);
        }
    }
}
