//! Order of the words of a command line: clap wants the command first, people type it anywhere.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::{Arg, Command};

use crate::text::nearest;

/// The word for the report, which has no command of its own.
pub(super) const REPORT: &str = "report";

/// Returns `typed` with the command in front of all options. The word `report` goes: the report is what the program
/// does without a command. A folder behind `report` that is named like a command gets `./` in front.
pub(super) fn command_first(mut typed: Vec<OsString>, root: &Command) -> Vec<OsString> {
    let Some(place) = next_free(&typed, 1, root) else {
        return typed;
    };
    if typed[place] == REPORT {
        typed.remove(place);
        if let Some(folder) = next_free(&typed, place, root)
            && is_command(&typed[folder], root)
        {
            let mut path = OsString::from("./");
            path.push(&typed[folder]);
            typed[folder] = path;
        }
    } else if is_command(&typed[place], root) {
        let command = typed.remove(place);
        let verbs = root.find_subcommand(&command);
        let is_verb =
            |word: &OsStr| verbs.is_some_and(|command| command.find_subcommand(word).is_some());
        typed.insert(1, command);
        if let Some(place) = next_free(&typed, 2, root).filter(|place| is_verb(&typed[*place])) {
            let verb = typed.remove(place);
            typed.insert(2, verb);
        }
    }
    typed
}

/// Returns the words of `typed` that are neither options nor their values, after the program's name.
pub(super) fn free<'a>(typed: &'a [OsString], root: &Command) -> Vec<&'a OsStr> {
    let mut found = Vec::new();
    let mut from = 1;
    while let Some(place) = next_free(typed, from, root) {
        found.push(typed[place].as_os_str());
        from = place + 1;
    }
    found
}

/// Returns the clients' folder that `typed` names, the current one if none; `None` of a command without a folder.
pub(super) fn folder<'a>(typed: &'a [OsString], root: &Command) -> Option<&'a Path> {
    let mut free = free(typed, root).into_iter().peekable();
    if let Some(word) = free.next_if(|word| is_command(word, root)) {
        let command = root.find_subcommand(word);
        let has_folder = |command: &Command| {
            command
                .get_arguments()
                .any(|a| a.get_id() == "dir" && a.is_positional())
        };
        if !command.is_none_or(has_folder) {
            return None;
        }
    }
    Some(free.next().map_or(Path::new("."), Path::new))
}

/// Returns the first word of `typed` if it looks like a misspelt command, and is no folder; and the commands that it
/// may mean, nearest first.
pub(super) fn misspelt<'a>(
    typed: &'a [OsString],
    root: &'a Command,
) -> Option<(&'a str, Vec<&'a str>)> {
    let first = free(typed, root).into_iter().next()?;
    let meant = nearest(first.to_str()?, names(root));
    let is_slip = !meant.is_empty() && !is_command(first, root) && !Path::new(first).is_dir();
    Some((first.to_str()?, meant)).filter(|_| is_slip)
}

/// Returns whether `word` is a command or `report`.
pub(super) fn is_command(word: &OsStr, root: &Command) -> bool {
    let mut names = names(root);
    names.any(|name| word == name)
}

/// Returns the commands by name, `report` included.
pub(super) fn names(root: &Command) -> impl Iterator<Item = &str> {
    let commands = root.get_subcommands().map(Command::get_name);
    commands.chain([REPORT])
}

/// Returns the place of the first word of `typed`, at `from` or behind it, that is neither an option nor its value.
fn next_free(typed: &[OsString], from: usize, root: &Command) -> Option<usize> {
    let mut place = from;
    while let Some(word) = typed.get(place) {
        let word = word.to_string_lossy();
        if word == "--" {
            return None;
        } else if let Some(long) = word.strip_prefix("--") {
            place += usize::from(!long.contains('=') && takes_value(root, &|a| has_long(a, long)));
        } else if let Some(shorts) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            let taker = shorts
                .char_indices()
                .find(|(_, c)| takes_value(root, &|a| a.get_short() == Some(*c)));
            // What is behind the letter in the same word is its value.
            place += usize::from(taker.is_some_and(|(at, c)| at + c.len_utf8() == shorts.len()));
        } else {
            return Some(place);
        }
        place += 1;
    }
    None
}

fn has_long(argument: &Arg, long: &str) -> bool {
    let aliases = argument.get_all_aliases().unwrap_or_default();
    argument.get_long() == Some(long) || aliases.contains(&long)
}

/// Returns whether the option that `is_meant` accepts takes a value, in whichever command it is.
fn takes_value(root: &Command, is_meant: &dyn Fn(&Arg) -> bool) -> bool {
    let verbs = root.get_subcommands().flat_map(Command::get_subcommands);
    let commands = std::iter::once(root).chain(root.get_subcommands());
    let all = commands.chain(verbs);
    let mut arguments = all.flat_map(Command::get_arguments);
    arguments.any(|argument| is_meant(argument) && argument.get_action().takes_values())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn the_command_may_stand_behind_options() {
        for (typed, ordered) in [
            ("--summary demo", "demo --summary"),
            ("-q check DIR", "check -q DIR"),
            ("--only demo check", "check --only demo"),
            ("--only=demo DIR", "--only=demo DIR"),
            ("-qo x.csv demo", "demo -qo x.csv"),
            ("-ox.csv demo", "demo -ox.csv"),
            ("-o demo", "-o demo"),
            ("--what-if -5% demo", "demo --what-if -5%"),
            ("--csv dias demo", "demo --csv dias"),
            ("report DIR", "DIR"),
            ("--summary report DIR", "--summary DIR"),
            ("report -q check", "-q ./check"),
            ("report report", "./report"),
            ("report", ""),
            ("DIR check", "DIR check"),
            ("-- demo", "-- demo"),
            ("-q alert --lang en test x", "alert test -q --lang en x"),
            ("alert DIR test", "alert DIR test"),
            ("alert ./test", "alert ./test"),
            ("- demo", "- demo"),
            ("", ""),
        ] {
            let words = |line: &str| -> Vec<OsString> {
                let line = line.split_whitespace();
                ["oci-consumo"]
                    .into_iter()
                    .chain(line)
                    .map(Into::into)
                    .collect()
            };
            let found = command_first(words(typed), &Cli::command());
            assert_eq!(found, words(ordered), "{typed}");
        }
    }

    #[test]
    fn the_folder_is_found_before_the_line_is_understood() {
        for (typed, expected) in [
            ("", Some(".")),
            ("DIR --top x", Some("DIR")),
            ("--jobs x DIR", Some("DIR")),
            ("report DIR", Some("DIR")),
            ("--jobs x check", Some(".")),
            ("check DIR --jobs x", Some("DIR")),
            ("add DIR", Some("DIR")),
            ("demo --dir DIR --seed x", None),
            ("manual folder", None),
        ] {
            let words: Vec<OsString> = ["oci-consumo"]
                .into_iter()
                .chain(typed.split_whitespace())
                .map(Into::into)
                .collect();
            let found = folder(&words, &Cli::command());
            assert_eq!(found, expected.map(Path::new), "{typed}");
        }
    }
}
