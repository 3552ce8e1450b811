import Glibc
import Tensors

extension Operation {
  private static let correction = Parameter(
    "correction", .real, default: .real(0), "taken from the count before dividing")
  private static let spreadNotes = Notes(
    "",
    Convention(
      "divisor", "n, as in NumPy; correction=1 for n − 1", pytorch: "n − 1; correction=0 for n"))

  /// Spread, size and counts of many numbers.
  static let statistics: [Operation] = [
    Operation(
      "var", aliases: ["variance"], "Averages the squared distances from the mean along axes.",
      expansion: Expansion { try variance($0[0], $1) },
      notes: spreadNotes,
      examples: ["var([1, 2, 3, 4])  # 1.25", "var([1, 2, 3, 4], correction=1)  # 1.6667"],
      parameters: [Parameter("x", .tensor, "the tensor")] + axisParameters + [correction],
      kernel: .unary { x, attributes throws(TensorError) in try x.variance(attributes) { $0 } },
      rule: .recorded { call in
        let (distances, divisor) = try distancesFromMean(call)
        let scaled = try multiply(distances, Variable(2 / divisor))
        return Contributions(try multiply(spread(call.gradient, over: call), scaled))
      },
      sampling: varianceSampling,
      cell: { request in request.variance }),
    Operation(
      "std", "Takes the square root of the variance along axes.",
      expansion: Expansion { try required("sqrt")(variance($0[0], $1)) },
      notes: spreadNotes
        + Notes("", Convention("slope where all elements are equal", "nan")),
      examples: ["std([1, 2, 3, 4])  # 1.118", "std([1, 2, 3, 4], correction=1)  # 1.291"],
      parameters: [Parameter("x", .tensor, "the tensor")] + axisParameters + [correction],
      kernel: .unary { x, attributes throws(TensorError) in
        try x.variance(attributes) { $0.squareRoot() }
      },
      rule: .recorded { call in
        let (distances, divisor) = try distancesFromMean(call)
        let scaled = try divide(
          distances, multiply(spread(call.output, over: call), Variable(divisor)))
        return Contributions(try multiply(spread(call.gradient, over: call), scaled))
      },
      sampling: varianceSampling,
      cell: { request in .sqrt(request.variance) }),
    Operation(
      "norm", "Measures the length of a vector: the root of the sum of squares, or another p-norm.",
      notes: Notes(
        """
        ord may be inf or -inf, the largest or smallest size, and 0, which counts what is not 0.
        """,
        Convention(
          "a matrix", "all its elements, the Frobenius norm",
          pytorch: "the same for vector_norm; matrix_norm and NumPy's ord=1, 2, inf are others"),
        Convention("slope at length 0", "0"),
        Convention(
          "gradient at a tie, ord=±inf", "all of it to the first", pytorch: "shared evenly")),
      examples: [
        "norm([3, 4])  # 5", "norm([3, -4], ord=1)  # 7", "norm([3, -4], ord=inf)  # 4",
        "norm([3, 0, -4], ord=0)  # 2",
      ],
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter("ord", .real, default: .real(2), "the power p"),
      ] + axisParameters,
      kernel: .unary { x, attributes throws(TensorError) in
        let power = attributes.power
        return try x.reduced(
          along: attributes.integers("axis"), keepingAxes: attributes.bool("keepdims"),
          dtype: ResultType.real.dtype(of: x)
        ) { $0.norm(power) }
      },
      rule: .recorded(normRule),
      sampling: Sampling(
        0.2...2, shapes: [[[3]], [[2, 3]], [[2, 3]], [[4]], [[2, 2]], [[3]], [[3]]],
        attributes: [
          .none, .one("axis", .integer(1)),
          Attributes([("ord", .real(1)), ("axis", .integer(0)), ("keepdims", .bool(true))]),
          .one("ord", .real(.infinity)), .one("ord", .real(3)), .one("ord", .real(-.infinity)),
          .one("ord", .real(-1.5)),
        ]),
      cell: { request in
        let sizes = request.reducedElements.map { Formula.call("abs", [$0]) }
        switch request.attributes.power {
        case .infinity: return .call("max", sizes)
        case -.infinity: return .call("min", sizes)
        case 0: return .sum(sizes.map { .indicator($0, .notEqual, 0) })
        case 1: return .sum(sizes)
        case 2: return .sqrt(.sum(request.reducedElements.map { $0.power(2) }))
        case let power:
          return Formula.sum(sizes.map { $0.power(.number(power)) }).power(.number(1 / power))
        }
      }),
    .median,
    .truth(
      "any", "Tells whether some element along axes is not 0.", examples: ["any([0, 2])  # True"],
      of: { count, _ in count > 0 }),
    .truth(
      "all", "Tells whether no element along axes is 0.",
      examples: ["all([0, 2])  # False", "all([1, 2] > 0)  # True"]
    ) { count, total in
      count == total
    },
    .counting,
    Operation(
      "entropy", "Measures the uncertainty of a distribution: -Σ p log p.",
      notes:
        "A probability of 0 adds nothing. The natural logarithm by default: base=2 gives bits.",
      examples: ["entropy([0.5, 0.5], base=2)  # 1", "entropy([1, 0])  # 0"],
      parameters: [
        Parameter("p", .tensor, "probabilities"),
        Parameter("axis", .axes, default: .integer(-1), "axis or axes of the distribution"),
        Parameter("keepdims", .bool, default: .bool(false), "keep reduced axes with size 1"),
        Parameter("base", .real, default: .real(exp(1.0)), "base of the logarithm"),
      ],
      kernel: .unary { p, attributes throws(TensorError) in
        let scale = logarithm(of: attributes)
        return try p.reduced(
          along: attributes.integers("axis"), keepingAxes: attributes.bool("keepdims"),
          dtype: ResultType.real.dtype(of: p)
        ) { $0.reduce(0) { $1 == 0 ? $0 : $0 - $1 * log($1) } / scale }
      },
      rule: .recorded { call in
        let slope = try negate(add(required("log")(call.inputs[0]), Variable(1)))
        let scaled = try divide(slope, Variable(logarithm(of: call.attributes)))
        return Contributions(try multiply(spread(call.gradient, over: call), scaled))
      },
      sampling: Sampling(
        0.1...0.9, shapes: [[[3]], [[2, 3]], [[2, 3]]],
        attributes: [.none, .one("base", .real(2)), Attributes([("axis", .integers([0, 1]))])]),
      cell: { request in
        let total = Formula.sum(request.reducedElements.map { -($0 * .log($0)) })
        let scale = logarithm(of: request.attributes)
        return scale == 1 ? total : total / .number(scale)
      }),
  ]

  private static let median = Operation(
    "median", "Finds the element in the middle of the sorted elements along axes.",
    notes: Notes(
      "nan if one element is nan.",
      Convention(
        "an even count", "the mean of the middle two, as in NumPy", pytorch: "the lower one")),
    examples: ["median([3, 1, 2])  # 2.0", "median([4, 1, 2, 9])  # 3.0"],
    parameters: [Parameter("x", .tensor, "the tensor")] + axisParameters,
    kernel: .unary { x, attributes throws(TensorError) in
      let middle = try Middle(x, attributes)
      return x.withElements { elements in
        Tensor(middle.target, dtype: ResultType.real.dtype(of: x)) { out in
          for (cell, (low, high)) in Poll.each(middle.pairs.enumerated()) {
            out[cell] = low == high ? elements[low] : (elements[low] + elements[high]) / 2
          }
        }
      }
    },
    rule: .recorded { call in
      let middle = try Middle(call.inputs[0].value, call.attributes)
      let mask = Variable(
        Tensor(call.inputs[0].shape) { out in
          out.fill(with: 0)
          for (low, high) in Poll.each(middle.pairs) {
            out[low] += 0.5
            out[high] += 0.5
          }
        })
      return Contributions(try multiply(spread(call.gradient, over: call), mask))
    },
    sampling: Sampling(
      shapes: reductionSampling.shapes, attributes: reductionSampling.attributes, isSmooth: false),
    cell: { request in
      guard let middle = try? Middle(request.inputs[0], request.attributes) else { return nil }
      let (low, high) = middle.pairs[request.offset]
      let first = Formula.element(input: 0, offset: low)
      return low == high ? first : (first + .element(input: 0, offset: high)) / 2
    })

  private static let varianceSampling = Sampling(
    shapes: [[[4]], [[2, 3]], [[2, 3, 2]], [[3]]],
    attributes: [
      .none, Attributes([("axis", .integer(1)), ("keepdims", .bool(true))]),
      Attributes([("axis", .integers([0, 2])), ("correction", .real(1))]),
      .one("correction", .real(1)),
    ])

  /// Each element minus the mean of its run, and what the squares are divided by.
  private static func distancesFromMean(_ call: Backward<Variable>) throws -> (Variable, Double) {
    let x = call.inputs[0]
    let mean = try required("mean")(
      x, Attributes([("axis", call.attributes["axis"]), ("keepdims", .bool(true))]))
    let run = Double(x.shape.count / Swift.max(call.output.shape.count, 1))
    return (try subtract(x, mean), Swift.max(0, run - call.attributes.correction))
  }

  /// (x − μ)², averaged; with a correction, added up and divided.
  private static func variance(_ x: Variable, _ attributes: Attributes) throws -> Variable {
    let axes = Attributes([("axis", attributes["axis"]), ("keepdims", .bool(true))])
    let kept = Attributes([
      ("axis", attributes["axis"]), ("keepdims", .bool(attributes.bool("keepdims"))),
    ])
    let distances = try subtract(x, mean(x, axes))
    let squares = try power(distances, Variable(Tensor(2), literal: true))
    if attributes.correction == 0 { return try mean(squares, kept) }
    let total = try sum(squares, kept)
    let run = Double(x.shape.count / Swift.max(total.shape.count, 1))
    let divisor = Tensor(Swift.max(0, run - attributes.correction))
    return try divide(total, Variable(divisor, literal: true))
  }

  /// ∂‖x‖ₚ/∂x = sign(x) (|x| / ‖x‖ₚ)^(p−1), and 0 where the length is 0.
  private static func normRule(_ call: Backward<Variable>) throws -> Contributions<Variable> {
    let x = call.inputs[0]
    let g = try spread(call.gradient, over: call)
    switch call.attributes.power {
    case 1: return Contributions(try multiply(g, required("sign")(x)))
    case 0: return Contributions(try multiply(g, Variable(0)))
    case .infinity, -.infinity:
      let isLargest = call.attributes.power > 0
      let found = try x.value.map(abs).winners(
        along: call.attributes.integers("axis"), keepingAxes: false, name: "norm"
      ) { isLargest ? $0 > $1 : $0 < $1 }
      let mask = Variable(
        Tensor(x.shape) { out in
          out.fill(with: 0)
          for offset in Poll.each(found.offsets) { out[offset] = 1 }
        })
      return Contributions(try multiply(g, multiply(mask, required("sign")(x))))
    case let power:
      let y = try spread(call.output, over: call)
      let isZero = Variable(y.value.map(dtype: .bool) { $0 == 0 ? 1 : 0 })
      let length = try choose([isZero, Variable(1), y])
      let share = try divide(x, length)
      if power == 2 { return Contributions(try multiply(g, share)) }
      let powered = try Operation.power(required("abs")(share), Variable(power - 1))
      return Contributions(try multiply(g, multiply(required("sign")(x), powered)))
    }
  }

  private static func logarithm(of attributes: Attributes) -> Double {
    let base = attributes.real("base")
    return base.isNaN || base == exp(1.0) ? 1 : log(base)
  }

  private static let counting = Operation(
    "count_nonzero", aliases: ["count"], "Counts the elements along axes that are not 0.",
    notes: "With a condition: count(x > 1) tells how often it holds.",
    examples: ["count([0, 2, 3])  # 2", "count([1, 2, 3] > 1)  # 2"],
    parameters: [Parameter("x", .tensor, "the tensor")] + axisParameters,
    kernel: .unary { x, attributes throws(TensorError) in
      try x.reduced(
        along: attributes.integers("axis"), keepingAxes: attributes.bool("keepdims"), dtype: .int64
      ) { $0.reduce(0) { $0 + ($1 != 0 ? 1 : 0) } }
    },
    rule: .undefined(because: "a count jumps when an element reaches 0"),
    sampling: reductionSampling,
    cell: { request in
      // Truths are zeros and ones already.
      let isTruth = request.inputs[0].dtype == .bool
      return .sum(request.reducedElements.map { isTruth ? $0 : .indicator($0, .notEqual, 0) })
    })

  private static func truth(
    _ name: String, _ summary: String, examples: [Example],
    of holds: @escaping @Sendable (_ count: Int, _ total: Int) -> Bool
  ) -> Operation {
    Operation(
      name, summary, notes: "nan is not 0.", examples: examples,
      parameters: [Parameter("x", .tensor, "the tensor")] + axisParameters,
      kernel: .unary { x, attributes throws(TensorError) in
        try x.reduced(
          along: attributes.integers("axis"), keepingAxes: attributes.bool("keepdims"), dtype: .bool
        ) { run in holds(run.count { $0 != 0 }, run.count) ? 1 : 0 }
      },
      rule: .undefined(because: "the answer is yes or no and has no slope in between"),
      sampling: reductionSampling,
      cell: { request in
        let signs = request.reducedElements.map { Formula.indicator($0, .notEqual, 0) }
        guard !signs.isEmpty else { return .number(holds(0, 0) ? 1 : 0) }
        return .call(holds(1, 2) ? "max" : "min", signs)
      })
  }
}

extension Attributes {
  fileprivate var correction: Double { real("correction").isNaN ? 0 : real("correction") }

  /// The p of a norm; 2 when left out.
  fileprivate var power: Double {
    if string("ord") == "fro" || self["ord"] == .none { return 2 }
    return real("ord")
  }
}

extension Tensor {
  /// Σ (x − mean)² / (n − correction) of each run; nan when nothing is left to divide by.
  fileprivate func variance(
    _ attributes: Attributes, _ finish: (Double) -> Double
  ) throws(TensorError) -> Tensor {
    try reduced(
      along: attributes.integers("axis"), keepingAxes: attributes.bool("keepdims"),
      dtype: ResultType.real.dtype(of: self)
    ) { run in
      let mean = run.reduce(0, +) / Double(run.count)
      let squares = run.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return finish(squares / Swift.max(0, Double(run.count) - attributes.correction))
    }
  }
}

extension NumberRun {
  fileprivate func norm(_ power: Double) -> Double {
    switch power {
    case 1: return reduce(0) { $0 + abs($1) }
    case .infinity: return reduce(0) { ScalarFunction.larger($0, abs($1)) }
    case -.infinity: return reduce(.infinity) { ScalarFunction.smaller($0, abs($1)) }
    case 0: return Double(count { $0 != 0 })
    case 2:
      // Scaled by the largest element, so that squares neither overflow nor vanish.
      let scale = reduce(0) { ScalarFunction.larger($0, abs($1)) }
      guard scale > 0, scale.isFinite else { return scale }
      guard scale > 1e150 || scale < 1e-150 else { return reduce(0) { $0 + $1 * $1 }.squareRoot() }
      return scale * reduce(0) { $0 + ($1 / scale) * ($1 / scale) }.squareRoot()
    default: return pow(reduce(0) { $0 + pow(abs($1), power) }, 1 / power)
    }
  }
}

/// Where the middle of the sorted elements of each run is: one offset twice, or the two beside it.
private struct Middle {
  let target: Shape
  private(set) var pairs: [(low: Int, high: Int)] = []

  init(_ x: Tensor, _ attributes: Attributes) throws(TensorError) {
    let axes = try x.shape.resolved(axes: attributes.integers("axis"))
    let runs = try x.shape.offsets(along: axes)
    target = x.shape.reduced(along: axes, keepingAxes: attributes.bool("keepdims"))
    guard target.count == 0 || x.count > 0 else { throw .emptyReduction("median") }
    try Memory.make(runs.count, of: MemoryLayout<(Int, Int)>.stride)
    pairs.reserveCapacity(runs.count)
    guard let longest = runs.first?.count, longest > 0 else { return }
    var sorter = try NumberSorter(capacity: longest)
    try x.withElements { elements throws(TensorError) in
      for run in runs {
        let order = try sorter.sort(run.count) { elements[run[$0]] }
        let last = run[order[run.count - 1]]
        if elements[last].isNaN {
          pairs.append((last, last))
        } else {
          pairs.append((run[order[(run.count - 1) / 2]], run[order[run.count / 2]]))
        }
      }
    }
  }
}

extension Shape {
  /// The offsets of the elements that each cell of a reduction is made from, in rising order.
  fileprivate func offsets(along axes: [Int]) throws(TensorError) -> [[Int]] {
    try Memory.make(2 * count, of: MemoryLayout<Int>.stride)
    var runs = [[Int]](repeating: [], count: reduced(along: axes, keepingAxes: false).count)
    let kept = self.axes.filter { !axes.contains($0) }
    for offset in 0..<count {
      if offset & 0xFFF == 0xFFF { try Poll.checkNow() }
      let place = coordinates(of: offset)
      let cell = kept.reduce(0) { $0 * self[$1] + place[$1] }
      runs[cell].append(offset)
    }
    return runs
  }
}

extension CellRequest {
  fileprivate var variance: Formula {
    let elements = reducedElements
    let mean = Formula.part(
      .init("μ", .sum(elements) / .number(Double(elements.count)), of: inputs))
    let divisor = max(0, Double(elements.count) - attributes.correction)
    return .sum(elements.map { ($0 - mean).power(2) }) / .number(divisor)
  }
}
