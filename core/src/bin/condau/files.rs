//! Files written whole or not at all, and the progress of reading large ones.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use condau::error::io_reason;
use condau::pdf::Source;
use condau::{Error, ErrorKind, Result};
use indicatif::{ProgressBar, ProgressStyle};
use tempfile::NamedTempFile;

/// A file in the making: `path` changes only when [`Output::commit`] succeeds.
pub(crate) struct Output {
    file: NamedTempFile,
    path: PathBuf,
    force: bool,
}

impl Output {
    /// Errors: `path` exists and `force` was not given, or its folder cannot be written to.
    pub(crate) fn create(path: &Path, force: bool) -> Result<Self> {
        if !force && path.exists() {
            return Err(exists(path));
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let file = NamedTempFile::new_in(folder).map_err(|reason| cannot_write(path, &reason))?;
        Ok(Self { file, path: path.to_owned(), force })
    }

    /// Gives the file the permissions of `like`; without it, it is for its owner alone.
    #[cfg(unix)]
    pub(crate) fn permissions_like(&self, like: &Path) -> Result<()> {
        let permissions = std::fs::metadata(like)?.permissions();
        std::fs::set_permissions(self.file.path(), permissions).map_err(|reason| cannot_write(&self.path, &reason))
    }

    #[cfg(not(unix))]
    pub(crate) fn permissions_like(&self, _: &Path) -> Result<()> {
        Ok(())
    }

    /// Readable by everybody, as documents and certificates are.
    #[cfg(unix)]
    pub(crate) fn public(&self) -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let permissions = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(self.file.path(), permissions).map_err(|reason| cannot_write(&self.path, &reason))
    }

    #[cfg(not(unix))]
    pub(crate) fn public(&self) -> Result<()> {
        Ok(())
    }

    /// To disk, then into its place.
    pub(crate) fn commit(self) -> Result<()> {
        let path = self.path;
        self.file.as_file().sync_all().map_err(|reason| cannot_write(&path, &reason))?;
        let persisted = if self.force { self.file.persist(&path) } else { self.file.persist_noclobber(&path) };
        persisted.map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => exists(&path),
            _ => cannot_write(&path, &error.error),
        })?;
        // The name must survive a power cut too; where a folder cannot be opened, nothing more can be done.
        if let Some(Ok(folder)) =
            path.parent().map(|folder| File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }))
        {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Writes a public file whole.
pub(crate) fn write(path: &Path, bytes: &[u8], force: bool) -> Result<()> {
    let mut output = Output::create(path, force)?;
    output.public()?;
    output.write_all(bytes).map_err(|reason| cannot_write(path, &reason))?;
    output.commit()
}

/// Writes a file that only its owner may read.
pub(crate) fn write_secret(path: &Path, bytes: &[u8], force: bool) -> Result<()> {
    let mut output = Output::create(path, force)?;
    output.write_all(bytes).map_err(|reason| cannot_write(path, &reason))?;
    output.commit()
}

fn exists(path: &Path) -> Error {
    Error::new(ErrorKind::InvalidInput, "io.exists").with("path", path.display())
}

pub(crate) fn cannot_write(path: &Path, reason: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "io.cannot-write").with("path", path.display()).with("reason", io_reason(reason))
}

/// Work below this is over before a person looks.
const WORTH_A_BAR: u64 = 32 << 20;

/// A source that shows how far it was read, on a terminal and for large files only.
pub(crate) struct Watched<S> {
    inner: S,
    bar: ProgressBar,
}

impl<S: Source> Watched<S> {
    pub(crate) fn new(inner: S) -> Self {
        let bar = if inner.len() >= WORTH_A_BAR { ProgressBar::new(inner.len()) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}") {
            bar.set_style(style);
        }
        Self { inner, bar }
    }
}

impl<S> Drop for Watched<S> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl<S: Source> Source for Watched<S> {
    fn len(&self) -> u64 {
        self.inner.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        self.inner.read_at(offset, buffer)?;
        self.bar.set_position(offset + buffer.len() as u64);
        Ok(())
    }
}
