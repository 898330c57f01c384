import { expect, test } from "vitest";
import { ChosenFiles, type Memory } from "../../src/host/editors/chosenFiles.js";

function memory(first?: unknown): Memory & { readonly value: () => unknown } {
  let value = first;
  return {
    get: () => value,
    update: async (_, next) => {
      value = JSON.parse(JSON.stringify(next));
    },
    value: () => value,
  };
}

const chosen = (name: string) => ({ file: `/tmp/copies/${name}`, uri: `vscode-vfs://host/${name}` });

test("a view finds the files that were chosen for it, and no other view does", async () => {
  const files = new ChosenFiles(memory());
  await files.remember("file:///a/CHGCAR", chosen("slab"));
  await files.remember("file:///a/CHGCAR", chosen("molecule"));
  expect(files.find("file:///a/CHGCAR", "/tmp/copies/slab")).toEqual(chosen("slab"));
  expect(files.find("file:///a/CHGCAR", "/tmp/copies/molecule")).toEqual(chosen("molecule"));
  expect(files.find("file:///b/CHGCAR", "/tmp/copies/slab")).toBeUndefined();
  expect(files.find("file:///a/CHGCAR", "/etc/passwd")).toBeUndefined();
});

test("a file that has moved is known by its newest path alone", async () => {
  const files = new ChosenFiles(memory());
  await files.remember("view", { file: "/tmp/1/slab", uri: "vfs:/slab" });
  await files.remember("view", { file: "/tmp/2/slab", uri: "vfs:/slab" });
  expect(files.find("view", "/tmp/1/slab")).toBeUndefined();
  expect(files.find("view", "/tmp/2/slab")?.uri).toBe("vfs:/slab");
});

test("the views that chose last are remembered, each with its newest files", async () => {
  const kept = memory();
  const files = new ChosenFiles(kept);
  for (let i = 0; i < 60; i++) await files.remember(`view ${i}`, chosen("slab"));
  for (let i = 0; i < 20; i++) await files.remember("view 59", chosen(`slab ${i}`));
  expect(files.find("view 0", chosen("slab").file)).toBeUndefined();
  expect(files.find("view 58", chosen("slab").file)).toBeDefined();
  expect(files.find("view 59", chosen("slab 19").file)).toBeDefined();
  expect(files.find("view 59", chosen("slab 0").file)).toBeUndefined();
  expect(Object.keys(kept.value() as object)).toHaveLength(50);
});

test.each([undefined, null, 7, "text", [], { view: 3 }, { view: [{ file: 1, uri: "x" }, null] }])(
  "%j in memory is as nothing",
  async (value) => {
    const files = new ChosenFiles(memory(value));
    expect(files.find("view", "1")).toBeUndefined();
    await files.remember("view", chosen("slab"));
    expect(files.find("view", chosen("slab").file)).toEqual(chosen("slab"));
  },
);
