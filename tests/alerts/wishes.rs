//! Wishes of the configs and the settings are read again before each message.

use super::runs::{ANA, folder};
use super::scene::{OPERATOR, Scene, at, usual};
use super::stand_in::{PHONE, Provider, TOKEN, answer};
use crate::common::{Config, Folder, closed_port, daily, refusal};

fn one() -> Config {
    Config::new("a")
        .with("cliente", "Andorinha")
        .with("alerta_email", ANA)
}

/// A client whose credit runs out on 2026-09-08; the level rises to 3 on 2026-08-09.
fn alone(config: &Config) -> Folder {
    Folder::new().client(config, daily("2026-01-01", "2026-12-31", "40"))
}

fn to(scene: &Scene, address: &str) -> usize {
    scene
        .letters()
        .iter()
        .filter(|letter| letter.to() == address)
        .count()
}

#[test]
fn a_customer_who_is_no_longer_wanted_is_not_written_to() {
    for (key, value) in [
        ("alerta", "nao"),
        ("alerta_email", "outra@andorinha.example"),
    ] {
        let scene = Scene::new(alone(&one()));
        scene.morning("2026-06-17").exited(0);
        scene.settings(&usual(closed_port()));
        scene.morning("2026-08-09").exited(5);
        scene.letters();
        scene.rewrite(&one().with(key, value));
        scene.settings(&usual(scene.mail.address()));
        scene.alert("2026-08-09T13:00:00Z", &["-q"]).exited(0);
        let letters = scene.letters();
        assert_eq!(letters.len(), 1, "{letters:?}");
        assert_eq!(letters[0].to(), OPERATOR);
        assert_eq!(scene.states(), ["aceito", "aceito", "cancelado"]);
    }
}

#[test]
fn a_silence_ends_with_what_is_still_open_told_once() {
    let silent = one().with("alerta_silencio_ate", "2026-08-12");
    let scene = Scene::new(alone(&silent));
    scene.morning("2026-06-17").exited(0);
    for day in ["2026-08-09", "2026-08-12"] {
        scene.morning(day).exited(0);
        assert_eq!(to(&scene, ANA), 0, "{day}");
    }
    scene.morning("2026-08-13").exited(0);
    assert_eq!(to(&scene, ANA), 1);
    scene.morning("2026-08-14").exited(0);
    assert_eq!(to(&scene, ANA), 0);
}

#[test]
#[ignore = "long"]
fn what_tell_does_not_say_is_told_after_a_silence() {
    let silent = one().with("alerta_silencio_ate", "2026-12-05");
    let scene = Scene::new(Folder::new().client(&silent, daily("2026-01-01", "2026-12-31", "26")));
    scene.morning("2026-11-02").exited(0);
    scene.morning("2026-12-04").exited(0);
    assert_eq!(to(&scene, ANA), 0);
    // The letter has the credit, and not the end of the contract, which is in thirty days.
    scene.verb("2026-12-04", &["tell", "Andorinha"]).exited(0);
    assert_eq!(to(&scene, ANA), 1);
    scene.morning("2026-12-06").exited(0);
    assert_eq!(to(&scene, ANA), 1);
    scene.morning("2026-12-07").exited(0);
    assert_eq!(to(&scene, ANA), 0);
}

#[test]
fn a_customer_hears_from_its_own_level_on() {
    let scene = Scene::new(alone(&one().with("alerta_a_partir_de", "4")));
    for day in ["2026-06-17", "2026-08-09", "2026-09-08"] {
        scene.morning(day).exited(0);
        assert_eq!(to(&scene, ANA), 0, "{day}");
    }
    // Spent: a fact that nobody has to confirm.
    scene.morning("2026-09-10").exited(0);
    assert_eq!(to(&scene, ANA), 1);
}

#[test]
fn a_text_message_waits_for_the_morning() {
    let sms = Provider::start([answer(
        201,
        r#"{"sid":"SM123","status":"queued","error_code":null}"#,
    )]);
    let scene = Scene::new(alone(&one()));
    let text = usual(scene.mail.address()).replace(OPERATOR, &format!("{OPERATOR}\nsms = {PHONE}"))
        + &format!(
            "[sms]\npor = twilio\nconta = AC0123456789abcdef0123456789abcdef\ntoken = {TOKEN}\n\
             de = +15005550006\nendereco = {}\n",
            sms.url()
        );
    scene.settings(&text);
    // Seven o'clock in São Paulo, and eleven at night.
    // By the second time the message waits for longer than from one run a day to the next.
    for (time, status) in [("2026-08-20T10:00:00Z", 0), ("2026-08-21T02:00:00Z", 5)] {
        scene.alert(time, &["-q"]).exited(status);
        assert!(sms.seen().is_empty(), "{time}");
    }
    // The provider is asked besides what has become of it.
    let sent = || {
        let seen = sms.seen().into_iter();
        seen.filter(|seen| seen.method == "POST").count()
    };
    scene.alert("2026-08-21T11:00:00Z", &["-q"]).exited(0);
    assert_eq!(sent(), 1);
    scene.alert("2026-08-21T12:00:00Z", &["-q"]).exited(0);
    assert_eq!(sent(), 1);
}

#[test]
fn a_failure_of_most_clients_is_one_message_and_its_end_another() {
    let mut folder = Folder::new();
    for id in ["p", "q", "r", "s"] {
        folder = folder.client(&Config::new(id), daily("2026-01-01", "2026-12-31", "26"));
    }
    let scene = Scene::new(folder);
    scene.morning("2026-06-17").exited(0);
    assert!(scene.letters().is_empty(), "nothing is open");
    let change = |fault: Option<crate::common::stand_in::Fault>| {
        for id in ["p", "q", "r"] {
            let tenancy = Config::new(id).value("tenancy").to_owned();
            scene
                .served
                .server
                .change(&tenancy, |tenant| tenant.always.clone_from(&fault));
        }
    };
    change(Some(refusal(404, "NotAuthorizedOrNotFound")));
    for (day, letters) in [("2026-06-18", 1), ("2026-06-19", 0), ("2026-06-20", 0)] {
        scene.morning(day).exited(3);
        let sent = scene.letters();
        assert_eq!(sent.len(), letters, "{day}: {sent:?}");
        assert!(sent.iter().all(|letter| letter.to() == OPERATOR));
    }
    change(None);
    scene.morning("2026-06-21").exited(0);
    assert_eq!(scene.letters().len(), 1);
    scene.morning("2026-06-22").exited(0);
    assert!(scene.letters().is_empty());
}

#[test]
fn a_client_that_left_or_whose_address_is_new_is_told_to_the_operator() {
    let scene = Scene::new(folder());
    scene.morning("2026-06-17").exited(0);
    scene.letters();
    // Another address of the operator's hears what is open, and the first one nothing.
    let text = usual(scene.mail.address())
        .replace(OPERATOR, &format!("{OPERATOR}, novo@parceiro.example"));
    scene.settings(&text);
    scene.morning("2026-06-18").exited(0);
    let letters = scene.letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].to(), "novo@parceiro.example");
    std::fs::remove_file(scene.dir().join("config_a")).unwrap();
    // A file may be missing for a moment.
    scene.alert(&at("2026-06-19"), &["-q"]).exited(0);
    assert!(scene.letters().is_empty());
    scene.alert(&at("2026-06-20"), &["-q"]).exited(0);
    let letters = scene.letters();
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(
        letters
            .iter()
            .all(|letter| letter.to() != ANA && letter.text().contains("Andorinha"))
    );
}
