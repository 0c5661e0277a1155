//! The reference calculation itself, checked: against figures reckoned by hand, against the plain
//! way of the first prototype, and against identities that any right figures fulfil.

use std::collections::{BTreeMap, BTreeSet};

use super::exact::{self, parse, quotient, round, text, whole};
use super::{
    Case, every_day_case, expected, expected_totals, expected_warnings, random_case, written_cases,
};
use crate::common::samples;
use chrono::{Datelike, Days, Months, NaiveDate};
use num_rational::BigRational;
use serde_json::{Value, json};

/// A client's object with its warnings and, for short literals, its weekday columns as lists.
fn shown(case: &Case) -> Value {
    let mut client = expected(case);
    let column = |key: &str| -> Value {
        let weekdays = client["dias_semana"].as_array().unwrap();
        weekdays.iter().map(|entry| entry[key].clone()).collect()
    };
    let (averages, ahead, foreseen) = (column("media_diaria"), column("dias"), column("previsto"));
    client["medias"] = averages;
    client["dias_por_semana"] = ahead;
    client["previstos"] = foreseen;
    client["avisos"] = json!(expected_warnings(case));
    client
}

fn by_hand(name: &str, figures: &Value) {
    let cases = written_cases();
    let case = cases
        .iter()
        .find(|case| case.name == name)
        .unwrap_or_else(|| panic!("no case {name:?}"));
    let client = shown(case);
    for (key, value) in figures.as_object().unwrap() {
        assert!(client.get(key).is_some(), "{name}: no key {key}");
        assert_eq!(&client[key], value, "{name}: {key}");
    }
}

#[test]
fn every_written_case_has_figures_by_hand() {
    let source = include_str!("check.rs");
    let mut names = BTreeSet::new();
    for case in written_cases() {
        let quoted = format!("{:?}", case.name);
        assert!(source.contains(&quoted), "{quoted} is not checked by hand");
        assert!(names.insert(case.name), "{quoted} twice");
    }
}

#[test]
fn beginnings_by_hand() {
    // Five settled days 10..50, mean 30 for the two weekdays not seen; top-up 24 + 29.5. Future:
    // 51 weeks of 210 and a Monday. From 210 on, the 47th week passes 10000 on its Friday.
    by_hand(
        "started a week ago",
        &json!({
            "situacao": "vai_esgotar", "dados_ate": "2024-05-12", "consolidado_ate": "2024-05-10",
            "consumo": "156.5", "consumo_provisorio": "6.5", "consumo_pct": "1.565",
            "saldo": "9843.5", "previsto": "10773.5", "complemento_provisorio": "53.5",
            "total_estimado": "10930", "sobra": "0", "debito": "930", "esgota_em": "2025-04-04",
            "dias_decorridos": 7, "dias_restantes": 358, "prazo_pct": "1.9178082192",
            "ritmo_diario": "30", "ritmo_alvo": "27.4958100559", "mes_atual_estimado": "780",
            "consumo_anterior": null,
            "meses": [{"mes": "2024-05", "consumo": "156.5", "dias": 7, "media_diaria": "22.3571428571", "variacao_pct": null}],
            "janela": {"inicio": "2024-05-06", "fim": "2024-05-10", "dias": 5, "dias_sem_registro": 0},
            "medias": ["10", "20", "30", "40", "50", "30", "30"],
            "dias_por_semana": [52, 51, 51, 51, 51, 51, 51],
            "previstos": ["520", "1020", "1530", "2040", "2550", "1530", "1530"],
            "avisos": ["janela_curta"],
        }),
    );
    by_hand(
        "not begun",
        &json!({
            "situacao": "nao_iniciado", "dados_ate": null, "consolidado_ate": null,
            "consumo": "0", "consumo_provisorio": "0", "consumo_pct": "0", "saldo": "500.5",
            "previsto": null, "complemento_provisorio": null, "total_estimado": null,
            "sobra": null, "debito": null, "esgota_em": null, "dias_decorridos": 0,
            "dias_restantes": 10, "prazo_pct": "0", "ritmo_diario": null, "ritmo_alvo": "50.05",
            "mes_atual_estimado": null, "meses": [], "diario": [],
            "janela": {"inicio": null, "fim": null, "dias": 0, "dias_sem_registro": 0},
            "medias": [null, null, null, null, null, null, null],
            "dias_por_semana": [1, 1, 1, 1, 2, 2, 2],
            "previstos": [null, null, null, null, null, null, null], "avisos": [],
        }),
    );
    by_hand(
        "begins today",
        &json!({
            "situacao": "sem_previsao", "dados_ate": null, "consolidado_ate": null,
            "consumo": "0", "consumo_provisorio": "0", "consumo_pct": "0", "saldo": "700",
            "previsto": null, "total_estimado": null, "esgota_em": null, "dias_decorridos": 0,
            "dias_restantes": 28, "prazo_pct": "0", "ritmo_diario": null, "ritmo_alvo": "25",
            "mes_atual_estimado": null, "meses": [], "diario": [],
            "dias_por_semana": [4, 4, 4, 4, 4, 4, 4], "avisos": [],
        }),
    );
    by_hand(
        "began yesterday",
        &json!({
            "situacao": "sem_previsao", "dados_ate": "2024-03-03", "consolidado_ate": null,
            "consumo": "12.5", "consumo_provisorio": "12.5", "consumo_pct": "1.7857142857",
            "saldo": "687.5", "previsto": null, "complemento_provisorio": null, "sobra": null,
            "prazo_pct": "3.4482758621", "ritmo_alvo": "24.5535714286", "avisos": [],
            "diario": [{"data": "2024-03-03", "custo": "12.5", "estado": "provisorio"}],
        }),
    );
    by_hand(
        "one day, today",
        &json!({
            "situacao": "sem_previsao", "consumo": "0", "dias_decorridos": 0, "dias_restantes": 1,
            "prazo_pct": "0", "ritmo_alvo": "5", "saldo": "5", "previsto": null, "esgota_em": null,
        }),
    );
    by_hand(
        "no data yet",
        &json!({
            "situacao": "sem_previsao", "dados_ate": null, "consolidado_ate": null,
            "consumo": "0", "consumo_provisorio": "0", "consumo_pct": "0", "saldo": "1000",
            "previsto": null, "prazo_pct": "0.5464480874", "ritmo_alvo": "2.7472527473",
            "meses": [{"mes": "2024-01", "consumo": "0", "dias": 2, "media_diaria": "0", "variacao_pct": null}],
            "diario": [
                {"data": "2024-01-01", "custo": null, "estado": "provisorio"},
                {"data": "2024-01-02", "custo": null, "estado": "provisorio"},
            ],
            "avisos": [],
        }),
    );
}

#[test]
fn ends_by_hand() {
    // Everything settled, and the two months before lie after the end: nothing to foresee.
    by_hand(
        "ended",
        &json!({
            "situacao": "encerrado", "dados_ate": "2023-12-31", "consolidado_ate": "2023-12-31",
            "consumo": "3650", "consumo_provisorio": "0", "consumo_pct": "91.25", "saldo": "350",
            "previsto": "0", "complemento_provisorio": "0", "total_estimado": "3650",
            "sobra": "350", "debito": "0", "esgota_em": null, "dias_decorridos": 365,
            "dias_restantes": 0, "prazo_pct": "100", "ritmo_diario": null, "ritmo_alvo": null,
            "mes_atual_estimado": null,
            "janela": {"inicio": null, "fim": null, "dias": 0, "dias_sem_registro": 0},
            "previstos": [null, null, null, null, null, null, null], "avisos": [],
        }),
    );
    by_hand(
        "ended overspent",
        &json!({
            "situacao": "encerrado", "consolidado_ate": "2023-12-31", "consumo": "310",
            "consumo_pct": "310", "saldo": "-210", "previsto": "0", "sobra": "0", "debito": "210",
            "esgota_em": "2023-12-11", "ritmo_diario": "10", "ritmo_alvo": null,
            "janela": {"inicio": "2023-12-01", "fim": "2023-12-31", "dias": 31, "dias_sem_registro": 0},
            "previstos": ["0", "0", "0", "0", "0", "0", "0"], "avisos": [],
        }),
    );
    // Saturday lacks 6, Sunday all of its 10; no future day can run out.
    by_hand(
        "ended yesterday",
        &json!({
            "situacao": "encerrado", "dados_ate": "2023-12-30", "consolidado_ate": "2023-12-29",
            "consumo": "294", "consumo_provisorio": "4", "consumo_pct": "98", "saldo": "6",
            "previsto": "16", "complemento_provisorio": "16", "total_estimado": "310",
            "sobra": "0", "debito": "10", "esgota_em": null, "dias_decorridos": 31,
            "dias_restantes": 0, "prazo_pct": "100", "ritmo_diario": "10", "ritmo_alvo": null,
            "mes_atual_estimado": null, "dias_por_semana": [0, 0, 0, 0, 0, 0, 0],
            "janela": {"inicio": "2023-12-01", "fim": "2023-12-29", "dias": 29, "dias_sem_registro": 0},
            "avisos": [],
        }),
    );
    by_hand(
        "one day, yesterday",
        &json!({
            "situacao": "encerrado", "dados_ate": "2024-02-29", "consolidado_ate": null,
            "consumo": "5", "consumo_provisorio": "5", "consumo_pct": "100", "saldo": "0",
            "previsto": null, "complemento_provisorio": null, "sobra": null, "prazo_pct": "100",
            "esgota_em": null, "avisos": [],
        }),
    );
    by_hand(
        "a single future day",
        &json!({
            "situacao": "no_limite", "consumo": "290", "consumo_provisorio": "20",
            "previsto": "10", "complemento_provisorio": "0", "total_estimado": "300",
            "sobra": "0", "debito": "0.01", "esgota_em": "2024-06-30", "dias_decorridos": 29,
            "dias_restantes": 1, "prazo_pct": "96.6666666667", "ritmo_alvo": "9.99",
            "mes_atual_estimado": "300", "dias_por_semana": [0, 0, 0, 0, 0, 0, 1],
            "previstos": ["0", "0", "0", "0", "0", "0", "10"], "avisos": ["janela_curta"],
        }),
    );
}

#[test]
fn months_by_hand() {
    by_hand(
        "leap day",
        &json!({
            "situacao": "vai_sobrar", "dados_ate": "2024-02-29", "consolidado_ate": "2024-02-27",
            "consumo": "290", "consumo_provisorio": "20", "consumo_pct": "29", "saldo": "710",
            "previsto": "310", "complemento_provisorio": "0", "total_estimado": "600",
            "sobra": "400", "debito": "0", "esgota_em": null, "dias_decorridos": 29,
            "dias_restantes": 31, "prazo_pct": "48.3333333333", "ritmo_diario": "10",
            "ritmo_alvo": "22.9032258065", "mes_atual_estimado": "310",
            "meses": [{"mes": "2024-02", "consumo": "290", "dias": 29, "media_diaria": "10", "variacao_pct": null}],
            "janela": {"inicio": "2024-02-01", "fim": "2024-02-27", "dias": 27, "dias_sem_registro": 0},
            "avisos": ["janela_curta"],
        }),
    );
    // From 31 August: 61 days of 671 in all, nine Thursdays of 151. The 1000 of the 30th is out.
    by_hand(
        "two months before 31 October",
        &json!({
            "situacao": "dentro", "consumo": "4081", "consumo_provisorio": "0",
            "consumo_pct": "81.62", "saldo": "919", "previsto": "681.0000000002",
            "total_estimado": "4762.0000000002", "sobra": "237.9999999998", "debito": "0",
            "prazo_pct": "83.0136986301", "ritmo_diario": "11", "ritmo_alvo": "14.8225806452",
            "mes_atual_estimado": "310",
            "janela": {"inicio": "2023-08-31", "fim": "2023-10-30", "dias": 61, "dias_sem_registro": 0},
            "medias": ["10", "10", "10", "16.7777777778", "10", "10", "10"],
            "dias_por_semana": [8, 9, 9, 9, 9, 9, 9],
            "previstos": ["80", "90", "90", "151.0000000002", "90", "90", "90"],
            "avisos": [],
        }),
    );
    // There is no 30 February: the window begins on the 29th, after the 500.
    by_hand(
        "two months before 30 April",
        &json!({
            "situacao": "no_limite", "consumo": "1690", "consumo_pct": "73.1601731602",
            "previsto": "620", "total_estimado": "2310", "sobra": "0", "debito": "0",
            "esgota_em": null, "prazo_pct": "65.9340659341", "ritmo_alvo": "10",
            "mes_atual_estimado": "300",
            "meses": [
                {"mes": "2024-01", "consumo": "310", "dias": 31, "media_diaria": "10", "variacao_pct": null},
                {"mes": "2024-02", "consumo": "780", "dias": 29, "media_diaria": "26.8965517241", "variacao_pct": "168.965517241"},
                {"mes": "2024-03", "consumo": "310", "dias": 31, "media_diaria": "10", "variacao_pct": "-62.8205128205"},
                {"mes": "2024-04", "consumo": "290", "dias": 29, "media_diaria": "10", "variacao_pct": "0"},
            ],
            "janela": {"inicio": "2024-02-29", "fim": "2024-04-29", "dias": 61, "dias_sem_registro": 0},
            "avisos": [],
        }),
    );
    by_hand(
        "two months before 31 December",
        &json!({
            "situacao": "vai_sobrar", "consumo": "2719", "previsto": "2182.4444444456",
            "total_estimado": "4901.4444444456", "sobra": "4098.5555555544", "ritmo_diario": "12",
            "janela": {"inicio": "2023-10-31", "fim": "2023-12-30", "dias": 61, "dias_sem_registro": 0},
            "medias": ["10", "23.5555555556", "10", "10", "10", "10", "10"],
            "dias_por_semana": [26, 26, 26, 26, 26, 26, 27],
            "avisos": [],
        }),
    );
    by_hand(
        "never on weekends",
        &json!({
            "situacao": "no_limite", "dados_ate": "2024-03-01", "consolidado_ate": "2024-03-01",
            "consumo": "900", "consumo_provisorio": "0", "consumo_pct": "68.7022900763",
            "saldo": "410", "previsto": "400", "complemento_provisorio": "0",
            "total_estimado": "1300", "sobra": "10", "esgota_em": null,
            "prazo_pct": "69.2307692308", "ritmo_diario": "14.6666666667",
            "ritmo_alvo": "14.6428571429", "mes_atual_estimado": "420",
            // Of March only the 1st is settled: 20 a day against 14.4827586207.
            "meses": [
                {"mes": "2024-01", "consumo": "460", "dias": 31, "media_diaria": "14.8387096774", "variacao_pct": null},
                {"mes": "2024-02", "consumo": "420", "dias": 29, "media_diaria": "14.4827586207", "variacao_pct": "-2.3988005995"},
                {"mes": "2024-03", "consumo": "20", "dias": 3, "media_diaria": "6.6666666667", "variacao_pct": "38.0952380951"},
            ],
            "janela": {"inicio": "2024-01-02", "fim": "2024-03-01", "dias": 60, "dias_sem_registro": 16},
            "medias": ["20", "20", "20", "20", "20", "0", "0"],
            "previstos": ["80", "80", "80", "80", "80", "0", "0"],
            "avisos": [],
        }),
    );
    // Sundays average (10 - 50) / 2; the sum stands at exactly 150 on the 24th.
    by_hand(
        "corrections below zero",
        &json!({
            "situacao": "vai_esgotar", "dados_ate": "2024-04-14", "consumo": "80",
            "consumo_pct": "53.3333333333", "saldo": "70", "previsto": "100",
            "total_estimado": "180", "debito": "30", "esgota_em": "2024-04-25",
            "prazo_pct": "46.6666666667", "ritmo_diario": "5.7142857143", "ritmo_alvo": "4.375",
            "mes_atual_estimado": "180",
            "medias": ["10", "10", "10", "10", "10", "10", "-20"],
            "dias_por_semana": [3, 3, 2, 2, 2, 2, 2],
            "previstos": ["30", "30", "20", "20", "20", "20", "-40"],
            "avisos": ["janela_curta"],
        }),
    );
}

#[test]
fn late_data_by_hand() {
    by_hand(
        "late and partial",
        &json!({
            "situacao": "dentro", "dados_ate": "2024-07-08", "consolidado_ate": "2024-07-07",
            "consumo": "4542", "consumo_provisorio": "6", "previsto": "4242",
            "complemento_provisorio": "42", "total_estimado": "8784", "sobra": "216",
            "esgota_em": null, "mes_atual_estimado": "744",
            "janela": {"inicio": "2024-05-08", "fim": "2024-07-07", "dias": 61, "dias_sem_registro": 0},
            "avisos": [],
        }),
    );
    by_hand(
        "five days late",
        &json!({
            "situacao": "dentro", "dados_ate": "2024-07-04", "consolidado_ate": "2024-07-04",
            "consumo": "4464", "consumo_provisorio": "0", "previsto": "4320",
            "complemento_provisorio": "120", "total_estimado": "8784", "sobra": "216",
            "janela": {"inicio": "2024-05-05", "fim": "2024-07-04", "dias": 61, "dias_sem_registro": 0},
            "avisos": ["sem_dados_recentes"],
        }),
    );
    // Only seven days stay open; the twelve before them count as days without usage.
    by_hand(
        "nineteen days late",
        &json!({
            "situacao": "vai_sobrar", "dados_ate": "2024-06-20", "consolidado_ate": "2024-07-02",
            "consumo": "4128", "consumo_provisorio": "0", "previsto": "3518.666666671",
            "complemento_provisorio": "135.3333333335", "total_estimado": "7646.666666671",
            "sobra": "1353.333333329", "ritmo_diario": "19.2786885246",
            "janela": {"inicio": "2024-05-03", "fim": "2024-07-02", "dias": 61, "dias_sem_registro": 12},
            "medias": ["18.6666666667", "18.6666666667", "21", "21", "18.6666666667", "18.6666666667", "18.6666666667"],
            // Twelve of the last fourteen settled days have no row.
            "avisos": ["dias_sem_registro", "ritmo_mudou", "sem_dados_recentes"],
        }),
    );
    by_hand(
        "outage of five days",
        &json!({
            "situacao": "no_limite", "dados_ate": "2024-07-09", "consolidado_ate": "2024-07-07",
            "consumo": "4464", "consumo_provisorio": "48", "previsto": "3849.9999999975",
            "complemento_provisorio": "0", "total_estimado": "8313.9999999975",
            "debito": "113.9999999975", "esgota_em": "2024-12-26",
            "ritmo_diario": "22.0327868852",
            "janela": {"inicio": "2024-05-08", "fim": "2024-07-07", "dias": 61, "dias_sem_registro": 5},
            "medias": ["21", "21", "21.3333333333", "21.3333333333", "21.3333333333", "24", "24"],
            "dias_por_semana": [25, 25, 25, 25, 25, 25, 25],
            "avisos": [],
        }),
    );
    by_hand(
        "outage of seven days",
        &json!({
            "situacao": "no_limite", "consumo": "4416", "previsto": "3716.6666666625",
            "total_estimado": "8132.6666666625", "esgota_em": null,
            "avisos": ["dias_sem_registro"],
        }),
    );
    by_hand(
        "settle 0 with a gap",
        &json!({
            "situacao": "dentro", "dados_ate": "2024-03-12", "consolidado_ate": "2024-03-12",
            "consumo": "720", "consumo_provisorio": "0", "previsto": "190",
            "complemento_provisorio": "20", "total_estimado": "910", "sobra": "101",
            "mes_atual_estimado": "310",
            "janela": {"inicio": "2024-01-13", "fim": "2024-03-12", "dias": 60, "dias_sem_registro": 0},
            "avisos": ["sem_dados_recentes"],
        }),
    );
}

#[test]
fn unknown_is_not_zero_by_hand() {
    by_hand(
        "no data at all",
        &json!({
            "situacao": "sem_dados", "dados_ate": null, "consolidado_ate": null, "consumo": null,
            "consumo_provisorio": null, "consumo_pct": null, "saldo": null, "previsto": null,
            "complemento_provisorio": null, "total_estimado": null, "sobra": null, "debito": null,
            "esgota_em": null, "dias_decorridos": 9, "dias_restantes": 357,
            "dias_sem_informacao": 2, "nos_totais": false,
            "prazo_pct": "2.4590163934", "ritmo_diario": null, "ritmo_alvo": null,
            "mes_atual_estimado": null, "consumo_anterior": null, "meses": [],
            "janela": {"inicio": null, "fim": null, "dias": 0, "dias_sem_registro": 0},
            "dias_por_semana": [51, 51, 51, 51, 51, 51, 51],
            "previstos": [null, null, null, null, null, null, null],
            "diario": [
                {"data": "2024-01-01", "custo": null, "estado": "sem_informacao"},
                {"data": "2024-01-02", "custo": null, "estado": "sem_informacao"},
                {"data": "2024-01-03", "custo": null, "estado": "provisorio"},
                {"data": "2024-01-04", "custo": null, "estado": "provisorio"},
                {"data": "2024-01-05", "custo": null, "estado": "provisorio"},
                {"data": "2024-01-06", "custo": null, "estado": "provisorio"},
                {"data": "2024-01-07", "custo": null, "estado": "provisorio"},
                {"data": "2024-01-08", "custo": null, "estado": "provisorio"},
                {"data": "2024-01-09", "custo": null, "estado": "provisorio"},
            ],
            "avisos": [],
        }),
    );
    by_hand(
        "no data after an opening",
        &json!({
            "situacao": "sem_dados", "consumo": null, "consumo_anterior": "250.75", "saldo": null,
            "dias_decorridos": 40, "dias_restantes": 326, "prazo_pct": "10.9289617486",
            "dias_sem_informacao": 2, "nos_totais": false, "meses": [],
        }),
    );
    by_hand(
        "history lost",
        &json!({
            "situacao": "historico_incompleto", "dados_ate": "2024-03-03",
            "consolidado_ate": "2024-03-01", "consumo": "1850", "consumo_provisorio": "20",
            "consumo_pct": null, "saldo": null, "previsto": null, "complemento_provisorio": null,
            "total_estimado": null, "sobra": null, "debito": null, "esgota_em": null,
            "dias_decorridos": 642, "dias_restantes": 303, "prazo_pct": "67.9365079365",
            "dias_sem_informacao": 457, "nos_totais": false,
            "ritmo_diario": "10", "ritmo_alvo": null, "mes_atual_estimado": null,
            "janela": {"inicio": "2024-01-02", "fim": "2024-03-01", "dias": 60, "dias_sem_registro": 0},
            "medias": ["10", "10", "10", "10", "10", "10", "10"],
            "previstos": [null, null, null, null, null, null, null], "avisos": ["inicio_sem_dados", "lacuna_no_historico"],
        }),
    );
    // 35 unknown days of 642 are a warning, 36 too many.
    by_hand(
        "history just kept",
        &json!({
            "situacao": "vai_sobrar", "consumo": "1851", "previsto": "3030",
            "total_estimado": "4881", "sobra": "4119", "dias_sem_informacao": 35,
            "nos_totais": true, "avisos": ["lacuna_no_historico"],
        }),
    );
    by_hand(
        "history just lost",
        &json!({
            "situacao": "historico_incompleto", "consumo": "1851", "consumo_pct": null,
            "saldo": null, "previsto": null, "sobra": null, "ritmo_diario": "10",
            "dias_sem_informacao": 36, "nos_totais": false, "avisos": ["lacuna_no_historico"],
        }),
    );
    by_hand(
        "history kept",
        &json!({
            "situacao": "vai_sobrar", "consumo": "1852", "previsto": "3030",
            "total_estimado": "4882", "sobra": "4118", "dias_sem_informacao": 0,
            "nos_totais": true, "avisos": [],
        }),
    );
}

#[test]
fn unknown_days_at_the_start_by_hand() {
    // Twenty days of two hundred: no more than a tenth.
    by_hand(
        "a tenth unknown",
        &json!({
            "situacao": "dentro", "dados_ate": "2024-07-18", "consolidado_ate": "2024-07-16",
            "consumo": "1800", "consumo_provisorio": "20", "consumo_pct": "50", "saldo": "1800",
            "previsto": "1660", "complemento_provisorio": "0", "total_estimado": "3460",
            "sobra": "140", "debito": "0", "esgota_em": null, "dias_decorridos": 200,
            "dias_restantes": 166, "prazo_pct": "54.6448087432", "ritmo_diario": "10",
            "ritmo_alvo": "10.843373494", "mes_atual_estimado": "310",
            "dias_sem_informacao": 20, "nos_totais": true,
            "meses": [
                {"mes": "2024-01", "consumo": "110", "dias": 31, "media_diaria": null, "variacao_pct": null},
                {"mes": "2024-02", "consumo": "290", "dias": 29, "media_diaria": "10", "variacao_pct": null},
                {"mes": "2024-03", "consumo": "310", "dias": 31, "media_diaria": "10", "variacao_pct": "0"},
                {"mes": "2024-04", "consumo": "300", "dias": 30, "media_diaria": "10", "variacao_pct": "0"},
                {"mes": "2024-05", "consumo": "310", "dias": 31, "media_diaria": "10", "variacao_pct": "0"},
                {"mes": "2024-06", "consumo": "300", "dias": 30, "media_diaria": "10", "variacao_pct": "0"},
                {"mes": "2024-07", "consumo": "180", "dias": 18, "media_diaria": "10", "variacao_pct": "0"},
            ],
            "janela": {"inicio": "2024-05-17", "fim": "2024-07-16", "dias": 61, "dias_sem_registro": 0},
            "avisos": ["lacuna_no_historico"],
        }),
    );
    by_hand(
        "a day over a tenth unknown",
        &json!({
            "situacao": "historico_incompleto", "consumo": "1790", "consumo_provisorio": "20",
            "consumo_pct": null, "saldo": null, "previsto": null, "complemento_provisorio": null,
            "total_estimado": null, "sobra": null, "debito": null, "ritmo_diario": "10",
            "ritmo_alvo": null, "mes_atual_estimado": null, "dias_sem_informacao": 21,
            "nos_totais": false, "avisos": ["lacuna_no_historico"],
        }),
    );
    // A row without money is no data, but the service remembers the day that it gives the row of:
    // ten days unknown, ten idle.
    for name in [
        "a zero before the first money",
        "a null amount before the first money",
    ] {
        by_hand(
            name,
            &json!({
                "situacao": "dentro", "dados_ate": "2024-07-18", "consumo": "1800",
                "saldo": "1800", "previsto": "1660", "total_estimado": "3460", "sobra": "140",
                "dias_sem_informacao": 10, "nos_totais": true, "avisos": ["lacuna_no_historico"],
            }),
        );
    }
    by_hand(
        "fifteen unknown of a hundred",
        &json!({
            "situacao": "historico_incompleto", "dados_ate": "2024-04-09",
            "consolidado_ate": "2024-04-07", "consumo": "850", "consumo_provisorio": "20",
            "consumo_pct": null, "saldo": null, "previsto": null, "total_estimado": null,
            "sobra": null, "debito": null, "esgota_em": null, "dias_decorridos": 100,
            "dias_restantes": 266, "prazo_pct": "27.3224043716", "ritmo_diario": "10",
            "ritmo_alvo": null, "mes_atual_estimado": null, "dias_sem_informacao": 15,
            "nos_totais": false,
            "meses": [
                {"mes": "2024-01", "consumo": "160", "dias": 31, "media_diaria": null, "variacao_pct": null},
                {"mes": "2024-02", "consumo": "290", "dias": 29, "media_diaria": "10", "variacao_pct": null},
                {"mes": "2024-03", "consumo": "310", "dias": 31, "media_diaria": "10", "variacao_pct": "0"},
                {"mes": "2024-04", "consumo": "90", "dias": 9, "media_diaria": "10", "variacao_pct": "0"},
            ],
            "janela": {"inicio": "2024-02-08", "fim": "2024-04-07", "dias": 60, "dias_sem_registro": 0},
            "avisos": ["lacuna_no_historico"],
        }),
    );
    by_hand(
        "silent for 40 days",
        &json!({
            "situacao": "historico_incompleto", "consumo": "6910", "saldo": null,
            "previsto": null, "dias_decorridos": 731, "dias_restantes": 365,
            "prazo_pct": "66.697080292", "dias_sem_informacao": 40, "nos_totais": false,
            "avisos": ["lacuna_no_historico"],
        }),
    );
    for (name, consumption, unknown) in [
        ("silent on the first day", "3640", 1),
        ("silent for 35 days", "3300", 35),
    ] {
        by_hand(
            name,
            &json!({
                "situacao": "vai_sobrar", "consumo": consumption, "previsto": "3660",
                "dias_sem_informacao": unknown, "nos_totais": true,
                "avisos": ["lacuna_no_historico"],
            }),
        );
    }
    for (name, consumption, unknown, warnings) in [
        (
            "silent for 60 days",
            "3050",
            60,
            json!(["lacuna_no_historico"]),
        ),
        (
            "silent for 61 days",
            "3040",
            61,
            json!(["inicio_sem_dados", "lacuna_no_historico"]),
        ),
    ] {
        by_hand(
            name,
            &json!({
                "situacao": "historico_incompleto", "consumo": consumption, "previsto": null,
                "dias_sem_informacao": unknown, "nos_totais": false, "avisos": warnings,
            }),
        );
    }
}

#[test]
fn unknown_days_in_each_form_by_hand() {
    // 70 in eight known days, one of them idle; the two unknown ones are in neither.
    by_hand(
        "two unknown of twelve",
        &json!({
            "situacao": "historico_incompleto", "dados_ate": "2024-01-12",
            "consolidado_ate": "2024-01-10", "consumo": "90", "consumo_provisorio": "20",
            "saldo": null, "dias_decorridos": 12, "dias_restantes": 354, "ritmo_diario": "8.75",
            "dias_sem_informacao": 2, "nos_totais": false,
            "meses": [{"mes": "2024-01", "consumo": "90", "dias": 12, "media_diaria": null, "variacao_pct": null}],
            "janela": {"inicio": "2024-01-03", "fim": "2024-01-10", "dias": 8, "dias_sem_registro": 1},
            "medias": ["10", "10", "10", "10", "0", "10", "10"],
            "previstos": [null, null, null, null, null, null, null],
            "diario": [
                {"data": "2024-01-01", "custo": null, "estado": "sem_informacao"},
                {"data": "2024-01-02", "custo": null, "estado": "sem_informacao"},
                {"data": "2024-01-03", "custo": "10", "estado": "consolidado"},
                {"data": "2024-01-04", "custo": "10", "estado": "consolidado"},
                {"data": "2024-01-05", "custo": "0", "estado": "consolidado"},
                {"data": "2024-01-06", "custo": "10", "estado": "consolidado"},
                {"data": "2024-01-07", "custo": "10", "estado": "consolidado"},
                {"data": "2024-01-08", "custo": "10", "estado": "consolidado"},
                {"data": "2024-01-09", "custo": "10", "estado": "consolidado"},
                {"data": "2024-01-10", "custo": "10", "estado": "consolidado"},
                {"data": "2024-01-11", "custo": "10", "estado": "provisorio"},
                {"data": "2024-01-12", "custo": "10", "estado": "provisorio"},
            ],
            "avisos": ["lacuna_no_historico"],
        }),
    );
    // Idle and unreadable cannot be told apart where there is no data at all.
    by_hand(
        "nothing but rows without money",
        &json!({
            "situacao": "sem_dados", "dados_ate": null, "consumo": null, "saldo": null,
            "meses": [], "dias_sem_informacao": 5, "nos_totais": false, "avisos": [],
        }),
    );
    // Nine of ninety days: told, and in the consumption as far as it is known.
    by_hand(
        "ended with unknown days",
        &json!({
            "situacao": "encerrado", "consolidado_ate": "2023-03-31", "consumo": "810",
            "consumo_pct": "81", "saldo": "190", "previsto": "0", "total_estimado": "810",
            "sobra": "190", "debito": "0", "dias_sem_informacao": 9, "nos_totais": false,
            "meses": [
                {"mes": "2023-01", "consumo": "220", "dias": 31, "media_diaria": null, "variacao_pct": null},
                {"mes": "2023-02", "consumo": "280", "dias": 28, "media_diaria": "10", "variacao_pct": null},
                {"mes": "2023-03", "consumo": "310", "dias": 31, "media_diaria": "10", "variacao_pct": "0"},
            ],
            "avisos": ["lacuna_no_historico"],
        }),
    );
    // A fall to nothing is -100 %; from nothing there is no change to tell.
    let idle = |month: &str, days: u32, change: Value| json!({"mes": month, "consumo": "0", "dias": days, "media_diaria": "0", "variacao_pct": change});
    by_hand(
        "spent with unknown days",
        &json!({
            "situacao": "esgotado", "dados_ate": "2023-02-01", "consolidado_ate": "2023-12-24",
            "consumo": "120", "consumo_pct": "120", "saldo": "-20", "previsto": "0",
            "total_estimado": "120", "sobra": "0", "debito": "20", "esgota_em": "2023-02-01",
            "ritmo_diario": "0", "ritmo_alvo": null, "dias_sem_informacao": 30,
            "nos_totais": true,
            "meses": [
                {"mes": "2023-01", "consumo": "60", "dias": 31, "media_diaria": null, "variacao_pct": null},
                {"mes": "2023-02", "consumo": "60", "dias": 28, "media_diaria": "2.1428571429", "variacao_pct": null},
                idle("2023-03", 31, json!("-100")),
                idle("2023-04", 30, json!(null)),
                idle("2023-05", 31, json!(null)),
                idle("2023-06", 30, json!(null)),
                idle("2023-07", 31, json!(null)),
                idle("2023-08", 31, json!(null)),
                idle("2023-09", 30, json!(null)),
                idle("2023-10", 31, json!(null)),
                idle("2023-11", 30, json!(null)),
                idle("2023-12", 31, json!(null)),
            ],
            "avisos": ["lacuna_no_historico", "sem_dados_recentes"],
        }),
    );
    by_hand(
        "first data in the last days",
        &json!({
            "situacao": "historico_incompleto", "dados_ate": "2024-02-09",
            "consolidado_ate": "2024-02-07", "consumo": "4", "consumo_provisorio": "4",
            "saldo": null, "previsto": null, "ritmo_diario": null, "dias_sem_informacao": 38,
            "nos_totais": false,
            "meses": [
                {"mes": "2024-01", "consumo": null, "dias": 31, "media_diaria": null, "variacao_pct": null},
                {"mes": "2024-02", "consumo": "4", "dias": 9, "media_diaria": null, "variacao_pct": null},
            ],
            "janela": {"inicio": null, "fim": null, "dias": 0, "dias_sem_registro": 0},
            "medias": [null, null, null, null, null, null, null], "avisos": ["lacuna_no_historico"],
        }),
    );
}

#[test]
fn unknown_days_behind_an_opening_by_hand() {
    by_hand(
        "a tenth unknown behind an opening",
        &json!({
            "situacao": "dentro", "consumo": "1360", "consumo_provisorio": "20",
            "consumo_pct": "34", "saldo": "2640", "previsto": "2360", "total_estimado": "3720",
            "sobra": "280", "debito": "0", "esgota_em": null, "dias_decorridos": 130,
            "dias_restantes": 236, "prazo_pct": "35.5191256831", "ritmo_diario": "10",
            "ritmo_alvo": "11.186440678", "mes_atual_estimado": "310", "consumo_anterior": "500",
            "dias_sem_informacao": 13, "nos_totais": true,
            "meses": [
                {"mes": "2024-02", "consumo": "160", "dias": 29, "media_diaria": null, "variacao_pct": null},
                {"mes": "2024-03", "consumo": "310", "dias": 31, "media_diaria": "10", "variacao_pct": null},
                {"mes": "2024-04", "consumo": "300", "dias": 30, "media_diaria": "10", "variacao_pct": "0"},
                {"mes": "2024-05", "consumo": "90", "dias": 9, "media_diaria": "10", "variacao_pct": "0"},
            ],
            "avisos": ["lacuna_no_historico"],
        }),
    );
    by_hand(
        "a day over a tenth unknown behind an opening",
        &json!({
            "situacao": "historico_incompleto", "consumo": "1350", "consumo_anterior": "500",
            "saldo": null, "previsto": null, "sobra": null, "ritmo_diario": "10",
            "ritmo_alvo": null, "mes_atual_estimado": null, "dias_sem_informacao": 14,
            "nos_totais": false, "avisos": ["lacuna_no_historico"],
        }),
    );
    by_hand(
        "silent for 61 days behind an opening",
        &json!({
            "situacao": "historico_incompleto", "consumo": "3140", "consumo_anterior": "100",
            "dias_decorridos": 579, "dias_sem_informacao": 61, "nos_totais": false,
            "avisos": ["inicio_sem_dados", "lacuna_no_historico"],
        }),
    );
    // Three days of June are unknown, and with them what June will come to.
    by_hand(
        "unknown days in the running month",
        &json!({
            "situacao": "dentro", "consumo": "1160", "consumo_provisorio": "20",
            "consumo_pct": "36.25", "saldo": "2040", "previsto": "1950",
            "total_estimado": "3110", "sobra": "90", "dias_decorridos": 171,
            "dias_restantes": 195, "prazo_pct": "46.7213114754", "ritmo_diario": "10",
            "ritmo_alvo": "10.4615384615", "mes_atual_estimado": null, "dias_sem_informacao": 3,
            "nos_totais": true,
            "meses": [{"mes": "2024-06", "consumo": "160", "dias": 19, "media_diaria": null, "variacao_pct": null}],
            "janela": {"inicio": "2024-06-04", "fim": "2024-06-17", "dias": 14, "dias_sem_registro": 0},
            "avisos": ["janela_curta", "lacuna_no_historico"],
        }),
    );
    // 24 known days of the 59 settled ones.
    by_hand(
        "few known days in the window",
        &json!({
            "situacao": "vai_sobrar", "consumo": "1260", "saldo": "2240", "previsto": "1840",
            "total_estimado": "3100", "sobra": "400", "dias_decorridos": 547,
            "dias_restantes": 184, "ritmo_diario": "10", "mes_atual_estimado": "310",
            "dias_sem_informacao": 35, "nos_totais": true,
            "meses": [
                {"mes": "2024-05", "consumo": null, "dias": 31, "media_diaria": null, "variacao_pct": null},
                {"mes": "2024-06", "consumo": "260", "dias": 30, "media_diaria": null, "variacao_pct": null},
            ],
            "janela": {"inicio": "2024-06-05", "fim": "2024-06-28", "dias": 24, "dias_sem_registro": 0},
            "avisos": ["janela_curta", "lacuna_no_historico"],
        }),
    );
    // 55 known days, fourteen at 30: too few to tell a changed pace by, which takes 61.
    by_hand(
        "a changed pace after unknown days",
        &json!({
            "situacao": "dentro", "consumo": "1890", "previsto": "2778.5714285718",
            "total_estimado": "4668.5714285718", "sobra": "331.4285714282",
            "ritmo_diario": "15.0909090909", "dias_sem_informacao": 34, "nos_totais": true,
            "medias": ["15", "15", "15", "15", "15", "15.7142857143", "15"],
            "dias_por_semana": [27, 27, 26, 26, 26, 26, 26],
            "meses": [
                {"mes": "2024-04", "consumo": null, "dias": 30, "media_diaria": null, "variacao_pct": null},
                {"mes": "2024-05", "consumo": "270", "dias": 31, "media_diaria": null, "variacao_pct": null},
                {"mes": "2024-06", "consumo": "620", "dias": 30, "media_diaria": "20.6666666667", "variacao_pct": null},
            ],
            "janela": {"inicio": "2024-05-05", "fim": "2024-06-28", "dias": 55, "dias_sem_registro": 0},
            "avisos": ["lacuna_no_historico"],
        }),
    );
    by_hand(
        "every settled day unknown behind an opening",
        &json!({
            "situacao": "sem_previsao", "consumo": "1004", "consumo_provisorio": "4",
            "saldo": "2196", "previsto": null, "dias_decorridos": 159, "dias_restantes": 207,
            "ritmo_diario": null, "ritmo_alvo": "10.6086956522", "mes_atual_estimado": null,
            "dias_sem_informacao": 5, "nos_totais": false,
            "meses": [{"mes": "2024-06", "consumo": "4", "dias": 7, "media_diaria": null, "variacao_pct": null}],
            "avisos": ["lacuna_no_historico"],
        }),
    );
}

#[test]
fn credits_by_hand() {
    by_hand(
        "credit 0",
        &json!({
            "situacao": "sem_credito", "consumo": "310", "consumo_provisorio": "20",
            "consumo_pct": null, "saldo": null, "previsto": "3350",
            "complemento_provisorio": "0", "total_estimado": "3660", "sobra": null,
            "debito": null, "esgota_em": null, "dias_decorridos": 31, "dias_restantes": 335,
            "prazo_pct": null, "ritmo_diario": "10", "ritmo_alvo": null,
            "mes_atual_estimado": "290", "avisos": [],
        }),
    );
    by_hand(
        "consumption equals the credit",
        &json!({
            "situacao": "vai_esgotar", "consumo_pct": "100", "saldo": "0", "debito": "3350",
            "esgota_em": "2024-02-01", "ritmo_alvo": null,
        }),
    );
    by_hand(
        "forecast equals the credit",
        &json!({
            "situacao": "no_limite", "total_estimado": "3660", "sobra": "0", "debito": "0",
            "esgota_em": null, "ritmo_alvo": "10",
        }),
    );
    by_hand(
        "a cent over",
        &json!({
            "situacao": "esgotado", "consumo_pct": "100.0032259105", "saldo": "-0.01",
            "debito": "3350.01", "esgota_em": "2024-01-31", "ritmo_alvo": null,
        }),
    );
    by_hand(
        "opening balance",
        &json!({
            "situacao": "esgotado", "consumo": "1310", "consumo_provisorio": "20",
            "consumo_pct": "109.1666666667", "saldo": "-110", "previsto": "2440",
            "total_estimado": "3750", "debito": "2550", "esgota_em": "2024-04-21",
            "dias_decorridos": 122, "prazo_pct": "33.3333333333", "mes_atual_estimado": "310",
            "consumo_anterior": "1000",
            "meses": [
                {"mes": "2024-04", "consumo": "300", "dias": 30, "media_diaria": "10", "variacao_pct": null},
                {"mes": "2024-05", "consumo": "10", "dias": 1, "media_diaria": "10", "variacao_pct": null},
            ],
            "janela": {"inicio": "2024-04-01", "fim": "2024-04-29", "dias": 29, "dias_sem_registro": 0},
            "avisos": [],
        }),
    );
    by_hand(
        "opening balance alone is over",
        &json!({"situacao": "esgotado", "saldo": "-410", "esgota_em": "2024-03-31"}),
    );
    // The two days that were asked for may be late, so no data is missing: the opening is what is known. A day
    // later data should be there, and idle and unreadable cannot be told apart.
    by_hand(
        "spent by the opening, and the days since may be late",
        &json!({
            "situacao": "esgotado", "consumo": "1200", "saldo": "-200", "previsto": null,
            "esgota_em": "2024-01-31", "dias_sem_informacao": 0,
        }),
    );
    by_hand(
        "spent by the opening, and nothing since",
        &json!({
            "situacao": "sem_dados", "consumo": null, "consumo_anterior": "1200", "saldo": null,
            "esgota_em": null, "nos_totais": false,
        }),
    );
    by_hand(
        "over, corrected, over again",
        &json!({
            "situacao": "esgotado", "consumo": "120", "consumo_pct": "120", "saldo": "-20",
            "previsto": "810", "total_estimado": "930", "debito": "830",
            "esgota_em": "2024-01-02", "ritmo_diario": "30", "ritmo_alvo": null,
            "mes_atual_estimado": "930",
            "medias": ["60", "60", "-30", "30", "30", "30", "30"],
            "dias_por_semana": [4, 4, 4, 3, 4, 4, 4],
        }),
    );
    by_hand(
        "two percent under",
        &json!({"situacao": "no_limite", "total_estimado": "980", "sobra": "20", "esgota_em": null}),
    );
    by_hand(
        "ten percent over is within",
        &json!({"situacao": "dentro", "total_estimado": "900", "sobra": "100", "esgota_em": null}),
    );
}

#[test]
fn rows_and_currencies_by_hand() {
    by_hand(
        "yen, taken from the data",
        &json!({
            "situacao": "dentro", "consumo": "7000", "consumo_provisorio": "2000",
            "previsto": "21000", "total_estimado": "28000", "sobra": "2000",
            "avisos": ["janela_curta", "moeda_assumida"],
        }),
    );
    // A zero is no data, in a named currency or in none: three days of window, and four open ones.
    by_hand(
        "blank currency and many digits",
        &json!({
            "situacao": "vai_esgotar", "dados_ate": "2024-04-03", "consolidado_ate": "2024-04-03",
            "consumo": "0.40100000000000000001", "consumo_provisorio": "0", "consumo_pct": "40.1",
            "saldo": "0.59899999999999999999", "previsto": "3.3416666672",
            "complemento_provisorio": "0.5346666668", "total_estimado": "3.74266666720000000001",
            "debito": "2.74266666720000000001", "esgota_em": "2024-04-08",
            "ritmo_diario": "0.1336666667", "ritmo_alvo": "0.0285238095",
            "mes_atual_estimado": "3.74266666720000000001",
            "janela": {"inicio": "2024-04-01", "fim": "2024-04-03", "dias": 3, "dias_sem_registro": 0},
            "medias": ["0.1", "0.001", "0.3", "0.1336666667", "0.1336666667", "0.1336666667", "0.1336666667"],
            "diario": [
                {"data": "2024-04-01", "custo": "0.10000000000000000001", "estado": "consolidado"},
                {"data": "2024-04-02", "custo": "0.001", "estado": "consolidado"},
                {"data": "2024-04-03", "custo": "0.3", "estado": "consolidado"},
                {"data": "2024-04-04", "custo": null, "estado": "provisorio"},
                {"data": "2024-04-05", "custo": null, "estado": "provisorio"},
                {"data": "2024-04-06", "custo": null, "estado": "provisorio"},
                {"data": "2024-04-07", "custo": null, "estado": "provisorio"},
            ],
            "avisos": ["janela_curta", "moeda_em_branco", "sem_dados_recentes"],
        }),
    );
    // They name no currency either: the only one with money is BRL.
    by_hand(
        "zeros in other currencies",
        &json!({
            "situacao": "no_limite", "dados_ate": "2024-04-05", "consumo": "350",
            "consumo_provisorio": "0", "previsto": "1610", "complemento_provisorio": "140",
            "total_estimado": "1960", "sobra": "40", "mes_atual_estimado": "1960",
            "dias_sem_informacao": 0, "nos_totais": true,
            "avisos": ["janela_curta", "moeda_assumida"],
        }),
    );
    by_hand(
        "one peak",
        &json!({
            "situacao": "dentro", "consumo": "810", "previsto": "4005.5555555546",
            "total_estimado": "4815.5555555546", "ritmo_diario": "13.3898305085",
            "medias": ["10", "10", "32.2222222222", "10", "10", "10", "10"],
            "dias_por_semana": [44, 44, 43, 43, 43, 44, 44],
            "avisos": ["pico_na_janela"],
        }),
    );
}

#[test]
fn ignored_days_by_hand() {
    // The 58 other days of the window cost ten each; the 200 are consumed and not foreseen.
    by_hand(
        "a one-off charge is ignored",
        &json!({
            "situacao": "vai_sobrar", "consumo": "810", "saldo": "4190", "previsto": "3050",
            "complemento_provisorio": "0", "total_estimado": "3860", "sobra": "1140",
            "ritmo_diario": "10", "mes_atual_estimado": "310",
            "janela": {"inicio": "2024-01-01", "fim": "2024-02-28", "dias": 58, "dias_sem_registro": 0},
            "medias": ["10", "10", "10", "10", "10", "10", "10"],
            "dias_ignorados": ["2024-02-14"], "cobrancas_recorrentes": [], "avisos": [],
        }),
    );
    by_hand(
        "every settled day is ignored",
        &json!({
            "situacao": "sem_previsao", "consumo": "70", "consumo_provisorio": "20",
            "previsto": null, "total_estimado": null, "ritmo_diario": null,
            "mes_atual_estimado": null,
            "janela": {"inicio": null, "fim": null, "dias": 0, "dias_sem_registro": 0},
            "medias": [null, null, null, null, null, null, null], "avisos": [],
        }),
    );
    // Neither is one that averages are taken from.
    by_hand(
        "a provisional day and a future day are ignored",
        &json!({
            "consumo": "1600", "consumo_provisorio": "1010", "previsto": "3050",
            "complemento_provisorio": "0", "ritmo_diario": "10", "mes_atual_estimado": "1300",
            "dias_ignorados": ["2024-03-01", "2024-03-12"], "avisos": [],
        }),
    );
}

#[test]
fn recurring_charges_by_hand() {
    // In the window from 18 April, one Wednesday of eight and one Saturday of nine cost 1800: 260 and 235.56. June
    // has 19 days booked, 11 to come, and its charge once: 2960. By the averages it would be 3594.
    by_hand(
        "a charge on each first",
        &json!({
            "situacao": "dentro", "consumo": "17400", "previsto": "19435.5555555568",
            "complemento_provisorio": "220", "total_estimado": "36835.5555555568",
            "mes_atual_estimado": "2960",
            "medias": ["40", "40", "260", "40", "40", "235.5555555556", "40"],
            "cobrancas_recorrentes": [{"dia": 1, "valor": "1760"}], "avisos": [],
        }),
    );
    by_hand(
        "a charge still to come, of three sizes",
        &json!({
            "consumo": "11600", "mes_atual_estimado": "2960",
            "cobrancas_recorrentes": [{"dia": 25, "valor": "1760"}], "avisos": [],
        }),
    );
    by_hand(
        "a charge on each month's last day",
        &json!({
            "mes_atual_estimado": "2960",
            "cobrancas_recorrentes": [{"dia": 31, "valor": "1760"}], "avisos": [],
        }),
    );
    // The 19th lacks 1800 to its usual 40 and the charge.
    by_hand(
        "a charge that is not booked yet",
        &json!({
            "dados_ate": "2024-06-18", "consumo_provisorio": "40", "mes_atual_estimado": "2960",
            "cobrancas_recorrentes": [{"dia": 19, "valor": "1760"}], "avisos": [],
        }),
    );
    // Of the window's 5960, a day of 1800 is over a fifth; the last two weeks are 59 % below it.
    by_hand(
        "a charge that came twice",
        &json!({
            "cobrancas_recorrentes": [], "avisos": ["pico_na_janela", "ritmo_mudou"],
        }),
    );
    by_hand(
        "three times is not over three times",
        &json!({ "cobrancas_recorrentes": [], "avisos": [] }),
    );
    by_hand(
        "one of the three is ignored",
        &json!({
            "dias_ignorados": ["2024-04-25"], "cobrancas_recorrentes": [],
            "avisos": ["pico_na_janela", "ritmo_mudou"],
        }),
    );
    // One is booked in June; of its three days to come, the 21st has the charge.
    by_hand(
        "nothing but a charge",
        &json!({
            "mes_atual_estimado": "501",
            "cobrancas_recorrentes": [{"dia": 21, "valor": "500"}],
        }),
    );
    // 30 March stands out, but the last days of February and April are the other charge's, so that it is a day like
    // any other: three Saturdays to come cost a ninth of its 1760 more.
    by_hand(
        "the month's last two days",
        &json!({
            "mes_atual_estimado": "3586.6666666668",
            "cobrancas_recorrentes": [{"dia": 31, "valor": "1760"}],
        }),
    );
}

#[test]
fn totals_by_hand() {
    let cases = written_cases();
    let chosen: Vec<&Case> = [
        "one peak",
        "late and partial",
        "yen, taken from the data",
        "outage of five days",
        "ended",
        "credit 0",
        "opening balance",
        "no data at all",
        "history lost",
        "begins today",
        "not begun",
    ]
    .map(|name| cases.iter().find(|case| case.name == name).unwrap())
    .to_vec();
    let totals = expected_totals(&chosen);
    let currencies: Vec<&Value> = totals
        .as_array()
        .unwrap()
        .iter()
        .map(|total| &total["moeda"])
        .collect();
    assert_eq!(currencies, ["BRL", "JPY", "USD"]);
    let reais = &totals[0];
    for (key, value) in json!({
        "clientes": 3, "credito": "18400", "consumo": "10316", "saldo": "8084",
        "previsto": "10531.9999999975", "complemento_provisorio": "42",
        "total_estimado": "20847.9999999975", "sobras": "216", "debitos": "2663.9999999975",
        "meses": [
            {"mes": "2024-01", "consumo": "1488", "clientes": 2},
            {"mes": "2024-02", "consumo": "1392", "clientes": 2},
            {"mes": "2024-03", "consumo": "1488", "clientes": 2},
            {"mes": "2024-04", "consumo": "1740", "clientes": 3},
            {"mes": "2024-05", "consumo": "1498", "clientes": 3},
            {"mes": "2024-06", "consumo": "1320", "clientes": 2},
            {"mes": "2024-07", "consumo": "390", "clientes": 2},
        ],
    })
    .as_object()
    .unwrap()
    {
        assert_eq!(&reais[key], value, "{key}");
    }
    assert_eq!(
        reais["dias_semana"][0],
        json!({"dia": 1, "nome": "segunda-feira", "media_diaria": "55", "dias": 85, "previsto": "1475"}),
    );
    assert_eq!(
        reais["dias_semana"][2],
        json!({"dia": 3, "nome": "quarta-feira", "media_diaria": "55.3333333333", "dias": 84, "previsto": "1473.3333333325"}),
    );
    assert_eq!(totals[1]["clientes"], 1);
    assert_eq!(totals[2]["total_estimado"], "4815.5555555546");
}

/// A month that one client does not know counts that client and adds nothing; a month that nobody
/// knows has no sum.
#[test]
fn totals_of_unknown_months_by_hand() {
    let cases = written_cases();
    let named = |name: &str| cases.iter().find(|case| case.name == name).unwrap();
    let (half, whole) = (named("history just kept"), named("history kept"));
    let months = |cases: &[&Case]| expected_totals(cases)[0]["meses"].clone();
    let both = months(&[half, whole]);
    assert_eq!(
        both[0],
        json!({"mes": "2022-06", "consumo": "2", "clientes": 2})
    );
    assert_eq!(
        both[1],
        json!({"mes": "2022-07", "consumo": "1", "clientes": 2})
    );
    let alone = months(&[half, named("history just lost"), named("history lost")]);
    assert_eq!(
        alone[0],
        json!({"mes": "2022-06", "consumo": null, "clientes": 1})
    );
    assert_eq!(
        alone[1],
        json!({"mes": "2022-07", "consumo": "1", "clientes": 1})
    );
}

#[test]
fn decimal_texts() {
    for (given, plain) in [
        ("1234.50", "1234.5"),
        ("-0.250", "-0.25"),
        ("0.000", "0"),
        ("-0", "0"),
        ("1E-7", "0.0000001"),
        ("1.25e3", "1250"),
        (".5", "0.5"),
        ("-1.5E-2", "-0.015"),
        ("00012.00000000000000000001", "12.00000000000000000001"),
    ] {
        assert_eq!(text(&parse(given)), plain);
    }
    let half = |value: &str, places| text(&round(&parse(value), places));
    assert_eq!(half("0.005", 2), "0.01");
    assert_eq!(half("-0.005", 2), "-0.01");
    assert_eq!(half("-0.0049", 2), "0");
    assert_eq!(half("2.5", 0), "3");
    assert_eq!(text(&quotient(&whole(2), &whole(3))), "0.6666666667");
    assert_eq!(text(&quotient(&whole(-2), &whole(3))), "-0.6666666667");
}

fn is_null(client: &Value, key: &str) -> bool {
    assert!(client.get(key).is_some(), "no key {key}");
    client[key].is_null()
}

fn amount(value: &Value) -> BigRational {
    parse(value.as_str().unwrap())
}

fn sum<'a>(values: impl Iterator<Item = &'a Value>) -> BigRational {
    exact::sum(values.filter(|value| !value.is_null()).map(amount))
}

/// Sums agree with their parts, whichever way they were reached.
#[test]
#[ignore = "long"]
fn identities_of_made_up_cases() {
    for seed in 0..samples(60, 200) {
        let case = random_case(seed);
        let client = expected(&case);
        let parts = |list: &str, key: &str| {
            sum(client[list]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| &entry[key]))
        };
        let opening = sum([&client["consumo_anterior"]].into_iter());
        let contract_days = (case.end - case.start).num_days() + 1;
        let count = |key: &str| client[key].as_i64().unwrap();
        assert_eq!(
            count("dias_decorridos") + count("dias_restantes"),
            contract_days
        );
        assert_eq!(
            client["dias_semana"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["dias"].as_i64().unwrap())
                .sum::<i64>(),
            count("dias_restantes"),
        );
        if client["situacao"] != "nao_iniciado" && !is_null(&client, "consumo") {
            let consumption = amount(&client["consumo"]);
            assert_eq!(
                &opening + parts("meses", "consumo"),
                consumption,
                "seed {seed}"
            );
            assert_eq!(
                &opening + parts("diario", "custo"),
                consumption,
                "seed {seed}"
            );
            let provisional = client["diario"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|entry| entry["estado"] == "provisorio");
            assert_eq!(
                sum(provisional.map(|entry| &entry["custo"])),
                amount(&client["consumo_provisorio"]),
            );
        }
        if !is_null(&client, "previsto") {
            assert_eq!(
                parts("dias_semana", "previsto") + amount(&client["complemento_provisorio"]),
                amount(&client["previsto"]),
                "seed {seed}",
            );
            assert_eq!(
                amount(&client["consumo"]) + amount(&client["previsto"]),
                amount(&client["total_estimado"]),
            );
        }
        if !is_null(&client, "sobra") {
            assert_eq!(
                parse(&case.credit) - amount(&client["total_estimado"]),
                amount(&client["sobra"]) - amount(&client["debito"]),
            );
        }
    }
}

/// Situations, warnings and edges that made-up cases have to meet.
const MET: [&str; 31] = [
    "nao_iniciado",
    "sem_dados",
    "historico_incompleto",
    "encerrado",
    "sem_credito",
    "esgotado",
    "sem_previsao",
    "no_limite",
    "vai_esgotar",
    "vai_sobrar",
    "dentro",
    "pico_na_janela",
    "janela_curta",
    "dias_sem_registro",
    "sem_dados_recentes",
    "moeda_assumida",
    "moeda_em_branco",
    "inicio_sem_dados",
    "lacuna_no_historico",
    "ritmo_mudou",
    "a month not known",
    "a changed month",
    "esgota_em",
    "total equals the credit",
    "consumption equals the credit",
    "opening",
    "consumption below zero",
    "ended with a top-up",
    "ignored days",
    "recurring charge",
    "recurring charge at a month's end",
];

/// The made-up cases reach every situation, every warning and the edges that matter.
#[test]
#[ignore = "long"]
fn made_up_cases_are_varied() {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..400 {
        if seed >= samples(0, 400) && MET.iter().all(|what| met.contains_key(*what)) {
            break;
        }
        let case = random_case(seed);
        let client = expected(&case);
        let mut meet = |what: &str| *met.entry(what.to_owned()).or_default() += 1;
        meet(client["situacao"].as_str().unwrap());
        for warning in expected_warnings(&case) {
            meet(&warning);
        }
        if !is_null(&client, "esgota_em") {
            meet("esgota_em");
        }
        if client["sobra"] == "0" && client["debito"] == "0" {
            meet("total equals the credit");
        }
        if client["saldo"] == "0" {
            meet("consumption equals the credit");
        }
        let months = client["meses"].as_array().unwrap();
        if months.iter().any(|month| is_null(month, "consumo")) {
            meet("a month not known");
        }
        if months.iter().any(|month| !is_null(month, "variacao_pct")) {
            meet("a changed month");
        }
        if case.opening.is_some() {
            meet("opening");
        }
        if !case.ignored.is_empty() && !is_null(&client, "previsto") {
            meet("ignored days");
        }
        for charge in client["cobrancas_recorrentes"].as_array().unwrap() {
            meet("recurring charge");
            if charge["dia"].as_u64() > Some(28) {
                meet("recurring charge at a month's end");
            }
        }
        if client["consumo"]
            .as_str()
            .is_some_and(|text| text.starts_with('-'))
        {
            meet("consumption below zero");
        }
        if client["situacao"] == "encerrado"
            && !is_null(&client, "previsto")
            && client["previsto"] != "0"
        {
            meet("ended with a top-up");
        }
        if case.credit != "0" {
            let fraction = case
                .credit
                .split_once('.')
                .map_or(0, |(_, fraction)| fraction.len());
            assert_ne!(fraction, 3, "a credit that reads two ways: {}", case.credit);
        }
    }
    for what in MET {
        assert!(met.contains_key(what), "{what} is never met: {met:?}");
    }
}

/// The plain way: the mean per weekday of the rows since two months before the as-of day, times
/// the weekdays from it to the end, in floats.
fn plain_forecast(case: &Case) -> f64 {
    let since = case.as_of - Months::new(2);
    let (mut sums, mut rows, mut ahead) = ([0.0; 7], [0.0; 7], [0.0; 7]);
    let index = |day: NaiveDate| day.weekday().num_days_from_monday() as usize;
    for (day, amount, _) in case.rows.iter().filter(|row| row.0 >= since) {
        sums[index(*day)] += amount.parse::<f64>().unwrap();
        rows[index(*day)] += 1.0;
    }
    let mut day = case.as_of;
    while day <= case.end {
        ahead[index(day)] += 1.0;
        day = day + Days::new(1);
    }
    (0..7).map(|i| sums[i] / rows[i] * ahead[i]).sum()
}

#[test]
fn equals_the_plain_way_where_every_day_has_a_row() {
    let mut largest: f64 = 0.0;
    for seed in 0..50 {
        let case = every_day_case(seed);
        let client = expected(&case);
        let exact: f64 = client["previsto"].as_str().unwrap().parse().unwrap();
        let plain = plain_forecast(&case);
        let off = (exact - plain).abs();
        assert!(off < 0.005, "{}: {exact} and {plain}", case.name);
        assert_eq!(
            format!("{exact:.2}"),
            format!("{plain:.2}"),
            "{}",
            case.name
        );
        largest = largest.max(off);
    }
    assert!(largest < 1e-6, "{largest:e}");
}
