import { beforeAll, describe, expect, it } from "vitest";
import { describeShells } from "../../../src/core/descriptors/shells.js";
import { type Domain, type DomainMember, fitDomain, judgeDomain } from "../../../src/core/learning/outOfDomain.js";
import { readSampleMaterials } from "./sampleMaterials.js";

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
      const verdict = judgeDomain(domain, known);
      expect(verdict.outOfDomain).toBe(false);
      expect(verdict.nearest[0]).toEqual({ id: known.id, similarity: 1 });
      expect(verdict.relativeDistance).toBe(0);
    }
  });

  it("names three neighbours by falling similarity in 0..1", () => {
    const { nearest } = judgeDomain(domain, member(100));
    expect(nearest).toHaveLength(3);
    const similarities = nearest.map(({ similarity }) => similarity);
    expect([...similarities].sort((a, b) => b - a)).toEqual(similarities);
    expect(similarities.every((similarity) => similarity > 0 && similarity <= 1)).toBe(true);
  });

  it("takes most other oxides of the same elements in", () => {
    const familiar = members.slice(90).map((material) => judgeDomain(domain, { ...material, atomicNumbers: [8] }));
    expect(familiar.filter(({ outOfDomain }) => outOfDomain).length).toBeLessThan(0.15 * familiar.length);
  });

  it("puts an unseen element outside and names it", () => {
    const verdict = judgeDomain(domain, { ...member(0), atomicNumbers: [...member(0).atomicNumbers, 94] });
    expect(verdict).toMatchObject({ outOfDomain: true, unseenElements: [94] });
  });

  it("puts a density unlike all others outside: ten times as dense, or nearly empty of structure", () => {
    const dense = judgeDomain(domain, { ...member(0), shells: member(0).shells.map((x) => x * 10) });
    expect(dense.outOfDomain).toBe(true);
    expect(dense.relativeDistance).toBeGreaterThan(1);
    expect(dense.unseenElements).toEqual([]);
  });

  it("says in words what is not like the training materials", () => {
    const own = { ...member(0), kind: "CHGCAR" };
    const said = (material: DomainMember) => judgeDomain(known, material).reasons.map(({ message }) => message);
    const known = fitDomain(members.slice(0, 90).map((material) => ({ ...material, kind: "CHGCAR" })));
    expect([said(own), said({ ...own, kind: "CHG" })]).toEqual([[], []]);
    expect(said({ ...own, kind: "LOCPOT" })).toEqual(["the file is of the kind LOCPOT; the model learned from CHGCAR"]);
    expect(said({ ...own, atomicNumbers: [8, 94, 86] })).toEqual(["contains Rn, Pu, which no training material has"]);
    expect(said({ ...own, atomicNumbers: own.atomicNumbers.filter((z) => z !== 8) })).toEqual([
      "has no O, which all training materials have",
    ]);
    expect(said({ ...own, shells: own.shells.map((x) => x * 10) })).toEqual([
      expect.stringMatching(/^a density unlike those of all training materials: [\d.]+ times as far as is usual$/),
    ]);
    expect(judgeDomain(known, own).reasons.map(({ args }) => args)).toEqual([]);
  });

  it("knows the training materials' valence electrons", () => {
    const withElectrons = members.slice(0, 90).map((material) => ({ ...material, electrons: 3 * material.atomicNumbers.length }));
    const known = fitDomain(withElectrons);
    const [first] = withElectrons as [DomainMember];
    expect(judgeDomain(known, first).outOfDomain).toBe(false);
    const other = judgeDomain(known, { ...first, electrons: (first.electrons ?? 0) + 0.77 });
    expect(other.reasons.map(({ message }) => message)).toEqual([expect.stringMatching(/valence electrons in the cell; .* would give/)]);
    expect(JSON.parse(JSON.stringify(other.reasons))).toEqual(other.reasons);
  });

  it("of a model without training materials holds nothing, and says so", () => {
    const none = judgeDomain(
      { ...domain, ids: [], features: { rows: 0, columns: domain.features.columns, values: new Float64Array() } },
      member(0),
    );
    expect(none.reasons.map(({ message }) => message)).toEqual(["the model does not say what it learned from"]);
    expect([none.outOfDomain, none.nearest]).toEqual([true, []]);
  });

  it("works with one material, and with copies of one", () => {
    const single = fitDomain([member(0)]);
    expect(judgeDomain(single, member(1)).nearest).toHaveLength(1);
    expect(judgeDomain(single, { ...member(1), atomicNumbers: member(0).atomicNumbers }).outOfDomain).toBe(false);
    const copies = fitDomain([member(0), { ...member(0), id: "copy" }]);
    expect(judgeDomain(copies, member(0)).outOfDomain).toBe(false);
    expect(judgeDomain(copies, { ...member(1), atomicNumbers: member(0).atomicNumbers }).outOfDomain).toBe(true);
    expect(JSON.parse(JSON.stringify(copies.threshold))).toBe(copies.threshold);
  });
});
