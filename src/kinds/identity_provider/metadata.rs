//! What a SAML provider's metadata says, as far as it is looked at: who it is, and until when its certificates are good.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::events::Event;

/// What stands in metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The provider's name for itself.
    pub entity: Option<String>,
    /// Whether it says where people sign in.
    pub is_provider: bool,
    /// When each certificate ends, in milliseconds since 1970; None for one that cannot be read.
    pub certificates: Vec<Option<i64>>,
}

/// How long before a certificate ends one is told, in milliseconds: a month, for a new one takes somebody else's time.
const SOON: i64 = 30 * 24 * 3_600_000;

/// What to do about certificates that end.
pub const ENDING_HINT: &str =
    "have the provider's administrator put a new certificate into the metadata, then apply again";

/// That a provider's certificates end, or have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// `the certificates of https://idp.example.com end on 2026-12-01`
    pub message: String,
    /// Whether nobody can sign in any more.
    pub has_ended: bool,
}

impl Metadata {
    /// How the certificates stand at `now`, in milliseconds since 1970; None while one of them is good for long, or may
    /// be.
    #[must_use]
    pub fn ending(&self, now: i64) -> Option<Ending> {
        let ends: Vec<i64> = self.certificates.iter().copied().collect::<Option<_>>()?;
        // One that is not read may be good, and of several the last counts.
        let latest = ends.into_iter().max().filter(|latest| latest - now <= SOON)?;
        let name = self.entity.as_deref().unwrap_or("the provider");
        let stamp = jiff::Timestamp::from_millisecond(latest).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let day = stamp.to_zoned(jiff::tz::TimeZone::UTC).date();
        let has_ended = latest <= now;
        let message = if has_ended {
            format!("the certificates of {name} have ended, the last on {day}")
        } else {
            format!("the certificates of {name} end on {day}")
        };
        Some(Ending { message, has_ended })
    }
}

/// Reads metadata; None for what is none. What it says of other services than signing people in counts too.
#[must_use]
pub fn read(xml: &str) -> Option<Metadata> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut found, mut is_metadata) = (Metadata::default(), false);
    let mut certificate: Option<String> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => match start.local_name().as_ref() {
                b"EntityDescriptor" => {
                    is_metadata = true;
                    let entity = start.try_get_attribute("entityID").ok().flatten();
                    found.entity = entity.map(|entity| String::from_utf8_lossy(&entity.value).into_owned());
                }
                b"IDPSSODescriptor" => found.is_provider = true,
                b"X509Certificate" => certificate = Some(String::new()),
                _ => {}
            },
            Ok(Event::Text(part)) => {
                if let Some(text) = &mut certificate {
                    text.push_str(&part.decode().unwrap_or_default());
                }
            }
            Ok(Event::End(end)) if end.local_name().as_ref() == b"X509Certificate" => {
                if let Some(text) = certificate.take() {
                    let text: String = text.split_whitespace().collect();
                    found.certificates.push(STANDARD.decode(text).ok().and_then(|bytes| not_after(&bytes)));
                }
            }
            Ok(Event::Eof) => return is_metadata.then_some(found),
            Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// When a certificate ends, in milliseconds since 1970: the second time of its validity (RFC 5280, 4.1).
fn not_after(der: &[u8]) -> Option<i64> {
    const SEQUENCE: u8 = 0x30;
    const VERSION: u8 = 0xa0;
    let (tag, certificate, _) = element(der)?;
    let (inner, signed, _) = element(certificate).filter(|_| tag == SEQUENCE)?;
    let mut rest = (inner == SEQUENCE).then_some(signed)?;
    // The version may be left out; serial number, algorithm and issuer come before the validity.
    let (first, _, after) = element(rest)?;
    if first == VERSION {
        rest = after;
    }
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (_, validity, _) = element(rest)?;
    let (_, _, end) = element(validity)?;
    let (tag, text, _) = element(end)?;
    time(tag, std::str::from_utf8(text).ok()?)
}

/// The first element of what is left: its tag, its content, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        let bytes = rest.get(..count).filter(|_| (1..=4).contains(&count))?;
        let length = bytes.iter().fold(0_usize, |length, byte| (length << 8) | usize::from(*byte));
        (length, &rest[count..])
    };
    Some((tag, rest.get(..length)?, &rest[length..]))
}

/// `YYMMDDHHMMSSZ`, of the years 1950 to 2049, or `YYYYMMDDHHMMSSZ`.
fn time(tag: u8, text: &str) -> Option<i64> {
    let digits = text.strip_suffix('Z').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (year, rest) = match (tag, digits.len()) {
        (0x17, 12) => {
            let short: i16 = digits[..2].parse().ok()?;
            (if short < 50 { 2000 + short } else { 1900 + short }, &digits[2..])
        }
        (0x18, 14) => (digits[..4].parse().ok()?, &digits[4..]),
        _ => return None,
    };
    let part = |at: usize| rest[at..at + 2].parse::<i8>().ok();
    let (month, day) = (part(0)?, part(2)?);
    let at = jiff::civil::DateTime::new(year, month, day, part(4)?, part(6)?, part(8)?, 0).ok()?;
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let mut all = vec![tag];
        if length < 0x80 {
            all.push(u8::try_from(length).unwrap());
        } else {
            all.extend([0x82, u8::try_from(length >> 8).unwrap(), u8::try_from(length & 0xff).unwrap()]);
        }
        all.extend(content);
        all
    }

    /// A certificate with nothing in it but when it ends: `491231235959Z`.
    pub(crate) fn certificate(end: &str) -> String {
        let tag = if end.len() == 13 { 0x17 } else { 0x18 };
        let validity = [wrapped(0x17, b"200101000000Z"), wrapped(tag, end.as_bytes())].concat();
        let signed = [
            wrapped(0xa0, &wrapped(2, &[2])),
            wrapped(2, &[1]),
            wrapped(0x30, &[]),
            wrapped(0x30, &[0; 200]),
            wrapped(0x30, &validity),
        ];
        STANDARD.encode(wrapped(0x30, &wrapped(0x30, &signed.concat())))
    }

    #[test]
    fn metadata_says_who_it_is_and_when_its_certificates_end() {
        let key = |end: &str| {
            let text = certificate(end);
            format!("<md:KeyDescriptor><ds:X509Certificate>\n{text}\n</ds:X509Certificate></md:KeyDescriptor>")
        };
        let xml = format!(
            "<?xml version='1.0'?><md:EntityDescriptor xmlns:md='m' xmlns:ds='d' entityID='https://idp.example.com'>\
             <md:IDPSSODescriptor>{}{}<md:KeyDescriptor><ds:X509Certificate>none</ds:X509Certificate></md:KeyDescriptor>\
             </md:IDPSSODescriptor></md:EntityDescriptor>",
            key("300102030405Z"),
            key("20600102030405Z")
        );
        let found = read(&xml).unwrap();
        assert_eq!((found.entity.as_deref(), found.is_provider), (Some("https://idp.example.com"), true));
        assert_eq!(found.certificates, [Some(1_893_553_445_000), Some(2_840_238_245_000), None]);
        for none in ["", "no xml", "<html><body/></html>", "{\"issuer\":\"x\"}"] {
            assert_eq!(read(none), None, "{none}");
        }
        for torn in [&[][..], &[0x30], &[0x30, 0x85, 1, 1, 1, 1, 1], &[0x30, 2, 0x30, 9], &[0x30, 0x80]] {
            assert_eq!(not_after(torn), None);
        }
        for wrong in ["291301000000Z", "290132000000Z", "290230000000Z", "290101240000Z"] {
            assert_eq!(time(0x17, wrong), None, "{wrong}");
        }
    }
}
