//! The screens of the alert commands.

use std::time::{Duration, SystemTime};

use oci_consumo::internals::alert::{
    AlertStatus, ChannelStatus, ContractStatus, Heard, HeardStatus, KeptMessage, Message, News,
    OpenStatus, Pause, ReplayClient, ReplayCount, ReplaySummary, Rule, Side, Silence, Told,
};
use oci_consumo::internals::alerting::ChatKind;
use oci_consumo::internals::deliver::parcel::Content;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::render::alert::{self as render, DecisionLine, Draft, DraftText};
use oci_consumo::internals::report::statement::Situation;

use super::sample::{amount, day, digest, event, figures_in, letter};
use crate::alerts::stand_in::{Provider, answer, chat, parcel, send, web};

const BOTH: [(&str, Lang); 2] = [("pt", Lang::PtBr), ("en", Lang::En)];

/// Every reason of silence.
fn silences() -> Vec<Silence> {
    vec![
        Silence::NothingOpen,
        Silence::Pending { days: 2, of: 3 },
        Silence::NoWorse {
            told: day("2026-11-20"),
        },
        Silence::TooSoon {
            told: day("2026-11-20"),
        },
        Silence::BelowLevel { least: 3 },
        Silence::SilentUntil(day("2026-12-31")),
        Silence::OpenBefore,
        Silence::NotForThem,
        Silence::MayNotHaveHeard,
        Silence::PartOfGeneralFailure,
    ]
}

#[test]
fn rehearsal() {
    let line = |client: &str, rule, recipient: &str, side, result| DecisionLine {
        client: client.to_owned(),
        file: format!("config_{}", client.to_lowercase()),
        rule,
        recipient: recipient.to_owned(),
        side,
        result,
    };
    let tells = Ok(Message {
        news: News::Worse,
        level: 3,
        since: day("2026-11-20"),
    });
    let operator = "email n***@parceiro.com.br";
    let mut lines = vec![
        line(
            "Andorinha",
            Rule::RunsOut,
            operator,
            Side::Operator,
            tells.clone(),
        ),
        line(
            "Andorinha",
            Rule::LeftOver,
            operator,
            Side::Operator,
            Err(Silence::NothingOpen),
        ),
        line(
            "Andorinha",
            Rule::Term,
            operator,
            Side::Operator,
            Err(Silence::NothingOpen),
        ),
        line(
            "Andorinha",
            Rule::RunsOut,
            "sms +55 11 9****-5678",
            Side::Customer,
            tells,
        ),
        line(
            "Andorinha",
            Rule::NoData,
            "sms +55 11 9****-5678",
            Side::Customer,
            Err(Silence::NotForThem),
        ),
    ];
    for silence in silences() {
        lines.push(line(
            "Boa Vista",
            Rule::RunsOut,
            &format!("{operator} {silence:?}"),
            Side::Operator,
            Err(silence),
        ));
    }
    let letter = letter(vec![event(
        Rule::RunsOut,
        News::Worse,
        3,
        Some(figures_in(Situation::RunsOut)),
    )]);
    for (name, lang) in BOTH {
        let draft = |to: &str, text| Draft {
            to: to.to_owned(),
            text,
        };
        let drafts = [
            draft(
                operator,
                DraftText::Mail(render::letter_mail(&letter, lang)),
            ),
            draft(
                "sms +55 11 9****-5678",
                DraftText::Plain(render::letter_sms(&letter, lang)),
            ),
            draft(
                "whatsapp +55 11 9****-5678",
                DraftText::Template(render::letter_template(&letter, lang)),
            ),
        ];
        insta::assert_snapshot!(
            format!("decision_{name}"),
            render::decision(&lines, &drafts, lang)
        );
        assert!(render::decision(&[], &[], lang).lines().count() < 5);
    }
}

#[test]
fn every_reason_of_silence_has_its_own_sentence() {
    for lang in [Lang::PtBr, Lang::En] {
        let mut sentences: Vec<String> = silences()
            .into_iter()
            .map(|silence| {
                let line = DecisionLine {
                    client: "A".to_owned(),
                    file: "config_a".to_owned(),
                    rule: Rule::RunsOut,
                    recipient: "email".to_owned(),
                    side: Side::Customer,
                    result: Err(silence),
                };
                render::decision(&[line], &[], lang)
            })
            .collect();
        let all = sentences.len();
        sentences.sort();
        sentences.dedup();
        assert_eq!(sentences.len(), all);
    }
}

#[test]
fn state_of_alerts() {
    let told = |heard| Told {
        since: day("2026-11-01"),
        level: 2,
        on: day("2026-11-20"),
        runs_out: None,
        shortfall: None,
        heard,
    };
    let heard = |channel: &str, to: &str, side, told| HeardStatus {
        channel: channel.to_owned(),
        to: to.to_owned(),
        side,
        told,
    };
    let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let open = OpenStatus {
        rule: Rule::RunsOut,
        level: 3,
        since: day("2026-11-01"),
        heard: vec![
            heard(
                "email",
                "n***@parceiro.com.br",
                Side::Operator,
                Some(told(Heard::Message)),
            ),
            heard(
                "sms",
                "+55 11 9****-5678",
                Side::Operator,
                Some(told(Heard::Uncertain)),
            ),
            heard(
                "email",
                "f***@andorinha.com.br",
                Side::Customer,
                Some(told(Heard::Assumed)),
            ),
            heard("chat:time", "", Side::Operator, None),
        ],
    };
    let kept = |client: Option<&str>, state: &str, next_try, problem: Option<&str>| KeptMessage {
        client: client.map(str::to_owned),
        channel: "email".to_owned(),
        to: "n***@parceiro.com.br".to_owned(),
        state: state.to_owned(),
        decided: day("2026-11-22"),
        tries: 3,
        next_try,
        problem: problem.map(str::to_owned),
    };
    let status = AlertStatus {
        contracts: vec![ContractStatus {
            client: "Transportes Andorinha".to_owned(),
            file: "config_andorinha".to_owned(),
            rules: vec![open],
        }],
        messages: vec![
            kept(
                None,
                "pendente",
                Some(at(1_795_428_000)),
                Some("sem_conexao"),
            ),
            kept(
                Some("Padaria Pão Quente"),
                "falhou",
                None,
                Some("tempo_esgotado"),
            ),
        ],
        channels: vec![
            ChannelStatus {
                channel: "email".to_owned(),
                last_success: Some(at(1_795_413_600)),
            },
            ChannelStatus {
                channel: "sms".to_owned(),
                last_success: None,
            },
        ],
        pause: Some(Pause {
            until: Some(day("2026-11-30")),
        }),
        offset_minutes: -180,
    };
    for (name, lang) in BOTH {
        let empty = AlertStatus {
            pause: Some(Pause { until: None }),
            ..AlertStatus::default()
        };
        let text = format!(
            "{}\n==========\n{}",
            render::status(&status, lang),
            render::status(&empty, lang)
        );
        insta::assert_snapshot!(format!("status_{name}"), text);
    }
}

#[test]
fn replayed_history() {
    let count = |rule, news, messages| ReplayCount {
        rule,
        news,
        messages,
    };
    let summary = ReplaySummary {
        from: day("2025-11-01"),
        through: day("2026-11-23"),
        contracts: 80,
        contract_years: amount("61.25"),
        counts: vec![
            count(Rule::RunsOut, News::Opened, 31),
            count(Rule::RunsOut, News::Worse, 22),
            count(Rule::RunsOut, News::Well, 9),
            count(Rule::LeftOver, News::Opened, 12),
            count(Rule::NoData, News::Opened, 5),
        ],
        ran_out: 12,
        told_in_time: 11,
        told_late: 1,
        warned: 20,
        in_vain: 8,
        clients: vec![
            ReplayClient {
                client: "Transportes Andorinha do Norte e do Nordeste Ltda".to_owned(),
                messages: 4,
                ran_out: Some(day("2026-10-16")),
                told: Some(day("2026-06-02")),
            },
            ReplayClient {
                client: "Padaria".to_owned(),
                messages: 0,
                ran_out: None,
                told: None,
            },
        ],
    };
    for (name, lang) in BOTH {
        insta::assert_snapshot!(format!("replay_{name}"), render::replay(&summary, lang));
    }
    let nothing = ReplaySummary {
        contracts: 0,
        contract_years: amount("0"),
        counts: Vec::new(),
        ran_out: 0,
        told_in_time: 0,
        told_late: 0,
        warned: 0,
        in_vain: 0,
        clients: Vec::new(),
        ..summary
    };
    let text = render::replay(&nothing, Lang::PtBr);
    assert!(text.contains('—') && !text.contains('%'), "{text}");
}

#[test]
fn templates_and_their_parameters() {
    let mut text = String::new();
    for (_, lang) in BOTH {
        text += &render::templates(lang);
        text.push('\n');
        for situation in Situation::BY_SEVERITY {
            let letter = letter(vec![event(
                Rule::RunsOut,
                News::Opened,
                2,
                Some(figures_in(situation)),
            )]);
            text += &format!(
                "{}: {}\n",
                situation.word(),
                render::letter_template(&letter, lang).join(" | ")
            );
        }
        text += &format!(
            "{}\n\n",
            render::digest_template(&digest(), lang).join(" | ")
        );
    }
    insta::assert_snapshot!("templates", text);
}

#[test]
fn a_notice_is_the_mail_s_text_bounded() {
    let digest = digest();
    let (title, body) = render::digest_notice(&digest, Lang::PtBr, 64 * 1024);
    assert!(title.chars().count() <= 60);
    assert_eq!(body, render::digest_mail(&digest, Lang::PtBr).text);
    let (_, body) = render::digest_notice(&digest, Lang::PtBr, 300);
    assert!(
        body.len() <= 300 && body.contains("\n... e mais "),
        "{body}"
    );
}

#[test]
fn a_chat_takes_uncut_what_it_has_room_for() {
    let mut long = digest();
    long.events = vec![long.events; 60].concat();
    for kind in [
        ChatKind::Slack,
        ChatKind::Teams,
        ChatKind::Google,
        ChatKind::Discord,
        ChatKind::Telegram,
        ChatKind::Ntfy,
    ] {
        let room = kind.room();
        let (title, cut) = render::digest_notice(&long, Lang::PtBr, room);
        let end = "... e mais 9 linhas";
        let line = "- Gráfica Farol & Filhos (config_farol): esgota em 03/01/2027\n";
        let full = line.repeat((room - end.len()) / line.len()) + end;
        for body in [cut, full] {
            let last = body.lines().last().unwrap().to_owned();
            let provider = Provider::start([answer(500, "")]);
            let channel = chat(kind, &provider.url());
            let title = title.clone();
            let notice = parcel("", Content::Notice { title, body });
            let _ = send(&web(), &channel, &notice);
            let sent = provider.only().json().to_string();
            assert!(sent.contains(&last), "{kind:?}: {sent}");
        }
    }
}
