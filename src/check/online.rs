//! Steps of a check that need the service: one query of yesterday shows
//! connection, clock, signature and policy; two more, the history and the home
//! region.

use chrono::{Datelike, Months};
use reqwest::Url;

use super::{Fact, Finding, Step};
use crate::calendar::{Day, Days, Month, plus_days};
use crate::contract::Contract;
use crate::days::Ledger;
use crate::days::series::currency;
use crate::failure::{DataProblem, Failure, Problem, ServiceProblem};
use crate::oci::endpoint::Endpoint;
use crate::oci::identity;
use crate::oci::observed::Sight;
use crate::oci::region::Region;
use crate::oci::transport::Session;
use crate::oci::usage::{self, PageSize};
use crate::oci::windows::Windows;

/// Months of history that the check looks back: the longest range that a MONTHLY request is reported to be
/// answered for, in whole months, this one included.
const MONTHS: u32 = 12;
/// Days of the longest DAILY range that the survey asks for.
const SURVEYED_DAYS: i64 = 90;
/// Months before the as-of day's month of the old days that the survey asks for.
const SURVEYED_AGE: u32 = 14;
/// The day of a month from which the survey asks for the rest of it.
const MIDDLE: u32 = 15;

/// Inputs of a client's requests to the service.
#[derive(Debug)]
pub(crate) struct Online<'a> {
    /// The client's requests.
    pub session: &'a Session<'a>,
    /// Address of the service.
    pub endpoint: &'a Endpoint,
    /// The config's region.
    pub region: &'a Region,
    /// The contract, where its terms make sense.
    pub contract: Option<&'a Contract>,
    /// The day that the client is seen from.
    pub as_of: Day,
}

impl Online<'_> {
    /// Asks, and adds to `findings` what each step of [`Step::ONLINE`] showed, in order, as soon as it is known.
    ///
    /// # Errors
    /// When no answer came at all: the next step has failed, and nothing is known of those after it.
    pub(crate) async fn ask(&self, findings: &mut Vec<Finding>) -> Result<(), Failure> {
        let mut found = |step, fact| findings.push(Finding { step, fact });
        let not_tried = |after| Fact::NotTried { after };
        let mut base = self.endpoint.usage(self.region)?;
        let answer = self.yesterday(&base).await;
        if let Err(failure) = &answer
            && broken(failure)
        {
            return Err(failure.clone());
        }
        let connected = Fact::Connected {
            host: base.host_str().unwrap_or_default().to_owned(),
            tls: base.scheme() == "https",
        };
        found(Step::Connection, connected);
        found(Step::Clock, self.clock(&answer));
        let signature = signature(&answer);
        let accepted = signature == Fact::Accepted;
        if accepted {
            found(Step::Authentication, Fact::Accepted);
        }

        let ask = async |base: &Url| self.yesterday(base).await;
        let asked =
            identity::ask_at_home(self.session, self.endpoint, self.region, answer, ask).await;
        let (answer, home) = (asked.answer, asked.home);
        let refused = asked.moved.is_some();
        if let Some((_, elsewhere)) = asked.moved {
            base = elsewhere;
        }
        if !accepted {
            found(
                Step::Authentication,
                match answer {
                    Ok(_) => Fact::Accepted,
                    Err(_) => signature.clone(),
                },
            );
        }
        let answered = answer.is_ok();
        found(
            Step::Policy,
            match (answer, signature) {
                (Ok(rows), _) => Fact::Answered {
                    day: plus_days(self.as_of, -1),
                    cost: !rows.is_empty(),
                },
                (Err(_), Fact::Failed(_)) => not_tried(Step::Authentication),
                (Err(_), Fact::NotTried { after: Step::Clock }) => not_tried(Step::Clock),
                (Err(failure), _) => Fact::Failed(failure),
            },
        );
        if !answered {
            found(Step::History, not_tried(Step::Policy));
        } else {
            for fact in self.history(&base).await {
                found(Step::History, fact);
            }
        }
        let home = match home {
            Some(told) => told,
            None if answered => self.home().await,
            None => {
                found(Step::HomeRegion, not_tried(Step::Policy));
                return Ok(());
            }
        };
        self.note_home(&home, refused, answered);
        let fact = match home {
            Ok(home) if home.name == self.region.name => Fact::AtHome,
            Ok(home) => Fact::OtherHome {
                region: self.region.name.clone(),
                home: home.name,
                refused,
            },
            Err(failure) => Fact::NotTold(failure),
        };
        found(Step::HomeRegion, fact);
        if answered && self.session.observed().is_some() {
            self.survey(&base).await;
        }
        Ok(())
    }

    /// Asks for what the service report needs and no check: the longest DAILY range, whole months, a month from
    /// its middle, and old days. The answers are observed by the session; whatever goes wrong with them is an
    /// observation, too.
    async fn survey(&self, base: &Url) {
        let windows = Windows::new(self.session, base);
        let days = Days::new(plus_days(self.as_of, -SURVEYED_DAYS), self.as_of);
        let _ = windows.fetch(&[days]).await;
        let this_month = Month::of(self.as_of);
        let first = |months| this_month.earlier(months).days().start;
        let middle = first(1).with_day(MIDDLE).unwrap_or(first(1));
        for start in [first(MONTHS), middle] {
            let months = Days::new(start, first(0));
            let _ = usage::monthly_costs(self.session, base, months, windows.page_size()).await;
        }
        let old = Days::new(first(SURVEYED_AGE), first(SURVEYED_AGE - 1));
        let _ = usage::daily_costs(self.session, base, old, windows.page_size()).await;
    }

    /// Notes which region answered, where the session observes the service.
    fn note_home(&self, home: &Result<Region, Failure>, refused: bool, answered: bool) {
        let Some(observed) = self.session.observed() else {
            return;
        };
        match home {
            Err(_) => observed.see(Sight::HomeNotTold),
            Ok(home) => {
                let here = home.name == self.region.name;
                if refused {
                    observed.see(Sight::ElsewhereRefused);
                }
                if answered && (here || refused) {
                    observed.see(Sight::HomeAnswered);
                } else if answered {
                    observed.see(Sight::ElsewhereAnswered);
                }
            }
        }
    }

    /// Returns the cost of yesterday; a report has no use for it in another currency than the contract's.
    async fn yesterday(&self, base: &Url) -> Result<Ledger, Failure> {
        let yesterday = plus_days(self.as_of, -1);
        let days = Days::new(yesterday, self.as_of);
        let found = usage::daily_costs(self.session, base, days, PageSize::Named).await?;
        let rows = found.ledger;
        if let Some(contract) = self.contract
            && contract.asked(self.as_of).contains(yesterday)
            && let Err(problem) = currency(&rows, contract.currency)
            // Another day's rows may say it.
            && problem != DataProblem::NoCurrency
        {
            return Err(Failure::new(problem));
        }
        Ok(rows)
    }

    async fn home(&self) -> Result<Region, Failure> {
        identity::home_region(self.session, self.endpoint, self.region).await
    }

    fn clock(&self, answer: &Result<Ledger, Failure>) -> Fact {
        match answer {
            Err(failure) if is_skew(failure) => Fact::Failed(failure.clone()),
            _ => self
                .session
                .clock_seen()
                .map_or(Fact::NoClock, |seconds| Fact::ClockOffset { seconds }),
        }
    }

    /// Since when there are data, by one request.
    async fn history(&self, base: &Url) -> Vec<Fact> {
        let from = self
            .as_of
            .with_day(1)
            .and_then(|first| first.checked_sub_months(Months::new(MONTHS - 1)))
            .unwrap_or(self.as_of);
        let days = Days::new(from, self.as_of);
        let asked = usage::monthly_costs(self.session, base, days, PageSize::Named);
        let monthly = match asked.await {
            Ok(monthly) => monthly,
            Err(failure) => return vec![Fact::NotTold(failure)],
        };
        let Some(first) = monthly.sums.keys().map(|(month, _)| *month).next() else {
            let from = Month::of(from);
            return vec![Fact::NoCost { from }];
        };
        let Some(asked) = self.contract.map(Contract::first_asked) else {
            return vec![Fact::CostSince { first }];
        };
        if asked < from {
            let unseen = Month::of(from);
            return vec![
                Fact::CostSince { first },
                Fact::NotLookedBefore { first: unseen },
            ];
        }
        vec![match first > Month::of(asked) {
            true => Fact::CostBeginsLate { first, asked },
            false => Fact::CostSince { first },
        }]
    }
}

/// Returns whether no whole answer came, so that nothing is known of the steps after the connection.
fn broken(failure: &Failure) -> bool {
    matches!(
        &failure.problem,
        Problem::Service(
            ServiceProblem::UnknownHost { .. }
                | ServiceProblem::ConnectionRefused { .. }
                | ServiceProblem::ConnectionBroken { .. }
                | ServiceProblem::NoProxy { .. }
                | ServiceProblem::Proxy { .. }
                | ServiceProblem::Tls { .. }
                | ServiceProblem::Timeout { .. }
                | ServiceProblem::NoClient { .. }
                | ServiceProblem::SigningFailed
        )
    )
}

fn is_skew(failure: &Failure) -> bool {
    matches!(
        failure.problem,
        Problem::Service(ServiceProblem::ClockSkew { .. })
    )
}

/// Judges the signature by the service's answer.
fn signature(answer: &Result<Ledger, Failure>) -> Fact {
    let failure = match answer {
        Ok(_) => return Fact::Accepted,
        Err(failure) => failure,
    };
    match &failure.problem {
        Problem::Service(
            ServiceProblem::NotAuthenticated { .. } | ServiceProblem::TokenRefused { .. },
        )
        | Problem::Credential(_) => Fact::Failed(failure.clone()),
        Problem::Service(ServiceProblem::ClockSkew { .. }) => Fact::NotTried { after: Step::Clock },
        // The service weighs a policy after the signature; without its code it may be somebody else's answer.
        Problem::Service(
            ServiceProblem::NotAuthorized(answer) | ServiceProblem::Forbidden(answer),
        ) if !answer.code.is_empty() => Fact::Accepted,
        // Nobody else answers with rows.
        Problem::Data(problem)
            if !matches!(
                problem,
                DataProblem::NotTheDocument { .. } | DataProblem::BodyTooLarge(_)
            ) =>
        {
            Fact::Accepted
        }
        _ => Fact::NotTried {
            after: Step::Policy,
        },
    }
}
