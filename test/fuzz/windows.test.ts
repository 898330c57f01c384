// windows.c, where this machine has a C compiler with the address sanitizer.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const seconds = Number(process.env.R3DVS_FUZZ_SECONDS ?? 0);
const TEXTS = 100;
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-sanitizer-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize=alignment", "-fno-sanitize-recover=all"];
const FLAGS = [
  "-O1",
  "-g",
  "-std=gnu11",
  "-fno-strict-aliasing",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-ffp-contract=off",
];

function compile(source: string, program: string, more: readonly string[] = []): string {
  const file = path.join(folder, program);
  execFileSync(process.env.CC ?? "cc", [...FLAGS, ...SANITIZERS, ...more, source, "-o", file], { stdio: "pipe" });
  return file;
}

/**
 * Whether such programs can be made and run: the sanitizer's library is a package of its own, and the processor needs
 * AVX2.
 */
function canSanitize(): boolean {
  if (process.platform !== "linux" || process.arch !== "x64") return false;
  const source = path.join(folder, "try.c");
  writeFileSync(source, 'int main(void) { return !__builtin_cpu_supports("avx2"); }\n');
  try {
    execFileSync(compile(source, "try"));
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canSanitize())("mapped windows under the address sanitizer", () => {
  it("are never left, and give what one piece gives", { timeout: (seconds + 300) * 1000 }, () => {
    const program = compile(path.join(import.meta.dirname, "windows.c"), "windows", ["-mavx2", "-mfma", "-DWIDTH=4"]);
    const run = (seed: number) => execFileSync(program, [String(seed), String(TEXTS)], { encoding: "utf8" });
    expect(run(1)).toBe(`${TEXTS} texts from seed 1\n`);
    const end = performance.now() + seconds * 1000;
    for (let seed = Math.floor(Math.random() * 2 ** 40); performance.now() < end; seed += TEXTS)
      expect(run(seed)).toBe(`${TEXTS} texts from seed ${seed}\n`);
  });
});
