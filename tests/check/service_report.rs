//! The service report: what answers showed of each assumption, and nothing that may not leave the house.

use std::collections::BTreeMap;

use oci_consumo::internals::oci::assumptions::ASSUMPTIONS;
use serde_json::{Value, json};

use crate::common::habits::{Habits, History, Limit, Monthly, Order};
use crate::common::stand_in::Fault;
use crate::common::{
    Config, Folder, KEY_PEM, Ran, Served, answer, assert_clean, assert_untold, assert_words, daily,
    day, document, pieces,
};

/// The words of a hostile answer.
const HOSTILE: [&str; 4] = [
    "segredo-de-campo",
    "segredo-de-valor",
    "segredo-de-mensagem",
    "segredo-de-pagina",
];

/// The numbers of a report, by assumption and word.
fn numbers(report: &Value) -> BTreeMap<(String, String), u64> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = report["suposicoes"].as_array().unwrap().iter();
    rows.flat_map(|row| {
        let seen = row["vistos"].as_array().unwrap().iter();
        seen.map(move |seen| {
            let key = (text(&row["suposicao"]), text(&seen["visto"]));
            (key, seen["numero"].as_u64().unwrap())
        })
    })
    .collect()
}

/// The report of a check that exits with `status`, as a document.
#[track_caller]
fn report(served: &Served, status: i32) -> (Value, Ran) {
    let args = ["--service-report", "--format", "json"];
    let ran = served.check(&args).exited(status);
    let report = document(&ran.stdout);
    let ids: Vec<&str> = ASSUMPTIONS.iter().map(|row| row.id).collect();
    let rows = report["suposicoes"].as_array().unwrap();
    let told: Vec<&str> = rows
        .iter()
        .map(|row| row["suposicao"].as_str().unwrap())
        .collect();
    assert_eq!(told, ids);
    (report, ran)
}

#[track_caller]
fn assert_seen(report: &Value, expected: &[(&str, &str, u64)]) {
    let numbers = numbers(report);
    for (assumption, word, number) in expected {
        let key = ((*assumption).to_owned(), (*word).to_owned());
        assert_eq!(numbers.get(&key), Some(number), "{key:?}\n{numbers:#?}");
    }
}

#[track_caller]
fn assert_unseen(report: &Value, unexpected: &[(&str, &str)]) {
    let numbers = numbers(report);
    for (assumption, word) in unexpected {
        let key = ((*assumption).to_owned(), (*word).to_owned());
        assert_eq!(numbers.get(&key), None, "{key:?}");
    }
}

/// Asserts that a report tells nothing of `configs`, of their key, of the host or of an amount.
#[track_caller]
fn assert_nothing_told(ran: &Ran, served: &Served, configs: &[&Config]) {
    assert_clean(ran);
    assert_untold(ran, pieces(KEY_PEM));
    assert_untold(ran, HOSTILE);
    let endpoint = served.server.endpoint();
    let port = endpoint.trim_end_matches('/').rsplit(':').next().unwrap();
    assert_untold(ran, ["127.0.0.1", "localhost", &format!(":{port}")]);
    assert_untold(ran, ["17.31", "17,31", "ocid1.", "opc-request-id"]);
    for config in configs {
        let keys = ["user", "tenancy", "fingerprint", "cliente", "region"];
        assert_untold(ran, keys.map(|key| config.value(key)));
        assert_untold(ran, [config.file.as_str()]);
    }
    let folder = served.dir.path().to_str().unwrap();
    assert_untold(ran, [folder]);
}

#[test]
fn a_plain_service_shows_what_is_taken_for_granted() {
    let config = Config::new("plano");
    let served = Folder::new()
        .client(&config, daily("2025-01-01", "2026-06-16", "17.31"))
        .serve();
    let (report, ran) = report(&served, 0);
    assert_nothing_told(&ran, &served, &[&config]);
    assert_eq!(report["outro_endereco"], true);
    let summary = json!({"clientes": 1, "perguntados": 1, "falha": 0});
    assert_eq!(report["resumo"], summary);
    // The check's three questions, and the survey's four.
    assert_eq!(served.requests_of(&config), 7);
    assert_seen(
        &report,
        &[
            ("signature", "status_200", 7),
            ("policy", "consulta_respondida", 6),
            ("home-region", "home_respondeu", 1),
            ("daily-range", "mais_longo_respondido", 90),
            ("monthly-range", "meses_respondidos", 12),
            ("monthly-rows", "inteiro_no_primeiro_dia", 24),
            ("monthly-rows", "parte_recortada", 1),
            ("monthly-rows", "custo_da_parte", 1),
            ("monthly-rows", "mes_como_dias", 2),
            ("history", "antigo_com_linhas", 1),
            ("one-currency", "moedas", 1),
            ("late-days", "idade_do_mais_novo", 1),
        ],
    );
    assert_unseen(
        &report,
        &[
            ("daily-range", "mais_curto_recusado"),
            ("row-order", "fora_de_ordem"),
            ("monthly-rows", "custo_do_mes"),
            ("known-fields", "com_desconhecidos"),
        ],
    );

    for (lang, words) in [
        (
            "pt-BR",
            [
                "  daily-range: Uma consulta DAILY pode pedir 90 dias (dito por terceiros)\n    período mais longo respondido, em dias: 90\n",
                "    não visto nesta execução\n",
                "(--endpoint)",
            ],
        ),
        (
            "en",
            [
                "  daily-range: A DAILY request may ask for 90 days (said by third parties)\n    longest range answered, in days: 90\n",
                "    not seen in this run\n",
                "It can be sent to the project",
            ],
        ),
    ] {
        let ran = served
            .check(&["--service-report", "--lang", lang])
            .exited(0);
        assert_words(&ran.stdout, &words);
        assert_nothing_told(&ran, &served, &[&config]);
    }
    // The check itself asks as it did.
    let before = served.requests_of(&config);
    served.check(&[]).exited(0);
    assert_eq!(served.requests_of(&config) - before, 3);
}

/// A service that is otherwise in many ways at once, for each of three clients in ways of its own.
#[test]
#[ignore = "long"]
fn a_service_that_is_otherwise_shows_how_and_fails_no_check() {
    let hostile = |row: &mut Value| {
        row["segredo-de-campo"] = json!({"segredo-de-valor": 1});
        row["tenantId"] = " ".into();
        row["currency"] = " brl ".into();
        row["computedAmount"] = format!("{}", row["computedAmount"]).into();
        for key in ["timeUsageStarted", "timeUsageEnded"] {
            row[key] = row[key].as_str().unwrap().replace(".000Z", "+00:00").into();
        }
    };
    let habits = [
        Habits {
            longest: 31,
            monthly: Monthly::Whole,
            order: Order::Reverse,
            parts: 2,
            page_rows: 7,
            empty_pages: 2,
            empty_token: true,
            row: hostile,
            page: |page| page["segredo-de-pagina"] = 7.into(),
            ..Habits::default()
        },
        Habits {
            monthly: Monthly::Refused(400, "segredo-de-mensagem"),
            limit: Limit::Capped(25),
            history: History::RefusedBefore(day("2026-01-01")),
            ..Habits::default()
        },
        Habits {
            monthly: Monthly::On(20),
            history: History::Since(day("2026-01-01")),
            ..Habits::default()
        },
    ];
    let ids = ["um", "dois", "tres"];
    let configs: Vec<Config> = ids.iter().map(|id| Config::new(id)).collect();
    let mut folder = Folder::new();
    for (config, habits) in configs.iter().zip(habits) {
        folder = folder.client(config, daily("2025-01-01", "2026-06-16", "17.31"));
        folder.world.tenants.last_mut().unwrap().habits = Some(habits);
    }
    let busy = |wait: &str| {
        let body = r#"{"code":"TooManyRequests","message":"segredo-de-mensagem"}"#;
        answer(429, &[("retry-after", wait)], body)
    };
    let tenants = &mut folder.world.tenants;
    tenants[0].script = [busy("0"), busy(" soon ")].into();
    tenants[2].home = Some("sa-vinhedo-1".to_owned());
    // One that fails, with a page for people.
    let failed = Config::new("quatro");
    let page = "<html>segredo-de-mensagem</html>";
    let folder = folder.faulty(&failed, Vec::new(), [], Some(answer(404, &[], page)));
    // And one whose clock is off.
    let late = Config::new("cinco");
    let rows = daily("2026-01-01", "2026-06-16", "17.31");
    let served = folder
        .faulty(&late, rows, [], Some(Fault::ClockOffset(600)))
        .serve();

    let (report, ran) = report(&served, 3);
    let without = served.check(&["--format", "json"]).exited(3);
    let all: Vec<&Config> = configs.iter().chain([&failed, &late]).collect();
    assert_nothing_told(&ran, &served, &all);
    assert_eq!(report["resumo"]["perguntados"], 5);
    let text = served.check(&["--service-report", "--lang", "en"]);
    assert_nothing_told(&text, &served, &all);
    assert_words(&text.stdout, &["5 clients, 5 asked", "(1 client)"]);

    let numbers = numbers(&report);
    for (assumption, word) in [
        ("daily-range", "mais_curto_recusado"),
        ("monthly-rows", "parte_no_primeiro_dia"),
        ("monthly-rows", "parte_recusada"),
        ("monthly-rows", "inteiros_recusados"),
        ("monthly-rows", "inteiro_em_outro_dia"),
        ("monthly-rows", "custo_do_mes"),
        ("monthly-range", "meses_recusados"),
        ("page-limit", "menos_que_pedido"),
        ("next-page", "vazio"),
        ("empty-pages", "vazia_e_mais"),
        ("empty-pages", "linhas_depois"),
        ("row-order", "fora_de_ordem"),
        ("day-on-one-page", "varias_linhas"),
        ("day-on-one-page", "em_paginas"),
        ("times", "deslocamento"),
        ("tenant-id", "vazio"),
        ("known-fields", "com_desconhecidos"),
        ("known-fields", "nomes_desconhecidos"),
        ("known-fields", "pagina_com_desconhecidos"),
        ("amounts", "texto"),
        ("currency", "com_espacos"),
        ("history", "antigo_recusado"),
        ("history", "antigo_vazio"),
        ("home-region", "outra_respondeu"),
        ("refusal-code", "sem_codigo_404"),
        ("retry-after", "segundos"),
        ("retry-after", "outra_forma"),
        ("clock", "aceito_com_a_hora_do_servico"),
    ] {
        let key = (assumption.to_owned(), word.to_owned());
        assert!(numbers.contains_key(&key), "{key:?}\n{numbers:#?}");
    }
    assert_seen(
        &report,
        &[
            ("daily-range", "mais_longo_respondido", 90),
            ("known-fields", "nomes_desconhecidos", 1),
            ("retry-after", "status_429", 2),
        ],
    );
    // What only the survey asked for, and was refused, fails nobody.
    let failing = |ran: &Ran| document(&ran.stdout)["resumo"]["falha"].clone();
    assert_eq!(report["resumo"]["falha"], failing(&without));
}

#[test]
fn nothing_asked_is_nothing_seen() {
    let served = Folder::new()
        .config(&Config::new("a").with("key_file", "nao-existe.pem"))
        .serve();
    let (report, _) = report(&served, 4);
    assert_eq!(numbers(&report), BTreeMap::new());
    assert_eq!(report["resumo"]["perguntados"], 0);
    served.check(&["--service-report", "--offline"]).exited(2);
}
