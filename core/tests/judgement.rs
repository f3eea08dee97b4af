//! Judging: what each defect of a signature, a certificate or a path is called.

mod common;

use common::now;
use common::pdf::{Xref, small};
use common::pki::Pki;
use condau::asn1::{Reader, Tlv, tlv};
use condau::cms::build;
use condau::crypto::{Digest, DigestAlgorithm, Hasher, Oid, SignatureAlgorithm};
use condau::keys::{KeyPair, Signer};
use condau::pdf::{Document, Repair, signatures};
use condau::sign::pdf::Credential;
use condau::verify::{self, Indication, Integrity, Policy, Report, SignatureReport, SubIndication};
use condau::x509::{Certificate, TrustStore};
use condau::{Limits, Time, sign};
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyUsagePurpose, SerialNumber,
};

/// Makes a CMS of a document's digest.
type MakeCms<'a> = &'a dyn Fn(&Digest) -> Vec<u8>;
/// Changes a signed file.
type Edit<'a> = &'a dyn Fn(&mut Vec<u8>);

const ECDSA: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256);

/// A file whose signature dictionary was edited and whose CMS is what `cms` makes of the document's digest.
fn forge(pki: &Pki, edit: impl Fn(&mut Vec<u8>), cms: impl Fn(&Digest) -> Vec<u8>) -> Vec<u8> {
    let mut credential = Credential::of(&pki.signer).unwrap();
    credential.max_signature_len = 8000;
    let document = small(Xref::Table);
    let session = sign::pdf(&document).prepare(&credential, now()).unwrap();
    let signature = pki.signer.sign(session.to_be_signed()).unwrap();
    let mut bytes = session.finish(&document, &signature).unwrap();
    edit(&mut bytes);
    let limits = Limits::default();
    let (span, ranges) = {
        let dictionary = signatures(&mut Document::open(&bytes, &limits, Repair::Refuse).unwrap()).unwrap().remove(0);
        (dictionary.contents_span.clone(), dictionary.signed_ranges().unwrap())
    };
    let mut hasher = Hasher::new(DigestAlgorithm::Sha256).unwrap();
    for range in ranges {
        hasher.update(&bytes[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()]);
    }
    let room = usize::try_from(span.start).unwrap() + 1..usize::try_from(span.end).unwrap() - 1;
    let digits: String = cms(&hasher.finish()).iter().map(|byte| format!("{byte:02x}")).collect();
    bytes[room.clone()].fill(b'0');
    bytes[room.start..room.start + digits.len()].copy_from_slice(digits.as_bytes());
    bytes
}

/// A CMS as the library makes it, with further attributes.
fn cms(pki: &Pki, digest: &Digest, extra: &[Vec<u8>]) -> Vec<u8> {
    let certificate = pki.certificate();
    let content = condau::cms::id_data();
    let attributes =
        build::signed_attributes(&content, digest, &[certificate], DigestAlgorithm::Sha256, extra).unwrap();
    with_attributes(pki, &attributes, &[certificate])
}

fn with_attributes(pki: &Pki, attributes: &[u8], certificates: &[&Certificate]) -> Vec<u8> {
    let signature = pki.signer.sign(attributes).unwrap();
    build::signed_data(pki.certificate(), certificates, DigestAlgorithm::Sha256, &ECDSA, attributes, &signature)
}

fn attribute(oid: &str, value: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&Oid::parse(oid).unwrap().to_der(), &tlv(0x31, &[value])])
}

fn judge(bytes: &[u8], trust: &TrustStore) -> Report {
    verify::pdf(&bytes, trust, &Policy::default(), now()).unwrap()
}

fn only(report: &Report) -> &SignatureReport {
    let [signature] = report.signatures.as_slice() else { panic!("{} signatures", report.signatures.len()) };
    signature
}

fn ids(signature: &SignatureReport) -> Vec<&str> {
    signature.findings.iter().map(|finding| finding.id.as_ref()).collect()
}

/// Replaces the one place of `from` by `to`, padded with spaces.
fn replace(bytes: &mut [u8], from: &str, to: &str) {
    let at = memchr::memmem::find(bytes, from.as_bytes()).unwrap();
    let place = &mut bytes[at..at + from.len()];
    place.fill(b' ');
    place[..to.len()].copy_from_slice(to.as_bytes());
}

/// The parts of a SignedData and a way back.
fn edit_signed_data(cms: &[u8], edit: impl Fn(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let parts = |content: &[u8]| -> Vec<Vec<u8>> {
        Reader::new(content).all().unwrap().iter().map(|tlv| tlv.whole.to_vec()).collect()
    };
    let info = parts(Tlv::parse_one(cms).unwrap().content);
    let explicit = Tlv::parse_one(&info[1]).unwrap().content.to_vec();
    let mut fields = parts(Tlv::parse_one(&explicit).unwrap().content);
    edit(&mut fields);
    let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
    tlv(0x30, &[&info[0], &tlv(0xA0, &[&tlv(0x30, &fields)])])
}

#[test]
fn a_sound_signature_is_intact_and_undecided_only_for_want_of_revocation_data() {
    let pki = Pki::new();
    let report = judge(&forge(&pki, |_| {}, |digest| cms(&pki, digest, &[])), &pki.trust());
    let signature = only(&report);
    assert_eq!(signature.integrity, Integrity::Intact);
    assert_eq!(signature.format, "PAdES-BASELINE-B");
    assert_eq!(signature.indication, Indication::Indeterminate);
    assert_eq!(signature.sub_indication, Some(SubIndication::CertificateChainGeneralFailure));
    assert_eq!(ids(signature), ["verify.intact", "path.holds", "revocation.not-checked", "timestamp.not-checked"]);
    assert_eq!(signature.trust_domain.as_deref(), Some("test"));
}

#[test]
fn rows_of_the_baseline_that_do_not_hold_cost_the_level_only() {
    let pki = Pki::new();
    let signing_time = attribute("1.2.840.113549.1.9.5", &tlv(0x17, &[b"261123010000Z"]));
    let bytes = forge(&pki, |_| {}, |digest| cms(&pki, digest, std::slice::from_ref(&signing_time)));
    let report = judge(&bytes, &pki.trust());
    assert_eq!((only(&report).integrity, only(&report).format.as_str()), (Integrity::Intact, "PAdES"));
    assert!(ids(only(&report)).contains(&"pades.cms-signing-time"));

    // Without the attribute that binds the certificate, the SignerInfo names it.
    let unbound = |digest: &Digest| {
        let attributes = condau::asn1::set_of(
            0x31,
            vec![
                attribute("1.2.840.113549.1.9.3", &condau::cms::id_data().to_der()),
                attribute("1.2.840.113549.1.9.4", &tlv(4, &[digest.as_ref()])),
            ],
        );
        with_attributes(&pki, &attributes, &[pki.certificate()])
    };
    let report = judge(&forge(&pki, |_| {}, unbound), &pki.trust());
    assert_eq!((only(&report).integrity, only(&report).format.as_str()), (Integrity::Intact, "PAdES"));
    assert!(ids(only(&report)).contains(&"verify.signing-certificate-not-bound"));
}

#[test]
fn sub_filters() {
    let pki = Pki::new();
    let with = |name: &str| {
        let edit = |bytes: &mut Vec<u8>| replace(bytes, "ETSI.CAdES.detached", name);
        judge(&forge(&pki, edit, |digest| cms(&pki, digest, &[])), &pki.trust())
    };
    let adobe = with("adbe.pkcs7.detached");
    assert_eq!((only(&adobe).integrity, only(&adobe).format.as_str()), (Integrity::Intact, "PKCS7"));
    let stamp = with("ETSI.RFC3161");
    assert_eq!(only(&stamp).format, "DocTimeStamp");
    assert_eq!((only(&stamp).integrity, only(&stamp).indication), (Integrity::NotChecked, Indication::Indeterminate));
    for unknown in ["adbe.pkcs7.sha1", "adbe.x509.rsa_sha1", "X"] {
        let report = with(unknown);
        assert_eq!(only(&report).sub_indication, Some(SubIndication::FormatFailure), "{unknown}");
        assert_eq!(only(&report).integrity, Integrity::NotChecked);
    }
}

#[test]
fn containers_that_break_the_format_fail() {
    let pki = Pki::new();
    let cases: [(&str, MakeCms<'_>); 8] = [
        ("verify.signer-infos", &|digest| {
            edit_signed_data(&cms(&pki, digest, &[]), |fields| {
                let infos = fields.last_mut().unwrap();
                let info = Tlv::parse_one(infos).unwrap().content.to_vec();
                *infos = tlv(0x31, &[&info, &info]);
            })
        }),
        ("verify.content-present", &|digest| {
            edit_signed_data(&cms(&pki, digest, &[]), |fields| {
                let content = tlv(0xA0, &[&tlv(4, &[b"hidden"])]);
                fields[2] = tlv(0x30, &[&condau::cms::id_data().to_der(), &content]);
            })
        }),
        ("cms.version", &|digest| edit_signed_data(&cms(&pki, digest, &[]), |fields| fields[0] = vec![2, 1, 4])),
        ("cms.digest-algorithms", &|digest| {
            edit_signed_data(&cms(&pki, digest, &[]), |fields| fields[1] = tlv(0x31, &[]))
        }),
        ("cms.attribute-count", &|digest| {
            let twice = attribute("1.2.840.113549.1.9.4", &tlv(4, &[&[7; 32]]));
            cms(&pki, digest, &[twice])
        }),
        ("verify.content-type", &|digest| {
            let other = Oid::parse("1.2.840.113549.1.9.16.1.4").unwrap();
            let signer = pki.certificate();
            let attributes = build::signed_attributes(&other, digest, &[signer], DigestAlgorithm::Sha256, &[]).unwrap();
            with_attributes(&pki, &attributes, &[signer])
        }),
        ("verify.bytes-after-cms", &|digest| [cms(&pki, digest, &[]), vec![1]].concat()),
        ("cms.malformed", &|_| tlv(0x30, &[&[5, 0]])),
    ];
    for (id, cms) in cases {
        let report = judge(&forge(&pki, |_| {}, cms), &pki.trust());
        let signature = only(&report);
        assert!(ids(signature).contains(&id), "{id}: {:?}", ids(signature));
        assert_eq!(signature.indication, Indication::TotalFailed, "{id}");
        assert_eq!(signature.sub_indication, Some(SubIndication::FormatFailure), "{id}");
        assert_ne!(signature.integrity, Integrity::Intact, "{id}");
    }
}

#[test]
fn what_the_signer_did_not_sign_is_not_intact() {
    let (pki, other) = (Pki::new(), Pki::new());
    let trust = pki.trust();
    // Another document's digest.
    let report = judge(
        &forge(
            &pki,
            |bytes| replace(bytes, "QUYET", "QUYEN"),
            |_| {
                let digest = condau::crypto::digest(DigestAlgorithm::Sha256, b"something else").unwrap();
                cms(&pki, &digest, &[])
            },
        ),
        &trust,
    );
    assert_eq!(only(&report).sub_indication, Some(SubIndication::HashFailure));
    assert_eq!((only(&report).integrity, report.indication), (Integrity::Broken, Indication::TotalFailed));

    // Another key's signature under the signer's certificate.
    let foreign = |digest: &Digest| {
        let signer = pki.certificate();
        let content = condau::cms::id_data();
        let attributes = build::signed_attributes(&content, digest, &[signer], DigestAlgorithm::Sha256, &[]).unwrap();
        let signature = other.signer.sign(&attributes).unwrap();
        build::signed_data(signer, &[signer], DigestAlgorithm::Sha256, &ECDSA, &attributes, &signature)
    };
    let report = judge(&forge(&pki, |_| {}, foreign), &trust);
    assert_eq!(only(&report).sub_indication, Some(SubIndication::SigCryptoFailure));

    // A certificate that is not the one that was bound.
    let exchanged = |digest: &Digest| {
        edit_signed_data(&cms(&pki, digest, &[]), |fields| fields[3] = tlv(0xA0, &[other.certificate().der()]))
    };
    let report = judge(&forge(&pki, |_| {}, exchanged), &trust);
    assert_eq!(only(&report).sub_indication, Some(SubIndication::NoSigningCertificateFound));
    assert_eq!(only(&report).integrity, Integrity::Broken);
}

/// P-01, P-02, P-17 … P-20: a signature dictionary that does not say exactly what it covers fails.
#[test]
fn dictionaries_that_lie_about_what_they_cover_fail() {
    let pki = Pki::new();
    let bytes = sign::pdf(&small(Xref::Table)).sign(&pki.signer, now()).unwrap().bytes;
    let edits: [(&str, Edit<'_>); 9] = [
        ("pdf.byte-range-malformed", &|bytes| replace(bytes, "/ByteRange [0 ", "/ByteRange [- ")),
        ("pdf.byte-range-malformed", &|bytes| replace(bytes, "/ByteRange", "/BiteRange")),
        ("pdf.byte-range-start", &|bytes| replace(bytes, "/ByteRange [0", "/ByteRange [1")),
        ("pdf.contents-malformed", &|bytes| replace(bytes, "/Contents <30", "/Content  <30")),
        ("pdf.signature-escaped-key", &|bytes| {
            // `/ByteRange` under another spelling, in the room that its padding leaves.
            let range = memchr::memmem::find(bytes, b"/ByteRange [").unwrap();
            let end = range + bytes[range..].iter().position(|b| *b == b']').unwrap();
            let numbers = bytes[range + 12..end].trim_ascii().to_vec();
            bytes[range..=end].fill(b' ');
            let text = [b"/Byte#52ange [", numbers.as_slice(), b"]"].concat();
            bytes[range..range + text.len()].copy_from_slice(&text);
        }),
        ("pdf.signature-duplicate-key", &|bytes| {
            replace(bytes, "/Type /Sig /Filter /Adobe.PPKLite", "/M 1 /Type /Sig /Filter /Adobe.X");
        }),
        ("pdf.contents-digits", &|bytes| {
            let at = memchr::memmem::find(bytes, b"/Contents <").unwrap() + 11;
            let letter = at + bytes[at..].iter().position(u8::is_ascii_lowercase).unwrap();
            bytes[letter] = bytes[letter].to_ascii_uppercase();
        }),
        ("pdf.contents-empty", &|bytes| {
            let at = memchr::memmem::find(bytes, b"/Contents <").unwrap() + 11;
            let end = at + bytes[at..].iter().position(|b| *b == b'>').unwrap();
            bytes[at..end].fill(b'0');
        }),
        ("pdf.byte-range-gap", &|bytes| {
            // One byte more in the gap: what stands there is free for an attacker.
            let at = memchr::memmem::find(bytes, b"/ByteRange [0 ").unwrap() + 14;
            let end = at + bytes[at..].iter().position(|b| *b == b' ').unwrap();
            let number: u64 = std::str::from_utf8(&bytes[at..end]).unwrap().parse().unwrap();
            bytes[at..end].copy_from_slice((number - 1).to_string().as_bytes());
        }),
    ];
    for (id, edit) in edits {
        let mut changed = bytes.clone();
        edit(&mut changed);
        let report = judge(&changed, &pki.trust());
        let signature = only(&report);
        assert!(ids(signature).contains(&id), "{id}: {:?}", ids(signature));
        assert_eq!(signature.indication, Indication::TotalFailed, "{id}");
        assert_ne!(signature.integrity, Integrity::Intact, "{id}");
    }
}

/// A root, an intermediate and a leaf, each as asked for.
struct Chain {
    trust: TrustStore,
    intermediate: Certificate,
    leaf: KeyPair,
}

fn chain(
    root: impl Fn(&mut CertificateParams),
    middle: impl Fn(&mut CertificateParams),
    leaf: impl Fn(&mut CertificateParams),
) -> Chain {
    let make = |name: &str, ca: bool| {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2046, 1, 1);
        params.serial_number = Some(SerialNumber::from(name.as_bytes().to_vec()));
        if ca {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        } else {
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        }
        params
    };
    let key = || rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let (mut root_params, root_key) = (make("Root", true), key());
    root(&mut root_params);
    let anchor = Certificate::from_der(root_params.self_signed(&root_key).unwrap().der()).unwrap();
    let root_issuer = Issuer::new(root_params, root_key);
    let (mut middle_params, middle_key) = (make("Middle", true), key());
    middle(&mut middle_params);
    let intermediate =
        Certificate::from_der(middle_params.signed_by(&middle_key, &root_issuer).unwrap().der()).unwrap();
    let middle_issuer = Issuer::new(middle_params, middle_key);
    let (mut leaf_params, leaf_key) = (make("Leaf", false), key());
    leaf(&mut leaf_params);
    let certificate = Certificate::from_der(leaf_params.signed_by(&leaf_key, &middle_issuer).unwrap().der()).unwrap();
    let mut trust = TrustStore::new();
    trust.add("test", anchor);
    let leaf = KeyPair::from_pkcs8(leaf_key.serialized_der(), &[certificate, intermediate.clone()], None).unwrap();
    Chain { trust, intermediate, leaf }
}

fn judge_chain(chain: &Chain, at: Time) -> (Option<SubIndication>, Vec<String>) {
    let signed = sign::pdf(&small(Xref::Table)).sign(&chain.leaf, now()).unwrap().bytes;
    let report = verify::pdf(&signed, &chain.trust, &Policy::default(), at).unwrap();
    let signature = only(&report);
    assert_eq!(signature.integrity, Integrity::Intact, "the path says nothing of the mathematics");
    assert_eq!(signature.indication, Indication::Indeterminate);
    (signature.sub_indication, ids(signature).into_iter().map(str::to_owned).collect())
}

fn permit(params: &mut CertificateParams, subtree: rcgen::GeneralSubtree) {
    params.name_constraints =
        Some(rcgen::NameConstraints { permitted_subtrees: vec![subtree], excluded_subtrees: Vec::new() });
}

#[test]
fn paths_are_judged_by_what_breaks_them() {
    use SubIndication::{CertificateChainGeneralFailure, ChainConstraintsFailure, OutOfBoundsNoPoe};
    let as_made = |_: &mut CertificateParams| {};
    let year = rcgen::date_time_ymd;
    let cases: Vec<(&str, SubIndication, Chain)> = vec![
        ("path.holds", CertificateChainGeneralFailure, chain(as_made, as_made, as_made)),
        ("path.expired", OutOfBoundsNoPoe, chain(as_made, as_made, |p| p.not_after = year(2025, 1, 1))),
        ("path.not-yet-valid", OutOfBoundsNoPoe, chain(as_made, as_made, |p| p.not_before = year(2030, 1, 1))),
        ("path.expired", CertificateChainGeneralFailure, chain(as_made, |p| p.not_after = year(2025, 1, 1), as_made)),
        // An anchor is trusted for its key, not for its dates.
        ("path.holds", CertificateChainGeneralFailure, chain(|p| p.not_after = year(2025, 1, 1), as_made, as_made)),
        (
            "path.issuer-not-ca",
            CertificateChainGeneralFailure,
            chain(as_made, |p| p.is_ca = IsCa::ExplicitNoCa, as_made),
        ),
        ("path.issuer-not-ca", CertificateChainGeneralFailure, chain(as_made, |p| p.is_ca = IsCa::NoCa, as_made)),
        (
            "path.issuer-key-usage",
            CertificateChainGeneralFailure,
            chain(
                as_made,
                |p| p.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::CrlSign],
                as_made,
            ),
        ),
        (
            "path.path-length",
            CertificateChainGeneralFailure,
            chain(|p| p.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)), as_made, as_made),
        ),
        (
            "path.signer-is-ca",
            ChainConstraintsFailure,
            chain(as_made, as_made, |p| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
        ),
        (
            "path.signer-key-usage",
            ChainConstraintsFailure,
            chain(as_made, as_made, |p| p.key_usages = vec![KeyUsagePurpose::KeyEncipherment]),
        ),
        (
            "path.holds",
            CertificateChainGeneralFailure,
            chain(as_made, as_made, |p| {
                p.key_usages = vec![KeyUsagePurpose::ContentCommitment];
                p.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
            }),
        ),
        (
            "path.extension-not-processed",
            CertificateChainGeneralFailure,
            chain(as_made, as_made, |p| {
                let mut extension = rcgen::CustomExtension::from_oid_content(&[2, 25, 7], vec![5, 0]);
                extension.set_criticality(true);
                p.custom_extensions = vec![extension];
            }),
        ),
        // A constraint on names that the certificates do not have binds nobody; one on their subjects does.
        (
            "path.holds",
            CertificateChainGeneralFailure,
            chain(as_made, |p| permit(p, rcgen::GeneralSubtree::DnsName("vn".into())), as_made),
        ),
        (
            "path.name-outside",
            CertificateChainGeneralFailure,
            chain(
                as_made,
                |p| {
                    let mut name = rcgen::DistinguishedName::new();
                    name.push(rcgen::DnType::CommonName, "Somebody else");
                    permit(p, rcgen::GeneralSubtree::DirectoryName(name));
                },
                as_made,
            ),
        ),
    ];
    for (id, sub, chain) in cases {
        let (found, ids) = judge_chain(&chain, now());
        assert!(ids.iter().any(|i| i == id), "{id}: {ids:?}");
        assert_eq!(found, Some(sub), "{id}");
        assert!(chain.intermediate.subject().common_name().is_some());
    }
    let good = chain(as_made, as_made, as_made);
    let (sub, _) = judge_chain(&good, Time::parse("2019-01-01").unwrap());
    assert_eq!(sub, Some(CertificateChainGeneralFailure), "nobody on the path was valid then");
}

#[test]
fn nothing_is_trusted_by_default_and_names_alone_earn_no_trust() {
    let as_made = |_: &mut CertificateParams| {};
    let good = chain(as_made, as_made, as_made);
    let signed = sign::pdf(&small(Xref::Table)).sign(&good.leaf, now()).unwrap().bytes;
    let sub = |trust: &TrustStore| only(&judge(&signed, trust)).sub_indication;
    assert_eq!(sub(&TrustStore::new()), Some(SubIndication::NoCertificateChainFound));
    // A root of the same name with another key.
    let other = chain(as_made, as_made, as_made);
    assert_eq!(sub(&other.trust), Some(SubIndication::NoCertificateChainFound));
    // Both: the right one is found, whichever comes first.
    for order in [[&other.trust, &good.trust], [&good.trust, &other.trust]] {
        let mut both = TrustStore::new();
        for store in order {
            both.add("test", store.anchors()[0].certificate.clone());
        }
        assert_eq!(sub(&both), Some(SubIndication::CertificateChainGeneralFailure));
    }
    // The signer itself, or the authority above it, may be the anchor.
    for anchor in [good.leaf.certificate(), &good.intermediate] {
        let mut trust = TrustStore::new();
        trust.add("direct", anchor.clone());
        let report = judge(&signed, &trust);
        assert_eq!(only(&report).trust_domain.as_deref(), Some("direct"));
    }
}

#[test]
fn a_document_without_a_signature_is_never_passed() {
    let report = judge(&small(Xref::Table), &TrustStore::new());
    assert_eq!((report.indication, report.signatures.len()), (Indication::Indeterminate, 0));
    assert_eq!(report.findings[0].id, "verify.no-signature");
}

/// What comes after a signed revision is said, and keeps the verdict open.
#[test]
fn bytes_after_the_signed_revision_are_said() {
    let pki = Pki::new();
    let mut bytes = sign::pdf(&small(Xref::Table)).sign(&pki.signer, now()).unwrap().bytes;
    let length = bytes.len();
    bytes.extend_from_slice(b"% nothing to see here\n");
    let report = judge(&bytes, &pki.trust());
    let signature = only(&report);
    assert!(ids(signature).contains(&"verify.bytes-after"));
    assert_eq!((signature.coverage.signed_bytes, signature.coverage.bytes_after), (length as u64, 22));
    assert_eq!(signature.indication, Indication::Indeterminate);
}

/// A judgement is pure: the same facts give the same report, at any time of day.
#[test]
fn the_same_facts_give_the_same_report() {
    let pki = Pki::new();
    let bytes = sign::pdf(&small(Xref::Stream)).sign(&pki.signer, now()).unwrap().bytes;
    let facts = verify::analyze(&bytes, &Limits::default()).unwrap();
    let report = |facts| serde_json::to_string(&verify::judge(facts, &Policy::default(), &pki.trust(), now())).unwrap();
    assert_eq!(report(&facts), report(&facts));
    assert_eq!(report(&facts), serde_json::to_string(&judge(&bytes, &pki.trust())).unwrap());
}
