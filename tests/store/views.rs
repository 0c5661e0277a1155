//! What a BI tool reads: the views, against the document of the same run.

use std::fs;

use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, Row as _};

use super::{document, on_each_engine, wait};
use crate::common::{Config, Folder, client, daily, in_dollars, morning};

/// The cells that `sql` finds in a store, as text.
pub fn query(store: &str, sql: &str) -> Cells {
    queries(store, &[sql]).remove(0)
}

/// Rows of cells as text.
pub type Cells = Vec<Vec<Option<String>>>;

/// The cells that each of `statements` finds in a store, over one connection.
pub fn queries<S: AsRef<str>>(store: &str, statements: &[S]) -> Vec<Cells> {
    macro_rules! cells {
        ($connection:expr) => {{
            let mut connection = $connection;
            let mut found = Vec::new();
            for sql in statements {
                let rows = sqlx::query(sql.as_ref()).fetch_all(&mut connection);
                let rows = rows.await.unwrap();
                let cells = rows
                    .iter()
                    .map(|row| (0..row.len()).map(|n| row.get(n)).collect());
                found.push(cells.collect());
            }
            connection.close().await.unwrap();
            found
        }};
    }
    wait(async {
        if store.starts_with("postgres") {
            cells!(PgConnection::connect(store).await.unwrap())
        } else {
            cells!(
                SqliteConnectOptions::new()
                    .filename(store)
                    .connect()
                    .await
                    .unwrap()
            )
        }
    })
}

/// The columns of a view's rows, each as text.
pub fn view(store: &str, view: &str, columns: &[&str], rest: &str) -> Vec<Vec<String>> {
    let columns: Vec<String> = columns
        .iter()
        .map(|name| format!("CAST({name} AS TEXT)"))
        .collect();
    let sql = format!("SELECT {} FROM {view} {rest}", columns.join(", "));
    let rows = query(store, &sql).into_iter();
    rows.map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect()
}

/// Asserts that `cell` is `amount`, or empty where that is null.
#[track_caller]
pub fn assert_amount(cell: &str, amount: &Value) {
    match amount.as_str() {
        None => assert_eq!(cell, ""),
        Some(amount) => {
            let (one, other): (f64, f64) = (cell.parse().unwrap(), amount.parse().unwrap());
            assert!((one - other).abs() < 0.005, "{cell} is not {amount}");
        }
    }
}

#[test]
fn the_views_say_what_the_document_says() {
    on_each_engine(|store| {
        let store = &store();
        let configs = [
            Config::new("a"),
            Config::new("b").with("moeda", "USD"),
            Config::new("c")
                .with("consumo_anterior", "77.5")
                .with("consumo_anterior_ate", "2026-05-31"),
            Config::new("d").with("fim_contrato", "2026-05-31"),
            Config::new("e"),
        ];
        let mut folder = Folder::new();
        for (config, amount) in configs.iter().zip(["27.123", "3.5", "1.0005", "9", "0.1"]) {
            let mut rows = daily("2026-01-01", "2026-06-16", amount);
            rows.retain(|row| {
                row.day.to_string().as_str() > "2026-05-31"
                    || config.value("consumo_anterior").is_empty()
            });
            rows.retain(|row| row.day.to_string().as_str() <= config.value("fim_contrato"));
            if config.value("moeda") == "USD" {
                rows = in_dollars(rows);
            }
            folder = folder.client(config, rows);
        }
        let served = folder.serve();
        document(&served, morning("2026-06-16"), &["--store", store]);
        let said = document(&served, morning("2026-06-17"), &["--store", store]);
        // One customer's config is gone, and another fails.
        fs::remove_file(served.dir.path().join("config_e")).unwrap();
        let stranger = configs[0].clone().with("user", "ocid1.user.oc1..outro");
        fs::write(served.dir.path().join("config_a"), stranger.text()).unwrap();
        let last = document(&served, morning("2026-06-18"), &["--store", store]);

        let columns = [
            "arquivo",
            "data_base",
            "situacao",
            "na_carteira",
            "falha",
            "credito",
            "consumo",
            "saldo",
            "previsto",
            "total_estimado",
            "sobra",
            "debito",
            "consumo_provisorio",
            "ritmo_diario",
            "metodo",
            "total_min",
            "total_max",
            "probabilidade_esgotar",
        ];
        let contracts = view(store, "v_contratos", &columns, "ORDER BY arquivo");
        let states: Vec<[&str; 4]> = contracts
            .iter()
            .map(|row| [&*row[0], &row[1], &row[3], &row[4]])
            .collect();
        assert_eq!(
            states,
            [
                ["config_a", "2026-06-17", "1", "nao_autenticado"],
                ["config_b", "2026-06-18", "1", ""],
                ["config_c", "2026-06-18", "1", ""],
                ["config_d", "2026-06-18", "1", ""],
                ["config_e", "2026-06-17", "0", ""],
            ]
        );
        for row in contracts.iter().filter(|row| row[1] == "2026-06-17") {
            let client = client(&said, &row[0]);
            assert_eq!(client["situacao"], *row[2]);
            for (cell, key) in row[5..].iter().zip([
                "credito",
                "consumo",
                "saldo",
                "previsto",
                "total_estimado",
                "sobra",
                "debito",
                "consumo_provisorio",
                "ritmo_diario",
            ]) {
                assert_amount(cell, &client[key]);
            }
            assert_eq!(row[14], client["metodo"].as_str().unwrap());
            for (cell, key) in
                row[15..]
                    .iter()
                    .zip(["total_min", "total_max", "probabilidade_esgotar"])
            {
                assert_amount(cell, &client["faixa"][key]);
            }
        }
        // The one contract that runs on and has credit left.
        assert!(contracts[4][15..].iter().all(|cell| !cell.is_empty()));

        let months = view(
            store,
            "v_custo_mensal",
            &["mes", "moeda", "custo", "dias"],
            "WHERE cliente = 'Cliente b' ORDER BY mes",
        );
        let of_b = client(&said, "config_b")["meses"]
            .as_array()
            .unwrap()
            .clone();
        assert_eq!(months.len(), of_b.len());
        for (row, month) in months.iter().zip(&of_b) {
            assert_eq!(
                (&*row[0], &*row[1]),
                (month["mes"].as_str().unwrap(), "USD")
            );
            assert_amount(&row[2], &month["consumo"]);
        }
        let days = view(
            store,
            "v_custo_diario",
            &["data", "custo"],
            "WHERE cliente = 'Cliente a' ORDER BY data",
        );
        assert_eq!(days.len(), 167);
        assert_eq!(days[0][0], "2026-01-01");

        let moved = view(
            store,
            "v_previsao_por_execucao",
            &["data_base", "total_estimado", "total_variacao"],
            "WHERE arquivo = 'config_e' ORDER BY execucao",
        );
        assert_eq!(moved.len(), 2);
        assert_eq!(moved[0][2], "");
        assert_amount(&moved[1][1], &client(&said, "config_e")["total_estimado"]);
        let change: f64 = moved[1][2].parse().unwrap();
        assert!(
            (change - (moved[1][1].parse::<f64>().unwrap() - moved[0][1].parse::<f64>().unwrap()))
                .abs()
                < 1e-9
        );

        let portfolio = view(
            store,
            "v_carteira",
            &[
                "moeda",
                "clientes",
                "consumo",
                "sobras",
                "debitos",
                "data_base_mais_antiga",
                "clientes_com_falha",
                "consumo_com_falha",
            ],
            "ORDER BY moeda",
        );
        // a failed, d has ended, and e is gone: the totals of the last report.
        let zero = Value::from("0");
        let totals = last["totais"].as_array().unwrap();
        assert_eq!(portfolio.len(), totals.len());
        for (row, total) in portfolio.iter().zip(totals) {
            assert_eq!(row[0], total["moeda"].as_str().unwrap());
            assert_eq!(row[1], total["clientes"].to_string());
            for (cell, key) in row[2..5].iter().zip(["consumo", "sobras", "debitos"]) {
                assert_amount(cell, &total[key]);
            }
            assert_eq!(row[5], "2026-06-18");
            // Of reais, a counted the day before.
            let failed = row[0] == "BRL";
            let before = &client(&said, "config_a")["consumo"];
            assert_eq!(row[6], u8::from(failed).to_string());
            assert_amount(&row[7], if failed { before } else { &zero });
        }
    });
}

#[test]
fn a_run_keeps_its_terms_and_whether_it_came_to_an_end() {
    on_each_engine(|store| {
        let (store, config) = (&store(), Config::new("a"));
        let served = Folder::new()
            .client(&config, daily("2026-01-01", "2026-06-17", "10"))
            .serve();
        document(&served, morning("2026-06-17"), &["--store", store]);
        let more = config.clone().with("credito", "R$ 20.000,00");
        fs::write(served.dir.path().join("config_a"), more.text()).unwrap();

        document(&served, morning("2026-06-18"), &["--store", store]);
        document(
            &served,
            morning("2026-06-19"),
            &["--store", store, "--only", "a"],
        );

        let runs = view(
            store,
            "execucao",
            &[
                "data_base",
                "completa",
                "clientes",
                "falhas",
                "versao",
                "terminada_em IS NOT NULL",
            ],
            "ORDER BY id",
        );
        let ended = &runs[0][5];
        assert!(ended == "1" || ended == "true");
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(runs[0][..5], ["2026-06-17", "1", "1", "0", version]);
        assert_eq!(runs[1][..5], ["2026-06-18", "1", "1", "0", version]);
        assert_eq!(runs[2][..5], ["2026-06-19", "0", "1", "0", version]);
        let terms = view(store, "contrato", &["credito", "fim"], "ORDER BY id");
        assert_eq!(terms, [["10000", "2026-12-31"], ["20000", "2026-12-31"]]);
        let told = view(
            store,
            "v_previsao_por_execucao",
            &["credito", "saldo"],
            "ORDER BY execucao",
        );
        assert_eq!(told.len(), 2, "the run of one client is not shown");
        assert!(
            told[0][0].starts_with("10000") && told[1][0].starts_with("20000"),
            "{told:?}"
        );
    });
}

#[test]
#[ignore = "long"]
fn the_documents_queries_answer_their_questions() {
    let text = include_str!("../../src/manual/en/bi.md");
    let queries: Vec<&str> = text
        .split("```sql\n")
        .skip(1)
        .map(|rest| {
            rest.split("```")
                .next()
                .unwrap()
                .trim()
                .trim_end_matches(';')
        })
        .filter(|query| query.starts_with("SELECT"))
        .collect();
    on_each_engine(|store| {
        let store = &store();
        // One spends its credit in June and has been faster for two weeks; the other leaves most of it.
        let (fast, slow) = (
            Config::new("a").with("cliente", "Padaria Pão Quente"),
            Config::new("b"),
        );
        let mut rows = daily("2026-01-01", "2026-06-16", "40");
        rows.iter_mut()
            .filter(|row| row.day >= "2026-05-20".parse().unwrap())
            .for_each(|row| row.amount = "200".to_owned());
        let served = Folder::new()
            .client(&fast, rows)
            .client(&slow, daily("2026-01-01", "2026-06-16", "10"))
            .serve();
        let first = "2026-05-18"
            .parse::<oci_consumo::internals::calendar::Day>()
            .unwrap();
        for day in first.iter_days().take(31) {
            document(&served, morning(&day.to_string()), &["--store", store]);
        }
        let answers: Vec<Vec<String>> = queries
            .iter()
            .map(|sql| {
                // The stand-in is not the service.
                let real = sql.replace("endereco = 'oci'", "endereco <> 'oci'");
                assert_ne!(real, **sql);
                let first = real.find("SELECT ").unwrap() + 7;
                let column = real[first..].split([',', '\n']).next().unwrap();
                let text = format!("SELECT CAST({column} AS TEXT) FROM ({real}) AS q");
                let cells = query(store, &text).into_iter().flatten();
                cells.map(Option::unwrap_or_default).collect()
            })
            .collect();
        let padaria = "Padaria Pão Quente".to_owned();
        assert_eq!(answers[0], [padaria.as_str()], "who runs out");
        assert_eq!(answers[1], ["Cliente b"], "who leaves credit");
        assert_eq!(answers[2], [padaria], "whose pace changed");
        assert_eq!(answers[3].len(), 31, "how the forecast moved");
        assert_eq!(answers[3][30], "2026-06-17");
        assert_eq!(answers[4], ["BRL"], "the portfolio");
        assert_eq!(answers.len(), 5);
    });
}

#[test]
fn a_broken_config_does_not_take_its_contract_out_of_the_portfolio_unsaid() {
    on_each_engine(|store| {
        let (store, config) = (&store(), Config::new("a"));
        let served = Folder::new()
            .client(&config, daily("2026-01-01", "2026-06-17", "10"))
            .serve();
        document(&served, morning("2026-06-17"), &["--store", store]);
        let broken = config.clone().with("credito", "abc");
        fs::write(served.dir.path().join("config_a"), broken.text()).unwrap();

        document(&served, morning("2026-06-18"), &["--store", store]);

        let columns = ["data_base", "na_carteira", "falha"];
        let told = view(store, "v_contratos", &columns, "");
        assert_eq!(told, [["2026-06-17", "1", "config_invalida"]]);
    });
}

#[test]
fn each_day_has_the_name_of_its_contract() {
    on_each_engine(|store| {
        let (store, old) = (
            &store(),
            Config::new("a").with("fim_contrato", "2026-03-31"),
        );
        let new = Config {
            file: "config_b".to_owned(),
            ..Config::new("a")
        };
        let new = new
            .with("cliente", "Renovado")
            .with("inicio_contrato", "2026-04-01");
        let served = Folder::new()
            .client(&old, daily("2026-01-01", "2026-06-16", "10"))
            .config(&new)
            .serve();
        document(&served, morning("2026-06-17"), &["--store", store]);

        let columns = ["cliente", "MIN(data)", "COUNT(*)"];
        let names = view(
            store,
            "v_custo_diario",
            &columns,
            "GROUP BY cliente ORDER BY cliente",
        );

        assert_eq!(
            names,
            [
                ["Cliente a", "2026-01-01", "90"],
                ["Renovado", "2026-04-01", "77"]
            ]
        );
    });
}

#[test]
fn every_failed_config_is_in_a_view_whatever_was_known_of_it() {
    on_each_engine(|store| {
        let store = &store();
        let (sound, late, never) = (Config::new("a"), Config::new("b"), Config::new("c"));
        let rows = || daily("2026-01-01", "2026-06-17", "10");
        let folder = Folder::new()
            .client(&sound, rows())
            .client(&late, rows())
            .config(&never);
        folder.write("config_d", b"\xff\xfe no config at all");
        let served = folder.serve();
        document(&served, morning("2026-06-17"), &["--store", store]);
        // One that was reported is unreadable the next day, its tenancy too.
        fs::write(served.dir.path().join("config_b"), "credito = ?").unwrap();

        let last = document(&served, morning("2026-06-18"), &["--store", store]);

        let failures = view(
            store,
            "v_falhas",
            &["data_base", "arquivo", "codigo", "ultima_data_base"],
            "ORDER BY data_base, arquivo",
        );
        let codes: Vec<[&str; 4]> = failures
            .iter()
            .map(|row| [&*row[0], &row[1], &row[2], &row[3]])
            .collect();
        assert_eq!(
            codes,
            [
                ["2026-06-17", "config_c", "nao_autenticado", ""],
                ["2026-06-17", "config_d", "config_ilegivel", ""],
                ["2026-06-18", "config_b", "config_invalida", "2026-06-17"],
                ["2026-06-18", "config_c", "nao_autenticado", ""],
                ["2026-06-18", "config_d", "config_ilegivel", ""],
            ]
        );
        assert_eq!(last["falhas"].as_array().unwrap().len(), 3);
        let columns = [
            "data_base",
            "clientes",
            "falhas",
            "mostrada",
            "ultima_do_dia",
            "metodo",
            "dias_parciais",
        ];
        let runs = view(store, "v_execucoes", &columns, "ORDER BY execucao");
        assert_eq!(
            runs,
            [
                ["2026-06-17", "4", "2", "1", "1", "weekday", "2"],
                ["2026-06-18", "4", "3", "1", "1", "weekday", "2"],
            ]
        );
        let columns = ["arquivo", "falha", "falha_em", "na_carteira"];
        let contracts = view(store, "v_contratos", &columns, "ORDER BY arquivo");
        assert_eq!(
            contracts,
            [
                ["config_a", "", "", "1"],
                ["config_b", "config_invalida", "2026-06-18", "1"]
            ]
        );
        assert_eq!(view(store, "v_carteira", &["clientes"], ""), [["1"]]);
    });
}

/// Of two configs that contradict each other neither is in the portfolio, whatever was reported before.
#[test]
fn of_two_contracts_that_overlap_and_differ_neither_is_in_the_portfolio() {
    on_each_engine(|store| {
        let store = &store();
        let (old, well) = (Config::new("a"), Config::new("c"));
        let renewal = Config {
            file: "config_b".to_owned(),
            ..old
                .clone()
                .with("inicio_contrato", "2026-06-01")
                .with("fim_contrato", "2027-05-31")
        };
        let rows = || daily("2026-01-01", "2026-06-16", "10");
        let served = Folder::new()
            .client(&old, rows())
            .client(&well, rows())
            .serve();
        let said = || {
            let contracts = view(
                store,
                "v_contratos",
                &["arquivo", "data_base", "na_carteira", "falha"],
                "ORDER BY arquivo",
            );
            let sums = ["clientes", "clientes_com_falha", "consumo_com_falha > 0"];
            (contracts, view(store, "v_carteira", &sums, ""))
        };
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let report = |as_of: &str| document(&served, morning(as_of), &["--store", store]);
        report("2026-06-17");
        let (_, portfolio) = said();
        assert_eq!(portfolio[0][..2], ["2", "0"]);

        let path = served.dir.path().join(&renewal.file);
        fs::write(&path, renewal.text()).unwrap();
        report("2026-06-18");

        let (contracts, portfolio) = said();
        assert_eq!(
            contracts,
            [
                row(["config_a", "2026-06-17", "0", "contrato_repetido"]),
                row(["config_c", "2026-06-18", "1", ""]),
            ]
        );
        assert_eq!(portfolio[0][..2], ["1", "0"]);
        assert!(portfolio[0][2] == "0" || portfolio[0][2] == "false");
        let failed = view(store, "v_falhas", &["arquivo", "codigo"], "ORDER BY 1");
        let both = ["config_a", "config_b"].map(|file| [file, "contrato_repetido"]);
        assert_eq!(failed, both);

        // A store of the version before said that the first of them still was in the portfolio.
        put_back(store);
        assert_eq!(said().0[0][2], "1");
        report("2026-06-18");
        assert_eq!(said().0, contracts);

        fs::remove_file(&path).unwrap();
        report("2026-06-19");
        let (contracts, portfolio) = said();
        assert_eq!(contracts[0], row(["config_a", "2026-06-19", "1", ""]));
        assert_eq!(portfolio[0][..2], ["2", "0"]);
    });
}

/// Puts the store back to version 4 of the schema.
fn put_back(store: &str) {
    let older = include_str!("../../src/store/migrations/0004_regiao_e_grupo.sql");
    let exact = match store.starts_with("postgres") {
        true => "NUMERIC(28, 10)",
        false => "REAL",
    };
    query(store, "DELETE FROM _sqlx_migrations WHERE version > 4");
    for view in ["v_previsao_mensal", "v_dias", "v_falhas"] {
        query(store, &format!("DROP VIEW {view}"));
    }
    let tables = [
        "alerta_pasta",
        "alerta_estado",
        "alerta_saida",
        "contrato_dias",
        "previsao_mes",
        "falha_rotulo",
        "enlace",
    ];
    for table in tables {
        query(store, &format!("DROP TABLE {table}"));
    }
    query(store, "DROP VIEW v_carteira");
    query(store, "DROP VIEW v_contratos");
    for name in ["v_contratos", "v_carteira"] {
        let begin = older.find(&format!("CREATE VIEW {name} AS")).unwrap();
        let statement = older[begin..].split(';').next().unwrap();
        query(store, &statement.replace("{exact}", exact));
    }
}

/// All that the views of figures say, but for when.
fn figures(store: &str) -> Vec<Vec<Vec<String>>> {
    let columns = [
        "arquivo",
        "cliente",
        "data_base",
        "credito",
        "total_estimado",
        "nos_totais",
    ];
    vec![
        view(
            store,
            "v_contratos",
            &columns,
            "ORDER BY arquivo, data_base",
        ),
        view(
            store,
            "v_previsao_por_execucao",
            &columns,
            "ORDER BY arquivo, data_base",
        ),
        view(
            store,
            "v_carteira",
            &["clientes", "credito", "total_estimado"],
            "",
        ),
        view(
            store,
            "v_falhas",
            &["data_base", "arquivo", "codigo"],
            "ORDER BY 1, 2",
        ),
        view(
            store,
            "v_custo_mensal",
            &["primeiro_dia", "cliente", "custo"],
            "ORDER BY 1, 2",
        ),
        view(
            store,
            "v_dias",
            &["data", "cliente", "previsto", "acumulado"],
            "ORDER BY 1, 2",
        ),
        view(
            store,
            "v_previsao_mensal",
            &["mes", "data_base", "cliente", "total_previsto"],
            "ORDER BY 1, 2, 3",
        ),
    ]
}

#[test]
#[ignore = "long"]
fn a_look_and_a_second_run_of_a_day_change_nothing_that_bi_sees() {
    on_each_engine(|store| {
        let store = &store();
        let mut rows = daily("2026-01-01", "2026-06-16", "10");
        rows.iter_mut()
            .filter(|row| row.day >= "2026-06-01".parse().unwrap())
            .for_each(|row| row.amount = "25".to_owned());
        // The renewal begins before the end of the old contract: both fail.
        let renewal = Config {
            file: "config_c".to_owned(),
            ..Config::new("b")
                .with("inicio_contrato", "2026-06-01")
                .with("fim_contrato", "2027-05-31")
        };
        let served = Folder::new()
            .client(&Config::new("a"), rows.clone())
            .client(&Config::new("b"), rows)
            .config(&renewal)
            .serve();
        let report = |as_of: &str, args: &[&str]| {
            document(
                &served,
                morning(as_of),
                &[&["--store", store][..], args].concat(),
            )
        };
        report("2026-06-17", &[]);
        let before = figures(store);
        assert_eq!(before[0].len(), 1);
        assert_eq!(
            before[2],
            [[
                "1".to_owned(),
                before[0][0][3].clone(),
                before[0][0][4].clone()
            ]]
        );
        assert_eq!(before[3].len(), 2);

        for look in [
            &["--method", "recent"][..],
            &["--settle-days", "30"],
            &["--surplus-percent", "99"],
            &["--what-if", "+10%"],
            &["--only", "config_c"],
            &["--only", "config_b"],
            &["--only", "a", "--method", "recent"],
            &["--as-of", "2026-06-10"],
            &[],
        ] {
            report("2026-06-17", look);
            assert_eq!(figures(store), before, "{look:?}");
        }
        // Recorded, a look is what is seen.
        report("2026-06-17", &["--method", "recent", "--record"]);
        let after = figures(store);
        assert_eq!(after[0].len(), 1);
        assert_ne!(after[0][0][4], before[0][0][4]);
    });
}

#[test]
fn a_changed_name_is_one_client_s_and_the_newest_counts() {
    on_each_engine(|store| {
        let (store, config) = (&store(), Config::new("a"));
        let served = Folder::new()
            .client(&config, daily("2026-01-01", "2026-06-17", "10"))
            .serve();
        document(&served, morning("2026-06-17"), &["--store", store]);
        let renamed = config.with("cliente", "Outro Nome");
        fs::write(served.dir.path().join("config_a"), renamed.text()).unwrap();
        document(&served, morning("2026-06-18"), &["--store", store]);

        for name in [
            "v_contratos",
            "v_previsao_por_execucao",
            "v_custo_diario",
            "v_custo_mensal",
        ] {
            let names = view(store, name, &["cliente"], "GROUP BY cliente");
            assert_eq!(names, [["Outro Nome"]], "{name}");
        }
        let moved = view(
            store,
            "v_previsao_por_execucao",
            &["total_variacao"],
            "ORDER BY data_base",
        );
        assert_eq!(moved.len(), 2);
        assert_ne!(moved[1][0], "");
    });
}

/// A portfolio whose every client failed does not vanish from the view.
#[test]
fn a_currency_of_failed_clients_has_a_row_without_sums() {
    on_each_engine(|store| {
        let store = &store();
        let config = Config::new("a");
        let served = Folder::new()
            .client(&config, daily("2026-01-01", "2026-06-16", "10"))
            .serve();
        document(&served, morning("2026-06-17"), &["--store", store]);
        let stranger = config.with("user", "ocid1.user.oc1..outro");
        fs::write(served.dir.path().join("config_a"), stranger.text()).unwrap();
        document(&served, morning("2026-06-18"), &["--store", store]);
        let columns = [
            "moeda",
            "clientes",
            "clientes_com_falha",
            "data_base_mais_nova",
        ];
        assert_eq!(
            view(store, "v_carteira", &columns, ""),
            [["BRL", "0", "1", "2026-06-17"]]
        );
        let sums = &view(store, "v_carteira", &["consumo", "consumo_com_falha"], "")[0];
        assert_amount(&sums[0], &Value::from("0"));
        assert_amount(&sums[1], &Value::from("1670"));
    });
}

/// A BI tool takes the first day or time of a view for its time.
#[test]
fn the_first_date_of_a_view_is_the_one_to_filter_by() {
    let Some(store) = super::Engine::Postgres.store() else {
        return;
    };
    let served = Folder::new()
        .client(&Config::new("a"), daily("2026-01-01", "2026-06-17", "10"))
        .serve();
    document(&served, morning("2026-06-17"), &["--store", &store]);
    let columns = query(
        &store,
        "SELECT table_name::text, column_name::text, data_type::text, \
                COALESCE(numeric_precision || ',' || numeric_scale, '') \
         FROM information_schema.columns \
         WHERE table_name LIKE 'v\\_%' AND table_schema = 'public' ORDER BY table_name, ordinal_position",
    );
    let columns: Vec<[String; 4]> = columns
        .into_iter()
        .map(|row| [0, 1, 2, 3].map(|n| row[n].clone().unwrap()))
        .collect();
    let mut first: Vec<(&str, &str)> = Vec::new();
    for [view, column, kind, digits] in &columns {
        let is_date = kind == "date" || kind.starts_with("timestamp");
        if is_date && first.last().is_none_or(|(last, _)| last != view) {
            first.push((view, column));
        }
        // Some BI tools read no more than 28 digits, no whole number of 64 bits, and no truth value.
        match kind.as_str() {
            "numeric" => assert_eq!(digits, "28,10", "{view}.{column}"),
            kind => assert!(!["bigint", "boolean"].contains(&kind), "{view}.{column}"),
        }
    }
    assert_eq!(
        first,
        [
            ("v_carteira", "data_base_mais_nova"),
            ("v_contratos", "data_base"),
            ("v_custo_diario", "data"),
            ("v_custo_mensal", "primeiro_dia"),
            ("v_dias", "data"),
            ("v_execucoes", "data_base"),
            ("v_falhas", "data_base"),
            ("v_previsao_mensal", "primeiro_dia"),
            ("v_previsao_por_execucao", "data_base"),
        ]
    );
}

#[test]
fn the_contract_s_columns_are_the_document_s() {
    on_each_engine(|store| {
        let store = &store();
        let served = Folder::new()
            .client(
                &Config::new("a")
                    .with("consumo_anterior", "77.5")
                    .with("consumo_anterior_ate", "2026-01-31")
                    .with("grupo", "Rede São João"),
                daily("2026-02-01", "2026-06-16", "27.123"),
            )
            .serve();
        let said = document(&served, morning("2026-06-17"), &["--store", store]);
        let client = client(&said, "config_a");
        let columns = [
            "dias_decorridos",
            "dias_restantes",
            "dias_sem_informacao",
            "consumo_anterior",
            "consumo_pct",
            "prazo_pct",
            "complemento_provisorio",
            "ritmo_alvo",
            "mes_atual_estimado",
        ];
        let row = &view(store, "v_contratos", &columns, "")[0];
        for (cell, key) in row.iter().zip(columns) {
            match &client[key] {
                Value::Number(number) => assert_eq!(*cell, number.to_string(), "{key}"),
                amount => assert_amount(cell, amount),
            }
        }
        for name in ["v_contratos", "v_previsao_por_execucao"] {
            let place = &view(store, name, &["regiao", "grupo"], "")[0];
            assert_eq!(place, &["sa-saopaulo-1", "Rede São João"], "{name}");
            let columns = ["dias_decorridos", "dias_restantes"];
            for (cell, key) in view(store, name, &columns, "")[0].iter().zip(columns) {
                assert_eq!(*cell, client[key].to_string(), "{name}: {key}");
            }
            let columns = ["consumo_pct", "prazo_pct"];
            for (cell, key) in view(store, name, &columns, "")[0].iter().zip(columns) {
                assert_amount(cell, &client[key]);
            }
        }
        let band = &view(store, "v_contratos", &["esgota_min", "esgota_max"], "")[0];
        for (cell, key) in band.iter().zip(["esgota_min", "esgota_max"]) {
            assert_eq!(cell, client["faixa"][key].as_str().unwrap_or_default());
        }
    });
}
