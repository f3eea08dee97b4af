//! PAdES baseline B-B (EN 319 142-1 Table 1; ISO 32000-2 §12.8).

use std::io::Write;

use serde::{Deserialize, Serialize};

use super::form;
use crate::cms::{self, SignedData};
use crate::crypto::{Digest, DigestAlgorithm, Hasher, SignatureAlgorithm};
use crate::error::{Error, ErrorKind, Result};
use crate::keys::{self, Signer};
use crate::limits::Limits;
use crate::pdf::{Document, Increment, Oddity, Repair, Source, for_each_chunk, write_hex};
use crate::time::Time;
use crate::x509::Certificate;

/// What the signature will say about itself, and how the file may be read.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    pub(super) field: Option<String>,
    pub(super) name: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) location: Option<String>,
    pub(super) contact: Option<String>,
    repair: Repair,
    limits: Limits,
}

/// A signature to be made over a document; see [`crate::sign::pdf()`].
#[derive(Clone)]
#[must_use = "nothing is signed until `sign`, `sign_to` or `prepare` is called"]
pub struct Request<'a> {
    source: &'a dyn Source,
    options: Options,
}

/// The public half of a signer: enough to prepare a signature that somebody else's key makes.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The signing certificate.
    pub certificate: Certificate,
    /// The certificates above it, its issuer first; roots are left out of the signature.
    pub chain: Vec<Certificate>,
    /// How the key will sign.
    pub algorithm: SignatureAlgorithm,
    /// Most bytes that a signature value can have.
    pub max_signature_len: usize,
}

impl Credential {
    /// The public half of `signer`.
    pub fn of(signer: &dyn Signer) -> Result<Self> {
        Self::new(signer.certificate().clone(), signer.chain().to_vec(), signer.algorithm())
    }

    /// From a certificate alone; the size of the signature follows from its key.
    pub fn new(certificate: Certificate, chain: Vec<Certificate>, algorithm: SignatureAlgorithm) -> Result<Self> {
        let max_signature_len = keys::max_signature_len(&certificate).map_err(Error::from)?;
        Ok(Self { certificate, chain, algorithm, max_signature_len })
    }

    /// What goes into the signature: the signer, then its path without self-issued roots.
    fn embedded(&self) -> Vec<&Certificate> {
        let path = self.chain.iter().filter(|c| !c.is_self_issued() && c.der() != self.certificate.der());
        std::iter::once(&self.certificate).chain(path).collect()
    }

    /// The digest of the document. Ed25519 goes with SHA-512 (RFC 8419 §3.1).
    fn digest(&self) -> DigestAlgorithm {
        self.algorithm.digest().unwrap_or(DigestAlgorithm::Sha512)
    }
}

/// A signed document in memory.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The whole file: the original bytes, then the update.
    pub bytes: Vec<u8>,
    /// Full name of the signature field.
    pub field: String,
    /// What a strict reader would refuse in the original.
    pub warnings: Vec<Oddity>,
}

impl<'a> Request<'a> {
    pub(super) fn new(source: &'a dyn Source) -> Self {
        Self { source, options: Options::default() }
    }

    /// Full name of the field to sign: an empty signature field of the document, or a new one.
    /// Without it a new field gets the first free name `Signature1`, `Signature2`, ….
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.options.field = Some(name.into());
        self
    }

    /// `/Name`: the signer's name as shown where the certificate is not.
    pub fn name(mut self, text: impl Into<String>) -> Self {
        self.options.name = Some(text.into());
        self
    }

    /// `/Reason`
    pub fn reason(mut self, text: impl Into<String>) -> Self {
        self.options.reason = Some(text.into());
        self
    }

    /// `/Location`
    pub fn location(mut self, text: impl Into<String>) -> Self {
        self.options.location = Some(text.into());
        self
    }

    /// `/ContactInfo`
    pub fn contact(mut self, text: impl Into<String>) -> Self {
        self.options.contact = Some(text.into());
        self
    }

    /// Whether a file whose cross-reference cannot be followed is refused or rebuilt.
    pub fn repair(mut self, repair: Repair) -> Self {
        self.options.repair = repair;
        self
    }

    /// Other budgets than the default.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options.limits = limits;
        self
    }

    /// All three steps with a key at hand. `at` is the claimed time.
    ///
    /// Errors: the document cannot be signed as it is (encrypted, unusable cross-reference, field taken or locked),
    /// the signer failed, or its signature does not verify against the certificate.
    pub fn sign(&self, signer: &dyn Signer, at: Time) -> Result<Signed> {
        let session = self.prepare(&Credential::of(signer)?, at)?;
        let signature = signer.sign(session.to_be_signed())?;
        // The source is borrowed since `prepare`: it is the same, and need not be hashed again.
        let update = session.signed_update(&signature)?;
        let mut bytes = Vec::with_capacity(capacity(self.source, &update)?);
        for_each_chunk(self.source, 0..self.source.len(), |chunk| {
            bytes.extend_from_slice(chunk);
            Ok(())
        })?;
        bytes.extend_from_slice(&update);
        Ok(Signed { bytes, field: session.field, warnings: session.warnings })
    }

    /// As [`Request::sign`], writing the signed file to `out` in one pass over the original.
    ///
    /// On an error `out` holds a part of a file: write to a temporary one and rename it afterwards.
    pub fn sign_to(&self, signer: &dyn Signer, at: Time, out: &mut dyn Write) -> Result<Finished> {
        let session = self.prepare_with(&Credential::of(signer)?, at, &mut |chunk| Ok(out.write_all(chunk)?))?;
        let signature = signer.sign(session.to_be_signed())?;
        out.write_all(&session.signed_update(&signature)?)?;
        Ok(Finished { field: session.field, warnings: session.warnings })
    }

    /// Step 1: fixes everything but the signature value.
    pub fn prepare(&self, credential: &Credential, at: Time) -> Result<Session> {
        self.prepare_with(credential, at, &mut |_| Ok(()))
    }

    /// `copy` sees each piece of the original as it is hashed.
    fn prepare_with(
        &self,
        credential: &Credential,
        at: Time,
        copy: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<Session> {
        let limits = &self.options.limits;
        let mut document = Document::open(self.source, limits, self.options.repair)?;
        refuse_encrypted(&document)?;
        let target = form::choose_field(&mut document, self.options.field.as_deref())?;
        let mut increment = Increment::new(&document)?;
        let signature_id = increment.new_id();
        form::write_field(&mut document, &mut increment, &target, signature_id)?;

        let embedded = credential.embedded();
        let digest_algorithm = credential.digest();
        // The size does not depend on the digest's value: a placeholder of the right length gives it.
        let placeholder = crate::crypto::digest(digest_algorithm, b"")?;
        let attributes = signed_attributes(&embedded, &placeholder)?;
        let capacity = cms::build::signed_data_len(
            embedded[0],
            &embedded,
            digest_algorithm,
            &credential.algorithm,
            &attributes,
            credential.max_signature_len,
        );
        let body = form::signature_dictionary(&self.options, at, capacity);
        let body_at = increment.raw_object(signature_id, &body.bytes);
        let identifier = identifier(&document, &target.name, credential, at)?;
        let mut update = increment.finish(&document, &identifier)?;

        let base = self.source.len();
        let contents = body_at + body.contents.start..body_at + body.contents.end;
        let ranges =
            [0, base + contents.start as u64, base + contents.end as u64, (update.len() - contents.end) as u64];
        form::fill_byte_range(&mut update[body_at + body.byte_range.start..body_at + body.byte_range.end], ranges)?;

        let mut hasher = Hasher::new(digest_algorithm)?;
        for_each_chunk(self.source, 0..base, |chunk| {
            hasher.update(chunk);
            copy(chunk)
        })?;
        hasher.update(&update[..contents.start]);
        hasher.update(&update[contents.end..]);
        let digest = hasher.finish();
        let signed_attributes = signed_attributes(&embedded, &digest)?;
        Ok(Session {
            version: SESSION_VERSION,
            field: target.name,
            time: at,
            document_len: base,
            digest_algorithm: digest_algorithm.name().to_owned(),
            digest: digest.as_ref().to_vec(),
            signed_attributes,
            algorithm: credential.algorithm.algorithm_identifier(),
            certificates: embedded.iter().map(|certificate| certificate.der().to_vec()).collect(),
            contents_start: contents.start,
            contents_end: contents.end,
            update,
            warnings: document.oddities().to_vec(),
        })
    }
}

/// What came of [`Request::sign_to`] or [`Session::finish_to`].
#[derive(Clone, Debug)]
pub struct Finished {
    /// Full name of the signature field.
    pub field: String,
    /// What a strict reader would refuse in the original.
    pub warnings: Vec<Oddity>,
}

const SESSION_VERSION: u32 = 1;

/// A prepared signature. Holds no secret; serialises with serde, bytes as base64.
///
/// It belongs to one document, byte for byte, and to one certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    version: u32,
    field: String,
    time: Time,
    document_len: u64,
    digest_algorithm: String,
    #[serde(with = "base64_bytes")]
    digest: Vec<u8>,
    #[serde(with = "base64_bytes")]
    signed_attributes: Vec<u8>,
    #[serde(with = "base64_bytes")]
    algorithm: Vec<u8>,
    #[serde(with = "base64_list")]
    certificates: Vec<Vec<u8>>,
    contents_start: usize,
    contents_end: usize,
    #[serde(with = "base64_bytes")]
    update: Vec<u8>,
    warnings: Vec<Oddity>,
}

impl Session {
    /// Step 2: the message that the key signs, DER of the signed attributes (RFC 5652 §5.4).
    /// A service that takes digests gets the digest of exactly these bytes.
    pub fn to_be_signed(&self) -> &[u8] {
        &self.signed_attributes
    }

    /// Digest of the document with the update, as the signature will state it.
    pub fn document_digest(&self) -> &[u8] {
        &self.digest
    }

    /// Full name of the signature field.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The certificate that it was prepared for. Errors: a stored session that was damaged.
    pub fn certificate(&self) -> Result<Certificate> {
        Certificate::from_der(self.certificates.first().ok_or_else(bad_session)?)
    }

    /// How the key has to sign. Errors: a stored session that was damaged.
    pub fn algorithm(&self) -> Result<SignatureAlgorithm> {
        SignatureAlgorithm::from_algorithm_identifier(&self.algorithm)
    }

    /// The claimed time.
    pub fn time(&self) -> Time {
        self.time
    }

    /// What a strict reader would refuse in the original.
    pub fn warnings(&self) -> &[Oddity] {
        &self.warnings
    }

    /// Step 3: the signed file.
    ///
    /// Errors: `document` is not the one that was prepared ([`ErrorKind::Changed`]), or `signature` does not verify
    /// with the prepared certificate ([`ErrorKind::BadSignature`]).
    pub fn finish(&self, document: &dyn Source, signature: &[u8]) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(capacity(document, &self.update)?);
        self.finish_to(document, signature, &mut bytes)?;
        Ok(bytes)
    }

    /// As [`Session::finish`], writing to `out` in one pass.
    ///
    /// On an error `out` holds a part of a file: write to a temporary one and rename it afterwards.
    pub fn finish_to(&self, document: &dyn Source, signature: &[u8], out: &mut dyn Write) -> Result<Finished> {
        let update = self.signed_update(signature)?;
        if document.len() != self.document_len {
            return Err(changed());
        }
        let mut hasher = Hasher::new(self.digest_algorithm()?)?;
        for_each_chunk(document, 0..document.len(), |chunk| {
            hasher.update(chunk);
            Ok(out.write_all(chunk)?)
        })?;
        hasher.update(&update[..self.contents_start]);
        hasher.update(&update[self.contents_end..]);
        if hasher.finish().as_ref() != self.digest {
            return Err(changed());
        }
        out.write_all(&update)?;
        Ok(Finished { field: self.field.clone(), warnings: self.warnings.clone() })
    }

    fn digest_algorithm(&self) -> Result<DigestAlgorithm> {
        DigestAlgorithm::from_name(&self.digest_algorithm).ok_or_else(bad_session)
    }

    /// The update with the signature in it, verified.
    fn signed_update(&self, signature: &[u8]) -> Result<Vec<u8>> {
        let token = self.update.get(self.contents_start..self.contents_end).ok_or_else(bad_session)?;
        if self.version != SESSION_VERSION || token.len() < 2 || !token.starts_with(b"<") || !token.ends_with(b">") {
            return Err(bad_session());
        }
        let certificates: Vec<Certificate> =
            self.certificates.iter().map(|der| Certificate::from_der(der)).collect::<Result<_>>()?;
        let embedded: Vec<&Certificate> = certificates.iter().collect();
        let signer = *embedded.first().ok_or_else(bad_session)?;
        let algorithm = self.algorithm()?;
        let cms = cms::build::signed_data(
            signer,
            &embedded,
            self.digest_algorithm()?,
            &algorithm,
            &self.signed_attributes,
            signature,
        );
        self.check(&cms, signer)?;
        let room = (token.len() - 2) / 2;
        if cms.len() > room {
            return Err(Error::new(ErrorKind::Signer, "sign.signature-too-long")
                .with("length", cms.len())
                .with("room", room));
        }
        let mut digits = Vec::with_capacity(room * 2);
        write_hex(&cms, &mut digits);
        let mut update = self.update.clone();
        update[self.contents_start + 1..self.contents_start + 1 + digits.len()].copy_from_slice(&digits);
        Ok(update)
    }

    /// Reads the finished CMS back and verifies it as a verifier would: never embed what does not verify.
    fn check(&self, cms: &[u8], signer: &Certificate) -> Result<()> {
        let bad = |reason: String| Error::new(ErrorKind::BadSignature, "sign.does-not-verify").with("reason", reason);
        let (parsed, _) = SignedData::parse(cms, &Limits::default())?;
        let [info] = parsed.signer_infos.as_slice() else { return Err(bad("SignerInfo".into())) };
        let message = info.signed_attributes_message().ok_or_else(|| bad("signedAttrs".into()))?;
        if message != self.signed_attributes || info.message_digest() != Some(self.digest.as_slice()) {
            return Err(bad("messageDigest".into()));
        }
        let key = signer.public_key().map_err(Error::from)?;
        key.verify(&info.signature_algorithm()?, &message, &info.signature).map_err(|error| bad(error.id().to_owned()))
    }
}

fn changed() -> Error {
    Error::new(ErrorKind::Changed, "sign.document-changed")
}

fn bad_session() -> Error {
    Error::new(ErrorKind::InvalidInput, "sign.bad-session")
}

fn capacity(source: &dyn Source, update: &[u8]) -> Result<usize> {
    usize::try_from(source.len())
        .ok()
        .and_then(|len| len.checked_add(update.len()))
        .ok_or_else(|| Error::new(ErrorKind::Limit, "limit.memory").with("length", source.len()))
}

fn refuse_encrypted(document: &Document<'_>) -> Result<()> {
    match document.trailer().value("Encrypt") {
        None | Some(crate::pdf::Object::Null) => Ok(()),
        Some(_) => Err(Error::new(ErrorKind::Encrypted, "pdf.encrypted")),
    }
}

/// content-type, message-digest and signing-certificate-v2 over every embedded certificate, so that none of them
/// can be exchanged; no signing-time, which PAdES forbids.
fn signed_attributes(embedded: &[&Certificate], digest: &Digest) -> Result<Vec<u8>> {
    cms::build::signed_attributes(&cms::id_data(), digest, embedded, DigestAlgorithm::Sha256, &[])
}

/// The second half of `/ID`: new for each signature, and the same for the same input.
fn identifier(document: &Document<'_>, field: &str, credential: &Credential, at: Time) -> Result<Vec<u8>> {
    let mut hasher = Hasher::new(DigestAlgorithm::Sha256)?;
    let mut previous = Vec::new();
    if let Some(id) = document.trailer().value("ID") {
        crate::pdf::write(id, &mut previous);
    }
    for part in [
        previous.as_slice(),
        &document.source().len().to_be_bytes(),
        field.as_bytes(),
        credential.certificate.der(),
        &at.to_unix().to_be_bytes(),
    ] {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    Ok(hasher.finish().as_ref()[..16].to_vec())
}

mod base64_bytes {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

mod base64_list {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(list: &[Vec<u8>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(list.iter().map(|bytes| STANDARD.encode(bytes)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<u8>>, D::Error> {
        let list = Vec::<String>::deserialize(deserializer)?;
        list.iter().map(|text| STANDARD.decode(text).map_err(D::Error::custom)).collect()
    }
}
