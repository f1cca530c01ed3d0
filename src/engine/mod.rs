//! Decides and does; knows no kind by name and no SDK type.
//!
//! Five acts, in order: the stack file is loaded (elsewhere), AWS is observed, a plan is made, shown
//! (elsewhere), and applied. Only observing and applying touch AWS; deciding is pure.

pub mod adopt;
pub mod apply;
pub mod decide;
pub mod diff;
pub mod drift;
pub mod facts;
pub mod handed;
pub mod ignore;
pub mod kinds;
pub mod moved;
mod narrow;
pub mod observe;
pub mod order;
pub mod plan;
mod queue;
pub mod recover;
pub mod run;
pub mod saved;
pub mod secrets;
pub mod twins;

pub use kinds::Kinds;
