import Autograd
import Glibc
import Networks
import Presentation
import Tensors

/// What a diagnosis has to go by: the curve of a run, what was noted at its steps, and how it stands
/// now, on a few hundred rows. Nothing in it changes the run.
struct Evidence {
  /// Why the loss could not be computed, if it could not.
  let refusal: (any Error)?
  let losses: [Double]
  /// Notes of steps of the training, in their order.
  let looks: [Look]
  /// The computation at the present step, and the notes of it.
  let now: Look
  let loss: Variable
  let output: Variable
  let x: Tensor
  let y: Tensor
  /// Every step sees all rows.
  let isWhole: Bool
  let layers: [Layer]
  let rate: Double
  let trials: Trials

  /// What can only be found out by computing more.
  struct Trials {
    /// Whether the output is a straight function of the input.
    let isStraight: () throws -> Bool
    /// The parameter whose gradient is furthest from central differences, with the relative error.
    let gradientError: () throws -> (name: String, error: Double)?
    /// The losses on sixteen examples trained alone.
    let sixteen: () throws -> [Double]
    /// The largest of some smaller rates with which the loss does not rise; nil if none was found.
    let stableRate: () throws -> Double?
    /// Where the first loss that is no finite number came from.
    let nonFinite: (_ step: Int) throws -> String
  }

  var step: Int { now.step }
  var isClassification: Bool { loss.operation?.name == "cross_entropy" && hasClassNumbers }

  private var hasClassNumbers: Bool {
    output.shape.rank > 1 && y.shape.rank == output.shape.rank - 1
  }
  /// How many classes the output has.
  var classes: Int { output.shape.rank > 1 ? output.shape[1] : 1 }

  /// The loss of the best guess that does not look at the input: the entropy of the classes, or how
  /// far numbers lie from their mean. Nil for a loss that is not known.
  var constantGuess: Double? {
    let numbers = y.elements
    guard !numbers.isEmpty else { return nil }
    if isClassification {
      let counts = Dictionary(grouping: numbers) { $0 }.values.map(\.count)
      return counts.reduce(0) { sum, count in
        let share = Double(count) / Double(numbers.count)
        return sum - share * log(share)
      }
    }
    guard loss.operation?.name == "mse" else { return nil }
    let columns = y.shape.rank > 1 ? y.shape.array[1...].reduce(1, *) : 1
    return (0..<columns).reduce(0) { sum, column in
      let mine = stride(from: column, to: numbers.count, by: columns).map { numbers[$0] }
      let mean = mine.reduce(0, +) / Double(mine.count)
      return sum + mine.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    }
  }

  /// The share of rows that are right; nil where there are no classes.
  var accuracy: Double? { isClassification ? Evidence.accuracy(output.value, y) : nil }

  static func accuracy(_ scores: Tensor, _ labels: Tensor) -> Double? {
    guard scores.shape.rank == 2, labels.shape == [scores.shape[0]], labels.count > 0 else {
      return nil
    }
    let (numbers, classes, columns) = (scores.elements, labels.elements, scores.shape[1])
    let right = classes.indices.count { row in
      let line = numbers[row * columns..<(row + 1) * columns]
      let best = line.indices.max { (line[$0], $1) < (line[$1], $0) } ?? 0
      return Double(best - row * columns) == classes[row]
    }
    return Double(right) / Double(classes.count)
  }

  // MARK: - The curve

  /// Means of up to twenty parts of the curve, so that single batches do not count.
  var parts: [Double] {
    let count = min(20, losses.count)
    return (0..<count).map { part in
      let range = losses[part * losses.count / count..<(part + 1) * losses.count / count]
      return range.reduce(0, +) / Double(range.count)
    }
  }

  /// The loss where the run stands.
  var final: Double { parts.last ?? now.loss }

  /// What a loss is measured by: the constant guess, or where the run began.
  var scale: Double { constantGuess ?? losses.first ?? now.loss }

  /// Whether the run is far from having learnt: more than half of what a constant guess costs is left.
  var suffers: Bool { !(final < 0.5 * scale) }

  /// The median over the steps noted, the first ten left out, of how far a step moved the weights in
  /// relation to their size.
  var movement: Double? {
    let ratios = looks.filter { $0.step >= 10 }.flatMap(\.matrices)
      .filter { $0.size > 0 && $0.update.isFinite }.map { $0.update / $0.size }
    return ratios.isEmpty ? nil : ratios.sorted()[ratios.count / 2]
  }

  var curve: Plot {
    Plot(
      [Plot.Series("loss", values: losses, first: 0)], title: "loss", xLabel: "step", width: 64,
      height: 8)
  }
}

extension Fact {
  /// A number as it is told.
  static func text(_ value: Double, digits: Int = 4) -> String {
    let isSmall = value != 0 && abs(value) < 1e-3
    return NumberFormat(digits: isSmall ? 1 : digits).text(value)
  }

  static func percent(_ share: Double) -> String {
    NumberFormat(digits: 0).fixed(share * 100) + " %"
  }
}
