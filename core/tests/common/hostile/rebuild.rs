//! Files without a cross-reference, for whoever rebuilds it by reading everything.

use super::super::pdf::{Builder, Xref};
use super::super::pki::Pki;
use super::{Scale, Table, bomb};

pub(super) const CASES: Table = &[
    ("objects-without-table", |scale, _| objects(scale.of(2_400_000))),
    ("objects-without-table-over-the-limit", |scale, _| objects(scale.of(2_600_000))),
    ("objects-of-one-number", |scale, _| {
        without_table(|bytes| bytes.extend(b"9 0 obj null endobj\n".repeat(scale.of(500_000))))
    }),
    ("xref-markers-in-a-string", |scale, _| {
        without_table(|bytes| bytes.extend(b"9 0 obj<</XRef(".repeat(scale.of(500_000))))
    }),
    ("trailers-in-a-string", |scale, _| without_table(|bytes| bytes.extend(b"trailer<<(".repeat(scale.of(500_000))))),
    ("object-streams-that-explode", exploding_streams),
    ("object-streams-that-overlap", overlapping_streams),
    ("object-stream-of-millions", stream_of_millions),
    ("object-streams-of-each-other", |_, _| {
        without_table(|bytes| {
            bytes.extend(b"20 0 obj<</Type/ObjStm/N 1/First 5>>stream\n21 0 null\nendstream endobj\n");
            bytes.extend(b"21 0 obj<</Type/ObjStm/N 2/First 9>>stream\n20 0 1 0 null\nendstream endobj\n");
        })
    }),
    ("catalog-is-a-loop", |_, _| {
        b"%PDF-1.7\n1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj trailer<</Root 1 0 R>>".to_vec()
    }),
    ("catalog-only-in-a-string", |_, _| b"%PDF-1.7\n(1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj)".to_vec()),
    ("catalog-is-number-0", |_, _| {
        without_table(|bytes| bytes.extend(b"0 0 obj<</Type/Catalog/Pages 2 0 R>>endobj trailer<</Root 0 0 R>>"))
    }),
    ("object-stream-is-a-page", |_, _| {
        without_table(|bytes| bytes.extend(b"2 0 obj<</Type/ObjStm/N 1/First 4>>stream\n9 0 8\nendstream endobj"))
    }),
    ("highest-number", |_, _| without_table(|bytes| bytes.extend(b"4294967295 65535 obj null endobj\n"))),
    ("object-markers", |scale, _| without_table(|bytes| bytes.extend(b"obj".repeat(scale.of(5_000_000))))),
    ("digits-and-space", |scale, _| without_table(|bytes| bytes.extend(b"1 ".repeat(scale.of(10 << 20))))),
];

/// One page, then whatever, and no cross-reference.
fn without_table(add: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut builder = Builder::one_page();
    add(&mut builder.bytes);
    builder.bytes
}

fn objects(count: usize) -> Vec<u8> {
    without_table(|bytes| {
        for number in 5..count {
            bytes.extend_from_slice(format!("{number} 0 obj 0 endobj\n").as_bytes());
        }
    })
}

fn exploding_streams(scale: Scale, _: &Pki) -> Vec<u8> {
    let data = bomb(&vec![b' '; 1 << 20], scale.of(63));
    let mut builder = Builder::one_page();
    for number in 10..510 {
        builder.stream(number, "/Type /ObjStm /N 1 /First 10 /Filter /FlateDecode", &data);
    }
    builder.bytes
}

/// Streams without an end of their own: each reaches to the end of the last one.
fn overlapping_streams(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::one_page();
    for number in 10..5_010 {
        builder.start(number);
        builder.bytes.extend_from_slice(b"<< /Type /ObjStm /N 1 /First 10 >>\nstream\n");
    }
    builder.bytes.resize(builder.bytes.len() + scale.of(30 << 20), b' ');
    builder.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    builder.bytes
}

/// Members enough to fill any table, out of a small file; the damaged table makes a rebuild necessary.
fn stream_of_millions(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::one_page();
    let count = scale.of(5_000);
    // A piece of the table repeats itself, so each stream brings a thousand numbers of its own.
    for number in 100..100 + u32::try_from(count).unwrap() {
        let table: String = (0..1000).map(|n| format!("{} 0 ", number * 1000 + n)).collect();
        let data = bomb(table.as_bytes(), 1);
        let keys = format!("/Type /ObjStm /N 1000 /First {} /Filter /FlateDecode", table.len());
        builder.stream(number, &keys, &data);
    }
    builder.section(Xref::Table, "");
    let end = builder.bytes.len() - 30;
    builder.bytes.truncate(end);
    builder.bytes
}
