//! How the check reads. What differs from machine to machine, and from run to run, is made the same.

use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use clap::Parser as _;
use console::measure_text_width;
use oci_consumo::app;
use oci_consumo::cli::Cli;
use oci_consumo::internals::check::{Checkup, Fact};
use oci_consumo::internals::progress::Progress;
use oci_consumo::internals::render::{self, Canvas, Context};
use oci_consumo::plan::{Defaults, Plan};

use super::{Case, case, served};
use crate::common::{AS_OF, daily, day, morning, refusal};

fn named(id: &str, name: &str) -> Case {
    case(id).with("cliente", name)
}

/// One client of each kind that reads differently.
static CHECKUPS: LazyLock<Vec<Checkup>> = LazyLock::new(|| {
    let served = served([
        named("a", "Padaria Pão Quente").key("rsa-4096.pem"),
        named(
            "b",
            "Companhia Brasileira de Distribuição e Logística do Nordeste S.A.",
        )
        .with("credito", "0")
        .with("fim_contrato", "2026-05-31")
        .rows(daily("2026-03-01", "2026-05-31", "10"))
        .home(Some("sa-vinhedo-1"))
        .mode("config_b", 0o644),
        named("c", "Açougue")
            .without("user")
            .with("credito", "150.000")
            .with("consumo_anteriro", "1"),
        named("d", "Sem Chave").with("key_file", "d.pem"),
        named("e", "Recusada").meets([refusal(401, "NotAuthenticated")]),
        named("f", "Sem Política")
            .meets([refusal(404, "NotAuthorizedOrNotFound")])
            .home(None),
        named("g", "Fora do Ar").meets([refusal(500, "InternalServerError")]),
        named("h", "Muda").rows(Vec::new()).home(None),
    ]);
    let dir = served.dir.path().to_str().unwrap();
    let endpoint = served.server.endpoint();
    let plan = plan(&[dir, "--endpoint", &endpoint, "--retry-budget", "0"]);
    let progress = Progress::new(&plan.view, false);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (mut checkups, _) = runtime
        .block_on(app::check(&plan, false, false, &progress))
        .unwrap();
    let findings = checkups.iter_mut().flat_map(|c| &mut c.findings);
    findings.for_each(|finding| same_everywhere(&mut finding.fact));
    checkups
});

fn same_everywhere(fact: &mut Fact) {
    let bare = |path: &mut String| {
        let name = Path::new(path).file_name().unwrap();
        *path = format!("clientes/{}", name.to_str().unwrap());
    };
    match fact {
        Fact::ClockOffset { seconds } if seconds.abs() < 10 => *seconds = 0,
        Fact::Exposed { file, .. } => bare(file),
        Fact::Failed(failure) | Fact::NotTold(failure) => {
            // The stand-in's own are numbers in the order of arrival.
            failure.request_id.take_if(|id| id.starts_with('0'));
            if let Some(file) = &mut failure.file {
                bare(file);
            }
        }
        _ => {}
    }
}

fn plan(args: &[&str]) -> Plan {
    let cli = Cli::parse_from(["oci-consumo", "check"].iter().chain(args));
    Plan::new(cli, Defaults::default(), morning(AS_OF)).unwrap()
}

fn rendered(args: &[&str], terminal: Option<usize>) -> String {
    drawn(&CHECKUPS, args, terminal)
}

fn drawn(checkups: &[Checkup], args: &[&str], terminal: Option<usize>) -> String {
    let plan = plan(args);
    let context = Context {
        view: &plan.view,
        as_of: day(AS_OF),
        made_at: SystemTime::UNIX_EPOCH + Duration::from_secs(1_781_683_200),
        simulated: false,
        offline: false,
        endpoint: None,
        fail_on: &[],
        status: 0,
        alerts: None,
        canvas: Canvas {
            width: terminal.unwrap_or(120),
            height: None,
            terminal: terminal.is_some(),
            colored: false,
        },
    };
    render::check(checkups, &[], &[], &context).unwrap()
}

#[test]
fn check_in_a_pipe() {
    insta::assert_snapshot!(rendered(&[], None));
}

#[test]
fn check_with_every_step() {
    insta::assert_snapshot!(rendered(&["--details"], None));
}

#[test]
fn forty_clients_without_problems_fit_a_screen() {
    let checkups: Vec<Checkup> = (0..40)
        .map(|n| Checkup {
            name: format!("{} {n}", CHECKUPS[usize::from(n % 3 == 0)].name),
            file: format!("config_{n:02}"),
            ..CHECKUPS[0].clone()
        })
        .collect();
    for lang in ["pt-BR", "en"] {
        for terminal in [None, Some(80), Some(120)] {
            let text = drawn(&checkups, &["--lang", lang], terminal);
            // The Portuguese opening takes two lines at 80 columns.
            let lines = 46 + usize::from(terminal == Some(80) && lang == "pt-BR");
            assert_eq!(text.lines().count(), lines, "{text}");
            let width = terminal.unwrap_or(120);
            assert!(text.lines().all(|line| measure_text_width(line) <= width));
            // The end of the line is whole, however long the name is.
            let ends = ["contrato até 31/12/2026", "contract until 2026-12-31"];
            let whole = text
                .lines()
                .filter(|line| ends.iter().any(|end| line.ends_with(end)));
            assert_eq!(whole.count(), 40, "{text}");
            assert_eq!(text.contains('…'), terminal == Some(80), "{text}");
        }
    }
}

#[test]
fn check_in_english() {
    insta::assert_snapshot!(rendered(&["--lang", "en"], None));
}

#[test]
fn check_in_a_narrow_terminal() {
    insta::assert_snapshot!(rendered(&[], Some(60)));
}

#[test]
fn check_in_a_terminal() {
    insta::assert_snapshot!(rendered(&[], Some(100)));
}

#[test]
fn no_line_is_wider_than_the_terminal_but_what_is_copied() {
    // Statements are pasted elsewhere, and a line of a key or a fingerprint is one word.
    for lang in ["pt-BR", "en"] {
        for width in [60, 72, 73, 80, 100, 120] {
            for line in rendered(&["--lang", lang], Some(width)).lines() {
                let is_copied = line.starts_with("  Allow") || !line.trim().contains(' ');
                assert!(
                    is_copied || measure_text_width(line) <= width,
                    "{width}: {line}"
                );
            }
        }
    }
}

#[test]
fn colour_adds_nothing_but_colour() {
    let plan = plan(&[]);
    let context = |colored| Context {
        view: &plan.view,
        as_of: day(AS_OF),
        made_at: SystemTime::UNIX_EPOCH,
        simulated: false,
        offline: false,
        endpoint: None,
        fail_on: &[],
        status: 0,
        alerts: None,
        canvas: Canvas {
            width: 80,
            height: None,
            terminal: true,
            colored,
        },
    };
    let [plain, colored] =
        [false, true].map(|colored| render::check(&CHECKUPS, &[], &[], &context(colored)).unwrap());
    assert!(colored.contains("\x1b[31m"));
    assert_eq!(console::strip_ansi_codes(&colored), plain);
}
