//! A certificate that owns its bytes (RFC 5280 §4.1), parsed once by `x509-parser`.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use x509_parser::prelude::{FromDer, X509Certificate};

use super::bundle;
use super::extensions::{
    self, AUTHORITY_KEY_ID, AuthorityKeyId, BASIC_CONSTRAINTS, BasicConstraints, EXTENDED_KEY_USAGE, Extension,
    KEY_USAGE, KeyUsage, SUBJECT_KEY_ID,
};
use super::name::Name;
use crate::asn1::{Reader, Tlv};
use crate::crypto::{DigestAlgorithm, Oid, PublicKey, SignatureAlgorithm, VerifyError, digest};
use crate::error::{Error, ErrorKind, Result};
use crate::pem;
use crate::time::Time;

/// A certificate. Cheap to clone; everything that is hashed or signed is a slice of the received DER.
#[derive(Clone)]
pub struct Certificate(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    tbs: Range<usize>,
    algorithm: Range<usize>,
    tbs_algorithm: Range<usize>,
    signature: Range<usize>,
    spki: Range<usize>,
    version: u8,
    serial: Vec<u8>,
    subject: Name,
    issuer: Name,
    not_before: Time,
    not_after: Time,
    extensions: Vec<Extension>,
    basic_constraints: Option<BasicConstraints>,
    key_usage: Option<KeyUsage>,
    extended_key_usage: Option<Vec<Oid>>,
    subject_key_id: Option<Vec<u8>>,
    authority_key_id: Option<AuthorityKeyId>,
    public_key: OnceLock<Result<PublicKey, VerifyError>>,
}

fn malformed(reason: &str) -> Error {
    Error::new(ErrorKind::Malformed, "x509.certificate-malformed").with("reason", reason)
}

impl Certificate {
    /// From DER: exactly one certificate, nothing after it.
    ///
    /// Errors: not a certificate, an extension of this library's concern that is malformed, or one that stands twice.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|_| malformed("structure"))?;
        if !rest.is_empty() {
            return Err(malformed("trailing bytes"));
        }
        let slices = Slices::cut(der).ok_or_else(|| malformed("DER"))?;
        let tbs = &parsed.tbs_certificate;
        let time = |seconds: i64| Time::from_unix(seconds);
        let mut extensions = Vec::new();
        for extension in tbs.extensions() {
            let dotted = extension.oid.to_id_string();
            let oid = Oid::parse(&dotted).ok_or_else(|| malformed("extension OID"))?;
            if extensions.iter().any(|known: &Extension| known.oid == oid) {
                // RFC 5280 §4.2: "A certificate MUST NOT include more than one instance of a particular extension."
                return Err(malformed(&format!("extension {dotted} twice")));
            }
            extensions.push(Extension { oid, critical: extension.critical, value: extension.value.to_vec() });
        }
        let read = |oid: Oid| extensions.iter().find(|extension| extension.oid == oid).map(|e| e.value.as_slice());
        let parsed = Parsed {
            tbs: slices.tbs,
            algorithm: slices.algorithm,
            tbs_algorithm: slices.tbs_algorithm,
            signature: slices.signature,
            spki: slices.spki,
            version: u8::try_from(tbs.version().0 + 1).unwrap_or(0),
            serial: tbs.raw_serial().to_vec(),
            subject: Name::from_der(tbs.subject().as_raw()).ok_or_else(|| malformed("subject"))?,
            issuer: Name::from_der(tbs.issuer().as_raw()).ok_or_else(|| malformed("issuer"))?,
            not_before: time(tbs.validity().not_before.timestamp()),
            not_after: time(tbs.validity().not_after.timestamp()),
            basic_constraints: optional(read(BASIC_CONSTRAINTS), extensions::basic_constraints, "basicConstraints")?,
            key_usage: optional(read(KEY_USAGE), extensions::key_usage, "keyUsage")?,
            extended_key_usage: optional(read(EXTENDED_KEY_USAGE), extensions::extended_key_usage, "extKeyUsage")?,
            subject_key_id: optional(read(SUBJECT_KEY_ID), extensions::subject_key_id, "subjectKeyIdentifier")?,
            authority_key_id: optional(read(AUTHORITY_KEY_ID), extensions::authority_key_id, "authorityKeyIdentifier")?,
            extensions,
            der: der.to_vec(),
            public_key: OnceLock::new(),
        };
        Ok(Self(Arc::new(parsed)))
    }

    /// Every certificate in PEM text; other blocks are passed over.
    pub fn from_pem(text: &[u8]) -> Result<Vec<Self>> {
        let blocks = pem::blocks(text).ok_or_else(|| Error::new(ErrorKind::Malformed, "pem.damaged"))?;
        let mut certificates = Vec::new();
        for block in blocks {
            match block.label.as_str() {
                "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
                    certificates.push(Self::from_der(&block.der)?);
                }
                "PKCS7" | "CMS" => certificates.extend(bundle::certificates(&block.der)?),
                _ => {}
            }
        }
        Ok(certificates)
    }

    /// Certificates from PEM (any number), DER (one) or a PKCS#7 bundle (`.p7b`).
    pub fn read_any(bytes: &[u8]) -> Result<Vec<Self>> {
        if pem::is_pem(bytes) {
            Self::from_pem(bytes)
        } else if bundle::is_bundle(bytes) {
            bundle::certificates(bytes)
        } else {
            Ok(vec![Self::from_der(bytes)?])
        }
    }

    /// As received.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.0.der.get(range.clone()).unwrap_or_default()
    }

    /// The signed part.
    pub fn tbs(&self) -> &[u8] {
        self.slice(&self.0.tbs)
    }

    /// Subject.
    pub fn subject(&self) -> &Name {
        &self.0.subject
    }

    /// Issuer.
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// Content octets of the serial number.
    pub fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// The serial number in hexadecimal.
    pub fn serial_hex(&self) -> String {
        self.0.serial.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Start of validity.
    pub fn not_before(&self) -> Time {
        self.0.not_before
    }

    /// End of validity.
    pub fn not_after(&self) -> Time {
        self.0.not_after
    }

    /// DER of the `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> &[u8] {
        self.slice(&self.0.spki)
    }

    /// The public key; read on first use.
    pub fn public_key(&self) -> Result<&PublicKey, VerifyError> {
        self.0.public_key.get_or_init(|| PublicKey::from_spki(self.spki())).as_ref().map_err(Clone::clone)
    }

    /// DER of the outer `AlgorithmIdentifier`.
    pub fn signature_algorithm(&self) -> &[u8] {
        self.slice(&self.0.algorithm)
    }

    /// The issuer's signature.
    pub fn signature(&self) -> &[u8] {
        self.slice(&self.0.signature)
    }

    /// 1, 2 or 3.
    pub fn version(&self) -> u8 {
        self.0.version
    }

    /// All extensions, in order.
    pub fn extensions(&self) -> &[Extension] {
        &self.0.extensions
    }

    /// The extension `oid`, if there is one.
    pub fn extension(&self, oid: Oid) -> Option<&Extension> {
        self.0.extensions.iter().find(|extension| extension.oid == oid)
    }

    /// basicConstraints
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.0.basic_constraints
    }

    /// keyUsage
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.0.key_usage
    }

    /// extKeyUsage
    pub fn extended_key_usage(&self) -> Option<&[Oid]> {
        self.0.extended_key_usage.as_deref()
    }

    /// subjectKeyIdentifier
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.0.subject_key_id.as_deref()
    }

    /// authorityKeyIdentifier
    pub fn authority_key_id(&self) -> Option<&AuthorityKeyId> {
        self.0.authority_key_id.as_ref()
    }

    /// Subject and issuer are the same name; says nothing about who signed it.
    pub fn is_self_issued(&self) -> bool {
        self.0.subject.matches(&self.0.issuer)
    }

    /// SHA-256 of the DER.
    pub fn fingerprint(&self) -> Vec<u8> {
        // SHA-256 is in every build.
        digest(DigestAlgorithm::Sha256, self.der()).map(|digest| digest.as_ref().to_vec()).unwrap_or_default()
    }

    /// True if the signed part names the algorithm that stands outside it (RFC 5280 §4.1.1.2).
    pub fn algorithms_agree(&self) -> bool {
        self.signature_algorithm() == self.slice(&self.0.tbs_algorithm)
    }

    /// Verifies the signature with the issuer's key, over the received bytes. Both `AlgorithmIdentifier`s must be the
    /// same (RFC 5280 §4.1.1.2).
    pub fn verify_signed_by(&self, issuer: &PublicKey) -> Result<(), VerifyError> {
        if !self.algorithms_agree() {
            return Err(VerifyError::Invalid);
        }
        let algorithm = SignatureAlgorithm::from_algorithm_identifier(self.signature_algorithm())
            .map_err(|error| VerifyError::Unsupported(error.to_string()))?;
        issuer.verify(&algorithm, self.tbs(), self.signature())
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, serial {})", self.subject(), self.serial_hex())
    }
}

fn optional<T>(value: Option<&[u8]>, read: impl Fn(&[u8]) -> Option<T>, name: &str) -> Result<Option<T>> {
    value.map(|value| read(value).ok_or_else(|| malformed(name))).transpose()
}

/// Places of what must be kept byte for byte.
struct Slices {
    tbs: Range<usize>,
    algorithm: Range<usize>,
    tbs_algorithm: Range<usize>,
    signature: Range<usize>,
    spki: Range<usize>,
}

impl Slices {
    fn cut(der: &[u8]) -> Option<Self> {
        let place = |part: &[u8]| {
            let start = part.as_ptr() as usize - der.as_ptr() as usize;
            start..start + part.len()
        };
        let outer = Tlv::parse_one(der).filter(|tlv| tlv.tag == 0x30)?;
        let mut parts = Reader::new(outer.content);
        let tbs = parts.expect(0x30)?;
        let algorithm = parts.expect(0x30)?.whole;
        let bits = parts.expect(3)?;
        let [0, signature @ ..] = bits.content else { return None };
        if !parts.is_empty() {
            return None;
        }
        let mut fields = Reader::new(tbs.content);
        fields.optional(0xA0);
        fields.expect(2)?;
        let tbs_algorithm = fields.expect(0x30)?.whole;
        fields.expect(0x30)?;
        fields.expect(0x30)?;
        fields.expect(0x30)?;
        let spki = fields.expect(0x30)?.whole;
        // What remains are unique identifiers and extensions.
        for tag in [0x81, 0x82, 0xA3] {
            fields.optional(tag);
        }
        fields.is_empty().then(|| Self {
            tbs: place(tbs.whole),
            algorithm: place(algorithm),
            tbs_algorithm: place(tbs_algorithm),
            signature: place(signature),
            spki: place(spki),
        })
    }
}
