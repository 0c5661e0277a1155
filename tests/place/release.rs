//! The release: its workflow, its archive, and what the documents say of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{installed, repository_file, yaml};

/// The version that Cargo.toml names.
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn workflow() -> Value {
    yaml::document(&repository_file(".github/workflows/release.yml"))
}

#[test]
fn a_job_of_the_release_may_do_what_it_needs_and_no_more() {
    let workflow = workflow();
    assert_eq!(
        workflow["on"],
        json!({"push": {"tags": ["[0-9]+.[0-9]+.[0-9]+"]}})
    );
    assert_eq!(workflow["permissions"], json!({}));
    let jobs = workflow["jobs"].as_object().unwrap();
    let permissions: BTreeMap<&str, &Value> = jobs
        .iter()
        .map(|(name, job)| (name.as_str(), &job["permissions"]))
        .collect();
    let read = json!({"contents": "read"});
    let image = json!({
        "contents": "read", "packages": "write", "id-token": "write", "attestations": "write",
    });
    let release = json!({"contents": "write", "id-token": "write", "attestations": "write"});
    let expected = [
        ("tag", &read),
        ("build", &read),
        ("image", &image),
        ("release", &release),
    ];
    assert_eq!(permissions, expected.into());
    // Nothing is published before all is built and the image has run.
    assert_eq!(jobs["release"]["needs"], json!(["build", "image"]));
    yaml::each(&workflow, "timeout-minutes", &mut |minutes| {
        assert!(minutes.as_u64() <= Some(60))
    });
}

/// GitHub's own actions alone: by commit where a job may write, else by version.
#[test]
fn every_action_is_pinned() {
    for (file, by_commit) in [("release", true), ("ci", false)] {
        let text = repository_file(&format!(".github/workflows/{file}.yml"));
        let mut count = 0;
        yaml::each(&yaml::document(&text), "uses", &mut |action| {
            count += 1;
            let (name, version) = action.as_str().unwrap().split_once('@').unwrap();
            assert!(name.starts_with("actions/"), "{action}");
            let hex = version.bytes().all(|byte| byte.is_ascii_hexdigit());
            let commit = version.len() == 40 && hex;
            let major = version
                .strip_prefix('v')
                .is_some_and(|major| major.parse::<u8>().is_ok());
            assert!(if by_commit { commit } else { major }, "{action}");
            if by_commit {
                // The version stands behind the commit, and each commit is one version.
                let named = text.lines().filter(|line| line.contains(version));
                let versions: BTreeSet<_> = named.map(|line| line.split(" # ").nth(1)).collect();
                assert!(versions.len() == 1 && !versions.contains(&None), "{action}");
            }
        });
        assert!(count > 4, "{file}");
    }
}

#[test]
fn the_targets_are_built_once_and_looked_after() {
    let workflow = workflow();
    let built = &workflow["jobs"]["build"]["strategy"]["matrix"]["include"];
    let built = built
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["target"].as_str().unwrap());
    let built: Vec<&str> = built.collect();
    assert_eq!(
        built,
        [
            "x86_64-unknown-linux-musl",
            "aarch64-unknown-linux-musl",
            "x86_64-pc-windows-msvc",
            "x86_64-apple-darwin",
            "aarch64-apple-darwin",
        ]
    );
    let policy = repository_file(".github/deny.toml");
    let text = repository_file(".github/workflows/release.yml");
    let containerfile = repository_file(".github/oci/Containerfile");
    for target in built {
        assert!(policy.contains(&format!("\"{target}\"")), "{target}");
    }
    // What is handed out has a profile of its own.
    for (text, profile) in [
        (&text, " --profile dist "),
        (&text, "/dist/oci-consumo$suffix\n"),
        (&repository_file("Cargo.toml"), "\n[profile.dist]\n"),
    ] {
        assert!(text.contains(profile), "{profile}");
    }
    // The folder of the image has what Containerfile takes.
    let made = [
        "root/etc/ssl/certs/ca-certificates.crt",
        "root/tmp",
        "amd64/oci-consumo",
        "arm64/oci-consumo",
    ];
    for made in made {
        assert!(text.contains(&format!(" image/{made}\n")), "{made}");
    }
    let sources = containerfile
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "));
    let sources = sources.map(|line| line.split(' ').rev().nth(1).unwrap());
    assert_eq!(
        sources.collect::<Vec<_>>(),
        ["root", "${TARGETARCH}/oci-consumo"]
    );
}

#[test]
fn the_documents_name_this_version() {
    let archive = format!("oci-consumo-{VERSION}-x86_64-unknown-linux-musl.tar.gz");
    for readme in ["README.md", ".github/LEIAME.md"] {
        let text = repository_file(readme);
        assert!(text.contains(&archive), "{readme}: {archive}");
        // The releases come first, then cargo.
        let [release, cargo] = [&archive, "cargo install"].map(|word| text.find(word));
        assert!(release < cargo, "{readme}");
    }
}

#[cfg(unix)]
#[test]
fn the_archive_holds_the_program_the_licence_and_the_files_for_oci() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    if ["bash", "tar", "gzip"]
        .iter()
        .any(|name| installed(name).is_none())
        || !cfg!(target_os = "linux")
    {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::write(file("built"), "the program").unwrap();
    fs::set_permissions(file("built"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(file("list"), "{}").unwrap();
    let target = "x86_64-unknown-linux-musl";
    let name = format!("oci-consumo-{VERSION}-{target}");
    let pack = |out: &str| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/pack");
        let mut pack = Command::new("bash");
        pack.arg(script)
            .arg(target)
            .args(["built", "list", out].map(file));
        let packed = pack
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .output()
            .unwrap();
        assert!(packed.status.success(), "{}", super::said(&packed));
        fs::read(file(out).join(format!("{name}.tar.gz"))).unwrap()
    };
    assert_eq!(pack("once"), pack("twice"));

    let archive = file("once").join(format!("{name}.tar.gz"));
    let listed = Command::new("tar")
        .arg("-tvzf")
        .arg(archive)
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let mut found: BTreeMap<&str, &str> = BTreeMap::new();
    for line in listed.lines().filter(|line| !line.starts_with('d')) {
        let path = line.split(&format!("{name}/")).nth(1).unwrap();
        found.insert(path, line.split(' ').next().unwrap());
    }
    let mut expected: BTreeMap<String, &str> = [
        ("LICENSE".to_owned(), "-rw-r--r--"),
        ("oci-consumo".to_owned(), "-rwxr-xr-x"),
    ]
    .into();
    expected.extend(super::FILES.map(|file| (format!("oci/{file}"), "-rw-r--r--")));
    let expected: BTreeMap<&str, &str> = expected
        .iter()
        .map(|(path, mode)| (path.as_str(), *mode))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(
        fs::read_to_string(file("once").join(format!("{name}.cdx.json"))).unwrap(),
        "{}"
    );
}
