import Glibc
import Lessons
import Presentation

/// Reads an answer as data: numbers, arithmetic of numbers, vectors and matrices of them. No name of a
/// quantity means anything here. Where two readings are possible it refuses and says why.
struct AnswerReader {
  /// What the question asks for, where that decides between readings.
  private let expected: [Int]
  /// What names mean to the language, for a better word.
  private let words: AnswerWords
  private var lexer: AnswerLexer
  private var token: AnswerToken
  private var following: AnswerToken
  private var depth = 0
  private var count = 0

  /// Brackets in each other, round and square.
  static let deepest = 64
  /// More numbers than any question asks for.
  static let mostNumbers = 100_000

  static func answer(
    _ text: String, shape: [Int], words: AnswerWords
  ) throws(Malformed) -> UnderstoodAnswer {
    if let number = PrintedNumber(text),
      number.value.isFinite || !text.contains(where: \.isNumber)
    {
      return UnderstoodAnswer(shape: [], numbers: [.init(number)]).fitted(to: shape)
    }
    var reader = AnswerReader(text, shape: shape, words: words)
    return try reader.whole().fitted(to: shape)
  }

  private init(_ text: String, shape: [Int], words: AnswerWords) {
    expected = shape
    self.words = words
    lexer = AnswerLexer(text)
    token = lexer.next()
    following = lexer.next()
  }

  private mutating func advance() {
    token = following
    following = lexer.next()
  }

  private func isSign(_ sign: String) -> Bool { token.kind == .sign(sign) }

  private mutating func take(_ sign: String) -> Bool {
    guard isSign(sign) else { return false }
    advance()
    return true
  }

  /// A number, or a list with what it has in each row.
  private indirect enum Item {
    case number(UnderstoodAnswer.Number)
    case list([[Item]])
  }

  // MARK: - Lists

  /// The whole text; brackets may be missing around it.
  private mutating func whole() throws(Malformed) -> UnderstoodAnswer {
    let rows = try self.rows(until: nil)
    if rows.count == 1, rows[0].count == 1 { return try tensor(rows[0][0]) }
    return try tensor(.list(rows))
  }

  /// Rows up to a closing bracket, or to the end of the text.
  private mutating func rows(until close: String?) throws(Malformed) -> [[Item]] {
    var rows: [[Item]] = [[]]
    while true {
      // The end of a line separates rows only where no bracket is open.
      while isSign("\n"), close != nil || rows[rows.count - 1].isEmpty { advance() }
      if token.kind == .end { return rows.filter { !$0.isEmpty } }
      if let close, isSign(close) { return rows }
      let before = token
      rows[rows.count - 1].append(try element())
      count += 1
      guard count <= Self.mostNumbers else { throw Malformed("more numbers than any answer has") }
      try separator(after: before, rows: &rows, close: close)
    }
  }

  private mutating func separator(
    after start: AnswerToken, rows: inout [[Item]], close: String?
  ) throws(Malformed) {
    while close != nil, isSign("\n") { advance() }
    if isSign(";") || isSign("\n") {
      advance()
      rows.append([])
    } else if isSign(",") {
      if close == nil { try refuseDecimalComma(after: start) }
      advance()
    } else if token.kind != .end, close.map({ !isSign($0) }) ?? true {
      try refuseRest(after: start)
    }
  }

  /// `0,7311`: a number written with a comma, or two numbers.
  private func refuseDecimalComma(after start: AnswerToken) throws(Malformed) {
    guard case .number(let whole) = start.kind, !whole.contains("."), !following.isSpaced,
      case .number(let rest) = following.kind, !rest.contains("."), expected != [2]
    else { return }
    throw Malformed(
      "\(whole),\(rest) is one number or two; write \(whole).\(rest), or a blank behind the comma")
  }

  /// What stands behind an element and separates nothing.
  private func refuseRest(after start: AnswerToken) throws(Malformed) {
    switch token.kind {
    case .number where token.isSpaced: return
    case .other("%"):
      guard case .number(let text) = start.kind, let value = Double(text) else { break }
      let share = Decimal(value / 100, rounded: .significant(12)).plain
      throw Malformed("write \(share), not \(text) %")
    case .name(let name): throw Malformed("\"\(name)\" behind the number")
    case .sign("]"): throw Malformed("the bracket closed in column \(token.column) was not opened")
    default: break
    }
    throw Malformed(words.refusal(of: token.text, isCalled: false, begins: false, answer: expected))
  }

  private mutating func bracketed() throws(Malformed) -> Item {
    let column = token.column
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw Malformed("brackets nested deeper than \(Self.deepest)")
    }
    advance()
    let rows = try self.rows(until: "]")
    guard take("]") else { throw Malformed("the bracket opened in column \(column) is not closed") }
    return .list(rows)
  }

  private func tensor(_ item: Item) throws(Malformed) -> UnderstoodAnswer {
    switch item {
    case .number(let number): return UnderstoodAnswer(shape: [], numbers: [number])
    case .list(let rows):
      if rows.count == 1 {
        return try stacked(rows[0].map { item throws(Malformed) in try tensor(item) })
      }
      return try stacked(
        rows.map { row throws(Malformed) in
          try stacked(row.map { item throws(Malformed) in try tensor(item) })
        })
    }
  }

  private func stacked(_ parts: [UnderstoodAnswer]) throws(Malformed) -> UnderstoodAnswer {
    guard let first = parts.first else { throw Malformed("an empty bracket") }
    if let odd = parts.firstIndex(where: { $0.shape != first.shape }) {
      let counts = [first, parts[odd]].map { part in
        part.shape.isEmpty
          ? "is one number" : "has \(part.shape[0]) number\(part.shape[0] == 1 ? "" : "s")"
      }
      throw Malformed("row 0 \(counts[0]), row \(odd) \(counts[1])")
    }
    return UnderstoodAnswer(
      shape: [parts.count] + first.shape, numbers: parts.flatMap(\.numbers))
  }

  // MARK: - Arithmetic

  private mutating func element() throws(Malformed) -> Item {
    let item = try sum()
    if case .number(let number) = item, !number.value.isFinite, number.printed == nil {
      throw Malformed(
        number.value.isNaN ? "no number comes out" : "the number is too large")
    }
    return item
  }

  private mutating func sum() throws(Malformed) -> Item {
    var left = try product()
    while isSign("+") || isSign("-") {
      // `[-0.0754 -0.0188]`: a difference, or two numbers with no comma between.
      if token.isSpaced, !following.isSpaced, depth > 0 || !expected.isEmpty {
        throw Malformed("a comma is missing after \(Self.text(of: left))")
      }
      let sign = token
      advance()
      let right = try product()
      left = try combined(left, right, sign) { isSum, a, b in isSum == "+" ? a + b : a - b }
    }
    return left
  }

  private mutating func product() throws(Malformed) -> Item {
    var left = try signed()
    while isSign("*") || isSign("/") {
      let sign = token
      advance()
      let right = try signed()
      left = try combined(left, right, sign) { sign, a, b in sign == "*" ? a * b : a / b }
    }
    return left
  }

  private mutating func signed() throws(Malformed) -> Item {
    guard isSign("-") || isSign("+") else { return try power() }
    guard depth < Self.deepest else {
      throw Malformed("signs and brackets nested deeper than \(Self.deepest)")
    }
    depth += 1
    defer { depth -= 1 }
    let sign = token
    advance()
    let item = try signed()
    guard case .number(let number) = item else { throw noArithmetic(sign, item, item) }
    if isSameSign(sign, "+") { return item }
    if let printed = number.printed, !printed.text.hasPrefix("-"), !printed.text.hasPrefix("−"),
      let negative = PrintedNumber("-" + printed.text)
    {
      return .number(.init(negative))
    }
    return .number(.init(computed: -number.value))
  }

  private func isSameSign(_ token: AnswerToken, _ sign: String) -> Bool {
    token.kind == .sign(sign)
  }

  private mutating func power() throws(Malformed) -> Item {
    let base = try primary()
    guard isSign("**") else { return base }
    guard depth < Self.deepest else {
      throw Malformed("powers nested deeper than \(Self.deepest)")
    }
    depth += 1
    defer { depth -= 1 }
    let sign = token
    advance()
    let exponent = try signed()
    return try combined(base, exponent, sign) { _, a, b in pow(a, b) }
  }

  private func combined(
    _ left: Item, _ right: Item, _ sign: AnswerToken, _ value: (String, Double, Double) -> Double
  ) throws(Malformed) -> Item {
    guard case .number(let a) = left, case .number(let b) = right else {
      throw noArithmetic(sign, left, right)
    }
    let text = sign.text
    let result = value(text, a.value, b.value)
    if text == "/", b.value == 0 { throw Malformed("a division by 0") }
    guard result.isFinite else {
      throw Malformed(result.isNaN ? "no number comes out" : "the number is too large")
    }
    return .number(.init(computed: result))
  }

  private func noArithmetic(_ sign: AnswerToken, _ left: Item, _ right: Item) -> Malformed {
    func noun(_ item: Item) -> String {
      if case .list = item { "a vector" } else { "a number" }
    }
    return Malformed(
      "'\(sign.text)' between \(noun(left)) and \(noun(right)) is no arithmetic of numbers")
  }

  private static func text(of item: Item) -> String {
    guard case .number(let number) = item else { return "the bracket" }
    return (number.printed?.text ?? Decimal(number.value, rounded: .significant(4)).plain)
      .replacing("-", with: "−")
  }

  private mutating func primary() throws(Malformed) -> Item {
    switch token.kind {
    case .number(let text):
      advance()
      guard let number = PrintedNumber(text) else {
        throw Malformed("\(text.prefix(40)) is no number")
      }
      guard number.value.isFinite else { throw Malformed("the number is too large") }
      return .number(.init(number))
    case .sign("["): return try bracketed()
    case .sign("("): return try grouped()
    case .sign("√"):
      advance()
      guard case .number(let inside) = try primary() else { throw Malformed("'√' of a vector") }
      return .number(.init(computed: inside.value.squareRoot()))
    case .name(let name): return try named(name)
    case .end: throw Malformed("it ends where a number should stand")
    case .sign, .other:
      throw Malformed(
        words.refusal(of: token.text, isCalled: false, begins: true, answer: expected))
    }
  }

  private mutating func grouped() throws(Malformed) -> Item {
    let column = token.column
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw Malformed("brackets nested deeper than \(Self.deepest)")
    }
    advance()
    let rows = try self.rows(until: ")")
    guard take(")") else { throw Malformed("the bracket opened in column \(column) is not closed") }
    // `(1, 2)` is a vector, `(1)` a number.
    if rows.count == 1, rows[0].count == 1 {
      if case .number(let number) = rows[0][0], number.printed != nil {
        return .number(.init(computed: number.value))
      }
      return rows[0][0]
    }
    return .list(rows)
  }

  private static let functions: [String: @Sendable (Double) -> Double] = [
    "exp": { exp($0) }, "log": { log($0) }, "ln": { log($0) }, "sqrt": { $0.squareRoot() },
    "tanh": { tanh($0) },
    "σ": { 1 / (1 + exp(-$0)) }, "sigmoid": { 1 / (1 + exp(-$0)) },
  ]

  private mutating func named(_ name: String) throws(Malformed) -> Item {
    let isCalled = following.kind == .sign("(")
    if let limit = ["nan", "inf"].contains(name.lowercased()) ? PrintedNumber(name) : nil {
      advance()
      return .number(.init(limit))
    }
    guard isCalled, let function = Self.functions[name] else {
      throw Malformed(
        words.refusal(of: name, isCalled: isCalled, begins: true, answer: expected))
    }
    advance()
    guard case .number(let argument) = try grouped() else {
      throw Malformed("\(name) of one number at a time")
    }
    let value = function(argument.value)
    guard value.isFinite else {
      throw Malformed(value.isNaN ? "\(name) of that is no number" : "the number is too large")
    }
    return .number(.init(computed: value))
  }
}

extension AnswerToken {
  /// As it is shown in a message.
  var text: String {
    switch kind {
    case .number(let text), .name(let text): String(text.prefix(40))
    case .sign("\n"), .end: "the end"
    case .sign(let text): text
    case .other(let character): String(String(character).prefix(8))
    }
  }
}
