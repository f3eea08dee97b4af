//! Budgets: every input is hostile, and every budget has a number.

/// Budgets of one operation. Over budget is an error with the number in it, never a hang.
///
/// The defaults serve offices; lower them freely, raise them only with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Nesting of DER/BER values (BoringSSL allows 30).
    pub asn1_depth: usize,
    /// Values in one BER container: each costs many times the bytes that it was written in.
    pub asn1_elements: usize,
    /// Bytes of one CMS, certificate or key container.
    pub asn1_bytes: usize,
    /// Certificates in one CMS or container.
    pub certificates: usize,
    /// Certificates in one path, the anchor included.
    pub path_length: usize,
    /// Signature verifications spent on building paths for one signature.
    pub path_signatures: usize,
    /// Certificates of one name tried as the issuer of one certificate.
    pub path_candidates: usize,
    /// Certificates visited while building one path.
    pub path_steps: usize,
    /// Comparisons of a name with a name constraint while building one path.
    pub path_name_comparisons: usize,
    /// Certificate policies and mappings read while building one path.
    pub path_policies: usize,
    /// Bytes of one CRL.
    pub crl_bytes: usize,
    /// Bytes of CRLs hashed and scanned for one path, the same list counted each time.
    pub crl_scanned_bytes: usize,
    /// Distribution points of one certificate that are asked for.
    pub crl_points: usize,
    /// Signatures on CRLs verified, and signers of CRLs looked into, for one path.
    pub crl_signatures: usize,
    /// Iterations of a password-based key derivation.
    pub pbkdf_iterations: u32,
    /// Memory of a key derivation by scrypt.
    pub scrypt_bytes: u64,
    /// Nesting of PDF arrays and dictionaries.
    pub pdf_depth: usize,
    /// Revisions (cross-reference sections) of a PDF.
    pub pdf_revisions: usize,
    /// Bytes of one PDF object that is read whole (a dictionary, an array), streams' data excluded.
    pub pdf_object_bytes: usize,
    /// Objects inside one object that is read whole, and inside all that one operation reads.
    pub pdf_items: usize,
    /// Bytes that one operation may parse. Objects may overlap, so that this is more than the file's length.
    pub pdf_parsed_bytes: u64,
    /// Bytes of one object stream, and of all cross-reference sections together, after decoding.
    pub pdf_decoded_bytes: usize,
    /// Bytes of all the object streams that one operation decodes.
    pub pdf_decoded_total: usize,
    /// Sections that one operation may ask for a number: revisions times objects.
    pub pdf_lookups: usize,
    /// Objects that one operation may read, and members of one object stream.
    pub pdf_objects_read: usize,
    /// Form fields that one operation may visit.
    pub pdf_fields: usize,
    /// Signatures of one document.
    pub signatures: usize,
    /// Bytes of a PDF that may be scanned to rebuild its cross-reference.
    pub pdf_repair_bytes: u64,
    /// Objects that a rebuilt cross-reference may hold.
    pub pdf_repair_objects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            asn1_depth: 30,
            asn1_elements: 1_500_000,
            asn1_bytes: 16 << 20,
            certificates: 256,
            path_length: 10,
            path_signatures: 100,
            path_candidates: 32,
            path_steps: 10_000,
            path_name_comparisons: 250_000,
            path_policies: 50_000,
            crl_bytes: 64 << 20,
            crl_scanned_bytes: 1 << 30,
            crl_points: 32,
            crl_signatures: 100,
            pbkdf_iterations: 1_000_000,
            scrypt_bytes: 256 << 20,
            pdf_depth: 100,
            pdf_revisions: 4096,
            pdf_object_bytes: 16 << 20,
            pdf_items: 2_500_000,
            pdf_parsed_bytes: 64 << 20,
            pdf_decoded_bytes: 64 << 20,
            pdf_decoded_total: 256 << 20,
            pdf_lookups: 50_000_000,
            pdf_objects_read: 200_000,
            pdf_fields: 100_000,
            signatures: 1000,
            pdf_repair_bytes: 2 << 30,
            pdf_repair_objects: 1_000_000,
        }
    }
}
