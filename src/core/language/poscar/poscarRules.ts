import type { Rule } from "../diagnosis.js";

const rule = (code: string, severity: Rule["severity"], en: string, ja: string): Rule => ({
  code: `poscar/${code}`,
  severity,
  text: { en, ja },
});

export const CASE_OF_ELEMENT = rule(
  "element-case",
  "warning",
  "Write the element as {0}, not {1}",
  "元素は {1} ではなく {0} と書きます",
);
export const UNKNOWN_ELEMENT = rule("unknown-element", "warning", "Unknown element {0}", "未知の元素 {0}");
export const MISSPELT_ELEMENT = rule(
  "unknown-element",
  "warning",
  "Unknown element {0}. Did you mean {1}?",
  "未知の元素 {0}。{1} の間違いですか？",
);
export const SURPLUS_POSITIONS = rule(
  "surplus-positions",
  "warning",
  "The counts ask for {0} positions; {1} more follow, which VASP does not read",
  "原子数の合計は {0} ですが、さらに {1} 個の位置があり、VASP はそれらを読みません",
);
export const CLOSE_ATOMS = rule(
  "close-atoms",
  "warning",
  "Atoms {0} (line {1}) and {2} (line {3}) are only {4} Å apart",
  "原子 {0} ({1} 行目) と {2} ({3} 行目) の距離は {4} Å しかありません",
);
export const SAME_POSITION = rule(
  "same-position",
  "error",
  "Atoms {0} (line {1}) and {2} (line {3}) are at the same position",
  "原子 {0} ({1} 行目) と {2} ({3} 行目) が同じ位置にあります",
);
export const OWN_IMAGE = rule(
  "close-image",
  "warning",
  "The cell is so short that atom {0} is {1} Å from its own image",
  "セルが短く、原子 {0} とその周期像の距離が {1} Å です",
);
export const UNUSUAL_CELL = rule(
  "unusual-cell",
  "warning",
  "The cell is too small for its atoms, too thin or too oblique for any crystal: check the lattice vectors and the scale factor",
  "結晶としてはセルが小さすぎるか、薄すぎるか、傾きすぎています。格子ベクトルとスケール因子を確認してください",
);
export const OUTSIDE_CELL = rule(
  "outside-cell",
  "information",
  "{0} of {1} atoms lie outside the cell (coordinates not in 0 to 1); VASP takes their images",
  "{1} 個中 {0} 個の原子がセルの外にあります (座標が 0 から 1 の範囲外)。VASP は周期像として扱います",
);
export const REPEATED_SPECIES = rule(
  "repeated-species",
  "information",
  "{0} is listed twice: the POTCAR needs a data set for each",
  "{0} が 2 回現れます。POTCAR にはそれぞれのデータセットが必要です",
);
export const POTCAR_ORDER = rule(
  "potcar-order",
  "error",
  "The POTCAR has {0} here, the POSCAR {1}",
  "ここは POTCAR では {0}、POSCAR では {1} です",
);
export const POTCAR_COUNT = rule(
  "potcar-count",
  "error",
  "The POTCAR has {0} data sets, the POSCAR {1} species",
  "POTCAR のデータセットは {0} 個、POSCAR の元素種は {1} 種です",
);
export const FLAGS_WITHOUT_SELECTIVE = rule(
  "flags-without-selective",
  "warning",
  "These flags are not read: the line `Selective dynamics` is missing",
  "`Selective dynamics` の行がないため、これらのフラグは読まれません",
);
export const LOOKS_CARTESIAN = rule(
  "looks-cartesian",
  "warning",
  "The positions look Cartesian (up to {0}), but the file says Direct",
  "位置はデカルト座標 (最大 {0}) のようですが、Direct と書かれています",
);
export const LOOKS_DIRECT = rule(
  "looks-direct",
  "warning",
  "The positions look fractional (all between 0 and 1 in a cell of {0} Å), but the file says Cartesian",
  "位置は分率座標 ({0} Å のセルですべて 0 から 1) のようですが、Cartesian と書かれています",
);
export const NO_SPECIES = rule(
  "no-species",
  "information",
  "This file (form of VASP 4) does not name its elements; VASP takes them from the POTCAR",
  "このファイル (VASP 4 形式) には元素名がありません。VASP は POTCAR から読み取ります",
);
