//! Trust anchors in named domains. Nothing is trusted by default, and no store of the system is read.

use super::certificate::Certificate;
use crate::error::{Error, ErrorKind, Result};

/// A certificate whose name and key are trusted.
#[derive(Clone, Debug)]
pub struct TrustAnchor {
    /// The domain that vouches for it, for example `vn-public` or `custom`; the report names it.
    pub domain: String,
    /// The anchor.
    pub certificate: Certificate,
}

/// The anchors that a validation accepts. Several of one name are all tried.
#[derive(Clone, Debug, Default)]
pub struct TrustStore {
    anchors: Vec<TrustAnchor>,
}

impl TrustStore {
    /// An empty store: nothing is trusted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts `certificate` under `domain`.
    pub fn add(&mut self, domain: &str, certificate: Certificate) {
        let known = self.anchors.iter().any(|a| a.domain == domain && a.certificate.der() == certificate.der());
        if !known {
            self.anchors.push(TrustAnchor { domain: domain.to_owned(), certificate });
        }
    }

    /// Trusts every certificate in `bytes` (PEM, DER or a PKCS#7 bundle) under `domain`; gives their number.
    ///
    /// Errors: no certificate in it, or one that cannot be read.
    pub fn add_bytes(&mut self, domain: &str, bytes: &[u8]) -> Result<usize> {
        let certificates = Certificate::read_any(bytes)?;
        if certificates.is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "trust.no-certificate"));
        }
        let count = certificates.len();
        for certificate in certificates {
            self.add(domain, certificate);
        }
        Ok(count)
    }

    /// All anchors.
    pub fn anchors(&self) -> &[TrustAnchor] {
        &self.anchors
    }

    /// True if nothing is trusted.
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }
}
