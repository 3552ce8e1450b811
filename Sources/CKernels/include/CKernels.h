// Element-wise loops that Swift cannot vectorize for the machine it runs on: each is compiled for
// several instruction sets and picked when the program starts. Steps of the operands are 0 or 1. The
// result of a function of one operand may take the place of the operand; others do not overlap.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#pragma clang assume_nonnull begin

#define NK_BINARY(name)                                                                          \
  void nk_##name##_f64(const double *a, ptrdiff_t sa, const double *b, ptrdiff_t sb, double *out, \
                       ptrdiff_t n);                                                             \
  void nk_##name##_f32(const float *a, ptrdiff_t sa, const float *b, ptrdiff_t sb, float *out,    \
                       ptrdiff_t n);
#define NK_UNARY(name)                                               \
  void nk_##name##_f64(const double *x, double *out, ptrdiff_t n);  \
  void nk_##name##_f32(const float *x, float *out, ptrdiff_t n);

/// What the computation at work on this thread has taken so far and what may end it. Plain memory of
/// the thread: it is touched with every number that is recorded.
typedef struct {
  /// Bytes held by tensors, recorded quantities and workspaces made on this thread.
  ptrdiff_t live;
  /// How many of them there may be.
  ptrdiff_t limit;
  /// What the process may take besides, where it is watched.
  ptrdiff_t allowance;
  /// Bytes of texts and lists made since the memory of the process was last looked at.
  ptrdiff_t unseen;
  /// Bytes that were wanted when memory ran out.
  ptrdiff_t wanted;
  /// Element steps of kernels until the next look at the interrupt and the clock.
  ptrdiff_t patience;
  /// When the computation has to end, on the monotonic clock in nanoseconds; 0 for never.
  long long deadline;
  /// Says whether somebody wants the computation to end; NULL where nobody can.
  int (*_Nullable interrupted)(const void *_Nullable context);
  const void *_Nullable context;
  /// Why the computation is to end, 0 while it is not.
  int stopped;
} nk_computation;

extern _Thread_local nk_computation nk_thread_computation
    __attribute__((tls_model("initial-exec")));

static inline nk_computation *nk_current(void) { return &nk_thread_computation; }

/// What an object of the allocator takes, with what the allocator adds.
static inline ptrdiff_t nk_allocated_bytes(const void *object) {
#ifdef __GLIBC__
  return (ptrdiff_t)malloc_usable_size((void *)object) + (ptrdiff_t)sizeof(size_t);
#else
  (void)object;
  return 64;
#endif
}

/// Bytes of the process that belong to it alone, -1 where the system does not say; after giving
/// freed memory back to the system, if asked to.
ptrdiff_t nk_process_bytes(int trims);

/// Addresses for a number of bytes that all lie on the same few pages: somewhere to write to for a
/// computation that has been refused the memory and is about to notice. Never NULL.
void *nk_map_nowhere(size_t bytes);
void nk_unmap(void *start, size_t bytes);

extern bool nk_nowhere_is_used;

/// Whether there have been such addresses in this process.
static inline bool nk_uses_nowhere(void) {
  return __atomic_load_n(&nk_nowhere_is_used, __ATOMIC_RELAXED);
}

NK_BINARY(add)
NK_BINARY(subtract)
NK_BINARY(multiply)
NK_BINARY(divide)

NK_UNARY(negate)
NK_UNARY(square)
NK_UNARY(exp)
NK_UNARY(log)
NK_UNARY(tanh)
NK_UNARY(sigmoid)
NK_UNARY(relu)

// The gradient passed on, from the gradient a that arrives and the output or input b.
NK_BINARY(sigmoid_gradient)  // a·b·(1 - b), b the output
NK_BINARY(tanh_gradient)     // a·(1 - b·b), b the output
NK_BINARY(relu_gradient)     // a where b > 0, else 0, b the input
NK_BINARY(square_gradient)   // 2·a·b, b the input

// The same for gradients that lie in buffers of their own, changed in place.
void nk_scale_by_sigmoid_slope_f64(double *g, const double *y, ptrdiff_t n);
void nk_scale_by_sigmoid_slope_f32(float *g, const float *y, ptrdiff_t n);
void nk_scale_by_tanh_slope_f64(double *g, const double *y, ptrdiff_t n);
void nk_scale_by_tanh_slope_f32(float *g, const float *y, ptrdiff_t n);

extern _Thread_local bool nk_thread_pause __attribute__((tls_model("initial-exec")));

/// Whether the thread computes without recording histories.
static inline bool *nk_recording_pause(void) { return &nk_thread_pause; }

/// Makes the allocator keep what is freed for the next step of a training loop, where the same sizes
/// come again: getting fresh pages from the system costs more than the arithmetic on them.
void nk_keep_freed_memory(void);

/// The sum of the elements, in blocks, so that rounding errors stay small and speed does not.
double nk_sum_f64(const double *x, ptrdiff_t n);
float nk_sum_f32(const float *x, ptrdiff_t n);

/// Blocks inside larger arrays: row r, column i of x is x[r·rows + i·step], of out out[r·out_rows + i].
/// copy stores out = x; scatter adds out to x.
void nk_copy_block_f64(const double *x, ptrdiff_t rows, ptrdiff_t step, double *out, ptrdiff_t out_rows,
                       ptrdiff_t height, ptrdiff_t width);
void nk_copy_block_f32(const float *x, ptrdiff_t rows, ptrdiff_t step, float *out, ptrdiff_t out_rows,
                       ptrdiff_t height, ptrdiff_t width);
void nk_scatter_block_f64(double *x, ptrdiff_t rows, ptrdiff_t step, const double *out,
                          ptrdiff_t out_rows, ptrdiff_t height, ptrdiff_t width);
void nk_scatter_block_f32(float *x, ptrdiff_t rows, ptrdiff_t step, const float *out, ptrdiff_t out_rows,
                          ptrdiff_t height, ptrdiff_t width);

/// n windows side by side in steps, each of height × width elements, x[r·rows + i·step + c]:
/// gather stores out[i] = sum / divisor; spread adds out[i] / divisor to each element.
void nk_gather_windows_f64(const double *x, ptrdiff_t rows, ptrdiff_t step, ptrdiff_t height,
                           ptrdiff_t width, double divisor, double *out, ptrdiff_t n);
void nk_gather_windows_f32(const float *x, ptrdiff_t rows, ptrdiff_t step, ptrdiff_t height,
                           ptrdiff_t width, float divisor, float *out, ptrdiff_t n);
void nk_spread_windows_f64(double *x, ptrdiff_t rows, ptrdiff_t step, ptrdiff_t height, ptrdiff_t width,
                           double divisor, const double *out, ptrdiff_t n);
void nk_spread_windows_f32(float *x, ptrdiff_t rows, ptrdiff_t step, ptrdiff_t height, ptrdiff_t width,
                           float divisor, const float *out, ptrdiff_t n);

/// The same windows: the largest of each, NaN when one is NaN; and g added to where it is in x, the
/// first of equals.
void nk_largest_of_windows_f64(const double *x, ptrdiff_t rows, ptrdiff_t step, ptrdiff_t height,
                               ptrdiff_t width, double *out, ptrdiff_t n);
void nk_largest_of_windows_f32(const float *x, ptrdiff_t rows, ptrdiff_t step, ptrdiff_t height,
                               ptrdiff_t width, float *out, ptrdiff_t n);
void nk_spread_to_largest_f64(const double *x, ptrdiff_t rows, ptrdiff_t step, ptrdiff_t height,
                              ptrdiff_t width, const double *g, double *out, ptrdiff_t n);
void nk_spread_to_largest_f32(const float *x, ptrdiff_t rows, ptrdiff_t step, ptrdiff_t height,
                              ptrdiff_t width, const float *g, float *out, ptrdiff_t n);

/// out[i] += x[i].
void nk_accumulate_f64(const double *x, double *out, ptrdiff_t n);
void nk_accumulate_f32(const float *x, float *out, ptrdiff_t n);

// What recurrent layers do to the sums of one step, in place, and the same backwards (recurrent.c).
#define NK_RECURRENT(type, suffix)                                                                  \
  void nk_exp_in_place_##suffix(type *x, ptrdiff_t n);                                              \
  void nk_tanh_in_place_##suffix(type *x, ptrdiff_t n);                                             \
  void nk_sigmoid_in_place_##suffix(type *x, ptrdiff_t n);                                          \
  void nk_lstm_##suffix(type *gates, const type *cell, type *newCell, type *squashed, type *state,  \
                   ptrdiff_t rows, ptrdiff_t width);                                                \
  void nk_lstm_gradient_##suffix(const type *gates, const type *cell, const type *squashed,         \
                            const type *dState, type *dCell, type *dGates, ptrdiff_t rows,          \
                            ptrdiff_t width);                                                       \
  void nk_gru_reset_##suffix(type *gates, const type *state, type *reset, ptrdiff_t rows, ptrdiff_t width); \
  void nk_gru_##suffix(type *gates, const type *state, type *newState, ptrdiff_t rows, ptrdiff_t width); \
  void nk_gru_gradient_##suffix(const type *gates, const type *state, const type *dState, type *dGates, \
                           ptrdiff_t rows, ptrdiff_t width);                                        \
  void nk_gru_reset_gradient_##suffix(const type *gates, const type *state, const type *dReset,     \
                                 type *dState, type *dGates, ptrdiff_t rows, ptrdiff_t width);
NK_RECURRENT(double, f64)
NK_RECURRENT(float, f32)

#pragma clang assume_nonnull end
