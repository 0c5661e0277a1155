//! The commented `alertas.ini` that `alert init` writes.

use super::keys::{SECTIONS, SectionSpec};
use crate::lang::{Lang, say};
use crate::text::printable;

/// Characters of the longest value that is written.
const LONGEST: usize = 1000;

/// Returns a commented `alertas.ini`: each section and key with a line that explains it, and commented out, but for
/// `operator`, the keys and values of `[operador]`, and `channel`, the header of one section without its brackets and
/// its keys and values.
pub fn sample(
    lang: Lang,
    operator: &[(&str, &str)],
    channel: Option<(&str, &[(&str, &str)])>,
) -> String {
    let mut text = say! { lang,
    "; Alertas do oci-consumo. Uma linha que começa com ; é um comentário: apague o ; para usar a chave.\n\
     ; Um segredo fica em um arquivo só seu (_arquivo), em um comando (_comando), em uma variável (_ambiente)\n\
     ; ou em uma credencial do systemd (= credencial:NOME). Explicação: oci-consumo manual alerts\n",
    "; Alerts of oci-consumo. A line that begins with ; is a comment: delete the ; to use the key.\n\
     ; A secret is in a file of your own (_arquivo), a command (_comando), a variable (_ambiente)\n\
     ; or a credential of systemd (= credencial:NAME). Explained in: oci-consumo manual alerts\n" };
    for section in SECTIONS {
        let given = match section.word {
            "operador" => Some(("operador", operator)),
            word => channel.filter(|(header, _)| header.split(' ').next() == Some(word)),
        };
        text += &self::section(lang, section, given);
    }
    text
}

/// The lines of `section`; `given` is its header and the keys and values that are filled in.
fn section(lang: Lang, section: &SectionSpec, given: Option<(&str, &[(&str, &str)])>) -> String {
    let chosen = |texts: [&'static str; 2]| match lang {
        Lang::PtBr => texts[0],
        Lang::En => texts[1],
    };
    let about = chosen(section.about);
    let mut text = match given {
        Some((header, _)) => format!("\n; {about}\n[{}]\n", printable(header, LONGEST)),
        None => format!("\n; {about}\n;[{}]\n", section.header()),
    };
    let given = given.map(|(_, given)| given).unwrap_or_default();
    for key in section.keys {
        text += &format!("; {}\n", chosen(key.about));
        let mut own = given
            .iter()
            .filter(|(word, _)| key.words().any(|known| known == *word));
        text += &match own.next() {
            Some((word, value)) => format!("{word} = {}\n", printable(value, LONGEST)),
            None => format!(";{}\n", key.line()),
        };
    }
    text
}
