//! Where a store is.

use std::fmt;
use std::path::{self, Path, PathBuf};

use sqlx::postgres::PgConnectOptions;
use zeroize::Zeroizing;

use crate::text::printable;

/// The name of the file that a clients' folder has its store in.
pub const FILE_NAME: &str = "consumo.db";

/// Where a store is: a file, or a database of a server.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// An SQLite file.
    File(PathBuf),
    /// A PostgreSQL URL, which may hold a password.
    Server(Zeroizing<String>),
}

/// A place as it was typed, which may hold a password even where it is none.
#[derive(Clone, PartialEq, Eq)]
pub struct Typed(Zeroizing<String>);

impl Typed {
    /// The place.
    ///
    /// # Errors
    /// As [`Place::parse`].
    pub fn place(&self) -> Result<Place, String> {
        Place::parse(&self.0)
    }
}

impl From<String> for Typed {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(…)")
    }
}

impl Place {
    /// The file at `path`.
    ///
    /// # Errors
    /// When a relative path starts nowhere.
    pub fn file(path: &Path) -> Result<Self, String> {
        let absolute = path::absolute(path).map_err(|error| error.to_string())?;
        Ok(Self::File(absolute))
    }

    /// Reads a path, `sqlite:` and a path, or `postgres://…`.
    ///
    /// # Errors
    /// A sentence for the command line, without what stands in the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once(':').unwrap_or_default();
        match scheme {
            "postgres" | "postgresql" => {
                let options = text.parse::<PgConnectOptions>();
                options.map_err(|_| {
                    "not a PostgreSQL URL, postgres://user@host/database".to_owned()
                })?;
                Ok(Self::Server(Zeroizing::new(text.to_owned())))
            }
            "sqlite" if rest.contains('?') => Err("no options belong behind the path".to_owned()),
            "sqlite" => file(rest.strip_prefix("//").unwrap_or(rest)),
            _ if text.contains("://") => {
                Err("neither a path, nor sqlite:PATH, nor postgres://…".to_owned())
            }
            _ => file(text),
        }
    }
}

fn file(path: &str) -> Result<Place, String> {
    match path {
        "" | ":memory:" => Err("not the path of a file".to_owned()),
        path => Place::file(Path::new(path)),
    }
}

/// Fit for a terminal, and without what a URL says besides host and database.
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
        ] {
            assert!(Place::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let place = Place::parse("postgres://user:geheim@host:5433/base?password=geheim").unwrap();

        assert_eq!(place.to_string(), "postgres://host:5433/base");
        assert_eq!(format!("{place:?}"), "Place(postgres://host:5433/base)");
    }
}
