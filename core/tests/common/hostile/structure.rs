//! Rubbish, and cross-references that lie, loop or explode.

use super::super::pdf::{Builder, Xref, random, small};
use super::super::pki::Pki;
use super::{Scale, Table, bomb};

pub(super) const CASES: Table = &[
    ("empty", |_, _| Vec::new()),
    ("one-byte", |_, _| b"%".to_vec()),
    ("header-only", |_, _| b"%PDF-1.7\n".to_vec()),
    ("noise", |scale, _| random(scale.of(10 << 20), 7)),
    ("noise-in-a-pdf", noise_in_a_pdf),
    ("startxref-past-the-end", |_, _| ending_with(9_999_999_999_999)),
    ("startxref-at-the-limit-of-u64", |_, _| ending_with(9_999_999_999_999_999_999)),
    ("table-claims-100-million", |_, _| claiming_table(100_000_000)),
    ("table-claims-2-to-63", |_, _| claiming_table(1 << 63)),
    ("stream-claims-100-million", |_, _| stream("/Size 100000000 /W [1 4 2]", &rows(7))),
    ("stream-of-100-million", |scale, _| flate("/Size 100000000 /W [1 4 2]", &vec![0; 7 << 17], scale.of(763))),
    ("stream-at-the-limit", |scale, _| flate("/Size 9586980 /W [1 4 2]", &[0; 7 << 10], scale.of(9362))),
    ("streams-in-a-chain", streams_in_a_chain),
    ("w-of-eights", |_, _| stream("/Size 9 /W [8 8 8]", &[0xFF; 24 * 9])),
    ("w-of-zeros", |_, _| stream("/Size 100000000 /W [0 0 0]", &[])),
    ("w-negative", |_, _| stream("/Size 9 /W [1 -1 1]", &[0; 18])),
    ("w-huge", |_, _| stream("/Size 9 /W [1 9223372036854775807 1]", &[0; 18])),
    ("w-short", |_, _| stream("/Size 9 /W [1]", &[0; 18])),
    ("index-odd", |_, _| stream("/Size 9 /W [1 4 2] /Index [0 9 4]", &rows(9))),
    ("index-negative", |_, _| stream("/Size 9 /W [1 4 2] /Index [-1 9]", &rows(9))),
    ("index-overflows", |_, _| {
        stream("/Size 9 /W [1 4 2] /Index [999999999999999999 999999999999999999 4294967295 2 0 9]", &rows(9))
    }),
    ("index-of-millions", index_of_millions),
    ("index-of-a-million-and-fields", index_and_fields),
    ("size-negative", |_, _| stream("/Size -9 /W [1 4 2]", &rows(9))),
    ("size-huge", |_, _| stream("/Size 999999999999999999 /W [1 4 2] /Index [0 9]", &rows(9))),
    ("length-is-a-reference", |_, _| xref_object("/Size 9 /W [1 4 2] /Length 9 0 R", &rows(9))),
    ("prev-to-itself", |_, _| prev(|own| own)),
    ("prev-forward", |_, _| prev(|own| own + 9)),
    ("prev-to-a-page", |_, _| prev(|_| 15)),
    ("prev-far-away", |_, _| prev(|_| usize::MAX >> 1)),
    ("prev-in-a-circle", prev_in_a_circle),
    ("hybrid-of-itself", |_, _| hybrid_of_itself()),
    ("4097-revisions", |scale, _| revisions(scale.of(4097), 0)),
    ("4095-revisions", |scale, _| revisions(scale.of(4095), 0)),
    ("4095-revisions-of-many-fields", |scale, _| revisions(scale.of(4095), scale.of(99_000))),
    ("many-subsections-and-fields", many_subsections),
    ("loose-tables", loose_tables),
    ("trailers-inside-trailers", trailers_inside_trailers),
    ("every-offset-wrong", every_offset_wrong),
];

fn noise_in_a_pdf(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend_from_slice(&random(scale.of(10 << 20), 8));
    bytes.extend_from_slice(b"\nstartxref\n1000\n%%EOF\n");
    bytes
}

fn ending_with(startxref: u64) -> Vec<u8> {
    let mut bytes = small(Xref::Table);
    bytes.extend_from_slice(format!("startxref\n{startxref}\n%%EOF\n").as_bytes());
    bytes
}

fn claiming_table(count: u64) -> Vec<u8> {
    let mut builder = Builder::one_page();
    let at = builder.bytes.len();
    let text = format!("xref\n0 {count}\n0000000000 65535 f\r\ntrailer\n<< /Size {count} /Root 1 0 R >>\n");
    builder.bytes.extend_from_slice(text.as_bytes());
    builder.end(at);
    builder.bytes
}

/// Rows that say: object `n` stands at 15, where the catalog is.
fn rows(count: usize) -> Vec<u8> {
    [1, 0, 0, 0, 15, 0, 0].repeat(count)
}

fn xref_object(keys: &str, data: &[u8]) -> Vec<u8> {
    let mut builder = Builder::one_page();
    let at = builder.bytes.len();
    let head = format!("7 0 obj\n<< /Type /XRef /Root 1 0 R {keys} >>\nstream\n");
    builder.bytes.extend_from_slice(head.as_bytes());
    builder.bytes.extend_from_slice(data);
    builder.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    builder.end(at);
    builder.bytes
}

fn stream(keys: &str, data: &[u8]) -> Vec<u8> {
    xref_object(&format!("{keys} /Length {}", data.len()), data)
}

fn flate(keys: &str, piece: &[u8], count: usize) -> Vec<u8> {
    stream(&format!("{keys} /Filter /FlateDecode"), &bomb(piece, count))
}

/// Forty sections, each of as many rows as are allowed: small in the file, large in memory.
fn streams_in_a_chain(scale: Scale, _: &Pki) -> Vec<u8> {
    let data = bomb(&[0; 7 << 10], scale.of(9362));
    let mut builder = Builder::one_page();
    builder.section(Xref::Stream, "");
    for _ in 0..40 {
        let prev = last_startxref(&builder.bytes);
        let at = builder.bytes.len();
        let keys = format!(
            "/Type /XRef /Root 1 0 R /Size 9586980 /W [1 4 2] /Index [100 9586880] /Filter /FlateDecode /Prev {prev}"
        );
        builder.stream(7, &keys, &data);
        builder.end(at);
    }
    builder.bytes
}

fn last_startxref(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(&bytes[bytes.len() - 40..]).into_owned();
    text.lines().rev().nth(1).and_then(|line| line.parse().ok()).unwrap()
}

/// Four million pairs that list nothing, before the one that lists something.
fn index_of_millions(scale: Scale, _: &Pki) -> Vec<u8> {
    let index = format!("/Size 9 /W [1 4 2] /Index [{}0 9]", "1 0 ".repeat(scale.of(4_000_000)));
    stream(&index, &rows(9))
}

/// A section whose `/Prev` is chosen by the place of the section.
fn prev(choose: impl Fn(usize) -> usize) -> Vec<u8> {
    let mut builder = Builder::one_page();
    let own = builder.bytes.len();
    builder.section(Xref::Table, &format!("/Prev {}", choose(own)));
    builder.bytes
}

fn prev_in_a_circle(_: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::one_page();
    let first = builder.bytes.len();
    // The second section stands 500 bytes after the first one, padded by a comment.
    builder.section(Xref::Table, &format!("/Prev {}", first + 500));
    while builder.bytes.len() < first + 500 {
        builder.bytes.push(b' ');
    }
    assert_eq!(builder.bytes.len(), first + 500);
    builder.section(Xref::Table, "");
    builder.bytes
}

fn hybrid_of_itself() -> Vec<u8> {
    let mut builder = Builder::one_page();
    let own = builder.bytes.len();
    builder.section(Xref::Table, &format!("/XRefStm {own}"));
    builder.bytes
}

/// A form of `count` fields, in the first revision; objects from 10 on.
fn with_form(builder: &mut Builder, count: usize) {
    let kids: Vec<String> = (10..10 + count).map(|number| format!("{number} 0 R")).collect();
    builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{}] >> >>", kids.join(" ")));
    builder.page();
    for number in 10..10 + count {
        builder.object(u32::try_from(number).unwrap(), format!("<< /FT /Tx /T (F{number}) >>"));
    }
}

fn revisions(count: usize, fields: usize) -> Vec<u8> {
    let mut builder = Builder::new();
    with_form(&mut builder, fields);
    builder.section(Xref::Table, "");
    for _ in 1..count {
        builder.object(5, "null");
        builder.section(Xref::Table, "");
    }
    builder.bytes
}

/// Each lookup of a field has to pass all of the subsections.
fn many_subsections(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::new();
    with_form(&mut builder, scale.of(50_000));
    builder.section(Xref::Table, "");
    let prev = last_startxref(&builder.bytes);
    let at = builder.bytes.len();
    let entry = "5 1\n0000000000 00001 f\r\n";
    let text =
        format!("xref\n{}trailer\n<< /Size 60000 /Root 1 0 R /Prev {prev} >>\n", entry.repeat(scale.of(199_000)));
    builder.bytes.extend_from_slice(text.as_bytes());
    builder.end(at);
    builder.bytes
}

/// Tables whose entries are six bytes wide have to be held in memory: six of them, near the limit each.
fn loose_tables(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::one_page();
    builder.section(Xref::Table, "");
    let count = scale.of(2_400_000);
    let entries = "0 0 f\n".repeat(count);
    for _ in 0..6 {
        let prev = last_startxref(&builder.bytes);
        let at = builder.bytes.len();
        let text = format!("xref\n100 {count}\n{entries}trailer\n<< /Size 9 /Root 1 0 R /Prev {prev} >>\n");
        builder.bytes.extend_from_slice(text.as_bytes());
        builder.end(at);
    }
    builder.bytes
}

fn every_offset_wrong(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::new();
    let count = scale.of(90_000);
    let kids: Vec<String> = (10..10 + count).map(|number| format!("{number} 0 R")).collect();
    builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{}] >> >>", kids.join(" ")));
    builder.page();
    for number in 10..10 + u32::try_from(count).unwrap() {
        builder.object(number, format!("<< /FT /Tx /T (F{number}) >>"));
        let offset = builder.bytes.len();
        builder.at(number, offset - 20);
    }
    builder.section(Xref::Table, "");
    builder.bytes
}

/// Each lookup of a field has to pass a million runs of a cross-reference stream.
fn index_and_fields(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::new();
    with_form(&mut builder, scale.of(50_000));
    builder.section(Xref::Table, "");
    let prev = last_startxref(&builder.bytes);
    let count = scale.of(1_000_000);
    let index: String = (0..count).map(|n| format!("{} 1 ", 100_000 + 2 * n)).collect();
    let at = builder.bytes.len();
    let keys = format!("/Type /XRef /Root 1 0 R /Size 9000000 /W [1 0 0] /Index [{index}] /Prev {prev}");
    builder.stream(99_999, &keys, &vec![0; count]);
    builder.end(at);
    builder.bytes
}

/// Each section stands in a string of the trailer of the section that refers to it.
fn trailers_inside_trailers(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::one_page();
    builder.section(Xref::Table, "");
    let prev = last_startxref(&builder.bytes);
    let (head, width) = (builder.bytes.len(), "xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev 00000000 /A (".len());
    let count = scale.of(4000);
    for n in 0..count {
        let next = if n + 1 < count { head + (n + 1) * width } else { prev };
        let text = format!("xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev {next:08} /A (");
        builder.bytes.extend_from_slice(text.as_bytes());
    }
    builder.bytes.resize(builder.bytes.len() + scale.of(8 << 20), b'A');
    builder.bytes.extend_from_slice(&b") >>\n".repeat(count));
    builder.end(head);
    builder.bytes
}
