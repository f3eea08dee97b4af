//! Building a detached SignedData with one signer (RFC 5652 §5; attributes by RFC 5035).

use super::{CONTENT_TYPE, ID_DATA, ID_SIGNED_DATA, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2};
use crate::asn1::{set_of, tlv};
use crate::crypto::{Digest, DigestAlgorithm, Oid, SignatureAlgorithm, digest};
use crate::error::Result;
use crate::x509::Certificate;

const SEQUENCE: u8 = 0x30;

/// The signed attributes as DER of a SET OF: exactly the message that the key signs (§5.4).
///
/// `certificates` are bound by their digests, the signer first. `extra` holds DER of further attributes.
pub fn signed_attributes(
    content_type: &Oid,
    message_digest: &Digest,
    certificates: &[&Certificate],
    certificate_hash: DigestAlgorithm,
    extra: &[Vec<u8>],
) -> Result<Vec<u8>> {
    let mut attributes = vec![
        attribute(&CONTENT_TYPE, &content_type.to_der()),
        attribute(&MESSAGE_DIGEST, &tlv(4, &[message_digest.as_ref()])),
        attribute(&SIGNING_CERTIFICATE_V2, &signing_certificate_v2(certificates, certificate_hash)?),
    ];
    attributes.extend_from_slice(extra);
    Ok(set_of(0x31, attributes))
}

fn attribute(oid: &Oid, value: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&oid.to_der(), &tlv(0x31, &[value])])
}

/// SigningCertificateV2 (RFC 5035 §3): issuer and serial number only for the signer; SHA-256 is the default and absent.
fn signing_certificate_v2(certificates: &[&Certificate], hash: DigestAlgorithm) -> Result<Vec<u8>> {
    let mut ids = Vec::new();
    for (index, certificate) in certificates.iter().enumerate() {
        let algorithm = if hash == DigestAlgorithm::Sha256 { Vec::new() } else { hash.algorithm_identifier() };
        let value = tlv(4, &[digest(hash, certificate.der())?.as_ref()]);
        let names = tlv(SEQUENCE, &[&tlv(0xA4, &[certificate.issuer().der()])]);
        let issuer_serial = tlv(SEQUENCE, &[&names, &tlv(2, &[certificate.serial()])]);
        ids.push(tlv(SEQUENCE, &[&algorithm, &value, if index == 0 { &issuer_serial } else { &[] }]));
    }
    let ids: Vec<&[u8]> = ids.iter().map(Vec::as_slice).collect();
    Ok(tlv(SEQUENCE, &[&tlv(SEQUENCE, &ids)]))
}

/// DER of the ContentInfo. `signed_attributes` is what [`signed_attributes`] gave, `signature` is over exactly that.
pub fn signed_data(
    signer: &Certificate,
    certificates: &[&Certificate],
    digest: DigestAlgorithm,
    algorithm: &SignatureAlgorithm,
    signed_attributes: &[u8],
    signature: &[u8],
) -> Vec<u8> {
    let digest = digest.algorithm_identifier();
    let sid = tlv(SEQUENCE, &[signer.issuer().der(), &tlv(2, &[signer.serial()])]);
    // signedAttrs is the same SET OF under the tag [0] IMPLICIT.
    let mut attributes = signed_attributes.to_vec();
    if let Some(tag) = attributes.first_mut() {
        *tag = 0xA0;
    }
    let signer_info = tlv(
        SEQUENCE,
        &[&[2, 1, 1], &sid, &digest, &attributes, &algorithm.algorithm_identifier(), &tlv(4, &[signature])],
    );
    let certificates = set_of(0xA0, certificates.iter().map(|certificate| certificate.der().to_vec()).collect());
    let signed_data = tlv(
        SEQUENCE,
        &[
            &[2, 1, 1],
            &tlv(0x31, &[&digest]),
            &tlv(SEQUENCE, &[&ID_DATA.to_der()]),
            &certificates,
            &tlv(0x31, &[&signer_info]),
        ],
    );
    tlv(SEQUENCE, &[&ID_SIGNED_DATA.to_der(), &tlv(0xA0, &[&signed_data])])
}

/// Length of [`signed_data`] with a signature of `signature_len` bytes.
pub fn signed_data_len(
    signer: &Certificate,
    certificates: &[&Certificate],
    digest: DigestAlgorithm,
    algorithm: &SignatureAlgorithm,
    signed_attributes: &[u8],
    signature_len: usize,
) -> usize {
    signed_data(signer, certificates, digest, algorithm, signed_attributes, &vec![0; signature_len]).len()
}
