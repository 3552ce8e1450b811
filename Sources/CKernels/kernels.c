#include "CKernels.h"

#include <math.h>

#if defined(__x86_64__) && defined(__linux__)
#define NK_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NK_DISPATCH
#endif

#define NK_LOOP(type, suffix, name, op)                                                          \
  NK_DISPATCH void nk_##name##_##suffix(const type *a, ptrdiff_t sa, const type *b, ptrdiff_t sb, \
                                        type *out, ptrdiff_t n) {                                \
    if (sa == 1 && sb == 1)                                                                      \
      for (ptrdiff_t i = 0; i < n; i++) out[i] = a[i] op b[i];                                   \
    else if (sa == 1 && sb == 0)                                                                 \
      for (ptrdiff_t i = 0; i < n; i++) out[i] = a[i] op b[0];                                   \
    else if (sa == 0 && sb == 1)                                                                 \
      for (ptrdiff_t i = 0; i < n; i++) out[i] = a[0] op b[i];                                   \
    else                                                                                         \
      for (ptrdiff_t i = 0; i < n; i++) out[i] = a[i * sa] op b[i * sb];                         \
  }
#define NK_ARITHMETIC(name, op) NK_LOOP(double, f64, name, op) NK_LOOP(float, f32, name, op)

NK_ARITHMETIC(add, +)
NK_ARITHMETIC(subtract, -)
NK_ARITHMETIC(multiply, *)
NK_ARITHMETIC(divide, /)

#define NK_MAP(type, suffix, name, expression)                                                     \
  NK_DISPATCH void nk_##name##_##suffix(const type *x, type *out, ptrdiff_t n) {                    \
    for (ptrdiff_t i = 0; i < n; i++) out[i] = expression;                                          \
  }

NK_MAP(double, f64, relu, (x[i] > 0 || x[i] != x[i] ? x[i] : 0))
NK_MAP(float, f32, relu, (x[i] > 0 || x[i] != x[i] ? x[i] : 0))
NK_MAP(double, f64, exp, exp(x[i]))
NK_MAP(float, f32, exp, expf(x[i]))
NK_MAP(double, f64, tanh, tanh(x[i]))
NK_MAP(float, f32, tanh, tanhf(x[i]))
NK_MAP(double, f64, sigmoid, 1 / (1 + exp(-x[i])))
NK_MAP(float, f32, sigmoid, 1 / (1 + expf(-x[i])))
