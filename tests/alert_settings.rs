//! The settings of alerts as an operator meets them: what is said of a refused `alertas.ini`, and of a client's keys.

use std::fs;
use std::path::{Path, PathBuf};

use oci_consumo::internals::failure::AlertsRefused;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::profile::alerts::{self, AlertSettings};
use oci_consumo::internals::render::explain::alerts_refused;
use oci_consumo::internals::text::printable;
use proptest::prelude::*;

use crate::common::{
    Config, Folder, KEY_PEM, assert_clean, assert_untold, assert_words, client, daily, figures,
    warnings,
};

const LEAST: &str = "[operador]\nemail = noc@a.br\n[email]\nde = x@a.br\npor = sendmail\n";

fn parsed(text: &str) -> Result<AlertSettings, AlertsRefused> {
    alerts::parse(text.as_bytes(), Path::new("clientes/alertas.ini"), None)
}

/// Returns what is said of `text`, in Portuguese and in English.
fn said(text: &str) -> [String; 2] {
    let refused = parsed(text).expect_err(text);
    let path = Path::new("clientes/alertas.ini");
    [Lang::PtBr, Lang::En].map(|lang| alerts_refused(lang, path, &refused))
}

#[test]
fn a_refused_file_is_told_with_its_place_and_what_to_do() {
    let with = |lines: &str| format!("{LEAST}{lines}");
    for (text, words) in [
        (
            with("abre = 80"),
            [
                "clientes/alertas.ini, linha 6, [email] abre: a chave não é desta seção; ponha-a abaixo de [regras]",
                "clientes/alertas.ini, line 6, [email] abre: the key is none of this section; put it below [regras]",
            ],
        ),
        (
            with("senhas = x"),
            [
                "clientes/alertas.ini, linha 6, [email] senhas: a seção não tem essa chave; seria senha?",
                "clientes/alertas.ini, line 6, [email] senhas: the section has no such key; is it senha?",
            ],
        ),
        (
            with("[telegram]"),
            [
                "clientes/alertas.ini, linha 6, [telegram]: não há seção com esse nome; seria [chat NOME]?",
                "clientes/alertas.ini, line 6, [telegram]: there is no section of that name; is it [chat NAME]?",
            ],
        ),
        (
            with("auth = ntlm"),
            [
                "clientes/alertas.ini, linha 6, [email] auth: o valor não é uma das palavras: \"ntlm\"; use plain, login ou xoauth2",
                "clientes/alertas.ini, line 6, [email] auth: the value is none of the words: \"ntlm\"; use plain, login or xoauth2",
            ],
        ),
        (
            LEAST.replace("noc@a.br", "noc@a.br, joão@a.br"),
            [
                "clientes/alertas.ini, linha 2, [operador] email: não é um endereço de e-mail: antes do @ há um espaço, um acento ou outro sinal, ou nada: \"joão@a.br\"; escreva nome@example.com, ou Nome <nome@example.com>; vários, separados por vírgula",
                "clientes/alertas.ini, line 2, [operador] email: not an e-mail address: before the @ there is a blank, an accent or another sign, or nothing: \"joão@a.br\"; write name@example.com, or Name <name@example.com>; several with commas between them",
            ],
        ),
        (
            LEAST.replace("noc@a.br", "noc@a.br\nsms = +55 11 8123-5678"),
            [
                "clientes/alertas.ini, linha 3, [operador] sms: um celular do Brasil tem nove dígitos depois do DDD: \"+** ** ****-5678\"; se é +55 11 9****-5678, inclua o 9; se é +55 11 ****-5678, um fixo ou rádio, use outro número",
                "clientes/alertas.ini, line 3, [operador] sms: a Brazilian mobile has nine digits behind its area code: \"+** ** ****-5678\"; if it is +55 11 9****-5678, add the 9; if it is +55 11 ****-5678, a landline or radio, use another number",
            ],
        ),
        (
            LEAST.replace("sendmail", "oci"),
            [
                "clientes/alertas.ini, linha 3, [email]: falta oci; inclua: oci = parceiro.oci",
                "clientes/alertas.ini, line 3, [email]: oci is missing; add: oci = parceiro.oci",
            ],
        ),
        (
            with("[sms]\npor = twilio\nconta = ACx\ntoken = t"),
            [
                "clientes/alertas.ini, linha 6, [sms]: falta uma chave; inclua uma das linhas: de = +15005550006 ou servico = MG0123456789abcdef0123456789abcdef",
                "clientes/alertas.ini, line 6, [sms]: a key is missing; add one of the lines: de = +15005550006 or servico = MG0123456789abcdef0123456789abcdef",
            ],
        ),
        (
            LEAST.replace("[email]", "canais = email, chat:noc\n[email]"),
            [
                "clientes/alertas.ini, linha 3, [operador] canais: o canal não tem a seção [chat noc]: \"chat:noc\"; inclua a seção, ou retire o canal",
                "clientes/alertas.ini, line 3, [operador] canais: the channel has no section [chat noc]: \"chat:noc\"; add the section, or take the channel out",
            ],
        ),
        (
            "[operador]".to_owned(),
            [
                "clientes/alertas.ini, linha 1, [operador]: ninguém receberia os alertas; inclua email = noc@example.com em [operador], ou a seção de um chat ou webhook",
                "clientes/alertas.ini, line 1, [operador]: nobody would get the alerts; add email = noc@example.com to [operador], or the section of a chat or webhook",
            ],
        ),
        (
            with("[topico]\noci = p.oci\ntopico = ocid1.topic.oc1..x"),
            [
                "clientes/alertas.ini, linha 8, [topico] topico: não é um OCID de onstopic: \"ocid1.topic.oc1..x\"; copie da console o OCID inteiro (ocid1.onstopic...)",
                "clientes/alertas.ini, line 8, [topico] topico: not the OCID of a onstopic: \"ocid1.topic.oc1..x\"; copy the whole OCID from the console (ocid1.onstopic...)",
            ],
        ),
        (
            with("responder = y@a.br\nresponder = z@a.br"),
            [
                "clientes/alertas.ini, linha 7, [email] responder: a chave responder já está na linha 6; deixe só uma delas",
                "clientes/alertas.ini, line 7, [email] responder: the key responder stands on line 6 already; keep one of them",
            ],
        ),
    ] {
        assert_eq!(said(&text), words.map(str::to_owned), "{text}");
    }
}

/// A secret in every key that may hold one, and in every place where a slip puts it.
#[test]
fn no_refusal_shows_a_secret_or_a_whole_number() {
    const SECRET: &str = "hunter2";
    let with = |lines: &str| format!("{LEAST}{lines}");
    let texts = [
        LEAST.replace("sendmail", "smtp://noc:hunter2@a.br"),
        LEAST.replace("sendmail", "smtp//noc:hunter2@a.br senha=hunter2"),
        with("senha = \"hunter2\""),
        with("senha = hunter2\nsenha_arquivo = x"),
        with("senha hunter2"),
        with("senha =\nhunter2"),
        with("senha =\nhunter2 = x"),
        with("auth = plain senha = hunter2"),
        with("auth = plain senha: hunter2"),
        with("auth = token=hunter2"),
        with("senha_comando = printf 'hunter2"),
        with("endereco = https://x:hunter2@a.br"),
        with("[webhook a]\nendereco = http://a.br/hunter2"),
        with("[webhook a]\nendereco = hunter2"),
        with("[chat a]\npor = slack https://a.br/hunter2"),
        with("[chat a]\npor = slack\ntoken = hunter2"),
        with("[chat a]\npor = slack\nurl = https://a.br/hunter2"),
        with("[comando a]\nexecutar = x --senha hunter2 '"),
        with("[comando a]\nexecutar = x --senha hunter2\npara = topico"),
        with("[sms]\npor = zenvia\ntoken = hunter2\nconta = ACx"),
        with("[batimento]\nendereco = ftp://a.br/hunter2"),
        format!("senha = hunter2\n{LEAST}"),
    ];
    for text in texts {
        for said in said(&text) {
            assert!(!said.contains(SECRET), "{text}: {said}");
            assert_words(&said, &["clientes/alertas.ini"]);
        }
    }
    for number in [
        "21 98765-4321",
        "+55 21 8765-4321",
        "+55 21 3765-4321",
        "+5521987654321x",
    ] {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        for said in said(&LEAST.replace("noc@a.br", &format!("noc@a.br\nsms = {number}"))) {
            let shown: String = said.chars().filter(char::is_ascii_digit).collect();
            assert!(!shown.contains(&digits[digits.len() - 6..]), "{said}");
        }
    }
}

#[test]
fn what_a_terminal_obeys_is_in_no_refusal() {
    let hostile = "\u{1b}[31m\u{202e}\u{7}";
    for text in [
        format!("[{hostile}]"),
        format!("[chat {hostile}]"),
        format!("{hostile} = x"),
        format!("{LEAST}{hostile} = x"),
        format!("{LEAST}auth = {hostile}"),
        format!("{LEAST}[comando a]\nexecutar = none{hostile} \""),
        LEAST.replace("noc@a.br", &format!("noc{hostile}@a.br")),
        LEAST.replace("[email]", &format!("sms = {hostile}\n[email]")),
        LEAST.replace("[email]", &format!("canais = chat:{hostile}\n[email]")),
    ] {
        for said in said(&text) {
            let obeyed = said.chars().find(|c| c.is_control() || *c == '\u{202e}');
            assert_eq!(obeyed, None, "{said:?}");
        }
    }
}

proptest! {
    /// A line of the least file changed anywhere: whatever is said of it is fit for a terminal.
    #[test]
    fn whatever_is_said_of_a_file_is_fit_for_a_terminal(lines in proptest::collection::vec(any::<String>(), 1..4), at in 0usize..6) {
        let mut file: Vec<&str> = LEAST.lines().collect();
        for line in &lines {
            file.insert(at.min(file.len()), line);
        }
        if let Err(refused) = parsed(&file.join("\n")) {
            for lang in [Lang::PtBr, Lang::En] {
                let said = alerts_refused(lang, Path::new("alertas.ini"), &refused);
                prop_assert_eq!(&printable(&said, usize::MAX), said.trim());
            }
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Returns what is said of the file at `path`, in Portuguese.
    fn read(path: &Path) -> Result<AlertSettings, String> {
        let read = alerts::read(path);
        read.map(Option::unwrap)
            .map_err(|refused| alerts_refused(Lang::PtBr, path, &refused))
    }

    #[test]
    fn a_secret_or_a_command_that_others_can_change_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let folder: PathBuf = folder.path().canonicalize().unwrap();
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("alertas.ini");
        assert!(alerts::read(&path).unwrap().is_none());
        let write = |lines: &str, mode| {
            fs::write(&path, format!("{LEAST}{lines}")).unwrap();
            set(&path, mode);
        };
        write("usuario = u\nsenha = hunter2", 0o600);
        let settings = read(&path).unwrap();
        assert!(!format!("{settings:?}").contains("hunter2"));
        write("usuario = u\nsenha = hunter2", 0o644);
        let said = read(&path).unwrap_err();
        assert_words(
            &said,
            &[
                "linha 7, [email] senha",
                "permissões 644",
                "chmod 600",
                "_arquivo",
            ],
        );
        assert!(!said.contains("hunter2"), "{said}");

        // A file of a secret is looked at when the secret is needed.
        let smtp = LEAST.replace("sendmail", "smtp://a.br");
        let secret = folder.join("smtp senha");
        fs::write(&secret, "hunter2\n").unwrap();
        let text = format!("{smtp}usuario = u\nsenha_arquivo = smtp senha");
        fs::write(&path, text).unwrap();
        set(&path, 0o644);
        let settings = read(&path).unwrap();
        let alerts::MailRoute::Smtp { login, .. } = settings.mail.unwrap().by else {
            panic!("not by SMTP")
        };
        let source = login.unwrap().secret;
        set(&secret, 0o600);
        assert_eq!(source.resolve().unwrap().reveal(), "hunter2");
        set(&secret, 0o644);
        let refused = source.verify().unwrap_err();
        let said = alerts_refused(Lang::PtBr, &path, &refused);
        let chmod = format!("chmod 600 '{}'", secret.display());
        assert_words(
            &said,
            &["linha 7, [email] senha_arquivo", "644", &chmod, "fsGroup"],
        );
        fs::remove_file(&secret).unwrap();
        let said = alerts_refused(Lang::En, &path, &source.verify().unwrap_err());
        assert_words(&said, &["smtp senha: it does not exist"]);

        // A command, whose program or file others could write.
        let program = folder.join("enviar");
        fs::write(&program, "#!/bin/sh\n").unwrap();
        set(&program, 0o755);
        write("[comando a]\nexecutar = ./enviar --para {destino}", 0o644);
        let settings = read(&path).unwrap();
        assert_eq!(settings.commands[0].argv[0], program.display().to_string());
        set(&program, 0o757);
        let said = read(&path).unwrap_err();
        let chmod = format!("chmod go-w {}", program.display());
        assert_words(
            &said,
            &["linha 7, [comando a] executar", "permissões 757", &chmod],
        );
        set(&program, 0o755);
        set(&path, 0o646);
        let said = read(&path).unwrap_err();
        assert_words(&said, &["outros podem gravar em", "alertas.ini", "646"]);
        set(&path, 0o644);
        set(&folder, 0o777);
        let said = read(&path).unwrap_err();
        assert_words(&said, &["outros podem gravar em", "777"]);
        set(&folder, 0o700);
        assert!(read(&path).is_ok());
    }
}

#[test]
fn the_partner_s_own_file_is_told_with_its_own_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parceiro.oci");
    let text = "user=parceiro\nfingerprint=x\ntenancy=ocid1.tenancy.oc1..t\nregion=gru\n";
    fs::write(&path, text).unwrap();
    let refused = alerts::partner(&path).unwrap_err();
    let said = alerts_refused(Lang::PtBr, Path::new("alertas.ini"), &refused);
    let file = path.display().to_string();
    assert_words(&said, &[&file, "falta key_file", "inclua no arquivo"]);
    fs::write(&path, format!("{text}key_file=k.pem\n")).unwrap();
    let refused = alerts::partner(&path).unwrap_err();
    let said = alerts_refused(Lang::En, Path::new("alertas.ini"), &refused);
    assert_words(
        &said,
        &[
            &format!("{file}, line 1, user"),
            "not the OCID of a user",
            "\"parceiro\"",
        ],
    );
    fs::write(folder.path().join("k.pem"), KEY_PEM).unwrap();
    assert!(alerts::partner(&path).is_err());
}

#[test]
fn a_client_s_bad_key_is_a_warning_that_changes_no_figure() {
    let rows = || daily("2026-01-01", "2026-06-16", "12.5");
    let plain = Config::new("plain");
    let told = Config::new("told")
        .with("alerta_email", "ana@a.br, não é")
        .with("alerta_sms", "+55 11 8123-5678")
        .with("alerta_a_partir_de", "9")
        .with("alerta_silencio", "2026-12-31");
    let good = Config::new("good")
        .with("alerta_email", "Ana <ana@a.br>")
        .with("alerta_whatsapp", "+55 11 91234-5678")
        .with("alerta_a_partir_de", "3")
        .with("alerta_silencio_ate", "2026-12-31")
        .with("alerta", "nao");
    let folder = Folder::new()
        .client(&plain, rows())
        .client(&told, rows())
        .client(&good, rows());
    let served = folder.serve();
    let document = served.json(0, &["--no-store"]);
    let bare = client(&document, &plain.file);
    let expected = warnings(bare);
    for config in [&told, &good] {
        assert_eq!(figures(client(&document, &config.file)), figures(bare));
    }
    assert_eq!(warnings(client(&document, &good.file)), expected);
    let of_told = warnings(client(&document, &told.file));
    let ignored = of_told.iter().filter(|code| **code == "alerta_ignorado");
    assert_eq!(ignored.count(), 3, "{of_told:?}");
    assert!(of_told.contains(&"chave_parecida"));

    for (lang, words) in [
        (
            "pt-BR",
            [
                format!("alerta_sms (linha {})", told.line("alerta_sms")),
                "se é +55 11 9****-5678, inclua o 9".to_owned(),
                "até lá o cliente não recebe alertas".to_owned(),
                "seria alerta_silencio_ate?".to_owned(),
            ],
        ),
        (
            "en",
            [
                format!("alerta_sms (line {})", told.line("alerta_sms")),
                "if it is +55 11 9****-5678, add the 9".to_owned(),
                "until then the customer gets no alerts".to_owned(),
                "is it alerta_silencio_ate?".to_owned(),
            ],
        ),
    ] {
        let json = served.run(&["--no-store", "--lang", lang, "--format", "json"]);
        for word in &words {
            assert!(json.stdout.contains(word), "{word}: {}", json.stdout);
        }
        let text = served.run(&["--no-store", "--lang", lang, "-v"]);
        for ran in [json.exited(0), text.exited(0)] {
            assert_untold(&ran, ["8123-5678", "81235678", "91234-5678", "ana@a.br"]);
            assert_clean(&ran);
        }
    }
}
