//! Who holds the private key: the two traits that a signer implements, keys from files, and keys on tokens.
//!
//! A [`Signer`] signs messages; a [`DigestSigner`] (tokens and remote services that take digests) becomes one through
//! [`DigestAdapter`]. [`KeyPair`] is a key in memory, from PKCS#12 ([`Pkcs12`]), PEM or PKCS#8.
//! With the feature `pkcs11`, `TokenKey` is one that stays on its token, reached through `Pkcs11`.

mod key_pair;
#[cfg(feature = "pkcs12")]
mod no_password;
#[cfg(feature = "pkcs12")]
mod pbmac1;
#[cfg(feature = "pkcs11")]
mod pkcs11;
#[cfg(feature = "pkcs12")]
mod pkcs12;
mod pkcs8;

pub use key_pair::{KeyPair, RsaPadding};
#[cfg(feature = "pkcs11")]
pub use pkcs11::{PinTries, Pkcs11, Token, TokenKey, TokenSelector};
#[cfg(feature = "pkcs12")]
pub use pkcs12::Pkcs12;

use crate::crypto::{self, SignatureAlgorithm, VerifyError};
use crate::error::{Error, ErrorKind, Result};
use crate::x509::Certificate;

/// Holds, or reaches, a private key and signs messages with it.
pub trait Signer {
    /// The certificate of the key.
    fn certificate(&self) -> &Certificate;

    /// The certificates above it, its issuer first.
    fn chain(&self) -> &[Certificate] {
        &[]
    }

    /// How [`Signer::sign`] signs.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// Signs `message`. ECDSA signatures are DER (RFC 3279 §2.2.3).
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>>;
}

/// Signs digests instead of messages. Ed25519 cannot be had this way: it hashes twice (RFC 8032 §5.1.6).
pub trait DigestSigner {
    /// The certificate of the key.
    fn certificate(&self) -> &Certificate;

    /// The certificates above it, its issuer first.
    fn chain(&self) -> &[Certificate] {
        &[]
    }

    /// How [`DigestSigner::sign_digest`] signs; its hash makes the digest.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// Signs a digest made by the hash of [`DigestSigner::algorithm`]. ECDSA signatures are DER.
    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>>;
}

/// Makes a [`Signer`] of a [`DigestSigner`].
#[derive(Clone, Debug)]
pub struct DigestAdapter<D>(pub D);

impl<D: DigestSigner> Signer for DigestAdapter<D> {
    fn certificate(&self) -> &Certificate {
        self.0.certificate()
    }

    fn chain(&self) -> &[Certificate] {
        self.0.chain()
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.0.algorithm()
    }

    /// Errors: the algorithm has no digest of its own (Ed25519), or the signer's.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let algorithm = self.0.algorithm();
        let digest = algorithm.digest().ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "keys.no-digest-to-sign").with("algorithm", algorithm.name())
        })?;
        self.0.sign_digest(crypto::digest(digest, message)?.as_ref())
    }
}

/// Most bytes that a signature by the key of `certificate` can have.
pub(crate) fn max_signature_len(certificate: &Certificate) -> Result<usize, VerifyError> {
    Ok(certificate.public_key()?.max_signature_len())
}
