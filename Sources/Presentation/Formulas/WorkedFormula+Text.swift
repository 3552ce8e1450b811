// Worked arithmetic as a line of text.

extension WorkedFormula {
  /// How tightly a piece of text holds together.
  enum Strength: Int, Comparable {
    case sum = 1
    case negative, matrixProduct, product, power, atom
    static func < (a: Strength, b: Strength) -> Bool { a.rawValue < b.rawValue }
  }

  /// In one line: `−(y1 − o1)`, `1.20·1.00 + (−0.30)·(−0.50)`, `1/(1 + exp(−0.51))`.
  package var text: String {
    switch self {
    case .number(let text), .words(let text), .typed(let text, _), .name(let text): text
    case .scientific(let digits, let power): Self.powerOfTen(digits, power)
    case .negative(let inner): "−" + inner.text(within: .matrixProduct)
    case .sum(let terms): Self.added(terms)
    case .product(let first, let rest):
      rest.reduce(first.text(beside: rest.first?.sign ?? .dot)) {
        $0 + $1.sign.rawValue + $1.formula.text(beside: $1.sign)
      }
    case .quotient(let top, let bottom, let isWide):
      top.text(within: .product) + (isWide ? " / " : "/") + bottom.text(within: .power)
    case .power(let base, let exponent): Self.raising(base, exponent)
    case .call(let name, let arguments): name + Self.list(arguments)
    case .method(let base, let name, let arguments):
      base.whole + "." + name + Self.list(arguments)
    case .enclosed(let open, let inner, let close): open + inner.text + close
    // In the language a power binds its base before the root does: (√a)² is not √a².
    case .root(let inner): "√" + inner.text(within: .atom)
    case .element(let base, let place):
      base.beforeIndex + "[" + place.map(String.init).joined(separator: ",") + "]"
    case .part(let base, let place): base.beforeIndex + "[" + place + "]"
    case .transposed(let inner): inner.whole + "ᵀ"
    case .derivative(let above, by: let below, let fixed):
      "∂\(above.text.inParentheses)/∂\(below.text.inParentheses)"
        + (fixed.isEmpty ? "" : "|" + fixed.map(\.text).joined(separator: ","))
    case .indicator(let a, let sign, let b): "𝟙[\(a.text) \(sign) \(b.text)]"
    case .rows(let rows):
      "[" + rows.map { $0.map(\.text).joined(separator: ", ") }.joined(separator: "; ") + "]"
    case .omitted(let count, let value): "[\(count) more: \(value.text)]"
    case .phrase(let parts): parts.map(\.text).joined()
    case .relations(let first, let rest):
      rest.reduce(first.text) { "\($0) \($1.relation) \($1.formula.text)" }
    }
  }

  /// In parentheses if it holds together less tightly than its place demands.
  func text(within least: Strength) -> String {
    strength < least ? "(\(text))" : text
  }

  var strength: Strength {
    switch self {
    case .number(let text): text.hasPrefix("−") ? .negative : .atom
    case .scientific(let digits, _):
      digits.hasPrefix("−") ? .negative : digits.isEmpty ? .atom : .product
    case .negative: .negative
    case .sum(let terms):
      terms.count > 1 ? .sum : terms.first?.strength ?? .atom
    case .product(_, let rest):
      rest.contains { [.matrix, .outer, .correlation].contains($0.sign) }
        ? .matrixProduct : rest.isEmpty ? .atom : .product
    case .quotient: .product
    case .power, .root: .power
    case .phrase(let parts): parts.count > 1 ? .sum : parts.first?.strength ?? .atom
    case .relations: .sum
    case .name, .words, .typed, .call, .method, .enclosed, .element, .part, .transposed,
      .derivative, .indicator, .rows, .omitted:
      .atom
    }
  }

  /// As a factor: beside the sign of a matrix product, spaced products need parentheses too.
  private func text(beside sign: Sign) -> String {
    let text = text(within: .product)
    guard [.matrix, .outer, .correlation].contains(sign), case .product(_, let rest) = self,
      strength == .product, rest.contains(where: { $0.sign != .dot })
    else { return text }
    return "(\(text))"
  }

  private var beforeIndex: String { takesIndex ? text : "(\(text))" }

  /// In parentheses where there is a space in it.
  private var whole: String {
    let text = text(within: .product)
    return text.contains(" ") && !text.takesIndex ? "(\(text))" : text
  }

  private static func list(_ arguments: [WorkedFormula]) -> String {
    "(" + arguments.map(\.text).joined(separator: ", ") + ")"
  }

  private static func powerOfTen(_ digits: String, _ power: Int) -> String {
    let raised = String(String(power).compactMap { Transliteration.lifted[$0] })
    return (digits.isEmpty || digits == "−" ? digits : digits + "·") + "10" + raised
  }

  private static func added(_ terms: [WorkedFormula]) -> String {
    guard let first = terms.first else { return "0" }
    if terms.count == 1 { return first.text }
    return terms.dropFirst().reduce(first.text(within: .negative)) { text, term in
      if case .negative(let inner) = term {
        return text + " − " + inner.text(within: .matrixProduct)
      }
      return text + " + " + term.text(within: .matrixProduct)
    }
  }

  private static func raising(_ base: WorkedFormula, _ exponent: WorkedFormula) -> String {
    (base.isDerivative ? "(\(base.text))" : base.text(within: .atom))
      + (exponent.raised ?? "**" + exponent.text(within: .atom))
  }

  /// Its own stroke would reach over an exponent.
  var isDerivative: Bool { if case .derivative = self { true } else { false } }

  /// As an upper index, where it is a short whole number or t.
  private var raised: String? {
    switch self {
    case .number(let text) where text.count <= 4 && text.allSatisfy { $0.isNumber || $0 == "−" },
      .name(let text) where text == "t":
      String(text.compactMap { Transliteration.lifted[$0] })
    default: nil
    }
  }
}
