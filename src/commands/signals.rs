//! Ctrl-C, and SIGTERM where there is such a thing: who sees to them, and what ends the work.

use std::cell::Cell;
use std::rc::Rc;

use crate::error::{Error, Result};

/// Whose business signals are: the innermost part of the work that has asked for them. While none has, the work ends where
/// it is, for nothing is changed by it yet.
#[derive(Debug, Clone, Default)]
pub struct Heed(Rc<Cell<usize>>);

impl Heed {
    /// Signals are the caller's business, for as long as what is given back lives.
    #[must_use]
    pub fn begin(&self) -> Heeding {
        self.0.set(self.0.get() + 1);
        Heeding { all: self.clone(), depth: self.0.get() }
    }
}

/// A part of the work that sees to signals.
#[derive(Debug)]
pub struct Heeding {
    all: Heed,
    depth: usize,
}

impl Heeding {
    /// Whether nothing further in sees to them.
    #[must_use]
    pub fn is_innermost(&self) -> bool {
        self.all.0.get() == self.depth
    }
}

impl Drop for Heeding {
    fn drop(&mut self) {
        self.all.0.set(self.depth - 1);
    }
}

/// Does `work`, which a signal ends where it is, unless something in it sees to signals.
///
/// # Errors
/// Those of the work; the person's wish to stop.
pub async fn stoppable<T>(heed: &Heed, work: impl Future<Output = Result<T>>) -> Result<T> {
    let heeding = heed.begin();
    let mut ears = Ears::new();
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            ended = &mut work => return ended,
            () = ears.heard() => {
                if heeding.is_innermost() {
                    return Err(Error::stopped_where("nothing was changed"));
                }
            }
        }
    }
}

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
