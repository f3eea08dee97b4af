//! One reading of a PDF file: its sections, its revisions, its objects by number.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::budget::Budget;
use super::filter;
use super::object::{Dictionary, Object, ObjectId};
use super::parser::{Parser, Stop};
use super::repair;
use super::source::{Source, window};
use super::xref::{Oddity, Section, Unreadable, XrefEntry, XrefKind, read_growing, rfind, stream_data};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// What to do with a file whose cross-reference cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Repair {
    /// Refuse it, with [`ErrorKind::NeedsRepair`].
    #[default]
    Refuse,
    /// Scan the whole file for objects. Never used when verifying: readers that rebuild see other objects
    /// than readers that do not.
    Rebuild,
}

/// An indirect object with the place it was read from.
#[derive(Clone, Debug)]
pub struct Indirect {
    /// Number and generation.
    pub id: ObjectId,
    /// The object; of a stream, its dictionary.
    pub object: Object,
    /// Place of its header in the file; of a member of an object stream, the place of that stream.
    pub offset: u64,
    /// The object stream that holds it.
    pub container: Option<u32>,
    /// Of a stream: the place after the keyword `stream`.
    pub stream: Option<u64>,
}

impl Indirect {
    /// The dictionary, unless the object is a stream: no node of the document's structure is one, and written back
    /// without its data it would be destroyed.
    pub fn dictionary(&self) -> Option<&Dictionary> {
        self.object.as_dictionary().filter(|_| self.stream.is_none())
    }
}

/// A complete state of the document: what one writer left behind (ISO 32000-2 §7.5.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Place after its `%%EOF`, and after the end of line that follows it.
    pub end: std::ops::RangeInclusive<u64>,
    /// The sections that it added, newest first (two in a linearised file).
    pub sections: std::ops::Range<usize>,
}

/// A PDF file, read lazily from a [`Source`].
pub struct Document<'a> {
    source: &'a dyn Source,
    limits: &'a Limits,
    header: u64,
    /// Added to offsets that the file gives: not 0 where junk precedes the header and is not counted.
    shift: u64,
    version: (u8, u8),
    /// Newest first.
    sections: Vec<Section>,
    rebuilt: Option<repair::Table>,
    oddities: Vec<Oddity>,
    cache: HashMap<u32, Rc<Indirect>>,
    streams: HashMap<u32, Rc<ObjectStream>>,
    reads: usize,
    budget: Budget<'a>,
}

/// A decoded object stream: the objects' numbers and places in `data`.
struct ObjectStream {
    offset: u64,
    members: Vec<(u32, usize)>,
    /// Index in `members` of each number; of several, the first.
    by_number: HashMap<u32, usize>,
    data: Vec<u8>,
}

impl<'a> Document<'a> {
    /// Reads header, `startxref` and all cross-reference sections.
    ///
    /// Errors: not a PDF, over a limit, or a cross-reference that cannot be followed
    /// ([`ErrorKind::NeedsRepair`], unless `repair` says to rebuild it).
    pub fn open(source: &'a dyn Source, limits: &'a Limits, repair: Repair) -> Result<Self> {
        let (header, version) = find_header(source)?;
        let mut document = Self {
            source,
            limits,
            header,
            shift: 0,
            version,
            sections: Vec::new(),
            rebuilt: None,
            oddities: Vec::new(),
            cache: HashMap::new(),
            streams: HashMap::new(),
            reads: 0,
            budget: Budget::new(limits),
        };
        if header > 0 {
            document.odd("pdf.odd-junk-before-header", 0);
        }
        match document.read_sections().and_then(|()| document.check_root()) {
            Ok(()) => Ok(document),
            Err(Unreadable::Error(error)) if error.kind() != ErrorKind::NeedsRepair => Err(error),
            Err(_) if repair == Repair::Rebuild => document.rebuild(),
            Err(Unreadable::At(offset)) => Err(needs_repair(offset)),
            Err(Unreadable::Error(error)) => Err(error),
        }
    }

    /// The bytes.
    pub fn source(&self) -> &'a dyn Source {
        self.source
    }

    /// The budgets.
    pub fn limits(&self) -> &'a Limits {
        self.limits
    }

    /// Version: the header's, or the catalog's `/Version` if that is later (§7.2.2 there).
    pub fn version(&mut self) -> (u8, u8) {
        let catalog = self.root().ok().and_then(|root| {
            let name = root.object.as_dictionary()?.value("Version")?.as_name()?.to_vec();
            parse_version(&name)
        });
        self.version.max(catalog.unwrap_or((0, 0)))
    }

    /// Place of `%PDF-`.
    pub fn header_offset(&self) -> u64 {
        self.header
    }

    /// What is added to the offsets that the file gives, to find places in it.
    pub fn shift(&self) -> u64 {
        self.shift
    }

    /// The cross-reference sections, newest first; empty for a rebuilt file.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The rebuilt cross-reference, if it had to be rebuilt.
    pub(crate) fn rebuilt(&self) -> Option<&repair::Table> {
        self.rebuilt.as_ref()
    }

    /// What a strict reader would have refused so far; grows as objects are read.
    pub fn oddities(&self) -> &[Oddity] {
        &self.oddities
    }

    /// The trailer of the newest section.
    pub fn trailer(&self) -> &Dictionary {
        match (&self.rebuilt, self.sections.first()) {
            (Some(table), _) => &table.trailer,
            (None, Some(section)) => &section.trailer,
            (None, None) => EMPTY.get_or_init(Dictionary::new),
        }
    }

    /// One more than the highest object number in use or claimed.
    pub fn next_number(&self) -> Result<u32> {
        let listed = self.sections.iter().map(Section::highest_number).max().unwrap_or(0);
        let rebuilt = self.rebuilt.as_ref().map_or(0, repair::Table::next_number);
        // A `/Size` that claims more than is there is a lie, but its numbers may be referred to: stay above it,
        // as long as it is a number that other readers accept (ISO 32000-2 Annex C.2: 8,388,607).
        let size = self.trailer().value("Size").and_then(Object::as_integer).unwrap_or(0);
        let size = u64::try_from(size).unwrap_or(0).min(8_388_607);
        let next = listed.max(rebuilt).max(size).max(1);
        u32::try_from(next)
            .ok()
            .filter(|next| *next < 100_000_000)
            .ok_or_else(|| Error::new(ErrorKind::Limit, "limit.pdf-objects").with("limit", 100_000_000))
    }

    /// The catalog.
    pub fn root(&mut self) -> Result<Rc<Indirect>> {
        let id = self.trailer().value("Root").and_then(Object::as_reference).ok_or_else(|| needs_repair(0))?;
        self.load(id)
    }

    fn odd(&mut self, id: &'static str, offset: u64) {
        let oddity = Oddity { id, offset };
        if !self.oddities.contains(&oddity) && self.oddities.len() < 1000 {
            self.oddities.push(oddity);
        }
    }

    /// Follows `startxref` and the chain of `/Prev`.
    fn read_sections(&mut self) -> Result<(), Unreadable> {
        let stated = self.find_startxref()?;
        let (first, shift) = self.locate_first_section(stated).ok_or(Unreadable::At(stated))?;
        self.shift = shift;
        let mut next = Some(first);
        let mut seen = HashSet::new();
        while let Some(offset) = next {
            if self.sections.len() >= self.limits.pdf_revisions {
                return Err(Error::new(ErrorKind::Limit, "limit.pdf-revisions")
                    .with("limit", self.limits.pdf_revisions)
                    .into());
            }
            if !seen.insert(offset) {
                return Err(Unreadable::At(offset));
            }
            let section =
                Section::read(self.source, offset, self.shift, self.limits, &mut self.budget, &mut self.oddities)?;
            next = match section.trailer.value("Prev") {
                None | Some(Object::Null) => None,
                Some(prev) => {
                    let stated = self.place(prev).ok_or(Unreadable::At(offset))?;
                    Some(self.locate_section(stated).ok_or(Unreadable::At(stated))?)
                }
            };
            self.sections.push(section);
        }
        Ok(())
    }

    /// An offset as the file states it, as a place in the file.
    fn place(&self, offset: &Object) -> Option<u64> {
        // Some writers give `/Prev` as a real number; only whole ones make sense.
        u64::try_from(offset.as_integer()?).ok()?.checked_add(self.shift)
    }

    /// The number after the last `startxref` (§7.5.5). Bytes after `%%EOF` are tolerated up to 64 KiB.
    fn find_startxref(&mut self) -> Result<u64, Unreadable> {
        let len = self.source.len();
        for reach in [1024_u64, 64 << 10] {
            let from = len.saturating_sub(reach);
            let tail = window(self.source, from, usize::try_from(reach).unwrap_or(usize::MAX))?;
            let Some(at) = rfind(&tail, b"startxref") else { continue };
            let mut parser = Parser::new(&tail[at + 9..], from + at as u64 + 9, true, 1);
            parser.skip_space();
            let stated = parser.unsigned().map_err(|_| Unreadable::At(from + at as u64))?;
            parser.skip_white();
            if !parser.rest().starts_with(b"%%EOF") {
                self.odd("pdf.odd-no-eof-marker", parser.offset());
            } else if parser.rest()[5..].iter().any(|b| !super::parser::is_space(*b)) {
                self.odd("pdf.odd-bytes-after-eof", parser.offset());
            }
            return Ok(stated);
        }
        Err(Unreadable::At(len))
    }

    /// The place of the newest section and the shift that the file's offsets need.
    fn locate_first_section(&mut self, stated: u64) -> Option<(u64, u64)> {
        let shifted = stated.checked_add(self.header)?;
        for (place, shift) in [(stated, 0), (shifted, self.header)] {
            if is_section(self.source, place) {
                return Some((place, shift));
            }
        }
        for (place, shift) in [(stated, 0), (shifted, self.header)] {
            if let Some(found) = near_section(self.source, place) {
                self.odd("pdf.odd-startxref", place);
                return Some((found, shift));
            }
        }
        None
    }

    /// A section at `place`, or within a few bytes of it.
    fn locate_section(&mut self, place: u64) -> Option<u64> {
        if is_section(self.source, place) {
            return Some(place);
        }
        let found = near_section(self.source, place)?;
        self.odd("pdf.odd-prev", place);
        Some(found)
    }

    /// The chain is only of use if it leads to a catalog.
    fn check_root(&mut self) -> Result<(), Unreadable> {
        if self.trailer().value("Encrypt").is_some_and(|e| *e != Object::Null) {
            // The catalog may sit in an encrypted object stream: nothing more can be checked here.
            return Ok(());
        }
        let root = self.root()?;
        if root.dictionary().is_some_and(|d| d.value("Pages").is_some()) {
            Ok(())
        } else {
            Err(Unreadable::At(root.offset))
        }
    }

    fn rebuild(mut self) -> Result<Self> {
        self.sections.clear();
        self.cache.clear();
        self.streams.clear();
        self.shift = self.header;
        self.rebuilt = Some(repair::scan(self.source, self.header, self.limits, &mut self.budget)?);
        self.odd("pdf.odd-rebuilt", 0);
        self.check_root().map_err(|_| Error::new(ErrorKind::Malformed, "pdf.no-catalog"))?;
        Ok(self)
    }

    /// Where `number` stands, by the newest section that lists it.
    pub fn entry(&self, number: u32) -> Result<Option<XrefEntry>> {
        if let Some(table) = &self.rebuilt {
            return Ok(table.entry(number));
        }
        Ok(self.entry_with_section(number)?.map(|(entry, _)| entry))
    }

    /// Where `number` stands, and the index of the section that says so.
    pub fn entry_with_section(&self, number: u32) -> Result<Option<(XrefEntry, usize)>> {
        for (index, section) in self.sections.iter().enumerate() {
            self.budget.look()?;
            if let Some(entry) = section.lookup(self.source, number)? {
                return Ok(Some((entry, index)));
            }
        }
        Ok(None)
    }

    /// Reads an indirect object. A free or missing one is `null` (ISO 32000-2 §7.3.10).
    pub fn load(&mut self, id: ObjectId) -> Result<Rc<Indirect>> {
        if let Some(loaded) = self.cache.get(&id.number) {
            if loaded.id == id {
                return Ok(Rc::clone(loaded));
            }
        }
        self.reads += 1;
        if self.reads > self.limits.pdf_objects_read {
            return Err(
                Error::new(ErrorKind::Limit, "limit.pdf-objects-read").with("limit", self.limits.pdf_objects_read)
            );
        }
        let missing = Indirect { id, object: Object::Null, offset: 0, container: None, stream: None };
        let loaded = match self.entry(id.number)? {
            None | Some(XrefEntry::Free) => missing,
            Some(XrefEntry::InUse { generation, .. }) if generation != id.generation => missing,
            Some(XrefEntry::InUse { offset, .. }) => {
                let place = offset.checked_add(self.shift).ok_or_else(|| needs_repair(offset))?;
                self.read_at(id, place)?
            }
            Some(XrefEntry::Compressed { .. }) if id.generation != 0 => missing,
            Some(XrefEntry::Compressed { stream, index }) => self.read_member(id, stream, index)?,
        };
        let loaded = Rc::new(loaded);
        self.cache.insert(id.number, Rc::clone(&loaded));
        Ok(loaded)
    }

    /// The budgets that are left.
    pub(super) fn budget(&mut self) -> &mut Budget<'a> {
        &mut self.budget
    }

    /// Follows references until something direct is found.
    pub fn resolve(&mut self, object: &Object) -> Result<Object> {
        let Object::Reference(mut id) = *object else { return Ok(object.clone()) };
        for _ in 0..32 {
            let loaded = self.load(id)?;
            match loaded.object {
                Object::Reference(next) => id = next,
                ref direct => return Ok(direct.clone()),
            }
        }
        Err(Error::new(ErrorKind::Malformed, "pdf.reference-loop").with("object", id))
    }

    /// The array under a key, without a copy: the object that holds it, directly or by references.
    pub(super) fn array_holder(&mut self, holder: &Rc<Indirect>, key: &str) -> Result<Option<Rc<Indirect>>> {
        let Some(dictionary) = holder.object.as_dictionary() else { return Ok(None) };
        match dictionary.value(key) {
            Some(Object::Array(_)) => Ok(Some(Rc::clone(holder))),
            Some(Object::Reference(id)) => {
                let mut loaded = self.load(*id)?;
                for _ in 0..32 {
                    let Object::Reference(next) = loaded.object else {
                        return Ok(loaded.object.as_array().is_some().then_some(loaded));
                    };
                    loaded = self.load(next)?;
                }
                Err(Error::new(ErrorKind::Malformed, "pdf.reference-loop").with("object", id))
            }
            _ => Ok(None),
        }
    }

    /// The resolved value of a key.
    pub fn resolve_key(&mut self, dictionary: &Dictionary, key: &str) -> Result<Object> {
        dictionary.value(key).map_or(Ok(Object::Null), |value| self.resolve(value))
    }

    /// The object whose header stands at `place`, or a few bytes beside it.
    fn read_at(&mut self, id: ObjectId, place: u64) -> Result<Indirect> {
        if let Some(found) = self.try_read_at(id, place)? {
            return Ok(found);
        }
        if let Some(near) = near_header(self.source, place, id)? {
            if let Some(found) = self.try_read_at(id, near)? {
                self.odd("pdf.odd-xref-offset", place);
                return Ok(found);
            }
        }
        Err(Error::new(ErrorKind::NeedsRepair, "pdf.object-not-there").with("object", id).with("offset", place))
    }

    fn try_read_at(&mut self, id: ObjectId, place: u64) -> Result<Option<Indirect>> {
        if place >= self.source.len() {
            return Ok(None);
        }
        // Most objects that matter are small; a page array of a large file is not.
        let read = read_growing(self.source, place, self.limits, 1024, |parser| {
            parser.skip_white();
            let start = parser.offset();
            let found = parser.object_header()?;
            if found != id {
                return Err(Stop::Malformed(start));
            }
            let before = parser.items_left();
            let object = parser.object()?;
            let cost = (before - parser.items_left(), parser.offset() - start);
            parser.skip_space();
            if object.as_dictionary().is_some() && stream_keyword(parser)? {
                return Ok((start, object, Some(parser.offset()), true, cost));
            }
            let ended = parser.keyword(b"endobj");
            if ended == Err(Stop::Incomplete) {
                return Err(Stop::Incomplete);
            }
            Ok((start, object, None, ended.is_ok(), cost))
        })?;
        let (start, object, stream, ended, cost) = match read {
            Ok(read) => read,
            Err(Stop::TooDeep) => {
                return Err(Error::new(ErrorKind::Limit, "limit.pdf-depth")
                    .with("limit", self.limits.pdf_depth)
                    .with("object", id));
            }
            Err(_) => return Ok(None),
        };
        self.budget.parse(cost.0, cost.1)?;
        if start != place {
            self.odd("pdf.odd-space-before-object", place);
        }
        if !ended {
            self.odd("pdf.odd-endobj", start);
        }
        Ok(Some(Indirect { id, object, offset: start, container: None, stream }))
    }

    fn read_member(&mut self, id: ObjectId, stream: u32, index: u32) -> Result<Indirect> {
        let bad =
            || Error::new(ErrorKind::NeedsRepair, "pdf.object-stream-bad").with("object", id).with("stream", stream);
        let holder = self.object_stream(stream)?;
        // The index is a hint that writers get wrong; the number decides.
        let by_index = usize::try_from(index).ok().and_then(|index| holder.members.get(index));
        let member = by_index.filter(|(number, _)| *number == id.number);
        let at = match member {
            Some((_, at)) => *at,
            None => {
                let found = *holder.by_number.get(&id.number).ok_or_else(bad)?;
                self.odd("pdf.odd-object-stream-index", holder.offset);
                holder.members[found].1
            }
        };
        let data = holder.data.get(at..).ok_or_else(bad)?;
        let mut parser = Parser::new(data, 0, true, self.limits.pdf_depth).with_items(self.limits.pdf_items);
        let object = parser.object().map_err(|_| bad())?;
        self.budget.parse(self.limits.pdf_items - parser.items_left(), parser.offset())?;
        Ok(Indirect { id, object, offset: holder.offset, container: Some(stream), stream: None })
    }

    fn object_stream(&mut self, number: u32) -> Result<Rc<ObjectStream>> {
        if let Some(stream) = self.streams.get(&number) {
            return Ok(Rc::clone(stream));
        }
        let bad = || {
            Error::new(ErrorKind::NeedsRepair, "pdf.object-stream-bad").with("object", number).with("stream", number)
        };
        let Some(XrefEntry::InUse { generation, .. }) = self.entry(number)? else { return Err(bad()) };
        let holder = self.load(ObjectId { number, generation })?;
        let (Some(dictionary), Some(_)) = (holder.object.as_dictionary(), holder.stream) else { return Err(bad()) };
        let (data, _) = self.stream_bytes(&holder)?.ok_or_else(bad)?;
        let data = filter::decode(dictionary, &data, self.limits.pdf_decoded_bytes)?;
        self.budget.decode(data.len())?;
        let count = dictionary.value("N").and_then(Object::as_integer).and_then(|n| usize::try_from(n).ok());
        let first = dictionary.value("First").and_then(Object::as_integer).and_then(|n| usize::try_from(n).ok());
        let (Some(count), Some(first)) = (count, first) else { return Err(bad()) };
        let mut parser = Parser::new(data.get(..first).ok_or_else(bad)?, 0, true, 1);
        let mut members = Vec::new();
        let mut by_number = HashMap::new();
        for index in 0..count {
            if index >= self.limits.pdf_objects_read {
                let limit = self.limits.pdf_objects_read;
                return Err(Error::new(ErrorKind::Limit, "limit.pdf-objects-read").with("limit", limit));
            }
            parser.skip_space();
            let Ok(member) = parser.unsigned() else { break };
            parser.skip_space();
            let Ok(at) = parser.unsigned() else { break };
            let (Ok(member), Ok(at)) = (u32::try_from(member), usize::try_from(at)) else { return Err(bad()) };
            members.push((member, first.saturating_add(at)));
            by_number.entry(member).or_insert(index);
        }
        let held: usize = self.streams.values().map(|stream| stream.data.len()).sum();
        if held.saturating_add(data.len()) > self.limits.pdf_decoded_bytes {
            self.streams.clear();
        }
        let stream = Rc::new(ObjectStream { offset: holder.offset, members, by_number, data });
        self.streams.insert(number, Rc::clone(&stream));
        Ok(stream)
    }

    /// The encoded bytes of a stream and the place after `endstream`.
    pub(crate) fn stream_bytes(&mut self, stream: &Indirect) -> Result<Option<(Vec<u8>, u64)>> {
        let (Some(dictionary), Some(after)) = (stream.object.as_dictionary(), stream.stream) else { return Ok(None) };
        let length = match dictionary.value("Length") {
            // A length inside the object stream that it measures would never end.
            Some(Object::Reference(id)) if matches!(self.entry(id.number)?, Some(XrefEntry::InUse { .. })) => {
                self.load(*id)?.object.as_integer()
            }
            Some(length) => length.as_integer(),
            None => None,
        };
        let length = length.and_then(|length| u64::try_from(length).ok());
        let found = stream_data(self.source, after, length, self.limits)?;
        if let Some((data, _)) = &found {
            if length != Some(data.len() as u64) {
                self.odd("pdf.odd-stream-length", stream.offset);
            }
        }
        Ok(found)
    }

    /// The revisions, oldest first. Sections that a later `/Prev` chain visits out of order (linearised
    /// files: the first page's section stands before the main one) are one revision.
    pub fn revisions(&mut self) -> Result<Vec<Revision>> {
        let mut revisions: Vec<Revision> = Vec::new();
        let mut start = 0;
        while start < self.sections.len() {
            let mut stop = start + 1;
            while stop < self.sections.len() && self.sections[stop].offset > self.sections[stop - 1].offset {
                stop += 1;
            }
            let furthest = self.sections[start..stop].iter().map(|section| section.end).max().unwrap_or(0);
            let end = self.end_of_revision(furthest, self.sections[start].offset)?;
            revisions.push(Revision { end, sections: start..stop });
            start = stop;
        }
        revisions.reverse();
        Ok(revisions)
    }

    /// After a section: `startxref`, its number, `%%EOF`, and an end of line that may or may not count.
    /// The number must be the place of the newest section, where readers of this revision begin (P-24).
    fn end_of_revision(&mut self, section_end: u64, newest: u64) -> Result<std::ops::RangeInclusive<u64>> {
        let tail = window(self.source, section_end, 1024)?;
        let mut parser = Parser::new(&tail, section_end, true, 1);
        parser.skip_space();
        let marked = parser.keyword(b"startxref").and_then(|()| {
            parser.skip_space();
            parser.unsigned()
        });
        parser.skip_white();
        let (Ok(stated), true) = (marked, parser.rest().starts_with(b"%%EOF")) else {
            return Ok(section_end..=section_end);
        };
        if stated.checked_add(self.shift) != Some(newest) {
            self.odd("pdf.odd-startxref", section_end);
        }
        parser.advance(5);
        // One end of line belongs to the marker; signers that signed up to a file's end took more of them with it.
        let end = parser.offset();
        let lines = parser.rest().iter().take(MOST_LINE_ENDS).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        Ok(end..=end + lines as u64)
    }

    /// Kind of the newest section: an update is written in the same kind (§7.5.8.4).
    pub fn xref_kind(&self) -> XrefKind {
        self.sections.first().map_or(XrefKind::Table, |section| section.kind)
    }
}

/// Line ends after `%%EOF` that may count to a revision.
const MOST_LINE_ENDS: usize = 4;

static EMPTY: std::sync::OnceLock<Dictionary> = std::sync::OnceLock::new();

fn needs_repair(offset: u64) -> Error {
    Error::new(ErrorKind::NeedsRepair, "pdf.xref-unusable").with("offset", offset)
}

/// `%PDF-1.7` within the first KiB, and its version.
fn find_header(source: &dyn Source) -> Result<(u64, (u8, u8))> {
    let head = window(source, 0, 1024 + 16)?;
    let at = super::xref::find(&head, b"%PDF-").ok_or_else(|| Error::new(ErrorKind::Malformed, "pdf.not-a-pdf"))?;
    let version = head.get(at + 5..at + 8).and_then(parse_version).unwrap_or((1, 4));
    Ok((at as u64, version))
}

fn parse_version(text: &[u8]) -> Option<(u8, u8)> {
    match text {
        [major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9'] => Some((major - b'0', minor - b'0')),
        _ => None,
    }
}

/// True if a table or an object header starts exactly here.
fn is_section(source: &dyn Source, place: u64) -> bool {
    let Ok(start) = window(source, place, 64) else { return false };
    let last = place + start.len() as u64 >= source.len();
    let mut parser = Parser::new(&start, place, last, 1);
    parser.keyword(b"xref").is_ok() || parser.clone().object_header().is_ok()
}

/// How far from its stated place a section or an object is looked for.
const NEAR: usize = 64;

/// The one table or cross-reference stream that starts within [`NEAR`] bytes of `place`.
fn near_section(source: &dyn Source, place: u64) -> Option<u64> {
    let from = place.saturating_sub(NEAR as u64);
    let around = window(source, from, 2 * NEAR + 512).ok()?;
    let reach = usize::try_from(place - from).ok()? + NEAR;
    for at in 0..around.len().min(reach) {
        let boundary = at == 0 || super::parser::is_space(around[at - 1]);
        if !boundary {
            continue;
        }
        let mut parser = Parser::new(&around[at..], from + at as u64, true, 1);
        if parser.keyword(b"xref").is_ok() {
            return Some(from + at as u64);
        }
        if parser.object_header().is_ok() && super::xref::find(&around[at..], b"/XRef").is_some() {
            return Some(from + at as u64);
        }
    }
    None
}

/// The header of `id` within [`NEAR`] bytes of `place`.
fn near_header(source: &dyn Source, place: u64, id: ObjectId) -> Result<Option<u64>> {
    let from = place.saturating_sub(NEAR as u64);
    let around = window(source, from, 2 * NEAR + 32)?;
    for at in 0..around.len().min(2 * NEAR) {
        let boundary = at == 0 || !around[at - 1].is_ascii_alphanumeric();
        if boundary && Parser::new(&around[at..], from + at as u64, true, 1).object_header() == Ok(id) {
            return Ok(Some(from + at as u64));
        }
    }
    Ok(None)
}

fn stream_keyword(parser: &mut Parser<'_>) -> Result<bool, Stop> {
    match parser.keyword(b"stream") {
        Ok(()) => Ok(true),
        Err(Stop::Incomplete) => Err(Stop::Incomplete),
        Err(_) => Ok(false),
    }
}
