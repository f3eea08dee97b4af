//! Cross-reference sections: tables, streams, hybrids (ISO 32000-2 §7.5.4, §7.5.8).
//!
//! A section is found and bounded, not loaded: an entry of a table is read by its place when somebody
//! asks for the object, so that a file with millions of objects costs what a small one costs.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::budget::Budget;
use super::filter;
use super::object::{Dictionary, Object, ObjectId};
use super::parser::{Parser, Stop};
use super::runs::{Run, Runs};
use super::source::{Source, window};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::message;

/// How a section is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XrefKind {
    /// `xref … trailer`
    Table,
    /// A stream of `/Type /XRef`.
    Stream,
}

/// What a section says of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XrefEntry {
    /// Not in use.
    Free,
    /// At this offset, as the file counts offsets.
    InUse {
        /// Offset, from where the file counts.
        offset: u64,
        /// Generation.
        generation: u16,
    },
    /// Member of an object stream.
    Compressed {
        /// Number of the object stream.
        stream: u32,
        /// Index within it.
        index: u32,
    },
}

/// Width of a table entry (ISO 32000-2 §7.5.4: exactly 20 bytes).
const ENTRY: usize = 20;

#[derive(Clone, Debug)]
enum Entries {
    /// Entries of 20 bytes, read from the source on demand.
    Fixed(Runs),
    /// A table whose entries have another width, read once.
    Loose(Vec<(u32, XrefEntry)>),
    /// Rows of a cross-reference stream.
    Rows { index: Runs, widths: [usize; 3], rows: Vec<u8> },
}

/// One cross-reference section with its trailer.
#[derive(Clone, Debug)]
pub struct Section {
    /// Table or stream.
    pub kind: XrefKind,
    /// Place in the file of `xref`, or of the stream object's header.
    pub offset: u64,
    /// First byte after the trailer dictionary, or after the stream's `endobj`.
    pub end: u64,
    /// The trailer, or the stream's dictionary.
    pub trailer: Dictionary,
    /// The stream object's own identity.
    pub stream_id: Option<ObjectId>,
    /// Section of the `/XRefStm` of a hybrid file.
    pub hybrid: Option<Box<Section>>,
    entries: Entries,
}

/// Something that a strict reader refuses and this one could make sense of. The id is a message id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Oddity {
    /// Message id, `pdf.odd-…`.
    pub id: &'static str,
    /// Place in the file.
    pub offset: u64,
}

impl<'de> Deserialize<'de> for Oddity {
    /// Ids are those of the catalogue; another is an error.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Stored {
            id: String,
            offset: u64,
        }
        let stored = Stored::deserialize(deserializer)?;
        let id = message::ids().find(|id| *id == stored.id).ok_or_else(|| D::Error::custom("unknown message id"))?;
        Ok(Self { id, offset: stored.offset })
    }
}

/// A section that could not be read; the place is where reading stopped.
pub(crate) enum Unreadable {
    /// Not a section: a rebuild may help.
    At(u64),
    /// Over a limit, or unsupported: a rebuild does not help.
    Error(Error),
}

impl From<Error> for Unreadable {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Reads with a window that grows until `read` has enough bytes or the limit is reached.
pub(crate) fn read_growing<T>(
    source: &dyn Source,
    offset: u64,
    limits: &Limits,
    first_window: usize,
    read: impl Fn(&mut Parser<'_>) -> std::result::Result<T, Stop>,
) -> Result<std::result::Result<T, Stop>> {
    let mut size = first_window;
    loop {
        let data = window(source, offset, size)?;
        let last = data.len() < size || offset + data.len() as u64 >= source.len();
        match read(&mut Parser::new(&data, offset, last, limits.pdf_depth).with_items(limits.pdf_items)) {
            Err(Stop::Incomplete) if size >= limits.pdf_object_bytes => {
                return Err(Error::new(ErrorKind::Limit, "limit.pdf-object-bytes")
                    .with("limit", limits.pdf_object_bytes)
                    .with("offset", offset));
            }
            Err(Stop::Incomplete) => size = size.saturating_mul(4).min(limits.pdf_object_bytes),
            Err(Stop::TooMany) => {
                return Err(Error::new(ErrorKind::Limit, "limit.pdf-items")
                    .with("limit", limits.pdf_items)
                    .with("offset", offset));
            }
            done => return Ok(done),
        }
    }
}

impl Section {
    /// Reads the section that starts at `offset`, where `xref` or an object header must stand.
    /// `shift` is added to offsets that the file gives.
    pub(crate) fn read(
        source: &dyn Source,
        offset: u64,
        shift: u64,
        limits: &Limits,
        budget: &mut Budget<'_>,
        oddities: &mut Vec<Oddity>,
    ) -> std::result::Result<Self, Unreadable> {
        let start = window(source, offset, 4)?;
        if &*start == b"xref" {
            let mut section = Self::read_table(source, offset, limits, budget, oddities)?;
            if let Some(place) = section.trailer.value("XRefStm") {
                section.hybrid = Self::read_hybrid(source, place, shift, limits, budget)?.map(Box::new);
                if section.hybrid.is_none() {
                    return Err(Unreadable::At(offset));
                }
            }
            Ok(section)
        } else {
            Self::read_stream(source, offset, limits, budget)
        }
    }

    fn read_hybrid(
        source: &dyn Source,
        place: &Object,
        shift: u64,
        limits: &Limits,
        budget: &mut Budget<'_>,
    ) -> std::result::Result<Option<Self>, Unreadable> {
        let Some(offset) = place.as_integer().and_then(|v| u64::try_from(v).ok()).and_then(|v| v.checked_add(shift))
        else {
            return Ok(None);
        };
        if offset >= source.len() {
            return Ok(None);
        }
        Self::read_stream(source, offset, limits, budget).map(Some)
    }

    fn read_table(
        source: &dyn Source,
        offset: u64,
        limits: &Limits,
        budget: &mut Budget<'_>,
        oddities: &mut Vec<Oddity>,
    ) -> std::result::Result<Self, Unreadable> {
        let mut subsections = Vec::new();
        let mut at = offset + 4;
        loop {
            // Either `first count` or `trailer`; the header of a subsection is short.
            let header = window(source, at, 512)?;
            let last = at + header.len() as u64 >= source.len();
            let mut parser = Parser::new(&header, at, last, 1);
            parser.skip_space();
            if parser.keyword(b"trailer").is_ok() {
                at = parser.offset();
                break;
            }
            let bad = |_| Unreadable::At(at);
            let first = parser.unsigned().map_err(bad)?;
            parser.skip_white();
            let count = parser.unsigned().map_err(bad)?;
            // The entries start on the next line; a writer may put spaces before the line's end.
            let line_end = parser.rest().iter().position(|b| b.is_ascii_digit() || b.is_ascii_alphabetic());
            parser.advance(line_end.unwrap_or(0));
            let entries_at = parser.offset();
            if subsections.len() >= limits.pdf_objects_read {
                return Err(Error::new(ErrorKind::Limit, "limit.pdf-xref-subsections")
                    .with("limit", limits.pdf_objects_read)
                    .into());
            }
            let end = count.checked_mul(ENTRY as u64).and_then(|bytes| entries_at.checked_add(bytes));
            match end {
                Some(end) if end <= source.len() && subsection_is_fixed(source, entries_at, count, end)? => {
                    subsections.push(Run { first, count, at: entries_at });
                    at = end;
                }
                _ => return Self::read_loose_table(source, offset, limits, budget, oddities),
            }
        }
        // `1 n` over a table that starts with the head of the free list is a known slip for `0 n`.
        if let Some(subsection) = subsections.first_mut().filter(|s| s.first == 1 && s.count > 0) {
            if &*window(source, subsection.at, 18)? == b"0000000000 65535 f" {
                subsection.first = 0;
                oddities.push(Oddity { id: "pdf.odd-xref-first", offset });
            }
        }
        let (trailer, end) = read_trailer(source, at, limits, budget)?;
        let runs = Runs::new(subsections).ok_or(Unreadable::At(offset))?;
        budget.hold(runs.held())?;
        let entries = Entries::Fixed(runs);
        Ok(Self { kind: XrefKind::Table, offset, end, trailer, stream_id: None, hybrid: None, entries })
    }

    /// A table whose entries are not 20 bytes wide: read token by token, in bounded windows.
    fn read_loose_table(
        source: &dyn Source,
        offset: u64,
        limits: &Limits,
        budget: &mut Budget<'_>,
        oddities: &mut Vec<Oddity>,
    ) -> std::result::Result<Self, Unreadable> {
        oddities.push(Oddity { id: "pdf.odd-xref-entry-width", offset });
        let mut entries = Vec::new();
        let mut at = offset + 4;
        let mut run: Option<(u64, u64)> = None;
        loop {
            let data = window(source, at, 1 << 16)?;
            let last = at + data.len() as u64 >= source.len();
            let mut parser = Parser::new(&data, at, last, 1);
            let mut taken = parser.offset();
            let finished = loop {
                parser.skip_space();
                let bad = Unreadable::At(parser.offset());
                let step = (|| {
                    if parser.keyword(b"trailer").is_ok() {
                        return Ok(None);
                    }
                    let a = parser.unsigned()?;
                    parser.skip_space();
                    let b = parser.unsigned()?;
                    Ok(Some((a, b)))
                })();
                match (step, &mut run) {
                    (Ok(None), _) => break true,
                    (Ok(Some((first, count))), None) => run = (count > 0).then_some((first, count)),
                    (Ok(Some((place, generation))), Some((number, left))) => {
                        parser.skip_space();
                        let free = parser.keyword(b"f");
                        match if free.is_ok() { free } else { parser.keyword(b"n") } {
                            Ok(()) => {}
                            Err(Stop::Incomplete) => break false,
                            Err(_) => return Err(bad),
                        }
                        let entry = match u16::try_from(generation) {
                            Ok(generation) if free.is_err() => XrefEntry::InUse { offset: place, generation },
                            _ => XrefEntry::Free,
                        };
                        budget.hold(size_of::<(u32, XrefEntry)>())?;
                        entries.push((u32::try_from(*number).map_err(|_| bad)?, entry));
                        *number += 1;
                        *left -= 1;
                        if *left == 0 {
                            run = None;
                        }
                    }
                    (Err(Stop::Incomplete), _) => break false,
                    (Err(_), _) => return Err(bad),
                }
                taken = parser.offset();
            };
            if finished {
                at = parser.offset();
                break;
            }
            if taken == at {
                return Err(Unreadable::At(at));
            }
            at = taken;
        }
        entries.sort_by_key(|(number, _)| *number);
        entries.shrink_to_fit();
        let (trailer, end) = read_trailer(source, at, limits, budget)?;
        let entries = Entries::Loose(entries);
        Ok(Self { kind: XrefKind::Table, offset, end, trailer, stream_id: None, hybrid: None, entries })
    }

    fn read_stream(
        source: &dyn Source,
        offset: u64,
        limits: &Limits,
        budget: &mut Budget<'_>,
    ) -> std::result::Result<Self, Unreadable> {
        let header = read_growing(source, offset, limits, 1024, |parser| {
            let id = parser.object_header()?;
            parser.skip_space();
            let before = parser.items_left();
            let dictionary = parser.dictionary()?;
            let items = before - parser.items_left();
            parser.skip_space();
            parser.keyword(b"stream")?;
            Ok((id, dictionary, parser.offset(), items))
        })?;
        let (id, dictionary, after, items) = header.map_err(|_| Unreadable::At(offset))?;
        budget.parse(items, after - offset)?;
        if dictionary.value("Type").and_then(Object::as_name) != Some(b"XRef") {
            return Err(Unreadable::At(offset));
        }
        // The length must be direct here: an indirect one would need the section that is being read.
        let length = dictionary.value("Length").and_then(Object::as_integer).and_then(|v| u64::try_from(v).ok());
        let Some((data, end)) = stream_data(source, after, length, limits)? else {
            return Err(Unreadable::At(offset));
        };
        let rows = filter::decode(&dictionary, &data, limits.pdf_decoded_bytes)?;
        budget.hold(rows.len())?;
        let end = skip_endobj(source, end)?;
        let entries = Self::rows(&dictionary, rows).ok_or(Unreadable::At(offset))?;
        let kind = XrefKind::Stream;
        Ok(Self { kind, offset, end, trailer: dictionary, stream_id: Some(id), hybrid: None, entries })
    }

    fn rows(dictionary: &Dictionary, rows: Vec<u8>) -> Option<Entries> {
        let widths: Vec<usize> = dictionary
            .value("W")?
            .as_array()?
            .iter()
            .map(|w| w.as_integer().and_then(|w| usize::try_from(w).ok()).filter(|w| *w <= 8))
            .collect::<Option<_>>()?;
        let widths: [usize; 3] = widths.get(..3)?.try_into().ok()?;
        if widths.iter().sum::<usize>() == 0 {
            return None;
        }
        let unsigned = |object: &Object| object.as_integer().and_then(|v| u64::try_from(v).ok());
        let index = match dictionary.value("Index") {
            Some(index) => {
                let numbers = index.as_array()?.iter().map(unsigned).collect::<Option<Vec<_>>>()?;
                let mut at = 0_u64;
                let pairs = numbers.chunks_exact(2).map(|pair| {
                    let run = Run { first: pair[0], count: pair[1], at };
                    at = at.saturating_add(pair[1]);
                    run
                });
                pairs.collect()
            }
            None => vec![Run { first: 0, count: unsigned(dictionary.value("Size")?)?, at: 0 }],
        };
        Some(Entries::Rows { index: Runs::new(index)?, widths, rows })
    }

    /// What this section says of `number`; the `/XRefStm` of a hybrid completes its table (§7.5.8.4).
    pub(crate) fn lookup(&self, source: &dyn Source, number: u32) -> Result<Option<XrefEntry>> {
        let own = self.lookup_own(source, number)?;
        match (own, &self.hybrid) {
            (None | Some(XrefEntry::Free), Some(hybrid)) => Ok(hybrid.lookup_own(source, number)?.or(own)),
            _ => Ok(own),
        }
    }

    fn lookup_own(&self, source: &dyn Source, number: u32) -> Result<Option<XrefEntry>> {
        let number64 = u64::from(number);
        match &self.entries {
            Entries::Fixed(subsections) => {
                let Some((run, index)) = subsections.find(number64) else { return Ok(None) };
                let mut entry = [0; ENTRY];
                source.read_at(run.at + index * ENTRY as u64, &mut entry)?;
                Ok(Some(parse_entry(&entry).unwrap_or(XrefEntry::Free)))
            }
            Entries::Loose(entries) => {
                let found = entries.binary_search_by_key(&number, |(number, _)| *number);
                Ok(found.ok().map(|index| entries[index].1))
            }
            Entries::Rows { index, widths, rows } => {
                let found = index.find(number64);
                Ok(found.and_then(|(run, index)| row_at(rows, *widths, run.at.saturating_add(index))))
            }
        }
    }

    /// One more than the highest object number that the section lists. Claims without entries do not count.
    pub(crate) fn highest_number(&self) -> u64 {
        let own = match &self.entries {
            Entries::Fixed(subsections) => subsections.iter().map(|s| s.first.saturating_add(s.count)).max(),
            Entries::Loose(entries) => entries.last().map(|(number, _)| u64::from(*number) + 1),
            Entries::Rows { index, widths, rows } => {
                let present = (rows.len() / widths.iter().sum::<usize>().max(1)) as u64;
                index.iter().map(|run| run.first.saturating_add(run.count.min(present.saturating_sub(run.at)))).max()
            }
        };
        own.unwrap_or(0).max(self.hybrid.as_ref().map_or(0, |hybrid| hybrid.highest_number()))
    }
}

/// `offset generation n|f` in 20 bytes.
fn parse_entry(entry: &[u8; ENTRY]) -> Option<XrefEntry> {
    let number = |part: &[u8]| {
        part.iter().try_fold(0_u64, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u64::from(digit - b'0')))
    };
    let offset = number(&entry[..10])?;
    let generation = number(&entry[11..16])?;
    match entry[17] {
        b'n' => Some(XrefEntry::InUse { offset, generation: u16::try_from(generation).ok()? }),
        b'f' => Some(XrefEntry::Free),
        _ => None,
    }
}

/// True if the first and the last entry look like entries and the next token stands where 20-byte entries end.
fn subsection_is_fixed(source: &dyn Source, at: u64, count: u64, end: u64) -> Result<bool> {
    for place in [at, end.saturating_sub(ENTRY as u64)] {
        if count == 0 {
            break;
        }
        let mut entry = [0; ENTRY];
        source.read_at(place, &mut entry)?;
        if parse_entry(&entry).is_none() || entry[10] != b' ' || entry[16] != b' ' {
            return Ok(false);
        }
    }
    let next = window(source, end, 16)?;
    let mut token = next.iter().skip_while(|b| super::parser::is_space(**b));
    Ok(token.next().is_some_and(|b| b.is_ascii_digit() || *b == b't'))
}

fn row_at(rows: &[u8], widths: [usize; 3], row: u64) -> Option<XrefEntry> {
    let width = widths.iter().sum::<usize>();
    let start = usize::try_from(row).ok()?.checked_mul(width)?;
    let mut rest = rows.get(start..start.checked_add(width)?)?;
    let mut fields = [0_u64; 3];
    for (field, width) in fields.iter_mut().zip(widths) {
        let (bytes, tail) = rest.split_at_checked(width)?;
        *field = bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        rest = tail;
    }
    // A missing type field means type 1 (ISO 32000-2 Table 17).
    match if widths[0] == 0 { 1 } else { fields[0] } {
        0 => Some(XrefEntry::Free),
        1 => Some(XrefEntry::InUse { offset: fields[1], generation: u16::try_from(fields[2]).ok()? }),
        2 => Some(XrefEntry::Compressed {
            stream: u32::try_from(fields[1]).ok()?,
            index: u32::try_from(fields[2]).ok()?,
        }),
        // "Any other value shall be interpreted as a reference to the null object" (Table 18).
        _ => Some(XrefEntry::Free),
    }
}

fn read_trailer(
    source: &dyn Source,
    at: u64,
    limits: &Limits,
    budget: &mut Budget<'_>,
) -> std::result::Result<(Dictionary, u64), Unreadable> {
    let read = read_growing(source, at, limits, 1024, |parser| {
        parser.skip_space();
        let before = parser.items_left();
        let dictionary = parser.dictionary()?;
        Ok((dictionary, parser.offset(), before - parser.items_left()))
    })?;
    let (dictionary, end, items) = read.map_err(|_| Unreadable::At(at))?;
    budget.parse(items, end - at)?;
    Ok((dictionary, end))
}

/// The data of a stream whose keyword ends at `after`, and the place after `endstream`.
///
/// A wrong or missing length is repaired by looking for `endstream`, within the limit; `None` if there is none.
pub(crate) fn stream_data(
    source: &dyn Source,
    after: u64,
    length: Option<u64>,
    limits: &Limits,
) -> Result<Option<(Vec<u8>, u64)>> {
    let lead = window(source, after, 2)?;
    let start = after
        + match *lead {
            [b'\r', b'\n'] => 2,
            [b'\n' | b'\r', ..] => 1,
            _ => 0,
        };
    let cap = limits.pdf_decoded_bytes as u64;
    if let Some(length) = length.filter(|length| *length <= cap) {
        if let Some(end) = start.checked_add(length).filter(|end| *end <= source.len()) {
            let tail = window(source, end, 16)?;
            let skip = tail.iter().take_while(|b| super::parser::is_space(**b)).count();
            if tail[skip..].starts_with(b"endstream") {
                let data = window(source, start, usize::try_from(length).unwrap_or(usize::MAX))?;
                return Ok(Some((data.into_owned(), end + skip as u64 + 9)));
            }
        }
    }
    let data = window(source, start, limits.pdf_decoded_bytes)?;
    let Some(found) = find(&data, b"endstream") else { return Ok(None) };
    let mut end = found;
    if data[..end].ends_with(b"\r\n") {
        end -= 2;
    } else if data[..end].ends_with(b"\n") || data[..end].ends_with(b"\r") {
        end -= 1;
    }
    Ok(Some((data[..end].to_vec(), start + found as u64 + 9)))
}

/// Place after an `endobj` that follows, or the place given.
fn skip_endobj(source: &dyn Source, at: u64) -> Result<u64> {
    let tail = window(source, at, 64)?;
    let skip = tail.iter().take_while(|b| super::parser::is_space(**b)).count();
    Ok(if tail[skip..].starts_with(b"endobj") { at + skip as u64 + 6 } else { at })
}

/// First place of `needle`.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

/// Last place of `needle`.
pub(crate) fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(haystack, needle)
}
