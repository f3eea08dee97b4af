//! Shared helpers of the benches: the files and keys of the tests, RSA keys, and how things are measured.

#[path = "../../core/tests/common/mod.rs"]
pub mod common;
pub mod files;
pub mod keys;
pub mod measure;
