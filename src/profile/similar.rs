//! Keys that are none of a config and look like one: misspelt, in other words, or in the form of another tool.

use zeroize::Zeroizing;

use super::config::{
    AJUSTE, ALERTA_A_PARTIR_DE, ALERTA_SILENCIO_ATE, ALERTA_WHATSAPP, ANTERIOR, ANTERIOR_ATE,
    CLIENTE, CREDITO, FIM, FINGERPRINT, GRUPO, IGNORAR, INICIO, KEY_FILE, MOEDA, PASS_PHRASE,
    REGION, TENANCY, USER, VENDOR, keys,
};
use super::lines::{key_and_value, lines_of};
use crate::failure::{ForeignForm, KeyLike};
use crate::text::{folded, printable};

/// The longest key that is compared, in bytes.
const LONGEST: usize = 100;
/// The shortest key that others may begin or end with, in bytes.
const SHORTEST_PART: usize = 4;
/// Characters of a key that are shown.
const LONGEST_SHOWN: usize = 60;

/// Other words for each key, without separators and little words; people, consoles and other tools use them.
const WORDS: [(&str, &[&str]); 19] = [
    (
        CREDITO,
        &[
            "aditivo",
            "aditamento",
            "addendum",
            "amendment",
            "topup",
            "reforco",
            "aporte",
            "recarga",
            "suplemento",
            "acrescimo",
            "empenho",
            "credit",
            "credits",
            "saldo",
            "valor",
            "valorcontrato",
            "valortotal",
            "totalcontratado",
            "montante",
            "amount",
            "commit",
            "commitment",
            "budget",
            "orcamento",
            "verba",
            "bonus",
            "adicional",
            "universalcredits",
        ],
    ),
    (
        INICIO,
        &[
            "inicio",
            "datainicio",
            "datainicial",
            "start",
            "startdate",
            "contractstart",
            "iniciovigencia",
            "begin",
            "vigenciainicio",
            "inicial",
        ],
    ),
    (
        FIM,
        &[
            "fim",
            "datafim",
            "final",
            "datafinal",
            "end",
            "enddate",
            "contractend",
            "termino",
            "datatermino",
            "vencimento",
            "fimvigencia",
            "vigenciafim",
            "validade",
            "expira",
            "expiration",
            "encerramento",
            "prazo",
            "prorrogacao",
            "prorrogado",
            "prorrogadoate",
            "vigencia",
            "vigenciaate",
        ],
    ),
    (
        PASS_PHRASE,
        &[
            "passphrase",
            "password",
            "passwd",
            "pass",
            "pwd",
            "senha",
            "frase",
            "keypassword",
            "privatekeypassword",
            "contrasena",
        ],
    ),
    (
        TENANCY,
        &[
            "tenant",
            "tenantid",
            "tenancia",
            "tenancyid",
            "inquilino",
            "locacao",
        ],
    ),
    (USER, &["usuario", "userid", "username", "usr", "login"]),
    (
        FINGERPRINT,
        &[
            "impressao",
            "impressaodigital",
            "digital",
            "thumbprint",
            "keyfingerprint",
            "huella",
            "stdin",
            "md5stdin",
            "md5",
        ],
    ),
    (REGION, &["regiao", "homeregion", "regionid", "regionname"]),
    (
        KEY_FILE,
        &[
            "key",
            "keypath",
            "privatekey",
            "privatekeypath",
            "privatekeyfile",
            "pem",
            "pemfile",
            "chave",
            "chaveprivada",
            "arquivochave",
            "keycontent",
            "caminhochave",
        ],
    ),
    (
        CLIENTE,
        &[
            "client",
            "customer",
            "nome",
            "name",
            "razaosocial",
            "empresa",
        ],
    ),
    (MOEDA, &["currency", "divisa"]),
    (GRUPO, &["group"]),
    (
        ANTERIOR,
        &["consumo", "consumoinicial", "saldoanterior", "opening"],
    ),
    (ANTERIOR_ATE, &["anteriorate", "consumoate"]),
    (AJUSTE, &["ajuste", "previsto", "adjustment", "reajuste"]),
    (
        IGNORAR,
        &[
            "ignorar",
            "ignorardias",
            "diasignorados",
            "diaignorado",
            "ignoreday",
            "ignoredays",
            "excluirdia",
        ],
    ),
    (
        ALERTA_WHATSAPP,
        &["alertazap", "alertawhats", "alertawa", "whatsappalerta"],
    ),
    (
        ALERTA_A_PARTIR_DE,
        &["alertanivel", "alertapartir", "nivelalerta", "alertaminimo"],
    ),
    (
        ALERTA_SILENCIO_ATE,
        &[
            "alertasilencio",
            "alertasilenciar",
            "silencioate",
            "alertapausa",
            "alertapausaate",
        ],
    ),
];
/// Those of the words above that tell the meaning of a longer key, as its first or last word.
const TELLING: [&str; 24] = [
    "aditivo",
    "aditamento",
    "addendum",
    "topup",
    "reforco",
    "aporte",
    "recarga",
    "prorrogacao",
    "prorrogado",
    "vigencia",
    "inicio",
    "fim",
    "termino",
    "vencimento",
    "senha",
    "password",
    "passphrase",
    "usuario",
    "regiao",
    "tenant",
    "inicial",
    "final",
    "chave",
    "credit",
];
/// Words of a shell, of Windows and of others before a variable.
const COMMANDS: [(&str, ForeignForm); 15] = [
    ("export ", ForeignForm::Shell),
    ("declare -x ", ForeignForm::Shell),
    ("typeset -x ", ForeignForm::Shell),
    ("readonly ", ForeignForm::Shell),
    ("local ", ForeignForm::Shell),
    ("env ", ForeignForm::Shell),
    ("let ", ForeignForm::Shell),
    ("const ", ForeignForm::Shell),
    ("var ", ForeignForm::Shell),
    ("set -gx ", ForeignForm::Shell),
    ("set -x ", ForeignForm::Shell),
    ("setenv ", ForeignForm::Shell),
    ("@set ", ForeignForm::Windows),
    ("setx ", ForeignForm::Windows),
    ("set ", ForeignForm::Windows),
];
/// Beginnings of other tools' variables.
const PREFIXES: [(&str, ForeignForm); 5] = [
    ("tf_var_", ForeignForm::Terraform),
    ("oci_cli_", ForeignForm::Variable),
    ("oci_consumo_", ForeignForm::Variable),
    ("oci_", ForeignForm::Variable),
    ("-d", ForeignForm::Properties),
];

/// Returns the key that the line `number` with `key` and `value` was probably meant to have; `None` where it is known,
/// or looks like none.
pub(super) fn like(key: &str, value: &str, number: usize) -> Option<KeyLike> {
    let lower = key.to_lowercase();
    if key.len() > LONGEST || keys().chain(VENDOR).any(|known| known == lower) {
        return None;
    }
    let (form, name) = foreign(&lower, value);
    let known = keys().find(|known| *known == name);
    let meant = match known {
        Some(known) => known,
        None if VENDOR.contains(&name.as_str()) => return None,
        None => meant(&name)?,
    };
    // The reader splits a line of PowerShell within the name of its variable.
    let found = match form {
        Some(ForeignForm::PowerShell)
            if lower.starts_with("$env") || lower.starts_with("${env") =>
        {
            format!(
                "{key}:{}",
                value.split('=').next().unwrap_or_default().trim()
            )
        }
        _ => key.to_owned(),
    };
    Some(KeyLike {
        found: printable(&found, LONGEST_SHOWN),
        meant,
        line: number,
        form,
    })
}

/// Returns the form that a whole `text` has, which is no config as a whole, and the first key in that form.
pub(super) fn form_of(text: &str) -> Option<(ForeignForm, Option<KeyLike>)> {
    let example = lines_of(text).find_map(|(number, line)| {
        // A command without a sign between the variable and its value.
        let command = ["setx ", "setenv ", "set -x ", "set -gx "]
            .iter()
            .find(|command| {
                line.get(..command.len())
                    .is_some_and(|begin| begin.eq_ignore_ascii_case(command))
            });
        let (key, value) = match command {
            Some(command) => {
                let (name, _) = line[command.len()..].trim().split_once(' ')?;
                (format!("{command}{name}"), Zeroizing::default())
            }
            None => key_and_value(line)?,
        };
        like(&key, &value, number).filter(|like| like.form.is_some())
    });
    if let Some(example) = example {
        return example.form.map(|form| (form, Some(example)));
    }
    let first = text.trim_start_matches('\u{FEFF}').trim_start();
    let form = match first {
        _ if first.starts_with('{') => ForeignForm::Json,
        _ if first.starts_with("---") && !first.starts_with("----") => ForeignForm::Yaml,
        _ if first.starts_with("```") => ForeignForm::Markdown,
        _ if first.starts_with('<') => ForeignForm::Xml,
        _ if first.to_lowercase().contains("setenvironmentvariable(") => ForeignForm::PowerShell,
        // A map of a Terraform file.
        _ if lines_of(text).any(|(_, line)| line.ends_with("= {")) => ForeignForm::Terraform,
        _ if lines_of(text).any(|(_, line)| is_chat(line)) => ForeignForm::Chat,
        _ => return None,
    };
    Some((form, None))
}

/// Whether `line` begins with the time and the sender of a message: `[22/11/2026 10:11] Maria: `.
pub(super) fn is_chat(line: &str) -> bool {
    let time = line.trim_start_matches('[');
    let start: String = time.chars().take(20).collect();
    let dated = start.starts_with(|c: char| c.is_ascii_digit()) && start.contains('/');
    let sender = time.split_once("] ").or_else(|| time.split_once(" - "));
    dated && start.contains(':') && sender.is_some_and(|(_, rest)| rest.contains(": "))
}

/// Splits the number of a list off `name`: `1. user`, `2) user`, `3 user`.
fn without_number(name: &str) -> Option<&str> {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = rest.len() < name.len();
    let rest = rest.strip_prefix(['.', ')']).unwrap_or(rest);
    let bare = rest.trim_start();
    (numbered && bare.len() < rest.len()).then_some(bare)
}

/// Splits what another tool writes around the name off `key`, which is in lower case.
fn foreign(key: &str, value: &str) -> (Option<ForeignForm>, String) {
    let quotes = |c: char| "\"'{[(, }])\u{201C}\u{201D}".contains(c);
    let mut form = None;
    let mut name = key.trim();
    let env = ["$env", "${env"].contains(&name);
    // Any other value may be a secret, of which no copy is made.
    let variable = value.split('=').next().filter(|_| env);
    let variable = variable.unwrap_or_default().to_lowercase();
    if env {
        form = Some(ForeignForm::PowerShell);
        name = variable.trim_matches(|c: char| c.is_whitespace() || c == '}');
    } else if let Some(rest) = name.strip_prefix('$') {
        form = Some(ForeignForm::PowerShell);
        name = rest;
    } else if let Some((rest, command)) = COMMANDS
        .iter()
        .find_map(|(word, form)| Some((name.strip_prefix(word)?, form)))
    {
        form = Some(*command);
        name = rest.trim();
    } else if let Some(rest) = name.strip_prefix('>') {
        form = Some(ForeignForm::Mail);
        name = rest.trim_start_matches(['>', ' ']);
    } else if let Some(rest) = name.strip_prefix("* ").or(name.strip_prefix("• ")) {
        form = Some(ForeignForm::Markdown);
        name = rest.trim();
    } else if let Some(rest) = name.strip_prefix("- ") {
        form = Some(ForeignForm::Yaml);
        name = rest;
    } else if let Some(rest) = name.strip_prefix("--") {
        form = Some(ForeignForm::Shell);
        name = rest;
    } else if let Some(rest) = name.strip_prefix('+') {
        form = Some(ForeignForm::Diff);
        name = rest;
    } else if let Some(rest) = without_number(name) {
        form = Some(ForeignForm::Numbered);
        name = rest;
    }
    let bare = name.trim_matches(quotes);
    if bare != name {
        form = form.or(Some(ForeignForm::Json));
        name = bare;
    }
    if let Some((rest, prefix)) = PREFIXES
        .iter()
        .find_map(|(word, form)| Some((name.strip_prefix(word)?, form)))
    {
        form = form.or(Some(*prefix));
        name = rest;
    }
    if let Some((_, last)) = name.rsplit_once('.') {
        form = form.or(Some(ForeignForm::Properties));
        name = last;
    }
    if name.ends_with("_ocid") || name.starts_with("private_key_") {
        form = form.or(Some(ForeignForm::Terraform));
        name = name.strip_suffix("_ocid").unwrap_or(name);
    }
    (form, name.trim().to_owned())
}

/// Whether `word` is `key`, or one of its other words.
pub(super) fn means(key: &str, word: &str) -> bool {
    let word = bare(word);
    let mut others = WORDS.iter().filter(|(known, _)| *known == key);
    word == bare(key) || others.any(|(_, words)| words.contains(&word.as_str()))
}

/// Returns the known key that `name` resembles, has other words for, or begins or ends with.
fn meant(name: &str) -> Option<&'static str> {
    let found = bare(name);
    if found.is_empty() || found.len() > LONGEST {
        return None;
    }
    let known: Vec<(&'static str, String)> = keys().map(|key| (key, bare(key))).collect();
    let resembling = known.iter().find(|(_, known)| alike(&found, known));
    let of_word = |word: &str| {
        let mut keys = WORDS.iter();
        keys.find(|(_, words)| words.contains(&word))
            .map(|(key, _)| *key)
    };
    // Of several the longest tells the most.
    let part = || {
        let parts = known.iter().filter(|(_, known)| {
            known.len() >= SHORTEST_PART && (found.starts_with(known) || found.ends_with(known))
        });
        parts
            .max_by_key(|(_, known)| known.len())
            .map(|(key, _)| *key)
    };
    let telling = || {
        let words: Vec<String> = words(name).collect();
        let ends = [words.first(), words.last()];
        let mut ends = ends.into_iter().flatten();
        ends.find_map(|word| of_word(word).filter(|_| TELLING.contains(&word.as_str())))
    };
    resembling
        .map(|(key, _)| *key)
        .or_else(|| of_word(&found))
        .or_else(part)
        .or_else(telling)
}

/// The words of a key without accents, little words and separators.
fn words(key: &str) -> impl Iterator<Item = String> {
    let folded = folded(key);
    let words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !["de", "do", "da"].contains(word))
        .map(str::to_owned)
        .collect();
    words.into_iter()
}

/// A key without accents, little words and separators.
pub(super) fn bare(key: &str) -> String {
    words(key).collect()
}

/// Whether a bare key is a known one but for two slips, or one in a short one.
pub(super) fn alike(found: &str, known: &str) -> bool {
    let slips = match known.len() {
        0..5 => 0,
        5 => 1,
        _ => 2,
    };
    // A slip adds or takes one character; further apart, the distance is not worth its work.
    let near = found.chars().count().abs_diff(known.len()) <= slips;
    near && strsim::damerau_levenshtein(found, known) <= slips
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(&'static str, Option<ForeignForm>)> {
        let (key, value) = key_and_value(line).unwrap_or_else(|| panic!("{line}"));
        like(&key, &value, 1).map(|like| (like.meant, like.form))
    }

    #[test]
    fn a_key_like_a_known_one_is_told() {
        for (line, meant) in [
            ("credito_adicional=1", CREDITO),
            ("credito2=1", CREDITO),
            ("valor_do_credito=1", CREDITO),
            ("aditivo=1", CREDITO),
            ("valor_aditivo=1", CREDITO),
            ("passphrase=1", PASS_PHRASE),
            ("pass-phrase=1", PASS_PHRASE),
            ("senha_da_chave=1", PASS_PHRASE),
            ("fim_do_contrato=1", FIM),
            ("data_fim=1", FIM),
            ("vencimento=1", FIM),
            ("data_inicio_contrato=1", INICIO),
            ("tenancyid=1", TENANCY),
            ("nome do cliente=1", CLIENTE),
            ("regiao=1", REGION),
            ("consumo_anterior_ate_o_dia=1", ANTERIOR_ATE),
            ("finger print=1", FINGERPRINT),
            ("chave_privada=1", KEY_FILE),
        ] {
            assert_eq!(read(line), Some((meant, None)), "{line}");
        }
        for line in [
            "nota=1",
            "contato=1",
            "cnpj=1",
            "vendedor=1",
            "log_requests=1",
            "observacao=1",
            "user=1",
            "ajuste_previsto=1",
            "email=1",
            "telefone=1",
            "contrato=1",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn a_key_in_another_tool_s_form_is_told() {
        for (line, meant, form) in [
            ("export user=x", USER, ForeignForm::Shell),
            ("export OCI_CLI_USER=x", USER, ForeignForm::Shell),
            (
                "declare -x TF_VAR_tenancy_ocid=\"x\"",
                TENANCY,
                ForeignForm::Shell,
            ),
            ("set \"OCI_CLI_REGION=x\"", REGION, ForeignForm::Windows),
            (
                "$env:OCI_CLI_FINGERPRINT = \"x\"",
                FINGERPRINT,
                ForeignForm::PowerShell,
            ),
            ("${env:user} = 'x'", USER, ForeignForm::PowerShell),
            ("$tenancy = 'x'", TENANCY, ForeignForm::PowerShell),
            ("TF_VAR_user_ocid=x", USER, ForeignForm::Terraform),
            ("user_ocid = \"x\"", USER, ForeignForm::Terraform),
            ("private_key_path = \"x\"", KEY_FILE, ForeignForm::Terraform),
            ("OCI_CLI_KEY_FILE=x", KEY_FILE, ForeignForm::Variable),
            ("OCI_TENANCY=x", TENANCY, ForeignForm::Variable),
            ("\"user\": \"x\",", USER, ForeignForm::Json),
            ("{\"tenancy\":\"x\"}", TENANCY, ForeignForm::Json),
            ("- region: x", REGION, ForeignForm::Yaml),
            ("> user=x", USER, ForeignForm::Mail),
            (">> tenancy = x", TENANCY, ForeignForm::Mail),
            ("* user=x", USER, ForeignForm::Markdown),
            (
                "oci.auth.fingerprint=x",
                FINGERPRINT,
                ForeignForm::Properties,
            ),
            ("--user=x", USER, ForeignForm::Shell),
        ] {
            assert_eq!(read(line), Some((meant, Some(form))), "{line}");
        }
    }
}
