//! Answers that are not 200: refused for good, refused for now, sent elsewhere.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use httpdate::fmt_http_date;
use serde_json::Value;

use super::{
    FORBIDDEN, Group, Meets, Row, TRIES, answer, daily, failing, refusal, short, ten_a_day, well,
};
use crate::common::stand_in::Fault;
use crate::common::{Config, Folder, Served, assert_words};

/// Wait no time, and try again.
const AT_ONCE: (&str, &str) = ("retry-after", "0");

const NOT_AUTHENTICATED: &str = "nao_autenticado";
/// Requests of a client whose every range is refused: the longest with a number of rows, and six lengths without.
const ALL_LENGTHS: usize = 7;
const REFUSED: &str = "requisicao_recusada";
const UNAVAILABLE: &str = "servico_indisponivel";
const LIMIT: &str = "limite_de_requisicoes";

/// Where a redirect points to: another address, and a service that would answer.
pub(super) fn elsewhere() -> Served {
    Folder::new().client(&short("307"), ten_a_day()).serve()
}

pub(super) fn groups(elsewhere: &str) -> Vec<Group> {
    vec![
        Group {
            name: "401, 403, 404",
            rows: credentials(),
        },
        Group {
            name: "other refusals",
            rows: others(),
        },
        Group {
            name: "redirects",
            rows: redirects(elsewhere),
        },
        Group {
            name: "texts that a terminal obeys",
            rows: texts(),
        },
        Group {
            name: "clocks that disagree",
            rows: clocks(),
        },
        Group {
            name: "what passes when tried again",
            rows: passing(),
        },
    ]
}

/// When the table was made: two dates of one row are as far apart as they say.
static NOW: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);

/// So many seconds from then, as HTTP writes it.
fn date(seconds: i64) -> String {
    let by = Duration::from_secs(seconds.unsigned_abs());
    fmt_http_date(if seconds < 0 { *NOW - by } else { *NOW + by })
}

fn busy(status: u16, code: &str) -> Fault {
    refusal(status, &[AT_ONCE], code, "x")
}

fn credentials() -> Vec<Row> {
    let unauthenticated = |headers: &[(&str, &str)], message: &str| {
        refusal(401, headers, "NotAuthenticated", message)
    };
    vec![
        failing(
            "401-assinatura",
            unauthenticated(&[], "Failed to verify the HTTP(S) Signature"),
            1,
            NOT_AUTHENTICATED,
            &["401 NotAuthenticated: Failed to verify the HTTP(S) Signature"],
            &["user", "fingerprint", "chave pública"],
        ),
        failing(
            "401-desconhecida",
            Meets::Stranger,
            1,
            NOT_AUTHENTICATED,
            &["401 NotAuthenticated", "authentication was not provided"],
            &["ocid1.user.oc1..401-desconhecida", "fingerprint"],
        ),
        failing(
            "401-outra-chave",
            Meets::OtherKey,
            1,
            NOT_AUTHENTICATED,
            &["401 NotAuthenticated"],
            &[
                "cf:d1:f2:88:70:69:21:75:c4:43:e0:dc:c6:90:73:5d",
                "chave pública",
            ],
        ),
        // Dated by the service's clock it is refused again: it was not the clock.
        failing(
            "401-nem-relogio",
            unauthenticated(&[("date", &date(7200))], "Not you."),
            2,
            NOT_AUTHENTICATED,
            &["401 NotAuthenticated: Not you"],
            &["fingerprint"],
        ),
        failing(
            "403",
            refusal(403, &[], "NotAllowed", "Please go to your home region GRU."),
            FORBIDDEN,
            "nao_permitido",
            &["403 NotAllowed: Please go to your home region GRU"],
            &["região home", "usage-report"],
        ),
        failing(
            "404",
            refusal(
                404,
                &[],
                "NotAuthorizedOrNotFound",
                "Authorization failed or requested resource not found.",
            ),
            FORBIDDEN,
            "sem_permissao",
            &["404 NotAuthorizedOrNotFound"],
            &[
                "Allow group GRUPO to read usage-report in tenancy",
                "usage-reports",
                "'Default'/",
                "fora da raiz",
                "região home",
            ],
        ),
        failing(
            "404-html",
            answer(404, &[], "<html>"),
            FORBIDDEN,
            "sem_permissao",
            &["404"],
            &["usage-report"],
        ),
    ]
}

fn others() -> Vec<Row> {
    let slow_down =
        |headers: &[(&str, &str)]| refusal(429, headers, "TooManyRequests", "Slow down");
    vec![
        failing(
            "400",
            refusal(400, &[], "InvalidParameter", "granularity must not be null"),
            ALL_LENGTHS,
            REFUSED,
            &["400 InvalidParameter: granularity must not be null"],
            &["opc-request-id"],
        ),
        failing(
            "409",
            busy(409, "Conflict"),
            1,
            REFUSED,
            &["409 Conflict"],
            &["config"],
        ),
        failing(
            "413",
            busy(413, "TooLarge"),
            1,
            REFUSED,
            &["413"],
            &["config"],
        ),
        failing(
            "204",
            answer(204, &[], ""),
            1,
            REFUSED,
            &["204"],
            &["opc-request-id"],
        ),
        failing(
            "501",
            busy(501, "NotImplemented"),
            1,
            REFUSED,
            &["501 NotImplemented"],
            &["opc-request-id"],
        ),
        failing(
            "409-estado",
            refusal(409, &[AT_ONCE], "IncorrectState", "Busy"),
            TRIES,
            UNAVAILABLE,
            &["409 IncorrectState: Busy", "tentativas: 8"],
            &["mais tarde"],
        ),
        failing(
            "408",
            busy(408, "RequestTimeout"),
            TRIES,
            UNAVAILABLE,
            &["408 RequestTimeout", "tentativas: 8"],
            &["mais tarde"],
        ),
        failing(
            "425",
            answer(425, &[AT_ONCE], ""),
            TRIES,
            UNAVAILABLE,
            &["425"],
            &["mais tarde"],
        ),
        failing(
            "429",
            slow_down(&[AT_ONCE]),
            TRIES,
            LIMIT,
            &["429 TooManyRequests: Slow down", "tentativas: 8"],
            &["--jobs"],
        ),
        failing(
            "429-longe",
            slow_down(&[("retry-after", "3600")]),
            1,
            LIMIT,
            &["429 TooManyRequests", "3600 s", "--retry-budget"],
            &["depois"],
        ),
        // By the service's clock, which is an hour ahead of the date's.
        failing(
            "429-longe-em-data",
            slow_down(&[("retry-after", &date(7200)), ("date", &date(3600))]),
            1,
            LIMIT,
            &["429 TooManyRequests", "pede para esperar 3600 s"],
            &["depois"],
        ),
        failing(
            "429-vinte-noves",
            slow_down(&[("retry-after", "99999999999999999999")]),
            1,
            LIMIT,
            &["429 TooManyRequests", "--retry-budget"],
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
            UNAVAILABLE,
            &["503 ServiceUnavailable"],
            &["depois"],
        ),
        failing(
            "500",
            busy(500, "InternalServerError"),
            TRIES,
            UNAVAILABLE,
            &["500 InternalServerError", "tentativas: 8"],
            &["Oracle", "opc-request-id"],
        ),
        failing(
            "502",
            answer(502, &[AT_ONCE], "<html>Bad Gateway"),
            TRIES,
            UNAVAILABLE,
            &["502"],
            &["mais tarde"],
        ),
        failing(
            "504",
            answer(504, &[AT_ONCE], ""),
            TRIES,
            UNAVAILABLE,
            &["504"],
            &["mais tarde"],
        ),
    ]
}

/// Each to a service that would answer, were it asked.
fn redirects(elsewhere: &str) -> Vec<Row> {
    let location = format!("{elsewhere}/20200107/usage");
    let row = |id, status, words| {
        failing(
            id,
            answer(status, &[("location", &location)], ""),
            1,
            REFUSED,
            words,
            &["redirecionamentos", "proxy"],
        )
    };
    vec![
        row("301", 301, &["301"]),
        row("302", 302, &["302"]),
        row("303", 303, &["303"]),
        row("307", 307, &["307"]),
        row("308", 308, &["308"]),
    ]
}

fn texts() -> Vec<Row> {
    let name = "Pad\u{1b}]0;x\u{7}aria\u{202e}\u{200f}";
    vec![
        failing(
            "codigos-de-tela",
            refusal(
                400,
                &[("opc-request-id", "ID\u{202e}\u{9b}31mX")],
                "Cor\u{1b}[31m",
                "a\u{7}b\u{1b}]0;x\u{7}\u{202e}\u{200f}c\r\nd",
            ),
            ALL_LENGTHS,
            REFUSED,
            &["400 Cor\u{fffd}[31m: a\u{fffd}b\u{fffd}]0;x\u{fffd}\u{fffd}\u{fffd}c  d"],
            &["opc-request-id"],
        )
        .also(|failure| assert_eq!(failure["request_id"], "ID\u{fffd}\u{fffd}31mX")),
        failing(
            "mensagem-longa",
            refusal(400, &[], "C", &"x".repeat(60_000)),
            ALL_LENGTHS,
            REFUSED,
            &["xxx…"],
            &["opc-request-id"],
        )
        .also(|failure| assert!(failure["mensagem"].as_str().unwrap().chars().count() < 400)),
        failing(
            "nome-de-tela",
            refusal(400, &[], "InvalidParameter", "x"),
            ALL_LENGTHS,
            REFUSED,
            &["400 InvalidParameter"],
            &["opc-request-id"],
        )
        .configured(|config| config.with("cliente", name))
        .also(|failure| assert_eq!(failure["cliente"], PRINTABLE)),
        well("nome-de-tela-e-bem", Meets::Nothing, 1)
            .configured(|config| config.with("cliente", name))
            .also(|client| assert_eq!(client["cliente"], PRINTABLE)),
    ]
}

/// The name above, as it may be shown, without the invisible characters at its end.
const PRINTABLE: &str = "Pad\u{fffd}]0;x\u{fffd}aria";

fn clocks() -> Vec<Row> {
    let skewed =
        |id, seconds| well(id, Fault::ClockOffset(seconds), 2).warned(&["fuso_do_servico"]);
    let ahead = |hours: i64| {
        refusal(
            401,
            &[("date", &date(hours * 3600))],
            "NotAuthenticated",
            "Skew",
        )
    };
    vec![
        // The service's clock against this machine's, and how this machine's is told to be.
        skewed("relogio-adiantado", 7230).also(|client| skew_is_told(client, "2 h atrasado")),
        skewed("relogio-atrasado", -7230).also(|client| skew_is_told(client, "2 h adiantado")),
        // Within what the service puts up with: nothing to say.
        well("relogio-pouco", Fault::ClockOffset(200), 1),
        failing(
            "relogio-que-anda",
            Meets::Then(ahead(2), ahead(5)),
            2,
            "relogio",
            &["401 NotAuthenticated: Skew", "o relógio desta máquina está"],
            &["acerte o relógio"],
        ),
    ]
}

fn skew_is_told(client: &Value, words: &str) {
    let warnings = client["avisos"].as_array().unwrap();
    let skew = warnings
        .iter()
        .find(|warning| warning["codigo"] == "fuso_do_servico");
    assert_words(skew.unwrap()["mensagem"].as_str().unwrap(), &[words]);
}

fn passing() -> Vec<Row> {
    let plain = |status| refusal(status, &[], "X", "x");
    let later = |headers: &[(&str, &str)]| refusal(429, headers, "TooManyRequests", "x");
    let once = |id, fault| well(id, vec![fault], 2);
    vec![
        once("429-uma-vez", later(&[AT_ONCE])),
        once("429-data-passada", later(&[("retry-after", &date(-3600))])),
        once("429-data-proxima", later(&[("retry-after", &date(2))])),
        once("429-fracao", later(&[("retry-after", "0.5")])),
        once("429-negativo", later(&[("retry-after", "-1")])),
        once("429-absurdo", later(&[("retry-after", "logo")])),
        well("429-sete", vec![later(&[AT_ONCE]); 7], TRIES),
        once("408-uma-vez", plain(408)),
        once("425-uma-vez", plain(425)),
        once("409-uma-vez", busy(409, "IncorrectState")),
        once("500-uma-vez", plain(500)),
        once("502-uma-vez", plain(502)),
        once("503-uma-vez", plain(503)),
        once("504-uma-vez", plain(504)),
        once("599-uma-vez", plain(599)),
        once("queda-uma-vez", Fault::Reset),
        once("cortada-uma-vez", Fault::Truncated),
        well("lenta", vec![Fault::Slow(Duration::from_millis(50))], 1),
        well(
            "de-tudo",
            vec![
                busy(500, "X"),
                busy(429, "X"),
                busy(503, "X"),
                busy(409, "IncorrectState"),
            ],
            5,
        ),
        // Two of four windows fail once; none is counted twice: 12.34 a day for 351 days.
        well("janelas", vec![Fault::Reset, busy(503, "X")], 6)
            .configured(|_| Config::new("janelas").with("inicio_contrato", "2025-07-01"))
            .having(daily("2025-07-01", "2026-06-16", "12.34"))
            .like(daily("2025-07-01", "2026-06-16", "12.34"), "4331.34"),
    ]
}
