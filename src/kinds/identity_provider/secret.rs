//! Whether what AWS holds is still the secret that is meant.
//!
//! AWS shows a client's secret in clear text (`other_resources.md` 1.2), so that it is held against the one that is
//! found where the stack file says. Neither is written down. Apple's key is never shown, and so is taken for the one that
//! was sent last; a fingerprint of what was sent would belong here.

use crate::secret::SecretRef;

/// Where the secret is found that AWS holds; None where it holds another than is found there, or has none.
///
/// `shown` is what AWS shows, `asked` where the secret was found when it was sent.
pub(super) fn held(shown: Option<&str>, asked: Option<&SecretRef>) -> Option<SecretRef> {
    let (shown, asked) = (shown?, asked?);
    match asked.reveal() {
        Ok(found) if found != shown => None,
        // Where it cannot be found now, nothing says that it is another.
        Ok(_) | Err(_) => Some(asked.clone()),
    }
}
