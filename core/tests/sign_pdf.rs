//! Signing: what is written, into which documents, by which keys, and what is refused.

mod common;

use std::io::{Seek, Write};
use std::process::{Command, Stdio};

use common::pdf::{Builder, Xref, small};
use common::pki::Pki;
use common::{now, pdf};
use condau::crypto::{DigestAlgorithm, SignatureAlgorithm};
use condau::keys::{DigestAdapter, DigestSigner, RsaPadding, Signer};
use condau::pdf::{Document, FileSource, Object, Repair, fields, signatures};
use condau::sign::pdf::{Credential, Session};
use condau::verify::{self, Integrity, Policy, Report};
use condau::x509::Certificate;
use condau::{ErrorKind, Limits, Result, Time, sign};

fn report(bytes: &[u8], pki: &Pki) -> Report {
    verify::pdf(&bytes, &pki.trust(), &Policy::default(), now()).unwrap()
}

fn intact(bytes: &[u8], pki: &Pki, count: usize) {
    let report = report(bytes, pki);
    assert_eq!(report.signatures.len(), count);
    for signature in &report.signatures {
        assert_eq!(signature.integrity, Integrity::Intact, "{}", report.explain(condau::Language::En));
        assert_eq!(signature.format, "PAdES-BASELINE-B");
    }
}

#[test]
fn memory_file_and_three_steps_give_the_same_bytes() {
    let mut pki = Pki::rsa(2048);
    // PKCS#1 v1.5 has no randomness in it.
    pki.signer = pki.signer.with_rsa_padding(RsaPadding::Pkcs1).unwrap();
    let document = small(Xref::Table);
    let in_memory = sign::pdf(&document).reason("Phê duyệt").sign(&pki.signer, now()).unwrap();

    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&document).unwrap();
    let source = FileSource::open(file.path()).unwrap();
    let mut streamed = Vec::new();
    let finished = sign::pdf(&source).reason("Phê duyệt").sign_to(&pki.signer, now(), &mut streamed).unwrap();

    let credential = Credential::of(&pki.signer).unwrap();
    let session = sign::pdf(&document).reason("Phê duyệt").prepare(&credential, now()).unwrap();
    let session: Session = serde_json::from_str(&serde_json::to_string(&session).unwrap()).unwrap();
    let signature = pki.signer.sign(session.to_be_signed()).unwrap();
    let in_steps = session.finish(&document, &signature).unwrap();

    assert!(in_memory.bytes == streamed && streamed == in_steps);
    assert_eq!(
        (in_memory.field.as_str(), finished.field.as_str(), session.field()),
        ("Signature1", "Signature1", "Signature1")
    );
    assert!(in_memory.bytes.starts_with(&document), "the original is the beginning of the result");
    intact(&in_memory.bytes, &pki, 1);
}

#[test]
fn what_the_signature_says_is_what_was_asked_for() {
    let pki = Pki::new();
    let signed = sign::pdf(&small(Xref::Stream))
        .field("Người ký")
        .name("Nguyễn Văn A")
        .reason("Phê duyệt (lần 1) \\ khẩn")
        .location("Xã Thử Nghiệm")
        .contact("thu@example.vn")
        .sign(&pki.signer, now())
        .unwrap();
    let limits = Limits::default();
    let mut document = Document::open(&signed.bytes, &limits, Repair::Refuse).unwrap();
    let dictionary = signatures(&mut document).unwrap().remove(0);
    assert_eq!(dictionary.field, "Người ký");
    assert_eq!(dictionary.name.as_deref(), Some("Nguyễn Văn A"));
    assert_eq!(dictionary.reason.as_deref(), Some("Phê duyệt (lần 1) \\ khẩn"));
    assert_eq!(dictionary.location.as_deref(), Some("Xã Thử Nghiệm"));
    assert_eq!(dictionary.contact.as_deref(), Some("thu@example.vn"));
    assert_eq!(dictionary.claimed_time, Some(now()));
    assert_eq!(dictionary.sub_filter.as_deref(), Some(&b"ETSI.CAdES.detached"[..]));
    assert_eq!(dictionary.filter.as_deref(), Some(&b"Adobe.PPKLite"[..]));
    assert!(!dictionary.has_cert && dictionary.defects.is_empty());
    let [first, second] = dictionary.signed_ranges().unwrap();
    assert_eq!((first.start, first.end), (0, dictionary.contents_span.start));
    assert_eq!((second.start, second.end), (dictionary.contents_span.end, signed.bytes.len() as u64));
    intact(&signed.bytes, &pki, 1);
}

/// No CMS signing-time, one signing-certificate-v2, id-data, detached: EN 319 142-1 Table 1.
#[test]
fn the_cms_has_the_attributes_of_the_baseline_and_no_others() {
    let pki = Pki::new();
    let signed = sign::pdf(&small(Xref::Table)).sign(&pki.signer, now()).unwrap();
    let limits = Limits::default();
    let mut document = Document::open(&signed.bytes, &limits, Repair::Refuse).unwrap();
    let contents = signatures(&mut document).unwrap().remove(0).contents;
    let (cms, used) = condau::cms::SignedData::parse(&contents, &limits).unwrap();
    assert!(contents[used..].iter().all(|byte| *byte == 0));
    assert!(contents.len() - used < 16, "room is made for this signature, not for any: {}", contents.len() - used);
    assert_eq!((cms.content, cms.irregularities.len(), cms.version), (None, 0, 1));
    assert_eq!(cms.content_type, condau::cms::id_data());
    let [info] = cms.signer_infos.as_slice() else { panic!("one signer") };
    assert!(!info.has_signing_time() && info.unsigned_attributes.is_empty());
    let bound = info.signing_certificates().unwrap().unwrap();
    assert_eq!(bound[0].hash, pki.certificate().fingerprint());
    assert_eq!(bound.len(), cms.certificates.len(), "every embedded certificate is bound");
    let message = info.signed_attributes_message().unwrap();
    let attributes = condau::asn1::Reader::new(condau::asn1::Tlv::parse_one(&message).unwrap().content).all().unwrap();
    assert_eq!(attributes.len(), 3);
}

#[test]
fn five_signatures_in_sequence_all_stay_intact() {
    for kind in [Xref::Table, Xref::Stream] {
        let pki = Pki::new();
        let mut bytes = small(kind);
        for count in 1..=5 {
            let signed = sign::pdf(&bytes).sign(&pki.signer, now()).unwrap();
            assert_eq!(signed.field, format!("Signature{count}"));
            assert!(signed.bytes.starts_with(&bytes));
            bytes = signed.bytes;
            intact(&bytes, &pki, count);
        }
        let report = report(&bytes, &pki);
        let revisions: Vec<_> = report.signatures.iter().map(|s| s.coverage.revision).collect();
        assert_eq!(revisions, [Some(2), Some(3), Some(4), Some(5), Some(6)]);
        assert!(report.signatures[..4].iter().all(|s| s.coverage.bytes_after > 0));
        assert_eq!(report.signatures[4].coverage.bytes_after, 0);
    }
}

/// The first half of `/ID` stays, the second is new for each revision.
#[test]
fn the_second_half_of_the_identifier_is_renewed() {
    let pki = Pki::new();
    let mut builder = Builder::one_page();
    builder.section(Xref::Table, "/ID [<00112233> <00112233>]");
    let once = sign::pdf(&builder.bytes).sign(&pki.signer, now()).unwrap().bytes;
    let twice = sign::pdf(&once).sign(&pki.signer, now()).unwrap().bytes;
    let halves = |bytes: &[u8]| {
        let limits = Limits::default();
        let document = Document::open(&bytes, &limits, Repair::Refuse).unwrap();
        let id = document.trailer().value("ID").unwrap().as_array().unwrap().to_vec();
        (id[0].as_string().unwrap().to_vec(), id[1].as_string().unwrap().to_vec())
    };
    let (first, second) = (halves(&once), halves(&twice));
    assert_eq!((&first.0, &second.0), (&vec![0x00, 0x11, 0x22, 0x33], &first.0));
    assert!(first.1 != first.0 && second.1 != first.1);
}

/// The form, further objects, the field to sign.
type Shape<'a> = (&'a str, &'a [(u32, String)], Option<&'a str>);

/// Forms as other writers leave them: direct, indirect, with their arrays anywhere, with a field that waits.
#[test]
fn forms_of_every_shape() {
    let pki = Pki::new();
    let empty = "<< /FT /Sig /T (Giam doc) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /P 3 0 R >>";
    let page = |annots: &str| format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] {annots} >>");
    let shapes: [Shape<'_>; 6] = [
        ("/AcroForm << /Fields [] >>", &[(3, page("/Annots []"))], None),
        (
            "/AcroForm 10 0 R",
            &[(10, "<< /Fields 11 0 R >>".into()), (11, "[]".into()), (3, page("/Annots 12 0 R")), (12, "[]".into())],
            None,
        ),
        ("/AcroForm << /Fields [13 0 R] >>", &[(13, empty.into()), (3, page("/Annots [13 0 R]"))], Some("Giam doc")),
        (
            "/AcroForm << /Fields [14 0 R] >>",
            &[
                (14, "<< /T (Cap tren) /Kids [15 0 R] >>".into()),
                (15, "<< /Parent 14 0 R /FT /Sig /T (Giam doc) >>".into()),
            ],
            Some("Cap tren.Giam doc"),
        ),
        (
            "/AcroForm << /Fields [14 0 R] >>",
            &[
                (14, "<< /T (Cap tren) /FT /Sig /Kids [15 0 R] >>".into()),
                (15, "<< /Parent 14 0 R /Subtype /Widget /Rect [0 0 0 0] >>".into()),
            ],
            Some("Cap tren"),
        ),
        ("/AcroForm null", &[], Some("Moi")),
    ];
    for (form, objects, field) in shapes {
        let mut builder = Builder::new();
        builder.page();
        builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R {form} >>"));
        for (number, body) in objects {
            builder.object(*number, body);
        }
        builder.section(Xref::Table, "");
        let mut request = sign::pdf(&builder.bytes);
        if let Some(field) = field {
            request = request.field(field);
        }
        let signed = request.sign(&pki.signer, now()).unwrap_or_else(|error| panic!("{form}: {error}"));
        intact(&signed.bytes, &pki, 1);
        if let Some(field) = field {
            assert_eq!(signed.field, field);
            let limits = Limits::default();
            let mut document = Document::open(&signed.bytes, &limits, Repair::Refuse).unwrap();
            assert_eq!(fields(&mut document).unwrap().len(), 1, "{form}");
        }
        let again = sign::pdf(&signed.bytes).sign(&pki.signer, now()).unwrap();
        intact(&again.bytes, &pki, 2);
    }
}

#[test]
fn what_cannot_be_signed_is_refused_with_its_reason() {
    let pki = Pki::new();
    let text_field = "<< /FT /Tx /T (Ten) >>";
    let document = |form: &str, trailer: &str, objects: &[(u32, &str)]| {
        let mut builder = Builder::new();
        builder.page();
        builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R {form} >>"));
        for (number, body) in objects {
            builder.object(*number, body);
        }
        builder.section(Xref::Table, trailer);
        builder.bytes
    };
    let plain = document("", "", &[]);
    let form = document("/AcroForm << /Fields [13 0 R] >>", "", &[(13, text_field)]);
    let certified = document(
        "/Perms << /DocMDP 13 0 R >>",
        "",
        &[(13, "<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>] >>")],
    );
    let encrypted = document("", "/Encrypt << /Filter /Standard /V 2 /R 3 >>", &[]);
    let mut broken = plain.clone();
    let at = memchr::memmem::rfind(&broken, b"xref\n0").unwrap();
    broken[at..at + 4].copy_from_slice(b"xxxx");
    let signed = sign::pdf(&plain).field("A").sign(&pki.signer, now()).unwrap().bytes;
    for (bytes, field, kind, id) in [
        (&form, Some("Ten"), ErrorKind::InvalidInput, "sign.field-not-a-signature"),
        (&signed, Some("A"), ErrorKind::InvalidInput, "sign.field-already-signed"),
        (&plain, Some("A.B"), ErrorKind::InvalidInput, "sign.field-name-unusable"),
        (&plain, Some(""), ErrorKind::InvalidInput, "sign.field-name-unusable"),
        (&certified, None, ErrorKind::InvalidInput, "sign.certified-no-changes"),
        (&encrypted, None, ErrorKind::Encrypted, "pdf.encrypted"),
        (&broken, None, ErrorKind::NeedsRepair, "pdf.xref-unusable"),
        (&b"%PDF-".to_vec(), None, ErrorKind::NeedsRepair, "pdf.xref-unusable"),
        (&Vec::new(), None, ErrorKind::Malformed, "pdf.not-a-pdf"),
    ] {
        let mut request = sign::pdf(bytes);
        if let Some(field) = field {
            request = request.field(field);
        }
        let error = request.sign(&pki.signer, now()).unwrap_err();
        assert_eq!((error.kind(), error.id()), (kind, id));
        for language in [condau::Language::Vi, condau::Language::En] {
            assert!(!error.explain(language).contains('{'), "{}", error.explain(language));
        }
    }
    // With repair the broken one is signed, and a strict reading of the result finds everything.
    let repaired = sign::pdf(&broken).repair(Repair::Rebuild).sign(&pki.signer, now()).unwrap();
    assert!(repaired.bytes.starts_with(&broken));
    assert!(repaired.warnings.iter().any(|odd| odd.id == "pdf.odd-rebuilt"));
    intact(&repaired.bytes, &pki, 1);
}

#[test]
fn a_session_belongs_to_its_document_and_its_key() {
    let (pki, other) = (Pki::new(), Pki::new());
    let document = small(Xref::Table);
    let session = sign::pdf(&document).prepare(&Credential::of(&pki.signer).unwrap(), now()).unwrap();
    let signature = pki.signer.sign(session.to_be_signed()).unwrap();
    assert!(session.finish(&document, &signature).is_ok());

    let mut changed = document.clone();
    changed[100] ^= 1;
    assert_eq!(session.finish(&changed, &signature).unwrap_err().kind(), ErrorKind::Changed);
    assert_eq!(session.finish(&document[1..].to_vec(), &signature).unwrap_err().kind(), ErrorKind::Changed);
    let foreign = other.signer.sign(session.to_be_signed()).unwrap();
    assert_eq!(session.finish(&document, &foreign).unwrap_err().kind(), ErrorKind::BadSignature);
    assert_eq!(session.finish(&document, b"").unwrap_err().kind(), ErrorKind::BadSignature);

    // A stored session is input like any other: numbers that lie are an error.
    let stored = serde_json::to_value(&session).unwrap();
    for (key, value) in [
        ("contents_start", serde_json::json!(u64::MAX)),
        ("contents_end", serde_json::json!(3)),
        ("version", serde_json::json!(99)),
        ("certificates", serde_json::json!([])),
        ("digest_algorithm", serde_json::json!("MD5")),
        ("algorithm", serde_json::json!("AAAA")),
    ] {
        let mut lie = stored.clone();
        lie[key] = value;
        let session: Session = serde_json::from_value(lie).unwrap();
        let error = session.finish(&document, &signature).unwrap_err();
        assert_ne!(error.kind(), ErrorKind::Io, "{key}: {error}");
    }
    let mut lie = stored;
    lie["digest"] = serde_json::json!("AAAA");
    let session: Session = serde_json::from_value(lie).unwrap();
    assert!(session.finish(&document, &signature).is_err());
}

/// A token or a service that takes digests only, played by a process that knows nothing of documents.
struct Token {
    certificate: Certificate,
    algorithm: SignatureAlgorithm,
    key: tempfile::NamedTempFile,
}

impl DigestSigner for Token {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let mut command = Command::new("openssl");
        command.args(["pkeyutl", "-sign", "-keyform", "DER", "-inkey"]).arg(self.key.path());
        command.args(["-pkeyopt", "digest:sha256"]);
        if let SignatureAlgorithm::RsaPss { .. } = self.algorithm {
            command.args(["-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:digest"]);
        }
        let mut input = tempfile::tempfile()?;
        input.write_all(digest)?;
        input.rewind()?;
        Ok(command.stdin(Stdio::from(input)).output()?.stdout)
    }
}

#[test]
fn keys_that_take_digests_sign_through_the_adapter() {
    let digest = DigestAlgorithm::Sha256;
    for (pki, algorithm) in [
        (Pki::new(), SignatureAlgorithm::Ecdsa(digest)),
        (Pki::rsa(2048), RsaPadding::Pkcs1.with(digest)),
        (Pki::rsa(2048), RsaPadding::Pss.with(digest)),
    ] {
        let mut key = tempfile::NamedTempFile::new().unwrap();
        key.write_all(&pki.pkcs8).unwrap();
        let token = DigestAdapter(Token { certificate: pki.certificate().clone(), algorithm, key });
        let signed = sign::pdf(&small(Xref::Table)).sign(&token, now()).unwrap();
        intact(&signed.bytes, &pki, 1);
    }
    // Ed25519 signs messages, never digests.
    let pki = Pki::with_key(&rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap());
    let key = tempfile::NamedTempFile::new().unwrap();
    let token = Token { certificate: pki.certificate().clone(), algorithm: SignatureAlgorithm::Ed25519, key };
    assert_eq!(DigestAdapter(token).sign(b"m").unwrap_err().kind(), ErrorKind::Unsupported);
    let signed = sign::pdf(&small(Xref::Table)).sign(&pki.signer, now()).unwrap();
    intact(&signed.bytes, &pki, 1);
}

/// Page trees with an empty left edge, and one that never ends.
#[test]
fn the_first_page_is_found_or_said_to_be_missing() {
    let pki = Pki::new();
    let tree = |pages: &[(u32, &str)]| {
        let mut builder = Builder::new();
        builder.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
        for (number, body) in pages {
            builder.object(*number, body);
        }
        builder.section(Xref::Table, "");
        builder.bytes
    };
    let good = tree(&[
        (2, "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 1 >>"),
        (3, "<< /Type /Pages /Kids [] /Count 0 /Parent 2 0 R >>"),
        (4, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"),
    ]);
    let signed = sign::pdf(&good).sign(&pki.signer, now()).unwrap();
    let limits = Limits::default();
    let mut document = Document::open(&signed.bytes, &limits, Repair::Refuse).unwrap();
    let page = document.load(condau::pdf::ObjectId { number: 4, generation: 0 }).unwrap();
    assert!(matches!(page.object.as_dictionary().unwrap().value("Annots"), Some(Object::Array(a)) if a.len() == 1));
    for bad in [
        tree(&[(2, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>")]),
        tree(&[(2, "<< /Type /Pages /Kids [] /Count 0 >>")]),
        tree(&[(2, "<< /Type /Pages /Kids [9 0 R] /Count 1 >>")]),
    ] {
        assert_eq!(sign::pdf(&bad).sign(&pki.signer, now()).unwrap_err().id(), "pdf.no-page");
    }
    assert_eq!(pdf::of_size(100_000).len(), 100_000);
    assert_eq!(Time::parse("2026-11-23T08:00:00+07:00").unwrap(), now());
}

/// A stream written back as a dictionary would lose its data, and one object cannot be page and form at once.
#[test]
fn damaged_structures_are_refused_and_not_mangled() {
    let pki = Pki::new();
    let mut catalog = Builder::new();
    catalog.page();
    catalog.stream(1, "/Type /Catalog /Pages 2 0 R", b"data");
    catalog.section(Xref::Table, "");
    assert_eq!(sign::pdf(&catalog.bytes).sign(&pki.signer, now()).unwrap_err().kind(), ErrorKind::NeedsRepair);

    let mut shared = Builder::new();
    shared.page();
    shared.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 3 0 R >>");
    shared.section(Xref::Table, "");
    assert_eq!(sign::pdf(&shared.bytes).sign(&pki.signer, now()).unwrap_err().id(), "pdf.object-in-two-roles");
}
