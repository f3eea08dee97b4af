//! The interactive form: fields by their full names, signature fields and their values (ISO 32000-2 §12.7).

use std::collections::HashSet;
use std::rc::Rc;

use super::document::{Document, Indirect};
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
    let entry = root.dictionary().and_then(|catalog| catalog.value("AcroForm"));
    Ok(match entry {
        None | Some(Object::Null) => Form::Absent,
        Some(Object::Dictionary(dictionary)) => Form::Direct(dictionary.clone()),
        Some(Object::Reference(id)) => {
            let loaded = document.load(*id)?;
            match (loaded.dictionary(), &loaded.object) {
                (Some(dictionary), _) => Form::Indirect(*id, dictionary.clone()),
                (None, Object::Null) => Form::Absent,
                _ => return Err(Error::new(ErrorKind::Malformed, "pdf.form-not-a-dictionary")),
            }
        }
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
        let Some(dictionary) = loaded.dictionary() else { continue };
        let partial = document.resolve_key(dictionary, "T")?;
        let name = match (parent.as_str(), partial.as_string()) {
            (_, None) => parent.clone(),
            ("", Some(own)) => decode_text(own),
            (_, Some(own)) => format!("{parent}.{}", decode_text(own)),
        };
        // Names grow with the depth, and kids may be shared: neither is bounded by the file's length.
        document.budget().parse(0, name.len() as u64)?;
        let kind = document.resolve_key(dictionary, "FT")?.as_name().map(<[u8]>::to_vec).or(inherited);
        let kids = document.array_holder(&loaded, "Kids")?;
        let child_fields = child_fields(document, kids.as_deref().map(kids_of).unwrap_or_default())?;
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
    document.budget().parse(kids.len(), 0)?;
    let mut fields = Vec::new();
    for kid in kids {
        let Some(id) = kid.as_reference() else { continue };
        let loaded = document.load(id)?;
        if loaded.dictionary().is_some_and(|kid| kid.value("T").is_some()) {
            fields.push(kid.clone());
        }
    }
    Ok(fields)
}

/// The kids in what [`Document::array_holder`] found.
fn kids_of(holder: &Indirect) -> &[Object] {
    let own = holder.object.as_dictionary().and_then(|node| node.value("Kids"));
    own.unwrap_or(&holder.object).as_array().unwrap_or_default()
}

/// The first page, down the left edge of the page tree (§7.7.3.2).
pub fn first_page(document: &mut Document<'_>) -> Result<(ObjectId, Dictionary)> {
    let root = document.root()?;
    let mut next = root.dictionary().and_then(|catalog| catalog.value("Pages")).and_then(Object::as_reference);
    let mut seen = HashSet::new();
    // The nodes above, each with the kid to try next, for trees whose first node is empty.
    let mut path: Vec<(Rc<Indirect>, usize)> = Vec::new();
    loop {
        if let Some(id) = next.take().filter(|id| seen.insert(*id)) {
            let loaded = document.load(id)?;
            if let Some(node) = loaded.dictionary() {
                match document.array_holder(&loaded, "Kids")? {
                    Some(kids) => path.push((kids, 0)),
                    // The leaf: a `/Type /Page`, or what lacks a type but has no kids either.
                    None if node.value("Type").is_none_or(|kind| kind.as_name() != Some(b"Pages")) => {
                        return Ok((id, node.clone()));
                    }
                    None => {}
                }
            }
        }
        let Some((kids, index)) = path.last_mut() else {
            return Err(Error::new(ErrorKind::Malformed, "pdf.no-page"));
        };
        match kids_of(kids).get(*index) {
            Some(kid) => {
                next = kid.as_reference();
                *index += 1;
                // Nodes may share their kids, so that trying all of them need not end.
                document.budget().parse(1, 0)?;
            }
            None => drop(path.pop()),
        }
    }
}
