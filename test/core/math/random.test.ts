import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveSeed, Random } from "../../../src/core/math/random.js";

describe("Random", () => {
  it("is xoshiro128** 1.1", () => {
    // Output of the authors' C code (prng.di.unimi.it) from the state 1, 2, 3, 4.
    const random = Random.fromState([1, 2, 3, 4]);
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(expected.map(() => random.uint32())).toEqual(expected);
  });

  it("fills its state by splitmix32", () => {
    // splitmix32 with the constants 0x9e3779b9, 0x21f0aaad, 0x735a2d97, evaluated here in exact integers.
    const mask = 0xffffffffn;
    let state = 12345n;
    const next = () => {
      state = (state + 0x9e3779b9n) & mask;
      let z = ((state ^ (state >> 16n)) * 0x21f0aaadn) & mask;
      z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
      return Number(z ^ (z >> 15n));
    };
    const expected = Random.fromState([next(), next(), next(), next()]);
    const random = new Random(12345);
    for (let i = 0; i < 100; i++) expect(random.uint32()).toBe(expected.uint32());
  });

  it("tells apart seeds that differ above 32 bits", () => {
    expect(new Random(1).uint32()).not.toBe(new Random(1 + 2 ** 32).uint32());
  });

  it("draws uniform, normal and integer numbers with the right moments", () => {
    const random = new Random(7);
    const n = 200_000;
    let sum = 0;
    let normal = 0;
    let squared = 0;
    let fourth = 0;
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const u = random.uniform();
      if (!(u >= 0 && u < 1)) throw new Error(`uniform gave ${u}`);
      sum += u;
      const x = random.normal();
      normal += x;
      squared += x * x;
      fourth += x ** 4;
      const k = random.integer(7);
      counts[k] = (counts[k] ?? 0) + 1;
    }
    // Five standard errors each.
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(normal / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(squared / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(fourth / n - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    expect(counts).toHaveLength(7);
    for (const count of counts) expect(Math.abs(count / n - 1 / 7)).toBeLessThan(5 * Math.sqrt(6 / 49 / n));
  });

  it("shuffles a copy and reaches every permutation equally often", () => {
    const random = new Random(3);
    const seen = new Map<string, number>();
    const items = Object.freeze(["a", "b", "c"]);
    for (let i = 0; i < 6000; i++) {
      const key = random.shuffle(items).join("");
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(items).toEqual(["a", "b", "c"]);
    expect(seen.size).toBe(6);
    for (const count of seen.values())
      expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(6000 * (1 / 6) * (5 / 6)));
  });
});

describe("deriveSeed", () => {
  it("keeps its values: runs of earlier versions can be resumed", () => {
    expect(deriveSeed(0)).toBe(4740369673390486);
    expect(deriveSeed(1, "rotation", 2, 3)).toBe(3386493198025589);
  });

  it("gives every path its own seed", () => {
    const seeds = new Set<number>();
    for (let seed = 0; seed < 3; seed++)
      for (const name of ["rotation", "shuffle", "weights"])
        for (let i = 0; i < 100; i++) for (let j = 0; j < 100; j++) seeds.add(deriveSeed(seed, name, i, j));
    expect(seeds.size).toBe(90_000);
  });

  it("tells apart paths that print alike", () => {
    const variants = [
      deriveSeed(1, "12"),
      deriveSeed(1, 12),
      deriveSeed(1, 1, 2),
      deriveSeed(1, "1", "2"),
      deriveSeed(1, "1", 2),
    ];
    expect(new Set(variants).size).toBe(variants.length);
  });

  it("returns integers that a double holds exactly", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.oneof(fc.string(), fc.double({ noNaN: true }))), (seed, path) => {
        const derived = deriveSeed(seed, ...path);
        return Number.isSafeInteger(derived) && derived >= 0 && derived === deriveSeed(seed, ...path);
      }),
    );
  });
});
