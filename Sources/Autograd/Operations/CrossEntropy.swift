import Tensors

extension Operation {
  /// How a loss of many elements becomes one number.
  static let reductionParameter = Parameter(
    "reduction", .choice(["mean", "sum", "none"]), default: .string("mean"),
    "mean, sum, or none for one loss each")

  /// Losses between scores of classes and the right class.
  static let classificationLosses: [Operation] = [
    Operation(
      "cross_entropy", aliases: ["softmax_loss", "softmax_cross_entropy"],
      "Measures how little softmax of the scores gives to the right classes.", form: .classLoss,
      expansion: Expansion { try crossEntropyComposed($0, $1) },
      notes: Notes(
        """
        `target` holds class numbers (one axis less than the scores) or probabilities (the same \
        shape). Softmax is part of the loss: give it scores.
        """,
        Convention("axis of the classes", "1, or 0 of a vector"),
        Convention("mean, with probabilities", "over the samples, not the elements")),
      examples: [
        "cross_entropy([1, 2, 3], 2)  # 0.4076",
        "cross_entropy([1, 2; 3, 1], [1, 0], reduction=\"none\")  # [0.3133, 0.1269]",
        "cross_entropy([1, 2, 3], [0, 0.5, 0.5])  # 0.9076",
      ],
      parameters: [
        Parameter("scores", .tensor, "scores of the classes, before softmax"),
        Parameter("target", .tensor, "class numbers or probabilities"), reductionParameter,
      ],
      kernel: .binary { scores, target, attributes throws(TensorError) in
        if let divisor = Classification.divisor(of: scores, attributes),
          let loss = scores.crossEntropy(classes: target, dividedBy: divisor)
        {
          return loss
        }
        let problem = try Classification(scores, target)
        return try problem.losses(scores, target).reducedLoss(attributes)
      },
      rule: .recorded { call in try crossEntropyRule(call) },
      fastRule: { call throws(TensorError) in
        let problem = try Classification(call.inputs[0], call.inputs[1])
        let slopes =
          call.needs[0]
          ? try problem.slopes(call.inputs[0], call.inputs[1], call.gradient, call.attributes) : nil
        guard call.needs[1], problem.hasProbabilities else { return Contributions(slopes, nil) }
        let logarithms = try call.inputs[0].logSoftmax(along: problem.axis)
        let arriving = try problem.arriving(call.gradient, call.attributes)
        return Contributions(
          slopes, try Tensor.combine(logarithms, arriving, dtype: call.gradient.dtype) { -$0 * $1 })
      },
      directRule: .first { g, scores, target, attributes in
        guard let divisor = Classification.divisor(of: scores, attributes),
          let arriving = g.item
        else { return nil }
        return scores.crossEntropyGradient(classes: target, times: arriving / divisor)
      },
      sampling: Sampling(
        shapes: [
          [[3], []], [[2, 3], [2]], [[2, 3, 2], [2, 2]], [[2, 3], [2, 3]], [[2, 3], [2]],
        ],
        attributes: [
          .none, .none, .one("reduction", .string("none")), .one("reduction", .string("sum")),
          .one("reduction", .string("none")),
        ],
        inputs: { shapes, random in
          let target: Tensor =
            shapes[0] == shapes[1]
            ? Tensor.drawn(shapes[1], random).map { ($0 + 3) / 9 }
            : .labels(shapes[1], below: 3, random)
          return [.drawn(shapes[0], random), target]
        }),
      cell: crossEntropyCell),
    Operation(
      "max_margin", aliases: ["multi_margin_loss"],
      "Measures by how much the right class fails to lead its strongest rival by a margin.",
      notes: Notes(
        "max(0, max over the wrong classes of x + margin - x of the right class).",
        Convention(
          "rivals that count", "the strongest; rivals=\"all\" for PyTorch's",
          pytorch: "all, divided by the number of classes")),
      examples: [
        "max_margin([1, 2.5, 2], 0)  # 2.5", "max_margin([1, 2.5, 2], 0, rivals=\"all\")  # 1.5",
      ],
      parameters: [
        Parameter("scores", .tensor, "scores of the classes"),
        Parameter("target", .tensor, "class numbers"),
        Parameter("margin", .real, default: .real(1), "the lead that costs nothing"),
        Parameter(
          "rivals", .choice(["strongest", "all"]), default: .string("strongest"),
          "which wrong classes count"),
        reductionParameter,
      ],
      kernel: .binary { scores, target, attributes throws(TensorError) in
        let problem = try Classification(scores, target)
        return try problem.marginLosses(scores, target, attributes).losses.reducedLoss(attributes)
      },
      rule: .recorded { call in
        let problem = try Classification(call.inputs[0].value, call.inputs[1].value)
        let slopes = try problem.marginLosses(
          call.inputs[0].value, call.inputs[1].value, call.attributes
        ).slopes
        return Contributions(
          try multiply(problem.arriving(call.gradient, call.attributes), Variable(slopes)), nil)
      },
      sampling: Sampling(
        shapes: [[[3], []], [[2, 3], [2]], [[2, 3], [2]]],
        attributes: [.none, .one("rivals", .string("all")), .one("reduction", .string("none"))],
        inputs: { shapes, random in
          [.drawn(shapes[0], random), .labels(shapes[1], below: 3, random)]
        }),
      cell: marginCell),
  ]

  /// What each rival lacks to the margin, largest or averaged.
  private static func marginCell(_ request: CellRequest) -> Formula? {
    let scores = request.inputs[0]
    guard let problem = try? Classification(scores, request.inputs[1]),
      let labels = try? problem.labels(request.inputs[1])
    else { return nil }
    let runs = problem.runs
    var losses: [Formula] = []
    runs.forEach { run, start in
      func element(_ index: Int) -> Formula {
        .element(input: 0, offset: start + index * runs.inner)
      }
      let leads = (0..<runs.size).filter { $0 != labels[run] }.map {
        element($0) + .number(request.attributes.real("margin")) - element(labels[run])
      }
      losses.append(
        request.attributes.string("rivals") == "all"
          ? .sum(leads.map { .call("max", [0, $0]) }) / .number(Double(runs.size))
          : .call("max", [0] + leads))
    }
    return Formula.reduced(losses, request)
  }

  /// ∂/∂scores = p Σt − t and ∂/∂t = −log p, each times the arriving gradient.
  private static func crossEntropyRule(_ call: Backward<Variable>) throws -> Contributions<Variable>
  {
    let (scores, target) = (call.inputs[0], call.inputs[1])
    let problem = try Classification(scores.value, target.value)
    let arriving = try problem.arriving(call.gradient, call.attributes)
    let axis = Attributes.one("axis", .integer(problem.axis))
    let probabilities = try softmax(scores, axis)
    guard problem.hasProbabilities else {
      let labels = Variable(try problem.oneHot(target.value))
      return Contributions(try multiply(arriving, subtract(probabilities, labels)), nil)
    }
    let total = try sum(
      target, Attributes([("axis", .integer(problem.axis)), ("keepdims", .bool(true))]))
    return Contributions(
      try multiply(arriving, subtract(multiply(probabilities, total), target)),
      try negate(multiply(arriving, logSoftmax(scores, axis))))
  }

  /// −Σ t log p of each sample, p by softmax of the scores, averaged or added up.
  private static func crossEntropyComposed(
    _ inputs: [Variable], _ attributes: Attributes
  ) throws -> Variable {
    let problem = try Classification(inputs[0].value, inputs[1].value)
    let axis = Attributes.one("axis", .integer(problem.axis))
    let target =
      problem.hasProbabilities ? inputs[1] : Variable(try problem.oneHot(inputs[1].value))
    let logarithms = try required("log")(softmax(inputs[0], axis))
    let losses = try negate(sum(multiply(target, logarithms), axis))
    return try losses.reduced(attributes)
  }

  /// log Σ exp(x) − x of the right class, or the same weighted by the probabilities.
  private static func crossEntropyCell(_ request: CellRequest) -> Formula? {
    guard let problem = try? Classification(request.inputs[0], request.inputs[1]) else {
      return nil
    }
    let runs = problem.runs
    let labels = request.inputs[1]
    var losses: [Formula] = []
    runs.forEach { run, start in
      let elements = (0..<runs.size).map {
        Formula.element(input: 0, offset: start + $0 * runs.inner)
      }
      let scores = ScoreRun(elements, in: request.inputs[0])
      let total = Formula.log(scores.total)
      if problem.hasProbabilities {
        losses.append(
          .sum(
            elements.enumerated().map {
              .element(input: 1, offset: start + $0 * runs.inner) * (total - scores.shifted($1))
            }))
      } else if let label = Int(exactly: labels[flat: run]), elements.indices.contains(label) {
        losses.append(total - scores.shifted(elements[label]))
      }
    }
    guard losses.count == runs.count else { return nil }
    return Formula.reduced(losses, request)
  }
}

extension Formula {
  /// The losses of all elements, averaged, added, or the one of the cell.
  static func reduced(_ losses: [Formula], _ request: CellRequest) -> Formula {
    switch request.attributes.string("reduction") {
    case "none": losses[request.offset]
    case "sum": .sum(losses)
    default: losses.count == 1 ? losses[0] : .sum(losses) / .number(Double(losses.count))
    }
  }
}

extension Tensor {
  /// Losses averaged, added up or left as they are.
  func reducedLoss(_ attributes: Attributes) throws(TensorError) -> Tensor {
    switch attributes.string("reduction") ?? "mean" {
    case "none": self
    case "sum": try reduced(along: nil, keepingAxes: false, dtype: dtype) { $0.reduce(0, +) }
    case "mean":
      try reduced(along: nil, keepingAxes: false, dtype: dtype) {
        $0.reduce(0, +) / Double($0.count)
      }
    case let other:
      throw .argument("reduction", found: "'\(other)'", expected: "'mean', 'sum' or 'none'")
    }
  }
}

/// Scores and targets that fit together: which axis holds the classes and what the target is.
private struct Classification {
  let axis: Int
  let runs: Runs
  let hasProbabilities: Bool
  let shape: Shape

  init(_ scores: Tensor, _ target: Tensor) throws(TensorError) {
    shape = scores.shape
    guard shape.rank > 0 else { throw .rank(of: "scores", expected: "1 or more", found: shape) }
    axis = shape.rank == 1 ? 0 : 1
    runs = try Runs(of: shape, along: axis)
    hasProbabilities = target.shape == shape
    guard hasProbabilities || target.shape == shape.removing(axis: axis) else {
      throw .broadcast(shape, target.shape)
    }
  }

  /// What the sum of the losses of all rows is divided by; nil when they are not made one number.
  static func divisor(of scores: Tensor, _ attributes: Attributes) -> Double? {
    switch attributes.string("reduction") ?? "mean" {
    case "mean" where scores.shape.rank == 2: Double(scores.shape[0])
    case "sum": 1
    default: nil
    }
  }

  /// The scores' shape with one place for all classes.
  var keptShape: Shape { shape.replacing(axis: axis, with: 1) }

  func labels(_ target: Tensor) throws(TensorError) -> [Int] {
    if let place = target.firstOffset(where: { $0 < 0 }) {
      throw .argument(
        "target", found: "\(target[flat: place])",
        expected: "class numbers from 0 to \(runs.size - 1)")
    }
    return try target.wholeNumbers(below: runs.size, axis: axis, of: "target")
  }

  func oneHot(_ target: Tensor) throws(TensorError) -> Tensor {
    let labels = try labels(target)
    return Tensor(shape) { out in
      out.fill(with: 0)
      runs.forEach { run, start in out[start + labels[run] * runs.inner] = 1 }
    }
  }

  /// One loss for each sample.
  func losses(_ scores: Tensor, _ target: Tensor) throws(TensorError) -> Tensor {
    let labels = hasProbabilities ? [] : try labels(target)
    return scores.withElements { x in
      target.withElements { t in
        Tensor(shape.removing(axis: axis), dtype: ResultType.real.dtype(of: scores)) { out in
          runs.forEach { run, start in
            let (top, share) = runs.logarithm(x, start)
            guard hasProbabilities else {
              out[run] = top - x[start + labels[run] * runs.inner] + share
              return
            }
            var loss = 0.0
            for index in 0..<runs.size {
              let place = start + index * runs.inner
              loss += t[place] * (top - x[place] + share)
            }
            out[run] = loss
          }
        }
      }
    }
  }

  /// The arriving gradient for each sample, shaped to broadcast against the scores.
  func arriving(_ gradient: Tensor, _ attributes: Attributes) throws(TensorError) -> Tensor {
    switch attributes.string("reduction") {
    case "none": try gradient.reshaped(to: keptShape)
    case "sum": try gradient.broadcast(to: keptShape)
    default: try gradient.map { $0 / Double(runs.count) }.broadcast(to: keptShape)
    }
  }

  /// The same, recorded.
  func arriving(_ gradient: Variable, _ attributes: Attributes) throws -> Variable {
    let kept = Attributes.one("shape", .integers(keptShape.array))
    switch attributes.string("reduction") {
    case "none": return try Operation.reshape(gradient, kept)
    case "sum": return try Operation.broadcastTo(gradient, kept)
    default:
      return try Operation.broadcastTo(
        Operation.divide(gradient, Variable(Double(runs.count))), kept)
    }
  }

  /// How much each sample fails its margin, and the slopes in the scores.
  func marginLosses(
    _ scores: Tensor, _ target: Tensor, _ attributes: Attributes
  ) throws(TensorError) -> (losses: Tensor, slopes: Tensor) {
    guard !hasProbabilities else { throw .broadcast(shape.removing(axis: axis), target.shape) }
    let labels = try labels(target)
    let margin = attributes.real("margin").isNaN ? 1 : attributes.real("margin")
    let share = attributes.string("rivals") == "all" ? 1 / Double(runs.size) : nil
    let dtype = ResultType.real.dtype(of: scores)
    var losses: Tensor?
    let slopes = scores.withElements { x in
      Tensor(shape, dtype: dtype) { slopes in
        slopes.fill(with: 0)
        losses = Tensor(shape.removing(axis: axis), dtype: dtype) { out in
          out.fill(with: 0)
          runs.forEach { run, start in
            let right = start + labels[run] * runs.inner
            failing(x, right, from: start, margin, strongest: share == nil) { place in
              let part = share ?? 1
              out[run] += (x[place] + margin - x[right]) * part
              slopes[place] += part
              slopes[right] -= part
            }
          }
        }
      }
    }
    return (losses ?? slopes, slopes)
  }

  /// The rivals of the right class that it does not lead by the margin: all, or the strongest.
  private func failing(
    _ x: UnsafeBufferPointer<Double>, _ right: Int, from start: Int, _ margin: Double,
    strongest: Bool, _ body: (Int) -> Void
  ) {
    var best: Int?
    Poll.inChunks(runs.size) { chunk in
      for index in chunk {
        let place = start + index * runs.inner
        guard place != right, !(x[place] + margin - x[right] <= 0) else { continue }
        if !strongest {
          body(place)
        } else if best.map({ x[place] > x[$0] }) ?? true {
          best = place
        }
      }
    }
    if let best { body(best) }
  }

  /// The gradient of the scores in one pass: p − t for each sample, times what arrives there.
  func slopes(
    _ scores: Tensor, _ target: Tensor, _ gradient: Tensor, _ attributes: Attributes
  ) throws(TensorError) -> Tensor {
    let labels = hasProbabilities ? [] : try labels(target)
    let arriving = try arriving(gradient, attributes)
    let probabilities = try scores.softmax(along: axis)
    return probabilities.withElements { p in
      target.withElements { t in
        arriving.withElements { g in
          Tensor(shape, dtype: gradient.dtype) { out in
            runs.forEach { run, start in
              var total = 1.0
              if hasProbabilities {
                total = 0
                for index in 0..<runs.size { total += t[start + index * runs.inner] }
              }
              for index in 0..<runs.size {
                let place = start + index * runs.inner
                let wanted = hasProbabilities ? t[place] : index == labels[run] ? 1 : 0
                out[place] = (p[place] * total - wanted) * g[run]
              }
            }
          }
        }
      }
    }
  }
}
