//! One thing that a validation found: a stable id, its weight, its facts, its text in both languages.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::error::Error;
use crate::message::{self, Language};

/// Weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For the record.
    Info,
    /// Does not decide, and a person should see it.
    Warning,
    /// Decided against passing.
    Error,
}

/// One finding. Serialises as `{id, level, facts, text: {vi, en}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable id, a key of the message catalogue.
    pub id: Cow<'static, str>,
    /// Its weight.
    pub level: Level,
    /// Facts of this case, by name.
    pub facts: Vec<(&'static str, String)>,
}

impl Finding {
    /// A finding without facts.
    pub fn new(level: Level, id: &'static str) -> Self {
        Self { id: Cow::Borrowed(id), level, facts: Vec::new() }
    }

    /// Adds a fact.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // numbers and strings alike, as with `Error::with`
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }

    /// An error of the library as a finding.
    pub fn from_error(level: Level, error: &Error) -> Self {
        Self { id: Cow::Borrowed(error.id()), level, facts: error.facts().to_vec() }
    }

    /// The text for a person.
    pub fn explain(&self, language: Language) -> String {
        message::render(&self.id, language, &self.facts)
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Text {
            vi: String,
            en: String,
        }
        let facts: std::collections::BTreeMap<_, _> = self.facts.iter().map(|(name, value)| (*name, value)).collect();
        let text = Text { vi: self.explain(Language::Vi), en: self.explain(Language::En) };
        let mut finding = serializer.serialize_struct("Finding", 4)?;
        finding.serialize_field("id", &self.id)?;
        finding.serialize_field("level", &self.level)?;
        finding.serialize_field("facts", &facts)?;
        finding.serialize_field("text", &text)?;
        finding.end()
    }
}
