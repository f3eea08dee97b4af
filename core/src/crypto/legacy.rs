//! Verification through RustCrypto, of what `ring` lacks: SHA-1, SHA-224, SHA-3, P-521, brainpool, other hash and curve
//! pairings, PSS with other salts, RSA from 1024 bits.
//!
//! Verification only: RUSTSEC-2023-0071 concerns operations with private keys.

use rsa::{BoxedUint, Pkcs1v15Sign, Pss, PublicKey as RsaPublicKey};
use signature::hazmat::PrehashVerifier;

use super::algorithm::{DigestAlgorithm, KeyAlgorithm, SignatureAlgorithm};
use super::public_key::{Parts, VerifyError};
use super::ring::EcdsaForm;

/// Calls `$body` with `$D` as the RustCrypto type of a digest.
macro_rules! with_digest {
    ($algorithm:expr, $D:ident, $body:expr) => {
        match $algorithm {
            DigestAlgorithm::Sha1 => {
                type $D = sha1::Sha1;
                $body
            }
            DigestAlgorithm::Sha224 => {
                type $D = sha2::Sha224;
                $body
            }
            DigestAlgorithm::Sha256 => {
                type $D = sha2::Sha256;
                $body
            }
            DigestAlgorithm::Sha384 => {
                type $D = sha2::Sha384;
                $body
            }
            DigestAlgorithm::Sha512 => {
                type $D = sha2::Sha512;
                $body
            }
            DigestAlgorithm::Sha3_224 => {
                type $D = sha3::Sha3_224;
                $body
            }
            DigestAlgorithm::Sha3_256 => {
                type $D = sha3::Sha3_256;
                $body
            }
            DigestAlgorithm::Sha3_384 => {
                type $D = sha3::Sha3_384;
                $body
            }
            DigestAlgorithm::Sha3_512 => {
                type $D = sha3::Sha3_512;
                $body
            }
        }
    };
}

/// ECDSA with the types of one curve.
macro_rules! ecdsa {
    ($curve:ty, $point:expr, $digest:expr, $signature:expr, $form:expr) => {{
        let key = ecdsa::VerifyingKey::<$curve>::from_sec1_bytes($point).map_err(|_| VerifyError::MalformedKey)?;
        let signature = match $form {
            EcdsaForm::Der => ecdsa::Signature::<$curve>::from_der($signature),
            EcdsaForm::Fixed => ecdsa::Signature::<$curve>::from_slice($signature),
        }
        .map_err(|_| VerifyError::Invalid)?;
        key.verify_prehash($digest, &signature).map_err(|_| VerifyError::Invalid)
    }};
}

/// The digests that `ring` lacks.
#[derive(Clone)]
pub(super) struct Hash(Box<dyn CloneDigest + Send + Sync>);

trait CloneDigest {
    fn update(&mut self, bytes: &[u8]);
    fn finish(self: Box<Self>) -> Vec<u8>;
    fn copy(&self) -> Box<dyn CloneDigest + Send + Sync>;
}

impl<D: sha2::Digest + Clone + Send + Sync + 'static> CloneDigest for D {
    fn update(&mut self, bytes: &[u8]) {
        sha2::Digest::update(self, bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.finalize().to_vec()
    }

    fn copy(&self) -> Box<dyn CloneDigest + Send + Sync> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn CloneDigest + Send + Sync> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

impl Hash {
    pub(super) fn new(algorithm: DigestAlgorithm) -> Self {
        with_digest!(algorithm, D, Self(Box::new(<D as sha2::Digest>::new())))
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0.finish()
    }
}

/// Verifies `signature` over a digest computed by the caller.
pub(super) fn verify_digest(
    key: &Parts,
    algorithm: &SignatureAlgorithm,
    digest: &[u8],
    signature: &[u8],
    form: EcdsaForm,
) -> Result<(), VerifyError> {
    match (key, *algorithm) {
        (Parts::Rsa { modulus, exponent, bits }, algorithm) => {
            if !(1024..=8192).contains(bits) {
                return Err(VerifyError::Unsupported(format!("RSA {bits}")));
            }
            let modulus = BoxedUint::from_be_slice_vartime(modulus);
            let exponent = BoxedUint::from_be_slice_vartime(exponent);
            let key = RsaPublicKey::new_with_size_limits(modulus, exponent, 1024..=8192)
                .map_err(|_| VerifyError::MalformedKey)?;
            verify_rsa(&key, &algorithm, digest, signature)
        }
        (Parts::Ec { curve, point }, SignatureAlgorithm::Ecdsa(_)) => {
            // A digest shorter than the field is the same number with zeros before it (FIPS 186-5 §6.4.2).
            let mut padded = vec![0; (point.len() / 2).saturating_sub(digest.len())];
            padded.extend_from_slice(digest);
            match curve {
                KeyAlgorithm::P256 => ecdsa!(p256::NistP256, point, &padded, signature, form),
                KeyAlgorithm::P384 => ecdsa!(p384::NistP384, point, &padded, signature, form),
                KeyAlgorithm::P521 => ecdsa!(p521::NistP521, point, &padded, signature, form),
                KeyAlgorithm::BrainpoolP256r1 => ecdsa!(bp256::BrainpoolP256r1, point, &padded, signature, form),
                KeyAlgorithm::BrainpoolP384r1 => ecdsa!(bp384::BrainpoolP384r1, point, &padded, signature, form),
                other => Err(VerifyError::Unsupported(other.name().to_owned())),
            }
        }
        _ => Err(VerifyError::Unsupported(algorithm.name())),
    }
}

fn verify_rsa(
    key: &RsaPublicKey,
    algorithm: &SignatureAlgorithm,
    digest: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    let result = match *algorithm {
        SignatureAlgorithm::RsaPkcs1(hash) => {
            with_digest!(hash, D, key.verify(Pkcs1v15Sign::new::<D>(), digest, signature))
        }
        SignatureAlgorithm::RsaPss { digest: hash, mgf1, salt_len } if hash == mgf1 => {
            let salt = salt_len as usize;
            with_digest!(hash, D, key.verify(Pss::<D>::new_with_salt(salt), digest, signature))
        }
        _ => return Err(VerifyError::Unsupported(algorithm.name())),
    };
    result.map_err(|_| VerifyError::Invalid)
}

/// True if the uncompressed point is on its curve.
pub(super) fn is_on_curve(curve: KeyAlgorithm, point: &[u8]) -> bool {
    match curve {
        KeyAlgorithm::P256 => p256::PublicKey::from_sec1_bytes(point).is_ok(),
        KeyAlgorithm::P384 => p384::PublicKey::from_sec1_bytes(point).is_ok(),
        KeyAlgorithm::P521 => p521::PublicKey::from_sec1_bytes(point).is_ok(),
        _ => true,
    }
}
