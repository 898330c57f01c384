import { beforeAll, describe, expect, it } from "vitest";
import { describeShells } from "../../../../src/core/descriptors/shells.js";
import {
  assessDomain,
  type Domain,
  type DomainMember,
  fitDomain,
  magnetizationShare,
} from "../../../../src/core/learning/domain/applicabilityDomain.js";
import { readSampleMaterials } from "../sampleMaterials.js";

let members: DomainMember[] = [];
let domain: Domain;
beforeAll(() => {
  members = readSampleMaterials(120).map(({ material }) => ({
    id: material.id,
    atomicNumbers: material.atomicNumbers,
    shells: describeShells(material.spectrum),
  }));
  domain = fitDomain(members.slice(0, 90));
});

const member = (index: number) => members[index] as DomainMember;

describe("the domain of the sample oxides", () => {
  it("holds every training material, most like itself", () => {
    for (const known of members.slice(0, 90)) {
      const verdict = assessDomain(domain, known);
      expect(verdict.outOfDomain).toBe(false);
      expect(verdict.nearest[0]).toEqual({ id: known.id, similarity: 1 });
      expect(verdict.relativeDistance).toBe(0);
    }
  });

  it("names those with the least distances, of equal ones the first", () => {
    const twins = fitDomain([
      ...members.slice(0, 60),
      ...members.slice(0, 60).map((one) => ({ ...one, id: `${one.id}b` })),
    ]);
    for (const one of members.slice(40, 120)) {
      const distances = twins.ids.map((id, row) => {
        const scaled = one.shells.map((x, i) => (x - (twins.mean[i] ?? 0)) / (twins.deviation[i] || 1));
        const own = twins.features.values.subarray(row * scaled.length, (row + 1) * scaled.length);
        return { id, row, distance: Math.hypot(...own.map((x, i) => x - (scaled[i] ?? 0))) };
      });
      const sorted = distances.sort((a, b) => a.distance - b.distance || a.row - b.row).slice(0, 3);
      expect(assessDomain(twins, one).nearest.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id));
    }
  });

  it("names three neighbours by falling similarity in 0..1", () => {
    const { nearest } = assessDomain(domain, member(100));
    expect(nearest).toHaveLength(3);
    const similarities = nearest.map(({ similarity }) => similarity);
    expect([...similarities].sort((a, b) => b - a)).toEqual(similarities);
    expect(similarities.every((similarity) => similarity > 0 && similarity <= 1)).toBe(true);
  });

  it("takes most other oxides of the same elements in", () => {
    const familiar = members.slice(90).map((material) => assessDomain(domain, { ...material, atomicNumbers: [8] }));
    expect(familiar.filter(({ outOfDomain }) => outOfDomain).length).toBeLessThan(0.15 * familiar.length);
  });

  it("puts an unseen element outside and names it", () => {
    const verdict = assessDomain(domain, { ...member(0), atomicNumbers: [...member(0).atomicNumbers, 94] });
    expect(verdict).toMatchObject({ outOfDomain: true, unseenElements: [94] });
  });

  it("puts a density unlike all others outside: ten times as dense, or nearly empty of structure", () => {
    const dense = assessDomain(domain, { ...member(0), shells: member(0).shells.map((x) => x * 10) });
    expect(dense.outOfDomain).toBe(true);
    expect(dense.relativeDistance).toBeGreaterThan(1);
    expect(dense.unseenElements).toEqual([]);
  });

  it("says in words what is not like the training materials", () => {
    const own = { ...member(0), kind: "CHGCAR" };
    const said = (material: DomainMember) => assessDomain(known, material).reasons.map(({ message }) => message);
    const known = fitDomain(members.slice(0, 90).map((material) => ({ ...material, kind: "CHGCAR" })));
    expect([said(own), said({ ...own, kind: "CHG" }), said({ ...own, kind: "cube" })]).toEqual([[], [], []]);
    expect(said({ ...own, kind: "LOCPOT" })).toEqual([
      "not CHGCAR but LOCPOT: the models were trained on CHGCAR files",
    ]);
    expect(said({ ...own, atomicNumbers: [8, 94, 86] })).toEqual([
      "contains Rn, Pu, which no training material contains",
    ]);
    expect(said({ ...own, atomicNumbers: own.atomicNumbers.filter((z) => z !== 8) })).toEqual([
      "contains no O, which all training materials contain",
    ]);
    expect(said({ ...own, shells: own.shells.map((x) => x * 10) })).toEqual([
      expect.stringMatching(/^this density is unlike every training density \([\d.]+ times the limit\)$/),
    ]);
    expect(assessDomain(known, own).reasons.map(({ args }) => args)).toEqual([]);
  });

  it("says how far beyond the limit a density is, and never that it is 1 times as far", () => {
    const [some] = [fitDomain(members.slice(0, 90))];
    const far = member(0).shells.map((x) => x * 10);
    const { relativeDistance } = assessDomain(some, { ...member(0), shells: far });
    const at = (ratio: number) => {
      const limited = { ...some, threshold: (some.threshold * relativeDistance) / ratio };
      return assessDomain(limited, { ...member(0), shells: far }).reasons.at(-1)?.message ?? "";
    };
    const said = [1.0004, 1.004, 1.04, 1.6, 1.96, 2.04, 37].map((ratio) => /\(([^)]*)\)/.exec(at(ratio))?.[1]);
    const percent = ["0.04 %", "0.4 %", "4 %", "60 %"].map((text) => `${text} beyond the limit`);
    expect(said).toEqual([...percent, ...["2 times", "2 times", "37 times"].map((text) => `${text} the limit`)]);
  });

  it("puts densities outside that are flat, smoothed or cut off, which lie near in distance", () => {
    const some = fitDomain(members.map((material) => ({ ...material, electrons: 8 })));
    const own = { ...member(0), electrons: 8 };
    const shaped = (factor: (shell: number) => number) =>
      assessDomain(some, { ...own, shells: own.shells.map((x, shell) => (shell < 32 ? x * factor(shell) : x)) });
    const reasons = (factor: (shell: number) => number) =>
      shaped(factor).reasons.map(({ code, message }) => `${code}: ${message}`);
    expect(reasons(() => 1)).toEqual([]);
    const weak = /^density: its plane waves around [\d.]+ Å⁻¹ are [\d.]+ times weaker than in any training density/;
    expect(shaped(() => 0).relativeDistance).toBeLessThan(1);
    expect(reasons(() => 0)).toEqual([expect.stringMatching(weak)]);
    expect(reasons((shell) => (shell < 16 ? 1 : 0))).toEqual([expect.stringMatching(weak)]);
    expect(reasons((shell) => Math.exp(-shell / 4))).toEqual([expect.stringMatching(weak)]);
    const strong = reasons((shell) => (shell === 31 ? 200 : 1));
    expect(strong.join()).toMatch(/times (stronger than in any training density|the limit)/);
    // what is no density, and a set of few, tell nothing
    expect(assessDomain(some, { ...member(0), shells: own.shells.map(() => 0) }).reasons).toEqual([]);
  });

  it("knows the training materials' valence electrons", () => {
    const withElectrons = members
      .slice(0, 90)
      .map((material) => ({ ...material, electrons: 3 * material.atomicNumbers.length }));
    const known = fitDomain(withElectrons);
    const [first] = withElectrons as [DomainMember];
    expect(assessDomain(known, first).outOfDomain).toBe(false);
    const other = assessDomain(known, { ...first, electrons: (first.electrons ?? 0) + 0.77 });
    expect(other.reasons.map(({ message }) => message)).toEqual([
      expect.stringMatching(/the cell has .* valence electrons; .* would give/),
    ]);
    expect(JSON.parse(JSON.stringify(other.reasons))).toEqual(other.reasons);
  });

  it("knows how dense the training materials are on average: a box or slab of mostly vacuum lies outside", () => {
    const known = fitDomain(members.map((material) => ({ ...material, electrons: 8 })));
    const said = (factor: number) =>
      assessDomain(known, {
        ...member(0),
        electrons: 8,
        shells: member(0).shells.map((x, i) => x * (i < 32 ? factor * factor : factor)),
      }).reasons;
    expect(said(1)).toEqual([]);
    const [vacuum, ...others] = said(1 / 8);
    expect(others).toEqual([]);
    expect(vacuum?.message).toMatch(/^mean density 0\.\d+ e\/Å³; the training materials have 0\.\d+ to 0\.\d+$/);
    expect(said(4).map(({ template }) => template)).toContain(vacuum?.template);
    // twenty materials tell a range, fewer do not; and what is no density has none
    const few = fitDomain(members.slice(0, 19).map((material) => ({ ...material, electrons: 8 })));
    expect(
      assessDomain(few, { ...member(0), electrons: 8, shells: member(0).shells.map((x) => x / 8) }).reasons,
    ).toEqual([]);
    expect(assessDomain(known, { ...member(0), shells: member(0).shells.map((x) => x / 8) }).reasons).toEqual([]);
  });

  it("knows whether there were magnets among the training materials", () => {
    const said = (domain: Domain, magnetization: number) =>
      assessDomain(domain, { ...member(0), magnetization }).reasons.map(({ message }) => message);
    const without = fitDomain(members.map((material) => ({ ...material, magnetization: 0 })));
    expect(said(without, 0.009)).toEqual([]);
    expect(said(without, 0.2)).toEqual([
      "spin-polarised (20 % of the mean density); all training densities are unpolarised",
    ]);
    const magnets = fitDomain(members.map((material, i) => ({ ...material, magnetization: i / 400 })));
    expect(said(magnets, 0.3)).toEqual([]);
    expect(said(magnets, 0.5)).toEqual([
      "more strongly spin-polarised (50 % of the mean density) than any training density (up to 30 %)",
    ]);
    const unknown = fitDomain(members.map((material, i) => (i === 5 ? material : { ...material, magnetization: 0 })));
    expect([said(unknown, 0.5), unknown.magnetization]).toEqual([[], undefined]);
  });

  it("measures magnets by their magnetisation's mean square, so that up and down do not cancel", () => {
    const spectrum = {
      lattice: [
        [4, 0, 0],
        [0, 4, 0],
        [0, 0, 4],
      ],
      cutoff: 4,
      hkl: Int32Array.of(0, 0, 0, 0, 0, 1),
      unit: "e/Å³",
    } as const;
    const amplitude = Float64Array.of(0.5, 0.1);
    expect(magnetizationShare({ ...spectrum, amplitude, magnetization: "none" })).toBe(0);
    expect(magnetizationShare({ ...spectrum, amplitude })).toBeUndefined();
    expect(magnetizationShare({ ...spectrum, amplitude, magnetization: Float64Array.of(0.1, 0) })).toBeCloseTo(0.2, 12);
    // m = 0.2 cos(g x): mean square 0.02
    expect(magnetizationShare({ ...spectrum, amplitude, magnetization: Float64Array.of(0, 0.1) })).toBeCloseTo(
      Math.sqrt(0.02) / 0.5,
      12,
    );
    expect(
      magnetizationShare({ ...spectrum, amplitude: Float64Array.of(0, 0.1), magnetization: Float64Array.of(0, 0.1) }),
    ).toBeUndefined();
  });

  it("of a model without training materials holds nothing, and says so", () => {
    const none = assessDomain(
      { ...domain, ids: [], features: { rows: 0, columns: domain.features.columns, values: new Float64Array() } },
      member(0),
    );
    expect(none.reasons.map(({ message }) => message)).toEqual(["the model does not name its training materials"]);
    expect([none.outOfDomain, none.nearest]).toEqual([true, []]);
  });

  it("works with one material, and with copies of one", () => {
    const single = fitDomain([member(0)]);
    expect(assessDomain(single, member(1)).nearest).toHaveLength(1);
    expect(assessDomain(single, { ...member(1), atomicNumbers: member(0).atomicNumbers }).outOfDomain).toBe(false);
    const copies = fitDomain([member(0), { ...member(0), id: "copy" }]);
    expect(assessDomain(copies, member(0)).outOfDomain).toBe(false);
    expect(assessDomain(copies, { ...member(1), atomicNumbers: member(0).atomicNumbers }).outOfDomain).toBe(true);
    expect(JSON.parse(JSON.stringify(copies.threshold))).toBe(copies.threshold);
  });
});
