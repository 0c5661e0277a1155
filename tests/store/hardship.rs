//! Killed runs, runs side by side, and stores that cannot be used.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use calamine::{Reader as _, Xlsx, open_workbook_from_rs};
use fastrand::Rng;
use serde_json::Value;

use super::views::query;
use super::{Engine, on_each_engine, wait};
use crate::common::{
    Config, Folder, Ran, Served, assert_clean, assert_words, daily, program, ran, samples,
};

fn two() -> Served {
    let mut folder = Folder::new();
    for (id, amount) in [("a", "10.01"), ("b", "-3.5")] {
        let config = Config::new(id).with("inicio_contrato", "2026-04-01");
        folder = folder.client(&config, daily("2026-04-01", "2026-06-16", amount));
    }
    folder.serve()
}

/// The figures of a run, without when it was.
fn figures(served: &Served, args: &[&str]) -> Value {
    let ran = served
        .run(&[&["--format", "json", "--daily"], args].concat())
        .exited(0);
    let mut document = ran.json();
    document["gerado_em"] = Value::Null;
    document
}

/// The program, at work.
fn begin(served: &Served, args: &[&str]) -> Child {
    let mut command = served.command();
    command
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

/// What an engine finds wrong with a store.
fn faults_of(store: &str) -> Vec<Vec<Option<String>>> {
    if store.starts_with("postgres") {
        // A server answers for itself; what this program wrote must be whole.
        query(
            store,
            "SELECT CAST(id AS TEXT) FROM execucao WHERE terminada_em IS NULL AND id IN (SELECT execucao FROM demonstrativo)",
        )
    } else {
        let mut found = query(store, "PRAGMA integrity_check");
        found.retain(|row| row[0].as_deref() != Some("ok"));
        found.extend(query(store, "SELECT CAST(id AS TEXT) FROM execucao WHERE terminada_em IS NULL AND id IN (SELECT execucao FROM demonstrativo)"));
        found
    }
}

#[test]
#[ignore = "long"]
fn a_run_that_is_killed_at_any_moment_leaves_the_store_whole() {
    let served = two();
    let expected = figures(&served, &["--no-store"]);
    on_each_engine(|store| {
        let (store, mut rng) = (&store(), Rng::with_seed(7));
        let folder = tempfile::tempdir().unwrap();
        let paths = ["x.json", "x.csv", "x.xlsx"].map(|name| folder.path().join(name));
        let outputs = paths.iter().flat_map(|path| ["-o", at(path)]);
        let outputs: Vec<&str> = outputs.chain(["--table", "days"]).collect();
        let begun = Instant::now();
        assert_eq!(figures(&served, &["--store", store]), expected);
        let whole = begun.elapsed();
        for n in 0..samples(5, 50) {
            // Files take longer than all the rest.
            let files = if n % 5 == 0 { &outputs[..] } else { &[] };
            let mut child = begin(
                &served,
                &[&["--store", store, "--refetch", "--daily"], files].concat(),
            );
            // At any moment of a run, and now and then after it.
            thread::sleep(whole.mul_f64(1.1 * rng.f64()));
            child.kill().unwrap();
            child.wait().unwrap();
            assert_eq!(faults_of(store), Vec::<Vec<_>>::new(), "kill {n}");
            paths.iter().for_each(|path| assert_whole(path, &expected));
            assert_eq!(figures(&served, &["--store", store]), expected, "kill {n}");
        }
        assert_eq!(
            figures(&served, &["--store", store, "--offline"])["totais"],
            expected["totais"]
        );
    });
}

/// A file that is there is whole.
#[track_caller]
fn assert_whole(path: &Path, expected: &Value) {
    let Ok(bytes) = fs::read(path) else { return };
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("json") => {
            let document = crate::common::document(str::from_utf8(&bytes).unwrap());
            assert_eq!(document["clientes"], expected["clientes"]);
        }
        Some("csv") => {
            let lines = str::from_utf8(&bytes).unwrap().lines().count();
            // The contracts' 275 days, two of them in two rows, and the head.
            assert_eq!((lines, bytes.last()), (2 * (275 + 2) + 1, Some(&b'\n')));
        }
        _ => {
            let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
            assert_eq!(
                book.worksheet_range("Diário").unwrap().height(),
                2 * (275 + 2) + 1
            );
        }
    }
}

#[test]
fn a_store_whose_making_is_killed_is_made_by_the_next_run() {
    let served = two();
    let expected = figures(&served, &["--no-store"]);
    let mut rng = Rng::with_seed(11);
    for _ in 0..samples(2, 12) {
        let store = Engine::Sqlite.store().unwrap();
        let mut child = begin(&served, &["--store", &store]);
        thread::sleep(Duration::from_micros(rng.u64(0..30_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(figures(&served, &["--store", &store]), expected);
        assert_eq!(faults_of(&store), Vec::<Vec<_>>::new());
    }
}

#[test]
fn two_runs_at_once_come_to_the_same() {
    let served = two();
    let expected = figures(&served, &["--no-store"]);
    on_each_engine(|store| {
        let store = &store();
        for n in 0..samples(3, 25) {
            // The first pair makes the store; later ones write all of it, or what is young.
            let all = if n % 2 == 0 { "--refetch" } else { "--daily" };
            let other = begin(&served, &["--store", store, "--refetch"]);
            assert_eq!(
                figures(&served, &["--store", store, all]),
                expected,
                "pair {n}"
            );
            assert!(
                other.wait_with_output().unwrap().status.success(),
                "pair {n}"
            );
            assert_eq!(faults_of(store), Vec::<Vec<_>>::new(), "pair {n}");
        }
        let unfinished = query(
            store,
            "SELECT CAST(COUNT(*) AS TEXT) FROM execucao WHERE terminada_em IS NULL",
        );
        assert_eq!(unfinished, [[Some("0".to_owned())]]);
    });
}

/// A run with a store that is of no use: its figures, and its one notice in text, document and on stderr.
#[track_caller]
fn made_without(served: &Served, store: &str, words: &[&str]) {
    let mut document = figures(served, &["--store", store]);
    let notices = document["avisos"].take();
    document["avisos"] = Value::Array(Vec::new());
    assert_eq!(document, figures(served, &["--no-store"]));
    assert_eq!(notices.as_array().unwrap().len(), 1, "{notices}");
    assert_eq!(notices[0]["codigo"], "sem_armazenamento");
    assert_words(notices[0]["mensagem"].as_str().unwrap(), words);
    let text = served.run(&["--store", store]).exited(0);
    assert_words(&text.stdout, words);
    assert_eq!(text.stderr, "");
    assert_clean(&text);
    let none = served
        .run(&["--store", store, "--format", "none"])
        .exited(0);
    assert_words(&none.stderr, words);
    assert_clean(&none);
    let english = served.run(&["--store", store, "--lang", "en"]).exited(0);
    assert_words(
        &english.stdout,
        &["without the history in", "the service alone"],
    );
    assert_eq!(served.run(&["--store", store, "-q"]).exited(0).stderr, "");
    served.run(&["--store", store, "--offline"]).exited(2);
}

fn at(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_damaged_file_is_told_of_and_left_as_it_is() {
    let served = two();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    fs::write(
        &path,
        "This is no database, though it is long enough to be one.\n".repeat(200),
    )
    .unwrap();
    let before = fs::read(&path).unwrap();

    made_without(&served, at(&path), &["danificado", "x.db"]);

    assert_eq!(fs::read(&path).unwrap(), before);
    // Its beginning is one.
    let whole = folder.path().join("y.db");
    figures(&served, &["--store", at(&whole)]);
    let mut bytes = fs::read(&whole).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(&whole, bytes).unwrap();
    made_without(&served, at(&whole), &["danificado", "y.db"]);
}

#[test]
fn a_store_of_a_newer_program_is_never_touched() {
    let served = two();
    on_each_engine(|store| {
        let store = &store();
        figures(&served, &["--store", store]);
        query(
            store,
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 99, 'amanha', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        );
        let before = (!store.starts_with("postgres")).then(|| fs::read(store).unwrap());

        made_without(&served, store, &["mais novo", "99", "não foi tocado"]);

        assert_eq!(
            before,
            (!store.starts_with("postgres")).then(|| fs::read(store).unwrap())
        );
        let runs = query(store, "SELECT CAST(COUNT(*) AS TEXT) FROM execucao");
        assert_eq!(runs, [[Some("1".to_owned())]]);
    });
}

#[test]
#[ignore = "long"]
fn a_place_that_is_none_is_told_of() {
    let served = two();
    let nowhere = served.dir.path().join("nada/aqui.db");
    made_without(&served, at(&nowhere), &["não existe", "aqui.db"]);
    made_without(&served, at(served.dir.path()), &["O que fazer"]);
    // Nobody listens there, and the password is nobody's business.
    let url = "postgres://u:geheim@127.0.0.1:1/consumo";
    made_without(
        &served,
        url,
        &["postgres://127.0.0.1:1/consumo", "o servidor não atende"],
    );
    for args in [
        ["--store", url],
        ["--store", "mysql://u:geheim@h/d"],
        ["--store", "postgres://u:geheim@h:p/d"],
    ] {
        let ran = served
            .run(&[&args[..], &["-v", "--offline"]].concat())
            .exited(2);
        assert!(
            !format!("{}{}", ran.stdout, ran.stderr).contains("geheim"),
            "{}",
            ran.stderr
        );
    }
    let help = program(&["--help"]).exited(0);
    assert!(help.stdout.contains("OCI_CONSUMO_STORE"));
    let mut told = served.command();
    told.env("OCI_CONSUMO_STORE", "mysql://u:geheim@h/d")
        .arg("--help");
    assert!(!ran(&mut told).stdout.contains("geheim"));
}

#[test]
fn the_store_is_its_user_s_alone_and_said_once() {
    let served = two();
    let path = served.dir.path().join("consumo.db");

    let first = served.run(&[]).exited(0);
    let second = served.run(&[]).exited(0);

    assert!(
        first
            .stderr
            .contains(&format!("histórico em {}", path.display())),
        "{}",
        first.stderr
    );
    assert_eq!(second.stderr, "");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let left: Vec<PathBuf> = fs::read_dir(served.dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| at(path).contains("consumo"))
        .collect();
    assert_eq!(left, [path]);
    assert!(
        !served
            .run(&["--no-store"])
            .exited(0)
            .stderr
            .contains("histórico")
    );
}

#[test]
fn the_environment_may_say_where_it_is() {
    let served = two();
    let path = served.dir.path().join("outro.db");
    let mut command = served.command();
    command.env("OCI_CONSUMO_STORE", format!("sqlite:{}", path.display()));

    let run = ran(&mut command).exited(0);

    assert!(
        path.exists() && !served.dir.path().join("consumo.db").exists(),
        "{}",
        run.stderr
    );
    let mut empty = served.command();
    empty.env("OCI_CONSUMO_STORE", "").arg("--no-store");
    ran(&mut empty).exited(0);
}

/// The program over this folder as a user who may read it and not write.
#[cfg(unix)]
fn as_a_reader(served: &Served, args: &[&str]) -> Ran {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    let mode = |mode| {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(served.dir.path(), permissions).unwrap();
    };
    let usual = served.command();
    let mut program = PathBuf::from(usual.get_program());
    if super::is_root() {
        // Whoever reads this folder may not reach that of the program.
        program = served.dir.path().join("program");
        // A process of its own copies: a file that this one has open for writing while another test starts a
        // program cannot be executed.
        let copied = Command::new("cp")
            .arg(usual.get_program())
            .arg(&program)
            .status();
        assert!(copied.unwrap().success());
    }
    let mut command = Command::new(&program);
    command
        .args(usual.get_args())
        .args(["--format", "json", "--daily"])
        .args(args)
        .env_clear()
        .envs(
            usual
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .stdin(Stdio::null());
    mode(0o555);
    if super::is_root() {
        // Who is root may write anything; who is nobody, nothing.
        command.uid(65_534).gid(65_534);
    }
    let ran = ran(&mut command);
    mode(0o755);
    ran
}

#[cfg(unix)]
#[test]
fn a_folder_or_a_file_that_may_not_be_written_is_gone_without() {
    use std::os::unix::fs::PermissionsExt as _;
    let served = two();
    let expected = figures(&served, &["--no-store"]);
    let check = |words: &[&str]| {
        let mut document = as_a_reader(&served, &[]).exited(0).json();
        let notices = document["avisos"].take();
        assert_eq!(notices.as_array().unwrap().len(), 1);
        assert_eq!(notices[0]["codigo"], "nao_armazenado");
        assert_words(notices[0]["mensagem"].as_str().unwrap(), words);
        document["avisos"] = Value::Array(Vec::new());
        document["gerado_em"] = Value::Null;
        assert_eq!(document, expected);
    };
    check(&["consumo.db", "permissão de escrita"]);
    assert!(!served.dir.path().join("consumo.db").exists());

    // One that is there and may be read only.
    figures(&served, &[]);
    let path = served.dir.path().join("consumo.db");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    check(&["consumo.db", "não pode ser escrito"]);
    let offline = as_a_reader(&served, &["--offline"]).exited(0).json();
    assert_eq!(offline["totais"], expected["totais"]);
}

#[test]
fn a_database_that_others_hold_is_waited_for() {
    let served = two();
    let store = Engine::Sqlite.store().unwrap();
    let expected = figures(&served, &["--store", &store]);
    let mut holder = wait(async {
        use sqlx::{ConnectOptions as _, Executor as _};
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&store);
        let mut holder = options.connect().await.unwrap();
        holder.execute("BEGIN IMMEDIATE").await.unwrap();
        holder
    });
    let mut waiting = Command::new(env!("CARGO_BIN_EXE_oci-consumo"));
    waiting
        .arg(served.dir.path())
        .args([
            "--endpoint",
            &served.server.endpoint(),
            "--as-of",
            crate::common::AS_OF,
            "--store",
            &store,
        ])
        .args(["--format", "json", "--daily"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let waiting = waiting.spawn().unwrap();
    thread::sleep(Duration::from_millis(300));
    wait(async {
        use sqlx::Executor as _;
        holder.execute("COMMIT").await.unwrap();
    });

    let output = waiting.wait_with_output().unwrap();

    let mut document = crate::common::document(str::from_utf8(&output.stdout).unwrap());
    document["gerado_em"] = Value::Null;
    assert_eq!(document, expected);
}

/// Neither a file that is locked, nor a server that says nothing, nor a BI tool that reads takes a client's
/// report away, whatever deadline cron sets.
#[test]
#[ignore = "long"]
fn a_store_that_hangs_leaves_every_client_reported_in_time() {
    use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
    let served = two();
    let expected = figures(&served, &["--no-store"]);
    let (locked, read) = (
        Engine::Sqlite.store().unwrap(),
        Engine::Sqlite.store().unwrap(),
    );
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("postgres://u:p@{}/d", silent.local_addr().unwrap());
    let hold = |store: &str, statements: &[&str]| {
        figures(&served, &["--store", store]);
        wait(async {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(store);
            let mut holder = options.connect().await.unwrap();
            for statement in statements {
                holder.fetch_all(*statement).await.unwrap();
            }
            holder
        })
    };
    let holders = [
        hold(&locked, &["BEGIN EXCLUSIVE"]),
        hold(&read, &["BEGIN", "SELECT * FROM v_contratos"]),
    ];
    thread::scope(|scope| {
        for (store, codes) in [
            (&locked, &["sem_armazenamento"][..]),
            (&silent, &["sem_armazenamento"]),
            (&read, &["nao_armazenado"]),
        ] {
            let (served, expected) = (&served, &expected);
            scope.spawn(move || {
                let begun = Instant::now();
                let mut document = figures(served, &["--store", store, "--deadline", "20"]);
                assert!(begun.elapsed() < Duration::from_secs(25), "{store}");
                let told = document["avisos"].take();
                let told: Vec<&str> = told
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|notice| notice["codigo"].as_str().unwrap())
                    .collect();
                assert_eq!(told, codes, "{store}");
                document["avisos"] = Value::Array(Vec::new());
                assert_eq!(&document, expected, "{store}");
            });
        }
    });
    for holder in holders {
        wait(holder.close()).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn two_configs_alike_but_for_an_unprintable_character_are_recorded() {
    let [one, other] = ["config_a\u{1}", "config_a\u{2}"].map(|file| Config {
        file: file.to_owned(),
        ..Config::new("a")
    });
    let folder = Folder::new()
        .client(&one, daily("2026-01-01", "2026-06-16", "10"))
        .config(&other);
    let served = folder.serve();
    let store = Engine::Sqlite.store().unwrap();

    let document = figures(&served, &["--store", &store]);

    let told = document["avisos"].as_array().unwrap();
    assert_eq!(
        (told.len(), &told[0]["codigo"]),
        (1, &"config_repetido".into())
    );
    let contracts = query(
        &store,
        "SELECT CAST(COUNT(*) AS TEXT) FROM v_carteira WHERE clientes = 1",
    );
    assert_eq!(contracts, [[Some("1".to_owned())]]);
}
