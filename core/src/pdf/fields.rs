//! The interactive form: fields by their full names, signature fields and their values (ISO 32000-2 §12.7).

use std::collections::HashSet;

use super::document::Document;
use super::object::{Dictionary, Object, ObjectId, decode_text};
use crate::error::{Error, ErrorKind, Result};

/// A terminal field of the form.
#[derive(Clone, Debug)]
pub struct Field {
    /// Fully qualified name: partial names joined by periods (§12.7.4.2).
    pub name: String,
    /// The field's own object.
    pub id: ObjectId,
    /// `/FT`, inherited where it is not its own.
    pub kind: Option<Vec<u8>>,
    /// The dictionary of the field.
    pub dictionary: Dictionary,
}

impl Field {
    /// True for a signature field.
    pub fn is_signature(&self) -> bool {
        self.kind.as_deref() == Some(b"Sig")
    }

    /// The signature dictionary's reference, if the field is signed.
    pub fn value(&self) -> Option<&Object> {
        self.dictionary.value("V").filter(|value| **value != Object::Null)
    }
}

/// Where the form's dictionary stands.
#[derive(Clone, Debug)]
pub enum Form {
    /// There is none.
    Absent,
    /// Directly in the catalog.
    Direct(Dictionary),
    /// An object of its own.
    Indirect(ObjectId, Dictionary),
}

impl Form {
    /// The form dictionary.
    pub fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Absent => None,
            Self::Direct(dictionary) | Self::Indirect(_, dictionary) => Some(dictionary),
        }
    }
}

/// The form of the document.
pub fn form(document: &mut Document<'_>) -> Result<Form> {
    let root = document.root()?;
    let entry = root.object.as_dictionary().and_then(|catalog| catalog.value("AcroForm"));
    Ok(match entry {
        None | Some(Object::Null) => Form::Absent,
        Some(Object::Dictionary(dictionary)) => Form::Direct(dictionary.clone()),
        Some(Object::Reference(id)) => match &document.load(*id)?.object {
            Object::Dictionary(dictionary) => Form::Indirect(*id, dictionary.clone()),
            Object::Null => Form::Absent,
            _ => return Err(Error::new(ErrorKind::Malformed, "pdf.form-not-a-dictionary")),
        },
        Some(_) => return Err(Error::new(ErrorKind::Malformed, "pdf.form-not-a-dictionary")),
    })
}

/// All terminal fields, in the order of the form. A tree with cycles is walked once.
pub fn fields(document: &mut Document<'_>) -> Result<Vec<Field>> {
    let form = form(document)?;
    let Some(list) = form.dictionary().and_then(|form| form.value("Fields")).cloned() else { return Ok(Vec::new()) };
    let list = document.resolve(&list)?;
    let roots = list.as_array().unwrap_or_default();
    let mut fields = Vec::new();
    let mut seen = HashSet::new();
    // Depth first with an explicit stack: (object, name of the parent, inherited /FT).
    let mut stack: Vec<(Object, String, Option<Vec<u8>>)> =
        roots.iter().rev().map(|object| (object.clone(), String::new(), None)).collect();
    while let Some((object, parent, inherited)) = stack.pop() {
        let Some(id) = object.as_reference() else { continue };
        if !seen.insert(id) {
            continue;
        }
        if seen.len() > document.limits().pdf_fields {
            return Err(Error::new(ErrorKind::Limit, "limit.pdf-fields").with("limit", document.limits().pdf_fields));
        }
        let loaded = document.load(id)?;
        let Some(dictionary) = loaded.object.as_dictionary() else { continue };
        let partial = document.resolve_key(dictionary, "T")?;
        let name = match (parent.as_str(), partial.as_string()) {
            (_, None) => parent.clone(),
            ("", Some(own)) => decode_text(own),
            (_, Some(own)) => format!("{parent}.{}", decode_text(own)),
        };
        let kind = document.resolve_key(dictionary, "FT")?.as_name().map(<[u8]>::to_vec).or(inherited);
        let kids = document.resolve_key(dictionary, "Kids")?;
        let child_fields = child_fields(document, kids.as_array().unwrap_or_default())?;
        if child_fields.is_empty() {
            fields.push(Field { name, id, kind, dictionary: dictionary.clone() });
        } else {
            stack.extend(child_fields.into_iter().rev().map(|kid| (kid, name.clone(), kind.clone())));
        }
    }
    Ok(fields)
}

/// Kids that are fields: those with a partial name. Kids without one are the widgets of their parent.
fn child_fields(document: &mut Document<'_>, kids: &[Object]) -> Result<Vec<Object>> {
    let mut fields = Vec::new();
    for kid in kids {
        let Some(id) = kid.as_reference() else { continue };
        let loaded = document.load(id)?;
        if loaded.object.as_dictionary().is_some_and(|kid| kid.value("T").is_some()) {
            fields.push(kid.clone());
        }
    }
    Ok(fields)
}

/// The first page, down the left edge of the page tree (§7.7.3.2).
pub fn first_page(document: &mut Document<'_>) -> Result<(ObjectId, Dictionary)> {
    let no_page = || Error::new(ErrorKind::Malformed, "pdf.no-page");
    let root = document.root()?;
    let mut next = root.object.as_dictionary().and_then(|catalog| catalog.value("Pages")).cloned();
    let mut seen = HashSet::new();
    // Alternatives to the left edge, for trees whose first node is empty.
    let mut waiting: Vec<Object> = Vec::new();
    while let Some(object) = next.take().or_else(|| waiting.pop()) {
        let Some(id) = object.as_reference() else { continue };
        if !seen.insert(id) {
            continue;
        }
        let loaded = document.load(id)?;
        let Some(node) = loaded.object.as_dictionary() else { continue };
        let kids = document.resolve_key(node, "Kids")?;
        match kids.as_array() {
            // The leaf: a `/Type /Page`, or what lacks a type but has no kids either.
            None if node.value("Type").is_none_or(|kind| kind.as_name() != Some(b"Pages")) => {
                return Ok((id, node.clone()));
            }
            None => {}
            Some(kids) => waiting.extend(kids.iter().rev().cloned()),
        }
    }
    Err(no_page())
}
