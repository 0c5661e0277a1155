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
    let operator = &settings.operator;
    let channels = settings.operator_channels().into_iter();
    let people = channels.flat_map(|channel| {
        let word = channel.to_string();
        let addresses = match &channel {
            ChannelName::Email => mails(&operator.email),
            ChannelName::Sms => phones(&operator.sms),
            ChannelName::WhatsApp => phones(&operator.whatsapp),
            _ => vec![(String::new(), String::new())],
        };
        addresses.into_iter().map(move |(address, masked)| Person {
            id: match address.as_str() {
                "" => word.clone(),
                address => self::word(&word, address, key, Side::Operator),
            },
            from_level: level(&channel, None),
            channel: channel.clone(),
            address,
            masked,
            side: Side::Operator,
            file: None,
            silent_until: None,
        })
    });
    people.collect()
}

/// Returns the addresses that the config `file` names, of a customer who wants to be told.
pub(super) fn customers(file: &str, alerts: &ClientAlerts, key: &str) -> Vec<Person> {
    if !alerts.wanted {
        return Vec::new();
    }
    let channels = [
        (ChannelName::Email, mails(&alerts.email)),
        (ChannelName::Sms, phones(&alerts.sms)),
        (ChannelName::WhatsApp, phones(&alerts.whatsapp)),
    ];
    let people = channels.into_iter().flat_map(|(channel, addresses)| {
        addresses.into_iter().map(move |(address, masked)| Person {
            id: word(&channel.to_string(), &address, key, Side::Customer),
            from_level: level(&channel, alerts.from_level),
            channel: channel.clone(),
            address,
            masked,
            side: Side::Customer,
            file: Some(file.to_owned()),
            silent_until: alerts.silent_until,
        })
    });
    people.collect()
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

/// Returns each address, and how it is shown.
fn mails(addresses: &[MailAddress]) -> Vec<(String, String)> {
    let addresses = addresses.iter().map(|mail| mail.address.clone());
    addresses
        .map(|address| (address.clone(), masked(&address)))
        .collect()
}

/// Returns each number, and how it is shown.
fn phones(numbers: &[Phone]) -> Vec<(String, String)> {
    numbers
        .iter()
        .map(|phone| (phone.reveal().to_owned(), phone.masked()))
        .collect()
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
