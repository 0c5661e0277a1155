//! Ended addresses stay ended, and one folder's pages stay apart from another's.

use std::fs;
use std::path::Path;
use std::thread;

use super::folder::{Site, URL};
use crate::common::{AS_OF, Config, Folder, assert_words, daily, program, ran_now};

/// The keys in the list of addresses, sorted.
fn listed(site: &Site) -> Vec<String> {
    let links = site.links().into_iter();
    let keys = links.map(|link| {
        link[2]
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .map(str::to_owned)
    });
    let mut keys: Vec<String> = keys.map(Option::unwrap).collect();
    keys.sort();
    keys
}

/// The keys of the pages that are there, sorted.
fn present(site: &Site) -> Vec<String> {
    site.texts().into_keys().collect()
}

#[test]
fn rotations_at_once_all_count() {
    let site = Site::of_two();
    site.run(&URL).exited(0);
    let old = present(&site);
    thread::scope(|scope| {
        for client in ["Cliente a", "Cliente b", "Cliente b"] {
            let site = &site;
            scope.spawn(move || site.verb(&["rotate", client], &URL).exited(0));
        }
    });
    let new = present(&site);
    assert_eq!((new.len(), &new), (2, &listed(&site)));
    assert!(new.iter().all(|key| !old.contains(key)));
    let ini = fs::read_to_string(site.dir().join("paginas.ini")).unwrap();
    let mut numbers: Vec<&str> = ini
        .lines()
        .filter(|line| line.starts_with("rotacao"))
        .collect();
    numbers.sort_by_key(|line| line.rsplit(' ').next());
    assert!(
        numbers[0].ends_with(" 1") && numbers[1].ends_with(" 2"),
        "{ini}"
    );
    site.run(&URL).exited(0);
    assert_eq!(present(&site), new);
}

#[test]
fn chosen_clients_at_once_all_get_their_line() {
    let site = Site::of_two();
    thread::scope(|scope| {
        for client in ["config_a", "config_b", "config_a", "config_b"] {
            let args = [&URL[..], &["--no-store", "--only", client]].concat();
            let site = &site;
            scope.spawn(move || site.run(&args).exited(0));
        }
    });
    assert_eq!(site.links().len(), 2);
    assert_eq!(present(&site), listed(&site));
}

#[cfg(unix)]
mod locked {
    use std::fs::File;
    use std::process::Stdio;

    use rustix::fs::{FlockOperation, flock};

    use super::*;

    fn lock(site: &Site) -> File {
        let file = File::create(site.dir().join(".oci-consumo-paginas.lock")).unwrap();
        flock(&file, FlockOperation::LockExclusive).unwrap();
        file
    }

    #[test]
    fn an_address_that_ends_during_a_run_does_not_come_back() {
        let site = Site::of_two();
        site.run(&URL).exited(0);
        let (a, b) = (site.page_of("Cliente a").0, site.page_of("Cliente b").0);
        let lock = lock(&site);
        let mut command = site.served.command_of_today();
        command.args(["--now", "2026-06-17T06:00:00Z", "--no-store", "--pages"]);
        let output = site.web.path().join("a.csv");
        command.arg(site.pages()).args(URL).arg("-o").arg(&output);
        let run = command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut run = run.spawn().unwrap();
        // Outputs are written after the keys are read and before the pages, for which the run waits.
        while !output.exists() && run.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        let ini = site.dir().join("paginas.ini");
        let tenancy = Config::new("b").value("tenancy").to_owned();
        let start = Config::new("b").value("inicio_contrato").to_owned();
        let text = fs::read_to_string(&ini).unwrap();
        fs::write(&ini, format!("{text}rotacao = {tenancy} {start} 1\n")).unwrap();
        fs::remove_dir_all(site.pages().join(&b)).unwrap();
        drop(lock);
        assert_eq!(run.wait().unwrap().code(), Some(0));
        assert!(!site.pages().join(&b).exists());
        assert_eq!(site.page_of("Cliente a").0, a);
        assert_eq!(present(&site), listed(&site));
    }

    #[test]
    #[ignore = "long"]
    fn pages_that_another_run_writes_are_left_to_it() {
        let site = Site::of_two();
        let lock = lock(&site);
        let held = site.run(&[]).exited(1).says("Cliente a");
        assert_words(
            &held.stderr,
            &["outra execução está gravando", "execute de novo"],
        );
        assert!(!site.pages().exists());
        drop(lock);
        site.run(&[]).exited(0);
        assert_eq!(site.texts().len(), 2);
    }
}

#[test]
fn a_report_of_the_past_that_is_recorded_writes_no_page_of_the_folder_s_own() {
    let site = Site::of_two();
    site.write(
        "oci-consumo.ini",
        &format!("pages = {}\n", site.pages().display()),
    );
    let mut command = site.served.command_of_today();
    command.args(["--now", "2026-06-17T06:00:00Z", "--record"]);
    ran_now(command.args(["--as-of", "2026-06-10"])).exited(0);
    assert!(!site.pages().exists());
}

#[test]
fn pages_of_another_folder_or_a_demo_are_neither_written_nor_removed() {
    let site = Site::of_two();
    site.run(&[]).exited(0);
    let pages = site.texts();
    let mark = site.pages().join(".oci-consumo");
    let text = fs::read_to_string(&mark).unwrap();
    assert!(!text.contains(&site.secret()));
    #[cfg(unix)]
    assert_eq!(crate::common::mode(&mark), 0o644);

    let folder = Folder::new().client(&Config::new("c"), daily("2026-01-01", "2026-06-16", "7"));
    let other = Site::new(folder);
    other.run(&[]).exited(0);
    let own = other.texts();
    let there = site.pages();
    let there = ["--pages", there.to_str().unwrap()];
    let foreign = "de outro paginas.ini";
    let refused = other.served.run(&there).exited(1).says("Cliente c");
    assert_words(&refused.stderr, &[foreign]);
    let mut command = crate::common::command();
    command
        .args(["pages", "prune", "-y"])
        .arg(other.dir())
        .args(there);
    command.args(["--as-of", AS_OF]);
    let refused = crate::common::ran(&mut command).exited(2);
    assert_words(&refused.stderr, &[foreign]);
    let refused = program(&[&["demo", "--as-of", AS_OF], &there[..]].concat()).exited(1);
    assert_words(&refused.stderr, &[foreign]);
    assert_eq!(site.texts(), pages);

    let a = site.page_of("Cliente a").0;
    // A folder called like a page, without one, is somebody's; so are files beside a page.
    let hex = site.pages().join("0".repeat(32));
    fs::create_dir(&hex).unwrap();
    fs::write(hex.join("photo.jpg"), "x").unwrap();
    fs::write(site.pages().join(&a).join("note.txt"), "x").unwrap();
    fs::remove_file(site.dir().join("config_a")).unwrap();
    let removed = site.verb(&["prune", "-y"], &[]).exited(1);
    assert_words(&removed.stdout, &["Páginas apagadas: 1"]);
    assert_words(&removed.stderr, &[&a, "outros arquivos, que ficaram"]);
    assert!(!site.pages().join(&a).join("index.html").exists());
    assert!(site.pages().join(&a).join("note.txt").exists());
    assert!(hex.join("photo.jpg").exists());
    assert_eq!(site.links().len(), 1);
    assert_eq!(own, other.texts());
}

#[test]
fn a_secret_is_not_made_beside_a_list_of_addresses() {
    let site = Site::of_two();
    site.run(&URL).exited(0);
    let ini = site.dir().join("paginas.ini");
    fs::remove_file(&ini).unwrap();
    // The pages are on a disk that is not there today.
    fs::rename(site.pages(), site.web.path().join("away")).unwrap();
    let refused = site.run(&URL).exited(1).says("Cliente a");
    assert_words(&refused.stderr, &["endereços em links.csv", "backup"]);
    assert!(!ini.exists() && !site.pages().exists());
    // What is no folder cannot be listed.
    fs::remove_file(site.dir().join("links.csv")).unwrap();
    fs::write(site.pages(), "").unwrap();
    site.run(&URL).exited(1);
    assert!(!ini.exists());
}

#[test]
fn a_contract_renewed_by_another_config_has_another_address_and_the_report_says_so() {
    let site = Site::of_two();
    site.run(&URL).exited(0);
    let ended = Config::new("b").with("fim_contrato", "2026-05-31");
    site.write("config_b", &ended.text());
    let renewed = Config {
        file: "config_b2".to_owned(),
        ..Config::new("b").with("inicio_contrato", "2026-06-01")
    };
    site.write("config_b2", &renewed.text());
    let run = || {
        site.run(&[&URL[..], &["--format", "json"]].concat())
            .exited(0)
    };
    let moved = run().stdout;
    assert!(
        moved.contains("pagina_mudou") && moved.contains("config_b2"),
        "{moved}"
    );
    assert!(!run().stdout.contains("pagina_mudou"));
    assert_eq!(site.links().len(), 3);
}

#[test]
fn the_list_has_present_names_and_no_other_reader() {
    let site = Site::of_two();
    site.run(&URL).exited(0);
    let links = site.dir().join("links.csv");
    fs::rename(site.dir().join("config_b"), site.dir().join("config_z")).unwrap();
    let renamed = Config::new("b").with("cliente", "Nome novo");
    site.write("config_z", &renamed.text());
    #[cfg(unix)]
    use std::os::unix::fs::PermissionsExt as _;
    #[cfg(unix)]
    fs::set_permissions(&links, fs::Permissions::from_mode(0o644)).unwrap();
    site.run(&URL).exited(0);
    let names: Vec<String> = site
        .links()
        .iter()
        .map(|link| link[..2].join(" "))
        .collect();
    assert_eq!(names, ["Cliente a config_a", "Nome novo config_z"]);
    #[cfg(unix)]
    {
        let mode = || crate::common::mode(&links);
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&links, fs::Permissions::from_mode(0o644)).unwrap();
        site.run(&URL).exited(0);
        assert_eq!(mode(), 0o600, "of a list that stays as it is");
    }
}

#[test]
fn a_killed_run_s_files_go_and_a_file_system_s_own_stay() {
    let site = Site::of_two();
    fs::create_dir_all(site.pages().join("lost+found")).unwrap();
    let run = || site.run(&[]).exited(0);
    run();
    fs::remove_dir(site.pages().join("lost+found")).unwrap();
    let page = site.pages().join(site.page_of("Cliente a").0);
    let left = page.join(".oci-consumo-AbC123.tmp");
    fs::write(&left, "half a page").unwrap();
    run();
    assert!(!left.exists() && page.join("index.html").exists());

    // Blanks around the place are none of its name.
    let blank = format!("  {}  ", site.web.path().join("p1").display());
    site.served
        .run(&["--no-store", "--pages", &blank])
        .exited(0);
    assert!(site.web.path().join("p1").exists());
    assert!(!Path::new(&blank).exists() && !site.web.path().join("p1  ").exists());
}
