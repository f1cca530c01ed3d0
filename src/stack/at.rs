//! Paths in a stack file: `app_clients.web.callback_urls[0]`, `tags["cost centre"]`.

use crate::address::is_name;

/// The path of `key` below `base`.
pub fn key(base: &str, key: &str) -> String {
    match (base.is_empty(), is_name(key)) {
        (true, true) => key.to_owned(),
        (false, true) => format!("{base}.{key}"),
        (_, false) => format!("{base}[{}]", serde_json::Value::from(key)),
    }
}

/// The path of the `index`th item of `base`.
pub(super) fn item(base: &str, index: usize) -> String {
    format!("{base}[{index}]")
}

/// Whether `path` is `base` or lies below it.
pub(super) fn is_within(path: &str, base: &str) -> bool {
    path.strip_prefix(base).is_some_and(|rest| base.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_no_name_is_quoted() {
        assert_eq!(key("", "tags"), "tags");
        assert_eq!(key("tags", "a.b"), "tags[\"a.b\"]");
        assert_eq!(item(&key("app_clients.web", "urls"), 3), "app_clients.web.urls[3]");
    }

    #[test]
    fn a_path_lies_within_whole_steps_only() {
        assert!(is_within("a.b[0].c", "a.b"));
        assert!(is_within("a.b", "a.b"));
        assert!(is_within("a.b", ""));
        assert!(!is_within("a.bc", "a.b"));
    }
}
