//! Texts of the problems of a config.

use super::{credential, file_problem};
use crate::failure::{
    CharacterPlace, ConfigProblem, ForeignContent, ForeignForm, KeyLike, LineFault, MissingKey,
    Odd, Written,
};
use crate::lang::{Lang, say, told};
use crate::render::number::{self, Numbers};
use crate::render::words;

pub(super) fn config_problem(lang: Lang, problem: &ConfigProblem) -> (String, String) {
    let exact = Numbers { lang, places: 2 };
    match problem {
        ConfigProblem::File(problem) => file_problem(lang, *problem),
        ConfigProblem::Utf16 => told! { lang,
        "o texto está em UTF-16 ou é binário" => "salve o arquivo como UTF-8",
        "the text is UTF-16 or binary" => "save the file as UTF-8" },
        ConfigProblem::Syntax(fault) => no_line(lang, *fault),
        ConfigProblem::NotAConfig(content) => not_a_config(lang, *content),
        ConfigProblem::KeyInside => told! { lang,
        "há uma chave privada no texto do config" => "salve a chave em um arquivo .pem e escreva o caminho dele em key_file",
        "there is a private key in the config's text" => "save the key in a .pem file and write that file's path in key_file" },
        ConfigProblem::OtherForm { form, example } => {
            let form = form_name(lang, *form);
            match example.as_deref() {
                Some(KeyLike { found, meant, .. }) => told! { lang,
                "o arquivo está na forma de {form}: aqui está {found}" => "escreva uma linha por chave, sem o resto: {meant}=valor",
                "the file is in the form of {form}: here is {found}" => "write one line per key, without the rest: {meant}=value" },
                None => told! { lang,
                "o arquivo está na forma de {form}" => "escreva uma linha por chave: chave=valor",
                "the file is in the form of {form}" => "write one line per key: key=value" },
            }
        }
        ConfigProblem::SeveralSections => told! { lang,
        "há mais de uma seção [...]" => "deixe um cliente por arquivo",
        "there is more than one section [...]" => "keep one client per file" },
        ConfigProblem::RepeatedKey { name, first_line } => told! { lang,
        "a chave {name} já está na linha {first_line}" => "deixe só uma delas",
        "the key {name} stands on line {first_line} already" => "keep one of them" },
        ConfigProblem::Missing(keys) => missing(lang, keys),
        ConfigProblem::AwaitsKey => told! { lang,
        "aguarda user e fingerprint: a chave pública ainda não está na tenancy do cliente" =>
        "com a resposta do administrador do cliente, execute oci-consumo add nesta pasta; check mostra o pedido a ele",
        "waits for user and fingerprint: the public key is not in the customer's tenancy yet" =>
        "with the answer of the customer's administrator, run oci-consumo add in this folder; check shows the request to send" },
        ConfigProblem::Placeholder => told! { lang,
        "o texto de exemplo da console ficou no lugar do valor" => "troque <...> pelo valor",
        "the console's placeholder was left in" => "put the value in place of <...>" },
        ConfigProblem::NotAnOcid { expected } => told! { lang,
        "não é um OCID de {expected}" => "copie da console o OCID inteiro (ocid1.{expected}...)",
        "not the OCID of a {expected}" => "copy the whole OCID from the console (ocid1.{expected}...)" },
        ConfigProblem::NotAFingerprint => told! { lang,
        "não é uma impressão digital (16 pares hexadecimais)" => "copie-a da chave de API do usuário na console",
        "not a fingerprint (16 hexadecimal pairs)" => "copy it from the user's API key in the console" },
        ConfigProblem::NotARegion { near } => (
            say! { lang, "o nome da região só tem letras, números e hífens",
            "a region's name has only letters, digits and hyphens" },
            match near {
                Some(near) => say! { lang, "use o identificador: seria {near}?",
                "use the identifier: is it {near}?" },
                None => say! { lang, "use o nome, como sa-saopaulo-1",
                "use the name, such as sa-saopaulo-1" },
            },
        ),
        ConfigProblem::UnknownRealm => told! { lang,
        "região desconhecida, e o realm da tenancy também" => "confira region e tenancy",
        "unknown region, and so is the tenancy's realm" => "check region and tenancy" },
        ConfigProblem::KeyInPlace => told! { lang,
        "a própria chave está no lugar do caminho do seu arquivo" => "salve a chave em um arquivo e escreva o caminho dele",
        "the key itself stands in place of its file's path" => "save the key in a file and write that file's path" },
        ConfigProblem::NotACredential { value } => {
            let kinds = credential::kinds();
            told! { lang,
            "\"{value}\" não é um tipo de credencial conhecido" => "use um destes: {kinds}",
            "\"{value}\" is not a known kind of credential" => "use one of these: {kinds}" }
        }
        ConfigProblem::NotOfCredential { kind, line } => {
            let kind = kind.word();
            told! { lang,
            "esta chave não combina com a credencial {kind} (linha {line})" => "apague uma das duas linhas",
            "this key does not go with the credential {kind} (line {line})" => "delete one of the two lines" }
        }
        ConfigProblem::TokenInPlace => told! { lang,
        "há um token no lugar do valor" => "salve o token em um arquivo e escreva o caminho dele em security_token_file",
        "there is a token in place of the value" => "save the token in a file and write that file's path in security_token_file" },
        ConfigProblem::ApiKeyAlone { kind } => {
            let kind = kind.word();
            told! { lang,
            "a credencial {kind} só serve a um cliente" => "ponha aqui as linhas de uma chave de API",
            "the credential {kind} is for a client alone" => "put the lines of an API key here" }
        }
        ConfigProblem::SecretOfClient => told! { lang,
        "um segredo do Vault só serve a um cliente" => "escreva aqui o caminho do arquivo da chave, ou a própria senha",
        "a secret of Vault is for a client alone" => "write the path of the key's file here, or the passphrase itself" },
        ConfigProblem::NotADate { value } => told! { lang,
        "\"{value}\" não é uma data de 2000 a 2099" => "escreva AAAA-MM-DD ou DD/MM/AAAA",
        "\"{value}\" is not a date from 2000 to 2099" => "write YYYY-MM-DD or DD/MM/YYYY" },
        ConfigProblem::EndsBeforeStart { start, end } => {
            let (start, end) = (number::day(lang, *start), number::day(lang, *end));
            told! { lang,
            "o contrato acaba ({end}) antes de começar ({start})" => "corrija inicio_contrato ou fim_contrato",
            "the contract ends ({end}) before it starts ({start})" => "correct inicio_contrato or fim_contrato" }
        }
        ConfigProblem::TooLong { limit } => told! { lang,
        "o contrato tem mais de {limit} dias" => "confira o ano das datas",
        "the contract has over {limit} days" => "check the year of the dates" },
        ConfigProblem::NotAnAmount { value } => told! { lang,
        "\"{value}\" não é um valor" => "escreva, por exemplo, 150.000,00 ou R$ 150000",
        "\"{value}\" is not an amount" => "write 150,000.00 or US$ 150000, for example" },
        ConfigProblem::AmbiguousAmount {
            value,
            thousands,
            decimals,
        } => {
            let (thousands, decimals) = (
                exact.money(thousands),
                Numbers { lang, places: 3 }.money(decimals),
            );
            told! { lang,
            "\"{value}\" pode ser {thousands} ou {decimals}" => "escreva com centavos ({thousands}) ou sem separador",
            "\"{value}\" may be {thousands} or {decimals}" => "write it with cents ({thousands}) or without a separator" }
        }
        ConfigProblem::NegativeAmount => told! { lang,
        "o valor é negativo" => "escreva zero ou mais; crédito 0 é sob demanda",
        "the amount is negative" => "write zero or more; credit 0 is pay as you go" },
        ConfigProblem::AmbiguousCurrency { sign } => told! { lang,
        "\"{sign}\" é de várias moedas" => "escreva R$, US$ ou o código, como USD",
        "\"{sign}\" is the sign of several currencies" => "write R$, US$ or the code, such as USD" },
        ConfigProblem::NotACurrency { value } => told! { lang,
        "\"{value}\" não é um código de moeda" => "use três letras, como BRL ou USD",
        "\"{value}\" is not a currency code" => "use three letters, such as BRL or USD" },
        ConfigProblem::CurrenciesDisagree { stated, written } => told! { lang,
        "o contrato está em {stated}, mas um valor está escrito em {written}" => "deixe uma só moeda no arquivo",
        "the contract is in {stated}, but an amount is written in {written}" => "keep one currency in the file" },
        ConfigProblem::HalfAnOpening { missing } => told! { lang,
        "falta {missing}" => "consumo_anterior e consumo_anterior_ate vão juntos",
        "{missing} is missing" => "consumo_anterior and consumo_anterior_ate go together" },
        ConfigProblem::OpeningOutside => told! { lang,
        "a data está fora do contrato" => "use o último dia já contado em consumo_anterior",
        "the date is outside the contract" => "use the last day that consumo_anterior holds" },
        ConfigProblem::OpeningAhead { as_of } => {
            let as_of = number::day(lang, *as_of);
            told! { lang,
            "a data não é anterior à posição ({as_of})" => "use um dia já encerrado",
            "the date is not before the as-of day ({as_of})" => "use a day that is over" }
        }
        ConfigProblem::NotAnAdjustment { value } => told! { lang,
        "\"{value}\" não é um ajuste" => "escreva +10%, -25% ou +5000 por mês (sem as palavras), com desde DD/MM/AAAA se for o caso",
        "\"{value}\" is not an adjustment" => "write +10%, -25% or +5000 a month (without the words), with desde DD/MM/YYYY if need be" },
        ConfigProblem::AdjustedBelowNothing => told! { lang,
        "o ajuste tira mais que tudo" => "use -100% ou mais",
        "the adjustment takes more than all" => "use -100% or more" },
        ConfigProblem::IgnoredOutside { day } => {
            let day = number::day(lang, *day);
            told! { lang,
            "{day} está fora do contrato" => "corrija a data ou apague-a de ignorar_dia",
            "{day} is outside the contract" => "correct the date or delete it from ignorar_dia" }
        }
        ConfigProblem::Overlap { other } => told! { lang,
        "mesma tenancy e mesmos dias que {other}: o custo contaria duas vezes" => "deixe um dos dois ou corrija as datas",
        "same tenancy and days as {other}: the cost would count twice" => "keep one of the two or correct the dates" },
    }
}

/// The words for a line that is none of a config, and the remedy.
fn no_line(lang: Lang, fault: Option<LineFault>) -> (String, String) {
    let what = say! { lang, "não é seção, comentário nem chave = valor",
    "neither a section, nor a comment, nor key = value" };
    let (with, remedy) = match fault {
        None => told! { lang,
        "" => "corrija ou comente a linha com #",
        "" => "correct the line, or comment it out with #" },
        Some(LineFault::Sign(sign)) => {
            let sign = match sign {
                ' ' => say!(lang, "um espaço", "a blank"),
                '\t' => say!(lang, "uma tabulação", "a tab"),
                sign if sign.is_ascii() => sign.to_string(),
                sign => named(sign),
            };
            told! { lang,
            ", com {sign} no lugar de =" => "escreva chave=valor",
            ", with {sign} in place of =" => "write key=value" }
        }
        Some(LineFault::Joined) => told! { lang,
        ": há várias chaves na mesma linha" => "quebre a linha antes de cada chave",
        ": several keys stand on this line" => "break the line before each key" },
        Some(LineFault::Continues(line)) => told! { lang,
        ": parece o resto do valor da linha {line}" => "junte as duas linhas em uma",
        ": it seems to be the rest of the value on line {line}" => "join the two lines" },
        Some(LineFault::Conflict) => told! { lang,
        ": é a marca de um conflito do git, com duas versões das linhas" => "deixe uma das versões e apague as marcas",
        ": it is the mark of a conflict of git, with two versions of the lines" => "keep one of the versions and delete the marks" },
    };
    (what + &with, remedy)
}

fn missing(lang: Lang, keys: &[MissingKey]) -> (String, String) {
    let names = keys
        .iter()
        .map(|key| key.name)
        .collect::<Vec<_>>()
        .join(", ");
    let similar = hints(lang, keys.iter().flat_map(|key| &key.similar));
    let remedy = if similar.is_empty() {
        let lines: Vec<String> = keys.iter().map(|key| format!("{}=…", key.name)).collect();
        let lines = lines.join(", ");
        say! { lang, "inclua no arquivo: {lines}",
        "add to the file: {lines}" }
    } else {
        similar.join("; ")
    };
    let what = match keys {
        [_] => say!(lang, "falta {names}", "{names} is missing"),
        _ => say!(lang, "faltam {names}", "{names} are missing"),
    };
    (what, remedy)
}

/// The hints about keys that look like missing ones. Several in the form of one tool are one hint.
fn hints<'k>(lang: Lang, keys: impl Iterator<Item = &'k KeyLike>) -> Vec<String> {
    let mut forms: Vec<(Option<ForeignForm>, Vec<&KeyLike>)> = Vec::new();
    for key in keys {
        match forms
            .iter_mut()
            .find(|(form, _)| key.form.is_some() && *form == key.form)
        {
            Some((_, keys)) => keys.push(key),
            None => forms.push((key.form, vec![key])),
        }
    }
    let hint = |(form, keys): (Option<ForeignForm>, Vec<&KeyLike>)| match (form, &keys[..]) {
        (Some(form), [first, _, ..]) => {
            let form = form_name(lang, form);
            let found = &first.found;
            let mut lines: Vec<usize> = keys.iter().map(|key| key.line).collect();
            lines.sort_unstable();
            let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
            let lines = lines.join(", ");
            let meant: Vec<String> = keys.iter().map(|key| format!("{}=", key.meant)).collect();
            let meant = meant.join(", ");
            say! { lang, "as linhas {lines} estão na forma de {form} ({found}): escreva {meant} cada uma com o valor, sem o resto",
            "lines {lines} are in the form of {form} ({found}): write {meant} each with its value, without the rest" }
        }
        (_, keys) => keys
            .first()
            .map(|key| self::similar(lang, key))
            .unwrap_or_default(),
    };
    forms.into_iter().map(hint).collect()
}

/// The hint about a key that looks like a missing one.
pub(super) fn similar(lang: Lang, key: &KeyLike) -> String {
    let KeyLike {
        found, meant, line, ..
    } = key;
    match key.form {
        Some(form) => {
            let form = form_name(lang, form);
            say! { lang, "a linha {line} tem {found}, na forma de {form}: escreva {meant}=valor",
            "line {line} has {found}, in the form of {form}: write {meant}=value" }
        }
        None => say! { lang, "a linha {line} tem {found}: é {meant}?",
        "line {line} has {found}: is it {meant}?" },
    }
}

/// The name of another tool's form.
pub(super) fn form_name(lang: Lang, form: ForeignForm) -> &'static str {
    let (pt, en) = match form {
        ForeignForm::Shell => ("shell", "a shell"),
        ForeignForm::Windows => ("prompt do Windows (set)", "the Windows prompt (set)"),
        ForeignForm::PowerShell => ("PowerShell", "PowerShell"),
        ForeignForm::Terraform => ("Terraform", "Terraform"),
        ForeignForm::Variable => ("variável de ambiente", "an environment variable"),
        ForeignForm::Json => ("JSON", "JSON"),
        ForeignForm::Yaml => ("YAML", "YAML"),
        ForeignForm::Properties => ("properties (Java)", "properties (Java)"),
        ForeignForm::Xml => ("XML", "XML"),
        ForeignForm::Mail => ("citação de e-mail (>)", "a quoted mail (>)"),
        ForeignForm::Markdown => ("Markdown", "Markdown"),
        ForeignForm::Diff => ("diff (+)", "a diff (+)"),
        ForeignForm::Numbered => ("lista numerada", "a numbered list"),
        ForeignForm::Chat => ("conversa (WhatsApp)", "a chat (WhatsApp)"),
    };
    words::pick(lang, pt, en)
}

/// The words for a file that is no config, and the remedy.
fn not_a_config(lang: Lang, content: ForeignContent) -> (String, String) {
    let rename = || {
        say! { lang, "dê ao arquivo um nome que não comece com config_, como cliente.pem, e aponte key_file para ele",
        "give the file a name that does not begin with config_, such as client.pem, and point key_file to it" }
    };
    match content {
        ForeignContent::PrivateKey => (
            say! { lang, "é uma chave privada, não o config de um cliente",
            "it is a private key, not a client's config" },
            rename(),
        ),
        ForeignContent::PublicKey => told! { lang,
        "é uma chave pública, não o config de um cliente" => "dê ao arquivo um nome que não comece com config_",
        "it is a public key, not a client's config" => "give the file a name that does not begin with config_" },
        ForeignContent::Certificate => told! { lang,
        "é um certificado, não o config de um cliente" => "dê ao arquivo um nome que não comece com config_",
        "it is a certificate, not a client's config" => "give the file a name that does not begin with config_" },
        ForeignContent::Document => told! { lang,
        "é um documento com formatação (RTF, Word ou PDF) ou um arquivo compactado, não texto" => "salve como texto sem formatação, em UTF-8",
        "it is a formatted document (RTF, Word or PDF) or an archive, not text" => "save it as plain text, in UTF-8" },
        ForeignContent::WebPage => told! { lang,
        "é uma página da web, não o config de um cliente" => "copie o texto de Configuration file preview da console, não a página",
        "it is a web page, not a client's config" => "copy the text of Configuration file preview from the console, not the page" },
    }
}

/// The words after a refusal whose text is `what`: the value, unless the text has it, and the odd character.
pub(super) fn written(lang: Lang, what: &str, written: &Written) -> String {
    let value = written.value.as_ref().map(|value| format!("\"{value}\""));
    let value = value.filter(|value| !what.contains(value.as_str()));
    let odd = written.odd.as_ref().map(|odd| self::odd(lang, odd));
    let value = value.map(|value| format!(": {value}"));
    let odd = odd.map(|odd| say!(lang, ", com {odd}", ", with {odd}"));
    value.into_iter().chain(odd).collect()
}

/// The words for a character that does not belong into a value.
fn odd(lang: Lang, odd: &Odd) -> String {
    let code = named(odd.character);
    match (odd.visible, odd.place) {
        (true, _) => say!(lang, "o caractere {code}", "the character {code}"),
        (false, CharacterPlace::Start) => say! { lang, "um caractere invisível no início ({code})",
        "an invisible character at the start ({code})" },
        (false, CharacterPlace::Middle) => say! { lang, "um caractere invisível no meio ({code})",
        "an invisible character in the middle ({code})" },
        (false, CharacterPlace::End) => say! { lang, "um caractere invisível no fim ({code})",
        "an invisible character at the end ({code})" },
    }
}

/// A character by its number in Unicode.
pub(super) fn named(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}
