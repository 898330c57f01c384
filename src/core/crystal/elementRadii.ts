import { atomicNumber } from "./elements.js";

/**
 * Covalent radii in pm from H (1) to Cm (96): Cordero et al., Dalton Trans. 2008, 2832. C: sp3; Mn, Fe, Co: low spin.
 */
const COVALENT =
  "31 28 128 96 84 76 71 66 57 58 166 141 121 111 107 105 102 106 203 176 170 160 153 139 139 132 126 124 132 122 122 120 119 120 120 116 " +
  "220 195 190 175 164 154 147 146 142 139 145 144 142 139 139 138 139 140 244 215 207 204 203 201 199 198 198 196 194 192 192 189 190 187 187 " +
  "175 170 162 151 144 141 136 136 132 145 146 148 140 150 150 260 221 215 206 200 196 190 187 180 169";

/**
 * Effective ionic radii in pm of the usual charge with six neighbours, from H to Cf (98): Shannon, Acta Cryst. A 32
 * (1976) 751.
 * O is O2-, N is N3- (four neighbours), the halogens are -1; 0: none tabulated.
 */
const IONIC =
  "0 0 76 45 27 16 146 140 133 0 102 72 54 40 38 184 181 0 138 100 75 61 54 62 83 65 75 69 73 74 62 53 46 198 196 0 " +
  "152 118 90 72 64 59 65 62 67 86 115 95 80 69 60 221 220 48 167 135 103 87 99 98 97 96 95 94 92 91 90 89 88 87 86 " +
  "71 64 60 53 63 63 63 85 102 150 119 103 94 62 0 180 148 112 94 78 73 75 86 98 97 96 95";

const readTable = (table: string): readonly number[] => table.split(" ").map((pm) => Number(pm) / 100);
const covalent = readTable(COVALENT);
const ionic = readTable(IONIC);
/** Of the heaviest elements and of what is not an element, Å. */
const OTHER = 1.6;

/** The covalent radius in Å. */
export function covalentRadius(symbol: string): number {
  return covalent[(atomicNumber(symbol) ?? 0) - 1] ?? OTHER;
}

/** The ionic radius in Å of the element's usual ion; undefined where none is tabulated. */
export function ionicRadius(symbol: string): number | undefined {
  return ionic[(atomicNumber(symbol) ?? 0) - 1] || undefined;
}
