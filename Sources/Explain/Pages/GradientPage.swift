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
  let root: WorkedFormula
  var document = Document()
  private let paths: CellPaths
  private var definitions = Definitions()
  /// Factors already derived on this page.
  private var derived: Set<String> = []

  /// Which element of the output is differentiated.
  private let rootCell: Int

  init(explainer: Explainer, chain: Chain, paths: CellPaths, rootCell: Int = 0) {
    self.explainer = explainer
    self.chain = chain
    self.paths = paths
    self.rootCell = rootCell
    root = Names.indexed(
      chain.names.symbol(of: chain.root) ?? "E", chain.root.shape, rootCell)
  }

  var numbers: NumberText { explainer.numbers }
  var worker: Worker { explainer.worker }

  func symbol(_ cell: Cell) -> WorkedFormula {
    Names.indexed(chain.names.symbol(of: cell.variable) ?? "w", cell.variable.shape, cell.offset)
  }

  func total(_ cell: Cell) -> WorkedFormula { .derivative(root, by: symbol(cell)) }

  /// `∂E/∂x|u`: of a link beside which other ways lead through u, the slope with u held fixed.
  /// Without the bar it would have the same symbol as the sum of all ways.
  private func partial(_ link: Link) -> WorkedFormula {
    .derivative(symbol(link.above), by: symbol(link.below), fixed: fixed(link))
  }

  private func fixed(_ link: Link) -> [WorkedFormula] {
    let others = paths.detours(from: link.below, to: link.above).map(symbol)
    return others.count > 2 ? [.gap] : others
  }

  private static func held(_ fixed: [WorkedFormula]) -> String? {
    fixed.isEmpty
      ? nil : " directly, \(fixed.map(\.text).joined(separator: ",")) held fixed"
  }

  private struct Factor {
    let exact: Double
    let origin: NumberText.Origin
  }

  private struct Link {
    let above: Cell
    let below: Cell
  }

  // MARK: - Ways listed one by one

  /// The chain rule for one element: the common part of all ways, and above it each way on its own.
  mutating func listPaths(value: Double) throws(ExplanationError) {
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
      try ways(from: fork, value: value, indent: 0)
    } else {
      try forked(fork, tail, value: value)
    }
  }

  private mutating func singleChain(_ links: [Link], value: Double) throws(ExplanationError) {
    let label = links.last.map { total($0.below) } ?? .words("")
    if links.count > 1 { add(label, symbolic: links.map(partial)) }
    let values = try factors(links, indent: links.count > 1 ? 3 : 0)
    if links.count > 1 { addProduct(label, values, value: value) }
  }

  private mutating func forked(
    _ fork: Cell, _ tail: [Link], value: Double
  ) throws(ExplanationError) {
    let label = total(paths.target)
    add(label, symbolic: [total(fork)] + tail.map(partial))
    let gradient = try arrived(at: fork)
    document.append(.blank)
    document.blocks += explainer.prose(
      "\(root.text) depends on \(symbol(fork).text) along \(paths.count(from: fork)) paths, and the paths are added:"
    )
    try ways(from: fork, value: gradient, indent: 3)
    document.append(.blank)
    document.blocks += explainer.prose("Below \(symbol(fork).text) there is one path:")
    let values = try factors(tail, indent: 3)
    addProduct(
      label, [Factor(exact: gradient, origin: .computed)] + values, value: value)
  }

  /// Each way from a cell to the root as a product, and the sum of all.
  private mutating func ways(
    from cell: Cell, value: Double, indent: Int
  ) throws(ExplanationError) {
    let all = paths.ways(from: cell)
    let links = all.map { way in
      Array(zip(way, way.dropFirst()).map { Link(above: $1, below: $0) }.reversed())
    }
    let label = total(cell)
    let sums = links.map { WorkedFormula.product($0.map(partial), sign: .wideDot) }
    addSum(label, sums, indent: indent)
    var products: [Double] = []
    for (index, way) in links.enumerated() {
      document.append(.blank)
      let through =
        way.dropLast().last.map { " through \(symbol($0.below).text)" }
        ?? way.first.map(fixed).flatMap(Self.held) ?? ""
      let margin = String(repeating: " ", count: indent)
      document.append(.line(Words("\(margin)path \(index + 1)\(through):", .dim)))
      let values = try factors(way, indent: indent + 3)
      let product = values.reduce(1) { $0 * $1.exact }
      products.append(product)
      if values.count > 1 { addProduct(.words(""), values, value: product, indent: indent + 3) }
    }
    document.append(.blank)
    let term = Term.sum(products.map { .number($0, .computed) })
    let isWhole = products.allSatisfy(NumberText.isWhole)
    // Where every way gives nothing, reverse mode has only what binary fractions leave.
    let value = products.allSatisfy { $0 == 0 } ? 0 : value
    let line = worker.line(
      label, isWhole ? .sum(products.map { .number($0, .whole) }) : term,
      result: numbers.printed(value, isWhole ? .whole : .computed), showsSymbols: false,
      indent: indent)
    append(line)
  }

  /// ∂E/∂cell from reverse mode.
  private func arrived(at cell: Cell) throws(ExplanationError) -> Double {
    do {
      let seed = chain.root.value.oneHot(at: rootCell)
      return try chain.root.gradients(for: [cell.variable], seed: seed)[0]?[flat: cell.offset] ?? 0
    } catch {
      throw ExplanationError(error, names: chain.names)
    }
  }

  // MARK: - Factors

  /// One line a link: symbol, formula, numbers, value; gives the values.
  private mutating func factors(_ links: [Link], indent: Int) throws(ExplanationError) -> [Factor] {
    var rows: [WorkedLine] = []
    var values: [Factor] = []
    var reasons: [String] = []
    var new = 0
    for link in links {
      let derivative: LocalDerivative
      do { derivative = try chain.derivative(of: link.above, by: link.below) } catch {
        throw ExplanationError(error, names: chain.names)
      }
      let isResidue = derivative.term.isResidue(derivative.value)
      let value = Factor(
        exact: isResidue ? 0 : derivative.value, origin: origin(of: derivative))
      values.append(value)
      let label = partial(link)
      guard derived.insert(label.text).inserted else { continue }
      rows += definitions.lines(of: derivative.term, worker)
      new += 1
      let result = numbers.printed(value.exact, value.origin)
      rows.append(worker.line(label, derivative.term, result: result, showsSymbols: true))
      let remarks = [
        Remark.slope(of: link.above, by: link.below, derivative.value, chain.names, numbers),
        Remark.since(derivative.reasons, numbers),
        Remark.residue(label.text, derivative.term, chain.names, numbers),
      ]
      reasons += remarks.compactMap { $0 }
    }
    document.append(
      .worked(rows.map { WorkedLine(label: $0.label, steps: $0.steps, indent: indent) }))
    for reason in reasons { document.blocks += explainer.prose(reason, indent: max(indent, 2)) }
    let known = links.count - new
    if known > 0 {
      let note = known == links.count ? "all factors as above" : "the other factors as above"
      document.blocks += explainer.prose(note, indent: indent)
    }
    return values
  }

  private func origin(of derivative: LocalDerivative) -> NumberText.Origin {
    switch derivative.term {
    case .quantity(let quantity): quantity.origin
    case .constant: .constant
    default: derivative.term.resultOrigin(derivative.value)
    }
  }

  // MARK: - Lines

  private mutating func add(_ label: WorkedFormula, symbolic factors: [WorkedFormula]) {
    append(
      WorkedLine(
        label: label,
        steps: [
          WorkedLine.Step(
            relation: "=", .product(factors, sign: .wideDot), role: .formula)
        ]))
  }

  private mutating func addSum(_ label: WorkedFormula, _ terms: [WorkedFormula], indent: Int) {
    let lines = terms.enumerated().map { index, term in
      WorkedLine(
        label: index == 0 ? label : .words(""),
        steps: [WorkedLine.Step(relation: index == 0 ? "=" : "+", term, role: .formula)],
        indent: indent)
    }
    document.append(.worked(lines))
  }

  private mutating func addProduct(
    _ label: WorkedFormula, _ factors: [Factor], value: Double, indent: Int = 0
  ) {
    let isWhole = factors.allSatisfy {
      numbers.printed($0.exact, $0.origin).decimals == 0 && NumberText.isWhole($0.exact)
    }
    var steps = worker.product(
      factors.map { .number($0.exact, $0.origin) },
      result: numbers.printed(value, isWhole ? .whole : .computed))
    if label.text.isEmpty { steps[0] = steps[0].related(by: "") }
    append(WorkedLine(label: label, steps: steps, indent: indent))
  }

  mutating func append(_ line: WorkedLine) {
    document.append(.worked([line]))
  }
}
