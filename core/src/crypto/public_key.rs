//! Public keys and the verification of signatures.

use std::fmt;

use super::algorithm::{DigestAlgorithm, KeyAlgorithm, SignatureAlgorithm, SpkiAlgorithm, spki_algorithm};
use super::digest::Digest;
use super::ring::{self, EcdsaForm};
use crate::asn1::{Reader, Tlv};
use crate::error::{Error, ErrorKind};

/// Why a signature was not verified. Three answers that must not be confused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// This build has no implementation; the signature may be good. Holds the algorithm's name or OID.
    Unsupported(String),
    /// The signature does not belong to this message and key.
    Invalid,
    /// The key is not a key: bad encoding, a point off its curve, an impossible modulus.
    MalformedKey,
}

impl VerifyError {
    /// Message id.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Unsupported(_) => "crypto.algorithm-unsupported",
            Self::Invalid => "crypto.signature-invalid",
            Self::MalformedKey => "crypto.key-malformed",
        }
    }

    /// Facts for the message.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unsupported(algorithm) => vec![("algorithm", algorithm.clone())],
            Self::Invalid | Self::MalformedKey => Vec::new(),
        }
    }
}

impl From<VerifyError> for Error {
    fn from(error: VerifyError) -> Self {
        match &error {
            VerifyError::Unsupported(algorithm) => {
                Self::new(ErrorKind::Unsupported, error.id()).with("algorithm", algorithm)
            }
            VerifyError::Invalid => Self::new(ErrorKind::BadSignature, error.id()),
            VerifyError::MalformedKey => Self::new(ErrorKind::Malformed, error.id()),
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Error::from(self.clone()).fmt(f)
    }
}

impl std::error::Error for VerifyError {}

/// Who does the arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// `ring`.
    Ring,
    /// RustCrypto, with the feature `legacy`.
    Legacy,
}

/// The numbers of a key, as bytes.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "legacy"), allow(dead_code))] // `ring` takes the whole BIT STRING
pub(super) enum Parts {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8>, bits: u32 },
    Ec { curve: KeyAlgorithm, point: Vec<u8> },
    Ed25519,
}

/// What the `SubjectPublicKeyInfo` of an RSA key says of PSS (RFC 4055 §1.2).
#[derive(Clone, Copy, Debug)]
enum PssBinding {
    Free,
    Only,
    With(SignatureAlgorithm),
}

/// A public key that keeps the `SubjectPublicKeyInfo` it came from.
#[derive(Clone, Debug)]
pub struct PublicKey {
    spki: Vec<u8>,
    /// Content of the BIT STRING, as `ring` wants it.
    bits: Vec<u8>,
    parts: Parts,
    /// Whether an RSA key is for PSS only, and the parameters that it insists on.
    pss: PssBinding,
}

impl PublicKey {
    /// From DER of a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).
    pub fn from_spki(der: &[u8]) -> Result<Self, VerifyError> {
        let (algorithm, bits) = split_spki(der).ok_or(VerifyError::MalformedKey)?;
        let mut pss = PssBinding::Free;
        let key = match spki_algorithm(algorithm).ok_or(VerifyError::MalformedKey)? {
            SpkiAlgorithm::Key(key) => key,
            SpkiAlgorithm::RsaPss(bound) => {
                pss = bound.map_or(PssBinding::Only, PssBinding::With);
                KeyAlgorithm::Rsa
            }
            SpkiAlgorithm::Unsupported(oid) => return Err(VerifyError::Unsupported(oid.to_string())),
        };
        let parts = match key {
            KeyAlgorithm::Rsa => rsa_parts(bits).ok_or(VerifyError::MalformedKey)?,
            KeyAlgorithm::Ed25519 if bits.len() == 32 => Parts::Ed25519,
            KeyAlgorithm::Ed25519 => return Err(VerifyError::MalformedKey),
            curve => {
                let length = curve.field_len().unwrap_or(0);
                match bits {
                    [4, rest @ ..] if rest.len() == 2 * length => {}
                    [2 | 3, rest @ ..] if rest.len() == length => {
                        return Err(VerifyError::Unsupported(format!("{} (compressed point)", curve.name())));
                    }
                    _ => return Err(VerifyError::MalformedKey),
                }
                Parts::Ec { curve, point: bits.to_vec() }
            }
        };
        Ok(Self { spki: der.to_vec(), bits: bits.to_vec(), parts, pss })
    }

    /// The `SubjectPublicKeyInfo` as received.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Content of its BIT STRING.
    pub fn bit_string(&self) -> &[u8] {
        &self.bits
    }

    /// Kind and curve.
    pub fn algorithm(&self) -> KeyAlgorithm {
        match &self.parts {
            Parts::Rsa { .. } => KeyAlgorithm::Rsa,
            Parts::Ec { curve, .. } => *curve,
            Parts::Ed25519 => KeyAlgorithm::Ed25519,
        }
    }

    /// Bits of the modulus or of the field.
    pub fn bits(&self) -> u32 {
        match &self.parts {
            Parts::Rsa { bits, .. } => *bits,
            _ => self.algorithm().field_bits().unwrap_or(0),
        }
    }

    /// For a person: `RSA 2048`, `P-256`, ….
    pub fn describe(&self) -> String {
        match &self.parts {
            Parts::Rsa { bits, .. } => format!("RSA {bits}"),
            _ => self.algorithm().name().to_owned(),
        }
    }

    /// True for an RSA key whose `SubjectPublicKeyInfo` allows PSS only (RFC 4055 §1.2).
    pub fn is_bound_to_pss(&self) -> bool {
        !matches!(self.pss, PssBinding::Free)
    }

    /// The hash that an RSA key bound to PSS insists on, if it does (RFC 4055 §3.3).
    pub fn bound_digest(&self) -> Option<DigestAlgorithm> {
        if let PssBinding::With(algorithm) = self.pss { algorithm.digest() } else { None }
    }

    /// Most bytes that a signature by this key can have, ECDSA in DER.
    pub fn max_signature_len(&self) -> usize {
        match &self.parts {
            Parts::Rsa { bits, .. } => bits.div_ceil(8) as usize,
            // Two INTEGERs with a leading zero each, in a SEQUENCE whose length may need two bytes.
            Parts::Ec { curve, .. } => 2 * (curve.field_len().unwrap_or(0) + 3) + 3,
            Parts::Ed25519 => 64,
        }
    }

    /// Verifies with `ring` where it can, else with `legacy`. ECDSA signatures are DER.
    pub fn verify(&self, algorithm: &SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        self.verify_form(None, algorithm, message, signature, EcdsaForm::Der)
    }

    /// As [`PublicKey::verify`], by one backend only.
    pub fn verify_with(
        &self,
        backend: Backend,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        self.verify_form(Some(backend), algorithm, message, signature, EcdsaForm::Der)
    }

    /// As [`PublicKey::verify`], with ECDSA signatures as `r ‖ s` (JWS, XML).
    pub fn verify_fixed(
        &self,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        self.verify_form(None, algorithm, message, signature, EcdsaForm::Fixed)
    }

    /// As [`PublicKey::verify_fixed`], by one backend only.
    pub fn verify_fixed_with(
        &self,
        backend: Backend,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        self.verify_form(Some(backend), algorithm, message, signature, EcdsaForm::Fixed)
    }

    /// Verifies over a digest that somebody else computed. `ring` cannot: needs the feature `legacy`, and not Ed25519.
    pub fn verify_digest(
        &self,
        algorithm: &SignatureAlgorithm,
        digest: &Digest,
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        self.check_algorithm(algorithm)?;
        if algorithm.digest() != Some(digest.algorithm()) {
            return Err(VerifyError::Unsupported(algorithm.name()));
        }
        self.legacy(algorithm, digest.as_ref(), signature, EcdsaForm::Der)
    }

    fn verify_form(
        &self,
        backend: Option<Backend>,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
        form: EcdsaForm,
    ) -> Result<(), VerifyError> {
        self.check_algorithm(algorithm)?;
        let ring = ring::algorithm(self.algorithm(), self.bits(), algorithm, form)
            .filter(|_| backend != Some(Backend::Legacy));
        if let Some(verification) = ring {
            let result = ring::verify(verification, &self.bits, message, signature);
            // `ring` gives one error for everything: look again whether it was the key.
            return if result.is_err() && !self.is_sound() { Err(VerifyError::MalformedKey) } else { result };
        }
        if backend == Some(Backend::Ring) {
            return Err(VerifyError::Unsupported(format!("{} / {}", self.describe(), algorithm.name())));
        }
        let Some(digest_algorithm) = algorithm.digest() else {
            return Err(VerifyError::Unsupported(algorithm.name()));
        };
        let digest =
            super::digest(digest_algorithm, message).map_err(|_| VerifyError::Unsupported(algorithm.name()))?;
        self.legacy(algorithm, digest.as_ref(), signature, form)
    }

    /// The key must be of the kind that the algorithm needs, and a PSS key only signs as it says.
    fn check_algorithm(&self, algorithm: &SignatureAlgorithm) -> Result<(), VerifyError> {
        let fits = match (&self.parts, algorithm) {
            (Parts::Rsa { .. }, SignatureAlgorithm::RsaPkcs1(_)) => !self.is_bound_to_pss(),
            (Parts::Rsa { .. }, SignatureAlgorithm::RsaPss { digest, mgf1, salt_len }) => match self.pss {
                // RFC 4055 §3.3: same hashes, and a salt at least as long.
                PssBinding::With(SignatureAlgorithm::RsaPss { digest: d, mgf1: m, salt_len: least }) => {
                    *digest == d && *mgf1 == m && *salt_len >= least
                }
                _ => true,
            },
            (Parts::Ec { .. }, SignatureAlgorithm::Ecdsa(_)) | (Parts::Ed25519, SignatureAlgorithm::Ed25519) => true,
            _ => false,
        };
        if fits { Ok(()) } else { Err(VerifyError::Invalid) }
    }

    #[cfg(feature = "legacy")]
    fn is_sound(&self) -> bool {
        match &self.parts {
            Parts::Ec { curve, point } => super::legacy::is_on_curve(*curve, point),
            Parts::Rsa { .. } | Parts::Ed25519 => true,
        }
    }

    #[cfg(not(feature = "legacy"))]
    #[allow(clippy::unused_self)] // the other build looks
    fn is_sound(&self) -> bool {
        true
    }

    #[cfg(feature = "legacy")]
    fn legacy(
        &self,
        algorithm: &SignatureAlgorithm,
        digest: &[u8],
        signature: &[u8],
        form: EcdsaForm,
    ) -> Result<(), VerifyError> {
        super::legacy::verify_digest(&self.parts, algorithm, digest, signature, form)
    }

    #[cfg(not(feature = "legacy"))]
    fn legacy(&self, algorithm: &SignatureAlgorithm, _: &[u8], _: &[u8], _: EcdsaForm) -> Result<(), VerifyError> {
        Err(VerifyError::Unsupported(format!("{} / {}", self.describe(), algorithm.name())))
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki == other.spki
    }
}

impl Eq for PublicKey {}

/// `AlgorithmIdentifier` and the content of the BIT STRING, which has no unused bits.
fn split_spki(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let outer = Tlv::parse_one(der).filter(|tlv| tlv.tag == 0x30)?;
    let mut parts = Reader::new(outer.content);
    let algorithm = parts.expect(0x30)?.whole;
    let [0, bits @ ..] = parts.expect(0x03)?.content else { return None };
    parts.is_empty().then_some((algorithm, bits))
}

/// RSAPublicKey (RFC 8017 A.1.1): an odd modulus and an odd exponent from 3 to 2^33.
fn rsa_parts(bits: &[u8]) -> Option<Parts> {
    let outer = Tlv::parse_one(bits).filter(|tlv| tlv.tag == 0x30)?;
    let mut numbers = Reader::new(outer.content);
    let modulus = positive(numbers.expect(2)?.content)?;
    let exponent = positive(numbers.expect(2)?.content)?;
    if !numbers.is_empty() || modulus.len() > 2048 || exponent.len() > 5 {
        return None;
    }
    let value = exponent.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    if !odd(modulus) || value % 2 == 0 || !(3..=1 << 33).contains(&value) {
        return None;
    }
    let bits = u32::try_from(modulus.len() * 8).ok()? - modulus.first()?.leading_zeros();
    Some(Parts::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec(), bits })
}

/// The magnitude of a minimal, positive INTEGER.
fn positive(content: &[u8]) -> Option<&[u8]> {
    match content {
        [0, first, ..] if first & 0x80 != 0 => content.get(1..),
        [0, ..] | [] => None,
        [first, ..] if first & 0x80 == 0 => Some(content),
        _ => None,
    }
}
