//! The whole of `alertas.ini` from its sections: each section's settings, and what they say of one another.

use super::blocks::{Block, SettingsFile};
use super::channels;
use super::refused::{hidden_digits, plainly, shown};
use super::settings::{
    AlertSettings, ChannelName, DigestOccasion, OperatorSettings, PublishSettings, RuleSettings,
};
use super::values;
use crate::alerting::Thresholds;
use crate::failure::{AlertsProblem, AlertsRefused};
use crate::text::folded;

/// Days after which the digest repeats what stays open, unless `lembrar` says otherwise.
const REMIND_DAYS: u32 = 7;

/// Reads all settings.
pub(super) fn settings(
    blocks: &[Block],
    source: SettingsFile<'_>,
) -> Result<AlertSettings, AlertsRefused> {
    let first = |word: &str| blocks.iter().find(|block| block.section.word == word);
    let all = |word: &'static str| {
        let blocks = blocks.iter();
        blocks.filter(move |block| block.section.word == word)
    };
    let rules = match first("regras") {
        Some(block) => rules(block)?,
        None => RuleSettings::default(),
    };
    let mail = first("email").map(|block| channels::mail(block, source));
    let mail = mail.transpose()?;
    let sms = first("sms").map(|block| channels::sms(block, source));
    let sms = sms.transpose()?;
    let whatsapp = first("whatsapp").map(|block| channels::whatsapp(block, source));
    let whatsapp = whatsapp.transpose()?;
    let topic = first("topico").map(|block| channels::topic(block, source));
    let topic = topic.transpose()?;
    let metrics = first("metricas").map(|block| channels::metrics(block, source));
    let metrics = metrics.transpose()?;
    let webhooks = all("webhook").map(|block| channels::webhook(block, source));
    let webhooks = webhooks.collect::<Result<_, _>>()?;
    let chats = all("chat").map(|block| channels::chat(block, source));
    let chats = chats.collect::<Result<_, _>>()?;
    let commands = all("comando").map(|block| channels::command(block, source));
    let commands = commands.collect::<Result<Vec<_>, _>>()?;
    let heartbeat = first("batimento").map(|block| channels::heartbeat(block, source));
    let heartbeat = heartbeat.transpose()?;
    let publish = publish(blocks, source)?;

    let blocks_of_commands = all("comando").zip(&commands);
    for (at, (block, command)) in blocks_of_commands.clone().enumerate() {
        let mut earlier = blocks_of_commands.clone().take(at);
        let same = earlier
            .find(|(_, other)| other.replaces.is_some() && other.replaces == command.replaces);
        if let Some((first, _)) = same {
            let first_line = first.line;
            return Err(block.refuse_key("para", AlertsProblem::TwoCommands { first_line }));
        }
    }

    let Some(block) = first("operador") else {
        return Err(AlertsRefused::new(AlertsProblem::NoOperator));
    };
    let settings = AlertSettings {
        operator: operator(block, blocks)?,
        rules,
        mail,
        sms,
        whatsapp,
        topic,
        metrics,
        webhooks,
        chats,
        commands,
        heartbeat,
        publish,
        warnings: Vec::new(),
    };
    check(&settings, block)?;
    Ok(settings)
}

/// Reads `[publicar]`.
pub(super) fn publish(
    blocks: &[Block],
    source: SettingsFile<'_>,
) -> Result<Option<PublishSettings>, AlertsRefused> {
    let mut blocks = blocks.iter();
    let block = blocks.find(|block| block.section.word == "publicar");
    let user = block.map(|block| block.user(source)).transpose()?;
    Ok(user.map(|user| PublishSettings { user }))
}

/// Reads `[operador]`; `canais` may name the channels of `blocks`.
fn operator(block: &Block, blocks: &[Block]) -> Result<OperatorSettings, AlertsRefused> {
    Ok(OperatorSettings {
        email: block.list("email", channels::mail_address, plainly)?,
        sms: block.list("sms", channels::mobile, hidden_digits)?,
        whatsapp: block.list("whatsapp", channels::phone, hidden_digits)?,
        channels: block
            .has("canais")
            .then(|| block.list("canais", |name| channel(name, blocks), plainly))
            .transpose()?,
        summary: block
            .read("resumo", |value| {
                let all = [
                    ("mudancas", DigestOccasion::Changes),
                    ("mudanças", DigestOccasion::Changes),
                    ("diario", DigestOccasion::Daily),
                    ("diário", DigestOccasion::Daily),
                    ("semanal", DigestOccasion::Weekly),
                ];
                values::word(value, &["mudancas", "diario", "semanal"], &all)
            })?
            .unwrap_or(DigestOccasion::Changes),
        lang: block.read("idioma", values::lang)?,
        remind_days: block
            .read("lembrar", |value| match value.to_lowercase().as_str() {
                "nunca" | "never" => Ok(None),
                _ => values::days(value, 365).map(Some),
            })?
            .unwrap_or(Some(REMIND_DAYS)),
    })
}

/// Parses the name of a channel, which `blocks` have.
fn channel(name: &str, blocks: &[Block]) -> Result<ChannelName, AlertsProblem> {
    let (word, own) = name.split_once(':').unwrap_or((name, ""));
    let (word, own) = (folded(word.trim()), own.trim());
    let found = |word: &str| {
        let mut blocks = blocks.iter();
        blocks.find(|block| block.section.word == word && folded(&block.name) == folded(own))
    };
    let named: fn(String) -> ChannelName = match word.as_str() {
        "webhook" => ChannelName::Webhook,
        "chat" => ChannelName::Chat,
        "comando" => ChannelName::Command,
        _ => {
            let single = [
                ChannelName::Email,
                ChannelName::Sms,
                ChannelName::WhatsApp,
                ChannelName::Topic,
            ];
            let mut single = single.into_iter();
            let channel = single.find(|channel| own.is_empty() && channel.to_string() == word);
            let known = || AlertsProblem::UnknownChannel {
                known: names(blocks),
            };
            return channel.ok_or_else(known);
        }
    };
    match found(&word) {
        Some(block) => Ok(named(block.name.clone())),
        None if own.is_empty() => Err(AlertsProblem::UnknownChannel {
            known: names(blocks),
        }),
        None => Err(AlertsProblem::NoSection {
            section: format!("{word} {}", shown(own)),
        }),
    }
}

/// The names of the channels that `blocks` have.
fn names(blocks: &[Block]) -> Vec<String> {
    let channels = [
        "email", "sms", "whatsapp", "topico", "webhook", "chat", "comando",
    ];
    let blocks = blocks.iter();
    let blocks = blocks.filter(|block| channels.contains(&block.section.word));
    let name = |block: &Block| match block.name.as_str() {
        "" => block.section.word.to_owned(),
        name => format!("{}:{name}", block.section.word),
    };
    blocks.map(name).collect()
}

/// Checks that each channel of the operator has its section and its addresses, each address its channel, and that the
/// operator is told at all. `block` is `[operador]`.
fn check(settings: &AlertSettings, block: &Block) -> Result<(), AlertsRefused> {
    let OperatorSettings {
        email,
        sms,
        whatsapp,
        channels,
        ..
    } = &settings.operator;
    let addressed = [
        (
            "email",
            ChannelName::Email,
            settings.mail.is_some(),
            email.is_empty(),
        ),
        (
            "sms",
            ChannelName::Sms,
            settings.sms.is_some(),
            sms.is_empty(),
        ),
        (
            "whatsapp",
            ChannelName::WhatsApp,
            settings.whatsapp.is_some(),
            whatsapp.is_empty(),
        ),
    ];
    for (key, channel, has_section, no_address) in addressed {
        let chosen = channels
            .as_ref()
            .map(|channels| channels.contains(&channel));
        let sends = has_section || settings.replacement(&channel).is_some();
        let section = || AlertsProblem::NoSection {
            section: key.to_owned(),
        };
        match chosen {
            Some(true) if !sends => return Err(block.refuse_key("canais", section())),
            Some(true) if no_address => {
                return Err(block.refuse_key("canais", AlertsProblem::NoAddress { key }));
            }
            None if !no_address && !sends => return Err(block.refuse_key(key, section())),
            _ => {}
        }
    }
    let topic = channels
        .as_ref()
        .is_some_and(|channels| channels.contains(&ChannelName::Topic));
    if topic && settings.topic.is_none() {
        let section = ChannelName::Topic.to_string();
        return Err(block.refuse_key("canais", AlertsProblem::NoSection { section }));
    }
    // Oracle's alarms over the metrics reach people, too.
    match settings.operator_channels().is_empty() && settings.metrics.is_none() {
        true => Err(block.refuse_key("canais", AlertsProblem::NobodyTold)),
        false => Ok(()),
    }
}

/// Reads `[regras]`.
fn rules(block: &Block) -> Result<RuleSettings, AlertsRefused> {
    let usual = RuleSettings::default();
    let thresholds = usual.thresholds;
    let opens = block.read("abre", values::chance)?;
    let opens = opens.unwrap_or(thresholds.opens);
    let closes = block.read("fecha", values::chance)?;
    let closes = closes.unwrap_or(thresholds.closes);
    if closes >= opens {
        let key = if block.has("fecha") { "fecha" } else { "abre" };
        return Err(block.refuse_key(key, AlertsProblem::ClosesAbove { opens }));
    }
    let days = |key: &str, most, usual| {
        let days = block.read(key, |value| values::days(value, most))?;
        Ok::<u32, AlertsRefused>(days.unwrap_or(usual))
    };
    let hours = block.read("sms_horario", values::hours)?;
    let (sms_from, sms_until) = hours.unwrap_or((usual.sms_from, usual.sms_until));
    let worse_days = block.read("piora_dias", |value| values::days(value, 365))?;
    let worse_percent = block.read("piora_valor", values::percent)?;
    let term = block.read("contrato", values::three_days)?;
    let offset = block.read("fuso", values::offset)?;
    Ok(RuleSettings {
        thresholds: Thresholds {
            opens,
            closes,
            days_to_open: days("dias_para_abrir", 60, thresholds.days_to_open)?,
            days_to_close: days("dias_para_fechar", 60, thresholds.days_to_close)?,
            worse_days: worse_days.map_or(thresholds.worse_days, i64::from),
            worse_percent: worse_percent.unwrap_or(thresholds.worse_percent),
            term: term.unwrap_or(thresholds.term),
        },
        every_days: days("a_cada", 31, usual.every_days)?,
        offset_minutes: offset.unwrap_or(usual.offset_minutes),
        sms_from,
        sms_until,
    })
}
