//! The service report of a check: what answers showed of each assumption. It holds fixed words and counts alone,
//! so that an operator can send it to anybody.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;

use crate::calendar::Day;
use crate::check::{Checkup, StepState};
use crate::lang::{Lang, say};
use crate::oci::assumptions::ASSUMPTIONS;
use crate::oci::observed::Sight;
use crate::render::Context;
use crate::render::json::{made_at, written};
use crate::render::text::TextPage;
use crate::render::words::{self, pick};

/// Numbers of one sight over all clients' answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SightTotal {
    number: u64,
    clients: usize,
}

/// Puts the numbers of all clients together.
fn totals(checkups: &[Checkup]) -> BTreeMap<Sight, SightTotal> {
    let mut totals = BTreeMap::new();
    for (sight, number) in checkups.iter().flat_map(|checkup| &checkup.seen) {
        let (sight, number) = (*sight, *number);
        let first = SightTotal { number, clients: 1 };
        totals
            .entry(sight)
            .and_modify(|total: &mut SightTotal| {
                total.number = sight.measure().joined(total.number, number);
                total.clients += 1;
            })
            .or_insert(first);
    }
    totals
}

fn of<'t>(
    totals: &'t BTreeMap<Sight, SightTotal>,
    assumption: &'t str,
) -> impl Iterator<Item = (Sight, SightTotal)> + 't {
    let seen = totals.iter().map(|(sight, total)| (*sight, *total));
    seen.filter(move |(sight, _)| sight.assumption() == assumption)
}

/// Returns the number of clients that were asked.
fn asked(checkups: &[Checkup]) -> usize {
    checkups
        .iter()
        .filter(|checkup| !checkup.seen.is_empty())
        .count()
}

/// The report as text.
pub(in crate::render) fn text(checkups: &[Checkup], context: &Context<'_>) -> String {
    let lang = context.lang();
    let nameless = Context {
        endpoint: None,
        ..context.clone()
    };
    let mut page = TextPage::new(&nameless);
    page.title(pick(
        lang,
        "O que o serviço mostrou nesta execução",
        "What the service showed in this run",
    ));
    page.sentence(2, pick(
        lang,
        "Só palavras fixas e contagens: nenhum valor, nome, OCID, host, mensagem ou token. Pode ser enviado ao projeto",
        "Fixed words and counts alone: no amount, name, OCID, host, message or token. It can be sent to the project",
    ));
    let (all, asked) = (words::clients(lang, checkups.len()), asked(checkups));
    page.sentence(
        2,
        &say! { lang, "{all}, {asked} com perguntas ao serviço",
        "{all}, {asked} asked about at the service" },
    );
    if context.endpoint.is_some() {
        page.sentence(
            2,
            pick(
                lang,
                "Respondeu outro endereço em lugar do serviço (--endpoint)",
                "Another address answered in place of the service (--endpoint)",
            ),
        );
    }
    let totals = totals(checkups);
    for row in ASSUMPTIONS {
        page.blank();
        let (belief, proof) = (
            words::name(lang, row.belief),
            words::name(lang, row.proof.names()),
        );
        page.sentence(
            2,
            &format!("{}: {} ({proof})", row.id, belief.replace('`', "")),
        );
        let mut seen: Vec<String> = of(&totals, row.id)
            .map(|(sight, total)| line(lang, sight, total, asked))
            .collect();
        if seen.is_empty() {
            let not = pick(lang, "não visto nesta execução", "not seen in this run");
            seen.push(not.to_owned());
        }
        page.sentence(4, &seen.join("; "));
    }
    page.into_text()
}

/// `em segundos: 3`, and by how many clients where several were asked.
fn line(lang: Lang, sight: Sight, total: SightTotal, asked: usize) -> String {
    let text = words::name(lang, sight.texts());
    let number = total.number;
    if asked < 2 {
        return format!("{text}: {number}");
    }
    let clients = words::clients(lang, total.clients);
    format!("{text}: {number} ({clients})")
}

#[derive(Serialize)]
struct ServiceDocument {
    versao: u32,
    programa: &'static str,
    outro_endereco: bool,
    gerado_em: String,
    data_base: Day,
    resumo: ServiceSummary,
    suposicoes: Vec<Suposicao>,
}

#[derive(Serialize)]
struct ServiceSummary {
    clientes: usize,
    perguntados: usize,
    falha: usize,
}

#[derive(Serialize)]
struct Suposicao {
    suposicao: &'static str,
    texto: &'static str,
    prova: &'static str,
    vistos: Vec<Visto>,
}

#[derive(Serialize)]
struct Visto {
    visto: &'static str,
    texto: &'static str,
    medida: &'static str,
    numero: u64,
    clientes: usize,
}

/// The report as a JSON document, version 1.
///
/// # Errors
/// When JSON cannot be written, which no check brings about.
pub(in crate::render) fn document(checkups: &[Checkup], context: &Context<'_>) -> Result<String> {
    let (lang, totals) = (context.lang(), totals(checkups));
    let visto = |(sight, total): (Sight, SightTotal)| Visto {
        visto: sight.word(),
        texto: words::name(lang, sight.texts()),
        medida: sight.measure().word(),
        numero: total.number,
        clientes: total.clients,
    };
    let suposicoes = ASSUMPTIONS.iter().map(|row| Suposicao {
        suposicao: row.id,
        texto: words::name(lang, row.belief),
        prova: row.proof.word(),
        vistos: of(&totals, row.id).map(visto).collect(),
    });
    let failed = |checkup: &&Checkup| checkup.state() == StepState::Failed;
    written(&ServiceDocument {
        versao: 1,
        programa: concat!("oci-consumo ", env!("CARGO_PKG_VERSION")),
        outro_endereco: context.endpoint.is_some(),
        gerado_em: made_at(context),
        data_base: context.as_of,
        resumo: ServiceSummary {
            clientes: checkups.len(),
            perguntados: asked(checkups),
            falha: checkups.iter().filter(failed).count(),
        },
        suposicoes: suposicoes.collect(),
    })
}
