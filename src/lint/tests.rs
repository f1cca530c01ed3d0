//! Laws over the list of rules.

use std::collections::BTreeSet;

use super::*;
use crate::stack::Silence;

/// Every rule, with those that cannot be silenced.
fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().chain([&INVALID, &UNUSED])
}

#[test]
fn every_rule_can_be_silenced_and_nothing_else() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids, Silence::IDS);
}

#[test]
fn an_id_is_of_one_rule_and_is_written_as_the_others_are() {
    let ids: BTreeSet<&str> = all().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), all().count());
    for rule in RULES {
        let is_good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(rule.id.len() > 3 && rule.id.chars().all(is_good), "{}", rule.id);
    }
}

#[test]
fn every_rule_says_what_why_whence_and_what_to_do() {
    for rule in all() {
        for text in [rule.title, rule.why, rule.source, rule.remedy] {
            assert!(text.len() > 10 && !text.contains("  ") && !text.contains('|'), "{}: {text:?}", rule.id);
        }
        assert!(rule.why.ends_with('.') && !rule.title.ends_with('.'), "{}", rule.id);
        assert!(rule.title.len() <= 90, "{}: a title is short", rule.id);
    }
}

#[test]
fn what_is_found_weighs_by_its_severity() {
    assert!(Severity::Note < Severity::Warning && Severity::Warning < Severity::Error);
}
