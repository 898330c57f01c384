/**
 * Relaxation, molecular dynamics, reaction paths, phonons and elastic response. Form of the table: see `tagTable.ts`.
 */
export const IONIC_TAGS = `
IBRION = -1 if NSW is 0 or 1, else 0 ~ NSW が 0 か 1 なら -1、それ以外は 0
How the ions move.
イオンの動かし方。
: -1 | Not at all. | 動かしません。
: 0 | Molecular dynamics. | 分子動力学。
: 1 | Relaxation, quasi-Newton (RMM-DIIS): close to a minimum. | 準ニュートン法 (RMM-DIIS) による構造緩和。極小の近くで有効です。
: 2 | Relaxation, conjugate gradients. | 共役勾配法による構造緩和。
: 3 | Relaxation, damped molecular dynamics. | 減衰分子動力学による構造緩和。
: 5 | Phonons at Γ, finite differences. | 有限差分による Γ 点フォノン。
: 6 | Phonons at Γ and elastic constants, finite differences with symmetry. | 対称性を使う有限差分 (Γ 点フォノン、弾性定数)。
: 7 | Phonons at Γ, perturbation theory. | 摂動論による Γ 点フォノン。
: 8 | Phonons at Γ, perturbation theory with symmetry. | 対称性を使う摂動論による Γ 点フォノン。
: 11 | Interactive: positions from standard input. | 対話型。座標を標準入力から読みます。
: 12 | Python plugin moves the ions. | Python プラグインがイオンを動かします。
: 40 | Intrinsic reaction coordinate. | 固有反応座標。
: 44 | Improved dimer method. | 改良ダイマー法。

NSW = 0
Largest number of ionic steps.
イオンステップの最大数。

ISIF = 0 for MD, else 2 ~ MD なら 0、それ以外は 2
What is computed of the stress, and what may change.
応力の計算と、変化させる自由度。
: 0 | Forces only; positions change. | 力のみ。位置を動かします。
: 1 | Forces and pressure; positions change. | 力と圧力。位置を動かします。
: 2 | Forces and stress; positions change. | 力と応力。位置を動かします。
: 3 | Positions, shape and volume change. | 位置、セル形状、体積を動かします。
: 4 | Positions and shape change, not the volume. | 位置とセル形状を動かし、体積は固定します。
: 5 | The shape changes. | セル形状のみ動かします。
: 6 | Shape and volume change. | セル形状と体積を動かします。
: 7 | The volume changes. | 体積のみ動かします。
: 8 | Positions and volume change, not the shape. | 位置と体積を動かし、形状は固定します。

LATTICE_CONSTRAINTS = .TRUE. .TRUE. .TRUE.
Which lattice directions may relax (with ISIF = 3).
緩和させる格子の方向 (ISIF = 3 使用時)。

POTIM = 0.5 (0.015 for phonons) ~ 0.5 (フォノンでは 0.015)
Step: time step in fs for MD, scaling of the step in relaxations, displacement in Å for phonons.
刻み。MD では時間刻み (fs)、構造緩和ではステップの倍率、フォノンでは変位 (Å)。

EDIFFG = 10 EDIFF
End of a relaxation: energy change in eV if positive, largest force in eV/Å if negative.
構造緩和の終了条件。正ならエネルギー変化 (eV)、負なら最大の力 (eV/Å)。

NFREE = 2 for phonons ~ フォノンでは 2
Displacements per direction in finite differences, or history of quasi-Newton relaxations.
有限差分での方向あたりの変位数、または準ニュートン法で使う履歴の数。

SMASS = -3
Controls the velocities in MD: Nosé mass, or scaling.
MD の速度の制御 (Nosé の質量、またはスケーリング)。
: -3 | Microcanonical ensemble (NVE). | ミクロカノニカル (NVE)。
: -2 | Initial velocities are kept. | 初速度を保ちます。
: -1 | Velocities are scaled every NBLOCK steps. | NBLOCK ステップごとに速度をスケールします。
: 0 | Nosé thermostat, frequency of about 40 steps. | Nosé 熱浴 (周期は約 40 ステップ)。

PSTRESS = 0
External pressure, in kbar.
外部圧力 (kbar)。

PMASS = 1000
Mass of the lattice degrees of freedom in Parrinello-Rahman dynamics, in atomic mass units.
Parrinello-Rahman 法での格子の質量 (原子質量単位)。

IWAVPR = 2 for MD and relaxations, else 0 ~ MD・構造緩和で 2、それ以外は 0
Prediction of orbitals and density from one ionic step to the next.
次のイオンステップの軌道と電荷密度の予測。
: 0 | None. | なし。
: 1 | Extrapolation of the charge density. | 電荷密度を外挿します。
: 2 | Extrapolation of orbitals and density. | 軌道と電荷密度を外挿します。
: 3 | Extrapolation of orbitals only. | 軌道のみ外挿します。
: 10 | As 0, in memory only (no TMPCAR). | 0 と同様 (TMPCAR を使わずメモリに保持)。
: 11 | As 1, in memory only (no TMPCAR). | 1 と同様 (TMPCAR を使わずメモリに保持)。
: 12 | As 2, in memory only (no TMPCAR). | 2 と同様 (TMPCAR を使わずメモリに保持)。
: 13 | As 3, in memory only (no TMPCAR). | 3 と同様 (TMPCAR を使わずメモリに保持)。

NBLOCK = 1
Steps between updates of PCDAT, DOS averages and XDATCAR.
PCDAT、平均 DOS、XDATCAR を更新するステップ間隔。

KBLOCK = NSW
Blocks (of NBLOCK steps) between outputs of averages.
平均値を出力するブロック数 (NBLOCK ステップ単位)。

NPACO = 256
Slots of the pair correlation function.
対相関関数の分割数。

APACO = 16
Largest distance of the pair correlation function, in Å.
対相関関数の最大距離 (Å)。

TEBEG = 0
Temperature at the start of MD, in K.
MD の開始時の温度 (K)。

TEEND = TEBEG
Temperature at the end of MD, in K.
MD の終了時の温度 (K)。

MDALGO = 0
Thermostat and ensemble of MD.
MD の熱浴とアンサンブル。
: 0 | Standard MD (SMASS decides). | 標準の MD (SMASS による)。
: 1 | Andersen thermostat. | Andersen 熱浴。
: 2 | Nosé-Hoover thermostat. | Nosé-Hoover 熱浴。
: 3 | Langevin thermostat. | Langevin 熱浴。
: 4 | Chain of Nosé-Hoover thermostats. | Nosé-Hoover チェーン熱浴。
: 5 | Canonical sampling by velocity rescaling. | 速度再スケール法 (CSVR)。
: 11 | Metadynamics with Andersen thermostat. | メタダイナミクス (Andersen 熱浴)。
: 13 | Several Andersen thermostats. | 複数の Andersen 熱浴。
: 21 | Metadynamics with Nosé-Hoover thermostat. | メタダイナミクス (Nosé-Hoover 熱浴)。

ANDERSEN_PROB = 0
Collision probability of the Andersen thermostat per atom and step.
Andersen 熱浴の衝突確率 (1 原子 1 ステップあたり)。

NSUBSYS = -
Last atom of each subsystem with a thermostat of its own.
個別の熱浴をもつ各部分系の最後の原子番号。

TSUBSYS = -
Temperature of each subsystem, in K.
各部分系の温度 (K)。

PSUBSYS = -
Collision probability of each subsystem.
各部分系の衝突確率。

LANGEVIN_GAMMA = 0
Friction of the atoms of each species, in 1/ps.
各元素種の摩擦係数 (1/ps)。

LANGEVIN_GAMMA_L = 0
Friction of the lattice degrees of freedom, in 1/ps.
格子の自由度の摩擦係数 (1/ps)。

NHC_NCHAINS = 0
Thermostats in the Nosé-Hoover chain.
Nosé-Hoover チェーンの熱浴の数。

NHC_PERIOD = 40
Period of the thermostat, in time steps.
熱浴の周期 (時間ステップ)。

NHC_NRESPA = 1
Integration steps per time step of the Nosé-Hoover chain.
Nosé-Hoover チェーンの 1 時間ステップあたりの積分回数。

NHC_NS = 1
Order of the factorisation in the integration of the chain.
チェーンの積分の分解の次数。

CSVR_PERIOD = 10
Relaxation time of velocity rescaling, in time steps.
速度再スケール法の緩和時間 (時間ステップ)。

RANDOM_SEED = from the system clock ~ システム時刻から決定
Seed of the random numbers of MD (three whole numbers).
MD の乱数の種 (整数 3 つ)。

SHAKETOL = 1E-5
Tolerance of constraints in SHAKE.
SHAKE の拘束の許容誤差。

SHAKEMAXITER = 1000
Largest number of iterations in SHAKE.
SHAKE の最大反復数。

LBLUEOUT = .FALSE.
Output for free-energy gradients (blue moon ensemble) to REPORT.
自由エネルギー勾配 (blue moon) の情報を REPORT に書きます。

INCREM = 0
Change of the constrained coordinates per step (slow growth).
拘束した座標の 1 ステップあたりの変化 (slow growth)。

HILLS_BIN = NSW
Steps between two hills of metadynamics.
メタダイナミクスでヒルを加えるステップ間隔。

HILLS_H = 0.001
Height of the hills of metadynamics, in eV.
メタダイナミクスのヒルの高さ (eV)。

HILLS_W = 0.001
Width of the hills of metadynamics.
メタダイナミクスのヒルの幅。

VALUE_MIN = -
Lower limits of the coordinates; MD ends beyond them.
座標の下限。越えると MD を終えます。

VALUE_MAX = -
Upper limits of the coordinates; MD ends beyond them.
座標の上限。越えると MD を終えます。

SPRING_K = -
Force constants of harmonic restraints.
調和拘束の力の定数。

SPRING_R0 = -
Centres of harmonic restraints.
調和拘束の中心。

IMAGES = -
Images between the end points of a nudged elastic band.
NEB の両端の間のイメージ数。

SPRING = -5
Spring constant between images, in eV/Å²; negative: nudged.
イメージ間のばね定数 (eV/Å²)。負なら nudging を行います。

LTEMPER = .FALSE.
Parallel tempering of the images.
イメージ間のパラレルテンパリング。

DIMER_DIST = 0.01
Step of the finite differences in the dimer method, in Å.
ダイマー法の有限差分の刻み (Å)。

STEP_SIZE = 0.1
Trial step in the dimer method.
ダイマー法の試行ステップ。

STEP_MAX = 0.1
Largest step in the dimer method, in Å.
ダイマー法の最大ステップ (Å)。

MINROT = 0.0001
Smallest rotation in the dimer method, in degrees.
ダイマー法の最小の回転角 (度)。

IRC_DIRECTION = 1
Direction of the intrinsic reaction coordinate.
固有反応座標の方向。

IRC_STOP = 20
Steps of rising energy after which the path ends.
経路を終えるまでのエネルギー上昇のステップ数。

IRC_DELTA0 = 0.0015
Tolerance of the intrinsic reaction coordinate, in Å.
固有反応座標の許容誤差 (Å)。

IRC_MINSTEP = 0.025
Smallest step along the path, in Å.
経路に沿う最小ステップ (Å)。

IRC_MAXSTEP = 3
Largest step along the path, in fs.
経路に沿う最大ステップ (fs)。

IRC_VNORM0 = 0.002
Velocity along the path, in Å/fs.
経路に沿う速度 (Å/fs)。

ICHAIN = 0
Method of the VTST extension: 0 NEB, 1 dynamical matrix, 2 dimer, 3 Lanczos (VTST).
VTST 拡張の手法。0: NEB、1: 動力学行列、2: ダイマー、3: Lanczos (VTST)。

IOPT = 0
Optimiser of the VTST extension: 0 VASP's, 1 LBFGS, 2 CG, 3 QM, 4 SD, 7 FIRE (VTST).
VTST 拡張の最適化法。0: VASP、1: LBFGS、2: CG、3: QM、4: SD、7: FIRE (VTST)。

LCLIMB = .FALSE.
Climbing image in the nudged elastic band (VTST).
NEB で climbing image を使います (VTST)。

LNEBCELL = .FALSE.
Nudged elastic band in solid-state form: the cell changes too (VTST).
セルも変化する固体 NEB (VTST)。

L2ORDER = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

MAXMOVE = 0.2
Largest step of an ion, in Å (VTST).
イオンの最大移動量 (Å) (VTST)。

FINDIFF = 2
Finite differences of the dynamical matrix: 1 forward, 2 central (VTST).
動力学行列の有限差分。1: 前進、2: 中心 (VTST)。

LTSSURF = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

LPHON_DISPERSION = .FALSE.
Phonon dispersion along the path of QPOINTS.
QPOINTS の経路に沿ってフォノン分散を計算します。

LPHON_POLAR = .FALSE.
Long-range electrostatic correction of phonons in polar materials.
極性物質のフォノンに長距離静電補正を加えます。

LPHON_READ_FORCE_CONSTANTS = .FALSE.
Reads force constants from vaspin.h5.
力の定数を vaspin.h5 から読みます。

PHON_DOS = 0
Phonon density of states: 0 none, 1 Gaussian, 2 tetrahedron.
フォノン状態密度。0: なし、1: Gauss 型、2: 四面体法。

PHON_NEDOS = 1000
Points of the phonon density of states.
フォノン状態密度の点数。

PHON_SIGMA = 0.001
Width of the phonon density of states, in THz.
フォノン状態密度の幅 (THz)。

PHON_DOS_SIGMA = 0.001
Width of the phonon density of states, in THz.
フォノン状態密度の幅 (THz)。

PHON_NWRITE = 0
Output of phonon frequencies: how much is written.
フォノン振動数の出力量。

PHON_BORN_CHARGES = -
Born effective charges of the primitive cell, nine numbers per ion.
基本セルの Born 有効電荷 (イオンごとに 9 成分)。

PHON_DIELECTRIC = -
Ion-clamped dielectric tensor for LPHON_POLAR, nine numbers.
LPHON_POLAR で使うイオン固定の誘電テンソル (9 成分)。

PHON_G_CUTOFF = from the cell ~ セルから決定
Cutoff of the Ewald sum of LPHON_POLAR, in 1/Å.
LPHON_POLAR の Ewald 和のカットオフ (1/Å)。

PHON_LMC = .FALSE.
Samples displaced structures of a temperature (electron-phonon coupling).
ある温度の変位構造を生成します (電子フォノン相互作用)。

PHON_LBOSE = .TRUE.
Bose-Einstein statistics for the displacements, else Maxwell-Boltzmann.
変位に Bose-Einstein 統計を使います (偽なら Maxwell-Boltzmann)。

PHON_NSTRUCT = -1
Number of displaced structures; 0: one special displacement.
変位構造の数。0 なら 1 つの特別な変位。

PHON_NTLIST = 1
Number of temperatures in PHON_TLIST.
PHON_TLIST の温度の数。

PHON_TLIST = 0
Temperatures for displaced structures, in K.
変位構造を作る温度 (K)。

NDAV = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

STOP_ON = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。
`;
