//! From a certificate to a trust anchor: building paths. Whether a complete path holds is judged in [`super::validation`].
//!
//! Depth first from the certificate upward. At each step: anchors before other certificates, matching key identifiers
//! before the rest, valid ones before expired ones. Certificates of one name are all tried (re-keyed roots, cross-certificates), a name and key
//! never twice on one path; every signature is verified once, and the whole search has budgets.

use std::collections::HashMap;

use super::certificate::Certificate;
use super::purpose::Purpose;
use super::trust::TrustStore;
use super::validation::{self, Checked};
use crate::crypto::{Oid, VerifyError};
use crate::limits::Limits;
use crate::time::Time;

/// Facts for a message.
pub(super) type Facts = Vec<(&'static str, String)>;

/// A path that was found and holds.
#[derive(Clone, Debug)]
pub struct Path {
    /// The signer first, the trust anchor last.
    pub certificates: Vec<Certificate>,
    /// Domain of the anchor.
    pub domain: String,
    /// Policies that hold for the whole path, in the words of the anchor's domain (RFC 9618, `anyPolicy` included).
    pub policies: Vec<Oid>,
    /// Where certificates leave the profile of RFC 5280 §4 without breaking a rule of §6.
    pub notes: Vec<PathNote>,
}

/// A message about a path that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathNote {
    /// Message id.
    pub id: &'static str,
    /// Facts for the message.
    pub facts: Vec<(&'static str, String)>,
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

/// The policy inputs of RFC 5280 §6.1.1. The default accepts any policy and inhibits nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct PolicyInput<'a> {
    /// (c) `user-initial-policy-set`; `None` is any policy.
    pub accepted: Option<&'a [Oid]>,
    /// (e) `initial-policy-mapping-inhibit`
    pub inhibit_mapping: bool,
    /// (f) `initial-explicit-policy`
    pub require_explicit: bool,
    /// (g) `initial-any-policy-inhibit`
    pub inhibit_any: bool,
}

/// Certificates to build with, and what they are measured by.
#[derive(Clone, Copy, Debug)]
pub struct PathInput<'a> {
    /// Certificates that came with the signature or from the caller; untrusted.
    pub candidates: &'a [Certificate],
    /// The anchors.
    pub trust: &'a TrustStore,
    /// Every certificate but the anchor must be valid at this time.
    pub at: Time,
    /// Budgets.
    pub limits: &'a Limits,
    /// What the certificate at the end is to be used for.
    pub purpose: Purpose,
    /// Policy inputs.
    pub policies: PolicyInput<'a>,
    /// Intermediate certificates that may stand on the path, self-issued ones not counted (`max_path_length`).
    pub max_path_length: Option<u32>,
    /// Refuse what would otherwise be a [`Path::notes`] entry.
    pub strict: bool,
}

impl<'a> PathInput<'a> {
    /// For a signer of documents, any policy.
    pub fn new(candidates: &'a [Certificate], trust: &'a TrustStore, at: Time, limits: &'a Limits) -> Self {
        Self {
            candidates,
            trust,
            at,
            limits,
            purpose: Purpose::DocumentSigner,
            policies: PolicyInput::default(),
            max_path_length: None,
            strict: false,
        }
    }
}

/// What a search may still spend.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) signatures: usize,
    pub(super) steps: usize,
    pub(super) comparisons: usize,
    pub(super) policies: usize,
}

impl Budget {
    fn of(limits: &Limits) -> Self {
        Self {
            signatures: limits.path_signatures,
            steps: limits.path_steps,
            comparisons: limits.path_name_comparisons,
            policies: limits.path_policies,
        }
    }
}

/// Finds a path from `leaf` to an anchor that holds, trying every issuer of the right name, or explains the best failure.
pub fn build(leaf: &Certificate, input: PathInput<'_>) -> Result<Path, PathFailure> {
    let budget = Budget::of(input.limits);
    let mut search = Search { input, budget, verified: HashMap::new(), exhausted: false, best: None };
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
    budget: Budget,
    /// Signatures verified so far, by the places of the issuer's and the subject's bytes.
    verified: HashMap<(usize, usize), Result<(), VerifyError>>,
    exhausted: bool,
    best: Option<PathFailure>,
}

impl Search<'_> {
    fn extend(&mut self, chain: &mut Vec<Certificate>) -> Option<Path> {
        let current = chain.last()?.clone();
        let (trust, limits) = (self.input.trust, self.input.limits);
        self.budget.steps = match self.budget.steps.checked_sub(1) {
            Some(left) => left,
            None => return self.exhaust("path.too-many-steps", limits.path_steps, chain),
        };
        // The signing certificate may be an anchor itself (EN 319 102-1 §5.2.6.4 step 1).
        if let Some(anchor) = trust.anchors().iter().find(|anchor| anchor.certificate == current) {
            return self.finish(chain, &anchor.domain);
        }
        for anchor in trust.anchors() {
            if self.issued(&anchor.certificate, &current, chain) {
                chain.push(anchor.certificate.clone());
                let found = self.finish(chain, &anchor.domain);
                chain.pop();
                if found.is_some() || self.exhausted {
                    return found;
                }
            }
        }
        if chain.len() + 1 >= limits.path_length {
            self.fail(FailureKind::Budget, "path.too-long", limit_fact(limits.path_length), chain);
            return None;
        }
        for candidate in self.candidates(&current, chain) {
            if !self.issued(&candidate, &current, chain) {
                continue;
            }
            chain.push(candidate);
            let found = self.extend(chain);
            chain.pop();
            if found.is_some() || self.exhausted {
                return found;
            }
        }
        self.fail(FailureKind::NoChain, "path.no-issuer", vec![("issuer", current.issuer().to_string())], chain);
        None
    }

    /// Certificates of the issuer's name, the most promising first.
    fn candidates(&mut self, current: &Certificate, chain: &[Certificate]) -> Vec<Certificate> {
        // The same name and key twice is a circle.
        let circle = |candidate: &Certificate| {
            chain.iter().any(|c| c.spki() == candidate.spki() && c.subject().matches(candidate.subject()))
        };
        let named = self.input.candidates.iter().filter(|candidate| candidate.subject().matches(current.issuer()));
        let mut candidates: Vec<Certificate> = named.filter(|candidate| !circle(candidate)).cloned().collect();
        let at = self.input.at;
        candidates.sort_by_key(|c| (key_rank(c, current), at < c.not_before() || at > c.not_after()));
        let limit = self.input.limits.path_candidates;
        if candidates.len() > limit {
            self.fail(FailureKind::Budget, "path.too-many-candidates", limit_fact(limit), chain);
            candidates.truncate(limit);
        }
        candidates
    }

    /// True if the names chain and the signature of `subject` verifies with the key of `issuer`.
    fn issued(&mut self, issuer: &Certificate, subject: &Certificate, chain: &[Certificate]) -> bool {
        // RFC 5280 §4.1.2.4: "The issuer field MUST contain a non-empty distinguished name (DN)."
        if subject.issuer().is_empty() || !subject.issuer().matches(issuer.subject()) {
            return false;
        }
        let key = (issuer.der().as_ptr() as usize, subject.der().as_ptr() as usize);
        let result = match self.verified.get(&key) {
            Some(result) => result.clone(),
            None => {
                self.budget.signatures = match self.budget.signatures.checked_sub(1) {
                    Some(left) => left,
                    None => {
                        self.exhaust("path.too-many-signatures", self.input.limits.path_signatures, chain);
                        return false;
                    }
                };
                let result = issuer.public_key().and_then(|key| subject.verify_signed_by(key));
                self.verified.insert(key, result.clone());
                result
            }
        };
        match result {
            Ok(()) => return true,
            Err(VerifyError::Unsupported(_)) => {
                self.fail(FailureKind::Chain, "path.signature-unsupported", subject_fact(subject), chain);
            }
            // A certificate of the right name with another key is no issuer: roots are re-keyed under one name.
            Err(_) => self.fail(FailureKind::NoChain, "path.signature-invalid", subject_fact(subject), chain),
        }
        false
    }

    fn finish(&mut self, chain: &[Certificate], domain: &str) -> Option<Path> {
        match validation::check(chain, &self.input, &mut self.budget) {
            Ok(Checked { policies, notes }) => {
                Some(Path { certificates: chain.to_vec(), domain: domain.to_owned(), policies, notes })
            }
            Err(broken) => {
                self.exhausted |= broken.kind == FailureKind::Budget;
                self.fail(broken.kind, broken.id, broken.facts, chain);
                None
            }
        }
    }

    /// A budget of the whole search is spent: nothing more is tried, whatever other budget cut a branch before.
    fn exhaust(&mut self, id: &'static str, limit: usize, chain: &[Certificate]) -> Option<Path> {
        self.exhausted = true;
        if self.best.as_ref().is_some_and(|best| best.kind == FailureKind::Budget) {
            self.best = None;
        }
        self.fail(FailureKind::Budget, id, limit_fact(limit), chain);
        None
    }

    fn fail(&mut self, kind: FailureKind, id: &'static str, facts: Facts, chain: &[Certificate]) {
        if self.best.as_ref().is_none_or(|best| (best.kind, best.certificates.len()) < (kind, chain.len())) {
            self.best = Some(PathFailure { kind, id, facts, certificates: chain.to_vec() });
        }
    }
}

/// 0: the key identifiers agree; 1: one of them is missing; 2: they differ, which proves nothing.
fn key_rank(issuer: &Certificate, subject: &Certificate) -> u8 {
    match (subject.authority_key_id().and_then(|aki| aki.key_id.as_deref()), issuer.subject_key_id()) {
        (Some(wanted), Some(given)) => {
            if wanted == given {
                0
            } else {
                2
            }
        }
        _ => 1,
    }
}

pub(super) fn subject_fact(certificate: &Certificate) -> Facts {
    vec![("subject", certificate.subject().to_string())]
}

pub(super) fn limit_fact(limit: usize) -> Facts {
    vec![("limit", limit.to_string())]
}
