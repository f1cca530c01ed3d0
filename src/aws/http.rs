//! How requests are carried: the rate limiter and the call log, round whatever connector is used.
