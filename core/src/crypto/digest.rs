//! Digests, in one piece and streaming.

use super::algorithm::DigestAlgorithm;
use crate::error::Result;
#[cfg(not(feature = "legacy"))]
use crate::error::{Error, ErrorKind};

/// A digest with the algorithm that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    algorithm: DigestAlgorithm,
    bytes: Vec<u8>,
}

impl Digest {
    /// Its algorithm.
    pub fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// From bytes that somebody else computed; `None` if the length is wrong.
    pub fn from_bytes(algorithm: DigestAlgorithm, bytes: &[u8]) -> Option<Self> {
        (bytes.len() == algorithm.output_len()).then(|| Self { algorithm, bytes: bytes.to_vec() })
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A digest in the making. A copy goes on from the same state.
#[derive(Clone)]
pub struct Hasher {
    algorithm: DigestAlgorithm,
    state: State,
}

#[derive(Clone)]
#[allow(clippy::large_enum_variant)] // the large one is the one in use; a box would cost an allocation a digest
enum State {
    Ring(ring::digest::Context),
    #[cfg(feature = "legacy")]
    Legacy(Box<super::legacy::Hash>),
}

/// In WASM a single call over much more than this has been seen to fail; elsewhere it costs nothing.
const PIECE: usize = 64 << 10;

impl Hasher {
    /// Starts a digest. Errors: SHA-224 and SHA-3 without the feature `legacy`.
    pub fn new(algorithm: DigestAlgorithm) -> Result<Self> {
        use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512};
        let ring = match algorithm {
            DigestAlgorithm::Sha1 => Some(&SHA1_FOR_LEGACY_USE_ONLY),
            DigestAlgorithm::Sha256 => Some(&SHA256),
            DigestAlgorithm::Sha384 => Some(&SHA384),
            DigestAlgorithm::Sha512 => Some(&SHA512),
            _ => None,
        };
        let state = match ring {
            Some(algorithm) => State::Ring(ring::digest::Context::new(algorithm)),
            #[cfg(feature = "legacy")]
            None => State::Legacy(Box::new(super::legacy::Hash::new(algorithm))),
            #[cfg(not(feature = "legacy"))]
            None => {
                return Err(Error::new(ErrorKind::Unsupported, "crypto.algorithm-unsupported")
                    .with("algorithm", algorithm.name()));
            }
        };
        Ok(Self { algorithm, state })
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(PIECE) {
            match &mut self.state {
                State::Ring(context) => context.update(piece),
                #[cfg(feature = "legacy")]
                State::Legacy(hash) => hash.update(piece),
            }
        }
    }

    /// The digest of everything added.
    pub fn finish(self) -> Digest {
        let bytes = match self.state {
            State::Ring(context) => context.finish().as_ref().to_vec(),
            #[cfg(feature = "legacy")]
            State::Legacy(hash) => hash.finish(),
        };
        Digest { algorithm: self.algorithm, bytes }
    }
}

/// The digest of `bytes`.
pub fn digest(algorithm: DigestAlgorithm, bytes: &[u8]) -> Result<Digest> {
    let mut hasher = Hasher::new(algorithm)?;
    hasher.update(bytes);
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4 and FIPS 202 examples for "abc".
    #[test]
    fn abc() {
        for (algorithm, start) in [
            (DigestAlgorithm::Sha1, "a9993e364706816a"),
            (DigestAlgorithm::Sha224, "23097d223405d822"),
            (DigestAlgorithm::Sha256, "ba7816bf8f01cfea"),
            (DigestAlgorithm::Sha384, "cb00753f45a35e8b"),
            (DigestAlgorithm::Sha512, "ddaf35a193617aba"),
            (DigestAlgorithm::Sha3_224, "e642824c3f8cf24a"),
            (DigestAlgorithm::Sha3_256, "3a985da74fe225b2"),
            (DigestAlgorithm::Sha3_384, "ec01498288516fc9"),
            (DigestAlgorithm::Sha3_512, "b751850b1a57168a"),
        ] {
            let digest = match digest(algorithm, b"abc") {
                // Without the feature the rarer ones are said to be unsupported.
                Err(error) if !cfg!(feature = "legacy") => {
                    assert_eq!(error.kind(), crate::ErrorKind::Unsupported);
                    continue;
                }
                digest => digest.unwrap(),
            };
            let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(hex.starts_with(start), "{algorithm:?} {hex}");
            assert_eq!(digest.as_ref().len(), algorithm.output_len());
        }
    }

    #[test]
    fn pieces_and_copies_give_what_the_whole_gives() {
        let data: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        for algorithm in DigestAlgorithm::all() {
            let Ok(mut hasher) = Hasher::new(algorithm) else { continue };
            hasher.update(&data[..70_001]);
            let mut copy = hasher.clone();
            copy.update(&data[70_001..]);
            hasher.update(b"other");
            assert_eq!(copy.finish(), digest(algorithm, &data).unwrap());
            assert_ne!(hasher.finish(), digest(algorithm, &data).unwrap());
        }
    }
}
