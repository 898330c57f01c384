/** Hybrid functionals, GW, RPA, BSE and linear response. Form of the table: see `tagTable.ts`. */
export const MANY_BODY_TAGS = `
LHFCALC = .FALSE.
Hartree-Fock or hybrid functional.
Hartree-Fock またはハイブリッド汎関数。

AEXX = 0.25 with LHFCALC, else 0 ~ LHFCALC なら 0.25、それ以外は 0
Fraction of exact exchange.
厳密交換の割合。

HFSCREEN = 0
Range separation of the exact exchange, in 1/Å (0.2: HSE06).
厳密交換の長距離・短距離分割パラメータ (1/Å)。HSE06 では 0.2。

HFSCREENC = 0
Range separation of the correlation, in 1/Å.
相関の長距離・短距離分割パラメータ (1/Å)。

HFALPHA = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

HFRCUT = 0
Truncation radius of the Coulomb kernel, in Å; -1: from the volume.
クーロン核の打ち切り半径 (Å)。-1 なら体積から決めます。

HFLMAX = 4
Old name of LMAXFOCK.
LMAXFOCK の旧名。

LTHOMAS = .FALSE.
Thomas-Fermi screening of the exchange.
Thomas-Fermi 遮蔽した交換。

LRHFCALC = .FALSE.
Long-range exact exchange, local short-range functional.
長距離を厳密交換、短距離を局所汎関数で扱います。

LRHFATM = .FALSE.
Long-range exchange in the atomic calculation as well.
原子の計算でも長距離交換を使います。

LMODELHF = .FALSE.
Dielectric-dependent hybrid functional.
誘電率依存ハイブリッド汎関数。

PRECFOCK = Normal
FFT grids of the exact exchange.
厳密交換の FFT グリッド。
: Low | Obsolete: smallest grid. | 旧設定 (最小のグリッド)。
: Medium | Obsolete. | 旧設定。
: Fast | Smallest grid without wrap-around in the orbitals. | 小さいグリッド (高速)。
: Normal | Grid with little wrap-around. | 折り返しの少ないグリッド。
: Accurate | No wrap-around. | 折り返しのないグリッド。
: Selected | Grid from ENCUTFOCK. | ENCUTFOCK で決まるグリッド。

ENCUTFOCK = -
Cutoff of the FFT grid of the exact exchange, in eV; PRECFOCK is the newer tag.
厳密交換の FFT グリッドのカットオフ (eV)。新しい指定は PRECFOCK です。

LMAXFOCK = 4
Largest l of the augmentation of the exchange charges.
交換電荷の補償の最大の l。

LMAXFOCKAE = -1
Largest l to which the all-electron exchange charge is restored on the grid.
全電子の交換電荷をグリッド上で再現する最大の l。

NMAXFOCKAE = 1
Number of functions that restore the all-electron exchange charge.
全電子の交換電荷を再現する関数の数。

QMAXFOCKAE = 6 or 10 ~ 6 または 10
Wave vectors to which that charge is restored, in 1/Å.
その電荷を再現する波数 (1/Å)。

LFOCKAEDFT = .FALSE.
Restored all-electron charges also in the DFT part.
DFT の部分にも再現した全電子電荷を使います。

NKRED = 1
Reduces the k-point grid of the exact exchange in all directions.
厳密交換の k 点グリッドを全方向で減らす倍率。

NKREDX = 1
Reduces the k-point grid of the exact exchange along b1.
b1 方向の厳密交換の k 点グリッドを減らす倍率。

NKREDY = 1
Reduces the k-point grid of the exact exchange along b2.
b2 方向の厳密交換の k 点グリッドを減らす倍率。

NKREDZ = 1
Reduces the k-point grid of the exact exchange along b3.
b3 方向の厳密交換の k 点グリッドを減らす倍率。

NKREDLFX = 1
Reduces the k-point grid of local-field effects along b1.
b1 方向の局所場効果の k 点グリッドを減らす倍率。

NKREDLFY = 1
Reduces the k-point grid of local-field effects along b2.
b2 方向の局所場効果の k 点グリッドを減らす倍率。

NKREDLFZ = 1
Reduces the k-point grid of local-field effects along b3.
b3 方向の局所場効果の k 点グリッドを減らす倍率。

EVENONLY = .FALSE.
Exchange only from k-points with even indices.
偶数番号の k 点のみで交換を計算します。

ODDONLY = .FALSE.
Exchange only from k-points with odd indices.
奇数番号の k 点のみで交換を計算します。

EVENONLYGW = .FALSE.
Response only from k-points with even indices (GW).
偶数番号の k 点のみで応答を計算します (GW)。

ODDONLYGW = .FALSE.
Response only from k-points with odd indices (GW).
奇数番号の k 点のみで応答を計算します (GW)。

LHARTREE = .TRUE.
Hartree interaction (bubbles) in response functions.
応答関数に Hartree 項を含めます。

LADDER = .TRUE.
Electron-hole ladder diagrams in the BSE.
BSE に電子正孔のラダー図形を含めます。

LFXC = .FALSE.
Exchange-correlation kernel in TDDFT.
TDDFT で交換相関核を使います。

LFXCEPS = .FALSE.
Exchange-correlation kernel in the dielectric function.
誘電関数に交換相関核を含めます。

LFXHEG = .FALSE.
Kernel of the homogeneous electron gas.
一様電子ガスの核を使います。

LTCTE = .FALSE.
Test-charge test-electron screening of W.
W を試験電荷・試験電子の遮蔽で計算します。

LTETE = .FALSE.
Test-electron test-electron screening of W.
W を試験電子・試験電子の遮蔽で計算します。

LTRIPLET = .FALSE.
Triplet excitations.
三重項励起。

ANTIRES = 0
Treatment of the antiresonant part in the BSE.
BSE の反共鳴項の扱い。
: 0 | Tamm-Dancoff approximation. | Tamm-Dancoff 近似。
: 1 | Beyond Tamm-Dancoff, exact at ω = 0. | Tamm-Dancoff を越え、ω = 0 で厳密。
: 2 | Full BSE. | 完全な BSE。

IBSE = 0
Solver of the BSE.
BSE の解法。
: 0 | Exact diagonalisation. | 厳密対角化。
: 1 | Time evolution. | 時間発展。
: 2 | Exact diagonalisation by another library. | 別のライブラリによる厳密対角化。
: 3 | Lanczos. | Lanczos 法。

NBANDSO = -
Occupied bands in the BSE.
BSE に含める占有バンドの数。

NBANDSV = -
Empty bands in the BSE.
BSE に含める空バンドの数。

NBSEEIG = -
BSE eigenvectors that are written.
書き出す BSE 固有ベクトルの数。

KPOINT_BSE = -
k-point of the excitation momentum in the BSE.
BSE の励起の運動量に対応する k 点。

OMEGAMAX = outermost node in energy ~ エネルギーの最外点
Largest frequency of dense part of the grid, or of BSE transitions, in eV.
振動数グリッドの密な部分、または BSE の遷移の最大エネルギー (eV)。

OMEGAMIN = -
Smallest frequency of the grid, in eV.
振動数グリッドの最小値 (eV)。

OMEGATL = 10 times OMEGAMAX ~ OMEGAMAX の 10 倍
Largest frequency of the coarse part of the grid, in eV.
振動数グリッドの粗い部分の最大値 (eV)。

OMEGAGRID = 140 or 40 ~ 140 または 40
Type of the frequency grid.
振動数グリッドの種類。

NOMEGA = 100 (12 low-scaling) ~ 100 (低スケーリングでは 12)
Number of frequency points.
振動数点の数。

NOMEGAR = -
Number of frequency points on the real axis.
実軸上の振動数点の数。

TAUPAR = -
Old name of NTAUPAR: groups of cores along imaginary time.
NTAUPAR の旧名。虚時間方向のコアのグループ数。

CSHIFT = 0.1 or from OMEGAMAX/NOMEGA ~ 0.1 または OMEGAMAX/NOMEGA から決定
Complex shift in the Kramers-Kronig transform, in eV.
Kramers-Kronig 変換の複素シフト (eV)。

ENCUTGW = 2/3 ENCUT
Cutoff of the response function, in eV.
応答関数のカットオフ (eV)。

ENCUTGWSOFT = 0.8 ENCUTGW
Energy at which the Coulomb kernel starts to be damped, in eV.
クーロン核の減衰を始めるエネルギー (eV)。

ENCUTLF = ENCUTGW
Cutoff of local-field effects, in eV.
局所場効果のカットオフ (eV)。

ENCUT4O = -
Cutoff of the four-orbital integrals, in eV.
4 軌道積分のカットオフ (eV)。

NBANDSGW = twice the occupied bands ~ 占有バンドの 2 倍
Bands with quasiparticle corrections.
準粒子補正を計算するバンドの数。

NBANDSGWLOW = 1
Lowest band with a quasiparticle correction.
準粒子補正を計算する最低のバンド。

NBANDSEXACT = NBANDS
Bands from exact diagonalisation that enter GW.
GW で使う厳密対角化のバンドの数。

NBANDSLF = -
Bands in local-field effects.
局所場効果に含めるバンドの数。

SELFENERGY = .FALSE.
Writes the frequency-dependent self-energy.
振動数に依存する自己エネルギーを書きます。

LSELFENERGY = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

LSPECTRAL = .TRUE. for NOMEGA > 2 ~ NOMEGA > 2 なら .TRUE.
Spectral method for the polarisability.
分極率をスペクトル法で計算します。

LSPECTRALGW = .FALSE.
Spectral method for the self-energy.
自己エネルギーをスペクトル法で計算します。

LUSEW = .FALSE.
Reads the screened interaction from file.
遮蔽相互作用をファイルから読みます。

SCISSOR = 0
Shift of the empty bands, in eV.
空バンドのシフト (eV)。

LRPA = .FALSE.
Random phase approximation in the response (no exchange-correlation kernel).
応答を乱雑位相近似で計算します (交換相関核なし)。

LRPAFORCE = .FALSE.
Forces in the random phase approximation.
乱雑位相近似の力。

LSINGLES = .FALSE.
Singles contributions to the RPA correlation energy.
RPA 相関エネルギーに singles の寄与を加えます。

LFINITE_TEMPERATURE = .FALSE.
Finite-temperature form of low-scaling GW and RPA (metals).
低スケーリング GW・RPA を有限温度の形で計算します (金属)。

LFERMIGW = .FALSE.
Updates the Fermi energy in GW.
GW で Fermi エネルギーを更新します。

LHFONE = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

LNOAUGXC = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

LMP2LT = .FALSE.
MP2 by the Laplace transform.
ラプラス変換による MP2。

LSMP2LT = .FALSE.
Stochastic MP2 by the Laplace transform.
確率的ラプラス変換 MP2。

LMAXMP2 = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

NSTORB = -
Number of stochastic orbitals in MP2.
MP2 の確率的軌道の数。

TELESCOPE = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

ESTOP = -
Error at which stochastic MP2 ends, in meV.
確率的 MP2 を終える誤差 (meV)。

MODEL_GW = 0
Model for the screening.
遮蔽のモデル。

MODEL_EPS0 = 10
Static dielectric constant of the model.
モデルの静的誘電率。

MODEL_ALPHA = 1
Parameter of the model dielectric function.
モデル誘電関数のパラメータ。

SCSRAD = 2
Radius of the screened Coulomb matrix elements, in Å.
遮蔽クーロン行列要素の半径 (Å)。

NCRPA_BANDS = -
Bands excluded in constrained RPA.
制限 RPA で除外するバンド。

NTARGET_STATES = -
Target states of constrained RPA.
制限 RPA の対象状態。

LWEIGHTED = .FALSE.
Weighted method of constrained RPA.
重みつき制限 RPA。

LINTERFAST = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

LINTPOL_WPOT = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

LDOWNSAMPLE = .FALSE.
Coarser k-point grid for low-scaling response.
低スケーリングの応答で粗い k 点グリッドを使います。

LCORR = .TRUE.
Harris-Foulkes-like corrections to the forces.
力に Harris-Foulkes 型の補正を加えます。

LOPTICS = .FALSE.
Frequency-dependent dielectric matrix after self-consistency.
自己無撞着計算の後、振動数に依存する誘電行列を計算します。

LEPSILON = .FALSE.
Static dielectric tensor, piezoelectric tensor and Born charges by perturbation theory.
摂動論による静的誘電テンソル、圧電テンソル、Born 有効電荷。

LCALCEPS = .FALSE.
Static dielectric tensor and Born charges by finite electric fields.
有限電場による静的誘電テンソルと Born 有効電荷。

LPEAD = .FALSE.
Derivatives of the orbitals by finite differences in k.
軌道の波数微分を有限差分で計算します。

IPEAD = 4
Order of those finite differences.
その有限差分の次数。

EFIELD_PEAD = 0 0 0
Finite homogeneous electric field, in eV/Å.
有限の一様電場 (eV/Å)。

LSKIP_NSCF = .FALSE.
Skips the terms of the non-self-consistent response.
非自己無撞着の応答の項を省きます。

LSKIP_SCF = .FALSE.
Skips the terms of the self-consistent response.
自己無撞着の応答の項を省きます。

IEPSILON = 4
Direction of the applied field in time evolution.
時間発展での外場の方向。
: 1 | x. | x。
: 2 | y. | y。
: 3 | z. | z。
: 4 | All three. | 3 方向すべて。

RTIME = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

LSYMGRAD = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

VCUTOFF = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

PTHRESHOLD = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

EXXOEP = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

FOURORBIT = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

QUARTET = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

MCALPHA = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

SCALEE = 1
Coupling between two Hamiltonians in thermodynamic integration.
熱力学積分での 2 つのハミルトニアンの結合定数。

DIM = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

ISPIND = ISPIN
Spin components that are written.
書き出すスピン成分。

HITOLER = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

LSCK = .FALSE.
Squeezed Coulomb kernel.
Squeezed クーロン核。

KINTER = 0
Interpolation factor of k-points in optics.
光学計算での k 点の補間倍率。

ISEARCH = 0
Line search in the direct optimisation of orbitals.
軌道の直接最適化での直線探索。

ELMIN = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

LMETAGGA = .FALSE.
Old switch of meta-GGAs; METAGGA is the newer tag.
meta-GGA の旧スイッチ。新しい指定は METAGGA です。

LNICSALL = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

PFLAT = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

PLEVEL = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。

PROUTINE = -
Internal or rarely used option; the VASP manual does not describe it.
内部用、またはまれにしか使われないオプション。VASP のマニュアルに説明はありません。
`;
