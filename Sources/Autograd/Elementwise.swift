import Tensors

/// How the kind of the result follows from the kinds of the operands.
package enum ResultType: Sendable {
  /// Kept: integers stay integers.
  case same
  /// One of the inputs: truth values stay truth values too.
  case picked
  /// At least a real number.
  case real
  /// Kept, but real where an integer has a negative exponent.
  case power
  case truth
}

extension Operation {
  /// A function of one number, applied to every element.
  static func elementwise(
    _ name: String, aliases: [String] = [], _ summary: String, form: Form = .call,
    purpose: Purpose? = nil, notes: Notes = "",
    examples: [Example], result: ResultType = .real, formula: Formula, slope: Formula,
    sampling: Sampling = .standard, kernel: UnaryKernel? = nil,
    gradientKernel: GradientKernel? = nil,
    value: @escaping @Sendable (Double) -> Double,
    derivative: @escaping @Sendable (_ x: Double, _ y: Double) -> Double
  ) -> Operation {
    Operation(
      name, aliases: aliases, summary, form: form, purpose: purpose, notes: notes,
      examples: examples,
      parameters: [Parameter("x", .tensor, "the tensor")],
      kernel: .unary { x, _ throws(TensorError) in
        let dtype = result.dtype(of: x)
        if let kernel { return kernel(x, dtype: dtype) }
        return x.map(dtype: dtype, value)
      },
      rule: .elementwise(slopes: [slope]),
      directRule: .unary { g, x, y, _ throws(TensorError) in
        switch gradientKernel {
        case .ofInput(let kernel): return try kernel(g, x, dtype: g.dtype)
        case .ofOutput(let kernel): return try kernel(g, y, dtype: g.dtype)
        case nil:
          let slopes = try Tensor.combine(x, y, dtype: g.dtype, derivative)
          return try BinaryKernel.multiply(g, slopes, dtype: g.dtype)
        }
      },
      sampling: sampling, cell: { request in formula.cell(request) })
  }

  /// A function of one number and some parameters.
  static func parametric(
    _ name: String, aliases: [String] = [], _ summary: String, form: Form = .call,
    notes: Notes = "",
    examples: [Example], parameters: [Parameter], result: ResultType = .real, formula: Formula,
    slope: Formula, sampling: Sampling,
    value: @escaping @Sendable (_ parameters: Attributes) -> (Double) -> Double,
    derivative:
      @escaping @Sendable (_ parameters: Attributes) -> (_ x: Double, _ y: Double) -> Double
  ) -> Operation {
    Operation(
      name, aliases: aliases, summary, form: form, notes: notes, examples: examples,
      parameters: [Parameter("x", .tensor, "the tensor")] + parameters,
      kernel: .unary { x, attributes throws(TensorError) in
        x.map(dtype: result.dtype(of: x), value(attributes))
      },
      rule: .elementwise(slopes: [slope]),
      directRule: .unary { g, x, y, attributes throws(TensorError) in
        let slopes = try Tensor.combine(x, y, dtype: g.dtype, derivative(attributes))
        return try BinaryKernel.multiply(g, slopes, dtype: g.dtype)
      },
      sampling: sampling, cell: { request in formula.cell(request) })
  }

  /// A function of two numbers, broadcast.
  static func pairwise(
    _ name: String, aliases: [String] = [], _ summary: String, form: Form = .call,
    notes: Notes = "",
    examples: [Example], result: ResultType = .same, formula: Formula, slopes: (Formula, Formula),
    sampling: Sampling = .standard, kernel: BinaryKernel? = nil, gradient: PairGradient.Rule? = nil,
    value: @escaping @Sendable (Double, Double) -> Double,
    derivative: @escaping @Sendable (_ a: Double, _ b: Double) -> (Double, Double)
  ) -> Operation {
    Operation(
      name, aliases: aliases, summary, form: form, notes: notes, examples: examples,
      parameters: [Parameter("a", .tensor, "left"), Parameter("b", .tensor, "right")],
      kernel: .binary { a, b, _ throws(TensorError) in
        let dtype = result.dtype(of: a, b)
        if let kernel { return try kernel(a, b, dtype: dtype) }
        return try Tensor.combine(a, b, dtype: dtype, value)
      },
      rule: .elementwise(slopes: [slopes.0, slopes.1]),
      directRule: .binary { g, a, b, slot, _ throws(TensorError) in
        if let gradient, let result = try gradient(g, a, b, slot) { return result }
        let slopes = try Tensor.combine(a, b, dtype: g.dtype) {
          slot == .left ? derivative($0, $1).0 : derivative($0, $1).1
        }
        return try BinaryKernel.multiply(g, slopes, dtype: g.dtype)
      },
      sampling: sampling, cell: { request in formula.cell(request) })
  }

  /// A comparison of two numbers: true or false, and no gradient.
  static func comparison(
    _ name: String, _ summary: String, examples: [Example], _ comparison: Formula.Comparison
  ) -> Operation {
    Operation(
      name, summary, form: .comparison(comparison), examples: examples,
      parameters: [Parameter("a", .tensor, "left"), Parameter("b", .tensor, "right")],
      kernel: .binary { a, b, _ throws(TensorError) in
        try Tensor.combine(a, b, dtype: .bool) { comparison.holds($0, $1) ? 1 : 0 }
      },
      rule: .undefined(because: "a comparison jumps from 0 to 1 and has no slope in between"),
      cell: { request in Formula.indicator(.a, comparison, .b).cell(request) })
  }
}

extension ResultType {
  package func dtype(of x: Tensor) -> DType {
    switch self {
    case .picked: x.dtype
    case .same, .power: x.dtype == .bool ? .int64 : x.dtype
    case .real: x.dtype.isReal ? x.dtype : .float64
    case .truth: .bool
    }
  }

  package func dtype(of a: Tensor, _ b: Tensor) -> DType {
    let common = promoted(a, b)
    switch self {
    case .same: return common
    case .picked: return a.dtype == .bool && b.dtype == .bool ? .bool : common
    case .real: return common.isReal ? common : .float64
    case .power:
      let isReal = !common.isReal && b.withElements { $0.contains { $0 < 0 } }
      return isReal ? .float64 : common
    case .truth: return .bool
    }
  }
}

extension Formula {
  /// An element-wise formula for one output cell: its symbols replaced by the elements that
  /// broadcasting pairs with the cell.
  /// A parameter that is 1 is no factor and no divisor.
  func cell(_ request: CellRequest) -> Formula {
    func isOne(_ part: Formula) -> Bool {
      if case .symbol(let name) = part { request.attributes.real(name) == 1 } else { false }
    }
    return substituting { part in
      switch part {
      case .binary(.multiply, let one, let rest) where isOne(one): return rest.cell(request)
      case .binary(.multiply, let rest, let one) where isOne(one): return rest.cell(request)
      case .binary(.divide, let rest, let one) where isOne(one): return rest.cell(request)
      default: break
      }
      guard case .symbol(let name) = part else { return nil }
      switch name {
      case "x", "a": return request.broadcastElement(0)
      case "b": return request.broadcastElement(1)
      case "y": return .number(request.output[flat: request.offset])
      default:
        let number = request.attributes.real(name)
        return number.isNaN ? nil : .number(number)
      }
    }
  }
}

extension CellRequest {
  /// The element of an input that broadcasting pairs with the cell.
  package func broadcastElement(_ input: Int) -> Formula {
    let strides = inputs[input].shape.strides(broadcastTo: output.shape)
    let offset = zip(coordinates, strides).reduce(0) { $0 + $1.0 * $1.1 }
    return .element(input: input, offset: offset)
  }
}
