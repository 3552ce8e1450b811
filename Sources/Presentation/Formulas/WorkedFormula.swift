/// A formula of worked arithmetic as a tree: `0.5·(1 − 0.62)²`, `∂E/∂Θ2[0]`, `Θ1ᵀ @ x`. One printer
/// writes it as a line of text (`text`), others typeset it (`math`); nothing reads the text back.
package indirect enum WorkedFormula: Sendable, Equatable {
  /// A sign between factors, as it is printed.
  package enum Sign: String, Sendable {
    case dot = "·"
    case wideDot = " · "
    case elementwise = " ⊙ "
    case matrix = " @ "
    case outer = " ⊗ "
    case correlation = " ⋆ "
  }

  /// A number as it is printed, with its sign: `−0.30`.
  case number(String)
  /// `−1.98·10⁸`; without digits the power alone.
  case scientific(String, power: Int)
  /// A symbol: `Θ1`, `ŷ`, `h⁽²⁾`.
  case name(String)
  /// Words between formulas, with their own spaces.
  case words(String)
  /// What a person typed: the text as it stands, and how it is typeset.
  case typed(String, MathNode)
  case negative(WorkedFormula)
  /// Negative terms are subtracted.
  case sum([WorkedFormula])
  /// Factors, each but the first with the sign before it.
  case product(WorkedFormula, [Factor])
  /// `isWide`: with spaces around the stroke.
  case quotient(WorkedFormula, WorkedFormula, isWide: Bool)
  case power(WorkedFormula, WorkedFormula)
  case call(String, [WorkedFormula])
  /// `A.reshape(2, 3)`
  case method(WorkedFormula, String, [WorkedFormula])
  /// Between signs: `|x|`, `⌊x⌋`.
  case enclosed(String, WorkedFormula, String)
  case root(WorkedFormula)
  /// One element: `x[0,1]`.
  case element(WorkedFormula, [Int])
  /// A part, by what stands between the brackets: `x[1:3,:]`.
  case part(WorkedFormula, String)
  case transposed(WorkedFormula)
  /// `∂E/∂w`, and behind a stroke what is held fixed.
  case derivative(WorkedFormula, by: WorkedFormula, fixed: [WorkedFormula])
  case indicator(WorkedFormula, String, WorkedFormula)
  /// `[1, 2; 3, 4]`
  case rows([[WorkedFormula]])
  /// `[995 more: 2.1]`
  case omitted(String, WorkedFormula)
  /// Formulas and words one after the other: `−1/p[2] at [2], 0 elsewhere`.
  case phrase([WorkedFormula])
  /// Steps on the way to a value: each but the first with its relation.
  case relations(WorkedFormula, [Related])

  package struct Factor: Sendable, Equatable {
    package let sign: Sign
    package let formula: WorkedFormula

    package init(_ sign: Sign, _ formula: WorkedFormula) {
      self.sign = sign
      self.formula = formula
    }
  }

  package struct Related: Sendable, Equatable {
    package let relation: String
    package let formula: WorkedFormula

    package init(_ relation: String, _ formula: WorkedFormula) {
      self.relation = relation
      self.formula = formula
    }
  }

  package static func product(_ factors: [WorkedFormula], sign: Sign) -> WorkedFormula {
    guard let first = factors.first, factors.count > 1 else { return factors.first ?? .number("1") }
    return .product(first, factors.dropFirst().map { Factor(sign, $0) })
  }

  package static func derivative(_ above: WorkedFormula, by below: WorkedFormula) -> WorkedFormula {
    .derivative(above, by: below, fixed: [])
  }

  /// The matrix with these numbers on its diagonal.
  package static func diagonal(_ entries: WorkedFormula) -> WorkedFormula {
    .call("diag", [entries])
  }

  /// A kernel turned by half a turn.
  package static func turned(_ kernel: WorkedFormula) -> WorkedFormula { .call("rot180", [kernel]) }

  /// What was left out.
  package static let gap = WorkedFormula.name("…")
}

extension WorkedFormula: ExpressibleByStringLiteral {
  package init(stringLiteral name: String) { self = .name(name) }
}

extension WorkedFormula {
  /// Whether an index behind it belongs to all of it: a name, a call, something in brackets, ∂E/∂w.
  package var takesIndex: Bool {
    switch self {
    case .name, .call, .method, .element, .part, .transposed, .derivative, .rows, .enclosed,
      .indicator, .omitted:
      true
    case .typed(let text, _): text.takesIndex
    case .number(let text): !text.hasPrefix("−")
    case .scientific, .words, .negative, .sum, .product, .quotient, .power, .root, .phrase,
      .relations:
      false
    }
  }

  /// Whether it is a name, or a part of something named: `W`, `net.weight`, `h⁽¹⁾`.
  package var isName: Bool {
    switch self {
    case .name: true
    case .typed(let text, _): text.takesIndex && !text.contains { "([".contains($0) }
    default: false
    }
  }

  /// The formulas that it is put together from.
  package var children: [WorkedFormula] {
    switch self {
    case .number, .scientific, .name, .words, .typed: []
    case .negative(let a), .enclosed(_, let a, _), .root(let a), .element(let a, _),
      .part(let a, _), .transposed(let a), .omitted(_, let a):
      [a]
    case .sum(let all), .call(_, let all), .phrase(let all): all
    case .product(let first, let rest): [first] + rest.map(\.formula)
    case .quotient(let a, let b, isWide: _), .power(let a, let b), .indicator(let a, _, let b):
      [a, b]
    case .method(let a, _, let rest): [a] + rest
    case .derivative(let a, by: let b, let fixed): [a, b] + fixed
    case .rows(let rows): rows.flatMap { $0 }
    case .relations(let first, let rest): [first] + rest.map(\.formula)
    }
  }

  /// Whether it holds a formula of some kind, itself included.
  package func contains(where isMeant: (WorkedFormula) -> Bool) -> Bool {
    isMeant(self) || children.contains { $0.contains(where: isMeant) }
  }

  /// Whether something in it was left out, or is unknown.
  package var hasGap: Bool { text.contains("…") }

  /// The element of it at a place, itself where there is only one.
  package func indexed(_ place: [Int]) -> WorkedFormula { .element(self, place) }
}

extension String {
  /// Whether an index behind it belongs to all of it: a name, a call, something in brackets, ∂E/∂w.
  package var takesIndex: Bool {
    var depth = 0
    for index in indices {
      let character = self[index]
      if ")]".contains(character) { depth -= 1 }
      if depth == 0, " +-−*·⊙⊗@%<>=/".contains(character) {
        let isFraction = character == "/" && first == "∂" && self[index...].dropFirst().first == "∂"
        if !isFraction { return false }
      }
      if "([".contains(character) { depth += 1 }
    }
    return true
  }

  /// As it stands in ∂…/∂…: a name, an element or a call as it is, an expression in parentheses.
  package var inParentheses: String {
    var depth = 0
    for character in self {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if depth == 0, " +-*/@<>=−·⊙".contains(character) { return "(\(self))" }
    }
    return self
  }
}
