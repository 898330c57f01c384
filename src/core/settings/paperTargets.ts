/** The columns on which the paper compares its models. */
export const PAPER_TARGETS: readonly string[] = [
  "E_hartree_per_atom",
  "Exc_minus_Vxc_per_atom",
  "E_ewald_per_atom",
  "E_band_per_atom",
  "cohesive_energy_per_atom",
  "band_gap",
];
