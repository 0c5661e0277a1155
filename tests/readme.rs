//! README.md and its Portuguese sister say what is so: same commands, same
//! pictures as the program prints, every word that it may print.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::{CommandFactory, Parser};
use oci_consumo::cli::Cli;
use oci_consumo::internals::check::{Step, StepState};
use oci_consumo::internals::demo::Demo;
use oci_consumo::internals::failure;
use oci_consumo::internals::forecast::Method;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::profile::config;
use oci_consumo::internals::render::{self, explain};
use oci_consumo::internals::report::statement::Situation;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::common::{AS_OF, Config, Folder, answer, daily, day, program, refusal};

/// Both, as the repository has them.
const FILES: [&str; 2] = ["README.md", ".github/LEIAME.md"];

/// What stands in a picture for lines left out.
const GAP: &str = "[…]";

/// The demo's folder and address in a picture, wherever they are in truth.
const DEMO_FOLDER: &str = "./clientes-demo";
const DEMO_ENDPOINT: &str = "http://127.0.0.1:8080/";

/// A fenced block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    /// What stands after the fence.
    info: String,
    lines: Vec<String>,
}

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    // Windows may have checked it out with its own ends of lines.
    text.replace("\r\n", "\n")
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
    for word in line.split_whitespace() {
        if word.starts_with(['|', '>']) || word == "2>&1" {
            break;
        }
        words.push(word.trim_matches(['\'', '"']).to_owned());
    }
    words
}

/// Asserts that both say `word`, as a word of code.
#[track_caller]
fn both_say(word: &str) {
    for file in FILES {
        assert!(
            prose(&read(file)).contains(&format!("`{word}`")),
            "{file} does not say `{word}`"
        );
    }
}

/// The part on a command.
fn part_on(file: &str, command: &str) -> String {
    let text = read(file);
    let part = text.split("\n## ").find(|part| {
        let heading = part.lines().next().unwrap_or_default();
        heading.ends_with(&format!(": `{command}`"))
    });
    part.unwrap_or_else(|| panic!("{file}: no part on {command}"))
        .to_owned()
}

/// Asserts that the part on a command has a row that names `name` in its first cell, in both.
#[track_caller]
fn both_name_on(command: &str, name: &str) {
    for file in FILES {
        let part = part_on(file, command);
        let cells = part.lines().filter_map(|line| line.split(" | ").next());
        let mut rows = cells.filter(|cell| cell.starts_with("| "));
        let named = rows.any(|cell| cell.contains(&format!("`{name}`")));
        assert!(named, "{file}: no row of {name}");
    }
}

/// Asserts that the part on the check has so many rows that begin with `cells`, in both.
#[track_caller]
fn both_have_on_the_check(cells: &str, rows: usize) {
    for file in FILES {
        let part = part_on(file, "check");
        let found = part.lines().filter(|line| line.starts_with(cells));
        assert_eq!(found.count(), rows, "{file}: {cells}");
    }
}

/// What the body of each function that begins with `signature` has between quotation marks.
fn words_of(source: &str, signature: &str) -> Vec<BTreeSet<String>> {
    let source = read(source);
    let bodies = source.split(signature).skip(1);
    bodies
        .map(|rest| {
            let body = rest.split("\n    }\n").next().unwrap_or_default();
            literals(body).into_iter().map(str::to_owned).collect()
        })
        .collect()
}

/// The words between quotation marks.
fn literals(text: &str) -> BTreeSet<&str> {
    text.split('"').skip(1).step_by(2).collect()
}

#[test]
fn both_languages_show_the_same_code() {
    let [english, portuguese] = FILES.map(|file| blocks(&read(file)));
    for (one, other) in english.iter().zip(&portuguese) {
        assert_eq!(one, other);
    }
    assert_eq!(english.len(), portuguese.len());
}

#[test]
fn both_languages_have_the_same_parts_and_rows() {
    let shape = |file: &str| -> Vec<String> {
        let text = prose(&read(file));
        let mark = |line: &str| {
            if line.starts_with('#') {
                line.split(' ').next().map(str::to_owned)
            } else if line.starts_with('|') {
                // The codes of a row are the same in any language.
                let cell = line.split('|').nth(1).unwrap_or_default().trim();
                Some(format!("| {}", if cell.contains('`') { cell } else { "" }))
            } else {
                let number = line.split_once(". ").map(|(number, _)| number)?;
                number.parse::<u32>().ok().map(|number| number.to_string())
            }
        };
        text.lines().filter_map(mark).collect()
    };
    assert_eq!(shape(FILES[0]), shape(FILES[1]));
}

#[test]
fn each_links_to_the_other_at_its_top() {
    let top = |file: &str| read(file).lines().take(5).collect::<Vec<_>>().join("\n");
    assert!(top(FILES[0]).contains("(.github/LEIAME.md)"));
    assert!(top(FILES[1]).contains("(../README.md)"));
}

#[test]
fn every_link_leads_somewhere() {
    for file in FILES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(file)
            .parent()
            .unwrap()
            .to_owned();
        for link in prose(&read(file)).split("](").skip(1) {
            let target = link.split(')').next().unwrap_or_default();
            assert!(folder.join(target).exists(), "{file}: {target}");
        }
    }
}

#[test]
fn every_command_parses() {
    let commands = commands(&read(FILES[0]));
    assert!(commands.len() > 12, "{commands:?}");
    for arguments in commands {
        let line = std::iter::once("oci-consumo").chain(arguments.iter().map(String::as_str));
        if let Err(error) = Cli::try_parse_from(line) {
            use clap::error::ErrorKind::{DisplayHelp, DisplayVersion};
            assert!(
                matches!(error.kind(), DisplayHelp | DisplayVersion),
                "{arguments:?}: {error}"
            );
        }
    }
}

/// The help, which clap wraps at 100 columns where there is neither a terminal nor `COLUMNS`, and
/// the reports, checks and tests; only the run time and the demo's address differ.
#[test]
fn every_picture_is_what_the_program_prints() {
    let pictures: Vec<Block> = blocks(&read(FILES[0]))
        .into_iter()
        .filter(|block| block.info == "console")
        .collect();
    let shown: Vec<&str> = pictures
        .iter()
        .map(|picture| picture.lines[0].as_str())
        .collect();
    assert!(shown.contains(&"$ oci-consumo --help"), "{shown:?}");
    assert!(
        shown.iter().any(|line| line.contains("demo --only")),
        "{shown:?}"
    );
    assert!(
        shown.iter().any(|line| line.contains("backtest ./")),
        "{shown:?}"
    );
    for check in ["--offline", "--endpoint"] {
        let of_it = |line: &&str| line.contains("check ./") && line.contains(check);
        assert!(shown.iter().any(of_it), "{shown:?}");
    }
    let runtime = Runtime::new().unwrap();
    let demo = Demo::start(Lang::PtBr, day("2026-11-23"), 1, true, None);
    let demo = runtime.block_on(demo).unwrap();
    let (folder, endpoint) = (demo.folder().to_str().unwrap(), demo.endpoint().to_string());
    for picture in pictures {
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
        // The check says that the permissions of files are others there.
        if arguments.first() == Some(&"check") && !cfg!(unix) {
            continue;
        }
        let printed: Vec<String> = program(&arguments)
            .stdout
            .lines()
            .map(as_in_any_run)
            .collect();
        let expected: Vec<String> = expected.iter().map(|line| as_in_any_run(line)).collect();
        let parts: Vec<&[String]> = expected.split(|line| line == GAP).collect();
        let mut at = 0;
        for (n, part) in parts.iter().enumerate() {
            let found = if n == 0 {
                printed.starts_with(part).then_some(0)
            } else {
                (at..=printed.len()).find(|from| printed[*from..].starts_with(part))
            };
            let found = found.unwrap_or_else(|| {
                panic!(
                    "{command} no longer prints\n{}\nbut\n{}",
                    part.join("\n"),
                    printed.join("\n")
                )
            });
            at = found + part.len();
        }
        assert_eq!(at, printed.len(), "{command} prints more at its end");
    }
}

/// The line as it is in any run: without the run time, and without blanks at its end, which editors
/// take away.
fn as_in_any_run(line: &str) -> String {
    let line = line.split("executado em").next().unwrap_or_default();
    line.trim_end().to_owned()
}

#[test]
fn every_option_is_named() {
    fn walk(command: &clap::Command, options: &mut BTreeSet<String>) {
        let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
        let long = shown.filter_map(clap::Arg::get_long);
        options.extend(long.map(|long| format!("--{long}")));
        command
            .get_subcommands()
            .for_each(|command| walk(command, options));
    }
    let mut options = BTreeSet::new();
    walk(&Cli::command(), &mut options);
    assert!(options.len() > 15, "{options:?}");
    let text = read(FILES[0]);
    for option in options {
        assert!(text.contains(&option), "{option}");
    }
}

#[test]
fn every_code_is_named() {
    let codes: BTreeSet<&str> = failure::CODES.concat().into_iter().collect();
    assert!(codes.len() >= 46, "{codes:?}");
    for code in codes {
        both_say(code);
        for file in FILES {
            let row = format!("| `{code}` |");
            assert!(read(file).contains(&row), "{file}: no row of {code}");
        }
    }
}

#[test]
fn every_step_state_and_code_of_a_check_is_named() {
    let steps = [
        Step::Config,
        Step::Contract,
        Step::Region,
        Step::Key,
        Step::Fingerprint,
        Step::Permissions,
        Step::Uniqueness,
        Step::Connection,
        Step::Clock,
        Step::Authentication,
        Step::Policy,
        Step::History,
        Step::HomeRegion,
    ];
    let states = [
        StepState::Fine,
        StepState::Warning,
        StepState::Failed,
        StepState::Unknown,
    ];
    let words = words_of("src/check/mod.rs", "pub fn word(self)");
    let counts: Vec<usize> = words.iter().map(BTreeSet::len).collect();
    assert_eq!(counts, [steps.len(), states.len()]);
    let both = |words: &dyn Fn(Lang) -> &'static str| [Lang::PtBr, Lang::En].map(words).join(" · ");
    for step in steps {
        let (word, labels) = (step.word(), both(&|lang| explain::step(lang, step)));
        both_have_on_the_check(&format!("| `{word}` | {labels} |"), 1);
    }
    for state in states {
        let (word, labels) = (state.word(), both(&|lang| explain::state(lang, state)));
        both_have_on_the_check(&format!("| `{word}` | {labels} |"), 1);
    }
    let codes = words_of("src/check/mod.rs", "pub fn code(&self)");
    let [codes] = &codes[..] else {
        panic!("{codes:?}")
    };
    assert!(codes.len() >= 15, "{codes:?}");
    for code in codes {
        // A step of that name has a row, too.
        let rows = 1 + usize::from(words[0].contains(code));
        both_have_on_the_check(&format!("| `{code}` |"), rows);
    }
}

#[test]
fn every_situation_is_named() {
    for situation in Situation::BY_SEVERITY {
        for file in FILES {
            let row = format!("| `{}` |", situation.word());
            assert!(read(file).contains(&row), "{file}: no row of {row}");
        }
    }
}

#[test]
fn every_exit_status_is_named() {
    let source = read("src/main.rs");
    let statuses: Vec<&str> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Outcome::")?.split_once(" => "))
        .map(|(_, status)| status.trim_end_matches(','))
        .collect();
    assert_eq!(statuses, ["0", "1", "2", "3", "4", "10", "130"]);
    for status in statuses {
        for file in FILES {
            let row = format!("| `{status}` |");
            assert!(read(file).contains(&row), "{file}: no row of {status}");
        }
    }
}

#[test]
fn every_config_key_is_named() {
    let source = read("src/profile/config.rs");
    let keys: BTreeSet<&str> = source
        .lines()
        .filter(|line| line.contains("const ") && line.contains(": &str = "))
        .flat_map(literals)
        .collect();
    assert_eq!(keys.len(), 16, "{keys:?}");
    for key in keys {
        for file in FILES {
            let row = format!("| `{key}` |");
            assert!(read(file).contains(&row), "{file}: no row of {key}");
        }
    }
}

#[test]
fn every_json_key_is_named() {
    let works = Config::new("a").with("consumo_anterior", "1");
    let works = works.with("consumo_anterior_ate", "2026-01-31");
    let fails = Config::new("b");
    let refused = answer(404, &[], "");
    let served = Folder::new()
        .client(&works, daily("2026-06-10", "2026-06-16", "10"))
        .faulty(&fails, Vec::new(), [], Some(refused))
        .serve();
    let document = served.json(3, &["--daily"]);
    for list in ["clientes", "totais", "falhas"] {
        assert_ne!(document[list], Value::Array(Vec::new()), "{list}");
    }
    let client = &document["clientes"][0];
    for list in ["meses", "dias_semana", "diario", "avisos"] {
        assert_ne!(client[list], Value::Array(Vec::new()), "{list}");
    }
    let totals = &document["totais"][0];
    let objects = [
        &client["faixa"],
        &client["segunda_opiniao"],
        &totals["faixa_independente"],
        &totals["faixa_dependente"],
    ];
    assert!(
        objects.iter().all(|object| object.is_object()),
        "{objects:?}"
    );

    let mut keys = BTreeSet::new();
    collect_keys(&document, "", &mut keys);
    assert!(keys.len() > 60, "{keys:?}");
    for (part, key) in keys {
        // The rows of lists and objects inside a client are named with what they are in.
        let name = match part.as_str() {
            "meses" | "dias_semana" | "diario" | "avisos" => format!("{part}[].{key}"),
            "janela" | "faixa" | "segunda_opiniao" | "faixa_independente" | "faixa_dependente" => {
                format!("{part}.{key}")
            }
            _ => key,
        };
        both_say(&name);
    }
}

/// The rows of a client's figures: keys, then the type that the dictionary has.
#[test]
fn every_figure_has_a_row_of_its_type() {
    for (file, lang) in FILES.into_iter().zip([Lang::En, Lang::PtBr]) {
        let text = read(file);
        let cells = text.lines().map(|line| line.split(" | ").collect());
        let rows: Vec<Vec<&str>> = cells.filter(|cells: &Vec<&str>| cells.len() == 3).collect();
        let figures = render::figures(lang);
        assert!(figures.len() > 40, "{figures:?}");
        for [key, _, kind] in figures {
            let key = format!("`{key}`");
            let mut named = rows.iter().filter(|cells| cells[0].contains(&key));
            assert!(
                named.any(|cells| cells[1] == kind),
                "{file}: no row of {key}, {kind}"
            );
        }
    }
}

#[test]
fn every_json_key_of_a_check_is_named() {
    let fails = Config::new("a");
    let refused = refusal(404, "NotAuthorizedOrNotFound");
    let served = Folder::new()
        .faulty(&fails, Vec::new(), [], Some(refused))
        .serve();
    let (folder, endpoint) = (served.dir.path(), served.server.endpoint());
    let document = program(&[
        "check",
        folder.to_str().unwrap(),
        "--endpoint",
        &endpoint,
        "--as-of",
        AS_OF,
        "--format",
        "json",
    ])
    .exited(4)
    .json();
    assert_ne!(document["clientes"][0]["pedido"], Value::Null);

    let mut keys = BTreeSet::new();
    collect_keys(&document, "", &mut keys);
    assert!(keys.len() > 20, "{keys:?}");
    for (part, key) in keys {
        let name = match part.as_str() {
            "" => key,
            "resumo" => format!("resumo.{key}"),
            list => format!("{list}[].{key}"),
        };
        both_name_on("check", &name);
    }
}

#[test]
fn every_json_key_and_word_of_a_backtest_is_named() {
    let ends_soon = Config::new("a").with("fim_contrato", "2026-07-31");
    // A bit more each day: what follows the level is nearer in each block.
    let mut rows = daily("2026-01-01", "2026-06-16", "10");
    for (n, row) in (0..).zip(&mut rows) {
        row.amount = (10 + n).to_string();
    }
    let refused = refusal(404, "NotAuthorizedOrNotFound");
    let served = Folder::new()
        .client(&ends_soon, rows)
        .faulty(&Config::new("b"), Vec::new(), [], Some(refused))
        .serve();
    let (folder, endpoint) = (served.dir.path(), served.server.endpoint());
    let common = [
        "--endpoint",
        &endpoint,
        "--as-of",
        "2026-06-30",
        "--format",
        "json",
    ];
    let arguments = [&["backtest", folder.to_str().unwrap()], &common[..]].concat();
    let document = program(&arguments).exited(3).json();
    assert_ne!(document["clientes"][0]["sugestao"], Value::Null);

    let mut keys = BTreeSet::new();
    collect_keys(&document, "", &mut keys);
    assert!(keys.len() > 30, "{keys:?}");
    for (part, key) in keys {
        match part.as_str() {
            "" => both_name_on("backtest", &key),
            // As in the report.
            "falhas" => both_say(&key),
            "total" | "sugestao" | "resumo" => both_name_on("backtest", &format!("{part}.{key}")),
            list => both_name_on("backtest", &format!("{list}[].{key}")),
        }
    }
    let words = words_of("src/report/backtest.rs", "pub fn word(&self)");
    let [words] = &words[..] else {
        panic!("{words:?}")
    };
    assert_eq!(words.len(), 4);
    let methods = Method::ALL.map(Method::word);
    for word in words.iter().map(String::as_str).chain(methods) {
        both_name_on("backtest", word);
    }
}

/// Each key, with that of the list or object it is in; the words of situations are no keys.
fn collect_keys(value: &Value, part: &str, keys: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(object) if part != "situacoes" => {
            for (key, value) in object {
                keys.insert((part.to_owned(), key.clone()));
                collect_keys(value, key, keys);
            }
        }
        Value::Array(list) => list
            .iter()
            .for_each(|value| collect_keys(value, part, keys)),
        _ => {}
    }
}

#[test]
fn the_configs_are_read_without_a_warning() {
    let inis: Vec<Block> = blocks(&read(FILES[0]))
        .into_iter()
        .filter(|block| block.info == "ini")
        .collect();
    let [config, opening] = &inis[..] else {
        panic!("{inis:?}")
    };
    let with_opening = [config.lines.clone(), opening.lines.clone()].concat();
    for lines in [&config.lines, &with_opening] {
        let text = lines.join("\n");
        let config = config::parse(text.as_bytes(), Path::new("."), day("2026-11-23")).unwrap();
        assert_eq!(config.warnings, []);
        assert_eq!(config.contract.credit.to_string(), "139600");
    }
}

#[test]
fn the_amounts_are_read_as_the_table_says() {
    use oci_consumo::internals::profile::amount;
    let text = read(FILES[0]);
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

/// The table of the service has the rows of the register, in each language.
#[test]
fn the_table_of_the_service_is_the_register() {
    let heads = [
        ["Id", "Taken for granted", "Proof", "Where it is false"],
        ["Id", "O que se supõe", "Prova", "Onde não for assim"],
    ];
    for ((file, lang), head) in FILES.into_iter().zip([Lang::En, Lang::PtBr]).zip(heads) {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let mut table = line(&head.map(str::to_owned)) + "|---|---|---|---|\n";
        for [id, belief, proof, otherwise] in render::assumptions(lang) {
            table += &line(&[format!("`{id}`"), belief, proof, otherwise]);
        }
        assert!(read(file).contains(&table), "{file} has not\n{table}");
    }
}
