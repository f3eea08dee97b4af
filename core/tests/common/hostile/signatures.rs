//! Signatures that lie about what they cover, and CMS that is too deep, too long or too much work.

use condau::Limits;
use condau::asn1::{set_of, tlv};
use condau::cms::{self, build};
use condau::crypto::{DigestAlgorithm, SignatureAlgorithm, digest};
use condau::pdf::{Document, Repair, signatures};
use condau::sign;
use condau::x509::Certificate;

use super::super::now;
use super::super::pdf::{Builder, Xref, small, with_contents, with_fields};
use super::super::pki::Pki;
use super::{Scale, Table};

pub(super) const CASES: Table = &[
    ("byte-range-of-u64", |_, pki| byte_range(pki, "0 18446744073709551615 18446744073709551615 2")),
    ("byte-range-of-i64", |_, pki| byte_range(pki, "0 9223372036854775807 9223372036854775807 1")),
    ("byte-range-sums-to-u64", |_, pki| byte_range(pki, "999999999999999999 999999999999999999 9 9")),
    ("byte-range-of-u32", |_, pki| byte_range(pki, "0 4294967297 4294967299 10")),
    ("byte-range-of-i32", |_, pki| byte_range(pki, "0 2147483649 2147483653 10")),
    ("byte-range-backwards", |_, pki| byte_range(pki, "0 900 100 50")),
    ("byte-range-whole-file", |_, pki| byte_range(pki, "0 100 100 99999")),
    ("byte-range-negative", |_, pki| byte_range(pki, "0 -1 10 10")),
    ("byte-range-real", |_, pki| byte_range(pki, "0 10.5 20 30")),
    ("byte-range-not-from-0", |_, pki| byte_range(pki, "1 800 4000 200")),
    ("byte-range-of-three", |_, pki| byte_range(pki, "0 10 20")),
    ("byte-range-of-six", |_, pki| byte_range(pki, "0 10 20 30 40 50")),
    ("byte-range-of-references", |_, pki| byte_range(pki, "0 1 0 R 2 0 R 3 0 R")),
    ("byte-range-empty", |_, pki| byte_range(pki, "")),
    ("contents-of-zeros", |_, _| with_contents(&[0; 4096])),
    ("contents-not-hexadecimal", |_, pki| {
        let mut bytes = with_contents(&cms(pki));
        let at = memchr::memmem::find(&bytes, b"/Contents <30").unwrap();
        bytes[at + 20] = b'!';
        bytes
    }),
    ("cms-deep", |scale, _| with_contents(&deep(scale.of(100_000)))),
    ("cms-indefinite-without-end", |scale, _| with_contents(&[0x30, 0x80].repeat(scale.of(1_000_000)))),
    ("cms-indefinite-as-deep-as-allowed", |_, _| with_contents(&[[0x30, 0x80].repeat(30), [0, 0].repeat(30)].concat())),
    ("cms-length-of-u64", |_, _| with_contents(&[0x30, 0x88, 255, 255, 255, 255, 255, 255, 255, 255, 4, 1, 0])),
    ("cms-length-of-127-bytes", |_, _| with_contents(&[vec![0x30, 0xFF], vec![1; 127]].concat())),
    ("cms-of-4-million-nulls", |scale, _| with_contents(&tlv(0x30, &[&[5, 0].repeat(scale.of(4_000_000))]))),
    ("cms-of-4-million-nulls-in-ber", |scale, _| {
        with_contents(&[vec![0x30, 0x80], [5, 0].repeat(scale.of(4_000_000)), vec![0, 0]].concat())
    }),
    ("cms-string-of-a-million-pieces", |scale, _| {
        with_contents(&[vec![0x24, 0x80], [4, 1, 65].repeat(scale.of(2_500_000)), vec![0, 0]].concat())
    }),
    ("cms-of-a-million-attributes", million_attributes),
    ("cms-of-many-bound-certificates", many_bound_certificates),
    ("cms-of-many-signers", many_signers),
    ("cms-of-many-false-issuers", |scale, pki| with_contents(&false_issuers(scale.of(100), pki))),
    ("1001-fields", |scale, pki| with_fields(&cms(pki), u32::try_from(scale.of(1001)).unwrap(), &[])),
    ("thousand-fields-of-one-signature", |scale, pki| {
        with_fields(&cms(pki), u32::try_from(scale.of(1000)).unwrap(), &vec![7; scale.of(20 << 20)])
    }),
    ("thousand-signatures-of-one-revision", many_signatures),
    ("thousand-fields-of-false-issuers", |scale, pki| {
        with_fields(&false_issuers(100, pki), u32::try_from(scale.of(1000)).unwrap(), &[])
    }),
    ("thousand-fields-of-a-large-cms", |scale, pki| {
        let contents = [cms(pki), vec![0; scale.of(7 << 20)]].concat();
        with_fields(&contents, u32::try_from(scale.of(1000)).unwrap(), &[])
    }),
];

/// A signed file whose `/ByteRange` then gets other numbers.
fn byte_range(pki: &Pki, numbers: &str) -> Vec<u8> {
    let mut bytes = sign::pdf(&small(Xref::Table)).sign(&pki.signer, now()).unwrap().bytes;
    let start = memchr::memmem::find(&bytes, b"/ByteRange [").unwrap() + 12;
    let end = start + bytes[start..].iter().position(|b| *b == b']').unwrap();
    bytes[start..end].fill(b' ');
    bytes[start..start + numbers.len()].copy_from_slice(numbers.as_bytes());
    bytes
}

/// The CMS of a good signature over something else.
fn cms(pki: &Pki) -> Vec<u8> {
    let signed = sign::pdf(&small(Xref::Table)).sign(&pki.signer, now()).unwrap().bytes;
    let limits = Limits::default();
    let mut document = Document::open(&signed, &limits, Repair::Refuse).unwrap();
    signatures(&mut document).unwrap().remove(0).contents
}

/// Sequences in sequences, with definite lengths.
fn deep(levels: usize) -> Vec<u8> {
    // Headers from the inside out; each is as long as its length needs.
    let (mut headers, mut length) = (Vec::new(), 0);
    for _ in 0..levels {
        let whole = tlv(0x30, &[&vec![0; length]]);
        let header = whole[..whole.len() - length].to_vec();
        length += header.len();
        headers.push(header);
    }
    headers.reverse();
    headers.concat()
}

fn attribute(oid: &str, value: &[u8]) -> Vec<u8> {
    let oid = condau::crypto::Oid::parse(oid).unwrap().to_der();
    tlv(0x30, &[&oid, &tlv(0x31, &[value])])
}

/// A SignedData of the test signer around these signed attributes; its signature is noise of the right length.
fn signed_data(pki: &Pki, certificates: &[&Certificate], attributes: Vec<Vec<u8>>) -> Vec<u8> {
    let attributes = set_of(0x31, attributes);
    let algorithm = SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256);
    build::signed_data(pki.certificate(), certificates, DigestAlgorithm::Sha256, &algorithm, &attributes, &[7; 70])
}

fn basic_attributes() -> Vec<Vec<u8>> {
    vec![
        attribute("1.2.840.113549.1.9.3", &cms::id_data().to_der()),
        attribute("1.2.840.113549.1.9.4", &tlv(4, &[&[7; 32]])),
    ]
}

/// Attributes of as many types, so that each has to be compared with each.
fn million_attributes(scale: Scale, pki: &Pki) -> Vec<u8> {
    let mut attributes = basic_attributes();
    for n in 0..scale.of(600_000) {
        attributes.push(attribute(&format!("1.2.{n}"), &[5, 0]));
    }
    with_contents(&signed_data(pki, &[pki.certificate()], attributes))
}

/// A hundred thousand times the digest of the certificate that is found last.
fn many_bound_certificates(scale: Scale, pki: &Pki) -> Vec<u8> {
    let mut certificates: Vec<Certificate> = (0..100).map(|n| pki.large_certificate(scale.of(30_000) + n)).collect();
    // Sets are sorted by their bytes.
    certificates.sort_by(|a, b| a.der().cmp(b.der()));
    let last = certificates.last().unwrap();
    let hash = digest(DigestAlgorithm::Sha256, last.der()).unwrap();
    let id = tlv(0x30, &[&tlv(4, &[hash.as_ref()])]);
    let mut attributes = basic_attributes();
    let ids = tlv(0x30, &[&id.repeat(scale.of(100_000))]);
    attributes.push(attribute("1.2.840.113549.1.9.16.2.47", &tlv(0x30, &[&ids])));
    let references: Vec<&Certificate> = certificates.iter().collect();
    with_contents(&signed_data(pki, &references, attributes))
}

/// A thousand SignerInfos and half a million digest algorithms, of which the last is theirs.
fn many_signers(scale: Scale, pki: &Pki) -> Vec<u8> {
    let one = signed_data(pki, &[pki.certificate()], basic_attributes());
    let parts = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let all = condau::asn1::Reader::new(condau::asn1::Tlv::parse_one(bytes).unwrap().content).all().unwrap();
        all.iter().map(|tlv| tlv.whole.to_vec()).collect()
    };
    let content_info = parts(&one);
    let mut fields = parts(&parts(&content_info[1])[0]);
    let algorithm = tlv(0x30, &[&condau::crypto::Oid::parse("1.2.3.4").unwrap().to_der()]);
    let sha256 = DigestAlgorithm::Sha256.algorithm_identifier();
    fields[1] = tlv(0x31, &[&algorithm.repeat(scale.of(500_000)), &sha256]);
    let infos = parts(&fields[4])[0].repeat(scale.of(1000));
    fields[4] = tlv(0x31, &[&infos]);
    let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
    with_contents(&tlv(0x30, &[&content_info[0], &tlv(0xA0, &[&tlv(0x30, &fields)])]))
}

/// The right signer among certificates that all have the name of its issuer.
fn false_issuers(count: usize, pki: &Pki) -> Vec<u8> {
    let roots = Pki::false_roots(count);
    let certificates: Vec<&Certificate> = std::iter::once(pki.certificate()).chain(&roots).collect();
    let hash = digest(DigestAlgorithm::Sha256, pki.certificate().der()).unwrap();
    let ids = tlv(0x30, &[&tlv(0x30, &[&tlv(4, &[hash.as_ref()])])]);
    let mut attributes = basic_attributes();
    attributes.push(attribute("1.2.840.113549.1.9.16.2.47", &tlv(0x30, &[&ids])));
    signed_data(pki, &certificates, attributes)
}

/// As many signatures as are allowed in one revision, all before a large stream that each of them covers.
fn many_signatures(scale: Scale, pki: &Pki) -> Vec<u8> {
    let contents: String = cms(pki).iter().map(|byte| format!("{byte:02x}")).collect();
    let count = u32::try_from(scale.of(1000)).unwrap();
    let mut builder = Builder::new();
    let fields: Vec<String> = (0..count).map(|n| format!("{} 0 R", 10 + 2 * n)).collect();
    builder.object(1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{}] >> >>", fields.join(" ")));
    builder.page();
    let mut places = Vec::new();
    for number in (10..10 + 2 * count).step_by(2) {
        builder.object(number, format!("<< /FT /Sig /T (S{number}) /V {} 0 R >>", number + 1));
        builder.start(number + 1);
        builder.bytes.extend_from_slice(b"<< /Type /Sig /SubFilter /ETSI.CAdES.detached /ByteRange [");
        let room = builder.bytes.len();
        builder.bytes.extend_from_slice(&[b' '; 64]);
        builder.bytes.extend_from_slice(b"] /Contents ");
        let start = builder.bytes.len();
        builder.bytes.extend_from_slice(format!("<{contents}>").as_bytes());
        places.push((room, start, builder.bytes.len()));
        builder.bytes.extend_from_slice(b" >>\nendobj\n");
    }
    builder.stream(5, "", &vec![7; scale.of(20 << 20)]);
    builder.section(Xref::Table, "");
    let mut bytes = builder.bytes;
    for (room, start, end) in places {
        let range = format!("0 {start} {end} {}", bytes.len() - end);
        bytes[room..room + range.len()].copy_from_slice(range.as_bytes());
    }
    bytes
}
