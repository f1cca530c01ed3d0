//! Where people are sent to after signing in, with a code that is worth tokens.

use std::net::IpAddr;

use super::look::{Found, Look};
use super::{Rule, Severity};
use crate::kinds::app_client::check::{is_own_machine, scheme_and_host};
use crate::kinds::names::is_within;

/// Services below which every name has an address, that of the machine which the name itself says.
const ANSWER_EVERY_NAME: &[&str] = &["nip.io", "sslip.io", "xip.io", "traefik.me", "lvh.me", "localtest.me", "vcap.me"];

/// Services that give a name to whoever asks first, and to the next when it is given up.
const SHARED: &[&str] = &[
    "azureedge.net",
    "azurestaticapps.net",
    "azurewebsites.net",
    "blob.core.windows.net",
    "cloudapp.azure.com",
    "elasticbeanstalk.com",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "glitch.me",
    "herokuapp.com",
    "loca.lt",
    "netlify.app",
    "ngrok-free.app",
    "ngrok-free.dev",
    "ngrok.app",
    "ngrok.dev",
    "ngrok.io",
    "onrender.com",
    "pages.dev",
    "repl.co",
    "replit.app",
    "s3.amazonaws.com",
    "surge.sh",
    "trafficmanager.net",
    "trycloudflare.com",
    "up.railway.app",
    "vercel.app",
    "web.app",
    "web.core.windows.net",
    "workers.dev",
];

/// Names that belong to nobody, and are kept for examples and tests (RFC 2606, RFC 6761).
const PLACEHOLDERS: &[&str] = &["example.com", "example.net", "example.org", "example", "invalid", "test"];

pub(super) const HTTP: Rule = Rule {
    id: "http-callback",
    severity: Severity::Error,
    in_production: false,
    title: "A callback goes over plain http to another machine",
    why: "Whoever is on the way reads the code. AWS refuses it too, so `validate` fails with or without this rule.",
    source: "Cognito API Reference, CreateUserPoolClient, CallbackURLs; RFC 9700, 2.6",
    remedy: "https://; plain http is for localhost, 127.0.0.1 and [::1] alone",
    fixes: false,
    covers: &[],
    find: http,
};

pub(super) const LOCALHOST: Rule = Rule {
    id: "localhost-callback",
    severity: Severity::Warning,
    in_production: true,
    title: "A callback of production goes to the user's own machine",
    why: "Whatever listens on that port there is given the code of a real user.",
    source: "Cognito API Reference, CreateUserPoolClient, CallbackURLs: http://localhost is for testing only",
    remedy: "take it out, and develop against another stack",
    fixes: false,
    covers: &[],
    find: localhost,
};

pub(super) const WILDCARD: Rule = Rule {
    id: "wildcard-callback",
    severity: Severity::Warning,
    in_production: false,
    title: "A callback looks like a wildcard",
    why: "AWS compares callbacks to the letter, so a `*` matches nothing but itself and tempts into looser lists; and \
          below a name that answers for every address, the host is whatever machine the name says.",
    source: "RFC 9700, 2.1 and 4.1; Cognito Developer Guide, \"App client settings\"",
    remedy: "list each URL whole, on a host of your own",
    fixes: false,
    covers: &[],
    find: wildcard,
};

pub(super) const UNOWNED: Rule = Rule {
    id: "unowned-callback-host",
    severity: Severity::Warning,
    in_production: false,
    title: "A callback's host may be somebody else's tomorrow",
    why: "An address, or a name below a service that many share, goes to whoever asks next when you give it up; the codes \
          of your users go there with it.",
    source: "RFC 9700, 4.1; OWASP, subdomain takeover",
    remedy: "a host below a domain of your own",
    fixes: false,
    covers: &[],
    find: unowned,
};

pub(super) const PLACEHOLDER: Rule = Rule {
    id: "placeholder-callback-host",
    severity: Severity::Note,
    in_production: false,
    title: "A callback's host is a placeholder",
    why: "Names kept for examples belong to nobody, and signing in ends there.",
    source: "RFC 2606, RFC 6761",
    remedy: "write a host of your own",
    fixes: false,
    covers: &[],
    find: placeholder,
};

/// Says what `judge` says of each callback, by its scheme and its host.
fn each(look: &Look<'_>, found: &mut Found, judge: impl Fn(&str, &str, Option<&str>) -> Option<String>) {
    for (at, client) in look.clients() {
        for url in client.callback_urls.iter().flatten() {
            let Some((scheme, host)) = scheme_and_host(url) else { continue };
            let host = host.map(str::to_ascii_lowercase);
            if let Some(message) = judge(url, &scheme, host.as_deref()) {
                found.say(format!("{at}.callback_urls"), message);
            }
        }
    }
}

fn http(look: &Look<'_>, found: &mut Found) {
    each(look, found, |url, scheme, host| {
        let is_far = scheme == "http" && !host.is_some_and(is_own_machine);
        is_far.then(|| format!("`{url}` sends the code over plain http"))
    });
}

fn localhost(look: &Look<'_>, found: &mut Found) {
    each(look, found, |url, scheme, host| {
        let is_here = matches!(scheme, "http" | "https") && host.is_some_and(is_own_machine);
        is_here.then(|| format!("`{url}` sends the code to whatever listens on the user's machine"))
    });
}

fn wildcard(look: &Look<'_>, found: &mut Found) {
    each(look, found, |url, _, host| {
        if url.contains('*') {
            return Some(format!("`{url}` holds a `*`, which stands for itself alone"));
        }
        let service = below(host?, ANSWER_EVERY_NAME)?;
        Some(format!("`{url}` is below {service}, where every name has the address that it says"))
    });
}

fn unowned(look: &Look<'_>, found: &mut Found) {
    each(look, found, |url, scheme, host| {
        let host = host.filter(|host| !is_own_machine(host))?;
        if !matches!(scheme, "http" | "https") {
            return None;
        }
        if host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return Some(format!("`{url}` names an address, which is given to somebody else one day"));
        }
        let service = below(host, SHARED)?;
        Some(format!("`{url}` is below {service}, which gives its names to whoever asks"))
    });
}

fn placeholder(look: &Look<'_>, found: &mut Found) {
    each(look, found, |url, _, host| {
        let name = below(host?, PLACEHOLDERS)?;
        Some(format!("`{url}` is below {name}, which is kept for examples"))
    });
}

/// The one of `names` that a host is, or lies below.
fn below(host: &str, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| is_within(host, name))
}
