//! `condau sign`, and its three steps apart: `condau prepare`, a key elsewhere, `condau finish`.

use std::path::{Path, PathBuf};

use condau::crypto::{DigestAlgorithm, KeyAlgorithm, SignatureAlgorithm};
use condau::files::read_small;
use condau::keys::{RsaPadding, Signer};
use condau::pdf::{FileSource, Oddity, Repair};
use condau::sign::pdf::{Credential, Finished, Request, Session};
use condau::{Error, ErrorKind, Language, Result, message};
use serde_json::{Value, json};

use crate::args::{Finish, Out, Prepare, Sign, What};
use crate::files::{self, Output, Watched};
use crate::{keys, now, say};

pub(crate) fn sign(args: &Sign, language: Language) -> Result<u8> {
    let key = keys::signer(&args.key, language)?;
    let output = output_path(&args.file, &args.out);
    let finished = sign_file(&args.file, &output, args.out.force, &args.what, &*key)?;
    let signer = (key.certificate().subject().to_string(), key.algorithm().name());
    report_signed("condau.sign/1", &output, &finished, &signer, args.json, language);
    Ok(0)
}

/// Signs one file into another; shared with the demo.
pub(crate) fn sign_file(file: &Path, output: &Path, force: bool, what: &What, key: &dyn Signer) -> Result<Finished> {
    let source = Watched::new(FileSource::open(file)?);
    let mut out = Output::create(output, force)?;
    out.permissions_like(file)?;
    let finished = request(&source, what)
        .sign_to(key, what.at.unwrap_or_else(now), &mut out)
        .map_err(|error| error.at(file.display()))?;
    out.commit()?;
    Ok(finished)
}

pub(crate) fn prepare(args: &Prepare, language: Language) -> Result<u8> {
    let mut certificates = keys::certificates(&args.cert)?;
    let certificate = certificates.remove(0);
    let algorithm = choose_algorithm(&certificate, args)?;
    let credential = Credential::new(certificate, certificates, algorithm)?;
    let source = Watched::new(FileSource::open(&args.file)?);
    let session = request(&source, &args.what)
        .prepare(&credential, args.what.at.unwrap_or_else(now))
        .map_err(|error| error.at(args.file.display()))?;
    let stored = serde_json::to_vec_pretty(&session).map_err(|_| bad_session(&args.session))?;
    files::write(&args.session, &stored, args.force)?;
    if let Some(path) = &args.to_sign {
        files::write(path, session.to_be_signed(), args.force)?;
    }
    if args.json {
        say::json(&json!({
            "schema": "condau.prepare/1",
            "session": args.session.display().to_string(),
            "field": session.field(),
            "algorithm": algorithm.name(),
            "to_sign_hex": hex(session.to_be_signed()),
            "document_digest_hex": hex(session.document_digest()),
            "warnings": warnings(session.warnings()),
        }));
    } else {
        warn(session.warnings(), language);
        let facts = [("session", args.session.display().to_string()), ("algorithm", algorithm.name())];
        say::line(&message::render("cli.prepared", language, &facts));
    }
    Ok(0)
}

pub(crate) fn finish(args: &Finish, language: Language) -> Result<u8> {
    let session: Session =
        serde_json::from_slice(&read_small(&args.session)?).map_err(|_| bad_session(&args.session))?;
    let signature = read_small(&args.signature)?;
    let source = Watched::new(FileSource::open(&args.file)?);
    let output = output_path(&args.file, &args.out);
    let mut out = Output::create(&output, args.out.force)?;
    out.permissions_like(&args.file)?;
    let finished = session.finish_to(&source, &signature, &mut out)?;
    out.commit()?;
    let signer = (session.certificate()?.subject().to_string(), session.algorithm()?.name());
    report_signed("condau.finish/1", &output, &finished, &signer, args.json, language);
    Ok(0)
}

fn bad_session(path: &Path) -> Error {
    Error::new(ErrorKind::InvalidInput, "sign.bad-session").at(path.display())
}

/// The algorithm that a key elsewhere will use: RSA as asked, others as their curve wants.
fn choose_algorithm(certificate: &condau::x509::Certificate, args: &Prepare) -> Result<SignatureAlgorithm> {
    let key = certificate.public_key().map_err(Error::from)?;
    let digest = args.digest.map(DigestAlgorithm::from);
    Ok(match key.algorithm() {
        KeyAlgorithm::Rsa => {
            let digest = digest.unwrap_or(DigestAlgorithm::Sha256);
            let padding = args.padding.map(RsaPadding::from).unwrap_or_default();
            padding.with(digest)
        }
        KeyAlgorithm::Ed25519 => SignatureAlgorithm::Ed25519,
        KeyAlgorithm::P384 | KeyAlgorithm::BrainpoolP384r1 => {
            SignatureAlgorithm::Ecdsa(digest.unwrap_or(DigestAlgorithm::Sha384))
        }
        KeyAlgorithm::P521 => SignatureAlgorithm::Ecdsa(digest.unwrap_or(DigestAlgorithm::Sha512)),
        _ => SignatureAlgorithm::Ecdsa(digest.unwrap_or(DigestAlgorithm::Sha256)),
    })
}

fn request<'a>(source: &'a Watched<FileSource>, what: &What) -> Request<'a> {
    let mut request = condau::sign::pdf(source);
    if let Some(field) = &what.field {
        request = request.field(field);
    }
    if let Some(name) = &what.name {
        request = request.name(name);
    }
    if let Some(reason) = &what.reason {
        request = request.reason(reason);
    }
    if let Some(location) = &what.location {
        request = request.location(location);
    }
    if let Some(contact) = &what.contact {
        request = request.contact(contact);
    }
    request.repair(if what.repair { Repair::Rebuild } else { Repair::Refuse })
}

/// `quyet-dinh.pdf` becomes `quyet-dinh.signed.pdf` beside it.
fn output_path(file: &Path, out: &Out) -> PathBuf {
    out.output.clone().unwrap_or_else(|| file.with_extension("signed.pdf"))
}

fn report_signed(
    schema: &str,
    output: &Path,
    finished: &Finished,
    (signer, algorithm): &(String, String),
    as_json: bool,
    language: Language,
) {
    if as_json {
        say::json(&json!({
            "schema": schema,
            "output": output.display().to_string(),
            "field": finished.field,
            "signer": signer,
            "algorithm": algorithm,
            "warnings": warnings(&finished.warnings),
        }));
    } else {
        warn(&finished.warnings, language);
        let facts = [("output", output.display().to_string()), ("field", finished.field.clone())];
        say::line(&message::render("cli.signed", language, &facts));
    }
}

fn warnings(oddities: &[Oddity]) -> Vec<Value> {
    oddities
        .iter()
        .map(|odd| {
            let text = |language| message::render(odd.id, language, &[("offset", odd.offset.to_string())]);
            json!({
                "id": odd.id,
                "facts": { "offset": odd.offset.to_string() },
                "text": { "vi": text(Language::Vi), "en": text(Language::En) },
            })
        })
        .collect()
}

fn warn(oddities: &[Oddity], language: Language) {
    for odd in oddities {
        say::note(&format!("! {}", message::render(odd.id, language, &[("offset", odd.offset.to_string())])));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
