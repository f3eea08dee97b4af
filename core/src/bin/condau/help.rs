//! Help and usage errors in both languages: texts of the catalogue, ids `help.<command>.<argument>`.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory};
use condau::Language;

use crate::args::Cli;
use crate::say::text;

/// The command tree with its texts.
pub(crate) fn command(language: Language) -> Command {
    localize(Cli::command(), "help", language)
}

fn localize(command: Command, path: &str, language: Language) -> Command {
    let own = if command.get_name() == "condau" { path.to_owned() } else { format!("{path}.{}", command.get_name()) };
    let children: Vec<String> = command.get_subcommands().map(|child| child.get_name().to_owned()).collect();
    let mut command = command
        .about(text(&format!("{own}.about"), language))
        .after_help(text(&format!("{own}.examples"), language).replace("\\n", "\n"))
        .help_template(format!(
            "{{about}}\n\n{}: {{usage}}\n\n{{all-args}}{{after-help}}",
            text("help.label.usage", language)
        ))
        .subcommand_help_heading(text("help.label.commands", language))
        .disable_help_flag(true)
        .arg(Arg::new("help").long("help").short('h').action(clap::ArgAction::Help))
        .mut_args(|arg| {
            let id = match arg.get_id().as_str() {
                shared @ ("help" | "lang" | "version") => format!("help.{shared}"),
                other => format!("{own}.{}", other.replace('_', "-")),
            };
            let heading = if arg.is_positional() { "help.label.arguments" } else { "help.label.options" };
            arg.help(text(&id, language)).help_heading(text(heading, language))
        });
    if own == "help" {
        command = command.disable_version_flag(true).arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .action(clap::ArgAction::Version)
                .help(text("help.version", language))
                .help_heading(text("help.label.options", language)),
        );
    }
    for child in children {
        command = command.mut_subcommand(child, |child| localize(child, &own, language));
    }
    command
}

/// What is wrong with the arguments, in the language asked for.
pub(crate) fn usage_error(error: &clap::Error, language: Language) -> String {
    let fact = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(value)) => value.clone(),
        Some(ContextValue::Strings(values)) => values.join(", "),
        _ => String::new(),
    };
    let argument = fact(ContextKind::InvalidArg);
    let (id, facts) = match error.kind() {
        ErrorKind::UnknownArgument => ("usage.unknown-argument", vec![("argument", argument)]),
        ErrorKind::InvalidSubcommand => {
            ("usage.unknown-command", vec![("command", fact(ContextKind::InvalidSubcommand))])
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            ("usage.no-command", Vec::new())
        }
        ErrorKind::MissingRequiredArgument => ("usage.missing", vec![("argument", argument)]),
        ErrorKind::ArgumentConflict => {
            ("usage.conflict", vec![("argument", argument), ("other", fact(ContextKind::PriorArg))])
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let valid = fact(ContextKind::ValidValue);
            let facts =
                vec![("argument", argument), ("value", fact(ContextKind::InvalidValue)), ("valid", valid.clone())];
            // A value of free form has no list: its own message says what is wrong.
            (if valid.is_empty() { "usage.value" } else { "usage.value-of" }, facts)
        }
        _ => ("usage.other", vec![("reason", error.kind().to_string())]),
    };
    condau::message::render(id, language, &facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(command: &Command, path: &str, found: &mut Vec<String>) {
        let own =
            if command.get_name() == "condau" { path.to_owned() } else { format!("{path}.{}", command.get_name()) };
        found.push(format!("{own}.about"));
        found.push(format!("{own}.examples"));
        for arg in command.get_arguments() {
            let id = arg.get_id().as_str();
            if !matches!(id, "help" | "lang" | "version") {
                found.push(format!("{own}.{}", id.replace('_', "-")));
            }
        }
        for child in command.get_subcommands() {
            ids(child, &own, found);
        }
    }

    #[test]
    fn every_command_and_argument_has_a_text_and_no_text_is_left_over() {
        let mut expected: Vec<String> =
            ["help.help", "help.lang", "help.version", "help.label.usage", "help.label.commands"]
                .into_iter()
                .chain(["help.label.arguments", "help.label.options"])
                .map(str::to_owned)
                .collect();
        ids(&Cli::command(), "help", &mut expected);
        expected.sort();
        let mut present: Vec<String> =
            condau::message::ids().filter(|id| id.starts_with("help.")).map(str::to_owned).collect();
        present.sort();
        assert_eq!(expected, present);
    }

    #[test]
    fn the_tree_is_sound_in_both_languages() {
        for language in [Language::Vi, Language::En] {
            command(language).debug_assert();
        }
    }
}
