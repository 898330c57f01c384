import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { EncodeTool } from "../../src/host/tools/encodeTool.js";
import { InfoTool } from "../../src/host/tools/infoTool.js";
import { PredictTool } from "../../src/host/tools/predictTool.js";

// The tools themselves are called in the real extension host (test/workbench/extension/tools.test.ts), where dialogs
// are skipped.
vi.mock("vscode", () => ({
  l10n: { t: (text: string, ...args: unknown[]) => text.replace(/\{(\d)\}/g, (_, slot) => String(args[Number(slot)])) },
}));

describe("a tool for chats", () => {
  it("asks before it writes, and says what and where", () => {
    const { confirmationMessages } = new EncodeTool({} as never).prepareInvocation({
      input: { paths: ["oxides", "mp-1"] },
    });
    expect(confirmationMessages?.title).toMatch(/Encode/);
    expect(confirmationMessages?.message).toMatch(/oxides, mp-1 .*\.r3dvs/);
  });

  it("reads without asking", () => {
    for (const tool of [new InfoTool({} as never), new PredictTool({} as never)]) {
      const prepared = tool.prepareInvocation({ input: { file: "mp-1/CHGCAR" } });
      expect(prepared.confirmationMessages).toBeUndefined();
      expect(prepared.invocationMessage).toContain("mp-1/CHGCAR");
    }
  });
});

describe("a prediction for a chat", () => {
  it("says where a model or the limit of its domain is approximated", async () => {
    const prediction = {
      ...{ model: "/m", target: "band_gap", unit: "eV", value: 1, sigma: 0.1, lower: 0.8, upper: 1.2 },
      ...{ inTraining: false, outOfDomain: false, nearest: [], domainMeasuredOn: 2000 },
      approximation: { trainedOn: 60_000, landmarks: 1250 },
    };
    const told = new PredictTool({ models: { models: [] } } as never) as unknown as {
      told: (prediction: unknown) => object;
    };
    expect(told.told(prediction)).toMatchObject({
      approximatedThroughMaterials: 1250,
      domainLimitMeasuredOnMaterials: 2000,
    });
    expect(told.told({ ...prediction, domainMeasuredOn: undefined })).not.toHaveProperty(
      "domainLimitMeasuredOnMaterials",
    );
  });
});

describe("a prediction for a chat, out of domain,", () => {
  const tool = new PredictTool({ models: { models: [] } } as never) as unknown as {
    told: (prediction: unknown, tellsAll: boolean) => Record<string, unknown>;
  };
  const prediction = {
    ...{
      model: "/m",
      target: "band_gap",
      unit: "eV",
      value: 1.23456,
      sigma: 0.1234,
      lower: 1,
      upper: 1.4,
      nearest: [],
    },
    ...{ inTraining: false, known: { value: 1.5, file: "/data/targets.csv" } },
  };

  it("has no number unless it is asked for; else one in the digits that it is good for, and what was calculated", () => {
    const outside = { ...prediction, outOfDomain: true, reasons: [{ code: "absence", message: "no O" }] };
    const told = tool.told(outside, false);
    for (const name of ["value", "sigma", "interval90", "asText"]) expect(told).not.toHaveProperty(name);
    expect(told).toMatchObject({ outOfDomain: true, reasons: ["no O"] });
    expect(tool.told(outside, true)).toMatchObject({ value: 1.23456, outOfDomain: true, reasons: ["no O"] });
    expect(tool.told({ ...prediction, outOfDomain: false }, false)).toMatchObject({
      asText: "1.23 ± 0.12 eV",
      interval90: [1, 1.4],
      calculated: { value: 1.5, unit: "eV", source: "targets.csv" },
    });
  });
});

describe("the manifest's tools", () => {
  const { contributes } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../../package.json"), "utf8"));
  const source = readFileSync(path.resolve(import.meta.dirname, "../../src/host/tools/registerTools.ts"), "utf8");
  const registered = [...source.matchAll(/registerTool\("(\w+)"/g)].map((match) => match[1]);

  it("are those that the host registers, each with its words for the model and a schema whose required inputs are described", () => {
    expect(contributes.languageModelTools.map(({ name }: { name: string }) => name)).toEqual(registered);
    for (const tool of contributes.languageModelTools) {
      expect(tool.modelDescription.length, tool.name).toBeGreaterThan(100);
      expect([tool.canBeReferencedInPrompt, /^[\w-]+$/.test(tool.toolReferenceName)]).toEqual([true, true]);
      for (const name of tool.inputSchema.required)
        expect(tool.inputSchema.properties[name].description, name).toBeTruthy();
    }
  });
});
