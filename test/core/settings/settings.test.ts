import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { settingKeys, withSettings } from "../../../src/cli/settingOptions.js";
import { defaultOf, defaultText } from "../../../src/core/settings/defaults.js";
import { neededInstead, SETTING_KEYS, SETTINGS } from "../../../src/core/settings/settingsTable.js";
import type { PresetName } from "../../../src/core/settings/studyOptions.js";
import { parseConfig } from "../../../src/jobs/settings/configFile.js";
import { resolveStudy } from "../../../src/jobs/settings/studySettings.js";

const PRESETS: readonly PresetName[] = ["quick", "standard", "paper"];
const command = withSettings(new Command("study").exitOverride().configureOutput({ writeErr: () => {} }), "study");
const help = command.helpInformation().replace(/\s+/g, " ");

describe("the table of settings", () => {
  it.each(SETTING_KEYS.filter((key) => SETTINGS[key].type.kind !== "perTarget"))(
    "gives %s an option with its default in the help",
    (key) => {
      const option = command.options.find((candidate) => candidate.attributeName() === key);
      expect(option?.description).toContain("(default: ");
      const models = key === "models" ? "r3dvs," : defaultText(key);
      expect(help).toContain(`(default: ${models}`);
    },
  );

  it("leaves the protocol of learning curves out of train", () => {
    const left = settingKeys("study").filter((key) => !settingKeys("train").includes(key));
    expect(left).toEqual(["targets", "models", "trainSizes", "testSize", "repeats"]);
  });

  it("takes the same values on the command line and in a file, and refuses the same ones", () => {
    const values = {
      "--epochs": "epochs",
      "--dropout": "dropout",
      "--dl": "dl",
      "--soap-n-max": "soapNMax",
      "--patience": "patience",
    } as const;
    for (const [flag, key] of Object.entries(values)) {
      for (const text of ["0", "0.5", "0.95", "1", "16", "17", "-1", "x", "", "0x10", "1e3", "Infinity"]) {
        const value = text === "" || Number.isNaN(Number(text)) || text === "0x10" ? text : Number(text);
        const inFile = parseConfig(JSON.stringify({ [key]: value })).problems.length === 0 && text !== "Infinity";
        const fresh = withSettings(
          new Command("study").exitOverride().configureOutput({ writeErr: () => {} }),
          "study",
        );
        const onLine = () => fresh.parse([flag, text], { from: "user" }).opts()[key];
        if (inFile) expect(onLine(), `${flag} ${text}`).toBe(value);
        else expect(onLine, `${flag} ${text}`).toThrow(/must be/);
      }
    }
  });

  it("tells the defaults that a study really has", () => {
    for (const preset of PRESETS) {
      const settings = resolveStudy({ preset }, ["x"], 472);
      const training = settings.perTarget.x?.training;
      const own = {
        ...training,
        ...training?.voxels,
        dl: training?.voxels.spacing,
        ...settings,
        normalize: settings.perTarget.x?.normalize,
      };
      const keys = SETTING_KEYS.filter((key) => defaultOf(key, preset) !== undefined && key in own && key !== "preset");
      expect(keys.length).toBeGreaterThan(20);
      for (const key of keys)
        expect((own as Record<string, unknown>)[key], `${preset} ${key}`).toEqual(defaultOf(key, preset));
    }
    expect(resolveStudy({}, ["x"], 472)).toEqual(resolveStudy({ preset: "standard" }, ["x"], 472));
    expect([defaultText("repeats"), defaultText("epochs"), defaultText("dropout"), defaultText("channels")]).toEqual([
      "quick 2, standard and paper 20; standard 3 for more than 8000 materials",
      "quick 12, standard and paper 30",
      "0",
      "quick and standard amplitude,power,coulomb, paper amplitude; by target unless paper",
    ]);
  });

  it("has defaults that are values of their settings", () => {
    for (const key of SETTING_KEYS) {
      for (const preset of PRESETS) {
        const value = defaultOf(key, preset);
        if (value !== undefined) expect(neededInstead(SETTINGS[key].type, value), key).toBeUndefined();
      }
    }
  });
});
