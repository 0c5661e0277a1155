//! The JSON document, version 2: stable names, amounts as exact strings,
//! absent figures as null. Flat keys come from the dictionary of figures; lists
//! and objects have their own types, so that a change inside the program
//! cannot change them unseen.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Serialize, Serializer};

use super::{Context, explain, words};
use crate::adjustment::Adjustment;
use crate::calendar::Day;
use crate::failure::{Failure, Notice};
use crate::lang::Lang;
use crate::money::Amount;
use crate::report::band::{Band, Bounds, LEVEL};
use crate::report::figures::{FIGURES, FigureValue, SUMS};
use crate::report::portfolio::{Client, Group, Portfolio, Totals};
use crate::report::statement::{DayLine, MonthLine, Statement};

/// Version of the document: raised when a key changes its meaning, or may be null and never was.
const VERSION: u32 = 2;

#[derive(Serialize)]
struct ReportDocument<'a> {
    versao: u32,
    programa: &'static str,
    simulado: bool,
    endpoint: Option<&'a str>,
    gerado_em: String,
    data_base: Day,
    offline: bool,
    metodo: &'static str,
    hipotese: Option<String>,
    avisos: Vec<Aviso>,
    clientes: Vec<Cliente<'a>>,
    totais: Vec<Total<'a>>,
    grupos: Vec<Grupo<'a>>,
    falhas: Vec<Falha>,
    resumo: Resumo,
    /// Alerts, of a run that tells them.
    #[serde(skip_serializing_if = "Option::is_none")]
    alertas: Option<super::alert::Json<'a>>,
}

/// Flat keys of an object, each with its value or null.
struct Keys<'a>(Vec<(&'static str, Option<FigureValue<'a>>)>);

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .map(|(key, value)| (key, value.as_ref().map(Plain))),
        )
    }
}

/// A value as JSON has it: counts are numbers, flags are true or false, all else is a string.
struct Plain<'a>(&'a FigureValue<'a>);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            FigureValue::Count(count) => serializer.serialize_u32(*count),
            FigureValue::Flag(flag) => serializer.serialize_bool(*flag),
            value => serializer.serialize_str(&value.machine()),
        }
    }
}

#[derive(Serialize)]
struct Cliente<'a> {
    #[serde(flatten)]
    figures: Keys<'a>,
    faixa: Option<Faixa<'a>>,
    segunda_opiniao: Option<SegundaOpiniao>,
    meses: Vec<Mes>,
    janela: Janela,
    dias_semana: Vec<DiaSemana>,
    diario: Option<Vec<Dia>>,
    dias_ignorados: Vec<Day>,
    cobrancas_recorrentes: Vec<Cobranca>,
    avisos: Vec<Aviso>,
}

#[derive(Serialize)]
struct Faixa<'a> {
    nivel: String,
    #[serde(flatten)]
    figures: Keys<'a>,
    origens: u32,
    blocos: u32,
    mudanca_ritmo: String,
}

#[derive(Serialize)]
struct SegundaOpiniao {
    metodo: &'static str,
    previsto: String,
    total_estimado: String,
    situacao: &'static str,
}

#[derive(Serialize)]
struct Mes {
    mes: String,
    consumo: Option<String>,
    dias: u32,
    media_diaria: Option<String>,
    variacao_pct: Option<String>,
}

#[derive(Serialize)]
struct Janela {
    inicio: Option<Day>,
    fim: Option<Day>,
    dias: u32,
    dias_sem_registro: u32,
}

#[derive(Serialize)]
struct DiaSemana {
    dia: usize,
    nome: &'static str,
    media_diaria: Option<String>,
    dias: u32,
    previsto: Option<String>,
}

#[derive(Serialize)]
struct Dia {
    data: Day,
    custo: Option<String>,
    estado: &'static str,
}

/// A recurring charge.
#[derive(Serialize)]
struct Cobranca {
    dia: u32,
    valor: String,
}

/// A warning or a notice.
#[derive(Serialize)]
pub(super) struct Aviso {
    codigo: &'static str,
    mensagem: String,
}

#[derive(Serialize)]
struct Total<'a> {
    #[serde(flatten)]
    sums: Keys<'a>,
    faixa_independente: Option<FaixaTotal>,
    faixa_dependente: Option<FaixaTotal>,
    meses: Vec<MesTotal>,
    dias_semana: Vec<DiaSemana>,
}

/// The part of a total that one group makes.
#[derive(Serialize)]
struct Grupo<'a> {
    grupo: Option<&'a str>,
    #[serde(flatten)]
    sums: Keys<'a>,
}

#[derive(Serialize)]
struct FaixaTotal {
    previsto_min: String,
    previsto_max: String,
    total_min: String,
    total_max: String,
}

#[derive(Serialize)]
struct MesTotal {
    mes: String,
    consumo: Option<String>,
    clientes: u32,
}

/// A client that failed.
#[derive(Serialize)]
pub(super) struct Falha {
    arquivo: String,
    cliente: String,
    tenancy: Option<String>,
    codigo: &'static str,
    mensagem: String,
    acao: String,
    request_id: Option<String>,
}

#[derive(Serialize)]
struct Resumo {
    configs: usize,
    relatados: usize,
    falhas: usize,
    situacoes: BTreeMap<&'static str, usize>,
    fail_on: Option<FailOn>,
}

/// The situations of `--fail-on`, and the clients in one of them.
#[derive(Serialize)]
struct FailOn {
    situacoes: Vec<&'static str>,
    clientes: Vec<FailOnCliente>,
}

#[derive(Serialize)]
struct FailOnCliente {
    arquivo: String,
    cliente: String,
    situacao: &'static str,
}

/// The document of a run, with a line break at its end.
pub(super) fn document(portfolio: &Portfolio, context: &Context<'_>) -> Result<String> {
    let lang = context.lang();
    let reported = portfolio
        .clients
        .iter()
        .filter_map(|client| Some((client, client.statement()?)));
    let failed = portfolio.failed();
    let document = ReportDocument {
        versao: VERSION,
        programa: concat!("oci-consumo ", env!("CARGO_PKG_VERSION")),
        simulado: context.simulated,
        endpoint: context.endpoint,
        gerado_em: made_at(context),
        data_base: context.as_of,
        metodo: portfolio.method.word(),
        hipotese: portfolio.what_if.as_ref().map(Adjustment::to_string),
        offline: context.offline,
        avisos: avisos(lang, &portfolio.notices),
        clientes: reported
            .map(|(client, statement)| cliente(client, statement, context))
            .collect(),
        totais: portfolio.totals.iter().map(total).collect(),
        grupos: portfolio.groups.iter().map(grupo).collect(),
        falhas: failed
            .map(|(client, failure)| falha(lang, client, failure))
            .collect(),
        resumo: Resumo {
            configs: portfolio.clients.len(),
            relatados: portfolio
                .clients
                .iter()
                .filter(|client| client.outcome.is_ok())
                .count(),
            falhas: portfolio.failed().count(),
            situacoes: portfolio
                .situations()
                .into_iter()
                .map(|(situation, n)| (situation.word(), n))
                .collect(),
            fail_on: fail_on(portfolio, context),
        },
        alertas: context.alerts.map(super::alert::json),
    };
    written(&document)
}

/// Returns what came of `--fail-on`, where it is given.
fn fail_on(portfolio: &Portfolio, context: &Context<'_>) -> Option<FailOn> {
    let named = context.fail_on;
    let clients = portfolio.in_situations(named);
    let fail_on = FailOn {
        situacoes: named.iter().map(|situation| situation.word()).collect(),
        clientes: clients
            .map(|(client, statement)| FailOnCliente {
                arquivo: client.file.clone(),
                cliente: client.name.clone(),
                situacao: statement.situation.word(),
            })
            .collect(),
    };
    Some(fail_on).filter(|_| !named.is_empty())
}

/// Returns the time of the output, in UTC.
pub(super) fn made_at(context: &Context<'_>) -> String {
    FigureValue::Instant(context.made_at.into())
        .machine()
        .into_owned()
}

/// A document as it is printed.
pub(super) fn written(document: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}

/// Returns the notices about the store, in words.
pub(super) fn avisos(lang: Lang, notices: &[Notice]) -> Vec<Aviso> {
    let aviso = |notice: &Notice| Aviso {
        codigo: notice.code(),
        mensagem: explain::notice(lang, notice),
    };
    notices.iter().map(aviso).collect()
}

/// A client that failed, in words.
pub(super) fn falha<F>(lang: Lang, client: &Client<F>, failure: &Failure) -> Falha {
    let explanation = explain::failure(lang, &client.file, failure);
    Falha {
        arquivo: client.file.clone(),
        cliente: client.name.clone(),
        tenancy: client.tenancy.clone(),
        codigo: failure.problem.code(),
        mensagem: explanation.message,
        acao: explanation.remedy,
        request_id: failure.request_id.clone(),
    }
}

fn cliente<'a>(client: &'a Client, statement: &'a Statement, context: &Context<'_>) -> Cliente<'a> {
    let lang = context.lang();
    Cliente {
        figures: figures(client, false),
        faixa: statement.band.as_ref().map(|band| faixa(client, band)),
        segunda_opiniao: statement.second.as_ref().map(|second| SegundaOpiniao {
            metodo: second.method.word(),
            previsto: second.forecast.to_string(),
            total_estimado: second.projected.to_string(),
            situacao: second.situation.word(),
        }),
        meses: statement.months.iter().map(mes).collect(),
        janela: Janela {
            inicio: statement.window.map(|window| window.days.start),
            fim: statement.window.and_then(|window| window.days.last()),
            dias: statement.window.map_or(0, |window| window.known),
            dias_sem_registro: statement.window.map_or(0, |window| window.missing),
        },
        dias_semana: dias_semana(
            statement
                .weekdays
                .iter()
                .map(|line| (line.mean.as_ref(), line.days, line.forecast.as_ref())),
        ),
        diario: context
            .view
            .detail
            .daily
            .then(|| statement.daily.iter().map(dia).collect()),
        dias_ignorados: statement.contract.ignored.clone(),
        cobrancas_recorrentes: statement
            .recurring
            .iter()
            .rev()
            .map(|charge| Cobranca {
                dia: charge.day_of_month,
                valor: charge.amount.to_string(),
            })
            .collect(),
        avisos: statement
            .warnings
            .iter()
            .map(|warning| Aviso {
                codigo: warning.code(),
                mensagem: explain::warning(lang, statement.currency, warning),
            })
            .collect(),
    }
}

/// The client's figures outside the band, or those in it.
fn figures(client: &Client, in_band: bool) -> Keys<'_> {
    let figures = FIGURES.iter().filter(|figure| figure.in_band == in_band);
    Keys(
        figures
            .map(|figure| (figure.key, figure.value(client)))
            .collect(),
    )
}

fn faixa<'a>(client: &'a Client, band: &Band) -> Faixa<'a> {
    Faixa {
        nivel: LEVEL.to_string(),
        figures: figures(client, true),
        origens: band.spread.origins,
        blocos: band.spread.blocks,
        mudanca_ritmo: band.spread.pace_change.to_string(),
    }
}

fn mes(line: &MonthLine) -> Mes {
    Mes {
        mes: FigureValue::Month(line.month).machine().into_owned(),
        consumo: text(line.consumption.as_ref()),
        dias: line.days,
        media_diaria: text(line.mean.as_ref()),
        variacao_pct: text(line.change.as_ref()),
    }
}

fn dia(line: &DayLine) -> Dia {
    Dia {
        data: line.day,
        custo: text(line.cost.as_ref()),
        estado: match (line.settled, &line.cost) {
            (true, None) => "sem_informacao",
            (true, Some(_)) => "consolidado",
            (false, _) => "provisorio",
        },
    }
}

fn total(totals: &Totals) -> Total<'_> {
    Total {
        sums: sums(totals),
        faixa_independente: totals.independent().map(|ends| faixa_total(totals, &ends)),
        faixa_dependente: totals.dependent().map(|ends| faixa_total(totals, &ends)),
        meses: totals
            .months
            .iter()
            .map(|(key, line)| MesTotal {
                mes: FigureValue::Month(*key).machine().into_owned(),
                consumo: text(line.consumption.as_ref()),
                clientes: line.clients,
            })
            .collect(),
        dias_semana: dias_semana(
            totals
                .weekdays
                .iter()
                .map(|line| (Some(&line.mean), line.days, Some(&line.forecast))),
        ),
    }
}

fn grupo(group: &Group) -> Grupo<'_> {
    Grupo {
        grupo: group.name.as_deref(),
        sums: sums(&group.totals),
    }
}

fn sums(totals: &Totals) -> Keys<'_> {
    let sums = SUMS.iter().map(|sum| (sum.key, sum.value(totals)));
    Keys(sums.collect())
}

fn faixa_total(totals: &Totals, ends: &Bounds<Amount>) -> FaixaTotal {
    let whole = |end| (&totals.consumption + end).to_string();
    FaixaTotal {
        previsto_min: ends.low.to_string(),
        previsto_max: ends.high.to_string(),
        total_min: whole(&ends.low),
        total_max: whole(&ends.high),
    }
}

/// The weekdays, Monday first; their names are Portuguese in either language, as all machine forms.
fn dias_semana<'a>(
    lines: impl Iterator<Item = (Option<&'a Amount>, u32, Option<&'a Amount>)>,
) -> Vec<DiaSemana> {
    let names = words::weekdays(Lang::PtBr);
    (1..)
        .zip(names)
        .zip(lines)
        .map(|((dia, nome), (mean, dias, forecast))| DiaSemana {
            dia,
            nome,
            media_diaria: text(mean),
            dias,
            previsto: text(forecast),
        })
        .collect()
}

fn text(amount: Option<&Amount>) -> Option<String> {
    amount.map(Amount::to_string)
}
