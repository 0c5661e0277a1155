//! The small verbs, and the words of the command line.

use std::fs;

use serde_json::Value;

use super::runs::{ANA, folder};
use super::scene::{OPERATOR, Scene, at, usual};
use crate::common::{
    Config, Folder, assert_clean, assert_words, closed_port, command, daily, ran_now,
};

const DAY: &str = "2026-06-17";

#[test]
#[ignore = "long"]
fn the_document_tells_what_was_decided_and_sent() {
    let scene = Scene::new(folder());
    let run = |day: &str, args: &[&str]| {
        let ran = scene.alert(&at(day), &[&["--format", "json"], args].concat());
        let document: Value = serde_json::from_str(&ran.stdout).unwrap();
        (ran.status, document["alertas"].clone())
    };
    let (status, alerts) = run(DAY, &[]);
    assert_eq!(status, Some(0));
    assert_eq!(alerts["eventos"].as_array().unwrap().len(), 1, "{alerts:#}");
    let event = &alerts["eventos"][0];
    for (key, value) in [
        ("cliente", "Andorinha"),
        ("regra", "esgota"),
        ("novidade", "linha_de_base"),
        ("arquivo", "config_a"),
    ] {
        assert_eq!(event[key], value);
    }
    let message = &alerts["mensagens"][0];
    for (key, value) in [
        ("canal", "email"),
        ("destino", "n…@parceiro.example"),
        ("estado", "aceito"),
    ] {
        assert_eq!(message[key], value, "{alerts:#}");
    }
    assert_eq!(
        (&alerts["aceitas"], &alerts["pendentes"], &alerts["dry_run"]),
        (&1.into(), &0.into(), &false.into())
    );
    scene.settings(&usual(closed_port()));
    let (status, alerts) = run("2026-08-09", &[]);
    assert_eq!(status, Some(5));
    assert_eq!(
        alerts["mensagens"][0]["codigo"], "destino_sem_conexao",
        "{alerts:#}"
    );
    let (_, alerts) = run("2026-08-09", &["--dry-run"]);
    assert_eq!(alerts["dry_run"], true);
}

#[test]
fn a_test_goes_to_the_operator_and_is_marked() {
    let scene = Scene::new(folder());
    for words in [["test", "email"], ["test", "all"]] {
        let ran = scene.verb(DAY, &words).exited(0);
        let sent = scene.letters();
        assert_eq!(sent.len(), 1, "{words:?}");
        assert_eq!(sent[0].to(), OPERATOR);
        assert!(
            sent[0].subject().starts_with("TESTE:"),
            "{}",
            sent[0].subject()
        );
        assert!(sent[0].html().contains("<table") && !sent[0].text().is_empty());
        assert_eq!(sent[0].header("Auto-Submitted"), "auto-generated");
        assert_words(&ran.stdout, &["✓ email n…@parceiro.example", "4F3A"]);
    }
    let ran = scene.verb(DAY, &["test", "sms"]).exited(2);
    assert_words(&ran.stderr, &["sms", "email"]);
    scene.settings(&usual(closed_port()));
    let ran = scene.verb(DAY, &["test", "email"]).exited(5);
    assert_words(&ran.stdout, &["✗ email n…@parceiro.example"]);
    assert!(!std::path::Path::new(&scene.store).exists());
}

#[test]
fn a_pause_sends_nothing_and_loses_nothing() {
    let scene = Scene::new(folder());
    scene.verb(DAY, &["pause"]).exited(1);
    scene.morning(DAY).exited(0);
    scene.letters();
    let ran = scene.verb(DAY, &["pause", "2026-08-10"]).exited(0);
    assert_words(&ran.stdout, &["em pausa até 10/08/2026"]);
    let ran = scene.alert(&at("2026-08-09"), &[]).exited(0);
    assert_words(&ran.stderr, &["em pausa até 10/08/2026"]);
    assert!(scene.letters().is_empty());
    assert_words(
        &scene.verb("2026-08-09", &["status"]).exited(0).stdout,
        &["10/08/2026"],
    );
    let ran = scene.verb("2026-08-09", &["resume"]).exited(0);
    assert_words(&ran.stdout, &["terminou"]);
    scene.alert("2026-08-09T13:00:00Z", &["-q"]).exited(0);
    let sent = scene.letters();
    assert_eq!(
        sent.iter().filter(|letter| letter.to() == OPERATOR).count(),
        1
    );
    assert_eq!(sent.iter().filter(|letter| letter.to() == ANA).count(), 1);
}

#[test]
#[ignore = "long"]
fn a_long_pause_ends_with_what_still_holds_told_once() {
    let scene = Scene::new(folder());
    scene.morning(DAY).exited(0);
    scene.verb(DAY, &["pause"]).exited(0);
    scene.letters();
    for day in [
        "2026-08-09",
        "2026-08-14",
        "2026-08-18",
        "2026-08-19",
        "2026-08-27",
        "2026-08-28",
    ] {
        scene.morning(day).exited(0);
        assert!(scene.letters().is_empty(), "{day}");
    }
    scene.verb("2026-08-28", &["resume"]).exited(0);
    scene.alert("2026-08-28T13:00:00Z", &["-q"]).exited(0);
    let sent = scene.letters();
    for address in [OPERATOR, ANA] {
        let sent: Vec<_> = sent
            .iter()
            .filter(|letter| letter.to() == address)
            .collect();
        assert_eq!(sent.len(), 1, "{address}: {sent:?}");
        assert!(
            !sent[0].text().contains("NÃO ENTREGUE"),
            "{}",
            sent[0].text()
        );
    }
    scene.alert("2026-08-28T14:00:00Z", &["-q"]).exited(0);
    assert!(scene.letters().is_empty());
}

#[test]
#[ignore = "long"]
fn status_tells_what_is_open_and_what_waits() {
    let scene = Scene::new(folder());
    let ran = scene.verb(DAY, &["status"]).exited(1);
    assert_words(&ran.stderr, &["nenhum alerta foi decidido"]);
    scene.morning(DAY).exited(0);
    scene.settings(&usual(closed_port()));
    scene.morning("2026-08-09").exited(5);
    let ran = scene.verb("2026-08-09", &["status"]).exited(0);
    assert_words(
        &ran.stdout,
        &[
            "Andorinha",
            "Boa Vista",
            "Esgota",
            "n…@parceiro.example",
            "17/06/2026",
        ],
    );
    assert_clean(&ran);
    for address in [OPERATOR, ANA] {
        assert!(!ran.stdout.contains(address));
    }
    let ran = scene
        .verb("2026-08-09", &["status", "--lang", "en"])
        .exited(0);
    assert_words(&ran.stdout, &["Andorinha"]);
}

#[test]
fn of_an_ended_contract_status_has_nothing_open() {
    let config = Config::new("a").with("cliente", "Andorinha");
    let scene = Scene::new(Folder::new().client(&config, daily("2026-01-01", "2026-12-31", "26")));
    scene.morning("2026-12-10").exited(0);
    let open = |day: &str| {
        let ran = scene.verb(day, &["status"]).exited(0);
        ran.stdout.contains("Andorinha")
    };
    assert!(open("2026-12-10"));
    scene.morning("2027-01-04").exited(0);
    assert!(!open("2027-01-04"));
}

#[test]
fn tell_sends_the_present_state_to_the_customer_by_hand() {
    let scene = Scene::new(folder());
    scene.morning(DAY).exited(0);
    scene.letters();
    let before = scene.kept();
    let ran = scene.verb(DAY, &["tell", "Andorinha"]).exited(0);
    let sent = scene.letters();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to(), ANA);
    assert!(sent[0].text().contains("Andorinha") && !sent[0].text().contains("Boa Vista"));
    assert_words(&ran.stdout, &["✓ email a…@andorinha.example"]);
    assert!(!ran.stdout.contains(ANA));
    assert_ne!(scene.kept(), before, "it is remembered that she was told");
    let several = scene.verb(DAY, &["tell", "config"]).exited(2);
    assert_words(&several.stderr, &["config_a", "config_b"]);
    scene.verb(DAY, &["tell", "Ninguém"]).exited(2);
    assert!(scene.letters().is_empty());
    // What cannot be noted, or read, is said; the letter goes out all the same.
    scene.query("CREATE TRIGGER cheio BEFORE UPDATE ON alerta_estado BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
    let before = scene.kept();
    let ran = scene.verb("2026-08-09", &["tell", "Andorinha"]).exited(0);
    assert_eq!(scene.letters().len(), 1);
    assert_words(
        &ran.stderr,
        &["não podem ser lidos ou marcados", "disk is full"],
    );
    assert_eq!(scene.kept(), before);
    let mut bytes = fs::read(&scene.store).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(&scene.store, &bytes).unwrap();
    let ran = scene.verb("2026-08-09", &["tell", "Andorinha"]).exited(0);
    assert_eq!(scene.letters().len(), 1);
    assert_words(&ran.stderr, &["não podem ser lidos ou marcados"]);
}

#[test]
fn a_forgotten_address_leaves_nothing_behind() {
    let scene = Scene::new(folder());
    scene.morning(DAY).exited(0);
    scene.morning("2026-08-09").exited(0);
    let words = |scene: &Scene| {
        let rows =
            scene.query("SELECT DISTINCT destinatario FROM alerta_saida WHERE mascara LIKE 'a…@%'");
        rows.into_iter()
            .filter_map(|mut row| row.remove(0))
            .collect::<Vec<_>>()
    };
    let known = words(&scene);
    assert_eq!(known.len(), 1);
    let ran = scene.verb("2026-08-09", &["forget", ANA]).exited(0);
    assert!(!ran.stdout.contains(ANA));
    assert!(words(&scene).is_empty());
    for row in scene.query("SELECT memoria FROM alerta_estado") {
        assert!(!row[0].as_deref().unwrap().contains(&known[0]));
    }
    scene.verb("2026-08-09", &["forget", "ninguem"]).exited(2);
    // If it is still in the config, it is an address that is new: what is open is nothing new to it.
    scene.letters();
    scene.alert("2026-08-09T13:00:00Z", &["-q"]).exited(0);
    assert!(scene.letters().iter().all(|letter| letter.to() != ANA));
}

#[test]
fn templates_and_settings_are_made_for_the_user() {
    let scene = Scene::new(folder());
    let ran = scene.verb(DAY, &["templates"]).exited(0);
    assert_words(
        &ran.stdout,
        &["oci_credito_alerta_v1", "oci_carteira_resumo_v1", "{{1}}"],
    );

    let settings = scene.dir().join("alertas.ini");
    let before = fs::read(&settings).unwrap();
    let init = |by: &str| scene.verb(DAY, &["init", "--email", OPERATOR, "--by", by]);
    let by = format!("smtp://{}", scene.mail.address());
    let ran = init(&by).exited(2);
    assert_words(&ran.stderr, &["já existe"]);
    assert_eq!(fs::read(&settings).unwrap(), before);
    fs::remove_file(&settings).unwrap();
    init("ftp://nada").exited(2);
    assert!(!settings.exists());
    let ran = init(&by).exited(0);
    assert_words(&ran.stdout, &["✓ email"]);
    let sent = scene.letters();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].subject().starts_with("TESTE:"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&settings).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    // It is one that a run can use.
    scene.morning(DAY).exited(0);
    assert_eq!(scene.letters().len(), 1);
    fs::remove_file(&settings).unwrap();
    let ran = scene.verb(DAY, &["init"]).exited(2);
    assert_words(&ran.stderr, &["--email", "--by"]);
}

#[test]
fn a_folder_named_like_a_verb_is_reached_by_its_path_and_options_go_before_a_verb() {
    let scene = Scene::new(folder());
    let outer = tempfile::tempdir().unwrap();
    let inner = outer.path().join("test");
    fs::create_dir(&inner).unwrap();
    for entry in fs::read_dir(scene.dir()).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, inner.join(path.file_name().unwrap())).unwrap();
    }
    let run = |words: &[&str]| {
        let mut command = command();
        command.current_dir(outer.path()).args(words);
        command.args([
            "--endpoint",
            &scene.served.server.endpoint(),
            "--now",
            &at(DAY),
        ]);
        ran_now(&mut command)
    };
    let ran = run(&["alert", "./test", "-q"]).exited(0);
    assert!(ran.stdout.contains("Andorinha"));
    assert_eq!(scene.letters().len(), 1);
    run(&["alert", "test"]).exited(2);
    let ran = run(&["-q", "--lang", "en", "alert", "test", "email", "test"]).exited(0);
    assert_words(&ran.stdout, &["accepted"]);
    let ran = run(&["alert", "--lang", "en", "test", "email", "./test"]).exited(0);
    assert_words(&ran.stdout, &["accepted"]);
    assert_eq!(scene.letters().len(), 2);
}
