//! The channels of `alertas.ini`, each from its section.

use reqwest::Url;

use super::super::config::ocid;
use super::address::{MailAddress, Phone};
use super::blocks::{Block, EXECUTAR, SettingsFile, argv};
use super::command;
use super::keys::{ENDERECO, SEGREDO, SENHA, TOKEN};
use super::secret::SecretSource;
use super::settings::{
    ChannelName, ChatSettings, CommandSettings, LoginSettings, MailRoute, MailSettings,
    MetricsSettings, SmsRoute, SmsSender, SmsSettings, TopicSettings, WebhookSettings,
    WhatsAppRoute, WhatsAppSettings,
};
use super::values::{ascii, of_form, word};
use crate::alerting::{ChatKind, Mechanism};
use crate::failure::{AlertsProblem, AlertsRefused, SecretFault};
use crate::oci::endpoint::address;
use crate::oci::transport::is_loopback;
use crate::path;

/// Namespace of the metrics. The service refuses the prefixes `oci_` and `oracle_`:
/// <https://docs.oracle.com/iaas/Content/Monitoring/Tasks/publishingcustommetrics.htm>.
pub(super) const NAMESPACE: &str = "consumo_oci";
/// Version of Meta's API.
const META_VERSION: &str = "v26.0";
/// Names of the templates that `alert templates` prints, and their language.
const CUSTOMER_TEMPLATE: &str = "oci_credito_alerta_v1";
const OPERATOR_TEMPLATE: &str = "oci_carteira_resumo_v1";
const TEMPLATE_LANG: &str = "pt_BR";
/// Ports of mail: of submission with STARTTLS, and with TLS at once (RFC 8314).
const SUBMISSION: u16 = 587;
const SUBMISSIONS: u16 = 465;

/// Parses an address of e-mail.
pub(super) fn mail_address(text: &str) -> Result<MailAddress, AlertsProblem> {
    MailAddress::parse(text).map_err(AlertsProblem::NotAnAddress)
}

/// Parses a telephone number.
pub(super) fn phone(text: &str) -> Result<Phone, AlertsProblem> {
    Phone::parse(text).map_err(AlertsProblem::NotAPhone)
}

/// Parses a number that SMS go to.
pub(super) fn mobile(text: &str) -> Result<Phone, AlertsProblem> {
    Phone::parse_mobile(text).map_err(AlertsProblem::NotAPhone)
}

/// The address in place of a service's host.
fn host(block: &Block) -> Result<Option<Url>, AlertsRefused> {
    block.read("endereco", |value| {
        address(value, false).map_err(AlertsProblem::NotAnEndpoint)
    })
}

/// An OCID of a compartment; the root compartment is the tenancy.
fn compartment(value: &str) -> Result<String, AlertsProblem> {
    let found =
        ocid(value, "compartment").or_else(|problem| ocid(value, "tenancy").map_err(|_| problem));
    found.map_err(AlertsProblem::Config)
}

/// The way of mail, as `por` names it.
enum MailWay {
    Smtp {
        host: String,
        port: u16,
        implicit_tls: bool,
        loopback: bool,
    },
    Sendmail(Option<String>),
    Oci,
}

/// Parses the value of `por` in `[email]`.
fn way(text: &str) -> Result<MailWay, AlertsProblem> {
    let none = || AlertsProblem::NotOfForm {
        example: "smtp://smtp.example.com:587",
    };
    let lower = text.to_ascii_lowercase();
    if lower == "oci" {
        return Ok(MailWay::Oci);
    }
    if lower == "sendmail" {
        return Ok(MailWay::Sendmail(None));
    }
    if let Some(path) = text.strip_prefix("sendmail:") {
        let path = path.trim();
        return match path {
            "" => Err(none()),
            path => Ok(MailWay::Sendmail(Some(path.to_owned()))),
        };
    }
    let (scheme, rest) = lower.split_once("://").ok_or_else(none)?;
    let implicit_tls = match scheme {
        "smtp" => false,
        "smtps" => true,
        _ => return Err(none()),
    };
    if rest.contains('@') {
        return Err(AlertsProblem::LoginInAddress);
    }
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let usual = if implicit_tls {
        SUBMISSIONS
    } else {
        SUBMISSION
    };
    // The colons of an address of IPv6 stand between brackets.
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let digits = port.bytes().all(|b| b.is_ascii_digit());
            let port = port.parse::<u16>().ok().filter(|port| digits && *port > 0);
            (host, port.ok_or_else(none)?)
        }
        _ => (rest, usual),
    };
    // The parser of addresses maps the names of hosts, and refuses odd ones.
    let url = Url::parse(&format!("https://{host}/")).map_err(|_| none())?;
    let bare = !host.contains(['/', '?', '#', '\\']) && url.port().is_none();
    let host = url.host_str().filter(|_| bare).ok_or_else(none)?;
    Ok(MailWay::Smtp {
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
        implicit_tls,
        loopback: is_loopback(&url),
    })
}

/// Reads `[email]`.
pub(super) fn mail(block: &Block, source: SettingsFile<'_>) -> Result<MailSettings, AlertsRefused> {
    let from = block.need("de", mail_address)?;
    let reply_to = block.read("responder", mail_address)?;
    let way = block.need("por", way)?;
    // The keys of another way may stay in the file; they are checked all the same.
    let user = block.read("usuario", |value| {
        let allowed = |c: char| !c.is_control() && !c.is_whitespace();
        of_form(value, 255, allowed, "alertas@example.com")
    })?;
    let secret = block.secret(&SENHA, source, false)?;
    let mechanism = block.read("auth", |value| {
        let words = &["plain", "login", "xoauth2"];
        let all = [
            ("plain", Mechanism::Plain),
            ("login", Mechanism::Login),
            ("xoauth2", Mechanism::XOauth2),
        ];
        word(value, words, &all)
    })?;
    let attach_workbook = block.read("anexo", |value| {
        let all = [
            ("nao", false),
            ("não", false),
            ("no", false),
            ("xlsx", true),
        ];
        word(value, &["nao", "xlsx"], &all)
    })?;
    let oci = block.optional_user(source)?;
    let compartment = block.read("compartimento", compartment)?;
    let endpoint = host(block)?;
    let by = match way {
        MailWay::Oci => MailRoute::Oci {
            user: oci.ok_or_else(|| block.lacks(&["oci"], false))?,
            compartment: compartment.ok_or_else(|| block.lacks(&["compartimento"], false))?,
            endpoint,
        },
        MailWay::Sendmail(path) => {
            let path = path.map(|path| path::resolve(&path, source.folder));
            if let Some(path) = path.as_ref().filter(|path| path.exists()) {
                let unshared = command::unshared(path);
                unshared.map_err(|problem| block.refuse_key("por", problem))?;
            }
            MailRoute::Sendmail { path }
        }
        MailWay::Smtp {
            host,
            port,
            implicit_tls,
            loopback,
        } => {
            let login = match (user, secret) {
                (Some(user), Some(secret)) => Some(LoginSettings {
                    user,
                    secret,
                    mechanism: mechanism.unwrap_or(Mechanism::Plain),
                }),
                (None, None) if mechanism.is_none() => None,
                (None, Some(_)) => return Err(block.lacks(&["usuario"], false)),
                (Some(_), None) => return Err(block.lacks(&["senha"], false)),
                (None, None) => return Err(block.lacks(&["usuario", "senha"], false)),
            };
            MailRoute::Smtp {
                clear: loopback && !implicit_tls && login.is_none(),
                host,
                port,
                implicit_tls,
                login,
            }
        }
    };
    Ok(MailSettings {
        from,
        reply_to,
        by,
        attach_workbook: attach_workbook.unwrap_or(false),
    })
}

/// The SID of Twilio in `value`, of which `example` is one of the same kind.
fn sid(value: &str, example: &'static str) -> Result<String, AlertsProblem> {
    let sid = of_form(value, 64, ascii(""), example)?;
    match sid.get(..2) == example.get(..2) && sid.len() > 2 {
        true => Ok(sid),
        false => Err(AlertsProblem::NotOfForm { example }),
    }
}

/// The SID of an account of Twilio.
fn account(block: &Block) -> Result<String, AlertsRefused> {
    block.need("conta", |value| {
        sid(value, "AC0123456789abcdef0123456789abcdef")
    })
}

/// Reads `[sms]`.
pub(super) fn sms(block: &Block, source: SettingsFile<'_>) -> Result<SmsSettings, AlertsRefused> {
    #[derive(Clone, Copy)]
    enum SmsProvider {
        Twilio,
        Zenvia,
    }
    let provider = block.need("por", |value| {
        let all = [
            ("twilio", SmsProvider::Twilio),
            ("zenvia", SmsProvider::Zenvia),
        ];
        word(value, &["twilio", "zenvia"], &all)
    })?;
    let by = match provider {
        SmsProvider::Twilio => {
            let account = account(block)?;
            let token = block.need_secret(&TOKEN, source)?;
            let service = block.read("servico", |value| {
                sid(value, "MG0123456789abcdef0123456789abcdef")
            })?;
            let from = block.read("de", twilio_sender)?;
            block.not_both("de", "servico")?;
            let sender = match (from, service) {
                (Some(from), None) => SmsSender::From(from),
                (None, Some(service)) => SmsSender::Service(service),
                _ => return Err(block.lacks(&["de", "servico"], true)),
            };
            SmsRoute::Twilio {
                account,
                token,
                sender,
            }
        }
        SmsProvider::Zenvia => {
            block.refuse_others("zenvia", &["conta", "servico"])?;
            SmsRoute::Zenvia {
                token: block.need_secret(&TOKEN, source)?,
                from: block.need("de", |value| {
                    of_form(value, 40, ascii("+-_."), "minha-conta")
                })?,
            }
        }
    };
    let endpoint = host(block)?;
    Ok(SmsSettings { by, endpoint })
}

/// A sender of Twilio: a number, a short code, or up to eleven letters and digits.
fn twilio_sender(value: &str) -> Result<String, AlertsProblem> {
    if value.starts_with('+') {
        return phone(value).map(|phone| phone.reveal().to_owned());
    }
    of_form(value, 11, ascii(" "), "+15005550006")
}

/// Reads `[whatsapp]`.
pub(super) fn whatsapp(
    block: &Block,
    source: SettingsFile<'_>,
) -> Result<WhatsAppSettings, AlertsRefused> {
    #[derive(Clone, Copy)]
    enum WhatsAppProvider {
        Meta,
        Twilio,
    }
    let provider = block.need("por", |value| {
        let all = [
            ("meta", WhatsAppProvider::Meta),
            ("twilio", WhatsAppProvider::Twilio),
        ];
        word(value, &["meta", "twilio"], &all)
    })?;
    let by = match provider {
        WhatsAppProvider::Meta => {
            block.refuse_others("meta", &["conta", "de"])?;
            let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            let template = |value: &str| of_form(value, 512, lower, CUSTOMER_TEMPLATE);
            let or = |found: Option<String>, usual: &str| found.unwrap_or_else(|| usual.to_owned());
            WhatsAppRoute::Meta {
                number_id: block.need("numero_id", |value| {
                    of_form(value, 32, |c| c.is_ascii_digit(), "1234567890")
                })?,
                version: or(block.read("versao", version)?, META_VERSION),
                token: block.need_secret(&TOKEN, source)?,
                customer_template: or(block.read("modelo_cliente", template)?, CUSTOMER_TEMPLATE),
                operator_template: or(block.read("modelo_operador", template)?, OPERATOR_TEMPLATE),
                template_lang: or(
                    block.read("modelo_idioma", |value| {
                        of_form(value, 12, ascii("_"), TEMPLATE_LANG)
                    })?,
                    TEMPLATE_LANG,
                ),
            }
        }
        WhatsAppProvider::Twilio => {
            block.refuse_others("twilio", &["numero_id", "versao", "modelo_idioma"])?;
            let content = |value: &str| sid(value, "HX0123456789abcdef0123456789abcdef");
            WhatsAppRoute::Twilio {
                account: account(block)?,
                token: block.need_secret(&TOKEN, source)?,
                from: block.need("de", phone)?,
                customer_template: block.need("modelo_cliente", content)?,
                operator_template: block.need("modelo_operador", content)?,
            }
        }
    };
    let endpoint = host(block)?;
    Ok(WhatsAppSettings { by, endpoint })
}

/// A version of Meta's API.
fn version(value: &str) -> Result<String, AlertsProblem> {
    let digits =
        |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let numbers = value
        .strip_prefix('v')
        .and_then(|rest| rest.split_once('.'));
    match numbers {
        Some((major, minor)) if digits(major) && digits(minor) => Ok(value.to_owned()),
        _ => Err(AlertsProblem::NotOfForm {
            example: META_VERSION,
        }),
    }
}

/// Reads `[topico]`.
pub(super) fn topic(
    block: &Block,
    source: SettingsFile<'_>,
) -> Result<TopicSettings, AlertsRefused> {
    Ok(TopicSettings {
        user: block.user(source)?,
        topic: block.need("topico", |value| {
            ocid(value, "onstopic").map_err(AlertsProblem::Config)
        })?,
        endpoint: host(block)?,
    })
}

/// Reads `[metricas]`.
pub(super) fn metrics(
    block: &Block,
    source: SettingsFile<'_>,
) -> Result<MetricsSettings, AlertsRefused> {
    let namespace = block.read("espaco", |value| {
        let begins = value.starts_with(|c: char| c.is_ascii_alphabetic());
        let namespace = of_form(value, 256, ascii("_"), NAMESPACE)?;
        match begins {
            true => Ok(namespace),
            false => Err(AlertsProblem::NotOfForm { example: NAMESPACE }),
        }
    })?;
    Ok(MetricsSettings {
        user: block.user(source)?,
        compartment: block.need("compartimento", compartment)?,
        namespace: namespace.unwrap_or_else(|| NAMESPACE.to_owned()),
        endpoint: host(block)?,
    })
}

/// The address of one receiver: of a secret that stands in the file, the form is checked at once. In a file that
/// others can read it may stand where it is no secret, which `open` says.
fn receiver(
    block: &Block,
    source: SettingsFile<'_>,
    open: bool,
) -> Result<Option<SecretSource>, AlertsRefused> {
    let url = block.secret(&ENDERECO, source, open)?;
    if let Some(url) = url.as_ref().filter(|url| url.is_plain()) {
        let problem = |problem: AlertsRefused| match problem.problem {
            AlertsProblem::NotASecret(SecretFault::NotAnEndpoint(fault)) => {
                block.refuse_key(ENDERECO.plain, AlertsProblem::NotAnEndpoint(fault))
            }
            _ => problem,
        };
        url.resolve_url().map_err(problem)?;
    }
    Ok(url)
}

/// Reads `[webhook NAME]`.
pub(super) fn webhook(
    block: &Block,
    source: SettingsFile<'_>,
) -> Result<WebhookSettings, AlertsRefused> {
    // Where messages are signed, their receiver's address may be known.
    let secret = block.secret(&SEGREDO, source, false)?;
    let url = receiver(block, source, true)?;
    Ok(WebhookSettings {
        name: block.name.clone(),
        url: url.ok_or_else(|| block.lacks(&[ENDERECO.plain], false))?,
        secret,
    })
}

/// Reads `[chat NAME]`.
pub(super) fn chat(block: &Block, source: SettingsFile<'_>) -> Result<ChatSettings, AlertsRefused> {
    const WORDS: &[&str] = &["slack", "teams", "google", "discord", "telegram", "ntfy"];
    const KINDS: [(&str, ChatKind); 6] = [
        ("slack", ChatKind::Slack),
        ("teams", ChatKind::Teams),
        ("google", ChatKind::Google),
        ("discord", ChatKind::Discord),
        ("telegram", ChatKind::Telegram),
        ("ntfy", ChatKind::Ntfy),
    ];
    let kind = block.need("por", |value| word(value, WORDS, &KINDS))?;
    let kind_word = KINDS.iter().find(|(_, known)| *known == kind);
    let kind_word = kind_word.map(|(word, _)| *word).unwrap_or_default();
    let token = match kind {
        ChatKind::Telegram => Some(block.need_secret(&TOKEN, source)?),
        ChatKind::Ntfy => block.secret(&TOKEN, source, false)?,
        _ => {
            block.refuse_others(kind_word, &[TOKEN.plain])?;
            None
        }
    };
    let destination = match kind {
        ChatKind::Telegram => Some(block.need("destino", |value| {
            of_form(value, 64, ascii("-_@"), "-1001234567890")
        })?),
        _ => {
            block.refuse_others(kind_word, &["destino"])?;
            None
        }
    };
    // Telegram's address is no secret: its token is. Nor is that of ntfy, which a token protects.
    let open = kind == ChatKind::Telegram || kind == ChatKind::Ntfy && token.is_some();
    let url = receiver(block, source, open)?;
    if url.is_none() && kind != ChatKind::Telegram {
        return Err(block.lacks(&[ENDERECO.plain], false));
    }
    Ok(ChatSettings {
        name: block.name.clone(),
        kind,
        url,
        token,
        destination,
    })
}

/// Reads `[comando NAME]`.
pub(super) fn command(
    block: &Block,
    source: SettingsFile<'_>,
) -> Result<CommandSettings, AlertsRefused> {
    let replaces = block.read("para", |value| {
        let words = &["email", "sms", "whatsapp"];
        let names = [ChannelName::Email, ChannelName::Sms, ChannelName::WhatsApp];
        let mut names = names.into_iter();
        let found = names.find(|name| name.to_string().eq_ignore_ascii_case(value));
        found.ok_or(AlertsProblem::NotAWord { words })
    })?;
    Ok(CommandSettings {
        name: block.name.clone(),
        argv: block.need(EXECUTAR, |value| argv(value, source))?,
        replaces,
    })
}

/// Reads `[batimento]`.
pub(super) fn heartbeat(
    block: &Block,
    source: SettingsFile<'_>,
) -> Result<SecretSource, AlertsRefused> {
    let url = receiver(block, source, false)?;
    url.ok_or_else(|| block.lacks(&[ENDERECO.plain], false))
}
