//! What every command prints, as a person sees it.

mod changes;
mod destroy;
mod drift;
mod files;
mod help;
mod meant;
mod narrow;
mod outputs;
mod pages;
mod preflight;
mod states;
mod stops;
