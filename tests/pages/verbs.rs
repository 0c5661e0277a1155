//! `pages rotate`, `pages prune` and `pages show`.

use std::fs;
use std::path::Path;

use super::folder::{Site, URL, address};
use crate::common::{AS_OF, Config, assert_untold, assert_words, command, ran};

#[test]
fn a_rotated_page_is_at_its_new_address_at_once() {
    let site = Site::of_two();
    let unknown = site.verb(&["rotate", "Cliente b"], &[]).exited(2);
    assert_words(&unknown.stderr, &["ainda não tem página"]);
    site.run(&URL).exited(0);
    let (a, old) = (site.page_of("Cliente a").0, site.page_of("Cliente b"));
    let secret = site.secret();

    let ran = site.verb(&["rotate", "cliente B"], &URL).exited(0);
    let new = site.page_of("Cliente b");
    assert_ne!(new.0, old.0);
    assert_eq!(new.1, old.1, "the page moves");
    assert!(!site.pages().join(&old.0).exists());
    let address = address(&new.0);
    assert_words(&ran.stdout, &[&address, "O endereço antigo acabou"]);
    assert_eq!(site.links()[1][2], address);
    assert_untold(&ran, [secret.as_str()]);

    // The next run writes there, and has no news.
    let document = site.run(&[&URL[..], &["--format", "json"]].concat());
    assert_eq!(document.exited(0).json()["avisos"], serde_json::json!([]));
    assert_eq!(site.texts().len(), 2);
    assert!(site.texts().contains_key(&a) && site.texts().contains_key(&new.0));

    // The list knows a page that is not in the folder: its address has not ended.
    fs::remove_dir_all(site.pages().join(&new.0)).unwrap();
    let links = site.links();
    let ini = fs::read(site.dir().join("paginas.ini")).unwrap();
    let ran = site.verb(&["rotate", "config_b"], &URL).exited(1);
    assert_words(&ran.stderr, &["o endereço não mudou", &address]);
    assert_eq!(site.links(), links);
    assert_eq!(fs::read(site.dir().join("paginas.ini")).unwrap(), ini);
    // Without a page there is an address all the same.
    fs::remove_file(site.dir().join("links.csv")).unwrap();
    let ran = site
        .verb(&["rotate", "config_b", "--lang", "en"], &URL)
        .exited(0);
    assert_words(&ran.stdout, &["the next run with --pages writes it"]);
    for (word, words) in [
        ("Cliente", &["config_a", "config_b"][..]),
        ("ninguém", &["nenhum cliente"]),
    ] {
        let ran = site.verb(&["rotate", word], &[]).exited(2);
        assert_words(&ran.stderr, words);
    }
    site.write(
        "config_b",
        &Config::new("b").with("credito", "150.000").text(),
    );
    let ran = site.verb(&["rotate", "config_b"], &[]).exited(4);
    assert_words(&ran.stderr, &["config_b", "credito"]);
    let mut nowhere = command();
    nowhere.args(["pages", "rotate", "a"]).arg(site.dir());
    let ran = self::ran(&mut nowhere);
    assert_words(&ran.exited(2).stderr, &["falta a pasta das páginas"]);
}

#[test]
fn pages_of_clients_who_left_are_removed_only_when_told() {
    let site = Site::of_two();
    assert_words(
        &site.verb(&["prune"], &[]).exited(0).stdout,
        &["Toda página"],
    );
    site.run(&URL).exited(0);
    let (a, b) = (site.page_of("Cliente a").0, site.page_of("Cliente b").0);
    assert_words(
        &site.verb(&["prune", "--yes"], &[]).exited(0).stdout,
        &["Toda página"],
    );

    // A config that is wrong today is no client who left.
    site.write(
        "config_b",
        &Config::new("b").with("credito", "150.000").text(),
    );
    assert_words(
        &site.verb(&["prune", "--yes"], &[]).exited(0).stdout,
        &["Toda página"],
    );
    assert_eq!(site.texts().len(), 2);
    let links = fs::read(site.dir().join("links.csv")).unwrap();
    fs::remove_file(site.dir().join("links.csv")).unwrap();
    let unsure = site.verb(&["prune", "--yes"], &[]).exited(3);
    assert_words(&unsure.stderr, &["nada foi apagado", "config_b"]);
    fs::write(site.dir().join("links.csv"), links).unwrap();
    // Nor is one whose file has another name.
    fs::rename(site.dir().join("config_b"), site.dir().join("Config-b")).unwrap();
    let unsure = site.verb(&["prune", "--yes"], &[]).exited(3);
    assert_words(&unsure.stderr, &["nada foi apagado", "Config-b"]);
    assert_eq!(site.texts().len(), 2);

    fs::remove_file(site.dir().join("Config-b")).unwrap();
    let listed = site.verb(&["prune"], &[]).exited(0);
    assert_words(&listed.stdout, &[&b, "Cliente b"]);
    assert_words(&listed.stderr, &["--yes"]);
    assert!(!listed.stdout.contains(&a));
    assert_eq!(site.texts().len(), 2);
    // What is no page stays, and a link is not followed.
    fs::write(site.pages().join("robots.txt"), "").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(site.dir(), site.pages().join("0".repeat(32))).unwrap();
    let removed = site.verb(&["prune", "-y", "--lang", "en"], &[]).exited(0);
    assert_words(&removed.stdout, &["Pages removed: 1"]);
    assert!(!site.pages().join(&b).exists() && site.pages().join(&a).exists());
    assert!(site.pages().join("robots.txt").exists() && site.dir().join("config_a").exists());
    assert_eq!(site.links().len(), 1);

    fs::remove_file(site.dir().join("paginas.ini")).unwrap();
    let lost = site.verb(&["prune", "--yes"], &[]).exited(2);
    assert_words(&lost.stderr, &["paginas.ini"]);
    assert!(site.pages().join(&a).exists());
}

#[test]
fn a_page_is_shown_before_its_hand_over() {
    let site = Site::of_two();
    let to = site.web.path().join("olhar");
    let show = |args: &[&str]| {
        let _ = fs::remove_dir_all(&to);
        let to = ["--to", to.to_str().unwrap()];
        site.verb(&["show", "Cliente b"], &[&to[..], args].concat())
    };
    let ran = show(&[]).exited(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 5, "{}", ran.stdout);
    let page = fs::read_to_string(lines[0]).unwrap();
    assert!(Path::new(lines[0]).starts_with(&to) && page.contains("Cliente b"));
    assert!(!page.contains("Cliente a"));
    assert!(lines[2].starts_with("Cliente b:") && lines[4].contains("17/06/2026"));
    assert!(!site.pages().exists(), "nothing is published");
    assert!(!site.dir().join("paginas.ini").exists());

    site.run(&URL).exited(0);
    let page = site.page_of("Cliente b");
    let address = address(&page.0);
    // An address without its page is not to be sent.
    fs::remove_dir_all(site.pages().join(&page.0)).unwrap();
    let ran = show(&URL).exited(0);
    assert_words(&ran.stderr, &["ainda não está em", &address]);
    assert!(!ran.stdout.contains(&address));
    site.run(&URL).exited(0);
    let ran = show(&[&URL[..], &["--lang", "en"]].concat()).exited(0);
    assert_eq!(ran.stdout.lines().nth(3), Some(address.as_str()));
    #[cfg(unix)]
    assert_eq!(crate::common::mode(&to.join("index.html")), 0o600);
    // A folder that is somebody's is not written into.
    let before = fs::read(to.join("index.html")).unwrap();
    for (place, words) in [
        (to.clone(), "a pasta de --to não está vazia"),
        (site.pages(), "a das páginas"),
        (site.pages().join("x"), "a das páginas"),
        (site.dir().to_owned(), "é a dos clientes"),
        (site.dir().join("x"), "é a dos clientes"),
    ] {
        let args = ["--to", place.to_str().unwrap()];
        let refused = site.verb(&["show", "Cliente b"], &args).exited(2);
        assert_words(&refused.stderr, &[words]);
    }
    assert_eq!(fs::read(to.join("index.html")).unwrap(), before);
    assert!(!site.dir().join("index.html").exists());
    // Of a folder without pages too, in a folder of its own.
    let mut own = command();
    own.args(["pages", "show", "config_a"]).arg(site.dir());
    own.args([
        "--endpoint",
        &site.served.server.endpoint(),
        "--as-of",
        AS_OF,
    ]);
    own.env("TMPDIR", site.web.path());
    let ran = self::ran(&mut own).exited(0);
    let page = fs::read_to_string(ran.stdout.lines().next().unwrap()).unwrap();
    assert!(page.contains("Cliente a"));
    site.write(
        "config_b",
        &Config::new("b").with("credito", "150.000").text(),
    );
    assert_words(&show(&[]).exited(4).stderr, &["config_b", "credito"]);
}
