//! Stack files in an editor: the language server that editors use, driven as they drive it, with the schemas that the
//! program writes. It needs Node, which `node.rs` finds or installs.

mod lsp;
mod node;
mod parts;
mod picture;
mod points;
mod samples;
mod second;
