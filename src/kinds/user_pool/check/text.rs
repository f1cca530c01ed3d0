//! What texts must look like.

/// How many characters a text has.
pub(super) fn chars(text: &str) -> usize {
    text.chars().count()
}

/// Whether a text is not empty and every character of it is one of these.
pub(super) fn each_is(text: &str, is: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is)
}

/// The parts of an ARN.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arn<'a> {
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// As AWS's own pattern has it: `arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:…`, 20 to 2048 characters.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let &["arn", partition, service, region, account, resource] = parts.as_slice() else { return None };
        let word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_+=/,.@-".contains(c));
        let fits = (20..=2048).contains(&chars(text))
            && !partition.is_empty()
            && !service.is_empty()
            && [partition, service, region].into_iter().all(word)
            && each_is(account, |c| c.is_ascii_digit())
            && (1..=3).contains(&resource.split(':').count())
            && resource.split(':').all(|part| !part.is_empty() && word(part));
        fits.then_some(Self { service, region, resource })
    }
}

/// Whether a text is the ARN of something of this service whose name begins so.
pub(super) fn is_arn_of(text: &str, service: &str, resource: &str) -> bool {
    Arn::of(text).is_some_and(|arn| {
        arn.service == service && arn.resource.len() > resource.len() && arn.resource.starts_with(resource)
    })
}

/// The address in `Ann <ann@example.com>` or `ann@example.com`; None when there is none.
pub(super) fn address(text: &str) -> Option<&str> {
    let text = text.trim();
    let address = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>')?,
        None => text,
    };
    is_address(address).then_some(address)
}

/// Whether a text is an e-mail address, as far as AWS looks: something, `@`, something, and no space in it.
pub(super) fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| {
        [name, domain].into_iter().all(|part| each_is(part, |c| !c.is_whitespace() && !"<>@".contains(c)))
    })
}

/// Whether a text is a domain without scheme, port or path.
pub(super) fn is_domain(text: &str) -> bool {
    (1..=127).contains(&chars(text))
        && text.split('.').all(|label| {
            label.len() <= 63
                && each_is(label, |c| c.is_ascii_alphanumeric() || c == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns() {
        assert!(is_arn_of("arn:aws:lambda:eu-west-1:111122223333:function:f:PROD", "lambda", "function:"));
        assert!(is_arn_of("arn:aws-cn:iam::111122223333:role/path/cognito", "iam", "role/"));
        assert!(is_arn_of("arn:aws:ses:us-east-1:111122223333:identity/ann@example.com", "ses", "identity/"));
        for wrong in [
            "pre-sign-up",
            "arn:aws:lambda:eu-west-1:111122223333:function:",
            "arn:aws:lambda:eu-west-1:one:function:f",
            "arn:aws:s3:eu-west-1:111122223333:function:f",
            "arn:aws:lambda:eu-west-1:111122223333:function:a b",
            "arn:aws:lambda:eu-west-1:111122223333:function:f:$LATEST",
        ] {
            assert!(!is_arn_of(wrong, "lambda", "function:"), "{wrong}");
        }
    }

    #[test]
    fn addresses() {
        assert_eq!(address("Ann Lee <ann@example.com>"), Some("ann@example.com"));
        assert_eq!(address("ann@example.com"), Some("ann@example.com"));
        for wrong in ["ann", "ann@", "Ann <ann@example.com", "a@b@c", "ann lee@example.com"] {
            assert_eq!(address(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn domains() {
        assert!(is_domain("auth.example.com") && is_domain("localhost"));
        for wrong in ["https://example.com", "example.com:443", "example.com/x", "", "-a.com", "a..b"] {
            assert!(!is_domain(wrong), "{wrong}");
        }
    }
}
