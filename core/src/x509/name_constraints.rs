//! Name constraints (RFC 5280 §4.2.1.10 and §6.1.3 (b), (c), §6.1.4 (g)).
//!
//! A form that this module cannot compare is refused when it is constrained and occurs, never passed over.

use super::general_name::{GeneralName, is_host, split_mailbox, uri_host};
use super::name::Name;
use crate::asn1::{Reader, Tlv};

/// The forms that can be compared; all others count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Mailbox,
    Dns,
    Directory,
    Uri,
    Ip,
    Other(u8),
}

impl Form {
    fn of(name: &GeneralName<'_>) -> Self {
        match name {
            GeneralName::Mailbox(_) => Self::Mailbox,
            GeneralName::Dns(_) => Self::Dns,
            GeneralName::Directory(_) => Self::Directory,
            GeneralName::Uri(_) => Self::Uri,
            GeneralName::Ip(_) => Self::Ip,
            GeneralName::Other(tag, _) => Self::Other(*tag),
        }
    }
}

/// One `GeneralSubtree`.
#[derive(Clone, Debug)]
struct Subtree<'a> {
    base: GeneralName<'a>,
    /// `minimum` other than 0, or a `maximum`: "not used with any name forms" of the profile, so not processed.
    bounded: bool,
}

/// The extension of one certificate.
#[derive(Clone, Debug)]
pub(super) struct NameConstraints<'a> {
    permitted: Vec<Subtree<'a>>,
    excluded: Vec<Subtree<'a>>,
}

impl<'a> NameConstraints<'a> {
    /// From the extension's value; `None` if it is malformed, an unusable base included.
    pub(super) fn read(value: &'a [u8]) -> Option<Self> {
        let mut parts = Reader::new(Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30)?.content);
        let permitted = parts.optional(0xA0);
        let excluded = parts.optional(0xA1);
        // "CAs MUST NOT issue certificates where name constraints is an empty sequence."
        if !parts.is_empty() || permitted.is_none() && excluded.is_none() {
            return None;
        }
        let list = |tlv: Option<Tlv<'a>>| match tlv {
            Some(tlv) => Reader::new(tlv.content).all()?.into_iter().map(subtree).collect(),
            None => Some(Vec::new()),
        };
        Some(Self { permitted: list(permitted)?, excluded: list(excluded)? })
    }

    /// True if a dNSName base begins with a period, which the profile does not know and many CAs write.
    pub(super) fn has_leading_period(&self) -> bool {
        let period = |s: &Subtree<'_>| matches!(s.base, GeneralName::Dns(text) if text.starts_with(b"."));
        self.permitted.iter().chain(&self.excluded).any(period)
    }
}

fn subtree(tlv: Tlv<'_>) -> Option<Subtree<'_>> {
    let mut parts = Reader::new(Some(tlv).filter(|tlv| tlv.tag == 0x30)?.content);
    let base = GeneralName::read(parts.next()?)?;
    let minimum = parts.optional(0x80);
    let maximum = parts.optional(0x81);
    let sound = match &base {
        GeneralName::Dns(text) => is_domain(text),
        GeneralName::Uri(text) => !text.is_empty() && is_domain(text),
        GeneralName::Mailbox(text) if text.contains(&b'@') => split_mailbox(text).is_some(),
        GeneralName::Mailbox(text) => is_domain(text),
        GeneralName::Ip(octets) => is_range(octets),
        GeneralName::Directory(_) | GeneralName::Other(..) => true,
    };
    let bounded = minimum.is_some_and(|tlv| tlv.content != [0]) || maximum.is_some();
    (sound && parts.is_empty()).then_some(Subtree { base, bounded })
}

/// A host, or a period and a host, or nothing (which is every host).
fn is_domain(text: &[u8]) -> bool {
    text.is_empty() || is_host(text.strip_prefix(b".").unwrap_or(text))
}

/// Address and mask of RFC 4632, the mask without holes.
fn is_range(octets: &[u8]) -> bool {
    let (_, mask) = octets.split_at(octets.len() / 2);
    let ones = mask.iter().take_while(|byte| **byte == 0xFF).count();
    let edge = mask.get(ones).copied().unwrap_or(0);
    matches!(octets.len(), 8 | 32)
        && edge.leading_ones() + edge.trailing_zeros() >= 8
        && mask.iter().skip(ones + 1).all(|byte| *byte == 0)
}

/// Why names do not satisfy the constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A name outside every permitted subtree of its form, or inside an excluded one.
    Outside,
    /// A name or a constraint of a form that cannot be compared.
    Unsupported,
    /// A constrained name that is malformed.
    Malformed,
    /// More comparisons than allowed.
    Budget,
}

/// `permitted_subtrees` and `excluded_subtrees` of §6.1.2 (b), (c), as they gather on the way down.
#[derive(Clone, Debug, Default)]
pub(super) struct Constraints<'a> {
    gathered: Vec<NameConstraints<'a>>,
}

impl<'a> Constraints<'a> {
    /// §6.1.4 (g): the intersection of what is permitted, the union of what is excluded. The lists stay apart: a name
    /// must satisfy each of them, which is the same.
    pub(super) fn add(&mut self, constraints: NameConstraints<'a>) {
        self.gathered.push(constraints);
    }

    /// §6.1.3 (b) and (c) for the names of one certificate; `alt_names` is `None` if it has no subjectAltName.
    pub(super) fn check(
        &self,
        subject: &Name,
        alt_names: Option<&[GeneralName<'_>]>,
        budget: &mut usize,
    ) -> Result<(), Refusal> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        if !subject.is_empty() {
            self.check_name(&GeneralName::Directory(subject.clone()), budget)?;
        }
        match alt_names {
            Some(names) => names.iter().try_for_each(|name| self.check_name(name, budget)),
            // §4.2.1.10: "if … the certificate does not include a subject alternative name, the rfc822Name constraint
            // MUST be applied to the attribute of type emailAddress in the subject distinguished name".
            None => {
                let mut mailboxes = subject.mailboxes();
                mailboxes.try_for_each(|text| self.check_name(&GeneralName::Mailbox(text.as_bytes()), budget))
            }
        }
    }

    fn check_name(&self, name: &GeneralName<'_>, budget: &mut usize) -> Result<(), Refusal> {
        let form = Form::of(name);
        for constraints in &self.gathered {
            let excluded = compare(&constraints.excluded, form, name, Side::Excluded, budget)?;
            let permitted = compare(&constraints.permitted, form, name, Side::Permitted, budget)?;
            if excluded == Some(true) || permitted == Some(false) {
                return Err(Refusal::Outside);
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Permitted,
    Excluded,
}

/// Whether `name` is inside one of the subtrees of its form; `None` if there is none.
fn compare(
    subtrees: &[Subtree<'_>],
    form: Form,
    name: &GeneralName<'_>,
    side: Side,
    budget: &mut usize,
) -> Result<Option<bool>, Refusal> {
    let mut inside = None;
    for subtree in subtrees {
        *budget = budget.checked_sub(1).ok_or(Refusal::Budget)?;
        if Form::of(&subtree.base) != form {
            continue;
        }
        if subtree.bounded || matches!(form, Form::Other(_)) {
            return Err(Refusal::Unsupported);
        }
        let within = within(name, &subtree.base, side).ok_or(Refusal::Malformed)?;
        inside = Some(inside.unwrap_or(false) || within);
    }
    Ok(inside)
}

/// Whether `name` is in the subtree of `base`; `None` if the name is malformed.
fn within(name: &GeneralName<'_>, base: &GeneralName<'_>, side: Side) -> Option<bool> {
    Some(match (name, base) {
        (GeneralName::Directory(name), GeneralName::Directory(base)) => name.is_within(base),
        (GeneralName::Dns(name), GeneralName::Dns(base)) => return dns_within(name, base, side),
        (GeneralName::Mailbox(name), GeneralName::Mailbox(base)) => {
            let (local, host) = split_mailbox(name)?;
            match split_mailbox(base) {
                // A particular mailbox: the local part as it is written.
                Some((wanted, at)) => local == wanted && host.eq_ignore_ascii_case(at),
                None => host_within(host, base),
            }
        }
        // "The constraint applies to the host part of the name"; without one the certificate must be rejected.
        (GeneralName::Uri(name), GeneralName::Uri(base)) => host_within(uri_host(name)?, base),
        (GeneralName::Ip(name), GeneralName::Ip(base)) => {
            if !matches!(name.len(), 4 | 16) {
                return None;
            }
            let (address, mask) = base.split_at(base.len() / 2);
            name.len() == address.len() && name.iter().zip(address).zip(mask).all(|((n, a), m)| n & m == a & m)
        }
        _ => false,
    })
}

/// Mailboxes and URIs: a host is that host alone, a period and a domain are all hosts in it (§4.2.1.10).
fn host_within(host: &[u8], base: &[u8]) -> bool {
    match base.strip_prefix(b".") {
        Some(domain) => below(host, domain),
        None => base.is_empty() || host.eq_ignore_ascii_case(base),
    }
}

/// "Any DNS name that can be constructed by simply adding zero or more labels to the left-hand side of the name".
/// A leading period is read in the stricter way on either side; a wildcard must lie inside as a whole to be permitted,
/// and is excluded if it can stand for an excluded name.
fn dns_within(name: &[u8], base: &[u8], side: Side) -> Option<bool> {
    let wildcard = name.strip_prefix(b"*.");
    let host = wildcard.unwrap_or(name);
    if !is_host(host) {
        return None;
    }
    let (domain, only_below) = match base.strip_prefix(b".") {
        Some(domain) => (domain, side == Side::Permitted && wildcard.is_none()),
        None => (base, false),
    };
    let inside = domain.is_empty() || below(host, domain) || !only_below && host.eq_ignore_ascii_case(domain);
    let stands_for = || {
        let (first, rest) = domain.split_at(domain.iter().position(|byte| *byte == b'.').unwrap_or(0));
        !first.is_empty() && rest.get(1..).is_some_and(|rest| host.eq_ignore_ascii_case(rest))
    };
    Some(inside || side == Side::Excluded && wildcard.is_some() && stands_for())
}

/// True if `host` is `domain` with at least one label before it.
fn below(host: &[u8], domain: &[u8]) -> bool {
    host.len()
        .checked_sub(domain.len() + 1)
        .is_some_and(|dot| host[dot] == b'.' && host[dot + 1..].eq_ignore_ascii_case(domain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::tlv;

    fn constraints(permitted: &[(u8, &[u8])], excluded: &[(u8, &[u8])]) -> Vec<u8> {
        let list = |tag, bases: &[(u8, &[u8])]| {
            let items: Vec<_> = bases.iter().map(|(tag, base)| tlv(0x30, &[&tlv(*tag, &[base])])).collect();
            let parts: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
            if parts.is_empty() { Vec::new() } else { tlv(tag, &parts) }
        };
        tlv(0x30, &[&list(0xA0, permitted), &list(0xA1, excluded)])
    }

    /// The answer for one name under one extension, the subject being empty.
    fn ask(extension: &[u8], tag: u8, name: &[u8]) -> Result<(), Refusal> {
        let mut gathered = Constraints::default();
        gathered.add(NameConstraints::read(extension).unwrap());
        let name = tlv(tag, &[name]);
        let names = [GeneralName::read(Tlv::parse_one(&name).unwrap()).unwrap()];
        gathered.check(&Name::from_der(&[0x30, 0]).unwrap(), Some(&names), &mut 100)
    }

    const MAIL: u8 = 0x81;
    const DNS: u8 = 0x82;
    const URI: u8 = 0x86;
    const IP: u8 = 0x87;

    #[test]
    fn what_a_permitted_subtree_holds() {
        use Refusal::{Malformed, Outside};
        for (tag, base, name, wanted) in [
            (DNS, &b"gov.vn"[..], &b"gov.vn"[..], Ok(())),
            (DNS, b"gov.vn", b"A.Gov.VN", Ok(())),
            (DNS, b"gov.vn", b"xgov.vn", Err(Outside)),
            (DNS, b"gov.vn", b"*.gov.vn", Ok(())),
            (DNS, b"a.gov.vn", b"*.gov.vn", Err(Outside)),
            (DNS, b".gov.vn", b"gov.vn", Err(Outside)),
            (DNS, b".gov.vn", b"a.gov.vn", Ok(())),
            (DNS, b"", b"a.vn", Ok(())),
            (DNS, b"gov.vn", b".gov.vn", Err(Malformed)),
            (DNS, b"gov.vn", b"a..gov.vn", Err(Malformed)),
            (MAIL, b"gov.vn", b"a@gov.vn", Ok(())),
            (MAIL, b"gov.vn", b"a@b.gov.vn", Err(Outside)),
            (MAIL, b".gov.vn", b"a@b.gov.vn", Ok(())),
            (MAIL, b".gov.vn", b"a@gov.vn", Err(Outside)),
            (MAIL, b"a@gov.vn", b"a@GOV.vn", Ok(())),
            (MAIL, b"a@gov.vn", b"A@gov.vn", Err(Outside)),
            (MAIL, b"*@gov.vn", b"a@gov.vn", Err(Outside)),
            (MAIL, b"gov.vn", b"a@b@gov.vn", Err(Malformed)),
            (MAIL, b"gov.vn", b"\"a@b\"@gov.vn", Ok(())),
            (URI, b"gov.vn", b"http://u:p@gov.vn:80/x@y", Ok(())),
            (URI, b"gov.vn", b"http://a.gov.vn", Err(Outside)),
            (URI, b".gov.vn", b"ldap://a.gov.vn?x", Ok(())),
            (URI, b".gov.vn", b"urn:a.gov.vn", Err(Malformed)),
            (URI, b".gov.vn", b"http://10.0.0.1/a.gov.vn", Err(Malformed)),
            (URI, b".gov.vn", b"http://evil.example#.gov.vn", Err(Outside)),
            (IP, &[10, 0, 0, 0, 255, 0, 0, 0], &[10, 1, 2, 3], Ok(())),
            (IP, &[10, 0, 0, 0, 255, 128, 0, 0], &[10, 128, 2, 3], Err(Outside)),
            (IP, &[10, 0, 0, 0, 255, 0, 0, 0], &[0; 16], Err(Outside)),
            (IP, &[10, 0, 0, 0, 255, 0, 0, 0], &[10, 0, 0, 0, 255, 0, 0, 0], Err(Malformed)),
        ] {
            assert_eq!(ask(&constraints(&[(tag, base)], &[]), tag, name), wanted, "{base:?} {name:?}");
        }
    }

    #[test]
    fn what_an_excluded_subtree_takes_away() {
        for (base, name, free) in [
            (&b"a.gov.vn"[..], &b"b.gov.vn"[..], true),
            (b"a.gov.vn", b"a.gov.vn", false),
            (b"a.gov.vn", b"x.a.gov.vn", false),
            (b"a.gov.vn", b"*.gov.vn", false),
            (b"x.a.gov.vn", b"*.gov.vn", true),
            (b".gov.vn", b"gov.vn", false),
        ] {
            assert_eq!(ask(&constraints(&[], &[(DNS, base)]), DNS, name).is_ok(), free, "{base:?} {name:?}");
        }
        let both = constraints(&[(DNS, b"gov.vn")], &[(DNS, b"gov.vn")]);
        assert_eq!(ask(&both, DNS, b"gov.vn"), Err(Refusal::Outside));
        assert_eq!(ask(&both, MAIL, b"a@b.vn"), Ok(()), "another form is not constrained");
    }

    #[test]
    fn forms_that_cannot_be_compared_are_refused_where_they_occur() {
        let other = constraints(&[], &[(0xA0, &[6, 1, 42, 0xA0, 2, 5, 0])]);
        assert_eq!(ask(&other, 0xA0, &[6, 1, 43, 0xA0, 2, 5, 0]), Err(Refusal::Unsupported));
        assert_eq!(ask(&other, DNS, b"a.vn"), Ok(()));
        let bounded = tlv(0x30, &[&tlv(0xA0, &[&tlv(0x30, &[&tlv(DNS, &[b"vn"]), &[0x80, 1, 1]])])]);
        assert_eq!(ask(&bounded, DNS, b"a.vn"), Err(Refusal::Unsupported));
    }

    #[test]
    fn malformed_constraints() {
        for (tag, base) in [
            (DNS, &b"*.gov.vn"[..]),
            (DNS, b"gov.vn."),
            (MAIL, b"a@b@gov.vn"),
            (IP, &[10, 0, 0, 0]),
            (IP, &[0; 16]),
            (IP, &[10, 0, 0, 0, 255, 0, 255, 0]),
            (IP, &[10, 0, 0, 0, 0xFD, 0, 0, 0]),
            (URI, b""),
        ] {
            assert!(NameConstraints::read(&constraints(&[(tag, base)], &[])).is_none(), "{base:?}");
        }
        assert!(NameConstraints::read(&[0x30, 0]).is_none());
    }

    #[test]
    fn the_mailbox_in_the_subject_counts_only_without_alternative_names_and_the_budget_ends() {
        let extension = constraints(&[(MAIL, b"gov.vn")], &[]);
        let mut gathered = Constraints::default();
        gathered.add(NameConstraints::read(&extension).unwrap());
        let oid = crate::crypto::Oid::of("1.2.840.113549.1.9.1").to_der();
        let subject = tlv(0x30, &[&tlv(0x31, &[&tlv(0x30, &[&oid, &tlv(22, &[b"a@b.vn"])])])]);
        let subject = Name::from_der(&subject).unwrap();
        assert_eq!(gathered.check(&subject, None, &mut 9), Err(Refusal::Outside));
        assert_eq!(gathered.check(&subject, Some(&[GeneralName::Dns(b"a.vn")]), &mut 9), Ok(()));
        assert_eq!(gathered.check(&subject, Some(&[]), &mut 0), Err(Refusal::Budget));
    }
}
