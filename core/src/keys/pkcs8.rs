//! Private keys as files hold them: PKCS#8 plain and encrypted (RFC 5958, RFC 8018), PKCS#1 (RFC 8017 A.1.2), SEC 1
//! (RFC 5915), in DER and PEM.

use zeroize::Zeroizing;

use super::key_pair::Secret;
use crate::asn1::{Reader, Tlv};
use crate::crypto::{KeyAlgorithm, Oid};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::pem;

/// A private key, decoded as far as its kind.
pub(super) enum PrivateKey {
    /// DER of an RSAPrivateKey.
    Rsa(Secret),
    /// The scalar, as long as the field.
    Ec { curve: KeyAlgorithm, scalar: Secret },
    /// The seed.
    Ed25519(Secret),
}

const RSA_ENCRYPTION: Oid = Oid::of("1.2.840.113549.1.1.1");
const RSASSA_PSS: Oid = Oid::of("1.2.840.113549.1.1.10");
const EC_PUBLIC_KEY: Oid = Oid::of("1.2.840.10045.2.1");
const ED25519: Oid = Oid::of("1.3.101.112");

fn malformed() -> Error {
    Error::new(ErrorKind::Malformed, "keys.malformed")
}

impl PrivateKey {
    /// Bits of an RSA modulus.
    pub(super) fn rsa_bits(&self) -> Option<usize> {
        let Self::Rsa(der) = self else { return None };
        let mut numbers = Reader::new(Tlv::parse_one(der)?.content);
        numbers.expect(2)?;
        let modulus = numbers.expect(2)?.content;
        let start = modulus.iter().position(|byte| *byte != 0)?;
        let digits = modulus.get(start..)?;
        Some(digits.len() * 8 - digits.first()?.leading_zeros() as usize)
    }
}

/// The one private key of a PEM text.
///
/// Errors: none or several, encrypted and no or the wrong password, an encryption that is not supported.
pub(super) fn from_pem(text: &[u8], password: Option<&str>, limits: &Limits) -> Result<PrivateKey> {
    let blocks = pem::blocks(text).ok_or_else(|| Error::new(ErrorKind::Malformed, "pem.damaged"))?;
    let mut keys = blocks.iter().filter(|block| block.label.ends_with("PRIVATE KEY"));
    let block = keys.next().ok_or_else(|| Error::new(ErrorKind::MissingKey, "keys.no-key"))?;
    if keys.next().is_some() {
        return Err(Error::new(ErrorKind::InvalidInput, "keys.several"));
    }
    if block.encrypted {
        return Err(Error::new(ErrorKind::Unsupported, "keys.old-pem-encryption"));
    }
    match block.label.as_str() {
        "RSA PRIVATE KEY" => Ok(PrivateKey::Rsa(block.der.clone())),
        "EC PRIVATE KEY" => ec_private_key(&block.der, None).ok_or_else(malformed)?,
        _ => from_der(&block.der, password, limits),
    }
}

/// PKCS#8 in DER, plain or encrypted; told apart by what their SEQUENCE begins with.
pub(super) fn from_der(der: &[u8], password: Option<&str>, limits: &Limits) -> Result<PrivateKey> {
    let outer = Tlv::parse_one(der).filter(|tlv| tlv.tag == 0x30).ok_or_else(malformed)?;
    match Tlv::parse(outer.content).ok_or_else(malformed)?.0.tag {
        2 => plain(outer.content),
        0x30 => {
            let password = password.ok_or_else(|| Error::new(ErrorKind::WrongPassword, "keys.password-needed"))?;
            let decrypted = decrypt(der, password, limits)?;
            let outer = Tlv::parse_one(&decrypted).filter(|tlv| tlv.tag == 0x30).ok_or_else(wrong_password)?;
            plain(outer.content)
        }
        _ => Err(malformed()),
    }
}

fn wrong_password() -> Error {
    Error::new(ErrorKind::WrongPassword, "keys.wrong-password")
}

/// PrivateKeyInfo: version, algorithm, OCTET STRING; attributes and the public key are not needed.
fn plain(content: &[u8]) -> Result<PrivateKey> {
    let read = || {
        let mut parts = Reader::new(content);
        parts.expect(2)?;
        let mut algorithm = Reader::new(parts.expect(0x30)?.content);
        let oid = Oid::from_der_content(algorithm.expect(6)?.content)?;
        let curve = algorithm.optional(6).and_then(|oid| Oid::from_der_content(oid.content));
        Some((oid, curve, parts.expect(4)?.content))
    };
    let (oid, curve, key) = read().ok_or_else(malformed)?;
    match oid {
        RSA_ENCRYPTION | RSASSA_PSS => Ok(PrivateKey::Rsa(Zeroizing::new(key.to_vec()))),
        EC_PUBLIC_KEY => ec_private_key(key, curve).ok_or_else(malformed)?,
        ED25519 => {
            let seed = Tlv::parse_one(key).filter(|tlv| tlv.tag == 4 && tlv.content.len() == 32);
            seed.map(|seed| PrivateKey::Ed25519(Zeroizing::new(seed.content.to_vec()))).ok_or_else(malformed)
        }
        other => Err(Error::new(ErrorKind::Unsupported, "keys.cannot-sign").with("key", other)),
    }
}

/// ECPrivateKey; the curve stands outside, inside, or in both. `None` if it is malformed.
fn ec_private_key(der: &[u8], outside: Option<Oid>) -> Option<Result<PrivateKey>> {
    let mut parts = Reader::new(Tlv::parse_one(der).filter(|tlv| tlv.tag == 0x30)?.content);
    parts.expect(2)?;
    let stated = parts.expect(4)?.content;
    let inside = match parts.optional(0xA0) {
        Some(field) => Some(Oid::from_der_content(Tlv::parse_one(field.content).filter(|tlv| tlv.tag == 6)?.content)?),
        None => None,
    };
    let oid = match (outside, inside) {
        (Some(outside), Some(inside)) if outside != inside => return None,
        (outside, inside) => outside.or(inside)?,
    };
    let Some(curve) = KeyAlgorithm::from_curve_oid(&oid) else {
        return Some(Err(Error::new(ErrorKind::Unsupported, "keys.cannot-sign").with("key", oid)));
    };
    // RFC 5915 §3 fixes the length; writers that drop or add leading zeros are known.
    let length = curve.field_len()?;
    let start = stated.iter().position(|byte| *byte != 0)?;
    let digits = stated.get(start..)?;
    let mut scalar = Zeroizing::new(vec![0; length.checked_sub(digits.len())?]);
    scalar.extend_from_slice(digits);
    Some(Ok(PrivateKey::Ec { curve, scalar }))
}

/// EncryptedPrivateKeyInfo with PBES2.
#[cfg(feature = "pkcs12")]
fn decrypt(der: &[u8], password: &str, limits: &Limits) -> Result<Secret> {
    use pkcs8::pkcs5::{EncryptionScheme, pbes2::Kdf};
    let info = pkcs8::EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| {
        // Not PBES2 with parameters that the reader knows: say which scheme it is.
        let scheme = scheme(der).map_or_else(|| "?".to_owned(), |oid| oid.to_string());
        Error::new(ErrorKind::Unsupported, "keys.encryption-unsupported").with("scheme", scheme)
    })?;
    let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else {
        let scheme = info.encryption_algorithm.oid();
        return Err(Error::new(ErrorKind::Unsupported, "keys.encryption-unsupported").with("scheme", scheme));
    };
    let over = |limit| Error::new(ErrorKind::Limit, "limit.key-derivation").with("limit", limit);
    match &parameters.kdf {
        Kdf::Pbkdf2(kdf) if kdf.iteration_count > limits.pbkdf_iterations => {
            return Err(over(u64::from(limits.pbkdf_iterations)));
        }
        // Memory is 128 · N · r bytes (RFC 7914 §2).
        Kdf::Scrypt(kdf) => {
            let bytes = kdf.cost_parameter.saturating_mul(u64::from(kdf.block_size)).saturating_mul(128);
            if bytes > limits.scrypt_bytes || kdf.parallelization > 16 {
                return Err(over(limits.scrypt_bytes));
            }
        }
        Kdf::Pbkdf2(_) => {}
        _ => {}
    }
    let plain = parameters.decrypt(password.as_bytes(), info.encrypted_data.as_ref()).map_err(|error| match error {
        pkcs8::pkcs5::Error::UnsupportedAlgorithm { oid } => {
            Error::new(ErrorKind::Unsupported, "keys.encryption-unsupported").with("scheme", oid)
        }
        _ => wrong_password(),
    })?;
    Ok(Zeroizing::new(plain))
}

#[cfg(not(feature = "pkcs12"))]
fn decrypt(der: &[u8], _: &str, _: &Limits) -> Result<Secret> {
    let scheme = scheme(der).map_or_else(|| "?".to_owned(), |oid| oid.to_string());
    Err(Error::new(ErrorKind::Unsupported, "keys.encryption-unsupported").with("scheme", scheme))
}

/// OID of the encryption.
fn scheme(der: &[u8]) -> Option<Oid> {
    let mut parts = Reader::new(Tlv::parse_one(der)?.content);
    Oid::from_der_content(Reader::new(parts.expect(0x30)?.content).expect(6)?.content)
}
