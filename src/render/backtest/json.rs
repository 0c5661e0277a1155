//! The test as a JSON document, version 1: stable names, figures as exact strings.

use anyhow::Result;
use serde::Serialize;

use crate::calendar::Day;
use crate::forecast::Method;
use crate::forecast::estimate::backtest::Trial;
use crate::render::Context;
use crate::render::json::{Aviso, Falha, avisos, falha, made_at, written};
use crate::report::backtest::{Backtest, Tested, Verdict};
use crate::report::portfolio::Client;

#[derive(Serialize)]
struct BacktestDocument<'a> {
    versao: u32,
    programa: &'static str,
    endpoint: Option<&'a str>,
    gerado_em: String,
    data_base: Day,
    offline: bool,
    metodo_da_faixa: &'static str,
    avisos: Vec<Aviso>,
    clientes: Vec<BacktestClient>,
    total: BacktestTotal,
    falhas: Vec<Falha>,
    resumo: BacktestSummary,
}

#[derive(Serialize)]
struct BacktestClient {
    cliente: String,
    arquivo: String,
    tenancy: Option<String>,
    regiao: Option<String>,
    inicio_historico: Option<Day>,
    fim_historico: Option<Day>,
    dias_historico: u32,
    dias_restantes: u32,
    testes: Vec<Teste>,
    sugestao: Option<Sugestao>,
    conclusao: &'static str,
}

#[derive(Serialize)]
struct BacktestTotal {
    testes: Vec<Teste>,
    sugestao: Option<Sugestao>,
    conclusao: &'static str,
}

#[derive(Serialize)]
struct Teste {
    horizonte: u32,
    clientes: u32,
    origens: u32,
    blocos: u32,
    blocos_na_faixa: u32,
    blocos_com_faixa: u32,
    metodos: Vec<Metodo>,
}

#[derive(Serialize)]
struct Metodo {
    metodo: &'static str,
    erro_pct: String,
    blocos_melhores: Option<String>,
}

#[derive(Serialize)]
struct Sugestao {
    metodo: &'static str,
    horizonte: u32,
}

#[derive(Serialize)]
struct BacktestSummary {
    configs: usize,
    testados: usize,
    falhas: usize,
}

/// The document.
///
/// # Errors
/// When JSON cannot be written, which no test brings about.
pub(in crate::render) fn document(backtest: &Backtest, context: &Context<'_>) -> Result<String> {
    let tested = |client: &Client<Tested>| Some(cliente(client, client.outcome.as_ref().ok()?));
    let clientes: Vec<BacktestClient> = backtest.clients.iter().filter_map(tested).collect();
    written(&BacktestDocument {
        versao: 1,
        programa: concat!("oci-consumo ", env!("CARGO_PKG_VERSION")),
        endpoint: context.endpoint,
        gerado_em: made_at(context),
        data_base: context.as_of,
        offline: context.offline,
        metodo_da_faixa: backtest.method.word(),
        avisos: avisos(context.lang(), &backtest.notices),
        total: BacktestTotal {
            testes: backtest.trials.iter().map(teste).collect(),
            sugestao: sugestao(&backtest.verdict),
            conclusao: backtest.verdict.code(),
        },
        falhas: backtest
            .failed()
            .map(|(client, failure)| falha(context.lang(), client, failure))
            .collect(),
        resumo: BacktestSummary {
            configs: backtest.clients.len(),
            testados: clientes.len(),
            falhas: backtest.failed().count(),
        },
        clientes,
    })
}

fn cliente(client: &Client<Tested>, tested: &Tested) -> BacktestClient {
    let last = tested.settled.last();
    BacktestClient {
        cliente: client.name.clone(),
        arquivo: client.file.clone(),
        tenancy: client.tenancy.clone(),
        regiao: client.region.clone(),
        inicio_historico: last.map(|_| tested.settled.start),
        fim_historico: last,
        dias_historico: tested.known,
        dias_restantes: tested.left,
        testes: tested.trials.iter().map(teste).collect(),
        sugestao: sugestao(&tested.verdict),
        conclusao: tested.verdict.code(),
    }
}

fn teste(trial: &Trial) -> Teste {
    Teste {
        horizonte: trial.horizon,
        clientes: trial.clients,
        origens: trial.origins,
        blocos: trial.blocks,
        blocos_na_faixa: trial.held,
        blocos_com_faixa: trial.banded,
        metodos: trial
            .scores
            .iter()
            .map(|score| Metodo {
                metodo: score.method.word(),
                erro_pct: score.error.to_string(),
                // Nothing is nearer than itself.
                blocos_melhores: (score.method != Method::WEEKDAY)
                    .then(|| score.wins().to_string()),
            })
            .collect(),
    }
}

fn sugestao(verdict: &Verdict) -> Option<Sugestao> {
    match verdict {
        Verdict::Switch { method, horizon } => Some(Sugestao {
            metodo: method.word(),
            horizonte: *horizon,
        }),
        _ => None,
    }
}
