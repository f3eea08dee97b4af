//! One key on a token, and how it signs.

use std::fmt;
use std::sync::Arc;

use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::ObjectHandle;
use cryptoki::session::Session;
use cryptoki::types::Ulong;

use super::objects::Key;
use super::{Open, refused};
use crate::asn1::{tlv, unsigned_integer};
use crate::crypto::{self, DigestAlgorithm, KeyAlgorithm, PublicKey, SignatureAlgorithm};
use crate::error::{Error, ErrorKind, Result};
use crate::keys::key_pair::order_chain;
use crate::keys::{RsaPadding, Signer};
use crate::x509::Certificate;

/// A private key that stays on its token. It may be shared between threads; they sign one after the other.
pub struct TokenKey {
    token: Arc<Open>,
    handle: ObjectHandle,
    asks_each_time: bool,
    certificate: Certificate,
    chain: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
}

impl TokenKey {
    /// RSA keys start with PSS and SHA-256, the others have what their curve wants.
    pub(super) fn new(token: &Arc<Open>, key: &Key, certificate: &Certificate, known: &[Certificate]) -> Result<Self> {
        let public = certificate.public_key().map_err(Error::from)?;
        let algorithm = match public.algorithm() {
            KeyAlgorithm::Rsa if !(2048..=4096).contains(&public.bits()) => {
                return Err(Error::new(ErrorKind::Unsupported, "keys.rsa-size").with("bits", public.bits()));
            }
            KeyAlgorithm::Rsa => RsaPadding::default().with(DigestAlgorithm::Sha256),
            KeyAlgorithm::P256 => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
            KeyAlgorithm::P384 => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384),
            KeyAlgorithm::Ed25519 => SignatureAlgorithm::Ed25519,
            other => {
                return Err(Error::new(ErrorKind::Unsupported, "keys.cannot-sign").with("key", other.name()));
            }
        };
        Ok(Self {
            token: Arc::clone(token),
            handle: key.handle,
            asks_each_time: key.asks_each_time,
            certificate: certificate.clone(),
            chain: order_chain(certificate, known),
            algorithm,
        })
    }

    /// Chooses the padding of an RSA key. Not every token can do PSS: it then refuses to sign, and the padding is never
    /// changed in silence. Errors: PKCS#1 v1.5 with a key whose certificate binds it to PSS.
    pub fn with_rsa_padding(mut self, padding: RsaPadding) -> Result<Self> {
        let (SignatureAlgorithm::RsaPkcs1(digest) | SignatureAlgorithm::RsaPss { digest, .. }) = self.algorithm else {
            return Ok(self);
        };
        let bound = self.certificate.public_key().is_ok_and(PublicKey::is_bound_to_pss);
        if bound && padding == RsaPadding::Pkcs1 {
            return Err(Error::new(ErrorKind::InvalidInput, "keys.bound-to-pss"));
        }
        self.algorithm = padding.with(digest);
        Ok(self)
    }

    /// Chooses the hash of an RSA key: SHA-256 (the default), SHA-384 or SHA-512. Other keys have the hash of their
    /// curve. Errors: another hash.
    pub fn with_digest(mut self, digest: DigestAlgorithm) -> Result<Self> {
        let wanted = match self.algorithm {
            SignatureAlgorithm::RsaPkcs1(_) => RsaPadding::Pkcs1.with(digest),
            SignatureAlgorithm::RsaPss { .. } => RsaPadding::Pss.with(digest),
            other => other,
        };
        if mechanisms(wanted).is_none() || wanted.digest() != Some(digest) {
            let (key, digest) = (self.certificate.public_key().map_err(Error::from)?.describe(), digest.name());
            return Err(Error::new(ErrorKind::Unsupported, "keys.digest").with("key", key).with("digest", digest));
        }
        self.algorithm = wanted;
        Ok(self)
    }

    /// Adds certificates to build the chain from: tokens often hold the signer's alone.
    #[must_use]
    pub fn with_certificates(mut self, certificates: &[Certificate]) -> Self {
        let known: Vec<_> = self.chain.iter().chain(certificates).cloned().collect();
        self.chain = order_chain(&self.certificate, &known);
        self
    }
}

impl Signer for TokenKey {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Errors: the token refuses, cannot do the algorithm, or was pulled out; [`ErrorKind::WrongPassword`] for a key
    /// that wants the PIN before each signature, if it failed before.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let unsupported = || {
            Error::new(ErrorKind::Unsupported, "keys.token-mechanism")
                .with("token", &self.token.label)
                .with("algorithm", self.algorithm.name())
        };
        let Mechanisms { single, parts } = mechanisms(self.algorithm).ok_or_else(unsupported)?;
        let can = |mechanism: &Mechanism<'_>| self.token.mechanisms.contains(&mechanism.mechanism_type());
        let mut login = self.token.login();
        let signature = if !self.asks_each_time && can(&single) {
            let input = single_input(self.algorithm, message)?;
            login.session.sign(&single, self.handle, &input).map_err(|error| refused(&error))?
        } else if let Some(parts) = parts.filter(can) {
            let start = |session: &Session| session.sign_init(&parts, self.handle);
            if self.asks_each_time {
                login.start_and_authenticate(&self.token.label, start)?;
            } else {
                start(&login.session).map_err(|error| refused(&error))?;
            }
            let done = login.session.sign_update(message).and_then(|()| login.session.sign_final());
            done.map_err(|error| refused(&error))?
        } else if can(&single) {
            // `cryptoki` has no place for the PIN between the two calls of a signature in one part.
            return Err(Error::new(ErrorKind::Unsupported, "keys.token-pin-each-time")
                .with("token", &self.token.label)
                .with("algorithm", self.algorithm.name()));
        } else {
            return Err(unsupported());
        };
        match self.algorithm {
            SignatureAlgorithm::Ecdsa(_) => {
                let public = self.certificate.public_key().map_err(Error::from)?;
                ecdsa_der(&signature, public.algorithm().field_len().unwrap_or_default())
                    .ok_or_else(|| Error::new(ErrorKind::Signer, "keys.signing-failed"))
            }
            _ => Ok(signature),
        }
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (token, subject) = (&self.token.label, self.certificate.subject());
        write!(f, "TokenKey({token}, {subject}, {})", self.algorithm.name())
    }
}

/// The two ways of PKCS#11 to one signature.
struct Mechanisms {
    /// Takes [`single_input`], in one part.
    single: Mechanism<'static>,
    /// Takes the message, hashes on the token.
    parts: Option<Mechanism<'static>>,
}

fn mechanisms(algorithm: SignatureAlgorithm) -> Option<Mechanisms> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    let (single, parts) = match algorithm {
        SignatureAlgorithm::RsaPkcs1(digest) => {
            let parts = match digest {
                Sha256 => Mechanism::Sha256RsaPkcs,
                Sha384 => Mechanism::Sha384RsaPkcs,
                Sha512 => Mechanism::Sha512RsaPkcs,
                _ => return None,
            };
            (Mechanism::RsaPkcs, parts)
        }
        SignatureAlgorithm::RsaPss { digest, salt_len, .. } => {
            let params = |hash_alg, mgf| PkcsPssParams { hash_alg, mgf, s_len: Ulong::new(salt_len.into()) };
            let (params, parts): (_, fn(_) -> _) = match digest {
                Sha256 => (params(MechanismType::SHA256, PkcsMgfType::MGF1_SHA256), Mechanism::Sha256RsaPkcsPss),
                Sha384 => (params(MechanismType::SHA384, PkcsMgfType::MGF1_SHA384), Mechanism::Sha384RsaPkcsPss),
                Sha512 => (params(MechanismType::SHA512, PkcsMgfType::MGF1_SHA512), Mechanism::Sha512RsaPkcsPss),
                _ => return None,
            };
            (Mechanism::RsaPkcsPss(params), parts(params))
        }
        SignatureAlgorithm::Ecdsa(digest) => {
            let parts = match digest {
                Sha256 => Mechanism::EcdsaSha256,
                Sha384 => Mechanism::EcdsaSha384,
                Sha512 => Mechanism::EcdsaSha512,
                _ => return None,
            };
            (Mechanism::Ecdsa, parts)
        }
        SignatureAlgorithm::Ed25519 => {
            let single = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519));
            return Some(Mechanisms { single, parts: None });
        }
    };
    Some(Mechanisms { single, parts: Some(parts) })
}

/// What the mechanism in one part signs: a digest, wrapped for PKCS#1 v1.5; the message itself for Ed25519.
fn single_input(algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>> {
    let Some(digest) = algorithm.digest() else { return Ok(message.to_vec()) };
    let hashed = crypto::digest(digest, message)?;
    Ok(match algorithm {
        // DigestInfo of RFC 8017 §9.2; its NULL is not optional.
        SignatureAlgorithm::RsaPkcs1(_) => {
            let identifier = tlv(0x30, &[&digest.oid().to_der(), &[5, 0]]);
            tlv(0x30, &[&identifier, &tlv(4, &[hashed.as_ref()])])
        }
        _ => hashed.as_ref().to_vec(),
    })
}

/// `r ‖ s`, each as long as the field, as a SEQUENCE of two INTEGERs (RFC 3279 §2.2.3). `None` if the length is wrong.
fn ecdsa_der(signature: &[u8], field_len: usize) -> Option<Vec<u8>> {
    if signature.len() != 2 * field_len {
        return None;
    }
    let (r, s) = signature.split_at(field_len);
    Some(tlv(0x30, &[&unsigned_integer(r), &unsigned_integer(s)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_become_minimal_der() {
        let mut signature = vec![0; 64];
        (signature[31], signature[32]) = (0x7F, 0x80);
        let der = ecdsa_der(&signature, 32).unwrap();
        assert_eq!(der[..7], [0x30, 38, 2, 1, 0x7F, 2, 33]);
        assert_eq!(der[7..9], [0, 0x80]);
        assert_eq!(der.len(), 40);
        for wrong in [0, 63, 65, 96] {
            assert_eq!(ecdsa_der(&vec![1; wrong], 32), None, "{wrong}");
        }
    }

    #[test]
    fn pkcs1_signs_a_digest_info_and_the_others_what_they_say() {
        // RFC 8017 §9.2, note 1: the DER that precedes a SHA-256 digest.
        let prefix = [
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
            0x20,
        ];
        let hashed = crypto::digest(DigestAlgorithm::Sha256, b"abc").unwrap();
        let input = |algorithm| single_input(algorithm, b"abc").unwrap();
        let pkcs1 = input(SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256));
        assert_eq!(pkcs1, [&prefix, hashed.as_ref()].concat());
        assert_eq!(input(SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256)), hashed.as_ref());
        assert_eq!(input(RsaPadding::Pss.with(DigestAlgorithm::Sha256)), hashed.as_ref());
        assert_eq!(input(SignatureAlgorithm::Ed25519), b"abc");
    }

    #[test]
    fn hashes_that_tokens_do_not_know_have_no_mechanism() {
        for digest in [DigestAlgorithm::Sha1, DigestAlgorithm::Sha3_256] {
            for algorithm in
                [SignatureAlgorithm::Ecdsa(digest), RsaPadding::Pss.with(digest), RsaPadding::Pkcs1.with(digest)]
            {
                assert!(mechanisms(algorithm).is_none(), "{}", algorithm.name());
            }
        }
    }

    #[test]
    fn a_key_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<TokenKey>();
        shared::<super::super::Pkcs11>();
    }
}
