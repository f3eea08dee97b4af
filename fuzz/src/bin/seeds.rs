//! Writes the seeds: `cargo run --release --bin seeds`, then each target starts from `corpus/<target>`.
//!
//! Nothing foreign and nothing that is kept: new keys and new files each time.

use std::io::Result;
use std::path::Path;

use condau::keys::RsaPadding;
use condau::pdf::{Document, Repair, signatures};
use condau::{Limits, pem, sign};
use condau_fuzz::common::hostile::{Scale, cases};
use condau_fuzz::common::now;
use condau_fuzz::common::pdf::{Builder, Xref, small};
use condau_fuzz::common::pki::Pki;

fn main() -> Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let write = |target: &str, name: &str, bytes: &[u8]| -> Result<()> {
        let dir = corpus.join(target);
        std::fs::create_dir_all(&dir)?;
        std::fs::write(dir.join(name), bytes)
    };
    let key = |algorithm| Pki::with_key(&rcgen::KeyPair::generate_for(algorithm).expect("a key"));
    let mut pkcs1 = Pki::rsa(2048);
    pkcs1.signer = pkcs1.signer.with_rsa_padding(RsaPadding::Pkcs1).expect("an RSA key");
    let people = [
        ("rsa-pss", Pki::rsa(2048)),
        ("rsa-pkcs1", pkcs1),
        ("p256", Pki::new()),
        ("p384", key(&rcgen::PKCS_ECDSA_P384_SHA384)),
        ("ed25519", key(&rcgen::PKCS_ED25519)),
    ];
    for (name, pki) in &people {
        for kind in [Xref::Table, Xref::Stream] {
            let signed = sign::pdf(&small(kind)).sign(&pki.signer, now()).expect("a signed file").bytes;
            write("pdf_verify", &format!("{name}-{kind:?}.pdf"), &signed)?;
            let twice = sign::pdf(&signed).sign(&pki.signer, now()).expect("a signed file").bytes;
            write("pdf_verify", &format!("{name}-{kind:?}-twice.pdf"), &twice)?;
            let limits = Limits::default();
            let mut document = Document::open(&signed, &limits, Repair::Refuse).expect("a readable file");
            let contents = signatures(&mut document).expect("a signature").remove(0).contents;
            write("cms_parse", name, &contents)?;
            write("ber_to_der", name, &contents)?;
        }
        write("certificate", name, pki.certificate().der())?;
        write("certificate", &format!("{name}-root"), pki.root.der())?;
        write("ber_to_der", &format!("{name}-certificate"), pki.certificate().der())?;
        write("pkcs12", name, &container(pki, name))?;
        let pem = pem::write("PRIVATE KEY", &pki.pkcs8) + &pem::write("CERTIFICATE", pki.certificate().der());
        write("pem", name, pem.as_bytes())?;
    }
    write("ber_to_der", "ber", &[0x30, 0x80, 0x24, 0x80, 4, 1, 1, 4, 1, 2, 0, 0, 0x23, 5, 3, 3, 0, 1, 2, 0, 0])?;
    for kind in [Xref::Table, Xref::Stream] {
        write("pdf_sign", &format!("{kind:?}.pdf"), &small(kind))?;
    }
    write("pdf_sign", "form.pdf", &with_empty_field())?;
    write("pdf_sign", "object-stream.pdf", &with_object_stream())?;
    for case in cases() {
        let bytes = (case.make)(Scale::Small, &people[2].1);
        // Large seeds slow the fuzzer down more than they teach it.
        if bytes.len() <= 16 << 10 {
            write("pdf_verify", case.name, &bytes)?;
            write("pdf_sign", case.name, &bytes)?;
        }
    }
    for target in std::fs::read_dir(&corpus)? {
        let path = target?.path();
        println!("{}: {} seeds", path.display(), std::fs::read_dir(&path)?.count());
    }
    Ok(())
}

/// An empty signature field below a node of the form, on a page with annotations of its own.
fn with_empty_field() -> Vec<u8> {
    let mut builder = Builder::new();
    builder.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 7 0 R >>");
    builder.page();
    builder.object(5, "<< /FT /Sig /T (Giam doc) /Parent 6 0 R /Subtype /Widget /Rect [0 0 0 0] /P 3 0 R >>");
    builder.object(6, "<< /T (Ky) /Kids [5 0 R] >>");
    builder.object(7, "<< /Fields [6 0 R] /SigFlags 1 >>");
    builder.section(Xref::Table, "/ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]");
    builder.bytes
}

/// A catalog and a form in an object stream.
fn with_object_stream() -> Vec<u8> {
    let mut builder = Builder::new();
    builder.page();
    let members = "1 0 7 50 << /Type /Catalog /Pages 2 0 R /AcroForm 7 0 R >> << /Fields [] >>";
    let first = members.find("<<").unwrap_or(0);
    builder.stream(5, &format!("/Type /ObjStm /N 2 /First {first}"), members.as_bytes());
    let at = builder.bytes.len();
    let row = |offset: u64| [&[1][..], &offset.to_be_bytes()[6..], &[0]].concat();
    let mut rows = [0, 0, 0, 0, 2, 0, 5, 0].to_vec();
    for offset in (2..=5).map(|number| builder.offset(number)).chain([at as u64]) {
        rows.extend_from_slice(&row(offset));
    }
    rows.extend_from_slice(&[2, 0, 5, 1]);
    builder.stream(6, "/Type /XRef /Size 8 /W [1 2 1] /Root 1 0 R", &rows);
    builder.end(at);
    builder.bytes
}

fn container(pki: &Pki, name: &str) -> Vec<u8> {
    use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
    let certificate = Certificate::from_der(pki.certificate().der()).expect("a certificate");
    let key = PrivateKey::from_der(&pki.pkcs8).expect("a key");
    let mut store = KeyStore::new();
    store.add_entry(name, KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(name, key, [certificate])));
    // As few iterations as there may be: the fuzzer pays for each.
    let writer = store.writer("password").encryption_iterations(1).mac_iterations(1);
    writer.write().expect("a container")
}
