//! Certificates, names, trust, paths and revocation (RFC 5280).

mod bundle;
mod certificate;
mod crl;
mod crl_entries;
mod distribution;
mod extensions;
mod general_name;
mod name;
mod name_constraints;
mod path;
mod policy;
mod profile;
mod purpose;
mod revocation;
mod trust;
#[cfg(not(target_arch = "wasm32"))]
mod trust_files;
mod validation;

pub use certificate::Certificate;
pub use crl::Crl;
pub use crl_entries::CrlReason;
pub use extensions::{AuthorityKeyId, BasicConstraints, Extension, KeyUsage};
pub use name::Name;
pub use path::{FailureKind, Path, PathFailure, PathInput, PathNote, PolicyInput, build as build_path};
pub use purpose::Purpose;
pub use revocation::{RevocationData, RevocationStatus, check as check_revocation};
pub use trust::{TrustAnchor, TrustStore};

#[cfg(test)]
mod tests;
