/// Reads the notation of the language and of explanations as a formula: `∂E/∂w5`, `Θ1ᵀ @ x`,
/// `−(y − ŷ)`, `0.5·(1 − 0.62)²`, `(y - ŷ)**2 / 2`, `σ(z[0])`.
///
/// ```
/// formula  = sum (relation sum)*
/// sum      = [sign] product (sign product)*
/// product  = power (times power | "/" power | "//" power)*
/// power    = ("−")* postfix ["**" power]
/// postfix  = operand ("[" … "]" | "(" … ")" | raised)*
/// operand  = number | name | "∂" … | "(" … ")" | "[" … "]" | "|" … "|" | "⌊" … "⌋" | "√" postfix
/// ```
struct NotationParser {
  private let input: [Character]
  private var position = 0
  private var depth = 0
  private static let deepest = 100

  /// The formula; a text that is none (a sentence, a comprehension) stays text.
  static func formula(_ text: String) -> MathNode {
    var parser = NotationParser(input: Array(text))
    guard let formula = parser.formula(), parser.skipped().position == parser.input.count else {
      return .text(text)
    }
    return formula
  }

  private init(input: [Character]) { self.input = input }

  // MARK: - Characters

  private var next: Character? { position < input.count ? input[position] : nil }

  private func starts(_ text: String) -> Bool { input[position...].starts(with: text) }

  private func skipped() -> NotationParser {
    var parser = self
    parser.skipSpaces()
    return parser
  }

  private mutating func skipSpaces() {
    while let character = next, character == " " { position += 1 }
  }

  private mutating func take(_ text: String) -> Bool {
    skipSpaces()
    guard starts(text) else { return false }
    position += text.count
    return true
  }

  private mutating func run(while belongs: (Character) -> Bool) -> String {
    let start = position
    while let character = next, belongs(character) { position += 1 }
    return String(input[start..<position])
  }

  // MARK: - Sums and products

  private static let relations = [
    "==", "!=", "<=", ">=", "<-", "=", "≈", "←", "<", ">", "≤", "≥", "≠", "→",
  ]
  private static let signs: [String: String] = [
    "==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<-": "←", "*": "·", "-": "−", "@": "@",
  ]

  private mutating func formula() -> MathNode? {
    guard var nodes = sum() else { return nil }
    while let sign = taken(Self.relations) {
      guard let right = sum() else { return nil }
      nodes += [.atom(sign, .relation)] + right
    }
    return .group(nodes)
  }

  /// The first of some signs that stands here, as it is printed.
  private mutating func taken(_ signs: [String]) -> String? {
    for sign in signs where take(sign) { return Self.signs[sign] ?? sign }
    return nil
  }

  private mutating func sum() -> [MathNode]? {
    guard var nodes = product() else { return nil }
    while let sign = taken(["+", "−", "-", "±"]) {
      guard let right = product() else { return nil }
      nodes += [.atom(sign, .binary)] + right
    }
    return nodes
  }

  private mutating func product() -> [MathNode]? {
    guard var nodes = power() else { return nil }
    while true {
      if take("//") {
        guard let right = power() else { return nil }
        nodes = [
          .group([.atom("⌊", .opening)] + Self.quotient(nodes, right) + [.atom("⌋", .closing)])
        ]
      } else if !skipped().starts("**"), let sign = taken(["·", "*", "⊙", "⊗", "@", "×", "%"]) {
        guard let right = power() else { return nil }
        nodes += [.atom(sign, .binary)] + right
      } else if take("/") {
        guard let right = power() else { return nil }
        nodes = Self.quotient(nodes, right)
      } else {
        return nodes
      }
    }
  }

  /// Everything to the left of the bar is its numerator, but for a sign; parentheses that the bar
  /// makes superfluous go.
  private static func quotient(_ left: [MathNode], _ right: [MathNode]) -> [MathNode] {
    if case .atom("−", .binary)? = left.first, left.count > 1 {
      return [left[0], .fraction(above: bare(Array(left.dropFirst())), below: bare(right))]
    }
    return [.fraction(above: bare(left), below: bare(right))]
  }

  private static func bare(_ nodes: [MathNode]) -> MathNode {
    if nodes.count == 1, case .group(let inner) = nodes[0],
      case .atom("(", .opening)? = inner.first, case .atom(")", .closing)? = inner.last
    {
      return .group(Array(inner.dropFirst().dropLast()))
    }
    return .group(nodes)
  }

  // MARK: - Powers and operands

  private mutating func power() -> [MathNode]? {
    guard depth < Self.deepest else { return nil }
    depth += 1
    defer { depth -= 1 }
    if taken(["−", "-"]) != nil { return power().map { [.atom("−", .binary)] + $0 } }
    if take("+") { return power() }
    guard let base = postfix() else { return nil }
    guard take("**") || take("^") else { return [base] }
    guard let exponent = power() else { return nil }
    return [Self.scripted(base, above: [Self.bare(exponent)])]
  }

  private static func scripted(_ base: MathNode, above: [MathNode] = [], below: [MathNode] = [])
    -> MathNode
  {
    guard case .scripts(let inner, let under, let over) = base else {
      return .scripts(base: base, below: below, above: above)
    }
    return .scripts(base: inner, below: under + below, above: over + above)
  }

  private mutating func postfix() -> MathNode? {
    guard var node = operand() else { return nil }
    while let character = next {
      if character == "[" {
        guard let index = bracketed("[", "]") else { return nil }
        node = .group([node, index])
      } else if character == "(" {
        guard let arguments = bracketed("(", ")") else { return nil }
        node = .group([node, arguments])
      } else if starts(".T"), !(position + 2 < input.count && Self.isNamePart(input[position + 2]))
      {
        position += 2
        node = Self.scripted(node, above: [.ordinary("ᵀ")])
      } else if character == ".", position + 1 < input.count, input[position + 1].isLetter {
        position += 1
        node = .group([node, .ordinary("."), .ordinary(run(while: Self.isNamePart))])
      } else if Transliteration.isRaised(character) {
        node = Self.scripted(node, above: [Self.raised(run(while: Transliteration.isRaised))])
      } else {
        return node
      }
    }
    return node
  }

  private static func raised(_ text: String) -> MathNode {
    if text == "ᵀ" { return .ordinary(text) }
    let plain = String(text.compactMap(Transliteration.plain(ofRaised:)))
    return .group(
      plain.map { .atom($0 == "-" ? "−" : String($0), MathNode.place(of: $0)) }.joinedDigits)
  }

  private mutating func operand() -> MathNode? {
    skipSpaces()
    guard let character = next, depth < Self.deepest else { return nil }
    depth += 1
    defer { depth -= 1 }
    switch character {
    case "(": return bracketed("(", ")")
    case "[": return bracketed("[", "]")
    case "|": return bracketed("|", "|")
    case "⌊": return bracketed("⌊", "⌋")
    case "⌈": return bracketed("⌈", "⌉")
    case "√":
      position += 1
      return postfix().map { .root(Self.bare([$0]), degree: nil) }
    case "∂": return partial()
    case "…", "∞":
      position += 1
      return .ordinary(String(character))
    case "\"", "'": return quoted(character)
    case _ where character.isNumber && character.isASCII || character == ".": return number()
    case _ where Self.isNameStart(character): return Self.name(run(while: Self.isNamePart))
    default: return nil
    }
  }

  private mutating func quoted(_ quote: Character) -> MathNode? {
    position += 1
    let text = run { $0 != quote }
    guard take(String(quote)) else { return nil }
    return .text("\(quote)\(text)\(quote)")
  }

  /// Items between brackets, parted by commas and, for rows, semicolons; `[995 more: 2.1]` is text.
  private mutating func bracketed(_ open: String, _ close: String) -> MathNode? {
    let start = position
    guard take(open) else { return nil }
    var nodes: [MathNode] = [.atom(open, open == close ? .ordinary : .opening)]
    while !take(close) {
      skipSpaces()
      if let sign = taken([",", ";", ":"]) {
        nodes.append(.atom(sign, .punctuation))
      } else if let item = formula(), [",", ";", ":", close].contains(where: skipped().starts) {
        nodes.append(item)
      } else {
        return remark(from: start, close)
      }
    }
    return .group(nodes + [.atom(close, open == close ? .ordinary : .closing)])
  }

  private mutating func remark(from start: Int, _ close: String) -> MathNode? {
    position = start + 1
    _ = run { String($0) != close }
    guard take(close) else { return nil }
    return .text(String(input[start..<position]))
  }

  /// `∂E/∂w`, `∂E/∂Θ2[0]`: one fraction, whatever stands around it.
  private mutating func partial() -> MathNode? {
    position += 1
    guard let above = postfix() else { return nil }
    let sign = MathNode.ordinary("∂")
    guard starts("/∂") else { return .group([sign, above]) }
    position += 2
    guard let below = postfix() else { return nil }
    let fraction = MathNode.fraction(
      above: .group([sign, Self.operand(above)]), below: .group([sign, Self.operand(below)]))
    guard let held = heldFixed() else { return fraction }
    return .scripts(base: .group([fraction, .ordinary("|")]), below: held, above: [])
  }

  /// Parentheses around one name or call go.
  private static func operand(_ node: MathNode) -> MathNode {
    let inner = bare([node])
    guard case .group(let nodes) = inner, nodes.count == 1 else { return node }
    return inner
  }

  /// `|u,v` behind a derivative: what is held fixed.
  private mutating func heldFixed() -> [MathNode]? {
    func beginsName(_ place: Int) -> Bool {
      place < input.count && (Self.isNameStart(input[place]) || input[place] == "…")
    }
    guard next == "|", beginsName(position + 1) else { return nil }
    position += 1
    guard var nodes = postfix().map({ [$0] }) else { return nil }
    while next == ",", beginsName(position + 1) {
      position += 1
      guard let name = postfix() else { return nil }
      nodes += [.atom(",", .punctuation), name]
    }
    return nodes
  }

  private mutating func number() -> MathNode? {
    var text = run { $0.isASCII && $0.isNumber || $0 == "." || $0 == "_" }
    if let mark = next, mark == "e" || mark == "E", position + 1 < input.count,
      input[position + 1].isNumber || "+-".contains(input[position + 1])
    {
      text.append(mark)
      position += 1
      if let sign = next, "+-".contains(sign) {
        text.append(sign)
        position += 1
      }
      text += run(while: \.isNumber)
    }
    return text == "." ? nil : .ordinary(text)
  }

  // MARK: - Names

  private static func isNameStart(_ character: Character) -> Bool {
    character.isLetter && !Transliteration.isRaised(character) || character == "_"
      || character == "𝟙" || character == "∇"
  }

  private static func isNamePart(_ character: Character) -> Bool {
    !Transliteration.isRaised(character)
      && (character.isLetter || character.isNumber && !"½⅓¼".contains(character)
        || "_′″".contains(character))
  }

  private static let keywords: Set<String> = [
    "for", "if", "else", "in", "and", "or", "not", "lambda", "is",
  ]

  /// `s1` as slides print it: one letter with a lowered number; primes are raised.
  static func name(_ text: String) -> MathNode? {
    if keywords.contains(text) { return nil }
    let body = text.prefix { $0 != "′" && $0 != "″" }
    let primes = text.dropFirst(body.count)
    var base = String(body.prefix(1))
    var rest = String(body.dropFirst())
    if rest.hasPrefix("_") { rest.removeFirst() }
    let index = String(rest.map { Transliteration.plain(ofLowered: $0) ?? $0 })
    let isIndex =
      !index.isEmpty
      && (index.allSatisfy(\.isNumber)
        || rest.allSatisfy { Transliteration.plain(ofLowered: $0) != nil })
    if !isIndex { base = String(body) }
    guard isIndex || !primes.isEmpty else { return .ordinary(base) }
    return .scripts(
      base: .ordinary(base), below: isIndex ? [.ordinary(index)] : [],
      above: primes.map { .ordinary(String($0)) })
  }
}

extension [MathNode] {
  /// Digits side by side as one number.
  fileprivate var joinedDigits: [MathNode] {
    reduce(into: []) { nodes, node in
      if case .atom(let text, .ordinary) = node, text.allSatisfy(\.isNumber),
        case .atom(let before, .ordinary)? = nodes.last, before.allSatisfy(\.isNumber)
      {
        nodes[nodes.count - 1] = .ordinary(before + text)
      } else {
        nodes.append(node)
      }
    }
  }
}
