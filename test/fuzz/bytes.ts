// Damage to bytes of any form: bits, cuts, repeats, and what parsers of text and JSON stumble over. A dice gives the
// same damage for ever.
import type { Dice } from "./mutate.js";

const WORDS = [
  "NaN", "1e999", "-1", "0", "1e309", "9".repeat(400), "null", "true", "{}", "[]", '""', "[[", "}}", '"', ",", "=", "\n", "\r\n", "\0", "\u001b[2J",
  "__proto__", "constructor", "1e-400", "4294967296", "-0", "*****", "<a>", "</a>", "é", "\ufeff", "%", "2147483648", "1*", "99999999*1", ";", "\\",
].map((word) => Buffer.from(word)); // biome-ignore format: words stand in rows

/** One to four changes, one upon the other. */
export function damagedBytes(source: Uint8Array, dice: Dice): Uint8Array {
  let bytes = Buffer.from(source);
  for (let left = 1 + dice.below(4); left > 0; left--) bytes = dice.of(CHANGES)(bytes, dice);
  return new Uint8Array(bytes);
}

const CHANGES: readonly ((bytes: Buffer<ArrayBuffer>, dice: Dice) => Buffer<ArrayBuffer>)[] = [
  (bytes, dice) => {
    const at = dice.below(bytes.length);
    if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
    return bytes;
  },
  (bytes, dice) => {
    if (bytes.length > 0) bytes[dice.below(bytes.length)] = dice.of([0, 255, 127, 128, dice.below(256)]);
    return bytes;
  },
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  (bytes, dice) => splice(bytes, dice.below(bytes.length), dice.below(40), Buffer.alloc(0)),
  (bytes, dice) => splice(bytes, dice.below(bytes.length), dice.below(6), dice.of(WORDS)),
  (bytes, dice) => {
    const from = dice.below(bytes.length);
    return splice(bytes, dice.below(bytes.length), 0, bytes.subarray(from, from + dice.below(200)));
  },
  (bytes, dice) => {
    const text = bytes.toString("latin1");
    const at = dice.below(text.length);
    const found = /-?\d+(\.\d+)?([eE][+-]?\d+)?|"[^"]*"|[A-Za-z_]+/.exec(text.slice(at, at + 400));
    return found ? splice(bytes, at + found.index, found[0].length, dice.of(WORDS)) : bytes;
  },
];

const splice = (bytes: Buffer, at: number, length: number, by: Uint8Array): Buffer<ArrayBuffer> =>
  Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)]);
