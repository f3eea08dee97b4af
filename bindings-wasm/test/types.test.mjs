// index.d.ts says what the package does: TypeScript accepts its use, and the report has the keys that it names.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

import { verifyPdf } from "../pkg/node.js";
import { NOW, signedTwice } from "./signed.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const declarations = readFileSync(`${root}pkg/index.d.ts`, "utf8");

test("TypeScript compiles what it should and nothing else", () => {
  const tsc = spawnSync("node_modules/.bin/tsc", ["--project", "test/tsconfig.json"], { cwd: root, encoding: "utf8" });
  assert.equal(tsc.status, 0, tsc.stdout);
});

test("there is no any", () => {
  assert.doesNotMatch(declarations, /\bany\b(?! )/);
});

test("every answer of the library is declared, and no other", () => {
  const source = readFileSync(`${root}../core/src/verify/indication.rs`, "utf8");
  const names = new Set(source.match(/(?<=Self::\w+ => ")[A-Z_]+(?=")/g));
  assert.ok(names.size > 3, "no names found in the source");
  assert.deepEqual([...literals("Indication"), ...literals("SubIndication")].sort(), [...names].sort());
});

test("every key of a report is declared and every declared key is there", () => {
  const { bytes, root } = signedTwice("p256");
  const report = verifyPdf(bytes, { trust: [root], now: NOW });
  const [signature] = report.signatures;
  for (const [name, object, more] of [
    ["Report", report, ["explain"]],
    ["SignatureReport", signature, ["explain"]],
    ["CertificateSummary", signature.signer, []],
    ["CoverageSummary", signature.coverage, []],
    ["Finding", signature.findings[0], []],
  ]) {
    assert.deepEqual(declared(name).sort(), [...Object.keys(object), ...more].sort(), name);
  }
});

/** The names of the members of an interface. */
function declared(name) {
  return statement(name).members.map((member) => member.name.text);
}

/** The strings of a union. */
function literals(name) {
  return statement(name).type.types.map(({ literal }) => literal.text);
}

function statement(name) {
  const source = ts.createSourceFile("index.d.ts", declarations, ts.ScriptTarget.Latest);
  return source.statements.find((s) => s.name?.text === name);
}
