//! `check` over a folder of different slips: each is named once, with its remedy, in both languages.

use std::collections::BTreeMap;

use serde_json::Value;

use super::notices;
use crate::common::{Config, Folder, KEY_PEM, assert_words, key_fixture};

/// A file with one slip, and the words of its message and remedy in each language.
struct Slip {
    file: String,
    bytes: Vec<u8>,
    /// Whether it keeps the client from being reported.
    fails: bool,
    says: [&'static [&'static str]; 2],
}

fn slip(
    id: &str,
    change: impl FnOnce(Config) -> Vec<u8>,
    fails: bool,
    pt: &'static [&'static str],
    en: &'static [&'static str],
) -> Slip {
    Slip {
        file: format!("config_{id}"),
        bytes: change(Config::new(id)),
        fails,
        says: [pt, en],
    }
}

/// With another value for `key`.
fn value(key: &'static str, value: &str) -> impl FnOnce(Config) -> Vec<u8> {
    move |config| config.with(key, value).text().into_bytes()
}

/// With `more` behind the usual lines.
fn more(more: &str) -> impl FnOnce(Config) -> Vec<u8> {
    move |config| (config.text() + more).into_bytes()
}

/// With each line as `form` writes it.
fn each(form: impl Fn(&str, &str) -> String) -> impl FnOnce(Config) -> Vec<u8> {
    move |config| {
        let lines = config.lines.iter().map(|(key, value)| form(key, value));
        lines.collect::<String>().into_bytes()
    }
}

fn slips() -> Vec<Slip> {
    vec![
        slip(
            "falta",
            |c| c.without("fim_contrato").text().into_bytes(),
            true,
            &["falta fim_contrato", "inclua no arquivo: fim_contrato=…"],
            &["fim_contrato is missing", "add to the file: fim_contrato=…"],
        ),
        slip(
            "parecida",
            |c| (c.without("fim_contrato").text() + "data_termino=2026-12-31\n").into_bytes(),
            true,
            &[
                "falta fim_contrato",
                "a linha 11 tem data_termino: é fim_contrato?",
            ],
            &[
                "fim_contrato is missing",
                "line 11 has data_termino: is it fim_contrato?",
            ],
        ),
        slip(
            "ocid",
            value("user", "ocid1.tenancy.oc1..ocid"),
            true,
            &[
                "linha 2, user",
                "não é um OCID de user",
                "não é um OCID de user: \"ocid1.tenancy.oc1..ocid\"",
                "copie",
            ],
            &[
                "line 2, user",
                "not the OCID of a user",
                "not the OCID of a user: \"ocid1.tenancy.oc1..ocid\"",
                "copy",
            ],
        ),
        slip(
            "exemplo",
            value("key_file", "<path to your private keyfile> # TODO"),
            true,
            &["texto de exemplo", "troque <...>"],
            &["placeholder", "in place of <...>"],
        ),
        slip(
            "sem-arquivo",
            value("key_file", "nenhuma.pem"),
            true,
            &["nenhuma.pem: não existe", "confira o caminho"],
            &["nenhuma.pem: it does not exist", "check the path"],
        ),
        slip(
            "publica",
            value("key_file", "publica.pem"),
            true,
            &["chave pública"],
            &["public key"],
        ),
        slip(
            "senha",
            |c| {
                (c.with("key_file", "cifrada.pem").text() + "passphrase=segredo-dito\n")
                    .into_bytes()
            },
            true,
            &[
                "falta pass_phrase",
                "a linha 12 tem passphrase: é pass_phrase?",
            ],
            &[
                "pass_phrase is missing",
                "line 12 has passphrase: is it pass_phrase?",
            ],
        ),
        slip(
            "digital",
            value(
                "fingerprint",
                "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
            ),
            true,
            &["do config é 00:11:22", "corrija fingerprint"],
            &["config's fingerprint is 00:11:22", "correct fingerprint"],
        ),
        slip(
            "sha256",
            value("fingerprint", "SHA256:47DEQpj8HBSa"),
            true,
            &["impressão digital", "\"SHA256:47DEQpj8HBSa\"", "copie-a"],
            &["fingerprint", "\"SHA256:47DEQpj8HBSa\"", "copy it"],
        ),
        slip(
            "datas",
            value("fim_contrato", "31/12/2025"),
            true,
            &["acaba (31/12/2025) antes", "corrija inicio_contrato"],
            &["ends (2025-12-31) before", "correct inicio_contrato"],
        ),
        slip(
            "realm",
            value("region", "eu-frankfurt-2"),
            true,
            &["eu-frankfurt-2 é do realm oc19", "corrija region"],
            &["eu-frankfurt-2 is of the realm oc19", "correct region"],
        ),
        slip(
            "aspas",
            each(|key, value| format!("{key}=\"{value}\"\n")),
            false,
            &["sem as aspas em volta", "user (linha 1)", "apague as aspas"],
            &["without the quotes", "user (line 1)", "delete the quotes"],
        ),
        slip(
            "curvas",
            value("fim_contrato", "“31/12/2026”"),
            false,
            &["sem as aspas em volta: fim_contrato (linha 11)"],
            &["without the quotes around it: fim_contrato (line 11)"],
        ),
        slip(
            "invisivel",
            value("credito", "10000\u{200b}"),
            false,
            &[
                "caractere invisível",
                "U+200B",
                "credito (linha 9)",
                "apague e redigite",
            ],
            &[
                "invisible character",
                "U+200B",
                "credito (line 9)",
                "delete and retype",
            ],
        ),
        slip(
            "rotulo",
            |c| {
                let label = format!("MD5(stdin)= {}", c.value("fingerprint"));
                c.with("fingerprint", &label).text().into_bytes()
            },
            false,
            &["MD5(stdin)=", "fingerprint (linha 3)", "deixe só"],
            &[
                "MD5(stdin)=",
                "fingerprint (line 3)",
                "keep the value alone",
            ],
        ),
        slip(
            "console",
            value("region", "Brazil East (São Paulo)"),
            false,
            &["Brazil East (São Paulo)", "escreva region=sa-saopaulo-1"],
            &["Brazil East (São Paulo)", "write region=sa-saopaulo-1"],
        ),
        slip(
            "travessao",
            value("region", "ca\u{2014}toronto-1"),
            true,
            &["\"ca\u{2014}toronto-1\"", "U+2014", "seria ca-toronto-1?"],
            &["\"ca\u{2014}toronto-1\"", "U+2014", "is it ca-toronto-1?"],
        ),
        slip(
            "regiao",
            value("region", "sa-sao-paulo-1"),
            false,
            &[
                "sa-sao-paulo-1 não está na tabela: seria sa-saopaulo-1?",
                "escreva region=sa-saopaulo-1",
            ],
            &[
                "sa-sao-paulo-1 is not in the table: is it sa-saopaulo-1?",
                "write region=sa-saopaulo-1",
            ],
        ),
        slip(
            "adicional",
            more("credito_adicional=10000\n"),
            false,
            &["credito_adicional (linha 12)", "some o valor em credito"],
            &["credito_adicional (line 12)", "add its amount to credito"],
        ),
        slip(
            "vigencia",
            more("fim_do_contrato=2027-12-31\n"),
            false,
            &[
                "fim_do_contrato (linha 12)",
                "seria fim_contrato?",
                "ou apague a linha",
            ],
            &[
                "fim_do_contrato (line 12)",
                "is it fim_contrato?",
                "or delete the line",
            ],
        ),
        slip(
            "duas-leituras",
            value("credito", "150.000"),
            true,
            &["\"150.000\" pode ser", "escreva com centavos"],
            &["\"150.000\" may be", "write it with cents"],
        ),
        slip(
            "milhares",
            value("credito", "15000.000"),
            false,
            &[
                "\"15000.000\" foi lido como 15.000,000",
                "escreva 15.000.000,00",
            ],
            &[
                "\"15000.000\" was read as 15,000.000",
                "write 15,000,000.00",
            ],
        ),
        slip(
            "json",
            |c| {
                let lines = c
                    .lines
                    .iter()
                    .map(|(key, value)| format!("\"{key}\": \"{value}\",\n"));
                format!("{{\n{}}}\n", lines.collect::<String>()).into_bytes()
            },
            true,
            &["forma de JSON", "linha 2", "escreva uma linha por chave"],
            &["form of JSON", "line 2", "write one line per key"],
        ),
        slip(
            "shell",
            each(|key, value| format!("export {key}={value}\n")),
            true,
            &[
                "faltam cliente",
                "forma de shell (export",
                "escreva cliente=",
                "moeda=",
            ],
            &[
                "cliente, tenancy",
                "form of a shell (export",
                "write cliente=",
            ],
        ),
        slip(
            "terraform",
            each(|key, value| format!("TF_VAR_{key} = \"{value}\"\n")),
            true,
            &["forma de Terraform (TF_VAR_"],
            &["form of Terraform (TF_VAR_"],
        ),
        slip(
            "dia",
            value("inicio_contrato", "31/11/2025"),
            true,
            &["\"31/11/2025\" não é uma data", "escreva AAAA-MM-DD"],
            &["\"31/11/2025\" is not a date", "write YYYY-MM-DD"],
        ),
        slip(
            "secoes",
            more("[OUTRO]\n"),
            true,
            &["mais de uma seção", "um cliente por arquivo"],
            &["more than one section", "one client per file"],
        ),
        slip(
            "repetida",
            more("credito=1\n"),
            true,
            &["credito já está na linha 9", "deixe só uma"],
            &["credito stands on line 9", "keep one"],
        ),
        slip(
            "utf16",
            |c| {
                format!("\u{feff}{}", c.text())
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect()
            },
            false,
            &["lido como UTF-16", "salve o arquivo como UTF-8"],
            &["read as UTF-16", "save the file as UTF-8"],
        ),
        slip(
            "sem-marca",
            |c| c.text().encode_utf16().flat_map(u16::to_be_bytes).collect(),
            true,
            &[
                "o texto está em UTF-16 ou é binário",
                "salve o arquivo como UTF-8",
            ],
            &["the text is UTF-16 or binary", "save the file as UTF-8"],
        ),
        slip(
            "quebrada",
            |c| {
                c.text()
                    .replace("tenancy.oc1..", "tenancy.oc1..\n  ")
                    .into_bytes()
            },
            true,
            &[
                "linha 5",
                "parece o resto do valor da linha 4",
                "junte as duas linhas",
            ],
            &[
                "line 5",
                "the rest of the value on line 4",
                "join the two lines",
            ],
        ),
        slip(
            "numa-linha",
            |c| c.text().replace('\n', "\\n").into_bytes(),
            true,
            &["linha 1", "várias chaves na mesma linha", "quebre a linha"],
            &[
                "line 1",
                "several keys stand on this line",
                "break the line",
            ],
        ),
        slip(
            "conflito-git",
            more("<<<<<<< HEAD\n"),
            true,
            &["linha 12", "conflito do git", "deixe uma das versões"],
            &["line 12", "a conflict of git", "keep one of the versions"],
        ),
        slip(
            "virgula",
            |c| c.text().replace("credito=", "credito,").into_bytes(),
            true,
            &["linha 9", ", com , no lugar de =", "escreva chave=valor"],
            &["line 9", ", with , in place of =", "write key=value"],
        ),
        slip(
            "tabulacao",
            |c| c.text().replace("credito=", "credito\t").into_bytes(),
            true,
            &[
                "linha 9",
                "com uma tabulação no lugar de =",
                "escreva chave=valor",
            ],
            &["line 9", "with a tab in place of =", "write key=value"],
        ),
        slip(
            "md5sum",
            |c| {
                let print = c.value("fingerprint").replace(':', "");
                c.with("fingerprint", &print).text().into_bytes()
            },
            false,
            &["foi lido como", "escreva fingerprint="],
            &["was read as", "write fingerprint="],
        ),
        slip(
            "chave.pem",
            |_| KEY_PEM.into(),
            true,
            &[
                "é uma chave privada, não o config",
                "não comece com config_",
            ],
            &[
                "it is a private key, not a client's config",
                "does not begin with config_",
            ],
        ),
        slip(
            "chave-dentro",
            more(KEY_PEM),
            true,
            &["linha 12", "chave privada no texto", "arquivo .pem"],
            &["line 12", "private key in the config's text", ".pem file"],
        ),
        slip(
            "moeda",
            value("moeda", "reais"),
            true,
            &["\"reais\" não é um código de moeda", "três letras"],
            &["\"reais\" is not a currency code", "three letters"],
        ),
        slip(
            "negativo",
            value("credito", "-150000"),
            true,
            &["negativo", "\"-150000\"", "zero ou mais"],
            &["negative", "\"-150000\"", "zero or more"],
        ),
        slip(
            "metade",
            more("consumo_anterior=1,00\n"),
            true,
            &["falta consumo_anterior_ate", "vão juntos"],
            &["consumo_anterior_ate is missing", "go together"],
        ),
        slip(
            "ajuste",
            more("ajuste_previsto=10%\n"),
            true,
            &["\"10%\" não é um ajuste", "escreva +10%"],
            &["\"10%\" is not an adjustment", "write +10%"],
        ),
        slip(
            "ignorado",
            more("ignorar_dia=2025-01-01\n"),
            true,
            &["01/01/2025 está fora do contrato", "corrija a data"],
            &["2025-01-01 is outside the contract", "correct the date"],
        ),
        slip(
            "frase",
            more("isto não diz nada\n"),
            true,
            &["linha 12", "nem chave = valor", "comente a linha"],
            &["line 12", "nor key = value", "comment it out"],
        ),
        slip(
            "sinal",
            |c| c.text().replace("credito=", "credito＝").into_bytes(),
            true,
            &["linha 9", "U+FF1D no lugar de ="],
            &["line 9", "U+FF1D in place of ="],
        ),
        slip(
            "ansi",
            |c| {
                let mut text = c.with("cliente", "Padaria @").text().into_bytes();
                let at = text.iter().position(|b| *b == b'@').unwrap();
                text[at] = 0xE3;
                text
            },
            false,
            &["Windows-1252", "salve o arquivo como UTF-8"],
            &["Windows-1252", "save the file as UTF-8"],
        ),
    ]
}

/// What is left to say of a client: not its key, which all share, nor who can read the files.
fn findings(client: &Value) -> Vec<&Value> {
    let steps = client["passos"].as_array().unwrap().iter();
    let own = |step: &&Value| {
        let about = step["passo"].as_str().unwrap();
        let state = step["estado"].as_str().unwrap();
        ["falha", "aviso"].contains(&state) && !["permissoes", "repeticao"].contains(&about)
    };
    steps.filter(own).collect()
}

#[test]
#[ignore = "long"]
fn a_folder_of_thirty_slips_has_thirty_remedies() {
    let slips = slips();
    assert!(slips.len() >= 30);
    let folder = Folder::new();
    folder.write("publica.pem", key_fixture("public.pem").as_bytes());
    folder.write(
        "cifrada.pem",
        key_fixture("pkcs8-aes-256-sha256.pem").as_bytes(),
    );
    for slip in &slips {
        folder.write(&slip.file, &slip.bytes);
    }
    folder.write("config_bom", Config::new("bom").text().as_bytes());
    folder.write(
        "Config-esquecido",
        Config::new("esquecido").text().as_bytes(),
    );
    folder.write("config_bom.bak", b"?");
    folder.write("config_bom - Copy", b"?");
    let served = folder.serve();
    for (n, lang) in ["pt-BR", "en"].into_iter().enumerate() {
        let json = served
            .check(&["--offline", "--format", "json", "--lang", lang])
            .exited(3);
        let document = json.json();
        let text = served.check(&["--offline", "--lang", lang]).exited(3);
        let clients = document["clientes"].as_array().unwrap();
        assert_eq!(clients.len(), slips.len() + 1);
        let mut said: BTreeMap<String, usize> = BTreeMap::new();
        for slip in &slips {
            let client = clients
                .iter()
                .find(|client| client["arquivo"] == slip.file.as_str());
            let client = client.unwrap();
            let found = findings(client);
            assert_eq!(found.len(), 1, "{}: {found:#?}", slip.file);
            let finding = found[0];
            let state = if slip.fails { "falha" } else { "aviso" };
            assert_eq!(finding["estado"], state, "{finding:#}");
            let message = finding["mensagem"].as_str().unwrap();
            let remedy = finding["acao"].as_str().unwrap_or_default();
            assert_words(&format!("{message} {remedy}"), slip.says[n]);
            *said.entry(message.to_owned()).or_default() += 1;
            let portuguese = ["linha ", " não ", "faltam ", "escreva", "apague", "seria "];
            let found = portuguese
                .iter()
                .find(|word| message.contains(**word) || remedy.contains(**word));
            assert!(n == 0 || found.is_none(), "{message} {remedy}");
            // The remedy is not the message once more.
            assert!(
                remedy.is_empty() || !message.contains(remedy),
                "{message} {remedy}"
            );
            assert_eq!(text.stdout.matches(message).count(), 1, "{message}");
            assert!(!format!("{message}{remedy}").contains("segredo-dito"));
        }
        assert!(said.values().all(|times| *times == 1), "{said:#?}");
        let told = notices(&document, "config_nao_lido");
        assert_eq!(told.len(), 1);
        assert_words(told[0], &["Config-esquecido", "config_esquecido"]);
        assert_eq!(text.stdout.matches(told[0]).count(), 1);
        for leftover in ["config_bom.bak: ", "config_bom - Copy: "] {
            assert_eq!(text.stderr.matches(leftover).count(), 1, "{}", text.stderr);
        }
    }
}
