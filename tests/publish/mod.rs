//! Reports, pages and links in Object Storage, by the partner's own user.

pub(crate) mod bucket;
mod links;
mod objects;
mod pages;

use std::fs;
use std::path::Path;
use std::process::Command;

use self::bucket::Bucket;
use crate::common::{
    AS_OF, Config, Folder, Ran, Served, address, command, daily, private, ran_now as end,
};

/// The place of the customers' pages.
const PAGES: &str = "oci://relatorios@axkr1abc/paginas";

/// A folder whose service and bucket run.
pub(crate) struct Scene {
    pub(crate) served: Served,
    pub(crate) bucket: Bucket,
}

impl Scene {
    /// Makes a scene of two clients, with the partner's user in `parceiro.oci` and `[publicar]`.
    pub(crate) fn new() -> Self {
        let rows = || daily("2026-01-01", "2026-06-16", "27.5");
        let folder = Folder::new()
            .client(&Config::new("andorinha"), rows())
            .client(&Config::new("sabia"), rows());
        Self::of(folder)
    }

    pub(crate) fn of(folder: Folder) -> Self {
        let served = folder.serve();
        let bucket = Bucket::start(Some(address(&served.server)));
        let scene = Self { served, bucket };
        scene.user("parceiro.oci", "parceiro");
        scene.write("alertas.ini", "[publicar]\noci = parceiro.oci\n");
        scene
    }

    pub(crate) fn dir(&self) -> &Path {
        self.served.dir.path()
    }

    /// Writes `text` as the file `name`.
    pub(crate) fn write(&self, name: &str, text: &str) {
        private(&self.dir().join(name), text);
    }

    /// Writes the file of the user `id`.
    pub(crate) fn user(&self, name: &str, id: &str) {
        let text = Config::new(id).text();
        let lines = text.lines().take(6);
        self.write(
            name,
            &lines.map(|line| format!("{line}\n")).collect::<String>(),
        );
    }

    /// The report over the folder, of the usual day.
    pub(crate) fn command(&self) -> Command {
        let mut command = command();
        let endpoint = self.bucket.endpoint();
        command.arg(self.dir()).args(["--endpoint", &endpoint]);
        command.args(["--as-of", AS_OF, "--retry-budget", "5"]);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        end(self.command().args(args))
    }

    /// A file of the folder.
    pub(crate) fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.dir().join(name)).unwrap()
    }
}
