//! The texts, looked at by eye as snapshots, and their limits.

use oci_consumo::internals::alert::{News, Rule};
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::render::alert as render;
use oci_consumo::internals::report::statement::Situation;

use super::sample::{digest, event, figures_in, letter};

#[test]
fn operator_s_mail() {
    for (name, lang) in [("pt", Lang::PtBr), ("en", Lang::En)] {
        let mail = render::digest_mail(&digest(), lang);
        let text = format!("{}\n\n{}", mail.subject, mail.text);
        insta::assert_snapshot!(format!("digest_{name}"), text);
    }
    insta::assert_snapshot!(
        "digest_html",
        render::digest_mail(&digest(), Lang::PtBr).html
    );
}

/// The news that a customer may hear of, by the situation of its figures.
fn letters() -> Vec<(&'static str, oci_consumo::internals::alert::Letter)> {
    let one = |rule, news, level, situation| {
        letter(vec![event(rule, news, level, Some(figures_in(situation)))])
    };
    vec![
        (
            "vai_esgotar",
            one(Rule::RunsOut, News::Opened, 2, Situation::RunsOut),
        ),
        (
            "piorou",
            one(Rule::RunsOut, News::Worse, 3, Situation::RunsOut),
        ),
        (
            "esgotado",
            one(Rule::RunsOut, News::Worse, 4, Situation::Spent),
        ),
        (
            "no_limite",
            one(Rule::RunsOut, News::Opened, 1, Situation::Borderline),
        ),
        (
            "vai_sobrar",
            one(Rule::LeftOver, News::Opened, 1, Situation::LeftOver),
        ),
        (
            "melhorou",
            one(Rule::RunsOut, News::Well, 2, Situation::Within),
        ),
        (
            "sobra_melhorou",
            one(Rule::LeftOver, News::Well, 2, Situation::Within),
        ),
        (
            "contrato",
            one(Rule::Term, News::Opened, 1, Situation::Within),
        ),
        (
            "encerrado",
            one(Rule::RunsOut, News::Baseline, 1, Situation::Ended),
        ),
        (
            "dentro",
            one(Rule::RunsOut, News::Baseline, 1, Situation::Within),
        ),
        (
            "sem_previsao",
            one(Rule::RunsOut, News::Baseline, 1, Situation::NoForecast),
        ),
        (
            "sem_dados",
            one(Rule::RunsOut, News::Baseline, 1, Situation::NoData),
        ),
        (
            "nao_iniciado",
            one(Rule::RunsOut, News::Baseline, 1, Situation::NotStarted),
        ),
        (
            "sem_credito",
            one(Rule::RunsOut, News::Baseline, 1, Situation::NoCredit),
        ),
        (
            "sem_numeros",
            letter(vec![event(Rule::RunsOut, News::Opened, 1, None)]),
        ),
        (
            "duas",
            letter(vec![
                event(
                    Rule::LeftOver,
                    News::Well,
                    1,
                    Some(figures_in(Situation::LeftOver)),
                ),
                event(
                    Rule::RunsOut,
                    News::Opened,
                    1,
                    Some(figures_in(Situation::RunsOut)),
                ),
            ]),
        ),
    ]
}

#[test]
fn customer_s_mail() {
    let mut all = String::new();
    for (name, letter) in letters() {
        let mail = render::letter_mail(&letter, Lang::PtBr);
        all += &format!("##### {name}: {}\n\n{}\n", mail.subject, mail.text);
    }
    insta::assert_snapshot!("letters_pt", all);
    let mut all = String::new();
    for (_, letter) in letters()
        .into_iter()
        .filter(|(name, _)| ["vai_esgotar", "melhorou"].contains(name))
    {
        let mail = render::letter_mail(&letter, Lang::En);
        all += &format!("##### {}\n\n{}\n", mail.subject, mail.text);
    }
    insta::assert_snapshot!("letters_en", all);
    insta::assert_snapshot!(
        "letter_html",
        render::letter_mail(&letters()[0].1, Lang::PtBr).html
    );
}

#[test]
fn short_messages() {
    let mut lines = Vec::new();
    for lang in [Lang::PtBr, Lang::En] {
        lines.push(render::digest_sms(&digest(), lang));
        for (_, letter) in letters() {
            lines.push(render::letter_sms(&letter, lang));
        }
    }
    insta::assert_snapshot!("short_messages", lines.join("\n"));
}

#[test]
fn subjects_are_short_and_tests_are_marked() {
    for lang in [Lang::PtBr, Lang::En] {
        for (name, letter) in letters() {
            let subject = render::letter_mail(&letter, lang).subject;
            assert!(
                subject.chars().count() <= 60 && !subject.contains('…'),
                "{name}: {subject}"
            );
        }
        let mut digest = digest();
        assert!(
            render::digest_mail(&digest, lang)
                .subject
                .starts_with("[OCI] ")
        );
        digest.is_test = true;
        let mail = render::digest_mail(&digest, lang);
        assert!(mail.subject.chars().count() <= 60);
        let mark = match lang {
            Lang::PtBr => "TESTE:",
            Lang::En => "TEST:",
        };
        for part in [
            &mail.subject,
            &mail.text,
            &mail.html,
            &render::digest_sms(&digest, lang),
        ] {
            assert!(part.contains(mark), "{part}");
        }
    }
}

/// The texts of an HTML document, without its head.
fn texts(html: &str) -> Vec<String> {
    let (_, body) = html.split_once("<body").unwrap();
    let texts = body
        .split('<')
        .filter_map(|part| Some(part.split_once('>')?.1));
    let plain = |text: &str| {
        let text = text
            .replace("&nbsp;", " ")
            .replace("&#60;", "<")
            .replace("&#62;", ">");
        text.replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#38;", "&")
            .trim()
            .to_lowercase()
    };
    texts.map(plain).filter(|text| !text.is_empty()).collect()
}

#[test]
fn the_text_says_all_that_the_html_says() {
    let mut mails = vec![render::digest_mail(&digest(), Lang::PtBr)];
    mails.extend(
        letters()
            .iter()
            .map(|(_, letter)| render::letter_mail(letter, Lang::PtBr)),
    );
    for mail in mails {
        let texts = texts(&mail.html);
        assert!(texts.len() > 3, "{texts:?}");
        let said = mail.text.to_lowercase();
        for text in texts {
            assert!(said.contains(&text), "{text}\n{}", mail.text);
        }
    }
}

/// Mail programs leave out pictures, scripts, and what they would have to fetch.
#[test]
fn html_needs_nothing_else() {
    for html in [
        render::digest_mail(&digest(), Lang::PtBr).html,
        render::letter_mail(&letters()[0].1, Lang::En).html,
    ] {
        for word in [
            "<img",
            "<svg",
            "<script",
            "<link",
            "http",
            "url(",
            "position:",
            "flex",
        ] {
            assert!(!html.contains(word), "{word}");
        }
        for (n, table) in html.split("<table").skip(1).enumerate() {
            let table = table.split('>').next().unwrap();
            let is_layout = table.contains("role=\"presentation\"");
            assert!(is_layout || !table.contains("600"), "{n}: {table}");
        }
        assert!(html.contains("<meta name=\"color-scheme\" content=\"light dark\">"));
    }
}
