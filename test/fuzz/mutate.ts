// Damage that knows the structure of a volumetric file: heads, grid lines, columns of numbers, blocks. A seed gives the
// same damage for ever.
import { someValues, type Triple, volumetricText } from "../jobs/densities/volumetricText.js";

export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2654435761 + 12345) >>> 0;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((this.#state ^ (this.#state >>> 13)) >>> 0) % Math.max(1, limit);
  }

  of<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error("nothing to choose from");
    return chosen;
  }
}

const ODD_NUMBERS = [
  "*****************",
  "NaN",
  "-Infinity",
  "0.123-100",
  "1e400",
  "-1e-400",
  "0x10",
  "1,5",
  "99999999999999999999",
  "-1",
  "0",
  "1e9",
  "1.0E+02-.5E+01",
  ".",
  "-",
  "+",
  "E+01",
  "0.12345678901E",
  "１２",
  "T",
  "augmentation",
  "Direct",
  "9".repeat(600),
];
const ODD_LINES = [
  "",
  " ",
  "\t",
  "Selective dynamics",
  "Cartesian",
  "augmentation occupancies 1 99999999",
  "  4  4  4",
  "99999 99999 99999",
  "0 0 0",
];
const ODD_BYTES = ["\u0000", "\r", "\n\n", "\u001f", "\u00ff", "\ufeff", "\u2028", "!", "#", " "];
const GRIDS: readonly Triple[] = [
  [4, 5, 3],
  [10, 12, 9],
  [6, 6, 32],
  [1, 1, 1],
  [17, 2, 40],
];

/** A whole file of one of several shapes. */
export function someFile(dice: Dice): string {
  const grid = dice.of(GRIDS);
  const count = grid[0] * grid[1] * grid[2];
  const blocks = Array.from({ length: dice.of([1, 1, 2, 4]) }, () => someValues(count, dice.below(1000)));
  const options = {
    augmentation: dice.below(3) > 0,
    columns: dice.of([1, 5, 5, 5, 10]),
    end: dice.of(["\n", "\n", "\r\n"]),
  };
  const text = volumetricText({ grid, blocks, ...options });
  return dice.below(6) === 0 ? text + text : text;
}

/** One to four kinds of damage, one upon the other. */
export function damaged(text: string, dice: Dice): string {
  let result = text;
  for (let left = 1 + dice.below(4); left > 0; left--) result = dice.of(DAMAGES)(result, dice);
  return result;
}

const DAMAGES: readonly ((text: string, dice: Dice) => string)[] = [
  (text, dice) => text.slice(0, dice.below(text.length)),
  (text, dice) => splice(text, dice.below(text.length), 1 + dice.below(40), ""),
  (text, dice) => splice(text, dice.below(text.length), dice.below(2), dice.of(ODD_BYTES)),
  (text, dice) => replaceToken(text, dice, dice.of(ODD_NUMBERS)),
  (text, dice) => replaceToken(text, dice, String(dice.below(2000) - 500)),
  (text, dice) => onHeadLines(text, dice, (lines, at) => lines.splice(at, 1)),
  (text, dice) => onHeadLines(text, dice, (lines, at) => lines.splice(at, 0, lines[dice.below(lines.length)] ?? "")),
  (text, dice) => onHeadLines(text, dice, (lines, at) => lines.splice(at, 1, dice.of(ODD_LINES))),
  (text, dice) =>
    onHeadLines(text, dice, (lines, at) => lines.splice(at, 1, (lines[at] ?? "").replace(/\S+/, dice.of(ODD_NUMBERS)))),
  (text, dice) => onLines(text, (lines) => lines.splice(dice.below(lines.length), 1 + dice.below(3))),
  (text, dice) => onLines(text, (lines) => lines.splice(dice.below(lines.length), 0, dice.of(ODD_LINES))),
  (text, dice) => onLines(text, (lines) => lines.splice(dice.below(lines.length), 1, "x".repeat(dice.below(100_000)))),
  (text, dice) => text + text.slice(dice.below(text.length)),
  (text) => text.replaceAll("\n", "\r\n"),
];

const splice = (text: string, at: number, length: number, by: string) =>
  text.slice(0, at) + by + text.slice(at + length);

function replaceToken(text: string, dice: Dice, by: string): string {
  const at = dice.below(text.length);
  const found = /\S+/.exec(text.slice(at));
  return found ? splice(text, at + found.index, found[0].length, by) : text;
}

function onLines(text: string, change: (lines: string[]) => void): string {
  const lines = text.split("\n");
  change(lines);
  return lines.join("\n");
}

/** The head decides about memory and time, so it is damaged as often as all the numbers. */
const onHeadLines = (text: string, dice: Dice, change: (lines: string[], at: number) => void) =>
  onLines(text, (lines) => change(lines, dice.below(Math.min(lines.length, 14))));
