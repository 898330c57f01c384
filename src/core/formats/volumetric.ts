/** The volumetric files of VASP that differ in what they store or in their width (spec section 1). */
export type VolumetricKind = "CHGCAR" | "CHG" | "AECCAR0" | "AECCAR1" | "AECCAR2" | "PARCHG" | "LOCPOT" | "ELFCAR";
