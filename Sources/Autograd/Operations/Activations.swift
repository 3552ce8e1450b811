import Glibc
import Tensors

extension Operation {
  /// Activation functions that work on one number at a time.
  static let activations: [Operation] = [
    .elementwise(
      "sigmoid", aliases: ["σ", "logistic"], "Squashes every element into the open interval (0, 1).",
      examples: ["sigmoid([-1, 0, 1])  # [0.2689, 0.5, 0.7311]"],
      formula: 1 / (1 + .exp(-.x)), slope: .y * (1 - .y), kernel: .sigmoid,
      value: { 1 / (1 + exp(-$0)) }, derivative: { _, y in y * (1 - y) }),
    .elementwise(
      "tanh", "Squashes every element into the open interval (-1, 1).",
      examples: ["tanh([-1, 0, 1])  # [-0.7616, 0, 0.7616]"],
      formula: .call("tanh", [.x]), slope: 1 - .y * .y, kernel: .tanh,
      value: { tanh($0) }, derivative: { _, y in 1 - y * y }),
    .elementwise(
      "relu", aliases: ["ReLU"], "Keeps positive elements and sets the others to 0.",
      notes: "The slope at 0 is taken as 0, as in PyTorch.",
      examples: ["relu([-1, 0, 2])  # [0, 0, 2]"], result: .same,
      formula: .call("max", [0, .x]), slope: .indicator(.x, .greater, 0),
      sampling: Sampling(avoiding: [0], isSmooth: false), kernel: .relu,
      value: { ScalarFunction.larger(0, $0) }, derivative: { x, _ in x > 0 ? 1 : 0 }),
  ]

  /// Exponentials, logarithms, roots and angles.
  static let transcendentals: [Operation] = [
    .elementwise(
      "exp", "Raises e to the power of every element.", examples: ["exp([0, 1])  # [1, 2.7183]"],
      formula: .exp(.x), slope: .y, kernel: .exp, value: { exp($0) }, derivative: { _, y in y }),
    .elementwise(
      "log", aliases: ["ln"], "Takes the natural logarithm of every element.",
      notes: "log(0) is -inf and log of a negative number is nan, as in PyTorch.",
      examples: ["log([1, 10])  # [0, 2.3026]"],
      formula: .log(.x), slope: 1 / .x, sampling: .positive,
      value: { log($0) }, derivative: { x, _ in 1 / x }),
    .elementwise(
      "sqrt", aliases: ["√"], "Takes the square root of every element.",
      examples: ["sqrt([4, 9])  # [2, 3]"],
      formula: .sqrt(.x), slope: 1 / (2 * .y), sampling: .positive,
      value: { $0.squareRoot() }, derivative: { _, y in 1 / (2 * y) }),
    .elementwise(
      "abs", "Takes the absolute value of every element.",
      notes: "The slope at 0 is taken as 0, as in PyTorch.",
      examples: ["abs([-1.5, 2])  # [1.5, 2]"], result: .same,
      formula: .call("abs", [.x]), slope: .call("sign", [.x]),
      sampling: Sampling(avoiding: [0], isSmooth: false),
      value: { abs($0) }, derivative: { x, _ in x > 0 ? 1 : x < 0 ? -1 : 0 }),
    .elementwise(
      "sign", "Gives -1, 0 or 1.", examples: ["sign([-3, 0, 2])  # [-1, 0, 1]"], result: .same,
      formula: .call("sign", [.x]), slope: 0, sampling: Sampling(avoiding: [0], isSmooth: false),
      value: { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }, derivative: { _, _ in 0 }),
    .elementwise(
      "floor", "Rounds every element down.", examples: ["floor([1.7, -1.2])  # [1, -2]"],
      formula: .call("floor", [.x]), slope: 0, sampling: .steps,
      value: { $0.rounded(.down) }, derivative: { _, _ in 0 }),
    .elementwise(
      "ceil", "Rounds every element up.", examples: ["ceil([1.2, -1.7])  # [2, -1]"],
      formula: .call("ceil", [.x]), slope: 0, sampling: .steps,
      value: { $0.rounded(.up) }, derivative: { _, _ in 0 }),
  ]
}
