//! How the program is linked.

#![expect(clippy::print_stdout, reason = "it is how Cargo is told")]

fn main() {
    println!("cargo::rerun-if-changed=.release/link.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|is| is == value);
    // At a place that is known beforehand, as Go's programs are, and Terraform with them: some 67,000 pointers of AWS's
    // crates would be written anew at each start otherwise, a third of what `stack --version` takes, on pages that are then
    // this process's own. What libraries, the heap and the stack are given stays random.
    let is_linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    // One that carries its C library along is linked in a way of its own.
    let is_static =
        std::env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|all| all.split(',').any(|one| one == "crt-static"));
    if is("PROFILE", "release") && is_linux && !is_static {
        println!("cargo::rustc-link-arg-bin=stack=-no-pie");
    }
}
