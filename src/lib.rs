//! stack: infrastructure as code for Amazon Cognito.

pub mod clock;
pub mod error;
pub mod sandbox;
