//! Channels that are down, killed runs, stores that cannot be used, and clocks that go wrong: nothing is lost, and
//! nothing told twice.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use super::mail_server::{Act, MailServer, Manner};
use super::scene::{Letter, OPERATOR, Scene, at, usual};
use super::stand_in::{PHONE, Provider, Reply, answer};
use crate::common::{
    Config, Folder, assert_words, closed_port, daily, private, ran_now, refusal, samples,
};
use crate::store::on_each_engine;

const ANA: &str = "ana@andorinha.example";

/// A client whose credit runs out on 2026-09-08.
fn one() -> Config {
    Config::new("a")
        .with("cliente", "Andorinha")
        .with("alerta_email", ANA)
}

fn folder() -> Folder {
    Folder::new().client(&one(), daily("2026-01-01", "2026-12-31", "40"))
}

fn acting(stage: &'static str, act: Act) -> MailServer {
    MailServer::start(Manner {
        acts: [(stage, act)].into(),
        ..Manner::default()
    })
}

fn letters(server: &MailServer) -> Vec<Letter> {
    server
        .seen()
        .letters
        .iter()
        .map(|letter| Letter::read(letter))
        .collect()
}

/// The settings of SMS by Twilio at `url`, with that account.
fn twilio(account: &str, url: &str) -> String {
    format!(
        "[sms]\npor = twilio\nconta = {account}\ntoken = tok-3nSecret-Qx81\nde = +15005550006\nendereco = {url}\n\n"
    )
}

const SMS_TAKEN: &str =
    r#"{"sid":"SM123","status":"queued","error_code":null,"error_message":null}"#;

/// The usual settings with an operator's telephone, too.
fn with_phone(operator: &str, mail: std::net::SocketAddr) -> String {
    usual(mail).replace(OPERATOR, &format!("{operator}\nsms = {PHONE}"))
}

#[test]
#[ignore = "long"]
fn what_a_channel_could_not_take_is_the_same_letter_the_next_time() {
    let scene = Scene::new(folder());
    let busy = acting("CONTENT", Act::Say("451 4.3.0 try later"));
    scene.settings(&usual(busy.address()));

    let ran = scene.alert(&at("2026-06-17"), &[]).exited(5);

    assert!(ran.stdout.contains("Andorinha"), "{}", ran.stdout);
    assert_words(
        &ran.stderr,
        &["alerta não entregue, email n…@parceiro.example"],
    );
    assert!(!ran.stderr.contains(OPERATOR), "{}", ran.stderr);
    let tried = letters(&busy);
    assert!(tried.len() > 1);
    assert!(tried.iter().all(|letter| letter.id() == tried[0].id()));
    assert_eq!(scene.states(), ["pendente"]);
    // The server is well again.
    scene.settings(&usual(scene.mail.address()));
    scene.alert("2026-06-17T12:30:00Z", &["-q"]).exited(0);
    let sent = scene.letters();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].id(), tried[0].id());
    assert_eq!(sent[0].text(), tried[0].text());
    assert_eq!(scene.states(), ["aceito"]);
}

#[test]
#[ignore = "long"]
fn what_no_channel_takes_for_a_week_expires_and_is_told_anew() {
    on_each_engine(|store| {
        let scene = Scene::stored_in(folder(), store());
        let settings =
            |mail| usual(mail).replace(OPERATOR, &format!("{OPERATOR}\nlembrar = nunca"));
        scene.settings(&settings(closed_port()));
        for day in ["2026-06-17", "2026-06-19", "2026-06-24"] {
            scene.morning(day).exited(5);
            assert_eq!(scene.states(), ["pendente"], "{day}");
        }
        scene.morning("2026-06-25").exited(5);
        assert_eq!(scene.states(), ["vencido"]);

        scene.settings(&settings(scene.mail.address()));
        scene.morning("2026-06-26").exited(0);
        let sent = scene.letters();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert_words(
            &sent[0].text(),
            &[
                "NOVOS (1)",
                "NÃO ENTREGUE (1)",
                "desistência depois de 7 dias",
            ],
        );
        scene.morning("2026-06-27").exited(0);
        assert!(scene.letters().is_empty());
    });
}

#[test]
fn a_refused_customer_is_told_of_in_the_next_digest() {
    let scene = Scene::new(folder());
    scene.morning("2026-06-17").exited(0);
    let refusing = acting("RCPT", Act::Say("550 5.1.1 no such user"));
    let hook = Provider::start([answer(204, "")]);
    let by_hook = format!("{OPERATOR}\ncanais = webhook:painel");
    scene.settings(
        &(usual(refusing.address()).replace(OPERATOR, &by_hook)
            + &format!("[webhook painel]\nendereco = {}\n", hook.url())),
    );

    let ran = scene.alert(&at("2026-08-09"), &[]).exited(5);

    assert_words(
        &ran.stderr,
        &[
            "alerta não entregue, email a…@andorinha.example (Andorinha)",
            "550",
        ],
    );
    assert!(!ran.stderr.contains(ANA), "{}", ran.stderr);
    let tries = || {
        refusing
            .verbs()
            .iter()
            .filter(|verb| *verb == "RCPT")
            .count()
    };
    assert_eq!(tries(), 1, "a refusal for good is not tried again");
    // Nothing else is new, and the operator hears of it all the same, once.
    let before = hook.seen().len();
    for time in [
        "2026-08-10T12:00:00Z",
        "2026-08-10T13:00:00Z",
        "2026-08-11T15:00:00Z",
    ] {
        scene.alert(time, &["-q"]).exited(0);
    }
    let told = hook.seen().split_off(before);
    assert_eq!(told.len(), 1);
    let lost = &told[0].json()["dados"]["nao_entregues"][0];
    for (key, value) in [
        ("cliente", "Andorinha"),
        ("estado", "falhou"),
        ("destino", "a…@andorinha.example"),
        ("codigo", "destinatario_recusado"),
    ] {
        assert_eq!(lost[key], value);
    }
    assert_eq!(tries(), 1);
}

#[test]
#[ignore = "long"]
fn what_a_killed_run_had_gives_way_to_newer_news() {
    on_each_engine(|store| {
        let scene = Scene::stored_in(folder(), store());
        scene.settings(&usual(closed_port()));
        scene.morning("2026-06-17").exited(5);
        // As a run leaves it that is killed before it sends.
        scene.query(
            "UPDATE alerta_saida SET arrendatario = 'x', arrendada_ate = decidida_em, proxima_em = NULL",
        );
        scene.settings(&usual(scene.mail.address()));
        scene.rewrite(&one().with("credito", "16000"));
        scene.morning("2026-06-18").exited(0);
        // What opened and ended before anybody heard of it is told to nobody.
        assert!(scene.letters().is_empty());
        assert_eq!(scene.states(), ["substituido"]);
    });
}

/// A store that takes no message, that is damaged, or that is none: the report is made, and the operator's digest marked.
#[test]
fn without_a_memory_the_operator_has_a_marked_digest_and_the_report_is_made() {
    let marked = |scene: &Scene, day: &str, status: i32| {
        let ran = scene.morning(day).exited(status);
        assert!(ran.stdout.contains("Andorinha"), "{}", ran.stdout);
        let sent = scene.letters();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert_eq!(sent[0].to(), OPERATOR);
        assert_words(&sent[0].text(), &["Sem histórico", "Andorinha"]);
        ran
    };
    // As a disk that is full once the decision is to be written.
    let scene = Scene::new(folder());
    scene.morning("2026-06-17").exited(0);
    scene.letters();
    scene.query("CREATE TRIGGER cheio BEFORE INSERT ON alerta_saida BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
    let before = scene.kept();
    let ran = marked(&scene, "2026-08-09", 0);
    assert_words(&ran.stdout, &["não"]);
    assert_eq!(scene.kept(), before);
    // Once there is room, all that was decided then is told: nothing is lost.
    scene.query("DROP TRIGGER cheio");
    scene.morning("2026-08-10").exited(0);
    let mut told: Vec<String> = scene
        .letters()
        .iter()
        .map(|letter| letter.to().to_owned())
        .collect();
    told.sort_unstable();
    assert_eq!(told, [ANA, OPERATOR]);

    // Damaged.
    let mut bytes = fs::read(&scene.store).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(&scene.store, &bytes).unwrap();
    marked(&scene, "2026-08-11", 0);
    assert_eq!(fs::read(&scene.store).unwrap(), bytes);
    // A folder in its place.
    let folder = Scene::stored_in(folder(), scene.dir().to_str().unwrap().to_owned());
    marked(&folder, "2026-06-17", 0);
    folder.settings(&usual(closed_port()));
    folder.morning("2026-06-17").exited(5);
}

#[test]
#[ignore = "long"]
fn a_clock_that_is_set_back_loses_nothing_and_tells_nothing_twice() {
    let scene = Scene::new(folder());
    for (day, letters) in [("2026-06-17", 1), ("2026-06-18", 0)] {
        scene.morning(day).exited(0);
        assert_eq!(scene.letters().len(), letters, "{day}");
    }
    let before = scene.kept();
    let ran = scene.alert(&at("2026-06-17"), &[]).exited(5);
    assert_words(&ran.stderr, &["confira o relógio"]);
    assert!(scene.letters().is_empty());
    assert_eq!(scene.kept(), before);
    // With a message that waits, which a clock behind the decision neither loses nor sends twice.
    scene.settings(&usual(closed_port()));
    scene.morning("2026-08-09").exited(5);
    scene.settings(&usual(scene.mail.address()));
    scene.alert(&at("2026-08-08"), &[]).exited(5);
    assert!(scene.letters().is_empty());
    scene.alert("2026-08-09T09:00:00Z", &["-q"]).exited(0);
    assert!(
        scene.letters().is_empty(),
        "it is not due before the time of the last try"
    );
    scene.alert("2026-08-09T12:30:00Z", &["-q"]).exited(0);
    let sent = scene.letters();
    assert_eq!(
        sent.iter().filter(|letter| letter.to() == ANA).count(),
        1,
        "{sent:?}"
    );
    assert_eq!(
        sent.iter().filter(|letter| letter.to() == OPERATOR).count(),
        1,
        "{sent:?}"
    );
    scene.alert("2026-08-09T13:00:00Z", &["-q"]).exited(0);
    assert!(scene.letters().is_empty());
}

#[test]
#[ignore = "long"]
fn an_undelivered_alert_outranks_a_failed_client_and_nothing_worse() {
    let down = usual(closed_port());
    let failing = Config::new("f");
    let failed = || {
        folder().faulty(
            &failing,
            Vec::new(),
            [],
            Some(refusal(404, "NotAuthorizedOrNotFound")),
        )
    };
    let cases: [(Folder, &[&str], i32, i32); 4] = [
        (folder(), &[], 0, 5),
        (failed(), &[], 3, 5),
        (folder(), &["--fail-on", "vai_esgotar"], 10, 5),
        (
            Folder::new().faulty(
                &failing,
                Vec::new(),
                [],
                Some(refusal(404, "NotAuthorizedOrNotFound")),
            ),
            &[],
            4,
            4,
        ),
    ];
    thread::scope(|scope| {
        for (folder, args, well, ill) in cases {
            let down = &down;
            scope.spawn(move || {
                let scene = Scene::new(folder);
                scene.settings(down);
                // A client without data is told on the second day.
                scene.alert(&at("2026-06-17"), args);
                scene.alert(&at("2026-06-18"), args).exited(ill);
                scene.settings(&usual(scene.mail.address()));
                scene.alert("2026-06-18T13:00:00Z", args).exited(well);
            });
        }
    });
    let scene = Scene::new(folder());
    scene.settings(&down);
    scene.alert(&at("2026-06-17"), &["--jobs", "0"]).exited(2);
    #[cfg(target_os = "linux")]
    {
        let mut command = scene.command(&at("2026-06-17"), &["-q"]);
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let status = command.stdout(full).stderr(Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(1));
    }
    fs::remove_file(scene.dir().join("alertas.ini")).unwrap();
    let ran = scene.alert(&at("2026-06-17"), &[]).exited(2);
    assert_words(&ran.stderr, &["alertas.ini", "alert init"]);
}

/// A hundred runs are killed at random moments, and each is followed by one that sends what is left.
#[test]
#[ignore = "long"]
fn a_run_that_is_killed_at_any_moment_loses_nothing() {
    let slow = Duration::from_millis(60);
    let scene = &Scene::new(folder());
    let mail = &MailServer::start(Manner {
        acts: [("RCPT", Act::Slow(slow)), ("CONTENT", Act::Slow(slow))].into(),
        ..Manner::default()
    });
    let sms = &Provider::start([Reply::Slow(3 * slow, 201, SMS_TAKEN)]);
    let kills = samples(15, 100);
    // Each has a store, an address and an account of its own, by which its messages are known.
    let begin = |n: usize, store: &str, now: &str| {
        let settings = scene.dir().join(format!("alertas-{n}.ini"));
        let text = with_phone(&format!("noc{n}@parceiro.example"), mail.address())
            + &twilio(&format!("AC{n:032}"), sms.url().as_str());
        private(&settings, &text);
        let mut command = scene.command(now, &["--store", store, "-q", "--alerts"]);
        command.arg(settings);
        command
    };
    // On that day the level is 3, which goes to telephones.
    let begun = Instant::now();
    ran_now(&mut begin(
        kills,
        &format!("{}.whole", scene.store),
        &at("2026-08-20"),
    ))
    .exited(0);
    let whole = begun.elapsed();
    let outcomes = std::sync::Mutex::new(BTreeMap::<String, usize>::new());
    thread::scope(|scope| {
        for part in 0..4 {
            let (begin, outcomes) = (&begin, &outcomes);
            scope.spawn(move || {
                let mut rng = Rng::with_seed(part);
                for n in (0..kills).filter(|n| n % 4 == usize::try_from(part).unwrap()) {
                    let store = format!("{}.{n}", scene.store);
                    let mut child = begin(n, &store, &at("2026-08-20"))
                        .stdout(Stdio::null())
                        .stderr(Stdio::null())
                        .spawn()
                        .unwrap();
                    // Four at a time take longer than one.
                    thread::sleep(whole.mul_f64(0.2 + 1.3 * rng.f64()));
                    child.kill().unwrap();
                    child.wait().unwrap();
                    let late = ran_now(&mut begin(n, &store, "2026-08-20T13:00:00Z"));
                    let rows = crate::store::query(
                        &store,
                        "SELECT canal, estado FROM alerta_saida ORDER BY canal",
                    );
                    let rows: Vec<String> = rows
                        .into_iter()
                        .map(|row| row.into_iter().flatten().collect::<Vec<_>>().join(" "))
                        .collect();
                    let letters: Vec<Letter> = letters(mail)
                        .into_iter()
                        .filter(|letter| letter.to() == format!("noc{n}@parceiro.example"))
                        .collect();
                    let texts = sms.seen();
                    let texts = texts
                        .iter()
                        .filter(|seen| seen.method == "POST")
                        .filter(|seen| seen.target.contains(&format!("AC{n:032}")))
                        .count();
                    assert!(
                        matches!(letters.len(), 1 | 2),
                        "kill {n}: {} letters, {rows:?}, {late:?}",
                        letters.len()
                    );
                    assert!(
                        letters.iter().all(|letter| letter.id() == letters[0].id()),
                        "kill {n}"
                    );
                    assert!(texts <= 1, "kill {n}: {texts} SMS");
                    let expected = match rows.as_slice() {
                        [mail, sms] if mail == "email aceito" => match sms.as_str() {
                            "sms aceito" => texts == 1,
                            "sms incerto" => true,
                            _ => false,
                        },
                        _ => false,
                    };
                    assert!(expected, "kill {n}: {rows:?}, {texts} SMS, {late:?}");
                    // Nobody has heard yet of a text message that may not be there.
                    late.exited(if rows[1] == "sms incerto" { 5 } else { 0 });
                    let what = format!("{} letters, {texts} SMS, {}", letters.len(), rows[1]);
                    *outcomes.lock().unwrap().entry(what).or_default() += 1;
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    let some = |word: &str| outcomes.keys().any(|what| what.contains(word));
    assert!(
        samples(true, some("2 letters") && some("incerto")),
        "no kill came between sending and marking: {outcomes:?}"
    );
}
