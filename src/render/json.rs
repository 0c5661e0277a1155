//! The JSON document, version 1: stable names, amounts as exact strings,
//! absent figures as null. Its own types, so that a change inside the program
//! cannot change it unseen.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::{Context, explain, words};
use crate::adjustment::Adjustment;
use crate::calendar::{Day, Month};
use crate::failure::{Failure, Notice};
use crate::lang::Lang;
use crate::money::{Amount, Currency};
use crate::report::band::{Band, Ends, LEVEL};
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
    metodo: &'static str,
    hipotese: Option<String>,
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
    metodo: &'static str,
    previsto: Option<String>,
    complemento_provisorio: Option<String>,
    ajuste: Option<String>,
    hipotese: Option<String>,
    total_estimado: Option<String>,
    faixa: Option<Faixa>,
    segunda_opiniao: Option<SegundaOpiniao>,
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
    ajuste_previsto: Option<String>,
    meses: Vec<Mes>,
    janela: Janela,
    dias_semana: Vec<DiaSemana>,
    diario: Option<Vec<Dia>>,
    avisos: Vec<Aviso>,
}

#[derive(Serialize)]
struct Faixa {
    nivel: String,
    previsto_min: String,
    previsto_max: String,
    total_min: String,
    total_max: String,
    esgota_min: Option<Day>,
    esgota_max: Option<Day>,
    probabilidade_esgotar: Option<String>,
    origens: u32,
    blocos: u32,
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

/// What the reader must know.
#[derive(Serialize)]
pub(super) struct Aviso {
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
    ajuste: Option<String>,
    hipotese: Option<String>,
    total_estimado: String,
    faixa_independente: Option<FaixaTotal>,
    faixa_dependente: Option<FaixaTotal>,
    sobras: String,
    debitos: String,
    meses: Vec<MesTotal>,
    dias_semana: Vec<DiaSemana>,
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
    consumo: String,
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
        metodo: portfolio.method.word(),
        hipotese: portfolio.what_if.as_ref().map(Adjustment::to_string),
        offline: context.offline,
        avisos: avisos(lang, &portfolio.notices),
        clientes: reported
            .map(|(client, statement)| cliente(client, statement, context))
            .collect(),
        totais: portfolio.totals.iter().map(total).collect(),
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

/// What went wrong with the store, in words.
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
        metodo: statement.method.word(),
        previsto: text(statement.forecast.as_ref()),
        complemento_provisorio: text(statement.top_up.as_ref()),
        ajuste: text(statement.added(false)),
        hipotese: text(statement.added(true)),
        total_estimado: text(statement.projected.as_ref()),
        faixa: statement.band.as_ref().map(faixa),
        segunda_opiniao: statement.second.as_ref().map(|second| SegundaOpiniao {
            metodo: second.method.word(),
            previsto: second.forecast.to_string(),
            total_estimado: second.projected.to_string(),
            situacao: second.situation.word(),
        }),
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
        ajuste_previsto: statement
            .contract
            .adjustment
            .as_ref()
            .map(Adjustment::to_string),
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

fn faixa(band: &Band) -> Faixa {
    Faixa {
        nivel: LEVEL.to_string(),
        previsto_min: band.forecast.low.to_string(),
        previsto_max: band.forecast.high.to_string(),
        total_min: band.projected.low.to_string(),
        total_max: band.projected.high.to_string(),
        // The earlier day comes of the upper end.
        esgota_min: band.runs_out.high,
        esgota_max: band.runs_out.low,
        probabilidade_esgotar: band.chance.map(|chance| chance.to_string()),
        origens: band.origins,
        blocos: band.blocks,
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
        ajuste: text(totals.adjusted.as_ref()),
        hipotese: text(totals.supposed.as_ref()),
        total_estimado: totals.projected.to_string(),
        faixa_independente: totals.independent().map(|ends| faixa_total(totals, &ends)),
        faixa_dependente: totals.dependent().map(|ends| faixa_total(totals, &ends)),
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

fn faixa_total(totals: &Totals, ends: &Ends<Amount>) -> FaixaTotal {
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

fn code(currency: Currency) -> String {
    currency.code().to_owned()
}

/// A month as machines read it: `2026-03`.
pub(super) fn month(month: Month) -> String {
    format!("{}-{:02}", month.year, month.month)
}
