/** What is written, electrostatics, solvation, van der Waals corrections. Form of the table: see `tagTable.ts`. */
export const OUTPUT_TAGS = `
LWAVE = .TRUE.
Writes the orbitals to WAVECAR.
軌道を WAVECAR に書きます。

LCHARG = .TRUE.
Writes the charge density to CHGCAR and CHG.
電荷密度を CHGCAR と CHG に書きます。

LWAVEH5 = .FALSE.
Writes the orbitals to vaspwave.h5.
軌道を vaspwave.h5 に書きます。

LCHARGH5 = .FALSE.
Writes the charge density to vaspwave.h5.
電荷密度を vaspwave.h5 に書きます。

LH5 = .FALSE.
Writes orbitals and charge density to HDF5 in place of WAVECAR and CHGCAR.
WAVECAR と CHGCAR の代わりに HDF5 に書きます。

LVTOT = .FALSE.
Writes the total local potential, exchange-correlation included, to LOCPOT.
交換相関を含む全局所ポテンシャルを LOCPOT に書きます。

LVHAR = .FALSE.
Writes the ionic and Hartree potential to LOCPOT: work functions.
イオンと Hartree ポテンシャルを LOCPOT に書きます (仕事関数)。

WRT_POTENTIAL = -
Parts of the local potential to be written to vaspout.h5.
vaspout.h5 に書く局所ポテンシャルの成分。

LELF = .FALSE.
Writes the electron localisation function to ELFCAR.
電子局在関数を ELFCAR に書きます。

LAECHG = .FALSE.
Writes core and all-electron valence densities to AECCAR0, 1 and 2 (Bader analysis).
コア密度と全電子価電子密度を AECCAR0、1、2 に書きます (Bader 解析)。

LEFG = .FALSE.
Electric field gradients at the nuclei.
原子核位置の電場勾配。

QUAD_EFG = 1 for each species ~ 各元素種に 1
Nuclear quadrupole moments of the species, in mbarn.
各元素種の核四重極モーメント (mbarn)。

LHYPERFINE = .FALSE.
Hyperfine tensors.
超微細相互作用テンソル。

NGYROMAG = 1 for each species ~ 各元素種に 1
Nuclear gyromagnetic ratios of the species, in MHz/T.
各元素種の核磁気回転比 (MHz/T)。

LNABLA = .FALSE.
Transition matrix elements in the transversal expression.
横型表式の遷移行列要素を計算します。

LVEL = .FALSE.
Group velocities; uses matrix elements of the momentum.
群速度 (運動量の行列要素) を計算します。

LOCPROJ = -
Projections of the orbitals on local functions, site by site.
軌道を局在関数に射影します (サイトごと)。

LORBITALREAL = .FALSE.
Real orbitals at Γ and zone boundaries.
Γ 点とゾーン境界で実数の軌道を使います。

ICORELEVEL = 0
Core levels.
内殻準位。
: 0 | None. | 計算しません。
: 1 | Initial-state approximation. | 始状態近似。
: 2 | Final-state approximation: a core electron is removed. | 終状態近似。内殻電子を取り除きます。

CLNT = 1
Species with the excited core electron.
内殻励起する元素種。

CLN = 1
Main quantum number of the excited core electron.
励起する内殻電子の主量子数。

CLL = 0
Orbital quantum number of the excited core electron.
励起する内殻電子の方位量子数。

CLZ = 1
Number of excited core electrons.
励起する内殻電子の数。

CH_LSPEC = .FALSE.
X-ray absorption spectra in the core-hole approximation.
内殻ホール近似で X 線吸収スペクトルを計算します。

CH_NEDOS = 1000
Points of the X-ray absorption spectrum.
X 線吸収スペクトルの点数。

CH_SIGMA = 1E-10
Broadening of the X-ray absorption spectrum, in eV.
X 線吸収スペクトルの幅 (eV)。

CH_AMPLIFICATION = 1
Factor of the X-ray absorption spectrum.
X 線吸収スペクトルの倍率。

LSOL = .FALSE.
Implicit solvation (VASPsol extension).
陰溶媒モデル (VASPsol 拡張)。

EB_K = 78.4
Relative permittivity of the solvent (VASPsol).
溶媒の比誘電率 (VASPsol)。

TAU = 5.25E-4
Surface tension of the solvent cavity, in eV/Å² (VASPsol).
溶媒キャビティの表面張力 (eV/Å²) (VASPsol)。

NC_K = 0.0025
Density at which the solvent cavity begins, in e/Å³ (VASPsol).
溶媒キャビティが始まる電荷密度 (e/Å³) (VASPsol)。

LAMBDA_D_K = 0
Debye screening length, in Å (VASPsol).
Debye 遮蔽長 (Å) (VASPsol)。

R_K = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

IVDW = 0
Van der Waals correction.
ファンデルワールス補正。
: 0 | None. | なし。
: 1 | DFT-D2. | DFT-D2。
: 10 | DFT-D2. | DFT-D2。
: 11 | DFT-D3, zero damping. | DFT-D3 (ゼロ減衰)。
: 12 | DFT-D3, Becke-Johnson damping. | DFT-D3 (Becke-Johnson 減衰)。
: 13 | DFT-D4. | DFT-D4。
: 2 | Tkatchenko-Scheffler. | Tkatchenko-Scheffler。
: 20 | Tkatchenko-Scheffler. | Tkatchenko-Scheffler。
: 21 | Tkatchenko-Scheffler with iterative Hirshfeld partitioning. | Tkatchenko-Scheffler (反復 Hirshfeld)。
: 202 | Many-body dispersion (MBD@rsSCS). | 多体分散 (MBD@rsSCS)。
: 263 | Many-body dispersion with fractional ions (MBD@rsSCS/FI). | 分数イオンの多体分散 (MBD@rsSCS/FI)。
: 4 | dDsC dispersion correction. | dDsC 分散補正。

LVDW_EWALD = .FALSE.
Ewald summation of the dispersion energy.
分散エネルギーを Ewald 和で計算します。

LVDWSCS = .FALSE.
Self-consistent screening in the Tkatchenko-Scheffler method.
Tkatchenko-Scheffler 法で自己無撞着遮蔽を使います。

LVDWEXPANSION = .FALSE.
Writes the many-body expansion of the dispersion energy.
分散エネルギーの多体展開を書きます。

LSCSGRAD = .TRUE.
Gradients in the self-consistent screening.
自己無撞着遮蔽で勾配を計算します。

LUSE_VDW = .FALSE.
Non-local van der Waals density functional.
非局所ファンデルワールス密度汎関数を使います。

ZAB_VDW = -0.8491
Parameter Z_ab of vdW-DF; -1.8867 for vdW-DF2.
vdW-DF のパラメータ Z_ab。vdW-DF2 では -1.8867。

BPARAM = 15.7
Parameter b of rVV10.
rVV10 のパラメータ b。

CPARAM = 0.0093
Parameter C of rVV10.
rVV10 のパラメータ C。

VDW_RADIUS = 50.2 or 30 ~ 50.2 または 30
Cutoff radius of pair interactions, in Å.
対相互作用のカットオフ半径 (Å)。

VDW_CNRADIUS = 20
Cutoff radius of coordination numbers in DFT-D3, in Å.
DFT-D3 の配位数のカットオフ半径 (Å)。

VDW_S6 = 0.75 or from GGA ~ 0.75 または GGA による
Scaling of the C6 terms.
C6 項の係数。

VDW_S8 = from GGA ~ GGA による
Scaling of the C8 terms in DFT-D3.
DFT-D3 の C8 項の係数。

VDW_SR = 1.0 or from GGA ~ 1.0 または GGA による
Scaling of the damping radii.
減衰半径の倍率。

VDW_A1 = from GGA ~ GGA による
Parameter a1 of Becke-Johnson damping.
Becke-Johnson 減衰のパラメータ a1。

VDW_A2 = from GGA ~ GGA による
Parameter a2 of Becke-Johnson damping.
Becke-Johnson 減衰のパラメータ a2。

VDW_D = 20
Steepness of the damping function.
減衰関数の急峻さ。

VDW_SCALING = -
Scaling of the dispersion correction.
分散補正の倍率。

VDW_IDAMPF = -
Form of the damping function.
減衰関数の形。

VDW_C6 = from the method ~ 手法による
C6 coefficients of the species, in J nm⁶/mol.
各元素種の C6 係数 (J nm⁶/mol)。

VDW_R0 = from the method ~ 手法による
Van der Waals radii of the species, in Å.
各元素種のファンデルワールス半径 (Å)。

VDW_ALPHA = from the method ~ 手法による
Free-atom polarisabilities of the species.
各元素種の自由原子の分極率。

ORBITALMAG = .FALSE.
Orbital magnetisation.
軌道磁化を計算します。

LMAGBLOCH = .FALSE.
Bloch sums in the calculation of orbital magnetisation.
軌道磁化の計算で Bloch 和を使います。

MAGATOM = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

MAGDIPOL = -
Magnetic dipole of that atom.
その原子の磁気双極子。

MAGDIPOLOUT = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

MAGPOS = -
Position of the magnetic dipole.
磁気双極子の位置。

LCHIMAG = .FALSE.
NMR chemical shifts by linear response.
線形応答による NMR 化学シフト。

DQ = 0.001
Step of the finite differences in k, in 1/Å (NMR).
波数の有限差分の刻み (1/Å) (NMR)。

ICHIBARE = 1
Order of the finite differences of the bare susceptibility (NMR).
裸の磁化率の有限差分の次数 (NMR)。

LNMR_SYM_RED = .FALSE.
Reduces symmetry for the k derivatives (NMR).
波数微分に合わせて対称性を下げます (NMR)。

LLRAUG = .FALSE.
Two-centre corrections to the shielding near the nuclei (NMR).
核近傍の遮蔽に 2 中心補正を加えます (NMR)。

NLSPLINE = .FALSE.
Spline interpolation of the projectors in reciprocal space (NMR).
逆空間の射影演算子をスプライン補間します (NMR)。

LBONE = .FALSE.
One-centre contributions of the small component (NMR).
1 中心の小成分の寄与 (NMR)。

LGAUGE = .TRUE.
Gauge correction of the orbital magnetisation.
軌道磁化のゲージ補正。

NUCIND = .FALSE.
Nucleus-independent chemical shifts.
核非依存化学シフト。

DARWINR = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

DARWINV = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

OFIELD_A = -
Parameter of the field on bond order (Steinhardt).
結合秩序 (Steinhardt) に対する場のパラメータ。

OFIELD_KAPPA = -
Strength of the field on bond order.
結合秩序に対する場の強さ。

OFIELD_K = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

OFIELD_Q6_NEAR = -
Near limit of distances in Q6, in Å.
Q6 の距離の近い側の限界 (Å)。

OFIELD_Q6_FAR = -
Far limit of distances in Q6, in Å.
Q6 の距離の遠い側の限界 (Å)。

LWANNIER90 = .FALSE.
Interface to Wannier90: writes its input files.
Wannier90 の入力ファイルを書きます。

LWANNIER90_RUN = .FALSE.
Runs Wannier90 as a library.
Wannier90 をライブラリとして実行します。

LWRITE_MMN_AMN = .FALSE.
Writes the overlaps of Wannier90 (wannier90.mmn, .amn).
Wannier90 の重なり行列 (wannier90.mmn、.amn) を書きます。

LWRITE_UNK = .FALSE.
Writes periodic parts of the orbitals for Wannier90.
Wannier90 用に軌道の周期部分を書きます。

LWRITE_SPN = .FALSE.
Writes spin matrix elements for Wannier90.
Wannier90 用にスピン行列要素を書きます。

LWRITE_WANPROJ = .FALSE.
Writes the Wannier projections to WANPROJ.
Wannier 射影を WANPROJ に書きます。

WANNIER90_WIN = -
Content of wannier90.win, in quotation marks.
wannier90.win の内容 (引用符で囲みます)。

NUM_WANN = -
Number of Wannier functions.
Wannier 関数の数。

LDISENTANGLED = .FALSE.
Disentangled bands in constrained RPA.
制限 RPA で分離したバンドを使います。

LSCDM = .FALSE.
Wannier functions by selected columns of the density matrix.
密度行列の列選択による Wannier 関数。

CUTOFF_TYPE = none ~ なし
Smooth cutoff of the bands for Wannier functions.
Wannier 関数のためのバンドの滑らかなカットオフ。

CUTOFF_MU = Fermi energy ~ Fermi エネルギー
Centre of that cutoff, in eV.
そのカットオフの中心 (eV)。

CUTOFF_SIGMA = 0.1
Width of that cutoff, in eV.
そのカットオフの幅 (eV)。

PLUGINS = -
Python plugins of VASP 6.5.
VASP 6.5 の Python プラグイン。

IGPAR = -
Direction of the polarisation along reciprocal vectors (Berry phase).
分極の方向 (逆格子ベクトル) (Berry 位相)。

NPPSTR = -
k-points on each string (Berry phase).
各ストリング上の k 点数 (Berry 位相)。

LBERRY = .FALSE.
Electronic polarisation by the Berry phase.
Berry 位相による電子分極。

LCALCPOL = .FALSE.
Macroscopic polarisation by the Berry phase.
Berry 位相による巨視的分極。
`;
