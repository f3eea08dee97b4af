// Builds the npm package into pkg/: Rust to WebAssembly, glue, wasm-opt, checks, size.
//
// Needs Node 20, Rust through rustup, and clang; what is missing is said with the command that installs it.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const TARGET = "wasm32-unknown-unknown";
/** What a portal's visitor on a thin line downloads, brotli. */
const BUDGET_KIB = 400;

const here = fileURLToPath(new URL(".", import.meta.url));
const pkg = `${here}pkg`;
const module = `${pkg}/condau_wasm_bg.wasm`;

function run(command, ...parameters) {
  execFileSync(command, parameters, { cwd: here, stdio: "inherit", env });
}

function output(command, ...parameters) {
  const { status, stdout } = spawnSync(command, parameters, { cwd: here, env, encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

function stop(message) {
  console.error(message);
  process.exit(1);
}

// ring's C code needs a compiler that writes WebAssembly: gcc does not, and then it fails only when it is used.
const env = { CC_wasm32_unknown_unknown: "clang", ...process.env };
const compiler = env.CC_wasm32_unknown_unknown;
if (!output(compiler, "--print-targets")?.includes("wasm32")) {
  stop(`${compiler} is not a clang that can write WebAssembly. Install one: apt-get install clang`);
}

const metadata = output("cargo", "metadata", "--locked", "--no-deps", "--format-version=1");
if (metadata === undefined) stop("cargo does not run here, or Cargo.lock is out of date. Rust: https://rustup.rs");
const built = JSON.parse(metadata).target_directory;
const libraries = output("rustc", "--print", "target-libdir", "--target", TARGET)?.trim();
if (libraries === undefined || !existsSync(libraries)) run("rustup", "target", "add", TARGET);
if (newer("package-lock.json", "node_modules/.package-lock.json")) run("npm", "ci", "--no-audit", "--no-fund");

run("cargo", "build", "--locked", "--release", `--target=${TARGET}`, "--package=condau-wasm");
run("cargo", "build", "--locked", "--package=condau-wasm-bundler");
rmSync(pkg, { recursive: true, force: true });
mkdirSync(pkg);
run(`${built}/debug/condau-wasm-bundler`, `${built}/${TARGET}/release/condau_wasm.wasm`, "condau_wasm", pkg);
run("node", "check-imports.mjs", module);
run("node_modules/.bin/wasm-opt", "-Oz", "--converge", module, "-o", module);
for (const file of readdirSync(`${here}js`)) copyFileSync(`${here}js/${file}`, `${pkg}/${file}`);
copyFileSync(`${here}README.md`, `${pkg}/README.md`);
for (const file of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(`${here}../${file}`, `${pkg}/${file}`);

const bytes = readFileSync(module);
const kib = brotliCompressSync(bytes).length / 1024;
console.log(`${module}: ${bytes.length} bytes, ${kib.toFixed(1)} KiB in brotli (budget ${BUDGET_KIB})`);
if (kib > BUDGET_KIB) stop("over budget");

function newer(source, made) {
  return !existsSync(here + made) || statSync(here + source).mtimeMs > statSync(here + made).mtimeMs;
}
