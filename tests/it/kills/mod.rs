//! The real program against an AWS in another process, cut short by what cuts programs short in life: SIGKILL, Ctrl-C, a
//! full disk, a state that somebody has put back. Whatever it was, the next run ends where an undisturbed one would have.
//!
//! All that the program asks of AWS and all that it saves goes through the test's hands (`setup::watched`), so a cut is
//! made at an exact place: before the 12th request, in the middle of the 7th save. How many places there are is counted
//! in an undisturbed run.

mod cuts;
mod rig;
mod scenarios;
