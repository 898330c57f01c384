/** A language that labels exist in. */
export type Language = "en" | "ja";

/** The language of an IETF tag such as `ja` or `en-US`; English where there are no labels. */
export function languageOf(tag: string): Language {
  return /^ja\b/i.test(tag) ? "ja" : "en";
}

/**
 * The readable name of the property that a column of targets.csv holds, such as "Hartree energy" for
 * `E_hartree_per_atom`; an unknown column keeps its name.
 */
export function propertyLabel(column: string, language: Language = "en"): string {
  const perAtom = /_per_atom$/i.test(column);
  const label = PROPERTIES.get(keyOf(column.replace(/_per_atom$/i, "")));
  if (label === undefined) return column;
  return perAtom || !CELL_COLUMNS.has(column)
    ? label[language]
    : { en: `${label.en}${OF_CELL}`, ja: `${label.ja} (セル)` }[language];
}

const OF_CELL = " of the cell";

/** A short name of a property, for lines with little room: `gap`, `E_coh`; an unknown column keeps its name. */
export function propertySymbol(column: string, language: Language = "en"): string {
  const property = PROPERTIES.get(keyOf(column.replace(/_per_atom$/i, "")));
  if (property === undefined) return column;
  const symbol = typeof property.symbol === "string" ? property.symbol : property.symbol[language];
  return CELL_COLUMNS.has(column) ? { en: `${symbol} (cell)`, ja: `${symbol} (セル)` }[language] : symbol;
}

/**
 * Orders columns as people look for their properties: gap, cohesive and formation energy, then the other known ones,
 * unknown columns last.
 */
export function compareProperties(a: string, b: string): number {
  const [first, second] = [propertyLabel(a).replace(OF_CELL, ""), propertyLabel(b).replace(OF_CELL, "")];
  const rank = (label: string, column: string) => {
    const at = BEST_KNOWN.indexOf(label);
    return at >= 0 ? at : BEST_KNOWN.length + (label === column ? 1 : 0);
  };
  return rank(first, a) - rank(second, b) || first.localeCompare(second, "en");
}

/**
 * The readable name of a model, such as "Coulomb matrix" for `cm`; of two steps joined by " + ". An unknown model keeps
 * its name.
 */
export function modelLabel(model: string, language: Language = "en"): string {
  const [name = "", ...form] = model.split(/(?=-paper$)/);
  const steps = name.split("+").map((step) => MODELS.get(step)?.[language]);
  if (!steps.every((step) => step !== undefined)) return model;
  return form.length === 0 ? steps.join(" + ") : `${steps.join(" + ")}${PAPER_FORM[language]}`;
}

/** Behind the name of a model that is as the paper has it. */
const PAPER_FORM = { en: ", paper's form", ja: " (論文の形式)" };

type Labels = Readonly<Record<Language, string>>;
type Property = Labels & { readonly symbol: string | Labels };

const HARTREE: Property = { en: "Hartree energy", ja: "ハートリーエネルギー", symbol: "E_H" };
const EXCHANGE_CORRELATION: Property = { en: "E_xc − V_xc", ja: "交換・相関項 E_xc − V_xc", symbol: "E_xc − V_xc" };
const ION_ION: Property = { en: "Ion–ion energy", ja: "イオン間エネルギー", symbol: "E_ion-ion" };
const ONE_ELECTRON: Property = { en: "One-electron sum", ja: "一電子エネルギー和", symbol: "E_band" };
const COHESIVE: Property = { en: "Cohesive energy", ja: "凝集エネルギー", symbol: "E_coh" };
const GAP: Property = { en: "Band gap", ja: "バンドギャップ", symbol: { en: "gap", ja: "ギャップ" } };

/** By the column's name in lower case, without `_per_atom`, blanks and signs. */
const PROPERTIES: ReadonlyMap<string, Property> = new Map(
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
    e0: { en: "Total energy", ja: "全エネルギー", symbol: "E_total" },
    totalenergy: { en: "Total energy", ja: "全エネルギー", symbol: "E_total" },
    cohesiveenergy: COHESIVE,
    ecohesive: COHESIVE,
    formationenergy: { en: "Formation energy", ja: "生成エネルギー", symbol: "E_form" },
    eformation: { en: "Formation energy", ja: "生成エネルギー", symbol: "E_form" },
    bandgap: GAP,
    gap: GAP,
    bandgapdirect: {
      en: "Direct band gap",
      ja: "直接バンドギャップ",
      symbol: { en: "direct gap", ja: "直接ギャップ" },
    },
  }),
);

const BEST_KNOWN: readonly string[] = [
  "Band gap",
  "Direct band gap",
  "Cohesive energy",
  "Formation energy",
  "Total energy",
];

/** What `r3dvs targets --per-cell` writes beside the same energies per atom. */
const CELL_COLUMNS: ReadonlySet<string> = new Set(["E_hartree", "Exc_minus_Vxc", "E_ewald", "E_band", "E0"]);

const MODELS: ReadonlyMap<string, Labels> = new Map(
  Object.entries({
    r3dvs: { en: "R3DVS", ja: "R3DVS" },
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
