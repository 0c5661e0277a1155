//! A PostgreSQL server of the tests' own, where its programs are installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection as _, Executor as _, PgConnection};

use super::wait;
use crate::common::{installed, pass_over};

/// A running server, which ends with this process: its shell waits for the end of its input.
struct Server {
    /// Holds the server's shell, whose input closes with this process.
    _shell: Child,
    /// The folder of its socket.
    socket: PathBuf,
}

static SERVER: LazyLock<Option<Server>> = LazyLock::new(start);

/// A pooler in front of the server, which ends with this process as the server does.
struct Pooler {
    /// Holds the pooler's shell.
    _shell: Child,
    port: u16,
}

static POOLER: LazyLock<Option<Pooler>> = LazyLock::new(start_pooler);

/// The URL of a new, empty database; `None`, and a word past the harness, where there is no PostgreSQL.
pub fn database() -> Option<String> {
    created("")
}

/// The URL of a new, empty database whose server side is in `encoding`.
pub fn encoded(encoding: &str) -> Option<String> {
    created(&format!(
        "TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"
    ))
}

/// The URLs of a new database, at the server and behind a pooler of transactions.
pub fn pooled() -> Option<(String, String)> {
    let pooler = POOLER.as_ref()?;
    let direct = database()?;
    let name = direct.rsplit('/').next().unwrap();
    let pooled = format!("postgres://postgres@127.0.0.1:{}/{name}", pooler.port);
    Some((direct, pooled))
}

/// The URL of the database at `url` for a new role of this name.
pub fn as_role(url: &str, role: &str) -> String {
    let name = format!("{role}_{}", url.rsplit('_').next().unwrap());
    // A role is the whole server's: another test's database has another one.
    super::views::query(url, &format!("CREATE ROLE {name} LOGIN"));
    url.replace("postgres@", &format!("{name}@"))
}

/// Whether the server denies `sql` to the role of `url`.
pub fn denied(url: &str, sql: &str) -> bool {
    wait(async {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let refused = connection.fetch_all(sql).await.is_err();
        connection.close().await.unwrap();
        refused
    })
}

fn created(how: &str) -> Option<String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.as_ref()?;
    let name = format!("consumo_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let create = format!("CREATE DATABASE {name} {how}");
    wait(async {
        let mut admin = PgConnection::connect(&server.url("postgres"))
            .await
            .unwrap();
        admin.execute(&*create).await.unwrap();
        admin.close().await.unwrap();
    });
    Some(server.url(&name))
}

impl Server {
    fn url(&self, database: &str) -> String {
        let socket = self.socket.to_str().unwrap().replace('/', "%2F");
        format!("postgres://postgres@{socket}/{database}")
    }
}

/// The newest of the installed programs' folders, as Debian and its kin name them, or the one on the path.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .map(|version| version.unwrap().path().join("bin"))
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions.reverse();
    versions.extend(std::env::split_paths(&path));
    versions
        .into_iter()
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

fn start() -> Option<Server> {
    let Some(programs) = programs().filter(|_| cfg!(unix)) else {
        pass_over("postgres");
        return None;
    };
    let folder = tempfile::Builder::new()
        .prefix("pg")
        .tempdir()
        .unwrap()
        .keep();
    let data = folder.join("data");
    let mut init = Command::new(programs.join("initdb"));
    init.args([
        "--auth=trust",
        "--username=postgres",
        "--no-sync",
        "--encoding=UTF8",
        "--locale=C",
    ])
    .arg("--pgdata")
    .arg(&data);
    let made = as_nobody_special(&mut init, &folder).output().unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );

    // Nobody drops what is static: the server has to end by itself, and its folder with it.
    let script = r#"
        "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c max_connections=200 >"$2/log" 2>&1 &
        cat >/dev/null
        kill -INT $!
        wait
        rm -rf "$2"
    "#;
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script, "sh"])
        .args([&programs, &folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let shell = as_nobody_special(&mut shell, &folder).spawn().unwrap();
    let server = Server {
        _shell: shell,
        socket: folder,
    };
    let url = server.url("postgres");
    wait(async {
        for _ in 0..600 {
            if let Ok(connection) = PgConnection::connect(&url).await {
                return connection.close().await.unwrap();
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{}", fs::read_to_string(server.socket.join("log")).unwrap());
    });
    Some(server)
}

fn start_pooler() -> Option<Pooler> {
    let server = SERVER.as_ref()?;
    let Some(program) = installed("pgbouncer") else {
        pass_over("pgbouncer");
        return None;
    };
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    // Within the server's own folder, which goes with it.
    let folder = server.socket.join("pooler");
    fs::create_dir(&folder).unwrap();
    let settings = folder.join("pgbouncer.ini");
    let text = format!(
        "[databases]\n* = host={} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 3\n",
        server.socket.display()
    );
    fs::write(&settings, text).unwrap();
    let script = r#""$1" "$2/pgbouncer.ini" >"$2/log" 2>&1 & cat >/dev/null; kill -INT $!; wait"#;
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script, "sh"])
        .args([&program, &folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut shell = as_nobody_special(&mut shell, &folder).spawn().unwrap();
    for _ in 0..600 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(Pooler {
                _shell: shell,
                port,
            });
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let _ = shell.kill();
    let _ = shell.wait();
    panic!("{}", fs::read_to_string(folder.join("log")).unwrap());
}

/// `command` as the user that Debian's package makes, since PostgreSQL will not run as root.
#[cfg(unix)]
fn as_nobody_special<'c>(command: &'c mut Command, folder: &Path) -> &'c mut Command {
    use std::os::unix::fs::chown;
    use std::os::unix::process::CommandExt as _;
    if !super::is_root() {
        return command;
    }
    let id = |of: &str| -> Option<u32> {
        let output = Command::new("id").args([of, "postgres"]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    let (Some(user), Some(group)) = (id("-u"), id("-g")) else {
        return command;
    };
    chown(folder, Some(user), Some(group)).unwrap();
    command.uid(user).gid(group).current_dir(folder)
}

#[cfg(not(unix))]
fn as_nobody_special<'c>(command: &'c mut Command, _: &Path) -> &'c mut Command {
    command
}
