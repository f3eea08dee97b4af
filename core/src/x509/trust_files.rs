//! Trust anchors from files and folders.

use std::path::{Path, PathBuf};

use super::trust::TrustStore;
use crate::error::{Error, ErrorKind, Result};
use crate::files::{cannot_open, read_small};

/// What a folder of anchors holds besides other things.
const EXTENSIONS: [&str; 6] = ["pem", "crt", "cer", "der", "p7b", "p7c"];

impl TrustStore {
    /// Trusts the certificates of a file, or of every file in a folder that ends in pem, crt, cer, der, p7b or p7c,
    /// under `domain`; gives their number. Files named like a private key (`….key.pem`) are passed over.
    ///
    /// Errors: unreadable, no certificate in it, or one that is damaged; each names the file.
    pub fn add_path(&mut self, domain: &str, path: impl AsRef<Path>) -> Result<usize> {
        let path = path.as_ref();
        let files = if path.is_dir() { certificate_files(path)? } else { vec![path.to_owned()] };
        let mut count = 0;
        for file in files {
            count += self.add_bytes(domain, &read_small(&file)?).map_err(|error| error.at(file.display()))?;
        }
        Ok(count)
    }
}

fn certificate_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |reason: std::io::Error| cannot_open(folder, &reason);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let private = file.file_stem().and_then(|stem| Path::new(stem).extension()).is_some_and(|e| e == "key");
        if file.is_file() && EXTENSIONS.contains(&extension.as_str()) && !private {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Error::new(ErrorKind::InvalidInput, "trust.no-certificate").at(folder.display()));
    }
    // The order of a folder is the system's; reports must not depend on it.
    files.sort();
    Ok(files)
}
