import Autograd
import Language
import Networks
import Tensors

extension Library {
  private static let sizes = Parameter("shape", .integers, variadic: true, "the sizes")

  /// Tensors from nothing.
  static let creation: [Builtin] = [
    Builtin(
      "zeros", "Makes a tensor of zeros.", examples: ["zeros(2, 2)  # [0.0, 0.0; 0.0, 0.0]"],
      parameters: [sizes]
    ) {
      try $0.filled(0)
    },
    Builtin(
      "ones", "Makes a tensor of ones.", examples: ["ones(3)  # [1.0, 1.0, 1.0]"],
      parameters: [sizes]
    ) {
      try $0.filled(1)
    },
    Builtin(
      "full", "Makes a tensor of one number.", examples: ["full((2,), 7.5)  # [7.5, 7.5]"],
      parameters: [
        Parameter("shape", .integers, "the sizes"), Parameter("value", .real, "the number"),
      ]
    ) { call in
      let shape = try Shape(checking: call.integers(0) ?? [])
      let dtype = try call.tensor(1).value.dtype
      return .tensor(Variable(Tensor(repeating: try call.real(1), shape: shape, dtype: dtype)))
    },
    Builtin(
      "zeros_like", "Makes zeros of the shape of another tensor.",
      examples: ["zeros_like([1.5, 2.5])  # [0.0, 0.0]"],
      parameters: [Parameter("x", .tensor, "the other tensor")]
    ) { call in
      let x = try call.tensor(0).value
      return .tensor(Variable(Tensor(repeating: 0, shape: x.shape, dtype: x.dtype)))
    },
    Builtin(
      "ones_like", "Makes ones of the shape of another tensor.",
      examples: ["ones_like([1.5, 2.5])  # [1.0, 1.0]"],
      parameters: [Parameter("x", .tensor, "the other tensor")]
    ) { call in
      let x = try call.tensor(0).value
      return .tensor(Variable(Tensor(repeating: 1, shape: x.shape, dtype: x.dtype)))
    },
    Builtin(
      "eye", "Makes the identity matrix.", examples: ["eye(2)  # [1.0, 0.0; 0.0, 1.0]"],
      parameters: [Parameter("n", .integer, "rows and columns")]
    ) { call in
      let n = try call.integer(0)
      let shape = try Shape(checking: [n, n])
      return .tensor(
        Variable(
          Tensor(shape) { out in
            out.fill(with: 0)
            for index in 0..<n { out[index * n + index] = 1 }
          }))
    },
    Builtin(
      "tensor", aliases: ["array"], "Makes a new tensor of numbers, without history.",
      examples: ["tensor([1, 2])  # [1, 2]"], parameters: [Parameter("x", .tensor, "numbers")]
    ) { call in .tensor(try call.tensor(0).detached()) },
    Builtin(
      "arange", "Counts in equal steps up to, but not including, the end.",
      examples: ["arange(4)  # [0, 1, 2, 3]", "arange(0, 1, 0.25)  # [0.0, 0.25, 0.5, 0.75]"],
      parameters: [
        Parameter("start", .real, "first number; the end when it stands alone"),
        Parameter("stop", .real, default: Attribute.none, "where counting ends"),
        Parameter("step", .real, default: .integer(1), "how far each step goes"),
      ]
    ) { call in
      let alone = call.isNone(1)
      let (start, stop) = alone ? (0, try call.real(0)) : (try call.real(0), try call.real(1))
      let step = try call.real(2)
      let count = ((stop - start) / step).rounded(.up)
      guard step != 0, count.isFinite else {
        throw call.fail(2, "bad-argument", "a step of \(step) never leads from \(start) to \(stop)")
      }
      let shape = try Shape(checking: [Int(max(0, min(count, 1e12)))])
      let given = alone ? [call[0], call[2]] : [call[0], call[1], call[2]]
      let dtype: DType = given.allSatisfy(\.isWhole) ? .int64 : .float64
      return .tensor(
        Variable(
          Tensor(shape, dtype: dtype) { out in
            Poll.inChunks(out.count) {
              for index in $0 { out[index] = start + Double(index) * step }
            }
          }))
    },
    Builtin(
      "linspace", "Spaces numbers evenly from start to stop, both included.",
      examples: ["linspace(0, 1, 3)  # [0.0, 0.5, 1.0]"],
      parameters: [
        Parameter("start", .real, "first number"), Parameter("stop", .real, "last number"),
        Parameter("count", .integer, default: .integer(50), "how many"),
      ]
    ) { call in
      let (start, stop) = (try call.real(0), try call.real(1))
      let shape = try Shape(checking: [call.integer(2)])
      return .tensor(
        Variable(
          Tensor(shape) { out in
            let last = Double(max(out.count - 1, 1))
            Poll.inChunks(out.count) {
              for index in $0 { out[index] = start + (stop - start) * Double(index) / last }
            }
          }))
    },
    Builtin(
      "seed", "Starts the random generator (SplitMix64) anew.",
      notes: "The same seed gives the same numbers on every machine.",
      examples: ["seed(1)"], parameters: [Parameter("n", .integer, "the seed")]
    ) { call in
      call.evaluator.context.generator = SplitMix64(
        seed: UInt64(bitPattern: Int64(try call.integer(0))))
      return .none
    },
    Builtin(
      "rand", "Draws numbers evenly from 0 to 1.", examples: ["rand(2, 3).shape  # (2, 3)"],
      parameters: [
        Parameter("shape", .integers, default: .integers([]), variadic: true, "the sizes")
      ]
    ) { call in try call.drawn { $0.unit() } },
    Builtin(
      "uniform", "Draws numbers evenly from low to high.",
      examples: ["uniform(-1, 1, 4).shape  # (4,)"],
      parameters: [
        Parameter("low", .real, "lower end"), Parameter("high", .real, "upper end"),
        Parameter("shape", .integers, default: .integers([]), variadic: true, "the sizes"),
      ]
    ) { call in
      let (low, high) = (try call.real(0), try call.real(1))
      return try call.drawn(2) { low + (high - low) * $0.unit() }
    },
    Builtin(
      "randn", "Draws numbers from the normal distribution with mean 0 and deviation 1.",
      notes: "Box–Muller on two uniform draws: √(−2 ln u)·cos(2π v).",
      examples: ["randn(5).shape  # (5,)"],
      parameters: [
        Parameter("shape", .integers, default: .integers([]), variadic: true, "the sizes")
      ]
    ) { call in try call.drawn { $0.normal() } },
    Builtin(
      "normal", "Draws numbers from the normal distribution with a mean and a standard deviation.",
      examples: ["normal(0, 0.1, 2, 3).shape  # (2, 3)", "normal(5, 0)  # 5"],
      parameters: [
        Parameter("mean", .real, "the mean"), Parameter("std", .real, "the standard deviation"),
        Parameter("shape", .integers, default: .integers([]), variadic: true, "the sizes"),
      ]
    ) { call in
      let (mean, deviation) = (try call.real(0), try call.real(1))
      return try call.drawn(2) { mean + deviation * $0.normal() }
    },
  ]
}

extension Call {
  fileprivate func filled(_ value: Double) throws -> Value {
    let shape = try Shape(checking: integers(0) ?? [])
    return .tensor(Variable(Tensor(repeating: value, shape: shape)))
  }

  /// A tensor of the sizes at `position`, each element drawn in row-major order.
  fileprivate func drawn(
    _ position: Int = 0, _ draw: (inout SplitMix64) -> Double
  ) throws -> Value {
    let shape = try Shape(checking: integers(position) ?? [])
    let context = evaluator.context
    return .tensor(
      Variable(
        Tensor(shape) { out in
          Poll.inChunks(out.count) {
            for index in $0 { out[index] = draw(&context.generator) }
          }
        }))
  }
}

extension Value {
  /// None, or a number written without a fraction.
  fileprivate var isWhole: Bool {
    switch self {
    case .none: true
    case .tensor(let variable): variable.value.dtype == .int64
    default: false
    }
  }
}
