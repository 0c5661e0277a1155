//! The service's answers that are not 200: a code and a message in JSON.

use hyper::StatusCode;
use serde_json::json;

/// An answer in place of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RefusedAnswer {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl RefusedAnswer {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    pub(super) fn not_authenticated(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "NotAuthenticated", message)
    }

    /// Returns the refusal of a missing resource, which a caller without permission gets, too.
    pub(super) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NotAuthorizedOrNotFound",
            "Authorization failed or requested resource not found.",
        )
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidParameter", message)
    }

    pub(super) fn missing(field: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "MissingParameter",
            format!("{field} must not be null"),
        )
    }

    pub(super) fn unparsable() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "CannotParseRequest",
            "Incorrectly formatted request.",
        )
    }

    pub(super) fn media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UnsupportedMediaType",
            "Content-Type must be application/json.",
        )
    }

    pub(super) fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            "The request body is too large.",
        )
    }

    /// A scripted answer that HTTP cannot carry: a mistake of the script, said aloud.
    pub(super) fn bad_script() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "BadScript",
            "The scripted answer has a status or a header that HTTP cannot carry.",
        )
    }

    /// The body of the answer.
    pub(super) fn body(&self) -> String {
        json!({ "code": self.code, "message": self.message }).to_string()
    }
}
