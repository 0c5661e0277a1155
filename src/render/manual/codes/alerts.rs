//! Refusals of `alertas.ini` and of the secrets that it names.

use super::{CodeEntry, entry};

/// Reasons why `alertas.ini` cannot be used.
#[rustfmt::skip]
pub(super) const ALERTS: &[CodeEntry] = &[
    entry("alertas_ilegivel",
        ["O arquivo `alertas.ini` não pode ser lido.",
         "The file `alertas.ini` cannot be read."],
        ["Confira caminho e permissões.",
         "Check path and permissions."]),
    entry("alertas_invalido",
        ["Uma seção, uma chave ou um valor de `alertas.ini` está errado ou falta.",
         "A section, a key or a value of `alertas.ini` is wrong or missing."],
        ["Corrija a linha que a mensagem cita.",
         "Correct the line that the message names."]),
    entry("segredo_exposto",
        ["Outros podem ler ou gravar um arquivo com um segredo, ou o segredo está em um `alertas.ini` que outros podem ler.",
         "Others can read or write a file with a secret, or the secret stands in an `alertas.ini` that others can read."],
        ["Execute `chmod 600` no arquivo.",
         "Run `chmod 600` on the file."]),
    entry("segredo_indisponivel",
        ["O arquivo, o comando, a variável ou a credencial não dá um segredo de uma linha.",
         "The file, the command, the variable or the credential gives no secret of one line."],
        ["Siga a mensagem; execute o comando à mão.",
         "Follow the message; run the command by hand."]),
    entry("comando_exposto",
        ["Um comando não é executado, porque outros podem gravar o programa, o `alertas.ini` que o cita, ou uma pasta acima deles.",
         "A command is not run, since others can write the program, the `alertas.ini` that names it, or a folder above them."],
        ["Tire dos outros a permissão de gravar.",
         "Take the permission to write from others."]),
    entry("comando_invalido",
        ["O comando tem uma aspa aberta, ou o programa não existe ou não pode ser executado.",
         "The command has an open quote, or its program is not there or cannot be run."],
        ["Escreva o caminho inteiro do programa.",
         "Write the whole path of the program."]),
    entry("usuario_do_parceiro",
        ["O arquivo do usuário do próprio parceiro (`oci =`), ou a chave que ele cita, não pode ser usado.",
         "The file of the partner's own user (`oci =`), or the key that it names, cannot be used."],
        ["Corrija a linha que a mensagem cita.",
         "Correct the line that the message names."]),
];
