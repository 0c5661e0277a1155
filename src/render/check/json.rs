//! The check as a JSON document, version 1: stable names and words, texts in the chosen language.

use anyhow::Result;
use serde::Serialize;

use crate::calendar::Day;
use crate::check::{ChannelCheck, Checkup, StepState};
use crate::failure::Notice;
use crate::render::json::{Aviso, avisos, made_at, written};
use crate::render::{Context, explain};

#[derive(Serialize)]
struct CheckDocument<'a> {
    versao: u32,
    programa: &'static str,
    endpoint: Option<&'a str>,
    gerado_em: String,
    data_base: Day,
    avisos: Vec<Aviso>,
    clientes: Vec<CheckedClient>,
    canais: Vec<Canal>,
    resumo: CheckSummary,
}

#[derive(Serialize)]
struct Canal {
    canal: String,
    estado: &'static str,
    codigo: Option<&'static str>,
    mensagem: String,
}

#[derive(Serialize)]
struct CheckedClient {
    cliente: String,
    arquivo: String,
    tenancy: Option<String>,
    regiao: Option<String>,
    estado: &'static str,
    passos: Vec<Passo>,
    pedido: Option<String>,
}

#[derive(Serialize)]
struct Passo {
    passo: &'static str,
    estado: &'static str,
    codigo: Option<&'static str>,
    mensagem: String,
    acao: Option<String>,
    request_id: Option<String>,
}

#[derive(Serialize)]
struct CheckSummary {
    clientes: usize,
    ok: usize,
    aviso: usize,
    falha: usize,
    desconhecido: usize,
}

/// The document.
///
/// # Errors
/// When JSON cannot be written, which no check brings about.
pub(in crate::render) fn document(
    checkups: &[Checkup],
    channels: &[ChannelCheck],
    notices: &[Notice],
    context: &Context<'_>,
) -> Result<String> {
    let count = |state: StepState| checkups.iter().filter(|c| c.state() == state).count();
    written(&CheckDocument {
        versao: 1,
        programa: concat!("oci-consumo ", env!("CARGO_PKG_VERSION")),
        endpoint: context.endpoint,
        gerado_em: made_at(context),
        data_base: context.as_of,
        avisos: avisos(context.view.lang, notices),
        clientes: checkups.iter().map(|c| cliente(c, context)).collect(),
        canais: channels
            .iter()
            .map(|channel| Canal {
                canal: channel.channel.clone(),
                estado: channel.state().word(),
                codigo: channel.code(),
                mensagem: explain::alert::channel(context.view.lang, channel),
            })
            .collect(),
        resumo: CheckSummary {
            clientes: checkups.len(),
            ok: count(StepState::Fine),
            aviso: count(StepState::Warning),
            falha: count(StepState::Failed),
            desconhecido: count(StepState::Unknown),
        },
    })
}

fn cliente(checkup: &Checkup, context: &Context<'_>) -> CheckedClient {
    let lang = context.view.lang;
    let passos = checkup.findings.iter().map(|finding| {
        let (mensagem, acao) = explain::finding(lang, &checkup.file, finding);
        let failure = finding.fact.failure();
        Passo {
            passo: finding.step.word(),
            estado: finding.fact.state().word(),
            codigo: finding.fact.code(),
            mensagem,
            acao,
            request_id: failure.and_then(|failure| failure.request_id.clone()),
        }
    });
    let request = checkup.request.as_ref();
    CheckedClient {
        cliente: checkup.name.clone(),
        arquivo: checkup.file.clone(),
        tenancy: checkup.tenancy.clone(),
        regiao: checkup.region.clone(),
        estado: checkup.state().word(),
        passos: passos.collect(),
        pedido: request.map(|request| explain::admin_request(lang, request).join("\n")),
    }
}
