//! `condau verify`

use std::path::{Path, PathBuf};

use condau::pdf::FileSource;
use condau::verify::{Indication, Policy, Report};
use condau::x509::TrustStore;
use condau::{Language, Result, Time, message, verify};
use serde_json::json;

use crate::args::Verify;
use crate::files::Watched;
use crate::{COULD_NOT_RUN, keys, now, say};

pub(crate) fn verify(args: &Verify, language: Language) -> Result<u8> {
    let trust = trust(&args.trust)?;
    let mut policy = Policy::default();
    policy.certificates = keys::certificates(&args.cert)?;
    let at = args.at.unwrap_or_else(now);
    let mut outcome = Outcome::default();
    let mut entries = Vec::new();
    for (index, file) in args.file.iter().enumerate() {
        let result = verify_file(file, &trust, &policy, at);
        outcome.add(&result);
        if args.json {
            entries.push(match &result {
                Ok(report) => json!({ "file": file.display().to_string(), "report": report }),
                Err(error) => json!({ "file": file.display().to_string(), "error": say::error_json(error) }),
            });
            continue;
        }
        if index > 0 {
            say::line("");
        }
        say::line(&message::render("report.file", language, &[("file", file.display().to_string())]));
        match result {
            Ok(report) => say::line(&report.explain(language)),
            Err(error) => say::line(&format!("✗ {}", error.explain(language))),
        }
    }
    if args.json {
        say::json(&json!({
            "schema": "condau.verify/1",
            "indication": outcome.indication().map(Indication::name),
            "files": entries,
        }));
    }
    Ok(outcome.exit_code())
}

pub(crate) fn verify_file(file: &Path, trust: &TrustStore, policy: &Policy, at: Time) -> Result<Report> {
    let source = Watched::new(FileSource::open(file)?);
    verify::pdf(&source, trust, policy, at).map_err(|error| error.at(file.display()))
}

/// The worst of all files: a signature that failed, then a file that could not be judged, then what is undecided.
#[derive(Default)]
struct Outcome {
    worst: Option<Indication>,
    could_not_run: bool,
}

impl Outcome {
    fn add(&mut self, result: &Result<Report>) {
        match result {
            Ok(report) => self.worst = Some(self.worst.map_or(report.indication, |w| w.worse(report.indication))),
            Err(_) => self.could_not_run = true,
        }
    }

    /// `None` where a file could not be judged and none failed.
    fn indication(&self) -> Option<Indication> {
        self.worst.filter(|worst| *worst == Indication::TotalFailed || !self.could_not_run)
    }

    fn exit_code(&self) -> u8 {
        match self.indication() {
            None => COULD_NOT_RUN,
            Some(Indication::TotalPassed) => 0,
            Some(Indication::TotalFailed) => 1,
            Some(Indication::Indeterminate) => 2,
        }
    }
}

/// Anchors from files and folders, in the domain `custom`: the person who runs the command vouches for them.
pub(crate) fn trust(paths: &[PathBuf]) -> Result<TrustStore> {
    let mut store = TrustStore::new();
    for path in paths {
        store.add_path("custom", path)?;
    }
    Ok(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_judged_is_code_3_unless_another_failed() {
        for (worst, could_not_run, code) in [
            (Some(Indication::TotalPassed), false, 0),
            (Some(Indication::TotalFailed), false, 1),
            (Some(Indication::TotalFailed), true, 1),
            (Some(Indication::Indeterminate), false, 2),
            (Some(Indication::Indeterminate), true, COULD_NOT_RUN),
            (Some(Indication::TotalPassed), true, COULD_NOT_RUN),
            (None, false, COULD_NOT_RUN),
        ] {
            assert_eq!(Outcome { worst, could_not_run }.exit_code(), code, "{worst:?} {could_not_run}");
        }
    }
}
