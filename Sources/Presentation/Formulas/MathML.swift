/// Formulas as MathML, the form that pages typeset and screen readers read.
package enum MathML {
  /// A whole `math` element.
  package static func element(_ formula: MathNode, isBlock: Bool = false) -> String {
    let display = isBlock ? " display=\"block\"" : ""
    return
      "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"\(display)>\(row(formula.items))</math>"
  }

  // MARK: - Rows

  /// One element for the nodes; brackets that belong together have a row of their own, so that they
  /// grow with what they hold and with nothing else.
  private static func row(_ nodes: [MathNode]) -> String {
    var stack: [(open: MathNode?, parts: [String])] = [(nil, [])]
    for (index, node) in nodes.enumerated() {
      if case .atom(_, .opening) = node {
        stack.append((node, [fence(node, stretches: true)]))
      } else if case .atom(_, .closing) = node, stack.count > 1, let inner = stack.popLast() {
        let parts = inner.parts + [fence(node, stretches: true)]
        stack[stack.count - 1].parts.append(wrapped(parts))
      } else {
        let next = index + 1 < nodes.count ? nodes[index + 1] : nil
        stack[stack.count - 1].parts.append(
          text(node, after: index > 0 ? nodes[index - 1] : nil, before: next))
      }
    }
    while stack.count > 1, let open = stack.popLast() {
      let sign = open.open.map { fence($0, stretches: false) } ?? ""
      stack[stack.count - 1].parts += [sign] + open.parts.dropFirst()
    }
    return wrapped(stack[0].parts)
  }

  private static func wrapped(_ parts: [String]) -> String {
    parts.count == 1 ? parts[0] : "<mrow>\(parts.joined())</mrow>"
  }

  private static func text(_ node: MathNode, after previous: MathNode?, before next: MathNode?)
    -> String
  {
    // A page takes a sign for an operator unless it is the first of its row.
    if case .atom(let sign, .binary) = node, let previous, previous.isBeforeSign {
      return "<mo form=\"prefix\">\(XMLText.visible(sign))</mo>"
    }
    let text = element(of: node)
    // `sin x` is set apart, `sin(x)` is not.
    guard node.isFunction, let next, !next.isFence else { return text }
    return text + "<mspace width=\"0.17em\"/>"
  }

  // MARK: - Nodes

  private static func element(of node: MathNode) -> String {
    switch node {
    case .atom(let text, let place): return atom(text, place)
    case .text(let text): return "<mtext>\(XMLText.visible(text.unbroken))</mtext>"
    case .space(let text):
      return "<mspace width=\"\(text.count < 2 ? "0.25" : "\(text.count / 2)")em\"/>"
    case .group: return row(node.items)
    case .fraction(let above, let below): return tag("mfrac", [above, below])
    case .binomial(let above, let below):
      let inner = "<mfrac linethickness=\"0\">\(row(above.items))\(row(below.items))</mfrac>"
      return "<mrow><mo>(</mo>\(inner)<mo>)</mo></mrow>"
    case .scripts(let base, let below, let above): return scripts(base, below, above)
    case .stacked(let base, let above, let below): return limits(base, below, above)
    case .root(let inner, nil): return tag("msqrt", [inner])
    case .root(let inner, let degree?): return tag("mroot", [inner, degree])
    case .accent(let inner, let mark, _):
      let isWide = inner.unicode.count > 1
      let sign = "<mo stretchy=\"\(isWide)\">\(XMLText.visible(spacing[mark] ?? "^"))</mo>"
      return "<mover accent=\"true\">\(row(inner.items))\(sign)</mover>"
    case .matrix(let rows, let environment): return matrix(rows, environment)
    }
  }

  private static func tag(_ name: String, _ children: [MathNode]) -> String {
    "<\(name)>\(children.map { row($0.items) }.joined())</\(name)>"
  }

  /// The characters that stand for combining marks over a letter.
  private static let spacing: [Unicode.Scalar: String] = [
    "\u{302}": "^", "\u{303}": "~", "\u{304}": "¯", "\u{307}": "˙", "\u{308}": "¨", "\u{20D7}": "→",
  ]

  private static func atom(_ text: String, _ place: MathNode.Place) -> String {
    let escaped = XMLText.visible(text)
    switch place {
    case .binary, .relation, .bigOperator, .punctuation: return "<mo>\(escaped)</mo>"
    case .opening, .closing: return fence(.atom(text, place), stretches: false)
    case .function: return "<mi>\(escaped)</mi>"
    case .ordinary, .fraction, .space:
      guard let first = text.first else { return "<mrow></mrow>" }
      if first.isNumber || first == "." && text.count > 1 { return "<mn>\(escaped)</mn>" }
      if "|‖/*.".contains(first) { return "<mo stretchy=\"false\">\(escaped)</mo>" }
      return first == "′" || first == "″" ? "<mo>\(escaped)</mo>" : "<mi>\(escaped)</mi>"
    }
  }

  private static func fence(_ node: MathNode, stretches: Bool) -> String {
    guard case .atom(let text, _) = node else { return "" }
    return "<mo\(stretches ? "" : " stretchy=\"false\"")>\(XMLText.visible(text))</mo>"
  }

  // MARK: - Scripts

  private static func scripts(_ base: MathNode, _ below: [MathNode], _ above: [MathNode]) -> String
  {
    let under: MathNode? = below.isEmpty ? nil : .group(below)
    let over: MathNode? = above.isEmpty ? nil : .group(above)
    return base.takesLimits
      ? limits(base, under, over) : attached(base, under, over, ("msub", "msup", "msubsup"))
  }

  private static func attached(
    _ base: MathNode, _ below: MathNode?, _ above: MathNode?,
    _ names: (below: String, above: String, both: String)
  ) -> String {
    guard below != nil || above != nil else { return row(base.items) }
    let name = above == nil ? names.below : below == nil ? names.above : names.both
    return tag(name, [base] + [below, above].compactMap { $0 })
  }

  private static func limits(_ base: MathNode, _ below: MathNode?, _ above: MathNode?) -> String {
    attached(base, below, above, ("munder", "mover", "munderover"))
  }

  // MARK: - Matrices

  private static let fences = [
    "pmatrix": ("(", ")"), "vmatrix": ("|", "|"), "Vmatrix": ("‖", "‖"), "cases": ("{", ""),
    "matrix": ("", ""), "array": ("", ""), "smallmatrix": ("", ""),
  ]

  private static func matrix(_ rows: [[MathNode]], _ environment: String) -> String {
    let cells = rows.map { row in
      "<mtr>" + row.map { "<mtd>\(self.row($0.items))</mtd>" }.joined() + "</mtr>"
    }
    let table = "<mtable>\(cells.joined())</mtable>"
    if MathNode.alignedEnvironments.contains(environment) { return table }
    let (open, close) = fences[environment] ?? ("[", "]")
    let signs = [open, close].map { $0.isEmpty ? "" : "<mo fence=\"true\">\($0)</mo>" }
    return "<mrow>\(signs[0])\(table)\(signs[1])</mrow>"
  }
}

extension MathNode {
  /// The node as parts of a row, groups inside groups dissolved, where brackets may be parted by them.
  var items: [MathNode] {
    guard case .group(let nodes) = self else { return [self] }
    return nodes.flatMap(\.items)
  }

  fileprivate var isFunction: Bool {
    switch self {
    case .atom(_, .function): true
    case .scripts(let base, _, _): base.isFunction
    default: false
    }
  }

  /// Whether a plus or minus behind it is a sign.
  fileprivate var isBeforeSign: Bool {
    guard case .atom(_, let place) = self else { return false }
    return [.binary, .relation, .opening, .punctuation, .bigOperator].contains(place)
  }

  fileprivate var isFence: Bool {
    switch self {
    case .atom(_, .opening), .atom(_, .closing), .atom(_, .punctuation), .atom(_, .relation),
      .space:
      true
    case .group(let nodes): nodes.first?.isFence ?? true
    default: false
    }
  }

  /// Whether what is set lower and higher stands below and above: ∑, and max, lim and their like.
  fileprivate var takesLimits: Bool {
    switch self {
    case .atom(_, .bigOperator): true
    case .atom(let name, .function):
      ["max", "min", "argmax", "argmin", "lim", "sup", "inf"].contains(name)
    case .group(let nodes): nodes.count == 1 && nodes[0].takesLimits
    default: false
    }
  }
}

extension String {
  /// Spaces at the ends of a text element would be trimmed by a page.
  fileprivate var unbroken: String {
    var text = self
    if text.first == " " { text = "\u{A0}" + text.dropFirst() }
    if text.last == " " { text = text.dropLast() + "\u{A0}" }
    return text
  }
}
