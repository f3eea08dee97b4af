//! The MAC of a PKCS#12 file by PBMAC1 (RFC 9579), which the PKCS#12 library lacks: verified here, then taken off.

use std::num::NonZeroU32;

use ring::{hmac, pbkdf2};
use zeroize::Zeroizing;

use crate::asn1::{Reader, Tlv, small_unsigned, tlv};
use crate::crypto::Oid;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

const PBMAC1: Oid = Oid::of("1.2.840.113549.1.5.14");
const PBKDF2: Oid = Oid::of("1.2.840.113549.1.5.12");
const HMAC_SHA1: Oid = Oid::of("1.2.840.113549.2.7");
const HMAC_SHA256: Oid = Oid::of("1.2.840.113549.2.9");
const HMAC_SHA384: Oid = Oid::of("1.2.840.113549.2.10");
const HMAC_SHA512: Oid = Oid::of("1.2.840.113549.2.11");

/// Keys shorter than this are no protection (RFC 9579 §4: at least 20 octets).
const LEAST_KEY: u32 = 20;
/// No HMAC gains by a longer key than its block.
const MOST_KEY: u32 = 128;

/// The file without its MAC, if that was PBMAC1 and it verified; `None` if the MAC is of another kind.
pub(super) fn verify_and_strip(pfx: &[u8], password: &str, limits: &Limits) -> Result<Option<Vec<u8>>> {
    let Some((version, safe, mac_data)) = split(pfx) else { return Ok(None) };
    let Some(kind) = mac_algorithm(mac_data) else { return Ok(None) };
    if kind.oid != PBMAC1 {
        return Ok(None);
    }
    let malformed = || Error::new(ErrorKind::Malformed, "keys.pbmac1-malformed");
    let mac = Mac::read(kind.parameters.ok_or_else(malformed)?).ok_or_else(malformed)?;
    if mac.iterations.get() > limits.pbkdf_iterations {
        return Err(Error::new(ErrorKind::Limit, "limit.key-derivation").with("limit", limits.pbkdf_iterations));
    }
    if !(LEAST_KEY..=MOST_KEY).contains(&mac.key_len) {
        return Err(malformed());
    }
    let mut key = Zeroizing::new(vec![0; mac.key_len as usize]);
    // RFC 9579 §3: the password is UTF-8 here, not BMPString.
    pbkdf2::derive(mac.prf, mac.iterations, mac.salt, password.as_bytes(), &mut key);
    let content = authenticated(safe).ok_or_else(malformed)?;
    hmac::verify(&hmac::Key::new(mac.hmac, &key), content, kind.digest)
        .map_err(|_| Error::new(ErrorKind::WrongPassword, "keys.wrong-password"))?;
    Ok(Some(tlv(0x30, &[version, safe])))
}

/// PFX ::= SEQUENCE { version, authSafe ContentInfo, macData OPTIONAL }
fn split(pfx: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut parts = Reader::new(Tlv::parse_one(pfx).filter(|tlv| tlv.tag == 0x30)?.content);
    let (version, safe) = (parts.expect(2)?.whole, parts.expect(0x30)?.whole);
    let mac_data = parts.expect(0x30)?.content;
    parts.is_empty().then_some((version, safe, mac_data))
}

struct MacAlgorithm<'a> {
    oid: Oid,
    parameters: Option<&'a [u8]>,
    digest: &'a [u8],
}

/// MacData ::= SEQUENCE { mac DigestInfo, macSalt, iterations }; salt and iterations mean nothing with PBMAC1.
fn mac_algorithm(mac_data: &[u8]) -> Option<MacAlgorithm<'_>> {
    let mut info = Reader::new(Reader::new(mac_data).expect(0x30)?.content);
    let mut algorithm = Reader::new(info.expect(0x30)?.content);
    let oid = Oid::from_der_content(algorithm.expect(6)?.content)?;
    let parameters = algorithm.next().map(|tlv| tlv.whole);
    Some(MacAlgorithm { oid, parameters, digest: info.expect(4)?.content })
}

/// What the MAC is computed over: the content of the OCTET STRING in authSafe.
fn authenticated(safe: &[u8]) -> Option<&[u8]> {
    let mut info = Reader::new(Tlv::parse_one(safe)?.content);
    info.expect(6)?;
    Some(Tlv::parse_one(info.expect(0xA0)?.content).filter(|tlv| tlv.tag == 4)?.content)
}

struct Mac<'a> {
    salt: &'a [u8],
    iterations: NonZeroU32,
    key_len: u32,
    prf: pbkdf2::Algorithm,
    hmac: hmac::Algorithm,
}

impl<'a> Mac<'a> {
    /// PBMAC1-params ::= SEQUENCE { keyDerivationFunc, messageAuthScheme }; keyLength is mandatory here.
    fn read(parameters: &'a [u8]) -> Option<Self> {
        let mut parts = Reader::new(Tlv::parse_one(parameters).filter(|tlv| tlv.tag == 0x30)?.content);
        let mut kdf = Reader::new(parts.expect(0x30)?.content);
        if Oid::from_der_content(kdf.expect(6)?.content)? != PBKDF2 {
            return None;
        }
        let mut fields = Reader::new(kdf.expect(0x30)?.content);
        let salt = fields.expect(4)?.content;
        let iterations = NonZeroU32::new(small_unsigned(fields.expect(2)?.content)?)?;
        let key_len = small_unsigned(fields.expect(2)?.content)?;
        let prf = match fields.optional(0x30) {
            Some(prf) => prf_algorithm(&hash(prf)?)?,
            None => pbkdf2::PBKDF2_HMAC_SHA1,
        };
        let hmac = match hash(parts.expect(0x30)?)? {
            HMAC_SHA1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            HMAC_SHA256 => hmac::HMAC_SHA256,
            HMAC_SHA384 => hmac::HMAC_SHA384,
            HMAC_SHA512 => hmac::HMAC_SHA512,
            _ => return None,
        };
        (parts.is_empty() && fields.is_empty()).then_some(Self { salt, iterations, key_len, prf, hmac })
    }
}

fn hash(algorithm: Tlv<'_>) -> Option<Oid> {
    Oid::from_der_content(Reader::new(algorithm.content).expect(6)?.content)
}

fn prf_algorithm(oid: &Oid) -> Option<pbkdf2::Algorithm> {
    Some(match *oid {
        HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
        HMAC_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
        HMAC_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
        HMAC_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => return None,
    })
}
