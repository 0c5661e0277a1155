//! What befalls a whole run: the way out of this machine. No client has a way of its own to a closed
//! port, so that row is the whole run's, too.

use serde_json::Value;

use super::{assert_discreet, short};
use crate::common::{Folder, assert_words, closed_port, command_over, failure, portal, ran};

pub(super) const NAME: &str = "whole runs: endpoint, certificates";

/// Each by its id.
pub(super) fn runs() -> Vec<(&'static str, fn())> {
    let mut runs: Vec<(&'static str, fn())> = vec![
        ("porta-fechada", nothing_listens),
        ("nome-sem-endereco", unknown_host),
        ("nem-tls", no_tls),
    ];
    if super::hosts::CERTIFICATES_ARE_FILES {
        runs.push(("sem-certificados", no_certificates));
    }
    runs
}

/// The failure of one client whose requests go to `endpoint`; every try is a line of stderr.
fn only_tried(endpoint: &str, words: &str) -> (Value, usize) {
    let folder = Folder::new().config(&short("so"));
    let ran =
        ran(command_over(folder.path()).args(["--endpoint", endpoint, "--format", "json", "-v"]))
            .exited(4);
    assert_discreet(&ran);
    let tries = ran.stderr.lines().filter(|line| line.contains(words));
    (ran.json()["falhas"][0].clone(), tries.count())
}

#[track_caller]
fn assert_failed(failure: &Value, code: &str, words: &[&str], remedy: &[&str]) {
    assert_eq!(failure["codigo"], code, "{failure:#}");
    assert_words(failure["mensagem"].as_str().unwrap(), words);
    assert_words(failure["acao"].as_str().unwrap(), remedy);
}

fn nothing_listens() {
    let endpoint = format!("http://{}", closed_port());
    let (failure, tries) = only_tried(&endpoint, "recusou a conexão");
    let words = ["127.0.0.1, ou o proxy, recusou a conexão"];
    assert_failed(&failure, "sem_conexao", &words, &["firewall"]);
    assert_eq!(tries, 2);
}

fn unknown_host() {
    let (failure, tries) = only_tried("https://usageapi.nenhum.invalid", "não foi encontrado");
    let words = ["usageapi.nenhum.invalid não foi encontrado (DNS)"];
    assert_failed(&failure, "sem_conexao", &words, &["region", "DNS"]);
    assert_eq!(tries, 2);
}

fn no_tls() {
    let endpoint = format!("https://{}", portal());
    let (failure, tries) = only_tried(&endpoint, "TLS com 127.0.0.1 falhou");
    let words = ["TLS com 127.0.0.1 falhou: "];
    assert_failed(&failure, "tls", &words, &["certificados"]);
    assert_eq!(tries, 1);
}

fn no_certificates() {
    let folder = Folder::new().config(&short("so"));
    let mut command = command_over(folder.path());
    command.args(["--format", "json", "-v"]);
    command.env("SSL_CERT_FILE", "/dev/null");
    let ran = ran(&mut command).exited(4);
    assert_discreet(&ran);
    let document = ran.json();
    assert_failed(
        failure(&document, "config_so"),
        "sem_conexao",
        &[
            "o cliente HTTP não pôde ser criado",
            "SSL_CERT_FILE=/dev/null: não tem nenhum certificado",
        ],
        &["ca-certificates"],
    );
}
