//! `condau demo`: the whole path once, on one's own machine and without a network.

use std::path::Path;

use condau::files::{cannot_open, read_small};
use condau::keys::{KeyPair, Pkcs12};
use condau::verify::Policy;
use condau::{Language, Result, message};
use serde_json::json;

use crate::args::{Demo, PkiAlgorithm, What};
use crate::{files, now, pki, say, sign, verify};

/// A decision as a commune would issue it, about people and a place that do not exist.
const DOCUMENT: &[u8] = include_bytes!("../../../data/demo/quyet-dinh.pdf");

/// Who signs, in which field, and why.
const SIGNERS: [(&str, &str, &str); 2] =
    [("person", "ChuKyNguoiCoThamQuyen", "demo.reason-person"), ("agency", "ChuKyCoQuan", "demo.reason-agency")];

pub(crate) fn demo(args: &Demo, language: Language) -> Result<u8> {
    let dir = &args.dir;
    let tell = |id: &str, facts: &[(&str, String)]| {
        if !args.json {
            say::line(&message::render(id, language, facts));
        }
    };
    let path = |name: &str| dir.join(name);
    let shown = |path: &Path| path.display().to_string();
    let keys = path("pki");
    pki::remove(&keys)?;
    pki::create(&keys, PkiAlgorithm::Rsa2048, now())?;
    tell("demo.pki", &[("dir", shown(&keys))]);

    let document = path("document.pdf");
    let bytes = match &args.pdf {
        Some(pdf) => std::fs::read(pdf).map_err(|reason| cannot_open(pdf, &reason))?,
        None => DOCUMENT.to_vec(),
    };
    files::write(&document, &bytes, true)?;
    let mut current = document;
    for (index, (who, field, reason)) in SIGNERS.into_iter().enumerate() {
        let key = open(&keys, who)?;
        let next = path(if index + 1 == SIGNERS.len() { "signed.pdf" } else { "signed-by-person.pdf" });
        let what = What {
            field: Some(field.to_owned()),
            name: None,
            reason: Some(say::text(reason, language)),
            location: Some("Việt Nam".to_owned()),
            contact: None,
            at: None,
            repair: false,
        };
        sign::sign_file(&current, &next, true, &what, &key)?;
        let signer = condau::keys::Signer::certificate(&key).subject().common_name().unwrap_or_default();
        tell("demo.signed", &[("signer", signer), ("output", shown(&next))]);
        current = next;
    }

    let trust = verify::trust(&[keys.join("root.pem")])?;
    let report = verify::verify_file(&current, &trust, &Policy::default(), now())?;
    let text = report.explain(language);
    let json = json!({ "schema": "condau.verify/1", "indication": report.indication.name(),
        "files": [{ "file": shown(&current), "report": report }] });
    files::write(&path("report.txt"), text.as_bytes(), true)?;
    let pretty = serde_json::to_string_pretty(&json).unwrap_or_default();
    files::write(&path("report.json"), format!("{pretty}\n").as_bytes(), true)?;
    if args.json {
        say::json(&json);
    } else {
        say::line("");
        say::line(&text);
        say::line("");
        tell("demo.left", &[("dir", shown(dir))]);
    }
    Ok(0)
}

fn open(keys: &Path, who: &str) -> Result<KeyPair> {
    let password = read_small(&keys.join("password.txt"))?;
    let password = String::from_utf8_lossy(&password);
    Pkcs12::open(&read_small(&keys.join(format!("{who}.p12")))?, password.trim_end())?.key_pair()
}
