import Glibc
import Tensors

extension Operation {
  /// Exponentials, logarithms, powers and angles.
  static let transcendentals: [Operation] = [
    .elementwise(
      "exp", "Raises e to the power of every element.", purpose: .exponential,
      examples: ["exp([0, 1])  # [1, 2.7183]"],
      formula: .exp(.x), slope: .y, kernel: .exp, gradientKernel: .ofOutput(.multiply),
      value: { exp($0) }, derivative: { _, y in y }),
    .elementwise(
      "expm1", "Takes exp(x) - 1, exact also for tiny x.",
      examples: ["expm1([0, 1])  # [0, 1.7183]"],
      formula: .exp(.x) - 1, slope: .y + 1, sampling: .positive,
      value: { expm1($0) }, derivative: { _, y in y + 1 }),
    .elementwise(
      "log", aliases: ["ln"], "Takes the natural logarithm of every element.",
      purpose: .logarithm(base: nil),
      notes: "log(0) is -inf and log of a negative number is nan, as in PyTorch.",
      examples: ["log([1, 10])  # [0, 2.3026]"],
      formula: .log(.x), slope: 1 / .x, sampling: .positive, kernel: .log,
      gradientKernel: .ofInput(.divide),
      value: { log($0) }, derivative: { x, _ in 1 / x }),
    .elementwise(
      "sqrt", aliases: ["√"], "Takes the square root of every element.",
      purpose: .root,
      examples: ["sqrt([4, 9])  # [2, 3]"],
      formula: .sqrt(.x), slope: 1 / (2 * .y), sampling: .positive,
      value: { $0.squareRoot() }, derivative: { _, y in 1 / (2 * y) }),
    .elementwise(
      "log1p", "Takes log(1 + x), exact also for tiny x.",
      examples: ["log1p([0, 1])  # [0, 0.6931]"],
      formula: .call("log1p", [.x]), slope: 1 / (1 + .x), sampling: .positive,
      value: { log1p($0) }, derivative: { x, _ in 1 / (1 + x) }),
    .elementwise(
      "log2", "Takes the logarithm to base 2.", purpose: .logarithm(base: 2),
      examples: ["log2([1, 8])  # [0, 3]"],
      formula: .call("log2", [.x]), slope: 1 / (.x * .number(ln2)), sampling: .positive,
      value: { log2($0) }, derivative: { x, _ in 1 / (x * ln2) }),
    .elementwise(
      "log10", "Takes the logarithm to base 10.", purpose: .logarithm(base: 10),
      examples: ["log10([1, 100])  # [0, 2]"],
      formula: .call("log10", [.x]), slope: 1 / (.x * .number(ln10)), sampling: .positive,
      value: { log10($0) }, derivative: { x, _ in 1 / (x * ln10) }),
    .elementwise(
      "square", "Multiplies every element by itself.", form: .magnitude,
      purpose: .square, examples: ["square([-1, 3])  # [1, 9]"],
      result: .same, formula: Formula.x.power(2), slope: 2 * .x,
      kernel: .square, gradientKernel: .ofInput(.squareGradient),
      value: { $0 * $0 }, derivative: { x, _ in 2 * x }),
    .elementwise(
      "sin", "Takes the sine of every angle in radians.", examples: ["sin([0, 1])  # [0, 0.8415]"],
      formula: .call("sin", [.x]), slope: .call("cos", [.x]),
      value: { sin($0) }, derivative: { x, _ in cos(x) }),
    .elementwise(
      "cos", "Takes the cosine of every angle in radians.",
      examples: ["cos([0, 1])  # [1, 0.5403]"],
      formula: .call("cos", [.x]), slope: -.call("sin", [.x]),
      value: { cos($0) }, derivative: { x, _ in -sin(x) }),
    .elementwise(
      "tan", "Takes the tangent of every angle in radians.",
      examples: ["tan([0, 1])  # [0, 1.5574]"],
      formula: .call("sin", [.x]) / .call("cos", [.x]), slope: 1 + .y * .y,
      sampling: Sampling(-1...1),
      value: { tan($0) }, derivative: { _, y in 1 + y * y }),
    .elementwise(
      "sinh", "Takes the hyperbolic sine, (exp(x) - exp(-x)) / 2.",
      examples: ["sinh([0, 1])  # [0, 1.1752]"],
      formula: (.exp(.x) - .exp(-.x)) / 2, slope: .call("cosh", [.x]),
      value: { sinh($0) }, derivative: { x, _ in cosh(x) }),
    .elementwise(
      "cosh", "Takes the hyperbolic cosine, (exp(x) + exp(-x)) / 2.",
      examples: ["cosh([0, 1])  # [1, 1.5431]"],
      formula: (.exp(.x) + .exp(-.x)) / 2, slope: .call("sinh", [.x]),
      value: { cosh($0) }, derivative: { x, _ in sinh(x) }),
    .elementwise(
      "arctan", aliases: ["atan"], "Finds the angle, in radians, with the given tangent.",
      examples: ["arctan([0, 1])  # [0, 0.7854]"],
      formula: .call("arctan", [.x]), slope: 1 / (1 + .x * .x),
      value: { atan($0) }, derivative: { x, _ in 1 / (1 + x * x) }),
    .pairwise(
      "arctan2", aliases: ["atan2"],
      "Finds the angle, in radians, of the point with height a and width b.",
      examples: ["arctan2(1, [1, -1])  # [0.7854, 2.3562]"], result: .real,
      formula: .call("arctan2", [.a, .b]),
      slopes: (.b / (.a * .a + .b * .b), -.a / (.a * .a + .b * .b)), sampling: .positive,
      value: { atan2($0, $1) },
      derivative: { a, b in (b / (a * a + b * b), -a / (a * a + b * b)) }),
    .elementwise(
      "erf",
      "Computes the error function, the integral of the bell curve scaled to run from -1 to 1.",
      examples: ["erf([0, 1])  # [0, 0.8427]"],
      formula: .call("erf", [.x]), slope: .exp(-.x * .x) * 2 / .call("sqrt", [.number(.pi)]),
      value: { erf($0) }, derivative: { x, _ in exp(-x * x) * bellHeight }),
  ]
}

/// ln 2, ln 10 and 2/√π, from which slopes are made.
private let ln2 = log(2.0)
private let ln10 = log(10.0)
private let bellHeight = 2 / Double.pi.squareRoot()
