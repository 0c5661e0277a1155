//! The folder of the pages: its names, permissions, file of addresses, and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use tempfile::TempDir;

use crate::common::{
    AS_OF, Config, Folder, Ran, Served, assert_untold, assert_words, client, command, daily, names,
    program, ran,
};

/// The address of the folder of the pages, as an option.
pub const URL: [&str; 2] = ["--pages-url", "https://paginas.example.com/c/"];

/// The address of the page `key` below [`URL`].
pub fn address(key: &str) -> String {
    format!("{}{key}/", URL[1])
}

/// A folder of clients, and a place for their pages beside it.
pub struct Site {
    pub served: Served,
    pub web: TempDir,
}

impl Site {
    pub fn new(folder: Folder) -> Self {
        Self {
            served: folder.serve(),
            web: tempfile::tempdir().unwrap(),
        }
    }

    /// Two clients with two amounts.
    pub fn of_two() -> Self {
        let folder = Folder::new()
            .client(&Config::new("a"), daily("2026-01-01", "2026-06-16", "11"))
            .client(&Config::new("b"), daily("2026-01-01", "2026-06-16", "23"));
        Self::new(folder)
    }

    pub fn dir(&self) -> &Path {
        self.served.dir.path()
    }

    pub fn pages(&self) -> PathBuf {
        self.web.path().join("paginas")
    }

    /// Runs the report with `args` and the pages.
    pub fn run(&self, args: &[&str]) -> Ran {
        let pages = self.pages();
        let pages = ["--pages", pages.to_str().unwrap()];
        self.served.run(&[&pages[..], args].concat())
    }

    /// Runs a verb of `pages` over the folder, with the pages as of [`AS_OF`].
    pub fn verb(&self, words: &[&str], args: &[&str]) -> Ran {
        let mut command = command();
        command.arg("pages").args(words).arg(self.dir());
        command.arg("--pages").arg(self.pages());
        command.args(["--endpoint", &self.served.server.endpoint()]);
        ran(command.args(["--as-of", AS_OF]).args(args))
    }

    /// The digits of the secret in `paginas.ini`.
    pub fn secret(&self) -> String {
        let ini = fs::read_to_string(self.dir().join("paginas.ini")).unwrap();
        let mut lines = ini.lines();
        let digits = lines.find_map(|line| line.strip_prefix("segredo = "));
        digits.unwrap().to_owned()
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.dir().join(name), text).unwrap();
    }

    /// The pages: name of the folder, and the text.
    pub fn texts(&self) -> BTreeMap<String, String> {
        let entries = fs::read_dir(self.pages()).into_iter().flatten();
        let entries = entries.map(Result::unwrap);
        let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
        let page = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().unwrap();
            let text = fs::read_to_string(entry.path().join("index.html")).unwrap();
            (name, text)
        };
        folders.map(page).collect()
    }

    /// The folder of the page that has `word`.
    #[track_caller]
    pub fn page_of(&self, word: &str) -> (String, String) {
        let mut found = self
            .texts()
            .into_iter()
            .filter(|(_, text)| text.contains(word));
        let page = found.next().unwrap_or_else(|| panic!("no page of {word}"));
        assert!(found.next().is_none(), "two pages of {word}");
        page
    }

    pub fn links(&self) -> Vec<Vec<String>> {
        let text = fs::read(self.dir().join("links.csv")).unwrap();
        let records = csv::Reader::from_reader(&*text).into_records();
        let cells = records.map(|record| record.unwrap().iter().map(str::to_owned).collect());
        cells.collect()
    }
}

fn is_key(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| b"0123456789abcdef".contains(&byte))
}

const FILES: [&str; 5] = [
    "app.webmanifest",
    "icon-180.png",
    "icon-192.png",
    "icon-512.png",
    "index.html",
];

#[test]
fn each_customer_has_a_folder_whose_name_stays() {
    let site = Site::of_two();
    let url = ["--pages-url", "https://paginas.example.com/c"];
    let told = site.run(&url).exited(0);
    let first = site.texts();
    assert_eq!(first.len(), 2);
    for name in first.keys() {
        assert!(is_key(name), "{name}");
        assert_eq!(names(&site.pages().join(name)), FILES);
        assert_untold(&told, [name.as_str()]);
    }
    let (a, b) = (site.page_of("Cliente a").0, site.page_of("Cliente b").0);
    let links = site.links();
    assert_eq!(
        links[0],
        ["Cliente a", "config_a", &*address(&a), AS_OF, ""]
    );
    assert_eq!(
        links[1],
        ["Cliente b", "config_b", &*address(&b), AS_OF, ""]
    );

    site.run(&[&url[..], &["--as-of", "2026-06-18"]].concat())
        .exited(0);
    assert_eq!(
        site.texts().keys().collect::<Vec<_>>(),
        first.keys().collect::<Vec<_>>()
    );
    assert_ne!(site.texts(), first, "of another day");
    assert_eq!(site.links(), links, "made once");
    // Without an address there is the path, and the same page is no news.
    let told = site.run(&["--format", "json"]).exited(0);
    assert!(!told.stdout.contains("pagina_mudou"), "{}", told.stdout);
    assert!(site.links()[0][2].ends_with(&format!("paginas/{a}/index.html")));

    // The chosen client alone; the other's line stays.
    let before = site.texts();
    site.run(&["--only", "Cliente a", "--as-of", "2026-06-15"])
        .exited(0);
    assert_ne!(site.texts()[&a], before[&a]);
    assert_eq!(site.texts()[&b], before[&b]);
    assert_eq!(site.links().len(), 2);
}

#[cfg(unix)]
#[test]
fn a_web_server_reads_the_pages_and_lists_none() {
    use std::os::unix::fs::MetadataExt as _;

    use crate::common::mode;

    let site = Site::of_two();
    // A folder that is there and empty gets the permissions, too.
    fs::create_dir(site.pages()).unwrap();
    site.run(&[]).exited(0);
    let key = site.page_of("Cliente a").0;
    let page = site.pages().join(&key);
    let assert_modes = |folder: u32, file: u32| {
        assert_eq!(mode(&site.pages()), 0o711);
        assert_eq!(mode(&page), folder);
        for name in FILES {
            assert_eq!(mode(&page.join(name)), file, "{name}");
        }
    };
    assert_modes(0o755, 0o644);
    for name in ["paginas.ini", "links.csv"] {
        assert_eq!(mode(&site.dir().join(name)), 0o600, "{name}");
        assert!(!site.pages().join(name).exists());
    }
    let group = fs::metadata(&page).unwrap().gid().to_string();
    site.run(&["--pages-group", &group]).exited(0);
    assert_modes(0o750, 0o640);
    assert_eq!(
        fs::metadata(page.join("index.html"))
            .unwrap()
            .gid()
            .to_string(),
        group
    );
    site.run(&[]).exited(0);
    assert_modes(0o755, 0o644);

    let told = site.run(&["--pages-group", "nao-existe-1"]).exited(1);
    told.says("Cliente a");
    let told = site.run(&["--pages-group", "nao-existe-1"]);
    assert_words(
        &told.stderr,
        &["--pages-group não existe", "as páginas não foram gravadas"],
    );
    // The web server's files are nobody else's to replace.
    let other = site.pages().join(site.page_of("Cliente b").0);
    fs::remove_dir_all(&other).unwrap();
    std::os::unix::fs::symlink(site.web.path(), &other).unwrap();
    let told = site.run(&[]).exited(1);
    assert_words(
        &told.stderr,
        &["a página de Cliente b não foi gravada", "há um link"],
    );
    assert_untold(&told, [key.as_str()]);
    assert!(!site.web.path().join("index.html").exists());
}

#[test]
fn a_failed_client_keeps_yesterday_s_page() {
    let site = Site::of_two();
    site.run(&[]).exited(0);
    let (a, b) = (site.page_of("Cliente a").0, site.page_of("Cliente b").0);
    let yesterday = site.texts();
    let config = Config::new("b");
    let keeps = |config: &Config, more: Option<&Config>| {
        site.write("config_b", &config.text());
        if let Some(more) = more {
            site.write(&more.file, &more.text());
        }
        site.run(&["--as-of", "2026-06-18"]).exited(3);
        let texts = site.texts();
        assert_eq!(texts.len(), 2);
        assert_eq!(texts[&b], yesterday[&b]);
        assert_ne!(texts[&a], yesterday[&a]);
        assert_eq!(site.links().len(), 2);
    };
    // A config that cannot be read, one that waits for its key, one that another overlaps.
    keeps(&config.clone().with("credito", "150.000"), None);
    keeps(&config.clone().without("user").without("fingerprint"), None);
    let rival = config.clone().with("credito", "7");
    let rival = Config {
        file: "config_c".to_owned(),
        ..rival
    };
    keeps(&config, Some(&rival));
}

#[test]
fn a_customer_without_data_has_a_page_without_figures() {
    let folder = Folder::new().client(&Config::new("vazio"), Vec::new());
    let site = Site::new(folder);
    let document = site.run(&["--format", "json"]).exited(3).json();
    assert_eq!(client(&document, "config_vazio")["situacao"], "sem_dados");
    let (_, text) = site.page_of("Cliente vazio");
    assert!(!text.contains("R$"), "{text}");
}

#[test]
fn a_renewed_contract_has_another_address_and_the_report_says_so_once() {
    let site = Site::of_two();
    site.run(&[]).exited(0);
    let old = site.page_of("Cliente b").0;
    let renewed = Config::new("b").with("inicio_contrato", "2026-02-01");
    site.write("config_b", &renewed.text());
    let document = site.run(&["--format", "json"]).exited(0).json();
    assert_eq!(document["avisos"][0]["codigo"], "pagina_mudou");
    let message = document["avisos"][0]["mensagem"].as_str().unwrap();
    assert_words(message, &["config_b", "links.csv", "pages prune"]);
    assert!(!message.contains("config_a"));
    assert_eq!(site.texts().len(), 3, "the old page stays");
    assert!(!site.links()[1][2].contains(&old));
    let again = site.run(&["--format", "json"]).exited(0).json();
    assert_eq!(again["avisos"], serde_json::json!([]));
}

#[test]
fn the_secret_is_made_once_and_never_anew_beside_pages() {
    let site = Site::of_two();
    let ini = site.dir().join("paginas.ini");
    // Runs side by side make one.
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| site.run(&["--no-store"]).exited(0));
        }
    });
    assert_eq!(site.texts().len(), 2);
    let secret = fs::read_to_string(&ini).unwrap();

    // Lost, the report is right and the pages stay.
    let pages = site.texts();
    fs::remove_file(&ini).unwrap();
    let lost = site
        .run(&["--as-of", "2026-06-18"])
        .exited(1)
        .says("Cliente a");
    assert_words(
        &lost.stderr,
        &["paginas.ini não está ao lado dos configs", "backup"],
    );
    assert!(!ini.exists());
    assert_eq!(site.texts(), pages);

    for (text, words) in [
        ("", "não tem a linha segredo"),
        ("segredo = 12", "a linha 1 de paginas.ini"),
    ] {
        fs::write(&ini, text).unwrap();
        #[cfg(unix)]
        close(&ini, 0o600);
        let refused = site.run(&[]).exited(1);
        assert_words(&refused.stderr, &[words]);
        assert_eq!(fs::read_to_string(&ini).unwrap(), text);
    }
    fs::write(&ini, &secret).unwrap();
    #[cfg(unix)]
    {
        close(&ini, 0o640);
        let exposed = site.run(&[]).exited(1);
        assert_words(&exposed.stderr, &["0640", "chmod 600 paginas.ini"]);
        close(&ini, 0o600);
    }
    let whole = site.run(&["-v"]).exited(0);
    let digits = site.secret();
    assert_eq!(digits.len(), 64);
    assert_untold(&whole, [&*digits, &digits[..20]]);
    assert_eq!(site.texts().len(), 2);
}

#[cfg(unix)]
fn close(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_a_web_server_must_not_show_is_not_in_the_folder_of_the_pages() {
    let site = Site::of_two();
    let dir = site.dir().to_str().unwrap().to_owned();
    let above = site.dir().parent().unwrap().to_str().unwrap().to_owned();
    let pages = site.pages().to_str().unwrap().to_owned();
    let inside = |name: &str| format!("{pages}/{name}");
    let among = "a pasta das páginas é a dos clientes";
    fs::create_dir(&pages).unwrap();
    for (args, words) in [
        (&["--pages", &dir][..], among),
        (&["--pages", &format!("{dir}/paginas")], among),
        (&["--pages", &above], among),
        (
            &["--pages", &pages, "-o", &inside("a.csv")],
            "pasta das páginas",
        ),
        (
            &["--pages", &pages, "--store", &inside("c.db")],
            "pasta das páginas",
        ),
        (
            &["--pages", &pages, "--what-if", "+5%"],
            "use --what-if sem --pages",
        ),
        (
            &["--pages", &pages, "--pages-url", "http://a.example/"],
            "use https",
        ),
        (
            &["--pages", &pages, "--pages-url", "a.example"],
            "--pages-url",
        ),
        (&["--pages", "https://b.example/x"], "outra URL não serve"),
        (&["--pages", "oci://b/x"], "falta o namespace"),
        (&["--pages", &pages, "--contact", &"x".repeat(201)], "200"),
        (&["--pages", &pages, "--pages-group", "a b"], "grupo"),
        (&["--pages-group", "www-data"], "falta a pasta das páginas"),
        (&["--pages", &pages, "--no-pages"], "não pode ser usada com"),
    ] {
        let ran = site.served.run(args).exited(2);
        assert_words(&ran.stderr, &[words]);
        assert_eq!(
            (ran.stdout.as_str(), names(&site.pages())),
            ("", Vec::new()),
            "{args:?}"
        );
    }
    assert!(!site.dir().join("paginas.ini").exists());
    // A folder with other files is somebody's, and its permissions stay.
    fs::write(inside("robots.txt"), "").unwrap();
    let ran = site.run(&[]).exited(1);
    assert_words(&ran.stderr, &["outros arquivos e nenhuma página"]);
    assert_eq!(names(&site.pages()), ["robots.txt"]);
}

#[test]
fn a_folder_s_own_pages_are_those_of_its_usual_runs() {
    let site = Site::of_two();
    let pages = site.pages();
    let ini = format!(
        "pages = {}\npages_url = https://paginas.example.com/\ncontact = Ana, ramal 12\n",
        pages.display()
    );
    site.write("oci-consumo.ini", &ini);
    let run = |args: &[&str]| site.served.run(&[&["--no-store"], args].concat());
    for args in [
        &["--method", "recent"][..],
        &["--as-of", "2026-06-10"],
        &["--no-pages"],
        &["--no-pages", "--what-if", "+5%"],
    ] {
        let mut command = site.served.command_of_today();
        command.args(["--now", "2026-06-17T06:00:00Z", "--no-store"]);
        crate::common::ran_now(command.args(args)).exited(0);
        assert!(!pages.exists(), "{args:?}");
    }
    let refused = run(&["--what-if", "+5%"]).exited(2);
    assert_words(&refused.stderr, &["oci-consumo.ini", "--no-pages"]);

    run(&["--only", "Cliente a"]).exited(0);
    assert_eq!(site.texts().len(), 1);
    run(&[]).exited(0);
    assert_eq!(site.texts().len(), 2);
    assert!(site.page_of("Cliente a").1.contains("Ana, ramal 12"));
    assert!(site.links()[0][2].starts_with("https://paginas.example.com/"));
    for (line, words) in [
        (
            "pages_url = http://a.example",
            &["linha 1", "--pages-url"][..],
        ),
        ("contact = ", &[]),
        ("pages_group = a b", &["linha 1", "--pages-group"]),
    ] {
        site.write("oci-consumo.ini", line);
        let ran = run(&[]).exited(if words.is_empty() { 0 } else { 2 });
        assert_words(&ran.stderr, words);
    }
}

#[test]
#[ignore = "long"]
fn a_rehearsal_of_alerts_writes_no_page_and_a_demo_keeps_no_list() {
    let site = Site::of_two();
    site.write(
        "alertas.ini",
        "[operador]\nemail = noc@p.example\n[email]\nde = a@p.example\npor = smtp://127.0.0.1:9\n",
    );
    #[cfg(unix)]
    close(&site.dir().join("alertas.ini"), 0o600);
    let alert = |args: &[&str]| {
        let mut command = command();
        command
            .arg("alert")
            .arg(site.dir())
            .arg("--pages")
            .arg(site.pages());
        command.args([
            "--endpoint",
            &site.served.server.endpoint(),
            "--as-of",
            AS_OF,
        ]);
        ran(command.args(args))
    };
    alert(&["--dry-run"]).exited(0);
    assert!(!site.pages().exists());
    alert(&[]);
    assert_eq!(site.texts().len(), 2);

    let web = tempfile::tempdir().unwrap();
    let pages = web.path().join("demo");
    let pages = pages.to_str().unwrap();
    let demo = [
        "demo", "--as-of", AS_OF, "--only", "padaria", "--pages", pages,
    ];
    program(&demo).exited(0);
    let folders = names(Path::new(pages));
    assert_eq!(folders.len(), 2);
    assert_eq!(folders[0], ".oci-consumo");
    let page = Path::new(pages).join(&folders[1]).join("index.html");
    assert!(fs::read_to_string(page).unwrap().contains("SIMULAD"));
    assert_eq!(names(web.path()), ["demo"]);
    let url = [&demo[..], &["--pages-url", "https://a.example/"]].concat();
    assert_words(&program(&url).exited(2).stderr, &["links.csv"]);
}
