//! Keys for one run, and how a child process gets them.

use std::path::Path;

use condau::keys::{KeyPair, Signer};
use condau::x509::{Certificate, TrustStore};
use ring::signature::RsaKeyPair;

use crate::common::pki::Pki;

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
