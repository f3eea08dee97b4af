//! The entries of a revocation list (RFC 5280 §5.3), walked once for each question; nothing is built from them.

use super::crl::{read_extension, read_time};
use super::general_name::GeneralName;
use super::name::Name;
use crate::asn1::{Reader, Tlv};
use crate::time::Time;

/// Content octets of the types of entry extensions (§5.3): reasonCode, invalidityDate, certificateIssuer.
const REASON_CODE: [u8; 3] = [0x55, 0x1D, 21];
const INVALIDITY_DATE: [u8; 3] = [0x55, 0x1D, 24];
const CERTIFICATE_ISSUER: [u8; 3] = [0x55, 0x1D, 29];

/// Why a certificate was revoked (§5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CrlReason {
    /// Not said, or by a code that the standard does not know.
    Unspecified,
    /// The private key is in other hands.
    KeyCompromise,
    /// The key of the authority is in other hands.
    CaCompromise,
    /// Name or position changed.
    AffiliationChanged,
    /// Replaced.
    Superseded,
    /// No longer needed.
    CessationOfOperation,
    /// On hold: this may be taken back.
    CertificateHold,
    /// In a delta list: no longer on hold, or expired.
    RemoveFromCrl,
    /// A privilege was withdrawn.
    PrivilegeWithdrawn,
    /// The key of the attribute authority is in other hands.
    AaCompromise,
}

impl CrlReason {
    fn of(code: u8) -> Self {
        match code {
            1 => Self::KeyCompromise,
            2 => Self::CaCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::CertificateHold,
            8 => Self::RemoveFromCrl,
            9 => Self::PrivilegeWithdrawn,
            10 => Self::AaCompromise,
            _ => Self::Unspecified,
        }
    }
}

/// An entry about the certificate asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) time: Time,
    pub(super) reason: CrlReason,
    pub(super) invalidity: Option<Time>,
}

/// Why a list cannot answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    Malformed,
    /// A critical extension of the list or of an entry that is not processed.
    Critical,
}

/// The entry for `serial` of `issuer`: one walk over all entries, since an indirect list names the issuer only where it
/// changes (§5.3.3), and one unknown critical extension anywhere makes the list unusable (§5.3). `ours`: the issuer of the
/// list is that of the certificate.
pub(super) fn find(
    entries: &[u8],
    mut ours: bool,
    serial: &[u8],
    issuer: &Name,
    indirect: bool,
) -> Result<Option<Entry>, Unusable> {
    let mut named: &[u8] = &[];
    let mut found: Option<Entry> = None;
    let mut entries = Reader::new(entries);
    while !entries.is_empty() {
        let entry = entries.expect(0x30).ok_or(Unusable::Malformed)?;
        let mut parts = Reader::new(entry.content);
        let number = parts.expect(2).ok_or(Unusable::Malformed)?;
        let date = parts.next().filter(|tlv| matches!(tlv.tag, 0x17 | 0x18)).ok_or(Unusable::Malformed)?;
        let details = match parts.optional(0x30) {
            Some(extensions) => Details::read(extensions.content)?,
            None => Details::default(),
        };
        if !parts.is_empty() {
            return Err(Unusable::Malformed);
        }
        if let Some(names) = details.issuer {
            if !indirect {
                return Err(Unusable::Malformed);
            }
            if names != named {
                ours = is_named(names, issuer).ok_or(Unusable::Malformed)?;
                named = names;
            }
        }
        // Of several entries a lasting one counts more than one that can be taken back.
        let open = |reason| matches!(reason, CrlReason::CertificateHold | CrlReason::RemoveFromCrl);
        if ours && same_integer(number.content, serial) && found.is_none_or(|known| open(known.reason)) {
            let time = read_time(date).ok_or(Unusable::Malformed)?;
            let reason = details.reason.map_or(CrlReason::Unspecified, CrlReason::of);
            let invalidity = details.invalidity.and_then(Tlv::parse_one).and_then(read_time);
            found = Some(Entry { time, reason, invalidity });
        }
    }
    Ok(found)
}

/// Extensions of one entry.
#[derive(Default)]
struct Details<'a> {
    reason: Option<u8>,
    invalidity: Option<&'a [u8]>,
    issuer: Option<&'a [u8]>,
}

impl<'a> Details<'a> {
    fn read(extensions: &'a [u8]) -> Result<Self, Unusable> {
        let mut details = Self::default();
        let mut list = Reader::new(extensions);
        while !list.is_empty() {
            let (oid, critical, value) = list.next().and_then(read_extension).ok_or(Unusable::Malformed)?;
            if oid == REASON_CODE {
                let code = Tlv::parse_one(value).filter(|tlv| tlv.tag == 10).ok_or(Unusable::Malformed)?;
                details.reason = code.content.first().copied().filter(|_| code.content.len() == 1);
            } else if oid == INVALIDITY_DATE {
                details.invalidity = Some(value);
            } else if oid == CERTIFICATE_ISSUER {
                let names = Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30).ok_or(Unusable::Malformed)?;
                details.issuer = Some(names.content);
            } else if critical {
                return Err(Unusable::Critical);
            }
        }
        Ok(details)
    }
}

fn is_named(names: &[u8], issuer: &Name) -> Option<bool> {
    let names = GeneralName::read_all(names)?;
    Some(names.iter().any(|name| matches!(name, GeneralName::Directory(name) if name.matches(issuer))))
}

/// Equal numbers, though old authorities write some with needless octets before them.
fn same_integer(a: &[u8], b: &[u8]) -> bool {
    fn minimal(mut octets: &[u8]) -> &[u8] {
        while let [first @ (0 | 0xFF), second, ..] = octets {
            if first >> 7 != second >> 7 {
                break;
            }
            octets = &octets[1..];
        }
        octets
    }
    a == b || minimal(a) == minimal(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::tlv;
    use crate::crypto::Oid;

    #[test]
    fn serial_numbers() {
        assert!(same_integer(&[0, 1], &[1]) && same_integer(&[0xFF, 0xFF], &[0xFF]));
        assert!(!same_integer(&[0, 0xFF], &[0xFF]) && !same_integer(&[1, 0], &[1]));
    }

    fn name(text: &str) -> Vec<u8> {
        let attribute = tlv(0x30, &[&Oid::of("2.5.4.3").to_der(), &tlv(12, &[text.as_bytes()])]);
        tlv(0x30, &[&tlv(0x31, &[&attribute])])
    }

    fn entry(serial: u8, oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
        let flag: &[u8] = if critical { &[1, 1, 0xFF] } else { &[] };
        let extension = tlv(0x30, &[&tlv(6, &[oid]), flag, &tlv(4, &[value])]);
        tlv(0x30, &[&[2, 1, serial], &tlv(0x17, &[b"250601000000Z"]), &tlv(0x30, &[&extension])])
    }

    /// certificateIssuer holds for the entries after it too, until it changes (§5.3.3).
    #[test]
    fn the_issuer_of_an_entry_lasts_until_the_next() {
        let issued_by = |serial, text| {
            let names = tlv(0x30, &[&tlv(0xA4, &[&name(text)])]);
            entry(serial, &CERTIFICATE_ISSUER, true, &names)
        };
        let plain = |serial| entry(serial, &REASON_CODE, false, &[10, 1, 1]);
        let list = [plain(1), issued_by(2, "A"), plain(3), issued_by(4, "B"), plain(5)].concat();
        for (issuer, own, serials) in [("Gốc", true, &[1][..]), ("a", false, &[2, 3]), ("B", false, &[4, 5])] {
            let issuer = Name::from_der(&name(issuer)).unwrap();
            let found: Vec<u8> =
                (1..=5).filter(|serial| find(&list, own, &[*serial], &issuer, true).unwrap().is_some()).collect();
            assert_eq!(found, serials);
            assert_eq!(find(&list, own, &[1], &issuer, false), Err(Unusable::Malformed), "not an indirect list");
        }
    }

    #[test]
    fn extensions_of_entries() {
        let issuer = Name::from_der(&name("A")).unwrap();
        let ask = |list: &[u8]| find(list, true, &[7], &issuer, false);
        let invalid = tlv(0x18, &[b"20250501000000Z"]);
        let told = ask(&entry(7, &INVALIDITY_DATE, false, &invalid)).unwrap().unwrap();
        assert_eq!(told.invalidity.unwrap().to_string(), "2025-05-01T00:00:00Z");
        assert_eq!(told.reason, CrlReason::Unspecified);
        // An unknown one of another certificate spoils the list if it is critical.
        assert_eq!(ask(&entry(8, &[0x55, 0x1D, 99], true, &[5, 0])), Err(Unusable::Critical));
        assert_eq!(ask(&entry(8, &[0x55, 0x1D, 99], false, &[5, 0])), Ok(None));
        let good = entry(7, &REASON_CODE, false, &[10, 1, 9]);
        assert_eq!(ask(&good).unwrap().unwrap().reason, CrlReason::PrivilegeWithdrawn);
        for cut in 1..good.len() {
            assert_eq!(ask(&good[..cut]), Err(Unusable::Malformed), "{cut}");
        }
    }
}
