/** A language that labels exist in. */
export type Language = "en" | "ja";

/** The language of an IETF tag such as `ja` or `en-US`; English where there are no labels. */
export function languageOf(tag: string): Language {
  return /^ja\b/i.test(tag) ? "ja" : "en";
}

/** The readable name of the property that a column of targets.csv holds, such as "Hartree energy" for `E_hartree_per_atom`; an unknown column keeps its name. */
export function propertyLabel(column: string, language: Language = "en"): string {
  const perAtom = /_per_atom$/i.test(column);
  const label = PROPERTIES.get(keyOf(column.replace(/_per_atom$/i, "")));
  if (label === undefined) return column;
  return perAtom || !CELL_COLUMNS.has(column) ? label[language] : { en: `${label.en} of the cell`, ja: `${label.ja} (セル)` }[language];
}

/** The readable name of a model, such as "Coulomb matrix" for `cm`; of two steps joined by " + ". An unknown model keeps its name. */
export function modelLabel(model: string, language: Language = "en"): string {
  const steps = model.split("+").map((step) => MODELS.get(step)?.[language]);
  return steps.every((step) => step !== undefined) ? steps.join(" + ") : model;
}

type Labels = Readonly<Record<Language, string>>;

const HARTREE: Labels = { en: "Hartree energy", ja: "ハートリーエネルギー" };
const EXCHANGE_CORRELATION: Labels = { en: "E_xc − V_xc", ja: "交換・相関項 E_xc − V_xc" };
const ION_ION: Labels = { en: "Ion–ion energy", ja: "イオン間エネルギー" };
const ONE_ELECTRON: Labels = { en: "One-electron sum", ja: "一電子エネルギー和" };
const COHESIVE: Labels = { en: "Cohesive energy", ja: "凝集エネルギー" };
const GAP: Labels = { en: "Band gap", ja: "バンドギャップ" };

/** By the column's name in lower case, without `_per_atom`, blanks and signs. */
const PROPERTIES: ReadonlyMap<string, Labels> = new Map(
  Object.entries({
    ehartree: HARTREE,
    hartree: HARTREE,
    hartreeenergy: HARTREE,
    excminusvxc: EXCHANGE_CORRELATION,
    exc: EXCHANGE_CORRELATION,
    xc: EXCHANGE_CORRELATION,
    eewald: ION_ION,
    ewald: ION_ION,
    ewaldenergy: ION_ION,
    ionion: ION_ION,
    ionionenergy: ION_ION,
    eband: ONE_ELECTRON,
    ebands: ONE_ELECTRON,
    oneelectron: ONE_ELECTRON,
    oneelectronsum: ONE_ELECTRON,
    e0: { en: "Total energy", ja: "全エネルギー" },
    totalenergy: { en: "Total energy", ja: "全エネルギー" },
    cohesiveenergy: COHESIVE,
    ecohesive: COHESIVE,
    formationenergy: { en: "Formation energy", ja: "生成エネルギー" },
    eformation: { en: "Formation energy", ja: "生成エネルギー" },
    bandgap: GAP,
    gap: GAP,
    bandgapdirect: { en: "Direct band gap", ja: "直接バンドギャップ" },
  }),
);

/** What `r3dvs targets --per-cell` writes beside the same energies per atom. */
const CELL_COLUMNS: ReadonlySet<string> = new Set(["E_hartree", "Exc_minus_Vxc", "E_ewald", "E_band", "E0"]);

const MODELS: ReadonlyMap<string, Labels> = new Map(
  Object.entries({
    r3dvs: { en: "R3DVS", ja: "R3DVS" },
    "r3dvs-paper": { en: "R3DVS, paper's form", ja: "R3DVS (論文の形式)" },
    soap: { en: "SOAP", ja: "SOAP" },
    cm: { en: "Coulomb matrix", ja: "クーロン行列" },
    composition: { en: "Composition", ja: "組成" },
    shells: { en: "|g| shells", ja: "|g| 殻" },
    combined: { en: "Combined", ja: "統合モデル" },
    density: { en: "Density", ja: "電荷密度" },
    functionals: { en: "Functionals", ja: "汎関数" },
    angular: { en: "Angular", ja: "角度スペクトル" },
  }),
);

const keyOf = (column: string) => column.toLowerCase().replace(/[^a-z0-9]/g, "");
