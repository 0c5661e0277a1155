//! The files with which the program runs inside OCI: `.github/oci`. The manual's page quotes them, and the tools that
//! read them take them.

mod release;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use oci_consumo::app::Outcome;
use oci_consumo::cli::Cli;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::manual::Topic;
use serde_json::Value;

use crate::common::{installed, pass_over, repository_file, yaml};

const FILES: [&str; 7] = [
    "Containerfile",
    "cronjob.yaml",
    "oci-consumo.service",
    "oci-consumo.sysusers",
    "oci-consumo.timer",
    "oci-consumo.tmpfiles",
    "policies.txt",
];

/// Path of the program on a machine and in the image.
const PROGRAM: &str = "/usr/local/bin/oci-consumo";

fn read(file: &str) -> String {
    repository_file(&format!(".github/oci/{file}"))
}

/// The lines that are no comment.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The values of `key` in `section` of a unit, in order.
fn values<'a>(unit: &'a str, section: &str, key: &str) -> Vec<&'a str> {
    let mut inside = "";
    let mut values = Vec::new();
    for line in lines(unit) {
        if let Some(name) = line.strip_prefix('[') {
            inside = name.trim_end_matches(']');
        } else if inside == section {
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("{line}"));
            if name == key {
                values.push(value);
            }
        }
    }
    values
}

/// The only value of `key` in `section`.
#[track_caller]
fn value<'a>(unit: &'a str, section: &str, key: &str) -> &'a str {
    match values(unit, section, key)[..] {
        [value] => value,
        ref values => panic!("{key}: {values:?}"),
    }
}

/// Asserts that the program takes these words after its own name.
#[track_caller]
fn assert_command<'a>(words: impl IntoIterator<Item = &'a str>) {
    let words = ["oci-consumo"].into_iter().chain(words);
    let words: Vec<_> = words.map(Into::into).collect();
    if let Err(error) = Cli::of_words(words) {
        panic!("{error}");
    }
}

/// The output of a tool, both streams.
fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr];
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

/// The tool `name`; `None`, and a word about it, where it is not installed.
fn tool(name: &str) -> Option<Command> {
    let program = installed(name);
    if program.is_none() {
        pass_over(name);
    }
    program.map(Command::new)
}

#[test]
fn every_file_is_quoted_whole_on_the_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/oci");
    let there = fs::read_dir(folder).unwrap();
    let there: BTreeSet<_> = there
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(there, FILES.map(str::to_owned).into());
    for lang in [Lang::PtBr, Lang::En] {
        let page = Topic::Oci.page(lang).replace("\r\n", "\n");
        let quoted: Vec<&str> = page.split("```").skip(1).step_by(2).collect();
        for file in FILES {
            let text = read(file);
            let count = quoted.iter().filter(|block| {
                block
                    .split_once('\n')
                    .is_some_and(|(_, block)| block == text)
            });
            assert_eq!(count.count(), 1, "{file}, {lang:?}");
        }
    }
}

#[test]
fn the_service_runs_the_program_and_knows_its_statuses() {
    let unit = read("oci-consumo.service");
    let mut words = value(&unit, "Service", "ExecStart").split(' ');
    assert_eq!(words.next(), Some(PROGRAM));
    assert_command(words);

    let ordinary = value(&unit, "Service", "SuccessExitStatus").split(' ');
    let ordinary: BTreeSet<u8> = ordinary.map(|status| status.parse().unwrap()).collect();
    for outcome in Outcome::ALL {
        let expected = match outcome {
            Outcome::Partial | Outcome::FailOn => true,
            Outcome::Complete
            | Outcome::Unexpected
            | Outcome::Usage
            | Outcome::Nothing
            | Outcome::Undelivered
            | Outcome::Interrupted => false,
        };
        assert_eq!(
            ordinary.contains(&outcome.status()),
            expected,
            "{outcome:?}"
        );
    }
    for (key, expected) in [
        ("Type", "oneshot"),
        ("User", "oci-consumo"),
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("UMask", "0077"),
    ] {
        assert_eq!(value(&unit, "Service", key), expected);
    }
    let timer = read("oci-consumo.timer");
    assert_eq!(value(&timer, "Timer", "Persistent"), "true");
}

/// The folders that the unit uses are made, by the user that it runs as.
#[test]
fn the_folders_of_the_service_are_made() {
    let made = read("oci-consumo.tmpfiles");
    let made: Vec<Vec<&str>> = lines(&made)
        .map(|line| line.split_whitespace().collect())
        .collect();
    let [mode, user] = [2, 3].map(|column| {
        let made = &made;
        move |path: &str| made.iter().find(|line| line[1] == path).unwrap()[column]
    });
    let unit = read("oci-consumo.service");
    let owner = value(&unit, "Service", "User");

    let clients = value(&unit, "Service", "ExecStart")
        .split(' ')
        .nth(2)
        .unwrap();
    assert_eq!((mode(clients), user(clients)), ("0700", owner));
    let state = value(&unit, "Service", "StateDirectory");
    let state = format!("/var/lib/{state}");
    assert!(clients.starts_with(&state));
    assert_eq!(mode(&state), value(&unit, "Service", "StateDirectoryMode"));
    let pages = value(&unit, "Service", "ReadWritePaths").trim_start_matches('-');
    assert_eq!((mode(pages), user(pages)), ("0711", owner));
    let (name, secrets) = value(&unit, "Service", "LoadCredential")
        .split_once(':')
        .unwrap();
    assert_eq!((mode(secrets), user(secrets)), ("0700", "root"));
    for lang in [Lang::PtBr, Lang::En] {
        let page = Topic::Oci.page(lang);
        assert!(page.contains(&format!("credencial:{name}_smtp")));
    }
    let users = read("oci-consumo.sysusers");
    assert!(lines(&users).any(|line| line.starts_with(&format!("u {owner} "))));
}

#[test]
fn systemd_takes_the_service_and_the_timer() {
    let Some(mut analyze) = tool("systemd-analyze") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let unit = read("oci-consumo.service").replace(PROGRAM, env!("CARGO_BIN_EXE_oci-consumo"));
    fs::write(file("oci-consumo.service"), unit).unwrap();
    fs::write(file("oci-consumo.timer"), read("oci-consumo.timer")).unwrap();
    analyze
        .arg("verify")
        .arg(file("oci-consumo.service"))
        .arg(file("oci-consumo.timer"));
    let verified = analyze.output().unwrap();
    assert!(verified.status.success(), "{}", said(&verified));
    assert_eq!(said(&verified), "");

    let mut analyze = tool("systemd-analyze").unwrap();
    analyze
        .args(["security", "--offline=yes", "--no-pager"])
        .arg(file("oci-consumo.service"));
    let judged = said(&analyze.output().unwrap());
    let exposure = judged.split("oci-consumo.service: ").nth(1).unwrap();
    let exposure = exposure.split(' ').next().unwrap();
    // Later versions judge more.
    let version = said(
        &tool("systemd-analyze")
            .unwrap()
            .arg("--version")
            .output()
            .unwrap(),
    );
    if version.starts_with("systemd 252 ") {
        assert!(
            Topic::Oci
                .page(Lang::En)
                .contains(&format!(" {exposure} of 10")),
            "{judged}"
        );
        let exposure = exposure.replace('.', ",");
        assert!(
            Topic::Oci
                .page(Lang::PtBr)
                .contains(&format!(" {exposure} de 10")),
            "{judged}"
        );
    }
    let (whole, _) = exposure.split_once('.').unwrap();
    assert!(whole.parse::<u8>().unwrap() < 2, "{judged}");
}

#[test]
fn systemd_takes_the_time_and_the_user() {
    let timer = read("oci-consumo.timer");
    if let Some(mut analyze) = tool("systemd-analyze") {
        let at = value(&timer, "Timer", "OnCalendar");
        let read = analyze
            .args(["calendar", "--base-time=2026-11-27 00:00:00 UTC", at])
            .output()
            .unwrap();
        assert!(
            read.status.success() && said(&read).contains("2026-11-27 11:30:00 UTC"),
            "{}",
            said(&read)
        );
    }
    if let Some(mut sysusers) = tool("systemd-sysusers") {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("oci-consumo.conf");
        fs::write(&file, read("oci-consumo.sysusers")).unwrap();
        let root = format!("--root={}", folder.path().display());
        let made = sysusers
            .args([root.as_str(), "--dry-run"])
            .arg(&file)
            .output()
            .unwrap();
        let said = said(&made);
        assert!(made.status.success(), "{said}");
        for name in [
            "Creating group 'oci-consumo-web'",
            "Creating user 'oci-consumo'",
        ] {
            assert!(said.contains(name), "{said}");
        }
    }
}

/// The pod runs the image as the image's user, with nothing to write to but its folder of temporary files.
#[test]
fn the_job_of_kubernetes_runs_the_image() {
    let job = yaml::document(&read("cronjob.yaml"));
    let at = |pointer: &str| {
        let value = job.pointer(pointer);
        value.unwrap_or_else(|| panic!("{pointer}")).clone()
    };
    assert_eq!([at("/apiVersion"), at("/kind")], ["batch/v1", "CronJob"]);
    assert_eq!(at("/spec/concurrencyPolicy"), "Forbid");
    let timer = read("oci-consumo.timer");
    let [time, zone] = ["/spec/schedule", "/spec/timeZone"].map(&at);
    assert_eq!(
        value(&timer, "Timer", "OnCalendar"),
        format!("*-*-* 08:30 {}", zone.as_str().unwrap())
    );
    assert_eq!(time, "30 8 * * *");

    let pod = "/spec/jobTemplate/spec/template/spec";
    let container = format!("{pod}/containers/0");
    let words = at(&format!("{container}/args"));
    let words: Vec<&str> = words
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_command(words.iter().copied());
    let image = at(&format!("{container}/image"));
    let version = format!("/oci-consumo:{}", env!("CARGO_PKG_VERSION"));
    assert!(image.as_str().unwrap().ends_with(&version), "{image}");

    let containerfile = read("Containerfile");
    let instruction = |word: &str| {
        let mut found = lines(&containerfile).filter_map(|line| line.strip_prefix(word));
        let first = found.next().unwrap_or_else(|| panic!("{word}"));
        assert_eq!(found.next(), None);
        first.trim()
    };
    assert_eq!(instruction("FROM"), "scratch");
    assert_eq!(instruction("ENTRYPOINT"), format!("[\"{PROGRAM}\"]"));
    let (user, group) = instruction("USER").split_once(':').unwrap();
    for (key, expected) in [
        ("runAsUser", user),
        ("runAsGroup", group),
        ("fsGroup", group),
    ] {
        assert_eq!(
            at(&format!("{pod}/securityContext/{key}")).to_string(),
            expected
        );
    }
    assert_eq!(
        at(&format!(
            "{container}/securityContext/readOnlyRootFilesystem"
        )),
        true
    );
    assert_eq!(
        at(&format!("{container}/securityContext/capabilities/drop/0")),
        "ALL"
    );

    let names = |list: &str| -> BTreeSet<String> {
        let list = at(list);
        let names = list
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["name"].as_str().unwrap().to_owned());
        names.collect()
    };
    assert_eq!(
        names(&format!("{container}/volumeMounts")),
        names(&format!("{pod}/volumes"))
    );
    for mount in at(&format!("{container}/volumeMounts")).as_array().unwrap() {
        let writable = mount["readOnly"] != Value::Bool(true);
        assert_eq!(writable, mount["mountPath"] == "/tmp", "{mount}");
    }
}

/// Each statement has the form that Oracle documents, and those of the other pages are among them.
#[test]
fn the_policies_are_statements() {
    let text = read("policies.txt");
    let policies: Vec<&str> = lines(&text).collect();
    assert!(policies.len() > 8);
    for policy in &policies {
        let words: Vec<&str> = policy.split(' ').collect();
        let [allow, subject, _, to, verb, resource, place @ ..] = &words[..] else {
            panic!("{policy}")
        };
        assert_eq!([*allow, *to], ["Allow", "to"], "{policy}");
        assert!(["group", "dynamic-group"].contains(subject), "{policy}");
        assert!(
            ["inspect", "read", "use", "manage"].contains(verb),
            "{policy}"
        );
        assert!(
            resource
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
            "{policy}"
        );
        let rest = match place {
            ["in", "tenancy", rest @ ..] | ["in", "compartment", "COMPARTMENT", rest @ ..] => rest,
            _ => panic!("{policy}"),
        };
        assert!(rest.is_empty() || rest[0] == "where", "{policy}");
    }
    let end = |policy: &str| policy.split_once(" to ").unwrap().1.to_owned();
    let ends: BTreeSet<String> = policies.iter().map(|policy| end(policy)).collect();
    for topic in [Topic::Folder, Topic::Channels] {
        let page = topic.page(Lang::En);
        let mut count = 0;
        for policy in page.lines().filter(|line| line.starts_with("Allow ")) {
            count += 1;
            assert!(ends.contains(&end(policy)), "{policy}");
        }
        assert!(count > 2, "{topic:?}");
    }
}
