//! Tokens and objects from a window of bytes (ISO 32000-2 §7.2–7.3).
//!
//! The window may be a part of the file: reaching its end is told apart from an error, so that the
//! caller can come back with a larger one.

use super::object::{Dictionary, Entry, Object, ObjectId};

/// Why nothing could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The window ended inside a token: try again with more bytes.
    Incomplete,
    /// Not PDF syntax, at this place of the file.
    Malformed(u64),
    /// Nested deeper than allowed.
    TooDeep,
    /// More objects than allowed.
    TooMany,
}

type Parsed<T> = Result<T, Stop>;

/// White-space characters (ISO 32000-2 Table 1).
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// Delimiters (ISO 32000-2 Table 2).
fn is_delimiter(byte: u8) -> bool {
    b"()<>[]{}/%".contains(&byte)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

/// A cursor over a window of the file.
#[derive(Clone)]
pub(crate) struct Parser<'a> {
    data: &'a [u8],
    position: usize,
    /// Place of `data[0]` in the file.
    base: u64,
    /// The window ends where the file ends: running out of bytes is final.
    last: bool,
    depth: usize,
    /// Objects that may still be read: each costs many times the bytes that it was written in.
    items: usize,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(data: &'a [u8], base: u64, last: bool, depth: usize) -> Self {
        Self { data, position: 0, base, last, depth, items: usize::MAX }
    }

    /// Bounds the objects that may be read.
    pub(crate) fn with_items(mut self, items: usize) -> Self {
        self.items = items;
        self
    }

    /// Objects that may still be read.
    pub(crate) fn items_left(&self) -> usize {
        self.items
    }

    /// Place of the next byte in the file.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.position as u64
    }

    /// The bytes not yet read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.data.get(self.position..).unwrap_or_default()
    }

    pub(crate) fn advance(&mut self, count: usize) {
        self.position = self.position.saturating_add(count).min(self.data.len());
    }

    fn peek(&self) -> Option<u8> {
        self.data.get(self.position).copied()
    }

    fn malformed<T>(&self) -> Parsed<T> {
        Err(Stop::Malformed(self.offset()))
    }

    /// The window is used up: final if it is the file's end.
    fn out_of_bytes<T>(&self) -> Parsed<T> {
        if self.last { self.malformed() } else { Err(Stop::Incomplete) }
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.position += 1;
            } else if byte == b'%' {
                self.position +=
                    self.rest().iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(self.rest().len());
            } else {
                break;
            }
        }
    }

    /// Skips white space only.
    pub(crate) fn skip_white(&mut self) {
        self.position += self.rest().iter().position(|b| !is_space(*b)).unwrap_or(self.rest().len());
    }

    /// Takes `word` if it stands here as a whole token.
    pub(crate) fn keyword(&mut self, word: &[u8]) -> Parsed<()> {
        let rest = self.rest();
        if rest.len() < word.len() + 1 && word.starts_with(&rest[..rest.len().min(word.len())]) && !self.last {
            return Err(Stop::Incomplete);
        }
        if rest.starts_with(word) && !rest.get(word.len()).is_some_and(|b| is_regular(*b)) {
            self.position += word.len();
            return Ok(());
        }
        self.malformed()
    }

    /// A run of regular characters.
    fn regular(&mut self) -> Parsed<&'a [u8]> {
        let rest = self.rest();
        let end = match rest.iter().position(|b| !is_regular(*b)) {
            Some(end) => end,
            None if self.last => rest.len(),
            None => return Err(Stop::Incomplete),
        };
        self.position += end;
        Ok(&rest[..end])
    }

    /// An unsigned integer token, as in `12 0 obj` and the cross-reference.
    pub(crate) fn unsigned(&mut self) -> Parsed<u64> {
        let start = self.position;
        let token = self.regular()?;
        if token.is_empty() || token.len() > 19 || !token.iter().all(u8::is_ascii_digit) {
            self.position = start;
            return self.malformed();
        }
        Ok(token.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0')))
    }

    /// `12 0 obj`
    pub(crate) fn object_header(&mut self) -> Parsed<ObjectId> {
        let number = self.unsigned()?;
        self.skip_space();
        let generation = self.unsigned()?;
        self.skip_space();
        // `obj` may touch what follows: `1 0 obj<<`.
        self.keyword(b"obj")?;
        match (u32::try_from(number), u16::try_from(generation)) {
            (Ok(number), Ok(generation)) => Ok(ObjectId { number, generation }),
            _ => self.malformed(),
        }
    }

    /// Any direct object or reference; white space before it is skipped.
    pub(crate) fn object(&mut self) -> Parsed<Object> {
        self.items = self.items.checked_sub(1).ok_or(Stop::TooMany)?;
        self.skip_space();
        let Some(first) = self.peek() else { return self.out_of_bytes() };
        match first {
            b'/' => Ok(Object::Name(self.name()?.0)),
            b'(' => self.literal_string(),
            b'<' => match self.data.get(self.position + 1) {
                Some(b'<') => Ok(Object::Dictionary(self.dictionary()?)),
                Some(_) => self.hex_string(),
                None => self.out_of_bytes(),
            },
            b'[' => self.array(),
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.number_or_reference(),
            b't' => self.keyword(b"true").map(|()| Object::Boolean(true)),
            b'f' => self.keyword(b"false").map(|()| Object::Boolean(false)),
            b'n' => self.keyword(b"null").map(|()| Object::Null),
            _ => self.malformed(),
        }
    }

    /// A name and whether it was written with escapes.
    fn name(&mut self) -> Parsed<(Vec<u8>, bool)> {
        self.position += 1;
        let token = self.regular()?;
        if !token.contains(&b'#') {
            return Ok((token.to_vec(), false));
        }
        let mut name = Vec::with_capacity(token.len());
        let mut rest = token;
        while let Some((byte, tail)) = rest.split_first() {
            match (byte, tail) {
                (b'#', [high, low, ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    name.push(hex_value(*high) << 4 | hex_value(*low));
                    rest = &tail[2..];
                }
                // A lone `#` is what PDF 1.0 wrote; every reader takes it as it stands.
                _ => {
                    name.push(*byte);
                    rest = tail;
                }
            }
        }
        Ok((name, true))
    }

    fn literal_string(&mut self) -> Parsed<Object> {
        let mut bytes = Vec::new();
        let mut nesting = 1_usize;
        let mut at = self.position + 1;
        loop {
            let Some(byte) = self.data.get(at).copied() else { return self.out_of_bytes() };
            at += 1;
            match byte {
                b'(' => nesting += 1,
                b')' => {
                    nesting -= 1;
                    if nesting == 0 {
                        break;
                    }
                }
                b'\\' => {
                    let Some(escaped) = self.data.get(at).copied() else { return self.out_of_bytes() };
                    at += 1;
                    match escaped {
                        b'n' => bytes.push(b'\n'),
                        b'r' => bytes.push(b'\r'),
                        b't' => bytes.push(b'\t'),
                        b'b' => bytes.push(8),
                        b'f' => bytes.push(12),
                        b'\n' => {}
                        b'\r' => {
                            if self.data.get(at) == Some(&b'\n') {
                                at += 1;
                            }
                        }
                        b'0'..=b'7' => {
                            let mut value = u32::from(escaped - b'0');
                            for _ in 0..2 {
                                match self.data.get(at) {
                                    Some(digit @ b'0'..=b'7') => {
                                        value = value * 8 + u32::from(digit - b'0');
                                        at += 1;
                                    }
                                    Some(_) => break,
                                    None => return self.out_of_bytes(),
                                }
                            }
                            // High-order overflow is ignored (ISO 32000-2 §7.3.4.2).
                            bytes.push((value & 0xFF) as u8);
                        }
                        other => bytes.push(other),
                    }
                    continue;
                }
                b'\r' => {
                    // An end of line is one LF, however it was written.
                    if self.data.get(at) == Some(&b'\n') {
                        at += 1;
                    }
                    bytes.push(b'\n');
                    continue;
                }
                _ => {}
            }
            bytes.push(byte);
        }
        self.position = at;
        Ok(Object::String { bytes, hex: false })
    }

    fn hex_string(&mut self) -> Parsed<Object> {
        let body = &self.data[self.position + 1..];
        let Some(end) = body.iter().position(|b| *b == b'>') else { return self.out_of_bytes() };
        let mut bytes = Vec::with_capacity(end / 2 + 1);
        let mut high = None;
        for byte in &body[..end] {
            if is_space(*byte) {
                continue;
            }
            if !byte.is_ascii_hexdigit() {
                return self.malformed();
            }
            match high.take() {
                None => high = Some(hex_value(*byte)),
                Some(value) => bytes.push(value << 4 | hex_value(*byte)),
            }
        }
        // A missing last digit is 0 (ISO 32000-2 §7.3.4.3).
        bytes.extend(high.map(|value| value << 4));
        self.position += end + 2;
        Ok(Object::String { bytes, hex: true })
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth = self.depth.checked_sub(1).ok_or(Stop::TooDeep)?;
        let result = read(self);
        self.depth += 1;
        result
    }

    fn array(&mut self) -> Parsed<Object> {
        self.position += 1;
        self.nested(|parser| {
            let mut items = Vec::new();
            loop {
                parser.skip_space();
                match parser.peek() {
                    Some(b']') => {
                        parser.position += 1;
                        return Ok(Object::Array(items));
                    }
                    Some(_) => items.push(parser.object()?),
                    None => return parser.out_of_bytes(),
                }
            }
        })
    }

    /// `<< /Key value … >>` with the place of each value.
    pub(crate) fn dictionary(&mut self) -> Parsed<Dictionary> {
        if !self.rest().starts_with(b"<<") {
            return if self.rest().len() < 2 { self.out_of_bytes() } else { self.malformed() };
        }
        self.position += 2;
        self.nested(|parser| {
            let mut dictionary = Dictionary::new();
            loop {
                parser.skip_space();
                match parser.peek() {
                    Some(b'/') => {
                        // A key, its place and its value take as much memory as four objects.
                        parser.items = parser.items.checked_sub(3).ok_or(Stop::TooMany)?;
                        let (key, escaped) = parser.name()?;
                        parser.skip_space();
                        let start = parser.offset();
                        let value = parser.object()?;
                        let span = start..parser.offset();
                        dictionary.push(Entry { key, value, span, escaped });
                    }
                    Some(b'>') => match parser.data.get(parser.position + 1) {
                        Some(b'>') => {
                            parser.position += 2;
                            return Ok(dictionary);
                        }
                        Some(_) => return parser.malformed(),
                        None => return parser.out_of_bytes(),
                    },
                    Some(_) => return parser.malformed(),
                    None => return parser.out_of_bytes(),
                }
            }
        })
    }

    fn number_or_reference(&mut self) -> Parsed<Object> {
        let start = self.offset();
        let token = self.regular()?;
        let digits = token.strip_prefix(b"-").or_else(|| token.strip_prefix(b"+")).unwrap_or(token);
        if !digits.is_empty() && digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit) {
            let magnitude = digits.iter().fold(0_i64, |value, digit| value * 10 + i64::from(digit - b'0'));
            if digits.len() == token.len() {
                if let Some(reference) = self.reference_after(magnitude)? {
                    return Ok(Object::Reference(reference));
                }
            }
            return Ok(Object::Integer(if token.first() == Some(&b'-') { -magnitude } else { magnitude }));
        }
        let numeric = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+');
        if token.iter().all(numeric) && token.iter().any(u8::is_ascii_digit) {
            return Ok(Object::Real(token.to_vec()));
        }
        // Writers are known to give `.` or `-` alone for zero.
        if matches!(token, b"." | b"-" | b"-.") {
            return Ok(Object::Real(b"0".to_vec()));
        }
        Err(Stop::Malformed(start))
    }

    /// After an unsigned integer: ` 0 R` makes it a reference; anything else is left unread.
    fn reference_after(&mut self, number: i64) -> Parsed<Option<ObjectId>> {
        let mut ahead = self.clone();
        ahead.skip_space();
        match ahead.peek() {
            Some(b'0'..=b'9') => {}
            Some(_) => return Ok(None),
            None => return if self.last { Ok(None) } else { Err(Stop::Incomplete) },
        }
        let generation = match ahead.unsigned() {
            Ok(generation) => generation,
            Err(Stop::Incomplete) => return Err(Stop::Incomplete),
            Err(_) => return Ok(None),
        };
        ahead.skip_space();
        match ahead.keyword(b"R") {
            Ok(()) => {}
            Err(Stop::Incomplete) => return Err(Stop::Incomplete),
            Err(_) => return Ok(None),
        }
        let (Ok(number), Ok(generation)) = (u32::try_from(number), u16::try_from(generation)) else { return Ok(None) };
        self.position = ahead.position;
        Ok(Some(ObjectId { number, generation }))
    }
}

pub(crate) fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::object::write;
    use super::*;

    fn parse(text: &[u8]) -> Parsed<Object> {
        Parser::new(text, 0, true, 20).object()
    }

    #[test]
    fn reading_what_was_written_gives_the_same() {
        let text = br"<< /A [1 -2 +3 4.50 .5 -.002 true false null] /B#20C (a\(b\)c\\\r\101) /D <48 656c6C6f7> /E 12 0 R /F << /G /H >> >>";
        let object = parse(text).unwrap();
        let mut out = Vec::new();
        write(&object, &mut out);
        assert_eq!(parse(&out).unwrap(), object);
        let d = object.as_dictionary().unwrap();
        assert_eq!(d.value("B C").unwrap().as_string().unwrap(), b"a(b)c\\\rA");
        assert_eq!(d.value("D").unwrap().as_string().unwrap(), b"Hellop");
        assert_eq!(d.value("E").unwrap().as_reference(), Some(ObjectId { number: 12, generation: 0 }));
        assert!(d.entry("B C").unwrap().escaped);
    }

    #[test]
    fn numbers_are_kept_as_written() {
        assert_eq!(parse(b"4.50 ").unwrap(), Object::Real(b"4.50".to_vec()));
        assert_eq!(parse(b"99999999999999999999").unwrap(), Object::Real(b"99999999999999999999".to_vec()));
        assert_eq!(parse(b"[1 2 R 3 4]").unwrap().as_array().unwrap().len(), 3);
        assert_eq!(parse(b"[1 2 3 R]").unwrap().as_array().unwrap().len(), 2);
    }

    #[test]
    fn every_cut_asks_for_more_bytes_and_the_end_of_the_file_is_final() {
        let text = b"<< /A [1 2 0 R (x(y)z\\051) <0102>] /B true >>";
        for cut in 0..text.len() {
            assert_eq!(Parser::new(&text[..cut], 0, false, 20).object(), Err(Stop::Incomplete), "cut {cut}");
            assert!(matches!(Parser::new(&text[..cut], 0, true, 20).object(), Err(Stop::Malformed(_))), "cut {cut}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert_eq!(parse(&b"[".repeat(1_000_000)), Err(Stop::TooDeep));
        assert_eq!(parse(&b"<</A ".repeat(1_000_000)), Err(Stop::TooDeep));
    }

    #[test]
    fn the_number_of_objects_is_bounded() {
        let array = b"[1 [2 3] 4]";
        let read = |items| Parser::new(array, 0, true, 20).with_items(items).object();
        assert!(read(6).is_ok());
        assert_eq!(read(5), Err(Stop::TooMany));
    }

    #[test]
    fn spans_are_places_in_the_file() {
        let text = b"   << /Contents <0011> /B 5 >>";
        let mut parser = Parser::new(text, 1000, true, 20);
        parser.skip_space();
        let d = parser.dictionary().unwrap();
        assert_eq!(d.entry("Contents").unwrap().span, 1016..1022);
    }
}
