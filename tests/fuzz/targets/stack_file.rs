//! libFuzzer's target for the stack-file loader.
#![no_main]

#[path = "../src/memory.rs"]
mod memory;
#[path = "../src/stack_file.rs"]
mod stack_file;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| memory::bounded(|| stack_file::check(bytes)));
