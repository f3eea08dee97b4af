//! PDFs from nothing: objects, cross-reference tables and streams, revisions.

use std::collections::BTreeMap;

/// How a cross-reference section is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Xref {
    Table,
    Stream,
}

/// A PDF in the making. Objects go out as they come; [`Builder::section`] ends a revision.
pub struct Builder {
    pub bytes: Vec<u8>,
    offsets: BTreeMap<u32, usize>,
    prev: Option<usize>,
    size: u32,
}

impl Builder {
    pub fn new() -> Self {
        let bytes = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        Self { bytes, offsets: BTreeMap::new(), prev: None, size: 1 }
    }

    /// A file with catalog (1), page tree (2), one page (3) and its content (4); no cross-reference yet.
    pub fn one_page() -> Self {
        let mut builder = Self::new();
        builder.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
        builder.page();
        builder
    }

    /// Page tree (2), page (3) and content (4).
    pub fn page(&mut self) {
        self.object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        self.object(
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 \
             << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        );
        self.stream(4, "", b"BT /F1 24 Tf 72 770 Td (QUYET DINH) Tj ET");
    }

    /// An object with its syntax.
    pub fn object(&mut self, number: u32, body: impl AsRef<[u8]>) {
        self.start(number);
        self.bytes.extend_from_slice(body.as_ref());
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    /// The header of an object whose body the caller appends to `bytes`.
    pub fn start(&mut self, number: u32) {
        self.offsets.insert(number, self.bytes.len());
        self.size = self.size.max(number + 1);
        self.bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
    }

    /// A stream with a right `/Length` and further keys.
    pub fn stream(&mut self, number: u32, keys: &str, data: &[u8]) {
        self.start(number);
        self.bytes.extend_from_slice(format!("<< /Length {} {keys} >>\nstream\n", data.len()).as_bytes());
        self.bytes.extend_from_slice(data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// An object that stands at `offset` already.
    pub fn at(&mut self, number: u32, offset: usize) {
        self.offsets.insert(number, offset);
        self.size = self.size.max(number + 1);
    }

    /// Where an object of this revision stands.
    pub fn offset(&self, number: u32) -> u64 {
        self.offsets[&number] as u64
    }

    /// Cross-reference, trailer and `startxref` for the objects since the last section.
    pub fn section(&mut self, kind: Xref, trailer: &str) {
        let mut keys = format!("/Root 1 0 R {trailer}");
        if let Some(prev) = self.prev {
            keys.push_str(&format!(" /Prev {prev}"));
        }
        let at = self.bytes.len();
        match kind {
            Xref::Table => self.table(&keys),
            Xref::Stream => self.xref_stream(&keys),
        }
        self.end(at);
    }

    /// `startxref` and the end of the revision.
    pub fn end(&mut self, at: usize) {
        self.bytes.extend_from_slice(format!("startxref\n{at}\n%%EOF\n").as_bytes());
        self.offsets.clear();
        self.prev = Some(at);
    }

    fn runs(&self) -> Vec<(u32, u32)> {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for number in self.offsets.keys() {
            match runs.last_mut() {
                Some((first, count)) if *first + *count == *number => *count += 1,
                _ => runs.push((*number, 1)),
            }
        }
        runs
    }

    fn table(&mut self, keys: &str) {
        let mut text = "xref\n".to_owned();
        if self.prev.is_none() {
            text.push_str("0 1\n0000000000 65535 f\r\n");
        }
        for (first, count) in self.runs() {
            text.push_str(&format!("{first} {count}\n"));
            for (_, offset) in self.offsets.range(first..).take(count as usize) {
                text.push_str(&format!("{offset:010} 00000 n\r\n"));
            }
        }
        text.push_str(&format!("trailer\n<< /Size {} {keys} >>\n", self.size));
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn xref_stream(&mut self, keys: &str) {
        let own = self.size;
        self.size += 1;
        self.offsets.insert(own, self.bytes.len());
        let mut rows = Vec::new();
        for offset in self.offsets.values() {
            rows.push(1);
            rows.extend_from_slice(&(*offset as u64).to_be_bytes()[3..]);
            rows.push(0);
        }
        let index: Vec<String> = self.runs().iter().map(|(first, count)| format!("{first} {count}")).collect();
        let keys = format!("/Type /XRef /Size {} /W [1 5 1] /Index [{}] {keys}", self.size, index.join(" "));
        self.stream(own, &keys, &rows);
    }
}

/// One page, a few hundred bytes.
pub fn small(kind: Xref) -> Vec<u8> {
    let mut builder = Builder::one_page();
    builder.section(kind, "");
    builder.bytes
}

/// One page and a stream of noise that makes the file `len` bytes long.
pub fn of_size(len: usize) -> Vec<u8> {
    let noise = |amount: usize| {
        let mut builder = Builder::one_page();
        builder.stream(5, "", &random(amount, 1));
        builder.section(Xref::Table, "");
        builder.bytes
    };
    // The length of the numbers in the file depends on the length of the file: the third try always fits.
    let mut amount = len;
    for _ in 0..3 {
        amount = (amount + len).saturating_sub(noise(amount).len());
    }
    noise(amount)
}

/// Reproducible noise (xorshift64*).
pub fn random(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        bytes.extend_from_slice(&state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// A signature dictionary (6) in a field (5) of a second revision, over everything but `contents`, which need not be
/// a signature at all.
pub fn with_contents(contents: &[u8]) -> Vec<u8> {
    with_fields(contents, 1, &[])
}

/// As [`with_contents`], with `fields` fields that all hold the one signature; `ballast` follows the dictionary, inside
/// of what is signed.
pub fn with_fields(contents: &[u8], fields: u32, ballast: &[u8]) -> Vec<u8> {
    let mut builder = Builder::one_page();
    builder.section(Xref::Table, "");
    let first = 7;
    let kids: Vec<String> = (first..first + fields).map(|number| format!("{number} 0 R")).collect();
    builder.object(
        1,
        format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [{}] >> >>", kids.join(" ")),
    );
    builder.start(6);
    builder
        .bytes
        .extend_from_slice(b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [");
    let room = builder.bytes.len();
    builder.bytes.extend_from_slice(&[b' '; 64]);
    builder.bytes.extend_from_slice(b"] /Contents ");
    let start = builder.bytes.len();
    builder.bytes.push(b'<');
    for byte in contents {
        builder.bytes.extend_from_slice(format!("{byte:02x}").as_bytes());
    }
    builder.bytes.push(b'>');
    let end = builder.bytes.len();
    builder.bytes.extend_from_slice(b" >>\nendobj\n");
    for number in first..first + fields {
        builder.object(number, format!("<< /FT /Sig /T (S{number}) /V 6 0 R >>"));
    }
    if !ballast.is_empty() {
        builder.stream(5, "", ballast);
    }
    builder.section(Xref::Table, "");
    let mut bytes = builder.bytes;
    let range = format!("0 {start} {end} {}", bytes.len() - end);
    bytes[room..room + range.len()].copy_from_slice(range.as_bytes());
    bytes
}
