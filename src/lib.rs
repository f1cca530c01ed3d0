//! stack: infrastructure as code for Amazon Cognito.

pub mod address;
pub mod aws;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod engine;
pub mod error;
pub mod kind;
pub mod kinds;
pub mod preflight;
pub mod sandbox;
pub mod secret;
pub mod stack;
pub mod state;
pub mod ui;
