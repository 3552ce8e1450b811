import Autograd
import Presentation
import Tensors

/// The explanation of values under construction.
struct ValuePage {
  let explainer: Explainer
  let names: Names
  var document = Document()
  private let foldsZeros: Bool
  private var shown: Set<Cell.Key> = []
  /// Quantities of which a long sum left cells out.
  private var elided: Set<ObjectIdentifier> = []
  private var definitions = Definitions()

  init(explainer: Explainer, names: Names, foldsZeros: Bool = false) {
    self.explainer = explainer
    self.names = names
    self.foldsZeros = foldsZeros
  }

  mutating func appendHeader(of variable: Variable) {
    document.append(.worked([header(of: variable).line]))
  }

  /// `h = n + z·(h − n)`, in symbols.
  mutating func appendFormula(of variable: Variable) {
    let formula = Notation(names: names).formula(of: variable)
    guard !formula.hasGap else { return }
    document.append(.blank)
    document.append(
      .worked([Header(symbol: names.symbol(of: variable), expression: formula, shapes: "").line]))
  }

  /// A gate or state: its formula, then its cells.
  mutating func append(_ part: Variable, _ cells: [Int]) {
    document.append(.blank)
    appendHeader(of: part)
    list(part, cells)
  }

  mutating func appendCells(of variable: Variable, _ cells: [Int]) {
    document.append(.blank)
    list(variable, cells)
  }

  private mutating func list(_ variable: Variable, _ cells: [Int]) {
    for offset in cells {
      let cell = Cell(variable: variable, offset: offset)
      append(cell, worked(cell), lead: nil, showsSymbols: false)
    }
    if cells.count > 1, cells.count < variable.shape.count {
      elision(variable.shape.count - cells.count)
    }
  }

  /// The elements of gates and states that some cells are worked out from.
  func cells(
    of parts: [Variable], neededFor cells: [Cell]
  ) -> [ObjectIdentifier: Set<Int>] {
    var needed: [ObjectIdentifier: Set<Int>] = parts.reduce(into: [:]) {
      $0[ObjectIdentifier($1)] = []
    }
    var pending = cells
    while let cell = pending.popLast() {
      for inner in worked(cell).term.quantities.compactMap(\.cell)
      where needed[ObjectIdentifier(inner.variable)]?.insert(inner.offset).inserted == true {
        pending.append(inner)
      }
    }
    return needed
  }

  var worker: Worker { explainer.worker }

  /// A quantity and the named ones beneath it, so many levels deep: what is computed first stands
  /// first, the asked quantity last.
  mutating func unfold(_ top: Variable, cells: [Int]?, depth: Int) {
    let letters = names.rowLetters
    var found: [Wanted] = []
    var level: [(Variable, [Int]?)] = [(top, cells)]
    var remaining = depth
    while !level.isEmpty {
      var beneath: [(variable: Variable, cells: [Int])] = []
      for (variable, cells) in level where !explainer.shouldStop() {
        collect(sections(variable, cells, into: &found), into: &beneath)
      }
      remaining -= 1
      level = remaining > 0 ? beneath.prefix(40).map { ($0.variable, $0.cells.sorted()) } : []
    }
    names.rowLetters = letters
    let places = found.map { names.history.place(of: $0.variable) ?? .max }
    for index in found.indices.sorted(by: { (places[$0], $0) < (places[$1], $1) }) {
      if !document.isEmpty { document.append(.blank) }
      document.blocks += section(found[index]).document.blocks
    }
  }

  /// Cells of a quantity, all if nil.
  private typealias Wanted = (variable: Variable, cells: [Int]?)

  /// Cells that were not shown yet, by the quantity they belong to.
  private mutating func collect(
    _ quantities: [Quantity], into wanted: inout [(variable: Variable, cells: [Int])]
  ) {
    for cell in quantities.compactMap(\.cell)
    where !cell.variable.isLeaf && shown.insert(cell.key).inserted {
      if let place = wanted.firstIndex(where: { $0.variable === cell.variable }) {
        wanted[place].cells.append(cell.offset)
      } else {
        wanted.append((cell.variable, [cell.offset]))
      }
    }
  }

  /// One quantity, and what got a symbol only for it: "let z = W @ x + b". Gives the other quantities
  /// that all of it was worked out from.
  private mutating func sections(
    _ variable: Variable, _ cells: [Int]?, into found: inout [Wanted]
  ) -> [Quantity] {
    found.append((variable, cells))
    let page = section((variable, cells))
    elided.formUnion(page.elided)
    func isIntroduced(_ quantity: Quantity) -> Bool {
      names.introduced.contains { $0 === quantity.cell?.variable }
    }
    var own: [(variable: Variable, cells: [Int])] = []
    collect(page.quantities.filter(isIntroduced), into: &own)
    var others = page.quantities.filter { !isIntroduced($0) }
    for (inner, cells) in own {
      let isWhole = cells.count == inner.shape.count
      others += sections(inner, isWhole && cells.count > 1 ? nil : cells.sorted(), into: &found)
    }
    return others
  }

  /// The lines of one quantity, and the quantities that they name.
  private func section(
    _ wanted: Wanted
  ) -> (document: Document, quantities: [Quantity], elided: Set<ObjectIdentifier>) {
    if let step = try? wanted.variable.unfolded() {
      let name = names.symbol(of: wanted.variable) ?? "h"
      return (explainer.explainStep(wanted.variable, step, name, cells: wanted.cells), [], [])
    }
    var page = ValuePage(explainer: explainer, names: names, foldsZeros: foldsZeros)
    page.elided = elided
    let quantities = page.describe(wanted.variable, cells: wanted.cells)
    return (page.document, quantities, page.elided)
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
    let terms = shownCells(of: all).map { offset -> (offset: Int, worked: Worked) in
      let cell = Cell(variable: variable, offset: offset)
      return (offset, window.map { ($0.cell.term, []) } ?? worked(cell, sumsChannels: !isSingle))
    }
    let symbolic = terms.first.map { worker.texts.text($0.worked.term) } ?? ""
    // A scalar's own expression leads its line; shapes need a line of their own.
    let isNew = header.expression.text.comparable != symbolic.comparable
    let leads = isSingle && isNew && header.shapes.isEmpty && header.symbol != nil
    let isRepeated = isSingle && header.symbol == nil && header.shapes.isEmpty
    let hasHeader = !isSingle || isNew && !leads && !isRepeated
    if hasHeader { document.append(.worked([header.line])) }
    if !isSingle, cells == nil, let corner = CornerLayout(variable, names, explainer.numbers) {
      corner.lines(width: explainer.width).forEach { document.append(.line($0)) }
    }
    if all.isEmpty { document.append(.line(Words("  no elements", .dim))) }
    window?.drawing.forEach { document.append(.line($0)) }
    if !isSingle, let first = terms.first { appendNote(onChannelsOf: variable, first.offset) }
    if let remark = Remark.heading(of: variable, names) {
      document.blocks += explainer.prose(remark, indent: 2)
    }
    var quantities: [Quantity] = []
    let isElided = elided.contains(ObjectIdentifier(variable))
    var previous = -1
    for (offset, worked) in terms {
      let place = isElided ? offset : all.firstIndex(of: offset) ?? previous
      if place > previous + 1 { elision(place - previous - 1) }
      previous = place
      if worked.term.holdsOmitted {
        elided.formUnion(
          worked.term.quantities.compactMap { $0.cell.map { ObjectIdentifier($0.variable) } })
      }
      // A scalar without a name was written above: its line goes on from there.
      let isBare = hasHeader && header.symbol == nil && variable.shape.count == 1
      append(
        Cell(variable: variable, offset: offset), worked, lead: leads ? header.expression : nil,
        showsSymbols: isSingle, isBare: isBare)
      quantities += worked.term.quantities
    }
    if all.count > Explainer.cellLimit { appendGrid(of: variable) }
    let isChanged = terms.contains { offset, worked in
      (worked.term.exactValue - variable.value[flat: offset]).magnitude > 1e-9
    }
    if let places = variable.places, isChanged {
      document.blocks += explainer.prose(
        "(rounded to \(places) decimal\(places == 1 ? "" : "s"))", indent: 2)
    }
    return quantities
  }

  /// `sumsChannels`: in a list of cells, a convolution's sums over a channel stand for themselves.
  private func worked(_ cell: Cell, sumsChannels: Bool = false) -> Worked {
    if sumsChannels, let window = ConvolutionCell(cell, names, explainer.numbers),
      window.hasChannels
    {
      return (window.term, [])
    }
    return Expansion(names: names, foldsZeros: foldsZeros).worked(cell)
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
    let help = label.text.hasPrefix("[") ? "" : "; explain(\(label.text)) draws the windows"
    document.blocks += explainer.prose("(the sum of each channel, added\(help))", indent: 2)
  }

  private mutating func appendGrid(of variable: Variable) {
    let grid = Grid.words(variable, names, explainer.numbers, width: explainer.width)
    if !grid.isEmpty, let symbol = names.symbol(of: variable) {
      document.append(.line(Words("\(symbol.text) =", .name)))
    }
    grid.forEach { document.append(.line($0)) }
  }

  func shownCells(of all: [Int]) -> [Int] {
    let limit = Explainer.cellLimit
    if all.count <= limit { return all }
    let isLong = all.count > Explainer.longLimit
    return Array(all.prefix(isLong ? 3 : limit - 4)) + all.suffix(isLong ? 1 : 2)
  }

  mutating func elision(_ count: Int) {
    document.append(.line(Words("… \(TermText.grouped(count)) more", .dim)))
  }

  private mutating func append(
    _ cell: Cell, _ worked: Worked, lead: WorkedFormula?, showsSymbols: Bool,
    isBare: Bool = false
  ) {
    let term = worked.term
    let result = worker.numbers.printed(cell.value, names.origin(of: cell.variable))
    // Where a number only moves to another place, the place is all there is to say.
    let isMoved = if case .quantity = term { true } else { false }
    for line in definitions.lines(of: term, worker) { document.append(.worked([line])) }
    var lines = worker.lines(
      isBare ? .words("") : label(of: cell), term, result: result,
      showsSymbols: showsSymbols || isMoved,
      indent: isBare ? 2 : 0, width: explainer.width, letter: names.rowLetter("ℓrκ"))
    if cell.variable.places != nil, term.printedValue(worker.numbers) != result.value,
      lines.last?.steps.last?.text != result.text
    {
      // What was only taken over was rounded as well.
      lines[lines.count - 1].steps.append(
        WorkedLine.Step(relation: "≈", result.formula, role: .value))
    }
    if let lead {
      let step = WorkedLine.Step(relation: "=", lead, role: .formula)
      if lines.count == 1 {
        lines[0].steps.insert(step, at: 0)
      } else {
        lines.insert(WorkedLine(label: label(of: cell), steps: [step]), at: 0)
      }
    }
    if isBare, lines.count > 1 {
      // The sum of the rows above needs its name again.
      let last = lines.removeLast()
      lines.append(WorkedLine(label: label(of: cell), steps: last.steps))
    }
    lines[lines.count - 1].note = Remark.since(worked.reasons, worker.numbers) ?? ""
    for line in lines { document.append(.worked([line])) }
    if let remark = Remark.cell(cell, names, worker.numbers) {
      document.blocks += explainer.prose("(\(remark))", indent: 2)
    }
  }

  /// `C[0,1]`; of a quantity without a name, whose expression stands above, `[0,1]`.
  private func label(of cell: Cell) -> WorkedFormula {
    let variable = cell.variable
    let symbol = names.symbol(of: variable) ?? Notation(names: names).formula(of: variable)
    let isWritten = names.isExpression(variable) && !symbol.isName
    return Names.indexed(
      isWritten && variable.shape.count > 1 ? .name("") : symbol, variable.shape, cell.offset)
  }

  private func header(of variable: Variable) -> Header {
    let symbol = names.symbol(of: variable)
    let written = explainer.written(variable, names)
    let isUnnamed = symbol?.text == written.text || names.isExpression(variable)
    let shapes = variable.inputs.array.prefix(4).map(\.shape).filter { !$0.isScalar }
    let isPlain = shapes.allSatisfy { $0 == variable.shape || $0.isScalar }
    let result = variable.shape.isScalar && isPlain ? "" : variable.shape.slide
    let all =
      isPlain
      ? result
      : shapes.map(\.slide).joined() + " → " + (variable.shape.isScalar ? "scalar" : result)
    return Header(
      symbol: isUnnamed ? nil : symbol,
      expression: elided(isUnnamed ? symbol ?? written : written), shapes: all)
  }

  /// What would fill more than some lines, without its middle: `x + x + … + x`.
  private func elided(_ formula: WorkedFormula) -> WorkedFormula {
    let room = 5 * explainer.width
    let expression = formula.text
    guard expression.count > room else { return formula }
    let isSign = { (character: Character) in "+,".contains(character) }
    var head = expression.prefix(room * 3 / 5)
    if let sign = head.lastIndex(where: isSign) { head = head[...sign] }
    var tail = expression.suffix(room / 5)
    if let sign = tail.firstIndex(where: isSign) { tail = tail[sign...] }
    return .words(head + " … " + tail)
  }
}
