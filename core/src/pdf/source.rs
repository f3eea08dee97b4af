//! Where the bytes of a document come from: memory, or a file read by position.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};

/// Bytes of a document, read by position. Implemented for slices and vectors; [`FileSource`] reads a file.
pub trait Source {
    /// Length in bytes.
    fn len(&self) -> u64;

    /// Fills `buffer` from `offset`; a range that is not all there is an error.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()>;

    /// All bytes, where they are in memory already.
    fn as_slice(&self) -> Option<&[u8]> {
        None
    }

    /// True if there are no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Source for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let part = usize::try_from(offset)
            .ok()
            .and_then(|start| self.get(start..start.checked_add(buffer.len())?))
            .ok_or_else(|| Error::new(ErrorKind::Io, "io.past-the-end").with("offset", offset))?;
        buffer.copy_from_slice(part);
        Ok(())
    }

    fn as_slice(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl Source for &[u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        (**self).read_at(offset, buffer)
    }

    fn as_slice(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl Source for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        self.as_slice().read_at(offset, buffer)
    }

    fn as_slice(&self) -> Option<&[u8]> {
        Some(self)
    }
}

/// Size of one read when a source is walked from end to end. Small enough for the cache, large enough
/// to make the system call vanish.
pub(crate) const CHUNK: usize = 64 << 10;

/// At most `len` bytes from `offset`, fewer at the end of the source; borrowed where they are in memory.
pub(crate) fn window(source: &dyn Source, offset: u64, len: usize) -> Result<Cow<'_, [u8]>> {
    let available = usize::try_from(source.len().saturating_sub(offset)).unwrap_or(usize::MAX).min(len);
    if let Some(all) = source.as_slice() {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(all.len());
        return Ok(Cow::Borrowed(&all[start..start + available.min(all.len() - start)]));
    }
    let mut buffer = vec![0; available];
    source.read_at(offset, &mut buffer)?;
    Ok(Cow::Owned(buffer))
}

/// Hands the bytes of `range` to `each`, in order and in pieces.
pub(crate) fn for_each_chunk(
    source: &dyn Source,
    range: std::ops::Range<u64>,
    mut each: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let past_the_end = || Error::new(ErrorKind::Io, "io.past-the-end").with("offset", range.end);
    if range.start > range.end || range.end > source.len() {
        return Err(past_the_end());
    }
    if let Some(all) = source.as_slice() {
        let start = usize::try_from(range.start).map_err(|_| past_the_end())?;
        let end = usize::try_from(range.end).map_err(|_| past_the_end())?;
        return all.get(start..end).ok_or_else(past_the_end)?.chunks(CHUNK).try_for_each(each);
    }
    let mut buffer = vec![0; CHUNK];
    let mut offset = range.start;
    while offset < range.end {
        let step = usize::try_from(range.end - offset).unwrap_or(CHUNK).min(CHUNK);
        source.read_at(offset, &mut buffer[..step])?;
        each(&buffer[..step])?;
        offset += step as u64;
    }
    Ok(())
}

#[cfg(not(target_arch = "wasm32"))]
pub use file::FileSource;

#[cfg(not(target_arch = "wasm32"))]
mod file {
    use std::fs::File;
    use std::io::{Read, Seek, SeekFrom};
    use std::path::Path;
    use std::sync::Mutex;

    use super::Source;
    use crate::error::{Error, ErrorKind, Result};
    use crate::files::cannot_open;

    /// A file read by position; it is never mapped and never loaded whole.
    ///
    /// The length is fixed when it is opened: a file that shrinks meanwhile gives an error.
    #[derive(Debug)]
    pub struct FileSource {
        file: Mutex<File>,
        len: u64,
    }

    impl FileSource {
        /// Opens a regular file for reading.
        pub fn open(path: impl AsRef<Path>) -> Result<Self> {
            let path = path.as_ref();
            let failed = |reason: std::io::Error| cannot_open(path, &reason);
            let file = File::open(path).map_err(failed)?;
            let metadata = file.metadata().map_err(failed)?;
            if !metadata.is_file() {
                return Err(Error::new(ErrorKind::Io, "io.not-a-file").with("path", path.display()));
            }
            Ok(Self { len: metadata.len(), file: Mutex::new(file) })
        }
    }

    impl Source for FileSource {
        fn len(&self) -> u64 {
            self.len
        }

        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
            let end = offset.checked_add(buffer.len() as u64);
            if end.is_none_or(|end| end > self.len) {
                return Err(Error::new(ErrorKind::Io, "io.past-the-end").with("offset", offset));
            }
            // A poisoned lock means that another thread panicked in a read; the position is set anew anyway.
            let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            file.seek(SeekFrom::Start(offset))?;
            file.read_exact(buffer)?;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_stop_at_the_end_and_reads_past_it_fail() {
        let data: &[u8] = b"0123456789";
        assert_eq!(&*window(&data, 8, 5).unwrap(), b"89");
        assert_eq!(&*window(&data, 100, 5).unwrap(), b"");
        assert_eq!(data.read_at(8, &mut [0; 3]).unwrap_err().id(), "io.past-the-end");
        assert_eq!(data.read_at(u64::MAX, &mut [0; 1]).unwrap_err().id(), "io.past-the-end");
        let mut seen = Vec::new();
        for_each_chunk(&data, 2..7, |part| {
            seen.extend_from_slice(part);
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, b"23456");
        assert!(for_each_chunk(&data, 2..11, |_| Ok(())).is_err());
    }
}
