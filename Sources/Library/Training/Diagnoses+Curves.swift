import Networks
import Presentation

extension Diagnosis {
  /// What the curves say of model and data.
  static let curves: [Diagnosis] = [straight, stuck, shuffled, overfitting]

  private static let straight = Diagnosis(
    "a-line-cannot", .after,
    threshold:
      "a straight function of X whose loss fell by less than 2 % in the last fifth, with rows "
      + "wrong and more than a tenth of a constant guess's loss left",
    source: "measured here; on what a line separates the loss goes on falling",
    causes: [
      .init(
        "There is no function between the layers, so that they are one",
        tell: "put Tanh() between two layers: does the loss fall further?"),
      .init(
        "There is one layer only, and no line separates the classes",
        tell: "Sequential(Linear(n, 8), Tanh(), Linear(8, k))"),
    ]
  ) { evidence in
    let parts = evidence.parts
    guard evidence.losses.count >= 50, evidence.final > 0.1 * evidence.scale,
      evidence.accuracy.map({ $0 < 1 }) ?? true
    else { return nil }
    let before = parts[parts.count * 4 / 5 - 1]
    guard evidence.final > 0.98 * before, try evidence.trials.isStraight() else { return nil }
    let right = evidence.accuracy.map { ", \(Fact.percent($0)) of the rows are right" } ?? ""
    var fact = Fact(
      "the output is a straight function of X, and its loss stays at \(Fact.text(evidence.final))"
        + right, number: evidence.final)
    fact.step = evidence.settling
    return fact.drawn(evidence.curve)
  }

  private static let stuck = Diagnosis(
    "constant-guess", .after,
    threshold: "a last fifth within 3 % of the loss of a constant guess",
    source: "measured here: ln k for k classes alike, the variance for mse",
    causes: [
      .init(
        "The units are dead, saturated, or all the same",
        tell: "the findings above, if there are any"
      ),
      .init("The rate is too low", tell: "fit with ten times the rate"),
      .init(
        "The model cannot tell the classes apart", tell: "run.preflight(): does it learn 16 rows?"),
      .init("X and Y do not belong together", tell: "look at ten rows of both"),
    ]
  ) { evidence in
    guard evidence.losses.count >= 20, let guess = evidence.constantGuess, guess > 0 else {
      return nil
    }
    let last = evidence.parts.suffix(max(1, evidence.parts.count / 5))
    guard last.allSatisfy({ abs($0 - guess) <= 0.03 * guess }) else { return nil }
    var fact = Fact(
      "the loss stays at \(Fact.text(evidence.final)), and a guess that does not look at X has "
        + Fact.text(guess), number: evidence.final / guess)
    fact.step = evidence.settling
    return fact.drawn(evidence.curve)
  }

  private static let shuffled = Diagnosis(
    "labels-without-inputs", .after,
    threshold:
      "a held-out loss never below 98 % of a constant guess's, while the training loss fell by "
      + "a tenth",
    source: "measured here; what is learnt by heart helps nowhere else",
    causes: [
      .init(
        "X and Y were shuffled apart", tell: "look at ten rows of both; shuffle both with one order"
      ),
      .init(
        "The rows held out are of another kind", tell: "exchange them for some of the training rows"
      ),
      .init("There are too few rows to learn from", tell: "fit with twice as many"),
    ]
  ) { evidence in
    let held = evidence.heldOut
    guard held.count >= 3, let guess = evidence.constantGuess, let first = evidence.parts.first,
      let best = held.map(\.loss).min(), best > 0.98 * guess,
      evidence.final < 0.9 * min(first, guess)
    else { return nil }
    let fact = Fact(
      "the training loss fell to \(Fact.text(evidence.final)), the held-out loss never below "
        + "\(Fact.text(best)); a constant guess has \(Fact.text(guess))", number: best / guess)
    return fact.drawn(evidence.twoCurves(mark: nil))
  }

  private static let overfitting = Diagnosis(
    "overfitting", .after,
    threshold:
      "a held-out loss a quarter above its minimum, and a twentieth of a constant guess's, "
      + "while the training loss falls",
    source:
      "UMLAUT: the validation loss rises while the training loss falls; a quarter so that noise "
      + "does not count",
    causes: [
      .init(
        "There are too few rows for so many parameters", tell: "fit with half the hidden units"),
      .init("It trained for too long", tell: "run.to(step of the finding): the best held-out loss"),
      .init("Nothing holds the weights small", tell: "weight_decay=0.01, or Dropout(0.5)"),
    ]
  ) { evidence in
    let held = evidence.heldOut
    guard held.count >= 3, let best = held.min(by: { $0.loss < $1.loss }), let last = held.last,
      last.loss > 1.25 * best.loss, last.loss > best.loss + 0.05 * evidence.scale
    else { return nil }
    let then = evidence.loss(about: best.step)
    guard evidence.final < 0.98 * then else { return nil }
    var fact = Fact(
      "from step \(best.step) on the held-out loss rose from \(Fact.text(best.loss)) to "
        + "\(Fact.text(last.loss)), while the training loss fell from \(Fact.text(then)) to "
        + Fact.text(evidence.final), number: last.loss / best.loss)
    fact.step = best.step
    return fact.drawn(evidence.twoCurves(mark: best.step))
  }
}

extension Evidence {
  /// Held-out losses at the steps noted.
  var heldOut: [(step: Int, loss: Double)] {
    (looks + [now]).compactMap { look in look.heldOut.map { (look.step, $0.loss) } }
      .filter { $0.loss.isFinite }
  }

  /// The training loss about a step.
  fileprivate func loss(about step: Int) -> Double {
    let width = max(1, losses.count / 20)
    let range = max(0, min(step, losses.count) - width)..<min(losses.count, step + width)
    return range.isEmpty ? now.loss : losses[range].reduce(0, +) / Double(range.count)
  }

  /// The first step from which on the loss stays within 3 % of where it ends.
  fileprivate var settling: Int {
    let last = losses.lastIndex { abs($0 - final) > 0.03 * final }
    return last.map { $0 + 1 } ?? 0
  }

  fileprivate func twoCurves(mark step: Int?) -> Plot {
    let held = Plot.Series("held out", points: heldOut.map { Plot.Point(Double($0.step), $0.loss) })
    let marked = heldOut.filter { $0.step == step }.map { Plot.Point(Double($0.step), $0.loss) }
    let training = Plot.Series("training", values: losses)
    return Plot(
      [training, held]
        + (step == nil ? [] : [Plot.Series("lowest", points: marked, style: .scatter)]),
      title: "loss", xLabel: "step", width: 64, height: 10)
  }
}
