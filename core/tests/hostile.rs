//! Hostile and damaged files: an error or a report, never a panic, never a good answer, never a bad signature.
//!
//! Time and memory at full scale are measured by `cargo run -p condau-benches --release --bin hostile`.

mod common;

use common::hostile::{Operation, Outcome, Scale, cases, run};
use common::pdf::{Builder, Xref, small};
use common::{now, pki::Pki};
use condau::pdf::{Document, ObjectId, Repair};
use condau::sign;
use condau::verify::{Indication, Integrity};

fn answer(operation: Operation, bytes: &[u8], pki: &Pki) -> Outcome {
    run(operation, &bytes, &pki.signer, &pki.trust())
}

/// A hostile file is answered, and what was signed all the same verifies.
fn check(name: &str, bytes: &[u8], pki: &Pki) {
    for operation in Operation::ALL {
        let context = format!("{name}, {}", operation.name());
        match answer(operation, bytes, pki) {
            Outcome::Error(id) => assert!(id.contains('.'), "{context}: {id}"),
            Outcome::Report(indication, signatures) => {
                assert_ne!(indication, Indication::TotalPassed, "{context}");
                assert!(signatures.iter().all(|integrity| *integrity != Integrity::Intact), "{context}");
            }
            Outcome::Signed(signed) => {
                assert!(signed.starts_with(bytes), "{context}: the original is not a prefix");
                let verified = answer(Operation::Verify, &signed, pki);
                let Outcome::Report(_, signatures) = &verified else { panic!("{context}: signed, then {verified}") };
                let intact = signatures.iter().filter(|integrity| **integrity == Integrity::Intact).count();
                assert_eq!(intact, 1, "{context}: {signatures:?}");
            }
        }
    }
}

#[test]
fn every_hostile_file_is_answered() {
    let pki = Pki::new();
    for case in cases() {
        let started = std::time::Instant::now();
        check(case.name, &(case.make)(Scale::Small, &pki), &pki);
        println!("{:8} ms {}", started.elapsed().as_millis(), case.name);
    }
}

#[test]
fn names_of_the_cases_are_unique() {
    let mut names: Vec<&str> = cases().iter().map(|case| case.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
}

/// A signed file cut off anywhere: no answer but the whole file's says that the second signature is intact.
#[test]
fn a_signed_file_cut_off_anywhere() {
    let pki = Pki::new();
    for kind in [Xref::Table, Xref::Stream] {
        let once = sign::pdf(&small(kind)).sign(&pki.signer, now()).unwrap().bytes;
        let twice = sign::pdf(&once).sign(&pki.signer, now()).unwrap().bytes;
        for cut in (0..twice.len()).step_by(7) {
            let part = &twice[..cut];
            for operation in Operation::ALL {
                match answer(operation, part, &pki) {
                    Outcome::Report(indication, signatures) => {
                        assert_ne!(indication, Indication::TotalPassed, "{kind:?} cut at {cut}");
                        let intact = signatures.iter().filter(|integrity| **integrity == Integrity::Intact).count();
                        // The end of line after %%EOF may be missing.
                        let whole = usize::from(cut >= once.len() - 1);
                        assert!(intact <= whole, "{kind:?} cut at {cut}: {signatures:?}");
                    }
                    Outcome::Signed(signed) => assert!(signed.starts_with(part), "{kind:?} cut at {cut}"),
                    Outcome::Error(_) => {}
                }
            }
        }
    }
}

/// Noise written over a good file, in many places and lengths.
#[test]
fn noise_written_over_a_signed_file() {
    let pki = Pki::new();
    let signed = sign::pdf(&small(Xref::Stream)).sign(&pki.signer, now()).unwrap().bytes;
    for seed in 0..500 {
        let noise = common::pdf::random(64, seed + 1);
        let at = usize::from(noise[0]) * (signed.len() - 64) / 256;
        let len = 1 + usize::from(noise[1]) % 60;
        let mut bytes = signed.clone();
        bytes[at..at + len].copy_from_slice(&noise[2..2 + len]);
        if bytes == signed {
            continue;
        }
        for operation in Operation::ALL {
            if let Outcome::Report(indication, signatures) = answer(operation, &bytes, &pki) {
                assert_ne!(indication, Indication::TotalPassed, "seed {seed}");
                assert!(!signatures.contains(&Integrity::Intact), "seed {seed}: {len} bytes at {at}");
            }
        }
    }
}

/// The builder of these tests makes files that are read without an oddity, or the cases would test the wrong thing.
#[test]
fn the_builder_makes_good_files() {
    let limits = condau::Limits::default();
    for kind in [Xref::Table, Xref::Stream] {
        let mut builder = Builder::one_page();
        builder.section(kind, "");
        builder.object(5, "<< /A 1 >>");
        builder.section(kind, "");
        let mut document = condau::pdf::Document::open(&builder.bytes, &limits, condau::pdf::Repair::Refuse).unwrap();
        assert_eq!(document.revisions().unwrap().len(), 2);
        for number in 1..=5 {
            let loaded = document.load(ObjectId { number, generation: 0 }).unwrap();
            assert!(loaded.object.as_dictionary().is_some(), "{kind:?} {number}");
        }
        assert_eq!(document.oddities(), []);
    }
    assert_eq!(common::pdf::of_size(100_000).len(), 100_000);
}

/// The scan of a rebuild goes in windows: a header on the edge of two is read whole, wherever the edge is.
#[test]
fn a_rebuild_reads_headers_whole() {
    let limits = condau::Limits::default();
    for shift in (0..30).step_by(3) {
        let mut builder = Builder::one_page();
        builder.bytes.resize(builder.bytes.len() + shift, b' ');
        for number in 1_000_000..1_050_000 {
            builder.bytes.extend_from_slice(format!("{number} 0 obj 0 endobj\n").as_bytes());
        }
        let document = Document::open(&builder.bytes, &limits, Repair::Rebuild).unwrap();
        assert!((5..1_000_000).all(|number| document.entry(number).unwrap().is_none()), "shift {shift}");
        assert!((1_000_000..1_050_000).all(|number| document.entry(number).unwrap().is_some()), "shift {shift}");
    }
}

/// An object is told by what it says itself, not by what the next one says.
#[test]
fn a_rebuild_finds_the_catalog_among_small_objects() {
    let limits = condau::Limits::default();
    for after in
        ["5 0 obj<</Type/ObjStm/N 1/First 4/Length 8>>stream\n9 0 null\nendstream endobj", "0 0 obj /Catalog endobj"]
    {
        let mut builder = Builder::new();
        builder.page();
        builder.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
        builder.object(6, "41");
        builder.bytes.extend_from_slice(after.as_bytes());
        let mut document = Document::open(&builder.bytes, &limits, Repair::Rebuild).expect(after);
        assert_eq!(document.root().unwrap().id.number, 1, "{after}");
    }
}
