//! `condau pki new`: a throw-away hierarchy for trying and testing. Its people do not exist.

use std::path::Path;

use condau::crypto::Oid;
use condau::{Error, ErrorKind, Language, Result, Time, asn1, message};
use p12_keystore::{Certificate as P12Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use pkcs8::pkcs5::pbes2;
use rand_core::{TryCryptoRng, TryRng};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, SerialNumber, SignatureAlgorithm,
};
use ring::rand::{SecureRandom, SystemRandom};
use rsa::pkcs8::EncodePrivateKey;
use serde_json::json;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use crate::args::{PkiAlgorithm, PkiNew};
use crate::{files, now, say};

/// A person or a body with a certificate.
struct Subject {
    /// Stem of its files.
    file: &'static str,
    common_name: &'static str,
    organization: &'static str,
    /// The identifier as Vietnamese certificates carry it, in UID.
    uid: &'static str,
}

/// Numbers of the right shape that belong to nobody: a province code and a tax department that do not exist.
const SUBJECTS: [Subject; 2] = [
    Subject {
        file: "person",
        common_name: "Nguyễn Văn Thử",
        organization: "Ủy ban nhân dân xã Thử Nghiệm",
        uid: "CCCD:000090000001",
    },
    Subject {
        file: "agency",
        common_name: "Ủy ban nhân dân xã Thử Nghiệm",
        organization: "Ủy ban nhân dân tỉnh Thử Nghiệm",
        uid: "MST:0000000001",
    },
];

const ROOT: &str = "Cơ quan chứng thực gốc thử nghiệm condau";
const ISSUING: &str = "Tổ chức chứng thực thử nghiệm condau";
const OWNER: &str = "condau (chỉ để thử nghiệm)";

pub(crate) fn new(args: &PkiNew, language: Language) -> Result<u8> {
    create(&args.dir, args.algorithm, args.at.unwrap_or_else(now))?;
    let dir = args.dir.display().to_string();
    if args.json {
        say::json(&json!({
            "schema": "condau.pki/1",
            "dir": dir,
            "trust": args.dir.join("root.pem").display().to_string(),
            "password_file": args.dir.join("password.txt").display().to_string(),
            "keys": SUBJECTS.map(|subject| args.dir.join(format!("{}.p12", subject.file)).display().to_string()),
        }));
    } else {
        say::line(&message::render("pki.made", language, &[("dir", dir)]));
    }
    Ok(0)
}

/// Makes the hierarchy in `dir`, which must be new or empty. Certificates begin an hour before `at`.
pub(crate) fn create(dir: &Path, algorithm: PkiAlgorithm, at: Time) -> Result<()> {
    if dir.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::new(ErrorKind::InvalidInput, "pki.not-empty").with("path", dir.display()));
    }
    std::fs::create_dir_all(dir).map_err(|reason| files::cannot_write(dir, &reason))?;
    let password = password()?;
    files::write_secret(&dir.join("password.txt"), format!("{}\n", *password).as_bytes(), false)?;
    let start = date(at)? - Duration::hours(1);

    let root_key = generate(algorithm)?;
    let root_params = authority(ROOT, start, 20, None)?;
    let root = root_params.self_signed(&root_key).map_err(failed)?;
    let root_issuer = Issuer::new(root_params, root_key);
    let issuing_key = generate(algorithm)?;
    let issuing_params = authority(ISSUING, start, 10, Some(0))?;
    let issuing = issuing_params.signed_by(&issuing_key, &root_issuer).map_err(failed)?;
    let issuing_issuer = Issuer::new(issuing_params, issuing_key);

    let public = |name: &str, bytes: &[u8]| files::write(&dir.join(name), bytes, false);
    let (root_pem, issuing_pem) = (root.pem(), issuing.pem());
    public("root.pem", root_pem.as_bytes())?;
    public("issuing.pem", issuing_pem.as_bytes())?;
    public("chain.pem", format!("{issuing_pem}{root_pem}").as_bytes())?;
    public("root.crl", &revocation_list(start, &root_issuer)?)?;
    public("issuing.crl", &revocation_list(start, &issuing_issuer)?)?;

    for subject in &SUBJECTS {
        let key = generate(algorithm)?;
        let certificate = end_entity(subject, start)?.signed_by(&key, &issuing_issuer).map_err(failed)?;
        let chain = [certificate.der().as_ref(), issuing.der().as_ref(), root.der().as_ref()];
        public(&format!("{}.pem", subject.file), certificate.pem().as_bytes())?;
        let container = container(subject, &key, &chain, &password)?;
        files::write_secret(&dir.join(format!("{}.p12", subject.file)), &container, false)?;
        let encrypted = encrypted_pem(key.serialized_der(), &password)?;
        files::write_secret(&dir.join(format!("{}.key.pem", subject.file)), encrypted.as_bytes(), false)?;
    }
    Ok(())
}

/// Removes what [`create`] made in `dir`, and nothing else: keys of somebody else's making are not ours to delete.
pub(crate) fn remove(dir: &Path) -> Result<()> {
    let mut names: Vec<String> =
        ["password.txt", "root.pem", "root.crl", "issuing.pem", "issuing.crl", "chain.pem"].map(str::to_owned).to_vec();
    names.extend(SUBJECTS.iter().flat_map(|s| ["pem", "key.pem", "p12"].map(|end| format!("{}.{end}", s.file))));
    let foreign = |name: &std::ffi::OsStr| !names.iter().any(|known| name == known.as_str());
    if dir.read_dir().is_ok_and(|entries| entries.flatten().any(|entry| foreign(&entry.file_name()))) {
        return Err(Error::new(ErrorKind::InvalidInput, "pki.not-empty").with("path", dir.display()));
    }
    for path in names.iter().map(|name| dir.join(name)).filter(|path| path.exists()) {
        std::fs::remove_file(&path).map_err(|reason| files::cannot_write(&path, &reason))?;
    }
    Ok(())
}

fn failed(reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Signer, "pki.failed").with("reason", reason)
}

fn date(at: Time) -> Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(at.to_unix()).map_err(failed)
}

fn name(common_name: &str, organization: &str, uid: Option<&str>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "VN");
    name.push(DnType::OrganizationName, organization);
    name.push(DnType::CommonName, common_name);
    if let Some(uid) = uid {
        name.push(DnType::CustomDnType(vec![0, 9, 2342, 19200300, 100, 1, 1]), uid);
    }
    name
}

fn params(name: DistinguishedName, start: OffsetDateTime, years: i64) -> Result<CertificateParams> {
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    params.not_before = start;
    params.not_after = start + Duration::days(365 * years);
    params.serial_number = Some(SerialNumber::from(serial()?));
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// Sixteen random octets, positive and not starting with zero (RFC 5280 §4.1.2.2).
fn serial() -> Result<Vec<u8>> {
    let mut octets = vec![0; 16];
    random(&mut octets)?;
    octets[0] = octets[0] & 0x3F | 0x40;
    Ok(octets)
}

fn authority(common_name: &str, start: OffsetDateTime, years: i64, below: Option<u8>) -> Result<CertificateParams> {
    let mut params = params(name(common_name, OWNER, None), start, years)?;
    params.is_ca = IsCa::Ca(below.map_or(BasicConstraints::Unconstrained, BasicConstraints::Constrained));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn end_entity(subject: &Subject, start: OffsetDateTime) -> Result<CertificateParams> {
    let mut params = params(name(subject.common_name, subject.organization, Some(subject.uid)), start, 3)?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    // RFC 9336: id-kp-documentSigning, beside what is common in practice.
    let document_signing = ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 5, 5, 7, 3, 36]);
    params.extended_key_usages = vec![document_signing, ExtendedKeyUsagePurpose::EmailProtection];
    Ok(params)
}

/// An empty list, good for as long as people try things with it.
fn revocation_list(start: OffsetDateTime, issuer: &Issuer<'_, KeyPair>) -> Result<Vec<u8>> {
    let params = CertificateRevocationListParams {
        this_update: start,
        next_update: start + Duration::days(365),
        crl_number: SerialNumber::from(1_u64),
        issuing_distribution_point: None,
        revoked_certs: Vec::new(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    Ok(params.signed_by(issuer).map_err(failed)?.der().as_ref().to_vec())
}

fn generate(algorithm: PkiAlgorithm) -> Result<KeyPair> {
    let (bits, kind): (_, &'static SignatureAlgorithm) = match algorithm {
        PkiAlgorithm::Rsa2048 => (2048, &rcgen::PKCS_RSA_SHA256),
        PkiAlgorithm::Rsa3072 => (3072, &rcgen::PKCS_RSA_SHA256),
        PkiAlgorithm::P256 => return KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).map_err(failed),
        PkiAlgorithm::P384 => return KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).map_err(failed),
        PkiAlgorithm::Ed25519 => return KeyPair::generate_for(&rcgen::PKCS_ED25519).map_err(failed),
    };
    // `ring` makes no RSA keys.
    let key = rsa::PrivateKey::new(&mut Random, bits).map_err(failed)?;
    let der = key.to_pkcs8_der().map_err(failed)?;
    KeyPair::from_pkcs8_der_and_sign_algo(&der.as_bytes().into(), kind).map_err(failed)
}

fn container(subject: &Subject, key: &KeyPair, chain: &[&[u8]], password: &str) -> Result<Vec<u8>> {
    let certificates =
        chain.iter().map(|der| P12Certificate::from_der(der)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let private = PrivateKey::from_der(key.serialized_der()).map_err(failed)?;
    let mut store = KeyStore::new();
    let entry = PrivateKeyChain::new(subject.file, private, certificates);
    store.add_entry(subject.file, KeyStoreEntry::PrivateKeyChain(entry));
    store.writer(password).write().map_err(failed)
}

/// EncryptedPrivateKeyInfo with PBES2 (RFC 5958 §3, RFC 8018 §6.2).
fn encrypted_pem(der: &[u8], password: &str) -> Result<String> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    random(&mut salt)?;
    random(&mut iv)?;
    let scheme = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(100_000, &salt, iv).map_err(failed)?;
    let encrypted = scheme.encrypt(password.as_bytes(), der).map_err(failed)?;
    let parameters = der::Encode::to_der(&scheme).map_err(failed)?;
    let pbes2 = Oid::parse("1.2.840.113549.1.5.13").map(|oid| oid.to_der()).unwrap_or_default();
    let algorithm = asn1::tlv(0x30, &[&pbes2, &parameters]);
    let info = asn1::tlv(0x30, &[&algorithm, &asn1::tlv(4, &[&encrypted])]);
    Ok(condau::pem::write("ENCRYPTED PRIVATE KEY", &info))
}

/// Sixteen letters and digits that nobody confuses.
fn password() -> Result<Zeroizing<String>> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut octets = Zeroizing::new([0; 16]);
    random(&mut *octets)?;
    Ok(Zeroizing::new(octets.iter().map(|octet| char::from(LETTERS[usize::from(octet % 32)])).collect()))
}

fn random(octets: &mut [u8]) -> Result<()> {
    SystemRandom::new().fill(octets).map_err(failed)
}

/// The random numbers of `ring`, for RustCrypto.
struct Random;

impl TryRng for Random {
    type Error = std::io::Error;

    fn try_next_u32(&mut self) -> std::io::Result<u32> {
        let mut octets = [0; 4];
        self.try_fill_bytes(&mut octets)?;
        Ok(u32::from_le_bytes(octets))
    }

    fn try_next_u64(&mut self) -> std::io::Result<u64> {
        let mut octets = [0; 8];
        self.try_fill_bytes(&mut octets)?;
        Ok(u64::from_le_bytes(octets))
    }

    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> std::io::Result<()> {
        SystemRandom::new().fill(octets).map_err(|_| std::io::Error::other("no random numbers"))
    }
}

impl TryCryptoRng for Random {}
