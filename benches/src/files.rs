//! Large files, written to the disk piece by piece.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

use crate::common::pdf::{Builder, random};

/// One page and one stream of noise, `len` bytes of it.
pub fn one_large_stream(path: &Path, len: u64) -> Result<()> {
    let mut head = Builder::one_page();
    head.start(5);
    head.bytes.extend_from_slice(format!("<< /Length {len} >>\nstream\n").as_bytes());
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(&head.bytes)?;
    let mut left = len;
    while left > 0 {
        let piece = random(usize::try_from(left.min(1 << 20)).unwrap_or(1 << 20), left);
        out.write_all(&piece)?;
        left -= piece.len() as u64;
    }
    let end = b"\nendstream\nendobj\n";
    out.write_all(end)?;
    let at = head.bytes.len() as u64 + len + end.len() as u64;
    write!(out, "xref\n0 6\n0000000000 65535 f\r\n")?;
    for number in 1..=5 {
        write!(out, "{:010} 00000 n\r\n", head.offset(number))?;
    }
    write!(out, "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n")?;
    out.flush()
}

/// One page and `count` small objects, `len` bytes in all, give or take a few hundred.
pub fn many_objects(path: &Path, count: u32, len: u64) -> Result<()> {
    let head = Builder::one_page();
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(&head.bytes)?;
    let each = (len - head.bytes.len() as u64) / u64::from(count) - 20;
    let mut at = head.bytes.len() as u64;
    let mut offsets = Vec::with_capacity(count as usize);
    for number in 5..5 + count {
        offsets.push(at);
        let (head, tail) = (format!("{number} 0 obj\n<< /N {number} /T ("), ") >>\nendobj\n");
        let text = usize::try_from(each).unwrap_or(0).saturating_sub(head.len() + tail.len());
        let object = format!("{head}{}{tail}", "x".repeat(text));
        out.write_all(object.as_bytes())?;
        at += object.len() as u64;
    }
    write!(out, "xref\n0 {}\n0000000000 65535 f\r\n", 5 + count)?;
    for offset in (1..=4).map(|number| head.offset(number)).chain(offsets) {
        write!(out, "{offset:010} 00000 n\r\n")?;
    }
    write!(out, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n", 5 + count)?;
    out.flush()
}
