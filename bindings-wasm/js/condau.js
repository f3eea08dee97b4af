// What node.js and web.js share: JSON from the module becomes the objects that index.d.ts describes.
import { verify } from "./condau_wasm.js";

const LANGUAGES = ["vi", "en"];

/** An error of the library: nothing was verified. A failed verification is a report, not an error. */
export class CondauError extends Error {
  #text;

  constructor({ id, kind, facts, text }) {
    super(text.en);
    this.name = "CondauError";
    this.id = id;
    this.kind = kind;
    this.facts = facts;
    this.#text = text;
  }

  explain(language = "vi") {
    return inLanguage(this.#text, language);
  }
}

export function verifyPdf(bytes, { trust, certificates = [], now, domain = "custom" }) {
  if (!isBytes(bytes)) throw new TypeError("verifyPdf: the document must be a Uint8Array");
  const result = call(bytes, asBytes(trust, "trust"), asBytes(certificates, "certificates"), domain, asTime(now));
  result.report.signatures.forEach((signature, index) => explainable(signature, result.signatures[index]));
  return explainable(result.report, result.text);
}

function call(...parameters) {
  let json;
  try {
    json = verify(...parameters);
  } catch (thrown) {
    // The module throws its errors as strings of JSON; anything else is not ours.
    throw typeof thrown === "string" ? new CondauError(JSON.parse(thrown)) : thrown;
  }
  return JSON.parse(json);
}

/** Adds `explain`, not enumerable: for JSON, copies and comparisons the report is the JSON report and nothing more. */
function explainable(object, text) {
  return Object.defineProperty(object, "explain", { value: (language = "vi") => inLanguage(text, language) });
}

function inLanguage(text, language) {
  if (!LANGUAGES.includes(language)) throw new TypeError(`the language must be "vi" or "en", not ${String(language)}`);
  return text[language];
}

function isBytes(value) {
  // Not instanceof: bytes may come from another frame, with its own Uint8Array.
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

function asBytes(list, name) {
  if (!Array.isArray(list)) throw new TypeError(`verifyPdf: ${name} must be an array of strings (PEM) or Uint8Array`);
  return list.map((item) => {
    if (typeof item === "string") return new TextEncoder().encode(item);
    if (isBytes(item)) return item;
    throw new TypeError(`verifyPdf: ${name} must hold strings (PEM) or Uint8Array`);
  });
}

/** RFC 3339; the module refuses what is not. */
function asTime(now) {
  const isDate = typeof now?.toISOString === "function" && !Number.isNaN(now.getTime());
  return isDate ? now.toISOString() : String(now);
}
