import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { hall_symbol_entry, initSync, operations_from_number } from "@spglib/moyo-wasm";
import { describe, expect, test } from "vitest";
import { operationsOfHall } from "../../../src/core/crystal/hallSymbol.js";
import { operationsOfName } from "../../../src/core/crystal/spaceGroupSettings.js";
import type { Matrix3 } from "../../../src/core/math/matrix3.js";

const SETTINGS = 530;
const wasm = createRequire(import.meta.url)
  .resolve("@spglib/moyo-wasm")
  .replace(/[^/\\]*$/, "moyo_wasm_bg.wasm");
initSync({ module: readFileSync(wasm) });

/** In twelfths and from 0 to 1, since signs and last digits differ. */
const keyOf = (rotation: readonly number[], translation: readonly number[]) =>
  [...rotation.map((x) => x || 0), ...translation.map((x) => ((Math.round(12 * x) % 12) + 12) % 12)].join();

const ours = (symbol: string) =>
  (operationsOfHall(symbol) ?? []).map((one) => keyOf(one.rotation.flat(), one.translation)).sort();

/** moyo writes matrices column by column. */
const theirs = (number: number, hall: number) =>
  operations_from_number(number, { type: "HallNumber", value: hall }, false)
    .map(({ rotation, translation }) =>
      keyOf(
        [0, 3, 6, 1, 4, 7, 2, 5, 8].map((at) => [...rotation].flat()[at] as number),
        [...translation],
      ),
    )
    .sort();

describe("operations of space groups", () => {
  test("are those of moyo for all 530 Hall symbols", () => {
    for (let hall = 1; hall <= SETTINGS; hall++) {
      const { hall_symbol: symbol, number } = hall_symbol_entry(hall);
      expect(ours(symbol), `${hall}: ${symbol}`).toEqual(theirs(number, hall));
    }
  });

  test("are found by each full name in a cell that has no other symmetry", () => {
    const skew: Matrix3 = [
      [3, 0, 0],
      [0, 4, 0],
      [0, 0, 5],
    ];
    for (let hall = 108; hall <= 348; hall++) {
      const { hm_full: full, setting, number, hall_symbol: symbol } = hall_symbol_entry(hall);
      // two orders of the axes have one name with the glide e: only the standard one is meant
      if ([67, 68].includes(number) && !/^[12]?$/.test(setting)) continue;
      const choice = /^[12]/.exec(setting)?.[0];
      const name = choice === undefined ? full : `${full}:${choice}`;
      const found = operationsOfName({ symbol: name, number }, skew);
      const operations = "operations" in found ? found.operations : [];
      expect(operations.map((one) => keyOf(one.rotation.flat(), one.translation)).sort(), `${hall}: ${name}`).toEqual(
        ours(symbol),
      );
    }
  });

  test("may be about another origin", () => {
    expect(ours("-P 2 2 (3 3 0)")).not.toEqual(ours("-P 2 2"));
    expect(ours("P 2 (0 0 6)")).toEqual(ours("P 2"));
  });

  test.each(["", "P", "X 4", "P 5", "P 4 7", "P 2q", "-F 4 2 3 3 3 3 4x 6y", "P 4*", "(1 2 3)"])(
    "are none of what is no symbol: %s",
    (text) => expect(operationsOfHall(text)).toBeUndefined(),
  );
});
