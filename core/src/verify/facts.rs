//! What a document says, read once and not yet judged.

use super::digests;
use crate::cms::SignedData;
use crate::crypto::Digest;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::pdf::{Coverage, Document, Object, Oddity, Repair, SignatureDictionary, Source, coverage, signatures};

/// Facts of one signature.
#[derive(Clone, Debug)]
pub struct SignatureFacts {
    /// The signature dictionary with its places and structural defects.
    pub dictionary: SignatureDictionary,
    /// Which revision it covers.
    pub coverage: Coverage,
    /// The CMS and how many bytes of `/Contents` it fills, or why it cannot be read.
    pub cms: Result<(SignedData, usize)>,
    /// The digest of the signed bytes, by the digest algorithm that the CMS names.
    pub digest: Option<Digest>,
}

/// Facts of a document.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Length in bytes.
    pub len: u64,
    /// Number of revisions.
    pub revisions: usize,
    /// What a strict reader would refuse.
    pub oddities: Vec<Oddity>,
    /// The signatures, in the order in which they were made.
    pub signatures: Vec<SignatureFacts>,
}

/// Reads every signature of a PDF and hashes what it covers, in one pass over the bytes.
pub fn analyze(source: &dyn Source, limits: &Limits) -> Result<Facts> {
    // P-25: a rebuilt structure is another document than the one that strict readers see. Never here.
    let mut document = Document::open(source, limits, Repair::Refuse)?;
    if document.trailer().value("Encrypt").is_some_and(|encrypt| *encrypt != Object::Null) {
        return Err(Error::new(ErrorKind::Encrypted, "pdf.encrypted"));
    }
    let revisions = document.revisions()?;
    let mut facts = Vec::new();
    for dictionary in signatures(&mut document)? {
        let coverage = coverage(&document, &revisions, &dictionary)?;
        let cms = SignedData::parse(&dictionary.contents, limits);
        facts.push(SignatureFacts { dictionary, coverage, cms, digest: None });
    }
    let mut wanted = Vec::new();
    let mut requests = Vec::new();
    for (index, signature) in facts.iter().enumerate() {
        // What cannot be sound is not hashed: a thousand such ranges would each cost a pass over the file.
        if !signature.dictionary.defects.is_empty() {
            continue;
        }
        let Some(ranges) = signature.dictionary.signed_ranges() else { continue };
        let Ok((cms, _)) = &signature.cms else { continue };
        let Some(algorithm) = cms.signer_infos.first().and_then(|info| info.digest_algorithm().ok()) else { continue };
        wanted.push(index);
        requests.push(digests::Request { algorithm, ranges });
    }
    for (index, digest) in wanted.into_iter().zip(digests::compute(source, &requests)?) {
        facts[index].digest = digest;
    }
    Ok(Facts {
        len: source.len(),
        revisions: revisions.len(),
        oddities: document.oddities().to_vec(),
        signatures: facts,
    })
}
