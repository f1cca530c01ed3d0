//! Ctrl-C, and SIGTERM where there is such a thing.

/// Returns when one is heard; never, where they cannot be heard.
pub async fn heard() {
    if !next().await {
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn next() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return tokio::signal::ctrl_c().await.is_ok() };
    tokio::select! {
        heard = tokio::signal::ctrl_c() => heard.is_ok(),
        heard = terminate.recv() => heard.is_some(),
    }
}

#[cfg(not(unix))]
async fn next() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}

/// Hears Ctrl-C in the place of the system, which would end the process, for as long as the value is kept.
#[cfg(unix)]
pub fn deaf() -> Vec<tokio::signal::unix::Signal> {
    use tokio::signal::unix::{SignalKind, signal};
    [SignalKind::interrupt(), SignalKind::terminate()].into_iter().filter_map(|kind| signal(kind).ok()).collect()
}

/// As above.
#[cfg(windows)]
pub fn deaf() -> Option<tokio::signal::windows::CtrlC> {
    tokio::signal::windows::ctrl_c().ok()
}
