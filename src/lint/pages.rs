//! The sign-in pages.

use super::look::{Found, Look};
use super::{Rule, Severity};

pub(super) const CLASSIC_CSS: Rule = Rule {
    id: "classic-css-on-managed-login",
    severity: Severity::Error,
    in_production: false,
    title: "The look of the classic pages is set, and managed login is shown",
    why: "AWS takes it and shows nothing of it, so people see pages that nobody has looked at. `validate` refuses it, with \
          or without this rule.",
    source: "Cognito Developer Guide, \"User pool managed login\"",
    remedy: "take `ui_customization` away, or write `managed_login_version: 1`",
    fixes: false,
    covers: &[],
    find: classic_css,
};

fn classic_css(look: &Look<'_>, found: &mut Found) {
    let shows_managed = look.file.domain.as_ref().is_some_and(|domain| domain.managed_login_version == Some(2));
    if shows_managed && look.file.ui_customization.is_some() {
        found.say("ui_customization", "this look is of the classic pages, and managed login is shown");
    }
}
