//! All tests that drive more than one file, in one binary: the list of modules. `tidy` sees that no file is forgotten.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails without")]

mod bad_input;
mod cuts;
mod editor;
mod emulators;
mod faults;
mod identity;
mod kills;
mod laws;
mod laws_cases;
mod laws_facts;
mod laws_fields;
mod laws_loss;
mod laws_world;
mod lint;
mod lost_answers;
mod made_up;
mod manual_dns;
mod policy_tools;
mod preflight;
mod real_cuts;
mod rules;
mod samples;
mod serve;
mod serve_cli;
mod setup;
mod shared_state;
mod speed;
mod tidy;
mod transcripts;
mod world;
