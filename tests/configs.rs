//! Configs and keys as real folders hold them: each form that is read, each
//! slip that is refused with its place and what to do.

use std::fs;
use std::path::Path;

use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Decode as _, Encode as _};
use pkcs8::pkcs5::pbes2::{EncryptionScheme, Kdf, Parameters, Pbkdf2Params, Pbkdf2Prf, Salt};
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use serde_json::Value;

use crate::common::stand_in::WorldRow;
use crate::common::{
    AS_OF, Config, Folder, KEY_PEM, Served, assert_words, client, daily, failure, figures,
    key_fixture, ran, unwrapped, warnings,
};
use oci_consumo::internals::profile::key;

/// The passphrase of `fixtures/keys`.
const PASS_PHRASE: &str = "senha-de-teste";

fn rows() -> Vec<WorldRow> {
    daily("2026-01-01", "2026-06-16", "10.00")
}

/// Every line of the usual text but the section, as `change` has it.
fn each_line(config: &Config, change: impl Fn(&str, &str) -> String) -> String {
    let lines = config.lines.iter().map(|(key, value)| change(key, value));
    std::iter::once("[DEFAULT]\n".to_owned())
        .chain(lines)
        .collect()
}

#[test]
fn every_form_of_a_config_gives_the_same_figures() {
    type Form = (&'static str, fn(&Config) -> String);
    let forms: [Form; 20] = [
        ("sem-secao", |c| c.text().replace("[DEFAULT]\n", "")),
        ("outra-secao", |c| {
            c.text().replace("[DEFAULT]", " [ADMIN_USER]  ; cliente")
        }),
        ("bom", |c| format!("\u{feff}{}", c.text())),
        ("bom-sem-secao", |c| {
            format!("\u{feff}{}", c.text().replace("[DEFAULT]\n", ""))
        }),
        ("crlf", |c| c.text().replace('\n', "\r\n")),
        ("cr", |c| c.text().replace('\n', "\r")),
        ("espacos", |c| {
            each_line(c, |key, value| format!("{key} \t=  {value}  \n"))
        }),
        ("recuo", |c| {
            each_line(c, |key, value| format!("\t {key}={value}\n"))
        }),
        ("linhas-em-branco", |c| {
            each_line(c, |key, value| format!("{key}={value}\n\n \n"))
        }),
        ("sem-fim-de-linha", |c| c.text().trim_end().to_owned()),
        ("comentarios", |c| {
            let noise = "# user=ocid1.user.oc1..outro\n; credito=1\n #\n;;\n";
            each_line(c, |key, value| format!("{key}={value}\n{noise}"))
        }),
        ("maiusculas", |c| {
            each_line(c, |key, value| format!("{}={value}\n", key.to_uppercase()))
        }),
        ("caixa-mista", |c| {
            each_line(c, |key, value| {
                format!("{}{}={value}\n", key[..1].to_uppercase(), &key[1..])
            })
        }),
        ("codigo-curto", |c| c.clone().with("region", "gru").text()),
        ("regiao-maiuscula", |c| {
            c.clone().with("region", "SA-SAOPAULO-1").text()
        }),
        ("digital-maiuscula", |c| {
            let upper = c.value("fingerprint").to_uppercase();
            c.clone().with("fingerprint", &upper).text()
        }),
        ("datas-brasileiras", |c| {
            let c = c.clone().with("inicio_contrato", "1/1/2026");
            c.with("fim_contrato", "31/12/2026").text()
        }),
        ("todo", |c| {
            c.clone().with("key_file", "key.pem # TODO").text()
        }),
        ("todo-colado", |c| {
            c.clone().with("key_file", "./key.pem #TODO").text()
        }),
        ("chaves-alheias", |c| {
            c.text()
                + "log_requests=True\nadditional_user_agent=x\nnota=do contrato\ncontato: a=b\n"
        }),
    ];
    let plain = Config::new("normal");
    let mut folder = Folder::new().client(&plain, rows());
    for (id, form) in &forms {
        let config = Config::new(id);
        folder = folder.written(&config, form(&config).as_bytes(), rows());
    }
    let served = folder.serve();

    let document = served.json(0, &[]);

    let expected = figures(client(&document, "config_normal"));
    assert_eq!(expected["consumo"], "1670");
    for (id, _) in &forms {
        let client = client(&document, &format!("config_{id}"));
        assert_eq!(figures(client), expected, "{id}");
        assert_eq!(client["cliente"], format!("Cliente {id}"));
        assert_eq!(warnings(client), [""; 0], "{id}");
    }
    // On the wire a fingerprint is in lower case, whatever the config has.
    for seen in served.seen_of(&Config::new("digital-maiuscula")) {
        let fingerprint = plain.value("fingerprint");
        assert_words(&seen.authorization, &[&format!("/{fingerprint}\"")]);
    }
}

#[test]
fn amounts_as_people_write_them_are_one_amount() {
    let written = [
        "150000",
        "150000.00",
        "150000,00",
        "150.000,00",
        "R$ 150.000,00",
        "R$150000",
        "150,000.00",
        "150.000,00 BRL",
        "BRL 150000",
    ];
    let mut folder = Folder::new();
    for (n, text) in written.iter().enumerate() {
        let config = Config::new(&format!("c{n}")).with("credito", text);
        folder = folder.client(&config, rows());
    }
    let dollars = Config::new("dolar")
        .with("credito", "US$ 1,234,567.89")
        .without("moeda");
    let none = Config::new("zero").with("credito", "0");
    let in_dollars = rows()
        .into_iter()
        .map(|row| WorldRow::new(row.day, row.amount, "USD"))
        .collect();
    let folder = folder.client(&dollars, in_dollars).client(&none, rows());

    let document = folder.serve().json(0, &[]);

    for (n, text) in written.iter().enumerate() {
        let client = client(&document, &format!("config_c{n}"));
        assert_eq!(client["credito"], "150000", "{text}");
        assert_eq!(client["moeda"], "BRL");
    }
    assert_eq!(client(&document, "config_dolar")["credito"], "1234567.89");
    assert_eq!(client(&document, "config_dolar")["moeda"], "USD");
    let none = client(&document, "config_zero");
    assert_eq!(none["situacao"], "sem_credito");
    assert_eq!(none["consumo_pct"], Value::Null);
}

#[test]
fn values_stand_as_they_are_written() {
    let name = r#""Casa" da 'Cida' \n 100% C:\novo\"#;
    let quoted = Config::new("aspas").with("cliente", name);
    let windows = Config::new("ansi").with("cliente", "Padaria São João €");
    let (ansi, _, lossy) = encoding_rs::WINDOWS_1252.encode("Padaria São João €");
    assert!(!lossy);
    let mut bytes = windows.clone().with("cliente", "@").text().into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'@').unwrap();
    bytes.splice(at..=at, ansi.iter().copied());
    let utf8 = Config::new("utf8").with("cliente", "Padaria São João €");

    let served = Folder::new()
        .client(&quoted, rows())
        .written(&windows, &bytes, rows())
        .client(&utf8, rows())
        .serve();

    let document = served.json(0, &[]);
    assert_eq!(client(&document, "config_aspas")["cliente"], name);
    let ansi = client(&document, "config_ansi");
    assert_eq!(ansi["cliente"], "Padaria São João €");
    assert_eq!(warnings(ansi), ["codificacao"]);
    let utf8 = client(&document, "config_utf8");
    assert_eq!(utf8["cliente"], "Padaria São João €");
    assert_eq!(warnings(utf8), [""; 0]);
}

#[test]
fn a_passphrase_stands_as_it_is_written_and_is_never_shown() {
    let phrase = r#"C:\nova "senha" = ação # 100%; 'x'\"#;
    let plain = key::parse(KEY_PEM.as_bytes(), None)
        .unwrap()
        .to_pkcs8_der()
        .unwrap();
    let parameters =
        Parameters::generate_pbkdf2_sha256_aes256cbc(2048, b"sal-sal-", [7; 16]).unwrap();
    let encrypted = PrivateKeyInfoRef::from_der(plain.as_bytes())
        .unwrap()
        .encrypt_with_params(parameters, phrase)
        .unwrap()
        .to_pem("ENCRYPTED PRIVATE KEY", LineEnding::CRLF)
        .unwrap();
    let good = Config::new("certa")
        .with("key_file", "cifrada.pem")
        .with("pass_phrase", phrase);
    let bad = Config::new("errada")
        .with("key_file", "cifrada.pem")
        .with("pass_phrase", "outra-senha-secreta");
    let folder = Folder::new().client(&good, rows()).config(&bad);
    folder.write("cifrada.pem", encrypted.as_bytes());
    let served = folder.serve();

    let document = served.json(3, &[]);
    assert_eq!(client(&document, "config_certa")["consumo"], "1670");
    assert_eq!(
        failure(&document, "config_errada")["codigo"],
        "senha_da_chave"
    );

    for args in [&["-v"][..], &["-v", "--format", "json"]] {
        let ran = served.run(args).exited(3);
        for secret in ["nova \"senha\"", "outra-senha-secreta", "Signature ", "MII"] {
            assert!(!ran.stdout.contains(secret), "{secret}");
            assert!(!ran.stderr.contains(secret), "{secret}");
        }
    }
}

#[test]
fn the_key_s_path_starts_at_the_config_s_folder() {
    let relative = Config::new("relativa").with("key_file", "chaves/k.pem");
    let parent = Config::new("acima").with("key_file", "chaves/../chaves/k.pem");
    let home = Config::new("casa").with("key_file", "~/minhas/k.pem");
    let todo = Config::new("todo").with("key_file", "outra.pem # TODO");
    let folder = Folder::new()
        .client(&relative, rows())
        .client(&parent, rows())
        .client(&home, rows())
        .client(&todo, rows());
    fs::create_dir(folder.path().join("chaves")).unwrap();
    folder.write("chaves/k.pem", KEY_PEM.as_bytes());
    // A file of that very name is the one that is meant.
    folder.write("outra.pem", b"not a key");
    folder.write("outra.pem # TODO", KEY_PEM.as_bytes());
    // Where the program is started, and where the user lives.
    let (here, user) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (place, content) in [
        (here.path().join("chaves"), "not a key"),
        (user.path().join("minhas"), KEY_PEM),
    ] {
        fs::create_dir(&place).unwrap();
        fs::write(place.join("k.pem"), content).unwrap();
    }
    let served = folder.serve();

    let mut command = served.command();
    command
        .current_dir(&here)
        .env("HOME", user.path())
        .env("USERPROFILE", user.path());
    ran(command.args(["--format", "json"])).exited(0);

    // With DIR relative, too.
    let dir = served.dir.path();
    let mut command = crate::common::command();
    command
        .current_dir(dir.parent().unwrap())
        .env("HOME", user.path())
        .env("USERPROFILE", user.path())
        .arg(dir.file_name().unwrap())
        .args(["--endpoint", &served.server.endpoint(), "--as-of", AS_OF]);
    ran(&mut command).exited(0);
    let mut command = crate::common::command();
    command
        .current_dir(dir)
        .env("HOME", user.path())
        .env("USERPROFILE", user.path())
        .args(["--endpoint", &served.server.endpoint(), "--as-of", AS_OF]);
    ran(&mut command).exited(0);
}

#[test]
fn an_account_without_a_home_says_so_by_the_path() {
    let home = Config::new("casa").with("key_file", "~/k.pem");
    let document = Folder::new().config(&home).serve().json(4, &[]);
    let failure = failure(&document, "config_casa");
    assert_eq!(failure["codigo"], "chave_ilegivel");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["config_casa, linha 6, key_file: /nonexistent/k.pem: não existe"],
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_a_config_is_a_config() {
    use std::os::unix::fs::symlink;

    let linked = Config::new("ligado");
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("cliente.ini");
    fs::write(&target, linked.text()).unwrap();
    let mut folder = Folder::new();
    folder.world.tenants.push(linked.tenant(rows()));
    symlink(&target, folder.path().join("config_ligado")).unwrap();

    let document = folder.serve().json(0, &[]);

    assert_eq!(client(&document, "config_ligado")["consumo"], "1670");
}

/// A config that is refused: its text, where the slip is, and words of message and remedy.
struct Refused {
    id: &'static str,
    bytes: Vec<u8>,
    code: &'static str,
    place: String,
    words: &'static [&'static str],
    remedy: &'static [&'static str],
}

/// With another value, which is what is wrong.
fn value(
    id: &'static str,
    key: &'static str,
    value: &str,
    words: &'static [&'static str],
    remedy: &'static [&'static str],
) -> Refused {
    changed(id, Config::new(id).with(key, value), key, words, remedy)
}

/// A config whose `key` is wrong.
fn changed(
    id: &'static str,
    config: Config,
    key: &str,
    words: &'static [&'static str],
    remedy: &'static [&'static str],
) -> Refused {
    Refused {
        id,
        place: format!("config_{id}, linha {}, {key}: ", config.line(key)),
        bytes: config.text().into_bytes(),
        code: "config_invalida",
        words,
        remedy,
    }
}

/// The usual text with `more` after it, of which line `line` is wrong.
fn longer(
    id: &'static str,
    more: &str,
    line: usize,
    words: &'static [&'static str],
    remedy: &'static [&'static str],
) -> Refused {
    Refused {
        id,
        place: format!("config_{id}, linha {line}: "),
        bytes: (Config::new(id).text() + more).into_bytes(),
        code: "config_invalida",
        words,
        remedy,
    }
}

/// Any bytes, wrong as a whole.
fn whole(
    id: &'static str,
    bytes: Vec<u8>,
    code: &'static str,
    words: &'static [&'static str],
    remedy: &'static [&'static str],
) -> Refused {
    Refused {
        id,
        place: format!("config_{id}: "),
        bytes,
        code,
        words,
        remedy,
    }
}

fn values_refused() -> Vec<Refused> {
    let (user, tenancy) = ("ocid1.user.oc1..trocado", "ocid1.tenancy.oc1..trocado");
    vec![
        value(
            "placeholder",
            "key_file",
            "<path to your private keyfile> # TODO",
            &["exemplo"],
            &["<...>"],
        ),
        value(
            "placeholder-user",
            "user",
            "<user OCID>",
            &["exemplo"],
            &["<...>"],
        ),
        value(
            "ocid",
            "tenancy",
            "aaaa",
            &["não é um OCID de tenancy"],
            &["ocid1.tenancy"],
        ),
        value(
            "ocid-cortado",
            "user",
            "ocid1.user.oc1",
            &["não é um OCID de user"],
            &["ocid1.user"],
        ),
        value(
            "ocid-espaco",
            "user",
            "ocid1.user.oc1..a b",
            &["não é um OCID de user"],
            &["inteiro"],
        ),
        value(
            "ocid-aspas",
            "tenancy",
            "\"ocid1.tenancy.oc1..a",
            &["não é um OCID", "tenancy: \"\"ocid1.tenancy.oc1..a\""],
            &[],
        ),
        changed(
            "trocados",
            Config::new("trocados")
                .with("user", tenancy)
                .with("tenancy", user),
            "tenancy",
            &["não é um OCID de tenancy"],
            &["ocid1.tenancy"],
        ),
        value(
            "digital",
            "fingerprint",
            "aa:bb",
            &["impressão digital", "16 pares"],
            &["console"],
        ),
        value(
            "digital-sem-pontos",
            "fingerprint",
            &"ab".repeat(15),
            &["impressão digital"],
            &[],
        ),
        value(
            "digital-g",
            "fingerprint",
            &["ag"; 16].join(":"),
            &["impressão digital"],
            &[],
        ),
        value(
            "digital-sha1",
            "fingerprint",
            &["ab"; 20].join(":"),
            &["impressão digital"],
            &[],
        ),
        value(
            "regiao-ponto",
            "region",
            "sa-saopaulo-1.evil.example",
            &["letras, números e hífens"],
            &["sa-saopaulo-1"],
        ),
        value("regiao-barra", "region", "gru/../x", &["hífens"], &[]),
        value("regiao-porta", "region", "gru:80", &["hífens"], &[]),
        value("regiao-acento", "region", "sa-sãopaulo-1", &["hífens"], &[]),
        changed(
            "realm",
            Config::new("realm")
                .with("region", "xx-novo-1")
                .with("tenancy", "ocid1.tenancy.oc99..realm"),
            "region",
            &["região desconhecida", "realm"],
            &["region e tenancy"],
        ),
        value(
            "data-mes",
            "inicio_contrato",
            "2026-13-01",
            &["\"2026-13-01\" não é uma data"],
            &["AAAA-MM-DD", "DD/MM/AAAA"],
        ),
        value(
            "data-dia",
            "fim_contrato",
            "31/11/2026",
            &["não é uma data"],
            &[],
        ),
        value(
            "data-bissexto",
            "fim_contrato",
            "29/02/2027",
            &["não é uma data"],
            &[],
        ),
        value(
            "data-americana",
            "fim_contrato",
            "12/31/2026",
            &["não é uma data"],
            &[],
        ),
        value(
            "data-ano",
            "fim_contrato",
            "31/12/26",
            &["não é uma data"],
            &[],
        ),
        value(
            "data-tracos",
            "inicio_contrato",
            "01-01-2026",
            &["não é uma data"],
            &[],
        ),
        value(
            "data-palavra",
            "inicio_contrato",
            "hoje",
            &["\"hoje\" não é uma data"],
            &[],
        ),
        value(
            "fim-antes",
            "fim_contrato",
            "2025-12-31",
            &["acaba (31/12/2025)", "começar (01/01/2026)"],
            &["inicio_contrato", "fim_contrato"],
        ),
        value(
            "longo",
            "fim_contrato",
            "2062-12-31",
            &["mais de 3653 dias"],
            &["ano"],
        ),
        value(
            "credito-ponto",
            "credito",
            "150.000",
            &["\"150.000\" pode ser 150.000,00 ou 150,000"],
            &["150.000,00", "sem separador"],
        ),
        value(
            "credito-virgula",
            "credito",
            "R$ 1,234",
            &["pode ser 1.234,00 ou 1,234"],
            &[],
        ),
        value(
            "credito-negativo",
            "credito",
            "-150000",
            &["negativo"],
            &["0 é sob demanda"],
        ),
        value(
            "credito-parenteses",
            "credito",
            "(R$ 5,00)",
            &["negativo"],
            &[],
        ),
        value(
            "credito-palavra",
            "credito",
            "muito",
            &["\"muito\" não é um valor"],
            &["150.000,00"],
        ),
        value(
            "credito-grupos",
            "credito",
            "1.23.456",
            &["não é um valor"],
            &[],
        ),
        value(
            "credito-expoente",
            "credito",
            "1e5",
            &["não é um valor"],
            &[],
        ),
        value(
            "credito-cifrao",
            "credito",
            "$ 100",
            &["\"$\" é de várias moedas"],
            &["US$"],
        ),
        value(
            "moeda",
            "moeda",
            "reais",
            &["\"reais\" não é um código de moeda"],
            &["três letras"],
        ),
        changed(
            "moedas",
            Config::new("moedas").with("credito", "US$ 100"),
            "moeda",
            &["o contrato está em BRL", "escrito em USD"],
            &["uma só moeda"],
        ),
        changed(
            "moedas-anterior",
            Config::new("moedas-anterior")
                .with("consumo_anterior", "EUR 100")
                .with("consumo_anterior_ate", "2026-01-31"),
            "consumo_anterior",
            &["BRL", "EUR"],
            &["uma só moeda"],
        ),
        value(
            "anterior-so",
            "consumo_anterior",
            "100",
            &["falta consumo_anterior_ate"],
            &["vão juntos"],
        ),
        value(
            "ate-so",
            "consumo_anterior_ate",
            "2026-01-31",
            &["falta consumo_anterior"],
            &["vão juntos"],
        ),
        opening(
            "anterior-fora",
            "100",
            "2025-12-31",
            "consumo_anterior_ate",
            &["fora do contrato"],
            &["último dia"],
        ),
        opening(
            "anterior-depois",
            "100",
            "2027-01-01",
            "consumo_anterior_ate",
            &["fora do contrato"],
            &[],
        ),
        opening(
            "anterior-adiante",
            "100",
            AS_OF,
            "consumo_anterior_ate",
            &["não é anterior à posição (17/06/2026)"],
            &["já encerrado"],
        ),
        opening(
            "anterior-negativo",
            "-100",
            "2026-01-31",
            "consumo_anterior",
            &["negativo"],
            &[],
        ),
        opening(
            "anterior-ambiguo",
            "1.500",
            "2026-01-31",
            "consumo_anterior",
            &["pode ser 1.500,00 ou 1,500"],
            &[],
        ),
        opening(
            "anterior-data",
            "100",
            "janeiro",
            "consumo_anterior_ate",
            &["\"janeiro\" não é uma data"],
            &[],
        ),
    ]
}

fn opening(
    id: &'static str,
    amount: &str,
    through: &str,
    wrong: &'static str,
    words: &'static [&'static str],
    remedy: &'static [&'static str],
) -> Refused {
    let config = Config::new(id)
        .with("consumo_anterior", amount)
        .with("consumo_anterior_ate", through);
    changed(id, config, wrong, words, remedy)
}

fn texts_refused() -> Vec<Refused> {
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    };
    let text = Config::new("utf16").text();
    let without = |id: &'static str, keys: &[&str]| {
        let config = keys
            .iter()
            .fold(Config::new(id), |config, key| config.without(key));
        config.text().into_bytes()
    };
    let several = "\n[DEFAULT]\nuser=ocid1.user.oc1..b\n";
    vec![
        longer(
            "secoes",
            several,
            13,
            &["mais de uma seção"],
            &["um cliente por arquivo"],
        ),
        longer(
            "secoes-coladas",
            "[OUTRO]\n",
            12,
            &["mais de uma seção"],
            &[],
        ),
        longer("secao-aberta", "[DEFAULT\n", 12, &["não é seção"], &["#"]),
        longer(
            "repetida",
            "credito=1\n",
            12,
            &["a chave credito já está na linha 9"],
            &["só uma"],
        ),
        longer(
            "repetida-caixa",
            "\nCREDITO = 1\n",
            13,
            &["a chave credito já está na linha 9"],
            &[],
        ),
        longer(
            "repetida-alheia",
            "nota=a\nNota=b\n",
            13,
            &["a chave nota já está na linha 12"],
            &[],
        ),
        longer(
            "sem-igual",
            "isto não é nada\n",
            12,
            &["chave = valor"],
            &["comente a linha"],
        ),
        longer("so-igual", "=valor\n", 12, &["chave = valor"], &[]),
        whole(
            "vazio",
            Vec::new(),
            "config_invalida",
            &[
                "faltam cliente, tenancy, user, fingerprint, region, key_file, credito, inicio_contrato, fim_contrato",
            ],
            &["inclua no arquivo: cliente=…, tenancy=…"],
        ),
        whole(
            "falta-varias",
            without("falta-varias", &["user", "credito", "region"]),
            "config_invalida",
            &["faltam user, region, credito"],
            &["inclua"],
        ),
        whole(
            "sem-valor",
            Config::new("sem-valor")
                .with("credito", " ")
                .text()
                .into_bytes(),
            "config_invalida",
            &["falta credito"],
            &[],
        ),
        whole(
            "quase",
            [
                without("quase", &["credito", "inicio_contrato"]),
                "credíto=1\ninicio_do_contrato=2026-01-01\n".into(),
            ]
            .concat(),
            "config_invalida",
            &["faltam credito, inicio_contrato"],
            &[
                "a linha 10 tem credíto: é credito?",
                "a linha 11 tem inicio_do_contrato: é inicio_contrato?",
            ],
        ),
        whole(
            "utf16-sem-marca",
            utf16(&text, u16::to_le_bytes),
            "config_ilegivel",
            &["UTF-16"],
            &[],
        ),
        whole(
            "binario",
            vec![0; 100],
            "config_ilegivel",
            &["binário"],
            &[],
        ),
        whole(
            "enorme",
            text.into_bytes()
                .into_iter()
                .chain(std::iter::repeat_n(b'#', 64 << 10))
                .collect(),
            "config_ilegivel",
            &["maior que 65536 bytes"],
            &["arquivo certo"],
        ),
    ]
}

fn assert_refused(document: &Value, refused: &Refused) {
    let Refused {
        id,
        code,
        place,
        words,
        remedy,
        ..
    } = refused;
    let failure = failure(document, &format!("config_{id}"));
    assert_eq!(failure["codigo"], *code, "{id}: {failure:#}");
    let message = failure["mensagem"].as_str().unwrap();
    assert!(message.starts_with(place), "{place} {message}");
    assert_words(message, words);
    let what = failure["acao"].as_str().unwrap();
    assert!(!what.is_empty(), "{id}");
    assert_words(what, remedy);
    assert_eq!(failure["request_id"], Value::Null, "{id}");
}

#[test]
fn every_slip_in_a_config_is_refused_with_its_place_and_remedy() {
    let healthy = Config::new("bom");
    let alone = Folder::new().client(&healthy, rows()).serve().json(0, &[]);
    let refused: Vec<Refused> = values_refused()
        .into_iter()
        .chain(texts_refused())
        .collect();
    let folder = Folder::new().client(&healthy, rows());
    for refused in &refused {
        folder.write(&format!("config_{}", refused.id), &refused.bytes);
    }
    let served = folder.serve();

    let document = served.json(3, &[]);

    assert_eq!(
        document["falhas"].as_array().unwrap().len(),
        refused.len(),
        "{document:#}"
    );
    for refused in &refused {
        assert_refused(&document, refused);
    }
    assert_eq!(
        client(&document, "config_bom"),
        client(&alone, "config_bom")
    );
    assert_eq!(document["totais"], alone["totais"]);
    assert_eq!(served.server.requests(), served.requests_of(&healthy));

    // In text each stands with message and remedy, in its place and at the end.
    let text = unwrapped(&served.run(&[]).exited(3).stdout);
    for failure in document["falhas"].as_array().unwrap() {
        let message = failure["mensagem"].as_str().unwrap();
        assert!(text.matches(message).count() >= 2, "{message}");
        assert_words(&text, &[failure["acao"].as_str().unwrap()]);
    }
    // And in English nothing of it is Portuguese.
    let english = served.json(3, &["--lang", "en"]);
    for failure in english["falhas"].as_array().unwrap() {
        let words = format!("{} {}", failure["mensagem"], failure["acao"]);
        for portuguese in ["linha ", " não ", "falta ", "faltam ", "escreva", "confira"] {
            assert!(!words.contains(portuguese), "{words}");
        }
    }
}

#[test]
fn what_looks_odd_and_is_understood_is_a_warning() {
    let keys = Config::new("quase").with("nota", "x");
    let text = keys.text()
        + "credíto=1\ninicio_do_contrato=2020-01-01\nconsumo-anterior=5\nfimcontrato=2020-01-01\nmoedas=USD\n";
    let region = Config::new("regiao").with("region", "xx-novo-1");
    let served = Folder::new()
        .client(&Config::new("bom"), rows())
        .written(&keys, text.as_bytes(), rows())
        .client(&region, rows())
        .serve();

    let document = served.json(0, &[]);

    let expected = figures(client(&document, "config_bom"));
    let similar = client(&document, "config_quase");
    assert_eq!(figures(similar), expected);
    assert_eq!(warnings(similar), ["chave_parecida"; 5]);
    let message = |n: usize| similar["avisos"][n]["mensagem"].as_str().unwrap();
    assert_words(message(0), &["credíto", "linha 13", "credito?"]);
    assert_words(message(1), &["inicio_do_contrato", "linha 14"]);
    assert_words(message(2), &["consumo-anterior", "consumo_anterior?"]);
    assert_words(message(3), &["fimcontrato", "fim_contrato?"]);
    assert_words(message(4), &["moedas", "moeda?"]);

    let region = client(&document, "config_regiao");
    assert_eq!(region["regiao"], "xx-novo-1");
    assert_eq!(region["consumo"], expected["consumo"]);
    assert_eq!(warnings(region), ["regiao_desconhecida"]);
    assert_words(
        region["avisos"][0]["mensagem"].as_str().unwrap(),
        &["xx-novo-1", "realm oc1"],
    );
}

#[test]
fn leftovers_and_folders_are_skipped_aloud() {
    let config = Config::new("bom");
    let folder = Folder::new().client(&config, rows());
    let leftovers =
        ["~", ".bak", ".swp", ".orig", ".tmp"].map(|ending| format!("config_bom{ending}"));
    for name in &leftovers {
        folder.write(name, config.text().as_bytes());
    }
    fs::create_dir(folder.path().join("config_pasta")).unwrap();
    folder.write("config_pasta/config_dentro", config.text().as_bytes());
    // Not configs by their names, hence nobody's business.
    for name in [
        "notas.txt",
        "chave.key",
        ".DS_Store",
        "Thumbs.db",
        "cliente_x",
    ] {
        folder.write(name, config.text().as_bytes());
    }
    let served = folder.serve();

    let ran = served.run(&["--format", "json", "--no-store"]).exited(0);

    assert_eq!(ran.json()["resumo"]["configs"], 1);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(lines.len(), 6, "{}", ran.stderr);
    for name in &leftovers {
        assert!(
            lines.contains(&&*format!("aviso: {name}: ignorado, sobra de editor")),
            "{}",
            ran.stderr
        );
    }
    assert!(lines.contains(&"aviso: config_pasta: ignorado, não é um arquivo"));
    assert_eq!(served.run(&["-q"]).exited(0).stderr, "");
    let english = served.run(&["--lang", "en"]).exited(0);
    assert_words(
        &english.stderr,
        &["warning: config_pasta: skipped, not a file"],
    );
}

#[test]
fn contracts_of_one_tenancy_do_not_overlap() {
    let contract = |id: &str, tenancy: &str, start: &str, end: &str| {
        Config::new(id)
            .with("tenancy", &format!("ocid1.tenancy.oc1..{tenancy}"))
            .with("user", &format!("ocid1.user.oc1..{tenancy}"))
            .with("inicio_contrato", start)
            .with("fim_contrato", end)
    };
    // The last day of the first is the first of the second, and the third begins in the second.
    let shared = [
        contract("a1", "a", "2026-01-01", "2026-03-31"),
        contract("a2", "a", "2026-03-31", "2026-06-30"),
        contract("a3", "a", "2026-04-01", "2026-12-31"),
    ];
    // One after the other.
    let adjacent = [
        contract("b1", "b", "2026-01-01", "2026-03-31"),
        contract("b2", "b", "2026-04-01", "2026-12-31"),
    ];
    // The first cannot be read.
    let unreadable = [
        contract("c1", "c", "2026-01-01", "2026-12-31").with("credito", "150.000"),
        contract("c2", "c", "2026-01-01", "2026-12-31"),
    ];
    let served = Folder::new()
        .client(&shared[0], rows())
        .config(&shared[1])
        .config(&shared[2])
        .client(&adjacent[0], rows())
        .config(&adjacent[1])
        .client(&unreadable[0], rows())
        .config(&unreadable[1])
        .serve();

    let document = served.json(3, &[]);

    // Nobody can say whose credit counts, so that none does.
    for (config, other) in [("a1", "a2"), ("a2", "a1"), ("a3", "a2")] {
        let repeated = failure(&document, &format!("config_{config}"));
        assert_eq!(repeated["codigo"], "contrato_repetido");
        let words = [
            &format!("config_{config}"),
            &format!("config_{other}"),
            "duas vezes",
        ];
        assert_words(
            repeated["mensagem"].as_str().unwrap(),
            &words.map(|word: &str| word),
        );
        assert!(!repeated["acao"].as_str().unwrap().is_empty());
    }
    assert_eq!(client(&document, "config_b1")["consumo"], "900");
    assert_eq!(client(&document, "config_b2")["consumo"], "770");
    assert_eq!(failure(&document, "config_c1")["codigo"], "config_invalida");
    assert_eq!(client(&document, "config_c2")["consumo"], "1670");
    assert_eq!(document["falhas"].as_array().unwrap().len(), 4);
}

#[test]
fn a_config_that_makes_no_sense_still_tells_whose_it_is() {
    let config = Config::new("torta").with("cliente", "Padaria Torta");
    let folder = Folder::new();
    folder.write(
        &config.file,
        format!("{}isto não é nada\n", config.text()).as_bytes(),
    );
    let document = folder.serve().json(4, &["--only", "padaria"]);
    let failure = failure(&document, "config_torta");
    assert_eq!(failure["cliente"], "Padaria Torta");
    assert_eq!(failure["tenancy"], config.value("tenancy"));
    assert_words(failure["mensagem"].as_str().unwrap(), &["linha 12"]);
}

#[test]
fn an_overlap_is_seen_whatever_is_selected_and_a_copy_is_not_counted() {
    let (first, second) = (
        Config::new("primeiro"),
        Config::new("segundo")
            .with("tenancy", "ocid1.tenancy.oc1..primeiro")
            .with("user", "ocid1.user.oc1..primeiro"),
    );
    let served = Folder::new().client(&first, rows()).config(&second).serve();
    let document = served.json(0, &[]);
    assert_eq!(document["clientes"].as_array().unwrap().len(), 1);
    assert_eq!(client(&document, "config_primeiro")["consumo"], "1670");
    assert_eq!(document["avisos"][0]["codigo"], "config_repetido");
    assert_words(
        document["avisos"][0]["mensagem"].as_str().unwrap(),
        &["config_segundo", "config_primeiro"],
    );
    // Who asks for the copy alone gets it.
    let document = served.json(0, &["--only", "segundo"]);
    assert_eq!(client(&document, "config_segundo")["consumo"], "1670");

    let second = second.with("credito", "20000");
    let served = Folder::new().client(&first, rows()).config(&second).serve();
    for args in [&[][..], &["--only", "segundo"]] {
        let document = served.json(4, args);
        let repeated = failure(&document, "config_segundo");
        assert_eq!(repeated["codigo"], "contrato_repetido", "{args:?}");
    }
}

/// PBES2 whose derivation would take hours.
fn costly_key() -> String {
    let parameters = Parameters {
        kdf: Kdf::Pbkdf2(Pbkdf2Params {
            salt: Salt::new(b"sal-sal-").unwrap(),
            iteration_count: u32::MAX,
            key_length: None,
            prf: Pbkdf2Prf::HmacWithSha256,
        }),
        encryption: EncryptionScheme::Aes256Cbc { iv: [7; 16] },
    };
    let encrypted = pkcs8::EncryptedPrivateKeyInfoRef {
        encryption_algorithm: pkcs8::pkcs5::EncryptionScheme::Pbes2(parameters),
        encrypted_data: OctetStringRef::new(&[1; 64]).unwrap(),
    };
    pem::encode(&pem::Pem::new(
        "ENCRYPTED PRIVATE KEY",
        encrypted.to_der().unwrap(),
    ))
}

#[test]
fn every_form_of_a_key_signs() {
    // Not in one piece: the vendor looks for keys with it in public repositories.
    let label = ["OCI", "API", "KEY"].join("_");
    let plain = key_fixture("pkcs8.pem");
    let forms = [
        ("rotulo", format!("{plain}{label}\n"), None),
        ("rotulo-sem-fim", format!("{plain}{label}"), None),
        ("bom", format!("\u{feff}{plain}"), None),
        ("crlf", plain.replace('\n', "\r\n"), None),
        ("recuo", plain.replace('\n', "  \n\t"), None),
        ("uma-linha", one_line(&plain), None),
        ("pkcs1", key_fixture("pkcs1.pem"), None),
        // A passphrase that is not needed is passed over, as by the vendor's SDK.
        ("senha-a-mais", plain.clone(), Some("qualquer")),
        (
            "pbes2",
            key_fixture("pkcs8-aes-256-sha256.pem"),
            Some(PASS_PHRASE),
        ),
        (
            "scrypt",
            key_fixture("pkcs8-aes-256-scrypt.pem"),
            Some(PASS_PHRASE),
        ),
        (
            "des3",
            key_fixture("pkcs8-des3-sha1.pem"),
            Some(PASS_PHRASE),
        ),
        (
            "cli",
            key_fixture("pkcs8-vendor.pem") + &label,
            Some(PASS_PHRASE),
        ),
        (
            "antiga-aes128",
            key_fixture("pkcs1-aes128.pem"),
            Some(PASS_PHRASE),
        ),
        (
            "antiga-aes256",
            key_fixture("pkcs1-aes256.pem"),
            Some(PASS_PHRASE),
        ),
        (
            "antiga-des3",
            key_fixture("pkcs1-des3.pem"),
            Some(PASS_PHRASE),
        ),
    ];
    let mut folder = Folder::new();
    for (id, pem, phrase) in &forms {
        let file = format!("{id}.pem");
        let mut config = Config::new(id).with("key_file", &file);
        if let Some(phrase) = phrase {
            config = config.with("pass_phrase", phrase);
        }
        folder.write(&file, pem.as_bytes());
        folder = folder.client(&config, rows());
    }
    let document = folder.serve().json(0, &[]);
    for (id, ..) in &forms {
        let client = client(&document, &format!("config_{id}"));
        assert_eq!(client["consumo"], "1670", "{id}");
    }
}

/// The base64 of a PEM text on one line.
fn one_line(pem: &str) -> String {
    let mut lines: Vec<&str> = pem.lines().collect();
    let (first, last) = (lines.remove(0), lines.pop().unwrap());
    format!("{first}\n{}\n{last}\n", lines.concat())
}

#[test]
fn every_wrong_key_is_told_apart_before_any_call() {
    let fixture = |name: &str| Some(key_fixture(name));
    let plain = key_fixture("pkcs8.pem");
    let cut = plain[..plain.len() / 2].to_owned();
    let [missing, wrong, weak] = ["", "outra", PASS_PHRASE];
    type Row = (
        &'static str,
        Option<String>,
        &'static str,
        &'static str,
        &'static [&'static str],
        &'static [&'static str],
    );
    let table: [Row; 22] = [
        (
            "publica",
            fixture("public.pem"),
            missing,
            "chave_invalida",
            &["chave pública"],
            &["chave privada"],
        ),
        (
            "publica-pkcs1",
            fixture("public-pkcs1.pem"),
            missing,
            "chave_invalida",
            &["chave pública"],
            &[],
        ),
        (
            "certificado",
            fixture("certificate.pem"),
            missing,
            "chave_invalida",
            &["certificado"],
            &["chave privada"],
        ),
        (
            "pedido",
            fixture("request.pem"),
            missing,
            "chave_invalida",
            &["CERTIFICATE REQUEST"],
            &[],
        ),
        (
            "ec",
            fixture("ec.pem"),
            missing,
            "chave_invalida",
            &["não é uma chave RSA"],
            &["RSA"],
        ),
        (
            "ec-pkcs8",
            fixture("ec-pkcs8.pem"),
            missing,
            "chave_invalida",
            &["não é uma chave RSA"],
            &[],
        ),
        (
            "ed25519",
            fixture("ed25519.pem"),
            missing,
            "chave_invalida",
            &["não é uma chave RSA"],
            &[],
        ),
        (
            "openssh",
            fixture("openssh.pem"),
            missing,
            "chave_invalida",
            &["OpenSSH"],
            &["ssh-keygen -p -m PEM"],
        ),
        (
            "sem-senha",
            fixture("pkcs8-aes-256-sha256.pem"),
            missing,
            "senha_da_chave",
            &["falta pass_phrase"],
            &["inclua pass_phrase"],
        ),
        (
            "senha-errada",
            fixture("pkcs8-aes-256-sha256.pem"),
            wrong,
            "senha_da_chave",
            &["não abre a chave"],
            &["senha"],
        ),
        (
            "antiga-sem-senha",
            fixture("pkcs1-aes256.pem"),
            missing,
            "senha_da_chave",
            &["falta pass_phrase"],
            &[],
        ),
        (
            "antiga-senha-errada",
            fixture("pkcs1-aes256.pem"),
            wrong,
            "senha_da_chave",
            &["não abre a chave"],
            &[],
        ),
        (
            "cifra",
            fixture("pkcs8-camellia-128.pem"),
            weak,
            "chave_invalida",
            &["cifra", "não é suportada"],
            &["openssl pkcs8 -topk8"],
        ),
        (
            "cifra-antiga",
            fixture("pkcs1-des.pem"),
            weak,
            "chave_invalida",
            &["não é suportada"],
            &[],
        ),
        (
            "custosa",
            Some(costly_key()),
            weak,
            "chave_invalida",
            &["trabalho ou memória demais"],
            &["openssl"],
        ),
        (
            "curta",
            fixture("rsa-1024.pem"),
            missing,
            "chave_invalida",
            &["1024 bits", "2048"],
            &["gere outra"],
        ),
        (
            "outra",
            fixture("rsa-4096.pem"),
            missing,
            "fingerprint_diferente",
            &["cf:d1:f2:88:70:69:21:75:c4:43:e0:dc:c6:90:73:5d"],
            &["corrija fingerprint"],
        ),
        (
            "texto",
            Some("qualquer coisa\n".to_owned()),
            missing,
            "chave_invalida",
            &["não há texto PEM"],
            &[],
        ),
        (
            "vazia",
            Some(String::new()),
            missing,
            "chave_invalida",
            &["não há texto PEM"],
            &[],
        ),
        (
            "cortada",
            Some(cut),
            missing,
            "chave_invalida",
            &["danificado"],
            &["copie"],
        ),
        (
            "enorme",
            Some(plain + &"\n".repeat(64 << 10)),
            missing,
            "chave_ilegivel",
            &["maior que 65536 bytes"],
            &[],
        ),
        (
            "nenhuma",
            None,
            missing,
            "chave_ilegivel",
            &["não existe"],
            &["pasta do config"],
        ),
    ];
    let healthy = Config::new("bom");
    let mut folder = Folder::new().client(&healthy, rows());
    for (id, pem, phrase, ..) in &table {
        let file = format!("{id}.pem");
        if let Some(pem) = pem {
            folder.write(&file, pem.as_bytes());
        }
        let mut config = Config::new(id).with("key_file", &file);
        if !phrase.is_empty() {
            config = config.with("pass_phrase", phrase);
        }
        folder = folder.config(&config);
    }
    fs::create_dir(folder.path().join("pasta")).unwrap();
    let folder = folder.config(&Config::new("pasta").with("key_file", "pasta"));
    let served = folder.serve();

    let document = served.json(3, &[]);

    for (id, _, _, code, words, remedy) in &table {
        assert_key(
            &served,
            &document,
            id,
            &format!("{id}.pem"),
            code,
            words,
            remedy,
        );
    }
    let words = &["não é um arquivo comum"];
    assert_key(
        &served,
        &document,
        "pasta",
        "pasta",
        "chave_ilegivel",
        words,
        &[],
    );
    assert_eq!(client(&document, "config_bom")["consumo"], "1670");
    assert_eq!(served.server.requests(), served.requests_of(&healthy));
}

fn assert_key(
    served: &Served,
    document: &Value,
    id: &str,
    file: &str,
    code: &str,
    words: &[&str],
    remedy: &[&str],
) {
    let failure = failure(document, &format!("config_{id}"));
    assert_eq!(failure["codigo"], code, "{failure:#}");
    let message = failure["mensagem"].as_str().unwrap();
    let path: &Path = served.dir.path();
    let place = format!(
        "config_{id}, linha 6, key_file: {}: ",
        path.join(file).display()
    );
    assert!(message.starts_with(&place), "{message}");
    assert_words(message, words);
    let action = failure["acao"].as_str().unwrap();
    assert!(!action.is_empty(), "{id}");
    assert_words(action, remedy);
}
