//! Decoding of cross-reference and object streams: Flate with predictors, or nothing (ISO 32000-2 §7.4.4).

use super::object::{Dictionary, Object};
use crate::error::{Error, ErrorKind, Result};

/// Decodes `data` by the direct `/Filter` and `/DecodeParms` of `dictionary`, into at most `limit` bytes.
///
/// Streams that a reader must understand to find objects use Flate in practice; another filter is an error that names it.
pub(crate) fn decode(dictionary: &Dictionary, data: &[u8], limit: usize) -> Result<Vec<u8>> {
    let unsupported = |filter: &[u8]| {
        Error::new(ErrorKind::Unsupported, "pdf.filter-unsupported").with("filter", String::from_utf8_lossy(filter))
    };
    let filter = match dictionary.value("Filter") {
        None | Some(Object::Null) => None,
        Some(Object::Name(name)) => Some(name.as_slice()),
        Some(Object::Array(names)) => match names.as_slice() {
            [] => None,
            [Object::Name(name)] => Some(name.as_slice()),
            _ => return Err(unsupported(b"[...]")),
        },
        Some(_) => return Err(unsupported(b"?")),
    };
    let too_large = || Error::new(ErrorKind::Limit, "limit.pdf-decoded-bytes").with("limit", limit);
    let mut decoded = match filter {
        None if data.len() > limit => return Err(too_large()),
        None => data.to_vec(),
        Some(b"FlateDecode" | b"Fl") => inflate(data, limit).ok_or_else(too_large)?,
        Some(other) => return Err(unsupported(other)),
    };
    let parameters = match dictionary.value("DecodeParms").or_else(|| dictionary.value("DP")) {
        Some(Object::Dictionary(parameters)) => Some(parameters),
        Some(Object::Array(list)) => list.first().and_then(Object::as_dictionary),
        _ => None,
    };
    if let Some(parameters) = parameters {
        undo_predictor(&mut decoded, parameters)?;
    }
    Ok(decoded)
}

/// Inflates a zlib stream. A stream that breaks off, or whose checksum is wrong, gives what came before:
/// the caller checks the content, and real files end early. `None` is a bomb.
fn inflate(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};
    match decompress_to_vec_zlib_with_limit(data, limit) {
        Ok(out) => Some(out),
        Err(error) if error.status == TINFLStatus::HasMoreOutput => None,
        Err(error) => Some(error.output),
    }
}

/// PNG and TIFF predictors (ISO 32000-2 §7.4.4.4).
fn undo_predictor(data: &mut Vec<u8>, parameters: &Dictionary) -> Result<()> {
    let integer = |key, default| parameters.value(key).and_then(Object::as_integer).unwrap_or(default);
    let predictor = integer("Predictor", 1);
    if predictor <= 1 {
        return Ok(());
    }
    let bad = || Error::new(ErrorKind::Unsupported, "pdf.predictor-unsupported").with("predictor", predictor);
    let (colors, bits, columns) = (integer("Colors", 1), integer("BitsPerComponent", 8), integer("Columns", 1));
    if !(1..=32).contains(&colors) || !matches!(bits, 1 | 2 | 4 | 8 | 16) || !(1..=1 << 24).contains(&columns) {
        return Err(bad());
    }
    let sizes = (usize::try_from((colors * bits + 7) / 8), usize::try_from((colors * bits * columns + 7) / 8));
    let (Ok(pixel), Ok(row)) = sizes else { return Err(bad()) };
    match predictor {
        2 if bits == 8 => {
            for line in data.chunks_mut(row) {
                for at in pixel..line.len() {
                    line[at] = line[at].wrapping_add(line[at - pixel]);
                }
            }
            Ok(())
        }
        10..=15 => undo_png(data, pixel, row).ok_or_else(bad),
        _ => Err(bad()),
    }
}

/// Each row is preceded by the number of its predictor; works in place, towards the front.
fn undo_png(data: &mut Vec<u8>, pixel: usize, row: usize) -> Option<()> {
    let mut written = 0;
    let mut read = 0;
    while read + 1 < data.len() {
        let kind = data[read];
        let length = row.min(data.len() - read - 1);
        for column in 0..length {
            let raw = data[read + 1 + column];
            let left = if column >= pixel { data[written + column - pixel] } else { 0 };
            let above = |column: usize| if written >= row { data[written - row + column] } else { 0 };
            let up = above(column);
            let up_left = if column >= pixel { above(column - pixel) } else { 0 };
            let predicted = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, up_left),
                _ => return None,
            };
            data[written + column] = raw.wrapping_add(predicted);
        }
        written += length;
        read += length + 1;
    }
    data.truncate(written);
    Some(())
}

/// PNG specification §9.4.
fn paeth(left: u8, up: u8, up_left: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(up_left));
    let estimate = a + b - c;
    let (pa, pb, pc) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if pa <= pb && pa <= pc {
        left
    } else if pb <= pc {
        up
    } else {
        up_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(predictor: i64, columns: i64) -> Dictionary {
        [("Predictor", Object::Integer(predictor)), ("Columns", Object::Integer(columns))].into_iter().collect()
    }

    #[test]
    fn png_rows_of_each_kind() {
        // Rows of 3 bytes: none, sub, up, average, paeth.
        let mut data = vec![0, 1, 2, 3, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1];
        undo_predictor(&mut data, &parameters(12, 3)).unwrap();
        assert_eq!(data, [1, 2, 3, 1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5]);
    }

    #[test]
    fn bombs_and_foreign_filters_are_errors() {
        let zeros = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 1 << 20], 9);
        let flate: Dictionary = [("Filter", Object::name("FlateDecode"))].into_iter().collect();
        assert_eq!(decode(&flate, &zeros, 1 << 20).unwrap().len(), 1 << 20);
        assert_eq!(decode(&flate, &zeros, 1000).unwrap_err().id(), "limit.pdf-decoded-bytes");
        let lzw: Dictionary = [("Filter", Object::name("LZWDecode"))].into_iter().collect();
        assert_eq!(decode(&lzw, &zeros, 1000).unwrap_err().id(), "pdf.filter-unsupported");
        assert!(undo_predictor(&mut vec![9, 1, 2], &parameters(12, 2)).is_err());
        assert!(undo_predictor(&mut vec![0; 9], &parameters(12, i64::MAX)).is_err());
    }
}
