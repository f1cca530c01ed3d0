//! "Did you mean": the known word that is nearest to the one written.

/// The one of `known` that was most likely meant by `written`, if one is near enough.
#[must_use]
pub fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = plainly(written);
    let count = plain.chars().count();
    let limit = match count {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    let known: Vec<&str> = known.into_iter().collect();
    let nearest = known
        .iter()
        .map(|word| (word, plainly(word)))
        // Measuring a text takes as much memory as it is long, so what cannot be near is not measured.
        .filter(|(_, word)| word.chars().count().abs_diff(count) <= limit)
        .map(|(word, plain_word)| (strsim::damerau_levenshtein(&plain, &plain_word), word))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| *word);
    nearest.or_else(|| begins(written, &known))
}

/// The one known word that begins with the whole of `written`: `domain_name` for `domain`.
fn begins<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let goes_on = |word: &&str| word.strip_prefix(written).is_some_and(|rest| rest.starts_with(['_', '-']));
    let mut longer = known.iter().copied().filter(goes_on);
    longer.next().filter(|_| !written.is_empty() && longer.next().is_none())
}

/// Without the ways in which one word is written differently: `callbackUrls`, `callback-urls`, `CALLBACK_URLS`.
fn plainly(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// The words, each in backquotes, with commas.
#[must_use]
pub fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found() {
        let known = ["callback_urls", "logout_urls", "name"];
        assert_eq!(did_you_mean("callback_url", known), Some("callback_urls"));
        assert_eq!(did_you_mean("callbackUrls", known), Some("callback_urls"));
        assert_eq!(did_you_mean("nmae", known), Some("name"));
        assert_eq!(did_you_mean("flavour", known), None);
        assert_eq!(did_you_mean("x", ["y"]), None);
        assert_eq!(did_you_mean("domain", ["domain_name", "arn"]), Some("domain_name"));
        assert_eq!(did_you_mean("callback", ["callback_urls", "callback_method"]), None);
    }
}
