import { expect, it } from "vitest";
import { type KnownTarget, knownTarget } from "../../../../src/core/learning/networks/targetDefaults.js";

const KNOWN: Readonly<Record<KnownTarget, readonly string[]>> = {
  hartree: ["E_hartree", "E_hartree_per_atom", "Hartree energy", "DENC"],
  exchangeCorrelation: ["Exc_minus_Vxc_per_atom", "Exc_minus_Vxc", "XCENC", "xc term"],
  ionIon: ["E_ewald_per_atom", "TEWEN", "ion-ion", "ion_ion_energy"],
  oneElectron: ["E_band_per_atom", "E_band", "EBANDS", "one-electron sum", "one_electron_sum_per_atom"],
  cohesive: [
    "cohesive_energy_per_atom",
    "formation_energy",
    "Cohesive",
    "E_coh_per_atom",
    "Ecoh (eV/atom)",
    "e_form",
    "binding_energy_per_atom",
    "E_above_hull",
    "ehull",
    "atomization_energy",
    "dHform",
    "凝集エネルギー",
  ],
  gap: ["band_gap", "band_gap_direct", "gap", "Band gap", "bandgap", "E_gap"],
};

it("a quantity is known by the names that tables give it", () => {
  for (const [target, names] of Object.entries(KNOWN))
    for (const name of names) expect(knownTarget(name), name).toBe(target);
});

it("other columns are not taken for one", () => {
  for (const name of [
    "E0_per_atom",
    "E_total",
    "volume",
    "hardness",
    "excitation",
    "agape",
    "bandwidth",
    "max_force",
    "E_fermi",
  ])
    expect(knownTarget(name), name).toBeUndefined();
});
