//! Texts of the problems of `alertas.ini`, of its secrets, and of the clients' `alerta_*` keys.

use std::path::Path;

use super::check::restricting;
use super::config::{self, config_problem};
use super::file_problem;
use crate::failure::{
    AddressFault, AlertsProblem, AlertsRefused, ConfigProblem, EndpointProblem, PhoneFault,
    SecretFault,
};
use crate::lang::{Lang, say, told};
use crate::text::{printable, quoted, shown};

/// The words for the refusal of the file at `path`, or of a secret that it names: file, line, section and key, what is
/// wrong, and what to do.
pub fn alerts_refused(lang: Lang, path: &Path, refused: &AlertsRefused) -> String {
    // The file of the partner's own user has lines and keys of its own.
    if let AlertsProblem::Partner { file, failure } = &refused.problem {
        return super::failure(lang, file, failure).line();
    }
    let (mut what, remedy) = problem(lang, &refused.problem);
    if let Some(written) = &refused.written {
        what += &config::written(lang, &what, written);
    }
    let mut place = shown(path);
    if let Some(line) = refused.line {
        place += &say!(lang, ", linha {line}", ", line {line}");
    }
    if let Some(section) = &refused.section {
        place += &format!(", [{section}]");
    }
    if let Some(key) = &refused.key {
        place += &format!(" {key}");
    }
    format!("{place}: {what}; {remedy}")
}

/// Returns what is wrong, and the remedy.
pub(super) fn problem(lang: Lang, problem: &AlertsProblem) -> (String, String) {
    match problem {
        AlertsProblem::File(problem) => file_problem(lang, *problem),
        AlertsProblem::Config(ConfigProblem::KeyInside) => told! { lang,
        "há uma chave privada no texto" => "salve a chave em um arquivo .pem e aponte para ele no arquivo de oci =",
        "there is a private key in the text" => "save the key in a .pem file and name it in the file of oci =" },
        AlertsProblem::Config(problem) => config_problem(lang, problem),
        AlertsProblem::UnknownSection { near: Some(near) } => {
            let header = header(lang, near);
            told! { lang,
            "não há seção com esse nome" => "seria [{header}]?",
            "there is no section of that name" => "is it [{header}]?" }
        }
        AlertsProblem::UnknownSection { near: None } => told! { lang,
        "não há seção com esse nome" => "há operador, regras, email, sms, whatsapp, topico, metricas, webhook NOME, chat NOME, comando NOME, batimento e publicar",
        "there is no section of that name" => "there are operador, regras, email, sms, whatsapp, topico, metricas, webhook NAME, chat NAME, comando NAME, batimento and publicar" },
        AlertsProblem::RepeatedSection { first_line } => told! { lang,
        "a seção já está na linha {first_line}" => "junte as duas, ou dê outro nome a uma delas",
        "the section stands on line {first_line} already" => "join the two, or give one of them another name" },
        AlertsProblem::Nameless => told! { lang,
        "falta o nome da seção: pode haver várias" => "escreva um nome depois da palavra, como em [chat equipe]",
        "the section has no name: there may be several" => "write a name behind the word, as in [chat equipe]" },
        AlertsProblem::Named => told! { lang,
        "esta seção não leva nome: há uma só" => "deixe só a palavra entre os colchetes",
        "this section takes no name: there is one only" => "keep the word alone between the brackets" },
        AlertsProblem::NotAName => told! { lang,
        "o nome da seção só leva letras, números, espaço, -, _ e ponto, até 40 caracteres" => "escolha outro nome",
        "the section's name has only letters, digits, blanks, -, _ and dots, up to 40 characters" => "choose another name" },
        AlertsProblem::OutsideSections { sections } if sections.is_empty() => told! { lang,
        "a linha está antes da primeira seção" => "comece com [operador]",
        "the line stands before the first section" => "begin with [operador]" },
        AlertsProblem::OutsideSections { sections } => {
            let sections = listed(lang, sections.iter().map(|section| format!("[{section}]")));
            told! { lang,
            "a chave está antes da primeira seção" => "ponha-a abaixo de {sections}",
            "the key stands before the first section" => "put it below {sections}" }
        }
        AlertsProblem::OfOtherSection { sections } => {
            let sections = listed(lang, sections.iter().map(|section| format!("[{section}]")));
            told! { lang,
            "a chave não é desta seção" => "ponha-a abaixo de {sections}",
            "the key is none of this section" => "put it below {sections}" }
        }
        AlertsProblem::UnknownKey { near: Some(near) } => told! { lang,
        "a seção não tem essa chave" => "seria {near}?",
        "the section has no such key" => "is it {near}?" },
        AlertsProblem::UnknownKey { near: None } => told! { lang,
        "a seção não tem essa chave" => "corrija o nome, ou comente a linha com ;",
        "the section has no such key" => "correct the name, or comment the line out with ;" },
        AlertsProblem::NoOperator => told! { lang,
        "falta a seção [operador], com quem recebe os alertas" => "inclua [operador] e, abaixo, email = noc@example.com",
        "the section [operador] is missing, with who gets the alerts" => "add [operador] and below it email = noc@example.com" },
        AlertsProblem::Missing { lines, any: true } => {
            let lines = listed(lang, lines.iter().map(String::clone));
            told! { lang,
            "falta uma chave" => "inclua uma das linhas: {lines}",
            "a key is missing" => "add one of the lines: {lines}" }
        }
        AlertsProblem::Missing { lines, any: false } => {
            let keys = lines.iter().filter_map(|line| line.split(' ').next());
            let keys = listed(lang, keys.map(str::to_owned));
            let lines = lines.join(", ");
            told! { lang,
            "falta {keys}" => "inclua: {lines}",
            "{keys} is missing" => "add: {lines}" }
        }
        AlertsProblem::TwoForms { other, other_line } => told! { lang,
        "diz o mesmo que {other}, da linha {other_line}" => "deixe só uma das duas",
        "says the same as {other} on line {other_line}" => "keep one of the two" },
        AlertsProblem::NotFor { kind } => told! { lang,
        "a chave não tem efeito com por = {kind}" => "apague a linha, ou corrija por",
        "the key means nothing with por = {kind}" => "delete the line, or correct por" },
        AlertsProblem::UnknownChannel { known } if known.is_empty() => told! { lang,
        "não há canal com esse nome: o arquivo não tem nenhum" => "inclua a seção de um canal, como [email]",
        "there is no channel of that name: the file has none" => "add the section of a channel, such as [email]" },
        AlertsProblem::UnknownChannel { known } => {
            let known = listed(lang, known.iter().map(|name| printable(name, 60)));
            told! { lang,
            "não há canal com esse nome" => "o arquivo tem {known}",
            "there is no channel of that name" => "the file has {known}" }
        }
        AlertsProblem::NoSection { section } => told! { lang,
        "o canal não tem a seção [{section}]" => "inclua a seção, ou retire o canal",
        "the channel has no section [{section}]" => "add the section, or take the channel out" },
        AlertsProblem::NoAddress { key } => told! { lang,
        "o canal {key} está na lista, mas [operador] não tem {key} =" => "inclua {key} = com o endereço, ou retire o canal da lista",
        "the channel {key} is in the list, but [operador] has no {key} =" => "add {key} = with the address, or take the channel out of the list" },
        AlertsProblem::NobodyTold => told! { lang,
        "ninguém receberia os alertas" => "inclua email = noc@example.com em [operador], ou a seção de um chat ou webhook",
        "nobody would get the alerts" => "add email = noc@example.com to [operador], or the section of a chat or webhook" },
        AlertsProblem::NotAWord { words } => {
            let words = listed(lang, words.iter().map(|word| (*word).to_owned()));
            told! { lang,
            "o valor não é uma das palavras" => "use {words}",
            "the value is none of the words" => "use {words}" }
        }
        AlertsProblem::OutOfRange { least, most } => told! { lang,
        "não é um número de {least} a {most}" => "corrija o valor",
        "not a number from {least} to {most}" => "correct the value" },
        AlertsProblem::ClosesAbove { opens } => told! { lang,
        "fecha não é menor que abre ({opens})" => "deixe fecha abaixo de abre, para que um alerta não abra e feche todo dia",
        "fecha is not below abre ({opens})" => "keep fecha below abre, so that an alert does not open and close every day" },
        AlertsProblem::NotOfForm { example } => told! { lang,
        "o valor não tem a forma esperada" => "escreva, por exemplo, {example}",
        "the value is not of the expected form" => "write, for example, {example}" },
        AlertsProblem::NotAnAddress(fault) => address(lang, *fault),
        AlertsProblem::NotAPhone(fault) => phone(lang, fault),
        AlertsProblem::NotAnEndpoint(problem) => (
            endpoint(lang, *problem),
            say! { lang, "escreva https://servidor/caminho", "write https://host/path" },
        ),
        AlertsProblem::LoginInAddress => told! { lang,
        "o endereço leva usuário ou senha" => "deixe smtp://SERVIDOR:PORTA em por, e use usuario e senha_arquivo",
        "the address has a user or password in it" => "keep smtp://HOST:PORT in por, and use usuario and senha_arquivo" },
        AlertsProblem::NameOfAClient => told! { lang,
        "um arquivo que começa com config_ é de um cliente" => "dê ao arquivo do usuário do parceiro outro nome, como parceiro.oci",
        "a file that begins with config_ is a client's" => "give the file of the partner's own user another name, such as parceiro.oci" },
        AlertsProblem::TwoCommands { first_line } => told! { lang,
        "outro comando, o da linha {first_line}, já substitui esse canal" => "deixe só um dos dois",
        "another command, that of line {first_line}, replaces this channel already" => "keep one of the two" },
        AlertsProblem::PlainSecret { mode } => told! { lang,
        "há um segredo em um arquivo que outros podem ler (permissões {mode:03o})" => "execute chmod 600 no arquivo, ou ponha o segredo em outro, com _arquivo",
        "there is a secret in a file that others can read (permissions {mode:03o})" => "run chmod 600 on the file, or put the secret in another one, with _arquivo" },
        AlertsProblem::DoubtfulSecret => told! { lang,
        "há aspas em volta do segredo, ou um caractere invisível na ponta: não se sabe se fazem parte dele" => "apague-os; se fazem parte, ponha o segredo em um arquivo, com _arquivo",
        "there are quotes around the secret, or an invisible character at its end: nothing says whether they belong to it" => "delete them; if they do, put the secret in a file, with _arquivo" },
        AlertsProblem::SecretFile { file, problem } => {
            let (what, remedy) = file_problem(lang, *problem);
            (format!("{file}: {what}"), remedy)
        }
        AlertsProblem::SecretExposed { file, mode } => {
            let command = restricting([file.as_str()]);
            told! { lang,
            "outros podem ler ou gravar o segredo em {file} (permissões {mode:03o})" => "execute {command}; no Kubernetes, use fsGroup e defaultMode 0440",
            "others can read or write the secret in {file} (permissions {mode:03o})" => "run {command}; in Kubernetes, use fsGroup and defaultMode 0440" }
        }
        AlertsProblem::NotASecret(fault) => secret(lang, *fault),
        AlertsProblem::NoVariable => told! { lang,
        "a variável não existe no ambiente" => "defina a variável para quem executa o programa (no cron, na própria linha)",
        "the variable is not in the environment" => "set the variable for who runs the program (with cron, in its own line)" },
        AlertsProblem::NoCredentials => told! { lang,
        "CREDENTIALS_DIRECTORY não existe: credencial: vale só sob o systemd" => "inclua LoadCredential= na unidade, ou use _arquivo",
        "CREDENTIALS_DIRECTORY is not set: credencial: works under systemd only" => "add LoadCredential= to the unit, or use _arquivo" },
        AlertsProblem::OpenQuote => told! { lang,
        "uma aspa do comando não fecha" => "feche a aspa, ou apague-a",
        "a quote of the command is not closed" => "close the quote, or delete it" },
        AlertsProblem::NoProgram { program } => told! { lang,
        "o programa \"{program}\" não existe ou não pode ser executado" => "escreva o caminho inteiro; o PATH do cron é curto",
        "the program \"{program}\" is not there or cannot be run" => "write its whole path; the PATH of cron is short" },
        AlertsProblem::Writable {
            path,
            mode: Some(mode),
        } => {
            let own = quoted(path);
            told! { lang,
            "o comando não é executado: outros podem gravar em {path} (permissões {mode:03o})" => "execute chmod go-w {own}",
            "the command is not run: others can write {path} (permissions {mode:03o})" => "run chmod go-w {own}" }
        }
        AlertsProblem::Writable { path, mode: None } => told! { lang,
        "o comando não é executado: {path} é de outro usuário" => "passe o arquivo para o usuário que executa o programa, ou para o root",
        "the command is not run: {path} is another user's" => "give it to the user who runs the program, or to root" },
        AlertsProblem::NotStarted(error) => told! { lang,
        "o comando não pôde ser executado: {error}" => "confira o programa e suas permissões",
        "the command could not be run: {error}" => "check the program and its permissions" },
        AlertsProblem::CommandTimeout { seconds } => told! { lang,
        "o comando não terminou em {seconds} s" => "execute-o à mão: ele pode estar pedindo uma senha",
        "the command did not end within {seconds} s" => "run it by hand: it may be asking for a password" },
        AlertsProblem::CommandFailed {
            status: Some(status),
        } => told! { lang,
        "o comando falhou, com o código de saída {status}" => "execute-o à mão para ver o motivo",
        "the command failed with exit status {status}" => "run it by hand to see why" },
        AlertsProblem::CommandFailed { status: None } => told! { lang,
        "o comando foi encerrado por um sinal" => "execute-o à mão para ver o motivo",
        "the command was ended by a signal" => "run it by hand to see why" },
        AlertsProblem::Partner { file, failure } => {
            let told = super::failure(lang, file, failure);
            (told.message, told.remedy)
        }
    }
}

/// The header of the section `word`, as an example has it.
fn header(lang: Lang, word: &str) -> String {
    match word {
        "webhook" | "chat" | "comando" => say!(lang, "{word} NOME", "{word} NAME"),
        word => word.to_owned(),
    }
}

/// `words` as a list in a sentence, the last one behind "or".
fn listed(lang: Lang, words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    let last = words.pop().unwrap_or_default();
    match words.is_empty() {
        true => last,
        false => {
            let first = words.join(", ");
            say!(lang, "{first} ou {last}", "{first} or {last}")
        }
    }
}

fn address(lang: Lang, fault: AddressFault) -> (String, String) {
    let what = match fault {
        AddressFault::At => {
            say! { lang, "não é um endereço de e-mail: falta o @, ou há mais de um",
            "not an e-mail address: there is no @, or several" }
        }
        AddressFault::Local => {
            say! { lang, "não é um endereço de e-mail: antes do @ há um espaço, um acento ou outro sinal, ou nada",
            "not an e-mail address: before the @ there is a blank, an accent or another sign, or nothing" }
        }
        AddressFault::Domain => {
            say! { lang, "não é um endereço de e-mail: o que vem depois do @ não é um domínio",
            "not an e-mail address: no domain follows the @" }
        }
        AddressFault::Name => {
            say! { lang, "o nome antes do endereço tem um caractere de controle, aspas dentro, ou mais de 100 letras",
            "the name before the address has a control character, quotes inside, or over 100 letters" }
        }
        AddressFault::TooLong => say! { lang, "o endereço tem mais de 254 letras",
        "the address has over 254 letters" },
    };
    let remedy = say! { lang, "escreva nome@example.com, ou Nome <nome@example.com>; vários, separados por vírgula",
    "write name@example.com, or Name <name@example.com>; several with commas between them" };
    (what, remedy)
}

fn phone(lang: Lang, fault: &PhoneFault) -> (String, String) {
    let what = match fault {
        PhoneFault::NinthDigit { mobile, landline } => {
            return told! { lang,
            "um celular do Brasil tem nove dígitos depois do DDD" => "se é {mobile}, inclua o 9; se é {landline}, um fixo ou rádio, use outro número",
            "a Brazilian mobile has nine digits behind its area code" => "if it is {mobile}, add the 9; if it is {landline}, a landline or radio, use another number" };
        }
        PhoneFault::Landline => {
            return told! { lang,
            "é um telefone fixo, que não recebe SMS" => "use um celular",
            "it is a landline, which gets no SMS" => "use a mobile number" };
        }
        PhoneFault::NoCountry => say! { lang, "o número não começa com + e o país",
        "the number does not begin with + and the country" },
        PhoneFault::Characters => {
            say! { lang, "o número tem um sinal que não é dígito, espaço, hífen, ponto ou parêntese",
            "the number has a sign that is no digit, blank, hyphen, dot or bracket" }
        }
        PhoneFault::Length => say! { lang, "o número tem dígitos de menos ou de mais",
        "the number has too few or too many digits" },
        PhoneFault::Area => say! { lang, "falta o DDD, de 11 a 99",
        "the area code, from 11 to 99, is missing" },
    };
    let remedy = say! { lang, "escreva +55 11 91234-5678", "write +55 11 91234-5678" };
    (what, remedy)
}

fn endpoint(lang: Lang, problem: EndpointProblem) -> String {
    match problem {
        EndpointProblem::NotAUrl => say!(lang, "não é uma URL", "it is not a URL"),
        EndpointProblem::NotBare => {
            say! { lang, "a URL não leva usuário, senha nem fragmento (#), e a de um servidor não leva consulta (?)",
            "no user, password or fragment (#) belongs in the URL, and in that of a host no query (?)" }
        }
        EndpointProblem::InTheClear => say! { lang, "http serve só para esta máquina (loopback)",
        "http is for this machine only (loopback)" },
        EndpointProblem::OtherScheme => say! { lang, "não é https, nem http para esta máquina",
        "it is neither https, nor http to this machine" },
    }
}

fn secret(lang: Lang, fault: SecretFault) -> (String, String) {
    match fault {
        SecretFault::Empty => told! { lang,
        "o segredo está vazio" => "confira o arquivo, o comando ou a variável",
        "the secret is empty" => "check the file, the command or the variable" },
        SecretFault::SeveralLines => told! { lang,
        "o segredo tem mais de uma linha, ou um caractere de controle" => "deixe só o segredo, em uma linha",
        "the secret has several lines, or a control character" => "keep the secret alone, in one line" },
        SecretFault::NotText => told! { lang,
        "o segredo não é texto em UTF-8" => "salve-o como texto",
        "the secret is not text in UTF-8" => "save it as text" },
        SecretFault::TooLong => told! { lang,
        "o segredo tem mais de 16 KiB" => "confira se é o arquivo ou o comando certo",
        "the secret has over 16 KiB" => "check that it is the right file or command" },
        SecretFault::NotAnEndpoint(problem) => {
            let problem = endpoint(lang, problem);
            told! { lang,
            "o endereço secreto não serve: {problem}" => "copie a URL inteira do serviço, https://…",
            "the secret address cannot be used: {problem}" => "copy the service's whole URL, https://…" }
        }
    }
}
