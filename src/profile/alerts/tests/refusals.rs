//! Each refusal of `alertas.ini`, with its line, its section and its key.

use super::*;

#[test]
fn whatever_is_wrong_is_refused_at_its_place() {
    use AlertsProblem as P;
    let word = |words| P::NotAWord { words };
    let form = |example| P::NotOfForm { example };
    let range = |least, most| P::OutOfRange { least, most };
    let lacks = |lines: &[&str], any| P::Missing {
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        any,
    };
    let no_section = |section: &str| P::NoSection {
        section: section.to_owned(),
    };
    let known = |known: &[&str]| P::UnknownChannel {
        known: known.iter().map(|name| (*name).to_owned()).collect(),
    };
    let syntax = |fault| P::Config(ConfigProblem::Syntax(fault));
    let operator = |lines: &str| LEAST.replace("[email]", &format!("{lines}\n[email]"));
    let with = |lines: &str| format!("{LEAST}{lines}");
    let rules = |lines: &str| with(&format!("[regras]\n{lines}"));
    let chat = |lines: &str| with(&format!("[chat a]\n{lines}"));
    let sms = |lines: &str| with(&format!("[sms]\n{lines}"));
    let twilio = |lines: &str| sms(&format!("por=twilio\nconta=ACx\ntoken=t\n{lines}"));
    let near = |near| P::UnknownKey { near };
    for (text, line, section, key, problem) in [
        // The lines.
        ("x".to_owned(), 1, "", "", syntax(None)),
        (with("senha"), 6, "email", "", syntax(None)),
        (with("[chat"), 6, "email", "", syntax(None)),
        (with("[chat a] b"), 6, "email", "", syntax(None)),
        (
            with("-----BEGIN PRIVATE KEY-----"),
            6,
            "email",
            "",
            P::Config(ConfigProblem::KeyInside),
        ),
        (
            with("responder = y@a.br anexo = nao"),
            6,
            "email",
            "responder",
            syntax(Some(LineFault::Joined)),
        ),
        (
            with("usuario = a senha = b"),
            6,
            "email",
            "usuario",
            syntax(Some(LineFault::Joined)),
        ),
        (
            with("DE = y@a.br"),
            6,
            "email",
            "de",
            P::Config(ConfigProblem::RepeatedKey {
                name: "de".to_owned(),
                first_line: 4,
            }),
        ),
        (
            with("responder = <endereço>"),
            6,
            "email",
            "responder",
            P::Config(ConfigProblem::Placeholder),
        ),
        // Sections.
        (
            "email = a@b.br".to_owned(),
            1,
            "",
            "email",
            P::OutsideSections {
                sections: vec!["operador"],
            },
        ),
        (
            "xyz = 1".to_owned(),
            1,
            "",
            "",
            P::OutsideSections { sections: vec![] },
        ),
        (
            with("[smtp]"),
            6,
            "smtp",
            "",
            P::UnknownSection {
                near: Some("email"),
            },
        ),
        (
            with("[xyz]"),
            6,
            "xyz",
            "",
            P::UnknownSection { near: None },
        ),
        (
            with("[Email]"),
            6,
            "email",
            "",
            P::RepeatedSection { first_line: 3 },
        ),
        (with("[email noc]"), 6, "email noc", "", P::Named),
        (with("[chat]"), 6, "chat", "", P::Nameless),
        (with("[chat a,b]"), 6, "chat a,b", "", P::NotAName),
        (
            chat("por=slack\nendereco=https://a.br\n[CHAT \"A\"]"),
            9,
            "chat A",
            "",
            P::RepeatedSection { first_line: 6 },
        ),
        (
            with("[webhook a]\nendereco=https://a.br\n[webhook á]"),
            8,
            "webhook á",
            "",
            P::RepeatedSection { first_line: 6 },
        ),
        (
            with("[comando a]\nexecutar=none-x\n[comando A]"),
            8,
            "comando A",
            "",
            P::RepeatedSection { first_line: 6 },
        ),
        (
            "[email]\nde=a@b.br\npor=sendmail".to_owned(),
            0,
            "",
            "",
            P::NoOperator,
        ),
        // Keys.
        (
            with("abre = 80"),
            6,
            "email",
            "abre",
            P::OfOtherSection {
                sections: vec!["regras"],
            },
        ),
        (with("oc = x"), 6, "email", "oc", near(None)),
        (
            with("senhas_arquivo = x"),
            6,
            "email",
            "senhas_arquivo",
            near(Some("senha_arquivo")),
        ),
        (with("Zm9v9 = x"), 6, "email", "", near(None)),
        // Addresses.
        (
            LEAST.replace("noc@a.br", "noc"),
            2,
            "operador",
            "email",
            P::NotAnAddress(AddressFault::At),
        ),
        (
            LEAST.replace("noc@a.br", "a@b.br, c d@b.br"),
            2,
            "operador",
            "email",
            P::NotAnAddress(AddressFault::Local),
        ),
        (
            LEAST.replace("x@a.br", "X <x@>"),
            4,
            "email",
            "de",
            P::NotAnAddress(AddressFault::Domain),
        ),
        (
            operator("sms = 11 91234-5678"),
            3,
            "operador",
            "sms",
            P::NotAPhone(PhoneFault::NoCountry),
        ),
        (
            operator("sms = +55 11 3123-4567"),
            3,
            "operador",
            "sms",
            P::NotAPhone(PhoneFault::Landline),
        ),
        (
            operator("whatsapp = +55 3123-4567"),
            3,
            "operador",
            "whatsapp",
            P::NotAPhone(PhoneFault::Area),
        ),
        // The operator's channels.
        (
            operator("canais = xyz"),
            3,
            "operador",
            "canais",
            known(&["email"]),
        ),
        (
            operator("canais = chat"),
            3,
            "operador",
            "canais",
            known(&["email"]),
        ),
        (
            operator("canais = email:noc"),
            3,
            "operador",
            "canais",
            known(&["email"]),
        ),
        (
            operator("canais = chat:a"),
            3,
            "operador",
            "canais",
            no_section("chat a"),
        ),
        (
            operator("canais = topico"),
            3,
            "operador",
            "canais",
            no_section("topico"),
        ),
        (
            operator("canais = sms"),
            3,
            "operador",
            "canais",
            no_section("sms"),
        ),
        (
            operator("sms = +5511912345678"),
            3,
            "operador",
            "sms",
            no_section("sms"),
        ),
        (
            twilio("de=+15005550006").replace("[email]", "canais = sms\n[email]"),
            3,
            "operador",
            "canais",
            P::NoAddress { key: "sms" },
        ),
        (
            "[operador]\n[email]\nde=x@a.br\npor=sendmail".to_owned(),
            1,
            "operador",
            "",
            P::NobodyTold,
        ),
        ("[operador]".to_owned(), 1, "operador", "", P::NobodyTold),
        (
            "[operador]\nemail=a@b.br".to_owned(),
            2,
            "operador",
            "email",
            no_section("email"),
        ),
        (
            operator("resumo = anual"),
            3,
            "operador",
            "resumo",
            word(&["mudancas", "diario", "semanal"]),
        ),
        (
            operator("idioma = fr"),
            3,
            "operador",
            "idioma",
            word(&["pt-BR", "en"]),
        ),
        (
            operator("lembrar = 0d"),
            3,
            "operador",
            "lembrar",
            range(1, 365),
        ),
        // Rules.
        (rules("abre = 100"), 7, "regras", "abre", range(1, 99)),
        (
            rules("fecha = 80"),
            7,
            "regras",
            "fecha",
            P::ClosesAbove { opens: 80 },
        ),
        (
            rules("abre = 15"),
            7,
            "regras",
            "abre",
            P::ClosesAbove { opens: 15 },
        ),
        (
            rules("dias_para_abrir = 0"),
            7,
            "regras",
            "dias_para_abrir",
            range(1, 60),
        ),
        (
            rules("dias_para_fechar = 61"),
            7,
            "regras",
            "dias_para_fechar",
            range(1, 60),
        ),
        (
            rules("piora_dias = x"),
            7,
            "regras",
            "piora_dias",
            range(1, 365),
        ),
        (
            rules("piora_valor = 0%"),
            7,
            "regras",
            "piora_valor",
            range(1, 1000),
        ),
        (
            rules("contrato = 7, 30"),
            7,
            "regras",
            "contrato",
            form("60, 30, 7"),
        ),
        (rules("a_cada = 32d"), 7, "regras", "a_cada", range(1, 31)),
        (rules("fuso = Brasil"), 7, "regras", "fuso", form("-03:00")),
        (
            rules("sms_horario = 20-08"),
            7,
            "regras",
            "sms_horario",
            form("08-20"),
        ),
        // Mail.
        (
            LEAST.replace("de = x@a.br", ""),
            3,
            "email",
            "",
            lacks(&["de = Consumo OCI <alertas@example.com>"], false),
        ),
        (
            with("auth = ntlm"),
            6,
            "email",
            "auth",
            word(&["plain", "login", "xoauth2"]),
        ),
        (
            with("anexo = pdf"),
            6,
            "email",
            "anexo",
            word(&["nao", "xlsx"]),
        ),
        (
            with("oci = config_parceiro"),
            6,
            "email",
            "oci",
            P::NameOfAClient,
        ),
        (
            with("oci = ../Config_x"),
            6,
            "email",
            "oci",
            P::NameOfAClient,
        ),
        (
            with("compartimento = ocid1.user.oc1..x"),
            6,
            "email",
            "compartimento",
            P::Config(ConfigProblem::NotAnOcid {
                expected: "compartment",
            }),
        ),
        (
            with("endereco = http://a.br"),
            6,
            "email",
            "endereco",
            P::NotAnEndpoint(EndpointProblem::InTheClear),
        ),
        (
            with("senha = a\nsenha_arquivo = b"),
            7,
            "email",
            "senha_arquivo",
            P::TwoForms {
                other: "senha",
                other_line: 6,
            },
        ),
        (
            with("senha_ambiente = A\nsenha = b"),
            7,
            "email",
            "senha",
            P::TwoForms {
                other: "senha_ambiente",
                other_line: 6,
            },
        ),
        (
            with("senha = \"a\""),
            6,
            "email",
            "senha",
            P::DoubtfulSecret,
        ),
        (
            with("senha = a\u{200B}"),
            6,
            "email",
            "senha",
            P::DoubtfulSecret,
        ),
        (
            with("senha_ambiente = A-B"),
            6,
            "email",
            "senha_ambiente",
            form("SMTP_SENHA"),
        ),
        (
            with("senha_ambiente = 1A"),
            6,
            "email",
            "senha_ambiente",
            form("SMTP_SENHA"),
        ),
        (
            with("senha = credencial:../x"),
            6,
            "email",
            "senha",
            form("credencial:smtp"),
        ),
        (
            with("senha = credencial:.."),
            6,
            "email",
            "senha",
            form("credencial:smtp"),
        ),
        (
            with("senha_comando = pass 'x"),
            6,
            "email",
            "senha_comando",
            P::OpenQuote,
        ),
        // SMS.
        (
            sms("por=correio"),
            7,
            "sms",
            "por",
            word(&["twilio", "zenvia"]),
        ),
        (
            sms("token=x"),
            6,
            "sms",
            "",
            lacks(&["por = twilio"], false),
        ),
        (
            sms("por=twilio"),
            6,
            "sms",
            "",
            lacks(&["conta = AC0123456789abcdef0123456789abcdef"], false),
        ),
        (
            sms("por=twilio\nconta=MGx"),
            8,
            "sms",
            "conta",
            form("AC0123456789abcdef0123456789abcdef"),
        ),
        (
            sms("por=twilio\nconta=ACx"),
            6,
            "sms",
            "",
            lacks(&["token_arquivo = sms.token"], false),
        ),
        (
            twilio(""),
            6,
            "sms",
            "",
            lacks(
                &[
                    "de = +15005550006",
                    "servico = MG0123456789abcdef0123456789abcdef",
                ],
                true,
            ),
        ),
        (
            twilio("de=+15005550006\nservico=MGx"),
            11,
            "sms",
            "servico",
            P::TwoForms {
                other: "de",
                other_line: 10,
            },
        ),
        (twilio("de=a;b"), 10, "sms", "de", form("+15005550006")),
        (
            sms("por=zenvia\nconta=ACx"),
            8,
            "sms",
            "conta",
            P::NotFor { kind: "zenvia" },
        ),
        (
            sms("por=zenvia\ntoken=x"),
            6,
            "sms",
            "",
            lacks(&["de = +15005550006"], false),
        ),
        // WhatsApp.
        (
            with("[whatsapp]\npor=meta\nnumero_id=+55"),
            8,
            "whatsapp",
            "numero_id",
            form("1234567890"),
        ),
        (
            with("[whatsapp]\npor=meta\nnumero_id=1\nversao=26"),
            9,
            "whatsapp",
            "versao",
            form("v26.0"),
        ),
        (
            with("[whatsapp]\npor=meta\nconta=ACx"),
            8,
            "whatsapp",
            "conta",
            P::NotFor { kind: "meta" },
        ),
        (
            with("[whatsapp]\npor=twilio\nversao=v1.0"),
            8,
            "whatsapp",
            "versao",
            P::NotFor { kind: "twilio" },
        ),
        (
            with("[whatsapp]\npor=twilio\nconta=ACx\ntoken=t\nde=+15005550006\nmodelo_cliente=oi"),
            11,
            "whatsapp",
            "modelo_cliente",
            form("HX0123456789abcdef0123456789abcdef"),
        ),
        // Oracle's services.
        (
            with("[topico]\ntopico=x"),
            6,
            "topico",
            "",
            lacks(&["oci = parceiro.oci"], false),
        ),
        (
            with("[topico]\noci=p\ntopico=x"),
            8,
            "topico",
            "topico",
            P::Config(ConfigProblem::NotAnOcid {
                expected: "onstopic",
            }),
        ),
        (
            with("[metricas]\noci=p\ncompartimento=ocid1.tenancy.oc1..x\nespaco=1x"),
            9,
            "metricas",
            "espaco",
            form("consumo_oci"),
        ),
        (
            with("[publicar]"),
            6,
            "publicar",
            "",
            lacks(&["oci = parceiro.oci"], false),
        ),
        // Those with a name.
        (
            with("[webhook a]"),
            6,
            "webhook a",
            "",
            lacks(&["endereco_arquivo = gancho.url"], false),
        ),
        (
            with("[webhook a]\nendereco = http://b.br"),
            7,
            "webhook a",
            "endereco",
            P::NotAnEndpoint(EndpointProblem::InTheClear),
        ),
        (
            chat("por=irc"),
            7,
            "chat a",
            "por",
            word(&["slack", "teams", "google", "discord", "telegram", "ntfy"]),
        ),
        (
            chat("por=slack"),
            6,
            "chat a",
            "",
            lacks(&["endereco_arquivo = equipe.url"], false),
        ),
        (
            chat("por=slack\ntoken_arquivo=x"),
            8,
            "chat a",
            "token_arquivo",
            P::NotFor { kind: "slack" },
        ),
        (
            chat("por=ntfy\ndestino=x"),
            8,
            "chat a",
            "destino",
            P::NotFor { kind: "ntfy" },
        ),
        (
            chat("por=telegram\ntoken=x"),
            6,
            "chat a",
            "",
            lacks(&["destino = -1001234567890"], false),
        ),
        (
            chat("por=telegram\ntoken=x\ndestino=a b"),
            9,
            "chat a",
            "destino",
            form("-1001234567890"),
        ),
        (
            chat("por=slack\nendereco=ftp://x"),
            8,
            "chat a",
            "endereco",
            P::NotAnEndpoint(EndpointProblem::OtherScheme),
        ),
        (
            with("[comando a]\npara=sms"),
            6,
            "comando a",
            "",
            lacks(
                &["executar = /usr/local/bin/enviar-sms --para {destino}"],
                false,
            ),
        ),
        (
            with("[comando a]\nexecutar=x\npara=topico"),
            8,
            "comando a",
            "para",
            word(&["email", "sms", "whatsapp"]),
        ),
        (
            with("[comando a]\nexecutar=''"),
            7,
            "comando a",
            "executar",
            P::NoProgram {
                program: String::new(),
            },
        ),
        (
            with("[comando a]\nexecutar=x \""),
            7,
            "comando a",
            "executar",
            P::OpenQuote,
        ),
        (
            with("[comando a]\nexecutar=none-x\npara=sms\n[comando b]\nexecutar=none-x\npara=sms"),
            11,
            "comando b",
            "para",
            P::TwoCommands { first_line: 6 },
        ),
        (
            with("[batimento]"),
            6,
            "batimento",
            "",
            lacks(&["endereco_arquivo = batimento.url"], false),
        ),
    ] {
        let line = (line > 0).then_some(line);
        let expected = (line, section.to_owned(), key.to_owned(), problem);
        assert_eq!(refused(&text), expected, "{text}");
    }
}
