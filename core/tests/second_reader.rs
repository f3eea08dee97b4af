//! A second reading of the same bytes: `lopdf` loads a file whole, and every object that it finds is what our own
//! reader finds on demand. Where two readers disagree, an attack begins.

mod common;

use common::now;
use common::pdf::{Builder, Xref, small};
use common::pki::Pki;
use condau::pdf::{Document, Object, ObjectId, Repair, decode_text, fields, signatures};
use condau::{Limits, sign};

const DEMO: &[u8] = include_bytes!("../data/demo/quyet-dinh.pdf");

/// Compares every object of the file; gives how many there were.
fn compare(bytes: &[u8]) -> usize {
    let theirs = lopdf::Document::load_mem(bytes).unwrap();
    let limits = Limits::default();
    let mut ours = Document::open(&bytes, &limits, Repair::Refuse).unwrap();
    for (&(number, generation), object) in &theirs.objects {
        // The other reader drops what only finds objects.
        let loaded = ours.load(ObjectId { number, generation }).unwrap();
        assert!(same(&loaded.object, object), "{number} {generation}: {:?}\n{object:?}", loaded.object);
    }
    assert_eq!(ours.oddities(), [], "well-formed files give no cause to wonder");
    theirs.objects.len()
}

fn same(ours: &Object, theirs: &lopdf::Object) -> bool {
    match (ours, theirs) {
        (Object::Null, lopdf::Object::Null) => true,
        (Object::Boolean(a), lopdf::Object::Boolean(b)) => a == b,
        (Object::Integer(a), lopdf::Object::Integer(b)) => a == b,
        (Object::Real(text), lopdf::Object::Real(b)) => {
            let a: f32 = std::str::from_utf8(text).unwrap().parse().unwrap();
            (a - b).abs() <= f32::EPSILON * a.abs().max(1.0)
        }
        (Object::String { bytes, .. }, lopdf::Object::String(b, _)) => bytes == b,
        (Object::Name(a), lopdf::Object::Name(b)) => a == b,
        (Object::Array(a), lopdf::Object::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Object::Dictionary(a), lopdf::Object::Dictionary(b)) => same_dictionary(a, b),
        // Of a stream, our reader gives the dictionary.
        (Object::Dictionary(a), lopdf::Object::Stream(b)) => same_dictionary(a, &b.dict),
        (Object::Reference(a), lopdf::Object::Reference(b)) => (a.number, a.generation) == *b,
        _ => false,
    }
}

fn same_dictionary(ours: &condau::pdf::Dictionary, theirs: &lopdf::Dictionary) -> bool {
    let entries = ours.entries();
    entries.len() == theirs.len()
        && entries.iter().all(|entry| {
            let Ok(value) = theirs.get(&entry.key) else { return false };
            // A length that stands elsewhere is resolved there.
            same(&entry.value, value) || entry.key == b"Length"
        })
}

#[test]
fn both_readers_find_the_same_objects() {
    let pki = Pki::new();
    let mut updated = Builder::one_page();
    updated.section(Xref::Table, "");
    updated.object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100.5 -.25] /Note (a\\(b\\)\\101) /K#20X null >>");
    updated.section(Xref::Table, "");
    for document in [DEMO.to_vec(), small(Xref::Table), small(Xref::Stream), updated.bytes] {
        let before = compare(&document);
        let once = sign::pdf(&document).reason("Phê duyệt").sign(&pki.signer, now()).unwrap().bytes;
        let twice = sign::pdf(&once).field("Cơ quan").sign(&pki.signer, now()).unwrap().bytes;
        assert!(compare(&once) > before);
        assert!(compare(&twice) > compare(&once));
    }
    assert!(compare(DEMO) > 30);
}

#[test]
fn both_readers_find_the_same_signatures() {
    let pki = Pki::new();
    let signed = sign::pdf(&DEMO).field("Giám đốc").reason("Phê duyệt").sign(&pki.signer, now()).unwrap().bytes;
    let theirs = lopdf::Document::load_mem(&signed).unwrap();
    let catalog = theirs.catalog().unwrap();
    let form = theirs.get_dict_in_dict(catalog, b"AcroForm").unwrap();
    let list = form.get(b"Fields").and_then(|list| theirs.dereference(list)).unwrap().1.as_array().unwrap();
    assert_eq!(list.len(), 1);
    let field = theirs.dereference(&list[0]).unwrap().1.as_dict().unwrap();
    let value = theirs.get_dict_in_dict(field, b"V").unwrap();

    let limits = Limits::default();
    let mut ours = Document::open(&signed, &limits, Repair::Refuse).unwrap();
    let dictionary = signatures(&mut ours).unwrap().remove(0);
    assert_eq!(value.get(b"Contents").unwrap().as_str().unwrap(), dictionary.contents);
    assert_eq!(decode_text(field.get(b"T").unwrap().as_str().unwrap()), dictionary.field);
    assert_eq!(fields(&mut ours).unwrap().len(), 1);
    let range = value.get(b"ByteRange").unwrap().as_array().unwrap();
    let range: Vec<u64> = range.iter().map(|n| u64::try_from(n.as_i64().unwrap()).unwrap()).collect();
    assert_eq!(range, dictionary.byte_range.unwrap());
    assert_eq!(theirs.get_pages().len(), 1);
}
