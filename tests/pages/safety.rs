//! Nothing but the page's own style and script acts in a page, nothing is fetched, and nobody else is in it.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::render::page::PageContext;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::picture::{context, page, page_of, served, served_pages, written};
use super::sample::{amount, statement, statements};
use super::tags::{Parsed, parse};

/// Names that want to be something else than names.
pub const HOSTILE: [&str; 10] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' style='color:red' onload='x",
    "</title></style></script><h1>x",
    "&lt;b&gt; &amp;amp; &#60;",
    "{{ page.head }} {% raw %}",
    "R$ 1.234,56 $ € --> <!-- ]]>",
    "\u{202E}odíbe\u{200B}\u{0}\u{1b}[31m",
    "https://exemplo.com.br/?a=1&b=2",
    "名前 شركة Ελλάς 👩‍👩‍👧",
];

fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// Checks everything that must hold of any page.
pub fn assert_safe(page: &str) -> Parsed {
    let parsed = parse(page);
    let policy = parsed
        .tags
        .iter()
        .find(|tag| tag.get("http-equiv").is_some())
        .unwrap();
    let policy = policy.get("content").unwrap();
    let directives: Vec<&str> = policy.split("; ").collect();
    let (style, script) = (hash(&parsed.style), hash(&parsed.script));
    assert_eq!(
        directives,
        [
            "default-src 'none'",
            &format!("style-src {style}"),
            &format!("script-src {script}"),
            "img-src 'self' data:",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    );
    // The policy holds for what comes after it.
    let names: Vec<&str> = parsed.tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names[..4], ["html", "head", "meta", "meta"]);
    assert_eq!(parsed.tags[2].get("charset"), Some("utf-8"));

    let mut ids = HashSet::new();
    for id in parsed.tags.iter().filter_map(|tag| tag.get("id")) {
        assert!(ids.insert(id), "twice: {id}");
    }
    for tag in &parsed.tags {
        for (name, value) in &tag.attributes {
            assert!(
                name != "style" && !name.starts_with("on") && name != "srcdoc",
                "{tag:?}"
            );
            assert!(
                name != "src" && name != "action" && !name.contains(':'),
                "{tag:?}"
            );
            if name.starts_with("aria-labelledby") || name == "aria-describedby" {
                assert!(value.split(' ').all(|id| ids.contains(id)), "{tag:?}");
            }
            if let Some(id) = value.strip_prefix("url(#") {
                assert!(ids.contains(id.trim_end_matches(')')), "{tag:?}");
            }
            if name == "href" {
                let local = value.strip_prefix('#').is_some_and(|id| ids.contains(id));
                let beside = ["data:,", "icon-180.png"].contains(&value.as_str());
                let linked = ["https://", "mailto:", "tel:"];
                let linked = linked.iter().any(|scheme| value.starts_with(scheme));
                assert!(local || beside || (linked && tag.name == "a"), "{tag:?}");
            }
            if name == "d" {
                let drawn = |b: u8| b.is_ascii_digit() || b"Mlhvz -".contains(&b);
                assert!(value.bytes().all(drawn), "{value}");
            }
        }
        assert!(
            !["iframe", "object", "embed", "base", "form", "img", "use"]
                .contains(&tag.name.as_str())
        );
    }
    let headings = names.iter().filter(|name| **name == "h1").count();
    assert_eq!(headings, 1);
    assert!(!page.chars().any(|c| c.is_control() && c != '\n'));
    parsed
}

/// Checks the bytes of a page of a harmless name.
fn assert_nothing_outside(page: &str) {
    assert!(!page.contains("://") && !page.contains("style="));
    let handlers = page.match_indices(" on").filter(|(at, _)| {
        let word = page[at + 3..].trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        word.starts_with('=')
    });
    assert_eq!(handlers.count(), 0);
}

#[test]
fn pages_are_safe_in_every_situation() {
    for (_, statement) in statements() {
        for lang in [Lang::PtBr, Lang::En] {
            let page = page("Padaria Pão Quente", statement, &context(lang));
            assert_safe(&page);
            assert_nothing_outside(&page);
        }
    }
}

/// The names of a page's tags.
fn shape(page: &str) -> Vec<String> {
    let tags = assert_safe(page).tags.into_iter();
    tags.map(|tag| tag.name).collect()
}

#[test]
fn hostile_names_are_text() {
    let statement = statement("vai_esgotar");
    let usual = shape(&page("Padaria", statement, &context(Lang::PtBr)));
    for name in HOSTILE {
        for name in [name.to_owned(), name.repeat(40)] {
            let hostile = PageContext {
                endpoint: Some(&name),
                ..context(Lang::PtBr)
            };
            let made = shape(&page(&name, statement, &hostile));
            // The mark of the other address is one tag more.
            let mut without = made.clone();
            without.remove(made.iter().position(|tag| tag == "header").unwrap() + 1);
            assert_eq!(without, usual, "{name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_name_and_any_contact_are_text(name in any::<String>(), contact in any::<String>()) {
        let statement = statement("sem_dados");
        let context = PageContext { contact: Some(&contact), ..context(Lang::En) };
        assert_safe(&page(&name, statement, &context));
    }
}

#[test]
fn no_page_holds_anything_of_another_customer() {
    let pages = served_pages();
    for (n, page) in &pages {
        let own = &served().clients[*n];
        for secret in [
            "ocid1",
            "config_",
            ".pem",
            "fingerprint",
            "opc-request-id",
            "127.0.0.1",
        ] {
            assert!(!page.contains(secret), "{}: {secret}", own.file);
        }
        if let Ok(statement) = &own.outcome {
            for warning in &statement.warnings {
                assert!(!page.contains(warning.code()), "{}", own.file);
            }
        }
        for other in served()
            .clients
            .iter()
            .filter(|other| other.file != own.file)
        {
            let escaped = other.name.replace('&', "&#38;");
            assert!(!page.contains(&escaped), "{} in {}", other.name, own.file);
            let tenancy = other.tenancy.as_deref().unwrap_or("ocid1");
            assert!(!page.contains(tenancy), "{}", own.file);
            let Ok(statement) = &other.outcome else {
                continue;
            };
            let amounts = [
                &statement.balance,
                &statement.consumption,
                &statement.projected,
            ];
            for amount in amounts
                .into_iter()
                .flatten()
                .filter(|amount| !amount.is_zero())
            {
                // Small amounts may be alike.
                if amount.abs() > self::amount("1000") {
                    let shown = written(&amount.to_string());
                    assert!(
                        !page.contains(&shown),
                        "{shown} of {} in {}",
                        other.file,
                        own.file
                    );
                }
            }
        }
    }
}

#[test]
fn only_style_and_script_are_written_as_they_are() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render/page/templates");
    let texts = fs::read_dir(folder)
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let text: String = texts.collect();
    let unescaped: Vec<&str> = text
        .match_indices("|safe")
        .map(|(at, _)| &text[at - 30..at])
        .collect();
    assert_eq!(unescaped.len(), 2, "{unescaped:?}");
    assert!(unescaped[0].ends_with("page.head.style.text"));
    assert!(unescaped[1].ends_with("page.head.script.text"));
    assert!(!text.contains("| safe") && !text.contains("escape"));
}

/// The variables that the rule after `selector` sets.
fn variables(style: &str, selector: &str) -> BTreeMap<String, [f64; 3]> {
    let start = style.find(selector).unwrap() + selector.len();
    let rule = style[start..].split_once('}').unwrap().0;
    let colors = rule.split(';').filter_map(|line| {
        let (name, color) = line.split_once(":#")?;
        let digit = |at: usize| match color.len() {
            3 => color[at..=at].repeat(2),
            _ => color[at * 2..at * 2 + 2].to_owned(),
        };
        let part = |at| f64::from(u8::from_str_radix(&digit(at), 16).unwrap()) / 255.0;
        Some((
            name.trim_start_matches("--").to_owned(),
            [part(0), part(1), part(2)],
        ))
    });
    colors.collect()
}

/// Contrast by WCAG 2.2.
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let luminance = |color: [f64; 3]| {
        let linear = color.map(|part| match part {
            part if part <= 0.04045 => part / 12.92,
            part => ((part + 0.055) / 1.055).powf(2.4),
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    if a > b { a / b } else { b / a }
}

#[test]
fn colours_can_be_told_apart() {
    let page = page_of(statement("dentro"));
    let style = parse(&page).style;
    let light = variables(&style, ":root{color-scheme:light dark;");
    let dark = variables(&style, "(prefers-color-scheme:dark){:root{");
    let print = variables(&style, ":root{color-scheme:light;");
    assert_eq!(print, light);
    assert_eq!(
        dark.keys().collect::<Vec<_>>(),
        light.keys().collect::<Vec<_>>()
    );
    for colors in [light, dark] {
        for text in [
            "ink", "mute", "good", "bad", "warn", "info", "spent", "forecast",
        ] {
            for ground in ["page", "card"] {
                let contrast = contrast(colors[text], colors[ground]);
                assert!(contrast >= 4.5, "{text} on {ground}: {contrast}");
            }
        }
        let contrast = contrast(colors["bar"], colors["page"]);
        assert!(contrast >= 3.0, "{contrast}");
    }
}
