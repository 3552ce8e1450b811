import Autograd
import BigInt
import Presentation
import Tensors

// `&`, `|`, `^`, `~`, `<<`, `>>`: on truth values and, or, exclusive or, not; on whole numbers bit by
// bit. On real numbers `^` is most often meant as the power, and the error shows how that is written.

extension Evaluator {
  private static let and = Catalogue.standard["logical_and"]
  private static let or = Catalogue.standard["logical_or"]
  private static let not = Catalogue.standard["logical_not"]
  private static let differs = Catalogue.standard["not_equal"]

  func combineBits(
    _ sign: Operator, _ left: Value, _ right: Value, at: Span, _ leftExpression: Expression,
    _ rightExpression: Expression
  ) throws -> Value {
    let whole = Expression(.binary(sign, at: at, leftExpression, rightExpression), at)
    if let value = try operateOnObjects(sign, left, right, at: at) { return value }
    guard let a = try left.asTensor(environment.structure),
      let b = try right.asTensor(environment.structure)
    else {
      throw fail(
        .wrongOperands(
          sign.spelling, left, right, at: at, left: leftExpression.span, right: rightExpression.span
        ))
    }
    do {
      if a.value.dtype == .bool, b.value.dtype == .bool, let operation = logical(sign) {
        return .tensor(try operation(a, b))
      }
      guard !a.value.dtype.isReal, !b.value.dtype.isReal else {
        throw Diagnostic.bitsOfReals(
          sign, base: text(leftExpression.lastFactor), exponent: text(rightExpression.firstFactor),
          at: at)
      }
      if sign == .bitXor { tellOnce("xor", .exclusiveOr(whole, a, b, self, at: at)) }
      if a.shape.isScalar, b.shape.isScalar, let x = left.whole, let y = right.whole,
        let result = try WholeNumber.result(sign, x, y, Site(self, at))
      {
        return result
      }
      let result = Variable(
        try bits(sign, a.value, b.value, at: at), literal: a.isLiteral && b.isLiteral)
      tellOfRounding(result, at: at)
      return .tensor(result)
    } catch {
      throw worded(
        error, at: at, [(leftExpression, .tensor(a)), (rightExpression, .tensor(b))])
    }
  }

  /// An operand as written, on one line.
  private func text(_ expression: Expression) -> String {
    let text = source[expression.span]
    return text.isEmpty || text.contains("\n") ? Printer().text(expression) : text
  }

  private func logical(_ sign: Operator) -> Operation? {
    switch sign {
    case .bitAnd: Self.and
    case .bitOr: Self.or
    case .bitXor: Self.differs
    default: nil
    }
  }

  private func bits(_ sign: Operator, _ a: Tensor, _ b: Tensor, at span: Span) throws -> Tensor {
    let limit = NumberLiteral.exactLimit
    let isExact = [a, b].allSatisfy { $0.withElements { $0.allSatisfy { abs($0) <= limit } } }
    let isShift = sign == .shiftLeft || sign == .shiftRight
    let isInRange = !isShift || b.withElements { $0.allSatisfy { (0...62).contains($0) } }
    guard isExact, isInRange else { throw Diagnostic.bitsTooLarge(at: span) }
    return try Tensor.combine(a, b, dtype: .int64) { x, y in
      let (m, n) = (Int(x), Int(y))
      switch sign {
      case .bitAnd: return Double(m & n)
      case .bitOr: return Double(m | n)
      case .bitXor: return Double(m ^ n)
      case .shiftLeft: return x * Double(sign: .plus, exponent: n, significand: 1)
      default: return Double(m >> n)
      }
    }
  }

  /// `~x`
  func invert(_ variable: Variable, _ operand: Expression, at span: Span) throws -> Value {
    switch variable.value.dtype {
    case .bool:
      // Python's ~True is -2, which nobody means; NumPy's ~ of an array of truth values is not.
      guard let operation = Self.not else { return .tensor(variable) }
      return .tensor(try operation(variable))
    case .int64:
      return .tensor(Variable(variable.value.map { -$0 - 1 }, literal: variable.isLiteral))
    case .float64, .float32: throw fail(.invertedReal(text(operand), at: span))
    }
  }
}

extension Expression {
  /// What stands directly left of a sign after this expression: `x[0]` of `a + x[0]`.
  fileprivate var lastFactor: Expression {
    switch form {
    case .binary(let sign, at: _, _, let right) where sign != .power: right.lastFactor
    case .unary(let sign, let operand) where sign.side == .prefix: operand.lastFactor
    default: self
    }
  }

  fileprivate var firstFactor: Expression {
    if case .binary(let sign, at: _, let left, _) = form, sign != .power {
      left.firstFactor
    } else {
      self
    }
  }
}

extension Diagnostic {
  fileprivate static func bitsOfReals(
    _ sign: Operator, base: String, exponent: String, at span: Span
  ) -> Diagnostic {
    var helps = ["for truth values write (x > 1) \(sign.spelling) (x < 4)"]
    if sign == .bitXor { helps = ["write \(base)**\(exponent) for the power"] }
    return Diagnostic(
      "bits-of-reals",
      sign == .bitXor
        ? "'^' is exclusive or, as in Python, and not the power"
        : "'\(sign.spelling)' works on truth values and whole numbers",
      primary: Label(span), helps: helps)
  }

  fileprivate static func exclusiveOr(
    _ whole: Expression, _ a: Variable, _ b: Variable, _ evaluator: Evaluator, at span: Span
  ) -> Diagnostic {
    var help = "write ** for the power"
    if case .binary(_, at: _, let left, let right) = whole.form {
      let power = Expression(.binary(.power, at: span, left.lastFactor, right.firstFactor))
      help = "write \(Printer().text(power)) for the power"
    }
    return Diagnostic(
      "xor", "'^' is exclusive or, bit by bit, as in Python", severity: .warning,
      primary: Label(span), helps: [help])
  }

  fileprivate static func bitsTooLarge(at span: Span) -> Diagnostic {
    Diagnostic(
      "bits-too-large", "bits of tensors go up to 2**53", primary: Label(span),
      notes: ["single numbers are exact at any size"])
  }

  fileprivate static func invertedReal(_ text: String, at span: Span) -> Diagnostic {
    Diagnostic(
      "bits-of-reals", "'~' turns truth values and whole numbers over", primary: Label(span),
      helps: ["write -\(text) for the opposite, ~(\(text) > 0) for a mask"])
  }
}
