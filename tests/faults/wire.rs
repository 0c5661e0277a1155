//! What breaks below HTTP or takes too long, and what passes when tried again.

use std::time::Duration;

use serde_json::json;

use super::{Group, Row, SEVERAL, Scene, Way, failing, item, items, refusal, well};
use crate::common::front::{Script, Step};

const BROKEN: &str = "sem_conexao";
const INVALID: &str = "resposta_invalida";
const RERUN: &[&str] = &["execute de novo", "opc-request-id"];
const FOUR_GIB: usize = 4 << 30;

pub(super) fn scenes() -> Vec<Scene> {
    let scene = |args, threads, groups: Vec<(&'static str, Vec<Row>)>| Scene {
        way: Way::Front,
        args,
        threads,
        groups: groups
            .into_iter()
            .map(|(name, rows)| Group { name, rows })
            .collect(),
        also: |_| (),
    };
    vec![
        scene(
            &["--retry-budget", "5"],
            16,
            vec![
                ("connections that break", breaks()),
                ("lengths that are wrong, and no HTTP", lengths()),
                ("answers without end, and bombs", floods()),
                ("refusals without end", refusals()),
                ("what passes below HTTP", passing()),
            ],
        ),
        scene(
            &["--timeout", "3", "--retry-budget", "3"],
            16,
            vec![("answers that take too long", waits())],
        ),
    ]
}

/// Every request meets these.
fn always(steps: Vec<Step>) -> Script {
    Script {
        steps,
        times: usize::MAX,
    }
}

/// The first request meets these.
fn once(steps: Vec<Step>) -> Script {
    Script { steps, times: 1 }
}

/// The head of an answer with status 200.
fn head(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{headers}\r\n\r\n").into_bytes()
}

/// An answer with such headers and `body`.
fn reply(headers: &str, body: &str) -> Step {
    Step::Send([&head(headers)[..], body.as_bytes()].concat())
}

/// Ten a day, as the service would say it.
fn document() -> String {
    json!({ "items": items() }).to_string()
}

/// So many bytes as its length says, and `more`.
fn length(more: isize) -> String {
    let length = document().len().checked_add_signed(more).unwrap();
    format!("content-length: {length}")
}

/// As a chunk of a chunked body.
fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// The connection has broken, each time anew.
fn broken(id: &'static str, steps: Vec<Step>) -> Row {
    let words = &["a conexão com 127.0.0.1 caiu", "tentativas: "];
    let remedy = &["confira a rede", "execute de novo"];
    failing(id, always(steps), SEVERAL, BROKEN, words, remedy).unnamed()
}

/// Long enough for what was sent before to be read.
fn a_moment() -> Step {
    Step::Pause(Duration::from_millis(100))
}

fn breaks() -> Vec<Row> {
    let part = "HTTP/1.1 200 OK\r\ncontent-ty".into();
    let half = document()[..2000].to_owned();
    vec![
        broken("reset-antes", vec![Step::Reset]),
        broken(
            "reset-no-cabecalho",
            vec![Step::Send(part), a_moment(), Step::Reset],
        ),
        broken(
            "reset-depois-do-cabecalho",
            vec![Step::Send(head(&length(0))), a_moment(), Step::Reset],
        ),
        broken(
            "reset-no-corpo",
            vec![reply(&length(0), &half), a_moment(), Step::Reset],
        ),
        broken("fim-antes", vec![]),
        broken(
            "fim-no-cabecalho",
            vec![Step::Send("HTTP/1.1 200 OK\r\ncontent-ty".into())],
        ),
        broken(
            "fim-depois-do-cabecalho",
            vec![Step::Send(head(&length(0)))],
        ),
        broken("fim-no-corpo", vec![reply(&length(0), &half)]),
    ]
}

fn lengths() -> Vec<Row> {
    let whole = document();
    let chunked = "transfer-encoding: chunked";
    let invalid = |id, steps| {
        let words = &["não é o JSON documentado"];
        failing(id, always(steps), 1, INVALID, words, RERUN).unnamed()
    };
    vec![
        // The document is whole, but not by what was promised.
        broken("comprimento-a-mais", vec![reply(&length(1), &whole)]),
        invalid("comprimento-a-menos", vec![reply(&length(-1), &whole)]),
        invalid("comprimento-zero", vec![reply("content-length: 0", &whole)]),
        broken(
            "comprimentos-que-divergem",
            vec![reply(&format!("{}\r\n{}", length(0), length(1)), &whole)],
        ),
        broken(
            "comprimento-palavra",
            vec![reply("content-length: muito", &whole)],
        ),
        broken(
            "comprimento-negativo",
            vec![reply("content-length: -1", &whole)],
        ),
        broken("pedacos-sem-o-ultimo", vec![reply(chunked, &chunk(&whole))]),
        broken("pedaco-sem-tamanho", vec![reply(chunked, "ZZ\r\n{}\r\n")]),
        broken(
            "pedaco-de-tamanho-sem-par",
            vec![reply(chunked, "fffffffffffffffff\r\n{}\r\n")],
        ),
        // Without a length the end of the connection is the end of the body: here it comes too soon.
        invalid(
            "sem-comprimento-e-cortada",
            vec![reply("connection: close", &whole[..whole.len() - 1])],
        ),
        broken(
            "nem-http",
            vec![Step::Send("SSH-2.0-OpenSSH_9.6\r\n".into())],
        ),
        broken(
            "versao-de-http",
            vec![Step::Send("HTTP/3.0 200 OK\r\n\r\n{}".into())],
        ),
    ]
}

/// A deflated stream of which each byte is over a thousand zeros, as long as one likes.
fn bomb(bytes: usize) -> Vec<u8> {
    let opening =
        b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xec\xc1\x01\x01\0\0\0\x80\x90\xfe\xaf\xee\x08\x0a";
    let mut bomb = opening.to_vec();
    bomb.resize(bytes, 0);
    bomb
}

fn floods() -> Vec<Row> {
    let spaces = vec![b' '; 64 << 10];
    let mut space = format!("{:x}\r\n", spaces.len()).into_bytes();
    space.extend(&spaces);
    space.extend(b"\r\n");
    let flood = |id, headers: &str, bytes: &[u8]| {
        let steps = vec![
            Step::Send(head(headers)),
            Step::Repeat(bytes.to_vec(), FOUR_GIB / spaces.len()),
        ];
        let words = &["passa de 2097152 bytes"];
        failing(id, always(steps), 1, INVALID, words, RERUN).unnamed()
    };
    // 1 MiB that inflates to over 1 GiB; compression was not asked for, and none is undone.
    let bomb = bomb(1 << 20);
    let packed = format!("content-encoding: gzip\r\ncontent-length: {}", bomb.len());
    let words = &["não é o JSON documentado"];
    vec![
        flood("4-gib-em-pedacos", "transfer-encoding: chunked", &space),
        flood(
            "4-gib-de-comprimento",
            &format!("content-length: {FOUR_GIB}"),
            &spaces,
        ),
        flood("4-gib-ate-o-fim", "connection: close", &spaces),
        failing(
            "bomba-de-gzip",
            always(vec![
                Step::Send(head(&packed)),
                Step::Send(bomb),
                Step::Stay,
            ]),
            1,
            INVALID,
            words,
            RERUN,
        )
        .unnamed(),
        broken(
            "cabecalho-sem-fim",
            vec![
                Step::Send("HTTP/1.1 200 OK\r\n".into()),
                Step::Repeat(
                    format!("x-n: {}\r\n", "n".repeat(1000)).into(),
                    FOUR_GIB >> 10,
                ),
            ],
        ),
        broken(
            "cabecalhos-demais",
            vec![reply(&"x-n: n\r\n".repeat(5000), "{}")],
        ),
    ]
}

fn waits() -> Vec<Row> {
    let second = Duration::from_secs(1);
    let row = |id, steps| {
        let words = &["127.0.0.1 não respondeu a tempo", "tentativas: "];
        let remedy = &["--timeout", "--retry-budget"];
        failing(id, always(steps), SEVERAL, "tempo_esgotado", words, remedy).unnamed()
    };
    let whole = [head(&length(0)), document().into()].concat();
    let continued = [
        Step::Send("HTTP/1.1 100 Continue\r\n\r\n".into()),
        Step::Pause(Duration::from_millis(100)),
    ];
    vec![
        row("mudo", vec![Step::Hold]),
        row(
            "primeiro-byte-tarde",
            vec![Step::Pause(30 * second), Step::Send(whole.clone())],
        ),
        row(
            "mudo-depois-do-cabecalho",
            vec![Step::Send(head(&length(0))), Step::Hold],
        ),
        row(
            "mudo-no-ultimo-byte",
            vec![reply(&length(1), &document()), Step::Hold],
        ),
        // A byte a second is not silence, but the time is for the whole.
        row("gota-a-gota", vec![Step::Drip(whole, second)]),
        row(
            "gota-a-gota-no-corpo",
            vec![
                Step::Send(head(&length(0))),
                Step::Drip(document().into(), second),
            ],
        ),
        row("100-sem-fim", vec![continued; 300].concat()),
        well("mudo-uma-vez", once(vec![Step::Hold]), SEVERAL),
    ]
}

fn refusals() -> Vec<Row> {
    let row = |id, status, service_code, code, words, remedy| {
        let fault = refusal(status, &[], service_code, "Down");
        failing(id, fault, SEVERAL, code, words, remedy)
    };
    vec![
        row(
            "503-sem-fim",
            503,
            "ServiceUnavailable",
            "servico_indisponivel",
            &["503 ServiceUnavailable: Down", "tentativas: "],
            &["mais tarde"],
        ),
        row(
            "500-sem-fim",
            500,
            "InternalServerError",
            "servico_indisponivel",
            &["500 InternalServerError: Down", "tentativas: "],
            &["opc-request-id"],
        ),
        row(
            "429-sem-fim",
            429,
            "TooManyRequests",
            "limite_de_requisicoes",
            &["429 TooManyRequests: Down", "tentativas: "],
            &["--jobs", "--retry-budget"],
        ),
        // A second more than the budget.
        failing(
            "429-alem-do-orcamento",
            refusal(429, &[("retry-after", "6")], "TooManyRequests", "Down"),
            1,
            "limite_de_requisicoes",
            &["pede para esperar 6 s", "--retry-budget"],
            &["depois"],
        ),
    ]
}

fn passing() -> Vec<Row> {
    let whole = document();
    let nines = json!({ "items": [item(&json!({"computedAmount": 999}))] }).to_string();
    let unasked = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{nines}",
        nines.len()
    );
    let half = &whole[..2000];
    vec![
        well("reset-uma-vez", once(vec![Step::Reset]), 2),
        well(
            "reset-no-corpo-uma-vez",
            once(vec![reply(&length(0), half), a_moment(), Step::Reset]),
            2,
        ),
        well(
            "corpo-cortado-uma-vez",
            once(vec![reply(&length(0), half)]),
            2,
        ),
        well(
            "demorada",
            always(vec![Step::Pause(Duration::from_millis(300)), Step::Pass]),
            1,
        ),
        well(
            "100-e-entao-200",
            always(vec![
                Step::Send("HTTP/1.1 100 Continue\r\n\r\n".into()),
                Step::Pass,
            ]),
            1,
        ),
        well(
            "em-pedacos",
            always(vec![
                reply(
                    "transfer-encoding: chunked",
                    &format!("{}{}0\r\n\r\n", chunk(half), chunk(&whole[2000..])),
                ),
                Step::Stay,
            ]),
            1,
        ),
        well(
            "sem-comprimento",
            always(vec![reply("connection: close", &whole)]),
            1,
        ),
        // What nobody asked for must not answer the next request on that connection, another client's.
        well(
            "resposta-a-mais",
            always(vec![
                reply(&length(0), &(whole.clone() + &unasked)),
                Step::Stay,
            ]),
            1,
        ),
    ]
}
