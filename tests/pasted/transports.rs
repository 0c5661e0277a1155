//! Whole configs in every known form and transport, together: the same client, or a message that names the form.

use std::path::Path;

use oci_consumo::internals::calendar::Day;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::profile::config;
use oci_consumo::internals::render::explain;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::values::{read, read_bytes};
use crate::common::{AS_OF, Config, samples};

/// A change of a line that has one reading: of its key and of its value.
type OfLine = (&'static str, fn(&str, &str) -> (String, String));

/// Changes of lines; of some one excludes another.
const OF_LINE: [OfLine; 15] = [
    ("maiúsculas", |key, value| {
        (key.to_uppercase(), value.to_owned())
    }),
    ("brancos", |key, value| {
        (format!("{key} \t"), format!("\u{a0} {value}"))
    }),
    ("recuo", |key, value| {
        (format!("\t  {key}"), value.to_owned())
    }),
    ("aspas", |key, value| {
        (key.to_owned(), format!("\"{value}\""))
    }),
    ("aspas-curvas", |key, value| {
        (key.to_owned(), format!("“{value}”"))
    }),
    ("apóstrofos", |key, value| {
        (key.to_owned(), format!("'{value}'"))
    }),
    ("invisível-atrás", |key, value| {
        (key.to_owned(), format!("{value}\u{200b}"))
    }),
    ("invisível-antes", |key, value| {
        (key.to_owned(), format!("\u{feff}{value}"))
    }),
    ("invisível-na-chave", |key, value| {
        (format!("\u{200e}{key}"), value.to_owned())
    }),
    ("rótulo", |key, value| {
        match key.trim_matches(|c: char| !c.is_ascii_alphabetic()) {
            "fingerprint" | "FINGERPRINT" => (key.to_owned(), format!("MD5(stdin)= {value}")),
            _ => (key.to_owned(), value.to_owned()),
        }
    }),
    ("md5sum", |key, value| match value.len() {
        47 if value.matches(':').count() == 15 => (key.to_owned(), value.replace(':', "")),
        _ => (key.to_owned(), value.to_owned()),
    }),
    ("ssh-keygen", |key, value| {
        match key.trim_matches(|c: char| !c.is_ascii_alphabetic()) {
            "fingerprint" | "FINGERPRINT" => {
                (key.to_owned(), format!("2048 MD5:{value} eu@aqui (RSA)"))
            }
            _ => (key.to_owned(), value.to_owned()),
        }
    }),
    ("console", |key, value| {
        (
            key.to_owned(),
            value.replace("sa-saopaulo-1", "Brazil East (São Paulo)"),
        )
    }),
    ("dia", |key, value| {
        (key.to_owned(), value.replace("2026-01-01", "1/1/2026"))
    }),
    ("reais", |key, value| {
        (key.to_owned(), value.replace("R$ 150.000,00", "150000.00"))
    }),
];

/// Changes of a whole text that have one reading.
const OF_TEXT: [fn(String) -> String; 7] = [
    |text| format!("\u{feff}{text}"),
    |text| text.replace('\n', "\r\n"),
    |text| text.replace('\n', "\n\n\u{200b}\n # user=outro\n"),
    |text| text.replace("[DEFAULT]\n", ""),
    |text| text.replace("[DEFAULT]", " [OUTRA]  ; cliente"),
    |text| text.trim_end().to_owned(),
    |text| text + "\u{1a}",
];

/// The line of a key and its value in the form of another tool, and the name of the form.
type Form = (&'static str, fn(&str, &str) -> String);

const FORMS: [Form; 20] = [
    ("shell", |key, value| format!("export {key}={value}")),
    ("shell", |key, value| {
        format!("export {}=\"{value}\"", key.to_uppercase())
    }),
    ("shell", |key, value| {
        format!("declare -x OCI_CLI_{key}='{value}'")
    }),
    ("variável de ambiente", |key, value| {
        format!("OCI_CLI_{}={value}", key.to_uppercase())
    }),
    ("variável de ambiente", |key, value| {
        format!("OCI_{key} = {value}")
    }),
    ("Terraform", |key, value| format!("TF_VAR_{key}={value}")),
    ("Windows", |key, value| format!("set {key}={value}")),
    ("Windows", |key, value| format!("SET \"{key}={value}\"")),
    ("PowerShell", |key, value| {
        format!("$env:OCI_CLI_{key} = \"{value}\"")
    }),
    ("PowerShell", |key, value| format!("${key} = '{value}'")),
    ("JSON", |key, value| format!("\"{key}\": \"{value}\",")),
    ("JSON", |key, value| format!("{{\"{key}\": \"{value}\"}}")),
    ("YAML", |key, value| format!("- {key}: {value}")),
    ("properties", |key, value| format!("oci.auth.{key}={value}")),
    ("e-mail", |key, value| format!("> {key}={value}")),
    ("shell", |key, value| format!("setenv {key} '{value}'")),
    ("shell", |key, value| format!("set -x {key} {value}")),
    ("diff", |key, value| format!("+{key}={value}")),
    ("lista numerada", |key, value| format!("3. {key}={value}")),
    ("conversa", |key, value| {
        format!("[22/11/2026 10:11:12] Maria: {key}={value}")
    }),
];

fn plain() -> Config {
    Config::new("a").with("credito", "R$ 150.000,00")
}

/// The message and the remedy of a config that is refused.
fn refused(text: &str) -> Option<String> {
    let as_of: Day = AS_OF.parse().unwrap();
    let unusable = config::parse(text.as_bytes(), Path::new("/nonexistent"), as_of).err()?;
    let words = explain::failure(Lang::PtBr, "config_a", &unusable.failure);
    Some(format!("{} {}", words.message, words.remedy))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(samples(100, 500)))]

    #[test]
    fn forms_that_have_one_reading_are_the_same_client_together(
        changes in subsequence(OF_LINE.to_vec(), 0..6).prop_shuffle(),
        texts in subsequence(OF_TEXT.to_vec(), 0..4),
        colon in any::<bool>(),
        order in proptest::option::of(select(vec![u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes])),
    ) {
        let plain = plain();
        let expected = read(&plain.text());
        prop_assert!(expected.is_some());
        // A label and a name of the console stand within quotes, as people paste them.
        let mut changes = changes;
        let twice = changes.iter().any(|(name, _)| *name == "aspas");
        changes.retain(|(name, _)| !twice || *name != "aspas-curvas");
        let inside = ["md5sum", "ssh-keygen", "rótulo", "console", "dia", "reais"];
        changes.sort_by_key(|(name, _)| !inside.contains(name));
        let sign = if colon { ": " } else { "=" };
        let lines = plain.lines.iter().map(|(key, value)| {
            let (key, value) = changes.iter().fold(((*key).to_owned(), value.clone()), |(key, value), (_, change)| {
                change(&key, &value)
            });
            format!("{key}{sign}{value}\n")
        });
        let text: String = std::iter::once("[DEFAULT]\n".to_owned()).chain(lines).collect();
        let text = texts.iter().fold(text, |text, change| change(text));
        let found = match order {
            Some(order) => {
                let marked = format!("\u{feff}{text}");
                read_bytes(&marked.encode_utf16().flat_map(order).collect::<Vec<u8>>())
            }
            None => read(&text),
        };
        prop_assert_eq!(found, expected, "{:?}", text);
    }

    #[test]
    fn the_forms_of_other_tools_are_named_in_any_transport(
        (name, form) in select(FORMS.to_vec()),
        texts in subsequence(OF_TEXT.to_vec(), 0..4),
        quoted in any::<bool>(),
        some in proptest::option::of(1usize..9),
    ) {
        // All lines have the form, or the required ones from some line on.
        let lines = plain().lines.into_iter().enumerate().map(|(n, (key, value))| {
            let value = if quoted && !value.contains('"') { format!("“{value}”") } else { value };
            match some {
                Some(from) if n < from => format!("{key}={value}\n"),
                _ => format!("{}\n", form(key, &value)),
            }
        });
        let text: String = std::iter::once("[DEFAULT]\n".to_owned()).chain(lines).collect();
        let text = texts.iter().fold(text, |text, change| change(text));
        let words = refused(&text);
        prop_assert!(words.is_some(), "{:?}", text);
        let words = words.unwrap_or_default();
        prop_assert!(words.contains(name) && words.contains("escreva"), "{}\n{}", text, words);
    }
}
