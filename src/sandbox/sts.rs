//! STS, as the sandbox plays it.
