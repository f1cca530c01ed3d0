//! Bodies of objects as they come over the wire: plain, or `aws-chunked` with trailing checksums.

use super::{BASE64, Refusal, no};
use crate::sandbox::wire::Request;
use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The object that a request carries, and the headers that came after it.
pub(super) fn read(request: &Request) -> Result<(Vec<u8>, BTreeMap<String, String>), Refusal> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_chunked =
        header("content-encoding").contains("aws-chunked") || header("x-amz-content-sha256").starts_with("STREAMING-");
    if !is_chunked {
        return Ok((request.body().to_vec(), BTreeMap::new()));
    }
    let decoded =
        chunks(request.body()).ok_or_else(|| no(400, "IncompleteBody", "The request body terminated unexpectedly"))?;
    let length = header("x-amz-decoded-content-length");
    if !length.is_empty() && length != decoded.0.len().to_string() {
        return Err(no(
            400,
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header",
        ));
    }
    Ok(decoded)
}

/// Chunks of `SIZE[;extensions]`, data, and an empty one; then trailers as header lines.
fn chunks(mut rest: &[u8]) -> Option<(Vec<u8>, BTreeMap<String, String>)> {
    let mut body = Vec::new();
    loop {
        let (line, after) = line(rest)?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = after;
        if size == 0 {
            break;
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
    let mut trailers = BTreeMap::new();
    while let Some((text, after)) = line(rest) {
        rest = after;
        if let Some((name, value)) = text.split_once(':') {
            trailers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    trailers.retain(|name, _| name.starts_with("x-amz-checksum-"));
    Some((body, trailers))
}

fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 2..]))
}

/// Refuses a body that is not the one that its checksum was made for. Those that no client here makes are taken on trust.
pub(super) fn check(body: &[u8], headers: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let made: [(&str, Vec<u8>); 3] = [
        ("crc32", crc(body, 0xedb8_8320).to_be_bytes().to_vec()),
        ("crc32c", crc(body, 0x82f6_3b78).to_be_bytes().to_vec()),
        ("sha256", Sha256::digest(body).to_vec()),
    ];
    let given = headers.keys().filter(|name| name.starts_with(CHECKSUM) && *name != "x-amz-checksum-type").count();
    if given > 1 {
        return Err(no(
            400,
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ));
    }
    for (name, sum) in made {
        let Some(given) = headers.get(&format!("{CHECKSUM}{name}")) else { continue };
        if BASE64.decode(given).is_ok_and(|given| given.len() != sum.len()) || BASE64.decode(given).is_err() {
            return Err(no(400, "InvalidRequest", format!("Value for {CHECKSUM}{name} header is invalid.")));
        }
        if *given != BASE64.encode(sum) {
            let name = name.to_uppercase();
            return Err(no(
                400,
                "BadDigest",
                format!("The {name} you specified did not match the calculated checksum."),
            ));
        }
    }
    Ok(())
}

const CHECKSUM: &str = "x-amz-checksum-";

/// A CRC of 32 bits with this polynomial, its bits turned round.
fn crc(body: &[u8], polynomial: u32) -> u32 {
    !body.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ polynomial } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunked_bodies_are_put_together() {
        let sent = b"5;chunk-signature=x\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
        let (body, trailers) = chunks(sent).unwrap();
        assert_eq!(body, b"hello world");
        assert_eq!(check(&body, &trailers).map_err(|refusal| refusal.code), Ok(()));
        assert_eq!(check(b"other", &trailers).unwrap_err().code, "BadDigest");
        assert_eq!(chunks(b"5\r\nhel"), None);
    }
}
