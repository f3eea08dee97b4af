//! Revocation by lists (RFC 5280 §6.3): pure, from the lists that the caller has.
//!
//! For each certificate of a path, from the signer to the one under the anchor: every distribution point it names, and
//! last its issuer, is asked of every list, until all reasons are covered or the certificate is found revoked.

use super::certificate::Certificate;
use super::crl::Crl;
use super::crl_entries::{CrlReason, Entry, Unusable};
use super::distribution::{Point, Reasons, Scope};
use super::extensions::CRL_DISTRIBUTION_POINTS;
use super::path::{Facts, Path, PathInput, PathNote, build, limit_fact};
use super::purpose::Purpose;
use super::trust::TrustStore;
use crate::time::Time;

/// What is known about revocation.
#[derive(Clone, Copy, Debug, Default)]
pub struct RevocationData<'a> {
    /// Lists in any order: full, delta, indirect, partitioned.
    pub crls: &'a [Crl],
}

/// What the lists say about one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationStatus {
    /// Covered for every reason, and not listed.
    Good {
        /// When the oldest of the lists used was issued.
        this_update: Time,
        /// When the first of them will be replaced.
        next_update: Time,
        /// Where the lists leave the profile of RFC 5280 §5.
        notes: Vec<PathNote>,
    },
    /// Listed. Whether that was before or after a signature is for the caller to judge.
    Revoked {
        /// `revocationDate`
        time: Time,
        /// Why; [`CrlReason::CertificateHold`] may be taken back.
        reason: CrlReason,
        /// `invalidityDate`: when the key is thought to have been lost. Only told, never used to rescue a signature.
        invalidity: Option<Time>,
        /// When the list was issued.
        this_update: Time,
    },
    /// The lists do not say.
    Unknown {
        /// Message id of the reason.
        id: &'static str,
        /// Facts for the message.
        facts: Vec<(&'static str, String)>,
    },
}

/// What each certificate of `path` but the anchor is, in their order.
///
/// Lists must be current at `input.at` and signed by a certificate that leads to the anchor of `path`; it is looked for
/// in the path and in `input.candidates`, and must not be revoked itself. `input.trust` and `input.purpose` are not used.
pub fn check(path: &Path, data: &RevocationData<'_>, input: PathInput<'_>) -> Vec<RevocationStatus> {
    let mut trust = TrustStore::new();
    if let Some(anchor) = path.certificates.last() {
        // §6.3.3 (f): "The trust anchor for the certification path MUST be the same as the trust anchor used to
        // validate the target certificate."
        trust.add(&path.domain, anchor.clone());
    }
    let input = PathInput { trust: &trust, purpose: Purpose::CrlSigner, ..input };
    // Of two lists that are both current the newer one decides.
    let mut crls: Vec<&Crl> = data.crls.iter().collect();
    crls.sort_by_key(|crl| std::cmp::Reverse(crl.this_update()));
    let (signatures, bytes) = (input.limits.crl_signatures, input.limits.crl_scanned_bytes);
    let mut checker = Checker { input, crls, signatures, bytes, verified: vec![], vouched: vec![], open: vec![] };
    checker.path(&path.certificates)
}

/// Why a list does not answer; of several the one that came closest is told.
struct Why {
    rank: u8,
    id: &'static str,
    facts: Facts,
}

impl Why {
    fn new(rank: u8, id: &'static str, crl: &Crl) -> Self {
        Self { rank, id, facts: vec![("issuer", crl.issuer().to_string())] }
    }
}

/// An answer of one list.
enum Answer {
    Listed(Entry, Time),
    Silent { reasons: Reasons, this_update: Time, next_update: Time },
}

struct Checker<'a> {
    input: PathInput<'a>,
    /// The newest first.
    crls: Vec<&'a Crl>,
    /// Signatures, and signers to build a path to, that may still be tried.
    signatures: usize,
    /// Bytes that may still be hashed and scanned.
    bytes: usize,
    /// Signatures verified so far, by the places of the list and of the signer.
    verified: Vec<((usize, usize), bool)>,
    /// Signers of lists that hold and are not revoked.
    vouched: Vec<Certificate>,
    /// Certificates whose status is being looked for: two lists must not vouch for each other's signers.
    open: Vec<Certificate>,
}

impl Checker<'_> {
    fn path(&mut self, certificates: &[Certificate]) -> Vec<RevocationStatus> {
        let below_anchor = certificates.len().saturating_sub(1);
        (0..below_anchor)
            .map(|index| {
                let (head, issuers) = certificates.split_at(index + 1);
                let Some(certificate) = head.last() else { return unknown("revocation.no-crl", Vec::new()) };
                self.open.push(certificate.clone());
                let status = self.status(certificate, issuers);
                self.open.pop();
                status
            })
            .collect()
    }

    fn status(&mut self, certificate: &Certificate, issuers: &[Certificate]) -> RevocationStatus {
        let subject = || vec![("subject", certificate.subject().to_string())];
        let extension = certificate.extension(CRL_DISTRIBUTION_POINTS);
        let Some(mut points) = extension.map_or(Some(Vec::new()), |e| Point::read_all(&e.value)) else {
            return unknown("revocation.points-malformed", subject());
        };
        points.truncate(self.input.limits.crl_points);
        points.push(Point::of_issuer(certificate));

        // §6.3.2: reasons_mask; the times of the lists used, and notes on them; lists that answered in vain.
        let (mut mask, mut used, mut notes, mut vain) = (Reasons::NONE, None::<(Time, Time)>, Vec::new(), Vec::new());
        let mut why = Why { rank: 0, id: "revocation.no-crl", facts: subject() };
        for point in &points {
            for (index, crl) in self.crls.clone().into_iter().enumerate() {
                if crl.is_delta() || vain.contains(&index) {
                    continue;
                }
                match self.ask(crl, certificate, point, issuers, mask) {
                    Ok(Answer::Listed(Entry { time, reason, invalidity }, this_update)) => {
                        return RevocationStatus::Revoked { time, reason, invalidity, this_update };
                    }
                    Ok(Answer::Silent { reasons, this_update, next_update }) => {
                        mask = mask.or(reasons);
                        let times = used.unwrap_or((this_update, next_update));
                        used = Some((times.0.min(this_update), times.1.min(next_update)));
                        notes.extend(number_note(crl));
                    }
                    Err(new) => {
                        // Past the signature, nothing changes with another point.
                        if new.rank > RANK_SIGNER {
                            vain.push(index);
                        }
                        if new.rank > why.rank {
                            why = new;
                        }
                    }
                }
                if let (true, Some((this_update, next_update))) = (mask.hold(Reasons::ALL), used) {
                    return RevocationStatus::Good { this_update, next_update, notes };
                }
            }
        }
        if used.is_some() && why.rank <= RANK_SCOPE {
            return unknown("revocation.some-reasons", subject());
        }
        unknown(why.id, why.facts)
    }

    /// §6.3.3 (a)–(l) for one list and one distribution point.
    fn ask(
        &mut self,
        crl: &Crl,
        certificate: &Certificate,
        point: &Point<'_>,
        issuers: &[Certificate],
        mask: Reasons,
    ) -> Result<Answer, Why> {
        self.spend(QUESTION_COST)?;
        // (b) (1)
        let must_be_indirect = point.accepts_issuer(crl.issuer(), certificate).ok_or_else(|| Why {
            rank: 0,
            id: "revocation.no-crl",
            facts: Vec::new(),
        })?;
        if crl.der().len() > self.input.limits.crl_bytes {
            let facts = limit_fact(self.input.limits.crl_bytes);
            return Err(Why { rank: RANK_SCOPE, id: "revocation.crl-too-large", facts });
        }
        if let (true, Some(PathNote { id, facts })) = (self.input.strict, number_note(crl)) {
            return Err(Why { rank: RANK_SCOPE, id, facts });
        }
        // (b) (2)
        let scope = Scope::read(crl.scope()).ok_or_else(|| Why::new(RANK_SCOPE, "revocation.crl-malformed", crl))?;
        if must_be_indirect && !scope.indirect || !scope.covers(certificate, point, crl.issuer()) {
            return Err(Why::new(RANK_SCOPE, "revocation.crl-scope", crl));
        }
        // (d), (e)
        let reasons = point.reasons.and(scope.reasons);
        if mask.hold(reasons) {
            return Err(Why { rank: 0, id: "revocation.some-reasons", facts: Vec::new() });
        }
        // (f), (g)
        let signer = self.signer(crl, issuers, must_be_indirect)?;
        // §5.2: a list with a critical extension that is not processed must not be used.
        if crl.has_unknown_critical() {
            return Err(Why::new(RANK_UNUSABLE, "revocation.crl-critical", crl));
        }
        let find = |list: &Crl| {
            list.find(certificate.serial(), certificate.issuer(), scope.indirect).map_err(|unusable| match unusable {
                Unusable::Malformed => Why::new(RANK_UNUSABLE, "revocation.crl-malformed", list),
                Unusable::Critical => Why::new(RANK_UNUSABLE, "revocation.crl-critical", list),
            })
        };
        // (c), (h), (i): what the delta list says goes before what the full one says.
        let delta = self.delta(crl, &signer);
        self.spend(crl.der().len() + delta.as_ref().map_or(0, |delta| delta.der().len()))?;
        let (mut source, mut entry) = (crl, None);
        if let Some(delta) = &delta {
            (source, entry) = (delta, find(delta)?);
        }
        // (j), (k)
        let entry = match entry {
            Some(Entry { reason: CrlReason::RemoveFromCrl, .. }) => None,
            Some(entry) => Some(entry),
            None => {
                source = crl;
                find(crl)?
            }
        };
        let current = self.current(crl);
        match (entry, current) {
            // A list that is out of date still tells of a revocation, which nothing takes back; a hold may be over.
            (Some(entry), Err(stale)) if entry.reason == CrlReason::CertificateHold => Err(stale),
            (Some(entry), _) => Ok(Answer::Listed(entry, source.this_update())),
            (None, Err(stale)) => Err(stale),
            (None, Ok(next_update)) => {
                // X.509 expiredCertsOnCRL: silence about a certificate that had expired before says nothing.
                let kept = crl.expired_since().is_some_and(|since| since <= certificate.not_after());
                if certificate.not_after() < crl.this_update() && !kept {
                    return Err(Why::new(RANK_UNUSABLE, "revocation.expired-before", crl));
                }
                // (l)
                let next_update =
                    delta.and_then(|delta| delta.next_update()).map_or(next_update, |d| d.min(next_update));
                Ok(Answer::Silent { reasons, this_update: crl.this_update(), next_update })
            }
        }
    }

    /// The end of validity of `crl`, if it is current.
    fn current(&self, crl: &Crl) -> Result<Time, Why> {
        let why = |id| {
            let mut why = Why::new(RANK_UNUSABLE, id, crl);
            why.facts.push(("from", crl.this_update().to_string()));
            why.facts.push(("at", self.input.at.to_string()));
            why
        };
        // §5.1.2.5: "Conforming CRL issuers MUST include the nextUpdate field in all CRLs."
        let next = crl.next_update().ok_or_else(|| why("revocation.crl-no-end"))?;
        if self.input.at.to_unix() + CLOCK_SKEW < crl.this_update().to_unix() {
            return Err(why("revocation.crl-not-yet"));
        }
        if self.input.at > next {
            let mut why = why("revocation.crl-stale");
            why.facts.push(("until", next.to_string()));
            return Err(why);
        }
        Ok(next)
    }

    /// The newest delta list that fits `base` and is current, "using the public key … used to validate the complete CRL".
    fn delta(&mut self, base: &Crl, signer: &Certificate) -> Option<Crl> {
        let size = self.input.limits.crl_bytes;
        let fitting = |crl: &&Crl| crl.is_delta_for(base) && crl.der().len() <= size;
        let mut deltas: Vec<&Crl> = self.crls.iter().copied().filter(fitting).collect();
        deltas.sort_by(|a, b| b.compare_number(a));
        let fits = |checker: &mut Self, crl: &Crl| {
            !crl.has_unknown_critical()
                && checker.current(crl).is_ok()
                && checker.verify(crl, signer).is_ok_and(|ok| ok)
        };
        deltas.into_iter().find(|crl| fits(self, crl)).cloned()
    }

    /// The certificate whose key signed `crl`: one of the path above, or one that leads to the same anchor.
    fn signer(&mut self, crl: &Crl, issuers: &[Certificate], indirect: bool) -> Result<Certificate, Why> {
        let named = |certificate: &&Certificate| certificate.subject().matches(crl.issuer());
        let mut why = Why::new(RANK_SIGNER, "revocation.signer-unknown", crl);
        for issuer in issuers.iter().filter(named) {
            if self.verify(crl, issuer)? {
                match Purpose::CrlSigner.refusal(issuer) {
                    None => return Ok(issuer.clone()),
                    Some(id) => {
                        why = Why { rank: RANK_SIGNER, id, facts: vec![("subject", issuer.subject().to_string())] }
                    }
                }
            }
        }
        let mut others: Vec<&Certificate> = self.input.candidates.iter().filter(named).collect();
        let wanted = crl.authority_key_id().and_then(|aki| aki.key_id.as_deref());
        others.sort_by_key(|candidate| candidate.subject_key_id() != wanted);
        for candidate in others {
            if issuers.contains(candidate) || !self.verify(crl, candidate)? {
                continue;
            }
            let facts = || vec![("subject", candidate.subject().to_string())];
            if self.vouched.contains(candidate) {
                return Ok(candidate.clone());
            }
            // An indirect list may cover the certificate of its own signer, where the authority names it there (PKITS
            // 4.14.30). Its path has been built already.
            if indirect && self.open.last() == Some(candidate) {
                match Purpose::CrlSigner.refusal(candidate) {
                    None => return Ok(candidate.clone()),
                    Some(id) => why = Why { rank: RANK_SIGNER, id, facts: facts() },
                }
                continue;
            }
            if self.open.contains(candidate) || self.open.len() >= self.input.limits.path_length {
                why = Why { rank: RANK_SIGNER, id: "revocation.signers-circle", facts: facts() };
                continue;
            }
            self.spend_signature()?;
            match build(candidate, self.input) {
                Err(failure) => why = Why { rank: RANK_SIGNER, id: failure.id, facts: failure.facts },
                Ok(path) => {
                    let statuses = self.path(&path.certificates);
                    if statuses.iter().all(|status| matches!(status, RevocationStatus::Good { .. })) {
                        self.vouched.push(candidate.clone());
                        return Ok(candidate.clone());
                    }
                    why = Why { rank: RANK_SIGNER, id: "revocation.signer-not-good", facts: facts() };
                }
            }
        }
        Err(why)
    }

    /// Whether the key of `signer` verifies `crl`, each pair once. An error if too many were tried.
    fn verify(&mut self, crl: &Crl, signer: &Certificate) -> Result<bool, Why> {
        let key = (crl.der().as_ptr() as usize, signer.der().as_ptr() as usize);
        if let Some((_, known)) = self.verified.iter().find(|(known, _)| *known == key) {
            return Ok(*known);
        }
        self.spend_signature()?;
        self.spend(crl.der().len())?;
        let verified = signer.public_key().and_then(|key| crl.verify_signed_by(key)).is_ok();
        self.verified.push((key, verified));
        Ok(verified)
    }

    fn spend_signature(&mut self) -> Result<(), Why> {
        let limit = self.input.limits.crl_signatures;
        self.signatures = spend(self.signatures, 1, "revocation.too-many-signatures", limit)?;
        Ok(())
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Why> {
        let limit = self.input.limits.crl_scanned_bytes;
        self.bytes = spend(self.bytes, bytes, "revocation.too-many-bytes", limit)?;
        Ok(())
    }
}

/// What is left of a budget, or that it is spent.
fn spend(left: usize, cost: usize, id: &'static str, limit: usize) -> Result<usize, Why> {
    left.checked_sub(cost).ok_or_else(|| Why { rank: RANK_BUDGET, id, facts: limit_fact(limit) })
}

/// Asking a list whether it is about a certificate costs as much as scanning so many bytes.
const QUESTION_COST: usize = 1024;

/// A list may come from a clock that is so many seconds ahead.
const CLOCK_SKEW: i64 = 300;

/// How far a list came: it is about something else; its signer does not hold; it cannot answer; a budget is spent.
const RANK_SCOPE: u8 = 1;
const RANK_SIGNER: u8 = 2;
const RANK_UNUSABLE: u8 = 3;
const RANK_BUDGET: u8 = 4;

/// §5.2.3: "CRL issuers conforming to this profile MUST include this extension in all CRLs and MUST mark this extension
/// as non-critical." Old lists (version 1) have no extensions at all.
fn number_note(crl: &Crl) -> Option<PathNote> {
    let facts = vec![("issuer", crl.issuer().to_string())];
    (!crl.is_numbered()).then_some(PathNote { id: "revocation.crl-number", facts })
}

fn unknown(id: &'static str, facts: Facts) -> RevocationStatus {
    RevocationStatus::Unknown { id, facts }
}
