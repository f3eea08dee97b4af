//! Certificates, names, trust and paths (RFC 5280).

mod bundle;
mod certificate;
mod extensions;
mod name;
mod path;
mod trust;
#[cfg(not(target_arch = "wasm32"))]
mod trust_files;

pub use certificate::Certificate;
pub use extensions::{AuthorityKeyId, BasicConstraints, Extension, KeyUsage};
pub use name::Name;
pub use path::{FailureKind, Path, PathFailure, PathInput, build as build_path};
pub use trust::{TrustAnchor, TrustStore};
