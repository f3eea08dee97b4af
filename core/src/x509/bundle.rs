//! Certificates in a PKCS#7 bundle: a SignedData without signers (RFC 5652 §5.1), as AIA addresses of CAs give it.

use super::certificate::Certificate;
use crate::asn1::{Reader, Tlv, ber_to_der};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// id-signedData, the whole TLV.
const ID_SIGNED_DATA: [u8; 11] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];

/// True if `bytes` begin like a ContentInfo of SignedData.
pub(super) fn is_bundle(bytes: &[u8]) -> bool {
    bytes.get(..32.min(bytes.len())).is_some_and(|head| head.windows(11).any(|w| w == ID_SIGNED_DATA))
}

/// The certificates of a bundle; BER is accepted.
pub(super) fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>> {
    let converted = ber_to_der(bytes, &Limits::default())?;
    let list = slices(&converted.der).ok_or_else(|| Error::new(ErrorKind::Malformed, "x509.bundle-malformed"))?;
    list.into_iter().map(Certificate::from_der).collect()
}

fn slices(der: &[u8]) -> Option<Vec<&[u8]>> {
    let mut info = Reader::new(Tlv::parse_one(der)?.content);
    if info.next()?.whole != ID_SIGNED_DATA {
        return None;
    }
    let signed_data = Tlv::parse_one(info.expect(0xA0)?.content)?;
    let mut fields = Reader::new(signed_data.content);
    fields.expect(2)?;
    fields.expect(0x31)?;
    fields.expect(0x30)?;
    let Some(set) = fields.optional(0xA0) else { return Some(Vec::new()) };
    Some(Reader::new(set.content).all()?.into_iter().filter(|tlv| tlv.tag == 0x30).map(|tlv| tlv.whole).collect())
}
