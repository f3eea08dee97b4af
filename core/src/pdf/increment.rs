//! An incremental update: new and changed objects, a cross-reference section of the file's own kind, a trailer
//! (ISO 32000-2 §7.5.6). The original bytes are not touched, and not even needed.

use std::collections::BTreeMap;
use std::ops::Range;

use super::document::Document;
use super::object::{Dictionary, Object, ObjectId, write, write_dictionary};
use super::source::window;
use super::xref::{XrefEntry, XrefKind};
use crate::error::{Error, ErrorKind, Result};

/// An update in the making.
pub struct Increment {
    /// Length of the original: offsets in the update start here.
    base: u64,
    /// What the file subtracts from places (junk before the header that it does not count).
    shift: u64,
    bytes: Vec<u8>,
    entries: BTreeMap<u32, XrefEntry>,
    /// Where the body of each object stands in `bytes`.
    bodies: BTreeMap<u32, Range<usize>>,
    next_number: u32,
}

impl Increment {
    /// An update for `document`, beginning on a new line.
    pub fn new(document: &Document<'_>) -> Result<Self> {
        let base = document.source().len();
        let last = window(document.source(), base.saturating_sub(1), 1)?;
        let bytes = if matches!(*last, [b'\n' | b'\r']) { Vec::new() } else { b"\n".to_vec() };
        Ok(Self {
            base,
            shift: document.shift(),
            bytes,
            entries: BTreeMap::new(),
            bodies: BTreeMap::new(),
            next_number: document.next_number()?,
        })
    }

    /// A number that no object of the file has.
    pub fn new_id(&mut self) -> ObjectId {
        let id = ObjectId { number: self.next_number, generation: 0 };
        self.next_number = self.next_number.saturating_add(1);
        id
    }

    /// Writes an object; one that exists is replaced by it from this revision on.
    ///
    /// Errors: it was written already, and differently: a damaged file uses one object in two roles.
    pub fn object(&mut self, id: ObjectId, object: &Object) -> Result<()> {
        let mut body = Vec::new();
        write(object, &mut body);
        match self.bodies.get(&id.number) {
            // Some writers share one array between a page's annotations and the form's fields.
            Some(written) if self.bytes[written.clone()] == body => {}
            Some(_) => return Err(Error::new(ErrorKind::Malformed, "pdf.object-in-two-roles").with("object", id)),
            None => drop(self.raw_object(id, &body)),
        }
        Ok(())
    }

    /// Writes an object whose syntax is ready; gives the place of `body` within the update.
    pub fn raw_object(&mut self, id: ObjectId, body: &[u8]) -> usize {
        self.start(id);
        let at = self.bytes.len();
        self.bytes.extend_from_slice(body);
        self.bodies.insert(id.number, at..self.bytes.len());
        self.bytes.extend_from_slice(b"\nendobj\n");
        at
    }

    fn start(&mut self, id: ObjectId) {
        let offset = self.offset();
        self.entries.insert(id.number, XrefEntry::InUse { offset, generation: id.generation });
        self.bytes.extend_from_slice(format!("{} {} obj\n", id.number, id.generation).as_bytes());
    }

    /// Place of the next byte, as the file counts.
    fn offset(&self) -> u64 {
        (self.base + self.bytes.len() as u64).saturating_sub(self.shift)
    }

    /// Adds cross-reference, trailer, `startxref` and `%%EOF`, and gives the bytes to append.
    ///
    /// `identifier` becomes the second half of `/ID`; a file without an `/ID` gets one of two equal halves.
    pub fn finish(mut self, document: &Document<'_>, identifier: &[u8]) -> Result<Vec<u8>> {
        let kind = match document.rebuilt() {
            Some(table) if table.has_compressed() => XrefKind::Stream,
            Some(_) => XrefKind::Table,
            None => document.xref_kind(),
        };
        // A file that was rebuilt gets a complete cross-reference and no way back to the broken one.
        if let Some(table) = document.rebuilt() {
            for (number, entry) in table.entries() {
                self.entries.entry(number).or_insert(entry);
            }
            self.entries.insert(0, XrefEntry::Free);
        }
        let mut trailer = Dictionary::new();
        for key in ["Root", "Info"] {
            if let Some(value) = document.trailer().value(key) {
                trailer.set(key, value.clone());
            }
        }
        trailer.set("ID", new_identifier(document, identifier));
        if let Some(section) = document.sections().first() {
            let prev = section.offset.saturating_sub(self.shift);
            trailer.set("Prev", integer(prev)?);
        }
        let at = match kind {
            XrefKind::Table => self.write_table(&mut trailer)?,
            XrefKind::Stream => self.write_stream(&trailer)?,
        };
        self.bytes.extend_from_slice(format!("startxref\n{at}\n%%EOF\n").as_bytes());
        Ok(self.bytes)
    }

    /// Consecutive numbers, as `first` and how many.
    fn runs(&self) -> Vec<(u32, u32)> {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for number in self.entries.keys() {
            match runs.last_mut() {
                Some((first, count)) if *first + *count == *number => *count += 1,
                _ => runs.push((*number, 1)),
            }
        }
        runs
    }

    fn write_table(&mut self, trailer: &mut Dictionary) -> Result<u64> {
        let at = self.offset();
        self.bytes.extend_from_slice(b"xref\n");
        for (first, count) in self.runs() {
            self.bytes.extend_from_slice(format!("{first} {count}\n").as_bytes());
            for entry in self.entries.range(first..).take(count as usize).map(|(_, entry)| entry) {
                let line = match entry {
                    XrefEntry::InUse { offset, generation } if *offset <= 9_999_999_999 => {
                        format!("{offset:010} {generation:05} n\r\n")
                    }
                    XrefEntry::InUse { offset, .. } => {
                        return Err(Error::new(ErrorKind::Limit, "limit.pdf-table-offset").with("offset", offset));
                    }
                    XrefEntry::Free | XrefEntry::Compressed { .. } => "0000000000 65535 f\r\n".to_owned(),
                };
                self.bytes.extend_from_slice(line.as_bytes());
            }
        }
        trailer.set("Size", Object::Integer(i64::from(self.next_number)));
        self.bytes.extend_from_slice(b"trailer\n");
        write_dictionary(trailer, &mut self.bytes);
        self.bytes.push(b'\n');
        Ok(at)
    }

    fn write_stream(&mut self, trailer: &Dictionary) -> Result<u64> {
        let id = self.new_id();
        let at = self.offset();
        self.entries.insert(id.number, XrefEntry::InUse { offset: at, generation: 0 });
        // Eight bytes hold any offset; as few as the largest one needs keeps odd readers happy.
        let widest = self
            .entries
            .values()
            .map(|entry| match entry {
                XrefEntry::InUse { offset, .. } => *offset,
                XrefEntry::Compressed { stream, .. } => u64::from(*stream),
                XrefEntry::Free => 0,
            })
            .max()
            .unwrap_or(0);
        let width = (8 - widest.leading_zeros() as usize / 8).max(2);
        let mut rows = Vec::with_capacity(self.entries.len() * (width + 5));
        for entry in self.entries.values() {
            let (kind, second, third) = match entry {
                XrefEntry::Free => (0, 0, 65535),
                XrefEntry::InUse { offset, generation } => (1, *offset, u32::from(*generation)),
                XrefEntry::Compressed { stream, index } => (2, u64::from(*stream), *index),
            };
            rows.push(kind);
            rows.extend_from_slice(&second.to_be_bytes()[8 - width..]);
            rows.extend_from_slice(&third.to_be_bytes());
        }
        let index = self.runs().into_iter().flat_map(|(first, count)| [first, count]);
        let mut dictionary: Dictionary = [
            ("Type", Object::name("XRef")),
            ("Size", Object::Integer(i64::from(self.next_number))),
            ("W", Object::Array(vec![Object::Integer(1), integer(width as u64)?, Object::Integer(4)])),
            ("Index", Object::Array(index.map(|number| Object::Integer(i64::from(number))).collect())),
            ("Length", integer(rows.len() as u64)?),
        ]
        .into_iter()
        .collect();
        for entry in trailer.entries() {
            dictionary.push(entry.clone());
        }
        self.bytes.extend_from_slice(format!("{} 0 obj\n", id.number).as_bytes());
        write_dictionary(&dictionary, &mut self.bytes);
        self.bytes.extend_from_slice(b"\nstream\n");
        self.bytes.extend_from_slice(&rows);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
        Ok(at)
    }
}

/// The first half stays, as the standard demands (§14.4); the second tells the revision.
fn new_identifier(document: &Document<'_>, identifier: &[u8]) -> Object {
    let new = Object::String { bytes: identifier.to_vec(), hex: true };
    let first = match document.trailer().value("ID").and_then(Object::as_array) {
        Some([first @ Object::String { .. }, ..]) => first.clone(),
        _ => new.clone(),
    };
    Object::Array(vec![first, new])
}

fn integer(value: u64) -> Result<Object> {
    i64::try_from(value)
        .map(Object::Integer)
        .map_err(|_| Error::new(ErrorKind::Limit, "limit.pdf-table-offset").with("offset", value))
}
