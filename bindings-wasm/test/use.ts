// Compiled by types.test.mjs, never run: how a portal in TypeScript uses the package.
import init, { CondauError, verifyPdf, type Finding, type Indication, type Report } from "condau";

export async function check(file: File, root: string): Promise<string> {
  await init();
  try {
    const report: Report = verifyPdf(new Uint8Array(await file.arrayBuffer()), { trust: [root], now: new Date() });
    const answer: Indication = report.indication;
    const findings: readonly Finding[] = report.signatures.flatMap((signature) => signature.findings);
    const bytes: number = report.signatures[0]?.coverage.bytes_after ?? 0;
    return `${answer} ${bytes} ${findings.map((f) => f.text.vi).join()} ${report.explain("en")}`;
  } catch (error) {
    if (error instanceof CondauError) return `${error.id} ${error.kind} ${error.explain()}`;
    throw error;
  }
}

// What must not compile.
declare const report: Report;
// @ts-expect-error: a report is not a boolean, and there is none in it
export const valid: boolean = report.indication;
// @ts-expect-error: the answer is one of three
export const passed: boolean = report.indication === "PASSED";
// @ts-expect-error: only two languages
export const french: string = report.explain("fr");
// @ts-expect-error: the time to judge for is never left out
export const timeless: Report = verifyPdf(new Uint8Array(), { trust: [] });
// @ts-expect-error: an ArrayBuffer is not looked through
export const buffer: Report = verifyPdf(new ArrayBuffer(1), { trust: [], now: new Date() });
// @ts-expect-error: errors come from the library only
export const made: CondauError = new CondauError("x");
