//! Hosts that are not there or are not who they say, each in a region of its own; all others are
//! reached through a proxy that vouches for them.

use super::{Group, Meets, Row, SEVERAL, Scene, Stage, Way, answer, failing, well};
use crate::common::proxy::{Host, usage_host};

/// Whether a variable names the certificates that the system trusts.
pub(super) const CERTIFICATES_ARE_FILES: bool = cfg!(target_os = "linux");

/// Where a redirect points to.
const ELSEWHERE: &str = "usageapi.elsewhere.example";

pub(super) fn scenes() -> Vec<Scene> {
    let scene = |args, name, rows| Scene {
        way: Way::Proxy,
        args,
        threads: 8,
        groups: vec![Group { name, rows }],
        also: nobody_else_is_asked,
    };
    vec![
        scene(&["--retry-budget", "5"], "TLS", certificates()),
        scene(&["--retry-budget", "5"], "tunnels of a proxy", tunnels()),
        scene(
            &["--timeout", "3", "--retry-budget", "3"],
            "connecting in vain",
            silences(),
        ),
        scene(&["--retry-budget", "2"], "DNS", vec![nameless()]),
    ]
}

/// A client of that region, whose host is as said.
fn at(region: &str, host: Host, row: Row) -> Row {
    Row {
        meets: Meets::Host(host),
        ..row.configured(|config| config.with("region", region))
    }
}

fn certificates() -> Vec<Row> {
    let row = |id, region: &'static str, host, words| {
        let remedy = &["relógio", "proxy", "SSL_CERT_FILE"];
        at(
            region,
            host,
            failing(id, Meets::Nothing, 1, "tls", words, remedy).unnamed(),
        )
    };
    vec![
        row(
            "autoridade-desconhecida",
            "eu-frankfurt-1",
            Host::UnknownAuthority,
            &[
                "TLS com usageapi.eu-frankfurt-1.oci.oraclecloud.com falhou: ",
                "UnknownIssuer",
            ],
        ),
        row(
            "certificado-de-outro-nome",
            "eu-milan-1",
            Host::OtherName,
            &[
                "TLS com usageapi.eu-milan-1.oci.oraclecloud.com falhou: ",
                "not valid for name",
            ],
        ),
        row(
            "certificado-vencido",
            "eu-paris-1",
            Host::Expired,
            &[
                "TLS com usageapi.eu-paris-1.oci.oraclecloud.com falhou: ",
                "expired",
            ],
        ),
        well("certificado-bom", Meets::Nothing, 1),
    ]
}

fn tunnels() -> Vec<Row> {
    let broken = |id, region: &'static str, host, words| {
        let remedy = &["rede", "proxy", "execute de novo"];
        let row = failing(id, Meets::Nothing, SEVERAL, "sem_conexao", words, remedy);
        at(region, host, row.unnamed())
    };
    let refused = |id, region: &'static str, status, words, remedy| {
        let row = failing(id, Meets::Nothing, 1, "sem_conexao", words, remedy);
        at(region, Host::Refused(status), row.unnamed())
    };
    vec![
        refused(
            "tunel-recusado",
            "us-ashburn-1",
            502,
            &[
                "o proxy 127.0.0.1:",
                "recusou a ligação com usageapi.us-ashburn-1.oci.oraclecloud.com",
            ],
            &["libere usageapi.us-ashburn-1.oci.oraclecloud.com"],
        ),
        refused(
            "tunel-proibido",
            "us-phoenix-1",
            403,
            &[
                "o proxy 127.0.0.1:",
                "recusou a ligação com usageapi.us-phoenix-1.oci.oraclecloud.com",
            ],
            &["libere usageapi.us-phoenix-1.oci.oraclecloud.com"],
        ),
        refused(
            "proxy-com-senha",
            "us-sanjose-1",
            407,
            &["o proxy 127.0.0.1:", "respondeu 407: pede usuário e senha"],
            &["HTTPS_PROXY", "NTLM"],
        ),
        broken(
            "tunel-fechado",
            "uk-london-1",
            Host::Closed,
            &["usageapi.uk-london-1.oci.oraclecloud.com caiu"],
        ),
        broken(
            "fechado-antes-de-tls",
            "uk-cardiff-1",
            Host::ClosedBehind,
            &["usageapi.uk-cardiff-1.oci.oraclecloud.com caiu"],
        ),
        failing(
            "307-a-outro-nome",
            answer(
                307,
                &[("location", &format!("https://{ELSEWHERE}/20200107/usage"))],
                "",
            ),
            1,
            "requisicao_recusada",
            &["307"],
            &["redirecionamentos"],
        ),
    ]
}

fn silences() -> Vec<Row> {
    let late = |id, region: &'static str, host, words| {
        let remedy = &["--timeout", "--retry-budget"];
        let row = failing(id, Meets::Nothing, SEVERAL, "tempo_esgotado", words, remedy);
        at(region, host, row.unnamed())
    };
    vec![
        late(
            "conexao-sem-resposta",
            "ap-tokyo-1",
            Host::Silent,
            &["usageapi.ap-tokyo-1.oci.oraclecloud.com não respondeu a tempo"],
        ),
        late(
            "tls-sem-resposta",
            "ap-osaka-1",
            Host::SilentBehind,
            &["usageapi.ap-osaka-1.oci.oraclecloud.com não respondeu a tempo"],
        ),
    ]
}

/// A region that there is not, in a realm that there is.
fn nameless() -> Row {
    let row = failing(
        "sem-dns",
        Meets::Nothing,
        // Of the proxy: it is not the proxy's to resolve.
        0,
        "sem_conexao",
        &["usageapi.xx-nowhere-1.oci.oraclecloud.com não foi encontrado (DNS)"],
        &["region", "DNS"],
    );
    at("xx-nowhere-1", Host::Bypassed, row.unnamed())
}

/// Only the clients' regions are asked for, and none through the proxy that is not the proxy's.
fn nobody_else_is_asked(stage: &Stage) {
    let asked = stage.proxy.as_ref().unwrap().asked();
    assert!(asked.contains(&usage_host("sa-saopaulo-1")));
    let strange = |host: &&String| host.contains(ELSEWHERE) || !host.starts_with("usageapi.");
    assert_eq!(asked.iter().find(strange), None);
}
