//! Certificate revocation lists (RFC 5280 §5), read by scanning: a list of a million entries is walked once for each
//! question, and nothing is built from it.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::crl_entries::{self as entries, Entry, Unusable};
use super::extensions::{AUTHORITY_KEY_ID, AuthorityKeyId, authority_key_id};
use super::name::Name;
use crate::asn1::{Reader, Tlv};
use crate::crypto::{Oid, PublicKey, SignatureAlgorithm, VerifyError};
use crate::error::{Error, ErrorKind, Result};
use crate::pem;
use crate::time::Time;

const ISSUER_ALT_NAME: Oid = Oid::of("2.5.29.18");
const CRL_NUMBER: Oid = Oid::of("2.5.29.20");
const DELTA_INDICATOR: Oid = Oid::of("2.5.29.27");
const ISSUING_DISTRIBUTION_POINT: Oid = Oid::of("2.5.29.28");
const FRESHEST_CRL: Oid = Oid::of("2.5.29.46");
const EXPIRED_CERTS_ON_CRL: Oid = Oid::of("2.5.29.60");

/// A revocation list that owns its bytes. Cheap to clone.
#[derive(Clone)]
pub struct Crl(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    tbs: Range<usize>,
    algorithm: Range<usize>,
    tbs_algorithm: Range<usize>,
    signature: Range<usize>,
    /// Content of revokedCertificates.
    entries: Range<usize>,
    issuer: Name,
    this_update: Time,
    next_update: Option<Time>,
    extensions: CrlExtensions,
}

#[derive(Default)]
struct CrlExtensions {
    number: Option<Vec<u8>>,
    number_critical: bool,
    base: Option<Vec<u8>>,
    scope: Option<Vec<u8>>,
    authority_key_id: Option<AuthorityKeyId>,
    expired_since: Option<Time>,
    unknown_critical: bool,
}

fn malformed(reason: &str) -> Error {
    Error::new(ErrorKind::Malformed, "x509.crl-malformed").with("reason", reason)
}

impl Crl {
    /// From DER: exactly one list, nothing after it. The entries are not read yet.
    pub fn from_der(der: impl Into<Vec<u8>>) -> Result<Self> {
        let der = der.into();
        let parsed = read(&der).ok_or_else(|| malformed("DER"))?;
        Ok(Self(Arc::new(Parsed { der, ..parsed })))
    }

    /// From DER, or every list in PEM text; other blocks are passed over.
    pub fn read_any(bytes: &[u8]) -> Result<Vec<Self>> {
        if !pem::is_pem(bytes) {
            return Ok(vec![Self::from_der(bytes)?]);
        }
        let blocks = pem::blocks(bytes).ok_or_else(|| Error::new(ErrorKind::Malformed, "pem.damaged"))?;
        blocks
            .iter()
            .filter(|block| block.label == "X509 CRL")
            .map(|block| Self::from_der(block.der.as_slice()))
            .collect()
    }

    /// As received.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.0.der.get(range.clone()).unwrap_or_default()
    }

    /// Who issued it.
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// When it was issued.
    pub fn this_update(&self) -> Time {
        self.0.this_update
    }

    /// When the next one will be issued at the latest.
    pub fn next_update(&self) -> Option<Time> {
        self.0.next_update
    }

    /// True if it lists only what changed since another one (§5.2.4).
    pub fn is_delta(&self) -> bool {
        self.0.extensions.base.is_some()
    }

    /// authorityKeyIdentifier
    pub fn authority_key_id(&self) -> Option<&AuthorityKeyId> {
        self.0.extensions.authority_key_id.as_ref()
    }

    /// Value of issuingDistributionPoint (§5.2.5).
    pub(super) fn scope(&self) -> Option<&[u8]> {
        self.0.extensions.scope.as_deref()
    }

    /// True if it has a number, not critical, as §5.2.3 demands.
    pub(super) fn is_numbered(&self) -> bool {
        self.0.extensions.number.is_some() && !self.0.extensions.number_critical
    }

    /// True if an extension is critical and not processed.
    pub(super) fn has_unknown_critical(&self) -> bool {
        self.0.extensions.unknown_critical
    }

    /// Certificates that expired at this time or later are still listed (X.509 expiredCertsOnCRL).
    pub(super) fn expired_since(&self) -> Option<Time> {
        self.0.extensions.expired_since
    }

    /// True if this delta list may be combined with `base`: same issuer, scope and key identifier, and the numbers fit
    /// (§5.2.4 (a)–(c), §6.3.3 (c)).
    pub(super) fn is_delta_for(&self, base: &Self) -> bool {
        let (ours, theirs) = (&self.0.extensions, &base.0.extensions);
        let (Some(from), Some(number), Some(full)) = (&ours.base, &ours.number, &theirs.number) else { return false };
        self.issuer().matches(base.issuer())
            && ours.scope == theirs.scope
            && ours.authority_key_id == theirs.authority_key_id
            && compare(full, from).is_ge()
            && compare(full, number).is_le()
    }

    /// Order of two lists of one issuer by their numbers.
    pub(super) fn compare_number(&self, other: &Self) -> Ordering {
        let number = |crl: &Self| crl.0.extensions.number.clone().unwrap_or_default();
        compare(&number(self), &number(other))
    }

    /// Verifies the signature over the received bytes.
    pub fn verify_signed_by(&self, issuer: &PublicKey) -> Result<(), VerifyError> {
        let algorithm = self.slice(&self.0.algorithm);
        if algorithm != self.slice(&self.0.tbs_algorithm) {
            return Err(VerifyError::Invalid);
        }
        let algorithm = SignatureAlgorithm::from_algorithm_identifier(algorithm)
            .map_err(|error| VerifyError::Unsupported(error.to_string()))?;
        issuer.verify(&algorithm, self.slice(&self.0.tbs), self.slice(&self.0.signature))
    }

    /// The entry for `serial` of `issuer`; `indirect`: entries of other issuers may stand here.
    pub(super) fn find(&self, serial: &[u8], issuer: &Name, indirect: bool) -> Result<Option<Entry>, Unusable> {
        let own = self.issuer().matches(issuer);
        entries::find(self.slice(&self.0.entries), own, serial, issuer, indirect)
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crl({}, {})", self.issuer(), self.this_update())
    }
}

/// Type (content octets), criticality and value of one `Extension`.
pub(super) fn read_extension(tlv: Tlv<'_>) -> Option<(&[u8], bool, &[u8])> {
    let mut parts = Reader::new(Some(tlv).filter(|tlv| tlv.tag == 0x30)?.content);
    let oid = parts.expect(6)?.content;
    let critical = match parts.optional(1) {
        None | Some(Tlv { content: [0], .. }) => false,
        Some(Tlv { content: [0xFF], .. }) => true,
        Some(_) => return None,
    };
    let value = parts.expect(4)?.content;
    parts.is_empty().then_some((oid, critical, value))
}

/// Order of two non-negative integers given by their content octets.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    fn digits(octets: &[u8]) -> &[u8] {
        octets.get(octets.iter().take_while(|byte| **byte == 0).count()..).unwrap_or_default()
    }
    let (a, b) = (digits(a), digits(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// UTCTime or GeneralizedTime in the forms of §4.1.2.5: seconds, and Z.
pub(super) fn read_time(tlv: Tlv<'_>) -> Option<Time> {
    let text = std::str::from_utf8(tlv.content).ok()?;
    let (year, rest) = match tlv.tag {
        0x17 if text.len() == 13 => {
            let (year, rest) = text.split_at_checked(2)?;
            (format!("{}{year}", if year < "50" { "20" } else { "19" }), rest)
        }
        0x18 if text.len() == 15 => text.split_at_checked(4).map(|(year, rest)| (year.to_owned(), rest))?,
        _ => return None,
    };
    let part = |at: usize| rest.get(at..at + 2);
    let (month, day, hour, minute, second) = (part(0)?, part(2)?, part(4)?, part(6)?, part(8)?);
    let zone = rest.get(10..)?;
    Time::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}{zone}")).ok().filter(|_| zone == "Z")
}

/// Everything but the entries.
fn read(der: &[u8]) -> Option<Parsed> {
    let place = |part: &[u8]| {
        let start = part.as_ptr() as usize - der.as_ptr() as usize;
        start..start + part.len()
    };
    let mut parts = Reader::new(Tlv::parse_one(der).filter(|tlv| tlv.tag == 0x30)?.content);
    let tbs = parts.expect(0x30)?;
    let algorithm = parts.expect(0x30)?.whole;
    let [0, signature @ ..] = parts.expect(3)?.content else { return None };
    if !parts.is_empty() {
        return None;
    }
    let mut fields = Reader::new(tbs.content);
    let version = fields.optional(2);
    let tbs_algorithm = fields.expect(0x30)?.whole;
    let issuer = Name::from_der(fields.expect(0x30)?.whole)?;
    let this_update = read_time(fields.next()?)?;
    let next_update = match fields.optional(0x17).or_else(|| fields.optional(0x18)) {
        Some(tlv) => Some(read_time(tlv)?),
        None => None,
    };
    let entries = fields.optional(0x30).map_or(0..0, |tlv| place(tlv.content));
    let extensions = match fields.optional(0xA0) {
        Some(tlv) => read_extensions(Tlv::parse_one(tlv.content).filter(|tlv| tlv.tag == 0x30)?.content)?,
        None => CrlExtensions::default(),
    };
    // §5.1.2.1: version 2, which is 1, or the field is absent.
    if !fields.is_empty() || version.is_some_and(|tlv| tlv.content != [1]) {
        return None;
    }
    Some(Parsed {
        der: Vec::new(),
        tbs: place(tbs.whole),
        algorithm: place(algorithm),
        tbs_algorithm: place(tbs_algorithm),
        signature: place(signature),
        entries,
        issuer,
        this_update,
        next_update,
        extensions,
    })
}

fn read_extensions(content: &[u8]) -> Option<CrlExtensions> {
    let mut read = CrlExtensions::default();
    let mut seen = Vec::new();
    for extension in Reader::new(content).all()? {
        let (oid, critical, value) = read_extension(extension)?;
        let oid = Oid::from_der_content(oid)?;
        if seen.contains(&oid) {
            return None;
        }
        seen.push(oid);
        let integer = || Tlv::parse_one(value).filter(|tlv| tlv.tag == 2).map(|tlv| tlv.content.to_vec());
        match oid {
            CRL_NUMBER => (read.number, read.number_critical) = (Some(integer()?), critical),
            DELTA_INDICATOR => read.base = Some(integer()?),
            ISSUING_DISTRIBUTION_POINT => read.scope = Some(value.to_vec()),
            AUTHORITY_KEY_ID => read.authority_key_id = Some(authority_key_id(value)?),
            EXPIRED_CERTS_ON_CRL => read.expired_since = Some(read_time(Tlv::parse_one(value)?)?),
            ISSUER_ALT_NAME | FRESHEST_CRL => {}
            _ => read.unknown_critical |= critical,
        }
    }
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers() {
        let time = |tag, text: &[u8]| read_time(Tlv { tag, content: text, whole: text }).map(|t| t.to_string());
        assert_eq!(time(0x17, b"491231235959Z").as_deref(), Some("2049-12-31T23:59:59Z"));
        assert_eq!(time(0x17, b"500101000000Z").as_deref(), Some("1950-01-01T00:00:00Z"));
        assert_eq!(time(0x18, b"20500101000000Z").as_deref(), Some("2050-01-01T00:00:00Z"));
        for bad in
            [&b"4912312359Z"[..], b"491331235959Z", b"4912312359590", b"491231235959+0700", "49123123595é".as_bytes()]
        {
            assert_eq!(time(0x17, bad), None, "{bad:?}");
        }
        assert_eq!(compare(&[0, 0xFF], &[1, 0]), Ordering::Less);
        assert_eq!(compare(&[0], &[]), Ordering::Equal);
    }
}
