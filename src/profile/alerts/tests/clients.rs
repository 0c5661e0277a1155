//! The clients' own keys.

use super::super::super::config::{Config, keys, parse};
use super::*;
use crate::calendar::parse_day;
use crate::failure::Warning;

const CONFIG: &str = "user=ocid1.user.oc1..u\nfingerprint=10:e8:42:b5:f3:6b:5a:b0:36:65:b2:0b:cc:7b:65:a3\n\
    tenancy=ocid1.tenancy.oc1..t\nregion=gru\nkey_file=k.pem\ncliente=Padaria\ncredito=1\n\
    inicio_contrato=01/01/2026\nfim_contrato=31/12/2026\n";

/// The config with `lines` behind it, from line 10 on.
fn config(lines: &str) -> Config {
    let as_of = parse_day("2026-06-17").unwrap();
    parse(format!("{CONFIG}{lines}").as_bytes(), Path::new("."), as_of).unwrap()
}

/// Key, line, shown value and problem of each warning, and whether it silences.
fn warned(lines: &str) -> Vec<(&'static str, usize, Option<String>, AlertsProblem, bool)> {
    let warnings = config(lines).warnings.into_iter();
    let warned = warnings.map(|warning| match warning {
        Warning::AlertIgnored {
            key,
            line,
            value,
            problem,
            silences,
        } => (key, line, value, *problem, silences),
        warning => panic!("{warning:?}"),
    });
    warned.collect()
}

#[test]
fn a_customer_is_told_only_by_the_keys_of_the_config() {
    let silent = config("").alerts;
    assert_eq!(silent, ClientAlerts::default());
    assert!(silent.wanted && silent.email.is_empty());
    let all = config(
        "alerta_email = \"Silva, Ana\" <ana@a.br>; bia@a.br, ana@a.br, bia@a.br\nalerta_sms: +55 11 91234-5678\n\
         alerta_whatsapp=+55 11 3123-4567\nalerta_a_partir_de = 2\nalerta_silencio_ate = 30/06/2026\nALERTA = sim",
    );
    assert!(all.warnings.is_empty(), "{:?}", all.warnings);
    let alerts = all.alerts;
    let addresses: Vec<&str> = alerts
        .email
        .iter()
        .map(|email| email.address.as_str())
        .collect();
    // One with another name is another.
    assert_eq!(addresses, ["ana@a.br", "bia@a.br", "ana@a.br"]);
    assert_eq!(alerts.sms[0].reveal(), "+5511912345678");
    assert_eq!(alerts.whatsapp[0].reveal(), "+551131234567");
    assert_eq!((alerts.from_level, alerts.wanted), (Some(2), true));
    assert_eq!(alerts.silent_until, parse_day("2026-06-30"));
    assert!(!config("alerta = NÃO").alerts.wanted);
    assert!(!config("alerta = nao").alerts.wanted);
}

#[test]
fn a_bad_value_is_a_warning_and_never_a_failure() {
    use AlertsProblem as P;
    let shown = |value: &str| Some(value.to_owned());
    let email = "alerta_email=a@b.br, c d@b.br, e@f.br";
    assert_eq!(
        warned(email),
        [(
            "alerta_email",
            10,
            shown("c d@b.br"),
            P::NotAnAddress(AddressFault::Local),
            false
        )]
    );
    let alerts = config(email).alerts;
    assert_eq!((alerts.email.len(), alerts.wanted), (2, true));
    assert_eq!(
        warned("\nalerta_sms=11 91234-5678"),
        [(
            "alerta_sms",
            11,
            shown("** *****-5678"),
            P::NotAPhone(PhoneFault::NoCountry),
            false
        )]
    );
    for (line, value, problem) in [
        (
            "alerta=talvez",
            "talvez",
            P::NotAWord {
                words: &["sim", "nao"],
            },
        ),
        (
            "alerta_a_partir_de=5",
            "5",
            P::OutOfRange { least: 1, most: 4 },
        ),
        (
            "alerta_silencio_ate=amanhã",
            "amanhã",
            P::Config(ConfigProblem::NotADate {
                value: "amanhã".to_owned(),
            }),
        ),
    ] {
        let (key, _) = line.split_once('=').unwrap();
        assert_eq!(warned(line), [(key, 10, shown(value), problem, true)]);
        // To tell too much cannot be taken back.
        assert!(
            !config(&format!("{line}\nalerta_email=a@b.br"))
                .alerts
                .wanted
        );
    }
}

#[test]
fn a_misspelt_key_is_told() {
    for (line, meant) in [
        ("alertas_email=a@b.br", "alerta_email"),
        ("alerta_e-mail=a@b.br", "alerta_email"),
        ("alerta_zap=x", "alerta_whatsapp"),
        ("alerta_silencio=x", "alerta_silencio_ate"),
        ("alerta_nivel=2", "alerta_a_partir_de"),
        ("alerta_telefone=x", "alerta"),
    ] {
        let warnings = config(line).warnings;
        let [Warning::SimilarKey(like)] = &warnings[..] else {
            panic!("{line}: {warnings:?}")
        };
        assert_eq!(like.meant, meant, "{line}");
    }
    assert_eq!(keys().filter(|key| key.starts_with("alerta")).count(), 6);
}
