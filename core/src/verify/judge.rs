//! The judgement of a basic signature: EN 319 102-1 §5.3, as far as this version goes.

use super::facts::{Facts, SignatureFacts};
use super::finding::{Finding, Level};
use super::format;
use super::indication::{Indication, SubIndication};
use super::report::{CertificateSummary, CoverageSummary, Integrity, REPORT_SCHEMA, Report, SignatureReport};
use super::signer;
use crate::cms::SignerInfo;
use crate::crypto::VerifyError;
use crate::limits::Limits;
use crate::pdf::Coverage;
use crate::time::Time;
use crate::x509::{Certificate, FailureKind, PathInput, TrustStore, build_path};

/// What a caller may choose.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Policy {
    /// Certificates to build paths with, besides those in the document; untrusted.
    pub certificates: Vec<Certificate>,
    /// Budgets.
    pub limits: Limits,
}

/// Judges facts at the time `now`. Pure: no clock, no network, no state.
pub fn judge(facts: &Facts, policy: &Policy, trust: &TrustStore, now: Time) -> Report {
    let mut findings: Vec<Finding> =
        facts.oddities.iter().map(|odd| Finding::new(Level::Warning, odd.id).with("offset", odd.offset)).collect();
    if facts.signatures.is_empty() {
        findings.push(Finding::new(Level::Error, "verify.no-signature"));
    }
    let signatures: Vec<SignatureReport> =
        facts.signatures.iter().map(|signature| judge_signature(facts, signature, policy, trust, now)).collect();
    let worst = signatures.iter().map(|signature| signature.indication).reduce(Indication::worse);
    Report {
        schema: REPORT_SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        validation_time: now,
        indication: worst.unwrap_or(Indication::Indeterminate),
        document_bytes: facts.len,
        revisions: facts.revisions,
        findings,
        signatures,
    }
}

fn judge_signature(
    facts: &Facts,
    signature: &SignatureFacts,
    policy: &Policy,
    trust: &TrustStore,
    now: Time,
) -> SignatureReport {
    let dictionary = &signature.dictionary;
    let signed_bytes = dictionary.signed_end().unwrap_or(0).min(facts.len);
    let revision = match signature.coverage {
        Coverage::Revision { revision, .. } => Some(revision),
        Coverage::Unclear => None,
    };
    let report = SignatureReport {
        field: dictionary.field.clone(),
        indication: Indication::Indeterminate,
        sub_indication: None,
        integrity: Integrity::NotChecked,
        format: "PDF".to_owned(),
        sub_filter: dictionary
            .sub_filter
            .as_deref()
            .map(|s| String::from_utf8_lossy(s).into_owned())
            .unwrap_or_default(),
        algorithm: None,
        signer: None,
        chain: Vec::new(),
        trust_domain: None,
        claimed_time: dictionary.claimed_time,
        name: dictionary.name.clone(),
        reason: dictionary.reason.clone(),
        location: dictionary.location.clone(),
        contact: dictionary.contact.clone(),
        coverage: CoverageSummary {
            revision,
            of: facts.revisions,
            signed_bytes,
            bytes_after: facts.len - signed_bytes,
        },
        findings: Vec::new(),
    };
    let mut judgement = Judgement { report, decided: None };
    judgement.run(facts, signature, policy, trust, now);
    let Judgement { mut report, decided } = judgement;
    let (indication, sub) = decided.unwrap_or((Indication::TotalPassed, None));
    report.indication = indication;
    report.sub_indication = sub;
    report
}

/// A report in the making. The first decision stands: the blocks run in the order of the standard.
struct Judgement {
    report: SignatureReport,
    decided: Option<(Indication, Option<SubIndication>)>,
}

impl Judgement {
    fn note(&mut self, finding: Finding) {
        self.report.findings.push(finding);
    }

    fn decide(&mut self, indication: Indication, sub: SubIndication, finding: Finding) {
        self.note(finding);
        let worse = self.decided.is_none_or(|(current, _)| current.worse(indication) != current);
        if worse {
            self.decided = Some((indication, Some(sub)));
        }
    }

    fn fail(&mut self, sub: SubIndication, finding: Finding) {
        self.decide(Indication::TotalFailed, sub, finding);
    }

    fn unclear(&mut self, sub: SubIndication, finding: Finding) {
        self.decide(Indication::Indeterminate, sub, finding);
    }

    fn run(&mut self, facts: &Facts, signature: &SignatureFacts, policy: &Policy, trust: &TrustStore, now: Time) {
        // 5.2.2 Format checking.
        let checked = format::check(signature);
        self.report.format = checked.format;
        for finding in checked.notes {
            self.note(finding);
        }
        let sound = checked.failures.is_empty();
        for finding in checked.failures {
            self.fail(SubIndication::FormatFailure, finding);
        }
        for finding in checked.undecided {
            self.unclear(SubIndication::SigConstraintsFailure, finding);
        }
        if !sound && checked.cms.is_some() {
            self.report.integrity = Integrity::Broken;
        }
        let Some((cms, info)) = checked.cms else { return };

        // 5.2.3 Identification of the signing certificate.
        let certificate = match signer::identify(cms, info, &policy.limits) {
            Ok(identified) => {
                for finding in identified.notes {
                    self.note(finding);
                }
                self.report.signer = Some(CertificateSummary::of(&identified.certificate));
                Some((identified.certificate, identified.others))
            }
            Err(finding) => {
                // What the signed attribute binds is not what is embedded: the container was touched.
                self.report.integrity = Integrity::Broken;
                self.unclear(SubIndication::NoSigningCertificateFound, finding);
                None
            }
        };

        // 5.2.7 Cryptographic verification; it wins over the path (5.3.4 step 5).
        let verified = self.verify(signature, info, certificate.as_ref().map(|(certificate, _)| certificate));
        if sound && verified {
            self.report.integrity = Integrity::Intact;
            self.note(Finding::new(Level::Info, "verify.intact"));
        }
        let Some((certificate, others)) = certificate else { return };

        // 5.2.6 X.509 validation.
        self.validate_path(&certificate, others, policy, trust, now);

        match signature.coverage {
            Coverage::Revision { bytes_after, revision, of } if bytes_after > 0 => {
                // What a later revision changed is judged elsewhere; until it is, it cannot pass in silence.
                self.unclear(
                    SubIndication::SigConstraintsFailure,
                    Finding::new(Level::Warning, "verify.bytes-after")
                        .with("bytes", bytes_after)
                        .with("revision", revision)
                        .with("of", of),
                );
            }
            _ => {}
        }
        if !facts.oddities.is_empty() {
            // A tolerant reading is never silently a good verdict.
            self.unclear(SubIndication::SigConstraintsFailure, Finding::new(Level::Warning, "verify.tolerant-reading"));
        }
    }

    /// Digest, then signature value over the received attribute bytes. True if both verify.
    fn verify(&mut self, signature: &SignatureFacts, info: &SignerInfo, certificate: Option<&Certificate>) -> bool {
        let digest_ok = match (&signature.digest, info.message_digest()) {
            (Some(digest), Some(stated)) if digest.as_ref() == stated => true,
            (Some(_), Some(_)) => {
                self.report.integrity = Integrity::Broken;
                self.fail(SubIndication::HashFailure, Finding::new(Level::Error, "verify.hash-mismatch"));
                false
            }
            // Not hashed, since its structure has failed already; the findings say why.
            _ if !signature.dictionary.defects.is_empty() && signature.dictionary.signed_ranges().is_some() => false,
            _ if signature.dictionary.signed_ranges().is_none() => {
                self.unclear(
                    SubIndication::SignedDataNotFound,
                    Finding::new(Level::Error, "verify.signed-data-not-found"),
                );
                false
            }
            _ => {
                let finding = Finding::new(Level::Error, "verify.digest-unsupported");
                self.unclear(SubIndication::CryptoConstraintsFailureNoPoe, finding);
                false
            }
        };
        let algorithm = match info.signature_algorithm() {
            Ok(algorithm) => algorithm,
            Err(error) => {
                let finding = Finding::from_error(Level::Error, &error);
                self.unclear(SubIndication::CryptoConstraintsFailureNoPoe, finding);
                return false;
            }
        };
        self.report.algorithm = Some(algorithm.name());
        let (Some(certificate), Some(message)) = (certificate, info.signed_attributes_message()) else { return false };
        match certificate.public_key().and_then(|key| key.verify(&algorithm, &message, &info.signature)) {
            Ok(()) => digest_ok,
            Err(VerifyError::Invalid) => {
                self.report.integrity = Integrity::Broken;
                self.fail(SubIndication::SigCryptoFailure, Finding::new(Level::Error, "verify.signature-invalid"));
                false
            }
            Err(error) => {
                let finding = Finding::from_error(Level::Error, &error.into());
                self.unclear(SubIndication::CryptoConstraintsFailureNoPoe, finding);
                false
            }
        }
    }

    fn validate_path(
        &mut self,
        certificate: &Certificate,
        mut candidates: Vec<Certificate>,
        policy: &Policy,
        trust: &TrustStore,
        now: Time,
    ) {
        candidates.extend(policy.certificates.iter().cloned());
        let input = PathInput::new(&candidates, trust, now, &policy.limits);
        match build_path(certificate, input) {
            Ok(path) => {
                self.report.chain = path.certificates.iter().map(CertificateSummary::of).collect();
                for note in path.notes {
                    let mut finding = Finding::new(Level::Warning, note.id);
                    finding.facts = note.facts;
                    self.note(finding);
                }
                self.note(Finding::new(Level::Info, "path.holds").with("domain", &path.domain));
                self.report.trust_domain = Some(path.domain);
                // 5.2.6.4 step 4: without revocation data the chain is not validated. Nothing fetches or reads any yet.
                self.unclear(
                    SubIndication::CertificateChainGeneralFailure,
                    Finding::new(Level::Warning, "revocation.not-checked"),
                );
            }
            Err(failure) => {
                self.report.chain = failure.certificates.iter().map(CertificateSummary::of).collect();
                let sub = match failure.kind {
                    FailureKind::NoChain | FailureKind::Budget => SubIndication::NoCertificateChainFound,
                    FailureKind::Chain => SubIndication::CertificateChainGeneralFailure,
                    FailureKind::Constraints => SubIndication::ChainConstraintsFailure,
                    FailureKind::OutOfBounds => SubIndication::OutOfBoundsNoPoe,
                };
                let mut finding = Finding::new(Level::Error, failure.id);
                finding.facts = failure.facts;
                self.unclear(sub, finding);
                if trust.is_empty() {
                    self.note(Finding::new(Level::Warning, "trust.empty"));
                }
            }
        }
        self.note(Finding::new(Level::Info, "timestamp.not-checked"));
    }
}
