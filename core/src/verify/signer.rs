//! Identification of the signing certificate (EN 319 102-1 §5.2.3; RFC 5035).

use super::finding::{Finding, Level};
use crate::cms::{EssCertId, SignedData, SignerId, SignerInfo};
use crate::crypto::{self, Digest, DigestAlgorithm};
use crate::limits::Limits;
use crate::x509::Certificate;

/// The signing certificate and what came with it.
pub(super) struct Identified {
    pub(super) certificate: Certificate,
    /// The other embedded certificates; untrusted.
    pub(super) others: Vec<Certificate>,
    pub(super) notes: Vec<Finding>,
}

/// Finds the certificate that the signed attribute names by its digest; without the attribute, the one that the
/// SignerInfo names. What the signer bound must be there unchanged.
pub(super) fn identify(cms: &SignedData, info: &SignerInfo, limits: &Limits) -> Result<Identified, Finding> {
    let mut notes = Vec::new();
    let mut certificates = Vec::new();
    for der in &cms.certificates {
        match Certificate::from_der(der) {
            Ok(certificate) => certificates.push(certificate),
            Err(error) => notes.push(Finding::from_error(Level::Warning, &error)),
        }
    }
    let mut digests = Digests::default();
    let bound = info.signing_certificates().map_err(|error| Finding::from_error(Level::Error, &error))?;
    let signer = match bound.as_deref() {
        Some([first, rest @ ..]) => {
            if rest.len() >= limits.certificates {
                return Err(Finding::new(Level::Error, "limit.certificates").with("limit", limits.certificates));
            }
            let signer = digests
                .find(&certificates, first)
                .ok_or_else(|| Finding::new(Level::Error, "verify.signing-certificate-not-found"))?;
            for other in rest {
                if digests.find(&certificates, other).is_none() {
                    return Err(Finding::new(Level::Error, "verify.bound-certificate-changed"));
                }
            }
            let stated = first.issuer_serial.as_ref();
            if stated.is_some_and(|stated| stated.serial != certificates[signer].serial()) {
                // EN 319 102-1 §5.2.3.4: the digest decides, a difference here is worth a warning.
                notes.push(Finding::new(Level::Warning, "verify.issuer-serial-differs"));
            }
            if !names(&info.sid, &certificates[signer]) {
                return Err(Finding::new(Level::Error, "verify.signer-id-differs"));
            }
            signer
        }
        Some([]) => return Err(Finding::new(Level::Error, "verify.signing-certificate-not-found")),
        None => {
            notes.push(Finding::new(Level::Warning, "verify.signing-certificate-not-bound"));
            certificates
                .iter()
                .position(|certificate| names(&info.sid, certificate))
                .ok_or_else(|| Finding::new(Level::Error, "verify.signing-certificate-not-found"))?
        }
    };
    let certificate = certificates.remove(signer);
    Ok(Identified { certificate, others: certificates, notes })
}

/// The digests of the embedded certificates, each made once.
#[derive(Default)]
struct Digests {
    made: Vec<(DigestAlgorithm, Vec<Option<Digest>>)>,
}

impl Digests {
    /// The embedded certificate with the digest that the attribute states.
    fn find(&mut self, certificates: &[Certificate], bound: &EssCertId) -> Option<usize> {
        let algorithm = bound.hash_algorithm;
        let known = self.made.iter().position(|(made, _)| *made == algorithm).unwrap_or_else(|| {
            let digests = certificates.iter().map(|c| crypto::digest(algorithm, c.der()).ok()).collect();
            self.made.push((algorithm, digests));
            self.made.len() - 1
        });
        self.made[known].1.iter().position(|digest| digest.as_ref().is_some_and(|d| d.as_ref() == bound.hash))
    }
}

fn names(sid: &SignerId, certificate: &Certificate) -> bool {
    match sid {
        SignerId::IssuerSerial { issuer, serial } => {
            serial.as_slice() == certificate.serial() && issuer.as_slice() == certificate.issuer().der()
        }
        SignerId::KeyId(id) => certificate.subject_key_id() == Some(id.as_slice()),
    }
}
