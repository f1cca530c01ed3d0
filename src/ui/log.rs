//! What `-v` shows of the inside: the SDK's calls and this program's own notes, with secrets taken out.

use std::io::{self, Write};
use std::sync::Mutex;

use indicatif::MultiProgress;
use tracing_subscriber::EnvFilter;

/// What is drawn on stderr now, and must step aside for a line of the log.
static BARS: Mutex<Option<MultiProgress>> = Mutex::new(None);

/// Starts to write the log to stderr: nothing without `-v`, each call with one, the SDK's debug log with two, all with three.
///
/// `STACK_LOG` takes a filter of its own: `aws_smithy_runtime=trace`. Does nothing the second time.
pub fn start(verbosity: u8, has_colour: bool) {
    let filter = match (std::env::var("STACK_LOG"), verbosity) {
        (Ok(filter), _) if !filter.is_empty() => filter,
        (_, 0) => return,
        (_, 1) => "warn,stack=debug".to_owned(),
        (_, 2) => "info,stack=trace,aws_config=debug,aws_runtime=debug,aws_smithy_runtime=debug,hickory_resolver=debug"
            .to_owned(),
        (_, _) => "trace,h2=info,hyper_util=debug,rustls=debug".to_owned(),
    };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(has_colour)
        .with_writer(|| Lines(Vec::new()));
    // A second start would only repeat the first.
    let _ = subscriber.try_init();
}

pub(super) fn set_bars(bars: Option<MultiProgress>) {
    if let Ok(mut place) = BARS.lock() {
        *place = bars;
    }
}

/// Collects one event, and writes it without its secrets.
struct Lines(Vec<u8>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let text = redacted(&String::from_utf8_lossy(&self.0));
        let write = || {
            // Nobody can be told that stderr is closed.
            let _ = io::stderr().lock().write_all(text.as_bytes());
        };
        match BARS.lock().ok().and_then(|bars| bars.clone()) {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }
}

/// What stands before a secret in the SDK's log and in AWS's messages, in lower case.
const SECRET_NAMES: &[&str] = &[
    "authorization",
    "x-amz-security-token",
    "secret_access_key",
    "secretaccesskey",
    "session_token",
    "sessiontoken",
    "clientsecret",
    "clientsecretvalue",
    "client_secret",
    "client_secret_value",
    "secrethash",
    "password",
    "refreshtoken",
    "accesstoken",
    "idtoken",
];

/// Where an answer begins of which nothing is shown: the value of a secret, or of a parameter, may be JSON itself, with
/// quotes within quotes.
fn wholly_secret(lower: &str) -> Option<usize> {
    let is_parameter = lower.contains("parameter") && lower.contains("lastmodifieddate");
    let value = lower.find("value").filter(|_| is_parameter);
    ["secretstring", "secretbinary"].into_iter().filter_map(|name| lower.find(name)).chain(value).min()
}

/// The text with the value after each secret's name replaced by `***`.
fn redacted(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if let Some(start) = wholly_secret(&lower) {
        return format!("{}***\n", redacted(&text[..start]));
    }
    let mut safe = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let next = SECRET_NAMES
            .iter()
            .filter_map(|name| lower[at..].find(name).map(|found| (at + found, name.len())))
            .min_by_key(|(found, length)| (*found, std::cmp::Reverse(*length)));
        let Some((found, length)) = next else { break };
        let name_end = found + length;
        safe.push_str(&text[at..name_end]);
        at = name_end;
        if let Some((start, end)) = value_after(text, name_end) {
            safe.push_str(&text[name_end..start]);
            safe.push_str("***");
            at = end;
        }
    }
    safe.push_str(&text[at..]);
    safe
}

/// Where the value after a name begins and ends: `": "value"`, `=value`, `: Some("value")`.
fn value_after(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = &text[from..];
    let begin = rest.trim_start_matches(['"', '\\', ' ']);
    let begin = begin.strip_prefix([':', '='])?.trim_start();
    let begin = begin.strip_prefix("Some(").unwrap_or(begin);
    let begin = begin.strip_prefix("HeaderValue { _private: ").unwrap_or(begin);
    let (begin, is_quoted) = match begin.strip_prefix("\\\"").or_else(|| begin.strip_prefix('"')) {
        Some(inner) => (inner, true),
        None => (begin, false),
    };
    if begin.starts_with(['{', '[']) {
        return None;
    }
    let start = text.len() - begin.len();
    let ends: &[char] = if is_quoted { &['"', '\\', '\n'] } else { &[',', ' ', '}', ')', '\n', '&'] };
    let end = begin.find(ends).map_or(text.len(), |length| start + length);
    (end > start).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_reach_the_log() {
        for (text, safe) in [
            (r#"{"ClientSecret":"abc","Name":"web"}"#, r#"{"ClientSecret":"***","Name":"web"}"#),
            (r#"body: "{\"Password\":\"p@ss\",\"a\":1}""#, r#"body: "{\"Password\":\"***\",\"a\":1}""#),
            ("client_secret: Some(\"abc\"), x: 1", "client_secret: Some(\"***\"), x: 1"),
            ("x-amz-security-token: IQoJ\nnext", "x-amz-security-token: ***\nnext"),
            (
                r#""authorization": "AWS4-HMAC-SHA256 Credential=AKIA/2026, Signature=00" }"#,
                r#""authorization": "***" }"#,
            ),
            ("password_policy: {minimum_length: 8}", "password_policy: {minimum_length: 8}"),
            ("\"PasswordPolicy\":{\"MinimumLength\":8}", "\"PasswordPolicy\":{\"MinimumLength\":8}"),
            ("naïve: ClientSecret=ü&b", "naïve: ClientSecret=***&b"),
            (r#"b"{\"SecretString\":\"{\\\"web\\\":\\\"abc\\\"}\"}" and more"#, "b\"{\\\"***\n"),
            (
                r#"{"Parameter":{"Name":"/a","Value":"abc","LastModifiedDate":1}}"#,
                "{\"Parameter\":{\"Name\":\"/a\",\"***\n",
            ),
            ("the value of a parameter", "the value of a parameter"),
        ] {
            assert_eq!(redacted(text), safe);
        }
    }
}
