/** Machine-learned force fields of VASP. Form of the table: see `tagTable.ts`. */
export const MACHINE_LEARNING_TAGS = `
ML_LMLFF = .FALSE.
Machine-learned force fields.
機械学習力場を使います。

ML_MODE = NONE
What is done with the force field.
機械学習力場の動作モード。
: TRAIN | On-the-fly training; continues where ML_AB exists. | その場学習。ML_AB があれば続けます。
: SELECT | New selection of reference configurations from ML_AB. | ML_AB から参照配置を選び直します。
: REFIT | Refit for fast prediction. | 高速な予測用に再フィットします。
: REFITBAYESIAN | Refit with Bayesian error estimates. | ベイズ誤差推定つきで再フィットします。
: RUN | Prediction only. | 予測のみ。
: NONE | Off. | 使いません。

ML_ISTART = 0
Old choice of the mode; ML_MODE is the newer tag.
旧モード指定。新しい指定は ML_MODE です。
: 0 | Training from scratch. | 初めから学習します。
: 1 | Continues training from ML_AB. | ML_AB から学習を続けます。
: 2 | Prediction only. | 予測のみ。
: 3 | New selection from ML_AB. | ML_AB から選び直します。
: 4 | Refit. | 再フィット。

ML_WTOTEN = 1.0
Weight of the energies in training.
学習でのエネルギーの重み。

ML_WTIFOR = 10.0
Weight of the forces in training.
学習での力の重み。

ML_WTSIF = 1.0
Weight of the stresses in training.
学習での応力の重み。

ML_RCUT1 = 8.0
Cutoff radius of the radial descriptor, in Å.
動径記述子のカットオフ半径 (Å)。

ML_RCUT2 = 5.0
Cutoff radius of the angular descriptor, in Å.
角度記述子のカットオフ半径 (Å)。

ML_SION1 = 0.5
Width of the radial descriptor's Gaussians, in Å.
動径記述子の Gauss 関数の幅 (Å)。

ML_SION2 = 0.5
Width of the angular descriptor's Gaussians, in Å.
角度記述子の Gauss 関数の幅 (Å)。

ML_MRB1 = 12
Radial basis functions of the radial descriptor.
動径記述子の動径基底関数の数。

ML_MRB2 = 8
Radial basis functions of the angular descriptor.
角度記述子の動径基底関数の数。

ML_LMAX2 = 3
Largest l of the angular descriptor.
角度記述子の最大の l。

ML_NHYP = 4
Power of the kernel.
カーネルのべき。

ML_W1 = 0.1
Weight of the radial descriptor.
動径記述子の重み。

ML_MB = 1500
Largest number of local reference configurations per species.
元素種あたりの局所参照配置の最大数。

ML_MCONF = 1500
Largest number of training structures.
学習構造の最大数。

ML_MCONF_NEW = 5
Structures collected before a new fit.
再フィットまでに集める構造の数。

ML_MHIS = 10
Steps over which Bayesian errors are averaged.
ベイズ誤差を平均するステップ数。

ML_CTIFOR = 0.002
Threshold of the Bayesian error of the forces, in eV/Å.
力のベイズ誤差のしきい値 (eV/Å)。

ML_SCLC_CTIFOR = 0.6
Factor of that threshold for local reference configurations.
局所参照配置に対するそのしきい値の倍率。

ML_CSIG = 0.4
Threshold of the change of the error for updating ML_CTIFOR.
ML_CTIFOR を更新する誤差の変化のしきい値。

ML_CSLOPE = 0.2
Threshold of the slope of the error for updating ML_CTIFOR.
ML_CTIFOR を更新する誤差の傾きのしきい値。

ML_CX = 0
Factor of the average error in updating ML_CTIFOR.
ML_CTIFOR の更新での平均誤差の係数。

ML_CDOUB = 2.0
Factor of ML_CTIFOR above which a first-principles step is forced.
第一原理計算を必ず行うしきい値 (ML_CTIFOR の倍率)。

ML_ICRITERIA = 1
How ML_CTIFOR is updated.
ML_CTIFOR の更新方法。
: 0 | Fixed. | 固定。
: 1 | From the average of the errors. | 誤差の平均から更新します。
: 2 | From a moving average. | 移動平均から更新します。

ML_EPS_LOW = 1E-11
Threshold of sparsification of reference configurations.
参照配置の間引きのしきい値。

ML_EPS_REG = 1E-14
Convergence of the regression.
回帰の収束条件。

ML_IALGO_LINREG = 1
Algorithm of the linear regression.
線形回帰の手法。
: 1 | Bayesian linear regression. | ベイズ線形回帰。
: 2 | QR factorisation. | QR 分解。
: 3 | Singular value decomposition. | 特異値分解。
: 4 | Singular value decomposition with Tikhonov regularisation. | Tikhonov 正則化つき特異値分解。

ML_IREG = 2
Regularisation: 1 fixed, 2 optimised.
正則化。1: 固定、2: 最適化。

ML_SIGV0 = 1.0
Noise parameter of the regression.
回帰のノイズパラメータ。

ML_SIGW0 = 1.0
Precision parameter of the regression weights.
回帰の重みの精度パラメータ。

ML_IWEIGHT = 3
How energies, forces and stresses are weighted.
エネルギー・力・応力の重みづけ。
: 1 | As given. | 値をそのまま使います。
: 2 | Divided by standard deviations of all data. | 全データの標準偏差で割ります。
: 3 | Divided by standard deviations of each system. | 系ごとの標準偏差で割ります。

ML_LEATOM = .FALSE.
Writes atomic energies.
原子エネルギーを書きます。

ML_EATOM_REF = 0 for each species ~ 各元素種に 0
Reference energies of isolated atoms, in eV.
孤立原子の参照エネルギー (eV)。

ML_ISCALE_TOTEN = 2
Reference of the energies: 1 isolated atoms, 2 averages of the training data.
エネルギーの基準。1: 孤立原子、2: 学習データの平均。

ML_LHEAT = .FALSE.
Writes the heat flux to ML_HEAT.
熱流束を ML_HEAT に書きます。

ML_LFAST = .FALSE.
Fast prediction mode.
高速な予測モード。

ML_LBASIS_DISCARD = .TRUE.
Discards old reference configurations when ML_MB is reached.
ML_MB に達したとき古い参照配置を捨てます。

ML_LSPARSDES = .FALSE.
Sparsification of the angular descriptors.
角度記述子を間引きます。

ML_RDES_SPARSDES = 0.5
Fraction of angular descriptors that is kept.
保持する角度記述子の割合。

ML_LAFILT2 = .TRUE.
Filters the angular descriptors.
角度記述子にフィルターを使います。

ML_AFILT2 = 0.002
Parameter of that filter.
そのフィルターのパラメータ。

ML_IAFILT2 = 2
Kind of that filter.
そのフィルターの種類。

ML_LCOUPLE = .FALSE.
Thermodynamic integration with the force field.
機械学習力場で熱力学積分を行います。

ML_NATOM_COUPLED = 0
Number of atoms that are coupled.
結合する原子の数。

ML_ICOUPLE = -
Indices of the atoms that are coupled.
結合する原子の番号。

ML_RCOUPLE = 0
Coupling parameter.
結合パラメータ。

ML_OUTBLOCK = 1
Steps between outputs in prediction runs.
予測計算での出力間隔。

ML_OUTPUT_MODE = 1
What is written in prediction runs.
予測計算での出力内容。

ML_ESTBLOCK = 1
Steps between estimates of the error.
誤差を推定するステップ間隔。

ML_IERR = 3
How errors are estimated.
誤差の推定方法。

ML_DESC_TYPE = 0
Kind of the descriptor.
記述子の種類。

ML_TYPE_SUPERVEC = 1
Layout of the descriptor vector.
記述子ベクトルの構成。
`;
