//! Identification of the signing certificate (EN 319 102-1 §5.2.3; RFC 5035).

use super::finding::{Finding, Level};
use crate::cms::{EssCertId, SignedData, SignerId, SignerInfo};
use crate::crypto;
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
pub(super) fn identify(cms: &SignedData, info: &SignerInfo) -> Result<Identified, Finding> {
    let mut notes = Vec::new();
    let mut certificates = Vec::new();
    for der in &cms.certificates {
        match Certificate::from_der(der) {
            Ok(certificate) => certificates.push(certificate),
            Err(error) => notes.push(Finding::from_error(Level::Warning, &error)),
        }
    }
    let bound = info.signing_certificates().map_err(|error| Finding::from_error(Level::Error, &error))?;
    let signer = match bound.as_deref() {
        Some([first, rest @ ..]) => {
            let signer = find_bound(&certificates, first)
                .ok_or_else(|| Finding::new(Level::Error, "verify.signing-certificate-not-found"))?;
            for other in rest {
                if find_bound(&certificates, other).is_none() {
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

/// The embedded certificate with the digest that the attribute states.
fn find_bound(certificates: &[Certificate], bound: &EssCertId) -> Option<usize> {
    certificates.iter().position(|certificate| {
        let digest = crypto::digest(bound.hash_algorithm, certificate.der());
        digest.is_ok_and(|digest| digest.as_ref() == bound.hash)
    })
}

fn names(sid: &SignerId, certificate: &Certificate) -> bool {
    match sid {
        SignerId::IssuerSerial { issuer, serial } => {
            serial.as_slice() == certificate.serial() && issuer.as_slice() == certificate.issuer().der()
        }
        SignerId::KeyId(id) => certificate.subject_key_id() == Some(id.as_slice()),
    }
}
