//! The one error type: a kind to match on, a stable id, and facts that both languages can tell.

use std::fmt;

use crate::message::{self, Language};

/// What went wrong, coarse enough to match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Reading or writing failed.
    Io,
    /// The input is not what its format says; the facts name the place.
    Malformed,
    /// A budget of [`crate::Limits`] is spent; the facts hold the number.
    Limit,
    /// Sound input that this build cannot process (algorithm, version, feature).
    Unsupported,
    /// The document is encrypted.
    Encrypted,
    /// The PDF's cross-reference is unusable and repair was not asked for.
    NeedsRepair,
    /// The password does not open the key.
    WrongPassword,
    /// The container opened, and holds no private key.
    MissingKey,
    /// There is no certificate for the key.
    MissingCertificate,
    /// The private key does not belong to the certificate.
    KeyMismatch,
    /// A parameter given by the caller cannot be used.
    InvalidInput,
    /// The document is not the one that was prepared for signing.
    Changed,
    /// A signature that was just made does not verify; it was thrown away.
    BadSignature,
    /// The signing key, token or service refused.
    Signer,
}

impl ErrorKind {
    /// Its name, for example `WrongPassword`, as JSON and the bindings give it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Io => "Io",
            Self::Malformed => "Malformed",
            Self::Limit => "Limit",
            Self::Unsupported => "Unsupported",
            Self::Encrypted => "Encrypted",
            Self::NeedsRepair => "NeedsRepair",
            Self::WrongPassword => "WrongPassword",
            Self::MissingKey => "MissingKey",
            Self::MissingCertificate => "MissingCertificate",
            Self::KeyMismatch => "KeyMismatch",
            Self::InvalidInput => "InvalidInput",
            Self::Changed => "Changed",
            Self::BadSignature => "BadSignature",
            Self::Signer => "Signer",
        }
    }
}

/// Result of fallible operations of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error with a stable message id and the facts that fill its text.
///
/// `Display` gives English; [`Error::explain`] gives either language.
#[derive(Clone)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    id: &'static str,
    facts: Vec<(&'static str, String)>,
    place: Option<String>,
}

impl Error {
    /// An error of `kind` whose text stands in the catalogue under `id`.
    pub fn new(kind: ErrorKind, id: &'static str) -> Self {
        Self { inner: Box::new(Inner { kind, id, facts: Vec::new(), place: None }) }
    }

    /// Adds a fact; `{name}` in the catalogue's text is replaced by it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.inner.facts.push((name, value.to_string()));
        self
    }

    /// Names the file or the thing that the error is about; it stands before the text.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.inner.place = Some(place.to_string());
        self
    }

    /// The file or the thing that the error is about, if it was named.
    pub fn place(&self) -> Option<&str> {
        self.inner.place.as_deref()
    }

    /// What went wrong, to match on.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Stable id of the message, for example `keys.wrong-password`.
    pub fn id(&self) -> &'static str {
        self.inner.id
    }

    /// The facts of this case, by name.
    pub fn facts(&self) -> &[(&'static str, String)] {
        &self.inner.facts
    }

    /// The text for a person, in the language asked for.
    pub fn explain(&self, language: Language) -> String {
        let text = message::render(self.inner.id, language, &self.inner.facts);
        match &self.inner.place {
            Some(place) => format!("{}: {text}", message::clean(place)),
            None => text,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explain(Language::En))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({}): {self}", self.inner.kind, self.inner.id)
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, "io.failed").with("reason", io_reason(&error))
    }
}

/// Why the system refused: the id of a text for what people meet, else the system's own words.
pub fn io_reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let id = match error.kind() {
        ErrorKind::NotFound => "io.reason-not-found",
        ErrorKind::PermissionDenied => "io.reason-denied",
        ErrorKind::AlreadyExists => "io.reason-exists",
        ErrorKind::IsADirectory => "io.reason-folder",
        ErrorKind::StorageFull => "io.reason-full",
        ErrorKind::ReadOnlyFilesystem => "io.reason-read-only",
        _ => return error.to_string(),
    };
    id.to_owned()
}
