//! A mail as it goes on the wire: headers, text, HTML and an attached file.

use lettre::message::header::{ContentDisposition, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::parcel::{Mail, Parcel, Refusal};
use crate::failure::UnsendableMessage;
use crate::text::printable;

/// The most characters of a subject or a name. Mails have none that is longer.
const LONGEST_WORDS: usize = 250;
/// The type of the workbooks that are attached.
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A mail on the wire.
pub(super) struct WireMail {
    /// Address of the sender, in headers and envelope alike.
    pub(super) from: String,
    /// Address of the recipient.
    pub(super) to: String,
    /// The letter: lines end with CR and LF, and every byte is ASCII.
    pub(super) bytes: Vec<u8>,
}

/// Writes `mail` for the recipient of `parcel`. Nothing of any text can become a header of its own: control characters
/// are replaced, and lettre encodes and folds the rest.
///
/// # Errors
/// A [`Refusal`] where an address is none, or an identifier has characters that no header may have.
pub(super) fn letter(parcel: &Parcel, mail: &Mail) -> Result<WireMail, Refusal> {
    let (name, sender) = &mail.from;
    let from = parse(sender, UnsendableMessage::Sender)?;
    let to = parse(&parcel.to, UnsendableMessage::Recipient)?;
    let name = name.as_deref().map(|name| printable(name, LONGEST_WORDS));
    let mut message = Message::builder()
        .from(Mailbox::new(name, from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(printable(&mail.subject, LONGEST_WORDS))
        .date(parcel.at)
        .message_id(Some(bracketed(&mail.message_id, "Message-ID")?));
    if let Some(reply_to) = &mail.reply_to {
        let reply_to = parse(reply_to, UnsendableMessage::Header("Reply-To"))?;
        message = message.reply_to(Mailbox::new(None, reply_to));
    }
    if !mail.references.is_empty() {
        let references = mail.references.iter();
        let references: Vec<String> = references
            .map(|id| bracketed(id, "References"))
            .collect::<Result<_, _>>()?;
        message = message.references(references.join(" "));
        if let Some(last) = references.last() {
            message = message.in_reply_to(last.clone());
        }
    }
    for (name, value) in [
        ("List-Id", bracketed(&mail.list_id, "List-Id")?),
        // RFC 3834: no automatic answers.
        ("Auto-Submitted", "auto-generated".to_owned()),
        // Exchange's word for the same.
        ("X-Auto-Response-Suppress", "All".to_owned()),
    ] {
        let name = HeaderName::new_from_ascii_str(name);
        message = message.raw_header(HeaderValue::new(name, value));
    }
    let refused = |_| Refusal::unsendable(UnsendableMessage::Header("From"));
    let text = SinglePart::plain(lines(&mail.text));
    // A boundary with `=_` is in no line of an encoded part (RFC 2045, 6.7); it has at most 70 characters, and lettre
    // takes no others than these.
    let id = parcel
        .id
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-');
    let id: String = id.take(64).collect();
    let boundary = |kind: &str| format!("=_{kind}_{id}");
    let alternatives = mail.html.as_ref().map(|html| {
        MultiPart::alternative()
            .boundary(boundary("a"))
            .singlepart(text.clone())
            .singlepart(SinglePart::html(lines(html)))
    });
    let message = match (&mail.attachment, alternatives) {
        (None, None) => message.singlepart(text),
        (None, Some(parts)) => message.multipart(parts),
        (Some(file), alternatives) => {
            let parts = MultiPart::mixed().boundary(boundary("m"));
            let parts = match alternatives {
                Some(alternatives) => parts.multipart(alternatives),
                None => parts.singlepart(text),
            };
            message.multipart(parts.singlepart(attached(file)?))
        }
    };
    Ok(WireMail {
        from: from.to_string(),
        to: to.to_string(),
        bytes: message.map_err(refused)?.formatted(),
    })
}

/// A text without control characters but tabs and line ends, which lettre writes as the wire has them.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let plain = |c: &char| matches!(c, '\n' | '\t') || !c.is_control();
    text.chars().filter(plain).collect()
}

/// An address of ASCII letters: what is beside them needs SMTPUTF8, which few servers speak.
fn parse(text: &str, problem: UnsendableMessage) -> Result<Address, Refusal> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.starts_with('-');
    let address = plain.then(|| text.parse().ok()).flatten();
    address.ok_or_else(|| Refusal::unsendable(problem))
}

/// An identifier in its brackets.
fn bracketed(id: &str, header: &'static str) -> Result<String, Refusal> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
    if id.is_empty() || id.len() > LONGEST_WORDS || !id.bytes().all(plain) {
        return Err(Refusal::unsendable(UnsendableMessage::Header(header)));
    }
    Ok(format!("<{id}>"))
}

/// The part of an attached file.
fn attached((name, content): &(String, Vec<u8>)) -> Result<SinglePart, Refusal> {
    let workbook = name.ends_with(".xlsx");
    let form = if workbook {
        WORKBOOK
    } else {
        "application/octet-stream"
    };
    let form = ContentType::parse(form);
    let form = form.map_err(|_| Refusal::unsendable(UnsendableMessage::Form))?;
    let name = printable(name, LONGEST_WORDS).replace(['"', '/', '\\'], "_");
    Ok(SinglePart::builder()
        .header(ContentDisposition::attachment(&name))
        .header(form)
        .body(content.clone()))
}
