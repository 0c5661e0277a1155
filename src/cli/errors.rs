//! Command lines that clap refuses, in our words and in either language.

use std::error::Error;
use std::fmt;
use std::num::{IntErrorKind, ParseIntError};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::lang::{Lang, say};
use crate::path::{LONGEST_BUCKET, LONGEST_TYPED, ObjectPlaceProblem};
use crate::text::printable;

/// The longest value that an error repeats, in characters.
const LONGEST: usize = 200;

/// The reason why an option does not take a value. `Display` is English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ValueProblem {
    /// The text is no day.
    NotADay,
    /// The text is no number in a range.
    OutOfRange(u32, u32),
    /// The text is no whole number.
    NotWhole,
    /// The number is zero.
    Zero,
    /// The text is empty.
    Empty,
    /// An adjustment names a currency.
    HasCurrency,
    /// An amount can be read in two ways.
    Ambiguous(String, String),
    /// An adjustment takes away more than everything.
    BelowNothing,
    /// An adjustment without `+` or `-`.
    Unsigned(String),
    /// The text is no adjustment.
    NotAnAdjustment,
    /// The name of a file is a URL.
    Url,
    /// The text is empty or blank.
    NoText,
    /// The text has more characters than this.
    TooLong(usize),
    /// The text is no name of a group.
    NotAGroup,
    /// The text is no place of an object.
    Object(ObjectPlaceProblem),
    /// The name of a file has no ending that is known.
    Ending,
    /// The name of a file has a word in braces that stands for nothing.
    Placeholder(String),
}

impl ValueProblem {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::NotADay => say! { lang, "escreva um dia deste século, AAAA-MM-DD ou DD/MM/AAAA",
            "write a day of this century, YYYY-MM-DD or DD/MM/YYYY" },
            Self::OutOfRange(least, most) => say! { lang, "escreva um número de {least} a {most}",
            "write a number from {least} to {most}" },
            Self::NotWhole => say! { lang, "escreva um número inteiro, sem sinal",
            "write a whole number without a sign" },
            Self::Zero => say!(lang, "deve ser maior que zero", "it must be over zero"),
            Self::Empty => say! { lang, "escreva parte do nome de um cliente",
            "write a part of a client's name" },
            Self::HasCurrency => say! { lang, "escreva sem moeda: vale a de cada cliente",
            "write it without a currency: each client's own is used" },
            Self::Ambiguous(one, other) => say! { lang, "pode ser lido como {one} e como {other}",
            "it can be read as {one} and as {other}" },
            Self::BelowNothing => say! { lang, "não se pode tirar mais de 100%",
            "no more than 100% can be taken away" },
            Self::Unsigned(number) => say! { lang, "falta o sinal: +{number} ou -{number}",
            "the sign is missing: +{number} or -{number}" },
            Self::NotAnAdjustment => {
                say! { lang, "escreva +10%, -25% ou +5000 (por mês), e o início se for o caso: \"+10% desde 01/03/2027\"",
                "write +10%, -25% or +5000 (a month), and the first day if need be: \"+10% from 01/03/2027\"" }
            }
            Self::Url => {
                say! { lang, "escreva um caminho, ou oci://BUCKET@NAMESPACE/CAMINHO; outra URL não serve",
                "write a path, or oci://BUCKET@NAMESPACE/PATH; no other URL will do" }
            }
            Self::Object(problem) => object_place(lang, *problem),
            Self::NoText => say!(lang, "está vazio", "it is empty"),
            Self::TooLong(most) => say! { lang, "tem mais de {most} caracteres",
            "it has over {most} characters" },
            Self::NotAGroup => say! { lang, "escreva o nome ou o número de um grupo do sistema",
            "write the name or number of a group of the system" },
            Self::Ending => {
                say! { lang, "o nome deve terminar em .json, .csv, .xlsx, .md ou .html",
                "the name must end in .json, .csv, .xlsx, .md or .html" }
            }
            Self::Placeholder(word) => {
                say! { lang, "{word} não é conhecido; só há {{date}} (ou {{data}}), o dia da posição",
                "{word} is not known; there is only {{date}} (or {{data}}), the as-of day" }
            }
        }
    }
}

/// The words for a text that is no place of an object.
fn object_place(lang: Lang, problem: ObjectPlaceProblem) -> String {
    let why = match problem {
        ObjectPlaceProblem::NoBucket => say!(lang, "falta o bucket", "the bucket is missing"),
        ObjectPlaceProblem::NoNamespace => {
            say!(lang, "falta o namespace", "the namespace is missing")
        }
        ObjectPlaceProblem::NoObject => {
            say!(
                lang,
                "falta o caminho do objeto",
                "the object's path is missing"
            )
        }
        ObjectPlaceProblem::Credentials => {
            say! { lang, "usuário e senha não vão no endereço: a credencial é a de [publicar] em alertas.ini, ou a de --publish-as",
            "no user and password go into the address: the credential is that of [publicar] in alertas.ini, or of --publish-as" }
        }
        ObjectPlaceProblem::Name => {
            say! { lang, "o bucket e o namespace têm só letras sem acento, algarismos, hífen e sublinhado; o bucket, também ponto",
            "bucket and namespace have only letters without accents, digits, hyphens and underscores; the bucket also dots" }
        }
        ObjectPlaceProblem::Dots => {
            say! { lang, "o caminho tem uma parte vazia, \".\" ou \"..\"",
            "the path has an empty part, \".\" or \"..\"" }
        }
        ObjectPlaceProblem::Control => {
            say! { lang, "o caminho tem um caractere de controle, ou que não se vê",
            "the path has a control character, or one that is not seen" }
        }
        ObjectPlaceProblem::TooLong => {
            say! { lang, "o nome é longo demais: o bucket tem até {LONGEST_BUCKET} caracteres, o caminho até {LONGEST_TYPED} bytes",
            "the name is too long: a bucket has up to {LONGEST_BUCKET} characters, a path up to {LONGEST_TYPED} bytes" }
        }
    };
    say! { lang, "{why}; escreva oci://BUCKET@NAMESPACE/CAMINHO",
    "{why}; write oci://BUCKET@NAMESPACE/PATH" }
}

impl fmt::Display for ValueProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl Error for ValueProblem {}

/// Returns the sentences for `error`, a line each. `misspelt` is a word that stands where a command belongs, with the
/// commands that it may mean.
pub(super) fn text(error: &clap::Error, lang: Lang, misspelt: Option<(&str, Vec<&str>)>) -> String {
    let found = ErrorParts(error);
    // A second free word is too much only because the first is no command.
    let (word, meant) = misspelt
        .filter(|_| {
            matches!(error.kind(), ErrorKind::ArgumentConflict) && found.argument().is_empty()
        })
        .unwrap_or_default();
    let sentence = match word {
        "" => sentence(&found, lang),
        word => {
            let word = printable(word, LONGEST);
            say! { lang, "\"{word}\" não é um comando nem uma pasta",
            "\"{word}\" is neither a command nor a folder" }
        }
    };
    let mut lines = vec![format!("oci-consumo: {sentence}")];
    let mut listed = |label: String, words: Vec<String>| {
        if !words.is_empty() {
            lines.push(format!("  {label} {}", words.join(", ")));
        }
    };
    let mut near: Vec<String> = meant.into_iter().map(str::to_owned).collect();
    for kind in [
        ContextKind::SuggestedValue,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
    ] {
        near.extend(found.all(kind));
    }
    listed(say!(lang, "você quis dizer:", "did you mean:"), near);
    listed(
        say!(lang, "valores:", "values:"),
        found.all(ContextKind::ValidValue),
    );
    let help = say!(lang, "ajuda: oci-consumo -h", "help: oci-consumo -h");
    lines.push(format!("  {help}"));
    lines.join("\n") + "\n"
}

fn sentence(found: &ErrorParts<'_>, lang: Lang) -> String {
    let argument = found.argument();
    let value = found.one(ContextKind::InvalidValue).unwrap_or_default();
    match found.0.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::NoEquals
            if value.is_empty() =>
        {
            say! { lang, "{argument} precisa de um valor",
            "{argument} needs a value" }
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = found
                .reason(lang)
                .map_or(String::new(), |why| format!(": {why}"));
            // The path of a URL may be a secret: whoever has that of a link reads the page.
            let is_url = found.problem() == Some(&ValueProblem::Url);
            let value = match value.split_once("://") {
                Some((scheme, _)) if is_url => format!("{scheme}://…"),
                _ => value,
            };
            say! { lang, "{argument} não aceita \"{value}\"{why}",
            "{argument} does not take \"{value}\"{why}" }
        }
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            say! { lang, "a opção {argument} não existe",
            "there is no option {argument}" }
        }
        ErrorKind::UnknownArgument => {
            say! { lang, "\"{argument}\" sobra: não cabe mais nenhuma palavra",
            "\"{argument}\" is too much: there is no room for another word" }
        }
        ErrorKind::InvalidSubcommand => {
            let word = found
                .one(ContextKind::InvalidSubcommand)
                .unwrap_or_default();
            say! { lang, "\"{word}\" não é um comando",
            "\"{word}\" is no command" }
        }
        // A second word, or a command behind the folder.
        ErrorKind::ArgumentConflict if argument.is_empty() => {
            let word = found
                .one(ContextKind::InvalidSubcommand)
                .unwrap_or_default();
            say! { lang, "\"{word}\" sobra: só cabe uma pasta, e o comando vem antes dela",
            "\"{word}\" is too much: there is room for one folder, and the command comes before it" }
        }
        ErrorKind::ArgumentConflict => match found.all(ContextKind::PriorArg).join(", ") {
            other if other.is_empty() || other == argument => {
                say! { lang, "{argument} só pode ser usada uma vez",
                "{argument} can be used once only" }
            }
            other => say! { lang, "{argument} não pode ser usada com {other}",
            "{argument} cannot be used with {other}" },
        },
        ErrorKind::MissingRequiredArgument => {
            say!(lang, "falta {argument}", "{argument} is missing")
        }
        ErrorKind::MissingSubcommand => say!(lang, "falta o comando", "the command is missing"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            say! { lang, "{argument} não tem o número certo de valores",
            "{argument} has not the right number of values" }
        }
        ErrorKind::InvalidUtf8 => say! { lang, "um argumento não está em UTF-8",
        "an argument is not UTF-8" },
        _ => say! { lang, "não entendo esta linha de comando",
        "this command line cannot be understood" },
    }
}

/// Parts of an error of clap.
struct ErrorParts<'a>(&'a clap::Error);

impl ErrorParts<'_> {
    /// Returns the texts of `kind`, fit for a terminal and without the names of values.
    fn all(&self, kind: ContextKind) -> Vec<String> {
        let shown = |text: &str| printable(text, LONGEST);
        match self.0.get(kind) {
            Some(ContextValue::String(text)) => vec![shown(text)],
            Some(ContextValue::Strings(texts)) => texts.iter().map(|text| shown(text)).collect(),
            _ => Vec::new(),
        }
    }

    fn one(&self, kind: ContextKind) -> Option<String> {
        self.all(kind).into_iter().next()
    }

    /// Returns the arguments that the error is about, without the names of their values.
    fn argument(&self) -> String {
        let bare = |argument: String| match argument.split_once(" <") {
            Some((name, _)) if name.starts_with('-') => name.to_owned(),
            _ => argument,
        };
        let all = self.all(ContextKind::InvalidArg).into_iter().map(bare);
        all.collect::<Vec<_>>().join(", ")
    }

    /// Returns our own problem of a refused value.
    fn problem(&self) -> Option<&ValueProblem> {
        self.0.source()?.downcast_ref()
    }

    /// Returns the reason of a refused value.
    fn reason(&self, lang: Lang) -> Option<String> {
        if let Some(problem) = self.problem() {
            return Some(problem.text(lang));
        }
        let source = self.0.source()?;
        if let Some(error) = source.downcast_ref::<ParseIntError>() {
            let problem = match error.kind() {
                IntErrorKind::Zero => ValueProblem::Zero,
                _ => ValueProblem::NotWhole,
            };
            return Some(problem.text(lang));
        }
        Some(printable(&source.to_string(), LONGEST))
    }
}
