//! The hosts that people are sent to after signing in and out exist.
//!
//! AWS takes any host. One that does not resolve is mostly a slip, and one whose domain nobody owns may be bought by
//! somebody who then receives the codes.

use std::collections::BTreeMap;
use std::net::IpAddr;

use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::{Check, Finding, Input, When};
use crate::kinds::app_client::AppClient;
use crate::kinds::dns_record::DnsRecord;
use crate::kinds::names::canonical;

pub(super) const CHECK: Check = Check {
    name: "callback_hosts",
    title: "the hosts of callback and logout URLs",
    why: "a host that does not resolve is a slip, or belongs to whoever registers it first",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html",
    // An application is often put up after its sign-in: in each plan this would be noise.
    when: When::Asked,
    look: |input| look(input).boxed_local(),
};

async fn look(input: Input<'_>) -> Vec<Finding> {
    // Where each host is written first.
    let mut hosts: BTreeMap<String, String> = BTreeMap::new();
    for (_, planned, client) in input.touched::<AppClient>() {
        let settings = &client.settings;
        for (field, urls) in [("callback_urls", &settings.callback_urls), ("logout_urls", &settings.logout_urls)] {
            for host in urls.iter().flatten().filter_map(|url| host(url)) {
                hosts.entry(host).or_insert_with(|| format!("{}.{field}", planned.at));
            }
        }
    }
    join_all(hosts.into_iter().map(|(host, at)| of_host(input, host, at))).await
}

async fn of_host(input: Input<'_>, host: String, at: String) -> Finding {
    if input.wanted::<DnsRecord>().any(|(_, _, record)| record.name.is_some_and(|own| canonical(&own) == host)) {
        return Finding::pass(at, format!("{host} has a record of this stack's"));
    }
    match input.ask("public DNS", input.aws.dns.resolves(&host)).await {
        Ok(true) => Finding::pass(at, format!("{host} resolves")),
        Ok(false) => Finding::warn(
            at,
            format!("{host} does not resolve in public DNS"),
            "correct it, make its record, or take the URL out until the application is there",
        ),
        Err(error) => Finding::untold(at, &format!("nobody knows whether {host} resolves"), &error),
    }
}

/// The host of a web address, unless it is this machine or an address already.
fn host(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = host.split(':').next().filter(|name| !name.is_empty() && !host.starts_with('['))?;
    let name = canonical(name);
    let is_here = name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok();
    (is_web && !is_here).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_of_the_web_are_looked_up() {
        for (url, found) in [
            ("https://App.example.com:8443/callback?x=1", Some("app.example.com")),
            ("https://user@app.example.com", Some("app.example.com")),
            ("http://localhost:3000/", None),
            ("http://127.0.0.1/", None),
            ("http://[::1]:3000/", None),
            ("myapp://callback", None),
            ("com.example.app:/callback", None),
        ] {
            assert_eq!(host(url).as_deref(), found, "{url}");
        }
    }
}
