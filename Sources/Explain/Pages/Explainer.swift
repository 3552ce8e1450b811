import Autograd
import Presentation
import Tensors

/// Explains numbers the way a lecturer writes them on the board: symbols, numbers in their place,
/// small steps, result. Everything shown comes from the recorded computation; no operation has an
/// explanation of its own.
package struct Explainer {
  /// Decimals shown.
  package let digits: Int
  /// Columns of the page.
  package let width: Int
  /// The text of the expression a named quantity was assigned from, where it is known.
  let source: (Variable) -> WorkedFormula?
  /// The computation that a step gave a parameter its number with, where it is known.
  let working: (Variable) -> Variable?

  /// The quantity that has a quantity's name now, if that is another one.
  let successor: (Variable) -> Variable?
  /// Whether a letter means something else already where the explanation is read.
  let isReserved: (String) -> Bool
  /// Asked between the steps of a long explanation.
  let shouldStop: () -> Bool

  package init(
    digits: Int = 4, width: Int = 80, source: @escaping (Variable) -> WorkedFormula? = { _ in nil },
    working: @escaping (Variable) -> Variable? = { _ in nil },
    successor: @escaping (Variable) -> Variable? = { _ in nil },
    isReserved: @escaping (String) -> Bool = { _ in false },
    shouldStop: @escaping () -> Bool = { false }
  ) {
    self.digits = min(max(digits, NumberFormat.places.lowerBound), NumberFormat.places.upperBound)
    self.width = max(width, 40)
    self.source = source
    self.working = working
    self.successor = successor
    self.isReserved = isReserved
    self.shouldStop = shouldStop
  }

  /// Longer arithmetic is cut at quantities that get a symbol of their own.
  static let leafLimit = 16
  /// Tensors with more cells are elided in the middle.
  static let cellLimit = 12
  /// Of tensors with more cells than this still fewer are worked out: each can be a long line.
  static let longLimit = 1_000

  /// Words beside the arithmetic, in lines that fit the page.
  func prose(_ text: String, indent: Int = 0) -> [Block] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, indent + last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { .line(Words(String(repeating: " ", count: indent) + $0, .dim)) }
  }

  /// How a quantity is computed: as it was typed, unless what was typed has other names on the page.
  func written(_ variable: Variable, _ names: Names) -> WorkedFormula {
    let notation = Notation(names: names).formula(of: variable)
    guard let typed = source(variable), !notation.contains(where: names.isRenamed) else {
      return notation
    }
    return typed
  }

  var numbers: NumberText { NumberText(digits: digits) }
  var worker: Worker { Worker(numbers: numbers) }

  /// How the value of a quantity comes about, one line a cell; `cell` picks one by row-major offset.
  /// With `depth` above 1 the named quantities beneath follow, each once.
  package func explain(
    _ variable: Variable, name: WorkedFormula? = nil, cell: Int? = nil, depth: Int = 1
  ) -> Document {
    explain(variable, name: name, cells: cell.map { [$0] }, depth: depth)
  }

  /// The same for some cells, all if nil. The arithmetic of a derivative, which nobody typed as it is
  /// recorded, is simplified.
  package func explain(
    _ variable: Variable, name: WorkedFormula? = nil, cells: [Int]?, depth: Int = 1,
    isDerivative: Bool = false
  ) -> Document {
    let names = Names(under: variable, isReserved: isReserved)
    if let written = source(variable)?.text, written.contains("∂") {
      nameGradients(under: variable, written, names)
    }
    if !names.hasSymbol(variable) {
      names.set(expression: name ?? Notation(names: names).formula(of: variable), for: variable)
    }
    let first = Cell(variable: variable, offset: cells?.first ?? 0)
    if !variable.isLeaf, variable.shape.count > 0 {
      let term = Expansion(names: names, foldsZeros: isDerivative).term(of: first)
      if term.leafCount > Self.leafLimit || names.leavesUnexplained(variable, term)
        || names.writesOutTwice(variable)
      {
        names.introduceIntermediates(under: variable)
      }
    }
    var page = ValuePage(explainer: self, names: names, foldsZeros: isDerivative)
    page.unfold(variable, cells: cells, depth: max(1, depth))
    let blocks = page.document.blocks
    return Document(blocks + legend(blocks) + successions(names))
  }

  /// That symbols on the page mean earlier quantities than their names do now.
  func successions(_ names: Names) -> [Block] {
    // A copy of a quantity, taken apart, shares its naming; parts of operations have no line.
    let replaced = names.used.filter { $0.naming?.line != 0 }
      .compactMap { used in successor(used).map { (used, $0) } }
      .filter { used, now in
        // What stands further up is a name of another function.
        used.naming !== now.naming && now.naming?.line ?? .max >= used.naming?.line ?? 0
      }
    return replaced.prefix(3).compactMap { used, now in
      guard let symbol = names.symbol(of: used), let line = used.naming?.line else { return nil }
      let since = now.naming.map { $0.line == line ? "" : ", changed in line \($0.line)" } ?? ""
      return .line(Words("(\(symbol.text) as it was in line \(line)\(since))", .dim))
    }
  }
}

extension Explainer {
  /// Gates and states of a recurrent operation in the order of their computation, then the result.
  func explainStep(
    _ variable: Variable, _ step: Variable, _ name: WorkedFormula, cells: [Int]?
  ) -> Document {
    let names = Names(under: step, isReserved: isReserved)
    var page = ValuePage(explainer: self, names: names, foldsZeros: true)
    let parts = names.history.parts.filter { $0 !== step }
    names.set(name, for: step)
    names.set(name, for: variable)
    page.appendHeader(of: variable)
    let needed = cells.map { cells in
      page.cells(of: parts, neededFor: cells.map { Cell(variable: step, offset: $0) })
    }
    for part in parts.suffix(24) {
      let all = needed?[ObjectIdentifier(part)]?.sorted() ?? []
      let shown = needed == nil ? Array(0..<part.shape.count) : all
      if !shown.isEmpty { page.append(part, Array(shown.prefix(4))) }
    }
    // Of a cell with a state alone the last formula is that of the state itself.
    if let form = step.operation?.form, ![.joining, .stacking, .placing].contains(form) {
      page.appendFormula(of: step)
    }
    page.appendCells(of: step, cells ?? Array(0..<min(step.shape.count, Self.cellLimit)))
    return page.document
  }
}

/// `s1 = Θ1ᵀ @ x                 (3×2)(2) → (3)`
struct Header {
  let symbol: WorkedFormula?
  let expression: WorkedFormula
  let shapes: String

  var line: WorkedLine {
    let step = WorkedLine.Step(relation: symbol == nil ? "" : "=", expression, role: .formula)
    return WorkedLine(label: symbol ?? .words(""), steps: [step], note: shapes)
  }
}

extension String {
  /// For asking whether two expressions are the same but for typography.
  var comparable: String {
    var text = filter { $0 != " " }
    for (sign, plain) in [
      ("**2", "²"), ("**3", "³"), ("*", "·"), ("-", "−"), ("×", "·"), ("⊙", "·"),
    ] {
      text = text.split(separator: sign, omittingEmptySubsequences: false).joined(separator: plain)
    }
    return text
  }
}
