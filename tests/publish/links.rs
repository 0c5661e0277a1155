//! `publish`: a link to each customer's page, made once, and its end.

use std::fs;

use hyper::Method;
use serde_json::json;

use super::bucket::Fault::{self, Answer, Cut, Late, Lost, Without};
use super::bucket::Par;
use super::{PAGES, Scene, end};
use crate::common::{Config, RUNTIME, Ran, assert_words, command, samples};
use crate::store::{as_role, database, query};

/// A scene with pages.
fn scene() -> Scene {
    let scene = Scene::new();
    scene.run(&["-q", "--pages", PAGES]).exited(0);
    scene.bucket.seen();
    scene
}

/// Runs a verb of `publish`, of which no word is an address.
fn publish(scene: &Scene, words: &[&str], status: i32) -> Ran {
    let mut command = command();
    command.arg("publish").args(words).arg(scene.dir());
    let endpoint = scene.bucket.endpoint();
    command.args(["--endpoint", &endpoint, "--now", "2026-06-17T12:00:00Z"]);
    command.args(["--retry-budget", "5", "-v"]);
    if !words.contains(&"--pages") {
        command.args(["--pages", PAGES]);
    }
    let ran = end(&mut command).exited(status);
    for shown in [&ran.stdout, &ran.stderr] {
        assert!(!shown.contains("sEgReDo"), "{shown}");
        assert!(!shown.contains("/p/"), "{shown}");
    }
    ran
}

/// The lines of the list, but for the first.
fn list(scene: &Scene) -> Vec<Vec<String>> {
    let text = fs::read_to_string(scene.dir().join("links.csv")).unwrap_or_default();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

/// The rows of the store that are of a link.
fn rows(scene: &Scene) -> Vec<Vec<Option<String>>> {
    sql(
        scene,
        "SELECT arquivo, requisicao, CAST(encerrado_em AS TEXT) FROM enlace ORDER BY pedido_em, nome",
    )
}

fn sql(scene: &Scene, sql: &str) -> Vec<Vec<Option<String>>> {
    query(scene.dir().join("consumo.db").to_str().unwrap(), sql)
}

/// Status and text of the document at `address`.
fn get(address: &str) -> (u16, String) {
    RUNTIME.block_on(async {
        let answer = reqwest::get(address).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    })
}

fn ids(pars: &[Par]) -> Vec<&str> {
    pars.iter().map(|par| par.id.as_str()).collect()
}

#[test]
fn a_link_is_made_once_and_reads_one_page() {
    let scene = scene();
    let ran = publish(&scene, &["links"], 0);
    assert_words(
        &ran.stdout,
        &[
            "Cliente andorinha: feito agora, vale até 31/03/2027",
            "Cliente sabia: feito agora",
            "links.csv",
        ],
    );
    let pars = scene.bucket.pars();
    let list = list(&scene);
    assert_eq!((pars.len(), list.len()), (2, 2));
    for (par, line) in pars.iter().zip(&list) {
        assert_eq!(par.details["accessType"], "AnyObjectRead");
        assert_eq!(par.details["bucketListingAction"], "Deny");
        assert_eq!(par.details["timeExpires"], "2027-03-31T23:59:59Z");
        let object = par.details["objectName"].as_str().unwrap();
        let key = object
            .strip_prefix("paginas/")
            .unwrap()
            .trim_end_matches('/');
        assert_eq!((object.len(), key.len()), (41, 32));
        // The service's own limits on a name.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        assert!(par.name().starts_with("oci-consumo-") && par.name().chars().all(is_plain));
        let [client, file, address, made, expires] = &line[..] else {
            panic!("{line:?}")
        };
        assert!(client.starts_with("Cliente ") && file.starts_with("config_"));
        assert_eq!([made, expires], ["2026-06-17", "2027-03-31"]);
        let path = format!(
            "/p/{}/n/axkr1abc/b/relatorios/o/{object}index.html",
            par.token
        );
        assert_eq!(*address, scene.bucket.endpoint() + &path);
        let (status, page) = get(address);
        assert_eq!(status, 200);
        assert_words(&page, &[client]);
        // Nothing but that page.
        let other = pars.iter().find(|other| other.id != par.id).unwrap();
        let others = other.details["objectName"].as_str().unwrap();
        assert_eq!(get(&address.replace(object, others)).0, 404);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(scene.dir().join("links.csv")).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
    // The store has everything but the address.
    let store = fs::read(scene.dir().join("consumo.db")).unwrap();
    assert!(!String::from_utf8_lossy(&store).contains("sEgReDo"));
    // The rows are in the order of the links' names, which are random.
    let kept = rows(&scene);
    assert_eq!(kept.len(), pars.len());
    for par in &pars {
        let is_own = |row: &&Vec<Option<String>>| row[1].as_ref() == Some(&par.id);
        assert_eq!(kept.iter().find(is_own).unwrap()[2], None);
    }
    // A second time nothing is made, and the next report leaves the list as it is.
    scene.bucket.seen();
    let again = publish(&scene, &["links"], 0);
    assert_words(
        &again.stdout,
        &["Cliente andorinha: já existia, vale até 31/03/2027"],
    );
    assert!(
        scene
            .bucket
            .seen()
            .iter()
            .all(|seen| seen.method == Method::GET)
    );
    scene.run(&["-q", "--pages", PAGES]).exited(0);
    assert_eq!(
        (scene.bucket.pars(), super::links::list(&scene)),
        (pars, list)
    );
}

#[test]
fn a_copy_of_a_config_has_the_same_link() {
    let scene = scene();
    fs::copy(
        scene.dir().join("config_sabia"),
        scene.dir().join("config_tico"),
    )
    .unwrap();
    for (made, state) in [(true, "feito agora"), (false, "já existia")] {
        let before = scene.bucket.pars();
        let ran = publish(&scene, &["links"], 0);
        assert_eq!(ran.stdout.matches(state).count(), 3, "{}", ran.stdout);
        assert!(!ran.stdout.contains("Antigo"), "{}", ran.stdout);
        let pars = scene.bucket.pars();
        assert_eq!((pars.len(), made), (2, before != pars));
        let rows = rows(&scene);
        assert!(rows.iter().all(|row| row[2].is_none()), "{rows:?}");
        assert_eq!((rows.len(), list(&scene).len()), (2, 2));
    }
    // The copy alone finds it, too.
    let ran = publish(&scene, &["links", "--only", "tico"], 0);
    assert_words(&ran.stdout, &["já existia"]);
    assert_eq!(scene.bucket.pars().len(), 2);
}

#[test]
fn a_config_from_before_an_extension_keeps_the_link_from_nobody() {
    let scene = scene();
    let text = fs::read_to_string(scene.dir().join("config_sabia")).unwrap();
    let shorter = text
        .lines()
        .map(|line| match line.starts_with("fim_contrato") {
            true => "fim_contrato=31/01/2026\n".to_owned(),
            false => format!("{line}\n"),
        });
    scene.write("config_antes", &shorter.collect::<String>());
    let ran = publish(&scene, &["links"], 0);
    assert_eq!(
        ran.stdout.matches("feito agora").count(),
        2,
        "{}",
        ran.stdout
    );
    assert_words(&ran.stdout, &["o contrato terminou há mais de 90 dias"]);
}

#[cfg(unix)]
#[test]
#[ignore = "long"]
fn links_that_another_run_makes_are_left_to_it() {
    use rustix::fs::{FlockOperation, flock};

    let scene = scene();
    let lock = fs::File::create(scene.dir().join(".oci-consumo-links.lock")).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    for verb in [&["links"][..], &["revoke", "sabia"]] {
        let ran = publish(&scene, verb, 1);
        assert_words(
            &ran.stderr,
            &["outra execução está fazendo ou encerrando links"],
        );
    }
    assert!(scene.bucket.pars().is_empty());
    drop(lock);
    publish(&scene, &["links"], 0);
    assert_eq!(scene.bucket.pars().len(), 2);
}

#[test]
fn a_revoked_link_reads_nothing_and_another_is_made() {
    let scene = scene();
    publish(&scene, &["links"], 0);
    let before = list(&scene);
    let ran = publish(&scene, &["revoke", "andorinha"], 0);
    assert_words(&ran.stdout, &["config_andorinha: links encerrados: 1"]);
    assert_words(&ran.stderr, &[": 204, "]);
    assert_eq!(list(&scene), before[1..]);
    assert_eq!(get(&before[0][2]).0, 404);
    assert_eq!(get(&before[1][2]).0, 200);
    let none = publish(&scene, &["revoke", "andorinha"], 1);
    assert_words(&none.stderr, &["nenhum cliente com esse nome tem link"]);
    let several = publish(&scene, &["revoke", "a"], 0);
    assert_words(&several.stdout, &["config_sabia"]);
    assert!(scene.bucket.pars().is_empty());
    publish(&scene, &["links"], 0);
    let several = publish(&scene, &["revoke", "cliente"], 1);
    assert_words(&several.stderr, &["config_andorinha, config_sabia"]);
    // One that somebody has deleted at the console is gone already.
    let pars = scene.bucket.pars();
    scene.bucket.forget(&pars[0].id);
    publish(&scene, &["revoke", "andorinha"], 0);
    scene.bucket.forget(&pars[1].id);
    let ran = publish(&scene, &["links"], 0);
    assert_eq!(
        ran.stdout.matches("feito agora").count(),
        2,
        "{}",
        ran.stdout
    );
    assert_eq!((scene.bucket.pars().len(), list(&scene).len()), (2, 2));
    // A refusal to delete ends nothing.
    let denied = Answer(404, "", r#"{"code":"BucketNotFound","message":"x"}"#);
    scene.bucket.meet(Method::DELETE, [denied]);
    let ran = publish(&scene, &["revoke", "sabia"], 1);
    assert_words(&ran.stderr, &["BucketNotFound", "PAR_MANAGE"]);
    assert_eq!((scene.bucket.pars().len(), list(&scene).len()), (2, 2));
    publish(&scene, &["revoke", "sabia"], 0);
    assert_eq!((scene.bucket.pars().len(), list(&scene).len()), (1, 1));
}

#[test]
fn links_below_the_longest_prefix_end_and_a_row_that_names_no_page_is_said() {
    let scene = Scene::new();
    // With its key, the page's name is longer than one that may be typed.
    let pages = format!("oci://relatorios@axkr1abc/{}", "x".repeat(924));
    scene.run(&["-q", "--pages", &pages]).exited(0);
    publish(&scene, &["links", "--pages", &pages], 0);
    assert_eq!(scene.bucket.pars().len(), 2);
    publish(&scene, &["revoke", "sabia", "--pages", &pages], 0);
    assert_eq!((scene.bucket.pars().len(), list(&scene).len()), (1, 1));
    sql(&scene, "UPDATE enlace SET objeto = 'x'");
    let ran = publish(&scene, &["revoke", "andorinha", "--pages", &pages], 1);
    assert_words(&ran.stderr, &["o histórico guarda quais links existem"]);
    assert_eq!(ran.stdout, "");
    assert_eq!((scene.bucket.pars().len(), list(&scene).len()), (1, 1));
}

#[test]
fn a_role_is_told_which_grant_links_lack() {
    let Some(store) = database() else {
        return;
    };
    let scene = Scene::new();
    scene
        .run(&["-q", "--pages", PAGES, "--store", &store])
        .exited(0);
    let reader = as_role(&store, "leitor");
    let role = reader.split(['/', '@']).nth(2).unwrap();
    query(&store, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    query(
        &store,
        &format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"),
    );
    let grant =
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}");
    let ran = publish(&scene, &["links", "--store", &reader], 1);
    assert_words(&ran.stderr, &[&grant]);
    assert!(scene.bucket.pars().is_empty());
    // The list of links itself may not be read.
    query(&store, &format!("REVOKE SELECT ON enlace FROM {role}"));
    let ran = publish(&scene, &["links", "--store", &reader], 1);
    assert_words(&ran.stderr, &[&grant]);
    // An older store is brought to the newest version first, which makes tables.
    query(
        &store,
        "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
    );
    let ran = publish(&scene, &["links", "--store", &reader], 1);
    assert_words(&ran.stderr, &["use o usuário que criou as tabelas"]);
}

#[test]
fn a_lost_answer_leaves_no_second_link() {
    let scene = scene();
    let busy = Answer(500, "", "");
    let faults: [&[Fault]; 5] = [
        &[Lost],
        &[Without("accessUri")],
        &[Cut],
        &[Without("id")],
        std::slice::from_ref(&busy),
    ];
    for faults in faults.into_iter().take(samples(2, 5)) {
        scene.bucket.meet(Method::POST, faults.to_vec());
        let ran = publish(&scene, &["links", "--only", "sabia"], 0);
        assert_words(&ran.stdout, &["Cliente sabia: feito agora"]);
        let pars = scene.bucket.pars();
        assert_eq!(pars.len(), 1, "{faults:?}");
        assert!(list(&scene)[0][2].contains(&pars[0].token), "{faults:?}");
        publish(&scene, &["revoke", "sabia"], 0);
    }
    // Where nothing helps, nothing is left behind, and the next run makes the link.
    scene.bucket.meet(Method::POST, [Lost, busy]);
    let ran = publish(&scene, &["links", "--only", "sabia"], 3);
    assert_words(
        &ran.stdout,
        &["Cliente sabia: sem link: o serviço respondeu 500"],
    );
    assert!(scene.bucket.pars().is_empty() && list(&scene).is_empty());
    publish(&scene, &["links"], 0);
    assert_eq!(scene.bucket.pars().len(), 2);
}

#[test]
#[ignore = "long"]
fn a_link_that_is_made_after_the_run_has_given_up_is_found() {
    let scene = scene();
    scene.bucket.meet(Method::POST, [Late]);
    let ran = publish(&scene, &["links", "--only", "sabia", "--timeout", "1"], 3);
    assert_words(&ran.stdout, &["Cliente sabia: sem link"]);
    assert!(scene.bucket.pars().is_empty());
    scene.bucket.catch_up();
    let orphan = scene.bucket.pars();
    assert_eq!(orphan.len(), 1);
    // Nobody has its address: another is made in its place.
    let ran = publish(&scene, &["links", "--only", "sabia"], 0);
    assert_words(&ran.stdout, &["Cliente sabia: feito agora"]);
    let pars = scene.bucket.pars();
    assert_eq!(pars.len(), 1);
    assert_ne!(pars[0].token, orphan[0].token);
    publish(&scene, &["revoke", "sabia"], 0);
    assert!(scene.bucket.pars().is_empty());
}

#[test]
fn a_run_that_was_killed_is_taken_up() {
    let scene = scene();
    publish(&scene, &["links", "--only", "sabia"], 0);
    let (pars, before) = (scene.bucket.pars(), list(&scene));
    let forget = "UPDATE enlace SET requisicao = NULL WHERE encerrado_em IS NULL";
    // After the list was written: the link is good.
    sql(&scene, forget);
    let ran = publish(&scene, &["links", "--only", "sabia"], 0);
    assert_words(&ran.stdout, &["Cliente sabia: já existia"]);
    assert_eq!(
        (scene.bucket.pars(), list(&scene)),
        (pars.clone(), before.clone())
    );
    assert_eq!(rows(&scene)[0][1].as_deref(), Some(pars[0].id.as_str()));
    // Before it was: nobody has the address, and another is made.
    sql(&scene, forget);
    fs::remove_file(scene.dir().join("links.csv")).unwrap();
    let ran = publish(&scene, &["links", "--only", "sabia"], 0);
    assert_words(&ran.stdout, &["Cliente sabia: feito agora"]);
    assert_eq!(scene.bucket.pars().len(), 1);
    assert_ne!(ids(&scene.bucket.pars()), ids(&pars));
    // A list that is lost later on does not end the links that customers have.
    fs::remove_file(scene.dir().join("links.csv")).unwrap();
    let ran = publish(&scene, &["links", "--only", "sabia"], 3);
    assert_words(&ran.stdout, &["oci-consumo publish revoke config_sabia"]);
    assert_eq!(scene.bucket.pars().len(), 1);
    publish(&scene, &["revoke", "sabia"], 0);
    assert!(scene.bucket.pars().is_empty());
}

#[test]
fn a_renewed_contract_has_another_link_and_the_old_one_is_listed() {
    let scene = scene();
    publish(&scene, &["links"], 0);
    let renewed = Config::new("sabia")
        .with("inicio_contrato", "2026-06-01")
        .with("fim_contrato", "2027-05-31");
    fs::write(scene.dir().join("config_sabia"), renewed.text()).unwrap();
    let ran = publish(&scene, &["links"], 0);
    assert_words(
        &ran.stdout,
        &[
            "Cliente andorinha: já existia",
            "Cliente sabia: feito agora, vale até 29/08/2027",
            "Antigo: config_sabia, contrato de 01/01/2026, vale até 31/03/2027",
        ],
    );
    assert_eq!((scene.bucket.pars().len(), list(&scene).len()), (3, 3));
    let ran = publish(&scene, &["revoke", "config_sabia"], 0);
    assert_words(&ran.stdout, &["links encerrados: 2"]);
    assert_eq!((scene.bucket.pars().len(), list(&scene).len()), (1, 1));
    // A contract that ended long ago has none; a config that cannot be used is said.
    let ended = renewed
        .with("inicio_contrato", "2025-01-01")
        .with("fim_contrato", "2025-12-31");
    fs::write(scene.dir().join("config_sabia"), ended.text()).unwrap();
    let broken = Config::new("andorinha").without("credito");
    fs::write(scene.dir().join("config_andorinha"), broken.text()).unwrap();
    let ran = publish(&scene, &["links"], 3);
    assert_words(
        &ran.stdout,
        &[
            "Cliente sabia: o contrato terminou há mais de 90 dias",
            "config_andorinha tem um problema",
        ],
    );
}

#[test]
fn what_cannot_be_linked_is_refused() {
    let scene = Scene::new();
    let none = publish(&scene, &["links"], 2);
    assert_words(&none.stderr, &["ainda não há páginas"]);
    scene.run(&["-q", "--pages", PAGES]).exited(0);
    let none = publish(&scene, &["links", "--no-store"], 2);
    assert_words(&none.stderr, &["retire --no-store"]);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("p");
    let none = publish(&scene, &["links", "--pages", folder.to_str().unwrap()], 2);
    assert_words(&none.stderr, &["escreva --pages oci://"]);
    let none = publish(
        &scene,
        &[
            "links",
            "--publish-as",
            scene.dir().join("config_sabia").to_str().unwrap(),
        ],
        2,
    );
    assert_words(&none.stderr, &["é a credencial de um cliente"]);
    for (status, body, words) in [
        (
            401,
            json!({"code": "NotAuthenticated"}),
            "o serviço respondeu 401",
        ),
        (403, json!({"code": "NotAllowed"}), "PAR_MANAGE"),
        (
            404,
            json!({"code": "BucketNotFound"}),
            "request.permission = 'PAR_MANAGE'",
        ),
        (409, json!({"code": "Conflict"}), "o serviço respondeu 409"),
        (
            429,
            json!({"code": "TooManyRequests"}),
            "o serviço respondeu 429",
        ),
    ] {
        let body: &'static str = Box::leak(body.to_string().into_boxed_str());
        scene
            .bucket
            .meet(Method::POST, vec![Answer(status, "", body); 2]);
        let ran = publish(&scene, &["links"], 3);
        assert_words(
            &ran.stdout,
            &[
                "Cliente andorinha: sem link",
                "Cliente sabia: sem link",
                words,
            ],
        );
        assert!(scene.bucket.pars().is_empty() && list(&scene).is_empty());
        scene
            .bucket
            .meet(Method::GET, [Answer(status, "retry-after: 600", body)]);
        let ran = publish(&scene, &["links"], 1);
        assert_words(&ran.stderr, &["não consigo ver nem encerrar os links"]);
    }
}
