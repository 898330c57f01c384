import { expect, test } from "vitest";
import { quantityText, unitText, valueText } from "../../webview/ui/units.js";

test("a number without a unit has none written behind it, in legends either", () => {
  expect([unitText("e/Å³"), unitText("1"), unitText("")]).toEqual(["e/Å³", "", ""]);
  expect([quantityText("|s_g|", "eV"), quantityText("|s_g|", "1")]).toEqual(["|s_g| (eV)", "|s_g|"]);
  expect([valueText("0.83", "μ_B/Å³"), valueText("0.83", "1")]).toEqual(["0.83 μ_B/Å³", "0.83"]);
});
