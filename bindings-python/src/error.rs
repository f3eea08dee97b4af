//! The one place that maps errors: `condau::Error` becomes `condau.Error`, a class written in Python.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

use condau::{Error, Language};

/// The exception that Python raises for `error`.
pub(crate) fn to_python(py: Python<'_>, error: &Error) -> PyErr {
    // PyO3 cannot derive from an exception under the stable ABI of Python 3.11.
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let raised = CLASS.import(py, "condau._types", "Error").and_then(|class| {
        let facts = PyDict::new(py);
        for (name, value) in error.facts() {
            facts.set_item(name, value)?;
        }
        let kind = error.kind().name();
        let (vi, en) = (error.explain(Language::Vi), error.explain(Language::En));
        class.call1((error.id(), kind, facts, vi, en))
    });
    raised.map_or_else(|failure| failure, PyErr::from_value)
}
