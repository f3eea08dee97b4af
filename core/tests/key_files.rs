//! Private keys as OpenSSL writes them: every form opens, or says why it does not.

use std::path::Path;
use std::process::Command;

use condau::ErrorKind;
use condau::keys::{KeyPair, Pkcs12, RsaPadding, Signer};
use condau::x509::Certificate;

const PASSWORD: &str = "Mật khẩu 1";

/// Runs OpenSSL in `folder`; words are split at spaces, `PASS` stands for the password.
fn openssl(folder: &Path, line: &str) {
    let words = line.split(' ').map(|word| word.replace("PASS", &format!("pass:{PASSWORD}")));
    let out =
        Command::new("openssl").args(words).current_dir(folder).output().expect("openssl is needed for this test");
    assert!(out.status.success(), "openssl {line}\n{}", String::from_utf8_lossy(&out.stderr));
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}

fn open(folder: &Path, key: &str, certificate: &str, password: Option<&str>) -> condau::Result<KeyPair> {
    let certificates = Certificate::from_pem(&read(folder, certificate)).unwrap();
    let bytes = read(folder, key);
    if Path::new(key).extension().is_some_and(|extension| extension == "der") {
        KeyPair::from_pkcs8(&bytes, &certificates, password)
    } else {
        KeyPair::from_pem(&bytes, &certificates, password)
    }
}

/// The key signs, and its certificate verifies it.
fn check(name: &str, pair: &KeyPair) {
    let signature = pair.sign(b"message").unwrap();
    let public = pair.certificate().public_key().unwrap();
    public.verify(&pair.algorithm(), b"message", &signature).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(public.verify(&pair.algorithm(), b"other", &signature).is_err());
}

#[test]
fn every_form_of_a_key_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for line in [
        "req -x509 -newkey rsa:2048 -nodes -keyout rsa.pem -out rsa.crt -subj /CN=A",
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.pem -out ec.crt -subj /CN=B",
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout ec384.pem -out ec384.crt -subj /CN=C",
        "req -x509 -newkey ed25519 -nodes -keyout ed.pem -out ed.crt -subj /CN=D",
        "rsa -in rsa.pem -traditional -out rsa1.pem",
        "ec -in ec.pem -out sec1.pem",
        "ec -in ec.pem -no_public -out sec1-private-only.pem",
        "pkcs8 -topk8 -nocrypt -in ec.pem -outform DER -out ec.der",
        "pkcs8 -topk8 -in rsa.pem -v2 aes-128-cbc -passout PASS -out aes128.pem",
        "pkcs8 -topk8 -in rsa.pem -v2 aes-256-cbc -passout PASS -outform DER -out aes256.der",
        "pkcs8 -topk8 -in rsa.pem -v2 des3 -passout PASS -out des3.pem",
        "pkcs8 -topk8 -in rsa.pem -v2 aes-256-cbc -v2prf hmacWithSHA1 -passout PASS -out sha1.pem",
        "pkcs8 -topk8 -in rsa.pem -scrypt -passout PASS -out scrypt.pem",
        "pkcs8 -topk8 -in rsa.pem -v1 PBE-SHA1-3DES -passout PASS -out v1.pem",
        "rsa -in rsa.pem -aes128 -traditional -passout PASS -out old.pem",
    ] {
        openssl(folder, line);
    }
    for (key, certificate, password) in [
        ("rsa.pem", "rsa.crt", None),
        ("rsa1.pem", "rsa.crt", None),
        ("ec.pem", "ec.crt", None),
        ("ec384.pem", "ec384.crt", None),
        ("ed.pem", "ed.crt", None),
        ("sec1.pem", "ec.crt", None),
        ("sec1-private-only.pem", "ec.crt", None),
        ("ec.der", "ec.crt", None),
        ("aes128.pem", "rsa.crt", Some(PASSWORD)),
        ("aes256.der", "rsa.crt", Some(PASSWORD)),
        ("des3.pem", "rsa.crt", Some(PASSWORD)),
        ("sha1.pem", "rsa.crt", Some(PASSWORD)),
        ("scrypt.pem", "rsa.crt", Some(PASSWORD)),
    ] {
        let pair = open(folder, key, certificate, password).unwrap_or_else(|error| panic!("{key}: {error}"));
        check(key, &pair);
        if password.is_some() {
            for wrong in [None, Some(""), Some("mat khau 1")] {
                let error = open(folder, key, certificate, wrong).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::WrongPassword, "{key}");
            }
        }
    }
    for (key, certificate, kind) in [
        ("v1.pem", "rsa.crt", ErrorKind::Unsupported),
        ("old.pem", "rsa.crt", ErrorKind::Unsupported),
        ("ec.pem", "rsa.crt", ErrorKind::KeyMismatch),
        ("ec.pem", "ec384.crt", ErrorKind::KeyMismatch),
        ("rsa.crt", "rsa.crt", ErrorKind::MissingKey),
    ] {
        assert_eq!(open(folder, key, certificate, Some(PASSWORD)).unwrap_err().kind(), kind, "{key} {certificate}");
    }
    assert_eq!(
        KeyPair::from_pem(&read(folder, "ec.pem"), &[], None).unwrap_err().kind(),
        ErrorKind::MissingCertificate
    );
    let both = [read(folder, "ec.pem"), read(folder, "rsa.pem")].concat();
    assert_eq!(KeyPair::from_pem(&both, &[], None).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn keys_that_insist_on_pss_have_their_way() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    openssl(folder, "req -x509 -newkey rsa-pss -nodes -keyout free.pem -out free.crt -subj /CN=A");
    openssl(
        folder,
        "req -x509 -newkey rsa-pss -pkeyopt rsa_pss_keygen_md:sha384 -pkeyopt rsa_pss_keygen_mgf1_md:sha384 \
         -pkeyopt rsa_pss_keygen_saltlen:48 -nodes -keyout bound.pem -out bound.crt -subj /CN=B",
    );
    let free = open(folder, "free.pem", "free.crt", None).unwrap();
    check("free", &free);
    assert_eq!(free.with_rsa_padding(RsaPadding::Pkcs1).unwrap_err().kind(), ErrorKind::InvalidInput);
    let bound = open(folder, "bound.pem", "bound.crt", None).unwrap();
    assert_eq!(bound.algorithm().name(), "RSASSA-PSS SHA-384");
    check("bound", &bound);
    let digest = condau::crypto::DigestAlgorithm::Sha256;
    assert_eq!(bound.with_digest(digest).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn sizes_that_cannot_sign_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    openssl(folder, "req -x509 -newkey rsa:1024 -nodes -keyout small.pem -out small.crt -subj /CN=A");
    openssl(
        folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-521 -nodes -keyout p521.pem -out p521.crt -subj /CN=B",
    );
    assert_eq!(open(folder, "small.pem", "small.crt", None).unwrap_err().id(), "keys.rsa-size");
    assert_eq!(open(folder, "p521.pem", "p521.crt", None).unwrap_err().id(), "keys.cannot-sign");
}

#[test]
fn containers_as_openssl_writes_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for line in [
        "req -x509 -newkey rsa:2048 -nodes -keyout rsa.pem -out rsa.crt -subj /CN=A",
        "req -x509 -newkey rsa:2048 -nodes -keyout other.pem -out other.crt -subj /CN=A",
        "pkcs12 -export -inkey rsa.pem -in rsa.crt -passout PASS -out modern.p12",
        "pkcs12 -export -legacy -inkey rsa.pem -in rsa.crt -passout PASS -out legacy.p12",
        "pkcs12 -export -nomac -inkey rsa.pem -in rsa.crt -passout PASS -out nomac.p12",
        "pkcs12 -export -nokeys -in rsa.crt -passout PASS -out nokey.p12",
        "pkcs12 -export -inkey rsa.pem -nocerts -passout PASS -out nocert.p12",
    ] {
        openssl(folder, line);
    }
    for name in ["modern.p12", "legacy.p12", "nomac.p12"] {
        let bytes = read(folder, name);
        check(name, &Pkcs12::open(&bytes, PASSWORD).unwrap().key_pair().unwrap());
        for wrong in ["", "mat khau 1"] {
            assert_eq!(Pkcs12::open(&bytes, wrong).unwrap_err().kind(), ErrorKind::WrongPassword, "{name}");
        }
    }
    let kind = |name| Pkcs12::open(&read(folder, name), PASSWORD).unwrap().key_pair().unwrap_err().kind();
    assert_eq!(kind("nokey.p12"), ErrorKind::MissingKey);
    assert_eq!(kind("nocert.p12"), ErrorKind::MissingCertificate);
}
