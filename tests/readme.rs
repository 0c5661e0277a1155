//! The documents: README.md, its Portuguese sister, and the manual in both languages. They say what is
//! so, in the same parts, and no longer than people read.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use oci_consumo::app::{self, Outcome};
use oci_consumo::cli::Cli;
use oci_consumo::internals::check::{Fact, Step, StepState};
use oci_consumo::internals::demo::Demo;
use oci_consumo::internals::failure;
use oci_consumo::internals::forecast::Method;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::manual::Topic;
use oci_consumo::internals::profile::{config, defaults};
use oci_consumo::internals::render::manual::{self, CodeGroup, ENTRIES, OPTIONS};
use oci_consumo::internals::report::backtest::Verdict;
use oci_consumo::internals::report::figures::FIGURES;
use oci_consumo::internals::report::statement::Situation;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::common::{command, day, program, ran, repository_file};

const LANGS: [Lang; 2] = [Lang::En, Lang::PtBr];

/// The readmes, English first.
const README: [&str; 2] = ["README.md", ".github/LEIAME.md"];
/// The pages that are in English alone: for developers, and what changed.
const ENGLISH: [&str; 2] = [".github/CONTRIBUTING.md", ".github/RELEASES.md"];

/// Most bytes of a readme.
const README_BYTES: usize = 12_000;
/// Most bytes of the written text of a page of the manual.
const PAGE_BYTES: usize = 9_000;

/// What stands in a picture for lines left out.
const GAP: &str = "[…]";

/// The demo's folder and address in a picture, wherever they are in truth.
const DEMO_FOLDER: &str = "./clientes-demo";
const DEMO_ENDPOINT: &str = "http://127.0.0.1:8080/";

/// Variables of the environment that are not an option's.
const VARIABLES: [&str; 17] = [
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NO_COLOR",
    "PGPASSWORD",
    "OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING",
    "OCI_METADATA_BASE_URL",
    "OCI_RESOURCE_PRINCIPAL_VERSION",
    "OCI_RESOURCE_PRINCIPAL_RPST",
    "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM",
    "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE",
    "OCI_CONSUMO_LANG",
    "OCI_CONSUMO_STORE",
    "OCI_CONSUMO_ENDPOINT",
    "TERM",
];

/// A fenced block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    /// What stands after the fence.
    info: String,
    lines: Vec<String>,
}

/// The file of a page, English first.
fn file(topic: Topic, lang: Lang) -> String {
    let folder = match lang {
        Lang::PtBr => "pt",
        Lang::En => "en",
    };
    format!("src/manual/{folder}/{}.md", topic.word())
}

/// Every document in both languages: readme, then each topic.
fn pairs() -> Vec<[String; 2]> {
    let mut pairs = vec![README.map(str::to_owned)];
    pairs.extend(
        Topic::ALL
            .iter()
            .map(|topic| LANGS.map(|lang| file(*topic, lang))),
    );
    pairs
}

/// Every document.
fn documents() -> Vec<String> {
    let mut documents = pairs().concat();
    documents.extend(ENGLISH.map(str::to_owned));
    documents
}

/// The complete page.
fn page(lang: Lang, topic: Topic) -> &'static str {
    static PAGES: LazyLock<Vec<(Lang, Topic, String)>> = LazyLock::new(|| {
        let options = app::options();
        let page = |lang, topic| manual::page(lang, topic, &options).unwrap();
        let mut found = Vec::new();
        for lang in LANGS {
            found.extend(
                Topic::ALL
                    .iter()
                    .map(|topic| (lang, *topic, page(lang, *topic))),
            );
        }
        found
    });
    let mut pages = PAGES.iter();
    let found = pages.find(|(of, about, _)| (*of, *about) == (lang, topic));
    &found.unwrap().2
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(info), None) => {
                open = Some(Block {
                    info: info.to_owned(),
                    lines: Vec::new(),
                });
            }
            (Some(info), Some(block)) => {
                assert_eq!(info, "", "a fence in a block: {block:?}");
                blocks.push(block);
            }
            (None, Some(mut block)) => {
                block.lines.push(line.to_owned());
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert_eq!(open, None, "a block without an end");
    blocks
}

/// The text without its blocks of code.
fn prose(text: &str) -> String {
    let mut inside = false;
    let outside = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    outside.collect::<Vec<_>>().join("\n")
}

/// The arguments of each `oci-consumo …` and `cargo run … -- …` in the blocks of commands.
fn commands(text: &str) -> Vec<Vec<String>> {
    let is_program = |word: &str| word == "oci-consumo" || word.ends_with("/oci-consumo");
    let mut commands = Vec::new();
    for block in blocks(text) {
        for line in &block.lines {
            let line = match block.info.as_str() {
                "sh" | "crontab" => line.as_str(),
                "console" => match line.strip_prefix("$ ") {
                    Some(line) => line,
                    None => continue,
                },
                _ => continue,
            };
            let words = words(line);
            let start = if words.starts_with(&["cargo".to_owned(), "run".to_owned()]) {
                words.iter().position(|word| word == "--")
            } else {
                words.iter().position(|word| is_program(word))
            };
            if let Some(start) = start {
                commands.push(words[start + 1..].to_vec());
            }
        }
    }
    commands
}

/// The words of a command line up to the first pipe or redirection, without quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in line.chars().chain([' ']) {
        match quote {
            Some(mark) if c == mark => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c.is_whitespace() => {
                if word.starts_with(['|', '>', '#']) || word == "2>&1" || word == "||" {
                    break;
                }
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(c),
        }
    }
    words
}

/// The words of code in the first cell of each row of a page's tables.
fn first_cells(text: &str) -> Vec<&str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = rows.filter_map(|row| row.split(" | ").next());
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect()
}

/// The first cells of each page's tables.
static CELLS: LazyLock<Vec<(Lang, Topic, BTreeSet<&str>)>> = LazyLock::new(|| {
    let cells = |lang, topic| first_cells(page(lang, topic)).into_iter().collect();
    let mut found = Vec::new();
    for lang in LANGS {
        found.extend(
            Topic::ALL
                .iter()
                .map(|topic| (lang, *topic, cells(lang, *topic))),
        );
    }
    found
});

/// Asserts that a table of `topic` has a row for `word` in each language, and no other topic's has one.
#[track_caller]
fn only_in(topic: Topic, word: &str) {
    for lang in LANGS {
        let pages = CELLS
            .iter()
            .filter(|(of, _, cells)| *of == lang && cells.contains(word));
        let topics: Vec<Topic> = pages.map(|(_, topic, _)| *topic).collect();
        assert_eq!(topics, [topic], "{word}, {lang:?}");
    }
}

#[test]
fn no_document_is_longer_than_people_read() {
    for file in README {
        let length = repository_file(file).len();
        assert!(length <= README_BYTES, "{file}: {length} bytes");
    }
    for topic in Topic::ALL {
        for lang in LANGS {
            let written = prose(topic.page(lang)).len();
            assert!(
                written <= PAGE_BYTES,
                "{}: {written} bytes",
                file(*topic, lang)
            );
        }
    }
}

#[test]
fn both_languages_have_the_same_parts() {
    // Headings by level, generated tables, rows of code, and blocks of code without comments.
    let shape = |file: &String| -> Vec<String> {
        let text = repository_file(file);
        let prose = prose(&text);
        let marks = prose.lines().filter_map(|line| {
            if line.starts_with('#') {
                line.split(' ').next().map(str::to_owned)
            } else if line.starts_with("{{") {
                Some(line.to_owned())
            } else if line.starts_with("| ") {
                Some(format!("| {}", first_cells(line).join(" ")))
            } else {
                None
            }
        });
        let blocks = blocks(&text);
        let code = blocks.iter().flat_map(|block| {
            let shown = block.info == "console";
            let lines = block.lines.iter().take(if shown { 1 } else { usize::MAX });
            let lines = lines.filter(|line| !line.starts_with('#'));
            let lines = lines.filter(|_| block.info != "text");
            let info = block.info.clone();
            lines.map(move |line| format!("{info}: {}", line.replace(" --lang en", "")))
        });
        marks.chain(code).collect()
    };
    for [english, portuguese] in pairs() {
        let [one, other] = [shape(&english), shape(&portuguese)];
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(one, other, "{english}");
        }
        assert_eq!(one.len(), other.len(), "{english}");
    }
}

#[test]
fn each_readme_links_to_the_other_at_its_top() {
    let top = |file: &str| {
        repository_file(file)
            .lines()
            .take(5)
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(top(README[0]).contains("(.github/LEIAME.md)"));
    assert!(top(README[1]).contains("(../README.md)"));
}

#[test]
fn every_link_leads_somewhere() {
    for file in documents() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        let folder = root.parent().unwrap();
        for link in prose(&repository_file(&file)).split("](").skip(1) {
            let target = link.split(')').next().unwrap_or_default();
            assert!(folder.join(target).exists(), "{file}: {target}");
        }
    }
}

#[test]
fn every_topic_is_linked_from_both_readmes() {
    for (readme, lang) in README.into_iter().zip(LANGS) {
        let text = repository_file(readme);
        for topic in Topic::ALL {
            let page = file(*topic, lang);
            assert!(text.contains(&page), "{readme}: {page}");
        }
    }
}

#[test]
fn no_document_names_a_place_of_ours() {
    for file in documents() {
        let text = repository_file(&file).to_lowercase();
        for word in ["helper", "/tmp/", "/work/", "/root/", "agent ", "issue 1"] {
            assert!(!text.contains(word), "{file}: {word}");
        }
    }
}

#[test]
fn every_command_parses() {
    let mut count = 0;
    for file in documents() {
        for arguments in commands(&repository_file(&file)) {
            count += 1;
            let line = std::iter::once("oci-consumo").chain(arguments.iter().map(String::as_str));
            if let Err(error) = Cli::of_words(line.map(Into::into).collect()) {
                use clap::error::ErrorKind::{DisplayHelp, DisplayVersion};
                assert!(
                    matches!(error.kind(), DisplayHelp | DisplayVersion),
                    "{file}: {arguments:?}: {error}"
                );
            }
        }
    }
    assert!(count > 60, "{count}");
}

/// Only the run time and the demo's address differ. `INSTA_UPDATE=always` writes the pictures anew.
#[test]
fn every_picture_is_what_the_program_prints() {
    let runtime = Runtime::new().unwrap();
    let demo = Demo::start(Lang::PtBr, day("2026-11-23"), 1, true, None);
    let demo = runtime.block_on(demo).unwrap();
    let (folder, endpoint) = (demo.folder().to_str().unwrap(), demo.endpoint().to_string());
    let mut seen = BTreeSet::new();
    for file in documents() {
        for picture in blocks(&repository_file(&file)) {
            if picture.info != "console" {
                continue;
            }
            let (command, expected) = picture.lines.split_first().unwrap();
            let arguments = words(command.strip_prefix("$ oci-consumo").unwrap());
            let arguments: Vec<&str> = arguments
                .iter()
                .map(|argument| match argument.as_str() {
                    DEMO_FOLDER => folder,
                    DEMO_ENDPOINT => &endpoint,
                    argument => argument,
                })
                .collect();
            seen.insert(arguments.first().copied().unwrap_or_default().to_owned());
            // The check says that the permissions of files are others there.
            if arguments.first() == Some(&"check") && !cfg!(unix) {
                continue;
            }
            let printed = program(&arguments).stdout;
            let printed = printed
                .replace(folder, DEMO_FOLDER)
                .replace(&endpoint, DEMO_ENDPOINT);
            let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
            let Some(shown) = shown(expected, &printed) else {
                panic!(
                    "{file}: {command} no longer prints the lines beside {GAP} of\n{}\nbut\n{}",
                    expected.join("\n"),
                    printed.join("\n")
                )
            };
            let in_any_run = |lines: &[&str]| -> Vec<String> {
                lines.iter().map(|line| as_in_any_run(line)).collect()
            };
            let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
            if in_any_run(&shown) == in_any_run(&expected) {
                continue;
            }
            let (old, new) = (expected.join("\n"), shown.join("\n"));
            assert!(
                env::var("INSTA_UPDATE").is_ok_and(|update| update == "always"),
                "{file}: {command} prints, see INSTA_UPDATE=always,\n{new}\nin place of\n{old}"
            );
            let text = repository_file(&file).replacen(
                &format!("{command}\n{old}\n```"),
                &format!("{command}\n{new}\n```"),
                1,
            );
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file), text).unwrap();
        }
    }
    for command in ["demo", "check", "backtest", "manual"] {
        assert!(seen.contains(command), "{seen:?}");
    }
}

/// What a picture of `printed` shows if it leaves out the same as `expected`: the lines between those
/// on either side of each gap. `None` if one of them is not printed.
fn shown<'a>(expected: &[String], printed: &[&'a str]) -> Option<Vec<&'a str>> {
    let position = |line: &str, from: usize| {
        let wanted = as_in_any_run(line);
        let found = printed[from..]
            .iter()
            .position(|line| as_in_any_run(line) == wanted);
        found.map(|found| from + found)
    };
    let mut shown = Vec::new();
    let mut at = 0;
    let mut parts = expected.split(|line| line == GAP).peekable();
    while let Some(part) = parts.next() {
        if !shown.is_empty() {
            shown.push(GAP);
            let first = part.iter().find(|line| !line.is_empty())?;
            let blank = usize::from(part[0].is_empty());
            at = position(first, at)?.checked_sub(blank)?;
        }
        let end = match parts.peek() {
            None => printed.len(),
            Some(_) => {
                let last = part.iter().rfind(|line| !line.is_empty())?;
                let blank = usize::from(part[part.len() - 1].is_empty());
                position(last, at)? + 1 + blank
            }
        };
        shown.extend(&printed[at..end]);
        at = end;
    }
    Some(shown)
}

/// The line as it is in any run: without the run time, and without blanks at its end, which editors
/// take away.
fn as_in_any_run(line: &str) -> String {
    let said = ["executado em", "run on"]
        .into_iter()
        .find(|said| line.contains(said));
    let line = said
        .and_then(|said| line.split(said).next())
        .unwrap_or(line);
    line.trim_end().to_owned()
}

/// A placeholder that nothing replaces stands in the page; a page that needs its options has them once.
#[test]
fn every_placeholder_is_replaced() {
    for topic in Topic::ALL {
        for lang in LANGS {
            let page = page(lang, *topic);
            assert!(!page.contains("{{"), "{topic:?}, {lang:?}: {page}");
        }
    }
}

#[test]
fn every_option_is_in_one_topic() {
    let options = app::options();
    assert!(options.len() > 25, "{options:?}");
    let known: BTreeSet<String> = options.iter().map(|option| option.id()).collect();
    let listed: BTreeSet<String> = OPTIONS.iter().map(|(id, _, _)| (*id).to_owned()).collect();
    assert_eq!(OPTIONS.len(), listed.len(), "an option stands twice");
    assert_eq!(known, listed);
    for (id, portuguese, topic) in OPTIONS {
        let placeholders = topic.page(Lang::En).matches("{{options}}").count();
        assert_eq!(placeholders, 1, "{topic:?}");
        let name = id.split(' ').next_back().unwrap();
        if !known.contains(*id) {
            continue;
        }
        let page = page(Lang::PtBr, *topic);
        let text = portuguese.split(" [").next().unwrap();
        assert!(page.contains(text), "{id}");
        assert!(page.contains(name), "{id}");
    }
}

#[test]
fn every_code_is_explained_once() {
    let of = |group: CodeGroup| -> BTreeSet<&str> {
        let groups = ENTRIES.iter().filter(|(of, _)| *of == group);
        let entries = groups.flat_map(|(_, entries)| entries.iter());
        let codes: Vec<&str> = entries.map(|entry| entry.code).collect();
        let unique: BTreeSet<&str> = codes.iter().copied().collect();
        assert_eq!(unique.len(), codes.len(), "{group:?}");
        unique
    };
    let groups = [
        CodeGroup::Failure,
        CodeGroup::Notice,
        CodeGroup::Warning,
        CodeGroup::Alerts,
        CodeGroup::Delivery,
    ];
    let told: BTreeSet<&str> = groups.into_iter().flat_map(of).collect();
    let codes: BTreeSet<&str> = failure::CODES.concat().into_iter().collect();
    assert_eq!(told, codes);
    assert_eq!(
        of(CodeGroup::Finding),
        Fact::CODES.iter().copied().collect()
    );
    assert_eq!(
        of(CodeGroup::Conclusion),
        Verdict::CODES.iter().copied().collect()
    );
    let situations = Situation::BY_SEVERITY.map(Situation::word);
    assert_eq!(of(CodeGroup::Situation), situations.into_iter().collect());
    for code in codes {
        only_in(Topic::Codes, code);
    }
    for word in situations {
        only_in(Topic::Codes, word);
    }
    for word in Verdict::CODES {
        only_in(Topic::Forecast, word);
    }
}

#[test]
fn every_exit_status_is_in_the_topic_of_codes() {
    for outcome in Outcome::ALL {
        only_in(Topic::Codes, &outcome.status().to_string());
    }
}

#[test]
fn every_config_key_and_default_is_in_the_topic_of_the_folder() {
    let keys: BTreeSet<&str> = config::keys().collect();
    assert!(keys.len() >= 14, "{keys:?}");
    let defaults = defaults::DefaultKey::ALL.map(defaults::DefaultKey::word);
    for key in keys.into_iter().chain(defaults) {
        only_in(Topic::Folder, key);
    }
}

#[test]
fn every_variable_is_in_the_topic_of_the_network() {
    let options = app::options();
    let variables = options
        .iter()
        .filter_map(|option| option.variable.as_deref());
    for variable in VARIABLES.into_iter().chain(variables) {
        only_in(Topic::Network, variable);
    }
}

#[test]
fn every_method_is_in_the_topic_of_the_forecast() {
    for method in Method::ALL {
        only_in(Topic::Forecast, method.word());
    }
}

#[test]
fn every_step_and_result_of_a_check_is_in_its_topic() {
    for lang in LANGS {
        let page = page(lang, Topic::Check);
        let words = Step::ALL.map(Step::word);
        for word in words.into_iter().chain(StepState::ALL.map(StepState::word)) {
            assert!(page.contains(&format!("| `{word}` |")), "{lang:?}: {word}");
        }
    }
}

/// The table of the service has the rows of the register, in each language.
#[test]
fn the_table_of_the_service_is_the_register() {
    for lang in LANGS {
        let page = page(lang, Topic::Service);
        for [id, belief, proof, otherwise] in manual::assumptions(lang) {
            let row = format!("| `{id}` | {belief} | {proof} | {otherwise} |\n");
            assert!(page.contains(&row), "{row}");
        }
    }
}

#[test]
fn every_figure_has_a_row_with_its_name() {
    for (n, lang) in [Lang::PtBr, Lang::En].into_iter().enumerate() {
        let page = page(lang, Topic::Json);
        for figure in FIGURES {
            let band = if figure.in_band { "faixa." } else { "" };
            let start = format!("| `clientes[].{band}{}` | ", figure.key);
            let row = page.lines().find(|line| line.starts_with(&start));
            let row = row.unwrap_or_else(|| panic!("no row of {start}"));
            assert!(row.ends_with(&format!(" | {} |", figure.names[n])), "{row}");
        }
    }
}

#[test]
fn the_manual_is_printed_in_the_language_asked_for() {
    let list = program(&["manual"]).exited(0).stdout;
    for topic in Topic::ALL {
        assert!(
            list.contains(topic.word()) && list.contains(topic.alias()),
            "{list}"
        );
        let portuguese = program(&["manual", topic.alias()]).exited(0).stdout;
        assert_eq!(portuguese, page(Lang::PtBr, *topic));
    }
    let english = program(&["manual", "codes", "--lang", "en"])
        .exited(0)
        .stdout;
    assert_eq!(english, page(Lang::En, Topic::Codes));
    let ran = ran(command().args(["manual"]).env("OCI_CONSUMO_LANG", "en"));
    assert_eq!(ran.exited(0).stdout, manual::topics(Lang::En));
}

#[test]
fn the_manual_has_no_control_characters() {
    let control = |text: &str| text.chars().any(|c| c.is_control() && c != '\n');
    for lang in LANGS {
        assert!(!control(&manual::topics(lang)));
        for topic in Topic::ALL {
            assert!(!control(page(lang, *topic)), "{topic:?}");
        }
    }
    // Nor has what it says of a word that it does not know.
    let refused = program(&["manual", "codes", "\u{1b}[31mpico"]).exited(2);
    assert!(!control(&refused.stderr), "{:?}", refused.stderr);
}

#[test]
fn one_code_is_explained() {
    for entry in ENTRIES.iter().flat_map(|(_, entries)| entries.iter()) {
        for (lang, meaning) in [("pt-BR", entry.meaning[0]), ("en", entry.meaning[1])] {
            let explained =
                manual::code(if lang == "en" { Lang::En } else { Lang::PtBr }, entry.code);
            assert!(explained.unwrap().contains(meaning), "{}", entry.code);
        }
    }
    program(&["manual", "codes", "pico_na_janela", "--lang", "en"])
        .exited(0)
        .says("averaging window");
    program(&["manual", "codigos", "PICO-NA-JANELA"])
        .exited(0)
        .says("período da média");
    let refused = program(&["manual", "codes", "pico_na_janel"]).exited(2);
    assert!(
        refused.stderr.contains("pico_na_janela"),
        "{}",
        refused.stderr
    );
    let refused = program(&["manual", "codes", "xyzzy"]).exited(2);
    assert!(refused.stderr.contains("xyzzy"), "{}", refused.stderr);
    let refused = program(&["manual", "files", "x"]).exited(2);
    assert_eq!(refused.stdout, "");
}

#[test]
fn schemas_are_printed() {
    for (word, id) in [
        (None, "urn:oci-consumo:relatorio:"),
        (Some("report"), "urn:oci-consumo:relatorio:"),
        (Some("check"), "urn:oci-consumo:check:"),
        (Some("backtest"), "urn:oci-consumo:backtest:"),
    ] {
        let mut arguments = vec!["manual", "schema"];
        arguments.extend(word);
        let printed = program(&arguments).exited(0).stdout;
        let schema: Value = serde_json::from_str(&printed).unwrap();
        assert!(schema["$id"].as_str().unwrap().starts_with(id), "{word:?}");
        assert!(!manual::keys(&schema).is_empty());
    }
    let refused = program(&["manual", "schema", "reprot"]).exited(2);
    assert!(
        refused.stderr.contains("report, check, backtest"),
        "{}",
        refused.stderr
    );
}

#[test]
fn the_configs_are_read_without_a_warning() {
    let inis: Vec<Block> = blocks(&repository_file(&file(Topic::Folder, Lang::En)))
        .into_iter()
        .filter(|block| block.info == "ini")
        .collect();
    let [config, more @ ..] = &inis[..] else {
        panic!("{inis:?}")
    };
    assert!(!more.is_empty());
    let with_more = more
        .iter()
        .map(|block| [config.lines.clone(), block.lines.clone()].concat());
    for lines in std::iter::once(config.lines.clone()).chain(with_more) {
        let text = lines.join("\n");
        let config = config::parse(text.as_bytes(), Path::new("."), day("2026-11-23")).unwrap();
        assert_eq!(config.warnings, [], "{text}");
        assert_eq!(config.contract.credit.to_string(), "139600");
    }
}

#[test]
fn the_amounts_are_read_as_the_table_says() {
    use oci_consumo::internals::profile::amount;
    let text = repository_file(&file(Topic::Folder, Lang::En));
    let table = text.split("| Written | Read as |").nth(1).unwrap();
    let rows: Vec<&str> = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert!(rows.len() > 8, "{rows:?}");
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        for written in cells[0].split('`').skip(1).step_by(2) {
            let read = amount::parse(written);
            if cells[1].starts_with("refused") {
                assert!(read.is_err(), "{written}");
                continue;
            }
            let (amount, currency) = read.unwrap();
            let said = match currency {
                Some(currency) => format!("{amount}, in {currency}"),
                None => amount.to_string(),
            };
            assert_eq!(said, cells[1], "{written}");
        }
    }
}
