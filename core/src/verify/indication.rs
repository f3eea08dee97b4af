//! The three answers and why not the first (EN 319 102-1 §5.1.3, Tables 5 and 6).

use serde::{Deserialize, Serialize};

/// The answer of a validation. There is no boolean: `Indeterminate` means that more evidence may decide it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Indication {
    /// Everything was checked and holds.
    TotalPassed,
    /// Evidence is missing, or a constraint of the policy is not met.
    Indeterminate,
    /// The signature is broken, or was made when it must not have been.
    TotalFailed,
}

impl Indication {
    /// The worse of two: failed, then indeterminate, then passed.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let rank = |indication| match indication {
            Self::TotalPassed => 0,
            Self::Indeterminate => 1,
            Self::TotalFailed => 2,
        };
        if rank(other) > rank(self) { other } else { self }
    }

    /// As the standard spells it: `TOTAL_PASSED`.
    pub fn name(self) -> &'static str {
        match self {
            Self::TotalPassed => "TOTAL_PASSED",
            Self::Indeterminate => "INDETERMINATE",
            Self::TotalFailed => "TOTAL_FAILED",
        }
    }

    /// Id of the message that says it to a person.
    pub fn message_id(self) -> &'static str {
        match self {
            Self::TotalPassed => "indication.total-passed",
            Self::Indeterminate => "indication.indeterminate",
            Self::TotalFailed => "indication.total-failed",
        }
    }
}

/// Why a validation did not pass. The rest of the standard's list comes with the processes that can give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum SubIndication {
    /// Not processable by the format's standard, or a structural check failed.
    FormatFailure,
    /// The hash of the signed data differs.
    HashFailure,
    /// The signature value does not verify with the signer's key.
    SigCryptoFailure,
    /// An attribute breaks a constraint.
    SigConstraintsFailure,
    /// The chain breaks a constraint on certificates.
    ChainConstraintsFailure,
    /// Path validation failed, or revocation could not be checked.
    CertificateChainGeneralFailure,
    /// An algorithm or key is not acceptable, or not supported.
    CryptoConstraintsFailureNoPoe,
    /// The signer cannot be identified.
    NoSigningCertificateFound,
    /// No path leads to a trust anchor.
    NoCertificateChainFound,
    /// Outside the signer's validity, with no proof of when it was signed.
    OutOfBoundsNoPoe,
    /// The signed data is not there.
    SignedDataNotFound,
}

impl SubIndication {
    /// As the standard spells it: `HASH_FAILURE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::FormatFailure => "FORMAT_FAILURE",
            Self::HashFailure => "HASH_FAILURE",
            Self::SigCryptoFailure => "SIG_CRYPTO_FAILURE",
            Self::SigConstraintsFailure => "SIG_CONSTRAINTS_FAILURE",
            Self::ChainConstraintsFailure => "CHAIN_CONSTRAINTS_FAILURE",
            Self::CertificateChainGeneralFailure => "CERTIFICATE_CHAIN_GENERAL_FAILURE",
            Self::CryptoConstraintsFailureNoPoe => "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
            Self::NoSigningCertificateFound => "NO_SIGNING_CERTIFICATE_FOUND",
            Self::NoCertificateChainFound => "NO_CERTIFICATE_CHAIN_FOUND",
            Self::OutOfBoundsNoPoe => "OUT_OF_BOUNDS_NO_POE",
            Self::SignedDataNotFound => "SIGNED_DATA_NOT_FOUND",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_wins() {
        use Indication::{Indeterminate, TotalFailed, TotalPassed};
        assert_eq!(TotalPassed.worse(Indeterminate), Indeterminate);
        assert_eq!(TotalFailed.worse(Indeterminate), TotalFailed);
        assert_eq!(TotalPassed.worse(TotalPassed), TotalPassed);
    }

    #[test]
    fn names_are_what_is_serialised() {
        for indication in [Indication::TotalPassed, Indication::Indeterminate, Indication::TotalFailed] {
            assert_eq!(serde_json::to_value(indication).unwrap(), indication.name());
        }
        for sub in [
            SubIndication::FormatFailure,
            SubIndication::CryptoConstraintsFailureNoPoe,
            SubIndication::OutOfBoundsNoPoe,
        ] {
            assert_eq!(serde_json::to_value(sub).unwrap(), sub.name());
        }
    }
}
