//! The sections and keys of `alertas.ini`, each with an example and a line that explains it.

use super::super::similar::{alike, bare};

/// A section.
#[derive(Debug)]
pub(super) struct SectionSpec {
    /// The word in the header.
    pub(super) word: &'static str,
    /// Name in the header of the example; there may be several of a section with a name.
    pub(super) name: Option<&'static str>,
    /// The meaning, in Portuguese and in English.
    pub(super) about: [&'static str; 2],
    /// The keys.
    pub(super) keys: &'static [KeySpec],
}

/// A key of a section.
#[derive(Debug)]
pub(super) struct KeySpec {
    /// The key.
    pub(super) word: &'static str,
    /// The forms of a secret.
    pub(super) secret: Option<&'static SecretKey>,
    /// The value is a secret, or holds one, and is never shown.
    pub(super) hidden: bool,
    /// A value.
    pub(super) example: &'static str,
    /// The meaning, in Portuguese and in English.
    pub(super) about: [&'static str; 2],
}

/// The keys that give one secret.
#[derive(Debug)]
pub(super) struct SecretKey {
    /// The secret itself, or `credencial:NAME`.
    pub(super) plain: &'static str,
    /// Path of a file.
    pub(super) file: &'static str,
    /// A command.
    pub(super) command: &'static str,
    /// A variable of the environment.
    pub(super) variable: &'static str,
}

impl SecretKey {
    /// All forms.
    pub(super) fn words(&self) -> [&'static str; 4] {
        [self.plain, self.file, self.command, self.variable]
    }
}

pub(super) const SENHA: SecretKey = SecretKey {
    plain: "senha",
    file: "senha_arquivo",
    command: "senha_comando",
    variable: "senha_ambiente",
};
pub(super) const TOKEN: SecretKey = SecretKey {
    plain: "token",
    file: "token_arquivo",
    command: "token_comando",
    variable: "token_ambiente",
};
pub(super) const SEGREDO: SecretKey = SecretKey {
    plain: "segredo",
    file: "segredo_arquivo",
    command: "segredo_comando",
    variable: "segredo_ambiente",
};
/// An address that is a secret.
pub(super) const ENDERECO: SecretKey = SecretKey {
    plain: "endereco",
    file: "endereco_arquivo",
    command: "endereco_comando",
    variable: "endereco_ambiente",
};

impl KeySpec {
    const fn new(word: &'static str, example: &'static str, about: [&'static str; 2]) -> Self {
        Self {
            word,
            secret: None,
            hidden: false,
            example,
            about,
        }
    }

    /// A secret, with the example of its file.
    const fn secret(
        forms: &'static SecretKey,
        example: &'static str,
        about: [&'static str; 2],
    ) -> Self {
        Self {
            secret: Some(forms),
            hidden: true,
            ..Self::new(forms.plain, example, about)
        }
    }

    const fn hidden(self) -> Self {
        Self {
            hidden: true,
            ..self
        }
    }

    /// The key, or the forms of the secret that it is.
    pub(super) fn words(&self) -> impl Iterator<Item = &'static str> {
        let forms = self.secret.map(SecretKey::words);
        let own = forms.is_none().then_some(self.word);
        own.into_iter().chain(forms.into_iter().flatten())
    }

    /// The line of the example: a secret's is in a file.
    pub(super) fn line(&self) -> String {
        let word = self.secret.map_or(self.word, |forms| forms.file);
        format!("{word} = {}", self.example)
    }
}

impl SectionSpec {
    /// The section with the word `word`, in any case.
    pub(super) fn find(word: &str) -> Option<&'static Self> {
        let mut sections = SECTIONS.iter();
        sections.find(|section| section.word.eq_ignore_ascii_case(word))
    }

    /// The key of the section that has the word `word`, and that word.
    pub(super) fn key(&self, word: &str) -> Option<(&'static KeySpec, &'static str)> {
        self.keys.iter().find_map(|key| {
            let found = key.words().find(|known| *known == word)?;
            Some((key, found))
        })
    }

    /// The example of the header, without its brackets.
    pub(super) fn header(&self) -> String {
        match self.name {
            Some(name) => format!("{} {name}", self.word),
            None => self.word.to_owned(),
        }
    }
}

/// The section that `word` resembles, or is another word for.
pub(super) fn near_section(word: &str) -> Option<&'static str> {
    let own = bare(word);
    let other = OTHER_SECTIONS
        .iter()
        .find(|(_, words)| words.contains(&own.as_str()));
    let near = || SECTIONS.iter().find(|section| alike(&own, section.word));
    other
        .map(|(section, _)| *section)
        .or_else(|| near().map(|section| section.word))
}

/// The key of `section` that `word` resembles, or is another word for.
pub(super) fn near_key(section: &SectionSpec, word: &str) -> Option<&'static str> {
    let own = bare(word);
    let mut words = section.keys.iter().flat_map(KeySpec::words);
    let near = words.find(|known| alike(&own, &bare(known)));
    let others = || {
        let mut others = OTHER_KEYS
            .iter()
            .filter(|(_, words)| words.contains(&own.as_str()));
        others.find_map(|(key, _)| section.key(key).map(|(_, word)| word))
    };
    near.or_else(others)
}

/// The sections that have the key `word`.
pub(super) fn sections_with(word: &str) -> Vec<&'static str> {
    let sections = SECTIONS
        .iter()
        .filter(|section| section.key(word).is_some());
    sections.map(|section| section.word).collect()
}

/// Other words for a section; the services of a chat are values of `por`.
const OTHER_SECTIONS: &[(&str, &[&str])] = &[
    (
        "operador",
        &[
            "operator",
            "noc",
            "geral",
            "default",
            "alertas",
            "destinatarios",
        ],
    ),
    ("regras", &["rules", "regra", "limites"]),
    ("email", &["smtp", "mail", "correio"]),
    ("sms", &["twilio", "zenvia", "telefone", "torpedo"]),
    ("whatsapp", &["whats", "zap", "wa", "meta"]),
    ("topico", &["topic", "ons", "notifications", "notificacoes"]),
    ("metricas", &["metrics", "monitoring", "metrica"]),
    ("webhook", &["hook", "gancho", "webhooks"]),
    (
        "chat",
        &[
            "slack", "teams", "google", "discord", "telegram", "ntfy", "chats",
        ],
    ),
    (
        "comando",
        &["command", "cmd", "comandos", "exec", "executar", "programa"],
    ),
    (
        "batimento",
        &["heartbeat", "healthchecks", "healthcheck", "ping"],
    ),
    ("publicar", &["publish", "objectstorage", "bucket"]),
];

/// Other words for a key; of several the one that the section has is meant.
const OTHER_KEYS: &[(&str, &[&str])] = &[
    (
        "email",
        &[
            "mail",
            "emails",
            "correio",
            "para",
            "to",
            "destinatario",
            "destinatarios",
        ],
    ),
    ("sms", &["telefone", "celular", "phone", "fone", "tel"]),
    ("whatsapp", &["zap", "whats", "wa"]),
    ("canais", &["canal", "channels", "channel"]),
    ("resumo", &["summary", "digest"]),
    ("idioma", &["lang", "language", "lingua"]),
    ("lembrar", &["lembrete", "remind", "repetir"]),
    ("abre", &["abrir", "opens", "open"]),
    ("fecha", &["fechar", "closes", "close"]),
    ("fuso", &["timezone", "tz", "fusohorario"]),
    ("sms_horario", &["horario", "horariosms", "hours"]),
    ("a_cada", &["cada", "every", "intervalo", "frequencia"]),
    ("de", &["from", "remetente", "sender"]),
    ("responder", &["replyto", "responderpara", "reply"]),
    (
        "por",
        &[
            "by", "servidor", "host", "server", "smtp", "tipo", "type", "via", "provedor", "porta",
            "port",
        ],
    ),
    ("usuario", &["user", "username", "login"]),
    ("senha", &["password", "passwd", "pass", "pwd", "secret"]),
    (
        "token",
        &["senha", "apikey", "key", "chave", "authtoken", "password"],
    ),
    ("segredo", &["secret", "senha", "chave", "key", "token"]),
    ("conta", &["account", "accountsid", "sid"]),
    ("servico", &["service", "servicesid", "messagingservicesid"]),
    ("numero_id", &["phonenumberid", "phoneid", "numero"]),
    ("versao", &["version"]),
    ("anexo", &["anexar", "attachment", "attach"]),
    ("auth", &["autenticacao", "mechanism", "mecanismo"]),
    ("compartimento", &["compartment", "compartmentid"]),
    ("espaco", &["namespace"]),
    ("topico", &["topic", "topicid"]),
    (
        "endereco",
        &["url", "webhook", "link", "endpoint", "address"],
    ),
    ("destino", &["chatid", "chat", "para", "destination"]),
    (
        "executar",
        &["exec", "comando", "command", "run", "cmd", "programa"],
    ),
    ("para", &["destino", "canal", "to", "replaces"]),
    ("oci", &["usuariooci", "config", "perfil", "profile"]),
];

const POR_HOST: [&str; 2] = [
    "No lugar do endereço do serviço, para testes: https, ou http nesta máquina",
    "In place of the service's address, for tests: https, or http on this machine",
];
const OCI_USER: [&str; 2] = [
    "Arquivo com as cinco linhas da Console do usuário do próprio parceiro; o nome não começa com config_",
    "File with the console's five lines of the partner's own user; its name does not begin with config_",
];

/// All sections.
#[rustfmt::skip]
pub(super) const SECTIONS: &[SectionSpec] = &[
    SectionSpec {
        word: "operador",
        name: None,
        about: ["Quem recebe os alertas de todos os clientes", "Who gets the alerts of all clients"],
        keys: &[
            KeySpec::new("email", "noc@example.com",
                ["Endereços, separados por vírgula", "Addresses, with commas between them"]),
            KeySpec::new("sms", "+55 11 91234-5678",
                ["Celulares, com o país", "Mobile numbers, with the country"]).hidden(),
            KeySpec::new("whatsapp", "+55 11 91234-5678",
                ["Números do WhatsApp, com o país", "WhatsApp numbers, with the country"]).hidden(),
            KeySpec::new("canais", "email, chat:equipe",
                ["Por quais canais; sem a chave, todos os que têm endereço acima, o tópico, os chats, webhooks e comandos",
                 "By which channels; without the key, all that have an address above, the topic, chats, webhooks and commands"]),
            KeySpec::new("resumo", "mudancas",
                ["Quando sai o resumo: mudancas, diario ou semanal", "When the digest is sent: mudancas (on changes), diario (daily) or semanal (weekly)"]),
            KeySpec::new("idioma", "pt-BR", ["pt-BR ou en", "pt-BR or en"]),
            KeySpec::new("lembrar", "7d",
                ["De quantos em quantos dias o resumo repete o que segue aberto; ou nunca",
                 "Days after which the digest repeats what stays open; or nunca (never)"]),
        ],
    },
    SectionSpec {
        word: "regras",
        name: None,
        about: ["Quando um alerta abre, piora e fecha", "When an alert opens, gets worse and closes"],
        keys: &[
            KeySpec::new("abre", "80",
                ["Chance de esgotar, em %, a partir da qual o alerta abre", "Chance of running out, in %, from which an alert opens"]),
            KeySpec::new("fecha", "20",
                ["Chance, em %, até a qual ele fecha", "Chance, in %, down to which it closes"]),
            KeySpec::new("dias_para_abrir", "3",
                ["Por quantos dias com dados novos, para abrir", "For how many days with new data, to open"]),
            KeySpec::new("dias_para_fechar", "7",
                ["Por quantos dias com dados novos, para fechar", "For how many days with new data, to close"]),
            KeySpec::new("piora_dias", "14",
                ["Avisa de novo se o dia em que o crédito acaba se adianta tantos dias", "Tells again if the day the credit runs out comes this many days earlier"]),
            KeySpec::new("piora_valor", "25%",
                ["Ou se o débito cresce tanto", "Or if the shortfall grows by this much"]),
            KeySpec::new("contrato", "60, 30, 7",
                ["Dias antes do fim do contrato", "Days before the contract's end"]),
            KeySpec::new("a_cada", "1d",
                ["De quanto em quanto tempo este comando é executado", "How often this command is run"]),
            KeySpec::new("fuso", "-03:00",
                ["Fuso das horas escritas e de sms_horario", "Offset from UTC of printed times and of sms_horario"]),
            KeySpec::new("sms_horario", "08-20",
                ["Horas em que saem SMS", "Hours in which SMS are sent"]),
        ],
    },
    SectionSpec {
        word: "email",
        name: None,
        about: ["Correio eletrônico", "E-mail"],
        keys: &[
            KeySpec::new("de", "Consumo OCI <alertas@example.com>",
                ["Remetente", "Sender"]),
            KeySpec::new("responder", "suporte@example.com",
                ["Endereço das respostas", "Address of replies"]),
            KeySpec::new("por", "smtp://smtp.example.com:587",
                ["smtp://SERVIDOR:PORTA (STARTTLS), smtps://SERVIDOR:PORTA, sendmail ou oci (OCI Email Delivery)",
                 "smtp://HOST:PORT (STARTTLS), smtps://HOST:PORT, sendmail or oci (OCI Email Delivery)"]).hidden(),
            KeySpec::new("usuario", "alertas@example.com",
                ["Usuário do servidor de SMTP", "User of the SMTP server"]),
            KeySpec::secret(&SENHA, "smtp.senha",
                ["Arquivo com a senha; ou senha_comando, senha_ambiente, senha = credencial:NOME",
                 "File with the password; or senha_comando, senha_ambiente, senha = credencial:NAME"]),
            KeySpec::new("auth", "plain",
                ["plain, login ou xoauth2 (a senha é então um token)", "plain, login or xoauth2 (the password is a token then)"]),
            KeySpec::new("anexo", "nao",
                ["nao, ou xlsx: a planilha vai com o resumo", "nao (no), or xlsx: the workbook goes with the digest"]),
            KeySpec::new("oci", "parceiro.oci", OCI_USER),
            KeySpec::new("compartimento", "ocid1.compartment.oc1..exemplo",
                ["Com por = oci: compartimento do remetente aprovado", "With por = oci: compartment of the approved sender"]),
            KeySpec::new("endereco", "https://127.0.0.1:8443", POR_HOST).hidden(),
        ],
    },
    SectionSpec {
        word: "sms",
        name: None,
        about: ["SMS, até 160 caracteres", "SMS, up to 160 characters"],
        keys: &[
            KeySpec::new("por", "twilio", ["twilio ou zenvia", "twilio or zenvia"]),
            KeySpec::new("conta", "AC0123456789abcdef0123456789abcdef",
                ["Twilio: Account SID", "Twilio: account SID"]),
            KeySpec::secret(&TOKEN, "sms.token",
                ["Arquivo com o token; ou token_comando, token_ambiente, token = credencial:NOME",
                 "File with the token; or token_comando, token_ambiente, token = credencial:NAME"]),
            KeySpec::new("de", "+15005550006",
                ["Remetente: um número, ou na Zenvia o nome", "Sender: a number, or with Zenvia its name"]),
            KeySpec::new("servico", "MG0123456789abcdef0123456789abcdef",
                ["Twilio, no lugar de de: Messaging Service SID", "Twilio, in place of de: Messaging Service SID"]),
            KeySpec::new("endereco", "https://127.0.0.1:8443", POR_HOST).hidden(),
        ],
    },
    SectionSpec {
        word: "whatsapp",
        name: None,
        about: ["WhatsApp, com os modelos de oci-consumo alert templates", "WhatsApp, with the templates of oci-consumo alert templates"],
        keys: &[
            KeySpec::new("por", "meta", ["meta ou twilio", "meta or twilio"]),
            KeySpec::new("numero_id", "1234567890",
                ["Meta: ID do número (Phone number ID)", "Meta: phone number ID"]),
            KeySpec::new("versao", "v26.0", ["Meta: versão da API", "Meta: version of the API"]),
            KeySpec::secret(&TOKEN, "whatsapp.token",
                ["Arquivo com o token; ou token_comando, token_ambiente, token = credencial:NOME",
                 "File with the token; or token_comando, token_ambiente, token = credencial:NAME"]),
            KeySpec::new("modelo_cliente", "oci_credito_alerta_v1",
                ["Modelo da mensagem ao cliente; na Twilio, Content SID", "Template of a customer's message; with Twilio its Content SID"]),
            KeySpec::new("modelo_operador", "oci_carteira_resumo_v1",
                ["Modelo da mensagem ao operador; na Twilio, Content SID", "Template of the operator's message; with Twilio its Content SID"]),
            KeySpec::new("modelo_idioma", "pt_BR",
                ["Meta: idioma dos modelos", "Meta: language of the templates"]),
            KeySpec::new("conta", "AC0123456789abcdef0123456789abcdef",
                ["Twilio: Account SID", "Twilio: account SID"]),
            KeySpec::new("de", "+15005550006",
                ["Twilio: número do remetente", "Twilio: the sender's number"]).hidden(),
            KeySpec::new("endereco", "https://127.0.0.1:8443", POR_HOST).hidden(),
        ],
    },
    SectionSpec {
        word: "topico",
        name: None,
        about: ["OCI Notifications; não chega a SMS", "OCI Notifications; does not reach SMS"],
        keys: &[
            KeySpec::new("oci", "parceiro.oci", OCI_USER),
            KeySpec::new("topico", "ocid1.onstopic.oc1.sa-saopaulo-1.exemplo",
                ["OCID do tópico", "OCID of the topic"]),
            KeySpec::new("endereco", "https://127.0.0.1:8443", POR_HOST).hidden(),
        ],
    },
    SectionSpec {
        word: "metricas",
        name: None,
        about: ["Métricas no OCI Monitoring, para alarmes da Oracle (e SMS por eles)", "Metrics in OCI Monitoring, for Oracle's alarms (and SMS by them)"],
        keys: &[
            KeySpec::new("oci", "parceiro.oci", OCI_USER),
            KeySpec::new("compartimento", "ocid1.compartment.oc1..exemplo",
                ["OCID do compartimento", "OCID of the compartment"]),
            KeySpec::new("espaco", super::channels::NAMESPACE,
                ["Namespace das métricas; os prefixos oci_ e oracle_ são da Oracle", "Namespace of the metrics; the prefixes oci_ and oracle_ are Oracle's own"]),
            KeySpec::new("endereco", "https://127.0.0.1:8443", POR_HOST).hidden(),
        ],
    },
    SectionSpec {
        word: "webhook",
        name: Some("interno"),
        about: ["Webhook assinado (Standard Webhooks); pode haver vários, cada um com um nome", "Signed webhook (Standard Webhooks); there may be several, each with a name"],
        keys: &[
            KeySpec::secret(&ENDERECO, "gancho.url",
                ["Arquivo com o endereço; ou endereco = https://…, se não é segredo", "File with the address; or endereco = https://…, if it is no secret"]),
            KeySpec::secret(&SEGREDO, "gancho.segredo",
                ["Arquivo com o segredo da assinatura, whsec_…", "File with the secret of the signature, whsec_…"]),
        ],
    },
    SectionSpec {
        word: "chat",
        name: Some("equipe"),
        about: ["Conversa; pode haver várias, cada uma com um nome", "Chat; there may be several, each with a name"],
        keys: &[
            KeySpec::new("por", "teams",
                ["slack, teams, google, discord, telegram ou ntfy", "slack, teams, google, discord, telegram or ntfy"]),
            KeySpec::secret(&ENDERECO, "equipe.url",
                ["Arquivo com o endereço do webhook, que é o segredo (exceto telegram)", "File with the webhook's address, which is the secret (but for telegram)"]),
            KeySpec::secret(&TOKEN, "equipe.token",
                ["Arquivo com o token (telegram; ntfy, se houver)", "File with the token (telegram; ntfy if it has one)"]),
            KeySpec::new("destino", "-1001234567890",
                ["Telegram: número da conversa", "Telegram: the chat's number"]),
        ],
    },
    SectionSpec {
        word: "comando",
        name: Some("modem"),
        about: ["Comando que recebe a mensagem na entrada padrão, sem shell; pode haver vários", "Command that gets the message on its standard input, without a shell; there may be several"],
        keys: &[
            KeySpec::new("executar", "/usr/local/bin/enviar-sms --para {destino}",
                ["Programa e argumentos; {destino} é o destinatário", "Program and arguments; {destino} is the recipient"]).hidden(),
            KeySpec::new("para", "sms",
                ["O canal que ele substitui: email, sms ou whatsapp", "The channel that it replaces: email, sms or whatsapp"]),
        ],
    },
    SectionSpec {
        word: "batimento",
        name: None,
        about: ["Sinal de vida a cada execução (healthchecks.io ou compatível)", "Sign of life with each run (healthchecks.io or compatible)"],
        keys: &[
            KeySpec::secret(&ENDERECO, "batimento.url",
                ["Arquivo com o endereço, que é o segredo", "File with the address, which is the secret"]),
        ],
    },
    SectionSpec {
        word: "publicar",
        name: None,
        about: ["Object Storage, para -o oci:// e --pages oci://", "Object Storage, for -o oci:// and --pages oci://"],
        keys: &[KeySpec::new("oci", "parceiro.oci", OCI_USER)],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_key_is_once_in_its_section() {
        let mut words = BTreeSet::new();
        for section in SECTIONS {
            assert!(words.insert(section.word), "{}", section.word);
            let keys: Vec<&str> = section.keys.iter().flat_map(KeySpec::words).collect();
            let unique: BTreeSet<&&str> = keys.iter().collect();
            assert_eq!(unique.len(), keys.len(), "{}", section.word);
            for key in keys {
                assert_eq!(section.key(key).unwrap().1, key);
                assert_eq!(near_key(section, key), Some(key));
            }
        }
        let known = |word: &&str| SECTIONS.iter().any(|section| section.key(word).is_some());
        assert!(OTHER_KEYS.iter().map(|(key, _)| key).all(known));
        let known = |word: &&str| SectionSpec::find(word).is_some();
        assert!(OTHER_SECTIONS.iter().map(|(word, _)| word).all(known));
    }

    #[test]
    fn a_misspelt_word_is_told_apart() {
        for (word, near) in [
            ("operdor", Some("operador")),
            ("e-mail", Some("email")),
            ("SMTP", Some("email")),
            ("slack", Some("chat")),
            ("heartbeat", Some("batimento")),
            ("métricas", Some("metricas")),
            ("xyz", None),
        ] {
            assert_eq!(near_section(word), near, "{word}");
        }
        let near = |section: &str, key: &str| near_key(SectionSpec::find(section).unwrap(), key);
        for (section, word, key) in [
            ("operador", "e-mail", Some("email")),
            ("operador", "canal", Some("canais")),
            ("email", "password", Some("senha")),
            ("email", "senha arquivo", Some("senha_arquivo")),
            ("email", "senha_arqivo", Some("senha_arquivo")),
            ("email", "from", Some("de")),
            ("sms", "senha", Some("token")),
            ("chat", "url", Some("endereco")),
            ("regras", "tempo", None),
        ] {
            assert_eq!(near(section, word), key, "{section} {word}");
        }
        assert_eq!(sections_with("auth"), ["email"]);
        assert_eq!(sections_with("canais"), ["operador"]);
        assert!(sections_with("senhas").is_empty());
    }
}
