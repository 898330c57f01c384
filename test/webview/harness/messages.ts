import path from "node:path";
import { atomCount, reducedFormula } from "../../../src/core/crystal/formula.js";
import { reciprocalLattice, volume } from "../../../src/core/crystal/lattice.js";
import type { Spectrum } from "../../../src/core/descriptors/spectrum.js";
import { occlude } from "../../../src/core/learning/domain/occlusion.js";
import { norm, rowTimes } from "../../../src/core/math/matrix3.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import type { RunEvent, RunSummary } from "../../../src/protocol/runEvents.js";
import type { ToStudyView } from "../../../src/protocol/studyView.js";
import type { PredictionRow, VoxelViewData } from "../../../src/protocol/voxelView.js";

const encoding = { spacing: 0.4, length: 12.8, assignment: "nearest", component: "total" } as const;

/** What the host would send for each file; typed arrays as plain ones, for JSON. */
export async function makePictures(
  files: readonly string[],
): Promise<readonly { picture: object; predictions: readonly PredictionRow[]; explanation: object }[]> {
  const pictures: { picture: object; predictions: readonly PredictionRow[]; explanation: object }[] = [];
  for (const file of files) {
    const { value, problems } = await readMaterial({ id: path.basename(path.dirname(file)), file }, encoding);
    if (value === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
    const { structure, spectrum } = value;
    const picture: VoxelViewData = {
      title: path.basename(file),
      formula: reducedFormula(structure) ?? "",
      kind: value.kind,
      unit: spectrum.unit,
      lattice: structure.lattice,
      volume: volume(structure.lattice),
      natoms: atomCount(structure),
      ...(value.electrons !== undefined && { electrons: value.electrons }),
      grid: value.grid,
      ...encoding,
      cutoff: spectrum.cutoff,
      hkl: spectrum.hkl,
      amplitude: spectrum.amplitude,
      warnings: problems.map(({ message }) => message),
      components: ["total", "magnetization"],
    };
    pictures.push({
      picture: { ...picture, hkl: [...spectrum.hkl], amplitude: [...spectrum.amplitude] },
      predictions,
      explanation: explain(spectrum),
    });
  }
  return pictures;
}

/** The Hartree energy of a density less a little of its sharpest waves: an exact sum with both signs. */
function explain(spectrum: Spectrum): object {
  const reciprocal = reciprocalLattice(spectrum.lattice);
  const energy = ({ hkl, amplitude }: Spectrum) =>
    amplitude.reduce((sum, s, i) => {
      const g = norm(rowTimes([hkl[3 * i] ?? 0, hkl[3 * i + 1] ?? 0, hkl[3 * i + 2] ?? 0], reciprocal));
      return sum + (g > 0 ? ((181 * s * s) / g ** 2) * (g > 5 ? -1 : 1) : 0);
    }, 0);
  const work = occlude(spectrum, energy);
  let step = work.next();
  while (!step.done) step = work.next();
  const { shells, effect, groups } = step.value;
  const place = { model: "hartree", target: "E_hartree_per_atom", unit: "eV/atom" };
  return { ...place, shells, groups, hkl: [...spectrum.hkl], effect: [...effect] };
}

const predictions: readonly PredictionRow[] = [
  {
    model: "hartree-r3dvs",
    target: "E_hartree_per_atom",
    unit: "eV/atom",
    value: 127.9554,
    sigma: 1.82,
    outOfDomain: false,
    nearest: [
      { id: "mp-13161", similarity: 0.9931 },
      { id: "mp-2133", similarity: 0.9874 },
      { id: "mp-1986", similarity: 0.971 },
    ],
    stale: false,
    explainable: "hartree",
  },
  {
    model: "gap-soap",
    target: "band_gap",
    unit: "eV",
    value: 0.731,
    sigma: 0.41,
    outOfDomain: true,
    nearest: [],
    stale: true,
  },
];

const sizes = [40, 80, 160, 307];
const errors: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  E_hartree_per_atom: { shells: 1.6, r3dvs: 2.1, soap: 3.4, cm: 9.5, "soap+r3dvs": 1.9, composition: 15.2 },
  band_gap: { composition: 0.99, shells: 1.29, soap: 1.05, r3dvs: 1.22, cm: 1.4, "soap+r3dvs": 1.04 },
};

/** A study in the middle of its work: curves, a network in training, predictions on test sets. */
export function makeStudy(): readonly ToStudyView[] {
  const run: RunSummary = {
    name: "oxides-quick",
    folder: "/data/oxides/.r3dvs/runs/oxides-quick",
    state: "running",
    dataset: "/data/oxides",
    targets: [
      { name: "E_hartree_per_atom", unit: "eV/atom" },
      { name: "band_gap", unit: "eV" },
    ],
    models: Object.keys(errors.band_gap ?? {}),
    trainSizes: sizes,
    repeats: 4,
    progress: { done: 150, total: 192 },
  };
  const results = run.targets.flatMap(({ name, unit }) => makeResults(name, unit));
  const materials = Array.from({ length: 80 }, (_, i) => ({
    id: `mp-${1000 + i}`,
    file: `mp-${1000 + i}/CHGCAR`,
    formula: "Al2O3",
  }));
  const details = { baselines: { E_hartree_per_atom: 42, band_gap: 1.7 }, materials, coverage: [] };
  const started: RunEvent = { event: "started", time: timeAt(0), run: run.name, tasks: 192, materials: 387, pid: 4711 };
  return [
    { type: "runOpened", run, events: [], parity: [], details },
    {
      type: "eventsAppended",
      run,
      events: [started, ...results, ...makeEpochs(160, 3, 24), ...makeEpochs(307, 1, 13)],
    },
    { type: "parityChanged", parity: run.targets.flatMap(({ name }) => makeParity(name)), details },
  ];
}

const timeAt = (seconds: number): string => new Date(Date.UTC(2026, 4, 2, 9, 0, seconds)).toISOString();

function makeResults(target: string, unit: string): readonly RunEvent[] {
  return Object.entries(errors[target] ?? {}).flatMap(([model, best], m) =>
    sizes.flatMap((trainSize, i) =>
      [0, 1, 2, 3].map((repeat): RunEvent => {
        const mae = best * (307 / trainSize) ** (0.3 + 0.03 * m) * (1 + 0.1 * Math.sin(7 * repeat + 3 * m + i));
        return {
          event: "result",
          time: timeAt(12 * (i * 4 + repeat) + m),
          target,
          unit,
          model,
          trainSize,
          repeat,
          mae,
          rmse: mae * 1.4,
          seconds: 12,
        };
      }),
    ),
  );
}

function makeEpochs(trainSize: number, members: number, last: number): readonly RunEvent[] {
  return Array.from({ length: members }, (_, member) =>
    Array.from({ length: last }, (_, i): RunEvent => {
      const noise = 1 + 0.15 * Math.sin(3 * i + member);
      const common = {
        event: "epoch",
        time: timeAt(220 + i),
        target: "E_hartree_per_atom",
        model: "r3dvs",
        trainSize,
        repeat: 0,
        member,
      } as const;
      return {
        ...common,
        epoch: i + 1,
        epochs: 30,
        loss: 0.9 * (i + 1) ** -1.4 * noise,
        validationMae: 18 * (i + 1) ** -0.8 * noise,
      };
    }),
  ).flat();
}

function makeParity(target: string) {
  return Object.entries(errors[target] ?? {}).flatMap(([model, mae], m) =>
    sizes.flatMap((trainSize) =>
      Array.from({ length: 80 }, (_, i) => {
        const actual = target === "band_gap" ? Math.abs(4 * Math.sin(i)) : 60 + 90 * Math.abs(Math.sin(i * 1.3));
        const error = mae * 1.5 * Math.sin(i * 7.3 + m) * (307 / trainSize) ** 0.3;
        const sigma = model.includes("r3dvs") ? { sigma: mae } : {};
        return {
          id: `mp-${1000 + i}`,
          target,
          model,
          trainSize,
          repeat: i % 4,
          actual,
          predicted: actual + error,
          ...sigma,
        };
      }),
    ),
  );
}
