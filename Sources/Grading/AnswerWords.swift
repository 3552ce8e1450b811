import Lessons
import Presentation

/// What the words in an answer mean elsewhere: an answer is numbers, and whoever wrote a word is told
/// which numbers to write instead.
struct AnswerWords: Sendable {
  /// Names of the homework's quantities.
  var quantities: Set<String> = []
  /// Functions that the answers of the homework are computed with.
  var functions: Set<String> = []

  private static let numerals = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
  ]

  /// Why a word or sign is no answer.
  func refusal(of typed: String, isCalled: Bool, begins: Bool, answer shape: [Int]) -> String {
    let word = typed.hasSuffix("ᵀ") ? String(typed.dropLast()) : typed
    if let value = Self.numerals.firstIndex(of: word.lowercased()) {
      return "write the number, \(value) for \(word)"
    }
    if isCalled, functions.contains(word) {
      let count = shape.reduce(1, *)
      let wanted = count == 1 ? "the number" : "the \(count) numbers"
      return "\(word) works the question out; write \(wanted)"
    }
    if word.hasPrefix("∂") { return "an answer is what comes out, in numbers, and no name" }
    if quantities.contains(word) {
      return "an answer is what comes out, in numbers; \(word) is a name"
    }
    if word == "^" { return "write ** for a power" }
    if word == "the end" { return "it ends where a number should stand" }
    if begins || word.isWord { return "\"\(word)\" is no number" }
    return "'\(word)' has no place in a number"
  }
}

extension UnderstoodAnswer {
  /// With one reading alone: a row or column for a vector, one number in brackets for a number.
  func fitted(to expected: [Int]) -> UnderstoodAnswer {
    guard shape != expected, expected.count <= 1, shape.count > expected.count,
      shape.filter({ $0 != 1 }) == expected.filter({ $0 != 1 })
    else { return self }
    var result = self
    result.shape = expected
    return result
  }

  /// Why it is not what was asked for; nil where it has the shape, or that of its transpose.
  func mismatch(with expected: [Int]) -> Malformed? {
    if shape == expected || shape == Array(expected.reversed()) { return nil }
    let read = "read as \(shape.noun) \(text())"
    if let decimals = withDecimalCommas(shape: expected) {
      return Malformed("\(read). Write decimals with a point: \(decimals)", understood: text())
    }
    let shown = numbers.count <= 12 ? read : "read as \(shape.noun)"
    return Malformed("\(shown); \(expected.noun) is asked for", understood: text())
  }

  /// `[0, 7311; 0, 1824]` as `[0.7311, 0.1824]`, where that is what was asked for.
  private func withDecimalCommas(shape expected: [Int]) -> String? {
    guard !numbers.isEmpty, numbers.count == 2 * expected.reduce(1, *) else { return nil }
    var parts: [String] = []
    for index in stride(from: 0, to: numbers.count, by: 2) {
      guard let whole = numbers[index].printed, let rest = numbers[index + 1].printed,
        whole.unit == 0, rest.unit == 0, rest.value >= 0, !rest.text.hasPrefix("+")
      else { return nil }
      parts.append("\(whole.text).\(rest.text)")
    }
    let joined = parts.compactMap { PrintedNumber($0) }
    guard joined.count == parts.count else { return nil }
    return UnderstoodAnswer(shape: expected, numbers: joined.map { .init($0) }).text()
  }
}
