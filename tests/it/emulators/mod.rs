//! AWS as others have written it: ministack and moto, two emulators, and boto3, AWS's own client for Python.
//!
//! A sandbox and a client by one hand can share one mistake. So the program runs against the emulators as it would run
//! against AWS ([`ours_against_them`]), what they get wrong has to be noticed by it ([`their_faults`]), and boto3 asks them
//! and `sandbox serve` the same questions ([`others_against_ours`]): `differences.md` has what was answered differently,
//! who is right by AWS's documentation, and why. The models that boto3 carries say what goes into requests of services that the
//! program calls without a crate of the SDK ([`members`]).

mod compare;
mod members;
mod operations;
mod others_against_ours;
mod ours_against_them;
mod reasons;
mod setup;
mod their_faults;

pub use setup::Emulator;

use crate::setup::figures::tell;

/// All of the above, one after the other, and what they counted.
#[test]
#[ignore = "long: .proof/run"]
fn whole_emulators() {
    ours_against_them::lives_in_ministack();
    ours_against_them::lives_in_moto();
    let noticed = their_faults::of_ministack() + their_faults::of_moto();
    let mut figures = vec![
        ("stacks planned, applied, changed, mended and destroyed, each in an emulator", 2),
        ("faults of the emulators that the program notices", u64::try_from(noticed).unwrap()),
    ];
    // Whoever is asked anew answers the same.
    figures.extend(others_against_ours::holds_the_table());
    assert_eq!(figures[2..], others_against_ours::holds_the_table());
    tell("emulators", &figures);
}
