import Autograd
import Language
import Presentation
import Tensors

extension Explainer {
  /// A step of gradient descent with its numbers: `w ← w − γ·∂E/∂w = 0.400 − 0.500·0.082 = 0.359`.
  /// `before` is the parameter the gradient belongs to; `output` what it is a gradient of.
  package func explainUpdate(
    of before: Variable, rate: Variable, output: Variable,
    names given: (WorkedFormula?, WorkedFormula?) = (nil, nil),
    rateName: WorkedFormula? = nil
  ) throws(ExplanationError) -> Document {
    let names = names(of: output, given.0, and: before, given.1)
    let (above, below) = (names.symbol(of: output) ?? "E", names.symbol(of: before) ?? "w")
    guard output.shape.count == 1 else { throw .notScalar(above.text, output.shape) }
    guard rate.shape.count == 1 else { throw .notScalar(rateName?.text ?? "the rate", rate.shape) }
    _ = try Chain(to: before, names: names, shouldStop: shouldStop)
    let gradient = Variable(try gradientValue(output, before, names))
    let slope = WorkedFormula.derivative(above, by: below)
    names.set(slope, for: gradient, computed: true)
    let factor = rateName ?? rate.naming.map { .name($0.name) }
    if let factor { names.set(factor, for: rate) }
    let step = factor ?? numbers.formula(rate.value[flat: 0], .constant)
    let rule = WorkedFormula.sum([below, .negative(.product([step, slope], sign: .dot))])
    let after: Variable
    do { after = try Operation.subtract(before, Operation.multiply(rate, gradient)) } catch {
      throw ExplanationError(error, names: names)
    }
    var document = self.step(after, names, below, sign: "←", rule, cells: nil)
    document.blocks += effect(of: gradient, rate: rate, on: above, names)
    return document
  }

  /// A step that was taken: `x ← x − 0.01·∂E/∂x = 2 − 0.01·4 = 1.96`. A name that was changed without
  /// a gradient was only assigned again: `c = c·2 = 5·2 = 10`.
  func step(
    _ working: Variable, to leaf: Variable, _ symbol: WorkedFormula, cells: [Int]?
  ) -> Document {
    let names = Names(under: working)
    let written = source(leaf)?.text ?? ""
    nameGradients(under: working, written, names)
    let expression = Notation(names: names).formula(of: working)
    return step(
      working, names, symbol, sign: working.carriesGradient ? "←" : "=", expression,
      cells: cells)
  }

  /// The gradients in a step, by what is written there: ∂E/∂w. They are leaves without a name.
  func nameGradients(under working: Variable, _ written: String, _ names: Names) {
    let ends = " +-−*·/@(),[]⊙"
    var gradients: [String] = []
    for piece in written.split(separator: " ") {
      let fraction = piece.drop { $0 != "∂" }
      guard let slash = fraction.firstIndex(of: "/") else { continue }
      let below = fraction[fraction.index(after: slash)...].prefix { !ends.contains($0) }
      let text = fraction[...slash] + below
      if below.hasPrefix("∂"), !gradients.contains(String(text)) { gradients.append(String(text)) }
    }
    let leaves = working.history(limit: 60).filter {
      $0.isLeaf && !$0.isLiteral && !names.hasSymbol($0)
    }
    guard gradients.count == leaves.count else { return }
    for (leaf, text) in zip(leaves, gradients) {
      names.set(.typed(text), for: leaf, computed: true)
    }
  }

  /// The rule, then the cells with their numbers.
  private func step(
    _ after: Variable, _ names: Names, _ symbol: WorkedFormula, sign: String,
    _ rule: WorkedFormula,
    cells: [Int]?
  ) -> Document {
    var document = Document()
    let shape = after.shape
    if shape.count > 1 {
      document.append(
        .line(
          Words("\(symbol.text) \(sign) \(rule.text)", .formula)
            + Words("    \(shape.slide)", .shape)))
    }
    let shown =
      cells
      ?? (shape.count <= Self.cellLimit
        ? Array(0..<shape.count)
        : Array(0..<(Self.cellLimit - 4)) + Array((shape.count - 2)..<shape.count))
    for (index, offset) in shown.enumerated() {
      if cells == nil, index > 0, offset > shown[index - 1] + 1 {
        document.append(
          .line(Words("… \(TermText.grouped(offset - shown[index - 1] - 1)) more", .dim)))
      }
      let cell = Cell(variable: after, offset: offset)
      var line = worker.line(
        Names.indexed(symbol, shape, offset), Expansion(names: names).term(of: cell),
        result: numbers.printed(cell.value, names.origin(of: after)), showsSymbols: shown.count == 1
      )
      if let first = line.steps.first {
        line.steps[0] = first.related(by: sign)
      }
      document.append(.worked([line]))
    }
    return document
  }
}
