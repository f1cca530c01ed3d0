//! The sandbox's user pools, call by call.
