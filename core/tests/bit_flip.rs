//! Every byte of a small signed file changed in turn: no signature is reported intact over a byte that was changed.
//!
//! Not even the padding of `/Contents` is free: only zeros may follow the CMS (ades digest P-20).

mod common;

use std::ops::Range;

use common::pdf::{Xref, small};
use common::{now, pki::Pki};
use condau::pdf::{Document, Repair, SignatureDictionary, signatures};
use condau::verify::{self, Indication, Integrity, Policy, SignatureReport};
use condau::x509::TrustStore;
use condau::{Limits, sign};

/// A file with two signatures.
fn signed_twice(kind: Xref, pki: &Pki) -> Vec<u8> {
    let once = sign::pdf(&small(kind)).reason("Phê duyệt").sign(&pki.signer, now()).unwrap().bytes;
    sign::pdf(&once).reason("Đóng dấu").sign(&pki.signer, now()).unwrap().bytes
}

fn dictionaries(bytes: &[u8]) -> Vec<SignatureDictionary> {
    let limits = Limits::default();
    signatures(&mut Document::open(&bytes, &limits, Repair::Refuse).unwrap()).unwrap()
}

/// The signatures of a file; none if it cannot be verified at all.
fn judge(bytes: &[u8], trust: &TrustStore) -> Vec<SignatureReport> {
    match verify::pdf(&bytes, trust, &Policy::default(), now()) {
        Ok(report) => {
            assert_ne!(report.indication, Indication::TotalPassed);
            report.signatures
        }
        Err(_) => Vec::new(),
    }
}

/// Applies `change` for every index of `all`, on every core; gives what went wrong.
fn each(all: Range<usize>, change: impl Fn(usize) -> Vec<String> + Sync) -> Vec<String> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (all, change) = (&all, &change);
    std::thread::scope(|scope| {
        let work = |start: usize| move || all.clone().skip(start).step_by(threads).flat_map(change).collect::<Vec<_>>();
        let running: Vec<_> = (0..threads).map(|start| scope.spawn(work(start))).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

fn check_file(kind: Xref) {
    let pki = Pki::new();
    let trust = pki.trust();
    let signed = signed_twice(kind, &pki);
    let ends: Vec<u64> = dictionaries(&signed).iter().map(|d| d.signed_end().unwrap()).collect();
    assert_eq!(ends.len(), 2);
    assert_eq!(ends[1], signed.len() as u64, "every byte is signed, but for the two gaps");
    assert!(judge(&signed, &trust).iter().all(|s| s.integrity == Integrity::Intact));
    let wrong = each(0..signed.len(), |place| {
        let original = signed[place];
        let mut wrong = Vec::new();
        for changed in [original ^ 0x01, original ^ 0x20, original ^ 0x80, 0, b' '] {
            if changed == original {
                continue;
            }
            let mut bytes = signed.clone();
            bytes[place] = changed;
            for signature in judge(&bytes, &trust) {
                // A later byte does not concern an earlier signature.
                let end = signature.coverage.signed_bytes;
                let concerned = end != ends[0] || place < usize::try_from(end).unwrap();
                if concerned && signature.integrity == Integrity::Intact {
                    wrong.push(format!("{} with {changed:#04x} for {original:#04x} at {place}", signature.field));
                }
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{kind:?}, intact: {wrong:#?}");
}

#[test]
fn every_byte_of_a_file_with_a_table() {
    check_file(Xref::Table);
}

#[test]
fn every_byte_of_a_file_with_a_cross_reference_stream() {
    check_file(Xref::Stream);
}

/// Every bit of the CMS, as one who knows hexadecimal would change it.
fn check_cms(pki: &Pki) {
    let trust = pki.trust();
    let signed = sign::pdf(&small(Xref::Table)).sign(&pki.signer, now()).unwrap().bytes;
    let dictionary = dictionaries(&signed).remove(0);
    let start = usize::try_from(dictionary.contents_span.start).unwrap() + 1;
    let wrong = each(0..dictionary.contents.len(), |index| {
        let mut wrong = Vec::new();
        for bit in 0..8 {
            let changed = dictionary.contents[index] ^ 1 << bit;
            let mut bytes = signed.clone();
            bytes[start + 2 * index..start + 2 * index + 2].copy_from_slice(format!("{changed:02x}").as_bytes());
            for signature in judge(&bytes, &trust) {
                if signature.integrity == Integrity::Intact {
                    wrong.push(format!("byte {index} of the CMS, bit {bit}"));
                }
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{}, intact: {wrong:#?}", pki.certificate().public_key().unwrap().describe());
}

#[test]
fn every_bit_of_a_cms() {
    let keys = [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384, &rcgen::PKCS_ED25519];
    for algorithm in keys {
        check_cms(&Pki::with_key(&rcgen::KeyPair::generate_for(algorithm).unwrap()));
    }
}

#[test]
fn every_bit_of_a_cms_by_rsa() {
    let mut pki = Pki::rsa(2048);
    check_cms(&pki);
    pki.signer = pki.signer.with_rsa_padding(condau::keys::RsaPadding::Pkcs1).unwrap();
    check_cms(&pki);
}
