//! DER as received bytes: a cursor that keeps whole slices, a writer, and BER → DER (X.690).
//!
//! What is hashed is never re-encoded: structures are read by cutting slices.

mod ber;
mod tlv;
mod write;

pub use ber::{Converted, ber_to_der};
pub use tlv::{Reader, Tlv};
pub use write::{set_of, small_unsigned, tlv, unsigned_integer};
