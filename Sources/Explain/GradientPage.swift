import Autograd
import Presentation
import Tensors

/// The explanation of a gradient under construction.
struct GradientPage {
  /// More ways than this are added up where they meet instead of being listed.
  static let pathLimit = 4
  static let factorLimit = 12

  let explainer: Explainer
  let chain: Chain
  let root: String
  var document = Document()
  /// Factors already derived on this page.
  private var derived: Set<String> = []

  init(explainer: Explainer, chain: Chain) {
    self.explainer = explainer
    self.chain = chain
    root = chain.names.symbol(of: chain.root) ?? "E"
  }

  var numbers: NumberText { explainer.numbers }
  var worker: Worker { explainer.worker }

  func symbol(_ cell: Cell) -> String {
    Names.indexed(chain.names.symbol(of: cell.variable) ?? "w", cell.variable.shape, cell.offset)
  }

  func total(_ cell: Cell) -> String { fraction(root, symbol(cell)) }

  private func fraction(_ above: String, _ below: String) -> String { "∂\(above)/∂\(below)" }

  private func partial(_ link: Link) -> String { fraction(symbol(link.above), symbol(link.below)) }

  private struct Factor {
    let exact: Double
    let printed: PrintedNumber
  }

  private struct Link {
    let above: Cell
    let below: Cell
  }

  // MARK: - Ways listed one by one

  /// The chain rule for one element: the common part of all ways, and above it each way on its own.
  mutating func listPaths(_ paths: CellPaths, value: Double) throws(ExplanationError) {
    var tail: [Link] = []
    var fork = paths.target
    while fork.key != paths.root.key, paths.consumers(of: fork).count == 1 {
      let next = paths.consumers(of: fork)[0]
      tail.insert(Link(above: next, below: fork), at: 0)
      fork = next
    }
    if fork.key == paths.root.key {
      try singleChain(tail, value: value)
    } else if tail.isEmpty {
      try ways(paths, from: fork, value: value, indent: 0)
    } else {
      try forked(paths, fork, tail, value: value)
    }
  }

  private mutating func singleChain(_ links: [Link], value: Double) throws(ExplanationError) {
    let label = links.last.map { fraction(root, symbol($0.below)) } ?? ""
    if links.count > 1 { add(label, symbolic: links.map(partial)) }
    let values = try factors(links, indent: links.count > 1 ? 3 : 0)
    if links.count > 1 { addProduct(label, values, value: value) }
  }

  private mutating func forked(
    _ paths: CellPaths, _ fork: Cell, _ tail: [Link], value: Double
  ) throws(ExplanationError) {
    let label = total(paths.target)
    add(label, symbolic: [total(fork)] + tail.map(partial))
    let gradient = try arrived(at: fork)
    document.append(.blank)
    document.append(
      .line(
        Words("\(root) depends on \(symbol(fork)) along \(paths.count(from: fork)) paths, and the paths are added:", .dim)))
    try ways(paths, from: fork, value: gradient, indent: 3)
    document.append(.blank)
    document.append(.line(Words("Below \(symbol(fork)) there is one path:", .dim)))
    let values = try factors(tail, indent: 3)
    addProduct(label, [Factor(exact: gradient, printed: numbers.printed(gradient))] + values, value: value)
  }

  /// Each way from a cell to the root as a product, and the sum of all.
  private mutating func ways(
    _ paths: CellPaths, from cell: Cell, value: Double, indent: Int
  ) throws(ExplanationError) {
    let all = paths.ways(from: cell)
    let links = all.map { way in
      Array(zip(way, way.dropFirst()).map { Link(above: $1, below: $0) }.reversed())
    }
    let label = total(cell)
    let sums = links.map { $0.map(partial).joined(separator: " · ") }
    addSum(label, sums, indent: indent)
    var products: [Double] = []
    for (index, way) in links.enumerated() {
      document.append(.blank)
      let through = way.dropLast().last.map { " through \(symbol($0.below))" } ?? ""
      let margin = String(repeating: " ", count: indent)
      document.append(.line(Words("\(margin)path \(index + 1)\(through):", .dim)))
      let values = try factors(way, indent: indent + 3)
      let product = values.reduce(1) { $0 * $1.exact }
      products.append(product)
      if values.count > 1 { addProduct("", values, value: product, indent: indent + 3) }
    }
    document.append(.blank)
    let term = Term.sum(products.map { .number($0, .computed) })
    let isWhole = products.allSatisfy(NumberText.isWhole)
    let line = worker.line(
      label, isWhole ? .sum(products.map { .number($0, .whole) }) : term,
      result: numbers.printed(value, isWhole ? .whole : .computed), showsSymbols: false, indent: indent)
    append(line)
  }

  /// ∂E/∂cell from reverse mode.
  private func arrived(at cell: Cell) throws(ExplanationError) -> Double {
    do {
      return try chain.root.gradients(for: [cell.variable])[0]?[flat: cell.offset] ?? 0
    } catch {
      throw ExplanationError(error, names: chain.names)
    }
  }

  // MARK: - Factors in aligned columns

  /// One line a link: symbol, formula, numbers, value; gives the values.
  private mutating func factors(_ links: [Link], indent: Int) throws(ExplanationError) -> [Factor] {
    var rows: [WorkedLine] = []
    var values: [Factor] = []
    for link in links {
      let derivative: LocalDerivative
      do { derivative = try chain.derivative(of: link.above, by: link.below) } catch {
        throw ExplanationError(error, names: chain.names)
      }
      let value = Factor(exact: derivative.value, printed: printed(derivative))
      values.append(value)
      let label = partial(link)
      guard derived.insert(label).inserted else { continue }
      rows.append(worker.line(label, derivative.term, result: value.printed, showsSymbols: true))
    }
    appendAligned(rows, indent: indent)
    let known = links.count - rows.count
    if known > 0 {
      let note = known == links.count ? "all factors as above" : "the other factors as above"
      document.append(.line(Words(String(repeating: " ", count: indent) + note, .dim)))
    }
    return values
  }

  private func printed(_ derivative: LocalDerivative) -> PrintedNumber {
    switch derivative.term {
    case .quantity(let quantity): numbers.printed(derivative.value, quantity.origin)
    case .constant: numbers.printed(derivative.value, .constant)
    default: numbers.printed(derivative.value, derivative.term.resultOrigin(derivative.value))
    }
  }

  /// Labels, formulas, numbers and values under each other where the page is wide enough.
  private mutating func appendAligned(_ lines: [WorkedLine], indent: Int) {
    let margin = String(repeating: " ", count: indent)
    let labelWidth = lines.map(\.label.count).max() ?? 0
    let columns = lines.map(Self.columns)
    // Lines that do not fit the columns are left out of them.
    let room = explainer.width - indent - labelWidth
    func isNarrow(_ cells: [WorkedLine.Step?]) -> Bool {
      cells.reduce(0) { $0 + ($1.map { $0.text.count + 3 } ?? 0) } <= room - 6
    }
    let narrow = columns.filter(isNarrow)
    func columnWidth(_ column: Int) -> Int { narrow.map { $0[column]?.text.count ?? 0 }.max() ?? 0 }
    let widths = [columnWidth(0), columnWidth(1)]
    let isAligned = (0...2).reduce(0) { $0 + (columnWidth($1) > 0 ? columnWidth($1) + 3 : 0) } <= room
    for (line, cells) in zip(lines, columns) {
      guard isAligned, isNarrow(cells) else {
        append(WorkedLine(label: line.label, steps: line.steps, indent: indent))
        continue
      }
      var words = Words(margin) + Words(line.label, .name)
      words += Words(String(repeating: " ", count: labelWidth - line.label.count))
      for column in 0..<2 where widths[column] > 0 {
        let text = cells[column].map { " \($0.relation) \($0.text)" } ?? ""
        words += Words(text, cells[column]?.role ?? .plain)
        words += Words(String(repeating: " ", count: widths[column] + 3 - text.count))
      }
      if let last = cells[2] { words += Words(" \(last.relation) ") + Words(last.text, last.role) }
      document.append(.line(words))
    }
  }

  /// Formula, all numbers and small steps, value.
  private static func columns(_ line: WorkedLine) -> [WorkedLine.Step?] {
    var steps = line.steps
    let value = steps.popLast()
    let formula = steps.first?.role == .formula ? steps.removeFirst() : nil
    guard let first = steps.first else { return [formula, nil, value] }
    let text = steps.dropFirst().reduce(first.text) { "\($0) \($1.relation) \($1.text)" }
    return [formula, WorkedLine.Step(relation: first.relation, text: text, role: .plain), value]
  }

  // MARK: - Lines

  private mutating func add(_ label: String, symbolic factors: [String]) {
    append(
      WorkedLine(
        label: label,
        steps: [WorkedLine.Step(relation: "=", text: factors.joined(separator: " · "), role: .formula)]))
  }

  private mutating func addSum(_ label: String, _ terms: [String], indent: Int) {
    let margin = String(repeating: " ", count: indent)
    let hang = String(repeating: " ", count: label.count)
    let room = explainer.width - indent - label.count - 3
    for (index, term) in terms.enumerated() {
      let pieces = WorkedLine.broken(term, first: room, rest: room - 2)
      for (line, piece) in pieces.enumerated() {
        let lead = index == 0 && line == 0 ? Words(label, .name) + Words(" = ") : Words(hang + (line == 0 ? " + " : "     "))
        document.append(.line(Words(margin) + lead + Words(piece, .formula)))
      }
    }
  }

  private mutating func addProduct(_ label: String, _ factors: [Factor], value: Double, indent: Int = 0) {
    let texts = factors.map { $0.printed.text.hasPrefix("−") ? "(\($0.printed.text))" : $0.printed.text }
    let isWhole = factors.allSatisfy { $0.printed.decimals == 0 && NumberText.isWhole($0.exact) }
    let result = numbers.printed(value, isWhole ? .whole : .computed)
    let printed = factors.reduce(1) { $0 * $1.printed.value }
    let relation = Worker.relation(printed, result.value, result.decimals)
    let product = texts.joined(separator: " · ")
    let steps = [
      WorkedLine.Step(relation: "=", text: product, role: .plain),
      WorkedLine.Step(relation: relation, text: result.text, role: .value),
    ]
    if label.isEmpty {
      let margin = String(repeating: " ", count: indent)
      document.append(.line(Words("\(margin)\(product) \(relation) ") + Words(result.text, .value)))
    } else {
      append(WorkedLine(label: label, steps: steps, indent: indent))
    }
  }

  mutating func append(_ line: WorkedLine) {
    line.words(width: explainer.width).forEach { document.append(.line($0)) }
  }
}
