//! The catalogue of user-visible texts: `core/data/messages.tsv`, Vietnamese and English side by side.

use std::collections::HashMap;
use std::sync::LazyLock;

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

/// The text of `id` with `{name}` replaced by the fact of that name.
///
/// An id that the catalogue lacks gives the id itself with its facts: a test keeps that from happening.
pub fn render<N: AsRef<str>, V: AsRef<str>>(id: &str, language: Language, facts: &[(N, V)]) -> String {
    let Some(texts) = TEXTS.get(id) else {
        let facts: Vec<_> = facts.iter().map(|(n, v)| format!("{}={}", n.as_ref(), v.as_ref())).collect();
        return format!("{id} {}", facts.join(" "));
    };
    let text = match language {
        Language::Vi => texts.vi,
        Language::En => texts.en,
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else { break };
        let name = &rest[open + 1..open + close];
        match facts.iter().find(|(n, _)| n.as_ref() == name) {
            Some((_, value)) => out.push_str(value.as_ref()),
            None => out.push_str(&rest[open..=open + close]),
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Placeholders of a text, sorted.
    fn placeholders(text: &str) -> Vec<&str> {
        let mut names: Vec<_> =
            text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect();
        names.sort_unstable();
        names.dedup();
        names
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
    }
}
