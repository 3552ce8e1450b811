import Autograd
import Presentation
import Tensors

/// The derivative of a quantity with several elements by another: the matrix of all ∂y[i]/∂x[j]. Between
/// neighbors its entries are formulas; along a chain the matrices are multiplied.
struct JacobianPage {
  /// Entries worked out as formulas.
  static let entryLimit = 12
  /// Larger matrices are given by their shape and first entries.
  static let gridLimit = 8
  /// Longer chains are elided in the middle, and so are longer products in the chain rule.
  static let linkLimit = 8
  /// Ways listed in the chain rule.
  static let wayLimit = 4

  let explainer: Explainer
  let chain: Chain
  var document = Document()
  private var definitions = Definitions()

  init(explainer: Explainer, chain: Chain) {
    self.explainer = explainer
    self.chain = chain
  }

  private var names: Names { chain.names }

  /// One link of the chain: a quantity and one it was computed from directly.
  private struct Link {
    let above: Variable
    let below: Variable
  }

  /// All links, from the output down, and the product where there is more than one. `rows` and
  /// `columns` choose elements of the output and of the input.
  mutating func work(rows: [Int]?, columns: [Int]?) throws(ExplanationError) {
    let links = self.links
    let isDirect = links.count == 1
    if !isDirect { chainRule() }
    let isLong = links.count > Self.linkLimit
    let shown = isLong ? links.prefix(4) + links.suffix(2) : links[...]
    for (index, link) in zip(0..., shown) {
      if !document.isEmpty { document.append(.blank) }
      if isLong, index == 4 {
        let hidden = TermText.grouped(links.count - shown.count)
        document.append(.line(Words("… \(hidden) more links of the chain …", .dim)))
        document.append(.blank)
      }
      let isFirst = link.above === chain.root
      let isLast = link.below === chain.target
      do {
        try work(link, rows: isFirst ? rows : nil, columns: isLast ? columns : nil)
      } catch {
        throw ExplanationError(error, names: names)
      }
    }
    if !isDirect { try total(rows, columns) }
  }

  private var links: [Link] {
    chain.nodes.reversed().flatMap { above in
      chain.inputs(of: above).map { Link(above: above, below: $0) }
    }
  }

  private func symbol(_ variable: Variable) -> WorkedFormula {
    names.symbol(of: variable) ?? "it"
  }

  private func fraction(_ above: Variable, _ below: Variable) -> WorkedFormula {
    .derivative(symbol(above), by: symbol(below))
  }

  /// What is held fixed in a link beside other ways: `|u`. Without it the link would have the same
  /// symbol as the sum of all ways.
  private func fixed(_ link: Link) -> [WorkedFormula] {
    let others = chain.detours(from: link.below, to: link.above).map(symbol)
    return others.count > 2 ? [.gap] : others
  }

  // MARK: - The chain

  /// `∂y/∂x = ∂y/∂h @ ∂h/∂x`, all ways added.
  private mutating func chainRule() {
    let ways = self.ways
    let products = ways.prefix(Self.wayLimit).map { way in
      let links = zip(way, way.dropFirst()).map { Link(above: $0, below: $1) }
      if links.count <= Self.linkLimit { return product(links) }
      let gap = WorkedFormula.Factor(.matrix, .gap)
      return product(links.prefix(3), gap: gap, links.suffix(2))
    }
    let all = products + (ways.count > Self.wayLimit ? [.gap] : [])
    let sum: WorkedFormula = all.count == 1 ? all[0] : .sum(all)
    append(fraction(chain.root, chain.target), [.init(relation: "=", sum, role: .formula)])
  }

  /// The slopes of a way; of a long one those at its ends.
  private func product(
    _ links: some Sequence<Link>, gap: WorkedFormula.Factor? = nil, _ last: ArraySlice<Link> = []
  ) -> WorkedFormula {
    var sign = WorkedFormula.Sign.matrix
    var factors: [WorkedFormula.Factor] = []
    func add(_ link: Link) {
      factors.append(
        .init(
          sign,
          .derivative(
            symbol(link.above), by: symbol(link.below), fixed: fixed(link))))
      // Through a single number, a column meets a row.
      sign = link.below.shape.count == 1 ? .outer : .matrix
    }
    links.forEach(add)
    if let gap {
      factors.append(.init(sign, gap.formula))
      sign = gap.sign
    }
    last.forEach(add)
    return .product(factors[0].formula, Array(factors.dropFirst()))
  }

  /// Ways from the output down to the target, one more than are listed at the most.
  private var ways: [[Variable]] {
    var found: [[Variable]] = []
    var way = [(node: chain.root, untried: chain.inputs(of: chain.root)[...])]
    while let last = way.last, found.count <= Self.wayLimit {
      if last.node === chain.target { found.append(way.map(\.node)) }
      guard let next = last.untried.first else {
        way.removeLast()
        continue
      }
      way[way.count - 1].untried.removeFirst()
      way.append((next, chain.inputs(of: next)[...]))
    }
    return found
  }

  /// The matrix of the whole chain, as reverse mode gives it.
  private mutating func total(_ chosen: [Int]?, _ columns: [Int]?) throws(ExplanationError) {
    document.append(.blank)
    let (above, below) = (chain.root, chain.target)
    header(Link(above: above, below: below), structure: nil)
    let rows = (chosen ?? Array(0..<above.shape.count)).prefix(Self.gridLimit)
    var values: [[Double]] = []
    for row in rows {
      let seed = above.value.oneHot(at: row)
      values.append(try explainer.gradientValue(above, below, names, seed).elements)
    }
    grid(values.map { line in columns.map { $0.map { line[$0] } } ?? line }, of: above)
  }

  // MARK: - One link

  private mutating func work(
    _ link: Link, rows chosenRows: [Int]?, columns chosenColumns: [Int]?
  ) throws {
    let rows = chosenRows ?? Array(0..<link.above.shape.count)
    let columns = chosenColumns ?? Array(0..<link.below.shape.count)
    let isSmall = rows.count <= Self.gridLimit && columns.count <= Self.gridLimit
    let shown = isSmall ? rows : Array(rows.prefix(2))
    let entries = try shown.map { row in
      try columns.prefix(Self.gridLimit).map { column in
        try chain.derivative(
          of: Cell(variable: link.above, offset: row),
          by: Cell(variable: link.below, offset: column))
      }
    }
    let isEmpty = rows.isEmpty || columns.isEmpty
    let isWhole = chosenRows == nil && chosenColumns == nil && isSmall && !isEmpty
    let structure = isWhole ? try structure(of: link, entries) : nil
    header(link, structure: structure, fixed: fixed(link))
    if isEmpty { return document.append(.line(Words("  no elements", .dim))) }
    appendRule(link, structure)
    var count = 0
    for (row, line) in zip(shown, entries) {
      for (column, entry) in zip(columns, line) where count < Self.entryLimit {
        count += 1
        append(link, row, column, entry)
      }
    }
    let rest = rows.count * columns.count - count
    if rest > 0 { document.append(.line(Words("… \(TermText.grouped(rest)) more", .dim))) }
    if isSmall, rows.count > 1, columns.count > 1 {
      grid(entries.map { $0.map(\.value) }, of: link.above)
    }
  }

  private mutating func append(_ link: Link, _ row: Int, _ column: Int, _ entry: LocalDerivative) {
    let label = WorkedFormula.derivative(
      Names.indexed(symbol(link.above), link.above.shape, row),
      by: Names.indexed(symbol(link.below), link.below.shape, column), fixed: fixed(link))
    let origin = entry.term.resultOrigin(entry.value)
    let result = explainer.numbers.printed(entry.value, origin)
    var line = explainer.worker.line(label, entry.term, result: result, showsSymbols: true)
    line.note = Remark.since(entry.reasons, explainer.numbers) ?? ""
    for line in definitions.lines(of: entry.term, explainer.worker) + [line] {
      document.append(.worked([line]))
    }
    if let remark = Remark.residue(label.text, entry.term, names, explainer.numbers) {
      document.blocks += explainer.prose(remark, indent: 2)
    }
  }

  private mutating func header(
    _ link: Link, structure: WorkedFormula?, fixed: [WorkedFormula] = []
  ) {
    let shape = "(\(link.above.shape.count)×\(link.below.shape.count))"
    let label = WorkedFormula.derivative(
      symbol(link.above), by: symbol(link.below), fixed: fixed)
    let header = Header(
      symbol: structure == nil ? nil : label, expression: structure ?? label, shapes: shape)
    document.append(.worked([header.line]))
  }

  private mutating func append(_ label: WorkedFormula, _ steps: [WorkedLine.Step]) {
    let line = WorkedLine(label: label, steps: steps)
    document.append(.worked([line]))
  }

  private mutating func grid(_ values: [[Double]], of above: Variable) {
    guard values.allSatisfy({ $0.count <= Self.gridLimit }) else { return }
    let isWhole = values.allSatisfy { $0.allSatisfy(NumberText.isWhole) }
    let grid = Grid(
      values.map { row in row.map { explainer.numbers.text($0, isWhole ? .whole : .computed) } })
    guard grid.span <= explainer.width else { return }
    grid.lines.forEach { document.append(.line(Words($0, .value))) }
  }

  // MARK: - What the matrix is as a whole

  /// diag(h ⊙ (1 − h)), W, Wᵀ, I, diag(p) − p ⊗ p; nil where the entries follow no such pattern.
  private func structure(
    of link: Link, _ entries: [[LocalDerivative]]
  ) throws -> WorkedFormula? {
    if let text = diagonal(entries, try slope(of: link)) { return text }
    return matrix(entries) ?? probabilities(entries, of: link.above)
  }

  /// The slopes of all elements at once, in symbols.
  private func slope(of link: Link) throws -> WorkedFormula {
    let ones = Variable(Tensor(repeating: 1, shape: link.above.shape))
    let passed = try chain.contributions(of: link.above, arriving: ones)
    guard let slope = passed.first(where: { $0.input === link.below })?.gradient else {
      return .gap
    }
    var notation = Notation(names: names)
    notation.isDerivative = true
    return explainer.worker.texts.formula(notation.derivative(of: slope).simplified)
  }

  private func diagonal(
    _ entries: [[LocalDerivative]], _ slope: WorkedFormula
  ) -> WorkedFormula? {
    guard entries.count > 1, entries.count == entries[0].count else { return nil }
    for (row, line) in entries.enumerated() {
      for (column, entry) in line.enumerated() where row != column {
        guard entry.term.constantValue == 0 else { return nil }
      }
    }
    if entries.indices.allSatisfy({ entries[$0][$0].term.constantValue == 1 }) { return "I" }
    return slope.hasGap || slope.text.contains("elsewhere") ? nil : .diagonal(slope)
  }

  /// A matrix whose elements the entries are, or its transpose.
  private func matrix(_ entries: [[LocalDerivative]]) -> WorkedFormula? {
    func cell(_ row: Int, _ column: Int) -> Cell? {
      if case .quantity(let quantity) = entries[row][column].term { quantity.cell } else { nil }
    }
    guard let first = cell(0, 0)?.variable, first.shape.rank == 2,
      let symbol = names.symbol(of: first)
    else { return nil }
    func holds(_ place: (Int, Int) -> [Int]) -> Bool {
      entries.indices.allSatisfy { row in
        entries[row].indices.allSatisfy { column in
          guard let cell = cell(row, column), cell.variable === first else { return false }
          return first.shape.coordinates(of: cell.offset) == place(row, column)
        }
      }
    }
    if holds({ [$0, $1] }) { return symbol }
    return holds { [$1, $0] } ? .transposed(symbol) : nil
  }

  /// Entries p[i]·(δ[i,j] − p[j]) in the elements of the output itself.
  private func probabilities(
    _ entries: [[LocalDerivative]], of output: Variable
  ) -> WorkedFormula? {
    let p = output.value.elements
    guard p.count > 1, p.count == entries.count, p.count == entries[0].count else { return nil }
    for (row, line) in entries.enumerated() {
      for (column, entry) in line.enumerated() {
        let cells = entry.term.quantities.compactMap(\.cell)
        let expected = p[row] * ((row == column ? 1 : 0) - p[column])
        guard !cells.isEmpty, cells.allSatisfy({ $0.variable === output }),
          (entry.value - expected).magnitude <= 1e-9
        else { return nil }
      }
    }
    let symbol = symbol(output)
    return .sum([
      .diagonal(symbol), .negative(.product([symbol, symbol], sign: .outer)),
    ])
  }

  /// The same element by element.
  private mutating func appendRule(_ link: Link, _ structure: WorkedFormula?) {
    guard let structure, structure.text.contains(" ⊗ ") else { return }
    let (above, below) = (symbol(link.above), symbol(link.below))
    let identity = WorkedFormula.part("δ", "i,j")
    let rule = WorkedFormula.product(
      [.part(above, "i"), .sum([identity, .negative(.part(above, "j"))])], sign: .dot)
    append(
      .derivative(.part(above, "i"), by: .part(below, "j")),
      [.init(relation: "=", rule, role: .formula)])
  }
}
