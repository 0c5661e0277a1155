//! What only the service can tell: one query of yesterday shows connection,
//! clock, signature and policy; two more, the history and the home region.

use chrono::{Datelike, Months};
use reqwest::Url;

use super::{Fact, Finding, Step};
use crate::calendar::{Day, Days, Month, plus_days};
use crate::contract::Contract;
use crate::cost::CostRow;
use crate::failure::{Failure, Problem, ServiceProblem};
use crate::oci::endpoint::Endpoint;
use crate::oci::region::Region;
use crate::oci::transport::Session;
use crate::oci::{identity, usage};

/// How far back the history is looked at: the longest range that a MONTHLY request is reported to be
/// answered for, in whole months, this one included.
const MONTHS: u32 = 12;

/// What a client's questions to the service need.
#[derive(Debug)]
pub struct Online<'a> {
    /// The client's requests.
    pub session: &'a Session<'a>,
    /// Where the service is.
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
    /// When the region's name makes no host.
    pub async fn ask(&self, findings: &mut Vec<Finding>) -> Result<(), Failure> {
        let own = self.endpoint.usage(self.region)?;
        let mut base = own.clone();
        let mut home = None;
        let mut answer = self.yesterday(&base).await;
        if let Err(refused) = &answer
            && identity::may_be_elsewhere(refused)
        {
            let found = self.home().await;
            if let Ok(other) = &found
                && other.name != self.region.name
            {
                base = self.endpoint.usage(other)?;
                answer = self.yesterday(&base).await;
            }
            home = Some(found);
        }
        let refused = base != own;
        let mut found = |step, fact| findings.push(Finding { step, fact });

        let failure = answer.as_ref().err();
        let connected = failure.is_none_or(|failure| !broken(failure));
        found(
            Step::Connection,
            match failure {
                Some(failure) if !connected => Fact::Failed(failure.clone()),
                _ => Fact::Connected {
                    host: own.host_str().unwrap_or_default().to_owned(),
                    tls: own.scheme() == "https",
                },
            },
        );
        let after = |step, fact: Fact, fine: bool| {
            if fine {
                fact
            } else {
                Fact::NotTried { after: step }
            }
        };
        found(
            Step::Clock,
            after(Step::Connection, self.clock(failure), connected),
        );
        let (authentication, policy) = verdict(&answer, plus_days(self.as_of, -1));
        found(
            Step::Authentication,
            after(Step::Connection, authentication, connected),
        );
        found(Step::Policy, after(Step::Connection, policy, connected));

        let answered = answer.is_ok();
        let history = match answered {
            true => self.history(&base).await,
            false => vec![Fact::NotTried {
                after: Step::Policy,
            }],
        };
        history
            .into_iter()
            .for_each(|fact| found(Step::History, fact));
        let home = match home {
            Some(home) => home,
            None if answered => self.home().await,
            None => {
                let after = match connected {
                    true => Step::Policy,
                    false => Step::Connection,
                };
                found(Step::HomeRegion, Fact::NotTried { after });
                return Ok(());
            }
        };
        found(
            Step::HomeRegion,
            match home {
                Ok(home) if home.name == self.region.name => Fact::AtHome,
                Ok(home) => Fact::OtherHome {
                    region: self.region.name.clone(),
                    home: home.name,
                    refused,
                },
                Err(failure) => Fact::NotTold(failure),
            },
        );
        Ok(())
    }

    async fn yesterday(&self, base: &Url) -> Result<Vec<CostRow>, Failure> {
        let day = Days::new(plus_days(self.as_of, -1), self.as_of);
        usage::daily_costs(self.session, base, day).await
    }

    async fn home(&self) -> Result<Region, Failure> {
        identity::home_region(self.session, &self.endpoint.identity(self.region)?).await
    }

    fn clock(&self, failure: Option<&Failure>) -> Fact {
        match failure {
            Some(failure) if is_skew(failure) => Fact::Failed(failure.clone()),
            _ => self
                .session
                .clock_seen()
                .map_or(Fact::NoClock, |seconds| Fact::ClockOffset { seconds }),
        }
    }

    /// Since when there is cost, by one request.
    async fn history(&self, base: &Url) -> Vec<Fact> {
        let from = self
            .as_of
            .with_day(1)
            .and_then(|first| first.checked_sub_months(Months::new(MONTHS - 1)))
            .unwrap_or(self.as_of);
        let rows = match usage::monthly_costs(self.session, base, Days::new(from, self.as_of)).await
        {
            Ok(rows) => rows,
            Err(failure) => return vec![Fact::NotTold(failure)],
        };
        let Some(first) = rows.iter().map(|row| Month::of(row.day)).min() else {
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

/// Whether no whole answer came, so that nothing is known of the steps after the connection.
fn broken(failure: &Failure) -> bool {
    matches!(
        &failure.problem,
        Problem::Service(
            ServiceProblem::UnknownHost { .. }
                | ServiceProblem::ConnectionRefused { .. }
                | ServiceProblem::ConnectionBroken { .. }
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

/// What an answer to the query of `day` says of the signature, and of the policy.
fn verdict(answer: &Result<Vec<CostRow>, Failure>, day: Day) -> (Fact, Fact) {
    let failure = match answer {
        Ok(rows) => {
            let cost = !rows.is_empty();
            return (Fact::Accepted, Fact::Answered { day, cost });
        }
        Err(failure) => failure,
    };
    let failed = Fact::Failed(failure.clone());
    match &failure.problem {
        Problem::Service(ServiceProblem::NotAuthenticated { .. }) => (
            failed,
            Fact::NotTried {
                after: Step::Authentication,
            },
        ),
        Problem::Service(ServiceProblem::ClockSkew { .. }) => {
            let after = Step::Clock;
            (Fact::NotTried { after }, Fact::NotTried { after })
        }
        // The service weighs a policy after the signature; without its code it may be somebody else's answer.
        Problem::Service(
            ServiceProblem::NotAuthorized(answer) | ServiceProblem::Forbidden(answer),
        ) if !answer.code.is_empty() => (Fact::Accepted, failed),
        _ => (
            Fact::NotTried {
                after: Step::Policy,
            },
            failed,
        ),
    }
}
