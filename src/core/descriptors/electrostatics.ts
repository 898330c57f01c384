import { reciprocalLattice, volume } from "../crystal/lattice.js";
import { norm, rowTimes } from "../math/matrix3.js";
import { ELEMENT_COUNT } from "./composition.js";
import { COULOMB, ewaldEnergy } from "./ewaldEnergy.js";
import type { Material } from "./material.js";
import type { Spectrum } from "./spectrum.js";
import { type ValenceMember, type Valences, valenceOfAtoms } from "./valenceElectrons.js";

/**
 * What is exact of a crystal's energy: the ion-ion energy of its ions, whose charges are the valence electrons of their
 * elements, and the Hartree energy of the density within the spectrum's cutoff, eV/atom; then for each element Z =
 * 1..118 its share of the atoms times the mean density, e/Å³. A pseudopotential's core adds to the mean potential a
 * constant an element and volume, so that the one-electron sum grows with these.
 */
export function describeElectrostatics(material: Material, valences: Valences): Float64Array {
  const { atomicNumbers, spectrum } = material;
  const n = atomicNumbers.length;
  const density = meanDensity(spectrum);
  const charges = valenceOfAtoms(valences, valenceMember(material));
  const found = new Float64Array(2 + ELEMENT_COUNT);
  found[0] = ewaldEnergy(material, charges) / n;
  found[1] = hartreeEnergy(spectrum) / n;
  for (const z of atomicNumbers) found[1 + z] = (found[1 + z] as number) + density / n;
  return found;
}

/** The electrons of a density's cell, as its spectrum has them. */
export const valenceMember = ({ atomicNumbers, lattice, spectrum }: Material): ValenceMember => ({
  atomicNumbers,
  electrons: meanDensity(spectrum) * Math.abs(volume(lattice)),
});

const meanDensity = ({ amplitude }: Spectrum): number => amplitude[0] ?? 0;

/** 2 pi e² V sum over g != 0 of |s_g|²/g², eV per cell. */
function hartreeEnergy({ lattice, hkl, amplitude }: Spectrum): number {
  const reciprocal = reciprocalLattice(lattice);
  let sum = 0;
  for (let i = 0; i < amplitude.length; i++) {
    const g = norm(rowTimes([hkl[3 * i] as number, hkl[3 * i + 1] as number, hkl[3 * i + 2] as number], reciprocal));
    if (g > 0) sum += (2 * (amplitude[i] as number) ** 2) / (g * g); // g and -g
  }
  return 2 * Math.PI * COULOMB * Math.abs(volume(lattice)) * sum;
}
