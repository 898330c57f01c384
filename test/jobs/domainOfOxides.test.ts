import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Domain, type DomainMember, fitDomain, judgeDomain } from "../../src/core/learning/outOfDomain.js";
import { Random } from "../../src/core/math/random.js";
import { readEncoded } from "../../src/jobs/encodedMaterials.js";
import { domainMember } from "../../src/jobs/material.js";
import { findMaterials } from "../../src/jobs/materialFiles.js";
import { readMaterial } from "../../src/jobs/readMaterial.js";
import { COLLECTION, hasCollection } from "../conformance/manifest.js";

const root = path.resolve(import.meta.dirname, "../..");
const SETTINGS = { spacing: 0.4, component: "total" } as const;
let members: DomainMember[] = [];
let domain: Domain;
beforeAll(() => {
  const entries = findMaterials(path.join(root, "media/oxides"));
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
  });

  it("takes in nearly all oxides that it has not seen", () => {
    const order = new Random(3).shuffle([...members]);
    const known = fitDomain(order.slice(80));
    const outside = order.slice(0, 80).filter((member) => judgeDomain(known, member).outOfDomain);
    expect(outside.length).toBeLessThanOrEqual(6);
  });
});

describe.skipIf(!hasCollection)("VASP's own files", () => {
  const said = async (file: string) => {
    const { value } = await readMaterial({ id: "x", file: path.join(COLLECTION, file) }, SETTINGS);
    if (value === undefined) throw new Error(`${file} was not read`);
    return judgeDomain(domain, domainMember(value)).reasons.map(({ message }) => message);
  };

  it.each([
    ["volumetric/CHGCAR_Fe_nospin", /has no O/],
    ["volumetric/CHGCAR_Li_nospin.gz", /has no O/],
    ["runs/si_vasp541_aiida/CHGCAR", /has no O/],
    ["runs/graphene_vasp643_sisl/CHGCAR", /has no O/],
    ["volumetric/CHGCAR_NiO_SOC_decimated.gz", /16 valence electrons for Ni, trained with 10/],
    ["volumetric/ELFCAR_graphite_spin.gz", /of the kind ELFCAR; the model learned from CHGCAR/],
    ["volumetric/LOCPOT_LiC_32", /of the kind LOCPOT/],
  ])("%s lies outside, and is told why", async (file, reason) => {
    expect((await said(file)).join("\n")).toMatch(reason);
  });
});
