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

pub(super) const SUBJECT_ALT_NAME: Oid = Oid::of("2.5.29.17");
pub(super) const NAME_CONSTRAINTS: Oid = Oid::of("2.5.29.30");
pub(super) const CRL_DISTRIBUTION_POINTS: Oid = Oid::of("2.5.29.31");
pub(super) const CERTIFICATE_POLICIES: Oid = Oid::of("2.5.29.32");
pub(super) const POLICY_MAPPINGS: Oid = Oid::of("2.5.29.33");
pub(super) const POLICY_CONSTRAINTS: Oid = Oid::of("2.5.29.36");
pub(super) const INHIBIT_ANY_POLICY: Oid = Oid::of("2.5.29.54");
pub(super) const QC_STATEMENTS: Oid = Oid::of("1.3.6.1.5.5.7.1.3");
/// The policy that stands for every other (§4.2.1.4).
pub(super) const ANY_POLICY: Oid = Oid::of("2.5.29.32.0");

/// One pair of policyMappings (§4.2.1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PolicyMapping {
    pub(super) issuer: Oid,
    pub(super) subject: Oid,
}

/// policyConstraints (§4.2.1.11): certificates that may follow before each begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PolicyConstraints {
    pub(super) require_explicit: Option<u32>,
    pub(super) inhibit_mapping: Option<u32>,
}

/// The policies of certificatePolicies (§4.2.1.4); qualifiers are not read. None may stand twice.
pub(super) fn certificate_policies(value: &[u8]) -> Option<Vec<Oid>> {
    let sequence = Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30 && !tlv.content.is_empty())?;
    let mut policies = Vec::new();
    for information in Reader::new(sequence.content).all()? {
        let mut parts = Reader::new(Some(information).filter(|tlv| tlv.tag == 0x30)?.content);
        policies.push(Oid::from_der_content(parts.expect(6)?.content)?);
        parts.optional(0x30);
        if !parts.is_empty() {
            return None;
        }
    }
    let mut sorted = policies.clone();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1]).then_some(policies)
}

pub(super) fn policy_mappings(value: &[u8]) -> Option<Vec<PolicyMapping>> {
    let sequence = Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30 && !tlv.content.is_empty())?;
    let pair = |tlv: Tlv<'_>| {
        let mut parts = Reader::new(Some(tlv).filter(|tlv| tlv.tag == 0x30)?.content);
        let mut policy = || Oid::from_der_content(parts.expect(6)?.content);
        let mapping = PolicyMapping { issuer: policy()?, subject: policy()? };
        parts.is_empty().then_some(mapping)
    };
    Reader::new(sequence.content).all()?.into_iter().map(pair).collect()
}

pub(super) fn policy_constraints(value: &[u8]) -> Option<PolicyConstraints> {
    let mut parts = Reader::new(Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30)?.content);
    let mut skip = |tag| parts.optional(tag).map(|tlv| small_unsigned(tlv.content).ok_or(())).transpose();
    let constraints = PolicyConstraints { require_explicit: skip(0x80).ok()?, inhibit_mapping: skip(0x81).ok()? };
    // "Conforming CAs MUST NOT issue certificates where policy constraints is an empty sequence."
    (parts.is_empty() && constraints != PolicyConstraints::default()).then_some(constraints)
}

/// SkipCerts of inhibitAnyPolicy (§4.2.1.14).
pub(super) fn inhibit_any_policy(value: &[u8]) -> Option<u32> {
    Tlv::parse_one(value).filter(|tlv| tlv.tag == 2).and_then(|tlv| small_unsigned(tlv.content))
}

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
