//! Kinds of run: what each decides, sends and keeps.

use super::runs::{ANA, folder};
use super::scene::{Letter, OPERATOR, Scene, at, usual};
use crate::common::{assert_words, closed_port};

fn to(letters: &[Letter], address: &str) -> usize {
    letters
        .iter()
        .filter(|letter| letter.to() == address)
        .count()
}

#[test]
fn a_rehearsal_shows_everything_and_changes_nothing() {
    let scene = Scene::new(folder());

    let first = scene.alert(&at("2026-06-17"), &["--dry-run"]).exited(0);

    assert!(scene.letters().is_empty());
    assert_eq!(scene.kept(), Vec::<Vec<_>>::new());
    assert_words(
        &first.stdout,
        &[
            "Andorinha (config_a)",
            "Boa Vista (config_b)",
            "nada é enviado",
        ],
    );
    assert_words(
        &first.stdout,
        &["operador, email n", "cliente, email a", "cliente, email b"],
    );
    assert!(
        !first.stdout.contains(OPERATOR) && !first.stdout.contains(ANA),
        "{}",
        first.stdout
    );
    // What it shows is what is sent then.
    scene.morning("2026-06-17").exited(0);
    let sent = scene.letters();
    assert_eq!(sent.len(), 1);
    assert_words(&first.stdout, &[&sent[0].subject(), &sent[0].text()]);

    // In the midst of it all, with a message that waits.
    scene.settings(&usual(closed_port()));
    scene.morning("2026-08-09").exited(5);
    scene.settings(&usual(scene.mail.address()));
    let before = scene.kept();
    let shown = scene.alert(&at("2026-08-10"), &["--dry-run"]).exited(0);
    assert_eq!(scene.kept(), before);
    assert!(scene.letters().is_empty());
    for name in ["Andorinha (config_a)", "Boa Vista (config_b)"] {
        let about = shown
            .stdout
            .split(name)
            .nth(1)
            .unwrap_or_else(|| panic!("{}", shown.stdout));
        assert_words(
            about,
            &[
                "operador, email",
                "Esgota: não piorou desde o aviso de 09/08/2026",
            ],
        );
    }
    scene.morning("2026-08-10").exited(0);
    let sent = scene.letters();
    assert_eq!((to(&sent, OPERATOR), to(&sent, ANA)), (1, 1));
    for letter in sent {
        assert_words(&shown.stdout, &[&letter.subject()]);
    }
    // And in English.
    let shown = scene
        .alert(&at("2026-08-11"), &["--dry-run", "--lang", "en"])
        .exited(0);
    assert_words(&shown.stdout, &["no worse", "Andorinha (config_a)"]);
}

#[test]
fn a_run_of_chosen_clients_tells_their_customers_alone() {
    let scene = Scene::new(folder());
    scene.morning("2026-06-17").exited(0);
    scene.letters();

    scene
        .alert(&at("2026-08-09"), &["--only", "Andorinha"])
        .exited(0);

    let sent = scene.letters();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].to(), ANA);
    // The usual run of that morning tells the operator of both, and nobody twice.
    scene.morning("2026-08-09").exited(0);
    let sent = scene.letters();
    assert_eq!((to(&sent, OPERATOR), to(&sent, ANA)), (1, 0), "{sent:?}");
    let digest = sent.iter().find(|letter| letter.to() == OPERATOR).unwrap();
    assert_words(&digest.text(), &["Andorinha", "Boa Vista"]);
    scene.alert("2026-08-09T15:00:00Z", &["-q"]).exited(0);
    assert!(scene.letters().is_empty());
}

#[test]
#[ignore = "long"]
fn a_look_decides_and_sends_nothing_and_says_so() {
    let scene = Scene::new(folder());
    scene.settings(&usual(closed_port()));
    scene.morning("2026-06-17").exited(5);
    scene.settings(&usual(scene.mail.address()));
    let before = scene.kept();
    for look in [
        ["--method", "recent"],
        ["--settle-days", "1"],
        ["--surplus-percent", "5"],
        ["--what-if", "+10%"],
    ] {
        let ran = scene.alert(&at("2026-08-09"), &look).exited(0);
        assert_words(&ran.stderr, &["não decide nem envia alertas"]);
        assert!(ran.stdout.contains("Andorinha"), "{}", ran.stdout);
        let ran = scene.alert(
            &at("2026-08-09"),
            &[&look[..], &["--lang", "en", "--dry-run"]].concat(),
        );
        assert_words(&ran.exited(0).stderr, &["decides and sends no alerts"]);
        assert!(scene.letters().is_empty(), "{look:?}");
        assert_eq!(scene.kept(), before, "{look:?}");
    }
}

#[test]
fn another_service_and_a_past_day_send_within_this_machine_alone() {
    let scene = Scene::new(folder());
    let far = usual(scene.mail.address()).replace(
        &scene.mail.address().to_string(),
        "smtp.parceiro.example:587",
    );
    scene.settings(&far);

    let ran = scene.alert(&at("2026-06-17"), &[]).exited(0);

    assert_words(&ran.stderr, &["mostra os alertas e não os envia"]);
    assert_words(&ran.stdout, &["Andorinha (config_a)", "linha de base"]);
    assert_eq!(scene.kept(), Vec::<Vec<_>>::new());
    // One far channel among near ones is enough.
    scene.settings_with("[webhook fora]\nendereco = https://parceiro.example/gancho\n");
    let ran = scene.alert(&at("2026-06-17"), &["--lang", "en"]).exited(0);
    assert_words(&ran.stderr, &["does not send them"]);
    assert!(scene.letters().is_empty());
    scene.settings(&usual(scene.mail.address()));
    scene.morning("2026-06-20").exited(0);
    assert_eq!(scene.letters().len(), 1);

    // An earlier day has states of its own, and leaves the others as they are.
    let usual_state = |scene: &Scene| {
        let mut kept = scene.kept();
        kept.retain(|row| row.iter().any(|cell| cell.as_deref() == Some("usual")));
        kept
    };
    let before = usual_state(&scene);
    let past = ["--as-of", "2026-06-10"];
    scene.alert("2026-06-20T13:00:00Z", &past).exited(0);
    let sent = scene.letters();
    assert_eq!((sent.len(), to(&sent, OPERATOR)), (1, 1), "{sent:?}");
    assert_words(&sent[0].subject(), &["linha de base", "10/06/2026"]);
    assert_eq!(usual_state(&scene), before);
    scene.alert("2026-06-20T14:00:00Z", &past).exited(0);
    assert!(scene.letters().is_empty());
    scene.settings(&far);
    let ran = scene
        .alert("2026-06-20T15:00:00Z", &["--as-of", "2026-06-11"])
        .exited(0);
    assert_words(&ran.stderr, &["mostra os alertas e não os envia"]);
}

#[test]
#[ignore = "long"]
fn without_the_service_what_waits_is_sent_and_nothing_decided() {
    let scene = Scene::new(folder());
    scene.settings(&usual(closed_port()));
    scene.morning("2026-06-17").exited(5);
    scene.settings(&usual(scene.mail.address()));
    let memory = |scene: &Scene| scene.query("SELECT memoria FROM alerta_estado ORDER BY tenancy");
    let before = memory(&scene);
    scene.alert(&at("2026-06-20"), &["--offline"]).exited(0);
    let sent = scene.letters();
    assert_eq!((sent.len(), to(&sent, OPERATOR)), (1, 1));
    assert_words(&sent[0].text(), &["Andorinha"]);
    assert_eq!(memory(&scene), before);
    scene.alert(&at("2026-06-20"), &["--offline"]).exited(0);
    assert!(scene.letters().is_empty());
}

#[test]
fn without_a_store_the_operator_has_a_marked_digest_and_nobody_else_hears() {
    let scene = Scene::new(folder());
    for day in ["2026-06-17", "2026-06-17", "2026-08-09"] {
        scene.alert(&at(day), &["--no-store", "-q"]).exited(0);
        let sent = scene.letters();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert_eq!(sent[0].to(), OPERATOR);
        assert_words(&sent[0].text(), &["Sem histórico", "Andorinha"]);
    }
    assert!(!std::path::Path::new(&scene.store).exists());
    // Nobody knows whether it was told: it is due, and lost only where it cannot be sent.
    scene.settings(&usual(closed_port()));
    scene
        .alert(&at("2026-06-17"), &["--no-store", "-q"])
        .exited(5);
}
