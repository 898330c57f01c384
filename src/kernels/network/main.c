// 3D convolutional networks, one sample at a time: the arithmetic of src/kernels/networkEngine.ts, one file a kernel.
#include "vector.h"

#include "activation.c"
#include "pool.c"

#include "firstConvolution.c"

#include "convolution.c"

#include "winograd.c"

#include "dense.c"

#include "dropout.c"

#include "normalization.c"
