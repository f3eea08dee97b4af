//! The catalogue of user-visible texts: `core/data/messages.tsv`, Vietnamese and English side by side.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::calendar;

const CATALOGUE: &str = include_str!("../data/messages.tsv");

/// Language of a text for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

/// One row of the catalogue.
struct Texts {
    vi: &'static str,
    en: &'static str,
}

impl Texts {
    fn of(&self, language: Language) -> &'static str {
        match language {
            Language::Vi => self.vi,
            Language::En => self.en,
        }
    }
}

static TEXTS: LazyLock<HashMap<&'static str, Texts>> =
    LazyLock::new(|| rows().map(|(id, vi, en)| (id, Texts { vi, en })).collect());

/// Rows of the catalogue: id, Vietnamese, English. Lines starting with `#` are comments.
fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    CATALOGUE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next()?, fields.next()?))
    })
}

/// Every id of the catalogue, in its order.
pub fn ids() -> impl Iterator<Item = &'static str> {
    rows().map(|(id, _, _)| id)
}

/// Text from outside may hold line breaks, control characters and marks that turn the direction of what follows: they
/// would forge lines of a report, or drive a terminal. Each becomes U+FFFD.
pub fn clean(text: &str) -> Cow<'_, str> {
    let forges = |c: char| {
        c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(forges) { Cow::Owned(text.replace(forges, "\u{FFFD}")) } else { Cow::Borrowed(text) }
}

/// A fact as a person reads it: a time in Vietnamese form, an id of the catalogue as its text, all else as it is.
fn localize(value: &str, language: Language) -> Cow<'_, str> {
    if let Some(texts) = TEXTS.get(value) {
        return Cow::Borrowed(texts.of(language));
    }
    // The form that times are written in here: `2026-11-23T08:00:00Z`.
    let is_time = value.len() == 20 && value.as_bytes()[10] == b'T' && value.ends_with('Z');
    match (language, is_time.then(|| calendar::parse_rfc3339(value)).flatten()) {
        (Language::Vi, Some(seconds)) => Cow::Owned(calendar::vietnam(seconds)),
        _ => clean(value),
    }
}

/// The text of `id` with `{name}` replaced by the fact of that name, cleaned as [`clean`] does.
///
/// An id that the catalogue lacks gives the id itself with its facts: a test keeps that from happening.
pub fn render<N: AsRef<str>, V: AsRef<str>>(id: &str, language: Language, facts: &[(N, V)]) -> String {
    let Some(texts) = TEXTS.get(id) else {
        let facts: Vec<_> = facts.iter().map(|(n, v)| format!("{}={}", n.as_ref(), clean(v.as_ref()))).collect();
        return format!("{id} {}", facts.join(" "));
    };
    let text = texts.of(language);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else { break };
        let name = &rest[open + 1..open + close];
        match facts.iter().find(|(n, _)| n.as_ref() == name) {
            Some((_, value)) => out.push_str(&localize(value.as_ref(), language)),
            None => out.push_str(&rest[open..=open + close]),
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// Placeholders of a text, sorted.
    fn placeholders(text: &str) -> Vec<&str> {
        let mut names: Vec<_> =
            text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// First parts of message ids: what sets them apart from file names and OIDs in the source. Not `help`: those ids
    /// are composed from the command tree, and the command line tests them against it.
    const PREFIXES: &str = "asn1 cli cms coverage crypto demo indication integrity io keys limit pades path pdf pem pki \
        report revocation sign time timestamp trust usage verify x509";

    /// Names of files that the command line writes, which look like ids.
    const FILES: [&str; 2] = ["report.json", "report.txt"];

    /// The code of every source file without its tests, by path.
    fn sources() -> Vec<(PathBuf, String)> {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = fs::read_to_string(&path).unwrap();
                    let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
                    files.push((path, code));
                }
            }
        }
        files
    }

    fn is_id(text: &str) -> bool {
        let part = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        text.split_once('.')
            .is_some_and(|(prefix, rest)| PREFIXES.split(' ').any(|known| known == prefix) && rest.split('.').all(part))
    }

    /// Names that the chain `.with("name", …).with(…)` at the start of `code` gives.
    fn facts_given(mut code: &str) -> Vec<&str> {
        let mut names = Vec::new();
        while let Some(call) = code.trim_start().strip_prefix(".with(\"") {
            names.push(call.split('"').next().unwrap_or_default());
            let mut open = 1;
            let end = call.find(|c| {
                open += i32::from(c == '(') - i32::from(c == ')');
                open == 0
            });
            code = end.map_or("", |end| &call[end + 1..]);
        }
        names
    }

    #[test]
    fn the_source_uses_every_row_and_nothing_else() {
        let sources = sources();
        assert!(sources.len() > 20, "found only {} files", sources.len());
        let listed: BTreeSet<&str> = ids().filter(|id| !id.starts_with("help.")).collect();
        // An id is a whole literal, so it is all that stands between two quotes.
        let literals = sources.iter().flat_map(|(_, code)| code.split('"'));
        let used: BTreeSet<&str> = literals.filter(|text| is_id(text) && !FILES.contains(text)).collect();
        let missing: Vec<_> = used.difference(&listed).collect();
        assert!(missing.is_empty(), "the catalogue lacks {missing:?}");
        let unused: Vec<_> = listed.difference(&used).collect();
        assert!(unused.is_empty(), "no code uses {unused:?}");
    }

    #[test]
    fn rows_are_sorted_and_their_prefixes_known() {
        assert!(ids().is_sorted(), "{:?}", ids().zip(ids().skip(1)).find(|(a, b)| a > b));
        let unknown = ids().find(|id| !is_id(id) && !id.starts_with("help."));
        assert_eq!(unknown, None);
    }

    #[test]
    fn errors_and_findings_give_the_facts_that_their_texts_name() {
        let mut calls = 0;
        for (path, code) in &sources() {
            for (id, texts) in &*TEXTS {
                let call = format!(", \"{id}\")");
                let made = |at: &usize| code[..*at].rsplit_once('(').is_some_and(|(head, _)| head.ends_with("::new"));
                for at in code.match_indices(&call).map(|(at, _)| at).filter(made) {
                    let given = facts_given(&code[at + call.len()..]);
                    for name in placeholders(texts.en) {
                        assert!(given.contains(&name), "{}: {id} needs {name}, has {given:?}", path.display());
                    }
                    calls += 1;
                }
            }
        }
        assert!(calls > 100, "found only {calls} calls");
    }

    #[test]
    fn every_row_has_both_languages_with_the_same_placeholders() {
        let mut seen = std::collections::HashSet::new();
        for line in CATALOGUE.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            let fields: Vec<_> = line.split('\t').collect();
            assert_eq!(fields.len(), 3, "row needs id, vi, en: {line}");
            assert!(fields.iter().all(|f| !f.trim().is_empty()), "empty field: {line}");
            assert_eq!(placeholders(fields[1]), placeholders(fields[2]), "placeholders differ: {line}");
            assert!(seen.insert(fields[0]), "id twice: {}", fields[0]);
        }
    }

    #[test]
    fn facts_fill_the_text_and_unknown_names_stay_visible() {
        assert_eq!(
            render("io.failed", Language::En, &[("reason", "disk full")]),
            "Reading or writing failed: disk full"
        );
        assert!(render("io.failed", Language::Vi, &[("other", "x")]).contains("{reason}"));
        let localized = |value| render("io.failed", Language::Vi, &[("reason", value)]);
        assert!(localized("2026-11-23T01:00:00Z").ends_with("08:00:00 23/11/2026 +07:00"));
        assert!(localized("a\u{1b}[2J\nVALID\u{202e}").ends_with("a\u{FFFD}[2J\u{FFFD}VALID\u{FFFD}"));
        assert!(localized("io.reason-full").ends_with("ổ đĩa đã đầy"));
    }
}
