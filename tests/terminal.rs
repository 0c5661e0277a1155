//! What people read, whole: snapshots, reviewed by eye, and what must hold at any width.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use clap::Parser;
use console::{measure_text_width, strip_ansi_codes};
use oci_consumo::app;
use oci_consumo::cli::Cli;
use oci_consumo::internals::form::FileForm;
use oci_consumo::internals::progress::Progress;
use oci_consumo::internals::render::{self, Canvas, Context};
use oci_consumo::internals::report::portfolio::Portfolio;
use oci_consumo::plan::{Defaults, Plan};

use crate::common::{AS_OF, Config, Folder, answer, daily, day, morning};

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
        );
    let served = folder.serve();
    let args = [
        "oci-consumo",
        served.dir.path().to_str().unwrap(),
        "--endpoint",
        &served.server.endpoint(),
        "--no-store",
        "--as-of",
        AS_OF,
    ];
    let cli = Cli::parse_from(args);
    let plan = Plan::new(cli, Defaults::default(), morning(AS_OF)).unwrap();
    let progress = Progress::new(&plan.view, false);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime
        .block_on(app::report(&plan, &plan.figures, &progress))
        .unwrap()
});

/// The report as `args` ask for it.
fn rendered(args: &[&str], canvas: Canvas) -> String {
    with_context(args, canvas, |context| {
        render::report(&PORTFOLIO, context).unwrap()
    })
}

/// What `render` makes of the context that `args` give.
fn with_context<T>(args: &[&str], canvas: Canvas, render: impl Fn(&Context<'_>) -> T) -> T {
    let cli = Cli::parse_from(["oci-consumo"].iter().chain(args));
    let plan = Plan::new(cli, Defaults::default(), morning(AS_OF)).unwrap();
    let context = Context {
        view: &plan.view,
        as_of: day(AS_OF),
        made_at: SystemTime::UNIX_EPOCH + Duration::from_secs(1_781_683_200),
        simulated: false,
        offline: false,
        endpoint: None,
        canvas,
    };
    render(&context)
}

const PIPE: Canvas = Canvas {
    width: 120,
    terminal: false,
    colored: false,
};

fn terminal(width: usize) -> Canvas {
    Canvas {
        width,
        terminal: true,
        colored: false,
    }
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
fn a_workbook_of_the_same_report_is_the_same_to_the_byte() {
    let book = || {
        with_context(&[], PIPE, |context| {
            render::file(&PORTFOLIO, context, FileForm::Workbook).unwrap()
        })
    };
    assert!(book() == book());
}

#[test]
fn no_line_is_wider_than_the_terminal_and_none_is_cut() {
    let names: Vec<&str> = PORTFOLIO
        .clients
        .iter()
        .map(|client| client.name.as_str())
        .collect();
    for lang in ["pt-BR", "en"] {
        for width in [80, 90, 100, 110, 120] {
            let text = rendered(&["--lang", lang], terminal(width));
            for line in text.lines() {
                assert!(measure_text_width(line) <= width, "{width}: {line}");
            }
            let portfolio = &text[text.rfind("━━ ").unwrap()..];
            assert!(names.iter().all(|name| portfolio.contains(name)), "{width}");
            assert!(!text.contains('…'));
        }
    }
}

#[test]
fn colour_adds_nothing_but_colour() {
    for canvas in [PIPE, terminal(80)] {
        let plain = rendered(&[], canvas);
        let colored = rendered(
            &[],
            Canvas {
                colored: true,
                ..canvas
            },
        );
        assert!(!plain.contains('\x1b'));
        assert!(colored.contains("\x1b[31m"));
        assert_eq!(strip_ansi_codes(&colored), plain);
    }
}
