//! The people's report, whole: snapshots, reviewed by eye, and the rules that hold at any width.

use std::sync::LazyLock;

use console::{measure_text_width, strip_ansi_codes};
use oci_consumo::internals::form::FileForm;
use oci_consumo::internals::render::{self, Canvas, Context};
use oci_consumo::internals::report::portfolio::Portfolio;

use crate::common::rendered::{self, PIPE, plan, portfolio, report, terminal};
use crate::common::{AS_OF, Config, Folder, answer, daily, samples};

/// One client of each kind that reads differently.
static PORTFOLIO: LazyLock<Portfolio> = LazyLock::new(|| {
    let config = |id: &str, name: &str| Config::new(id).with("cliente", name);
    let refusal = answer(
        404,
        &[("opc-request-id", "ABC/123")],
        r#"{"code":"NotAuthorizedOrNotFound","message":"Authorization failed or requested resource not found."}"#,
    );
    let mut spike = daily("2026-01-01", "2026-06-16", "25.5");
    spike[150].amount = "2500".to_owned();
    let folder = Folder::new()
        .client(
            &config("a", "Padaria Pão Quente"),
            daily("2026-01-01", "2026-06-16", "27.25"),
        )
        .client(
            &config(
                "b",
                "Companhia Brasileira de Distribuição e Logística do Nordeste S.A.",
            ),
            daily("2026-01-01", "2026-06-16", "80"),
        )
        .client(
            &config("c", "Açougue").with("credito", "R$ 1.000.000.000,00"),
            spike,
        )
        .client(
            &config("d", "Loja Nova").with("inicio_contrato", "2026-06-10"),
            daily("2026-06-10", "2026-06-15", "9.99"),
        )
        .client(
            &config("e", "Encerrada").with("fim_contrato", "2026-05-31"),
            daily("2026-01-01", "2026-05-31", "70"),
        )
        .client(
            &config("f", "Futura").with("inicio_contrato", "2026-07-01"),
            Vec::new(),
        )
        .client(&config("g", "Muda"), Vec::new())
        .client(
            &config("h", "Sob demanda").with("credito", "0"),
            daily("2026-01-01", "2026-06-16", "3"),
        )
        .client(
            &config("i", "Retomada")
                .with("consumo_anterior", "R$ 4.000,00")
                .with("consumo_anterior_ate", "31/05/2026"),
            daily("2026-06-01", "2026-06-08", "31"),
        )
        .client(
            &config("j", "Yamato")
                .with("moeda", "JPY")
                .with("credito", "5000000"),
            {
                let mut rows = daily("2026-01-01", "2026-06-16", "40000");
                rows.iter_mut()
                    .for_each(|row| row.currency = "\"JPY\"".to_owned());
                rows
            },
        )
        .faulty(&config("k", "Sem Política"), Vec::new(), [], Some(refusal))
        .client(
            &config("l", "Ambígua").with("credito", "150.000"),
            Vec::new(),
        )
        .client(
            &config("m", "Transportes Andorinha"),
            daily("2026-01-01", "2026-06-16", "40"),
        )
        .config(
            &config("n", "Padaria Nova")
                .without("user")
                .without("fingerprint"),
        );
    portfolio(&folder.serve(), AS_OF)
});

/// The report as `args` ask for it.
fn rendered(args: &[&str], canvas: Canvas) -> String {
    report(&PORTFOLIO, args, canvas)
}

/// Returns the result of `render` for the context that `args` give.
fn with_context<T>(args: &[&str], canvas: Canvas, render: impl Fn(&Context<'_>) -> T) -> T {
    rendered::with_context(AS_OF, args, canvas, render)
}

#[test]
fn report_in_a_pipe() {
    insta::assert_snapshot!(rendered(&[], PIPE));
}

#[test]
fn report_in_english() {
    insta::assert_snapshot!(rendered(&["--lang", "en"], PIPE));
}

#[test]
fn report_in_a_narrow_terminal() {
    insta::assert_snapshot!(rendered(&[], terminal(80)));
}

#[test]
fn summary_in_a_wide_terminal() {
    insta::assert_snapshot!(rendered(&["--summary"], terminal(120)));
}

#[test]
fn document() {
    let document = rendered(&["--format", "json"], PIPE);
    crate::common::document(&document);
    insta::assert_snapshot!(document);
}

#[test]
fn tables_of_clients_and_months() {
    for (table, name) in [
        ("clients", "table_of_clientes"),
        ("months", "table_of_meses"),
    ] {
        let bytes = with_context(&["--format", "csv", "--table", table], PIPE, |context| {
            render::file(&PORTFOLIO, context, FileForm::Csv).unwrap()
        });
        insta::assert_snapshot!(name, String::from_utf8(bytes).unwrap());
    }
}

/// The figures of a stand-in, and those of the demo, are never taken for real ones.
#[test]
fn documents_and_tables_name_the_address_that_answered() {
    let real = (None, false, "");
    let stand_in = (Some("http://127.0.0.1:1/"), false, "http://127.0.0.1:1/");
    let demo = (None, true, "demo");
    for (endpoint, simulated, written) in [real, stand_in, demo] {
        let made = |table, form| {
            let bytes = with_context(&["--format", "csv", "--table", table], PIPE, |context| {
                let context = Context {
                    endpoint,
                    simulated,
                    ..context.clone()
                };
                render::file(&PORTFOLIO, &context, form).unwrap()
            });
            String::from_utf8(bytes).unwrap()
        };
        let document = crate::common::document(&made("clients", FileForm::Json));
        assert_eq!(document["endpoint"], serde_json::Value::from(endpoint));
        assert_eq!(document["simulado"], simulated);
        for table in ["days", "clients", "months"] {
            let text = made(table, FileForm::Csv);
            let mut rows = csv::Reader::from_reader(text.as_bytes());
            let head = rows.headers().unwrap().clone();
            let at = head.iter().position(|name| name == "endpoint").unwrap();
            let cells = rows.records().map(|row| row.unwrap()[at].to_owned());
            assert!(cells.into_iter().all(|cell| cell == written), "{table}");
        }
    }
}

#[test]
#[ignore = "long"]
fn a_workbook_of_the_same_report_is_the_same_to_the_byte() {
    let book = || {
        with_context(&[], PIPE, |context| {
            render::file(&PORTFOLIO, context, FileForm::Workbook).unwrap()
        })
    };
    assert!(book() == book());
}

/// The last part of a report.
fn screen(text: &str) -> &str {
    &text[text.rfind("\n━━ ").unwrap() + 1..]
}

/// A portfolio of `n` clients: names as Brazilian companies have them, two currencies, four failures from 40 on.
fn crowd(n: usize) -> Portfolio {
    let names = [
        "Prefeitura Municipal de Boa Esperança do Sul",
        "Tribunal de Contas do Estado",
        "Construtora Vale do Paraíba S.A.",
        "Ótica Visão",
        "Universidade Federal do Cerrado - UFC",
        "Companhia Brasileira de Distribuição e Logística do Nordeste S.A.",
        "Rede Hoteleira Mar & Sol",
        "Pão & Cia",
    ];
    let (reported, failed): (Vec<_>, Vec<_>) = PORTFOLIO
        .clients
        .iter()
        .partition(|client| client.outcome.is_ok());
    let failures = if n < 40 { 0 } else { 4 };
    let clients = (0..n).map(|k| {
        let of = if k < failures { &failed } else { &reported };
        let mut client = of[k % of.len()].clone();
        client.name = format!("{} {k:03}", names[k % names.len()]);
        client.file = format!("config_{k:03}");
        client
    });
    let settings = plan(AS_OF, &[]).figures.settings;
    Portfolio::new(clients.collect(), Vec::new(), &settings)
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for &n in samples(&[1, 6, 40][..], &[1, 6, 40, 300]) {
        let portfolio = crowd(n);
        for lang in ["pt-BR", "en"] {
            for &width in samples(&[80, 100, 200][..], &[80, 90, 100, 120, 200]) {
                for more in ["--summary", "--details"] {
                    let text = report(&portfolio, &["--lang", lang, more], terminal(width));
                    for line in text.lines() {
                        assert!(measure_text_width(line) <= width, "{n} {width}: {line}");
                    }
                }
            }
        }
    }
}

/// The answers to who, how much, when and what to do are on one screen, however many clients there are.
#[test]
#[ignore = "long"]
fn the_portfolio_fits_on_the_last_screen() {
    for (n, width, height) in [
        (6, 80, 40),
        (6, 120, 50),
        (40, 80, 50),
        (40, 100, 50),
        (40, 120, 50),
        (40, 200, 50),
        (300, 80, 50),
        (300, 120, 50),
        (300, 120, 80),
    ] {
        let canvas = Canvas {
            height: Some(height),
            ..terminal(width)
        };
        let portfolio = crowd(n);
        let text = report(&portfolio, &[], canvas);
        let screen = screen(&text);
        let lines = screen.lines().count();
        assert!(lines <= height - 2, "{n} {width}: {lines}\n{screen}");
        if n >= 40 {
            let tables = [
                "VÃO ESGOTAR",
                "SEM DADOS SUFICIENTES",
                "VÃO SOBRAR",
                "FALHARAM",
            ];
            let said = [
                "acaba em",
                "débito",
                "expira em",
                "sobra",
                "ajuste",
                "O que fazer: ",
            ];
            for words in tables.iter().chain(&said) {
                assert!(screen.contains(words), "{n} {width}: {words}\n{screen}");
            }
        }
        for words in ["  por dia", "  meta", "  chance"] {
            assert_eq!(
                screen.contains(words),
                width >= 100,
                "{width} {words}\n{screen}"
            );
        }
        // Folded rows are counted, and summed by currency.
        let folded = screen.lines().filter(|line| line.starts_with("… mais "));
        let folded: Vec<&str> = folded.collect();
        assert_eq!(folded.is_empty(), n == 6, "{screen}");
        let all = report(&portfolio, &["--all"], canvas);
        assert!(!all.contains('…'));
        let row = |client: &_| {
            let client: &oci_consumo::internals::report::portfolio::Client = client;
            all[all.rfind("\n━━ ").unwrap()..].contains(&client.name)
        };
        assert!(portfolio.clients.iter().all(row));
    }
}

#[test]
fn a_pipe_has_a_line_for_each_client_and_cuts_none() {
    for n in [6, 40, 300] {
        let portfolio = crowd(n);
        let text = report(&portfolio, &["--summary"], PIPE);
        assert!(!text.contains('…'));
        let screen = screen(&text);
        for client in &portfolio.clients {
            let lines = screen.lines().filter(|line| line.starts_with(&client.name));
            assert_eq!(lines.count(), 1, "{}\n{screen}", client.name);
        }
        for line in screen.lines().filter(|line| measure_text_width(line) > 120) {
            let name = portfolio
                .clients
                .iter()
                .find(|client| line.starts_with(&client.name));
            let name = name.unwrap_or_else(|| panic!("{line}"));
            assert!(measure_text_width(&name.name) > 25, "{line}");
        }
        assert!(screen.contains("17/06/2026") && !screen.contains("/26 "));
    }
}

/// Months beside weekdays where there is room.
#[test]
fn a_client_s_part_is_short() {
    let served = Folder::new()
        .client(
            &Config::new("a")
                .with("cliente", "Transportes Andorinha")
                .with("credito", "R$ 20.000,00")
                .with("inicio_contrato", "2025-06-20"),
            daily("2025-06-20", "2026-06-16", "50.25"),
        )
        .client(&Config::new("b"), daily("2026-01-01", "2026-06-16", "10"))
        .serve();
    let portfolio = portfolio(&served, AS_OF);
    for (canvas, most) in [(terminal(120), 26), (PIPE, 26), (terminal(80), 40)] {
        let text = report(&portfolio, &[], canvas);
        let part = text.split("\n━━ ").nth(1).unwrap();
        let lines: Vec<&str> = part
            .lines()
            .filter(|line| !line.starts_with("! "))
            .collect();
        let months = lines
            .iter()
            .filter(|line| line.contains("/2025 ") || line.contains("/2026 "));
        assert!(months.count() >= 13, "{part}");
        assert!(lines.len() <= most, "{}\n{part}", lines.len());
        let one_line = part
            .lines()
            .any(|line| line.contains("06/2025") && line.contains("segunda-feira"));
        assert_eq!(one_line, canvas.width == 120, "{part}");
    }
}

/// A warning that several clients have is said once.
#[test]
fn equal_warnings_are_said_once() {
    let unsaid = |id: &str| Config::new(id).without("moeda").with("credito", "3650");
    let served = Folder::new()
        .client(&unsaid("a"), daily("2026-01-01", "2026-06-16", "10"))
        .client(&unsaid("b"), daily("2026-01-01", "2026-06-16", "20"))
        .serve();
    let text = served.run(&["--no-store"]).exited(0).stdout;
    assert_eq!(text.matches("BRL assumido").count(), 1, "{text}");
    crate::common::assert_words(
        &text,
        &["! 2 clientes: sem moeda no arquivo do cliente: BRL assumido; confirme com moeda = BRL"],
    );
    let alone = served
        .run(&["--no-store", "--only", "config_a"])
        .exited(0)
        .stdout;
    crate::common::assert_words(&alone, &["\n! sem moeda no arquivo do cliente"]);
    assert!(!alone.contains("━━ Carteira") && !alone.contains("━━ Totais"));
}

/// Rows and parts go; sums stay.
#[test]
fn top_and_sort_choose_and_order_the_rows() {
    let portfolio = crowd(6);
    let rows = |args: &[&str]| {
        let text = report(&portfolio, args, PIPE);
        let names = portfolio.clients.iter().map(|client| client.name.clone());
        let mut found: Vec<(usize, String)> = names
            .filter_map(|name| Some((screen(&text).find(&format!("\n{name}"))?, name)))
            .collect();
        found.sort_unstable();
        let sums = text[text.find("━━ Totais").unwrap()..]
            .split("\n\n")
            .next()
            .unwrap()
            .to_owned();
        (found.len(), sums, text)
    };
    let (all, sums, _) = rows(&["--summary"]);
    assert_eq!(all, 6);
    for order in ["severity", "date", "amount", "percent", "name", "valor"] {
        let (count, same, text) = rows(&["--top", "2", "--sort", order]);
        assert_eq!((count, &same), (2, &sums), "{order}");
        assert_eq!(text.matches("\n━━ ").count(), 4, "{order}");
        crate::common::assert_words(&text, &["Mostrando 2 de 6 clientes"]);
    }
}

/// Returns the lines of `colored` that `plain` does not have; the others are the same, in the same order.
#[track_caller]
fn added<'t>(plain: &str, colored: &'t str) -> Vec<&'t str> {
    let mut plain = plain.lines().peekable();
    let added = colored
        .lines()
        .filter(|line| plain.next_if_eq(line).is_none())
        .collect();
    assert_eq!(plain.next(), None);
    added
}

/// In a pipe colour adds nothing else; in a terminal the pictures of each contract come with it.
#[test]
fn colour_adds_colour_and_in_a_terminal_pictures() {
    for (lang, today, runs_out, month) in [
        ("pt-BR", "● hoje", "▒ esgota de ", "maior mês: "),
        ("en", "● today", "▒ runs out from ", "largest month: "),
    ] {
        for canvas in [PIPE, terminal(80), terminal(120), terminal(200)] {
            let args = ["--lang", lang];
            let plain = rendered(&args, canvas);
            let with_colour = Canvas {
                colored: true,
                ..canvas
            };
            let colored = rendered(&args, with_colour);
            assert!(!plain.contains('\x1b'));
            assert!(colored.contains("\x1b[31m"));
            let colored = strip_ansi_codes(&colored);
            if !canvas.terminal {
                assert_eq!(colored, plain);
                continue;
            }
            let pictures = added(&plain, &colored).join("\n");
            let statements = PORTFOLIO
                .clients
                .iter()
                .filter_map(|client| client.statement());
            let running =
                statements.filter(|statement| statement.left > 0 && statement.elapsed > 0);
            assert_eq!(
                pictures.matches(today).count(),
                running.count(),
                "{pictures}"
            );
            for words in [runs_out, month, "━●╌", "▂", "█"] {
                assert!(pictures.contains(words), "{words}\n{pictures}");
            }
            for line in colored.lines() {
                assert!(measure_text_width(line) <= canvas.width, "{line}");
            }
        }
    }
}

#[test]
fn pictures_of_contracts_in_a_coloured_terminal() {
    let canvas = Canvas {
        colored: true,
        ..terminal(80)
    };
    let plain = rendered(&[], terminal(80));
    let colored = rendered(&[], canvas);
    let colored = strip_ansi_codes(&colored);
    insta::assert_snapshot!(added(&plain, &colored).join("\n"));
}

/// With a store, a line says who entered or left trouble since the last recorded run, and who failed anew.
#[test]
#[ignore = "long"]
fn what_changed_since_the_last_recorded_run_is_said() {
    let bakery = |credit: &str| {
        Config::new("a")
            .with("cliente", "Padaria")
            .with("credito", credit)
    };
    let clinic = |credit: &str| {
        Config::new("b")
            .with("cliente", "Clínica")
            .with("credito", credit)
    };
    let served = Folder::new()
        .client(&bakery("10000"), daily("2026-01-01", "2026-06-16", "26"))
        .client(&clinic("9000"), daily("2026-01-01", "2026-06-16", "26"))
        .serve();
    let write = |config: &Config| {
        std::fs::write(served.dir.path().join(&config.file), config.text()).unwrap();
    };
    let line = |args: &[&str], status| {
        let text = served.run(args).exited(status).stdout;
        let mut lines = text.lines().filter(|line| line.starts_with("Desde "));
        lines.next().map(str::to_owned)
    };
    assert_eq!(line(&[], 0), None);
    let nothing = Some("Desde 17/06/2026: nada mudou".to_owned());
    assert_eq!(line(&[], 0), nothing);
    write(&bakery("8000"));
    write(&clinic("10000"));
    let changed = "Desde 17/06/2026: Padaria passou a esgotar · Clínica já não esgota";
    assert_eq!(line(&[], 0).as_deref(), Some(changed));
    assert_eq!(line(&[], 0), nothing);
    write(&clinic("150.000"));
    // A look compares nothing.
    assert_eq!(line(&["--method", "weeks"], 3), None);
    assert_eq!(line(&["--no-store"], 3), None);
    let failed = "Desde 17/06/2026: Clínica falhou agora";
    assert_eq!(line(&[], 3).as_deref(), Some(failed));
}
