// Files made to lead the native reader over the border of what it is shown of them: it must find WebAssembly's problems
// at their places, and give its bits. What reads too far ends the process, and with it this file's tests.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { nameOf, nativeCodes, type volumetricCodes, wasmCode } from "../../kernels/volumetricCodes.js";

const WINDOW = 8 * 2 ** 20;
const HEAD = "x\n1.0\n5 0 0\n0 5 0\n0 0 5\nH\n1\nDirect\n0 0 0\n\n  200 200 200\n";
const LINE = `${" 0.12345678901E+01".repeat(5)}\n`;
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-windows-"));
const file = path.join(folder, "CHGCAR");
afterAll(() => rmSync(folder, { recursive: true }));

/** A token in the middle of lines: its first byte `before` bytes before a window of the system ends. */
function withToken(token: string, before: number): string {
  const lines = LINE.repeat(Math.floor((WINDOW - HEAD.length - before - 1) / LINE.length));
  const filled = " ".repeat(Math.max(0, WINDOW - before - HEAD.length - lines.length - 1));
  return `${HEAD}${lines}${filled} ${token}\n${LINE.repeat(6000)}`;
}

const read = (reader: (typeof volumetricCodes)[number]) =>
  readVolumetric(file, { reader, hash: false, transform: false });

/** Longer than everything the reader can be shown at once. */
const LONG = WINDOW + 3 * 2 ** 20;
const tokens: Readonly<Record<string, string>> = {
  zeros: "0".repeat(LONG),
  digits: "7".repeat(LONG),
  stars: "*".repeat(LONG),
  "zeros behind the point": `.${"0".repeat(LONG)}`,
  "digits behind the point": `0.${"31".repeat(LONG / 2)}`,
  "digits of an exponent": `1E+${"9".repeat(LONG)}`,
  "digits behind a sign": `-${"7".repeat(LONG)}`,
  "stars behind a sign": `-${"*".repeat(LONG)}`,
  letters: "infinity".repeat(LONG / 8),
  "bytes that are no text": "\u0000".repeat(LONG),
};

describe.skipIf(nativeCodes.length === 0).each(nativeCodes.map((each) => [nameOf(each), each] as const))(
  "windows of a file, read by %s",
  (_, native) => {
    it.each(Object.keys(tokens))("a token of 11 MB: %s", async (name) => {
      writeFileSync(file, `${HEAD}${LINE.repeat(20_000)} ${tokens[name]}\n${LINE.repeat(3000)}`, "latin1");
      const own = await read(native);
      expect(own).toEqual(await read(wasmCode));
      expect(own.problems).toContainEqual(
        expect.objectContaining({
          severity: "error",
          line: 20_012,
          column: 2,
          message: expect.stringMatching(/is not a number|not text/),
        }),
      );
    });

    // 512 bytes is the longest run that can be a number; the head is read otherwise, so the border is found from the
    // block's first byte
    const lengths = [1, 18, 511, 512, 513, 2000];
    it.each(["7", "0", "*"])("tokens of `%s` of many lengths over the border of a window", async (sign) => {
      for (const length of lengths) {
        for (const before of [0, 1, Math.floor(length / 2), length, 600]) {
          writeFileSync(file, withToken(sign.repeat(length), before + HEAD.length), "latin1");
          expect(await read(native), `${length} bytes, ${before} before the border`).toEqual(await read(wasmCode));
        }
      }
    });

    it("numbers of more digits than a processor's word", async () => {
      const long =
        " 0.1234567890123456789012345E+01 -98765432109876543210.5 1e-320 123456789012345678901234567890 .5D+310\n";
      const lines = long.repeat(40_000);
      writeFileSync(file, `${HEAD.replace("200 200 200", "100 100 20")}${lines}`);
      const own = await read(native);
      expect(own).toEqual(await read(wasmCode));
      expect(own.problems[0]?.message).toMatch(/not finite|no number|infin/i);
      writeFileSync(file, `${HEAD.replace("200 200 200", "100 100 20")}${lines.replaceAll(".5D+310", ".5D+300")}`);
      const whole = await read(native);
      expect(whole.value?.blocks).toHaveLength(1);
      expect(whole).toEqual(await read(wasmCode));
    });

    it("blanks as far as a window reaches, and a token that stands where a block ends", async () => {
      const small = HEAD.replace("200 200 200", "100 100 20");
      const block = LINE.repeat(39_999) + LINE.slice(0, 4 * 18);
      for (const end of [
        " 0.12345678901E+01",
        `${" ".repeat(WINDOW)}1`,
        `\n${"\n".repeat(WINDOW)}2`,
        ` ${"3".repeat(600)}`,
        " 0.1E+01-",
        " *",
      ]) {
        for (const behind of ["", "\n", "\naugmentation occupancies 1 8\n", `\n 100 100 20\n${LINE.repeat(40_000)}`]) {
          writeFileSync(file, small + block + end + behind);
          expect(await read(native), `"${end.slice(0, 20)}", then "${behind.slice(0, 20)}"`).toEqual(
            await read(wasmCode),
          );
        }
      }
    });
  },
);

const cli = path.resolve(import.meta.dirname, "../../../dist/cli.js");

describe.skipIf(!existsSync(cli))("r3dvs info", () => {
  it("tells the place of a token of 24 MB, and goes on", () => {
    writeFileSync(file, `${HEAD}${LINE.repeat(60_000)} ${"0".repeat(24 * 2 ** 20)}\n${LINE.repeat(60_000)}`);
    let told = "";
    try {
      execFileSync(process.execPath, [cli, "info", file], { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
      expect(status).toBe(1);
      told = stdout + stderr;
    }
    expect(told).toContain("CHGCAR:60012:2: error: ");
    expect(told).toContain("200 × 200 × 200");
  });
});
