//! Times: `datetime` in Python, seconds in UTC here.

use std::time::{SystemTime, UNIX_EPOCH};

use condau::Time;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyString, PyTzInfo};

use crate::error::to_python;

/// A `datetime` with a zone, RFC 3339 text, or nothing for now.
pub(crate) fn from_python(at: Option<&Bound<'_, PyAny>>) -> PyResult<Time> {
    let Some(at) = at else { return Ok(now()) };
    let text = if at.is_instance_of::<PyString>() {
        at.extract::<String>()?
    } else if at.is_instance_of::<PyDateTime>() {
        // Without a zone this is not RFC 3339, and the error says so: whose midnight it is must not be guessed.
        at.call_method0("isoformat")?.extract()?
    } else {
        return Err(PyTypeError::new_err("at must be a datetime with a time zone, RFC 3339 text, or None for now"));
    };
    Time::parse(&text).map_err(|error| to_python(at.py(), &error))
}

/// The library reads no clock; its callers do.
fn now() -> Time {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Time::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// A `datetime` in UTC. Python has no year 0; what lies in it becomes its first moment.
pub(crate) fn to_python_time(py: Python<'_>, time: Time) -> PyResult<Bound<'_, PyDateTime>> {
    let utc = PyTzInfo::utc(py)?;
    let (year, month, day, hour, minute, second) = time.civil();
    if year < 1 {
        return PyDateTime::new(py, 1, 1, 1, 0, 0, 0, 0, Some(&utc));
    }
    PyDateTime::new(py, year, month, day, hour, minute, second, 0, Some(&utc))
}
