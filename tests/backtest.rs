//! `backtest`, through the program: what it says of each client and of all, and how it ends. That the
//! figures are right is in `forecast`.

use std::process::Command;
use std::time::SystemTime;

use clap::Parser;
use console::measure_text_width;
use oci_consumo::cli::Cli;
use oci_consumo::internals::calendar::plus_days;
use oci_consumo::internals::contract::Contract;
use oci_consumo::internals::days::series::{DailySeries, Knowledge};
use oci_consumo::internals::days::{CostRow, Ledger};
use oci_consumo::internals::forecast::Method;
use oci_consumo::internals::money::{Amount, Currency};
use oci_consumo::internals::render::{self, Canvas, Context};
use oci_consumo::internals::report::backtest::{Backtest, Tested};
use oci_consumo::internals::report::portfolio::Client;
use oci_consumo::plan::{Defaults, Plan};
use serde_json::{Value, json};

use crate::common::stand_in::WorldRow;
use crate::common::{
    AS_OF, Config, Folder, Ran, Served, assert_clean, assert_words, client, command, daily, day,
    failure, program, ran, refusal,
};

fn backtest_command(served: &Served) -> Command {
    let mut command = command();
    command.arg("backtest").arg(served.dir.path()).args([
        "--endpoint",
        &served.server.endpoint(),
        "--as-of",
        AS_OF,
    ]);
    command
}

fn backtest(served: &Served, args: &[&str]) -> Ran {
    ran(backtest_command(served).args(args))
}

fn json(served: &Served, status: i32, args: &[&str]) -> Value {
    let form = [&["--format", "json"], args].concat();
    backtest(served, &form).exited(status).json()
}

/// Growing by 3 % every ten days, which levels that follow see and means of months do not.
fn growing() -> Vec<WorldRow> {
    let mut rows = daily("2026-01-01", "2026-06-16", "");
    for (n, row) in (0..).zip(&mut rows) {
        row.amount = format!("{:.6}", 10.0 * f64::powf(1.003, f64::from(n)));
    }
    rows
}

#[test]
fn each_client_and_all_are_tested() {
    let ends_soon = |id: &str| Config::new(id).with("fim_contrato", "2026-07-31");
    let served = Folder::new()
        .client(&ends_soon("cresce"), growing())
        .client(
            &Config::new("igual"),
            daily("2026-01-01", "2026-06-16", "10"),
        )
        .client(
            &ends_soon("novo").with("inicio_contrato", "2026-05-01"),
            daily("2026-05-01", "2026-06-16", "10"),
        )
        .client(
            &Config::new("fim").with("fim_contrato", "2026-05-31"),
            growing(),
        )
        .serve();

    let document = json(&served, 0, &[]);

    assert_eq!(document["versao"], 1);
    assert_eq!(document["metodo_da_faixa"], "weekday");
    // 165 settled days: origins on days 56, 63, .. 137, and three blocks of 28 days.
    let grows = client(&document, "config_cresce");
    assert_eq!(grows["dias_historico"], 165);
    assert_eq!(grows["inicio_historico"], "2026-01-01");
    assert_eq!(grows["fim_historico"], "2026-06-14");
    assert_eq!(grows["dias_restantes"], 45);
    let trial = |client: &Value, n: usize, key: &str| client["testes"][n][key].clone();
    assert_eq!(trial(grows, 0, "horizonte"), 28);
    assert_eq!(trial(grows, 0, "origens"), 12);
    assert_eq!(trial(grows, 0, "blocos"), 3);
    assert_eq!(trial(grows, 1, "horizonte"), 90);
    assert_eq!(trial(grows, 1, "blocos"), 1);
    // Three blocks are too few, however clear they are.
    assert_eq!(grows["conclusao"], "teste_insuficiente");
    assert_eq!(grows["sugestao"], Value::Null);

    let same = client(&document, "config_igual");
    let methods = trial(same, 0, "metodos");
    assert_eq!(methods.as_array().unwrap().len(), 6);
    for method in methods.as_array().unwrap() {
        let error = method["erro_pct"].as_str().unwrap().parse::<f64>().unwrap();
        assert!(error < 1e-9, "{method}");
    }
    assert_eq!(trial(same, 0, "blocos_na_faixa"), 3);
    assert_eq!(trial(same, 0, "blocos_com_faixa"), 3);

    let young = client(&document, "config_novo");
    assert_eq!(young["testes"], json!([]));
    assert_eq!(young["conclusao"], "teste_insuficiente");
    assert_eq!(
        client(&document, "config_fim")["conclusao"],
        "nada_a_prever"
    );

    let all = &document["total"];
    assert_eq!(trial(all, 0, "clientes"), 3);
    assert_eq!(
        document["resumo"],
        json!({"configs": 4, "testados": 4, "falhas": 0})
    );
    let error = |client: &Value| {
        let text = client["testes"][0]["metodos"][0]["erro_pct"].clone();
        text.as_str().unwrap().parse::<f64>().unwrap()
    };
    let ended = client(&document, "config_fim");
    let mean = (error(grows) + error(same) + error(ended)) / 3.0;
    assert!((error(all) - mean).abs() < 1e-9);

    let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    for (lang, sentences, tables, formula) in [
        (
            "pt-BR",
            [
                "mas o teste só tem 3 períodos de 4 semanas, e decide com 4: manter.",
                "  Cliente igual: nos últimos 3 meses a previsão errou em média 0,0% em 4 semanas; nenhum outro método errou menos: manter.",
                "  Cliente novo: histórico curto para testar a previsão (45 dias; precisa de 84): manter.",
                "em 4 semanas; não restam dias a prever.",
                "4 clientes: 3 testados, 1 com histórico curto",
                "  Em conjunto, a previsão errou em média ",
                "nada aqui muda o relatório. Todos os métodos: --details.",
            ],
            [
                "Erro em 28 dias",
                "(165 dias fechados)",
                "Blocos independentes",
            ],
            "|ln(real ÷ previsto)|",
        ),
        (
            "en",
            [
                "but the test has only 3 periods of 4 weeks, and needs 4 to decide: no change.",
                "  Cliente igual: in the last 3 months the forecast was 0.0% off on average over 4 weeks; no other method was less off: no change.",
                "  Cliente novo: history too short to test the forecast (45 days; it takes 84): no change.",
                "over 4 weeks; there are no days left to forecast.",
                "4 clients: 3 tested, 1 with too short a history",
                "  Taken together, the forecast was ",
                "nothing here changes the report. All methods: --details.",
            ],
            [
                "Error over 28 days",
                "(165 days, final)",
                "Independent blocks",
            ],
            "|ln(actual ÷ forecast)|",
        ),
    ] {
        let ran = backtest(&served, &["--lang", lang]).exited(0);
        assert_words(&ran.stdout, &sentences);
        assert_clean(&ran);
        let absent = tables.iter().chain([&formula]);
        for words in absent {
            assert!(!ran.stdout.contains(words), "{}", ran.stdout);
        }
        // A line for each client, and what is said of all of them and of the figures.
        assert_eq!(lines(&ran.stdout).len(), 2 + 4 + 4 + 2, "{}", ran.stdout);
        let whole = backtest(&served, &["--lang", lang, "--details"]).exited(0);
        assert_words(&whole.stdout, &tables);
        // Each part ends with its sentence, before the next title.
        for part in whole.stdout.split("━━ ").skip(1) {
            let part = part.split("\n\n").filter(|block| block.starts_with("  "));
            let last = part.last().unwrap().trim_end();
            let sentence = last.ends_with('.') && !last.contains('\n');
            assert!(sentence, "{}", whole.stdout);
        }
        assert_words(&whole.stdout, &[formula]);
        let alone = backtest(&served, &["--lang", lang, "--only", "igual"]).exited(0);
        assert!(!alone.stdout.contains(tables[0]), "{}", alone.stdout);
        assert_eq!(lines(&alone.stdout).len(), 6, "{}", alone.stdout);
    }
}

#[test]
fn a_suggestion_is_only_that() {
    // Five blocks, and 45 days left.
    let mut rows = growing();
    let earlier = daily("2025-11-01", "2025-12-31", "");
    rows = (0..)
        .zip(earlier.into_iter().chain(rows))
        .map(|(n, row)| WorldRow {
            amount: format!("{:.6}", 10.0 * f64::powf(1.003, f64::from(n))),
            ..row
        })
        .collect();
    let config = Config::new("cresce").with("inicio_contrato", "2025-11-01");
    let soon = config.clone().with("fim_contrato", "2026-07-31");
    let served = Folder::new().client(&soon, rows.clone()).serve();

    let document = json(&served, 0, &[]);

    let grows = client(&document, "config_cresce");
    assert_eq!(grows["testes"][0]["blocos"], 6);
    assert_eq!(grows["conclusao"], "sugerir_troca");
    assert_eq!(
        grows["sugestao"],
        json!({"metodo": "weeks", "horizonte": 28})
    );
    assert_eq!(document["total"]["sugestao"], grows["sugestao"]);
    let text = backtest(&served, &[]).exited(0).stdout;
    assert_words(
        &text,
        &[
            "o método weeks errou ",
            " e chegou mais perto em 6 de 6 períodos: experimente --method weeks.",
        ],
    );
    // The report goes on as it is.
    let report = served.json(0, &[]);
    assert_eq!(client(&report, "config_cresce")["metodo"], "weekday");

    // With a day more to go, four weeks tell nothing of it.
    let later = config.with("fim_contrato", "2026-08-12");
    let served = Folder::new().client(&later, rows).serve();
    let document = json(&served, 0, &[]);
    let grows = client(&document, "config_cresce");
    assert_eq!(grows["dias_restantes"], 57);
    assert_eq!(grows["conclusao"], "teste_insuficiente");
    assert_words(
        &backtest(&served, &[]).exited(0).stdout,
        &["mas o teste é curto para os 57 dias que restam: manter."],
    );
}

#[test]
fn clients_together_have_no_more_blocks_than_one_of_them() {
    // Three blocks each, of the same days, at 90 days left.
    let rows: Vec<WorldRow> = (0..)
        .zip(daily("2025-06-01", "2026-06-16", ""))
        .map(|(n, row)| WorldRow {
            amount: format!("{:.6}", 10.0 * f64::powf(1.003, f64::from(n))),
            ..row
        })
        .collect();
    let mut folder = Folder::new();
    for id in ["a", "b"] {
        let config = Config::new(id)
            .with("inicio_contrato", "2025-06-01")
            .with("fim_contrato", "2026-09-15");
        folder = folder.client(&config, rows.clone());
    }
    let served = folder.serve();

    let document = json(&served, 0, &[]);

    let alone = &client(&document, "config_a")["testes"][1];
    assert_eq!(
        (&alone["horizonte"], &alone["blocos"]),
        (&90.into(), &3.into())
    );
    assert_eq!(document["total"]["testes"][1]["blocos"], 6);
    assert_eq!(
        client(&document, "config_a")["conclusao"],
        "teste_insuficiente"
    );
    assert_eq!(document["total"]["conclusao"], "teste_insuficiente");
    assert_words(
        &backtest(&served, &[]).exited(0).stdout,
        &[
            "mas o teste é curto para os 91 dias que restam: manter.",
            "mas o teste é curto para os 91 dias do contrato que vai mais longe: manter.",
        ],
    );
}

#[test]
fn where_nothing_is_tested_nothing_is_said_of_the_days_left() {
    let config = Config::new("novo").with("inicio_contrato", "2026-06-01");
    let served = Folder::new()
        .client(&config, daily("2026-06-01", "2026-06-16", "10"))
        .serve();

    let document = json(&served, 0, &[]);

    assert_eq!(document["total"]["conclusao"], "teste_insuficiente");
}

#[test]
fn it_ends_as_the_report_of_the_same_clients() {
    let works = Config::new("bom");
    let fails = Config::new("mau");
    let refused = || Some(refusal(404, "NotAuthorizedOrNotFound"));
    let ten = || daily("2026-01-01", "2026-06-16", "10");
    let served = Folder::new()
        .client(&works, ten())
        .faulty(&fails, Vec::new(), [], refused())
        .serve();

    let document = json(&served, 3, &[]);
    assert_eq!(failure(&document, "config_mau")["codigo"], "sem_permissao");
    assert_eq!(
        document["resumo"],
        json!({"configs": 2, "testados": 1, "falhas": 1})
    );
    assert_words(
        &backtest(&served, &[]).exited(3).stdout,
        &[
            "  Cliente mau:\n    FALHOU config_mau",
            "O que fazer",
            "2 clientes: 1 testado, 1 falhou",
        ],
    );
    json(&served, 0, &["--only", "bom"]);
    json(&served, 4, &["--only", "mau"]);
    backtest(&served, &["--only", "outro"]).exited(2);
    backtest(&served, &["--what-if", "+5%"]).exited(2);

    // What the service lacks is not known, though nothing failed.
    let served = Folder::new()
        .client(&works, ten())
        .client(&Config::new("mudo"), Vec::new())
        .serve();
    let document = json(&served, 3, &[]);
    let mute = client(&document, "config_mudo");
    assert_eq!(mute["dias_historico"], 0);
    assert_eq!(mute["inicio_historico"], Value::Null);
    assert_eq!(mute["testes"], json!([]));

    let empty = tempfile::tempdir().unwrap();
    let ran = program(&["backtest", empty.path().to_str().unwrap()]).exited(4);
    assert_words(&ran.stderr, &["não há nenhum arquivo config_*"]);
}

#[test]
fn it_asks_and_settles_as_the_report_does() {
    let config = Config::new("a");
    let served = Folder::new()
        .client(&config, daily("2026-01-01", "2026-06-16", "10"))
        .serve();
    let document = json(&served, 0, &["--settle-days", "10", "--method", "blend"]);
    let tested = client(&document, "config_a");
    assert_eq!(tested["fim_historico"], "2026-06-06");
    assert_eq!(document["metodo_da_faixa"], "blend");
    let asked = served.requests_of(&config);
    served.json(0, &["--refetch", "--settle-days", "10"]);
    assert_eq!(served.requests_of(&config), 2 * asked);
    assert_eq!(day(AS_OF).to_string(), document["data_base"]);
}

#[test]
fn the_text_fits_the_terminal() {
    let (first, as_of) = (day("2025-06-01"), day(AS_OF));
    let currency = Currency::parse("BRL");
    let contract = Contract {
        start: first,
        end: plus_days(as_of, 29),
        credit: Amount::from(1),
        currency,
        opening: None,
        adjustment: None,
        ignored: Vec::new(),
    };
    let rows: Ledger = (0..)
        .zip(first.iter_days().take_while(|day| *day < as_of))
        .map(|(n, day)| CostRow {
            day,
            amount: Amount::from(100 + n),
            currency,
        })
        .collect();
    let series = DailySeries::new(&rows, &contract, as_of, Knowledge::whole(as_of), 2).unwrap();
    let client = Client {
        warnings: Vec::new(),
        name: "Companhia Brasileira de Distribuição e Logística do Nordeste S.A.".to_owned(),
        file: "config_a".to_owned(),
        tenancy: None,
        region: None,
        group: None,
        fetched_at: None,
        outcome: Ok(Tested::new(&contract, &series, 2, Method::WEEKDAY)),
    };
    let two = vec![client.clone(), client];
    let backtest = Backtest::new(Method::WEEKDAY, two, Vec::new());
    let text = |lang: &str, width, details: &[&str]| {
        let line = ["oci-consumo", "backtest", "--lang", lang];
        let cli = Cli::parse_from(line.iter().chain(details));
        let now = as_of.and_hms_opt(8, 0, 0).unwrap().and_utc();
        let plan = Plan::new(cli, Defaults::default(), now).unwrap();
        let context = Context {
            view: &plan.view,
            as_of,
            made_at: SystemTime::UNIX_EPOCH,
            simulated: false,
            offline: false,
            endpoint: None,
            fail_on: &[],
            status: 0,
            alerts: None,
            canvas: Canvas {
                width,
                height: None,
                terminal: true,
                colored: false,
            },
        };
        render::backtest(&backtest, &context).unwrap()
    };
    for lang in ["pt-BR", "en"] {
        for width in [80, 100, 120] {
            let whole = text(lang, width, &["--details"]);
            for line in text(lang, width, &[]).lines().chain(whole.lines()) {
                assert!(measure_text_width(line) <= width, "{width}: {line}");
            }
            let text = whole;
            let part = |words: &[&str]| words.iter().any(|word| text.contains(word));
            assert!(part(&["Erro em 90 dias", "Error over 90 days"]), "{text}");
            let nearer = part(&["  Melhor  ", "  Nearer  "]);
            assert!(nearer, "{text}");
        }
    }
}
