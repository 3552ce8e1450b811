import Autograd
import Language
import Networks
import Presentation
import Tensors

extension Library {
  private static let changed = Parameter("x", .tensor, "the tensor to change")
  private static let alpha = Parameter(
    "alpha", .real, default: .real(1), keywordOnly: true, "what the other is multiplied by")

  /// PyTorch's methods that change a tensor in place and give it. Any operation whose result has the
  /// tensor's shape can be written so (`x.exp_()`); these are the ones that are no operation.
  static let inPlace: [Builtin] = [
    Builtin(
      "zero_", "Sets all elements of a tensor to 0, in place.",
      examples: ["x = [1.0, 2.0]; x.zero_(); x  # [0.0, 0.0]"], parameters: [changed]
    ) { call in
      try call.change { Variable(Tensor(repeating: 0, shape: $0.shape, dtype: $0.value.dtype)) }
    },
    Builtin(
      "fill_", aliases: ["fill"], "Sets all elements of a tensor to a number, in place.",
      examples: ["x = [1.0, 2.0]; x.fill_(3); x  # [3.0, 3.0]"],
      parameters: [changed, Parameter("value", .real, "the number")]
    ) { call in
      let number = try call.real(1)
      return try call.change {
        Variable(
          Tensor(repeating: number, shape: $0.shape).converted(to: $0.value.dtype))
      }
    },
    Builtin(
      "copy_", "Sets the elements of a tensor to those of another, in place.",
      examples: ["x = [1.0, 2.0]; x.copy_([5, 6]); x  # [5.0, 6.0]"],
      parameters: [changed, Parameter("other", .tensor, "the other tensor")]
    ) { call in
      let other = try call.tensor(1)
      return try call.change {
        let places = Tensor($0.shape, dtype: .int64) { out in
          out.fill { place in Double(place) }
        }
        return try $0.replacing(places, with: other)
      }
    },
    Builtin(
      "add_", "Adds to a tensor, in place.",
      examples: ["x = [1.0, 2.0]; x.add_([1, 1], alpha=2); x  # [3.0, 4.0]"],
      parameters: [changed, Parameter("other", .tensor, "what is added"), alpha]
    ) { call in try call.changeBy(Operation.add) },
    Builtin(
      "sub_", "Subtracts from a tensor, in place.",
      examples: ["x = [1.0, 2.0]; x.sub_([1, 1]); x  # [0.0, 1.0]"],
      parameters: [changed, Parameter("other", .tensor, "what is subtracted"), alpha]
    ) { call in try call.changeBy(Operation.subtract) },
    Builtin(
      "mul_", "Multiplies a tensor, in place.",
      examples: ["x = [1.0, 2.0]; x.mul_(3); x  # [3.0, 6.0]"],
      parameters: [changed, Parameter("other", .tensor, "the factor")]
    ) { call in try call.changeBy(Operation.multiply) },
    Builtin(
      "div_", "Divides a tensor, in place.",
      examples: ["x = [1.0, 2.0]; x.div_(2); x  # [0.5, 1.0]"],
      parameters: [changed, Parameter("other", .tensor, "the divisor")]
    ) { call in try call.changeBy(Operation.divide) },
    Builtin(
      "normal_", "Fills a tensor with normally distributed numbers, in place.",
      examples: ["x = zeros(3); x.normal_(0, 0.1); x.shape  # (3,)"],
      parameters: [
        changed, Parameter("mean", .real, default: .real(0), "their mean"),
        Parameter("std", .real, default: .real(1), "their standard deviation"),
      ]
    ) { call in
      let (mean, deviation) = (try call.real(1), try call.real(2))
      return try call.fill { mean + deviation * $0.normal() }
    },
    Builtin(
      "uniform_", "Fills a tensor with numbers drawn evenly from an interval, in place.",
      examples: ["x = zeros(3); x.uniform_(-1, 1); x.shape  # (3,)"],
      parameters: [
        changed, Parameter("low", .real, default: .real(0), "from"),
        Parameter("high", .real, default: .real(1), "up to"),
      ]
    ) { call in
      let (low, high) = (try call.real(1), try call.real(2))
      return try call.fill { low + (high - low) * $0.unit() }
    },
    Builtin(
      "fill_diagonal", "Sets the diagonal of a matrix to a number, in place.",
      examples: ["A = zeros(2, 2); fill_diagonal(A, 1); A  # [1.0, 0.0; 0.0, 1.0]"],
      parameters: [
        Parameter("A", .tensor, "the matrix"), Parameter("value", .real, "the number"),
      ]
    ) { call in
      let number = Variable(Tensor(try call.real(1)))
      _ = try call.change { matrix in
        guard matrix.shape.rank == 2 else {
          throw TensorError.argument("A", found: "\(matrix.shape)", expected: "a matrix")
        }
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        let places = (0..<min(rows, columns)).map { Double($0 * columns + $0) }
        return try matrix.replacing(Tensor(places, dtype: .int64), with: number)
      }
      return .none
    },
  ]
}

extension Call {
  /// Changes the first argument in place; gives the tensor as it is then.
  fileprivate func change(_ body: (Variable) throws -> Variable) throws -> Value {
    let old = try tensor(0)
    return .tensor(try evaluator.change(old, to: body(old), at: span))
  }

  /// By an operation with the second argument, multiplied by `alpha` where that is given.
  fileprivate func changeBy(_ operation: Operation) throws -> Value {
    var other = try tensor(1)
    if values.count > 2, isGiven(2) {
      other = try Operation.multiply(Variable(Tensor(try real(2))), other)
    }
    return try change { old in
      let new = try operation(old, other)
      try evaluator.checkFit(of: new, into: old, "\(builtin.name.dropLast())", at: span)
      return new
    }
  }

  fileprivate func fill(_ number: (inout SplitMix64) -> Double) throws -> Value {
    let context = evaluator.context
    return try change { old in
      Variable(old.value.map { _ in number(&context.generator) })
    }
  }
}
