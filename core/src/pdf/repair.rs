//! A cross-reference rebuilt from nothing, by scanning a file for objects.
//!
//! Only signing uses it, and only when asked: the update then carries the complete table, so that
//! strict readers find the same objects afterwards. Verification never does (ades digest P-25).

use std::collections::BTreeMap;

use super::budget::Budget;
use super::filter;
use super::object::{Dictionary, Object, ObjectId};
use super::parser::{Parser, Stop, is_space};
use super::source::{Source, window};
use super::xref::{XrefEntry, read_growing, stream_data};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// Objects found, by number; of several with one number, the last in the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    entries: BTreeMap<u32, XrefEntry>,
    /// Keys of the trailers found: the last one that names a catalog wins.
    pub(crate) trailer: Dictionary,
}

impl Table {
    pub(crate) fn entry(&self, number: u32) -> Option<XrefEntry> {
        self.entries.get(&number).copied()
    }

    pub(crate) fn next_number(&self) -> u64 {
        self.entries.last_key_value().map_or(1, |(number, _)| u64::from(*number) + 1)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (u32, XrefEntry)> {
        self.entries.iter().map(|(number, entry)| (*number, *entry))
    }

    /// True if an object lives in an object stream: only a cross-reference stream can list it.
    pub(crate) fn has_compressed(&self) -> bool {
        self.entries.values().any(|entry| matches!(entry, XrefEntry::Compressed { .. }))
    }
}

/// Size of one scanning window, and how much two of them share so that no token is cut.
const STEP: usize = 1 << 20;
const OVERLAP: usize = 4096;
/// How far back a window reaches: a header that the window before cut off is read whole.
const LOOK_BACK: u64 = 64;

/// Scans the whole file for `n g obj`, trailers and object streams. Offsets in the table count from `header`, the place
/// of `%PDF-` (§7.5.2 there).
pub(crate) fn scan(source: &dyn Source, header: u64, limits: &Limits, budget: &mut Budget<'_>) -> Result<Table> {
    if source.len() > limits.pdf_repair_bytes {
        return Err(Error::new(ErrorKind::Limit, "limit.pdf-repair-bytes").with("limit", limits.pdf_repair_bytes));
    }
    let mut table = Table::default();
    let mut catalog = None;
    let mut streams = Vec::new();
    // What stands inside a stream is data, even if it looks like objects: an embedded PDF must not replace pages.
    let mut data_ends = 0;
    let mut begin = 0;
    while begin < source.len() {
        let back = begin.min(LOOK_BACK) as usize;
        let offset = begin - back as u64;
        let data = window(source, offset, back + STEP + OVERLAP)?;
        let last = offset + data.len() as u64 >= source.len();
        let here = back..if last { data.len() } else { back + STEP };
        for at in memchr::memmem::find_iter(&data, b"obj").filter(|at| here.contains(at)) {
            let Some((start, id)) = header_before(&data, at) else { continue };
            if table.entries.len() >= limits.pdf_repair_objects {
                return Err(Error::new(ErrorKind::Limit, "limit.pdf-objects").with("limit", limits.pdf_repair_objects));
            }
            let place = offset + start as u64;
            // Number 0 is the head of the free list, whatever stands there.
            if place < data_ends || place < header || id.number == 0 {
                continue;
            }
            data_ends = end_of_stream(source, &data[at + 3..], offset + at as u64 + 3, limits)?.unwrap_or(data_ends);
            table.entries.insert(id.number, XrefEntry::InUse { offset: place - header, generation: id.generation });
            let head = &data[at..data.len().min(at + 256)];
            // Not what the next object says of itself.
            let head = &head[..super::xref::find(head, b"endobj").unwrap_or(head.len())];
            if super::xref::find(head, b"/ObjStm").is_some() {
                streams.push((id, place));
            } else if super::xref::find(head, b"/Catalog").is_some() {
                catalog = Some(id);
            } else if super::xref::find(head, b"/XRef").is_some() {
                if let Some(dictionary) = dictionary_at(source, place, limits, budget)? {
                    merge_trailer(&mut table.trailer, &dictionary);
                }
            }
        }
        for at in memchr::memmem::find_iter(&data, b"trailer").filter(|at| here.contains(at)) {
            if offset + (at as u64) < data_ends {
                continue;
            }
            let found = small_dictionary(source, offset + at as u64 + 7, limits, budget, |parser| {
                parser.skip_space();
                parser.dictionary()
            })?;
            if let Some(dictionary) = found {
                merge_trailer(&mut table.trailer, &dictionary);
            }
        }
        if last {
            break;
        }
        begin += STEP as u64;
    }
    for (id, place) in streams {
        // A later copy of the stream object replaced it.
        if table.entry(id.number) == Some(XrefEntry::InUse { offset: place - header, generation: id.generation }) {
            add_members(source, id, (place, header), &mut table, limits, budget)?;
        }
    }
    let root = table.trailer.value("Root").and_then(Object::as_reference);
    if root.is_none_or(|root| table.entry(root.number).is_none()) {
        if let Some(catalog) = catalog {
            table.trailer.set("Root", Object::Reference(catalog));
        }
    }
    Ok(table)
}

/// The header `n g ` that ends right before `obj` at `at`.
fn header_before(data: &[u8], at: usize) -> Option<(usize, ObjectId)> {
    if at >= 3 && &data[at - 3..at] == b"end" {
        return None;
    }
    let from = at.saturating_sub(40);
    let before = &data[from..at];
    let digits_end = before.iter().rposition(|b| !is_space(*b))? + 1;
    let generation = before[..digits_end].iter().rposition(|b| !b.is_ascii_digit())? + 1;
    let number_end = before[..generation].iter().rposition(|b| !is_space(*b))? + 1;
    let number = before[..number_end].iter().rposition(|b| !b.is_ascii_digit()).map_or(0, |p| p + 1);
    if generation == digits_end || number == number_end || number_end == generation {
        return None;
    }
    let id = Parser::new(&data[from + number..], 0, true, 1).object_header().ok()?;
    Some((from + number, id))
}

/// Keys that a trailer is asked for; later ones win, as they do in updates.
fn merge_trailer(trailer: &mut Dictionary, found: &Dictionary) {
    for key in ["Root", "Info", "ID", "Encrypt"] {
        if let Some(value) = found.value(key) {
            trailer.set(key, value.clone());
        }
    }
}

fn dictionary_at(
    source: &dyn Source,
    place: u64,
    limits: &Limits,
    budget: &mut Budget<'_>,
) -> Result<Option<Dictionary>> {
    small_dictionary(source, place, limits, budget, |parser| {
        parser.object_header()?;
        parser.skip_space();
        parser.dictionary()
    })
}

/// Largest trailer that a scan looks for; each place that begins like one may cost so much.
const TRAILER: usize = 64 << 10;

/// What `read` finds at `place`, if it is small. Every try is charged: a scan meets as many as the file likes.
fn small_dictionary(
    source: &dyn Source,
    place: u64,
    limits: &Limits,
    budget: &mut Budget<'_>,
    read: impl Fn(&mut Parser<'_>) -> std::result::Result<Dictionary, Stop>,
) -> Result<Option<Dictionary>> {
    for size in [1024, TRAILER] {
        let data = window(source, place, size)?;
        let last = place + data.len() as u64 >= source.len();
        let mut parser = Parser::new(&data, place, last, limits.pdf_depth);
        let found = read(&mut parser);
        // A reader that ran out of bytes has seen them all, wherever it says that it stands.
        let seen = if found.is_ok() { parser.offset() - place } else { data.len() as u64 };
        budget.parse(0, seen)?;
        match found {
            Ok(dictionary) => return Ok(Some(dictionary)),
            Err(Stop::Incomplete) => {}
            Err(_) => break,
        }
    }
    Ok(None)
}

/// The place after a stream whose direct `/Length` is right; `None` for all else. Looks no further than the window.
fn end_of_stream(source: &dyn Source, data: &[u8], base: u64, limits: &Limits) -> Result<Option<u64>> {
    let mut parser = Parser::new(&data[..data.len().min(OVERLAP / 2)], base, true, limits.pdf_depth);
    parser.skip_space();
    let read = parser.dictionary().and_then(|dictionary| {
        parser.skip_space();
        parser.keyword(b"stream").map(|()| dictionary)
    });
    let Ok(dictionary) = read else { return Ok(None) };
    let length = dictionary.value("Length").and_then(Object::as_integer).and_then(|n| u64::try_from(n).ok());
    let Some(end) = length.and_then(|length| parser.offset().checked_add(length)) else { return Ok(None) };
    // One or two bytes of line end before the data, and some before the keyword.
    let tail = window(source, end, 16)?;
    let marked = super::xref::find(&tail, b"endstream").is_some_and(|at| at <= 4);
    Ok(marked.then_some(end))
}

fn add_members(
    source: &dyn Source,
    id: ObjectId,
    (place, header): (u64, u64),
    table: &mut Table,
    limits: &Limits,
    budget: &mut Budget<'_>,
) -> Result<()> {
    let read = read_growing(source, place, limits, 1024, |parser| {
        parser.object_header()?;
        parser.skip_space();
        let dictionary = parser.dictionary()?;
        parser.skip_space();
        parser.keyword(b"stream")?;
        Ok((dictionary, parser.offset()))
    })?;
    let Ok((dictionary, after)) = read else { return Ok(()) };
    let length = dictionary.value("Length").and_then(Object::as_integer).and_then(|n| u64::try_from(n).ok());
    let Some((data, _)) = stream_data(source, after, length, limits)? else { return Ok(()) };
    budget.decode(data.len())?;
    let Ok(data) = filter::decode(&dictionary, &data, limits.pdf_decoded_bytes) else { return Ok(()) };
    budget.decode(data.len())?;
    let count = dictionary.value("N").and_then(Object::as_integer).unwrap_or(0);
    let mut parser = Parser::new(&data, 0, true, 1);
    for index in 0..u32::try_from(count).unwrap_or(0) {
        parser.skip_space();
        let Some(number) = parser.unsigned().ok().and_then(|n| u32::try_from(n).ok()) else { break };
        parser.skip_space();
        if parser.unsigned().is_err() || table.entries.len() >= limits.pdf_repair_objects {
            break;
        }
        // An object that stands by itself later in the file is newer than a member of an earlier stream.
        let newer = matches!(table.entry(number), Some(XrefEntry::InUse { offset, .. }) if offset > place - header);
        if !newer {
            table.entries.insert(number, XrefEntry::Compressed { stream: id.number, index });
        }
    }
    Ok(())
}
