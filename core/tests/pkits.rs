//! NIST PKITS: every test of paths and revocation lists, with its initial policies.
//!
//! Reads `$CONDAU_CORPORA/pkits`; says so and stops where that is not set.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use condau::crypto::Oid;
use condau::x509::{
    Certificate, Crl, PathInput, PolicyInput, Purpose, RevocationData, RevocationStatus, TrustStore, build_path,
    check_revocation,
};
use condau::{Limits, Time};

/// DSA is not among the algorithms of this library: the three tests that sign with it.
const UNSUPPORTED: [&str; 3] = [
    "4.1.4/valid_dsa_signatures_test4",
    "4.1.5/valid_dsa_parameter_inheritance_test5",
    "4.1.6/invalid_dsa_signature_test6",
];

fn files(folder: &Path, list: &str) -> Vec<Vec<u8>> {
    list.split(',').filter(|name| !name.is_empty()).map(|name| std::fs::read(folder.join(name)).unwrap()).collect()
}

/// `Ok`, or what was refused: a file, the path, or the status of a certificate.
fn run(folder: &Path, row: &BTreeMap<&str, &str>, at: Time) -> Result<(), String> {
    let certificate = |der: &Vec<u8>| Certificate::from_der(der).map_err(|error| error.to_string());
    let leaf = certificate(&std::fs::read(folder.join(row["leaf"])).unwrap())?;
    let candidates = files(folder, row["inters"]).iter().map(certificate).collect::<Result<Vec<_>, _>>()?;
    let mut lists = files(folder, row["crls"]);
    lists.push(std::fs::read(folder.join("crls/TrustAnchorRootCRL.crl")).unwrap());
    let crls = lists.into_iter().map(|der| Crl::from_der(der).map_err(|error| error.to_string()));
    let crls = crls.collect::<Result<Vec<_>, _>>()?;
    let mut trust = TrustStore::new();
    trust.add("pkits", certificate(&std::fs::read(folder.join("certs/TrustAnchorRootCertificate.crt")).unwrap())?);

    let limits = Limits::default();
    let accepted: Vec<Oid> = row["policies"].split(',').filter_map(Oid::parse).collect();
    let input = PathInput {
        purpose: Purpose::Any,
        policies: PolicyInput {
            accepted: (!accepted.is_empty()).then_some(&accepted[..]),
            require_explicit: row["explicit"] == "1",
            inhibit_mapping: row["inhibit_map"] == "1",
            inhibit_any: row["inhibit_any"] == "1",
        },
        ..PathInput::new(&candidates, &trust, at, &limits)
    };
    let path = build_path(&leaf, input).map_err(|failure| format!("{} {:?}", failure.id, failure.facts))?;
    for status in check_revocation(&path, &RevocationData { crls: &crls }, input) {
        if !matches!(status, RevocationStatus::Good { .. }) {
            return Err(format!("{status:?}"));
        }
    }
    Ok(())
}

#[test]
fn pkits() {
    let Some(root) = std::env::var_os("CONDAU_CORPORA") else {
        println!("pkits: skipped, CONDAU_CORPORA is not set");
        return;
    };
    let folder = PathBuf::from(root).join("pkits");
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    let mut lines = manifest.lines();
    let columns: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let at = Time::parse("2020-06-01").unwrap();
    let (mut right, mut accepts, mut rejects, mut unsupported) = (0, Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        let row: BTreeMap<&str, &str> = columns.iter().copied().zip(line.split('\t')).collect();
        let result = run(&folder, &row, at);
        if std::env::var_os("CONDAU_VERBOSE").is_some() {
            println!("{} {} {result:?}", row["id"], row["expected"]);
        }
        match (row["expected"], result) {
            _ if UNSUPPORTED.contains(&row["id"]) => unsupported.push(row["id"]),
            ("SUCCESS", Ok(())) | ("FAILURE", Err(_)) => right += 1,
            ("SUCCESS", Err(why)) => rejects.push(format!("{}: {why}", row["id"])),
            ("FAILURE", Ok(())) => accepts.push(row["id"].to_owned()),
            (other, _) => panic!("{other}"),
        }
    }
    let (a, r, u) = (accepts.len(), rejects.len(), unsupported.len());
    println!("pkits: {right} right, {a} wrong accept, {r} wrong reject, {u} unsupported ({})", unsupported.join(", "));
    assert_eq!((accepts, rejects), (vec![], vec![]));
    assert_eq!((right, u), (243, 3));
}
