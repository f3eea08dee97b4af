//! Format checking of a PDF signature (EN 319 102-1 §5.2.2; EN 319 142-1 Table 1; ades digest §1.2–1.3, P-01 … P-21).

use super::facts::SignatureFacts;
use super::finding::{Finding, Level};
use crate::cms::{self, SignedData, SignerInfo};
use crate::pdf::Coverage;

/// What format checking found.
pub(super) struct Checked<'a> {
    /// Format and level.
    pub(super) format: String,
    /// Each of these fails the signature.
    pub(super) failures: Vec<Finding>,
    /// Each of these keeps the signature from being decided.
    pub(super) undecided: Vec<Finding>,
    /// Worth saying, not deciding.
    pub(super) notes: Vec<Finding>,
    /// The CMS and its one SignerInfo, where there are such.
    pub(super) cms: Option<(&'a SignedData, &'a SignerInfo)>,
}

/// The SubFilters that hold a detached CMS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SubFilter {
    Pades,
    Adobe,
    DocTimeStamp,
}

/// What signers before PAdES got away with.
const OLD_HABITS: [&str; 2] = [cms::VERSION, cms::ATTRIBUTES_NOT_DER];

pub(super) fn check(signature: &SignatureFacts) -> Checked<'_> {
    let dictionary = &signature.dictionary;
    let mut checked =
        Checked { format: "PDF".to_owned(), failures: Vec::new(), undecided: Vec::new(), notes: Vec::new(), cms: None };
    for defect in &dictionary.defects {
        checked.failures.push(Finding::new(Level::Error, defect));
    }
    if dictionary.defects.is_empty() && signature.coverage == Coverage::Unclear {
        checked.failures.push(Finding::new(Level::Error, "verify.coverage-unclear"));
    }
    let sub_filter = match dictionary.sub_filter.as_deref() {
        Some(b"ETSI.CAdES.detached") => SubFilter::Pades,
        Some(b"adbe.pkcs7.detached") => SubFilter::Adobe,
        Some(b"ETSI.RFC3161") => SubFilter::DocTimeStamp,
        other => {
            let name = other.map(String::from_utf8_lossy).unwrap_or_default();
            checked.failures.push(Finding::new(Level::Error, "verify.sub-filter").with("sub_filter", name));
            return checked;
        }
    };
    let (data, used) = match &signature.cms {
        Ok(parsed) => (&parsed.0, parsed.1),
        Err(error) => {
            checked.failures.push(Finding::from_error(Level::Error, error));
            return checked;
        }
    };
    // P-20: after the CMS only the padding that made room for it.
    if dictionary.contents.get(used..).unwrap_or_default().iter().any(|byte| *byte != 0) {
        checked.failures.push(Finding::new(Level::Error, "verify.bytes-after-cms"));
    }
    let [info] = data.signer_infos.as_slice() else {
        let finding = Finding::new(Level::Error, "verify.signer-infos").with("count", data.signer_infos.len());
        checked.failures.push(finding);
        return checked;
    };
    if sub_filter == SubFilter::DocTimeStamp {
        "DocTimeStamp".clone_into(&mut checked.format);
        // A time-stamp token is judged by its own process (5.4), which this version does not have: neither good nor bad.
        checked.undecided.push(Finding::new(Level::Warning, "verify.document-timestamp-not-supported"));
        return checked;
    }
    checked.cms = Some((data, info));
    if data.content.is_some() {
        checked.failures.push(Finding::new(Level::Error, "verify.content-present"));
    }
    if data.content_type != cms::id_data() || info.content_type().is_none_or(|kind| kind != cms::id_data()) {
        checked.failures.push(Finding::new(Level::Error, "verify.content-type"));
    }
    if info.signed_attributes_message().is_none() || info.message_digest().is_none() {
        checked.failures.push(Finding::new(Level::Error, "verify.no-signed-attributes"));
    }
    for id in &data.irregularities {
        // P-21: PAdES is DER. A container in BER around sound signed bytes is met in the field all the same: it loses
        // the baseline level, not the verdict.
        let tolerated = *id == cms::WAS_BER || sub_filter == SubFilter::Adobe && OLD_HABITS.contains(id);
        let (level, list) =
            if tolerated { (Level::Warning, &mut checked.notes) } else { (Level::Error, &mut checked.failures) };
        list.push(Finding::new(level, id));
    }
    checked.format = if sub_filter == SubFilter::Pades {
        level(signature, data, info, &mut checked.notes).to_owned()
    } else {
        "PKCS7".to_owned()
    };
    checked
}

/// `PAdES-BASELINE-B` if every row of Table 1 for B-B holds, else `PAdES`; each row that does not is a note.
fn level(signature: &SignatureFacts, data: &SignedData, info: &SignerInfo, notes: &mut Vec<Finding>) -> &'static str {
    let dictionary = &signature.dictionary;
    let before = notes.len();
    if dictionary.claimed_time.is_none() {
        notes.push(Finding::new(Level::Warning, "pades.no-claimed-time"));
    }
    if info.has_signing_time() {
        notes.push(Finding::new(Level::Warning, "pades.cms-signing-time"));
    }
    if dictionary.has_cert {
        notes.push(Finding::new(Level::Warning, "pades.cert-entry"));
    }
    if !matches!(info.signing_certificates(), Ok(Some(_))) {
        notes.push(Finding::new(Level::Warning, "pades.no-signing-certificate"));
    }
    let sound = dictionary.defects.is_empty() && !data.irregularities.contains(&cms::WAS_BER);
    if notes.len() == before && sound { "PAdES-BASELINE-B" } else { "PAdES" }
}
