//! What the service is asked, how often, and by which clock. What becomes of a fault is in `faults`.

use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, SystemTime};

use oci_consumo::internals::calendar::{Days, day_of, plus_days};
use serde_json::{Value, json};

use crate::common::front::{Front, Script, Step};
use crate::common::stand_in::{Fault, Seen, WorldRow};
use crate::common::{
    AS_OF, Config, Folder, Served, answer, assert_words, client, command_over, daily, failure,
    figures, ran, warnings,
};

/// A contract of which the service is asked for one window.
fn short(id: &str) -> Config {
    Config::new(id).with("inicio_contrato", "2026-04-01")
}

/// Ten a day in that window.
fn rows() -> Vec<WorldRow> {
    daily("2026-04-01", "2026-06-16", "10.00")
}

#[test]
fn all_windows_make_good_a_clock_that_is_off() {
    let many = |id| Config::new(id).with("inicio_contrato", "2025-07-01");
    let rows = || daily("2025-07-01", "2026-06-16", "12.34");
    let three_days = Some(Fault::ClockOffset(86_400 * 3));
    let served = Folder::new()
        .client(&many("certo"), rows())
        .faulty(&many("adiantado"), rows(), [], three_days)
        .serve();

    let document = served.json(0, &[]);

    let found = client(&document, "config_adiantado");
    assert_eq!(figures(found), figures(client(&document, "config_certo")));
    assert!(warnings(found).contains(&"fuso_do_servico"));
    let seen = daily_of(&served, &many("adiantado"));
    let answered = seen.iter().filter(|seen| seen.status == 200).count();
    // Each of the four windows is refused once at most.
    assert_eq!(answered, 4);
    assert!(seen.len() <= 8, "{}", seen.len());
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
        .map(|day| WorldRow::new(day, "10", "BRL"));
    let fault = Some(Fault::ClockOffset(-2 * 86_400));
    let served = Folder::new()
        .faulty(&config, rows.collect(), [], fault)
        .serve();
    let document = served.json(4, &["--as-of", &today.to_string()]);
    let failure = failure(&document, "config_adiantada");
    assert_eq!(failure["codigo"], "relogio");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["adiantado", "o dia da posição ainda não chegou"],
    );
    // Seen from a day that is over for both it is only a warning.
    let document = served.json(0, &["--as-of", &plus_days(today, -3).to_string()]);
    assert_eq!(
        warnings(client(&document, "config_adiantada")),
        ["fuso_do_servico"]
    );
}

#[test]
#[ignore = "long"]
fn each_try_is_dated_and_signed_afresh() {
    let config = short("esperou");
    let later = answer(503, &[("retry-after", "1")], "");
    let served = Folder::new()
        .faulty(&config, rows(), [later.clone(), later], None)
        .serve();
    let document = served.json(0, &[]);
    assert_eq!(client(&document, "config_esperou")["consumo"], "770");
    let seen = daily_of(&served, &config);
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
        .faulty(&config, rows(), [], Some(answer(503, &[], "")))
        .serve();
    let document = served.json(4, &["--retry-budget", "0"]);
    assert_eq!(document["falhas"][0]["codigo"], "servico_indisponivel");
    assert_eq!(served.requests_of(&config), 1);
}

/// While one client waits for its turn, its place is another's.
#[test]
#[ignore = "long"]
fn a_wait_holds_no_place() {
    let waiting = short("a-espera");
    let later = answer(429, &[("retry-after", "2")], "");
    let mut folder = Folder::new().faulty(&waiting, rows(), [later], None);
    for n in 0..4 {
        folder = folder.client(&short(&format!("b{n}")), rows());
    }
    let served = folder.serve();
    served.json(0, &["--jobs", "1"]);
    assert_eq!(served.server.most_in_flight(), 1);
    let seen = served.server.seen();
    // A question of days and one of months each, and the first try.
    assert_eq!(seen.len(), 11);
    let last = seen[9..].iter().map(|seen| seen.tenancy.as_str());
    assert_eq!(last.collect::<Vec<_>>(), [waiting.value("tenancy"); 2]);
}

#[test]
fn a_page_is_asked_for_by_its_name_and_by_the_same_question() {
    let mut folder = Folder::new().client(&short("paginas"), rows());
    // The names hold what an address must escape.
    folder.world.page_rows = 30;
    let served = folder.serve();
    let document = served.json(0, &[]);
    assert_eq!(client(&document, "config_paginas")["consumo"], "770");
    let pages = daily_of(&served, &short("paginas"));
    assert_eq!(pages.len(), 3);
    for page in &pages {
        assert_eq!(page.body, pages[0].body);
    }
    assert_eq!(pages[0].target, "/20200107/usage?limit=1000");
    let target = &pages[1].target;
    assert!(
        target.starts_with("/20200107/usage?limit=1000&page=%2B%2F"),
        "{target}"
    );
    assert!(target.ends_with("%3D%3D"), "{target}");
}

/// The requests for days of that client's tenancy.
fn daily_of(served: &Served, config: &Config) -> Vec<Seen> {
    let mut seen = served.seen_of(config);
    seen.retain(|seen| {
        let body: Value = serde_json::from_slice(&seen.body).unwrap();
        body["granularity"] == "DAILY"
    });
    seen
}

/// First and last day of each request's window, in order.
fn windows(served: &Served, config: &Config) -> Vec<(String, String)> {
    let mut windows: Vec<(String, String)> = daily_of(served, config)
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
                ("2025-07-01", "2025-09-20"),
                ("2025-09-20", "2025-12-19"),
                ("2025-12-19", "2026-03-19"),
                ("2026-03-19", "2026-06-17"),
            ],
        ),
        (
            contract("noventa", "2026-03-19", "2026-12-31"),
            &[("2026-03-19", "2026-06-17")],
        ),
        (
            contract("noventa-e-um", "2026-03-18", "2026-12-31"),
            &[("2026-03-18", "2026-03-19"), ("2026-03-19", "2026-06-17")],
        ),
        (
            contract("encerrado", "2026-02-01", "2026-02-28"),
            // And the newest days of today, which show that the service lets the client in.
            &[("2026-02-01", "2026-03-01"), ("2026-03-19", "2026-06-17")],
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

    let document = served.json(0, &["--no-store"]);

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
#[ignore = "long"]
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
        // Each contract in five windows; of the old one a week of today, of the running one the months.
        assert_eq!(server.requests(), 3 * (6 + 6));
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

/// An answer with one row, of 4 May 2026.
fn reply(amount: &str) -> Step {
    let body = json!({ "items": [{
        "timeUsageStarted": "2026-05-04T00:00:00Z", "timeUsageEnded": "2026-05-05T00:00:00Z",
        "computedAmount": amount, "currency": "BRL",
    }] });
    http("200 OK", "", &body.to_string())
}

/// An answer with such a status, headers each with a line end, and body.
fn http(status: &str, headers: &str, body: &str) -> Step {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}");
    Step::Send(format!("{head}content-length: {length}\r\n\r\n{body}").into_bytes())
}

/// The report of the folder of `served` over a front that plays `script` for the tenancy of `config`.
fn over_front(served: &Served, config: &Config, steps: Vec<Step>, args: &[&str]) -> (Value, Front) {
    let script = Script { steps, times: 1 };
    let tenancy = config.value("tenancy").to_owned();
    let front = Front::start(&served.server, [(tenancy, script)].into());
    let mut command = command_over(served.dir.path());
    command.args(["--endpoint", &front.endpoint(), "--format", "json"]);
    let document = ran(command.args(args)).exited(0).json();
    (document, front)
}

#[test]
fn what_comes_late_on_a_connection_answers_no_other_tenancy_s_request() {
    // Without a whole month, which would be compared.
    let part = |id: &str| short(id).with("inicio_contrato", "2026-05-02");
    let (first, second) = (part("a-primeiro"), part("b-segundo"));
    let served = Folder::new()
        .client(&first, rows())
        .client(&second, rows())
        .serve();
    let late = vec![
        reply("10"),
        Step::Pause(Duration::from_millis(300)),
        reply("999"),
        Step::Hold,
    ];

    let (document, front) = over_front(&served, &first, late, &["--jobs", "1"]);

    assert_eq!(client(&document, "config_a-primeiro")["consumo"], "10");
    assert_eq!(client(&document, "config_b-segundo")["consumo"], "460");
    assert_eq!(front.connections().len(), 2);
}

#[test]
fn bytes_that_come_on_an_idle_connection_close_it() {
    let config = short("ociosa");
    let served = Folder::new().client(&config, rows()).serve();
    // While the request waits to be tried again, its connection is idle.
    let late = vec![
        http("429 Too Many Requests", "retry-after: 1\r\n", "{}"),
        Step::Pause(Duration::from_millis(300)),
        reply("999"),
        Step::Hold,
    ];

    let (document, front) = over_front(&served, &config, late, &[]);

    assert_eq!(client(&document, "config_ociosa")["consumo"], "770");
    assert_eq!(front.connections().len(), 2);
}

#[test]
fn a_tenancy_s_requests_share_connections_and_two_tenancies_never_do() {
    let long = |id: &str| Config::new(id).with("inicio_contrato", "2023-06-17");
    let configs = ["um", "dois", "tres"].map(long);
    let mut folder = Folder::new();
    for config in &configs {
        folder = folder.client(config, daily("2023-06-17", "2026-06-16", "1.00"));
    }
    folder.world.latency = Duration::from_millis(5);
    let served = folder.serve();

    let (document, front) = over_front(&served, &short("ninguem"), Vec::new(), &[]);

    let connections = front.connections();
    for config in &configs {
        assert_eq!(client(&document, &config.file)["consumo"], "1096");
        let tenancy = config.value("tenancy");
        let own = connections
            .iter()
            .filter(|of| of.first() == Some(&tenancy.to_owned()));
        let own = own.count();
        // Hyper may connect anew while a connection comes back.
        assert!((1..=8).contains(&own), "{own} for {tenancy}");
        assert_eq!(front.requests_of(tenancy), 14);
    }
    for of in &connections {
        assert!(of.iter().all(|tenancy| tenancy == &of[0]), "{of:?}");
    }
}

/// Of the tests' own service, which other tests believe.
#[test]
fn the_service_counts_who_waits_and_forgets_who_hangs_up() {
    let config = short("espera");
    let wait = || Fault::Silent(Duration::from_secs(600));
    let served = Folder::new()
        .faulty(&config, Vec::new(), [wait(), wait(), wait()], None)
        .serve();
    let address = served.server.endpoint();
    let address = address.trim_start_matches("http://");
    let tenant = config.tenant(Vec::new());
    let key_id = [tenant.tenancy, tenant.user, tenant.fingerprint].join("/");
    let request = format!(
        "POST /20200107/usage HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\n\
         authorization: Signature keyId=\"{key_id}\"\r\n\r\n"
    );
    let send = || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    };
    let waiting: Vec<TcpStream> = (0..3).map(|_| send()).collect();
    while served.server.requests() < 3 {
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(served.server.most_in_flight(), 3);
    drop(waiting);
    thread::sleep(Duration::from_millis(200));
    // Unsigned, so refused: the script is over.
    let mut answer = [0; 12];
    send().read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
    assert_eq!(served.server.most_in_flight(), 3);
    assert_eq!(served.server.most_in_flight_of(config.value("tenancy")), 3);
    assert_eq!(served.server.most_in_flight_of("nobody"), 0);
    let statuses: Vec<u16> = served
        .server
        .seen()
        .iter()
        .map(|seen| seen.status)
        .collect();
    assert_eq!(statuses, [0, 0, 0, 401]);
}
