//! Sizes at which others broke, signed and verified by the file API: around 10⁸, 2³¹ and above 2³² bytes.
//!
//! The files are sparse: a stream of zeros that takes no room on the disk, in the original and in the result.

mod common;

use std::fs::File;
use std::io::{Result, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use common::pdf::Xref;
use common::{now, pki::Pki};
use condau::pdf::{Document, FileSource, Repair, Source, signatures};
use condau::verify::{self, Indication, Integrity, Policy};
use condau::{Limits, sign};

static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// Writes a file and leaves holes where the bytes are zeros.
struct Sparse {
    file: File,
    at: u64,
}

impl Sparse {
    fn create(path: &Path) -> Self {
        Self { file: File::options().read(true).write(true).create_new(true).open(path).unwrap(), at: 0 }
    }

    /// The end may be a hole, too.
    fn finish(self) {
        self.file.set_len(self.at).unwrap();
    }
}

impl Write for Sparse {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        for piece in bytes.chunks(ZEROS.len()) {
            if piece != &ZEROS[..piece.len()] {
                self.file.write_all_at(piece, self.at)?;
            }
            self.at += piece.len() as u64;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A PDF of exactly `len` bytes, most of them zeros of a stream (5) in the middle.
fn large(path: &Path, len: u64, kind: Xref) {
    let build = |zeros: u64| {
        let mut head = common::pdf::Builder::one_page();
        head.start(5);
        head.bytes.extend_from_slice(format!("<< /Length {zeros} >>\nstream\n").as_bytes());
        let hole = head.bytes.len() as u64;
        // What follows the hole is built as if it stood here, and its offsets are moved afterwards.
        let mut tail = b"\nendstream\nendobj\n".to_vec();
        let at = hole + zeros + tail.len() as u64;
        match kind {
            Xref::Table => {
                tail.extend_from_slice(b"xref\n0 6\n0000000000 65535 f\r\n");
                for number in 1..=5 {
                    tail.extend_from_slice(format!("{:010} 00000 n\r\n", head.offset(number)).as_bytes());
                }
                tail.extend_from_slice(b"trailer\n<< /Size 6 /Root 1 0 R >>\n");
            }
            Xref::Stream => {
                let mut rows = Vec::new();
                for offset in (1..=5).map(|number| head.offset(number)).chain([at]) {
                    rows.push(1);
                    rows.extend_from_slice(&offset.to_be_bytes());
                }
                let keys = "/Type /XRef /Size 7 /Index [1 6] /W [1 8 0] /Root 1 0 R";
                tail.extend_from_slice(format!("6 0 obj\n<< {keys} /Length {} >>\nstream\n", rows.len()).as_bytes());
                tail.extend_from_slice(&rows);
                tail.extend_from_slice(b"\nendstream\nendobj\n");
            }
        }
        tail.extend_from_slice(format!("startxref\n{at}\n%%EOF\n").as_bytes());
        (head.bytes, hole + zeros, tail)
    };
    let (head, end_of_hole, tail) = build(len);
    // `len` has as many digits as the right number of zeros and the place of the xref, or one more.
    let mut zeros = len - (end_of_hole - len) - tail.len() as u64;
    for _ in 0..3 {
        let (_, end_of_hole, tail) = build(zeros);
        zeros = zeros + len - (end_of_hole + tail.len() as u64);
    }
    let (_, end_of_hole, tail) = build(zeros);
    assert_eq!(end_of_hole + tail.len() as u64, len);
    let file = File::create_new(path).unwrap();
    file.write_all_at(&head, 0).unwrap();
    file.write_all_at(&tail, end_of_hole).unwrap();
}

fn on_disk(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().blocks() * 512
}

fn sign_and_verify(len: u64, kind: Xref) {
    let pki = Pki::new();
    let dir = tempfile::tempdir().unwrap();
    let (original, signed) = (dir.path().join("original.pdf"), dir.path().join("signed.pdf"));
    large(&original, len, kind);
    let source = FileSource::open(&original).unwrap();
    assert_eq!(source.len(), len);
    let mut out = Sparse::create(&signed);
    let finished = sign::pdf(&source).sign_to(&pki.signer, now(), &mut out).unwrap();
    assert_eq!(finished.warnings, []);
    let signed_len = out.at;
    out.finish();
    assert!(on_disk(&original) + on_disk(&signed) < 4 << 20, "the holes were filled");

    let source = FileSource::open(&signed).unwrap();
    let report = verify::pdf(&source, &pki.trust(), &Policy::default(), now()).unwrap();
    let [signature] = report.signatures.as_slice() else { panic!("{report:?}") };
    assert_eq!(signature.integrity, Integrity::Intact, "{signature:?}");
    assert_eq!(signature.indication, Indication::Indeterminate, "revocation is not checked yet");
    let coverage = signature.coverage;
    assert_eq!((coverage.revision, coverage.of), (Some(2), 2));
    assert_eq!((coverage.signed_bytes, coverage.bytes_after), (signed_len, 0));
    assert_eq!((report.document_bytes, source.len()), (signed_len, signed_len));

    // The numbers, and what stands where they point.
    let limits = Limits::default();
    let mut document = Document::open(&source, &limits, Repair::Refuse).unwrap();
    let dictionary = signatures(&mut document).unwrap().remove(0);
    let [start, first, second, rest] = dictionary.byte_range.unwrap();
    assert_eq!(start, 0);
    assert!(first > len, "the signature is in the update");
    assert_eq!(second - first, 2 + 2 * dictionary.contents.len() as u64);
    assert_eq!(second + rest, signed_len);
    let mut mark = [0];
    for (place, byte) in [(first, b'<'), (second - 1, b'>')] {
        source.read_at(place, &mut mark).unwrap();
        assert_eq!(mark[0], byte);
    }
    // One byte at the end of the hole: of the largest file a place that 32 bits cannot name.
    let place = len - 1000;
    File::options().write(true).open(&signed).unwrap().write_all_at(&[1], place).unwrap();
    let report = verify::pdf(&source, &pki.trust(), &Policy::default(), now()).unwrap();
    assert_eq!(report.signatures[0].integrity, Integrity::Broken);
    assert_eq!(report.indication, Indication::TotalFailed);
}

#[test]
fn just_below_a_hundred_million() {
    sign_and_verify(99_999_999, Xref::Table);
    sign_and_verify(99_999_999, Xref::Stream);
}

#[test]
fn a_hundred_million() {
    sign_and_verify(100_000_000, Xref::Table);
    sign_and_verify(100_000_000, Xref::Stream);
}

#[test]
fn the_largest_signed_32_bit_number() {
    sign_and_verify((1 << 31) - 1, Xref::Table);
}

#[test]
fn past_the_largest_signed_32_bit_number() {
    sign_and_verify((1 << 31) + 1, Xref::Stream);
}

#[test]
fn five_billion() {
    sign_and_verify(5_000_000_000, Xref::Table);
}

/// A cross-reference table has ten digits for an offset: one byte more has to be refused, not written.
#[test]
fn a_table_cannot_name_places_beyond_ten_digits() {
    let pki = Pki::new();
    let dir = tempfile::tempdir().unwrap();
    let original = dir.path().join("original.pdf");
    large(&original, 10_000_000_500, Xref::Table);
    let source = FileSource::open(&original).unwrap();
    let error = sign::pdf(&source).sign_to(&pki.signer, now(), &mut std::io::sink()).unwrap_err();
    assert_eq!(error.id(), "limit.pdf-table-offset");
}
