//! Notices to a chat. The kinds are a table: the form of the request, and what an answer of success looks like.
//!
//! Text of a notice is never markup: the signs that a chat would obey are escaped, or replaced where there is no escape.

use std::time::Duration;

use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};

use super::exchange::{Answered, Exchange, address, is_near, secret_address, secrets_of};
use super::parcel::{Accepted, Content, Parcel, Refusal, RefusalKind};
use crate::alerting::ChatKind;
use crate::failure::{DeliveryProblem, RefusalReason as Why, UnsendableMessage};
use crate::oci::transport::Web;
use crate::text::AsTyped;

/// The host of Telegram's API.
const TELEGRAM: &str = "https://api.telegram.org/";

/// A chat.
#[derive(Clone, Debug)]
pub struct Chat {
    /// Kind of the chat.
    pub kind: ChatKind,
    /// The address, which is a secret of most kinds; without one, the kind's own where it has one.
    pub url: Option<AsTyped>,
    /// The token, of Telegram and ntfy.
    pub token: Option<AsTyped>,
    /// The chat's identifier, of Telegram.
    pub destination: Option<String>,
}

/// The features of a kind.
struct ChatForm {
    /// The most that a text may measure.
    limit: usize,
    measure: fn(char) -> usize,
    /// Escapes one character of a text.
    escape: fn(char) -> Option<&'static str>,
    /// Puts title and text, both escaped and cut, into the request.
    body: fn(&Chat, &str, &str) -> Value,
    /// Reads an answer.
    judge: fn(&Answered<'_>) -> Result<Accepted, Refusal>,
}

impl ChatKind {
    /// Bytes of a text that the chat takes uncut, unless an eighth of its limit is too little for the title and what is
    /// escaped.
    pub fn room(self) -> usize {
        let limit = self.form().limit;
        limit - limit / 8
    }

    fn form(self) -> ChatForm {
        match self {
            // 40,000 characters are documented; a longer text than this is cut into several by Slack itself.
            Self::Slack => ChatForm {
                limit: 12_000,
                measure: |_| 1,
                escape: in_html,
                body: |_, title, text| json!({ "text": format!("*{title}*\n{text}") }),
                judge: slack,
            },
            // 28 KB of a card; escapes and JSON take some of it.
            Self::Teams => ChatForm {
                limit: 18_000,
                measure: char::len_utf8,
                escape: in_card,
                body: |_, title, text| card(title, text),
                judge: by_status,
            },
            Self::Google => ChatForm {
                limit: 30_000,
                measure: char::len_utf8,
                escape: in_google,
                body: |_, title, text| json!({ "text": format!("*{title}*\n{text}") }),
                judge: google,
            },
            Self::Discord => ChatForm {
                limit: 1_900,
                measure: char::len_utf16,
                escape: in_markdown,
                body: |_, title, text| {
                    json!({
                        "content": format!("**{title}**\n{text}"),
                        "allowed_mentions": { "parse": [] },
                    })
                },
                judge: discord,
            },
            Self::Telegram => ChatForm {
                limit: 4_000,
                measure: char::len_utf16,
                escape: in_html,
                body: |chat, title, text| {
                    json!({
                        "chat_id": chat.destination,
                        "text": format!("<b>{title}</b>\n{text}"),
                        "parse_mode": "HTML",
                        "link_preview_options": { "is_disabled": true },
                    })
                },
                judge: telegram,
            },
            Self::Ntfy => ChatForm {
                limit: 3_800,
                measure: char::len_utf8,
                escape: |_| None,
                body: |chat, title, text| {
                    json!({
                        "topic": chat.topic(),
                        "title": title,
                        "message": text,
                    })
                },
                judge: ntfy,
            },
        }
    }
}

/// The most that a title may measure; it is a line.
const LONGEST_TITLE: usize = 120;

impl Chat {
    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Notice { title, body } = &parcel.content else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        let form = self.kind.form();
        let title = form.text(title, LONGEST_TITLE);
        let rest = form
            .limit
            .saturating_sub(title.chars().map(form.measure).sum());
        let body = (form.body)(self, &title, &form.text(body, rest));
        let exchange = self.exchange(web, self.address(parcel)?);
        let answer = exchange.post_json(self.headers(), &body).await?;
        (form.judge)(&answer)
    }

    /// Asks Telegram for the bot; the other kinds have nothing that sends nothing.
    pub(super) async fn probe(&self, web: &Web) -> Result<(), Refusal> {
        if self.kind != ChatKind::Telegram {
            return Ok(());
        }
        let exchange = self.exchange(web, self.telegram("getMe")?);
        let answer = exchange.get(Vec::new()).await?;
        telegram(&answer).map(drop)
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.url.as_ref().is_some_and(is_near)
    }

    fn exchange<'a>(&'a self, web: &'a Web, url: Url) -> Exchange<'a> {
        let token = self.token.as_ref().map(AsTyped::reveal);
        let address = self.url.iter().flat_map(secrets_of);
        Exchange {
            web,
            url,
            hidden: address.chain(token).collect(),
        }
    }

    fn address(&self, parcel: &Parcel) -> Result<Url, Refusal> {
        let own = self.url.as_ref().map(secret_address);
        let missing = || Refusal::new(RefusalKind::Permanent, DeliveryProblem::NotAnAddress);
        match self.kind {
            ChatKind::Telegram => self.telegram("sendMessage"),
            ChatKind::Slack | ChatKind::Teams => own.ok_or_else(missing)?,
            ChatKind::Google => {
                let mut url = own.ok_or_else(missing)??;
                // A repeated request with the same identifier returns the first message.
                url.query_pairs_mut().append_pair("requestId", &parcel.id);
                Ok(url)
            }
            ChatKind::Discord => {
                let mut url = own.ok_or_else(missing)??;
                // Without this a message that is not kept is no error.
                url.query_pairs_mut().append_pair("wait", "true");
                Ok(url)
            }
            ChatKind::Ntfy => {
                // A message in JSON goes to the server's root and names its topic.
                let mut url = own.ok_or_else(missing)??;
                url.path_segments_mut()
                    .map_err(|()| missing())?
                    .pop_if_empty()
                    .pop();
                Ok(url)
            }
        }
    }

    fn telegram(&self, method: &str) -> Result<Url, Refusal> {
        let instead = self.url.as_ref().map(secret_address).transpose()?;
        let token = self.token.as_ref().map_or("", AsTyped::reveal);
        address(
            instead.as_ref(),
            TELEGRAM,
            &[&format!("bot{token}"), method],
        )
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let token = self.token.as_ref().filter(|_| self.kind == ChatKind::Ntfy);
        let header = token.map(|token| ("authorization", format!("Bearer {}", token.reveal())));
        header.into_iter().collect()
    }

    /// The topic of ntfy: the last segment of the address.
    fn topic(&self) -> Option<String> {
        let url = secret_address(self.url.as_ref()?).ok()?;
        let topic = url.path().trim_end_matches('/').rsplit('/').next()?;
        Some(topic.to_owned())
    }
}

impl ChatForm {
    /// `text` as the chat shows it literally, cut to `limit` between two characters of it.
    fn text(&self, text: &str, limit: usize) -> String {
        const CUT: char = '…';
        let written = |c: char| (self.escape)(c).map_or_else(|| c.to_string(), str::to_owned);
        let size = |c: char| -> usize { written(c).chars().map(self.measure).sum() };
        if text.chars().map(size).sum::<usize>() <= limit {
            return text.chars().map(written).collect();
        }
        let mut room = limit.saturating_sub((self.measure)(CUT));
        let fits = text.chars().take_while(|c| {
            let left = room.checked_sub(size(*c));
            room = left.unwrap_or_default();
            left.is_some()
        });
        fits.map(written).chain([CUT.to_string()]).collect()
    }
}

fn in_html(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    }
}

/// Google Chat obeys `<…>`, for one to call everybody, and has no escape.
fn in_google(c: char) -> Option<&'static str> {
    match c {
        '<' => Some("‹"),
        '>' => Some("›"),
        '*' => Some("∗"),
        '`' => Some("'"),
        _ => None,
    }
}

fn in_markdown(c: char) -> Option<&'static str> {
    Some(match c {
        '\\' => "\\\\",
        '*' => "\\*",
        '_' => "\\_",
        '~' => "\\~",
        '`' => "\\`",
        '|' => "\\|",
        '<' => "\\<",
        '>' => "\\>",
        '[' => "\\[",
        ']' => "\\]",
        '#' => "\\#",
        _ => return None,
    })
}

/// A card shows one line break of Markdown only where there are two.
fn in_card(c: char) -> Option<&'static str> {
    match c {
        '\n' => Some("\n\n"),
        _ => in_markdown(c),
    }
}

fn card(title: &str, text: &str) -> Value {
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": [
                    { "type": "TextBlock", "text": title, "weight": "Bolder", "wrap": true },
                    { "type": "TextBlock", "text": text, "wrap": true },
                ],
            },
        }],
    })
}

/// Takes every status of success for one.
fn by_status(answer: &Answered<'_>) -> Result<Accepted, Refusal> {
    if answer.is_taken() {
        Ok(Accepted::default())
    } else {
        Err(answer.refused("", &answer.text()))
    }
}

/// Slack answers `ok`, and a word for each refusal.
fn slack(answer: &Answered<'_>) -> Result<Accepted, Refusal> {
    /// The refusals that stay until somebody changes the webhook.
    const PERMANENT: &[&str] = &[
        "action_prohibited",
        "channel_is_archived",
        "channel_not_found",
        "invalid_payload",
        "invalid_token",
        "no_active_hooks",
        "no_service",
        "no_service_id",
        "no_team",
        "no_text",
        "posting_to_general_channel_denied",
        "team_disabled",
        "user_not_found",
    ];
    let text = answer.text();
    let word = text.trim();
    match word {
        "ok" if answer.is_taken() => Ok(Accepted::default()),
        _ if PERMANENT.contains(&word) => {
            Err(answer.refused_as(Why::Other, RefusalKind::Permanent, word, ""))
        }
        _ if !answer.is_taken() => Err(answer.refused("", word)),
        _ => Err(answer.unintelligible()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GoogleReply {
    name: Option<String>,
    error: Option<GoogleFault>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GoogleFault {
    status: String,
    message: String,
}

fn google(answer: &Answered<'_>) -> Result<Accepted, Refusal> {
    match answer.json() {
        Some(GoogleReply {
            error: Some(GoogleFault { status, message }),
            ..
        }) => Err(match answer.is_taken() {
            true => answer.refused_as(Why::Other, RefusalKind::Permanent, &status, &message),
            false => answer.refused(&status, &message),
        }),
        Some(GoogleReply { name: Some(_), .. }) if answer.is_taken() => Ok(Accepted::default()),
        _ if answer.is_taken() => Err(answer.unintelligible()),
        _ => Err(answer.refused("", &answer.text())),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DiscordReply {
    id: Option<String>,
    code: Option<i64>,
    message: String,
    retry_after: Option<serde_json::Number>,
}

fn discord(answer: &Answered<'_>) -> Result<Accepted, Refusal> {
    let Some(reply) = answer.json::<DiscordReply>() else {
        return match answer.is_taken() {
            // 204: the server of an own address may not wait.
            true if answer.text().is_empty() => Ok(Accepted::default()),
            true => Err(answer.unintelligible()),
            false => Err(answer.refused("", &answer.text())),
        };
    };
    match reply.id {
        Some(id) if answer.is_taken() => Ok(Accepted {
            id: answer.id(Some(id)),
        }),
        _ if answer.is_taken() => Err(answer.unintelligible()),
        _ => {
            let code = reply.code.map_or(String::new(), |code| code.to_string());
            let pause = reply.retry_after.as_ref().and_then(whole_seconds);
            Err(answer.pausing(answer.refused(&code, &reply.message), pause))
        }
    }
}

/// Seconds, with a fraction at times, rounded up.
fn whole_seconds(number: &serde_json::Number) -> Option<Duration> {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let begun = u64::from(fraction.contains(|c: char| c != '0'));
    let whole: u64 = whole.parse().ok()?;
    Some(Duration::from_secs(whole.saturating_add(begun)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TelegramReply {
    ok: bool,
    result: TelegramResult,
    error_code: Option<u16>,
    description: String,
    parameters: TelegramParameters,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TelegramResult {
    message_id: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TelegramParameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

fn telegram(answer: &Answered<'_>) -> Result<Accepted, Refusal> {
    let Some(reply) = answer.json::<TelegramReply>() else {
        return Err(match answer.is_taken() {
            true => answer.unintelligible(),
            false => answer.refused("", &answer.text()),
        });
    };
    if reply.ok && answer.is_taken() {
        let id = reply.result.message_id.map(|id| id.to_string());
        return Ok(Accepted { id: answer.id(id) });
    }
    let code = reply
        .error_code
        .map_or(String::new(), |code| code.to_string());
    let text = reply.description.as_str();
    let chat = [
        "chat not found",
        "bot was blocked",
        "user is deactivated",
        "bot was kicked",
    ];
    let no_chat = chat.iter().any(|words| text.contains(words));
    let refusal = match reply.error_code.unwrap_or_default() {
        _ if no_chat || reply.parameters.migrate_to_chat_id.is_some() => {
            answer.refused_as(Why::Recipient, RefusalKind::Permanent, &code, text)
        }
        // 404 is a token that no bot has.
        401 | 404 => answer.refused_as(Why::Login, RefusalKind::Permanent, &code, text),
        429 => answer.refused_as(Why::TooMany, RefusalKind::Passing, &code, text),
        500..=599 => answer.refused_as(Why::Unavailable, RefusalKind::Passing, &code, text),
        _ if answer.is_taken() => {
            answer.refused_as(Why::Other, RefusalKind::Permanent, &code, text)
        }
        _ => answer.refused(&code, text),
    };
    let pause = reply.parameters.retry_after.map(Duration::from_secs);
    Err(answer.pausing(refusal, pause))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NtfyReply {
    id: Option<String>,
    code: Option<i64>,
    error: Option<String>,
}

fn ntfy(answer: &Answered<'_>) -> Result<Accepted, Refusal> {
    match answer.json() {
        Some(NtfyReply {
            id: Some(id),
            error: None,
            ..
        }) if answer.is_taken() => Ok(Accepted {
            id: answer.id(Some(id)),
        }),
        Some(NtfyReply {
            code,
            error: Some(error),
            ..
        }) => {
            let code = code.map_or(String::new(), |code| code.to_string());
            Err(match answer.is_taken() {
                true => answer.refused_as(Why::Other, RefusalKind::Permanent, &code, &error),
                false => answer.refused(&code, &error),
            })
        }
        _ if answer.is_taken() => Err(answer.unintelligible()),
        _ => Err(answer.refused("", &answer.text())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_never_markup() {
        for (kind, text, shown) in [
            (
                ChatKind::Slack,
                "a & <!everyone>",
                "a &amp; &lt;!everyone&gt;",
            ),
            (ChatKind::Telegram, "<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
            (ChatKind::Google, "<users/all> *", "‹users/all› ∗"),
            (ChatKind::Discord, "[x](y) **", "\\[x\\](y) \\*\\*"),
            (ChatKind::Teams, "a\n[b]", "a\n\n\\[b\\]"),
            (ChatKind::Ntfy, "<a> *b*", "<a> *b*"),
        ] {
            assert_eq!(kind.form().text(text, 99), shown, "{kind:?}");
        }
    }

    #[test]
    fn a_long_notice_is_cut_between_escapes() {
        let form = ChatKind::Telegram.form();
        assert_eq!(form.text("<<", 8), "&lt;&lt;");
        assert_eq!(form.text("<<<", 9), "&lt;&lt;…");
        assert_eq!(form.text("😀😀", 3), "😀…");
        assert_eq!(form.text("😀😀", 2), "…");
        for kind in [
            ChatKind::Slack,
            ChatKind::Teams,
            ChatKind::Discord,
            ChatKind::Ntfy,
        ] {
            let form = kind.form();
            let text = form.text(&"<é".repeat(50_000), form.limit);
            assert!(text.chars().map(form.measure).sum::<usize>() <= form.limit);
            assert!(text.ends_with('…'));
        }
    }

    #[test]
    fn pauses_are_rounded_up() {
        for (number, seconds) in [("1", 1), ("0.65", 1), ("64.57", 65), ("2.0", 2)] {
            let number: serde_json::Number = serde_json::from_str(number).unwrap();
            assert_eq!(whole_seconds(&number), Some(Duration::from_secs(seconds)));
        }
    }
}
