//! The manual: the written pages of `manual`, with tables made from the code.
//!
//! A placeholder of a page stands alone on its line, `{{failures}}` for one. A test refuses a
//! placeholder that nothing here replaces.

mod codes;
mod keys;
mod options;

use clap::ValueEnum as _;
use clap::builder::PossibleValue;

use crate::check::{Step, StepState};
use crate::form::TableKind;
use crate::lang::Lang;
use crate::manual::Topic;
use crate::oci::assumptions::ASSUMPTIONS;

use super::layout::listing;
use super::{explain, words};

#[cfg(test)]
pub(crate) use codes::STATUSES;
pub use codes::{CodeGroup, ENTRIES, failure_meaning};
pub use keys::keys;
pub(crate) use options::CommandOption;
pub use options::OPTIONS;

/// The page on `topic`, complete. `options` are those of the command line.
///
/// # Errors
/// When a schema's template is no JSON, which a test excludes.
pub fn page(lang: Lang, topic: Topic, options: &[CommandOption]) -> anyhow::Result<String> {
    let mut page = String::new();
    for line in topic.page(lang).lines() {
        let name = line
            .strip_prefix("{{")
            .and_then(|line| line.strip_suffix("}}"));
        match name {
            Some(name) => page += &generated(lang, topic, name, options)?,
            None => {
                page += line;
                page.push('\n');
            }
        }
    }
    Ok(page)
}

/// The list of topics: the word and the title of each page.
pub fn topics(lang: Lang) -> String {
    let mut list = words::pick(
        lang,
        "Manual do oci-consumo. Um tópico: oci-consumo manual TÓPICO\n\n",
        "The manual of oci-consumo. To read a topic: oci-consumo manual TOPIC\n\n",
    )
    .to_owned();
    for topic in Topic::ALL {
        let title = topic.page(lang).lines().next().unwrap_or_default();
        let title = title.trim_start_matches("# ");
        let word = match lang {
            Lang::PtBr => format!("{} ({})", topic.word(), topic.alias()),
            Lang::En => topic.word().to_owned(),
        };
        list += &format!("  {word:<22}  {title}\n");
    }
    list + words::pick(
        lang,
        "\nUm código: oci-consumo manual codes CÓDIGO\n\
         Um JSON Schema: oci-consumo manual schema report|check|backtest\n",
        "\nOne code: oci-consumo manual codes CODE\n\
         A JSON Schema: oci-consumo manual schema report|check|backtest\n",
    )
}

/// The explanation of `code`: one paragraph for each thing that has the code.
///
/// # Errors
/// The codes that `code` may be a misspelling of, nearest first.
pub fn code(lang: Lang, code: &str) -> Result<String, Vec<&'static str>> {
    let code = code.trim().to_lowercase().replace('-', "_");
    let entries = codes::all().filter(|(_, entry)| entry.code == code);
    let texts: Vec<String> = entries
        .map(|(group, entry)| entry.explained(lang, group))
        .collect();
    match texts.is_empty() {
        true => Err(codes::nearest(&code)),
        false => Ok(texts.join("\n")),
    }
}

/// The text that stands in place of the placeholder `name`; an unknown one stands as it is.
fn generated(
    lang: Lang,
    topic: Topic,
    name: &str,
    options: &[CommandOption],
) -> anyhow::Result<String> {
    use super::schema;
    Ok(match name {
        "options" => options::table(lang, topic, options),
        "assumptions" => table(
            lang,
            [
                &["Id", "O que se supõe", "Prova", "Onde não for assim"],
                &["Id", "Taken for granted", "Proof", "Where it is false"],
            ],
            assumptions(lang)
                .map(|[id, belief, proof, otherwise]| vec![coded(&id), belief, proof, otherwise]),
        ),
        "situations" => codes::situations(lang),
        "failures" => codes::of(lang, CodeGroup::Failure),
        "warnings" => codes::of(lang, CodeGroup::Warning),
        "notices" => codes::of(lang, CodeGroup::Notice),
        "alerts" => codes::of(lang, CodeGroup::Alerts),
        "findings" => codes::of(lang, CodeGroup::Finding),
        "conclusions" => codes::of(lang, CodeGroup::Conclusion),
        "deliveries" => codes::of(lang, CodeGroup::Delivery),
        "statuses" => codes::statuses(lang),
        "steps" => table(
            lang,
            [&["Passo", "Palavra"], &["Step", "Word"]],
            Step::ALL.map(|step| vec![explain::step(lang, step).to_owned(), coded(step.word())]),
        ),
        "states" => table(
            lang,
            [&["Resultado", "Palavra"], &["Result", "Word"]],
            StepState::ALL.map(|state| vec![explain::state(lang, state), coded(state.word())]),
        ),
        "report_keys" => keys::table(lang, &schema::report()?),
        "check_keys" => keys::table(lang, &schema::check()?),
        "backtest_keys" => keys::table(lang, &schema::backtest()?),
        "service_keys" => keys::table(lang, &schema::service_report()?),
        "columns" => table(
            lang,
            [&["Tabela", "Colunas"], &["Table", "Columns"]],
            TableKind::value_variants().iter().map(|table| {
                let columns = listing::columns(lang, *table).into_iter();
                let columns = columns.map(|column| coded(column.key));
                let word = table.to_possible_value();
                let word = word.as_ref().map_or("", PossibleValue::get_name);
                vec![coded(word), columns.collect::<Vec<_>>().join(", ")]
            }),
        ),
        unknown => format!("{{{{{unknown}}}}}\n"),
    })
}

/// Rows of the manual's table of the service: machine word, belief, proof and the consequence where
/// the belief is false, in the language of `lang` but for the word.
pub fn assumptions(lang: Lang) -> impl Iterator<Item = [String; 4]> {
    ASSUMPTIONS.iter().map(move |row| {
        [
            row.id,
            words::name(lang, row.belief),
            words::name(lang, row.proof.names()),
            words::name(lang, row.otherwise),
        ]
        .map(str::to_owned)
    })
}

/// A Markdown table under `heads`, which are in Portuguese and in English.
fn table<const N: usize>(
    lang: Lang,
    [pt, en]: [&[&str; N]; 2],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> String {
    let heads = match lang {
        Lang::PtBr => pt,
        Lang::En => en,
    };
    let mut text = format!(
        "| {} |\n|{}\n",
        heads.join(" | "),
        "---|".repeat(heads.len())
    );
    for row in rows {
        text += &format!("| {} |\n", row.join(" | "));
    }
    text
}

/// A word in the type of code.
fn coded(word: impl AsRef<str>) -> String {
    format!("`{}`", word.as_ref())
}
