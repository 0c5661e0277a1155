//! One client's requests: date, sign, send, and try again.
//!
//! Each try is signed afresh, for a signature ages in five minutes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use reqwest::{Method, Url};

use super::budget::Budget;
use super::http::{FailedTry, classify, receive, request_id};
use super::lanes::Member;
use super::retry::{backoff, service_time, signed_seconds};
use super::{Observer, Reply, RequestStep, Transport, shifted_now};
use crate::failure::{Answer, Failure, Problem, ServiceProblem};
use crate::oci::credential::Credential;
use crate::oci::observed::{Observed, Sight};
use crate::oci::signer::{Body, Header, Request, Signer};

/// Mark of no answer with a time yet; no clock is off by so much.
const NOT_SEEN: i64 = i64::MIN;

/// The sending of a request, where it is not the usual one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner<'a> {
    /// Headers that the signature does not cover.
    pub(crate) headers: &'a [Header],
    /// The request goes out once, besides a second time for a clock that is wrong: one that makes a thing makes a second
    /// one where the first answer was lost.
    pub(crate) once: bool,
}

/// The requests of one client.
pub(crate) struct Session<'a> {
    transport: &'a Transport,
    credential: &'a Credential,
    member: Member<'a>,
    observer: Observer,
    /// The observations of the service, where the run asks for them.
    observed: Option<Arc<Observed>>,
    /// The service's time less this machine's, in seconds, once a request was refused for it.
    clock_offset: AtomicI64,
    /// Offset of the clock by the last answer that had a date, refused or not; [`NOT_SEEN`] before that.
    clock_seen: AtomicI64,
    budget: Budget,
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

impl<'a> Session<'a> {
    /// Makes the session of a client whose requests are signed by `credential`.
    pub(super) fn new(
        transport: &'a Transport,
        credential: &'a Credential,
        observer: Observer,
    ) -> Self {
        Self {
            transport,
            credential,
            member: transport.lanes.join(credential.tenancy()),
            observer,
            observed: None,
            clock_offset: AtomicI64::new(0),
            clock_seen: AtomicI64::new(NOT_SEEN),
            budget: Budget::new(transport.limits.retry_budget),
        }
    }

    /// Adds what answers show of the service to `observed`.
    #[must_use]
    pub(crate) fn observing(mut self, observed: Option<Arc<Observed>>) -> Self {
        self.observed = observed;
        self
    }

    /// The observations of the service, where the run asks for them.
    pub(crate) fn observed(&self) -> Option<&Observed> {
        self.observed.as_deref()
    }

    /// Notes `sight`, where the run asks for observations.
    fn see(&self, sight: Sight) {
        if let Some(observed) = &self.observed {
            observed.see(sight);
        }
    }

    /// The tenancy that the requests are about.
    pub(crate) fn tenancy(&self) -> &str {
        self.credential.tenancy()
    }

    /// The service's time less this machine's, in seconds, if requests had to be signed with it.
    pub(crate) fn clock_offset(&self) -> Option<i64> {
        match self.clock_offset.load(Ordering::Relaxed) {
            0 => None,
            seconds => Some(seconds),
        }
    }

    /// The service's time less this machine's, in seconds, by the last answer that had a date.
    pub(crate) fn clock_seen(&self) -> Option<i64> {
        match self.clock_seen.load(Ordering::Relaxed) {
            NOT_SEEN => None,
            seconds => Some(seconds),
        }
    }

    /// Gets the document at `url`, whole, and tries again if that is worth it.
    ///
    /// # Errors
    /// A [`Failure`] of service or data, when no try was answered with status 200.
    pub(crate) async fn get(&self, url: &Url) -> Result<Reply, Failure> {
        self.send(&Request {
            method: Method::GET,
            url,
            body: Body::None,
        })
        .await
    }

    /// Posts `body`, a JSON document, to `url`, returns the whole answer, and tries again if that is worth it.
    ///
    /// # Errors
    /// A [`Failure`] of service or data, when no try was answered with status 200.
    pub(crate) async fn post(&self, url: &Url, body: &[u8]) -> Result<Reply, Failure> {
        self.send(&Request {
            method: Method::POST,
            url,
            body: Body::Signed {
                content_type: "application/json",
                bytes: body,
            },
        })
        .await
    }

    /// Sends `request`, returns the whole answer, and tries again if that is worth it.
    ///
    /// # Errors
    /// A [`Failure`] of service or data, when no try was answered with status 200.
    pub(crate) async fn send(&self, request: &Request<'_>) -> Result<Reply, Failure> {
        self.send_as(request, Manner::default()).await
    }

    /// Sends `request` in its `manner`, and returns the whole answer.
    ///
    /// # Errors
    /// A [`Failure`] of service or data, when no try was answered with status 200, or 204 to a DELETE.
    pub(crate) async fn send_as(
        &self,
        request: &Request<'_>,
        manner: Manner<'_>,
    ) -> Result<Reply, Failure> {
        let mut tries = 0;
        let mut signed_again = false;
        let mut renewed = false;
        loop {
            tries += 1;
            let offset = self.clock_offset.load(Ordering::Relaxed);
            let signer = self
                .credential
                .signer(self.clock_seen().unwrap_or_default())
                .await?;
            let fault = match self
                .one_try(&signer, request, manner.headers, offset, tries)
                .await
            {
                Ok(reply) => {
                    if signed_again {
                        self.see(Sight::ClockCorrected);
                    }
                    return Ok(reply);
                }
                Err(fault) => fault,
            };
            let skew = fault.skew(offset);
            if let Some(seconds) = skew
                && !signed_again
            {
                self.see(Sight::ClockRefused);
                signed_again = true;
                self.clock_offset.store(seconds, Ordering::Relaxed);
                continue;
            }
            if fault.is_unauthorized()
                && skew.is_none()
                && !renewed
                && self.credential.renew(&signer).await?
            {
                renewed = true;
                continue;
            }
            let left = self.budget.left();
            if manner.once || tries >= fault.tries_allowed() || left.is_zero() {
                return Err(self.failure(&signer, fault, tries, skew, None));
            }
            let pause = match fault.retry_after() {
                Some(wait) if wait > left => {
                    return Err(self.failure(&signer, fault, tries, skew, Some(wait)));
                }
                Some(wait) => wait,
                None => backoff(tries).min(left),
            };
            let allowed = fault.tries_allowed();
            (self.observer)(RequestStep::Pause {
                pause,
                tries,
                allowed,
            });
            self.member.give_way().await;
            let _spending = self.budget.spend();
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends a request once, and holds a slot of the tenancy and of the run meanwhile.
    async fn one_try(
        &self,
        signer: &Signer,
        signable: &Request<'_>,
        unsigned: &[Header],
        offset: i64,
        tries: u32,
    ) -> Result<Reply, FailedTry> {
        // The tenancy's place first, since waiting for it must not hold a place of the run's. Nobody closes
        // the tenancy's semaphore, so that both are always had.
        let _tenancy = self.member.place().await;
        let _run = self.transport.place().await;
        let _spending = (tries > 1).then(|| self.budget.spend());
        let url = signable.url;
        let headers = signer
            .sign(signable, shifted_now(offset))
            .map_err(|_| FailedTry::Broken(ServiceProblem::SigningFailed))?;
        let ride = self.member.ride().map_err(FailedTry::Broken)?;
        let mut request = ride
            .client
            .request(signable.method.clone(), url.clone())
            .header("accept", "application/json");
        for (name, value) in headers.iter().chain(unsigned) {
            request = request.header(*name, value);
        }
        if let Some(body) = signable.body.bytes() {
            request = request.body(body.to_vec());
        }
        let started = Instant::now();
        (self.observer)(RequestStep::Sent);
        let mut clock = None;
        let outcome = match request.send().await {
            Ok(response) => {
                if let Some(time) = service_time(response.headers()) {
                    let seconds = signed_seconds(time, SystemTime::now());
                    self.clock_seen.store(seconds, Ordering::Relaxed);
                    clock = Some(seconds.saturating_sub(offset));
                }
                receive(response, &signable.method, url, tries).await
            }
            Err(error) => {
                let route = self.member.route();
                Err(FailedTry::Broken(classify(&error, url, tries, route)))
            }
        };
        if let Some(observed) = &self.observed {
            match &outcome {
                Ok(_) | Err(FailedTry::Data(..)) => observed.answered(clock),
                Err(FailedTry::Refused { answer, headers }) => observed.refused(answer, headers),
                Err(FailedTry::Broken(_)) => observed.see(Sight::Broken),
            }
        }
        (self.observer)(RequestStep::of(&outcome, started.elapsed()));
        outcome
    }

    /// Returns the problem of a fault after `tries` tries. `skew` means that the clocks are to blame, `late` that
    /// the service asks for a longer pause than there is time for.
    fn failure(
        &self,
        signer: &Signer,
        fault: FailedTry,
        tries: u32,
        skew: Option<i64>,
        late: Option<Duration>,
    ) -> Failure {
        let request_id = fault.request_id();
        let problem: Problem = match (fault, late) {
            (FailedTry::Broken(problem), _) => problem.into(),
            (FailedTry::Refused { answer, .. }, Some(wait)) => {
                ServiceProblem::RetryTooLate { wait, answer }.into()
            }
            (FailedTry::Refused { answer, .. }, None) => refusal(signer, answer, tries, skew),
            (FailedTry::Data(problem, _), _) => problem.into(),
        };
        Failure {
            request_id,
            of_machine: self.credential.kind().is_of_machine(),
            ..Failure::new(problem)
        }
    }
}

/// Returns the problem of an answer other than 200 to a request of `signer`.
fn refusal(signer: &Signer, answer: Answer, tries: u32, skew: Option<i64>) -> Problem {
    let problem = match (answer.status, skew) {
        (401, Some(offset_seconds)) => ServiceProblem::ClockSkew {
            offset_seconds,
            answer,
        },
        (401, None) => return signer.not_authenticated(answer),
        (403, _) => ServiceProblem::Forbidden(answer),
        (404, _) => ServiceProblem::NotAuthorized(answer),
        (429, _) => ServiceProblem::TooManyRequests { tries, answer },
        (300..=399, _) => ServiceProblem::Redirect(answer),
        _ if answer.may_pass() => ServiceProblem::Unavailable { tries, answer },
        _ => ServiceProblem::Rejected(answer),
    };
    problem.into()
}

impl RequestStep {
    fn of(outcome: &Result<Reply, FailedTry>, elapsed: Duration) -> Self {
        let answered = |status, request_id: Option<String>| Self::Answered {
            status,
            request_id: request_id.unwrap_or_default(),
            elapsed,
        };
        match outcome {
            Ok(reply) => answered(reply.status, reply.request_id.clone()),
            Err(FailedTry::Refused { answer, headers }) => {
                answered(answer.status, request_id(headers))
            }
            Err(FailedTry::Data(_, request_id)) => answered(200, request_id.clone()),
            Err(FailedTry::Broken(problem)) => Self::Broken {
                problem: problem.clone(),
                elapsed,
            },
        }
    }
}
