//! Certificate extensions, read strictly from their octets (RFC 5280 §4.2).

use crate::asn1::{Reader, Tlv, small_unsigned};
use crate::crypto::Oid;

/// An extension as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its type.
    pub oid: Oid,
    /// Whether it is critical.
    pub critical: bool,
    /// Content of the OCTET STRING.
    pub value: Vec<u8>,
}

/// basicConstraints (§4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// May issue certificates.
    pub ca: bool,
    /// CA certificates that may follow below.
    pub path_len: Option<u32>,
}

/// keyUsage (§4.2.1.3): bit 0 is `digitalSignature`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(u16);

/// Names of the bits, in their order.
const USAGES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

impl KeyUsage {
    fn bit(self, index: u16) -> bool {
        self.0 & (1 << index) != 0
    }

    /// Signatures other than on certificates and CRLs.
    pub fn digital_signature(self) -> bool {
        self.bit(0)
    }

    /// Also called contentCommitment.
    pub fn non_repudiation(self) -> bool {
        self.bit(1)
    }

    /// Signatures on certificates.
    pub fn key_cert_sign(self) -> bool {
        self.bit(5)
    }

    /// Signatures on CRLs.
    pub fn crl_sign(self) -> bool {
        self.bit(6)
    }

    /// Names of the bits that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        USAGES.iter().enumerate().filter(move |(index, _)| self.0 & (1 << index) != 0).map(|(_, name)| *name)
    }
}

/// authorityKeyIdentifier (§4.2.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorityKeyId {
    /// `keyIdentifier`
    pub key_id: Option<Vec<u8>>,
    /// Content of `authorityCertSerialNumber`; older Vietnamese CAs give it with the issuer's name.
    pub serial: Option<Vec<u8>>,
}

pub(super) const BASIC_CONSTRAINTS: Oid = Oid::of("2.5.29.19");
pub(super) const KEY_USAGE: Oid = Oid::of("2.5.29.15");
pub(super) const EXTENDED_KEY_USAGE: Oid = Oid::of("2.5.29.37");
pub(super) const SUBJECT_KEY_ID: Oid = Oid::of("2.5.29.14");
pub(super) const AUTHORITY_KEY_ID: Oid = Oid::of("2.5.29.35");

pub(super) fn basic_constraints(value: &[u8]) -> Option<BasicConstraints> {
    let mut parts = Reader::new(Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30)?.content);
    let ca = match parts.optional(1) {
        None => false,
        Some(Tlv { content: [0xFF], .. }) => true,
        // DEFAULT FALSE must be absent in DER; old writers put it all the same.
        Some(Tlv { content: [0], .. }) => false,
        Some(_) => return None,
    };
    let path_len = match parts.optional(2) {
        None => None,
        Some(number) => Some(small_unsigned(number.content)?),
    };
    parts.is_empty().then_some(BasicConstraints { ca, path_len })
}

pub(super) fn key_usage(value: &[u8]) -> Option<KeyUsage> {
    let bits = Tlv::parse_one(value).filter(|tlv| tlv.tag == 3)?;
    let [unused @ 0..=7, bytes @ ..] = bits.content else { return None };
    if bytes.len() > 2 || bytes.is_empty() && *unused != 0 {
        return None;
    }
    let mut usage = 0;
    for index in 0..9_u16 {
        let byte = bytes.get(usize::from(index / 8)).copied().unwrap_or(0);
        if byte & (0x80 >> (index % 8)) != 0 {
            usage |= 1 << index;
        }
    }
    Some(KeyUsage(usage))
}

pub(super) fn extended_key_usage(value: &[u8]) -> Option<Vec<Oid>> {
    let sequence = Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30 && !tlv.content.is_empty())?;
    let oids = Reader::new(sequence.content).all()?;
    oids.iter().map(|oid| Oid::from_der_content(Some(oid).filter(|oid| oid.tag == 6)?.content)).collect()
}

pub(super) fn subject_key_id(value: &[u8]) -> Option<Vec<u8>> {
    Tlv::parse_one(value).filter(|tlv| tlv.tag == 4).map(|tlv| tlv.content.to_vec())
}

pub(super) fn authority_key_id(value: &[u8]) -> Option<AuthorityKeyId> {
    let mut parts = Reader::new(Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30)?.content);
    let key_id = parts.optional(0x80).map(|id| id.content.to_vec());
    let _issuer = parts.optional(0xA1);
    let serial = parts.optional(0x82).map(|serial| serial.content.to_vec());
    parts.is_empty().then_some(AuthorityKeyId { key_id, serial })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_usage_bits() {
        let usage = key_usage(&[3, 2, 1, 0x06]).unwrap();
        assert_eq!(usage.names().collect::<Vec<_>>(), ["keyCertSign", "cRLSign"]);
        assert!(usage.key_cert_sign() && usage.crl_sign() && !usage.digital_signature());
        let usage = key_usage(&[3, 3, 7, 0x40, 0x80]).unwrap();
        assert_eq!(usage.names().collect::<Vec<_>>(), ["nonRepudiation", "decipherOnly"]);
        assert_eq!(key_usage(&[3, 1, 0]).unwrap().names().count(), 0);
        for bad in [&[][..], &[3, 0], &[3, 2, 8, 0], &[4, 2, 0, 0], &[3, 1, 3]] {
            assert_eq!(key_usage(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn basic_constraints_forms() {
        assert_eq!(basic_constraints(&[0x30, 0]), Some(BasicConstraints { ca: false, path_len: None }));
        let ca = BasicConstraints { ca: true, path_len: Some(0) };
        assert_eq!(basic_constraints(&[0x30, 6, 1, 1, 0xFF, 2, 1, 0]), Some(ca));
        for bad in [&[0x30, 3, 1, 1, 1][..], &[0x30, 3, 2, 1, 0xFF], &[0x30, 3, 4, 1, 0], &[0x30, 0, 0]] {
            assert_eq!(basic_constraints(bad), None, "{bad:?}");
        }
    }
}
