//! Distinguished names (RFC 5280 §4.1.2.4; written as in RFC 4514).

use std::fmt;

use crate::asn1::{Reader, Tlv, tlv};
use crate::crypto::Oid;

/// A distinguished name that keeps the DER it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    der: Vec<u8>,
    /// One list for each RDN.
    rdns: Vec<Vec<Attribute>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Attribute {
    kind: Oid,
    /// The value if it is a string type, decoded.
    text: Option<String>,
    /// What §7.1 compares: the text folded. `None` if the value is no string, or its bytes do not fit their type; then
    /// the encodings are compared.
    folded: Option<String>,
    raw: Vec<u8>,
}

impl Attribute {
    fn key(&self) -> (Oid, Result<&str, &[u8]>) {
        (self.kind, self.folded.as_deref().ok_or(&*self.raw))
    }
}

/// Short names: RFC 4514 §3, and those that certificates in Vietnam carry.
const SHORT: [(&str, &str); 15] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

const COMMON_NAME: Oid = Oid::of("2.5.4.3");
const EMAIL_ADDRESS: Oid = Oid::of("1.2.840.113549.1.9.1");

impl Name {
    /// From DER of a `Name`; `None` if it is malformed.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let sequence = Tlv::parse_one(der).filter(|tlv| tlv.tag == 0x30)?;
        let mut rdns = Vec::new();
        for rdn in Reader::new(sequence.content).all()? {
            if rdn.tag != 0x31 {
                return None;
            }
            let attributes = Reader::new(rdn.content).all()?.into_iter().map(attribute).collect::<Option<Vec<_>>>()?;
            rdns.push(attributes);
        }
        Some(Self { der: der.to_vec(), rdns })
    }

    /// As received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Types and values in the order of the DER; values that are no strings are left out.
    pub fn attributes(&self) -> impl Iterator<Item = (Oid, &str)> {
        self.rdns.iter().flatten().filter_map(|attribute| Some((attribute.kind, attribute.text.as_deref()?)))
    }

    /// The last common name, which is the most specific one.
    pub fn common_name(&self) -> Option<String> {
        self.attributes().filter(|(kind, _)| *kind == COMMON_NAME).last().map(|(_, text)| text.to_owned())
    }

    /// True if it holds no attribute at all.
    pub fn is_empty(&self) -> bool {
        self.rdns.is_empty()
    }

    /// Values of `emailAddress`, where old certificates put the mailbox (RFC 5280 §4.1.2.6).
    pub(super) fn mailboxes(&self) -> impl Iterator<Item = &str> {
        self.attributes().filter(|(kind, _)| *kind == EMAIL_ADDRESS).map(|(_, text)| text)
    }

    /// Equal by RFC 5280 §7.1: byte for byte, or attribute by attribute with case and white space folded and string
    /// types not distinguished. Unicode normalisation of RFC 4518 is limited to lower-casing.
    pub fn matches(&self, other: &Self) -> bool {
        self.der == other.der || self.rdns.len() == other.rdns.len() && !self.rdns.is_empty() && self.is_within(other)
    }

    /// True if `base` is this name or stands above it in the directory: the subtree of §4.2.1.10.
    pub fn is_within(&self, base: &Self) -> bool {
        self.rdns.len() >= base.rdns.len() && self.rdns.iter().zip(&base.rdns).all(|(a, b)| same_rdn(a, b))
    }

    /// The name with one more RDN, given as the content of its SET (`nameRelativeToCRLIssuer`, §4.2.1.13).
    pub(super) fn with_rdn(&self, content: &[u8]) -> Option<Self> {
        let head = Tlv::parse_one(&self.der)?.content;
        Self::from_der(&tlv(0x30, &[head, &tlv(0x31, &[content])]))
    }
}

fn same_rdn(a: &[Attribute], b: &[Attribute]) -> bool {
    if let ([a], [b]) = (a, b) {
        return a.key() == b.key();
    }
    let sorted = |rdn: &'_ [Attribute]| {
        let mut order: Vec<usize> = (0..rdn.len()).collect();
        order.sort_by(|x, y| rdn[*x].key().cmp(&rdn[*y].key()));
        order
    };
    a.len() == b.len() && sorted(a).into_iter().zip(sorted(b)).all(|(x, y)| a[x].key() == b[y].key())
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn attribute(sequence: Tlv<'_>) -> Option<Attribute> {
    let mut parts = Reader::new(Some(sequence).filter(|tlv| tlv.tag == 0x30)?.content);
    let kind = Oid::from_der_content(parts.expect(6)?.content)?;
    let value = parts.next()?;
    let text = decode(value);
    let folded = text.as_deref().filter(|text| !text.contains('\u{FFFD}')).map(fold);
    parts.is_empty().then(|| Attribute { kind, text, folded, raw: value.whole.to_vec() })
}

/// A string type as text (X.680 §41); bytes that do not fit their type become U+FFFD.
fn decode(value: Tlv<'_>) -> Option<String> {
    let content = value.content;
    // What is left of the last unit of a wide string, if it is cut short.
    let cut = |size: usize| if content.len().is_multiple_of(size) { "" } else { "\u{FFFD}" };
    match value.tag {
        // UTF8String, NumericString, PrintableString, IA5String, VisibleString
        12 | 18 | 19 | 22 | 26 => Some(String::from_utf8_lossy(content).into_owned()),
        // TeletexString: in practice Latin-1
        20 => Some(content.iter().map(|byte| char::from(*byte)).collect()),
        // BMPString
        30 => {
            let units: Vec<u16> = content.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
            Some(String::from_utf16_lossy(&units) + cut(2))
        }
        // UniversalString
        28 => {
            let scalar = |four: &[u8]| char::from_u32(u32::from_be_bytes([four[0], four[1], four[2], four[3]]));
            let text: String = content.chunks_exact(4).map(|four| scalar(four).unwrap_or('\u{FFFD}')).collect();
            Some(text + cut(4))
        }
        _ => None,
    }
}

impl fmt::Display for Name {
    /// RFC 4514: the last RDN first, special characters escaped, Unicode as it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rdn) in self.rdns.iter().rev().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            for (index, attribute) in rdn.iter().enumerate() {
                if index > 0 {
                    f.write_str("+")?;
                }
                let dotted = attribute.kind.to_string();
                let short = SHORT.iter().find(|(oid, _)| *oid == dotted).map_or(dotted.as_str(), |(_, short)| short);
                write!(f, "{short}=")?;
                match &attribute.text {
                    Some(text) => write_escaped(f, text)?,
                    None => {
                        f.write_str("#")?;
                        attribute.raw.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// RFC 4514 §2.4.
fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let last = text.chars().count().saturating_sub(1);
    for (index, c) in text.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => write!(f, "\\{c}")?,
            '#' if index == 0 => f.write_str("\\#")?,
            ' ' if index == 0 || index == last => f.write_str("\\ ")?,
            c if c.is_control() => {
                let mut buffer = [0; 4];
                c.encode_utf8(&mut buffer).bytes().try_for_each(|byte| write!(f, "\\{byte:02x}"))?;
            }
            c => write!(f, "{c}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(attributes: &[(&str, u8, &[u8])]) -> Name {
        let rdns: Vec<Vec<u8>> = attributes
            .iter()
            .map(|(oid, tag, value)| {
                let oid = Oid::parse(oid).unwrap().to_der();
                tlv(0x31, &[&tlv(0x30, &[&oid, &tlv(*tag, &[value])])])
            })
            .collect();
        let parts: Vec<&[u8]> = rdns.iter().map(Vec::as_slice).collect();
        Name::from_der(&tlv(0x30, &parts)).unwrap()
    }

    #[test]
    fn vietnamese_in_every_string_type_reads_and_matches() {
        let text = "Nguyễn Văn A";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf32: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        let a = name(&[("2.5.4.6", 19, b"VN"), ("2.5.4.3", 12, text.as_bytes())]);
        let b = name(&[("2.5.4.6", 12, b"vn"), ("2.5.4.3", 30, &utf16)]);
        let c = name(&[("2.5.4.6", 12, b"VN "), ("2.5.4.3", 28, &utf32)]);
        assert_eq!(a.to_string(), "CN=Nguyễn Văn A,C=VN");
        assert!(a.matches(&b) && b.matches(&c) && a != b);
        assert_eq!(b.common_name().as_deref(), Some(text));
    }

    #[test]
    fn different_names_do_not_match() {
        let a = name(&[("2.5.4.3", 12, b"A"), ("2.5.4.10", 12, b"B")]);
        for other in [
            name(&[("2.5.4.3", 12, b"A")]),
            name(&[("2.5.4.10", 12, b"B"), ("2.5.4.3", 12, b"A")]),
            name(&[("2.5.4.3", 12, b"A"), ("2.5.4.11", 12, b"B")]),
            name(&[("2.5.4.3", 12, b"AB"), ("2.5.4.10", 12, b"")]),
        ] {
            assert!(!a.matches(&other), "{other}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_compared_as_they_are() {
        for (tag, a, b) in
            [(12, &b"A\xFF"[..], &b"A\xFE"[..]), (30, b"\0A\0", b"\0A\x01"), (28, b"\0\x11\0\0", b"\0\x11\0\x01")]
        {
            let (a, b) = (name(&[("2.5.4.3", tag, a)]), name(&[("2.5.4.3", tag, b)]));
            assert!(!a.matches(&b) && a.matches(&a.clone()), "{a}");
        }
    }

    #[test]
    fn subtrees_and_relative_names() {
        let base = name(&[("2.5.4.6", 19, b"VN"), ("2.5.4.10", 12, b"Bo  A")]);
        let inner = name(&[("2.5.4.6", 12, b"vn"), ("2.5.4.10", 19, b"bo a"), ("2.5.4.3", 12, b"X")]);
        assert!(inner.is_within(&base) && base.is_within(&base) && !base.is_within(&inner));
        assert!(!inner.is_within(&name(&[("2.5.4.10", 12, b"Bo A")])));
        assert!(base.is_within(&name(&[])) && name(&[]).is_empty());
        let rdn = tlv(0x30, &[&Oid::parse("2.5.4.3").unwrap().to_der(), &tlv(12, &[b"x"])]);
        assert!(base.with_rdn(&rdn).unwrap().matches(&inner));
    }

    #[test]
    fn order_inside_an_rdn_does_not_matter() {
        let value =
            |oid: &str, text: &str| tlv(0x30, &[&Oid::parse(oid).unwrap().to_der(), &tlv(12, &[text.as_bytes()])]);
        let (a, b, c) = (value("2.5.4.3", "A"), value("2.5.4.10", "B"), value("2.5.4.10", "C"));
        let name = |parts: &[&[u8]]| Name::from_der(&tlv(0x30, &[&tlv(0x31, parts)])).unwrap();
        assert!(name(&[&a, &b]).matches(&name(&[&b, &a])));
        assert!(!name(&[&a, &b]).matches(&name(&[&a, &c])) && !name(&[&a, &b]).matches(&name(&[&a])));
    }

    #[test]
    fn special_characters_cannot_forge_a_name() {
        let forged = name(&[("2.5.4.3", 12, b" A,O=B\n#\\ ")]);
        assert_eq!(forged.to_string(), "CN=\\ A\\,O=B\\0a#\\\\\\ ");
    }
}
