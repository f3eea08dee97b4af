//! Small files read whole within a bound. Documents are not read this way, see [`crate::pdf::FileSource`].

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result, io_reason};

/// Keys, certificates and sessions are small; what is not is a wrong file.
const MOST_BYTES: u64 = 64 << 20;

/// The bytes of a small file. Errors name it.
pub fn read_small(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|reason| cannot_open(path, &reason))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Error::new(ErrorKind::Limit, "limit.file-bytes")
            .with("path", path.display())
            .with("limit", MOST_BYTES));
    }
    Ok(bytes)
}

/// The error for a file or a folder that the system does not open.
pub fn cannot_open(path: &Path, reason: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "io.cannot-open").with("path", path.display()).with("reason", io_reason(reason))
}
