import Autograd
import Glibc
import Networks
import Presentation
import Tensors

extension Diagnosis {
  /// What can be wrong before the first step.
  static let setup: [Diagnosis] = [
    labels, wrongEnd, shapes, inputs, firstLoss, mode, gradient, sixteen,
  ]

  static let labels = Diagnosis(
    "labels", .both, threshold: "a class that is no whole number below the number of outputs",
    source: "DeepDiagnosis: labels outside the range of the output",
    causes: [
      .init("Classes are counted from 1", tell: "min(Y): if it is 1, fit with Y - 1"),
      .init("The last layer has too few outputs", tell: "max(Y) + 1 outputs are needed"),
    ]
  ) { evidence in
    guard evidence.output.shape.rank == 2, evidence.y.shape.rank == 1, evidence.y.count > 0,
      evidence.y.count == evidence.output.shape[0], evidence.classes > 1
    else { return nil }
    let numbers = evidence.y.elements
    let outside = numbers.filter {
      $0 != $0.rounded() || $0 < 0 || $0 >= Double(evidence.classes)
    }
    guard let first = outside.first else { return nil }
    return Fact(
      "\(outside.count) of \(numbers.count) labels, \(Fact.text(first)) among them, are no class "
        + "from 0 to \(evidence.classes - 1)", number: first)
  }

  private static let wrongEnd = Diagnosis(
    "loss-and-output", .both,
    threshold: "probabilities into cross_entropy, scores into a logarithm, a loss below 0",
    source: "UMLAUT; AutoTrainer: a loss below 0",
    causes: [
      .init(
        "Softmax or sigmoid stands at the end, and cross_entropy has softmax in it",
        tell: "leave the last function out"),
      .init(
        "The loss wants probabilities and gets scores",
        tell: "binary_cross_entropy_with_logits, or cross_entropy"),
    ]
  ) { evidence in
    let name = evidence.loss.operation?.name
    let (output, last) = (evidence.output.value, evidence.output.operation?.name)
    let numbers = output.elements
    if name == "cross_entropy", evidence.isClassification {
      let sums = stride(from: 0, to: numbers.count, by: evidence.classes).map {
        numbers[$0..<$0 + evidence.classes].reduce(0, +)
      }
      let areProbabilities =
        sums.allSatisfy { abs($0 - 1) < 1e-9 } && numbers.allSatisfy { $0 >= 0 }
      guard areProbabilities || last == "sigmoid" else { return nil }
      return Fact(
        "cross_entropy takes scores, and gets \(last ?? "probabilities"): numbers from "
          + "\(Fact.text(numbers.min() ?? 0)) to \(Fact.text(numbers.max() ?? 0))",
        number: sums.first ?? 1)
    }
    let outside = numbers.filter { $0 < 0 || $0 > 1 }
    let asks =
      name == "binary_cross_entropy"
      || History(of: evidence.loss).quantities.contains {
        $0.operation?.name == "log" && $0.inputs[0] === evidence.output
      }
    if asks, let first = outside.first {
      return Fact(
        "the loss takes a logarithm of probabilities, and \(outside.count) of \(numbers.count) "
          + "outputs lie outside 0 to 1, \(Fact.text(first)) among them", number: first)
    }
    let loss = evidence.now.loss
    guard loss < 0, evidence.y.dtype == .int64 else { return nil }
    return Fact("the loss of classes is \(Fact.text(loss)), below 0", number: loss)
  }

  private static let shapes = Diagnosis(
    "shapes-spread", .both, threshold: "a loss of output and Y with shapes that differ",
    source: "NumPy's rules: (n, 1) and (n,) make (n, n)",
    causes: [
      .init("Y lacks an axis", tell: "fit with Y.reshape(-1, 1)"),
      .init("The output has an axis too many", tell: "lambda ŷ, y: mse(ŷ[:, 0], y)"),
    ]
  ) { evidence in
    let (output, y) = (evidence.output.shape, evidence.y.shape)
    let compares: Set = ["mse", "mae", "huber", "binary_cross_entropy"]
    guard let name = evidence.loss.operation?.name, compares.contains(name), output != y else {
      return nil
    }
    return Fact(
      "\(name) compares \(output) with \(y): every row with every other",
      number: Double(output.count))
  }

  private static let inputs = Diagnosis(
    "inputs-scale", .both, threshold: "inputs that are not finite, or a spread above 10",
    source: "UMLAUT, DeepDiagnosis: inputs belong between −1 and 1; ten times that so that slides' "
      + "numbers pass",
    causes: [
      .init("Pixels from 0 to 255", tell: "fit with X / 255"),
      .init("Columns in different units", tell: "(X - mean(X, axis=0)) / std(X, axis=0)"),
    ]
  ) { evidence in
    let numbers = evidence.x.elements
    guard evidence.x.dtype.isReal || evidence.x.shape.rank == 2 else { return nil }
    let bad = numbers.count { !$0.isFinite }
    if bad > 0 { return Fact("\(bad) of the inputs are nan or infinite", number: Double(bad)) }
    let size = (numbers.reduce(0) { $0 + $1 * $1 } / Double(max(numbers.count, 1))).squareRoot()
    guard size > 10 else { return nil }
    return Fact(
      "the inputs have a size of \(Fact.text(size)) (root of the mean square), from "
        + "\(Fact.text(numbers.min() ?? 0)) to \(Fact.text(numbers.max() ?? 0))", number: size)
  }

  private static let firstLoss = Diagnosis(
    "first-loss", .before, threshold: "a first loss more than twice that of an equal guess, ln k",
    source: "TheDeepChecker compares with the expected loss; twice so that any seed passes",
    causes: [
      .init("The first weights of the last layer are too large", tell: "multiply them by 0.1"),
      .init("The inputs are too large", tell: "max(abs(X))"),
    ]
  ) { evidence in
    guard evidence.isClassification, evidence.classes > 1 else { return nil }
    let expected = log(Double(evidence.classes))
    guard !(evidence.now.loss <= 2 * expected) else { return nil }
    return Fact(
      "the first loss is \(Fact.text(evidence.now.loss)), and a guess among \(evidence.classes) "
        + "classes has ln \(evidence.classes) = \(Fact.text(expected))",
      number: evidence.now.loss / expected)
  }

  private static let mode = Diagnosis(
    "wrong-mode", .both, threshold: "dropout or batch norm that acts as in prediction",
    source: "what the layers themselves say",
    causes: [
      .init("model.eval() was called and not taken back", tell: "model.train(), and fit again")
    ]
  ) { evidence in
    let asleep = evidence.layers.filter {
      ($0.kind.name.hasPrefix("Dropout") || $0.kind.name.hasPrefix("BatchNorm")) && !$0.isTraining
    }
    guard let first = asleep.first else { return nil }
    return Fact(
      "\(asleep.count == 1 ? first.kind.name : "\(asleep.count) layers, \(first.kind.name) among them,")"
        + " acts as in prediction: nothing is dropped, no statistics are taken",
      number: Double(asleep.count))
  }

  private static let gradient = Diagnosis(
    "gradient-check", .before,
    threshold: "a relative error above 0.01 against central differences in a whole parameter",
    source: "TheDeepChecker",
    causes: [
      .init(
        "detach(), .item() or no_grad() cuts the parameter off from the loss",
        tell: "graph(run.loss): is the parameter in it?"),
      .init("A rounding or a comparison stands in the way", tell: "graph(run.loss)"),
    ]
  ) { evidence in
    guard let worst = try evidence.trials.gradientError(), worst.error > 0.01 else { return nil }
    var fact = Fact(
      "the gradient of \(worst.name) differs from central differences by \(Fact.percent(worst.error))",
      number: worst.error)
    fact.layer = worst.name
    return fact
  }

  private static let sixteen = Diagnosis(
    "sixteen-by-heart", .before,
    threshold:
      "sixteen examples that keep over a quarter of a constant guess's loss after 1000 steps",
    source: "TheDeepChecker: 16 examples in 1,000 steps",
    causes: [
      .init("The rate does not fit", tell: "preflight with a tenth, and with ten times the rate"),
      .init("The model is too small for it", tell: "twice the hidden units"),
      .init(
        "Rows that are the same have different labels", tell: "look at the sixteen rows"),
      .init("Something in the model stops the gradient", tell: "gradcheck(run.loss, w)"),
    ]
  ) { evidence in
    let losses = try evidence.trials.sixteen()
    guard let lowest = losses.min(), losses.count > 1 || !lowest.isFinite else { return nil }
    let guess = evidence.constantGuess ?? losses[0]
    guard !(lowest <= 0.25 * guess) else { return nil }
    return Fact(
      "sixteen examples trained alone still have a loss of \(Fact.text(lowest)) after "
        + "\(losses.count) steps", number: lowest
    ).drawn(
      Plot(
        [Plot.Series("loss", values: losses)], title: "loss of the sixteen", xLabel: "step",
        width: 64,
        height: 8))
  }
}
