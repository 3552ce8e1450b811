import Glibc
import Tensors

extension Operation {
  /// Arithmetic on elements, broadcast by NumPy's rule.
  static let arithmetic: [Operation] = [
    .pairwise(
      "add", "Adds two tensors element by element.", form: .arithmetic(.add),
      examples: ["add([1, 2], 10)  # [11, 12]"],
      formula: .a + .b, slopes: (1, 1), kernel: .add, gradient: PairGradient.add,
      value: { $0 + $1 }, derivative: { _, _ in (1, 1) }),
    .pairwise(
      "subtract", "Subtracts the right tensor from the left, element by element.",
      form: .arithmetic(.subtract),
      examples: ["subtract([1, 2], 10)  # [-9, -8]"],
      formula: .a - .b, slopes: (1, -1), kernel: .subtract, gradient: PairGradient.subtract,
      value: { $0 - $1 }, derivative: { _, _ in (1, -1) }),
    .pairwise(
      "multiply", "Multiplies two tensors element by element.", form: .arithmetic(.multiply),
      examples: ["multiply([1, 2], [3, 4])  # [3, 8]"],
      formula: .a * .b, slopes: (.b, .a), kernel: .multiply, gradient: PairGradient.multiply,
      value: { $0 * $1 }, derivative: { a, b in (b, a) }),
    .pairwise(
      "divide", "Divides the left tensor by the right, element by element; the result is real.",
      form: .arithmetic(.divide),
      notes: Notes("", Convention("division by 0", "inf, -inf or nan")),
      examples: ["divide([1, 3], 2)  # [0.5, 1.5]"],
      result: .real, formula: .a / .b, slopes: (1 / .b, -.a / (.b * .b)),
      sampling: Sampling(0.5...2), kernel: .divide, gradient: PairGradient.divide,
      value: { $0 / $1 }, derivative: { a, b in (1 / b, -a / (b * b)) }),
    .pairwise(
      "power", aliases: ["pow"], "Raises the left tensor to the power of the right.",
      form: .arithmetic(.power),
      notes: Notes(
        "",
        Convention("integer to a negative integer", "real", pytorch: "an error"),
        Convention("slope in the exponent where a is 0", "0")),
      examples: ["power([1, 2, 3], 2)  # [1, 4, 9]"],
      result: .power, formula: Formula.a.power(.b),
      slopes: (
        .b * Formula.a.power(.b - 1),
        .choice(.a, .equal, 0, then: 0, otherwise: Formula.a.power(.b) * .log(.a))
      ),
      sampling: Sampling(0.5...2), gradient: PairGradient.power,
      value: { $1 == 2 ? $0 * $0 : pow($0, $1) },
      derivative: { a, b in
        (b == 2 ? 2 * a : b * pow(a, b - 1), a == 0 ? 0 : pow(a, b) * log(a))
      }),
    .pairwise(
      "floor_divide", "Divides and rounds down, as Python's //.",
      notes: Notes("", Convention("rounding", "down, also of negative quotients")),
      examples: ["floor_divide([7, -7], 2)  # [3, -4]"],
      formula: .call("floor", [.a / .b]), slopes: (0, 0),
      sampling: Sampling(0.5...2, isSmooth: false),
      value: { a, b in
        // Through the exact remainder, as Python does: a / b may round up to the next whole number.
        guard b != 0 else { return a / b }
        let rest = fmod(a, b)
        let quotient = ((a - rest) / b).rounded()
        return rest != 0 && (rest < 0) != (b < 0) ? quotient - 1 : quotient
      },
      derivative: { _, _ in (0, 0) }),
    .pairwise(
      "remainder", aliases: ["mod"],
      "Gives what is left after floor division, as Python's %.",
      notes: Notes("", Convention("sign", "that of the divisor")),
      examples: ["remainder([7, -7], 3)  # [1, 2]"],
      formula: .a - .b * .call("floor", [.a / .b]),
      slopes: (1, -.call("floor", [.a / .b])), sampling: Sampling(0.5...2, isSmooth: false),
      value: { a, b in
        let rest = fmod(a, b)
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
      },
      derivative: { a, b in (1, -(a / b).rounded(.down)) }),
    .pairwise(
      "maximum", "Takes the larger of two elements.",
      notes: Notes("", Convention("gradient at a tie", "half to each side")),
      examples: ["maximum([1, 5], 3)  # [3, 5]"],
      result: .picked, formula: .call("max", [.a, .b]),
      slopes: (
        .indicator(.a, .greater, .b) + 0.5 * .indicator(.a, .equal, .b),
        .indicator(.b, .greater, .a) + 0.5 * .indicator(.a, .equal, .b)
      ),
      sampling: Sampling(isSmooth: false),
      value: ScalarFunction.larger,
      derivative: { a, b in a == b ? (0.5, 0.5) : a > b ? (1, 0) : (0, 1) }),
    .pairwise(
      "minimum", "Takes the smaller of two elements.",
      notes: Notes("", Convention("gradient at a tie", "half to each side")),
      examples: ["minimum([1, 5], 3)  # [1, 3]"],
      result: .picked, formula: .call("min", [.a, .b]),
      slopes: (
        .indicator(.a, .less, .b) + 0.5 * .indicator(.a, .equal, .b),
        .indicator(.b, .less, .a) + 0.5 * .indicator(.a, .equal, .b)
      ),
      sampling: Sampling(isSmooth: false),
      value: ScalarFunction.smaller,
      derivative: { a, b in a == b ? (0.5, 0.5) : a < b ? (1, 0) : (0, 1) }),
    .elementwise(
      "negate", aliases: ["neg", "negative"], "Changes the sign of every element.", form: .negation,
      examples: ["negate([1, -2])  # [-1, 2]"], result: .same,
      formula: -.x, slope: -1, kernel: .negate, value: { -$0 }, derivative: { _, _ in -1 }),
    .elementwise(
      "clone", aliases: ["copy"], "Gives the same elements as a quantity of its own.",
      notes: """
        A start value that an optimizer's steps leave alone. The copy keeps the history, as in \
        PyTorch; detach() drops it.
        """,
      examples: ["clone([1, -2])  # [1, -2]", "v = [1]; w = v.copy(); w[0] = 5; v  # [1]"],
      result: .picked, formula: .x, slope: 1, value: { $0 }, derivative: { _, _ in 1 }),
    Operation(
      "lerp", "Goes from a towards b by the fraction t: a + t·(b − a).",
      notes: "At t = 0 it is a, at t = 1 it is b; beyond that it goes on along the line.",
      examples: ["lerp(10, 20, 0.3)  # 13.0", "lerp([0, 1], [4, 3], 0.5)  # [2.0, 2.0]"],
      parameters: [
        Parameter("a", .tensor, "where t = 0"), Parameter("b", .tensor, "where t = 1"),
        Parameter("t", .tensor, "how far to go"),
      ],
      kernel: .many { inputs, _ throws(TensorError) in
        let (a, b, t) = (inputs[0], inputs[1], inputs[2])
        let dtype = ResultType.real.dtype(of: promoted(a, b) == .float32 ? a : b, t)
        let way = try BinaryKernel.subtract(b, a, dtype: dtype)
        return try BinaryKernel.add(a, BinaryKernel.multiply(t, way, dtype: dtype), dtype: dtype)
      },
      rule: .recorded { call in
        let (a, b, t) = (call.inputs[0], call.inputs[1], call.inputs[2])
        return Contributions(
          try multiply(call.gradient, subtract(Variable(1), t)), try multiply(call.gradient, t),
          try multiply(call.gradient, subtract(b, a)))
      },
      sampling: Sampling(
        shapes: [[[], [], []], [[3], [3], []], [[2, 1], [3], [2, 3]], [[0, 2], [2], []]]),
      cell: { request in
        let (a, b) = (request.broadcastElement(0), request.broadcastElement(1))
        return a + request.broadcastElement(2) * (b - a)
      }),
    Operation(
      "where", "Takes the second tensor's element where the condition holds, else the third's.",
      form: .choice,
      examples: ["where([1, -2] > 0, [10, 20], 0)  # [10, 0]"],
      parameters: [
        Parameter("condition", .tensor, "true where `a` is wanted"),
        Parameter("a", .tensor, "taken where the condition holds"),
        Parameter("b", .tensor, "taken elsewhere"),
      ],
      kernel: .many { inputs, _ throws(TensorError) in
        let dtype = promotedKeepingBool(inputs[1], inputs[2])
        let shape = try inputs[0].shape.broadcast(with: inputs[1].shape).broadcast(
          with: inputs[2].shape)
        let condition = try inputs[0].broadcast(to: shape)
        let a = try inputs[1].broadcast(to: shape)
        let b = try inputs[2].broadcast(to: shape)
        return condition.withElements { c in
          a.withElements { x in
            b.withElements { y in
              Tensor(shape, dtype: dtype) { out in
                out.fill { index in c[index] != 0 ? x[index] : y[index] }
              }
            }
          }
        }
      },
      rule: .recorded { call in
        Contributions(
          nil, try choose([call.inputs[0], call.gradient, Variable(0)]),
          try choose([call.inputs[0], Variable(0), call.gradient]))
      },
      sampling: Sampling(shapes: [[[3], [3], [3]], [[2, 1], [2, 3], [3]]]),
      cell: { request in
        .choice(
          request.broadcastElement(0), .notEqual, 0, then: request.broadcastElement(1),
          otherwise: request.broadcastElement(2))
      }),
  ]

  /// Comparisons of elements.
  static let comparisons: [Operation] = [
    .comparison(
      "less", "Tells where the left is less.", examples: ["less([1, 2], 2)  # [True, False]"], .less
    ),
    .comparison(
      "less_equal", "Tells where the left is less or equal.",
      examples: ["less_equal([1, 3], 2)  # [True, False]"], .lessOrEqual),
    .comparison(
      "greater", "Tells where the left is greater.",
      examples: ["greater([1, 3], 2)  # [False, True]"], .greater),
    .comparison(
      "greater_equal", "Tells where the left is greater or equal.",
      examples: ["greater_equal([2, 1], 2)  # [True, False]"], .greaterOrEqual),
    .comparison(
      "equal", "Tells where both are equal; nan equals nothing.",
      examples: ["equal([1, 2], 2)  # [False, True]"], .equal),
    .comparison(
      "not_equal", "Tells where both differ.",
      examples: ["not_equal([1, 2], 2)  # [True, False]"], .notEqual),
    .logic(
      "logical_and", "Tells where both are true, that is not 0.",
      examples: ["logical_and([1, 2, 3] > 1, [1, 2, 3] < 3)  # [False, True, False]"],
      formula: .call("min", [isTrue(.a), isTrue(.b)])
    ) { $0 && $1 },
    .logic(
      "logical_or", "Tells where at least one is true, that is not 0.",
      examples: ["logical_or([1, 2, 3] < 2, [1, 2, 3] > 2)  # [True, False, True]"],
      formula: .call("max", [isTrue(.a), isTrue(.b)])
    ) { $0 || $1 },
    .elementwise(
      "logical_not", "Tells where an element is 0.",
      examples: ["logical_not([1, 2] > 1)  # [True, False]"], result: .truth,
      formula: .indicator(.x, .equal, 0), slope: 0, sampling: Sampling(isSmooth: false),
      value: { $0 == 0 ? 1 : 0 }, derivative: { _, _ in 0 }),
  ]
}

extension Operation {
  private static func isTrue(_ x: Formula) -> Formula { .indicator(x, .notEqual, 0) }

  /// A question about two truth values.
  private static func logic(
    _ name: String, _ summary: String, examples: [Example], formula: Formula,
    _ holds: @escaping @Sendable (Bool, Bool) -> Bool
  ) -> Operation {
    .pairwise(
      name, summary, notes: "nan is not 0, so it counts as true, as in NumPy.", examples: examples,
      result: .truth, formula: formula, slopes: (0, 0), sampling: Sampling(isSmooth: false),
      value: { holds($0 != 0, $1 != 0) ? 1 : 0 }, derivative: { _, _ in (0, 0) })
  }
}

/// Two truth values stay truth values when one of them is picked.
private func promotedKeepingBool(_ a: Tensor, _ b: Tensor) -> DType {
  a.dtype == .bool && b.dtype == .bool ? .bool : promoted(a, b)
}
