//! Programs on this machine: a command of the operator's, and `sendmail`.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process;
use std::time::{Duration, Instant};

use oci_consumo::internals::deliver::channel::{Channel, MessageProgram, Sendmail};
use oci_consumo::internals::deliver::parcel::{Content, Refusal, RefusalKind};
use oci_consumo::internals::failure::{DeliveryProblem, ProgramEnd};
use oci_consumo::internals::lang::Lang;
use tempfile::TempDir;

use super::stand_in::{ADDRESS, PHONE, assert_hidden, mail, parcel, send, told, web, web_within};
use crate::common::RUNTIME;

/// A program that runs `script` in the shell. Another process writes it: a file that this one has open for writing while
/// another test starts a program could not be run (`ETXTBSY`).
fn program(dir: &TempDir, script: &str) -> String {
    let path = dir.path().join("program");
    let text = format!("#!/bin/sh\ncd '{}'\n{script}\n", dir.path().display());
    let written = process::Command::new("sh")
        .args([
            "-c",
            r#"printf %s "$1" >"$2" && chmod 755 "$2""#,
            "sh",
            &text,
        ])
        .arg(&path)
        .status();
    assert!(written.unwrap().success());
    path.to_str().unwrap().to_owned()
}

fn command(program: &str, arguments: &[&str]) -> Channel {
    let argv = std::iter::once(program).chain(arguments.iter().copied());
    Channel::Command(MessageProgram {
        argv: argv.map(str::to_owned).collect(),
    })
}

fn input() -> Content {
    Content::Input(b"linha 1\nlinha 2 \xc3\xa9\n".to_vec())
}

fn end(refusal: &Refusal) -> &ProgramEnd {
    match &refusal.problem {
        DeliveryProblem::Program { end, .. } => end,
        problem => panic!("{problem:?}"),
    }
}

#[test]
fn a_command_gets_arguments_and_input_and_no_shell() {
    let dir = tempfile::tempdir().unwrap();
    let program = program(
        &dir,
        r#"printf '%s\n' "$@" >args; cat >input; echo noise; echo noise >&2"#,
    );
    let channel = command(
        &program,
        &["--para", "{destino}", "a b", "$(touch x); *", "({destino})"],
    );
    assert!(!channel.is_loopback());
    assert!(RUNTIME.block_on(channel.probe(&web())).is_ok());
    let accepted = send(&web(), &channel, &parcel(PHONE, input())).unwrap();
    assert_eq!(accepted.id, None);
    let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
    assert_eq!(
        read("args"),
        format!("--para\n{PHONE}\na b\n$(touch x); *\n({PHONE})\n")
    );
    assert_eq!(read("input"), "linha 1\nlinha 2 é\n");
    assert!(!Path::new("x").exists() && !dir.path().join("x").exists());
}

#[test]
fn the_exit_status_says_what_becomes_of_a_message() {
    for (script, kind, words) in [
        ("exit 1", RefusalKind::Passing, "program terminou com 1"),
        (
            "echo 'sem sinal' >&2; exit 75",
            RefusalKind::Passing,
            "program terminou com 75: sem sinal",
        ),
        ("exit 64", RefusalKind::Permanent, "program terminou com 64"),
        ("exit 67", RefusalKind::Permanent, "program terminou com 67"),
        (
            "kill -9 $$",
            RefusalKind::Unsure,
            "program foi interrompido por um sinal",
        ),
        // It reads nothing, and closes what the input goes into.
        (
            "exec 0<&-; exit 3",
            RefusalKind::Passing,
            "program terminou com 3",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let channel = command(&program(&dir, script), &[]);
        let large = Content::Input(vec![b'x'; 1 << 20]);
        let refusal = send(&web(), &channel, &parcel(PHONE, large)).unwrap_err();
        assert_eq!(refusal.kind, kind, "{script}");
        assert_eq!(told(Lang::PtBr, &refusal.problem), words);
        assert_hidden(&refusal);
    }
}

#[test]
fn words_of_a_program_are_bounded_and_cleaned() {
    let dir = tempfile::tempdir().unwrap();
    let script = r#"yes "para $1 com +55 11 91234-5678" | head -c 3000000 >&2; exit 1"#;
    let channel = command(&program(&dir, script), &["{destino}"]);
    let refusal = send(&web(), &channel, &parcel(PHONE, input())).unwrap_err();
    assert_hidden(&refusal);
    let ProgramEnd::Status { output, .. } = end(&refusal) else {
        panic!()
    };
    assert!(output.starts_with("para … com +…5678"), "{output}");
    assert!(output.chars().count() <= 301);
}

/// Even what it started is stopped, and what holds its pipes keeps nobody waiting.
#[test]
#[ignore = "long"]
fn a_program_that_does_not_end_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let script = "echo $$ >pid; sleep 1000 & echo $! >child; wait";
    let channel = command(&program(&dir, script), &[]);
    let begun = Instant::now();
    // Long enough that the shell has written both files on any machine.
    let limit = Duration::from_secs(2);
    let web = web_within(limit);
    let refusal = send(&web, &channel, &parcel(PHONE, input())).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Unsure);
    assert_eq!(end(&refusal), &ProgramEnd::TimedOut(limit));
    assert!(begun.elapsed() < Duration::from_secs(500));
    for name in ["pid", "child"] {
        let pid = fs::read_to_string(dir.path().join(name)).unwrap();
        assert!(is_over(pid.trim()), "{name}");
    }

    let script = "sleep 5 <&- & exit 9";
    let channel = command(&program(&dir, script), &[]);
    let refusal = send(&self::web(), &channel, &parcel(PHONE, input())).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Passing);
}

/// Whether no process of that number runs; a signal takes a moment to arrive.
fn is_over(pid: &str) -> bool {
    let stat = format!("/proc/{pid}/stat");
    (0..2000).any(|_| {
        std::thread::yield_now();
        let alive = fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
        !alive
    })
}

#[test]
fn a_program_that_is_not_there_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let plain = dir.path().join("plain");
    fs::write(&plain, "x").unwrap();
    for (path, words) in [
        (dir.path().join("nothing"), "nothing não pôde ser executado"),
        (plain, "plain não pôde ser executado"),
    ] {
        let channel = command(path.to_str().unwrap(), &[]);
        let refusal = send(&web(), &channel, &parcel(PHONE, input())).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Permanent);
        assert!(matches!(end(&refusal), ProgramEnd::NotStarted(_)));
        let told = told(Lang::PtBr, &refusal.problem);
        assert!(told.starts_with(words), "{told}");
        assert!(!told.contains(dir.path().to_str().unwrap()), "{told}");
    }
    let empty = Channel::Command(MessageProgram { argv: Vec::new() });
    assert_eq!(
        send(&web(), &empty, &parcel(PHONE, input()))
            .unwrap_err()
            .kind,
        RefusalKind::Permanent
    );
}

#[test]
fn sendmail_gets_the_envelope_and_the_letter() {
    let dir = tempfile::tempdir().unwrap();
    let path = program(&dir, r#"printf '%s\n' "$@" >args; cat >letter"#);
    let channel = Channel::Sendmail(Sendmail {
        program: Some(path.into()),
    });
    assert!(!channel.is_loopback());
    send(&web(), &channel, &parcel(ADDRESS, Content::Mail(mail()))).unwrap();
    let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
    assert_eq!(
        read("args"),
        format!("-i\n-f\nalertas@parceiro.example\n--\n{ADDRESS}\n")
    );
    let letter = read("letter");
    assert!(
        letter.starts_with("From: ") && !letter.contains('\r'),
        "{letter}"
    );
    assert!(letter.contains(&format!("To: {ADDRESS}\n")), "{letter}");

    for (script, kind) in [
        ("exit 75", RefusalKind::Passing),
        ("exit 67", RefusalKind::Permanent),
    ] {
        let path = program(&dir, &format!("echo '{ADDRESS}... no' >&2; {script}"));
        let channel = Channel::Sendmail(Sendmail {
            program: Some(path.into()),
        });
        let sent = send(&web(), &channel, &parcel(ADDRESS, Content::Mail(mail())));
        let refusal = sent.unwrap_err();
        assert_eq!(refusal.kind, kind);
        assert_hidden(&refusal);
    }
}
