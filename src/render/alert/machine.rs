//! Alerts for programs: the body of a webhook, and the value of `alertas` in the report's document. Keys and words are
//! Portuguese in both languages; amounts are exact texts, as in the report's document.

use std::time::SystemTime;

use serde::{Serialize, Serializer};

use crate::alert::{
    AlertRun, ContractEvent, Digest, Event, Figures, Letter, News, OpenRule, RunMessage,
    Undelivered,
};
use crate::calendar::Day;
use crate::money::{Amount, Currency};
use crate::report::figures::FigureValue;

/// Version of the body of a webhook: raised when a key changes its meaning.
const VERSION: u32 = 1;

/// The body of a webhook.
#[derive(Serialize)]
struct Envelope<T> {
    versao: u32,
    id: String,
    tipo: &'static str,
    instante: String,
    dados: T,
}

#[derive(Serialize)]
struct RunSummary<'a> {
    teste: bool,
    data_base: Day,
    sem_historico: bool,
    clientes: usize,
    eventos: Vec<Evento<'a>>,
    nao_entregues: Vec<NaoEntregue<'a>>,
    sem_numeros: Vec<SemNumeros<'a>>,
    abertos: Vec<Aberto<'a>>,
    proximo_resumo_ate: Option<Day>,
    dias_sem_execucao: u32,
}

#[derive(Serialize)]
struct Carta<'a> {
    eventos: Vec<Evento<'a>>,
    contato: Option<&'a str>,
}

/// An event. What it does not have is null.
#[derive(Serialize)]
struct Evento<'a> {
    tipo: &'static str,
    data_base: Day,
    cliente: Option<&'a str>,
    arquivo: Option<&'a str>,
    tenancy: Option<&'a str>,
    inicio_contrato: Option<Day>,
    regra: Option<&'static str>,
    novidade: &'static str,
    nivel: Option<u8>,
    desde: Option<Day>,
    motivo: Option<&'a str>,
    clientes: Option<usize>,
    numeros: Option<Numeros>,
}

/// Figures, with the keys of the report's document.
#[derive(Serialize)]
struct Numeros {
    data_base: Day,
    dados_ate: Option<Day>,
    situacao: &'static str,
    inicio_contrato: Day,
    fim_contrato: Day,
    dias_decorridos: u32,
    dias_restantes: u32,
    moeda: Option<String>,
    credito: String,
    consumo: Option<String>,
    saldo: Option<String>,
    total_estimado: Option<String>,
    sobra: Option<String>,
    debito: Option<String>,
    esgota_em: Option<Day>,
    esgota_min: Option<Day>,
    esgota_max: Option<Day>,
    probabilidade_esgotar: Option<String>,
    ritmo_diario: Option<String>,
    ritmo_alvo: Option<String>,
}

#[derive(Serialize)]
struct NaoEntregue<'a> {
    cliente: Option<&'a str>,
    canal: &'a str,
    destino: &'a str,
    estado: &'a str,
    codigo: Option<&'a str>,
}

#[derive(Serialize)]
struct SemNumeros<'a> {
    cliente: &'a str,
    motivo: &'a str,
}

#[derive(Serialize)]
struct Aberto<'a> {
    cliente: &'a str,
    regra: &'static str,
    nivel: u8,
    desde: Day,
    silencio_ate: Option<Day>,
}

/// The value of `alertas` in the report's document.
#[derive(Serialize)]
struct Alertas<'a> {
    dry_run: bool,
    pausado: bool,
    pausado_ate: Option<Day>,
    proximo_resumo_ate: Option<Day>,
    aceitas: usize,
    pendentes: usize,
    falhas: usize,
    incertas: usize,
    eventos: Vec<Evento<'a>>,
    mensagens: Vec<Mensagem<'a>>,
}

#[derive(Serialize)]
struct Mensagem<'a> {
    canal: &'a str,
    destino: &'a str,
    cliente: Option<&'a str>,
    estado: &'a str,
    id: Option<&'a str>,
    codigo: Option<&'a str>,
}

/// The value of the key `alertas`, which serializes as the document has it.
#[derive(Clone, Copy, Debug)]
pub struct Json<'a>(pub(super) &'a AlertRun);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let run = self.0;
        let count = |states: &[&str]| {
            let of = |message: &&RunMessage| states.contains(&message.state.as_str());
            run.messages.iter().filter(of).count()
        };
        Alertas {
            dry_run: run.dry_run,
            pausado: run.pause.is_some(),
            pausado_ate: run.pause.and_then(|pause| pause.until),
            proximo_resumo_ate: run.next_due,
            aceitas: count(&["aceito", "entregue"]),
            pendentes: count(&["pendente", "enviando"]),
            falhas: count(&["falhou", "vencido"]),
            incertas: count(&["incerto"]),
            eventos: eventos(&run.events),
            mensagens: run.messages.iter().map(mensagem).collect(),
        }
        .serialize(serializer)
    }
}

/// The body of a webhook about all clients.
pub(super) fn digest(digest: &Digest, id: &str, at: SystemTime) -> Vec<u8> {
    let data = RunSummary {
        teste: digest.is_test,
        data_base: digest.as_of,
        sem_historico: digest.without_memory,
        clientes: digest.clients,
        eventos: eventos(&digest.events),
        nao_entregues: digest.undelivered.iter().map(nao_entregue).collect(),
        sem_numeros: digest
            .without_figures
            .iter()
            .map(|(cliente, motivo)| SemNumeros { cliente, motivo })
            .collect(),
        abertos: digest.open.iter().map(aberto).collect(),
        proximo_resumo_ate: digest.next_due,
        dias_sem_execucao: digest.days_without_run,
    };
    body("carteira", id, at, data)
}

/// The body of a webhook about one client.
pub(super) fn letter(letter: &Letter, id: &str, at: SystemTime) -> Vec<u8> {
    let data = Carta {
        eventos: letter.news.iter().map(contrato).collect(),
        contato: letter.contact.as_deref(),
    };
    body("cliente", id, at, data)
}

/// Makes the body. Only a value that JSON does not have makes it fail, and there is none.
fn body<T: Serialize>(tipo: &'static str, id: &str, at: SystemTime, dados: T) -> Vec<u8> {
    let envelope = Envelope {
        versao: VERSION,
        id: id.to_owned(),
        tipo,
        instante: FigureValue::Instant(at.into()).machine().into_owned(),
        dados,
    };
    serde_json::to_vec(&envelope).unwrap_or_default()
}

fn eventos(events: &[Event]) -> Vec<Evento<'_>> {
    events.iter().filter_map(evento).collect()
}

/// An event, unless it says that nothing is new.
fn evento(event: &Event) -> Option<Evento<'_>> {
    match event {
        Event::Contract(event) => Some(contrato(event)),
        Event::General {
            code,
            since,
            on,
            began,
            clients,
        } => Some(Evento {
            tipo: "falha_geral",
            data_base: *on,
            cliente: None,
            arquivo: None,
            tenancy: None,
            inicio_contrato: None,
            regra: None,
            novidade: novidade(if *began { News::Opened } else { News::Well }),
            nivel: None,
            desde: Some(*since),
            motivo: Some(code),
            clientes: Some(*clients),
            numeros: None,
        }),
        Event::Due { .. } => None,
    }
}

fn contrato(event: &ContractEvent) -> Evento<'_> {
    Evento {
        tipo: "contrato",
        data_base: event.on,
        cliente: Some(&event.client),
        arquivo: Some(&event.file),
        tenancy: Some(&event.contract.tenancy),
        inicio_contrato: Some(event.contract.start),
        regra: Some(event.rule.code()),
        novidade: novidade(event.news),
        nivel: Some(event.level),
        desde: Some(event.since),
        motivo: event.reason.as_deref(),
        clientes: None,
        numeros: event.figures.as_deref().map(numeros),
    }
}

/// The fixed word of a change, as the store has it.
pub(super) fn novidade(news: News) -> &'static str {
    match news {
        News::Baseline => "linha_de_base",
        News::Opened => "abriu",
        News::Worse => "piorou",
        News::Well => "melhorou",
        News::Renewed => "renovou",
        News::Gone => "saiu",
    }
}

fn numeros(figures: &Figures) -> Numeros {
    let exact = |amount: &Option<Amount>| amount.as_ref().map(Amount::to_string);
    let range = figures.runs_out_range;
    Numeros {
        data_base: figures.as_of,
        dados_ate: figures.data_through,
        situacao: figures.situation.word(),
        inicio_contrato: figures.start,
        fim_contrato: figures.end,
        dias_decorridos: figures.elapsed,
        dias_restantes: figures.left,
        moeda: figures.currency.as_ref().map(Currency::to_string),
        credito: figures.credit.to_string(),
        consumo: exact(&figures.consumption),
        saldo: exact(&figures.balance),
        total_estimado: exact(&figures.projected),
        sobra: exact(&figures.surplus),
        debito: exact(&figures.shortfall),
        esgota_em: figures.runs_out,
        esgota_min: range.and_then(|(first, _)| first),
        esgota_max: range.and_then(|(_, last)| last),
        probabilidade_esgotar: figures.chance.map(|chance| chance.to_string()),
        ritmo_diario: exact(&figures.pace),
        ritmo_alvo: exact(&figures.target_pace),
    }
}

fn nao_entregue(undelivered: &Undelivered) -> NaoEntregue<'_> {
    NaoEntregue {
        cliente: undelivered.client.as_deref(),
        canal: &undelivered.channel,
        destino: &undelivered.to,
        estado: &undelivered.state,
        codigo: undelivered.problem.as_deref(),
    }
}

fn aberto(open: &OpenRule) -> Aberto<'_> {
    Aberto {
        cliente: &open.client,
        regra: open.rule.code(),
        nivel: open.level,
        desde: open.since,
        silencio_ate: open.silent_until,
    }
}

fn mensagem(message: &RunMessage) -> Mensagem<'_> {
    Mensagem {
        canal: &message.channel,
        destino: &message.to,
        cliente: message.client.as_deref(),
        estado: &message.state,
        id: message.id.as_deref(),
        codigo: message.problem.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_have_the_words_of_the_store() {
        for news in [
            News::Baseline,
            News::Opened,
            News::Worse,
            News::Well,
            News::Renewed,
            News::Gone,
        ] {
            assert_eq!(serde_json::to_value(news).unwrap(), novidade(news));
        }
    }
}
