import Lessons
import Presentation
import Tensors

/// An answer as numbers: each as it was typed, or as arithmetic of typed numbers gives it.
package struct UnderstoodAnswer: Sendable, Equatable {
  package struct Number: Sendable, Equatable {
    package var value: Double
    /// The digits as typed; nil of a number that was computed.
    package var printed: PrintedNumber?

    init(_ printed: PrintedNumber) {
      self.printed = printed
      value = printed.value
    }

    init(computed value: Double) { self.value = value }
  }

  /// `[]` of one number.
  package var shape: [Int]
  /// Row by row.
  package var numbers: [Number]

  package var values: [Double] { numbers.map(\.value) }

  /// Some numbers in this answer's shape.
  func tensor(_ values: [Double]) -> Tensor {
    (try? Shape(checking: shape)).map { Tensor(values, shape: $0) } ?? Tensor(values)
  }

  /// What each number claims to be exact to, as a power of ten: in a tensor a whole number takes the
  /// finest unit of the others. Nil of a computed one.
  package var units: [Int?] {
    let finest = numbers.lazy.compactMap { $0.printed?.unit }.min() ?? 0
    return numbers.map { number in
      number.printed.map { $0.unit == 0 ? min(finest, 0) : $0.unit }
    }
  }

  /// `[1, -1.5; 0.25, 3]`: typed digits as they are, computed ones at four figures or as asked.
  package func text(figures: Decimal.Precision = .significant(4)) -> String {
    let cells = numbers.map { number in
      number.printed?.text.replacing("−", with: "-")
        ?? Decimal(number.value, rounded: figures).plain
    }
    return Self.text(cells[...], shape: shape[...])
  }

  private static func text(_ cells: ArraySlice<String>, shape: ArraySlice<Int>) -> String {
    guard let size = shape.first else { return cells.first ?? "" }
    let rest = shape.dropFirst()
    guard !rest.isEmpty, size > 0 else { return "[" + cells.joined(separator: ", ") + "]" }
    let step = cells.count / size
    let parts = (0..<size).map { index -> String in
      let start = cells.startIndex + index * step
      let part = cells[start..<start + step]
      return rest.count == 1 ? part.joined(separator: ", ") : text(part, shape: rest)
    }
    return "[" + parts.joined(separator: rest.count == 1 ? "; " : ", ") + "]"
  }
}

extension Decimal {
  /// `0.7311`, `-1.091`, `1.2e-05`: as few digits as it has.
  package var plain: String {
    guard -6..<16 ~= magnitude || isZero else { return scientific(decimals: digits.count - 1) }
    return text(decimals: max(0, -exponent))
  }
}

extension [Int] {
  /// A shape in words: `one number`, `a vector of 2 numbers`, `a 2×2 matrix`.
  var noun: String {
    switch count {
    case 0: "one number"
    case 1: "a vector of \(self[0]) number\(self[0] == 1 ? "" : "s")"
    case 2: "a \(self[0])×\(self[1]) matrix"
    default: "a tensor of " + map(String.init).joined(separator: "×")
    }
  }
}
