//! Reading SignedData (RFC 5652 §5).
//!
//! ```text
//! ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY }
//! SignedData ::= SEQUENCE { version INTEGER, digestAlgorithms SET OF AlgorithmIdentifier,
//!   encapContentInfo SEQUENCE { eContentType OBJECT IDENTIFIER, eContent [0] EXPLICIT OCTET STRING OPTIONAL },
//!   certificates [0] IMPLICIT CertificateSet OPTIONAL, crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
//!   signerInfos SET OF SignerInfo }
//! SignerInfo ::= SEQUENCE { version INTEGER, sid CHOICE { IssuerAndSerialNumber, [0] SubjectKeyIdentifier },
//!   digestAlgorithm AlgorithmIdentifier, signedAttrs [0] IMPLICIT SET OF Attribute OPTIONAL,
//!   signatureAlgorithm AlgorithmIdentifier, signature OCTET STRING,
//!   unsignedAttrs [1] IMPLICIT SET OF Attribute OPTIONAL }
//! ```

use super::attributes::{self, Attribute, EssCertId};
use super::{
    ATTRIBUTE_COUNT, ATTRIBUTES_NOT_DER, CONTENT_TYPE, DIGEST_ALGORITHMS, ID_DATA, ID_SIGNED_DATA, MESSAGE_DIGEST,
    SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2, SIGNING_TIME, VERSION, WAS_BER,
};
use crate::asn1::{Reader, Tlv, ber_to_der, small_unsigned};
use crate::crypto::{DigestAlgorithm, Oid, SignatureAlgorithm};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// A SignedData as received.
#[derive(Clone, Debug)]
pub struct SignedData {
    /// `version`
    pub version: u32,
    /// eContentType
    pub content_type: Oid,
    /// eContent; absent in a detached signature.
    pub content: Option<Vec<u8>>,
    /// DER of each X.509 certificate.
    pub certificates: Vec<Vec<u8>>,
    /// Number of attribute certificates and others.
    pub other_certificates: usize,
    /// DER of each CRL.
    pub crls: Vec<Vec<u8>>,
    /// DER of each other revocation information (OCSP responses and such).
    pub other_revocation: Vec<Vec<u8>>,
    /// The signers.
    pub signer_infos: Vec<SignerInfo>,
    /// What breaks a rule without being unreadable; message ids.
    pub irregularities: Vec<&'static str>,
}

/// How a SignerInfo names its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignerId {
    /// Issuer and serial number.
    IssuerSerial {
        /// DER of the issuer's name.
        issuer: Vec<u8>,
        /// Content of the serial number.
        serial: Vec<u8>,
    },
    /// subjectKeyIdentifier
    KeyId(Vec<u8>),
}

/// A SignerInfo as received.
#[derive(Clone, Debug)]
pub struct SignerInfo {
    /// `version`
    pub version: u32,
    /// The signer's certificate, by name.
    pub sid: SignerId,
    digest_algorithm: Vec<u8>,
    /// Content octets of signedAttrs.
    signed_attributes: Option<Vec<u8>>,
    attributes: Vec<Attribute>,
    signature_algorithm: Vec<u8>,
    /// The signature value.
    pub signature: Vec<u8>,
    /// Unsigned attributes: untrusted.
    pub unsigned_attributes: Vec<Attribute>,
}

/// Nobody signs so many attributes; each takes twenty times its size in memory.
const MOST_ATTRIBUTES: usize = 1000;

fn malformed(what: &str) -> Error {
    Error::new(ErrorKind::Malformed, "cms.malformed").with("where", what)
}

impl SignedData {
    /// Reads a ContentInfo of SignedData, DER or BER, from the start of `input`; gives the bytes that it took.
    ///
    /// Errors: not BER, not SignedData, a structure that does not follow RFC 5652, or over a limit.
    pub fn parse(input: &[u8], limits: &Limits) -> Result<(Self, usize)> {
        if input.len() > limits.asn1_bytes {
            return Err(Error::new(ErrorKind::Limit, "limit.asn1-bytes").with("limit", limits.asn1_bytes));
        }
        let converted = ber_to_der(input, limits)?;
        let mut irregularities = Vec::new();
        if converted.was_ber() {
            irregularities.push(WAS_BER);
        }
        let signed_data = read(&converted.der, irregularities, limits)?;
        Ok((signed_data, converted.consumed))
    }
}

fn read(der: &[u8], mut irregularities: Vec<&'static str>, limits: &Limits) -> Result<SignedData> {
    let outer = || malformed("ContentInfo");
    let info = Tlv::parse_one(der).filter(|tlv| tlv.tag == 0x30).ok_or_else(outer)?;
    let mut parts = Reader::new(info.content);
    let kind = parts.expect(6).and_then(|oid| Oid::from_der_content(oid.content)).ok_or_else(outer)?;
    let content = parts.expect(0xA0).ok_or_else(outer)?;
    if kind != ID_SIGNED_DATA || !parts.is_empty() {
        return Err(outer());
    }
    let inner = || malformed("SignedData");
    let sequence = Tlv::parse_one(content.content).filter(|tlv| tlv.tag == 0x30).ok_or_else(inner)?;
    let mut fields = Reader::new(sequence.content);
    let version = fields.expect(2).and_then(|v| small_unsigned(v.content)).ok_or_else(inner)?;
    let digest_algorithms = fields.expect(0x31).and_then(|set| Reader::new(set.content).all()).ok_or_else(inner)?;
    // One for each signer at most, and nobody has so many: each is compared with each below.
    if digest_algorithms.len() > limits.certificates {
        return Err(malformed("digestAlgorithms"));
    }

    let encapsulated = || malformed("EncapsulatedContentInfo");
    let mut content_info = Reader::new(fields.expect(0x30).ok_or_else(encapsulated)?.content);
    let content_type =
        content_info.expect(6).and_then(|oid| Oid::from_der_content(oid.content)).ok_or_else(encapsulated)?;
    let content = match content_info.optional(0xA0) {
        None => None,
        Some(explicit) => {
            let octets = Tlv::parse_one(explicit.content).filter(|tlv| tlv.tag == 4).ok_or_else(encapsulated)?;
            Some(octets.content.to_vec())
        }
    };
    if !content_info.is_empty() {
        return Err(encapsulated());
    }

    let (mut certificates, mut other_certificates, mut attribute_versions) = (Vec::new(), 0, [false; 2]);
    if let Some(set) = fields.optional(0xA0) {
        for choice in Reader::new(set.content).all().ok_or_else(|| malformed("certificates"))? {
            match choice.tag {
                0x30 => certificates.push(choice.whole.to_vec()),
                // Extended and v1 attribute certificates are obsolete; v2 and others are passed over.
                0xA0..=0xA3 => {
                    other_certificates += 1;
                    attribute_versions[usize::from(choice.tag >= 0xA2)] = true;
                }
                _ => return Err(malformed("certificates")),
            }
        }
    }
    let (mut crls, mut other_revocation) = (Vec::new(), Vec::new());
    if let Some(set) = fields.optional(0xA1) {
        for choice in Reader::new(set.content).all().ok_or_else(|| malformed("crls"))? {
            match choice.tag {
                0x30 => crls.push(choice.whole.to_vec()),
                0xA1 => other_revocation.push(choice.whole.to_vec()),
                _ => return Err(malformed("crls")),
            }
        }
    }
    if certificates.len() + other_certificates + crls.len() + other_revocation.len() > limits.certificates {
        return Err(Error::new(ErrorKind::Limit, "limit.certificates").with("limit", limits.certificates));
    }
    let infos = fields.expect(0x31).and_then(|set| Reader::new(set.content).all()).ok_or_else(inner)?;
    if !fields.is_empty() {
        return Err(inner());
    }
    if infos.len() > limits.signatures {
        return Err(Error::new(ErrorKind::Limit, "limit.signatures").with("limit", limits.signatures));
    }
    let signer_infos =
        infos.into_iter().map(|info| signer_info(info, &mut irregularities)).collect::<Result<Vec<_>>>()?;

    // RFC 5652 §5.1: the version follows from what is inside.
    let prescribed = if !other_revocation.is_empty() || attribute_versions[1] && other_certificates > 0 {
        // 4 for v2 attribute certificates, 5 for other formats: both are told by the same flag here.
        version.clamp(4, 5)
    } else if attribute_versions[0] || signer_infos.iter().any(|info| info.version == 3) || content_type != ID_DATA {
        3
    } else {
        1
    };
    if version != prescribed {
        irregularities.push(VERSION);
    }
    // Exactly the algorithms of the signers: a stray one has no meaning, a missing one breaks one-pass readers.
    let stated: Vec<&[u8]> = digest_algorithms.iter().map(|algorithm| algorithm.whole).collect();
    let same = |a: &[u8], b: &[u8]| match (
        DigestAlgorithm::from_algorithm_identifier(a),
        DigestAlgorithm::from_algorithm_identifier(b),
    ) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    };
    let covered = signer_infos.iter().all(|info| stated.iter().any(|a| same(a, &info.digest_algorithm)));
    let used = stated.iter().all(|a| signer_infos.iter().any(|info| same(a, &info.digest_algorithm)));
    if !covered || !used && !signer_infos.is_empty() {
        irregularities.push(DIGEST_ALGORITHMS);
    }
    irregularities.dedup();
    Ok(SignedData {
        version,
        content_type,
        content,
        certificates,
        other_certificates,
        crls,
        other_revocation,
        signer_infos,
        irregularities,
    })
}

fn signer_info(tlv: Tlv<'_>, irregularities: &mut Vec<&'static str>) -> Result<SignerInfo> {
    let bad = || malformed("SignerInfo");
    let mut fields = Reader::new(Some(tlv).filter(|tlv| tlv.tag == 0x30).ok_or_else(bad)?.content);
    let version = fields.expect(2).and_then(|v| small_unsigned(v.content)).ok_or_else(bad)?;
    let (sid, prescribed) = match fields.next().ok_or_else(bad)? {
        Tlv { tag: 0x30, content, .. } => {
            let mut parts = Reader::new(content);
            let issuer = parts.expect(0x30).ok_or_else(bad)?.whole.to_vec();
            let serial = parts.expect(2).ok_or_else(bad)?.content.to_vec();
            if !parts.is_empty() {
                return Err(bad());
            }
            (SignerId::IssuerSerial { issuer, serial }, 1)
        }
        Tlv { tag: 0x80, content, .. } => (SignerId::KeyId(content.to_vec()), 3),
        _ => return Err(bad()),
    };
    // §5.3: 1 with issuer and serial number, 3 with a key identifier.
    if version != prescribed {
        irregularities.push(VERSION);
    }
    let digest_algorithm = fields.expect(0x30).ok_or_else(bad)?.whole.to_vec();
    let signed = fields.optional(0xA0);
    let signature_algorithm = fields.expect(0x30).ok_or_else(bad)?.whole.to_vec();
    let signature = fields.expect(4).ok_or_else(bad)?.content.to_vec();
    let unsigned = fields.optional(0xA1);
    if !fields.is_empty() {
        return Err(bad());
    }
    let list = |set: Option<Tlv<'_>>| -> Result<Vec<Attribute>> {
        let Some(set) = set else { return Ok(Vec::new()) };
        let elements = Reader::new(set.content).all().ok_or_else(bad)?;
        if elements.len() > MOST_ATTRIBUTES {
            return Err(malformed("attributes"));
        }
        elements.into_iter().map(|element| attributes::attribute(element).ok_or_else(bad)).collect()
    };
    let attributes = list(signed)?;
    if let Some(set) = signed {
        let elements = Reader::new(set.content).all().unwrap_or_default();
        if elements.windows(2).any(|pair| pair[0].whole > pair[1].whole) {
            irregularities.push(ATTRIBUTES_NOT_DER);
        }
        // §5.3 and §11: each type once; those that matter with exactly one value.
        let mut types: Vec<&Oid> = attributes.iter().map(|attribute| &attribute.oid).collect();
        types.sort_unstable();
        let twice = types.windows(2).any(|pair| pair[0] == pair[1]);
        let single = [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2];
        let values = attributes.iter().any(|a| a.values.is_empty() || single.contains(&a.oid) && a.values.len() != 1);
        if twice || values {
            irregularities.push(ATTRIBUTE_COUNT);
        }
    }
    Ok(SignerInfo {
        version,
        sid,
        digest_algorithm,
        signed_attributes: signed.map(|set| set.content.to_vec()),
        attributes,
        signature_algorithm,
        signature,
        unsigned_attributes: list(unsigned)?,
    })
}

impl SignerInfo {
    /// The message that was signed: the received octets of signedAttrs as a SET OF (§5.4). `None` without them.
    pub fn signed_attributes_message(&self) -> Option<Vec<u8>> {
        self.signed_attributes.as_deref().map(|content| crate::asn1::tlv(0x31, &[content]))
    }

    /// The signed attribute of this type.
    pub fn attribute(&self, oid: &Oid) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.oid == *oid)
    }

    /// Content octets of the single value of a signed attribute, if its tag is `tag`.
    fn single(&self, oid: &Oid, tag: u8) -> Option<&[u8]> {
        let [value] = self.attribute(oid)?.values.as_slice() else { return None };
        Tlv::parse_one(value).filter(|tlv| tlv.tag == tag).map(|tlv| tlv.content)
    }

    /// message-digest
    pub fn message_digest(&self) -> Option<&[u8]> {
        self.single(&MESSAGE_DIGEST, 4)
    }

    /// content-type
    pub fn content_type(&self) -> Option<Oid> {
        self.single(&CONTENT_TYPE, 6).and_then(Oid::from_der_content)
    }

    /// True if there is a signing-time attribute, which PAdES forbids.
    pub fn has_signing_time(&self) -> bool {
        self.attribute(&SIGNING_TIME).is_some()
    }

    /// The references of signing-certificate-v2 or of its first version; `None` if there is neither.
    ///
    /// Errors: both are there, or the one that is there is malformed.
    pub fn signing_certificates(&self) -> Result<Option<Vec<EssCertId>>> {
        let (first, second) = (self.attribute(&SIGNING_CERTIFICATE), self.attribute(&SIGNING_CERTIFICATE_V2));
        let (attribute, v2) = match (first, second) {
            (None, None) => return Ok(None),
            (Some(attribute), None) => (attribute, false),
            (None, Some(attribute)) => (attribute, true),
            (Some(_), Some(_)) => {
                return Err(Error::new(ErrorKind::Malformed, "cms.signing-certificate-malformed"));
            }
        };
        let [value] = attribute.values.as_slice() else {
            return Err(Error::new(ErrorKind::Malformed, "cms.signing-certificate-malformed"));
        };
        attributes::signing_certificates(value, v2).map(Some)
    }

    /// digestAlgorithm
    pub fn digest_algorithm(&self) -> Result<DigestAlgorithm> {
        DigestAlgorithm::from_algorithm_identifier(&self.digest_algorithm)
    }

    /// signatureAlgorithm, with the hash that it must share with digestAlgorithm.
    pub fn signature_algorithm(&self) -> Result<SignatureAlgorithm> {
        SignatureAlgorithm::from_cms(&self.signature_algorithm, self.digest_algorithm()?)
    }
}
