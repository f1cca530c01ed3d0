//! The profiles of the shared configuration files.

use aws_config::profile::load;
use aws_types::os_shim_internal::{Env, Fs};

use crate::error::{Error, Result};
use crate::near::did_you_mean;

/// Refuses a profile that nobody has set up: the one that `--profile` names, else AWS_PROFILE. The SDK would go on as if
/// there were no credentials.
///
/// # Errors
/// When there is no such profile.
pub async fn must_exist(named: Option<&str>) -> Result<()> {
    let of_env = || {
        // Keys in the environment come before the profile that it names, which then need not be there.
        let has_keys = std::env::var_os("AWS_ACCESS_KEY_ID").is_some();
        std::env::var("AWS_PROFILE").ok().filter(|name| !has_keys && !name.is_empty())
    };
    let (name, by) = match (named, of_env()) {
        (Some(name), _) => (name.to_owned(), "--profile"),
        (None, Some(name)) => (name, "AWS_PROFILE"),
        (None, None) => return Ok(()),
    };
    let files = aws_runtime::env_config::file::EnvConfigFiles::default();
    // What cannot be read is explained by whoever needs it.
    let Ok(set) = load(&Fs::real(), &Env::real(), &files, None).await else { return Ok(()) };
    if set.get_profile(&name).is_some() {
        return Ok(());
    }
    let mut known: Vec<&str> = set.profiles().collect();
    known.sort_unstable();
    let error = Error::usage(format!("{by} is `{name}`, and your AWS configuration has no profile of that name"));
    let error = match did_you_mean(&name, known.iter().copied()) {
        Some(word) => error.hinted(format!("did you mean `{word}`?")),
        None => error,
    };
    Err(error.hinted(if known.is_empty() {
        "it has none at all: `aws configure sso`, or `aws configure`, sets one up".to_owned()
    } else {
        format!("there are: {}", known.join(", "))
    }))
}
