//! Made-up events of a morning.

use oci_consumo::internals::alert::{
    ContractEvent, ContractKey, Digest, Event, Figures, Letter, News, OpenRule, Rule, Undelivered,
};
use oci_consumo::internals::calendar::{Day, parse_day};
use oci_consumo::internals::money::{Amount, Currency};
use oci_consumo::internals::report::statement::Situation;

pub fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

pub fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

/// Figures of a client whose credit is expected to run out.
pub fn figures(client: &str) -> Figures {
    Figures {
        client: client.to_owned(),
        as_of: day("2026-11-23"),
        data_through: Some(day("2026-11-22")),
        provisional_days: 2,
        situation: Situation::RunsOut,
        start: day("2026-04-07"),
        end: day("2027-04-06"),
        elapsed: 230,
        left: 135,
        currency: Currency::parse("BRL"),
        credit: amount("360000"),
        consumption: Some(amount("286739.8812")),
        balance: Some(amount("73260.1188")),
        projected: Some(amount("522192.83")),
        surplus: Some(Amount::zero()),
        shortfall: Some(amount("162192.83")),
        runs_out: Some(day("2027-01-03")),
        runs_out_range: Some((Some(day("2026-12-22")), Some(day("2027-01-20")))),
        chance: Some(95),
        pace: Some(amount("1744.6")),
        target_pace: Some(amount("542.6675")),
        is_young: false,
        is_adjusted: false,
    }
}

/// Figures in `situation`, with what such figures have.
pub fn figures_in(situation: Situation) -> Figures {
    let figures = figures("Transportes Andorinha");
    let none = Figures {
        situation,
        projected: None,
        surplus: None,
        shortfall: None,
        runs_out: None,
        runs_out_range: None,
        chance: None,
        ..figures.clone()
    };
    match situation {
        Situation::RunsOut => figures,
        Situation::Within => Figures {
            projected: Some(amount("354630.55")),
            surplus: Some(amount("5369.45")),
            shortfall: Some(Amount::zero()),
            chance: Some(25),
            pace: Some(amount("503.2")),
            ..none
        },
        Situation::LeftOver => Figures {
            consumption: Some(amount("115000.4")),
            balance: Some(amount("244999.6")),
            projected: Some(amount("191000.1")),
            surplus: Some(amount("168999.9")),
            shortfall: Some(Amount::zero()),
            chance: Some(5),
            pace: Some(amount("562.96")),
            target_pace: Some(amount("1814.81")),
            ..none
        },
        Situation::Borderline => Figures {
            projected: Some(amount("361100")),
            surplus: Some(Amount::zero()),
            shortfall: Some(amount("1100")),
            runs_out: Some(day("2027-04-05")),
            runs_out_range: Some((Some(day("2027-03-20")), None)),
            chance: Some(55),
            pace: Some(amount("550.5")),
            ..none
        },
        Situation::Spent => Figures {
            consumption: Some(amount("376210.07")),
            balance: Some(amount("-16210.07")),
            projected: Some(amount("610210.07")),
            surplus: Some(Amount::zero()),
            shortfall: Some(amount("250210.07")),
            runs_out: Some(day("2026-10-16")),
            runs_out_range: Some((Some(day("2026-10-16")), Some(day("2026-10-16")))),
            chance: Some(95),
            target_pace: None,
            ..none
        },
        Situation::Ended => Figures {
            as_of: day("2027-04-20"),
            data_through: Some(day("2027-04-06")),
            provisional_days: 0,
            elapsed: 365,
            left: 0,
            consumption: Some(amount("351504.89")),
            balance: Some(amount("8495.11")),
            projected: Some(amount("351504.89")),
            surplus: Some(amount("8495.11")),
            shortfall: Some(Amount::zero()),
            target_pace: None,
            ..none
        },
        Situation::NoForecast => Figures {
            elapsed: 2,
            left: 363,
            pace: None,
            ..none
        },
        Situation::NoData | Situation::IncompleteHistory => Figures {
            data_through: None,
            provisional_days: 0,
            consumption: None,
            balance: None,
            pace: None,
            target_pace: None,
            ..none
        },
        Situation::NotStarted => Figures {
            start: day("2026-12-01"),
            end: day("2027-11-30"),
            elapsed: 0,
            left: 365,
            data_through: None,
            provisional_days: 0,
            consumption: None,
            balance: None,
            pace: None,
            target_pace: None,
            ..none
        },
        Situation::NoCredit => Figures {
            credit: Amount::zero(),
            balance: None,
            target_pace: None,
            ..none
        },
    }
}

/// The news of a rule of one contract.
pub fn event(rule: Rule, news: News, level: u8, figures: Option<Figures>) -> ContractEvent {
    let client = figures
        .as_ref()
        .map_or("Transportes Andorinha", |figures| &figures.client);
    let on = figures
        .as_ref()
        .map_or(day("2026-11-23"), |figures| figures.as_of);
    ContractEvent {
        contract: ContractKey {
            tenancy: "ocid1.tenancy.oc1..demonstracaoandorinha".to_owned(),
            start: day("2026-04-07"),
        },
        file: "config_andorinha".to_owned(),
        client: client.to_owned(),
        rule,
        news,
        level,
        since: day("2026-11-20"),
        on,
        reason: figures.is_none().then(|| "sem_permissao".to_owned()),
        figures: figures.map(Box::new),
    }
}

pub fn letter(news: Vec<ContractEvent>) -> Letter {
    Letter {
        news,
        contact: Some("Ana, da Parceira Nuvem, (11) 4002-8922".to_owned()),
    }
}

/// The same, about another client.
fn named(mut event: ContractEvent, client: &str, file: &str) -> Event {
    event.client = client.to_owned();
    event.file = file.to_owned();
    Event::Contract(Box::new(event))
}

/// A digest with something in every section.
pub fn digest() -> Digest {
    let opened = event(
        Rule::RunsOut,
        News::Opened,
        2,
        Some(figures("Transportes Andorinha")),
    );
    let spent = event(
        Rule::RunsOut,
        News::Worse,
        4,
        Some(figures_in(Situation::Spent)),
    );
    let left_over = event(
        Rule::LeftOver,
        News::Worse,
        2,
        Some(figures_in(Situation::LeftOver)),
    );
    let mut well = event(
        Rule::RunsOut,
        News::Well,
        2,
        Some(figures_in(Situation::Within)),
    );
    well.since = day("2026-10-29");
    let failed = event(Rule::NoData, News::Opened, 1, None);
    let gone = event(Rule::Term, News::Gone, 3, None);
    let mut base = event(
        Rule::Term,
        News::Baseline,
        1,
        Some(figures_in(Situation::Borderline)),
    );
    base.on = day("2026-11-21");
    Digest {
        as_of: day("2026-11-23"),
        events: vec![
            named(spent, "Gráfica Farol", "config_farol"),
            named(opened, "Transportes Andorinha", "config_andorinha"),
            named(left_over, "Clínica Boa Vista", "config_boavista"),
            named(failed, "Sítio Semeador", "config_semeador"),
            Event::General {
                code: "sem_conexao".to_owned(),
                since: day("2026-11-22"),
                on: day("2026-11-23"),
                began: false,
                clients: 41,
            },
            named(well, "Padaria Pão Quente", "config_padaria"),
            named(gone, "Escola Horizonte", "config_horizonte"),
            named(base, "Loja Nova Era", "config_novaera"),
        ],
        undelivered: vec![
            Undelivered {
                client: Some("Hotel Estrela do Mar".to_owned()),
                channel: "sms".to_owned(),
                to: "+55 11 9****-5678".to_owned(),
                state: "incerto".to_owned(),
                problem: None,
            },
            Undelivered {
                client: None,
                channel: "chat:time".to_owned(),
                to: String::new(),
                state: "falhou".to_owned(),
                problem: Some("tempo_esgotado".to_owned()),
            },
        ],
        open: vec![
            OpenRule {
                client: "Gráfica Farol".to_owned(),
                rule: Rule::RunsOut,
                level: 4,
                since: day("2026-09-01"),
                silent_until: Some(day("2026-12-31")),
            },
            OpenRule {
                client: "Sítio Semeador".to_owned(),
                rule: Rule::NoData,
                level: 1,
                since: day("2026-11-22"),
                silent_until: None,
            },
        ],
        clients: 80,
        without_figures: vec![
            ("Sítio Semeador".to_owned(), "sem_permissao".to_owned()),
            (
                "Móveis Pinheiro".to_owned(),
                "historico_incompleto".to_owned(),
            ),
        ],
        next_due: Some(day("2026-11-24")),
        days_without_run: 3,
        without_memory: false,
        is_test: false,
    }
}
