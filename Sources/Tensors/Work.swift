/// What an operation may cost, told before it begins.
package enum Work {
  /// Multiply-adds of the longest operation: some hours.
  private static let most = 1e14

  /// Multiply-adds of the longest call of a library that cannot be stopped in between: some tenths of
  /// a second.
  private static let mostInOnePiece = 1.5e9

  /// Refuses more multiply-adds than anybody would wait for.
  package static func check(_ steps: Double, _ what: String) throws(TensorError) {
    guard steps <= most else {
      throw .tooMuchWork(what, limit: "\(needed(steps)); at most \(text(most)) are begun")
    }
  }

  /// The same for what Ctrl-C could not end.
  static func checkSingle(_ steps: Double, _ what: String) throws(TensorError) {
    guard steps <= mostInOnePiece else {
      throw .tooMuchWork(
        what,
        limit: "\(needed(steps)) in one piece that Ctrl-C could not end; "
          + "at most \(text(mostInOnePiece)) are begun")
    }
  }

  private static func needed(_ steps: Double) -> String {
    "it takes about \(text(steps)) multiplications"
  }

  private static func text(_ number: Double) -> String {
    for (name, size) in [("million million", 1e12), ("thousand million", 1e9)]
    where number >= size {
      let count = (number / size * 10).rounded() / 10
      return "\(count == count.rounded() && count < 1e15 ? "\(Int(count))" : "\(count)") \(name)"
    }
    return "\(Int(number))"
  }
}
