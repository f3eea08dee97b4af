//! x509-limbo, the groups about RFC 5280: twice, as a caller gets it by default and with the strict profile.
//!
//! The corpus is about servers, so peer names and extKeyUsage are asked for here and not in the library. It counts every
//! departure from the profile as a failure. By default the library notes those that §6 can live with; then the note is
//! what is checked. Reads `$CONDAU_CORPORA/limbo`; says so and stops where that is not set.

use std::path::PathBuf;

use condau::x509::{
    Certificate, Crl, PathInput, Purpose, RevocationData, RevocationStatus, TrustStore, build_path, check_revocation,
};
use condau::{Limits, Time};
use serde_json::Value;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

fn certificates(list: &Value) -> Result<Vec<Certificate>, String> {
    let pems = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    let read = pems.map(|pem| Certificate::from_pem(pem.as_bytes()).map_err(|error| error.to_string()));
    Ok(read.collect::<Result<Vec<_>, _>>()?.concat())
}

/// Cross-checks with another reader of certificates, so that the names asked for do not come from the code under test.
fn has_name(certificate: &Certificate, kind: &str, wanted: &str) -> bool {
    let (_, parsed) = X509Certificate::from_der(certificate.der()).unwrap();
    let Ok(Some(names)) = parsed.subject_alternative_name() else { return false };
    names.value.general_names.iter().any(|name| match (kind, name) {
        ("DNS", GeneralName::DNSName(name)) => match name.strip_prefix("*.") {
            Some(parent) => wanted.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent)),
            None => name.eq_ignore_ascii_case(wanted),
        },
        ("RFC822", GeneralName::RFC822Name(name)) => *name == wanted,
        ("IP", GeneralName::IPAddress(octets)) => match wanted.parse().unwrap() {
            std::net::IpAddr::V4(address) => address.octets() == *octets,
            std::net::IpAddr::V6(address) => address.octets() == *octets,
        },
        _ => false,
    })
}

fn check_peer(case: &Value, leaf: &Certificate) -> Result<(), String> {
    let expected = case["expected_peer_name"].as_object().map(|_| &case["expected_peer_name"]);
    for name in expected.into_iter().chain(case["expected_peer_names"].as_array().into_iter().flatten()) {
        let (kind, value) = (name["kind"].as_str().unwrap(), name["value"].as_str().unwrap());
        if !has_name(leaf, kind, value) {
            return Err(format!("no {kind} name {value}"));
        }
    }
    let server = case["validation_kind"] == "SERVER";
    let asked = if server { "1.3.6.1.5.5.7.3.1" } else { "1.3.6.1.5.5.7.3.2" };
    let fits = |usages: &[condau::crypto::Oid]| usages.iter().any(|usage| usage.to_string() == asked);
    if leaf.extended_key_usage().is_some_and(|usages| !fits(usages)) {
        return Err(format!("extKeyUsage without {asked}"));
    }
    Ok(())
}

/// The ids of the notes on an accepted case, or why it was refused.
fn run(case: &Value, strict: bool) -> Result<Vec<&'static str>, String> {
    let leaf = Certificate::from_pem(case["peer_certificate"].as_str().unwrap().as_bytes());
    let leaf = leaf.map_err(|error| error.to_string())?.remove(0);
    let candidates = certificates(&case["untrusted_intermediates"])?;
    let mut trust = TrustStore::new();
    for anchor in certificates(&case["trusted_certs"])? {
        trust.add("limbo", anchor);
    }
    // Fractions of a second are not in our times: they are cut, which changes no verdict here.
    let at = case["validation_time"].as_str().map(|time| match time.split_once('.') {
        Some((time, _)) => format!("{time}Z"),
        None => time.to_owned(),
    });
    let at = Time::parse(at.as_deref().unwrap_or("2026-11-23T00:00:00Z")).unwrap();
    let limits = Limits::default();
    let max_path_length = case["max_chain_depth"].as_u64().map(|depth| u32::try_from(depth).unwrap());
    let input = PathInput {
        purpose: Purpose::Any,
        max_path_length,
        strict,
        ..PathInput::new(&candidates, &trust, at, &limits)
    };
    let path = build_path(&leaf, input).map_err(|failure| format!("{} {:?}", failure.id, failure.facts))?;
    check_peer(case, &leaf)?;
    let lists = case["crls"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let crls: Result<Vec<_>, _> = lists.map(|pem| Crl::read_any(pem.as_bytes())).collect();
    let crls = crls.map_err(|error| error.to_string())?.concat();
    let mut notes: Vec<_> = path.notes.iter().map(|note| note.id).collect();
    if !crls.is_empty() {
        for status in check_revocation(&path, &RevocationData { crls: &crls }, input) {
            match status {
                RevocationStatus::Good { notes: more, .. } => notes.extend(more.iter().map(|note| note.id)),
                bad => return Err(format!("{bad:?}")),
            }
        }
    }
    Ok(notes)
}

#[test]
fn limbo() {
    let Some(root) = std::env::var_os("CONDAU_CORPORA") else {
        println!("limbo: skipped, CONDAU_CORPORA is not set");
        return;
    };
    let text = std::fs::read(PathBuf::from(root).join("limbo/limbo.json")).unwrap();
    let corpus: Value = serde_json::from_slice(&text).unwrap();
    let cases = corpus["testcases"].as_array().unwrap();
    for strict in [true, false] {
        let (mut right, mut tolerated, mut accepts, mut rejects) = (0, Vec::new(), Vec::new(), Vec::new());
        for case in cases {
            let id = case["id"].as_str().unwrap();
            let result = run(case, strict);
            if std::env::var_os("CONDAU_VERBOSE").is_some() {
                println!("{strict} {id} {} {result:?}", case["expected_result"]);
            }
            match (case["expected_result"].as_str().unwrap(), result) {
                ("SUCCESS", Ok(_)) | ("FAILURE", Err(_)) => right += 1,
                ("SUCCESS", Err(why)) => rejects.push(format!("{id}: {why}")),
                ("FAILURE", Ok(notes)) if !notes.is_empty() => tolerated.push(format!("{id}: {}", notes.join(" "))),
                ("FAILURE", Ok(_)) => accepts.push(id),
                (other, _) => panic!("{other}"),
            }
        }
        let mode = if strict { "strict profile" } else { "default" };
        let (a, r, n) = (accepts.len(), rejects.len(), tolerated.len());
        println!(
            "limbo ({mode}): {right} right, {a} wrong accept, {r} wrong reject, 0 unsupported, {n} accepted with a note"
        );
        for case in &tolerated {
            println!("  noted {case}");
        }
        assert_eq!((accepts, rejects), (vec![], vec![]));
        assert_eq!(right + n, cases.len());
        // What the strict profile is for: it leaves nothing to a note.
        assert!(!strict || n == 0);
    }
}
