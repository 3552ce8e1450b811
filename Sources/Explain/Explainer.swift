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
  let source: (Variable) -> String?
  /// The computation that a step gave a parameter its number with, where it is known.
  let working: (Variable) -> Variable?

  /// The quantity that has a quantity's name now, if that is another one.
  let successor: (Variable) -> Variable?
  /// Asked between the steps of a long explanation.
  let shouldStop: () -> Bool

  package init(
    digits: Int = 4, width: Int = 80, source: @escaping (Variable) -> String? = { _ in nil },
    working: @escaping (Variable) -> Variable? = { _ in nil },
    successor: @escaping (Variable) -> Variable? = { _ in nil },
    shouldStop: @escaping () -> Bool = { false }
  ) {
    self.digits = min(max(digits, NumberFormat.places.lowerBound), NumberFormat.places.upperBound)
    self.width = max(width, 40)
    self.source = source
    self.working = working
    self.successor = successor
    self.shouldStop = shouldStop
  }

  /// Longer arithmetic is cut at quantities that get a symbol of their own.
  static let leafLimit = 16
  /// Tensors with more cells are elided in the middle.
  static let cellLimit = 12
  /// Of tensors with more cells than this still fewer are worked out: each can be a long line.
  static let longLimit = 1_000

  var numbers: NumberText { NumberText(digits: digits) }
  var worker: Worker { Worker(numbers: numbers) }

  /// How the value of a quantity comes about, one line a cell; `cell` picks one by row-major offset.
  /// With `depth` above 1 the named quantities beneath follow, each once.
  package func explain(
    _ variable: Variable, name: String? = nil, cell: Int? = nil, depth: Int = 1
  ) -> Document {
    explain(variable, name: name, cells: cell.map { [$0] }, depth: depth)
  }

  /// The same for some cells, all if nil. The arithmetic of a derivative, which nobody typed as it is
  /// recorded, is simplified.
  package func explain(
    _ variable: Variable, name: String? = nil, cells: [Int]?, depth: Int = 1,
    isDerivative: Bool = false
  ) -> Document {
    let names = Names(under: variable)
    if !names.hasSymbol(variable) {
      names.set(expression: name ?? Notation(names: names).text(of: variable), for: variable)
    }
    let first = Cell(variable: variable, offset: cells?.first ?? 0)
    if !variable.isLeaf, variable.shape.count > 0,
      Expansion(names: names, foldsZeros: isDerivative).term(of: first).leafCount > Self.leafLimit
    {
      names.introduceIntermediates(under: variable, forSlopes: false)
    }
    if let step = try? variable.unfolded() {
      return explainStep(variable, step, name ?? names.symbol(of: variable) ?? "h", cells: cells)
    }
    var page = ValuePage(explainer: self, names: names, foldsZeros: isDerivative)
    page.unfold(variable, cells: cells, depth: max(1, depth))
    return Document(page.document.blocks + successions(names))
  }

  /// That symbols on the page mean earlier quantities than their names do now.
  func successions(_ names: Names) -> [Block] {
    let replaced = names.used.compactMap { used in successor(used).map { (used, $0) } }
    return replaced.prefix(3).compactMap { used, now in
      guard let symbol = names.symbol(of: used), let line = used.naming?.line else { return nil }
      let since = now.naming.map { $0.line == line ? "" : ", changed in line \($0.line)" } ?? ""
      return .line(Words("(\(symbol) as it was in line \(line)\(since))", .dim))
    }
  }
}

extension Explainer {
  /// Gates and states of a recurrent operation in the order of their computation, then the result.
  private func explainStep(
    _ variable: Variable, _ step: Variable, _ name: String, cells: [Int]?
  ) -> Document {
    let names = Names(under: step)
    var page = ValuePage(explainer: self, names: names, foldsZeros: true)
    let parts = names.history.quantities.filter {
      $0.naming?.line == 0 && $0 !== step && !$0.isLeaf
    }
    names.set(name, for: step)
    names.set(name, for: variable)
    page.appendHeader(of: variable)
    for part in parts.suffix(24) { page.appendCells(of: part, Array(0..<min(part.shape.count, 4))) }
    page.appendCells(of: step, cells ?? Array(0..<min(step.shape.count, Self.cellLimit)))
    return page.document
  }
}

/// The explanation of values under construction.
struct ValuePage {
  let explainer: Explainer
  let names: Names
  var document = Document()
  private let foldsZeros: Bool
  private var shown: Set<Cell.Key> = []
  /// What the symbols of parts stood for last.
  private var defined: [String: Double] = [:]

  init(explainer: Explainer, names: Names, foldsZeros: Bool = false) {
    self.explainer = explainer
    self.names = names
    self.foldsZeros = foldsZeros
  }

  mutating func appendHeader(of variable: Variable) {
    document.append(.worked([header(of: variable).line]))
  }

  mutating func appendCells(of variable: Variable, _ cells: [Int]) {
    document.append(.blank)
    for offset in cells {
      let cell = Cell(variable: variable, offset: offset)
      append(cell, term(of: cell), lead: nil, showsSymbols: false)
    }
    if cells.count > 1, cells.count < variable.shape.count {
      elision(variable.shape.count - cells.count)
    }
  }

  private var worker: Worker { explainer.worker }

  /// Level by level from the top, so that the reader meets a name before it is taken apart.
  mutating func unfold(_ top: Variable, cells: [Int]?, depth: Int) {
    var level: [(Variable, [Int]?)] = [(top, cells)]
    var remaining = depth
    while !level.isEmpty {
      var beneath: [(variable: Variable, cells: [Int])] = []
      for (variable, cells) in level where !explainer.shouldStop() {
        if !document.isEmpty { document.append(.blank) }
        for quantity in describe(variable, cells: cells) {
          guard let cell = quantity.cell, !cell.variable.isLeaf, shown.insert(cell.key).inserted
          else { continue }
          if let place = beneath.firstIndex(where: { $0.variable === cell.variable }) {
            beneath[place].cells.append(cell.offset)
          } else {
            beneath.append((cell.variable, [cell.offset]))
          }
        }
      }
      remaining -= 1
      // What got a symbol only here is explained whatever the depth.
      let wanted = beneath.filter { entry in
        remaining > 0 || names.introduced.contains { $0 === entry.variable }
      }
      level = wanted.prefix(40).map { ($0.variable, $0.cells.sorted()) }
    }
  }

  /// One quantity: what it is, then its cells; gives the quantities it was worked out from.
  mutating func describe(_ variable: Variable, cells: [Int]?) -> [Quantity] {
    guard !variable.isLeaf else {
      describeLeaf(variable, cells)
      return []
    }
    let all = cells ?? Array(0..<variable.shape.count)
    let isSingle = all.count == 1
    let header = self.header(of: variable)
    let window = isSingle ? drawnWindow(of: variable, all.first ?? 0) : nil
    let terms = shownCells(of: all).map { offset in
      let cell = Cell(variable: variable, offset: offset)
      return (offset, window?.cell.term ?? term(of: cell, sumsChannels: !isSingle))
    }
    let symbolic = terms.first.map { worker.texts.text($0.1) } ?? ""
    // A scalar's own expression leads its line; shapes need a line of their own.
    let isNew = header.expression.comparable != symbolic.comparable
    let leads = isSingle && isNew && header.shapes.isEmpty && header.symbol != nil
    let isRepeated = isSingle && header.symbol == nil && header.shapes.isEmpty
    if !isSingle || isNew && !leads && !isRepeated { document.append(.worked([header.line])) }
    if !isSingle, cells == nil, let corner = CornerLayout(variable, names, explainer.numbers) {
      corner.lines(width: explainer.width).forEach { document.append(.line($0)) }
    }
    if all.isEmpty { document.append(.line(Words("  no elements", .dim))) }
    window?.drawing.forEach { document.append(.line($0)) }
    if !isSingle, let first = terms.first { appendNote(onChannelsOf: variable, first.0) }
    if let remark = Remark.heading(of: variable) {
      document.append(.line(Words("  \(remark)", .dim)))
    }
    var quantities: [Quantity] = []
    var previous = -1
    for (offset, term) in terms {
      if let place = all.firstIndex(of: offset), place > previous + 1 {
        elision(place - previous - 1)
      }
      previous = all.firstIndex(of: offset) ?? previous
      append(
        Cell(variable: variable, offset: offset), term, lead: leads ? header.expression : nil,
        showsSymbols: isSingle)
      quantities += term.quantities
    }
    if all.count > Explainer.cellLimit { appendGrid(of: variable) }
    return quantities
  }

  /// `sumsChannels`: in a list of cells, a convolution's sums over a channel stand for themselves.
  private func term(of cell: Cell, sumsChannels: Bool = false) -> Term {
    if sumsChannels, let window = ConvolutionCell(cell, names, explainer.numbers),
      window.hasChannels
    {
      return window.term
    }
    return Expansion(names: names, foldsZeros: foldsZeros).term(of: cell)
  }

  /// The window of one cell of a convolution, where its drawing fits the page.
  private func drawnWindow(
    of variable: Variable, _ offset: Int
  ) -> (cell: ConvolutionCell, drawing: [Words])? {
    let cell = Cell(variable: variable, offset: offset)
    guard let window = ConvolutionCell(cell, names, explainer.numbers),
      let drawing = window.drawing(width: explainer.width)
    else { return nil }
    return (window, drawing)
  }

  /// Where the sums of a convolution over several channels come from.
  private mutating func appendNote(onChannelsOf variable: Variable, _ offset: Int) {
    let cell = Cell(variable: variable, offset: offset)
    guard let window = ConvolutionCell(cell, names, explainer.numbers), window.hasChannels else {
      return
    }
    let label = label(of: cell)
    let help = label.hasPrefix("[") ? "" : "; explain(\(label)) draws the windows"
    document.append(.line(Words("  (the sum of each channel, added\(help))", .dim)))
  }

  private mutating func appendGrid(of variable: Variable) {
    let grid = Grid.words(variable, names, explainer.numbers, width: explainer.width)
    if !grid.isEmpty, let symbol = names.symbol(of: variable) {
      document.append(.line(Words("\(symbol) =", .name)))
    }
    grid.forEach { document.append(.line($0)) }
  }

  private func shownCells(of all: [Int]) -> [Int] {
    let limit = Explainer.cellLimit
    if all.count <= limit { return all }
    let isLong = all.count > Explainer.longLimit
    return Array(all.prefix(isLong ? 3 : limit - 4)) + all.suffix(isLong ? 1 : 2)
  }

  private mutating func elision(_ count: Int) {
    document.append(.line(Words("… \(TermText.grouped(count)) more", .dim)))
  }

  private mutating func append(_ cell: Cell, _ term: Term, lead: String?, showsSymbols: Bool) {
    let result = worker.numbers.printed(cell.value, names.origin(of: cell.variable))
    // Where a number only moves to another place, the place is all there is to say.
    let isMoved = if case .quantity = term { true } else { false }
    appendDefinitions(of: term)
    var line = worker.line(
      label(of: cell), term, result: result, showsSymbols: showsSymbols || isMoved)
    if let lead {
      line.steps.insert(WorkedLine.Step(relation: "=", text: lead, role: .formula), at: 0)
    }
    document.append(.worked([line]))
    if let remark = Remark.cell(cell, names, worker.numbers) {
      document.append(.line(Words("  (\(remark))", .dim)))
    }
  }

  /// What the symbols mean from this line on that are no quantities of their own.
  private mutating func appendDefinitions(of term: Term) {
    for quantity in term.quantities {
      guard let definition = quantity.definition,
        defined.updateValue(quantity.value, forKey: quantity.symbol) != quantity.value
      else { continue }
      appendDefinitions(of: definition)
      let result = worker.numbers.printed(quantity.value, definition.resultOrigin(quantity.value))
      let line = worker.line(
        "with \(quantity.symbol)", definition, result: result, showsSymbols: false)
      document.append(.worked([line]))
    }
  }

  /// `C[0,1]`; of a quantity without a name, whose expression stands above, `[0,1]`.
  private func label(of cell: Cell) -> String {
    let variable = cell.variable
    let symbol = names.symbol(of: variable) ?? Notation(names: names).text(of: variable)
    let isWritten = names.isExpression(variable) && !symbol.isName
    return Names.indexed(
      isWritten && variable.shape.count > 1 ? "" : symbol, variable.shape, cell.offset)
  }

  private mutating func describeLeaf(_ variable: Variable, _ cells: [Int]?) {
    let symbol = names.symbol(of: variable) ?? ""
    if let working = explainer.working(variable) {
      let step = explainer.step(working, to: variable, symbol, cells: cells)
      return step.blocks.forEach { document.append($0) }
    }
    let all = cells ?? Array(0..<variable.shape.count)
    // A leaf can hold a result: a gradient, an updated weight.
    let written = explainer.source(variable).flatMap { text in
      text.contains(where: \.isLetter) && Double(text) == nil ? text : nil
    }
    let verb = written != nil ? "computed" : variable.carriesGradient ? "a gradient" : "given"
    let line = variable.naming.map { $0.line > 0 ? "\(verb) in line \($0.line)" : verb } ?? verb
    if let written {
      let shape = variable.shape.isScalar ? "" : variable.shape.slide
      let header = Header(symbol: symbol, expression: written, shapes: shape)
      document.append(.worked([header.line]))
    } else if all.count != 1 {
      document.append(
        .line(Words(symbol, .name) + Words("  \(variable.shape.slide)  \(line)", .dim)))
    }
    let origin = names.origin(of: variable)
    for offset in shownCells(of: all) where offset < variable.shape.count {
      let text = worker.numbers.text(variable.value[flat: offset], origin)
      let label = Names.indexed(symbol, variable.shape, offset)
      let note = all.count == 1 ? Words("    \(line)", .dim) : Words("")
      document.append(.line(Words(label, .name) + Words(" = \(text)") + note))
    }
    if all.count > Explainer.cellLimit { elision(all.count - shownCells(of: all).count) }
  }

  private func header(of variable: Variable) -> Header {
    let symbol = names.symbol(of: variable)
    let written = explainer.source(variable) ?? Notation(names: names).text(of: variable)
    let isUnnamed = symbol == written || names.isExpression(variable)
    let made = variable.operation?.name == "rounding" ? variable.inputs[0] : variable
    let shapes = made.inputs.array.prefix(4).map(\.shape)
    let isPlain = shapes.allSatisfy { $0 == variable.shape || $0.isScalar }
    let result = variable.shape.isScalar && isPlain ? "" : variable.shape.slide
    let all =
      isPlain
      ? result
      : shapes.map(\.slide).joined() + " → " + (variable.shape.isScalar ? "scalar" : result)
    return Header(
      symbol: isUnnamed ? nil : symbol, expression: isUnnamed ? symbol ?? written : written,
      shapes: all)
  }
}

/// `s1 = Θ1ᵀ @ x                 (3×2)(2) → (3)`
struct Header {
  let symbol: String?
  let expression: String
  let shapes: String

  var line: WorkedLine {
    let step = WorkedLine.Step(relation: symbol == nil ? "" : "=", text: expression, role: .formula)
    return WorkedLine(label: symbol ?? "", steps: [step], note: shapes)
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
