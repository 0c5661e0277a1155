//! `add`: a client from the first question to a check against the stand-in, in a terminal and by options.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use oci_consumo::internals::profile::key;

use crate::common::stand_in::WorldRow;
use crate::common::{
    AS_OF, Config, Folder, KEY_PEM, Ran, Served, assert_untold, client, command, daily, failure,
    in_dollars, key_fixture, ran,
};

/// What opens the encrypted keys of the fixtures.
const PASS_PHRASE: &str = "senha-de-teste";
/// Options of the terms of a contract.
const TERMS: [&str; 8] = [
    "--client",
    "Padaria Pão Quente",
    "--credit",
    "R$ 150.000,00",
    "--start",
    "01/01/2026",
    "--end",
    "2026-12-31",
];
const FILE: &str = "config_padaria_pao_quente";
const KEY_FILE: &str = "chave_padaria_pao_quente.pem";

fn padaria() -> Config {
    Config::new("padaria")
}

fn rows() -> Vec<WorldRow> {
    daily("2026-01-01", "2026-06-16", "250")
}

/// What the console shows once the key of `config` is added.
fn preview(config: &Config) -> String {
    let value = |key| config.value(key);
    format!(
        "[DEFAULT]\nuser={}\nfingerprint={}\ntenancy={}\nregion={}\nkey_file=<path to your private keyfile> # TODO\n",
        value("user"),
        value("fingerprint"),
        value("tenancy"),
        value("region"),
    )
}

/// A folder with `key.pem`, and a service that knows a client of that key whom nobody has added.
fn served() -> Served {
    let mut folder = Folder::new();
    folder.world.tenants.push(padaria().tenant(rows()));
    folder.serve()
}

/// `add` over the folder of `served` and with its service.
fn add_command(served: &Served, args: &[&str]) -> Command {
    let mut command = command();
    command.arg("add").arg(served.dir.path()).args(args);
    command.args(["--endpoint", &served.server.endpoint()]);
    command.args(["--as-of", AS_OF, "--now", "2026-06-17T06:00:00Z"]);
    command
}

fn add(served: &Served, args: &[&str]) -> Ran {
    ran(&mut add_command(served, args))
}

/// `args` with the [`TERMS`].
fn with_terms<'a>(args: &[&'a str]) -> Vec<&'a str> {
    args.iter().chain(&TERMS).copied().collect()
}

/// The files of `dir` and their contents.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let named = entries.map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    });
    named.collect()
}

fn read(served: &Served, file: &str) -> String {
    fs::read_to_string(served.dir.path().join(file)).unwrap()
}

#[cfg(unix)]
fn mode(served: &Served, file: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    let path = served.dir.path().join(file);
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(not(unix))]
fn mode(_: &Served, _: &str) -> u32 {
    0o600
}

#[test]
fn options_alone_add_a_client_and_check_it() {
    let served = served();
    let file = served.dir.path().join("previa.txt");
    fs::write(&file, preview(&padaria()).replace('\n', "\r\n")).unwrap();
    let before = files(served.dir.path());
    let args = with_terms(&["--preview", file.to_str().unwrap()]);

    let ran = add(&served, &args).exited(0).says("Padaria Pão Quente");

    let written = read(&served, FILE);
    assert!(written.contains("key_file=key.pem\n"), "{written}");
    assert!(written.contains("credito=150000,00\n"), "{written}");
    assert!(written.contains("moeda=BRL\n"), "{written}");
    assert!(ran.stderr.contains(FILE), "{}", ran.stderr);
    assert_eq!(mode(&served, FILE), 0o600);
    assert!(served.requests_of(&padaria()) > 0);
    let mut after = files(served.dir.path());
    after.remove(FILE);
    assert_eq!(after, before);
    let document = served.json(0, &[]);
    let reported = client(&document, FILE);
    assert_eq!(reported["cliente"], "Padaria Pão Quente");
    assert_eq!(reported["credito"], "150000");
}

#[test]
fn standard_input_gives_a_preview_too() {
    let served = served();
    let file = served.dir.path().join("previa.txt");
    fs::write(&file, preview(&padaria())).unwrap();
    let mut command = add_command(&served, &with_terms(&["--preview", "-"]));
    command.stdin(fs::File::open(&file).unwrap());

    ran(&mut command).exited(0);

    assert!(read(&served, FILE).contains("user=ocid1.user.oc1..padaria\n"));
}

#[test]
fn without_a_terminal_every_missing_option_is_named() {
    let served = served();
    let before = files(served.dir.path());
    let all = [
        "--tenancy",
        "--region",
        "--user",
        "--fingerprint",
        "--client",
        "--credit",
        "--start",
        "--end",
    ];
    for (lang, words) in [("pt-BR", "faltam"), ("en", "are missing")] {
        let ran = add(&served, &["--lang", lang]).exited(2);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
        for option in all {
            assert!(ran.stderr.contains(option), "{option}: {}", ran.stderr);
        }
        assert_eq!(ran.stdout, "");
    }
    let some = add(&served, &with_terms(&["--generate-key"])).exited(2);
    assert!(
        some.stderr.contains("--tenancy, --region"),
        "{}",
        some.stderr
    );
    assert!(!some.stderr.contains("--credit"), "{}", some.stderr);
    // Without a sign nothing says the currency.
    let mut args = with_terms(&["--generate-key"]);
    args[4] = "150000";
    let ran = add(&served, &args).exited(2);
    assert!(ran.stderr.contains("--currency"), "{}", ran.stderr);
    assert_eq!(files(served.dir.path()), before);
}

#[test]
fn answers_are_refused_as_a_config_s_values_are() {
    let served = served();
    let file = served.dir.path().join("previa.txt");
    fs::write(&file, preview(&padaria())).unwrap();
    let before = files(served.dir.path());
    let taken = padaria().with("inicio_contrato", "2025-07-01");
    for (place, value, words) in [
        (
            3,
            "150.000",
            "--credit: \"150.000\" pode ser 150.000,00 ou 150",
        ),
        (3, "$ 5", "várias moedas"),
        (3, "-5", "negativo"),
        (5, "31/02/2026", "--start: \"31/02/2026\" não é uma data"),
        (7, "2025-12-31", "--end: o contrato acaba"),
        (7, "2099-12-31", "mais de 3653 dias"),
        (1, "\u{202e}", "o nome está vazio"),
    ] {
        let mut args = with_terms(&[]);
        args[place] = value;
        args.extend(["--preview", file.to_str().unwrap()]);
        let ran = add(&served, &args).exited(2);
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
        assert!(!ran.stderr.contains('\u{202e}'));
    }
    let preview = ["--preview", file.to_str().unwrap()];
    for (args, words) in [
        (
            &["--user", "ocid1.tenancy.oc1..x"][..],
            "--user: não é um OCID",
        ),
        (&["--region", "são paulo"], "--region"),
        (&["--fingerprint", "aa:bb"], "--fingerprint"),
        (&["--currency", "USD"], "--currency: o contrato está em USD"),
        (&["--file", "padaria"], "não é o nome do config"),
        (&["--file", "config_../x"], "não é o nome do config"),
        (&["--key", "nada.pem"], "nada.pem: não existe"),
    ] {
        let args = with_terms(&[&preview, args].concat());
        let ran = add(&served, &args).exited(2);
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    }
    assert_eq!(files(served.dir.path()), before);

    fs::write(served.dir.path().join("config_a"), taken.text()).unwrap();
    let ran = add(&served, &with_terms(&preview)).exited(2);
    assert!(
        ran.stderr
            .contains("mesma tenancy e mesmos dias que config_a"),
        "{}",
        ran.stderr
    );
    assert_eq!(served.server.requests(), 0);
}

#[test]
fn a_private_key_in_place_of_an_answer_is_never_shown() {
    let served = served();
    let before = files(served.dir.path());
    let config = padaria();
    let given = [
        ("--tenancy", config.value("tenancy")),
        ("--region", config.value("region")),
        ("--user", config.value("user")),
        ("--fingerprint", config.value("fingerprint")),
        ("--client", "Padaria"),
        ("--credit", "5"),
        ("--currency", "BRL"),
        ("--start", "2026-01-01"),
        ("--end", "2026-12-31"),
    ];
    let files_of_options = [
        "--preview",
        "--from-oci",
        "--key",
        "--pass-phrase-file",
        "--file",
    ];
    let options = given.map(|(option, _)| option);
    for wrong in options.into_iter().chain(files_of_options) {
        let others = given.iter().filter(|(option, _)| *option != wrong);
        let mut args: Vec<&str> = others
            .flat_map(|(option, value)| [*option, *value])
            .collect();
        args.extend([wrong, KEY_PEM]);
        let ran = add(&served, &args).exited(2);
        assert_untold(&ran, crate::common::pieces(KEY_PEM));
    }
    assert_eq!(files(served.dir.path()), before);
}

#[test]
fn no_file_is_written_over() {
    let served = served();
    let file = served.dir.path().join("previa.txt");
    fs::write(&file, preview(&padaria())).unwrap();
    fs::write(served.dir.path().join(FILE), "cliente=Outro\n").unwrap();
    fs::write(served.dir.path().join("chave_b.pem"), "what was there").unwrap();
    let before = files(served.dir.path());
    let args = with_terms(&["--preview", file.to_str().unwrap()]);

    let ran = add(&served, &args).exited(2);

    assert!(ran.stderr.contains("já existe"), "{}", ran.stderr);
    assert_eq!(files(served.dir.path()), before);
    // Another name, and a key from elsewhere beside a file that has its name.
    let elsewhere = tempfile::tempdir().unwrap();
    let key = elsewhere.path().join("baixada.pem");
    fs::write(&key, KEY_PEM).unwrap();
    let more = ["--file", "config_b", "--key", key.to_str().unwrap()];
    add(&served, &[&args[..], &more].concat()).exited(0);
    let mut after = files(served.dir.path());
    let config = after.remove("config_b").unwrap();
    assert!(
        String::from_utf8(config)
            .unwrap()
            .contains("key_file=chave_b_2.pem\n")
    );
    assert_eq!(after.remove("chave_b_2.pem").unwrap(), KEY_PEM.as_bytes());
    assert_eq!(mode(&served, "chave_b_2.pem"), 0o600);
    assert_eq!(after, before);
}

#[test]
fn a_key_is_found_by_its_fingerprint_where_people_leave_keys() {
    let served = served();
    fs::remove_file(served.dir.path().join("key.pem")).unwrap();
    let home = tempfile::tempdir().unwrap();
    let downloads = home.path().join("Downloads");
    fs::create_dir(&downloads).unwrap();
    fs::write(downloads.join("a.pem"), key_fixture("rsa-4096.pem")).unwrap();
    fs::write(
        downloads.join("b.pem"),
        key_fixture("pkcs8-aes-256-sha256.pem"),
    )
    .unwrap();
    let oci = home.path().join(".oci");
    fs::create_dir(&oci).unwrap();
    let text = preview(&padaria()).replace("[DEFAULT]", "[PADARIA]");
    fs::write(oci.join("config"), format!("[DEFAULT]\nuser=x\n{text}")).unwrap();
    let args = with_terms(&["--from-oci", "PADARIA"]);
    let run = || ran(add_command(&served, &args).env("HOME", home.path()));

    let ran = run().exited(2);
    assert!(ran.stderr.contains("nenhuma chave .pem"), "{}", ran.stderr);
    fs::write(downloads.join("c.pem"), KEY_PEM).unwrap();
    run().exited(0);

    assert_eq!(read(&served, KEY_FILE), KEY_PEM);
    assert_eq!(mode(&served, KEY_FILE), 0o600);
    assert!(read(&served, FILE).contains(&format!("key_file={KEY_FILE}\n")));
    let other = ["--from-oci", "NADA"];
    let ran =
        crate::common::ran(add_command(&served, &with_terms(&other)).env("HOME", home.path()));
    let ran = ran.exited(2);
    assert!(
        ran.stderr.contains("não tem o perfil [NADA]"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_passphrase_comes_from_a_file_and_is_not_shown() {
    let encrypted = key_fixture("pkcs8-aes-256-sha256.pem");
    let key = key::parse(encrypted.as_bytes(), Some(PASS_PHRASE)).unwrap();
    let config = padaria().with("fingerprint", &key::fingerprint(key.as_ref()).unwrap());
    let mut folder = Folder::new();
    let mut tenant = config.tenant(rows());
    tenant.public_key = key.to_public_key();
    folder.world.tenants.push(tenant);
    folder.write("cifrada.pem", encrypted.as_bytes());
    folder.write("senha.txt", format!("{PASS_PHRASE}\n").as_bytes());
    folder.write("previa.txt", preview(&config).as_bytes());
    let served = folder.serve();
    let path = |file: &str| served.dir.path().join(file).to_str().unwrap().to_owned();
    let (preview, key, secret) = (path("previa.txt"), path("cifrada.pem"), path("senha.txt"));
    let args = with_terms(&["--preview", &preview, "--key", &key]);

    let ran = add(&served, &args).exited(2);
    assert!(ran.stderr.contains("--pass-phrase-file"), "{}", ran.stderr);
    let args = [&args[..], &["--pass-phrase-file", &secret]].concat();
    let ran = add(&served, &args).exited(0);

    assert_untold(&ran, [PASS_PHRASE]);
    assert!(read(&served, FILE).contains(&format!("pass_phrase={PASS_PHRASE}\n")));
}

#[test]
fn a_client_waits_for_its_key_until_add_comes_back_to_it() {
    let served = served();
    let tenancy = padaria().value("tenancy").to_owned();
    let access = ["--generate-key", "--tenancy", &tenancy, "--region", "gru"];

    let ran = add(&served, &with_terms(&access))
        .exited(0)
        .says("aguarda user e fingerprint")
        .says("BEGIN PUBLIC KEY")
        .says("Crie um usuário só para este relatório")
        .says("Allow group GRUPO to read usage-report in tenancy")
        .says("Configuration file preview");

    let pem = read(&served, KEY_FILE);
    let pair = key::parse(pem.as_bytes(), None).unwrap();
    let fingerprint = key::fingerprint(pair.as_ref()).unwrap();
    assert!(ran.stdout.contains(&fingerprint));
    assert_untold(&ran, crate::common::pieces(&pem));
    assert_eq!(mode(&served, KEY_FILE), 0o600);
    let config = read(&served, FILE);
    assert!(
        config.starts_with("[DEFAULT]\nuser=\nfingerprint=\n"),
        "{config}"
    );

    // Report and check name it, and ask the service nothing.
    let document = served.json(4, &[]);
    let waiting = failure(&document, FILE);
    assert_eq!(waiting["codigo"], "aguarda_chave");
    assert_eq!(waiting["tenancy"], tenancy);
    let check = served.check(&["--format", "json"]).exited(4).json();
    let step = &check["clientes"][0]["passos"][0];
    assert_eq!(
        (&step["codigo"], &step["estado"]),
        (&"aguarda_chave".into(), &"falha".into())
    );
    let request = check["clientes"][0]["pedido"].as_str().unwrap();
    assert!(request.contains(&fingerprint), "{request}");
    served
        .check(&["--offline", "--lang", "en"])
        .exited(4)
        .says("BEGIN PUBLIC KEY");
    assert_eq!(served.server.requests(), 0);

    // The administrator adds the key, and answers with the console's text.
    served.server.change(&tenancy, |tenant| {
        tenant.public_key = pair.to_public_key();
        tenant.fingerprint.clone_from(&fingerprint);
    });
    let answered = padaria().with("fingerprint", &fingerprint);
    let file = served.dir.path().join("previa.txt");
    let back = [
        "--client",
        "padaria pao quente",
        "--preview",
        file.to_str().unwrap(),
    ];
    for (wrong, words) in [
        (preview(&padaria()), "o da chave é"),
        (
            preview(&answered).replace("tenancy.oc1..padaria", "tenancy.oc1..outra"),
            "é de outra tenancy",
        ),
    ] {
        fs::write(&file, wrong).unwrap();
        let ran = add(&served, &back).exited(2);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
        assert_eq!(read(&served, FILE), config);
    }
    fs::write(&file, preview(&answered)).unwrap();
    add(&served, &back).exited(0);

    let user = padaria().value("user").to_owned();
    let access = format!("user={user}\nfingerprint={fingerprint}\n");
    let filled = config.replace("user=\nfingerprint=\n", &access);
    assert_eq!(read(&served, FILE), filled);
    assert_eq!(mode(&served, FILE), 0o600);
    let document = served.json(0, &[]);
    assert_eq!(client(&document, FILE)["cliente"], "Padaria Pão Quente");
}

/// What waits counts in the exit status as any client that failed.
#[test]
fn a_waiting_client_harms_no_other() {
    let waiting = Config::new("espera").without("user").without("fingerprint");
    let served = Folder::new()
        .client(&padaria(), rows())
        .config(&waiting)
        .serve();
    let document = served.json(3, &[]);
    client(&document, "config_padaria");
    assert_eq!(
        failure(&document, "config_espera")["codigo"],
        "aguarda_chave"
    );
    // Lacking more than that, it is no more than incomplete.
    let lacking = waiting.without("credito");
    fs::write(served.dir.path().join(&lacking.file), lacking.text()).unwrap();
    let document = served.json(3, &[]);
    assert_eq!(
        failure(&document, "config_espera")["codigo"],
        "config_invalida"
    );
}

#[cfg(unix)]
mod terminal {
    use std::fs::File;
    use std::io::{Read as _, Write as _};
    use std::process::{Child, Stdio};
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;
    use std::time::Duration;

    use console::strip_ansi_codes;
    use nix::fcntl::{FcntlArg, FdFlag, fcntl};
    use nix::pty::{OpenptyResult, Winsize, openpty};
    use nix::sys::termios::{LocalFlags, tcgetattr};

    use super::*;
    use crate::common::pieces;

    /// The longest that a test waits for the program's next word.
    const PATIENCE: Duration = Duration::from_secs(120);
    const CTRL_C: &str = "\u{3}";
    const CTRL_D: &str = "\u{4}";

    /// The program in a terminal of its own.
    struct Terminal {
        child: Child,
        keyboard: File,
        output: Receiver<Vec<u8>>,
        /// All that was written.
        seen: Vec<u8>,
        /// How much of it, without escape codes, was expected already.
        read: usize,
    }

    /// A terminal: the side of the screen and keyboard, and the program's. No program inherits either, which would
    /// keep it open.
    fn pair() -> OpenptyResult {
        let size = Winsize {
            ws_row: 50,
            ws_col: 100,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pair = openpty(&size, None).unwrap();
        for end in [&pair.master, &pair.slave] {
            fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).unwrap();
        }
        pair
    }

    impl Terminal {
        fn start(mut command: Command) -> Self {
            let pair = pair();
            let end = || Stdio::from(pair.slave.try_clone().unwrap());
            command.env("TERM", "xterm").stdin(end());
            let child = command.stdout(end()).stderr(end()).spawn().unwrap();
            let mut screen = File::from(pair.master.try_clone().unwrap());
            let (sender, output) = channel();
            thread::spawn(move || {
                let mut chunk = [0; 4096];
                // It ends when nobody has the other side any more.
                while let Ok(count @ 1..) = screen.read(&mut chunk) {
                    if sender.send(chunk[..count].to_vec()).is_err() {
                        return;
                    }
                }
            });
            Self {
                child,
                keyboard: File::from(pair.master),
                output,
                seen: Vec::new(),
                read: 0,
            }
        }

        fn text(&self) -> String {
            let text = String::from_utf8_lossy(&self.seen).into_owned();
            strip_ansi_codes(&text).into_owned()
        }

        /// Waits for `words` behind those that came before.
        #[track_caller]
        fn expect(&mut self, words: &str) {
            loop {
                let text = self.text();
                if let Some(at) = text[self.read..].find(words) {
                    self.read += at + words.len();
                    return;
                }
                match self.output.recv_timeout(PATIENCE) {
                    Ok(chunk) => self.seen.extend(chunk),
                    Err(ended) => {
                        let _ = self.child.kill();
                        panic!("{ended}: no {words:?} in\n{text}");
                    }
                }
            }
        }

        fn send(&mut self, keys: &str) {
            self.keyboard.write_all(keys.as_bytes()).unwrap();
        }

        /// Waits for `words`, and then types `keys`.
        #[track_caller]
        fn answer(&mut self, words: &str, keys: &str) {
            self.expect(words);
            self.send(keys);
        }

        /// Waits for the end, which has `status`; returns all that was written.
        #[track_caller]
        fn ended(mut self, status: i32) -> String {
            let found = self.child.wait().unwrap();
            let modes = tcgetattr(&self.keyboard);
            let flags = modes.map_or(LocalFlags::empty(), |modes| modes.local_flags);
            drop(self.keyboard);
            while let Ok(chunk) = self.output.recv_timeout(PATIENCE) {
                self.seen.extend(chunk);
            }
            let text = String::from_utf8_lossy(&self.seen).into_owned();
            assert_eq!(found.code(), Some(status), "{text}");
            let usual = LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG;
            // Elsewhere this side does not tell of a terminal that nobody has open.
            let told = cfg!(target_os = "linux");
            assert!(!told || flags.contains(usual), "{flags:?}");
            strip_ansi_codes(&text).into_owned()
        }
    }

    fn start(served: &Served, args: &[&str]) -> Terminal {
        Terminal::start(add_command(served, args))
    }

    /// `text` as a terminal pastes it.
    fn pasted(text: &str) -> String {
        text.replace('\n', "\r")
    }

    #[test]
    fn a_pasted_preview_becomes_a_client_that_is_checked() {
        let served = served();
        let mut terminal = start(&served, &[]);
        terminal.answer("De onde vem o acesso", "\r");
        terminal.answer("Cole o", &pasted(&preview(&padaria())));
        terminal.expect("chave privada:");
        terminal.answer(
            "Nome do cliente: ",
            "Padaira\u{7f}\u{7f}\u{7f}ria Pão Quente\r",
        );
        terminal.answer("Crédito contratado", "150.000\r");
        terminal.expect("\"150.000\" pode ser 150.000,00 ou 150,000");
        terminal.answer("Crédito contratado", "R$ 150.000,00\r");
        terminal.answer("Primeiro dia", "01/01/2026\r");
        terminal.answer("[31/12/2026]: ", "\r");
        terminal.expect("cliente=Padaria Pão Quente");
        terminal.answer("sim, gravar", "\r");
        terminal.expect("gravado: ");
        let text = terminal.ended(0);

        assert!(!text.contains("nada foi gravado"), "{text}");
        assert!(
            text.contains("a consulta de 16/06/2026 foi respondida"),
            "{text}"
        );
        let config = read(&served, FILE);
        let expected = preview(&padaria()).replace(
            "<path to your private keyfile> # TODO\n",
            "key.pem\n\ncliente=Padaria Pão Quente\nmoeda=BRL\ncredito=150000,00\n\
             inicio_contrato=2026-01-01\nfim_contrato=2026-12-31\n",
        );
        assert_eq!(config, expected);
        assert_eq!(mode(&served, FILE), 0o600);
        assert!(served.requests_of(&padaria()) > 0);
    }

    #[test]
    fn a_key_of_its_own_waits_and_add_comes_back_to_it() {
        let served = served();
        let tenancy = padaria().value("tenancy").to_owned();
        let mut terminal = start(&served, &["--lang", "en"]);
        terminal.answer("Where the access comes from", "j\r");
        terminal.answer("OCID of the tenancy: ", "ocid1.user.oc1..x\r");
        terminal.expect("not the OCID of a tenancy");
        terminal.answer("OCID of the tenancy: ", &format!("{tenancy}\r"));
        terminal.answer("Home region", "sa-saopaulo-1\r");
        terminal.answer("OCID of the user", "\r");
        terminal.answer("Name of the client: ", "Padaria Pão Quente\r");
        terminal.answer("Credit bought", "150000\r");
        terminal.answer("Currency [BRL]: ", "usd\r");
        terminal.answer("First day", "2026-01-01\r");
        terminal.answer("[2026-12-31]: ", "\r");
        terminal.expect(KEY_FILE);
        terminal.answer("yes, write", "\r");
        let text = terminal.ended(0);

        assert!(text.contains("-----BEGIN PUBLIC KEY-----"), "{text}");
        assert!(
            text.contains("Create a user for this report alone"),
            "{text}"
        );
        assert!(read(&served, FILE).contains("moeda=USD\n"));
        let pem = read(&served, KEY_FILE);
        assert!(pieces(&pem).iter().all(|piece| !text.contains(piece)));
        assert_eq!(served.server.requests(), 0);

        let pair = key::parse(pem.as_bytes(), None).unwrap();
        let fingerprint = key::fingerprint(pair.as_ref()).unwrap();
        served.server.change(&tenancy, |tenant| {
            tenant.public_key = pair.to_public_key();
            tenant.fingerprint.clone_from(&fingerprint);
            tenant.rows = in_dollars(std::mem::take(&mut tenant.rows));
        });
        let mut terminal = start(&served, &[]);
        terminal.expect("completar Padaria Pão Quente");
        terminal.answer("novo cliente", "\r");
        let answered = padaria().with("fingerprint", &fingerprint);
        terminal.answer("Cole o", &pasted(&preview(&answered)));
        terminal.answer("sim, gravar", "\r");
        let text = terminal.ended(0);
        assert!(text.contains("o serviço aceita a assinatura"), "{text}");
        assert!(read(&served, FILE).contains(&format!("fingerprint={fingerprint}\n")));
    }

    #[test]
    fn a_name_that_is_taken_gets_another() {
        let served = served();
        fs::write(served.dir.path().join(FILE), "cliente=Outro\n").unwrap();
        let mut terminal = start(&served, &["--yes", "--credit", "R$ 5,00"]);
        terminal.answer("De onde vem o acesso", "\r");
        terminal.answer("Cole o", &pasted(&preview(&padaria())));
        terminal.answer("Nome do cliente: ", "Padaria Pão Quente\r");
        terminal.expect("já existe, e nada é gravado por cima");
        terminal.answer("Nome do arquivo", &format!("{FILE}\r"));
        terminal.expect("já existe");
        terminal.answer("Nome do arquivo [config_padaria_pao_quente_2]: ", "\r");
        terminal.answer("Primeiro dia", "1/1/2026\r");
        terminal.answer("Último dia", "\r");
        terminal.ended(0);
        assert_eq!(read(&served, FILE), "cliente=Outro\n");
        assert!(read(&served, &format!("{FILE}_2")).contains("credito=5,00\n"));
    }

    /// A file that comes into being while the last question is open is kept, and the key goes again.
    #[test]
    fn a_file_that_appears_meanwhile_is_kept() {
        let served = served();
        let tenancy = padaria().value("tenancy").to_owned();
        let access = ["--generate-key", "--tenancy", &tenancy, "--region", "gru"];
        let mut terminal = start(&served, &with_terms(&access));
        terminal.answer("OCID do usuário", "\r");
        terminal.expect("sim, gravar");
        fs::write(served.dir.path().join(FILE), "cliente=Outro\n").unwrap();
        let before = files(served.dir.path());
        terminal.send("\r");
        let text = terminal.ended(2);
        assert!(text.contains("já existe"), "{text}");
        assert_eq!(files(served.dir.path()), before);
    }

    /// The questions of a new client with a key of its own, and an answer to each.
    const QUESTIONS: [(&str, &str); 10] = [
        ("De onde vem o acesso", "j\r"),
        ("OCID da tenancy: ", "ocid1.tenancy.oc1..padaria\r"),
        ("Região home", "sa-saopaulo-1\r"),
        ("OCID do usuário", "\r"),
        ("Nome do cliente: ", "Padaria\r"),
        ("Crédito contratado", "5\r"),
        ("Moeda", "\r"),
        ("Primeiro dia", "01/01/2026\r"),
        ("Último dia", "\r"),
        ("Gravar", "\r"),
    ];

    #[test]
    #[ignore = "long"]
    fn questions_that_end_early_leave_nothing_behind() {
        for (stop, (last, _)) in QUESTIONS.iter().enumerate() {
            let menu = ["De onde vem o acesso", "Gravar"].contains(last);
            let ways = match menu {
                true => [CTRL_C, "q"],
                false => [CTRL_C, CTRL_D],
            };
            for keys in ways {
                let dir = tempfile::tempdir().unwrap();
                let folder = dir.path().join("clientes");
                let mut command = command();
                command.arg("add").arg(&folder);
                let mut terminal = Terminal::start(command);
                for (words, answer) in &QUESTIONS[..stop] {
                    terminal.answer(words, answer);
                }
                terminal.answer(last, keys);
                let text = terminal.ended(130);
                assert!(text.contains("cancelado; nada foi gravado"), "{text}");
                assert!(!folder.exists());
            }
        }
        // No is no, too.
        let dir = tempfile::tempdir().unwrap();
        let mut command = command();
        command.arg("add").arg(dir.path());
        let mut terminal = Terminal::start(command);
        for (words, answer) in &QUESTIONS[..QUESTIONS.len() - 1] {
            terminal.answer(words, answer);
        }
        terminal.answer("não, cancelar", "j\r");
        terminal.ended(130);
        assert_eq!(files(dir.path()), BTreeMap::new());
    }

    #[test]
    fn a_terminal_that_goes_away_ends_the_questions() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = command();
        command.arg("add").arg(dir.path());
        let pair = pair();
        let end = || Stdio::from(pair.slave.try_clone().unwrap());
        command.stdin(end()).stdout(end()).stderr(end());
        let mut child = command.spawn().unwrap();
        // They hold this side open.
        drop((command, pair.slave));
        let mut screen = File::from(pair.master);
        let mut text = String::new();
        while !text.contains(QUESTIONS[0].0) {
            let mut chunk = [0; 4096];
            let count = screen.read(&mut chunk).unwrap();
            text += &String::from_utf8_lossy(&chunk[..count]);
        }
        drop(screen);
        assert!(!child.wait().unwrap().success());
        assert_eq!(files(dir.path()), BTreeMap::new());
    }

    #[test]
    fn a_private_key_that_is_pasted_is_never_shown() {
        let served = served();
        let mut terminal = start(&served, &[]);
        terminal.answer("De onde vem o acesso", "\r");
        terminal.answer("Cole o", &pasted(KEY_PEM));
        terminal.expect("isto é uma chave, que não foi mostrada nem usada");
        terminal.answer("Cole o", &pasted(&preview(&padaria())));
        terminal.answer("Nome do cliente: ", &pasted(KEY_PEM));
        terminal.expect("isto é uma chave, que não foi mostrada nem usada");
        // In one line, as a program's settings hold it.
        terminal.answer(
            "Nome do cliente: ",
            &format!("{}\r", KEY_PEM.replace('\n', " ")),
        );
        terminal.expect("isto é uma chave, que não foi mostrada nem usada");
        terminal.answer("Nome do cliente: ", CTRL_C);
        let text = terminal.ended(130);
        for piece in pieces(KEY_PEM) {
            assert!(!text.contains(piece), "{piece} in {text}");
        }
    }

    #[test]
    fn a_passphrase_is_asked_for_where_the_key_needs_one_and_never_shown() {
        let encrypted = key_fixture("pkcs8-aes-256-sha256.pem");
        let key = key::parse(encrypted.as_bytes(), Some(PASS_PHRASE)).unwrap();
        let print = key::fingerprint(key.as_ref()).unwrap();
        let config = padaria().with("fingerprint", &print);
        let mut folder = Folder::new();
        let mut tenant = config.tenant(rows());
        tenant.public_key = key.to_public_key();
        folder.world.tenants.push(tenant);
        let path = folder.write("cifrada.pem", encrypted.as_bytes());
        // It is the same key without its passphrase.
        fs::remove_file(folder.path().join("key.pem")).unwrap();
        let served = folder.serve();
        let mut terminal = start(&served, &with_terms(&[]));
        terminal.answer("De onde vem o acesso", "\r");
        terminal.answer("Cole o", &pasted(&preview(&config)));
        terminal.expect("nenhuma chave .pem");
        terminal.answer("Arquivo da chave privada", &format!("{}\r", path.display()));
        terminal.answer("Senha da chave", "errada\r");
        terminal.expect("pass_phrase não abre a chave");
        terminal.answer("Senha da chave", &format!("{PASS_PHRASE}\r"));
        terminal.expect("pass_phrase=********");
        terminal.answer("sim, gravar", "\r");
        let text = terminal.ended(0);
        assert!(!text.contains(PASS_PHRASE), "{text}");
        assert!(read(&served, FILE).contains(&format!("pass_phrase={PASS_PHRASE}\n")));
    }
}
