//! The model's patterns: AWS's text for each, and whether a string fits it whole.
//!
//! `\w` and `\s` mean ASCII, as in AWS's own matcher. The Unicode classes `\p{L}\p{M}\p{S}\p{N}\p{P}` together
//! are every character that shows: all but spaces and control characters.

/// A pattern.
pub(in crate::sandbox::cognito) struct Pattern {
    /// As AWS says it.
    pub(in crate::sandbox::cognito) text: &'static str,
    /// Whether a string fits it whole.
    pub(in crate::sandbox::cognito) fits: fn(&str) -> bool,
}

pub(super) static NAME: Pattern = Pattern {
    text: r"[\w\s+=,.@-]+",
    fits: |text| some(text, |c| word(c) || c.is_ascii_whitespace() || "+=,.@-".contains(c)),
};

pub(super) static POOL_ID: Pattern = Pattern {
    text: r"[\w-]+_[0-9a-zA-Z]+",
    fits: |text| {
        text.rsplit_once('_').is_some_and(|(region, suffix)| {
            some(region, |c| word(c) || c == '-') && some(suffix, |c| c.is_ascii_alphanumeric())
        })
    },
};

pub(super) static CLIENT_ID: Pattern = Pattern { text: r"[\w+]+", fits: |text| some(text, |c| word(c) || c == '+') };

pub(super) static ARN: Pattern = Pattern { text: ARN_TEXT, fits: arn };

pub(super) static OPTIONAL_ARN: Pattern = Pattern {
    text: r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
    fits: |text| text.is_empty() || arn(text),
};

/// An ARN without Region and account.
pub(super) static BUCKET_ARN: Pattern = Pattern {
    text: r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:::[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
    fits: |text| {
        let parts: Vec<&str> = text.split(':').collect();
        (6..=8).contains(&parts.len())
            && parts[0] == "arn"
            && parts.iter().enumerate().all(|(index, part)| match index {
                3 | 4 => part.is_empty(),
                _ => some(part, |c| word(c) || "+=/,.@-".contains(c)),
            })
    },
};

pub(super) static WITH_CODE: Pattern =
    Pattern { text: r".*\{####\}.*", fits: |text| text.contains("{####}") && !text.contains(['\n', '\r']) };

pub(super) static EMAIL_WITH_CODE: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
    fits: |text| text.contains("{####}") && text.chars().all(shows_or_space),
};

pub(super) static EMAIL_WITH_LINK: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
    fits: |text| {
        text.split_once("{##").is_some_and(|(_, rest)| rest.contains("##}")) && text.chars().all(shows_or_space)
    },
};

pub(super) static EMAIL_TEXT: Pattern =
    Pattern { text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*", fits: |text| text.chars().all(shows_or_space) };

pub(super) static SUBJECT: Pattern =
    Pattern { text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+", fits: |text| some(text, shows_or_space) };

pub(super) static EMAIL_ADDRESS: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
    fits: |text| {
        text.chars().all(shows)
            && text.split_once('@').is_some_and(|(user, _)| !user.is_empty())
            && !text.ends_with('@')
    },
};

pub(super) static CONFIGURATION_SET: Pattern = Pattern {
    text: "^[a-zA-Z0-9_-]+$",
    fits: |text| some(text, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-'),
};

pub(super) static VISIBLE: Pattern = Pattern { text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", fits: |text| some(text, shows) };

pub(super) static PROVIDER: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+",
    fits: |text| some(text, |c| shows(c) || (c.is_whitespace() && !c.is_control())),
};

/// As AWS writes it: an underscore can only stand second.
pub(super) static NEW_PROVIDER: Pattern = Pattern {
    text: r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+",
    fits: |text| {
        let end = |c: char| c != '_' && (!c.is_whitespace() || c.is_control());
        let mut letters = text.chars();
        letters.next().is_some_and(end) && letters.next().is_some_and(shows) && some(letters.as_str(), end)
    },
};

pub(super) static IDENTIFIER: Pattern = Pattern {
    text: r"[\w\s+=.@-]+",
    fits: |text| some(text, |c| word(c) || c.is_ascii_whitespace() || "+=.@-".contains(c)),
};

pub(super) static ATTRIBUTE: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+",
    fits: |text| some(text, |c| shows(c) || "\t\n\r ".contains(c)),
};

pub(super) static SCOPE: Pattern = Pattern {
    text: r"[\x21\x23-\x5B\x5D-\x7E]+",
    fits: |text| some(text, |c| matches!(c, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E')),
};

pub(super) static SCOPE_NAME: Pattern = Pattern {
    text: r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+",
    fits: |text| some(text, |c| matches!(c, '\x21' | '\x23'..='\x2E' | '\x30'..='\x5B' | '\x5D'..='\x7E')),
};

pub(super) static JOB_ID: Pattern = Pattern {
    text: "import-[0-9a-zA-Z-]+",
    fits: |text| text.strip_prefix("import-").is_some_and(|rest| some(rest, |c| c.is_ascii_alphanumeric() || c == '-')),
};

pub(super) static NO_SPACE: Pattern = Pattern { text: r"[\S]+", fits: |text| some(text, |c| !c.is_ascii_whitespace()) };

pub(super) static HEX: Pattern = Pattern { text: "^[0-9a-fA-F]+$", fits: |text| some(text, |c| c.is_ascii_hexdigit()) };

pub(super) static RESOURCE_ID: Pattern =
    Pattern { text: r"^[\w\- ]+$", fits: |text| some(text, |c| word(c) || c == '-' || c == ' ') };

pub(super) static UUID: Pattern = Pattern {
    text: "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$",
    fits: |text| {
        let parts: Vec<&str> = text.split('-').collect();
        parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
            && parts.iter().all(|part| part.chars().all(|c| c.is_ascii_hexdigit()))
            && parts[2].starts_with('4')
            && parts[3].starts_with(['8', '9', 'a', 'b', 'A', 'B'])
    },
};

const ARN_TEXT: &str =
    r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?";

fn arn(text: &str) -> bool {
    let part = |text: &str| text.chars().all(|c| word(c) || "+=/,.@-".contains(c));
    let parts: Vec<&str> = text.split(':').collect();
    (6..=8).contains(&parts.len())
        && parts[0] == "arn"
        && parts.iter().enumerate().all(|(index, text)| part(text) && (index == 3 || !text.is_empty()))
        && parts[4].chars().all(|c| c.is_ascii_digit())
}

fn some(text: &str, fits: fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(fits)
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn shows(c: char) -> bool {
    !c.is_whitespace() && !c.is_control()
}

fn shows_or_space(c: char) -> bool {
    shows(c) || c.is_ascii_whitespace()
}
