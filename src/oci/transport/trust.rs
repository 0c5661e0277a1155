//! The TLS settings: whose certificates are believed.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::failure::{CertificatesProblem, ServiceProblem};
use crate::text::printable;

/// The most characters that are shown of a path.
const LONGEST_PATH: usize = 255;

/// The TLS settings; where every address is `plain` HTTP, no certificate is loaded and none would be trusted.
///
/// # Errors
/// [`ServiceProblem::NoCertificates`] where a variable names none, [`ServiceProblem::NoClient`] where the system has
/// none.
pub(super) fn settings(plain: bool) -> Result<ClientConfig, ServiceProblem> {
    let provider = Arc::new(default_provider());
    let no_client = |error: rustls::Error| ServiceProblem::NoClient {
        detail: printable(&error.to_string(), 200),
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(no_client)?;
    let mut tls = if plain {
        builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth()
    } else {
        let verifier = Verifier::new_with_extra_roots(files::passed_over(), provider);
        let verifier = verifier.map_err(|error| {
            let named = files::problems();
            match named.is_empty() {
                true => no_client(error),
                false => ServiceProblem::NoCertificates { named },
            }
        })?;
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth()
    };
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(tls)
}

/// The files of certificates, on systems where certificates are files.
#[cfg(all(unix, not(target_vendor = "apple"), not(target_os = "android")))]
mod files {
    use std::env;
    use std::ffi::OsString;
    use std::fs;
    use std::path::{Path, PathBuf};

    use rustls::pki_types::CertificateDer;
    use rustls_native_certs::load_certs_from_paths;

    use super::{CertificatesProblem, LONGEST_PATH, printable};
    use crate::failure::FileProblem;

    const FILE: &str = "SSL_CERT_FILE";
    const FOLDER: &str = "SSL_CERT_DIR";

    fn set(name: &str) -> Option<OsString> {
        env::var_os(name).filter(|value| !value.is_empty())
    }

    /// The system's certificates, where the library does not load them: it takes a variable that is set to nothing for
    /// a path.
    pub(super) fn passed_over() -> Vec<CertificateDer<'static>> {
        let empty = env::var_os(FILE).is_some_and(|value| value.is_empty());
        if !empty || set(FOLDER).is_some() {
            return Vec::new();
        }
        let found = openssl_probe::probe();
        let mut certificates = load_certs_from_paths(found.cert_file.as_deref(), None).certs;
        for folder in &found.cert_dir {
            if certificates.is_empty() {
                certificates = load_certs_from_paths(None, Some(folder)).certs;
            }
        }
        certificates
    }

    /// The variables that name no certificate.
    pub(super) fn problems() -> Vec<CertificatesProblem> {
        let file = set(FILE).map(PathBuf::from);
        let folders = set(FOLDER);
        let folders = folders.iter().flat_map(env::split_paths);
        let folders = folders.filter(|path| !path.as_os_str().is_empty());
        let places = file
            .map(|path| (FILE, path, false))
            .into_iter()
            .chain(folders.map(|path| (FOLDER, path, true)));
        places
            .filter_map(|(variable, path, folder)| {
                let problem = problem(&path, folder)?;
                Some(CertificatesProblem {
                    variable,
                    path: printable(&path.to_string_lossy(), LONGEST_PATH),
                    problem,
                })
            })
            .collect()
    }

    /// The reason why `path` gives no certificate: `Some(None)` where it can be read and holds none.
    fn problem(path: &Path, folder: bool) -> Option<Option<FileProblem>> {
        if !folder && path.is_dir() {
            return Some(Some(FileProblem::NotAFile));
        }
        let read = match folder {
            true => fs::read_dir(path).map(drop),
            false => fs::File::open(path).map(drop),
        };
        if let Err(error) = read {
            return Some(Some(error.into()));
        }
        let found = match folder {
            true => load_certs_from_paths(None, Some(path)),
            false => load_certs_from_paths(Some(path), None),
        };
        found.certs.is_empty().then_some(None)
    }
}

#[cfg(not(all(unix, not(target_vendor = "apple"), not(target_os = "android"))))]
mod files {
    use rustls::pki_types::CertificateDer;

    use super::CertificatesProblem;

    pub(super) fn passed_over() -> Vec<CertificateDer<'static>> {
        Vec::new()
    }

    pub(super) fn problems() -> Vec<CertificatesProblem> {
        Vec::new()
    }
}
