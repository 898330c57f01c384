/** What is run, how precisely, and what the electronic structure starts from. Form of the table: see `tagTable.ts`. */
export const BASIC_TAGS = `
SYSTEM = unknown system
Title of the calculation; copied to the output files.
計算の題名。出力ファイルに書かれます。

PREC = Normal
Precision: sets the default cutoff, FFT grids and accuracy of the projectors.
計算精度。カットオフ、FFT グリッド、射影演算子の精度の既定値を決めます。
: Normal | Default: good for most calculations. | 既定。多くの計算に適します。
: Single | Normal, with the charge density on the coarse grid. | Normal と同じですが、電荷密度を粗いグリッドで扱います。
: SingleN | As Single, for calculations of many atoms. | Single と同様で、原子数の多い計算に向きます。
: Accurate | Avoids wrap-around errors: for forces, phonons and stress. | 折り返し誤差を避けます。力、フォノン、応力の計算に適します。
: Low | Coarse; for tests only. | 粗い設定。試験用です。
: Medium | Obsolete; use Normal. | 旧設定。Normal を使ってください。
: High | Obsolete; use Accurate. | 旧設定。Accurate を使ってください。

ENCUT = largest ENMAX in POTCAR ~ POTCAR 中の最大の ENMAX
Cutoff energy of the plane-wave basis, in eV.
平面波基底のカットオフエネルギー (eV)。

ENMAX = largest ENMAX in POTCAR ~ POTCAR 中の最大の ENMAX
Old name of ENCUT: cutoff energy in eV.
ENCUT の旧名。カットオフエネルギー (eV)。

ENMIN = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

ENAUG = largest EAUG in POTCAR ~ POTCAR 中の最大の EAUG
Kinetic-energy cutoff of the augmentation charges, in eV.
補償電荷のカットオフエネルギー (eV)。

ENINI = ENCUT
Cutoff energy during the first (non-self-consistent) steps, in eV.
最初の (非自己無撞着) ステップでのカットオフエネルギー (eV)。

ISTART = 1 if WAVECAR exists, else 0 ~ WAVECAR があれば 1、なければ 0
Whether orbitals are read from WAVECAR.
軌道を WAVECAR から読むかどうか。
: 0 | Start from scratch. | 初めから計算します。
: 1 | Read WAVECAR; the cutoff may change. | WAVECAR を読みます (カットオフの変更可)。
: 2 | Read WAVECAR; keep the basis set. | WAVECAR を読み、基底を保ちます。
: 3 | Read WAVECAR with the prediction of orbitals (restart of MD). | WAVECAR を軌道の予測とともに読みます (MD の再開)。

ICHARG = 2 if ISTART=0, else 0 ~ ISTART=0 なら 2、それ以外は 0
Where the initial charge density comes from.
初期電荷密度の作り方。
: 0 | From the initial orbitals. | 初期軌道から計算します。
: 1 | Read CHGCAR. | CHGCAR を読みます。
: 2 | Superposition of atomic densities. | 原子の電荷密度の重ね合わせ。
: 4 | Read the potential from POT. | ポテンシャルを POT から読みます。
: 5 | Read an external density and continue from it. | 外部の電荷密度を読んで続けます。
: 10 | Atomic densities, kept fixed. | 原子の電荷密度を固定します。
: 11 | CHGCAR, kept fixed: band structures, DOS. | CHGCAR を固定します (バンド構造、DOS)。
: 12 | Atomic densities, kept fixed (Harris functional). | 原子の電荷密度を固定します (Harris 汎関数)。

INIWAV = 1
How orbitals are filled when the calculation starts from scratch.
初めから計算するときの軌道の初期値。
: 0 | Jellium orbitals. | ジェリウムの軌道。
: 1 | Random numbers. | 乱数。

NWRITE = 2
How much is written to OUTCAR (0 to 4).
OUTCAR に書く情報の量 (0 から 4)。
: 0 | Least: terms of the first and last ionic step only. | 最小。最初と最後のイオンステップのみ。
: 1 | Short output for long MD runs. | 長い MD 向けの短い出力。
: 2 | Default. | 既定。
: 3 | Detailed. | 詳しい出力。
: 4 | Debugging. | デバッグ用。

NELECT = valence electrons of all atoms ~ 全原子の価電子数の和
Number of electrons in the cell; a neutral cell when not set.
セル内の電子数。指定しなければ中性です。

NBANDS = from NELECT and the number of ions ~ NELECT とイオン数から決定
Number of bands (Kohn-Sham orbitals) in the calculation.
計算に含めるバンド (Kohn-Sham 軌道) の数。

NUPDOWN = -1
Fixed difference of the numbers of spin-up and spin-down electrons; -1: free.
アップスピンとダウンスピンの電子数の差を固定します。-1 なら固定しません。

ISPIN = 1
Spin polarisation.
スピン分極。
: 1 | Not spin-polarised. | スピン分極なし。
: 2 | Spin-polarised (collinear). | スピン分極あり (コリニア)。

MAGMOM = 1.0 for each ion ~ 各イオンに 1.0
Initial magnetic moment of each ion in μ_B (three components when noncollinear).
各イオンの初期磁気モーメント (μ_B)。ノンコリニアでは 3 成分。

LNONCOLLINEAR = .FALSE.
Noncollinear magnetism (vasp_ncl).
ノンコリニア磁性の計算 (vasp_ncl)。

LSORBIT = .FALSE.
Spin-orbit coupling (vasp_ncl); switches LNONCOLLINEAR on.
スピン軌道相互作用 (vasp_ncl)。LNONCOLLINEAR も有効になります。

SAXIS = 0 0 1
Quantisation axis of the noncollinear spins, in Cartesian components.
ノンコリニアスピンの量子化軸 (デカルト成分)。

LORBMOM = .FALSE.
Writes orbital moments to OUTCAR (with LSORBIT).
軌道磁気モーメントを OUTCAR に書きます (LSORBIT 使用時)。

LSPIRAL = .FALSE.
Spin spirals by the generalised Bloch theorem; QSPIRAL gives the wave vector.
一般化ブロッホの定理によるスピンスパイラル。波数は QSPIRAL。

QSPIRAL = 0 0 0
Propagation vector of the spin spiral, in reciprocal coordinates.
スピンスパイラルの波数ベクトル (逆格子座標)。

LZEROZ = .FALSE.
Forces the z components of the moments of a spin spiral to zero.
スピンスパイラルの磁気モーメントの z 成分を 0 にします。

ISYM = 2 (1 ultrasoft, 3 hybrid) ~ 2 (ウルトラソフト 1、ハイブリッド 3)
Use of symmetry.
対称性の扱い。
: -1 | No symmetry, no time reversal. | 対称性も時間反転も使いません。
: 0 | Time reversal only: Ψ(k) = Ψ*(-k). | 時間反転のみ使います。
: 1 | Symmetry on. | 対称性を使います。
: 2 | Symmetry on; memory-saving symmetrisation of the density. | 対称性を使い、メモリを節約して電荷密度を対称化します。
: 3 | Forces and stress are symmetrised, the density is not (hybrids). | 力と応力のみ対称化します (ハイブリッド汎関数)。

SYMPREC = 1E-5
Tolerance of positions in the search for symmetry (fractional units).
対称性を探すときの座標の許容誤差。

IDIPOL = -
Direction of the dipole correction of the total energy.
全エネルギーの双極子補正の方向。
: 1 | Along the first lattice vector. | 第 1 格子ベクトル方向。
: 2 | Along the second lattice vector. | 第 2 格子ベクトル方向。
: 3 | Along the third lattice vector (slabs). | 第 3 格子ベクトル方向 (スラブ)。
: 4 | All directions (isolated molecules). | 全方向 (孤立分子)。

LDIPOL = .FALSE.
Dipole corrections also to the potential and the forces.
ポテンシャルと力にも双極子補正を加えます。

LMONO = .FALSE.
Monopole-monopole corrections of the total energy (charged cells).
全エネルギーに単極子補正を加えます (荷電セル)。

DIPOL = centre of charge ~ 電荷の中心
Centre of the cell for dipole corrections, in fractional coordinates.
双極子補正に使うセルの中心 (分率座標)。

EPSILON = 1.0
Dielectric constant of the bulk, for corrections of charged or dipolar cells.
荷電または双極子をもつセルの補正に使うバルクの誘電率。

EFIELD = 0
External electric field along IDIPOL, in eV/Å.
IDIPOL 方向の外部電場 (eV/Å)。

DEPER = 0.3
Relative change of the energy at which the optimisation of a band ends.
1 バンドの最適化を終えるエネルギーの相対変化。

TIME = 0.4
Step of the damped and conjugate-gradient electronic algorithms.
減衰法・共役勾配法による電子最適化の刻み幅。

WEIMIN = 0.001 (0 for fixed charge) ~ 0.001 (電荷固定なら 0)
Occupation below which a band counts as empty and is optimised less.
これより小さい占有数のバンドを空とみなし、最適化を減らします。

EBREAK = EDIFF/NBANDS/4
Break condition for the optimisation of single bands, in eV.
各バンドの最適化の打ち切り条件 (eV)。

NGX = from PREC and ENCUT ~ PREC と ENCUT から決定
Points of the coarse FFT grid along the first lattice vector.
第 1 格子ベクトル方向の粗い FFT グリッドの点数。

NGY = from PREC and ENCUT ~ PREC と ENCUT から決定
Points of the coarse FFT grid along the second lattice vector.
第 2 格子ベクトル方向の粗い FFT グリッドの点数。

NGZ = from PREC and ENCUT ~ PREC と ENCUT から決定
Points of the coarse FFT grid along the third lattice vector.
第 3 格子ベクトル方向の粗い FFT グリッドの点数。

NGXF = from PREC and ENAUG ~ PREC と ENAUG から決定
Points of the fine FFT grid (CHGCAR) along the first lattice vector.
第 1 格子ベクトル方向の細かい FFT グリッド (CHGCAR) の点数。

NGYF = from PREC and ENAUG ~ PREC と ENAUG から決定
Points of the fine FFT grid (CHGCAR) along the second lattice vector.
第 2 格子ベクトル方向の細かい FFT グリッド (CHGCAR) の点数。

NGZF = from PREC and ENAUG ~ PREC と ENAUG から決定
Points of the fine FFT grid (CHGCAR) along the third lattice vector.
第 3 格子ベクトル方向の細かい FFT グリッド (CHGCAR) の点数。

ADDGRID = .FALSE.
A third, finer grid for the augmentation charges.
補償電荷にさらに細かい第 3 のグリッドを使います。

LREAL = .FALSE.
Whether the projectors are evaluated in real space.
射影演算子を実空間で評価するかどうか。
: .FALSE. | Reciprocal space: exact, for small cells. | 逆空間。正確で、小さなセル向き。
: Auto | Real space, optimised automatically: for more than about 20 atoms. | 実空間 (自動最適化)。約 20 原子以上に向きます。
: On | Real space with older optimised projectors. | 実空間 (旧方式)。
: .TRUE. | Real space with the projectors of POTCAR. | 実空間 (POTCAR の射影演算子)。

ROPT = from PREC ~ PREC から決定
Accuracy of the real-space projectors, one number per species.
実空間射影演算子の精度 (元素種ごとに 1 つ)。

LMAXPAW = 2 l_max of POTCAR ~ POTCAR の l_max の 2 倍
Largest l of the one-centre charge densities.
1 中心電荷密度の最大の l。

LMAXMIX = 2
Largest l of one-centre densities that is mixed and written to CHGCAR (4 for d, 6 for f in DFT+U).
混合し CHGCAR に書く 1 中心密度の最大の l (DFT+U では d 電子 4、f 電子 6)。

LMAXTAU = 6 with LASPH ~ LASPH 使用時 6
Largest l of the one-centre kinetic-energy densities.
1 中心の運動エネルギー密度の最大の l。

LASPH = .FALSE.
Non-spherical contributions inside the PAW spheres: needed by meta-GGAs, hybrids and DFT+U.
PAW 球内の非球面寄与。meta-GGA、ハイブリッド、DFT+U に必要です。

LCOMPAT = .FALSE.
Compatibility with VASP 4.4.
VASP 4.4 との互換性。

GGA_COMPAT = .TRUE.
Old treatment of the gradient in GGAs; .FALSE. restores the full symmetry.
旧来の GGA 勾配の扱い。.FALSE. で完全な対称性を保ちます。

VOSKOWN = 0
Interpolation of the correlation energy of spin-polarised LSDA.
スピン分極 LSDA の相関エネルギーの補間方法。
: 0 | Barth-Hedin. | Barth-Hedin。
: 1 | Vosko-Wilk-Nusair. | Vosko-Wilk-Nusair。

GGA = from POTCAR ~ POTCAR による
Exchange-correlation functional (LDA and GGA types).
交換相関汎関数 (LDA、GGA)。
: PE | PBE. | PBE。
: PS | PBEsol. | PBEsol。
: RP | RPBE. | RPBE。
: RE | revPBE. | revPBE。
: AM | AM05. | AM05。
: 91 | Perdew-Wang 91. | Perdew-Wang 91。
: CA | LDA (Ceperley-Alder). | LDA (Ceperley-Alder)。
: B3 | B3LYP with VWN3. | B3LYP (VWN3)。
: B5 | B3LYP with VWN5. | B3LYP (VWN5)。
: OR | optPBE exchange (vdW-DF). | optPBE 交換 (vdW-DF)。
: BO | optB88 exchange (vdW-DF). | optB88 交換 (vdW-DF)。
: MK | optB86b exchange (vdW-DF). | optB86b 交換 (vdW-DF)。
: ML | rev-vdW-DF2 exchange and PW86R. | PW86R 交換 (vdW-DF2)。
: CX | vdW-DF-cx exchange. | vdW-DF-cx 交換。
: LIBXC | Functional of Libxc: LIBXC1, LIBXC2. | Libxc の汎関数 (LIBXC1、LIBXC2)。

METAGGA = none ~ なし
Meta-GGA functional.
meta-GGA 汎関数。
: NONE | None: LDA or GGA. | 使いません (LDA または GGA)。
: SCAN | SCAN. | SCAN。
: RSCAN | Regularised SCAN. | rSCAN。
: R2SCAN | r2SCAN: as accurate as SCAN, numerically stable. | r2SCAN。SCAN と同等の精度で数値的に安定です。
: TPSS | TPSS. | TPSS。
: RTPSS | revTPSS. | revTPSS。
: M06L | M06-L. | M06-L。
: MBJ | Modified Becke-Johnson potential: band gaps. | 修正 Becke-Johnson ポテンシャル (バンドギャップ)。
: MS0 | MS0. | MS0。
: MS1 | MS1. | MS1。
: MS2 | MS2. | MS2。
: LIBXC | Functional of Libxc: LIBXC1, LIBXC2. | Libxc の汎関数 (LIBXC1、LIBXC2)。

LIBXC1 = -
First functional of the Libxc library: its name or number.
Libxc の第 1 の汎関数 (名前または番号)。

LIBXC2 = -
Second functional of the Libxc library: its name or number.
Libxc の第 2 の汎関数 (名前または番号)。

LTBOUNDLIBXC = .FALSE.
Bounds the kinetic-energy density from below for functionals of Libxc.
Libxc の汎関数で運動エネルギー密度に下限を設けます。

XC_C = 1 for each ~ 各 1
Factors of several mixed functionals (VASP 6.4.3 and newer).
混合する各汎関数の係数 (VASP 6.4.3 以降)。

LMIXTAU = .FALSE.
Mixes the kinetic-energy density as well (meta-GGAs).
運動エネルギー密度も混合します (meta-GGA)。

CMBJ = computed from the density ~ 密度から計算
Parameter c of the MBJ potential; one number, or one per species.
MBJ ポテンシャルのパラメータ c (1 つ、または元素種ごと)。

CMBJA = -0.012
Parameter α of the MBJ potential.
MBJ ポテンシャルのパラメータ α。

CMBJB = 1.023
Parameter β of the MBJ potential, in bohr^(1/2).
MBJ ポテンシャルのパラメータ β (bohr^(1/2))。

CMBJE = 0.5
Exponent of the MBJ potential.
MBJ ポテンシャルの指数。

ALDAX = 1 - AEXX
Fraction of LDA exchange.
LDA 交換の割合。

ALDAC = 1
Fraction of LDA correlation.
LDA 相関の割合。

AGGAX = 1 - AEXX
Fraction of the gradient correction to the exchange.
交換エネルギーの勾配補正の割合。

AGGAC = 1
Fraction of the gradient correction to the correlation.
相関エネルギーの勾配補正の割合。

AMGGAX = 1 - AEXX
Fraction of meta-GGA exchange.
meta-GGA 交換の割合。

AMGGAC = 1
Fraction of meta-GGA correlation.
meta-GGA 相関の割合。

PARAM1 = from GGA ~ GGA による
First parameter of van der Waals exchange functionals.
ファンデルワールス汎関数の交換の第 1 パラメータ。

PARAM2 = from GGA ~ GGA による
Second parameter of van der Waals exchange functionals.
ファンデルワールス汎関数の交換の第 2 パラメータ。

PARAM3 = from GGA ~ GGA による
Third parameter of van der Waals exchange functionals.
ファンデルワールス汎関数の交換の第 3 パラメータ。

POMASS = from POTCAR ~ POTCAR による
Masses of the species, in atomic mass units.
各元素種の質量 (原子質量単位)。

ZVAL = from POTCAR ~ POTCAR による
Valence of the species; changing it is rarely meaningful.
各元素種の価電子数。変更が必要になることはまれです。

RWIGS = from POTCAR ~ POTCAR による
Wigner-Seitz radii of the species for projections, in Å.
射影に使う各元素種の Wigner-Seitz 半径 (Å)。

VCA = 1 for each species ~ 各元素種に 1
Weights of the species in the virtual crystal approximation.
仮想結晶近似での各元素種の重み。
`;
