//! One tag, one length, one content: strict DER (X.690 §10.1).

/// A value with its content and its whole encoding. Only single-byte tags: no format of this library uses others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The identifier octet.
    pub tag: u8,
    /// The content octets.
    pub content: &'a [u8],
    /// Identifier, length and content octets.
    pub whole: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// The value at the start of `input` and what follows it. Lengths must be definite and minimal.
    pub fn parse(input: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (&tag, rest) = input.split_first()?;
        if tag & 0x1F == 0x1F {
            return None;
        }
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let count = usize::from(first & 0x7F);
            if count == 0 || count > 4 {
                return None;
            }
            let (bytes, rest) = rest.split_at_checked(count)?;
            let length = bytes.iter().fold(0_usize, |value, byte| value << 8 | usize::from(*byte));
            if length < 0x80 || bytes[0] == 0 {
                return None;
            }
            (length, rest)
        };
        let (content, after) = rest.split_at_checked(length)?;
        let whole = input.get(..input.len() - after.len())?;
        Some((Self { tag, content, whole }, after))
    }

    /// The only value in `input`.
    pub fn parse_one(input: &'a [u8]) -> Option<Self> {
        Self::parse(input).filter(|(_, rest)| rest.is_empty()).map(|(tlv, _)| tlv)
    }
}

/// A cursor over the values inside a constructed one.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Over the content octets of a constructed value.
    pub fn new(content: &'a [u8]) -> Self {
        Self { rest: content }
    }

    /// True at the end.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next value; `None` at the end, or where no value can be read.
    #[allow(clippy::should_implement_trait)] // an iterator would hide that the end and an error are the same `None`
    pub fn next(&mut self) -> Option<Tlv<'a>> {
        let (tlv, rest) = Tlv::parse(self.rest)?;
        self.rest = rest;
        Some(tlv)
    }

    /// The next value, if its tag is `tag`.
    pub fn expect(&mut self, tag: u8) -> Option<Tlv<'a>> {
        let (tlv, rest) = Tlv::parse(self.rest)?;
        if tlv.tag != tag {
            return None;
        }
        self.rest = rest;
        Some(tlv)
    }

    /// The next value if its tag is `tag`; otherwise nothing is taken.
    pub fn optional(&mut self, tag: u8) -> Option<Tlv<'a>> {
        if self.rest.first() == Some(&tag) { self.next() } else { None }
    }

    /// All values up to the end; `None` if one cannot be read.
    pub fn all(mut self) -> Option<Vec<Tlv<'a>>> {
        let mut values = Vec::new();
        while !self.is_empty() {
            values.push(self.next()?);
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_definite_minimal_lengths() {
        assert!(Tlv::parse_one(&[0x04, 0x01, 0xAA]).is_some());
        for bad in [
            &[0x04][..],
            &[0x04, 0x02, 0xAA],
            &[0x04, 0x81, 0x01, 0xAA],
            &[0x24, 0x80, 0, 0],
            &[0x1F, 0x81, 0x01, 0x00],
            &[0x04, 0x01, 0xAA, 0x00],
            &[0x04, 0x85, 1, 0, 0, 0, 0],
            &[0x04, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        ] {
            assert_eq!(Tlv::parse_one(bad), None, "{bad:?}");
        }
        let mut long = vec![0x04, 0x82, 0x01, 0x00];
        long.extend([0; 256]);
        assert_eq!(Tlv::parse_one(&long).unwrap().content.len(), 256);
    }
}
