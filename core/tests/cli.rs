//! The command line as a person or a script meets it: exit codes, errors, files, both languages, three processes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/quyet-dinh.pdf");

/// Test hierarchies are made once: RSA keys cost seconds here.
struct Hierarchies {
    folder: TempDir,
}

static PKI: LazyLock<Hierarchies> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    for algorithm in ["rsa2048", "p256", "p384", "ed25519"] {
        let dir = folder.path().join(algorithm);
        let out = condau(&["pki", "new", path(&dir), "--algorithm", algorithm]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    }
    Hierarchies { folder }
});

impl Hierarchies {
    fn file(&self, algorithm: &str, name: &str) -> String {
        self.folder.path().join(algorithm).join(name).to_str().unwrap().to_owned()
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn condau(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_condau"));
    command.args(args).env_remove("CONDAU_LANG").stdin(std::process::Stdio::null());
    command.output().unwrap()
}

fn json(args: &[&str], code: i32) -> Value {
    let out = condau(args);
    assert_eq!(out.status.code(), Some(code), "{args:?}\n{}{}", text(&out.stdout), text(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&out.stdout)))
}

/// Signs the sample as the person of `algorithm`.
fn signed(folder: &Path, algorithm: &str, name: &str, extra: &[&str]) -> PathBuf {
    let output = folder.join(name);
    let (p12, password) = (PKI.file(algorithm, "person.p12"), PKI.file(algorithm, "password.txt"));
    let mut args = vec!["sign", DOCUMENT, "-o", path(&output), "--p12", &p12, "--password-file", &password];
    args.extend_from_slice(extra);
    let out = condau(&args);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    output
}

fn verify(file: &Path, algorithm: &str, code: i32) -> Value {
    json(&["verify", path(file), "--trust", &PKI.file(algorithm, "root.pem"), "--json"], code)
}

#[test]
fn every_algorithm_signs_and_verifies() {
    let folder = tempfile::tempdir().unwrap();
    for (algorithm, extra, name) in [
        ("rsa2048", &[][..], "RSASSA-PSS SHA-256"),
        ("rsa2048", &["--padding", "pkcs1"], "RSASSA-PKCS1-v1_5 SHA-256"),
        ("rsa2048", &["--digest", "sha512"], "RSASSA-PSS SHA-512"),
        ("rsa2048", &["--padding", "pkcs1", "--digest", "sha384"], "RSASSA-PKCS1-v1_5 SHA-384"),
        ("p256", &[], "ECDSA SHA-256"),
        ("p384", &[], "ECDSA SHA-384"),
        ("ed25519", &[], "Ed25519"),
    ] {
        let file = signed(folder.path(), algorithm, &format!("{algorithm}{}.pdf", extra.join("")), extra);
        let report = verify(&file, algorithm, 2);
        let signature = &report["files"][0]["report"]["signatures"][0];
        assert_eq!(signature["integrity"], "intact", "{algorithm}");
        assert_eq!(signature["algorithm"], name);
        assert_eq!(signature["format"], "PAdES-BASELINE-B");
        assert_eq!(signature["trust_domain"], "custom");
        assert_eq!(signature["chain"].as_array().unwrap().len(), 3);
        let ids: Vec<&str> =
            signature["findings"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["verify.intact", "path.holds", "revocation.not-checked", "timestamp.not-checked"]);
    }
}

/// Step 1 and step 3 are processes of their own, and the key signs in a third that knows nothing of documents.
#[test]
fn the_three_steps_run_in_three_processes() {
    let folder = tempfile::tempdir().unwrap();
    let pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"];
    for (algorithm, padding, hash, options) in [
        ("rsa2048", Some("pkcs1"), "-sha256", &[][..]),
        ("rsa2048", Some("pss"), "-sha256", &pss[..]),
        ("p256", None, "-sha256", &[]),
        ("p384", None, "-sha384", &[]),
    ] {
        let name = format!("{algorithm}-{}", padding.unwrap_or("ec"));
        let file = |end: &str| folder.path().join(format!("{name}.{end}"));
        let (session, to_sign, value, output) = (file("json"), file("tbs"), file("sig"), file("pdf"));
        let (certificate, chain) = (PKI.file(algorithm, "person.pem"), PKI.file(algorithm, "chain.pem"));
        let mut args = vec!["prepare", DOCUMENT, "--cert", &certificate, "--cert", &chain, "--field", "TuXa"];
        args.extend(["--session", path(&session), "--to-sign", path(&to_sign)]);
        args.extend(padding.iter().flat_map(|padding| ["--padding", padding]));
        let out = condau(&args);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));

        let key = PKI.file(algorithm, "person.key.pem");
        let password = format!("file:{}", PKI.file(algorithm, "password.txt"));
        let status = Command::new("openssl")
            .args(["dgst", hash, "-sign", &key, "-passin", &password, "-out", path(&value)])
            .args(options)
            .arg(&to_sign)
            .status()
            .expect("openssl is needed for this test");
        assert!(status.success());

        let finish =
            ["finish", DOCUMENT, "--session", path(&session), "--signature", path(&value), "-o", path(&output)];
        let out = condau(&finish);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        let report = verify(&output, algorithm, 2);
        assert_eq!(report["files"][0]["report"]["signatures"][0]["integrity"], "intact");
        assert_eq!(report["files"][0]["report"]["signatures"][0]["field"], "TuXa");

        // A signature over something else, and another document, are refused, and nothing is left behind.
        std::fs::remove_file(&output).unwrap();
        let mut damaged = std::fs::read(&value).unwrap();
        let last = damaged.len() - 1;
        damaged[last] ^= 1;
        std::fs::write(&value, damaged).unwrap();
        let out = condau(&finish);
        assert_eq!(out.status.code(), Some(3));
        let other = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let out = condau(&["finish", path(&other), "--session", path(&session), "--signature", path(&value)]);
        assert_eq!(out.status.code(), Some(3));
        assert!(!output.exists());
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".tmp")), "{left:?}");
    }
}

#[test]
fn exit_codes_tell_the_worst() {
    let folder = tempfile::tempdir().unwrap();
    let good = signed(folder.path(), "p256", "good.pdf", &[]);
    let mut bytes = std::fs::read(&good).unwrap();
    bytes[1000] ^= 1;
    let broken = folder.path().join("broken.pdf");
    std::fs::write(&broken, bytes).unwrap();
    let root = PKI.file("p256", "root.pem");
    let code = |files: &[&Path]| {
        let mut args = vec!["verify", "--trust", &root];
        args.extend(files.iter().map(|file| path(file)));
        condau(&args).status.code()
    };
    let rubbish = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    assert_eq!(code(&[&good]), Some(2), "revocation was not checked");
    assert_eq!(code(&[Path::new(DOCUMENT)]), Some(2), "no signature is never a pass");
    assert_eq!(code(&[&broken]), Some(1));
    assert_eq!(code(&[rubbish]), Some(3));
    assert_eq!(code(&[Path::new("does-not-exist.pdf")]), Some(3));
    assert_eq!(code(&[&good, rubbish]), Some(3));
    assert_eq!(code(&[&good, rubbish, &broken]), Some(1));
    assert_eq!(condau(&["verify"]).status.code(), Some(3));
    assert_eq!(condau(&["verify", "--trust", "nowhere", path(&good)]).status.code(), Some(3));
}

#[test]
fn verification_follows_trust_and_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = signed(folder.path(), "p256", "signed.pdf", &[]);
    let sub = |args: &[&str]| {
        let mut all = vec!["verify", path(&file), "--json"];
        all.extend_from_slice(args);
        let report = json(&all, 2);
        report["files"][0]["report"]["signatures"][0]["sub_indication"].as_str().unwrap_or_default().to_owned()
    };
    let root = PKI.file("p256", "root.pem");
    assert_eq!(sub(&[]), "NO_CERTIFICATE_CHAIN_FOUND");
    assert_eq!(sub(&["--trust", &PKI.file("p384", "root.pem")]), "NO_CERTIFICATE_CHAIN_FOUND");
    assert_eq!(sub(&["--trust", &root]), "CERTIFICATE_CHAIN_GENERAL_FAILURE");
    assert_eq!(sub(&["--trust", &root, "--at", "2099-01-01"]), "CERTIFICATE_CHAIN_GENERAL_FAILURE");
    assert_eq!(sub(&["--trust", &root, "--at", "2001-01-01"]), "CERTIFICATE_CHAIN_GENERAL_FAILURE");
    // Trust in the issuing authority leaves the signer as the only one that can be out of bounds.
    let issuing = PKI.file("p256", "issuing.pem");
    assert_eq!(sub(&["--trust", &issuing, "--at", "2099-01-01"]), "OUT_OF_BOUNDS_NO_POE");
}

#[test]
fn each_trouble_with_a_key_is_said_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong.txt");
    std::fs::write(&wrong, "wrong\n").unwrap();
    let output = folder.path().join("out.pdf");
    let error = |args: &[&str]| {
        let mut all = vec!["sign", DOCUMENT, "-o", path(&output), "--json"];
        all.extend_from_slice(args);
        let report = json(&all, 3);
        assert_eq!(report["schema"], "condau.error/1");
        for language in ["vi", "en"] {
            assert!(report["error"]["text"][language].as_str().unwrap().len() > 20, "{report}");
        }
        report["error"]["kind"].as_str().unwrap().to_owned()
    };
    let (p12, password) = (PKI.file("p256", "person.p12"), PKI.file("p256", "password.txt"));
    let (key, certificate) = (PKI.file("p256", "person.key.pem"), PKI.file("p256", "person.pem"));
    assert_eq!(error(&["--p12", &p12, "--password-file", path(&wrong)]), "WrongPassword");
    assert_eq!(error(&["--key", &key, "--cert", &certificate, "--password-file", path(&wrong)]), "WrongPassword");
    assert_eq!(error(&["--key", &certificate, "--cert", &certificate]), "MissingKey");
    let agency = PKI.file("p256", "agency.pem");
    assert_eq!(error(&["--key", &key, "--cert", &agency, "--password-file", &password]), "KeyMismatch");
    // Nobody is there to type it.
    assert_eq!(error(&["--p12", &p12]), "WrongPassword");
    assert_eq!(error(&["--p12", DOCUMENT]), "Malformed");
    assert_eq!(error(&["--p12", &p12, "--password-env", "CONDAU_TEST_NOT_SET"]), "InvalidInput");
    assert!(!output.exists());
    // A password is never an argument of its own.
    assert_eq!(condau(&["sign", DOCUMENT, "--p12", &p12, "--password", "x"]).status.code(), Some(3));

    let mut command = Command::new(env!("CARGO_BIN_EXE_condau"));
    command.args(["sign", DOCUMENT, "--p12", &p12, "--password-env", "CONDAU_TEST_PASSWORD", "-o", path(&output)]);
    command.env("CONDAU_TEST_PASSWORD", std::fs::read_to_string(password).unwrap().trim_end());
    assert!(command.output().unwrap().status.success());
}

#[test]
fn files_appear_whole_or_not_at_all_and_are_not_replaced_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let file = signed(folder.path(), "p256", "signed.pdf", &[]);
    let original = std::fs::read(DOCUMENT).unwrap();
    let first = std::fs::read(&file).unwrap();
    assert!(first.starts_with(&original), "the original bytes come first, untouched");
    let (p12, password) = (PKI.file("p256", "person.p12"), PKI.file("p256", "password.txt"));
    let again = ["sign", DOCUMENT, "-o", path(&file), "--p12", &p12, "--password-file", &password];
    let out = condau(&again);
    assert_eq!(out.status.code(), Some(3));
    assert_eq!(std::fs::read(&file).unwrap(), first);
    let mut forced = again.to_vec();
    forced.push("--force");
    assert_eq!(condau(&forced).status.code(), Some(0));
    assert_ne!(std::fs::read(&file).unwrap(), first, "ECDSA signatures differ");

    let broken = folder.path().join("broken.pdf");
    std::fs::write(&broken, b"%PDF-1.7\nrubbish").unwrap();
    let out = condau(&["sign", path(&broken), "--p12", &p12, "--password-file", &password]);
    assert_eq!(out.status.code(), Some(3));
    let mut left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["broken.pdf", "signed.pdf"]);

    // Without a name the result stands beside the original.
    let copy = folder.path().join("van-ban.pdf");
    std::fs::write(&copy, &original).unwrap();
    assert!(condau(&["sign", path(&copy), "--p12", &p12, "--password-file", &password]).status.success());
    assert!(folder.path().join("van-ban.signed.pdf").exists());
}

#[test]
fn a_signature_field_is_used_once() {
    let folder = tempfile::tempdir().unwrap();
    let first = signed(folder.path(), "p256", "first.pdf", &["--field", "Sếp", "--reason", "Phê duyệt – đợt 1"]);
    let (p12, password) = (PKI.file("p256", "agency.p12"), PKI.file("p256", "password.txt"));
    let second = folder.path().join("second.pdf");
    let args = |field| {
        vec!["sign", path(&first), "-o", path(&second), "--p12", &p12, "--password-file", &password, "--field", field]
    };
    let out = condau(&args("Sếp"));
    assert_eq!(out.status.code(), Some(3));
    assert!(text(&out.stderr).contains("Sếp"));
    assert_eq!(condau(&args("Cơ quan")).status.code(), Some(0));
    let report = verify(&second, "p256", 2);
    let signatures = report["files"][0]["report"]["signatures"].as_array().unwrap();
    assert_eq!(signatures.len(), 2);
    assert_eq!(signatures[0]["field"], "Sếp");
    assert_eq!(signatures[0]["reason"], "Phê duyệt – đợt 1");
    assert_eq!(signatures[1]["field"], "Cơ quan");
    assert!(signatures.iter().all(|signature| signature["integrity"] == "intact"));
    assert_eq!(signatures[0]["coverage"]["revision"], 2);
    assert_ne!(signatures[0]["coverage"]["bytes_after"], 0);
    assert_eq!(signatures[1]["coverage"]["bytes_after"], 0);
}

#[test]
fn both_languages_and_help_that_teaches() {
    let vi = text(&condau(&["sign", "--help"]).stdout);
    let en = text(&condau(&["sign", "--help", "--lang", "en"]).stdout);
    for part in ["--p12", "--password-env", "condau sign"] {
        assert!(vi.contains(part) && en.contains(part), "{part}");
    }
    assert!(vi.contains("Cách dùng") && en.contains("Usage"));
    assert!(!vi.contains("help.") && !en.contains("help."), "a text is missing");
    let out = condau(&["sgin"]);
    assert_eq!(out.status.code(), Some(3));
    assert!(text(&out.stderr).contains("sgin"));
    let en = text(&condau(&["--lang=en", "verify", "no-such.pdf"]).stdout);
    assert!(en.contains("no-such.pdf") && en.contains("Cannot open"), "{en}");
    assert_eq!(condau(&["--version"]).status.code(), Some(0));
}

#[test]
fn the_demo_leaves_what_it_promises() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    for _ in 0..2 {
        // The second run finds the first one's files, and replaces them.
        let out = condau(&["demo", path(&dir)]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        assert!(text(&out.stdout).contains("Nguyễn Văn Thử"));
    }
    let report =
        json(&["verify", path(&dir.join("signed.pdf")), "--trust", path(&dir.join("pki/root.pem")), "--json"], 2);
    assert_eq!(report["files"][0]["report"]["signatures"].as_array().unwrap().len(), 2);
    let stored: Value = serde_json::from_slice(&std::fs::read(dir.join("report.json")).unwrap()).unwrap();
    assert_eq!(stored["schema"], "condau.verify/1");
    assert!(std::fs::read_to_string(dir.join("report.txt")).unwrap().contains("PAdES-BASELINE-B"));
}

/// Names and contents from outside must not drive a terminal, forge lines or end the program.
#[test]
#[cfg(unix)]
fn hostile_names_are_shown_harmlessly() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    for name in [&b"bad\xff.pdf"[..], b"a\x1b[2J\nVALID.pdf"] {
        for exists in [false, true] {
            let file = folder.path().join(std::ffi::OsStr::from_bytes(name));
            if exists {
                std::fs::copy(DOCUMENT, &file).unwrap();
            }
            for json in [&[][..], &["--json"]] {
                let out =
                    Command::new(env!("CARGO_BIN_EXE_condau")).arg("verify").arg(&file).args(json).output().unwrap();
                assert_eq!(out.status.code(), Some(if exists { 2 } else { 3 }), "{}", text(&out.stderr));
                let shown = text(&out.stdout) + &text(&out.stderr);
                assert!(!shown.contains('\x1b') && !shown.lines().any(|line| line.starts_with("VALID")), "{shown}");
            }
        }
    }
}
