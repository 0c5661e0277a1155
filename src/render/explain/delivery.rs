//! Messages that were not delivered, and channels that do not let the program in, in words.

use super::{Explanation, service};
use crate::failure::{
    ChannelAnswer, DeliveryProblem, ProgramEnd, RefusalReason, UnsendableMessage,
};
use crate::lang::{Lang, say, told};

/// The words for `problem`: what happened, and what to do.
pub fn delivery(lang: Lang, problem: &DeliveryProblem) -> Explanation {
    let (message, remedy) = words(lang, problem);
    Explanation { message, remedy }
}

fn words(lang: Lang, problem: &DeliveryProblem) -> (String, String) {
    match problem {
        DeliveryProblem::Connection(problem) => (
            service::service_problem(lang, problem).0,
            say! { lang, "confira o endereço do canal, a rede, o proxy e os certificados",
            "check the channel's address, network, proxy and certificates" },
        ),
        DeliveryProblem::NoAnswer { host } => told! { lang,
        "a mensagem saiu e {host} não confirmou: pode ter chegado ou não" => "veja com quem a recebe, ou no painel do provedor",
        "the message went out and {host} did not confirm: it may have arrived or not" => "ask the recipient, or look into the provider's console" },
        DeliveryProblem::Refused { reason, answer } => {
            (answered(lang, answer), remedy(lang, *reason))
        }
        DeliveryProblem::Unintelligible { answer } => {
            let answered = answered(lang, answer);
            told! { lang,
            "{answered}: a resposta não é a do canal" => "confira o endereço do canal e o proxy; a mensagem pode ter chegado ou não",
            "{answered}: the answer is not the channel's" => "check the channel's address and the proxy; the message may have arrived or not" }
        }
        DeliveryProblem::OutsideHours { from, until } => told! { lang,
        "a mensagem espera o horário de SMS, das {from}h às {until}h, e as execuções são fora dele" => "execute alert dentro do horário, ou mude sms_horario e fuso em alertas.ini",
        "the message waits for the hours of SMS, from {from} to {until}, and the runs are outside of them" => "run alert within the hours, or change sms_horario and fuso in alertas.ini" },
        DeliveryProblem::NoStartTls { host } => told! { lang,
        "{host} não oferece STARTTLS, e nada foi enviado em claro" => "use smtps:// se o servidor tem TLS desde o início (porta 465), ou outro servidor",
        "{host} does not offer STARTTLS, and nothing was sent in the clear" => "use smtps:// if the server has TLS from the first byte (port 465), or another server" },
        DeliveryProblem::NoTls { host, port } => told! { lang,
        "{host}:{port} não fala TLS" => "porta 587 = STARTTLS (smtp://), 465 = TLS (smtps://)",
        "{host}:{port} does not speak TLS" => "port 587 = STARTTLS (smtp://), 465 = TLS (smtps://)" },
        DeliveryProblem::LoginInClear { host } => told! { lang,
        "{host} não oferece TLS, e usuário e senha não foram enviados em claro" => "tire usuario e senha, ou ligue STARTTLS no servidor",
        "{host} offers no TLS, and user and password were not sent in the clear" => "leave out usuario and senha, or switch STARTTLS on at the server" },
        DeliveryProblem::NoMechanism { host, mechanism } => told! { lang,
        "{host} não aceita login por {mechanism}" => "mude auth: plain, login ou xoauth2, conforme o servidor",
        "{host} takes no login by {mechanism}" => "change auth: plain, login or xoauth2, as the server has it" },
        DeliveryProblem::InsecureAddress { host } => told! { lang,
        "o endereço em {host} não é https" => "use https; http serve só para esta máquina (loopback)",
        "the address on {host} is not https" => "use https; http is for this machine only (loopback)" },
        DeliveryProblem::NotAnAddress => told! { lang,
        "o endereço do canal não é uma URL" => "copie de novo o endereço inteiro, que começa com https://",
        "the channel's address is no URL" => "copy the whole address again; it begins with https://" },
        DeliveryProblem::Program { program, end } => ended(lang, program, end),
        DeliveryProblem::Unsendable(problem) => unsendable(lang, problem),
    }
}

fn answered(lang: Lang, answer: &ChannelAnswer) -> String {
    let ChannelAnswer {
        host,
        status,
        code,
        message,
    } = answer;
    let words = service::words_of(code, message);
    say! { lang, "{host} respondeu {status}{words}",
    "{host} answered {status}{words}" }
}

fn remedy(lang: Lang, reason: RefusalReason) -> String {
    match reason {
        RefusalReason::Recipient => {
            say! { lang, "confira o endereço ou o número de quem recebe",
            "check the recipient's address or number" }
        }
        RefusalReason::Suppressed => {
            say! { lang, "o endereço está na lista de supressão da região: tire-o de lá (Email Delivery, Suppression List) ou use outro",
            "the address is on the region's suppression list: remove it there (Email Delivery, Suppression List) or use another" }
        }
        RefusalReason::Login => {
            say! { lang, "confira usuário, senha ou token, o remetente aprovado e a permissão de enviar por ele",
            "check user, password or token, the approved sender and the permission to send from it" }
        }
        RefusalReason::Template => {
            say! { lang, "confira nome, idioma e situação do modelo no provedor; os textos: oci-consumo alert templates",
            "check the template's name, language and status at the provider; the texts: oci-consumo alert templates" }
        }
        RefusalReason::TooLarge => {
            say! { lang, "tire o anexo (anexo = nao) ou peça um limite maior",
            "leave out the attachment (anexo = nao) or ask for a larger limit" }
        }
        RefusalReason::Redirect => {
            say! { lang, "o endereço leva a outro, que não é seguido: escreva o endereço final",
            "the address leads to another, which is not followed: write the final one" }
        }
        RefusalReason::Gone => {
            say! { lang, "o endereço não existe mais: crie outro e troque-o",
            "the address is gone: make another one and replace it" }
        }
        RefusalReason::TooMany => {
            say! { lang, "nada a fazer: a mensagem fica na fila; se persistir, veja o limite do provedor",
            "nothing to do: the message stays in the queue; if it persists, see the provider's limit" }
        }
        RefusalReason::Unavailable => {
            say! { lang, "nada a fazer: a mensagem fica na fila",
            "nothing to do: the message stays in the queue" }
        }
        RefusalReason::Other => {
            say! { lang, "siga a mensagem do provedor; depois de corrigir, oci-consumo alert test",
            "follow the provider's message; after the correction, oci-consumo alert test" }
        }
    }
}

fn ended(lang: Lang, program: &str, end: &ProgramEnd) -> (String, String) {
    match end {
        ProgramEnd::NotStarted(error) => told! { lang,
        "{program} não pôde ser executado: {error}" => "confira o caminho e a permissão de executar",
        "{program} could not be run: {error}" => "check the path and the permission to run it" },
        ProgramEnd::Status { status, output } => {
            let said = match output.as_str() {
                "" => String::new(),
                output => format!(": {output}"),
            };
            let ended = match status {
                Some(status) => say! { lang, "{program} terminou com {status}{said}",
                "{program} ended with {status}{said}" },
                None => say! { lang, "{program} foi interrompido por um sinal{said}",
                "{program} was ended by a signal{said}" },
            };
            (
                ended,
                say! { lang, "execute-o à mão com a mesma entrada e veja o motivo",
                "run it by hand with the same input and see the reason" },
            )
        }
        ProgramEnd::TimedOut(limit) => {
            let seconds = limit.as_secs();
            told! { lang,
            "{program} não terminou em {seconds} s e foi interrompido" => "a mensagem pode ter saído ou não; deixe o programa só enfileirar",
            "{program} did not end within {seconds} s and was stopped" => "the message may have gone out or not; let the program only queue it" }
        }
    }
}

fn unsendable(lang: Lang, problem: &UnsendableMessage) -> (String, String) {
    match problem {
        UnsendableMessage::Recipient => told! { lang,
        "o destinatário não é um endereço deste canal" => "e-mail: nome@dominio; telefone: +55 11 91234-5678",
        "the recipient is no address of this channel" => "mail: name@domain; telephone: +55 11 91234-5678" },
        UnsendableMessage::Sender => told! { lang,
        "de não é um endereço de e-mail" => "escreva de = Nome <nome@dominio>",
        "de is no mail address" => "write de = Name <name@domain>" },
        UnsendableMessage::Header(name) => told! { lang,
        "o cabeçalho {name} não pode ser escrito" => "confira os endereços de [email]; se estiverem certos, avise-nos",
        "the header {name} cannot be written" => "check the addresses in [email]; if they are right, report the defect" },
        UnsendableMessage::NotBasic => told! { lang,
        "o texto do SMS tem um caractere fora do alfabeto básico" => "avise-nos",
        "the text message has a character outside the basic alphabet" => "report the defect" },
        UnsendableMessage::TooLong { limit } => told! { lang,
        "o texto passa de {limit} caracteres" => "avise-nos",
        "the text is over {limit} characters" => "report the defect" },
        UnsendableMessage::Parameter => told! { lang,
        "um valor do modelo está vazio ou tem quebra de linha" => "avise-nos",
        "a value of the template is empty or has a line break" => "report the defect" },
        UnsendableMessage::Secret => told! { lang,
        "a senha, o token ou o segredo tem um caractere que não pode ter, ou não é uma chave" => "copie-o de novo, sem aspas nem quebra de linha; o de um webhook começa com whsec_",
        "the password, token or secret has a character that it cannot have, or is no key" => "copy it again without quotes and line breaks; a webhook's begins with whsec_" },
        UnsendableMessage::Form => told! { lang,
        "a mensagem não tem a forma deste canal" => "confira canais e [comando]; se estiverem certos, avise-nos",
        "the message has not this channel's form" => "check canais and [comando]; if they are right, report the defect" },
    }
}
