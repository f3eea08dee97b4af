//! `condau`: sign and verify documents, in Vietnamese and English.

mod args;
mod demo;
mod files;
mod help;
mod keys;
mod pki;
mod say;
mod sign;
mod verify;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use args::{Cli, Command, PkiCommand};
use clap::FromArgMatches;
use condau::{Language, Result, Time};

/// The exit code of a command that could not do its work.
const COULD_NOT_RUN: u8 = 3;

fn main() -> ExitCode {
    let language = language_before_parsing();
    let parsed = help::command(language).try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            say::line(&error.render().to_string());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            say::note(&format!("✗ {}", help::usage_error(&error, language)));
            say::note(&say::text("usage.see-help", language));
            return ExitCode::from(COULD_NOT_RUN);
        }
    };
    let language = cli.lang.map_or(language, Language::from);
    let (json, result) = run(&cli.command, language);
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            if json {
                say::json(&serde_json::json!({ "schema": "condau.error/1", "error": say::error_json(&error) }));
            }
            say::note(&format!("✗ {}", error.explain(language)));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

/// Whether JSON was asked for, and the exit code.
fn run(command: &Command, language: Language) -> (bool, Result<u8>) {
    match command {
        Command::Sign(args) => (args.json, sign::sign(args, language)),
        Command::Verify(args) => (args.json, verify::verify(args, language)),
        Command::Prepare(args) => (args.json, sign::prepare(args, language)),
        Command::Finish(args) => (args.json, sign::finish(args, language)),
        Command::Pki(args) => match &args.command {
            PkiCommand::New(args) => (args.json, pki::new(args, language)),
        },
        Command::Demo(args) => (args.json, demo::demo(args, language)),
    }
}

/// Help and usage errors need the language before the arguments are understood.
fn language_before_parsing() -> Language {
    let mut arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    let mut asked = std::env::var("CONDAU_LANG").ok();
    while let Some(argument) = arguments.next() {
        if let Some(value) = argument.strip_prefix("--lang=") {
            asked = Some(value.to_owned());
        } else if argument == "--lang" {
            asked = arguments.next();
        }
    }
    if asked.as_deref() == Some("en") { Language::En } else { Language::Vi }
}

/// The clock; only the command line reads it.
fn now() -> Time {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Time::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}
