//! Failures to reach the service, and its refusals.

use std::time::Duration;

use super::{CredentialKind, EnvironmentProblem, FileProblem, SystemError};

/// Call of the service: refused, or not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceProblem {
    /// The name of the host has no address.
    UnknownHost {
        /// The host's name.
        host: String,
    },
    /// The region is not in the table, and its host has no address.
    MisspeltRegion {
        /// The region.
        region: String,
        /// The host without an address.
        host: String,
        /// The region with the nearest name, if one is near.
        near: Option<&'static str>,
    },
    /// The host refuses the connection.
    ConnectionRefused {
        /// The host's name.
        host: String,
    },
    /// The connection broke, at any point.
    ConnectionBroken {
        /// The host's name.
        host: String,
        /// Number of tries.
        tries: u32,
        /// The system's error, where it has one.
        cause: Option<SystemError>,
    },
    /// The proxy is not reached.
    NoProxy {
        /// Host and port of the proxy.
        proxy: String,
        /// The reason, as far as it is known.
        reason: ProxyAbsence,
    },
    /// The proxy makes no connection to the host.
    Proxy {
        /// The host's name.
        host: String,
        /// Host and port of the proxy.
        proxy: String,
        /// The answer of the proxy.
        refusal: ProxyRefusal,
    },
    /// A variable of the environment that says the way to the service is not understood.
    Environment(EnvironmentProblem),
    /// TLS could not be agreed on: certificate, name or protocol.
    Tls {
        /// The host's name.
        host: String,
        /// Message of the TLS library.
        detail: String,
    },
    /// The whole answer did not come in time.
    Timeout {
        /// The host's name.
        host: String,
        /// Number of tries.
        tries: u32,
    },
    /// 401: the signature, the key or the user was not accepted.
    NotAuthenticated {
        /// The user's OCID, to compare.
        user: String,
        /// The key's fingerprint, to compare.
        fingerprint: String,
        /// The refusal, in the service's words.
        answer: Answer,
    },
    /// 401: the token, or the signature with its key, was not accepted.
    TokenRefused {
        /// The kind of credential.
        kind: CredentialKind,
        /// The refusal, in the service's words.
        answer: Answer,
    },
    /// 401, and the clocks are too far apart.
    ClockSkew {
        /// The service's time less this machine's, in seconds.
        offset_seconds: i64,
        /// The refusal, in the service's words.
        answer: Answer,
    },
    /// The clock of this machine is ahead, and to the service the as-of day is to come.
    ClockAhead {
        /// The service's time less this machine's, in seconds.
        offset_seconds: i64,
    },
    /// 404 NotAuthorizedOrNotFound, or any other 404: the policy is missing, or the tenancy.
    NotAuthorized(Answer),
    /// 403: not allowed, often because it is not the home region.
    Forbidden(Answer),
    /// 429 until there was no time left.
    TooManyRequests {
        /// Number of tries.
        tries: u32,
        /// The refusal, in the service's words.
        answer: Answer,
    },
    /// `Retry-After` says later than the budget allows.
    RetryTooLate {
        /// Pause that the service asks for.
        wait: Duration,
        /// The refusal, in the service's words.
        answer: Answer,
    },
    /// 5xx, or 409 IncorrectState, until there was no time left.
    Unavailable {
        /// Number of tries.
        tries: u32,
        /// The refusal, in the service's words.
        answer: Answer,
    },
    /// A redirect: a signature holds for one host and never follows.
    Redirect(Answer),
    /// Any other status.
    Rejected(Answer),
    /// The operating system gave no random numbers to sign with.
    SigningFailed,
    /// The HTTP client could not be made: no certificates, for one.
    NoClient {
        /// Message of the library.
        detail: String,
    },
    /// The files that the environment names hold no certificate, so that no host can be believed.
    NoCertificates {
        /// The variables that name them.
        named: Vec<CertificatesProblem>,
    },
}

/// The reasons why a proxy is not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyAbsence {
    /// The proxy's name has no address.
    NoAddress,
    /// The proxy refused the connection.
    Refused,
    /// Another, by the system's error where that is known.
    Other(Option<SystemError>),
}

/// The refusals of a proxy. Another try would be refused as well, or that cannot be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyRefusal {
    /// HTTP 407: user and password are asked for, or were not accepted.
    Credentials,
    /// Another HTTP status, most often 403; which one is not known.
    OtherStatus,
    /// SOCKS: user and password are asked for, or were not accepted.
    SocksCredentials,
    /// SOCKS: the proxy's rules forbid the connection.
    SocksForbidden,
    /// SOCKS without `h` or `a`: this machine looks the host's name up, and finds no address.
    OwnLookup,
    /// SOCKS: the proxy did not reach the host.
    SocksUnreached,
    /// The proxy's answer is not of the protocol.
    OtherProtocol,
}

/// A variable of the environment that names no certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificatesProblem {
    /// Name of the variable.
    pub variable: &'static str,
    /// The path, fit for a terminal.
    pub path: String,
    /// The reason; `None` where the path can be read and holds no certificate.
    pub problem: Option<FileProblem>,
}

/// Borrows the refusal of a [`ServiceProblem`] as the problem itself is borrowed.
macro_rules! refusal {
    ($problem:expr) => {
        match $problem {
            Self::NotAuthenticated { answer, .. }
            | Self::TokenRefused { answer, .. }
            | Self::ClockSkew { answer, .. }
            | Self::NotAuthorized(answer)
            | Self::Forbidden(answer)
            | Self::TooManyRequests { answer, .. }
            | Self::RetryTooLate { answer, .. }
            | Self::Unavailable { answer, .. }
            | Self::Redirect(answer)
            | Self::Rejected(answer) => Some(answer),
            _ => None,
        }
    };
}

impl ServiceProblem {
    /// The code of an answer of `status` that may be another a little later.
    pub(super) fn outage(status: u16) -> &'static str {
        match status {
            429 => "limite_de_requisicoes",
            _ => "servico_indisponivel",
        }
    }

    /// Returns the service's refusal, if it is one.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        refusal!(self)
    }

    /// Returns the service's refusal, if it is one.
    pub(crate) fn answer_mut(&mut self) -> Option<&mut Answer> {
        refusal!(self)
    }
}

/// An answer that is not 200, with its texts cleaned for the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The service's code, `NotAuthenticated` for one; empty where there is none.
    pub code: String,
    /// The service's message; empty where there is none.
    pub message: String,
}

impl Answer {
    /// Returns whether the service may answer otherwise a little later.
    pub(crate) fn may_pass(&self) -> bool {
        match self.status {
            501 => false,
            408 | 425 | 429 | 500..=599 => true,
            409 => self.code == "IncorrectState",
            _ => false,
        }
    }
}

codes! {
    ServiceProblem {
        Self::UnknownHost { .. }
            | Self::MisspeltRegion { .. }
            | Self::ConnectionRefused { .. }
            | Self::ConnectionBroken { .. }
            | Self::NoProxy { .. }
            | Self::Proxy { .. }
            | Self::Environment(_)
            | Self::NoCertificates { .. }
            | Self::NoClient { .. } => "sem_conexao",
        Self::Tls { .. } => "tls",
        Self::Timeout { .. } => "tempo_esgotado",
        Self::NotAuthenticated { .. } | Self::TokenRefused { .. } => "nao_autenticado",
        Self::ClockSkew { .. } | Self::ClockAhead { .. } => "relogio",
        Self::NotAuthorized(_) => "sem_permissao",
        Self::Forbidden(_) => "nao_permitido",
        Self::RetryTooLate { answer, .. } if answer.status != 429 => "servico_indisponivel",
        Self::TooManyRequests { .. } | Self::RetryTooLate { .. } => "limite_de_requisicoes",
        Self::Unavailable { .. } => "servico_indisponivel",
        Self::Redirect(_) | Self::Rejected(_) => "requisicao_recusada",
        Self::SigningFailed => "assinatura",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_has_the_code_of_any_request_s() {
        let answer = |status| Answer {
            status,
            code: String::new(),
            message: String::new(),
        };
        for (status, problem) in [
            (
                429,
                ServiceProblem::TooManyRequests {
                    tries: 1,
                    answer: answer(429),
                },
            ),
            (
                503,
                ServiceProblem::Unavailable {
                    tries: 1,
                    answer: answer(503),
                },
            ),
        ] {
            assert_eq!(ServiceProblem::outage(status), problem.code());
        }
    }

    #[test]
    fn the_refusal_of_a_token_is_one() {
        let answer = Answer {
            status: 401,
            code: "NotAuthenticated".to_owned(),
            message: String::new(),
        };
        let kind = CredentialKind::SecurityToken;
        let mut problem = ServiceProblem::TokenRefused {
            kind,
            answer: answer.clone(),
        };
        assert_eq!(problem.answer(), Some(&answer));
        assert_eq!(problem.answer_mut(), Some(&mut answer.clone()));
        assert_eq!(ServiceProblem::SigningFailed.answer(), None);
    }
}
