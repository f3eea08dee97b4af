// Entry for Node: the module is read from beside this file, at once.
import { readFileSync } from "node:fs";
import { initSync } from "./condau_wasm.js";

initSync({ module: readFileSync(new URL("./condau_wasm_bg.wasm", import.meta.url)) });

/** Nothing is left to do; here so that the same program runs in a browser. */
export default async function init() {}

export { CondauError, verifyPdf } from "./condau.js";
