//! PKCS#12 containers of the corpus: each opens, or does not, as its manifest says.
//!
//! Reads `$CONDAU_CORPORA/pkcs12`; says so and stops where that is not set.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use condau::ErrorKind;
use condau::keys::{KeyPair, Pkcs12, Signer};

fn corpus() -> Option<PathBuf> {
    let Some(root) = std::env::var_os("CONDAU_CORPORA") else {
        println!("pkcs12: skipped, CONDAU_CORPORA is not set");
        return None;
    };
    Some(PathBuf::from(root).join("pkcs12"))
}

#[test]
fn every_container_behaves_as_the_manifest_says() {
    let Some(folder) = corpus() else { return };
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    let (mut right, mut wrong_accept, mut wrong_reject) = (0, Vec::new(), Vec::new());
    for line in manifest.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, file, password, expected] = fields[..] else { panic!("{line}") };
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let password = if password == "empty or none" { "" } else { password };
        let started = Instant::now();
        let opened = Pkcs12::open(&bytes, password);
        // A bad MAC must not buy work; the bound is far above what any machine needs for 10,000 rounds.
        assert!(started.elapsed() < Duration::from_secs(5), "{id}");
        match (expected, &opened) {
            ("SUCCESS" | "OPEN", Ok(_)) | ("FAILURE", Err(_)) => right += 1,
            ("SUCCESS" | "OPEN", Err(error)) => wrong_reject.push(format!("{id}: {error:?}")),
            ("FAILURE", Ok(_)) => wrong_accept.push(id.to_owned()),
            _ => panic!("{line}"),
        }
        if let Ok(opened) = &opened {
            check_content(id, opened);
            let error = Pkcs12::open(&bytes, "not the password").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::WrongPassword, "{id}: {error:?}");
        }
    }
    println!(
        "pkcs12: {right} right, {} wrong accept, {} wrong reject, 0 unsupported",
        wrong_accept.len(),
        wrong_reject.len()
    );
    assert_eq!((wrong_accept, wrong_reject), (Vec::<String>::new(), Vec::<String>::new()));
    assert_eq!(right, 46);
}

/// What is missing is said as what it is; what is there signs.
fn check_content(id: &str, opened: &Pkcs12) {
    let pair = opened.key_pair();
    match (opened.key_names().count(), opened.certificates().len(), pair) {
        (0, _, Err(error)) => assert_eq!(error.kind(), ErrorKind::MissingKey, "{id}"),
        (_, 0, Err(error)) => assert_eq!(error.kind(), ErrorKind::MissingCertificate, "{id}"),
        (_, _, Ok(pair)) => {
            let signature = pair.sign(b"message").unwrap();
            let key = pair.certificate().public_key().unwrap();
            key.verify(&pair.algorithm(), b"message", &signature).unwrap();
        }
        // The certificate of the corpus belongs to another key, or the key is too small to sign with here.
        (_, _, Err(error)) => {
            assert!(matches!(error.kind(), ErrorKind::KeyMismatch | ErrorKind::Unsupported), "{id}: {error:?}");
        }
    }
    println!("  {id}: {opened:?} {:?}", opened.key_pair().map_err(|error| error.id().to_owned()));
}

#[test]
fn rubbish_is_not_a_container() {
    for bytes in [&b""[..], b"rubbish", &[0x30, 0x80], &[0x30, 3, 2, 1, 3]] {
        assert_eq!(Pkcs12::open(bytes, "").unwrap_err().kind(), ErrorKind::Malformed);
    }
    assert_eq!(KeyPair::from_pem(b"no key", &[], None).unwrap_err().kind(), ErrorKind::MissingKey);
}
