//! Alerts as messages: mail, short message, WhatsApp template, notice, webhook; and the screens of the alert commands.
//!
//! Each message is laid out once, as a view of ready sentences; the text and the HTML of a mail draw the same view, so
//! that both say the same. A customer's message is made of one [`Letter`], which holds one contract and no other.

mod digest;
mod fitted;
mod letter;
mod mail;
mod operator;
mod sms;
mod story;

use crate::alert::{Digest, Letter};
use crate::lang::Lang;

/// A mail without its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailText {
    /// Subject, of at most 60 characters.
    pub subject: String,
    /// The plain text, which says all that the HTML says.
    pub text: String,
    /// The HTML.
    pub html: String,
}

/// Makes the operator's mail.
pub fn digest_mail(digest: &Digest, lang: Lang) -> MailText {
    digest::Page::new(digest, lang).mail()
}

/// Makes the customer's mail.
pub fn letter_mail(letter: &Letter, lang: Lang) -> MailText {
    letter::Page::new(letter, lang).mail()
}

/// Makes the operator's short message: at most 160 characters of GSM 03.38's basic table, all of them ASCII.
pub fn digest_sms(digest: &Digest, lang: Lang) -> String {
    sms::digest(digest, lang)
}

/// Makes the customer's short message, as [`digest_sms`] makes the operator's.
pub fn letter_sms(letter: &Letter, lang: Lang) -> String {
    sms::letter(letter, lang)
}
