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
        let mut found = |step, fact| findings.push(Finding { step, fact });
        let mut base = self.endpoint.usage(self.region)?;
        let host = base.clone();
        let mut answer = self.yesterday(&base).await;
        let (mut home, mut refused) = (None, false);
        if let Err(failure) = &answer
            && identity::may_be_elsewhere(failure)
        {
            let told = self.home().await;
            if let Ok(other) = &told
                && other.name != self.region.name
            {
                refused = true;
                base = self.endpoint.usage(other)?;
                answer = self.yesterday(&base).await;
            }
            home = Some(told);
        }
        for (step, fact) in Step::ONLINE.into_iter().zip(self.verdict(&host, &answer)) {
            found(step, fact);
        }
        let after = match &answer {
            Ok(_) => None,
            Err(failure) if broken(failure) => Some(Step::Connection),
            Err(_) => Some(Step::Policy),
        };
        match after {
            Some(after) => found(Step::History, Fact::NotTried { after }),
            None => {
                for fact in self.history(&base).await {
                    found(Step::History, fact);
                }
            }
        }
        let home = match (home, after) {
            (Some(told), _) => told,
            (None, None) => self.home().await,
            (None, Some(after)) => {
                found(Step::HomeRegion, Fact::NotTried { after });
                return Ok(());
            }
        };
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
        Ok(())
    }

    async fn yesterday(&self, base: &Url) -> Result<Vec<CostRow>, Failure> {
        let day = Days::new(plus_days(self.as_of, -1), self.as_of);
        usage::daily_costs(self.session, base, day).await
    }

    async fn home(&self) -> Result<Region, Failure> {
        identity::home_region(self.session, &self.endpoint.identity(self.region)?).await
    }

    /// What the `answer` of `host` shows of connection, clock, signature and policy.
    fn verdict(&self, host: &Url, answer: &Result<Vec<CostRow>, Failure>) -> [Fact; 4] {
        let not_tried = |after| Fact::NotTried { after };
        let connected = Fact::Connected {
            host: host.host_str().unwrap_or_default().to_owned(),
            tls: host.scheme() == "https",
        };
        let clock = self
            .session
            .clock_seen()
            .map_or(Fact::NoClock, |seconds| Fact::ClockOffset { seconds });
        let failure = match answer {
            Ok(rows) => {
                let answered = Fact::Answered {
                    day: plus_days(self.as_of, -1),
                    cost: !rows.is_empty(),
                };
                return [connected, clock, Fact::Accepted, answered];
            }
            Err(failure) => failure,
        };
        let failed = Fact::Failed(failure.clone());
        match &failure.problem {
            _ if broken(failure) => {
                let rest = not_tried(Step::Connection);
                [failed, rest.clone(), rest.clone(), rest]
            }
            Problem::Service(ServiceProblem::ClockSkew { .. }) => {
                let rest = not_tried(Step::Clock);
                [connected, failed, rest.clone(), rest]
            }
            Problem::Service(ServiceProblem::NotAuthenticated { .. }) => {
                [connected, clock, failed, not_tried(Step::Authentication)]
            }
            // The service weighs a policy after the signature; without its code it may be somebody else's answer.
            Problem::Service(
                ServiceProblem::NotAuthorized(answer) | ServiceProblem::Forbidden(answer),
            ) if !answer.code.is_empty() => [connected, clock, Fact::Accepted, failed],
            _ => [connected, clock, not_tried(Step::Policy), failed],
        }
    }

    /// Since when there are data, by one request.
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
