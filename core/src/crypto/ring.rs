//! Verification through `ring`: RSA with SHA-2, ECDSA P-256 and P-384 with SHA-256 and SHA-384, Ed25519.

use ::ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};

use super::algorithm::{DigestAlgorithm, KeyAlgorithm, SignatureAlgorithm};
use super::public_key::VerifyError;

/// How the two halves of an ECDSA signature are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EcdsaForm {
    /// DER `SEQUENCE { r, s }` (RFC 3279 §2.2.3).
    Der,
    /// `r ‖ s`, each as long as the field (IEEE P1363).
    Fixed,
}

/// The algorithm of `ring` for this key and signature, if it has one.
pub(super) fn algorithm(
    key: KeyAlgorithm,
    bits: u32,
    algorithm: &SignatureAlgorithm,
    form: EcdsaForm,
) -> Option<&'static dyn VerificationAlgorithm> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    use KeyAlgorithm::{Ed25519, P256, P384, Rsa};
    let der = form == EcdsaForm::Der;
    Some(match (key, *algorithm) {
        (Rsa, SignatureAlgorithm::RsaPkcs1(digest)) if (2048..=8192).contains(&bits) => match digest {
            Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            _ => return None,
        },
        (Rsa, SignatureAlgorithm::RsaPss { digest, mgf1, salt_len })
            if (2048..=8192).contains(&bits) && digest == mgf1 && salt_len as usize == digest.output_len() =>
        {
            match digest {
                Sha256 => &signature::RSA_PSS_2048_8192_SHA256,
                Sha384 => &signature::RSA_PSS_2048_8192_SHA384,
                Sha512 => &signature::RSA_PSS_2048_8192_SHA512,
                _ => return None,
            }
        }
        (P256, SignatureAlgorithm::Ecdsa(Sha256)) if der => &signature::ECDSA_P256_SHA256_ASN1,
        (P256, SignatureAlgorithm::Ecdsa(Sha384)) if der => &signature::ECDSA_P256_SHA384_ASN1,
        (P384, SignatureAlgorithm::Ecdsa(Sha256)) if der => &signature::ECDSA_P384_SHA256_ASN1,
        (P384, SignatureAlgorithm::Ecdsa(Sha384)) if der => &signature::ECDSA_P384_SHA384_ASN1,
        (P256, SignatureAlgorithm::Ecdsa(Sha256)) => &signature::ECDSA_P256_SHA256_FIXED,
        (P384, SignatureAlgorithm::Ecdsa(Sha384)) => &signature::ECDSA_P384_SHA384_FIXED,
        (Ed25519, SignatureAlgorithm::Ed25519) => &signature::ED25519,
        _ => return None,
    })
}

/// Verifies with an algorithm that [`algorithm`] gave.
pub(super) fn verify(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    UnparsedPublicKey::new(algorithm, key).verify(message, signature).map_err(|_| VerifyError::Invalid)
}
