//! Judge signatures: facts, then judgement, then a report (EN 319 102-1).
//!
//! [`analyze`] reads a document once; [`judge`] is pure: the same facts, policy, trust and time give the same report.
//!
//! ```
//! # fn run(document: Vec<u8>, trust: condau::x509::TrustStore) -> condau::Result<()> {
//! let now = condau::Time::parse("2026-11-23T08:00:00+07:00")?;
//! let report = condau::verify::pdf(&document, &trust, &condau::verify::Policy::default(), now)?;
//! for signature in &report.signatures {
//!     println!("{}", signature.explain(condau::Language::Vi));
//! }
//! # Ok(()) }
//! ```

mod digests;
mod facts;
mod finding;
mod format;
mod indication;
mod judge;
mod report;
mod signer;
mod text;

pub use facts::{Facts, SignatureFacts, analyze};
pub use finding::{Finding, Level};
pub use indication::{Indication, SubIndication};
pub use judge::{Policy, judge};
pub use report::{CertificateSummary, CoverageSummary, Integrity, REPORT_SCHEMA, Report, SignatureReport};

use crate::error::Result;
use crate::pdf::Source;
use crate::time::Time;
use crate::x509::TrustStore;

/// Analyses and judges every signature of a PDF at the time `now`.
///
/// A failed verification is a report; an error means that it could not be run: not a PDF, encrypted, over a limit,
/// or a cross-reference that only repair could make sense of.
pub fn pdf(document: &dyn Source, trust: &TrustStore, policy: &Policy, now: Time) -> Result<Report> {
    Ok(judge(&analyze(document, &policy.limits)?, policy, trust, now))
}
