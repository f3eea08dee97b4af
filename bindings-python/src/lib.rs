//! The native half of the Python package `condau`: types and errors translated, no logic.
//!
//! What Python sees is declared in `python/condau/__init__.pyi`, and the tests hold the two together.
#![expect(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "PyO3 hands arguments over by value and methods an object, whether they need it or not"
)]

mod document;
mod error;
mod report;
mod time;
mod trust;

use condau::Language;
use condau::verify::Policy;
use condau::x509::Certificate;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::document::Document;
use crate::error::to_python;

/// Verifies every signature of a PDF.
///
/// A failed verification is a report. Raises `condau.Error` when it could not be run: not a PDF, encrypted, over a
/// limit, a file that cannot be read.
#[pyfunction]
#[pyo3(
    signature = (document, trust, at=None, certificates=Vec::new()),
    text_signature = "(document, trust, at=None, certificates=())"
)]
fn verify(
    py: Python<'_>,
    document: &Bound<'_, PyAny>,
    trust: &trust::TrustStore,
    at: Option<&Bound<'_, PyAny>>,
    certificates: Vec<PyBackedBytes>,
) -> PyResult<report::Report> {
    let document = Document::from_python(document)?;
    let now = time::from_python(at)?;
    let trust = trust.snapshot();
    let result = py.detach(|| {
        let mut policy = Policy::default();
        for bytes in &certificates {
            policy.certificates.extend(Certificate::read_any(bytes)?);
        }
        document.with_source(|source| condau::verify::pdf(source, &trust, &policy, now))
    });
    report::Report::new(py, result.map_err(|error| to_python(py, &error))?)
}

/// `vi` or `en`.
fn language(code: &str) -> PyResult<Language> {
    match code {
        "vi" => Ok(Language::Vi),
        "en" => Ok(Language::En),
        _ => Err(PyValueError::new_err(format!("the language must be 'vi' or 'en', not '{code}'"))),
    }
}

/// The extension module.
#[pymodule]
mod _condau {
    #[pymodule_export]
    use super::report::{CertificateSummary, CoverageSummary, Finding, Report, SignatureReport};
    #[pymodule_export]
    use super::trust::TrustStore;
    #[pymodule_export]
    use super::verify;
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
