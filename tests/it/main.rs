//! All tests that drive more than one file, in one binary: the list of modules. `tidy` sees that no file is forgotten.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails without")]

mod adopt;
mod bad_input;
mod budgets;
mod ci;
mod cuts;
mod drift;
mod editor;
mod emulators;
mod events;
mod faults;
mod iam_policy;
mod identity;
mod init;
mod kills;
mod laws;
mod laws_cases;
mod laws_facts;
mod laws_fields;
mod laws_loss;
mod laws_world;
mod lint;
mod lives;
mod lost_answers;
mod lost_states;
mod made_up;
mod manual_dns;
mod many;
mod narrowed;
mod policy_tools;
mod preflight;
mod real_cuts;
mod refusals;
mod rules;
mod samples;
mod saved_plans;
mod serve;
mod serve_cli;
mod setup;
mod shared_state;
mod speed;
mod tidy;
mod transcripts;
mod unanswered;
mod world;
