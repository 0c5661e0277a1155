//! Folders that nobody means: files without end, pipes, devices, loops, names that a terminal
//! would obey, and more clients than anybody has. Each ends at once and in words of its own, and
//! the client beside it has the figures that it has alone.

#[cfg(unix)]
use std::fs;
use std::fs::File;
use std::path::Path;

use serde_json::Value;

use crate::common::program;
#[cfg(unix)]
use crate::common::stand_in::WorldRow;
use crate::common::{
    Config, Folder, Served, assert_clean, assert_words, client, daily, failure, ran, samples,
};

/// More than any folder has.
const MANY: usize = 10_000;

fn rows() -> Vec<WorldRow> {
    daily("2026-01-01", "2026-06-16", "10.00")
}

fn healthy() -> Config {
    Config::new("bom")
}

/// A folder with a client that works.
fn folder() -> Folder {
    Folder::new().client(&healthy(), rows())
}

/// The document of a folder with hostile files, in which the healthy client has what it has alone.
#[track_caller]
fn unharmed(served: &Served, status: i32) -> Value {
    let alone = folder().serve().json(0, &[]);
    let ran = served.run(&["--format", "json"]).exited(status);
    assert_clean(&ran);
    let document = ran.json();
    let file = healthy().file;
    assert_eq!(client(&document, &file), client(&alone, &file));
    assert_eq!(document["totais"], alone["totais"]);
    document
}

/// A file of a GiB that takes no room.
fn endless(path: &Path) {
    File::create(path).unwrap().set_len(1 << 30).unwrap();
}

#[cfg(unix)]
fn pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[test]
fn a_file_of_a_gib_is_not_read() {
    let folder = folder().config(&Config::new("chave").with("key_file", "grande.pem"));
    endless(&folder.path().join("config_grande"));
    endless(&folder.path().join("grande.pem"));
    let document = unharmed(&folder.serve(), 3);
    for (file, code) in [
        ("config_grande", "config_ilegivel"),
        ("config_chave", "chave_ilegivel"),
    ] {
        let failure = failure(&document, file);
        assert_eq!(failure["codigo"], code);
        assert_words(
            failure["mensagem"].as_str().unwrap(),
            &["maior que 65536 bytes"],
        );
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_never_waited_for() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let keys: [(&str, &str, &[&str]); 7] = [
        ("pasta", "chaves", &["não é um arquivo comum"]),
        ("zero", "/dev/zero", &["não é um arquivo comum"]),
        ("tubo", "tubo.pem", &["não é um arquivo comum"]),
        ("soquete", "soquete.pem", &["não é um arquivo comum"]),
        ("elo", "elo.pem", &["não é um arquivo comum"]),
        ("volta", "volta.pem", &["link que volta a si mesmo"]),
        ("dentro", "key.pem/key.pem", &["não é uma pasta"]),
    ];
    let folder = keys.iter().fold(folder(), |folder, (id, key, _)| {
        folder.config(&Config::new(&format!("chave_{id}")).with("key_file", key))
    });
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("chaves")).unwrap();
    pipe(&at("tubo.pem"));
    let _key = UnixListener::bind(at("soquete.pem")).unwrap();
    symlink("tubo.pem", at("elo.pem")).unwrap();
    symlink("volta.pem", at("volta.pem")).unwrap();

    fs::create_dir(at("config_pasta")).unwrap();
    pipe(&at("config_tubo"));
    let _config = UnixListener::bind(at("config_soquete")).unwrap();
    symlink("/dev/zero", at("config_zero")).unwrap();
    symlink("config_tubo", at("config_elo")).unwrap();
    symlink("config_ida", at("config_volta")).unwrap();
    symlink("config_volta", at("config_ida")).unwrap();
    symlink("nada", at("config_solto")).unwrap();
    let served = folder.serve();

    let document = unharmed(&served, 3);

    let configs: [(&str, &[&str]); 3] = [
        ("ida", &["config_ida: ", "link que volta a si mesmo"]),
        ("volta", &["config_volta: ", "link que volta a si mesmo"]),
        ("solto", &["config_solto: ", "não existe"]),
    ];
    for (id, words) in configs {
        let failure = failure(&document, &format!("config_{id}"));
        assert_eq!(failure["codigo"], "config_ilegivel");
        assert_eq!(failure["cliente"], id);
        assert_words(failure["mensagem"].as_str().unwrap(), words);
    }
    for (id, key, words) in keys {
        let failure = failure(&document, &format!("config_chave_{id}"));
        assert_eq!(failure["codigo"], "chave_ilegivel", "{failure:#}");
        let message = failure["mensagem"].as_str().unwrap();
        assert_words(message, &["linha 6, key_file: ", key]);
        assert_words(message, words);
    }
    let failures = document["falhas"].as_array().unwrap();
    assert_eq!(failures.len(), configs.len() + keys.len());

    let text = served.run(&["-v"]).exited(3);
    assert_clean(&text);
    for failure in failures {
        assert_words(
            &text.stdout,
            &[
                failure["mensagem"].as_str().unwrap(),
                failure["acao"].as_str().unwrap(),
            ],
        );
    }
    // What is no config is said to be none, and is nobody's failure.
    for id in ["pasta", "tubo", "soquete", "zero", "elo"] {
        let line = format!("aviso: config_{id}: ignorado, não é um arquivo\n");
        assert_words(&text.stderr, &[&line]);
    }
}

#[cfg(unix)]
#[test]
fn a_config_that_may_not_be_read_fails() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder().config(&Config::new("fechado"));
    let path = folder.path().join("config_fechado");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        return; // Nothing is closed to this user.
    }
    let document = unharmed(&folder.serve(), 3);
    let failure = failure(&document, "config_fechado");
    assert_eq!(failure["codigo"], "config_ilegivel");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["sem permissão de leitura"],
    );
    assert_words(failure["acao"].as_str().unwrap(), &["dê leitura"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_is_wrong_usage() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(dir.path()).is_ok() {
        return; // Nothing is closed to this user.
    }
    let ran = program(&[dir.path().to_str().unwrap()]).exited(2);
    // Or it could not be removed.
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
    assert_words(&ran.stderr, &["sem permissão de leitura"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_none_is_wrong_usage() {
    use std::os::unix::fs::symlink;

    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    pipe(&at("tubo"));
    symlink("volta", at("volta")).unwrap();
    for (path, words) in [
        (at("tubo"), "não é uma pasta"),
        (Path::new("/dev/zero").to_owned(), "não é uma pasta"),
        (at("volta"), "não consigo ler a pasta"),
        (at("nada\n\u{1b}[2J\u{202e}"), "não existe"),
    ] {
        let ran = program(&[path.to_str().unwrap()]).exited(2);
        assert_eq!(ran.stdout, "");
        assert_clean(&ran);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
        assert_words(&ran.stderr, &[words]);
    }
}

#[test]
fn a_name_that_is_only_the_beginning_of_one_names_its_client() {
    let folder = folder();
    folder.write("config_", b"?");
    folder.write("config_.txt", b"?");
    let document = unharmed(&folder.serve(), 3);
    for (file, name) in [("config_", "config_"), ("config_.txt", ".txt")] {
        let failure = failure(&document, file);
        assert_eq!(failure["codigo"], "config_invalida");
        assert_eq!(failure["cliente"], name);
    }
}

/// Names of as many bytes as a file system takes; not all take bytes that are no text.
#[cfg(unix)]
fn long_names() -> Vec<std::ffi::OsString> {
    use std::os::unix::ffi::OsStringExt as _;

    let mut tails = vec![
        b"\n\nTotal 0,00\r\n".to_vec(),
        b"\x1b[2J\x1b]0;outro\x07\x1b[31m\t\x08".to_vec(),
        "\u{9b}31m\u{202e}\u{200b}\u{2028}\u{feff}\u{e0041}".into(),
    ];
    if cfg!(target_os = "linux") {
        // Two that look the same.
        tails.push(b"\xff\xfe\x1b".to_vec());
        tails.push(b"\xfe\xff\x1b".to_vec());
    }
    let named = |tail: Vec<u8>| {
        let mut name = [&b"config_"[..], &tail].concat();
        name.resize(255, b'x');
        std::ffi::OsString::from_vec(name)
    };
    tails.into_iter().map(named).collect()
}

#[cfg(unix)]
#[test]
fn a_terminal_obeys_no_name_of_a_file() {
    let names = long_names();
    let config = Config::new("longe").with("key_file", "k\u{1b}[31m\u{202e}.pem");
    let folder = folder();
    for name in &names {
        fs::write(folder.path().join(name), b"\x1b[2J\n").unwrap();
    }
    // Left by an editor, and of no use: named as well.
    fs::write(folder.path().join("config_\u{1b}[2J~"), b"").unwrap();
    let served = folder.config(&config).serve();

    let document = unharmed(&served, 3);

    let failures = document["falhas"].as_array().unwrap();
    assert_eq!(failures.len(), names.len() + 1);
    for failure in failures {
        let message = failure["mensagem"].as_str().unwrap();
        let words = match failure["codigo"].as_str().unwrap() {
            "config_invalida" => ["config_", ", linha 1: "],
            "chave_ilegivel" => ["config_longe, linha 6, key_file: ", "não existe"],
            code => panic!("{code}"),
        };
        assert_words(message, &words);
    }
    for args in [&["-v"][..], &["-v", "--lang", "en"], &["--summary"]] {
        assert_clean(&served.run(args).exited(3));
    }
    assert_clean(&served.run(&["--only", "\u{1b}[2J\n"]).exited(2));
    // A line for the leftover, and none that a name has made.
    let stderr = served.run(&[]).stderr;
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_client_is_reported_whatever_its_file_is_called() {
    for name in long_names() {
        let mut folder = Folder::new();
        folder.world.tenants.push(healthy().tenant(rows()));
        fs::write(folder.path().join(&name), healthy().text()).unwrap();
        let ran = folder.serve().run(&["--format", "json"]).exited(0);
        assert_clean(&ran);
        assert_eq!(ran.json()["clientes"][0]["consumo"], "1670");
    }
}

#[test]
#[ignore = "long"]
fn thousands_of_configs_are_each_told() {
    let many = samples(2_000, MANY);
    let folder = folder();
    let of = |n: usize| Config::new(&format!("{n:04}"));
    // Another's tenancy under a user that the service does not know: it competes with nobody.
    let repeated = |n| of(n).with("tenancy", healthy().value("tenancy"));
    let ahead = |n| of(n).with("inicio_contrato", "2026-12-01");
    for n in 0..many {
        let text = match n % 100 {
            0 => repeated(n).text(),
            1 => ahead(n).text(),
            _ => "?".to_owned(),
        };
        // After the healthy one, whose contract comes first.
        folder.write(&format!("config_n{n:04}"), text.as_bytes());
    }
    let served = folder.serve();
    let mut command = served.command();

    let ran = ran(command.args(["--format", "json"])).exited(3);

    assert_clean(&ran);
    let document = ran.json();
    assert_eq!(client(&document, "config_bom")["consumo"], "1670");
    let count = |part: &str, key: &str, value: &str| {
        let all = document[part].as_array().unwrap();
        all.iter().filter(|one| one[key] == value).count()
    };
    assert_eq!(document["resumo"]["configs"], many + 1);
    assert_eq!(
        count("falhas", "codigo", "config_invalida"),
        many / 100 * 98
    );
    assert_eq!(count("falhas", "codigo", "nao_autenticado"), many / 100);
    assert_eq!(count("clientes", "situacao", "nao_iniciado"), many / 100);
    assert_eq!(served.server.requests(), served.requests_of(&healthy()));
}
