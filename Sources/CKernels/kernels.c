#include "CKernels.h"
void nabla_kernels_placeholder(void) {}
