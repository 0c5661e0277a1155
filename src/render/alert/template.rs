//! WhatsApp templates: the text that Meta approves once, and the parameters of a message.
//!
//! Outside a conversation the provider takes templates alone. It refuses parameters with a line break, a tab or more
//! than four blanks in a row, empty ones, and a body of more than 1,024 characters.

use super::digest::Counts;
use super::letter::Matter;
use super::operator::{self, DigestGroup};
use crate::alert::{Digest, Event, Figures, Letter};
use crate::lang::{Lang, say};
use crate::render::number;
use crate::render::words::{self, pick};
use crate::report::statement::Situation;
use crate::text::printable;

/// A template and its samples.
struct Template {
    name: &'static str,
    body: [&'static str; 2],
    samples: &'static [[&'static str; 2]],
}

/// The customer's.
const LETTER: Template = Template {
    name: "oci_credito_alerta_v1",
    body: [
        "Aviso do crédito Oracle Cloud de {{1}}: {{2}}. Data-base {{3}}, saldo {{4}}, previsão no fim do contrato: {{5}}. Em caso de dúvida, fale com {{6}} pelo canal de sempre.",
        "Notice about the Oracle Cloud credit of {{1}}: {{2}}. As of {{3}}, balance {{4}}, forecast for the end of the contract: {{5}}. If you have questions, talk to {{6}} as usual.",
    ],
    samples: &[
        ["Padaria Pão Quente", "Padaria Pão Quente"],
        [
            "seu crédito deve acabar antes do fim do contrato, por volta de 03/01/2027",
            "your credit should run out before the end of the contract, around 2027-01-03",
        ],
        ["22/11/2026", "2026-11-22"],
        ["R$ 73.260,12", "R$ 73,260.12"],
        [
            "devem faltar R$ 162.192,83",
            "R$ 162,192.83 should be lacking",
        ],
        ["Ana, da Parceira Nuvem", "Ana of Parceira Nuvem"],
    ],
};

/// The operator's.
const DIGEST: Template = Template {
    name: "oci_carteira_resumo_v1",
    body: [
        "Carteira Oracle Cloud em {{1}}: {{2}} pioraram, {{3}} melhoraram, {{4}} falharam. Mais urgente: {{5}}. O detalhe está no e-mail de hoje.",
        "Oracle Cloud portfolio on {{1}}: {{2}} worse, {{3}} well again, {{4}} failed. Most urgent: {{5}}. The details are in today's e-mail.",
    ],
    samples: &[
        ["26/11/2026", "2026-11-26"],
        ["2", "2"],
        ["1", "1"],
        ["1", "1"],
        [
            "Transportes Andorinha: o crédito acaba em 03/01/2027",
            "Transportes Andorinha: the credit runs out on 2027-01-03",
        ],
    ],
};

/// Characters of a short parameter: a name, a date or an amount.
const SHORT: usize = 60;
/// Characters of a long one. Three of them and the short ones fit into a body of 1,024 characters; Twilio takes 255.
const LONG: usize = 200;

/// The parameters of the operator's template. What is new counts as worse: the approved text has no word for it.
pub(super) fn digest(digest: &Digest, lang: Lang) -> Vec<String> {
    let counts = Counts::of(digest);
    let worse = counts.get(DigestGroup::Opened) + counts.get(DigestGroup::Worse);
    let test = if digest.is_test {
        pick(lang, "TESTE: ", "TEST: ")
    } else {
        ""
    };
    let urgent = digest.events.iter().find_map(Event::contract).map_or_else(
        || pick(lang, "nada novo", "nothing new").to_owned(),
        |event| {
            format!(
                "{}: {}",
                printable(&event.client, SHORT),
                operator::sentence(lang, event)
            )
        },
    );
    vec![
        parameter(&number::day(lang, digest.as_of), SHORT),
        worse.to_string(),
        counts.get(DigestGroup::Well).to_string(),
        counts.get(DigestGroup::Failed).to_string(),
        parameter(&format!("{test}{urgent}"), LONG),
    ]
}

/// The parameters of the customer's template.
pub(super) fn letter(letter: &Letter, lang: Lang) -> Vec<String> {
    let matter = Matter::new(letter, lang);
    let figures = matter.figures;
    let day = figures.map(|figures| figures.data_through.unwrap_or(figures.as_of));
    let day = day.or_else(|| letter.news.first().map(|event| event.on));
    let contact = matter.contact.as_deref();
    vec![
        parameter(&matter.client(), SHORT),
        parameter(&what(&matter), LONG),
        parameter(&number::day_or_none(lang, day), SHORT),
        parameter(&balance(lang, figures), SHORT),
        parameter(&forecast(lang, figures), LONG),
        parameter(
            contact.unwrap_or(pick(lang, "o seu parceiro Oracle", "your Oracle partner")),
            LONG,
        ),
    ]
}

/// The letter's title, as a part of a sentence.
fn what(matter: &Matter<'_>) -> String {
    let lang = matter.lang;
    let title = super::letter::lower_first(matter.title().trim_end_matches('.'));
    let figures = matter
        .figures
        .filter(|figures| figures.situation == Situation::RunsOut);
    match figures.and_then(|figures| figures.runs_out) {
        Some(day) => {
            let day = number::day(lang, day);
            say!(lang, "{title}, por volta de {day}", "{title}, around {day}")
        }
        None => title,
    }
}

fn balance(lang: Lang, figures: Option<&Figures>) -> String {
    let balance = figures.and_then(|figures| Some((figures, figures.balance.as_ref()?)));
    match balance {
        Some((figures, balance)) => {
            let amount = words::priced(lang, figures.currency, &balance.abs());
            if balance.is_negative() {
                say!(
                    lang,
                    "esgotado, {amount} além do crédito",
                    "spent, {amount} beyond the credit"
                )
            } else {
                amount
            }
        }
        None => say!(lang, "não informado", "not stated"),
    }
}

fn forecast(lang: Lang, figures: Option<&Figures>) -> String {
    let none = || say!(lang, "ainda não há previsão", "no forecast yet");
    let Some(figures) = figures else {
        return none();
    };
    if figures.left == 0 {
        return say!(lang, "contrato encerrado", "contract ended");
    }
    let priced = |amount| words::priced(lang, figures.currency, amount);
    match (&figures.surplus, &figures.shortfall) {
        (_, Some(shortfall)) if shortfall.is_positive() => {
            let shortfall = priced(shortfall);
            say!(
                lang,
                "devem faltar {shortfall}",
                "{shortfall} should be lacking"
            )
        }
        (Some(surplus), _) if surplus.is_positive() => {
            let surplus = priced(surplus);
            say!(lang, "devem sobrar {surplus}", "{surplus} should be left")
        }
        (Some(_), Some(_)) => say!(
            lang,
            "o crédito deve ser todo usado",
            "all of the credit should be used"
        ),
        _ => none(),
    }
}

/// A text that the provider takes as a parameter, of at most `most` characters.
fn parameter(text: &str, most: usize) -> String {
    let text = printable(text, most.saturating_sub(1));
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ").replace('{', "(").replace('}', ")");
    match text.is_empty() {
        true => "-".to_owned(),
        false => text,
    }
}

/// The templates, ready to be pasted into the provider's form.
pub(super) fn templates(lang: Lang) -> String {
    let mut text = pick(
        lang,
        "Modelos do WhatsApp. Crie os dois no WhatsApp Manager (ou na Twilio) com estes nomes e textos; o código do idioma vai em modelo_idioma.\n",
        "WhatsApp templates. Create both in the WhatsApp Manager (or at Twilio) with these names and texts; the language code goes into modelo_idioma.\n",
    )
    .to_owned();
    let code = match lang {
        Lang::PtBr => "pt_BR",
        Lang::En => "en",
    };
    let [key, name, category, language, body, samples] = match lang {
        Lang::PtBr => ["Chave", "Nome", "Categoria", "Idioma", "Corpo", "Exemplos"],
        Lang::En => ["Key", "Name", "Category", "Language", "Body", "Samples"],
    };
    for (place, template) in [("modelo_cliente", LETTER), ("modelo_operador", DIGEST)] {
        text += &format!(
            "\n{key}: {place}\n{name}: {}\n{category}: UTILITY\n{language}: {code}\n{body}:\n{}\n{samples}:\n",
            template.name,
            words::name(lang, template.body)
        );
        for (n, sample) in (1..).zip(template.samples) {
            text += &format!("  {{{{{n}}}}} = {}\n", words::name(lang, *sample));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_as_the_provider_wants_them() {
        for template in [LETTER, DIGEST] {
            for lang in [0, 1] {
                let mut body = template.body[lang].to_owned();
                assert!(!body.starts_with("{{") && !body.ends_with("}}") && !body.contains("}}{{"));
                for (n, sample) in (1..).zip(template.samples) {
                    let place = format!("{{{{{n}}}}}");
                    assert_eq!(body.matches(&place).count(), 1);
                    assert_eq!(parameter(sample[lang], LONG), sample[lang]);
                    body = body.replace(&place, sample[lang]);
                }
                assert!(!body.contains("{{"), "{body}");
                let longest = template.body[lang].chars().count() + template.samples.len() * SHORT;
                // Of five or six parameters at most three are long ones.
                assert!(longest + 3 * (LONG - SHORT) <= 1024);
            }
        }
        assert_eq!(parameter(" a\n\tb      c ", LONG), "a b c");
        assert_eq!(parameter("\u{200B}{{1}}", LONG), "\u{FFFD}((1))");
        assert_eq!(parameter(" \n ", LONG), "-");
    }
}
