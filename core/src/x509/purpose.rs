//! What the certificate at the end of a path may be used for: keyUsage and extKeyUsage by role.

use super::certificate::Certificate;
use super::extensions::EXTENDED_KEY_USAGE;
use crate::crypto::Oid;

/// What the certificate at the end of a path is to be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// Nothing in particular: RFC 5280 §6.1 alone.
    Any,
    /// Signatures and seals on documents: no CA, a key for signatures, and no extKeyUsage for other things alone.
    DocumentSigner,
    /// Time-stamps (RFC 3161 §2.3): extKeyUsage critical, and `timeStamping` alone in it.
    TimeStamping,
    /// Certificate revocation lists (RFC 5280 §6.3.3 (f)): cRLSign, if there is a keyUsage.
    CrlSigner,
}

const ANY_USAGE: Oid = Oid::of("2.5.29.37.0");
const TIME_STAMPING: Oid = Oid::of("1.3.6.1.5.5.7.3.8");

/// Extended usages that a signer of documents may have: documentSigning (RFC 9336), emailProtection, clientAuth, those
/// of Microsoft and Adobe for documents, and any.
const DOCUMENT_USAGES: [Oid; 6] = [
    Oid::of("1.3.6.1.5.5.7.3.36"),
    Oid::of("1.3.6.1.5.5.7.3.4"),
    Oid::of("1.3.6.1.5.5.7.3.2"),
    Oid::of("1.3.6.1.4.1.311.10.3.12"),
    Oid::of("1.2.840.113583.1.1.5"),
    ANY_USAGE,
];

impl Purpose {
    /// The message id of what forbids this use of `certificate`.
    pub(super) fn refusal(self, certificate: &Certificate) -> Option<&'static str> {
        let usage = certificate.key_usage();
        let signs = usage.is_none_or(|usage| usage.digital_signature() || usage.non_repudiation());
        let extended = certificate.extended_key_usage();
        match self {
            Self::Any => None,
            Self::DocumentSigner if certificate.basic_constraints().is_some_and(|constraints| constraints.ca) => {
                Some("path.signer-is-ca")
            }
            Self::DocumentSigner | Self::TimeStamping if !signs => Some("path.signer-key-usage"),
            Self::DocumentSigner => {
                let fits = extended.is_none_or(|usages| usages.iter().any(|usage| DOCUMENT_USAGES.contains(usage)));
                (!fits).then_some("path.signer-extended-key-usage")
            }
            Self::TimeStamping => {
                let critical = certificate.extension(EXTENDED_KEY_USAGE).is_some_and(|extension| extension.critical);
                (!critical || extended != Some(&[TIME_STAMPING])).then_some("path.signer-not-time-stamping")
            }
            Self::CrlSigner => usage.is_some_and(|usage| !usage.crl_sign()).then_some("path.signer-not-crl-sign"),
        }
    }
}
