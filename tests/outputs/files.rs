//! Places of files, and that each file is whole or not there.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{document, targets, write};
use crate::common::stand_in::Fault;
use crate::common::{
    AS_OF, Config, Folder, Served, assert_words, check_command, command_over, daily, names, ran,
};

fn served() -> Served {
    Folder::new()
        .client(&Config::new("a"), daily("2026-01-01", "2026-06-16", "12.5"))
        .serve()
}

#[test]
fn each_ending_has_its_form_and_the_table_is_still_printed() {
    let served = served();
    let (folder, [json, csv, xlsx]) = targets(["a.Json", "b-{data}.csv", "c.XLSX"]);
    let [json, csv, xlsx] = [&json, &csv, &xlsx].map(|path| path.to_str().unwrap());
    let ran = served
        .run(&[
            "-o",
            json,
            "--output",
            csv,
            "-o",
            xlsx,
            "--daily",
            "--no-store",
        ])
        .exited(0)
        .says("antes de impostos");
    assert_eq!(ran.stderr, "");
    let dated = format!("b-{AS_OF}.csv");
    assert_eq!(names(folder.path()), ["a.Json", &dated, "c.XLSX"]);
    let mut file = document(Path::new(json));
    let mut printed = served.json(0, &["--daily"]);
    assert_ne!(file["clientes"][0]["diario"], Value::Null);
    for document in [&mut file, &mut printed] {
        document["gerado_em"] = Value::Null;
    }
    assert_eq!(file, printed);
    assert!(fs::read(xlsx).unwrap().starts_with(b"PK"));
}

#[test]
fn nothing_is_printed_where_nothing_is_asked_for() {
    let served = served();
    let ran = served.run(&["--format", "none", "--no-store"]).exited(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let ran = served.check(&["--format", "none", "-q"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""));
    let none = tempfile::tempdir().unwrap();
    let mut check = check_command(none.path());
    let ran = self::ran(check.args(["--offline", "--format", "none"]));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(4), ""));
}

#[test]
fn what_was_there_is_replaced() {
    let served = served();
    let (folder, [json]) = targets(["a.json"]);
    fs::write(&json, "old and much longer ".repeat(10_000)).unwrap();
    write(&served, &[&json], &[]);
    assert_eq!(document(&json)["versao"], 2);
    assert_eq!(names(folder.path()), ["a.json"]);
}

#[cfg(unix)]
#[test]
fn only_the_user_reads_a_file_and_a_link_is_replaced() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let served = served();
    let (folder, [csv, link, other]) = targets(["a.csv", "b.csv", "other"]);
    fs::write(&csv, "").unwrap();
    fs::set_permissions(&csv, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(&other, "another's").unwrap();
    symlink(&other, &link).unwrap();
    write(&served, &[&csv, &link], &[]);
    for path in [&csv, &link] {
        let found = fs::symlink_metadata(path).unwrap();
        assert!(found.is_file());
        assert_eq!(found.permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(fs::read_to_string(&other).unwrap(), "another's");
    assert_eq!(names(folder.path()), ["a.csv", "b.csv", "other"]);
}

#[test]
fn what_cannot_be_written_is_refused_before_any_request() {
    let served = served();
    let (folder, [file]) = targets(["a.csv"]);
    fs::write(&file, "old").unwrap();
    fs::create_dir(folder.path().join("b.csv")).unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let client = served.dir.path().join("config_b.json");
    let client = client.to_str().unwrap().to_owned();
    let twice = format!("{}/./a.csv", folder.path().display());
    for (outputs, words) in [
        (vec![path("c.txt")], &[".md"][..]),
        (vec![path("csv")], &[".csv"]),
        (
            vec![path("none/a.csv")],
            &["none/a.csv", "a pasta não existe"],
        ),
        (vec![path("a.csv/b.csv")], &["não é uma pasta"]),
        (vec![path("b.csv")], &["b.csv", "não é um arquivo comum"]),
        (vec![path("a.csv"), twice], &["a.csv", "dois -o"]),
        (
            vec![path("{data}.csv"), path(&format!("{AS_OF}.csv"))],
            &["dois -o"],
        ),
        (vec![client], &["config_b.json", "é de um cliente"]),
    ] {
        let args: Vec<&str> = outputs.iter().flat_map(|path| ["-o", path]).collect();
        let ran = served.run(&args).exited(2);
        assert_words(&ran.stderr, words);
        assert_eq!(ran.stdout, "");
    }
    assert!(served.server.seen().is_empty());
    assert_eq!(names(folder.path()), ["a.csv", "b.csv"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_no_place_for_a_file() {
    let served = served();
    let (folder, [pipe]) = targets(["a.csv"]);
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let ran = served.run(&["-o", pipe.to_str().unwrap()]).exited(2);
    assert_words(&ran.stderr, &["não é um arquivo comum"]);
    assert_eq!(names(folder.path()), ["a.csv"]);
}

/// Which only shows at the end: the old file stays, the report and the other files still come.
#[cfg(unix)]
#[test]
fn a_disk_that_is_full_leaves_what_was_there() {
    let served = served();
    let (folder, [large, small]) = targets(["a.csv", "b.json"]);
    fs::write(&large, "old").unwrap();
    // The shell's limit on the size of a file, in blocks of 512 or 1024 bytes; without its signal.
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 20; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_oci-consumo"))
        .arg(served.dir.path())
        .args(["--endpoint", &served.server.endpoint(), "--as-of", AS_OF])
        .args(["-o", large.to_str().unwrap(), "-o", small.to_str().unwrap()])
        .args(["--table", "days"])
        .stdin(Stdio::null());
    let ran = ran(&mut command).exited(1).says("antes de impostos");
    assert_words(&ran.stderr, &["a.csv", "não há espaço", "libere espaço"]);
    assert_eq!(fs::read_to_string(&large).unwrap(), "old");
    assert_eq!(document(&small)["versao"], 2);
    assert_eq!(names(folder.path()), ["a.csv", "b.json"]);
}

/// A folder that goes during the run, which the deadline ends.
#[test]
#[ignore = "long"]
fn what_fails_at_the_end_is_said_and_the_rest_is_written() {
    let silent = Config::new("b");
    let served = Folder::new()
        .client(&Config::new("a"), daily("2026-01-01", "2026-06-16", "12.5"))
        .faulty(
            &silent,
            Vec::new(),
            [],
            Some(Fault::Silent(Duration::from_secs(600))),
        )
        .serve();
    let (folder, [kept]) = targets(["kept.json"]);
    let (gone, [lost]) = targets(["lost.csv"]);
    let mut command = served.command();
    command
        .args(["--deadline", "6", "--timeout", "900", "--lang", "en"])
        .args(["-o", lost.to_str().unwrap(), "-o", kept.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let began = Instant::now();
    while served.requests_of(&silent) == 0 && began.elapsed() < Duration::from_secs(60) {
        sleep(Duration::from_millis(5));
    }
    drop(gone);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert_words(
        &stderr,
        &["lost.csv", "its folder does not exist", "make the folder"],
    );
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("━━ Portfolio")
    );
    assert_eq!(document(&kept)["falhas"][0]["codigo"], "prazo_da_execucao");
    assert_eq!(names(folder.path()), ["kept.json"]);
}

#[test]
fn a_demo_that_only_serves_writes_no_files() {
    let ran = crate::common::program(&["demo", "--serve", "-o", "a.csv"]);
    assert_eq!(ran.status, Some(2));
    let none = tempfile::tempdir().unwrap();
    let ran = self::ran(command_over(none.path()).args(["-o", "/"])).exited(2);
    assert_words(&ran.stderr, &[".csv"]);
}
