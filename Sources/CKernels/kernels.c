#include "CKernels.h"

#include "dispatch.h"
#include "elementary.h"

#ifdef __GLIBC__
#include <malloc.h>

void nk_keep_freed_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
}
#else
void nk_keep_freed_memory(void) {}
#endif

#define NK_LOOP(type, suffix, name, body)                                                         \
  NK_DISPATCH void nk_##name##_##suffix(const type *restrict a, ptrdiff_t sa,                      \
                                        const type *restrict b, ptrdiff_t sb, type *restrict out,  \
                                        ptrdiff_t n) {                                             \
    if (sa == 1 && sb == 1)                                                                       \
      for (ptrdiff_t i = 0; i < n; i++) out[i] = body(a[i], b[i]);                                \
    else if (sa == 1 && sb == 0)                                                                  \
      for (ptrdiff_t i = 0; i < n; i++) out[i] = body(a[i], b[0]);                                \
    else if (sa == 0 && sb == 1)                                                                  \
      for (ptrdiff_t i = 0; i < n; i++) out[i] = body(a[0], b[i]);                                \
    else                                                                                          \
      for (ptrdiff_t i = 0; i < n; i++) out[i] = body(a[i * sa], b[i * sb]);                      \
  }
#define NK_PAIRS(name, body) NK_LOOP(double, f64, name, body) NK_LOOP(float, f32, name, body)

#define NK_ADD(a, b) ((a) + (b))
#define NK_SUBTRACT(a, b) ((a) - (b))
#define NK_MULTIPLY(a, b) ((a) * (b))
#define NK_DIVIDE(a, b) ((a) / (b))
NK_PAIRS(add, NK_ADD)
NK_PAIRS(subtract, NK_SUBTRACT)
NK_PAIRS(multiply, NK_MULTIPLY)
NK_PAIRS(divide, NK_DIVIDE)

#define NK_SIGMOID_GRADIENT(g, y) ((g) * ((y) * (1 - (y))))
#define NK_TANH_GRADIENT(g, y) ((g) * (1 - (y) * (y)))
#define NK_RELU_GRADIENT(g, x) ((x) > 0 ? (g) : 0)
#define NK_SQUARE_GRADIENT(g, x) ((g) * (2 * (x)))
NK_PAIRS(sigmoid_gradient, NK_SIGMOID_GRADIENT)
NK_PAIRS(tanh_gradient, NK_TANH_GRADIENT)
NK_PAIRS(relu_gradient, NK_RELU_GRADIENT)
NK_PAIRS(square_gradient, NK_SQUARE_GRADIENT)

#define NK_SCALE(type, suffix, name, body)                                                         \
  NK_DISPATCH void nk_scale_by_##name##_slope_##suffix(type *g, const type *y, ptrdiff_t n) {       \
    for (ptrdiff_t i = 0; i < n; i++) g[i] = body(g[i], y[i]);                                      \
  }
NK_SCALE(double, f64, sigmoid, NK_SIGMOID_GRADIENT)
NK_SCALE(float, f32, sigmoid, NK_SIGMOID_GRADIENT)
NK_SCALE(double, f64, tanh, NK_TANH_GRADIENT)
NK_SCALE(float, f32, tanh, NK_TANH_GRADIENT)

#define NK_MAP(type, suffix, name, body)                                                           \
  NK_DISPATCH void nk_##name##_##suffix(const type *x, type *out, ptrdiff_t n) {                    \
    _Pragma("clang loop vectorize(assume_safety)") for (ptrdiff_t i = 0; i < n; i++) out[i] =       \
        body(x[i]);                                                                                 \
  }
#define NK_MAPS(name, wide, narrow) NK_MAP(double, f64, name, wide) NK_MAP(float, f32, name, narrow)

#define NK_NEGATE(x) (-(x))
#define NK_SQUARE(x) ((x) * (x))
#define NK_RELU(x) ((x) > 0 || (x) != (x) ? (x) : 0)
NK_MAPS(negate, NK_NEGATE, NK_NEGATE)
NK_MAPS(square, NK_SQUARE, NK_SQUARE)
NK_MAPS(relu, NK_RELU, NK_RELU)
NK_MAPS(exp, nk_exp, nk_expf)
NK_MAPS(log, nk_log, nk_logf)
NK_MAPS(tanh, nk_tanh, nk_tanhf)
NK_MAPS(sigmoid, nk_sigmoid, nk_sigmoidf)

// Four vectors of partial sums keep the adders busy; blocks of 4096 are added up in double.
#define NK_SUM(type, suffix)                                                     \
  typedef type nk_lanes_##suffix __attribute__((vector_size(64), aligned(sizeof(type)))); \
  NK_DISPATCH type nk_sum_##suffix(const type *x, ptrdiff_t n) {                 \
    enum { width = 64 / sizeof(type) };                                          \
    double total = 0;                                                            \
    for (ptrdiff_t start = 0; start < n; start += 4096) {                        \
      ptrdiff_t end = n - start < 4096 ? n : start + 4096, i = start;            \
      nk_lanes_##suffix sums[4] = {0};                                           \
      for (; i + 4 * width <= end; i += 4 * width)                               \
        for (int j = 0; j < 4; j++)                                              \
          sums[j] += *(const nk_lanes_##suffix *)(x + i + j * width);            \
      sums[0] += sums[1] + (sums[2] + sums[3]);                                  \
      type block = 0;                                                            \
      for (int j = 0; j < width; j++) block += sums[0][j];                       \
      for (; i < end; i++) block += x[i];                                        \
      total += block;                                                            \
    }                                                                            \
    return (type)total;                                                          \
  }
NK_SUM(double, f64)
NK_SUM(float, f32)

#define NK_ACCUMULATE(type, suffix)                                                              \
  NK_DISPATCH void nk_accumulate_##suffix(const type *restrict x, type *restrict out, ptrdiff_t n) { \
    for (ptrdiff_t i = 0; i < n; i++) out[i] += x[i];                                            \
  }
NK_ACCUMULATE(double, f64)
NK_ACCUMULATE(float, f32)

// Copies in pieces of 32 bytes, the last overlapping the one before: rows here are too short for a
// call of memcpy to pay.
#define NK_COPY(type, suffix)                                                                       \
  NK_INLINE void nk_copy_##suffix(const type *restrict x, type *restrict out, ptrdiff_t n) {        \
    enum { width = 32 / sizeof(type) };                                                             \
    ptrdiff_t i = 0;                                                                                \
    for (; i + width <= n; i += width) memcpy(out + i, x + i, 32);                                  \
    if (i < n && n >= width) {                                                                      \
      memcpy(out + n - width, x + n - width, 32);                                                   \
    } else {                                                                                        \
      _Pragma("clang loop vectorize(disable) unroll(disable)") for (; i < n; i++) out[i] = x[i];    \
    }                                                                                               \
  }
NK_COPY(double, f64)
NK_COPY(float, f32)

#define NK_BLOCKS(type, suffix)                                                                     \
  NK_DISPATCH void nk_copy_block_##suffix(const type *restrict x, ptrdiff_t rows, ptrdiff_t step,   \
                                          type *restrict out, ptrdiff_t out_rows, ptrdiff_t height, \
                                          ptrdiff_t width) {                                        \
    for (ptrdiff_t r = 0; r < height; r++, x += rows, out += out_rows)                              \
      if (step == 1)                                                                                \
        nk_copy_##suffix(x, out, width);                                                            \
      else                                                                                          \
        for (ptrdiff_t i = 0; i < width; i++) out[i] = x[i * step];                                 \
  }                                                                                                 \
  NK_DISPATCH void nk_scatter_block_##suffix(type *restrict x, ptrdiff_t rows, ptrdiff_t step,      \
                                             const type *restrict out, ptrdiff_t out_rows,          \
                                             ptrdiff_t height, ptrdiff_t width) {                   \
    for (ptrdiff_t r = 0; r < height; r++, x += rows, out += out_rows)                              \
      if (step == 1)                                                                                \
        for (ptrdiff_t i = 0; i < width; i++) x[i] += out[i];                                       \
      else                                                                                          \
        for (ptrdiff_t i = 0; i < width; i++) x[i * step] += out[i];                                \
  }
NK_BLOCKS(double, f64)
NK_BLOCKS(float, f32)

// The larger of two, the first of equals, NaN when one is NaN.
#define NK_LARGER(a, b) ((b) > (a) || (b) != (b) ? (b) : (a))

#define NK_LARGEST(type, suffix)                                                                    \
  NK_DISPATCH void nk_largest_of_windows_##suffix(const type *restrict x, ptrdiff_t rows,           \
                                                  ptrdiff_t step, ptrdiff_t height,                 \
                                                  ptrdiff_t width, type *restrict out,              \
                                                  ptrdiff_t n) {                                    \
    if (step == 2 && height == 2 && width == 2) {                                                   \
      const type *y = x + rows;                                                                     \
      for (ptrdiff_t i = 0; i < n; i++) {                                                           \
        type a = NK_LARGER(x[2 * i], x[2 * i + 1]), b = NK_LARGER(y[2 * i], y[2 * i + 1]);          \
        out[i] = NK_LARGER(a, b);                                                                   \
      }                                                                                             \
      return;                                                                                       \
    }                                                                                               \
    for (ptrdiff_t i = 0; i < n; i++) {                                                             \
      type largest = x[i * step];                                                                   \
      for (ptrdiff_t r = 0; r < height; r++)                                                        \
        for (ptrdiff_t c = 0; c < width; c++)                                                       \
          largest = NK_LARGER(largest, x[r * rows + i * step + c]);                                 \
      out[i] = largest;                                                                             \
    }                                                                                               \
  }                                                                                                 \
  void nk_spread_to_largest_##suffix(const type *restrict x, ptrdiff_t rows, ptrdiff_t step,        \
                                     ptrdiff_t height, ptrdiff_t width, const type *restrict g,     \
                                     type *restrict out, ptrdiff_t n) {                             \
    for (ptrdiff_t i = 0; i < n; i++) {                                                             \
      ptrdiff_t best = i * step;                                                                    \
      type largest = x[best];                                                                       \
      for (ptrdiff_t r = 0; r < height; r++)                                                        \
        for (ptrdiff_t c = 0; c < width; c++) {                                                     \
          ptrdiff_t at = r * rows + i * step + c;                                                   \
          int wins = x[at] > largest || (x[at] != x[at] && largest == largest);                     \
          largest = wins ? x[at] : largest;                                                         \
          best = wins ? at : best;                                                                  \
        }                                                                                           \
      out[best] += g[i];                                                                            \
    }                                                                                               \
  }
NK_LARGEST(double, f64)
NK_LARGEST(float, f32)

// Windows of 2 × 2 in steps of 2, the usual ones, are written out so that they vectorize.
#define NK_WINDOWS(type, suffix)                                                                    \
  NK_DISPATCH void nk_gather_windows_##suffix(const type *restrict x, ptrdiff_t rows,               \
                                              ptrdiff_t step, ptrdiff_t height, ptrdiff_t width,    \
                                              type divisor, type *restrict out, ptrdiff_t n) {      \
    if (step == 2 && height == 2 && width == 2) {                                                   \
      const type *y = x + rows;                                                                     \
      for (ptrdiff_t i = 0; i < n; i++)                                                             \
        out[i] = (x[2 * i] + x[2 * i + 1] + y[2 * i] + y[2 * i + 1]) / divisor;                     \
      return;                                                                                       \
    }                                                                                               \
    for (ptrdiff_t i = 0; i < n; i++) {                                                             \
      type sum = 0;                                                                                 \
      for (ptrdiff_t r = 0; r < height; r++)                                                        \
        for (ptrdiff_t c = 0; c < width; c++) sum += x[r * rows + i * step + c];                    \
      out[i] = sum / divisor;                                                                       \
    }                                                                                               \
  }                                                                                                 \
  NK_DISPATCH void nk_spread_windows_##suffix(type *restrict x, ptrdiff_t rows, ptrdiff_t step,     \
                                              ptrdiff_t height, ptrdiff_t width, type divisor,      \
                                              const type *restrict out, ptrdiff_t n) {              \
    if (step == 2 && height == 2 && width == 2) {                                                   \
      type *restrict y = x + rows;                                                                  \
      for (ptrdiff_t i = 0; i < n; i++) {                                                           \
        type share = out[i] / divisor;                                                              \
        x[2 * i] += share, x[2 * i + 1] += share;                                                   \
        y[2 * i] += share, y[2 * i + 1] += share;                                                   \
      }                                                                                             \
      return;                                                                                       \
    }                                                                                               \
    for (ptrdiff_t i = 0; i < n; i++) {                                                             \
      type share = out[i] / divisor;                                                                \
      for (ptrdiff_t r = 0; r < height; r++)                                                        \
        for (ptrdiff_t c = 0; c < width; c++) x[r * rows + i * step + c] += share;                  \
    }                                                                                               \
  }
NK_WINDOWS(double, f64)
NK_WINDOWS(float, f32)

_Thread_local bool nk_thread_pause = false;
