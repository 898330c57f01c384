import { describe, expect, it } from "vitest";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { someValues, type Triple, temporaryFile, volumetricText } from "./volumetricText.js";

/** A block is several chunks of half a megabyte: one that ends with the first chunk needs no threads. */
const GRID: Triple = [64, 50, 37];
const values = [1, 2, 3, 4].map((seed) => someValues(64 * 50 * 37, 60 + seed));
const blocks = (count: number) => values.slice(0, count);
const spin = volumetricText({ grid: GRID, blocks: blocks(2) });
const middle = Math.floor(spin.length / 4);

/** The same but for the threads. */
async function bothWays(
  text: string | Uint8Array,
  options: { readonly transform?: boolean; readonly hash?: boolean } = {},
) {
  const file = temporaryFile("CHGCAR", text);
  let [aloneChunks, sharedChunks] = [0, 0];
  const alone = await readVolumetric(file, { ...options, onProgress: () => aloneChunks++ });
  const shared = await readVolumetric(file, {
    ...options,
    threads: 2,
    threadsFrom: 0,
    onProgress: () => sharedChunks++,
  });
  return { alone, shared, saved: aloneChunks - sharedChunks };
}

/** The numbers of each line as pymatgen joins signed ones: 18 characters each, a blank between them. */
const joined = (text: string) =>
  text.replaceAll(/^( [-0]\.\d{11}E.\d\d)+$/gm, (line) =>
    line
      .trim()
      .split(" ")
      .map((token) => token.padStart(18))
      .join(" "),
  );

const JOINED = "signed numbers, without a blank before the first of a line";

describe("two threads give what one gives, to the bit", () => {
  const cases: Readonly<Record<string, string>> = {
    "one block": volumetricText({ grid: GRID, blocks: blocks(1) }),
    "a spin-polarised file": spin,
    "four blocks": volumetricText({ grid: GRID, blocks: blocks(4) }),
    "carriage returns": volumetricText({ grid: GRID, blocks: blocks(2), end: "\r\n" }),
    "ten columns": volumetricText({ grid: GRID, blocks: blocks(1), columns: 10 }),
    "seven columns, which do not divide the half": volumetricText({ grid: GRID, blocks: blocks(1), columns: 7 }),
    [JOINED]: joined(spin),
    "an axis of few planes": volumetricText({ grid: [160, 148, 5], blocks: blocks(1) }),
    "an axis of sixteen planes": volumetricText({ grid: [100, 74, 16], blocks: blocks(1) }),
    "a blank more in the first half": `${spin.slice(0, middle)}${spin.slice(middle).replace("\n", " \n")}`,
    "an empty line in the second half": `${spin.slice(0, 2 * middle - 9000)}${spin.slice(2 * middle - 9000).replace("\n", "\n\n")}`,
    "stars in the first half": `${spin.slice(0, middle)}${spin.slice(middle).replace(/ \S+E\S+ /, " ***************** ")}`,
    "a word in the second half": `${spin.slice(0, 2 * middle - 9000)}${spin.slice(2 * middle - 9000).replace(/ \S+E\S+ /, " word ")}`,
    "a cut file": spin.slice(0, 3 * middle),
    "a file cut in its first block": spin.slice(0, middle),
    "several frames": spin + spin,
    "bytes from elsewhere": `${spin.slice(0, middle)}${"\u0000".repeat(1000)}${spin.slice(middle + 1000)}`,
  };
  const WHOLE = new Set([
    "one block",
    "a spin-polarised file",
    "four blocks",
    "carriage returns",
    "ten columns",
    "several frames",
    JOINED,
  ]);
  for (const [name, text] of Object.entries(cases)) {
    it(name, async () => {
      const { alone, shared, saved } = await bothWays(text);
      expect(shared).toEqual(alone);
      if (WHOLE.has(name)) expect(saved, "chunks that were left to the threads").toBeGreaterThan(1);
      expect(shared.value?.hash).toMatch(/^xxh3:[0-9a-f]{32}$/);
    });
  }

  it("facts alone, without a hash", async () => {
    const { alone, shared } = await bothWays(spin, { transform: false, hash: false });
    expect(shared).toEqual(alone);
    expect(shared.value).toMatchObject({ hash: "", truncated: false, bytes: spin.length });
  });

  it("several files at once", async () => {
    const texts = [spin, volumetricText({ grid: GRID, blocks: blocks(1) }), cases["ten columns"] ?? ""];
    const results = await Promise.all(texts.map((text) => bothWays(text)));
    for (const { alone, shared } of results) expect(shared).toEqual(alone);
  });
});

describe("cancelling", () => {
  it("stops the threads and rejects with the signal's reason", async () => {
    const controller = new AbortController();
    const file = temporaryFile("CHGCAR", spin);
    const reading = readVolumetric(file, { threads: 2, threadsFrom: 0, signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(reading.then(() => "done")).rejects.toThrow("enough");
    expect((await bothWays(spin)).shared.value?.truncated).toBe(false);
  });
});
