//! The signature field: chosen or made, put into the form and on a page (ISO 32000-2 §12.7, §12.8).

use std::ops::Range;

use super::pdf::Options;
use crate::error::{Error, ErrorKind, Result};
use crate::pdf::{Dictionary, Document, Form, Increment, Object, ObjectId, fields, first_page, form, write};
use crate::time::Time;

/// The field that will hold the signature.
pub(super) struct Target {
    /// Full name.
    pub(super) name: String,
    existing: Option<(ObjectId, Dictionary)>,
}

/// The empty signature field `wanted`, or a new one of that name; without a name, a new one with a free name.
pub(super) fn choose_field(document: &mut Document<'_>, wanted: Option<&str>) -> Result<Target> {
    refuse_certified(document)?;
    let all = fields(document)?;
    let Some(name) = wanted else {
        let free = (1..=all.len() + 1).map(|n| format!("Signature{n}")).find(|n| all.iter().all(|f| f.name != *n));
        // Of n + 1 candidates one is free among n fields.
        return Ok(Target { name: free.unwrap_or_default(), existing: None });
    };
    if let Some(field) = all.iter().find(|field| field.name == name) {
        if !field.is_signature() {
            return Err(Error::new(ErrorKind::InvalidInput, "sign.field-not-a-signature").with("field", name));
        }
        if field.value().is_some() {
            return Err(Error::new(ErrorKind::InvalidInput, "sign.field-already-signed").with("field", name));
        }
        return Ok(Target { name: name.to_owned(), existing: Some((field.id, field.dictionary.clone())) });
    }
    let taken = all.iter().any(|field| field.name.split('.').next() == Some(name));
    if name.is_empty() || name.contains('.') || taken {
        return Err(Error::new(ErrorKind::InvalidInput, "sign.field-name-unusable").with("field", name));
    }
    Ok(Target { name: name.to_owned(), existing: None })
}

/// A document certified with "no changes" (`/DocMDP`, P = 1) is broken by any further signature (§12.8.2.2).
fn refuse_certified(document: &mut Document<'_>) -> Result<()> {
    let root = document.root()?;
    let Some(catalog) = root.dictionary() else { return Ok(()) };
    let permissions = document.resolve_key(catalog, "Perms")?;
    let Some(permissions) = permissions.as_dictionary() else { return Ok(()) };
    let signature = document.resolve_key(permissions, "DocMDP")?;
    let Some(signature) = signature.as_dictionary() else { return Ok(()) };
    let references = document.resolve_key(signature, "Reference")?;
    for reference in references.as_array().unwrap_or_default() {
        let reference = document.resolve(reference)?;
        let Some(reference) = reference.as_dictionary() else { continue };
        let parameters = document.resolve_key(reference, "TransformParams")?;
        let Some(parameters) = parameters.as_dictionary() else { continue };
        if document.resolve_key(parameters, "P")?.as_integer() == Some(1) {
            return Err(Error::new(ErrorKind::InvalidInput, "sign.certified-no-changes"));
        }
    }
    Ok(())
}

/// Writes the field and whatever has to change for it: page, form, catalog.
pub(super) fn write_field(
    document: &mut Document<'_>,
    increment: &mut Increment,
    target: &Target,
    signature: ObjectId,
) -> Result<()> {
    let root = document.root()?;
    let Some(mut catalog) = root.dictionary().cloned() else {
        return Err(Error::new(ErrorKind::Malformed, "pdf.no-catalog"));
    };
    let mut catalog_changed = declare_extension(document, &mut catalog)?;
    let new_field = if let Some((id, dictionary)) = &target.existing {
        let mut dictionary = dictionary.clone();
        dictionary.set("V", Object::Reference(signature));
        increment.object(*id, &Object::Dictionary(dictionary))?;
        None
    } else {
        let id = increment.new_id();
        let page = first_page(document)?;
        increment.object(id, &Object::Dictionary(invisible_widget(&target.name, page.0, signature)))?;
        add_to_page(document, increment, page, id)?;
        Some(id)
    };
    let (mut dictionary, own_id) = match form(document)? {
        Form::Absent => (Dictionary::new(), Some(increment.new_id())),
        Form::Direct(dictionary) => (dictionary, None),
        Form::Indirect(id, dictionary) => (dictionary, Some(id)),
    };
    let before = dictionary.clone();
    if let Some(field) = new_field {
        append(document, increment, &mut dictionary, "Fields", field)?;
    }
    // Bit 1: there are signatures; bit 2: only append (§12.7.3, Table 225).
    let flags = document.resolve_key(&dictionary, "SigFlags")?.as_integer().unwrap_or(0);
    if flags & 3 != 3 {
        dictionary.set("SigFlags", Object::Integer(flags | 3));
    }
    if dictionary != before {
        if let Some(id) = own_id {
            increment.object(id, &Object::Dictionary(dictionary))?;
            if catalog.value("AcroForm").and_then(Object::as_reference) != Some(id) {
                catalog.set("AcroForm", Object::Reference(id));
                catalog_changed = true;
            }
        } else {
            catalog.set("AcroForm", Object::Dictionary(dictionary));
            catalog_changed = true;
        }
    }
    if catalog_changed {
        increment.object(root.id, &Object::Dictionary(catalog))?;
    }
    Ok(())
}

/// Appends a reference to the array under `key`, wherever that array stands.
fn append(
    document: &mut Document<'_>,
    increment: &mut Increment,
    dictionary: &mut Dictionary,
    key: &str,
    item: ObjectId,
) -> Result<()> {
    let holder = dictionary.value(key).and_then(Object::as_reference);
    let mut items = document.resolve_key(dictionary, key)?.as_array().unwrap_or_default().to_vec();
    items.push(Object::Reference(item));
    match holder {
        // An array of its own is rewritten there; one reached through several references becomes direct.
        Some(id) if document.load(id)?.object.as_array().is_some() => increment.object(id, &Object::Array(items))?,
        _ => dictionary.set(key, Object::Array(items)),
    }
    Ok(())
}

fn add_to_page(
    document: &mut Document<'_>,
    increment: &mut Increment,
    (page_id, mut page): (ObjectId, Dictionary),
    widget: ObjectId,
) -> Result<()> {
    let before = page.clone();
    append(document, increment, &mut page, "Annots", widget)?;
    if page != before {
        increment.object(page_id, &Object::Dictionary(page))?;
    }
    Ok(())
}

/// Field and widget in one; a rectangle without area is invisible (§12.8.1). Print (4) and Locked (128) are what
/// PDF/A asks of annotations and what other signers write.
fn invisible_widget(name: &str, page: ObjectId, signature: ObjectId) -> Dictionary {
    [
        ("Type", Object::name("Annot")),
        ("Subtype", Object::name("Widget")),
        ("FT", Object::name("Sig")),
        ("T", Object::text(name)),
        ("F", Object::Integer(132)),
        ("Rect", Object::Array(vec![Object::Integer(0); 4])),
        ("P", Object::Reference(page)),
        ("V", Object::Reference(signature)),
    ]
    .into_iter()
    .collect()
}

/// PAdES in a file before PDF 2.0 is announced by an extension dictionary (EN 319 142-1 §5.1; ades digest §1.3).
fn declare_extension(document: &mut Document<'_>, catalog: &mut Dictionary) -> Result<bool> {
    if document.version() >= (2, 0) {
        return Ok(false);
    }
    let extensions = document.resolve_key(catalog, "Extensions")?;
    let mut extensions = extensions.as_dictionary().cloned().unwrap_or_default();
    if extensions.value("ESIC").is_some() {
        return Ok(false);
    }
    let level = [("BaseVersion", Object::name("1.7")), ("ExtensionLevel", Object::Integer(1))].into_iter().collect();
    extensions.set("ESIC", Object::Dictionary(level));
    catalog.set("Extensions", Object::Dictionary(extensions));
    Ok(true)
}

/// The dictionary as syntax, with the places that are filled in later.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    /// The token of `/Contents`, angle brackets included.
    pub(super) contents: Range<usize>,
    /// The inside of the array of `/ByteRange`.
    pub(super) byte_range: Range<usize>,
}

/// Room for `0 a b c` with three numbers of up to 20 digits: the width does not depend on the file's size.
const BYTE_RANGE_WIDTH: usize = 1 + 3 * 21;

/// The signature dictionary with room for `capacity` bytes of CMS (EN 319 142-1 Table 1).
pub(super) fn signature_dictionary(options: &Options, at: Time, capacity: usize) -> Body {
    let mut bytes = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M ".to_vec();
    write(&Object::literal(at.to_pdf_date()), &mut bytes);
    for (key, text) in [
        ("Name", &options.name),
        ("Reason", &options.reason),
        ("Location", &options.location),
        ("ContactInfo", &options.contact),
    ] {
        if let Some(text) = text {
            bytes.extend_from_slice(format!(" /{key} ").as_bytes());
            write(&Object::text(text), &mut bytes);
        }
    }
    bytes.extend_from_slice(b" /ByteRange [");
    let byte_range = bytes.len()..bytes.len() + BYTE_RANGE_WIDTH;
    bytes.resize(byte_range.end, b' ');
    bytes.extend_from_slice(b"] /Contents ");
    let contents = bytes.len()..bytes.len() + 2 + 2 * capacity;
    bytes.push(b'<');
    bytes.resize(contents.end - 1, b'0');
    bytes.extend_from_slice(b"> >>");
    Body { bytes, contents, byte_range }
}

/// Writes the numbers into their room; what is left stays spaces.
pub(super) fn fill_byte_range(room: &mut [u8], [start, length, second, rest]: [u64; 4]) -> Result<()> {
    let text = format!("{start} {length} {second} {rest}");
    let place = room
        .get_mut(..text.len())
        .ok_or_else(|| Error::new(ErrorKind::Limit, "limit.pdf-table-offset").with("offset", second))?;
    place.copy_from_slice(text.as_bytes());
    Ok(())
}
