//! `--pages oci://`: each customer's files as objects.

use std::collections::BTreeSet;
use std::fs;

use hyper::Method;

use super::bucket::Fault::Answer;
use super::{PAGES, Scene, end};
use crate::common::{AS_OF, assert_words, command};

/// The keys of the customers' pages in the bucket.
fn keys(scene: &Scene) -> BTreeSet<String> {
    let objects = scene.bucket.objects();
    let names = objects
        .keys()
        .filter_map(|name| name.strip_prefix("paginas/"));
    let keys = names.filter_map(|name| Some(name.split_once('/')?.0.to_owned()));
    keys.collect()
}

#[test]
fn a_customer_s_files_are_objects_below_its_key() {
    let scene = Scene::new();
    let now = ["--now", "2026-06-17T12:00:00Z"];
    let ran = scene
        .run(&["-q", "--pages", PAGES, now[0], now[1]])
        .exited(0);
    assert_eq!(ran.stderr, "");
    let keys = keys(&scene);
    assert_eq!(keys.len(), 2);
    // Without an address of the operator's own there is none to list.
    assert!(!scene.dir().join("links.csv").exists());
    // The same bytes as in a folder.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paginas");
    let path = path.to_str().unwrap();
    scene
        .run(&["-q", "--pages", path, now[0], now[1]])
        .exited(0);
    let objects = scene.bucket.objects();
    let mut types = BTreeSet::new();
    let mut count = 0;
    for key in &keys {
        let own = folder.path().join("paginas").join(key);
        for entry in fs::read_dir(own).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let object = &objects[&format!("paginas/{key}/{name}")];
            assert_eq!(object.bytes, fs::read(entry.path()).unwrap(), "{name}");
            assert_eq!(object.cache_control, "no-cache");
            types.insert(object.content_type.clone());
            count += 1;
        }
    }
    let expected = [
        "application/manifest+json",
        "image/png",
        "text/html; charset=utf-8",
    ];
    assert_eq!(
        types.iter().map(String::as_str).collect::<Vec<_>>(),
        expected
    );
    // And the mark.
    assert_eq!(objects.len(), count + 1);
    assert!(objects.contains_key("paginas/.oci-consumo"));
    let seen = scene.bucket.seen();
    for key in &keys {
        let mut of = seen
            .iter()
            .filter(|seen| seen.target.contains(key.as_str()));
        let last = of.next_back().unwrap();
        assert!(last.target.ends_with("index.html"), "{}", last.target);
    }
    for seen in &seen {
        assert!(!seen.target.contains("andorinha"), "{}", seen.target);
    }
}

#[test]
fn a_lost_secret_names_no_pages_anew() {
    let scene = Scene::new();
    let run = || scene.run(&["-q", "--pages", PAGES]);
    run().exited(0);
    let (before, secret) = (keys(&scene), scene.file("paginas.ini"));
    fs::remove_file(scene.dir().join("paginas.ini")).unwrap();
    let ran = run().exited(1);
    assert_words(&ran.stderr, &["paginas.ini não está ao lado dos configs"]);
    assert_words(&ran.stdout, &["Cliente andorinha"]);
    assert!(!scene.dir().join("paginas.ini").exists());
    assert_eq!(keys(&scene), before);
    scene.write("paginas.ini", str::from_utf8(&secret).unwrap());
    run().exited(0);
    assert_eq!(keys(&scene), before);
}

#[test]
fn what_is_not_put_is_said_once_and_the_report_is_whole() {
    let scene = Scene::new();
    scene.run(&["-q", "--pages", PAGES]).exited(0);
    scene.bucket.seen();
    let missing = Answer(404, "", r#"{"code":"BucketNotFound","message":"x"}"#);
    let ok = Answer(412, "", r#"{"code":"IfNoneMatchFailed","message":"x"}"#);
    let faults = std::iter::once(ok).chain(vec![missing.clone(); 8]);
    scene.bucket.meet(Method::PUT, faults);
    let ran = scene.run(&["-q", "--pages", PAGES]).exited(1);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert_words(
        &ran.stderr,
        &["a página de Cliente andorinha", PAGES, "BucketNotFound"],
    );
    assert_words(&ran.stdout, &["Cliente sabia"]);
    // Where the mark cannot be put, nothing else is.
    scene.bucket.seen();
    scene.bucket.meet(Method::PUT, [missing]);
    let ran = scene.run(&["-q", "--pages", PAGES]).exited(1);
    assert_words(
        &ran.stderr,
        &["as páginas não foram gravadas", "o bucket relatorios"],
    );
    assert_eq!(scene.bucket.seen().len(), 1);
}

#[test]
fn nothing_else_lies_among_the_pages() {
    let scene = Scene::new();
    for output in ["x.json", "x/painel.html"] {
        let output = format!("{PAGES}/{output}");
        let ran = scene
            .run(&["-q", "--pages", PAGES, "-o", &output])
            .exited(2);
        assert_words(&ran.stderr, &[&output]);
    }
    assert!(scene.bucket.objects().is_empty());
    let outside = format!("{PAGES}2/x.json");
    scene
        .run(&["-q", "--pages", PAGES, "-o", &outside])
        .exited(0);
    let verb = |words: &[&str]| {
        let mut command = command();
        command.args(words).arg(scene.dir());
        let endpoint = scene.bucket.endpoint();
        command.args(["--pages", PAGES, "--endpoint", &endpoint, "--as-of", AS_OF]);
        end(&mut command)
    };
    let pruned = verb(&["pages", "prune"]).exited(2);
    assert_words(&pruned.stderr, &["pages prune não apaga objetos"]);
    let rotated = verb(&["pages", "rotate", "andorinha"]).exited(2);
    assert_words(&rotated.stderr, &["oci-consumo publish revoke"]);
    let whatever = ["-q", "--pages", "oci://relatorios/paginas"];
    assert_words(
        &scene.run(&whatever).exited(2).stderr,
        &["falta o namespace"],
    );
    let demo = end(command().args(["demo", "-q", "--pages", PAGES])).exited(2);
    assert_words(&demo.stderr, &["inventados e não se publicam"]);
}
