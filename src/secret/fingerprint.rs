//! By what a secret is known again.
//!
//! A state must tell that a secret has changed and must not give it away, also not to somebody who has the whole state
//! and all the time in the world for guessing. So a fingerprint is a slow, salted hash: PBKDF2 with HMAC-SHA-256, with as
//! many rounds as OWASP's password storage cheat sheet asks of it. One guess costs what one fingerprint costs, and the
//! salt, which no two secrets of any state share, makes each guess good for one secret alone. What is drawn at random, as
//! client secrets are, cannot be found this way at all; a short one that a person has thought of is over half a million
//! times as dear to find as from a plain hash, and no dearer: keep a state as you keep a key.
//!
//! A keyed hash would be better still, but there is nowhere to keep its key: everybody who plans needs it, and who reads
//! the state plans. PBKDF2 and not a hash that also takes memory, because the library that TLS is made of brings it along,
//! measured and reviewed; another one would be a new dependency. The first character says which way was taken, so that a
//! better one can come.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Secret;

/// The way that is taken now: PBKDF2-HMAC-SHA256, [`ROUNDS`] rounds, 16 bytes of salt, 16 bytes of hash.
const WAY: &str = "1";
/// What OWASP asks for with this hash (2023).
const ROUNDS: NonZeroU32 = match NonZeroU32::new(600_000) {
    Some(rounds) => rounds,
    None => NonZeroU32::MAX,
};
/// The bytes of a salt, and of a hash. Two secrets that are not the same have the same hash once in 2¹²⁸ times.
const BYTES: usize = 16;

/// By what a secret is known again: `<way>:<salt>:<hash>`, the latter two in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub(super) String);

/// What makes equal secrets of different states and fields look different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Salt([u8; BYTES]);

impl Salt {
    /// These bytes, drawn at random.
    #[must_use]
    pub fn new(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// That of one field of one stack, which no other has: `lineage` is drawn at random for each state. It is worked out
    /// and not drawn, so that a plan that is kept and the run that carries it out see the same.
    #[must_use]
    pub fn of_field(lineage: &str, address: &str, path: &str) -> Self {
        let mut digest = Sha256::new();
        for part in ["stack secret", lineage, address, path] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        let mut salt = [0; BYTES];
        salt.copy_from_slice(&digest.finalize()[..BYTES]);
        Self(salt)
    }
}

impl Fingerprint {
    /// That of this secret. It takes a tenth of a second or more, and is meant to.
    #[must_use]
    pub fn of(secret: &Secret, salt: Salt) -> Self {
        let mut hash = [0; BYTES];
        pbkdf2::derive(PBKDF2_HMAC_SHA256, ROUNDS, &salt.0, secret.reveal().as_bytes(), &mut hash);
        let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        Self(format!("{WAY}:{}:{}", hex(&salt.0), hex(&hash)))
    }

    /// The salt that it was made with; None where it was made in a way that this program does not know, or by hand.
    #[must_use]
    pub fn salt(&self) -> Option<Salt> {
        let mut parts = self.0.split(':');
        let (way, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = way == WAY && parts.next().is_none() && bytes(hash).is_some();
        bytes(salt).filter(|_| is_whole).map(Salt)
    }
}

/// Hexadecimal digits, read back.
fn bytes(text: &str) -> Option<[u8; BYTES]> {
    let mut found = [0; BYTES];
    let is_hex = text.len() == 2 * BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    for (index, byte) in found.iter_mut().enumerate().filter(|_| is_hex) {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    is_hex.then_some(found)
}
