//! What one operation may still spend on a file that may be hostile.

use std::cell::Cell;

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// The budgets of one [`super::Document`], counted down.
pub(crate) struct Budget<'a> {
    limits: &'a Limits,
    items: usize,
    parsed: u64,
    decoded: usize,
    held: usize,
    /// Sections that were asked for a number; looking is possible without changing the document.
    lookups: Cell<usize>,
}

impl<'a> Budget<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self { limits, items: 0, parsed: 0, decoded: 0, held: 0, lookups: Cell::new(0) }
    }

    /// An object of so many parts and bytes was parsed.
    pub(crate) fn parse(&mut self, items: usize, bytes: u64) -> Result<()> {
        self.items = self.items.saturating_add(items);
        self.parsed = self.parsed.saturating_add(bytes);
        if self.items > self.limits.pdf_items {
            return Err(Error::new(ErrorKind::Limit, "limit.pdf-items")
                .with("limit", self.limits.pdf_items)
                .with("offset", self.parsed));
        }
        if self.parsed > self.limits.pdf_parsed_bytes {
            let limit = self.limits.pdf_parsed_bytes;
            return Err(Error::new(ErrorKind::Limit, "limit.pdf-parsed-bytes").with("limit", limit));
        }
        Ok(())
    }

    /// A stream was decoded into so many bytes.
    pub(crate) fn decode(&mut self, bytes: usize) -> Result<()> {
        self.decoded = self.decoded.saturating_add(bytes);
        let limit = self.limits.pdf_decoded_total;
        if self.decoded > limit {
            return Err(Error::new(ErrorKind::Limit, "limit.pdf-decoded-total").with("limit", limit));
        }
        Ok(())
    }

    /// A cross-reference section takes so many bytes of memory as long as the document is open.
    pub(crate) fn hold(&mut self, bytes: usize) -> Result<()> {
        self.held = self.held.saturating_add(bytes);
        let limit = self.limits.pdf_decoded_bytes;
        if self.held > limit {
            return Err(Error::new(ErrorKind::Limit, "limit.pdf-decoded-bytes").with("limit", limit));
        }
        Ok(())
    }

    /// One more section is asked for a number.
    pub(crate) fn look(&self) -> Result<()> {
        self.lookups.set(self.lookups.get() + 1);
        let limit = self.limits.pdf_lookups;
        if self.lookups.get() > limit {
            return Err(Error::new(ErrorKind::Limit, "limit.pdf-lookups").with("limit", limit));
        }
        Ok(())
    }
}
