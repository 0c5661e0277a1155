//! `demo`: the whole report over made-up clients, with real files, real keys
//! and real requests to the stand-in for the service.

use std::convert::Infallible;
use std::fs::{self, DirBuilder};
use std::io;
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use fastrand::Rng;
use futures_util::future::try_join_all;
use reqwest::Url;
use rsa::PrivateKey;
use rsa::pkcs8::{EncodePrivateKey, LineEnding};
use rsa::rand_core::{TryCryptoRng, TryRng};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::calendar::{Day, Days, plus_days, weekday};
use crate::lang::{Lang, say};
use crate::profile::file::read_bounded;
use crate::profile::walk::walk;
use crate::profile::{config, key};
use crate::sim::{Scripted, Server, Tenant, World, WorldRow};
use crate::text::{printable, quoted, shown};

/// Rows on a page: fewer than a window has, so that the demo turns pages.
const PAGE_ROWS: usize = 50;
/// Bits of a client's key.
const KEY_BITS: usize = 2048;
/// Beginning of the tenancies, which is in no real one: they are a realm's key and 60 letters and digits.
const TENANCY: &str = "ocid1.tenancy.oc1..demonstracao";
/// Cost of each weekday against Monday's, in per cent.
const WEEK: [u64; 7] = [100, 104, 107, 103, 96, 55, 48];

/// A running stand-in with a folder of clients for it.
#[derive(Debug)]
pub struct Demo {
    /// Serves as long as it lives.
    _server: Server,
    folder: Folder,
    endpoint: Url,
}

#[derive(Debug)]
enum Folder {
    /// Goes when the demo does.
    Temporary(TempDir),
    /// Stays.
    Kept(PathBuf),
}

/// A made-up client.
struct Sample {
    file: &'static str,
    name: &'static str,
    currency: &'static str,
    /// The contract's first day, before the as-of day.
    begun: i64,
    /// The contract's days.
    term: i64,
    /// Cost of a Monday, in cents.
    monday: u64,
    /// Growth over the contract, in per cent.
    growth: u64,
    /// The credit, in per cent of what the contract will cost without growth.
    credit: u64,
    trouble: ClientTrouble,
}

/// Trouble of a simulated client.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ClientTrouble {
    None,
    /// The customer's administrator has not written the policy.
    NoPolicy,
    /// The service knows another key.
    UnknownKey,
    /// The service is down for this tenancy.
    Down,
    /// The credit can be read two ways.
    AmbiguousCredit,
}

const fn sample(file: &'static str, name: &'static str) -> Sample {
    Sample {
        file,
        name,
        currency: "BRL",
        begun: 200,
        term: 365,
        monday: 42_000,
        growth: 0,
        credit: 100,
        trouble: ClientTrouble::None,
    }
}

const CLIENTS: [Sample; 6] = [
    Sample {
        credit: 104,
        ..sample("config_padaria", "Padaria Pão Quente")
    },
    Sample {
        begun: 230,
        monday: 150_000,
        growth: 60,
        credit: 90,
        ..sample("config_andorinha", "Transportes Andorinha")
    },
    Sample {
        begun: 150,
        monday: 88_000,
        credit: 160,
        ..sample("config_boavista", "Clínica Boa Vista")
    },
    Sample {
        begun: 12,
        monday: 21_000,
        credit: 125,
        ..sample("config_novaera", "Loja Nova Era")
    },
    Sample {
        begun: 390,
        monday: 35_000,
        credit: 108,
        ..sample("config_horizonte", "Escola Horizonte")
    },
    Sample {
        begun: 300,
        currency: "USD",
        monday: 30_000,
        growth: 90,
        credit: 95,
        ..sample("config_tropical", "Tropical Exports Ltd")
    },
];

const FAILING: [Sample; 4] = [
    Sample {
        trouble: ClientTrouble::NoPolicy,
        ..sample("config_semeador", "Sítio Semeador")
    },
    Sample {
        trouble: ClientTrouble::UnknownKey,
        ..sample("config_estrela", "Hotel Estrela do Mar")
    },
    Sample {
        trouble: ClientTrouble::Down,
        ..sample("config_farol", "Gráfica Farol")
    },
    Sample {
        trouble: ClientTrouble::AmbiguousCredit,
        ..sample("config_pinheiro", "Móveis Pinheiro")
    },
];

impl Demo {
    /// Makes the clients of `seed` as of `as_of`, in `dir` or a temporary folder, and serves them.
    ///
    /// # Errors
    /// When files cannot be written, `dir` holds clients already, or nothing can listen on loopback.
    pub async fn start(
        lang: Lang,
        as_of: Day,
        seed: u64,
        faults: bool,
        dir: Option<PathBuf>,
    ) -> Result<Self> {
        let folder = match dir {
            Some(dir) => Folder::Kept(empty_folder(lang, dir)?),
            None => Folder::Temporary(temporary_folder()?),
        };
        let failing = if faults { &FAILING[..] } else { &[] };
        let samples: Vec<&'static Sample> = CLIENTS.iter().chain(failing).collect();
        let dice = |n: u64| Rng::with_seed(seed ^ (n << 32));
        let numbered: Vec<(u64, &Sample)> = (1..).zip(samples).collect();
        let keys = try_join_all(numbered.iter().map(|&(n, _)| {
            let mut dice = SeededRng(dice(n));
            spawn_blocking(move || PrivateKey::new(&mut dice, KEY_BITS))
        }))
        .await?;
        let mut tenants = Vec::new();
        for ((n, sample), key) in numbered.into_iter().zip(keys) {
            let key = key
                .with_context(|| say!(lang, "não consigo criar uma chave", "cannot make a key"))?;
            tenants.push(sample.write(folder.path(), as_of, &mut dice(n), &key)?);
        }
        let world = World {
            tenants,
            page_rows: PAGE_ROWS,
        };
        let server = Server::start(world).await.with_context(|| {
            say! { lang, "não consigo escutar em 127.0.0.1",
            "cannot listen on 127.0.0.1" }
        })?;
        let endpoint = Url::parse(&server.endpoint())?;
        Ok(Self {
            _server: server,
            folder,
            endpoint,
        })
    }

    /// Returns the folder of the clients.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the address of the stand-in.
    pub fn endpoint(&self) -> Url {
        self.endpoint.clone()
    }
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(path) => path,
        }
    }
}

/// Makes keys that anybody can make again from the seed: those of nobody, for a demo that repeats to the letter.
struct SeededRng(Rng);

impl TryCryptoRng for SeededRng {}

impl TryRng for SeededRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> std::result::Result<u32, Infallible> {
        Ok(self.0.u32(..))
    }

    fn try_next_u64(&mut self) -> std::result::Result<u64, Infallible> {
        Ok(self.0.u64(..))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> std::result::Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

/// Returns the text that `demo --serve` prints once it listens.
pub(crate) fn invitation(lang: Lang, demo: &Demo, as_of: Day) -> String {
    let folder = printable(&demo.folder().to_string_lossy(), 4096);
    let (folder, endpoint) = (quoted(&folder), &demo.endpoint);
    let command = format!("oci-consumo {folder} --endpoint {endpoint} --as-of {as_of}");
    say! { lang, "Serviço simulado em {endpoint}\nClientes em {folder}\n\nEm outro terminal:\n  {command}\n\nCtrl-C encerra.\n",
    "Simulated service at {endpoint}\nClients in {folder}\n\nIn another terminal:\n  {command}\n\nCtrl-C ends it.\n" }
}

/// A folder that only this user may enter, as may one that is made for `--dir`.
fn temporary_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("oci-consumo-demo-");
    #[cfg(unix)]
    builder.permissions(fs::Permissions::from_mode(0o700));
    builder.tempdir()
}

/// `dir`, made if it is not there, without the clients of an earlier demo; a folder with other clients is left alone.
fn empty_folder(lang: Lang, dir: PathBuf) -> Result<PathBuf> {
    let shown = shown(&dir);
    let unusable = || {
        say! { lang, "não consigo usar a pasta {shown}",
        "cannot use the folder {shown}" }
    };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(&dir).with_context(unusable)?;
    let clients = walk(&dir).with_context(unusable)?.found;
    let is_own = |path: &Path| {
        read_bounded(path, config::LARGEST)
            .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(TENANCY))
    };
    if clients.iter().all(|client| is_own(&client.path)) {
        for client in &clients {
            fs::remove_file(&client.path).with_context(unusable)?;
        }
    } else {
        bail!(
            say! { lang, "{shown} já tem arquivos config_*; use outra pasta",
            "{shown} holds config_* files; use another folder" }
        );
    }
    Ok(dir)
}

impl Sample {
    /// Writes config and key, and gives what the service has of the client.
    fn write(&self, folder: &Path, as_of: Day, rng: &mut Rng, key: &PrivateKey) -> Result<Tenant> {
        let start = plus_days(as_of, -self.begun);
        let end = plus_days(start, self.term - 1);
        let id = self.file.trim_start_matches("config_");
        let (tenancy, user) = (
            format!("{TENANCY}{id}"),
            format!("ocid1.user.oc1..demonstracao{id}"),
        );
        let fingerprint = key::fingerprint(key.as_ref()).unwrap_or_default();
        let year: u64 = Days::inclusive(start, end)
            .iter()
            .map(|day| self.monday * WEEK[weekday(day)] / 100)
            .sum();
        // In hundreds, as contracts are.
        let credit = year * self.credit / 100 / 100 / 100 * 100;
        let credit = match self.trouble {
            ClientTrouble::AmbiguousCredit => "150.000".to_owned(),
            _ => format!("{credit},00"),
        };
        let config = format!(
            "[DEFAULT]\nuser={user}\nfingerprint={fingerprint}\ntenancy={tenancy}\nregion=sa-saopaulo-1\n\
             key_file={id}.pem\n\ncliente={}\nmoeda={}\ncredito={credit}\ninicio_contrato={start}\nfim_contrato={end}\n",
            self.name, self.currency,
        );
        private_write(&folder.join(self.file), config.as_bytes())?;
        private_write(
            &folder.join(format!("{id}.pem")),
            key.to_pkcs8_pem(LineEnding::LF)?.as_bytes(),
        )?;
        Ok(Tenant {
            tenancy,
            user,
            fingerprint,
            public_key: key.to_public_key(),
            home: Some("sa-saopaulo-1".to_owned()),
            rows: self.rows(Days::new(start, as_of.min(plus_days(end, 1))), as_of, rng),
            always: self.fault(),
        })
    }

    /// A row for each day, noisy, growing as told, the last two late as the service's habit is.
    fn rows(&self, days: Days, as_of: Day, rng: &mut Rng) -> Vec<WorldRow> {
        let term = self.term.unsigned_abs();
        (0..)
            .zip(days.iter())
            .map(|(n, day): (u64, Day)| {
                let noise = rng.u64(930..=1070);
                // In millionths: cents x %, per mille and % of growth.
                let cost = self.monday * WEEK[weekday(day)] * noise / 10
                    * (100 * term + self.growth * n)
                    / (100 * term);
                let late = match (as_of - day).num_days() {
                    1 => 40,
                    2 => 85,
                    _ => 100,
                };
                let millionths = cost * late / 100;
                WorldRow::new(
                    day,
                    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000),
                    self.currency,
                )
            })
            .collect()
    }

    /// Returns the answer that replaces the service's. Its request ids are fixed, so that a demo can be repeated
    /// to the letter.
    fn fault(&self) -> Option<Scripted> {
        let answer = |status, headers: &[(&str, &str)], code: &str, message: &str| Scripted {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: serde_json::json!({ "code": code, "message": message })
                .to_string()
                .into_bytes(),
        };
        match self.trouble {
            ClientTrouble::NoPolicy => Some(answer(
                404,
                &[("opc-request-id", "SIMULADO-404")],
                "NotAuthorizedOrNotFound",
                "Authorization failed or requested resource not found.",
            )),
            ClientTrouble::Down => Some(answer(
                503,
                &[("opc-request-id", "SIMULADO-503"), ("retry-after", "900")],
                "ServiceUnavailable",
                "The service is currently unavailable.",
            )),
            ClientTrouble::UnknownKey => Some(answer(
                401,
                &[("opc-request-id", "SIMULADO-401")],
                "NotAuthenticated",
                "The required information to complete authentication was not provided or was incorrect.",
            )),
            ClientTrouble::None | ClientTrouble::AmbiguousCredit => None,
        }
    }
}

/// Writes a file that only this user may read, as the vendor's tools want keys and configs.
fn private_write(path: &Path, content: &[u8]) -> Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    std::io::Write::write_all(&mut file, content)?;
    file.persist(path)?;
    Ok(())
}
