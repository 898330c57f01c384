import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asFileName, crystalViewMessage, studyViewMessage, voxelViewMessage } from "../../src/protocol/viewMessages.js";

describe("messages of the pages", () => {
  it("pass as they are", () => {
    const voxels = [
      { type: "ready" },
      { type: "showText" },
      { type: "showText", line: 301, column: 1 },
      { type: "predict" },
      { type: "explain", model: "/models/gap" },
      { type: "chooseComponent", component: "magnetization" },
      { type: "chooseFrame", frame: 3 },
      { type: "export", format: "npz" },
      { type: "export", format: "png", bytes: new Uint8Array(4) },
      { type: "export", format: "glb", bytes: new Uint8Array(4) },
    ];
    for (const message of voxels) expect(voxelViewMessage(message)).toBe(message);
    const study = [
      { type: "stop" },
      { type: "resume" },
      { type: "openReport" },
      { type: "openMaterial", id: "mp-1" },
      { type: "compare", folder: "" },
      { type: "useModels", models: [{ target: "gap", model: "soap" }] },
      { type: "export", format: "svg", name: "loss", bytes: new Uint8Array(6) },
    ];
    for (const message of study) expect(studyViewMessage(message)).toBe(message);
    const crystal = [
      { type: "ready" },
      { type: "showText" },
      { type: "showText", line: 301, column: 1 },
      { type: "chooseOther" },
      { type: "reopenOthers", files: ["/data/slab/CHGCAR"] },
      { type: "chooseFrame", frame: 2 },
      { type: "export", format: "glb", bytes: new Uint8Array(4) },
    ];
    for (const message of crystal) expect(crystalViewMessage(message)).toBe(message);
  });

  it("are none in any other form", () => {
    const voxels = [
      ...[
        undefined,
        null,
        5,
        "ready",
        [],
        { type: 1 },
        { type: "toString" },
        { type: "__proto__" },
        { type: "constructor" },
      ],
      ...[{ type: "explain" }, { type: "explain", model: ["/"] }, { type: "explain", model: "x".repeat(5000) }],
      ...[
        { type: "chooseComponent", component: "../total" },
        { type: "chooseFrame", frame: 0 },
        { type: "chooseFrame", frame: 1.5 },
        { type: "showText", line: 0, column: 1 },
        { type: "showText", line: 7 },
      ],
      ...[
        { type: "export", format: "html" },
        { type: "export", format: "glb" },
        { type: "export", format: "png", bytes: "text" },
        { type: "export", format: "npz", bytes: new Uint8Array(1) },
      ],
    ];
    for (const message of voxels) expect(voxelViewMessage(message), JSON.stringify(message)).toBeUndefined();
    const study = [
      { type: "export", format: "js", name: "a", bytes: new Uint8Array(1) },
      { type: "export", format: "svg", name: 1, bytes: new Uint8Array(1) },
      { type: "export", format: "svg", name: "a", bytes: "<svg/>" },
      { type: "openMaterial", id: ["mp-1"] },
      { type: "compare" },
      { type: "useModels", models: "all" },
      { type: "useModels", models: [{ target: "gap" }] },
      { type: "useModels", models: [null] },
      { type: "delete" },
    ];
    for (const message of study) expect(studyViewMessage(message), JSON.stringify(message)).toBeUndefined();
    const crystal = [
      { type: "export", format: "png" },
      { type: "export", format: "exe", bytes: new Uint8Array(1) },
      { type: "chooseFrame", frame: "/etc" },
      { type: "predict" },
    ];
    for (const message of crystal) expect(crystalViewMessage(message), JSON.stringify(message)).toBeUndefined();
    fc.assert(
      fc.property(fc.anything(), (message) => {
        expect(crystalViewMessage(message)).toBeUndefined();
        expect(voxelViewMessage(message)).toBeUndefined();
        expect(studyViewMessage(message)).toBeUndefined();
      }),
    );
  });

  it("name files by one part of a path", () => {
    expect(asFileName("../../.bashrc")).toBe("__.._.bashrc");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const file = asFileName(name);
        expect(file).not.toMatch(/[\\/:]|^\./);
        expect(file.length).toBeGreaterThan(0);
      }),
    );
    for (const name of ["loss", "soap+r3dvs (band_gap)", "学習曲線"]) expect(asFileName(name)).toBe(name);
  });
});
