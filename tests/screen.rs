//! What the report's lines must hold whatever the clients: who waits is no failure, older years add up, and no line is
//! longer than its reader's.

use std::collections::BTreeMap;
use std::env;

use calamine::{Reader as _, Xlsx, open_workbook};
use console::measure_text_width;
use oci_consumo::internals::render::Canvas;
use oci_consumo::internals::report::portfolio::Portfolio;

use crate::common::companies;
use crate::common::rendered::{PIPE, portfolio, report, terminal};
use crate::common::stand_in::WorldRow;
use crate::common::{
    AS_OF, Config, Folder, Served, answer, assert_words, client, command_over, daily, day, program,
    unwrapped,
};

fn bakery() -> Config {
    Config::new("a").with("cliente", "Padaria")
}

/// A client whose key is not in its tenancy yet, as `add` leaves it.
fn waiting() -> Config {
    let config = Config::new("n").with("cliente", "Clínica Nova");
    config.without("user").without("fingerprint")
}

fn ambiguous() -> Config {
    let config = Config::new("l").with("cliente", "Loja");
    config.with("credito", "150.000")
}

fn with_one_that_waits(others: &[Config]) -> Served {
    let folder = Folder::new()
        .client(&bakery(), daily("2026-01-01", "2026-06-16", "26"))
        .config(&waiting());
    others.iter().fold(folder, Folder::config).serve()
}

/// The lines below `title`, up to a blank one.
fn section(text: &str, title: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| *line != title).skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[test]
fn a_client_that_waits_for_its_key_is_no_failure() {
    let served = with_one_that_waits(&[ambiguous()]);
    for (lang, [failed, waits, counts, to_do]) in [
        (
            "pt-BR",
            [
                "FALHARAM",
                "AGUARDAM A CHAVE",
                "✗ 1 falhou|◇ 1 aguarda a chave",
                "quando o cliente responder, oci-consumo add; o pedido a ele: oci-consumo check",
            ],
        ),
        (
            "en",
            [
                "FAILED",
                "WAIT FOR THEIR KEY",
                "✗ 1 failed|◇ 1 waits for its key",
                "when the customer answers, oci-consumo add; the request to send: oci-consumo check",
            ],
        ),
    ] {
        let args = ["--summary", "--lang", lang, "--fail-on", "esgotado"];
        let text = served.run(&args).exited(3).stdout;
        assert_eq!(section(&text, waits), [format!("Clínica Nova: {to_do}")]);
        let failed = section(&text, failed);
        assert_eq!(failed.len(), 2, "{text}");
        assert!(failed[0].starts_with("Loja: "), "{text}");
        for count in counts.split('|') {
            assert_words(&text, &[count]);
        }
        let last = text.lines().last().unwrap();
        let both = counts.replace(['✗', '◇'], ";").replace("|;", ";");
        assert!(last.contains(&both), "{last} {both}");
    }
    // Its own part says the same.
    let part = served
        .run(&["--only", "config_n"])
        .exited(4)
        .says("AGUARDA config_n: aguarda user e fingerprint");
    assert!(!part.stdout.contains("FALHOU"), "{}", part.stdout);
    // To programs it is a client without figures, as before.
    let document = served.json(3, &[]);
    assert_eq!(document["resumo"]["falhas"], 2);

    let alone = with_one_that_waits(&[]);
    let text = alone.run(&[]).exited(3).stdout;
    assert!(!text.contains("falhou") && !text.contains("FALH"), "{text}");
}

#[test]
fn files_list_those_that_wait_apart() {
    let served = with_one_that_waits(&[ambiguous()]);
    let markdown = served.run(&["--format", "markdown"]).exited(3).stdout;
    assert_words(&markdown, &["1 falhou, 1 aguarda a chave"]);
    let titles = ["## Falharam", "## Aguardam a chave"].map(|title| markdown.find(title).unwrap());
    let names = ["- **Loja**", "- **Clínica Nova**"].map(|name| markdown.find(name).unwrap());
    assert!(titles[0] < names[0] && names[0] < titles[1] && titles[1] < names[1]);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carteira.xlsx");
    let file = path.to_str().unwrap();
    served.run(&["--format", "none", "-o", file]).exited(3);
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let summary = book.worksheet_range("Resumo").unwrap();
    let first = summary.rows().map(|row| row[0].to_string());
    let wanted = ["Falharam", "Loja", "Aguardam a chave", "Clínica Nova"];
    let found: Vec<String> = first.filter(|cell| wanted.contains(&&**cell)).collect();
    assert_eq!(found, wanted);
}

/// Money as a Portuguese report has it, in cents.
fn cents(text: &str) -> i64 {
    text.replace(['.', ','], "").parse().unwrap()
}

#[test]
fn older_years_are_a_line_each_and_add_up() {
    // Three years, of which thirty-three months have begun.
    let days = day("2023-10-01")
        .iter_days()
        .take_while(|d| *d < day(AS_OF));
    let rows: Vec<WorldRow> = (100..)
        .zip(days)
        .map(|(n, d)| WorldRow::new(d, format!("{}.{:02}", n % 97, n % 89), "BRL"))
        .collect();
    let config = bakery()
        .with("credito", "R$ 90.000,00")
        .with("inicio_contrato", "2023-10-01")
        .with("fim_contrato", "2026-09-30");
    let served = Folder::new().client(&config, rows).serve();
    let document = served.json(0, &[]);
    let months = client(&document, "config_a")["meses"].as_array().unwrap();
    assert_eq!(months.len(), 33);
    // The thirteen newest have a line each.
    let mut years: BTreeMap<&str, (i64, u64, u64)> = BTreeMap::new();
    for month in &months[..20] {
        let year = years
            .entry(&month["mes"].as_str().unwrap()[..4])
            .or_default();
        let sum = month["consumo"].as_str().unwrap();
        let (units, places) = sum.split_once('.').unwrap_or((sum, ""));
        year.0 += cents(&format!("{units}{places:0<2}"));
        year.1 += month["dias"].as_u64().unwrap();
        year.2 += 1;
    }
    assert_eq!(
        years.keys().copied().collect::<Vec<_>>(),
        ["2023", "2024", "2025"]
    );

    let text = served.run(&[]).exited(0).stdout;
    let line = |start: &str| -> Vec<String> {
        let line = text.lines().find(|line| line.starts_with(start));
        let words = line.unwrap_or_else(|| panic!("no {start} in {text}"));
        words.split_whitespace().map(str::to_owned).collect()
    };
    for (year, (sum, days, months)) in years {
        let words = line(&format!("{year} ("));
        assert_eq!(words[1..3], [format!("({months}"), "meses)".to_owned()]);
        assert_eq!(cents(&words[3]), sum, "{text}");
        assert_eq!(words[4], days.to_string(), "{text}");
        // In cents, half away from zero.
        let days = i64::try_from(days).unwrap();
        assert_eq!(cents(&words[5]), (2 * sum + days) / (2 * days), "{text}");
    }
    for (n, month) in months.iter().enumerate() {
        let (year, month) = month["mes"].as_str().unwrap().split_once('-').unwrap();
        let own = text.contains(&format!("\n{month}/{year} "));
        assert_eq!(own, n >= 20, "{month}/{year} in {text}");
    }
    // Nothing is folded where all is asked for.
    let detailed = served.run(&["--details"]).exited(0).stdout;
    assert!(detailed.contains("\n10/2023 ") && !detailed.contains("2023 ("));
}

/// A line is no longer than `width`, unless it is a name in a table or a part that is never broken.
fn assert_narrow(text: &str, width: usize, names: &[&str], whole: &[&str]) {
    for line in text.lines().filter(|line| measure_text_width(line) > width) {
        let words = line.trim_start();
        let name = names.iter().any(|name| line.starts_with(name));
        let one = !words.contains(' ') || whole.contains(&words.trim_end_matches(':'));
        assert!(name || one, "{width}: {line}");
    }
}

#[test]
#[ignore = "long"]
fn the_demo_s_lines_are_no_longer_than_a_pipe_s() {
    for lang in ["pt-BR", "en"] {
        for more in ["--summary", "--all", "--details"] {
            let args = [
                "demo",
                "--faults",
                "--as-of",
                "2026-11-23",
                "--lang",
                lang,
                more,
            ];
            assert_narrow(&program(&args).exited(3).stdout, 120, &[], &[]);
        }
    }
}

const SPACED: &str = "/home/Maria Silva/Área de Trabalho/Chaves dos Clientes/Logística do Nordeste; filial. sul/chave privada nova.pem";
const FAR: &str = "/srv/clientes/companhia-brasileira-de-distribuicao-e-logistica-do-nordeste/filial-de-ribeirao-das-flores/chaves/2026/oci_api_key.pem";
const USER: &str = "ocid1.user.oc1..aaaaaaaaq7r2zv5m3yd6xk4t9w8c1b0n7j5h3g1f9d7s5a3q1w9e7r5t3y1u";

/// Clients that fail in ways with much to say.
fn failures() -> Served {
    let config = |id: &str, name: &str| Config::new(id).with("cliente", name);
    let said = |status, code: &str, message: &str| {
        let body = format!(r#"{{"code":"{code}","message":"{message}"}}"#);
        Some(answer(status, &[("opc-request-id", "ABC/123")], body))
    };
    let long = "The compartment ocid1.compartment.oc1..aaaaaaaa5k7z3m1x9v8c6b4n2l0j8h6g4f2d0s8a6q4w2e0r8t6y4u2i0o is not one that the caller may read usage of, or the query has a dimension that the service does not know in this region. ".repeat(2);
    let mut dollars = daily("2026-01-01", "2026-06-16", "80");
    dollars[9].currency = "\"USD\"".to_owned();
    Folder::new()
        .client(
            &config("a", "Padaria"),
            daily("2026-01-01", "2026-06-16", "27"),
        )
        .config(&config("b", "Companhia de Logística").with("key_file", SPACED))
        .config(&config("c", "Companhia Brasileira de Distribuição").with("key_file", FAR))
        .faulty(
            &config("d", "Hotel").with("user", USER),
            Vec::new(),
            [],
            said(401, "NotAuthenticated", &long),
        )
        .faulty(
            &config("e", "Escola"),
            Vec::new(),
            [],
            said(404, "NotAuthorizedOrNotFound", &long),
        )
        .faulty(
            &config("f", "Gráfica"),
            Vec::new(),
            [],
            said(400, "InvalidParameter", &long),
        )
        .client(&config("g", "Importadora"), dollars)
        .config(&config("h", "Loja").with("credito", "150.000"))
        .config(&config("i", &"Associação dos Municípios ".repeat(7)).with("fim_contrato", "ontem"))
        .config(&config("j", "Usina").with("region", "sa-saopaulo-1-e-outras-que-nao-existem"))
        .faulty(
            &config("k", "Editora"),
            Vec::new(),
            [],
            Some(answer(200, &[], "<html>Login</html>")),
        )
        .client(
            &config("m", "Retomada").with("inicio_contrato", "2025-01-01"),
            daily("2026-03-01", "2026-06-10", "31"),
        )
        .config(&waiting())
        .serve()
}

#[test]
fn long_causes_and_remedies_wrap_and_no_path_is_broken() {
    let portfolio = portfolio(&failures(), AS_OF);
    let names: Vec<&str> = portfolio
        .clients
        .iter()
        .map(|client| &*client.name)
        .collect();
    for lang in ["pt-BR", "en"] {
        for canvas in [
            PIPE,
            terminal(80),
            terminal(100),
            terminal(120),
            terminal(200),
        ] {
            for more in ["--details", "--summary", "--all"] {
                let text = report(&portfolio, &["--lang", lang, more], canvas);
                assert_narrow(&text, canvas.width, &names, &[SPACED, FAR]);
                if more == "--summary" {
                    continue;
                }
                for whole in [SPACED, FAR, USER] {
                    assert!(text.contains(whole), "{}: {whole}\n{text}", canvas.width);
                }
                // Nothing is left out.
                assert_words(
                    &text,
                    &[
                        "aaaaaaaa5k7z3m1x9v8c6b4n2l0j8h6g4f2d0s8a6q4w2e0r8t6y4u2i0o is not one that the caller",
                    ],
                );
            }
        }
    }
    // However narrow it is, not a word of a failure's part goes.
    let [narrow, wide] = [80, 4000].map(|width| {
        let text = report(&portfolio, &[], Canvas { width, ..PIPE });
        let parts = text.split("\n━━ ").filter(|part| part.contains("FALHOU"));
        let parts = parts.filter_map(|part| part.split_once("━\n"));
        let parts: Vec<String> = parts.map(|(_, part)| unwrapped(part)).collect();
        parts
    });
    assert_eq!(narrow.len(), 10);
    assert_eq!(narrow, wide);
}

/// The last screen of a report.
fn screen(portfolio: &Portfolio, width: usize) -> String {
    let text = report(portfolio, &["--summary"], terminal(width));
    text[text.rfind("\n━━ ").unwrap() + 1..].to_owned()
}

/// What to do about a refusal stands whole on the narrowest screen.
#[test]
fn remedies_of_refusals_fit_into_a_line() {
    let portfolio = portfolio(&failures(), AS_OF);
    for (lang, remedies) in [
        (
            "pt-BR",
            [
                "  O que fazer: crie a política no compartimento-raiz; o texto: oci-consumo check",
                "  O que fazer: compare user, fingerprint e chave pública com a console",
            ],
        ),
        (
            "en",
            [
                "  What to do: create the policy in the root compartment; text: oci-consumo check",
                "  What to do: compare user, fingerprint and public key with the console",
            ],
        ),
    ] {
        let text = report(&portfolio, &["--summary", "--lang", lang], terminal(80));
        for remedy in remedies {
            assert!(text.lines().any(|line| line == remedy), "{remedy}\n{text}");
        }
    }
}

/// Credit, consumption and projected total stand beside the rest where there is room.
#[test]
fn a_wide_terminal_shows_more() {
    let portfolio = portfolio(&companies::folder(6, day(AS_OF)).serve(), AS_OF);
    let columns = ["  crédito", "  consumo", "  total projetado"];
    for (width, more) in [(80, false), (120, false), (200, true)] {
        let screen = screen(&portfolio, width);
        for column in columns {
            assert_eq!(screen.contains(column), more, "{width} {column}\n{screen}");
        }
    }
}

/// A folder of companies is reported by the program itself. With `COMPANIES` set
/// to their number the report goes to the terminal instead, to be looked at:
/// `COMPANIES=40 REPORT='--summary --lang en' cargo test --test main look_at -- --nocapture`
#[test]
fn look_at_companies() {
    let looks = env::var("COMPANIES").ok();
    let size = looks.as_ref().and_then(|size| size.parse().ok());
    let served = companies::folder(size.unwrap_or(6), day(AS_OF)).serve();
    let args = env::var("REPORT").unwrap_or_default();
    let mut command = command_over(served.dir.path());
    let now = format!("{AS_OF}T06:00:00Z");
    command
        .args([
            "--endpoint",
            &served.server.endpoint(),
            "--no-store",
            "--now",
            &now,
        ])
        .args(args.split_whitespace())
        .env("TERM", env::var("TERM").unwrap_or_default());
    if looks.is_some() {
        command.status().unwrap();
        return;
    }
    let output = command.output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
    let screen = String::from_utf8(output.stdout).unwrap();
    assert!(screen.lines().count() > 6, "{screen}");
}
