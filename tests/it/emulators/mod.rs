//! AWS as others have written it: ministack and moto, two emulators, and boto3, AWS's own client for Python.
//!
//! A sandbox and a client by one hand can share one mistake. So the program runs against the emulators as it would run
//! against AWS ([`ours_against_them`]), what they get wrong has to be noticed by it ([`their_faults`]), and boto3 asks them
//! and `sandbox serve` the same questions ([`others_against_ours`]): `differences.md` has what was answered differently,
//! who is right by AWS's documentation, and why.

mod ours_against_them;
mod setup;
mod their_faults;
