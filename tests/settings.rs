//! What a run is told besides its clients: the folder's own defaults, and addresses with credentials.

use std::fs;

use crate::common::{
    AS_OF, Config, Folder, Ran, Served, assert_untold, assert_words, command, command_over, daily,
    names, program, ran, ran_now, samples,
};

const INI: &str = "oci-consumo.ini";

fn folder() -> Folder {
    let rows = daily("2026-01-01", "2026-06-16", "12.5");
    Folder::new().client(&Config::new("a"), rows)
}

fn with_defaults(ini: &str) -> Served {
    let folder = folder();
    folder.write(INI, ini.as_bytes());
    folder.serve()
}

#[test]
fn a_folder_s_defaults_are_those_of_the_options() {
    let served = with_defaults("method = recent\nsettle-days = 5\nsurplus_percent = 33\n");
    let mut with = served.json(0, &["--no-store"]);
    let bare = folder().serve();
    let typed = ["--method", "recent", "--settle-days", "5"];
    let typed = [&typed[..], &["--surplus-percent", "33", "--no-store"]].concat();
    let mut expected = bare.json(0, &typed);
    for document in [&mut with, &mut expected] {
        let document = document.as_object_mut().unwrap();
        // Each has an address of its own.
        document.retain(|key, _| key != "gerado_em" && key != "endpoint");
    }
    assert_eq!(with, expected);
    assert_eq!(with["metodo"], "recent");
    assert_eq!(served.json(0, &["--method", "weeks"])["metodo"], "weeks");

    let mut command = command();
    command.arg("backtest").arg(served.dir.path()).args([
        "--endpoint",
        &served.server.endpoint(),
        "--as-of",
        AS_OF,
        "--format",
        "json",
        "--no-store",
    ]);
    assert_eq!(
        ran(&mut command).exited(0).json()["metodo_da_faixa"],
        "recent"
    );
}

#[test]
fn a_folder_s_language_gives_way_to_the_command_line_and_the_environment() {
    let served = with_defaults("lang = en");
    served.run(&["--no-store"]).exited(0).says("before tax");
    let portuguese = ["--no-store", "--lang", "pt-BR"];
    served.run(&portuguese).exited(0).says("antes de impostos");
    let mut here = served.command();
    here.arg("--no-store").env("OCI_CONSUMO_LANG", "pt-BR");
    ran(&mut here).exited(0).says("antes de impostos");
    // Of an error, too, and of the check.
    let ran = served.run(&["--as-of", "2099-12-31"]).exited(2);
    assert_words(&ran.stderr, &["is after today"]);
    let check = served.check(&["--offline"]);
    assert_words(&check.stdout, &["Key"]);
}

#[test]
fn a_folder_s_outputs_are_those_of_its_usual_runs() {
    let served = with_defaults("output = tudo.json\noutput: dias-{data}.csv");
    let folder = served.dir.path().to_owned();
    let files = || -> Vec<String> {
        let mut files = names(&folder);
        files.retain(|name| name.ends_with(".json") || name.ends_with(".csv"));
        files
    };
    // As of another day than today, or a look, the files of the usual run stay what they are.
    let mut earlier = served.command();
    ran_now(earlier.arg("--no-store")).exited(0);
    let mut look = served.command_of_today();
    ran(look.args(["--no-store", "--only", "a"]));
    assert_eq!(files(), [""; 0]);
    let mut usual = served.command_of_today();
    ran(usual.arg("--no-store"));
    let written = files();
    assert_eq!(written.len(), 2, "{written:?}");
    assert!(written[0].starts_with("dias-20") && written[1] == "tudo.json");

    let other = tempfile::tempdir().unwrap();
    let typed = other.path().join("typed.csv");
    fs::remove_file(folder.join("tudo.json")).unwrap();
    let mut replaced = served.command_of_today();
    ran(replaced.args(["--no-store", "-o"]).arg(&typed));
    assert!(typed.exists() && !folder.join("tudo.json").exists());
}

#[test]
fn wrong_defaults_are_refused_with_their_line() {
    for (ini, words) in [
        (
            &b"method = recent\n\njob = 3"[..],
            &["linha 3", "job", "jobs"][..],
        ),
        (b"settle_days = 61", &["linha 1", "--settle-days"]),
        (b"jobs = 0", &["linha 1", "--jobs"]),
        (b"method = nada", &["linha 1", "--method"]),
        (b"surplus_percent = 101", &["--surplus-percent"]),
        (b"lang = fr", &["--lang"]),
        (b"output = a.txt", &["--output"]),
        (b"output = https://user:senha@host/a.csv", &["--output"]),
        (b"lang = en\nlang = en", &["linha 2", "linha 1"]),
        (b"store = x", &["linha 1", "store"]),
        (b"jobs", &["linha 1"]),
        (b"\xFF\xFEl\0a\0", &["UTF-8"]),
        (&[b'#'; 100_000], &["65536"]),
    ] {
        let folder = folder();
        folder.write(INI, ini);
        let served = folder.serve();
        for ran in [served.run(&[]), served.check(&[])] {
            let ran = ran.exited(2);
            assert_words(&ran.stderr, &[INI]);
            assert_words(&ran.stderr, words);
            assert_eq!(ran.stdout, "");
            assert!(!ran.stderr.contains("senha"), "{}", ran.stderr);
        }
        assert_eq!(served.server.requests(), 0);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_the_defaults_is_not_waited_for() {
    let served = folder().serve();
    let pipe = served.dir.path().join(INI);
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    for args in [&[][..], &["--deadline", "5"]] {
        let ran = served.run(args).exited(2);
        assert_words(&ran.stderr, &[INI, "não é um arquivo comum"]);
    }
}

/// Parts of the credentials that follow.
const PARTS: [&str; 4] = ["fulano", "s3nha", "2026", "Verao"];

/// Addresses that hold them, each wrong in some way.
const ADDRESSES: [&str; 8] = [
    "https://fulano:s3nha@gw.example.com/",
    "https://fulano:s3nha@2026/Verao@gw.example.com/",
    "http://fulano:s3nha#2026@gw.example.com",
    "ftp://fulano:s3nha@gw.example.com",
    "postgres://fulano:s3nha@2026/Verao@db.example.com:1/d",
    "postgres://fulano:s3nha@2026#Verao@db.example.com:1/d",
    "mysql://fulano:s3nha@db.example.com/d",
    "sqlite://fulano:s3nha@db.example.com/d?a=b",
];

fn assert_secret(ran: &Ran) {
    assert_untold(ran, PARTS);
}

#[test]
fn no_credentials_of_an_address_are_repeated() {
    let empty = tempfile::tempdir().unwrap();
    let dir = empty.path().to_str().unwrap();
    for address in ADDRESSES {
        let joined = format!("--endpoint={address}");
        let misspelt = format!("--stroe={address}");
        for args in [
            &[dir, "--endpoint", address][..],
            &[dir, &joined],
            &["check", dir, "--endpoint", address],
            &["backtest", dir, "--endpoint", address],
            &[dir, "--store", address, "--offline"],
            &["backtest", dir, "--store", address, "--offline"],
            &[dir, &misspelt],
            &[dir, address],
            &[address],
            &["demo", address],
            &["completions", address],
            &[dir, "--lang", address],
            &[dir, "--situation", address],
            &[dir, "--jobs", address],
            &[dir, "-o", address],
            &[dir, "--what-if", address],
        ] {
            for lang in samples(&["pt-BR"][..], &["pt-BR", "en"]) {
                let mut command = command();
                command.args(args).env("OCI_CONSUMO_LANG", lang);
                let ran = ran(&mut command).exited(2);
                assert!(!ran.stderr.is_empty());
                assert_secret(&ran);
            }
        }
        for variable in [
            "OCI_CONSUMO_ENDPOINT",
            "OCI_CONSUMO_STORE",
            "OCI_CONSUMO_LANG",
        ] {
            for args in [&[dir, "--offline"][..], &["--help"]] {
                let mut command = command();
                command.args(args).env(variable, address);
                assert_secret(&ran(&mut command));
            }
        }
    }
}

/// Where nothing listens, and where the address is none, which ends the run before a request.
#[test]
#[ignore = "long"]
fn no_credentials_of_a_proxy_are_told() {
    let folder = folder();
    for (proxy, status) in [
        ("http://fulano:s3nha@127.0.0.1:1", 4),
        ("http://fulano:s3nha@2026/Verao@127.0.0.1:1", 2),
        ("http://fulano:s3nha#Verao@127.0.0.1:1", 2),
        ("fulano:s3nha@127.0.0.1:1", 4),
        ("socks5h://fulano:s3nha@127.0.0.1:1", 4),
    ] {
        for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
            for form in ["text", "json"] {
                let mut report = command_over(folder.path());
                report.args(["-v", "--no-store", "--format", form, "--retry-budget", "0"]);
                let shown = ran(report.args(["--deadline", "20"]).env(variable, proxy));
                assert_eq!(shown.status, Some(status), "{shown:?}");
                for secret in ["fulano", "s3nha", "Verao"] {
                    assert!(!shown.stdout.contains(secret), "{shown:?}");
                    assert!(!shown.stderr.contains(secret), "{shown:?}");
                }
            }
        }
    }
}

#[test]
fn a_store_in_libpq_s_words_is_shown_the_url() {
    let served = folder().serve();
    for store in ["host=db dbname=consumo", "dbname=consumo", "user = u"] {
        let ran = served.run(&["--store", store]).exited(2);
        assert_words(&ran.stderr, &["postgres://usuario@servidor/banco"]);
    }
    let encoded = served.run(&["--store", "postgres://u:x@1/y@h/d"]).exited(2);
    assert_words(&encoded.stderr, &["%40", "%2F"]);
    assert_eq!(served.server.requests(), 0);
    assert_eq!(names(served.dir.path()), ["config_a", "key.pem"]);
}

#[test]
fn a_tilde_begins_the_home() {
    let served = folder().serve();
    let home = tempfile::tempdir().unwrap();
    for (store, name) in [("~/a.db", "a.db"), ("sqlite:~/b.db", "b.db")] {
        let mut command = served.command();
        ran(command.args(["--store", store]).env("HOME", home.path())).exited(0);
        assert!(home.path().join(name).is_file(), "{store}");
    }
}

#[test]
fn a_store_is_no_output_and_no_client() {
    let served = folder().serve();
    let dir = served.dir.path();
    let path = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    let (json, client) = (path("x.json"), path("config_x"));
    let around = format!(
        "{}/../{}/x.json",
        path(""),
        dir.file_name().unwrap().display()
    );
    for (args, words) in [
        (&["--store", &json, "-o", &json][..], "saída de um -o"),
        (&["--store", &around, "-o", &json], "saída de um -o"),
        (&["--store", &client], "config_"),
        (&["--offline", "--store", &client], "config_"),
    ] {
        let ran = served.run(args).exited(2);
        assert_words(&ran.stderr, &["--store", words]);
    }
    let backtest = program(&["backtest", dir.to_str().unwrap(), "--store", &client]);
    assert_words(&backtest.exited(2).stderr, &["--store", "config_"]);
    assert_eq!(served.server.requests(), 0);
    assert_eq!(names(dir), ["config_a", "key.pem"]);

    // A link to the store would be replaced, the store would not; but the file that a link names is the store.
    #[cfg(unix)]
    {
        let link = path("link.json");
        std::os::unix::fs::symlink(&json, &link).unwrap();
        fs::write(&json, "").unwrap();
        let ran = served.run(&["--store", &link, "-o", &json]).exited(2);
        assert_words(&ran.stderr, &["saída de um -o"]);
    }
    // Elsewhere the name is nobody's.
    let other = tempfile::tempdir().unwrap();
    let elsewhere = other.path().join("config_x");
    served
        .run(&["--store", elsewhere.to_str().unwrap()])
        .exited(0);
}
