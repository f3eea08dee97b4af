//! Public data that nobody here made: certificates of Vietnamese authorities and signed PDFs of a test bed.
//!
//! Reads `$CONDAU_CORPORA`; says so and stops where that is not set.

use std::path::PathBuf;

use condau::pdf::FileSource;
use condau::verify::{Indication, Integrity, Policy};
use condau::x509::{Certificate, PathInput, TrustStore, build_path};
use condau::{Limits, Time, verify};

fn corpus(name: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("CONDAU_CORPORA") else {
        println!("{name}: skipped, CONDAU_CORPORA is not set");
        return None;
    };
    Some(PathBuf::from(root).join(name))
}

/// Every authority chains to one of the four anchors at the middle of its validity; without the anchors to none.
#[test]
fn vietnamese_authorities_chain_to_their_roots() {
    let Some(folder) = corpus("vn-ca") else { return };
    let mut certificates = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        certificates.extend(Certificate::from_pem(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap());
    }
    assert_eq!(certificates.len(), 20);
    let (roots, others): (Vec<_>, Vec<_>) = certificates.into_iter().partition(Certificate::is_self_issued);
    assert_eq!(roots.len(), 4);
    let mut trust = TrustStore::new();
    for root in roots {
        trust.add("vn-test", root);
    }
    let (nothing, limits) = (TrustStore::new(), Limits::default());
    let (mut right, mut wrong) = (0, Vec::new());
    for certificate in &others {
        let middle = i64::midpoint(certificate.not_before().to_unix(), certificate.not_after().to_unix());
        let input = |trust| PathInput::new(&others, trust, Time::from_unix(middle), &limits);
        // Authorities are no signers of documents: what is left to complain of is exactly that.
        match build_path(certificate, input(&trust)) {
            Err(failure) if failure.id == "path.signer-is-ca" => right += 1,
            other => wrong.push(format!("{certificate:?}: {other:?}")),
        }
        assert_eq!(build_path(certificate, input(&nothing)).unwrap_err().id, "path.no-issuer");
    }
    println!("vn-ca: {right} right, 0 wrong accept, {} wrong reject, 0 unsupported", wrong.len());
    assert_eq!(wrong, Vec::<String>::new());
}

/// The PAdES pair of the test bed. The other formats come with their rooms.
#[test]
fn tresor_pades() {
    let Some(folder) = corpus("tresor") else { return };
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    let (mut seen, mut later, mut mislabelled) = (0, 0, 0);
    for line in manifest.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [_, group, file, expected] = fields[..] else { panic!("{line}") };
        if group != "pades" {
            later += 1;
            continue;
        }
        let source = FileSource::open(folder.join(file)).unwrap();
        let now = Time::parse("2026-11-23T08:00:00+07:00").unwrap();
        let report = verify::pdf(&source, &TrustStore::new(), &Policy::default(), now).unwrap();
        println!("{}", report.explain(condau::Language::En));
        for signature in &report.signatures {
            assert_ne!(signature.indication, Indication::TotalPassed, "{file}");
        }
        let clean = report.signatures.iter().all(|s| s.integrity == Integrity::Intact && s.coverage.bytes_after == 0);
        // The corpus holds one and the same file under both names: then both must be judged alike.
        let twin =
            std::fs::read(folder.join("PADES_VISIBLE.pdf")).unwrap() == std::fs::read(folder.join(file)).unwrap();
        assert_eq!(clean, expected == "OK" || twin, "{file}");
        mislabelled += usize::from(twin && expected == "NOK");
        seen += 1;
    }
    println!(
        "tresor: {seen} right, 0 wrong accept, 0 wrong reject, {later} unsupported (ASiC, CAdES, evidence records), \
         {mislabelled} of them identical to the good file though labelled NOK"
    );
    assert_eq!(seen, 2);
}
