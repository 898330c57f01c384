import type { Rule } from "../diagnosis.js";

/** A warning that VASP prints, and what helps. */
export interface VaspWarning {
  readonly pattern: RegExp;
  readonly rule: Rule;
}

const warning = (code: string, pattern: RegExp, severity: Rule["severity"], en: string, ja: string): VaspWarning => ({
  pattern,
  rule: { code: `vasp/${code}`, severity, text: { en, ja } },
});

/** Warnings of OUTCAR and the standard output, each with its remedy. */
export const VASP_WARNINGS: readonly VaspWarning[] = [
  warning(
    "highest-band",
    /highest band is occupied|TOO FEW BANDS/i,
    "error",
    "The highest band is occupied: increase NBANDS",
    "最高のバンドが占有されています。NBANDS を増やしてください",
  ),
  warning(
    "brmix",
    /BRMIX: very serious problems/,
    "warning",
    "The density mixer failed: use a denser k-mesh or ISYM = 0, or reduce AMIX; check NELECT",
    "電荷密度の混合に失敗しました。k 点を増やす、ISYM = 0 にする、AMIX を減らす、NELECT を確かめるなどします",
  ),
  warning(
    "not-hermitian",
    /Sub-Space-Matrix is not hermitian/,
    "warning",
    "The subspace matrix is not Hermitian: try ALGO = Normal or All, or a smaller POTIM",
    "部分空間行列がエルミートではありません。ALGO = Normal または All、または小さい POTIM を試してください",
  ),
  warning(
    "zbrent",
    /ZBRENT: fatal error/,
    "warning",
    "The line search failed: tighten EDIFF, or continue from CONTCAR with IBRION = 1",
    "直線探索に失敗しました。EDIFF を小さくするか、CONTCAR から IBRION = 1 で続けてください",
  ),
  warning(
    "posmap",
    /POSMAP internal error|symmetry equivalent atom not found/i,
    "error",
    "Positions and symmetry disagree: give the positions more digits, or change SYMPREC",
    "座標と対称性が一致しません。座標の桁数を増やすか、SYMPREC を変更してください",
  ),
  warning(
    "bad-news",
    /VERY BAD NEWS! internal error in subroutine (?:INVGRP|SGRCON|PRICEL|IBZKPT|RHOSYG)/,
    "error",
    "The search for symmetry failed: give the positions more digits, change SYMPREC, or set ISYM = 0",
    "対称性の探索に失敗しました。座標の桁数を増やす、SYMPREC を変更する、ISYM = 0 にするなどします",
  ),
  warning(
    "ions-close",
    /distance between some ions is very small/i,
    "error",
    "Some ions are very close: check the POSCAR and its scale factor",
    "非常に近いイオンがあります。POSCAR とスケール因子を確かめてください",
  ),
  warning(
    "dentet",
    /DENTET: can't reach specified precision/,
    "warning",
    "The tetrahedron method did not reach its precision: use a denser k-mesh or ISMEAR = 0",
    "四面体法の精度が得られません。k 点を増やすか ISMEAR = 0 にしてください",
  ),
  warning(
    "edddav",
    /Error EDDDAV: Call to ZHEGV failed|EDDRMM: call to ZHEGV failed/i,
    "warning",
    "The diagonalisation failed: try another ALGO (All, Normal)",
    "対角化に失敗しました。別の ALGO (All、Normal) を試してください",
  ),
  warning(
    "zpotrf",
    /LAPACK: Routine ZPOTRF failed/,
    "error",
    "The orbitals became linearly dependent: check for close ions, reduce POTIM, or try another ALGO",
    "軌道が線形従属になりました。近すぎるイオンを確かめる、POTIM を減らす、別の ALGO を試すなどします",
  ),
  warning(
    "aliasing",
    /aliasing errors must be expected|grid is not sufficient/i,
    "information",
    "The FFT grid causes wrap-around errors: set PREC = Accurate or larger NGX, NGY, NGZ",
    "FFT グリッドで折り返し誤差が生じます。PREC = Accurate か、より大きい NGX、NGY、NGZ を設定してください",
  ),
  warning(
    "lreal",
    /real space projection scheme|REAL_OPTLAY: internal error/i,
    "information",
    "Real-space projectors do not suit this cell: LREAL = .FALSE. for small cells, Auto for large ones",
    "実空間射影がこのセルに適していません。小さなセルでは LREAL = .FALSE.、大きなセルでは Auto にします",
  ),
  warning(
    "ismear-tetrahedron",
    /tetrahedron method .*(?:fails|fail) for|NKPT ?< ?4/i,
    "error",
    "The tetrahedron method needs at least 4 k-points: use ISMEAR = 0",
    "四面体法には k 点が 4 個以上必要です。ISMEAR = 0 にしてください",
  ),
  warning(
    "stress-pulay",
    /Pulay stress.*(?:large|high)/i,
    "information",
    "The Pulay stress is large: increase ENCUT",
    "Pulay 応力が大きいです。ENCUT を大きくしてください",
  ),
  warning(
    "nkpts-kpar",
    /KPAR.*(?:not|does not).*divi/i,
    "information",
    "KPAR does not divide the number of k-points: cores stay idle",
    "KPAR が k 点数を割り切らないため、使われないコアがあります",
  ),
  warning(
    "inverse-rotation",
    /Found some non-integer element in rotation matrix|inverse of rotation matrix was not found/i,
    "error",
    "A rotation is no symmetry of the lattice: change SYMPREC, or give lattice and positions more digits",
    "回転行列が格子の対称性に合いません。SYMPREC を変更するか、格子と座標の桁数を増やしてください",
  ),
];
