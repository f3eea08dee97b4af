//! Whether a complete path holds: RFC 5280 §6.1.2–6.1.5, with policies as RFC 9618 has them. Signatures and the chaining
//! of names, §6.1.3 (a) (1) and (4), are checked while the path is built; revocation, (a) (3), in [`super::revocation`].

use super::certificate::Certificate;
use super::extensions::{
    self, ANY_POLICY, BASIC_CONSTRAINTS, CERTIFICATE_POLICIES, CRL_DISTRIBUTION_POINTS, EXTENDED_KEY_USAGE,
    INHIBIT_ANY_POLICY, KEY_USAGE, NAME_CONSTRAINTS, POLICY_CONSTRAINTS, POLICY_MAPPINGS, QC_STATEMENTS,
    SUBJECT_ALT_NAME,
};
use super::general_name::GeneralName;
use super::name_constraints::{Constraints, NameConstraints, Refusal};
use super::path::{Budget, Facts, FailureKind, PathInput, PathNote, limit_fact, subject_fact};
use super::policy::PolicyGraph;
use super::profile;
use crate::crypto::Oid;
use crate::time::Time;

/// A rule that does not hold.
pub(super) struct Broken {
    pub(super) kind: FailureKind,
    pub(super) id: &'static str,
    pub(super) facts: Facts,
}

impl Broken {
    fn chain(id: &'static str, certificate: &Certificate) -> Self {
        Self { kind: FailureKind::Chain, id, facts: subject_fact(certificate) }
    }

    fn budget(id: &'static str, limit: usize) -> Self {
        Self { kind: FailureKind::Budget, id, facts: limit_fact(limit) }
    }
}

/// The outputs of §6.1.6, but for the key.
pub(super) struct Checked {
    pub(super) policies: Vec<Oid>,
    pub(super) notes: Vec<PathNote>,
}

/// Extensions that may be critical: each is processed here, or says nothing about the path (cRLDistributionPoints,
/// qcStatements).
const PROCESSED: [Oid; 11] = [
    KEY_USAGE,
    SUBJECT_ALT_NAME,
    BASIC_CONSTRAINTS,
    NAME_CONSTRAINTS,
    CRL_DISTRIBUTION_POINTS,
    CERTIFICATE_POLICIES,
    POLICY_MAPPINGS,
    POLICY_CONSTRAINTS,
    EXTENDED_KEY_USAGE,
    INHIBIT_ANY_POLICY,
    QC_STATEMENTS,
];

/// Checks `chain`, the signer first and the anchor last, from the anchor down.
pub(super) fn check(chain: &[Certificate], input: &PathInput<'_>, budget: &mut Budget) -> Result<Checked, Broken> {
    let Some((leaf, issuers)) = chain.split_first() else { return Ok(Checked { policies: vec![], notes: vec![] }) };
    let mut state = State::new(input, budget, issuers.len());
    match issuers.split_last() {
        Some((anchor, between)) => {
            state.begin(anchor)?;
            for certificate in between.iter().rev() {
                state.process(certificate, false)?;
                check_validity(certificate, input.at, FailureKind::Chain)?;
                state.prepare(certificate)?;
            }
            state.process(leaf, true)?;
        }
        // The certificate is an anchor itself.
        None => check_critical(leaf)?,
    }
    let policies = state.wrap_up(leaf)?;
    if let Some(id) = input.purpose.refusal(leaf) {
        return Err(Broken { kind: FailureKind::Constraints, id, facts: subject_fact(leaf) });
    }
    let notes = profile::notes(chain, input.at);
    if let (true, Some(note)) = (input.strict, notes.first()) {
        return Err(Broken { kind: FailureKind::Chain, id: note.id, facts: note.facts.clone() });
    }
    // Last: the standard wants to know of a signer out of bounds only when all else holds (EN 319 102-1 §5.2.6.4).
    check_validity(leaf, input.at, FailureKind::OutOfBounds)?;
    Ok(Checked { policies, notes })
}

/// The state variables of §6.1.2.
struct State<'a, 'b> {
    input: &'a PathInput<'a>,
    budget: &'b mut Budget,
    graph: PolicyGraph,
    constraints: Constraints<'a>,
    explicit_policy: u32,
    inhibit_any: u32,
    policy_mapping: u32,
    max_path_length: u32,
}

impl<'a, 'b> State<'a, 'b> {
    fn new(input: &'a PathInput<'a>, budget: &'b mut Budget, certificates: usize) -> Self {
        let n = u32::try_from(certificates).unwrap_or(u32::MAX - 1);
        let after = |inhibited: bool| if inhibited { 0 } else { n + 1 };
        Self {
            input,
            budget,
            graph: PolicyGraph::new(),
            constraints: Constraints::default(),
            explicit_policy: after(input.policies.require_explicit),
            inhibit_any: after(input.policies.inhibit_any),
            policy_mapping: after(input.policies.inhibit_mapping),
            max_path_length: input.max_path_length.unwrap_or(n),
        }
    }

    /// The anchor: what its certificate states limits the path, as RFC 5937 §3.2 has it; its policies are not read.
    fn begin(&mut self, anchor: &'a Certificate) -> Result<(), Broken> {
        check_critical(anchor)?;
        self.narrow(anchor)?;
        check_issuer(anchor, true)?;
        self.limit_length(anchor);
        Ok(())
    }

    /// §6.1.3 (b)–(f).
    fn process(&mut self, certificate: &'a Certificate, last: bool) -> Result<(), Broken> {
        check_critical(certificate)?;
        let alt_names = read(certificate, SUBJECT_ALT_NAME, GeneralName::read_extension)?;
        // (b), (c): not for a self-issued certificate, "unless it is the final certificate in the path".
        if last || !certificate.is_self_issued() {
            let budget = &mut self.budget.comparisons;
            self.constraints.check(certificate.subject(), alt_names.as_deref(), budget).map_err(|refusal| {
                let id = match refusal {
                    Refusal::Outside => "path.name-outside",
                    Refusal::Unsupported => "path.name-unsupported",
                    Refusal::Malformed => "path.name-malformed",
                    Refusal::Budget => {
                        return Broken::budget("path.too-many-names", self.input.limits.path_name_comparisons);
                    }
                };
                Broken::chain(id, certificate)
            })?;
        }
        // (d), (e)
        let policies = read(certificate, CERTIFICATE_POLICIES, extensions::certificate_policies)?.unwrap_or_default();
        self.spend_policies(policies.len())?;
        let any_counts = self.inhibit_any > 0 || !last && certificate.is_self_issued();
        self.graph.descend(&policies, any_counts);
        // (f)
        if self.explicit_policy == 0 && self.graph.is_null() {
            return Err(Broken::chain("path.no-policy", certificate));
        }
        Ok(())
    }

    /// §6.1.4: from this certificate to the next.
    fn prepare(&mut self, certificate: &'a Certificate) -> Result<(), Broken> {
        // (a), (b)
        if let Some(mappings) = read(certificate, POLICY_MAPPINGS, extensions::policy_mappings)? {
            if mappings.iter().any(|mapping| mapping.issuer == ANY_POLICY || mapping.subject == ANY_POLICY) {
                return Err(Broken::chain("path.any-policy-mapped", certificate));
            }
            self.spend_policies(mappings.len())?;
            self.graph.map(&mappings, self.policy_mapping > 0);
        }
        // (h)
        if !certificate.is_self_issued() {
            for counter in [&mut self.explicit_policy, &mut self.policy_mapping, &mut self.inhibit_any] {
                *counter = counter.saturating_sub(1);
            }
        }
        self.narrow(certificate)?;
        check_issuer(certificate, false)?;
        // (l)
        if !certificate.is_self_issued() {
            self.max_path_length = match self.max_path_length.checked_sub(1) {
                Some(left) => left,
                None => return Err(Broken::chain("path.path-length", certificate)),
            };
        }
        self.limit_length(certificate);
        Ok(())
    }

    /// §6.1.4 (g), (i), (j): name constraints, policy constraints, inhibitAnyPolicy.
    fn narrow(&mut self, certificate: &'a Certificate) -> Result<(), Broken> {
        if let Some(constraints) = read(certificate, NAME_CONSTRAINTS, NameConstraints::read)? {
            self.constraints.add(constraints);
        }
        if let Some(constraints) = read(certificate, POLICY_CONSTRAINTS, extensions::policy_constraints)? {
            let at_most = |counter: u32, limit: Option<u32>| limit.map_or(counter, |limit| counter.min(limit));
            self.explicit_policy = at_most(self.explicit_policy, constraints.require_explicit);
            self.policy_mapping = at_most(self.policy_mapping, constraints.inhibit_mapping);
        }
        if let Some(skip) = read(certificate, INHIBIT_ANY_POLICY, extensions::inhibit_any_policy)? {
            self.inhibit_any = self.inhibit_any.min(skip);
        }
        Ok(())
    }

    /// §6.1.4 (m)
    fn limit_length(&mut self, certificate: &Certificate) {
        if let Some(limit) = certificate.basic_constraints().and_then(|constraints| constraints.path_len) {
            self.max_path_length = self.max_path_length.min(limit);
        }
    }

    fn spend_policies(&mut self, count: usize) -> Result<(), Broken> {
        let left = self.budget.policies.checked_sub(count);
        self.budget.policies =
            left.ok_or_else(|| Broken::budget("path.too-many-policies", self.input.limits.path_policies))?;
        Ok(())
    }

    /// §6.1.5 (a), (b), (g); gives the policies of the whole path.
    fn wrap_up(mut self, leaf: &'a Certificate) -> Result<Vec<Oid>, Broken> {
        self.explicit_policy = self.explicit_policy.saturating_sub(1);
        let constraints = read(leaf, POLICY_CONSTRAINTS, extensions::policy_constraints)?;
        if constraints.is_some_and(|constraints| constraints.require_explicit == Some(0)) {
            self.explicit_policy = 0;
        }
        let policies = self.graph.finish(self.input.policies.accepted);
        if self.explicit_policy == 0 && policies.is_empty() {
            return Err(Broken::chain("path.no-policy", leaf));
        }
        Ok(policies.into_iter().collect())
    }
}

/// The extension `oid` of `certificate`, read; one that cannot be read breaks the path.
fn read<'a, T>(
    certificate: &'a Certificate,
    oid: Oid,
    read: impl Fn(&'a [u8]) -> Option<T>,
) -> Result<Option<T>, Broken> {
    let Some(extension) = certificate.extension(oid) else { return Ok(None) };
    read(&extension.value).map(Some).ok_or_else(|| {
        let mut broken = Broken::chain("path.extension-malformed", certificate);
        broken.facts.push(("oid", oid.to_string()));
        broken
    })
}

/// §6.1.4 (k) and (n). An anchor without extensions (version 1) may issue; what it states must hold.
fn check_issuer(issuer: &Certificate, is_anchor: bool) -> Result<(), Broken> {
    let old_anchor = is_anchor && issuer.version() < 3;
    let is_ca = match issuer.basic_constraints() {
        Some(constraints) => constraints.ca && (issuer.version() == 3 || old_anchor),
        None => old_anchor,
    };
    if !is_ca {
        return Err(Broken::chain("path.issuer-not-ca", issuer));
    }
    if issuer.key_usage().is_some_and(|usage| !usage.key_cert_sign()) {
        return Err(Broken::chain("path.issuer-key-usage", issuer));
    }
    Ok(())
}

/// §6.1.3 (a) (2), in the shell model: everything is valid at one time.
fn check_validity(certificate: &Certificate, at: Time, kind: FailureKind) -> Result<(), Broken> {
    let id = if at < certificate.not_before() {
        "path.not-yet-valid"
    } else if at > certificate.not_after() {
        "path.expired"
    } else {
        return Ok(());
    };
    Err(Broken { kind, id, facts: profile::validity_facts(certificate, at) })
}

/// §6.1.4 (o) and §6.1.5 (f): "any other critical extensions … MUST be recognized and processed".
fn check_critical(certificate: &Certificate) -> Result<(), Broken> {
    match certificate.extensions().iter().find(|e| e.critical && !PROCESSED.contains(&e.oid)) {
        None => Ok(()),
        Some(extension) => {
            let mut broken = Broken::chain("path.extension-not-processed", certificate);
            broken.facts.push(("oid", extension.oid.to_string()));
            Err(broken)
        }
    }
}
