//! Names that want to be something else than names.

use oci_consumo::internals::alert::{Digest, Event, News, Rule};
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::render::alert as render;
use oci_consumo::internals::report::statement::Situation;
use proptest::prelude::*;

use super::sample::{amount, digest, event, figures, figures_in, letter};

/// The characters that one part of a short message may hold.
fn is_basic(c: char) -> bool {
    c.is_ascii_alphanumeric() || " @$_!\"#%&'()*+,-./:;<=>?".contains(c)
}

fn digest_of(name: &str) -> Digest {
    let mut event = event(Rule::RunsOut, News::Opened, 3, Some(figures(name)));
    event.file = name.to_owned();
    Digest {
        events: vec![Event::Contract(Box::new(event)); 3],
        ..digest()
    }
}

proptest! {
    #[test]
    fn any_name_fits_a_short_message(name in any::<String>(), contact in proptest::option::of(any::<String>())) {
        let mut letter = letter(vec![event(Rule::RunsOut, News::Opened, 3, Some(figures(&name)))]);
        letter.contact = contact;
        for lang in [Lang::PtBr, Lang::En] {
            for text in [render::digest_sms(&digest_of(&name), lang), render::letter_sms(&letter, lang)] {
                prop_assert!(text.len() <= 160, "{}", text);
                prop_assert!(text.chars().all(is_basic), "{}", text);
                prop_assert!(!text.contains("://"));
            }
        }
    }

    #[test]
    fn any_name_is_text_in_a_mail(name in any::<String>()) {
        let letter = letter(vec![event(Rule::RunsOut, News::Opened, 3, Some(figures(&name)))]);
        for mail in [render::digest_mail(&digest_of(&name), Lang::PtBr), render::letter_mail(&letter, Lang::PtBr)] {
            let plain = |text: &str| !text.chars().any(|c| c.is_control() && c != '\n');
            prop_assert!(plain(&mail.text) && plain(&mail.html));
            prop_assert!(!mail.subject.chars().any(char::is_control));
            let tags = mail.html.matches('<').count();
            prop_assert_eq!(tags, mail.html.matches('>').count());
        }
    }
}

proptest! {
    #[test]
    fn any_name_is_a_parameter_of_a_template(name in any::<String>(), contact in any::<String>()) {
        let mut letter = letter(vec![event(Rule::RunsOut, News::Opened, 3, Some(figures(&name)))]);
        letter.contact = Some(contact);
        for lang in [Lang::PtBr, Lang::En] {
            for parameters in [render::digest_template(&digest_of(&name), lang), render::letter_template(&letter, lang)] {
                for parameter in &parameters {
                    prop_assert!(!parameter.is_empty() && parameter.chars().count() <= 200);
                    let refused = ["\n", "\t", "{", "}", "    "];
                    prop_assert!(!refused.iter().any(|refused| parameter.contains(refused)), "{}", parameter);
                }
                let whole: usize = parameters.iter().map(|parameter| parameter.chars().count()).sum();
                // The texts of the templates have fewer than 180 characters.
                prop_assert!(whole + 180 <= 1024);
            }
        }
    }
}

#[test]
fn a_name_is_no_markup() {
    for name in HOSTILE {
        let letter = letter(vec![event(
            Rule::RunsOut,
            News::Opened,
            3,
            Some(figures(name)),
        )]);
        for mail in [
            render::digest_mail(&digest_of(name), Lang::PtBr),
            render::letter_mail(&letter, Lang::PtBr),
        ] {
            assert!(
                !mail.html.contains("<script") && !mail.html.contains("<img"),
                "{name}"
            );
            assert!(!mail.text.contains('\r') && !mail.html.contains('\r'));
            assert!(!mail.text.contains('\u{202E}') && !mail.html.contains('\u{202E}'));
            assert!(!mail.text.contains("\nBcc:"), "{}", mail.text);
        }
    }
}

const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "a\r\nBcc: todos@example.com",
    "\u{202E}odnaro\u{2066}",
    "{{ page.subject }} {% raw %}",
    "\u{1b}[31mRubro\u{7}",
    "'; DROP TABLE alertas; --",
    "https://example.com/entrar",
];

/// Forty customers, whose messages hold nothing of another one.
#[test]
fn no_letter_holds_anything_of_another_customer() {
    let client = |n: usize| format!("{} nº {n:02}{n:02}", HOSTILE[n % HOSTILE.len()]);
    let events: Vec<_> = (0..40)
        .map(|n| {
            let mut figures = figures(&client(n));
            figures.credit = amount(&format!("7{n:02}{n:02}3"));
            figures.shortfall = Some(amount(&format!("3{n:02}{n:02}1.17")));
            let mut event = event(Rule::RunsOut, News::Opened, 3, Some(figures));
            event.contract.tenancy = format!("ocid1.tenancy.oc1..cliente{n:02}{n:02}");
            event.file = format!("config_{n:02}{n:02}");
            event
        })
        .collect();
    for (n, event) in events.iter().enumerate() {
        let letter = letter(vec![event.clone()]);
        let mail = render::letter_mail(&letter, Lang::PtBr);
        let whole = format!(
            "{} {} {} {}",
            mail.subject,
            mail.text,
            mail.html,
            render::letter_sms(&letter, Lang::PtBr)
        );
        assert!(whole.contains(&format!("nº {n:02}{n:02}")));
        for other in (0..40).filter(|other| *other != n) {
            let mark = format!("{other:02}{other:02}");
            let (credit, lack) = (format!("7{mark}3"), format!("3{mark}1"));
            let plain: String = whole.chars().filter(|c| *c != '.').collect();
            for theirs in [
                format!("nº {mark}"),
                format!("cliente{mark}"),
                format!("config_{mark}"),
                credit,
                lack,
            ] {
                assert!(!plain.contains(&theirs), "{n} holds {theirs}");
            }
        }
    }
}

#[test]
fn a_mail_about_three_hundred_clients_is_not_cut() {
    for name in [
        "Transportes Andorinha do Norte Ltda".to_owned(),
        "\"<&>'".repeat(200),
    ] {
        let mut digest = digest_of(&name);
        let situations = [Situation::RunsOut, Situation::LeftOver, Situation::Spent];
        digest.events = (0..300)
            .map(|n| {
                let rule = [Rule::RunsOut, Rule::LeftOver, Rule::RunsOut][n % 3];
                let mut event = event(rule, News::Opened, 3, Some(figures_in(situations[n % 3])));
                event.client.clone_from(&name);
                event.file.clone_from(&name);
                Event::Contract(Box::new(event))
            })
            .collect();
        digest.open = vec![digest.open[0].clone(); 300];
        digest
            .open
            .iter_mut()
            .for_each(|open| open.client.clone_from(&name));
        digest.without_figures = vec![(name.clone(), name.clone()); 300];
        digest.undelivered = vec![digest.undelivered[0].clone(); 300];
        let mail = render::digest_mail(&digest, Lang::PtBr);
        assert!(mail.html.len() < 100_000, "{}", mail.html.len());
        assert!(mail.html.contains("e mais 270"), "{}", mail.text);
        assert!(mail.text.contains("e mais 270"));
    }
}
