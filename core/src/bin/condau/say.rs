//! What the command line says: texts, errors, JSON.

use std::io::Write;

use condau::{Error, Language, message};
use serde_json::{Value, json};

const NO_FACTS: [(&str, &str); 0] = [];

/// A text without facts.
pub(crate) fn text(id: &str, language: Language) -> String {
    message::render(id, language, &NO_FACTS)
}

/// A line to standard output. A closed pipe ends the program quietly, as it does for other tools.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()).is_err() {
        std::process::exit(i32::from(crate::COULD_NOT_RUN));
    }
}

/// A line to standard error, for the person who waits.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// JSON to standard output, readable.
pub(crate) fn json(value: &Value) {
    line(&serde_json::to_string_pretty(value).unwrap_or_default());
}

/// `{id, kind, facts, place, text: {vi, en}}`
pub(crate) fn error_json(error: &Error) -> Value {
    let facts: serde_json::Map<String, Value> =
        error.facts().iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({
        "id": error.id(),
        "kind": error.kind().name(),
        "facts": facts,
        "place": error.place(),
        "text": { "vi": error.explain(Language::Vi), "en": error.explain(Language::En) },
    })
}
