//! Searches and revocation on certificates made here; the corpora of `core/tests` say whether the rules are right.

use std::slice::from_ref;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose as Usage, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason,
    RevokedCertParams, SerialNumber, date_time_ymd,
};

use super::*;
use crate::limits::Limits;
use crate::time::Time;

/// A name with a key, which can certify others.
struct Entity {
    params: CertificateParams,
    key: KeyPair,
}

fn entity(name: &str) -> Entity {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2040, 1, 1));
    params.serial_number = Some(SerialNumber::from(7_u64));
    params.use_authority_key_identifier_extension = true;
    Entity { params, key: KeyPair::generate().unwrap() }
}

fn authority(name: &str) -> Entity {
    let mut made = entity(name);
    made.params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    made.params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    made
}

impl Entity {
    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }

    fn own(&self) -> Certificate {
        Certificate::from_der(self.params.self_signed(&self.key).unwrap().der()).unwrap()
    }

    fn by(&self, issuer: &Entity) -> Certificate {
        Certificate::from_der(self.params.signed_by(&self.key, &issuer.issuer()).unwrap().der()).unwrap()
    }

    /// A list from 2026-01-01 to 2026-12-31 with these entries.
    fn crl(&self, revoked: Vec<RevokedCertParams>) -> Crl {
        self.crl_of(1, revoked)
    }

    /// The same from the first of another month.
    fn crl_of(&self, month: u8, revoked: Vec<RevokedCertParams>) -> Crl {
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, month, 1),
            next_update: date_time_ymd(2026, 12, 31),
            crl_number: SerialNumber::from(u64::from(month)),
            issuing_distribution_point: None,
            revoked_certs: revoked,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Crl::from_der(list.signed_by(&self.issuer()).unwrap().der().to_vec()).unwrap()
    }
}

fn entry(serial: u64, reason: RevocationReason) -> RevokedCertParams {
    RevokedCertParams {
        serial_number: SerialNumber::from(serial),
        revocation_time: date_time_ymd(2025, 6, 1),
        reason_code: Some(reason),
        invalidity_date: None,
    }
}

fn trust(anchors: &[&Certificate]) -> TrustStore {
    let mut store = TrustStore::new();
    for anchor in anchors {
        store.add("test", (*anchor).clone());
    }
    store
}

fn now() -> Time {
    Time::parse("2026-11-23").unwrap()
}

fn path_to(leaf: &Certificate, candidates: &[Certificate], anchors: &[&Certificate]) -> Result<Path, PathFailure> {
    build_path(leaf, PathInput::new(candidates, &trust(anchors), now(), &Limits::default()))
}

/// What the lists say of the leaf at `at`.
fn status(leaf: &Certificate, root: &Certificate, crls: &[Crl], at: &str) -> RevocationStatus {
    let (trust, limits) = (trust(&[root]), Limits::default());
    let input = PathInput::new(&[], &trust, Time::parse(at).unwrap(), &limits);
    let path = build_path(leaf, input).unwrap();
    check_revocation(&path, &RevocationData { crls }, input).remove(0)
}

fn unknown_id(status: &RevocationStatus) -> &str {
    match status {
        RevocationStatus::Unknown { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_root_that_changed_its_key_leads_to_the_right_one() {
    let (old, new) = (authority("Gốc"), authority("Gốc"));
    let leaf = entity("A").by(&new);
    let (old_root, new_root) = (old.own(), new.own());
    let path = path_to(&leaf, &[], &[&old_root, &new_root]).unwrap();
    assert_eq!(path.certificates, [leaf.clone(), new_root.clone()]);
    // New with old: the link of a rollover, where only the old root is trusted.
    let link = new.by(&old);
    let path = path_to(&leaf, &[new_root, link.clone()], &[&old_root]).unwrap();
    assert_eq!(path.certificates, [leaf, link, old_root]);
}

#[test]
fn a_cross_certificate_leads_to_another_root_and_a_circle_ends() {
    let (a, b) = (authority("A"), authority("B"));
    let leaf = entity("Người ký").by(&a);
    let (a_by_b, b_by_a) = (a.by(&b), b.by(&a));
    let anchor = b.own();
    let candidates = [a_by_b.clone(), b_by_a, a.own(), anchor.clone()];
    let path = path_to(&leaf, &candidates, &[&anchor]).unwrap();
    assert_eq!(path.certificates, [leaf.clone(), a_by_b, anchor]);
    let failure = path_to(&leaf, &candidates, &[]).unwrap_err();
    assert_eq!((failure.kind, failure.id), (FailureKind::NoChain, "path.no-issuer"));
}

/// Of a path that breaks a rule and one on which only the signer is out of time, the second is told.
#[test]
fn the_best_failure_is_told_whatever_the_order() {
    let (root, issuer) = (authority("Gốc"), authority("Cấp dưới"));
    let mut short =
        Entity { params: issuer.params.clone(), key: KeyPair::try_from(&issuer.key.serialize_der()[..]).unwrap() };
    short.params.not_after = date_time_ymd(2025, 1, 1);
    let mut person = entity("A");
    person.params.not_after = date_time_ymd(2026, 1, 1);
    let leaf = person.by(&issuer);
    let (good, expired) = (issuer.by(&root), short.by(&root));
    for candidates in [[good.clone(), expired.clone()], [expired, good]] {
        let failure = path_to(&leaf, &candidates, &[&root.own()]).unwrap_err();
        assert_eq!((failure.kind, failure.id), (FailureKind::OutOfBounds, "path.expired"));
    }
}

#[test]
fn every_budget_of_a_search_has_its_message() {
    let root = authority("Gốc");
    let names = |permitted: &str| {
        let base = crate::asn1::tlv(0x30, &[&crate::asn1::tlv(0x82, &[permitted.as_bytes()])]);
        let value = crate::asn1::tlv(0x30, &[&crate::asn1::tlv(0xA0, &[&base])]);
        CustomExtension::from_oid_content(&[2, 5, 29, 30], value)
    };
    let mut issuer = authority("Cấp dưới");
    issuer.params.custom_extensions = vec![names("vn")];
    let leaf = entity("A").by(&issuer);
    let mut candidates: Vec<Certificate> = (0..40).map(|_| authority("Cấp dưới").by(&root)).collect();
    candidates.push(issuer.by(&root));
    let anchor = root.own();
    // The right one is found among many of its name by its key identifier.
    assert!(path_to(&leaf, &candidates, &[&anchor]).is_ok());
    candidates.pop();
    let defaults = Limits::default;
    for (limits, last, wanted) in [
        (Limits { path_candidates: 5, ..defaults() }, false, "path.too-many-candidates"),
        (Limits { path_candidates: 100, path_signatures: 9, ..defaults() }, false, "path.too-many-signatures"),
        (Limits { path_steps: 1, ..defaults() }, true, "path.too-many-steps"),
        (Limits { path_name_comparisons: 0, ..defaults() }, true, "path.too-many-names"),
        (Limits { path_length: 2, ..defaults() }, true, "path.too-long"),
    ] {
        let mut candidates = candidates.clone();
        if last {
            candidates = vec![issuer.by(&root)];
        }
        let failure = build_path(&leaf, PathInput::new(&candidates, &trust(&[&anchor]), now(), &limits)).unwrap_err();
        assert_eq!((failure.kind, failure.id), (FailureKind::Budget, wanted));
    }
    let policy = crate::asn1::tlv(0x30, &[&crate::crypto::Oid::of("1.3.6.1.4.1.99999.1").to_der()]);
    let mut person = entity("B");
    let policies = crate::asn1::tlv(0x30, &[&policy]);
    person.params.custom_extensions = vec![CustomExtension::from_oid_content(&[2, 5, 29, 32], policies)];
    let limits = Limits { path_policies: 0, ..defaults() };
    let failure = build_path(&person.by(&root), PathInput::new(&[], &trust(&[&anchor]), now(), &limits)).unwrap_err();
    assert_eq!(failure.id, "path.too-many-policies");
}

/// Ten authorities that all certify each other: 10! ways up, none of them to an anchor.
#[test]
fn a_web_of_cross_certificates_ends_within_its_budget() {
    let authorities: Vec<Entity> = (0..10).map(|number| authority(&format!("CA {number}"))).collect();
    let candidates: Vec<Certificate> = authorities.iter().flat_map(|a| authorities.iter().map(|b| a.by(b))).collect();
    let leaf = entity("A").by(&authorities[0]);
    let failure = path_to(&leaf, &candidates, &[&authority("Gốc").own()]).unwrap_err();
    assert_eq!((failure.kind, failure.id), (FailureKind::Budget, "path.too-many-signatures"));
    let limits = Limits { path_signatures: 1000, path_length: 30, ..Limits::default() };
    let failure = build_path(&leaf, PathInput::new(&candidates, &TrustStore::new(), now(), &limits)).unwrap_err();
    assert_eq!((failure.kind, failure.id), (FailureKind::Budget, "path.too-many-steps"));
}

#[test]
fn purposes() {
    let root = authority("Gốc");
    let anchors = trust(&[&root.own()]);
    let limits = Limits::default();
    let ask = |usages: &[Usage], critical: Option<bool>, purpose| {
        let mut person = entity("A");
        person.params.extended_key_usages = usages.to_vec();
        if let Some(critical) = critical {
            let usage = crate::crypto::Oid::of("1.3.6.1.5.5.7.3.8").to_der();
            let value = crate::asn1::tlv(0x30, &[&usage]);
            let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 37], value);
            extension.set_criticality(critical);
            person.params.custom_extensions = vec![extension];
        }
        let input = PathInput { purpose, ..PathInput::new(&[], &anchors, now(), &limits) };
        build_path(&person.by(&root), input).map(|_| ()).map_err(|failure| failure.id)
    };
    assert_eq!(ask(&[], None, Purpose::DocumentSigner), Ok(()));
    assert_eq!(ask(&[Usage::ServerAuth, Usage::EmailProtection], None, Purpose::DocumentSigner), Ok(()));
    assert_eq!(ask(&[Usage::ServerAuth], None, Purpose::DocumentSigner), Err("path.signer-extended-key-usage"));
    assert_eq!(ask(&[Usage::ServerAuth], None, Purpose::Any), Ok(()));
    assert_eq!(ask(&[], Some(true), Purpose::TimeStamping), Ok(()));
    assert_eq!(ask(&[], Some(false), Purpose::TimeStamping), Err("path.signer-not-time-stamping"));
    assert_eq!(ask(&[], None, Purpose::TimeStamping), Err("path.signer-not-time-stamping"));
}

#[test]
fn what_a_list_says() {
    let root = authority("Gốc");
    let (leaf, anchor) = (entity("A").by(&root), root.own());
    let ask = |crls: &[Crl], at| status(&leaf, &anchor, crls, at);
    let clean = root.crl(vec![entry(8, RevocationReason::KeyCompromise)]);
    let good = ask(from_ref(&clean), "2026-11-23");
    assert!(matches!(&good, RevocationStatus::Good { notes, .. } if notes.is_empty()), "{good:?}");
    assert_eq!(unknown_id(&ask(from_ref(&clean), "2027-01-02")), "revocation.crl-stale");
    assert_eq!(unknown_id(&ask(&[clean], "2025-12-31")), "revocation.crl-not-yet");
    assert_eq!(unknown_id(&ask(&[], "2026-11-23")), "revocation.no-crl");
    assert_eq!(unknown_id(&ask(&[authority("Gốc").crl(vec![])], "2026-11-23")), "revocation.signer-unknown");
    assert_eq!(unknown_id(&ask(&[authority("Khác").crl(vec![])], "2026-11-23")), "revocation.no-crl");

    let revoked = root.crl(vec![entry(7, RevocationReason::KeyCompromise)]);
    for at in ["2026-11-23", "2027-01-02"] {
        let RevocationStatus::Revoked { time, reason, .. } = ask(from_ref(&revoked), at) else { panic!() };
        assert_eq!((time.to_string().as_str(), reason), ("2025-06-01T00:00:00Z", CrlReason::KeyCompromise));
    }
    let held = root.crl(vec![entry(7, RevocationReason::CertificateHold)]);
    let on_hold = ask(from_ref(&held), "2026-11-23");
    assert!(matches!(on_hold, RevocationStatus::Revoked { reason: CrlReason::CertificateHold, .. }), "{on_hold:?}");
    assert_eq!(unknown_id(&ask(from_ref(&held), "2027-01-02")), "revocation.crl-stale");
    // A second entry that takes nothing back.
    let both = root.crl(vec![entry(7, RevocationReason::CertificateHold), entry(7, RevocationReason::Superseded)]);
    assert!(matches!(ask(&[both], "2026-11-23"), RevocationStatus::Revoked { reason: CrlReason::Superseded, .. }));
}

#[test]
fn a_list_is_silent_about_what_expired_before_it_and_budgets_hold() {
    let root = authority("Gốc");
    let mut person = entity("A");
    person.params.not_after = date_time_ymd(2025, 1, 1);
    let (leaf, anchor, list) = (person.by(&root), root.own(), root.crl(vec![]));
    let (trust, limits) = (trust(&[&anchor]), Limits::default());
    let input = PathInput::new(&[], &trust, Time::parse("2024-06-01").unwrap(), &limits);
    let path = build_path(&leaf, input).unwrap();
    let ask = |crls: &[Crl], limits: &Limits| {
        let input = PathInput { at: now(), limits, ..input };
        unknown_id(&check_revocation(&path, &RevocationData { crls }, input)[0]).to_owned()
    };
    assert_eq!(ask(from_ref(&list), &limits), "revocation.expired-before");
    let small = Limits { crl_bytes: 10, ..Limits::default() };
    assert_eq!(ask(from_ref(&list), &small), "revocation.crl-too-large");
    let short = Limits { crl_scanned_bytes: list.der().len(), ..Limits::default() };
    assert_eq!(ask(from_ref(&list), &short), "revocation.too-many-bytes");
    let few = Limits { crl_signatures: 0, ..Limits::default() };
    assert_eq!(ask(&[list], &few), "revocation.too-many-signatures");
}

/// Of two lists that are current the newer one decides, in whatever order they come.
#[test]
fn the_newest_list_decides() {
    let root = authority("Gốc");
    let (leaf, anchor) = (entity("A").by(&root), root.own());
    let listed = |month, reason| root.crl_of(month, vec![entry(7, reason)]);
    let silent = |month| root.crl_of(month, vec![]);
    for turned in [false, true] {
        let ask = |mut crls: [Crl; 2]| {
            if turned {
                crls.reverse();
            }
            status(&leaf, &anchor, &crls, "2026-11-23")
        };
        let taken_back = ask([listed(1, RevocationReason::CertificateHold), silent(2)]);
        assert!(matches!(taken_back, RevocationStatus::Good { .. }), "{taken_back:?}");
        let lost = ask([silent(1), listed(2, RevocationReason::KeyCompromise)]);
        assert!(matches!(lost, RevocationStatus::Revoked { .. }), "{lost:?}");
    }
}

/// Two signers of lists that vouch for each other prove nothing, and many of them cost no more than their budget.
#[test]
fn signers_of_lists_in_a_circle() {
    let root = authority("Gốc");
    let (leaf, anchor) = (entity("A").by(&root), root.own());
    let mut signers: Vec<Entity> = (0..12).map(|_| authority("Gốc")).collect();
    for (signer, serial) in signers.iter_mut().zip(100_u64..) {
        signer.params.serial_number = Some(SerialNumber::from(serial));
    }
    let candidates: Vec<Certificate> = signers.iter().map(|signer| signer.by(&root)).collect();
    let crls: Vec<Crl> = signers.iter().map(|signer| signer.crl(vec![])).collect();
    let (trust, limits) = (trust(&[&anchor]), Limits::default());
    let input = PathInput::new(&candidates, &trust, now(), &limits);
    let path = build_path(&leaf, input).unwrap();
    let ask = |crls: &[Crl]| check_revocation(&path, &RevocationData { crls }, input).remove(0);
    let two = ask(&crls[..2]);
    assert!(matches!(unknown_id(&two), "revocation.signers-circle" | "revocation.signer-not-good"), "{two:?}");
    assert_eq!(unknown_id(&ask(&crls)), "revocation.too-many-signatures");
    // One list of the root breaks the circle: it vouches for whoever signed the others, and for the leaf itself.
    let with_root = [&crls[..2], &[root.crl(vec![])]].concat();
    assert!(matches!(ask(&with_root), RevocationStatus::Good { .. }));
}

/// A million entries: nothing is built from them, and the one asked for is found wherever it stands.
#[test]
fn a_million_entries() {
    let root = authority("Gốc");
    let anchor = root.own();
    let list = root.crl((1000..1_001_000).map(|serial| entry(serial, RevocationReason::Superseded)).collect());
    println!("{} bytes", list.der().len());
    for (serial, revoked) in [(7_u64, false), (1000, true), (500_000, true), (1_000_999, true), (1_001_000, false)] {
        let mut person = entity("A");
        person.params.serial_number = Some(SerialNumber::from(serial));
        let leaf = person.by(&root);
        let start = std::time::Instant::now();
        let status = status(&leaf, &anchor, from_ref(&list), "2026-11-23");
        println!("serial {serial}: {:?}", start.elapsed());
        assert_eq!(matches!(status, RevocationStatus::Revoked { .. }), revoked, "{serial}: {status:?}");
        assert_eq!(matches!(status, RevocationStatus::Good { .. }), !revoked, "{serial}: {status:?}");
    }
}

/// Every byte of a small list changed in turn: an error, or a list that its issuer has not signed.
#[test]
fn no_byte_of_a_list_can_change() {
    let root = authority("Gốc");
    let (leaf, anchor) = (entity("A").by(&root), root.own());
    let list = root.crl(vec![entry(8, RevocationReason::KeyCompromise)]);
    for index in 0..list.der().len() {
        let mut der = list.der().to_vec();
        der[index] ^= 0x11;
        if let Ok(changed) = Crl::from_der(der) {
            let status = status(&leaf, &anchor, &[changed], "2026-11-23");
            assert!(matches!(status, RevocationStatus::Unknown { .. }), "byte {index}: {status:?}");
        }
    }
}
