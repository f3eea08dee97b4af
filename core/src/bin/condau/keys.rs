//! The signer's key from the arguments, and its password.

use std::io::IsTerminal;
use std::path::Path;

use condau::crypto::DigestAlgorithm;
use condau::keys::{KeyPair, Pkcs12, RsaPadding};
use condau::x509::Certificate;
use condau::{Error, ErrorKind, Language, Result};
use zeroize::Zeroizing;

use crate::args::{Digest, Key, Padding};
use crate::files;
use crate::say::text;

impl From<Padding> for RsaPadding {
    fn from(padding: Padding) -> Self {
        match padding {
            Padding::Pss => Self::Pss,
            Padding::Pkcs1 => Self::Pkcs1,
        }
    }
}

impl From<Digest> for DigestAlgorithm {
    fn from(digest: Digest) -> Self {
        match digest {
            Digest::Sha256 => Self::Sha256,
            Digest::Sha384 => Self::Sha384,
            Digest::Sha512 => Self::Sha512,
        }
    }
}

/// Opens the key that the arguments name.
pub(crate) fn open(key: &Key, language: Language) -> Result<KeyPair> {
    let extra = certificates(&key.cert)?;
    let mut pair = if let Some(path) = &key.p12 {
        let bytes = files::read(path)?;
        with_password(key, path, language, |password| {
            let opened = Pkcs12::open(&bytes, password.unwrap_or_default());
            opened.and_then(|container| container.key_pair()).map_err(|error| error.at(path.display()))
        })?
    } else {
        // The parser sees to it that one of the two is there.
        let path = key.key.as_deref().unwrap_or(Path::new(""));
        let bytes = Zeroizing::new(files::read(path)?);
        let pem = memchr::memmem::find(&bytes, b"-----BEGIN").is_some();
        with_password(key, path, language, |password| {
            let opened = if pem {
                KeyPair::from_pem(&bytes, &extra, password)
            } else {
                KeyPair::from_pkcs8(&bytes, &extra, password)
            };
            opened.map_err(|error| error.at(path.display()))
        })?
    };
    pair = pair.with_certificates(&extra);
    if let Some(padding) = key.padding {
        pair = pair.with_rsa_padding(padding.into())?;
    }
    if let Some(digest) = key.digest {
        pair = pair.with_digest(digest.into())?;
    }
    Ok(pair)
}

/// Every certificate of `paths`.
pub(crate) fn certificates(paths: &[std::path::PathBuf]) -> Result<Vec<Certificate>> {
    let mut all = Vec::new();
    for path in paths {
        let found = Certificate::read_any(&files::read(path)?).map_err(|error| error.at(path.display()))?;
        if found.is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "trust.no-certificate").at(path.display()));
        }
        all.extend(found);
    }
    Ok(all)
}

/// Without a password from the arguments: first none at all, then the one that a person types.
fn with_password<T>(
    key: &Key,
    path: &Path,
    language: Language,
    mut open: impl FnMut(Option<&str>) -> Result<T>,
) -> Result<T> {
    if let Some(password) = stated(key)? {
        return open(Some(&password));
    }
    match open(None) {
        Err(error) if error.kind() == ErrorKind::WrongPassword => {}
        done => return done,
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::new(ErrorKind::WrongPassword, "keys.password-needed"));
    }
    let prompt = format!("{} {}: ", text("cli.password-for", language), path.display());
    let typed = rpassword::prompt_password(prompt).map(Zeroizing::new)?;
    open(Some(&typed))
}

fn stated(key: &Key) -> Result<Option<Zeroizing<String>>> {
    if let Some(name) = &key.password_env {
        let value = std::env::var(name)
            .map_err(|_| Error::new(ErrorKind::InvalidInput, "cli.password-env-missing").with("name", name))?;
        return Ok(Some(Zeroizing::new(value)));
    }
    let Some(path) = &key.password_file else { return Ok(None) };
    let bytes = Zeroizing::new(files::read(path)?);
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Error::new(ErrorKind::InvalidInput, "cli.password-not-utf8").with("path", path.display()))?;
    // Editors end the line; a password does not hold one.
    let first = text.strip_prefix('\u{FEFF}').unwrap_or(text).lines().next().unwrap_or_default();
    Ok(Some(Zeroizing::new(first.to_owned())))
}
