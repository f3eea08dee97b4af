//! PEM blocks (RFC 7468, read as widely as its section 2 allows).

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// One `-----BEGIN label-----` block.
pub struct Block {
    /// The label.
    pub label: String,
    /// Headers of the old encryption (RFC 1421): such a block holds no DER.
    pub encrypted: bool,
    /// The decoded content, wiped when dropped.
    pub der: Zeroizing<Vec<u8>>,
}

/// True if there is a block in `bytes`.
pub fn is_pem(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"-----BEGIN ").is_some()
}

/// All blocks, in order; text around them is ignored. `None` if one is damaged.
pub fn blocks(bytes: &[u8]) -> Option<Vec<Block>> {
    let text = String::from_utf8_lossy(bytes);
    let mut blocks = Vec::new();
    let mut rest = &*text;
    while let Some(start) = rest.find("-----BEGIN ") {
        let (label, after) = rest[start + 11..].split_once("-----")?;
        let end = format!("-----END {label}-----");
        let (body, tail) = after.split_once(&end)?;
        let mut encrypted = false;
        let mut digits = Zeroizing::new(String::with_capacity(body.len()));
        for line in body.lines().map(str::trim) {
            if line.contains(':') {
                encrypted |= line.starts_with("Proc-Type") && line.contains("ENCRYPTED");
            } else if !(encrypted && line.is_empty()) {
                digits.push_str(line);
            }
        }
        let der = Zeroizing::new(STANDARD.decode(digits.as_bytes()).ok()?);
        blocks.push(Block { label: label.to_owned(), encrypted, der });
        rest = tail;
    }
    Some(blocks)
}

/// Writes a block.
pub fn write(label: &str, der: &[u8]) -> String {
    let digits = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in digits.as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}
