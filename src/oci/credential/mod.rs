//! Credentials: the identities that a client's requests are signed with, and how those that end are renewed.
//!
//! An API key signs for ever. A token ends: it is renewed before its end, and once after the service has refused it.
//! One renewal is made at a time, and all requests that wait for it share its result. The end of a token is judged by
//! the run's clock, put right by the service's where an answer has shown that.

mod certificate;
pub(crate) mod exchange;
pub(crate) mod instance;
mod metadata;
pub(crate) mod token;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, Semaphore};
use tokio::task::spawn_blocking;

use self::instance::Instance;
use self::token::Token;
use super::signer::{Signer, SigningKey, TokenKey};
use super::transport::shifted_now;
use crate::failure::{CredentialKind, CredentialProblem, Failure, Problem};
use crate::text::printable;

/// Keys opened at a time: one may ask for 64 MiB to derive its cipher's key from the passphrase.
const KEYS_AT_ONCE: usize = 2;
/// Seconds before its end in which a token is renewed, as in the vendor's SDK for Go; half of a shorter life.
const MARGIN: i64 = 5 * 60;
/// The most characters of a tenancy that is shown.
const LONGEST_TENANCY: usize = 255;

/// Token and session key as a source gives them.
pub(crate) struct Material {
    /// The token.
    pub(crate) token: Token,
    /// The session key's private half.
    pub(crate) key: SigningKey,
    /// The tenancy of the identity, where the source says it.
    pub(crate) tenancy: Option<String>,
    /// The service's time less this machine's, in seconds, where an answer told it.
    pub(crate) clock: Option<i64>,
}

/// Reads token and session key from files or variables, which blocks.
pub(crate) type Loader = Arc<dyn Fn() -> Result<Material, Failure> + Send + Sync>;

/// The places of the keys that a run opens at a time.
#[derive(Clone, Debug)]
pub(crate) struct KeyPlaces(Arc<Semaphore>);

/// The identity of one client's requests.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// A signer that never changes.
    Constant(Arc<Signer>),
    /// A token that is renewed.
    Renewable {
        /// The tenancy that the config says.
        tenancy: String,
        /// Place of the credential in the config.
        place: ConfigPlace,
        /// The token, which several clients may share.
        identity: Arc<Identity>,
    },
}

/// A line of a config and its key.
pub(crate) type ConfigPlace = (Option<usize>, &'static str);

/// An identity whose token is renewed.
pub(crate) struct Identity {
    kind: CredentialKind,
    source: Source,
    /// The run's time less this machine's, in seconds.
    clock: i64,
    state: Mutex<HeldToken>,
}

/// The origin of an identity's tokens.
pub(crate) enum Source {
    /// Files or variables, read with one of the places of keys.
    Stored(Loader, KeyPlaces),
    /// The compute instance that the program runs on.
    Instance(Box<Instance>),
}

#[derive(Default)]
struct HeldToken {
    current: Option<Arc<Signer>>,
    /// The tenancy of the first token, which all later ones have.
    tenancy: Option<String>,
    /// The service's time less this machine's, in seconds, as the source saw it.
    clock: i64,
    /// The failure of an identity that has no token: each try would take as long again.
    failed: Option<Failure>,
}

impl KeyPlaces {
    /// The places of one run.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(KEYS_AT_ONCE)))
    }

    /// The outcome of `open`, which has one of the places and runs where it blocks nobody.
    ///
    /// # Errors
    /// That of `open`.
    pub(crate) async fn opened<T: Send + 'static>(
        &self,
        open: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        // Nobody closes the semaphore, so that the place is always had.
        let _place = self.0.acquire().await;
        let opened = spawn_blocking(open).await;
        opened.unwrap_or_else(|_panicked| Err(Failure::new(Problem::Internal)))
    }
}

impl Credential {
    /// The tenancy that the config says.
    pub(crate) fn tenancy(&self) -> &str {
        match self {
            Self::Constant(signer) => match signer.as_ref() {
                Signer::ApiKey(key) => &key.tenancy,
                Signer::Certificate(key) => &key.tenancy,
                Signer::Token(_) => "",
            },
            Self::Renewable { tenancy, .. } => tenancy,
        }
    }

    /// The kind of credential.
    pub(crate) fn kind(&self) -> CredentialKind {
        match self {
            Self::Constant(_) => CredentialKind::ApiKey,
            Self::Renewable { identity, .. } => identity.kind,
        }
    }

    /// The signer of a request that is sent now; `clock` is the service's time less this machine's, in seconds.
    ///
    /// # Errors
    /// A [`Failure`] at the credential's place in the config, when there is no token, or one of another tenancy.
    pub(crate) async fn signer(&self, clock: i64) -> Result<Arc<Signer>, Failure> {
        match self {
            Self::Constant(signer) => Ok(Arc::clone(signer)),
            Self::Renewable { identity, .. } => {
                let (signer, tenancy) = identity.signer(clock).await.map_err(|f| self.placed(f))?;
                self.confirm(tenancy.as_deref())?;
                Ok(signer)
            }
        }
    }

    /// Renews the token after the service has refused `refused` with status 401; returns whether there is another signer.
    ///
    /// # Errors
    /// As those of [`Self::signer`].
    pub(crate) async fn renew(&self, refused: &Arc<Signer>) -> Result<bool, Failure> {
        match self {
            Self::Constant(_) => Ok(false),
            Self::Renewable { identity, .. } => {
                let renewed = identity
                    .renewed(refused)
                    .await
                    .map_err(|f| self.placed(f))?;
                if let Some((_, tenancy)) = &renewed {
                    self.confirm(tenancy.as_deref())?;
                }
                Ok(renewed.is_some())
            }
        }
    }

    /// End of the token's life; `None` for a key, which has none.
    ///
    /// # Errors
    /// As those of [`Self::signer`].
    pub(crate) async fn until(&self) -> Result<Option<DateTime<Utc>>, Failure> {
        let signer = self.signer(0).await?;
        Ok(signer.token().map(Token::expires_at))
    }

    /// Refuses the identity of another tenancy than the config's.
    fn confirm(&self, found: Option<&str>) -> Result<(), Failure> {
        match found {
            Some(found) if !found.eq_ignore_ascii_case(self.tenancy()) => {
                Err(self.placed(Failure::new(CredentialProblem::OtherTenancy {
                    kind: self.kind(),
                    found: printable(found, LONGEST_TENANCY),
                })))
            }
            _ => Ok(()),
        }
    }

    /// Adds the credential's place in the config to a failure that has none.
    fn placed(&self, failure: Failure) -> Failure {
        match (self, &failure) {
            (
                Self::Renewable { place, .. },
                Failure {
                    line: None,
                    key: None,
                    ..
                },
            ) if !matches!(failure.problem, Problem::Service(_)) => Failure {
                line: place.0,
                key: Some(place.1),
                ..failure
            },
            _ => failure,
        }
    }
}

impl Identity {
    /// An identity of `kind` with tokens from `source`, in a run that began at `now`.
    pub(crate) fn new(kind: CredentialKind, source: Source, now: DateTime<Utc>) -> Self {
        Self {
            kind,
            source,
            clock: now.timestamp().saturating_sub(seconds(SystemTime::now())),
            state: Mutex::default(),
        }
    }

    /// The signer of a request that is sent now, and the tenancy of the identity where it is known. `clock` is as in
    /// [`Credential::signer`].
    ///
    /// # Errors
    /// A [`Failure`] when there is no token whose life goes on.
    pub(crate) async fn signer(
        &self,
        clock: i64,
    ) -> Result<(Arc<Signer>, Option<String>), Failure> {
        let mut state = self.state.lock().await;
        if state.current.is_none()
            && let Some(failed) = &state.failed
        {
            return Err(failed.clone());
        }
        let now = |state: &HeldToken| {
            let service = if clock == 0 { state.clock } else { clock };
            seconds(shifted_now(self.clock.saturating_add(service)))
        };
        let held = state.current.clone();
        if let Some(signer) = held
            .as_ref()
            .filter(|held| left(held, now(&state)) > margin(held))
        {
            return Ok((Arc::clone(signer), state.tenancy.clone()));
        }
        let signer = match self.renew(&mut state).await {
            Ok(signer) => signer,
            Err(failure) => {
                // The token that ends soon is good for this request, unless the new one was somebody else's.
                let lives = held.filter(|held| left(held, now(&state)) > 0);
                return match lives {
                    Some(held) if !is_final(&failure) => Ok((held, state.tenancy.clone())),
                    _ => {
                        state.current = None;
                        state.failed = Some(failure.clone());
                        Err(failure)
                    }
                };
            }
        };
        // A token that the service has just handed out is its own to judge; one that was stored may be an old one.
        if matches!(self.source, Source::Stored(..))
            && left(&signer, now(&state)) <= 0
            && let Some(at) = signer.token().map(Token::expires_at)
        {
            let kind = self.kind;
            return Err(Failure::new(CredentialProblem::Expired { kind, at }));
        }
        Ok((signer, state.tenancy.clone()))
    }

    /// A signer other than `refused`, and the tenancy as in [`Self::signer`]; `None` where the source has no other
    /// token.
    ///
    /// # Errors
    /// A [`Failure`] when the token cannot be renewed.
    pub(crate) async fn renewed(
        &self,
        refused: &Arc<Signer>,
    ) -> Result<Option<(Arc<Signer>, Option<String>)>, Failure> {
        let mut state = self.state.lock().await;
        let other = |state: &HeldToken| {
            let current = state.current.as_ref();
            let other = current.filter(|current| !is_same(current, refused));
            other.map(|current| (Arc::clone(current), state.tenancy.clone()))
        };
        if let Some(other) = other(&state) {
            return Ok(Some(other));
        }
        self.renew(&mut state).await?;
        Ok(other(&state))
    }

    /// Takes a token from the source, and returns the signer with it.
    async fn renew(&self, state: &mut HeldToken) -> Result<Arc<Signer>, Failure> {
        let material = match &self.source {
            Source::Stored(load, keys) => {
                let load = Arc::clone(load);
                keys.opened(move || load()).await?
            }
            Source::Instance(instance) => instance.material().await?,
        };
        let Material {
            token,
            key,
            tenancy,
            clock,
        } = material;
        if token.is_of_other_key(&key.modulus()) {
            return Err(Failure::new(CredentialProblem::OtherKey));
        }
        if let (Some(before), Some(found)) = (&state.tenancy, &tenancy)
            && before != found
        {
            return Err(Failure::new(CredentialProblem::TenancyChanged {
                before: printable(before, LONGEST_TENANCY),
                found: printable(found, LONGEST_TENANCY),
            }));
        }
        state.clock = clock.unwrap_or(state.clock);
        state.tenancy = tenancy.or(state.tenancy.take());
        let signer = Arc::new(Signer::Token(TokenKey {
            kind: self.kind,
            token,
            key,
        }));
        state.current = Some(Arc::clone(&signer));
        Ok(signer)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Returns whether both sign with one token.
fn is_same(one: &Signer, other: &Signer) -> bool {
    match (one.token(), other.token()) {
        (Some(one), Some(other)) => one.reveal() == other.reveal(),
        _ => false,
    }
}

/// Returns whether `failure` says that a token which ends soon must not be used either.
fn is_final(failure: &Failure) -> bool {
    matches!(
        failure.problem,
        Problem::Credential(
            CredentialProblem::OtherKey
                | CredentialProblem::OtherTenancy { .. }
                | CredentialProblem::TenancyChanged { .. }
        )
    )
}

/// The seconds that a signer's token lives on after `now`.
fn left(signer: &Signer, now: i64) -> i64 {
    let token = signer.token();
    token.map_or(i64::MAX, |token| token.expires().saturating_sub(now))
}

/// The seconds before its end in which a signer's token is renewed.
fn margin(signer: &Signer) -> i64 {
    signer.token().map_or(0, |token| {
        let half = token.lifetime().map(|life| life / 2);
        half.map_or(MARGIN, |half| half.min(MARGIN))
    })
}

/// The seconds since 1970 at `time`.
fn seconds(time: SystemTime) -> i64 {
    DateTime::<Utc>::from(time).timestamp()
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::{LazyLock, Mutex as Lock};

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use futures_util::future::join_all;

    use super::*;

    static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());
    const NOW: i64 = 1_780_000_000;

    /// A token that begins at `NOW + begins` and lives for an hour.
    fn token(begins: i64) -> Token {
        let iat = NOW + begins;
        let payload = format!(r#"{{"iat":{iat},"exp":{}}}"#, iat + 3600);
        let parts = ["{}", payload.as_str(), "x"].map(|part| URL_SAFE_NO_PAD.encode(part));
        Token::new(&parts.join(".")).unwrap()
    }

    fn material(begins: i64, tenancy: &str) -> Result<Material, Failure> {
        Ok(Material {
            token: token(begins),
            key: KEY.clone(),
            tenancy: Some(tenancy.to_owned()),
            clock: None,
        })
    }

    type Loads = Arc<Lock<VecDeque<Result<Material, Failure>>>>;

    /// An identity that gives `loads` one after the other, and what is left of them.
    fn identity(loads: Vec<Result<Material, Failure>>) -> (Identity, Loads) {
        let loads: Loads = Arc::new(Lock::new(loads.into()));
        let rest = Arc::clone(&loads);
        let load = Arc::new(move || rest.lock().unwrap().pop_front().unwrap());
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        let kind = CredentialKind::ResourcePrincipal;
        let source = Source::Stored(load, KeyPlaces::new());
        (Identity::new(kind, source, now), loads)
    }

    fn begins(signer: &Signer) -> i64 {
        signer.token().unwrap().expires() - 3600 - NOW
    }

    async fn at(identity: &Identity, clock: i64) -> Result<i64, CredentialProblem> {
        match identity.signer(clock).await {
            Ok((signer, _)) => Ok(begins(&signer)),
            Err(Failure {
                problem: Problem::Credential(problem),
                ..
            }) => Err(problem),
            Err(failure) => panic!("{failure:?}"),
        }
    }

    fn broken() -> Result<Material, Failure> {
        Err(Failure::new(CredentialProblem::NotAToken))
    }

    #[tokio::test]
    async fn a_token_is_renewed_as_the_clock_moves() {
        let loads = vec![material(0, "t"), material(3300, "t"), material(6600, "t")];
        let (identity, left) = identity(loads);
        for (clock, begins) in [(1, 0), (3200, 0), (3310, 3300), (6500, 3300), (6650, 6600)] {
            assert_eq!(at(&identity, clock).await, Ok(begins), "{clock}");
        }
        assert!(left.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn requests_that_wait_share_one_renewal() {
        let (identity, left) = identity(vec![material(0, "t"), material(3300, "t")]);
        for clock in [1, 3400] {
            let all = join_all((0..20).map(|_| at(&identity, clock))).await;
            assert!(all.windows(2).all(|two| two[0] == two[1]), "{all:?}");
        }
        assert!(left.lock().unwrap().is_empty());
        // Of many refusals of one token, too.
        let (identity, left) = self::identity(vec![material(0, "t"), material(10, "t")]);
        let (refused, _) = identity.signer(1).await.unwrap();
        let others = join_all((0..20).map(|_| identity.renewed(&refused))).await;
        for other in others {
            assert_eq!(begins(&other.unwrap().unwrap().0), 10);
        }
        assert!(left.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_session_key_is_opened_with_one_of_the_places() {
        let keys = KeyPlaces::new();
        let free = Arc::new(Lock::new(Vec::new()));
        let identity = |_| {
            let (keys, free) = (keys.clone(), Arc::clone(&free));
            let own = keys.clone();
            let load = move || {
                free.lock().unwrap().push(own.0.available_permits());
                material(0, "t")
            };
            let now = DateTime::from_timestamp(NOW, 0).unwrap();
            let source = Source::Stored(Arc::new(load), keys);
            Identity::new(CredentialKind::SecurityToken, source, now)
        };
        let identities: Vec<Identity> = (0..10).map(identity).collect();
        let all = join_all(identities.iter().map(|identity| at(identity, 1))).await;
        assert!(all.iter().all(|begins| *begins == Ok(0)), "{all:?}");
        let free = free.lock().unwrap();
        assert_eq!(free.len(), 10);
        assert!(free.iter().all(|free| *free < KEYS_AT_ONCE), "{free:?}");
        assert_eq!(keys.0.available_permits(), KEYS_AT_ONCE);
    }

    #[tokio::test]
    async fn a_renewal_that_fails_leaves_the_token_until_its_end() {
        let (identity, _) = identity(vec![material(0, "t"), broken(), broken()]);
        assert_eq!(at(&identity, 1).await, Ok(0));
        assert_eq!(at(&identity, 3500).await, Ok(0));
        assert_eq!(at(&identity, 3600).await, Err(CredentialProblem::NotAToken));
        // It is not tried for each client again.
        assert_eq!(at(&identity, 3600).await, Err(CredentialProblem::NotAToken));
    }

    #[tokio::test]
    async fn another_tenancy_is_never_taken() {
        let (identity, _) = identity(vec![material(0, "t"), material(3300, "u")]);
        assert_eq!(at(&identity, 1).await, Ok(0));
        let changed = CredentialProblem::TenancyChanged {
            before: "t".to_owned(),
            found: "u".to_owned(),
        };
        assert_eq!(at(&identity, 3400).await, Err(changed));
    }

    #[tokio::test]
    async fn a_stored_token_that_is_over_is_refused() {
        let (identity, _) = identity(vec![material(-3600, "t"), material(-10, "t")]);
        let over = CredentialProblem::Expired {
            kind: CredentialKind::ResourcePrincipal,
            at: DateTime::from_timestamp(NOW, 0).unwrap(),
        };
        assert_eq!(at(&identity, 1).await, Err(over));
        // Somebody may have renewed it meanwhile.
        assert_eq!(at(&identity, 1).await, Ok(-10));
        // The same token once more is no other.
        let (identity, _) = self::identity(vec![material(0, "t"), material(0, "t")]);
        let (refused, _) = identity.signer(1).await.unwrap();
        assert!(identity.renewed(&refused).await.unwrap().is_none());
    }

    #[test]
    fn nothing_that_is_printed_for_debugging_shows_a_token() {
        let signer = Signer::Token(TokenKey {
            kind: CredentialKind::SecurityToken,
            token: token(0),
            key: KEY.clone(),
        });
        let shown = format!("{signer:?}");
        assert_eq!(shown, "Token(TokenKey { kind: SecurityToken, .. })");
        let (identity, _) = identity(vec![material(0, "t")]);
        let credential = Credential::Renewable {
            tenancy: "t".to_owned(),
            place: (None, "x"),
            identity: Arc::new(identity),
        };
        assert!(!format!("{credential:?}").contains("eyJ"));
    }
}
