//! Credentials other than an API key, through the program: each against a stand-in that Oracle's own SDK has passed.

mod authority;
mod instances;
mod secrets;
mod tokens;
#[cfg(unix)]
mod vendor;
mod verify;

use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use self::authority::Authority;
use crate::common::stand_in::WorldRow;
use crate::common::{
    AS_OF, Config, KEY_PEM, Ran, assert_clean, check_command, command_over, daily, key_fixture,
    morning, pieces, ran,
};

/// The clock of every run, in seconds since 1970.
fn now() -> i64 {
    morning(AS_OF).timestamp()
}

/// The session key of the tests' tokens.
fn session_pem() -> String {
    key_fixture("rsa-4096.pem")
}

/// Rows of the one client: 10 BRL a day.
fn rows() -> Vec<WorldRow> {
    daily("2026-01-01", "2026-06-16", "10")
}

/// A config without the lines of an API key, and with `lines`.
fn config(lines: &[(&'static str, &str)]) -> Config {
    let mut config = Config::new("casa");
    for key in ["user", "fingerprint", "key_file"] {
        config = config.without(key);
    }
    for (key, value) in lines {
        config = config.with(key, value);
    }
    config
}

/// A folder with one client, and the authority that knows it.
struct Scene {
    folder: TempDir,
    config: Config,
    authority: Authority,
    /// Variables of the program's environment.
    variables: Vec<(&'static str, String)>,
    /// Texts that nothing may show, besides the tokens of the authority.
    hidden: Vec<String>,
}

impl Scene {
    fn new(config: Config) -> Self {
        let authority = Authority::start(now(), &[(&config, rows())]);
        let scene = Self {
            folder: tempfile::tempdir().unwrap(),
            authority,
            variables: Vec::new(),
            hidden: [KEY_PEM.to_owned(), session_pem()].into(),
            config,
        };
        scene.write(&scene.config.file.clone(), &scene.config.text());
        scene
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let owner = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(&path, owner).unwrap();
        }
    }

    fn tenancy(&self) -> &str {
        self.config.value("tenancy")
    }

    fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.variables.retain(|(name, _)| *name != variable);
        self.variables.push((variable, value.to_owned()));
        self
    }

    fn run_of(&self, mut command: Command, args: &[&str]) -> Ran {
        command.args(["--endpoint", &self.authority.endpoint()]);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let ran = ran(command.args(args));
        self.assert_quiet(&ran);
        ran
    }

    /// Runs the report.
    fn report(&self, args: &[&str]) -> Ran {
        self.run_of(command_over(self.folder.path()), args)
    }

    /// Runs the check.
    fn check(&self, args: &[&str]) -> Ran {
        self.run_of(check_command(self.folder.path()), args)
    }

    /// The consumption in a report that worked.
    #[track_caller]
    fn consumption(&self) -> String {
        let document = self
            .report(&["--format", "json", "--no-store"])
            .exited(0)
            .json();
        document["clientes"][0]["consumo"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The code, the place and the texts of the failure of a report.
    #[track_caller]
    fn failure(&self) -> Value {
        let document = self
            .report(&["--format", "json", "--no-store"])
            .exited(4)
            .json();
        document["falhas"][0].clone()
    }

    /// The code of the failure of a report.
    #[track_caller]
    fn code(&self) -> String {
        self.failure()["codigo"].as_str().unwrap().to_owned()
    }

    /// State, code and text of a step of the check.
    #[track_caller]
    fn step(&self, step: &str, args: &[&str]) -> (String, String, String) {
        let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
        let ran = self.check(&args);
        let document: Value = serde_json::from_str(&ran.stdout).unwrap();
        let steps = document["clientes"][0]["passos"].as_array().unwrap();
        let found = steps.iter().find(|found| found["passo"] == step).unwrap();
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        (text("estado"), text("codigo"), text("mensagem"))
    }

    /// Neither a token nor a key is shown, in whole or in part.
    #[track_caller]
    fn assert_quiet(&self, ran: &Ran) {
        assert_clean(ran);
        let tokens = self.authority.tokens();
        let parts = tokens.iter().flat_map(|token| token.split('.'));
        let keys = self
            .hidden
            .iter()
            .filter(|text| text.contains("-----BEGIN"));
        let plain = self
            .hidden
            .iter()
            .filter(|text| !text.contains("-----BEGIN"));
        let hidden = parts
            .chain(keys.flat_map(|pem| pieces(pem)))
            .chain(plain.map(String::as_str));
        for hidden in hidden {
            for text in [&ran.stdout, &ran.stderr] {
                assert!(!text.contains(hidden), "{hidden} in {text}");
            }
        }
    }
}
