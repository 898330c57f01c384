import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ownTemporaryFolder } from "../../../src/jobs/files/privateFolder.js";
import { safeName } from "../../../src/jobs/files/safeName.js";

const root = mkdtempSync(path.join(tmpdir(), "r3dvs-names-"));
afterAll(() => rmSync(root, { recursive: true }));

test.each(["CON", "con", "aux", "AUX.v2", "nul", "COM1", "lpt9.a", "ends."])(
  "%s, which Windows does not keep, gets a name of its own",
  (id) => {
    const name = safeName(id);
    expect(name).not.toBe(id);
    expect(name).toMatch(/^_?[\w.-]+-[0-9a-f]{12}$/);
    expect(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(`${name}.npz`)).toBe(false);
  },
);

test.each(["mp-1778", "NaCl", "console", "auxiliary", "a.b", "com10x"])("%s stays as it is", (id) => {
  expect(safeName(id)).toBe(id);
  expect(safeName(id, [id, "another"])).toBe(id);
});

test("names that differ in their case alone are different files everywhere", () => {
  const ids = ["MgO", "mgo", "MGO", "NaCl"];
  const names = ids.map((id) => safeName(id, ids).toLowerCase());
  expect(new Set(names).size).toBe(4);
  expect(safeName("NaCl", ids)).toBe("NaCl");
});

describe.skipIf(process.platform === "win32")("the folder in the temporary one", () => {
  const usual = (parent: string) => path.join(parent, `r3dvs-${process.getuid?.() ?? userInfo().username}`);

  test("is the user's alone", () => {
    const parent = mkdtempSync(path.join(root, "a-"));
    const folder = ownTemporaryFolder(parent);
    expect(folder).toBe(usual(parent));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(ownTemporaryFolder(parent)).toBe(folder);
  });

  test("is another one where somebody has put a link or an open folder in its place", () => {
    const linked = mkdtempSync(path.join(root, "b-"));
    mkdirSync(path.join(linked, "theirs"), { mode: 0o700 });
    symlinkSync(path.join(linked, "theirs"), usual(linked));
    const open = mkdtempSync(path.join(root, "c-"));
    mkdirSync(usual(open));
    chmodSync(usual(open), 0o777);
    for (const parent of [linked, open]) {
      const folder = ownTemporaryFolder(parent);
      expect(folder).toMatch(new RegExp(`^${usual(parent)}-\\w{6}$`));
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
  });
});
