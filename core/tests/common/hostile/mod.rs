//! Files made to hurt: each wants to crash, hang, fill the memory of, or deceive whoever reads it.
//!
//! The tests run every case at a small scale and look at the answer; `benches` runs every case at full scale, each
//! in a process of its own, and looks at time and memory.

mod objects;
mod rebuild;
mod signatures;
mod structure;

use condau::keys::KeyPair;
use condau::pdf::{Repair, Source};
use condau::verify::{self, Indication, Integrity, Policy};
use condau::x509::TrustStore;
use condau::{Result, sign};

use super::now;
use super::pki::Pki;

/// A hostile file by its name.
pub struct Case {
    pub name: &'static str,
    pub make: fn(Scale, &Pki) -> Vec<u8>,
}

/// How large a case is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// A hundredth: the same shape, in milliseconds even without optimisation.
    Small,
    /// As bad as it gets.
    Full,
}

impl Scale {
    fn of(self, full: usize) -> usize {
        match self {
            Self::Small => full.div_ceil(100),
            Self::Full => full,
        }
    }
}

/// All cases.
pub fn cases() -> Vec<Case> {
    [structure::CASES, objects::CASES, signatures::CASES, rebuild::CASES]
        .into_iter()
        .flatten()
        .map(|(name, make)| Case { name, make: *make })
        .collect()
}

/// The form in which a file of this folder lists its cases.
type Table = &'static [(&'static str, fn(Scale, &Pki) -> Vec<u8>)];

/// What is done to a hostile file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Verify,
    Sign,
    /// Signing that may rebuild the cross-reference.
    Rebuild,
}

impl Operation {
    pub const ALL: [Self; 3] = [Self::Verify, Self::Sign, Self::Rebuild];

    pub fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Sign => "sign",
            Self::Rebuild => "rebuild",
        }
    }
}

/// The answer, as far as these tests care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Error(&'static str),
    Report(Indication, Vec<Integrity>),
    Signed(Vec<u8>),
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Error(id) => f.write_str(id),
            Self::Report(indication, signatures) => {
                write!(f, "{} of {} signatures", indication.name(), signatures.len())
            }
            Self::Signed(bytes) => write!(f, "signed, {} bytes", bytes.len()),
        }
    }
}

/// Does `operation` to `source` with the default limits.
pub fn run(operation: Operation, source: &dyn Source, signer: &KeyPair, trust: &TrustStore) -> Outcome {
    let sign = |repair| -> Result<Outcome> {
        Ok(Outcome::Signed(sign::pdf(source).repair(repair).sign(signer, now())?.bytes))
    };
    let outcome = match operation {
        Operation::Verify => verify::pdf(source, trust, &Policy::default(), now())
            .map(|report| Outcome::Report(report.indication, report.signatures.iter().map(|s| s.integrity).collect())),
        Operation::Sign => sign(Repair::Refuse),
        Operation::Rebuild => sign(Repair::Rebuild),
    };
    outcome.unwrap_or_else(|error| Outcome::Error(error.id()))
}

/// A zlib stream of `count` copies of `piece`, made without holding the result: deflate blocks that end with a full
/// flush can be repeated as they are. The checksum is missing, which no reader of PDF minds.
fn bomb(piece: &[u8], count: usize) -> Vec<u8> {
    use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
    use miniz_oxide::{MZFlush, deflate::stream::deflate};
    let mut compressor = CompressorOxide::new(create_comp_flags_from_zip_params(9, -15, 0));
    let mut block = vec![0; piece.len() + 1024];
    let done = deflate(&mut compressor, piece, &mut block, MZFlush::Full);
    assert_eq!(done.bytes_consumed, piece.len());
    block.truncate(done.bytes_written);
    let mut stream = vec![0x78, 0xDA];
    for _ in 0..count {
        stream.extend_from_slice(&block);
    }
    stream.extend_from_slice(&[3, 0]);
    stream
}
