//! PKCS#12 made without any password: RFC 7292 B.2 then starts from an empty string, not from the two zero octets that
//! an empty password becomes. The PKCS#12 library knows only the latter, so such a file is rewritten in the plain here.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, InnerIvInit, KeyInit};
use pkcs12::kdf::{Pkcs12KeyType, derive_key};
use ring::hmac;
use zeroize::Zeroizing;

use super::key_pair::Secret;
use crate::asn1::{Reader, Tlv, small_unsigned, tlv};
use crate::crypto::{DigestAlgorithm, Oid};
use crate::limits::Limits;

const DATA: Oid = Oid::of("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: Oid = Oid::of("1.2.840.113549.1.7.6");
const PBE_3DES: Oid = Oid::of("1.2.840.113549.1.12.1.3");
const PBE_RC2_40: Oid = Oid::of("1.2.840.113549.1.12.1.6");
const KEY_BAG: Oid = Oid::of("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: Oid = Oid::of("1.2.840.113549.1.12.10.1.2");
const ITERATED_MOST: u32 = i32::MAX as u32;

/// The container without MAC and encryption, if its MAC verifies with no password; else `None`, and an empty password
/// is worth a try.
pub(super) fn open(pfx: &[u8], limits: &Limits) -> Option<Secret> {
    let mut parts = Reader::new(Tlv::parse_one(pfx).filter(|tlv| tlv.tag == 0x30)?.content);
    let version = parts.expect(2)?.whole;
    let mut safe = Reader::new(parts.expect(0x30)?.content);
    if Oid::from_der_content(safe.expect(6)?.content)? != DATA {
        return None;
    }
    let content = octets(safe.expect(0xA0)?)?;
    verify_mac(parts.expect(0x30)?.content, content, limits)?;
    let infos = Reader::new(Tlv::parse_one(content).filter(|tlv| tlv.tag == 0x30)?.content).all()?;
    let plain = infos.iter().map(|info| plain_info(info.content, limits)).collect::<Option<Vec<_>>>()?;
    let plain: Vec<&[u8]> = plain.iter().map(|info| info.as_slice()).collect();
    let safe = data(&Zeroizing::new(tlv(0x30, &plain)));
    Some(Zeroizing::new(tlv(0x30, &[version, &safe])))
}

/// The content of an OCTET STRING under `[0] EXPLICIT`.
fn octets(explicit: Tlv<'_>) -> Option<&[u8]> {
    Tlv::parse_one(explicit.content).filter(|tlv| tlv.tag == 4).map(|tlv| tlv.content)
}

/// ContentInfo of id-data.
fn data(content: &[u8]) -> Secret {
    let octets = Zeroizing::new(tlv(4, &[content]));
    Zeroizing::new(tlv(0x30, &[&DATA.to_der(), &tlv(0xA0, &[&octets])]))
}

/// MacData (RFC 7292 §4): the MAC of `content` by a key from no password.
fn verify_mac(mac_data: &[u8], content: &[u8], limits: &Limits) -> Option<()> {
    let mut fields = Reader::new(mac_data);
    let mut info = Reader::new(fields.expect(0x30)?.content);
    let digest = DigestAlgorithm::from_algorithm_identifier(info.expect(0x30)?.whole).ok()?;
    let stated = info.expect(4)?.content;
    let salt = fields.expect(4)?.content;
    let rounds = match fields.optional(2) {
        Some(number) => rounds(number, limits)?,
        None => 1,
    };
    let length = digest.output_len();
    let (algorithm, key) = match digest {
        DigestAlgorithm::Sha1 => (
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            derive_key::<sha1::Sha1>(&[], salt, Pkcs12KeyType::Mac, rounds, length),
        ),
        DigestAlgorithm::Sha256 => {
            (hmac::HMAC_SHA256, derive_key::<sha2::Sha256>(&[], salt, Pkcs12KeyType::Mac, rounds, length))
        }
        DigestAlgorithm::Sha384 => {
            (hmac::HMAC_SHA384, derive_key::<sha2::Sha384>(&[], salt, Pkcs12KeyType::Mac, rounds, length))
        }
        DigestAlgorithm::Sha512 => {
            (hmac::HMAC_SHA512, derive_key::<sha2::Sha512>(&[], salt, Pkcs12KeyType::Mac, rounds, length))
        }
        _ => return None,
    };
    hmac::verify(&hmac::Key::new(algorithm, &key), content, stated).ok()
}

fn rounds(number: Tlv<'_>, limits: &Limits) -> Option<i32> {
    let rounds = small_unsigned(number.content)?;
    (rounds <= limits.pbkdf_iterations.min(ITERATED_MOST)).then(|| i32::try_from(rounds).ok())?
}

/// A ContentInfo of the AuthenticatedSafe, with its safe contents and its keys decrypted.
fn plain_info(info: &[u8], limits: &Limits) -> Option<Secret> {
    let mut parts = Reader::new(info);
    let kind = Oid::from_der_content(parts.expect(6)?.content)?;
    let content = parts.expect(0xA0)?;
    let safe = match kind {
        DATA => Zeroizing::new(octets(content)?.to_vec()),
        ENCRYPTED_DATA => {
            // EncryptedData ::= SEQUENCE { version, EncryptedContentInfo { type, algorithm, [0] IMPLICIT content } }
            let mut encrypted = Reader::new(Tlv::parse_one(content.content)?.content);
            encrypted.expect(2)?;
            let mut fields = Reader::new(encrypted.expect(0x30)?.content);
            fields.expect(6)?;
            let algorithm = fields.expect(0x30)?;
            decrypt(algorithm, fields.expect(0x80)?.content, limits)?
        }
        _ => return None,
    };
    let bags = Reader::new(Tlv::parse_one(&safe).filter(|tlv| tlv.tag == 0x30)?.content).all()?;
    let plain = bags.iter().map(|bag| plain_bag(*bag, limits)).collect::<Option<Vec<_>>>()?;
    let plain: Vec<&[u8]> = plain.iter().map(|bag| bag.as_slice()).collect();
    Some(data(&Zeroizing::new(tlv(0x30, &plain))))
}

/// A SafeBag; a shrouded key becomes a plain one with the same attributes.
fn plain_bag(bag: Tlv<'_>, limits: &Limits) -> Option<Secret> {
    let mut parts = Reader::new(bag.content);
    let kind = Oid::from_der_content(parts.expect(6)?.content)?;
    let value = parts.expect(0xA0)?;
    if kind != SHROUDED_KEY_BAG {
        return Some(Zeroizing::new(bag.whole.to_vec()));
    }
    let attributes = parts.optional(0x31).map_or(&[][..], |set| set.whole);
    let mut info = Reader::new(Tlv::parse_one(value.content)?.content);
    let algorithm = info.expect(0x30)?;
    let key = decrypt(algorithm, info.expect(4)?.content, limits)?;
    Some(Zeroizing::new(tlv(0x30, &[&KEY_BAG.to_der(), &tlv(0xA0, &[&key]), attributes])))
}

/// The PKCS#12 ciphers of RFC 7292 appendix C that are still met.
fn decrypt(algorithm: Tlv<'_>, encrypted: &[u8], limits: &Limits) -> Option<Secret> {
    let mut parts = Reader::new(algorithm.content);
    let kind = Oid::from_der_content(parts.expect(6)?.content)?;
    let mut parameters = Reader::new(parts.expect(0x30)?.content);
    let salt = parameters.expect(4)?.content;
    let rounds = rounds(parameters.expect(2)?, limits)?;
    let derive = |kind, length| Zeroizing::new(derive_key::<sha1::Sha1>(&[], salt, kind, rounds, length));
    let iv = derive(Pkcs12KeyType::Iv, 8);
    match kind {
        PBE_3DES => cbc(des::TdesEde3::new_from_slice(&derive(Pkcs12KeyType::EncryptionKey, 24)).ok()?, &iv, encrypted),
        PBE_RC2_40 => cbc(rc2::Rc2::new_from_slice(&derive(Pkcs12KeyType::EncryptionKey, 5)).ok()?, &iv, encrypted),
        _ => None,
    }
}

fn cbc<C: BlockCipherDecrypt>(cipher: C, iv: &[u8], encrypted: &[u8]) -> Option<Secret> {
    let cipher = cbc::Decryptor::<C>::inner_iv_slice_init(cipher, iv).ok()?;
    cipher.decrypt_padded_vec::<Pkcs7>(encrypted).ok().map(Zeroizing::new)
}
