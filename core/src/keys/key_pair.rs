//! A private key in memory, with its certificate. `ring` signs.

use std::fmt;

use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use zeroize::Zeroizing;

use super::Signer;
use super::pkcs8::{self, PrivateKey};
use crate::crypto::{DigestAlgorithm, KeyAlgorithm, PublicKey, SignatureAlgorithm};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::x509::Certificate;

/// Padding of RSA signatures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RsaPadding {
    /// RSASSA-PSS, which Circular 15/2025/TT-BKHCN names.
    #[default]
    Pss,
    /// RSASSA-PKCS1-v1_5, for readers that know nothing else.
    Pkcs1,
}

impl RsaPadding {
    /// The algorithm of this padding and hash; PSS as RFC 4056 §3 wants it, with the same hash for MGF1 and a salt as
    /// long as the hash.
    pub fn with(self, digest: DigestAlgorithm) -> SignatureAlgorithm {
        match self {
            Self::Pkcs1 => SignatureAlgorithm::RsaPkcs1(digest),
            Self::Pss => {
                let salt_len = u32::try_from(digest.output_len()).unwrap_or(32);
                SignatureAlgorithm::RsaPss { digest, mgf1: digest, salt_len }
            }
        }
    }
}

/// A private key with the certificate that it belongs to. Never shows the key in `Debug`.
pub struct KeyPair {
    key: Key,
    certificate: Certificate,
    chain: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl KeyPair {
    /// From PEM text: a private key (PKCS#8, encrypted PKCS#8, PKCS#1 or SEC 1) and certificates in any order, in one
    /// text or in `certificates`.
    ///
    /// Errors: [`ErrorKind::WrongPassword`], [`ErrorKind::MissingKey`], [`ErrorKind::MissingCertificate`],
    /// [`ErrorKind::KeyMismatch`], or an algorithm that cannot sign here.
    pub fn from_pem(text: &[u8], certificates: &[Certificate], password: Option<&str>) -> Result<Self> {
        let mut known = Certificate::from_pem(text)?;
        known.extend_from_slice(certificates);
        Self::from_private_key(&pkcs8::from_pem(text, password, &Limits::default())?, &known)
    }

    /// From DER: PKCS#8, plain or encrypted.
    pub fn from_pkcs8(der: &[u8], certificates: &[Certificate], password: Option<&str>) -> Result<Self> {
        Self::from_private_key(&pkcs8::from_der(der, password, &Limits::default())?, certificates)
    }

    /// Finds the certificate of the key among `certificates`; the others become the chain, ordered by issuer.
    pub(super) fn from_private_key(private: &PrivateKey, certificates: &[Certificate]) -> Result<Self> {
        if certificates.is_empty() {
            return Err(Error::new(ErrorKind::MissingCertificate, "keys.no-certificate"));
        }
        let mut refused = None;
        for certificate in certificates {
            match Self::match_with(private, certificate) {
                Ok(Some((key, algorithm))) => {
                    let certificate = certificate.clone();
                    let chain = order_chain(&certificate, certificates);
                    return Ok(Self { key, certificate, chain, algorithm });
                }
                Ok(None) => {}
                Err(error) => refused = Some(error),
            }
        }
        // One key, and no certificate of it: name one, so that a person sees which file is the wrong one.
        let named = certificates.iter().find(|c| !c.basic_constraints().is_some_and(|b| b.ca));
        let subject = named.or(certificates.first()).map(|c| c.subject().to_string()).unwrap_or_default();
        Err(refused.unwrap_or_else(|| Error::new(ErrorKind::KeyMismatch, "keys.mismatch").with("subject", subject)))
    }

    /// The key in the form that signs, if `certificate` is its own.
    fn match_with(private: &PrivateKey, certificate: &Certificate) -> Result<Option<(Key, SignatureAlgorithm)>> {
        let Ok(public) = certificate.public_key() else { return Ok(None) };
        let rejected =
            |reason: ring::error::KeyRejected| Error::new(ErrorKind::Malformed, "keys.rejected").with("reason", reason);
        let (key, own, algorithm) = match private {
            PrivateKey::Rsa(der) => {
                if public.algorithm() != KeyAlgorithm::Rsa {
                    return Ok(None);
                }
                let bits = private.rsa_bits().unwrap_or(0);
                if !(2048..=4096).contains(&bits) {
                    return Err(Error::new(ErrorKind::Unsupported, "keys.rsa-size").with("bits", bits));
                }
                let key = RsaKeyPair::from_der(der).map_err(rejected)?;
                let own = key.public_key().as_ref().to_vec();
                // A key that insists on its hash has its way.
                let digest = public.bound_digest().unwrap_or(DigestAlgorithm::Sha256);
                (Key::Rsa(Box::new(key)), own, RsaPadding::default().with(digest))
            }
            PrivateKey::Ec { curve, scalar, .. } => {
                let (algorithm, digest) = match curve {
                    KeyAlgorithm::P256 => (&signature::ECDSA_P256_SHA256_ASN1_SIGNING, DigestAlgorithm::Sha256),
                    KeyAlgorithm::P384 => (&signature::ECDSA_P384_SHA384_ASN1_SIGNING, DigestAlgorithm::Sha384),
                    other => {
                        return Err(Error::new(ErrorKind::Unsupported, "keys.cannot-sign").with("key", other.name()));
                    }
                };
                if public.algorithm() != *curve {
                    return Ok(None);
                }
                // The public half comes from the certificate, and `ring` refuses a private one that does not fit it.
                let random = SystemRandom::new();
                match EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, public.bit_string(), &random) {
                    Ok(key) => {
                        let own = key.public_key().as_ref().to_vec();
                        (Key::Ecdsa(Box::new(key)), own, SignatureAlgorithm::Ecdsa(digest))
                    }
                    Err(_) => return Ok(None),
                }
            }
            PrivateKey::Ed25519(seed) => {
                if public.algorithm() != KeyAlgorithm::Ed25519 {
                    return Ok(None);
                }
                let key = Ed25519KeyPair::from_seed_unchecked(seed).map_err(rejected)?;
                let own = key.public_key().as_ref().to_vec();
                (Key::Ed25519(Box::new(key)), own, SignatureAlgorithm::Ed25519)
            }
        };
        Ok((own == public.bit_string()).then_some((key, algorithm)))
    }

    /// Chooses the padding of an RSA key. Errors: PKCS#1 v1.5 with a key whose certificate binds it to PSS.
    pub fn with_rsa_padding(mut self, padding: RsaPadding) -> Result<Self> {
        if let Key::Rsa(_) = self.key {
            let bound = self.certificate.public_key().is_ok_and(PublicKey::is_bound_to_pss);
            if bound && padding == RsaPadding::Pkcs1 {
                return Err(Error::new(ErrorKind::InvalidInput, "keys.bound-to-pss"));
            }
            self.algorithm = padding.with(self.algorithm.digest().unwrap_or(DigestAlgorithm::Sha256));
        }
        Ok(self)
    }

    /// Chooses the hash of an RSA key: SHA-256 (the default), SHA-384 or SHA-512. Other keys have the hash of their
    /// curve. Errors: another hash.
    pub fn with_digest(mut self, digest: DigestAlgorithm) -> Result<Self> {
        let fits = match (&self.key, self.algorithm) {
            (Key::Rsa(_), SignatureAlgorithm::RsaPkcs1(_)) => rsa_encoding(RsaPadding::Pkcs1, digest).is_some(),
            (Key::Rsa(_), _) => {
                let bound = self.certificate.public_key().ok().and_then(PublicKey::bound_digest);
                bound.is_none_or(|bound| bound == digest) && rsa_encoding(RsaPadding::Pss, digest).is_some()
            }
            (_, algorithm) => algorithm.digest() == Some(digest),
        };
        if !fits {
            let (key, digest) = (self.certificate.public_key().map_err(Error::from)?.describe(), digest.name());
            return Err(Error::new(ErrorKind::Unsupported, "keys.digest").with("key", key).with("digest", digest));
        }
        self.algorithm = match self.algorithm {
            SignatureAlgorithm::RsaPkcs1(_) => RsaPadding::Pkcs1.with(digest),
            SignatureAlgorithm::RsaPss { .. } => RsaPadding::Pss.with(digest),
            other => other,
        };
        Ok(self)
    }

    /// Adds certificates to build the chain from.
    #[must_use]
    pub fn with_certificates(mut self, certificates: &[Certificate]) -> Self {
        let known: Vec<_> = self.chain.iter().chain(certificates).cloned().collect();
        self.chain = order_chain(&self.certificate, &known);
        self
    }
}

/// From the issuer of `leaf` upward, as far as `known` goes; every link is a signature that verifies.
pub(super) fn order_chain(leaf: &Certificate, known: &[Certificate]) -> Vec<Certificate> {
    let mut chain: Vec<Certificate> = Vec::new();
    let mut current = leaf.clone();
    while !current.is_self_issued() && chain.len() < Limits::default().path_length {
        let issuer = known.iter().find(|candidate| {
            candidate.subject().matches(current.issuer())
                && **candidate != current
                && !chain.contains(candidate)
                && candidate.public_key().is_ok_and(|key| current.verify_signed_by(key).is_ok())
        });
        let Some(issuer) = issuer else { break };
        chain.push(issuer.clone());
        current = issuer.clone();
    }
    chain
}

fn rsa_encoding(padding: RsaPadding, digest: DigestAlgorithm) -> Option<&'static dyn signature::RsaEncoding> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    Some(match (padding, digest) {
        (RsaPadding::Pkcs1, Sha256) => &signature::RSA_PKCS1_SHA256,
        (RsaPadding::Pkcs1, Sha384) => &signature::RSA_PKCS1_SHA384,
        (RsaPadding::Pkcs1, Sha512) => &signature::RSA_PKCS1_SHA512,
        (RsaPadding::Pss, Sha256) => &signature::RSA_PSS_SHA256,
        (RsaPadding::Pss, Sha384) => &signature::RSA_PSS_SHA384,
        (RsaPadding::Pss, Sha512) => &signature::RSA_PSS_SHA512,
        _ => return None,
    })
}

impl Signer for KeyPair {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let failed = |_| Error::new(ErrorKind::Signer, "keys.signing-failed");
        let random = SystemRandom::new();
        match &self.key {
            Key::Rsa(key) => {
                let encoding = match self.algorithm {
                    SignatureAlgorithm::RsaPkcs1(digest) => rsa_encoding(RsaPadding::Pkcs1, digest),
                    SignatureAlgorithm::RsaPss { digest, .. } => rsa_encoding(RsaPadding::Pss, digest),
                    _ => None,
                };
                let encoding = encoding.ok_or_else(|| failed(ring::error::Unspecified))?;
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(encoding, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Key::Ecdsa(key) => Ok(key.sign(&random, message).map_err(failed)?.as_ref().to_vec()),
            Key::Ed25519(key) => Ok(key.sign(message).as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({}, {})", self.certificate.subject(), self.algorithm.name())
    }
}

/// A secret that is wiped when it is dropped.
pub(super) type Secret = Zeroizing<Vec<u8>>;
