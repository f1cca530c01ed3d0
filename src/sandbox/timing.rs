//! How long things take in the sandbox, all in milliseconds.
//!
//! AWS takes seconds to most of an hour. Here each wait is long enough that a client which does not wait
//! fails, and that a person sees it happen; and short enough that nobody goes for coffee.

/// From a Route 53 change to `INSYNC` and to DNS; about 60 s at AWS (`domain_certificate_dns.md` 7.2).
pub const ROUTE53_SYNC: i64 = 1_000;
/// From `RequestCertificate` until a described certificate names its validation records; several seconds
/// at AWS (`domain_certificate_dns.md` 5.3).
pub const ACM_RECORD: i64 = 1_000;
/// From the last validation record being in DNS to `ISSUED`; minutes at AWS (`domain_certificate_dns.md` 5.3).
pub const ACM_ISSUE: i64 = 2_000;
/// How long ACM waits for validation records before `VALIDATION_TIMED_OUT`: AWS's own 72 h
/// (`domain_certificate_dns.md` 5.3), since only a held clock gets there.
pub const ACM_VALIDATION_LIMIT: i64 = 72 * 60 * 60 * 1_000;
/// How long ACM remembers an idempotency token: AWS's own hour (`domain_certificate_dns.md` 5.2).
pub const ACM_TOKEN: i64 = 60 * 60 * 1_000;
