/** Language of a text for a person. */
export type Language = "vi" | "en";

/** The answer. There is no boolean: `INDETERMINATE` means that more evidence may decide it. */
export type Indication = "TOTAL_PASSED" | "INDETERMINATE" | "TOTAL_FAILED";

/** Why a signature is not passed (EN 319 102-1, Tables 5 and 6). */
export type SubIndication =
  | "FORMAT_FAILURE"
  | "HASH_FAILURE"
  | "SIG_CRYPTO_FAILURE"
  | "SIG_CONSTRAINTS_FAILURE"
  | "CHAIN_CONSTRAINTS_FAILURE"
  | "CERTIFICATE_CHAIN_GENERAL_FAILURE"
  | "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
  | "NO_SIGNING_CERTIFICATE_FOUND"
  | "NO_CERTIFICATE_CHAIN_FOUND"
  | "OUT_OF_BOUNDS_NO_POE"
  | "SIGNED_DATA_NOT_FOUND";

/** Whether the signed bytes and the signature value are what the signer made; says nothing about who that is. */
export type Integrity = "intact" | "broken" | "not_checked";

/** One thing that the validation found. */
export interface Finding {
  /** Stable id. */
  readonly id: string;
  readonly level: "info" | "warning" | "error";
  /** Facts of this case, by name. */
  readonly facts: Readonly<Record<string, string>>;
  readonly text: { readonly vi: string; readonly en: string };
}

/** What the report tells of a certificate. */
export interface CertificateSummary {
  /** Common name of the subject, or the whole name if it has none. */
  readonly common_name: string;
  /** Subject, RFC 4514. */
  readonly subject: string;
  /** Issuer, RFC 4514. */
  readonly issuer: string;
  /** Serial number, hexadecimal. */
  readonly serial: string;
  /** RFC 3339. */
  readonly not_before: string;
  /** RFC 3339. */
  readonly not_after: string;
  /** SHA-256 of the certificate, hexadecimal. */
  readonly sha256: string;
  /** For example `RSA 2048`. */
  readonly key: string | null;
}

/** Which bytes a signature covers. */
export interface CoverageSummary {
  /** The revision that it covers, from 1; `null` if its bytes do not end with a revision. */
  readonly revision: number | null;
  /** Number of revisions of the document. */
  readonly of: number;
  /** Bytes from the start of the file to the end of what is signed. */
  readonly signed_bytes: number;
  /** Bytes of the document after that. */
  readonly bytes_after: number;
}

/** The judgement of one signature. */
export interface SignatureReport {
  /** Full name of its field. */
  readonly field: string;
  readonly indication: Indication;
  readonly sub_indication: SubIndication | null;
  readonly integrity: Integrity;
  /** Format and level found, for example `PAdES-BASELINE-B`. */
  readonly format: string;
  /** `/SubFilter` as written. */
  readonly sub_filter: string;
  /** Digest and signature algorithm. */
  readonly algorithm: string | null;
  readonly signer: CertificateSummary | null;
  /** Path from the signer to the anchor, the signer first. */
  readonly chain: readonly CertificateSummary[];
  /** Domain of the anchor that accepted the path. */
  readonly trust_domain: string | null;
  /** The time that the signer claims (RFC 3339); nobody vouches for it. */
  readonly claimed_time: string | null;
  readonly name: string | null;
  readonly reason: string | null;
  readonly location: string | null;
  readonly contact: string | null;
  readonly coverage: CoverageSummary;
  /** In the order of the checks. */
  readonly findings: readonly Finding[];
  /**
   * One sentence that a clerk understands, then the particulars. Vietnamese unless told otherwise.
   * Not enumerable: it is in no copy and no JSON of the report.
   */
  explain(language?: Language): string;
}

/** The judgement of a document: the JSON report of the command line, with `explain`. */
export interface Report {
  /** `condau.report/1`. */
  readonly schema: string;
  /** Version of the library. */
  readonly version: string;
  /** The time that it was judged for, RFC 3339. */
  readonly validation_time: string;
  /** The worst of all signatures; a document without a signature is `INDETERMINATE`. */
  readonly indication: Indication;
  readonly document_bytes: number;
  readonly revisions: number;
  /** Findings on the document as a whole. */
  readonly findings: readonly Finding[];
  /** In the order in which they were made. */
  readonly signatures: readonly SignatureReport[];
  /** The whole report as text. Vietnamese unless told otherwise. Not enumerable, as that of a signature. */
  explain(language?: Language): string;
}

export interface VerifyOptions {
  /** Trust anchors: PEM text, or bytes of PEM, DER or a PKCS#7 bundle. Nothing else is trusted. */
  readonly trust: readonly (string | Uint8Array)[];
  /** Certificates to build paths with, besides those in the document; untrusted. */
  readonly certificates?: readonly (string | Uint8Array)[];
  /** The time to judge for. The library reads no clock: `new Date()` is up to you. Text is RFC 3339. */
  readonly now: Date | string;
  /** Name that the report gives to the anchors of `trust`; `custom` if left out. */
  readonly domain?: string;
}

/**
 * Verifies every signature of a PDF. The bytes are read where they are, never copied whole and never sent.
 *
 * A failed verification is a report. Throws `CondauError` when it could not be run: not a PDF, encrypted, over a
 * limit, a trust anchor that cannot be read, a time that is none.
 */
export function verifyPdf(bytes: Uint8Array, options: VerifyOptions): Report;

/** The verification could not be run. `message` is English. */
export class CondauError extends Error {
  private constructor();
  /** Stable id of the message, for example `pdf.encrypted`. */
  readonly id: string;
  /** What went wrong, coarse enough to match on. */
  readonly kind: string;
  /** Facts of this case, by name. */
  readonly facts: Readonly<Record<string, string>>;
  /** The text for a person; Vietnamese unless told otherwise. */
  explain(language?: Language): string;
}

/**
 * Loads the module; call it once and wait before `verifyPdf`. In Node there is nothing to wait for.
 *
 * `source` is for pages that keep the module elsewhere, or hold its bytes already; by default it is fetched from
 * beside the script.
 */
export default function init(
  source?: string | URL | Request | Response | ArrayBuffer | Uint8Array | WebAssembly.Module,
): Promise<void>;
