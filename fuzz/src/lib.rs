//! What is fuzzed, as functions that panic where the library broke a promise.
//!
//! The targets in `fuzz_targets` hand them to libFuzzer, or, built by stable Rust, read files and replay them.

#[path = "../../core/tests/common/mod.rs"]
pub mod common;

use std::sync::OnceLock;

use condau::asn1::ber_to_der as convert;
use condau::cms::SignedData;
use condau::keys::{KeyPair, Pkcs12};
use condau::pdf::{Document, Repair, signatures};
use condau::verify::{self, Indication, Integrity, Policy};
use condau::x509::{Certificate, TrustStore};
use condau::{Language, Limits, sign};

use common::now;
use common::pki::Pki;

/// Makes a target of a function: for libFuzzer, or a program that replays the files given as arguments.
#[macro_export]
macro_rules! target {
    ($function:path) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $function(data));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            for file in std::env::args_os().skip(1) {
                $function(&std::fs::read(&file)?);
                println!("{}: no panic", file.display());
            }
            Ok(())
        }
    };
}

/// One PKI for the life of the process.
fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(Pki::new)
}

/// Small budgets: a fuzzer looks for wrong answers, `benches` for slow ones.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.pbkdf_iterations = 2000;
    limits.scrypt_bytes = 1 << 20;
    limits.pdf_decoded_bytes = 1 << 20;
    limits.pdf_decoded_total = 4 << 20;
    limits.pdf_items = 100_000;
    limits.pdf_objects_read = 10_000;
    limits.pdf_revisions = 64;
    limits
}

/// A report is never a good one, tells itself in both languages, and does not change.
pub fn pdf_verify(data: &[u8]) {
    let mut policy = Policy::default();
    policy.limits = limits();
    let trust = pki().trust();
    let Ok(report) = verify::pdf(&data, &trust, &policy, now()) else { return };
    assert_ne!(report.indication, Indication::TotalPassed);
    for signature in &report.signatures {
        assert_ne!(signature.indication, Indication::TotalPassed);
        assert!(signature.coverage.signed_bytes + signature.coverage.bytes_after <= data.len() as u64);
        assert!(!signature.explain(Language::Vi).is_empty());
        assert!(!signature.explain(Language::En).is_empty());
    }
    let json = serde_json::to_string(&report).expect("a report serialises");
    let again = verify::pdf(&data, &trust, &policy, now()).expect("what was read once is read again");
    assert_eq!(serde_json::to_string(&again).expect("a report serialises"), json);
}

/// What is signed begins with the original and holds one more intact signature than before.
pub fn pdf_sign(data: &[u8]) {
    for repair in [Repair::Refuse, Repair::Rebuild] {
        let request = sign::pdf(&data).reason("Phê duyệt").repair(repair).limits(limits());
        let Ok(signed) = request.sign(&pki().signer, now()) else { continue };
        assert!(signed.bytes.starts_with(data));
        let limits = Limits::default();
        let mut document = Document::open(&data, &limits, repair).expect("it was opened to be signed");
        // A signature that was there before and cannot be read keeps a verifier from the new one, too.
        if signatures(&mut document).is_err() {
            continue;
        }
        let report =
            verify::pdf(&signed.bytes, &pki().trust(), &Policy::default(), now()).expect("readable afterwards");
        let own = report.signatures.iter().find(|signature| signature.field == signed.field).expect("the new field");
        assert_eq!(own.integrity, Integrity::Intact, "{own:?}");
        assert_eq!(own.coverage.bytes_after, 0);
    }
}

/// Every part of a CMS that can be asked for.
pub fn cms_parse(data: &[u8]) {
    let Ok((cms, used)) = SignedData::parse(data, &limits()) else { return };
    assert!(used <= data.len());
    for certificate in &cms.certificates {
        self::certificate(certificate);
    }
    for info in &cms.signer_infos {
        let message = info.signed_attributes_message();
        let _ = (info.message_digest(), info.content_type(), info.signing_certificates(), info.has_signing_time());
        let Ok(algorithm) = info.signature_algorithm() else { continue };
        let key = pki().certificate().public_key().expect("the key of the test certificate");
        assert!(key.verify(&algorithm, &message.unwrap_or_default(), &info.signature).is_err());
    }
}

/// Converting twice changes nothing more.
pub fn ber_to_der(data: &[u8]) {
    let Ok(converted) = convert(data, &limits()) else { return };
    assert!(converted.consumed <= data.len());
    let again = convert(&converted.der, &limits()).expect("DER is BER");
    assert!(!again.was_ber());
    assert_eq!(again.der, converted.der);
    assert_eq!(again.consumed, converted.der.len());
}

/// Every part of a certificate that can be asked for, and every form in which one comes.
pub fn certificate(data: &[u8]) {
    if let Ok(certificate) = Certificate::from_der(data) {
        assert_eq!(certificate.der(), data);
        assert!(certificate.issuer().matches(certificate.issuer()));
        let _ = (certificate.subject().to_string(), certificate.subject().common_name(), certificate.serial_hex());
        let _ = (certificate.basic_constraints(), certificate.key_usage(), certificate.extended_key_usage());
        let _ = (certificate.subject_key_id(), certificate.authority_key_id(), certificate.is_self_issued());
        if let Ok(key) = certificate.public_key() {
            let _ = (key.describe(), certificate.verify_signed_by(key));
        }
    }
    let _ = TrustStore::new().add_bytes("fuzz", data);
}

/// A container with the right password, or any other.
pub fn pkcs12(data: &[u8]) {
    for password in ["password", ""] {
        if let Ok(container) = Pkcs12::open_within(data, password, &limits()) {
            assert!(container.key_names().count() < data.len());
            let _ = container.key_pair();
        }
    }
}

/// Keys and certificates as text.
pub fn pem(data: &[u8]) {
    let _ = Certificate::from_pem(data);
    let _ = KeyPair::from_pem(data, &[], None);
    let certificates = [pki().certificate().clone()];
    let _ = KeyPair::from_pem(data, &certificates, Some("password"));
}
