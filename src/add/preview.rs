//! The console's configuration file preview, and the profiles of the vendor's own config: whose access it is.
//!
//! The text is pasted, or another program's: it is bounded, and only keys that are known are read.

use zeroize::Zeroizing;

use crate::failure::{AddProblem, ConfigProblem};
use crate::profile::config::{
    self, FINGERPRINT, KEY_FILE, LARGEST, PASS_PHRASE, Passphrase, REGION, TENANCY, USER,
};
use crate::text::{holds_key, printable};

/// The keys of a preview that is whole.
pub(crate) const KEYS: [&str; 5] = [USER, FINGERPRINT, TENANCY, REGION, KEY_FILE];
/// The profile whose values hold for every other that has none of its own.
pub(crate) const DEFAULT: &str = "DEFAULT";

/// The parts of an access that a text names, each checked as a config's.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The user's OCID.
    pub user: Option<String>,
    /// The key's fingerprint.
    pub fingerprint: Option<String>,
    /// The tenancy's OCID.
    pub tenancy: Option<String>,
    /// The region, as written.
    pub region: Option<String>,
    /// The private key's path, as written.
    pub key_file: Option<String>,
    /// The private key's passphrase.
    pub pass_phrase: Option<Passphrase>,
}

/// A line with a known key.
struct PreviewLine {
    section: String,
    number: usize,
    key: &'static str,
    value: Zeroizing<String>,
}

/// Returns the key of a preview that `line` has.
pub(crate) fn key_of(line: &str) -> Option<&'static str> {
    let (key, _) = config::key_and_value(line.trim())?;
    let key = config::bare_key(&key);
    KEYS.into_iter().find(|known| *known == key)
}

/// Reads a preview: a text of one section.
///
/// # Errors
/// [`AddProblem`] with the line and key of the first value that a config does not take.
pub fn parse(bytes: &[u8]) -> Result<Preview, AddProblem> {
    let (lines, sections) = lines(bytes)?;
    if let Some((_, line)) = sections.get(1) {
        return Err(AddProblem::Value {
            of: "--preview",
            line: Some(*line),
            written: None,
            problem: ConfigProblem::SeveralSections,
        });
    }
    let preview = read(&lines)?;
    let Preview {
        user,
        fingerprint,
        tenancy,
        region,
        ..
    } = &preview;
    if [user, fingerprint, tenancy, region].map(Option::is_some) == [false; 4] {
        return Err(AddProblem::NoPreview);
    }
    Ok(preview)
}

/// Reads `profile` of the vendor's own config, in `file` by its name; values that it does not have are those of the
/// profile `DEFAULT`.
///
/// # Errors
/// [`AddProblem`] where there is no such profile, or a value is none that a config takes.
pub fn profile(bytes: &[u8], profile: &str, file: &str) -> Result<Preview, AddProblem> {
    let (mut lines, sections) = lines(bytes)?;
    if !sections.iter().any(|(section, _)| section == profile) {
        return Err(AddProblem::NoProfile {
            file: file.to_owned(),
            profile: printable(profile, 60),
        });
    }
    lines.retain(|line| line.section == profile || line.section == DEFAULT);
    let own = |line: &PreviewLine| line.section == profile;
    let owned: Vec<&str> = lines
        .iter()
        .filter(|line| own(line))
        .map(|line| line.key)
        .collect();
    lines.retain(|line| own(line) || !owned.contains(&line.key));
    read(&lines)
}

/// The lines with a known key, and the sections with their lines.
#[allow(clippy::type_complexity, reason = "two lists that are read once")]
fn lines(bytes: &[u8]) -> Result<(Vec<PreviewLine>, Vec<(String, usize)>), AddProblem> {
    if bytes.len() > LARGEST {
        return Err(AddProblem::TooLarge { limit: LARGEST });
    }
    let text = config::decode(bytes, &mut Vec::new()).map_err(|problem| AddProblem::Value {
        of: "--preview",
        line: None,
        written: None,
        problem,
    })?;
    if holds_key(&text) {
        return Err(AddProblem::KeyPasted);
    }
    let (mut lines, mut sections) = (Vec::new(), Vec::new());
    let mut section = DEFAULT.to_owned();
    for (number, line) in config::lines_of(&text) {
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some((name, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            section = name.trim().to_owned();
            sections.push((section.clone(), number));
            continue;
        }
        let Some((key, value)) = config::key_and_value(line) else {
            continue;
        };
        let key = config::bare_key(&key);
        let mut known = KEYS.into_iter().chain([PASS_PHRASE]);
        let Some(key) = known.find(|known| *known == key) else {
            continue;
        };
        // A passphrase counts as it is written.
        let value = match key {
            PASS_PHRASE => value,
            key => config::bare(key, &value),
        };
        if !value.is_empty() && !config::is_placeholder(&value) {
            lines.push(PreviewLine {
                section: section.clone(),
                number,
                key,
                value,
            });
        }
    }
    Ok((lines, sections))
}

/// Reads the access in `lines`, of which no two may differ.
fn read(lines: &[PreviewLine]) -> Result<Preview, AddProblem> {
    let find = |key: &'static str| -> Result<Option<&PreviewLine>, AddProblem> {
        let mut found = lines.iter().filter(|line| line.key == key);
        let first = found.next();
        let other = found.find(|line| first.is_some_and(|first| first.value != line.value));
        match (first, other) {
            (Some(first), Some(other)) => Err(AddProblem::Value {
                of: key,
                line: Some(other.number),
                written: None,
                problem: ConfigProblem::RepeatedKey {
                    name: key.to_owned(),
                    first_line: first.number,
                },
            }),
            (first, _) => Ok(first),
        }
    };
    let checked = |key: &'static str, check: fn(&str) -> Result<String, ConfigProblem>| {
        let Some(line) = find(key)? else {
            return Ok(None);
        };
        let value = check(&line.value).map_err(|problem| AddProblem::Value {
            of: key,
            line: Some(line.number),
            written: config::written(key, &line.value),
            problem,
        })?;
        Ok(Some(value))
    };
    let as_written = |value: &str| Ok(value.to_owned());
    Ok(Preview {
        user: checked(USER, |value| config::ocid(value, USER))?,
        fingerprint: checked(FINGERPRINT, config::fingerprint)?,
        tenancy: checked(TENANCY, |value| config::ocid(value, TENANCY))?,
        region: checked(REGION, |value| {
            config::region(value, None).map(|_| value.to_owned())
        })?,
        key_file: checked(KEY_FILE, as_written)?,
        pass_phrase: find(PASS_PHRASE)?.map(|line| Passphrase::new(line.value.clone())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PRINT: &str = "20:3b:97:13:55:1c:aa:66:20:3b:97:13:55:1c:aa:66";

    fn text() -> String {
        format!(
            "[DEFAULT]\nuser=ocid1.user.oc1..aaaa\nfingerprint={PRINT}\ntenancy=ocid1.tenancy.oc1..bbbb\n\
             region=sa-saopaulo-1\nkey_file=<path to your private keyfile> # TODO\n"
        )
    }

    #[test]
    fn the_console_s_text_is_read_however_it_arrives() {
        let plain = text();
        let carriage = plain.replace('\n', "\r");
        let chatter = format!("Segue:\n\n{plain}\nAbraço");
        let bare = plain.replace("[DEFAULT]\n", "");
        for text in [&plain, &carriage, &chatter, &bare] {
            let preview = parse(text.as_bytes()).unwrap();
            assert_eq!(preview.user.as_deref(), Some("ocid1.user.oc1..aaaa"));
            assert_eq!(preview.fingerprint.as_deref(), Some(PRINT));
            assert_eq!(preview.tenancy.as_deref(), Some("ocid1.tenancy.oc1..bbbb"));
            assert_eq!(preview.region.as_deref(), Some("sa-saopaulo-1"));
            assert_eq!(preview.key_file, None);
        }
        assert_eq!(plain.lines().filter_map(key_of).count(), KEYS.len());
    }

    #[test]
    fn what_is_no_preview_is_refused() {
        let of = |text: &str| parse(text.as_bytes()).unwrap_err();
        assert_eq!(of("bom dia"), AddProblem::NoPreview);
        assert_eq!(
            of("-----BEGIN PRIVATE KEY-----\nMIIE"),
            AddProblem::KeyPasted
        );
        assert_eq!(
            of(&"x".repeat(LARGEST + 1)),
            AddProblem::TooLarge { limit: LARGEST }
        );
        let twice = of(&(text() + "[B]\n"));
        assert!(matches!(
            twice,
            AddProblem::Value {
                line: Some(7),
                problem: ConfigProblem::SeveralSections,
                ..
            }
        ));
        assert!(matches!(
            of("user=ocid1.tenancy.oc1..bbbb"),
            AddProblem::Value {
                of: "user",
                line: Some(1),
                ..
            }
        ));
        assert!(matches!(
            of("region=a\nregion=b"),
            AddProblem::Value {
                problem: ConfigProblem::RepeatedKey { .. },
                ..
            }
        ));
    }

    #[test]
    fn a_profile_inherits_from_default() {
        let file = format!(
            "{}key_file=~/.oci/a.pem\n[OUTRA]\ntenancy=ocid1.tenancy.oc1..cccc\npass_phrase=segredo\n",
            text()
        );
        let other = profile(file.as_bytes(), "OUTRA", "config").unwrap();
        assert_eq!(other.tenancy.as_deref(), Some("ocid1.tenancy.oc1..cccc"));
        assert_eq!(other.user.as_deref(), Some("ocid1.user.oc1..aaaa"));
        assert_eq!(other.key_file.as_deref(), Some("~/.oci/a.pem"));
        assert_eq!(other.pass_phrase.unwrap().reveal(), "segredo");
        let first = profile(file.as_bytes(), "DEFAULT", "config").unwrap();
        assert!(first.pass_phrase.is_none());
        assert!(matches!(
            profile(file.as_bytes(), "NADA", "config").unwrap_err(),
            AddProblem::NoProfile { .. }
        ));
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
            let _ = profile(&bytes, "DEFAULT", "config");
        }

        #[test]
        fn no_text_is_a_panic(text in "((user|tenancy|region|pass_phrase|\\[a\\])[ =:]{0,3}[^\n]{0,9}\n?){0,6}") {
            let _ = parse(text.as_bytes());
            let _ = profile(text.as_bytes(), "a", "config");
        }
    }
}
