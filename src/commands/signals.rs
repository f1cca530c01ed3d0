//! Ctrl-C, and SIGTERM where there is such a thing.

/// Hears Ctrl-C and SIGTERM in the place of the system, which would end the process, from when it is made for as long as the
/// process lives.
#[cfg(unix)]
pub struct Ears(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Ears {
    /// Begins to hear.
    #[must_use]
    pub fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self(
            [SignalKind::interrupt(), SignalKind::terminate()]
                .into_iter()
                .filter_map(|kind| signal(kind).ok())
                .collect(),
        )
    }

    /// Returns when one is heard, also one that came since these ears were made; never, where they cannot be heard.
    pub async fn heard(&mut self) {
        let mut all: Vec<_> = self.0.iter_mut().map(|signal| Box::pin(signal.recv())).collect();
        while !all.is_empty() {
            let (said, _, others) = futures_util::future::select_all(all).await;
            if said.is_some() {
                return;
            }
            all = others;
        }
        std::future::pending::<()>().await;
    }
}

/// As above.
#[cfg(windows)]
pub struct Ears(Option<tokio::signal::windows::CtrlC>);

#[cfg(windows)]
impl Ears {
    /// As above.
    #[must_use]
    pub fn new() -> Self {
        Self(tokio::signal::windows::ctrl_c().ok())
    }

    /// As above.
    pub async fn heard(&mut self) {
        let heard = match &mut self.0 {
            Some(ctrl_c) => ctrl_c.recv().await,
            None => None,
        };
        if heard.is_none() {
            std::future::pending::<()>().await;
        }
    }
}
