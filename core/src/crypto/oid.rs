//! Object identifiers.

use std::fmt;

use der::asn1::ObjectIdentifier;
use serde::{Serialize, Serializer};

/// An object identifier (X.660), of up to 39 bytes in DER.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(ObjectIdentifier);

impl Oid {
    /// From dotted notation known to be right, in constants.
    pub(crate) const fn of(dotted: &str) -> Self {
        Self(ObjectIdentifier::new_unwrap(dotted))
    }

    /// From dotted notation.
    pub fn parse(dotted: &str) -> Option<Self> {
        ObjectIdentifier::new(dotted).ok().map(Self)
    }

    /// From the content octets of a DER OBJECT IDENTIFIER.
    pub fn from_der_content(content: &[u8]) -> Option<Self> {
        ObjectIdentifier::from_bytes(content).ok().filter(|oid| oid.as_bytes() == content).map(Self)
    }

    /// The content octets in DER.
    pub fn as_der_content(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The whole OBJECT IDENTIFIER in DER.
    pub fn to_der(&self) -> Vec<u8> {
        crate::asn1::tlv(0x06, &[self.as_der_content()])
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

impl Serialize for Oid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
