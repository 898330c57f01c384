import { expect, test } from "vitest";
import { crc32, plainCrc32 } from "../../../src/jobs/files/crc32.js";

test("the check sum of zip is that of its specification, by Node's function and by ours", () => {
  const check = new TextEncoder().encode("123456789");
  expect(plainCrc32(check)).toBe(0xcbf43926);
  for (const bytes of [check, new Uint8Array(0), Uint8Array.from({ length: 1000 }, (_, i) => (i * 131) & 255)])
    expect(crc32(bytes)).toBe(plainCrc32(bytes));
});
