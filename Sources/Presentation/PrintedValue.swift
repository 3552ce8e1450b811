/// A value as a mark or an answer gives it: `0.62`, `[1.35, 2.45]`, `[6, 8; 3, 4]`, `True`, `'cat'`.
package enum PrintedValue: Sendable, Equatable {
  case number(PrintedNumber)
  /// Numbers in row-major order. Written as `[…]`, or as a tuple `(3, 3)`.
  case tensor(shape: [Int], [PrintedNumber])
  case boolean(Bool)
  case string(String)

  /// Nil when the text is none of these, has rows of unequal length or nests deeper than 8.
  package init?(_ text: some StringProtocol) {
    let trimmed = text.trimmed
    if trimmed == "True" || trimmed == "False" {
      self = .boolean(trimmed == "True")
    } else if let quote = trimmed.first, quote == "'" || quote == "\"", trimmed.count >= 2,
      trimmed.last == quote
    {
      self = .string(String(trimmed.dropFirst().dropLast()))
    } else if let number = PrintedNumber(trimmed) {
      self = .number(number)
    } else {
      var reader = TensorReader(trimmed)
      guard let (shape, numbers) = reader.read() else { return nil }
      self = .tensor(shape: shape, numbers)
    }
  }

  package var numbers: [PrintedNumber] {
    switch self {
    case .number(let number): [number]
    case .tensor(_, let numbers): numbers
    case .boolean, .string: []
    }
  }

  /// What each number claims to be exact to, as a power of ten. In a tensor a number typed without
  /// point takes the finest unit of the others: the 0 of `[0, 0.25]` means 0.00.
  package var units: [Int] {
    let finest = numbers.lazy.map(\.unit).min() ?? 0
    return numbers.map { $0.isWhole ? min(finest, 0) : $0.unit }
  }

  /// Whether the computed value rounds to this one: same shape, every element at its own printed
  /// precision; truth values and strings are compared as they are.
  package func isRounding(of value: ComputedValue) -> Bool {
    switch (self, value) {
    case (.number(let printed), .tensor(let shape, let elements)):
      shape.isEmpty && elements.count == 1 && printed.isRounding(of: elements[0])
    case (.tensor(let printedShape, let printed), .tensor(let shape, let elements)):
      printedShape == shape && zip(printed, elements).allSatisfy { $0.isRounding(of: $1) }
    case (.boolean(let printed), .boolean(let value)): printed == value
    case (.string(let printed), .string(let value)): printed == value
    default: false
    }
  }
}

/// What a computation gave, as far as a printed value can be compared with it.
package enum ComputedValue: Sendable, Equatable {
  /// Row-major; a number has shape `[]`, a tuple of numbers counts as a vector.
  case tensor(shape: [Int], [Double])
  case boolean(Bool)
  case string(String)
  /// A function, a list of lists, nothing: shown, never equal to a printed value.
  case other(String)

  package var shape: [Int]? {
    if case .tensor(let shape, _) = self { shape } else { nil }
  }
}

/// `[1, 2; 3, 4]`, `[[1, 2], [3, 4]]`, `[1 2]`, `(3, 3, 2)`.
private struct TensorReader {
  private let text: [Character]
  private var at = 0

  init(_ text: String) { self.text = Array(text) }

  private enum Item {
    case number(PrintedNumber)
    case tensor(shape: [Int], [PrintedNumber])
  }

  /// Truth values inside a tensor are its ones and zeros.
  private static let truth = ["True": "1", "False": "0"]

  mutating func read() -> (shape: [Int], numbers: [PrintedNumber])? {
    guard let item = bracketed(depth: 1), at == text.count else { return nil }
    guard case .tensor(let shape, let numbers) = item else { return nil }
    return (shape, numbers)
  }

  private mutating func bracketed(depth: Int) -> Item? {
    guard depth <= 8, at < text.count else { return nil }
    let close: Character
    switch text[at] {
    case "[": close = "]"
    case "(": close = ")"
    default: return nil
    }
    at += 1
    var rows: [[Item]] = [[]]
    var isAfterSeparator = true
    while at < text.count {
      switch text[at] {
      case close:
        at += 1
        return joined(rows)
      case ";" where !isAfterSeparator:
        rows.append([])
        isAfterSeparator = true
        at += 1
      case "," where !isAfterSeparator:
        isAfterSeparator = true
        at += 1
      case " ", "\t": at += 1
      default:
        guard let item = element(depth: depth) else { return nil }
        rows[rows.count - 1].append(item)
        isAfterSeparator = false
      }
    }
    return nil
  }

  private mutating func element(depth: Int) -> Item? {
    if text[at] == "[" || text[at] == "(" { return bracketed(depth: depth + 1) }
    var end = at
    while end < text.count, !" \t,;[]()".contains(text[end]) { end += 1 }
    let word = String(text[at..<end])
    guard end > at, let number = PrintedNumber(Self.truth[word] ?? word) else { return nil }
    at = end
    return .number(number)
  }

  private func joined(_ rows: [[Item]]) -> Item? {
    guard rows.count > 1 else { return stacked(rows[0]) }
    return stacked(rows.compactMap { stacked($0) }, expected: rows.count)
  }

  private func stacked(_ items: [Item], expected: Int? = nil) -> Item? {
    guard items.count == expected ?? items.count else { return nil }
    var numbers: [PrintedNumber] = []
    var inner: [Int]?
    for item in items {
      let shape: [Int]
      switch item {
      case .number(let number):
        shape = []
        numbers.append(number)
      case .tensor(let itsShape, let itsNumbers):
        shape = itsShape
        numbers += itsNumbers
      }
      guard inner == nil || inner == shape else { return nil }
      inner = shape
    }
    return .tensor(shape: [items.count] + (inner ?? []), numbers)
  }
}
