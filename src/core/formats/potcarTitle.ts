import { elementOfLabel } from "../crystal/elements.js";

/**
 * The element of a POTCAR's title: `PAW_PBE Sn_d 06Sep2000`, `PAW As 15Mar2012`, `US Al`; empty where it names none.
 */
export function elementOfTitle(title: string): string {
  const words = title.trim().split(/\s+/);
  const label = words.find((word, index) => index > 0 && elementOfLabel(word) !== undefined) ?? words[0] ?? "";
  return elementOfLabel(label) ?? "";
}
