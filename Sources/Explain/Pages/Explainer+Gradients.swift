import Autograd
import Presentation
import Tensors

extension Explainer {
  /// How a gradient comes about by the chain rule. One element (`cell`, or a scalar input) is
  /// followed path by path; a whole tensor, and an element with many paths, layer by layer.
  /// `outputCell` is the element of the output that is differentiated; of an output with several
  /// elements and none chosen, the Jacobian is worked out.
  package func explainGradient(
    of output: Variable, outputCell: Int? = nil, by input: Variable, cell: Int? = nil,
    names given: (WorkedFormula?, WorkedFormula?) = (nil, nil)
  ) throws(ExplanationError) -> Document {
    try explainGradient(
      of: output, outputCells: outputCell.map { [$0] }, by: input, cells: cell.map { [$0] },
      names: given)
  }

  /// The same for some elements of either, such as those of a row.
  package func explainGradient(
    of output: Variable, outputCells: [Int]?, by input: Variable, cells: [Int]?,
    names given: (WorkedFormula?, WorkedFormula?) = (nil, nil)
  ) throws(ExplanationError) -> Document {
    // A Jacobian is told by the operation's own arithmetic.
    let unfolding = output.shape.count == 1 ? Unfolding(output) : nil
    let output = unfolding?.counterpart(of: output) ?? output
    let input = unfolding?.counterpart(of: input) ?? input
    let names = names(of: output, given.0, and: input, given.1)
    let name = names.symbol(of: output)?.text ?? "E"
    if let cell = cells?.first(where: { $0 < 0 || $0 >= input.shape.count }) {
      throw .noSuchCell(names.symbol(of: input)?.text ?? "it", input.shape, offset: cell)
    }
    let cell = cells?.count == 1 ? cells?.first : nil
    let outputCell = outputCells?.count == 1 ? outputCells?.first : nil
    if output === input {
      let value = output.shape.count == 1 ? "1" : "I"
      return Document([.line(Words("∂\(name)/∂\(name)", .name) + Words(" = \(value)"))])
    }
    if input.shape.count == 0 || output.shape.count == 0 {
      let symbol = "∂\(name)/∂\(names.symbol(of: input)?.text ?? "w")"
      return Document([
        .line(
          Words(symbol, .name)
            + Words("  \((output.shape.count == 0 ? output : input).shape.slide)", .dim)),
        .line(Words("  no elements", .dim)),
      ])
    }
    names.introduceIntermediates(under: output, forSlopesBy: input)
    if let unfolding {
      unfolding.keepSymbols(in: names)
      names.introduceParts()
    }
    let chain = try Chain(to: input, names: names, shouldStop: shouldStop)
    let rootCell = outputCell ?? (output.shape.count == 1 ? 0 : nil)
    if let offset = cell ?? (input.shape.count == 1 ? 0 : nil), let rootCell,
      let document = try pathByPath(chain, offset, rootCell)
    {
      return try page(document.blocks, of: chain, cells: [offset])
    }
    if output.shape.count != 1 {
      var page = JacobianPage(explainer: self, chain: chain)
      try page.work(rows: outputCells, columns: cells)
      return try self.page(page.document.blocks, of: chain, cells: cells)
    }
    var page = LayerPage(explainer: self, chain: chain)
    if let cell { try page.trace(cell) } else { try page.descend(to: cells) }
    return try self.page(page.document.blocks, of: chain, cells: cells)
  }

  /// The arithmetic of a gradient with what has to be known beside it.
  private func page(
    _ arithmetic: [Block], of chain: Chain, cells: [Int]?
  ) throws(ExplanationError) -> Document {
    let blocks = definitions(chain.names) + arithmetic
    return try Document(
      blocks + meaning(of: chain, cells: cells) + legend(blocks) + successions(chain.names))
  }

  /// What the symbols stand for that only this explanation uses.
  func definitions(_ names: Names) -> [Block] {
    // Definitions print further symbols, of which many are given by their numbers alone.
    var explained = names.introducedAndUsed
    while true {
      for variable in explained { _ = Notation(names: names).text(of: variable) }
      let all = names.introducedAndUsed
      if all.count == explained.count || all.count > Self.definitionLimit { break }
      explained = all
    }
    let blocks = names.introducedAndUsed.flatMap { variable in
      definition(of: variable, names, isExplained: explained.contains { $0 === variable })
    }
    return blocks + (blocks.isEmpty ? [] : [.blank])
  }

  /// More definitions than this do not lead to further ones.
  private static let definitionLimit = 24

  /// `with h = tanh(z) = [0.2, 0.4]`; without the formula where it is not explained.
  private func definition(of variable: Variable, _ names: Names, isExplained: Bool) -> [Block] {
    let symbol = WorkedFormula.phrase([.words("with "), names.symbol(of: variable) ?? ""])
    let expression = isExplained ? Notation(names: names).formula(of: variable) : .words("")
    if variable.shape.rank < 2, variable.shape.count <= 8 {
      let value = valueFormula(variable.value, names.origin(of: variable), elements: 8)
      let steps = [
        WorkedLine.Step(relation: "=", expression, role: .formula),
        WorkedLine.Step(relation: "=", value, role: .value),
      ]
      return [.worked([WorkedLine(label: symbol, steps: isExplained ? steps : [steps[1]])])]
    }
    let header = Header(symbol: symbol, expression: expression, shapes: variable.shape.slide).line
    let bare = WorkedLine(label: symbol, steps: [], note: header.note)
    return [.worked([isExplained ? header : bare])]
      + Grid.words(variable, names, numbers, width: width).map { .line($0) }
  }

  /// nil where there are too many ways, or too long ones, to list.
  private func pathByPath(
    _ chain: Chain, _ offset: Int, _ rootCell: Int
  ) throws(ExplanationError) -> Document? {
    // Each quantity computed from a number directly begins another way.
    let isNumber = chain.target.shape.count == 1
    let limit = isNumber ? GradientPage.pathLimit : CellPaths.cellBudget
    guard chain.consumers(of: chain.target).count <= limit,
      let paths = CellPaths(chain, target: offset, root: rootCell),
      paths.count(from: paths.target) <= GradientPage.pathLimit,
      paths.length(from: paths.target) <= GradientPage.factorLimit
    else { return nil }
    let seed = chain.root.value.oneHot(at: rootCell)
    let value = try gradientValue(chain.root, chain.target, chain.names, seed)[flat: offset]
    do {
      guard try paths.addUp(to: value) else { return nil }
    } catch {
      throw ExplanationError(error, names: chain.names)
    }
    var page = GradientPage(explainer: self, chain: chain, paths: paths, rootCell: rootCell)
    try page.listPaths(value: value)
    return page.document
  }

  func gradientValue(
    _ output: Variable, _ input: Variable, _ names: Names, _ seed: Tensor? = nil
  ) throws(ExplanationError) -> Tensor {
    do {
      if let gradient = try output.gradients(for: [input], seed: seed)[0] { return gradient }
    } catch {
      throw ExplanationError(error, names: names)
    }
    return Tensor(repeating: 0, shape: input.shape)
  }

  func names(
    of output: Variable, _ outputName: WorkedFormula?, and input: Variable,
    _ inputName: WorkedFormula?
  ) -> Names {
    let names = Names(under: output, isReserved: isReserved)
    if !names.hasSymbol(output) || output.naming?.line == 0 && outputName != nil {
      names.set(
        outputName ?? output.naming.map { .name($0.name) }
          ?? Notation(names: names).formula(of: output), for: output)
    }
    if !names.hasSymbol(input) || input.naming?.line == 0 && inputName != nil {
      names.set(
        inputName ?? input.naming.map { .name($0.name) }
          ?? Notation(names: names).formula(of: input), for: input)
    }
    return names
  }
}
