//! The signer's key from the arguments, and its password.

use std::io::IsTerminal;
use std::path::Path;

use condau::crypto::DigestAlgorithm;
use condau::files::read_small;
use condau::keys::{KeyPair, PinTries, Pkcs12, RsaPadding, Signer, Token, TokenKey, TokenSelector};
use condau::x509::Certificate;
use condau::{Error, ErrorKind, Language, Result, message};
use zeroize::Zeroizing;

use crate::args::{Digest, Key, Padding};
use crate::say::{self, text};

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

/// The key that the arguments name, in a file or on a token.
pub(crate) fn signer(key: &Key, language: Language) -> Result<Box<dyn Signer>> {
    Ok(match &key.pkcs11 {
        Some(module) => Box::new(on_token(module, key, language)?),
        None => Box::new(open(key, language)?),
    })
}

/// Logs in to a token, with one PIN and one try.
fn on_token(module: &Path, key: &Key, language: Language) -> Result<TokenKey> {
    let extra = certificates(&key.cert)?;
    let token = find(module, key.token.as_deref())?;
    let said = |id: &str| message::render(id, language, &[("token", token.label())]);
    let tries = token.pin_tries()?;
    match tries {
        PinTries::Low => say::note(&said("cli.pin-low")),
        PinTries::Last => say::note(&said("cli.pin-last")),
        PinTries::NotTold | PinTries::Locked => {}
    }
    let pin = match stated(key)? {
        Some(pin) => Some(pin),
        None if token.has_pin_pad() => {
            say::note(&said("cli.pin-pad"));
            None
        }
        None if std::io::stdin().is_terminal() && tries != PinTries::Locked => {
            let prompt = said("cli.pin-for");
            Some(rpassword::prompt_password(format!("{prompt}: ")).map(Zeroizing::new)?)
        }
        None => None,
    };
    let opened = token.log_in(pin.as_ref().map(|pin| pin.as_str()))?;
    let mut signer = opened.signer(key.cert_label.as_deref())?.with_certificates(&extra);
    if let Some(padding) = key.padding {
        signer = signer.with_rsa_padding(padding.into())?;
    }
    if let Some(digest) = key.digest {
        signer = signer.with_digest(digest.into())?;
    }
    Ok(signer)
}

/// By label, else by serial number: labels may be the same, and the error then names the numbers.
fn find(module: &Path, name: Option<&str>) -> Result<Token> {
    let Some(name) = name else { return Token::find(module, &TokenSelector::Only) };
    match Token::find(module, &TokenSelector::Label(name.to_owned())) {
        Err(error) if error.id() == "keys.token-missing" => {
            Token::find(module, &TokenSelector::Serial(name.to_owned()))
        }
        found => found,
    }
}

/// Opens the key file that the arguments name.
pub(crate) fn open(key: &Key, language: Language) -> Result<KeyPair> {
    let extra = certificates(&key.cert)?;
    let mut pair = if let Some(path) = &key.p12 {
        let bytes = read_small(path)?;
        with_password(key, path, language, |password| {
            let opened = Pkcs12::open(&bytes, password.unwrap_or_default());
            opened.and_then(|container| container.key_pair()).map_err(|error| error.at(path.display()))
        })?
    } else {
        // The parser sees to it that one of the three is there.
        let path = key.key.as_deref().unwrap_or(Path::new(""));
        let bytes = Zeroizing::new(read_small(path)?);
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
        let found = Certificate::read_any(&read_small(path)?).map_err(|error| error.at(path.display()))?;
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
    let bytes = Zeroizing::new(read_small(path)?);
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Error::new(ErrorKind::InvalidInput, "cli.password-not-utf8").with("path", path.display()))?;
    // Editors end the line; a password does not hold one.
    let first = text.strip_prefix('\u{FEFF}').unwrap_or(text).lines().next().unwrap_or_default();
    Ok(Some(Zeroizing::new(first.to_owned())))
}
