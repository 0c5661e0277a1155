//! The views of every day and of the forecasts by month, against the documents of the same runs; and the grant of the
//! manual, against the list of views.

use std::collections::BTreeMap;
use std::fs;

use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::manual::Topic;
use oci_consumo::internals::render::manual::failure_meaning;
use serde_json::Value;

use super::views::{assert_amount, query, view};
use super::{Engine, document, on_each_engine, postgres};
use crate::common::{Config, Folder, Served, client, daily, in_dollars, morning};

/// Clients of each kind: running with an adjustment, with an opening balance, ended, about to begin, silent, with
/// forgotten days, in dollars.
fn mixed() -> Served {
    let dollars = in_dollars(daily("2026-01-01", "2026-06-16", "3.5"));
    let mut uneven = daily("2026-01-01", "2026-06-15", "27.123456789012345");
    uneven[3].amount = "-1e-9".to_owned();
    uneven.remove(40);
    Folder::new()
        .client(
            &Config::new("a").with("ajuste_previsto", "+10% desde 2026-09-01"),
            uneven,
        )
        .client(&Config::new("b").with("moeda", "USD"), dollars)
        .client(
            &Config::new("c")
                .with("consumo_anterior", "77.5")
                .with("consumo_anterior_ate", "2026-05-31"),
            daily("2026-06-01", "2026-06-16", "31.005"),
        )
        .client(
            &Config::new("d").with("fim_contrato", "2026-05-31"),
            daily("2026-01-01", "2026-05-31", "70.333"),
        )
        .client(
            &Config::new("e").with("inicio_contrato", "2026-07-01"),
            Vec::new(),
        )
        .client(&Config::new("f"), Vec::new())
        .client(
            &Config::new("g").with("inicio_contrato", "2025-01-01"),
            daily("2025-09-01", "2026-06-16", "12.25"),
        )
        .client(
            &Config::new("h").with("credito", "0"),
            daily("2026-01-01", "2026-06-16", "9"),
        )
        .serve()
}

/// Sum of the cells of a column, of those that are not empty.
fn sum(rows: &[Vec<String>], column: usize) -> f64 {
    let cells = rows.iter().filter(|row| !row[column].is_empty());
    cells.map(|row| row[column].parse::<f64>().unwrap()).sum()
}

#[test]
fn each_day_of_each_contract_is_in_a_view_and_the_days_add_up_to_the_document() {
    on_each_engine(|store| {
        let store = &store();
        let served = mixed();
        let said = document(&served, morning("2026-06-17"), &["--store", store]);
        let columns = [
            "data",
            "estado",
            "realizado",
            "previsto",
            "acumulado",
            "saldo",
            "credito",
            "tipo",
            "data_base",
            "moeda",
        ];
        for client in said["clientes"].as_array().unwrap() {
            let file = client["arquivo"].as_str().unwrap();
            let of = format!("WHERE arquivo = '{file}' ORDER BY data");
            let days = view(store, "v_dias", &columns, &of);
            let (first, last) = (&days[0], &days[days.len() - 1]);
            assert_eq!(client["fim_contrato"], *last[0], "{file}");
            assert_eq!(Value::from(&*first[9]), client["moeda"], "{file}");
            let dates: Vec<&str> = days.iter().map(|day| &*day[0]).collect();
            assert!(dates.is_sorted_by(|one, other| one < other), "{file}");

            for booked in client["diario"].as_array().unwrap() {
                let day = days.iter().find(|day| booked["data"] == *day[0]).unwrap();
                assert_eq!(booked["estado"], *day[1], "{file} {}", day[0]);
                assert_amount(&day[2], &booked["custo"]);
            }
            // Every day of the contract, from the opening balance on.
            let term: u64 = ["dias_decorridos", "dias_restantes"]
                .map(|key| client[key].as_u64().unwrap())
                .iter()
                .sum();
            let opening = days.iter().filter(|day| day[1] == "anterior").count();
            match opening {
                0 => assert_eq!(days.len() as u64, term, "{file}"),
                n => {
                    assert_eq!((n, &*first[0]), (1, "2026-05-31"));
                    assert_eq!(days.len(), 215, "{file}");
                }
            }
            for (column, key) in [(2, "consumo"), (3, "previsto")] {
                if let Value::String(amount) = &client[key] {
                    let amount: f64 = amount.parse().unwrap();
                    assert!((sum(&days, column) - amount).abs() < 0.005, "{file} {key}");
                }
            }
            assert_amount(&last[4], &client["total_estimado"]);
            for day in &days {
                let kind = match day[1].as_str() {
                    "provisorio" | "futuro" => "previsto",
                    _ => "realizado",
                };
                assert_eq!((&*day[7], &*day[8]), (kind, "2026-06-17"));
                assert_amount(&day[6], &client["credito"]);
                match (day[5].parse::<f64>(), day[4].parse::<f64>()) {
                    (Ok(left), Ok(spent)) => {
                        let credit: f64 = day[6].parse().unwrap();
                        assert!((credit - spent - left).abs() < 0.005);
                    }
                    // No credit to be left of, or a part that nobody knows.
                    (left, spent) => {
                        assert!(left.is_err() && (spent.is_err() || file == "config_h"))
                    }
                }
            }
            if let Value::String(runs_out) = &client["esgota_em"] {
                let beyond = days.iter().find(|day| day[5].starts_with('-')).unwrap();
                assert_eq!(*runs_out, beyond[0], "{file}");
            }
        }
        let filled = "SELECT COUNT(*) FROM v_dias WHERE arquivo IN ('config_f', 'config_g') \
                      AND (acumulado IS NOT NULL OR saldo IS NOT NULL)";
        let count = query(store, &filled.replace("COUNT(*)", "CAST(COUNT(*) AS TEXT)"));
        assert_eq!(count[0][0].as_deref(), Some("0"), "no data, no running sum");
    });
}

/// A client that fails keeps the days of its last report; a look leaves them alone.
#[test]
fn the_days_are_those_of_the_newest_shown_report() {
    on_each_engine(|store| {
        let (store, config) = (&store(), Config::new("a"));
        let served = Folder::new()
            .client(&config, daily("2026-01-01", "2026-06-17", "10"))
            .serve();
        let days = || {
            let columns = ["COUNT(*)", "MAX(data_base)", "SUM(realizado) > 1665"];
            view(store, "v_dias", &columns, "").remove(0)
        };
        document(&served, morning("2026-06-17"), &["--store", store]);
        let before = days();
        assert_eq!(before[..2], ["365", "2026-06-17"]);
        for look in [&["--method", "recent"][..], &["--what-if", "+50%"]] {
            let args = [&["--store", store][..], look].concat();
            document(&served, morning("2026-06-18"), &args);
            assert_eq!(days(), before, "{look:?}");
        }
        let stranger = config.clone().with("user", "ocid1.user.oc1..outro");
        fs::write(served.dir.path().join("config_a"), stranger.text()).unwrap();
        document(&served, morning("2026-06-18"), &["--store", store]);
        assert_eq!(days(), before);
        let failed = view(store, "v_dias", &["falha"], "GROUP BY falha");
        assert_eq!(failed, [["nao_autenticado"]]);
        fs::write(served.dir.path().join("config_a"), config.text()).unwrap();
        document(&served, morning("2026-06-19"), &["--store", store]);
        assert_eq!(days()[..2], ["365", "2026-06-19"]);
    });
}

#[test]
fn forecasts_by_month_are_kept_and_stand_beside_what_came() {
    on_each_engine(|store| {
        let store = &store();
        let mut rows = daily("2026-01-01", "2026-06-16", "10");
        rows.iter_mut()
            .filter(|row| row.day >= "2026-05-01".parse().unwrap())
            .for_each(|row| row.amount = "14.5".to_owned());
        let served = Folder::new()
            .client(&Config::new("a"), rows)
            .client(
                &Config::new("b")
                    .with("consumo_anterior", "77.5")
                    .with("consumo_anterior_ate", "2026-04-15"),
                daily("2026-04-16", "2026-06-16", "7"),
            )
            .serve();
        let report = |as_of| document(&served, morning(as_of), &["--store", store]);
        let april: Value = report("2026-04-29");
        report("2026-04-30");
        let june = report("2026-06-17");

        let columns = [
            "mes",
            "data_base",
            "antecedencia_meses",
            "ultima_do_mes",
            "total_previsto",
            "realizado",
            "diferenca",
            "primeiro_dia",
            "previsto",
        ];
        let of = "WHERE arquivo = 'config_a' ORDER BY data_base, mes";
        let rows = view(store, "v_previsao_mensal", &columns, of);
        let by_april: Vec<_> = rows.iter().filter(|row| row[1] == "2026-04-29").collect();
        assert_eq!(by_april.len(), 9, "April to December");
        let last: Vec<&str> = rows.iter().map(|row| &*row[3]).collect();
        assert_eq!(last.iter().filter(|flag| **flag == "1").count(), 9 + 7);
        assert_eq!(by_april[0][..4], ["2026-04", "2026-04-29", "0", "0"]);
        assert_eq!(by_april[8][..3], ["2026-12", "2026-04-29", "8"]);
        assert_eq!(by_april[1][7], "2026-05-01");
        // January to March are booked, and the rest of the year is the months' forecasts.
        let months: f64 = by_april
            .iter()
            .map(|row| row[4].parse::<f64>().unwrap())
            .sum();
        assert_amount(
            &(months + 900.0).to_string(),
            &client(&april, "config_a")["total_estimado"],
        );
        let rest = by_april.iter().map(|row| row[8].parse::<f64>().unwrap());
        assert_amount(
            &rest.sum::<f64>().to_string(),
            &client(&april, "config_a")["previsto"],
        );
        let came = client(&june, "config_a")["meses"].as_array().unwrap();
        let came: BTreeMap<&str, &Value> = came
            .iter()
            .map(|month| (month["mes"].as_str().unwrap(), &month["consumo"]))
            .collect();
        for row in &rows {
            match row[0].as_str() {
                "2026-04" | "2026-05" => {
                    assert_amount(&row[5], came[&*row[0]]);
                    let [forecast, came, difference] =
                        [4, 5, 6].map(|n| row[n].parse::<f64>().unwrap());
                    assert!((forecast - came - difference).abs() < 1e-6);
                }
                month => assert_eq!(row[5..7], ["", ""], "{month} is not over"),
            }
        }
        assert_eq!(by_april[1][4], by_april[1][8], "nothing of May was booked");
        // The opening balance is no month's.
        let of = "WHERE arquivo = 'config_b' AND data_base = '2026-04-30' AND mes = '2026-04'";
        let cell = &view(store, "v_previsao_mensal", &["total_previsto"], of)[0][0];
        assert_amount(cell, &Value::from("105"));
    });
}

#[test]
fn a_failure_has_a_label_in_both_languages() {
    on_each_engine(|store| {
        let store = &store();
        let served = Folder::new().config(&Config::new("a")).serve();
        document(&served, morning("2026-06-17"), &["--store", store]);
        let columns = ["codigo", "rotulo_pt", "rotulo_en"];
        let row = &view(store, "v_falhas", &columns, "")[0];
        let labels = failure_meaning(&row[0]).unwrap();
        assert_eq!(row[1..], labels);
        assert!(labels.iter().all(|label| !label.contains('`')));
        // One of an earlier version has none yet.
        query(store, "DELETE FROM falha_rotulo");
        let row = &view(store, "v_falhas", &columns, "")[0];
        assert_eq!(row[1..], [&*row[0], &row[0]]);
    });
}

/// The statement of the manual that lets a role read the views.
fn grant(lang: Lang) -> &'static str {
    let page = Topic::Bi.page(lang);
    let begin = page.find("GRANT SELECT ON ").unwrap();
    page[begin..].split(';').next().unwrap()
}

#[test]
fn the_grant_of_the_manual_is_for_every_view_and_for_nothing_else() {
    let Some(store) = Engine::Postgres.store() else {
        return;
    };
    let served = Folder::new()
        .client(&Config::new("a"), daily("2026-01-01", "2026-06-16", "10"))
        .serve();
    document(&served, morning("2026-06-17"), &["--store", &store]);
    let names = |kind: &str| -> Vec<String> {
        let sql = format!(
            "SELECT CAST(relname AS TEXT) FROM pg_class \
             WHERE relkind = '{kind}' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        );
        query(&store, &sql)
            .into_iter()
            .map(|row| row[0].clone().unwrap())
            .collect()
    };
    let (views, tables) = (names("v"), names("r"));
    for lang in [Lang::PtBr, Lang::En] {
        let list = grant(lang).trim_start_matches("GRANT SELECT ON ");
        let list = list.split(" TO ").next().unwrap();
        let mut granted: Vec<&str> = list.split(',').map(str::trim).collect();
        granted.sort_unstable();
        assert_eq!(granted, views);
    }
    let reader = postgres::as_role(&store, "leitor");
    let role = reader.split("//").nth(1).unwrap().split('@').next();
    let statement = grant(Lang::PtBr).replace(" TO leitor", &format!(" TO {}", role.unwrap()));
    query(&store, &statement);
    for view in &views {
        let sql = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {view}");
        query(&reader, &sql);
    }
    assert!(tables.len() > 8);
    for table in &tables {
        let sql = format!("SELECT 1 FROM {table}");
        assert!(postgres::denied(&reader, &sql), "{table}");
    }
}
