//! What several test files and the benches need: a throwaway PKI, small PDFs, hostile files.
//!
//! The benches take this folder in by its path, so that they measure exactly what the tests check.
#![allow(dead_code, unreachable_pub, reason = "each test file is a crate of its own and uses a part")]
#![allow(missing_docs, clippy::missing_panics_doc, clippy::new_without_default, reason = "no library")]

pub mod hostile;
pub mod pdf;
pub mod pki;

use condau::Time;

/// The time at which everything is signed and judged.
pub fn now() -> Time {
    Time::parse("2026-11-23T08:00:00+07:00").unwrap()
}
