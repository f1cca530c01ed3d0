//! The time, and waiting: one clock for the whole program, which a test can hold.
//!
//! A held clock stands still until something sleeps on it, and then jumps to where the sleeper wants to
//! be. So a test of a forty-minute wait takes no time, and prints the same times on every run.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Where the time comes from.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    /// Milliseconds since 1970 in UTC.
    Held(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` (milliseconds since 1970 in UTC) and moves only when slept on.
    #[must_use]
    pub fn held(start: i64) -> Self {
        Self(Source::Held(Arc::new(AtomicI64::new(start))))
    }

    /// The clock that `STACK_TEST_CLOCK` asks for (milliseconds since 1970), or the machine's.
    #[must_use]
    pub fn from_env() -> Self {
        std::env::var("STACK_TEST_CLOCK")
            .ok()
            .and_then(|start| start.parse().ok())
            .map_or_else(Self::system, Self::held)
    }

    /// Whether this clock moves only when slept on.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(self.0, Source::Held(_))
    }

    /// Milliseconds since 1970 in UTC.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            Source::System => jiff::Timestamp::now().as_millisecond(),
            Source::Held(now) => now.load(Ordering::SeqCst),
        }
    }

    /// The time as RFC 3339 in UTC, to the second: `2026-11-21T10:00:00Z`.
    #[must_use]
    pub fn now_text(&self) -> String {
        text(self.now_ms())
    }

    /// Returns when `time` has passed on this clock.
    pub async fn sleep(&self, time: Duration) {
        match &self.0 {
            Source::System => tokio::time::sleep(time).await,
            Source::Held(now) => {
                let wake = now.load(Ordering::SeqCst) + i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 2);
                tokio::task::yield_now().await;
                now.fetch_max(wake, Ordering::SeqCst);
            }
        }
    }
}

/// A time in milliseconds since 1970 as RFC 3339 in UTC, to the second.
#[must_use]
pub fn text(ms: i64) -> String {
    jiff::Timestamp::from_second(ms.div_euclid(1000)).map_or_else(|_| format!("{ms} ms"), |time| time.to_string())
}
