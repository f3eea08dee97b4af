//! condau (*con dấu*, the official seal): e-government primitives for Vietnam.
//!
//! The library takes bytes, a clock and evidence, and gives bytes and reports. It never opens a socket and never reads
//! the clock; what needs a file goes through [`pdf::Source`].
//!
//! # Rooms
//!
//! * [`sign`] makes signatures: PAdES baseline B-B, with a key at hand or in three steps with one elsewhere.
//! * [`verify`] judges them: facts, then judgement, then a report in Vietnamese and English.
//!
//! What they stand on is public too: [`keys`] (who holds the private key), [`pdf`], [`cms`], [`x509`], [`crypto`] and
//! [`asn1`]. Standard documents and electronic identity are rooms to come.
//!
//! # Sign
//!
//! ```
//! # let made = rcgen::generate_simple_self_signed(["thu.example.vn".to_owned()]).unwrap();
//! # let pem = made.cert.pem() + &made.signing_key.serialize_pem();
//! # let document = std::fs::read("data/demo/quyet-dinh.pdf")?;
//! use condau::{Time, keys::KeyPair, sign};
//!
//! let key = KeyPair::from_pem(pem.as_bytes(), &[], None)?;
//! let at = Time::parse("2026-11-23T08:00:00+07:00")?;
//! let signed = sign::pdf(&document).field("ChuKyGiamDoc").reason("Phê duyệt").sign(&key, at)?;
//!
//! assert!(signed.bytes.starts_with(&document), "the original bytes are never touched");
//! # Ok::<(), condau::Error>(())
//! ```
//!
//! [`keys::Pkcs12`] opens a `.p12`; [`sign::pdf::Session`] is the way for tokens, browsers and remote services.
//!
//! # Verify
//!
//! ```
//! # let made = rcgen::generate_simple_self_signed(["thu.example.vn".to_owned()]).unwrap();
//! # let (root, pem) = (made.cert.pem(), made.cert.pem() + &made.signing_key.serialize_pem());
//! # let key = condau::keys::KeyPair::from_pem(pem.as_bytes(), &[], None)?;
//! # let document = std::fs::read("data/demo/quyet-dinh.pdf")?;
//! # let signed = condau::sign::pdf(&document).sign(&key, condau::Time::parse("2026-11-23")?)?.bytes;
//! use condau::verify::{self, Indication, Integrity, Policy};
//! use condau::{Language, Time, x509::TrustStore};
//!
//! let mut trust = TrustStore::new();
//! trust.add_bytes("custom", root.as_bytes())?;
//! let now = Time::parse("2026-11-23T08:00:00+07:00")?;
//! let report = verify::pdf(&signed, &trust, &Policy::default(), now)?;
//!
//! for signature in &report.signatures {
//!     println!("{}", signature.explain(Language::Vi));
//! }
//! assert_eq!(report.signatures[0].integrity, Integrity::Intact);
//! // Revocation is not checked yet, and without that nothing passes.
//! assert_eq!(report.indication, Indication::Indeterminate);
//! # Ok::<(), condau::Error>(())
//! ```
//!
//! A failed verification is a report; an [`Error`] means that it could not be run. Neither is ever a `bool`.
//!
//! # Features
//!
//! * `legacy` (default): verification of what old files and chip cards hold and `ring` lacks.
//! * `pkcs12` (default): private keys from PKCS#12 and encrypted PKCS#8. Off for WebAssembly.
//! * `pkcs11`: private keys on tokens, through the vendor's module.
//! * `cli`: the command line `condau`.
// The examples of the README are tested as they stand there.
#![cfg_attr(doctest, doc = include_str!("../../README.md"))]
#![cfg_attr(doctest, doc = include_str!("../../README.vi.md"))]
#![forbid(unsafe_code)]

pub mod asn1;
mod calendar;
pub mod cms;
pub mod crypto;
pub mod error;
#[cfg(not(target_arch = "wasm32"))]
pub mod files;
pub mod keys;
pub mod limits;
pub mod message;
pub mod pdf;
pub mod pem;
pub mod sign;
pub mod time;
pub mod verify;
pub mod x509;

pub use error::{Error, ErrorKind, Result};
pub use limits::Limits;
pub use message::Language;
pub use time::Time;
