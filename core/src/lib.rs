//! condau (*con dấu*, the official seal): e-government primitives for Vietnam.
//!
//! The library takes bytes, a clock and evidence, and gives bytes and reports. It never opens a
//! socket and never reads the clock; what needs a file goes through [`pdf::Source`].
#![forbid(unsafe_code)]

pub mod asn1;
pub mod cms;
pub mod crypto;
pub mod error;
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
