//! Attributes and the signing-certificate attributes (RFC 5652 §11; RFC 5035; RFC 2634 §5.4).

use crate::asn1::{Reader, Tlv};
use crate::crypto::{DigestAlgorithm, Oid};
use crate::error::{Error, ErrorKind, Result};

/// An attribute with its values as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its type.
    pub oid: Oid,
    /// DER of each value.
    pub values: Vec<Vec<u8>>,
}

/// `IssuerSerial` of a certificate reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerSerial {
    /// DER of the directoryName, if there is one.
    pub issuer: Option<Vec<u8>>,
    /// Content of the serial number.
    pub serial: Vec<u8>,
}

/// A certificate by its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EssCertId {
    /// Algorithm of the digest; SHA-1 in the first version of the attribute.
    pub hash_algorithm: DigestAlgorithm,
    /// Digest of the certificate's DER.
    pub hash: Vec<u8>,
    /// Issuer and serial number, if given.
    pub issuer_serial: Option<IssuerSerial>,
}

/// `SEQUENCE { OID, SET OF value }`
pub(super) fn attribute(tlv: Tlv<'_>) -> Option<Attribute> {
    let mut parts = Reader::new(Some(tlv).filter(|tlv| tlv.tag == 0x30)?.content);
    let oid = Oid::from_der_content(parts.expect(6)?.content)?;
    let values = Reader::new(parts.expect(0x31)?.content).all()?;
    parts.is_empty().then(|| Attribute { oid, values: values.iter().map(|value| value.whole.to_vec()).collect() })
}

fn malformed() -> Error {
    Error::new(ErrorKind::Malformed, "cms.signing-certificate-malformed")
}

/// The references of a SigningCertificate (`v2` false) or SigningCertificateV2 value.
pub(super) fn signing_certificates(value: &[u8], v2: bool) -> Result<Vec<EssCertId>> {
    let outer = Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30).ok_or_else(malformed)?;
    let mut parts = Reader::new(outer.content);
    let certs = parts.expect(0x30).ok_or_else(malformed)?;
    // policies SEQUENCE OF PolicyInformation OPTIONAL: RFC 5035 §5.4.1 lets a verifier ignore them.
    parts.optional(0x30);
    if !parts.is_empty() {
        return Err(malformed());
    }
    let certs = Reader::new(certs.content).all().ok_or_else(malformed)?;
    certs.into_iter().map(|cert| ess_cert_id(cert, v2)).collect()
}

fn ess_cert_id(tlv: Tlv<'_>, v2: bool) -> Result<EssCertId> {
    let mut parts = Reader::new(Some(tlv).filter(|tlv| tlv.tag == 0x30).ok_or_else(malformed)?.content);
    let hash_algorithm = match (v2, if v2 { parts.optional(0x30) } else { None }) {
        (true, Some(algorithm)) => DigestAlgorithm::from_algorithm_identifier(algorithm.whole)?,
        (true, None) => DigestAlgorithm::Sha256,
        (false, _) => DigestAlgorithm::Sha1,
    };
    let hash = parts.expect(4).ok_or_else(malformed)?.content.to_vec();
    let issuer_serial = parts.optional(0x30).map(|tlv| issuer_serial(tlv).ok_or_else(malformed)).transpose()?;
    if !parts.is_empty() || hash.len() != hash_algorithm.output_len() {
        return Err(malformed());
    }
    Ok(EssCertId { hash_algorithm, hash, issuer_serial })
}

fn issuer_serial(tlv: Tlv<'_>) -> Option<IssuerSerial> {
    let mut parts = Reader::new(tlv.content);
    let names = Reader::new(parts.expect(0x30)?.content).all()?;
    let serial = parts.expect(2)?.content.to_vec();
    // directoryName [4] EXPLICIT, since Name is a CHOICE.
    let issuer = names.iter().find(|name| name.tag == 0xA4).map(|name| name.content.to_vec());
    parts.is_empty().then_some(IssuerSerial { issuer, serial })
}
