//! Keys on tokens. SoftHSM is the token, OpenSC puts keys on it and listens to what is asked of it.
//!
//! Each test runs in a process of its own: a module reads its environment once, and a login holds for a whole process.

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use base64::Engine as _;
use common::pki::Pki;
use common::{now, pdf};
use condau::crypto::DigestAlgorithm;
use condau::keys::{PinTries, Pkcs11, RsaPadding, Signer, Token, TokenKey, TokenSelector};
use condau::verify::{self, Integrity, Policy};
use condau::x509::{Certificate, TrustStore};
use condau::{Error, ErrorKind, Language, sign};
use rcgen::{CertificateParams, KeyUsagePurpose};

const PIN: &str = "271828";
const FOLDER: &str = "CONDAU_TEST_TOKENS";
const LABEL: &str = "Thiết bị của A";

/// Runs the test `name` again in a process of its own, with an empty folder of tokens.
fn alone(name: &str, case: fn(&Store)) {
    alone_with(name, "", case);
}

/// As [`alone`], with further settings of SoftHSM.
fn alone_with(name: &str, settings: &str, case: fn(&Store)) {
    if let Some(folder) = env::var_os(FOLDER) {
        return case(&Store { folder: folder.into() });
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("tokens")).unwrap();
    let settings = format!("directories.tokendir = {}\nlog.level = ERROR\n{settings}\n", path("tokens").display());
    fs::write(path("softhsm2.conf"), settings).unwrap();
    let out = Command::new(env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(FOLDER, folder.path())
        .env("SOFTHSM2_CONF", path("softhsm2.conf"))
        .env("PKCS11SPY", softhsm())
        .env("PKCS11SPY_OUTPUT", path("spy.log"))
        .output()
        .unwrap();
    assert!(
        out.status.success() && text(&out.stdout).contains("1 passed"),
        "{}{}",
        text(&out.stdout),
        text(&out.stderr)
    );
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A shared library under `/usr/lib` or one of its folders.
fn library(name: &str) -> PathBuf {
    let root = Path::new("/usr/lib");
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let found = folders.map(|folder| folder.join(name)).find(|path| path.exists());
    found.unwrap_or_else(|| panic!("{name} is not installed; tools/packages.sh installs softhsm2 and opensc"))
}

fn softhsm() -> PathBuf {
    library("libsofthsm2.so")
}

/// Hands every call on to SoftHSM and writes it down.
fn spy() -> PathBuf {
    library("pkcs11-spy.so")
}

/// The folder of this process's tokens.
struct Store {
    folder: PathBuf,
}

impl Store {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn run(command: &mut Command) -> Output {
        let out = command
            .output()
            .unwrap_or_else(|error| panic!("{command:?}: {error}; tools/packages.sh installs softhsm2 and opensc"));
        assert!(out.status.success(), "{command:?}\n{}{}", text(&out.stdout), text(&out.stderr));
        out
    }

    fn token(&self, label: &str) -> &Self {
        let args = ["--init-token", "--free", "--label", label, "--so-pin", "31415926", "--pin", PIN];
        Self::run(Command::new("softhsm2-util").args(args));
        self
    }

    /// A key that SoftHSM can import: its Ed25519 keys are those of PKCS#8 v1, which `ring` does not make.
    fn new_key(&self, kind: &'static rcgen::SignatureAlgorithm) -> rcgen::KeyPair {
        if kind != &rcgen::PKCS_ED25519 {
            return rcgen::KeyPair::generate_for(kind).unwrap();
        }
        let file = self.path("new.der");
        Self::run(
            Command::new("openssl").args(["genpkey", "-algorithm", "ed25519", "-outform", "DER", "-out"]).arg(&file),
        );
        rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&fs::read(file).unwrap().as_slice().into(), kind).unwrap()
    }

    /// Puts a private key, PKCS#8, on a token.
    fn key(&self, token: &str, id: &str, pkcs8: &[u8]) -> &Self {
        let body = base64::engine::general_purpose::STANDARD.encode(pkcs8);
        let file = self.path("key.pem");
        fs::write(&file, format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")).unwrap();
        self.import(token, id, &file)
    }

    fn import(&self, token: &str, id: &str, pem: &Path) -> &Self {
        let args = ["--token", token, "--label", id, "--id", id, "--pin", PIN, "--import"];
        Self::run(Command::new("softhsm2-util").args(args).arg(pem));
        self
    }

    /// Puts a private key on the only token that wants the PIN before each signature.
    fn cautious_key(&self, id: &str, pkcs8: &[u8]) -> &Self {
        self.write_object(pkcs8, &["--type", "privkey", "--id", id, "--always-auth", "--usage-sign"])
    }

    /// Puts a certificate on the only token.
    fn certificate(&self, id: &str, label: &str, certificate: &Certificate) -> &Self {
        self.write_object(certificate.der(), &["--type", "cert", "--id", id, "--label", label])
    }

    fn write_object(&self, der: &[u8], args: &[&str]) -> &Self {
        let file = self.path("object.der");
        fs::write(&file, der).unwrap();
        let mut command = Command::new("pkcs11-tool");
        command.arg("--module").arg(softhsm()).args(["--login", "--pin", PIN]);
        Self::run(command.args(args).arg("--write-object").arg(&file));
        self
    }

    /// How often the spy heard a function.
    fn calls(&self, function: &str) -> usize {
        let log = fs::read_to_string(self.path("spy.log")).unwrap_or_default();
        log.lines().filter(|line| line.ends_with(&format!(": {function}"))).count()
    }
}

fn open(module: impl AsRef<Path>) -> Pkcs11 {
    Pkcs11::open(module, &TokenSelector::Only, PIN).unwrap()
}

/// What another part of the program may do with the only token.
fn other_session(module: &Path) -> cryptoki::session::Session {
    let module = cryptoki::context::Pkcs11::new(module).unwrap();
    let slot = module.get_slots_with_initialized_token().unwrap()[0];
    module.open_rw_session(slot).unwrap()
}

fn label(label: &str) -> TokenSelector {
    TokenSelector::Label(label.to_owned())
}

/// Signs a PDF, and asks for the verdict of this library, which verifies with another backend than the token's.
fn sign_and_verify(key: &TokenKey, trust: &TrustStore) {
    let document = pdf::small(pdf::Xref::Table);
    let signed = sign::pdf(&document).sign(key, now()).unwrap().bytes;
    let report = verify::pdf(&signed, trust, &Policy::default(), now()).unwrap();
    let signature = &report.signatures[0];
    assert_eq!(signature.integrity, Integrity::Intact, "{}", signature.explain(Language::En));
    let findings = signature.explain(Language::En);
    assert!(findings.contains("Nguyễn Văn A"), "{findings}");
    let chain: Vec<_> = key.chain().iter().map(|above| above.subject().to_string()).collect();
    assert_eq!(chain, ["CN=Gốc thử nghiệm,C=VN"], "the root is known, on the token or off");
}

#[test]
fn every_kind_of_key_signs_a_pdf() {
    alone("every_kind_of_key_signs_a_pdf", |store| {
        let rsa = Pki::rsa(2048);
        store.token(LABEL).key(LABEL, "01", &rsa.pkcs8).certificate("01", "RSA", rsa.certificate());
        store.certificate("A1", "Gốc của RSA", &rsa.root);
        let token = open(softhsm());
        // The only one that can sign: the root has no key here.
        let key = || token.signer(None).unwrap();
        assert_eq!(key().algorithm().name(), "RSASSA-PSS SHA-256");
        sign_and_verify(&key(), &rsa.trust());
        for padding in [RsaPadding::Pss, RsaPadding::Pkcs1] {
            for digest in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512] {
                let key = key().with_rsa_padding(padding).unwrap().with_digest(digest).unwrap();
                assert_eq!(key.algorithm(), padding.with(digest));
                sign_and_verify(&key, &rsa.trust());
            }
        }
        drop(token);

        let kinds = [
            ("02", &rcgen::PKCS_ECDSA_P256_SHA256, "ECDSA SHA-256"),
            ("03", &rcgen::PKCS_ECDSA_P384_SHA384, "ECDSA SHA-384"),
            ("04", &rcgen::PKCS_ED25519, "Ed25519"),
        ];
        for (id, kind, algorithm) in kinds {
            let pki = Pki::with_key(&store.new_key(kind));
            store.key(LABEL, id, &pki.pkcs8).certificate(id, algorithm, pki.certificate());
            let token = open(softhsm());
            // By its label, and by its serial number.
            let serial = pki.certificate().serial_hex().to_uppercase();
            for name in [algorithm, &serial] {
                let key = token.signer(Some(name)).unwrap().with_certificates(std::slice::from_ref(&pki.root));
                assert_eq!(key.algorithm().name(), algorithm);
                assert_eq!(key.certificate(), pki.certificate());
                // A short number in an ECDSA signature comes up once in some hundred: many signatures, all of them DER.
                for _ in 0..20 {
                    sign_and_verify(&key, &pki.trust());
                }
            }
            let error = token.signer(Some(algorithm)).unwrap().with_digest(DigestAlgorithm::Sha512).unwrap_err();
            assert_eq!(error.id(), "keys.digest");
        }
    });
}

#[test]
fn a_wrong_pin_is_tried_once() {
    alone("a_wrong_pin_is_tried_once", |store| {
        store.token(LABEL);
        let token = Token::find(spy(), &TokenSelector::Only).unwrap();
        assert_eq!(token.pin_tries().unwrap(), PinTries::NotTold);
        for none in [None, Some("")] {
            let error = token.log_in(none).unwrap_err();
            assert_eq!((error.kind(), error.id()), (ErrorKind::WrongPassword, "keys.pin-needed"));
        }
        assert_eq!(store.calls("C_Login"), 0, "without a PIN no try is spent");

        let error = token.log_in(Some("000000")).unwrap_err();
        assert_eq!((error.kind(), error.id()), (ErrorKind::WrongPassword, "keys.pin-wrong"));
        assert!(
            error.explain(Language::Vi).contains("bị khóa sau vài lần nhập sai"),
            "{}",
            error.explain(Language::Vi)
        );
        assert_eq!(store.calls("C_Login"), 1);
        assert_eq!(token.pin_tries().unwrap(), PinTries::Low);

        let opened = token.log_in(Some(PIN)).unwrap();
        assert_eq!(token.pin_tries().unwrap(), PinTries::NotTold);
        assert!(!format!("{token:?} {opened:?}").contains(PIN));

        drop((token, opened));
        open(spy());
        assert_eq!(store.calls("C_Initialize"), 1, "the module stays loaded");
    });
}

#[test]
fn who_logs_in_twice_is_told_that_the_pin_is_not_checked() {
    alone("who_logs_in_twice_is_told_that_the_pin_is_not_checked", |store| {
        let pki = Pki::new();
        store.token(LABEL).key(LABEL, "01", &pki.pkcs8).certificate("01", "A", pki.certificate());
        let token = Token::find(softhsm(), &TokenSelector::Only).unwrap();
        let key = token.log_in(Some(PIN)).unwrap().signer(None).unwrap();
        for pin in [PIN, "000000"] {
            let error = token.log_in(Some(pin)).unwrap_err();
            assert_eq!((error.kind(), error.id()), (ErrorKind::Signer, "keys.token-busy"));
        }
        // The refusals did not end the first login; dropping the key does.
        key.sign(b"message").unwrap();
        // Another session of this program would keep the token open.
        let _other = other_session(&softhsm());
        drop(key);
        let error = token.log_in(Some("000000")).unwrap_err();
        assert_eq!(error.id(), "keys.pin-wrong", "the token logged out and checks again");
        token.log_in(Some(PIN)).unwrap();
    });
}

#[test]
fn no_token_at_all_is_said_so() {
    alone("no_token_at_all_is_said_so", |_| {
        for selector in [TokenSelector::Only, label(LABEL)] {
            let error = Token::find(softhsm(), &selector).unwrap_err();
            assert_eq!((error.kind(), error.id()), (ErrorKind::InvalidInput, "keys.token-none"));
        }
    });
}

#[test]
fn tokens_and_modules_that_are_not_there_are_named() {
    alone("tokens_and_modules_that_are_not_there_are_named", |store| {
        store.token(LABEL).token("Thiết bị của B");
        let find = |selector: &TokenSelector| Token::find(softhsm(), selector);
        let error = |selector: &TokenSelector| find(selector).unwrap_err();
        let missing = error(&label("Thiết bị khác"));
        assert_eq!((missing.kind(), missing.id()), (ErrorKind::InvalidInput, "keys.token-missing"));
        let said = missing.explain(Language::Vi);
        assert!(said.contains("“Thiết bị khác”") && said.contains(&format!("“{LABEL}”")), "{said}");

        let several = error(&TokenSelector::Only);
        assert_eq!(several.id(), "keys.token-which");
        let token = find(&label("Thiết bị của B")).unwrap();
        assert_eq!(token.label(), "Thiết bị của B");
        assert!(several.to_string().contains(token.serial()), "{several}");
        let same = find(&TokenSelector::Serial(token.serial().to_owned())).unwrap();
        assert_eq!(same.label(), "Thiết bị của B");
        assert_eq!(error(&TokenSelector::Slot(u64::MAX)).id(), "keys.token-missing");

        let module = |path: &Path| Token::find(path, &TokenSelector::Only).unwrap_err();
        let (absent, not_code) = (store.path("khong-co.so"), store.path("softhsm2.conf"));
        for path in [&absent, &not_code] {
            let error = module(path);
            assert_eq!((error.kind(), error.id()), (ErrorKind::Io, "keys.module"));
            assert!(error.to_string().starts_with(path.to_str().unwrap()), "{error}");
        }
        // A sound library without the interface.
        assert_eq!(module(Path::new("libm.so.6")).id(), "keys.not-module");
    });
}

#[test]
fn certificates_and_keys_that_do_not_serve_are_named() {
    alone("certificates_and_keys_that_do_not_serve_are_named", |store| {
        let pki = Pki::new();
        store.token(LABEL).key(LABEL, "01", &pki.pkcs8);
        let error = |name| open(softhsm()).signer(name).unwrap_err();
        let is = |error: &Error, kind, id: &str| assert_eq!((error.kind(), error.id()), (kind, id), "{error}");
        is(&error(None), ErrorKind::MissingCertificate, "keys.token-no-certificate");

        // A certificate under another id than the key's.
        store.certificate("02", "lạc", pki.certificate());
        let no_key = error(None);
        is(&no_key, ErrorKind::MissingKey, "keys.token-no-key");
        assert!(no_key.to_string().contains("“lạc” (CN=Nguyễn Văn A,C=VN, "), "{no_key}");
        is(&error(Some("lạc")), ErrorKind::MissingKey, "keys.token-no-key");
        let unknown = error(Some("khác"));
        is(&unknown, ErrorKind::MissingCertificate, "keys.token-no-such-certificate");
        assert!(unknown.to_string().contains("khác") && unknown.to_string().contains("“lạc”"), "{unknown}");

        // A key of another kind under the certificate's id.
        let other = store.new_key(&rcgen::PKCS_ED25519);
        store.key(LABEL, "02", other.serialized_der());
        is(&error(None), ErrorKind::MissingKey, "keys.token-no-key");

        // The pair for encryption that many tokens hold.
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let mut params = CertificateParams::default();
        params.key_usages = vec![KeyUsagePurpose::KeyAgreement];
        let encryption = Certificate::from_der(params.self_signed(&key).unwrap().der()).unwrap();
        store.key(LABEL, "03", key.serialized_der()).certificate("03", "mã hóa", &encryption);
        is(&error(Some("mã hóa")), ErrorKind::MissingKey, "keys.token-no-key");

        store.certificate("01", "ký số", pki.certificate());
        assert_eq!(open(softhsm()).signer(None).unwrap().certificate(), pki.certificate());

        // Two that can sign: nothing is guessed.
        let second = Pki::new();
        store.key(LABEL, "04", &second.pkcs8).certificate("04", "ký số 2", second.certificate());
        let several = error(None);
        is(&several, ErrorKind::InvalidInput, "keys.token-several");
        let said = several.to_string();
        assert!(said.contains("“ký số”") && said.contains("“ký số 2”") && !said.contains("mã hóa"), "{said}");

        let (weak, pem) = (store.path("weak.der"), store.path("weak.pem"));
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=X", "-outform", "DER", "-keyout"]);
        Store::run(openssl.arg(&pem).arg("-out").arg(&weak));
        store.import(LABEL, "05", &pem);
        store.certificate("05", "yếu", &Certificate::from_der(&fs::read(weak).unwrap()).unwrap());
        is(&error(Some("yếu")), ErrorKind::Unsupported, "keys.rsa-size");
    });
}

#[test]
fn a_signature_of_another_key_is_never_handed_out() {
    alone("a_signature_of_another_key_is_never_handed_out", |store| {
        let (pki, other) = (Pki::new(), Pki::new());
        store.token(LABEL).key(LABEL, "01", &other.pkcs8).certificate("01", "A", pki.certificate());
        let key = open(softhsm()).signer(None).unwrap();
        let document = pdf::small(pdf::Xref::Table);
        let error = sign::pdf(&document).sign(&key, now()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadSignature, "{error}");
    });
}

#[test]
fn a_key_that_wants_the_pin_each_time_gets_it() {
    alone("a_key_that_wants_the_pin_each_time_gets_it", |store| {
        let (rsa, p256) = (Pki::rsa(2048), Pki::new());
        store.token(LABEL).cautious_key("01", &rsa.pkcs8).certificate("01", "RSA", rsa.certificate());
        store.cautious_key("02", &p256.pkcs8).certificate("02", "P-256", p256.certificate());
        store.key(LABEL, "03", &p256.pkcs8).certificate("03", "không hỏi", p256.certificate());
        store.certificate("A1", "Gốc", &rsa.root);
        let token = open(spy());
        let mut logins = 1;
        for padding in [RsaPadding::Pss, RsaPadding::Pkcs1] {
            for digest in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512] {
                let key = token.signer(Some("RSA")).unwrap();
                let key = key.with_rsa_padding(padding).unwrap().with_digest(digest).unwrap();
                sign_and_verify(&key, &rsa.trust());
                logins += 1;
                assert_eq!(store.calls("C_Login"), logins, "once for each signature");
            }
        }
        // SoftHSM hashes for RSA alone, and between the calls of a signature in one part there is no place for a PIN.
        let error = token.signer(Some("P-256")).unwrap().sign(b"message").unwrap_err();
        assert_eq!((error.kind(), error.id()), (ErrorKind::Unsupported, "keys.token-pin-each-time"));
        assert_eq!(store.calls("C_Login"), logins);

        // Somebody changes the PIN in between: the old one costs one try, and is then forgotten.
        other_session(&spy()).set_pin(&PIN.into(), &"314159".into()).unwrap();
        let key = token.signer(Some("RSA")).unwrap();
        assert_eq!(key.sign(b"message").unwrap_err().id(), "keys.pin-wrong");
        assert_eq!(key.sign(b"message").unwrap_err().id(), "keys.pin-needed");
        assert_eq!(store.calls("C_Login"), logins + 1);
        // The operation that failed does not stand in the way of another key.
        token.signer(Some("không hỏi")).unwrap().sign(b"message").unwrap();
    });
}

/// Older tokens: no PSS, and no PKCS#1 v1.5 without the token's own hash.
#[test]
fn a_token_signs_the_way_it_can_or_says_that_it_cannot() {
    // SoftHSM 2.6 overlooks the first name of the list.
    let settings =
        "slots.mechanisms = -FIRST,CKM_RSA_PKCS,CKM_RSA_PKCS_PSS,CKM_SHA256_RSA_PKCS_PSS,CKM_SHA384_RSA_PKCS";
    alone_with("a_token_signs_the_way_it_can_or_says_that_it_cannot", settings, |store| {
        let pki = Pki::rsa(2048);
        store.token(LABEL).key(LABEL, "01", &pki.pkcs8).certificate("01", "A", pki.certificate());
        let token = open(spy());
        let key = |padding, digest| {
            let key = token.signer(None).unwrap().with_certificates(std::slice::from_ref(&pki.root));
            key.with_rsa_padding(padding).unwrap().with_digest(digest).unwrap()
        };
        for (padding, digest) in
            [(RsaPadding::Pss, DigestAlgorithm::Sha256), (RsaPadding::Pkcs1, DigestAlgorithm::Sha384)]
        {
            let error = key(padding, digest).sign(b"message").unwrap_err();
            assert_eq!((error.kind(), error.id()), (ErrorKind::Unsupported, "keys.token-mechanism"));
            assert!(error.to_string().contains(&padding.with(digest).name()), "{error}");
        }
        assert_eq!(store.calls("C_SignInit"), 0, "the padding is not changed in silence");
        sign_and_verify(&key(RsaPadding::Pkcs1, DigestAlgorithm::Sha256), &pki.trust());
        sign_and_verify(&key(RsaPadding::Pss, DigestAlgorithm::Sha512), &pki.trust());
        assert_eq!(store.calls("C_SignUpdate"), 2);
    });
}

#[test]
fn threads_share_a_key() {
    alone("threads_share_a_key", |store| {
        let pki = Pki::new();
        store.token(LABEL).key(LABEL, "01", &pki.pkcs8).certificate("01", "A", pki.certificate());
        let key = open(softhsm()).signer(None).unwrap();
        let public = pki.certificate().public_key().unwrap();
        std::thread::scope(|scope| {
            for thread in 0..8_u8 {
                let key = &key;
                scope.spawn(move || {
                    for round in 0..25_u8 {
                        let signature = key.sign(&[thread, round]).unwrap();
                        public.verify(&key.algorithm(), &[thread, round], &signature).unwrap();
                    }
                });
            }
        });
    });
}

fn condau(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_condau")).args(args).stdin(std::process::Stdio::null()).output().unwrap()
}

#[test]
fn the_command_line_signs_with_a_token() {
    alone("the_command_line_signs_with_a_token", |store| {
        let pki = Pki::rsa(2048);
        store.token(LABEL).key(LABEL, "01", &pki.pkcs8).certificate("01", "ký số", pki.certificate());
        let path = |name: &str| store.path(name).to_str().unwrap().to_owned();
        let (file, signed, root) = (path("van-ban.pdf"), path("da-ky.pdf"), path("root.der"));
        let (pin, wrong) = (path("pin.txt"), path("wrong.txt"));
        fs::write(&file, pdf::small(pdf::Xref::Table)).unwrap();
        fs::write(&root, pki.root.der()).unwrap();
        fs::write(&pin, format!("{PIN}\n")).unwrap();
        fs::write(&wrong, "000000\n").unwrap();
        let (softhsm, spy) = (softhsm().to_str().unwrap().to_owned(), spy().to_str().unwrap().to_owned());

        let sign = |args: &[&str]| {
            let fixed = ["--lang", "en", "sign", &file, "-o", &signed, "--force", "--json"];
            condau(&[&fixed, args].concat())
        };
        let out = sign(&["--pkcs11", &softhsm, "--cert", &root, "--password-file", &pin]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        let said: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(said["signer"], "CN=Nguyễn Văn A,C=VN");
        assert_eq!(said["algorithm"], "RSASSA-PSS SHA-256");
        let report = verify::pdf(&fs::read(&signed).unwrap(), &pki.trust(), &Policy::default(), now()).unwrap();
        assert_eq!(report.signatures[0].integrity, Integrity::Intact);

        let args = ["--token", LABEL, "--cert-label", "ký số", "--padding", "pkcs1", "--digest", "sha512"];
        let out = sign(&[&["--pkcs11", &softhsm, "--password-file", &pin], &args[..]].concat());
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        let said: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(said["algorithm"], "RSASSA-PKCS1-v1_5 SHA-512");

        let refused = |args: &[&str], id: &str| {
            fs::remove_file(&signed).ok();
            let out = sign(args);
            assert_eq!(out.status.code(), Some(3), "{args:?}\n{}", text(&out.stderr));
            let said: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
            assert_eq!(said["error"]["id"], id, "{said}");
            assert!(!Path::new(&signed).exists());
            out
        };
        refused(&["--pkcs11", &spy], "keys.pin-needed");
        assert_eq!(store.calls("C_Login"), 0);
        refused(&["--pkcs11", &spy, "--password-file", &wrong], "keys.pin-wrong");
        assert_eq!(store.calls("C_Login"), 1, "the command line does not try again");
        let warned = refused(&["--pkcs11", &softhsm, "--password-file", &wrong], "keys.pin-wrong");
        assert!(text(&warned.stderr).contains("a few more lock it"), "{}", text(&warned.stderr));
        refused(
            &["--pkcs11", &softhsm, "--password-file", &pin, "--cert-label", "x"],
            "keys.token-no-such-certificate",
        );

        // Two tokens with one label: the serial number tells them apart.
        let serial = Token::find(&softhsm, &TokenSelector::Only).unwrap().serial().to_owned();
        store.token(LABEL);
        refused(&["--pkcs11", &softhsm, "--token", LABEL, "--password-file", &pin], "keys.token-which");
        let out = sign(&["--pkcs11", &softhsm, "--token", &serial, "--password-file", &pin]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        refused(&["--pkcs11", &softhsm, "--token", "x", "--password-file", &pin], "keys.token-missing");

        // One source of the key, and options of a token only with one.
        let together = "cannot be used together";
        for (args, said) in [
            (&["--pkcs11", &softhsm, "--p12", "a.p12"][..], together),
            (&["--pkcs11", &softhsm, "--key", "a.pem", "--cert", &root], together),
            (&["--p12", "a.p12", "--token", LABEL], together),
            (&["--p12", "a.p12", "--cert-label", "A"], together),
            (&["--token", LABEL], "--p12 <FILE>|--key <FILE>|--pkcs11 <MODULE>"),
            (&[], "--p12 <FILE>|--key <FILE>|--pkcs11 <MODULE>"),
        ] {
            let out = sign(args);
            assert_eq!(out.status.code(), Some(3), "{args:?}");
            assert!(text(&out.stderr).contains(said), "{args:?}\n{}", text(&out.stderr));
        }
    });
}
