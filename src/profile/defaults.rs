//! The defaults of a clients' folder: `oci-consumo.ini` beside the configs.
//!
//! A key is the name of a long option with underscores or hyphens. The values
//! are read by the plan, with the readers of the options.

use std::fs;
use std::path::Path;

use super::config::{key_and_value, lines_of};
use super::file::read_bounded;
use crate::failure::{DefaultsProblem, FileProblem};
use crate::text::printable;

/// The name of the file. No client's name begins like it.
pub(crate) const FILE_NAME: &str = "oci-consumo.ini";
/// Bytes of the largest file that is read.
const LARGEST: usize = 64 * 1024;
/// Characters of an unknown key that are shown.
const LONGEST_KEY: usize = 60;

/// A setting that the file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultKey {
    /// `--method`
    Method,
    /// `--settle-days`
    SettleDays,
    /// `--surplus-percent`
    SurplusPercent,
    /// `--lang`
    Lang,
    /// `--output`; the only key that may occur more than once.
    Output,
    /// `--jobs`
    Jobs,
    /// `--pages`
    Pages,
    /// `--pages-url`
    PagesUrl,
    /// `--pages-group`
    PagesGroup,
    /// `--contact`
    Contact,
}

impl DefaultKey {
    /// Every key.
    pub const ALL: [Self; 10] = [
        Self::Method,
        Self::SettleDays,
        Self::SurplusPercent,
        Self::Lang,
        Self::Output,
        Self::Jobs,
        Self::Pages,
        Self::PagesUrl,
        Self::PagesGroup,
        Self::Contact,
    ];

    /// The key as the file has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::SettleDays => "settle_days",
            Self::SurplusPercent => "surplus_percent",
            Self::Lang => "lang",
            Self::Output => "output",
            Self::Jobs => "jobs",
            Self::Pages => "pages",
            Self::PagesUrl => "pages_url",
            Self::PagesGroup => "pages_group",
            Self::Contact => "contact",
        }
    }
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key that is set.
    pub key: DefaultKey,
    /// The value, unchecked; never empty.
    pub value: String,
    /// The line, from 1.
    pub line: usize,
}

/// The reason why the file is refused, and the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line, from 1.
    pub line: Option<usize>,
    /// The reason.
    pub problem: DefaultsProblem,
}

/// Reads the defaults of the clients in `dir`. A folder without the file has none; so has a folder that
/// cannot be listed, which the run refuses for that.
///
/// # Errors
/// [`Refused`] where the file is there and cannot be read, or holds what is no setting.
pub(crate) fn read(dir: &Path) -> Result<Vec<Setting>, Refused> {
    match read_bounded(&dir.join(FILE_NAME), LARGEST) {
        Ok(bytes) => parse(&bytes),
        Err(FileProblem::Missing) => Ok(Vec::new()),
        Err(_) if fs::read_dir(dir).is_err() => Ok(Vec::new()),
        Err(problem) => Err(Refused {
            line: None,
            problem: DefaultsProblem::File(problem),
        }),
    }
}

/// Reads the content of the file. A key without a value sets nothing.
///
/// # Errors
/// [`Refused`] at the first line that is no setting, comment or section.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Setting>, Refused> {
    let at = |line, problem| Refused { line, problem };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = str::from_utf8(bytes).map_err(|_| at(None, DefaultsProblem::NotUtf8))?;
    let mut settings: Vec<Setting> = Vec::new();
    let mut found: Vec<(DefaultKey, usize)> = Vec::new();
    let mut sections = 0;
    for (number, line) in lines_of(text) {
        let refuse = |problem| Err(at(Some(number), problem));
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if line.contains(|c: char| c.is_control() && c != '\t') {
            return refuse(DefaultsProblem::Syntax);
        }
        if line.starts_with('[') {
            sections += 1;
            match line.ends_with(']') {
                true if sections == 1 => continue,
                true => return refuse(DefaultsProblem::SeveralSections),
                false => return refuse(DefaultsProblem::Syntax),
            }
        }
        let Some((name, value)) = key_and_value(line) else {
            return refuse(DefaultsProblem::Syntax);
        };
        let word = name.to_lowercase().replace('-', "_");
        let Some(key) = DefaultKey::ALL.into_iter().find(|key| key.word() == word) else {
            let name = printable(&name, LONGEST_KEY);
            return refuse(DefaultsProblem::UnknownKey { name });
        };
        if key != DefaultKey::Output {
            let earlier = found.iter().find(|(earlier, _)| *earlier == key);
            if let Some(&(_, first_line)) = earlier {
                let key = key.word();
                return refuse(DefaultsProblem::RepeatedKey { key, first_line });
            }
            found.push((key, number));
        }
        if !value.is_empty() {
            settings.push(Setting {
                key,
                value: value.to_string(),
                line: number,
            });
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(text: &str) -> Vec<(DefaultKey, String, usize)> {
        let settings = parse(text.as_bytes()).unwrap();
        let parts = |setting: Setting| (setting.key, setting.value, setting.line);
        settings.into_iter().map(parts).collect()
    }

    fn refused(text: &[u8]) -> (Option<usize>, DefaultsProblem) {
        let refused = parse(text).unwrap_err();
        (refused.line, refused.problem)
    }

    #[test]
    fn every_key_is_read_in_either_spelling() {
        let text =
            "\u{FEFF}# padrões\r\n[DEFAULT]\r\nMETHOD = recent\r\nsettle-days=3\nsettle_days_ = 1";
        assert_eq!(refused(text.as_bytes()).0, Some(5));
        assert_eq!(
            set(text.rsplit_once('\n').unwrap().0),
            [
                (DefaultKey::Method, "recent".to_owned(), 3),
                (DefaultKey::SettleDays, "3".to_owned(), 4)
            ]
        );
        for key in DefaultKey::ALL {
            let word = key.word();
            assert_eq!(set(&format!("{word}: x")), [(key, "x".to_owned(), 1)]);
            assert_eq!(set(&format!("{word} =")), []);
        }
        let twice = set("output = a.csv\noutput = b c.xlsx");
        assert_eq!(twice[1], (DefaultKey::Output, "b c.xlsx".to_owned(), 2));
    }

    #[test]
    fn what_is_no_setting_is_refused_at_its_line() {
        use DefaultsProblem::*;
        let unknown = |name: &str| UnknownKey {
            name: name.to_owned(),
        };
        for (text, line, problem) in [
            (&b"\njob = 3"[..], Some(2), unknown("job")),
            (b"only = x", Some(1), unknown("only")),
            (b"jobs", Some(1), Syntax),
            (b"[DEFAULT", Some(1), Syntax),
            (b"lang = e\x00n", Some(1), Syntax),
            (b"lang = \x1b[31men", Some(1), Syntax),
            (b"[a]\n[b]", Some(2), SeveralSections),
            (b"lang = \xE3", None, NotUtf8),
            (b"l\0a\0n\0g\0", Some(1), Syntax),
        ] {
            assert_eq!(refused(text), (line, problem));
        }
        let (line, problem) = refused(b"jobs = 1\n\nJobs = 1");
        let key = "jobs";
        let first_line = 1;
        assert_eq!((line, problem), (Some(3), RepeatedKey { key, first_line }));
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn no_text_is_a_panic(text in "((jobs|lang|output)[ =:]{0,3}[^\n]{0,9}\n?){0,5}") {
            for setting in parse(text.as_bytes()).unwrap_or_default() {
                prop_assert!(!setting.value.is_empty());
            }
        }
    }
}
