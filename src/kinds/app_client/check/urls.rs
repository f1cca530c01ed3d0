//! Where users are sent to after signing in and out (`app_client.md` 3).

use super::Sheet;

/// Hosts that AWS takes plain `http` for: the person's own machine, at any port.
const OWN_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Sheet<'_> {
    pub(super) fn urls(&mut self) {
        let client = self.client;
        for (field, urls) in [("callback_urls", &client.callback_urls), ("logout_urls", &client.logout_urls)] {
            let Some(urls) = urls else { continue };
            if urls.len() > 100 {
                self.refuse(field, format!("{} URLs are more than AWS allows: 100", urls.len()), "leave some out");
            }
            for url in urls {
                if let Some((what, hint)) = fault(url) {
                    self.refuse(field, what, hint);
                }
            }
        }
        if let Some(default) = &client.default_redirect_uri
            && !client.callback_urls.as_ref().is_some_and(|urls| urls.contains(default))
        {
            self.refuse(
                "default_redirect_uri",
                format!("AWS answers \"The default redirect URI {default} is not in the callback URIs list.\""),
                "add it to callback_urls, written the same to the letter",
            );
        }
    }
}

/// Whether a character leaves no mark, and so is none of those that AWS's `[\p{L}\p{M}\p{S}\p{N}\p{P}]` takes.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether AWS takes this host for the person's own machine.
#[must_use]
pub fn is_own_machine(host: &str) -> bool {
    OWN_MACHINE.contains(&host)
}

/// A URL's scheme in small letters, and its host where it has one; None of what is no URL.
#[must_use]
pub fn scheme_and_host(url: &str) -> Option<(String, Option<&str>)> {
    let (scheme, rest) = url.split_once(':').filter(|(scheme, _)| is_scheme(scheme))?;
    Some((scheme.to_ascii_lowercase(), rest.strip_prefix("//").map(host_of).filter(|host| !host.is_empty())))
}

/// What is wrong with a URL, and what to do.
fn fault(url: &str) -> Option<(String, &'static str)> {
    if !(1..=1024).contains(&url.chars().count()) {
        return Some((format!("`{url}` has {} characters", url.chars().count()), "use 1–1024"));
    }
    if url.chars().any(is_unseen) {
        return Some((
            format!("`{url}` holds a space or another character without a mark"),
            "take it out, or write it as %20",
        ));
    }
    if url.contains('#') {
        return Some((format!("AWS answers \"{url} cannot use fragment\""), "leave out `#` and what follows"));
    }
    let Some((scheme, rest)) = url.split_once(':').filter(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty())
    else {
        return Some((format!("`{url}` is not a whole URL"), "begin with https:// or your app's own scheme"));
    };
    let host = rest.strip_prefix("//").map(host_of);
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    if is_web && host.is_none_or(str::is_empty) {
        return Some((format!("`{url}` names no host"), "write one, as in https://www.example.com/callback"));
    }
    if scheme.eq_ignore_ascii_case("http") && !host.is_some_and(is_own_machine) {
        return Some((
            format!("AWS answers \"{url} cannot use the HTTP protocol.\""),
            "use https://; plain http is for localhost, 127.0.0.1 and [::1] alone",
        ));
    }
    if host.is_some_and(|host| host.contains('*')) {
        return Some((
            format!("`{url}` would match nothing: AWS compares URLs to the letter, and `*` stands for itself"),
            "list each URL",
        ));
    }
    None
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// The host of what follows `//`, without user and port.
fn host_of(rest: &str) -> &str {
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.starts_with('[') {
        return host.find(']').map_or(host, |end| &host[..=end]);
    }
    host.split(':').next().unwrap_or_default()
}
