//! Messages: the waiting events of one recipient make one.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::people::{Person, find};
use crate::alert::{ContractEvent, Digest, Event, EventSubject, Letter, News, Side, Undelivered};
use crate::deliver::channel::NotificationTopic;
use crate::deliver::parcel::{Content, Mail, Parcel};
use crate::lang::Lang;
use crate::profile::alerts::{AlertSettings, ChannelName, WhatsAppRoute};
use crate::render::alert as words;
use crate::render::alert::MailText;
use crate::store::{OutboxRow, RowState};
use crate::text::hex;

/// Bytes of the hash that names a message.
const ID_BYTES: usize = 16;
/// The most mails of a thread that a mail names.
const MOST_REFERENCES: usize = 10;

/// The rows of one message: all of one recipient, and of a customer all of one contract's config.
#[derive(Clone, Debug)]
pub(super) struct MessageRows {
    pub(super) rows: Vec<OutboxRow>,
}

/// Makes the row of an event that no outbox holds.
pub(super) fn unsent(person: &Person, event: Event, at: DateTime<Utc>) -> OutboxRow {
    OutboxRow {
        id: 0,
        channel: person.channel.to_string(),
        recipient: person.id.clone(),
        masked: person.masked.clone(),
        side: person.side,
        file: person.file.clone(),
        event,
        decided_at: at,
        state: RowState::Pending,
        tries: 0,
        ended_at: None,
        message: None,
        provider: None,
        problem: None,
    }
}

impl MessageRows {
    /// Sorts rows into messages.
    pub(super) fn of(rows: Vec<OutboxRow>) -> Vec<Self> {
        let mut groups: BTreeMap<(String, Option<String>), Vec<OutboxRow>> = BTreeMap::new();
        for row in rows {
            let place = (row.recipient.clone(), row.file.clone());
            groups.entry(place).or_default().push(row);
        }
        let mut groups: Vec<Self> = groups.into_values().map(|rows| Self { rows }).collect();
        // The most urgent go first, and of those the ones that have waited longest.
        groups.sort_by_key(|group| {
            let levels = group.rows.iter().filter_map(|row| row.event.contract());
            let level = levels.map(|event| event.level).max();
            let oldest = group.rows.iter().map(|row| row.decided_at).min();
            (Reverse(level), oldest)
        });
        groups
    }

    /// Returns the recipient, if `people` still has it.
    pub(super) fn person<'p>(&self, people: &'p [Person]) -> Option<&'p Person> {
        let row = self.rows.first()?;
        find(people, &row.recipient, row.file.as_deref())
    }

    /// Returns the side that the recipient is on.
    pub(super) fn side(&self) -> Side {
        self.rows.first().map_or(Side::Operator, |row| row.side)
    }

    /// Returns the name of the client that a customer's message is about.
    pub(super) fn client(&self) -> Option<String> {
        let of_customer = self.rows.iter().filter(|row| row.side == Side::Customer);
        let mut events = of_customer.filter_map(|row| row.event.contract());
        events.next().map(|event| event.client.clone())
    }

    /// Returns the numbers of the rows.
    pub(super) fn ids(&self) -> Vec<i64> {
        self.rows.iter().map(|row| row.id).collect()
    }

    /// Returns the id of the message: the same for the same events, however often it is tried.
    pub(super) fn message_id(&self, key: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(key.as_bytes());
        for row in &self.rows {
            hash.update(row.id.to_be_bytes());
            hash.update(row.recipient.as_bytes());
        }
        let hex = hex(hash.finalize().iter().take(ID_BYTES));
        format!("alerta-{hex}")
    }

    /// Returns the events of a customer's message.
    fn news(&self) -> Vec<ContractEvent> {
        let events = self.rows.iter().filter_map(|row| row.event.contract());
        events.cloned().collect()
    }
}

/// The composer of messages: all that they are made of besides their events.
#[derive(Debug)]
pub(super) struct Composer<'a> {
    pub(super) settings: &'a AlertSettings,
    /// The operator's digest, without its events.
    pub(super) digest: &'a Digest,
    /// The ids of the messages that told of an opening, by recipient and subject.
    pub(super) openings: BTreeMap<(String, EventSubject), String>,
    pub(super) lang: Lang,
    pub(super) key: &'a str,
    /// The workbook that is attached to the operator's mail.
    pub(super) workbook: Option<(String, Vec<u8>)>,
}

/// A message as people read it.
#[derive(Clone, Debug)]
pub(super) enum Readable {
    Mail(MailText),
    Text(String),
}

impl Composer<'_> {
    fn lang(&self, side: Side) -> Lang {
        match side {
            Side::Operator => self.settings.operator.lang.unwrap_or(self.lang),
            Side::Customer => self.lang,
        }
    }

    fn digest(&self, group: &MessageRows) -> Digest {
        let mut events: Vec<Event> = group.rows.iter().map(|row| row.event.clone()).collect();
        events.sort_by(by_urgency);
        let mut digest = self.digest.clone();
        // What is told as new does not stand among what is still open.
        digest.open.retain(|open| {
            let mut news = events.iter().filter_map(Event::contract);
            !news.any(|event| event.client == open.client && event.rule == open.rule)
        });
        // What waited for its reader is in this very message.
        let waited = |late: &Undelivered| {
            let mut rows = group.rows.iter();
            late.state == RowState::Pending.word()
                && rows.any(|row| row.channel == late.channel && row.masked == late.to)
        };
        digest.undelivered.retain(|late| !waited(late));
        Digest { events, ..digest }
    }

    fn letter(&self, group: &MessageRows) -> Letter {
        let mail = self.settings.mail.as_ref();
        let contact = mail.map(|mail| mail.reply_to.as_ref().unwrap_or(&mail.from).address.clone());
        Letter {
            news: group.news(),
            contact,
        }
    }

    /// Returns the mail of the recipient's side.
    fn mail_text(&self, group: &MessageRows) -> MailText {
        let lang = self.lang(group.side());
        match group.side() {
            Side::Operator => words::digest_mail(&self.digest(group), lang),
            Side::Customer => words::letter_mail(&self.letter(group), lang),
        }
    }

    /// Returns the text message of the recipient's side.
    fn sms(&self, group: &MessageRows) -> String {
        let lang = self.lang(group.side());
        match group.side() {
            Side::Operator => words::digest_sms(&self.digest(group), lang),
            Side::Customer => words::letter_sms(&self.letter(group), lang),
        }
    }

    /// Returns the parameters of the template of the recipient's side.
    fn parameters(&self, group: &MessageRows) -> Vec<String> {
        let lang = self.lang(group.side());
        match group.side() {
            Side::Operator => words::digest_template(&self.digest(group), lang),
            Side::Customer => words::letter_template(&self.letter(group), lang),
        }
    }

    /// Returns the message as people read it.
    pub(super) fn readable(&self, group: &MessageRows, channel: &ChannelName) -> Readable {
        match channel {
            ChannelName::Sms => Readable::Text(self.sms(group)),
            ChannelName::WhatsApp => Readable::Text(self.parameters(group).join(" | ")),
            _ => Readable::Mail(self.mail_text(group)),
        }
    }

    /// Returns the message as `channel` takes it, for `person`.
    pub(super) fn parcel(&self, group: &MessageRows, person: &Person, at: SystemTime) -> Parcel {
        let id = group.message_id(self.key);
        let content = self.content(group, &person.channel, &id, at);
        Parcel {
            id,
            to: person.address.clone(),
            at,
            content,
        }
    }

    fn content(
        &self,
        group: &MessageRows,
        channel: &ChannelName,
        id: &str,
        at: SystemTime,
    ) -> Content {
        if self.settings.replacement(channel).is_some() {
            return self.input(group, channel);
        }
        match channel {
            ChannelName::Email => Content::Mail(self.mail(group, id)),
            ChannelName::Sms => Content::Text(self.sms(group)),
            ChannelName::WhatsApp => self.template(group),
            ChannelName::Webhook(_) => Content::Event(match group.side() {
                Side::Operator => words::digest_event(&self.digest(group), id, at),
                Side::Customer => words::letter_event(&self.letter(group), id, at),
            }),
            ChannelName::Command(_) => self.input(group, channel),
            ChannelName::Topic => self.notice(group, NotificationTopic::LONGEST_BODY),
            ChannelName::Chat(name) => {
                let mut chats = self.settings.chats.iter();
                let chat = chats.find(|chat| chat.name == *name);
                self.notice(group, chat.map_or(0, |chat| chat.kind.room()))
            }
        }
    }

    /// Returns the message of `channel` as the standard input of a command.
    fn input(&self, group: &MessageRows, channel: &ChannelName) -> Content {
        let text = match self.readable(group, channel) {
            Readable::Text(text) => text,
            Readable::Mail(mail) => format!("{}\n\n{}", mail.subject, mail.text),
        };
        Content::Input(text.into_bytes())
    }

    /// Returns a notice whose body has at most `room` bytes.
    fn notice(&self, group: &MessageRows, room: usize) -> Content {
        let lang = self.lang(group.side());
        let (title, body) = words::digest_notice(&self.digest(group), lang, room);
        Content::Notice { title, body }
    }

    fn template(&self, group: &MessageRows) -> Content {
        let route = self.settings.whatsapp.as_ref().map(|whatsapp| &whatsapp.by);
        let (customer, operator, template_lang) = match route {
            Some(WhatsAppRoute::Meta {
                customer_template,
                operator_template,
                template_lang,
                ..
            }) => (
                customer_template.as_str(),
                operator_template.as_str(),
                template_lang.as_str(),
            ),
            Some(WhatsAppRoute::Twilio {
                customer_template,
                operator_template,
                ..
            }) => (customer_template.as_str(), operator_template.as_str(), ""),
            None => ("", "", ""),
        };
        let name = match group.side() {
            Side::Operator => operator,
            Side::Customer => customer,
        };
        Content::Template {
            name: name.to_owned(),
            lang: template_lang.to_owned(),
            parameters: self.parameters(group),
        }
    }

    fn mail(&self, group: &MessageRows, id: &str) -> Mail {
        let MailText {
            subject,
            text,
            html,
        } = self.mail_text(group);
        let list = match group.side() {
            Side::Operator => "carteira",
            Side::Customer => "cliente",
        };
        let (from, reply_to) = match &self.settings.mail {
            Some(mail) => (
                (mail.from.name.clone(), mail.from.address.clone()),
                mail.reply_to.as_ref().map(|reply| reply.address.clone()),
            ),
            None => ((None, String::new()), None),
        };
        let domain = from
            .1
            .rsplit_once('@')
            .map_or("localhost", |(_, domain)| domain);
        let mut references: Vec<String> = Vec::new();
        for row in &group.rows {
            let is_first = matches!(row.event.news(), Some(News::Opened | News::Baseline) | None);
            let opening = self
                .openings
                .get(&(row.recipient.clone(), row.event.subject()));
            if let (false, Some(opening)) = (is_first, opening) {
                let reference = format!("{opening}@{domain}");
                if !references.contains(&reference) && references.len() < MOST_REFERENCES {
                    references.push(reference);
                }
            }
        }
        Mail {
            message_id: format!("{id}@{domain}"),
            list_id: format!("{list}.oci-consumo.{domain}"),
            from,
            reply_to,
            subject,
            text,
            html: Some(html),
            attachment: self
                .workbook
                .clone()
                .filter(|_| group.side() == Side::Operator),
            references,
        }
    }
}

/// Compares two events, the more urgent first.
fn by_urgency(one: &Event, other: &Event) -> Ordering {
    let place = |event: &ContractEvent| (event.rule, Reverse(event.level), event.client.clone());
    let [one_place, other_place] = [one, other].map(|event| event.contract().map(place));
    one_place.cmp(&other_place).then(one.on().cmp(&other.on()))
}

/// Returns the openings that messages told of, by recipient and subject; the newest of each.
pub(super) fn openings(accepted: &[OutboxRow]) -> BTreeMap<(String, EventSubject), String> {
    let mut openings = BTreeMap::new();
    for row in accepted {
        if let (Some(News::Opened | News::Baseline), Some(message)) =
            (row.event.news(), &row.message)
        {
            let place = (row.recipient.clone(), row.event.subject());
            openings.insert(place, message.clone());
        }
    }
    openings
}
