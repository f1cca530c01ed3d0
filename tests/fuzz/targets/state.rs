//! libFuzzer's target for the state loader.
#![no_main]

#[path = "../src/memory.rs"]
mod memory;
#[path = "../src/state.rs"]
mod state;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| memory::bounded(|| state::check(bytes)));
