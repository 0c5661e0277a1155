//! Folders of companies with names as Brazilian ones have them: contracts in each situation, in two currencies, with
//! troubles from forty on.

use chrono::Datelike as _;
use fastrand::Rng;

use super::stand_in::WorldRow;
use super::{Config, Folder, refusal};
use oci_consumo::internals::calendar::{Day, plus_days};

const NAMES: [&str; 40] = [
    "Tribunal de Contas do Estado",
    "Construtora Vale do Paraíba S.A.",
    "Prefeitura Municipal de Boa Esperança do Sul",
    "Ótica Visão",
    "Universidade Federal do Cerrado - UFC",
    "Companhia Brasileira de Distribuição e Logística do Nordeste S.A.",
    "Rede Hoteleira Mar & Sol",
    "Transportadora Rápido Sul",
    "Pão & Cia",
    "Hospital Santa Casa de Misericórdia",
    "Laticínios Serra Azul",
    "Cooperativa Agroindustrial do Oeste Paranaense",
    "Varejo Mais",
    "Seguradora Atlântica",
    "Móveis Pinheiro",
    "Instituto de Pesquisas Tecnológicas do Litoral",
    "Gráfica Farol",
    "Têxtil Santo Antônio",
    "Startup Zeta",
    "Energia Eólica Ventos do Sertão",
    "Editora Letra Viva",
    "Banco Regional de Fomento",
    "Frigorífico Campo Bom",
    "Escola Técnica Dom Pedro",
    "Clínica Boa Vista",
    "Autopeças Jundiaí",
    "Farmácias Vida Longa",
    "Mineração Pedra Branca",
    "Tropical Exports Ltd",
    "Associação dos Municípios da Zona da Mata",
    "Usina São Domingos",
    "Papelaria Central",
    "Transportes Andorinha",
    "Câmara Municipal de Ribeirão das Flores",
    "Cervejaria Três Rios",
    "Agência de Águas",
    "Porto Seco do Vale",
    "Loja Nova Era",
    "Academia Movimento",
    "Viação Horizonte",
];

/// Credit of each in turn, in per cent of what the whole term costs.
const CREDITS: [u32; 12] = [92, 130, 108, 83, 160, 106, 97, 118, 101, 240, 88, 112];

/// Cost of a day by weekday, Monday first, in per cent of the mean.
const WEEKDAYS: [i64; 7] = [112, 117, 119, 117, 107, 68, 60];

/// Makes the folder of the first `size` companies as of `as_of`.
pub fn folder(size: usize, as_of: Day) -> Folder {
    (0..size).fold(Folder::new(), |folder, n| match n {
        // Four that fail, and one that waits for its key.
        7 if size >= 40 => folder.faulty(
            &company(n, as_of),
            Vec::new(),
            [],
            Some(refusal(404, "NotAuthorizedOrNotFound")),
        ),
        14 if size >= 40 => folder.config(&company(n, as_of).with("credito", "150.000")),
        16 if size >= 40 => folder.config(
            &company(n, as_of).with("key_file", "/home/Maria Silva/Área de Trabalho/farol.pem"),
        ),
        23 if size >= 40 => folder.faulty(
            &company(n, as_of),
            Vec::new(),
            [],
            Some(refusal(401, "NotAuthenticated")),
        ),
        38 => folder.config(&company(n, as_of).without("user").without("fingerprint")),
        // Without any data.
        20 => folder.client(&company(n, as_of), Vec::new()),
        _ => {
            let config = company(n, as_of);
            let rows = rows(n, &config, as_of);
            folder.client(&config, rows)
        }
    })
}

/// Mean cost of a day in cents.
fn cents(n: usize) -> u32 {
    let n = u32::try_from(n).unwrap();
    9_000 + (n * n * 7_919 + n * 31_337) % 390_000
}

fn company(n: usize, as_of: Day) -> Config {
    let begun = match n {
        // Past its term, and before it.
        34 => 380,
        35 => -12,
        _ => i64::try_from(40 + n * 53 % 310).unwrap(),
    };
    let start = plus_days(as_of, -begun);
    let number = u32::try_from(n).unwrap();
    let percent = CREDITS[n % CREDITS.len()];
    let credit = u64::from(cents(n)) * 365 * u64::from(percent) / 100 / 100_000 * 1000;
    let name = match n / NAMES.len() {
        0 => NAMES[n].to_owned(),
        unit => format!("{} – Unidade {}", NAMES[n % NAMES.len()], unit + 1),
    };
    let config = Config::new(&format!("{number:03}"))
        .with("cliente", &name)
        .with("moeda", currency(n))
        .with("credito", &credit.to_string())
        .with("inicio_contrato", &start.to_string())
        .with("fim_contrato", &plus_days(start, 364).to_string());
    match n % 10 {
        // Its credit has no currency, and its data say which.
        3 => config.without("moeda"),
        _ => config,
    }
}

fn currency(n: usize) -> &'static str {
    match n % 9 {
        1 => "USD",
        _ => "BRL",
    }
}

fn rows(n: usize, config: &Config, as_of: Day) -> Vec<WorldRow> {
    let mut dice = Rng::with_seed(u64::try_from(n).unwrap());
    let start: Day = config.value("inicio_contrato").parse().unwrap();
    let end: Day = config.value("fim_contrato").parse().unwrap();
    let days = start.iter_days().take_while(|d| *d < as_of && *d <= end);
    days.map(|day| {
        let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap();
        let cost = i64::from(cents(n)) * WEEKDAYS[weekday] / 100 * dice.i64(92..=108) / 100;
        WorldRow::new(
            day,
            format!("{}.{:02}", cost / 100, cost % 100),
            currency(n),
        )
    })
    .collect()
}
