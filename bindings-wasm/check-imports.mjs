// Fails if a WebAssembly module imports anything but the JavaScript glue.
//
// ring is partly C. Built by a compiler without a WebAssembly target, or without ring's feature for JavaScript, its
// functions become imports from `env`: everything links, and the module fails when it is loaded, or when it is used.
import { readFileSync } from "node:fs";

const GLUE = "./condau_wasm_bg.js";

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: node check-imports.mjs MODULE.wasm");
  process.exit(2);
}
const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(path)));
const foreign = imports.filter(({ module }) => module !== GLUE);
if (foreign.length > 0) {
  console.error(`${path} imports what no JavaScript provides:`);
  for (const { module, name, kind } of foreign) console.error(`  ${module}.${name} (${kind})`);
  console.error("Was its C compiled by clang? Set CC_wasm32_unknown_unknown=clang and build again.");
  process.exit(1);
}
console.log(`${path}: ${imports.length} imports, all from ${GLUE}`);
