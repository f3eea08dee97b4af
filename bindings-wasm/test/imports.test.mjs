// The check of the build really stops a module that needs `env`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

function check(module) {
  const script = path("../check-imports.mjs");
  return spawnSync(process.execPath, [script, module], { encoding: "utf8" });
}

/** A module with one import, the function `name` of `from`; nothing else is in it. */
function importing(from, name) {
  const text = (value) => [value.length, ...Buffer.from(value)];
  const section = (id, content) => [id, content.length, ...content];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(2, [1, ...text(from), ...text(name), 0, 0]),
  ]);
}

test("the module that was built passes", () => {
  const { status, stdout } = check(path("../pkg/condau_wasm_bg.wasm"));
  assert.equal(status, 0);
  assert.match(stdout, /imports, all from \.\/condau_wasm_bg\.js/);
});

test("a module that imports from env does not pass, nor one of another name", () => {
  const folder = mkdtempSync(join(tmpdir(), "condau-imports-"));
  try {
    for (const from of ["env", "wasi_snapshot_preview1"]) {
      const module = join(folder, `${from}.wasm`);
      writeFileSync(module, importing(from, "ring_core_0_17_14__bn_mul_mont"));
      const { status, stderr } = check(module);
      assert.equal(status, 1);
      assert.ok(stderr.includes(`${from}.ring_core_0_17_14__bn_mul_mont (function)`), stderr);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
