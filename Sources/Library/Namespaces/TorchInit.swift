import Autograd
import Glibc
import Language
import Networks
import Tensors

extension NamespaceTable {
  private static let tensor = Parameter("tensor", .tensor, "the tensor that gets other numbers")

  /// `nn.init`: functions that give a parameter other numbers, in place.
  static let initializers = NamespaceTable(
    path: "torch.nn.init", summary: "first numbers of parameters",
    builtins: { filling + drawing + [gain] },
    absent: [
      "orthogonal_": "nn.init.xavier_uniform_ is", "sparse_": "nn.init.normal_ is",
      "dirac_": "nn.init.xavier_uniform_ is", "trunc_normal_": "nn.init.normal_ is",
    ])

  private static func initializer(
    _ name: String, _ summary: String, _ parameters: [Parameter] = [],
    _ numbers: @escaping @Sendable (Call, Shape) throws -> Tensor
  ) -> Builtin {
    Builtin(
      "torch.nn.init." + name, summary,
      examples: [
        Example(
          stringLiteral:
            "w = zeros(2, 3); \(name)(w\(parameters.first?.name == "val" ? ", 1" : "")).shape  # (2, 3)"
        )
      ],
      parameters: [tensor] + parameters
    ) { call in
      let variable = try call.tensor(0)
      let fresh = Variable(try numbers(call, variable.shape))
      return .tensor(try call.evaluator.change(variable, to: fresh, at: call.span))
    }
  }

  private static func real(_ name: String, _ value: Double, _ summary: String) -> Parameter {
    Parameter(name, .real, default: .real(value), summary)
  }

  private static let filling: [Builtin] = [
    initializer("zeros_", "Makes all numbers 0.") { _, shape in Tensor(repeating: 0, shape: shape)
    },
    initializer("ones_", "Makes all numbers 1.") { _, shape in Tensor(repeating: 1, shape: shape) },
    initializer(
      "constant_", "Makes all numbers the same.", [Parameter("val", .real, "the number")]
    ) { call, shape in Tensor(repeating: try call.real(1), shape: shape) },
    initializer("eye_", "Makes an identity matrix.") { _, shape in
      let columns = shape.rank == 2 ? shape[1] : 0
      return Tensor(shape) { out in
        out.fill { index in
          columns > 0 && index / columns == index % columns ? 1 : 0
        }
      }
    },
  ]

  private static let leak = real("a", 0, "slope of the negative part")
  private static let mode = Parameter(
    "mode", .choice(["fan_in", "fan_out"]), default: .string("fan_in"), "inputs or outputs count")
  private static let shape = Parameter(
    "nonlinearity", .string, default: .string("leaky_relu"), "the activation that follows")

  private static let drawing: [Builtin] = [
    initializer(
      "uniform_", "Draws numbers evenly from a to b.",
      [real("a", 0, "lower end"), real("b", 1, "upper end")]
    ) { call, shape in try call.uniform(shape, call.real(1), call.real(2)) },
    initializer(
      "normal_", "Draws normal numbers.",
      [real("mean", 0, "the mean"), real("std", 1, "the standard deviation")]
    ) { call, shape in
      let (mean, deviation) = (try call.real(1), try call.real(2))
      return call.normal(shape).map { mean + deviation * $0 }
    },
    initializer(
      "xavier_uniform_", "Draws evenly within gain·√(6 / (inputs + outputs)).",
      [real("gain", 1, "factor on the spread")]
    ) { call, shape in
      let fans = Initializer.Fans(of: shape)
      let bound = try call.real(1) * (6 / Double(max(fans.inputs + fans.outputs, 1))).squareRoot()
      return call.uniform(shape, -bound, bound)
    },
    initializer(
      "xavier_normal_", "Draws normal numbers of deviation gain·√(2 / (inputs + outputs)).",
      [real("gain", 1, "factor on the spread")]
    ) { call, shape in
      let fans = Initializer.Fans(of: shape)
      let spread = try call.real(1) * (2 / Double(max(fans.inputs + fans.outputs, 1))).squareRoot()
      return call.normal(shape).map { spread * $0 }
    },
    initializer(
      "kaiming_uniform_", "Draws evenly within gain·√(3 / inputs), for relu and its kin.",
      [leak, mode, shape]
    ) { call, shape in
      let bound = 3.0.squareRoot() * (try call.kaimingSpread(shape))
      return call.uniform(shape, -bound, bound)
    },
    initializer(
      "kaiming_normal_", "Draws normal numbers of deviation gain / √inputs, for relu and its kin.",
      [leak, mode, shape]
    ) { call, shape in
      let spread = try call.kaimingSpread(shape)
      return call.normal(shape).map { spread * $0 }
    },
  ]

  private static let gain = Builtin(
    "torch.nn.init.calculate_gain", "Gives the factor that suits an activation.",
    examples: ["calculate_gain(\"tanh\")  # 1.6667"],
    parameters: [
      Parameter("nonlinearity", .string, "the activation"),
      Parameter("param", .real, default: .real(0.01), "slope of the negative part of leaky_relu"),
    ]
  ) { call in .number(try call.gain(call.string(0), slope: call.real(1), at: 0)) }
}

extension Call {
  fileprivate func uniform(_ shape: Shape, _ low: Double, _ high: Double) -> Tensor {
    Tensor(shape) { out in
      out.fill { index in torchGenerator.uniform(low, high) }
    }
  }

  fileprivate func gain(_ name: String, slope: Double, at position: Int) throws -> Double {
    switch name {
    case "linear", "sigmoid", "conv1d", "conv2d", "conv3d": return 1
    case "tanh": return 5.0 / 3
    case "relu": return 2.0.squareRoot()
    case "leaky_relu": return (2 / (1 + slope * slope)).squareRoot()
    case "selu": return 0.75
    default:
      throw fail(
        position, "bad-argument", "there is no gain for '\(name)'",
        helps: ["\"relu\", \"leaky_relu\", \"tanh\", \"sigmoid\" or \"linear\""])
    }
  }

  fileprivate func kaimingSpread(_ shape: Shape) throws -> Double {
    let fans = Initializer.Fans(of: shape)
    let count = try string(2) == "fan_in" ? fans.inputs : fans.outputs
    return try gain(string(3), slope: real(1), at: 3) / Double(max(count, 1)).squareRoot()
  }
}
