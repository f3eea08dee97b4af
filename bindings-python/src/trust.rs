//! `condau.TrustStore`

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use condau::x509;
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
        Self::read(py, &path, domain)
    }

    /// Trusts the certificates of every file in a folder that ends in pem, crt, cer, der, p7b or p7c. Files whose name
    /// says that they hold a private key (`….key.pem`) are passed over.
    #[staticmethod]
    #[pyo3(signature = (path, domain="custom"))]
    fn from_dir(py: Python<'_>, path: PathBuf, domain: &str) -> PyResult<Self> {
        Self::read(py, &path, domain)
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

    fn read(py: Python<'_>, path: &Path, domain: &str) -> PyResult<Self> {
        let read = || {
            let mut store = x509::TrustStore::new();
            store.add_path(domain, path).map(|_| store)
        };
        py.detach(read).map(|store| Self(Mutex::new(store))).map_err(|error| to_python(py, &error))
    }
}
