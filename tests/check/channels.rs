//! The channels of alerts, as the check sees them.

use super::{Canal, Document};
use crate::alerts::mail_server::{MailServer, Manner};
use crate::common::{Config, Folder, Served, closed_port, daily, private};

/// A folder with one client in order.
fn served() -> Served {
    let config = Config::new("a")
        .with("inicio_contrato", "2026-01-01")
        .with("fim_contrato", "2026-12-31");
    Folder::new()
        .client(&config, daily("2026-01-01", "2026-06-16", "10"))
        .serve()
}

fn check(served: &Served, settings: &str, args: &[&str]) -> (Vec<Canal>, i32, String) {
    private(&served.dir.path().join("alertas.ini"), settings);
    let ran = served.check(&[&["--format", "json"], args].concat());
    let document = Document::of(&ran);
    (document.canais, ran.status.unwrap(), ran.stderr)
}

#[test]
fn a_folder_without_settings_has_no_channels() {
    let served = served();
    let ran = served.check(&["--format", "json"]);
    assert_eq!(Document::of(&ran).canais, []);
}

#[test]
fn a_channel_is_logged_in_to_and_nothing_is_sent() {
    let (served, mail) = (served(), MailServer::start(Manner::default()));
    let closed = closed_port();
    let settings = |port: u16| {
        format!(
            "[operador]\nemail = noc@p.example\n[email]\nde = a@p.example\n\
             por = smtp://127.0.0.1:{port}\n[webhook loja]\nendereco = http://127.0.0.1:9/x\n"
        )
    };
    let (channels, status, _) = check(&served, &settings(mail.address().port()), &[]);
    let states: Vec<(&str, &str)> = channels
        .iter()
        .map(|channel| (channel.canal.as_str(), channel.estado.as_str()))
        .collect();
    assert_eq!(states, [("email", "ok"), ("webhook:loja", "desconhecido")]);
    assert_eq!(status, 0);
    assert_eq!(mail.seen().letters, Vec::<String>::new());
    assert!(
        mail.verbs().contains(&"EHLO".to_owned()),
        "{:?}",
        mail.verbs()
    );

    let (channels, status, _) = check(&served, &settings(closed.port()), &[]);
    assert_eq!(status, 3);
    assert_eq!(channels[0].estado, "falha");
    assert_eq!(channels[0].codigo.as_deref(), Some("destino_sem_conexao"));
    assert!(channels[0].mensagem.contains("127.0.0.1"), "{channels:?}");

    let (channels, status, _) = check(&served, &settings(closed.port()), &["--offline"]);
    assert_eq!((channels[0].estado.as_str(), status), ("desconhecido", 0));
}

#[test]
fn settings_that_cannot_be_used_are_named_with_their_line() {
    let served = served();
    let settings = "[operador]\nemail = noc@p.example\n[email]\nde = a@p.example\npor = pombo\n";
    let (channels, status, _) = check(&served, settings, &["--offline"]);
    assert_eq!((channels.len(), status), (1, 3));
    assert_eq!(channels[0].canal, "alertas.ini");
    assert!(channels[0].mensagem.contains("linha 5"), "{channels:?}");
}
