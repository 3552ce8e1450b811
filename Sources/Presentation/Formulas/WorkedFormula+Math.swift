// Worked arithmetic as a formula to be typeset: fractions stand over bars and need fewer brackets.

extension WorkedFormula {
  /// What typesetters print.
  package var math: MathNode {
    switch self {
    case .number(let text): Self.numeral(text)
    case .scientific(let digits, let power): Self.power(digits, power)
    case .name(let text): MathNode.name(text)
    case .words(let text): .text(text)
    case .typed(_, let node): node
    case .negative(let inner): .group([Self.minus, inner.math(within: .matrixProduct)])
    case .sum(let terms): Self.added(terms)
    case .product(let first, let rest):
      .group(
        rest.reduce([first.math(beside: rest.first?.sign ?? .dot)]) {
          $0 + [Self.node($1.sign), $1.formula.math(beside: $1.sign)]
        })
    case .quotient(let top, let bottom, _): .fraction(above: top.math, below: bottom.math)
    case .power(let base, let exponent):
      .scripts(base: base.math(asBase: true), below: [], above: [exponent.math])
    case .call(let name, let arguments): .group([Self.function(name), Self.list(arguments)])
    case .method(let base, let name, let arguments):
      .group([
        base.math(within: .atom), .ordinary("."), .ordinary(name), Self.list(arguments),
      ])
    case .enclosed(let open, let inner, let close): Self.bracketed(open, [inner.math], close)
    case .root(let inner): .root(inner.math, degree: nil)
    case .element(let base, let place):
      .group([base.mathBeforeIndex, Self.index(place.map { .ordinary(String($0)) })])
    case .part(let base, let place):
      .group([
        base.mathBeforeIndex,
        Self.index(place.split(separator: ",").map { .ordinary(String($0).trimmed) }),
      ])
    case .transposed(let inner):
      .scripts(base: inner.math(asBase: true), below: [], above: [.ordinary("ᵀ")])
    case .derivative(let above, by: let below, let fixed): Self.slope(above, below, fixed)
    case .indicator(let a, let sign, let b):
      .group([.ordinary("𝟙"), Self.bracketed("[", [a.math, .atom(sign, .relation), b.math], "]")])
    case .rows(let rows): Self.grid(rows)
    case .omitted(let count, let value):
      Self.bracketed("[", [.text("\(count) more: "), value.math], "]")
    case .phrase(let parts): .group(parts.map(\.math))
    case .relations(let first, let rest):
      .group([first.math] + rest.flatMap { [.atom($0.relation, .relation), $0.formula.math] })
    }
  }

  private static let minus = MathNode.atom("−", .binary)

  private func math(within least: Strength) -> MathNode {
    if case .quotient = self { return math }
    return strength < least ? Self.bracketed("(", [math], ")") : math
  }

  private func math(beside sign: Sign) -> MathNode {
    if case .product(_, let rest) = self, [.matrix, .outer, .correlation].contains(sign),
      rest.contains(where: { $0.sign != .dot })
    {
      return Self.bracketed("(", [math], ")")
    }
    return math(within: .product)
  }

  /// Below a script, a fraction needs brackets after all.
  private func math(asBase _: Bool) -> MathNode {
    strength < .atom || isDerivative ? Self.bracketed("(", [math], ")") : math
  }

  private var mathBeforeIndex: MathNode {
    takesIndex ? math : Self.bracketed("(", [math], ")")
  }

  // MARK: - Parts

  private static func numeral(_ text: String) -> MathNode {
    guard text.hasPrefix("−") else { return .ordinary(text) }
    return .group([minus, .ordinary(String(text.dropFirst()))])
  }

  private static func power(_ digits: String, _ power: Int) -> MathNode {
    let exponent = numeral((power < 0 ? "−" : "") + String(power.magnitude))
    let ten = MathNode.scripts(base: .ordinary("10"), below: [], above: [exponent])
    if digits.isEmpty { return ten }
    if digits == "−" { return .group([minus, ten]) }
    return .group([numeral(digits), .atom("·", .binary), ten])
  }

  private static func added(_ terms: [WorkedFormula]) -> MathNode {
    guard let first = terms.first else { return .ordinary("0") }
    return .group(
      terms.dropFirst().reduce([first.math(within: .negative)]) { nodes, term in
        if case .negative(let inner) = term {
          return nodes + [minus, inner.math(within: .matrixProduct)]
        }
        return nodes + [.atom("+", .binary), term.math(within: .matrixProduct)]
      })
  }

  private static func node(_ sign: Sign) -> MathNode {
    .atom(sign.rawValue.filter { $0 != " " }, .binary)
  }

  private static func function(_ name: String) -> MathNode {
    name.count == 1 ? MathNode.name(name) : .atom(name, .function)
  }

  private static func list(_ arguments: [WorkedFormula]) -> MathNode {
    bracketed("(", separated(arguments.map(\.math)), ")")
  }

  private static func index(_ items: [MathNode]) -> MathNode {
    bracketed("[", separated(items), "]")
  }

  private static func separated(_ nodes: [MathNode]) -> [MathNode] {
    Array(nodes.map { [$0] }.joined(separator: [.atom(",", .punctuation)]))
  }

  private static func bracketed(_ open: String, _ nodes: [MathNode], _ close: String) -> MathNode {
    let isSame = open == close
    return .group(
      [.atom(open, isSame ? .ordinary : .opening)] + nodes
        + [.atom(close, isSame ? .ordinary : .closing)])
  }

  private static func slope(
    _ above: WorkedFormula, _ below: WorkedFormula, _ fixed: [WorkedFormula]
  ) -> MathNode {
    func side(_ formula: WorkedFormula) -> MathNode {
      let needs = formula.text.inParentheses != formula.text
      return .group([.ordinary("∂"), needs ? bracketed("(", [formula.math], ")") : formula.math])
    }
    let fraction = MathNode.fraction(above: side(above), below: side(below))
    if fixed.isEmpty { return fraction }
    return .scripts(
      base: .group([fraction, .ordinary("|")]), below: separated(fixed.map(\.math)), above: [])
  }

  /// A vector between brackets; a matrix as a matrix.
  private static func grid(_ rows: [[WorkedFormula]]) -> MathNode {
    guard rows.count > 1 else {
      return bracketed("[", separated((rows.first ?? []).map(\.math)), "]")
    }
    return .matrix(rows: rows.map { $0.map(\.math) }, environment: "bmatrix")
  }
}

extension MathNode {
  /// A symbol as books set it: `s1` is a letter with a lowered number, primes and counters are
  /// raised, the parts of `net.weight` stand beside each other.
  package static func name(_ text: String) -> MathNode {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, parts.allSatisfy({ $0.first?.isLetter == true }) else {
      return symbol(text)
    }
    return .group(
      Array(parts.map { [symbol(String($0))] }.joined(separator: [.ordinary(".")])))
  }

  private static func symbol(_ text: String) -> MathNode {
    let body = text.prefix { !"′″".contains($0) && !Transliteration.isRaised($0) }
    let (base, index) = parted(String(body))
    let above = raised(text.dropFirst(body.count))
    let letter = LaTeXSymbols.parted(base).map { letter, mark, name in
      MathNode.accent(.ordinary(String(letter)), mark: mark, name: name)
    }
    guard index != nil || !above.isEmpty else { return letter ?? .ordinary(base) }
    return .scripts(
      base: letter ?? .ordinary(base), below: index.map { [.ordinary($0)] } ?? [], above: above)
  }

  /// A letter and its number, `s1`, `W_12`, `h₁`; other names stay in one piece.
  private static func parted(_ text: String) -> (base: String, index: String?) {
    var rest = String(text.dropFirst())
    if rest.hasPrefix("_") { rest.removeFirst() }
    let plain = String(rest.map { Transliteration.plain(ofLowered: $0) ?? $0 })
    let isIndex =
      !rest.isEmpty
      && (plain.allSatisfy(\.isNumber)
        || rest.allSatisfy { Transliteration.plain(ofLowered: $0) != nil })
    if isIndex { return (String(text.prefix(1)), plain) }
    // A word with a number in small letters: loss₂.
    let word = text.prefix { Transliteration.plain(ofLowered: $0) == nil }
    guard word.count < text.count, !word.isEmpty else { return (text, nil) }
    let small = text.dropFirst(word.count).map { Transliteration.plain(ofLowered: $0) ?? $0 }
    return (String(word), String(small))
  }

  /// Primes and raised characters, digits side by side as one number.
  private static func raised(_ text: Substring) -> [MathNode] {
    var nodes: [MathNode] = []
    var digits = ""
    func number() { if !digits.isEmpty { nodes.append(.ordinary(digits)) } }
    for character in text {
      let plain = Transliteration.plain(ofRaised: character)
      if let plain, plain.isNumber {
        digits.append(plain)
        continue
      }
      number()
      digits = ""
      switch (character, plain) {
      case ("ᵀ", _): nodes.append(.ordinary("ᵀ"))
      case (_, let plain?):
        let sign = plain == "-" ? "−" : String(plain)
        nodes.append(.atom(sign, place(of: Character(sign))))
      case (_, nil): nodes.append(.ordinary(String(character)))
      }
    }
    number()
    return nodes
  }
}
