import { describe, expect, it } from "vitest";
import { splitSymbols } from "../../src/core/text/symbols.js";
import { axisDirections, axisLength } from "../../webview/scene/guides.js";
import { besideSphere, freeAngle } from "../../webview/scene/labels.js";
import { makeView, orbitFrom, project } from "../../webview/scene/orbit.js";

const typeset = (text: string) =>
  splitSymbols(text)
    .map(({ text, isSubscript }) => (isSubscript ? `<${text}>` : text))
    .join("");

describe("symbols in texts", () => {
  it("carry their subscripts", () => {
    expect(typeset("|s_g| summed in each voxel (e/Å³)")).toBe("|s<g>| summed in each voxel (e/Å³)");
    expect(typeset("E_xc − ∫v_xc n (LDA)")).toBe("E<xc> − ∫v<xc> n (LDA)");
    expect(typeset("0.057 % は g_cut の外")).toBe("0.057 % は g<cut> の外");
    expect(typeset("g_cut = 7.854 Å⁻¹")).toBe("g<cut> = 7.854 Å⁻¹");
    expect(typeset("μ_B/Å³")).toBe("μ<B>/Å³");
    expect(typeset("E_coh, E_ion-ion, E_band")).toBe("E<coh>, E<ion-ion>, E<band>");
  });

  it("are no parts of other names", () => {
    for (const text of ["CHGCAR_sum", "E_hartree_per_atom", "s_g.npz", "mass_g", "m_x2", "E_Fermi", "", "ZnO"])
      expect(typeset(text)).toBe(text);
  });
});

describe("the label of g_cut", () => {
  const [cutoff, width] = [7.854, 98];

  it("lies on no axis name, however the picture is turned", () => {
    for (const side of [260, 330, 700])
      for (let azimuth = 0; azimuth < 360; azimuth += 7)
        for (let elevation = -84; elevation <= 84; elevation += 12) {
          const view = makeView(orbitFrom(azimuth, elevation), side, side, cutoff * 1.3);
          const names = axisDirections.map((axis) =>
            project(
              view,
              [axis[0], axis[1], axis[2]].map((x) => x * axisLength(cutoff) * 1.05) as [number, number, number],
            ),
          );
          const radius = cutoff * view.scale;
          const [left, y] = besideSphere(view, radius, width, freeAngle(view, radius, width, names));
          const under = names.filter(([x, at]) => x > left - 8 && x < left + width + 4 && at > y - 14 && at < y + 6);
          expect(under, `${side} px, ${azimuth}°, ${elevation}°`).toEqual([]);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left + width).toBeLessThanOrEqual(side);
        }
  });
});
