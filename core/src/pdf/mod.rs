//! PDF files as bytes: revisions, objects by number, signature dictionaries with exact places, incremental updates.
//!
//! Bytes are the authority: nothing is loaded that was not asked for, and nothing that was read is written
//! back. What a strict reader would refuse is either refused, or noted as an [`Oddity`].

mod budget;
mod document;
mod fields;
mod filter;
mod increment;
mod object;
mod parser;
mod repair;
mod runs;
mod signature;
mod source;
mod xref;

pub use document::{Document, Indirect, Repair, Revision};
pub use fields::{Field, Form, fields, first_page, form};
pub use increment::Increment;
pub(crate) use object::write_hex;
pub use object::{Dictionary, Entry, Object, ObjectId, decode_text, write, write_dictionary};
pub use signature::{Coverage, SignatureDictionary, coverage, signatures};
#[cfg(not(target_arch = "wasm32"))]
pub use source::FileSource;
pub use source::Source;
pub(crate) use source::for_each_chunk;
pub use xref::{Oddity, Section, XrefEntry, XrefKind};
