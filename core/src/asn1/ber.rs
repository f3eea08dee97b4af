//! The front door for BER: indefinite lengths, long lengths and constructed strings become DER (X.690 §8, §10).
//!
//! Sets are not sorted and primitive contents are not touched: what was hashed keeps its bytes wherever DER has a say.

use std::borrow::Cow;

use super::write::{tlv, write_length};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// The outcome of [`ber_to_der`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted<'a> {
    /// The value in DER; borrowed if it was so already.
    pub der: Cow<'a, [u8]>,
    /// Bytes of the input that the value took; what follows belongs to the caller.
    pub consumed: usize,
}

impl Converted<'_> {
    /// True if the input was not DER in its lengths and strings.
    pub fn was_ber(&self) -> bool {
        matches!(self.der, Cow::Owned(_))
    }
}

/// Reads the first value of `input`.
///
/// Errors: not BER, nested too deep, or larger than the limits allow; each names the place.
pub fn ber_to_der<'a>(input: &'a [u8], limits: &Limits) -> Result<Converted<'a>> {
    let mut walk = Walk { input, position: 0, changed: false, elements: 0, limits };
    let element = walk.element(0)?;
    let consumed = walk.position;
    let der = if walk.changed {
        let mut out = Vec::with_capacity(consumed);
        element.write(&mut out);
        Cow::Owned(out)
    } else {
        Cow::Borrowed(&input[..consumed])
    };
    Ok(Converted { der, consumed })
}

/// A value with the length that its content will have in DER, so that writing is one pass.
enum Element<'a> {
    Primitive {
        tag: u8,
        content: &'a [u8],
    },
    Constructed {
        tag: u8,
        children: Vec<Element<'a>>,
        length: usize,
    },
    /// A string that was written in pieces.
    Joined {
        tag: u8,
        content: Vec<u8>,
    },
}

impl Element<'_> {
    fn encoded_len(&self) -> usize {
        let content = match self {
            Self::Primitive { content, .. } => content.len(),
            Self::Constructed { length, .. } => *length,
            Self::Joined { content, .. } => content.len(),
        };
        content + header_len(content)
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Primitive { tag, content } => out.extend_from_slice(&tlv(*tag, &[content])),
            Self::Joined { tag, content } => out.extend_from_slice(&tlv(*tag, &[content])),
            Self::Constructed { tag, children, length } => {
                out.push(*tag);
                write_length(*length, out);
                for child in children {
                    child.write(out);
                }
            }
        }
    }
}

fn header_len(length: usize) -> usize {
    if length < 0x80 { 2 } else { 2 + (usize::BITS - length.leading_zeros()).div_ceil(8) as usize }
}

struct Walk<'a, 'l> {
    input: &'a [u8],
    position: usize,
    changed: bool,
    elements: usize,
    limits: &'l Limits,
}

/// Universal string types that BER may cut into pieces: BIT STRING, OCTET STRING, UTF8String and the rest.
fn is_string(tag: u8) -> bool {
    matches!(tag, 3 | 4 | 12 | 18..=22 | 25..=28 | 30)
}

impl<'a> Walk<'a, '_> {
    fn bad<T>(&self) -> Result<T> {
        Err(Error::new(ErrorKind::Malformed, "asn1.not-ber").with("offset", self.position))
    }

    fn byte(&mut self) -> Result<u8> {
        let Some(byte) = self.input.get(self.position).copied() else { return self.bad() };
        self.position += 1;
        Ok(byte)
    }

    fn element(&mut self, depth: usize) -> Result<Element<'a>> {
        if depth > self.limits.asn1_depth {
            return Err(Error::new(ErrorKind::Limit, "limit.asn1-depth").with("limit", self.limits.asn1_depth));
        }
        self.elements += 1;
        if self.elements > self.limits.asn1_elements {
            return Err(Error::new(ErrorKind::Limit, "limit.asn1-elements").with("limit", self.limits.asn1_elements));
        }
        let tag = self.byte()?;
        // Tags of more than one byte occur nowhere in what this library reads.
        if tag & 0x1F == 0x1F {
            return self.bad();
        }
        let constructed = tag & 0x20 != 0;
        match self.length()? {
            Some(length) => {
                let Some(end) = self.position.checked_add(length).filter(|end| *end <= self.input.len()) else {
                    return self.bad();
                };
                if length > self.limits.asn1_bytes {
                    return Err(Error::new(ErrorKind::Limit, "limit.asn1-bytes").with("limit", self.limits.asn1_bytes));
                }
                if !constructed {
                    let content = &self.input[self.position..end];
                    self.position = end;
                    return Ok(Element::Primitive { tag, content });
                }
                let mut children = Vec::new();
                while self.position < end {
                    children.push(self.element(depth + 1)?);
                }
                if self.position != end {
                    return self.bad();
                }
                self.finish(tag, children)
            }
            None if !constructed => self.bad(),
            None => {
                self.changed = true;
                let mut children = Vec::new();
                loop {
                    if self.input.get(self.position..self.position + 2) == Some(&[0, 0]) {
                        self.position += 2;
                        break;
                    }
                    children.push(self.element(depth + 1)?);
                }
                self.finish(tag, children)
            }
        }
    }

    /// Definite length, or `None` for the indefinite form.
    fn length(&mut self) -> Result<Option<usize>> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(Some(usize::from(first)));
        }
        let count = usize::from(first & 0x7F);
        if count == 0 {
            return Ok(None);
        }
        if count > 8 {
            return self.bad();
        }
        let mut length = 0_u64;
        for _ in 0..count {
            length = length << 8 | u64::from(self.byte()?);
        }
        let Ok(length) = usize::try_from(length) else { return self.bad() };
        if header_len(length) != 2 + count || length < 0x80 {
            self.changed = true;
        }
        Ok(Some(length))
    }

    /// A constructed string of a universal type is joined; its pieces may be constructed themselves.
    fn finish(&mut self, tag: u8, children: Vec<Element<'a>>) -> Result<Element<'a>> {
        let primitive = tag & !0x20;
        if tag & 0xC0 != 0 || !is_string(primitive) {
            let length = children.iter().map(Element::encoded_len).sum();
            return Ok(Element::Constructed { tag, children, length });
        }
        self.changed = true;
        let mut content = Vec::new();
        // A BIT STRING's pieces each start with a count of unused bits; all but the last must be 0.
        let bits = primitive == 3;
        let last = children.len().checked_sub(1);
        for (index, child) in children.iter().enumerate() {
            let piece = match child {
                Element::Primitive { tag, content } if *tag == primitive => *content,
                Element::Joined { tag, content } if *tag == primitive => content,
                _ => return self.bad(),
            };
            if bits {
                let [unused, bytes @ ..] = piece else { return self.bad() };
                if *unused > 7 || *unused != 0 && Some(index) != last {
                    return self.bad();
                }
                if content.is_empty() {
                    content.push(0);
                }
                content[0] = *unused;
                content.extend_from_slice(bytes);
            } else {
                content.extend_from_slice(piece);
            }
        }
        if bits && content.is_empty() {
            content.push(0);
        }
        Ok(Element::Joined { tag: primitive, content })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(input: &[u8]) -> Result<Converted<'_>> {
        ber_to_der(input, &Limits::default())
    }

    #[test]
    fn der_is_borrowed_and_what_follows_is_left() {
        let converted = convert(&[0x30, 3, 4, 1, 0xAA, 0xFF]).unwrap();
        assert!(!converted.was_ber());
        assert_eq!(converted.consumed, 5);
    }

    #[test]
    fn indefinite_long_and_constructed_become_der() {
        for (ber, der) in [
            (&[0x30, 0x80, 4, 1, 0xAA, 0, 0][..], &[0x30, 3, 4, 1, 0xAA][..]),
            (&[0x30, 0x81, 3, 4, 1, 0xAA], &[0x30, 3, 4, 1, 0xAA]),
            (&[0x30, 0x83, 0, 0, 3, 4, 1, 0xAA], &[0x30, 3, 4, 1, 0xAA]),
            (&[0x24, 0x80, 4, 1, 0xAA, 0x24, 3, 4, 1, 0xBB, 0, 0], &[4, 2, 0xAA, 0xBB]),
            (&[0x23, 8, 3, 2, 0, 0xAA, 3, 2, 4, 0xB0], &[3, 3, 4, 0xAA, 0xB0]),
            (&[0xA0, 0x80, 0x24, 0x80, 4, 1, 1, 0, 0, 0, 0], &[0xA0, 3, 4, 1, 1]),
        ] {
            let converted = convert(ber).unwrap();
            assert!(converted.was_ber());
            assert_eq!(&*converted.der, der);
            assert_eq!(converted.consumed, ber.len());
            assert_eq!(&*convert(der).unwrap().der, der);
        }
    }

    #[test]
    fn rubbish_is_refused_with_its_place() {
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 5, 4, 1],
            &[0x04, 0x80, 0, 0],
            &[0x30, 0x80, 4, 1, 0xAA],
            &[0x30, 2, 4, 5],
            &[0x24, 3, 2, 1, 1],
            &[0x23, 8, 3, 2, 4, 0xA0, 3, 2, 0, 0xB0],
            &[0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1],
            &[0x1F, 0x20, 0],
        ] {
            assert_eq!(convert(bad).unwrap_err().id(), "asn1.not-ber", "{bad:?}");
        }
        let deep: Vec<u8> = [0x30, 0x80].repeat(100_000);
        assert_eq!(convert(&deep).unwrap_err().id(), "limit.asn1-depth");
        let limits = Limits { asn1_elements: 3, ..Limits::default() };
        assert!(ber_to_der(&[0x30, 4, 5, 0, 5, 0], &limits).is_ok());
        assert_eq!(ber_to_der(&[0x30, 6, 5, 0, 5, 0, 5, 0], &limits).unwrap_err().id(), "limit.asn1-elements");
    }
}
