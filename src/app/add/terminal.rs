//! Questions in a terminal.
//!
//! Menus are dialoguer's. Lines are read here, key by key: dialoguer's own line repeats all that is pasted, a private
//! key too, and does not end at Ctrl-D.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};

use console::{Key, Term, measure_text_width};
use dialoguer::Select;
#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::Stop;
use crate::add::{Question, preview};
use crate::failure::AddProblem;
use crate::lang::Lang;
use crate::profile::config::LARGEST;
use crate::render::explain::add as words;
use crate::text::{holds_key, printable};

/// The longest line that is taken, in bytes; more of it is passed over.
const LONGEST_LINE: usize = 4096;
/// The fewest lines of a terminal that a menu fits into.
const LEAST_HEIGHT: usize = 4;
/// The end of a key.
const KEY_END: &str = "-----END";
/// Ctrl-D in a terminal that passes it on.
const END_OF_INPUT: char = '\u{4}';
/// Ctrl-U, which deletes the line.
const KILL: char = '\u{15}';

/// A terminal that asks, for as long as the value lives: until then the system repeats nothing that is typed, which
/// could be a key that arrives between two questions. Dropped before it is settled, it says that nothing was written.
#[derive(Debug)]
pub(super) struct TerminalSession {
    lang: Lang,
    settled: bool,
    #[cfg(unix)]
    modes: Termios,
}

impl TerminalSession {
    /// Takes the terminal, where stdin and stderr are one.
    pub(super) fn open(lang: Lang) -> Option<Self> {
        use std::io::IsTerminal as _;
        let term = Term::stderr();
        let tall = usize::from(term.size().0) >= LEAST_HEIGHT;
        if !io::stdin().is_terminal() || !term.is_term() || !tall {
            return None;
        }
        #[cfg(unix)]
        let modes = {
            let modes = tcgetattr(io::stdin()).ok()?;
            let mut silent = modes.clone();
            // Ctrl-C arrives as a key, which the question takes; between two questions it waits for the next.
            let off = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
            silent.local_modes.remove(off);
            tcsetattr(io::stdin(), OptionalActions::Now, &silent).ok()?;
            modes
        };
        Some(Self {
            lang,
            settled: false,
            #[cfg(unix)]
            modes,
        })
    }

    /// Ends the questions, whose answers were taken.
    pub(super) fn settle(mut self) {
        self.settled = true;
    }
}

impl Drop for TerminalSession {
    fn drop(&mut self) {
        #[cfg(unix)]
        // There is nothing to do about a terminal that has gone.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.modes);
        let term = Term::stderr();
        let _ = term.show_cursor();
        if !self.settled {
            let _ = term.write_line(&format!("\n{}", words::nothing_written(self.lang)));
        }
    }
}

/// The terminal of a [`TerminalSession`], as questions are put in it.
#[derive(Debug)]
pub(super) struct Terminal {
    term: Term,
    lang: Lang,
}

/// Display of typed characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Echo {
    Yes,
    No,
}

impl Terminal {
    pub(super) fn new(lang: Lang) -> Self {
        let term = Term::stderr();
        Self { term, lang }
    }

    /// Writes a line for the operator.
    pub(super) fn say(&self, text: &str) -> Result<(), Stop> {
        Ok(self.term.write_line(text)?)
    }

    /// Writes `problem` and what to do about it.
    pub(super) fn explain(&self, problem: &AddProblem) -> Result<(), Stop> {
        self.say(&format!("  {}", words::problem(self.lang, problem)))
    }

    /// Asks for a line; an empty one is `default`, if there is one. `None` where a key was pasted, which is passed
    /// over.
    pub(super) fn line(
        &self,
        question: Question,
        default: Option<&str>,
    ) -> Result<Option<String>, Stop> {
        let mut prompt = words::question(self.lang, question);
        if let Some(default) = default {
            prompt += &format!(" [{default}]");
        }
        self.term.write_str(&format!("{prompt}: "))?;
        let line = self.read(Echo::Yes)?;
        self.say("")?;
        if self.passes_over(&line)? {
            return Ok(None);
        }
        let line = line.trim();
        Ok(Some(match (line, default) {
            ("", Some(default)) => default.to_owned(),
            (line, _) => line.to_owned(),
        }))
    }

    /// Asks for a line that is not repeated.
    pub(super) fn secret(&self, question: Question) -> Result<Zeroizing<String>, Stop> {
        let prompt = words::question(self.lang, question);
        self.term.write_str(&format!("{prompt}: "))?;
        let line = self.read(Echo::No)?;
        self.say("")?;
        Ok(line)
    }

    /// Asks for one of `items`, and returns its index.
    pub(super) fn choose(&self, question: Question, items: &[String]) -> Result<usize, Stop> {
        let menu = Select::new()
            .with_prompt(words::question(self.lang, question))
            .items(items)
            .default(0)
            .report(false)
            .interact_on_opt(&self.term);
        match menu {
            Ok(Some(chosen)) => Ok(chosen),
            Ok(None) => Err(Stop::Aborted),
            Err(dialoguer::Error::IO(error)) => Err(error.into()),
        }
    }

    /// Asks for the console's preview, which is not repeated as it may be something else: its known keys are named.
    /// It ends with the last of them, or an empty line. `None` where a key was pasted, which is passed over.
    pub(super) fn paste(&self) -> Result<Option<Zeroizing<String>>, Stop> {
        self.say(&words::paste(self.lang))?;
        // With room for all of it the text never moves, which would leave copies behind.
        let mut text = Zeroizing::new(String::with_capacity(LARGEST + LONGEST_LINE + 8));
        let mut missing: BTreeSet<&str> = preview::KEYS.into_iter().collect();
        while !missing.is_empty() && text.len() <= LARGEST {
            let line = match self.read(Echo::No) {
                Err(Stop::Aborted) if !text.is_empty() => break,
                line => line?,
            };
            if self.passes_over(&line)? {
                return Ok(None);
            }
            if line.trim().is_empty() {
                match text.is_empty() {
                    true => continue,
                    false => break,
                }
            }
            if let Some(key) = preview::key_of(&line)
                && missing.remove(key)
            {
                self.say(&format!("  {key} ✓"))?;
            }
            text.push_str(&line);
            text.push('\n');
        }
        Ok(Some(text))
    }

    /// Returns whether `line` begins a key. The rest of a key is read and forgotten, and the terminal says so.
    fn passes_over(&self, line: &str) -> Result<bool, Stop> {
        if !holds_key(line) {
            return Ok(false);
        }
        self.explain(&AddProblem::KeyPasted)?;
        let mut ended = line.contains(KEY_END);
        while !ended {
            ended = self.read(Echo::No)?.contains(KEY_END);
        }
        Ok(true)
    }

    /// Reads a line. What a terminal would obey is not repeated, nor is any of a key.
    fn read(&self, echo: Echo) -> Result<Zeroizing<String>, Stop> {
        let mut line = Zeroizing::new(String::with_capacity(LONGEST_LINE + 4));
        loop {
            match self.term.read_key()? {
                Key::Enter => return Ok(line),
                Key::Char(END_OF_INPUT) if line.is_empty() => return Err(Stop::Aborted),
                Key::Char(KILL) => while self.take_back(&mut line, echo)? {},
                Key::Backspace => {
                    self.take_back(&mut line, echo)?;
                }
                Key::Char(c) if !c.is_control() && line.len() < LONGEST_LINE => {
                    line.push(c);
                    if echo == Echo::Yes && !holds_key(&line) {
                        self.term.write_str(&shown(c))?;
                    }
                }
                _ => {}
            }
        }
    }

    /// Takes back the last character of `line`, if it has one, and what was shown of it.
    fn take_back(&self, line: &mut String, echo: Echo) -> Result<bool, Stop> {
        let hidden = echo == Echo::No || holds_key(line);
        let taken = line.pop();
        if let Some(c) = taken.filter(|_| !hidden) {
            self.term.clear_chars(measure_text_width(&shown(c)))?;
        }
        Ok(taken.is_some())
    }
}

/// `c` as a terminal may have it.
fn shown(c: char) -> String {
    match c {
        ' ' => " ".to_owned(),
        c => printable(c.encode_utf8(&mut [0; 4]), 1),
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Ctrl-C, and a terminal that has gone.
            ErrorKind::Interrupted | ErrorKind::UnexpectedEof => Self::Aborted,
            _ => Self::Broken(error),
        }
    }
}
