// Element-wise loops that Swift cannot vectorize for the machine it runs on: each is compiled for
// several instruction sets and picked when the program starts. Steps of the operands are 0 or 1.
#pragma once
#include <stddef.h>

#pragma clang assume_nonnull begin

#define NK_BINARY(name)                                                                          \
  void nk_##name##_f64(const double *a, ptrdiff_t sa, const double *b, ptrdiff_t sb, double *out, \
                       ptrdiff_t n);                                                             \
  void nk_##name##_f32(const float *a, ptrdiff_t sa, const float *b, ptrdiff_t sb, float *out,    \
                       ptrdiff_t n);
#define NK_UNARY(name)                                               \
  void nk_##name##_f64(const double *x, double *out, ptrdiff_t n);  \
  void nk_##name##_f32(const float *x, float *out, ptrdiff_t n);

NK_BINARY(add)
NK_BINARY(subtract)
NK_BINARY(multiply)
NK_BINARY(divide)
NK_UNARY(exp)
NK_UNARY(tanh)
NK_UNARY(sigmoid)
NK_UNARY(relu)

#pragma clang assume_nonnull end
