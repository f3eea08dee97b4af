//! PDF objects as they were written: order, raw numbers and places are kept (ISO 32000-2 §7.3).

use std::fmt;
use std::ops::Range;

/// Number and generation of an indirect object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    /// Object number.
    pub number: u32,
    /// Generation number.
    pub generation: u16,
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.generation)
    }
}

/// A direct object.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// An integer that fits 64 bits.
    Integer(i64),
    /// Any other number, as its text: written back unchanged.
    Real(Vec<u8>),
    /// A string; `hex` tells the notation it was written in.
    String {
        /// The decoded bytes.
        bytes: Vec<u8>,
        /// Written as `<…>`.
        hex: bool,
    },
    /// A name, `#xx` decoded, without the slash.
    Name(Vec<u8>),
    /// An array.
    Array(Vec<Object>),
    /// A dictionary.
    Dictionary(Dictionary),
    /// A reference to an indirect object.
    Reference(ObjectId),
}

impl Object {
    /// A name object.
    pub fn name(text: &str) -> Self {
        Self::Name(text.as_bytes().to_vec())
    }

    /// A literal string object.
    pub fn literal(bytes: impl Into<Vec<u8>>) -> Self {
        Self::String { bytes: bytes.into(), hex: false }
    }

    /// A text string: ASCII as it is, all else as UTF-16BE with a byte order mark (ISO 32000-2 §7.9.2.2).
    pub fn text(text: &str) -> Self {
        if text.is_ascii() {
            return Self::literal(text);
        }
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        Self::String { bytes: units.flat_map(u16::to_be_bytes).collect(), hex: true }
    }

    /// The integer, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(value) = self { Some(*value) } else { None }
    }

    /// The name's bytes, if it is one.
    pub fn as_name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    /// The array, if it is one.
    pub fn as_array(&self) -> Option<&[Object]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The dictionary, if it is one.
    pub fn as_dictionary(&self) -> Option<&Dictionary> {
        if let Self::Dictionary(dictionary) = self { Some(dictionary) } else { None }
    }

    /// The string's bytes, if it is one.
    pub fn as_string(&self) -> Option<&[u8]> {
        if let Self::String { bytes, .. } = self { Some(bytes) } else { None }
    }

    /// The reference, if it is one.
    pub fn as_reference(&self) -> Option<ObjectId> {
        if let Self::Reference(id) = self { Some(*id) } else { None }
    }
}

/// Decodes a text string: UTF-16BE or UTF-8 with their marks, else `PDFDocEncoding` (ISO 32000-2 §7.9.2.2).
pub fn decode_text(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        return String::from_utf16_lossy(&units);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return String::from_utf8_lossy(rest).into_owned();
    }
    bytes.iter().map(|byte| pdf_doc_encoding(*byte)).collect()
}

/// ISO 32000-2 Annex D.3, where it differs from Latin-1.
fn pdf_doc_encoding(byte: u8) -> char {
    const HIGH: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł',
        'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}', '€',
    ];
    const LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    match byte {
        0x18..=0x1F => LOW[usize::from(byte - 0x18)],
        0x80..=0xA0 => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// One entry of a dictionary, with the place of its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key, `#xx` decoded.
    pub key: Vec<u8>,
    /// The value.
    pub value: Object,
    /// Where the value's token stands, from the start of the file; empty for entries not read from one.
    pub span: Range<u64>,
    /// The key was written with `#xx` escapes.
    pub escaped: bool,
}

/// A dictionary with its entries in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    entries: Vec<Entry>,
}

impl PartialEq for Dictionary {
    /// Equal keys and values in equal order; places do not count.
    fn eq(&self, other: &Self) -> bool {
        self.entries.len() == other.entries.len()
            && self.entries.iter().zip(&other.entries).all(|(a, b)| a.key == b.key && a.value == b.value)
    }
}

impl Dictionary {
    /// An empty dictionary.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of `key`; of several, the last, as the widespread readers do.
    pub fn value(&self, key: &str) -> Option<&Object> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`; of several, the last.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key == key.as_bytes())
    }

    /// All entries, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// A key that stands more than once.
    pub fn duplicate_key(&self) -> Option<&[u8]> {
        let mut keys: Vec<&[u8]> = self.entries.iter().map(|entry| entry.key.as_slice()).collect();
        keys.sort_unstable();
        keys.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
    }

    /// Sets `key`, in its place if it is there, else at the end; further copies of the key go.
    pub fn set(&mut self, key: &str, value: Object) {
        let entry = Entry { key: key.as_bytes().to_vec(), value, span: 0..0, escaped: false };
        match self.entries.iter().position(|entry| entry.key == key.as_bytes()) {
            Some(first) => {
                self.entries[first] = entry;
                let mut index = 0;
                self.entries.retain(|entry| {
                    index += 1;
                    index <= first + 1 || entry.key != key.as_bytes()
                });
            }
            None => self.entries.push(entry),
        }
    }

    /// Removes `key`.
    pub fn remove(&mut self, key: &str) {
        self.entries.retain(|entry| entry.key != key.as_bytes());
    }

    /// Adds an entry as read; duplicates are kept for the reader to judge.
    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }
}

impl FromIterator<(&'static str, Object)> for Dictionary {
    fn from_iter<I: IntoIterator<Item = (&'static str, Object)>>(entries: I) -> Self {
        let mut dictionary = Self::new();
        for (key, value) in entries {
            dictionary.set(key, value);
        }
        dictionary
    }
}

/// Writes an object so that reading it gives the same object.
pub fn write(object: &Object, out: &mut Vec<u8>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Object::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Real(text) => out.extend_from_slice(text),
        Object::String { bytes, hex: true } => {
            out.push(b'<');
            write_hex(bytes, out);
            out.push(b'>');
        }
        Object::String { bytes, hex: false } => {
            out.push(b'(');
            for byte in bytes {
                match byte {
                    b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
                    // A bare CR would be read back as LF (ISO 32000-2 §7.3.4.2).
                    b'\r' => out.extend_from_slice(b"\\r"),
                    b'\n' => out.extend_from_slice(b"\\n"),
                    _ => out.push(*byte),
                }
            }
            out.push(b')');
        }
        Object::Name(name) => write_name(name, out),
        Object::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(dictionary, out),
        Object::Reference(id) => out.extend_from_slice(format!("{} {} R", id.number, id.generation).as_bytes()),
    }
}

/// Writes `<< /Key value … >>` on one line.
pub fn write_dictionary(dictionary: &Dictionary, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<<");
    for entry in dictionary.entries() {
        out.push(b' ');
        write_name(&entry.key, out);
        out.push(b' ');
        write(&entry.value, out);
    }
    out.extend_from_slice(b" >>");
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name {
        match byte {
            b'!'..=b'~' if !b"#()<>[]{}/%".contains(byte) => out.push(*byte),
            _ => {
                out.push(b'#');
                write_hex(&[*byte], out);
            }
        }
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn write_hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.reserve(bytes.len() * 2);
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_keep_vietnamese() {
        let text = "Phê duyệt kế hoạch năm 2026";
        assert_eq!(decode_text(Object::text(text).as_string().unwrap()), text);
        assert_eq!(decode_text(Object::text("plain").as_string().unwrap()), "plain");
        assert_eq!(decode_text(b"\x80 \xA0 \xE9"), "• € é");
    }

    #[test]
    fn set_replaces_in_place_and_drops_copies() {
        let mut d: Dictionary = [("A", Object::Integer(1)), ("B", Object::Integer(2))].into_iter().collect();
        d.push(Entry { key: b"A".to_vec(), value: Object::Integer(3), span: 0..0, escaped: false });
        assert_eq!(d.duplicate_key(), Some(&b"A"[..]));
        assert_eq!(d.value("A"), Some(&Object::Integer(3)));
        d.set("A", Object::Integer(4));
        assert_eq!(d.entries().len(), 2);
        assert_eq!(d.entries()[0].value, Object::Integer(4));
    }
}
