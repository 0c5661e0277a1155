//! Location of a store.

use std::fmt;
use std::path::{self, Path, PathBuf};

use sqlx::postgres::PgConnectOptions;
use zeroize::Zeroizing;

use crate::failure::PlaceProblem;
use crate::path::resolve;
use crate::text::printable;

/// The name of the file that a clients' folder has its store in.
pub(crate) const FILE_NAME: &str = "consumo.db";

/// Location of a store: a file, or a database of a server.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// An SQLite file.
    File(PathBuf),
    /// A PostgreSQL URL, which may hold a password.
    Server(Zeroizing<String>),
}

impl Place {
    /// The file at `path`.
    ///
    /// # Errors
    /// [`PlaceProblem::NowhereToStart`] of a relative path.
    pub fn file(path: &Path) -> Result<Self, PlaceProblem> {
        let absolute = path::absolute(path).map_err(|_| PlaceProblem::NowhereToStart)?;
        Ok(Self::File(absolute))
    }

    /// Reads a path, `sqlite:` and a path, or `postgres://…`. `~` at the start of a path is the home.
    ///
    /// # Errors
    /// A [`PlaceProblem`], without the text.
    pub fn parse(text: &str) -> Result<Self, PlaceProblem> {
        let (scheme, rest) = text.split_once(':').unwrap_or_default();
        match scheme {
            // Without the slashes, or of a file, a user's password would be taken for a path and shown.
            "postgres" | "postgresql" if !rest.starts_with("//") => Err(PlaceProblem::NotAUrl),
            "postgres" | "postgresql" => server(text),
            "sqlite" if names_user(rest) => Err(PlaceProblem::OtherScheme),
            "sqlite" if rest.contains('?') => Err(PlaceProblem::Options),
            "sqlite" => file(rest.strip_prefix("//").unwrap_or(rest)),
            _ if text.contains("://") => Err(PlaceProblem::OtherScheme),
            _ if is_key_value(text) => Err(PlaceProblem::KeyValue),
            _ => file(text),
        }
    }
}

/// Returns whether the rest of a URL behind its scheme names a user of a host.
fn names_user(rest: &str) -> bool {
    let host = rest
        .strip_prefix("//")
        .and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| host.contains('@'))
}

fn server(url: &str) -> Result<Place, PlaceProblem> {
    let credentials = url
        .split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'));
    // A URL's host ends at the first of these, so that the rest of a password would be taken for host,
    // port and database, sent to a name server and shown.
    if credentials.is_some_and(|(credentials, _)| credentials.contains(['/', '?', '#'])) {
        return Err(PlaceProblem::NotEncoded);
    }
    match url.parse::<PgConnectOptions>() {
        Ok(_) => Ok(Place::Server(Zeroizing::new(url.to_owned()))),
        Err(_) => Err(PlaceProblem::NotAUrl),
    }
}

/// Returns whether `text` begins with one of libpq's parameters, as in `host=db dbname=consumo`.
fn is_key_value(text: &str) -> bool {
    const PARAMETERS: [&str; 11] = [
        "application_name",
        "dbname",
        "host",
        "hostaddr",
        "options",
        "passfile",
        "password",
        "port",
        "service",
        "sslmode",
        "user",
    ];
    let name = text.split_once('=').map(|(name, _)| name.trim());
    name.is_some_and(|name| PARAMETERS.contains(&name))
}

fn file(path: &str) -> Result<Place, PlaceProblem> {
    match path {
        "" | ":memory:" => Err(PlaceProblem::NotAPath),
        path => Place::file(&resolve(path, Path::new(""))),
    }
}

/// Writes the place fit for a terminal, and nothing of a URL but host and database.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(&printable(&path.to_string_lossy(), 4096)),
            Self::Server(url) => {
                let Ok(options) = url.parse::<PgConnectOptions>() else {
                    return f.write_str("postgres");
                };
                let host = options.get_socket().map_or_else(
                    || format!("{}:{}", options.get_host(), options.get_port()),
                    |socket| socket.to_string_lossy().into_owned(),
                );
                let database = options.get_database().unwrap_or_default();
                f.write_str(&printable(&format!("postgres://{host}/{database}"), 255))
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_urls_are_told_apart() {
        let file = |text: &str| match Place::parse(text) {
            Ok(Place::File(path)) => path,
            other => panic!("{text}: {other:?}"),
        };
        for text in ["/a/b c.db", "sqlite:/a/b c.db", "sqlite:///a/b c.db"] {
            assert_eq!(file(text), PathBuf::from("/a/b c.db"), "{text}");
        }
        assert!(file("b.db").is_absolute());
        assert!(matches!(
            Place::parse("postgres://u:p@h:1/d?sslmode=require"),
            Ok(Place::Server(_))
        ));
        for text in [
            "",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:a.db?mode=ro",
            "mysql://h/d",
            "postgres://h:port/d",
            "postgres:u:p@h:1/d",
            "postgresql:/u:p@h/d",
            "sqlite://u:p@h",
            "sqlite://u:p@h/d",
            "HOST=",
        ] {
            let is_file = matches!(Place::parse(text), Ok(Place::File(_)));
            assert_eq!(is_file, text == "HOST=", "{text}");
        }
        for text in [
            "host=h dbname=d",
            " dbname = d",
            "user=u",
            "password=x://y@z",
        ] {
            let problem = match text.contains("://") {
                true => PlaceProblem::OtherScheme,
                false => PlaceProblem::KeyValue,
            };
            assert_eq!(Place::parse(text), Err(problem), "{text}");
        }
        assert!(file("./host=h").ends_with("host=h"));
    }

    #[test]
    fn a_password_that_would_be_taken_for_a_host_is_refused() {
        for text in [
            "postgres://u:x@2026/Verao@h/d",
            "postgres://u:x@2026#@h/d",
            "postgres://u:x?y@h/d",
            "postgresql://u:p@h/d?user=a@b",
        ] {
            assert_eq!(Place::parse(text), Err(PlaceProblem::NotEncoded), "{text}");
        }
        let place = Place::parse("postgres://u@server:p@w@h/d").unwrap();
        assert_eq!(place.to_string(), "postgres://h:5432/d");
    }

    #[test]
    fn a_password_is_never_shown() {
        let place = Place::parse("postgres://user:geheim@host:5433/base?password=geheim").unwrap();

        assert_eq!(place.to_string(), "postgres://host:5433/base");
        assert_eq!(format!("{place:?}"), "Place(postgres://host:5433/base)");
    }
}
