import Tensors

extension Operation {
  private static let scores = Parameter("x", .tensor, "the scores")
  private static let softmaxAxis = Parameter(
    "axis", .integer, default: .integer(-1), "the axis that sums to 1")
  private static let softmaxSampling = Sampling(
    shapes: [[[3]], [[2, 3]], [[2, 3, 2]]],
    attributes: [.none, .none, .one("axis", .integer(1))])

  /// Softmax and what is computed from it.
  static let softmaxes: [Operation] = [
    Operation(
      "softmax", "Turns scores into positive numbers that sum to 1 along an axis.",
      form: .probabilities,
      notes: Notes(
        "The largest score is subtracted first, so large scores do not overflow.",
        Convention(
          "axis when none is named", "the last",
          pytorch: "0 or 1 by the number of axes, with a warning")),
      examples: [
        "softmax([1, 2, 3])  # [0.09, 0.2447, 0.6652]", "softmax([1, 1000, 2])  # [0, 1, 0]",
      ],
      parameters: [scores, softmaxAxis],
      kernel: .unary { x, attributes throws(TensorError) in
        try x.softmax(along: attributes.integer("axis", default: -1))
      },
      rule: .recorded { call in
        let total = try totalled(multiply(call.gradient, call.output), call.attributes)
        return Contributions(try multiply(call.output, subtract(call.gradient, total)))
      },
      fastRule: { call throws(TensorError) in
        let runs = try Runs(
          of: call.output.shape, along: call.attributes.integer("axis", default: -1))
        return Contributions(
          try call.alongRuns(runs) { y, g, out, start in
            var total = 0.0
            for index in 0..<runs.size {
              total += y[start + index * runs.inner] * g[start + index * runs.inner]
            }
            for index in 0..<runs.size {
              let place = start + index * runs.inner
              out[place] = y[place] * (g[place] - total)
            }
          })
      },
      sampling: softmaxSampling,
      cell: { request in
        let run = ScoreRun(request.run, in: request.inputs[0])
        return run.exponential(.element(input: 0, offset: request.offset)) / run.sharedTotal
      }),
    Operation(
      "log_softmax", "Takes the logarithm of softmax without computing a tiny number first.",
      expansion: Expansion { try required("log")(softmax($0[0], $1)) },
      examples: ["log_softmax([1, 2, 3])  # [-2.4076, -1.4076, -0.4076]"],
      parameters: [scores, softmaxAxis],
      kernel: .unary { x, attributes throws(TensorError) in
        try x.logSoftmax(along: attributes.integer("axis", default: -1))
      },
      rule: .recorded { call in
        let probabilities = try softmax(call.inputs[0], call.attributes)
        return Contributions(
          try subtract(
            call.gradient, multiply(probabilities, totalled(call.gradient, call.attributes))))
      },
      fastRule: { call throws(TensorError) in
        let runs = try Runs(
          of: call.output.shape, along: call.attributes.integer("axis", default: -1))
        return Contributions(
          try call.alongRuns(runs) { y, g, out, start in
            var total = 0.0
            for index in 0..<runs.size { total += g[start + index * runs.inner] }
            for index in 0..<runs.size {
              let place = start + index * runs.inner
              out[place] = g[place] - ScalarFunction.exponential(y[place]) * total
            }
          })
      },
      sampling: softmaxSampling,
      cell: { request in
        let run = ScoreRun(request.run, in: request.inputs[0])
        return run.shifted(.element(input: 0, offset: request.offset)) - .log(run.sharedTotal)
      }),
    Operation(
      "logsumexp", "Takes the logarithm of the sum of exponentials along axes.",
      notes: "The largest element is subtracted first. Of no elements it is -inf.",
      examples: ["logsumexp([1, 2, 3])  # 3.4076", "logsumexp([1000, 1000])  # 1000.6931"],
      parameters: [Parameter("x", .tensor, "the tensor")] + axisParameters,
      kernel: .unary { x, attributes throws(TensorError) in
        try x.logSumExp(
          along: attributes.integers("axis"), keepingAxes: attributes.bool("keepdims"))
      },
      rule: .recorded { call in
        let shifted = try subtract(call.inputs[0], spread(call.output, over: call))
        return Contributions(try multiply(spread(call.gradient, over: call), exponential(shifted)))
      },
      sampling: reductionSampling,
      cell: { request in ScoreRun(request.reducedElements, in: request.inputs[0]).logarithm }),
  ]

  /// The sum along the softmax axis, kept with size 1.
  private static func totalled(_ x: Variable, _ attributes: Attributes) throws -> Variable {
    if x.shape.isScalar { return x }
    return try sum(
      x,
      Attributes([
        ("axis", .integer(attributes.integer("axis", default: -1))), ("keepdims", .bool(true)),
      ]))
  }
}

/// Scores whose exponentials are added. Where they are large the largest is taken off each of them,
/// as the kernels always do: exp(1000) is ∞, exp(1000 − 1000) is 1.
struct ScoreRun {
  /// Exponentials of numbers further from 0 do not fit a board.
  static let limit = 20.0

  /// Longer totals get a symbol where each of many cells would repeat them.
  static let totalLimit = 9

  private let scores: [Formula]
  private let values: Tensor
  private let largest: Formula?

  /// Elements of the first input.
  init(_ scores: [Formula], in values: Tensor) {
    func value(_ score: Formula) -> Double {
      if case .element(_, let offset) = score { values[flat: offset] } else { 0 }
    }
    self.scores = scores
    self.values = values
    largest = scores.max { value($0) < value($1) }.flatMap { score in
      let size = value(score).magnitude
      return size > Self.limit && size.isFinite ? score : nil
    }
  }

  func shifted(_ score: Formula) -> Formula { largest.map { score - $0 } ?? score }

  func exponential(_ score: Formula) -> Formula { .exp(shifted(score)) }

  var total: Formula { .sum(scores.map(exponential)) }

  /// The same, as a part Z where it is long.
  var sharedTotal: Formula {
    scores.count > Self.totalLimit ? .part(.init("Z", total, of: [values])) : total
  }

  /// log Σ exp(x), with what was taken off put back.
  var logarithm: Formula { largest.map { $0 + .log(total) } ?? .log(total) }
}

extension CellRequest {
  /// The elements of the first input that share a run along `axis` with the cell.
  fileprivate var run: [Formula] {
    guard let runs = try? Runs(of: output.shape, along: attributes.integer("axis", default: -1))
    else { return [] }
    let block = offset / (runs.size * runs.inner)
    let start = block * runs.size * runs.inner + offset % runs.inner
    return (0..<runs.size).map { .element(input: 0, offset: start + $0 * runs.inner) }
  }
}

extension Backward<Tensor> {
  /// A gradient computed run by run from the output and the arriving gradient.
  fileprivate func alongRuns(
    _ runs: Runs,
    _ body: (
      _ y: UnsafeBufferPointer<Double>, _ g: UnsafeBufferPointer<Double>,
      _ out: UnsafeMutableBufferPointer<Double>, _ start: Int
    ) -> Void
  ) throws(TensorError) -> Tensor {
    output.withElements { y in
      gradient.withElements { g in
        Tensor(output.shape, dtype: gradient.dtype) { out in
          runs.forEach { _, start in body(y, g, out, start) }
        }
      }
    }
  }
}
