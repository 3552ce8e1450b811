import Autograd
import Tensors

/// How the first numbers of a parameter are drawn. `fans` are the inputs and outputs that one unit
/// of the layer is connected to.
package struct Initializer: Sendable {
  package let name: String
  package let aliases: [String]
  package let summary: String
  package let parameters: [Parameter]
  package let distribution: @Sendable (_ fans: Fans, _ values: Attributes) -> Distribution

  package struct Fans: Sendable, Equatable {
    package var inputs: Int
    package var outputs: Int

    package init(inputs: Int, outputs: Int) {
      self.inputs = inputs
      self.outputs = outputs
    }

    /// Fans of a parameter by PyTorch's rule: [outputs, inputs, window…]; a vector counts as outputs.
    package init(of shape: Shape) {
      let window = shape.array.dropFirst(2).reduce(1, *)
      outputs = shape.rank > 0 ? shape[0] * window : 1
      inputs = shape.rank > 1 ? shape[1] * window : outputs
    }
  }

  package enum Distribution: Sendable, Equatable {
    case constant(Double)
    /// Between minus and plus the bound.
    case uniform(Double)
    /// With mean 0 and this standard deviation.
    case normal(Double)
  }

  init(
    _ name: String, aliases: [String] = [], _ summary: String, _ parameters: [Parameter] = [],
    distribution: @escaping @Sendable (Fans, Attributes) -> Distribution
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.parameters = parameters
    self.distribution = distribution
  }

  package static subscript(name: String) -> Initializer? {
    standard.first { $0.name == name || $0.aliases.contains(name) }
  }

  /// A tensor of drawn numbers. Parameters that are not given take their defaults.
  package func tensor(
    _ shape: Shape, fans: Fans, _ attributes: Attributes = .none, dtype: DType = .float64,
    generator: inout SplitMix64
  ) -> Tensor {
    var filled = attributes
    for parameter in parameters where filled[parameter.name] == .none {
      filled.values.append((parameter.name, parameter.standard ?? .none))
    }
    return distribution(fans, filled).tensor(shape, dtype: dtype, generator: &generator)
  }
}

extension Initializer.Distribution {
  package func tensor(_ shape: Shape, dtype: DType, generator: inout SplitMix64) -> Tensor {
    var source = generator
    defer { generator = source }
    return Tensor(shape, dtype: dtype) { out in
      for index in 0..<out.count {
        switch self {
        case .constant(let value): out[index] = value
        case .uniform(let bound): out[index] = (2 * source.unit() - 1) * bound
        case .normal(let deviation): out[index] = deviation * source.normal()
        }
      }
    }
  }
}

// MARK: - Declarations

extension Initializer {
  private static let gain = Parameter("gain", .real, default: .real(1), "factor on the spread")

  private static func glorot(_ fans: Fans) -> Double { Double(max(fans.inputs + fans.outputs, 1)) }

  /// All initializers. `xavier_tanh_…` and `xavier_relu_…` are the variants of the slides: 4 and √2
  /// times the spread for the logistic function.
  package static let standard: [Initializer] = [
    Initializer("zeros", "All zeros.") { _, _ in .constant(0) },
    Initializer("ones", "All ones.") { _, _ in .constant(1) },
    Initializer(
      "uniform", "Uniform between −bound and bound.",
      [Parameter("bound", .real, default: .real(1), "largest size")]
    ) { .uniform($1.real("bound")) },
    Initializer(
      "normal", "Normal with mean 0.",
      [Parameter("std", .real, default: .real(1), "standard deviation")]
    ) { .normal($1.real("std")) },
    Initializer(
      "fan_in", "Uniform within 1/√inputs: what PyTorch's layers start with."
    ) { fans, _ in .uniform(1 / Double(max(fans.inputs, 1)).squareRoot()) },
    Initializer(
      "xavier_uniform", aliases: ["glorot_uniform"], "Uniform within √(6 / (inputs + outputs)).",
      [gain]
    ) { .uniform($1.real("gain") * (6 / glorot($0)).squareRoot()) },
    Initializer(
      "xavier_normal", aliases: ["glorot_normal"], "Normal with variance 2 / (inputs + outputs).",
      [gain]
    ) { .normal($1.real("gain") * (2 / glorot($0)).squareRoot()) },
    Initializer("xavier_tanh_uniform", "Four times the spread of xavier_uniform, for tanh.") {
      fans, _ in
      .uniform(4 * (6 / glorot(fans)).squareRoot())
    },
    Initializer("xavier_tanh_normal", "Four times the spread of xavier_normal, for tanh.") {
      fans, _ in
      .normal(4 * (2 / glorot(fans)).squareRoot())
    },
    Initializer("xavier_relu_uniform", "√2 times the spread of xavier_uniform, for relu.") {
      fans, _ in
      .uniform((12 / glorot(fans)).squareRoot())
    },
    Initializer("xavier_relu_normal", "√2 times the spread of xavier_normal, for relu.") {
      fans, _ in
      .normal((4 / glorot(fans)).squareRoot())
    },
    Initializer(
      "he_uniform", aliases: ["kaiming_uniform"], "Uniform within √(6 / inputs), for relu."
    ) { fans, _ in .uniform((6 / Double(max(fans.inputs, 1))).squareRoot()) },
    Initializer(
      "he_normal", aliases: ["kaiming_normal"], "Normal with variance 2 / inputs, for relu."
    ) { fans, _ in .normal((2 / Double(max(fans.inputs, 1))).squareRoot()) },
  ]
}
