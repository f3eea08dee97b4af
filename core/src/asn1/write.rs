//! Writing DER.

/// A value of tag `tag` with the concatenation of `parts` as its content.
pub fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    write_length(length, &mut out);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// The shortest definite length (X.690 §10.1).
pub(super) fn write_length(length: usize, out: &mut Vec<u8>) {
    match u8::try_from(length) {
        Ok(short @ 0..0x80) => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let digits = bytes.iter().skip_while(|byte| **byte == 0);
            // A `usize` has at most eight digits.
            out.push(0x80 | u8::try_from(digits.clone().count()).unwrap_or(8));
            out.extend(digits);
        }
    }
}

/// A SET OF with tag `tag`: elements in the order of their encodings (X.690 §11.6).
pub fn set_of(tag: u8, mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    let parts: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
    tlv(tag, &parts)
}

/// An INTEGER from big-endian bytes of a number that is not negative.
pub fn unsigned_integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    match bytes.get(start..) {
        None | Some([]) => vec![2, 1, 0],
        Some(digits) if digits[0] & 0x80 != 0 => tlv(2, &[&[0], digits]),
        Some(digits) => tlv(2, &[digits]),
    }
}

/// The value of a minimal, non-negative INTEGER's content octets, up to 32 bits.
pub fn small_unsigned(content: &[u8]) -> Option<u32> {
    let minimal = match content {
        [] => false,
        [0, second, ..] => second & 0x80 != 0,
        [first, ..] => first & 0x80 == 0,
    };
    if !minimal && content != [0] || content.len() > 5 {
        return None;
    }
    u32::try_from(content.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_integers() {
        assert_eq!(tlv(4, &[&[0; 127]])[..2], [4, 127]);
        assert_eq!(tlv(4, &[&[0; 128]])[..3], [4, 0x81, 128]);
        assert_eq!(tlv(4, &[&vec![0; 65536]])[..5], [4, 0x83, 1, 0, 0]);
        assert_eq!(unsigned_integer(&[0, 0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(unsigned_integer(&[0, 0]), [2, 1, 0]);
        for value in [0, 1, 127, 128, 255, 256, 65535, 1 << 31, u32::MAX] {
            let der = unsigned_integer(&value.to_be_bytes());
            assert_eq!(small_unsigned(&der[2..]), Some(value));
        }
        for bad in [&[][..], &[0, 1], &[0x80], &[1, 0, 0, 0, 0, 0], &[0xFF]] {
            assert_eq!(small_unsigned(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn sets_are_sorted() {
        assert_eq!(set_of(0x31, vec![vec![4, 1, 2], vec![4, 1, 1]]), [0x31, 6, 4, 1, 1, 4, 1, 2]);
    }
}
