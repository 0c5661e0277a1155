//! Oracle's own SDKs against the stand-in: what it accepts and refuses of the program's requests it has accepted and
//! refused of the vendor's.
//!
//! The SDK for Python is looked for as `import oci` of `python3`, or of the Python that [`PYTHON`] names; [`GO`] names a
//! program built of `vendor.go`. What is not there is passed over.

use std::env;
use std::path::Path;
use std::process::Command;

use chrono::Utc;
use tempfile::TempDir;

use super::authority::{Authority, public};
use super::instances::machine;
use super::{config, rows, session_pem};
use crate::common::{Config, KEY_PEM, pass_over};

/// The variable that names a Python which has the SDK.
const PYTHON: &str = "OCI_CONSUMO_TESTS_PYTHON";
/// The variable that names a program of the SDK for Go.
const GO: &str = "OCI_CONSUMO_TESTS_GO";
const SECRET: &str = "ocid1.vaultsecret.oc1.sa-saopaulo-1.segredo";

/// What a program of the vendor's works with.
struct Desk {
    authority: Authority,
    client: Config,
    token: String,
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let client = config(&[]);
        let tenancy = client.value("tenancy");
        // The SDKs go by the machine's clock.
        let authority = Authority::start(Utc::now().timestamp(), &[(&client, rows())]);
        authority.state().employ(machine(tenancy, 1));
        authority.state().store(SECRET, b"segredo");
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let session = public(&session_pem());
        let token = authority.token(tenancy, &session, 3600);
        write("token", &token);
        write("over", &authority.token(tenancy, &session, -1));
        write("session.pem", &session_pem());
        write("other.pem", KEY_PEM);
        Self {
            authority,
            client,
            token,
            folder,
        }
    }

    /// The lines that `command` prints, in the environment of an instance and a resource.
    fn lines(&self, command: &mut Command) -> Vec<String> {
        let output = command
            .env("OCI_METADATA_BASE_URL", self.authority.metadata())
            .env("OCI_SDK_AUTH_CLIENT_REGION_URL", self.authority.endpoint())
            .env("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2")
            .env("OCI_RESOURCE_PRINCIPAL_RPST", &self.token)
            .env("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", session_pem())
            .env("OCI_RESOURCE_PRINCIPAL_REGION", "sa-saopaulo-1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(complained.is_empty(), "{said}{complained}");
        said.lines().map(str::to_owned).collect()
    }

    /// The key ids of the federation requests that got a token, without the digest.
    fn federations(&self) -> Vec<String> {
        let requests = self.authority.requests();
        let granted = requests
            .iter()
            .filter(|seen| seen.target == "/v1/x509" && seen.status == 200);
        let kind = |key_id: &str| key_id.split('/').nth(1).unwrap_or_default().to_owned();
        granted.map(|seen| kind(&seen.key_id)).collect()
    }
}

#[test]
fn the_sdk_for_python_passes_the_stand_in() {
    let python = env::var(PYTHON).unwrap_or_else(|_| "python3".to_owned());
    let import = Command::new(&python).args(["-c", "import oci"]).output();
    if !import.is_ok_and(|output| output.status.success()) {
        pass_over("oci-python-sdk");
        return;
    }
    let desk = Desk::new();
    let lines = desk.lines(
        Command::new(&python)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/credentials/vendor.py"))
            .args([
                &desk.authority.endpoint(),
                desk.folder.path().to_str().unwrap(),
            ])
            .args([desk.client.value("tenancy"), SECRET]),
    );
    assert_eq!(
        lines[1..],
        [
            "session_token 20.0",
            "other_key 401 NotAuthenticated",
            "over 401 NotAuthenticated",
            "resource 20.0",
            "instance sa-saopaulo-1 20.0",
            "instance_again 20.0",
            "secret c2VncmVkbw==",
            "no_secret 404 NotAuthorizedOrNotFound",
        ],
    );
    assert_eq!(desk.federations(), ["fed-x509", "fed-x509"]);
}

#[test]
fn the_sdk_for_go_passes_the_stand_in() {
    let Ok(program) = env::var(GO) else {
        pass_over("oci-go-sdk");
        return;
    };
    let desk = Desk::new();
    let arguments = [
        desk.authority.endpoint(),
        desk.client.value("tenancy").to_owned(),
    ];
    let lines = desk.lines(Command::new(program).args(arguments));
    assert_eq!(lines, ["resource 200 2", "instance true 200 2"]);
    assert_eq!(desk.federations(), ["fed-x509-sha256"]);
    // The fields of its federation request, in its order.
    let requests = desk.authority.requests();
    let federation = requests
        .iter()
        .find(|seen| seen.target == "/v1/x509")
        .unwrap();
    let body = String::from_utf8(federation.body.clone()).unwrap();
    let places = [
        "certificate",
        "fingerprintAlgorithm",
        "intermediateCertificates",
        "publicKey",
    ]
    .map(|field| body.find(&format!("\"{field}\":")).unwrap());
    assert!(places.is_sorted(), "{body}");
}
