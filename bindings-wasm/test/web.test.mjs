// The entry for browsers, in a process of its own: loading is what differs, and what is loaded once stays.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import init, { CondauError, verifyPdf } from "../pkg/web.js";
import { commandLine, NOW, signedTwice } from "./signed.mjs";

const module = readFileSync(new URL("../pkg/condau_wasm_bg.wasm", import.meta.url));
const server = createServer((request, response) => {
  const found = request.url === "/condau_wasm_bg.wasm";
  response.writeHead(found ? 200 : 404, { "content-type": found ? "application/wasm" : "text/plain" });
  response.end(found ? module : "nothing here");
});
let address;

before(async () => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

test("a failed load says so and may be tried again; then the report is the one of the command line", async () => {
  const { path, bytes, root, rootPath } = signedTwice("p256");
  const verify = () => verifyPdf(bytes, { trust: [root], now: NOW });
  assert.throws(verify, /call init\(\) and wait/);
  await assert.rejects(init(`${address}/missing.wasm`));
  await assert.rejects(init(new Uint8Array([0, 1, 2])), WebAssembly.CompileError);
  await Promise.all([init(`${address}/condau_wasm_bg.wasm`), init()]);
  assert.deepEqual(JSON.parse(JSON.stringify(verify())), commandLine(path, "--trust", rootPath).report);
  assert.throws(() => verifyPdf(bytes, { trust: [root], now: "" }), CondauError);
});
