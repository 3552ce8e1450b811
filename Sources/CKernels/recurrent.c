// What a recurrent layer does to the sums of one step, all gates of a unit in one loop, and the same
// backwards. Rows of gates are `gates · width` long; all other rows are `width` long.
#include "CKernels.h"

#include "dispatch.h"
#include "elementary.h"

// Gates of a unit lie in separate parts of a row, which the compiler cannot know.
#define NK_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")

#define NK_IN_PLACE(type, suffix, name, body)                          \
  NK_DISPATCH void nk_##name##_in_place_##suffix(type *x, ptrdiff_t n) { \
    for (ptrdiff_t i = 0; i < n; i++) x[i] = body(x[i]);               \
  }
NK_IN_PLACE(double, f64, exp, nk_exp)
NK_IN_PLACE(float, f32, exp, nk_expf)
NK_IN_PLACE(double, f64, tanh, nk_tanh)
NK_IN_PLACE(float, f32, tanh, nk_tanhf)
NK_IN_PLACE(double, f64, sigmoid, nk_sigmoid)
NK_IN_PLACE(float, f32, sigmoid, nk_sigmoidf)

#define NK_LSTM(type, suffix, sigmoid, tanh)                                                       \
  NK_DISPATCH void nk_lstm_##suffix(type *gates, const type *cell, type *newCell,  \
                                    type *squashed, type *state, ptrdiff_t rows,   \
                                    ptrdiff_t width) {                                               \
    for (ptrdiff_t row = 0; row < rows; row++) {                                                     \
      type *f = gates + 4 * row * width;                                                    \
      type *i = f + width, *g = i + width, *o = g + width;                                          \
      NK_INDEPENDENT                                                                                \
      for (ptrdiff_t u = 0; u < width; u++) {                                                        \
        ptrdiff_t at = row * width + u;                                                              \
        f[u] = sigmoid(f[u]);                                                                        \
        i[u] = sigmoid(i[u]);                                                                        \
        g[u] = tanh(g[u]);                                                                           \
        o[u] = sigmoid(o[u]);                                                                        \
        newCell[at] = f[u] * cell[at] + i[u] * g[u];                                                 \
        squashed[at] = tanh(newCell[at]);                                                            \
        state[at] = o[u] * squashed[at];                                                             \
      }                                                                                              \
    }                                                                                                \
  }                                                                                                  \
  NK_DISPATCH void nk_lstm_gradient_##suffix(                                                        \
      const type *gates, const type *cell, const type *squashed,                   \
      const type *dState, type *dCell, type *dGates, ptrdiff_t rows,               \
      ptrdiff_t width) {                                                                             \
    for (ptrdiff_t row = 0; row < rows; row++) {                                                     \
      const type *f = gates + 4 * row * width;                                              \
      const type *i = f + width, *g = i + width, *o = g + width;                                    \
      type *df = dGates + 4 * row * width;                                                  \
      type *di = df + width, *dg = di + width, *dout = dg + width;                                  \
      NK_INDEPENDENT                                                                                \
      for (ptrdiff_t u = 0; u < width; u++) {                                                        \
        ptrdiff_t at = row * width + u;                                                              \
        type t = squashed[at], arriving = dState[at];                                                \
        type total = dCell[at] + arriving * o[u] * (1 - t * t);                                      \
        dout[u] = arriving * t * o[u] * (1 - o[u]);                                                  \
        df[u] = total * cell[at] * f[u] * (1 - f[u]);                                                \
        di[u] = total * g[u] * i[u] * (1 - i[u]);                                                    \
        dg[u] = total * i[u] * (1 - g[u] * g[u]);                                                    \
        dCell[at] = total * f[u];                                                                    \
      }                                                                                              \
    }                                                                                                \
  }
NK_LSTM(double, f64, nk_sigmoid, nk_tanh)
NK_LSTM(float, f32, nk_sigmoidf, nk_tanhf)

#define NK_GRU(type, suffix, sigmoid, tanh)                                                        \
  NK_DISPATCH void nk_gru_reset_##suffix(type *gates, const type *state,                    \
                                         type *reset, ptrdiff_t rows, ptrdiff_t width) {    \
    for (ptrdiff_t row = 0; row < rows; row++) {                                                     \
      type *z = gates + 3 * row * width, *r = z + width;                                               \
      NK_INDEPENDENT                                                                                \
      for (ptrdiff_t u = 0; u < width; u++) {                                                        \
        z[u] = sigmoid(z[u]);                                                                        \
        r[u] = sigmoid(r[u]);                                                                        \
        reset[row * width + u] = r[u] * state[row * width + u];                                      \
      }                                                                                              \
    }                                                                                                \
  }                                                                                                  \
  NK_DISPATCH void nk_gru_##suffix(type *gates, const type *state, type *newState, \
                                   ptrdiff_t rows, ptrdiff_t width) {                                \
    for (ptrdiff_t row = 0; row < rows; row++) {                                                     \
      type *z = gates + 3 * row * width, *n = z + 2 * width;                                           \
      NK_INDEPENDENT                                                                                \
      for (ptrdiff_t u = 0; u < width; u++) {                                                        \
        ptrdiff_t at = row * width + u;                                                              \
        n[u] = tanh(n[u]);                                                                           \
        newState[at] = state[at] + z[u] * (n[u] - state[at]);                                        \
      }                                                                                              \
    }                                                                                                \
  }                                                                                                  \
  NK_DISPATCH void nk_gru_gradient_##suffix(const type *gates, const type *state,           \
                                            const type *dState, type *dGates,               \
                                            ptrdiff_t rows, ptrdiff_t width) {                       \
    for (ptrdiff_t row = 0; row < rows; row++) {                                                     \
      const type *z = gates + 3 * row * width, *n = z + 2 * width;                                     \
      type *dz = dGates + 3 * row * width, *dn = dz + 2 * width;                                       \
      NK_INDEPENDENT                                                                                \
      for (ptrdiff_t u = 0; u < width; u++) {                                                        \
        type arriving = dState[row * width + u];                                                     \
        dz[u] = arriving * (n[u] - state[row * width + u]) * z[u] * (1 - z[u]);                      \
        dn[u] = arriving * z[u] * (1 - n[u] * n[u]);                                                 \
      }                                                                                              \
    }                                                                                                \
  }                                                                                                  \
  NK_DISPATCH void nk_gru_reset_gradient_##suffix(const type *gates, const type *state,     \
                                                  const type *dReset, type *dState, \
                                                  type *dGates, ptrdiff_t rows, ptrdiff_t width) {   \
    for (ptrdiff_t row = 0; row < rows; row++) {                                                     \
      const type *z = gates + 3 * row * width, *r = z + width;                                         \
      type *dr = dGates + 3 * row * width + width;                                          \
      NK_INDEPENDENT                                                                                \
      for (ptrdiff_t u = 0; u < width; u++) {                                                        \
        ptrdiff_t at = row * width + u;                                                              \
        dr[u] = dReset[at] * state[at] * r[u] * (1 - r[u]);                                          \
        dState[at] = dState[at] * (1 - z[u]) + dReset[at] * r[u];                                    \
      }                                                                                              \
    }                                                                                                \
  }
NK_GRU(double, f64, nk_sigmoid, nk_tanh)
NK_GRU(float, f32, nk_sigmoidf, nk_tanhf)
