import Presentation

/// What became of an answer. Value and precision are judged apart.
package enum Verdict: Sendable, Equatable {
  case right
  /// The right value with fewer digits than asked for.
  case tooFewDigits(asked: Decimal.Precision)
  /// The right digits, cut off instead of rounded.
  case truncated
  /// What comes out when every step is rounded to these places before the next.
  case roundedEarly(places: Int)
  /// A wrong answer the author foresaw, and what the author says to it.
  case slip(index: Int, say: String)
  /// Another shape than the answer's; nothing was judged.
  case otherShape(expected: [Int], given: [Int])
  /// No element is right, or these are.
  case wrong(rightElements: [Int], count: Int)

  /// The value is right, whatever its precision.
  package var isValueRight: Bool {
    switch self {
    case .right, .tooFewDigits, .truncated, .roundedEarly: true
    case .slip, .otherShape, .wrong: false
    }
  }

  /// An answer that was understood and is wrong costs an attempt; one that only lacks precision, or
  /// has another shape, does not.
  package var costsAttempt: Bool {
    switch self {
    case .slip, .wrong: true
    case .right, .tooFewDigits, .truncated, .roundedEarly, .otherShape: false
    }
  }
}

/// An answer as typed: digits that claim a precision, or an expression's exact result.
package enum GivenAnswer: Sendable, Equatable {
  case printed(PrintedValue)
  case computed(ComputedValue)
}

/// Judges the answer to a question for a number or a tensor.
package struct AnswerJudge: Sendable {
  /// The model answer's value.
  package var expected: ComputedValue
  /// Decimals or significant figures asked for; nil when the answer is exact.
  package var precision: Decimal.Precision?
  /// The model answer under rounding to these places.
  package var early: [(places: Int, value: ComputedValue)] = []
  /// The authored wrong answers; nil where one has no value.
  package var slips: [(say: String, value: ComputedValue?)] = []

  package init(expected: ComputedValue, precision: Decimal.Precision?) {
    self.expected = expected
    self.precision = precision
  }

  /// In this order: right (at the typed precision), too few digits, cut off, rounded too early,
  /// an authored slip, wrong. A slip that is the typed number itself comes before what lacks digits:
  /// 1 for the 0.76 of tanh 1 is a forgotten tanh. Slips and early rounding are claimed only when all elements agree,
  /// with at least the digits asked for.
  package func verdict(on answer: GivenAnswer) -> Verdict {
    if let given = answer.shape, let shape = expected.shape, given != shape {
      return slip(matching: answer) ?? .otherShape(expected: shape, given: given)
    }
    if agrees(answer, with: expected) { return .right }
    if case .printed(let printed) = answer {
      if let slip = slip(matching: answer, where: { printed.isExactly($0) }) { return slip }
      if let precision, isRightAsFarAsItGoes(printed) { return .tooFewDigits(asked: precision) }
      if isTruncated(printed) { return .truncated }
    }
    if let places = early.first(where: { agrees(answer, with: $0.value) })?.places {
      return .roundedEarly(places: places)
    }
    return slip(matching: answer) ?? wrong(answer)
  }

  /// Whether two authored values cannot be told apart at the precision asked for.
  package static func areAlike(
    _ left: ComputedValue, _ right: ComputedValue, precision: Decimal.Precision?
  ) -> Bool {
    guard case .tensor(let leftShape, let lefts) = left,
      case .tensor(let rightShape, let rights) = right
    else { return left == right }
    guard leftShape == rightShape else { return false }
    return zip(lefts, rights).allSatisfy { areAlike($0, $1, precision) }
  }

  // MARK: -

  private func agrees(_ answer: GivenAnswer, with value: ComputedValue) -> Bool {
    switch answer {
    case .computed(let given): return Self.areAlike(given, value, precision: precision)
    case .printed(let printed):
      guard case .tensor(_, let elements) = value, value.shape == answer.shape else {
        return printed.isRounding(of: value)
      }
      return zip(printed.numbers, elements).allSatisfy { number, exact in
        isRight(number, exact)
      }
    }
  }

  /// With as many digits as asked for (or all that a float64 has) the number must agree with the
  /// exact value at its own precision; with fewer it must equal the rounded value (`0.5` for 0.50,
  /// `2.5e3` for 2500).
  private func isRight(_ number: PrintedNumber, _ exact: Double) -> Bool {
    if number.isLimit || !exact.isFinite { return number.isRounding(of: exact) }
    guard let precision else { return Self.isNear(number.value, exact) }
    if case .significant = precision, number.unit >= 0,
      Decimal(exact, rounded: precision) == number.decimal
    {
      // The zeros at the end of 1230 may only fill it up to the point.
      return true
    }
    if number.unit <= precision.unit(of: exact) || number.significantDigits >= Self.allFigures {
      return number.agrees(with: exact)
    }
    return Decimal(exact, rounded: precision) == number.decimal
  }

  /// More significant digits than these are noise of the computation.
  private static let allFigures = 12

  private func isRightAsFarAsItGoes(_ printed: PrintedValue) -> Bool {
    guard case .tensor(_, let elements) = expected, !printed.numbers.isEmpty,
      elements.count == printed.numbers.count
    else { return false }
    // Nothing but zeros says nothing about what is not 0.
    guard printed.numbers.contains(where: { $0.value != 0 }) || elements.allSatisfy({ $0 == 0 })
    else { return false }
    return zip(zip(printed.numbers, printed.units), elements).allSatisfy {
      $0.0.agrees(with: $1, unit: $0.1)
    }
  }

  private func isTruncated(_ printed: PrintedValue) -> Bool {
    guard let precision, case .tensor(_, let elements) = expected, !elements.isEmpty else {
      return false
    }
    return zip(printed.numbers, elements).allSatisfy { number, exact in
      number.unit <= precision.unit(of: exact) && number.significantDigits > 0
        && (number.isRounding(of: exact) || number.isTruncation(of: exact))
    }
  }

  private func slip(
    matching answer: GivenAnswer, where holds: (ComputedValue) -> Bool = { _ in true }
  ) -> Verdict? {
    for (index, slip) in slips.enumerated() {
      guard let value = slip.value, value.shape == answer.shape, holds(value) else { continue }
      if agrees(answer, with: value) { return .slip(index: index, say: slip.say) }
    }
    return nil
  }

  private func wrong(_ answer: GivenAnswer) -> Verdict {
    guard case .tensor(_, let exact) = expected else {
      return .wrong(rightElements: [], count: 1)
    }
    let right: [Bool]
    switch answer {
    case .printed(let printed): right = zip(printed.numbers, exact).map { isRight($0, $1) }
    case .computed(.tensor(_, let given)):
      right = zip(given, exact).map { Self.areAlike($0, $1, precision) }
    case .computed: right = []
    }
    return .wrong(rightElements: right.indices.filter { right[$0] }, count: exact.count)
  }

  private static func areAlike(
    _ left: Double, _ right: Double, _ precision: Decimal.Precision?
  ) -> Bool {
    guard left.isFinite, right.isFinite else { return left == right || left.isNaN && right.isNaN }
    guard let precision else { return isNear(left, right) }
    return Decimal(left, rounded: precision) == Decimal(right, rounded: precision)
  }

  private static func isNear(_ left: Double, _ right: Double) -> Bool {
    left == right || abs(left - right) <= 1e-9 * max(1, abs(right))
  }
}

extension Decimal.Precision {
  /// The power of ten of the last digit of a number given so.
  package func unit(of exact: Double) -> Int {
    switch self {
    case .decimals(let count): -count
    case .significant(let count): Decimal(exact, rounded: self).magnitude - count + 1
    }
  }

  /// `4 decimals`, `4 significant figures`
  package var text: String {
    switch self {
    case .decimals(let count): "\(count) decimal\(count == 1 ? "" : "s")"
    case .significant(let count): "\(count) significant figure\(count == 1 ? "" : "s")"
    }
  }

  /// Decimals at which work is shown that is asked for so.
  var workingDigits: Int {
    switch self {
    case .decimals(let count): count
    case .significant(let count): max(4, count)
    }
  }
}

extension GivenAnswer {
  package var shape: [Int]? {
    switch self {
    case .printed(.number): []
    case .printed(.tensor(let shape, _)): shape
    case .printed: nil
    case .computed(let value): value.shape
    }
  }
}

extension PrintedValue {
  /// Whether a value is what was typed, digit by digit.
  fileprivate func isExactly(_ value: ComputedValue) -> Bool {
    guard case .tensor(_, let elements) = value, elements.count == numbers.count else {
      return false
    }
    return zip(numbers, elements).allSatisfy { $0.value == $1 }
  }
}
