// Signed files for the tests, made by the command line in a folder of their own. Synthetic people only.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const SIGNED = "2026-02-01T08:00:00+07:00";
export const NOW = "2026-03-01T08:00:00+07:00";

const condau = process.env.CONDAU_BIN && resolve(process.env.CONDAU_BIN);
if (!condau) {
  throw new Error(
    "set CONDAU_BIN to the command line: cargo build --release --features cli, then target/release/condau",
  );
}

const folder = mkdtempSync(join(tmpdir(), "condau-wasm-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function run(...parameters) {
  return execFileSync(condau, parameters, { cwd: folder, encoding: "utf8" });
}

/** A PDF with nothing in it but what a reader needs, and a comment of `filler` bytes. */
export function plainPdf(filler = 0) {
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
  ];
  let pdf = "%PDF-1.7\n";
  let xref = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  objects.forEach((object, index) => {
    xref += `${String(pdf.length).padStart(10, "0")} 00000 n \n`;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
  });
  pdf += `%${" ".repeat(filler)}\n`;
  const trailer = `trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${pdf.length}\n%%EOF\n`;
  return new TextEncoder().encode(pdf + xref + trailer);
}

/** A test PKI, and a PDF that its person and then its agency signed. */
export function signedTwice(algorithm, document = plainPdf()) {
  const own = mkdtempSync(join(folder, `${algorithm}-`));
  const at = (name) => join(own, name);
  const sign = (from, to, who) =>
    run(
      ...["sign", at(from), "-o", at(to), "--p12", at(`pki/${who}.p12`), "--password-file", at("pki/password.txt")],
      ...["--at", SIGNED, "--reason", "Kiểm thử"],
    );
  run("pki", "new", at("pki"), "--algorithm", algorithm, "--at", "2026-01-01T00:00:00Z");
  writeFileSync(at("plain.pdf"), document);
  sign("plain.pdf", "once.pdf", "person");
  sign("once.pdf", "twice.pdf", "agency");
  return {
    path: at("twice.pdf"),
    bytes: new Uint8Array(readFileSync(at("twice.pdf"))),
    root: readFileSync(at("pki/root.pem"), "utf8"),
    rootPath: at("pki/root.pem"),
  };
}

/** The report or error that the command line prints for a file. */
export function commandLine(path, ...parameters) {
  const all = ["verify", path, "--json", "--at", NOW, ...parameters];
  const { status, stdout, stderr } = spawnSync(condau, all, { cwd: folder, encoding: "utf8" });
  if (stdout === "") throw new Error(`condau verify gave ${status} and no JSON: ${stderr}`);
  return JSON.parse(stdout).files[0];
}

/** Writes bytes beside the others, for the command line. */
export function written(name, bytes) {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}
