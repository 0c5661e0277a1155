//! The time for a whole run: what is done by its end is reported, the rest has failed.

use std::time::{Duration, Instant};

use crate::common::habits::Habits;
use crate::common::stand_in::{Fault, WorldRow};
use crate::common::{
    Config, Folder, answer, assert_words, client, daily, failure, figures, program, warnings,
};

/// Far longer than a test may take, and shorter than the program would wait by itself.
const FOR_EVER: Duration = Duration::from_secs(600);
/// The program waits for one answer as long as the service is silent.
const PATIENT: [&str; 2] = ["--timeout", "900"];

fn rows() -> Vec<WorldRow> {
    daily("2026-01-01", "2026-06-16", "12.5")
}

fn silent() -> Option<Fault> {
    Some(Fault::Silent(FOR_EVER))
}

#[test]
#[ignore = "long"]
fn what_is_done_by_the_deadline_is_reported_and_the_rest_has_failed() {
    let slow = ["a", "m", "z"].map(Config::new);
    let mut folder = Folder::new();
    for config in &slow {
        folder = folder.faulty(config, rows(), [], silent());
    }
    let served = folder
        .client(&Config::new("b"), rows())
        .client(&Config::new("n"), rows())
        .serve();
    let without = served.json(0, &["--only", "config_b"]);
    let began = Instant::now();
    let args = [&PATIENT[..], &["--deadline", "8"]].concat();
    let document = served.json(3, &args);
    assert!(began.elapsed() < FOR_EVER / 2);
    for quick in ["config_b", "config_n"] {
        let (found, alone) = (client(&document, quick), client(&without, "config_b"));
        assert_eq!(figures(found), figures(alone));
    }
    for config in &slow {
        let failed = failure(&document, &config.file);
        assert_eq!(failed["codigo"], "prazo_da_execucao");
        assert_words(
            failed["mensagem"].as_str().unwrap(),
            &["o prazo da execução acabou"],
        );
        assert_words(failed["acao"].as_str().unwrap(), &["--deadline", "--only"]);
    }
}

/// The months only confirm: days that are there are reported though the service never answers about months.
#[test]
#[ignore = "long"]
fn months_that_do_not_come_keep_no_client_from_its_report() {
    let mut folder = Folder::new();
    for id in ["a", "b"] {
        folder = folder.client(&Config::new(id), rows());
    }
    let hangs = Habits {
        months_hang: true,
        ..Habits::default()
    };
    folder.world.tenants[0].habits = Some(hangs);
    let served = folder.serve();
    for args in [&["--deadline", "6"][..], &["--deadline", "6", "--no-store"]] {
        let document = served.json(0, &[&PATIENT[..], args].concat());
        let (found, other) = (client(&document, "config_a"), client(&document, "config_b"));
        assert_eq!(figures(found), figures(other));
        let mut told = warnings(found);
        told.retain(|code| !warnings(other).contains(code));
        assert_eq!(told, ["mes_nao_conferido"]);
    }
}

#[test]
#[ignore = "long"]
fn a_run_of_which_nothing_is_done_by_the_deadline_says_so() {
    let served = Folder::new()
        .faulty(&Config::new("a"), rows(), [], silent())
        .faulty(&Config::new("b"), rows(), [], silent())
        .serve();
    let args = [&PATIENT[..], &["--deadline", "1"]].concat();
    let document = served.json(4, &args);
    for file in ["config_a", "config_b"] {
        assert_eq!(failure(&document, file)["codigo"], "prazo_da_execucao");
    }
    let text = served.run(&args).exited(4);
    assert_words(
        &text.stdout,
        &["o prazo da execução acabou antes deste cliente"],
    );
}

#[test]
fn a_client_that_waits_for_its_next_try_has_failed_too() {
    let limit = answer(429, &[("retry-after", "600")], "");
    let served = Folder::new()
        .faulty(&Config::new("a"), rows(), [], Some(limit))
        .serve();
    let document = served.json(4, &["--retry-budget", "900", "--deadline", "1"]);
    assert_eq!(
        failure(&document, "config_a")["codigo"],
        "prazo_da_execucao"
    );
}

#[test]
fn a_deadline_is_longer_than_no_time() {
    for value in ["0", "-1", "1.5", "x", ""] {
        for command in [&["."][..], &["check", "."], &["demo"]] {
            let ran = program(&[command, &[&format!("--deadline={value}")]].concat()).exited(2);
            assert_words(&ran.stderr, &["--deadline"]);
        }
    }
}
