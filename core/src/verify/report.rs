//! The report: what was found, for programs (JSON) and, by [`super::text`], for people.

use serde::{Deserialize, Serialize};

use super::finding::Finding;
use super::indication::{Indication, SubIndication};
use crate::crypto::PublicKey;
use crate::time::Time;
use crate::x509::Certificate;

/// Name and version of the JSON form, documented in `docs/schema/report.schema.json`.
pub const REPORT_SCHEMA: &str = "condau.report/1";

/// The judgement of a document. Serialises to the JSON form named by [`REPORT_SCHEMA`].
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema: &'static str,
    /// Version of this library.
    pub version: &'static str,
    /// The time that it was judged for.
    pub validation_time: Time,
    /// The worst of all signatures; a document without a signature is indeterminate.
    pub indication: Indication,
    /// Length of the document in bytes.
    pub document_bytes: u64,
    /// Number of its revisions.
    pub revisions: usize,
    /// Findings on the document as a whole.
    pub findings: Vec<Finding>,
    /// One entry a signature, in the order in which they were made.
    pub signatures: Vec<SignatureReport>,
}

/// Whether the signed bytes and the signature value are what the signer made. Says nothing about who that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Integrity {
    /// Digest and signature value verify, and the structure is sound.
    Intact,
    /// They do not.
    Broken,
    /// Not decided: the algorithm is not supported, or the signer's key is not known.
    NotChecked,
}

/// Which bytes a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageSummary {
    /// The revision that it covers, from 1; none if its bytes do not end with a revision.
    pub revision: Option<usize>,
    /// Number of revisions of the document.
    pub of: usize,
    /// Bytes from the start of the file to the end of what is signed.
    pub signed_bytes: u64,
    /// Bytes of the document after that.
    pub bytes_after: u64,
}

/// What a report tells of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateSummary {
    /// Common name of the subject, or the whole name if it has none.
    pub common_name: String,
    /// Subject, RFC 4514.
    pub subject: String,
    /// Issuer, RFC 4514.
    pub issuer: String,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// Start of validity.
    pub not_before: Time,
    /// End of validity.
    pub not_after: Time,
    /// SHA-256 of the certificate, hexadecimal.
    pub sha256: String,
    /// Key, for example `RSA 2048`.
    pub key: Option<String>,
}

impl CertificateSummary {
    pub(super) fn of(certificate: &Certificate) -> Self {
        let subject = certificate.subject();
        let key = certificate.public_key().ok().map(PublicKey::describe);
        Self {
            common_name: subject.common_name().unwrap_or_else(|| subject.to_string()),
            subject: subject.to_string(),
            issuer: certificate.issuer().to_string(),
            serial: certificate.serial_hex(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            sha256: certificate.fingerprint().iter().map(|byte| format!("{byte:02x}")).collect(),
            key,
        }
    }
}

/// The judgement of one signature.
#[derive(Clone, Debug, Serialize)]
pub struct SignatureReport {
    /// Full name of its field.
    pub field: String,
    /// The answer.
    pub indication: Indication,
    /// Why it is not passed.
    pub sub_indication: Option<SubIndication>,
    /// Whether it is mathematically sound.
    pub integrity: Integrity,
    /// Format and level found, for example `PAdES-BASELINE-B`.
    pub format: String,
    /// `/SubFilter` as written.
    pub sub_filter: String,
    /// Digest and signature algorithm.
    pub algorithm: Option<String>,
    /// The signer.
    pub signer: Option<CertificateSummary>,
    /// Path from the signer to the anchor, the signer first.
    pub chain: Vec<CertificateSummary>,
    /// Domain of the anchor that accepted the path.
    pub trust_domain: Option<String>,
    /// The time that the signer claims; nobody vouches for it.
    pub claimed_time: Option<Time>,
    /// `/Name`
    pub name: Option<String>,
    /// `/Reason`
    pub reason: Option<String>,
    /// `/Location`
    pub location: Option<String>,
    /// `/ContactInfo`
    pub contact: Option<String>,
    /// Which bytes it covers.
    pub coverage: CoverageSummary,
    /// What was found, in the order of the checks.
    pub findings: Vec<Finding>,
}
