//! `condau.TrustStore`

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use condau::{Error, ErrorKind, Result, x509};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::error::to_python;

/// Trust anchors in named domains. Nothing is trusted by default, and no store of the system is read.
#[pyclass(module = "condau", frozen)]
#[derive(Default)]
pub(crate) struct TrustStore(Mutex<x509::TrustStore>);

#[pymethods]
impl TrustStore {
    /// An empty store: nothing is trusted.
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Trusts every certificate in `data` (PEM, DER or a PKCS#7 bundle) under `domain`; gives their number.
    #[pyo3(signature = (domain, data))]
    fn add(&self, py: Python<'_>, domain: &str, data: PyBackedBytes) -> PyResult<usize> {
        self.lock().add_bytes(domain, &data).map_err(|error| to_python(py, &error))
    }

    /// Trusts the certificates of one file.
    #[staticmethod]
    #[pyo3(signature = (path, domain="custom"))]
    fn from_file(py: Python<'_>, path: PathBuf, domain: &str) -> PyResult<Self> {
        Self::from_files(py, domain, || Ok(vec![path]))
    }

    /// Trusts the certificates of every file in a folder that ends in pem, crt, cer, der, p7b or p7c. Files whose name
    /// says that they hold a private key (`….key.pem`) are passed over.
    #[staticmethod]
    #[pyo3(signature = (path, domain="custom"))]
    fn from_dir(py: Python<'_>, path: PathBuf, domain: &str) -> PyResult<Self> {
        Self::from_files(py, domain, || certificate_files(&path))
    }

    /// Number of anchors.
    fn __len__(&self) -> usize {
        self.lock().anchors().len()
    }

    fn __repr__(&self) -> String {
        format!("<condau.TrustStore with {} anchors>", self.__len__())
    }
}

impl TrustStore {
    /// The anchors as they are now.
    pub(crate) fn snapshot(&self) -> x509::TrustStore {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, x509::TrustStore> {
        // Every change is one push: a panic cannot leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn from_files(py: Python<'_>, domain: &str, list: impl FnOnce() -> Result<Vec<PathBuf>> + Send) -> PyResult<Self> {
        let read = || {
            let mut store = x509::TrustStore::new();
            for file in list()? {
                store.add_bytes(domain, &read(&file)?).map_err(|error| {
                    Error::new(error.kind(), "io.in-file").with("path", file.display()).with("reason", &error)
                })?;
            }
            Ok(store)
        };
        py.detach(read).map(|store| Self(Mutex::new(store))).map_err(|error| to_python(py, &error))
    }
}

// The rest is what `condau verify --trust` does, until the core does it for both.

const EXTENSIONS: [&str; 6] = ["pem", "crt", "cer", "der", "p7b", "p7c"];

/// A file of certificates is small; what is not is a wrong file.
const SMALL: u64 = 64 << 20;

fn certificate_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |reason| cannot_open(folder, &reason);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let private = file.file_stem().and_then(|stem| Path::new(stem).extension()).is_some_and(|e| e == "key");
        if file.is_file() && EXTENSIONS.contains(&extension.as_str()) && !private {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Error::new(ErrorKind::InvalidInput, "trust.no-certificate").with("path", folder.display()));
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let result = File::open(path).and_then(|file| file.take(SMALL + 1).read_to_end(&mut bytes));
    result.map_err(|reason| cannot_open(path, &reason))?;
    if bytes.len() as u64 > SMALL {
        return Err(Error::new(ErrorKind::Limit, "limit.file-bytes").with("path", path.display()).with("limit", SMALL));
    }
    Ok(bytes)
}

fn cannot_open(path: &Path, reason: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "io.cannot-open").with("path", path.display()).with("reason", reason)
}
