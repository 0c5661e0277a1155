//! The servers, where their programs are installed.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::common::proxy::Authorities;
use crate::common::{closed_port, installed, is_needed, pass_over};
use crate::store::is_root;

pub(super) const USER: &str = "alertas@parceiro.example";
pub(super) const PASSWORD: &str = "hunter2-3nSecret";

/// Number of looks for something, and the time between two.
const LOOKS: u32 = 600;
const PAUSE: Duration = Duration::from_millis(50);

/// Writes a certificate for localhost into `folder`: its authority, itself, and its key.
fn certificate(folder: &Path) -> [PathBuf; 3] {
    let authorities = Authorities::new();
    let [certificate, key] = authorities.server_pem("localhost");
    [
        ("ca.pem", authorities.known_pem()),
        ("server.pem", certificate),
        ("key.pem", key),
    ]
    .map(|(name, text)| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    })
}

/// A server of aiosmtpd's.
pub(super) struct Aiosmtpd {
    child: Child,
    folder: TempDir,
    pub(super) port: u16,
    /// The authority of its certificate.
    pub(super) pem: PathBuf,
}

impl Aiosmtpd {
    pub(super) fn start() -> Option<Self> {
        // Debian's package is of Debian's Python, which another may hide.
        let has = |python: &&str| {
            let import = Command::new(python)
                .args(["-c", "import aiosmtpd"])
                .output();
            import.is_ok_and(|output| output.status.success())
        };
        let Some(python) = ["/usr/bin/python3", "python3"].into_iter().find(has) else {
            pass_over("aiosmtpd");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let [pem, certificate, key] = certificate(folder.path());
        let mut child = Command::new(python)
            .args(["-c", include_str!("aiosmtpd.py")])
            .args([folder.path(), &certificate, &key])
            .args([USER, PASSWORD])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap();
        Some(Self {
            child,
            folder,
            port,
            pem,
        })
    }

    /// The mails that were taken, in order: the envelope, and the file of the mail.
    pub(super) fn kept(&self) -> Vec<(Value, PathBuf)> {
        let mails = files(self.folder.path());
        let mails = mails
            .into_iter()
            .filter(|path| path.extension().is_some_and(|end| end == "eml"));
        mails
            .map(|path| {
                let about = fs::read(path.with_extension("json")).unwrap();
                (serde_json::from_slice(&about).unwrap(), path)
            })
            .collect()
    }
}

impl Drop for Aiosmtpd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The files of `folder` by name; none where it is not there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten();
    let mut found: Vec<PathBuf> = found.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// A postfix of the tests' own, which ends with this process: its shell waits for the end of its input.
pub(super) struct Postfix {
    /// Holds the server's shell, whose input closes with this process.
    _shell: Child,
    folder: PathBuf,
    /// The command that runs another as root; empty where this process is root.
    sudo: &'static str,
    pub(super) port: u16,
    /// The authority of its certificate.
    pub(super) pem: PathBuf,
}

pub(super) static POSTFIX: LazyLock<Option<Postfix>> = LazyLock::new(Postfix::start);

impl Postfix {
    fn start() -> Option<Self> {
        // Only root starts it. Nobody is asked for a password, and nobody's rights are used unless it is needed.
        let sudo = match is_root() {
            true => Some(""),
            false => Some("sudo -n").filter(|_| is_needed("postfix")),
        };
        // What it delivers is read by Python.
        let program = installed("python3").and(installed("postfix"));
        let (Some(sudo), Some(program)) = (sudo, program) else {
            pass_over("postfix");
            return None;
        };
        let folder = tempfile::Builder::new()
            .prefix("postfix")
            .tempdir()
            .unwrap()
            .keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["conf", "queue", "data", "mail"] {
            fs::create_dir(folder.join(name)).unwrap();
        }
        let [pem, certificate, key] = certificate(&folder);
        let port = closed_port().port();
        let chain = [key, certificate]
            .map(|path| path.display().to_string())
            .join(", ");
        // It delivers as the user of the tests, or as nobody, since it will not as root.
        let user = match fs::metadata(&folder).unwrap().uid() {
            0 => 65534,
            user => user,
        };
        let own = folder.display();
        let settings = format!(
            "compatibility_level = 3.6\nqueue_directory = {own}/queue\ndata_directory = {own}/data\n\
             maillog_file = {own}/log\nmaillog_file_prefixes = {own}\ninet_interfaces = 127.0.0.1\n\
             inet_protocols = ipv4\nmyhostname = mail.parceiro.example\nmydestination =\nmynetworks = 127.0.0.0/8\n\
             default_transport = error:5.1.2 nothing leaves\nrelay_transport = error:5.1.2 nothing leaves\n\
             alias_maps =\nalias_database =\nsmtpd_tls_chain_files = {chain}\nsmtpd_tls_security_level = encrypt\n\
             virtual_mailbox_domains = parceiro.example, cliente.example\nvirtual_mailbox_base = {own}/mail\n\
             virtual_mailbox_maps = inline:{{ {} }}\nvirtual_uid_maps = static:{user}\n\
             virtual_gid_maps = static:{user}\n",
            [super::OPERATOR, super::CUSTOMER, super::OTHER]
                .map(|to| format!("{to}={to}/"))
                .join(", ")
        );
        let services = [
            format!("127.0.0.1:{port} inet n - n - - smtpd"),
            "pickup unix n - n 1 1 pickup".to_owned(),
            "cleanup unix n - n - 0 cleanup".to_owned(),
            "qmgr unix n - n 1 1 qmgr".to_owned(),
            "rewrite unix - - n - - trivial-rewrite".to_owned(),
            "bounce unix - - n - 0 bounce".to_owned(),
            "defer unix - - n - 0 bounce".to_owned(),
            "error unix - - n - - error".to_owned(),
            "virtual unix - n n - - virtual".to_owned(),
            "proxymap unix - - n - - proxymap".to_owned(),
            "tlsmgr unix - - n 1000? 1 tlsmgr".to_owned(),
            "anvil unix - - n - 1 anvil".to_owned(),
            "postlog unix-dgram n - n - 1 postlogd".to_owned(),
        ];
        fs::write(folder.join("conf/main.cf"), settings).unwrap();
        fs::write(folder.join("conf/master.cf"), services.join("\n") + "\n").unwrap();
        // Nobody drops what is static: the server has to end by itself, and its folder with it.
        let script = r#"
            exec >"$2/said" 2>&1
            $3 chown -R 0:0 "$2/conf"
            $3 chown postfix "$2/data"
            $3 chown "$4" "$2/mail"
            $3 "$1" -c "$2/conf" start
            cat >/dev/null
            $3 "$1" -c "$2/conf" stop
            $3 rm -rf "$2"
        "#;
        let mut shell = Command::new("sh")
            .args(["-c", script, "sh"])
            .args([&program, &folder])
            .args([sudo, &user.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..LOOKS {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(Self {
                    _shell: shell,
                    folder,
                    sudo,
                    port,
                    pem,
                });
            }
            sleep(PAUSE);
        }
        let _ = shell.kill();
        let _ = shell.wait();
        let said =
            ["said", "log"].map(|name| fs::read_to_string(folder.join(name)).unwrap_or_default());
        panic!("{said:?}");
    }

    /// The mails that `to` got, once there are `count`, in order.
    #[track_caller]
    pub(super) fn delivered(&self, to: &str, count: usize) -> Vec<PathBuf> {
        let folder = self.folder.join("mail").join(to).join("new");
        for _ in 0..LOOKS {
            let found = files(&folder);
            if found.len() >= count {
                return found;
            }
            sleep(PAUSE);
        }
        panic!("{}", fs::read_to_string(self.folder.join("log")).unwrap());
    }

    /// A program that is `sendmail` over this server's settings.
    pub(super) fn sendmail(&self) -> PathBuf {
        let path = self.folder.join("sendmail");
        let program = installed("sendmail").unwrap();
        let text = format!(
            "#!/bin/sh\nexec {} {} -C {}/conf \"$@\"\n",
            self.sudo,
            program.display(),
            self.folder.display()
        );
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }
}
