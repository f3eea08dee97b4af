//! The report as Python objects. They cannot be changed, and none of them is a boolean.

use condau::verify;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDateTime, PyDict, PyTuple, PyType};
use serde::Serialize;

use crate::language;
use crate::time::to_python_time;

/// The judgement of a document.
#[pyclass(module = "condau", frozen)]
pub(crate) struct Report {
    inner: verify::Report,
    /// Findings on the document as a whole.
    #[pyo3(get)]
    findings: Py<PyTuple>,
    /// One entry a signature, in the order in which they were made.
    #[pyo3(get)]
    signatures: Py<PyTuple>,
}

impl Report {
    pub(crate) fn new(py: Python<'_>, inner: verify::Report) -> PyResult<Self> {
        let findings = findings(py, &inner.findings)?;
        let signatures = inner.signatures.iter().map(|signature| SignatureReport::new(py, signature));
        let signatures = tuple(py, signatures.collect::<PyResult<Vec<_>>>()?)?;
        Ok(Self { inner, findings, signatures })
    }
}

#[pymethods]
impl Report {
    /// Name and version of the JSON form.
    #[getter]
    fn schema(&self) -> &str {
        self.inner.schema
    }

    /// Version of the library.
    #[getter]
    fn version(&self) -> &str {
        self.inner.version
    }

    /// The time that it was judged for.
    #[getter]
    fn validation_time<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        to_python_time(py, self.inner.validation_time)
    }

    /// The worst of all signatures; a document without a signature is indeterminate.
    #[getter]
    fn indication<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        indication(py, self.inner.indication)
    }

    /// Length of the document in bytes.
    #[getter]
    fn document_bytes(&self) -> u64 {
        self.inner.document_bytes
    }

    /// Number of its revisions.
    #[getter]
    fn revisions(&self) -> usize {
        self.inner.revisions
    }

    /// The JSON report, the one that the command line gives.
    fn to_json(&self) -> PyResult<String> {
        serde_json::to_string(&self.inner).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// The whole report as text, in Vietnamese (`vi`) or English (`en`).
    #[pyo3(signature = (language="vi"))]
    fn explain(&self, language: &str) -> PyResult<String> {
        Ok(self.inner.explain(self::language(language)?))
    }

    fn __bool__(&self) -> PyResult<bool> {
        not_a_boolean()
    }

    fn __repr__(&self) -> String {
        format!("<condau.Report {}, {} signatures>", self.inner.indication.name(), self.inner.signatures.len())
    }
}

/// The judgement of one signature.
#[pyclass(module = "condau", frozen)]
pub(crate) struct SignatureReport {
    inner: verify::SignatureReport,
    /// The certificate of the signer.
    #[pyo3(get)]
    signer: Option<Py<CertificateSummary>>,
    /// Path from the signer to the anchor, the signer first.
    #[pyo3(get)]
    chain: Py<PyTuple>,
    /// Which bytes it covers.
    #[pyo3(get)]
    coverage: Py<CoverageSummary>,
    /// What was found, in the order of the checks.
    #[pyo3(get)]
    findings: Py<PyTuple>,
}

impl SignatureReport {
    fn new(py: Python<'_>, inner: &verify::SignatureReport) -> PyResult<Self> {
        let signer = inner.signer.clone().map(|signer| Py::new(py, CertificateSummary(signer))).transpose()?;
        Ok(Self {
            signer,
            chain: tuple(py, inner.chain.iter().cloned().map(CertificateSummary))?,
            coverage: Py::new(py, CoverageSummary(inner.coverage))?,
            findings: findings(py, &inner.findings)?,
            inner: inner.clone(),
        })
    }
}

#[pymethods]
impl SignatureReport {
    /// Full name of its field.
    #[getter]
    fn field(&self) -> &str {
        &self.inner.field
    }

    /// The answer.
    #[getter]
    fn indication<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        indication(py, self.inner.indication)
    }

    /// Why it is not passed, as EN 319 102-1 spells it.
    #[getter]
    fn sub_indication(&self) -> Option<&'static str> {
        self.inner.sub_indication.map(verify::SubIndication::name)
    }

    /// Whether the signed bytes and the signature value are what the signer made: `intact`, `broken` or `not_checked`.
    #[getter]
    fn integrity(&self) -> String {
        name_of(&self.inner.integrity)
    }

    /// Format and level found, for example `PAdES-BASELINE-B`.
    #[getter]
    fn format(&self) -> &str {
        &self.inner.format
    }

    /// `/SubFilter` as written.
    #[getter]
    fn sub_filter(&self) -> &str {
        &self.inner.sub_filter
    }

    /// Digest and signature algorithm.
    #[getter]
    fn algorithm(&self) -> Option<&str> {
        self.inner.algorithm.as_deref()
    }

    /// Domain of the anchor that accepted the path.
    #[getter]
    fn trust_domain(&self) -> Option<&str> {
        self.inner.trust_domain.as_deref()
    }

    /// The time that the signer claims; nobody vouches for it.
    #[getter]
    fn claimed_time<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
        self.inner.claimed_time.map(|time| to_python_time(py, time)).transpose()
    }

    /// `/Name`
    #[getter]
    fn name(&self) -> Option<&str> {
        self.inner.name.as_deref()
    }

    /// `/Reason`
    #[getter]
    fn reason(&self) -> Option<&str> {
        self.inner.reason.as_deref()
    }

    /// `/Location`
    #[getter]
    fn location(&self) -> Option<&str> {
        self.inner.location.as_deref()
    }

    /// `/ContactInfo`
    #[getter]
    fn contact(&self) -> Option<&str> {
        self.inner.contact.as_deref()
    }

    /// One sentence that a clerk understands, then the particulars, in Vietnamese (`vi`) or English (`en`).
    #[pyo3(signature = (language="vi"))]
    fn explain(&self, language: &str) -> PyResult<String> {
        Ok(self.inner.explain(self::language(language)?))
    }

    fn __bool__(&self) -> PyResult<bool> {
        not_a_boolean()
    }

    fn __repr__(&self) -> String {
        format!("<condau.SignatureReport {}, field {:?}>", self.inner.indication.name(), self.inner.field)
    }
}

/// What a report tells of a certificate.
#[pyclass(module = "condau", frozen)]
pub(crate) struct CertificateSummary(verify::CertificateSummary);

#[pymethods]
impl CertificateSummary {
    /// Common name of the subject, or the whole name if it has none.
    #[getter]
    fn common_name(&self) -> &str {
        &self.0.common_name
    }

    /// Subject, RFC 4514.
    #[getter]
    fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Issuer, RFC 4514.
    #[getter]
    fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Serial number, hexadecimal.
    #[getter]
    fn serial(&self) -> &str {
        &self.0.serial
    }

    /// Start of validity.
    #[getter]
    fn not_before<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        to_python_time(py, self.0.not_before)
    }

    /// End of validity.
    #[getter]
    fn not_after<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        to_python_time(py, self.0.not_after)
    }

    /// SHA-256 of the certificate, hexadecimal.
    #[getter]
    fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// Key, for example `RSA 2048`.
    #[getter]
    fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    fn __repr__(&self) -> String {
        format!("<condau.CertificateSummary {:?}>", self.0.subject)
    }
}

/// Which bytes a signature covers.
#[pyclass(module = "condau", frozen)]
pub(crate) struct CoverageSummary(verify::CoverageSummary);

#[pymethods]
impl CoverageSummary {
    /// The revision that it covers, from 1; None if its bytes do not end with a revision.
    #[getter]
    fn revision(&self) -> Option<usize> {
        self.0.revision
    }

    /// Number of revisions of the document.
    #[getter]
    fn of(&self) -> usize {
        self.0.of
    }

    /// Bytes from the start of the file to the end of what is signed.
    #[getter]
    fn signed_bytes(&self) -> u64 {
        self.0.signed_bytes
    }

    /// Bytes of the document after that.
    #[getter]
    fn bytes_after(&self) -> u64 {
        self.0.bytes_after
    }

    fn __repr__(&self) -> String {
        let revision = self.0.revision.map_or("no revision".to_owned(), |revision| format!("revision {revision}"));
        format!("<condau.CoverageSummary {revision} of {}, {} bytes after>", self.0.of, self.0.bytes_after)
    }
}

/// One thing that the validation found.
#[pyclass(module = "condau", frozen)]
pub(crate) struct Finding(verify::Finding);

#[pymethods]
impl Finding {
    /// Stable id.
    #[getter]
    fn id(&self) -> &str {
        &self.0.id
    }

    /// `info`, `warning` or `error`.
    #[getter]
    fn level(&self) -> String {
        name_of(&self.0.level)
    }

    /// Facts of this case, by name.
    #[getter]
    fn facts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let facts = PyDict::new(py);
        self.0.facts.iter().try_for_each(|(name, value)| facts.set_item(name, value))?;
        Ok(facts)
    }

    /// The text for a person, in Vietnamese (`vi`) or English (`en`).
    #[pyo3(signature = (language="vi"))]
    fn explain(&self, language: &str) -> PyResult<String> {
        Ok(self.0.explain(self::language(language)?))
    }

    fn __repr__(&self) -> String {
        format!("<condau.Finding {} ({})>", self.0.id, self.level())
    }
}

fn findings(py: Python<'_>, findings: &[verify::Finding]) -> PyResult<Py<PyTuple>> {
    tuple(py, findings.iter().cloned().map(Finding))
}

fn tuple<T>(py: Python<'_>, items: impl IntoIterator<Item = T>) -> PyResult<Py<PyTuple>>
where
    T: pyo3::PyClass + Into<PyClassInitializer<T>>,
{
    let items = items.into_iter().map(|item| Py::new(py, item)).collect::<PyResult<Vec<_>>>()?;
    Ok(PyTuple::new(py, items)?.unbind())
}

/// The member of `condau.Indication`, an enumeration written in Python.
fn indication(py: Python<'_>, indication: verify::Indication) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "condau._types", "Indication")?.call1((indication.name(),))
}

/// The name that the JSON report gives to a value without contents.
fn name_of(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn not_a_boolean() -> PyResult<bool> {
    Err(PyTypeError::new_err(
        "a verification has three answers and is never true or false: compare .indication with condau.Indication",
    ))
}
