/// Formulas as LaTeX with amsmath.
package enum LaTeX {
  /// The formula, without dollar signs.
  package static func math(_ formula: MathNode) -> String { row(formula.items) }

  // MARK: - Rows

  /// Nodes side by side; brackets that belong together grow where they hold something tall.
  private static func row(_ nodes: [MathNode]) -> String {
    var stack: [(open: MathNode?, nodes: [MathNode], text: String)] = [(nil, [], "")]
    func add(_ text: String, _ nodes: [MathNode]) {
      stack[stack.count - 1].text += text
      stack[stack.count - 1].nodes += nodes
    }
    for node in nodes {
      if case .atom(_, .opening) = node {
        stack.append((node, [], ""))
      } else if case .atom(let close, .closing) = node, stack.count > 1,
        let inner = stack.popLast(), case .atom(let open, _)? = inner.open
      {
        let isTall = inner.nodes.contains(where: \.isTall)
        let (left, right) = isTall ? ("\\left", "\\right") : ("", "")
        add(left + sign(open) + inner.text + right + sign(close), inner.nodes)
      } else {
        add(text(node), [node])
      }
    }
    // What was not closed stays as it is.
    while stack.count > 1, let inner = stack.popLast() {
      let open = inner.open.map(text) ?? ""
      stack[stack.count - 1].text += open + inner.text
    }
    return stack[0].text
  }

  private static func group(_ node: MathNode) -> String { "{" + row(node.items) + "}" }

  // MARK: - Nodes

  private static func text(_ node: MathNode) -> String {
    switch node {
    case .atom(let text, let place): atom(text, place)
    case .text(let text): "\\text{\(LaTeXSpelling.text(text))}"
    case .space(let text): text.count < 2 ? "\\ " : "\\quad "
    case .group: "{" + row(node.items) + "}"
    case .fraction(let above, let below): "\\frac" + group(above) + group(below)
    case .binomial(let above, let below): "\\binom" + group(above) + group(below)
    case .scripts(let base, let below, let above): scripts(base, below, above)
    case .stacked(let base, let above, let below): stacked(base, above, below)
    case .root(let inner, nil): "\\sqrt" + group(inner)
    case .root(let inner, let degree?): "\\sqrt[{\(row(degree.items))}]" + group(inner)
    case .accent(let inner, let mark, _): "\\\(accents[mark] ?? "hat")" + group(inner)
    case .matrix(let rows, let environment): matrix(rows, environment)
    }
  }

  private static let functions: Set<String> = [
    "exp", "log", "ln", "max", "min", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin",
    "arccos", "arctan", "det", "gcd", "lim", "sup", "inf", "dim", "ker", "deg",
  ]

  private static func atom(_ text: String, _ place: MathNode.Place) -> String {
    if place == .function {
      return functions.contains(text)
        ? "\\\(text) " : "\\operatorname{\(LaTeXSpelling.text(text))}"
    }
    if place == .binary, text == "-" { return "-" }
    if place != .ordinary { return sign(text) }
    guard text.count > 1, text.contains(where: \.isLetter) else { return sign(text) }
    return "\\mathit{\(sign(text))}"
  }

  private static func sign(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if let spelled = LaTeXSpelling.math(character) {
        result += spelled
      } else {
        result += "\\text{\(LaTeXSpelling.text(Transliteration.ascii(String(character))))}"
      }
    }
  }

  private static let accents: [Unicode.Scalar: String] = [
    "\u{302}": "hat", "\u{303}": "tilde", "\u{304}": "bar", "\u{307}": "dot", "\u{308}": "ddot",
    "\u{20D7}": "vec",
  ]

  private static func scripts(_ base: MathNode, _ below: [MathNode], _ above: [MathNode]) -> String
  {
    let under = below.isEmpty ? "" : "_" + group(.group(below))
    let over = above.isEmpty ? "" : "^" + group(.group(above))
    let items = base.items
    // A derivative and the stroke behind it.
    if items.count == 2, case .fraction = items[0], items[1] == .ordinary("|") {
      return "\\left." + text(items[0]) + "\\right|" + under + over
    }
    if case .atom(_, .bigOperator) = base { return text(base) + under + over }
    if case .atom(_, .function) = base { return text(base) + under + over }
    return group(base) + under + over
  }

  private static func stacked(_ base: MathNode, _ above: MathNode?, _ below: MathNode?) -> String {
    let lower = below.map { "\\underset" + group($0) + "{\(row(base.items))}" } ?? row(base.items)
    return above.map { "\\overset" + group($0) + "{\(lower)}" } ?? lower
  }

  /// A bracket at the beginning of a row would be taken for an option of the line break before it.
  static func guarded(_ text: String) -> String { text.hasPrefix("[") ? "{}" + text : text }

  private static let environments: Set<String> = [
    "matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "cases", "smallmatrix",
  ]

  private static func matrix(_ rows: [[MathNode]], _ environment: String) -> String {
    let isAligned = MathNode.alignedEnvironments.contains(environment)
    let name = environments.contains(environment) ? environment : isAligned ? "aligned" : "bmatrix"
    let cells = rows.map { $0.map { guarded(row($0.items)) }.joined(separator: " & ") }
    return "\\begin{\(name)}\(cells.joined(separator: " \\\\ "))\\end{\(name)}"
  }
}

extension MathNode {
  /// Higher than a letter.
  fileprivate var isTall: Bool {
    switch self {
    case .fraction, .binomial, .matrix: true
    case .root(let inner, _), .accent(let inner, _, _): inner.isTall
    case .group(let nodes): nodes.contains(where: \.isTall)
    case .scripts(let base, let below, let above):
      base.isTall || below.contains(where: \.isTall) || above.contains(where: \.isTall)
    case .atom(_, .bigOperator): true
    case .atom, .text, .space, .stacked: false
    }
  }

  /// Roughly how many letters wide it is set.
  var span: Double {
    switch self {
    case .atom(let text, let place):
      Double(text.count) + (place == .binary || place == .relation ? 1.2 : 0)
    case .text(let text): Double(text.count) * 0.95
    case .space: 1
    case .group(let nodes): nodes.reduce(0) { $0 + $1.span }
    case .fraction(let above, let below), .binomial(let above, let below):
      max(above.span, below.span) + 0.5
    case .scripts(let base, let below, let above):
      base.span + 0.75 * max(Self.group(below).span, Self.group(above).span)
    case .stacked(let base, _, _): base.span
    case .root(let inner, _): inner.span + 1.5
    case .accent(let inner, _, _): inner.span
    case .matrix(let rows, _): Self.span(of: rows)
    }
  }

  private static func span(of rows: [[MathNode]]) -> Double {
    var total = 2.0
    for column in 0..<(rows.map(\.count).max() ?? 0) {
      total += 1.5
      total += rows.reduce(0.0) { max($0, column < $1.count ? $1[column].span : 0) }
    }
    return total
  }
}
