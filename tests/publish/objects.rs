//! `-o oci://`: the objects that a report is written to.

use std::fs;

use hyper::Method;

use super::Scene;
use super::bucket::Fault::{Answer, Changed, Cut};
use super::bucket::PARTNER;
use crate::common::{AS_OF, Config, Ran, assert_words, command, samples};

const JSON: &str = "oci://relatorios@axkr1abc/2026/carteira-{date}.json";
/// The name of that object.
const NAME: &str = "2026/carteira-2026-06-17.json";

#[test]
fn each_form_is_an_object_and_the_file_of_the_same_run() {
    let scene = Scene::new();
    let dir = scene.dir().join("saida");
    fs::create_dir(&dir).unwrap();
    let forms = [
        ("json", "application/json"),
        ("csv", "text/csv; charset=utf-8"),
        ("md", "text/markdown; charset=utf-8"),
        ("html", "text/html; charset=utf-8"),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ];
    let mut args = vec!["-q".to_owned()];
    for (ending, _) in forms {
        let file = dir.join(format!("carteira.{ending}"));
        let object = format!("oci://relatorios@axkr1abc/2026/carteira ç-{{data}}.{ending}");
        args.extend(["-o".to_owned(), object, "-o".to_owned()]);
        args.push(file.to_str().unwrap().to_owned());
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ran = scene.run(&args).exited(0);
    assert_eq!(ran.stderr, "");
    let objects = scene.bucket.objects();
    assert_eq!(objects.len(), forms.len());
    for (ending, content_type) in forms {
        let object = &objects[&format!("2026/carteira ç-2026-06-17.{ending}")];
        let file = fs::read(dir.join(format!("carteira.{ending}"))).unwrap();
        // The others say when they were made.
        if ["csv", "md"].contains(&ending) {
            assert_eq!(object.bytes, file, "{ending}");
        }
        assert!(object.bytes.len().abs_diff(file.len()) < 100, "{ending}");
        assert_eq!(object.content_type, content_type);
        assert_eq!(object.cache_control, "no-cache");
    }
    let seen = scene.bucket.seen();
    assert_eq!(seen.len(), forms.len());
    for seen in seen {
        assert_eq!(seen.method, Method::PUT);
        assert!(
            seen.target
                .starts_with("/n/axkr1abc/b/relatorios/o/2026%2Fcarteira%20%C3%A7-2026-06-17.")
        );
        let signed = seen.header("authorization");
        assert_words(
            signed,
            &[r#"headers="date (request-target) host""#, PARTNER],
        );
        assert_eq!(seen.header("x-content-sha256"), "");
        assert_eq!(seen.header("opc-checksum-algorithm"), "SHA256");
        assert_eq!(seen.header("opc-content-sha256").len(), 44);
    }
}

#[test]
fn the_folder_s_own_outputs_may_be_objects() {
    let scene = Scene::new();
    let ini = "output = a.csv\noutput = oci://relatorios@axkr1abc/diario/{date}.csv\n";
    scene.write("oci-consumo.ini", ini);
    // An earlier day is a look, which writes none of them.
    scene.run(&["-q"]).exited(0);
    assert!(scene.bucket.objects().is_empty());
    scene.run(&["-q", "--record"]).exited(0);
    let objects = scene.bucket.objects();
    assert_eq!(objects["diario/2026-06-17.csv"].bytes, scene.file("a.csv"));
    // Another user than the settings'.
    scene.write("alertas.ini", "[publicar]\noci = none.oci\n");
    scene.user("outro.oci", "parceiro");
    let user = scene.dir().join("outro.oci");
    let user = ["--publish-as", user.to_str().unwrap()];
    scene.run(&["-q", "--record", user[0], user[1]]).exited(0);
    assert_eq!(scene.bucket.seen().len(), 2);
    scene.write("oci-consumo.ini", "output = oci://relatorios/a.csv\n");
    let ran = scene.run(&["-q"]).exited(2);
    assert_words(&ran.stderr, &["oci-consumo.ini", "linha 1", "output"]);
}

#[test]
#[ignore = "long"]
fn what_cannot_be_put_is_said_and_files_are_written() {
    let scene = Scene::new();
    let file = scene.dir().join("a.md");
    let cases = [
        (
            Answer(
                401,
                "",
                r#"{"code":"NotAuthenticated","message":"no\u001b[31m"}"#,
            ),
            "o serviço respondeu 401 NotAuthenticated: no",
            "ocid1.user.oc1..parceiro",
        ),
        (
            Answer(404, "", r#"{"code":"BucketNotFound","message":"x"}"#),
            "confira o bucket relatorios, o namespace axkr1abc",
            "Allow group GROUP to manage objects in compartment COMPARTMENT where target.bucket.name = 'relatorios'",
        ),
        (
            Answer(409, "", r#"{"code":"BucketNotEmpty","message":"x"}"#),
            "o serviço respondeu 409 BucketNotEmpty: x (opc-request-id req-409)",
            "check bucket and address",
        ),
        (
            Answer(412, "", r#"{"code":"IfMatchFailed","message":"x"}"#),
            "alguém mudou o objeto ao mesmo tempo",
            "somebody changed the object at the same time",
        ),
        (
            Answer(429, "retry-after: 600", r#"{"code":"TooManyRequests"}"#),
            "o serviço respondeu 429 TooManyRequests; pede para esperar 600 s",
            "run again after 600 s",
        ),
        (
            Answer(500, "retry-after: 600", "<html>"),
            "o serviço respondeu 500; pede para esperar 600 s",
            "the service answered 500",
        ),
        (
            Answer(301, "location: http://127.0.0.1:1/", ""),
            "a assinatura não segue redirecionamentos",
            "the signature follows no redirect",
        ),
        (
            Changed,
            "o serviço respondeu 400 UnmatchedContentSHA256: The computed SHA256",
            "the content changed on its way, and the object is as it was",
        ),
    ];
    for (at, (fault, pt, en)) in cases.into_iter().enumerate() {
        let name = format!("{fault:?}");
        // Each in one language, unless all are asked for.
        let langs = [("pt-BR", pt), ("en", en)]
            .into_iter()
            .skip(samples(at % 2, 0));
        for (lang, words) in langs.take(samples(1, 2)) {
            let _ = fs::remove_file(&file);
            scene.bucket.meet(Method::PUT, [fault.clone()]);
            let args = ["-q", "--lang", lang, "-o", JSON, "-o"];
            let ran = scene.run(&[&args[..], &[file.to_str().unwrap()]].concat());
            let Ran { stdout, stderr, .. } = ran.exited(1);
            let stderr = stderr.trim_end();
            assert_words(
                stderr,
                &[
                    words,
                    "oci://relatorios@axkr1abc/2026/carteira-2026-06-17.json",
                ],
            );
            assert_eq!(stderr.lines().count(), 1, "{name}: {stderr}");
            assert!(!stderr.contains(char::is_control), "{name}: {stderr:?}");
            assert!(file.is_file(), "{name}");
            assert_words(&stdout, &["Cliente andorinha", "Cliente sabia"]);
            assert!(scene.bucket.objects().is_empty(), "{name}");
            assert_eq!(scene.bucket.seen().len(), 1, "{name}: tried once");
        }
    }
    // The stand-in's own refusals: of another bucket, and of another user.
    let other = scene
        .run(&["-q", "-o", "oci://outro@axkr1abc/a.json"])
        .exited(1);
    assert_words(&other.stderr, &["BucketNotFound", "o bucket outro"]);
    scene.user("parceiro.oci", "estranho");
    let other = scene.run(&["-q", "-o", JSON]).exited(1);
    assert_words(&other.stderr, &["401", "ocid1.user.oc1..estranho"]);
}

#[test]
#[ignore = "long"]
fn what_may_pass_is_tried_again() {
    let scene = Scene::new();
    let busy = Answer(503, "retry-after: 0", "");
    scene.bucket.meet(Method::PUT, [busy.clone(), busy, Cut]);
    let ran = scene.run(&["-v", "-o", JSON]).exited(0);
    assert_words(
        &ran.stderr,
        &["oci://relatorios@axkr1abc/2026/carteira-2026-06-17.json: 200,"],
    );
    let seen = scene.bucket.seen();
    let statuses: Vec<u16> = seen.iter().map(|seen| seen.status).collect();
    assert_eq!(statuses, [503, 503, 0, 200]);
    assert!(scene.bucket.objects().contains_key(NAME));
}

#[test]
fn no_customer_s_user_publishes() {
    let scene = Scene::new();
    let refused = |words: &[&str], args: &[&str]| {
        let ran = scene.run(&[&["-q", "-o", JSON], args].concat()).exited(2);
        assert_words(&ran.stderr, words);
        assert_eq!(ran.stdout, "");
        assert!(scene.bucket.seen().is_empty());
    };
    let path = |name: &str| scene.dir().join(name).to_str().unwrap().to_owned();
    // The client's config itself, by whatever way.
    let own = path("config_sabia");
    let customers = "é a credencial de um cliente (config_sabia)";
    refused(&[customers], &["--publish-as", &own]);
    scene.write("alertas.ini", "[publicar]\noci = config_sabia\n");
    refused(&["alertas.ini", "é de um cliente", "config_sabia"], &[]);
    // The client's user in another file.
    scene.user("outro.oci", "SABIA");
    refused(
        &[customers, "outro.oci"],
        &["--publish-as", &path("outro.oci")],
    );
    // No user.
    scene.write("alertas.ini", "[operador]\nemail = a@b.example\n");
    refused(&["alertas.ini não tem [publicar]", "--publish-as"], &[]);
    fs::remove_file(scene.dir().join("alertas.ini")).unwrap();
    refused(&["alertas.ini não tem [publicar]"], &[]);
    refused(
        &["none.oci", "não existe"],
        &["--publish-as", &path("none.oci")],
    );
    scene.write("alertas.ini", "[publicar]\nocci = parceiro.oci\n");
    refused(&["alertas.ini", "linha 2"], &[]);
    scene.write("sem.oci", &Config::new("parceiro").without("user").text());
    refused(&["sem.oci", "user"], &["--publish-as", &path("sem.oci")]);
    // A faulty section that the report does not need.
    let lame = "[operador]\nemail = sem-arroba\n[publicar]\noci = parceiro.oci\n";
    scene.write("alertas.ini", lame);
    scene.run(&["-q", "-o", JSON]).exited(0);
}

#[test]
fn a_check_looks_at_the_user_that_publishes() {
    let scene = Scene::new();
    let check = |args: &[&str]| {
        let mut command = command();
        command.arg("check").arg(scene.dir()).args(args);
        command.args([
            "--endpoint",
            &scene.bucket.endpoint(),
            "--as-of",
            AS_OF,
            "--details",
        ]);
        super::end(&mut command)
    };
    assert_words(&check(&[]).exited(0).stdout, &["publicar"]);
    let seen = scene.bucket.seen();
    assert_eq!((seen.len(), seen[0].target.as_str()), (1, "/n"));
    check(&["--offline"]).exited(0);
    assert!(scene.bucket.seen().is_empty());
    scene.user("parceiro.oci", "estranho");
    assert_words(&check(&[]).exited(3).stdout, &["publicar", "401"]);
    scene.write("parceiro.oci", "user = x\n");
    assert_words(&check(&[]).exited(3).stdout, &["publicar", "parceiro.oci"]);
}

#[test]
fn a_place_that_is_none_is_refused() {
    for (place, words) in [
        ("oci:///a.json", "falta o bucket"),
        ("oci://b/a.json", "falta o namespace"),
        ("OCI://b@n/.json/", "uma parte vazia"),
        ("oci://b@n/a", "o nome deve terminar em"),
        ("oci://b@n/a/../b.json", "uma parte vazia"),
        ("oci://b@n/a\u{1}.json", "um caractere de controle"),
        (
            "oci://u:segredo@b@n/a.json",
            "usuário e senha não vão no endereço",
        ),
        ("oci://b@n/{cliente}.json", "{cliente} não é conhecido"),
        (
            "https://objectstorage.sa-saopaulo-1.oraclecloud.com/p/segredo/n/n/b/b/o/a.json",
            "oci://BUCKET@NAMESPACE/CAMINHO",
        ),
    ] {
        let ran = super::end(command().args(["-q", "-o", place])).exited(2);
        assert_words(&ran.stderr, &[words]);
        assert!(!ran.stderr.contains("segredo"), "{}", ran.stderr);
    }
    let scene = Scene::new();
    let twice = scene.run(&["-o", JSON, "-o", &JSON.replace("{date}", "2026-06-17")]);
    assert_words(&twice.exited(2).stderr, &["é a saída de dois -o"]);
    let demo = super::end(command().args(["demo", "-o", JSON])).exited(2);
    assert_words(&demo.stderr, &["inventados e não se publicam"]);
}
