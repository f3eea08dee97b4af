//! Make signatures, always in three steps: prepare, to be signed, finish.
//!
//! `prepare` fixes everything (date, identifiers, sizes) in a [`pdf::Session`] that can be stored and sent, so that
//! a key in memory, a token, a browser and a remote service that answers tomorrow all fit.
//!
//! ```
//! # fn run(document: Vec<u8>, key: condau::keys::KeyPair) -> condau::Result<()> {
//! let signed = condau::sign::pdf(&document)
//!     .reason("Phê duyệt")
//!     .sign(&key, condau::Time::parse("2026-11-23T08:00:00+07:00")?)?;
//! # let _ = signed.bytes; Ok(()) }
//! ```

mod form;
pub mod pdf;

use crate::pdf::Source;

/// Starts a PAdES signature over `document`.
pub fn pdf(document: &dyn Source) -> pdf::Request<'_> {
    pdf::Request::new(document)
}
