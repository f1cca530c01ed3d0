//! No word that AWS keeps for itself stands in a domain. The stack file's own check has the same rule, and sees it first;
//! it stands here too because a plan need not come from a file.

use futures_util::FutureExt as _;

use super::{Check, Finding, Input, When, at};
use crate::kinds::domain::Domain;
use crate::kinds::names::{AWS_DOMAIN, canonical, reserved_word};

pub(super) const CHECK: Check = Check {
    name: "reserved_words",
    title: "words that AWS keeps for itself",
    why: "AWS refuses `aws`, `amazon` and `cognito` in a prefix, and its own domains as yours",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html",
    when: When::Planned,
    look: |input| async move { look(input) }.boxed_local(),
};

fn look(input: Input<'_>) -> Vec<Finding> {
    let of_domain = |(_, planned, domain): (_, _, Domain)| {
        let name = canonical(&domain.domain);
        if domain.custom.is_some() {
            let at = at(planned, "name");
            return match name.strip_suffix(AWS_DOMAIN) {
                Some(_) => Finding::fail(at, format!("{name} is one of AWS's own domains"), "a prefix is `prefix:`"),
                None => Finding::pass(at, format!("{name} is no domain of AWS's")),
            };
        }
        let at = at(planned, "prefix");
        match reserved_word(&name) {
            Some(word) => Finding::fail(
                at,
                format!("AWS keeps the word `{word}` for itself"),
                "it may stand as part of a longer word",
            ),
            None => Finding::pass(at, format!("{name} holds none")),
        }
    };
    input.made::<Domain>().map(of_domain).collect()
}
