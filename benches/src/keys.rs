//! Keys for one run, and how a child process gets them.

use std::path::Path;

use condau::keys::{KeyPair, Signer};
use condau::x509::{Certificate, TrustStore};
use getrandom::SysRng;
use ring::signature::RsaKeyPair;
use rsa::pkcs8::EncodePrivateKey;

use crate::common::pki::Pki;

/// A root and a person with a new RSA key.
///
/// # Panics
/// If the system has no randomness.
pub fn rsa_pki(bits: usize) -> Pki {
    // `ring` makes no RSA keys.
    let key = rsa::RsaPrivateKey::new(&mut SysRng, bits).expect("an RSA key");
    let der = key.to_pkcs8_der().expect("an RSA key as PKCS#8");
    let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&der.as_bytes().into(), &rcgen::PKCS_RSA_SHA256);
    Pki::with_key(key.expect("an RSA key that ring accepts"))
}

/// The person's RSA key as `ring` holds it, for bare operations.
///
/// # Panics
/// If the key is not an RSA key.
pub fn bare_rsa(pki: &Pki) -> RsaKeyPair {
    RsaKeyPair::from_pkcs8(&pki.pkcs8).expect("an RSA key")
}

/// Writes the person's key and certificate and the root, for [`load`].
pub fn save(pki: &Pki, dir: &Path) -> std::io::Result<()> {
    std::fs::write(dir.join("key.der"), &pki.pkcs8)?;
    std::fs::write(dir.join("certificate.der"), pki.certificate().der())?;
    std::fs::write(dir.join("root.der"), pki.root.der())
}

/// What [`save`] wrote.
pub fn load(dir: &Path) -> condau::Result<(KeyPair, TrustStore)> {
    let certificate = Certificate::from_der(&std::fs::read(dir.join("certificate.der"))?)?;
    let signer = KeyPair::from_pkcs8(&std::fs::read(dir.join("key.der"))?, &[certificate], None)?;
    let mut trust = TrustStore::new();
    trust.add("test", Certificate::from_der(&std::fs::read(dir.join("root.der"))?)?);
    debug_assert!(signer.chain().is_empty());
    Ok((signer, trust))
}
