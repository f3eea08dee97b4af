// The package verifies like the command line, to the letter.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";

import { commandLine, NOW, plainPdf, signedTwice, written } from "./signed.mjs";

const module = new URL("../pkg/condau_wasm_bg.wasm", import.meta.url);
const fromNode = await import("../pkg/node.js");
await fromNode.default();

/** The report as JSON has it. */
const plain = (report) => JSON.parse(JSON.stringify(report));

for (const algorithm of ["rsa2048", "rsa3072", "p256", "p384", "ed25519"]) {
  test(`${algorithm}: the report is the one of the command line`, () => {
    const { path, bytes, root, rootPath } = signedTwice(algorithm);
    const report = fromNode.verifyPdf(bytes, { trust: [root], now: NOW });
    assert.deepEqual(plain(report), commandLine(path, "--trust", rootPath).report);
    assert.deepEqual(
      report.signatures.map(({ integrity, trust_domain }) => [integrity, trust_domain]),
      [
        ["intact", "custom"],
        ["intact", "custom"],
      ],
    );
  });
}

describe("one signed file", () => {
  let file;
  let verifyPdf;
  before(() => {
    file = signedTwice("p256");
    ({ verifyPdf } = fromNode);
  });

  test("without trust the command line and the package say so alike", () => {
    const report = verifyPdf(file.bytes, { trust: [], now: NOW });
    assert.deepEqual(plain(report), commandLine(file.path).report);
    assert.equal(report.indication, "INDETERMINATE");
    assert.equal(report.signatures[0].sub_indication, "NO_CERTIFICATE_CHAIN_FOUND");
  });

  test("a Date, an offset and bytes of PEM mean what the texts mean; the domain is the caller's", () => {
    const text = verifyPdf(file.bytes, { trust: [file.root], now: NOW, domain: "vn-public" });
    const bytes = new TextEncoder().encode(file.root);
    const date = verifyPdf(file.bytes, { trust: [bytes], now: new Date(NOW), domain: "vn-public" });
    assert.deepEqual(plain(date), plain(text));
    assert.equal(text.signatures[0].trust_domain, "vn-public");
    assert.equal(text.validation_time, "2026-03-01T01:00:00Z");
  });

  test("a part of a larger buffer is read from where it starts", () => {
    const larger = new Uint8Array(file.bytes.length + 100).fill(0x25);
    larger.set(file.bytes, 50);
    const part = larger.subarray(50, 50 + file.bytes.length);
    const options = { trust: [file.root], now: NOW };
    assert.deepEqual(plain(verifyPdf(part, options)), plain(verifyPdf(file.bytes, options)));
  });

  test("a flipped byte of the first revision fails both signatures, of the second only the second", () => {
    const [first, second] = verifyPdf(file.bytes, { trust: [file.root], now: NOW }).signatures;
    const flipped = (offset) => {
      const bytes = file.bytes.slice();
      bytes[offset] ^= 1;
      return verifyPdf(bytes, { trust: [file.root], now: NOW });
    };
    // The digit of a MediaBox, and a letter of the second signature's reason.
    const text = Buffer.from(file.bytes).toString("latin1");
    const early = flipped(text.indexOf("595"));
    assert.equal(early.indication, "TOTAL_FAILED");
    assert.deepEqual(
      early.signatures.map((s) => [s.indication, s.sub_indication, s.integrity]),
      Array(2).fill(["TOTAL_FAILED", "HASH_FAILURE", "broken"]),
    );
    const late = flipped(text.indexOf("/Reason", first.coverage.signed_bytes) + "/Reason".length + 6);
    assert.ok(second.coverage.signed_bytes > first.coverage.signed_bytes);
    assert.equal(late.indication, "TOTAL_FAILED");
    assert.deepEqual(
      late.signatures.map((s) => s.integrity),
      ["intact", "broken"],
    );
  });

  test("texts in both languages, Vietnamese first, and in no copy of the report", () => {
    const report = verifyPdf(file.bytes, { trust: [file.root], now: NOW });
    assert.equal(report.explain(), report.explain("vi"));
    assert.match(report.explain("vi"), /Người ký/);
    assert.match(report.explain("en"), /Signer|Signed by/i);
    const [person, agency] = report.signatures;
    assert.ok(person.explain().includes(person.signer.common_name));
    assert.ok(agency.explain().includes(agency.signer.common_name));
    assert.ok(!person.explain().includes(agency.signer.common_name));
    assert.throws(() => report.explain("fr"), TypeError);
    assert.deepEqual(Object.keys(structuredClone(report)), Object.keys(report));
    assert.ok(!Object.keys(report).includes("explain"));
  });

  test("a file without a signature is indeterminate", () => {
    const report = verifyPdf(plainPdf(), { trust: [file.root], now: NOW });
    assert.equal(report.indication, "INDETERMINATE");
    assert.deepEqual(plain(report), commandLine(written("unsigned.pdf", plainPdf()), "--trust", file.rootPath).report);
  });

  test("rubbish is an error with an id and a text for people, the one of the command line", () => {
    for (const [name, bytes] of [
      ["empty.pdf", new Uint8Array()],
      ["rubbish.pdf", new TextEncoder().encode("Đây không phải là PDF. ".repeat(50))],
      ["cut.pdf", plainPdf().slice(0, 200)],
    ]) {
      const thrown = errorOf(() => verifyPdf(bytes, { trust: [file.root], now: NOW }));
      const { error } = commandLine(written(name, bytes), "--trust", file.rootPath);
      assert.ok(error, `${name}: the command line gave a report`);
      // The command line says which of its files it speaks of; a function was given one document.
      const own = (text) => (text.startsWith(`${error.place}: `) ? text.slice(error.place.length + 2) : text);
      assert.deepEqual(
        { id: thrown.id, kind: thrown.kind, facts: thrown.facts, vi: thrown.explain(), en: thrown.explain("en") },
        { id: error.id, kind: error.kind, facts: error.facts, vi: own(error.text.vi), en: own(error.text.en) },
        name,
      );
      assert.ok(thrown instanceof Error && thrown instanceof fromNode.CondauError);
      assert.equal(thrown.message, thrown.explain("en"));
      assert.equal(thrown.name, "CondauError");
    }
  });

  test("a bad anchor, a bad certificate and a bad time are errors of the library", () => {
    const idOf = (options) => errorOf(() => verifyPdf(file.bytes, { trust: [file.root], now: NOW, ...options })).id;
    assert.equal(idOf({ trust: ["no PEM"] }), "x509.certificate-malformed");
    assert.equal(idOf({ trust: ["-----BEGIN X-----\n-----END X-----\n"] }), "trust.no-certificate");
    assert.equal(idOf({ certificates: [new Uint8Array([0x30, 0])] }), "x509.certificate-malformed");
    assert.equal(idOf({ now: "yesterday" }), "time.not-rfc3339");
    assert.equal(idOf({ now: new Date(Number.NaN) }), "time.not-rfc3339");
    assert.equal(idOf({ now: undefined }), "time.not-rfc3339");
  });

  test("arguments of a wrong type are type errors", () => {
    const options = { trust: [file.root], now: NOW };
    for (const document of [file.bytes.buffer, "a.pdf", [1, 2], undefined, new Uint16Array(2)]) {
      assert.throws(() => verifyPdf(document, options), TypeError);
    }
    for (const trust of [file.root, undefined, [1], [null], [file.bytes.buffer]]) {
      assert.throws(() => verifyPdf(file.bytes, { ...options, trust }), TypeError);
    }
  });

  test("a large document does not stay in the module's memory", async () => {
    const { initSync } = await import("../pkg/condau_wasm.js");
    // The module is loaded already; this only hands it out.
    const { memory } = initSync({ module: readFileSync(module) });
    const { bytes, root } = signedTwice("p256", plainPdf(64 << 20));
    const { signatures } = verifyPdf(bytes, { trust: [root], now: NOW });
    assert.deepEqual(
      signatures.map((s) => s.integrity),
      ["intact", "intact"],
    );
    assert.ok(memory.buffer.byteLength < 16 << 20, `${memory.buffer.byteLength} bytes of memory`);
  });
});

function errorOf(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}
