//! Many clients at once, a fifth of them in trouble of every kind.

use crate::common::crowd::{self, Trouble};
use crate::common::{assert_words, client, daily, failure, ran, samples};

use super::{assert_discreet, short};

/// What is said of each kind of trouble: code and words.
fn said(trouble: Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::Refused => ("sem_permissao", "404 NotAuthorizedOrNotFound"),
        Trouble::Garbage => ("resposta_invalida", "não é o JSON documentado"),
        Trouble::Slow => ("tempo_esgotado", "não respondeu a tempo"),
        Trouble::Truncated => ("sem_conexao", "caiu"),
        Trouble::Unavailable => ("servico_indisponivel", "500 InternalServerError"),
        Trouble::PageLoop => ("paginacao", "repete a próxima página"),
        Trouble::BadKey => ("chave_invalida", "broken.pem"),
        Trouble::BadConfig => ("config_invalida", "ontem"),
    }
}

#[test]
#[ignore = "long"]
fn of_many_clients_a_fifth_in_trouble_harms_no_other() {
    // Number n has n and a quarter a day, for 77 days.
    let size = samples(40, crowd::SIZE);
    let mut folder = crowd::folder(size, |id| {
        let amount = format!("{id}.25").trim_start_matches('0').to_owned();
        let amount = match amount.strip_prefix('.') {
            Some(fraction) => format!("0.{fraction}"),
            None => amount,
        };
        (short(id), daily("2026-04-01", "2026-06-16", &amount))
    });
    folder.world.record = false;
    let served = folder.serve();
    let mut command = served.command();
    command.args(["--format", "json", "-v"]);
    // A busy machine answers hundreds of clients within this time, and a request that hangs waits for all of it.
    command.args(["--timeout", "10", "--retry-budget", "3"]);

    let ran = ran(&mut command).exited(3);

    assert_discreet(&ran);
    let document = ran.json();
    for n in 0..size {
        let file = format!("config_{n:04}");
        let Some(trouble) = Trouble::of(n) else {
            let hundredths = 77 * (100 * n + 25);
            let consumption = client(&document, &file)["consumo"].as_str().unwrap();
            assert_eq!(
                consumption,
                format!("{}.{:02}", hundredths / 100, hundredths % 100).trim_end_matches('0'),
                "{file}"
            );
            continue;
        };
        let (failure, (code, words)) = (failure(&document, &file), said(trouble));
        assert_eq!(failure["codigo"], code, "{failure:#}");
        let message = failure["mensagem"].as_str().unwrap();
        assert_words(message, &[&file, words]);
        assert!(!failure["acao"].as_str().unwrap().is_empty(), "{file}");
    }
    let lists = ["clientes", "falhas"].map(|list| document[list].as_array().unwrap().len());
    assert_eq!(lists, [size / 5 * 4, size / 5]);
}
