//! The customer's page: its words in each situation, its picture, and figures that are the report's own.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use oci_consumo::internals::calendar::Days;
use oci_consumo::internals::forecast::Method;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::render;
use oci_consumo::internals::render::page::{self, PageContext};
use oci_consumo::internals::report::portfolio::Portfolio;
use oci_consumo::internals::report::statement::Statement;
use serde_json::Value;

use super::sample::{AS_OF, SITUATIONS, Sample, amount, statement, statements};
use super::tags::{parse, words};
use crate::common::rendered::{PIPE, portfolio, report};
use crate::common::{AS_OF as SERVED, companies, day, grouped, morning};

/// Bytes that a page may have.
const LARGEST: usize = 40_000;

pub fn context(lang: Lang) -> PageContext<'static> {
    PageContext {
        lang,
        made_at: SystemTime::from(morning(AS_OF)),
        simulated: false,
        offline: false,
        endpoint: None,
        contact: None,
    }
}

pub fn page(client: &str, statement: &Statement, context: &PageContext<'_>) -> String {
    String::from_utf8(page::customer(client, statement, context).unwrap()).unwrap()
}

pub fn page_of(statement: &Statement) -> String {
    page("Padaria Pão Quente", statement, &context(Lang::PtBr))
}

/// The text of a page as its reader sees it before the table of the chart is opened.
fn told(page: &str) -> String {
    let mut page = page.to_owned();
    if let Some(start) = page.find("<details>") {
        let end = page.find("</details>").unwrap() + "</details>".len();
        page.replace_range(start..end, "");
    }
    words(&page)
}

/// The page between the tags `from` and `to`, both included.
fn part<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let start = page.find(from).unwrap_or_else(|| panic!("{from}"));
    let end = page[start..].rfind(to).unwrap() + start + to.len();
    &page[start..end]
}

#[test]
fn each_situation_has_its_words() {
    for (word, statement) in &statements()[..SITUATIONS] {
        assert_eq!(statement.situation.word(), *word);
        for (lang, code) in [(Lang::PtBr, "pt"), (Lang::En, "en")] {
            let page = page("Padaria Pão Quente", statement, &context(lang));
            insta::assert_snapshot!(format!("words_{word}_{code}"), told(&page));
        }
    }
}

#[test]
fn special_contracts_have_their_words() {
    for (word, statement) in &statements()[SITUATIONS..] {
        insta::assert_snapshot!(format!("special_{word}"), told(&page_of(statement)));
    }
}

#[test]
fn the_charts_are_drawn() {
    for word in ["vai_esgotar", "esgotado", "encerrado", "lacuna", "dez_anos"] {
        let page = page_of(statement(word));
        let chart = part(&page, "<svg id=\"chart\"", "<p id=\"day\"");
        insta::assert_snapshot!(format!("chart_{word}"), chart.replace('<', "\n<"));
    }
}

#[test]
fn a_page_is_one_file() {
    let page = page_of(statement("vai_esgotar"));
    let parsed = parse(&page);
    let without = page.replace(&parsed.style, "").replace(&parsed.script, "");
    insta::assert_snapshot!("page", without);
}

/// A page that says nothing shows no figure and no picture.
#[test]
fn too_little_data_is_no_figure() {
    for (word, statement) in &statements()[..SITUATIONS] {
        let page = page_of(statement);
        let drawn = page.contains("id=\"chart\"");
        match *word {
            "sem_dados" | "historico_incompleto" => {
                assert!(!page.contains("R$") && !page.contains("%</p>"), "{word}");
                assert!(!drawn && !page.contains("<table"), "{word}");
            }
            "sem_previsao" | "nao_iniciado" | "sem_credito" => assert!(!drawn, "{word}"),
            _ => assert!(drawn, "{word}"),
        }
        let fan = [
            "dentro",
            "vai_esgotar",
            "vai_sobrar",
            "no_limite",
            "esgotado",
        ];
        assert_eq!(page.contains("class=\"fan\""), fan.contains(word), "{word}");
        let range = ["vai_esgotar", "no_limite"].contains(word);
        assert_eq!(page.contains("class=\"range\""), range, "{word}");
        assert_eq!(
            page.contains("class=\"dot\""),
            *word == "esgotado",
            "{word}"
        );
    }
    for (word, statement) in &statements()[SITUATIONS..] {
        let text = words(&page_of(statement));
        match *word {
            "janela_curta" => {
                assert!(text.contains("Ainda é cedo para prever.") && text.contains("14 dias"));
                assert!(
                    !text.contains("Deve ") && !text.contains("deve ser"),
                    "{text}"
                );
                assert!(text.contains("poucos dias de uso para um gráfico"));
            }
            "lacuna" => assert!(text.contains("De 4 dias não temos o gasto")),
            "ajuste" => {
                assert!(text.contains("e inclui uma mudança de uso que já esperamos"));
                assert!(text.contains("Pela nossa previsão, devem sobrar"));
                assert!(!text.contains("supõe que o uso continua"), "{text}");
                assert!(!text.contains("25%") && !text.contains("juste"), "{text}");
            }
            _ => {}
        }
    }
}

#[test]
fn a_page_that_is_not_what_it_seems_is_marked() {
    let statement = statement("dentro");
    let usual = context(Lang::PtBr);
    let said = |context: PageContext<'_>| words(&page("Padaria", statement, &context));
    assert!(!said(usual).contains("DADOS"));
    let simulated = said(PageContext {
        simulated: true,
        endpoint: Some("http://127.0.0.1:1"),
        ..usual
    });
    assert!(simulated.starts_with("Meu consumo de nuvem\nIr para o conteúdo\nDADOS SIMULADOS"));
    assert!(!simulated.contains("127.0.0.1"));
    let test = said(PageContext {
        endpoint: Some("http://127.0.0.1:1"),
        ..usual
    });
    assert!(test.contains("TESTE: os dados não vêm da Oracle, e sim de http://127.0.0.1:1"));
    let stored = said(PageContext {
        offline: true,
        made_at: usual.made_at + Duration::from_secs(3 * 24 * 60 * 60),
        ..usual
    });
    assert!(stored.contains(
        "Dados guardados, sem nova consulta à Oracle: o último dia com dados foi há 4 dias."
    ));
    assert!(stored.contains("Página feita em\n26 de novembro de 2026"));
    assert!(stored.contains("Dados até\n22 de novembro de 2026"));
    // The line at the as-of day is not today's any more.
    assert!(stored.contains("23/11/26") && !stored.contains("\nhoje\n"));
    let contact = said(PageContext {
        contact: Some("Ana, mailto:ana@parceira.com.br"),
        ..usual
    });
    assert!(
        contact.contains("Fale com a gente: Ana,\nana@parceira.com.br"),
        "{contact}"
    );
}

/// The words of the page of `sample`.
fn said(sample: &Sample) -> String {
    words(&page_of(&sample.statement()))
}

#[test]
fn a_page_of_another_day_says_so_and_counts_its_age_from_it() {
    let statement = statement("dentro");
    let page_made = |made: &str| {
        let context = PageContext {
            made_at: SystemTime::from(morning(made)),
            ..context(Lang::PtBr)
        };
        page("Padaria", statement, &context)
    };
    let past = page_made("2027-06-01");
    assert!(words(&past).contains("Posição em 23 de novembro de 2026\nPadaria"));
    assert!(past.contains("data-since=\"2026-11-23T00:00:00Z\""));
    let today = page_made(AS_OF);
    assert!(!today.contains("Posição em"));
    let made = part(&today, "<time id=\"made\"", "Z\">")
        .split_once("Z\">")
        .unwrap()
        .0;
    let made = made.split_once("datetime=\"").unwrap().1;
    assert!(today.contains(&format!("data-since=\"{made}Z\"")), "{made}");
}

/// A page of a contract that has ended tells the surplus and the shortfall that the report tells.
#[test]
fn an_ended_contract_is_told_as_the_report_tells_it() {
    let mut open = Sample::new(380_000, 365, 365);
    open.cents[364] = 100;
    let statement = open.statement();
    let text = told(&page_of(&statement));
    let surplus = written(&statement.surplus.as_ref().unwrap().to_string());
    let balance = written(&statement.balance.as_ref().unwrap().to_string());
    assert_ne!(surplus, balance);
    assert!(
        text.contains(&format!("Devem ter sobrado R$ {surplus}, que se perderam.")),
        "{text}"
    );
    assert!(
        text.contains("Deve ter sobrado") && !text.contains(&balance),
        "{text}"
    );

    let beyond = said(&Sample {
        contract: Sample::new(200_000, 365, 365).contract,
        ..open
    });
    assert!(
        beyond.contains("O uso deve ter passado do crédito em R$ "),
        "{beyond}"
    );

    let free = said(&Sample::new(0, 365, 380));
    assert!(
        !free.contains("Crédito comprado") && !free.contains("poucos dias"),
        "{free}"
    );
    assert!(free.contains("O gasto foi de R$ "), "{free}");
}

/// The sentences about the forecast name the days and the assumptions that it has.
#[test]
fn a_forecast_is_told_by_its_basis() {
    let months = "dois meses";
    for (credit, elapsed) in [(300_000, 45), (600_000, 45), (20_000, 33), (40_000, 33)] {
        let text = said(&Sample::new(credit, 365, elapsed));
        assert!(!text.contains(months), "{credit} {elapsed}: {text}");
        assert!(
            text.contains("Se o uso continuar como até agora, "),
            "{text}"
        );
    }
    for credit in [390_000, 305_000, 600_000, 190_000] {
        let usual = Sample::new(credit, 365, 230);
        let text = said(&usual);
        assert!(
            text.contains("Se o uso continuar como nos últimos dois meses, "),
            "{text}"
        );
        let other = words(&page_of(&usual.statement_by(Method::MIDDLE)));
        let adjusted = said(&usual.adjusted("+5% desde 01/12/2026"));
        for text in [other, adjusted] {
            assert!(text.contains("Pela nossa previsão, "), "{text}");
            assert!(!text.contains("Se o uso continuar"), "{text}");
        }
    }
}

#[test]
fn a_page_without_forecast_forecasts_nothing() {
    for credit in [380_000, 8_000, 0] {
        let text = said(&Sample::new(credit, 365, 12));
        assert!(text.contains("por isso não fazemos nenhuma"), "{text}");
        for forecast in [
            "Deve ",
            "Devem",
            "deve ser",
            "devem ser",
            "Total esperado",
            "Média por dia",
            "Mais provável",
            "Se acabar antes",
            "dois meses",
        ] {
            assert!(!text.contains(forecast), "{credit}: {forecast}: {text}");
        }
    }
}

/// Nobody is told to buy credit that should be left.
#[test]
fn a_borderline_contract_has_its_own_steps() {
    let mut seen = [false; 2];
    for credit in (362_000..374_000).step_by(1_000) {
        let sample = Sample::new(credit, 365, 230);
        let statement = sample.statement();
        if statement.situation.word() != "no_limite" {
            continue;
        }
        let text = said(&sample);
        let chance = statement
            .band
            .as_ref()
            .and_then(|band| band.chance)
            .unwrap();
        let buys = statement.shortfall.unwrap().is_positive() || chance >= 50;
        seen[usize::from(buys)] = true;
        assert_eq!(text.contains("comprar"), buys, "{credit}: {text}");
        assert_eq!(
            text.contains("a sobra é pequena"),
            !buys,
            "{credit}: {text}"
        );
        assert!(!text.contains("Veja se o aumento"), "{text}");
    }
    assert_eq!(seen, [true; 2]);
}

#[test]
fn an_opening_balance_is_no_gap() {
    let text = words(&page_of(statement("saldo_anterior")));
    assert!(text.contains("só temos a soma do gasto"), "{text}");
    assert!(!text.contains("não sabemos o gasto do dia"), "{text}");
    let both = Sample::new(390_000, 365, 230).opening("61234.56", 60);
    let both = said(&Sample {
        unknown: vec![Days::new(both.day(100), both.day(104))],
        ..both
    });
    assert!(
        both.contains("só temos a soma") && both.contains("não sabemos o gasto do dia"),
        "{both}"
    );
}

/// A year of which no month is known has no sum.
#[test]
fn a_year_without_data_is_no_zero() {
    // From 10/12/2024; December is unknown.
    let sample = Sample::new(1_150_000, 1096, 713).without(0, 22);
    let text = said(&sample);
    assert!(text.contains("\n2024\nsem dados\n2025\nR$ "), "{text}");
    // Of a year that is known in part there is the sum of the known days.
    let known = said(&Sample::new(1_150_000, 1096, 720).without(7, 29));
    assert!(known.contains("\n2024\nR$ "), "{known}");
    assert!(known.contains("\nsem 22 dias\n2025\nR$ "), "{known}");
}

#[test]
fn credits_that_exceed_the_cost_fill_no_bar() {
    let page = page_of(&Sample::of(10_000, 365, vec![-1_000; 100]).statement());
    let bars = page
        .lines()
        .filter(|line| line.contains("<td class=\"b\"><svg"));
    let bars: Vec<&str> = bars.collect();
    assert!(bars.len() > 3, "{page}");
    for bar in bars {
        assert!(bar.contains("<rect width=\"0%\" height=\"12\"/>"), "{bar}");
    }
}

/// An address that is cut is another's.
#[test]
fn the_longest_contact_is_linked_whole() {
    let address = format!("https://parceira.example/{}", "a".repeat(70));
    let contact = format!("{} {address}", "x".repeat(199 - address.len()));
    let page = page(
        "Padaria",
        statement("dentro"),
        &PageContext {
            contact: Some(&contact),
            ..context(Lang::PtBr)
        },
    );
    assert_eq!(contact.len(), 200);
    assert!(page.contains(&format!("href=\"{address}\"")), "{page}");
}

/// A little beyond the credit is not the whole credit, and a little less is not either.
#[test]
fn a_share_is_not_rounded_to_the_whole() {
    let with = |cents: i64| Sample::of(10_000, 100, vec![cents; 50]);
    for (cents, share) in [
        (20_000, "100%"),
        (20_002, "mais de 100%"),
        (19_998, "mais de 99%"),
    ] {
        let text = said(&with(cents));
        assert!(
            text.contains(&format!("Crédito usado: {share}\n")),
            "{cents}: {text}"
        );
    }
}

/// Companies in every situation, as the program reports them.
pub fn served() -> &'static Portfolio {
    static SERVED_ONCE: OnceLock<Portfolio> = OnceLock::new();
    SERVED_ONCE.get_or_init(|| portfolio(&companies::folder(12, day(SERVED)).serve(), SERVED))
}

/// The pages of [`served`], with the clients' places.
pub fn served_pages() -> Vec<(usize, String)> {
    let clients = served().clients.iter().enumerate();
    let context = PageContext {
        made_at: SystemTime::from(morning(SERVED)),
        ..context(Lang::PtBr)
    };
    let pages = clients.filter_map(|(n, client)| {
        let statement = client.outcome.as_ref().ok()?;
        Some((n, page(&client.name, statement, &context)))
    });
    pages.collect()
}

/// `1.234,50`: an amount of the JSON as a page writes it.
pub fn written(text: &str) -> String {
    let cents = amount(text).rounded(2).times(100).abs().to_string();
    let cents = format!("{cents:0>3}");
    let (whole, fraction) = cents.split_at(cents.len() - 2);
    format!("{},{fraction}", grouped(whole))
}

/// Every amount below `value`, as a page writes it.
fn amounts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.parse::<f64>().is_ok() => {
            found.insert(written(text));
        }
        Value::Array(values) => values.iter().for_each(|value| amounts(value, found)),
        Value::Object(values) => values.values().for_each(|value| amounts(value, found)),
        _ => {}
    }
}

/// The exact amounts in `text`, which have two decimals.
fn exact(text: &str) -> BTreeSet<String> {
    let pieces = text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
    let is_exact = |piece: &&str| {
        let (whole, fraction) = piece.rsplit_once(',').unwrap_or_default();
        !whole.is_empty() && fraction.len() == 2
    };
    let pieces = pieces.map(|piece| piece.trim_end_matches(['.', ',']));
    pieces.filter(is_exact).map(str::to_owned).collect()
}

#[test]
fn each_figure_of_a_page_is_the_report_s() {
    let document: Value =
        serde_json::from_str(&report(served(), &["--format", "json"], PIPE)).unwrap();
    let pages = served_pages();
    assert!(pages.len() > 8);
    for (n, page) in pages {
        let client = &served().clients[n];
        let clients = document["clientes"].as_array().unwrap();
        let known = clients
            .iter()
            .find(|known| known["arquivo"] == client.file.as_str())
            .unwrap();
        let mut figures = BTreeSet::new();
        amounts(known, &mut figures);
        // The chart's table has the credit left at the end of each day, which is tested as the burn-down.
        let text = told(&page);
        let shown = exact(&text);
        let strange: Vec<&String> = shown.difference(&figures).collect();
        assert!(strange.is_empty(), "{}: {strange:?}", client.file);
        let situation = known["situacao"].as_str().unwrap();
        let keys: &[&str] = match situation {
            "sem_dados" | "historico_incompleto" => &[],
            "encerrado" => &["credito", "consumo"],
            "esgotado" => &["credito", "consumo", "saldo", "total_estimado", "debito"],
            "vai_esgotar" => &[
                "credito",
                "consumo",
                "saldo",
                "total_estimado",
                "debito",
                "ritmo_alvo",
                "ritmo_diario",
            ],
            "dentro" | "vai_sobrar" => &[
                "credito",
                "consumo",
                "saldo",
                "total_estimado",
                "sobra",
                "ritmo_alvo",
                "ritmo_diario",
            ],
            _ => &["credito"],
        };
        for key in keys {
            let figure = written(known[key].as_str().unwrap());
            assert!(shown.contains(&figure), "{}: {key} {figure}", client.file);
        }
        if let Some(day) = known["esgota_em"].as_str() {
            let [year, month, date] = day.split('-').collect::<Vec<_>>()[..] else {
                panic!()
            };
            assert!(text.contains(&format!("{date}/{month}/{year}")), "{day}");
        }
    }
    // The sample is no empty one.
    let has = |word: &str| {
        let clients = document["clientes"].as_array().unwrap();
        clients.iter().any(|client| client["situacao"] == word)
    };
    assert!(has("vai_esgotar") && has("vai_sobrar") && has("dentro"));
}

#[test]
fn a_page_is_small() {
    let (short, long) = ("Transportadora Rápido Sul do Paraná Ltda.", "ç".repeat(200));
    for (word, statement) in statements() {
        for name in [short, long.as_str()] {
            for lang in [Lang::PtBr, Lang::En] {
                let size = page(name, statement, &context(lang)).len();
                assert!(size <= LARGEST, "{word}: {size}");
            }
        }
    }
}

#[test]
fn a_manifest_has_what_a_browser_installs() {
    let manifest: Value = serde_json::from_slice(&page::manifest(Lang::PtBr)).unwrap();
    assert_eq!(manifest["start_url"], format!("./{}", page::PAGE));
    assert_eq!(manifest["display"], "standalone");
    // With an id all customers of a host would be one app.
    assert_eq!(manifest["id"], Value::Null);
    let icons = manifest["icons"].as_array().unwrap();
    assert_eq!(icons.len(), 2);
    for (name, bytes) in page::ICONS {
        assert!(
            bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.len() < 1500,
            "{name}"
        );
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!(name, format!("icon-{}.png", side(16)));
        assert_eq!(side(16), side(20));
        let listed = icons.iter().find(|icon| icon["src"] == name);
        assert_eq!(listed.is_some(), side(16) > 180);
        if let Some(icon) = listed {
            assert_eq!(icon["sizes"], format!("{0}x{0}", side(16)));
        }
    }
}

/// Nothing of the report's own rendering is needed: a page is made of one statement.
#[test]
fn a_page_is_the_same_for_the_same_statement() {
    let statement = statement("vai_esgotar");
    let made = || render::page::customer("Padaria", statement, &context(Lang::PtBr)).unwrap();
    assert_eq!(made(), made());
}
