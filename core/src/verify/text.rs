//! The report as text for a person, in Vietnamese or English.

use std::fmt::Write;

use super::finding::Level;
use super::report::{Integrity, Report, SignatureReport};
use crate::message::{Language, clean, render};
use crate::time::Time;

const NO_FACTS: [(&str, &str); 0] = [];

impl Report {
    /// The whole report, one block a signature.
    pub fn explain(&self, language: Language) -> String {
        let mut out = String::new();
        let count = self.signatures.len().to_string();
        let facts = [
            ("count", count.as_str()),
            ("revisions", &self.revisions.to_string()),
            ("time", &time(self.validation_time, language)),
        ];
        line(&mut out, 0, &render("report.head", language, &facts));
        for finding in &self.findings {
            line(&mut out, 0, &format!("{} {}", mark(finding.level), finding.explain(language)));
        }
        for (index, signature) in self.signatures.iter().enumerate() {
            out.push('\n');
            let number = (index + 1).to_string();
            let facts = [("number", number.as_str()), ("count", &count), ("field", &signature.field)];
            line(&mut out, 0, &render("report.signature", language, &facts));
            for text in signature.explain(language).lines() {
                line(&mut out, 2, text);
            }
        }
        out
    }
}

impl SignatureReport {
    /// One sentence that a clerk understands, then the particulars, then what was found.
    pub fn explain(&self, language: Language) -> String {
        let mut out = String::new();
        let word = render(self.indication.message_id(), language, &NO_FACTS);
        let reason = self.sub_indication.map_or(String::new(), |sub| format!(" ({})", sub.name()));
        line(&mut out, 0, &format!("{word}{reason}"));
        let unknown = render("report.unknown", language, &NO_FACTS);
        let mut field = |id: &str, value: Option<String>| {
            let label = render(id, language, &NO_FACTS);
            line(&mut out, 0, &format!("{label}: {}", value.unwrap_or_else(|| unknown.clone())));
        };
        let signer = self.signer.as_ref();
        field("report.signer", signer.map(|signer| signer.common_name.clone()));
        field("report.issuer", signer.map(|signer| signer.issuer.clone()));
        field(
            "report.validity",
            signer
                .map(|signer| format!("{} – {}", time(signer.not_before, language), time(signer.not_after, language))),
        );
        field("report.claimed-time", self.claimed_time.map(|claimed| time(claimed, language)));
        let integrity = match self.integrity {
            Integrity::Intact => "integrity.intact",
            Integrity::Broken => "integrity.broken",
            Integrity::NotChecked => "integrity.not-checked",
        };
        field("report.integrity", Some(render(integrity, language, &NO_FACTS)));
        let (revision, of) = (self.coverage.revision.map(|r| r.to_string()), self.coverage.of.to_string());
        let after = self.coverage.bytes_after.to_string();
        let coverage = revision.map(|revision| {
            let facts = [("revision", revision.as_str()), ("of", &of), ("bytes", &after)];
            let id = if self.coverage.bytes_after == 0 { "coverage.whole" } else { "coverage.revision" };
            render(id, language, &facts)
        });
        field("report.coverage", coverage);
        field("report.format", Some(format!("{} {}", self.format, self.algorithm.as_deref().unwrap_or_default())));
        for (id, value) in [("report.reason", &self.reason), ("report.location", &self.location)] {
            if value.is_some() {
                field(id, value.clone());
            }
        }
        for finding in &self.findings {
            line(&mut out, 0, &format!("{} {}", mark(finding.level), finding.explain(language)));
        }
        out
    }
}

fn line(out: &mut String, indent: usize, text: &str) {
    let _ = writeln!(out, "{:indent$}{}", "", clean(text));
}

fn mark(level: Level) -> char {
    match level {
        Level::Error => '✗',
        Level::Warning => '!',
        Level::Info => '·',
    }
}

fn time(time: Time, language: Language) -> String {
    match language {
        Language::Vi => time.to_vietnam(),
        Language::En => time.to_string(),
    }
}
