//! Words that the shells complete, by clap_complete's dynamic engine: the program itself answers, so that it can name the
//! clients of the folder on the line.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};

use super::{Cli, words};
use crate::calendar::day_of;
use crate::lang::{Lang, say};
use crate::profile::config;
use crate::profile::file::read_bounded;
use crate::profile::walk::walk;
use crate::text::folded;

/// The environment variable by which a shell asks for completions.
const VARIABLE: &str = "OCI_CONSUMO_COMPLETE";
/// Name of the program, as shells know it.
const PROGRAM: &str = "oci-consumo";
/// Most configs that are read for one completion.
const MOST: usize = 1000;

/// Answers a shell that asks for completions. Returns whether one did, so that there is nothing else to do.
pub(super) fn answered() -> bool {
    let here = env::current_dir().ok();
    let asked = CompleteEnv::with_factory(Cli::command)
        .var(VARIABLE)
        .bin(PROGRAM)
        .completer(PROGRAM);
    // A shell has no use for an error message in the middle of a line.
    asked
        .try_complete(env::args_os(), here.as_deref())
        .unwrap_or(true)
}

/// Returns the script that lets `shell` ask the program.
pub(super) fn script(shell: Shell) -> Vec<u8> {
    let name = shell.to_string();
    let mut script = Vec::new();
    if let Some(completer) = Shells::builtins().completer(&name) {
        // Writing to memory cannot fail.
        let _ = completer.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script);
    }
    script
}

/// Says where the script of `shell` goes.
pub(crate) fn place(lang: Lang, shell: Shell) -> String {
    let command = match shell {
        Shell::Bash => "echo 'source <(oci-consumo completions bash)' >> ~/.bashrc",
        Shell::Zsh => "echo 'source <(oci-consumo completions zsh)' >> ~/.zshrc",
        Shell::Fish => {
            "echo 'oci-consumo completions fish | source' > ~/.config/fish/completions/oci-consumo.fish"
        }
        Shell::PowerShell => {
            "oci-consumo completions powershell | Out-String | Invoke-Expression  # $PROFILE"
        }
        _ => "eval (oci-consumo completions elvish | slurp)  # ~/.elvish/rc.elv",
    };
    say! { lang, "para ativar em cada terminal: {command}",
    "to have it in every terminal: {command}" }
}

/// Returns the clients of the folder on the line whose file or name begins like `current`.
pub(super) fn clients(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed: Vec<OsString> = env::args_os()
        .skip_while(|word| word != "--")
        .skip(1)
        .collect();
    let root = Cli::command();
    let free = words::free(&typed, &root);
    let mut folders = free.iter().filter(|word| !words::is_command(word, &root));
    let folder = folders.find(|word| Path::new(word).is_dir());
    of_folder(folder.map_or(Path::new("."), Path::new), current)
}

fn of_folder(folder: &Path, current: &OsStr) -> Vec<CompletionCandidate> {
    let Ok(walk) = walk(folder) else {
        return Vec::new();
    };
    let wanted = folded(&current.to_string_lossy());
    let mut candidates = Vec::new();
    for found in walk.found.iter().take(MOST) {
        let read = read_bounded(&found.path, config::LARGEST).ok();
        let today = day_of(std::time::SystemTime::now());
        let name = read.and_then(|bytes| config::draft(&bytes, folder, today).client);
        let name = name.unwrap_or_else(|| found.stem().to_owned());
        let begins = |text: &str| folded(text).starts_with(&wanted);
        if begins(found.stem()) || begins(&name) {
            // The file's name: a client's name has blanks, which shells do not quote.
            candidates.push(CompletionCandidate::new(found.stem()).help(Some(name.into())));
        }
    }
    candidates
}
