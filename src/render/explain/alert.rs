//! Sentences of `alert` on stderr, and of its small verbs.

use crate::alert::Pause;
use crate::calendar::Day;
use std::path::Path;

use super::alerts::alerts_refused;
use super::delivery::delivery;
use super::store::store_problem;
use crate::check::{ChannelCheck, ChannelProblem};
use crate::failure::{AlertsRefused, DeliveryProblem, StoreProblem};
use crate::lang::{Lang, say};
use crate::render::number;

/// The reason why a message is not there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reason<'a> {
    /// A secret of the channel cannot be had.
    Settings(&'a AlertsRefused),
    /// The channel refused.
    Delivery(&'a DeliveryProblem),
}

impl Reason<'_> {
    /// Returns what happened, and what to do.
    fn text(self, lang: Lang) -> String {
        match self {
            Self::Settings(refused) => alerts_refused(lang, Path::new("alertas.ini"), refused),
            Self::Delivery(problem) => delivery(lang, problem).line(),
        }
    }
}

/// Says that the settings are not there, and which command makes them.
pub(crate) fn no_settings(lang: Lang, file: &str) -> String {
    say! { lang, "não existe {file}; para criá-lo: oci-consumo alert init",
    "there is no {file}; to make it: oci-consumo alert init" }
}

/// Says that the run decides and sends nothing.
pub(crate) fn only_a_look(lang: Lang) -> String {
    say!(
        lang,
        "esta execução não decide nem envia alertas: as opções dela mudam os números",
        "this run decides and sends no alerts: its options change the figures"
    )
}

/// Says that the run only shows what it would send.
pub(crate) fn only_shown(lang: Lang) -> String {
    say!(
        lang,
        "esta execução mostra os alertas e não os envia: ela usa outro serviço ou um dia passado, e os canais saem desta máquina",
        "this run shows its alerts and does not send them: it uses another service or a past day, and the channels leave this machine"
    )
}

/// Says that the outbox cannot be used.
pub(crate) fn no_outbox(lang: Lang, place: &str, problem: &StoreProblem) -> String {
    let (problem, _) = store_problem(lang, problem);
    say! { lang, "alertas à espera não podem ser lidos ou marcados em {place}: {problem}",
    "waiting alerts cannot be read or marked in {place}: {problem}" }
}

/// Says that a message is not there.
pub(crate) fn undelivered(
    lang: Lang,
    channel: &str,
    to: &str,
    client: Option<&str>,
    reason: Reason<'_>,
) -> String {
    let reason = reason.text(lang);
    let to = match (to, client) {
        ("", _) => channel.to_owned(),
        (to, None) => format!("{channel} {to}"),
        (to, Some(client)) => format!("{channel} {to} ({client})"),
    };
    say! { lang, "alerta não entregue, {to}: {reason}",
    "alert not delivered, {to}: {reason}" }
}

/// Says how many messages went out.
pub(crate) fn sent(lang: Lang, sent: usize, waiting: usize, pause: Option<Pause>) -> String {
    if let Some(pause) = pause {
        return match pause.until {
            Some(until) => {
                let until = number::day(lang, until);
                say! { lang, "alertas em pausa até {until}: nada foi enviado",
                "alerts are paused through {until}: nothing was sent" }
            }
            None => say!(
                lang,
                "alertas em pausa: nada foi enviado; para retomar: oci-consumo alert resume",
                "alerts are paused: nothing was sent; to go on: oci-consumo alert resume"
            ),
        };
    }
    say! { lang, "alertas enviados: {sent}; à espera ou não entregues: {waiting}",
    "alerts sent: {sent}; waiting or not delivered: {waiting}" }
}

/// Says how a test message went.
pub(crate) fn tested(lang: Lang, to: &str, id: Option<&str>, reason: Option<Reason<'_>>) -> String {
    match (reason, id) {
        (Some(reason), _) => format!("✗ {to}: {}", reason.text(lang)),
        (None, Some(id)) => say! { lang, "✓ {to}: aceito ({id})", "✓ {to}: accepted ({id})" },
        (None, None) => say! { lang, "✓ {to}: aceito", "✓ {to}: accepted" },
    }
}

/// Says that the settings have no such channel, and which there are.
pub(crate) fn no_channel(lang: Lang, word: &str, known: &[String]) -> String {
    let known = known.join(", ");
    say! { lang, "nenhum canal do operador se chama {word}; há: {known}",
    "no channel of the operator is called {word}; there are: {known}" }
}

/// Says that a pause began or ended.
pub(crate) fn paused(lang: Lang, until: Option<Day>) -> String {
    match until {
        None => say!(
            lang,
            "a pausa dos alertas terminou",
            "the pause of alerts is over"
        ),
        Some(Day::MAX) => say!(
            lang,
            "alertas em pausa; para retomar: oci-consumo alert resume",
            "alerts are paused; to go on: oci-consumo alert resume"
        ),
        Some(until) => {
            let until = number::day(lang, until);
            say! { lang, "alertas em pausa até {until}", "alerts are paused through {until}" }
        }
    }
}

/// Says that nothing was ever decided here.
pub(crate) fn nothing_decided(lang: Lang) -> String {
    say!(
        lang,
        "nenhum alerta foi decidido nesta pasta ainda: rode oci-consumo alert antes",
        "no alert was ever decided in this folder: run oci-consumo alert before"
    )
}

/// Says how much was forgotten.
pub(crate) fn forgotten(lang: Lang, count: usize) -> String {
    say! { lang, "registros apagados: {count}", "entries removed: {count}" }
}

/// Says that a word is no address.
pub(crate) fn not_an_address(lang: Lang) -> String {
    say!(
        lang,
        "isto não é um endereço de e-mail nem um número de telefone",
        "this is neither a mail address nor a telephone number"
    )
}

/// Says that the customer of a client has no address, and which line gives it one.
pub(crate) fn no_address(lang: Lang, client: &str) -> String {
    say! { lang, "o config de {client} não tem alerta_email, alerta_sms nem alerta_whatsapp",
    "the config of {client} has neither alerta_email nor alerta_sms nor alerta_whatsapp" }
}

/// Says that a client has no figures that could be told.
pub(crate) fn no_figures(lang: Lang, client: &str) -> String {
    say! { lang, "{client} não tem números que possam ser contados hoje",
    "{client} has no figures that could be told today" }
}

/// Says that the settings are written.
pub(crate) fn written(lang: Lang, file: &str) -> String {
    say! { lang, "escrito: {file}", "written: {file}" }
}

/// Says that the settings are there already.
pub(crate) fn exists(lang: Lang, file: &str) -> String {
    say! { lang, "{file} já existe e não foi mudado", "{file} exists and was not changed" }
}

/// Says what `init` needs where nobody can be asked.
pub(crate) fn init_needs(lang: Lang) -> String {
    say!(
        lang,
        "sem terminal, diga o endereço e o caminho: --email noc@exemplo.com.br --by smtp://smtp.exemplo.com.br:587",
        "without a terminal, say the address and the way: --email noc@example.com --by smtp://smtp.example.com:587"
    )
}

/// Asks for the operator's address.
pub(crate) fn ask_email(lang: Lang) -> String {
    say!(
        lang,
        "E-mail de quem recebe os alertas",
        "Mail address that alerts go to"
    )
}

/// Asks for the way of mail.
pub(crate) fn ask_route(lang: Lang) -> String {
    say!(
        lang,
        "Caminho do e-mail (smtp://SERVIDOR:587, smtps://SERVIDOR:465 ou sendmail)",
        "Way of mail (smtp://HOST:587, smtps://HOST:465 or sendmail)"
    )
}

/// Says what was found of a channel.
pub(crate) fn channel(lang: Lang, channel: &ChannelCheck) -> String {
    match (&channel.problem, channel.asked) {
        (Some(ChannelProblem::Settings(refused)), _) => Reason::Settings(refused).text(lang),
        (Some(ChannelProblem::Login(problem)), _) => Reason::Delivery(problem).text(lang),
        (None, true) => say!(
            lang,
            "ajustes e segredo lidos; o canal respondeu, e nada foi enviado",
            "settings and secret read; the channel answered, and nothing was sent"
        ),
        (None, false) => say!(
            lang,
            "ajustes lidos; o canal não foi consultado",
            "settings read; the channel was not asked"
        ),
    }
}

/// Says that the history is ahead of the clock.
pub(crate) fn clock_behind(lang: Lang) -> String {
    say!(
        lang,
        "o histórico tem uma execução de um dia posterior a este: os alertas são só mostrados; confira o relógio desta máquina, ou use outro --store",
        "the history has a run of a later day than this one: alerts are only shown; check this machine's clock, or use another --store"
    )
}

/// Says that a word names several clients.
pub(crate) fn several_clients(lang: Lang, word: &str, names: &[String]) -> String {
    let names = names.join(", ");
    say! { lang, "{word} é de vários clientes; diga o nome ou o arquivo de um: {names}",
    "{word} is of several clients; say the name or the file of one: {names}" }
}

/// Says that a word names no client.
pub(crate) fn no_client(lang: Lang, word: &str) -> String {
    say! { lang, "nenhum cliente da pasta se chama {word}", "no client of the folder is called {word}" }
}

/// Says that a pause would be over already.
pub(crate) fn pause_is_past(lang: Lang, until: Day) -> String {
    let until = number::day(lang, until);
    say! { lang, "{until} já passou: diga hoje ou um dia depois", "{until} has passed: say today or a later day" }
}
