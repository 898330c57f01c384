/**
 * Electronic minimisation, mixing, occupations, k-points and density of states. Form of the table: see `tagTable.ts`.
 */
export const ELECTRONIC_TAGS = `
ALGO = Normal
Algorithm of the electronic minimisation, or the kind of many-body calculation.
電子状態の最適化手法、または多体計算の種類。
: Normal | Blocked Davidson. | ブロック Davidson 法。
: VeryFast | RMM-DIIS. | RMM-DIIS 法。
: Fast | Davidson first, then RMM-DIIS. | Davidson 法の後に RMM-DIIS 法。
: Conjugate | All bands at once by conjugate gradients. | 全バンド同時の共役勾配法。
: All | All bands at once by conjugate gradients: robust for hybrids, insulators. | 全バンド同時の共役勾配法。ハイブリッドや絶縁体に頑健です。
: Damped | Damped velocity friction: for difficult metals with hybrids. | 減衰法。収束しにくい金属のハイブリッド計算向け。
: Subrot | Rotation in the subspace of the orbitals only. | 部分空間での回転のみ。
: Eigenval | One-electron energies of the given orbitals, no update. | 軌道を更新せず固有値のみ計算します。
: Exact | Exact diagonalisation. | 厳密対角化。
: None | Only properties from the orbitals of WAVECAR. | WAVECAR の軌道から物性のみ計算します。
: Nothing | Only properties from the orbitals of WAVECAR. | WAVECAR の軌道から物性のみ計算します。
: CHI | Response functions only. | 応答関数のみ計算します。
: G0W0 | Single-shot GW. | 1 回の GW。
: GW0 | GW with updated G. | G を更新する GW。
: GW | GW with updated G and W. | G と W を更新する GW。
: EVGW0 | Eigenvalue self-consistent in G. | 固有値自己無撞着 GW0。
: EVGW | Eigenvalue self-consistent in G and W. | 固有値自己無撞着 GW。
: QPGW0 | Quasiparticle self-consistent GW0. | 準粒子自己無撞着 GW0。
: QPGW | Quasiparticle self-consistent GW. | 準粒子自己無撞着 GW。
: scGW0 | Self-consistent GW0. | 自己無撞着 GW0。
: scGW | Self-consistent GW. | 自己無撞着 GW。
: G0W0R | Low-scaling G0W0. | 低スケーリング G0W0。
: GW0R | Low-scaling GW0. | 低スケーリング GW0。
: GWR | Low-scaling GW. | 低スケーリング GW。
: EVGW0R | Low-scaling EVGW0. | 低スケーリング EVGW0。
: EVGWR | Low-scaling EVGW. | 低スケーリング EVGW。
: scGW0R | Low-scaling scGW0. | 低スケーリング scGW0。
: scGWR | Low-scaling scGW. | 低スケーリング scGW。
: QPGW0R | Low-scaling QPGW0. | 低スケーリング QPGW0。
: QPGWR | Low-scaling QPGW. | 低スケーリング QPGW。
: ACFDT | Correlation energy in the random phase approximation. | 乱雑位相近似の相関エネルギー。
: RPA | Correlation energy in the random phase approximation. | 乱雑位相近似の相関エネルギー。
: ACFDTR | Low-scaling RPA correlation energy. | 低スケーリング RPA 相関エネルギー。
: RPAR | Low-scaling RPA correlation energy. | 低スケーリング RPA 相関エネルギー。
: ACFDTRK | Low-scaling RPA with k-point symmetry. | k 点の対称性を使う低スケーリング RPA。
: RPARK | Low-scaling RPA with k-point symmetry. | k 点の対称性を使う低スケーリング RPA。
: BSE | Bethe-Salpeter equation. | Bethe-Salpeter 方程式。
: TDHF | Time-dependent Hartree-Fock (Casida). | 時間依存 Hartree-Fock (Casida)。
: Timeev | Time evolution of the orbitals. | 軌道の時間発展。
: MP2 | Second-order perturbation theory. | 2 次の摂動論 (MP2)。
: CRPA | Constrained RPA: screened Coulomb interaction. | 制限 RPA による遮蔽クーロン相互作用。
: CRPAR | Low-scaling constrained RPA. | 低スケーリング制限 RPA。
: 2E4W | Two-electron four-orbital integrals. | 2 電子 4 軌道積分。

IALGO = 38
Algorithm by number; ALGO is the newer tag.
電子最適化手法の番号。新しい指定は ALGO です。

LDIAG = .TRUE.
Subspace diagonalisation in the electronic minimisation.
電子最適化での部分空間対角化。

LSUBROT = .FALSE.
Optimises the unitary transformation among the orbitals (ALGO = All, Damped).
軌道間のユニタリ変換を最適化します (ALGO = All、Damped)。

NELM = 60
Largest number of electronic steps.
電子ステップの最大数。

NELMIN = 2
Smallest number of electronic steps per ionic step.
1 イオンステップあたりの電子ステップの最小数。

NELMDL = -5 from scratch, 0 otherwise ~ 初めからなら -5、それ以外は 0
Steps at the start without update of the density; negative: in the first ionic step only.
最初に電荷密度を更新しないステップ数。負なら最初のイオンステップのみ。

NELMGW = 1
Number of self-consistency steps of GW calculations.
GW 計算の自己無撞着ステップ数。

EDIFF = 1E-4
Energy change at which the electronic minimisation ends, in eV.
電子状態の収束を判定するエネルギー変化 (eV)。

NRMM = 4
Iterations of RMM-DIIS per band and step.
1 バンド 1 ステップあたりの RMM-DIIS の反復数。

NSIM = 4
Bands that RMM-DIIS and Davidson optimise at once.
RMM-DIIS・Davidson で同時に最適化するバンド数。

MAXITER = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

SKIP_EDOTP = .FALSE.
Leaves out the E·P term in calculations with a finite field.
有限電場の計算で E·P 項を省きます。

IMIX = 4
Type of density mixing.
電荷密度の混合方法。
: 0 | None. | 混合しません。
: 1 | Kerker. | Kerker 法。
: 2 | Second-order equation of motion with damping (Tchebycheff). | 減衰つき 2 次の運動方程式 (Tchebycheff)。
: 4 | Broyden and Pulay. | Broyden 法・Pulay 法。

AMIX = 0.4 (0.8 without spin) ~ 0.4 (スピン分極なしで 0.8)
Linear mixing parameter of the charge density.
電荷密度の線形混合パラメータ。

BMIX = 1.0
Cutoff wave vector of Kerker mixing, in 1/Å.
Kerker 混合のカットオフ波数 (1/Å)。

AMIX_MAG = 1.6
Linear mixing parameter of the magnetisation.
磁化の線形混合パラメータ。

BMIX_MAG = 1.0
Cutoff wave vector of Kerker mixing of the magnetisation, in 1/Å.
磁化の Kerker 混合のカットオフ波数 (1/Å)。

AMIN = 0.1
Smallest mixing parameter in Kerker mixing; small values for long cells and slabs.
Kerker 混合での最小の混合パラメータ。長いセルやスラブでは小さくします。

MIXPRE = 1
Metric of the Broyden mixer: preconditioning.
Broyden 混合の前処理 (計量)。
: 0 | None. | なし。
: 1 | Inverse Kerker metric, set automatically. | 逆 Kerker 計量 (自動)。
: 2 | Inverse Kerker metric with fixed weights. | 逆 Kerker 計量 (固定の重み)。
: 3 | Inverse Kerker metric with other fixed weights. | 逆 Kerker 計量 (別の固定の重み)。

MIXFIRST = .FALSE.
Mixes the density before the orbitals are optimised.
軌道の最適化の前に電荷密度を混合します。

INIMIX = 1
Initial mixing of the Broyden mixer.
Broyden 混合の初期混合。
: 0 | Linear. | 線形。
: 1 | Kerker. | Kerker。
: 2 | None. | なし。

MAXMIX = -45
Steps kept by the Broyden mixer; positive: kept from one ionic step to the next.
Broyden 混合が保持するステップ数。正なら次のイオンステップにも引き継ぎます。

WC = 1000
Weights of the steps in Broyden's second method.
Broyden 第 2 法でのステップの重み。

ISMEAR = 1
Method of partial occupations.
部分占有の方法。
: -15 | Tetrahedron method with Blöchl corrections and Fermi smearing for total energies. | Blöchl 補正つき四面体法 + Fermi スメアリング。
: -14 | Tetrahedron method with Fermi smearing. | 四面体法 + Fermi スメアリング。
: -5 | Tetrahedron method with Blöchl corrections: DOS, total energies of insulators. | Blöchl 補正つき四面体法。DOS や絶縁体の全エネルギー。
: -4 | Tetrahedron method without corrections. | 補正なしの四面体法。
: -3 | Several smearings in one run (SMEARINGS). | 1 回の計算で複数のスメアリング (SMEARINGS)。
: -2 | Occupations from FERWE and FERDO, or WAVECAR. | 占有数を FERWE と FERDO、または WAVECAR から読みます。
: -1 | Fermi-Dirac; SIGMA is the temperature. | Fermi-Dirac 分布。SIGMA は電子温度です。
: 0 | Gaussian: safe for any system. | Gauss 型。どの系にも安全です。
: 1 | Methfessel-Paxton, first order: relaxation of metals. | 1 次の Methfessel-Paxton 法。金属の構造緩和に。
: 2 | Methfessel-Paxton, second order. | 2 次の Methfessel-Paxton 法。

SIGMA = 0.2
Width of the smearing, in eV.
スメアリングの幅 (eV)。

SMEARINGS = -
Pairs of ISMEAR and SIGMA for ISMEAR = -3.
ISMEAR = -3 で使う ISMEAR と SIGMA の組。

SIGMA_K = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

FERWE = -
Occupations of the spin-up bands for ISMEAR = -2, all k-points one after another.
ISMEAR = -2 で使うアップスピンの占有数 (全 k 点)。

FERDO = -
Occupations of the spin-down bands for ISMEAR = -2.
ISMEAR = -2 で使うダウンスピンの占有数。

EFERMI = LEGACY
How the Fermi energy is set: LEGACY, MIDGAP, or a number in eV.
Fermi エネルギーの決め方。LEGACY、MIDGAP、または値 (eV)。
: LEGACY | Somewhere in the gap, as older versions. | 旧バージョンと同じ (ギャップ内の任意の位置)。
: MIDGAP | In the middle of the gap. | ギャップの中央。

NEDOS = 301
Grid points of the density of states.
状態密度のエネルギー点数。

EMIN = lowest eigenvalue ~ 最低の固有値
Lower end of the energies of the density of states, in eV.
状態密度のエネルギーの下限 (eV)。

EMAX = highest eigenvalue ~ 最高の固有値
Upper end of the energies of the density of states, in eV.
状態密度のエネルギーの上限 (eV)。

LORBIT = none ~ なし
Projections of orbitals: PROCAR, DOSCAR.
軌道の射影 (PROCAR、DOSCAR)。
: 0 | DOSCAR with l, spheres of RWIGS. | RWIGS の球を使い、l 分解の DOSCAR。
: 1 | DOSCAR with l and m, spheres of RWIGS. | RWIGS の球を使い、lm 分解の DOSCAR。
: 2 | DOSCAR with l and m and phases, spheres of RWIGS. | RWIGS の球を使い、lm 分解と位相。
: 5 | PROCAR with l, spheres of RWIGS. | RWIGS の球を使い、l 分解の PROCAR。
: 10 | PAW projectors: l. | PAW 射影: l 分解。
: 11 | PAW projectors: l and m (most common). | PAW 射影: lm 分解 (最も一般的)。
: 12 | PAW projectors: l and m, with phases. | PAW 射影: lm 分解と位相。
: 13 | As 12, phases of the PAW projections. | 12 と同様 (PAW 射影の位相)。
: 14 | As 12, with optimised projections at EMIN to EMAX. | 12 と同様 (EMIN から EMAX で最適化した射影)。

KSPACING = 0.5
Smallest spacing of k-points, in 1/Å, when there is no KPOINTS file.
KPOINTS がないときの k 点の最小間隔 (1/Å)。

KGAMMA = .TRUE.
Mesh from KSPACING contains Γ.
KSPACING による k 点メッシュが Γ 点を含みます。

KPUSE = -
k-points for which orbitals are written to PARCHG (LPARD).
PARCHG に書く k 点 (LPARD)。

LKPOINTS_OPT = .TRUE. if KPOINTS_OPT exists ~ KPOINTS_OPT があれば .TRUE.
Band structure at the points of KPOINTS_OPT after self-consistency.
自己無撞着計算の後、KPOINTS_OPT の点でバンド構造を計算します。

LKPROJ = .FALSE.
Projection of the orbitals on the k-points of the primitive cell.
軌道を基本セルの k 点に射影します。

SHIFTRED = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

IBAND = -
Bands for which partial charge densities are written (LPARD).
部分電荷密度を書くバンド (LPARD)。

EINT = -
Energy window of partial charge densities, in eV (LPARD, NBMOD).
部分電荷密度のエネルギー範囲 (eV) (LPARD、NBMOD)。

NBMOD = -1
Which bands contribute to partial charge densities.
部分電荷密度に含めるバンド。
: -1 | All occupied bands. | 占有バンドすべて。
: 0 | All bands. | 全バンド。
: -2 | Bands between the energies of EINT. | EINT のエネルギー範囲のバンド。
: -3 | As -2, EINT relative to the Fermi energy. | -2 と同様 (Fermi エネルギー基準)。

LPARD = .FALSE.
Writes partial charge densities (PARCHG) from WAVECAR.
WAVECAR から部分電荷密度 (PARCHG) を書きます。

LPARDH5 = .FALSE.
Writes partial charge densities to vaspout.h5.
部分電荷密度を vaspout.h5 に書きます。

LSEPB = .FALSE.
One PARCHG per band.
バンドごとに PARCHG を書きます。

LSEPK = .FALSE.
One PARCHG per k-point.
k 点ごとに PARCHG を書きます。

STM = -
Parameters of simulated STM images: heights, energies (with LPARD).
STM 像の計算のパラメータ (高さ、エネルギーなど)。

DEG_THRESHOLD = 2E-3
Energy difference below which states count as degenerate, in eV.
縮退とみなすエネルギー差 (eV)。

LDAU = .FALSE.
DFT+U.
DFT+U 法。

LDAUTYPE = 2
Form of DFT+U.
DFT+U の形式。
: 1 | Liechtenstein: U and J separately. | Liechtenstein (U と J を別々に)。
: 2 | Dudarev: only U - J matters. | Dudarev (U - J のみ)。
: 3 | Linear response: determines U. | 線形応答で U を求めます。
: 4 | Liechtenstein without exchange splitting (LDA+U). | 交換分裂なしの Liechtenstein (LDA+U)。

LDAUL = 2 for each species ~ 各元素種に 2
l of the orbitals with U, one number per species; -1: none.
U を加える軌道の l (元素種ごと)。-1 は加えません。

LDAUU = -
Effective on-site Coulomb interaction U in eV, one number per species.
オンサイトクーロン相互作用 U (eV、元素種ごと)。

LDAUJ = -
Effective on-site exchange interaction J in eV, one number per species.
オンサイト交換相互作用 J (eV、元素種ごと)。

LDAUPRINT = 0
Output of DFT+U.
DFT+U の出力量。
: 0 | Silent. | なし。
: 1 | Occupancy matrices in OUTCAR. | 占有行列を OUTCAR に書きます。
: 2 | Occupancy matrices and potential matrices. | 占有行列とポテンシャル行列。

I_CONSTRAINED_M = none ~ なし
Constrained magnetic moments.
磁気モーメントの拘束。
: 1 | Directions constrained. | 方向を拘束します。
: 2 | Size and direction constrained. | 大きさと方向を拘束します。
: 3 | Directions constrained with sign. | 符号つきで方向を拘束します。
: 4 | Directions constrained, by another penalty term. | 別の罰則項で方向を拘束します。

M_CONSTR = -
Directions or sizes of the constrained moments, three numbers per ion.
拘束する磁気モーメント (イオンごとに 3 成分)。

LAMBDA = 0
Weight of the penalty for constrained moments, in eV.
磁気モーメントの拘束の罰則項の重み (eV)。

BEXT = 0
External magnetic field, in eV.
外部磁場 (eV)。

LSCALAPACK = .TRUE. where available ~ 使用可能なら .TRUE.
Uses ScaLAPACK.
ScaLAPACK を使います。

LSCALU = .FALSE.
LU decomposition with ScaLAPACK in the orthonormalisation.
直交化で ScaLAPACK の LU 分解を使います。

LSCAAWARE = .TRUE. where available ~ 使用可能なら .TRUE.
Distributes the matrices for ScaLAPACK.
行列を ScaLAPACK 向けに分散します。

NCORE = 1
Cores that work on one orbital; about the square root of the cores, or cores per socket.
1 つの軌道を計算するコア数。目安はコア数の平方根、またはソケットあたりのコア数。

NCORE_IN_IMAGE1 = -
Cores of the first image in nudged elastic band calculations.
NEB 計算の第 1 イメージのコア数。

NPAR = number of cores ~ コア数
Bands that are treated in parallel; NCORE is the newer tag.
並列に扱うバンドの数。新しい指定は NCORE です。

KPAR = 1
Groups of cores that work on different k-points.
別々の k 点を計算するコアのグループ数。

LPLANE = .TRUE.
Plane-wise distribution of data over the cores.
データを面ごとにコアへ分配します。

LASYNC = .FALSE.
Overlaps communication with computing.
通信と計算を重ねます。

NBLK = 256 or system dependent ~ システムによる
Block size of BLAS operations.
BLAS 演算のブロックサイズ。

NCSHMEM = -
Cores that share memory (number of ranks per shared segment).
メモリを共有するコア数。

MAXMEM = 2800
Memory that VASP may use per core, in MB.
1 コアあたりに使えるメモリ (MB)。

LMUSIC = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

NTAUPAR = from MAXMEM ~ MAXMEM から決定
Groups of cores along the imaginary-time grid (low-scaling GW, RPA).
虚時間グリッド方向のコアのグループ数 (低スケーリング GW、RPA)。

NOMEGAPAR = from MAXMEM ~ MAXMEM から決定
Groups of cores along the imaginary-frequency grid.
虚振動数グリッド方向のコアのグループ数。
`;
