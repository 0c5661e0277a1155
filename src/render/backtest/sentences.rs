//! The result of a test in one sentence: the error of the forecast, the error of the best other method, and the
//! reason to keep the method or to try another.

use crate::forecast::Method;
use crate::forecast::estimate::backtest::{Score, Trial};
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::render::number::Numbers;
use crate::render::words;
use crate::report::backtest::{
    Backtest, LEAST_BLOCKS, LEAST_HISTORY, Tested, Verdict, is_clearly_less, is_near,
};

/// Days from which on a period is said in months.
const LONG: u32 = 91;

/// Result of one client, or of all together, that a sentence is made of.
struct TestedCase<'a> {
    lang: Lang,
    /// Method of the forecasts that the report makes.
    method: Method,
    trial: &'a Trial,
    verdict: &'a Verdict,
    /// Contract days that are left; of all clients, those of the contract that has the most.
    left: u32,
    /// The result is that of all clients.
    of_all: bool,
}

/// Returns the sentence about one client, to stand behind its name.
pub(super) fn of_client(lang: Lang, tested: &Tested, method: Method) -> String {
    let Some(trial) = tested.decisive() else {
        return untested(lang, tested);
    };
    let case = TestedCase {
        lang,
        method,
        trial,
        verdict: &tested.verdict,
        left: tested.left,
        of_all: false,
    };
    let period = period(lang, trial.span);
    let (error, conclusion) = (case.error(), case.conclusion());
    format!("{period} {error}; {conclusion}")
}

/// Returns the sentence about a client whose history cannot be tested.
fn untested(lang: Lang, tested: &Tested) -> String {
    let days = words::days(lang, tested.known.into());
    if tested.known as usize >= LEAST_HISTORY {
        return say! { lang, "dias demais sem informação ou ignorados para testar a previsão ({days} conhecidos): manter.",
        "too many unknown or ignored days to test the forecast ({days} known): no change." };
    }
    say! { lang, "histórico curto para testar a previsão ({days}; precisa de {LEAST_HISTORY}): manter.",
    "history too short to test the forecast ({days}; it takes {LEAST_HISTORY}): no change." }
}

/// Returns the sentence about all clients together; `None` if fewer than two were tested.
pub(super) fn of_all(lang: Lang, backtest: &Backtest) -> Option<String> {
    let case = TestedCase {
        lang,
        method: backtest.method,
        trial: backtest.decisive().filter(|trial| trial.clients > 1)?,
        verdict: &backtest.verdict,
        left: backtest.longest_left()?,
        of_all: true,
    };
    let (error, conclusion) = (case.error(), case.conclusion());
    Some(say! { lang, "Em conjunto, {error}; {conclusion}",
    "Taken together, {error}; {conclusion}" })
}

impl TestedCase<'_> {
    /// `a previsão errou em média 7,8% em 4 semanas`.
    fn error(&self) -> String {
        let (lang, span) = (self.lang, self.horizon());
        let usual = self.percent(&self.score(Method::WEEKDAY).error);
        if self.method == Method::WEEKDAY {
            return say! { lang, "a previsão errou em média {usual} em {span}",
            "the forecast was {usual} off on average over {span}" };
        }
        let (error, method) = (
            self.percent(&self.score(self.method).error),
            self.method.word(),
        );
        say! { lang, "a previsão (método {method}) errou em média {error} em {span}, e o método weekday {usual}",
        "the forecast (method {method}) was {error} off on average over {span}, and the method weekday {usual}" }
    }

    /// The best other method, and the reason to keep the method in use or to try that one.
    fn conclusion(&self) -> String {
        let lang = self.lang;
        let usual = self.score(Method::WEEKDAY);
        let best = match self.verdict {
            Verdict::NothingLeft => {
                return say! { lang, "não restam dias a prever.",
                "there are no days left to forecast." };
            }
            Verdict::Switch { method, .. } => *method,
            Verdict::Stay | Verdict::TooLittle => self.best(),
        };
        let score = self.score(best);
        let own = self.score(self.method);
        if self.method != Method::WEEKDAY
            && shown(&usual.error) < shown(&own.error).min(shown(&score.error))
        {
            return say! { lang, "o método weekday, o padrão, errou menos: experimente sem --method.",
            "the method weekday, the default, was less off: try without --method." };
        }
        let (error, wins) = (self.percent(&score.error), self.wins(&score));
        let method = best.word();
        let is_better = shown(&score.error) < shown(&usual.error).min(shown(&own.error));
        match self.verdict {
            // The suggestion is measured against weekday, which may not be the method in use.
            Verdict::Switch { .. }
                if self.method != Method::WEEKDAY && own.error <= score.error =>
            {
                say! { lang, "nenhum outro método errou menos: manter.",
                "no other method was less off: no change." }
            }
            Verdict::Switch { .. } => {
                say! { lang, "o método {method} errou {error} e chegou mais perto em {wins}: experimente --method {method}.",
                "the method {method} was {error} off and nearer in {wins}: try --method {method}." }
            }
            _ if !is_better => say! { lang, "nenhum outro método errou menos: manter.",
            "no other method was less off: no change." },
            Verdict::Stay if !is_clearly_less(&score.error, &usual.error) => {
                say! { lang, "o método {method} errou {error}, diferença pequena demais para trocar: manter.",
                "the method {method} was {error} off, too small a difference to switch: no change." }
            }
            Verdict::Stay => {
                say! { lang, "o método {method} errou {error}, mas só chegou mais perto em {wins}: manter.",
                "the method {method} was {error} off, but nearer in only {wins}: no change." }
            }
            _ => {
                let but = self.shortcoming();
                say! { lang, "o método {method} errou {error}, mas {but}: manter.",
                "the method {method} was {error} off, but {but}: no change." }
            }
        }
    }

    /// The reason why the test decides nothing.
    fn shortcoming(&self) -> String {
        let (lang, span) = (self.lang, self.horizon());
        let left = words::days(lang, self.left.into());
        match (is_near(self.trial.horizon, self.left), self.of_all) {
            (false, false) => say! { lang, "o teste é curto para os {left} que restam",
            "the test is too short for the {left} left" },
            (false, true) => {
                say! { lang, "o teste é curto para os {left} do contrato que vai mais longe",
                "the test is too short for the {left} of the contract that runs longest" }
            }
            (true, false) => {
                let blocks = periods(lang, &self.trial.blocks.to_string());
                say! { lang, "o teste só tem {blocks} de {span}, e decide com {LEAST_BLOCKS}",
                "the test has only {blocks} of {span}, and needs {LEAST_BLOCKS} to decide" }
            }
            (true, true) => {
                say! { lang, "nenhum cliente tem {LEAST_BLOCKS} períodos de {span} para decidir",
                "no client has the {LEAST_BLOCKS} periods of {span} that a decision needs" }
            }
        }
    }

    /// The method with the smallest error besides weekday and the one in use.
    fn best(&self) -> Method {
        let others = self.trial.scores.iter();
        let others = others.filter(|s| s.method != Method::WEEKDAY && s.method != self.method);
        let best = others.min_by(|a, b| a.error.cmp(&b.error));
        best.map_or_else(Method::default, |score| score.method)
    }

    /// Returns the score of `method`; every method has one.
    fn score(&self, method: Method) -> Score {
        self.trial.score(method).cloned().unwrap_or(Score {
            method,
            error: Amount::zero(),
            half_wins: 0,
        })
    }

    fn percent(&self, error: &Amount) -> String {
        Numbers::new(self.lang, None).percent(error)
    }

    /// `8 de 8 períodos`.
    fn wins(&self, score: &Score) -> String {
        let lang = self.lang;
        let (wins, blocks) = (wins(lang, score), self.trial.blocks.to_string());
        let blocks = periods(lang, &blocks);
        say!(lang, "{wins} de {blocks}", "{wins} of {blocks}")
    }

    /// `4 semanas`.
    fn horizon(&self) -> String {
        match self.trial.horizon {
            days if days % 7 == 0 => weeks(self.lang, days / 7),
            days => words::days(self.lang, days.into()),
        }
    }
}

/// Number of blocks in which a method was nearer than the weekday mean, `3,5` for one.
pub(super) fn wins(lang: Lang, score: &Score) -> String {
    let places = u8::from(score.half_wins % 2 == 1);
    Numbers { lang, places }.money(&score.wins())
}

/// An error as people see it: what rounding makes equal is equal.
fn shown(error: &Amount) -> Amount {
    error.rounded(1)
}

/// `nos últimos 8 meses`, of so many days.
fn period(lang: Lang, days: u32) -> String {
    if days < LONG {
        let weeks = weeks(lang, days / 7);
        return say!(lang, "nas últimas {weeks}", "in the last {weeks}");
    }
    // A month has 30.4 days.
    let months = (days * 10 + 152) / 304;
    say! { lang, "nos últimos {months} meses",
    "in the last {months} months" }
}

fn weeks(lang: Lang, count: u32) -> String {
    match count {
        1 => say!(lang, "1 semana", "1 week"),
        _ => say!(lang, "{count} semanas", "{count} weeks"),
    }
}

fn periods(lang: Lang, count: &str) -> String {
    match count {
        "1" => say!(lang, "1 período", "1 period"),
        _ => say!(lang, "{count} períodos", "{count} periods"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Days, parse_day, plus_days};

    /// A trial of `blocks`, over `horizon` days, with errors in tenths of a per cent and blocks won by method.
    fn trial(horizon: u32, blocks: u32, tenths: [u32; 5], won: [u32; 5]) -> Trial {
        let scores = Method::ALL.iter().zip(tenths).zip(won);
        let scores = scores.map(|((method, tenths), won)| Score {
            method: *method,
            error: Amount::from(tenths).mean(10).unwrap(),
            half_wins: 2 * won,
        });
        Trial {
            scores: scores.collect(),
            span: 238,
            horizon,
            clients: 1,
            origins: 31,
            blocks,
            held: 0,
            banded: 0,
        }
    }

    fn tested(left: u32, verdict: Verdict, trials: Vec<Trial>) -> Tested {
        let start = parse_day("2026-01-01").unwrap();
        Tested {
            settled: Days::new(start, plus_days(start, 40)),
            known: 40,
            left,
            lacks_data: false,
            trials,
            verdict,
        }
    }

    /// `weeks` is the best other method, and wins `won` of eight blocks.
    fn weeks(tenths: u32, won: u32) -> Vec<Trial> {
        vec![trial(28, 8, [78, 90, tenths, 95, 99], [0, 0, won, 0, 0])]
    }

    #[test]
    fn a_sentence_says_the_errors_and_the_reason() {
        let switch = Verdict::Switch {
            method: Method::WEEKS,
            horizon: 28,
        };
        let start = "nos últimos 8 meses a previsão errou em média 7,8% em 4 semanas; ";
        let few = vec![trial(28, 3, [78, 90, 32, 95, 99], [0, 0, 3, 0, 0])];
        for (left, verdict, trials, says) in [
            (
                45,
                switch,
                weeks(32, 8),
                "o método weeks errou 3,2% e chegou mais perto em 8 de 8 períodos: experimente --method weeks.",
            ),
            (
                65,
                Verdict::TooLittle,
                weeks(32, 8),
                "o método weeks errou 3,2%, mas o teste é curto para os 65 dias que restam: manter.",
            ),
            (
                45,
                Verdict::TooLittle,
                few,
                "o método weeks errou 3,2%, mas o teste só tem 3 períodos de 4 semanas, e decide com 4: manter.",
            ),
            (
                45,
                Verdict::Stay,
                weeks(75, 8),
                "o método weeks errou 7,5%, diferença pequena demais para trocar: manter.",
            ),
            (
                45,
                Verdict::Stay,
                weeks(32, 4),
                "o método weeks errou 3,2%, mas só chegou mais perto em 4 de 8 períodos: manter.",
            ),
            (
                45,
                Verdict::Stay,
                weeks(78, 4),
                "nenhum outro método errou menos: manter.",
            ),
            (
                65,
                Verdict::TooLittle,
                weeks(80, 4),
                "nenhum outro método errou menos: manter.",
            ),
            (
                0,
                Verdict::NothingLeft,
                weeks(32, 8),
                "não restam dias a prever.",
            ),
        ] {
            let tested = tested(left, verdict, trials);
            let sentence = of_client(Lang::PtBr, &tested, Method::WEEKDAY);
            assert_eq!(sentence, format!("{start}{says}"));
        }
        let young = tested(300, Verdict::TooLittle, Vec::new());
        assert_eq!(
            of_client(Lang::PtBr, &young, Method::WEEKDAY),
            "histórico curto para testar a previsão (40 dias; precisa de 84): manter."
        );
        let full_of_gaps = Tested { known: 90, ..young };
        assert_eq!(
            of_client(Lang::PtBr, &full_of_gaps, Method::WEEKDAY),
            "dias demais sem informação ou ignorados para testar a previsão (90 dias conhecidos): manter."
        );
        assert_eq!(
            of_client(
                Lang::En,
                &tested(65, Verdict::TooLittle, weeks(32, 8)),
                Method::WEEKDAY
            ),
            "in the last 8 months the forecast was 7.8% off on average over 4 weeks; the method weeks was 3.2% off, but \
             the test is too short for the 65 days left: no change."
        );
    }

    #[test]
    fn the_method_in_use_is_compared_too() {
        let switch = Verdict::Switch {
            method: Method::WEEKS,
            horizon: 28,
        };
        let sentence = |method| {
            let tested = tested(45, switch.clone(), weeks(32, 8));
            of_client(Lang::PtBr, &tested, method)
        };
        assert_eq!(
            sentence(Method::RECENT),
            "nos últimos 8 meses a previsão (método recent) errou em média 9,0% em 4 semanas, e o método weekday 7,8%; o \
             método weeks errou 3,2% e chegou mais perto em 8 de 8 períodos: experimente --method weeks."
        );
        let worse = tested(200, switch.clone(), weeks(85, 2));
        assert_eq!(
            of_client(Lang::En, &worse, Method::RECENT),
            "in the last 8 months the forecast (method recent) was 9.0% off on average over 4 weeks, and the method \
             weekday 7.8%; the method weekday, the default, was less off: try without --method."
        );
        assert_eq!(
            sentence(Method::WEEKS),
            "nos últimos 8 meses a previsão (método weeks) errou em média 3,2% em 4 semanas, e o método weekday 7,8%; \
             nenhum outro método errou menos: manter."
        );
    }

    #[test]
    fn a_short_period_is_said_in_weeks() {
        assert_eq!(period(Lang::PtBr, 28), "nas últimas 4 semanas");
        assert_eq!(period(Lang::En, 90), "in the last 12 weeks");
        assert_eq!(period(Lang::PtBr, 91), "nos últimos 3 meses");
        assert_eq!(period(Lang::En, 365), "in the last 12 months");
    }
}
