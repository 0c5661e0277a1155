//! Texts of the problems of a credential that is not an API key.

use super::file_problem;
use super::service::answered;
use crate::failure::{CredentialKind, CredentialProblem};
use crate::lang::{Lang, say, told};
use crate::render::number;
use crate::render::words::pick;

/// A kind of credential in a sentence.
pub(super) fn kind(lang: Lang, kind: CredentialKind) -> &'static str {
    let (pt, en) = match kind {
        CredentialKind::ApiKey => ("chave de API", "API key"),
        CredentialKind::SecurityToken => ("token de sessão", "session token"),
        CredentialKind::ResourcePrincipal => (
            "identidade do recurso (resource principal)",
            "resource principal",
        ),
        CredentialKind::InstancePrincipal => (
            "identidade da instância (instance principal)",
            "instance principal",
        ),
    };
    pick(lang, pt, en)
}

/// The values of `authentication_type`.
pub(super) fn kinds() -> String {
    CredentialKind::ALL.map(CredentialKind::word).join(", ")
}

pub(super) fn credential_problem(lang: Lang, problem: &CredentialProblem) -> (String, String) {
    let on_instance = || {
        say! { lang, "instance_principal só funciona em uma instância Compute da OCI; fora dela, use uma chave de API",
        "instance_principal works on an OCI Compute instance alone; elsewhere use an API key" }
    };
    let on_resource = || {
        say! { lang, "resource_principal só funciona em um recurso da OCI que tenha a versão 2.2, como uma Container Instance; fora dele, use uma chave de API",
        "resource_principal works in an OCI resource that has version 2.2 alone, such as a container instance; elsewhere use an API key" }
    };
    match problem {
        CredentialProblem::File(problem) => file_problem(lang, *problem),
        CredentialProblem::NotAToken => told! { lang,
        "não é um token (JWT) com data de fim" => "confira o arquivo ou a variável; um token de sessão se cria com oci session authenticate",
        "it is not a token (JWT) with an end of its life" => "check the file or the variable; oci session authenticate makes a session token" },
        CredentialProblem::Expired { kind: of, at } => {
            let at = number::instant(lang, *at);
            (
                say! { lang, "o token acabou em {at}",
                "the token ended on {at}" },
                match of {
                    CredentialKind::SecurityToken => {
                        say! { lang, "renove o token: oci session refresh, ou oci session authenticate depois de 24 horas. Para execuções agendadas use uma chave de API",
                        "renew the token: oci session refresh, or oci session authenticate after 24 hours. For scheduled runs use an API key" }
                    }
                    _ => {
                        say! { lang, "confira o relógio desta máquina e reinicie o recurso, que renova o token",
                        "check this machine's clock, and restart the resource, which renews the token" }
                    }
                },
            )
        }
        CredentialProblem::OtherKey => told! { lang,
        "o token é de outra chave de sessão que a que está com ele" => "use o token e a chave que foram criados juntos; os de uma sessão, com oci session authenticate",
        "the token belongs to another session key than the one beside it" => "use the token and the key that were made together; those of a session, by oci session authenticate" },
        CredentialProblem::OtherTenancy { kind: of, found } => {
            let of = kind(lang, *of);
            told! { lang,
            "{of} é da tenancy {found}, não da tenancy do config" => "corrija tenancy. A identidade de uma máquina só serve à tenancy em que ela está: para outra, use uma chave de API dela",
            "{of} belongs to the tenancy {found}, not to the config's" => "correct tenancy. A machine's identity serves the tenancy that the machine is in: for another one use an API key of it" }
        }
        CredentialProblem::NoVariable { name } => (
            say! { lang, "falta a variável de ambiente {name}",
            "the environment variable {name} is missing" },
            on_resource(),
        ),
        CredentialProblem::OtherVersion { found } => (
            say! { lang, "a identidade do recurso tem a versão {found}, e o programa só conhece a 2.2",
            "the resource's identity has version {found}, and the program knows 2.2 alone" },
            on_resource(),
        ),
        CredentialProblem::NotARegion => told! { lang,
        "a região que a máquina informa não é o nome de uma região" => "avise-nos, com o nome da região",
        "the region that the machine tells is not the name of a region" => "report the defect with the name of the region" },
        CredentialProblem::MetadataAddress => told! { lang,
        "OCI_METADATA_BASE_URL não é um endereço http local da máquina (169.254.x.x, fe80:: ou loopback)" => "apague a variável, ou corrija o endereço",
        "OCI_METADATA_BASE_URL is not an http address of the machine's own (169.254.x.x, fe80:: or loopback)" => "delete the variable, or correct the address" },
        CredentialProblem::NoMetadata { address, silent } => (
            match silent {
                true => {
                    say! { lang, "o endereço de metadados {address} não respondeu em 2 segundos: esta máquina não parece ser uma instância da OCI",
                    "the metadata address {address} did not answer within 2 seconds: this machine does not seem to be an OCI instance" }
                }
                false => {
                    say! { lang, "não há conexão com o endereço de metadados {address}: esta máquina não parece ser uma instância da OCI",
                    "there is no connection to the metadata address {address}: this machine does not seem to be an OCI instance" }
                }
            },
            on_instance(),
        ),
        CredentialProblem::MetadataRefused { path, status } => (
            say! { lang, "os metadados da máquina responderam {status} para {path}: ela não parece ser uma instância da OCI",
            "the machine's metadata answered {status} for {path}: it does not seem to be an OCI instance" },
            on_instance(),
        ),
        CredentialProblem::MetadataAnswer { path } => (
            say! { lang, "a resposta dos metadados da máquina para {path} não é a esperada",
            "the answer of the machine's metadata for {path} is not the expected one" },
            on_instance(),
        ),
        CredentialProblem::Federation(answer) => (
            answered(lang, answer),
            say! { lang, "o serviço não aceitou o certificado da instância: execute de novo em alguns minutos, e confira o relógio e se a instância está na tenancy do config",
            "the service did not accept the instance's certificate: run again in some minutes, and check the clock, and that the instance is in the config's tenancy" },
        ),
        CredentialProblem::NoToken => told! { lang,
        "a resposta ao certificado da instância não traz um token" => "execute de novo; se continuar, avise-nos, com a saída de -v",
        "the answer to the instance's certificate has no token" => "run again; if it goes on, report the defect with the output of -v" },
        CredentialProblem::TenancyChanged { before, found } => told! { lang,
        "o certificado novo da instância é da tenancy {found}, e o anterior era de {before}" => "execute de novo; se continuar, fale com quem administra a instância",
        "the instance's new certificate belongs to the tenancy {found}, and the one before it to {before}" => "run again; if it goes on, talk to the instance's administrator" },
        CredentialProblem::SecretRefused(answer) if answer.may_pass() => (
            answered(lang, answer),
            say! { lang, "execute de novo em alguns minutos",
            "run again in some minutes" },
        ),
        CredentialProblem::SecretRefused(answer) => (
            answered(lang, answer),
            say! { lang, "confira o OCID do segredo e crie a política: Allow dynamic-group GRUPO to read secret-bundles in compartment COMPARTIMENTO",
            "check the secret's OCID, and create the policy: Allow dynamic-group GROUP to read secret-bundles in compartment COMPARTMENT" },
        ),
        CredentialProblem::NotASecret => told! { lang,
        "a resposta do Vault não é o conteúdo do segredo" => "confira o OCID e se o segredo tem uma versão atual, com a chave em PEM ou a senha",
        "the answer of Vault is not the content of the secret" => "check the OCID, and that the secret has a current version with the key in PEM or the passphrase" },
        CredentialProblem::NoMachine(problem) => {
            let (what, _) = credential_problem(lang, problem);
            told! { lang,
            "o Vault é lido com a identidade desta máquina, e {what}" => "execute em uma instância ou Container Instance da OCI, ou ponha o arquivo da chave em key_file",
            "Vault is read with this machine's identity, and {what}" => "run on an OCI instance or container instance, or put the key's file in key_file" }
        }
    }
}
