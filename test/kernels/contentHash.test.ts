import { expect, test } from "vitest";
import { Random } from "../../src/core/math/random.js";
import { loadKernel } from "../../src/jobs/files/wasmModule.js";
import { ContentHash } from "../../src/kernels/hash/contentHash.js";

/** The bytes that xxHash's own sanity check (cli/xsum_sanity_check.c) hashes the beginnings of. */
function sanityBytes(count: number): Uint8Array {
  let generator = 2654435761n;
  return Uint8Array.from({ length: count }, () => {
    const byte = Number((generator >> 56n) & 255n);
    generator = (generator * 11400714785074694797n) % 2n ** 64n;
    return byte;
  });
}

/** XXH3-128 with seed 0 by length: of that sanity check, and between those of xxHash 0.8.3's library. */
const VECTORS: readonly (readonly [number, string])[] = [
  [0, "99aa06d3014798d86001c324468d497f"],
  [1, "a6cd5e9392000f6ac44bdff4074eecdb"],
  [3, "20efc49ff02422ea54247382a8d6b94d"],
  [6, "082afe0b8162d12a3e7039bdda43cfc6"],
  [8, "47a7f080d82bb45664c69cab4bb21dc5"],
  [12, "6e3efd8fc7802b18061a192713f69ad9"],
  [16, "c68c368ecf8a9c05562980258a998629"],
  [17, "955fa78643ed3669abbc12d11973d7db"],
  [24, "0ce966e4678d37611e7044d28b1b901d"],
  [48, "a002ac4e5478227ef942219aed80f67b"],
  [80, "fdf2cefde9eaac8a454ae6bf7a8a532d"],
  [128, "39992220e045260aebb15e34a7fb5ab1"],
  [129, "03815fc91f1b30b686c9e3bc8f0a3b5c"],
  [195, "7729543a26b207ee3fb593c086a66075"],
  [240, "aa4202daa2769dc85c9aae94c8ebe5a0"],
  [241, "99a80ecf0ecfc647c5a639ecd2030e5e"],
  [255, "961375c87e09efbce98f979f4ed8a197"],
  [256, "8b1c66091423d28855de574ad89d0ac5"],
  [257, "f15fee7f9f457599b17fd5a8ae75bb0b"],
  [384, "58588e7c8285afb2bfa4ba14b8819d81"],
  [403, "1b6de21e332dd73dcdeb804d65c6dea4"],
  [512, "18d2d110dcc9bca1617e49599013cb6b"],
  [513, "f5c760ed98fd9e0af7037d3b6722aeec"],
  [1024, "0d30d24071c64c57dd85c9b5c1109c5c"],
  [1025, "fd3ee4fe7f2954c6d870c0fa13211c6a"],
  [1088, "e0fa3b9e9fb69d83cc1450ea6b52a8f4"],
  [2048, "f736557fd47073a5dd59e2c3a5f038e0"],
  [2240, "ccb134fbfa7ce49d6e73a90539cf2948"],
  [2367, "e89c0f6ff369b427cb37aeb9e5d361ed"],
  [4096, "b9cfaea2ca5626a4e91206429d1f48f9"],
];

const bytes = sanityBytes(4096);
const hash = new ContentHash(loadKernel("hash"));

test.each(VECTORS)(
  "%i bytes have the published hash, at once, byte by byte and in pieces of any length",
  (length, expected) => {
    const all = bytes.subarray(0, length);
    hash.start();
    expect(hash.update(all).digest()).toBe(expected);
    hash.start();
    for (const byte of all) hash.update(Uint8Array.of(byte));
    expect(hash.digest()).toBe(expected);
    const random = new Random(length);
    for (let round = 0; round < 20; round++) {
      hash.start();
      for (let at = 0; at < length; ) {
        const piece = all.subarray(at, at + random.integer(round < 10 ? 70 : 1500));
        hash.update(piece);
        at += piece.length;
      }
      expect(hash.digest()).toBe(expected);
    }
  },
);

test("more bytes than the kernel takes at once are hashed as one", () => {
  const large = Buffer.concat(Array.from({ length: 500 }, () => bytes));
  hash.start();
  const atOnce = hash.update(large).digest();
  hash.start();
  for (let at = 0; at < large.length; at += 100_003) hash.update(large.subarray(at, at + 100_003));
  expect(hash.digest()).toBe(atOnce);
});
