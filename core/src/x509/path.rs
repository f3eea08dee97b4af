//! From a signing certificate to a trust anchor: building and checking paths (RFC 5280 §6.1).
//!
//! Checked here: signatures, names, validity (shell model), basicConstraints, path length, keyUsage and critical
//! extensions. Name and policy constraints are not processed yet: a path that carries them is refused, not passed over.

use super::certificate::Certificate;
use super::trust::TrustStore;
use crate::crypto::{Oid, VerifyError};
use crate::limits::Limits;
use crate::time::Time;

/// A path that was found and holds.
#[derive(Clone, Debug)]
pub struct Path {
    /// The signer first, the trust anchor last.
    pub certificates: Vec<Certificate>,
    /// Domain of the anchor.
    pub domain: String,
}

/// Why a path does not hold, from the least to the most informative: of several, the last kind is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// No issuer is known on the way to an anchor.
    NoChain,
    /// A budget was spent before every path was tried.
    Budget,
    /// A certificate on the way breaks a rule of RFC 5280.
    Chain,
    /// The signer's certificate must not be used for this.
    Constraints,
    /// The chain holds, but the signer's certificate is not valid at that time.
    OutOfBounds,
}

/// The best failure among the paths that were tried: the kind, a message id with its facts, and the certificates so far.
#[derive(Clone, Debug)]
pub struct PathFailure {
    /// Coarse reason.
    pub kind: FailureKind,
    /// Message id.
    pub id: &'static str,
    /// Facts for the message.
    pub facts: Vec<(&'static str, String)>,
    /// The path as far as it got, the signer first.
    pub certificates: Vec<Certificate>,
}

/// Certificates to build with, and what they are measured by.
#[derive(Clone, Copy)]
pub struct PathInput<'a> {
    /// Certificates that came with the signature or from the caller; untrusted.
    pub candidates: &'a [Certificate],
    /// The anchors.
    pub trust: &'a TrustStore,
    /// Every certificate but the anchor must be valid at this time.
    pub at: Time,
    /// Budgets.
    pub limits: &'a Limits,
}

/// Finds a path from `leaf` to an anchor that holds, trying every issuer of the right name, or explains the best failure.
pub fn build(leaf: &Certificate, input: PathInput<'_>) -> Result<Path, PathFailure> {
    let mut search = Search { input, signatures_left: input.limits.path_signatures, best: None };
    let mut chain = vec![leaf.clone()];
    match search.extend(&mut chain) {
        Some(path) => Ok(path),
        None => Err(search.best.unwrap_or_else(|| PathFailure {
            kind: FailureKind::NoChain,
            id: "path.no-issuer",
            facts: vec![("issuer", leaf.issuer().to_string())],
            certificates: vec![leaf.clone()],
        })),
    }
}

struct Search<'a> {
    input: PathInput<'a>,
    signatures_left: usize,
    best: Option<PathFailure>,
}

impl Search<'_> {
    /// Depth first: anchors before other certificates, matching key identifiers before the rest.
    fn extend(&mut self, chain: &mut Vec<Certificate>) -> Option<Path> {
        let current = chain.last()?.clone();
        let trust = self.input.trust;
        // The signing certificate may be an anchor itself (EN 319 102-1 §5.2.6.4 step 1).
        if let Some(anchor) = trust.anchors().iter().find(|anchor| anchor.certificate.der() == current.der()) {
            return self.finish(chain, &anchor.domain);
        }
        for anchor in trust.anchors() {
            if self.issued(&anchor.certificate, &current, chain) {
                chain.push(anchor.certificate.clone());
                let found = self.finish(chain, &anchor.domain);
                chain.pop();
                if found.is_some() {
                    return found;
                }
            }
        }
        if chain.len() + 1 >= self.input.limits.path_length {
            self.fail(
                FailureKind::Budget,
                "path.too-long",
                vec![("limit", self.input.limits.path_length.to_string())],
                chain,
            );
            return None;
        }
        let mut candidates: Vec<&Certificate> = self.input.candidates.iter().collect();
        candidates.sort_by_key(|candidate| !key_identifiers_agree(candidate, &current));
        for candidate in candidates {
            // The same name and key twice is a circle.
            let circle = chain.iter().any(|c| c.subject().matches(candidate.subject()) && c.spki() == candidate.spki());
            if circle || !self.issued(candidate, &current, chain) {
                continue;
            }
            chain.push(candidate.clone());
            let found = self.extend(chain);
            chain.pop();
            if found.is_some() {
                return found;
            }
        }
        self.fail(FailureKind::NoChain, "path.no-issuer", vec![("issuer", current.issuer().to_string())], chain);
        None
    }

    /// True if the names chain and the signature of `subject` verifies with the key of `issuer`.
    fn issued(&mut self, issuer: &Certificate, subject: &Certificate, chain: &[Certificate]) -> bool {
        if !subject.issuer().matches(issuer.subject()) {
            return false;
        }
        let Some(left) = self.signatures_left.checked_sub(1) else {
            let limit = self.input.limits.path_signatures.to_string();
            self.fail(FailureKind::Budget, "path.too-many-signatures", vec![("limit", limit)], chain);
            return false;
        };
        self.signatures_left = left;
        match issuer.public_key().and_then(|key| subject.verify_signed_by(key)) {
            Ok(()) => true,
            Err(error) => {
                if matches!(error, VerifyError::Unsupported(_)) {
                    self.fail(FailureKind::Chain, "path.signature-unsupported", names(subject), chain);
                } else {
                    // A certificate of the right name with another key is no issuer: roots are re-keyed under one name.
                    self.fail(FailureKind::NoChain, "path.signature-invalid", names(subject), chain);
                }
                false
            }
        }
    }

    fn finish(&mut self, chain: &[Certificate], domain: &str) -> Option<Path> {
        match check(chain, self.input.at) {
            Ok(()) => Some(Path { certificates: chain.to_vec(), domain: domain.to_owned() }),
            Err((kind, id, facts)) => {
                self.fail(kind, id, facts, chain);
                None
            }
        }
    }

    fn fail(&mut self, kind: FailureKind, id: &'static str, facts: Vec<(&'static str, String)>, chain: &[Certificate]) {
        if self.best.as_ref().is_none_or(|best| (best.kind, best.certificates.len()) < (kind, chain.len())) {
            self.best = Some(PathFailure { kind, id, facts, certificates: chain.to_vec() });
        }
    }
}

fn key_identifiers_agree(issuer: &Certificate, subject: &Certificate) -> bool {
    let wanted = subject.authority_key_id().and_then(|aki| aki.key_id.as_deref());
    wanted.is_some() && wanted == issuer.subject_key_id()
}

fn names(certificate: &Certificate) -> Vec<(&'static str, String)> {
    vec![("subject", certificate.subject().to_string())]
}

/// Facts for a message.
type Facts = Vec<(&'static str, String)>;
type Broken = (FailureKind, &'static str, Facts);

/// The rules of RFC 5280 §6.1.3–6.1.5 over a complete path, from the anchor down so that the signer comes last.
fn check(chain: &[Certificate], at: Time) -> Result<(), Broken> {
    let Some((leaf, issuers)) = chain.split_first() else { return Ok(()) };
    // Certificates between a CA and the signer, self-issued ones not counted (§4.2.1.9).
    let mut below = 0;
    for (index, issuer) in issuers.iter().enumerate() {
        let is_anchor = index + 1 == issuers.len();
        check_issuer(issuer, below, is_anchor)?;
        if !is_anchor {
            check_critical(issuer)?;
            check_validity(issuer, at).map_err(|(id, facts)| (FailureKind::Chain, id, facts))?;
        }
        if !issuer.is_self_issued() {
            below += 1;
        }
    }
    check_critical(leaf)?;
    if leaf.basic_constraints().is_some_and(|constraints| constraints.ca) {
        return Err((FailureKind::Constraints, "path.signer-is-ca", names(leaf)));
    }
    if leaf.key_usage().is_some_and(|usage| !usage.digital_signature() && !usage.non_repudiation()) {
        return Err((FailureKind::Constraints, "path.signer-key-usage", names(leaf)));
    }
    // Last: the standard wants to know of a signer out of bounds only when all else holds (EN 319 102-1 §5.2.6.4).
    check_validity(leaf, at).map_err(|(id, facts)| (FailureKind::OutOfBounds, id, facts))
}

/// (k)–(n) of §6.1.4. An anchor without extensions (version 1) may issue; what it states must hold.
fn check_issuer(issuer: &Certificate, below: u32, is_anchor: bool) -> Result<(), Broken> {
    match issuer.basic_constraints() {
        Some(constraints) if !constraints.ca => {
            return Err((FailureKind::Chain, "path.issuer-not-ca", names(issuer)));
        }
        None if !(is_anchor && issuer.version() < 3) => {
            return Err((FailureKind::Chain, "path.issuer-not-ca", names(issuer)));
        }
        Some(constraints) if constraints.path_len.is_some_and(|limit| below > limit) => {
            return Err((FailureKind::Chain, "path.path-length", names(issuer)));
        }
        _ => {}
    }
    if issuer.key_usage().is_some_and(|usage| !usage.key_cert_sign()) {
        return Err((FailureKind::Chain, "path.issuer-key-usage", names(issuer)));
    }
    Ok(())
}

fn check_validity(certificate: &Certificate, at: Time) -> Result<(), (&'static str, Facts)> {
    let facts = || {
        let mut facts = names(certificate);
        facts.push(("from", certificate.not_before().to_string()));
        facts.push(("until", certificate.not_after().to_string()));
        facts.push(("at", at.to_string()));
        facts
    };
    if at < certificate.not_before() {
        Err(("path.not-yet-valid", facts()))
    } else if at > certificate.not_after() {
        Err(("path.expired", facts()))
    } else {
        Ok(())
    }
}

/// Extensions that change what the path means and are not processed yet, critical or not (RFC 5280 §4.2.1).
const CONSTRAINTS: [&str; 4] = ["2.5.29.30", "2.5.29.33", "2.5.29.36", "2.5.29.54"];

/// Extensions that may be critical: keyUsage, subjectAltName, basicConstraints, cRLDistributionPoints,
/// certificatePolicies, extKeyUsage, qcStatements.
const PROCESSED: [&str; 7] =
    ["2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.31", "2.5.29.32", "2.5.29.37", "1.3.6.1.5.5.7.1.3"];

fn check_critical(certificate: &Certificate) -> Result<(), Broken> {
    for extension in certificate.extensions() {
        let oid = Oid::to_string(&extension.oid);
        let unknown = extension.critical && !PROCESSED.contains(&oid.as_str());
        if unknown || CONSTRAINTS.contains(&oid.as_str()) {
            let mut facts = names(certificate);
            facts.push(("oid", oid));
            return Err((FailureKind::Chain, "path.extension-not-processed", facts));
        }
    }
    Ok(())
}
