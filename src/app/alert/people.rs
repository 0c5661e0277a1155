//! People who may be told: the operator's addresses, and those that a client's config names.

use aws_lc_rs::hmac;

use crate::alert::{Recipient, Side};
use crate::calendar::Day;
use crate::profile::alerts::{AlertSettings, ChannelName, ClientAlerts, MailAddress, Phone};
use crate::text::hex;

/// The least level that goes to a telephone, where nobody says another.
const TELEPHONE_LEVEL: u8 = 3;
/// Bytes of the keyed hash that stand for an address.
const HASH_BYTES: usize = 10;

/// A person who may be told, with the address.
#[derive(Clone)]
pub(super) struct Person {
    /// The word that stands for the address.
    pub(super) id: String,
    pub(super) channel: ChannelName,
    /// The address; empty where the channel has one recipient.
    pub(super) address: String,
    /// The address, masked.
    pub(super) masked: String,
    pub(super) side: Side,
    /// The config that names the address; `None` of an operator's.
    pub(super) file: Option<String>,
    pub(super) from_level: u8,
    pub(super) silent_until: Option<Day>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({})", self.id)
    }
}

impl Person {
    /// Returns the recipient as the decision knows it.
    pub(super) fn recipient(&self) -> Recipient {
        Recipient {
            id: self.id.clone(),
            side: self.side,
            from_level: self.from_level,
            silent_until: self.silent_until,
        }
    }

    /// Returns whether the channel carries digests: a telephone does not.
    pub(super) fn reads_digests(&self) -> bool {
        !is_telephone(&self.channel)
    }
}

/// Returns the person that `id` stands for in the config `file`; in no config, an operator.
pub(super) fn find<'p>(people: &'p [Person], id: &str, file: Option<&str>) -> Option<&'p Person> {
    let mut people = people.iter();
    people.find(|person| person.id == id && person.file.as_deref() == file)
}

/// Returns whether a message goes out at most once by `channel`: nobody wants a text message twice.
pub(super) fn is_telephone(channel: &ChannelName) -> bool {
    matches!(channel, ChannelName::Sms | ChannelName::WhatsApp)
}

/// Returns the operator's addresses, by the channels that the operator hears by; `key` makes the words for them.
pub(super) fn operators(settings: &AlertSettings, key: &str) -> Vec<Person> {
    let mut people = Vec::new();
    for channel in settings.operator_channels() {
        let operator = &settings.operator;
        let level = level(&channel, None);
        let person = |id, address, masked| Person {
            id,
            channel: channel.clone(),
            address,
            masked,
            side: Side::Operator,
            file: None,
            from_level: level,
            silent_until: None,
        };
        match &channel {
            ChannelName::Email => {
                people.extend(mails(&operator.email, key, Side::Operator, person))
            }
            ChannelName::Sms => {
                people.extend(phones("sms", &operator.sms, key, Side::Operator, person))
            }
            ChannelName::WhatsApp => {
                people.extend(phones(
                    "whatsapp",
                    &operator.whatsapp,
                    key,
                    Side::Operator,
                    person,
                ));
            }
            other => {
                let word = other.to_string();
                people.push(person(word, String::new(), String::new()));
            }
        }
    }
    people
}

/// Returns the addresses that the config `file` names, of a customer who wants to be told.
pub(super) fn customers(file: &str, alerts: &ClientAlerts, key: &str) -> Vec<Person> {
    if !alerts.wanted {
        return Vec::new();
    }
    let person = |channel: ChannelName| {
        move |id, address, masked| Person {
            id,
            from_level: level(&channel, alerts.from_level),
            channel: channel.clone(),
            address,
            masked,
            side: Side::Customer,
            file: Some(file.to_owned()),
            silent_until: alerts.silent_until,
        }
    };
    let mut people: Vec<Person> = mails(
        &alerts.email,
        key,
        Side::Customer,
        person(ChannelName::Email),
    )
    .collect();
    people.extend(phones(
        "sms",
        &alerts.sms,
        key,
        Side::Customer,
        person(ChannelName::Sms),
    ));
    let whatsapp = person(ChannelName::WhatsApp);
    people.extend(phones(
        "whatsapp",
        &alerts.whatsapp,
        key,
        Side::Customer,
        whatsapp,
    ));
    people
}

/// Returns the words that stand for `address`, whichever channel it is of.
pub(super) fn words(address: &str, key: &str) -> Vec<String> {
    let mut words = Vec::new();
    for side in [Side::Operator, Side::Customer] {
        if let Ok(mail) = MailAddress::parse(address) {
            words.push(word("email", &mail.address, key, side));
        }
        if let Ok(phone) = Phone::parse(address) {
            words.push(word("sms", phone.reveal(), key, side));
            words.push(word("whatsapp", phone.reveal(), key, side));
        }
    }
    words
}

/// The least level that a channel carries; `asked` is the config's own.
fn level(channel: &ChannelName, asked: Option<u8>) -> u8 {
    let least = match is_telephone(channel) {
        true => TELEPHONE_LEVEL,
        false => 1,
    };
    asked.unwrap_or(least)
}

fn mails<'a>(
    addresses: &'a [MailAddress],
    key: &'a str,
    side: Side,
    person: impl Fn(String, String, String) -> Person + 'a,
) -> impl Iterator<Item = Person> + 'a {
    addresses.iter().map(move |mail| {
        let address = &mail.address;
        person(
            word("email", address, key, side),
            address.clone(),
            masked(address),
        )
    })
}

fn phones<'a>(
    channel: &'static str,
    numbers: &'a [Phone],
    key: &'a str,
    side: Side,
    person: impl Fn(String, String, String) -> Person + 'a,
) -> impl Iterator<Item = Person> + 'a {
    numbers.iter().map(move |phone| {
        let number = phone.reveal();
        person(
            word(channel, number, key, side),
            number.to_owned(),
            phone.masked(),
        )
    })
}

/// Returns the word that stands for `address` of a side in the store: an operator may be a customer as well.
fn word(channel: &str, address: &str, key: &str, side: Side) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let tag = hmac::sign(&key, address.to_lowercase().as_bytes());
    let hex = hex(tag.as_ref().iter().take(HASH_BYTES));
    match side {
        Side::Operator => format!("{channel}:{hex}"),
        Side::Customer => format!("{channel}:{hex}:cliente"),
    }
}

/// Masks a mail address: its first letter and its domain are left.
fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}…@{domain}")
}
