//! Cryptographic Message Syntax: SignedData read from received bytes, and built (RFC 5652, RFC 5035).
//!
//! Reading cuts slices and never re-encodes; what breaks a rule without being unreadable is an *irregularity* with a
//! message id, for the judge to weigh.

pub mod build;

mod attributes;
mod signed_data;

pub use attributes::{Attribute, EssCertId, IssuerSerial};
pub use signed_data::{SignedData, SignerId, SignerInfo};

use crate::crypto::Oid;

/// Irregularity: the container is BER, not DER.
pub const WAS_BER: &str = "cms.was-ber";
/// Irregularity: a version number is not the one that RFC 5652 §5.1 or §5.3 prescribes.
pub const VERSION: &str = "cms.version";
/// Irregularity: the signed attributes are not sorted as DER wants.
pub const ATTRIBUTES_NOT_DER: &str = "cms.attributes-not-der";
/// Irregularity: `digestAlgorithms` is not the set of those that the signers use.
pub const DIGEST_ALGORITHMS: &str = "cms.digest-algorithms";
/// Irregularity: a signed attribute stands twice, or has not exactly one value where it must.
pub const ATTRIBUTE_COUNT: &str = "cms.attribute-count";

const ID_DATA: Oid = Oid::of("1.2.840.113549.1.7.1");
const ID_SIGNED_DATA: Oid = Oid::of("1.2.840.113549.1.7.2");
const CONTENT_TYPE: Oid = Oid::of("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: Oid = Oid::of("1.2.840.113549.1.9.4");
const SIGNING_TIME: Oid = Oid::of("1.2.840.113549.1.9.5");
const SIGNING_CERTIFICATE: Oid = Oid::of("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: Oid = Oid::of("1.2.840.113549.1.9.16.2.47");

/// id-data
pub fn id_data() -> Oid {
    ID_DATA
}
