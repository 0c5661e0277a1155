//! What is known of a forecast besides its figure, through the program: what the operator adds to it,
//! how sure it is, what another method says, and what makes it doubtful. The numbers are by hand:
//! ten a day to 16 June and ten a day to come, 198 days.

use serde_json::{Value, json};

use crate::common::stand_in::WorldRow;
use crate::common::{
    Config, Folder, Served, assert_clean, assert_words, client, daily, failure, warnings,
};

fn ten() -> Vec<WorldRow> {
    daily("2026-01-01", "2026-06-16", "10")
}

fn served(configs: &[Config]) -> Served {
    let folder = configs
        .iter()
        .fold(Folder::new(), |folder, config| folder.client(config, ten()));
    folder.serve()
}

fn adjusted(id: &str, adjustment: &str) -> Config {
    Config::new(id).with("ajuste_previsto", adjustment)
}

#[track_caller]
fn assert_figures(client: &Value, expected: &[(&str, Value)]) {
    for (key, value) in expected {
        assert_eq!(&client[*key], value, "{key} of {client:#}");
    }
}

#[test]
fn an_adjustment_changes_what_is_to_come() {
    let served = served(&[
        adjusted("nada", "+0%"),
        adjusted("mais", "+10%"),
        adjusted("menos", "-25% desde 01/12/2026"),
        adjusted("mensal", "+R$ 3.100,00 DESDE 2026-12-01"),
        adjusted("meados", "+3000 desde 25/06/2026"),
        adjusted("tudo", "-5000"),
        adjusted("depois", "+50% desde 2027-01-01"),
        adjusted("esgota", "+100%").with("credito", "2000"),
    ]);

    let document = served.json(0, &[]);

    let figures = |id: &str| client(&document, &format!("config_{id}"));
    let is = |text: &str| json!(text);
    assert_figures(
        figures("nada"),
        &[
            ("previsto", is("1980")),
            ("ajuste", is("0")),
            ("hipotese", Value::Null),
        ],
    );
    assert_figures(
        figures("mais"),
        &[
            ("ajuste_previsto", is("+10%")),
            ("ajuste", is("198")),
            ("previsto", is("2178")),
            ("total_estimado", is("3848")),
            ("sobra", is("6152")),
            // 160 booked, nothing to top up, 14 days at 11.
            ("mes_atual_estimado", is("314")),
            ("ritmo_diario", is("10")),
        ],
    );
    // The method's own figures stay as they are.
    assert_eq!(
        figures("mais")["dias_semana"],
        figures("nada")["dias_semana"]
    );
    assert_figures(
        figures("menos"),
        &[
            ("ajuste_previsto", is("-25% desde 2026-12-01")),
            ("ajuste", is("-77.5")),
            ("previsto", is("1902.5")),
        ],
    );
    assert_figures(
        figures("mensal"),
        &[("ajuste", is("3100")), ("previsto", is("5080"))],
    );
    // Six days of June and six months, four of which have 31 days: a share of ten places each.
    assert_figures(
        figures("meados"),
        &[
            ("ajuste", is("18600.0000000016")),
            ("mes_atual_estimado", is("900")),
        ],
    );
    // No day comes to less than nothing; nothing to come has no band.
    assert_figures(
        figures("tudo"),
        &[
            ("ajuste", is("-1980")),
            ("previsto", is("0")),
            ("faixa", Value::Null),
            (
                "segunda_opiniao",
                figures("tudo")["segunda_opiniao"].clone(),
            ),
        ],
    );
    assert_figures(
        figures("depois"),
        &[("ajuste", is("0")), ("previsto", is("1980"))],
    );
    // 330 left, at 20 a day instead of 10.
    assert_figures(figures("esgota"), &[("esgota_em", is("2026-07-03"))]);

    let low = |id: &str| {
        let band = &figures(id)["faixa"];
        band["previsto_min"]
            .as_str()
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    assert!((low("mais") / low("nada") - 1.1).abs() < 1e-9);

    let text = served.run(&["--only", "config_mensal"]).exited(0).stdout;
    assert_words(
        &text,
        &["Ajuste (+3.100,00 por mês desde 01/12/2026)", "3.100,00\n"],
    );
}

#[test]
fn a_what_if_is_on_top_and_says_so() {
    let served = served(&[Config::new("sem"), adjusted("com", "+10%")]);

    let document = served.json(0, &["--what-if", "+20% desde 2026-12-01"]);

    assert_eq!(document["hipotese"], "+20% desde 2026-12-01");
    let (without, with) = (
        client(&document, "config_sem"),
        client(&document, "config_com"),
    );
    assert_figures(
        without,
        &[
            ("ajuste", Value::Null),
            ("hipotese", json!("62")),
            ("previsto", json!("2042")),
        ],
    );
    // Each is reckoned on the method's own forecast.
    assert_figures(
        with,
        &[
            ("ajuste", json!("198")),
            ("hipotese", json!("62")),
            ("previsto", json!("2240")),
        ],
    );
    let totals = &document["totais"][0];
    assert_figures(
        totals,
        &[
            ("ajuste", json!("198")),
            ("hipotese", json!("124")),
            ("previsto", json!("4282")),
        ],
    );
    let usual = served.json(0, &[]);
    assert_eq!(usual["hipotese"], Value::Null);
    assert_eq!(usual["totais"][0]["hipotese"], Value::Null);

    // A hyphen begins no option there.
    let text = served.run(&["--what-if", "-5000"]).exited(0).stdout;
    let (opening, rest) = text.split_once("\n\n").unwrap();
    assert_words(
        opening,
        &[
            "HIPÓTESE",
            "-5.000,00 por mês",
            "não use como posição oficial",
        ],
    );
    assert_words(rest, &["Hipótese (-5.000,00 por mês)", "Ajuste (+10,0%)"]);
    let english = served.run(&["--lang", "en", "--what-if", "+20%"]).stdout;
    assert_words(
        &english,
        &["WHAT IF", "+20.0%", "not the official position"],
    );
    assert!(!served.run(&[]).stdout.contains("HIPÓTESE"));
}

#[test]
fn what_is_no_adjustment_is_wrong_usage() {
    let served = served(&[Config::new("a")]);
    for (text, said) in [
        ("20%", "falta o sinal: +20% ou -20%"),
        ("+1.500", "pode ser lido como 1500 e como 1.5"),
        ("-101%", "não se pode tirar mais de 100%"),
        ("+R$ 5", "escreva sem moeda"),
        ("+5% desde ontem", "AAAA"),
        ("", "--what-if precisa de um valor"),
    ] {
        let ran = served.run(&["--what-if", text]).exited(2);
        assert_words(&ran.stderr, &[said]);
    }
    served.run(&["--method", "trend"]).exited(2);
}

#[test]
fn an_adjustment_that_cannot_be_read_is_its_client_s_failure() {
    let configs = [
        (adjusted("sem-sinal", "10%"), "não é um ajuste"),
        (adjusted("palavras", "+5000 por mês"), "não é um ajuste"),
        (adjusted("duas", "+1.500"), "pode ser 1.500,00 ou 1,500"),
        (adjusted("negativo", "-120%"), "mais que tudo"),
        (adjusted("data", "+5% desde 31/02/2027"), "não é uma data"),
        (adjusted("moeda", "+US$ 5"), "está em BRL"),
    ];
    let all: Vec<Config> = configs.iter().map(|(config, _)| config.clone()).collect();

    let document = served(&all).json(4, &[]);

    for (config, said) in configs {
        let failure = failure(&document, &config.file);
        assert_eq!(failure["codigo"], "config_invalida");
        let line = config.line("ajuste_previsto");
        let message = failure["mensagem"].as_str().unwrap();
        assert_words(message, &[said, &format!("linha {line}, ajuste_previsto")]);
    }
    let misspelt = Config::new("quase").with("ajuste_prevsto", "+10%");
    let document = served(&[misspelt]).json(0, &[]);
    let client = client(&document, "config_quase");
    assert_eq!(warnings(client), ["chave_parecida"]);
    assert_words(
        client["avisos"][0]["mensagem"].as_str().unwrap(),
        &["ajuste_previsto?"],
    );
    assert_eq!(client["ajuste"], Value::Null);
}

/// With 165 settled days that were forecast without an error, at a pace that did not change: s(j) = 1.1 (4 x 0.22 / 7)
/// (j / 28)^0.15, and s(198) = 0.18543999.
#[test]
fn the_band_says_what_it_means_for_the_credit() {
    let credits = ["3000", "3650", "3370", "4400", "1000", "0"];
    let configs: Vec<Config> = credits
        .iter()
        .map(|credit| Config::new(credit).with("credito", credit))
        .collect();
    let served = served(&configs);

    let document = served.json(0, &[]);

    let band = |credit: &str| &client(&document, &format!("config_{credit}"))["faixa"];
    for credit in credits {
        assert_figures(
            band(credit),
            &[
                ("nivel", json!("80")),
                ("previsto_min", json!("1644.8626025501")),
                ("previsto_max", json!("2383.4209580313")),
                ("total_min", json!("3314.8626025501")),
                ("total_max", json!("4053.4209580313")),
                ("origens", json!(12)),
                ("blocos", json!(3)),
            ],
        );
    }
    let of_credit = |credit, first: Option<&str>, last: Option<&str>, chance: Option<&str>| {
        assert_figures(
            band(credit),
            &[
                ("esgota_min", json!(first)),
                ("esgota_max", json!(last)),
                ("probabilidade_esgotar", json!(chance)),
            ],
        );
    };
    of_credit("3000", Some("2026-10-07"), Some("2026-11-23"), Some("95"));
    of_credit("3650", Some("2026-11-29"), None, Some("50"));
    of_credit("3370", Some("2026-11-06"), None, Some("85"));
    of_credit("4400", None, None, Some("5"));
    of_credit("1000", None, None, None);
    of_credit("0", None, None, None);

    let text = |credit: &str, lang: &str| {
        let only = format!("config_{credit}");
        let ran = served.run(&["--only", &only, "--lang", lang, "--details"]);
        assert_clean(&ran);
        // A remark's further lines are set in.
        ran.stdout.replace("\n  ", " ")
    };
    assert_words(
        &text("3000", "pt-BR"),
        &[
            "\nIntervalo provável (80%): total projetado de 3.314,86 a 4.053,42; débito de 314,86 a 1.053,42; \
             o crédito acaba entre 07/10/2026 e 23/11/2026; chance de esgotar: 95%\n",
            "(provável: de 315 a 1.053; chance de esgotar: 95%)",
        ],
    );
    assert_words(
        &text("3650", "pt-BR"),
        &[
            "; entre sobrar 335,14 e faltar 403,42; o crédito acaba em 29/11/2026, mais tarde, ou não acaba; chance de esgotar: 50%\n",
        ],
    );
    assert_words(
        &text("4400", "en"),
        &[
            "Likely range (80%): projected total 3,314.86 to 4,053.42; surplus of 346.58 to 1,085.14; the credit lasts to the end; chance of running out: 5%\n",
        ],
    );
    // What is spent is in no doubt.
    assert_words(&text("1000", "pt-BR"), &["débito de 2.314,86 a 3.053,42\n"]);
    assert_words(
        &text("0", "pt-BR"),
        &["total projetado de 3.314,86 a 4.053,42\n"],
    );
}

#[test]
fn too_short_a_history_has_no_band_and_says_so() {
    let young = |id: &str, start: &str| Config::new(id).with("inicio_contrato", start);
    let served = Folder::new()
        .client(
            &young("13", "2026-06-02"),
            daily("2026-06-02", "2026-06-16", "10"),
        )
        .client(
            &young("14", "2026-06-01"),
            daily("2026-06-01", "2026-06-16", "10"),
        )
        // Cost long ago, and none to come.
        .client(&Config::new("nada"), daily("2026-01-01", "2026-01-02", "1"))
        .serve();

    let document = served.json(0, &[]);

    for id in ["13", "nada"] {
        let client = client(&document, &format!("config_{id}"));
        assert_eq!(client["faixa"], Value::Null, "{id}");
    }
    let band = &client(&document, "config_14")["faixa"];
    assert_figures(band, &[("origens", json!(0)), ("blocos", json!(0))]);
    // A sum of which a part is anybody's guess is one, too.
    let totals = &document["totais"][0];
    assert_eq!(totals["faixa_dependente"], Value::Null);
    assert_eq!(totals["faixa_independente"], Value::Null);

    let text = |id: &str| served.run(&["--only", id, "--details"]).exited(0).stdout;
    assert_words(
        &text("config_13"),
        &["Intervalo provável (80%): nenhum; são precisos 14 dias fechados"],
    );
    assert_words(
        &text("config_14"),
        &["Intervalo provável (80%): total projetado de"],
    );
    assert!(!text("config_nada").contains("Intervalo provável"));
}

#[test]
fn totals_have_a_band_of_each_kind() {
    let served = Folder::new()
        .client(&Config::new("a"), ten())
        .client(&Config::new("b"), daily("2026-01-01", "2026-06-16", "30"))
        // Nothing to come is in no doubt.
        .client(&Config::new("c"), daily("2026-01-01", "2026-01-02", "1"))
        .serve();

    let document = served.json(0, &[]);

    let number = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
    let of = |id: &str, key: &str| number(&client(&document, id)["faixa"][key]);
    let totals = &document["totais"][0];
    let total = |kind: &str, key: &str| number(&totals[kind][key]);
    for (key, center) in [("previsto_min", 7920.0), ("previsto_max", 7920.0)] {
        let (a, b) = (of("config_a", key), of("config_b", key));
        assert!((total("faixa_dependente", key) - (a + b)).abs() < 1e-6);
        let (off_a, off_b) = (a - 1980.0, b - 5940.0);
        let off = (off_a * off_a + off_b * off_b).sqrt() * off_a.signum();
        assert!((total("faixa_independente", key) - (center + off)).abs() < 1e-6);
    }
    for kind in ["faixa_dependente", "faixa_independente"] {
        let spent = number(&totals["consumo"]);
        let whole = total(kind, "total_max") - total(kind, "previsto_max");
        assert!((whole - spent).abs() < 1e-6, "{kind}");
    }
}

#[test]
fn a_second_opinion_is_shown_where_it_changes_the_situation() {
    let mut rows = ten();
    rows[140..]
        .iter_mut()
        .for_each(|row| row.amount = "40".to_owned());
    // With few days left the level follows the last days, and is the middle one.
    let ends_soon = Config::new("a").with("fim_contrato", "2026-07-25");
    let with_credit = |credit: &str| ends_soon.clone().with("credito", credit);
    let serve = |credit: &str| {
        Folder::new()
            .client(&with_credit(credit), rows.clone())
            .serve()
    };
    let document = serve("100000").json(0, &[]);
    let found = client(&document, "config_a");
    let second = &found["segunda_opiniao"];
    assert_eq!(second["metodo"], "middle");
    assert_eq!(second["situacao"], found["situacao"]);
    let details = ["--details"];
    assert!(
        !serve("100000")
            .run(&details)
            .stdout
            .contains("Outro método")
    );

    let number = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
    let (own, other) = (
        number(&found["total_estimado"]),
        number(&second["total_estimado"]),
    );
    // Between the two, and farther than 2 % from the farther one.
    let credit = format!("{:.2}", own.max(other) * 0.975);
    let served = serve(&credit);
    let document = served.json(0, &[]);
    let found = client(&document, "config_a");
    assert_ne!(found["segunda_opiniao"]["situacao"], found["situacao"]);
    assert_words(
        &served.run(&details).stdout,
        &[
            "Outro método, middle (a do meio de cinco previsões: weekday, recent, weeks, half-year e os últimos 14 dias): total projetado ",
        ],
    );
    let middle = served.json(0, &["--method", "middle"]);
    let found_middle = client(&middle, "config_a");
    assert_eq!(found_middle["segunda_opiniao"], Value::Null);
    assert_eq!(
        found_middle["previsto"],
        found["segunda_opiniao"]["previsto"]
    );
}

#[test]
#[ignore = "long"]
fn a_pace_that_changed_is_told() {
    // The mean of 47 x 44.2 and 14 x 56.4 is 47, of which 56.4 is exactly 120 %.
    let rows = |last: &str| {
        let mut rows = daily("2026-04-15", "2026-05-31", "44.2");
        rows.extend(daily("2026-06-01", "2026-06-16", last));
        rows
    };
    let since = |id: &str, start: &str| Config::new(id).with("inicio_contrato", start);
    let served = Folder::new()
        .client(&since("igual", "2026-04-15"), rows("56.4"))
        .client(&since("mais", "2026-04-15"), rows("56.5"))
        .client(&since("menos", "2026-04-15"), rows("10"))
        .client(&since("novo", "2026-04-16"), rows("100").split_off(1))
        .serve();
    let document = served.json(0, &[]);
    let codes = |id: &str| warnings(client(&document, &format!("config_{id}")));
    assert_eq!(codes("igual"), [""; 0]);
    assert_eq!(codes("mais"), ["ritmo_mudou"]);
    assert_eq!(codes("menos"), ["ritmo_mudou"]);
    // The 61 days are not all there.
    assert_eq!(codes("novo"), [""; 0]);
    // What the middle one of five forecasts says stands beside the report's own.
    let said = |document: &Value, id: &str| -> String {
        let message = &client(document, id)["avisos"][0]["mensagem"];
        message.as_str().unwrap().to_owned()
    };
    let shown = |amount: &Value, lang: &str| -> String {
        let cents = (amount.as_str().unwrap().parse::<f64>().unwrap() * 100.0).round();
        let whole = format!("{:.0}", (cents / 100.0).trunc());
        let (thousands, rest) = whole.split_at(whole.len().saturating_sub(3));
        let [thousand, decimal] = if lang == "en" { [",", "."] } else { [".", ","] };
        format!("{thousands}{thousand}{rest}{decimal}{:02.0}", cents % 100.0)
    };
    let english = served.json(0, &["--lang", "en"]);
    for (id, portuguese_words, english_words) in [
        (
            "config_mais",
            ["o consumo subiu 20,2%", "pode estar baixa"],
            ["consumption rose by 20.2%", "may be too low"],
        ),
        (
            "config_menos",
            ["o consumo caiu 72,5%", "pode estar alta"],
            ["consumption fell by 72.5%", "may be too high"],
        ),
    ] {
        let found = client(&document, id);
        let [forecast, second] = ["pt-BR", "en"].map(|lang| {
            let second = &found["segunda_opiniao"]["previsto"];
            [shown(&found["previsto"], lang), shown(second, lang)]
        });
        let ([forecast, middle], [forecast_en, middle_en]) = (forecast, second);
        let [change, may] = portuguese_words;
        assert_eq!(
            said(&document, id),
            format!(
                "{change} nas últimas 2 semanas; a previsão, de {forecast} até o fim, {may}; o método middle prevê {middle}"
            )
        );
        let [change, may] = english_words;
        assert_eq!(
            said(&english, id),
            format!(
                "{change} in the last 2 weeks; the forecast of {forecast_en} to the end {may}; the method middle says {middle_en}"
            )
        );
    }
    // The middle one has no second opinion of itself.
    let middle = served.json(0, &["--method", "middle"]);
    assert!(!said(&middle, "config_mais").contains("middle"));

    // The range says that it is wider, and why, where the warning stands and nowhere else.
    for (lang, says) in [
        ("pt-BR", "; faixa mais larga: o ritmo mudou; "),
        ("en", "; wider range: the pace has changed; "),
    ] {
        for (id, wider) in [
            ("mais", true),
            ("menos", true),
            ("igual", false),
            ("novo", false),
        ] {
            let args = ["--only", id, "--details", "--lang", lang];
            let ran = served.run(&args);
            assert_clean(&ran);
            let text = ran.stdout.replace("\n  ", " ");
            assert_eq!(text.contains(says), wider, "{id}: {text}");
        }
    }
}

#[test]
fn an_adjustment_that_the_window_shows_already_is_told() {
    let document = served(&[
        adjusted("antes", "+10% desde 2026-06-10"),
        adjusted("provisorio", "+10% desde 2026-06-15"),
        adjusted("sem-data", "+10%"),
    ])
    .json(0, &[]);
    let found = client(&document, "config_antes");
    assert_eq!(warnings(found), ["ajuste_na_janela"]);
    assert_words(
        found["avisos"][0]["mensagem"].as_str().unwrap(),
        &["10/06/2026", "5 dias"],
    );
    for id in ["provisorio", "sem-data"] {
        let found = client(&document, &format!("config_{id}"));
        assert_eq!(warnings(found), [""; 0], "{id}");
    }
}

#[test]
#[ignore = "long"]
fn each_method_says_which_it_is_and_from_which_days() {
    let mut spiked = ten();
    // 1 June: in every method's window.
    spiked[151].amount = "2500".to_owned();
    let served = Folder::new()
        .client(&Config::new("a"), ten())
        .client(&Config::new("b"), spiked)
        .serve();
    for (word, days, heading) in [
        ("weekday", 61, "Média diária"),
        ("recent", 56, "Por dia"),
        ("weeks", 61, "Por dia"),
        ("half-year", 165, "Média diária"),
        ("blend", 165, "Por dia"),
        ("middle", 165, "Por dia"),
    ] {
        let document = served.json(0, &["--method", word]);
        assert_eq!(document["metodo"], word);
        let steady = client(&document, "config_a");
        assert_eq!(steady["metodo"], word);
        // Ten a day are ten a day by any method.
        assert_eq!(steady["previsto"], "1980", "{word}");
        assert_eq!(steady["janela"]["dias"], days, "{word}");
        assert_eq!(steady["janela"]["fim"], "2026-06-14", "{word}");
        assert_eq!(steady["ritmo_diario"], "10", "{word}");

        let spiked = client(&document, "config_b");
        let avisos = spiked["avisos"].as_array().unwrap();
        let spike = avisos
            .iter()
            .find(|aviso| aviso["codigo"] == "pico_na_janela");
        let message = spike.unwrap()["mensagem"].as_str().unwrap();
        assert_words(
            message,
            &["01/06/2026 teve 2.500,00", "o previsto seria 1.980,00"],
        );

        let text = served.run(&["--method", word, "--only", "config_a", "--details"]);
        let named = text.stdout.matches("Método: ").count();
        assert_eq!(named, if word == "weekday" { 0 } else { 2 }, "{word}");
        assert_eq!(
            text.stdout.contains("  Por dia  "),
            heading == "Por dia",
            "{word}"
        );
    }
}

/// Corrections that leave next to nothing to divide by: no number rather than an absurd one.
#[test]
fn what_would_be_an_absurd_forecast_is_none() {
    let mut rows = ten();
    // In the last 56 settled days, from 20 April on, Mondays and Tuesdays cancel each other out, weighed
    // by their age; what was before does not.
    for (n, row) in rows.iter_mut().enumerate().skip(109) {
        row.amount = match n % 7 {
            4 => "1000".to_owned(),
            5 => format!("{:.4}", -1000.0 / f64::powf(2.0, 1.0 / 42.0) + 0.0001),
            _ => "0".to_owned(),
        };
    }
    let document = Folder::new()
        .client(&Config::new("a"), rows)
        .serve()
        .json(0, &["--method", "recent"]);
    let found = client(&document, "config_a");
    assert_figures(
        found,
        &[
            ("situacao", json!("sem_previsao")),
            ("previsto", Value::Null),
            ("faixa", Value::Null),
            (
                "janela",
                json!({"inicio": null, "fim": null, "dias": 0, "dias_sem_registro": 0}),
            ),
        ],
    );
    assert_eq!(document["totais"], json!([]));
}
