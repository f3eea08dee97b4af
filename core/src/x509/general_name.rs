//! GeneralName (RFC 5280 §4.2.1.6), borrowed from the DER it came from.

use super::name::Name;
use crate::asn1::{Reader, Tlv};

/// One of the nine forms. Strings are kept as bytes: whether they are well-formed matters only where they are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GeneralName<'a> {
    Mailbox(&'a [u8]),
    Dns(&'a [u8]),
    Directory(Name),
    Uri(&'a [u8]),
    Ip(&'a [u8]),
    /// otherName, x400Address, ediPartyName or registeredID: the tag, and the whole value.
    Other(u8, &'a [u8]),
}

impl<'a> GeneralName<'a> {
    pub(super) fn read(tlv: Tlv<'a>) -> Option<Self> {
        Some(match tlv.tag {
            0x81 => Self::Mailbox(tlv.content),
            0x82 => Self::Dns(tlv.content),
            // A Name is a CHOICE, so that its tag is explicit.
            0xA4 => Self::Directory(Name::from_der(tlv.content)?),
            0x86 => Self::Uri(tlv.content),
            0x87 => Self::Ip(tlv.content),
            0xA0 | 0xA3 | 0xA5 | 0x88 => Self::Other(tlv.tag, tlv.whole),
            _ => return None,
        })
    }

    /// The names inside a `GeneralNames`, given its content.
    pub(super) fn read_all(content: &'a [u8]) -> Option<Vec<Self>> {
        Reader::new(content).all()?.into_iter().map(Self::read).collect()
    }

    /// The names of a `GeneralNames` that is an extension's value.
    pub(super) fn read_extension(value: &'a [u8]) -> Option<Vec<Self>> {
        Self::read_all(Tlv::parse_one(value).filter(|tlv| tlv.tag == 0x30)?.content)
    }

    /// The same name, directory names by the rules of §7.1.
    pub(super) fn matches(&self, other: &GeneralName<'_>) -> bool {
        match (self, other) {
            (Self::Directory(a), GeneralName::Directory(b)) => a.matches(b),
            (a, b) => a == b,
        }
    }
}

/// True for what RFC 1034 §3.5 calls a host name, upper and lower case; the underscore is tolerated.
pub(super) fn is_host(text: &[u8]) -> bool {
    let label = |label: &[u8]| {
        !label.is_empty()
            && label.len() <= 63
            && label.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && !label.starts_with(b"-")
            && !label.ends_with(b"-")
    };
    text.len() <= 253 && text.split(|byte| *byte == b'.').all(label)
}

/// True for dotted decimal: an address where a name should be.
pub(super) fn is_dotted_address(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<std::net::Ipv4Addr>().is_ok())
}

/// Local part and host of a mailbox (RFC 2821 §4.1.2); a quoted local part may hold anything but a bare quote.
pub(super) fn split_mailbox(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.iter().rposition(|byte| *byte == b'@')?;
    let (local, host) = (text.get(..at)?, text.get(at + 1..)?);
    let quoted = local.len() > 2 && local.starts_with(b"\"") && local.ends_with(b"\"");
    let sound = if quoted {
        !local.get(1..local.len() - 1)?.contains(&b'"')
    } else {
        !local.is_empty() && local.iter().all(|b| b.is_ascii_graphic() && !b"@\"(),:;<>[]\\".contains(b))
    };
    (sound && is_host(host)).then_some((local, host))
}

/// The host of a URI with an authority (RFC 3986 §3.2), without user and port.
pub(super) fn uri_host(text: &[u8]) -> Option<&[u8]> {
    let text = std::str::from_utf8(text).ok()?;
    let (scheme, rest) = text.split_once("://")?;
    let scheme_ok = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    };
    (scheme_ok && is_host(host.as_bytes()) && !is_dotted_address(host.as_bytes())).then_some(host.as_bytes())
}
