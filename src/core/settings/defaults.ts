import { defaultVoxelOptions } from "../descriptors/r3dvs.js";
import { defaultSoapSettings } from "../descriptors/soapKernel.js";
import { MOST_EXACT } from "../learning/kernelRidge/nystrom.js";
import { CHOSEN_BY_TARGET } from "../learning/networks/targetDefaults.js";
import { FEWER_REPEATS, repeatsOf } from "./fewerRepeats.js";
import { PRESETS, type Preset } from "./presets.js";
import { SETTINGS } from "./settingsTable.js";
import { type PresetName, type StudyOptions, TARGET_TRAINING_KEYS } from "./studyOptions.js";

/** Settings whose default is no value of a preset, in words. */
const IN_WORDS: Partial<Record<keyof StudyOptions, string>> = {
  targets: "all",
  trainSizes: "25, 50, 100, ... and all that are left",
  perTarget: "what measured best for it",
  threads: "one per core",
  companions: "none",
};

const FIXED: Partial<Record<keyof StudyOptions, unknown>> = {
  preset: "standard",
  seed: 0,
  dl: defaultVoxelOptions.spacing,
  length: defaultVoxelOptions.length,
  assignment: defaultVoxelOptions.assignment,
  component: "total",
  normalize: "volume",
  backend: "auto",
  soapBasis: defaultSoapSettings.basis,
  soapKernel: defaultSoapSettings.kernel,
  soapRCut: defaultSoapSettings.rCut,
  soapNMax: defaultSoapSettings.nMax,
  soapLMax: defaultSoapSettings.lMax,
  soapSigma: defaultSoapSettings.sigma,
  soapZeta: defaultSoapSettings.zeta,
  exactUpTo: MOST_EXACT,
};

/** The value that a preset gives a setting; undefined where words alone can say it. */
export function defaultOf(key: keyof StudyOptions, preset: PresetName): unknown {
  if (FIXED[key] !== undefined) return FIXED[key];
  const { repeats, ensemble, hyperparameters, twoStepResiduals, training }: Preset = PRESETS[preset];
  const own: Partial<Record<keyof StudyOptions, unknown>> = { repeats, ensemble, hyperparameters, twoStepResiduals };
  const trained = TARGET_TRAINING_KEYS.find((name) => name === key);
  return own[key] ?? (trained && training[trained]);
}

/**
 * Every default of a setting in words: `8`, or `quick 2, standard and paper 20`; where targets have their own, that
 * too.
 */
export function defaultText(key: keyof StudyOptions): string {
  const words = IN_WORDS[key] ?? (key === "testSize" ? testSizes() : undefined);
  if (words !== undefined) return words;
  const names = Object.keys(PRESETS) as PresetName[];
  const values = names.map((name) => shown(defaultOf(key, name)));
  const different = [...new Set(values)];
  const sharing = (value: string) => names.filter((_, at) => values[at] === value).join(" and ");
  const told =
    different.length === 1 ? (values[0] ?? "") : different.map((value) => `${sharing(value)} ${value}`).join(", ");
  if (key === "repeats") return `${told}; standard ${FEWER_REPEATS} for more than ${MOST_EXACT} materials`;
  return CHOSEN_BY_TARGET.has(key) ? `${told}; by target unless paper` : told;
}

function testSizes(): string {
  const of = ({ test }: Preset) => `a quarter of the materials, at most ${test.atMost}`;
  const { testAtMost } = repeatsOf({}, MOST_EXACT + 1);
  const { quick, standard } = PRESETS;
  return `${of(standard)}; quick at most ${quick.test.atMost}; standard at most ${testAtMost} for more than ${MOST_EXACT}`;
}

/** What a value of a setting costs, in words; undefined where it hardly matters. */
export function costText(key: keyof StudyOptions): string | undefined {
  if (key !== "preset") return SETTINGS[key].cost;
  const names = Object.keys(PRESETS) as PresetName[];
  const times = names.map(
    (name) => `${name} ${Number((samplesOf(PRESETS[name]) / samplesOf(PRESETS.quick)).toPrecision(2))}`,
  );
  return `relative training time of networks: ${times.join(", ")}`;
}

/** Samples that networks see for each training material. */
const samplesOf = ({ repeats, ensemble, training }: Preset) =>
  repeats * ensemble * training.epochs * training.rotations;

const shown = (value: unknown) => (Array.isArray(value) ? value.join(",") : String(value));
