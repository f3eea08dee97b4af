//! The one table of algorithms: OIDs, XML URIs, JWA names, sizes; and their `AlgorithmIdentifier`s.
//!
//! Sources: RFC 5754 (SHA-2 in CMS), RFC 4055 (RSA), RFC 5758 (ECDSA), RFC 8410/8419 (Ed25519), RFC 8692 and NIST CSOR
//! (SHA-3), RFC 5639 (brainpool), RFC 6931/9231 (XML URIs), RFC 7518/8037 (JWA).

use crate::asn1::{self, Tlv};
use crate::crypto::Oid;
use crate::error::{Error, ErrorKind, Result};

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the variants are the standard names
pub enum DigestAlgorithm {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
}

use DigestAlgorithm::{Sha1, Sha3_224, Sha3_256, Sha3_384, Sha3_512, Sha224, Sha256, Sha384, Sha512};

struct DigestRow {
    algorithm: DigestAlgorithm,
    oid: Oid,
    name: &'static str,
    xml_uri: &'static str,
    output_len: usize,
}

const fn digest_row(
    algorithm: DigestAlgorithm,
    oid: &str,
    name: &'static str,
    xml_uri: &'static str,
    output_len: usize,
) -> DigestRow {
    DigestRow { algorithm, oid: Oid::of(oid), name, xml_uri, output_len }
}

/// In the order of the enum.
const DIGESTS: [DigestRow; 9] = [
    digest_row(Sha1, "1.3.14.3.2.26", "SHA-1", "http://www.w3.org/2000/09/xmldsig#sha1", 20),
    digest_row(Sha224, "2.16.840.1.101.3.4.2.4", "SHA-224", "http://www.w3.org/2001/04/xmldsig-more#sha224", 28),
    digest_row(Sha256, "2.16.840.1.101.3.4.2.1", "SHA-256", "http://www.w3.org/2001/04/xmlenc#sha256", 32),
    digest_row(Sha384, "2.16.840.1.101.3.4.2.2", "SHA-384", "http://www.w3.org/2001/04/xmldsig-more#sha384", 48),
    digest_row(Sha512, "2.16.840.1.101.3.4.2.3", "SHA-512", "http://www.w3.org/2001/04/xmlenc#sha512", 64),
    digest_row(Sha3_224, "2.16.840.1.101.3.4.2.7", "SHA3-224", "http://www.w3.org/2007/05/xmldsig-more#sha3-224", 28),
    digest_row(Sha3_256, "2.16.840.1.101.3.4.2.8", "SHA3-256", "http://www.w3.org/2007/05/xmldsig-more#sha3-256", 32),
    digest_row(Sha3_384, "2.16.840.1.101.3.4.2.9", "SHA3-384", "http://www.w3.org/2007/05/xmldsig-more#sha3-384", 48),
    digest_row(Sha3_512, "2.16.840.1.101.3.4.2.10", "SHA3-512", "http://www.w3.org/2007/05/xmldsig-more#sha3-512", 64),
];

impl DigestAlgorithm {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        DIGESTS.iter().map(|row| row.algorithm)
    }

    fn row(self) -> &'static DigestRow {
        &DIGESTS[self as usize]
    }

    /// Its OID.
    pub fn oid(self) -> Oid {
        self.row().oid
    }

    /// By its OID.
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        DIGESTS.iter().find(|row| row.oid == *oid).map(|row| row.algorithm)
    }

    /// Its name, for example `SHA-256`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// By its name as [`DigestAlgorithm::name`] gives it.
    pub fn from_name(name: &str) -> Option<Self> {
        DIGESTS.iter().find(|row| row.name == name).map(|row| row.algorithm)
    }

    /// Its URI in XML signatures.
    pub fn xml_uri(self) -> &'static str {
        self.row().xml_uri
    }

    /// By its URI in XML signatures.
    pub fn from_xml_uri(uri: &str) -> Option<Self> {
        DIGESTS.iter().find(|row| row.xml_uri == uri).map(|row| row.algorithm)
    }

    /// Bytes of a digest.
    pub fn output_len(self) -> usize {
        self.row().output_len
    }

    /// DER of its `AlgorithmIdentifier`, parameters absent (RFC 5754 §2).
    pub fn algorithm_identifier(self) -> Vec<u8> {
        asn1::tlv(0x30, &[&self.oid().to_der()])
    }

    /// From DER of an `AlgorithmIdentifier`; parameters absent or NULL.
    pub fn from_algorithm_identifier(der: &[u8]) -> Result<Self> {
        let (oid, parameters) = split(der)?;
        let algorithm = Self::from_oid(&oid).ok_or_else(|| unsupported(&oid))?;
        if is_absent_or_null(parameters) { Ok(algorithm) } else { Err(malformed()) }
    }
}

/// Kind of a public key, with its curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the variants are the standard names
pub enum KeyAlgorithm {
    Rsa,
    P256,
    P384,
    P521,
    BrainpoolP256r1,
    BrainpoolP384r1,
    Ed25519,
}

struct CurveRow {
    key: KeyAlgorithm,
    oid: Oid,
    name: &'static str,
    /// Bytes of a coordinate and of `r` and `s`.
    field_len: usize,
    bits: u32,
}

const CURVES: [CurveRow; 5] = [
    CurveRow { key: KeyAlgorithm::P256, oid: Oid::of("1.2.840.10045.3.1.7"), name: "P-256", field_len: 32, bits: 256 },
    CurveRow { key: KeyAlgorithm::P384, oid: Oid::of("1.3.132.0.34"), name: "P-384", field_len: 48, bits: 384 },
    CurveRow { key: KeyAlgorithm::P521, oid: Oid::of("1.3.132.0.35"), name: "P-521", field_len: 66, bits: 521 },
    CurveRow {
        key: KeyAlgorithm::BrainpoolP256r1,
        oid: Oid::of("1.3.36.3.3.2.8.1.1.7"),
        name: "brainpoolP256r1",
        field_len: 32,
        bits: 256,
    },
    CurveRow {
        key: KeyAlgorithm::BrainpoolP384r1,
        oid: Oid::of("1.3.36.3.3.2.8.1.1.11"),
        name: "brainpoolP384r1",
        field_len: 48,
        bits: 384,
    },
];

impl KeyAlgorithm {
    fn curve(self) -> Option<&'static CurveRow> {
        CURVES.iter().find(|row| row.key == self)
    }

    /// Its name: `RSA`, `P-256`, `Ed25519`, ….
    pub fn name(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::Ed25519 => "Ed25519",
            _ => self.curve().map_or("EC", |row| row.name),
        }
    }

    /// By the OID of a named curve.
    pub fn from_curve_oid(oid: &Oid) -> Option<Self> {
        CURVES.iter().find(|row| row.oid == *oid).map(|row| row.key)
    }

    /// OID of the named curve.
    pub fn curve_oid(self) -> Option<Oid> {
        self.curve().map(|row| row.oid)
    }

    /// Bytes of a coordinate, and of each half of a fixed-size ECDSA signature.
    pub fn field_len(self) -> Option<usize> {
        self.curve().map(|row| row.field_len)
    }

    /// Bits of the field; of RSA, the modulus decides.
    pub(crate) fn field_bits(self) -> Option<u32> {
        if self == Self::Ed25519 { Some(255) } else { self.curve().map(|row| row.bits) }
    }
}

/// A signature algorithm with everything that its `AlgorithmIdentifier` fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS (RFC 8017 §8.1), trailer field 1.
    RsaPss {
        /// Hash of the message.
        digest: DigestAlgorithm,
        /// Hash of MGF1.
        mgf1: DigestAlgorithm,
        /// Bytes of salt.
        salt_len: u32,
    },
    /// ECDSA; the curve is the key's.
    Ecdsa(DigestAlgorithm),
    /// Ed25519 (RFC 8032), pure.
    Ed25519,
}

/// Combined OIDs with their URIs and JWA names. PSS is told by its parameters, the JWA name of ECDSA by the curve too.
struct SignatureRow {
    algorithm: SignatureAlgorithm,
    oid: Oid,
    xml_uri: Option<&'static str>,
    jwa: Option<&'static str>,
}

const fn row(
    algorithm: SignatureAlgorithm,
    oid: &str,
    xml_uri: Option<&'static str>,
    jwa: Option<&'static str>,
) -> SignatureRow {
    SignatureRow { algorithm, oid: Oid::of(oid), xml_uri, jwa }
}

/// PSS as JWA and the XML URIs mean it: MGF1 with the same hash, salt as long as the hash.
const fn pss(digest: DigestAlgorithm, salt_len: u32) -> SignatureAlgorithm {
    SignatureAlgorithm::RsaPss { digest, mgf1: digest, salt_len }
}

const RSA_ENCRYPTION: Oid = Oid::of("1.2.840.113549.1.1.1");
const RSASSA_PSS: Oid = Oid::of("1.2.840.113549.1.1.10");
const MGF1: Oid = Oid::of("1.2.840.113549.1.1.8");
const EC_PUBLIC_KEY: Oid = Oid::of("1.2.840.10045.2.1");
const ED25519: Oid = Oid::of("1.3.101.112");

const SIGNATURES: [SignatureRow; 24] = {
    use SignatureAlgorithm::{Ecdsa, Ed25519, RsaPkcs1};
    const PSS: &str = "1.2.840.113549.1.1.10";
    [
        row(RsaPkcs1(Sha1), "1.2.840.113549.1.1.5", Some("http://www.w3.org/2000/09/xmldsig#rsa-sha1"), None),
        row(RsaPkcs1(Sha224), "1.2.840.113549.1.1.14", Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha224"), None),
        row(
            RsaPkcs1(Sha256),
            "1.2.840.113549.1.1.11",
            Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
            Some("RS256"),
        ),
        row(
            RsaPkcs1(Sha384),
            "1.2.840.113549.1.1.12",
            Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"),
            Some("RS384"),
        ),
        row(
            RsaPkcs1(Sha512),
            "1.2.840.113549.1.1.13",
            Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
            Some("RS512"),
        ),
        row(RsaPkcs1(Sha3_224), "2.16.840.1.101.3.4.3.13", None, None),
        row(RsaPkcs1(Sha3_256), "2.16.840.1.101.3.4.3.14", None, None),
        row(RsaPkcs1(Sha3_384), "2.16.840.1.101.3.4.3.15", None, None),
        row(RsaPkcs1(Sha3_512), "2.16.840.1.101.3.4.3.16", None, None),
        row(pss(Sha256, 32), PSS, Some("http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"), Some("PS256")),
        row(pss(Sha384, 48), PSS, Some("http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1"), Some("PS384")),
        row(pss(Sha512, 64), PSS, Some("http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1"), Some("PS512")),
        row(pss(Sha3_256, 32), PSS, Some("http://www.w3.org/2007/05/xmldsig-more#sha3-256-rsa-MGF1"), None),
        row(pss(Sha1, 20), PSS, Some("http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1"), None),
        row(Ecdsa(Sha1), "1.2.840.10045.4.1", Some("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"), None),
        row(Ecdsa(Sha224), "1.2.840.10045.4.3.1", Some("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224"), None),
        row(
            Ecdsa(Sha256),
            "1.2.840.10045.4.3.2",
            Some("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
            Some("ES256"),
        ),
        row(
            Ecdsa(Sha384),
            "1.2.840.10045.4.3.3",
            Some("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"),
            Some("ES384"),
        ),
        row(
            Ecdsa(Sha512),
            "1.2.840.10045.4.3.4",
            Some("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"),
            Some("ES512"),
        ),
        row(Ecdsa(Sha3_224), "2.16.840.1.101.3.4.3.9", None, None),
        row(Ecdsa(Sha3_256), "2.16.840.1.101.3.4.3.10", None, None),
        row(Ecdsa(Sha3_384), "2.16.840.1.101.3.4.3.11", None, None),
        row(Ecdsa(Sha3_512), "2.16.840.1.101.3.4.3.12", None, None),
        row(Ed25519, "1.3.101.112", Some("http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"), Some("EdDSA")),
    ]
};

impl SignatureAlgorithm {
    /// The rows of the table: PSS is there with the parameters that have names of their own.
    pub fn all() -> impl Iterator<Item = Self> {
        SIGNATURES.iter().map(|row| row.algorithm)
    }

    /// From DER of an `AlgorithmIdentifier` as X.509 uses it: the OID names key and hash.
    pub fn from_algorithm_identifier(der: &[u8]) -> Result<Self> {
        let (oid, parameters) = split(der)?;
        if oid == RSASSA_PSS {
            return pss_parameters(parameters.unwrap_or(&[]));
        }
        let row = SIGNATURES.iter().find(|row| row.oid == oid).ok_or_else(|| unsupported(&oid))?;
        let sound = match row.algorithm {
            // RFC 4055 §5 wants NULL for RSA; absent is accepted as the widespread readers do.
            Self::RsaPkcs1(_) => is_absent_or_null(parameters),
            // RFC 5758 §3.2 wants them absent for ECDSA; old writers put NULL.
            Self::Ecdsa(_) => is_absent_or_null(parameters),
            // RFC 8410 §3: absent, always.
            _ => parameters.is_none(),
        };
        if sound { Ok(row.algorithm) } else { Err(malformed()) }
    }

    /// From a `SignerInfo`: the combined OID, or the key's OID with `digestAlgorithm` beside it (RFC 3370 §3.2).
    ///
    /// Errors: unsupported, or the hash named here is not `digest`.
    pub fn from_cms(der: &[u8], digest: DigestAlgorithm) -> Result<Self> {
        let (oid, parameters) = split(der)?;
        let algorithm = if oid == RSA_ENCRYPTION && is_absent_or_null(parameters) {
            Self::RsaPkcs1(digest)
        } else if oid == EC_PUBLIC_KEY {
            Self::Ecdsa(digest)
        } else {
            Self::from_algorithm_identifier(der)?
        };
        match algorithm.digest() {
            Some(own) if own != digest => Err(Error::new(ErrorKind::Malformed, "crypto.digests-differ")
                .with("digest", digest.name())
                .with("signature", own.name())),
            _ => Ok(algorithm),
        }
    }

    /// DER of its `AlgorithmIdentifier`, as CMS and X.509 want it.
    pub fn algorithm_identifier(&self) -> Vec<u8> {
        let null: &[u8] = &[5, 0];
        match self {
            Self::RsaPss { digest, mgf1, salt_len } => {
                let with_null = |digest: DigestAlgorithm| asn1::tlv(0x30, &[&digest.oid().to_der(), null]);
                let mgf = asn1::tlv(0x30, &[&MGF1.to_der(), &with_null(*mgf1)]);
                let salt = asn1::unsigned_integer(&salt_len.to_be_bytes());
                let parameters = asn1::tlv(
                    0x30,
                    &[&asn1::tlv(0xA0, &[&with_null(*digest)]), &asn1::tlv(0xA1, &[&mgf]), &asn1::tlv(0xA2, &[&salt])],
                );
                asn1::tlv(0x30, &[&RSASSA_PSS.to_der(), &parameters])
            }
            Self::RsaPkcs1(_) => asn1::tlv(0x30, &[&self.oid().to_der(), null]),
            Self::Ecdsa(_) | Self::Ed25519 => asn1::tlv(0x30, &[&self.oid().to_der()]),
        }
    }

    fn row(&self) -> Option<&'static SignatureRow> {
        SIGNATURES.iter().find(|row| row.algorithm == *self)
    }

    /// Its OID.
    pub fn oid(&self) -> Oid {
        self.row().map_or(RSASSA_PSS, |row| row.oid)
    }

    /// The hash of the message; Ed25519 has none that could be chosen.
    pub fn digest(&self) -> Option<DigestAlgorithm> {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss { digest, .. } | Self::Ecdsa(digest) => Some(*digest),
            Self::Ed25519 => None,
        }
    }

    /// Its name, for example `RSASSA-PSS SHA-256`.
    pub fn name(&self) -> String {
        match self {
            Self::RsaPkcs1(digest) => format!("RSASSA-PKCS1-v1_5 {}", digest.name()),
            Self::RsaPss { digest, mgf1, salt_len } if mgf1 != digest => {
                format!("RSASSA-PSS {} (MGF1 {}, salt {salt_len})", digest.name(), mgf1.name())
            }
            Self::RsaPss { digest, salt_len, .. } if *salt_len as usize != digest.output_len() => {
                format!("RSASSA-PSS {} (salt {salt_len})", digest.name())
            }
            Self::RsaPss { digest, .. } => format!("RSASSA-PSS {}", digest.name()),
            Self::Ecdsa(digest) => format!("ECDSA {}", digest.name()),
            Self::Ed25519 => "Ed25519".to_owned(),
        }
    }

    /// Its URI in XML signatures.
    pub fn xml_uri(&self) -> Option<&'static str> {
        self.row().and_then(|row| row.xml_uri)
    }

    /// By its URI in XML signatures.
    pub fn from_xml_uri(uri: &str) -> Option<Self> {
        SIGNATURES.iter().find(|row| row.xml_uri == Some(uri)).map(|row| row.algorithm)
    }

    /// Its JWA name. For ECDSA the key must be on the curve that the name fixes, see [`Self::jwa_curve`].
    pub fn jwa(&self) -> Option<&'static str> {
        self.row().and_then(|row| row.jwa)
    }

    /// By its JWA name. HMAC and `none` are not signatures and have none.
    pub fn from_jwa(name: &str) -> Option<Self> {
        SIGNATURES.iter().find(|row| row.jwa == Some(name)).map(|row| row.algorithm)
    }

    /// The only curve that the JWA name allows (RFC 7518 §3.4).
    pub fn jwa_curve(&self) -> Option<KeyAlgorithm> {
        match self {
            Self::Ecdsa(Sha256) => Some(KeyAlgorithm::P256),
            Self::Ecdsa(Sha384) => Some(KeyAlgorithm::P384),
            Self::Ecdsa(Sha512) => Some(KeyAlgorithm::P521),
            _ => None,
        }
    }
}

/// Key of a `SubjectPublicKeyInfo`, by its `AlgorithmIdentifier`.
pub(super) enum SpkiAlgorithm {
    Key(KeyAlgorithm),
    /// An RSA key bound to PSS (RFC 4055 §3.1), perhaps with parameters that its signatures must have.
    RsaPss(Option<SignatureAlgorithm>),
    /// Known to exist, not supported.
    Unsupported(Oid),
}

/// Reads the `AlgorithmIdentifier` of a `SubjectPublicKeyInfo`; `None` if it is malformed.
pub(super) fn spki_algorithm(der: &[u8]) -> Option<SpkiAlgorithm> {
    let (oid, parameters) = split(der).ok()?;
    Some(match oid {
        RSA_ENCRYPTION if is_absent_or_null(parameters) => SpkiAlgorithm::Key(KeyAlgorithm::Rsa),
        RSA_ENCRYPTION => return None,
        RSASSA_PSS => match parameters {
            None => SpkiAlgorithm::RsaPss(None),
            Some(parameters) => match pss_parameters(parameters) {
                Ok(bound) => SpkiAlgorithm::RsaPss(Some(bound)),
                Err(_) => SpkiAlgorithm::Unsupported(oid),
            },
        },
        ED25519 if parameters.is_none() => SpkiAlgorithm::Key(KeyAlgorithm::Ed25519),
        ED25519 => return None,
        EC_PUBLIC_KEY => {
            let parameters = Tlv::parse_one(parameters?)?;
            // Explicit parameters (a SEQUENCE) are a matter of chip cards, not of this table.
            if parameters.tag != 0x06 {
                return Some(SpkiAlgorithm::Unsupported(oid));
            }
            let curve = Oid::from_der_content(parameters.content)?;
            KeyAlgorithm::from_curve_oid(&curve).map_or(SpkiAlgorithm::Unsupported(curve), SpkiAlgorithm::Key)
        }
        other => SpkiAlgorithm::Unsupported(other),
    })
}

/// OID and parameters (whole TLV) of an `AlgorithmIdentifier`.
fn split(der: &[u8]) -> Result<(Oid, Option<&[u8]>)> {
    let read = || {
        let sequence = Tlv::parse_one(der).filter(|tlv| tlv.tag == 0x30)?;
        let mut parts = asn1::Reader::new(sequence.content);
        let oid = Oid::from_der_content(parts.expect(0x06)?.content)?;
        let parameters = if parts.is_empty() { None } else { Some(parts.next()?.whole) };
        parts.is_empty().then_some((oid, parameters))
    };
    read().ok_or_else(malformed)
}

fn is_absent_or_null(parameters: Option<&[u8]>) -> bool {
    parameters.is_none_or(|parameters| parameters == [5, 0])
}

/// RSASSA-PSS-params (RFC 4055 §3.1); absent fields have their defaults (SHA-1, MGF1 with SHA-1, 20, 1).
fn pss_parameters(der: &[u8]) -> Result<SignatureAlgorithm> {
    let mut parts = asn1::Reader::new(match der {
        [] => &[],
        _ => Tlv::parse_one(der).filter(|tlv| tlv.tag == 0x30).ok_or_else(malformed)?.content,
    });
    let digest = match parts.optional(0xA0) {
        Some(field) => DigestAlgorithm::from_algorithm_identifier(field.content)?,
        None => Sha1,
    };
    let mgf1 = match parts.optional(0xA1) {
        Some(field) => {
            let (oid, parameters) = split(field.content)?;
            if oid != MGF1 {
                return Err(unsupported(&oid));
            }
            DigestAlgorithm::from_algorithm_identifier(parameters.ok_or_else(malformed)?)?
        }
        None => Sha1,
    };
    let small = |tag, default: u32, parts: &mut asn1::Reader<'_>| match parts.optional(tag) {
        Some(field) => {
            let number = Tlv::parse_one(field.content).filter(|tlv| tlv.tag == 2).ok_or_else(malformed)?;
            asn1::small_unsigned(number.content).ok_or_else(malformed)
        }
        None => Ok(default),
    };
    let salt_len = small(0xA2, 20, &mut parts)?;
    let trailer = small(0xA3, 1, &mut parts)?;
    if trailer != 1 || !parts.is_empty() {
        return Err(malformed());
    }
    Ok(SignatureAlgorithm::RsaPss { digest, mgf1, salt_len })
}

fn malformed() -> Error {
    Error::new(ErrorKind::Malformed, "crypto.algorithm-malformed")
}

fn unsupported(oid: &Oid) -> Error {
    Error::new(ErrorKind::Unsupported, "crypto.algorithm-unsupported").with("algorithm", oid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_again_by_each_of_its_names() {
        for (index, digest) in DigestAlgorithm::all().enumerate() {
            assert_eq!(digest as usize, index);
            assert_eq!(DigestAlgorithm::from_oid(&digest.oid()), Some(digest));
            assert_eq!(DigestAlgorithm::from_name(digest.name()), Some(digest));
            assert_eq!(DigestAlgorithm::from_xml_uri(digest.xml_uri()), Some(digest));
            assert_eq!(DigestAlgorithm::from_algorithm_identifier(&digest.algorithm_identifier()).unwrap(), digest);
        }
        for algorithm in SignatureAlgorithm::all() {
            let der = algorithm.algorithm_identifier();
            assert_eq!(SignatureAlgorithm::from_algorithm_identifier(&der).unwrap(), algorithm);
            if let Some(uri) = algorithm.xml_uri() {
                assert_eq!(SignatureAlgorithm::from_xml_uri(uri), Some(algorithm));
            }
            if let Some(jwa) = algorithm.jwa() {
                assert_eq!(SignatureAlgorithm::from_jwa(jwa), Some(algorithm));
            }
        }
        assert_eq!(SignatureAlgorithm::from_jwa("none"), None);
        assert_eq!(SignatureAlgorithm::from_jwa("HS256"), None);
    }

    #[test]
    fn identifiers_have_the_bytes_of_the_standards() {
        let rsa = SignatureAlgorithm::RsaPkcs1(Sha256).algorithm_identifier();
        assert_eq!(rsa, [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11, 5, 0]);
        let ecdsa = SignatureAlgorithm::Ecdsa(Sha256).algorithm_identifier();
        assert_eq!(ecdsa, [0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]);
        let ed25519 = SignatureAlgorithm::Ed25519.algorithm_identifier();
        assert_eq!(ed25519, [0x30, 5, 6, 3, 0x2b, 0x65, 0x70]);
    }

    #[test]
    fn pss_defaults_and_odd_parameters() {
        let default = asn1::tlv(0x30, &[&RSASSA_PSS.to_der(), &[0x30, 0]]);
        let expected = SignatureAlgorithm::RsaPss { digest: Sha1, mgf1: Sha1, salt_len: 20 };
        assert_eq!(SignatureAlgorithm::from_algorithm_identifier(&default).unwrap(), expected);
        let trailer_2 = asn1::tlv(0x30, &[&RSASSA_PSS.to_der(), &[0x30, 5, 0xA3, 3, 2, 1, 2]]);
        assert!(SignatureAlgorithm::from_algorithm_identifier(&trailer_2).is_err());
        let odd = SignatureAlgorithm::RsaPss { digest: Sha256, mgf1: Sha512, salt_len: 200 };
        assert_eq!(SignatureAlgorithm::from_algorithm_identifier(&odd.algorithm_identifier()).unwrap(), odd);
    }

    #[test]
    fn cms_needs_both_digests_to_agree() {
        let combined = SignatureAlgorithm::RsaPkcs1(Sha256).algorithm_identifier();
        assert!(SignatureAlgorithm::from_cms(&combined, Sha256).is_ok());
        assert_eq!(SignatureAlgorithm::from_cms(&combined, Sha512).unwrap_err().id(), "crypto.digests-differ");
        let plain = asn1::tlv(0x30, &[&RSA_ENCRYPTION.to_der(), &[5, 0]]);
        assert_eq!(SignatureAlgorithm::from_cms(&plain, Sha384).unwrap(), SignatureAlgorithm::RsaPkcs1(Sha384));
    }
}
