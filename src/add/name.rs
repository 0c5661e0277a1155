//! Names: the client's, and those of its files.

use crate::failure::{AddProblem, ConfigProblem};
use crate::profile::config::{LONGEST_NAME, is_placeholder, without_quotes};
use crate::profile::walk;
use crate::text::{folded, holds_key, printable};

/// The longest part of a file's name that is made of a client's.
const LONGEST_SLUG: usize = 40;

/// Returns the client's name in `text`, as a config keeps it: without characters that nobody sees.
///
/// # Errors
/// [`AddProblem`] where nothing is left, it is too long, or it is something else that was pasted.
pub(crate) fn client(text: &str) -> Result<String, AddProblem> {
    if holds_key(text) {
        return Err(AddProblem::KeyPasted);
    }
    let clean = printable(text, usize::MAX).replace('\u{FFFD}', "");
    // A config is read without quotes around its values.
    let name = without_quotes(&clean);
    if name.is_empty() {
        return Err(AddProblem::NoName);
    }
    if name.chars().count() > LONGEST_NAME {
        let limit = LONGEST_NAME;
        return Err(AddProblem::LongName { limit });
    }
    if is_placeholder(name) {
        return Err(AddProblem::Value {
            of: "--client",
            line: None,
            written: None,
            problem: ConfigProblem::Placeholder,
        });
    }
    Ok(name.to_owned())
}

/// Returns `name` as a part of a file's name: letters and digits of ASCII, and `_` for all else.
pub(crate) fn slug(name: &str) -> String {
    let folded = folded(name);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut slug = words.join("_");
    slug.truncate(LONGEST_SLUG);
    match slug.trim_end_matches('_') {
        "" => "cliente".to_owned(),
        slug => slug.to_owned(),
    }
}

/// Returns the name of the config of a client whose slug is `slug`; the second and later ones have a number.
pub(crate) fn config(slug: &str, number: usize) -> String {
    match number {
        0 | 1 => format!("config_{slug}"),
        number => format!("config_{slug}_{number}"),
    }
}

/// Returns the name of the key's file that belongs to the config in `file`. It begins as no config does, and is no
/// device's name on any system.
pub(crate) fn key(file: &str, number: usize) -> String {
    let stem = file.strip_prefix("config_").unwrap_or(file);
    match number {
        0 | 1 => format!("chave_{stem}.pem"),
        number => format!("chave_{stem}_{number}.pem"),
    }
}

/// Checks that `file` is the name of a config in the folder.
///
/// # Errors
/// [`AddProblem::FileName`] where a run would not take it for a client's.
pub(crate) fn checked_config(file: &str) -> Result<String, AddProblem> {
    let plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let fits = walk::is_client(file.as_ref())
        && !walk::is_leftover(file)
        && file.chars().all(plain)
        && file.len() <= 100;
    match fits {
        true => Ok(file.to_owned()),
        false => Err(AddProblem::FileName),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_slug_is_the_name_in_plain_letters() {
        for (name, expected) in [
            ("Padaria Pão Quente & Cia.", "padaria_pao_quente_cia"),
            ("  Açougue", "acougue"),
            ("株式会社", "cliente"),
            ("../../etc/passwd", "etc_passwd"),
            ("CON", "con"),
            (
                "Companhia Brasileira de Distribuição e Logística do Nordeste S.A.",
                "companhia_brasileira_de_distribuicao_e_l",
            ),
        ] {
            assert_eq!(slug(name), expected);
        }
    }

    #[test]
    fn a_name_is_what_can_be_seen_of_it() {
        assert_eq!(client(" Caf\u{202e}é\t2 ").unwrap(), "Café 2");
        assert_eq!(client("\u{200b} \u{7}"), Err(AddProblem::NoName));
        assert!(client(&"x".repeat(100)).is_ok());
        assert_eq!(
            client(&"x".repeat(101)),
            Err(AddProblem::LongName { limit: 100 })
        );
        assert_eq!(
            client("-----BEGIN RSA PRIVATE KEY-----"),
            Err(AddProblem::KeyPasted)
        );
        assert!(client("<nome>").is_err());
    }

    proptest! {
        #[test]
        fn any_name_makes_a_name_of_a_config(name in any::<String>()) {
            let file = config(&slug(&name), 0);
            prop_assert_eq!(checked_config(&file), Ok(file.clone()));
            prop_assert!(!walk::is_client(key(&file, 0).as_ref()));
        }
    }
}
