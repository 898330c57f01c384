import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  assessDomain,
  type Domain,
  type DomainMember,
  fitDomain,
} from "../../../src/core/learning/domain/applicabilityDomain.js";
import { Random } from "../../../src/core/math/random.js";
import { findMaterials } from "../../../src/jobs/dataset/materialFiles.js";
import { modelsNamed } from "../../../src/jobs/models/builtInModels.js";
import { readModel } from "../../../src/jobs/models/modelFile.js";
import { readEncoded } from "../../../src/jobs/spectra/encodedMaterials.js";
import { domainMember } from "../../../src/jobs/spectra/material.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { COLLECTION, hasCollection } from "../../conformance/manifest.js";

const root = path.resolve(import.meta.dirname, "../../..");
const SETTINGS = { spacing: 0.4, component: "total" } as const;
let members: DomainMember[] = [];
let domain: Domain;
beforeAll(async () => {
  const entries = await findMaterials(path.join(root, "media/oxides"));
  members = entries.flatMap((entry) => {
    const { value } = readEncoded(entry, SETTINGS);
    return value === undefined ? [] : [domainMember(value)];
  });
  domain = fitDomain(members);
});

describe("the domain of the bundled oxides", () => {
  it("has whole valence electrons for every element, those of the setups", () => {
    const { elements = [], electrons = new Float64Array() } = domain.valences ?? {};
    expect(elements.length).toBeGreaterThan(60);
    expect([...electrons].every(Number.isInteger)).toBe(true);
    const valence = new Map(elements.map((z, i) => [z, electrons[i]]));
    expect([8, 12, 22, 28, 78].map((z) => valence.get(z))).toEqual([6, 2, 12, 10, 10]);
    expect(domain.kinds).toEqual(["CHGCAR"]);
    expect(domain.magnetization).toBe(0);
  });

  it("takes in nearly all oxides that it has not seen", () => {
    const order = new Random(3).shuffle([...members]);
    const known = fitDomain(order.slice(80));
    const outside = order.slice(0, 80).filter((member) => assessDomain(known, member).outOfDomain);
    expect(outside.length).toBeLessThanOrEqual(6);
  });

  it("refuses no oxide that it has not seen for its mean density", () => {
    const refused = [1, 2, 3, 4].flatMap((seed) => {
      const order = new Random(seed).shuffle([...members]);
      const known = fitDomain(order.slice(80));
      const verdicts = order.slice(0, 80).map((member) => assessDomain(known, member));
      return verdicts.flatMap(({ reasons }) => reasons.filter(({ template }) => /electrons per/.test(template)));
    });
    expect(refused.length).toBeLessThanOrEqual(2);
  });

  it("is that of the models which come along", () => {
    for (const folder of modelsNamed("oxides")) {
      const { magnetization, ids } = readModel(folder).domain;
      expect([magnetization, ids.length]).toEqual([0, members.length]);
    }
  });
});

describe.skipIf(!hasCollection)("VASP's own files", () => {
  const said = async (file: string) => {
    const { value } = await readMaterial({ id: "x", file: path.join(COLLECTION, file) }, SETTINGS);
    if (value === undefined) throw new Error(`${file} was not read`);
    return assessDomain(domain, domainMember(value)).reasons.map(({ message }) => message);
  };

  it.each([
    ["volumetric/CHGCAR_Fe_nospin", /contains no O/],
    ["volumetric/CHGCAR_Li_nospin.gz", /contains no O/],
    ["runs/si_vasp541_aiida/CHGCAR", /contains no O/],
    ["runs/graphene_vasp643_sisl/CHGCAR", /contains no O/],
    [
      "runs/NO_spin_vasp643_sisl/CHGCAR.gz",
      /spin-polarised \(\d+ % of the mean density\); all training densities are unpolarised/,
    ],
    ["runs/graphene_vasp643_sisl/CHGCAR", /mean density 0\.16 e\/Å³; the training materials have 0\.19 to 0\.97/],
    ["volumetric/CHGCAR_NiO_SOC_decimated.gz", /Ni has 16 valence electrons here; the models were trained with 10/],
    ["volumetric/ELFCAR_graphite_spin.gz", /not CHGCAR but ELFCAR: the models were trained on CHGCAR files/],
    ["volumetric/LOCPOT_LiC_32", /not CHGCAR but LOCPOT/],
  ])("%s lies outside, and is told why", async (file, reason) => {
    expect((await said(file)).join("\n")).toMatch(reason);
  });
});
