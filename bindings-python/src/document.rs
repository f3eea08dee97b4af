//! What Python calls a document: a path, `bytes`, or any other buffer.

use std::path::PathBuf;

use condau::pdf::{FileSource, Source};
use condau::{Error, ErrorKind, Result};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyMemoryView, PySlice};

/// A document that is read without the interpreter's lock.
pub(crate) enum Document {
    /// Read by position, never loaded whole.
    File(PathBuf),
    /// `bytes` never change, so they are borrowed.
    Bytes(PyBackedBytes),
    /// Others may change meanwhile (`bytearray`, `mmap`): read piece by piece under the lock, as a file is.
    View(View),
}

/// A view of bytes in one dimension. It keeps its exporter from changing the length.
pub(crate) struct View {
    view: Py<PyMemoryView>,
    len: usize,
}

impl Document {
    pub(crate) fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.clone().into()));
        }
        if let Ok(path) = object.extract() {
            return Ok(Self::File(path));
        }
        let view = PyMemoryView::from(object).map_err(|_| {
            PyTypeError::new_err("the document must be a path (str or os.PathLike), bytes, or another buffer")
        })?;
        let plain = view.getattr("format")?.eq("B")? && view.getattr("ndim")?.eq(1)?;
        let view = if plain { view } else { view.call_method1("cast", ("B",))?.cast_into()? };
        Ok(Self::View(View { len: view.len()?, view: view.unbind() }))
    }

    pub(crate) fn with_source<T>(&self, work: impl FnOnce(&dyn Source) -> Result<T>) -> Result<T> {
        match self {
            Self::File(path) => work(&FileSource::open(path)?),
            Self::Bytes(bytes) => work(&bytes.as_ref()),
            Self::View(view) => work(view),
        }
    }
}

impl View {
    fn copy(&self, py: Python<'_>, offset: u64, buffer: &mut [u8]) -> PyResult<()> {
        let (start, len) = (isize::try_from(offset)?, isize::try_from(buffer.len())?);
        let part = self.view.bind(py).get_item(PySlice::new(py, start, start.saturating_add(len), 1))?;
        // A part that is not all there is shorter than the buffer, which is an error here.
        PyBuffer::<u8>::get(&part)?.copy_to_slice(py, buffer)
    }
}

impl Source for View {
    fn len(&self) -> u64 {
        self.len as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let copied = Python::attach(|py| self.copy(py, offset, buffer));
        copied.map_err(|reason| Error::new(ErrorKind::Io, "io.failed").with("reason", reason))
    }
}
