//! Keys on tokens (USB tokens, smart cards, HSMs) through the vendor's PKCS#11 module, with `cryptoki`.
//!
//! [`Token::find`] finds a token without touching its PIN, [`Token::log_in`] opens it, [`Pkcs11::signer`] chooses a
//! certificate with its key. A PIN is tried once and never again: tokens lock after a few wrong ones.

mod key;
mod objects;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11 as Module};
use cryptoki::error::{Error as Foreign, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;

use objects::{Key, Stored, certificates, list, private_keys};

pub use key::TokenKey;

use crate::error::{Error, ErrorKind, Result};
use crate::x509::Certificate;

/// Which token of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TokenSelector {
    /// The only one there is.
    #[default]
    Only,
    /// The one with this label.
    Label(String),
    /// The one with this serial number, as the token states it.
    Serial(String),
    /// The one in this slot. Slot numbers of some modules change when a token is plugged in again.
    Slot(u64),
}

impl TokenSelector {
    fn fits(&self, slot: Slot, info: &TokenInfo) -> bool {
        match self {
            Self::Only => true,
            Self::Label(label) => info.label() == label,
            Self::Serial(serial) => info.serial_number() == serial,
            Self::Slot(id) => slot.id() == *id,
        }
    }
}

impl fmt::Display for TokenSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Only => Ok(()),
            Self::Label(text) | Self::Serial(text) => write!(f, "“{text}”"),
            Self::Slot(id) => write!(f, "#{id}"),
        }
    }
}

/// What a token says about its PIN before anybody tries one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinTries {
    /// Nothing: no wrong PIN since the last right one, or a token that does not tell.
    NotTold,
    /// There were wrong PINs since the last right one.
    Low,
    /// One more wrong PIN locks the token.
    Last,
    /// The token is locked.
    Locked,
}

impl PinTries {
    fn of(info: &TokenInfo) -> Self {
        if info.user_pin_locked() {
            Self::Locked
        } else if info.user_pin_final_try() {
            Self::Last
        } else if info.user_pin_count_low() {
            Self::Low
        } else {
            Self::NotTold
        }
    }
}

/// A token that was found; nobody is logged in.
pub struct Token {
    module: Module,
    slot: Slot,
    info: TokenInfo,
}

impl Token {
    /// Loads `module`, a shared library with the PKCS#11 interface, and finds a token in it. Code of the module runs
    /// in this process: name only one that you trust. It is loaded once and stays loaded until the process ends.
    ///
    /// Errors: the module cannot be loaded ([`ErrorKind::Io`]); no such token, or several ([`ErrorKind::InvalidInput`]).
    pub fn find(module: impl AsRef<Path>, selector: &TokenSelector) -> Result<Self> {
        let module = load(module.as_ref())?;
        let mut tokens = Vec::new();
        let mut unreadable = None;
        for slot in module.get_slots_with_token().map_err(|error| refused(&error))? {
            match module.get_token_info(slot) {
                Ok(info) if info.token_initialized() => tokens.push((slot, info)),
                Ok(_) => {}
                // One unreadable card must not keep the others from signing.
                Err(error) => unreadable = Some(refused(&error)),
            }
        }
        let (fitting, others): (Vec<_>, Vec<_>) =
            tokens.into_iter().partition(|(slot, info)| selector.fits(*slot, info));
        let list = |tokens: &[(Slot, TokenInfo)]| {
            let one = |(slot, info): &(Slot, TokenInfo)| {
                format!("“{}” ({}, {}, #{})", info.label(), info.model(), info.serial_number(), slot.id())
            };
            tokens.iter().map(one).collect::<Vec<_>>().join("; ")
        };
        match (fitting.as_slice(), others.as_slice()) {
            ([(slot, info)], _) => Ok(Self { module, slot: *slot, info: info.clone() }),
            ([], []) => Err(unreadable.unwrap_or_else(|| Error::new(ErrorKind::InvalidInput, "keys.token-none"))),
            ([], others) => Err(Error::new(ErrorKind::InvalidInput, "keys.token-missing")
                .with("wanted", selector)
                .with("found", list(others))),
            (several, _) => Err(Error::new(ErrorKind::InvalidInput, "keys.token-which").with("found", list(several))),
        }
    }

    /// The label that its owner gave it.
    pub fn label(&self) -> &str {
        self.info.label()
    }

    /// Its serial number.
    pub fn serial(&self) -> &str {
        self.info.serial_number()
    }

    /// True if the PIN is typed on the reader itself; [`Token::log_in`] then takes none.
    pub fn has_pin_pad(&self) -> bool {
        self.info.protected_authentication_path()
    }

    /// What the token says about its PIN now. Errors: the token is gone.
    pub fn pin_tries(&self) -> Result<PinTries> {
        self.module.get_token_info(self.slot).map(|info| PinTries::of(&info)).map_err(|error| refused(&error))
    }

    /// Logs in and reads which certificates and keys there are. One wrong PIN costs one try, no PIN costs none; a
    /// token that says that it is locked is not asked.
    ///
    /// The PIN is copied into memory that is wiped, and kept only if a key wants it before each signature.
    ///
    /// Errors: [`ErrorKind::WrongPassword`]; [`ErrorKind::Signer`] for a locked PIN, or if this process is logged in
    /// to the token already: then the token would not check the PIN.
    pub fn log_in(&self, pin: Option<&str>) -> Result<Pkcs11> {
        let session = self.module.open_ro_session(self.slot).map_err(|error| refused(&error))?;
        let pin = pin.filter(|pin| !pin.is_empty()).map(AuthPin::from);
        if self.info.login_required() {
            if self.pin_tries()? == PinTries::Locked {
                return Err(Error::new(ErrorKind::Signer, "keys.pin-locked").with("token", self.label()));
            }
            if pin.is_none() && !self.has_pin_pad() {
                return Err(Error::new(ErrorKind::WrongPassword, "keys.pin-needed").with("token", self.label()));
            }
            session
                .login(UserType::User, pin.as_ref())
                .map_err(|error| login_failed(&error, self.label(), self.pin_tries().unwrap_or(PinTries::NotTold)))?;
        }
        // From here on, dropping it logs out.
        let (logged_in, has_pin_pad) = (self.info.login_required(), self.has_pin_pad());
        let mut login = Login { session, logged_in, pin, has_pin_pad };
        let keys = private_keys(&login.session)?;
        let certificates = certificates(&login.session)?;
        if !keys.iter().any(|key| key.asks_each_time) {
            login.pin = None;
        }
        let mechanisms = self.module.get_mechanism_list(self.slot).map_err(|error| refused(&error))?;
        let open = Open { label: self.label().to_owned(), mechanisms, login: Mutex::new(login) };
        Ok(Pkcs11 { open: Arc::new(open), keys, certificates })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}, {}, {})", self.label(), self.info.model(), self.serial())
    }
}

/// A token with somebody logged in. It logs out when it and every [`TokenKey`] of it are dropped.
///
/// PKCS#11 sessions must not be used by two threads at a time; a lock sees to that, so the token and its keys can be
/// shared, and their signatures are made one after the other.
pub struct Pkcs11 {
    open: Arc<Open>,
    keys: Vec<Key>,
    certificates: Vec<Stored>,
}

impl Pkcs11 {
    /// [`Token::find`] and [`Token::log_in`] in one. Errors: theirs.
    pub fn open(module: impl AsRef<Path>, selector: &TokenSelector, pin: &str) -> Result<Self> {
        Token::find(module, selector)?.log_in(Some(pin))
    }

    /// The certificates on the token, those of authorities too.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter().map(|stored| &stored.certificate)
    }

    /// The key of a certificate on the token: of the one with this label or serial number (in hexadecimal), or of the
    /// only one that can sign. Certificate and key belong together by their `CKA_ID`. The other certificates become
    /// the chain, see also [`TokenKey::with_certificates`].
    ///
    /// Errors: [`ErrorKind::MissingCertificate`], [`ErrorKind::MissingKey`]; several that can sign
    /// ([`ErrorKind::InvalidInput`]); an algorithm that cannot sign here.
    pub fn signer(&self, name: Option<&str>) -> Result<TokenKey> {
        let token = &self.open.label;
        if self.certificates.is_empty() {
            return Err(Error::new(ErrorKind::MissingCertificate, "keys.token-no-certificate").with("token", token));
        }
        let named = || self.certificates.iter().filter(|stored| name.is_none_or(|name| stored.is_called(name)));
        if named().next().is_none() {
            return Err(Error::new(ErrorKind::MissingCertificate, "keys.token-no-such-certificate")
                .with("token", token)
                .with("name", name.unwrap_or_default())
                .with("found", list(self.certificates.iter())));
        }
        // Tokens often hold a certificate for encryption beside the one for signing.
        let able: Vec<_> = named().filter_map(|stored| Some((stored, stored.key(&self.keys)?))).collect();
        match able.as_slice() {
            [(stored, key)] => {
                let known: Vec<_> = self.certificates().cloned().collect();
                TokenKey::new(&self.open, key, &stored.certificate, &known)
            }
            [] => Err(Error::new(ErrorKind::MissingKey, "keys.token-no-key")
                .with("token", token)
                .with("found", list(named()))),
            several => Err(Error::new(ErrorKind::InvalidInput, "keys.token-several")
                .with("token", token)
                .with("found", list(several.iter().map(|(stored, _)| *stored)))),
        }
    }
}

impl fmt::Debug for Pkcs11 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (label, keys, certificates) = (&self.open.label, self.keys.len(), self.certificates.len());
        write!(f, "Pkcs11({label}, {keys} keys, {certificates} certificates)")
    }
}

/// What the keys of one login share.
struct Open {
    label: String,
    /// What the token can do.
    mechanisms: Vec<MechanismType>,
    login: Mutex<Login>,
}

impl Open {
    /// The session, for one thread at a time.
    fn login(&self) -> MutexGuard<'_, Login> {
        lock(&self.login)
    }
}

struct Login {
    session: Session,
    /// False for a token that wants no login: then it is not ours to end.
    logged_in: bool,
    /// For keys that want it before each signature; wiped when it is dropped.
    pin: Option<AuthPin>,
    has_pin_pad: bool,
}

impl Login {
    /// Starts an operation with `start` and authenticates for it (`CKA_ALWAYS_AUTHENTICATE`). A PIN that fails is
    /// forgotten, so that it costs one try and not one for each signature.
    fn start_and_authenticate(
        &mut self,
        token: &str,
        start: impl FnOnce(&Session) -> Result<(), Foreign>,
    ) -> Result<()> {
        if self.pin.is_none() && !self.has_pin_pad {
            return Err(Error::new(ErrorKind::WrongPassword, "keys.pin-needed").with("token", token));
        }
        start(&self.session).map_err(|error| refused(&error))?;
        self.session.login(UserType::ContextSpecific, self.pin.as_ref()).map_err(|error| {
            self.pin = None;
            // Fails, and so ends the operation: the other keys need the session.
            let _ = self.session.sign_final();
            login_failed(&error, token, PinTries::NotTold)
        })
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        if self.logged_in {
            // A token that was pulled out is logged out already.
            let _ = self.session.logout();
        }
    }
}

/// Modules are global to a process: a second `C_Initialize` fails, `C_Finalize` would end the sessions of everybody, and
/// unloading would pull the code from under threads that a module started. So each is loaded once and kept.
static MODULES: Mutex<BTreeMap<PathBuf, Module>> = Mutex::new(BTreeMap::new());

fn load(path: &Path) -> Result<Module> {
    let mut modules = lock(&MODULES);
    if let Some(module) = modules.get(path) {
        return Ok(module.clone());
    }
    let failed = |error: Foreign| {
        let error = match error {
            Foreign::MissingSymbol(_) => Error::new(ErrorKind::Malformed, "keys.not-module"),
            _ => Error::new(ErrorKind::Io, "keys.module").with("reason", reason(&error)),
        };
        error.at(path.display())
    };
    let module = Module::new(path).map_err(failed)?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // The program may use the module itself.
        Ok(()) | Err(Foreign::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(failed(error)),
    }
    modules.insert(path.to_owned(), module.clone());
    Ok(module)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Any failure but that of a login.
fn refused(error: &Foreign) -> Error {
    match error {
        Foreign::Pkcs11(
            RvError::TokenNotPresent | RvError::TokenNotRecognized | RvError::DeviceRemoved | RvError::SlotIdInvalid,
            _,
        ) => Error::new(ErrorKind::Signer, "keys.token-gone"),
        _ => Error::new(ErrorKind::Signer, "keys.token-refused").with("reason", reason(error)),
    }
}

/// Short: the texts of the library explain the standard, not the case.
fn reason(error: &Foreign) -> String {
    match error {
        Foreign::Pkcs11(code, function) => format!("{function:?}: {code:?}"),
        Foreign::LibraryLoading(reason) => reason.to_string(),
        other => other.to_string(),
    }
}

/// A failed login; `tries` is what the token says after it.
fn login_failed(error: &Foreign, token: &str, tries: PinTries) -> Error {
    let Foreign::Pkcs11(code, _) = error else { return refused(error) };
    match code {
        RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => match tries {
            PinTries::Locked => Error::new(ErrorKind::WrongPassword, "keys.pin-wrong-and-locked").with("token", token),
            PinTries::Last => Error::new(ErrorKind::WrongPassword, "keys.pin-wrong-last").with("token", token),
            _ => Error::new(ErrorKind::WrongPassword, "keys.pin-wrong").with("token", token),
        },
        RvError::PinLocked => Error::new(ErrorKind::Signer, "keys.pin-locked").with("token", token),
        RvError::PinExpired => Error::new(ErrorKind::Signer, "keys.pin-expired").with("token", token),
        RvError::UserPinNotInitialized => Error::new(ErrorKind::Signer, "keys.pin-not-set").with("token", token),
        RvError::UserAlreadyLoggedIn | RvError::UserAnotherAlreadyLoggedIn => {
            Error::new(ErrorKind::Signer, "keys.token-busy").with("token", token)
        }
        _ => refused(error),
    }
}

#[cfg(test)]
mod tests {
    use cryptoki::context::Function;

    use super::*;

    /// What SoftHSM never says, because it never locks.
    #[test]
    fn refused_logins_say_what_to_do_and_keep_their_kind() {
        use ErrorKind::{Signer, WrongPassword};
        use PinTries::{Last, Locked, Low, NotTold};
        for (code, tries, kind, id) in [
            (RvError::PinIncorrect, NotTold, WrongPassword, "keys.pin-wrong"),
            (RvError::PinIncorrect, Low, WrongPassword, "keys.pin-wrong"),
            (RvError::PinIncorrect, Last, WrongPassword, "keys.pin-wrong-last"),
            (RvError::PinIncorrect, Locked, WrongPassword, "keys.pin-wrong-and-locked"),
            (RvError::PinLenRange, Last, WrongPassword, "keys.pin-wrong-last"),
            (RvError::PinLocked, Locked, Signer, "keys.pin-locked"),
            (RvError::PinExpired, NotTold, Signer, "keys.pin-expired"),
            (RvError::UserPinNotInitialized, NotTold, Signer, "keys.pin-not-set"),
            (RvError::UserAlreadyLoggedIn, NotTold, Signer, "keys.token-busy"),
            (RvError::DeviceRemoved, NotTold, Signer, "keys.token-gone"),
            (RvError::DeviceError, NotTold, Signer, "keys.token-refused"),
        ] {
            let error = login_failed(&Foreign::Pkcs11(code, Function::Login), "T", tries);
            assert_eq!((error.kind(), error.id()), (kind, id), "{code:?} {tries:?}");
        }
    }

    #[test]
    fn the_reason_of_a_refusal_is_short() {
        let error = refused(&Foreign::Pkcs11(RvError::DeviceError, Function::Sign));
        assert_eq!(error.facts(), [("reason", "Sign: DeviceError".to_owned())]);
    }
}
