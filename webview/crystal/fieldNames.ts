import { isVolumetricKind } from "../../src/core/formats/volumetric.js";
import { volumetricFields } from "../../src/core/formats/volumetricFields.js";
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
    case "patterson":
      return t("Patterson function");
    default:
      return { mx: "m_x", my: "m_y", mz: "m_z", "|m|": "|m|", bx: "B_x", by: "B_y", bz: "B_z" }[name];
  }
}

/**
 * What a block of a file is, counted from 0: of a spin-polarised ELFCAR or LOCPOT the blocks belong to the two spins.
 */
export function blockTitle(block: number, blocks: number, kind: string): string | undefined {
  const fields = isVolumetricKind(kind) ? volumetricFields(kind, blocks) : [];
  const isStored = (of: readonly number[] | "norm") =>
    of !== "norm" && of.every((factor, i) => factor === (i === block ? 1 : 0));
  const name = fields.find(({ of }) => isStored(of))?.name;
  return name && fieldTitle(name, kind);
}
