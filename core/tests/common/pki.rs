//! A root and one person, made anew for each run.

use condau::keys::{KeyPair, Signer};
use condau::x509::{Certificate, TrustStore};
use getrandom::SysRng;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, date_time_ymd,
};
use rsa::pkcs8::EncodePrivateKey;

/// A root and a person below it.
pub struct Pki {
    /// DER of the root.
    pub root: Certificate,
    /// The person's key and certificate.
    pub signer: KeyPair,
    /// PKCS#8 of the person's key.
    pub pkcs8: Vec<u8>,
    issuer: Issuer<'static, rcgen::KeyPair>,
}

impl Pki {
    /// Everything on P-256.
    pub fn new() -> Self {
        Self::with_key(&rcgen::KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap())
    }

    /// The person holds a new RSA key of so many bits; `ring` makes none, so RustCrypto does.
    pub fn rsa(bits: usize) -> Self {
        let der = rsa::PrivateKey::new(&mut SysRng, bits).unwrap().to_pkcs8_der().unwrap();
        let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&der.as_bytes().into(), &rcgen::PKCS_RSA_SHA256);
        Self::with_key(&key.unwrap())
    }

    /// The person holds `key`; the root is on P-256.
    pub fn with_key(key: &rcgen::KeyPair) -> Self {
        let mut params = params("Gốc thử nghiệm");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let root_key = rcgen::KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let root = Certificate::from_der(params.self_signed(&root_key).unwrap().der()).unwrap();
        let issuer = Issuer::new(params, root_key);
        let certificate = issue(&issuer, key, "Nguyễn Văn A", &[]);
        let signer = KeyPair::from_pkcs8(key.serialized_der(), &[certificate], None).unwrap();
        Self { root, signer, pkcs8: key.serialized_der().to_vec(), issuer }
    }

    /// The root alone is trusted.
    pub fn trust(&self) -> TrustStore {
        let mut trust = TrustStore::new();
        trust.add("test", self.root.clone());
        trust
    }

    /// The person's certificate.
    pub fn certificate(&self) -> &Certificate {
        self.signer.certificate()
    }

    /// Another certificate from the root for the person's key, as large as `ballast` makes it.
    pub fn large_certificate(&self, ballast: usize) -> Certificate {
        let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&self.pkcs8.as_slice().into(), &PKCS_ECDSA_P256_SHA256);
        // 2.25 is the arc for OIDs that nobody has to register.
        let extension = CustomExtension::from_oid_content(&[2, 25, 7], vec![4; ballast]);
        issue(&self.issuer, &key.unwrap(), "Nguyễn Văn A", &[extension])
    }

    /// `count` certificates that all claim to be the root: same name, another key each.
    pub fn false_roots(count: usize) -> Vec<Certificate> {
        let mut params = params("Gốc thử nghiệm");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let make = |_| {
            let key = rcgen::KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
            Certificate::from_der(params.self_signed(&key).unwrap().der()).unwrap()
        };
        (0..count).map(make).collect()
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "VN");
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2046, 1, 1);
    params
}

fn issue(
    issuer: &Issuer<'_, rcgen::KeyPair>,
    key: &rcgen::KeyPair,
    name: &str,
    extensions: &[CustomExtension],
) -> Certificate {
    let mut params = params(name);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    params.use_authority_key_identifier_extension = true;
    params.custom_extensions = extensions.to_vec();
    Certificate::from_der(params.signed_by(key, issuer).unwrap().der()).unwrap()
}
