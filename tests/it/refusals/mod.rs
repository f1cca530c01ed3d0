//! What a person reads when AWS refuses: operation, code, words and request id, the line that asked for it, and what to do.
//!
//! The errors are in a table, `errors.md`, each met by the real program. No error that an operation of ours declares is
//! missing from it.

mod places;
mod table;
