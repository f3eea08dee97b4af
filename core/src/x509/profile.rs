//! Where certificates leave the profile of RFC 5280 §4 though path validation (§6) can live with it.
//!
//! Authorities do all of this in earnest: the roots of Vietnam name serial numbers in authorityKeyIdentifier, and old ones have
//! no key identifiers at all. So these are notes, and refusals only where the caller asks for strictness.

use super::certificate::Certificate;
use super::extensions::{
    BASIC_CONSTRAINTS, INHIBIT_ANY_POLICY, KeyUsage, NAME_CONSTRAINTS, POLICY_CONSTRAINTS, SUBJECT_ALT_NAME,
};
use super::general_name::{GeneralName, is_dotted_address, is_host};
use super::name_constraints::NameConstraints;
use super::path::{Facts, PathNote, subject_fact};
use crate::time::Time;

/// Notes on a complete path, the signer first and the anchor last.
pub(super) fn notes(chain: &[Certificate], at: Time) -> Vec<PathNote> {
    let mut notes = Vec::new();
    for (index, certificate) in chain.iter().enumerate() {
        let mut note = |id, facts| notes.push(PathNote { id, facts });
        if index > 0 && index + 1 == chain.len() {
            anchor_notes(certificate, at, &mut note);
        }
        common_notes(certificate, index + 1 == chain.len(), &mut note);
        if index > 0 { issuer_notes(certificate, &mut note) } else { leaf_notes(certificate, &mut note) }
    }
    notes
}

type Note<'a> = &'a mut dyn FnMut(&'static str, Facts);

/// An anchor is trusted by its name and key (§6.1.1 (d)), so that neither its dates nor its own signature decide.
fn anchor_notes(anchor: &Certificate, at: Time, note: Note<'_>) {
    if at < anchor.not_before() || at > anchor.not_after() {
        note("path.profile-anchor-validity", validity_facts(anchor, at));
    }
    if !anchor.algorithms_agree() {
        note("path.profile-anchor-algorithm", subject_fact(anchor));
    }
}

fn common_notes(certificate: &Certificate, is_anchor: bool, note: Note<'_>) {
    // §4.1.2.2: positive, at most 20 octets.
    let serial = certificate.serial();
    let negative = serial.first().is_none_or(|first| first & 0x80 != 0);
    let digits = serial.iter().position(|byte| *byte != 0).map_or(0, |first| serial.len() - first);
    if negative || digits == 0 || serial.len() > 20 {
        note("path.profile-serial", subject_fact(certificate));
    }
    // §4.2.1.1: in all certificates but self-signed ones.
    let keyed = certificate.authority_key_id().is_some_and(|aki| aki.key_id.is_some());
    let self_signed = is_anchor && certificate.is_self_issued();
    if !keyed && !self_signed {
        note("path.profile-authority-key-id", subject_fact(certificate));
    }
    // §4.2.1.6: "If the subject field contains an empty sequence … subjectAltName … MUST [be marked] as critical".
    let alt_name = certificate.extension(SUBJECT_ALT_NAME);
    if certificate.subject().is_empty() && alt_name.is_none_or(|extension| !extension.critical) {
        not_critical(certificate, "2.5.29.17", note);
    }
    let names = alt_name.and_then(|extension| GeneralName::read_extension(&extension.value));
    if names.as_ref().is_some_and(Vec::is_empty) {
        note("path.profile-alt-name-empty", subject_fact(certificate));
    }
    // §4.2.1.6: "the name MUST be in the 'preferred name syntax'" of RFC 1034.
    for name in names.into_iter().flatten() {
        let GeneralName::Dns(text) = name else { continue };
        let host = text.strip_prefix(b"*.").unwrap_or(text);
        if !is_host(host) || host.contains(&b'_') || is_dotted_address(host) {
            let mut facts = subject_fact(certificate);
            facts.push(("name", String::from_utf8_lossy(text).into_owned()));
            note("path.profile-dns-name", facts);
        }
    }
}

fn issuer_notes(issuer: &Certificate, note: Note<'_>) {
    // §4.2.1.2: in all CA certificates.
    if issuer.version() == 3 && issuer.subject_key_id().is_none() {
        note("path.profile-subject-key-id", subject_fact(issuer));
    }
    // §4.2.1.9, §4.2.1.10, §4.2.1.11, §4.2.1.14: "MUST mark this extension as critical".
    for oid in [BASIC_CONSTRAINTS, NAME_CONSTRAINTS, POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY] {
        if issuer.extension(oid).is_some_and(|extension| !extension.critical) {
            not_critical(issuer, &oid.to_string(), note);
        }
    }
    // §4.2.1.10: a dNSName base is a host, without a period before it.
    let constraints = issuer.extension(NAME_CONSTRAINTS).and_then(|e| NameConstraints::read(&e.value));
    if constraints.is_some_and(|constraints| constraints.has_leading_period()) {
        note("path.profile-dns-constraint", subject_fact(issuer));
    }
}

fn leaf_notes(leaf: &Certificate, note: Note<'_>) {
    if leaf.basic_constraints().is_some_and(|constraints| constraints.ca) {
        return;
    }
    // §4.2.1.3: "If the keyCertSign bit is asserted, then the cA bit in the basic constraints extension MUST also be".
    if leaf.key_usage().is_some_and(KeyUsage::key_cert_sign) {
        note("path.profile-key-usage", subject_fact(leaf));
    }
    // §4.2.1.10: "MUST be used only in a CA certificate".
    if leaf.extension(NAME_CONSTRAINTS).is_some() {
        note("path.profile-name-constraints", subject_fact(leaf));
    }
}

fn not_critical(certificate: &Certificate, oid: &str, note: Note<'_>) {
    let mut facts = subject_fact(certificate);
    facts.push(("oid", oid.to_owned()));
    note("path.profile-not-critical", facts);
}

/// Subject, validity, and the time that is judged by them.
pub(super) fn validity_facts(certificate: &Certificate, at: Time) -> Facts {
    let mut facts = subject_fact(certificate);
    facts.push(("from", certificate.not_before().to_string()));
    facts.push(("until", certificate.not_after().to_string()));
    facts.push(("at", at.to_string()));
    facts
}
