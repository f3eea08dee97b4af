//! Digests of many byte ranges in one pass over the document.

use std::ops::Range;

use crate::crypto::{Digest, DigestAlgorithm, Hasher};
use crate::error::Result;
use crate::pdf::{Source, for_each_chunk};

/// A digest to compute: over the bytes before and after the gap of a signature.
pub(super) struct Request {
    pub(super) algorithm: DigestAlgorithm,
    pub(super) ranges: [Range<u64>; 2],
}

/// The digest of each request, in their order.
///
/// All first ranges start at 0, so one running hash per algorithm serves them all: at each gap it is copied, and the
/// copy goes on behind the gap. A document with many signatures costs one pass and their short tails.
pub(super) fn compute(source: &dyn Source, requests: &[Request]) -> Result<Vec<Option<Digest>>> {
    let mut digests = vec![None; requests.len()];
    let mut order: Vec<usize> = (0..requests.len()).filter(|index| requests[*index].ranges[0].start == 0).collect();
    order.sort_by_key(|index| (requests[*index].algorithm as u8, requests[*index].ranges[0].end));
    let mut running: Option<(DigestAlgorithm, Hasher, u64)> = None;
    for index in order {
        let Request { algorithm, ranges: [first, second] } = &requests[index];
        if first.end > source.len() || second.end > source.len() || second.start > second.end {
            continue;
        }
        let (_, hasher, position) = match &mut running {
            Some(state) if state.0 == *algorithm => state,
            // An algorithm that this build lacks gives no digest; the judgement says so.
            other => match Hasher::new(*algorithm) {
                Ok(hasher) => other.insert((*algorithm, hasher, 0)),
                Err(_) => continue,
            },
        };
        for_each_chunk(source, *position..first.end, |chunk| {
            hasher.update(chunk);
            Ok(())
        })?;
        *position = first.end;
        let mut rest = hasher.clone();
        for_each_chunk(source, second.clone(), |chunk| {
            rest.update(chunk);
            Ok(())
        })?;
        digests[index] = Some(rest.finish());
    }
    Ok(digests)
}
