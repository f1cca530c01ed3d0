//! Which CSS the classic pages take (`ui.md` 2.1).
use super::{Refusal, invalid};

/// The selectors that are taken.
const SELECTORS: [&str; 18] = [
    ".logo-customizable",
    ".banner-customizable",
    ".background-customizable",
    ".label-customizable",
    ".textDescription-customizable",
    ".idpDescription-customizable",
    ".legalText-customizable",
    ".submitButton-customizable",
    ".submitButton-customizable:hover",
    ".errorMessage-customizable",
    ".inputField-customizable",
    ".inputField-customizable:focus",
    ".idpButton-customizable",
    ".idpButton-customizable:hover",
    ".socialButton-customizable",
    ".redirect-customizable",
    ".passwordCheck-valid-customizable",
    ".passwordCheck-notValid-customizable",
];

/// Refuses CSS with a selector that is not taken, or with rules that are not plain ones. Properties are not
/// looked at: those outside the template have no effect (`ui.md` 2.1).
pub(super) fn check(css: &str) -> Result<(), Refusal> {
    let css = without_comments(css)?;
    // ui.md 2.1: `@import`, `@supports`, `@page`, `@media` and JavaScript are refused. The text is not known.
    let lower = css.to_ascii_lowercase();
    for refused in ["@import", "@supports", "@page", "@media", "<script", "javascript:", "expression("] {
        if lower.contains(refused) {
            return Err(invalid(format!("The CSS contains {refused}, which is not allowed.")));
        }
    }
    let mut rest = css.as_str();
    while let Some((selectors, after)) = rest.split_once('{') {
        for selector in selectors.split(',').map(str::trim) {
            if !SELECTORS.contains(&selector) {
                return Err(invalid(format!("The CSS class {selector} is not in the list of allowed classes.")));
            }
        }
        let Some((body, after)) = after.split_once('}') else { return Err(malformed()) };
        if body.contains('{') {
            return Err(malformed());
        }
        rest = after;
    }
    if rest.trim().is_empty() { Ok(()) } else { Err(malformed()) }
}

/// The text is not known.
fn malformed() -> Refusal {
    invalid("The CSS is not valid.")
}

fn without_comments(css: &str) -> Result<String, Refusal> {
    let mut plain = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = after.split_once("*/").ok_or_else(malformed)?.1;
    }
    plain.push_str(rest);
    Ok(plain)
}
