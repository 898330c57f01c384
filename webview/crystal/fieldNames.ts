import type { FieldName } from "../../src/protocol/crystalView.js";
import { t } from "../ui/text.js";

/** A field as people call it, by what the file stores. */
export function fieldTitle(name: FieldName, kind: string): string {
  const isDensity = kind !== "LOCPOT" && kind !== "ELFCAR";
  switch (name) {
    case "total":
      return t("Charge density");
    case "magnetization":
      return t("Magnetisation density");
    case "up":
      return isDensity ? t("Spin-up density") : t("Spin up");
    case "down":
      return isDensity ? t("Spin-down density") : t("Spin down");
    case "potential":
      return t("Local potential");
    case "mean":
      return t("Mean of both spins");
    case "elf":
      return t("Electron localisation function");
    default:
      return { mx: "mₓ", my: "m_y", mz: "m_z", "|m|": "|m|", bx: "Bₓ", by: "B_y", bz: "B_z" }[name];
  }
}
