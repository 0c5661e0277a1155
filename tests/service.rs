//! The service as it really answers: each refusal, fault and odd row, beside
//! healthy clients whose figures must not notice.

use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use oci_consumo::calendar::{Days, day_of, plus_days};
use oci_consumo::sim::{Fault, Row};
use serde_json::{Value, json};

use crate::common::{
    AS_OF, Config, Folder, Served, assert_words, client, command, daily, day, failure, figures,
    program, ran, warnings,
};

/// A contract of which the service is asked for one window.
fn short(id: &str) -> Config {
    Config::new(id).with("inicio_contrato", "2026-04-01")
}

/// Ten a day in that window.
fn rows() -> Vec<Row> {
    daily("2026-04-01", "2026-06-16", "10.00")
}

fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Fault {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Fault::Answer {
        status,
        headers: headers.collect(),
        body: body.into(),
    }
}

/// A refusal in the service's own form.
fn refusal(status: u16, headers: &[(&str, &str)], code: &str, message: &str) -> Fault {
    let body = json!({ "code": code, "message": message });
    answer(status, headers, body.to_string())
}

/// An answer of these rows.
fn page(items: &[Value]) -> Fault {
    answer(200, &[], json!({ "items": items }).to_string())
}

/// A row as the service sends it, with `changes` in it.
fn item(changes: &Value) -> Value {
    let mut item = json!({
        "tenantId": null, "timeUsageStarted": "2026-05-04T00:00:00.000Z",
        "timeUsageEnded": "2026-05-05T00:00:00.000Z", "computedAmount": 10,
        "computedQuantity": 24.0, "currency": "BRL", "isForecast": false,
    });
    for (key, value) in changes.as_object().unwrap() {
        item[key] = value.clone();
    }
    item
}

/// An answer of one row, with `changes` in it.
fn odd(changes: &Value) -> Fault {
    page(&[item(changes)])
}

/// An answer of one row whose amount is `raw`, which need be no JSON.
fn amount(raw: &str) -> Fault {
    let text = json!({ "items": [item(&json!({"computedAmount": "@"}))] }).to_string();
    answer(200, &[], text.replace("\"@\"", raw))
}

/// Wait no time, and try again.
const AT_ONCE: (&str, &str) = ("retry-after", "0");

/// A client that fails: what its every request meets, and what is said of it.
struct Failing {
    id: &'static str,
    fault: Fault,
    code: &'static str,
    words: &'static [&'static str],
    remedy: &'static [&'static str],
    /// How many requests are made; 0 where chance decides.
    requests: usize,
}

fn failing(
    id: &'static str,
    fault: Fault,
    requests: usize,
    code: &'static str,
    words: &'static [&'static str],
    remedy: &'static [&'static str],
) -> Failing {
    Failing {
        id,
        fault,
        code,
        words,
        remedy,
        requests,
    }
}

fn refusals() -> Vec<Failing> {
    let (refused, unavailable, limit) = (
        "requisicao_recusada",
        "servico_indisponivel",
        "limite_de_requisicoes",
    );
    let skew = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(7200));
    vec![
        failing(
            "401-assinatura",
            refusal(
                401,
                &[],
                "NotAuthenticated",
                "Failed to verify the HTTP(S) Signature",
            ),
            1,
            "nao_autenticado",
            &["401 NotAuthenticated: Failed to verify the HTTP(S) Signature"],
            &["user", "fingerprint", "chave pública"],
        ),
        // Dated by the service's clock it is refused again: it was not the clock.
        failing(
            "401-nem-relogio",
            refusal(401, &[("date", &skew)], "NotAuthenticated", "Not you."),
            2,
            "nao_autenticado",
            &["401 NotAuthenticated: Not you"],
            &["fingerprint"],
        ),
        failing(
            "403",
            refusal(403, &[], "NotAllowed", "Please go to your home region GRU."),
            1,
            "nao_permitido",
            &["403 NotAllowed: Please go to your home region GRU"],
            &["home region", "usage-report"],
        ),
        failing(
            "404",
            refusal(
                404,
                &[],
                "NotAuthorizedOrNotFound",
                "Authorization failed or requested resource not found.",
            ),
            1,
            "sem_permissao",
            &["404 NotAuthorizedOrNotFound"],
            &[
                "Allow group GRUPO to read usage-report in tenancy",
                "usage-reports",
                "'Default'/",
                "fora da raiz",
                "home region",
            ],
        ),
        failing(
            "404-html",
            answer(404, &[], "<html>"),
            1,
            "sem_permissao",
            &["404"],
            &["usage-report"],
        ),
        failing(
            "400",
            refusal(400, &[], "InvalidParameter", "granularity must not be null"),
            1,
            refused,
            &["400 InvalidParameter: granularity must not be null"],
            &["opc-request-id"],
        ),
        failing(
            "409",
            refusal(409, &[AT_ONCE], "Conflict", "x"),
            1,
            refused,
            &["409 Conflict"],
            &[],
        ),
        failing(
            "413",
            refusal(413, &[AT_ONCE], "TooLarge", "x"),
            1,
            refused,
            &["413"],
            &[],
        ),
        failing("204", answer(204, &[], ""), 1, refused, &["204"], &[]),
        failing(
            "409-estado",
            refusal(409, &[AT_ONCE], "IncorrectState", "Busy"),
            8,
            unavailable,
            &["409 IncorrectState: Busy", "tentativas: 8"],
            &["mais tarde"],
        ),
        failing(
            "429",
            refusal(429, &[AT_ONCE], "TooManyRequests", "Slow down"),
            8,
            limit,
            &["429 TooManyRequests: Slow down", "tentativas: 8"],
            &["--jobs"],
        ),
        failing(
            "429-longe",
            refusal(
                429,
                &[("retry-after", "3600")],
                "TooManyRequests",
                "Slow down",
            ),
            1,
            limit,
            &["429 TooManyRequests", "3600 s", "--retry-budget"],
            &["depois"],
        ),
        failing(
            "503-longe",
            refusal(
                503,
                &[("retry-after", "18446744073709551615")],
                "ServiceUnavailable",
                "x",
            ),
            1,
            unavailable,
            &["503 ServiceUnavailable"],
            &["depois"],
        ),
        failing(
            "500",
            refusal(500, &[AT_ONCE], "InternalServerError", "x"),
            8,
            unavailable,
            &["500 InternalServerError"],
            &["Oracle", "opc-request-id"],
        ),
        failing(
            "502",
            answer(502, &[AT_ONCE], "<html>Bad Gateway"),
            8,
            unavailable,
            &["502"],
            &[],
        ),
        failing(
            "504",
            answer(504, &[AT_ONCE], ""),
            8,
            unavailable,
            &["504"],
            &[],
        ),
        failing(
            "501",
            refusal(501, &[AT_ONCE], "NotImplemented", "x"),
            1,
            refused,
            &["501 NotImplemented"],
            &[],
        ),
        // Two refusals that would pull the terminal's strings.
        failing(
            "codigos-de-tela",
            refusal(
                400,
                &[("opc-request-id", "ID\u{202e}\u{9b}31mX")],
                "Cor\u{1b}[31m",
                "a\u{7}b\u{1b}]0;x\u{7}\u{202e}\u{200f}c\r\nd",
            ),
            1,
            refused,
            &["400 Cor\u{fffd}[31m: a\u{fffd}b\u{fffd}]0;x\u{fffd}\u{fffd}\u{fffd}c  d"],
            &[],
        ),
        failing(
            "mensagem-longa",
            refusal(400, &[], "C", &"x".repeat(60_000)),
            1,
            refused,
            &["xxx…"],
            &[],
        ),
    ]
}

fn answers() -> Vec<Failing> {
    let (invalid, paging) = ("resposta_invalida", "paginacao");
    let rerun: &[&str] = &["execute de novo", "opc-request-id"];
    let document: &[&str] = &["não é o JSON documentado"];
    let row = |id, fault, words| failing(id, fault, 1, invalid, words, rerun);
    let money: &[&str] = &["não é um valor em dinheiro"];
    let day: &[&str] = &["não é de um dia UTC"];
    vec![
        row("vazia", answer(200, &[], ""), document),
        row("html", answer(200, &[], "<html>Login</html>"), document),
        row("texto", answer(200, &[], "ok"), document),
        row("nulo", answer(200, &[], "null"), document),
        row("lista", answer(200, &[], "[]x"), document),
        row("sem-items", answer(200, &[], "{}"), document),
        row(
            "items-nulo",
            answer(200, &[], r#"{"items":null}"#),
            document,
        ),
        row(
            "cortada",
            answer(200, &[], r#"{"items":[{"timeUsa"#),
            document,
        ),
        row(
            "sobra",
            answer(200, &[], r#"{"items":[]}{"items":[]}"#),
            document,
        ),
        row(
            "funda",
            answer(200, &[], format!(r#"{{"items":{}"#, "[".repeat(100_000))),
            document,
        ),
        row(
            "funda-ao-lado",
            answer(200, &[], format!(r#"{{"x":{}"#, "[".repeat(100_000))),
            document,
        ),
        row(
            "repetida",
            answer(200, &[], r#"{"items":[],"items":[]}"#),
            document,
        ),
        row("por-lugar", answer(200, &[], "[[]]"), document),
        row(
            "linha-por-lugar",
            answer(
                200,
                &[],
                r#"{"items":[["2026-05-04T00:00:00Z","2026-05-05T00:00:00Z",1,"BRL"]]}"#,
            ),
            document,
        ),
        row("bytes", answer(200, &[], vec![0xff; 300]), document),
        row(
            "sem-tempo",
            page(&[json!({"computedAmount": 1, "currency": "BRL"})]),
            document,
        ),
        row("NaN", amount("NaN"), document),
        row("infinito", amount("1e400"), money),
        row("enorme", amount("1000000000000000"), money),
        row(
            "muitos-digitos",
            amount(&format!("0.{}", "1".repeat(50))),
            money,
        ),
        row("palavra", amount("\"dez\""), money),
        row("lista-de-valor", amount("[1]"), money),
        row("virgula", amount("\"10,00\""), money),
        row(
            "moeda-palavra",
            odd(&json!({"currency": "Real"})),
            &["moeda desconhecida: Real"],
        ),
        row(
            "fora-da-meia-noite",
            odd(&json!({"timeUsageStarted": "2026-05-04T01:00:00Z"})),
            day,
        ),
        row(
            "brasilia",
            odd(
                &json!({"timeUsageStarted": "2026-05-04T00:00:00-03:00", "timeUsageEnded": "2026-05-05T00:00:00-03:00"}),
            ),
            day,
        ),
        row(
            "mes",
            odd(
                &json!({"timeUsageStarted": "2026-05-01T00:00:00Z", "timeUsageEnded": "2026-06-01T00:00:00Z"}),
            ),
            day,
        ),
        row(
            "ao-contrario",
            odd(&json!({"timeUsageEnded": "2026-05-03T00:00:00Z"})),
            day,
        ),
        row(
            "dia-palavra",
            odd(&json!({"timeUsageStarted": "ontem\u{1b}[2J"})),
            &["não é de um dia UTC: ontem\u{fffd}[2J"],
        ),
        failing(
            "fora-antes",
            odd(
                &json!({"timeUsageStarted": "2026-03-31T00:00:00Z", "timeUsageEnded": "2026-04-01T00:00:00Z"}),
            ),
            1,
            "linha_fora_do_periodo",
            &["31/03/2026", "não foi pedido"],
            rerun,
        ),
        failing(
            "fora-depois",
            odd(
                &json!({"timeUsageStarted": "2026-06-17T00:00:00Z", "timeUsageEnded": "2026-06-18T00:00:00Z"}),
            ),
            1,
            "linha_fora_do_periodo",
            &["17/06/2026"],
            rerun,
        ),
        failing(
            "outra-tenancy",
            page(&[
                item(&json!({})),
                item(&json!({"tenantId": "ocid1.tenancy.oc1..filha"})),
            ]),
            1,
            "linha_de_outra_tenancy",
            &["ocid1.tenancy.oc1..filha"],
            &["mãe", "filhas"],
        ),
        failing(
            "outra-moeda",
            odd(&json!({"currency": "USD"})),
            1,
            "moeda_divergente",
            &["BRL", "USD"],
            &["corrija moeda"],
        ),
        failing(
            "volta",
            Fault::PageLoop,
            2,
            paging,
            &["repete a próxima página"],
            rerun,
        ),
        failing(
            "mesma-pagina",
            Fault::PageRepeat,
            2,
            paging,
            &["mesma página duas vezes"],
            rerun,
        ),
        failing(
            "sem-fim",
            Fault::PagesWithoutEnd,
            200,
            paging,
            &["mais de 200 páginas"],
            rerun,
        ),
        failing(
            "pagina-sem-nome",
            answer(200, &[("opc-next-page", "")], r#"{"items":[]}"#),
            1,
            paging,
            &["não tem nome válido"],
            rerun,
        ),
        failing(
            "pagina-estranha",
            answer(
                200,
                &[("opc-next-page", &"x".repeat(5000))],
                r#"{"items":[]}"#,
            ),
            1,
            paging,
            &["não tem nome válido"],
            rerun,
        ),
        failing(
            "corpo-sem-fim",
            Fault::Endless,
            1,
            invalid,
            &["passa de 8388608 bytes"],
            rerun,
        ),
    ]
}

/// What a healthy client with several windows shows in a folder of its own.
fn alone(healthy: &[(Config, Vec<Row>)], args: &[&str]) -> Value {
    folder_of(healthy).serve().json(0, args)
}

fn folder_of(healthy: &[(Config, Vec<Row>)]) -> Folder {
    healthy
        .iter()
        .fold(Folder::new(), |folder, (config, rows)| {
            folder.client(config, rows.clone())
        })
}

fn healthy() -> [(Config, Vec<Row>); 2] {
    [
        (
            Config::new("a-saudavel")
                .with("inicio_contrato", "2025-07-01")
                .with("fim_contrato", "2026-06-30"),
            daily("2025-07-01", "2026-06-16", "12.34"),
        ),
        (
            Config::new("z-saudavel"),
            daily("2026-01-01", "2026-06-15", "43.21"),
        ),
    ]
}

/// Clients and totals are what they are without the failing ones.
#[track_caller]
fn assert_unharmed(document: &Value, alone: &Value) {
    assert_eq!(document["clientes"], alone["clientes"]);
    assert_eq!(document["totais"], alone["totais"]);
}

#[track_caller]
fn assert_failed(served: &Served, document: &Value, row: &Failing, request_id: bool) {
    let failure = failure(document, &format!("config_{}", row.id));
    assert_eq!(failure["codigo"], row.code, "{failure:#}");
    let message = failure["mensagem"].as_str().unwrap();
    assert!(
        message.starts_with(&format!("config_{}: ", row.id)),
        "{message}"
    );
    assert_words(message, row.words);
    let remedy = failure["acao"].as_str().unwrap();
    assert!(!remedy.is_empty(), "{}", row.id);
    assert_words(remedy, row.remedy);
    assert_eq!(failure["request_id"].is_string(), request_id, "{failure:#}");
    assert_eq!(failure["tenancy"], short(row.id).value("tenancy"));
    if row.requests > 0 {
        assert_eq!(
            served.requests_of(&short(row.id)),
            row.requests,
            "{}",
            row.id
        );
    }
}

/// Nothing of what a terminal obeys, or a reader does not see.
#[track_caller]
fn assert_clean(text: &str) {
    let foul = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(
                c,
                '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            )
    };
    assert_eq!(text.chars().find(|c| foul(*c)), None, "{text:?}");
}

#[test]
fn every_refusal_and_every_bad_answer_fails_its_client_alone() {
    let healthy = healthy();
    let alone = alone(&healthy, &[]);
    let table: Vec<Failing> = refusals().into_iter().chain(answers()).collect();
    let unknown = Failing {
        id: "401-desconhecida",
        fault: Fault::None,
        code: "nao_autenticado",
        words: &["401 NotAuthenticated", "authentication was not provided"],
        remedy: &["user", "fingerprint"],
        requests: 1,
    };
    let mut folder = folder_of(&healthy).config(&short(unknown.id));
    for row in &table {
        folder = folder.faulty(&short(row.id), rows(), [], Some(row.fault.clone()));
    }
    folder.world.page_rows = 40;
    let served = folder.serve();

    let document = served.json(3, &[]);

    assert_unharmed(&document, &alone);
    assert_eq!(
        document["falhas"].as_array().unwrap().len(),
        table.len() + 1
    );
    for row in table.iter().chain([&unknown]) {
        // The currency is of all the rows: no one request is to blame.
        assert_failed(&served, &document, row, row.id != "outra-moeda");
    }
    let id = &failure(&document, "config_codigos-de-tela")["request_id"];
    assert_eq!(*id, "ID\u{fffd}\u{fffd}31mX");
    let long = failure(&document, "config_mensagem-longa")["mensagem"]
        .as_str()
        .unwrap();
    assert!(long.chars().count() < 400, "{long}");

    // As text, with every request on stderr, in either language: nothing that a terminal obeys.
    let only = [
        "--only",
        "codigos",
        "--only",
        "dia-palavra",
        "--only",
        "404",
        "--only",
        "saudavel",
    ];
    for lang in ["pt-BR", "en"] {
        let ran = served
            .run(&[&only[..], &["-v", "--lang", lang]].concat())
            .exited(3);
        assert_clean(&ran.stdout);
        assert_clean(&ran.stderr);
        assert_words(
            &ran.stdout,
            &[
                "NotAuthorizedOrNotFound",
                " to read usage-report in tenancy",
            ],
        );
        assert_words(&ran.stderr, &["opc-request-id ID\u{fffd}\u{fffd}31mX"]);
    }
}

#[test]
fn money_in_two_currencies_or_none_is_never_added() {
    let several = short("varias").without("moeda");
    let two = page(&[item(&json!({})), item(&json!({"currency": "USD"}))]);
    let none = short("nenhuma").without("moeda");
    let blank = page(&[item(&json!({"currency": " "}))]);
    let assumed = short("assumida").without("moeda");
    let served = Folder::new()
        .faulty(&several, rows(), [], Some(two))
        .faulty(&none, rows(), [], Some(blank))
        .client(&assumed, rows())
        .serve();

    let document = served.json(3, &[]);

    let several = failure(&document, "config_varias");
    assert_eq!(several["codigo"], "moeda_divergente");
    assert_words(several["mensagem"].as_str().unwrap(), &["BRL", "USD"]);
    let none = failure(&document, "config_nenhuma");
    assert_eq!(none["codigo"], "moeda_desconhecida");
    assert_words(none["acao"].as_str().unwrap(), &["moeda"]);
    let assumed = client(&document, "config_assumida");
    assert_eq!(assumed["moeda"], "BRL");
    assert_eq!(warnings(assumed), ["moeda_assumida"]);
}

#[test]
fn what_passes_is_tried_again_until_it_has_passed() {
    let past = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(3600));
    let busy = |status, code| refusal(status, &[AT_ONCE], code, "x");
    let plain = |status| refusal(status, &[], "X", "x");
    let script: [(&str, Vec<Fault>); 14] = [
        ("429", vec![busy(429, "TooManyRequests")]),
        (
            "429-data",
            vec![refusal(
                429,
                &[("retry-after", &past)],
                "TooManyRequests",
                "x",
            )],
        ),
        (
            "429-absurdo",
            vec![refusal(
                429,
                &[("retry-after", "logo")],
                "TooManyRequests",
                "x",
            )],
        ),
        ("429-sete", vec![busy(429, "TooManyRequests"); 7]),
        ("409", vec![busy(409, "IncorrectState")]),
        ("500", vec![plain(500)]),
        ("502", vec![plain(502)]),
        ("503", vec![plain(503)]),
        ("504", vec![plain(504)]),
        ("599", vec![plain(599)]),
        ("queda", vec![Fault::Reset]),
        ("cortada", vec![Fault::Truncated]),
        ("lenta", vec![Fault::Slow(Duration::from_millis(50))]),
        (
            "de-tudo",
            vec![
                busy(500, "X"),
                busy(429, "X"),
                busy(503, "X"),
                busy(409, "IncorrectState"),
            ],
        ),
    ];
    let normal = short("normal");
    let mut folder = Folder::new().client(&normal, rows());
    for (id, script) in &script {
        folder = folder.faulty(&short(id), rows(), script.clone(), None);
    }
    // One of four windows fails; none is counted twice.
    let many = healthy()[0].clone();
    let folder = folder.faulty(
        &many.0,
        many.1.clone(),
        [Fault::Reset, busy(503, "X")],
        None,
    );
    let served = folder.serve();

    let document = served.json(0, &[]);

    let expected = figures(client(&document, "config_normal"));
    assert_eq!(expected["consumo"], "770");
    for (id, script) in &script {
        let client = client(&document, &format!("config_{id}"));
        assert_eq!(figures(client), expected, "{id}");
        assert_eq!(warnings(client), [""; 0], "{id}");
        let tries = if *id == "lenta" { 1 } else { script.len() + 1 };
        assert_eq!(served.requests_of(&short(id)), tries, "{id}");
    }
    let alone = alone(&[many], &[]);
    assert_eq!(
        client(&document, "config_a-saudavel"),
        client(&alone, "config_a-saudavel")
    );
}

#[test]
fn a_clock_that_is_off_is_made_good_once_and_told() {
    let mut folder = Folder::new().client(&short("certo"), rows());
    // The service's clock against this machine's, and how this machine's is told to be.
    let offsets = [
        ("adiantado", 7230, "2 h atrasado"),
        ("atrasado", -7230, "2 h adiantado"),
        ("pouco", 200, ""),
    ];
    for (id, offset, _) in offsets {
        folder = folder.faulty(&short(id), rows(), [], Some(Fault::ClockOffset(offset)));
    }
    let many = healthy()[0].clone();
    let folder = folder.faulty(
        &many.0,
        many.1.clone(),
        [],
        Some(Fault::ClockOffset(86_400 * 3)),
    );
    let served = folder.serve();

    let document = served.json(0, &[]);

    let expected = figures(client(&document, "config_certo"));
    for (id, _, words) in offsets {
        let found = client(&document, &format!("config_{id}"));
        assert_eq!(figures(found), expected, "{id}");
        let seen = served.seen_of(&short(id));
        if id == "pouco" {
            // Within what the service puts up with: nothing to say.
            assert_eq!((warnings(found), seen.len()), (vec![], 1));
            continue;
        }
        assert_eq!(warnings(found), ["fuso_do_servico"], "{id}");
        assert_words(found["avisos"][0]["mensagem"].as_str().unwrap(), &[words]);
        // Once refused; then dated by the service's clock.
        assert_eq!(
            seen.iter().map(|seen| seen.status).collect::<Vec<_>>(),
            [401, 200],
            "{id}"
        );
    }
    let many_alone = alone(std::slice::from_ref(&many), &[]);
    let found = client(&document, &many.0.file);
    assert_eq!(figures(found), figures(client(&many_alone, &many.0.file)));
    assert_eq!(warnings(found), ["fuso_do_servico"]);
    let statuses: Vec<u16> = served
        .seen_of(&many.0)
        .iter()
        .map(|seen| seen.status)
        .collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        4,
        "{statuses:?}"
    );
    assert!(statuses.len() <= 8, "{statuses:?}");
}

#[test]
fn an_as_of_day_that_is_to_come_for_the_service_is_no_day_without_usage() {
    // The one test that needs today: two days before it by the service's clock.
    let now = SystemTime::now();
    let today = day_of(now);
    let config = Config::new("adiantada")
        .with("inicio_contrato", &plus_days(today, -90).to_string())
        .with("fim_contrato", &plus_days(today, 275).to_string());
    let rows = Days::new(plus_days(today, -90), plus_days(today, -2))
        .iter()
        .map(|day| Row::new(day, "10", "BRL"));
    let fault = Some(Fault::ClockOffset(-2 * 86_400));
    let served = Folder::new()
        .faulty(&config, rows.collect(), [], fault)
        .serve();
    let document = served.json(4, &["--as-of", &today.to_string()]);
    let failure = failure(&document, "config_adiantada");
    assert_eq!(failure["codigo"], "relogio");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["adiantado", "a data-base ainda não chegou"],
    );
    // Seen from a day that is over for both it is only a warning.
    let document = served.json(0, &["--as-of", &plus_days(today, -3).to_string()]);
    assert_eq!(
        warnings(client(&document, "config_adiantada")),
        ["fuso_do_servico"]
    );
}

#[test]
fn a_clock_that_does_not_hold_still_is_the_client_s_failure() {
    let ahead = |hours: u64| {
        let date = SystemTime::now() + Duration::from_secs(hours * 3600);
        let date = httpdate::fmt_http_date(date);
        refusal(401, &[("date", &date)], "NotAuthenticated", "Skew")
    };
    let config = short("relogio");
    let served = Folder::new()
        .faulty(&config, rows(), [ahead(2)], Some(ahead(5)))
        .serve();
    let document = served.json(4, &[]);
    let failure = failure(&document, "config_relogio");
    assert_eq!(failure["codigo"], "relogio");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["401 NotAuthenticated: Skew", "o relógio desta máquina está"],
    );
    assert_words(failure["acao"].as_str().unwrap(), &["acerte o relógio"]);
    assert!(failure["request_id"].is_string());
    assert_eq!(served.requests_of(&config), 2);
}

/// All that takes time, side by side: what never gets better, and a wait that is honoured.
#[test]
fn what_never_passes_ends_with_the_budget() {
    let healthy = healthy();
    let alone = alone(&healthy, &[]);
    let silent = Fault::Silent(Duration::from_secs(30));
    let table = [
        failing(
            "503",
            refusal(503, &[], "ServiceUnavailable", "Down"),
            0,
            "servico_indisponivel",
            &["503 ServiceUnavailable: Down", "tentativas: "],
            &["mais tarde"],
        ),
        failing(
            "silencio",
            silent,
            0,
            "tempo_esgotado",
            &["127.0.0.1 não respondeu a tempo", "tentativas: "],
            &["--timeout"],
        ),
        failing(
            "queda",
            Fault::Reset,
            0,
            "sem_conexao",
            &["a conexão com 127.0.0.1 caiu", "tentativas: "],
            &["rede"],
        ),
        failing(
            "cortada",
            Fault::Truncated,
            0,
            "sem_conexao",
            &["a conexão com 127.0.0.1 caiu"],
            &["execute de novo"],
        ),
    ];
    let later = refusal(503, &[("retry-after", "1")], "X", "x");
    let waited = short("esperou");
    let mut folder = folder_of(&healthy).faulty(&waited, rows(), [later.clone(), later], None);
    for row in &table {
        folder = folder.faulty(&short(row.id), rows(), [], Some(row.fault.clone()));
    }
    let served = folder.serve();

    let document = served.json(3, &["--retry-budget", "3", "--timeout", "1"]);

    let clients = [&healthy[0].0, &healthy[1].0];
    for config in clients {
        assert_eq!(
            client(&document, &config.file),
            client(&alone, &config.file)
        );
    }
    for row in &table {
        assert_failed(&served, &document, row, row.id == "503");
        let tries = served.requests_of(&short(row.id));
        assert!((2..=8).contains(&tries), "{}: {tries}", row.id);
    }
    assert_eq!(client(&document, "config_esperou")["consumo"], "770");
    // Each try is dated and signed afresh.
    let seen = served.seen_of(&waited);
    assert_eq!(
        seen.iter().map(|seen| seen.status).collect::<Vec<_>>(),
        [503, 503, 200]
    );
    let dates: HashSet<_> = seen.iter().map(|seen| &seen.date).collect();
    let signatures: HashSet<_> = seen.iter().map(|seen| &seen.authorization).collect();
    assert_eq!((dates.len(), signatures.len()), (3, 3));
    let bodies: HashSet<_> = seen.iter().map(|seen| &seen.body).collect();
    assert_eq!(bodies.len(), 1);
}

#[test]
fn without_a_budget_nothing_is_tried_again() {
    let config = short("indisponivel");
    let served = Folder::new()
        .faulty(&config, rows(), [], Some(refusal(503, &[], "X", "x")))
        .serve();
    let document = served.json(4, &["--retry-budget", "0"]);
    assert_eq!(document["falhas"][0]["codigo"], "servico_indisponivel");
    assert_eq!(served.requests_of(&config), 1);
}

/// While one client waits for its turn, its place is another's.
#[test]
fn a_wait_holds_no_place() {
    let waiting = short("a-espera");
    let later = refusal(429, &[("retry-after", "2")], "X", "x");
    let mut folder = Folder::new().faulty(&waiting, rows(), [later], None);
    for n in 0..4 {
        folder = folder.client(&short(&format!("b{n}")), rows());
    }
    let served = folder.serve();
    served.json(0, &["--jobs", "1"]);
    assert_eq!(served.server.most_in_flight(), 1);
    let seen = served.server.seen();
    assert_eq!(seen.len(), 6);
    assert_eq!(seen[5].tenancy, waiting.value("tenancy"));
}

#[test]
fn a_signature_follows_no_redirect() {
    let target = Folder::new().client(&short("alvo"), rows()).serve();
    let mut folder = Folder::new();
    let statuses = [301, 302, 303, 307, 308];
    for status in statuses {
        let location = format!("{}/20200107/usage", target.server.endpoint());
        let fault = answer(status, &[("location", &location)], "");
        folder = folder.faulty(&short(&format!("r{status}")), rows(), [], Some(fault));
    }
    let served = folder.serve();
    let document = served.json(4, &[]);
    for status in statuses {
        let failure = failure(&document, &format!("config_r{status}"));
        assert_eq!(failure["codigo"], "requisicao_recusada");
        assert_words(
            failure["mensagem"].as_str().unwrap(),
            &[&status.to_string()],
        );
        assert_words(
            failure["acao"].as_str().unwrap(),
            &["redirecionamentos", "proxy"],
        );
    }
    assert_eq!(served.server.requests(), statuses.len());
    assert_eq!(target.server.requests(), 0);
}

/// One client of `folder`, whose requests go to `endpoint`; every try is a line of stderr.
fn only_tried(endpoint: &str, words: &str) -> (Value, usize) {
    let folder = Folder::new().config(&short("so"));
    let ran = program(&[
        folder.path().to_str().unwrap(),
        "--endpoint",
        endpoint,
        "--as-of",
        AS_OF,
        "--format",
        "json",
        "-v",
    ])
    .exited(4);
    let tries = ran.stderr.lines().filter(|line| line.contains(words));
    (ran.json()["falhas"][0].clone(), tries.count())
}

#[test]
fn a_closed_port_is_tried_twice() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (failure, tries) = only_tried(&format!("http://{port}"), "recusou a conexão");
    assert_eq!(failure["codigo"], "sem_conexao");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["127.0.0.1, ou o proxy, recusou a conexão"],
    );
    assert_words(failure["acao"].as_str().unwrap(), &["firewall"]);
    assert_eq!(tries, 2);
}

#[test]
fn an_unknown_host_is_tried_twice() {
    let (failure, tries) = only_tried("https://usageapi.nenhum.invalid", "não tem endereço");
    assert_eq!(failure["codigo"], "sem_conexao");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["usageapi.nenhum.invalid não tem endereço"],
    );
    assert_words(failure["acao"].as_str().unwrap(), &["region", "DNS"]);
    assert_eq!(tries, 2);
}

/// Elsewhere the system's certificates are not files that a variable names.
#[cfg(target_os = "linux")]
#[test]
fn a_system_without_certificates_is_told() {
    let folder = Folder::new().config(&short("so"));
    let mut command = command();
    command
        .arg(folder.path())
        .args(["--as-of", AS_OF, "--format", "json"]);
    command.env("SSL_CERT_FILE", "/dev/null");
    let document = ran(&mut command).exited(4).json();
    let failure = failure(&document, "config_so");
    assert_eq!(failure["codigo"], "sem_conexao");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["o cliente HTTP não pôde ser criado"],
    );
    assert_words(failure["acao"].as_str().unwrap(), &["ca-certificates"]);
}

#[test]
fn what_speaks_no_tls_is_tried_once() {
    // It waits for the greeting and answers in the clear, as a portal does.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.read(&mut [0; 16 * 1024]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            // The rest is read, or the connection would break before the answer is seen.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });
    let (failure, tries) = only_tried(&format!("https://{port}"), "TLS com 127.0.0.1 falhou");
    assert_eq!(failure["codigo"], "tls", "{failure:#}");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["TLS com 127.0.0.1 falhou: "],
    );
    assert_words(failure["acao"].as_str().unwrap(), &["certificados"]);
    assert_eq!(tries, 1);
}

#[test]
fn rows_are_read_exactly_however_they_are_written() {
    let each =
        |change: fn(Row) -> Vec<Row>| -> Vec<Row> { rows().into_iter().flat_map(change).collect() };
    let with = |extra: fn(Row) -> Row| each_and(rows(), extra);
    // Outside of what is asked, but without money.
    let stray = Row {
        stray: true,
        ..Row::new(day("2020-01-01"), "null", "BRL")
    };
    let forms: [(&str, Vec<Row>); 14] = [
        (
            "texto",
            each(|row| {
                vec![Row {
                    amount: "\"10\"".to_owned(),
                    ..row
                }]
            }),
        ),
        (
            "texto-blanco",
            each(|row| {
                vec![Row {
                    amount: "\" 10.00 \"".to_owned(),
                    ..row
                }]
            }),
        ),
        (
            "expoente",
            each(|row| {
                vec![Row {
                    amount: "1e1".to_owned(),
                    ..row
                }]
            }),
        ),
        (
            "expoente-sinal",
            each(|row| {
                vec![Row {
                    amount: "1.0E+1".to_owned(),
                    ..row
                }]
            }),
        ),
        (
            "expoente-texto",
            each(|row| {
                vec![Row {
                    amount: "\"1000e-2\"".to_owned(),
                    ..row
                }]
            }),
        ),
        (
            "zeros",
            each(|row| {
                vec![Row {
                    amount: "10.0000000000000000000000".to_owned(),
                    ..row
                }]
            }),
        ),
        (
            "varias",
            each(|row| {
                ["3.3", "3.3", "3.4"]
                    .map(|part| Row {
                        amount: part.to_owned(),
                        ..row.clone()
                    })
                    .into()
            }),
        ),
        (
            "estorno",
            each(|row| {
                ["12.5", "-2.5"]
                    .map(|part| Row {
                        amount: part.to_owned(),
                        ..row.clone()
                    })
                    .into()
            }),
        ),
        (
            "moeda-blanca",
            each(|row| {
                vec![Row {
                    currency: "\"BRL \"".to_owned(),
                    ..row
                }]
            }),
        ),
        (
            "previsao",
            with(|row| Row {
                amount: "999".to_owned(),
                is_forecast: true,
                ..row
            }),
        ),
        (
            "nulo",
            with(|row| Row {
                amount: "null".to_owned(),
                currency: "null".to_owned(),
                ..row
            }),
        ),
        (
            "sem-dinheiro",
            with(|row| Row {
                amount: "0".to_owned(),
                currency: "\" \"".to_owned(),
                ..row
            }),
        ),
        ("fora", rows().into_iter().chain([stray]).collect()),
        (
            "propria",
            each(|row| {
                vec![Row {
                    tenant_id: Some("ocid1.tenancy.oc1..propria".to_owned()),
                    ..row
                }]
            }),
        ),
    ];
    let mut folder = Folder::new().client(&short("normal"), rows());
    for (id, rows) in &forms {
        folder = folder.client(&short(id), rows.clone());
    }
    // A few pages each; names of pages hold what an address must escape.
    folder.world.page_rows = 30;
    let served = folder.serve();

    let document = served.json(0, &[]);

    let expected = figures(client(&document, "config_normal"));
    assert_eq!(expected["consumo"], "770");
    for (id, _) in &forms {
        let client = client(&document, &format!("config_{id}"));
        assert_eq!(figures(client), expected, "{id}");
        assert_eq!(warnings(client), [""; 0], "{id}");
    }
    let pages = served.seen_of(&short("normal"));
    assert_eq!(pages.len(), 3);
    for page in &pages {
        assert_eq!(page.body, pages[0].body);
    }
    assert_eq!(pages[0].target, "/20200107/usage?limit=1000");
    assert!(
        pages[1]
            .target
            .starts_with("/20200107/usage?limit=1000&page=%2B%2F"),
        "{}",
        pages[1].target
    );
    assert!(pages[1].target.ends_with("%3D%3D"), "{}", pages[1].target);
}

/// `rows`, each with another one made of it.
fn each_and(rows: Vec<Row>, extra: fn(Row) -> Row) -> Vec<Row> {
    rows.into_iter()
        .flat_map(|row| [row.clone(), extra(row)])
        .collect()
}

#[test]
fn digits_survive_to_the_last() {
    let config = short("digitos");
    let amounts = [
        "0.1",
        "0.2",
        "1e-20",
        "123456789012.12345678901234567890",
        "-0.3",
    ];
    let rows = amounts
        .iter()
        .map(|amount| Row::new(day("2026-04-01"), *amount, "BRL"))
        .collect();
    let document = Folder::new().client(&config, rows).serve().json(0, &[]);
    assert_eq!(
        client(&document, "config_digitos")["consumo"],
        "123456789012.12345678901234567891"
    );
}

#[test]
fn money_without_a_currency_is_the_client_s_and_told() {
    let mut rows = rows();
    for row in rows.iter_mut().take(3) {
        row.currency = "\" \"".to_owned();
    }
    rows[1].currency = "null".to_owned();
    let served = Folder::new()
        .client(&short("branco"), rows)
        .client(&short("normal"), self::rows())
        .serve();
    let document = served.json(0, &[]);
    let blank = client(&document, "config_branco");
    assert_eq!(figures(blank), figures(client(&document, "config_normal")));
    assert_eq!(warnings(blank), ["moeda_em_branco"]);
    assert_words(
        blank["avisos"][0]["mensagem"].as_str().unwrap(),
        &["linhas com custo e sem moeda, contadas na do contrato: 3"],
    );
}

/// First and last day of each request's window, in order.
fn windows(served: &Served, config: &Config) -> Vec<(String, String)> {
    let mut windows: Vec<(String, String)> = served
        .seen_of(config)
        .iter()
        .map(|seen| {
            let body: Value = serde_json::from_slice(&seen.body).unwrap();
            let time = |key: &str| body[key].as_str().unwrap().to_owned();
            let (start, end) = (time("timeUsageStarted"), time("timeUsageEnded"));
            assert_eq!(
                body,
                json!({
                    "tenantId": config.value("tenancy"), "timeUsageStarted": start,
                    "timeUsageEnded": end, "granularity": "DAILY", "queryType": "COST",
                    "isAggregateByTime": false,
                })
            );
            assert_eq!(
                (seen.method.as_str(), seen.target.as_str()),
                ("POST", "/20200107/usage?limit=1000")
            );
            let midnight = |time: String| time.strip_suffix("T00:00:00Z").unwrap().to_owned();
            (midnight(start), midnight(end))
        })
        .collect();
    windows.sort();
    windows
}

#[test]
fn what_is_asked_is_the_contract_in_windows_and_no_day_more() {
    let contract = |id: &str, start: &str, end: &str| {
        Config::new(id)
            .with("inicio_contrato", start)
            .with("fim_contrato", end)
    };
    let opening = |config: Config, through: &str| {
        config
            .with("consumo_anterior", "100")
            .with("consumo_anterior_ate", through)
    };
    let table: [(Config, &[(&str, &str)]); 9] = [
        (
            contract("longo", "2025-07-01", "2026-12-31"),
            &[
                ("2025-07-01", "2025-09-29"),
                ("2025-09-29", "2025-12-28"),
                ("2025-12-28", "2026-03-28"),
                ("2026-03-28", "2026-06-17"),
            ],
        ),
        (
            contract("noventa", "2026-03-19", "2026-12-31"),
            &[("2026-03-19", "2026-06-17")],
        ),
        (
            contract("noventa-e-um", "2026-03-18", "2026-12-31"),
            &[("2026-03-18", "2026-06-16"), ("2026-06-16", "2026-06-17")],
        ),
        (
            contract("encerrado", "2026-02-01", "2026-02-28"),
            &[("2026-02-01", "2026-03-01")],
        ),
        (contract("hoje", AS_OF, "2026-12-31"), &[]),
        (
            contract("ontem", "2026-06-16", "2026-12-31"),
            &[("2026-06-16", "2026-06-17")],
        ),
        (contract("futuro", "2026-07-01", "2027-06-30"), &[]),
        (
            opening(
                contract("anterior", "2025-01-01", "2026-12-31"),
                "2026-04-30",
            ),
            &[("2026-05-01", "2026-06-17")],
        ),
        (
            opening(
                contract("anterior-ontem", "2026-01-01", "2026-12-31"),
                "2026-06-16",
            ),
            &[],
        ),
    ];
    let mut folder = Folder::new();
    for (config, _) in &table {
        folder = folder.client(config, daily("2025-01-01", "2026-06-16", "10.00"));
    }
    let served = folder.serve();

    let document = served.json(0, &[]);

    for (config, expected) in &table {
        let found = windows(&served, config);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(start, end)| (start.as_str(), end.as_str()))
            .collect();
        assert_eq!(found, *expected, "{}", config.file);
    }
    assert_eq!(
        client(&document, "config_futuro")["situacao"],
        "nao_iniciado"
    );
    assert_eq!(client(&document, "config_encerrado")["consumo"], "280");
    assert_eq!(client(&document, "config_anterior")["consumo"], "570");
    for seen in served.server.seen() {
        let value = |name: &str| {
            let header = seen.headers.iter().find(|(key, _)| key == name);
            header.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        assert_eq!(value("content-type"), "application/json");
        assert_eq!(value("accept"), "application/json");
        assert!(value("user-agent").starts_with("oci-consumo/"));
        assert_eq!(value("accept-encoding"), "", "no compression is asked for");
    }
}

#[test]
fn no_more_requests_are_in_flight_than_allowed() {
    for (jobs, most) in [("5", 5), ("32", 32), ("1", 1)] {
        let mut folder = Folder::new();
        let mut tenancies = Vec::new();
        for n in 0..3 {
            // Two contracts of one tenancy share its four places.
            let old = Config::new(&format!("t{n}a"))
                .with("inicio_contrato", "2024-06-01")
                .with("fim_contrato", "2025-05-31");
            let new = Config::new(&format!("t{n}b"))
                .with("tenancy", old.value("tenancy"))
                .with("user", old.value("user"))
                .with("inicio_contrato", "2025-06-01")
                .with("fim_contrato", "2026-12-31");
            tenancies.push(old.value("tenancy").to_owned());
            folder = folder
                .client(&old, daily("2024-06-01", "2026-06-16", "1.00"))
                .config(&new);
        }
        folder.world.latency = Duration::from_millis(20);
        let served = folder.serve();
        served.run(&["--jobs", jobs]).exited(0);
        let server = &served.server;
        assert_eq!(server.requests(), 3 * (5 + 5));
        assert!(
            server.most_in_flight() <= most,
            "{}",
            server.most_in_flight()
        );
        for tenancy in &tenancies {
            assert!(server.most_in_flight_of(tenancy) <= 4);
        }
    }
}
