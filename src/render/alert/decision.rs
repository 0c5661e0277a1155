//! The screen of `alert --dry-run`: of each client, what each recipient is told or why nothing; then the messages.

use super::MailText;
use super::fitted::name;
use super::operator;
use crate::alert::{Message, News, Rule, Side, Silence};
use crate::lang::{Lang, say};
use crate::render::number;
use crate::render::words::pick;
use crate::text::printable;

/// The news that one recipient is told of one rule of a client, or the reason for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionLine {
    /// Name of the client.
    pub client: String,
    /// File name of its config.
    pub file: String,
    /// The rule.
    pub rule: Rule,
    /// Channel and masked address.
    pub recipient: String,
    /// The side of the recipient.
    pub side: Side,
    /// The message, or the reason of silence.
    pub result: Result<Message, Silence>,
}

/// A message that would go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Channel and masked address.
    pub to: String,
    /// The text.
    pub text: DraftText,
}

/// The text of a message that would go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftText {
    /// A mail, of which the plain text is shown.
    Mail(MailText),
    /// A short message, or another plain text.
    Plain(String),
    /// The parameters of a template.
    Template(Vec<String>),
}

/// Returns why a recipient is told nothing.
pub(super) fn silence(lang: Lang, silence: Silence) -> String {
    match silence {
        Silence::NothingOpen => say!(lang, "nada em aberto", "nothing is open"),
        Silence::Pending { days, of } => {
            say! { lang, "ainda não abriu: {days} de {of} dias com dados novos",
            "not open yet: {days} of {of} days with new data" }
        }
        Silence::NoWorse { told } => {
            let told = number::day(lang, told);
            say!(
                lang,
                "não piorou desde o aviso de {told}",
                "no worse than at the notice of {told}"
            )
        }
        Silence::TooSoon { told } => {
            let told = number::day(lang, told);
            say! { lang, "piorou, mas o aviso de {told} tem menos de 7 dias",
            "worse, but the notice of {told} is less than 7 days old" }
        }
        Silence::BelowLevel { least } => {
            say! { lang, "abaixo do nível mínimo deste destino, {least}",
            "below the least level of this recipient, {least}" }
        }
        Silence::SilentUntil(day) => {
            let day = number::day(lang, day);
            say!(lang, "em silêncio até {day}", "silent until {day}")
        }
        Silence::OpenBefore => {
            say! { lang, "já estava em aberto quando o destino foi incluído; avisa se o nível subir",
            "was open when the recipient was added; told if the level rises" }
        }
        Silence::NotForThem => say!(lang, "não é para este destino", "not for this recipient"),
        Silence::MayNotHaveHeard => {
            say! { lang, "o aviso da abertura talvez não tenha chegado, e o fim não é contado",
            "the notice of the opening may not have arrived, so the end is not told" }
        }
        Silence::PartOfGeneralFailure => {
            say!(
                lang,
                "faz parte da falha geral, contada uma vez",
                "part of the general failure, which is told once"
            )
        }
    }
}

/// The change that a recipient is told of.
pub(super) fn news(lang: Lang, news: News) -> &'static str {
    let (pt, en) = match news {
        News::Baseline => ("linha de base", "baseline"),
        News::Opened => ("abriu", "opened"),
        News::Worse => ("piorou", "worse"),
        News::Well => ("melhorou", "well again"),
        News::Renewed => ("renovado", "renewed"),
        News::Gone => ("saiu da pasta", "left the folder"),
    };
    pick(lang, pt, en)
}

/// The word of a side.
pub(super) fn side(lang: Lang, side: Side) -> &'static str {
    match side {
        Side::Operator => pick(lang, "operador", "operator"),
        Side::Customer => pick(lang, "cliente", "customer"),
    }
}

fn result(lang: Lang, result: &Result<Message, Silence>) -> String {
    match result {
        Err(reason) => silence(lang, *reason),
        Ok(Message {
            news: change,
            level,
            since,
        }) => {
            let (change, since) = (news(lang, *change), number::day(lang, *since));
            say! { lang, "AVISA: {change}, nível {level}, desde {since}",
            "TELLS: {change}, level {level}, since {since}" }
        }
    }
}

/// Gathers the items of one key, in the order of the first of each.
fn grouped<'a, T, K: PartialEq>(items: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<(K, Vec<&'a T>)> {
    let mut groups: Vec<(K, Vec<&'a T>)> = Vec::new();
    for item in items {
        let key = key(item);
        match groups.iter_mut().rev().find(|(of, _)| *of == key) {
            Some((_, group)) => group.push(item),
            None => groups.push((key, vec![item])),
        }
    }
    groups
}

/// The whole screen.
pub(super) fn screen(lines: &[DecisionLine], drafts: &[Draft], lang: Lang) -> String {
    let mut text = pick(
        lang,
        "Ensaio: nada é enviado, e nada muda.\n",
        "A rehearsal: nothing is sent, and nothing changes.\n",
    )
    .to_owned();
    for ((client, file), lines) in grouped(lines, |line| (&line.client, &line.file)) {
        text += &format!("\n{} ({})\n", name(client), name(file));
        let lines: Vec<&DecisionLine> = lines;
        let mut recipients: Vec<(Side, &str)> = Vec::new();
        for line in &lines {
            let recipient = (line.side, line.recipient.as_str());
            if !recipients.contains(&recipient) {
                recipients.push(recipient);
            }
        }
        for (of, recipient) in &recipients {
            text += &format!("  {}, {}\n", side(lang, *of), printable(recipient, 100));
            let own = lines
                .iter()
                .filter(|line| (line.side, line.recipient.as_str()) == (*of, *recipient));
            let mut said: Vec<(String, Vec<&str>)> = Vec::new();
            for line in own {
                let (sentence, rule) =
                    (result(lang, &line.result), operator::rule(lang, line.rule));
                match said.iter_mut().find(|(known, _)| *known == sentence) {
                    Some((_, rules)) => rules.push(rule),
                    None => said.push((sentence, vec![rule])),
                }
            }
            for (sentence, rules) in said {
                text += &format!("    {}: {sentence}\n", rules.join(", "));
            }
        }
        if !recipients.iter().any(|(of, _)| *of == Side::Customer) {
            text += pick(
                lang,
                "  cliente: ninguém; o config não tem alerta_email, alerta_sms nem alerta_whatsapp, ou tem alerta = nao\n",
                "  customer: nobody; the config has no alerta_email, alerta_sms or alerta_whatsapp, or has alerta = nao\n",
            );
        }
    }
    text.push('\n');
    text += &match drafts.len() {
        0 => say!(
            lang,
            "Nenhuma mensagem sairia.\n",
            "No message would go out.\n"
        ),
        1 => say!(lang, "1 mensagem sairia:\n", "1 message would go out:\n"),
        n => say!(
            lang,
            "{n} mensagens sairiam:\n",
            "{n} messages would go out:\n"
        ),
    };
    for draft in drafts {
        text += &format!("\n--- {} ---\n", printable(&draft.to, 100));
        text += &match &draft.text {
            DraftText::Mail(mail) => {
                let (subject, body) = (&mail.subject, &mail.text);
                say!(
                    lang,
                    "Assunto: {subject}\n\n{body}",
                    "Subject: {subject}\n\n{body}"
                )
            }
            DraftText::Plain(plain) => format!("{}\n", plain.trim_end()),
            DraftText::Template(parameters) => {
                let lines = (1..)
                    .zip(parameters)
                    .map(|(n, parameter)| format!("{{{{{n}}}}} = {parameter}\n"));
                lines.collect()
            }
        };
    }
    text
}
