//! Algorithms as data, digests, and the verification of signatures.
//!
//! `ring` verifies the mainstream; the feature `legacy` (RustCrypto, verification only) what old files and chip cards
//! need. *Not supported*, *invalid* and *malformed key* are three answers, see [`VerifyError`].

mod algorithm;
mod digest;
#[cfg(feature = "legacy")]
mod legacy;
mod oid;
mod public_key;
mod ring;

pub use algorithm::{DigestAlgorithm, KeyAlgorithm, SignatureAlgorithm};
pub use digest::{Digest, Hasher, digest};
pub use oid::Oid;
pub use public_key::{Backend, PublicKey, VerifyError};
