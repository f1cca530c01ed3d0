//! All tests that drive more than one file, in one binary: the list of modules. `tidy` sees that no file is forgotten.

mod cuts;
mod made_up;
mod samples;
mod transcripts;
mod world;
