//! Objects of Object Storage as people type them: `oci://BUCKET@NAMESPACE/PATH`, the form of Oracle's HDFS connector.

use std::fmt;

use crate::text::invisible;

/// Beginning of an object's place.
pub(crate) const SCHEME: &str = "oci://";
/// The most bytes of an object's name, as the service has it.
const LONGEST_NAME: usize = 1024;
/// Bytes of a name that are kept for what is written in place of its words, and for the names of a customer's files.
const SPARE: usize = 100;
/// The most bytes of an object's name that may be typed.
pub(crate) const LONGEST_TYPED: usize = LONGEST_NAME - SPARE;
/// The most characters of a bucket's or a namespace's name, as the service has them.
pub(crate) const LONGEST_BUCKET: usize = 256;

/// The place of an object, or of all objects whose names begin alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectPlace {
    /// Namespace of the tenancy.
    pub namespace: String,
    /// Name of the bucket.
    pub bucket: String,
    /// Name of the object, without a `/` at either end.
    pub object: String,
}

/// The reasons why a text is no place of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectPlaceProblem {
    /// The text names no bucket.
    NoBucket,
    /// The text names no namespace.
    NoNamespace,
    /// The text names no object.
    NoObject,
    /// The text holds a user, a password or a key.
    Credentials,
    /// The bucket's or the namespace's name has a character that none has.
    Name,
    /// The object's name has an empty part, `.` or `..`.
    Dots,
    /// The object's name has a character that is not shown.
    Control,
    /// The object's name, the bucket's or the namespace's is longer than any.
    TooLong,
}

impl ObjectPlace {
    /// Returns whether `text` is meant as the place of an object.
    pub fn is_meant(text: &str) -> bool {
        let start = text.get(..SCHEME.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
    }

    /// Reads `text`, which [`Self::is_meant`].
    ///
    /// # Errors
    /// [`ObjectPlaceProblem`]
    pub fn parse(text: &str) -> Result<Self, ObjectPlaceProblem> {
        Self::read(text, LONGEST_TYPED)
    }

    /// Reads the place of a page as this program has written it: its key takes some of the bytes that [`Self::parse`] spares.
    pub(crate) fn of_page(text: &str) -> Option<Self> {
        let place = Self::is_meant(text).then(|| Self::read(text, LONGEST_NAME));
        place?.ok()
    }

    /// Reads `text`, of which the object's name has up to `longest` bytes.
    fn read(text: &str, longest: usize) -> Result<Self, ObjectPlaceProblem> {
        use ObjectPlaceProblem as Problem;

        let rest = text.get(SCHEME.len()..).unwrap_or_default();
        let (authority, object) = rest.split_once('/').unwrap_or((rest, ""));
        let (bucket, namespace) = authority.split_once('@').unwrap_or((authority, ""));
        match (bucket, namespace) {
            _ if authority.contains(':') || namespace.contains('@') => {
                return Err(Problem::Credentials);
            }
            ("", _) => return Err(Problem::NoBucket),
            (_, "") => return Err(Problem::NoNamespace),
            _ => {}
        }
        for (name, others) in [(bucket, "-_."), (namespace, "-_")] {
            if name.len() > LONGEST_BUCKET {
                return Err(Problem::TooLong);
            }
            if !name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || others.contains(c))
            {
                return Err(Problem::Name);
            }
        }
        match object {
            "" => return Err(Problem::NoObject),
            object if object.len() > longest => return Err(Problem::TooLong),
            object if object.chars().any(|c| c.is_control() || invisible(c)) => {
                return Err(Problem::Control);
            }
            object
                if object
                    .split('/')
                    .any(|part| matches!(part, "" | "." | "..")) =>
            {
                return Err(Problem::Dots);
            }
            _ => {}
        }
        Ok(Self {
            namespace: namespace.to_owned(),
            bucket: bucket.to_owned(),
            object: object.to_owned(),
        })
    }

    /// The place of the object that is called `name` below this one.
    #[must_use]
    pub fn below(&self, name: &str) -> Self {
        Self {
            object: format!("{}/{name}", self.object),
            ..self.clone()
        }
    }

    /// Returns whether this object is the one at `prefix`, or below it.
    pub fn is_within(&self, prefix: &Self) -> bool {
        let rest = self.object.strip_prefix(&prefix.object);
        let same = self.namespace == prefix.namespace && self.bucket == prefix.bucket;
        same && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for ObjectPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            namespace,
            bucket,
            object,
        } = self;
        write!(f, "{SCHEME}{bucket}@{namespace}/{object}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use ObjectPlaceProblem::*;

    #[test]
    fn a_place_has_a_bucket_a_namespace_and_a_name() {
        let place = ObjectPlace::parse("oci://relatorios@axkr1abc/2026/carteira-{date}.json");
        let place = place.unwrap();
        assert_eq!(
            (
                place.namespace.as_str(),
                place.bucket.as_str(),
                place.object.as_str()
            ),
            ("axkr1abc", "relatorios", "2026/carteira-{date}.json")
        );
        assert_eq!(
            place.to_string(),
            "oci://relatorios@axkr1abc/2026/carteira-{date}.json"
        );
        let long = "x".repeat(LONGEST_NAME);
        for (rest, problem) in [
            ("", NoBucket),
            ("/a.json", NoBucket),
            ("@ns/a.json", NoBucket),
            ("b", NoNamespace),
            ("b/a.json", NoNamespace),
            ("b@/a.json", NoNamespace),
            ("b@ns", NoObject),
            ("b@ns/", NoObject),
            ("user:pass@b@ns/a.json", Credentials),
            ("b@user@ns/a.json", Credentials),
            ("b@ns:443/a.json", Credentials),
            ("b c@ns/a.json", Name),
            ("b@n%20s/a.json", Name),
            ("b@n.s/a.json", Name),
            ("b\u{301}@ns/a.json", Name),
            ("b@ns//a.json", Dots),
            ("b@ns/a//b.json", Dots),
            ("b@ns/a/", Dots),
            ("b@ns/../a.json", Dots),
            ("b@ns/a/./b.json", Dots),
            ("b@ns/a\nb.json", Control),
            ("b@ns/a\u{202e}b.json", Control),
            (&format!("b@ns/{long}"), TooLong),
            (&format!("{long}@ns/a"), TooLong),
        ] {
            let read = ObjectPlace::parse(&format!("oci://{rest}"));
            assert_eq!(read, Err(problem), "{rest}");
        }
    }

    #[test]
    fn a_prefix_holds_whole_parts() {
        let place = |text: &str| ObjectPlace::parse(&format!("oci://{text}")).unwrap();
        let prefix = place("b@n/paginas");
        assert_eq!(prefix.below("k"), place("b@n/paginas/k"));
        for (text, within) in [
            ("b@n/paginas", true),
            ("b@n/paginas/a.html", true),
            ("b@n/paginas2/a.html", false),
            ("b@n/a.html", false),
            ("c@n/paginas/a.html", false),
            ("b@m/paginas/a.html", false),
        ] {
            assert_eq!(place(text).is_within(&prefix), within, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_the_same(text in any::<String>(), near in "[a-z@:/.%é]{0,30}") {
            for text in [text, format!("{SCHEME}{near}")] {
                let meant = ObjectPlace::is_meant(&text);
                if let (true, Ok(place)) = (meant, ObjectPlace::parse(&text)) {
                    prop_assert_eq!(place.to_string(), text.replacen(&text[..SCHEME.len()], SCHEME, 1));
                }
            }
        }
    }
}
