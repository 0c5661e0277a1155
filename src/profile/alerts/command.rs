//! Commands of `alertas.ini`: their words, the program that is run, and the secret that it prints.

use std::env;
use std::fs;
use std::io::Read as _;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::access::{Process, shared};
use super::refused::shown;
use crate::failure::AlertsProblem;
use crate::path;

/// Seconds that a command has to print a secret: a token may come over the network.
const SECONDS: u64 = 20;
/// Pause between two looks at a command that runs.
const PAUSE: Duration = Duration::from_millis(5);

/// Splits `text` into words as a shell does with quotes alone: nothing is expanded, and a backslash has no meaning but
/// in double quotes, before a double quote or another backslash.
///
/// # Errors
/// [`AlertsProblem::OpenQuote`] where a quote is not closed.
pub(super) fn words(text: &str) -> Result<Vec<String>, AlertsProblem> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"'), '\\') => {
                let escaped = chars.next_if(|next| ['"', '\\'].contains(next));
                word.get_or_insert_default().push(escaped.unwrap_or('\\'));
            }
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(AlertsProblem::OpenQuote);
    }
    words.extend(word);
    Ok(words)
}

/// Returns the whole path of the program that `name` stands for: a path, which starts at `folder`, or a name that is looked
/// for in `PATH`. Neither the program nor a folder above it may be others' to write.
///
/// # Errors
/// Where there is no such program, or others can change it.
pub(super) fn program(name: &str, folder: &Path) -> Result<PathBuf, AlertsProblem> {
    let none = || AlertsProblem::NoProgram {
        program: shown(name),
    };
    let is_path = name.contains(['/', MAIN_SEPARATOR]) || name.starts_with('~');
    let found = if is_path {
        Some(path::resolve(name, folder)).filter(|path| is_program(path))
    } else {
        let folders = env::var_os("PATH").unwrap_or_default();
        // A relative folder in `PATH` is another one for each current folder.
        let mut paths = env::split_paths(&folders)
            .filter(|folder| folder.is_absolute())
            .flat_map(|folder| {
                let suffix = env::consts::EXE_SUFFIX;
                [folder.join(name), folder.join(format!("{name}{suffix}"))]
            });
        paths.find(|path| !name.is_empty() && is_program(path))
    };
    let found = found.ok_or_else(none)?;
    unshared(&found)?;
    // A command is run in another folder, from which a relative path leads elsewhere.
    std::path::absolute(found).map_err(|_| none())
}

/// Refuses the file at `path` where others can write it, or a folder above it.
pub(super) fn unshared(path: &Path) -> Result<(), AlertsProblem> {
    match shared(path, &Process::own()) {
        Ok(None) => Ok(()),
        Ok(Some(found)) => Err(AlertsProblem::Writable {
            path: shown(&found.path.to_string_lossy()),
            mode: found.mode,
        }),
        Err(_) => Err(AlertsProblem::NoProgram {
            program: shown(&path.to_string_lossy()),
        }),
    }
}

/// Whether a program is at `path`.
fn is_program(path: &Path) -> bool {
    let Ok(metadata) = fs::metadata(path) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    {
        metadata.is_file()
    }
}

/// Runs the command of `argv` in `folder`, without a shell, and returns at most `limit` + 1 bytes of its output.
///
/// # Errors
/// Where the command cannot be run, fails or does not end in time.
pub(super) fn output(
    argv: &[String],
    folder: &Path,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, AlertsProblem> {
    run(argv, folder, limit, Duration::from_secs(SECONDS))
}

fn run(
    argv: &[String],
    folder: &Path,
    limit: usize,
    time: Duration,
) -> Result<Zeroizing<Vec<u8>>, AlertsProblem> {
    let [name, arguments @ ..] = argv else {
        return Err(AlertsProblem::NoProgram {
            program: String::new(),
        });
    };
    let mut command = Command::new(program(name, folder)?);
    // The words on stderr may repeat the secret.
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        command.process_group(0);
    }
    let not_started = |error: std::io::Error| AlertsProblem::NotStarted((&error).into());
    let mut child = command.spawn().map_err(not_started)?;
    let end = Instant::now() + time;
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        // A command that leaves a process behind may never close its output.
        thread::spawn(move || {
            let mut content = Zeroizing::new(Vec::with_capacity(limit + 1));
            let read = stdout.take(limit as u64 + 1).read_to_end(&mut content);
            let _ = sender.send(read.map(|_| content));
        });
    }
    let left = || end.saturating_duration_since(Instant::now());
    let timeout = || AlertsProblem::CommandTimeout {
        seconds: time.as_secs(),
    };
    let content = match receiver.recv_timeout(left()) {
        Ok(Ok(content)) => content,
        Ok(Err(error)) => {
            stop(&mut child);
            return Err(not_started(error));
        }
        Err(_) => {
            stop(&mut child);
            return Err(timeout());
        }
    };
    if content.len() > limit {
        stop(&mut child);
        return Ok(content);
    }
    loop {
        match child.try_wait().map_err(not_started)? {
            Some(status) if status.success() => return Ok(content),
            Some(status) => {
                return Err(AlertsProblem::CommandFailed {
                    status: status.code(),
                });
            }
            None if left().is_zero() => {
                stop(&mut child);
                return Err(timeout());
            }
            None => thread::sleep(PAUSE.min(left())),
        }
    }
}

/// Ends `child` and the processes that it has started.
fn stop(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_command_is_split_at_its_blanks() {
        let split = |text: &str| words(text).unwrap();
        assert_eq!(split("pass show  oci/smtp"), ["pass", "show", "oci/smtp"]);
        assert_eq!(
            split(r#""C:\Program Files\x.exe" 'a "b"' "c \"d\" \\ \n" e"f"'g' '' $HOME;|"#),
            [
                r"C:\Program Files\x.exe",
                r#"a "b""#,
                r#"c "d" \ \n"#,
                "efg",
                "",
                "$HOME;|",
            ]
        );
        assert!(split(" \t ").is_empty());
        for text in ["a 'b", "\"", "a \"b\\\""] {
            assert_eq!(words(text), Err(AlertsProblem::OpenQuote), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_command_is_split_without_a_panic(text in any::<String>()) {
            if let Ok(words) = words(&text) {
                let quoted: Vec<String> = words.iter().map(|word| format!("'{}'", word.replace('\'', "'\"'\"'"))).collect();
                prop_assert_eq!(super::words(&quoted.join(" ")), Ok(words));
            }
        }
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::PermissionsExt as _;

        use super::*;

        fn script(folder: &Path, text: &str) -> Vec<String> {
            let path = folder.join("script");
            fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
            vec!["./script".to_owned(), "a b".to_owned(), "$HOME".to_owned()]
        }

        fn tried(text: &str) -> Result<String, AlertsProblem> {
            let folder = tempfile::tempdir().unwrap();
            let argv = script(folder.path(), text);
            let time = Duration::from_millis(if text.contains("sleep") { 50 } else { 30_000 });
            let content = run(&argv, folder.path(), 100, time)?;
            Ok(String::from_utf8(content.to_vec()).unwrap())
        }

        #[test]
        fn a_command_is_run_without_a_shell_in_the_file_s_folder() {
            assert_eq!(tried("printf '%s' \"$1|$2\"").unwrap(), "a b|$HOME");
            assert_eq!(tried("cat script | head -n 1").unwrap(), "#!/bin/sh\n");
            assert_eq!(tried("cat").unwrap(), "");
            assert_eq!(tried("yes").unwrap().len(), 101);
        }

        #[test]
        fn a_command_that_fails_or_hangs_is_told() {
            let status = Some(3);
            assert_eq!(
                tried("echo secret; echo secret >&2; exit 3"),
                Err(AlertsProblem::CommandFailed { status })
            );
            let status = None;
            assert_eq!(
                tried("kill -9 $$"),
                Err(AlertsProblem::CommandFailed { status })
            );
            let seconds = 0;
            for hanging in ["sleep 60", "sleep 60 & echo x", "exec >&-; sleep 60"] {
                let timeout = AlertsProblem::CommandTimeout { seconds };
                assert_eq!(tried(hanging), Err(timeout), "{hanging}");
            }
        }

        #[test]
        fn a_program_that_is_none_or_others_can_write_is_refused() {
            let folder = tempfile::tempdir().unwrap();
            let argv = script(folder.path(), "echo x");
            let path = folder.path().join("script");
            let found = program(&argv[0], folder.path()).unwrap();
            assert_eq!(found.canonicalize().unwrap(), path.canonicalize().unwrap());
            assert!(program("sh", folder.path()).is_ok());
            let none = |name: &str| {
                let program = name.to_owned();
                Err(AlertsProblem::NoProgram { program })
            };
            for name in ["./none", "none-of-this-name", ".", "./", ""] {
                assert_eq!(program(name, folder.path()), none(name));
            }
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            assert_eq!(program("./script", folder.path()), none("./script"));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
            let refused = program("./script", folder.path()).unwrap_err();
            let AlertsProblem::Writable { path: shown, mode } = refused else {
                panic!("{refused:?}");
            };
            assert_eq!(mode, Some(0o777));
            assert!(shown.ends_with("script"), "{shown}");
        }
    }
}
