//! Where a certificate says its revocation lists are, and what a list says it covers: cRLDistributionPoints (RFC 5280
//! §4.2.1.13) and issuingDistributionPoint (§5.2.5).

use super::certificate::Certificate;
use super::general_name::GeneralName;
use super::name::Name;
use crate::asn1::{Reader, Tlv};

/// Reasons by their bits in ReasonFlags; bit 0 is unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reasons(u16);

impl Reasons {
    pub(super) const NONE: Self = Self(0);
    /// The special value all-reasons of §6.3.2 (a).
    pub(super) const ALL: Self = Self(0b1_1111_1110);

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if every reason of `other` is in `self`.
    pub(super) fn hold(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    fn read(bits: Option<Tlv<'_>>) -> Option<Self> {
        let Some(bits) = bits else { return Some(Self::ALL) };
        let [unused @ 0..=7, bytes @ ..] = bits.content else { return None };
        if bytes.is_empty() && *unused != 0 {
            return None;
        }
        let bit = |index: usize| bytes.get(index / 8).is_some_and(|byte| byte & (0x80 >> (index % 8)) != 0);
        Some(Self((1..=8).filter(|index| bit(*index)).fold(0, |mask, index| mask | 1 << index)))
    }
}

/// `DistributionPointName`
#[derive(Clone, Debug)]
enum PointName<'a> {
    Full(Vec<GeneralName<'a>>),
    /// Content of an RDN, to stand under the name of the issuer of the list.
    Relative(&'a [u8]),
}

impl<'a> PointName<'a> {
    /// From the content of its explicit tag.
    fn read(content: &'a [u8]) -> Option<Self> {
        let name = Tlv::parse_one(content)?;
        match name.tag {
            0xA0 => GeneralName::read_all(name.content).map(Self::Full),
            0xA1 => Some(Self::Relative(name.content)),
            _ => None,
        }
    }

    fn names(&self, issuer: &Name) -> Vec<GeneralName<'a>> {
        match self {
            Self::Full(names) => names.clone(),
            Self::Relative(rdn) => issuer.with_rdn(rdn).map(GeneralName::Directory).into_iter().collect(),
        }
    }
}

/// `DistributionPoint` of a certificate.
#[derive(Clone, Debug)]
pub(super) struct Point<'a> {
    name: Option<PointName<'a>>,
    pub(super) reasons: Reasons,
    /// `cRLIssuer`
    crl_issuer: Vec<GeneralName<'a>>,
}

impl<'a> Point<'a> {
    /// The points of the extension; `None` if it is malformed.
    pub(super) fn read_all(value: &'a [u8]) -> Option<Vec<Self>> {
        let list = Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30)?;
        Reader::new(list.content).all()?.into_iter().map(Self::read).collect()
    }

    fn read(tlv: Tlv<'a>) -> Option<Self> {
        let mut parts = Reader::new(Some(tlv).filter(|tlv| tlv.tag == 0x30)?.content);
        let name = match parts.optional(0xA0) {
            Some(tlv) => Some(PointName::read(tlv.content)?),
            None => None,
        };
        let reasons = Reasons::read(parts.optional(0x81))?;
        let crl_issuer = match parts.optional(0xA2) {
            Some(tlv) => GeneralName::read_all(tlv.content)?,
            None => Vec::new(),
        };
        parts.is_empty().then_some(Self { name, reasons, crl_issuer })
    }

    /// The point that §6.3.3 assumes last: "both the reasons and the cRLIssuer fields omitted and a distribution point
    /// name of the certificate issuer".
    pub(super) fn of_issuer(certificate: &Certificate) -> Self {
        let name = PointName::Full(vec![GeneralName::Directory(certificate.issuer().clone())]);
        Self { name: Some(name), reasons: Reasons::ALL, crl_issuer: Vec::new() }
    }

    /// §6.3.3 (b) (1): whether a list of `issuer` may answer for this point; `Some(true)` if it must be indirect.
    pub(super) fn accepts_issuer(&self, issuer: &Name, certificate: &Certificate) -> Option<bool> {
        let own = issuer.matches(certificate.issuer());
        let named =
            self.crl_issuer.iter().any(|name| matches!(name, GeneralName::Directory(name) if name.matches(issuer)));
        match (self.crl_issuer.is_empty(), own, named) {
            (true, true, _) | (false, true, true) => Some(false),
            (false, false, true) => Some(true),
            _ => None,
        }
    }

    fn names(&self, certificate: &Certificate) -> Vec<GeneralName<'a>> {
        let issuer = self.crl_issuer.iter().find_map(|name| match name {
            GeneralName::Directory(name) => Some(name),
            _ => None,
        });
        match &self.name {
            Some(name) => name.names(issuer.unwrap_or(certificate.issuer())),
            None => self.crl_issuer.clone(),
        }
    }
}

/// `IssuingDistributionPoint` of a list; a list without one covers everything of its issuer.
#[derive(Clone, Debug)]
pub(super) struct Scope<'a> {
    name: Option<PointName<'a>>,
    /// `onlyContainsUserCerts`, `onlyContainsCACerts`, `onlyContainsAttributeCerts`
    only: [bool; 3],
    pub(super) reasons: Reasons,
    pub(super) indirect: bool,
}

impl<'a> Scope<'a> {
    /// From the extension's value, if there is one; `None` if it is malformed.
    pub(super) fn read(value: Option<&'a [u8]>) -> Option<Self> {
        let Some(value) = value else {
            return Some(Self { name: None, only: [false; 3], reasons: Reasons::ALL, indirect: false });
        };
        let mut parts = Reader::new(Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30)?.content);
        let name = match parts.optional(0xA0) {
            Some(tlv) => Some(PointName::read(tlv.content)?),
            None => None,
        };
        let (user, ca) = (flag(&mut parts, 0x81)?, flag(&mut parts, 0x82)?);
        let reasons = Reasons::read(parts.optional(0x83))?;
        let (indirect, attribute) = (flag(&mut parts, 0x84)?, flag(&mut parts, 0x85)?);
        parts.is_empty().then_some(Self { name, only: [user, ca, attribute], reasons, indirect })
    }

    /// §6.3.3 (b) (2): whether the list, issued by `issuer`, covers `certificate` as `point` names it.
    pub(super) fn covers(&self, certificate: &Certificate, point: &Point<'_>, issuer: &Name) -> bool {
        let named = self.name.as_ref().is_none_or(|name| {
            let theirs = point.names(certificate);
            name.names(issuer).iter().any(|ours| theirs.iter().any(|name| ours.matches(name)))
        });
        let is_ca = certificate.basic_constraints().is_some_and(|constraints| constraints.ca);
        let [only_user, only_ca, only_attribute] = self.only;
        named && !only_attribute && if is_ca { !only_user } else { !only_ca }
    }
}

/// A BOOLEAN DEFAULT FALSE; old writers put the default all the same.
fn flag(parts: &mut Reader<'_>, tag: u8) -> Option<bool> {
    match parts.optional(tag).map(|tlv| tlv.content) {
        None | Some([0]) => Some(false),
        Some([0xFF]) => Some(true),
        Some(_) => None,
    }
}
