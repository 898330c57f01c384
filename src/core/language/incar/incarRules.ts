import type { Rule } from "../diagnosis.js";

const rule = (code: string, severity: Rule["severity"], en: string, ja: string): Rule => ({
  code: `incar/${code}`,
  severity,
  text: { en, ja },
});

/** The form of the file and of single tags. */
export const OPEN_QUOTE = rule(
  "open-quote",
  "error",
  "This quotation mark is never closed",
  "引用符が閉じられていません",
);
export const OPEN_BRACE = rule("open-brace", "error", "This brace is never closed", "波括弧が閉じられていません");
export const STRAY_BRACE = rule("stray-brace", "error", "This brace closes nothing", "対応する開き波括弧がありません");
export const CONTINUATION = rule(
  "continuation",
  "warning",
  "A backslash continues a line only at its very end, with another line below",
  "バックスラッシュは行末にあり、次の行が続くときだけ行を継続します",
);
export const UNKNOWN_TAG = rule(
  "unknown-tag",
  "warning",
  "{0} is not a tag of VASP; VASP ignores it",
  "{0} は VASP のタグではなく、無視されます",
);
export const MISSPELT_TAG = rule(
  "misspelt-tag",
  "warning",
  "{0} is not a tag of VASP and is ignored. Did you mean {1}?",
  "{0} は VASP のタグではなく、無視されます。{1} の間違いですか？",
);
export const RENAMED_TAG = rule(
  "renamed-tag",
  "warning",
  "{0} is called {1} since VASP 6.4",
  "{0} は VASP 6.4 以降 {1} に変わりました",
);
export const REPEATED_TAG = rule(
  "repeated-tag",
  "warning",
  "{0} is already set on line {1}; VASP uses that one",
  "{0} は {1} 行目ですでに指定されており、VASP はそちらを使います",
);
export const NO_VALUE = rule("no-value", "error", "{0} has no value", "{0} に値がありません");
export const NOT_INTEGER = rule(
  "type",
  "error",
  '{0} must be an integer, not "{1}"',
  '{0} は整数でなければなりません ("{1}")',
);
export const NOT_REAL = rule(
  "type",
  "error",
  '{0} must be a number, not "{1}"',
  '{0} は数値でなければなりません ("{1}")',
);
export const NOT_LOGICAL = rule(
  "type",
  "error",
  '{0} must be .TRUE. or .FALSE., not "{1}"',
  '{0} は .TRUE. か .FALSE. でなければなりません ("{1}")',
);
export const NOT_INTEGERS = rule(
  "type",
  "error",
  '{0} must be a list of integers, not "{1}"',
  '{0} は整数の並びでなければなりません ("{1}")',
);
export const NOT_REALS = rule(
  "type",
  "error",
  '{0} must be a list of numbers, not "{1}"',
  '{0} は数値の並びでなければなりません ("{1}")',
);
export const TOO_MANY = rule(
  "type",
  "error",
  "{0} has more than {1} values: so long a list is not read",
  "{0} の値が {1} 個を超えています。これほど長い並びは読み込みません",
);
export const NOT_CHOICE = rule("type", "error", '"{1}" is not a value of {0}', '"{1}" は {0} の値ではありません');
export const UNKNOWN_VALUE = rule(
  "value",
  "warning",
  '"{1}" is not a known value of {0}',
  '"{1}" は {0} の既知の値ではありません',
);
export const SURPLUS_VALUE = rule(
  "surplus-value",
  "information",
  "This is not part of the value of {0} and is ignored. Begin comments with # or !",
  "ここは {0} の値ではなく、無視されます。コメントは # か ! で始めてください",
);

/** Tags against each other. */
export const MAGMOM_WITHOUT_SPIN = rule(
  "magmom-without-spin",
  "warning",
  "MAGMOM has no effect without ISPIN = 2",
  "MAGMOM は ISPIN = 2 がなければ効果がありません",
);
export const MAGMOM_COUNT = rule(
  "magmom-count",
  "error",
  "MAGMOM has {0} values, but the POSCAR needs {1}",
  "MAGMOM の値は {0} 個ですが、POSCAR には {1} 個必要です",
);
export const SPECIES_COUNT = rule(
  "species-count",
  "error",
  "{0} has {1} values, but the POSCAR has {2} species",
  "{0} の値は {1} 個ですが、POSCAR の元素種は {2} 種です",
);
export const NPAR_WITH_NCORE = rule(
  "npar-with-ncore",
  "warning",
  "NPAR and NCORE are both set; NCORE is used",
  "NPAR と NCORE の両方が指定されています。使われるのは NCORE です",
);
export const DFTU_WITHOUT_U = rule(
  "ldau-without-u",
  "warning",
  "LDAU is on, but LDAUU is not set",
  "LDAU が有効ですが、LDAUU が指定されていません",
);
export const U_WITHOUT_DFTU = rule(
  "u-without-ldau",
  "warning",
  "{0} has no effect without LDAU = .TRUE.",
  "{0} は LDAU = .TRUE. がなければ効果がありません",
);
export const NEEDS_LMAXMIX = rule(
  "lmaxmix",
  "information",
  "DFT+U on d or f orbitals: set LMAXMIX to 4 (d) or 6 (f) if the density is to be read again",
  "d・f 軌道の DFT+U では、電荷密度を再利用するなら LMAXMIX を 4 (d) または 6 (f) にします",
);
export const NEEDS_LASPH = rule(
  "lasph",
  "warning",
  "{0} should be used with LASPH = .TRUE.",
  "{0} では LASPH = .TRUE. を推奨します",
);
export const POSITIVE_EDIFFG = rule(
  "ediffg-sign",
  "warning",
  "EDIFFG = {0} is an energy in eV, a loose one. For a force in eV/Å write a negative number",
  "EDIFFG = {0} はエネルギー (eV) の条件で、緩すぎます。力 (eV/Å) なら負の数を書きます",
);
export const IDLE_IBRION = rule(
  "ibrion-without-nsw",
  "warning",
  "IBRION = {0} moves no ion: NSW is {1}",
  "IBRION = {0} ですが、NSW が {1} のためイオンは動きません",
);
export const IDLE_NSW = rule(
  "nsw-without-ibrion",
  "warning",
  "NSW = {0} has no effect with IBRION = -1",
  "NSW = {0} は IBRION = -1 では効果がありません",
);
export const CELL_FIXED = rule(
  "isif-without-nsw",
  "information",
  "ISIF = {0} changes nothing: no ionic steps are made",
  "ISIF = {0} ですが、イオンステップがないため何も変わりません",
);
export const MD_NEEDS_POTIM = rule(
  "potim",
  "error",
  "Molecular dynamics (IBRION = 0) needs POTIM",
  "分子動力学 (IBRION = 0) には POTIM が必要です",
);
export const TETRAHEDRON_POINTS = rule(
  "tetrahedron-points",
  "error",
  "ISMEAR = {0} (tetrahedron method) needs at least 4 k-points; KPOINTS has {1}",
  "ISMEAR = {0} (四面体法) には k 点が 4 個以上必要ですが、KPOINTS は {1} 個です",
);
export const TETRAHEDRON_LINE = rule(
  "tetrahedron-line",
  "error",
  "ISMEAR = {0} (tetrahedron method) does not work along lines of k-points: use ISMEAR = 0",
  "ISMEAR = {0} (四面体法) は k 点の経路では使えません。ISMEAR = 0 を使ってください",
);
export const FORCES_TETRAHEDRON = rule(
  "tetrahedron-forces",
  "information",
  "With ISMEAR = {0} the forces of metals are wrong by a few per cent: relax metals with ISMEAR = 1",
  "ISMEAR = {0} では金属の力に数 % の誤差があります。金属の緩和には ISMEAR = 1 を使います",
);
export const LOW_CUTOFF = rule(
  "cutoff",
  "warning",
  "ENCUT = {0} eV is below the largest ENMAX of the POTCAR, {1} eV",
  "ENCUT = {0} eV は POTCAR の最大の ENMAX ({1} eV) より小さい値です",
);
export const CELL_CUTOFF = rule(
  "cell-cutoff",
  "information",
  "When the cell relaxes, ENCUT should be about 1.3 times ENMAX ({0} eV), else the pressure is off (Pulay stress)",
  "セルを緩和するときは ENCUT を ENMAX の約 1.3 倍 ({0} eV) にします (Pulay 応力)",
);
export const HYBRID_ALGO = rule(
  "hybrid-algo",
  "warning",
  "Hybrid functionals do not work with ALGO = {0}: use Normal, All or Damped",
  "ハイブリッド汎関数では ALGO = {0} は使えません。Normal、All、Damped を使ってください",
);
export const NEEDS_RWIGS = rule(
  "rwigs",
  "warning",
  "LORBIT = {0} needs RWIGS; LORBIT = 10 to 14 do not",
  "LORBIT = {0} には RWIGS が必要です。LORBIT = 10 から 14 なら不要です",
);
export const KSPACING_UNUSED = rule(
  "kspacing-unused",
  "information",
  "{0} is not used: the folder has a KPOINTS file",
  "{0} は使われません。フォルダに KPOINTS があります",
);
export const NEEDS_FILE = rule(
  "needs-file",
  "warning",
  "{0} = {1} reads {2}, which is not in the folder",
  "{0} = {1} は {2} を読みますが、フォルダにありません",
);
export const SPIN_ORBIT_MAGMOM = rule(
  "soc-ispin",
  "information",
  "ISPIN is not used with LNONCOLLINEAR or LSORBIT",
  "LNONCOLLINEAR または LSORBIT では ISPIN は使われません",
);
export const HYBRID_FRACTION = rule(
  "aexx",
  "warning",
  "{0} has no effect without LHFCALC = .TRUE.",
  "{0} は LHFCALC = .TRUE. がなければ効果がありません",
);
export const DIPOLE_DIRECTION = rule(
  "idipol",
  "warning",
  "LDIPOL needs IDIPOL, the direction of the correction",
  "LDIPOL には補正の方向 IDIPOL が必要です",
);
export const GGA_AND_METAGGA = rule(
  "gga-and-metagga",
  "warning",
  "GGA and METAGGA are both set; METAGGA is used",
  "GGA と METAGGA の両方が指定されています。使われるのは METAGGA です",
);
