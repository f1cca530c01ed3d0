//! A state in S3: the real program, its AWS in `sandbox serve`, and its state there or in moto's S3, which others wrote.

mod locks;
mod moves;
mod races;
mod rig;
