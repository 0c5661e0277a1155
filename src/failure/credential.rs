//! Problems of a credential that is not an API key: of its token, of the machine's identity, or of a secret of Vault.

use chrono::{DateTime, Utc};

use super::{Answer, FileProblem, ServiceProblem};

/// The kinds of credential that a client's requests are signed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CredentialKind {
    /// A user's API key.
    #[default]
    ApiKey,
    /// A person's session token, as `oci session authenticate` writes it.
    SecurityToken,
    /// The identity of a resource, a container instance for one, in the variables of its environment.
    ResourcePrincipal,
    /// The identity of a compute instance.
    InstancePrincipal,
}

impl CredentialKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::ApiKey,
        Self::SecurityToken,
        Self::ResourcePrincipal,
        Self::InstancePrincipal,
    ];

    /// The value of `authentication_type` in a config, in the words of the vendor's SDKs.
    pub fn word(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::SecurityToken => "security_token",
            Self::ResourcePrincipal => "resource_principal",
            Self::InstancePrincipal => "instance_principal",
        }
    }

    /// Whether the identity is that of the machine, whose rights come from a dynamic group.
    pub(crate) fn is_of_machine(self) -> bool {
        matches!(self, Self::ResourcePrincipal | Self::InstancePrincipal)
    }
}

/// Credential: no identity, or not the client's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialProblem {
    /// The token's file, or that of the environment's variables, could not be read.
    File(FileProblem),
    /// The text is not a token with an end of its life.
    NotAToken,
    /// The token's life is over.
    Expired {
        /// The kind of credential.
        kind: CredentialKind,
        /// End of the token's life.
        at: DateTime<Utc>,
    },
    /// The token is bound to another key than the one beside it.
    OtherKey,
    /// The identity is of another tenancy than the config's.
    OtherTenancy {
        /// The kind of credential.
        kind: CredentialKind,
        /// The identity's tenancy, fit for a terminal.
        found: String,
    },
    /// A variable of the resource's identity is not set.
    NoVariable {
        /// Name of the variable.
        name: &'static str,
    },
    /// The resource's identity has another version than 2.2.
    OtherVersion {
        /// The version, fit for a terminal.
        found: String,
    },
    /// The region in the instance's metadata is not the name of a region.
    NotARegion,
    /// `OCI_METADATA_BASE_URL` is not an address that the machine alone answers on.
    MetadataAddress,
    /// The metadata address did not answer in time, or nothing listens there.
    NoMetadata {
        /// The address.
        address: String,
        /// The address did not answer; else it refused or broke the connection.
        silent: bool,
    },
    /// The metadata address answered with another status than 200.
    MetadataRefused {
        /// The path that was asked for.
        path: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// The answer for a path of the metadata is not what that path holds.
    MetadataAnswer {
        /// The path that was asked for.
        path: &'static str,
    },
    /// The service did not change the instance's certificate for a token.
    Federation(Answer),
    /// The answer to the instance's certificate has no token.
    NoToken,
    /// The certificate has another tenancy than the one before it.
    TenancyChanged {
        /// The tenancy so far.
        before: String,
        /// The tenancy of the new certificate, fit for a terminal.
        found: String,
    },
    /// The service did not hand out a secret of Vault.
    SecretRefused(Answer),
    /// The answer for a secret of Vault is not the document of one, or of another secret.
    NotASecret,
    /// The machine that asks for a secret of Vault has no identity.
    NoMachine(Box<Self>),
}

impl CredentialProblem {
    /// Returns whether the service may answer otherwise a little later.
    pub(crate) fn may_pass(&self) -> bool {
        self.outage().is_some()
    }

    /// The code where the service may answer otherwise a little later: that of such an answer to any request. An outage is no
    /// refusal of the config.
    pub(super) fn outage(&self) -> Option<&'static str> {
        match self {
            Self::Federation(answer) | Self::SecretRefused(answer) if answer.may_pass() => {
                Some(ServiceProblem::outage(answer.status))
            }
            _ => None,
        }
    }

    /// Returns the service's refusal, if it is one.
    pub(crate) fn answer_mut(&mut self) -> Option<&mut Answer> {
        match self {
            Self::Federation(answer) | Self::SecretRefused(answer) => Some(answer),
            Self::NoMachine(problem) => problem.answer_mut(),
            _ => None,
        }
    }
}

codes! {
    CredentialProblem {
        Self::File(_) | Self::NotAToken | Self::NoToken => "token_ilegivel",
        Self::Expired { .. } => "token_vencido",
        Self::OtherKey => "token_de_outra_chave",
        Self::OtherTenancy { .. } | Self::TenancyChanged { .. } => "identidade_de_outra_tenancy",
        Self::Federation(_) => "identidade_recusada",
        Self::SecretRefused(_) | Self::NotASecret => "segredo_do_cofre",
        Self::NoVariable { .. }
            | Self::OtherVersion { .. }
            | Self::NotARegion
            | Self::MetadataAddress
            | Self::NoMetadata { .. }
            | Self::MetadataRefused { .. }
            | Self::MetadataAnswer { .. }
            | Self::NoMachine(_) => "sem_identidade",
    }
}
