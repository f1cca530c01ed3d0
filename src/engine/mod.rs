//! Decides and does; knows no kind by name and no SDK type.
pub mod plan;
