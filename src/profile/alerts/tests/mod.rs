//! `alertas.ini` as a whole: what is read of it, and the sample.

mod clients;
mod hostile;
mod refusals;

use std::path::{Path, PathBuf};

use super::keys::SECTIONS;
use super::*;
use crate::alerting::{ChatKind, Mechanism, Thresholds};
use crate::failure::{AddressFault, ConfigProblem, EndpointProblem, LineFault, PhoneFault};
use crate::lang::Lang;
use crate::money::Amount;

/// Every section and key, with values that no default has.
const COMPLETE: &str = include_str!("../../../../fixtures/alertas.ini");
/// The least that is needed.
const LEAST: &str = "[operador]\nemail = noc@a.br\n[email]\nde = x@a.br\npor = sendmail\n";

/// Keys that the examples of others contradict.
const OTHERS: [(&str, &str); 5] = [
    ("sms", "servico"),
    ("whatsapp", "conta"),
    ("whatsapp", "de"),
    ("chat", "token"),
    ("chat", "destino"),
];

/// The settings of `text` in a file of the folder `clientes` that only its owner can read.
fn parsed(text: &str) -> Result<AlertSettings, AlertsRefused> {
    let access = FilePermissions {
        mode: 0o600,
        owner: 0,
        group: 0,
    };
    // Where others could write the folder is looked at only where a command stands in the file.
    let access = (!text.contains("_comando") && !text.contains("executar")).then_some(access);
    parse(text.as_bytes(), Path::new("clientes/alertas.ini"), access)
}

fn read(text: &str) -> AlertSettings {
    parsed(text).unwrap_or_else(|refused| panic!("{text}: {refused:?}"))
}

/// The line, the section, the key and the problem of a refusal.
fn refused(text: &str) -> (Option<usize>, String, String, AlertsProblem) {
    let refused = parsed(text).expect_err(text);
    let word = |word: Option<std::sync::Arc<str>>| word.as_deref().unwrap_or_default().to_owned();
    let (section, key) = (word(refused.section), word(refused.key));
    (refused.line, section, key, refused.problem)
}

#[test]
fn every_section_and_key_is_read() {
    let settings = read(COMPLETE);
    let OperatorSettings {
        email,
        sms,
        whatsapp,
        channels,
        summary,
        lang,
        remind_days,
    } = settings.operator.clone();
    let addresses: Vec<&str> = email.iter().map(|email| email.address.as_str()).collect();
    assert_eq!(
        addresses,
        ["plantao@parceiro.example", "ana@parceiro.example"]
    );
    assert_eq!(email[1].name.as_deref(), Some("Silva, Ana"));
    assert_eq!(sms[0].reveal(), "+5521987654321");
    assert_eq!(whatsapp[1].reveal(), "+351912345678");
    let names: Vec<String> = channels
        .unwrap()
        .iter()
        .map(ChannelName::to_string)
        .collect();
    assert_eq!(
        names.join(" "),
        "email sms chat:equipe webhook:interno topico"
    );
    assert_eq!(summary, DigestOccasion::Weekly);
    assert_eq!((lang, remind_days), (Some(Lang::En), Some(14)));
    assert_eq!(
        settings.rules,
        RuleSettings {
            thresholds: Thresholds {
                opens: 75,
                closes: 25,
                days_to_open: 2,
                days_to_close: 10,
                worse_days: 21,
                worse_percent: Amount::parse("12.5").unwrap(),
                term: [90, 45, 10],
            },
            every_days: 7,
            offset_minutes: -240,
            sms_from: 9,
            sms_until: 18,
        }
    );

    let mail = settings.mail.clone().unwrap();
    assert_eq!(mail.from.name.as_deref(), Some("Consumo OCI"));
    assert_eq!(mail.reply_to.unwrap().address, "suporte@parceiro.example");
    assert!(mail.attach_workbook);
    let MailRoute::Smtp {
        host,
        port,
        implicit_tls,
        clear,
        login,
    } = mail.by
    else {
        panic!("{:?}", mail.by)
    };
    assert_eq!((host.as_str(), port), ("correio.parceiro.example", 465));
    assert!(implicit_tls && !clear);
    let login = login.unwrap();
    assert_eq!(login.user, "alertas@parceiro.example");
    assert_eq!(login.mechanism, Mechanism::XOauth2);

    let sms = settings.sms.clone().unwrap();
    let SmsRoute::Twilio {
        account, sender, ..
    } = sms.by
    else {
        panic!("{:?}", sms.by)
    };
    assert_eq!(account, "ACaaaabbbbccccdddd");
    assert_eq!(sender, SmsSender::Service("MGaaaabbbbccccdddd".to_owned()));
    assert_eq!(
        sms.endpoint.unwrap().as_str(),
        "http://127.0.0.1:8026/twilio"
    );
    let whatsapp = settings.whatsapp.clone().unwrap();
    let WhatsAppRoute::Meta {
        number_id,
        version,
        customer_template,
        operator_template,
        template_lang,
        ..
    } = whatsapp.by
    else {
        panic!("{:?}", whatsapp.by)
    };
    assert_eq!(
        [
            number_id,
            version,
            customer_template,
            operator_template,
            template_lang
        ],
        [
            "5550001",
            "v27.1",
            "aviso_cliente_v2",
            "aviso_carteira_v2",
            "pt_BR"
        ]
    );

    let topic = settings.topic.clone().unwrap();
    assert_eq!(topic.topic, "ocid1.onstopic.oc1.sa-vinhedo-1.alertas");
    assert_eq!(topic.user, PathBuf::from("clientes/parceiro.oci"));
    let metrics = settings.metrics.clone().unwrap();
    assert_eq!(metrics.namespace, "consumo_de_clientes");
    assert_eq!(metrics.compartment, "ocid1.tenancy.oc1..parceiro");
    assert_eq!(metrics.endpoint.unwrap().port(), Some(8028));

    let names: Vec<&str> = settings
        .webhooks
        .iter()
        .map(|hook| hook.name.as_str())
        .collect();
    assert_eq!(names, ["interno", "outro"]);
    let url = settings.webhooks[0].url.resolve_url().unwrap();
    assert_eq!(
        url.reveal().as_str(),
        "https://intranet.parceiro.example/gancho?fila=oci"
    );
    assert!(settings.webhooks.iter().all(|hook| hook.secret.is_some()));
    let kinds: Vec<ChatKind> = settings.chats.iter().map(|chat| chat.kind).collect();
    assert_eq!(kinds, [ChatKind::Teams, ChatKind::Telegram, ChatKind::Ntfy]);
    assert_eq!(settings.chats[1].destination.as_deref(), Some("-100555"));
    assert!(settings.chats.iter().all(|chat| chat.url.is_some()));
    let [modem, log] = &settings.commands[..] else {
        panic!("{:?}", settings.commands)
    };
    assert_eq!(
        modem.argv,
        [
            "/opt/nenhum lugar/enviar",
            "--para",
            "{destino}",
            "um texto"
        ]
    );
    assert_eq!(modem.replaces, Some(ChannelName::WhatsApp));
    assert_eq!(settings.replacement(&ChannelName::WhatsApp), Some(modem));
    assert_eq!((log.argv.len(), &log.replaces), (1, &None));
    assert!(settings.heartbeat.is_some() && settings.publish.is_some());
    assert!(settings.warnings.is_empty());
}

#[test]
fn the_complete_file_lacks_no_key() {
    let blocks = blocks::blocks(COMPLETE, &mut Vec::new()).unwrap();
    for section in SECTIONS {
        let mut own: Vec<&blocks::Block> = blocks.iter().collect();
        own.retain(|block| block.section.word == section.word);
        for key in section.keys {
            let given = own
                .iter()
                .any(|block| key.words().any(|word| block.has(word)));
            // Those of another provider have tests of their own.
            let other =
                ["sms", "whatsapp"].contains(&section.word) && ["de", "conta"].contains(&key.word);
            assert!(given || other, "[{}] {}", section.word, key.word);
        }
    }
}

#[test]
fn the_least_file_has_the_defaults() {
    let settings = read(LEAST);
    assert_eq!(settings.rules, RuleSettings::default());
    let operator = &settings.operator;
    assert_eq!(operator.summary, DigestOccasion::Changes);
    assert_eq!((operator.lang, operator.remind_days), (None, Some(7)));
    assert_eq!(operator.channels, None);
    assert_eq!(settings.operator_channels(), [ChannelName::Email]);
    let never = read(&LEAST.replace("[email]", "lembrar = nunca\n[email]"));
    assert_eq!(never.operator.remind_days, None);
    let all = "[operador]\nemail=a@b.br\n[email]\nde=x@a.br\npor=sendmail\n[chat a]\npor=slack\n\
        endereco_arquivo=x\n[webhook b]\nendereco=https://b.br\n[topico]\noci=p.oci\n\
        topico=ocid1.onstopic.oc1..x\n[comando c]\nexecutar=none-x\n[comando d]\nexecutar=none-x\npara=sms";
    let names = read(all).operator_channels();
    let names: Vec<String> = names.iter().map(ChannelName::to_string).collect();
    assert_eq!(
        names,
        ["email", "topico", "webhook:b", "chat:a", "comando:c"]
    );
    // Oracle's alarms over the metrics tell the operator.
    read("[operador]\n[metricas]\noci=p.oci\ncompartimento=ocid1.compartment.oc1..x");
}

#[test]
fn the_ways_of_mail_are_read() {
    let by = |lines: &str| {
        let text = LEAST.replace("por = sendmail", lines);
        parsed(&text).map(|settings| settings.mail.unwrap().by)
    };
    for (lines, expected) in [
        ("por = smtp://a.br", ("a.br", 587, false, false, false)),
        ("por = SMTP://A.br:25/", ("a.br", 25, false, false, false)),
        ("por = smtps://a.br", ("a.br", 465, true, false, false)),
        (
            "por = smtp://pão.br:443",
            ("xn--po-sia.br", 443, false, false, false),
        ),
        (
            "por = smtp://127.0.0.1:2525",
            ("127.0.0.1", 2525, false, true, false),
        ),
        ("por = smtp://[::1]", ("::1", 587, false, true, false)),
        (
            "por = smtps://localhost:4650",
            ("localhost", 4650, true, false, false),
        ),
        (
            "por = smtp://localhost\nusuario = a\nsenha = b",
            ("localhost", 587, false, false, true),
        ),
        (
            "por = smtp://a.br\nusuario = a\nsenha_ambiente = B\nauth = LOGIN",
            ("a.br", 587, false, false, true),
        ),
    ] {
        let route = by(lines).unwrap();
        let MailRoute::Smtp {
            host,
            port,
            implicit_tls,
            clear,
            login,
        } = &route
        else {
            panic!("{route:?}")
        };
        let found = (host.as_str(), *port, *implicit_tls, *clear, login.is_some());
        assert_eq!(found, expected, "{lines}");
    }
    let MailRoute::Oci { compartment, .. } =
        by("por = oci\noci = p.oci\ncompartimento = ocid1.compartment.oc1..x").unwrap()
    else {
        panic!("not by OCI")
    };
    assert_eq!(compartment, "ocid1.compartment.oc1..x");
    let MailRoute::Sendmail { path } = by("por = sendmail:/none/sendmail").unwrap() else {
        panic!("not by sendmail")
    };
    assert_eq!(path, Some(PathBuf::from("/none/sendmail")));
    let form = || AlertsProblem::NotOfForm {
        example: "smtp://smtp.example.com:587",
    };
    for (value, problem) in [
        ("smtp://user:x@a.br", AlertsProblem::LoginInAddress),
        ("smtp://x@a.br", AlertsProblem::LoginInAddress),
        ("http://a.br", form()),
        ("a.br:587", form()),
        ("smtp://", form()),
        ("smtp://a.br:0", form()),
        ("smtp://a.br:", form()),
        ("smtp://a.br:65536", form()),
        ("smtp://a.br:x", form()),
        ("smtp://a.br/x", form()),
        ("smtp://a.br?x", form()),
        ("smtp://a b", form()),
        ("sendmail:", form()),
    ] {
        let (line, _, key, found) = refused(&LEAST.replace("sendmail", value));
        assert_eq!(
            (line, key.as_str(), found),
            (Some(5), "por", problem),
            "{value}"
        );
    }
    let lacks = |line: &str| AlertsProblem::Missing {
        lines: vec![line.to_owned()],
        any: false,
    };
    for (lines, problem) in [
        ("por = oci", lacks("oci = parceiro.oci")),
        (
            "por = oci\noci = p.oci",
            lacks("compartimento = ocid1.compartment.oc1..exemplo"),
        ),
        (
            "por = smtp://a.br\nusuario = a",
            lacks("senha_arquivo = smtp.senha"),
        ),
        (
            "por = smtp://a.br\nsenha = a",
            lacks("usuario = alertas@example.com"),
        ),
        ("", lacks("por = smtp://smtp.example.com:587")),
    ] {
        let (line, section, _, found) = refused(&LEAST.replace("por = sendmail", lines));
        assert_eq!((line, section.as_str(), found), (Some(3), "email", problem));
    }
}

#[test]
fn values_are_cleaned_as_those_of_a_config() {
    let settings = read(
        "\u{FEFF}[operador] ; quem\nEmail: \"noc@a.br\"\n\n# x\r\n[email]\r\n\
         de = \u{201C}x@a.br\u{201D}\u{200B}\nPOR=sendmail\nresponder =\n",
    );
    assert_eq!(settings.operator.email[0].address, "noc@a.br");
    assert_eq!(settings.mail.unwrap().from.address, "x@a.br");
    assert_eq!(settings.warnings.len(), 3, "{:?}", settings.warnings);

    let latin = b"[operador]\nemail=a@b.br\n[email]\nde=Cr\xE9dito <x@a.br>\npor=sendmail";
    let settings = parse(latin, Path::new("alertas.ini"), None).unwrap();
    let from = settings.mail.unwrap().from;
    assert_eq!(from.name.as_deref(), Some("Crédito"));
    let encoding = crate::failure::Warning::OtherEncoding("Windows-1252");
    assert_eq!(settings.warnings, [encoding]);
    let refused = parse(b"[\0o\0", Path::new("alertas.ini"), None).unwrap_err();
    assert_eq!(refused.problem, AlertsProblem::Config(ConfigProblem::Utf16));
}

#[test]
fn a_plain_secret_stands_in_a_private_file_alone() {
    let with_mode = |text: &str, mode| {
        let access = FilePermissions {
            mode,
            owner: 0,
            group: 0,
        };
        parse(text.as_bytes(), Path::new("alertas.ini"), Some(access))
    };
    let open = |lines: &str| format!("{LEAST}{lines}");
    for (text, needs) in [
        (open("usuario=a\nsenha=b"), true),
        (open("[chat a]\npor=slack\nendereco=https://a.br/x"), true),
        (open("[chat a]\npor=telegram\ntoken=x\ndestino=1"), true),
        (open("[chat a]\npor=ntfy\nendereco=https://a.br/x"), true),
        (
            open("[chat a]\npor=ntfy\nendereco=https://a.br/x\ntoken_arquivo=t"),
            false,
        ),
        (open("[webhook a]\nendereco=https://a.br/x"), false),
        (
            open("[webhook a]\nendereco=https://a.br/x\nsegredo=whsec_x"),
            true,
        ),
        (open("[batimento]\nendereco=https://a.br/x"), true),
        (open("senha=credencial:x"), false),
        (open("senha_arquivo=x"), false),
    ] {
        assert!(with_mode(&text, 0o600).is_ok(), "{text}");
        for mode in [0o640, 0o604, 0o644, 0o660] {
            match with_mode(&text, mode) {
                Ok(_) => assert!(!needs, "{text} {mode:o}"),
                Err(refused) => {
                    assert!(needs, "{text} {mode:o}");
                    assert_eq!(refused.problem, AlertsProblem::PlainSecret { mode });
                    assert_eq!(refused.written, None);
                }
            }
        }
        // Where the system has no permissions of this kind.
        assert!(parse(text.as_bytes(), Path::new("alertas.ini"), None).is_ok());
    }
}

#[test]
fn the_sample_is_read_once_its_comments_are_deleted() {
    for lang in [Lang::PtBr, Lang::En] {
        let channel = [
            ("de", "Oi <x@a.br>"),
            ("por", "smtp://a.br"),
            ("usuario", "u"),
            ("senha_comando", "none-x"),
        ];
        let operator = [("email", "noc@a.br")];
        let text = sample(lang, &operator, Some(("email", &channel)));
        let settings = read(&text);
        assert_eq!(settings.operator_channels(), [ChannelName::Email]);
        let chat = [("por", "slack"), ("endereco_arquivo", "slack.url")];
        let settings = read(&sample(lang, &operator[..0], Some(("chat noc", &chat))));
        assert_eq!(
            settings.operator_channels(),
            [ChannelName::Chat("noc".to_owned())]
        );

        // Every section and key is there, and reads as it stands.
        let bare = sample(lang, &[], None);
        let (mut whole, mut section) = (String::new(), "");
        for line in bare.lines().filter(|line| !line.starts_with("; ")) {
            let line = line.trim_start_matches(';');
            if let Some(header) = line.strip_prefix('[') {
                section = header.split([']', ' ']).next().unwrap();
            }
            let word = line.split([' ', '_']).next().unwrap();
            if !OTHERS.contains(&(section, word)) {
                whole += &format!("{line}\n");
            }
        }
        let settings = read(&whole);
        assert_eq!(settings.rules, RuleSettings::default());
        assert!(settings.mail.is_some() && settings.publish.is_some());
        let lines: Vec<&str> = bare.lines().collect();
        for section in SECTIONS {
            let header = format!(";[{}]", section.header());
            assert!(
                lines.contains(&header.as_str()) || section.word == "operador",
                "{header}"
            );
            for key in section.keys {
                assert!(
                    lines.contains(&format!(";{}", key.line()).as_str()),
                    "{}",
                    key.word
                );
            }
        }
        // Nothing but the lines that were asked for is in effect.
        let active = bare
            .lines()
            .filter(|line| !line.starts_with(';') && !line.is_empty());
        assert_eq!(active.collect::<Vec<_>>(), ["[operador]"]);
    }
    let hostile = [("email", "a@b.br\n[regras]\nabre = 1")];
    let text = sample(Lang::En, &hostile, None);
    assert!(
        text.contains("\nemail = a@b.br [regras] abre = 1\n"),
        "{text}"
    );
}
