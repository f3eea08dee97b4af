//! The private keys and certificates on a token.

use std::fmt;

use cryptoki::object::{Attribute, AttributeType, CertificateType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;

use super::refused;
use crate::Time;
use crate::crypto::KeyAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::x509::Certificate;

/// A private key that may sign.
pub(super) struct Key {
    pub(super) handle: ObjectHandle,
    id: Vec<u8>,
    kind: KeyType,
    /// `CKA_ALWAYS_AUTHENTICATE`
    pub(super) asks_each_time: bool,
}

/// A certificate as the token holds it.
pub(super) struct Stored {
    label: String,
    id: Vec<u8>,
    pub(super) certificate: Certificate,
}

impl Stored {
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.label == name || self.certificate.serial_hex().eq_ignore_ascii_case(name)
    }

    /// Its private key among `keys`, if it may sign.
    pub(super) fn key<'k>(&self, keys: &'k [Key]) -> Option<&'k Key> {
        let usage = self.certificate.key_usage();
        if usage.is_some_and(|usage| !usage.digital_signature() && !usage.non_repudiation()) {
            return None;
        }
        let kind = match self.certificate.public_key().ok()?.algorithm() {
            KeyAlgorithm::Rsa => KeyType::RSA,
            KeyAlgorithm::Ed25519 => KeyType::EC_EDWARDS,
            _ => KeyType::EC,
        };
        keys.iter().find(|key| !key.id.is_empty() && key.id == self.id && key.kind == kind)
    }
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |time: Time| time.to_string().chars().take(10).collect::<String>();
        let (label, certificate) = (&self.label, &self.certificate);
        let (from, until) = (day(certificate.not_before()), day(certificate.not_after()));
        write!(f, "“{label}” ({}, {}, {from}/{until})", certificate.subject(), certificate.serial_hex())
    }
}

pub(super) fn list<'a>(stored: impl Iterator<Item = &'a Stored>) -> String {
    stored.map(Stored::to_string).collect::<Vec<_>>().join("; ")
}

/// Private keys of the kinds that sign here.
pub(super) fn private_keys(session: &Session) -> Result<Vec<Key>> {
    let mut keys = Vec::new();
    for kind in [KeyType::RSA, KeyType::EC, KeyType::EC_EDWARDS] {
        for handle in objects(session, &[Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::KeyType(kind)])? {
            let mut key = Key { handle, id: Vec::new(), kind, asks_each_time: false };
            let mut signs = true;
            for attribute in attributes(
                session,
                handle,
                &[AttributeType::Id, AttributeType::Sign, AttributeType::AlwaysAuthenticate],
            )? {
                match attribute {
                    Attribute::Id(id) => key.id = id,
                    Attribute::Sign(value) => signs = value,
                    Attribute::AlwaysAuthenticate(value) => key.asks_each_time = value,
                    _ => {}
                }
            }
            if signs {
                keys.push(key);
            }
        }
    }
    Ok(keys)
}

pub(super) fn certificates(session: &Session) -> Result<Vec<Stored>> {
    let template = [Attribute::Class(ObjectClass::CERTIFICATE), Attribute::CertificateType(CertificateType::X_509)];
    let handles = objects(session, &template)?;
    let limit = Limits::default().certificates;
    if handles.len() > limit {
        return Err(Error::new(ErrorKind::Limit, "limit.certificates").with("limit", limit));
    }
    let mut found: Vec<Stored> = Vec::new();
    let mut unreadable = None;
    for handle in handles {
        let (mut label, mut id, mut der) = (String::new(), Vec::new(), Vec::new());
        for attribute in attributes(session, handle, &[AttributeType::Label, AttributeType::Id, AttributeType::Value])?
        {
            match attribute {
                Attribute::Label(text) => label = text_of(&text),
                Attribute::Id(value) => id = value,
                Attribute::Value(value) => der = value,
                _ => {}
            }
        }
        match Certificate::from_der(&der) {
            // Some middleware stores a certificate twice.
            Ok(certificate) if found.iter().any(|known| known.certificate == certificate && known.id == id) => {}
            Ok(certificate) => found.push(Stored { label, id, certificate }),
            // One broken certificate must not make the others useless.
            Err(error) => unreadable = Some(error),
        }
    }
    match unreadable {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

fn objects(session: &Session, template: &[Attribute]) -> Result<Vec<ObjectHandle>> {
    session.find_objects(template).map_err(|error| refused(&error))
}

/// Attributes that the object has; those that it lacks are left out.
fn attributes(session: &Session, object: ObjectHandle, wanted: &[AttributeType]) -> Result<Vec<Attribute>> {
    session.get_attributes(object, wanted).map_err(|error| refused(&error))
}

/// Some modules pad labels with NUL.
fn text_of(label: &[u8]) -> String {
    String::from_utf8_lossy(label).trim_end_matches('\0').to_owned()
}
