//! PKCS#12 containers (RFC 7292, RFC 9579), opened by `p12-keystore`.

use std::fmt;

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as Foreign;
use zeroize::Zeroizing;

use super::key_pair::{KeyPair, Secret};
use super::{no_password, pbmac1, pkcs8};
use crate::asn1::ber_to_der;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::x509::Certificate;

/// An opened container: private keys and certificates as they were stored.
pub struct Pkcs12 {
    keys: Vec<(Option<String>, Secret)>,
    certificates: Vec<Certificate>,
    limits: Limits,
}

impl Pkcs12 {
    /// Opens a `.p12` or `.pfx` with its password; an empty one also opens files made without.
    ///
    /// Errors: [`ErrorKind::WrongPassword`]; not a container; an encryption that is not supported; over a limit.
    pub fn open(bytes: &[u8], password: &str) -> Result<Self> {
        Self::open_within(bytes, password, &Limits::default())
    }

    /// As [`Pkcs12::open`], with other budgets.
    pub fn open_within(bytes: &[u8], password: &str, limits: &Limits) -> Result<Self> {
        if bytes.len() > limits.asn1_bytes {
            return Err(Error::new(ErrorKind::Limit, "limit.asn1-bytes").with("limit", limits.asn1_bytes));
        }
        // Windows and Java write BER; the MAC is over content octets, which the conversion keeps.
        let der = ber_to_der(bytes, limits).map_err(|error| match error.kind() {
            ErrorKind::Malformed => Error::new(ErrorKind::Malformed, "keys.not-pkcs12"),
            _ => error,
        })?;
        let verified = pbmac1::verify_and_strip(&der.der, password, limits)?;
        let unlocked = if password.is_empty() { no_password::open(&der.der, limits) } else { None };
        let data = match (&verified, &unlocked) {
            (_, Some(plain)) => plain.as_slice(),
            (Some(stripped), None) => stripped,
            (None, None) => &der.der,
        };
        let archive = Pkcs12Archive::from_pkcs12(data, password).map_err(|error| translate(&error))?;
        if archive.certs.len() > limits.certificates {
            return Err(Error::new(ErrorKind::Limit, "limit.certificates").with("limit", limits.certificates));
        }
        let mut certificates = Vec::new();
        for bag in &archive.certs {
            certificates.push(Certificate::from_der(bag.cert.as_der())?);
        }
        let keys =
            archive.keys.iter().map(|bag| (bag.friendly_name.clone(), Zeroizing::new(bag.key.as_der().to_vec())));
        Ok(Self { keys: keys.collect(), certificates, limits: limits.clone() })
    }

    /// The certificates, in the order of the file.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The friendly name of each private key, where it has one.
    pub fn key_names(&self) -> impl Iterator<Item = Option<&str>> {
        self.keys.iter().map(|(name, _)| name.as_deref())
    }

    /// The private key with its certificate and chain; of several keys, the first that has a certificate here.
    ///
    /// Errors: [`ErrorKind::MissingKey`], [`ErrorKind::MissingCertificate`], [`ErrorKind::KeyMismatch`].
    pub fn key_pair(&self) -> Result<KeyPair> {
        let mut failure = Error::new(ErrorKind::MissingKey, "keys.no-key");
        for (_, key) in &self.keys {
            let pair = pkcs8::from_der(key, None, &self.limits)
                .and_then(|private| KeyPair::from_private_key(&private, &self.certificates));
            match pair {
                Ok(pair) => return Ok(pair),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

fn translate(error: &Foreign) -> Error {
    match error {
        // A wrong password shows at the MAC; without a MAC, at the padding.
        Foreign::MacError(_) | Foreign::UnpadError | Foreign::Pkcs5Error(_) => {
            Error::new(ErrorKind::WrongPassword, "keys.wrong-password")
        }
        Foreign::InvalidParameters => {
            Error::new(ErrorKind::Limit, "limit.key-derivation").with("limit", Limits::default().pbkdf_iterations)
        }
        Foreign::UnsupportedContentType
        | Foreign::UnsupportedCertificateType
        | Foreign::UnsupportedEncryptionScheme
        | Foreign::UnsupportedMacAlgorithm => {
            Error::new(ErrorKind::Unsupported, "keys.pkcs12-unsupported").with("reason", error)
        }
        _ => Error::new(ErrorKind::Malformed, "keys.not-pkcs12"),
    }
}

impl fmt::Debug for Pkcs12 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs12({} keys, {} certificates)", self.keys.len(), self.certificates.len())
    }
}
