//! Files of a folder that are no configs: those that were meant as one, leftovers, keys, and folders.

use std::fs;

use super::{notices, said};
use crate::common::stand_in::WorldRow;
use crate::common::{
    AS_OF, Config, Folder, KEY_PEM, assert_clean, assert_words, client, daily, failure,
    key_fixture, ran,
};

fn rows() -> Vec<WorldRow> {
    daily("2026-01-01", "2026-06-16", "10.00")
}

/// Names that were meant as a config's, and names under which they would be read.
const MEANT: [(&str, &str); 21] = [
    ("Config_b", "config_b"),
    ("CONFIG_b", "config_b"),
    ("cOnFiG_b", "config_b"),
    ("config-b", "config_b"),
    ("config.b", "config_b"),
    ("config b", "config_b"),
    ("configb", "config_b"),
    ("config\u{2013}b", "config_b"),
    ("config\u{a0}b", "config_b"),
    ("config\u{ff3f}b", "config_b"),
    ("\u{feff}config_b", "config_b"),
    (" config_b", "config_b"),
    (".config_b", "config_b"),
    ("b_config", "config_b"),
    ("b.config", "config_b"),
    ("B-Config.txt", "config_B"),
    ("Configura\u{e7}\u{e3}o_b", "config_b"),
    ("Configurac\u{327}a\u{303}o_b", "config_"),
    (
        "\u{ff43}\u{ff4f}\u{ff4e}\u{ff46}\u{ff49}\u{ff47}_b",
        "config_",
    ),
    ("config", "config_CLIENTE"),
    ("confg_b", "config_b"),
];

#[test]
fn a_file_that_was_meant_as_a_client_is_told_wherever_the_report_goes() {
    let served = Folder::new().client(&Config::new("a"), rows()).serve();
    for key in ["tenancy", "user", "TENANCY", "\u{feff}user"] {
        for (name, _) in MEANT {
            fs::write(served.dir.path().join(name), format!("{key} = x\n")).unwrap();
        }
        let json = served.run(&["--format", "json"]).exited(3);
        let document = json.json();
        let told = notices(&document, "config_nao_lido");
        assert_eq!(told.len(), MEANT.len(), "{document:#}");
        for (name, meant) in MEANT {
            let shown = name.trim().replace('\u{feff}', "\u{fffd}");
            let begins = format!("{shown} não foi lido");
            let own: Vec<&&str> = told
                .iter()
                .filter(|text| text.starts_with(&begins))
                .collect();
            // Two of the names look alike.
            assert!((1..=2).contains(&own.len()), "{name}: {told:#?}");
            let bare = key.trim_start_matches('\u{feff}').to_lowercase();
            assert_words(
                own[0],
                &[
                    &format!("a chave {bare}"),
                    &format!("renomeie para {meant}"),
                ],
            );
            assert_words(&json.stderr, &[own[0]]);
        }
        assert_eq!(client(&document, "config_a")["consumo"], "1670");
    }
    let text = served.run(&[]).exited(3);
    let document = served.json(3, &[]);
    // Quiet is not silent where a client is missing.
    let quiet = served.run(&["-q"]).exited(3);
    for told in notices(&document, "config_nao_lido") {
        assert_words(&text.stdout, &[told]);
        assert_words(&text.stderr, &[told]);
        assert_words(&quiet.stderr, &[told]);
    }
    assert_clean(&text);
}

#[test]
fn the_portfolio_s_screen_names_the_files_that_were_not_read() {
    let mut folder = Folder::new();
    for id in ["a", "b"] {
        folder = folder.client(&Config::new(id), rows());
    }
    let served = folder.serve();
    let text = served.run(&["--summary"]).exited(0).stdout;
    assert!(!text.contains("Parecem clientes"), "{text}");
    for name in ["Config_c", "config-d"] {
        fs::write(served.dir.path().join(name), "tenancy=x\n").unwrap();
    }
    fs::write(served.dir.path().join("Config_e"), "nada\n").unwrap();
    for (lang, words) in [
        (
            "pt-BR",
            "! Parecem clientes e não foram lidos: Config_c, config-d;",
        ),
        (
            "en",
            "! Not read, and they look like clients: Config_c, config-d;",
        ),
    ] {
        for form in [&["--summary"][..], &[]] {
            let args = [form, &["--lang", lang]].concat();
            let text = served.run(&args).exited(3).stdout;
            let screen = text.rsplit("━━ ").next().unwrap();
            assert_words(screen, &[words]);
            assert_eq!(text.matches(words).count(), 1, "{text}");
        }
    }
}

#[test]
fn a_name_like_a_config_s_without_its_keys_is_a_warning() {
    let served = Folder::new().client(&Config::new("a"), rows()).serve();
    for (name, _) in MEANT {
        fs::write(
            served.dir.path().join(name),
            "lembrete: ligar para a Padaria\n# user=ocid1.user.oc1..x\n",
        )
        .unwrap();
    }
    let json = served.run(&["--format", "json"]).exited(0);
    let document = json.json();
    assert_eq!(
        notices(&document, "nome_parecido").len(),
        MEANT.len(),
        "{document:#}"
    );
    assert_eq!(notices(&document, "config_nao_lido"), [""; 0]);
    for told in notices(&document, "nome_parecido") {
        assert_words(&json.stderr, &[told]);
    }
    assert_eq!(served.run(&["-q"]).exited(0).stderr, "");
    let check = served.check(&["--offline", "--format", "json"]).exited(0);
    assert_eq!(notices(&check.json(), "nome_parecido").len(), MEANT.len());
}

#[test]
fn every_kind_of_run_tells_a_missing_client() {
    let served = Folder::new().client(&Config::new("a"), rows()).serve();
    let other = Config::new("b");
    // In whatever encoding and form it was saved.
    let text = other.text();
    let utf16: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let json = format!("{{\"tenancy\": \"{}\"}}", other.value("tenancy"));
    for content in [
        text.as_bytes(),
        &utf16,
        json.as_bytes(),
        text.replace('=', " -> ").as_bytes(),
    ] {
        fs::write(served.dir.path().join("Config_b"), content).unwrap();
        let report = served.run(&["--format", "json"]).exited(3);
        assert_eq!(notices(&report.json(), "config_nao_lido").len(), 1);
    }
    let check = served.check(&["--offline", "--format", "json"]).exited(3);
    let told = notices(&check.json(), "config_nao_lido")[0].to_owned();
    assert_words(&check.stderr, &[&told]);
    let check = served.check(&["--offline"]).exited(3);
    assert_eq!(check.stdout.matches(&told).count(), 1, "{}", check.stdout);
    let mut backtest = crate::common::command();
    backtest.arg("backtest").arg(served.dir.path());
    backtest.args([
        "--endpoint",
        &served.server.endpoint(),
        "--as-of",
        AS_OF,
        "--format",
        "json",
    ]);
    let backtest = ran(&mut backtest).exited(3);
    assert_words(&said(&backtest), &[&told]);
    // Nobody asks for it.
    let only = served
        .run(&["--only", "cliente a", "--format", "json"])
        .exited(0);
    assert_eq!(notices(&only.json(), "config_nao_lido"), [""; 0]);
    // In English, too.
    let english = served.run(&["--lang", "en"]).exited(3);
    assert_words(
        &english.stdout,
        &["Config_b was not read", "rename it to config_b"],
    );
    // Alone it is no client of the report.
    fs::remove_file(served.dir.path().join("config_a")).unwrap();
    assert_words(&served.run(&[]).exited(4).stderr, &[&told]);
}

/// Leftovers of `config_a` that tools mark, whatever stands beside them.
const MARKED: [&str; 56] = [
    "config_a~",
    "config_a.~1~",
    "#config_a#",
    ".#config_a",
    ".config_a.swp",
    ".config_a.swo",
    "config_a.SWX",
    ".config_a.un~",
    "config_a.bak",
    "config_a.BAK",
    "config_a.bak2",
    "config_a.backup",
    "config_a.orig",
    "config_a.rej",
    "config_a.tmp",
    "config_a~RF1c2d3e.TMP",
    "config_a.save",
    "config_a.save.1",
    "config_a.old",
    "config_a.original",
    "config_a.prev",
    "config_a.previous",
    "config_a.mine",
    "config_a.sb-1a2b3c4d-XyZ123",
    "~$config_a.docx",
    ".~lock.config_a.txt#",
    "config_a___jb_tmp___",
    "config_a.LOCAL.4321",
    "config_a_REMOTE_4321",
    "config_a.dpkg-old",
    "config_a.rpmsave",
    "._config_a",
    "config_a:Zone.Identifier",
    "config_aZone.Identifier",
    "config_a:SmartScreen",
    "config_a:com.dropbox.attributes",
    "config_a\u{f03a}Zone.Identifier",
    "config_a.lnk",
    "config_a.part",
    "config_a.crdownload",
    "config_a.partial",
    "config_a.filepart",
    ".config_a.Xy12Zk",
    ".config_a.~5a3f",
    "config_a.sync-conflict-20260501-101010-ABCDEFG",
    ".syncthing.config_a.tmp",
    "config_a (conflicted copy 2026-05-01 101010)",
    "config_a (Maria's conflicted copy 2026-05-01)",
    "config_a (Cópia em conflito de MARIA 2026-05-01)",
    "config_a (co\u{301}pia em conflito)",
    "config_a (copie en conflit de Luc)",
    "config_a (In Konflikt stehende Kopie von Eva)",
    "config_a (copia en conflicto de Ana)",
    "config_a (kopia powodująca konflikt 2026)",
    "config_a [Conflict]",
    "config_a (SFConflict maria@x.com 2026-05-01-10-10-10)",
];
/// Leftovers that are one beside `config_a` only.
const BESIDE: [&str; 30] = [
    "config_a (1)",
    "config_a (27)",
    "config_a(1)",
    "config_a - Copy",
    "config_a - Cópia",
    "config_a - Co\u{301}pia (2)",
    "config_a – Kopie",
    "config_a - Copie",
    "config_a copy",
    "config_a copy 2",
    "config_a (copy)",
    "config_a (another copy)",
    "config_a (3ª cópia)",
    "config_a_copia",
    "config_a - コピー",
    "config_a - 副本",
    "config_a - 복사본",
    "config_a 복사본",
    "config_a のコピー",
    "Copy of config_a",
    "Copy (2) of config_a",
    "Cópia de config_a",
    "Kopie von config_a",
    "config_a-DESKTOP-1A2B3C4",
    "config_a-MARIA-PC",
    "config_a-Marias-MacBook-Pro",
    "config_a-NOTE-MARIA",
    "config_a-SERVIDOR01",
    "config_a-LAPTOP",
    "config_a_conflict-20260501-101010",
];

#[test]
fn leftovers_are_skipped_aloud_whatever_stands_in_them() {
    let a = Config::new("a");
    let other = a.clone().with("credito", "77").text();
    let stranger = Config::new("x").text();
    for content in [
        a.text(),
        other,
        stranger,
        "?".to_owned(),
        String::new(),
        KEY_PEM.to_owned(),
    ] {
        let served = Folder::new().client(&a, rows()).serve();
        for name in MARKED.iter().chain(&BESIDE) {
            fs::write(served.dir.path().join(name), &content).unwrap();
        }
        let ran = served.run(&["--format", "json", "--no-store"]).exited(0);
        let document = ran.json();
        assert_eq!(document["resumo"]["configs"], 1);
        assert_eq!(document["avisos"], serde_json::json!([]), "{document:#}");
        assert_eq!(document["totais"][0]["credito"], "10000");
        let lines: Vec<&str> = ran.stderr.lines().collect();
        assert_eq!(lines.len(), MARKED.len() + BESIDE.len(), "{}", ran.stderr);
        for name in MARKED
            .iter()
            .chain(&BESIDE)
            .filter(|name| !name.contains('\u{feff}'))
        {
            let told = lines
                .iter()
                .filter(|line| line.starts_with(&format!("aviso: {name}: ignorado, ")));
            assert_eq!(told.count(), 1, "{name}: {}", ran.stderr);
        }
        assert_eq!(served.run(&["-q", "--no-store"]).exited(0).stderr, "");
    }
}

#[test]
fn a_person_s_words_make_no_leftover_without_the_original() {
    let mut folder = Folder::new();
    let ids = [
        "a (1)",
        "a - Cópia",
        "a-MARIA-PC",
        "conflito",
        "copia",
        "a 2",
        "loja-centro",
        "loja",
    ];
    for (n, id) in ids.iter().enumerate() {
        let config = Config::new(&format!("c{n}"));
        folder = folder.client(&config, rows());
        fs::rename(
            folder.path().join(&config.file),
            folder.path().join(format!("config_{id}")),
        )
        .unwrap();
    }
    let document = folder.serve().json(0, &[]);
    for id in ids {
        assert_eq!(
            client(&document, &format!("config_{id}"))["consumo"],
            "1670"
        );
    }
}

#[test]
fn a_key_under_a_config_s_name_is_called_that() {
    let der = pem::parse(KEY_PEM).unwrap().contents().to_vec();
    let utf16: Vec<u8> = format!("\u{feff}{KEY_PEM}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let keys: [(&str, Vec<u8>, &str); 11] = [
        ("pkcs8", KEY_PEM.into(), "chave privada"),
        (
            "pkcs1.pem",
            key_fixture("pkcs1.pem").into(),
            "chave privada",
        ),
        (
            "cifrada.pem",
            key_fixture("pkcs8-aes-256-sha256.pem").into(),
            "chave privada",
        ),
        (
            "antiga",
            key_fixture("pkcs1-aes256.pem").into(),
            "chave privada",
        ),
        (
            "openssh",
            key_fixture("openssh.pem").into(),
            "chave privada",
        ),
        (
            "texto",
            format!("Segue a chave:\n\n{KEY_PEM}\nOCI_API_KEY").into(),
            "chave privada",
        ),
        ("utf16", utf16, "chave privada"),
        ("der", der, "chave privada"),
        (
            "travessao",
            KEY_PEM
                .replace("-----BEGIN", "\u{2014}\u{2013}BEGIN")
                .into(),
            "chave privada",
        ),
        ("publica", key_fixture("public.pem").into(), "chave pública"),
        (
            "certificado",
            key_fixture("certificate.pem").into(),
            "certificado",
        ),
    ];
    let mut folder = Folder::new().client(&Config::new("bom"), rows());
    for (id, bytes, _) in &keys {
        folder.write(&format!("config_{id}"), bytes);
    }
    folder = folder.config(&Config::new("dentro"));
    let inside = format!("{}{KEY_PEM}", Config::new("dentro").text());
    folder.write("config_dentro", inside.as_bytes());
    for (id, begin) in [
        ("rtf", "{\\rtf1 user=x}"),
        ("word", "PK\u{3}\u{4}\0\0"),
        ("pdf", "%PDF-1.7\nuser=x"),
    ] {
        folder.write(&format!("config_{id}"), begin.as_bytes());
    }
    folder.write(
        "config_pagina",
        b"<!DOCTYPE html>\n<html><body>user=x</body></html>",
    );
    let served = folder.serve();
    let document = served.json(3, &[]);
    for (id, _, what) in &keys {
        let failure = failure(&document, &format!("config_{id}"));
        assert_eq!(failure["codigo"], "config_invalida");
        assert_words(
            failure["mensagem"].as_str().unwrap(),
            &[what, "não o config de um cliente"],
        );
        assert_words(
            failure["acao"].as_str().unwrap(),
            &["não comece com config_"],
        );
    }
    let inside = failure(&document, "config_dentro");
    assert_words(
        inside["mensagem"].as_str().unwrap(),
        &["linha 12", "chave privada"],
    );
    for id in ["rtf", "word", "pdf"] {
        let document = failure(&document, &format!("config_{id}"));
        assert_words(
            document["mensagem"].as_str().unwrap(),
            &["documento com formatação"],
        );
    }
    let page = failure(&document, "config_pagina");
    assert_words(page["mensagem"].as_str().unwrap(), &["página da web"]);
    let all = said(&served.run(&["-v"]).exited(3));
    for piece in crate::common::pieces(KEY_PEM) {
        assert!(!all.contains(piece), "{piece}");
    }
    // A key with a key's name is nobody's config; one without is told, and no client is missing.
    let served = Folder::new().client(&Config::new("bom"), rows()).serve();
    for name in ["config-a.pem", "minha_config.key"] {
        fs::write(served.dir.path().join(name), KEY_PEM).unwrap();
    }
    assert_eq!(served.run(&["--no-store"]).exited(0).stderr, "");
    fs::write(served.dir.path().join("config-b"), KEY_PEM).unwrap();
    let document = served.json(0, &[]);
    assert_words(
        notices(&document, "nome_parecido")[0],
        &["config-b", "chave privada"],
    );
}

#[test]
fn configs_one_level_down_are_named_and_no_history_begins() {
    let folder = Folder::new();
    for name in ["sul", "norte e leste", "vazia"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    folder.write("sul/config_a", Config::new("a").text().as_bytes());
    folder.write("norte e leste/config_b", Config::new("b").text().as_bytes());
    folder.write("vazia/notas.txt", b"");
    let served = folder.serve();
    let below = |name: &str| served.dir.path().join(name).display().to_string();
    for args in [&[][..], &["--format", "json"], &["--format", "csv"]] {
        let ran = served.run(args).exited(4);
        assert_words(
            &ran.stderr,
            &[&below("sul"), &format!("'{}'", below("norte e leste"))],
        );
        assert!(!ran.stderr.contains(&below("vazia")));
    }
    let check = served.check(&["--offline"]).exited(4);
    assert_words(&check.stderr, &[&below("sul")]);
    let names: Vec<String> = fs::read_dir(served.dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("consumo"))
        .collect();
    assert_eq!(names, [""; 0]);
}

#[test]
fn a_link_that_leads_nowhere_and_a_folder_are_no_silent_loss() {
    use std::os::unix::fs::symlink;

    let served = Folder::new().client(&Config::new("a"), rows()).serve();
    fs::create_dir(served.dir.path().join("Configs")).unwrap();
    assert_eq!(served.run(&["--no-store"]).exited(0).stderr, "");
    symlink("/nonexistent", served.dir.path().join("Config_b")).unwrap();
    let document = served.json(3, &[]);
    assert_words(
        notices(&document, "config_nao_lido")[0],
        &["Config_b", "não existe"],
    );
}
