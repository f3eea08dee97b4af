//! The WebAssembly side of the npm package `condau`: types and errors translated, no logic.
//!
//! One function crosses the border; it takes bytes and gives JSON. `js/condau.js` is the other half: it turns the JSON
//! into the objects that `js/index.d.ts` describes. JSON costs less script than building objects from here, keeps
//! every number as the command line prints it, and is parsed by the engine's own code.

use condau::pdf::Source;
use condau::verify::{Policy, Report};
use condau::x509::{Certificate, TrustStore};
use condau::{Error, ErrorKind, Language, Result, Time};
use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// Verifies a PDF. Gives the report and its texts as JSON; throws an error as a string of JSON.
///
/// `trust` and `certificates` hold PEM, DER or PKCS#7 each; `now` is RFC 3339.
#[wasm_bindgen]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over lists by value")]
pub fn verify(
    document: &Uint8Array,
    trust: Vec<Uint8Array>,
    certificates: Vec<Uint8Array>,
    domain: &str,
    now: &str,
) -> Result<String, String> {
    run(document, &trust, &certificates, domain, now).map_err(|error| failure(&error))
}

fn run(
    document: &Uint8Array,
    trust: &[Uint8Array],
    certificates: &[Uint8Array],
    domain: &str,
    now: &str,
) -> Result<String> {
    let mut store = TrustStore::new();
    for bytes in trust {
        store.add_bytes(domain, &bytes.to_vec())?;
    }
    let mut policy = Policy::default();
    for bytes in certificates {
        policy.certificates.extend(Certificate::read_any(&bytes.to_vec())?);
    }
    let report = condau::verify::pdf(&Document(document), &store, &policy, Time::parse(now)?)?;
    Ok(json(&Success {
        signatures: report
            .signatures
            .iter()
            .map(|signature| Text::of(|language| signature.explain(language)))
            .collect(),
        text: Text::of(|language| report.explain(language)),
        report,
    }))
}

/// The caller's bytes, read where they are: the module's memory never shrinks, so a copy of a large file would stay.
struct Document<'a>(&'a Uint8Array);

impl Source for Document<'_> {
    fn len(&self) -> u64 {
        u64::from(self.0.length())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let range = u32::try_from(offset).ok().and_then(|start| {
            let end = start.checked_add(u32::try_from(buffer.len()).ok()?)?;
            (end <= self.0.length()).then_some(start..end)
        });
        let range = range.ok_or_else(|| Error::new(ErrorKind::Io, "io.past-the-end").with("offset", offset))?;
        self.0.subarray(range.start, range.end).copy_to(buffer);
        Ok(())
    }
}

#[derive(Serialize)]
struct Success {
    report: Report,
    text: Text,
    /// Texts of the signatures, in their order.
    signatures: Vec<Text>,
}

#[derive(Serialize)]
struct Text {
    vi: String,
    en: String,
}

impl Text {
    fn of(explain: impl Fn(Language) -> String) -> Self {
        Self { vi: explain(Language::Vi), en: explain(Language::En) }
    }
}

/// The one place that translates errors.
fn failure(error: &Error) -> String {
    #[derive(Serialize)]
    struct Failure<'a> {
        id: &'a str,
        kind: &'a str,
        facts: std::collections::BTreeMap<&'a str, &'a str>,
        text: Text,
    }
    json(&Failure {
        id: error.id(),
        kind: error.kind().name(),
        facts: error.facts().iter().map(|(name, value)| (*name, value.as_str())).collect(),
        text: Text::of(|language| error.explain(language)),
    })
}

/// No map here has keys other than strings and no number is NaN, so writing JSON cannot fail.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
