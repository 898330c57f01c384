import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";

const program = new Command();
for (const add of COMMANDS) add(program);

/** Every line of help, with where it stands. */
const texts = program.commands.flatMap((command) => [
  [command.name(), command.description()] as const,
  ...command.options.map((option) => [`${command.name()} ${option.flags}`, option.description] as const),
  ...command.registeredArguments.map(
    (argument) => [`${command.name()} <${argument.name()}>`, argument.description] as const,
  ),
]);

describe("help", () => {
  it("describes every command, option and argument", () => {
    expect(program.commands.length).toBe(20);
    expect(texts.length).toBeGreaterThan(150);
    expect(texts.filter(([, text]) => text.trim().length < 4)).toEqual([]);
  });

  it("never begins with a preposition", () => {
    expect(texts.filter(([, text]) => /^(of|into|with|to|from|in|what)\b/i.test(text))).toEqual([]);
  });

  it("states defaults that can be typed", () => {
    expect(program.commands.map((command) => command.helpInformation()).join("\n")).not.toMatch(
      /\(default: (?:\[|\{|\)|undefined)/,
    );
  });

  it("says one per material, not one a material", () => {
    expect(texts.filter(([, text]) => /\b(one|row|folder|line|spectrum|copy) an? \w/.test(text))).toEqual([]);
  });
});
