//! Databases that version 0.1 wrote, of both engines: they are read as they are, and go on.

use std::fs;
use std::path::Path;

use serde_json::Value;
use sqlx::{Connection as _, Executor as _, PgConnection};

use super::postgres::{self, as_role};
use super::views::query;
use super::{Engine, document, wait};
use crate::common::{Config, Folder, Served, client, daily, failure, morning, warnings};

/// Clients of the fixture: three years, an ended contract, one with an opening balance, one that failed in the
/// last run, and one that has not begun.
fn clients() -> Served {
    let longo = Config::new("longo")
        .with("inicio_contrato", "2024-01-01")
        .with("credito", "R$ 20.000,00");
    let fim = Config::new("fim")
        .with("inicio_contrato", "2025-06-01")
        .with("fim_contrato", "2026-05-31")
        .with("credito", "2500");
    let saldo = Config::new("saldo")
        .with("consumo_anterior", "1234.56")
        .with("consumo_anterior_ate", "2026-03-31");
    let nova = Config::new("nova")
        .with("inicio_contrato", "2026-08-01")
        .with("fim_contrato", "2027-07-31");
    // The service remembers a year.
    Folder::new()
        .client(&longo, daily("2025-06-18", "2026-06-17", "10.25"))
        .client(&fim, daily("2025-06-18", "2026-05-31", "7"))
        .client(&saldo, daily("2026-04-01", "2026-06-17", "33.333"))
        .client(
            &Config::new("falha"),
            daily("2026-01-01", "2026-06-17", "27"),
        )
        .client(&nova, Vec::new())
        .serve()
}

/// A store of 0.1 for the folder and the service of `served`; `None` where the engine is not installed.
fn store(engine: Engine, served: &Served) -> Option<String> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/store");
    let store = engine.store()?;
    match engine {
        Engine::Sqlite => drop(fs::copy(fixtures.join("0.1.db"), &store).unwrap()),
        Engine::Postgres => {
            let dump = fs::read_to_string(fixtures.join("0.1.sql")).unwrap();
            wait(async {
                let mut connection = PgConnection::connect(&store).await.unwrap();
                connection.execute(&*dump).await.unwrap();
                connection.close().await.unwrap();
            });
        }
    }
    let folder = served.dir.path().canonicalize().unwrap();
    let endpoint = served.server.endpoint().parse::<reqwest::Url>().unwrap();
    for table in ["tenancia", "execucao"] {
        query(
            &store,
            &format!("UPDATE {table} SET endereco = '{endpoint}'"),
        );
    }
    query(
        &store,
        &format!("UPDATE execucao SET pasta = '{}'", folder.display()),
    );
    Some(store)
}

fn text(store: &str, sql: &str) -> Vec<Vec<String>> {
    let rows = query(store, sql).into_iter();
    rows.map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect()
}

fn version(store: &str) -> String {
    text(
        store,
        "SELECT CAST(MAX(version) AS TEXT) FROM _sqlx_migrations",
    )[0][0]
        .clone()
}

/// The figures that 0.1 said on 2026-06-17, against those of `document`.
#[track_caller]
fn assert_said(store: &str, document: &Value) {
    let columns = [
        "situacao",
        "consumo",
        "saldo",
        "previsto",
        "total_estimado",
        "sobra",
        "debito",
    ];
    let list: Vec<String> = columns
        .iter()
        .map(|name| format!("CAST(d.{name} AS TEXT)"))
        .collect();
    let said = text(
        store,
        &format!(
            "SELECT c.arquivo, {} FROM demonstrativo d JOIN contrato c ON c.id = d.contrato \
             WHERE d.execucao = 5 AND d.falha IS NULL AND c.arquivo <> 'config_nova' ORDER BY 1",
            list.join(", ")
        ),
    );
    assert_eq!(said.len(), 3);
    for row in said {
        let client = client(document, &row[0]);
        for (key, said) in columns.iter().zip(&row[1..]) {
            let now = client[*key].as_str().unwrap_or_default();
            let equal = match (now.parse::<f64>(), said.parse::<f64>()) {
                (Ok(now), Ok(said)) => (now - said).abs() < 1e-9,
                _ => now == said,
            };
            assert!(equal, "{}: {key} was {said} and is {now}", row[0]);
        }
    }
}

#[test]
fn a_store_of_0_1_is_read_as_it_is_and_goes_on() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let served = clients();
        let Some(store) = store(engine, &served) else {
            continue;
        };
        let bytes = || (engine == Engine::Sqlite).then(|| fs::read(&store).unwrap());
        let before = bytes();

        let offline = document(
            &served,
            morning("2026-06-17"),
            &["--store", &store, "--offline"],
        );

        assert_said(&store, &offline);
        assert_eq!((version(&store).as_str(), bytes()), ("2", before));

        let next = document(&served, morning("2026-06-18"), &["--store", &store]);

        assert_eq!(version(&store), "8");
        let longo = client(&next, "config_longo");
        assert_eq!(longo["consumo"], "9214.75", "899 days of 10.25");
        assert_eq!(warnings(longo), [""; 0]);
        assert_eq!(next["totais"][0]["clientes"], 3);
        let same = document(
            &served,
            morning("2026-06-18"),
            &["--store", &store, "--offline"],
        );
        for file in ["config_longo", "config_fim", "config_saldo", "config_falha"] {
            let (online, mut offline) = (client(&next, file), client(&same, file).clone());
            offline["buscado_em"].take();
            assert_eq!(online, &offline);
        }
        let failures = text(
            &store,
            "SELECT CAST(data_base AS TEXT), arquivo, codigo, CAST(ultima_data_base AS TEXT) FROM v_falhas \
             WHERE data_base > CAST('2026-01-01' AS DATE) ORDER BY 1",
        );
        assert_eq!(
            failures,
            [[
                "2026-06-17",
                "config_falha",
                "nao_autenticado",
                "2026-06-18"
            ]]
        );
        let runs = text(
            &store,
            "SELECT CAST(mostrada AS TEXT) FROM v_execucoes ORDER BY execucao",
        );
        assert_eq!(runs.concat(), ["1", "1", "1", "1", "1", "0", "1"]);
    }
}

#[test]
fn a_look_brings_a_store_of_0_1_up_to_date_and_shows_what_0_1_showed() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let served = clients();
        let Some(store) = store(engine, &served) else {
            continue;
        };
        let only = ["--store", &store, "--only", "saldo", "--method", "recent"];
        document(&served, morning("2026-06-18"), &only);

        assert_eq!(version(&store), "8");
        let contracts = text(
            &store,
            "SELECT arquivo, CAST(data_base AS TEXT), COALESCE(metodo, ''), COALESCE(falha, ''), \
                    CAST(na_carteira AS TEXT) \
             FROM v_contratos ORDER BY arquivo",
        );
        let as_before = |file, day, failure| {
            [file, day, "weekday", failure, "1"]
                .map(str::to_owned)
                .to_vec()
        };
        assert_eq!(
            contracts,
            [
                as_before("config_falha", "2026-06-16", "nao_autenticado"),
                as_before("config_fim", "2026-06-17", ""),
                as_before("config_longo", "2026-06-17", ""),
                as_before("config_nova", "2026-06-17", ""),
                as_before("config_saldo", "2026-06-17", ""),
            ]
        );
        // A failed client's last figures are not today's.
        let portfolio = text(&store, "SELECT CAST(clientes AS TEXT) FROM v_carteira");
        assert_eq!(portfolio, [["2"]]);
    }
}

#[test]
fn an_unknown_config_is_shown_nothing_of_a_store_of_0_1() {
    let served = clients();
    let store = store(Engine::Sqlite, &served).unwrap();
    let stranger = Config {
        file: "config_zz".to_owned(),
        ..Config::new("longo")
            .with("inicio_contrato", "2027-01-01")
            .with("fim_contrato", "2027-12-31")
    };
    let stranger = stranger
        .with("inicio_contrato", "2026-01-01")
        .with("fim_contrato", "2026-03-31");
    fs::remove_file(served.dir.path().join("config_longo")).unwrap();
    fs::write(served.dir.path().join(&stranger.file), stranger.text()).unwrap();

    let offline = document(
        &served,
        morning("2026-06-17"),
        &["--store", &store, "--offline"],
    );

    assert_eq!(
        failure(&offline, "config_zz")["codigo"],
        "sem_dados_armazenados"
    );
}

#[test]
fn who_could_read_the_views_still_can_after_an_upgrade() {
    let served = clients();
    let Some(store) = store(Engine::Postgres, &served) else {
        return;
    };
    let bi = as_role(&store, "bi");
    let role = bi.split("//").nth(1).unwrap().split('@').next().unwrap();
    for view in ["v_contratos", "v_carteira"] {
        query(&store, &format!("GRANT SELECT ON {view} TO {role}"));
    }
    query(&store, "GRANT SELECT ON v_custo_mensal TO PUBLIC");

    document(&served, morning("2026-06-18"), &["--store", &store]);

    for view in ["v_contratos", "v_carteira", "v_custo_mensal"] {
        let rows = query(&bi, &format!("SELECT CAST(COUNT(*) AS TEXT) FROM {view}"));
        assert_ne!(rows, [[Some("0".to_owned())]], "{view}");
    }
    assert!(postgres::denied(&bi, "SELECT 1 FROM v_custo_diario"));
}
