//! The JSON document, version 1: stable names, amounts as exact strings,
//! absent figures as null. Its own types, so that a change inside the program
//! cannot change it unseen.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::{Context, explain, words};
use crate::calendar::{Day, Month};
use crate::cli::Lang;
use crate::money::{Amount, Currency};
use crate::report::portfolio::{Client, Portfolio, Totals};
use crate::report::statement::{DayLine, Statement};

#[derive(Serialize)]
struct Document {
    versao: u32,
    programa: &'static str,
    simulado: bool,
    gerado_em: String,
    data_base: Day,
    offline: bool,
    avisos: Vec<Aviso>,
    clientes: Vec<Cliente>,
    totais: Vec<Total>,
    falhas: Vec<Falha>,
    resumo: Resumo,
}

#[derive(Serialize)]
struct Cliente {
    cliente: String,
    arquivo: String,
    tenancy: Option<String>,
    regiao: Option<String>,
    moeda: Option<String>,
    credito: String,
    inicio_contrato: Day,
    fim_contrato: Day,
    situacao: &'static str,
    buscado_em: Option<String>,
    dados_ate: Option<Day>,
    consolidado_ate: Option<Day>,
    consumo: Option<String>,
    consumo_provisorio: Option<String>,
    consumo_pct: Option<String>,
    saldo: Option<String>,
    previsto: Option<String>,
    complemento_provisorio: Option<String>,
    total_estimado: Option<String>,
    sobra: Option<String>,
    debito: Option<String>,
    esgota_em: Option<Day>,
    dias_decorridos: u32,
    dias_restantes: u32,
    prazo_pct: Option<String>,
    ritmo_diario: Option<String>,
    ritmo_alvo: Option<String>,
    mes_atual_estimado: Option<String>,
    consumo_anterior: Option<String>,
    meses: Vec<Mes>,
    janela: Janela,
    dias_semana: Vec<DiaSemana>,
    diario: Option<Vec<Dia>>,
    avisos: Vec<Aviso>,
}

#[derive(Serialize)]
struct Mes {
    mes: String,
    consumo: Option<String>,
    dias: u32,
    media_diaria: Option<String>,
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

#[derive(Serialize)]
struct Aviso {
    codigo: &'static str,
    mensagem: String,
}

#[derive(Serialize)]
struct Total {
    moeda: String,
    clientes: u32,
    credito: String,
    consumo: String,
    saldo: String,
    previsto: String,
    complemento_provisorio: String,
    total_estimado: String,
    sobras: String,
    debitos: String,
    meses: Vec<MesTotal>,
    dias_semana: Vec<DiaSemana>,
}

#[derive(Serialize)]
struct MesTotal {
    mes: String,
    consumo: String,
    clientes: u32,
}

#[derive(Serialize)]
struct Falha {
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
}

/// The document of a run, with a line break at its end.
pub(super) fn document(portfolio: &Portfolio, context: &Context<'_>) -> Result<String> {
    let lang = context.lang();
    let reported = portfolio
        .clients
        .iter()
        .filter_map(|client| Some((client, client.statement()?)));
    let failed = portfolio.failed();
    let document = Document {
        versao: 1,
        programa: concat!("oci-consumo ", env!("CARGO_PKG_VERSION")),
        simulado: context.simulated,
        gerado_em: made_at(context),
        data_base: context.as_of,
        offline: context.offline,
        avisos: portfolio
            .notices
            .iter()
            .map(|notice| Aviso {
                codigo: notice.code(),
                mensagem: explain::notice(lang, notice),
            })
            .collect(),
        clientes: reported
            .map(|(client, statement)| cliente(client, statement, context))
            .collect(),
        totais: portfolio.totals.iter().map(total).collect(),
        falhas: failed
            .map(|(client, failure)| {
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
            })
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
        },
    };
    written(&document)
}

/// When the output was made, in UTC.
pub(super) fn made_at(context: &Context<'_>) -> String {
    instant(context.made_at.into())
}

/// An instant as machines read it: `2026-03-01T06:00:00Z`.
pub(super) fn instant(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A document as it is printed.
pub(super) fn written(document: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}

fn cliente(client: &Client, statement: &Statement, context: &Context<'_>) -> Cliente {
    let lang = context.lang();
    Cliente {
        cliente: client.name.clone(),
        arquivo: client.file.clone(),
        tenancy: client.tenancy.clone(),
        regiao: client.region.clone(),
        moeda: statement.currency.map(code),
        credito: statement.contract.credit.to_string(),
        inicio_contrato: statement.contract.start,
        fim_contrato: statement.contract.end,
        situacao: statement.situation.word(),
        buscado_em: client.fetched_at.map(instant),
        dados_ate: statement.data_through,
        consolidado_ate: statement.settled_through,
        consumo: text(statement.consumption.as_ref()),
        consumo_provisorio: text(statement.provisional.as_ref()),
        consumo_pct: text(statement.credit_percent.as_ref()),
        saldo: text(statement.balance.as_ref()),
        previsto: text(statement.forecast.as_ref()),
        complemento_provisorio: text(statement.top_up.as_ref()),
        total_estimado: text(statement.projected.as_ref()),
        sobra: text(statement.surplus.as_ref()),
        debito: text(statement.shortfall.as_ref()),
        esgota_em: statement.runs_out,
        dias_decorridos: statement.elapsed,
        dias_restantes: statement.left,
        prazo_pct: text(statement.term_percent.as_ref()),
        ritmo_diario: text(statement.pace.as_ref()),
        ritmo_alvo: text(statement.target_pace.as_ref()),
        mes_atual_estimado: text(statement.month_estimate.as_ref()),
        consumo_anterior: text(
            statement
                .contract
                .opening
                .as_ref()
                .map(|opening| &opening.amount),
        ),
        meses: statement
            .months
            .iter()
            .map(|line| Mes {
                mes: month(line.month),
                consumo: text(line.consumption.as_ref()),
                dias: line.days,
                media_diaria: text(line.mean.as_ref()),
            })
            .collect(),
        janela: Janela {
            inicio: statement.window.map(|window| window.days.start),
            fim: statement.window.and_then(|window| window.days.last()),
            dias: statement.window.map_or(0, |window| window.days.len()),
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

fn dia(line: &DayLine) -> Dia {
    Dia {
        data: line.day,
        custo: text(line.cost.as_ref()),
        estado: if line.settled {
            "consolidado"
        } else {
            "provisorio"
        },
    }
}

fn total(totals: &Totals) -> Total {
    Total {
        moeda: code(totals.currency),
        clientes: totals.clients,
        credito: totals.credit.to_string(),
        consumo: totals.consumption.to_string(),
        saldo: totals.balance.to_string(),
        previsto: totals.forecast.to_string(),
        complemento_provisorio: totals.top_up.to_string(),
        total_estimado: totals.projected.to_string(),
        sobras: totals.surplus.to_string(),
        debitos: totals.shortfall.to_string(),
        meses: totals
            .months
            .iter()
            .map(|(key, line)| MesTotal {
                mes: month(*key),
                consumo: line.consumption.to_string(),
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

fn code(currency: Currency) -> String {
    currency.code().to_owned()
}

/// A month as machines read it: `2026-03`.
pub(super) fn month(month: Month) -> String {
    format!("{}-{:02}", month.year, month.month)
}
