//! Signature dictionaries with the exact places of their parts (ISO 32000-2 §12.8.1; ades digest §1.3).

use std::collections::HashSet;
use std::ops::Range;

use super::document::{Document, Revision};
use super::fields;
use super::object::{Dictionary, Object, ObjectId, decode_text};
use super::parser::is_space;
use super::source::window;
use crate::error::{Error, ErrorKind, Result};
use crate::time::Time;

/// A signature dictionary as it stands in the file.
#[derive(Clone, Debug)]
pub struct SignatureDictionary {
    /// Full name of the field.
    pub field: String,
    /// The field's object.
    pub field_id: ObjectId,
    /// The dictionary's object.
    pub id: ObjectId,
    /// Place of the object's header.
    pub offset: u64,
    /// `/Type`, `Sig` if absent.
    pub kind: Vec<u8>,
    /// `/Filter`
    pub filter: Option<Vec<u8>>,
    /// `/SubFilter`
    pub sub_filter: Option<Vec<u8>>,
    /// `/ByteRange`, if it is four direct, non-negative integers.
    pub byte_range: Option<[u64; 4]>,
    /// Place of the token of `/Contents`, from `<` to after `>`.
    pub contents_span: Range<u64>,
    /// Decoded `/Contents`, padding included.
    pub contents: Vec<u8>,
    /// `/M`: the time that the signer claims.
    pub claimed_time: Option<Time>,
    /// `/M` as written.
    pub claimed_time_text: Option<String>,
    /// `/Name`
    pub name: Option<String>,
    /// `/Reason`
    pub reason: Option<String>,
    /// `/Location`
    pub location: Option<String>,
    /// `/ContactInfo`
    pub contact: Option<String>,
    /// `/Cert` is present, which PAdES forbids.
    pub has_cert: bool,
    /// What is wrong with its structure; ids of messages. Any of these fails the format check.
    pub defects: Vec<&'static str>,
}

impl SignatureDictionary {
    /// The bytes that were signed: the two ranges, in order.
    pub fn signed_ranges(&self) -> Option<[Range<u64>; 2]> {
        let [start, length, second, rest] = self.byte_range?;
        Some([start..start.checked_add(length)?, second..second.checked_add(rest)?])
    }

    /// Where the signed bytes end.
    pub fn signed_end(&self) -> Option<u64> {
        self.signed_ranges().map(|[_, second]| second.end)
    }
}

/// Every signature that a field of the form holds, in the order in which they were made (by signed length).
pub fn signatures(document: &mut Document<'_>) -> Result<Vec<SignatureDictionary>> {
    let mut found = Vec::new();
    let mut values = HashSet::new();
    for field in fields::fields(document)? {
        if !field.is_signature() {
            continue;
        }
        let Some(value) = field.value().cloned() else { continue };
        if found.len() >= document.limits().signatures {
            return Err(Error::new(ErrorKind::Limit, "limit.signatures").with("limit", document.limits().signatures));
        }
        // P-06: a dictionary that is the value of a second field is read once more, without its contents.
        let shared = value.as_reference().is_some_and(|id| !values.insert(id));
        found.push(read(document, &field, &value, shared)?);
    }
    found.sort_by_key(|signature: &SignatureDictionary| (signature.signed_end(), signature.offset));
    refuse_overlaps(&mut found);
    Ok(found)
}

/// P-06: of two signatures, the bytes of the earlier one end before the gap of the later one begins.
fn refuse_overlaps(signatures: &mut [SignatureDictionary]) {
    let mut end = 0;
    for signature in signatures.iter_mut().filter(|signature| signature.defects.is_empty()) {
        let Some([first, second]) = signature.signed_ranges() else { continue };
        if first.end < end {
            signature.defects.push("pdf.signatures-overlap");
        } else {
            end = second.end;
        }
    }
}

fn read(
    document: &mut Document<'_>,
    field: &fields::Field,
    value: &Object,
    shared: bool,
) -> Result<SignatureDictionary> {
    let mut defects = Vec::new();
    if shared {
        defects.push("pdf.signatures-overlap");
    }
    let (id, offset, dictionary) = match value {
        Object::Reference(id) => match document.load(*id) {
            Ok(loaded) => {
                if loaded.container.is_some() {
                    // P-03: the value must be inside the signed ranges, uncompressed.
                    defects.push("pdf.signature-in-object-stream");
                }
                (*id, loaded.offset, loaded.dictionary().cloned())
            }
            // P-01: one that cannot be read is a signature that fails, and the others are judged all the same.
            Err(error) if matches!(error.kind(), ErrorKind::NeedsRepair | ErrorKind::Malformed) => (*id, 0, None),
            Err(error) => return Err(error),
        },
        Object::Dictionary(direct) => {
            defects.push("pdf.signature-direct");
            (field.id, 0, Some(direct.clone()))
        }
        _ => (field.id, 0, None),
    };
    let dictionary = dictionary.unwrap_or_else(|| {
        defects.push("pdf.signature-not-a-dictionary");
        Dictionary::new()
    });
    if dictionary.duplicate_key().is_some() {
        defects.push("pdf.signature-duplicate-key");
    }
    let escaped = |key: &str| dictionary.entry(key).is_some_and(|entry| entry.escaped);
    if escaped("Contents") || escaped("ByteRange") {
        defects.push("pdf.signature-escaped-key");
    }
    let byte_range = byte_range(&dictionary);
    if byte_range.is_none() {
        defects.push("pdf.byte-range-malformed");
    }
    let (contents, contents_span) = match dictionary.entry("Contents").map(|entry| (&entry.value, &entry.span)) {
        _ if shared => (Vec::new(), 0..0),
        Some((Object::String { bytes, hex: true }, span)) => (bytes.clone(), span.clone()),
        _ => {
            defects.push("pdf.contents-malformed");
            (Vec::new(), 0..0)
        }
    };
    if !shared && contents.iter().all(|byte| *byte == 0) && !defects.contains(&"pdf.contents-malformed") {
        defects.push("pdf.contents-empty");
    }
    let text = |document: &mut Document<'_>, key: &str| -> Result<Option<String>> {
        Ok(document.resolve_key(&dictionary, key)?.as_string().map(decode_text))
    };
    let name_of = |key: &str| dictionary.value(key).and_then(Object::as_name).map(<[u8]>::to_vec);
    let claimed_time_text = text(document, "M")?;
    let signature = SignatureDictionary {
        field: field.name.clone(),
        field_id: field.id,
        id,
        offset,
        kind: name_of("Type").unwrap_or_else(|| b"Sig".to_vec()),
        filter: name_of("Filter"),
        sub_filter: name_of("SubFilter"),
        byte_range,
        contents_span,
        contents,
        claimed_time: claimed_time_text.as_deref().and_then(Time::from_pdf_date),
        claimed_time_text,
        name: text(document, "Name")?,
        reason: text(document, "Reason")?,
        location: text(document, "Location")?,
        contact: text(document, "ContactInfo")?,
        has_cert: dictionary.value("Cert").is_some(),
        defects,
    };
    check_ranges(document, signature)
}

/// `[0 a b c]`: exactly four direct integers, none negative (P-01, P-17).
fn byte_range(dictionary: &Dictionary) -> Option<[u64; 4]> {
    let items = dictionary.value("ByteRange")?.as_array()?;
    let numbers = items.iter().map(|item| u64::try_from(item.as_integer()?).ok()).collect::<Option<Vec<_>>>()?;
    numbers.try_into().ok()
}

/// P-02, P-04, P-05, P-19: the gap is exactly the token of `/Contents`, computed from places, never from lengths.
fn check_ranges(document: &Document<'_>, mut signature: SignatureDictionary) -> Result<SignatureDictionary> {
    let Some(ranges) = signature.signed_ranges() else {
        if signature.byte_range.is_some() {
            signature.defects.push("pdf.byte-range-malformed");
        }
        return Ok(signature);
    };
    let [first, second] = ranges;
    if first.start != 0 {
        signature.defects.push("pdf.byte-range-start");
    }
    if second.end > document.source().len() {
        signature.defects.push("pdf.byte-range-past-end");
    }
    if signature.contents_span.is_empty() {
        return Ok(signature);
    }
    let token = &signature.contents_span;
    if first.end != token.start || second.start != token.end || signature.offset >= first.end {
        signature.defects.push("pdf.byte-range-gap");
    }
    let length = usize::try_from(signature.contents_span.end - signature.contents_span.start).unwrap_or(usize::MAX);
    let token = window(document.source(), signature.contents_span.start, length)?;
    let digits = token.get(1..token.len().saturating_sub(1)).unwrap_or_default();
    let clean = digits.len() % 2 == 0 && !digits.iter().any(|b| is_space(*b));
    let lower = digits.iter().any(|b| matches!(b, b'a'..=b'f'));
    let upper = digits.iter().any(|b| matches!(b, b'A'..=b'F'));
    // Each writer keeps to one case: a mixture means that somebody touched the digits afterwards (P-19).
    if !clean || lower && upper {
        signature.defects.push("pdf.contents-digits");
    }
    Ok(signature)
}

/// Which revision a signature covers, and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Signed bytes end where revision `revision` (from 1) of `of` ends; `bytes_after` more bytes follow in the file.
    Revision {
        /// Number of the revision, from 1.
        revision: usize,
        /// Number of revisions in the file.
        of: usize,
        /// Bytes of the file after the signed revision.
        bytes_after: u64,
    },
    /// Signed bytes do not end at the end of a revision, or not of the one that holds the signature.
    Unclear,
}

/// Compares the signed bytes with the revisions (ades digest §1.3, "End of signed revision").
pub fn coverage(document: &Document<'_>, revisions: &[Revision], signature: &SignatureDictionary) -> Result<Coverage> {
    let Some(end) = signature.signed_end() else { return Ok(Coverage::Unclear) };
    let Some(index) = revisions.iter().position(|revision| revision.end.contains(&end)) else {
        return Ok(Coverage::Unclear);
    };
    // The section that last wrote the signature object must belong to the signed revision (P-09).
    let written = document.entry_with_section(signature.id.number)?.map(|(_, section)| section);
    if !written.is_some_and(|section| revisions[index].sections.contains(&section)) {
        return Ok(Coverage::Unclear);
    }
    // Every section up to that revision lies inside the signed ranges, outside of the gap.
    let gap = &signature.contents_span;
    let inside = revisions[..=index].iter().flat_map(|revision| document.sections()[revision.sections.clone()].iter());
    for section in inside {
        let crosses_gap = section.offset < gap.end && section.end > gap.start;
        if crosses_gap || section.end > end {
            return Ok(Coverage::Unclear);
        }
    }
    Ok(Coverage::Revision { revision: index + 1, of: revisions.len(), bytes_after: document.source().len() - end })
}
