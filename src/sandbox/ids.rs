//! Names and ids that the sandbox makes up. All come from counters and digests, so a run can be repeated.

use super::World;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

impl World {
    /// A number that no other call has had.
    pub fn next_id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }
}

/// The SHA-256 digest of `text` in lower-case hexadecimal.
pub(super) fn hex(text: &str) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// A UUID made from `text`.
pub(super) fn uuid(text: &str) -> String {
    let hex = hex(text);
    format!("{}-{}-4{}-a{}-{}", &hex[0..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

/// `length` (at most 32) upper-case letters and digits made from `text`.
pub(super) fn capitals(text: &str, length: usize) -> String {
    const ALPHABET: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    Sha256::digest(text.as_bytes())
        .iter()
        .take(length)
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
        .collect()
}
