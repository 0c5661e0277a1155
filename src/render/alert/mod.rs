//! Alerts as messages: mail, short message, WhatsApp template, notice, webhook; and the screens of the alert commands.
//!
//! Each message is laid out once, as a view of ready sentences; the text and the HTML of a mail draw the same view, so
//! that both say the same. A customer's message is made of one [`Letter`], which holds one contract and no other.

mod decision;
mod digest;
mod fitted;
mod letter;
mod machine;
mod mail;
mod notice;
mod operator;
mod replay;
mod sms;
mod status;
mod template;

use std::time::SystemTime;

pub use decision::{DecisionLine, Draft, DraftText};
pub use machine::Json;

use crate::alert::{AlertRun, AlertStatus, Digest, Letter, ReplaySummary};
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
    digest::DigestPage::new(digest, lang).mail()
}

/// Makes the customer's mail.
pub fn letter_mail(letter: &Letter, lang: Lang) -> MailText {
    letter::LetterPage::new(letter, lang).mail()
}

/// Makes the operator's short message: at most 160 characters of GSM 03.38's basic table, all of them ASCII.
pub fn digest_sms(digest: &Digest, lang: Lang) -> String {
    sms::digest(digest, lang)
}

/// Makes the customer's short message, as [`digest_sms`] makes the operator's.
pub fn letter_sms(letter: &Letter, lang: Lang) -> String {
    sms::letter(letter, lang)
}

/// Makes the parameters of the operator's WhatsApp template.
pub fn digest_template(digest: &Digest, lang: Lang) -> Vec<String> {
    template::digest(digest, lang)
}

/// Makes the parameters of the customer's WhatsApp template.
pub fn letter_template(letter: &Letter, lang: Lang) -> Vec<String> {
    template::letter(letter, lang)
}

/// Writes the WhatsApp templates of `alert templates`, ready to be pasted into the provider's form.
pub fn templates(lang: Lang) -> String {
    template::templates(lang)
}

/// Makes the operator's notice for a topic or a chat: a title of at most 60 characters and a plain body of at most
/// `most_bytes` bytes, cut at a line.
pub fn digest_notice(digest: &Digest, lang: Lang, most_bytes: usize) -> (String, String) {
    let page = digest::DigestPage::new(digest, lang);
    let body = notice::bounded(lang, &page.text(), most_bytes);
    (page.subject, body)
}

/// Makes the body of a webhook about all clients. `id` is the message's, the same over retries.
pub fn digest_event(digest: &Digest, id: &str, at: SystemTime) -> Vec<u8> {
    machine::digest(digest, id, at)
}

/// Makes the body of a webhook about one client.
pub fn letter_event(letter: &Letter, id: &str, at: SystemTime) -> Vec<u8> {
    machine::letter(letter, id, at)
}

/// Writes the screen of `--dry-run`: of each client, what each recipient is told or why nothing; then the messages.
pub fn decision(lines: &[DecisionLine], drafts: &[Draft], lang: Lang) -> String {
    decision::screen(lines, drafts, lang)
}

/// Writes the screen of `alert status`.
pub fn status(status: &AlertStatus, lang: Lang) -> String {
    status::screen(status, lang)
}

/// Writes the screen of `alert replay`.
pub fn replay(summary: &ReplaySummary, lang: Lang) -> String {
    replay::screen(summary, lang)
}

/// Returns the value of the key `alertas` of the report's document.
pub fn json(run: &AlertRun) -> Json<'_> {
    Json(run)
}
