import Autograd
import Tensors

/// How the first numbers of a parameter are drawn. `fans` are the inputs and outputs that one unit
/// of the layer is connected to.
package struct Initializer: Declaration {
  package let description: Description
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
    _ name: String, aliases: [String] = [], _ summary: String, notes: Notes = "",
    _ parameters: [Parameter] = [],
    distribution: @escaping @Sendable (Fans, Attributes) -> Distribution
  ) {
    description = Description(
      name, aliases: aliases, summary, notes: notes, parameters,
      examples: [Example(stringLiteral: "\(name)((2, 3)).shape  # (2, 3)")])
    self.distribution = distribution
  }

  /// A tensor of drawn numbers. Parameters that are not given take their defaults.
  package func tensor(
    _ shape: Shape, fans: Fans, _ attributes: Attributes = .none, generator: inout SplitMix64
  ) throws(TensorError) -> Tensor {
    distribution(fans, try attributes.completed(by: parameters))
      .tensor(shape, dtype: .float64, generator: &generator)
  }
}

extension Initializer.Distribution {
  /// Between ±1/√inputs.
  static func fanIn(_ inputs: Int) -> Initializer.Distribution {
    .uniform(1 / Double(inputs).squareRoot())
  }

  /// Half the width of a uniform distribution, the standard deviation of a normal one, or the number
  /// itself.
  package var scale: Double {
    switch self {
    case .constant(let value), .uniform(let value), .normal(let value): value
    }
  }

  package func tensor(_ shape: Shape, dtype: DType, generator: inout SplitMix64) -> Tensor {
    var source = generator
    defer { generator = source }
    return Tensor(shape, dtype: dtype) { out in
      out.fill { _ in
        switch self {
        case .constant(let value): value
        case .uniform(let bound): (2 * source.unit() - 1) * bound
        case .normal(let deviation): deviation * source.normal()
        }
      }
    }
  }
}

// MARK: - Declarations

extension Initializer {
  private static let gain = Parameter("gain", .real, default: .real(1), "factor on the spread")

  private static func average(_ fans: Fans) -> Double {
    max(Double(fans.inputs) + Double(fans.outputs), 1) / 2
  }
  private static func inputs(_ fans: Fans) -> Double { Double(max(fans.inputs, 1)) }

  private static let slideNote: Notes = """
    A variant of lecture slides, after Géron: 4 times the spread for tanh and √2 times that for \
    relu. Glorot and Bengio derive the plain form for tanh; the factor 4 suits the sigmoid.
    """

  private static func xavier(
    _ name: String, aliases: [String] = [], _ words: String, notes: Notes = "",
    factor: @escaping @Sendable (Attributes) -> Double, _ parameters: [Parameter] = []
  ) -> [Initializer] {
    [
      Initializer(
        name + "_uniform", aliases: aliases.map { $0 + "_uniform" },
        "Draws weights evenly within ±\(words)√(6 / (inputs + outputs)).", notes: notes, parameters
      ) { .uniform(factor($1) * (3 / average($0)).squareRoot()) },
      Initializer(
        name + "_normal", aliases: aliases.map { $0 + "_normal" },
        "Draws weights with mean 0 and deviation \(words)√(2 / (inputs + outputs)).", notes: notes,
        parameters
      ) { .normal(factor($1) * (1 / average($0)).squareRoot()) },
    ]
  }

  /// All initializers.
  package static let standard: [Initializer] =
    xavier("xavier", aliases: ["glorot"], "gain·", factor: { $0.real("gain") }, [gain])
    + xavier("xavier_tanh", "4·", notes: slideNote, factor: { _ in 4 })
    + xavier("xavier_relu", "√2·", notes: slideNote, factor: { _ in 2.0.squareRoot() })
    + [
      Initializer(
        "he_uniform", aliases: ["kaiming_uniform"],
        "Draws weights evenly within ±√(6 / inputs), for relu."
      ) { fans, _ in .uniform((6 / inputs(fans)).squareRoot()) },
      Initializer(
        "he_normal", aliases: ["kaiming_normal"],
        "Draws weights with mean 0 and deviation √(2 / inputs), for relu."
      ) { fans, _ in .normal((2 / inputs(fans)).squareRoot()) },
      Initializer(
        "lecun_normal", "Draws weights with mean 0 and deviation 1/√inputs: sums keep variance 1."
      ) { fans, _ in .normal((1 / inputs(fans)).squareRoot()) },
      Initializer(
        "fan_in_uniform", "Draws weights evenly within ±1/√inputs, as layers start.",
        notes: "What PyTorch's layers call kaiming_uniform with a=√5."
      ) { fans, _ in .fanIn(max(fans.inputs, 1)) },
    ]
}
