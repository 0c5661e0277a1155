//! Where the program runs: names in every script, a standard output that refuses the report, cron in any locale, and
//! few descriptors.

use std::fs::File;
use std::process::{Command, Stdio};

use console::measure_text_width;
use serde_json::Value;

use crate::common::{
    Config, Folder, Served, assert_words, client, command, daily, failure, ran, ran_now, samples,
};

/// Names with characters that have no glyph of their own and a meaning all the same.
const NAMES: [&str; 14] = [
    "Café ☕\u{FE0F}",
    "Amor ❤\u{FE0F}\u{200D}🔥 & Cia",
    "Família 👨\u{200D}👩\u{200D}👧\u{200D}👦",
    "Código 👩🏽\u{200D}💻 Ltda",
    "Orgulho 🏳\u{FE0F}\u{200D}🌈",
    "Loja 1\u{FE0F}\u{20E3}#\u{FE0F}\u{20E3}",
    "Brasil 🇧🇷🇯🇵",
    "Gales 🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
    "Fone ☎\u{FE0E}",
    "株式会社 葛\u{E0100}城",
    "شركة الاختبار",
    "می\u{200C}خواهم",
    "Sa\u{303}o Joa\u{303}o Cafe\u{301}",
    "ශ\u{DCA}\u{200D}රී 한국어 ไทย",
];

fn rows() -> Vec<crate::common::stand_in::WorldRow> {
    daily("2026-01-01", "2026-06-16", "10.00")
}

fn named(name: &str) -> Served {
    let config = Config::new("a").with("cliente", name);
    Folder::new().client(&config, rows()).serve()
}

#[test]
#[ignore = "long"]
fn a_name_is_whole_in_every_form_and_its_table_in_line() {
    for name in NAMES.into_iter().step_by(samples(4, 1)) {
        let plain = "x".repeat(measure_text_width(name));
        let (one, other) = (named(name), named(&plain));
        for args in [
            &[][..],
            &["--summary"],
            &["--daily", "--summary"],
            &["--format", "markdown"],
        ] {
            let text = |served: &Served, name: &str| {
                let args = [&["--no-store"], args].concat();
                let text = served.run(&args).exited(0).stdout;
                let endpoint = served.server.endpoint();
                // In Markdown some signs of a name are escaped.
                let escaped = name.replace('#', "\\#").replace('&', "\\&");
                let text = text.replace(&escaped, "NAME").replace(name, "NAME");
                let port = endpoint.rsplit_once(':').unwrap().1;
                text.replace(port, "PORT")
            };
            let (one, other) = (text(&one, name), text(&other, &plain));
            assert!(one.contains("NAME"), "{name}: {one}");
            assert_eq!(one, other, "{name}");
        }
        let document = one.json(0, &["--no-store"]);
        assert_eq!(client(&document, "config_a")["cliente"], name);
        let csv = one.run(&["--no-store", "--format", "csv"]).exited(0).stdout;
        assert!(csv.contains(name), "{csv}");
    }
}

#[test]
#[ignore = "long"]
fn a_workbook_has_the_names_and_is_well_formed_whatever_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.xlsx");
    let mut folder = Folder::new();
    let spoilt = [
        "A\u{FFFE}B",
        "C\u{FFFF}",
        "D\u{1FFFE}\u{FDD0}",
        "E\u{200D}\u{202E}F",
        "G\u{FE0F}",
    ];
    for (n, name) in NAMES.iter().chain(&spoilt).enumerate() {
        let config = Config::new(&format!("c{n:02}")).with("cliente", name);
        folder = folder.client(&config, rows());
    }
    let served = folder.serve();
    let args = [
        "--no-store",
        "--format",
        "none",
        "-o",
        path.to_str().unwrap(),
    ];
    served.run(&args).exited(0);
    let mut archive = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
    let mut all = String::new();
    for n in 0..archive.len() {
        let mut part = archive.by_index(n).unwrap();
        let mut text = String::new();
        let name = part.name().unwrap().into_owned();
        if name.ends_with(".xml") {
            std::io::Read::read_to_string(&mut part, &mut text).unwrap();
            let fit = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
            assert_eq!(text.chars().find(|c| !fit(*c)), None, "{name}");
        }
        all += &text;
    }
    for name in NAMES {
        assert!(all.contains(&name.replace('&', "&amp;")), "{name}");
    }
    for name in spoilt {
        assert!(!all.contains(name), "{name:?}");
    }
}

#[test]
fn an_unknown_placeholder_in_a_file_s_name_is_wrong_usage() {
    let served = named("x");
    let dir = tempfile::tempdir().unwrap();
    for name in [
        "x-{DATA}.json",
        "{mes}.json",
        "x-{Date}.csv",
        "{}.xlsx",
        "x-{cliente}.md",
        "x-${DATA}.json",
    ] {
        let path = dir.path().join(name);
        let ran = served.run(&["-o", path.to_str().unwrap()]).exited(2);
        assert_words(&ran.stderr, &["{date}", "{data}"]);
    }
    assert_eq!(dir.path().read_dir().unwrap().count(), 0);
    assert_eq!(served.server.requests(), 0);
}

/// A read-only handle of a device or file, as a standard output.
#[cfg(unix)]
fn refusing(path: &str) -> Stdio {
    File::open(path).unwrap().into()
}

#[cfg(unix)]
#[test]
#[ignore = "long"]
fn a_standard_output_that_refuses_the_report_is_told() {
    let served = named("x");
    let dir = served.dir.path().to_str().unwrap().to_owned();
    let endpoint = served.server.endpoint();
    let run = |args: &[&str], stdout: Stdio| {
        let mut command = command();
        command.args(args).stdout(stdout).stderr(Stdio::piped());
        let output = command.spawn().unwrap().wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let commands: [&[&str]; 6] = [
        &[&dir, "--endpoint", &endpoint, "--as-of", "2026-06-17"],
        &[
            &dir,
            "--endpoint",
            &endpoint,
            "--as-of",
            "2026-06-17",
            "--format",
            "json",
        ],
        &[
            &dir,
            "--endpoint",
            &endpoint,
            "--as-of",
            "2026-06-17",
            "--format",
            "csv",
        ],
        &["check", &dir, "--endpoint", &endpoint],
        &["demo", "--as-of", "2026-06-17"],
        &["manual", "figures"],
    ];
    for args in commands {
        for &place in samples(
            &["/", "/dev/full"][..],
            &["/dev/null", "/dev/zero", "/", "/dev/full"],
        ) {
            let stdout = match place {
                "/dev/full" => File::options().write(true).open(place).unwrap().into(),
                place => refusing(place),
            };
            let (status, stderr) = run(args, stdout);
            assert_eq!(status, Some(1), "{args:?} {place} {stderr}");
            assert_words(&stderr, &["não consigo escrever na saída padrão"]);
            assert!(!stderr.contains("uncategorized"), "{stderr}");
        }
    }
    // The report that nobody wants is no failure, nor is one without text.
    let (status, _) = run(commands[0], Stdio::null());
    assert_eq!(status, Some(0));
    let quiet = [commands[0], &["--format", "none"]].concat();
    assert_eq!(run(&quiet, refusing("/dev/null")).0, Some(0));
}

#[test]
#[ignore = "long"]
fn the_same_bytes_come_out_in_every_locale() {
    let served = named("Café ☕\u{FE0F} São João 東京");
    let run = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = served.command();
        command
            .args(["--no-store"])
            .args(args)
            .envs(variables.iter().copied());
        let ran = ran(&mut command).exited(0);
        (ran.stdout, ran.stderr)
    };
    for args in [
        &[][..],
        &["--format", "json"],
        &["--format", "csv"],
        &["--format", "markdown"],
        &["--lang", "en"],
    ] {
        let expected = run(&[], args);
        for variables in [
            &[("LANG", "C")][..],
            &[("LC_ALL", "POSIX")],
            &[("LANG", "pt_BR.ISO-8859-1"), ("LC_ALL", "pt_BR.ISO-8859-1")],
            &[("LC_ALL", "pt_BR.UTF-8"), ("LC_NUMERIC", "de_DE")],
            &[
                ("LANG", "en_US.UTF-8"),
                ("LANGUAGE", "en"),
                ("TZ", "America/Sao_Paulo"),
            ],
            &[
                ("LC_ALL", "ar_EG.UTF-8"),
                ("TZ", "Asia/Tokyo"),
                ("TERM", "dumb"),
            ],
            &[
                ("LC_ALL", "tr_TR"),
                ("TERM", "xterm-256color"),
                ("COLUMNS", "20"),
            ],
            &[
                ("LC_ALL", "no such locale"),
                ("SHELL", "/bin/sh"),
                ("LOGNAME", "root"),
                ("PATH", "/usr/bin:/bin"),
            ],
        ] {
            assert_eq!(run(variables, args), expected, "{variables:?} {args:?}");
        }
    }
}

/// A run over `served` that may open so many files.
#[cfg(unix)]
fn with_descriptors(limit: u32, served: &Served) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .env_clear()
        .args(["-c", &format!("ulimit -n {limit}; exec \"$@\""), "sh"])
        .arg(env!("CARGO_BIN_EXE_oci-consumo"))
        .arg(served.dir.path())
        .args(["--endpoint", &served.server.endpoint()])
        .args(["--as-of", "2026-06-17"])
        .stdin(Stdio::null());
    command
}

/// A folder of so many clients, each of a tenancy of its own.
fn crowd(count: usize) -> Served {
    let mut folder = Folder::new();
    for n in 0..count {
        folder = folder.client(&Config::new(&format!("c{n:02}")), rows());
    }
    folder.serve()
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "long"]
fn with_few_descriptors_there_are_fewer_files_at_once_and_no_failed_client() {
    let served = crowd(40);
    let without_notices = |mut document: Value| {
        document["avisos"] = Value::Null;
        document["requisicoes"] = Value::Null;
        document
    };
    let own = served.json(0, &["--no-store"]);
    for &limit in samples(&[32, 20][..], &[48, 32, 24, 20]) {
        let run = |more: &[&str]| {
            let mut command = with_descriptors(limit, &served);
            ran(command.args(["--format", "json"]).args(more)).exited(0)
        };
        let bare = run(&["--no-store"]);
        assert_eq!(
            without_notices(bare.json()),
            without_notices(own.clone()),
            "{limit}"
        );
        assert!(!bare.stderr.contains("os error"), "{}", bare.stderr);
        let kept = run(&[]).json();
        assert_eq!(kept["clientes"].as_array().unwrap().len(), 40, "{limit}");
        assert_eq!(kept["falhas"].as_array().unwrap().len(), 0, "{limit}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn too_few_descriptors_for_the_program_itself_are_told() {
    let served = named("x");
    let mut refused = 0;
    for limit in 4..=12 {
        for (lang, words) in [("pt-BR", "não pôde começar"), ("en", "could not begin")] {
            let mut command = with_descriptors(limit, &served);
            let ran = ran_now(command.args(["--no-store", "--lang", lang]));
            if ran.status == Some(0) {
                continue;
            }
            refused += 1;
            assert_eq!(ran.status, Some(1), "{limit}: {}", ran.stderr);
            assert_words(&ran.stderr, &[words, "os error 24", "ulimit"]);
        }
    }
    assert!(refused >= 4, "{refused}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_error_without_a_name_has_the_system_s_words() {
    // Its first page is of nobody, so that reading it fails with EIO.
    let config = Config::new("a").with("key_file", "/proc/self/mem");
    let served = Folder::new().config(&config).serve();
    for lang in ["pt-BR", "en"] {
        let document = served.json(4, &["--no-store", "--lang", lang]);
        let failure = failure(&document, "config_a");
        assert_eq!(failure["codigo"], "chave_ilegivel");
        let message = failure["mensagem"].as_str().unwrap();
        assert_words(message, &["Input/output error (os error 5)"]);
    }
    let ran = ran_now(served.command().args(["-o", "/proc/self/fd/x.json"])).status;
    assert_eq!(ran, Some(2));
}
