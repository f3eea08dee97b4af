//! Objects that nest, loop, overlap, or are read again and again.

use super::super::pdf::{Builder, Xref};
use super::super::pki::Pki;
use super::{Scale, Table, bomb};

pub(super) const CASES: Table = &[
    ("nested-arrays", |scale, _| catalog_key(&"[".repeat(scale.of(1_000_000)))),
    ("nested-dictionaries", |scale, _| catalog_key(&"<</A ".repeat(scale.of(1_000_000)))),
    ("nested-as-deep-as-allowed", |_, _| catalog_key(&format!("{}{}", "[".repeat(98), "]".repeat(98)))),
    ("nested-trailer", |scale, _| trailer_key(&"[".repeat(scale.of(1_000_000)))),
    ("array-of-8-million", |scale, _| catalog_key(&format!("[{}]", "0 ".repeat(scale.of(8_000_000))))),
    ("trailer-array-of-8-million", |scale, _| trailer_key(&format!("[{}]", "0 ".repeat(scale.of(8_000_000))))),
    ("dictionary-of-2-million", |scale, _| catalog_key(&format!("<<{}>>", "/A 0".repeat(scale.of(3_900_000))))),
    ("array-of-empty-dictionaries", |scale, _| catalog_key(&format!("[{}]", "<<>>".repeat(scale.of(4_000_000))))),
    ("string-without-end", |scale, _| catalog_key(&format!("({}", "(".repeat(scale.of(20 << 20))))),
    ("root-is-itself", |_, _| root("1 0 R")),
    ("root-in-a-circle", |_, _| root("2 0 R")),
    ("root-is-a-page", |_, _| trailer_of("/Root 3 0 R")),
    ("root-is-missing", |_, _| trailer_of("")),
    ("form-is-the-catalog", |_, _| catalog("/Pages 2 0 R /AcroForm 1 0 R /Fields []", "")),
    ("form-is-the-page", |_, _| catalog("/Pages 2 0 R /AcroForm 3 0 R", "")),
    ("form-is-a-stream", |_, _| catalog("/Pages 2 0 R /AcroForm 4 0 R", "")),
    ("page-is-the-catalog", |_, _| catalog("/Pages 1 0 R", "")),
    ("page-is-a-stream", |_, _| catalog("/Pages 4 0 R", "")),
    ("fields-and-annotations-share-an-array", |_, _| {
        catalog("/Pages 2 0 R /AcroForm << /Fields 5 0 R >>", "/Annots 5 0 R")
    }),
    ("form-in-a-circle", |_, _| form_in_a_circle()),
    ("page-is-its-own-kid", |_, _| pages("<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>")),
    ("page-tree-without-leaf", |_, _| pages("<< /Type /Pages /Kids [] /Count 99 >>")),
    ("page-chain", page_chain),
    ("pages-that-share-their-kids", shared_page_kids),
    ("field-is-its-own-kid", |_, _| {
        form("10 0 R", &["<< /T (A) /FT /Sig /Kids [10 0 R 11 0 R] /Parent 11 0 R >>", "<< /T (B) /Kids [10 0 R] >>"])
    }),
    ("field-chain", |scale, _| field_chain(scale.of(90_000), "A")),
    ("field-chain-of-long-names", |scale, _| field_chain(scale.of(8_000), &"A".repeat(2_000))),
    ("fields-that-share-their-kids", shared_field_kids),
    ("overlapping-strings", overlapping_strings),
    ("object-stream-in-itself", |_, _| compressed(&[(5, 5, 0), (7, 5, 0)], "/N 1 /First 4", b"7 0 null")),
    ("object-stream-in-a-circle", |_, _| compressed(&[(5, 8, 0), (8, 5, 0)], "/N 1 /First 4", b"7 0 null")),
    ("object-stream-of-2-to-63", |_, _| object_stream("/N 9223372036854775807 /First 4", b"9 0 null")),
    ("object-stream-first-past-the-end", |_, _| object_stream("/N 1 /First 9223372036854775807", b"9 0 null")),
    ("object-stream-first-negative", |_, _| object_stream("/N -1 /First -1", b"9 0 null")),
    ("object-stream-extends-itself", |_, _| object_stream("/N 1 /First 4 /Extends 5 0 R", b"9 0 null")),
    ("object-stream-length-in-itself", |_, _| compressed(&[(9, 5, 0)], "/N 1 /First 4 /Length 9 0 R", b"9 0 8")),
    ("object-stream-of-16-million", object_stream_of_millions),
    ("object-stream-wrong-indices", wrong_indices),
    ("object-stream-shared-body", shared_body),
    ("object-streams-in-turn", streams_in_turn),
    ("object-streams-without-end", streams_without_end),
];

fn catalog_key(value: &str) -> Vec<u8> {
    let mut builder = Builder::new();
    builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R /X {value} >>"));
    builder.page();
    builder.section(Xref::Table, "");
    builder.bytes
}

fn trailer_key(value: &str) -> Vec<u8> {
    let mut builder = Builder::one_page();
    builder.section(Xref::Table, &format!("/ID {value}"));
    builder.bytes
}

fn root(first: &str) -> Vec<u8> {
    let mut builder = Builder::new();
    builder.object(1, first);
    builder.object(2, "1 0 R");
    builder.section(Xref::Table, "");
    builder.bytes
}

/// A table whose trailer says only this.
fn trailer_of(keys: &str) -> Vec<u8> {
    let mut builder = Builder::one_page();
    builder.section(Xref::Table, "");
    let whole = "/Root 1 0 R";
    let text = String::from_utf8_lossy(&builder.bytes).rfind(whole).unwrap();
    // The binary comment of the header is four bytes in the file and more in the lossy text.
    let at = builder.bytes.len() - (String::from_utf8_lossy(&builder.bytes).len() - text);
    builder.bytes[at..at + whole.len()].copy_from_slice(format!("{keys:11}").as_bytes());
    builder.bytes
}

fn form_in_a_circle() -> Vec<u8> {
    let mut builder = Builder::new();
    builder.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>");
    builder.page();
    builder.object(5, "<< /Fields 6 0 R /SigFlags 7 0 R >>");
    builder.object(6, "7 0 R");
    builder.object(7, "6 0 R");
    builder.section(Xref::Table, "");
    builder.bytes
}

fn pages(node: &str) -> Vec<u8> {
    let mut builder = Builder::new();
    builder.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
    builder.object(2, node);
    builder.section(Xref::Table, "");
    builder.bytes
}

fn page_chain(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::new();
    builder.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
    let last = u32::try_from(scale.of(190_000)).unwrap();
    for number in 2..last {
        let (parent, kid) = (number - 1, number + 1);
        builder.object(number, format!("<< /Type /Pages /Parent {parent} 0 R /Kids [{kid} 0 R] /Count 1 >>"));
    }
    builder.object(last, format!("<< /Type /Page /Parent {} 0 R >>", last - 1));
    builder.section(Xref::Table, "");
    builder.bytes
}

/// Each of two thousand nodes has the same million kids, which are the nodes again.
fn shared_page_kids(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::new();
    let nodes = 2000;
    builder.object(1, "<< /Type /Catalog /Pages 10 0 R >>");
    let kids: Vec<String> = (0..scale.of(1_000_000)).map(|n| format!("{} 0 R", 10 + n % nodes)).collect();
    builder.object(9, format!("[{}]", kids.join(" ")));
    for number in 10..10 + u32::try_from(nodes).unwrap() {
        builder.object(number, "<< /Type /Pages /Kids 9 0 R >>");
    }
    builder.section(Xref::Table, "");
    builder.bytes
}

/// A form whose `/Fields` are `roots`; `objects` get the numbers from 10 on.
fn form<T: AsRef<[u8]>>(roots: &str, objects: &[T]) -> Vec<u8> {
    let mut builder = Builder::new();
    builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{roots}] >> >>"));
    builder.page();
    for (number, object) in (10..).zip(objects) {
        builder.object(number, object);
    }
    builder.section(Xref::Table, "");
    builder.bytes
}

fn field_chain(count: usize, name: &str) -> Vec<u8> {
    let field = |n: usize| format!("<< /T ({name}) /Kids [{} 0 R] >>", 11 + n);
    let mut fields: Vec<String> = (0..count).map(field).collect();
    fields.push("<< /T (Last) /FT /Sig >>".to_owned());
    form("10 0 R", &fields)
}

/// Each of the fields asks for the same widgets.
fn shared_field_kids(scale: Scale, _: &Pki) -> Vec<u8> {
    let count = scale.of(50_000);
    let mut objects = vec![format!("[{}]", "11 0 R ".repeat(count)), "<< /Subtype /Widget >>".to_owned()];
    objects.extend((0..count).map(|n| format!("<< /T (F{n}) /FT /Tx /Kids 10 0 R >>")));
    let roots: Vec<String> = (12..12 + count).map(|number| format!("{number} 0 R")).collect();
    form(&roots.join(" "), &objects)
}

/// Objects that stand inside the string of the object before: each is as long as the rest of the file.
fn overlapping_strings(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::new();
    let count = 5_000;
    let roots: Vec<String> = (10..10 + count).map(|number| format!("{number} 0 R")).collect();
    builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{}] >> >>", roots.join(" ")));
    builder.page();
    for number in 10..10 + count {
        builder.start(number);
        builder.bytes.push(b'(');
    }
    builder.bytes.resize(builder.bytes.len() + scale.of(8 << 20), b'A');
    builder.bytes.extend_from_slice(&b")\nendobj\n".repeat(count as usize));
    builder.section(Xref::Table, "");
    builder.bytes
}

/// A file with a cross-reference stream that says of `members` (number, stream, index) that they are compressed; the
/// object stream is object 5.
fn compressed(members: &[(u32, u32, u32)], keys: &str, data: &[u8]) -> Vec<u8> {
    let mut builder = Builder::new();
    let fields: Vec<String> = members.iter().map(|(number, ..)| format!("{number} 0 R")).collect();
    builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{}] >> >>", fields.join(" ")));
    builder.page();
    let length = if keys.contains("/Length") { String::new() } else { format!("/Length {}", data.len()) };
    builder.start(5);
    builder.bytes.extend_from_slice(format!("<< /Type /ObjStm {keys} {length} >>\nstream\n").as_bytes());
    builder.bytes.extend_from_slice(data);
    builder.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    builder.section(Xref::Stream, "");
    with_members(builder, members)
}

/// A second section that lists members of object streams.
fn with_members(mut builder: Builder, members: &[(u32, u32, u32)]) -> Vec<u8> {
    let prev = String::from_utf8_lossy(&builder.bytes[builder.bytes.len() - 40..]).into_owned();
    let prev: usize = prev.lines().rev().nth(1).and_then(|line| line.parse().ok()).unwrap();
    let (mut rows, mut index) = (Vec::new(), String::new());
    for (number, stream, at) in members {
        index.push_str(&format!("{number} 1 "));
        rows.push(2);
        rows.extend_from_slice(&stream.to_be_bytes());
        rows.extend_from_slice(&at.to_be_bytes());
    }
    let highest = members.iter().map(|(number, ..)| *number).max().unwrap_or(0).max(9);
    let at = builder.bytes.len();
    let keys = format!("/Type /XRef /Size {} /W [1 4 4] /Index [{index}] /Root 1 0 R /Prev {prev}", highest + 2);
    builder.stream(highest + 1, &keys, &rows);
    builder.end(at);
    builder.bytes
}

/// One field, object 9, in object stream 5.
fn object_stream(keys: &str, data: &[u8]) -> Vec<u8> {
    compressed(&[(9, 5, 0)], keys, data)
}

/// The table of the object stream alone fills the limit of a decoded stream.
fn object_stream_of_millions(scale: Scale, _: &Pki) -> Vec<u8> {
    let count = scale.of(16_000);
    let keys = format!("/N {} /First {} /Filter /FlateDecode", count << 10, count << 12);
    object_stream(&keys, &bomb(&b"8 0 ".repeat(1024), count))
}

/// Each lookup by a wrong index has to search the whole table.
fn wrong_indices(scale: Scale, _: &Pki) -> Vec<u8> {
    let count = u32::try_from(scale.of(90_000)).unwrap();
    let table: String = (0..count).map(|n| format!("{} 0 ", 100 + n)).collect();
    let members: Vec<(u32, u32, u32)> = (0..count).map(|n| (100 + n, 5, count + 7)).collect();
    let data = format!("{table}<< /T (A) >>");
    compressed(&members, &format!("/N {count} /First {}", table.len()), data.as_bytes())
}

/// All members are the same large array.
fn shared_body(scale: Scale, _: &Pki) -> Vec<u8> {
    let count = u32::try_from(scale.of(90_000)).unwrap();
    let table: String = (0..count).map(|n| format!("{} 0 ", 100 + n)).collect();
    let members: Vec<(u32, u32, u32)> = (0..count).map(|n| (100 + n, 5, n)).collect();
    let data = format!("{table}[{}]", "0 ".repeat(scale.of(1 << 20)));
    compressed(&members, &format!("/N {count} /First {}", table.len()), data.as_bytes())
}

/// Two object streams that do not fit into memory together, asked in turn.
fn streams_in_turn(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::new();
    let count = 2_000_u32;
    let fields: Vec<String> = (100..100 + count).map(|number| format!("{number} 0 R")).collect();
    builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{}] >> >>", fields.join(" ")));
    builder.page();
    let mut members = Vec::new();
    for stream in [5, 6] {
        let numbers: Vec<u32> = (100..100 + count).filter(|number| number % 2 == stream % 2).collect();
        let mut data: Vec<u8> = numbers.iter().flat_map(|number| format!("{number} 0 ").into_bytes()).collect();
        let first = data.len();
        data.extend_from_slice(b"<< /T (A) >>");
        data.resize(data.len().next_multiple_of(1 << 20), b' ');
        // The table is in the first block; the other blocks are copies that nobody looks at.
        let keys = format!("/Type /ObjStm /N {} /First {first} /Filter /FlateDecode", numbers.len());
        builder.stream(stream, &keys, &bomb(&data, scale.of(40)));
        members.extend(numbers.iter().zip(0..).map(|(number, index)| (*number, stream, index)));
    }
    members.sort_unstable();
    builder.section(Xref::Stream, "");
    with_members(builder, &members)
}

/// Object streams without an end of their own: each reaches to the end of the last one.
fn streams_without_end(scale: Scale, _: &Pki) -> Vec<u8> {
    let mut builder = Builder::new();
    let count = 2_000_u32;
    let fields: Vec<String> = (0..count).map(|n| format!("{} 0 R", 10_000 + n)).collect();
    builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{}] >> >>", fields.join(" ")));
    builder.page();
    let mut members = Vec::new();
    for n in 0..count {
        let (stream, member) = (100 + n, 10_000 + n);
        builder.start(stream);
        let text = format!("<< /Type /ObjStm /N 1 /First 8 >>\nstream\n{member} 0 << /T (A) >>\n");
        builder.bytes.extend_from_slice(text.as_bytes());
        members.push((member, stream, 0));
    }
    builder.bytes.resize(builder.bytes.len() + scale.of(30 << 20), b' ');
    builder.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    builder.section(Xref::Stream, "");
    with_members(builder, &members)
}

/// One page with further keys; the catalog has only these. Object 5 is an empty array.
fn catalog(keys: &str, page: &str) -> Vec<u8> {
    let mut builder = Builder::new();
    builder.object(1, format!("<< /Type /Catalog {keys} >>"));
    builder.page();
    builder.object(3, format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {page} >>"));
    builder.object(5, "[]");
    builder.section(Xref::Table, "");
    builder.bytes
}
