//! The manual: its pages with the tables that the command line and the other rooms give.

use anyhow::Result;
use clap::{Arg, Command, CommandFactory as _};

use crate::cli::Cli;
use crate::lang::Lang;
use crate::manual::{Document, ManualPart, Subject};
use crate::plan::Misuse;
use crate::render::manual::{self, CommandOption};
use crate::render::schema;
use crate::text::printable;

/// Name of the help option, which every command has.
const HELP: &str = "help";
/// Most characters of a word that an error shows.
const LONGEST_WORD: usize = 60;

/// The part of the manual that `subject` and `word` ask for, or the reason why there is none.
///
/// # Errors
/// When a schema cannot be made, which a test excludes.
pub(super) fn text(
    lang: Lang,
    subject: Option<Subject>,
    word: Option<String>,
) -> Result<Result<String, Misuse>> {
    let shown = printable(word.as_deref().unwrap_or_default(), LONGEST_WORD);
    let refused = |near| Misuse::NotInManual { word: shown, near };
    let request = match ManualPart::new(subject, word) {
        Ok(request) => request,
        Err(near) => return Ok(Err(refused(near))),
    };
    Ok(match request {
        ManualPart::List => Ok(manual::topics(lang)),
        ManualPart::Page(topic) => Ok(manual::page(lang, topic, &options())?),
        ManualPart::Code(code) => manual::code(lang, &code).map_err(refused),
        ManualPart::Schema(document) => {
            let schema = match document {
                Document::Report => schema::report(),
                Document::Check => schema::check(),
                Document::Backtest => schema::backtest(),
                Document::ServiceReport => schema::service_report(),
            };
            Ok(serde_json::to_string_pretty(&schema?)? + "\n")
        }
    })
}

/// The options of the command line that are shown: the report's, then those of a command alone.
pub fn options() -> Vec<CommandOption> {
    let mut root = Cli::command();
    root.build();
    let mut options: Vec<CommandOption> = Vec::new();
    let mut add = |command: &Command, name: &str| {
        for argument in command.get_arguments() {
            let Some(option) = option(name, argument) else {
                continue;
            };
            // A command has most options in common with the report.
            let known = |other: &CommandOption| {
                let same = other.help == option.help
                    || other.command == name
                    || name.starts_with(&format!("{} ", other.command))
                        && !other.command.is_empty()
                    || option.variable.is_some() && other.variable == option.variable;
                other.name == option.name && same
            };
            if !options.iter().any(known) {
                options.push(option);
            }
        }
    };
    add(&root, "");
    for command in root
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
    {
        if command.get_name() != HELP {
            add(command, command.get_name());
        }
        for verb in command.get_subcommands() {
            let name = format!("{} {}", command.get_name(), verb.get_name());
            add(verb, &name);
        }
    }
    options
}

fn option(command: &str, argument: &Arg) -> Option<CommandOption> {
    let long = argument.get_long()?;
    if argument.is_hide_set() || [HELP, "version"].contains(&long) {
        return None;
    }
    let takes = argument.get_action().takes_values();
    let values = argument.get_value_names().filter(|_| takes);
    let default = argument.get_default_values().first();
    let possible = argument.get_possible_values();
    let possible = possible
        .iter()
        .filter(|value| takes && !value.is_hide_set());
    Some(CommandOption {
        command: command.to_owned(),
        name: format!("--{long}"),
        short: argument.get_short().map(|short| format!("-{short}")),
        value: values
            .and_then(|names| names.first())
            .map(ToString::to_string),
        help: argument
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default(),
        values: possible.map(|value| value.get_name().to_owned()).collect(),
        default: default
            .filter(|_| takes)
            .map(|value| value.to_string_lossy().into_owned()),
        variable: argument
            .get_env()
            .map(|variable| variable.to_string_lossy().into_owned()),
    })
}

#[cfg(test)]
mod tests {
    use crate::app::Outcome;
    use crate::render::manual::STATUSES;

    #[test]
    fn the_table_of_statuses_is_that_of_outcomes() {
        let mut statuses: Vec<u8> = STATUSES.iter().map(|(status, _)| *status).collect();
        let mut outcomes: Vec<u8> = Outcome::ALL
            .iter()
            .map(|outcome| outcome.status())
            .collect();
        statuses.sort_unstable();
        outcomes.sort_unstable();
        assert_eq!(statuses, outcomes);
    }
}
